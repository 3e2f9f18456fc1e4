package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// assignTarget is a column, or a part of one, that a statement gives a value.
type assignTarget struct {
	col  *catalog.Column
	name string // as the statement calls the column
	path []*pg_query.Node
	pos  int32
}

// assignTarget is the target that a SET or a column list names.
func (a *analyser) assignTarget(src *source, rt *pg_query.ResTarget) assignTarget {
	c, relation := src.target(rt.GetName())
	if c == nil {
		a.fail(codeUndefinedColumn, rt.GetLocation(), "column \"%s\" of relation \"%s\" does not exist", rt.GetName(), relation)
	}
	return assignTarget{c, rt.GetName(), rt.GetIndirection(), rt.GetLocation()}
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
		return a.assignNamed(value, t.col, t.name)
	}
	typ, _ := a.baseAndMod(t.col.Type, -1)
	switch {
	case t.path[0].GetString_() != nil && a.composite(typ):
		name, rest := t.path[0].GetString_().GetSval(), t.path[1:]
		out := a.withField(base, typ, name, t.pos, t.name, func(old *expr, f outCol) *expr {
			col := &catalog.Column{Name: name, Type: f.typ, Typmod: f.typmod}
			if len(rest) > 0 {
				return a.assignTo(sc, assignTarget{col: col, name: name, path: rest, pos: t.pos}, old, value)
			}
			out := a.coerce(value, f.typ, f.typmod, assignment, value.pos)
			if out == nil {
				a.failHint(codeDatatypeMismatch, t.pos, "You will need to rewrite or cast the expression.",
					"subfield \"%s\" is of type %s but expression is of type %s", name, a.typeName(f.typ), a.typeName(value.typ))
			}
			return out
		})
		return a.assignNamed(out, t.col, t.name) // a domain may have something to say
	case t.path[0].GetAIndices() == nil:
		a.fail(codeDatatypeMismatch, t.pos, "cannot assign to field \"%s\" of column \"%s\" because its type %s is not a composite type", t.path[0].GetString_().GetSval(), t.name, a.typeName(t.col.Type))
	case typ != oidJSONB && a.elemOf(typ) == 0:
		a.noSubscripts(typ, t.pos)
	}
	return a.assignNamed(a.assigned(sc, base, value, t), t.col, t.name)
}
