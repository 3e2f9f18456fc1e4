package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// Writing through a view writes the table under it: the view's columns stand for
// the table's, and its WHERE says which rows there are.

// viewTarget is a view that a statement writes through.
type viewTarget struct {
	view    *catalog.View
	exprs   []*expr           // its columns, over the table
	columns []*catalog.Column // those of the table, or ones of the view's own that cannot be written
	fixed   []fixedColumn     // the latter
	where   *expr
	own     *expr       // the part of where that is the view's own
	checks  []viewCheck // what new rows must satisfy, those of the views below first
}

// fixedColumn is a column that some view on the way has of its own.
type fixedColumn struct {
	col  *catalog.Column
	view *catalog.View
}

// viewCheck is the condition of a view with a CHECK OPTION.
type viewCheck struct {
	view      *catalog.View
	condition *expr
}

func (w *viewTarget) isFixed(col *catalog.Column) *catalog.View {
	for _, f := range w.fixed {
		if f.col == col {
			return f.view
		}
	}
	return nil
}

// viewVerb is what a statement does to a view, in PostgreSQL's words.
type viewVerb struct{ letter, cannot, enabling, event string }

var viewVerbs = map[string]viewVerb{
	"INSERT": {"a", "insert into", "inserting into", "INSERT"},
	"UPDATE": {"w", "update", "updating", "UPDATE"},
	"DELETE": {"d", "delete from", "deleting from", "DELETE"},
}

// viewSource is the table under a view that a statement writes through.
func (a *analyser) viewSource(v *catalog.View, rv *pg_query.RangeVar, verb string) *source {
	w := viewVerbs[verb]
	a.wants = append(a.wants, &want{view: v, letter: w.letter[0]})
	a.quiet++
	a.trusted++
	defer func() { a.quiet--; a.trusted-- }()
	return a.writtenView(v, w, rv.GetLocation(), false)
}

// writtenView is the table under a view, or under the views that it is over.
// cascaded says that a view above has a CHECK OPTION for all below it.
func (a *analyser) writtenView(v *catalog.View, w viewVerb, pos int32, cascaded bool) *source {
	if a.depth++; a.depth > 64 {
		a.refuse(pos, "views nested this deeply")
	}
	defer func() { a.depth-- }()
	why := ""
	switch {
	case v.Kind == 'm':
		a.fail(codeWrongObject, -1, "cannot change materialized view \"%s\"", v.Name)
	case !v.Automatic:
		why = "which has triggers, rules, defaults, grants on columns or security_barrier"
	case v.Invoker:
		why = "which is a security_invoker"
	case strings.Contains(v.Privileges, w.letter) && !strings.Contains(v.Privileges, "r"):
		why = "which the role may not read"
	}
	if why != "" {
		a.refuse(pos, "writing through view \"%s\", %s,", v.Name, why)
	}
	if !v.OwnerReads {
		a.refuse(pos, "view \"%s\", whose owner may not read all that it reads or reads it under row security,", v.Name)
	}
	tree, err := pg_query.Parse(v.Def)
	if err != nil || len(tree.GetStmts()) != 1 || tree.GetStmts()[0].GetStmt().GetSelectStmt() == nil {
		a.refuse(pos, "view \"%s\"", v.Name)
	}
	s := tree.GetStmts()[0].GetStmt().GetSelectStmt()
	a.updatableView(v, w, viewForm(s))
	base := s.GetFromClause()[0].GetRangeVar()
	if !strings.Contains(v.OwnerWrites, w.letter) {
		a.refuse(pos, "writing through view \"%s\", whose owner may not write what is under it,", v.Name)
	}
	cascaded = cascaded || v.Check == "cascaded"
	var src *source
	if t := a.cat.Table(base.GetSchemaname(), base.GetRelname()); t != nil && a.systemSchema(base) == "" {
		src = a.writtenTable(t, pos)
	} else if inner := a.cat.View(base.GetSchemaname(), base.GetRelname()); inner != nil && a.systemSchema(base) == "" {
		src = a.writtenView(inner, w, pos, cascaded)
	} else {
		a.refuse(pos, "writing through view \"%s\", which is not over a table,", v.Name)
	}
	src.through = a.viewColumns(v, w, s, src, pos)
	if cond := src.through.own; cond != nil && (cascaded || v.Check != "") && w.event != "DELETE" {
		src.through.checks = append(src.through.checks, viewCheck{v, cond})
	}
	return src
}

// viewColumns analyses the columns and the condition of a view over src.
func (a *analyser) viewColumns(v *catalog.View, w viewVerb, s *pg_query.SelectStmt, src *source, pos int32) *viewTarget {
	out := &viewTarget{view: v}
	inner := src.through
	if inner != nil {
		out.where, out.checks = inner.where, slices.Clone(inner.checks)
	}
	sc := &scope{q: &query{}, items: []*nsItem{a.targetItem(s.GetFromClause()[0].GetRangeVar(), src)}}
	saved := a.lastSet
	targets := a.targetList(sc, s.GetTargetList())
	a.lastSet = saved
	for what, is := range map[string]func(*expr) bool{
		"aggregate":     func(x *expr) bool { return x.kind == exAgg },
		"window":        func(x *expr) bool { return x.kind == exWindow },
		"set-returning": func(x *expr) bool { return x.retset },
	} {
		for _, t := range targets {
			t.e.walk(func(x *expr) bool {
				if is(x) {
					a.updatableView(v, w, "Views that return "+what+" functions")
				}
				return true
			})
		}
	}
	if len(targets) != len(v.Columns) {
		a.refuse(pos, "view \"%s\"", v.Name)
	}
	updatable := false
	for i, t := range targets {
		if t.e.kind == exRow {
			a.refuse(pos, "writing through view \"%s\", which has a row as a column,", v.Name)
		}
		e := a.settleUnknown(a.scalar(t.e))
		var col *catalog.Column
		if e.kind == exColumn && e.src == src {
			col, updatable = &src.table.Columns[e.col], true
			if slices.Contains(out.columns, col) {
				a.refuse(pos, "writing through view \"%s\", which has a column of its table twice,", v.Name)
			}
		} else if k := inner.columnOf(s, i); k >= 0 {
			col = inner.columns[k]
			out.fixed = append(out.fixed, fixedColumn{col, inner.isFixed(col)})
		} else {
			own := v.Columns[i]
			col = &own
			out.fixed = append(out.fixed, fixedColumn{col, v})
		}
		out.exprs, out.columns = append(out.exprs, e), append(out.columns, col)
	}
	if !updatable && w.event != "DELETE" {
		a.updatableView(v, w, "Views that have no updatable columns")
	}
	if s.GetWhereClause() != nil {
		out.own = a.condition(sc.with(inWhere), s.GetWhereClause(), "WHERE")
		if out.where == nil {
			out.where = out.own
		} else {
			out.where = junction(-1, "AND", out.where, out.own)
		}
	}
	return out
}

// columnOf is the column of a view below that output i of a view's query is, -1
// where it is none.
func (w *viewTarget) columnOf(s *pg_query.SelectStmt, i int) int {
	if w == nil || i >= len(s.GetTargetList()) {
		return -1
	}
	fields := s.GetTargetList()[i].GetResTarget().GetVal().GetColumnRef().GetFields()
	if len(fields) == 0 {
		return -1
	}
	name := fields[len(fields)-1].GetString_().GetSval()
	return slices.IndexFunc(w.view.Columns, func(c catalog.Column) bool { return c.Name == name })
}

// updatableView fails where a view is of a form that PostgreSQL does not write
// through; form is empty where it is not.
func (a *analyser) updatableView(v *catalog.View, w viewVerb, form string) {
	if form == "" {
		return
	}
	e := a.error("55000", -1, "cannot %s view \"%s\"", w.cannot, v.Name)
	e.Detail = form + " are not automatically updatable."
	e.Hint = "To enable " + w.enabling + " the view, provide an INSTEAD OF " + w.event + " trigger or an unconditional ON " + w.event + " DO INSTEAD rule."
	panic(e)
}

// viewForm names what makes the syntax of a view one that is not written
// through, in PostgreSQL's order; aggregates and the like are found later.
func viewForm(s *pg_query.SelectStmt) string {
	from := s.GetFromClause()
	switch {
	case len(s.GetDistinctClause()) > 0:
		return "Views containing DISTINCT"
	case len(s.GetGroupClause()) > 0:
		return "Views containing GROUP BY"
	case s.GetHavingClause() != nil:
		return "Views containing HAVING"
	case s.GetOp() != pg_query.SetOperation_SETOP_NONE:
		return "Views containing UNION, INTERSECT, or EXCEPT"
	case s.GetWithClause() != nil:
		return "Views containing WITH"
	case s.GetLimitCount() != nil || s.GetLimitOffset() != nil:
		return "Views containing LIMIT or OFFSET"
	case len(from) == 1 && from[0].GetRangeTableSample() != nil:
		return "Views containing TABLESAMPLE"
	case len(from) != 1 || from[0].GetRangeVar() == nil:
		return "Views that do not select from a single table or view"
	}
	return ""
}

// targetItem is the name of the relation that a statement writes.
func (a *analyser) targetItem(rv *pg_query.RangeVar, src *source) *nsItem {
	it := a.item(targetName(rv), src)
	w := src.through
	if w == nil {
		return it
	}
	it.src, it.schema, it.relation, it.view, it.cols = nil, w.view.Schema, w.view.Name, true, make([]nsCol, len(w.exprs))
	for i, e := range w.exprs {
		it.cols[i] = nsCol{name: w.view.Columns[i].Name, e: e}
	}
	return it
}

// writesTo notes a write of a source, with the role's privileges or, under a
// view, those of its owner.
func (a *analyser) writesTo(src *source, letter string, columns ...string) {
	if src.through != nil {
		a.trusted++
		defer func() { a.trusted-- }()
	}
	a.use(src.table, letter, columns...)
}

// targets are all the columns that a statement can name as targets, in order.
func (src *source) targets() []assignTarget {
	var out []assignTarget
	if w := src.through; w != nil {
		for i, c := range w.columns {
			out = append(out, assignTarget{col: c, name: w.view.Columns[i].Name})
		}
		return out
	}
	for i := range src.table.Columns {
		c := &src.table.Columns[i]
		out = append(out, assignTarget{col: c, name: c.Name})
	}
	return out
}

// defaultThroughView refuses SET … = DEFAULT through a view, where PostgreSQL
// takes the view's default, which is NULL.
func (a *analyser) defaultThroughView(src *source, t assignTarget) {
	if src.through != nil && src.through.isFixed(t.col) == nil {
		a.refuse(t.pos, "SET to DEFAULT through a view")
	}
}

// target finds a target column by name, and gives the name of its relation.
func (src *source) target(name string) (*catalog.Column, string) {
	w := src.through
	if w == nil {
		return src.table.Column(name), src.table.Name
	}
	for i := range w.columns {
		if w.view.Columns[i].Name == name {
			return w.columns[i], w.view.Name
		}
	}
	return nil, w.view.Name
}

// throughView finishes a change that is made through a view: its columns must
// be the table's, and its condition chooses the rows.
func (a *analyser) throughView(c *change) {
	w := c.src.through
	if w == nil {
		return
	}
	cols := slices.Clone(c.cols)
	for _, x := range c.set {
		cols = append(cols, x.col)
	}
	for _, col := range w.columns {
		if of := w.isFixed(col); of != nil && slices.Contains(cols, col) {
			e := a.error(codeNotSupported, -1, "cannot %s column \"%s\" of view \"%s\"", viewVerbs[c.verb].cannot, col.Name, of.Name)
			e.Detail = "View columns that are not columns of their base relation are not updatable."
			panic(e)
		}
	}
	c.checks = w.checks
	switch {
	case c.verb == "INSERT" || w.where == nil:
	case c.where == nil:
		c.where = w.where
	default:
		c.where = junction(-1, "AND", w.where, c.where)
	}
}

// checkRows is an expression over the row just written that fails where a view's
// CHECK OPTION does not take it: in RETURNING, which SQLite computes after each
// row, once its other constraints have been looked at.
func (a *analyser) checkRows(c *change) *expr {
	t := c.src.table
	out := constant(oidInt4, -1, int64(1))
	if len(t.Columns) > maxFields || !t.Local && !strings.Contains(t.Privileges, "r") {
		a.refuse(-1, "a CHECK OPTION over table \"%s\", which is wider than %d columns or which the role may not read,", t.Name, maxFields)
	}
	for _, k := range slices.Backward(c.checks) {
		k.condition.walk(func(x *expr) bool {
			if x.kind == exSub {
				a.refuse(-1, "the CHECK OPTION of view \"%s\", which reads other tables,", k.view.Name)
			}
			return true
		})
		tmpl := a.fn(pgfunc.CheckOption) + "(" + escapeTemplate(quoteText(k.view.Name)) + ",$3"
		args := []*expr{k.condition, out, a.fact("tz", -1)}
		for i := range t.Columns {
			args = append(args, a.columnOf(c.src, i))
			tmpl += "," + a.descriptor(t.Columns[i].Type) + ",$" + itoa(len(args))
		}
		out = call(oidInt4, -1, "CASE WHEN $1 THEN $2 ELSE "+tmpl+") END", args...)
	}
	return out
}
