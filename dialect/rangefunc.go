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
	var sets []rowSet
	record := false
	for _, f := range n.GetFunctions() {
		items := f.GetList().GetItems()
		call := items[0]
		name, _ := figureName(call)
		if alias == "" {
			alias = name
		}
		if len(n.GetFunctions()) == 1 && n.GetAlias() != nil {
			name = alias
		}
		var defs []*pg_query.Node
		if len(items) > 1 {
			defs = items[1].GetList().GetItems()
		}
		if len(n.GetColdeflist()) > 0 {
			defs = n.GetColdeflist()
		}
		record = record || len(defs) > 0
		sets = append(sets, a.rangeCall(&in, call, name, defs, n.GetOrdinality() && len(n.GetColdeflist()) > 0))
	}
	f := a.rowSetSource(a.zip(sets))
	if n.GetOrdinality() {
		f.src.cols = append(f.src.cols, ordinality(f.src))
	}
	it := a.item(alias, f.src)
	it.scalar = len(f.src.cols) == 1 && !n.GetOrdinality() && !record
	a.renameColumns(it, n.GetAlias())
	return f, it
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
		if e.retset && len(e.table.Columns) > 1 {
			a.fail(codeSyntax, defs[0].GetColumnDef().GetLocation(), "a column definition list is redundant for a function with OUT parameters")
		}
		a.fail(codeSyntax, defs[0].GetColumnDef().GetLocation(), "a column definition list is only allowed for functions returning \"record\"")
	}
	return a.rowSetOf(a.settleUnknown(a.scalar(e)), name)
}
