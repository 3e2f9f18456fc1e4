package main

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

func TestExitStatus(t *testing.T) {
	for _, c := range []struct {
		args []string
		want int
	}{
		{nil, exitDone},
		{[]string{"--help"}, exitDone},
		{[]string{"demo", "--help"}, exitDone},
		{[]string{"nonsense"}, exitUsage},
		{[]string{"demo", "nonsense"}, exitUsage},
		{[]string{"demo", "--nonsense"}, exitUsage},
		{[]string{"--nonsense"}, exitUsage},
	} {
		var out, errOut bytes.Buffer
		require.Equal(t, c.want, execute(context.Background(), c.args, &out, &errOut), "%q", c.args)
		if c.want == exitDone {
			require.Contains(t, out.String(), "failoversql demo", "%q", c.args)
			require.Empty(t, errOut.String(), "%q", c.args)
		} else {
			require.Contains(t, errOut.String(), "nonsense", "%q", c.args)
		}
	}
}

func TestExitStatusOfErrors(t *testing.T) {
	plain := errors.New("x")
	require.Equal(t, exitDone, status(nil))
	require.Equal(t, exitNotWell, status(notWell{plain}))
	require.Equal(t, exitUsage, status(usage{plain}))
	require.Equal(t, exitFailed, status(plain))
	require.ErrorIs(t, notWell{plain}, plain)
}

// Every verb says how it is used, with an example.
func TestHelp(t *testing.T) {
	for _, cmd := range newRoot().Commands() {
		require.NotEmpty(t, cmd.Short, cmd.Name())
		require.NotEmpty(t, cmd.Example, cmd.Name())
	}
	root := newRoot()
	var out bytes.Buffer
	root.SetOut(&out)
	root.SetArgs(nil)
	require.NoError(t, root.Execute())
	require.Contains(t, out.String(), "demo")
	require.Contains(t, out.String(), "Exit status")
}

// Who uses it wrongly is told what would be right, by one name of the program.
func TestWrongUsage(t *testing.T) {
	const dsn = "postgres://h/d?fallback_path=x.db"
	for _, c := range []struct {
		args []string
		says string
	}{
		{[]string{"staus"}, `failoversql has no command "staus"; is status meant?`},
		{[]string{"nonsense"}, `failoversql has no command "nonsense"; see failoversql --help`},
		{[]string{"conflicts", "lst"}, `failoversql conflicts has no command "lst"; is list meant?`},
		{[]string{"status", "-json"}, "failoversql: unknown shorthand flag: 'j' in -json; see failoversql status --help"},
		{[]string{"backup", "--keep", "-1", "--dsn", dsn}, "failoversql: --keep -1: give how many backups stay, or 0 for all"},
		{[]string{"backup", "--max-age", "-1h", "--dsn", dsn}, "failoversql: --max-age -1h0m0s: give how old backups may become, or 0 for any age"},
		{[]string{"serve", "--backup-keep", "-1", "--dsn", dsn}, "failoversql: --backup-keep -1: give how many backups stay, or 0 for all"},
		{[]string{"switch", "sideways"}, `failoversql switch takes one of primary, fallback, auto, not ["sideways"]`},
	} {
		var out, errOut bytes.Buffer
		require.Equal(t, exitUsage, execute(t.Context(), c.args, &out, &errOut), "%q", c.args)
		require.Equal(t, c.says+"\n", errOut.String())
	}
	require.Equal(t, "failoversql: the owner: nothing", said(errors.New("failoversql: the owner: failoversql: dbsync: nothing")))
}

// The shell is told which decisions there are.
func TestCompletion(t *testing.T) {
	for line, want := range map[string]string{
		"switch|": "primary\nfallback\nauto\n", "conflicts|resolve|1|": "apply-edited\napply-local\ndiscard\nkeep-remote\n", "conflicts|resolve|": ":4\n",
	} {
		var out, errOut bytes.Buffer
		require.Equal(t, exitDone, execute(t.Context(), append([]string{"__complete"}, strings.Split(line, "|")...), &out, &errOut))
		require.True(t, strings.HasPrefix(out.String(), want), out.String())
	}
}
