package failoversql_test

import (
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/internal/pgtest"
)

func setUp(t *testing.T, dsn string) failoversql.SetupReport {
	t.Helper()
	cfg, err := failoversql.ParseDSN(dsn)
	require.NoError(t, err)
	cfg.Logger = slog.New(slog.DiscardHandler)
	report, err := failoversql.Setup(testContext(t), cfg, failoversql.SetupOptions{Migrate: failoversql.MigrateOptions{Compare: true}})
	require.NoError(t, err)
	return report
}

func checked(r failoversql.SetupReport) (names []string) {
	for _, c := range r.Checks {
		if c.OK {
			names = append(names, c.Name)
		} else {
			names = append(names, c.Name+" FAIL: "+c.Detail)
		}
	}
	return names
}

var allSteps = []string{"primary_answers", "privileges", "primary_prepared", "copy_made", "primary_answers", "primary_writes",
	"primary_can_be_followed", "copy_would_serve", "fallback_reads", "fallback_writes", "trial_outage"}

// A role that may do nothing is told what it needs; granted that, setup makes all
// ready, plays an outage through, and leaves nothing of it.
func TestSetup(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	dir := t.TempDir()
	admin := server.URL()
	require.NoError(t, server.Exec(ctx, "postgres", `CREATE ROLE app LOGIN PASSWORD 'hunter2'; CREATE TABLE goods (id serial PRIMARY KEY, name text); INSERT INTO goods (name) VALUES ('nails');
		GRANT ALL ON goods TO app; GRANT ALL ON SEQUENCE goods_id_seq TO app; ALTER TABLE goods OWNER TO app`))
	dsn := strings.Replace(admin, "postgres://postgres@", "postgres://app:hunter2@", 1) + "&fallback_path=" + filepath.Join(dir, "app.db") + fast + "&fallback_sync=stream"

	report := setUp(t, dsn)
	require.False(t, report.OK)
	require.Equal(t, []string{`ALTER ROLE "app" REPLICATION;`, `GRANT CREATE ON DATABASE "postgres" TO "app";`}, report.SQL, "%v", report.Checks)
	require.Contains(t, checked(report)[1], "privileges FAIL")
	require.Len(t, report.Checks, 2)
	for _, sql := range report.SQL {
		require.NoError(t, server.Exec(ctx, "postgres", sql))
	}
	for range 2 { // what is there stays
		report = setUp(t, dsn)
		require.Equal(t, allSteps, checked(report))
		require.True(t, report.OK)
		require.Empty(t, report.SQL)
		for _, c := range report.Checks {
			require.NotContains(t, c.Detail, "hunter2")
		}
	}
	require.NoError(t, server.Exec(ctx, "postgres", `DO $$ BEGIN
		ASSERT (SELECT count(*) FROM pg_replication_slots) = 1;
		ASSERT (SELECT count(*) FROM pg_publication) = 1;
		ASSERT (SELECT count(*) FROM failoversql.replayed) = 0;
		ASSERT to_regnamespace('failoversql_trial') IS NULL;
	END $$`))
	entries, err := os.ReadDir(dir)
	require.NoError(t, err)
	for _, e := range entries {
		require.True(t, strings.HasPrefix(e.Name(), "app.db"), e.Name())
	}

	db, c := open(t, dsn)
	require.Equal(t, "nails", scalar[string](t, ctx, db, `SELECT name FROM goods`))
	awaitFollowing(t, ctx, c)
	report = setUp(t, dsn)
	require.Equal(t, allSteps[:len(allSteps)-1], checked(report), "beside an application no outage is played")
	require.NotEmpty(t, report.Notes)
}

// Where PostgreSQL cannot be followed that is said, with what would mend it, and
// copies at intervals do.
func TestSetupWithoutStream(t *testing.T) {
	server := pgtest.New(t)
	require.NoError(t, server.Exec(t.Context(), "postgres", `CREATE ROLE app LOGIN; GRANT CREATE ON DATABASE postgres TO app; CREATE TABLE goods (id int PRIMARY KEY); ALTER TABLE goods OWNER TO app`))
	dsn := strings.Replace(server.URL(), "postgres://postgres@", "postgres://app@", 1) + "&fallback_path=" + filepath.Join(t.TempDir(), "app.db") + fast
	report := setUp(t, dsn)
	require.Equal(t, allSteps, checked(report))
	require.Equal(t, []string{`ALTER ROLE "app" REPLICATION;`}, report.SQL)
	require.Contains(t, strings.Join(report.Notes, "\n"), "may not replicate: until then PostgreSQL is copied whole")

	report = setUp(t, "postgres://app:hunter2@127.0.0.1:1/d?fallback_path="+filepath.Join(t.TempDir(), "app.db"))
	require.False(t, report.OK)
	require.Len(t, report.Checks, 1)
	require.NotContains(t, report.Checks[0].Detail, "hunter2")
}
