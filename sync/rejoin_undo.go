package dbsync

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
	"github.com/mattn/go-sqlite3"
)

// undoBase is the last transaction before the file's own changes that it still
// holds.
const undoBase = `(SELECT coalesce(min(base_tx), 9223372036854775807) FROM failoversql_journals WHERE undone_at IS NULL)`

// undoable fails with ErrResync where the journal has what cannot be taken
// back.
func undoable(ctx context.Context, c *sqlitedb.Conn) error {
	var n int64
	err := c.QueryRow(ctx, `SELECT count(*) FROM failoversql_journal WHERE op=?1 AND tx > `+undoBase, []any{opDDL}, &n)
	if err == nil && n > 0 {
		err = fmt.Errorf("%w: the schema was changed during the outage", ErrResync)
	}
	return err
}

// undo takes back, newest first, every change in the journals that the file
// still holds, inside the open transaction. Triggers are kept quiet and foreign
// keys are off: cascaded changes stand in the journal themselves.
func (s *Sync) undo(ctx context.Context, c *sqlitedb.Conn) (int64, error) {
	if _, err := c.Exec(ctx, `UPDATE failoversql_state SET capture=0 WHERE id=1`); err != nil {
		return 0, err
	}
	r, err := newJournalReader(ctx, c, 0)
	if err != nil {
		return 0, err
	}
	u := &undoer{c: c, reader: r, statements: map[undoKey]*undoStatement{}}
	defer u.close()
	rows, err := c.Query(ctx, `SELECT `+journalColumns+journalValueColumns(journalWidth)+` FROM failoversql_journal WHERE tx > `+undoBase+` ORDER BY seq DESC`)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	var n int64
	var rest []any // values of continuation rows, met before the row they belong to
	vals := make([]driver.Value, 6+journalWidth)
	for {
		if err := rows.Next(vals); err == io.EOF {
			return n, nil
		} else if err != nil {
			return n, fmt.Errorf("dbsync: reading the journal: %w", err)
		}
		if n++; n%1000 == 0 && ctx.Err() != nil {
			return n, context.Cause(ctx)
		}
		values := make([]any, 0, journalWidth+len(rest))
		for _, v := range vals[6:] {
			values = append(values, v)
		}
		values = append(values, rest...)
		if vals[4].(string) == opContinue {
			rest = values
			continue
		}
		rest = nil
		e := journalEntry{seq: vals[0].(int64), table: uint32(vals[2].(int64)), version: vals[3].(int64), op: vals[4].(string)}
		width, err := r.width(ctx, &e)
		if err != nil {
			return n, err
		}
		e.values = values[:width]
		if err := u.entry(ctx, &e); err != nil {
			return n, err
		}
	}
}

// undoer holds the statements that take changes back.
type undoer struct {
	c          *sqlitedb.Conn
	reader     *journalReader
	statements map[undoKey]*undoStatement
}

type undoKey struct {
	tableVersion
	op string
}

// undoStatement is a prepared statement and which journal values it takes.
type undoStatement struct {
	st    *sqlite3.SQLiteStmt
	binds []int
}

func (u *undoer) close() {
	for _, s := range u.statements {
		_ = s.st.Close()
	}
}

// entry takes one change back.
func (u *undoer) entry(ctx context.Context, e *journalEntry) error {
	key := undoKey{tableVersion{e.version, e.table}, e.op}
	s := u.statements[key]
	if s == nil {
		var err error
		if s, err = u.prepare(ctx, e); err != nil {
			return err
		}
		u.statements[key] = s
	}
	args := make([]driver.NamedValue, len(s.binds))
	for i, v := range s.binds {
		args[i] = driver.NamedValue{Ordinal: i + 1, Value: e.values[v]}
	}
	res, err := s.st.ExecContext(context.Background(), args)
	if err != nil {
		return fmt.Errorf("%w: journal row %d cannot be taken back: %w", ErrResync, e.seq, err)
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		return fmt.Errorf("%w: taking back journal row %d met %d rows instead of one", ErrResync, e.seq, n)
	}
	return nil
}

// prepare makes the statement that takes back changes of one kind.
func (u *undoer) prepare(ctx context.Context, e *journalEntry) (*undoStatement, error) {
	t, err := u.reader.tableOf(ctx, e)
	if err != nil {
		return nil, err
	}
	stored, err := storedColumns(ctx, u.c, t)
	if err != nil {
		return nil, err
	}
	s := &undoStatement{}
	var b strings.Builder
	bind := func(value int) {
		s.binds = append(s.binds, value)
		fmt.Fprintf(&b, "?%d", len(s.binds))
	}
	name := catalog.QuoteIdent(catalog.SQLiteName(t.Schema, t.Name))
	switch e.op {
	case opInsert:
		fmt.Fprintf(&b, "DELETE FROM %s WHERE ", name)
		undoWhere(&b, t, name, stored, 0, bind)
	case opDelete:
		var names []string
		for _, i := range stored {
			names = append(names, catalog.QuoteIdent(t.Columns[i].Name))
		}
		fmt.Fprintf(&b, "INSERT INTO %s(%s) VALUES(", name, strings.Join(names, ","))
		for n, i := range stored {
			if n > 0 {
				b.WriteByte(',')
			}
			bind(i)
		}
		b.WriteByte(')')
	case opUpdate:
		fmt.Fprintf(&b, "UPDATE %s SET ", name)
		for n, i := range stored {
			if n > 0 {
				b.WriteByte(',')
			}
			b.WriteString(catalog.QuoteIdent(t.Columns[i].Name) + "=")
			bind(i)
		}
		b.WriteString(" WHERE ")
		undoWhere(&b, t, name, stored, len(t.Columns), bind)
	default:
		return nil, fmt.Errorf("%w: journal row %d has operation %q", ErrResync, e.seq, e.op)
	}
	if s.st, err = u.c.Prepare(ctx, b.String()); err != nil {
		return nil, fmt.Errorf("dbsync: taking back changes of %s: %w", name, err)
	}
	return s, nil
}

// undoWhere writes the condition that finds the one row that a change left: by
// its primary key or, without one, a row that looks exactly like it. The row's
// values begin at offset in the journal's.
func undoWhere(b *strings.Builder, t *catalog.Table, name string, stored []int, offset int, bind func(int)) {
	columns, tail := stored, ""
	if pk := t.PrimaryKey(); pk != nil {
		columns = nil
		for _, i := range stored {
			if slices.Contains(pk.Columns, t.Columns[i].Name) {
				columns = append(columns, i)
			}
		}
	} else {
		fmt.Fprintf(b, "rowid = (SELECT rowid FROM %s WHERE ", name)
		tail = " LIMIT 1)"
	}
	for n, i := range columns {
		if n > 0 {
			b.WriteString(" AND ")
		}
		b.WriteString(catalog.QuoteIdent(t.Columns[i].Name) + " IS ")
		bind(offset + i)
	}
	b.WriteString(tail)
}

// storedColumns are the indexes of the columns that can be written: SQLite makes
// generated ones itself.
func storedColumns(ctx context.Context, c *sqlitedb.Conn, t *catalog.Table) ([]int, error) {
	rows, err := c.Query(ctx, `SELECT name FROM pragma_table_xinfo(?1) WHERE hidden=0`, catalog.SQLiteName(t.Schema, t.Name))
	if err != nil {
		return nil, err
	}
	names, err := readStrings(rows)
	_ = rows.Close()
	if err != nil {
		return nil, err
	}
	var out []int
	for i := range t.Columns {
		if slices.Contains(names, t.Columns[i].Name) {
			out = append(out, i)
		}
	}
	if out == nil {
		return nil, fmt.Errorf("%w: table %s.%s of the journal is not in the file", ErrResync, t.Schema, t.Name)
	}
	return out, nil
}
