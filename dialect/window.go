package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
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

// Bits of WindowDef.frameOptions (parsenodes.h).
const (
	frameNonDefault       = 0x00001
	frameRange            = 0x00002
	frameRows             = 0x00004
	frameGroups           = 0x00008
	frameBetween          = 0x00010
	frameStartUnboundPrec = 0x00020
	frameEndUnboundFoll   = 0x00100
	frameStartCurrent     = 0x00200
	frameEndCurrent       = 0x00400
	frameStartOffsetPrec  = 0x00800
	frameEndOffsetPrec    = 0x01000
	frameStartOffsetFoll  = 0x02000
	frameEndOffsetFoll    = 0x04000
	frameExcludeCurrent   = 0x08000
	frameExcludeGroup     = 0x10000
	frameExcludeTies      = 0x20000
)

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
		e := a.settleUnknown(a.expr(sc.with(inWindowPartition), p))
		a.noRow(e)
		a.equality(e)
		w.partition = append(w.partition, e)
	}
	for _, o := range n.GetOrderClause() {
		e := a.settleUnknown(a.expr(sc.with(inWindowOrder), o.GetSortBy().GetNode()))
		a.noRow(e)
		k := a.sortKeyOf(o.GetSortBy(), e)
		a.ordering(e)
		w.order = append(w.order, k)
	}
	a.frame(sc, w, n)
	return w
}

// frame writes the frame clause. The default is the same in both engines.
func (a *analyser) frame(sc *scope, w *window, n *pg_query.WindowDef) {
	o := int(n.GetFrameOptions())
	if o&frameNonDefault == 0 {
		return
	}
	w.hasFrame = true
	unit := "RANGE"
	switch {
	case o&frameRows != 0:
		unit = "ROWS"
	case o&frameGroups != 0:
		unit = "GROUPS"
		if len(w.order) == 0 {
			a.fail(codeWindowing, n.GetLocation(), "GROUPS mode requires an ORDER BY clause")
		}
	}
	bound := func(node *pg_query.Node) string {
		if unit == "RANGE" {
			a.refuse(nodeLocation(node), "RANGE with an offset")
		}
		e := a.expr(sc.with(inSelectList), node)
		e.walk(func(x *expr) bool {
			if x.kind == exColumn {
				a.fail(codeColumnReference, x.pos, "argument of %s must not contain variables", unit)
			}
			return true
		})
		out := a.coerce(e, oidInt8, -1, assignment, e.pos)
		if out == nil {
			a.fail(codeDatatypeMismatch, e.pos, "argument of %s must be type bigint, not type %s", unit, a.typeName(e.typ))
		}
		if out.kind != exConst {
			a.refuse(e.pos, "a frame offset that is not a constant")
		}
		v, ok := out.val.(int64)
		if !ok {
			a.fail("22004", -1, "frame starting offset must not be null")
		}
		if v < 0 {
			a.fail("22013", -1, "frame starting offset must not be negative")
		}
		w.offsets = append(w.offsets, out)
		return "$" + itoa(len(w.offsets))
	}
	var start, end string
	switch {
	case o&frameStartUnboundPrec != 0:
		start = "UNBOUNDED PRECEDING"
	case o&frameStartCurrent != 0:
		start = "CURRENT ROW"
	case o&frameStartOffsetPrec != 0:
		start = bound(n.GetStartOffset()) + " PRECEDING"
	case o&frameStartOffsetFoll != 0:
		start = bound(n.GetStartOffset()) + " FOLLOWING"
	}
	switch {
	case o&frameEndUnboundFoll != 0:
		end = "UNBOUNDED FOLLOWING"
	case o&frameEndCurrent != 0:
		end = "CURRENT ROW"
	case o&frameEndOffsetPrec != 0:
		end = bound(n.GetEndOffset()) + " PRECEDING"
	case o&frameEndOffsetFoll != 0:
		end = bound(n.GetEndOffset()) + " FOLLOWING"
	}
	var b strings.Builder
	b.WriteString(unit + " BETWEEN " + start + " AND " + end)
	switch {
	case o&frameExcludeCurrent != 0:
		b.WriteString(" EXCLUDE CURRENT ROW")
	case o&frameExcludeGroup != 0:
		b.WriteString(" EXCLUDE GROUP")
	case o&frameExcludeTies != 0:
		b.WriteString(" EXCLUDE TIES")
	}
	w.frame = b.String()
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
	switch name {
	case "ntile", "nth_value":
		if k := args[len(args)-1]; k.kind != exConst || k.val == nil {
			a.refuse(pos, "%s with an argument that is not a constant", name)
		} else if k.val.(int64) <= 0 {
			if name == "ntile" {
				a.fail("22014", -1, "argument of ntile must be greater than zero")
			}
			a.fail("22016", -1, "argument of nth_value must be greater than zero")
		}
	case "lag", "lead":
		if len(args) > 1 && (args[1].kind != exConst || args[1].val == nil || args[1].val.(int64) < 0) {
			a.refuse(pos, "%s with this offset", name)
		}
	}
	e := &expr{kind: exWindow, typ: ret, typmod: -1, pos: pos, args: args, tmpl: name + "(" + holes(1, len(args)) + ")$f"}
	a.overClause(sc, n, e)
	return e
}
