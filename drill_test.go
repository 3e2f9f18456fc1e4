package failoversql_test

import (
	"context"
	"encoding/json"
	"errors"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// A drill cuts PostgreSQL off for this process, tells what statements met, and
// everything is as before afterwards.
func TestDrill(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	dsn := server.URL() + "&fallback_path=" + filepath.Join(t.TempDir(), "app.db") + fast
	db, c := open(t, dsn)
	execAll(t, ctx, db, `CREATE TABLE t (a int PRIMARY KEY)`, `INSERT INTO t VALUES (1)`)
	awaitFollowing(t, ctx, c)
	awaitCopied(t, ctx, c, db)
	g := guest(t, dsn)
	_, err := g.Drill(ctx, failoversql.DrillOptions{})
	require.ErrorIs(t, err, failoversql.ErrDrill)
	require.NoError(t, g.Close())

	held, err := db.BeginTx(ctx, nil)
	require.NoError(t, err)
	_, err = held.ExecContext(ctx, `INSERT INTO t VALUES (2)`)
	require.NoError(t, err)

	for _, journal := range []bool{false, true} {
		serving, over := make(chan struct{}), make(chan struct{})
		var once sync.Once
		var report failoversql.DrillReport
		var drillErr error
		go func() {
			defer close(over)
			report, drillErr = c.Drill(ctx, failoversql.DrillOptions{Duration: 2 * time.Second, Journal: journal, Progress: func(p failoversql.DrillProgress) {
				if p.Step == "serving" {
					once.Do(func() { close(serving) })
				}
			}})
		}()
		select {
		case <-serving:
		case <-over:
			t.Fatalf("%+v %v", report, drillErr)
		}
		_, err = c.Drill(ctx, failoversql.DrillOptions{})
		require.ErrorIs(t, err, failoversql.ErrDrill, "one at a time")
		require.Equal(t, 1, scalar[int](t, ctx, db, `SELECT count(*) FROM t WHERE a = 1`))
		_, err = db.ExecContext(ctx, `SELECT count(*) FROM t TABLESAMPLE SYSTEM (10)`)
		require.Error(t, err)
		_, err = db.ExecContext(ctx, `INSERT INTO t VALUES (3)`)
		if journal {
			require.NoError(t, err)
		} else {
			var pg *pgconn.PgError
			require.ErrorAs(t, err, &pg)
			require.Equal(t, "25006", pg.Code)
		}
		require.Equal(t, health.Fallback, c.Status(ctx).Mode)
		<-over
		require.NoError(t, drillErr)
		require.True(t, report.OK, "%+v", report)
		require.Equal(t, journal, report.Journal)
		require.Positive(t, report.Failover)
		require.Positive(t, report.Back)
		require.GreaterOrEqual(t, report.Statements, int64(3))
		require.Positive(t, report.Slowest)
		require.EqualValues(t, 1, report.Errors["0A000"])
		require.Len(t, report.Refused, 1)
		require.Contains(t, report.Refused[0].Message, "TABLESAMPLE")
		require.Equal(t, health.Primary, c.Status(ctx).Mode)
		if !journal {
			require.Positive(t, report.InUse)
			require.ErrorIs(t, held.Commit(), failoversql.ErrRolledBack)
		}
		text, err := json.Marshal(report)
		require.NoError(t, err)
		var back failoversql.DrillReport
		require.NoError(t, json.Unmarshal(text, &back))
		require.InDelta(t, report.Failover.Seconds(), back.Failover.Seconds(), 1e-6)
		require.Equal(t, report.Refused, back.Refused)
		awaitFollowing(t, ctx, c)
	}
	require.Equal(t, 2, scalar[int](t, ctx, db, `SELECT count(*) FROM t`), "what was journaled came back")

	// What ends a drill ends the cut.
	stopped, cancel := context.WithCancel(ctx)
	_, err = c.Drill(stopped, failoversql.DrillOptions{Duration: time.Minute, Progress: func(p failoversql.DrillProgress) {
		if p.Step == "serving" {
			cancel()
		}
	}})
	require.True(t, errors.Is(err, context.Canceled), "%v", err)
	awaitMode(t, ctx, c, health.Primary)
	require.NoError(t, c.SwitchToPrimary(ctx))
	_, err = c.Drill(ctx, failoversql.DrillOptions{})
	require.ErrorContains(t, err, "pinned")
}
