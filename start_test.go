package failoversql_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
)

// TestStart does what the README says of a module of one's own, with the README's
// first program.
func TestStart(t *testing.T) {
	root, err := filepath.Abs(".")
	require.NoError(t, err)
	dir := t.TempDir()
	app := filepath.Join(dir, "app")
	require.NoError(t, os.Mkdir(app, 0o755))
	script, err := os.ReadFile("docs/start.sh")
	require.NoError(t, err)
	here := strings.ReplaceAll(string(script), "../failoversql", root)
	require.NotEqual(t, string(script), here)
	program, err := os.ReadFile("examples/databasesql/main.go")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(filepath.Join(app, "main.go"), program, 0o644))
	run := func(name string, args ...string) {
		t.Helper()
		cmd := exec.CommandContext(t.Context(), name, args...)
		cmd.Dir = app
		cmd.Env = append(os.Environ(), "GOBIN="+filepath.Join(dir, "bin"), "GOPROXY=off", "GOSUMDB=off", "GOFLAGS=-buildvcs=false") // all is there: the tests need it too
		out, err := cmd.CombinedOutput()
		require.NoError(t, err, "%s", out)
	}
	run("go", "mod", "init", "example.com/app")
	run("bash", "-euo", "pipefail", "-c", here)
	run("go", "build", "-o", filepath.Join(dir, "bin"), ".")
	require.FileExists(t, filepath.Join(dir, "bin", "app"))
	run(filepath.Join(dir, "bin", "failoversql"), "--help")
}
