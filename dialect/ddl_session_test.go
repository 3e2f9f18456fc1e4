package dialect_test

import (
	"context"
	"errors"
	"fmt"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// TestDDLSession runs the scripts of TestDDL through real sessions on a real
// fallback file with its journal: two sessions in turn, so that each meets the
// other's changes, and every field of an error counts.
func TestDDLSession(t *testing.T) { eachScript(t, sessionScript) }

// journaled is a new fallback file that serves and keeps a journal.
func journaled(t *testing.T) *sqlitedb.File {
	ctx := t.Context()
	f, err := sqlitedb.Open(ctx, filepath.Join(t.TempDir(), "app.db"), sqlitedb.Options{Capture: dbsync.CaptureTriggers, JournalDDL: dbsync.JournalDDL})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
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
	return f
}

func sessionScript(t *testing.T, conn *pgx.Conn, script string) {
	ctx := t.Context()
	f := journaled(t)
	var sessions [2]*sqlitedb.Session
	for i := range sessions {
		s, err := f.NewSession(ctx, sqlitedb.SessionOptions{})
		if err != nil {
			t.Fatal(err)
		}
		defer s.Close()
		sessions[i] = s
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
