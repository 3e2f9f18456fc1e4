package main

import (
	"bytes"
	"context"
	"errors"
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
