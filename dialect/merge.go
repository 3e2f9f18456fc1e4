package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// merge is what a MERGE joins and does.
type merge struct {
	source  fromNode
	on      *expr
	actions []*mergeAction
}

// mergeAction is one WHEN of a MERGE.
type mergeAction struct {
	matched bool
	when    *expr
	do      *change // nil for DO NOTHING
}

// mergePlan translates a MERGE.
func (a *analyser) mergePlan(s *pg_query.MergeStmt) *Plan {
	if s.GetWithClause().GetRecursive() {
		a.fail(codeSyntax, -1, "WITH RECURSIVE is not supported for MERGE statement")
	}
	if len(s.GetReturningList()) > 0 {
		a.refuse(-1, "RETURNING of MERGE")
	}
	q, outer := a.topWith(s.GetWithClause())
	a.mergeOrder(s)
	rv := s.GetRelation()
	if v := a.cat.View(rv.GetSchemaname(), rv.GetRelname()); v != nil {
		e := a.error(codeNotSupported, -1, "cannot execute MERGE on relation \"%s\"", v.Name)
		e.Detail = "This operation is not supported for views."
		panic(e)
	}
	src := a.writeTarget(rv, "MERGE")
	it := a.item(targetName(rv), src)
	c := &change{verb: "MERGE", src: src, merge: &merge{}}
	sc := &scope{parent: outer}
	fq := &query{}
	a.fromClause(sc, fq, []*pg_query.Node{s.GetSourceRelation()})
	c.merge.source = fq.from[0]
	for _, x := range sc.items {
		if x.relVisible && x.name == it.name {
			e := a.error(codeDuplicateAlias, -1, "name \"%s\" specified more than once", it.name)
			e.Detail = "The name is used both as MERGE target table and data source."
			panic(e)
		}
	}
	both := &scope{parent: outer, items: append([]*nsItem{it}, sc.items...)}
	source := &scope{parent: outer, items: sc.items, hidden: []*nsItem{it}}
	c.merge.on = a.expr(both.with(inJoinOn), s.GetJoinCondition())
	if c.merge.on.typ != oidBool {
		// PostgreSQL takes any value's bits for true or false here.
		a.refuse(c.merge.on.pos, "a join condition of MERGE that is not boolean")
	}
	for _, n := range s.GetMergeWhenClauses() {
		w := n.GetMergeWhenClause()
		in := both
		if w.GetMatchKind() == pg_query.MergeMatchKind_MERGE_WHEN_NOT_MATCHED_BY_TARGET {
			in = source
		}
		c.merge.actions = append(c.merge.actions, a.mergeAction(in, src, w))
	}
	p := a.stagedPlan(q, c)
	if !modifying(s.GetWithClause()) && !slices.ContainsFunc(c.merge.actions, func(x *mergeAction) bool { return x.do != nil }) {
		p.Writes = len(a.sequences) > 0
	}
	return p
}

func mergeLetter(w *pg_query.MergeWhenClause) string {
	switch w.GetCommandType() {
	case pg_query.CmdType_CMD_INSERT:
		return "a"
	case pg_query.CmdType_CMD_UPDATE:
		return "w"
	case pg_query.CmdType_CMD_DELETE:
		return "d"
	}
	return ""
}

// mergeOrder fails for a WHEN that can never be reached.
func (a *analyser) mergeOrder(s *pg_query.MergeStmt) {
	final := map[pg_query.MergeMatchKind]bool{}
	for _, n := range s.GetMergeWhenClauses() {
		w := n.GetMergeWhenClause()
		if w.GetMatchKind() == pg_query.MergeMatchKind_MERGE_WHEN_NOT_MATCHED_BY_SOURCE {
			a.refuse(-1, "WHEN NOT MATCHED BY SOURCE")
		}
		if final[w.GetMatchKind()] {
			a.fail(codeSyntax, -1, "unreachable WHEN clause specified after unconditional WHEN clause")
		}
		final[w.GetMatchKind()] = w.GetCondition() == nil
	}
}

func (a *analyser) mergeAction(sc *scope, src *source, w *pg_query.MergeWhenClause) *mergeAction {
	out := &mergeAction{matched: w.GetMatchKind() == pg_query.MergeMatchKind_MERGE_WHEN_MATCHED}
	if w.GetCondition() != nil {
		out.when = a.condition(sc.with(inMergeWhen), w.GetCondition(), "WHEN")
	}
	if letter := mergeLetter(w); letter == "d" {
		a.use(src.table, letter)
	}
	switch w.GetCommandType() {
	case pg_query.CmdType_CMD_UPDATE:
		out.do = &change{verb: "UPDATE", src: src, set: a.touchSelfKeys(src, a.setList(sc.with(inUpdateSet), src, w.GetTargetList()))}
		a.writesSomething(out.do)
	case pg_query.CmdType_CMD_DELETE:
		out.do = &change{verb: "DELETE", src: src}
	case pg_query.CmdType_CMD_INSERT:
		s := &pg_query.InsertStmt{Cols: w.GetTargetList(), Override: w.GetOverride()}
		c := &change{verb: "INSERT", src: src, insert: s, rows: [][]*expr{nil}}
		if len(w.GetValues()) > 0 {
			list := &pg_query.Node{Node: &pg_query.Node_List{List: &pg_query.List{Items: w.GetValues()}}}
			c.cols, c.rows = a.insertRows(sc, a.insertTargets(src, s), s, &pg_query.SelectStmt{ValuesLists: []*pg_query.Node{list}})
		}
		a.use(src.table, "a", columnNames(c.cols)...)
		c.fills = a.fills(src.table, c.cols, w.GetOverride())
		out.do = c
	}
	return out
}

// computeMerge joins source and target and settles what is done with each pair
// (column c1 of the first work table: the number of the WHEN, 0 for nothing),
// then computes the rows of every action.
func (st *stage) computeMerge(p *part) {
	a, c := st.a, p.c
	src, t := c.src, c.src.table
	row := src.alias + "." + a.rowid(src)
	others := sources(c.merge.source)
	width := 1
	for _, o := range others {
		width += len(o.cols)
	}
	pairs := st.table(width)
	m := st.insertInto(pairs, "r,"+workColumns(width))
	m.WriteString("SELECT " + row + ", CASE")
	for _, matched := range []bool{true, false} {
		for i, x := range c.merge.actions {
			if x.matched != matched {
				continue
			}
			m.WriteString(" WHEN " + row + map[bool]string{true: " IS NOT NULL", false: " IS NULL"}[matched])
			if x.when != nil {
				m.WriteString(" AND ")
				m.where(x.when)
			}
			if x.do == nil {
				m.WriteString(" THEN 0")
			} else {
				m.WriteString(" THEN " + itoa(i+1))
			}
		}
	}
	m.WriteString(" ELSE 0 END")
	m.rawColumns(others)
	m.WriteString(" FROM ")
	c.merge.source.write(m)
	m.WriteString(" LEFT JOIN " + tableName(t) + " AS " + src.alias + " ON ")
	m.where(c.merge.on)
	st.add(m, Step{})

	first := 1
	for _, o := range others {
		st.becomes(o, first)
		first += len(o.cols)
	}
	raise := unescapeTemplate(a.raise("21000", "MERGE command cannot affect row a second time"))
	st.text("SELECT "+raise+" WHERE EXISTS (SELECT 1 FROM "+pairs+" WHERE c1 > 0 AND r IS NOT NULL GROUP BY r HAVING count(*) > 1)", Step{})

	var parts []*part
	for i, x := range c.merge.actions {
		if x.do != nil {
			parts = append(parts, st.mergePart(x.do, pairs, i+1))
		}
	}
	for _, verb := range []string{"DELETE", "UPDATE", "INSERT"} {
		for _, x := range parts {
			if x.c.verb == verb {
				p.apply = append(p.apply, x.apply...)
			}
		}
	}
	for i, x := range parts {
		for _, y := range parts[:i] {
			if x.c.verb == "INSERT" || y.c.verb == "INSERT" {
				st.apart(x, y)
			}
		}
	}
	p.rows = pairs + " AS " + workAlias + " WHERE c1 > 0"
}

// mergePart computes the rows of one action.
func (st *stage) mergePart(c *change, pairs string, action int) *part {
	a, t := st.a, c.src.table
	row := a.rowid(c.src)
	x := &part{c: c, work: st.table(len(t.Columns))}
	columns := "o,r"
	if c.verb != "DELETE" {
		columns += "," + workColumns(len(t.Columns))
	}
	m := st.insertInto(x.work, columns)
	m.WriteString("SELECT " + workAlias + ".o, " + workAlias + ".r")
	for i := range t.Columns {
		col := &t.Columns[i]
		if c.verb == "DELETE" {
			break
		}
		m.WriteString(", ")
		if c.verb == "INSERT" {
			k := slices.IndexFunc(c.fills, func(f insertFill) bool { return f.col == col })
			switch {
			case k < 0:
				m.WriteString("NULL")
			case c.fills[k].given >= 0 && c.rows[0][c.fills[k].given] != nil:
				m.stored(c.rows[0][c.fills[k].given], col)
			default:
				m.stored(a.defaultOf(col), col)
			}
			continue
		}
		if k := slices.IndexFunc(c.set, func(s setItem) bool { return s.col == col }); k >= 0 && c.set[k].e != nil {
			m.stored(c.set[k].e, col)
		} else {
			m.rawColumn(a.columnOf(c.src, i))
		}
	}
	m.WriteString(" FROM " + pairs + " AS " + workAlias)
	if c.verb != "INSERT" {
		m.WriteString(" JOIN " + tableName(t) + " AS " + c.src.alias + " ON " + c.src.alias + "." + row + " = " + workAlias + ".r")
	}
	m.WriteString(" WHERE " + workAlias + ".c1 = " + itoa(action) + " ORDER BY " + workAlias + ".o")
	st.add(m, Step{})
	if c.verb == "INSERT" {
		columns, values := insertable(t)
		x.apply = []Step{{SQL: "INSERT INTO " + tableName(t) + " (" + strings.Join(columns, ", ") + ") SELECT " + strings.Join(values, ", ") + " FROM " + x.work + " ORDER BY o"}}
	} else {
		x.apply = []Step{{SQL: st.applyChange(x, row)}}
	}
	return x
}
