package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// setItem is one assignment of an UPDATE.
type setItem struct {
	col *catalog.Column
	e   *expr
}

// setList analyses SET.
func (a *analyser) setList(sc *scope, src *source, nodes []*pg_query.Node) []setItem {
	var out []setItem
	parts := map[*catalog.Column]bool{}
	add := func(t assignTarget, value *expr, settled bool) {
		a.writesTo(src, "w", t.col.Name)
		k := slices.IndexFunc(out, func(x setItem) bool { return x.col == t.col })
		if k >= 0 && (len(t.path) == 0 || !parts[t.col]) {
			a.fail(codeSyntax, -1, "multiple assignments to same column \"%s\"", t.name)
		}
		if settled {
			out = append(out, setItem{t.col, value})
			return
		}
		n := columnNumber(src.table, t.col)
		if n == 0 && len(t.path) > 0 {
			a.refuse(t.pos, "assignment to a part of a view's own column")
		}
		base := a.columnOf(src, max(n, 1)-1)
		if k >= 0 {
			base = out[k].e
		}
		e := a.assignTo(sc, t, base, value)
		parts[t.col] = len(t.path) > 0
		if k >= 0 {
			out[k].e = e
		} else {
			out = append(out, setItem{t.col, e})
		}
	}
	// All expressions before the first is converted, which settles parameters.
	values := make([]*expr, len(nodes))
	for i, n := range nodes {
		if v := n.GetResTarget().GetVal(); v.GetMultiAssignRef() == nil {
			values[i] = a.setSource(sc, v)
		}
	}
	for i := 0; i < len(nodes); i++ {
		rt := nodes[i].GetResTarget()
		if mr := rt.GetVal().GetMultiAssignRef(); mr != nil {
			targets := make([]assignTarget, mr.GetNcolumns())
			for j := range targets {
				targets[j] = a.assignTarget(src, nodes[i+j].GetResTarget())
			}
			a.multiAssign(sc, src, mr, targets, add)
			i += len(targets) - 1
			continue
		}
		a.setValue(src, a.assignTarget(src, rt), values[i], add)
	}
	return out
}

// setSource analyses an expression of SET; nil is DEFAULT.
func (a *analyser) setSource(sc *scope, n *pg_query.Node) *expr {
	if n.GetSetToDefault() != nil {
		return nil
	}
	e := a.expr(sc, n)
	e = a.scalar(e)
	return e
}

// setValue sets a column, or a part of it; nil says DEFAULT.
func (a *analyser) setValue(src *source, t assignTarget, e *expr, add func(assignTarget, *expr, bool)) {
	if e == nil {
		a.defaultAllowed(t)
		a.defaultThroughView(src, t)
		if t.col.Generated != "" {
			add(t, nil, true)
			return
		}
		add(t, a.defaultOf(t.col), true)
		return
	}
	a.updatable(t.col)
	add(t, e, false)
}

func (a *analyser) updatable(c *catalog.Column) {
	switch {
	case c.Generated != "":
		e := a.error(codeGeneratedAlways, -1, "column \"%s\" can only be updated to DEFAULT", c.Name)
		e.Detail = "Column \"" + c.Name + "\" is a generated column."
		panic(e)
	case c.Identity == "a":
		e := a.error(codeGeneratedAlways, -1, "column \"%s\" can only be updated to DEFAULT", c.Name)
		e.Detail = "Column \"" + c.Name + "\" is an identity column defined as GENERATED ALWAYS."
		panic(e)
	}
}

// multiAssign analyses (a, b) = (x, y).
func (a *analyser) multiAssign(sc *scope, src *source, mr *pg_query.MultiAssignRef, targets []assignTarget, add func(assignTarget, *expr, bool)) {
	row := mr.GetSource().GetRowExpr()
	if row == nil {
		if sl := mr.GetSource().GetSubLink(); sl.GetSubselect().GetSelectStmt() != nil {
			a.assignSub(sc, sl, targets, add)
			return
		}
		a.fail(codeNotSupported, nodeLocation(mr.GetSource()), "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression")
	}
	if len(row.GetArgs()) != len(targets) {
		a.fail(codeSyntax, row.GetLocation(), "number of columns does not match number of values")
	}
	for i, n := range row.GetArgs() {
		a.setValue(src, targets[i], a.setSource(sc, n), add)
	}
}

// assignSub analyses (a, b) = (SELECT …): one subquery for each column.
func (a *analyser) assignSub(sc *scope, sl *pg_query.SubLink, targets []assignTarget, add func(assignTarget, *expr, bool)) {
	q := a.selectQuery(sc, sl.GetSubselect().GetSelectStmt(), false)
	if len(q.cols) != len(targets) {
		a.fail(codeSyntax, sl.GetLocation(), "number of columns does not match number of values")
	}
	for i, t := range targets {
		a.updatable(t.col)
		if q.cols[i].typ == oidUnknown {
			base, _ := a.baseAndMod(t.col.Type, -1)
			a.convertOutput(q, i, base, "UPDATE")
		}
		add(t, a.oneRow(q, i, sl.GetLocation()), false)
	}
}

// updatePlan translates an UPDATE.
func (a *analyser) updatePlan(s *pg_query.UpdateStmt) *Plan {
	q, outer := a.topWith(s.GetWithClause())
	c := a.update(outer, s)
	if a.staged() || c.needsStage() {
		return a.stagedPlan(q, c)
	}
	m := &emitter{a: a}
	m.with(q)
	if len(c.from) > 0 || hasSub(c.set) {
		a.updateFrom(m, c.src, c.set, c.from, c.where)
	} else {
		m.WriteString("UPDATE " + tableName(c.src.table) + " AS " + c.src.alias + " SET ")
		n := 0
		for _, x := range c.set {
			if x.e == nil {
				continue
			}
			if n > 0 {
				m.WriteString(", ")
			}
			n++
			m.WriteString(catalog.QuoteIdent(x.col.Name) + " = ")
			m.stored(x.e, x.col)
		}
		if c.where != nil {
			m.WriteString(" WHERE ")
			m.where(c.where)
		}
	}
	return a.changePlan(m, c)
}

// update analyses an UPDATE.
func (a *analyser) update(outer *scope, s *pg_query.UpdateStmt) *change {
	src := a.writeTarget(s.GetRelation(), "UPDATE")
	c := &change{verb: "UPDATE", src: src}
	sc := &scope{parent: outer, items: []*nsItem{a.targetItem(s.GetRelation(), src)}}
	c.scope = sc
	fq := &query{}
	sc.items[0].lateral = true // FROM cannot refer to the target
	a.fromClause(sc, fq, s.GetFromClause())
	sc.items[0].lateral = false
	c.from = fq.from
	c.set = a.setList(sc.with(inUpdateSet), src, s.GetTargetList())
	if s.GetWhereClause() != nil {
		c.where = a.condition(sc.with(inWhere), s.GetWhereClause(), "WHERE")
	}
	a.throughView(c)
	a.writesSomething(c)
	c.set = a.touchSelfKeys(c.src, c.set)
	a.analyseReturning(c, s.GetReturningList())
	return c
}

// writesSomething makes an UPDATE that sets only generated columns write the
// row as it is.
func (a *analyser) writesSomething(c *change) {
	if slices.ContainsFunc(c.set, func(x setItem) bool { return x.e != nil }) {
		return
	}
	for i := range c.src.table.Columns {
		if col := &c.src.table.Columns[i]; col.Generated == "" {
			c.set = append(c.set, setItem{col, a.columnOf(c.src, i)})
			return
		}
	}
	a.refuse(-1, "an UPDATE of a table that has only generated columns")
}

func hasSub(set []setItem) bool {
	found := false
	for _, x := range set {
		x.e.walk(func(y *expr) bool { found = found || y.kind == exSub; return true })
	}
	return found
}

// updateFrom writes an UPDATE whose new values come from a query: SQLite
// computes all of them before it changes the first row, as PostgreSQL's snapshot
// demands. Each row is updated once, by the first match.
func (a *analyser) updateFrom(m *emitter, src *source, set []setItem, from []fromNode, where *expr) {
	name := a.newAlias()
	m.WriteString("UPDATE " + tableName(src.table) + " AS " + name + " SET ")
	n := 0
	for _, x := range set {
		if x.e == nil {
			continue
		}
		if n > 0 {
			m.WriteString(", ")
		}
		n++
		m.WriteString(catalog.QuoteIdent(x.col.Name) + " = u.c" + itoa(n))
	}
	row := a.rowid(src)
	m.WriteString(" FROM (SELECT " + src.alias + "." + row + " AS r")
	n = 0
	for _, x := range set {
		if x.e == nil {
			continue
		}
		n++
		m.WriteString(", ")
		m.stored(x.e, x.col)
		m.WriteString(" AS c" + itoa(n))
	}
	m.WriteString(" FROM " + tableName(src.table) + " AS " + src.alias)
	for _, f := range from {
		m.joined(f)
	}
	if where != nil {
		m.WriteString(" WHERE ")
		m.where(where)
	}
	if len(from) > 0 {
		m.WriteString(" GROUP BY 1")
	}
	m.WriteString(") AS u WHERE " + name + "." + row + " = u.r")
	src.bare = name
}

// rowid is a name of the SQLite row's number that no column of the table takes.
func (a *analyser) rowid(src *source) string {
	for _, name := range []string{"rowid", "_rowid_", "oid"} {
		taken := false
		for i := range src.cols {
			taken = taken || strings.EqualFold(src.cols[i].name, name)
		}
		if !taken {
			return name
		}
	}
	a.refuse(-1, "a table with columns rowid, _rowid_ and oid")
	return ""
}

// deletePlan translates a DELETE.
func (a *analyser) deletePlan(s *pg_query.DeleteStmt) *Plan {
	q, outer := a.topWith(s.GetWithClause())
	c := a.deletion(outer, s)
	if a.staged() || c.needsStage() || deletesItself(a.cat, c.src.table) {
		// PostgreSQL deletes all the rows and then follows the foreign keys; SQLite
		// follows them row by row, and rows that are gone when their turn comes
		// would be missing from the count and from RETURNING.
		return a.stagedPlan(q, c)
	}
	src := c.src
	m := &emitter{a: a}
	m.with(q)
	if len(c.from) > 0 {
		name := a.newAlias()
		m.WriteString("DELETE FROM " + tableName(src.table) + " AS " + name + " WHERE " + name + "." + a.rowid(src) + " IN (SELECT " + src.alias + "." + a.rowid(src) + " FROM " + tableName(src.table) + " AS " + src.alias)
		for _, f := range c.from {
			m.joined(f)
		}
		if c.where != nil {
			m.WriteString(" WHERE ")
			m.where(c.where)
		}
		m.WriteByte(')')
		src.bare = name
	} else {
		m.WriteString("DELETE FROM " + tableName(src.table) + " AS " + src.alias)
		if c.where != nil {
			m.WriteString(" WHERE ")
			m.where(c.where)
		}
	}
	return a.changePlan(m, c)
}

// deletion analyses a DELETE.
func (a *analyser) deletion(outer *scope, s *pg_query.DeleteStmt) *change {
	src := a.writeTarget(s.GetRelation(), "DELETE")
	a.writesTo(src, "d")
	c := &change{verb: "DELETE", src: src}
	sc := &scope{parent: outer, items: []*nsItem{a.targetItem(s.GetRelation(), src)}}
	c.scope = sc
	fq := &query{}
	sc.items[0].lateral = true // FROM cannot refer to the target
	a.fromClause(sc, fq, s.GetUsingClause())
	sc.items[0].lateral = false
	c.from = fq.from
	if s.GetWhereClause() != nil {
		c.where = a.condition(sc.with(inWhere), s.GetWhereClause(), "WHERE")
	}
	a.throughView(c)
	a.analyseReturning(c, s.GetReturningList())
	return c
}
