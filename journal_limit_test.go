package failoversql_test

import (
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// A journal at its limit refuses writes and nothing else: there is an alarm
// before, reads go on, and all that was acknowledged comes back.
func TestJournalLimit(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	db, c := open(t, server.URL()+"&fallback_journal_limit=1MB&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
	execAll(t, ctx, db, `CREATE TABLE note (id int PRIMARY KEY, text text NOT NULL)`, `INSERT INTO note VALUES (0, 'before')`)
	awaitFollowing(t, ctx, c)
	awaitCopied(t, ctx, c, db)
	alarms := make(chan failoversql.Event, 100)
	defer c.Subscribe(func(e failoversql.Event) {
		if e.Alarm {
			alarms <- e
		}
	})()
	require.NoError(t, c.SwitchToFallback(ctx))

	text, written := strings.Repeat("x", 4000), 0
	var err error
	for written < 10000 {
		if _, err = db.ExecContext(ctx, `INSERT INTO note VALUES ($1, $2)`, written+1, text); err != nil {
			break
		}
		written++
	}
	var pg *pgconn.PgError
	require.ErrorAs(t, err, &pg)
	require.Equal(t, "53100", pg.Code)
	require.Contains(t, pg.Message, "fallback_journal_limit")
	require.Greater(t, written, 50)
	require.Less(t, written, 300) // a row is there twice, in its table and in the journal
	select {
	case e := <-alarms:
		require.Contains(t, e.Reason, "fallback_journal_limit")
	case <-ctx.Done():
		t.Fatal("no alarm")
	}
	require.Equal(t, written+1, scalar[int](t, ctx, db, `SELECT count(*) FROM note`))

	require.NoError(t, c.ResumeAuto(ctx))
	awaitMode(t, ctx, c, health.Primary)
	require.Equal(t, written+1, scalar[int](t, ctx, db, `SELECT count(*) FROM note`))
	require.Empty(t, alarms)
}
