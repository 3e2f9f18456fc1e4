// Package both runs an example on PostgreSQL, then, PostgreSQL having been
// killed, on the fallback, and looks whether PostgreSQL has it all when it is
// back.
package both

import (
	"context"
	"database/sql"
	_ "embed"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
	_ "github.com/jackc/pgx/v5/stdlib" // looks at PostgreSQL past failoversql
)

// Notes is the table that the examples write to.
//
//go:embed notes.sql
var Notes string

// patience bounds every wait.
const patience = 30 * time.Second

// Run runs work, which opens the DSN by itself and adds rows to the table notes,
// once on each side.
func Run(t *testing.T, work func(ctx context.Context, dsn string) error) {
	ctx := t.Context()
	pg := pgtest.New(t)
	must(t, pg.Exec(ctx, "postgres", Notes))

	dsn := pg.URL() + "&" + url.Values{
		"fallback_path":           {filepath.Join(t.TempDir(), "app.db")},
		"fallback_probe_interval": {"100ms"},
		"fallback_min_dwell":      {"100ms"},
	}.Encode()
	// What holds the database open keeps the file following between the runs, as
	// the rest of an application would.
	db, err := sql.Open("failoversql", dsn)
	must(t, err)
	defer db.Close()
	connector, err := failoversql.FromDB(ctx, db)
	must(t, err)
	wait(t, connector, "the copy", func(s failoversql.Status) bool { return s.Fallback.Following })

	var each int
	t.Run("PostgreSQL", func(t *testing.T) {
		must(t, work(ctx, dsn))
		each = count(t, pg)
		if each == 0 {
			t.Fatal("the example wrote nothing")
		}
	})
	t.Run("SQLite", func(t *testing.T) {
		must(t, pg.Kill9())
		must(t, work(ctx, dsn))
		if mode := connector.Status(ctx).Mode; !mode.OnFallback() {
			t.Fatalf("mode %v", mode)
		}
	})
	t.Run("back", func(t *testing.T) {
		must(t, pg.Restart())
		wait(t, connector, "PostgreSQL", func(s failoversql.Status) bool { return s.Mode == health.Primary })
		if n := count(t, pg); n != 2*each {
			t.Errorf("PostgreSQL holds %d notes, want %d", n, 2*each)
		}
		must(t, work(ctx, dsn))
	})
}

// count asks PostgreSQL, past failoversql.
func count(t *testing.T, pg *pgtest.Server) (n int) {
	t.Helper()
	db, err := sql.Open("pgx", pg.URL())
	must(t, err)
	defer db.Close()
	must(t, db.QueryRowContext(t.Context(), `SELECT count(*) FROM notes`).Scan(&n))
	return n
}

func wait(t *testing.T, c *failoversql.Connector, what string, as func(failoversql.Status) bool) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), patience)
	defer cancel()
	for {
		s := c.Status(ctx)
		if as(s) {
			return
		}
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("waiting for %s: %v; the state is %+v", what, ctx.Err(), s)
		}
	}
}

func must(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}
