package dialect

import (
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
)

// computeInsert computes the rows of an INSERT; earlier are the parts that are
// written before it.
func (st *stage) computeInsert(p *part, earlier []*part) {
	a, c := st.a, p.c
	t := c.src.table
	n := len(t.Columns)
	p.work = st.table(n)
	m := st.step()
	m.WriteString("INSERT INTO " + p.work)
	names := make([]string, len(c.fills))
	for i, f := range c.fills {
		names[i] = "c" + itoa(columnNumber(t, f.col))
	}
	if len(names) == 0 {
		// A row that is all NULL, once for each.
		names = []string{"r"}
	}
	m.WriteString(" (" + strings.Join(names, ",") + ") ")
	switch {
	case len(c.fills) > 0:
		a.rows(m, c)
	case c.sel != nil:
		m.WriteString("SELECT NULL FROM (")
		m.merged(c.sel, false)
		m.WriteByte(')')
	default:
		m.WriteString("VALUES (NULL)" + strings.Repeat(",(NULL)", max(len(c.rows)-1, 0)))
	}
	st.add(m, Step{})

	columns, values := insertable(t)
	insert := func() *emitter {
		w := &emitter{a: a}
		w.WriteString("INSERT INTO " + tableName(t) + " AS " + c.src.alias + " (" + strings.Join(columns, ", ") + ")")
		rows := func() {
			w.WriteString("SELECT ")
			for i := range values {
				if i > 0 {
					w.WriteString(", ")
				}
				w.WriteString(values[i])
			}
			w.WriteString(" FROM " + p.work + " WHERE true ORDER BY o")
		}
		if c.conflict != nil && c.guarded() {
			all := *c
			all.fills = nil
			for i := range t.Columns {
				if t.Columns[i].Generated == "" {
					all.fills = append(all.fills, insertFill{col: &t.Columns[i]})
				}
			}
			a.onceOnly(w, &all, func() {
				w.WriteString("SELECT ")
				for i := range values {
					if i > 0 {
						w.WriteString(", ")
					}
					w.WriteString(values[i] + " AS c" + itoa(i+1))
				}
				w.WriteString(" FROM " + p.work + " ORDER BY o")
			})
		} else {
			w.WriteByte(' ')
			rows()
		}
		a.writeConflict(w, c)
		return w
	}
	w := insert()
	last := Step{SQL: w.String(), Binds: w.binds, Counts: c.conflict != nil && c.returning == nil && p.name == ""}
	p.apply = []Step{last}
	switch {
	case c.conflict == nil:
		st.becomes(c.src, 0)
		st.generated(p)
		p.rows = p.work + " AS " + workAlias
		return
	case c.returning == nil:
		return
	}
	// Only SQLite knows which rows conflict: the part is tried, with those that
	// come before it, and undone.
	if c.conflict.update && (volatile(c.conflict.where) || slices.ContainsFunc(c.conflict.set, func(x setItem) bool { return volatile(x.e) })) {
		a.refuse(c.insert.GetOnConflictClause().GetLocation(), "a sequence or volatile function in ON CONFLICT … DO UPDATE of such a statement")
	}
	out := st.table(n)
	st.text("SAVEPOINT failoversql_trial", Step{})
	for _, e := range earlier {
		st.steps = append(st.steps, e.apply...)
	}
	all := make([]string, n)
	marks := make([]string, n)
	for i := range t.Columns {
		all[i] = catalog.QuoteIdent(t.Columns[i].Name)
		marks[i] = "?" + itoa(i+1)
	}
	w.WriteString(" RETURNING " + strings.Join(all, ", "))
	st.add(w, Step{Keep: true})
	st.text("ROLLBACK TO failoversql_trial", Step{})
	st.text("RELEASE failoversql_trial", Step{})
	st.text("INSERT INTO "+out+" ("+workColumns(n)+") VALUES ("+strings.Join(marks, ",")+")", Step{Each: true})
	st.becomes(c.src, 0)
	p.rows = out + " AS " + workAlias
}

// insertable are the columns of a table that an INSERT writes, and those of a
// work table that hold their values.
func insertable(t *catalog.Table) (columns, values []string) {
	for i := range t.Columns {
		if t.Columns[i].Generated == "" {
			columns = append(columns, catalog.QuoteIdent(t.Columns[i].Name))
			values = append(values, "c"+itoa(i+1))
		}
	}
	return columns, values
}

func volatile(e *expr) bool {
	found := false
	e.walk(func(x *expr) bool {
		found = found || strings.Contains(x.tmpl, FuncNextval) || strings.Contains(x.tmpl, "random") || x.kind == exSub
		return !found
	})
	return found
}

func columnNumber(t *catalog.Table, c *catalog.Column) int {
	for i := range t.Columns {
		if &t.Columns[i] == c {
			return i + 1
		}
	}
	return 0
}

// workAlias is the alias of a work table.
const workAlias = "work"

// becomes makes a source stand for columns of a work table, from column first+1
// on.
func (st *stage) becomes(src *source, first int) {
	src.bare = workAlias
	src.cols = slices.Clone(src.cols)
	for i := range src.cols {
		src.cols[i].sql = "c" + itoa(first+i+1)
		src.cols[i].computed = false
	}
}

// generated computes the generated columns of new rows in a work table.
func (st *stage) generated(p *part) {
	a, t := st.a, p.c.src.table
	for i := range t.Columns {
		col := &t.Columns[i]
		if col.Generated == "" {
			continue
		}
		src := *p.c.src
		src.bare = noQualifier
		e := a.stored(col.Generated, "generated column \""+col.Name+"\"", &scope{items: []*nsItem{a.item(t.Name, &src)}, clause: inDefault})
		m := &emitter{a: a}
		m.WriteString("UPDATE " + p.work + " SET c" + itoa(i+1) + " = ")
		m.stored(a.assign(e, col), col)
		st.add(m, Step{})
	}
}

// computeChange computes the rows of an UPDATE or DELETE.
func (st *stage) computeChange(p *part) {
	a, c := st.a, p.c
	src, t := c.src, c.src.table
	var others []*source
	for _, f := range c.from {
		others = append(others, sources(f)...)
	}
	n := len(t.Columns)
	width := n
	if c.returning != nil {
		for _, o := range others {
			width += len(o.cols)
		}
	}
	p.work = st.table(width)
	row := a.rowid(src)
	columns := "r"
	if width > 0 {
		columns += "," + workColumns(width)
	}
	m := st.insertInto(p.work, columns)
	m.WriteString("SELECT " + src.alias + "." + row)
	for i := range t.Columns {
		m.WriteString(", ")
		if k := slices.IndexFunc(c.set, func(x setItem) bool { return x.col == &t.Columns[i] }); k >= 0 && c.set[k].e != nil {
			m.stored(c.set[k].e, &t.Columns[i])
		} else {
			m.rawColumn(a.columnOf(src, i))
		}
	}
	if c.returning != nil {
		m.rawColumns(others)
	}
	m.WriteString(" FROM " + tableName(t) + " AS " + src.alias)
	for _, f := range c.from {
		m.joined(f)
	}
	if c.where != nil {
		m.WriteString(" WHERE ")
		m.where(c.where)
	}
	if len(c.from) > 0 {
		m.WriteString(" GROUP BY 1")
	}
	st.add(m, Step{})
	p.apply = []Step{{SQL: st.applyChange(p, row)}}
	st.becomes(src, 0)
	if c.returning != nil {
		for first := n; len(others) > 0; others = others[1:] {
			st.becomes(others[0], first)
			first += len(others[0].cols)
		}
	}
	if c.verb == "UPDATE" {
		st.generated(p)
	}
	p.rows = p.work + " AS " + workAlias
}

// rawColumns writes all columns of sources, each after a comma.
func (m *emitter) rawColumns(list []*source) {
	for _, o := range list {
		for i := range o.cols {
			m.WriteString(", ")
			if o.cols[i].unknown {
				m.WriteString("NULL")
			} else {
				m.rawColumn(m.a.columnOf(o, i))
			}
		}
	}
}

// applyChange is the statement that makes an UPDATE or DELETE.
func (st *stage) applyChange(p *part, row string) string {
	t := p.c.src.table
	if p.c.verb == "DELETE" {
		return "DELETE FROM " + tableName(t) + " WHERE " + row + " IN (SELECT r FROM " + p.work + ")"
	}
	var set []string
	for _, x := range p.c.set {
		if x.e != nil {
			set = append(set, catalog.QuoteIdent(x.col.Name)+" = "+workAlias+".c"+itoa(columnNumber(t, x.col)))
		}
	}
	name := st.a.newAlias()
	return "UPDATE " + tableName(t) + " AS " + name + " SET " + strings.Join(set, ", ") + " FROM " + p.work + " AS " + workAlias + " WHERE " + name + "." + row + " = " + workAlias + ".r"
}

// sources are the sources of an item of FROM.
func sources(f fromNode) []*source {
	switch x := f.(type) {
	case *fromSource:
		return []*source{x.src}
	case *fromJoin:
		return append(sources(x.left), sources(x.right)...)
	}
	return nil
}
