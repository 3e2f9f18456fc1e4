package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// withClause analyses WITH into q and puts its names in sc.
func (a *analyser) withClause(sc *scope, q *query, w *pg_query.WithClause) {
	if w == nil {
		return
	}
	for i, n := range w.GetCtes() {
		for _, other := range w.GetCtes()[:i] {
			if other.GetCommonTableExpr().GetCtename() == n.GetCommonTableExpr().GetCtename() {
				a.fail(codeDuplicateAlias, n.GetCommonTableExpr().GetLocation(), "WITH query name \"%s\" specified more than once", n.GetCommonTableExpr().GetCtename())
			}
		}
		if w.GetRecursive() {
			q.recursive = true
		}
	}
	items := w.GetCtes()
	if w.GetRecursive() {
		items = a.inDependence(items)
	}
	for i, n := range items {
		sc.later = items[i:]
		a.withQuery(sc, q, n.GetCommonTableExpr(), w.GetRecursive())
		sc.later = nil
	}
}

// inDependence orders the queries of a WITH RECURSIVE so that each comes after
// those that it reads (TopologicalSort of PostgreSQL).
func (a *analyser) inDependence(items []*pg_query.Node) []*pg_query.Node {
	items = slices.Clone(items)
	for i := range items {
		j := i
		for ; j < len(items); j++ {
			query := items[j].GetCommonTableExpr().GetCtequery().ProtoReflect()
			if !slices.ContainsFunc(items[i:], func(o *pg_query.Node) bool {
				return o != items[j] && mentions(query, o.GetCommonTableExpr().GetCtename())
			}) {
				break
			}
		}
		if j == len(items) {
			a.fail(codeNotSupported, items[i].GetCommonTableExpr().GetLocation(), "mutual recursion between WITH items is not implemented")
		}
		items[i], items[j] = items[j], items[i]
	}
	return items
}

func (a *analyser) withQuery(sc *scope, q *query, n *pg_query.CommonTableExpr, recursive bool) {
	s := n.GetCtequery().GetSelectStmt()
	if s == nil {
		a.modifyingQuery(sc, q, n, recursive)
		return
	}
	saved, wants := a.reads, a.wants
	a.reads, a.wants = nil, nil
	a.aliases++
	c := &cte{name: n.GetCtename(), alias: "w" + itoa(a.aliases), pos: n.GetLocation()}
	w := &withQuery{c: c}
	switch n.GetCtematerialized() {
	case pg_query.CTEMaterialize_CTEMaterializeAlways:
		w.materialized = "MATERIALIZED "
	case pg_query.CTEMaterialize_CTEMaterializeNever:
		w.materialized = "NOT MATERIALIZED "
	}
	inner := &scope{parent: sc}
	if recursive && mentions(s.ProtoReflect(), c.name) {
		var before []*withQuery
		w.q, before = a.recursiveQuery(inner, c, s, n)
		q.ctes = append(q.ctes, before...)
		if p := a.checkPaths(n, c.cols, true); p != nil {
			a.addPaths(inner, c, w.q, p)
		}
	} else {
		w.q = a.selectQuery(inner, s, true)
		c.cols = a.cteColumns(w.q, n)
		a.checkPaths(n, c.cols, false)
	}
	c.wants, a.wants = a.wants, wants // one that nobody reads is not run
	// A recursive one reads itself, which is no business of others.
	c.reads = slices.DeleteFunc(a.reads, func(x *cte) bool { return x == c })
	c.uses, a.reads = 0, append(saved, c.reads...)
	sc.ctes = append(sc.ctes, c)
	q.ctes = append(q.ctes, w)
}

func (a *analyser) cteColumns(q *query, n *pg_query.CommonTableExpr) []srcCol {
	names := stringList(n.GetAliascolnames())
	if len(names) > len(q.cols) {
		a.fail(codeColumnReference, n.GetLocation(), "WITH query \"%s\" has %d columns available but %d columns specified", n.GetCtename(), len(q.cols), len(names))
	}
	cols := make([]srcCol, len(q.cols))
	for i, c := range q.cols {
		cols[i] = srcCol{name: c.name, sql: "c" + itoa(i+1), typ: c.typ, typmod: c.typmod, coll: a.outputCollation(q, i), shape: c.shape}
		if i < len(names) {
			cols[i].name = names[i]
		}
	}
	return cols
}

// recursiveQuery analyses base UNION [ALL] step, where step may read c. SQLite
// takes no WITH inside of it: such queries are to be written before it.
func (a *analyser) recursiveQuery(sc *scope, c *cte, s *pg_query.SelectStmt, n *pg_query.CommonTableExpr) (*query, []*withQuery) {
	if s.GetOp() != pg_query.SetOperation_SETOP_UNION {
		a.fail(codeRecursion, n.GetLocation(), "recursive query \"%s\" does not have the form non-recursive-term UNION [ALL] recursive-term", c.name)
	}
	a.wellFormed(c, s)
	a.recursiveForm(s)
	own := &query{}
	if w := s.GetWithClause(); w != nil {
		for _, x := range w.GetCtes() {
			if mentions(x.ProtoReflect(), c.name) {
				a.refuse(n.GetLocation(), "a recursive reference inside WITH")
			}
		}
		a.withClause(sc, own, w)
	}
	q := &query{op: "UNION"}
	if s.GetAll() {
		q.op = "UNION ALL"
	}
	c.open = true
	base := &scope{parent: sc, ctes: []*cte{c}}
	q.left = a.selectQuery(base, s.GetLarg(), true)
	c.open = false
	c.cols = a.cteColumns(q.left, n)
	plain := len(c.cols)
	c.cols = append(c.cols, a.pathNames(sc, n)...)
	step := &scope{parent: sc, ctes: []*cte{c}}
	q.right = a.selectQuery(step, s.GetRarg(), false)
	c.cols = c.cols[:plain]
	if q.right.hasAgg {
		at := n.GetLocation()
		for _, t := range slices.Backward(q.right.targets) {
			t.e.walk(func(x *expr) bool {
				if x.kind == exAgg {
					at = x.pos
				}
				return x.kind != exAgg
			})
		}
		a.fail(codeRecursion, at, "aggregate functions are not allowed in a recursive query's recursive term")
	}
	if len(q.right.cols) != len(q.left.cols) {
		a.fail(codeSyntax, n.GetLocation(), "each UNION query must have the same number of columns")
	}
	if q.right.op != "" || q.right.order != nil || q.right.limit != nil || q.right.distinct || len(q.right.group) > 0 {
		a.refuse(n.GetLocation(), "this form of a recursive query")
	}
	before := slices.Concat(own.ctes, q.left.ctes, q.right.ctes)
	for _, x := range before {
		if slices.Contains(x.c.reads, c) {
			a.refuse(n.GetLocation(), "a recursive reference inside WITH")
		}
	}
	q.left.ctes, q.right.ctes = nil, nil
	for i := range q.left.cols {
		l, r := q.left.cols[i], q.right.cols[i]
		if r.typ == oidUnknown {
			q.right.targets[i].e = a.coerceTo(q.right.targets[i].e, l.typ, -1, implicit, q.right.targets[i].e.pos)
			q.right.cols[i].typ = l.typ
			continue
		}
		if l.typ != r.typ {
			a.recursionType(c, i, l, r, q)
		}
		if q.op == "UNION" {
			a.distinctTargets(q.left)
		}
	}
	q.cols = q.left.cols
	return q, before
}

// recursiveForm fails for the clauses that PostgreSQL has not for a recursive
// query, in its order.
func (a *analyser) recursiveForm(s *pg_query.SelectStmt) {
	at, what := int32(-1), ""
	switch {
	case len(s.GetSortClause()) > 0:
		at, what = nodeLocation(s.GetSortClause()[0].GetSortBy().GetNode()), "ORDER BY"
	case s.GetLimitOffset() != nil:
		at, what = nodeLocation(s.GetLimitOffset()), "OFFSET"
	case s.GetLimitCount() != nil:
		at, what = nodeLocation(s.GetLimitCount()), "LIMIT"
	case len(s.GetLockingClause()) > 0:
		at, what = int32(-1), "FOR UPDATE/SHARE"
	default:
		return
	}
	a.fail(codeNotSupported, at, "%s in a recursive query is not implemented", what)
}

// recursionType fails where the step's column is not of the base's type, unless
// it converts to it.
func (a *analyser) recursionType(c *cte, i int, l, r outCol, q *query) {
	t := q.right.targets[i]
	overall, ok := a.commonType([]uint32{l.typ, r.typ})
	if !ok {
		a.fail(codeDatatypeMismatch, t.e.pos, "UNION types %s and %s cannot be matched", a.typeName(l.typ), a.typeName(r.typ))
	}
	if overall != l.typ {
		pos := int32(-1)
		if i < len(q.left.targets) {
			pos = q.left.targets[i].e.pos
		}
		a.failHint(codeDatatypeMismatch, pos, "Cast the output of the non-recursive term to the correct type.",
			"recursive query \"%s\" column %d has type %s in non-recursive term but type %s overall", c.name, i+1, a.typeName(l.typ), a.typeName(overall))
	}
	t.e = a.toCommon(t.e, overall, "UNION")
	q.right.cols[i].typ = overall
}

// mentions reports whether a query names a relation of this name anywhere.
func mentions(s protoreflect.Message, name string) bool {
	found := false
	eachNode(s, func(m any) {
		rv, ok := m.(*pg_query.RangeVar)
		found = found || ok && rv.GetRelname() == name && rv.GetSchemaname() == ""
	})
	return found
}
