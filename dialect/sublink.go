package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// subLink analyses a subquery in an expression.
func (a *analyser) subLink(sc *scope, n *pg_query.SubLink) *expr {
	pos := n.GetLocation()
	s := n.GetSubselect().GetSelectStmt()
	if s == nil {
		a.refuse(pos, "this subquery")
	}
	switch n.GetSubLinkType() {
	case pg_query.SubLinkType_EXISTS_SUBLINK:
		q := a.selectQuery(sc, s, true)
		return &expr{kind: exSub, typ: oidBool, typmod: -1, pos: pos, tmpl: "EXISTS ($0)", sub: q}
	case pg_query.SubLinkType_EXPR_SUBLINK:
		return a.scalarSub(sc, s, pos)
	case pg_query.SubLinkType_ANY_SUBLINK, pg_query.SubLinkType_ALL_SUBLINK:
		return a.compareSub(sc, n, s)
	case pg_query.SubLinkType_ARRAY_SUBLINK:
		return a.arraySub(sc, s, pos)
	}
	a.refuse(pos, "this subquery")
	return nil
}

// scalarSub is a subquery that stands for one value: more than one row is an
// error, none is NULL.
func (a *analyser) scalarSub(sc *scope, s *pg_query.SelectStmt, pos int32) *expr {
	q := a.selectQuery(sc, s, true)
	if len(q.cols) != 1 {
		a.fail(codeSyntax, pos, "subquery must return only one column")
	}
	return a.oneRow(q, 0, pos)
}

// oneRow is column i of the only row of a query: more than one row is an error,
// none is NULL.
func (a *analyser) oneRow(q *query, i int, pos int32) *expr {
	c := "c" + itoa(i+1)
	e := &expr{kind: exSub, typ: q.cols[i].typ, typmod: q.cols[i].typmod, pos: pos, sub: q, shape: q.cols[i].shape, tmpl: "(SELECT " + c + " FROM ($0))"}
	switch {
	case !q.single && !a.uniqueRow(q):
		e.tmpl = "(SELECT CASE WHEN count(*) > 1 THEN " + a.raise("21000", "more than one row returned by a subquery used as an expression") +
			" ELSE max(" + c + ") END FROM (SELECT " + c + " FROM ($0) LIMIT 2))"
	case len(q.cols) == 1:
		e.tmpl = "($0)"
	}
	return e
}

// uniqueRow reports whether a query's condition fixes a unique key of its only
// table, so that it gives at most one row.
func (a *analyser) uniqueRow(q *query) bool {
	if q.op != "" || q.values != nil || len(q.from) != 1 || len(q.group) > 0 {
		return false
	}
	f, ok := q.from[0].(*fromSource)
	if !ok || f.src.table == nil {
		return false
	}
	fixed := map[string]bool{}
	var collect func(e *expr)
	collect = func(e *expr) {
		if e == nil || e.kind != exCall {
			return
		}
		if strings.Trim(e.tmpl, "()$0123456789 AND") == "" && strings.Contains(e.tmpl, " AND ") {
			for _, x := range e.args {
				collect(x)
			}
			return
		}
		if len(e.args) != 2 || !strings.Contains(e.tmpl, " = $2)") {
			return
		}
		for i, x := range e.args {
			other := e.args[1-i]
			if x.kind == exColumn && x.src == f.src && !refersTo(other, f.src) {
				fixed[x.src.cols[x.col].name] = true
			}
		}
	}
	collect(q.where)
	for _, c := range f.src.table.Constraints {
		if c.Kind != 'p' && c.Kind != 'u' {
			continue
		}
		all := len(c.Columns) > 0
		for _, name := range c.Columns {
			all = all && fixed[name]
		}
		if all {
			return true
		}
	}
	return false
}

func refersTo(e *expr, src *source) bool {
	found := false
	e.walk(func(x *expr) bool {
		if x.kind == exColumn && x.src == src || x.kind == exSub {
			found = true
		}
		return true
	})
	return found
}

// compareSub is x op ANY (SELECT …), x op ALL (SELECT …) and x IN (SELECT …).
func (a *analyser) compareSub(sc *scope, n *pg_query.SubLink, s *pg_query.SelectStmt) *expr {
	pos := n.GetLocation()
	op := "="
	if names := stringList(n.GetOperName()); len(names) > 0 {
		op = names[len(names)-1]
	}
	all := n.GetSubLinkType() == pg_query.SubLinkType_ALL_SUBLINK
	l := a.expr(sc, n.GetTestexpr())
	q := a.selectQuery(sc, s, true)
	fields := []*expr{l}
	if l.kind == exRow && !l.whole {
		fields = l.args
	}
	switch {
	case len(q.cols) > len(fields):
		a.fail(codeSyntax, pos, "subquery has too many columns")
	case len(q.cols) < len(fields):
		a.fail(codeSyntax, pos, "subquery has too few columns")
	}
	src := a.querySource(q)
	var test *expr
	inForm := op == "=" && !all || op == "<>" && all
	var lefts, rights []string
	args := []*expr{}
	for i, f := range fields {
		t := a.operator(op, f, a.columnOf(src, i), pos)
		if t.typ != oidBool {
			a.fail(codeDatatypeMismatch, pos, "row comparison operator must yield type boolean, not type %s", a.typeName(t.typ))
		}
		lhs, ok := a.inTemplate(t.tmpl, op)
		if !ok || len(t.args) != 2 {
			inForm = false
		} else {
			args = append(args, t.args[0], t.args[1])
			lefts = append(lefts, strings.ReplaceAll(lhs, "$1", "$"+itoa(len(args)-1)))
			rights = append(rights, "$"+itoa(len(args)))
		}
		switch {
		case test == nil:
			test = t
		case op == "=":
			test = junction(pos, "AND", test, t)
		case op == "<>":
			test = junction(pos, "OR", test, t)
		}
	}
	if len(fields) > 1 && op != "=" && op != "<>" {
		inForm = false
		test = a.rowCompare(op, l, rowOf(a, src), pos)
	}
	start := leftmost(pos, l)
	if inForm {
		word := "IN"
		if all {
			word = "NOT IN"
		}
		left := lefts[0]
		if len(lefts) > 1 {
			left = "(" + strings.Join(lefts, ", ") + ")"
		}
		return &expr{kind: exSub, typ: oidBool, typmod: -1, pos: start, sub: q, args: args,
			tmpl: "(" + left + " " + word + " (SELECT " + strings.Join(rights, ", ") + " FROM ($0) AS " + src.alias + "))"}
	}
	return &expr{kind: exSub, typ: oidBool, typmod: -1, pos: start, sub: q, args: []*expr{test}, tmpl: quantified("SELECT $1 AS r FROM ($0) AS "+src.alias, all)}
}

// quantified folds the truth values r of a query into ANY or ALL, with SQL's
// three values.
func quantified(query string, all bool) string {
	if all {
		return "(SELECT CASE WHEN min(r) = 0 THEN 0 WHEN count(*) > count(r) THEN NULL ELSE 1 END FROM (" + query + "))"
	}
	return "(SELECT CASE WHEN max(r) = 1 THEN 1 WHEN count(*) > count(r) THEN NULL ELSE 0 END FROM (" + query + "))"
}
