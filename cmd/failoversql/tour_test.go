package main

import (
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestTour runs the README's tour as it stands there.
func TestTour(t *testing.T) {
	server := pgtest.New(t)
	if _, err := exec.LookPath("psql"); err != nil {
		found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/psql")
		require.NotEmpty(t, found, "psql")
		t.Setenv("PATH", filepath.Dir(found[len(found)-1])+":"+os.Getenv("PATH"))
	}
	cmd := exec.CommandContext(t.Context(), "bash", "-euo", "pipefail", "docs/tour.sh")
	cmd.Dir = "../.."
	cmd.Env = append(os.Environ(), "DATABASE_URL="+strings.Split(server.URL(), "?")[0]+"?sslmode=disable", "TMPDIR="+t.TempDir())
	out, err := cmd.CombinedOutput()
	text := string(out)
	t.Log(text)
	require.NoError(t, err)
	at := 0
	for _, want := range []string{
		"served by the primary", "ok    trial_outage: SQLite served after", "until SQLite served", "until PostgreSQL served",
		"pinned to the fallback", "served by the fallback", "0 transactions applied, 1 parked", "insert_exists", "somebody else",
		"is settled: apply-local", "served by the primary", "quickstart-2", "restored   ", "served by the primary", "removed    ",
	} {
		n := strings.Index(text[at:], want)
		require.GreaterOrEqual(t, n, 0, "%q is missing, or too early", want)
		at += n
	}
}
