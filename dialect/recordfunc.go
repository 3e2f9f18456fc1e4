package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// recordFuncs are the functions returning "record" whose columns a definition
// list in FROM gives, with the type of their argument.
var recordFuncs = map[string]uint32{
	"json_to_record": oidJSON, "json_to_recordset": oidJSON, "jsonb_to_record": oidJSONB, "jsonb_to_recordset": oidJSONB,
}

// recordCall is such a function; ok is false for every other.
func (a *analyser) recordCall(sc *scope, n *pg_query.Node, defs []*pg_query.Node, ordinality bool) (set rowSet, ok bool) {
	fc := n.GetFuncCall()
	if fc == nil {
		return set, false
	}
	parts := stringList(fc.GetFuncname())
	name := parts[len(parts)-1]
	arg, known := recordFuncs[name]
	if !known || len(parts) > 1 && parts[0] != "pg_catalog" || a.userDefined("overload "+name) {
		return set, false
	}
	pos := fc.GetLocation()
	args, names := a.callArgs(sc, fc)
	inputs := make([]uint32, len(args))
	for i, x := range args {
		inputs[i] = x.typ
	}
	a.resolveCall(name, args, inputs, names, fc)
	if len(defs) == 0 {
		a.fail(codeSyntax, pos, "a column definition list is required for functions returning \"record\"")
	}
	if ordinality {
		a.fail(codeSyntax, defs[0].GetColumnDef().GetLocation(), "WITH ORDINALITY cannot be used with a column definition list")
	}
	doc := a.coerceTo(args[0], arg, -1, implicit, args[0].pos)
	all := []*expr{constant(oidText, -1, name), a.fact("tz", pos), a.fact("now", pos), doc}
	for i, d := range defs {
		def := d.GetColumnDef()
		for _, other := range defs[:i] {
			if other.GetColumnDef().GetColname() == def.GetColname() {
				a.fail(codeDuplicateColumn, -1, "column name \"%s\" specified more than once", def.GetColname())
			}
		}
		typ, mod := a.typeRef(def.GetTypeName())
		switch a.typ(typ).kind {
		case 'p':
			a.fail("42P16", -1, "column \"%s\" has pseudo-type %s", def.GetColname(), a.typeName(typ))
		case 'c':
			if shape := a.compositeShape(typ); shape != nil {
				a.populatable(shape, def.GetLocation())
			}
		case 'd':
			a.refuse(def.GetLocation(), "a column of type %s in a column definition list", a.typeName(typ))
		}
		all = append(all, constant(oidText, -1, def.GetColname()), call(oidText, -1, a.descriptor(typ)), constant(oidInt4, -1, int64(mod)))
		_, get := a.wire(typ)
		set.cols = append(set.cols, srcCol{name: def.GetColname(), typ: typ, typmod: mod, sql: replaceValue(get, i)})
	}
	set.json = call(oidJSON, pos, a.fn(pgfunc.JSONRecord)+"("+holes(1, len(all))+")", all...)
	return set, true
}
