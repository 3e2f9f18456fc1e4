package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// setItem is one assignment of an UPDATE.
type setItem struct {
	col *catalog.Column
	e   *expr
	// given is what the statement itself says of an assignment to a subscript,
	// where e reads the column too.
	given []*expr
}

// setList analyses SET.
func (a *analyser) setList(sc *scope, t *catalog.Table, nodes []*pg_query.Node) []setItem {
	var out []setItem
	add := func(rt *pg_query.ResTarget, c *catalog.Column, e *expr) {
		for _, other := range out {
			if other.col == c {
				a.fail(codeSyntax, -1, "multiple assignments to same column \"%s\"", c.Name)
			}
		}
		out = append(out, setItem{col: c, e: e})
	}
	// All expressions before the first is converted, which settles parameters.
	values := make([]*expr, len(nodes))
	for i, n := range nodes {
		if v := n.GetResTarget().GetVal(); v.GetMultiAssignRef() == nil && len(n.GetResTarget().GetIndirection()) == 0 {
			values[i] = a.setSource(sc, v)
		}
	}
	for i := 0; i < len(nodes); i++ {
		rt := nodes[i].GetResTarget()
		if mr := rt.GetVal().GetMultiAssignRef(); mr != nil {
			n := int(mr.GetNcolumns())
			for j, e := range a.multiAssign(sc, mr, nodes[i:i+n], t) {
				r := nodes[i+j].GetResTarget()
				add(r, a.targetColumn(t, r), e)
			}
			i += n - 1
			continue
		}
		if len(rt.GetIndirection()) > 0 {
			out = a.setSubscript(sc, t, rt, out)
			continue
		}
		c := a.targetColumn(t, rt)
		add(rt, c, a.setValue(c, values[i]))
	}
	return out
}

// setSource analyses an expression of SET; nil is DEFAULT.
func (a *analyser) setSource(sc *scope, n *pg_query.Node) *expr {
	if n.GetSetToDefault() != nil {
		return nil
	}
	e := a.expr(sc, n)
	a.noRow(e)
	return e
}

// setValue is what a column is set to; nil says DEFAULT.
func (a *analyser) setValue(c *catalog.Column, e *expr) *expr {
	if e == nil {
		if c.Generated != "" {
			return nil
		}
		return a.defaultOf(c)
	}
	a.updatable(c)
	return a.assign(e, c)
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
func (a *analyser) multiAssign(sc *scope, mr *pg_query.MultiAssignRef, targets []*pg_query.Node, t *catalog.Table) []*expr {
	row := mr.GetSource().GetRowExpr()
	if row == nil {
		if sl := mr.GetSource().GetSubLink(); sl.GetSubselect().GetSelectStmt() != nil {
			return a.assignSub(sc, sl, targets, t)
		}
		if len(targets) == 1 {
			c := a.targetColumn(t, targets[0].GetResTarget())
			return []*expr{a.setValue(c, a.setSource(sc, mr.GetSource()))}
		}
		a.fail(codeNotSupported, nodeLocation(mr.GetSource()), "source for a multiple-column UPDATE item must be a sub-SELECT or ROW() expression")
	}
	if len(row.GetArgs()) != len(targets) {
		a.fail(codeSyntax, row.GetLocation(), "number of columns does not match number of values")
	}
	out := make([]*expr, len(targets))
	for i, n := range row.GetArgs() {
		out[i] = a.setValue(a.targetColumn(t, targets[i].GetResTarget()), a.setSource(sc, n))
	}
	return out
}

// assignSub analyses (a, b) = (SELECT …): one subquery for each column.
func (a *analyser) assignSub(sc *scope, sl *pg_query.SubLink, targets []*pg_query.Node, t *catalog.Table) []*expr {
	q := a.selectQuery(sc, sl.GetSubselect().GetSelectStmt(), false)
	if len(q.cols) != len(targets) {
		a.fail(codeSyntax, sl.GetLocation(), "number of columns does not match number of values")
	}
	out := make([]*expr, len(targets))
	for i, n := range targets {
		c := a.targetColumn(t, n.GetResTarget())
		a.updatable(c)
		if q.cols[i].typ == oidUnknown {
			base, _ := a.baseAndMod(c.Type, -1)
			a.convertOutput(q, i, base, "UPDATE")
		}
		out[i] = a.assign(a.oneRow(q, i, sl.GetLocation()), c)
	}
	return out
}

// updatePlan translates an UPDATE.
func (a *analyser) updatePlan(s *pg_query.UpdateStmt) *Plan {
	q := &query{}
	outer := &scope{}
	a.withClause(outer, q, s.GetWithClause())
	src := a.writeTarget(s.GetRelation(), "w")
	it := a.item(targetName(s.GetRelation()), src)
	sc := &scope{parent: outer, items: []*nsItem{it}}
	fq := &query{}
	sc.q = nil
	a.fromClause(sc, fq, s.GetFromClause())
	set := a.setList(sc.with(inUpdateSet), src.table, s.GetTargetList())
	var where *expr
	if s.GetWhereClause() != nil {
		where = a.condition(sc.with(inWhere), s.GetWhereClause(), "WHERE")
	}
	a.readsColumns(src, set, where)
	m := &emitter{a: a}
	m.with(q)
	if len(fq.from) > 0 || hasSub(set) {
		a.updateFrom(m, src, set, fq.from, where)
	} else {
		m.WriteString("UPDATE " + tableName(src.table) + " AS " + src.alias + " SET ")
		n := 0
		for _, x := range set {
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
		if n == 0 {
			a.refuse(-1, "an UPDATE that sets only generated columns")
		}
		if where != nil {
			m.WriteString(" WHERE ")
			m.expr(where)
		}
	}
	p := &Plan{Kind: Exec, Verb: "UPDATE", Writes: true}
	a.returning(m, p, src, sc.items, s.GetReturningList())
	p.Steps = []Step{{SQL: m.String(), Binds: m.binds, Returns: p.Columns != nil, Counts: true}}
	return a.finish(p)
}

// readsColumns notes that a statement reads columns of its own target, for
// which it needs SELECT.
func (a *analyser) readsColumns(src *source, set []setItem, where *expr) {
	reads := false
	look := func(e *expr) {
		e.walk(func(x *expr) bool { reads = reads || x.kind == exColumn && x.src == src; return true })
	}
	for _, x := range set {
		if x.given == nil {
			look(x.e)
		}
		for _, e := range x.given {
			look(e)
		}
	}
	look(where)
	if reads {
		a.use(src.table, "r")
	}
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
	if n == 0 {
		a.refuse(-1, "an UPDATE that sets only generated columns")
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
		m.expr(where)
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
	q := &query{}
	outer := &scope{}
	a.withClause(outer, q, s.GetWithClause())
	src := a.writeTarget(s.GetRelation(), "d")
	it := a.item(targetName(s.GetRelation()), src)
	sc := &scope{parent: outer, items: []*nsItem{it}}
	fq := &query{}
	a.fromClause(sc, fq, s.GetUsingClause())
	var where *expr
	if s.GetWhereClause() != nil {
		where = a.condition(sc.with(inWhere), s.GetWhereClause(), "WHERE")
	}
	a.readsColumns(src, nil, where)
	m := &emitter{a: a}
	m.with(q)
	if len(fq.from) > 0 {
		name := a.newAlias()
		m.WriteString("DELETE FROM " + tableName(src.table) + " AS " + name + " WHERE " + name + "." + a.rowid(src) + " IN (SELECT " + src.alias + "." + a.rowid(src) + " FROM " + tableName(src.table) + " AS " + src.alias)
		for _, f := range fq.from {
			m.joined(f)
		}
		if where != nil {
			m.WriteString(" WHERE ")
			m.expr(where)
		}
		m.WriteByte(')')
		src.bare = name
	} else {
		m.WriteString("DELETE FROM " + tableName(src.table) + " AS " + src.alias)
		if where != nil {
			m.WriteString(" WHERE ")
			m.expr(where)
		}
	}
	p := &Plan{Kind: Exec, Verb: "DELETE", Writes: true}
	if deletesItself(a.cat, src.table) {
		return a.deleteItself(p, s, q, src, sc, where, m)
	}
	a.returning(m, p, src, sc.items, s.GetReturningList())
	p.Steps = []Step{{SQL: m.String(), Binds: m.binds, Returns: p.Columns != nil, Counts: true}}
	return a.finish(p)
}

// returning analyses and writes RETURNING. SQLite sees only the target's
// columns there; others are refused.
func (a *analyser) returning(m *emitter, p *Plan, src *source, items []*nsItem, nodes []*pg_query.Node) {
	if len(nodes) == 0 {
		return
	}
	a.use(src.table, "r")
	// In RETURNING SQLite knows the columns by their bare names.
	src.bare = noQualifier
	sc := &scope{items: items, clause: inReturning}
	targets := a.targetList(sc, nodes)
	for _, t := range targets {
		t.e = a.output(t.e)
		t.e.walk(func(x *expr) bool {
			switch {
			case x.kind == exColumn && x.src != src:
				a.refuse(x.pos, "RETURNING a column of another table")
			case x.kind == exSub:
				a.refuse(x.pos, "a subquery in RETURNING")
			}
			return true
		})
	}
	m.WriteString(" RETURNING ")
	for i, t := range targets {
		if i > 0 {
			m.WriteString(", ")
		}
		m.output(&query{}, t.e, true)
	}
	p.Columns = a.columns(targets, true)
}

// onConflict writes ON CONFLICT.
func (a *analyser) onConflict(m *emitter, s *pg_query.InsertStmt, src *source, multi bool) {
	oc := s.GetOnConflictClause()
	t := src.table
	name := targetName(s.GetRelation())
	it := a.item(name, src)
	m.WriteString(" ON CONFLICT")
	a.conflictTarget(m, oc, src, it)
	if oc.GetAction() == pg_query.OnConflictAction_ONCONFLICT_NOTHING {
		m.WriteString(" DO NOTHING")
		return
	}
	if oc.GetInfer() == nil {
		a.failHint(codeSyntax, oc.GetLocation(), "For example, ON CONFLICT (column_name).", "ON CONFLICT DO UPDATE requires inference specification or constraint name")
	}
	excluded := &source{alias: "excluded", bare: "excluded", cols: src.cols}
	ex := a.item("excluded", excluded)
	sc := &scope{items: []*nsItem{it, ex}}
	a.use(t, "w")
	set := a.setList(sc.with(inUpdateSet), t, oc.GetTargetList())
	m.WriteString(" DO UPDATE SET ")
	for i, x := range set {
		if x.e == nil {
			a.refuse(oc.GetLocation(), "SET of a generated column in ON CONFLICT")
		}
		if i > 0 {
			m.WriteString(", ")
		}
		if multi {
			a.keepsKey(oc, t, x)
		}
		m.WriteString(catalog.QuoteIdent(x.col.Name) + " = ")
		m.stored(x.e, x.col)
	}
	var where *expr
	if oc.GetWhereClause() != nil {
		where = a.condition(sc.with(inWhere), oc.GetWhereClause(), "WHERE")
		m.WriteString(" WHERE ")
		m.expr(where)
	}
	a.readsColumns(src, set, where)
}

// conflictTarget resolves what a conflict is about to one of the table's unique
// indexes and writes its keys.
func (a *analyser) conflictTarget(m *emitter, oc *pg_query.OnConflictClause, src *source, it *nsItem) {
	inf := oc.GetInfer()
	t := src.table
	if inf == nil {
		return
	}
	if name := inf.GetConname(); name != "" {
		for i := range t.Indexes {
			ix := &t.Indexes[i]
			if ix.Constraint && ix.Name == name {
				a.indexKeys(m, ix, src, it, inf.GetLocation())
				return
			}
		}
		for i := range t.Constraints {
			c := &t.Constraints[i]
			if c.Name == name && (c.Kind == 'p' || c.Kind == 'u') {
				m.WriteString(" (" + quoteList(c.Columns, ", ") + ")")
				return
			}
			if c.Name == name {
				a.fail("42809", -1, "constraint in ON CONFLICT clause has no associated index")
			}
		}
		a.fail(codeUndefinedObject, -1, "constraint \"%s\" for table \"%s\" does not exist", name, t.Name)
	}
	var cols []string
	for _, n := range inf.GetIndexElems() {
		el := n.GetIndexElem()
		if el.GetName() == "" {
			a.refuse(inf.GetLocation(), "ON CONFLICT on an expression")
		}
		if len(el.GetCollation()) > 0 || len(el.GetOpclass()) > 0 {
			a.refuse(inf.GetLocation(), "ON CONFLICT with a collation or operator class")
		}
		if t.Column(el.GetName()) == nil {
			a.fail(codeUndefinedColumn, inf.GetLocation(), "column \"%s\" does not exist", el.GetName())
		}
		cols = append(cols, el.GetName())
	}
	where := ""
	if inf.GetWhereClause() != nil {
		where = a.inferWhere(inf, src, it)
	}
	if !a.hasUniqueKey(t, cols, where) {
		a.fail(codeColumnReference, -1, "there is no unique or exclusion constraint matching the ON CONFLICT specification")
	}
	m.WriteString(" (" + quoteList(cols, ", ") + ")")
	if where != "" && !a.hasUniqueKey(t, cols, "") {
		m.WriteString(" WHERE " + where)
	}
}

// inferWhere is the predicate of a partial index as SQLite has it.
func (a *analyser) inferWhere(inf *pg_query.InferClause, src *source, it *nsItem) string {
	saved := src.bare
	src.bare = noQualifier
	defer func() { src.bare = saved }()
	e := a.condition(&scope{items: []*nsItem{it}, clause: inWhere}, inf.GetWhereClause(), "WHERE")
	w := &emitter{a: a}
	w.expr(e)
	if len(w.binds) > 0 {
		a.refuse(inf.GetLocation(), "a parameter in the WHERE of an ON CONFLICT target")
	}
	return w.String()
}

func (a *analyser) indexKeys(m *emitter, ix *catalog.Index, _ *source, _ *nsItem, at int32) {
	var cols []string
	for _, k := range ix.Keys {
		if k.Column == "" {
			a.refuse(at, "ON CONFLICT on an expression")
		}
		cols = append(cols, k.Column)
	}
	m.WriteString(" (" + quoteList(cols, ", ") + ")")
}

// hasUniqueKey reports whether a unique index stands on exactly these columns;
// with a predicate, a partial one of that predicate.
func (a *analyser) hasUniqueKey(t *catalog.Table, cols []string, where string) bool {
	equal := func(keys []string) bool {
		if len(keys) != len(unique(cols)) {
			return false
		}
		for _, k := range keys {
			if !strings.Contains("\x00"+strings.Join(cols, "\x00")+"\x00", "\x00"+k+"\x00") {
				return false
			}
		}
		return true
	}
	for i := range t.Constraints {
		c := &t.Constraints[i]
		if (c.Kind == 'p' || c.Kind == 'u') && !c.Deferrable && equal(c.Columns) {
			return true
		}
	}
	for i := range t.Indexes {
		ix := &t.Indexes[i]
		if !ix.Unique {
			continue
		}
		var keys []string
		for _, k := range ix.Keys {
			keys = append(keys, k.Column)
		}
		if !equal(keys) {
			continue
		}
		if ix.Where == "" && !ix.Constraint {
			return true
		}
		if ix.Where != "" && where != "" && a.indexPredicate(t, ix) == where {
			return true
		}
	}
	return false
}

func unique(list []string) []string {
	seen := map[string]bool{}
	var out []string
	for _, s := range list {
		if !seen[s] {
			seen[s] = true
			out = append(out, s)
		}
	}
	return out
}

// indexPredicate is an index's predicate as SQLite has it.
func (a *analyser) indexPredicate(t *catalog.Table, ix *catalog.Index) string {
	src := a.tableSource(t, -1)
	src.bare = noQualifier
	e := a.needBool(a.stored(ix.Where, "predicate of index \""+ix.Name+"\"", &scope{items: []*nsItem{a.item(t.Name, src)}, clause: inWhere}), "WHERE")
	w := &emitter{a: a}
	w.expr(e)
	return w.String()
}
