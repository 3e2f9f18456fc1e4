package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// fromClause analyses FROM into q and puts its names in sc.
func (a *analyser) fromClause(sc *scope, q *query, nodes []*pg_query.Node) {
	for _, n := range nodes {
		f, items := a.fromItem(sc, n)
		if j, ok := f.(*fromJoin); ok && len(sc.items) > 0 && j.keepsRight() {
			a.checkReach(f, sc.items)
		}
		a.checkNames(sc, items)
		sc.items = append(sc.items, items...)
		q.from = append(q.from, f)
	}
}

// checkNames refuses two visible relations of one name.
func (a *analyser) checkNames(sc *scope, items []*nsItem) {
	for _, it := range items {
		for _, other := range sc.items {
			if it.relVisible && other.relVisible && it.name == other.name && it.name != "" &&
				!(it.src != nil && other.src != nil && it.src.table != nil && other.src.table != nil && it.src.table != other.src.table && it.name == it.src.table.Name && other.name == other.src.table.Name) {
				a.fail(codeDuplicateAlias, -1, "table name \"%s\" specified more than once", it.name)
			}
		}
	}
}

func (a *analyser) fromItem(sc *scope, n *pg_query.Node) (fromNode, []*nsItem) {
	switch {
	case n.GetRangeVar() != nil:
		f, it := a.rangeVar(sc, n.GetRangeVar())
		return f, []*nsItem{it}
	case n.GetRangeSubselect() != nil:
		f, it := a.rangeSubselect(sc, n.GetRangeSubselect())
		return f, []*nsItem{it}
	case n.GetRangeFunction() != nil:
		f, it := a.rangeFunction(sc, n.GetRangeFunction())
		return f, []*nsItem{it}
	case n.GetJoinExpr() != nil:
		return a.join(sc, n.GetJoinExpr())
	case n.GetRangeTableSample() != nil:
		a.refuse(n.GetRangeTableSample().GetLocation(), "TABLESAMPLE")
	}
	a.refuse(-1, "this item in FROM")
	return nil, nil
}

// rangeVar is a table, view or WITH query named in FROM.
func (a *analyser) rangeVar(sc *scope, rv *pg_query.RangeVar) (fromNode, *nsItem) {
	name := rv.GetRelname()
	alias := name
	if rv.GetAlias() != nil {
		alias = rv.GetAlias().GetAliasname()
	}
	if rv.GetSchemaname() == "" {
		if c := sc.cte(name); c != nil {
			if c.open {
				a.fail(codeRecursion, rv.GetLocation(), "recursive reference to query \"%s\" must not appear within its non-recursive term", name)
			}
			if c.part != nil && c.cols == nil {
				a.fail(codeNotSupported, rv.GetLocation(), "WITH query \"%s\" does not have a RETURNING clause", name)
			}
			a.needs(c.wants)
			c.used = true
			c.uses++
			a.reads = append(a.reads, c)
			src := &source{alias: a.newAlias(), cols: append([]srcCol(nil), c.cols...)}
			it := a.item(alias, src)
			a.renameColumns(it, rv.GetAlias())
			return &fromSource{src: src, sql: c.alias}, it
		}
	}
	a.hiddenSchema(rv.GetSchemaname(), rv.GetLocation())
	a.absentRelation(rv)
	if f, it := a.systemSource(rv, alias); f != nil {
		return f, it
	}
	if t := a.cat.Table(rv.GetSchemaname(), name); t != nil && a.systemSchema(rv) == "" {
		src := a.tableSource(t, rv.GetLocation())
		a.use(t, "r")
		it := a.item(alias, src)
		a.renameColumns(it, rv.GetAlias())
		return &fromSource{src: src, sql: tableName(t)}, it
	}
	if v := a.cat.View(rv.GetSchemaname(), name); v != nil {
		return a.view(v, rv, alias)
	}
	a.notYet(sc, rv)
	a.noRelation(rv)
	return nil, nil
}

// notYet fails for the name of a WITH query that stands further on.
func (a *analyser) notYet(sc *scope, rv *pg_query.RangeVar) {
	name := rv.GetRelname()
	for s := sc; s != nil && rv.GetSchemaname() == ""; s = s.parent {
		for _, n := range s.later {
			if n.GetCommonTableExpr().GetCtename() != name {
				continue
			}
			e := a.error(codeUndefinedTable, rv.GetLocation(), "relation \"%s\" does not exist", name)
			e.Detail = "There is a WITH item named \"" + name + "\", but it cannot be referenced from this part of the query."
			e.Hint = "Use WITH RECURSIVE, or re-order the WITH items to remove forward references."
			panic(e)
		}
	}
}

// systemSchema is the schema of a reference to PostgreSQL's own catalogs.
func (a *analyser) systemSchema(rv *pg_query.RangeVar) string {
	switch s := rv.GetSchemaname(); s {
	case "pg_catalog", "information_schema", "failoversql":
		return s
	}
	return ""
}

// absentRelation refuses a relation that the primary has and the file has not,
// also where it stands before another of its name in the search path.
func (a *analyser) absentRelation(rv *pg_query.RangeVar) {
	if len(a.cat.Absent) == 0 || a.systemSchema(rv) != "" {
		return
	}
	path := a.cat.Path()
	if rv.GetSchemaname() != "" {
		path = []string{rv.GetSchemaname()}
	}
	for _, schema := range path {
		for _, r := range a.cat.Absent {
			if r.Schema == schema && r.Name == rv.GetRelname() {
				a.fail(codeNotSupported, rv.GetLocation(), "relation \"%s\" %s", r.Name, r.Reason)
			}
		}
		if a.cat.Table(schema, rv.GetRelname()) != nil || a.cat.View(schema, rv.GetRelname()) != nil {
			return
		}
	}
}

// noRelation fails for a table that is not there.
func (a *analyser) noRelation(rv *pg_query.RangeVar) {
	name := rv.GetRelname()
	if s := a.systemSchema(rv); s != "" || len(name) > 3 && name[:3] == "pg_" {
		a.refuse(rv.GetLocation(), "system catalog \"%s\"", name)
	}
	if rv.GetSchemaname() != "" {
		a.fail(codeUndefinedTable, rv.GetLocation(), "relation \"%s.%s\" does not exist", rv.GetSchemaname(), name)
	}
	a.fail(codeUndefinedTable, rv.GetLocation(), "relation \"%s\" does not exist", name)
}

// tableSource makes the source of a table.
func (a *analyser) tableSource(t *catalog.Table, pos int32) *source {
	switch {
	case t.RowSecurity:
		a.refuse(pos, "row security of table \"%s\"", t.Name)
	case t.Persistence == 'u':
		a.refuse(pos, "unlogged table \"%s\"", t.Name)
	case t.Kind == 'f':
		a.refuse(pos, "foreign table \"%s\"", t.Name)
	}
	src := &source{alias: a.newAlias(), table: t, trusted: a.trusted > 0, rowType: t.RowType, cols: make([]srcCol, len(t.Columns))}
	for i := range t.Columns {
		c := &t.Columns[i]
		_, stored := a.scaled(c.Type, c.Typmod)
		src.cols[i] = srcCol{name: c.Name, sql: catalog.QuoteIdent(c.Name), typ: c.Type, typmod: c.Typmod, stored: stored, notNull: c.NotNull, num: c.Num, coll: c.Collation}
	}
	return src
}

// view stands for its query.
func (a *analyser) view(v *catalog.View, rv *pg_query.RangeVar, alias string) (fromNode, *nsItem) {
	if v.Kind == 'm' {
		a.refuse(rv.GetLocation(), "materialized view \"%s\", whose rows are not in the file,", v.Name)
	}
	if a.depth++; a.depth > 64 {
		a.refuse(rv.GetLocation(), "views nested this deeply")
	}
	defer func() { a.depth-- }()
	a.useView(v)
	a.quiet++
	defer func() { a.quiet-- }()
	if !v.Invoker {
		a.trusted++
		defer func() { a.trusted-- }()
	}
	tree, err := pg_query.Parse(v.Def)
	if err != nil || len(tree.GetStmts()) != 1 || tree.GetStmts()[0].GetStmt().GetSelectStmt() == nil {
		a.refuse(rv.GetLocation(), "view \"%s\"", v.Name)
	}
	q := a.selectQuery(nil, tree.GetStmts()[0].GetStmt().GetSelectStmt(), true)
	src := a.querySource(q)
	src.rowType = v.RowType
	it := a.item(alias, src)
	it.schema, it.relation = v.Schema, v.Name
	for i := range it.cols {
		if i < len(v.Columns) {
			it.cols[i].name = v.Columns[i].Name
		}
	}
	a.renameColumns(it, rv.GetAlias())
	return &fromSource{src: src, q: q, view: v}, it
}

// querySource makes the source of a subquery.
func (a *analyser) querySource(q *query) *source {
	src := &source{alias: a.newAlias(), cols: make([]srcCol, len(q.cols))}
	for i, c := range q.cols {
		src.cols[i] = srcCol{name: c.name, sql: "c" + itoa(i+1), typ: c.typ, typmod: c.typmod, coll: a.outputCollation(q, i), shape: c.shape}
	}
	return src
}

func (a *analyser) rangeSubselect(sc *scope, rs *pg_query.RangeSubselect) (fromNode, *nsItem) {
	// A derived table does not see its neighbours, only the outer levels, unless
	// it is LATERAL.
	outer := &scope{parent: sc.parent, ctes: sc.ctes, hidden: sc.items}
	if rs.GetLateral() {
		seen := *sc
		seen.clause = inFrom
		outer = &seen
	}
	q := a.selectQuery(outer, rs.GetSubquery().GetSelectStmt(), true)
	f := &fromSource{q: q}
	if rs.GetLateral() && refersToAny(q, sc.items) {
		f = a.lateralSource(q)
	} else {
		f.src = a.querySource(q)
	}
	src := f.src
	name := ""
	if rs.GetAlias() != nil {
		name = rs.GetAlias().GetAliasname()
	} else if a.cat.ServerVersion < 160000 {
		a.failHint(codeSyntax, subqueryLocation(a.sql, rs), "For example, FROM (SELECT ...) [AS] foo.", "subquery in FROM must have an alias")
	}
	it := a.item(name, src)
	a.renameColumns(it, rs.GetAlias())
	return f, it
}

// subqueryLocation finds the parenthesis that opens a subquery in FROM.
func subqueryLocation(sql string, rs *pg_query.RangeSubselect) int32 {
	at := int(nodeLocation(rs.GetSubquery()))
	for i := min(at, len(sql)) - 1; i >= 0; i-- {
		if sql[i] == '(' {
			return int32(i)
		}
	}
	return -1
}

// renameColumns applies an alias's column list.
func (a *analyser) renameColumns(it *nsItem, alias *pg_query.Alias) {
	names := stringList(alias.GetColnames())
	if len(names) > len(it.cols) {
		a.fail(codeColumnReference, -1, "table \"%s\" has %d columns available but %d columns specified", it.name, len(it.cols), len(names))
	}
	if len(names) == 0 {
		return
	}
	cols := append([]nsCol(nil), it.cols...)
	for i, n := range names {
		cols[i].name = n
	}
	it.cols = cols
}

// join analyses a join and gives what it makes visible.
func (a *analyser) join(sc *scope, j *pg_query.JoinExpr) (fromNode, []*nsItem) {
	left, litems := a.fromItem(sc, j.GetLarg())
	right, ritems := a.fromItem(lateralScope(sc, litems, j.GetJointype()), j.GetRarg())
	if _, ok := right.(*fromJoin); ok {
		a.checkReach(right, append(append([]*nsItem(nil), sc.items...), litems...))
	}
	a.checkNames(&scope{items: litems}, ritems)
	f := &fromJoin{left: left, right: right}
	switch j.GetJointype() {
	case pg_query.JoinType_JOIN_INNER:
		f.kind = "JOIN"
		if j.GetQuals() == nil && len(j.GetUsingClause()) == 0 && !j.GetIsNatural() {
			f.kind = "CROSS JOIN"
		}
	case pg_query.JoinType_JOIN_LEFT:
		f.kind = "LEFT JOIN"
	case pg_query.JoinType_JOIN_RIGHT:
		f.kind = "RIGHT JOIN"
	case pg_query.JoinType_JOIN_FULL:
		f.kind = "FULL JOIN"
	default:
		a.refuse(-1, "this kind of join")
	}
	var merged []nsCol
	if j.GetIsNatural() || len(j.GetUsingClause()) > 0 {
		f.on, merged = a.using(j, litems, ritems)
	} else if j.GetQuals() != nil {
		on := &scope{parent: sc.parent, ctes: sc.ctes, q: sc.q, clause: inJoinOn, hidden: sc.items, items: append(append([]*nsItem(nil), litems...), ritems...)}
		f.on = a.condition(on, j.GetQuals(), "JOIN/ON")
	}
	if f.on == nil && f.kind == "JOIN" {
		f.kind = "CROSS JOIN"
	} else if f.on == nil && f.kind != "CROSS JOIN" {
		f.on = constant(oidBool, -1, int64(1))
	}
	switch f.kind {
	case "LEFT JOIN":
		nullable(ritems)
	case "RIGHT JOIN":
		nullable(litems)
	case "FULL JOIN":
		nullable(litems)
		nullable(ritems)
	}
	return f, a.joinItems(j, litems, ritems, merged)
}

// lateralScope is what a lateral reference on the right of a join may see: what
// stands before the join, and its left side, which only an inner or left join
// lets it use.
func lateralScope(sc *scope, left []*nsItem, kind pg_query.JoinType) *scope {
	out := *sc
	out.items = append([]*nsItem(nil), sc.items...)
	for _, it := range left {
		seen := *it
		seen.joined = !seen.lateral && kind != pg_query.JoinType_JOIN_INNER && kind != pg_query.JoinType_JOIN_LEFT
		seen.lateral = seen.joined || seen.lateral
		out.items = append(out.items, &seen)
	}
	return &out
}

func nullable(items []*nsItem) {
	for _, it := range items {
		if it.src != nil {
			it.src.nullable = true
		}
	}
}

// joinItems is the namespace after a join: its sides by qualified name, and the
// join itself by column name, merged columns first.
func (a *analyser) joinItems(j *pg_query.JoinExpr, left, right []*nsItem, merged []nsCol) []*nsItem {
	if merged == nil && j.GetAlias() == nil {
		return append(append([]*nsItem(nil), left...), right...)
	}
	isMerged := map[string]bool{}
	for _, c := range merged {
		isMerged[c.name] = true
	}
	cols := append([]nsCol(nil), merged...)
	var out []*nsItem
	for _, it := range append(append([]*nsItem(nil), left...), right...) {
		if it.colVisible {
			for _, c := range it.cols {
				if !isMerged[c.name] {
					cols = append(cols, c)
				}
			}
		}
		hidden := *it
		hidden.colVisible = false
		if j.GetAlias() != nil {
			hidden.relVisible, hidden.behind = false, it.relVisible
		}
		out = append(out, &hidden)
	}
	it := &nsItem{colVisible: true, cols: cols}
	if al := j.GetAlias(); al != nil {
		it.name, it.relVisible = al.GetAliasname(), true
		a.renameColumns(it, al)
	} else if al := j.GetJoinUsingAlias(); al != nil {
		out = append(out, &nsItem{name: al.GetAliasname(), relVisible: true, cols: merged})
	}
	return append(out, it)
}

// using makes the condition of USING or NATURAL and the merged columns.
func (a *analyser) using(j *pg_query.JoinExpr, litems, ritems []*nsItem) (*expr, []nsCol) {
	names := stringList(j.GetUsingClause())
	if j.GetIsNatural() {
		names = commonNames(litems, ritems)
	}
	var on *expr
	merged := []nsCol{}
	for i, name := range names {
		for _, other := range names[:i] {
			if other == name {
				a.fail(codeDuplicateColumn, -1, "column name \"%s\" appears more than once in USING clause", name)
			}
		}
		l := a.usingColumn(litems, name, "left")
		r := a.usingColumn(ritems, name, "right")
		a.readsColumns(l)
		a.readsColumns(r)
		typ := a.commonTypeOf([]*expr{l, r}, "JOIN/USING") // fails before the operator is sought
		eq := a.operator("=", l, r, -1)
		if on == nil {
			on = eq
		} else {
			on = junction(-1, "AND", on, eq)
		}
		mod := a.commonMod([]*expr{l, r}, typ)
		lc, rc := a.toCommon(l, typ, "JOIN/USING"), a.toCommon(r, typ, "JOIN/USING")
		var m *expr
		switch j.GetJointype() {
		case pg_query.JoinType_JOIN_RIGHT:
			m = rc
		case pg_query.JoinType_JOIN_FULL:
			m = call(typ, -1, "coalesce($1,$2)", lc, rc)
			m.typmod = mod
		default:
			m = lc
		}
		merged = append(merged, nsCol{name: name, e: m})
	}
	return on, merged
}

func commonNames(litems, ritems []*nsItem) []string {
	var out []string
	for _, it := range litems {
		if !it.colVisible {
			continue
		}
		for _, c := range it.cols {
			for _, r := range ritems {
				if !r.colVisible {
					continue
				}
				for _, rc := range r.cols {
					if rc.name == c.name {
						out = append(out, c.name)
					}
				}
			}
		}
	}
	return out
}

func (a *analyser) usingColumn(items []*nsItem, name, side string) *expr {
	var found *expr
	for _, it := range items {
		if !it.colVisible {
			continue
		}
		for _, c := range it.cols {
			if c.name != name {
				continue
			}
			if found != nil {
				a.fail(codeAmbiguousColumn, -1, "common column name \"%s\" appears more than once in %s table", name, side)
			}
			found = c.e
		}
	}
	if found == nil {
		a.fail(codeUndefinedColumn, -1, "column \"%s\" specified in USING clause does not exist in %s table", name, side)
	}
	return found
}

// tableName is the quoted SQLite name of a table.
func tableName(t *catalog.Table) string {
	return catalog.QuoteIdent(catalog.SQLiteName(t.Schema, t.Name))
}
