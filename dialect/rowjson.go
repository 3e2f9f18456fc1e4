package dialect

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// Functions that make JSON take rows apart.

// jsonRow is row_to_json of a row: an object of its fields, or NULL for the row
// that an outer join did not find.
func (a *analyser) jsonRow(e *expr, binary bool) *expr {
	var out *expr
	if binary {
		out = a.jsonbObject(e)
	} else {
		out = a.jsonObject(e)
	}
	out.pos = e.pos
	present := a.rowPresent(e)
	if present == nil {
		return out
	}
	return call(out.typ, e.pos, "CASE WHEN $1 IS NOT NULL THEN $2 END", present, out)
}

func (a *analyser) jsonbObject(e *expr) *expr {
	var args []*expr
	for i, x := range e.args {
		args = append(args, constant(oidText, -1, e.fieldName(i)), a.jsonField(x, true))
	}
	return a.resolved("jsonb_build_object(any)", oidJSONB, e.pos, args...)
}

// prettyRow is row_to_json with a second argument: whether every field stands
// on a line of its own.
func (a *analyser) prettyRow(e, pretty *expr) *expr {
	pretty = a.coerceTo(pretty, oidBool, -1, implicit, pretty.pos)
	out := call(oidJSON, e.pos, "CASE $1 WHEN 1 THEN $2 WHEN 0 THEN $3 END", pretty, a.fieldsAsJSON(e, "',' || char(10) || ' '"), a.jsonObject(e))
	if present := a.rowPresent(e); present != nil {
		out = call(oidJSON, e.pos, "CASE WHEN $1 IS NOT NULL THEN $2 END", present, out)
	}
	return out
}

// jsonObject writes the object as PostgreSQL does, without blanks.
func (a *analyser) jsonObject(e *expr) *expr { return a.fieldsAsJSON(e, "','") }

// fieldsAsJSON is an object whose fields stand apart by a SQL expression.
func (a *analyser) fieldsAsJSON(e *expr, separator string) *expr {
	var b strings.Builder
	b.WriteString("('{'")
	var args []*expr
	for i, x := range e.args {
		name := a.resolved("to_json(anyelement)", oidJSON, e.pos, constant(oidText, -1, e.fieldName(i)))
		args = append(args, name, a.jsonField(x, false))
		if i > 0 {
			b.WriteString(" || " + separator)
		}
		b.WriteString(" || $" + itoa(2*i+1) + " || ':' || coalesce($" + itoa(2*i+2) + ",'null')")
	}
	b.WriteString(" || '}')")
	return call(oidJSON, e.pos, b.String(), args...)
}

// jsonField is a field of the row: rows within rows become JSON first.
func (a *analyser) jsonField(x *expr, binary bool) *expr {
	if row := a.fields(x); row != nil {
		return a.jsonRow(row, binary)
	}
	x = a.settleUnknown(x)
	switch {
	case a.isObject(x.typ):
		x = a.objectText(x, a.base(x.typ), oidText, x.pos)
	case a.isObject(a.elemOf(x.typ)):
		x = a.objectText(x, a.base(x.typ), oidTextArray, x.pos)
	}
	if binary {
		return x
	}
	return a.resolved("to_json(anyelement)", oidJSON, x.pos, x)
}

func (e *expr) fieldName(i int) string {
	if i < len(e.names) {
		return e.names[i]
	}
	return "f" + itoa(i+1)
}

// resolved calls an implementation by its signature.
func (a *analyser) resolved(sig string, typ uint32, pos int32, args ...*expr) *expr {
	types := make([]*pgvalue.Type, len(args))
	for i, x := range args {
		types[i] = a.value(x.typ, x.typmod)
	}
	m, ok := pgfunc.Resolve(sig, types)
	if !ok {
		a.refuse(pos, "%s", sig)
	}
	return a.callImpl(m, typ, pos, args...)
}

// rowArguments turns rows among the arguments of functions that make JSON into
// JSON; out is the whole call where nothing else is left to do.
func (a *analyser) rowArguments(name string, args []*expr, distinct bool, pos int32) (out *expr) {
	for i, x := range args {
		row := a.fields(x)
		if row == nil {
			continue
		}
		x = row
		if distinct && name != "count" && name != "array_agg" {
			a.refuse(pos, "DISTINCT rows in %s", name)
		}
		switch name {
		case "row_to_json", "to_json":
			if len(args) == 1 {
				return a.jsonRow(x, false)
			}
			if name == "row_to_json" && len(args) == 2 && i == 0 {
				return a.prettyRow(x, args[1])
			}
		case "to_jsonb":
			return a.jsonRow(x, true)
		case "json_build_object", "json_build_array":
			args[i] = a.jsonRow(x, false)
		case "jsonb_build_object", "jsonb_build_array", "jsonb_agg", "jsonb_object_agg":
			args[i] = a.jsonRow(x, true)
		case "json_object_agg":
			args[i] = a.jsonRow(x, false)
		case "count":
			if distinct {
				args[i] = a.scalar(args[i])
			} else {
				args[i] = a.countRows(x)
			}
		case "json_agg":
			args[i] = x
		case "pg_typeof":
		default:
			args[i] = a.scalar(args[i])
		}
	}
	return nil
}

// jsonRowAgg is json_agg over rows, each on a line of its own but for NULLs.
func (a *analyser) jsonRowAgg() pgfunc.Impl {
	return pgfunc.Impl{SQL: "('[' || ltrim(group_concat($dcoalesce(char(10) || ' ' || $1,'null'), ', '$o)$f, char(10) || ' ') || ']')", Agg: true, Window: true}
}
