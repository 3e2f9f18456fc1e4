package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
)

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
