package failoversql_test

import (
	"database/sql"
	"database/sql/driver"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/faultproxy"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// What a session holds does not cross a switch. Who held on to the connection
// is told so once, whether the route had changed by then or the connection had
// only broken; callers of the pool see nothing.
func TestPinnedConnIsToldOnce(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	proxy := faultproxy.New(t, server.Addr())
	db, c := open(t, "postgres://postgres@"+proxy.Addr()+"/postgres?sslmode=disable&fallback_path="+filepath.Join(t.TempDir(), "x.db")+fast)
	execAll(t, ctx, db, `CREATE TABLE t (a int PRIMARY KEY)`, `INSERT INTO t VALUES (1)`)
	awaitFollowing(t, ctx, c)

	pin := func() *sql.Conn {
		conn, err := db.Conn(ctx)
		require.NoError(t, err)
		_, err = conn.ExecContext(ctx, `SET statement_timeout = '7s'`)
		require.NoError(t, err)
		return conn
	}
	told := func(conn *sql.Conn, call string, err error) {
		require.ErrorIs(t, err, driver.ErrBadConn, call)
		require.ErrorContains(t, err, "session state of this connection", call)
		_, err = conn.ExecContext(ctx, `SELECT 1`)
		require.ErrorIs(t, err, sql.ErrConnDone, call)
		require.ErrorIs(t, conn.Close(), sql.ErrConnDone, call)
		require.Equal(t, 1, scalar[int](t, ctx, db, `SELECT count(*) FROM t`))
	}

	broken := pin()
	proxy.CloseAll()
	var n int
	told(broken, "broken", broken.QueryRowContext(ctx, `SELECT count(*) FROM t`).Scan(&n))

	calls := map[string]func(*sql.Conn) error{
		"exec":    func(conn *sql.Conn) error { _, err := conn.ExecContext(ctx, `INSERT INTO t VALUES (2)`); return err },
		"query":   func(conn *sql.Conn) error { return conn.QueryRowContext(ctx, `SELECT 1`).Scan(&n) },
		"begin":   func(conn *sql.Conn) error { _, err := conn.BeginTx(ctx, nil); return err },
		"prepare": func(conn *sql.Conn) error { _, err := conn.PrepareContext(ctx, `SELECT 1`); return err },
		"ping":    func(conn *sql.Conn) error { return conn.PingContext(ctx) },
	}
	there, back := map[string]*sql.Conn{}, map[string]*sql.Conn{}
	for call := range calls {
		there[call] = pin()
	}
	proxy.Refuse()
	proxy.CloseAll()
	awaitMode(t, ctx, c, health.Fallback)
	for call, run := range calls {
		told(there[call], call, run(there[call]))
		back[call] = pin()
	}
	require.NoError(t, proxy.Heal())
	awaitMode(t, ctx, c, health.Primary)
	for call, run := range calls {
		told(back[call], call+" on the way back", run(back[call]))
	}
}
