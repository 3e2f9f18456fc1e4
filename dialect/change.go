package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// A change is an analysed INSERT, UPDATE, DELETE or MERGE.
type change struct {
	verb  string
	src   *source // the table that is written
	scope *scope  // the names that RETURNING sees

	// INSERT
	insert   *pg_query.InsertStmt
	cols     []*catalog.Column // those given
	rows     [][]*expr         // VALUES
	sel      *query            // or a query
	selSrc   *source
	given    []*expr // its columns, converted
	fills    []insertFill
	conflict *conflict

	// UPDATE, DELETE
	from  []fromNode
	set   []setItem
	where *expr

	checks []viewCheck // of the views that it is made through
	merge  *merge

	returning []*target // nil without RETURNING
}

// analyseReturning analyses RETURNING.
func (a *analyser) analyseReturning(c *change, nodes []*pg_query.Node) {
	if len(nodes) == 0 {
		return
	}
	c.returning = a.targetList(c.scope.with(inReturning), nodes)
	for _, t := range c.returning {
		t.e = a.output(t.e)
	}
}

// needsStage reports whether RETURNING gives what SQLite's cannot: it knows only
// columns of the row written.
func (c *change) needsStage() bool {
	stage := false
	for _, t := range c.returning {
		t.e.walk(func(x *expr) bool {
			stage = stage || x.kind == exSub || x.kind == exColumn && x.src != c.src
			return true
		})
	}
	return stage
}

// changePlan is the plan of a change that SQLite makes in one statement, written
// up to its RETURNING.
func (a *analyser) changePlan(m *emitter, c *change) *Plan {
	p := &Plan{Kind: Exec, Verb: c.verb, Writes: true}
	if c.returning != nil {
		// In RETURNING SQLite knows the columns by their bare names.
		c.src.bare = noQualifier
		m.WriteString(" RETURNING ")
		m.outputs(c.returning)
		p.Columns = a.columns(c.returning, true)
	}
	if len(c.checks) > 0 {
		check := a.checkRows(c)
		c.src.bare = noQualifier
		if c.returning != nil {
			m.WriteString(", ")
		} else {
			m.WriteString(" RETURNING ")
		}
		m.expr(check)
	}
	// Without RETURNING of its own the rows are read for their checks alone.
	p.Steps = []Step{{SQL: m.String(), Binds: m.binds, Returns: p.Columns != nil, Keep: p.Columns == nil && len(c.checks) > 0, Counts: true}}
	return a.finish(p)
}

// outputs writes output columns that go to the client.
func (m *emitter) outputs(targets []*target) {
	for i, t := range targets {
		if i > 0 {
			m.WriteString(", ")
		}
		m.output(&query{}, t.e, true)
	}
}
