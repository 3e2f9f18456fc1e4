package failoversql_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

// guest opens a file as the command line does.
func guest(t *testing.T, dsn string) *failoversql.Connector {
	t.Helper()
	cfg, err := failoversql.ParseDSN(dsn)
	require.NoError(t, err)
	cfg.Guest, cfg.Logger = true, slog.New(slog.DiscardHandler)
	c, err := failoversql.NewConnector(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

// A running application that orders a cleanup goes on with PostgreSQL alone; what
// would be lost, or is used by others, stays.
func TestCleanup(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	dir := t.TempDir()
	dsn := server.URL() + "&fallback_path=" + filepath.Join(dir, "app.db") + fast
	db, c := open(t, dsn)
	execAll(t, ctx, db, `CREATE TABLE t (a int PRIMARY KEY)`, `INSERT INTO t VALUES (1)`)
	awaitFollowing(t, ctx, c)
	tx, err := db.BeginTx(ctx, nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(ctx, `INSERT INTO t VALUES (2)`)
	require.NoError(t, err)

	other := guest(t, dsn)
	require.Equal(t, health.Primary, other.Status(ctx).Mode)
	require.ErrorIs(t, c.Cleanup(ctx), sqlitedb.ErrInUse)
	require.ErrorIs(t, other.Cleanup(ctx), sqlitedb.ErrInUse)
	_, err = other.CleanupWith(ctx, failoversql.CleanupOptions{Force: true})
	require.ErrorIs(t, err, sqlitedb.ErrInUse)
	require.NoError(t, other.Close())

	require.NoError(t, c.Cleanup(ctx))
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Empty(t, left)
	require.Zero(t, scalar[int](t, ctx, db, `SELECT (SELECT count(*) FROM pg_replication_slots) + (SELECT count(*) FROM pg_publication) + (SELECT count(*) FROM failoversql.instance)`))
	_, err = tx.ExecContext(ctx, `INSERT INTO t VALUES (3)`)
	require.NoError(t, err, "what is under way on PostgreSQL goes on")
	require.NoError(t, tx.Commit())
	require.Equal(t, 3, scalar[int](t, ctx, db, `SELECT count(*) FROM t`))
	s := c.Status(ctx)
	require.Equal(t, health.Primary, s.Mode)
	require.Equal(t, failoversql.ErrRemoved.Error(), s.Reason)
	require.ErrorIs(t, c.Cleanup(ctx), failoversql.ErrRemoved)
	require.ErrorIs(t, c.SwitchToFallback(ctx), failoversql.ErrRemoved)
	require.NoError(t, db.Close())

	db, c = open(t, dsn)
	awaitFollowing(t, ctx, c)
	require.Equal(t, 3, scalar[int](t, ctx, db, `SELECT count(*) FROM t`))
}

func TestCleanupKeepsWhatIsNowhereElse(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	dir := t.TempDir()
	path := filepath.Join(dir, "app.db")
	dsn := server.URL() + "&fallback_path=" + path + fast
	db, c := open(t, dsn)
	execAll(t, ctx, db, `CREATE TABLE t (a int PRIMARY KEY, b int)`, `INSERT INTO t VALUES (1, 1)`)
	awaitFollowing(t, ctx, c)
	require.NoError(t, c.SwitchToFallback(ctx))
	require.ErrorContains(t, c.Cleanup(ctx), "SQLite serves")
	execAll(t, ctx, db, `INSERT INTO t VALUES (2, 2)`)
	require.NoError(t, db.Close())

	var lost *failoversql.UnreturnedError
	g := guest(t, dsn)
	require.ErrorAs(t, g.Cleanup(ctx), &lost)
	require.EqualValues(t, 1, lost.What.Transactions)
	_, err := g.SyncToPrimary(ctx, failoversql.SyncOptions{})
	require.NoError(t, err)

	// PostgreSQL away: it cannot be asked.
	require.NoError(t, server.Kill9())
	require.ErrorContains(t, g.Cleanup(ctx), "PostgreSQL cannot be asked")
	require.NoError(t, server.Restart())

	// PostgreSQL older than it was: only the file has what was brought to it.
	require.NoError(t, server.Exec(ctx, "postgres", `UPDATE failoversql.replayed SET last_tx = last_tx - 1`))
	require.ErrorAs(t, g.Cleanup(ctx), &lost)
	require.EqualValues(t, 1, lost.What.Rewound)
	report, err := g.CleanupWith(ctx, failoversql.CleanupOptions{Force: true})
	require.NoError(t, err)
	require.Contains(t, report.Destroyed, "1 transactions that PostgreSQL has lost")
	require.Equal(t, path, report.Removed)
	require.Empty(t, report.Left)
	require.FileExists(t, report.Backup)
	require.NoFileExists(t, path)
	left, err := os.ReadDir(dir)
	require.NoError(t, err)
	require.Len(t, left, 1, "the backup only")
}

// Without PostgreSQL the SQL for what stays there is told.
func TestCleanupForcedWithoutPostgreSQL(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	path := filepath.Join(t.TempDir(), "app.db")
	dsn := server.URL() + "&fallback_path=" + path + fast
	db, c := open(t, dsn)
	execAll(t, ctx, db, `CREATE TABLE t (a int PRIMARY KEY)`)
	awaitFollowing(t, ctx, c)
	require.NoError(t, db.Close())
	require.NoError(t, server.Kill9())
	report, err := guest(t, dsn).CleanupWith(ctx, failoversql.CleanupOptions{Force: true})
	require.NoError(t, err)
	require.NoFileExists(t, path)
	require.NotEmpty(t, report.Why)
	require.NoError(t, server.Restart())
	require.NoError(t, server.Exec(ctx, "postgres", report.Left))
	require.NoError(t, server.Exec(ctx, "postgres", `SELECT 1 / (1 - (SELECT count(*) FROM pg_replication_slots)::int - (SELECT count(*) FROM pg_publication)::int)`))
}
