package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// distinctOnClause analyses DISTINCT ON: its expressions must be those the
// ORDER BY begins with.
func (a *analyser) distinctOnClause(sc *scope, q *query, nodes []*pg_query.Node) []*target {
	out := make([]*target, len(nodes))
	for i, n := range nodes {
		out[i] = a.targetFor(sc.with(inDistinctOn), q, n, "DISTINCT ON")
	}
	return out
}

// finishDistinctOn checks DISTINCT ON against the order and completes it.
func (a *analyser) finishDistinctOn(q *query, nodes []*pg_query.Node, on []*target, keys []pendingKey) {
	isOn := func(t *target) bool {
		for _, o := range on {
			if o == t {
				return true
			}
		}
		return false
	}
	matched := map[*target]bool{}
	for _, k := range keys {
		if !isOn(k.t) {
			break
		}
		matched[k.t] = true
	}
	for i, t := range on {
		if len(keys) > len(matched) && !matched[t] {
			if nestedQuery(t.e) {
				a.refuse(t.e.pos, "DISTINCT ON an expression with a subquery beside ORDER BY") // which may be the same
			}
			a.fail(codeColumnReference, nodeLocation(nodes[i]), "SELECT DISTINCT ON expressions must match initial ORDER BY expressions")
		}
		a.equality(t.e)
		q.distinctOn = append(q.distinctOn, t.e)
		if !matched[t] {
			matched[t] = true
			a.ordering(t.e)
			q.order = append(q.order, sortKey{e: t.e})
		}
	}
}

// nestedQuery reports whether an expression holds a subquery: no two of them
// are found to be the same.
func nestedQuery(e *expr) bool {
	found := false
	e.walk(func(x *expr) bool {
		found = found || x.kind == exSub || strings.Contains(x.tmpl, "SELECT ")
		return !found
	})
	return found
}

// distinctOnBody writes a SELECT DISTINCT ON: the rows are numbered within the
// expressions, in the query's order, and the first of each is taken.
func (m *emitter) distinctOnBody(q *query, top bool) {
	m.WriteString("SELECT ")
	n := 0
	for _, t := range q.targets {
		if !t.junk {
			if n++; n > 1 {
				m.WriteString(", ")
			}
			m.WriteString("c" + itoa(n))
		}
	}
	m.WriteString(" FROM (SELECT ")
	n = 0
	for _, t := range q.targets {
		if !t.junk {
			if n++; n > 1 {
				m.WriteString(", ")
			}
			m.within(m.a.firsts(q), func() { m.output(q, t.e, top) })
			m.WriteString(" AS c" + itoa(n))
		}
	}
	for i, k := range q.order {
		m.WriteString(", ")
		m.sortValue(k.e)
		m.WriteString(" AS k" + itoa(i+1))
	}
	m.WriteString(", row_number() OVER (")
	m.window(&window{partition: q.distinctOn, order: q.order})
	m.WriteString(") AS rn")
	m.selectTail(q)
	m.WriteString(") WHERE rn = 1")
	for i, k := range q.order {
		if i == 0 {
			m.WriteString(" ORDER BY ")
		} else {
			m.WriteString(", ")
		}
		m.WriteString("k" + itoa(i+1))
		if _, stored := m.a.storedScale(k.e); !stored {
			if c := m.a.ordering(k.e).coll; c != "" {
				m.WriteString(" COLLATE " + m.a.collation(c))
			}
		}
		m.sortOrder(k)
	}
}

// sortValue writes an expression as a value that sorts as it does.
func (m *emitter) sortValue(e *expr) {
	if _, stored := m.a.storedScale(e); stored {
		m.rawColumn(e)
		return
	}
	if o := m.a.ordering(e); o.wrap != "" {
		m.template(call(e.typ, -1, o.wrap, e))
		return
	}
	m.expr(e)
}
