package dialect

import "github.com/failoversql/failoversql/dialect/pgvalue"

// Polymorphic parameters (anyelement, anyarray, anycompatible, …), as
// check_generic_type_consistency and enforce_generic_type_consistency of
// PostgreSQL settle them.

// generic is what a call's arguments make of the polymorphic types.
type generic struct {
	elem, array       uint32 // anyelement and anyarray
	compat, compatArr uint32 // anycompatible and anycompatiblearray
	rng, multi        uint32 // anyrange and anymultirange
	unknown           bool   // some polymorphic argument is of unknown type
}

// settle derives the actual types; ok is false where the arguments disagree.
func (a *analyser) settle(inputs, declared []uint32) (g generic, ok bool) {
	var compat []uint32
	nonArray, enum := false, false
	for i, d := range declared {
		in := inputs[i]
		switch d {
		case oidAnyElement, oidAnyNonArray, oidAnyEnum:
			nonArray = nonArray || d == oidAnyNonArray
			enum = enum || d == oidAnyEnum
			if in == oidUnknown {
				g.unknown = true
				continue
			}
			if g.elem != 0 && g.elem != in {
				return g, false
			}
			g.elem = in
		case oidAnyArray:
			if in == oidUnknown {
				g.unknown = true
				continue
			}
			in = a.base(in)
			if a.elemOf(in) == 0 || g.array != 0 && g.array != in {
				return g, false
			}
			g.array = in
		case oidAnyRange, oidAnyMultirange, oidAnyCompatibleRange, oidAnyCompatibleMultirange:
			if in != oidUnknown {
				in = a.base(in)
				want := byte('r')
				if d == oidAnyMultirange || d == oidAnyCompatibleMultirange {
					want = 'm'
				}
				if a.typ(in).kind != want {
					return g, false
				}
				rng, multi, _, ok := pgvalue.RangeParts(in)
				if !ok {
					a.refuse(-1, "the range type %s", a.typeName(in))
				}
				if g.rng != 0 && g.rng != rng {
					return g, false
				}
				g.rng, g.multi = rng, multi
			}
		case oidAnyCompatible, oidAnyCompatibleNonArray:
			if in == oidUnknown {
				continue
			}
			compat = append(compat, in)
		case oidAnyCompatibleArray:
			if in == oidUnknown {
				continue
			}
			e := a.elemOf(in)
			if e == 0 {
				return g, false
			}
			compat = append(compat, e)
		}
	}
	if g.array != 0 {
		e := a.elemOf(g.array)
		if g.elem != 0 && g.elem != e {
			return g, false
		}
		g.elem = e
	} else if g.elem != 0 {
		g.array = a.arrayOf(g.elem)
	}
	if _, _, e, ok := pgvalue.RangeParts(g.rng); ok {
		if g.elem != 0 && g.elem != e {
			return g, false
		}
		g.elem, g.array = e, a.arrayOf(e)
	}
	if nonArray && g.elem != 0 && a.elemOf(g.elem) != 0 {
		return g, false
	}
	if enum && g.elem != 0 && a.typ(a.base(g.elem)).kind != 'e' {
		return g, false
	}
	if len(compat) > 0 {
		t, ok := a.commonType(compat)
		if !ok {
			return g, false
		}
		g.compat, g.compatArr = t, a.arrayOf(t)
	}
	return g, true
}

func (a *analyser) checkGeneric(inputs, declared []uint32) bool {
	_, ok := a.settle(inputs, declared)
	return ok
}

// actual is the type a declared parameter or result type stands for; 0 where
// the arguments do not say.
func (g *generic) actual(declared uint32) uint32 {
	switch declared {
	case oidAnyElement, oidAnyNonArray, oidAnyEnum:
		return g.elem
	case oidAnyArray:
		return g.array
	case oidAnyCompatible, oidAnyCompatibleNonArray:
		return g.compat
	case oidAnyCompatibleArray:
		return g.compatArr
	case oidAnyRange:
		return g.rng
	case oidAnyMultirange:
		return g.multi
	}
	if isPolymorphic(declared) {
		return 0
	}
	return declared
}

// commonType chooses the type that all of the known types can become
// (select_common_type_from_oids); unknown ones are ignored.
func (a *analyser) commonType(types []uint32) (uint32, bool) {
	all := true
	for _, t := range types {
		if t != types[0] {
			all = false
		}
	}
	if all && len(types) > 0 && types[0] != oidUnknown {
		return types[0], true
	}
	p, ok := a.pickCommon(types)
	if !ok {
		return 0, false
	}
	if p == oidUnknown {
		return oidText, true
	}
	for _, t := range types {
		if t == oidUnknown {
			continue
		}
		if way, _ := a.pathwayTo(p, t, implicit); way == pathNone {
			return 0, false
		}
	}
	return p, true
}

// pickCommon is the choice itself: the first type that is preferred, or that
// the others convert to.
func (a *analyser) pickCommon(types []uint32) (uint32, bool) {
	p := a.base(types[0])
	for _, t := range types[1:] {
		n := a.base(t)
		if n == oidUnknown || n == p {
			continue
		}
		if p == oidUnknown {
			p = n
			continue
		}
		if a.category(n) != a.category(p) {
			return p, false
		}
		if !a.typ(p).preferred && a.canCoerce([]uint32{p}, []uint32{n}, implicit) && !a.canCoerce([]uint32{n}, []uint32{p}, implicit) {
			p = n
		}
	}
	return p, true
}
