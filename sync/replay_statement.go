package dbsync

import (
	"fmt"
	"strings"

	"github.com/failoversql/failoversql/catalog"
)

// statement is SQL for the primary with its parameters, in text format.
type statement struct {
	sql  string
	args [][]byte
	once bool // planned for these parameters, not prepared for others
}

// builder writes a statement.
type builder struct {
	strings.Builder
	args [][]byte
}

// arg binds a value and writes its placeholder.
func (b *builder) arg(c *shapeColumn, v []byte) {
	b.args = append(b.args, v)
	fmt.Fprintf(b, "$%d::%s", len(b.args), c.target.typ)
}

// equal writes that a column holds a value, which may be NULL.
func (b *builder) equal(c *shapeColumn, v []byte, useIndex bool) {
	before, after := equality(c, useIndex)
	b.WriteString(catalog.QuoteIdent(c.name) + before)
	b.arg(c, v)
	b.WriteString(after)
}

// equality is what is written between a column and the value it is compared
// with, and behind that. Only "=" uses an index.
func equality(c *shapeColumn, useIndex bool) (before, after string) {
	switch {
	case c.target.byText:
		return "::text IS NOT DISTINCT FROM ", "::text"
	case useIndex:
		return " = ", ""
	}
	return " IS NOT DISTINCT FROM ", ""
}

// whereImage writes the condition that a row is exactly as in an image; of the
// columns of the key it is enough that they are equal, the others have to be
// what the journal knew them as. Columns that the primary lacks are not
// compared.
func (b *builder) whereImage(c *change, image [][]byte) {
	b.WriteString(" WHERE ")
	first := true
	for i := range c.shape.columns {
		sc := &c.shape.columns[i]
		if sc.target == nil {
			continue
		}
		if !first {
			b.WriteString(" AND ")
		}
		first = false
		b.equal(sc, image[i], sc.key)
	}
	if first {
		b.WriteString("true")
	}
}

// whereRow writes the condition that finds one row that is exactly as in an
// image: where the table has no key, one of those that look alike.
func (b *builder) whereRow(c *change, image [][]byte) {
	if c.shape.key != nil {
		b.whereImage(c, image)
		return
	}
	fmt.Fprintf(b, " WHERE (tableoid, ctid) IN (SELECT tableoid, ctid FROM %s", c.target.quoted())
	b.whereImage(c, image)
	b.WriteString(" LIMIT 1 FOR UPDATE)")
}

// whereKey writes the condition that finds a row by its key alone.
func (b *builder) whereKey(c *change, image [][]byte) {
	for i, n := range c.shape.key {
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.equal(&c.shape.columns[n], image[n], true)
	}
}

// insert writes INSERT of the new image.
func (b *builder) insert(c *change) {
	var names, values builder
	values.args = b.args
	for i := range c.shape.columns {
		sc := &c.shape.columns[i]
		if sc.target == nil {
			continue
		}
		if names.Len() > 0 {
			names.WriteString(", ")
			values.WriteString(", ")
		}
		names.WriteString(catalog.QuoteIdent(sc.name))
		values.arg(sc, c.new[i])
	}
	b.args = values.args
	if names.Len() == 0 {
		fmt.Fprintf(b, "INSERT INTO %s DEFAULT VALUES", c.target.quoted())
		return
	}
	fmt.Fprintf(b, "INSERT INTO %s (%s) OVERRIDING SYSTEM VALUE VALUES (%s)", c.target.quoted(), names.String(), values.String())
}

// set writes the SET list of an update: the columns that the update changed, or
// where it changed none, one of them, so that the statement is not lost. It
// reports false where the table has no column that could be set.
func (b *builder) set(c *change, columns []bool) bool {
	first := true
	write := func(i int) {
		if !first {
			b.WriteString(", ")
		}
		first = false
		b.WriteString(catalog.QuoteIdent(c.shape.columns[i].name) + " = ")
		b.arg(&c.shape.columns[i], c.new[i])
	}
	for i, on := range columns {
		if on && c.shape.columns[i].target != nil {
			write(i)
		}
	}
	for i := len(columns) - 1; first && i >= 0; i-- {
		if c.shape.columns[i].target != nil {
			write(i)
		}
	}
	return !first
}

// exactly wraps a writing statement into one that fails (division by zero)
// unless it changed a row: in a pipeline nobody looks at the count before the
// transaction commits.
func exactly(write string) string {
	return "WITH done AS (" + write + " RETURNING 1) SELECT 1/count(*) FROM done"
}

// apply is the one statement that makes a change on the primary, or fails.
func apply(c *change) statement {
	var b builder
	switch c.op {
	case opInsert:
		b.insert(c)
	case opUpdate:
		fmt.Fprintf(&b, "UPDATE %s SET ", c.target.quoted())
		if !b.set(c, c.changed()) {
			return statement{sql: "SELECT 1"}
		}
		b.whereRow(c, c.old)
	case opDelete:
		fmt.Fprintf(&b, "DELETE FROM %s", c.target.quoted())
		b.whereRow(c, c.old)
	}
	return statement{sql: exactly(b.String()), args: b.args}
}

// expectRow fails unless a row is exactly as in an image; with lock it is kept
// so until the transaction ends.
func expectRow(c *change, image [][]byte, lock bool) statement {
	var b builder
	fmt.Fprintf(&b, "SELECT 1/count(*) FROM (SELECT 1 FROM %s", c.target.quoted())
	b.whereImage(c, image)
	if lock {
		b.WriteString(" FOR UPDATE")
	}
	b.WriteString(") found")
	return statement{sql: b.String(), args: b.args}
}

// expectNoRow fails if there is a row with an image's key, or without a key one
// that looks like it.
func expectNoRow(c *change, image [][]byte) statement {
	var b builder
	fmt.Fprintf(&b, "SELECT 1/(CASE WHEN EXISTS (SELECT 1 FROM %s", c.target.quoted())
	if c.shape.key != nil {
		b.WriteString(" WHERE ")
		b.whereKey(c, image)
	} else {
		b.whereImage(c, image)
	}
	b.WriteString(") THEN 0 ELSE 1 END)")
	return statement{sql: b.String(), args: b.args}
}
