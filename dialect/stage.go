package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
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
			out.cols = append(out.cols, outCol{name: t.name, typ: t.e.typ, typmod: t.e.typmod})
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
		if len(p.c.checks) > 0 {
			st.a.refuse(-1, "writing through view \"%s\", which has a CHECK OPTION, in a statement of several parts", p.c.src.through.view.Name)
		}
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
