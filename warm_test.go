package failoversql_test

import (
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

// TestConnectWhileWarmingUp: SQLite serves new callers while connections for the
// return are being opened, however long that takes, and those are used then.
func TestConnectWhileWarmingUp(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	proxy := faultproxy.New(t, server.Addr())
	db, c := open(t, "postgres://postgres@"+proxy.Addr()+"/postgres?sslmode=disable&fallback_path="+filepath.Join(t.TempDir(), "app.db")+
		"&fallback_probe_interval=50ms&fallback_probe_timeout=60s&fallback_min_dwell=50ms&fallback_rise=1&fallback_timeout=60s")
	execAll(t, ctx, db, `CREATE TABLE t (a int PRIMARY KEY)`)
	awaitFollowing(t, ctx, c)
	require.NoError(t, c.SwitchToFallback(ctx))
	for a := range 3 {
		conn, err := db.Conn(ctx)
		require.NoError(t, err)
		defer conn.Close()
		_, err = conn.ExecContext(ctx, `INSERT INTO t VALUES ($1)`, a)
		require.NoError(t, err)
	}

	primary, err := sql.Open("pgx", server.DSN())
	require.NoError(t, err)
	defer primary.Close()
	proxy.Spare("failoversql") // the replay's own
	proxy.Delay(time.Hour)
	var gated atomic.Bool
	defer c.Subscribe(func(e failoversql.Event) {
		if e.Mode == health.Cutover {
			gated.Store(true)
		}
	})()
	before := proxy.Accepted()
	require.NoError(t, c.ResumeAuto(ctx))
	for proxy.Accepted() < before+3 || scalar[int](t, ctx, primary, `SELECT count(*) FROM t`) < 3 { // the replay's, and two that dial
		require.NoError(t, ctx.Err())
	}
	conn, err := db.Conn(ctx)
	require.NoError(t, err)
	_, err = conn.ExecContext(ctx, `INSERT INTO t VALUES ($1)`, 3)
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	require.Equal(t, health.Recovering, c.Status(ctx).Mode)
	require.False(t, gated.Load(), "nobody waits yet")

	require.NoError(t, proxy.Heal())
	awaitMode(t, ctx, c, health.Primary)
	require.Equal(t, 4, scalar[int](t, ctx, db, `SELECT count(*) FROM t`))
	require.True(t, scalar[bool](t, ctx, db, `SELECT backend_start < $1 FROM pg_stat_activity WHERE pid = pg_backend_pid()`, c.Status(ctx).Since),
		"the connection was there before it was needed")
}
