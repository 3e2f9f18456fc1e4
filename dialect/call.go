package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// funcCall analyses a call of a function, aggregate or window function.
func (a *analyser) funcCall(sc *scope, n *pg_query.FuncCall) *expr {
	pos := n.GetLocation()
	parts := stringList(n.GetFuncname())
	name := parts[len(parts)-1]
	if len(parts) > 1 && parts[len(parts)-2] != "pg_catalog" {
		schema := parts[len(parts)-2]
		known := false
		for _, s := range a.cat.Schemas {
			known = known || s == schema
		}
		if !known {
			a.fail(codeInvalidSchema, pos, "schema \"%s\" does not exist", schema)
		}
		if a.userDefined(name) {
			a.refuse(pos, "function %s", strings.Join(parts, "."))
		}
	}
	if n.GetAggWithinGroup() {
		return a.orderedSet(sc, n, name)
	}
	inner := sc
	aggregate := isAggregate(name)
	if aggregate {
		s := *sc
		if n.GetOver() != nil {
			s.inWindow = true
		} else {
			s.inAgg = true
		}
		inner = &s
	}
	before := a.lastSet
	args, names := a.callArgs(inner, n)
	if aggregate && n.GetOver() == nil {
		a.noSetSince(before, "%s calls cannot contain set-returning function calls", "aggregate function")
	} else if n.GetOver() != nil {
		a.noSetSince(before, "%s calls cannot contain set-returning function calls", "window function")
	}
	if len(parts) == 1 || parts[0] == "pg_catalog" {
		if e := a.specialCall(name, args, n); e != nil {
			return e
		}
		if e := a.populateCall(sc, name, args, names, n); e != nil {
			return e
		}
	}
	jsonRows := name == "json_agg" && len(args) == 1 && a.fields(args[0]) != nil
	if jsonRows && n.GetAggDistinct() {
		a.refuse(pos, "DISTINCT rows in json_agg")
	}
	if jsonRows {
		args[0] = a.jsonRow(a.fields(args[0]), false)
	} else if e := a.rowArguments(name, args, n.GetAggDistinct(), pos); e != nil {
		return e
	}
	a.objectArguments(name, args, pos)
	inputs := make([]uint32, len(args))
	for i, x := range args {
		inputs[i] = x.typ
	}
	if len(parts) > 1 && parts[0] != "pg_catalog" {
		a.noFunction(n, inputs, names)
	}
	c := a.resolveCall(name, args, inputs, names, n)
	if c == nil {
		// f(x) may be a cast written as a call.
		typ, _ := a.castType(name, args)
		out := a.coerceTo(args[0], typ, -1, explicit, pos)
		return out
	}
	p := c.proc
	if n.GetFuncVariadic() && p.Variadic == oidAny {
		a.refuse(pos, "VARIADIC with function %s", name)
	}
	switch {
	case p.Kind != 'a' && n.GetAggStar():
		a.fail(codeWrongObject, pos, "%s(*) specified, but %s is not an aggregate function", name, name)
	case p.Kind == 'f' && n.GetAggDistinct():
		a.fail(codeWrongObject, pos, "DISTINCT specified, but %s is not an aggregate function", name)
	case p.Kind == 'f' && len(n.GetAggOrder()) > 0:
		a.fail(codeWrongObject, pos, "ORDER BY specified, but %s is not an aggregate function", name)
	case p.Kind == 'f' && n.GetAggFilter() != nil:
		a.fail(codeWrongObject, pos, "FILTER specified, but %s is not an aggregate function", name)
	case p.Kind == 'f' && n.GetOver() != nil:
		a.fail(codeWrongObject, pos, "OVER specified, but %s is not a window function nor an aggregate function", name)
	case p.Kind == 'w' && n.GetOver() == nil:
		a.fail(codeWrongObject, pos, "window function %s requires an OVER clause", name)
	}
	declared, ret := a.enforce(c.args, inputs, p.Ret, pos)
	given := append([]*expr(nil), args...)
	for i := range args {
		if args[i].kind == exRow && (declared[i] == oidAny || declared[i] == oidAnyElement || declared[i] == oidRecord) {
			continue
		}
		args[i] = a.coerceTo(args[i], declared[i], -1, implicit, args[i].pos)
		if i < len(c.args) && isPolymorphic(c.args[i]) {
			args[i] = a.vector(args[i])
		}
		if args[i].typ == oidUnknown && args[i].kind != exParam { // which stays without a type
			args[i] = a.settleUnknown(args[i])
		}
	}
	switch p.Kind {
	case 'a':
		if jsonRows {
			c.rows = true
		}
		return a.aggregate(sc, n, c, args, given, ret)
	case 'w':
		return a.windowCall(sc, n, c, args, ret)
	}
	args = a.fillArgs(c, args, pos)
	if p.RetSet {
		return a.setCall(sc, c, args, ret, pos)
	}
	out := a.callProc(p, pos, args...)
	out.typ, out.pos = ret, pos
	return out
}

// callArgs analyses arguments; names holds those of trailing named ones.
func (a *analyser) callArgs(sc *scope, n *pg_query.FuncCall) (args []*expr, names []string) {
	for _, x := range n.GetArgs() {
		if na := x.GetNamedArgExpr(); na != nil {
			for _, other := range names {
				if other == na.GetName() {
					a.fail(codeSyntax, na.GetLocation(), "argument name \"%s\" used more than once", na.GetName())
				}
			}
			names = append(names, na.GetName())
			x = na.GetArg()
		} else if len(names) > 0 {
			a.fail(codeSyntax, nodeLocation(x), "positional argument cannot follow named argument")
		}
		e := a.expr(sc, x)
		args = append(args, e)
	}
	return args, names
}

// resolveCall chooses the overload; nil means the call is a cast.
func (a *analyser) resolveCall(name string, args []*expr, inputs []uint32, names []string, n *pg_query.FuncCall) *candidate {
	pos := n.GetLocation()
	if len(n.GetFuncname()) == 1 && a.userDefined("overload "+name) {
		a.refuse(pos, "function %s, of which the primary has one of its own,", name)
	}
	all, exact := a.function(name, inputs, names, n.GetFuncVariadic())
	if exact != nil {
		return exact
	}
	if typ, ok := a.castType(name, args); ok && len(names) == 0 && !n.GetAggStar() && n.GetOver() == nil && len(n.GetAggOrder()) == 0 && !n.GetAggDistinct() {
		src := args[0].typ
		if src == oidUnknown {
			return nil
		}
		if p, _ := a.pathwayTo(typ, src, explicit); p == pathRelabel || p == pathIO && !(src == oidRecord && a.category(typ) == 'S') {
			return nil
		}
	}
	cands := a.matchArgs(inputs, all)
	switch len(cands) {
	case 0:
	case 1:
		return &cands[0]
	default:
		if c := a.selectCandidate(inputs, cands); c != nil {
			return c
		}
		text := a.signatureText(name, inputs, names)
		if len(n.GetFuncname()) > 1 { // as in extract(…), which the grammar makes pg_catalog.extract
			text = "pg_catalog." + text
		}
		a.failHint(codeAmbiguousFunction, pos, "Could not choose a best candidate function. You might need to add explicit type casts.",
			"function %s is not unique", text)
	}
	if a.userDefined(name) {
		a.refuse(pos, "the user-defined function %s", a.signatureText(name, inputs, names))
	}
	a.noFunction(n, inputs, names)
	return nil
}

// noFunction fails for a call that no function takes.
func (a *analyser) noFunction(n *pg_query.FuncCall, inputs []uint32, names []string) {
	pos := n.GetLocation()
	name := strings.Join(stringList(n.GetFuncname()), ".")
	if n.GetAggStar() {
		a.fail(codeUndefinedFunction, pos, "function %s() does not exist", name)
	}
	a.failHint(codeUndefinedFunction, pos, "No function matches the given name and argument types. You might need to add explicit type casts.",
		"function %s does not exist", a.signatureText(name, inputs, names))
}

// userDefined: the primary has a routine of this name that a user defined; see
// catalog.Catalog.Routines.
func (a *analyser) userDefined(name string) bool { return slices.Contains(a.cat.Routines, name) }

// castType is the type that f(x) may be a cast to.
func (a *analyser) castType(name string, args []*expr) (uint32, bool) {
	if len(args) != 1 {
		return 0, false
	}
	if t := pgcatalog.TypeByName(name); t != nil && t.Kind != 'p' {
		return t.OID, true
	}
	return 0, false
}

// fillArgs puts named arguments in their places and adds the defaults that
// package pgfunc expects as NULL.
func (a *analyser) fillArgs(c *candidate, args []*expr, pos int32) []*expr {
	p := c.proc
	if c.order == nil && (len(args) >= len(p.Args) || p.Variadic != 0) {
		return args
	}
	defaults, ok := argDefaults[p.Sig]
	if !ok {
		a.refuse(pos, "function %s with default arguments", p.Name)
	}
	full := make([]*expr, len(p.Args))
	for i, x := range args {
		at := i
		if c.order != nil {
			at = c.order[i]
		}
		full[at] = x
	}
	for i := range full {
		if full[i] == nil {
			d := defaults[i-(len(p.Args)-p.Defaults)]
			full[i] = a.coerceTo(&expr{kind: exUnknown, typ: oidUnknown, typmod: -1, pos: pos, text: d}, p.Args[i], -1, implicit, pos)
		}
	}
	return full
}

// argDefaults are the defaults of the built-in functions that have some, as
// literals.
var argDefaults = map[string][]string{
	"make_interval(int4,int4,int4,int4,int4,int4,float8)":  {"0", "0", "0", "0", "0", "0", "0.0"},
	"jsonb_set(jsonb,_text,jsonb,bool)":                    {"true"},
	"jsonb_insert(jsonb,_text,jsonb,bool)":                 {"false"},
	"jsonb_set_lax(jsonb,_text,jsonb,bool,text)":           {"true", "use_json_null"},
	"normalize(text,text)":                                 {"NFC"},
	"is_normalized(text,text)":                             {"NFC"},
	"parse_ident(text,bool)":                               {"true"},
	"jsonb_path_exists(jsonb,jsonpath,jsonb,bool)":         {"{}", "false"},
	"jsonb_path_match(jsonb,jsonpath,jsonb,bool)":          {"{}", "false"},
	"jsonb_path_query(jsonb,jsonpath,jsonb,bool)":          {"{}", "false"},
	"jsonb_path_query_array(jsonb,jsonpath,jsonb,bool)":    {"{}", "false"},
	"jsonb_path_query_first(jsonb,jsonpath,jsonb,bool)":    {"{}", "false"},
	"jsonb_path_exists_tz(jsonb,jsonpath,jsonb,bool)":      {"{}", "false"},
	"jsonb_path_match_tz(jsonb,jsonpath,jsonb,bool)":       {"{}", "false"},
	"jsonb_path_query_tz(jsonb,jsonpath,jsonb,bool)":       {"{}", "false"},
	"jsonb_path_query_array_tz(jsonb,jsonpath,jsonb,bool)": {"{}", "false"},
	"jsonb_path_query_first_tz(jsonb,jsonpath,jsonb,bool)": {"{}", "false"},
	"json_strip_nulls(json,bool)":                          {"false"},
	"json_populate_record(anyelement,json,bool)":           {"false"},
	"json_populate_recordset(anyelement,json,bool)":        {"false"},
}

// setCall is a set-returning function: only FROM can read it. Elsewhere one with
// several columns is a row of that many functions in lock step.
func (a *analyser) setCall(sc *scope, c *candidate, args []*expr, ret uint32, pos int32) *expr {
	impl, ok := a.lookup(c.proc, args)
	if !ok || impl.Table == nil {
		a.refuse(pos, "set-returning function %s", c.proc.Name)
	}
	out := a.callImpl(impl, ret, pos, args...)
	out.retset, out.table, out.proc = true, impl.Table, c.proc
	a.setPlaced(sc, out)
	if len(impl.Table.Columns) == 1 || sc.clause == inFrom {
		return out
	}
	row := &expr{kind: exRow, typ: oidRecord, typmod: -1, pos: pos, whole: true}
	for _, col := range impl.Table.Columns {
		f := *out
		f.table = &pgfunc.Table{Columns: []pgfunc.TableColumn{col}}
		if col.Type != "" {
			f.typ = a.builtinType(col.Type)
		}
		row.args = append(row.args, &f)
		row.names = append(row.names, col.Name)
	}
	return row
}
