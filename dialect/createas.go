package dialect

import (
	"strconv"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// CREATE TABLE AS and SELECT INTO make a table and put the rows of a query into
// it. The journal has the table as a CREATE TABLE that names its columns, and
// the rows as rows: run again on the primary, the query might give others.

// intoClause takes the INTO out of a SELECT: it stands in the first arm of a
// set operation, and nowhere else.
func intoClause(s *pg_query.SelectStmt) *pg_query.IntoClause {
	for s.GetLarg() != nil {
		s = s.GetLarg()
	}
	into := s.GetIntoClause()
	s.IntoClause = nil
	return into
}

// noInto fails for an INTO where none may stand.
func (a *analyser) noInto(s *pg_query.SelectStmt, arm bool) {
	into := s.GetIntoClause()
	switch {
	case into == nil:
	case arm:
		a.fail(codeSyntax, into.GetRel().GetLocation(), "INTO is only allowed on first SELECT of UNION/INTERSECT/EXCEPT")
	default:
		a.fail(codeSyntax, into.GetRel().GetLocation(), "SELECT ... INTO is not allowed here")
	}
}

// createTableAs translates CREATE TABLE AS and SELECT INTO.
func (a *analyser) createTableAs(n *pg_query.CreateTableAsStmt) *Plan {
	into := n.GetInto()
	at := into.GetRel().GetLocation()
	into.Rel.Location = -1 // PostgreSQL gives no position when it makes the table
	s := n.GetQuery().GetSelectStmt()
	switch {
	case n.GetObjtype() == pg_query.ObjectType_OBJECT_MATVIEW:
		a.refuse(at, "CREATE MATERIALIZED VIEW")
	case s == nil:
		a.refuse(at, "CREATE TABLE AS EXECUTE")
	case modifying(s.GetWithClause()):
		a.refuse(at, "CREATE TABLE AS of a data-modifying WITH")
	case into.GetTableSpaceName() != "":
		a.refuse(at, "TABLESPACE")
	case into.GetAccessMethod() != "" && into.GetAccessMethod() != "heap":
		a.refuse(at, "USING of a table")
	case len(into.GetOptions()) > 0:
		a.refuse(at, "WITH of a table")
	}
	q := a.selectQuery(nil, s, true)
	d := newDDL(a)
	schema, name := d.newRelation(into.GetRel())
	p := &Plan{Kind: DDL, Verb: "CREATE TABLE AS", Writes: true, Volatile: true}
	if n.GetIsSelectInto() {
		p.Verb = "SELECT INTO"
	}
	if d.relationKind(schema, name) != "" {
		if !n.GetIfNotExists() {
			d.fail(stateDuplicateTable, -1, "relation \"%s\" already exists", name)
		}
		d.notice("relation \"%s\" already exists, skipping", name)
		p.Notice = strings.Join(d.notices, "\n")
		return a.finish(p)
	}
	t := d.tableOf(q, schema, name, stringList(into.GetColNames()))
	d.addTable(t)
	d.onCommit(t, into.GetOnCommit())
	p.DDL = d.change(createText(a, t))
	if !into.GetSkipData() {
		p.Steps = []Step{a.fillStep(q, t)}
	}
	p.NoWait = a.noWait
	return a.finish(p)
}

// tableOf is a table with the columns of a query.
func (d *ddl) tableOf(q *query, schema, name string, names []string) *catalog.Table {
	if d.next.Type(schema, name) != nil {
		d.failHint(stateDuplicateObject, -1, "A relation has an associated type of the same name, so you must use a name that doesn't conflict with any existing type.",
			"type \"%s\" already exists", name)
	}
	if len(names) > len(q.cols) {
		d.fail(codeSyntax, -1, "too many column names were specified")
	}
	if len(q.cols) == 0 {
		d.refuse(-1, "CREATE TABLE AS of a query without columns")
	}
	t := &catalog.Table{
		OID: d.newOID(), Schema: schema, Name: name, Kind: 'r', ReplicaIdentity: 'd', Persistence: 'p',
		Privileges: "arwdD", Owner: true, Local: true, Natts: int16(len(q.cols)),
	}
	t.RowType, t.RowArray, t.Method = d.newOID(), d.newOID(), accessMethods["heap"]
	d.persistence(t)
	for i, c := range q.cols {
		col := catalog.Column{Num: int16(i + 1), Name: c.name, Type: c.typ, Typmod: c.typmod}
		if i < len(names) {
			col.Name = names[i]
		}
		if d.collatable(c.typ) {
			col.Collation = d.outputCollation(q, i)
			if col.Collation == conflicting {
				d.failHint("42P22", -1, "Use the COLLATE clause to set the collation explicitly.",
					"no collation was derived for column \"%s\" with collatable type %s", col.Name, d.typeName(c.typ))
			}
			if d.base(c.typ) == oidName {
				col.Collation = ""
			}
		}
		t.Columns = append(t.Columns, col)
	}
	for i := range t.Columns {
		d.fitColumn(t, i)
	}
	return t
}

// fitColumn fails for a column that a table cannot have.
func (d *ddl) fitColumn(t *catalog.Table, i int) {
	c := &t.Columns[i]
	for _, other := range t.Columns[:i] {
		if other.Name == c.Name {
			d.fail(codeDuplicateColumn, -1, "column \"%s\" specified more than once", c.Name)
		}
	}
	for _, system := range systemColumns {
		if system == c.Name {
			d.fail(codeDuplicateColumn, -1, "column name \"%s\" conflicts with a system column name", c.Name)
		}
	}
	switch info := d.typ(c.Type); {
	case info.kind == 'p':
		d.fail(stateTableDefinition, -1, "column \"%s\" has pseudo-type %s", c.Name, d.typeName(c.Type))
	case info.kind == 'c' && info.user == nil:
		d.refuse(-1, "a column of the row type %s", d.typeName(c.Type))
	case strings.HasPrefix(info.name, "reg") && info.user == nil:
		d.refuse(-1, "a column of type %s made of a query", d.typeName(c.Type))
	}
}

// fillStep puts the rows of a query into a new table.
func (a *analyser) fillStep(q *query, t *catalog.Table) Step {
	src := a.querySource(q)
	names := make([]string, len(t.Columns))
	for i := range t.Columns {
		names[i] = t.Columns[i].Name
	}
	m := &emitter{a: a}
	m.WriteString("INSERT INTO " + tableName(t) + " (" + quoteList(names, ", ") + ") SELECT ")
	for i := range t.Columns {
		if i > 0 {
			m.WriteString(", ")
		}
		m.stored(a.columnOf(src, i), &t.Columns[i])
	}
	m.WriteString(" FROM (")
	m.query(q)
	m.WriteString(") AS " + src.alias)
	return Step{SQL: m.String(), Binds: m.binds, Counts: true}
}

// createText is the statement that makes a table of these columns, under every
// search path.
func createText(a *analyser, t *catalog.Table) string {
	var b strings.Builder
	b.WriteString("CREATE TABLE " + catalog.QuoteQualified(t.Schema, t.Name) + " (")
	for i := range t.Columns {
		c := &t.Columns[i]
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString(catalog.QuoteIdent(c.Name) + " " + a.typeText(c.Type, c.Typmod))
		if c.Collation != "" {
			b.WriteString(" COLLATE pg_catalog." + catalog.QuoteIdent(c.Collation))
		}
	}
	b.WriteString(")")
	return b.String()
}

// typeText names a type with its modifier, under every search path.
func (a *analyser) typeText(oid uint32, mod int32) string {
	t := a.typ(oid)
	if t.elem != 0 {
		return a.typeText(t.elem, mod) + "[]"
	}
	if t.user != nil {
		return catalog.QuoteQualified(t.schema, t.name)
	}
	name := "pg_catalog." + catalog.QuoteIdent(t.name)
	if mod < 0 {
		return name
	}
	var mods []int
	switch oid {
	case oidVarchar, oidBpchar:
		mods = []int{int(mod - 4)}
	case oidNumeric:
		p, s := numericMod(mod)
		mods = []int{p, s}
	case oidInterval:
		mods = []int{int(mod >> 16)}
		if p := int(mod & 0xffff); p != 0xffff {
			mods = append(mods, p)
		}
	default:
		mods = []int{int(mod)}
	}
	text := make([]string, len(mods))
	for i, n := range mods {
		text[i] = strconv.Itoa(n)
	}
	return name + "(" + strings.Join(text, ",") + ")"
}
