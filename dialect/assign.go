package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// assignTarget is a column, or a part of one, that a statement gives a value.
type assignTarget struct {
	col  *catalog.Column
	path []*pg_query.Node
	pos  int32
}

// assignTarget is the target that a SET or a column list names.
func (a *analyser) assignTarget(t *catalog.Table, rt *pg_query.ResTarget) assignTarget {
	c := t.Column(rt.GetName())
	if c == nil {
		a.fail(codeUndefinedColumn, rt.GetLocation(), "column \"%s\" of relation \"%s\" does not exist", rt.GetName(), t.Name)
	}
	return assignTarget{c, rt.GetIndirection(), rt.GetLocation()}
}

// defaultAllowed fails for DEFAULT as the value of a part.
func (a *analyser) defaultAllowed(t assignTarget) {
	switch {
	case len(t.path) == 0:
	case t.path[0].GetAIndices() != nil:
		a.fail(codeNotSupported, t.pos, "cannot set an array element to DEFAULT")
	default:
		a.fail(codeNotSupported, t.pos, "cannot set a subfield to DEFAULT")
	}
}

// assignTo converts a value to what a target takes; base is the column's value
// so far, of which a part is replaced.
func (a *analyser) assignTo(sc *scope, t assignTarget, base, value *expr) *expr {
	if len(t.path) == 0 {
		return a.assign(value, t.col)
	}
	typ, _ := a.baseAndMod(t.col.Type, -1)
	elem := a.elemOf(typ)
	switch {
	case t.path[0].GetAIndices() == nil:
		a.fail(codeDatatypeMismatch, t.pos, "cannot assign to field \"%s\" of column \"%s\" because its type %s is not a composite type", t.path[0].GetString_().GetSval(), t.col.Name, a.typeName(t.col.Type))
	case typ == oidJSONB:
		a.refuse(t.pos, "assignment to a part of a jsonb value")
	case elem == 0:
		a.fail(codeDatatypeMismatch, t.pos, "cannot subscript type %s because it does not support subscripting", a.typeName(typ))
	}
	slice := false
	for _, n := range t.path {
		if n.GetAIndices() == nil {
			a.refuse(t.pos, "assignment to a field of an array's element")
		}
		slice = slice || n.GetAIndices().GetIsSlice()
	}
	index := func(n *pg_query.Node) *expr {
		i := a.expr(sc, n)
		out := a.coerce(i, oidInt4, -1, assignment, i.pos)
		if out == nil {
			a.fail(codeDatatypeMismatch, i.pos, "array subscript must have type integer")
		}
		return out
	}
	want := elem
	if slice {
		want = typ
	}
	var bounds []*expr
	given := ""
	for _, n := range t.path {
		ix := n.GetAIndices()
		lower, upper := ix.GetLidx(), ix.GetUidx()
		switch {
		case slice && !ix.GetIsSlice():
			// One subscript among slices is the upper bound.
			given += "11"
			bounds = append(bounds, constant(oidInt4, -1, int64(1)), index(upper))
			continue
		case !slice:
			bounds = append(bounds, index(upper))
			continue
		}
		for _, x := range []*pg_query.Node{lower, upper} {
			if x == nil {
				given += "0"
				bounds = append(bounds, constant(oidInt4, -1, int64(0)))
				continue
			}
			given += "1"
			bounds = append(bounds, index(x))
		}
	}
	v := a.coerce(value, want, t.col.Typmod, assignment, value.pos)
	if v == nil {
		a.failHint(codeDatatypeMismatch, t.pos, "You will need to rewrite or cast the expression.",
			"subscripted assignment to \"%s\" requires type %s but expression is of type %s", t.col.Name, a.typeName(want), a.typeName(value.typ))
	}
	var out *expr
	if slice {
		out = a.resolved("array_set_slice(anyarray,anyarray,text,int4)", typ, t.pos, append([]*expr{base, v, constant(oidText, -1, given)}, bounds...)...)
	} else {
		out = a.resolved("array_set(anyarray,anyelement,int4)", typ, t.pos, append([]*expr{base, v}, bounds...)...)
	}
	out.typmod = t.col.Typmod
	if typ != t.col.Type {
		return a.assign(out, t.col)
	}
	return out
}
