package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// pendingKey is an ORDER BY key before the output columns have their final
// types.
type pendingKey struct {
	sb *pg_query.SortBy
	t  *target
}

// sortClause analyses ORDER BY: ordinals, output names, then expressions.
func (a *analyser) sortClause(sc *scope, q *query, nodes []*pg_query.Node) []pendingKey {
	var keys []pendingKey
	for _, n := range nodes {
		sb := n.GetSortBy()
		keys = append(keys, pendingKey{sb, a.targetFor(sc, q, sb.GetNode(), "ORDER BY")})
	}
	return keys
}

// targetFor finds or adds the target an ORDER BY expression stands for.
func (a *analyser) targetFor(sc *scope, q *query, n *pg_query.Node, what string) *target {
	if i := a.outputColumn(q, n, what); i >= 0 {
		return q.targets[i]
	}
	e := a.scalar(a.expr(sc, n))
	for _, t := range q.targets {
		if same(t.e, e) {
			return t
		}
	}
	if q.distinct {
		a.fail(codeColumnReference, nodeLocation(n), "for SELECT DISTINCT, ORDER BY expressions must appear in select list")
	}
	t := &target{e: e, junk: true}
	q.targets = append(q.targets, t)
	return t
}

// outputColumn is the index of the output column that n names, by ordinal or by
// name; -1 where it is an expression.
func (a *analyser) outputColumn(q *query, n *pg_query.Node, what string) int {
	if c := n.GetAConst(); c != nil {
		iv, ok := c.GetVal().(*pg_query.A_Const_Ival)
		if !ok {
			a.fail(codeSyntax, c.GetLocation(), "non-integer constant in %s", what)
		}
		want := int(iv.Ival.GetIval())
		n := 0
		for i, t := range q.targets {
			if t.junk {
				continue
			}
			if n++; n == want {
				return i
			}
		}
		a.fail(codeColumnReference, c.GetLocation(), "%s position %d is not in select list", what, want)
	}
	ref := n.GetColumnRef()
	if ref == nil || len(ref.GetFields()) != 1 || ref.GetFields()[0].GetString_() == nil {
		return -1
	}
	name := ref.GetFields()[0].GetString_().GetSval()
	found := -1
	for i, t := range q.targets {
		if t.junk || t.name != name {
			continue
		}
		if found >= 0 && !same(q.targets[found].e, t.e) {
			a.fail(codeAmbiguousColumn, ref.GetLocation(), "%s \"%s\" is ambiguous", what, name)
		}
		if found < 0 {
			found = i
		}
	}
	return found
}

// finishOrder makes the sort keys once output columns have their types.
func (a *analyser) finishOrder(q *query, keys []pendingKey) {
	for _, p := range keys {
		p.t.e = a.settleUnknown(p.t.e)
		if row := a.fields(p.t.e); row != nil && !q.distinct && !a.wholeKey(q, p.t.e, row) {
			q.order = append(q.order, a.rowKeys(p.sb, row)...)
			continue
		}
		k := a.sortKeyOf(p.sb, p.t.e)
		if !p.t.junk {
			n := 0
			for _, t := range q.targets {
				if t.junk {
					continue
				}
				n++
				if t == p.t {
					k.ordinal = n
				}
			}
		}
		a.ordering(at(k.e, nodeLocation(p.sb.GetNode())))
		q.order = append(q.order, k)
	}
}

// wholeKey reports whether a record is sorted as one value: where it is grouped
// by, its fields are not there, and where an outer join did not find it, it is
// NULL itself.
func (a *analyser) wholeKey(q *query, e, row *expr) bool {
	return a.isRecord(e) && (slices.ContainsFunc(q.group, func(g *expr) bool { return same(g, e) }) || a.rowPresent(row) != nil)
}

// rowKeys sorts by a row: by its fields in turn, in which NULLs are greater than
// all else.
func (a *analyser) rowKeys(sb *pg_query.SortBy, row *expr) []sortKey {
	if a.rowPresent(row) != nil {
		a.refuse(row.pos, "ordering by a row of an outer join")
	}
	var keys []sortKey
	for _, x := range row.args {
		if inner := a.fields(x); inner != nil {
			keys = append(keys, a.rowKeys(sb, inner)...)
			continue
		}
		k := a.sortKeyOf(sb, a.settleUnknown(x))
		k.nullsFirst = k.desc
		a.ordering(k.e)
		keys = append(keys, k)
	}
	return keys
}

// sortKeyOf applies PostgreSQL's defaults: NULLs sort as if larger than all.
func (a *analyser) sortKeyOf(sb *pg_query.SortBy, e *expr) sortKey {
	k := sortKey{e: e}
	switch sb.GetSortbyDir() {
	case pg_query.SortByDir_SORTBY_DESC:
		k.desc = true
	case pg_query.SortByDir_SORTBY_USING:
		switch ops := stringList(sb.GetUseOp()); ops[len(ops)-1] {
		case "<":
		case ">":
			k.desc = true
		default:
			c := a.binaryOperator(ops[len(ops)-1], e.typ, e.typ, sb.GetLocation())
			if c == nil {
				a.noOperator(ops[len(ops)-1], []uint32{e.typ, e.typ}, sb.GetLocation())
			}
			a.failHint(codeWrongObject, sb.GetLocation(), "Ordering operators must be \"<\" or \">\" members of btree operator families.",
				"operator %s is not a valid ordering operator", ops[len(ops)-1])
		}
	}
	k.nullsFirst = k.desc
	switch sb.GetSortbyNulls() {
	case pg_query.SortByNulls_SORTBY_NULLS_FIRST:
		k.nullsFirst = true
	case pg_query.SortByNulls_SORTBY_NULLS_LAST:
		k.nullsFirst = false
	}
	return k
}

// flattened takes (a, b) apart, which GROUP BY reads as a list.
func flattened(nodes []*pg_query.Node) []*pg_query.Node {
	var out []*pg_query.Node
	for _, n := range nodes {
		if isImplicitRow(n) {
			out = append(out, flattened(n.GetRowExpr().GetArgs())...)
		} else {
			out = append(out, n)
		}
	}
	return out
}

func (a *analyser) groupExpr(sc *scope, q *query, n *pg_query.Node) *expr {
	if ref := n.GetColumnRef(); ref != nil && len(ref.GetFields()) == 1 && ref.GetFields()[0].GetString_() != nil {
		local := &scope{items: sc.items, barrier: true}
		if e := a.column(local, ref.GetFields()[0].GetString_().GetSval(), ref.GetLocation()); e != nil {
			return e
		}
	}
	if i := a.outputColumn(q, n, "GROUP BY"); i >= 0 {
		return q.targets[i].e
	}
	return a.expr(sc, n)
}

// checkGrouping finds columns that are neither grouped nor aggregated.
func (a *analyser) checkGrouping(sc *scope, q *query) {
	local := localSources(sc)
	names := map[*source]string{}
	for _, it := range sc.items {
		if it.src != nil {
			if it.relVisible || names[it.src] == "" {
				names[it.src] = it.name
			}
		}
	}
	determined := a.determined(q)
	check := func(e *expr) {
		a.checkGrouped(q, e, false, local, names, determined)
	}
	for _, t := range q.targets {
		check(t.e)
	}
	if q.having != nil {
		check(q.having)
	}
	for _, k := range q.order {
		check(k.e)
	}
}

// localSources are the sources of a query level.
func localSources(sc *scope) map[*source]bool {
	local := map[*source]bool{}
	for _, it := range sc.items {
		if it.src != nil {
			local[it.src] = true
		}
	}
	return local
}

func (a *analyser) checkGrouped(q *query, e *expr, direct bool, local map[*source]bool, names map[*source]string, determined map[*source]bool) {
	e.walk(func(x *expr) bool {
		if x.kind == exAgg {
			for _, d := range x.direct {
				a.checkGrouped(q, d, true, local, names, determined)
			}
			return false
		}
		for _, g := range q.group {
			if same(g, x) {
				return false
			}
		}
		switch {
		case x.kind == exGrouping:
			a.groupingIndexes(q, x)
			return false
		case x.kind == exColumn && local[x.src] && !determined[x.src]:
			for _, g := range q.group {
				if g.kind == exColumn && g.src == x.src && g.col == x.col {
					return false
				}
			}
			e := a.error(codeGrouping, x.pos, "column \"%s.%s\" must appear in the GROUP BY clause or be used in an aggregate function", names[x.src], x.src.cols[x.col].name)
			if direct {
				e.Detail = "Direct arguments of an ordered-set aggregate must use only grouped columns."
			}
			panic(e)
		case x.kind == exSub:
			a.checkSubGrouped(q, x, local, names, determined)
		}
		return true
	})
}

// checkSubGrouped looks for ungrouped columns of this level inside a subquery.
func (a *analyser) checkSubGrouped(q *query, x *expr, local map[*source]bool, names map[*source]string, determined map[*source]bool) {
	x.sub.walk(func(y *expr) bool {
		for _, g := range q.group {
			if same(g, y) {
				return false
			}
		}
		if y.kind == exAgg && y.owner == q {
			return false
		}
		if y.kind == exColumn && local[y.src] && !determined[y.src] {
			for _, g := range q.group {
				if g.kind == exColumn && g.src == y.src && g.col == y.col {
					return false
				}
			}
			a.fail(codeGrouping, y.pos, "subquery uses ungrouped column \"%s.%s\" from outer query", names[y.src], y.src.cols[y.col].name)
		}
		if y.kind == exSub && y != x {
			a.checkSubGrouped(q, y, local, names, determined)
		}
		return true
	})
}

// determined are the tables whose whole primary key is grouped by: their other
// columns follow from it.
func (a *analyser) determined(q *query) map[*source]bool {
	out := map[*source]bool{}
	for i, g := range q.group {
		if !q.inAllSets(i) {
			continue
		}
		if g.kind != exColumn || g.src.table == nil || out[g.src] {
			continue
		}
		pk := g.src.table.PrimaryKey()
		if pk == nil {
			continue
		}
		all := true
		for _, name := range pk.Columns {
			found := false
			for j, h := range q.group {
				found = found || q.inAllSets(j) && h.kind == exColumn && h.src == g.src && h.src.cols[h.col].name == name
			}
			all = all && found
		}
		if all {
			out[g.src] = true
		}
	}
	return out
}

// walk calls f on every expression of a query, down into its own FROM but not
// into subqueries of expressions.
func (q *query) walk(f func(*expr) bool) {
	for _, t := range q.targets {
		t.e.walk(f)
	}
	for _, row := range q.values {
		for _, e := range row {
			e.walk(f)
		}
	}
	for _, n := range q.from {
		walkFrom(n, f)
	}
	q.where.walk(f)
	for _, g := range q.distinctOn {
		g.walk(f)
	}
	for _, g := range q.group {
		g.walk(f)
	}
	q.having.walk(f)
	for _, k := range q.order {
		k.e.walk(f)
	}
	q.limit.walk(f)
	q.offset.walk(f)
	for _, w := range q.ctes {
		w.q.walk(f)
	}
	if q.left != nil {
		q.left.walk(f)
		q.right.walk(f)
	}
}

func walkFrom(n fromNode, f func(*expr) bool) {
	switch n := n.(type) {
	case *fromJoin:
		walkFrom(n.left, f)
		walkFrom(n.right, f)
		n.on.walk(f)
	case *fromSource:
		if n.q != nil {
			n.q.walk(f)
		}
		n.fn.walk(f)
	}
}
