package dialect

import (
	"slices"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// Object identifier types (regclass, regtype and their kin): a value is the OID
// of an object, an integer here. Names become OIDs, and OIDs names, by the
// catalog: of literals while a statement is analysed, of all else while it runs
// (FuncObject). Results give names where they leave the session.
//
// Objects whose OIDs the copy does not know (roles, collations, what initdb
// numbers) are refused by name and by number.

const (
	oidRegprocedure = 2202
	oidRegoper      = 2203
	oidRegoperator  = 2204
	oidRegnamespace = 4089
)

// isObject reports whether a type is an object identifier type or a domain over
// one.
func (a *analyser) isObject(oid uint32) bool { return pgvalue.IsObjectID(a.base(oid)) }

// isObjectOrArray is isObject of a type or its elements.
func (a *analyser) isObjectOrArray(oid uint32) bool {
	return a.isObject(oid) || a.isObject(a.elemOf(oid))
}

// objectCall calls FuncObject, which runs Object.
func (a *analyser) objectCall(what string, typ uint32, pos int32, args ...*expr) *expr {
	tmpl := a.fn(FuncObject) + "(" + quoteText(what)
	if len(args) > 0 {
		tmpl += "," + holes(1, len(args))
	}
	return call(typ, pos, tmpl+")", args...)
}

func typeArg(oid uint32) *expr { return constant(oidOID, -1, int64(oid)) }

// objectLiteral reads a literal of an object identifier type.
func (a *analyser) objectLiteral(e *expr, typ uint32) *expr {
	return constant(typ, e.pos, int64(a.objectOID(typ, e.text, e.pos)))
}

// objectArray reads a literal array of objects.
func (a *analyser) objectArray(e *expr, typ uint32) *expr {
	text, err := pgvalue.ObjectNames(e.text, func(name string) (string, error) {
		return itoa(int(a.objectOID(a.elemOf(typ), name, e.pos))), nil
	})
	if err != nil {
		if bad := a.positioned(err, e.pos); bad != nil {
			panic(bad)
		}
		a.fail("22P02", e.pos, "%v", err)
	}
	return constant(typ, e.pos, text)
}

// objectFromText is a text as an object of a type, or an array of texts as one of
// objects.
func (a *analyser) objectFromText(e *expr, typ uint32, pos int32) *expr {
	if elem := a.elemOf(typ); elem != 0 {
		return a.objectCall("oids", typ, pos, typeArg(elem), e)
	}
	return a.objectCall("oid", typ, pos, typeArg(typ), e)
}

// objectText is the name of an object as text, or an array of their names.
func (a *analyser) objectText(e *expr, source, target uint32, pos int32) *expr {
	if oid, ok := e.val.(int64); ok && e.kind == exConst {
		return constant(target, e.pos, a.objectName(source, uint32(oid), e.pos))
	}
	if elem := a.elemOf(source); elem != 0 {
		return a.objectCall("names", target, pos, typeArg(elem), e)
	}
	return a.objectCall("name", target, pos, typeArg(source), e)
}

// objectParam is a parameter of an object identifier type, which comes as text.
func (m *emitter) objectParam(e *expr) {
	typ := m.a.base(m.a.params[e.param].typ)
	m.WriteString(m.a.fn(FuncObject) + "('oid'," + itoa(int(typ)) + ",")
	m.bind(Bind{Source: FromParam, Param: e.param, Type: m.a.paramType(e.param)})
	m.WriteByte(')')
}

// asText are the functions that make text of whatever they are given: of an
// object, its name.
var asText = []string{
	"concat", "concat_ws", "format", "to_json", "to_jsonb", "json_build_object", "json_build_array", "jsonb_build_object", "jsonb_build_array",
	"json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "array_to_json", "array_to_string", "quote_literal", "quote_nullable",
	"textanycat", "anytextcat",
}

// asOID are the functions to which an object is the number that it is.
var asOID = []string{
	"array_agg", "array_append", "array_prepend", "array_cat", "array_position", "array_positions", "array_remove", "array_replace", "array_length",
	"array_lower", "array_upper", "array_ndims", "array_dims", "cardinality", "unnest", "count", "num_nulls", "num_nonnulls", "pg_typeof",
	"lag", "lead", "first_value", "last_value", "nth_value", "array_eq", "array_ne", "arrayoverlap", "arraycontains", "arraycontained",
	"generate_subscripts", "array_fill", "trim_array",
}

// objectArguments makes text of the objects among the arguments of a function
// that makes text of all.
func (a *analyser) objectArguments(name string, args []*expr, pos int32) {
	if !slices.Contains(asText, name) {
		return
	}
	for i, x := range args {
		switch {
		case a.isObject(x.typ):
			args[i] = a.objectText(x, a.base(x.typ), oidText, pos)
		case a.isObject(a.elemOf(x.typ)):
			args[i] = a.objectText(x, a.base(x.typ), oidTextArray, pos)
		}
	}
}

// carried is the type as which implementations of a function take a value.
func (a *analyser) carried(name string, x *expr) (*pgvalue.Type, bool) {
	if !a.isObjectOrArray(x.typ) {
		return a.value(x.typ, x.typmod), true
	}
	if a.elemOf(x.typ) != 0 {
		return a.value(a.arrayOf(oidOID), -1), slices.Contains(asOID, name)
	}
	return a.value(oidOID, -1), slices.Contains(asOID, name)
}

// noObjects refuses objects as fields of row values, which are text here.
func (a *analyser) noObjects(typ uint32, pos int32) {
	if a.isObjectOrArray(typ) {
		a.refuse(pos, "a %s inside a row value", a.typeName(typ))
	}
}

// sequenceByOID finds a sequence that a regclass constant stands for, or nil.
func sequenceByOID(cat *catalog.Catalog, oid int64) *catalog.Sequence {
	for _, q := range cat.Sequences {
		if int64(q.OID) == oid {
			return q
		}
	}
	return nil
}

// vector is a value of type int2vector or oidvector as the array that it is: one
// that begins at 0. All else stays.
func (a *analyser) vector(e *expr) *expr {
	var array uint32
	switch e.typ {
	case oidInt2Vector:
		array = a.arrayOf(oidInt2)
	case oidOIDVector:
		array = a.arrayOf(oidOID)
	default:
		return e
	}
	return call(array, e.pos, "CASE WHEN $1 = '' THEN '{}' ELSE '[0:' || (length($1) - length(replace($1,' ',''))) || ']={' || replace($1,' ',',') || '}' END", e)
}
