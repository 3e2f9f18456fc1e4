package failoversql_test

import (
	"context"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// A call whose context ends is ended on the server too, as by bare pgx: its
// locks would stay otherwise.
func TestCancelReachesServer(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	db, c := open(t, server.URL()+"&fallback_sync=off&application_name=cancelled&fallback_path="+filepath.Join(t.TempDir(), "x.db"))
	require.NoError(t, db.PingContext(ctx))
	call, cancel := context.WithTimeout(ctx, 100*time.Millisecond)
	defer cancel()
	_, err := db.ExecContext(call, `SELECT pg_sleep(60)`)
	require.ErrorIs(t, err, context.DeadlineExceeded)
	require.Eventually(t, func() bool {
		return scalar[int](t, ctx, db, `SELECT count(*) FROM pg_stat_activity WHERE application_name = 'cancelled' AND query LIKE '%pg_sleep(60)%' AND pid <> pg_backend_pid()`) == 0
	}, 20*time.Second, 10*time.Millisecond)
	require.Equal(t, health.Primary, c.Status(ctx).Mode)
}
