package pgfunc

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/jackc/pgx/v5"
	"github.com/mattn/go-sqlite3"
	"go.uber.org/goleak"
)

// The tests run the same call on a real PostgreSQL and on SQLite and compare
// the result's text, or the error's SQLSTATE and message.

var server pgtest.Oracle

func TestMain(m *testing.M) { goleak.VerifyTestMain(server.Over(m)) }

// postgres is a connection to the oracle.
func postgres(t testing.TB) *pgx.Conn {
	t.Helper()
	return server.Conn(t, tryFunction+"; SET timezone = '"+testZone+"'")
}

const testZone = "America/New_York"

// try evaluates an expression: its type, and its text or error.
const tryFunction = `CREATE OR REPLACE FUNCTION pg_temp.try(expr text, OUT typ int8, OUT res text) LANGUAGE plpgsql AS $$
DECLARE d text;
BEGIN
	EXECUTE format('SELECT pg_typeof(x)::oid::int8, CASE WHEN x IS NULL THEN ''NULL'' ELSE format(''%%s'', x) END FROM (SELECT %s AS x) t', expr) INTO typ, res;
EXCEPTION WHEN OTHERS THEN
	GET STACKED DIAGNOSTICS d = PG_EXCEPTION_DETAIL;
	typ := 0;
	res := 'ERROR ' || SQLSTATE || ' ' || SQLERRM || CASE WHEN d <> '' THEN ' [' || d || ']' ELSE '' END;
END $$`

// answer is what PostgreSQL made of an expression.
type answer struct {
	typ  int64
	text string
}

func ask(t testing.TB, c *pgx.Conn, exprs []string) []answer {
	t.Helper()
	rows, err := c.Query(context.Background(), "SELECT typ, coalesce(res, '?') FROM unnest($1::text[]) WITH ORDINALITY e(x, n), pg_temp.try(x) ORDER BY n", exprs)
	if err != nil {
		t.Fatal(err)
	}
	as, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (a answer, err error) {
		err = r.Scan(&a.typ, &a.text)
		return a, err
	})
	if err != nil {
		t.Fatal(err)
	}
	return as
}

// lite is a SQLite connection that registers functions as calls need them.
type lite struct {
	*sqlite3.SQLiteConn
	have map[string]bool
	now  int64
}

func newLite(t testing.TB) *lite {
	t.Helper()
	c, err := (&sqlite3.SQLiteDriver{}).Open(":memory:")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { c.Close() })
	l := &lite{SQLiteConn: c.(*sqlite3.SQLiteConn), have: map[string]bool{}, now: pgvalue.Micros(time.Now())}
	for name, f := range Collations() {
		if err := l.RegisterCollation(name, f); err != nil {
			t.Fatal(err)
		}
	}
	return l
}

func (l *lite) register(m *Impl) error {
	for _, name := range m.Functions() {
		if l.have[name] {
			continue
		}
		d, ok := Func(name)
		if !ok {
			return fmt.Errorf("no function %s", name)
		}
		var err error
		if d.Aggregate {
			err = l.RegisterAggregator(name, d.Impl, d.Pure)
		} else {
			err = l.RegisterFunc(name, d.Impl, d.Pure)
		}
		if err != nil {
			return fmt.Errorf("%s: %w", name, err)
		}
		l.have[name] = true
	}
	return nil
}

// call writes an implementation's call over the parameters ?1, ?2, …; simple
// asks for the faster form.
func call(m *Impl, args int, simple bool) string {
	n := args + len(m.Env)
	holes := make([]string, n)
	for i := range holes {
		holes[i] = fmt.Sprintf("?%d", i+1)
	}
	sql := m.SQL
	if simple {
		sql = m.Simple
	} else if sql == "" {
		sql = m.Name + "($*)"
	}
	sql = strings.ReplaceAll(sql, "$*", strings.Join(holes, ","))
	for i := n; i > 0; i-- {
		sql = strings.ReplaceAll(sql, fmt.Sprintf("$%d", i), holes[i-1])
	}
	return sql
}

// facts are the hidden arguments.
func (l *lite) facts(m *Impl) []driver.NamedValue {
	var vs []driver.NamedValue
	for _, e := range m.Env {
		var v driver.Value
		switch e {
		case "tz":
			v = testZone
		case "ctype":
			v = "C" // as initdb makes it here
		case "default_text_search_config":
			v = "pg_catalog.english"
		case "server_version_num":
			v = "150000"
		case "lc_numeric", "lc_monetary", "lc_time":
			v = "C"
		case "now", "stmt":
			v = l.now
		}
		vs = append(vs, driver.NamedValue{Ordinal: len(vs) + 1, Value: v})
	}
	return vs
}

// eval runs a prepared call.
func eval(st driver.Stmt, args []driver.NamedValue) (any, error) {
	rows, err := st.(driver.StmtQueryContext).QueryContext(context.Background(), args)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	row := make([]driver.Value, 1)
	if err := rows.Next(row); err != nil {
		if err == io.EOF {
			return nil, errors.New("no row")
		}
		return nil, err
	}
	return row[0], nil
}

// show writes a result as try does.
func show(typ int64, v any, err error) string {
	if err != nil {
		if pe, ok := ParseError(err.Error()); ok {
			s := "ERROR " + pe.Code + " " + pe.Message
			if pe.Detail != "" {
				s += " [" + pe.Detail + "]"
			}
			return s
		}
		return "ERROR " + err.Error()
	}
	if v == nil {
		return "NULL"
	}
	t, ok := pgvalue.TypeOf(nil, uint32(typ), -1)
	if !ok {
		return fmt.Sprintf("%T of unknown type %d: %v", v, typ, v)
	}
	s, err := pgvalue.FormatText(&t, v, &pgvalue.Env{TimeZone: zoneOf(testZone)})
	if err != nil {
		return err.Error()
	}
	return s
}
