package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// FOR UPDATE and its weaker forms take the writer's place: there is one writer,
// so that every row is locked while it is held. That also makes SKIP LOCKED
// exact: when the statement has the place, nobody holds a row, so that there is
// none to skip.

// lockingClauses analyses the locking clauses of a query.
func (a *analyser) lockingClauses(sc *scope, q *query, nodes []*pg_query.Node) {
	what := lockName(nodes[0])
	a.mayLock(q, what)
	if q.values != nil {
		a.fail(codeNotSupported, -1, "%s cannot be applied to VALUES", what)
	}
	for _, n := range nodes {
		a.lockingClause(sc, n)
	}
	a.locking = "SELECT " + what
}

// mayLock fails for queries whose rows are not those of tables.
func (a *analyser) mayLock(q *query, what string) {
	var how string
	switch {
	case q.op != "":
		how = "UNION/INTERSECT/EXCEPT"
	case q.distinct || q.distinctOn != nil:
		how = "DISTINCT clause"
	default:
		how = q.unlockable
	}
	if how != "" {
		a.fail(codeNotSupported, -1, "%s is not allowed with %s", what, how)
	}
}

func (a *analyser) lockingClause(sc *scope, n *pg_query.Node) {
	c := n.GetLockingClause()
	what := lockName(n)
	items := sc.items
	if len(c.GetLockedRels()) > 0 {
		items = nil
	}
	for _, r := range c.GetLockedRels() {
		rv := r.GetRangeVar()
		if rv.GetSchemaname() != "" || rv.GetCatalogname() != "" {
			a.fail(codeSyntax, rv.GetLocation(), "%s must specify unqualified relation names", what)
		}
		it := lockedItem(sc, rv.GetRelname())
		if it == nil {
			a.fail(codeUndefinedTable, rv.GetLocation(), "relation \"%s\" in %s clause not found in FROM clause", rv.GetRelname(), what)
		}
		if kind := notLockable(sc, it); kind != "" {
			a.fail(codeNotSupported, rv.GetLocation(), "%s cannot be applied to a %s", what, kind)
		}
		items = append(items, it)
	}
	for _, it := range items {
		if it.src != nil && notLockable(sc, it) == "" {
			a.lock(sc.q, it.src, what, c.GetWaitPolicy())
		}
	}
}

func lockedItem(sc *scope, name string) *nsItem {
	for _, it := range sc.items {
		if it.relVisible && it.name == name {
			return it
		}
	}
	return nil
}

// notLockable is what an item of FROM is, where it has no rows of tables.
func notLockable(sc *scope, it *nsItem) string {
	if it.src == nil {
		return "join"
	}
	if it.src.table != nil {
		return ""
	}
	f := sc.q.sourceOf(it.src)
	switch {
	case f == nil, f.fn != nil:
		return "function"
	case f.q == nil:
		return "WITH query"
	}
	return ""
}

// sourceOf is the item of FROM that a source belongs to.
func (q *query) sourceOf(src *source) *fromSource {
	for _, f := range q.from {
		if found := findSource(f, src); found != nil {
			return found
		}
	}
	return nil
}

func findSource(f fromNode, src *source) *fromSource {
	switch x := f.(type) {
	case *fromSource:
		if x.src == src {
			return x
		}
	case *fromJoin:
		if found := findSource(x.left, src); found != nil {
			return found
		}
		return findSource(x.right, src)
	}
	return nil
}

// lock locks a table, or the tables of a subquery or view.
func (a *analyser) lock(q *query, src *source, what string, wait pg_query.LockWaitPolicy) {
	if src.nullable {
		a.fail(codeNotSupported, -1, "%s cannot be applied to the nullable side of an outer join", what)
	}
	if t := src.table; t != nil {
		a.use(t, "w")
		if wait == pg_query.LockWaitPolicy_LockWaitError {
			a.noWait = "could not obtain lock on row in relation \"" + t.Name + "\""
		}
		return
	}
	f := q.sourceOf(src)
	if f == nil || f.q == nil {
		return
	}
	if f.view == nil {
		a.mayLock(f.q, what)
	}
	for _, x := range f.q.from {
		for _, s := range sources(x) {
			a.lock(f.q, s, what, wait)
		}
	}
}

func lockName(n *pg_query.Node) string {
	switch n.GetLockingClause().GetStrength() {
	case pg_query.LockClauseStrength_LCS_FORKEYSHARE:
		return "FOR KEY SHARE"
	case pg_query.LockClauseStrength_LCS_FORSHARE:
		return "FOR SHARE"
	case pg_query.LockClauseStrength_LCS_FORNOKEYUPDATE:
		return "FOR NO KEY UPDATE"
	}
	return "FOR UPDATE"
}
