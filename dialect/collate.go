package dialect

// collation of an expression, derived as PostgreSQL derives it (chapter 24.2):
// an explicit COLLATE wins over what columns bring along, a column's own over
// the database's.
type derived struct {
	name string // as in srcCol.coll; "" the database's
	strength
	pos int32 // of what named an explicit one
}

type strength uint8

const (
	collNone     strength = iota // not of a type that has collations
	collImplicit                 // of a column, or by default
	collConflict                 // of columns that disagree
	collExplicit
)

// conflicting is the collation of an output column whose inputs disagree.
const conflicting = "\x00"

// collationOf derives the collation of an expression.
func (a *analyser) collationOf(e *expr) derived {
	if !a.collatable(e.typ) {
		return derived{}
	}
	if e.coll != "" {
		return derived{defaulted(e.coll), collExplicit, e.collPos}
	}
	if a.base(e.typ) == oidName {
		return derived{"C", collImplicit, e.pos}
	}
	var inputs []*expr
	switch e.kind {
	case exColumn:
		switch name := defaulted(e.src.cols[e.col].coll); name {
		case conflicting:
			return derived{"", collConflict, e.pos}
		default:
			return derived{name, collImplicit, e.pos}
		}
	case exCall, exAgg, exWindow, exRow:
		inputs = e.args
	case exSub:
		if e.sub != nil && len(e.sub.cols) > 0 {
			inputs = []*expr{a.outputExpr(e.sub, 0)}
		}
	}
	out := a.mergeCollations(inputs...)
	if out.strength == collNone {
		out = derived{"", collImplicit, e.pos}
	}
	if e.kind == exSub && out.strength == collExplicit {
		out.strength = collImplicit
	}
	return out
}

// mergeCollations is the collation under which a function or operator works
// over its arguments.
func (a *analyser) mergeCollations(args ...*expr) derived {
	var out derived
	for _, x := range args {
		d := a.collationOf(x)
		switch {
		case d.strength > out.strength:
			out = d
		case d.strength < out.strength || d.name == out.name:
		case d.strength == collExplicit:
			a.fail("42P21", d.pos, "collation mismatch between explicit collations \"%s\" and \"%s\"", named(out.name), named(d.name))
		case d.strength == collImplicit && out.name == "":
			out = d
		case d.strength == collImplicit && d.name != "":
			out = derived{"", collConflict, d.pos}
		}
	}
	return out
}

// agreeCollations fails where two of the arguments name different collations.
func (a *analyser) agreeCollations(args []*expr) {
	if a.explicitCollation && len(args) > 1 {
		a.mergeCollations(args...)
	}
}

// armsCollation is the collation of a column of a set operation.
func (a *analyser) armsCollation(q *query, i int) string {
	return a.mergeCollations(a.outputExpr(q.left, i), a.outputExpr(q.right, i)).handedOn()
}

// outputCollation is the collation of a column of a query.
func (a *analyser) outputCollation(q *query, i int) string {
	return a.collationOf(a.outputExpr(q, i)).handedOn()
}

// handedOn is the collation as a column of a query brings it along.
func (d derived) handedOn() string {
	if d.strength == collConflict {
		return conflicting
	}
	return d.name
}

func (a *analyser) collatable(typ uint32) bool {
	t := a.base(typ)
	if elem := a.elemOf(t); elem != 0 {
		t = a.base(elem)
	}
	return t == oidUnknown || a.category(t) == 'S' && t != oidQChar
}

func defaulted(name string) string {
	if name == "default" {
		return ""
	}
	return name
}

func named(name string) string {
	if name == "" {
		return "default"
	}
	return name
}
