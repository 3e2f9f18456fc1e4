package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// deleteItself makes two steps of a DELETE whose rows may delete one another by
// way of foreign keys. PostgreSQL deletes all the rows and then follows the
// keys; SQLite follows them row by row, and rows that are gone when their turn
// comes would be missing from the count and from RETURNING. So these come from
// a query that runs first.
func (a *analyser) deleteItself(p *Plan, s *pg_query.DeleteStmt, q *query, src *source, sc *scope, where *expr, del *emitter) *Plan {
	if len(s.GetUsingClause()) > 0 {
		a.refuse(s.GetRelation().GetLocation(), "DELETE … USING of a table whose rows delete one another")
	}
	m := &emitter{a: a}
	m.with(q)
	start := m.Len()
	m.WriteString(" FROM " + sqliteTable(src.table) + " AS " + src.alias)
	if where != nil {
		m.WriteString(" WHERE ")
		m.expr(where)
	}
	end := m.Len()
	a.returning(m, p, src, sc.items, s.GetReturningList())
	text := m.String()
	columns := strings.TrimPrefix(text[end:], " RETURNING ")
	if columns == "" {
		columns = "1"
	}
	p.Steps = []Step{
		{SQL: text[:start] + "SELECT " + columns + text[start:end], Binds: m.binds, Returns: p.Columns != nil, Counts: true},
		{SQL: del.String(), Binds: del.binds},
	}
	return a.finish(p)
}
