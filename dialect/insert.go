package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// writeTarget resolves the table of an INSERT, UPDATE or DELETE.
func (a *analyser) writeTarget(rv *pg_query.RangeVar, verb string) *source {
	a.hiddenSchema(rv.GetSchemaname(), rv.GetLocation())
	a.absentRelation(rv)
	t := a.cat.Table(rv.GetSchemaname(), rv.GetRelname())
	if t == nil || a.systemSchema(rv) != "" {
		if v := a.cat.View(rv.GetSchemaname(), rv.GetRelname()); v != nil {
			return a.viewSource(v, rv, verb)
		}
		a.noRelation(rv)
	}
	return a.writtenTable(t, rv.GetLocation())
}

// writtenTable is the source of a table that is written.
func (a *analyser) writtenTable(t *catalog.Table, pos int32) *source {
	if t.UserTriggers {
		a.refuse(pos, "writing table \"%s\", which has triggers or rules,", t.Name)
	}
	if t.Kind == 'p' {
		a.refuse(pos, "writing partitioned table \"%s\"", t.Name)
	}
	return a.tableSource(t, pos)
}

func targetName(rv *pg_query.RangeVar) string {
	if rv.GetAlias() != nil {
		return rv.GetAlias().GetAliasname()
	}
	return rv.GetRelname()
}

// insertPlan translates an INSERT.
func (a *analyser) insertPlan(s *pg_query.InsertStmt) *Plan {
	q, outer := a.topWith(s.GetWithClause())
	c := a.insertion(outer, s)
	if a.staged() || c.needsStage() {
		return a.stagedPlan(q, c)
	}
	m := &emitter{a: a}
	m.with(q)
	m.WriteString("INSERT INTO " + tableName(c.src.table) + " AS " + c.src.alias)
	a.writeRows(m, c)
	a.writeConflict(m, c)
	return a.changePlan(m, c)
}

// insertion analyses an INSERT.
func (a *analyser) insertion(outer *scope, s *pg_query.InsertStmt) *change {
	src := a.writeTarget(s.GetRelation(), "INSERT")
	t := src.table
	c := &change{verb: "INSERT", src: src, insert: s}
	targets := a.insertTargets(src, s)
	it := a.targetItem(s.GetRelation(), src)
	c.scope = &scope{parent: outer, items: []*nsItem{it}}
	ss := s.GetSelectStmt().GetSelectStmt()
	switch {
	case ss == nil: // DEFAULT VALUES
		c.rows = [][]*expr{nil}
	case len(ss.GetValuesLists()) > 0 && plainValues(ss):
		c.cols, c.rows = a.insertRows(outer, targets, s, ss)
	default:
		c.sel = a.selectQuery(outer, ss, false)
		a.insertWidth(len(c.sel.cols), len(targets), s, ss)
		a.assignSelect(outer, c, targets[:len(c.sel.cols)])
	}
	a.throughView(c)
	a.writesTo(src, "a", columnNames(c.cols)...)
	c.fills = a.fills(t, c.cols, s.GetOverride())
	if s.GetOnConflictClause() != nil {
		c.conflict = a.conflict(outer, s, src, it, c.multi())
	}
	a.analyseReturning(c, s.GetReturningList())
	return c
}

// multi reports whether an INSERT may write more than one row.
func (c *change) multi() bool { return c.sel != nil && !c.sel.single || len(c.rows) > 1 }

// plainValues reports whether a VALUES is only rows.
func plainValues(s *pg_query.SelectStmt) bool {
	return len(s.GetSortClause()) == 0 && s.GetLimitCount() == nil && s.GetLimitOffset() == nil && s.GetWithClause() == nil
}

// insertTargets are the target columns, or parts of them, as named or all.
func (a *analyser) insertTargets(src *source, s *pg_query.InsertStmt) []assignTarget {
	var out []assignTarget
	if len(s.GetCols()) == 0 {
		return src.targets()
	}
	for _, n := range s.GetCols() {
		rt := n.GetResTarget()
		c := a.assignTarget(src, rt)
		for _, other := range out {
			if other.col == c.col && (len(c.path) == 0 || len(other.path) == 0) {
				a.fail(codeDuplicateColumn, rt.GetLocation(), "column \"%s\" specified more than once", c.name)
			}
		}
		out = append(out, c)
	}
	return out
}

// targetColumns are the columns of targets, each once.
func targetColumns(targets []assignTarget) []*catalog.Column {
	var out []*catalog.Column
	for _, t := range targets {
		if !slices.Contains(out, t.col) {
			out = append(out, t.col)
		}
	}
	return out
}

// gather makes the values of columns of those of targets: parts of one column
// are put into it one after the other.
func (a *analyser) gather(sc *scope, targets []assignTarget, values []*expr) []*expr {
	cols := targetColumns(targets)
	out := make([]*expr, len(cols))
	for i, t := range targets {
		if values[i] == nil {
			a.defaultAllowed(t)
			continue
		}
		k := slices.Index(cols, t.col)
		base := out[k]
		if base == nil && len(t.path) > 0 {
			typ, _ := a.baseAndMod(t.col.Type, -1)
			base = constant(typ, -1, nil)
		}
		out[k] = a.assignTo(sc, t, base, values[i])
	}
	return out
}

// insertWidth checks the number of expressions against the columns.
func (a *analyser) insertWidth(n, cols int, s *pg_query.InsertStmt, ss *pg_query.SelectStmt) {
	if n > cols {
		at := int32(-1)
		if lists := ss.GetValuesLists(); len(lists) > 0 {
			if items := lists[0].GetList().GetItems(); cols < len(items) {
				at = nodeLocation(items[cols])
			}
		} else if tl := ss.GetTargetList(); cols < len(tl) {
			at = nodeLocation(tl[cols].GetResTarget().GetVal())
		}
		a.fail(codeSyntax, at, "INSERT has more expressions than target columns")
	}
	if len(s.GetCols()) > 0 && n < cols {
		a.fail(codeSyntax, s.GetCols()[n].GetResTarget().GetLocation(), "INSERT has more target columns than expressions")
	}
}

// insertRows analyses VALUES rows and gives the columns they fill; a nil element
// is DEFAULT.
func (a *analyser) insertRows(sc *scope, targets []assignTarget, s *pg_query.InsertStmt, ss *pg_query.SelectStmt) ([]*catalog.Column, [][]*expr) {
	in := &scope{parent: sc, clause: inValues}
	var rows [][]*expr
	width := len(ss.GetValuesLists()[0].GetList().GetItems())
	for i, l := range ss.GetValuesLists() {
		items := l.GetList().GetItems()
		if i == 0 {
			a.insertWidth(len(items), len(targets), s, ss)
		} else if len(items) != width {
			a.fail(codeSyntax, rowLocation(l), "VALUES lists must all be the same length")
		}
		values := make([]*expr, len(items))
		for j, n := range items {
			if n.GetSetToDefault() != nil {
				continue
			}
			a.writable(targets[j].col, s.GetOverride())
			values[j] = a.scalar(a.expr(in, n))
		}
		rows = append(rows, a.gather(in, targets[:width], values))
	}
	return targetColumns(targets[:width]), rows
}

// writable fails for a value given to a generated or GENERATED ALWAYS column.
func (a *analyser) writable(c *catalog.Column, o pg_query.OverridingKind) {
	if c.Generated != "" {
		e := a.error(codeGeneratedAlways, -1, "cannot insert a non-DEFAULT value into column \"%s\"", c.Name)
		e.Detail = "Column \"" + c.Name + "\" is a generated column."
		panic(e)
	}
	if c.Identity == "a" && o != pg_query.OverridingKind_OVERRIDING_SYSTEM_VALUE && o != pg_query.OverridingKind_OVERRIDING_USER_VALUE {
		e := a.error(codeGeneratedAlways, -1, "cannot insert a non-DEFAULT value into column \"%s\"", c.Name)
		e.Detail = "Column \"" + c.Name + "\" is an identity column defined as GENERATED ALWAYS."
		e.Hint = "Use OVERRIDING SYSTEM VALUE to override."
		panic(e)
	}
}

// assign converts e to a column's type, as an assignment does.
func (a *analyser) assign(e *expr, c *catalog.Column) *expr { return a.assignNamed(e, c, c.Name) }

// assignNamed is assign to a column that a statement calls by another name.
func (a *analyser) assignNamed(e *expr, c *catalog.Column, name string) *expr {
	pos := e.pos
	out := a.coerce(e, c.Type, c.Typmod, assignment, pos)
	if out == nil {
		a.failHint(codeDatatypeMismatch, pos, "You will need to rewrite or cast the expression.",
			"column \"%s\" is of type %s but expression is of type %s", name, a.typeName(c.Type), a.typeName(e.typ))
	}
	return out
}

// stored writes an expression assigned to a column in the form the column
// stores.
func (m *emitter) stored(e *expr, c *catalog.Column) {
	scale, ok := m.a.scaled(c.Type, c.Typmod)
	if !ok {
		m.expr(e)
		return
	}
	if e.isNull() {
		m.WriteString("NULL")
		return
	}
	if e.kind == exColumn {
		if s, stored := m.a.storedScale(e); stored && s == scale {
			m.rawColumn(e)
			return
		}
	}
	if strings.HasPrefix(e.tmpl, funcNumericTypmod+"(") && e.kind == exCall && len(e.args) == 2 {
		// Both in one call.
		m.WriteString(m.a.fn(pgfunc.AssignNumeric))
		m.WriteByte('(')
		m.expr(e.args[0])
		m.WriteByte(',')
		m.expr(e.args[1])
		m.WriteByte(')')
		return
	}
	m.WriteString(m.a.fn(funcToScaled))
	m.WriteByte('(')
	m.expr(e)
	m.WriteString("," + itoa(scale) + ")")
}

// insertFill is what an INSERT puts into every column: the columns in table order,
// and for each where its value comes from.
type insertFill struct {
	col   *catalog.Column
	given int // index of the given column, or -1: the default
}

// fills lists the columns an INSERT must write: those given, and those with a
// default. Others are NULL in a new row.
func (a *analyser) fills(t *catalog.Table, cols []*catalog.Column, o pg_query.OverridingKind) []insertFill {
	var out []insertFill
	for i := range t.Columns {
		c := &t.Columns[i]
		given := -1
		for j, g := range cols {
			if g == c {
				given = j
			}
		}
		if c.Identity != "" && o == pg_query.OverridingKind_OVERRIDING_USER_VALUE {
			given = -1
		}
		if c.Generated != "" {
			continue
		}
		if given < 0 && !a.hasDefault(c) && !a.strictDomain(c.Type) {
			continue
		}
		out = append(out, insertFill{c, given})
	}
	return out
}

// writeRows writes the columns and the rows of an INSERT, defaults expanded.
func (a *analyser) writeRows(m *emitter, c *change) {
	if len(c.fills) == 0 && c.sel == nil {
		m.WriteString(" DEFAULT VALUES")
		return
	}
	m.WriteString(" (")
	for i, f := range c.fills {
		if i > 0 {
			m.WriteString(", ")
		}
		m.WriteString(catalog.QuoteIdent(f.col.Name))
	}
	m.WriteString(")")
	if !c.guarded() {
		m.WriteByte(' ')
		a.rows(m, c)
		return
	}
	a.onceOnly(m, c, func() {
		if c.sel != nil {
			a.rows(m, c)
			return
		}
		m.WriteString("SELECT ")
		for j := range c.fills {
			if j > 0 {
				m.WriteString(", ")
			}
			m.WriteString("column" + itoa(j+1) + " AS c" + itoa(j+1))
		}
		m.WriteString(" FROM (")
		a.rows(m, c)
		m.WriteByte(')')
	})
}

// rows writes the rows of an INSERT as a query.
func (a *analyser) rows(m *emitter, c *change) {
	if c.sel != nil {
		a.selectRows(m, c)
		return
	}
	a.fillRows(m, c.fills, c.rows)
}

// fillRows writes VALUES with a value for every column of fills.
func (a *analyser) fillRows(m *emitter, fills []insertFill, rows [][]*expr) {
	m.WriteString("VALUES ")
	for i, row := range rows {
		if i > 0 {
			m.WriteString(", ")
		}
		m.WriteByte('(')
		for j, f := range fills {
			if j > 0 {
				m.WriteString(", ")
			}
			var e *expr
			if f.given >= 0 {
				e = row[f.given]
			}
			if e == nil {
				e = a.defaultOf(f.col)
			}
			m.stored(e, f.col)
		}
		m.WriteByte(')')
	}
}

// assignSelect converts the columns of an INSERT's query to those of the table.
func (a *analyser) assignSelect(sc *scope, c *change, targets []assignTarget) {
	sel := c.sel
	for i, t := range targets {
		a.writable(t.col, c.insert.GetOverride())
		if sel.cols[i].typ == oidUnknown && len(t.path) == 0 {
			// A literal or parameter takes the column's type.
			base, _ := a.baseAndMod(t.col.Type, -1)
			a.convertOutput(sel, i, base, "INSERT")
		}
	}
	src := a.querySource(sel)
	for i := range sel.cols {
		if e := a.outputExpr(sel, i); sel.op == "" && sel.values == nil {
			src.cols[i].typ, src.cols[i].typmod = e.typ, e.typmod
		}
	}
	c.selSrc = src
	values := make([]*expr, len(targets))
	for i := range targets {
		values[i] = a.columnOf(src, i)
		if sel.op == "" && sel.values == nil {
			values[i].pos = a.outputExpr(sel, i).pos
		}
	}
	c.cols, c.given = targetColumns(targets), a.gather(sc, targets, values)
}

// selectRows writes the query of an INSERT with conversions and defaults on top.
func (a *analyser) selectRows(m *emitter, c *change) {
	m.WriteString("SELECT ")
	for i, f := range c.fills {
		if i > 0 {
			m.WriteString(", ")
		}
		if f.given >= 0 {
			m.stored(c.given[f.given], f.col)
		} else {
			m.stored(a.defaultOf(f.col), f.col)
		}
		m.WriteString(" AS c" + itoa(i+1))
	}
	m.WriteString(" FROM (")
	m.merged(c.sel, false)
	// WHERE keeps SQLite from reading ON CONFLICT as a join condition.
	m.WriteString(") AS " + c.selSrc.alias + " WHERE true")
}
