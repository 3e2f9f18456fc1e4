package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// arrayExpr is ARRAY[…]; with want, in a cast to that array type.
func (a *analyser) arrayExpr(sc *scope, n *pg_query.A_ArrayExpr, want uint32) *expr {
	pos := n.GetLocation()
	matrix := false
	var items []*expr
	for _, x := range n.GetElements() {
		var e *expr
		if inner := x.GetAArrayExpr(); inner != nil {
			// It is to become the same type.
			e, matrix = a.arrayExpr(sc, inner, want), true
		} else {
			e = a.scalar(a.expr(sc, x))
			matrix = matrix || a.elemOf(e.typ) != 0
		}
		items = append(items, e)
	}
	elem, typ := a.elemOf(want), a.base(want)
	switch {
	case want != 0:
	case len(items) == 0:
		a.failHint(codeIndeterminate, pos, "Explicitly cast to the desired type, for example ARRAY[]::integer[].", "cannot determine type of empty array")
	case matrix:
		typ = a.commonTypeOf(items, "ARRAY")
		if elem = a.elemOf(typ); elem == 0 {
			a.fail(codeUndefinedObject, pos, "could not find element type for data type %s", a.typeName(typ))
		}
	default:
		elem = a.commonTypeOf(items, "ARRAY")
		if typ = a.arrayOf(elem); typ == 0 {
			a.fail(codeUndefinedObject, pos, "could not find array type for data type %s", a.typeName(elem))
		}
	}
	target := elem
	if matrix {
		target = typ
	}
	for i := range items {
		if want != 0 {
			items[i] = a.coerceTo(items[i], target, -1, explicit, items[i].pos)
		} else {
			items[i] = a.toCommon(items[i], target, "ARRAY")
		}
	}
	var e *expr
	if matrix {
		e = call(typ, pos, a.fn(pgfunc.BuildMatrix)+"("+holes(1, len(items))+")", items...)
	} else {
		e = a.buildArray(items, typ, pos)
		e.items = items
	}
	if len(items) > 0 {
		e.typmod = items[0].typmod
	}
	for _, x := range items { // exprTypmod: the one they all have
		if x.typ != target || x.typmod != e.typmod {
			e.typmod = -1
		}
	}
	return e
}

// arrayCompare is x op ANY (array) and x op ALL (array).
func (a *analyser) arrayCompare(sc *scope, n *pg_query.A_Expr, name string) *expr {
	pos := n.GetLocation()
	all := n.GetKind() == pg_query.A_Expr_Kind_AEXPR_OP_ALL
	l, r := a.expr(sc, n.GetLexpr()), a.expr(sc, n.GetRexpr())
	l, r = a.scalar(l), a.scalar(r)
	elem := oidUnknown
	relem := uint32(elem)
	if r.typ != oidUnknown {
		relem = a.elemOf(r.typ)
		if relem == 0 {
			a.fail("42809", pos, "op ANY/ALL (array) requires array on right side")
		}
	}
	if a.composite(relem) || a.composite(l.typ) {
		a.refuse(pos, "comparison with an array of composite values")
	}
	c := a.binaryOperator(name, l.typ, relem, pos)
	if c == nil {
		a.noOperator(name, []uint32{l.typ, relem}, pos)
	}
	args := []*expr{l, {typ: relem}}
	lt, rt, result := a.callTypes(c, args, pos)
	if result != oidBool {
		a.fail("42809", pos, "op ANY/ALL (array) requires operator to yield boolean")
	}
	le := a.coerceTo(l, lt, -1, implicit, l.pos)
	arrType := a.arrayOf(rt)
	if arrType == 0 {
		a.fail(codeUndefinedObject, pos, "could not find array type for data type %s", a.typeName(rt))
	}
	if r.items != nil && !slices.ContainsFunc(r.items, isVolatile) {
		return a.listCompare(name, le, r, all, pos)
	}
	re := a.coerceTo(r, arrType, -1, implicit, r.pos)
	rows := a.elements(re, rt, pos)
	src := &source{alias: a.newAlias(), cols: []srcCol{{name: "value", sql: "value", typ: rt, typmod: -1}}}
	test := a.operator(name, le, a.columnOf(src, 0), pos)
	start := leftmost(pos, l, r)
	if lhs, ok := a.inTemplate(test.tmpl, name); ok && (name == "=" && !all || name == "<>" && all) {
		word := "IN"
		if all {
			word = "NOT IN"
		}
		return boolean(start, "("+lhs+" "+word+" (SELECT value FROM $2))", test.args[0], rows)
	}
	q := quantified("SELECT $1 AS r FROM $2 AS "+src.alias, all)
	return a.besides(le, boolean(start, q, test, rows), pos)
}

// besides computes x, which may fail, ahead of its comparison with elements, of
// which there may be none.
func (a *analyser) besides(x, comparison *expr, pos int32) *expr {
	switch {
	case isVolatile(x):
		a.refuse(pos, "a volatile function on the left of ANY and ALL")
	case fallible(x):
		return after([]*expr{x}, comparison)
	}
	return comparison
}

// listCompare compares with the written out elements of ARRAY[…].
func (a *analyser) listCompare(name string, l, r *expr, all bool, pos int32) *expr {
	start := leftmost(pos, l, r)
	if len(r.items) == 0 {
		return a.besides(l, constant(oidBool, start, boolInt(all)), pos)
	}
	tests := make([]*expr, len(r.items))
	var ahead []*expr // PostgreSQL makes the array first
	for i, x := range r.items {
		tests[i] = a.operator(name, l, x, pos)
		if i > 0 && varies(x) && fallible(x) {
			ahead = append(ahead, x)
		}
	}
	if name == "=" && !all || name == "<>" && all {
		if e := a.inTests(name, tests, start); e != nil {
			return after(ahead, e)
		}
	}
	if len(tests) > 1 && isVolatile(l) {
		a.refuse(pos, "a volatile function on the left of ANY and ALL")
	}
	join := "OR"
	if all {
		join = "AND"
	}
	return after(ahead, junction(start, join, tests...))
}
