package failoversql_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

func failed(r failoversql.TestReport) (names []string) {
	for _, c := range r.Checks {
		if !c.OK {
			names = append(names, c.Name)
		}
	}
	return names
}

// Test leaves nothing behind on either side, moves no traffic, and says which
// part would fail.
func TestSelfTest(t *testing.T) {
	server := pgtest.New(t)
	require.NoError(t, server.Exec(t.Context(), "postgres", `CREATE TABLE goods (id int PRIMARY KEY, name text)`))
	require.NoError(t, server.Exec(t.Context(), "postgres", `CREATE ROLE weak LOGIN`))
	dir := t.TempDir()
	db, c := open(t, server.URL()+"&fallback_path="+filepath.Join(dir, "app.db")+fast)
	require.NoError(t, db.PingContext(t.Context()))
	require.Eventually(t, func() bool { return c.Status(t.Context()).Fallback.Following }, 30*time.Second, 5*time.Millisecond)
	before, err := os.ReadDir(dir)
	require.NoError(t, err)
	generation := c.Status(t.Context()).Generation

	r, err := c.Test(t.Context())
	require.NoError(t, err)
	require.True(t, r.OK, "%+v", r)
	require.Len(t, r.Checks, 6)
	doc, err := json.Marshal(r)
	require.NoError(t, err)
	require.Contains(t, string(doc), `"took_seconds":`)
	after, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, after, len(before), "nothing stays beside the file")
	var n int
	require.NoError(t, db.QueryRow(`SELECT count(*) FROM pg_class WHERE relname = 'failoversql_test'`).Scan(&n))
	require.Zero(t, n)
	require.Equal(t, generation, c.Status(t.Context()).Generation, "no traffic moved")

	require.NoError(t, server.Kill9())
	require.Eventually(t, func() bool { return c.Status(t.Context()).Mode == health.Fallback }, 30*time.Second, 5*time.Millisecond)
	r, err = c.Test(t.Context())
	require.NoError(t, err)
	require.False(t, r.OK)
	require.Equal(t, []string{"primary_answers", "primary_writes", "primary_can_be_followed"}, failed(r))
	require.NoError(t, server.Restart())
}

// A role that may not set up following is told what it lacks, with the SQL.
func TestSelfTestPrivileges(t *testing.T) {
	server := pgtest.New(t)
	require.NoError(t, server.Exec(t.Context(), "postgres", `CREATE ROLE weak LOGIN`))
	db, c := open(t, server.URL()+"&user=weak&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
	require.NoError(t, db.PingContext(t.Context()))
	r, err := c.Test(t.Context())
	require.NoError(t, err)
	require.Equal(t, []string{"primary_can_be_followed", "copy_would_serve"}, failed(r))
	require.Contains(t, r.Checks[2].Detail, `ALTER ROLE "weak" REPLICATION`)
}

// Backups beyond what is kept go, the newest and what is not ours stay.
func TestPruneBackups(t *testing.T) {
	server := pgtest.New(t)
	dir := t.TempDir()
	db, c := open(t, server.URL()+"&fallback_sync=off&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
	require.NoError(t, db.PingContext(t.Context()))
	old := filepath.Join(dir, "app-20200102T030405.000Z.db")
	other := filepath.Join(dir, "app-notes.db")
	for _, p := range []string{old, other} {
		require.NoError(t, os.WriteFile(p, nil, 0o600))
	}
	var made []string
	for range 3 {
		p, err := c.Backup(t.Context(), dir)
		require.NoError(t, err)
		info, err := os.Stat(p)
		require.NoError(t, err)
		require.Equal(t, os.FileMode(0o600), info.Mode().Perm())
		made = append(made, p)
	}
	all, err := c.Backups(t.Context(), dir)
	require.NoError(t, err)
	require.Equal(t, []string{made[2], made[1], made[0], old}, all, "the newest first, and nothing else")
	removed, err := c.PruneBackups(t.Context(), dir, failoversql.Retention{})
	require.NoError(t, err)
	require.Empty(t, removed, "no limit is set")
	removed, err = c.PruneBackups(t.Context(), dir, failoversql.Retention{MaxAge: time.Hour})
	require.NoError(t, err)
	require.Equal(t, []string{old}, removed)
	removed, err = c.PruneBackups(t.Context(), dir, failoversql.Retention{Keep: 2})
	require.NoError(t, err)
	require.Equal(t, made[:1], removed)
	removed, err = c.PruneBackups(t.Context(), dir, failoversql.Retention{MaxAge: time.Nanosecond})
	require.NoError(t, err)
	require.Equal(t, made[1:2], removed, "the newest stays")
	require.FileExists(t, made[2])
	require.FileExists(t, other)
}
