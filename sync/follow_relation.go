package dbsync

import (
	"context"
	"database/sql/driver"
	"fmt"
	"slices"
	"strings"

	"github.com/mattn/go-sqlite3"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/failoversql/failoversql/sqlitedb"
)

// relation is a table of the stream bound to its table in the file: how to
// decode a row's values and which statements apply its changes.
type relation struct {
	table   *catalog.Table
	file    string // name in the file
	name    string // the same, quoted
	columns []relationBinding
	key     []int // columns that name a row
	absent  bool  // from the copy, on purpose
	failure error // why its changes cannot be applied
	whole   bool  // rows are named by all their columns; there may be equal ones

	conn    *sqlitedb.Conn
	insert  *sqlite3.SQLiteStmt
	delete  *sqlite3.SQLiteStmt
	updates map[string]*sqlite3.SQLiteStmt // by the columns sent: unchanged large values are not

	args []driver.NamedValue
	sent []byte
}

type relationBinding struct {
	name   string // quoted
	typ    pgvalue.Type
	plain  bool // stored as it is decoded
	column *catalog.Column
}

// bindRelation matches a description from the stream with the catalog. It
// fails with ErrResync where the two differ: the table was altered, and its
// rows cannot be applied to the copy as it is.
func bindRelation(cat *catalog.Catalog, conn *sqlitedb.Conn, m relationMessage) (*relation, error) {
	t := cat.TableByOID(m.oid)
	if t == nil && slices.ContainsFunc(cat.Absent, func(r catalog.Relation) bool { return r.Schema == m.schema && r.Name == m.name }) {
		return &relation{absent: true}, nil // published for a copy before this one
	}
	if t == nil {
		return nil, fmt.Errorf("%w: table %s.%s is new on the primary", errAltered, m.schema, m.name)
	}
	if t.Schema != m.schema || t.Name != m.name {
		return nil, fmt.Errorf("%w: table %s.%s is now %s.%s", errAltered, t.Schema, t.Name, m.schema, m.name)
	}
	r := &relation{
		table:   t,
		file:    catalog.SQLiteName(t.Schema, t.Name),
		name:    quoteIdent(catalog.SQLiteName(t.Schema, t.Name)),
		conn:    conn,
		updates: map[string]*sqlite3.SQLiteStmt{},
	}
	for i, mc := range m.columns {
		c := t.Column(mc.name)
		if c == nil || c.Generated != "" || c.Type != mc.typ || c.Typmod != mc.typmod {
			return nil, fmt.Errorf("%w: column %s of %s.%s has changed on the primary", errAltered, mc.name, m.schema, m.name)
		}
		typ, ok := pgvalue.TypeOf(cat, mc.typ, mc.typmod)
		if !ok {
			return nil, fmt.Errorf("%w: column %s of %s.%s has a type the copy does not know", errAltered, mc.name, m.schema, m.name)
		}
		r.columns = append(r.columns, relationBinding{name: quoteIdent(mc.name), typ: typ, plain: storedPlain(&typ), column: c})
		if mc.key {
			r.key = append(r.key, i)
		}
	}
	stored := 0
	for _, c := range t.Columns {
		if c.Generated == "" {
			stored++
		}
	}
	if stored != len(r.columns) {
		return nil, fmt.Errorf("%w: columns of %s.%s have been added or dropped on the primary", errAltered, m.schema, m.name)
	}
	if m.identity == 'f' {
		// Every column names the row. A primary key does so too, by an index.
		if r.key = r.primaryKey(); r.key == nil {
			r.whole = true
			r.key = make([]int, len(r.columns))
			for i := range r.key {
				r.key[i] = i
			}
		}
	}
	return r, nil
}

// storedPlain says whether a column's stored form is its native one.
func storedPlain(t *pgvalue.Type) bool {
	u := t.Underlying()
	return u.Name != "numeric"
}

// primaryKey is the columns of the primary key, or nil where there is none that
// names one row at every moment.
func (r *relation) primaryKey() []int {
	pk := r.table.PrimaryKey()
	if pk == nil || pk.Deferrable {
		return nil
	}
	var key []int
	for _, name := range pk.Columns {
		for i := range r.columns {
			if r.columns[i].column.Name == name {
				key = append(key, i)
			}
		}
	}
	if len(key) != len(pk.Columns) {
		return nil
	}
	return key
}

// value decodes column i of a row into what the file stores.
func (r *relation) value(i int, v tupleValue) (driver.Value, error) {
	c := &r.columns[i]
	var native any
	var err error
	switch v.kind {
	case 'n':
		return nil, nil
	case 'b':
		native, err = pgvalue.FromBinary(&c.typ, v.data)
	case 't':
		native, err = pgvalue.FromText(&c.typ, string(v.data))
	default:
		return nil, fmt.Errorf("dbsync: column %s of %s was not sent", c.name, r.name)
	}
	if err != nil {
		return nil, fmt.Errorf("dbsync: column %s of %s: %w", c.name, r.name, err)
	}
	if !c.plain {
		native = pgvalue.ToColumn(&c.typ, native)
	}
	return native, nil
}

func (r *relation) arg(v driver.Value) {
	r.args = append(r.args, driver.NamedValue{Ordinal: len(r.args) + 1, Value: v})
}

// check makes sure that a row has as many values as the relation has columns.
func (r *relation) check(t tuple) error {
	if len(t) != len(r.columns) {
		return fmt.Errorf("dbsync: row of %d columns for %s, which has %d", len(t), r.name, len(r.columns))
	}
	return nil
}

func (r *relation) applyInsert(m *rowMessage) error {
	if err := r.check(m.new); err != nil {
		return err
	}
	if r.insert == nil {
		names, marks := make([]string, len(r.columns)), make([]string, len(r.columns))
		for i := range r.columns {
			names[i], marks[i] = r.columns[i].name, fmt.Sprintf("?%d", i+1)
		}
		sql := "INSERT INTO " + r.name + "(" + strings.Join(names, ", ") + ") VALUES (" + strings.Join(marks, ", ") + ")"
		var err error
		if r.insert, err = r.prepare(sql); err != nil {
			return err
		}
	}
	r.args = r.args[:0]
	for i, v := range m.new {
		x, err := r.value(i, v)
		if err != nil {
			return err
		}
		r.arg(x)
	}
	_, err := r.insert.ExecContext(context.Background(), r.args)
	return r.failed("insert", err)
}

func (r *relation) applyUpdate(m *rowMessage) error {
	if err := r.check(m.new); err != nil {
		return err
	}
	before := m.new // the key has not changed when no old one was sent
	if m.oldKind != 0 {
		if err := r.check(m.old); err != nil {
			return err
		}
		before = m.old
	}
	r.args, r.sent = r.args[:0], r.sent[:0]
	for i, v := range m.new {
		if v.kind == 'u' {
			r.sent = append(r.sent, 0)
			continue
		}
		r.sent = append(r.sent, 1)
		x, err := r.value(i, v)
		if err != nil {
			return err
		}
		r.arg(x)
	}
	n := len(r.args)
	if n == 0 {
		return nil // every column was left as it is
	}
	stmt := r.updates[string(r.sent)]
	if stmt == nil {
		var set []string
		for i, sent := range r.sent {
			if sent == 1 {
				set = append(set, fmt.Sprintf("%s = ?%d", r.columns[i].name, len(set)+1))
			}
		}
		var err error
		if stmt, err = r.prepare("UPDATE " + r.name + " SET " + strings.Join(set, ", ") + r.where(n)); err != nil {
			return err
		}
		r.updates[string(r.sent)] = stmt
	}
	if err := r.keyArgs(before); err != nil {
		return err
	}
	return r.one("update", stmt)
}

func (r *relation) applyDelete(m *rowMessage) error {
	if err := r.check(m.old); err != nil {
		return err
	}
	if r.delete == nil {
		var err error
		if r.delete, err = r.prepare("DELETE FROM " + r.name + r.where(0)); err != nil {
			return err
		}
	}
	r.args = r.args[:0]
	if err := r.keyArgs(m.old); err != nil {
		return err
	}
	return r.one("delete", r.delete)
}

// where names one row; its values are bound after n others. Stored forms are
// canonical, so that equal values are the same bytes; IS finds NULL too.
func (r *relation) where(n int) string {
	if len(r.key) == 0 {
		return " WHERE false"
	}
	conds := make([]string, len(r.key))
	exact := ""
	if r.whole {
		exact = " COLLATE BINARY" // 1.0 and 1.00 are equal numerics in different rows
	}
	for k, i := range r.key {
		conds[k] = fmt.Sprintf("%s%s IS ?%d", r.columns[i].name, exact, n+k+1)
	}
	cond := strings.Join(conds, " AND ")
	if id := r.rowID(); r.whole && id != "" {
		// One of several equal rows.
		return " WHERE " + id + " = (SELECT " + id + " FROM " + r.name + " WHERE " + cond + " LIMIT 1)"
	}
	return " WHERE " + cond
}

// rowID is a name of SQLite's own row number that no column hides, or "".
func (r *relation) rowID() string {
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		hidden := false
		for i := range r.table.Columns {
			hidden = hidden || strings.EqualFold(r.table.Columns[i].Name, name)
		}
		if !hidden {
			return name
		}
	}
	return ""
}

func (r *relation) keyArgs(row tuple) error {
	for _, i := range r.key {
		x, err := r.value(i, row[i])
		if err != nil {
			return err
		}
		r.arg(x)
	}
	return nil
}

// one runs a statement that must change exactly one row. Anything else means
// that the copy is not what the primary's row came from.
func (r *relation) one(what string, stmt *sqlite3.SQLiteStmt) error {
	res, err := stmt.ExecContext(context.Background(), r.args)
	if err != nil {
		return r.failed(what, err)
	}
	n, err := res.RowsAffected()
	if err != nil {
		return err
	}
	if n != 1 {
		return fmt.Errorf("%w: %s of a row of %s matched %d rows in the copy", ErrResync, what, r.name, n)
	}
	return nil
}

func (r *relation) failed(what string, err error) error {
	if err == nil {
		return nil
	}
	return fmt.Errorf("dbsync: %s into the copy of %s: %w", what, r.name, err)
}

func (r *relation) prepare(sql string) (*sqlite3.SQLiteStmt, error) {
	st, err := r.conn.Prepare(context.Background(), sql)
	if err != nil {
		return nil, fmt.Errorf("dbsync: %s: %w", r.name, err)
	}
	return st, nil
}

func (r *relation) close() {
	for _, st := range []*sqlite3.SQLiteStmt{r.insert, r.delete} {
		if st != nil {
			_ = st.Close()
		}
	}
	for _, st := range r.updates {
		_ = st.Close()
	}
}
