package main

import (
	"bytes"
	"context"
	"database/sql"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"
	"unicode/utf8"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestMigrateWithoutAnApplication: the verbs do the work themselves.
func TestMigrateWithoutAnApplication(t *testing.T) {
	server := pgtest.New(t)
	require.NoError(t, server.Exec(t.Context(), "postgres", `
		CREATE TABLE a (id int PRIMARY KEY, s text); INSERT INTO a SELECT i, 'x' || i FROM generate_series(1, 5000) i;
		CREATE TABLE b (id int PRIMARY KEY); INSERT INTO b VALUES (1); CREATE TABLE heap (n int)`))
	path := filepath.Join(t.TempDir(), "app.db")
	on := []string{"--dsn", strings.Replace(server.URL(), "postgres://postgres@", "postgres://postgres:hunter2@", 1) + "&fallback_path=" + path}

	status, _, errOut := run(t, nil, append(on, "verify")...)
	require.Equal(t, exitFailed, status)
	require.Contains(t, errOut, "no application has made the fallback file yet")

	// What has no faithful form is said before anything is done.
	status, out, errOut := run(t, nil, append(on, "migrate")...)
	require.Equal(t, exitNotWell, status, errOut)
	require.Contains(t, out, "public.heap has no replica identity")
	require.Contains(t, errOut, "--leave-out")
	status, out, _ = run(t, nil, append(on, "migrate", "--json")...)
	require.Equal(t, exitNotWell, status)
	require.Equal(t, "public.heap", document(t, out)["missing"].([]any)[0].(map[string]any)["name"])

	status, out, errOut = run(t, nil, append(on, "migrate", "--leave-out")...)
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, out, "copied     public.a, 5000 rows")
	require.Contains(t, out, "left out   public.heap has no replica identity")
	require.Regexp(t, `(?m)^2 tables, 5001 rows and \S+ kB in \S+: what PostgreSQL was at \S+$`, out)
	require.NotContains(t, out+errOut, "\x1b", "a bar off a terminal")
	status, out, errOut = run(t, nil, append(on, "migrate", "--exclude", "heap,b", "--json")...)
	require.Equal(t, exitDone, status, errOut)
	shown := document(t, out)
	require.Equal(t, 1.0, shown["tables"])
	require.Equal(t, 5000.0, shown["rows"])
	status, out, errOut = run(t, nil, append(on, "migrate", "--exclude=heap", "--compare=false")...)
	require.Equal(t, exitDone, status, errOut)
	require.NotContains(t, out, "left out")

	require.NoError(t, server.Exec(t.Context(), "postgres", `INSERT INTO b VALUES (2)`))
	status, out, errOut = run(t, nil, append(on, "verify")...)
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, out, "same      public.a, 5000 rows\nsame      public.b, 2 rows\n")

	file, err := sql.Open("sqlite3", path)
	require.NoError(t, err)
	_, err = file.Exec(`UPDATE failoversql_state SET capture = 0; DELETE FROM a WHERE id = 7; UPDATE a SET s = '' WHERE id = 8; UPDATE failoversql_state SET capture = 1`)
	require.NoError(t, err)
	require.NoError(t, file.Close())
	status, out, errOut = run(t, nil, append(on, "verify", "--table", "a", "--rate", "100000")...)
	require.Equal(t, exitNotWell, status, errOut)
	require.Contains(t, out, "differs    public.a, 5000 rows on PostgreSQL, 4999 in the file\n           missing: 7\n           different: 8\n")
	require.Contains(t, errOut, "1 of 1 tables are not what PostgreSQL holds")
	status, out, _ = run(t, nil, append(on, "verify", "--json")...)
	require.Equal(t, exitNotWell, status)
	require.Equal(t, false, document(t, out)["equal"])
	status, _, errOut = run(t, nil, append(on, "migrate", "--leave-out")...)
	require.Equal(t, exitDone, status, errOut)
	status, _, errOut = run(t, nil, append(on, "verify")...)
	require.Equal(t, exitDone, status, errOut)

	require.NoError(t, server.Kill9())
	for _, verb := range []string{"migrate", "verify"} {
		status, _, errOut = run(t, nil, append(on, verb)...)
		require.Equal(t, exitFailed, status)
		require.NotContains(t, errOut, "not following", "of %s: why is known", verb)
	}
}

// TestMigrateByTheApplication: the verbs hand the work to the process that owns
// the file, which goes on following and serving.
func TestMigrateByTheApplication(t *testing.T) {
	server := pgtest.New(t)
	path := filepath.Join(t.TempDir(), "app.db")
	dsn := server.URL() + "&fallback_path=" + path + patient
	on := []string{"--dsn", dsn}
	db, c := application(t, dsn)
	_, err := db.Exec(`CREATE TABLE a (id int PRIMARY KEY, s text)`)
	require.NoError(t, err)
	_, err = db.Exec(`INSERT INTO a SELECT i, repeat('x', 100) FROM generate_series(1, 20000) i`)
	require.NoError(t, err)
	await(t, c, "following", func(s failoversql.Status) bool { return s.Fallback.Following })

	ctx, cancel := context.WithCancel(t.Context())
	written := make(chan error, 1)
	go func() {
		for i := 100_000; ; i++ {
			if _, err := db.ExecContext(ctx, `INSERT INTO a VALUES ($1, 'y')`, i); err != nil {
				if ctx.Err() != nil {
					err = nil
				}
				written <- err
				return
			}
		}
	}()
	status, out, errOut := run(t, nil, append(on, "migrate")...)
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, out, "copied     public.a, ")
	status, out, errOut = run(t, nil, append(on, "verify")...)
	require.Equal(t, exitDone, status, errOut)
	require.Contains(t, out, "same      public.a, ")
	cancel()
	require.NoError(t, <-written)
	require.True(t, c.Status(t.Context()).Owner)

	// One that is interrupted, or killed, is given up by the owner.
	lock, err := db.BeginTx(t.Context(), nil)
	require.NoError(t, err)
	_, err = lock.Exec(`INSERT INTO a VALUES (-1, '')`) // no slot is made before it ends
	require.NoError(t, err)
	for _, signal := range []os.Signal{os.Interrupt, os.Kill} {
		cmd := exec.Command(binary(t), append(on, "migrate")...)
		require.NoError(t, cmd.Start())
		waiting := func() (n int) {
			require.NoError(t, db.QueryRow(`SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE_REPLICATION_SLOT%' AND state = 'active'`).Scan(&n))
			return n
		}
		require.Eventually(t, func() bool { return waiting() == 1 }, 30*time.Second, time.Millisecond)
		require.NoError(t, cmd.Process.Signal(signal))
		_ = cmd.Wait()
		require.Eventually(t, func() bool { return waiting() == 0 }, 30*time.Second, time.Millisecond, "%v", signal)
	}
	require.NoError(t, lock.Rollback())
	status, _, errOut = run(t, nil, append(on, "migrate")...)
	require.Equal(t, exitDone, status, errOut)
	await(t, c, "following", func(s failoversql.Status) bool { return s.Fallback.Following })
}

// TestProgressOnATerminal: one line at the foot, never wider than the terminal is
// at the moment, and above it one for each table.
func TestProgressOnATerminal(t *testing.T) {
	var lines, foot bytes.Buffer
	columns := 120
	b := &bar{w: &foot, wide: func() int { return columns }}
	s := copyProgress{lines: &lines, bar: b, waits: waits{lines: &lines, bar: b}}
	shown := func() string {
		b.what = "" // whatever time has passed
		defer foot.Reset()
		return foot.String()
	}
	s.at(failoversql.MigrateProgress{Phase: "copy", Table: "public.a", Rows: 500, Expected: 1000, Tables: 1, Bytes: 2000, Elapsed: time.Second})
	require.Equal(t, "\rcopying    ████████░░░░░░░░░░░░░░░░  33%  2s left, 0 of 1 tables, 500 rows, 500 rows/s, 2 kB  public.a\x1b[K", shown())
	s.at(failoversql.MigrateProgress{Phase: "copy", Table: "public.a", TableRows: 900, TableBytes: 3000, TableDone: true, Rows: 900, Expected: 900, Tables: 1, TablesDone: 1})
	require.Equal(t, "copied     public.a, 900 rows, 3 kB\n", lines.String())
	require.Contains(t, shown(), "100%  1 of 1 tables, 900 rows")
	s.at(failoversql.MigrateProgress{Phase: "verify", Table: "public.a", Rows: 900, PhaseRows: 100, Tables: 4, TablesDone: 1})
	require.Contains(t, shown(), "comparing  ████░░░░░░░░░░░░░░░░░░░░  21%  1 of 4 tables  public.a")

	columns = 60
	name := strings.Repeat("名", 20) + "\x1b[2J\n"
	s.at(failoversql.MigrateProgress{Phase: "verify", Table: name, Rows: 900, Tables: 4})
	require.Equal(t, "\rcomparing  ░░░░░░░░░░░░   0%  0 of 4 tables  名名名名名名…\x1b[K", shown())
	columns = 70
	s.at(failoversql.MigrateProgress{Phase: "verify", Table: "a" + name[:60-3] + "\x1b[2J", Rows: 900, Tables: 4})
	require.NotContains(t, shown(), "[2J")
	for columns = range 60 {
		s.at(failoversql.MigrateProgress{Phase: "verify", Table: name, Rows: 900, Tables: 4})
		line := strings.TrimSuffix(strings.TrimPrefix(shown(), "\r"), "\x1b[K")
		require.LessOrEqual(t, utf8.RuneCountInString(line)+strings.Count(line, "名"), max(1, columns-1), "of %d columns: %q", columns, line)
	}
	columns = 80
	s.bar.show("comparing", 0, "")
	s.bar.clear()
	require.True(t, strings.HasSuffix(foot.String(), "\r\x1b[K"))
}

// TestManyTablesOnATerminal: those that hold few of the rows do not scroll it away.
func TestManyTablesOnATerminal(t *testing.T) {
	var lines, foot bytes.Buffer
	s := copyProgress{lines: &lines, bar: &bar{w: &foot, wide: func() int { return 80 }}, few: true}
	for i := range 500 {
		rows := int64(10)
		if i%100 == 0 {
			rows = 100_000
		}
		s.at(failoversql.MigrateProgress{Phase: "copy", Table: fmt.Sprintf("public.t%d", i), TableRows: rows, TableDone: true, Tables: 500, TablesDone: i + 1, Expected: 505_000})
	}
	require.Equal(t, 5, strings.Count(lines.String(), "\n"), lines.String())
	s.few = false // a log has all
	s.at(failoversql.MigrateProgress{Phase: "copy", Table: "public.t1", TableRows: 10, TableDone: true, Tables: 500, Expected: 505_000})
	require.Equal(t, 6, strings.Count(lines.String(), "\n"), lines.String())
}

// TestProgressInALog: a line now and then says that there is something under way.
func TestProgressInALog(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var log bytes.Buffer
		b := newBar(&log)
		for range 90 {
			time.Sleep(time.Second) // on the test's clock
			b.show("copying", 0.5, "on it")
		}
		require.Equal(t, strings.Repeat("copying    50%  on it\n", 3), log.String())
	})
}

// TestWaitingIsShown: a transaction that is waited for has one line, and the foot
// how long it has been open.
func TestWaitingIsShown(t *testing.T) {
	var lines, foot bytes.Buffer
	b := &bar{w: &foot, wide: func() int { return 200 }}
	s := copyProgress{lines: &lines, bar: b, waits: waits{lines: &lines, bar: b}}
	for i := range 3 {
		b.what = ""
		s.at(failoversql.MigrateProgress{Phase: "wait", WaitsFor: []failoversql.OpenTransaction{
			{Prepared: "nightly\x1b", Role: "app", Database: "shop", Seconds: float64(60 + i)},
			{PID: 42, Role: "app", Database: "shop", Application: "billing", State: "idle in transaction", Seconds: float64(5 + i)},
		}})
	}
	require.Equal(t, `waiting    for prepared transaction "nightly\x1b" (app in shop, open for 1m0s) to end on PostgreSQL
waiting    for pid 42 (app in shop, billing, idle in transaction, open for 5s) to end on PostgreSQL
`, lines.String())
	require.Contains(t, foot.String(), `and 1 more, prepared transaction "nightly\x1b" (app in shop, open for 1m2s)`)
}
