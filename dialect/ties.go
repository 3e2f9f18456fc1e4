package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// withTies makes FETCH FIRST n ROWS WITH TIES of a query of its own: the rows
// are numbered and ranked by its order, and those whose rank is within the limit
// stay.
func (a *analyser) withTies(q *query, s *pg_query.SelectStmt) {
	if s.GetLimitOption() != pg_query.LimitOption_LIMIT_OPTION_WITH_TIES {
		return
	}
	if len(s.GetSortClause()) == 0 {
		a.fail(codeSyntax, -1, "WITH TIES cannot be specified without ORDER BY clause")
	}
	limit, offset := q.limit, q.offset
	if offset == nil {
		offset = constant(oidInt8, -1, int64(0))
	}
	inner := *q
	inner.ctes, inner.recursive, inner.limit, inner.offset, inner.single = nil, false, nil, nil, false
	if q.distinctOn == nil {
		inner.order = nil
	}
	inner.targets = nil
	for _, t := range q.targets {
		c := *t
		c.junk = false
		inner.targets = append(inner.targets, &c)
	}
	// Output columns come first, as c1, c2, …; then what only the order needs.
	visible, junk := []*target{}, []*target{}
	for i, t := range q.targets {
		if t.junk {
			junk = append(junk, inner.targets[i])
		} else {
			visible = append(visible, inner.targets[i])
		}
	}
	inner.targets = append(visible, junk...)
	place := func(k sortKey) int {
		if k.ordinal > 0 {
			return k.ordinal - 1
		}
		for i, t := range inner.targets {
			if same(t.e, k.e) {
				return i
			}
		}
		if inner.op != "" || inner.values != nil || inner.distinct || inner.distinctOn != nil {
			a.refuse(-1, "this order in FETCH … WITH TIES")
		}
		inner.targets = append(inner.targets, &target{e: k.e})
		return len(inner.targets) - 1
	}
	places := make([]int, len(q.order))
	for i, k := range q.order {
		places[i] = place(k)
	}
	inner.cols = nil
	for _, t := range inner.targets {
		inner.cols = append(inner.cols, outCol{name: t.name, typ: t.e.typ, typmod: t.e.typmod, shape: shapeOf(t.e)})
	}
	rows := a.querySource(&inner)
	var order []sortKey
	for i, k := range q.order {
		k.e, k.ordinal = a.columnOf(rows, places[i]), 0
		order = append(order, k)
	}
	w := &window{order: order}
	number := func(fn string) *expr {
		return &expr{kind: exWindow, typ: oidInt8, typmod: -1, pos: -1, tmpl: fn + "()$f", over: w}
	}
	ranked := &query{from: []fromNode{&fromSource{src: rows, q: &inner}}}
	l := &layer{a: a, q: ranked, src: &source{alias: a.newAlias()}}
	for i := range inner.targets {
		l.column(a.columnOf(rows, i))
	}
	rank, row := l.column(number("rank")), l.column(number("row_number"))
	q.from = []fromNode{&fromSource{src: l.src, q: ranked}}
	q.where = boolean(-1, "($1 > 0 AND $2 > $3 AND $4 <= $3+$1)", limit, row, offset, rank)
	var keep []*target
	for i, t := range visible {
		keep = append(keep, &target{name: t.name, e: a.columnOf(l.src, i)})
	}
	q.targets = keep
	q.order = nil
	for i, k := range order {
		k.e = a.columnOf(l.src, places[i])
		q.order = append(q.order, k)
	}
	q.order = append(q.order, sortKey{e: row})
	q.op, q.left, q.right, q.values, q.group, q.having, q.distinct, q.distinctOn, q.limit, q.offset, q.hasAgg, q.single, q.collated = "", nil, nil, nil, nil, nil, false, nil, nil, nil, false, false, false
}
