package dbsync

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/catalog"
)

// Changes of one transaction that stand together, of one table and one kind, go
// to the primary as one statement over lists of values. It makes all of them or
// fails, and what fails is done again one by one (see careful), so that nothing
// is different but the work. For that no trigger of the user may be there to see
// the difference, no change may set off others, and none may need what another
// of them does: updates and deletes are of different rows, and change no key.

// minTogether updates or deletes are worth a plan of their own: one made for
// others might read the whole table, which has grown since.
var minTogether = 16

const (
	// maxTogether and maxTogetherBytes bound one statement.
	maxTogether      = 1000
	maxTogetherBytes = 1 << 20
)

// together is how many of the first changes are to be made by one statement;
// less than 2: the first has to be made alone.
func together(changes []change) int {
	n := alike(changes)
	if n < minTogether && changes[0].op != opInsert {
		return 0
	}
	return n
}

// alike is how many of the first changes can be made by one statement.
func alike(changes []change) int {
	first := &changes[0]
	if !first.listed() {
		return 1
	}
	var changed []bool
	if first.op == opUpdate {
		changed = first.changed()
	}
	var rows map[string]bool
	size := 0
	for n := range changes {
		c := &changes[n]
		if n == maxTogether || size > maxTogetherBytes ||
			c.op != first.op || c.shape != first.shape || n+1 < len(changes) && changes[n+1].cascaded {
			return n
		}
		for _, image := range [][][]byte{c.old, c.new} {
			for _, v := range image {
				size += len(v)
			}
		}
		if c.op == opInsert {
			continue
		}
		if n == 0 {
			rows = make(map[string]bool, min(len(changes), maxTogether))
		}
		row := rowKey(c, c.old)
		if rows[row] || c.op == opUpdate && !slices.Equal(c.changed(), changed) || c.setsOff() {
			return n
		}
		rows[row] = true
	}
	return len(changes)
}

// listed reports whether changes like this one can stand in a list: of its
// table and of what it does to the row.
func (c *change) listed() bool {
	if c.target.triggers || c.target.rewrites {
		return false
	}
	columns := 0
	for i := range c.shape.columns {
		if t := c.shape.columns[i].target; t != nil {
			if t.list == "" {
				return false
			}
			columns++
		}
	}
	switch c.op {
	case opInsert:
		return columns > 0
	case opUpdate:
		changed := c.changed()
		some := false
		for i, on := range changed {
			if on && c.shape.columns[i].key {
				return false
			}
			some = some || on && c.shape.columns[i].target != nil
		}
		return c.shape.key != nil && some
	}
	return c.shape.key != nil
}

// setsOff reports whether the primary would cascade the change, or could.
func (c *change) setsOff() bool {
	for _, child := range c.cat.Tables {
		for k := range child.Constraints {
			if acts(&child.Constraints[k], c) {
				return true
			}
		}
	}
	return false
}

// valueList collects the lists that a statement takes its values from. Its
// columns are those of u.
type valueList struct {
	changes []change
	types   []string
	args    [][]byte
}

// ref adds a list, of what a column has in the old or in the new images, and
// names it.
func (l *valueList) ref(i int, old bool) string {
	c := l.changes[0].shape.columns[i].target
	var b bytes.Buffer
	b.WriteByte('{')
	for n := range l.changes {
		if n > 0 {
			b.WriteByte(',')
		}
		v := l.changes[n].new
		if old {
			v = l.changes[n].old
		}
		appendElement(&b, v[i])
	}
	b.WriteByte('}')
	l.args = append(l.args, b.Bytes())
	l.types = append(l.types, c.list)
	name := "u.c" + strconv.Itoa(len(l.args))
	if c.cast {
		name += "::" + c.typ
	}
	return name
}

// appendElement writes an element of an array as PostgreSQL reads it.
func appendElement(b *bytes.Buffer, v []byte) {
	if v == nil {
		b.WriteString("NULL")
		return
	}
	b.WriteByte('"')
	for {
		i := bytes.IndexAny(v, `"\`)
		if i < 0 {
			break
		}
		b.Write(v[:i])
		b.WriteByte('\\')
		b.WriteByte(v[i])
		v = v[i+1:]
	}
	b.Write(v)
	b.WriteByte('"')
}

// from writes the lists as a table.
func (l *valueList) from() string {
	var lists, names []string
	for n, t := range l.types {
		lists = append(lists, fmt.Sprintf("$%d::%s", n+1, t))
		names = append(names, "c"+strconv.Itoa(n+1))
	}
	return "unnest(" + strings.Join(lists, ", ") + ") u(" + strings.Join(names, ", ") + ")"
}

// where is the condition that a row t of the table is exactly as in its old
// image.
func (l *valueList) where() string {
	var b strings.Builder
	for i := range l.changes[0].shape.columns {
		sc := &l.changes[0].shape.columns[i]
		if sc.target == nil {
			continue
		}
		if b.Len() > 0 {
			b.WriteString(" AND ")
		}
		before, after := equality(sc, sc.key)
		b.WriteString("t." + catalog.QuoteIdent(sc.name) + before + l.ref(i, true) + after)
	}
	return b.String()
}

// applySeveral is apply for changes that stand together: one statement that
// makes all of them, or fails.
func applySeveral(changes []change) statement {
	c := &changes[0]
	l := &valueList{changes: changes}
	table := c.target.quoted()
	var names, values []string
	changed := make([]bool, len(c.shape.columns))
	if c.op == opUpdate {
		changed = c.changed()
	}
	for i := range c.shape.columns {
		sc := &c.shape.columns[i]
		if sc.target != nil && (c.op == opInsert || changed[i]) {
			names = append(names, catalog.QuoteIdent(sc.name))
			values = append(values, l.ref(i, false))
		}
	}
	var write string
	switch c.op {
	case opInsert:
		write = "INSERT INTO " + table + " (" + strings.Join(names, ", ") + ") OVERRIDING SYSTEM VALUE SELECT " + strings.Join(values, ", ") + " FROM " + l.from()
	case opUpdate:
		for i := range names {
			names[i] += " = " + values[i]
		}
		where := l.where()
		write = "UPDATE " + table + " AS t SET " + strings.Join(names, ", ") + " FROM " + l.from() + " WHERE " + where
	case opDelete:
		where := l.where()
		write = "DELETE FROM " + table + " AS t USING " + l.from() + " WHERE " + where
	}
	args := append(l.args, strconv.AppendInt(nil, int64(len(changes)), 10))
	return statement{
		sql:  fmt.Sprintf("WITH done AS (%s RETURNING 1) SELECT 1/(CASE WHEN count(*) = $%d::int8 THEN 1 ELSE 0 END) FROM done", write, len(args)),
		args: args, once: c.op != opInsert,
	}
}
