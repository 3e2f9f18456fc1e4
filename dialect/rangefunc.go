package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// rangeFunction is a function, or ROWS FROM several, in FROM. It sees what
// stands before it.
func (a *analyser) rangeFunction(sc *scope, n *pg_query.RangeFunction) (fromNode, *nsItem) {
	in := *sc
	in.clause, in.q = inFrom, nil
	alias := n.GetAlias().GetAliasname()
	calls := rangeCalls(n)
	if list := n.GetColdeflist(); len(list) > 0 && len(calls) > 1 {
		a.definitionList(n)
	}
	var sets []rowSet
	record := false
	for _, c := range calls {
		name, _ := figureName(c.call)
		if alias == "" {
			alias = name
		}
		if len(calls) == 1 && n.GetAlias() != nil {
			name = alias
		}
		defs := c.defs
		if len(n.GetColdeflist()) > 0 {
			defs = n.GetColdeflist()
		}
		record = record || len(defs) > 0
		sets = append(sets, a.rangeCall(&in, c.call, name, defs, n.GetOrdinality() && len(n.GetColdeflist()) > 0))
	}
	all := a.zip(sets)
	f := a.rowSetSource(all)
	f.src.rowType = all.rowType
	if n.GetOrdinality() {
		f.src.rowType = 0
		f.src.cols = append(f.src.cols, ordinality(f.src))
	}
	it := a.item(alias, f.src)
	it.scalar = len(f.src.cols) == 1 && !n.GetOrdinality() && !record
	a.renameColumns(it, n.GetAlias())
	return f, it
}

// rangeItem is one function of FROM with the column definition list of its own.
type rangeItem struct {
	call *pg_query.Node
	defs []*pg_query.Node
}

// rangeCalls lists the functions of n. unnest of several arrays stands for an
// unnest of each.
func rangeCalls(n *pg_query.RangeFunction) []rangeItem {
	var out []rangeItem
	for _, f := range n.GetFunctions() {
		items := f.GetList().GetItems()
		it := rangeItem{call: items[0]}
		if len(items) > 1 {
			it.defs = items[1].GetList().GetItems()
		}
		fc := it.call.GetFuncCall()
		if len(it.defs) > 0 || !severalArrays(fc) {
			out = append(out, it)
			continue
		}
		for _, arg := range fc.GetArgs() {
			out = append(out, rangeItem{call: pg_query.MakeFuncCallNode(
				[]*pg_query.Node{pg_query.MakeStrNode("pg_catalog"), pg_query.MakeStrNode("unnest")}, []*pg_query.Node{arg}, fc.GetLocation())})
		}
	}
	return out
}

// severalArrays reports whether a call is unnest(a, b, …) and nothing more.
func severalArrays(fc *pg_query.FuncCall) bool {
	return len(fc.GetFuncname()) == 1 && fc.GetFuncname()[0].GetString_().GetSval() == "unnest" && len(fc.GetArgs()) > 1 &&
		len(fc.GetAggOrder()) == 0 && fc.GetAggFilter() == nil && fc.GetOver() == nil && !fc.GetAggStar() && !fc.GetAggDistinct() && !fc.GetFuncVariadic()
}

// definitionList fails for one column definition list over several functions.
func (a *analyser) definitionList(n *pg_query.RangeFunction) {
	pos := n.GetColdeflist()[0].GetColumnDef().GetLocation()
	if n.GetIsRowsfrom() {
		a.failHint(codeSyntax, pos, "Put a separate column definition list for each function inside ROWS FROM().",
			"ROWS FROM() with multiple functions cannot have a column definition list")
	}
	a.failHint(codeSyntax, pos, "Use separate UNNEST() calls inside ROWS FROM(), and attach a column definition list to each one.",
		"UNNEST() with multiple arguments cannot have a column definition list")
}

// rangeCall analyses one function of FROM.
func (a *analyser) rangeCall(sc *scope, n *pg_query.Node, name string, defs []*pg_query.Node, ordinality bool) rowSet {
	saved := a.lastSet
	defer func() { a.lastSet = saved }()
	a.lastSet = nil
	if set, ok := a.recordCall(sc, n, defs, ordinality); ok {
		return set
	}
	e := a.expr(sc, n)
	if a.lastSet != nil && !e.retset {
		a.setBelowTop()
	}
	e.walk(func(x *expr) bool {
		switch x.kind {
		case exAgg:
			a.fail(codeGrouping, x.pos, "aggregate functions are not allowed in functions in FROM")
		case exWindow:
			a.fail(codeWindowing, x.pos, "window functions are not allowed in functions in FROM")
		}
		return true
	})
	if len(defs) > 0 {
		if a.composite(e.typ) {
			a.fail(codeSyntax, defs[0].GetColumnDef().GetLocation(), "a column definition list is redundant for a function returning a named composite type")
		}
		if e.retset && len(e.table.Columns) > 1 {
			a.fail(codeSyntax, defs[0].GetColumnDef().GetLocation(), "a column definition list is redundant for a function with OUT parameters")
		}
		a.fail(codeSyntax, defs[0].GetColumnDef().GetLocation(), "a column definition list is only allowed for functions returning \"record\"")
	}
	e = a.settleUnknown(a.scalar(e))
	set := a.rowSetOf(e, name)
	if shape := a.compositeShape(e.typ); len(set.cols) == 1 && a.composite(e.typ) {
		if shape == nil {
			a.refuse(e.pos, "type %s", a.typeName(e.typ))
		}
		set.cols, set.rowType = a.fieldColumns(shape, set.cols[0].sql), shape.typ
	}
	return set
}

// fieldColumns are the fields of a value of a composite type as columns of FROM.
func (a *analyser) fieldColumns(shape *rowShape, value string) []srcCol {
	cols := make([]srcCol, len(shape.fields))
	for i, f := range shape.fields {
		cols[i] = srcCol{name: f.name, typ: f.typ, typmod: f.typmod, shape: f.shape,
			sql: unescapeTemplate(a.recordField(value, i, f.typ, "'UTC'"))}
	}
	return cols
}
