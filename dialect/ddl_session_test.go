package dialect_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// TestDDLSession runs the scripts of TestDDL through real sessions on a real
// fallback file with its journal: two sessions in turn, so that each meets the
// other's changes, and every field of an error counts.
func TestDDLSession(t *testing.T) {
	server := pgtest.New(t)
	conn, err := pgx.Connect(t.Context(), server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	files, err := filepath.Glob("testdata/ddl/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, script := range strings.Split(string(text), "\n----\n") {
			t.Run(fmt.Sprintf("%s/%d", strings.TrimSuffix(filepath.Base(file), ".sql"), i+1), func(t *testing.T) {
				sessionScript(t, conn, script)
			})
		}
	}
}

func sessionScript(t *testing.T, conn *pgx.Conn, script string) {
	ctx := t.Context()
	f, err := sqlitedb.Open(ctx, filepath.Join(t.TempDir(), "app.db"), sqlitedb.Options{Capture: dbsync.CaptureTriggers, JournalDDL: dbsync.JournalDDL})
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	raw, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	for _, q := range dbsync.JournalSchema() {
		if _, err := raw.Exec(ctx, q); err != nil {
			t.Fatal(err)
		}
	}
	if _, err := f.UpdateState(ctx, func(st *sqlitedb.State) error {
		st.Serving, st.Capture, st.State = true, true, "diverged"
		return nil
	}); err != nil {
		t.Fatal(err)
	}
	var sessions [2]*sqlitedb.Session
	for i := range sessions {
		if sessions[i], err = f.NewSession(ctx, sqlitedb.SessionOptions{}); err != nil {
			t.Fatal(err)
		}
		defer sessions[i].Close()
	}
	tx, err := conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	for i, s := range steps(t, script) {
		result, got := sessions[i%2].ExecContext(ctx, s.sql, nil)
		if s.refused {
			var pe *pgconn.PgError
			if !errors.As(got, &pe) || pe.Code != "0A000" {
				t.Errorf("not refused: %s\n%v", s.sql, got)
			}
			continue
		}
		tag, want := inSavepoint(ctx, tx, s.sql)
		if d := differInAll(want, got); d != "" && !(s.loose && strings.HasPrefix(d, "message:") && !strings.Contains(d, "\n")) {
			t.Errorf("%s\nPostgreSQL: %s\nfallback:   %s\n%s", s.sql, describe(want), describe(got), d)
		}
		if want == nil && got == nil {
			if n, err := result.RowsAffected(); err != nil || n != tag.RowsAffected() {
				t.Errorf("%s\naffected %d rows, not %d", s.sql, n, tag.RowsAffected())
			}
		}
	}
}

// differInAll compares all that an application can see of an error.
func differInAll(want, got error) string {
	var w, g *pgconn.PgError
	if !errors.As(want, &w) || !errors.As(got, &g) {
		return differ(want, got)
	}
	var d []string
	for _, f := range []struct{ name, want, got string }{
		{"code", w.Code, g.Code}, {"message", w.Message, g.Message}, {"hint", w.Hint, g.Hint},
		{"schema", w.SchemaName, g.SchemaName}, {"table", w.TableName, g.TableName}, {"column", w.ColumnName, g.ColumnName},
		{"constraint", w.ConstraintName, g.ConstraintName}, {"position", fmt.Sprint(w.Position), fmt.Sprint(g.Position)},
	} {
		if f.want != f.got {
			d = append(d, fmt.Sprintf("%s: %q and %q", f.name, f.want, f.got))
		}
	}
	return strings.Join(d, "\n")
}
