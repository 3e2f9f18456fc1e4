package main

import (
	"bytes"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDemo runs the whole demo, as a person would with its output in a file.
func TestDemo(t *testing.T) {
	var out, errOut bytes.Buffer
	status := execute(t.Context(), []string{"demo", "--keep"}, &out, &errOut)
	t.Logf("%s%s", out.String(), errOut.String())
	text := out.String()

	// It is a test of --keep, and has to clean up after it.
	kept := regexp.MustCompile(`rm -r (\S+failoversql-demo-\S+)`).FindStringSubmatch(text)
	require.NotNil(t, kept, "it says where the databases are")
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(kept[1])) })
	require.FileExists(t, filepath.Join(kept[1], "app.db"))
	require.FileExists(t, filepath.Join(kept[1], "app.log"))
	require.DirExists(t, filepath.Join(kept[1], "postgresql"))

	require.Equal(t, exitDone, status)
	require.NotContains(t, text, "\x1b", "colour off a terminal")
	lines := strings.Split(strings.TrimRight(text, "\n"), "\n")
	require.Greater(t, len(lines), 10)
	for i, want := range []string{
		`^failover: \d+ ms to the first good statement$`,
		`^fail back: pause \d+ ms$`,
		`^acknowledged writes: [1-9]\d*, lost: 0, duplicated: 0$`,
		`^rows equal on both sides: yes$`,
	} {
		require.Regexp(t, want, lines[len(lines)-4+i])
	}
}
