package sqlitedb

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"path/filepath"
	"strings"
	"testing"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	runChild()
	goleak.VerifyTestMain(m)
}

var ctx = context.Background()

// open opens a file that serves.
func open(t testing.TB, path string, opt Options) *File {
	t.Helper()
	if path == "" {
		path = filepath.Join(t.TempDir(), "app.db")
	}
	f, err := Open(ctx, path, opt)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

func serve(t testing.TB, f *File, on bool) {
	t.Helper()
	if _, err := f.UpdateState(ctx, func(st *State) error { st.Serving = on; return nil }); err != nil {
		t.Fatal(err)
	}
}

func session(t testing.TB, f *File) *Session {
	t.Helper()
	s, err := f.NewSession(ctx, SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return s
}

func named(args ...any) []driver.NamedValue {
	out := make([]driver.NamedValue, len(args))
	for i, a := range args {
		out[i] = driver.NamedValue{Ordinal: i + 1, Value: a}
	}
	return out
}

func mustExec(t testing.TB, s *Session, query string, args ...any) int64 {
	t.Helper()
	res, err := s.ExecContext(ctx, query, named(args...))
	if err != nil {
		t.Fatalf("%s: %v", query, err)
	}
	n, _ := res.RowsAffected()
	return n
}

func query(s *Session, query string, args ...any) ([][]driver.Value, error) {
	rows, err := s.QueryContext(ctx, query, named(args...))
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]driver.Value
	for {
		row := make([]driver.Value, len(rows.Columns()))
		if err := rows.Next(row); err == io.EOF {
			return out, nil
		} else if err != nil {
			return out, err
		}
		out = append(out, row)
	}
}

func one(t testing.TB, s *Session, q string, args ...any) driver.Value {
	t.Helper()
	rows, err := query(s, q, args...)
	if err != nil {
		t.Fatalf("%s: %v", q, err)
	}
	if len(rows) != 1 || len(rows[0]) != 1 {
		t.Fatalf("%s: got %v, want one value", q, rows)
	}
	return rows[0][0]
}

func code(t testing.TB, err error, want string) *pgconn.PgError {
	t.Helper()
	var pg *pgconn.PgError
	if !errors.As(err, &pg) || pg.Code != want {
		t.Fatalf("error %v, want SQLSTATE %s", err, want)
	}
	return pg
}

// sqliteTranslate stands in for the dialect where a test is about the session
// alone: SQLite's own SQL, every column and parameter an int8.
func sqliteTranslate(cat *catalog.Catalog, q string) (*dialect.Plan, error) {
	int8Type, _ := pgvalue.TypeOf(nil, 20, -1)
	verb, rest, _ := strings.Cut(strings.TrimSpace(q), " ")
	verb = strings.ToUpper(verb)
	p := &dialect.Plan{Verb: verb}
	for i := range strings.Count(q, "?") {
		p.Params = append(p.Params, &int8Type)
		_ = i
	}
	step := dialect.Step{SQL: q}
	for i := range p.Params {
		step.Binds = append(step.Binds, dialect.Bind{Param: i, Type: &int8Type})
	}
	switch verb {
	case "SELECT":
		p.Kind, step.Returns, step.Counts = dialect.Query, true, true
		columns, _, _ := strings.Cut(rest, " FROM ")
		for range strings.Count(columns, ",") + 1 {
			p.Columns = append(p.Columns, dialect.Column{Name: "c", Type: &int8Type})
		}
	case "INSERT", "UPDATE", "DELETE":
		p.Kind, p.Writes, step.Counts = dialect.Exec, true, true
	case "CREATE":
		c := cat.Clone()
		p.Kind, p.Writes, p.DDL = dialect.DDL, true, &dialect.Change{Catalog: c, SQL: []string{q}, Text: q}
		return p, nil
	case "BEGIN":
		p.Kind, p.Tx = dialect.Transaction, &dialect.Tx{Op: dialect.TxBegin, Isolation: strings.ToLower(rest)}
		return p, nil
	case "COMMIT", "ROLLBACK", "SAVEPOINT", "RELEASE", "BACKTO":
		op := map[string]dialect.TxOp{"COMMIT": dialect.TxCommit, "ROLLBACK": dialect.TxRollback, "SAVEPOINT": dialect.TxSavepoint,
			"RELEASE": dialect.TxRelease, "BACKTO": dialect.TxRollbackTo}[verb]
		p.Kind, p.Tx = dialect.Transaction, &dialect.Tx{Op: op, Name: rest}
		return p, nil
	}
	p.Steps = []dialect.Step{step}
	return p, nil
}

// plain opens a serving file whose sessions take SQLite's SQL, with a table t.
func plain(t testing.TB, path string) *File {
	t.Helper()
	f := open(t, path, Options{})
	f.translate = sqliteTranslate
	serve(t, f, true)
	c, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Exec(ctx, `CREATE TABLE IF NOT EXISTS t(id INTEGER PRIMARY KEY, n INTEGER) STRICT`); err != nil {
		t.Fatal(err)
	}
	return f
}

// waiting is the number of those that wait for the writer's place.
func (w *writers) waiting() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return len(w.queue)
}
