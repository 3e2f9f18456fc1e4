package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// PostgreSQL's own catalogs, as far as object mappers and migration tools read
// them, are answered from the Catalog: a reference to one becomes a derived
// table of its rows.
//
// Rows of system schemas are left out, so a query must ask for schemas or objects
// of the user's (see narrowed); columns whose values are not known here are refused
// where they are used.

// A systemTable is one catalog or information_schema view.
type systemTable struct {
	// columns are "name type" in PostgreSQL's order, after "-" where the value
	// is not known.
	columns string
	// rows gives the values of the known columns, by name.
	rows func(s *systemRows)
	// whole says that the rows are all there are, so that it may be read without
	// asking for particular objects.
	whole bool
	// absent says that the rows of relations that are not copied are there too.
	absent bool
}

// systemRows collects rows.
type systemRows struct {
	cat  *catalog.Catalog
	a    *analyser
	rows []map[string]any
	// mentioned tells which columns the statement mentions.
	mentioned func(string) bool
}

// row is the values of one row, by column name; a column left out is NULL.
type row = map[string]any

func (s *systemRows) add(r row) { s.rows = append(s.rows, r) }

// unknownCell is a value that is not known here: using it is refused, in these
// words.
type unknownCell string

// computedCell is a value that the connection computes: SQLite text.
type computedCell string

// systemColumn is a column of a systemTable.
type systemColumn struct {
	name  string
	typ   uint32
	mod   int32
	known bool
}

func (t *systemTable) parse() []systemColumn {
	var out []systemColumn
	for _, part := range strings.Split(t.columns, ",") {
		name, typ, _ := strings.Cut(strings.TrimSpace(part), " ")
		c := systemColumn{name: strings.TrimPrefix(name, "-"), known: !strings.HasPrefix(name, "-")}
		c.mod = -1
		if typ == "yesno" { // information_schema.yes_or_no
			typ, c.mod = "varchar", 7
		}
		c.typ = pgcatalog.TypeByName(typ).OID
		out = append(out, c)
	}
	return out
}

// systemSource is the source of a system catalog; nil where rv names none that
// is answered here.
func (a *analyser) systemSource(rv *pg_query.RangeVar, alias string) (fromNode, *nsItem) {
	schema, name := rv.GetSchemaname(), rv.GetRelname()
	if schema == "" {
		schema = "pg_catalog"
	}
	t := systemTables[schema+"."+name]
	if t == nil || rv.GetSchemaname() == "" && a.cat.Table("", name) != nil {
		return nil, nil
	}
	mentioned := a.mentioned()
	n := a.narrowings()[rv.GetLocation()]
	if a.quiet > 0 || n == nil {
		n = &narrowed{}
	}
	switch {
	case name == "pg_depend" && !n.members:
		a.refuse(rv.GetLocation(), "reading \"pg_catalog.pg_depend\" without the condition deptype = 'e'")
	case t.whole:
		n = &narrowed{}
	case !n.schema && !n.name:
		a.refuse(rv.GetLocation(), "reading \"%s.%s\" without a condition on names", schema, name)
	case !n.name && !t.absent && len(a.cat.Absent) > 0:
		a.refuse(rv.GetLocation(), "reading \"%s.%s\" without a condition on names beside relations that are not copied", schema, name)
	case a.cat.Temporary && !mentioned("table_schema") && !mentioned("schemaname") && !mentioned("nspname") && !mentioned("relnamespace"):
		a.refuse(rv.GetLocation(), "reading \"%s.%s\" without a condition on schemas beside temporary tables", schema, name)
	}
	for _, g := range n.guards {
		if g.param == 0 {
			a.held(t, g.kind, g.text, rv.GetLocation())
		}
	}
	s := &systemRows{cat: permanent(a.cat), a: a, mentioned: mentioned}
	t.rows(s)
	src := &source{alias: a.newAlias()}
	var kept []systemColumn
	for _, c := range t.parse() {
		src.cols = append(src.cols, srcCol{name: c.name, sql: quote(c.name), typ: c.typ, typmod: c.mod, unknown: !c.known})
		if c.known && mentioned(c.name) {
			kept = append(kept, c)
		}
	}
	it := a.item(alias, src)
	a.renameColumns(it, rv.GetAlias())
	return &systemFrom{fromSource{src: src, sql: s.sql(kept)}, t, name, n}, it
}

// systemFrom is a system catalog in FROM, with the values that it is narrowed
// down by, which must not ask for what the copy does not hold.
type systemFrom struct {
	fromSource
	table  *systemTable
	name   string
	narrow *narrowed
}

func (f *systemFrom) write(m *emitter) {
	plain := f.sql
	var tests []string
	defer func() { f.sql = plain }()
	for _, g := range f.narrow.guards {
		if g.param == 0 {
			continue
		}
		var test emitter
		test.a, test.binds = m.a, m.binds
		test.WriteString(m.a.fn(FuncObject) + "('held'," + quoteText(f.name) + "," + quoteText(g.kind) + "," + itoa(int(boolInt(f.narrow.schema))) + ",")
		test.bind(Bind{Source: FromParam, Param: int(g.param) - 1, Type: m.a.paramType(int(g.param) - 1)})
		test.WriteByte(')')
		m.binds = test.binds
		if text := test.String(); !slices.Contains(tests, text) {
			tests = append(tests, text)
		}
	}
	if tests != nil {
		f.sql = "(SELECT * FROM " + plain + " WHERE " + strings.Join(tests, " AND ") + ")"
	}
	f.fromSource.write(m)
}

// held refuses a value that names a relation which the copy does not hold.
func (a *analyser) held(t *systemTable, kind, text string, pos int32) {
	if t.absent || t.whole || kind == schemaColumn {
		return
	}
	parts := splitIdentifier(text)
	if kind == nameColumn {
		parts = []string{text}
	}
	for _, r := range a.cat.Absent {
		if r.Name == parts[len(parts)-1] {
			a.refuse(pos, "reading the catalogs for \"%s\", which %s,", r.Name, r.Reason)
		}
	}
	for _, r := range a.cat.Others {
		if kind == oidColumn && itoa(int(r.OID)) == text && r.Kind != 'c' {
			a.refuse(pos, "reading the catalogs for \"%s\", which is not copied,", r.Name)
		}
	}
}

// heldValue is held of a value that is known only when a statement runs: one, or
// an array of them. It is always 1.
func (s *systemRows) heldValue(args []any) any {
	table := systemTables["pg_catalog."+args[0].(string)]
	if table == nil {
		table = systemTables["information_schema."+args[0].(string)]
	}
	kind := args[1].(string)
	check := func(text string) string {
		if (args[2] == int64(0) || kind == schemaColumn) && !ordinary(args[0].(string), kind, text) {
			s.a.refuse(-1, "reading the catalogs for \"%s\"", text)
		}
		s.a.held(table, kind, text, -1)
		return text
	}
	switch v := args[3].(type) {
	case int64:
		check(itoa(int(v)))
	case string:
		if strings.HasPrefix(v, "{") {
			s.names(v, check)
		} else {
			check(v)
		}
	}
	return int64(1)
}

// sql writes the rows as a derived table of the given columns.
func (s *systemRows) sql(columns []systemColumn) string {
	if len(columns) == 0 {
		columns = []systemColumn{{name: ""}} // the rows still count
	}
	var b strings.Builder
	b.WriteString("(SELECT ")
	for i, c := range columns {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(s.cell("column"+itoa(i+1), c.name) + " AS " + quote(c.name))
	}
	b.WriteString(" FROM (VALUES ")
	for i, r := range s.rows {
		if i > 0 {
			b.WriteString(", ")
		}
		s.values(&b, columns, r)
	}
	if len(s.rows) == 0 {
		s.values(&b, columns, nil)
		b.WriteString(") WHERE false)")
		return b.String()
	}
	b.WriteString("))")
	return b.String()
}

// cell reads a column, in which a blob is written for what is not known.
func (s *systemRows) cell(column, name string) string {
	var said []string
	for _, r := range s.rows {
		if u, ok := r[name].(unknownCell); ok && !slices.Contains(said, string(u)) {
			said = append(said, string(u))
		}
	}
	if said == nil {
		return column
	}
	var b strings.Builder
	b.WriteString("CASE " + column)
	for _, u := range said {
		b.WriteString(" WHEN " + quoteValue([]byte(u)) + " THEN " + s.a.fn(FuncRaise) + "(" + quoteText(codeNotSupported) + "," + quoteText(u+" is not supported on the SQLite fallback") + ")")
	}
	b.WriteString(" ELSE " + column + " END")
	return b.String()
}

func (s *systemRows) values(b *strings.Builder, columns []systemColumn, r row) {
	b.WriteByte('(')
	for i, c := range columns {
		if i > 0 {
			b.WriteByte(',')
		}
		if sql, ok := r[c.name].(computedCell); ok {
			b.WriteString(string(sql))
			continue
		}
		b.WriteString(quoteValue(native(r[c.name])))
	}
	b.WriteByte(')')
}

// permanent is a catalog without the session's temporary objects, whose schema
// has a name of the server's.
func permanent(c *catalog.Catalog) *catalog.Catalog {
	if !c.Temporary {
		return c
	}
	p := *c
	p.Temporary = false
	p.Tables = slices.DeleteFunc(slices.Clone(c.Tables), func(t *catalog.Table) bool { return t.Schema == catalog.TempSchema })
	p.Sequences = slices.DeleteFunc(slices.Clone(c.Sequences), func(q *catalog.Sequence) bool { return q.Schema == catalog.TempSchema })
	return &p
}

// native makes Go values of rows native ones.
func native(v any) any {
	switch v := v.(type) {
	case unknownCell:
		return []byte(v)
	case bool:
		return boolInt(v)
	case int:
		return int64(v)
	case int16:
		return int64(v)
	case int32:
		return int64(v)
	case uint32:
		return int64(v)
	case byte:
		if v == 0 {
			return ""
		}
		return string(v)
	}
	return v
}

// mentioned tells which column names the whole statement mentions.
func (a *analyser) mentioned() (names func(string) bool) {
	tree, err := parse(a.sql)
	if err != nil || a.quiet > 0 {
		return func(string) bool { return true }
	}
	seen := map[string]bool{}
	all := false
	eachNode(tree.ProtoReflect(), func(m any) {
		switch m := m.(type) {
		case *pg_query.ColumnRef:
			if last := m.Fields[len(m.Fields)-1]; last.GetAStar() != nil {
				all = true
			} else {
				seen[last.GetString_().GetSval()] = true
			}
		case *pg_query.JoinExpr:
			all = all || m.IsNatural
			for _, name := range stringList(m.UsingClause) {
				seen[name] = true
			}
		case *pg_query.Alias:
			all = all || len(m.Colnames) > 0
		}
	})
	return func(name string) bool { return all || seen[name] }
}
