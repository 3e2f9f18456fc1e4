package dialect

import (
	"cmp"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// indirection is a chain of fields, subscripts and slices of an expression.
func (a *analyser) indirection(sc *scope, n *pg_query.A_Indirection) *expr {
	pos := nodeLocation(n.GetArg())
	e := a.expr(sc, n.GetArg())
	steps := n.GetIndirection()
	for len(steps) > 0 {
		if f := steps[0].GetString_(); f != nil {
			e = a.selectField(e, f.GetSval(), pos)
			steps = steps[1:]
			continue
		}
		k := 0
		for k < len(steps) && steps[k].GetAIndices() != nil {
			k++
		}
		if k == 0 {
			a.refuse(pos, "a row here")
		}
		e = a.subscript(sc, e, steps[:k], pos)
		steps = steps[k:]
	}
	return e
}

// subscript is an element or a slice of an expression.
func (a *analyser) subscript(sc *scope, e *expr, steps []*pg_query.Node, pos int32) *expr {
	if a.base(e.typ) == oidJSONB {
		args := append([]*expr{e}, a.jsonbSubscripts(sc, steps, pos)...)
		return call(oidJSONB, pos, a.fn(pgfunc.JSONBElement)+"("+holes(1, len(args))+")", args...)
	}
	e = a.vector(e)
	elem := a.elemOf(e.typ)
	if elem == 0 {
		a.noSubscripts(e.typ, pos)
	}
	index, slice := a.arraySubscripts(sc, steps, pos)
	if slice {
		return call(a.base(e.typ), pos, a.fn(pgfunc.ArraySlice)+"("+holes(1, len(index)+1)+")", append([]*expr{e}, index...)...)
	}
	tmpl := a.fn(pgfunc.ArrayElement) + "(" + a.descriptor(e.typ) + "," + holes(1, len(index)+1) + ")"
	if a.base(elem) == oidBytea { // see recordField
		tmpl = "unhex(substr(" + a.fn(pgfunc.ArrayElement) + "(" + a.descriptor(oidTextArray) + "," + holes(1, len(index)+1) + "),3))"
	}
	out := call(elem, pos, tmpl, append([]*expr{e}, index...)...)
	out.typmod = e.typmod
	return out
}

func (a *analyser) noSubscripts(typ uint32, pos int32) {
	a.fail(codeDatatypeMismatch, pos, "cannot subscript type %s because it does not support subscripting", a.typeName(typ))
}

// arraySubscripts are the indexes of an array: integers, or for a slice the
// mask of the bounds that are written and the bounds, for every dimension.
func (a *analyser) arraySubscripts(sc *scope, steps []*pg_query.Node, pos int32) (index []*expr, slice bool) {
	one := func(x *pg_query.Node) *expr {
		i := a.expr(sc, x)
		out := a.coerce(i, oidInt4, -1, assignment, i.pos)
		if out == nil {
			a.fail(codeDatatypeMismatch, i.pos, "array subscript must have type integer")
		}
		return out
	}
	for _, s := range steps {
		if s.GetAIndices() == nil {
			a.refuse(pos, "a subscript and a field together")
		}
		slice = slice || s.GetAIndices().GetIsSlice()
	}
	for _, s := range steps {
		ix := s.GetAIndices()
		if !slice {
			index = append(index, one(ix.GetUidx()))
			continue
		}
		mask := int64(0)
		lo, hi := constant(oidInt4, -1, int64(1)), constant(oidInt4, -1, int64(0))
		switch {
		case ix.GetLidx() != nil:
			lo, mask = one(ix.GetLidx()), 1
		case !ix.GetIsSlice():
			mask = 1 // a[2] beside slices is a[1:2]
		}
		if ix.GetUidx() != nil {
			hi, mask = one(ix.GetUidx()), mask|2
		}
		index = append(index, constant(oidInt4, -1, mask), lo, hi)
	}
	if n := len(steps); n > 6 {
		a.fail("54000", -1, "number of array dimensions (%d) exceeds the maximum allowed (%d)", n, 6)
	}
	return index, slice
}

// jsonbSubscripts are the subscripts of a jsonb, as text.
func (a *analyser) jsonbSubscripts(sc *scope, steps []*pg_query.Node, pos int32) []*expr {
	path, _ := a.jsonbPath(sc, steps, pos)
	return path
}

// jsonbPath also tells whether the first subscript is an integer.
func (a *analyser) jsonbPath(sc *scope, steps []*pg_query.Node, pos int32) (path []*expr, integer bool) {
	for n, s := range steps {
		ix := s.GetAIndices()
		if ix == nil {
			a.refuse(pos, "a subscript and a field together")
		}
		if ix.GetIsSlice() {
			at := int32(-1)
			if x := cmp.Or(ix.GetUidx(), ix.GetLidx()); x != nil {
				at = nodeLocation(x)
			}
			a.fail(codeDatatypeMismatch, at, "jsonb subscript does not support slices")
		}
		x := a.expr(sc, ix.GetUidx())
		if x.typ == oidUnknown {
			path = append(path, a.coerceTo(x, oidText, -1, implicit, x.pos))
			continue
		}
		toInt := a.canCoerce([]uint32{x.typ}, []uint32{oidInt4}, implicit)
		toText := a.canCoerce([]uint32{x.typ}, []uint32{oidText}, implicit)
		switch {
		case toInt && toText:
			a.failHint(codeDatatypeMismatch, x.pos, "jsonb subscript must be coercible to only one type, integer or text.", "subscript type %s is not supported", a.typeName(x.typ))
		case toInt:
			integer = integer || n == 0
			i := a.coerceTo(x, oidInt4, -1, implicit, x.pos)
			path = append(path, call(oidText, i.pos, "CAST($1 AS TEXT)", i))
		case toText:
			path = append(path, a.coerceTo(x, oidText, -1, implicit, x.pos))
		default:
			a.failHint(codeDatatypeMismatch, x.pos, "jsonb subscript must be coercible to either integer or text.", "subscript type %s is not supported", a.typeName(x.typ))
		}
	}
	return path, integer
}

// assigned is a container with a part of it replaced.
func (a *analyser) assigned(sc *scope, whole, v *expr, target assignTarget) *expr {
	pos, steps, c := target.pos, target.path, target.col
	typ, mod := a.baseAndMod(c.Type, c.Typmod)
	value := func(target uint32, mod int32) *expr {
		out := a.coerce(v, target, mod, assignment, v.pos)
		if out == nil {
			a.failHint(codeDatatypeMismatch, pos, "You will need to rewrite or cast the expression.",
				"subscripted assignment to \"%s\" requires type %s but expression is of type %s", c.Name, a.typeName(target), a.typeName(v.typ))
		}
		return out
	}
	if typ == oidJSONB {
		path, integer := a.jsonbPath(sc, steps, pos)
		args := append([]*expr{whole, value(oidJSONB, -1), constant(oidBool, -1, boolInt(integer))}, path...)
		return call(typ, pos, a.fn(pgfunc.JSONBAssigned)+"("+holes(1, len(args))+")", args...)
	}
	elem := a.elemOf(typ)
	if elem == 0 {
		a.noSubscripts(c.Type, pos)
	}
	index, slice := a.arraySubscripts(sc, steps, pos)
	if slice {
		args := append([]*expr{whole, value(typ, mod)}, index...)
		out := call(typ, pos, a.fn(pgfunc.SliceAssign)+"("+holes(1, len(args))+")", args...)
		out.typmod = c.Typmod
		return out
	}
	args := append([]*expr{whole, value(elem, mod)}, index...)
	out := call(typ, pos, a.fn(pgfunc.ArrayAssign)+"("+a.descriptor(typ)+","+holes(1, len(args))+")", args...)
	out.typmod = c.Typmod
	return out
}
