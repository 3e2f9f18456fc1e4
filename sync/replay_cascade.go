package dbsync

import (
	"fmt"

	"github.com/failoversql/failoversql/catalog"
)

// cascade is a change of the application with those that it set off. A cascade
// is done by PostgreSQL itself when the change that set it off is replayed. The
// rows that the journal marks as cascaded are therefore not applied: they are
// expected to be before it as the journal saw them, and after it as the journal
// left them; and there must be no others.
type cascade struct {
	group []change
	first []bool // the change is the first of the group to touch its row
	last  []bool // the change is the last to do so
	// refers counts, by foreign key and key, the rows that refer to another
	// before the first change is made.
	refers map[string]int
}

// newCascade looks at a group. Every change in it has a target.
func newCascade(group []change) *cascade {
	n := len(group)
	g := &cascade{group: group, first: make([]bool, n), last: make([]bool, n)}
	if n == 1 {
		g.first[0], g.last[0] = group[0].op != opInsert, true
		return g
	}
	made := map[string]int{} // row to the change that left it so
	for i := range group {
		c := &group[i]
		g.first[i], g.last[i] = c.op != opInsert, true
		if c.op != opInsert {
			row := rowKey(c, c.old)
			if j, ok := made[row]; ok {
				g.first[i], g.last[j] = false, false
				delete(made, row)
			}
		}
		if c.op != opDelete {
			made[rowKey(c, c.new)] = i
		}
	}
	return g
}

// rowKey names the row of an image.
func rowKey(c *change, image [][]byte) string {
	table := c.target.quoted()
	if c.shape.key == nil {
		return rowText(c.shape, image, table)
	}
	b := []byte(table)
	for _, i := range c.shape.key {
		b = append(b, 0)
		b = append(b, image[i]...)
	}
	return string(b)
}

// children are statements that fail unless the primary cascades to as many rows
// as the fallback did: a row that somebody added there, and the fallback never
// saw, must not go unseen with its parent.
func (g *cascade) children() []statement {
	var out []statement
	for i := range g.group {
		c := &g.group[i]
		if !g.first[i] {
			continue
		}
		for _, child := range c.cat.Tables {
			for k := range child.Constraints {
				if f := &child.Constraints[k]; acts(f, c) {
					if st, ok := g.count(c, child, f); ok {
						out = append(out, st)
					}
				}
			}
		}
	}
	return out
}

// acts reports whether a foreign key has an action on a change of the row it
// refers to.
func acts(f *catalog.Constraint, c *change) bool {
	if f.Kind != 'f' || f.RefTable != c.table.Name || f.RefSchema != c.table.Schema {
		return false
	}
	action := f.OnDelete
	if c.op == opUpdate {
		action = f.OnUpdate
	}
	return (action == 'c' || action == 'n' || action == 'd') && (c.op == opDelete || anyChanged(c, f.RefColumns))
}

// count expects as many rows on the primary that refer to a row as the group
// has.
func (g *cascade) count(c *change, child *catalog.Table, f *catalog.Constraint) (statement, bool) {
	var b builder
	fmt.Fprintf(&b, "SELECT 1/(CASE WHEN (SELECT count(*) FROM %s WHERE ", catalog.QuoteQualified(child.Schema, child.Name))
	for i, name := range f.Columns {
		n := c.shape.index(f.RefColumns[i])
		if n < 0 || c.old[n] == nil || c.shape.columns[n].target == nil {
			return statement{}, false // nothing can refer to it
		}
		if i > 0 {
			b.WriteString(" AND ")
		}
		b.WriteString(catalog.QuoteIdent(name) + " = ")
		b.arg(&c.shape.columns[n], c.old[n])
	}
	key, _ := reference(child, f, c, c.old, f.RefColumns)
	b.args = append(b.args, fmt.Append(nil, g.references()[key]))
	fmt.Fprintf(&b, ") = $%d::int8 THEN 1 ELSE 0 END)", len(b.args))
	return statement{sql: b.String(), args: b.args}, true
}

// references counts who refers to whom in the group, once.
func (g *cascade) references() map[string]int {
	if g.refers != nil {
		return g.refers
	}
	g.refers = map[string]int{}
	for i := range g.group {
		c := &g.group[i]
		if !g.first[i] {
			continue
		}
		for k := range c.table.Constraints {
			if f := &c.table.Constraints[k]; f.Kind == 'f' {
				if key, ok := reference(c.table, f, c, c.old, f.Columns); ok {
					g.refers[key]++
				}
			}
		}
	}
	return g.refers
}

// reference names what a foreign key of a table refers to, by columns of an
// image: those of the referring row or those of the row referred to.
func reference(child *catalog.Table, f *catalog.Constraint, c *change, image [][]byte, columns []string) (string, bool) {
	b := append([]byte(child.Schema+"\x00"+child.Name+"\x00"), f.Name...)
	for _, name := range columns {
		v, ok := c.shape.value(image, name)
		if !ok || v == nil {
			return "", false
		}
		b = append(b, 0)
		b = append(b, v...)
	}
	return string(b), true
}

// expectAfter fails unless a cascaded row is as the journal left it.
func expectAfter(c *change) statement {
	if c.op == opDelete {
		return expectNoRow(c, c.old)
	}
	return expectRow(c, c.new, false)
}

// statements are what the fast way sends for a transaction. It reports false
// where only the careful way will do.
func statements(changes []change) (out []statement, deferred, ok bool) {
	for i := range changes {
		c := &changes[i]
		if c.op == opDDL || c.target == nil || c.target.rewrites || c.missing() != nil {
			return nil, false, false
		}
		deferred = deferred || c.target.deferrable
	}
	for i := 0; i < len(changes); {
		c := &changes[i]
		if c.cascaded {
			return nil, false, false // without the change that set it off
		}
		end := i + 1
		for end < len(changes) && changes[end].cascaded {
			end++
		}
		if n := together(changes[i:]); n > 1 {
			out = append(out, applySeveral(changes[i:i+n]))
			i += n
			continue
		}
		g := newCascade(changes[i:end])
		if children := g.children(); children != nil {
			// Locked first, so that nobody adds a row that refers to it.
			out = append(out, expectRow(c, c.old, true))
			out = append(out, children...)
		}
		for j := 1; j < len(g.group); j++ {
			if g.first[j] {
				out = append(out, expectRow(&g.group[j], g.group[j].old, true))
			}
		}
		out = append(out, apply(c))
		for j := 1; j < len(g.group); j++ {
			if g.last[j] {
				out = append(out, expectAfter(&g.group[j]))
			}
		}
		i = end
	}
	return out, deferred, true
}
