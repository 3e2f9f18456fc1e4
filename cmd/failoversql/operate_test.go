package main

import (
	"bytes"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// binary is the command line itself, built once.
var binary = func() func(t *testing.T) string {
	var path string
	return func(t *testing.T) string {
		t.Helper()
		if path == "" {
			dir, err := os.MkdirTemp("", "failoversql-test-")
			require.NoError(t, err)
			out, err := exec.Command("go", "build", "-o", filepath.Join(dir, "failoversql"), ".").CombinedOutput()
			require.NoError(t, err, "%s", out)
			path = filepath.Join(dir, "failoversql")
			t.Cleanup(func() { path = ""; _ = os.RemoveAll(dir) })
		}
		return path
	}
}()

// patient keeps a machine that has too much to do from being taken for an outage.
const patient = "&fallback_probe_timeout=4s"

// run runs the command line in a process of its own.
func run(t *testing.T, env []string, args ...string) (status int, out, errOut string) {
	t.Helper()
	var o, e bytes.Buffer
	cmd := exec.Command(binary(t), args...)
	cmd.Env = append([]string{"PATH=" + os.Getenv("PATH"), "TERM=xterm"}, env...)
	cmd.Stdout, cmd.Stderr = &o, &e
	err := cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) {
		require.NoError(t, err)
	}
	require.NotContains(t, o.String()+e.String(), "hunter2")
	return cmd.ProcessState.ExitCode(), o.String(), e.String()
}

// application opens a database as an application does, in this process.
func application(t *testing.T, dsn string) (*sql.DB, *failoversql.Connector) {
	t.Helper()
	db, err := sql.Open("failoversql", dsn)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	c, err := failoversql.FromDB(t.Context(), db)
	require.NoError(t, err)
	require.NoError(t, db.PingContext(t.Context()))
	return db, c
}

func await(t *testing.T, c *failoversql.Connector, what string, holds func(failoversql.Status) bool) {
	t.Helper()
	require.Eventually(t, func() bool { return holds(c.Status(context.Background())) }, 30*time.Second, time.Millisecond, what)
}

// TestOperate steers a live application by verbs, and what is left of it.
func TestOperate(t *testing.T) {
	server := pgtest.New(t)
	path := filepath.Join(t.TempDir(), "app.db")
	dsn := strings.Replace(server.URL(), "postgres://postgres@", "postgres://postgres:hunter2@", 1) + "&fallback_path=" + path +
		"&fallback_min_dwell=50ms&fallback_probe_interval=50ms&fallback_rise=1" + patient
	on := []string{"--dsn", dsn}

	// Before any application.
	status, out, errOut := run(t, nil, append(on, "status")...)
	require.Equal(t, exitFailed, status, errOut)
	require.Contains(t, errOut, "no application has made the fallback file yet")
	require.Empty(t, out)
	status, _, _ = run(t, nil, append(on, "switch", "fallback")...)
	require.Equal(t, exitFailed, status)
	require.NoFileExists(t, path)

	db, c := application(t, dsn)
	await(t, c, "following", func(s failoversql.Status) bool { return s.Fallback.Following })
	status, out, errOut = run(t, nil, append(on, "status")...)
	require.Equal(t, exitDone, status, out+errOut)
	require.Regexp(t, `(?m)^mode       primary, since .*\nreason     the primary answers$`, out)
	require.NotContains(t, out, "\x1b", "colour off a terminal")
	require.Empty(t, errOut)

	_, err := db.Exec(`CREATE TABLE t (a int PRIMARY KEY)`)
	require.NoError(t, err)
	status, out, errOut = run(t, []string{"DATABASE_URL=" + dsn}, "switch", "fallback")
	require.Equal(t, exitDone, status, errOut)
	require.Equal(t, "SQLite serves, and is kept until failoversql switch auto\n", out)
	s := c.Status(t.Context())
	require.Equal(t, health.Fallback, s.Mode, "the application has moved before the verb ends")
	require.Equal(t, health.PinFallback, s.Pin)
	require.True(t, s.Owner, "the application is the owner still")
	_, err = db.Exec(`INSERT INTO t VALUES (1)`)
	require.NoError(t, err)

	status, out, errOut = run(t, nil, append(on, "status", "--json")...)
	require.Equal(t, exitNotWell, status)
	require.Contains(t, errOut, "SQLite serves: switched by an operator")
	shown := document(t, out)
	require.Equal(t, "fallback", shown["mode"])
	require.Equal(t, "fallback", shown["pin"])
	require.Equal(t, true, shown["owned"])
	require.Equal(t, "diverged", shown["fallback"].(map[string]any)["state"])

	require.NoError(t, server.Kill9())
	status, _, errOut = run(t, nil, append(on, "switch", "primary")...)
	require.Equal(t, exitFailed, status)
	require.Contains(t, errOut, "the primary is down")
	require.Equal(t, health.PinFallback, c.Status(t.Context()).Pin)
	require.NoError(t, server.Restart())
	status, out, errOut = run(t, nil, append(on, "switch", "primary", "--json")...)
	require.Equal(t, exitDone, status, errOut)
	shown = document(t, out)
	require.Equal(t, "primary", shown["ordered"])
	require.Equal(t, false, shown["stored_only"])
	require.Equal(t, health.Primary, c.Status(t.Context()).Mode)
	status, out, _ = run(t, nil, append(on, "switch", "auto")...)
	require.Equal(t, exitDone, status)
	require.Contains(t, out, "health decides again; PostgreSQL serves")
	require.Equal(t, health.Auto, c.Status(t.Context()).Pin)

	// What cannot be carried out in time is taken back.
	tx, err := db.Begin()
	require.NoError(t, err)
	_, err = tx.Exec(`INSERT INTO t VALUES (2)`)
	require.NoError(t, err)
	status, _, errOut = run(t, nil, append(on, "switch", "fallback", "--timeout", "300ms")...)
	require.Equal(t, exitFailed, status)
	require.Contains(t, errOut, "taken back")
	require.NoError(t, tx.Commit())
	require.Equal(t, health.Auto, c.Status(t.Context()).Pin)
	require.Equal(t, health.Primary, c.Status(t.Context()).Mode)

	// After the application: its successor finds the pin, and the owner's place free.
	await(t, c, "following again", func(s failoversql.Status) bool { return s.Fallback.Following })
	require.NoError(t, db.Close())
	status, _, errOut = run(t, nil, append(on, "status")...)
	require.Equal(t, exitNotWell, status)
	require.Contains(t, errOut, "no application has the file open")
	status, out, errOut = run(t, nil, append(on, "switch", "fallback")...)
	require.Equal(t, exitDone, status, errOut)
	require.Equal(t, "no application has the file open: the next one that starts is pinned to the fallback\n", out)
	require.NoError(t, server.Exec(t.Context(), "postgres", `INSERT INTO t VALUES (3)`))
	db, c = application(t, dsn)
	s = c.Status(t.Context())
	require.True(t, s.Owner)
	require.Equal(t, health.PinFallback, s.Pin)
	require.Equal(t, health.Fallback, s.Mode)
	var n int
	require.NoError(t, db.QueryRow(`SELECT count(*) FROM t`).Scan(&n))
	require.Equal(t, 3, n, "the file has caught up before it serves")
	require.NoError(t, db.Close())
	status, out, _ = run(t, nil, append(on, "switch", "auto", "--json")...)
	require.Equal(t, exitDone, status)
	require.Equal(t, true, document(t, out)["stored_only"])
	db, c = application(t, dsn)
	await(t, c, "the primary", func(s failoversql.Status) bool { return s.Mode == health.Primary })
	require.NoError(t, db.QueryRow(`SELECT count(*) FROM t`).Scan(&n))
	require.Equal(t, 3, n)
}

// document reads JSON and holds its keys to snake_case.
func document(t *testing.T, text string) map[string]any {
	t.Helper()
	var doc map[string]any
	require.NoError(t, json.Unmarshal([]byte(text), &doc), text)
	var check func(v map[string]any)
	check = func(v map[string]any) {
		for key, value := range v {
			require.Regexp(t, regexp.MustCompile(`^[a-z][a-z0-9]*(_[a-z0-9]+)*$`), key)
			if m, ok := value.(map[string]any); ok && key != "leases" {
				check(m)
			}
		}
	}
	check(doc)
	return doc
}

func TestOperateUsage(t *testing.T) {
	t.Setenv("DATABASE_URL", "")
	for _, args := range [][]string{
		{"status", "more"}, {"status"}, {"status", "--dsn", "postgres://u:hunter2@h/d?fallback_pth=x"},
		{"switch"}, {"switch", "sideways"}, {"switch", "auto", "primary"}, {"switch", "auto"}, {"switch", "auto", "--timeout", "soon"},
	} {
		var out, errOut bytes.Buffer
		require.Equal(t, exitUsage, execute(t.Context(), args, &out, &errOut), "%q", args)
		require.Empty(t, out.String())
		require.NotContains(t, errOut.String(), "hunter2")
		require.NotContains(t, errOut.String(), "failoversql: failoversql:")
	}
	var out, errOut bytes.Buffer
	require.Equal(t, exitFailed, execute(t.Context(), []string{"status", "--dsn", "postgres://h/d?fallback_enabled=false"}, &out, &errOut))
	require.Contains(t, errOut.String(), "switched off")
}

// TestOperateInterrupted: an interrupted verb takes its order back and leaves the
// owner's place free.
func TestOperateInterrupted(t *testing.T) {
	server := pgtest.New(t)
	dsn := server.URL() + "&fallback_path=" + filepath.Join(t.TempDir(), "app.db") + patient
	db, c := application(t, dsn)
	await(t, c, "following", func(s failoversql.Status) bool { return s.Fallback.Following })
	tx, err := db.Begin()
	require.NoError(t, err)
	_, err = tx.Exec(`CREATE TABLE t (a int)`)
	require.NoError(t, err)
	for _, signal := range []os.Signal{os.Interrupt, os.Kill} {
		cmd := exec.Command(binary(t), "switch", "fallback", "--dsn", dsn)
		require.NoError(t, cmd.Start())
		await(t, c, "the order is under way", func(s failoversql.Status) bool { return s.Pin == health.PinFallback })
		require.NoError(t, cmd.Process.Signal(signal))
		_ = cmd.Wait()
		if signal == os.Interrupt {
			require.Equal(t, exitFailed, cmd.ProcessState.ExitCode())
		}
		await(t, c, "the order is given up", func(s failoversql.Status) bool { return s.Pin == health.Auto })
	}
	require.NoError(t, tx.Commit())
	s := c.Status(t.Context())
	require.Equal(t, health.Primary, s.Mode, s.Reason)
}
