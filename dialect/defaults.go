package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// hasDefault reports whether a column is filled where an INSERT leaves it out.
func (a *analyser) hasDefault(c *catalog.Column) bool {
	return c.Default != "" || c.Identity != "" || a.domainDefault(c.Type) != ""
}

func (a *analyser) domainDefault(oid uint32) string {
	for t := a.typ(oid); t.kind == 'd'; t = a.typ(t.base) {
		if t.user != nil && t.user.Default != "" {
			return t.user.Default
		}
	}
	return ""
}

// defaultOf is a column's default, analysed and converted to its type.
func (a *analyser) defaultOf(c *catalog.Column) *expr {
	if c.Identity != "" {
		return a.assign(a.nextvalOf(c.Sequence, -1), c)
	}
	text := c.Default
	if text == "" {
		text = a.domainDefault(c.Type)
	}
	if text == "" {
		return a.assign(&expr{kind: exUnknown, typ: oidUnknown, typmod: -1, pos: -1, null: true}, c)
	}
	return a.assign(a.stored(text, "default of column \""+c.Name+"\"", &scope{clause: inDefault}), c)
}

// stored analyses an expression kept in the catalog, as pg_get_expr printed it.
func (a *analyser) stored(text, what string, sc *scope) *expr {
	a.quiet++
	a.trusted++
	defer func() { a.quiet--; a.trusted-- }()
	tree, err := pg_query.Parse("SELECT " + text)
	if err != nil || len(tree.GetStmts()) != 1 {
		a.refuse(-1, "%s", what)
	}
	list := tree.GetStmts()[0].GetStmt().GetSelectStmt().GetTargetList()
	if len(list) != 1 {
		a.refuse(-1, "%s", what)
	}
	return a.expr(sc, list[0].GetResTarget().GetVal())
}
