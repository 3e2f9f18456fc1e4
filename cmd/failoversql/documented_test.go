package main

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestDocumentedCommands: every command that README.md and docs/ show is one, with
// flags that it has; and every verb is shown in README.md.
func TestDocumentedCommands(t *testing.T) {
	files, err := filepath.Glob("../../docs/*.md")
	require.NoError(t, err)
	command := regexp.MustCompile("(?m)(?:^|`|Run )failoversql ([a-z][^`#|\n]*)")
	seen := 0
	for _, file := range append(files, "../../README.md") {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		for _, m := range command.FindAllStringSubmatch(string(text), -1) {
			words := strings.Fields(strings.NewReplacer("…", "x", "||", " ").Replace(m[1]))
			cmd, rest, err := newRoot().Find(words)
			require.NoError(t, err, "%s: %q", file, m[0])
			require.True(t, cmd.HasParent(), "%s: %q", file, m[0])
			for _, w := range rest {
				name, _, _ := strings.Cut(strings.TrimPrefix(w, "--"), "=")
				if strings.HasPrefix(w, "--") {
					flag := cmd.Flags().Lookup(strings.TrimRight(name, ".,;:)"))
					require.NotNil(t, flag, "%s: %q has no %s", file, cmd.CommandPath(), w)
				}
			}
			seen++
		}
	}
	require.Greater(t, seen, 40)
	readme, err := os.ReadFile("../../README.md")
	require.NoError(t, err)
	for _, cmd := range newRoot().Commands() {
		require.Contains(t, string(readme), "failoversql "+cmd.Name(), "the README does not show it")
	}
}
