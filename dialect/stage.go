package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// A statement whose parts must all see the state before it (data-modifying WITH,
// MERGE, RETURNING that reads tables) is run in stages. First, part by part, the
// rows to be written and what RETURNING gives of them are computed into work
// tables; then, in the order in which PostgreSQL would come to the parts, they
// are written. Work tables are temporary, so that nothing of them is in the
// journal, and empty between statements.
type stage struct {
	a       *analyser
	queries []*withQuery // all of the statement
	with    *query       // WITH queries in sight of the part that is being written
	tables  int
	steps   []Step
	clean   []Step
}

// part is one change of a statement that is run in stages.
type part struct {
	c     *change
	name  string // as a WITH query
	reads []*cte
	work  string // work table of the rows to write: column r is the row's number, c1, c2, … the row
	rows  string // the work table with its alias in which RETURNING finds them; "" where there is none
	apply []Step
}

// modifying reports whether a WITH has a data-modifying query.
func modifying(w *pg_query.WithClause) bool {
	return slices.ContainsFunc(w.GetCtes(), func(n *pg_query.Node) bool {
		return n.GetCommonTableExpr().GetCtequery().GetSelectStmt() == nil
	})
}

// topWith analyses the WITH of a statement that is not inside another.
func (a *analyser) topWith(w *pg_query.WithClause) (*query, *scope) {
	q, outer := &query{}, &scope{}
	if modifying(w) {
		a.stage = &stage{a: a}
		outer.top = true
	}
	a.withClause(outer, q, w)
	outer.top = false
	a.reads = nil
	return q, outer
}

func (a *analyser) staged() bool { return a.stage != nil }

// modifyingQuery analyses a data-modifying WITH query.
func (a *analyser) modifyingQuery(sc *scope, q *query, n *pg_query.CommonTableExpr, recursive bool) {
	if !sc.top {
		a.fail(codeNotSupported, n.GetLocation(), "WITH clause containing a data-modifying statement must be at the top level")
	}
	if recursive && mentions(n.GetCtequery().ProtoReflect(), n.GetCtename()) {
		a.fail(codeRecursion, n.GetLocation(), "recursive query \"%s\" must not contain data-modifying statements", n.GetCtename())
	}
	inner := &scope{parent: sc}
	iq := &query{}
	saved := a.reads
	a.reads = nil
	p := &part{name: n.GetCtename()}
	switch x := n.GetCtequery().GetNode().(type) {
	case *pg_query.Node_InsertStmt:
		a.withClause(inner, iq, x.InsertStmt.GetWithClause())
		p.c = a.insertion(inner, x.InsertStmt)
	case *pg_query.Node_UpdateStmt:
		a.withClause(inner, iq, x.UpdateStmt.GetWithClause())
		p.c = a.update(inner, x.UpdateStmt)
	case *pg_query.Node_DeleteStmt:
		a.withClause(inner, iq, x.DeleteStmt.GetWithClause())
		p.c = a.deletion(inner, x.DeleteStmt)
	default:
		a.fail(codeNotSupported, -1, "MERGE not supported in WITH query")
	}
	a.aliases++
	c := &cte{name: p.name, alias: "w" + itoa(a.aliases), pos: n.GetLocation(), part: p}
	if p.c.returning != nil {
		out := &query{targets: p.c.returning}
		for _, t := range p.c.returning {
			out.cols = append(out.cols, outCol{t.name, t.e.typ, t.e.typmod})
		}
		c.cols = a.cteColumns(out, n)
	}
	p.reads, a.reads = a.reads, append(saved, a.reads...)
	c.reads = p.reads
	sc.ctes = append(sc.ctes, c)
	q.ctes = append(q.ctes, &withQuery{c: c, q: iq})
}

// stagedSelect translates a SELECT below a data-modifying WITH.
func (a *analyser) stagedSelect(s *pg_query.SelectStmt) *Plan {
	w, outer := a.topWith(s.GetWithClause())
	s.WithClause = nil
	q := a.selectQuery(outer, s, true)
	st := a.stage
	reads := a.reads
	order := st.compute(w, nil, reads)
	st.ensure(reads)
	m := st.step()
	m.queryAs(q, true)
	p := a.queryPlan(q)
	p.Writes = true
	st.add(m, Step{Returns: true, Counts: true})
	st.write(order)
	p.Steps = append(st.steps, st.clean...)
	return a.finishQuery(p)
}

// stagedPlan translates a change in stages; w are the WITH queries before it.
func (a *analyser) stagedPlan(w *query, c *change) *Plan {
	if a.stage == nil {
		a.stage = &stage{a: a}
	}
	st := a.stage
	main := &part{c: c, reads: a.reads}
	order := st.compute(w, main, main.reads)
	p := &Plan{Kind: Exec, Verb: c.verb, Writes: true}
	if c.returning != nil {
		p.Columns = a.columns(c.returning, true)
		m := st.step()
		m.WriteString("SELECT ")
		m.outputs(c.returning)
		m.WriteString(" FROM " + main.rows)
		st.add(m, Step{Returns: true, Counts: true})
	} else if main.rows != "" {
		st.text("SELECT 1 FROM "+main.rows, Step{Counts: true})
	}
	st.write(order)
	p.Steps = append(st.steps, st.clean...)
	return a.finish(p)
}

// step begins a statement that sees the WITH queries computed so far.
func (st *stage) step() *emitter {
	m := &emitter{a: st.a}
	m.with(st.with)
	return m
}

func (st *stage) add(m *emitter, s Step) {
	s.SQL, s.Binds = m.String(), m.binds
	st.steps = append(st.steps, s)
}

func (st *stage) text(sql string, s Step) {
	s.SQL = sql
	st.steps = append(st.steps, s)
}

// table makes a work table with columns c1 to cn.
func (st *stage) table(n int) string {
	st.tables++
	name := "temp.failoversql_work_" + itoa(st.tables) + "_" + itoa(n)
	columns := ""
	if n > 0 {
		columns = "," + workColumns(n)
	}
	st.text("CREATE TEMP TABLE IF NOT EXISTS "+strings.TrimPrefix(name, "temp.")+" (o INTEGER PRIMARY KEY,r"+columns+")", Step{})
	st.clean = append(st.clean, Step{SQL: "DELETE FROM " + name})
	return name
}

// workColumns lists c1, …, cn.
func workColumns(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		if i > 1 {
			b.WriteByte(',')
		}
		b.WriteString("c" + itoa(i))
	}
	return b.String()
}

// compute computes the rows of all parts, in the order in which they are written,
// which it returns. main is the statement itself where it is a change; reads are
// the WITH queries it reads.
func (st *stage) compute(w *query, main *part, reads []*cte) []*part {
	st.queries = w.ctes
	st.with = &query{recursive: w.recursive}
	order := st.order(main, reads)
	for i, p := range order {
		st.ensure(p.reads)
		with := st.with
		q := st.queryOf(p)
		if q != nil {
			st.with = &query{recursive: with.recursive || q.q.recursive, ctes: append(slices.Clone(with.ctes), q.q.ctes...)}
		}
		switch p.c.verb {
		case "INSERT":
			st.computeInsert(p, order[:i])
		case "MERGE":
			st.computeMerge(p)
		default:
			st.computeChange(p)
		}
		if q != nil && p.c.returning != nil {
			q.work = st.returned(p)
		}
		st.with = with
		st.see(q)
	}
	return order
}

func (st *stage) queryOf(p *part) *withQuery {
	for _, x := range st.queries {
		if x.c.part == p {
			return x
		}
	}
	return nil
}

// see puts a WITH query in sight of the steps that follow.
func (st *stage) see(x *withQuery) {
	if x != nil && (x.c.part == nil || x.work != "") {
		st.with.ctes = append(st.with.ctes, x)
	}
}

// ensure puts the plain WITH queries among reads in sight. One that is read more
// than once is computed once, whoever reads it.
func (st *stage) ensure(reads []*cte) {
	for _, c := range reads {
		i := slices.IndexFunc(st.queries, func(x *withQuery) bool { return x.c == c })
		if i < 0 || c.part != nil || slices.Contains(st.with.ctes, st.queries[i]) {
			continue
		}
		st.ensure(c.reads)
		x := st.queries[i]
		if c.uses > 1 {
			x.work = st.table(len(c.cols))
			m := st.insertInto(x.work, workColumns(len(c.cols)))
			m.query(x.q)
			st.add(m, Step{})
		}
		st.see(x)
	}
}

func (st *stage) insertInto(table, columns string) *emitter {
	m := st.step()
	m.WriteString("INSERT INTO " + table + " (" + columns + ") ")
	return m
}

// returned computes what RETURNING gives of the rows of a part.
func (st *stage) returned(p *part) string {
	out := st.table(len(p.c.returning))
	m := st.insertInto(out, workColumns(len(p.c.returning)))
	m.WriteString("SELECT ")
	for i, t := range p.c.returning {
		if i > 0 {
			m.WriteString(", ")
		}
		m.expr(t.e)
	}
	m.WriteString(" FROM " + p.rows)
	st.add(m, Step{})
	return out
}

func (st *stage) computeInsert(p *part, earlier []*part) {
	a, c := st.a, p.c
	t := c.src.table
	n := len(t.Columns)
	p.work = st.table(n)
	m := st.step()
	m.WriteString("INSERT INTO " + p.work)
	names := make([]string, len(c.fills))
	for i, f := range c.fills {
		names[i] = "c" + itoa(columnNumber(t, f.col))
	}
	if len(names) == 0 {
		// A row that is all NULL, once for each.
		names = []string{"r"}
	}
	m.WriteString(" (" + strings.Join(names, ",") + ") ")
	switch {
	case len(c.fills) > 0:
		a.rows(m, c)
	case c.sel != nil:
		m.WriteString("SELECT NULL FROM (")
		m.query(c.sel)
		m.WriteByte(')')
	default:
		m.WriteString("VALUES (NULL)" + strings.Repeat(",(NULL)", max(len(c.rows)-1, 0)))
	}
	st.add(m, Step{})

	columns, values := insertable(t)
	insert := func() *emitter {
		w := &emitter{a: a}
		w.WriteString("INSERT INTO " + tableName(t) + " AS " + c.src.alias + " (" + strings.Join(columns, ", ") + ")")
		rows := func() {
			w.WriteString("SELECT ")
			for i := range values {
				if i > 0 {
					w.WriteString(", ")
				}
				w.WriteString(values[i])
			}
			w.WriteString(" FROM " + p.work + " WHERE true ORDER BY o")
		}
		if c.conflict != nil && c.guarded() {
			all := *c
			all.fills = nil
			for i := range t.Columns {
				if t.Columns[i].Generated == "" {
					all.fills = append(all.fills, insertFill{col: &t.Columns[i]})
				}
			}
			a.onceOnly(w, &all, func() {
				w.WriteString("SELECT ")
				for i := range values {
					if i > 0 {
						w.WriteString(", ")
					}
					w.WriteString(values[i] + " AS c" + itoa(i+1))
				}
				w.WriteString(" FROM " + p.work + " ORDER BY o")
			})
		} else {
			w.WriteByte(' ')
			rows()
		}
		a.writeConflict(w, c)
		return w
	}
	w := insert()
	last := Step{SQL: w.String(), Binds: w.binds, Counts: c.conflict != nil && c.returning == nil && p.name == ""}
	p.apply = []Step{last}
	switch {
	case c.conflict == nil:
		st.becomes(c.src, 0)
		st.generated(p)
		p.rows = p.work + " AS " + workAlias
		return
	case c.returning == nil:
		return
	}
	// Only SQLite knows which rows conflict: the part is tried, with those that
	// come before it, and undone.
	if c.conflict.update && slices.ContainsFunc(c.conflict.set, func(x setItem) bool { return volatile(x.e) }) {
		a.refuse(c.insert.GetOnConflictClause().GetLocation(), "a sequence or volatile function in ON CONFLICT … DO UPDATE of such a statement")
	}
	out := st.table(n)
	st.text("SAVEPOINT failoversql_trial", Step{})
	for _, e := range earlier {
		st.steps = append(st.steps, e.apply...)
	}
	all := make([]string, n)
	marks := make([]string, n)
	for i := range t.Columns {
		all[i] = catalog.QuoteIdent(t.Columns[i].Name)
		marks[i] = "?" + itoa(i+1)
	}
	w.WriteString(" RETURNING " + strings.Join(all, ", "))
	st.add(w, Step{Keep: true})
	st.text("ROLLBACK TO failoversql_trial", Step{})
	st.text("RELEASE failoversql_trial", Step{})
	st.text("INSERT INTO "+out+" ("+workColumns(n)+") VALUES ("+strings.Join(marks, ",")+")", Step{Each: true})
	st.becomes(c.src, 0)
	p.rows = out + " AS " + workAlias
}

// insertable are the columns of a table that an INSERT writes, and those of a
// work table that hold their values.
func insertable(t *catalog.Table) (columns, values []string) {
	for i := range t.Columns {
		if t.Columns[i].Generated == "" {
			columns = append(columns, catalog.QuoteIdent(t.Columns[i].Name))
			values = append(values, "c"+itoa(i+1))
		}
	}
	return columns, values
}

func volatile(e *expr) bool {
	found := false
	e.walk(func(x *expr) bool {
		found = found || strings.Contains(x.tmpl, FuncNextval) || strings.Contains(x.tmpl, "random") || x.kind == exSub
		return !found
	})
	return found
}

func columnNumber(t *catalog.Table, c *catalog.Column) int {
	for i := range t.Columns {
		if &t.Columns[i] == c {
			return i + 1
		}
	}
	return 0
}

// workAlias is the alias of a work table.
const workAlias = "work"

// becomes makes a source stand for columns of a work table, from column first+1
// on.
func (st *stage) becomes(src *source, first int) {
	src.bare = workAlias
	src.cols = slices.Clone(src.cols)
	for i := range src.cols {
		src.cols[i].sql = "c" + itoa(first+i+1)
		src.cols[i].computed = false
	}
}

// generated computes the generated columns of new rows in a work table.
func (st *stage) generated(p *part) {
	a, t := st.a, p.c.src.table
	for i := range t.Columns {
		col := &t.Columns[i]
		if col.Generated == "" {
			continue
		}
		src := *p.c.src
		src.bare = noQualifier
		e := a.stored(col.Generated, "generated column \""+col.Name+"\"", &scope{items: []*nsItem{a.item(t.Name, &src)}, clause: inDefault})
		m := &emitter{a: a}
		m.WriteString("UPDATE " + p.work + " SET c" + itoa(i+1) + " = ")
		m.stored(a.assign(e, col), col)
		st.add(m, Step{})
	}
}

// computeChange computes the rows of an UPDATE or DELETE.
func (st *stage) computeChange(p *part) {
	a, c := st.a, p.c
	src, t := c.src, c.src.table
	var others []*source
	for _, f := range c.from {
		others = append(others, sources(f)...)
	}
	n := len(t.Columns)
	width := n
	if c.returning != nil {
		for _, o := range others {
			width += len(o.cols)
		}
	}
	p.work = st.table(width)
	row := a.rowid(src)
	columns := "r"
	if width > 0 {
		columns += "," + workColumns(width)
	}
	m := st.insertInto(p.work, columns)
	m.WriteString("SELECT " + src.alias + "." + row)
	for i := range t.Columns {
		m.WriteString(", ")
		if k := slices.IndexFunc(c.set, func(x setItem) bool { return x.col == &t.Columns[i] }); k >= 0 && c.set[k].e != nil {
			m.stored(c.set[k].e, &t.Columns[i])
		} else {
			m.rawColumn(a.columnOf(src, i))
		}
	}
	if c.returning != nil {
		for _, o := range others {
			for i := range o.cols {
				m.WriteString(", ")
				if o.cols[i].unknown {
					m.WriteString("NULL")
				} else {
					m.rawColumn(a.columnOf(o, i))
				}
			}
		}
	}
	m.WriteString(" FROM " + tableName(t) + " AS " + src.alias)
	for _, f := range c.from {
		m.joined(f)
	}
	if c.where != nil {
		m.WriteString(" WHERE ")
		m.expr(c.where)
	}
	if len(c.from) > 0 {
		m.WriteString(" GROUP BY 1")
	}
	st.add(m, Step{})
	p.apply = []Step{{SQL: st.applyChange(p, row)}}
	st.becomes(src, 0)
	if c.returning != nil {
		for first := n; len(others) > 0; others = others[1:] {
			st.becomes(others[0], first)
			first += len(others[0].cols)
		}
	}
	if c.verb == "UPDATE" {
		st.generated(p)
	}
	p.rows = p.work + " AS " + workAlias
}

// applyChange is the statement that makes an UPDATE or DELETE.
func (st *stage) applyChange(p *part, row string) string {
	t := p.c.src.table
	if p.c.verb == "DELETE" {
		return "DELETE FROM " + tableName(t) + " WHERE " + row + " IN (SELECT r FROM " + p.work + ")"
	}
	var set []string
	for _, x := range p.c.set {
		if x.e != nil {
			set = append(set, catalog.QuoteIdent(x.col.Name)+" = "+workAlias+".c"+itoa(columnNumber(t, x.col)))
		}
	}
	name := st.a.newAlias()
	return "UPDATE " + tableName(t) + " AS " + name + " SET " + strings.Join(set, ", ") + " FROM " + p.work + " AS " + workAlias + " WHERE " + name + "." + row + " = " + workAlias + ".r"
}

// sources are the sources of an item of FROM.
func sources(f fromNode) []*source {
	switch x := f.(type) {
	case *fromSource:
		return []*source{x.src}
	case *fromJoin:
		return append(sources(x.left), sources(x.right)...)
	}
	return nil
}

// write adds the steps that write the parts.
func (st *stage) write(order []*part) {
	for i, p := range order {
		for _, q := range order[:i] {
			st.apart(q, p)
		}
	}
	for _, p := range childrenFirst(order) {
		st.steps = append(st.steps, p.apply...)
	}
}

// order is the order in which PostgreSQL comes to the parts: the main statement
// draws those it reads, then the others run, the last one first.
func (st *stage) order(main *part, reads []*cte) []*part {
	var out []*part
	add := func(p *part) {
		if p != nil && !slices.Contains(out, p) {
			out = append(out, p)
		}
	}
	var draw func(list []*cte)
	draw = func(list []*cte) {
		for _, c := range list {
			draw(c.reads)
			add(c.part)
		}
	}
	draw(reads)
	add(main)
	for i := len(st.queries) - 1; i >= 0; i-- {
		if p := st.queries[i].c.part; p != nil {
			draw(p.reads)
			add(p)
		}
	}
	return out
}

// childrenFirst moves deletions of referencing rows before those of the rows
// they reference: PostgreSQL looks at foreign keys when all is done.
func childrenFirst(parts []*part) []*part {
	out := slices.Clone(parts)
	for range out {
		for i := range out {
			for j := i + 1; j < len(out); j++ {
				if out[i].c.verb == "DELETE" && out[j].c.verb == "DELETE" && references(out[j].c.src.table, out[i].c.src.table) && !references(out[i].c.src.table, out[j].c.src.table) {
					out[i], out[j] = out[j], out[i]
				}
			}
		}
	}
	return out
}

// apart refuses, when it runs, a statement two of whose parts write one row, or
// one of which writes a key that the other gives up: in PostgreSQL it depends on
// which comes first.
func (st *stage) apart(p, q *part) {
	t := p.c.src.table
	if q.c.src.table != t {
		return
	}
	for _, x := range []*part{p, q} {
		if x.c.verb == "MERGE" || x.c.conflict != nil && x.c.conflict.update {
			st.a.refuse(-1, "a statement of which two parts write table \"%s\", one by %s,", t.Name, map[bool]string{true: "MERGE", false: "ON CONFLICT DO UPDATE"}[x.c.verb == "MERGE"])
		}
	}
	raise := unescapeTemplate(st.a.raise(codeNotSupported, "a statement of which two parts write one row or key of table \""+t.Name+"\" is not supported on the SQLite fallback"))
	row := st.a.rowid(p.c.src)
	switch pi, qi := p.c.verb == "INSERT", q.c.verb == "INSERT"; {
	case !pi && !qi:
		st.text("SELECT "+raise+" WHERE EXISTS (SELECT r FROM "+p.work+" INTERSECT SELECT r FROM "+q.work+")", Step{})
	case pi != qi:
		ins, other := p, q
		if qi {
			ins, other = q, p
		}
		for _, keys := range uniqueKeys(t) {
			var on string
			for _, k := range keys {
				i := slices.IndexFunc(t.Columns, func(c catalog.Column) bool { return c.Name == k })
				on += " AND t." + catalog.QuoteIdent(k) + " = i.c" + itoa(i+1)
			}
			st.text("SELECT "+raise+" WHERE EXISTS (SELECT 1 FROM "+ins.work+" AS i JOIN "+other.work+" AS d ON i.o <> d.o JOIN "+tableName(t)+" AS t ON t."+row+" = d.r"+on+")", Step{})
		}
	}
}

// uniqueKeys are the columns of a table's unique keys.
func uniqueKeys(t *catalog.Table) [][]string {
	var out [][]string
	for _, k := range t.Constraints {
		if k.Kind == 'p' || k.Kind == 'u' {
			out = append(out, k.Columns)
		}
	}
	for _, x := range t.Indexes {
		var keys []string
		for _, k := range x.Keys {
			keys = append(keys, k.Column)
		}
		if x.Unique && !x.Constraint && !slices.Contains(keys, "") {
			out = append(out, keys)
		}
	}
	return out
}
