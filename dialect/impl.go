package dialect

import (
	"slices"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// itoa is strconv.Itoa, short because templates use it everywhere.
func itoa(n int) string { return strconv.Itoa(n) }

// callProc emits a call of a PostgreSQL function whose arguments are of its
// declared types already.
func (a *analyser) callProc(p *pgcatalog.Proc, pos int32, args ...*expr) *expr {
	if p.Strict && p.Kind == 'f' && !p.RetSet {
		for i, x := range args {
			if p.Variadic != 0 && i >= len(p.Args)-1 && x.typ != p.Args[len(p.Args)-1] {
				break // an element of the array that VARIADIC makes
			}
			// As PostgreSQL's planner: of the other arguments those alone are
			// computed that are constant, before.
			if x.isNull() {
				return a.evaluated(constant(p.Ret, pos, nil), foldable(args)...)
			}
		}
	}
	if e := a.advisory(p.Name, p.Ret, pos, args); e != nil {
		return e
	}
	if e := a.sleep(p.Name, p.Ret, pos, args); e != nil {
		return e
	}
	if _, ok := objectFuncs[p.Sig]; ok {
		e := a.objectCall(p.Sig, p.Ret, pos, args...)
		return e
	}
	a.objectArguments(p.Name, args, pos)
	impl, ok := a.lookup(p, args)
	if !ok {
		types := make([]uint32, len(args))
		for i := range args {
			types[i] = args[i].typ
		}
		a.refuse(pos, "function %s", a.signatureText(p.Name, types, nil))
	}
	e := a.callImpl(impl, p.Ret, pos, args...)
	if p.Volatile == 'v' {
		a.volatile = true
		return calling(e, false)
	}
	return e
}

// foldable are the expressions that PostgreSQL's planner computes: what calls
// functions of constants and parameters, and neither reads nor asks anything.
func foldable(args []*expr) []*expr {
	var out []*expr
	for _, x := range args {
		for x.kind == exCall && x.tmpl == "$1" && len(x.args) == 1 {
			x = x.args[0]
		}
		ok := x.kind == exCall
		x.walk(func(y *expr) bool {
			switch y.kind {
			case exConst, exUnknown, exParam:
			case exCall:
				ok = ok && !y.volatile && !y.effect
			default:
				ok = false
			}
			return ok
		})
		if ok {
			out = append(out, x)
		}
	}
	return out
}

// lookup finds the implementation of a function for a call.
func (a *analyser) lookup(p *pgcatalog.Proc, args []*expr) (pgfunc.Impl, bool) {
	types := make([]*pgvalue.Type, len(args))
	for i, x := range args {
		if x.kind == exRow {
			return pgfunc.Impl{}, false
		}
		var ok bool
		if types[i], ok = a.carried(p.Name, x); !ok {
			return pgfunc.Impl{}, false
		}
		if strings.Contains(p.Name, "json") && (a.composite(x.typ) || a.composite(a.elemOf(x.typ))) {
			return pgfunc.Impl{}, false // its fields are not looked at there
		}
	}
	return pgfunc.Resolve(p.Sig, types)
}

// callImpl emits a call of an implementation of package pgfunc.
func (a *analyser) callImpl(m pgfunc.Impl, typ uint32, pos int32, args ...*expr) *expr {
	a.agreeCollations(args)
	switch rules := a.caseRules(pos, m.Locale != nil); {
	case m.Locale != nil && bytewise(a.mergeCollations(args...).name):
	case rules == caseLibc && m.Locale != nil:
		return a.callImpl(*m.Locale, typ, pos, args...)
	case rules == caseICU && m.ICU != nil:
		return a.callImpl(*m.ICU, typ, pos, args...)
	}
	if m.SQL == "$1" && len(args) == 1 && args[0].kind == exConst {
		return constant(typ, args[0].pos, args[0].val)
	}
	if m.SQL == "$1" && len(m.Env) == 0 && len(args) == 1 && a.ownCollation(args[0]) && a.base(args[0].typ) != a.base(typ) {
		// The same text, but it compares otherwise now.
		return call(typ, pos, "($1 COLLATE BINARY)", args[0])
	}
	if m.Text && !a.plainText() {
		a.refuse(pos, "this comparison under the database's collation")
	}
	if m.Collation == collJSONB && !a.plainText() {
		m.SQL, m.Collation = strings.ReplaceAll(m.SQL, "COLLATE "+collJSONB, "COLLATE "+JSONTextOrder), JSONTextOrder
	}
	if m.Collation != "" {
		a.collation(m.Collation)
	}
	if a.cat.TextSearchAltered && slices.Contains(m.Env, "ctype") {
		a.refuse(pos, "text search by configurations that were altered on the primary")
	}
	all := make([]*expr, 0, len(m.Env)+len(args))
	for _, fact := range m.Env {
		all = append(all, a.fact(fact, pos))
	}
	all = append(all, args...)
	for _, name := range m.Uses {
		a.functions[name] = true
	}
	if m.Simple != "" && simpleArgs(all) {
		return call(typ, pos, "("+expandHoles(m.Simple, len(all))+")", all...)
	}
	if m.Name != "" {
		a.functions[m.Name] = true
	}
	if m.SQL != "" {
		return call(typ, pos, expandHoles(m.SQL, len(all)), all...)
	}
	return call(typ, pos, m.Name+"("+holes(1, len(all))+")", all...)
}

// simpleArgs reports whether arguments may be written out more than once.
func simpleArgs(args []*expr) bool {
	for _, x := range args {
		switch x.kind {
		case exConst, exUnknown, exParam, exBind:
		case exColumn:
			if x.src.cols[x.col].stored && !x.raw {
				return false
			}
		case exCall:
			if x.tmpl != "$1" || !simpleArgs(x.args) {
				return false
			}
		default:
			return false
		}
	}
	return true
}

// expandHoles writes $* out as all n arguments.
func expandHoles(tmpl string, n int) string {
	return strings.ReplaceAll(tmpl, "$*", holes(1, n))
}

// holes is "$from,…" for n arguments.
func holes(from, n int) string {
	var b strings.Builder
	for i := range n {
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteByte('$')
		b.WriteString(itoa(from + i))
	}
	return b.String()
}

// fn notes that a session function is needed and gives its name.
func (a *analyser) fn(name string) string {
	a.functions[name] = true
	return name
}

// fact is a hidden argument: something the function takes from the session.
func (a *analyser) fact(name string, pos int32) *expr {
	e := &expr{kind: exBind, typmod: -1, pos: pos}
	switch name {
	case "tz":
		e.source, e.typ = FromTimeZone, oidText
	case "now":
		e.source, e.typ = FromNow, oidTimestamptz
	case "stmt":
		e.source, e.typ = FromStmtTime, oidTimestamptz
	case "ctype":
		if ctype := a.ctype(); ctype == "" || ctype == "POSIX" {
			return constant(oidText, pos, "C")
		}
		return constant(oidText, pos, a.ctype())
	default:
		e.source, e.typ, e.setting = FromSession, oidText, name
	}
	return e
}

// raise is an expression that fails with an error when it is evaluated.
func (a *analyser) raise(code, message string) string {
	return a.fn(FuncRaise) + "(" + quoteText(code) + "," + escapeTemplate(quoteText(message)) + ")"
}

// Functions between column storage and native values.
const (
	funcFromScaled = pgfunc.FromScaled
	funcToScaled   = pgfunc.ToScaled
	funcToScale    = pgfunc.ScaleFor

	// funcNumericTypmod is what numeric(numeric,int4) of package pgfunc calls.
	funcNumericTypmod = "pg_numeric_typmod"
)

// buildArray emits ARRAY[…] of native elements.
func (a *analyser) buildArray(items []*expr, typ uint32, pos int32) *expr {
	elem := a.elemOf(typ)
	if a.isObject(elem) {
		elem = oidOID
	}
	tmpl := a.fn(pgfunc.BuildArray) + "(" + a.descriptor(elem)
	if len(items) > 0 {
		tmpl += "," + holes(1, len(items))
	}
	return call(typ, pos, tmpl+")", items...)
}

// elements emits a table whose column value holds an array's native elements;
// of a NULL array, one NULL, which is what comparisons with it give.
func (a *analyser) elements(arr *expr, elem uint32, pos int32) *expr {
	if a.base(elem) == oidBytea {
		a.refuse(pos, "iterating over bytea[]")
	}
	return call(oidRecord, pos, "json_each(coalesce("+a.fn(pgfunc.ArrayJSON)+"($1,"+a.descriptor(elem)+"),'[null]'))", arr)
}

// descriptor is a type as the Go functions of package pgfunc take it.
func (a *analyser) descriptor(oid uint32) string {
	return escapeTemplate(pgfunc.Descriptor(a.value(a.base(oid), -1)))
}
