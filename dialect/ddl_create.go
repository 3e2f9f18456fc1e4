package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// tableBuild collects what a CREATE TABLE or ALTER TABLE adds to a table, in
// the order in which PostgreSQL would make it: columns and their sequences,
// checks, keys, foreign keys.
type tableBuild struct {
	*ddl
	t        *catalog.Table
	altering bool
	checks   []*pg_query.Constraint
	keys     []tableKey
	foreign  []tableForeign
	defaults []tableDefault
}

type tableKey struct {
	def     *pg_query.Constraint
	columns []string
}

type tableForeign struct {
	def     *pg_query.Constraint
	columns []string
}

type tableDefault struct {
	column    string
	expr      *pg_query.Node
	generated bool
}

func (d *ddl) createTable(n *pg_query.CreateStmt) {
	at := n.Relation.GetLocation()
	switch {
	case n.Partspec != nil:
		d.refuse(at, "PARTITION BY")
	case n.Partbound != nil:
		d.refuse(at, "PARTITION OF")
	case len(n.InhRelations) > 0:
		d.refuse(at, "INHERITS")
	case n.OfTypename != nil:
		d.refuse(at, "CREATE TABLE OF")
	case len(n.Options) > 0:
		d.refuse(n.Options[0].GetDefElem().GetLocation(), "WITH of a table")
	case n.Tablespacename != "":
		d.refuse(at, "TABLESPACE")
	case n.AccessMethod != "" && n.AccessMethod != "heap":
		d.refuse(at, "USING of a table")
	}
	schema, name := d.newRelation(n.Relation)
	kind := d.relationKind(schema, name)
	if kind != "" && n.IfNotExists {
		d.notice("relation \"%s\" already exists, skipping", name)
		return
	}
	t := &catalog.Table{
		OID: d.newOID(), Schema: schema, Name: name, Kind: 'r', ReplicaIdentity: 'd', Persistence: 'p',
		Privileges: "arwdD", Owner: true, Local: true,
	}
	t.RowType, t.RowArray, t.Method = d.newOID(), d.newOID(), accessMethods["heap"]
	d.persistence(t)
	d.onCommit(t, n.Oncommit)
	b := &tableBuild{ddl: d, t: t}
	for _, e := range n.TableElts {
		switch e := e.GetNode().(type) {
		case *pg_query.Node_ColumnDef:
			b.column(e.ColumnDef)
		case *pg_query.Node_Constraint:
			b.tableConstraint(e.Constraint)
		case *pg_query.Node_TableLikeClause:
			b.like(e.TableLikeClause)
		default:
			d.refuse(at, "this element of CREATE TABLE")
		}
	}
	if kind != "" {
		d.fail(stateDuplicateTable, -1, "relation \"%s\" already exists", name)
	}
	if d.next.Type(schema, name) != nil {
		d.failHint(stateDuplicateObject, -1, "A relation has an associated type of the same name, so you must use a name that doesn't conflict with any existing type.",
			"type \"%s\" already exists", name)
	}
	d.addTable(t)
	b.finish()
}

// finish makes what was collected.
func (b *tableBuild) finish() {
	for _, p := range b.defaults {
		b.cookDefault(p)
	}
	for _, c := range b.checks {
		b.check(c)
	}
	b.makeKeys()
	for _, f := range b.foreign {
		b.foreignKey(f)
	}
}

// tableConstraint takes a constraint written on its own.
func (b *tableBuild) tableConstraint(k *pg_query.Constraint) {
	switch k.Contype {
	case pg_query.ConstrType_CONSTR_CHECK:
		b.checks = append(b.checks, k)
	case pg_query.ConstrType_CONSTR_PRIMARY, pg_query.ConstrType_CONSTR_UNIQUE:
		b.keys = append(b.keys, tableKey{k, stringList(k.Keys)})
	case pg_query.ConstrType_CONSTR_FOREIGN:
		b.foreign = append(b.foreign, tableForeign{k, stringList(k.FkAttrs)})
	case pg_query.ConstrType_CONSTR_EXCLUSION:
		b.refuse(k.Location, "an exclusion constraint")
	default:
		b.refuse(k.Location, "this constraint")
	}
}

var systemColumns = []string{"tableoid", "cmax", "xmax", "cmin", "xmin", "ctid"}

// column adds a column, and collects its constraints.
func (b *tableBuild) column(n *pg_query.ColumnDef) {
	if slices.Contains(systemColumns, n.Colname) {
		b.fail(codeDuplicateColumn, -1, "column name \"%s\" conflicts with a system column name", n.Colname)
	}
	if b.t.Column(n.Colname) != nil {
		if b.altering {
			b.fail(codeDuplicateColumn, -1, "column \"%s\" of relation \"%s\" already exists", n.Colname, b.t.Name)
		}
		b.fail(codeDuplicateColumn, -1, "column \"%s\" specified more than once", n.Colname)
	}
	b.t.Natts++
	c := catalog.Column{Num: b.t.Natts, Name: n.Colname, Typmod: -1}
	serial := serialType(n.TypeName)
	if serial != 0 {
		if len(n.TypeName.ArrayBounds) > 0 {
			b.fail(codeNotSupported, n.TypeName.Location, "array of serial is not implemented")
		}
		c.Type = serial
	} else {
		c.Type, c.Typmod = b.columnType(n)
		c.Dims = int16(len(n.TypeName.ArrayBounds))
	}
	if n.CollClause != nil {
		c.Collation = b.collation(n.CollClause, c.Type)
	}
	if serial != 0 {
		c.Sequence = b.ownedSequence(c.Name, serial, nil, n.Location)
		c.Default = "nextval(" + literal(sequenceText(c.Sequence, b.next)) + "::regclass)"
		c.NotNull = true
	}
	b.t.Columns = append(b.t.Columns, c)
	b.columnConstraints(n, &b.t.Columns[len(b.t.Columns)-1], serial != 0)
}

func (b *tableBuild) columnType(n *pg_query.ColumnDef) (uint32, int32) {
	oid, mod := b.typeRef(n.TypeName)
	switch b.typ(oid).kind {
	case 'p':
		b.fail(stateTableDefinition, -1, "column \"%s\" has pseudo-type %s", n.Colname, b.typeName(oid))
	case 'c':
		if b.typ(oid).user == nil {
			b.refuse(n.TypeName.Location, "a column of the row type %s", b.typeName(oid))
		}
	}
	return oid, mod
}

// serialType is the integer type behind a serial one, or 0.
func serialType(tn *pg_query.TypeName) uint32 {
	names := stringList(tn.GetNames())
	if len(names) != 1 {
		return 0
	}
	switch names[0] {
	case "smallserial", "serial2":
		return oidInt2
	case "serial", "serial4":
		return oidInt4
	case "bigserial", "serial8":
		return oidInt8
	}
	return 0
}

// collation reads a COLLATE clause. Of collations, only those that every
// PostgreSQL has are known.
func (b *tableBuild) collation(n *pg_query.CollateClause, typ uint32) string {
	names := stringList(n.Collname)
	name := names[len(names)-1]
	if len(names) > 1 && names[0] != "pg_catalog" || name != "default" && name != "C" && name != "POSIX" {
		b.refuse(n.Location, "collation %q", name)
	}
	base := b.base(typ)
	if e := b.elemOf(base); e != 0 {
		base = b.base(e)
	}
	switch base {
	case oidText, oidVarchar, oidBpchar:
	case oidName:
		if name == "C" {
			return ""
		}
	default:
		b.fail(codeDatatypeMismatch, n.Location, "collations are not supported by type %s", b.typeName(typ))
	}
	if name == "default" {
		return ""
	}
	return name
}

// columnConstraints reads what is written after a column's type.
func (b *tableBuild) columnConstraints(n *pg_query.ColumnDef, c *catalog.Column, serial bool) {
	var sawNull, sawNotNull, sawDefault, sawIdentity, sawGenerated bool
	sawDefault, sawNotNull = serial, serial
	var last *pg_query.Constraint
	var attributes constraintAttributes
	for _, node := range n.Constraints {
		k := node.GetConstraint()
		at := k.GetLocation()
		switch k.Contype {
		case pg_query.ConstrType_CONSTR_NULL:
			if sawNotNull {
				b.conflictingNull(c, at)
			}
			sawNull = true
		case pg_query.ConstrType_CONSTR_NOTNULL:
			if sawNull {
				b.conflictingNull(c, at)
			}
			sawNotNull, c.NotNull = true, true
		case pg_query.ConstrType_CONSTR_DEFAULT:
			if sawDefault {
				if serial {
					at = -1
				}
				b.fail(codeSyntax, at, "multiple default values specified for column \"%s\" of table \"%s\"", c.Name, b.t.Name)
			}
			sawDefault = true
			b.defaults = append(b.defaults, tableDefault{c.Name, k.RawExpr, false})
		case pg_query.ConstrType_CONSTR_IDENTITY:
			if sawIdentity {
				b.fail(codeSyntax, at, "multiple identity specifications for column \"%s\" of table \"%s\"", c.Name, b.t.Name)
			}
			if sawNull {
				b.conflictingNull(c, at)
			}
			sawIdentity = true
			b.identity(c, k)
		case pg_query.ConstrType_CONSTR_GENERATED:
			if sawGenerated {
				b.fail(codeSyntax, at, "multiple generation clauses specified for column \"%s\" of table \"%s\"", c.Name, b.t.Name)
			}
			sawGenerated = true
			b.defaults = append(b.defaults, tableDefault{c.Name, k.RawExpr, true})
		case pg_query.ConstrType_CONSTR_CHECK:
			b.checks = append(b.checks, k)
		case pg_query.ConstrType_CONSTR_PRIMARY, pg_query.ConstrType_CONSTR_UNIQUE:
			b.keys = append(b.keys, tableKey{k, []string{c.Name}})
		case pg_query.ConstrType_CONSTR_FOREIGN:
			b.foreign = append(b.foreign, tableForeign{k, []string{c.Name}})
		case pg_query.ConstrType_CONSTR_ATTR_DEFERRABLE, pg_query.ConstrType_CONSTR_ATTR_NOT_DEFERRABLE,
			pg_query.ConstrType_CONSTR_ATTR_DEFERRED, pg_query.ConstrType_CONSTR_ATTR_IMMEDIATE:
			attributes.apply(b, last, k)
			continue
		default:
			b.refuse(at, "this constraint")
		}
		last, attributes = k, constraintAttributes{}
		switch {
		case sawDefault && sawIdentity:
			b.fail(codeSyntax, at, "both default and identity specified for column \"%s\" of table \"%s\"", c.Name, b.t.Name)
		case sawDefault && sawGenerated:
			b.fail(codeSyntax, at, "both default and generation expression specified for column \"%s\" of table \"%s\"", c.Name, b.t.Name)
		case sawIdentity && sawGenerated:
			b.fail(codeSyntax, at, "both identity and generation expression specified for column \"%s\" of table \"%s\"", c.Name, b.t.Name)
		}
	}
}

func (b *tableBuild) conflictingNull(c *catalog.Column, at int32) {
	b.fail(codeSyntax, at, "conflicting NULL/NOT NULL declarations for column \"%s\" of table \"%s\"", c.Name, b.t.Name)
}

// constraintAttributes are the clauses seen after a column's constraint that
// say when it is judged.
type constraintAttributes struct{ deferrable, initially bool }

func (x *constraintAttributes) apply(b *tableBuild, last, k *pg_query.Constraint) {
	names := map[pg_query.ConstrType]string{
		pg_query.ConstrType_CONSTR_ATTR_DEFERRABLE: "DEFERRABLE", pg_query.ConstrType_CONSTR_ATTR_NOT_DEFERRABLE: "NOT DEFERRABLE",
		pg_query.ConstrType_CONSTR_ATTR_DEFERRED: "INITIALLY DEFERRED", pg_query.ConstrType_CONSTR_ATTR_IMMEDIATE: "INITIALLY IMMEDIATE",
	}
	if last == nil || last.Contype != pg_query.ConstrType_CONSTR_PRIMARY && last.Contype != pg_query.ConstrType_CONSTR_UNIQUE &&
		last.Contype != pg_query.ConstrType_CONSTR_FOREIGN {
		b.fail(codeSyntax, k.Location, "misplaced %s clause", names[k.Contype])
	}
	const mustDefer = "constraint declared INITIALLY DEFERRED must be DEFERRABLE"
	switch k.Contype {
	case pg_query.ConstrType_CONSTR_ATTR_DEFERRABLE, pg_query.ConstrType_CONSTR_ATTR_NOT_DEFERRABLE:
		if x.deferrable {
			b.fail(codeSyntax, k.Location, "multiple DEFERRABLE/NOT DEFERRABLE clauses not allowed")
		}
		x.deferrable = true
		last.Deferrable = k.Contype == pg_query.ConstrType_CONSTR_ATTR_DEFERRABLE
		if x.initially && last.Initdeferred && !last.Deferrable {
			b.fail(codeSyntax, k.Location, mustDefer)
		}
	default:
		if x.initially {
			b.fail(codeSyntax, k.Location, "multiple INITIALLY IMMEDIATE/DEFERRED clauses not allowed")
		}
		x.initially = true
		last.Initdeferred = k.Contype == pg_query.ConstrType_CONSTR_ATTR_DEFERRED
		if last.Initdeferred && !x.deferrable {
			last.Deferrable = true
		}
		if last.Initdeferred && !last.Deferrable {
			b.fail(codeSyntax, k.Location, mustDefer)
		}
	}
}

// identity makes a column GENERATED … AS IDENTITY.
func (b *tableBuild) identity(c *catalog.Column, k *pg_query.Constraint) {
	switch c.Type {
	case oidInt2, oidInt4, oidInt8:
	default:
		b.fail(stateInvalidParameter, -1, "identity column type must be smallint, integer, or bigint")
	}
	c.Identity = k.GeneratedWhen
	c.Sequence = b.ownedSequence(c.Name, c.Type, k.Options, k.Location)
	c.NotNull = true
}
