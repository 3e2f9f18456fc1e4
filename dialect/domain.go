package dialect

import (
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// coerceDomain makes a value of a domain's base type one of the domain: NOT NULL
// and the checks of every domain on the way down hold, or it fails.
func (a *analyser) coerceDomain(e *expr, domain uint32) *expr {
	var chain []*catalog.Type
	for d := domain; a.typ(d).kind == 'd'; d = a.typ(d).base {
		if u := a.typ(d).user; u != nil && (u.NotNull || len(u.Checks) > 0) {
			chain = append(chain, u)
		}
	}
	out := e
	// The innermost domain is checked first.
	for i := len(chain) - 1; i >= 0; i-- {
		out = a.checkDomain(out, chain[i])
	}
	out = relabel(out, domain)
	out.typmod = -1
	return out
}

// raiseDomain is an expression that fails with an error about a domain, which
// names it in its fields too.
func (a *analyser) raiseDomain(d *catalog.Type, code, constraint, format string, args ...any) string {
	e := pgvalue.Errorf(code, format, args...)
	e.SchemaName, e.DataTypeName, e.ConstraintName = d.Schema, d.Name, constraint
	return a.raise(code, pgfunc.ErrorText(e))
}

// checkDomain checks a value against one domain. It stands in a subquery of its
// own, so that it is computed once.
func (a *analyser) checkDomain(e *expr, d *catalog.Type) *expr {
	if strings.Contains(e.tmpl, FuncNextval) {
		a.refuse(e.pos, "a sequence's value in domain %s", d.Name)
	}
	src := &source{alias: a.newAlias(), cols: []srcCol{{name: "value", sql: "v", typ: e.typ, typmod: e.typmod}}}
	v := a.columnOf(src, 0)
	args := []*expr{e, v}
	tmpl := "(SELECT CASE"
	if d.NotNull {
		tmpl += " WHEN $2 IS NULL THEN " + a.raiseDomain(d, "23502", "", "domain %s does not allow null values", a.typeName(d.OID))
	}
	for _, k := range d.Checks {
		sc := &scope{clause: inCheck, items: []*nsItem{a.item("", src)}}
		args = append(args, a.needBool(a.stored(k.Expr, "check of domain "+d.Name, sc), "CHECK"))
		tmpl += " WHEN NOT $" + itoa(len(args)) + " THEN " +
			a.raiseDomain(d, "23514", k.Name, "value for domain %s violates check constraint \"%s\"", a.typeName(d.OID), k.Name)
	}
	out := call(e.typ, e.pos, tmpl+" ELSE $2 END FROM (SELECT $1 AS v) AS "+src.alias+")", args...)
	out.typmod = e.typmod
	return out
}

// strictDomain reports whether a column left out of an INSERT must still be
// checked: NULL is not a value of every domain.
func (a *analyser) strictDomain(oid uint32) bool {
	for t := a.typ(oid); t.kind == 'd'; t = a.typ(t.base) {
		if t.user != nil && (t.user.NotNull || len(t.user.Checks) > 0) {
			return true
		}
	}
	return false
}
