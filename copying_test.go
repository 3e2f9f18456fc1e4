package failoversql_test

import (
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/stretchr/testify/require"
)

// Subscribers are told how a copy gets on, and when it is in place.
func TestCopyEvents(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	db, c := open(t, server.URL()+"&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
	execAll(t, ctx, db, `CREATE TABLE note (id int PRIMARY KEY, text text NOT NULL)`, `INSERT INTO note SELECT i, 'x' FROM generate_series(1, 5000) i`)
	awaitFollowing(t, ctx, c)
	events := make(chan failoversql.Event, 1000)
	defer c.Subscribe(func(e failoversql.Event) {
		if e.Copy != nil {
			events <- e
		}
	})()
	report, err := c.MigrateFromPrimary(ctx, failoversql.MigrateOptions{})
	require.NoError(t, err)
	require.EqualValues(t, 5000, report.Rows)
	var phases []string
	for len(phases) == 0 || phases[len(phases)-1] != "done" {
		select {
		case e := <-events:
			require.False(t, e.Time.IsZero())
			require.Equal(t, c.Status(ctx).Generation, e.Generation)
			phases = append(phases, e.Copy.Phase)
			if e.Copy.Phase == "done" {
				require.EqualValues(t, 5000, e.Copy.Rows)
				require.Positive(t, e.Copy.Bytes)
				require.Positive(t, e.Copy.Rate())
			}
		case <-time.After(20 * time.Second):
			t.Fatalf("no further event after %v", phases)
		}
	}
	require.Equal(t, []string{"copy", "index", "verify", "replace", "done"}, slices.Compact(phases))
}
