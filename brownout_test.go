package failoversql_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// Statements that take long because of what they ask for are no brown-out: not
// when all of them sleep, compute, or wait for a lock that one of them holds,
// nor when a connection waits for notifications.
func TestSlowStatementsAreNoBrownout(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	db, c := open(t, server.URL()+"&fallback_sync=off&fallback_path="+filepath.Join(t.TempDir(), "x.db"))
	execAll(t, ctx, db, `CREATE TABLE t (a int PRIMARY KEY)`, `INSERT INTO t VALUES (1)`)
	exec := func(q string) func(*sql.DB) error {
		return func(db *sql.DB) error { _, err := db.ExecContext(ctx, q); return err }
	}
	locker, err := db.BeginTx(ctx, nil)
	require.NoError(t, err)
	_, err = locker.ExecContext(ctx, `UPDATE t SET a = a`)
	require.NoError(t, err)
	var wg sync.WaitGroup
	begun := time.Now()
	for range 6 {
		for _, call := range []func(*sql.DB) error{
			exec(`SELECT pg_sleep(2)`),
			exec(`UPDATE t SET a = a`),
			exec(`SELECT sum(sqrt(i)) FROM generate_series(1, 1500000) i`),
			func(db *sql.DB) error {
				conn, err := db.Conn(ctx)
				if err != nil {
					return err
				}
				defer conn.Close()
				return conn.Raw(func(dc any) error {
					pg := dc.(interface{ PgxConn() *pgx.Conn }).PgxConn()
					if _, err := pg.Exec(ctx, `LISTEN never`); err != nil {
						return err
					}
					wait, cancel := context.WithTimeout(ctx, 2*time.Second)
					defer cancel()
					_, err := pg.WaitForNotification(wait)
					require.ErrorIs(t, err, context.DeadlineExceeded)
					return nil
				})
			},
		} {
			wg.Go(func() { require.NoError(t, call(db)) })
		}
	}
	time.AfterFunc(2*time.Second, func() { _ = locker.Commit() })
	wg.Wait()
	st := c.Status(ctx)
	require.Equal(t, health.Primary, st.Mode, st.Reason)
	require.EqualValues(t, 1, st.Generation, "it moved: %s", st.Reason)
	t.Logf("%v", time.Since(begun))
}
