package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// selectQuery analyses a SELECT, VALUES or set operation below sc. With
// settle, output columns of unknown type become text.
func (a *analyser) selectQuery(sc *scope, s *pg_query.SelectStmt, settle bool) *query {
	a.noInto(s, false)
	q := &query{}
	in := &scope{parent: sc, q: q}
	a.withClause(in, q, s.GetWithClause())
	switch {
	case s.GetOp() > pg_query.SetOperation_SETOP_NONE:
		a.setOperation(in, q, s)
	case len(s.GetValuesLists()) > 0:
		a.valuesQuery(in, q, s, settle)
	default:
		a.plainSelect(in, q, s, settle)
	}
	if len(s.GetLockingClause()) > 0 {
		a.lockingClauses(in, q, s.GetLockingClause())
	}
	a.afterSort(in, q, s.GetLimitOption() == pg_query.LimitOption_LIMIT_OPTION_WITH_TIES)
	return q
}

func (a *analyser) plainSelect(sc *scope, q *query, s *pg_query.SelectStmt, settle bool) {
	a.fromClause(sc, q, s.GetFromClause())
	a.windowClause(sc, q, s.GetWindowClause())
	q.targets = a.targetList(sc.with(inSelectList), s.GetTargetList())
	if s.GetWhereClause() != nil {
		q.where = a.condition(sc.with(inWhere), s.GetWhereClause(), "WHERE")
	}
	if s.GetHavingClause() != nil {
		q.having = a.condition(sc.with(inHaving), s.GetHavingClause(), "HAVING")
	}
	if len(s.GetDistinctClause()) > 0 {
		q.distinct = s.GetDistinctClause()[0].GetNode() == nil
	}
	order := a.sortClause(sc.with(inOrderBy), q, s.GetSortClause())
	var on []*target
	if len(s.GetDistinctClause()) > 0 && !q.distinct {
		on = a.distinctOnClause(sc, q, s.GetDistinctClause())
	}
	a.groupClause(sc.with(inGroupBy), q, s)
	a.limitClause(sc, q, s)
	if settle {
		for _, t := range q.targets {
			t.e = a.output(t.e)
		}
	}
	a.finishOrder(q, order)
	if on != nil {
		a.finishDistinctOn(q, s.GetDistinctClause(), on, order)
	}
	for _, t := range q.targets {
		if !t.junk {
			q.cols = append(q.cols, outCol{t.name, t.e.typ, t.e.typmod, shapeOf(t.e)})
		}
	}
	if q.hasAgg || len(q.group) > 0 || q.having != nil || q.sets != nil {
		a.checkGrouping(sc, q)
		if len(q.group) == 0 {
			q.single = true
		}
	}
	if len(q.from) == 0 {
		q.single = true
	}
	q.unlockable = unlockable(q)
	for a.expandLevel(q, q.group) {
	}
	a.expandGrouping(q, localSources(sc))
	a.expandSets(q)
	if q.distinct {
		for _, t := range q.targets {
			if !t.junk {
				a.equality(t.e)
			}
		}
	}
	a.withTies(q, s)
}

func hasWindow(q *query) bool {
	found := false
	for _, t := range q.targets {
		t.e.walk(func(x *expr) bool { found = found || x.kind == exWindow; return true })
	}
	return found
}

// output is a value as a result shows it.
func (a *analyser) output(e *expr) *expr {
	return a.settleUnknown(e)
}

// settleUnknown makes a literal or parameter whose type nothing has settled
// text, as PostgreSQL does in output columns.
func (a *analyser) settleUnknown(e *expr) *expr {
	if e.typ != oidUnknown {
		return e
	}
	return a.coerceTo(e, oidText, -1, implicit, e.pos)
}

// condition analyses an expression that must be boolean.
func (a *analyser) condition(sc *scope, n *pg_query.Node, what string) *expr {
	return a.needBool(a.expr(sc, n), what)
}

func (a *analyser) needBool(e *expr, what string) *expr {
	out := a.coerce(e, oidBool, -1, assignment, e.pos)
	if out == nil {
		a.fail(codeDatatypeMismatch, e.pos, "argument of %s must be type boolean, not type %s", what, a.typeName(e.typ))
	}
	if e.retset {
		a.fail(codeDatatypeMismatch, e.pos, "argument of %s must not return a set", what)
	}
	return out
}

// targetList analyses output expressions, with * written out.
func (a *analyser) targetList(sc *scope, nodes []*pg_query.Node) []*target {
	var out []*target
	for _, n := range nodes {
		rt := n.GetResTarget()
		if cols, ok := a.star(sc, rt.GetVal()); ok {
			out = append(out, cols...)
			continue
		}
		e := a.expr(sc, rt.GetVal())
		e = a.scalar(e)
		name := rt.GetName()
		if name == "" {
			name = a.columnName(rt.GetVal())
		}
		out = append(out, &target{name: name, e: e})
	}
	return out
}

// star writes out * and t.*.
func (a *analyser) star(sc *scope, n *pg_query.Node) ([]*target, bool) {
	ref := n.GetColumnRef()
	if ref == nil {
		if ind := n.GetAIndirection(); ind != nil && len(ind.GetIndirection()) > 0 && ind.GetIndirection()[len(ind.GetIndirection())-1].GetAStar() != nil {
			return a.starOf(sc, ind), true
		}
		return nil, false
	}
	fields := ref.GetFields()
	if fields[len(fields)-1].GetAStar() == nil {
		return nil, false
	}
	var out []*target
	add := func(it *nsItem) {
		for _, c := range it.cols {
			a.readsColumns(c.e)
			out = append(out, &target{name: c.name, e: at(c.e, ref.GetLocation())})
		}
	}
	if len(fields) == 1 {
		if len(sc.items) == 0 {
			a.fail(codeSyntax, ref.GetLocation(), "SELECT * with no tables specified is not valid")
		}
		for _, it := range sc.items {
			if it.colVisible {
				add(it)
			}
		}
		return out, true
	}
	schema, name := a.qualifiedName(stringList(fields[:len(fields)-1]), ref.GetLocation(), "*")
	it := a.relation(sc, schema, name, ref.GetLocation())
	if it == nil {
		a.missingRelation(sc, name, ref.GetLocation())
	}
	add(it)
	return out, true
}

// valuesQuery analyses a VALUES that stands as a query.
func (a *analyser) valuesQuery(sc *scope, q *query, s *pg_query.SelectStmt, settle bool) {
	rows := a.valuesRows(sc.with(inValues), s.GetValuesLists())
	width := len(rows[0])
	for i, row := range rows {
		if len(row) != width {
			a.fail(codeSyntax, rowLocation(s.GetValuesLists()[i]), "VALUES lists must all be the same length")
		}
	}
	for j := range width {
		column := make([]*expr, len(rows))
		for i := range rows {
			column[i] = rows[i][j]
		}
		typ := a.commonTypeOf(column, "VALUES")
		if typ == oidUnknown {
			if !settle {
				q.cols = append(q.cols, outCol{name: "column" + itoa(j+1), typ: typ, typmod: -1})
				continue
			}
			typ = oidText
		}
		mod := a.commonMod(column, typ)
		for i := range rows {
			rows[i][j] = a.toCommon(rows[i][j], typ, "VALUES")
		}
		q.cols = append(q.cols, outCol{name: "column" + itoa(j+1), typ: typ, typmod: mod})
	}
	q.values = rows
	q.single = len(rows) == 1
	for j, c := range q.cols {
		column := make([]*expr, len(rows))
		for i := range rows {
			column[i] = rows[i][j]
		}
		src := &source{alias: "-", bare: noQualifier, cols: []srcCol{{name: c.name, sql: "c" + itoa(j+1), typ: c.typ, typmod: c.typmod, coll: a.mergeCollations(column...).handedOn()}}}
		q.targets = append(q.targets, &target{name: c.name, e: a.columnOf(src, 0)})
	}
	if a.plainOrder(q, s.GetSortClause()) {
		q.order = a.setOrder(q, s.GetSortClause())
	} else {
		a.valuesOrder(sc, q, s.GetSortClause())
	}
	a.limitClause(sc, q, s)
	a.withTies(q, s)
}

// plainOrder reports whether ORDER BY names output columns alone.
func (a *analyser) plainOrder(q *query, nodes []*pg_query.Node) bool {
	for _, n := range nodes {
		if a.outputColumn(q, n.GetSortBy().GetNode(), "ORDER BY") < 0 {
			return false
		}
	}
	return true
}

// valuesOrder orders VALUES by expressions, as a query of its columns.
func (a *analyser) valuesOrder(sc *scope, q *query, nodes []*pg_query.Node) {
	inner := *q
	src := a.querySource(&inner)
	q.values, q.targets = nil, nil
	q.from = []fromNode{&fromSource{src: src, q: &inner}}
	for i, c := range q.cols {
		q.targets = append(q.targets, &target{name: c.name, e: a.columnOf(src, i)})
	}
	in := *sc
	in.items = []*nsItem{a.item("*VALUES*", src)}
	a.finishOrder(q, a.sortClause(in.with(inOrderBy), q, nodes))
}

func (a *analyser) valuesRows(sc *scope, lists []*pg_query.Node) [][]*expr {
	rows := make([][]*expr, len(lists))
	for i, l := range lists {
		for _, n := range l.GetList().GetItems() {
			if n.GetSetToDefault() != nil {
				a.fail(codeSyntax, n.GetSetToDefault().GetLocation(), "DEFAULT is not allowed in this context")
			}
			e := a.expr(sc, n)
			e = a.scalar(e)
			rows[i] = append(rows[i], e)
		}
	}
	return rows
}

func rowLocation(list *pg_query.Node) int32 {
	items := list.GetList().GetItems()
	if len(items) == 0 {
		return -1
	}
	return nodeLocation(items[0])
}

// limitClause analyses LIMIT and OFFSET: NULL is none, negative an error.
func (a *analyser) limitClause(sc *scope, q *query, s *pg_query.SelectStmt) {
	if n := s.GetLimitCount(); n != nil {
		none := "-1"
		if s.GetLimitOption() == pg_query.LimitOption_LIMIT_OPTION_WITH_TIES {
			none = ""
		}
		q.limit = a.limit(sc.with(inLimit), n, "LIMIT", "2201W", none)
		if q.limit != nil && q.limit.kind == exConst && (q.limit.val == int64(1) || q.limit.val == int64(0)) {
			q.single = true
		}
	}
	if n := s.GetLimitOffset(); n != nil {
		q.offset = a.limit(sc.with(inOffset), n, "OFFSET", "2201X", "0")
	}
}

func (a *analyser) limit(sc *scope, n *pg_query.Node, what, code, none string) *expr {
	hidden := *sc
	e := a.expr(&hidden, n)
	out := a.coerce(e, oidInt8, -1, assignment, e.pos)
	if out == nil {
		a.fail(codeDatatypeMismatch, e.pos, "argument of %s must be type bigint, not type %s", what, a.typeName(e.typ))
	}
	e.walk(func(x *expr) bool {
		if x.kind == exColumn {
			a.fail(codeColumnReference, x.pos, "argument of %s must not contain variables", what)
		}
		return true
	})
	if none == "" {
		const message = "row count cannot be null in FETCH FIRST ... WITH TIES clause"
		if out.isNull() {
			a.fail(code, -1, message)
		}
		none = a.raise(code, message)
	}
	if out.isNull() {
		return nil
	}
	if v, ok := out.val.(int64); ok && out.kind == exConst && v >= 0 {
		return out
	}
	return call(oidInt8, e.pos, "CASE WHEN $1 IS NULL THEN "+none+" WHEN $1 < 0 THEN "+a.raise(code, what+" must not be negative")+" ELSE $1 END", out)
}

// unlockable is what in a query keeps its rows from being locked.
func unlockable(q *query) string {
	switch {
	case len(q.group) > 0 || q.sets != nil && q.having == nil:
		return "GROUP BY clause"
	case q.having != nil:
		return "HAVING clause"
	case q.hasAgg:
		return "aggregate functions"
	}
	for _, t := range q.targets {
		if hasSet(t.e) {
			return "set-returning functions in the target list"
		}
	}
	if hasWindow(q) {
		return "window functions"
	}
	return ""
}
