package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// GROUPING SETS, ROLLUP and CUBE: SQLite groups in one way at a time, so that
// each grouping set is a query of its own, and their union stands below what
// the query computes of its groups.

// maxGroupingSets is PostgreSQL's bound.
const maxGroupingSets = 4096

// groupClause analyses GROUP BY: ordinals, columns of FROM before output
// names, then expressions.
func (a *analyser) groupClause(sc *scope, q *query, s *pg_query.SelectStmt) {
	sets := [][]int{{}}
	several := false
	for _, n := range s.GetGroupClause() {
		if n.GetGroupingSet() != nil {
			several = true
		}
		sets = a.crossSets(sets, a.groupingSets(sc, q, n), nodeLocation(n))
	}
	if s.GetGroupDistinct() {
		sets = distinctSets(sets)
	}
	if q.lifted || several || len(s.GetGroupClause()) == 0 && q.having != nil && !q.hasAgg {
		q.sets = sets
	}
}

// groupingSets are the sets that one item of GROUP BY stands for, as indexes of
// q.group.
func (a *analyser) groupingSets(sc *scope, q *query, n *pg_query.Node) [][]int {
	gs := n.GetGroupingSet()
	if gs == nil {
		return [][]int{a.groupUnit(sc, q, n)}
	}
	var units [][]int
	switch gs.GetKind() {
	case pg_query.GroupingSetKind_GROUPING_SET_EMPTY:
		return [][]int{{}}
	case pg_query.GroupingSetKind_GROUPING_SET_SETS:
		var out [][]int
		for _, c := range gs.GetContent() {
			out = append(out, a.groupingSets(sc, q, c)...)
		}
		return out
	}
	for _, c := range gs.GetContent() {
		units = append(units, a.groupUnit(sc, q, c))
	}
	var out [][]int
	if gs.GetKind() == pg_query.GroupingSetKind_GROUPING_SET_ROLLUP {
		for k := len(units); k >= 0; k-- {
			out = append(out, joinSets(units[:k]))
		}
		return out
	}
	if len(units) > 12 {
		a.fail("54011", gs.GetLocation(), "CUBE is limited to 12 elements")
	}
	for mask := 1<<len(units) - 1; mask >= 0; mask-- {
		var chosen [][]int
		for i, u := range units {
			if mask&(1<<(len(units)-1-i)) != 0 {
				chosen = append(chosen, u)
			}
		}
		out = append(out, joinSets(chosen))
	}
	return out
}

// groupUnit is an expression or (a, b), as indexes of q.group.
func (a *analyser) groupUnit(sc *scope, q *query, n *pg_query.Node) []int {
	out := []int{}
	for _, x := range flattened([]*pg_query.Node{n}) {
		i := a.groupItem(sc, q, x)
		if !slices.Contains(out, i) {
			out = append(out, i)
		}
	}
	return out
}

// groupItem puts a grouping expression into q.group.
func (a *analyser) groupItem(sc *scope, q *query, n *pg_query.Node) int {
	e := a.groupExpr(sc, q, n)
	if e.typ == oidUnknown {
		e = a.settleUnknown(e)
	}
	e = a.scalar(e)
	e.walk(func(x *expr) bool {
		switch x.kind {
		case exAgg:
			a.fail(codeGrouping, x.pos, "aggregate functions are not allowed in GROUP BY")
		case exGrouping:
			a.fail(codeGrouping, x.pos, "grouping operations are not allowed in GROUP BY")
		case exWindow:
			a.fail(codeWindowing, x.pos, "window functions are not allowed in GROUP BY")
		}
		return true
	})
	a.equality(e)
	for i, g := range q.group {
		if same(g, e) {
			return i
		}
	}
	q.group = append(q.group, e)
	return len(q.group) - 1
}

func joinSets(units [][]int) []int {
	out := []int{}
	for _, u := range units {
		for _, i := range u {
			if !slices.Contains(out, i) {
				out = append(out, i)
			}
		}
	}
	return out
}

func (a *analyser) crossSets(x, y [][]int, pos int32) [][]int {
	if len(x)*len(y) > maxGroupingSets {
		a.fail("54001", pos, "too many grouping sets present (maximum %d)", maxGroupingSets)
	}
	var out [][]int
	for _, l := range x {
		for _, r := range y {
			out = append(out, joinSets([][]int{l, r}))
		}
	}
	return out
}

func distinctSets(sets [][]int) [][]int {
	var out [][]int
	for _, s := range sets {
		sorted := slices.Sorted(slices.Values(s))
		if !slices.ContainsFunc(out, func(o []int) bool { return slices.Equal(slices.Sorted(slices.Values(o)), sorted) }) {
			out = append(out, s)
		}
	}
	return out
}

// inAllSets reports whether every grouping set has expression i of q.group.
func (q *query) inAllSets(i int) bool {
	for _, s := range q.sets {
		if !slices.Contains(s, i) {
			return false
		}
	}
	return true
}

// groupingFunc is GROUPING(…): one bit an argument, set where the row's
// grouping set lacks it.
func (a *analyser) groupingFunc(sc *scope, n *pg_query.GroupingFunc) *expr {
	pos := n.GetLocation()
	if len(n.GetArgs()) > 31 {
		a.fail("54023", pos, "GROUPING must have fewer than 32 arguments")
	}
	switch sc.clause {
	case inWhere, inJoinOn, inLimit, inOffset, inValues, inUpdateSet, inReturning, inFilter, inDefault, inCheck, inGroupBy:
		a.fail(codeGrouping, pos, "grouping operations are not allowed in %s", clauseNames[sc.clause])
	}
	if sc.q == nil {
		a.refuse(pos, "GROUPING here")
	}
	sc.q.hasAgg = true
	e := &expr{kind: exGrouping, typ: oidInt4, typmod: -1, pos: pos, owner: sc.q}
	for _, x := range n.GetArgs() {
		e.args = append(e.args, a.scalar(a.expr(sc, x)))
	}
	return e
}

// groupingIndexes are the arguments of GROUPING as indexes of q.group.
func (a *analyser) groupingIndexes(q *query, e *expr) []int {
	out := make([]int, len(e.args))
	for k, x := range e.args {
		out[k] = slices.IndexFunc(q.group, func(g *expr) bool { return same(g, x) })
		if out[k] < 0 {
			a.fail(codeGrouping, x.pos, "arguments to GROUPING must be grouping expressions of the associated query level")
		}
	}
	return out
}

// groupingValue is GROUPING in one grouping set.
func groupingValue(args, set []int) int64 {
	v := int64(0)
	for _, i := range args {
		v <<= 1
		if !slices.Contains(set, i) {
			v |= 1
		}
	}
	return v
}

// expandGrouping makes the grouping sets of q a union below it.
func (a *analyser) expandGrouping(q *query, local map[*source]bool) {
	if q.sets == nil {
		// GROUPING among plain groups is always 0.
		if q.hasAgg {
			a.rewriteOutput(q, func(x *expr) *expr {
				if x.kind == exGrouping && x.owner == q {
					return constant(oidInt4, x.pos, int64(0))
				}
				return nil
			})
		}
		return
	}
	if a.volatile && len(q.sets) > 1 {
		a.refuse(-1, "grouping sets beside a volatile function")
	}
	arms := make([]*query, len(q.sets))
	for i := range arms {
		arms[i] = &query{from: q.from, where: q.where, hasAgg: true}
		for _, g := range q.sets[i] {
			arms[i].group = append(arms[i].group, q.group[g])
		}
	}
	src := &source{alias: a.newAlias()}
	var of []*expr
	column := func(e *expr, in func(set []int) *expr) *expr {
		for i, x := range of {
			if same(x, e) {
				return at(a.columnOf(src, i), e.pos)
			}
		}
		of = append(of, e)
		name := "c" + itoa(len(of))
		for i, arm := range arms {
			arm.targets = append(arm.targets, &target{name: name, e: in(q.sets[i])})
			arm.cols = append(arm.cols, outCol{name: name, typ: e.typ, typmod: e.typmod})
		}
		src.cols = append(src.cols, srcCol{name: name, sql: name, typ: e.typ, typmod: e.typmod, coll: a.collationOf(e).handedOn(), shape: shapeOf(e)})
		return at(a.columnOf(src, len(of)-1), e.pos)
	}
	a.rewriteOutput(q, func(x *expr) *expr {
		switch {
		case x.kind == exAgg && x.owner == q:
			return column(x, func([]int) *expr { return x })
		case x.kind == exGrouping && x.owner == q:
			args := a.groupingIndexes(q, x)
			return column(x, func(set []int) *expr { return constant(oidInt4, -1, groupingValue(args, set)) })
		}
		for i, g := range q.group {
			if same(g, x) || g.kind == exColumn && x.kind == exColumn && g.src == x.src && g.col == x.col {
				return column(x, func(set []int) *expr {
					if slices.Contains(set, i) {
						return x
					}
					null := constant(x.typ, -1, nil)
					null.typmod = x.typmod
					return null
				})
			}
		}
		if x.kind == exColumn && local[x.src] {
			return column(x, func([]int) *expr { return x })
		}
		return nil
	})
	// Without a group of its own a query has one only by an aggregate.
	count := call(oidInt8, -1, "count(*)")
	column(count, func([]int) *expr { return count })
	all := arms[0]
	for _, arm := range arms[1:] {
		all = &query{op: "UNION ALL", left: all, right: arm, cols: arm.cols}
	}
	q.single = len(arms) == 1 && len(q.group) == 0
	q.from = []fromNode{&fromSource{src: src, q: all}}
	q.where, q.having, q.group, q.hasAgg = q.having, nil, nil, false
}
