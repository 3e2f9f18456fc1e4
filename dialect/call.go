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
		if args[i].typ == oidUnknown {
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

func isAggregate(name string) bool {
	for _, p := range pgcatalog.Procs(name) {
		if p.Kind == 'a' {
			return true
		}
	}
	return false
}

// aggregate emits a call of an aggregate, also as a window function.
func (a *analyser) aggregate(sc *scope, n *pg_query.FuncCall, c *candidate, args, given []*expr, ret uint32) *expr {
	pos := n.GetLocation()
	p := c.proc
	if p.AggKind != 'n' {
		a.fail(codeWrongObject, pos, "WITHIN GROUP is required for ordered-set aggregate %s", p.Name)
	}
	if len(n.GetArgs()) == 0 && !n.GetAggStar() && len(p.Args) == 0 {
		a.fail(codeWrongObject, pos, "%s(*) must be used to call a parameterless aggregate function", p.Name)
	}
	if p.Name == "array_agg" && args[0].typ == oidRecord {
		if n.GetAggDistinct() {
			a.refuse(pos, "DISTINCT rows in array_agg")
		}
		args[0] = relabel(args[0], oidText)
	}
	out := &expr{kind: exAgg, typ: ret, typmod: -1, pos: pos, args: args, unique: n.GetAggDistinct()}
	if n.GetAggFilter() != nil {
		f := sc.with(inFilter)
		f.inAgg = true
		out.filter = a.condition(f, n.GetAggFilter(), "FILTER")
	}
	if n.GetOver() == nil {
		a.aggregateLevel(sc, out, pos)
	}
	for _, o := range n.GetAggOrder() {
		s := *sc
		s.inAgg = true
		e := a.scalar(a.expr(&s, o.GetSortBy().GetNode()))
		e = a.settleUnknown(e)
		k := a.sortKeyOf(o.GetSortBy(), e)
		a.ordering(e)
		if out.unique {
			found := false
			for i := range given {
				found = found || same(given[i], e) || same(args[i], e)
			}
			if !found {
				a.fail(codeColumnReference, e.pos, "in an aggregate with DISTINCT, ORDER BY expressions must appear in argument list")
			}
		}
		out.order = append(out.order, k)
	}
	m := a.aggregateImpl(c, args, pos)
	if m.Text && !a.plainText() {
		a.refuse(pos, "aggregate %s of character under the database's collation", p.Name)
	}
	if n.GetOver() != nil {
		if n.GetAggDistinct() {
			a.fail(codeNotSupported, pos, "DISTINCT is not implemented for window functions")
		}
		if len(n.GetAggOrder()) > 0 {
			a.fail(codeNotSupported, pos, "aggregate ORDER BY is not implemented for window functions")
		}
		a.overFrame(sc, n, out, m, p, pos)
		return out
	}
	a.aggregateTemplate(out, m, p, pos)
	return out
}

// aggregateLevel checks where an aggregate stands and marks its query: the
// nearest one whose columns it reads.
func (a *analyser) aggregateLevel(sc *scope, e *expr, pos int32) {
	if sc.inAgg {
		a.fail(codeGrouping, pos, "aggregate function calls cannot be nested")
	}
	level := -1
	for _, x := range append(append([]*expr(nil), e.args...), e.filter) {
		x.deepWalk(func(y *expr) bool {
			if y.kind == exColumn {
				if n := sc.levelOf(y.src); n >= 0 && (level < 0 || n < level) {
					level = n
				}
			}
			return true
		})
		x.walk(func(y *expr) bool {
			if y.kind == exAgg {
				a.fail(codeGrouping, y.pos, "aggregate function calls cannot be nested")
			}
			if y.kind == exWindow {
				a.fail(codeGrouping, y.pos, "aggregate function calls cannot contain window function calls")
			}
			return true
		})
	}
	own := sc
	for n := 0; n < level; n++ {
		own = own.parent
	}
	switch own.clause {
	case inWhere, inJoinOn, inLimit, inOffset, inValues, inUpdateSet, inReturning, inFilter, inDefault, inCheck, inExecute, inMergeWhen, inIndexExpr, inGroupBy:
		a.fail(codeGrouping, pos, "aggregate functions are not allowed in %s", clauseNames[own.clause])
	case inFrom:
		if level > 0 {
			a.fail(codeGrouping, pos, "aggregate functions are not allowed in FROM clause of their own query level")
		}
		a.fail(codeGrouping, pos, "aggregate functions are not allowed in functions in FROM")
	}
	if own.q == nil {
		a.fail(codeGrouping, pos, "aggregate functions are not allowed here")
	}
	if level > 0 {
		if own.inAgg {
			a.fail(codeGrouping, pos, "aggregate function calls cannot be nested")
		}
		if len(e.order) > 0 || e.direct != nil {
			a.refuse(pos, "this aggregate of an outer query")
		}
		own.q.lifted = true
	}
	own.q.hasAgg = true
	e.owner = own.q
}

// levelOf is how many levels up a source stands; -1 where it is none of theirs.
func (s *scope) levelOf(src *source) int {
	n := 0
	for ; s != nil; s = s.parent {
		if s.owns(src) {
			return n
		}
		n++
	}
	return -1
}

// owns reports whether a source is of this query level.
func (s *scope) owns(src *source) bool {
	for _, it := range s.items {
		if it.src == src {
			return true
		}
		if it.src == nil {
			for _, c := range it.cols {
				found := false
				c.e.walk(func(x *expr) bool { found = found || x.kind == exColumn && x.src == src; return true })
				if found {
					return true
				}
			}
		}
	}
	return false
}

// aggregateImpl finds how an aggregate is computed.
func (a *analyser) aggregateImpl(c *candidate, args []*expr, pos int32) pgfunc.Impl {
	if c.rows {
		return a.jsonRowAgg()
	}
	switch c.proc.Name {
	case "count":
		if len(args) == 0 {
			return pgfunc.Impl{SQL: "count(*)$f", Agg: true, Window: true}
		}
		return pgfunc.Impl{SQL: "count($d$1$o)$f", Agg: true, Window: true}
	case "min", "max":
		if m, ok := a.extreme(c.proc.Name, args[0]); ok {
			return m
		}
	case "sum":
		if m, ok := a.scaledSum(args[0]); ok {
			return m
		}
	}
	m, ok := a.lookup(c.proc, args)
	if !ok {
		types := make([]uint32, len(args))
		for i := range args {
			types[i] = args[i].typ
		}
		a.refuse(pos, "aggregate %s", a.signatureText(c.proc.Name, types, nil))
	}
	return m
}

// extreme is min or max by the order of the argument's type.
func (a *analyser) extreme(name string, x *expr) (pgfunc.Impl, bool) {
	m := pgfunc.Impl{Agg: true, Window: true}
	if scale, ok := a.storedScale(x); ok {
		m.SQL, m.Uses = funcFromScaled+"("+name+"($d$1$o)$f,"+itoa(scale)+")", []string{funcFromScaled}
		return m, true
	}
	switch k, coll := a.compareKind(x.typ); k {
	case cmpNative:
		m.SQL = name + "($d$1$o)$f"
		if t := a.base(x.typ); t == oidFloat4 || t == oidFloat8 {
			// Of the two zeros, which are equal, PostgreSQL keeps the last, SQLite the
			// first: their signs are gathered.
			m.SQL = "CASE WHEN " + m.SQL + " = 0 THEN CASE substr(group_concat(CASE WHEN $1 = 0 THEN " + pgfunc.ZeroSign + "($1) END,''$o)$f,-1) WHEN '-' THEN (-0.0) ELSE 0.0 END ELSE " + m.SQL + " END"
			m.Uses = []string{pgfunc.ZeroSign}
		}
	case cmpText:
		m.SQL = name + "($d$1$o)$f"
		if coll = a.textCollation(x); coll != "" {
			m.SQL = name + "($d$1 COLLATE " + a.collation(coll) + "$o)$f"
		}
	case cmpColl:
		if a.base(x.typ) == oidJSONB {
			return m, false
		}
		// Of equal values PostgreSQL keeps the last, SQLite the first.
		m.Window, m.Uses = false, []string{pgfunc.Extreme}
		sign := "1"
		if name == "min" {
			sign = "-1"
		}
		m.SQL = pgfunc.Extreme + "('" + a.collation(coll) + "'," + sign + ",$1$o)$f"
	default:
		return m, false
	}
	return m, true
}

// scaledSum adds up a column of scaled integers, as long as no sum of a
// thousand million rows can leave int8. NaN is text there, and the greatest.
func (a *analyser) scaledSum(x *expr) (pgfunc.Impl, bool) {
	scale, ok := a.storedScale(x)
	if !ok {
		return pgfunc.Impl{}, false
	}
	c := &x.src.cols[x.col]
	_, mod := a.baseAndMod(c.typ, c.typmod)
	if p, _ := numericMod(mod); p > 9 {
		return pgfunc.Impl{}, false
	}
	return pgfunc.Impl{Agg: true, Window: true, Uses: []string{funcFromScaled},
		SQL: "CASE typeof(max($1)$f) WHEN 'text' THEN 'NaN' ELSE " + funcFromScaled + "(sum($d$1$o)$f," + itoa(scale) + ") END"}, true
}

// aggregateTemplate makes the SQL of an aggregate call.
func (a *analyser) aggregateTemplate(e *expr, m pgfunc.Impl, p *pgcatalog.Proc, pos int32) {
	for _, f := range m.Functions() {
		a.functions[f] = true
	}
	if m.Collation != "" {
		a.collation(m.Collation)
	}
	switch {
	case p.Name == "count" && len(e.args) == 1 && e.unique:
		e.args[0] = a.collated(e.args[0])
	case (p.Name == "count" || strings.Contains(m.SQL, funcFromScaled)) && len(e.args) == 1 && e.args[0].kind == exColumn:
		e.args[0] = rawOf(e.args[0])
	}
	if len(m.Env) > 0 {
		facts := make([]*expr, 0, len(m.Env)+len(e.args))
		for _, f := range m.Env {
			facts = append(facts, a.fact(f, pos))
		}
		e.args = append(facts, e.args...)
	}
	if e.unique && p.Name != "count" && p.Name != "min" && p.Name != "max" && !strings.Contains(m.SQL, funcFromScaled) {
		a.distinctAggregate(e, m, p, pos)
		if e.tmpl != "" {
			return
		}
	}
	if e.unique && slices.Contains(m.Uses, pgfunc.ZeroSign) {
		m.SQL = p.Name + "($d$1$o)$f" // of equal values DISTINCT keeps the first
	}
	if m.SQL != "" {
		e.tmpl = aggregateSQL(expandHoles(m.SQL, len(e.args)))
		return
	}
	e.tmpl = m.Name + "($d" + holes(1, len(e.args)) + "$o)$f"
}

// distinctAggregate writes an aggregate with DISTINCT. PostgreSQL sorts its rows
// for that, which shows in the result; SQLite takes DISTINCT with one argument
// only. So the rows are sorted here too, and a form of the Go function skips
// those that repeat.
func (a *analyser) distinctAggregate(e *expr, m pgfunc.Impl, p *pgcatalog.Proc, pos int32) {
	args := e.args[len(m.Env):]
	coll := ""
	for _, x := range args {
		if c := a.equality(x); c != "" {
			coll = c
		}
		if x.kind == exConst {
			continue
		}
		sorted := false
		for _, k := range e.order {
			sorted = sorted || same(k.e, x) || same(k.e, unlabelled(x))
		}
		if !sorted {
			a.ordering(x)
			e.order = append(e.order, sortKey{e: x})
		}
	}
	name := m.Name
	if name == "" {
		name, _, _ = strings.Cut(m.SQL, "(")
	}
	d, ok := pgfunc.Func(name + pgfunc.Distinct)
	if !ok || !d.Aggregate {
		// One of SQLite's own, over one argument.
		if len(args) != 1 || len(e.args) != 1 {
			a.refuse(pos, "DISTINCT in %s", p.Name)
		}
		if coll != "" {
			e.args[0] = a.collated(e.args[0])
		}
		return
	}
	a.functions[name+pgfunc.Distinct] = true
	inner := "$*"
	if m.SQL != "" {
		_, inner, _ = strings.Cut(m.SQL, "(")
		inner = strings.TrimSuffix(inner, ")")
	}
	e.unique = false
	e.tmpl = name + pgfunc.Distinct + "('" + coll + "'," + itoa(len(m.Env)) + "," + expandHoles(inner, len(e.args)) + "$o)$f"
}

// unlabelled is e without changes of type that leave its representation.
func unlabelled(e *expr) *expr {
	for e.kind == exCall && e.tmpl == "$1" && len(e.args) == 1 {
		e = e.args[0]
	}
	return e
}

// aggregateSQL puts DISTINCT, ORDER BY, FILTER and OVER into the template of an
// aggregate: around the first call in it.
func aggregateSQL(tmpl string) string {
	if strings.Contains(tmpl, "$f") {
		return tmpl
	}
	open := strings.IndexByte(tmpl, '(')
	depth := 0
	for i := open; i >= 0 && i < len(tmpl); i++ {
		switch tmpl[i] {
		case '(':
			depth++
		case ')':
			if depth--; depth == 0 {
				return tmpl[:open+1] + "$d" + tmpl[open+1:i] + "$o)$f" + tmpl[i+1:]
			}
		}
	}
	return tmpl
}
