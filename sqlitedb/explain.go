package sqlitedb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"regexp"
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/mattn/go-sqlite3"
)

// SQLite says which constraint of a statement failed (of a foreign key not even
// that), but not on which row. To say it as PostgreSQL does, a failed statement
// is run once more inside a savepoint, with temporary triggers that look at the
// rows as they come by, and undone again.

// explain gives the error of a step its final form, with what PostgreSQL says
// of the row that failed.
func (s *Session) explain(ctx context.Context, p *prepared, step int, binds []driver.NamedValue, err error) error {
	var lite sqlite3.Error
	if !errors.As(err, &lite) || lite.Code != sqlite3.ErrConstraint {
		return err
	}
	v, ok := s.violationOf(lite)
	switch {
	case !ok && lite.ExtendedCode == sqlite3.ErrConstraintForeignKey:
		return s.foreignKeyError(ctx, func(ctx context.Context) error { return s.again(ctx, p, step, binds) })
	case !ok:
		return err
	}
	pg := v.error()
	if v.table != nil && s.tx.writing && !s.db.AutoCommit() {
		seen := s.failedRow(ctx, p, step, binds, v.table)
		if seen == nil {
			return pg
		}
		known := repeatable(p.plan)
		if v.code == "23505" {
			var present bool
			v, present = firstUnique(v, seen)
			pg, known = v.error(), known || present
		}
		if known {
			pg.Detail = s.describe(v, seen.row, givenColumns(p.plan, v.table))
		}
	}
	return pg
}

// firstUnique finds which of several unique keys that a row violates PostgreSQL
// would name (it checks indexes in the order of their making, SQLite in the
// opposite), and says whether the table has that key.
func firstUnique(v violation, seen *seenRow) (violation, bool) {
	for _, x := range uniqueIndexes(v.table) {
		if seen.present[x.Name] {
			v.constraint, v.index = x.Name, x
			return v, true
		}
		if x.Name == v.constraint {
			break
		}
	}
	return v, false
}

// uniqueIndexes are those whose keys are plain columns, in the order in which
// PostgreSQL is likely to have made them.
func uniqueIndexes(t *catalog.Table) []*catalog.Index {
	var out []*catalog.Index
	for i := range t.Indexes {
		if x := &t.Indexes[i]; x.Unique && x.Where == "" && indexColumns(x) != nil {
			out = append(out, x)
		}
	}
	slices.SortStableFunc(out, func(a, b *catalog.Index) int {
		rank := func(x *catalog.Index) int {
			switch {
			case x.Primary:
				return 0
			case x.Constraint:
				return 1
			}
			return 2
		}
		return rank(a) - rank(b)
	})
	return out
}

// repeatable says whether a statement that is run again writes the same rows.
func repeatable(plan *dialect.Plan) bool {
	for _, name := range plan.Functions {
		if def, ok := pgfunc.Func(name); ok && !def.Pure {
			return false
		}
	}
	return true
}

// violationOf reads SQLite's message, for every constraint but a foreign key.
func (s *Session) violationOf(lite sqlite3.Error) (violation, bool) {
	_, what, _ := strings.Cut(lite.Error(), "constraint failed: ")
	switch lite.ExtendedCode {
	case sqlite3.ErrConstraintUnique, sqlite3.ErrConstraintPrimaryKey, sqlite3.ErrConstraintRowID:
		return s.uniqueViolation(what), true
	case sqlite3.ErrConstraintNotNull:
		return s.notNullViolation(what), true
	case sqlite3.ErrConstraintCheck:
		return s.checkViolation(what), true
	}
	return violation{}, false
}

// again runs a step once more, without its rows.
func (s *Session) again(ctx context.Context, p *prepared, step int, binds []driver.NamedValue) error {
	st, err := s.funcs.prepare(p.plan.Steps[step].SQL)
	if err != nil {
		return err
	}
	defer st.Close()
	_, err = st.ExecContext(ctx, binds)
	return err
}

// aside runs work inside a savepoint of the transaction and undoes it.
func (s *Session) aside(work func() error) error {
	bg := context.Background()
	if _, err := s.db.ExecContext(bg, "SAVEPOINT failoversql_aside", nil); err != nil {
		return err
	}
	s.seq.replaying, s.seq.replay = true, 0
	err := work()
	s.seq.replaying = false
	if s.db.AutoCommit() {
		return errors.New("sqlitedb: the transaction is gone")
	}
	if _, uerr := s.db.ExecContext(bg, "ROLLBACK TO failoversql_aside; RELEASE failoversql_aside", nil); err == nil {
		err = uerr
	}
	return err
}

// seenRow is a row on its way into a table.
type seenRow struct {
	row     []any           // in the order of the table's columns, as stored
	present map[string]bool // unique indexes whose key the table has already
	any     bool
}

// The triggers hand the row to the first function, in pieces of no more
// arguments than SQLite allows, and the names of unique indexes that have its
// key to the second.
const (
	seeFunction     = "failoversql_see"
	presentFunction = "failoversql_present"
	seeWidth        = 100
)

func (s *Session) registerSee() error {
	if s.funcs.have[seeFunction] {
		return nil
	}
	see := func(offset int64, values ...any) int64 {
		if offset == 0 {
			clear(s.seen.present)
		}
		for i, v := range values {
			if b, ok := v.([]byte); ok && b == nil {
				v = nil
			} else if ok {
				v = append([]byte{}, b...)
			}
			if n := int(offset) + i; n < len(s.seen.row) {
				s.seen.row[n] = v
			}
		}
		s.seen.any = true
		return 0
	}
	present := func(index string) int64 {
		s.seen.present[index] = true
		return 0
	}
	if err := s.db.RegisterFunc(seeFunction, see, false); err != nil {
		return err
	}
	if err := s.db.RegisterFunc(presentFunction, present, false); err != nil {
		return err
	}
	s.funcs.have[seeFunction] = true
	return nil
}

// failedRow gives the row of a table that was about to be written when the
// statement failed; nil where it could not be learnt.
func (s *Session) failedRow(ctx context.Context, p *prepared, step int, binds []driver.NamedValue, t *catalog.Table) *seenRow {
	if s.registerSee() != nil {
		return nil
	}
	s.seen = &seenRow{row: make([]any, len(t.Columns)), present: make(map[string]bool)}
	err := s.aside(func() error {
		for _, event := range []string{"INSERT", "UPDATE"} {
			if _, err := s.db.ExecContext(context.Background(), seeTrigger(t, event), nil); err != nil {
				return err
			}
		}
		// The statement fails again: that is what was seen until then.
		_ = s.again(ctx, p, step, binds)
		return nil
	})
	seen := s.seen
	s.seen = nil
	if err != nil || !seen.any {
		return nil
	}
	return seen
}

func seeTrigger(t *catalog.Table, event string) string {
	table := "main." + catalog.QuoteIdent(catalog.SQLiteName(t.Schema, t.Name))
	if t.Persistence == 't' {
		table = temporaryName(t)
	}
	var b strings.Builder
	fmt.Fprintf(&b, "CREATE TEMP TRIGGER failoversql_see_%s BEFORE %s ON %s BEGIN ", strings.ToLower(event), event, table)
	for from := 0; from < len(t.Columns); from += seeWidth {
		fmt.Fprintf(&b, "SELECT %s(%d", seeFunction, from)
		for _, c := range t.Columns[from:min(from+seeWidth, len(t.Columns))] {
			b.WriteString(", NEW." + catalog.QuoteIdent(c.Name))
		}
		b.WriteString("); ")
	}
	for _, x := range uniqueIndexes(t) {
		fmt.Fprintf(&b, "SELECT %s('%s') WHERE EXISTS (SELECT 1 FROM %s t WHERE ", presentFunction, strings.ReplaceAll(x.Name, "'", "''"), table)
		for i, c := range indexColumns(x) {
			if i > 0 {
				b.WriteString(" AND ")
			}
			name := catalog.QuoteIdent(c)
			b.WriteString("t." + name + " = NEW." + name)
		}
		if event == "UPDATE" {
			b.WriteString(" AND t.rowid <> OLD.rowid")
		}
		b.WriteString("); ")
	}
	b.WriteString("END")
	return b.String()
}

// givenColumns are the columns of a table to which a statement gives values.
func givenColumns(plan *dialect.Plan, t *catalog.Table) []string {
	for _, u := range plan.Tables {
		if u.Table.OID == t.OID {
			return u.Given
		}
	}
	return nil
}

// readable says whether the role may see values of these columns, in the detail
// of an error too.
func readable(t *catalog.Table, columns []string) bool {
	if t.Local || strings.Contains(t.Privileges, "r") {
		return true
	}
	return !slices.ContainsFunc(columns, func(name string) bool {
		return name == "" || !strings.Contains(t.Columns[columnIndex(t, name)].Privileges, "r")
	})
}

// readableKeys says whether the role may see the keys of an index.
func readableKeys(t *catalog.Table, x *catalog.Index) bool {
	columns := make([]string, len(x.Keys))
	for i, k := range x.Keys {
		columns[i] = k.Column
		if k.Column == "" {
			return readable(t, []string{""}) // an expression: who reads the table
		}
	}
	return readable(t, columns)
}

// describe is PostgreSQL's detail for a violation by this row. Of a row, the role
// sees the columns it may read and those it gave itself.
func (s *Session) describe(v violation, row []any, given []string) string {
	if v.code != "23505" {
		var names, values []string
		whole := v.table.Local || strings.Contains(v.table.Privileges, "r")
		for i := range row {
			c := &v.table.Columns[i]
			if !whole && !strings.Contains(c.Privileges, "r") && !slices.Contains(given, c.Name) {
				continue
			}
			text, ok := s.columnText(c, row[i])
			if !ok {
				return ""
			}
			names, values = append(names, c.Name), append(values, clip(text))
		}
		if whole {
			return "Failing row contains (" + strings.Join(values, ", ") + ")."
		}
		if len(names) == 0 {
			return ""
		}
		return "Failing row contains (" + strings.Join(names, ", ") + ") = (" + strings.Join(values, ", ") + ")."
	}
	if v.index == nil || !readableKeys(v.table, v.index) {
		return ""
	}
	names, values, ok := s.indexKey(v.table, v.index, row)
	if !ok {
		return ""
	}
	return keyText(names, values) + " already exists."
}

// plainCast is a cast of a column as the catalog has it: lower((email)::text).
// Messages show it without the parentheses.
var plainCast = regexp.MustCompile(`\(("[^"]+"|[a-z_][a-z0-9_]*)\)::`)

// indexKey gives the keys that a row of a table has in an index, as PostgreSQL
// names and prints them.
func (s *Session) indexKey(t *catalog.Table, x *catalog.Index, row []any) (names, values []string, ok bool) {
	from := make([]string, len(t.Columns))
	for i := range t.Columns {
		from[i] = fmt.Sprintf("?%d AS %s", i+1, catalog.QuoteIdent(t.Columns[i].Name))
	}
	for _, k := range x.Keys {
		name := plainCast.ReplaceAllString(k.Expr, "$1::")
		if k.Column != "" {
			name = pgfunc.QuoteIdent(k.Column)
		}
		query, typ, err := dialect.IndexKey(s.objects(), t, k)
		if err != nil {
			return nil, nil, false
		}
		query = "SELECT " + query + " FROM (SELECT " + strings.Join(from, ", ") + ")"
		found, err := readAll(context.Background(), s.db, query, row...)
		for s.funcs.resolve(err) {
			found, err = readAll(context.Background(), s.db, query, row...)
		}
		if err != nil {
			return nil, nil, false
		}
		text := "null"
		if native := found[0][0]; native != nil {
			if text, err = pgvalue.FormatText(typ, native, &s.env); err != nil {
				return nil, nil, false
			}
		}
		names, values = append(names, name), append(values, text)
	}
	return names, values, true
}

func keyText(columns, values []string) string {
	return "Key (" + strings.Join(columns, ", ") + ")=(" + strings.Join(values, ", ") + ")"
}

func columnIndex(t *catalog.Table, name string) int {
	for i := range t.Columns {
		if t.Columns[i].Name == name {
			return i
		}
	}
	return 0
}

// columnText is a stored value as PostgreSQL would print it.
func (s *Session) columnText(c *catalog.Column, stored any) (string, bool) {
	if stored == nil {
		return "null", true
	}
	typ, ok := pgvalue.TypeOf(s.objects(), c.Type, c.Typmod)
	if !ok {
		return "", false
	}
	text, err := pgvalue.FormatText(&typ, pgvalue.FromColumn(&typ, stored), &s.env)
	return text, err == nil
}

// clip shortens a value as PostgreSQL does in "Failing row contains": at 64
// bytes, not within a character.
func clip(s string) string {
	const most = 64
	if len(s) <= most {
		return s
	}
	n := most
	for n > 0 && s[n]&0xC0 == 0x80 {
		n--
	}
	return s[:n] + "..."
}

// commitError explains a COMMIT that failed, before the transaction is rolled
// back.
func (s *Session) commitError(ctx context.Context, err error) error {
	var lite sqlite3.Error
	if errors.As(err, &lite) && lite.ExtendedCode == sqlite3.ErrConstraintForeignKey && !s.db.AutoCommit() {
		if k := s.brokenKey(ctx, nil); k != nil {
			return k
		}
	}
	return s.mapError(ctx, err, nil)
}
