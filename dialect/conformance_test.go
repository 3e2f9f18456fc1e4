package dialect_test

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"math"
	"os"
	"path/filepath"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

// TestConformance runs every case of testdata/conformance on a real PostgreSQL
// and on the fallback and compares column names, Go types, values and errors.
// PostgreSQL is the oracle: no expected value is written down. A case may be
// refused (0A000), never different.
//
// A file begins with its schema and rows, up to a line "-- cases". Cases are
// separated by blank lines; statements end in ";" at the end of a line. Below a
// statement, a line "--$ [json, …]" gives its arguments. A line "--types" before
// it compares types and not values (now(), random()).
func TestConformance(t *testing.T) {
	conform(t, pgtest.New(t))
}

// TestConformanceICU runs the same cases where text does not sort by bytes.
func TestConformanceICU(t *testing.T) {
	conform(t, pgtest.New(t, pgtest.Options{ICULocale: "en"}))
}

func conform(t *testing.T, server *pgtest.Server) {
	files, err := filepath.Glob("testdata/conformance/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	var total tally
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".sql")
		t.Run(name, func(t *testing.T) {
			got := runFile(t, server, file, name)
			t.Logf("%s: %s", name, got)
			total.add(got)
		})
	}
	t.Logf("total: %s", total)
}

// tally counts outcomes.
type tally struct{ equal, refused, different int }

func (c *tally) add(d tally) {
	c.equal += d.equal
	c.refused += d.refused
	c.different += d.different
}

func (c tally) String() string {
	return fmt.Sprintf("%d equal, %d refused, %d different", c.equal, c.refused, c.different)
}

// conformanceCase is one case: statements run in one transaction that is rolled
// back.
type conformanceCase struct {
	line  int
	steps []caseStep
}

type caseStep struct {
	sql       string
	args      []any
	typesOnly bool
}

func runFile(t *testing.T, server *pgtest.Server, file, name string) tally {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	setup, rest, ok := strings.Cut(string(text), "\n-- cases\n")
	if !ok {
		t.Fatalf("%s: no line \"-- cases\"", file)
	}
	line := strings.Count(setup, "\n") + 2
	if schema, ok := strings.CutPrefix(setup, "-- schema: "); ok {
		shared, err := os.ReadFile("testdata/conformance/schema/" + strings.TrimSpace(schema) + ".sql")
		if err != nil {
			t.Fatal(err)
		}
		setup = string(shared)
	}
	b := newPair(t, server, "conformance_"+name, setup)
	only := os.Getenv("CASE")
	var n tally
	for _, c := range readCases(t, rest, line) {
		if only != "" && !strings.Contains(c.steps[0].sql, only) {
			continue
		}
		switch what, detail := b.run(t, c); what {
		case "equal":
			n.equal++
		case "refused":
			n.refused++
			t.Logf("%s:%d refused: %s", file, c.line, detail)
		default:
			n.different++
			t.Errorf("%s:%d different: %s", file, c.line, detail)
		}
	}
	return n
}

func readCases(t *testing.T, text string, line int) []conformanceCase {
	var out []conformanceCase
	var c *conformanceCase
	var sql strings.Builder
	typesOnly := false
	for _, l := range strings.Split(text, "\n") {
		line++
		switch {
		case strings.TrimSpace(l) == "" && sql.Len() == 0:
			c = nil
			continue
		case strings.HasPrefix(l, "--$ "):
			s := &c.steps[len(c.steps)-1]
			s.args = readArgs(t, l[4:])
			continue
		case l == "--types":
			typesOnly = true
			continue
		case strings.HasPrefix(l, "-- ") && sql.Len() == 0:
			continue
		}
		if c == nil {
			out = append(out, conformanceCase{line: line})
			c = &out[len(out)-1]
		}
		sql.WriteString(l)
		if strings.HasSuffix(l, ";") {
			c.steps = append(c.steps, caseStep{sql: strings.TrimSuffix(sql.String(), ";"), typesOnly: typesOnly})
			sql.Reset()
			typesOnly = false
		} else {
			sql.WriteByte('\n')
		}
	}
	return out
}

// readArgs reads arguments: JSON, where a whole number is an int64, a string
// "time:…" a time.Time, "bytes:…" a []byte, and an array a slice.
func readArgs(t *testing.T, text string) []any {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var raw []any
	if err := d.Decode(&raw); err != nil {
		t.Fatalf("arguments %s: %v", text, err)
	}
	for i := range raw {
		raw[i] = readArg(t, raw[i])
	}
	return raw
}

func readArg(t *testing.T, v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, err := v.Float64()
		if err != nil {
			t.Fatal(err)
		}
		return f
	case string:
		if s, ok := strings.CutPrefix(v, "time:"); ok {
			tm, err := time.Parse(time.RFC3339Nano, s)
			if err != nil {
				t.Fatal(err)
			}
			return tm
		}
		if s, ok := strings.CutPrefix(v, "bytes:"); ok {
			return []byte(s)
		}
	case []any:
		if len(v) > 0 {
			if _, ok := v[0].(json.Number); ok {
				out := make([]int64, len(v))
				for i := range v {
					n, err := v[i].(json.Number).Int64()
					if err != nil {
						t.Fatal(err)
					}
					out[i] = n
				}
				return out
			}
		}
		out := make([]string, len(v))
		for i := range v {
			out[i] = v[i].(string)
		}
		return out
	}
	return v
}

// pair is a PostgreSQL database and a fallback file with the same schema and
// rows.
type pair struct {
	pg        driver.Conn
	lite      *sqlitedb.Session
	file      *sqlitedb.File
	sequences []string
}

func newPair(t *testing.T, server *pgtest.Server, database, setup string) *pair {
	ctx := t.Context()
	admin, err := pgx.Connect(ctx, server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(context.Background())
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+database); err != nil {
		t.Fatal(err)
	}
	cfg, err := pgx.ParseConfig(server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	cfg.Database = database
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(ctx, setup); err != nil {
		t.Fatalf("setup: %v", err)
	}
	cat, err := catalog.Load(ctx, conn, catalog.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b := &pair{}
	for _, q := range cat.Sequences {
		b.sequences = append(b.sequences, catalog.QuoteQualified(q.Schema, q.Name))
		q.Local = true // so that it needs no lease
	}
	b.file, b.lite = fallback(t, conn, cat)
	db, err := sql.Open("pgx", fmt.Sprintf("host=%s port=%d user=%s dbname=%s", cfg.Host, cfg.Port, cfg.User, database))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	pinned, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pinned.Close() })
	if err := pinned.Raw(func(dc any) error { b.pg = dc.(driver.Conn); return nil }); err != nil {
		t.Fatal(err)
	}
	return b
}

// fallback makes a fallback file with the tables and rows of a database.
func fallback(t *testing.T, conn *pgx.Conn, cat *catalog.Catalog) (*sqlitedb.File, *sqlitedb.Session) {
	ctx := t.Context()
	f, err := sqlitedb.Open(ctx, filepath.Join(t.TempDir(), "app.db"), sqlitedb.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	raw, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	exec := func(q string, args ...any) {
		t.Helper()
		if _, err := raw.Exec(ctx, q, args...); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if err := raw.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	cat.Version = f.Catalog().Version + 1
	if err := raw.StoreCatalog(ctx, cat); err != nil {
		t.Fatal(err)
	}
	exec("PRAGMA defer_foreign_keys = ON")
	for _, table := range cat.Tables {
		create, err := dialect.TableSQL(cat, table)
		if err != nil {
			t.Fatalf("table %s: %v", table.Name, err)
		}
		for _, q := range create {
			exec(q)
		}
	}
	if err := raw.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	exec("PRAGMA foreign_keys = OFF")
	for _, table := range cat.Tables {
		copyRows(t, conn, cat, table, exec)
	}
	if err := raw.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	for _, table := range cat.Tables {
		indexes, skipped, err := dialect.IndexSQL(cat, table)
		if err != nil || len(skipped) > 0 {
			t.Fatalf("indexes of %s: %v, skipped %v", table.Name, err, skipped)
		}
		triggers, err := dialect.TriggerSQL(cat, table)
		if err != nil {
			t.Fatalf("triggers of %s: %v", table.Name, err)
		}
		for _, q := range append(indexes, triggers...) {
			exec(q)
		}
	}
	if err := raw.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := f.UpdateState(ctx, func(st *sqlitedb.State) error { st.Serving = true; return nil }); err != nil {
		t.Fatal(err)
	}
	s, err := f.NewSession(ctx, sqlitedb.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return f, s
}

func copyRows(t *testing.T, conn *pgx.Conn, cat *catalog.Catalog, table *catalog.Table, exec func(string, ...any)) {
	ctx := t.Context()
	var names, marks []string
	var types []*pgvalue.Type
	for _, c := range table.Columns {
		if c.Generated != "" {
			continue
		}
		typ, ok := pgvalue.TypeOf(cat, c.Type, c.Typmod)
		if !ok {
			t.Fatalf("type %d", c.Type)
		}
		types = append(types, &typ)
		names = append(names, catalog.QuoteIdent(c.Name))
		marks = append(marks, "?")
	}
	rows, err := conn.Query(ctx, "SELECT "+strings.Join(names, ", ")+" FROM "+catalog.QuoteQualified(table.Schema, table.Name), pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		args := make([]any, len(types))
		for i, v := range rows.RawValues() {
			if v == nil {
				continue
			}
			native, err := pgvalue.ParseText(types[i], string(v), pgvalue.UTC)
			if err != nil {
				t.Fatal(err)
			}
			args[i] = pgvalue.ToColumn(types[i], native)
		}
		exec("INSERT INTO "+catalog.QuoteIdent(catalog.SQLiteName(table.Schema, table.Name))+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", args...)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// answer is what a statement gave.
type answer struct {
	columns []string
	rows    [][]driver.Value
	err     error
}

// run runs a case on both sides.
func (b *pair) run(t *testing.T, c conformanceCase) (what, detail string) {
	for _, conn := range []driver.Conn{b.pg, liteConn{b.lite}} {
		for _, q := range b.sequences {
			ask(t, conn, "SELECT setval('"+q+"', 1000)", nil)
		}
		ask(t, conn, "BEGIN", nil)
		defer ask(t, conn, "ROLLBACK", nil)
	}
	for _, s := range c.steps {
		want := ask(t, b.pg, s.sql, s.args)
		got := ask(t, liteConn{b.lite}, s.sql, s.args)
		if code(got.err) == "0A000" && code(want.err) != "0A000" {
			return "refused", fmt.Sprintf("%s\n\t%v", s.sql, got.err)
		}
		if diff := difference(want, got, s); diff != "" {
			return "different", fmt.Sprintf("%s\n\t%s\n\t%s", s.sql, diff, strings.Join(b.explain(s.sql), "\n\t"))
		}
	}
	return "equal", ""
}

// explain gives the SQLite statements of a query, for the report.
func (b *pair) explain(q string) []string {
	plan, err := dialect.Translate(b.file.Catalog(), q)
	if err != nil {
		return nil
	}
	var out []string
	for _, s := range plan.Steps {
		out = append(out, "sqlite: "+s.SQL)
	}
	return out
}

func code(err error) string {
	var pe *pgconn.PgError
	if errors.As(err, &pe) {
		return pe.Code
	}
	return ""
}

func ask(t *testing.T, c driver.Conn, query string, args []any) (a answer) {
	ctx := context.WithoutCancel(t.Context())
	named := make([]driver.NamedValue, len(args))
	for i, v := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	rows, err := c.(driver.QueryerContext).QueryContext(ctx, query, named)
	if err != nil {
		return answer{err: err}
	}
	defer func() {
		if err := rows.Close(); err != nil && a.err == nil {
			a.err = err
		}
	}()
	a.columns = rows.Columns()
	for {
		dest := make([]driver.Value, len(a.columns))
		err := rows.Next(dest)
		if err == io.EOF {
			return a
		}
		if err != nil {
			a.err = err
			return a
		}
		for i, v := range dest {
			if p, ok := v.([]byte); ok {
				dest[i] = bytes.Clone(p)
			}
		}
		a.rows = append(a.rows, dest)
	}
}

// difference describes the first difference between two answers, or is "".
func difference(want, got answer, s caseStep) string {
	if want.err != nil || got.err != nil {
		if code(want.err) != code(got.err) {
			return fmt.Sprintf("error %v, PostgreSQL: %v", got.err, want.err)
		}
		var w, g *pgconn.PgError
		if errors.As(want.err, &w) && errors.As(got.err, &g) {
			if w.ConstraintName != g.ConstraintName || w.ColumnName != g.ColumnName || w.TableName != g.TableName {
				return fmt.Sprintf("error names constraint %q, table %q, column %q, PostgreSQL: %q, %q, %q", g.ConstraintName, g.TableName, g.ColumnName, w.ConstraintName, w.TableName, w.ColumnName)
			}
			if w.Message != g.Message {
				return fmt.Sprintf("error says %q, PostgreSQL: %q", g.Message, w.Message)
			}
			if w.Position != g.Position {
				return fmt.Sprintf("error %q is at %d, PostgreSQL: %d", g.Message, g.Position, w.Position)
			}
		}
		return ""
	}
	if !slices.Equal(want.columns, got.columns) {
		return fmt.Sprintf("columns %q, PostgreSQL: %q", got.columns, want.columns)
	}
	if len(want.rows) != len(got.rows) {
		return fmt.Sprintf("%d rows %v, PostgreSQL: %d %v", len(got.rows), got.rows, len(want.rows), want.rows)
	}
	if !ordered(s.sql) {
		for _, rows := range [][][]driver.Value{want.rows, got.rows} {
			slices.SortFunc(rows, func(x, y []driver.Value) int { return strings.Compare(fmt.Sprint(x), fmt.Sprint(y)) })
		}
	}
	for i := range want.rows {
		for j := range want.rows[i] {
			w, g := want.rows[i][j], got.rows[i][j]
			if s.typesOnly && reflect.TypeOf(w) == reflect.TypeOf(g) {
				continue
			}
			if !sameValue(w, g) {
				return fmt.Sprintf("row %d, column %s: %s, PostgreSQL: %s", i+1, want.columns[j], show(g), show(w))
			}
		}
	}
	return ""
}

// ordered reports whether a query ends in an ORDER BY of its own.
func ordered(sql string) bool {
	_, tail, ok := cutLast(strings.ToLower(sql), "order by")
	depth := 0
	for _, c := range tail {
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return false // inside parentheses
			}
		}
	}
	return ok
}

func cutLast(s, sep string) (before, after string, ok bool) {
	if i := strings.LastIndex(s, sep); i >= 0 {
		return s[:i], s[i+len(sep):], true
	}
	return s, "", false
}

func show(v driver.Value) string {
	if b, ok := v.([]byte); ok {
		return fmt.Sprintf("[]byte %q", b)
	}
	return fmt.Sprintf("%T %v", v, v)
}

func sameValue(w, g driver.Value) bool {
	switch w := w.(type) {
	case time.Time:
		g, ok := g.(time.Time)
		return ok && w.Equal(g) && w.Location() == g.Location()
	case float64:
		g, ok := g.(float64)
		return ok && math.Float64bits(w) == math.Float64bits(g) || ok && math.IsNaN(w) && math.IsNaN(g)
	}
	return reflect.DeepEqual(w, g)
}

// liteConn makes a session a driver.Conn.
type liteConn struct{ *sqlitedb.Session }

func (liteConn) Prepare(string) (driver.Stmt, error) { return nil, errors.New("not used") }
func (liteConn) Begin() (driver.Tx, error)           { return nil, errors.New("not used") }
func (c liteConn) Close() error                      { return nil }
