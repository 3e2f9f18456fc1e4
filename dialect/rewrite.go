package dialect

// Analysed expressions and queries are trees that others may share, so that
// what changes them makes new ones.

// rewrite gives e with each topmost subexpression for which f has a replacement
// replaced by it, inside the subqueries of expressions too.
func rewrite(e *expr, f func(*expr) *expr) *expr {
	if e == nil {
		return nil
	}
	if r := f(e); r != nil {
		return r
	}
	out := *e
	out.args = rewriteAll(e.args, f)
	out.direct = rewriteAll(e.direct, f)
	out.items = rewriteAll(e.items, f)
	out.filter = rewrite(e.filter, f)
	out.present = rewrite(e.present, f)
	out.row = rewrite(e.row, f)
	out.order = rewriteKeys(e.order, f)
	if e.over != nil {
		w := *e.over
		w.partition = rewriteAll(w.partition, f)
		w.order = rewriteKeys(w.order, f)
		w.offsets = rewriteAll(w.offsets, f)
		out.over = &w
	}
	out.sub = rewriteQuery(e.sub, f)
	return &out
}

func rewriteAll(es []*expr, f func(*expr) *expr) []*expr {
	if es == nil {
		return nil
	}
	out := make([]*expr, len(es))
	for i, x := range es {
		out[i] = rewrite(x, f)
	}
	return out
}

func rewriteKeys(keys []sortKey, f func(*expr) *expr) []sortKey {
	if keys == nil {
		return nil
	}
	out := make([]sortKey, len(keys))
	for i, k := range keys {
		k.e = rewrite(k.e, f)
		out[i] = k
	}
	return out
}

// rewriteQuery is rewrite for everything in a query. Its sources stay the same.
func rewriteQuery(q *query, f func(*expr) *expr) *query {
	if q == nil {
		return nil
	}
	out := *q
	out.ctes = nil
	for _, w := range q.ctes {
		c := *w
		c.q = rewriteQuery(w.q, f)
		out.ctes = append(out.ctes, &c)
	}
	out.targets = make([]*target, len(q.targets))
	for i, t := range q.targets {
		n := *t
		n.e = rewrite(t.e, f)
		out.targets[i] = &n
	}
	out.from = nil
	for _, n := range q.from {
		out.from = append(out.from, rewriteFrom(n, f))
	}
	out.where = rewrite(q.where, f)
	out.group = rewriteAll(q.group, f)
	out.having = rewrite(q.having, f)
	out.order = rewriteKeys(q.order, f)
	out.limit = rewrite(q.limit, f)
	out.offset = rewrite(q.offset, f)
	out.distinctOn = rewriteAll(q.distinctOn, f)
	if q.values != nil {
		out.values = make([][]*expr, len(q.values))
		for i, row := range q.values {
			out.values[i] = rewriteAll(row, f)
		}
	}
	out.left, out.right = rewriteQuery(q.left, f), rewriteQuery(q.right, f)
	return &out
}

func rewriteFrom(n fromNode, f func(*expr) *expr) fromNode {
	switch n := n.(type) {
	case *fromJoin:
		j := *n
		j.left, j.right = rewriteFrom(n.left, f), rewriteFrom(n.right, f)
		j.on = rewrite(n.on, f)
		return &j
	case *fromSource:
		s := *n
		s.q = rewriteQuery(n.q, f)
		s.fn = rewrite(n.fn, f)
		return &s
	}
	return n
}

// deepWalk is walk that goes into the subqueries of expressions too.
func (e *expr) deepWalk(f func(*expr) bool) { e.walk(deeply(f)) }

func (q *query) deepWalk(f func(*expr) bool) { q.walk(deeply(f)) }

func deeply(f func(*expr) bool) func(*expr) bool {
	return func(x *expr) bool {
		if !f(x) {
			return false
		}
		if x.sub != nil {
			x.sub.deepWalk(f)
		}
		return true
	}
}

// A layer is a query below another: what the upper one needs of it becomes a
// column.
type layer struct {
	a   *analyser
	q   *query
	src *source
	// of are the expressions behind the columns.
	of []*expr
}

// lower moves FROM, WHERE, GROUP BY and HAVING of q into a query below it.
func (a *analyser) lower(q *query) *layer {
	l := &layer{a: a, q: &query{from: q.from, where: q.where, group: q.group, having: q.having, hasAgg: q.hasAgg}, src: &source{alias: a.newAlias()}}
	q.from = []fromNode{&fromSource{src: l.src, q: l.q}}
	q.where, q.group, q.having, q.hasAgg = nil, nil, nil, false
	return l
}

// column is the column of the layer that holds e.
func (l *layer) column(e *expr) *expr {
	for i, x := range l.of {
		if same(x, e) {
			return at(l.a.columnOf(l.src, i), e.pos)
		}
	}
	l.of = append(l.of, e)
	n := len(l.of)
	l.q.targets = append(l.q.targets, &target{name: "c" + itoa(n), e: e})
	l.q.cols = append(l.q.cols, outCol{name: "c" + itoa(n), typ: e.typ, typmod: e.typmod})
	col := srcCol{name: "c" + itoa(n), sql: "c" + itoa(n), typ: e.typ, typmod: e.typmod, coll: l.a.collationOf(e).handedOn(), shape: shapeOf(e)}
	l.src.cols = append(l.src.cols, col)
	return at(l.a.columnOf(l.src, n-1), e.pos)
}
