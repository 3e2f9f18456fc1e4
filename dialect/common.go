package dialect

// The common type of several expressions: UNION, CASE, COALESCE, VALUES, ARRAY,
// IN, GREATEST (select_common_type).

func (a *analyser) commonTypeOf(es []*expr, what string) uint32 {
	a.agreeCollations(es)
	a.agreeRows(es)
	first := es[0]
	if first.typ != oidUnknown {
		all := true
		for _, e := range es[1:] {
			all = all && e.typ == first.typ
		}
		if all {
			return first.typ
		}
	}
	p := a.base(first.typ)
	for _, e := range es[1:] {
		n := a.base(e.typ)
		if n == oidUnknown || n == p {
			continue
		}
		if p == oidUnknown {
			p = n
			continue
		}
		if a.category(n) != a.category(p) {
			if what == "" {
				return 0
			}
			a.fail(codeDatatypeMismatch, e.pos, "%s types %s and %s cannot be matched", what, a.typeName(p), a.typeName(n))
		}
		if !a.typ(p).preferred && a.canCoerce([]uint32{p}, []uint32{n}, implicit) && !a.canCoerce([]uint32{n}, []uint32{p}, implicit) {
			p = n
		}
	}
	if p == oidUnknown && what != "VALUES" {
		return oidText
	}
	return p
}

// agreeRows refuses rows of a table beside values of its row type, which are one
// type in PostgreSQL.
func (a *analyser) agreeRows(es []*expr) {
	record, composite := false, false
	for _, e := range es {
		if e.typ == oidRecord {
			s := shapeOf(e)
			record = record || e.kind == exRow && e.src != nil && e.src.rowType != 0 || s != nil && s.typ != 0
		} else {
			composite = composite || a.composite(e.typ)
		}
	}
	if record && composite {
		a.refuse(es[0].pos, "rows of a table beside other values of its row type")
	}
}

// commonMod is the modifier all of the expressions share, or -1.
func (a *analyser) commonMod(es []*expr, typ uint32) int32 {
	mod := int32(-1)
	for i, e := range es {
		if e.typ != typ || i > 0 && e.typmod != mod {
			return -1
		}
		mod = e.typmod
	}
	return mod
}

// toCommon converts e to the common type.
func (a *analyser) toCommon(e *expr, typ uint32, what string) *expr {
	out := a.coerceType(e, typ, -1, implicit, e.pos)
	if out == nil {
		a.fail(codeCannotCoerce, e.pos, "%s could not convert type %s to %s", what, a.typeName(e.typ), a.typeName(typ))
	}
	return out
}
