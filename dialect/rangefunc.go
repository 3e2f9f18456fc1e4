package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// arraySub is ARRAY(SELECT …).
func (a *analyser) arraySub(sc *scope, s *pg_query.SelectStmt, pos int32) *expr {
	q := a.selectQuery(sc, s, true)
	if len(q.cols) != 1 {
		a.fail(codeSyntax, pos, "subquery must return only one column")
	}
	elem := q.cols[0].typ
	typ := a.arrayOf(elem)
	if typ == 0 || a.elemOf(elem) != 0 {
		a.refuse(pos, "ARRAY of a subquery of type %s", a.typeName(elem))
	}
	return &expr{kind: exSub, typ: typ, typmod: -1, pos: pos, sub: q,
		tmpl: "coalesce((SELECT " + a.fn("pg_collect_list") + "(" + a.descriptor(elem) + ",c1) FROM ($0)),'{}')"}
}

// rangeFunction is a function in FROM.
func (a *analyser) rangeFunction(sc *scope, n *pg_query.RangeFunction) (fromNode, *nsItem) {
	fns := n.GetFunctions()
	if n.GetIsRowsfrom() || len(fns) != 1 {
		a.refuse(-1, "ROWS FROM")
	}
	fc := fns[0].GetList().GetItems()[0].GetFuncCall()
	if fc == nil {
		a.refuse(nodeLocation(fns[0].GetList().GetItems()[0]), "this function in FROM")
	}
	if len(n.GetColdeflist()) > 0 {
		a.refuse(fc.GetLocation(), "a column definition list")
	}
	// A function in FROM sees what stands before it.
	in := &scope{parent: sc, ctes: nil, clause: inFrom}
	e := a.expr(in, fns[0].GetList().GetItems()[0])
	e.walk(func(x *expr) bool {
		if x.kind == exAgg {
			a.fail(codeGrouping, x.pos, "aggregate functions are not allowed in functions in FROM")
		}
		return true
	})
	name := lastString(fc.GetFuncname())
	alias := name
	if n.GetAlias() != nil {
		alias = n.GetAlias().GetAliasname()
	}
	src := &source{alias: a.newAlias()}
	if !e.retset {
		// An ordinary function gives one row.
		src.cols = []srcCol{{name: alias, sql: "c1", typ: e.typ, typmod: e.typmod, coll: a.collationOf(e).handedOn()}}
		if n.GetOrdinality() {
			a.refuse(fc.GetLocation(), "WITH ORDINALITY")
		}
		it := a.item(alias, src)
		a.renameColumns(it, n.GetAlias())
		return &fromSource{src: src, q: &query{targets: []*target{{name: alias, e: e}}, cols: []outCol{{alias, e.typ, e.typmod}}, single: true}}, it
	}
	a.tableColumns(src, e, alias)
	if n.GetOrdinality() {
		src.cols = append(src.cols, srcCol{name: "ordinality", typ: oidInt8, typmod: -1, sql: "(" + src.alias + ".key+1)", computed: true})
	}
	it := a.item(alias, src)
	a.renameColumns(it, n.GetAlias())
	return &fromSource{src: src, fn: tableCall(e)}, it
}

// tableCall is the table-valued expression that reads a set-returning call.
func tableCall(e *expr) *expr {
	fn := *e
	fn.tmpl = "json_each(" + e.tmpl + ")"
	fn.typ = oidRecord
	return &fn
}

// setTargets moves a set-returning call in the select list into FROM, where it
// gives its rows for every row of what stands there.
func (a *analyser) setTargets(q *query) {
	seen := false
	for _, t := range q.targets {
		if !t.e.retset {
			continue
		}
		if seen {
			a.refuse(t.e.pos, "several set-returning functions in the select list")
		}
		seen = true
		if len(t.e.table.Columns) != 1 {
			a.refuse(t.e.pos, "a function that returns rows in the select list")
		}
		t.e.walk(func(x *expr) bool {
			if x.kind == exAgg || x.kind == exWindow {
				a.refuse(x.pos, "an aggregate inside a set-returning function")
			}
			return true
		})
		src := &source{alias: a.newAlias()}
		a.tableColumns(src, t.e, t.name)
		q.from = append(q.from, &fromSource{src: src, fn: tableCall(t.e)})
		q.expanded = true
		t.e = at(a.columnOf(src, 0), t.e.pos)
	}
}

// tableColumns gives a source the columns of a set-returning call.
func (a *analyser) tableColumns(src *source, e *expr, alias string) {
	value := src.alias + ".value"
	for _, c := range e.table.Columns {
		for _, u := range c.Uses {
			a.functions[u] = true
		}
		col := srcCol{name: c.Name, typ: e.typ, typmod: -1}
		if c.Name == "" {
			col.name = alias
		}
		if c.Type != "" {
			col.typ = a.builtinType(c.Type)
		}
		if a.collatable(col.typ) {
			col.coll = a.mergeCollations(e.args...).handedOn()
		}
		col.sql = strings.ReplaceAll(c.SQL, "$v", value)
		col.computed = true
		src.cols = append(src.cols, col)
	}
}
