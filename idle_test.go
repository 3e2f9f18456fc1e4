package failoversql_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// A primary that nobody asks anything of is left alone when that is wished for:
// no session of ours but the pool's own is there, and none comes, not even when
// the server closes what it has. The first statement finds out how it is, and
// the copy goes on.
func TestPrimaryRests(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	dsn := server.URL() + "&fallback_probe_idle=300ms&application_name=app&fallback_path=" + filepath.Join(t.TempDir(), "app.db") + fast
	db, c := open(t, dsn)
	execAll(t, ctx, db, `CREATE TABLE t (a int PRIMARY KEY)`, `INSERT INTO t VALUES (1)`)
	awaitFollowing(t, ctx, c)

	truth, err := sql.Open("pgx", server.URL())
	require.NoError(t, err)
	defer truth.Close()
	ours := func() int {
		return scalar[int](t, ctx, truth, `SELECT count(*) FROM pg_stat_activity WHERE application_name LIKE 'failoversql%'`)
	}
	awaitRest := func(c *failoversql.Connector) {
		t.Helper()
		require.Eventually(t, func() bool { return c.Status(ctx).Primary.Resting && ours() == 0 }, 20*time.Second, 5*time.Millisecond, "it is not left alone: %+v", c.Status(ctx))
	}
	sessions := func() int { // that ever were
		return scalar[int](t, ctx, truth, `SELECT sessions FROM pg_stat_database WHERE datname = current_database()`)
	}
	quiet := func() { // a look at the server's own count, twenty probe intervals apart
		t.Helper()
		probe := c.Status(ctx).Primary.LastProbe
		before := sessions()
		require.NoError(t, scalarErr(ctx, truth, `SELECT pg_sleep(1)`))
		require.Equal(t, before, sessions(), "somebody connected")
		require.Equal(t, probe, c.Status(ctx).Primary.LastProbe)
	}
	awaitRest(c)
	quiet()

	// The server ends the pool's connections, as one does that goes to sleep.
	execAll(t, ctx, truth, `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'app'`)
	quiet()
	require.Equal(t, health.Primary, c.Status(ctx).Mode)

	require.Equal(t, 1, scalar[int](t, ctx, db, `SELECT count(*) FROM t`))
	require.Eventually(t, func() bool { return c.Status(ctx).Fallback.Following }, 20*time.Second, time.Millisecond)
	execAll(t, ctx, db, `INSERT INTO t VALUES (2)`)
	require.EqualValues(t, 1, c.Status(ctx).Generation, "it never moved")

	// A switch by hand needs the stream, whatever rests.
	awaitRest(c)
	require.NoError(t, server.Exec(ctx, "postgres", `INSERT INTO t VALUES (3)`))
	require.NoError(t, c.SwitchToFallback(ctx))
	require.Equal(t, 3, scalar[int](t, ctx, db, `SELECT count(*) FROM t`))
	require.NoError(t, c.SwitchToPrimary(ctx))
	require.NoError(t, c.ResumeAuto(ctx))

	// Another process on the file that is at work keeps the owner from resting.
	awaitRest(c)
	other, oc := open(t, dsn+"&fallback_fall=3")
	stop, ended := context.WithCancel(ctx)
	worked := make(chan struct{})
	go func() {
		defer close(worked)
		for stop.Err() == nil {
			_, _ = other.ExecContext(ctx, `SELECT 1`)
		}
	}()
	require.Eventually(t, func() bool { return !c.Status(ctx).Primary.Resting && c.Status(ctx).Fallback.Following }, 20*time.Second, time.Millisecond)
	require.NoError(t, scalarErr(ctx, truth, `SELECT pg_sleep(2)`))
	require.False(t, c.Status(ctx).Primary.Resting)
	ended()
	<-worked
	require.False(t, oc.Status(ctx).Owner)
	awaitRest(c)

	// It died while it rested: whoever comes first finds the fallback.
	require.NoError(t, server.Kill9())
	require.Equal(t, 3, scalar[int](t, ctx, db, `SELECT count(*) FROM t`))
	require.Equal(t, health.Fallback, c.Status(ctx).Mode)
	require.NoError(t, server.Restart())
	awaitMode(t, ctx, c, health.Primary)
}

func scalarErr(ctx context.Context, db *sql.DB, q string) error {
	_, err := db.ExecContext(ctx, q)
	return err
}
