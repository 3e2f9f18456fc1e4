package dialect

// Volatile functions are called as often as PostgreSQL calls them, and in its
// order: SQLite merges a subquery into the query that reads it, where a call
// would stand wherever its column does, and computes the select list before it
// sorts.

// calling marks an expression as one whose value may differ from call to call;
// with effect, as one that leaves something behind.
func calling(e *expr, effect bool) *expr {
	e.volatile, e.effect = true, effect
	return e
}

// isVolatile reports whether an expression calls a volatile function.
func isVolatile(e *expr) bool {
	found := false
	e.deepWalk(func(x *expr) bool { found = found || x.volatile; return !found })
	return found
}

// volatileOutput reports whether a column of a query does.
func volatileOutput(q *query, effect bool) bool {
	if q == nil {
		return false
	}
	found := false
	look := func(e *expr) {
		e.deepWalk(func(x *expr) bool { found = found || x.effect || x.volatile && !effect; return !found })
	}
	for _, t := range q.targets {
		look(t.e)
	}
	for _, row := range q.values {
		for _, e := range row {
			look(e)
		}
	}
	return found || volatileOutput(q.left, effect) || volatileOutput(q.right, effect)
}

// apart writes a query that SQLite must not merge into the one that reads it:
// its columns are computed once a row.
func (m *emitter) apart(q *query) {
	m.query(q)
	switch {
	case q.offset != nil:
	case q.limit != nil:
		m.WriteString(" OFFSET 0")
	default:
		m.WriteString(" LIMIT -1 OFFSET 0")
	}
}

// merged writes a query that SQLite may merge into the one that reads it, unless
// it is to stay apart.
func (m *emitter) merged(q *query, apart bool) {
	switch volatile := m.a.volatile; {
	case volatile && volatileOutput(q, true):
		// SQLite leaves out the columns of a subquery that nobody reads, but not
		// those of a WITH query.
		m.WriteString("WITH kept AS (")
		m.apart(q)
		m.WriteString(") SELECT * FROM kept")
	case apart || volatile && volatileOutput(q, false):
		m.apart(q)
	default:
		m.query(q)
	}
}

// afterSort puts the volatile columns of a query that sorts above the sorting:
// PostgreSQL computes them of the rows that come out of it, in their order.
func (a *analyser) afterSort(sc *scope, q *query, ties bool) {
	if !a.volatile || q.op != "" || q.values != nil || q.distinct {
		return
	}
	a.effectsBelow(q)
	for _, g := range q.group {
		if isVolatile(g) {
			a.refuse(g.pos, "a volatile function in GROUP BY")
		}
	}
	for _, t := range q.targets {
		if q.offset != nil && volatileOutput(&query{targets: []*target{t}}, true) {
			a.refuse(t.e.pos, "OFFSET beside a function with effects") // which skipped rows call too
		}
	}
	if len(q.order) == 0 && !hasWindow(q) {
		return
	}
	sorts := func(e *expr) bool {
		for _, k := range q.order {
			if same(k.e, e) {
				return true
			}
		}
		return false
	}
	found := false
	for _, t := range q.targets {
		if t.junk || !isVolatile(t.e) || sorts(t.e) {
			continue
		}
		found = true
		if ties || q.distinctOn != nil || q.expanded() {
			a.refuse(t.e.pos, "a volatile function in a select list that is sorted in this way")
		}
	}
	if !found {
		return
	}
	local := localSources(sc)
	group, order, limit, offset := q.group, q.order, q.limit, q.offset
	l := a.lower(q)
	q.order, q.limit, q.offset = nil, nil, nil
	l.q.limit, l.q.offset, l.q.single = limit, offset, q.single
	for _, k := range order {
		k.ordinal = 0
		l.q.order = append(l.q.order, k)
	}
	q.from[0].(*fromSource).apart = true
	var outputs []*target
	for _, t := range q.targets {
		if t.junk {
			continue
		}
		n := *t
		if !isVolatile(t.e) || sorts(t.e) {
			n.e = l.column(t.e)
		} else {
			n.e = rewrite(t.e, func(x *expr) *expr {
				if x.kind == exAgg && x.owner == q || x.kind == exWindow || x.kind == exColumn && local[x.src] {
					return l.column(x)
				}
				for _, g := range group {
					if same(g, x) {
						return l.column(x)
					}
				}
				return nil
			})
		}
		outputs = append(outputs, &n)
	}
	q.targets = outputs
}

// effectsBelow refuses conditions on a subquery that calls a function with
// effects: PostgreSQL moves them into it, so that fewer rows call.
func (a *analyser) effectsBelow(q *query) {
	below := map[*source]*query{}
	var look func(f fromNode)
	var conditions []*expr
	look = func(f fromNode) {
		switch f := f.(type) {
		case *fromSource:
			if f.q != nil && f.view == nil && !f.apart && volatileOutput(f.q, true) {
				below[f.src] = f.q
			}
		case *fromJoin:
			look(f.left)
			look(f.right)
			conditions = append(conditions, f.on)
		}
	}
	for _, f := range q.from {
		look(f)
	}
	if len(below) == 0 {
		return
	}
	for _, c := range append(conditions, q.where) {
		c.walk(func(x *expr) bool {
			if x.kind != exColumn {
				return true
			}
			if s := below[x.src]; s != nil && (x.col >= len(s.targets) || !isVolatile(s.targets[x.col].e)) {
				a.refuse(x.pos, "a condition on a subquery that calls a function with effects")
			}
			return true
		})
	}
}
