package failoversql_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/faultproxy"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// warming is a return to PostgreSQL whose connections are being opened: the journal,
// rows 0 to 2 of table t, is replayed, and what the application dials hangs until the
// proxy is healed.
type warming struct {
	server  *pgtest.Server
	proxy   *faultproxy.Proxy
	db      *sql.DB
	c       *failoversql.Connector
	primary *sql.DB
	gated   atomic.Bool // callers were made to wait
}

func warmingUp(t *testing.T, ctx context.Context) *warming {
	w := &warming{server: pgtest.New(t)}
	w.proxy = faultproxy.New(t, w.server.Addr())
	w.db, w.c = open(t, "postgres://postgres@"+w.proxy.Addr()+"/postgres?sslmode=disable&application_name=app&fallback_path="+filepath.Join(t.TempDir(), "app.db")+
		"&fallback_probe_interval=50ms&fallback_probe_timeout=60s&fallback_min_dwell=50ms&fallback_rise=1&fallback_timeout=60s")
	execAll(t, ctx, w.db, `CREATE TABLE t (a int PRIMARY KEY)`)
	awaitFollowing(t, ctx, w.c)
	require.NoError(t, w.c.SwitchToFallback(ctx))
	for a := range 3 {
		conn, err := w.db.Conn(ctx)
		require.NoError(t, err)
		t.Cleanup(func() { _ = conn.Close() })
		_, err = conn.ExecContext(ctx, `INSERT INTO t VALUES ($1)`, a)
		require.NoError(t, err)
	}
	var err error
	w.primary, err = sql.Open("pgx", w.server.DSN())
	require.NoError(t, err)
	t.Cleanup(func() { _ = w.primary.Close() })
	w.proxy.Spare("failoversql") // the replay's own
	w.proxy.Delay(time.Hour)
	t.Cleanup(w.c.Subscribe(func(e failoversql.Event) {
		if e.Mode == health.Cutover {
			w.gated.Store(true)
		}
	}))
	before := w.proxy.Accepted()
	require.NoError(t, w.c.ResumeAuto(ctx))
	for w.proxy.Accepted() < before+3 || scalar[int](t, ctx, w.primary, `SELECT count(*) FROM t`) < 3 { // the replay's, and two that dial
		require.NoError(t, ctx.Err())
	}
	return w
}

// write writes a row from a new connection, on SQLite.
func (w *warming) write(t *testing.T, ctx context.Context, a int) {
	conn, err := w.db.Conn(ctx)
	require.NoError(t, err)
	_, err = conn.ExecContext(ctx, `INSERT INTO t VALUES ($1)`, a)
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	require.False(t, w.gated.Load(), "nobody waits yet")
}

// TestConnectWhileWarmingUp: SQLite serves new callers while connections for the
// return are being opened, however long that takes, and those are used then.
func TestConnectWhileWarmingUp(t *testing.T) {
	ctx := testContext(t)
	w := warmingUp(t, ctx)
	w.write(t, ctx, 3)
	require.Equal(t, health.Recovering, w.c.Status(ctx).Mode)

	require.NoError(t, w.proxy.Heal())
	awaitMode(t, ctx, w.c, health.Primary)
	require.Equal(t, 4, scalar[int](t, ctx, w.db, `SELECT count(*) FROM t`))
	require.True(t, scalar[bool](t, ctx, w.db, `SELECT backend_start < $1 FROM pg_stat_activity WHERE pid = pg_backend_pid()`, w.c.Status(ctx).Since),
		"the connection was there before it was needed")
}

// lock has somebody lock the table "Locked".
func lock(t *testing.T, ctx context.Context, server *pgtest.Server) (primary *sql.DB, unlock func()) {
	primary, err := sql.Open("pgx", server.DSN())
	require.NoError(t, err)
	t.Cleanup(func() { _ = primary.Close() })
	locker, err := primary.BeginTx(ctx, nil)
	require.NoError(t, err)
	_, err = locker.ExecContext(ctx, `LOCK TABLE "Locked"`)
	require.NoError(t, err)
	return primary, func() { require.NoError(t, locker.Rollback()) }
}

// TestWarmTables: the server processes of connections that were opened for the
// return know the tables that the application uses; one that somebody has locked does not
// keep the return waiting.
func TestWarmTables(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	db, c := open(t, server.URL()+"&application_name=app&fallback_path="+filepath.Join(t.TempDir(), "app.db")+
		"&fallback_probe_interval=50ms&fallback_probe_timeout=4s&fallback_min_dwell=50ms&fallback_rise=1")
	execAll(t, ctx, db, `CREATE TABLE used (a serial PRIMARY KEY)`, `CREATE TABLE "Locked" (a int PRIMARY KEY)`, `CREATE TABLE other (a int PRIMARY KEY)`)
	awaitFollowing(t, ctx, c)
	require.NoError(t, c.SwitchToFallback(ctx))
	db.SetMaxIdleConns(3)
	conns := make([]*sql.Conn, 3)
	for i := range conns {
		var err error
		conns[i], err = db.Conn(ctx)
		require.NoError(t, err)
	}
	for _, conn := range conns {
		_, err := conn.ExecContext(ctx, `SELECT FROM "Locked"`)
		require.NoError(t, err)
		_, err = conn.ExecContext(ctx, `INSERT INTO used DEFAULT VALUES`)
		require.NoError(t, err)
		require.NoError(t, conn.Close())
	}
	primary, unlock := lock(t, ctx, server)

	require.NoError(t, c.ResumeAuto(ctx))
	awaitMode(t, ctx, c, health.Primary)
	unlock()
	last := `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'app' AND query LIKE 'SET LOCAL lock_timeout%; SELECT FROM "public"."used" LIMIT 0%'`
	require.Equal(t, 3, scalar[int](t, ctx, primary, last))
	require.Equal(t, 0, scalar[int](t, ctx, primary, last+` AND query LIKE '%other%'`))
	require.Equal(t, 3, scalar[int](t, ctx, db, `SELECT count(*) FROM used`), "on a connection as good as any")
	require.Equal(t, "0", scalar[string](t, ctx, db, `SELECT setting FROM pg_settings WHERE name = 'lock_timeout'`))
}

// TestWarmStatements: connections that were opened for the return have the statements
// that the application runs prepared, where pgx finds them; one that PostgreSQL does
// not take, or whose table is locked, is left out.
func TestWarmStatements(t *testing.T) {
	for mode, ahead := range map[string]int{"cache_statement": 1, "exec": 0, "describe_exec": 0} {
		t.Run(mode, func(t *testing.T) {
			ctx := testContext(t)
			server := pgtest.New(t)
			db, c := open(t, server.URL()+"&default_query_exec_mode="+mode+"&application_name=app&fallback_path="+filepath.Join(t.TempDir(), "app.db")+
				"&fallback_probe_interval=50ms&fallback_probe_timeout=4s&fallback_min_dwell=50ms&fallback_rise=1")
			execAll(t, ctx, db, `CREATE TABLE used (a int PRIMARY KEY, b text)`, `CREATE TABLE "Locked" (a int PRIMARY KEY)`, `CREATE TABLE gone (a int PRIMARY KEY)`)
			awaitFollowing(t, ctx, c)
			require.NoError(t, c.SwitchToFallback(ctx))
			const write, read, whole = `INSERT INTO used VALUES ($1, $2)`, `SELECT b FROM used WHERE a = $1`, `SELECT * FROM used WHERE a = $1`
			conn, err := db.Conn(ctx)
			require.NoError(t, err)
			_, err = conn.ExecContext(ctx, write, 1, "x")
			require.NoError(t, err)
			for _, query := range []string{read, whole, `SELECT a FROM "Locked" WHERE a = $1`, `DELETE FROM gone WHERE a = $1`} {
				_, err = conn.ExecContext(ctx, query, 1)
				require.NoError(t, err)
			}
			require.NoError(t, conn.Close())
			primary, unlock := lock(t, ctx, server)
			_, err = primary.ExecContext(ctx, `DROP TABLE gone`)
			require.NoError(t, err)
			require.NoError(t, c.ResumeAuto(ctx))
			awaitMode(t, ctx, c, health.Primary)
			unlock()

			conn, err = db.Conn(ctx)
			require.NoError(t, err)
			defer conn.Close()
			prepared := `SELECT count(*) FROM pg_prepared_statements WHERE statement = '`
			count := func(query string) (n int) {
				require.NoError(t, conn.QueryRowContext(ctx, prepared+query+`'`).Scan(&n))
				return n
			}
			for _, query := range []string{write, read, whole} {
				require.Equal(t, ahead, count(query), query)
			}
			require.Equal(t, 0, count(`SELECT a FROM "Locked" WHERE a = $1`))
			_, err = conn.ExecContext(ctx, write, 2, "y")
			require.NoError(t, err)
			var b string
			require.NoError(t, conn.QueryRowContext(ctx, read, 2).Scan(&b))
			require.Equal(t, "y", b)
			require.Equal(t, ahead, count(write)+count(read)-ahead, "the same ones were used")

			// As of any statement that pgx keeps, a result of another type is an
			// error once.
			_, err = primary.ExecContext(ctx, `ALTER TABLE used ADD COLUMN c int`)
			require.NoError(t, err)
			for range 2 {
				_, err = conn.ExecContext(ctx, whole, 1)
			}
			require.NoError(t, err)
			require.Equal(t, ahead, count(whole))
		})
	}
}

// TestSwitchWhileWarmingUp: an operator need not wait for connections that hang, and
// none is left of a return that was given up.
func TestSwitchWhileWarmingUp(t *testing.T) {
	ctx := testContext(t)
	w := warmingUp(t, ctx)
	require.NoError(t, w.c.SwitchToFallback(ctx))
	require.Equal(t, health.Fallback, w.c.Status(ctx).Mode)
	w.write(t, ctx, 3)
	require.NoError(t, w.proxy.Heal())
	for scalar[int](t, ctx, w.primary, `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'app'`) > 0 {
		require.NoError(t, ctx.Err())
	}
	require.NoError(t, w.c.ResumeAuto(ctx))
	awaitMode(t, ctx, w.c, health.Primary)
	require.Equal(t, 4, scalar[int](t, ctx, w.primary, `SELECT count(*) FROM t`))
}

// TestKillWhileWarmingUp: PostgreSQL dies while connections to it are being opened.
func TestKillWhileWarmingUp(t *testing.T) {
	ctx := testContext(t)
	w := warmingUp(t, ctx)
	w.write(t, ctx, 3)
	require.NoError(t, w.server.Kill9())
	w.write(t, ctx, 4)
	require.NoError(t, w.proxy.Heal())
	w.write(t, ctx, 5)
	require.NoError(t, w.server.Restart())
	awaitMode(t, ctx, w.c, health.Primary)
	require.Equal(t, 6, scalar[int](t, ctx, w.db, `SELECT count(*) FROM t`))
	require.Equal(t, 6, scalar[int](t, ctx, w.primary, `SELECT count(*) FROM t`), "on PostgreSQL")
}
