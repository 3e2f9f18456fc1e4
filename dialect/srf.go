package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// Set-returning functions: their rows are a JSON array that json_each reads.

// rowSet is rows as a JSON array, and how its columns are read: templates over
// $v, an element.
type rowSet struct {
	json    *expr
	cols    []srcCol
	rowType uint32 // of the rows, where they are values of a composite type
}

// rowSetOf is the rows of a call; the column of a function without names of its
// own is called name. An ordinary call gives one row.
func (a *analyser) rowSetOf(e *expr, name string) rowSet {
	if !e.retset {
		put, get := a.wire(e.typ)
		return rowSet{json: call(oidJSON, e.pos, "json_array("+put+")", e), cols: []srcCol{{name: name, typ: e.typ, typmod: e.typmod, sql: get, coll: a.collationOf(e).handedOn()}}}
	}
	set := rowSet{json: e}
	for _, c := range e.table.Columns {
		for _, u := range c.Uses {
			a.functions[u] = true
		}
		col := srcCol{name: c.Name, typ: e.typ, typmod: -1, sql: c.SQL}
		if c.Name == "" {
			col.name = name
		}
		if c.Type != "" {
			col.typ = a.builtinType(c.Type)
		}
		if a.collatable(col.typ) {
			col.coll = a.mergeCollations(e.args...).handedOn()
		}
		set.cols = append(set.cols, col)
	}
	return set
}

// zip puts sets of rows side by side, row by row; those that end first go on
// with NULLs.
func (a *analyser) zip(sets []rowSet) rowSet {
	if len(sets) == 1 {
		return sets[0]
	}
	out := rowSet{}
	args := make([]*expr, len(sets))
	for i, s := range sets {
		args[i] = s.json
		for _, c := range s.cols {
			c.sql = replaceValue(c.sql, i)
			out.cols = append(out.cols, c)
		}
	}
	out.json = call(oidJSON, -1, a.fn(pgfunc.ZipRows)+"("+holes(1, len(args))+")", args...)
	return out
}

// replaceValue makes a template over $v one over element i of an array $v.
func replaceValue(tmpl string, i int) string {
	return strings.ReplaceAll(tmpl, "$v", "($v ->> "+itoa(i)+")")
}

// rowSetSource puts rows into FROM.
func (a *analyser) rowSetSource(set rowSet) *fromSource {
	src := &source{alias: a.newAlias()}
	for _, c := range set.cols {
		c.sql = strings.ReplaceAll(c.sql, "$v", src.alias+".value")
		c.computed = true
		src.cols = append(src.cols, c)
	}
	return &fromSource{src: src, fn: call(oidRecord, -1, "json_each($1)", set.json)}
}

// ordinality is the column that WITH ORDINALITY adds.
func ordinality(src *source) srcCol {
	return srcCol{name: "ordinality", typ: oidInt8, typmod: -1, sql: "(" + src.alias + ".key+1)", computed: true}
}

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

// setPlaces are the clauses in which a set-returning function may not stand.
var setPlaces = map[clause]string{
	inJoinOn: "JOIN conditions", inWhere: "WHERE", inHaving: "HAVING", inFilter: "FILTER", inUpdateSet: "UPDATE", inLimit: "LIMIT", inOffset: "OFFSET",
	inReturning: "RETURNING", inValues: "VALUES", inDefault: "DEFAULT expressions", inCheck: "check constraints",
}

// setPlaced notes a set-returning call where one may stand.
func (a *analyser) setPlaced(sc *scope, e *expr) {
	if what, bad := setPlaces[sc.clause]; bad {
		a.fail(codeNotSupported, e.pos, "set-returning functions are not allowed in %s", what)
	}
	if sc.clause == inFrom && a.lastSet != nil {
		a.setBelowTop()
	}
	a.lastSet = e
}

func (a *analyser) setBelowTop() {
	a.fail(codeNotSupported, a.lastSet.pos, "set-returning functions must appear at top level of FROM")
}

// noSetSince fails where a set-returning function has come in since before.
func (a *analyser) noSetSince(before *expr, format, what string) {
	if a.lastSet != before {
		a.failHint(codeNotSupported, a.lastSet.pos, "You might be able to move the set-returning function into a LATERAL FROM item.", format, what)
	}
}

// hasSet reports whether an expression holds a set-returning function.
func hasSet(e *expr) bool {
	found := false
	e.walk(func(x *expr) bool { found = found || x.retset; return !found })
	return found
}

// expandSets moves the set-returning functions of a select list into FROM.
// PostgreSQL computes those of a query's groups first, then groups and windows,
// and then all others: in lock step those of one level, and those inside of
// others before them.
func (a *analyser) expandSets(q *query) {
	all := func() []*expr {
		var out []*expr
		for _, t := range q.targets {
			out = append(out, t.e)
		}
		return out
	}
	some := false
	for _, e := range all() {
		some = some || hasSet(e)
	}
	if !some {
		return
	}
	q.single = false
	if q.hasAgg || len(q.group) > 0 || q.having != nil || hasWindow(q) {
		l := a.lower(q)
		a.rewriteOutput(q, func(x *expr) *expr {
			switch {
			case x.kind == exConst || x.kind == exUnknown || x.kind == exParam || x.kind == exBind || x.kind == exRow:
				return nil
			case hasSet(x):
				if x.kind == exAgg || x.kind == exWindow {
					a.refuse(x.pos, "a set-returning function in a window definition")
				}
				return nil
			}
			return l.column(x)
		})
	}
	for a.expandLevel(q, all()) {
	}
}

// expandLevel expands the innermost set-returning functions of some
// expressions; it reports whether there were any.
func (a *analyser) expandLevel(q *query, in []*expr) bool {
	var calls []*expr
	for _, e := range in {
		e.walk(func(x *expr) bool {
			if !x.retset {
				return true
			}
			for _, arg := range x.args {
				if hasSet(arg) {
					return true
				}
			}
			for _, c := range calls {
				if sameCall(c, x) {
					return false
				}
			}
			calls = append(calls, x)
			return false
		})
	}
	if len(calls) == 0 {
		return false
	}
	sets := make([]rowSet, len(calls))
	for i, c := range calls {
		sets[i] = a.rowSetOf(c, "")
	}
	f := a.rowSetSource(a.zip(sets))
	f.after = true
	q.from = append(q.from, f)
	a.rewriteOutput(q, func(x *expr) *expr {
		for i, c := range calls {
			if x.retset && sameCall(c, x) {
				return at(a.columnOf(f.src, i), x.pos)
			}
		}
		return nil
	})
	q.group = rewriteAll(q.group, func(x *expr) *expr {
		for i, c := range calls {
			if x.retset && sameCall(c, x) {
				return at(a.columnOf(f.src, i), x.pos)
			}
		}
		return nil
	})
	return true
}

func sameCall(x, y *expr) bool {
	return same(x, y) && x.table.Columns[0].SQL == y.table.Columns[0].SQL
}

// expanded reports whether a set-returning function of the select list stands in
// FROM.
func (q *query) expanded() bool {
	for _, f := range q.from {
		if s, ok := f.(*fromSource); ok && s.after {
			return true
		}
	}
	return false
}

// rewriteOutput rewrites what a query computes of its rows, groups and windows.
func (a *analyser) rewriteOutput(q *query, f func(*expr) *expr) {
	for _, t := range q.targets {
		t.e = rewrite(t.e, f)
	}
	q.having = rewrite(q.having, f)
	q.order = rewriteKeys(q.order, f)
	q.distinctOn = rewriteAll(q.distinctOn, f)
}
