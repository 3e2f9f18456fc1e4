package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// SEARCH and CYCLE add columns to a recursive query: a sequence to order by, and
// a mark and the path by which a row was reached. Paths are arrays of rows.

const oidRecordArray = 2287

// pathColumns are the clauses of one recursive query.
type pathColumns struct {
	n      *pg_query.CommonTableExpr
	search *pg_query.CTESearchClause
	cycle  *pg_query.CTECycleClause
	names  []string // of the query's own columns
}

// checkPaths fails for clauses that do not fit the query, in PostgreSQL's order
// (analyzeCTE).
func (a *analyser) checkPaths(n *pg_query.CommonTableExpr, cols []srcCol, recursive bool) *pathColumns {
	p := &pathColumns{n: n, search: n.GetSearchClause(), cycle: n.GetCycleClause()}
	if p.search == nil && p.cycle == nil {
		return nil
	}
	if !recursive {
		a.fail(codeSyntax, n.GetLocation(), "WITH query is not recursive")
	}
	for _, c := range cols {
		p.names = append(p.names, c.name)
	}
	check := func(list []*pg_query.Node, what string, pos int32) {
		seen := map[string]bool{}
		for _, name := range stringList(list) {
			if !slices.Contains(p.names, name) {
				a.fail(codeSyntax, pos, "%s column \"%s\" not in WITH query column list", what, name)
			}
			if seen[name] {
				a.fail(codeDuplicateColumn, pos, "%s column \"%s\" specified more than once", what, name)
			}
			seen[name] = true
		}
	}
	if s := p.search; s != nil {
		check(s.GetSearchColList(), "search", s.GetLocation())
		if slices.Contains(p.names, s.GetSearchSeqColumn()) {
			a.fail(codeSyntax, s.GetLocation(), "search sequence column name \"%s\" already used in WITH query column list", s.GetSearchSeqColumn())
		}
	}
	y := p.cycle
	if y == nil {
		return p
	}
	check(y.GetCycleColList(), "cycle", y.GetLocation())
	for _, c := range []struct{ what, name string }{{"mark", y.GetCycleMarkColumn()}, {"path", y.GetCyclePathColumn()}} {
		if slices.Contains(p.names, c.name) {
			a.fail(codeSyntax, y.GetLocation(), "cycle %s column name \"%s\" already used in WITH query column list", c.what, c.name)
		}
	}
	if y.GetCycleMarkColumn() == y.GetCyclePathColumn() {
		a.fail(codeSyntax, y.GetLocation(), "cycle mark column name and cycle path column name are the same")
	}
	if s := p.search; s != nil {
		switch s.GetSearchSeqColumn() {
		case y.GetCycleMarkColumn():
			a.fail(codeSyntax, s.GetLocation(), "search sequence column name and cycle mark column name are the same")
		case y.GetCyclePathColumn():
			a.fail(codeSyntax, s.GetLocation(), "search sequence column name and cycle path column name are the same")
		}
	}
	return p
}

// pathNames are the columns of SEARCH and CYCLE as the query itself sees them.
func (a *analyser) pathNames(sc *scope, n *pg_query.CommonTableExpr) []srcCol {
	var out []srcCol
	add := func(name string, typ uint32) { out = append(out, srcCol{name: name, typ: typ, typmod: -1}) }
	if s := n.GetSearchClause(); s != nil {
		typ := uint32(oidRecordArray)
		if s.GetSearchBreadthFirst() {
			typ = oidRecord
		}
		add(s.GetSearchSeqColumn(), typ)
	}
	if y := n.GetCycleClause(); y != nil {
		value, def := a.expr(sc, y.GetCycleMarkValue()), a.expr(sc, y.GetCycleMarkDefault())
		add(y.GetCycleMarkColumn(), a.commonTypeOf([]*expr{value, def}, "CYCLE"))
		add(y.GetCyclePathColumn(), oidRecordArray)
	}
	return out
}

// addPaths adds the columns of SEARCH and CYCLE to an analysed recursive query.
func (a *analyser) addPaths(sc *scope, c *cte, q *query, p *pathColumns) {
	pos := p.n.GetLocation()
	switch {
	case q.left.op != "":
		a.fail(codeNotSupported, -1, "with a SEARCH or CYCLE clause, the left side of the UNION must be a SELECT")
	case q.right.op != "":
		a.fail(codeNotSupported, -1, "with a SEARCH or CYCLE clause, the right side of the UNION must be a SELECT")
	case q.left.values != nil:
		a.refuse(pos, "SEARCH or CYCLE over VALUES")
	}
	var self *source
	for _, f := range q.right.from {
		for _, s := range cteSources(f, c.alias) {
			self = s
		}
	}
	if self == nil {
		a.fail(codeNotSupported, -1, "with a SEARCH or CYCLE clause, the recursive reference to WITH query \"%s\" must be at the top level of its right-hand SELECT", c.name)
	}
	self.cols = self.cols[:len(p.names)]
	row := func(arm *query, list []*pg_query.Node) *expr {
		r := &expr{kind: exRow, typ: oidRecord, typmod: -1, pos: pos}
		for _, name := range stringList(list) {
			i := slices.Index(p.names, name)
			x := at(a.outputExpr(arm, i), -1)
			r.args = append(r.args, a.toCommon(x, q.cols[i].typ, "UNION"))
		}
		return r
	}
	add := func(name string, base *expr, step func(before *expr) *expr, shape *rowShape) {
		i := len(c.cols)
		sql := "c" + itoa(i+1)
		col := srcCol{name: name, sql: sql, typ: base.typ, typmod: -1, shape: shape}
		c.cols = append(c.cols, col)
		self.cols = append(self.cols, col)
		next := step(a.columnOf(self, i))
		for _, arm := range []struct {
			q *query
			e *expr
		}{{q.left, base}, {q.right, next}} {
			at := slices.IndexFunc(arm.q.targets, func(t *target) bool { return t.junk })
			if at < 0 {
				at = len(arm.q.targets)
			}
			arm.q.targets = slices.Insert(arm.q.targets, at, &target{name: name, e: arm.e})
			arm.q.cols = append(arm.q.cols, outCol{name: name, typ: base.typ, typmod: -1, shape: shape})
		}
		q.cols = q.left.cols
	}
	if s := p.search; s != nil {
		base, step := row(q.left, s.GetSearchColList()), row(q.right, s.GetSearchColList())
		if s.GetSearchBreadthFirst() {
			depth := constant(oidInt8, -1, int64(0))
			base.args = append([]*expr{depth}, base.args...)
			first := a.scalar(base)
			add(s.GetSearchSeqColumn(), first, func(before *expr) *expr {
				step.args = append([]*expr{call(oidInt8, -1, "($1+1)", a.fields(before).args[0])}, step.args...)
				return a.scalar(step)
			}, first.shape)
		} else {
			a.addPath(add, s.GetSearchSeqColumn(), base, step)
		}
	}
	if y := p.cycle; y != nil {
		a.addCycle(sc, q, p, row(q.left, y.GetCycleColList()), row(q.right, y.GetCycleColList()), self, add)
	}
}

// addCycle adds the mark and the path of CYCLE.
func (a *analyser) addCycle(sc *scope, q *query, p *pathColumns, base, step *expr, self *source, add func(string, *expr, func(*expr) *expr, *rowShape)) {
	y := p.cycle
	value, def := a.expr(sc, y.GetCycleMarkValue()), a.expr(sc, y.GetCycleMarkDefault())
	typ := a.commonTypeOf([]*expr{value, def}, "CYCLE")
	value, def = a.toCommon(value, typ, "CYCLE/CYCLE"), a.toCommon(def, typ, "CYCLE/CYCLE")
	name, _ := a.recordOrder(shapeOf(a.scalar(step)))
	if name == "" {
		a.refuse(y.GetLocation(), "CYCLE over columns of these types")
	}
	mark := len(self.cols)
	add(y.GetCycleMarkColumn(), def, func(*expr) *expr {
		// The path comes after the mark.
		path := &srcCol{name: y.GetCyclePathColumn(), sql: "c" + itoa(mark+2), typ: oidRecordArray, typmod: -1}
		seen := call(oidBool, -1, a.fn(pgfunc.RowIn)+"("+quoteText(name)+",$1,"+self.alias+"."+path.sql+")", a.scalar(step))
		return call(typ, -1, "CASE WHEN $1 THEN $2 ELSE $3 END", seen, value, def)
	}, nil)
	a.addPath(add, y.GetCyclePathColumn(), base, step)
	// A row that closes a cycle leads no further.
	more := boolean(-1, notTemplate, a.operator("=", a.columnOf(self, mark), value, -1))
	if q.right.where == nil {
		q.right.where = more
	} else {
		q.right.where = junction(-1, "AND", more, q.right.where)
	}
}

// addPath adds an array of rows that grows by one each step.
func (a *analyser) addPath(add func(string, *expr, func(*expr) *expr, *rowShape), name string, base, step *expr) {
	first := a.scalar(base)
	array := func(row *expr) *expr {
		out := a.buildArray([]*expr{relabel(row, oidText)}, oidTextArray, -1)
		out.typ = oidRecordArray
		return out
	}
	add(name, array(first), func(before *expr) *expr {
		return call(oidRecordArray, -1, a.fn(pgfunc.PathAppend)+"($1,$2)", before, a.scalar(step))
	}, first.shape)
}

// cteSources are the sources of an item of FROM that read a WITH query.
func cteSources(f fromNode, alias string) []*source {
	switch f := f.(type) {
	case *fromJoin:
		return append(cteSources(f.left, alias), cteSources(f.right, alias)...)
	case *fromSource:
		if f.q == nil && f.fn == nil && f.sql == alias {
			return []*source{f.src}
		}
	}
	return nil
}
