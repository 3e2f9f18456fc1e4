package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// orderedSet is an ordered-set or hypothetical-set aggregate: f(direct
// arguments) WITHIN GROUP (ORDER BY …).
func (a *analyser) orderedSet(sc *scope, n *pg_query.FuncCall, name string) *expr {
	pos := n.GetLocation()
	outer := *sc
	direct, names := a.callArgs(&outer, n)
	inner := *sc
	inner.inAgg = true
	args := append([]*expr(nil), direct...)
	var order []*pg_query.SortBy
	for _, o := range n.GetAggOrder() {
		order = append(order, o.GetSortBy())
		args = append(args, a.scalar(a.expr(&inner, o.GetSortBy().GetNode())))
	}
	inputs := make([]uint32, len(args))
	for i, x := range args {
		inputs[i] = x.typ
	}
	c := a.resolveCall(name, args, inputs, names, n)
	switch {
	case c == nil || c.proc.Kind == 'f' || c.proc.Kind == 'w' && n.GetOver() == nil:
		a.fail(codeWrongObject, pos, "WITHIN GROUP specified, but %s is not an aggregate function", name)
	case c.proc.AggKind == 'n':
		a.fail(codeWrongObject, pos, "%s is not an ordered-set aggregate, so it cannot have WITHIN GROUP", name)
	case n.GetOver() != nil:
		a.fail(codeNotSupported, pos, "OVER is not supported for ordered-set aggregate %s", name)
	}
	hypothetical := c.proc.AggKind == 'h'
	if !hypothetical && c.proc.DirectArgs != len(direct) || hypothetical && len(direct) != len(order) {
		a.fail(codeUndefinedFunction, pos, "function %s does not exist", a.signatureText(name, inputs, names))
	}
	ret := c.proc.Ret
	if hypothetical {
		for i := range direct {
			d, k := args[i], args[len(direct)+i]
			typ := a.commonTypeOf([]*expr{k, d}, "WITHIN GROUP")
			args[i], args[len(direct)+i] = a.toCommon(d, typ, "WITHIN GROUP"), a.toCommon(k, typ, "WITHIN GROUP")
		}
	} else {
		var declared []uint32
		declared, ret = a.enforce(c.args, inputs, ret, pos)
		for i := range args {
			args[i] = a.settleUnknown(a.coerceTo(args[i], declared[i], -1, implicit, args[i].pos))
		}
	}
	out := &expr{kind: exAgg, typ: ret, typmod: -1, pos: pos, direct: args[:len(direct):len(direct)]}
	values := args[len(direct):]
	if n.GetAggFilter() != nil {
		f := sc.with(inFilter)
		f.inAgg = true
		out.filter = a.condition(f, n.GetAggFilter(), "FILTER")
	}
	keys := make([]sortKey, len(values))
	for i, v := range values {
		keys[i] = a.sortKeyOf(order[i], v)
		a.ordering(v)
	}
	out.args = values
	a.aggregateLevel(sc, out, pos)
	for _, x := range out.direct {
		x.walk(func(y *expr) bool {
			if y.kind == exAgg {
				a.fail(codeGrouping, y.pos, "aggregate function calls cannot be nested")
			}
			return true
		})
	}
	out.args = append(append([]*expr(nil), out.direct...), values...)
	if hypothetical {
		a.hypothetical(out, name, keys)
		return out
	}
	out.order = keys
	a.percentile(out, name, values[0])
	return out
}

// percentile hands the sorted values to a scalar function.
func (a *analyser) percentile(e *expr, name string, v *expr) {
	put, get := a.wire(v.typ)
	hole := "$" + itoa(len(e.args))
	list := "json_group_array(json_array(" + strings.ReplaceAll(put, "$1", hole) + ")$o)$f"
	kind := "n"
	switch a.base(v.typ) {
	case oidFloat4, oidFloat8:
		kind = "f"
	case oidBytea:
		kind = "b"
	}
	coll := a.equality(v)
	if coll != "" {
		a.collation(coll)
	}
	// An array of fractions gives an array.
	fraction, elem, result := "NULL", "0", e.typ
	if name != "mode" {
		fraction = "$1"
		if a.elemOf(e.direct[0].typ) != 0 {
			elem = a.descriptor(a.elemOf(e.typ))
			result = 0
		}
	}
	e.tmpl = a.fn(pgfunc.OrderedSet) + "('" + name + "'," + fraction + "," + elem + "," + a.descriptor(v.typ) + ",'" + kind + "','" + coll + "'," + list + ")"
	if result != 0 && a.base(result) == oidBytea {
		e.tmpl = strings.ReplaceAll(get, "$v", e.tmpl)
	}
}

// hypothetical counts the rows that come before the one that the arguments
// make up.
func (a *analyser) hypothetical(e *expr, name string, keys []sortKey) {
	n := len(keys)
	var before, equal *expr
	for i := n - 1; i >= 0; i-- {
		k, x := keys[i].e, e.args[i]
		op := "<"
		if keys[i].desc {
			op = ">"
		}
		first, last := "0", "1"
		if keys[i].nullsFirst {
			first, last = "1", "0"
		}
		b := boolean(e.pos, "CASE WHEN $1 IS NULL THEN $2 IS NOT NULL AND "+first+" WHEN $2 IS NULL THEN "+last+" ELSE $3 END", k, x, a.operator(op, k, x, e.pos))
		same := boolean(e.pos, "NOT $1", a.distinct(k, x, false, e.pos))
		if before == nil {
			before, equal = b, same
			continue
		}
		before = boolean(e.pos, "($1 OR ($2 AND $3))", b, same, before)
		equal = junction(e.pos, "AND", same, equal)
	}
	count := "count(CASE WHEN $1 THEN 1 END)$f"
	switch name {
	case "rank":
		e.args, e.tmpl = []*expr{before}, "(1+"+count+")"
	case "percent_rank":
		e.args, e.tmpl = []*expr{before}, "coalesce(CAST("+count+" AS REAL)/nullif(count(*)$f,0),0.0)"
	case "cume_dist":
		e.args, e.tmpl = []*expr{junction(e.pos, "OR", before, equal)}, "(CAST(1+"+count+" AS REAL)/(1+count(*)$f))"
	case "dense_rank":
		if n > 1 {
			a.refuse(e.pos, "dense_rank over several columns WITHIN GROUP")
		}
		key := a.collated(keys[0].e)
		e.args, e.tmpl = []*expr{before, key}, "(1+count(DISTINCT CASE WHEN $1 THEN $2 END)$f+max(coalesce($1 AND $2 IS NULL,0))$f)"
		if c := a.equality(keys[0].e); c != "" {
			e.tmpl = strings.Replace(e.tmpl, "$2 END", "$2 END COLLATE "+a.collation(c), 1)
		}
		e.tmpl = strings.Replace(e.tmpl, "+max(", "+coalesce(max(", 1)
		e.tmpl = strings.Replace(e.tmpl, ",0))$f)", ",0))$f,0))", 1)
	default:
		a.refuse(e.pos, "aggregate %s", name)
	}
}
