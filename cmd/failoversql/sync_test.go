package main

import (
	"encoding/json"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestSync brings a journal back by hand, with a live application and without
// one, and settles its conflicts.
func TestSync(t *testing.T) {
	server := pgtest.New(t)
	dsn := server.URL() + "&fallback_path=" + filepath.Join(t.TempDir(), "app.db") +
		"&fallback_min_dwell=50ms&fallback_probe_interval=50ms&fallback_rise=1" + patient
	verb := func(want int, args ...string) (out, errOut string) {
		t.Helper()
		status, out, errOut := run(t, nil, append(args, "--dsn", dsn)...)
		require.Equal(t, want, status, out+errOut)
		return out, errOut
	}
	db, c := application(t, dsn)
	exec := func(query string) {
		t.Helper()
		_, err := db.Exec(query)
		require.NoError(t, err)
	}
	primary := func(query string) {
		t.Helper()
		require.NoError(t, server.Exec(t.Context(), "postgres", query))
	}
	exec(`CREATE TABLE t (a int PRIMARY KEY, b text NOT NULL)`)
	exec(`INSERT INTO t VALUES (1, 'one')`)
	await(t, c, "following", func(s failoversql.Status) bool { return s.Fallback.Following })
	out, _ := verb(exitDone, "sync")
	require.Equal(t, "nothing to bring to PostgreSQL\n", out)
	out, _ = verb(exitDone, "conflicts", "list")
	require.Equal(t, "no conflicts\n", out)

	verb(exitDone, "switch", "fallback")
	exec(`INSERT INTO t VALUES (2, 'two')`)
	exec(`UPDATE t SET b = 'mine' WHERE a = 1`)
	exec(`INSERT INTO t VALUES (3, 'three')`)
	primary(`UPDATE t SET b = 'theirs' WHERE a = 1`)

	out, errOut := verb(exitNotWell, "sync", "--dry-run")
	require.Contains(t, out, "UPDATE public.t: update_origin_change")
	require.Contains(t, out, "2 transactions would be applied, 1 parked")
	require.Contains(t, errOut, "would be parked")
	require.Error(t, server.Exec(t.Context(), "postgres", `SELECT 1 / count(*) FROM t WHERE a = 2`), "the dry run changed nothing")
	out, _ = verb(exitNotWell, "sync", "--dry-run", "--json")
	require.Len(t, document(t, out)["list"], 3)

	out, _ = verb(exitNotWell, "sync")
	require.Equal(t, "2 transactions applied, 1 parked\n", out)
	require.Equal(t, health.Fallback, c.Status(t.Context()).Mode, "SQLite serves on")
	primary(`SELECT 1 / count(*) FROM t WHERE a = 2`)
	out, _ = verb(exitDone, "sync")
	require.Equal(t, "nothing to bring to PostgreSQL\n", out)

	out, _ = verb(exitNotWell, "conflicts", "list", "--json")
	var list []map[string]any
	require.NoError(t, json.Unmarshal([]byte(out), &list))
	require.Len(t, list, 1)
	id := fmt.Sprint(list[0]["id"])
	out, _ = verb(exitDone, "conflicts", "show", id)
	require.Regexp(t, `(?m)^\* b +one +mine +theirs$`, out)
	verb(exitFailed, "conflicts", "show", "9999")
	verb(exitFailed, "conflicts", "resolve", "9999", "discard")
	verb(exitFailed, "conflicts", "resolve", id, "apply-edited")
	out, _ = verb(exitDone, "conflicts", "resolve", id, "apply-edited", "--row", `{"a": "1", "b": "ours"}`, "--by", "me")
	require.Equal(t, "conflict "+id+" is settled: apply-edited\n", out)
	verb(exitFailed, "conflicts", "resolve", id, "discard")
	primary(`SELECT 1 / count(*) FROM t WHERE b = 'ours'`)
	primary(`SELECT 1 / count(*) FROM failoversql.conflict WHERE resolved_by = 'me'`)
	verb(exitDone, "conflicts", "list")

	out, _ = verb(exitDone, "rescue")
	require.Equal(t, "PostgreSQL has all that was ever brought to it\n", out)
	primary(`UPDATE failoversql.replayed SET last_tx = last_tx - 1`)
	primary(`DELETE FROM t WHERE a = 3`) // as if it had never been replayed
	_, errOut = verb(exitFailed, "sync")
	require.Contains(t, errOut, "the primary has lost transactions")
	out, _ = verb(exitDone, "rescue")
	require.Equal(t, "1 transaction of 1 journal applied, 0 parked\n", out)
	primary(`SELECT 1 / count(*) FROM t WHERE a = 3`)

	// Without a process that has the file open the journal is brought back to
	// its end.
	exec(`INSERT INTO t VALUES (4, 'four')`)
	require.NoError(t, db.Close())
	out, _ = verb(exitDone, "sync")
	require.Equal(t, "1 transaction applied, 0 parked\n", out)
	primary(`SELECT 1 / count(*) FROM t WHERE a = 4`)
	verb(exitDone, "switch", "auto")
	db, c = application(t, dsn)
	await(t, c, "the primary", func(s failoversql.Status) bool {
		return s.Mode == health.Primary && s.Fallback.Following && s.Fallback.Backlog == 0
	})
	var all string
	require.NoError(t, db.QueryRow(`SELECT string_agg(b, ' ' ORDER BY a) FROM t`).Scan(&all))
	require.Equal(t, "ours two three four", all)
}

func TestSyncUsage(t *testing.T) {
	for _, args := range [][]string{
		{"sync", "now"}, {"conflicts", "show"}, {"conflicts", "show", "x"}, {"conflicts", "resolve", "1"},
		{"conflicts", "resolve", "0", "discard"}, {"conflicts", "resolve", "1", "forget"},
		{"conflicts", "resolve", "1", "apply-edited", "--row", "[]", "--dsn", "postgres://h/d?fallback_path=x"},
	} {
		var out, errOut strings.Builder
		require.Equal(t, exitUsage, execute(t.Context(), args, &out, &errOut), "%q: %s", args, errOut.String())
	}
}
