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
// Rows of system schemas are left out, so a query must ask for particular
// objects (see narrowing); columns whose values are not known here are refused
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
}

// systemRows collects rows.
type systemRows struct {
	cat  *catalog.Catalog
	a    *analyser
	rows []map[string]any
}

// row is the values of one row, by column name; a column left out is NULL.
type row = map[string]any

func (s *systemRows) add(r row) { s.rows = append(s.rows, r) }

// systemColumn is a column of a systemTable.
type systemColumn struct {
	name  string
	typ   uint32
	known bool
}

func (t *systemTable) parse() []systemColumn {
	var out []systemColumn
	for _, part := range strings.Split(t.columns, ",") {
		name, typ, _ := strings.Cut(strings.TrimSpace(part), " ")
		c := systemColumn{name: strings.TrimPrefix(name, "-"), known: !strings.HasPrefix(name, "-")}
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
	mentioned, narrowed := a.mentioned()
	if !t.whole && !narrowed {
		a.refuse(rv.GetLocation(), "reading \"%s.%s\" without a condition on names", schema, name)
	}
	if a.cat.Temporary && !mentioned("table_schema") && !mentioned("schemaname") && !mentioned("nspname") && !mentioned("relnamespace") && !t.whole {
		a.refuse(rv.GetLocation(), "reading \"%s.%s\" without a condition on schemas beside temporary tables", schema, name)
	}
	s := &systemRows{cat: permanent(a.cat), a: a}
	t.rows(s)
	src := &source{alias: a.newAlias()}
	var kept []systemColumn
	for _, c := range t.parse() {
		src.cols = append(src.cols, srcCol{name: c.name, sql: quote(c.name), typ: c.typ, typmod: -1, unknown: !c.known})
		if c.known && mentioned(c.name) {
			kept = append(kept, c)
		}
	}
	it := a.item(alias, src)
	a.renameColumns(it, rv.GetAlias())
	return &fromSource{src: src, sql: s.sql(kept)}, it
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
		b.WriteString("column" + itoa(i+1) + " AS " + quote(c.name))
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

func (s *systemRows) values(b *strings.Builder, columns []systemColumn, r row) {
	b.WriteByte('(')
	for i, c := range columns {
		if i > 0 {
			b.WriteByte(',')
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

// mentioned looks at the whole statement: which column names it mentions, and
// whether a condition asks for particular objects.
func (a *analyser) mentioned() (names func(string) bool, narrowed bool) {
	tree, err := pg_query.Parse(a.sql)
	if err != nil {
		return func(string) bool { return true }, false
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
			narrowed = narrowed || narrows(m.Quals)
		case *pg_query.Alias:
			all = all || len(m.Colnames) > 0
		case *pg_query.SelectStmt:
			narrowed = narrowed || narrows(m.WhereClause)
		}
	})
	return func(name string) bool { return all || seen[name] }, narrowed
}

// narrowing are the columns that single out objects.
var narrowing = []string{
	"table_schema", "table_name", "constraint_schema", "constraint_name", "sequence_schema", "sequence_name", "schema_name",
	"schemaname", "tablename", "indexname", "viewname", "sequencename", "relname", "nspname", "relnamespace", "oid", "attrelid", "indrelid",
	"indexrelid", "conrelid", "confrelid", "adrelid", "objoid", "typname", "typnamespace", "conname", "connamespace", "enumtypid", "seqrelid",
}

func narrows(n *pg_query.Node) bool {
	return slices.ContainsFunc(columnRefs(n), func(r *pg_query.ColumnRef) bool {
		return slices.Contains(narrowing, r.Fields[len(r.Fields)-1].GetString_().GetSval())
	})
}
