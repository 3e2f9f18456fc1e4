package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// windowClause analyses WINDOW name AS (…).
func (a *analyser) windowClause(sc *scope, q *query, nodes []*pg_query.Node) {
	for _, n := range nodes {
		w := n.GetWindowDef()
		if q.names == nil {
			q.names = map[string]*window{}
		}
		if q.names[w.GetName()] != nil {
			a.fail(codeWindowing, w.GetLocation(), "window \"%s\" is already defined", w.GetName())
		}
		q.names[w.GetName()] = a.windowDef(sc, q, w)
	}
}

// overClause attaches OVER to a call.
func (a *analyser) overClause(sc *scope, n *pg_query.FuncCall, e *expr) {
	pos := n.GetLocation()
	switch sc.clause {
	case inWhere, inJoinOn, inGroupBy, inHaving, inLimit, inOffset, inValues, inUpdateSet, inReturning, inFilter, inDefault, inCheck:
		a.fail(codeWindowing, pos, "window functions are not allowed in %s", clauseNames[sc.clause])
	case inWindowPartition, inWindowOrder:
		a.fail(codeWindowing, pos, "window functions are not allowed in window definitions")
	}
	if sc.inAgg {
		a.fail(codeGrouping, pos, "aggregate function calls cannot contain window function calls")
	}
	for _, x := range e.args {
		x.walk(func(y *expr) bool {
			if y.kind == exWindow {
				a.fail(codeWindowing, y.pos, "window function calls cannot be nested")
			}
			return true
		})
	}
	if sc.q == nil {
		a.fail(codeWindowing, pos, "window functions are not allowed here")
	}
	over := n.GetOver()
	if over.GetName() != "" {
		w := sc.q.names[over.GetName()]
		if w == nil {
			a.fail(codeUndefinedObject, over.GetLocation(), "window \"%s\" does not exist", over.GetName())
		}
		e.over = w
		return
	}
	e.over = a.windowDef(sc, sc.q, over)
}

func (a *analyser) windowDef(sc *scope, q *query, n *pg_query.WindowDef) *window {
	w := &window{name: n.GetName()}
	if ref := n.GetRefname(); ref != "" {
		base := q.names[ref]
		if base == nil {
			a.fail(codeUndefinedObject, n.GetLocation(), "window \"%s\" does not exist", ref)
		}
		if len(n.GetPartitionClause()) > 0 {
			a.fail(codeWindowing, n.GetLocation(), "cannot override PARTITION BY clause of window \"%s\"", ref)
		}
		if len(base.order) > 0 && len(n.GetOrderClause()) > 0 {
			a.fail(codeWindowing, n.GetLocation(), "cannot override ORDER BY clause of window \"%s\"", ref)
		}
		if base.hasFrame {
			a.fail(codeWindowing, n.GetLocation(), "cannot copy window \"%s\" because it has a frame clause", ref)
		}
		w.partition, w.order = base.partition, base.order
	}
	for _, p := range n.GetPartitionClause() {
		e := a.settleUnknown(a.scalar(a.expr(sc.with(inWindowPartition), p)))
		a.equality(e)
		w.partition = append(w.partition, e)
	}
	for _, o := range n.GetOrderClause() {
		e := a.settleUnknown(a.scalar(a.expr(sc.with(inWindowOrder), o.GetSortBy().GetNode())))
		k := a.sortKeyOf(o.GetSortBy(), e)
		a.ordering(e)
		w.order = append(w.order, k)
	}
	a.frame(sc, w, n)
	return w
}

// windowFuncs are the window functions; SQLite's own do the same.
var windowFuncs = map[string]bool{
	"row_number": true, "rank": true, "dense_rank": true, "percent_rank": true, "cume_dist": true, "ntile": true,
	"lag": true, "lead": true, "first_value": true, "last_value": true, "nth_value": true,
}

func (a *analyser) windowCall(sc *scope, n *pg_query.FuncCall, c *candidate, args []*expr, ret uint32) *expr {
	pos := n.GetLocation()
	name := c.proc.Name
	if !windowFuncs[name] {
		a.refuse(pos, "window function %s", name)
	}
	if n.GetAggFilter() != nil {
		a.fail(codeNotSupported, pos, "FILTER is not implemented for non-aggregate window functions")
	}
	if n.GetAggDistinct() {
		a.fail(codeNotSupported, pos, "DISTINCT is not implemented for window functions")
	}
	e := &expr{kind: exWindow, typ: ret, typmod: -1, pos: pos, args: args, tmpl: name + "(" + holes(1, len(args)) + ")$f"}
	switch name {
	case "ntile":
		if !unchanging(args[0]) {
			a.refuse(pos, "ntile of what differs from row to row")
		}
		e.tmpl = "CASE WHEN $1 IS NOT NULL THEN ntile(" + a.rowCount("$1", args[0], "ntile", "22014") + ")$f END"
	case "nth_value":
		e.tmpl = "CASE WHEN $2 IS NOT NULL THEN nth_value($1," + a.rowCount("$2", args[1], "nth_value", "22016") + ")$f END"
	case "lag", "lead":
		a.shifted(e, name)
	}
	a.overClause(sc, n, e)
	if e.over.ranged != nil && (name == "first_value" || name == "last_value" || name == "nth_value") {
		e.tmpl = name + "(" + holes(1, len(args)) + ")$f"
		a.gatherOver(e, name)
	}
	return e
}

// unchanging reports whether an expression is made of constants and parameters.
func unchanging(e *expr) bool {
	switch e.kind {
	case exConst, exParam:
		return true
	case exCall:
		return len(e.args) > 0 && !slices.ContainsFunc(e.args, func(x *expr) bool { return !unchanging(x) })
	}
	return false
}

// rowCount is an argument that must be greater than zero.
func (a *analyser) rowCount(hole string, e *expr, fn, code string) string {
	if e.kind == exConst {
		if v, ok := e.val.(int64); ok && v > 0 {
			return hole
		}
	}
	return a.fn(pgfunc.RowCount) + "(coalesce(" + hole + ",1),'" + fn + "','" + code + "')"
}

// shifted writes lag or lead. SQLite takes offsets that are not negative;
// PostgreSQL any, and a NULL one gives NULL.
func (a *analyser) shifted(e *expr, name string) {
	if len(e.args) < 2 {
		return
	}
	other := map[string]string{"lag": "lead", "lead": "lag"}[name]
	rest := ""
	if len(e.args) > 2 {
		rest = ",$3"
	}
	if k := e.args[1]; k.kind == exConst {
		switch v, ok := k.val.(int64); {
		case !ok:
			e.tmpl = "CASE WHEN $2 IS NOT NULL THEN " + e.tmpl + " END"
		case v < 0:
			e.tmpl = other + "($1,-$2" + rest + ")$f"
		}
		return
	}
	e.tmpl = "CASE WHEN $2 >= 0 THEN " + name + "($1,$2" + rest + ")$f WHEN $2 < 0 THEN " + other + "($1,-$2" + rest + ")$f END"
}
