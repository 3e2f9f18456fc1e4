package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// arrayExpr is ARRAY[…]; with want, in a cast to that array type.
func (a *analyser) arrayExpr(sc *scope, n *pg_query.A_ArrayExpr, want uint32) *expr {
	pos := n.GetLocation()
	items := a.exprs(sc, n.GetElements())
	for _, x := range items {
		if a.elemOf(x.typ) != 0 {
			a.refuse(pos, "a multi-dimensional ARRAY[…]")
		}
	}
	var elem uint32
	switch {
	case want != 0:
		elem = a.elemOf(want)
	case len(items) == 0:
		a.failHint(codeIndeterminate, pos, "Explicitly cast to the desired type, for example ARRAY[]::integer[].", "cannot determine type of empty array")
	default:
		elem = a.commonTypeOf(items, "ARRAY")
	}
	for i := range items {
		if want != 0 {
			items[i] = a.coerceTo(items[i], elem, -1, explicit, items[i].pos)
		} else {
			items[i] = a.toCommon(items[i], elem, "ARRAY")
		}
	}
	typ := a.arrayOf(elem)
	if typ == 0 {
		a.fail(codeUndefinedObject, pos, "could not find array type for data type %s", a.typeName(elem))
	}
	e := a.buildArray(items, typ, pos)
	e.items = items
	return e
}

// indirection is a subscript, a slice or a field of an expression.
func (a *analyser) indirection(sc *scope, n *pg_query.A_Indirection) *expr {
	pos := nodeLocation(n.GetArg())
	e := a.expr(sc, n.GetArg())
	steps := n.GetIndirection()
	if steps[0].GetAIndices() == nil {
		a.refuse(pos, "selection of a field")
	}
	if e.typ == oidJSONB {
		a.refuse(pos, "a subscript of jsonb")
	}
	elem := a.elemOf(e.typ)
	if elem == 0 {
		a.fail(codeDatatypeMismatch, pos, "cannot subscript type %s because it does not support subscripting", a.typeName(e.typ))
	}
	index := func(x *pg_query.Node) *expr {
		if x == nil {
			return constant(oidInt4, -1, nil)
		}
		i := a.expr(sc, x)
		out := a.coerce(i, oidInt4, -1, assignment, i.pos)
		if out == nil {
			a.fail(codeDatatypeMismatch, i.pos, "array subscript must have type integer")
		}
		return out
	}
	args := []*expr{e}
	for _, s := range steps {
		ix := s.GetAIndices()
		if ix == nil {
			a.refuse(pos, "a subscript and a field together")
		}
		if ix.GetIsSlice() {
			if len(steps) > 1 {
				a.refuse(pos, "a slice of several dimensions")
			}
			out := a.resolved("array_slice(anyarray,int4,int4)", e.typ, pos, e, index(ix.GetLidx()), index(ix.GetUidx()))
			return out
		}
		args = append(args, index(ix.GetUidx()))
	}
	out := a.resolved("array_subscript(anyarray,int4)", elem, pos, args...)
	out.typmod = e.typmod
	return out
}

// arrayCompare is x op ANY (array) and x op ALL (array).
func (a *analyser) arrayCompare(sc *scope, n *pg_query.A_Expr, name string) *expr {
	pos := n.GetLocation()
	all := n.GetKind() == pg_query.A_Expr_Kind_AEXPR_OP_ALL
	l, r := a.expr(sc, n.GetLexpr()), a.expr(sc, n.GetRexpr())
	a.noRow(l)
	a.noRow(r)
	elem := oidUnknown
	relem := uint32(elem)
	if r.typ != oidUnknown {
		relem = a.elemOf(r.typ)
		if relem == 0 {
			a.fail("42809", pos, "op ANY/ALL (array) requires array on right side")
		}
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
	if r.items != nil {
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
	return boolean(start, q, test, rows)
}

// listCompare compares with the written out elements of ARRAY[…].
func (a *analyser) listCompare(name string, l, r *expr, all bool, pos int32) *expr {
	start := leftmost(pos, l, r)
	if len(r.items) == 0 {
		return constant(oidBool, start, boolInt(all))
	}
	join := " OR "
	if all {
		join = " AND "
	}
	tests := make([]*expr, len(r.items))
	parts := make([]string, len(r.items))
	for i, x := range r.items {
		tests[i] = a.operator(name, l, x, pos)
		parts[i] = "$" + itoa(i+1)
	}
	return boolean(start, "("+strings.Join(parts, join)+")", tests...)
}
