package dialect_test

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"math"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/dialect"
)

// answer is what a statement gave.
type answer struct {
	columns  []string
	types    []columnType
	rows     [][]driver.Value
	affected int64 // where it ran as Exec
	err      error
}

// columnType is what database/sql's ColumnType says of a column.
type columnType struct {
	name                                    string
	scan                                    reflect.Type
	length, precision, scale                int64
	nullable, hasLength, hasScale, knowNull bool
}

func describeColumn(rows driver.Rows, i int) (c columnType) {
	c.name = rows.(driver.RowsColumnTypeDatabaseTypeName).ColumnTypeDatabaseTypeName(i)
	c.scan = rows.(driver.RowsColumnTypeScanType).ColumnTypeScanType(i)
	c.length, c.hasLength = rows.(driver.RowsColumnTypeLength).ColumnTypeLength(i)
	c.precision, c.scale, c.hasScale = rows.(driver.RowsColumnTypePrecisionScale).ColumnTypePrecisionScale(i)
	if n, ok := rows.(driver.RowsColumnTypeNullable); ok {
		c.nullable, c.knowNull = n.ColumnTypeNullable(i)
	}
	return c
}

// run runs a case on both sides. Of equal answers the detail is the code of the
// last error.
func (b *pair) run(t *testing.T, c conformanceCase) (what, detail string) {
	for _, conn := range []driver.Conn{b.pg, liteConn{b.lite}} {
		for _, q := range b.sequences {
			ask(t, conn, "SELECT setval('"+q+"', 1000)", nil)
		}
		ask(t, conn, "BEGIN", nil)
		defer ask(t, conn, "ROLLBACK", nil)
	}
	for _, s := range c.steps {
		want := answerOf(t, b.pg, s)
		got := answerOf(t, liteConn{b.lite}, s)
		if code(got.err) == "0A000" && code(want.err) != "0A000" {
			return "refused", got.err.(*pgconn.PgError).Message
		}
		if diff := difference(want, got, s); diff != "" {
			return "different", fmt.Sprintf("%s\n\t%s\n\t%s", s.sql, diff, strings.Join(b.explain(s.sql), "\n\t"))
		}
		if want.err != nil {
			detail = code(want.err)
		}
	}
	return "equal", detail
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

var (
	changesRows = regexp.MustCompile(`(?is)^\s*(insert|update|delete|merge)\b|^\s*with\b.*\b(insert\s+into|update\s+\S+\s+.*\bset|delete\s+from|merge\s+into)\b`)
	returnsRows = regexp.MustCompile(`(?i)\breturning\b`)
)

// answerOf runs a statement. One that changes rows runs as Exec, for the number
// of them; one that has RETURNING runs both ways.
func answerOf(t *testing.T, c driver.Conn, s caseStep) answer {
	if !changesRows.MatchString(s.sql) {
		return ask(t, c, s.sql, s.args)
	}
	if !returnsRows.MatchString(s.sql) {
		return execute(t, c, s.sql, s.args)
	}
	var first answer
	if ask(t, c, "SAVEPOINT affected", nil).err == nil {
		first = execute(t, c, s.sql, s.args)
		ask(t, c, "ROLLBACK TO affected", nil)
		ask(t, c, "RELEASE affected", nil)
	}
	a := ask(t, c, s.sql, s.args)
	if a.err == nil {
		a.err = first.err
	}
	a.affected = first.affected
	return a
}

func namedArgs(args []any) []driver.NamedValue {
	named := make([]driver.NamedValue, len(args))
	for i, v := range args {
		named[i] = driver.NamedValue{Ordinal: i + 1, Value: v}
	}
	return named
}

func execute(t *testing.T, c driver.Conn, query string, args []any) (a answer) {
	r, err := c.(driver.ExecerContext).ExecContext(context.WithoutCancel(t.Context()), query, namedArgs(args))
	if err != nil {
		return answer{err: err}
	}
	a.affected, a.err = r.RowsAffected()
	return a
}

func ask(t *testing.T, c driver.Conn, query string, args []any) (a answer) {
	rows, err := c.(driver.QueryerContext).QueryContext(context.WithoutCancel(t.Context()), query, namedArgs(args))
	if err != nil {
		return answer{err: err}
	}
	defer func() {
		if err := rows.Close(); err != nil && a.err == nil {
			a.err = err
		}
	}()
	a.columns = rows.Columns()
	for i := range a.columns {
		a.types = append(a.types, describeColumn(rows, i))
	}
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
		return errorDifference(want.err, got.err, s)
	}
	if !slices.Equal(want.columns, got.columns) {
		return fmt.Sprintf("columns %q, PostgreSQL: %q", got.columns, want.columns)
	}
	for i, w := range want.types {
		if g := got.types[i]; g != w {
			return fmt.Sprintf("column %s has type %+v, PostgreSQL: %+v", want.columns[i], g, w)
		}
	}
	if want.affected != got.affected {
		return fmt.Sprintf("%d rows affected, PostgreSQL: %d", got.affected, want.affected)
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

var temporarySchema = regexp.MustCompile(`^pg_temp_\d+$`)

// errorDifference compares all of an error but its hint, which is advice, and
// what says where in the server's source it arose.
func errorDifference(want, got error, s caseStep) string {
	if code(want) != code(got) || (want == nil) != (got == nil) {
		return fmt.Sprintf("error %v, PostgreSQL: %v", got, want)
	}
	var w, g *pgconn.PgError
	if !errors.As(want, &w) || !errors.As(got, &g) {
		if want.Error() != got.Error() {
			return fmt.Sprintf("error %v, pgx: %v", got, want)
		}
		return ""
	}
	if s.typesOnly { // the detail shows the row
		w.Detail, g.Detail = "", ""
	}
	w.SchemaName = temporarySchema.ReplaceAllString(w.SchemaName, "pg_temp") // whose number is the server's
	for _, field := range []struct{ name, want, got string }{
		{"message", w.Message, g.Message},
		{"constraint", w.ConstraintName, g.ConstraintName},
		{"schema", w.SchemaName, g.SchemaName},
		{"table", w.TableName, g.TableName},
		{"column", w.ColumnName, g.ColumnName},
		{"type", w.DataTypeName, g.DataTypeName},
		{"detail", w.Detail, g.Detail},
		{"severity", w.Severity, g.Severity},
	} {
		if field.want != field.got {
			return fmt.Sprintf("%v: its %s is %q, PostgreSQL: %q", got, field.name, field.got, field.want)
		}
	}
	if w.Position != g.Position && !s.anywhere {
		return fmt.Sprintf("error %q is at %d, PostgreSQL: %d", g.Message, g.Position, w.Position)
	}
	return ""
}

// ordered reports whether a query ends in an ORDER BY of its own.
func ordered(sql string) bool {
	i := strings.LastIndex(strings.ToLower(sql), "order by")
	if i < 0 {
		return false
	}
	depth := 0
	for _, c := range sql[i:] {
		switch c {
		case '(':
			depth++
		case ')':
			if depth--; depth < 0 {
				return false // inside parentheses
			}
		}
	}
	return true
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
