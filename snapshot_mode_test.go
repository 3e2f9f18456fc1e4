package failoversql_test

import (
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// An outage of a primary that cannot be followed: the file serves what it was at
// the last copy, the writes go back, and it is copied anew. A planned switch
// waits for a copy of what is there now.
func TestOutageWithoutLogicalDecoding(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t, pgtest.Options{Settings: map[string]string{"wal_level": "replica"}})
	db, c := open(t, server.URL()+"&fallback_path="+filepath.Join(t.TempDir(), "app.db")+"&fallback_sync_interval=300ms"+fast)
	execAll(t, ctx, db, `CREATE TABLE customer (id bigserial PRIMARY KEY, name text NOT NULL UNIQUE)`, `INSERT INTO customer (name) VALUES ('before')`)
	awaitFollowing(t, ctx, c)
	require.Eventually(t, func() bool { return len(c.Status(ctx).Fallback.Leases) == 1 }, 30*time.Second, time.Millisecond)
	s := c.Status(ctx).Fallback
	require.Equal(t, failoversql.SyncSnapshot, s.Sync)
	require.Contains(t, s.SyncLacks, "wal_level is replica and must be logical")

	execAll(t, ctx, db, `INSERT INTO customer (name) VALUES ('planned')`)
	require.NoError(t, c.SwitchToFallback(ctx))
	require.Equal(t, 2, scalar[int](t, ctx, db, `SELECT count(*) FROM customer`), "a planned switch waits for all that is there")
	execAll(t, ctx, db, `INSERT INTO customer (name) VALUES ('on the file')`)
	require.NoError(t, c.SwitchToPrimary(ctx))
	require.NoError(t, c.ResumeAuto(ctx))
	require.Equal(t, 3, scalar[int](t, ctx, db, `SELECT count(*) FROM customer`))

	awaitFollowing(t, ctx, c)
	written := time.Now()
	for c.Status(ctx).Fallback.Age < 0 || time.Since(written) < c.Status(ctx).Fallback.Age { // until a copy that was begun after it
		require.NoError(t, ctx.Err())
	}
	require.NoError(t, server.Kill9())
	require.Equal(t, 3, scalar[int](t, ctx, db, `SELECT count(*) FROM customer`))
	require.Equal(t, health.Fallback, c.Status(ctx).Mode)
	execAll(t, ctx, db, `UPDATE customer SET name = 'changed' WHERE name = 'before'`, `INSERT INTO customer (name) VALUES ('while away')`)
	require.NoError(t, server.Restart())
	awaitMode(t, ctx, c, health.Primary)
	require.Equal(t, 4, scalar[int](t, ctx, db, `SELECT count(*) FROM customer`))
	require.Equal(t, 1, scalar[int](t, ctx, db, `SELECT count(*) FROM customer WHERE name = 'changed'`))
	awaitFollowing(t, ctx, c)
	require.NoError(t, c.SwitchToFallback(ctx), "the file is fit to serve again")
	require.Equal(t, 4, scalar[int](t, ctx, db, `SELECT count(*) FROM customer`))
}
