package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// conflict is an analysed ON CONFLICT.
type conflict struct {
	index  *catalog.Index // what it is about; nil for any
	set    []setItem
	where  *expr
	update bool
}

// conflict analyses ON CONFLICT.
func (a *analyser) conflict(outer *scope, s *pg_query.InsertStmt, src *source, it *nsItem, multi bool) *conflict {
	oc := s.GetOnConflictClause()
	if src.through != nil && (oc.GetInfer() != nil || oc.GetAction() != pg_query.OnConflictAction_ONCONFLICT_NOTHING) {
		a.refuse(oc.GetLocation(), "ON CONFLICT with a target, or DO UPDATE, through a view")
	}
	t := src.table
	out := &conflict{index: a.conflictIndex(oc.GetInfer(), src, it)}
	if oc.GetAction() == pg_query.OnConflictAction_ONCONFLICT_NOTHING {
		return out
	}
	out.update = true
	if oc.GetInfer() == nil {
		a.failHint(codeSyntax, oc.GetLocation(), "For example, ON CONFLICT (column_name).", "ON CONFLICT DO UPDATE requires inference specification or constraint name")
	}
	excluded := &source{alias: "excluded", bare: "excluded", cols: src.cols, excluded: t}
	ex := a.item("excluded", excluded)
	sc := &scope{parent: outer, items: []*nsItem{it, ex}}
	for _, x := range a.setList(sc.with(inUpdateSet), src, oc.GetTargetList()) {
		if x.e != nil { // else a generated column, which follows
			out.set = append(out.set, x)
		}
	}
	if len(out.set) == 0 {
		a.refuse(oc.GetLocation(), "ON CONFLICT … DO UPDATE of generated columns only")
	}
	out.set = a.touchSelfKeys(src, out.set)
	if multi {
		a.keepsKey(oc, t, out)
	}
	if oc.GetWhereClause() != nil {
		out.where = a.condition(sc.with(inWhere), oc.GetWhereClause(), "WHERE")
	}
	return out
}

// writeConflict writes ON CONFLICT.
func (a *analyser) writeConflict(m *emitter, c *change) {
	k := c.conflict
	if k == nil {
		return
	}
	m.WriteString(" ON CONFLICT")
	if k.index != nil {
		a.writeIndex(m, c.src.table, k.index)
	}
	if !k.update {
		m.WriteString(" DO NOTHING")
		return
	}
	m.WriteString(" DO UPDATE SET ")
	for i, x := range k.set {
		if i > 0 {
			m.WriteString(", ")
		}
		m.WriteString(catalog.QuoteIdent(x.col.Name) + " = ")
		m.stored(x.e, x.col)
	}
	if k.where != nil {
		m.WriteString(" WHERE ")
		m.where(k.where)
	}
}

// writeIndex writes the keys of an index as SQLite has them.
func (a *analyser) writeIndex(m *emitter, t *catalog.Table, x *catalog.Index) {
	m.WriteString(" (")
	for i, k := range x.Keys {
		if i > 0 {
			m.WriteString(", ")
		}
		key, why := indexKey(a.cat, t, x, catalog.IndexKey{Column: k.Column, Expr: k.Expr, Collation: k.Collation})
		if why != "" {
			a.refuse(-1, "ON CONFLICT on index \"%s\", which %s,", x.Name, why)
		}
		m.WriteString(key)
	}
	m.WriteByte(')')
	if x.Where != "" {
		e, err := tablePredicate(a.cat, t, x.Where)
		if err != nil {
			a.refuse(-1, "ON CONFLICT on index \"%s\" with this predicate", x.Name)
		}
		m.WriteString(" WHERE " + e.SQL)
	}
}

// conflictIndex resolves what a conflict is about to one of the table's unique
// indexes.
func (a *analyser) conflictIndex(inf *pg_query.InferClause, src *source, it *nsItem) *catalog.Index {
	t := src.table
	if inf == nil {
		return nil
	}
	if name := inf.GetConname(); name != "" {
		return a.constraintIndex(t, name)
	}
	var keys []string
	for _, n := range inf.GetIndexElems() {
		el := n.GetIndexElem()
		if len(el.GetCollation()) > 0 || len(el.GetOpclass()) > 0 {
			a.refuse(inf.GetLocation(), "ON CONFLICT with a collation or operator class")
		}
		if el.GetName() != "" {
			if t.Column(el.GetName()) == nil {
				a.fail(codeUndefinedColumn, inf.GetLocation(), "column \"%s\" does not exist", el.GetName())
			}
			a.use(t, "r", el.GetName())
			keys = append(keys, catalog.QuoteIdent(el.GetName()))
			continue
		}
		keys = append(keys, a.bareText(src, a.expr(&scope{items: []*nsItem{it}, clause: inIndexExpr}, el.GetExpr())))
	}
	slices.Sort(keys)
	keys = slices.Compact(keys)
	var given []string // what the WHERE says, AND by AND
	param := false
	if inf.GetWhereClause() != nil {
		where := a.condition(&scope{items: []*nsItem{it}, clause: inWhere}, inf.GetWhereClause(), "WHERE")
		where.walk(func(x *expr) bool { param = param || x.kind == exParam; return true })
		if !param {
			given = a.conjuncts(src, where)
		}
	}
	partial := false
	for _, x := range uniqueIndexes(t) {
		if !slices.Equal(a.indexTexts(t, x), keys) {
			continue
		}
		if x.Where == "" || a.implies(given, t, x) {
			return x
		}
		partial = true
	}
	if partial && inf.GetWhereClause() != nil {
		// PostgreSQL may prove that the one implies the other.
		a.refuse(inf.GetLocation(), "this WHERE of an ON CONFLICT target")
	}
	a.fail(codeColumnReference, -1, "there is no unique or exclusion constraint matching the ON CONFLICT specification")
	return nil
}

// uniqueIndexes are a table's unique indexes that ON CONFLICT can be about,
// those behind constraints first, complete ones before partial ones.
func uniqueIndexes(t *catalog.Table) []*catalog.Index {
	var out []*catalog.Index
	for i := range t.Constraints {
		if c := &t.Constraints[i]; (c.Kind == 'p' || c.Kind == 'u') && !c.Deferrable {
			out = append(out, keysOf(t, c))
		}
	}
	for _, partial := range []bool{false, true} {
		for i := range t.Indexes {
			if x := &t.Indexes[i]; x.Unique && !x.Constraint && (x.Where != "") == partial {
				out = append(out, x)
			}
		}
	}
	return out
}

// keysOf is the index behind a constraint.
func keysOf(t *catalog.Table, c *catalog.Constraint) *catalog.Index {
	for i := range t.Indexes {
		if x := &t.Indexes[i]; x.Constraint && x.Name == c.Name {
			return x
		}
	}
	x := &catalog.Index{Name: c.Name, Unique: true}
	for _, name := range c.Columns {
		x.Keys = append(x.Keys, catalog.IndexKey{Column: name})
	}
	return x
}

func (a *analyser) constraintIndex(t *catalog.Table, name string) *catalog.Index {
	for i := range t.Constraints {
		c := &t.Constraints[i]
		if c.Name != name {
			continue
		}
		if c.Kind == 'p' || c.Kind == 'u' {
			a.use(t, "r", c.Columns...)
			return keysOf(t, c)
		}
		a.fail(codeWrongObject, -1, "constraint in ON CONFLICT clause has no associated index")
	}
	a.fail(codeUndefinedObject, -1, "constraint \"%s\" for table \"%s\" does not exist", name, t.Name)
	return nil
}

// bareText is an expression over a table as SQLite has it in an index.
func (a *analyser) bareText(src *source, e *expr) string {
	saved := src.bare
	src.bare = noQualifier
	defer func() { src.bare = saved }()
	w := &emitter{a: a}
	w.expr(e)
	return w.String()
}

// indexTexts are the keys of an index, in order of their text.
func (a *analyser) indexTexts(t *catalog.Table, x *catalog.Index) []string {
	var out []string
	for _, k := range x.Keys {
		if k.Column != "" {
			out = append(out, catalog.QuoteIdent(k.Column))
			continue
		}
		e, err := tableExpr(a.cat, t, k.Expr, nil)
		if err != nil {
			return nil
		}
		out = append(out, e.SQL)
	}
	slices.Sort(out)
	return out
}

// conjuncts are the conditions that a condition joins by AND.
func (a *analyser) conjuncts(src *source, e *expr) []string {
	if e.kind == exCall && strings.Contains(e.tmpl, " AND ") && strings.Trim(e.tmpl, "()$0123456789 AND") == "" {
		var out []string
		for _, x := range e.args {
			out = append(out, a.conjuncts(src, x)...)
		}
		return out
	}
	return []string{a.bareText(src, e)}
}

// implies reports whether conditions include all those of an index's predicate.
func (a *analyser) implies(given []string, t *catalog.Table, x *catalog.Index) bool {
	src := a.tableSource(t, -1)
	e := a.needBool(a.stored(x.Where, "predicate of index \""+x.Name+"\"", &scope{items: []*nsItem{a.item(t.Name, src)}, clause: inWhere}), "WHERE")
	for _, c := range a.conjuncts(src, e) {
		if !slices.Contains(given, c) {
			return false
		}
	}
	return true
}

// An INSERT … ON CONFLICT DO UPDATE that meets one row twice is an error in
// PostgreSQL (21000); SQLite updates it twice. So the rows of an INSERT of
// several are numbered within their key first, and a second one of a key
// raises the error.

// guarded reports whether rows must be looked at for keys that come twice.
func (c *change) guarded() bool {
	return c.multi() && c.conflict != nil && c.conflict.update
}

// reads reports whether a subquery of an expression reads a table.
func (e *expr) reads(t *catalog.Table) bool {
	found := false
	var look func(f fromNode)
	query := func(q *query) {
		for ; q != nil; q = q.left {
			if q.right != nil {
				for _, f := range q.right.from {
					look(f)
				}
			}
			for _, f := range q.from {
				look(f)
			}
		}
	}
	look = func(f fromNode) {
		switch f := f.(type) {
		case *fromJoin:
			look(f.left)
			look(f.right)
		case *fromSource:
			found = found || f.src.table == t
			query(f.q)
		}
	}
	e.deepWalk(func(x *expr) bool { query(x.sub); return !found })
	return found
}

// onceOnly wraps the rows that inner writes (columns c1, c2, … for the filled
// columns) so that the second row of a key fails.
func (a *analyser) onceOnly(m *emitter, c *change, inner func()) {
	oc, t, fills := c.insert.GetOnConflictClause(), c.src.table, c.fills
	below := c.conflict.where.reads(t)
	for _, x := range c.conflict.set {
		below = below || x.e.reads(t)
	}
	if below { // and would see the rows before it, which PostgreSQL's snapshot does not
		a.refuse(oc.GetLocation(), "ON CONFLICT DO UPDATE of several rows with a subquery on the table itself")
	}
	row := a.rowSource(t, fills)
	partition, present := &emitter{a: a}, ""
	for i, k := range c.conflict.index.Keys {
		if i > 0 {
			partition.WriteString(", ")
		}
		key := &emitter{a: a}
		if k.Column != "" {
			key.groupExpr(a.columnOf(row, slices.IndexFunc(t.Columns, func(c catalog.Column) bool { return c.Name == k.Column })))
		} else {
			key.groupExpr(a.stored(k.Expr, "key of index \""+c.conflict.index.Name+"\"", &scope{items: []*nsItem{a.item(t.Name, row)}, clause: inIndexExpr}))
		}
		partition.WriteString(key.String())
		if !c.conflict.index.NullsEqual {
			present += " AND (" + key.String() + ") IS NOT NULL"
		}
		if len(key.binds) > 0 {
			a.refuse(oc.GetLocation(), "ON CONFLICT on an index that depends on the session")
		}
	}
	if where := c.conflict.index.Where; where != "" {
		e := a.needBool(a.stored(where, "predicate of index \""+c.conflict.index.Name+"\"", &scope{items: []*nsItem{a.item(t.Name, row)}, clause: inWhere}), "WHERE")
		w := &emitter{a: a}
		w.expr(e)
		partition.WriteString(", (" + w.String() + ") IS TRUE")
		present += " AND (" + w.String() + ")"
	}
	raise := a.raise("21000", "ON CONFLICT DO UPDATE command cannot affect row a second time")
	if oc.GetWhereClause() != nil {
		// Whether the first row was changed decides; nobody knows that here.
		raise = a.raise(codeNotSupported, "ON CONFLICT DO UPDATE … WHERE that meets a key twice is not supported on the SQLite fallback")
	}
	m.WriteString(" SELECT ")
	for i := range fills {
		c := "c" + itoa(i+1)
		if i == 0 {
			m.WriteString("CASE WHEN d > 1" + present + " THEN " + unescapeTemplate(raise) + " ELSE c1 END")
			continue
		}
		m.WriteString(", " + c)
	}
	m.WriteString(" FROM (SELECT *, row_number() OVER (PARTITION BY " + partition.String() + " ORDER BY o) AS d FROM (SELECT *, row_number() OVER () AS o FROM (")
	inner()
	m.WriteString("))) WHERE true ORDER BY o")
}

// rowSource is a row about to be inserted as a source of its table's columns.
func (a *analyser) rowSource(t *catalog.Table, fills []insertFill) *source {
	src := a.tableSource(t, -1)
	src.bare = noQualifier
	for i := range src.cols {
		src.cols[i].sql, src.cols[i].computed = "NULL", true
		if k := slices.IndexFunc(fills, func(f insertFill) bool { return f.col == &t.Columns[i] }); k >= 0 {
			src.cols[i].sql, src.cols[i].computed = "c"+itoa(k+1), false
		}
	}
	return src
}

// keepsKey refuses to set a column of the key to anything but what it is: then
// keys seen before the INSERT say nothing.
func (a *analyser) keepsKey(oc *pg_query.OnConflictClause, t *catalog.Table, k *conflict) {
	used := a.keyColumns(t, k.index)
	for _, x := range k.set {
		if !used[x.col.Name] || x.e.kind == exColumn && x.e.src.cols[x.e.col].name == x.col.Name && len(k.index.Keys) > 0 && !usesExpr(k.index) {
			continue
		}
		a.refuse(oc.GetLocation(), "ON CONFLICT DO UPDATE that changes the key, over several rows,")
	}
}

func usesExpr(x *catalog.Index) bool {
	return x.Where != "" || slices.ContainsFunc(x.Keys, func(k catalog.IndexKey) bool { return k.Column == "" })
}

// keyColumns are the columns that an index looks at.
func (a *analyser) keyColumns(t *catalog.Table, x *catalog.Index) map[string]bool {
	out := map[string]bool{}
	look := func(text string) {
		src := a.tableSource(t, -1)
		a.stored(text, "index \""+x.Name+"\"", &scope{items: []*nsItem{a.item(t.Name, src)}, clause: inIndexExpr}).walk(func(e *expr) bool {
			if e.kind == exColumn {
				out[src.cols[e.col].name] = true
			}
			return true
		})
	}
	for _, k := range x.Keys {
		if k.Column != "" {
			out[k.Column] = true
		} else {
			look(k.Expr)
		}
	}
	if x.Where != "" {
		look(x.Where)
	}
	return out
}
