package dialect

import (
	"cmp"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

func (d *ddl) createSchema(n *pg_query.CreateSchemaStmt) {
	if len(n.SchemaElts) > 0 {
		d.refuse(-1, "CREATE SCHEMA with elements")
	}
	if n.Authrole != nil {
		d.refuse(n.Authrole.Location, "AUTHORIZATION")
	}
	if !d.virgin() && !d.next.CreateSchemas {
		d.fail(codePrivilege, -1, "permission denied for database %s", d.next.Database)
	}
	if strings.HasPrefix(n.Schemaname, "pg_") {
		e := d.error("42939", -1, "unacceptable schema name \"%s\"", n.Schemaname)
		e.Detail = "The prefix \"pg_\" is reserved for system schemas."
		panic(e)
	}
	if slices.Contains(d.next.Schemas, n.Schemaname) || n.Schemaname == "information_schema" || n.Schemaname == "failoversql" {
		if n.IfNotExists {
			d.notice("schema \"%s\" already exists, skipping", n.Schemaname)
			return
		}
		d.fail(stateDuplicateSchema, -1, "schema \"%s\" already exists", n.Schemaname)
	}
	d.next.Schemas = append(d.next.Schemas, n.Schemaname)
	if d.next.SchemaOIDs == nil {
		d.next.SchemaOIDs = map[string]uint32{}
	}
	d.next.SchemaOIDs[n.Schemaname] = d.newOID()
	if !d.virgin() {
		d.next.Creatable = append(d.next.Creatable, n.Schemaname)
	}
}

func (d *ddl) dropSchemas(n *pg_query.DropStmt) {
	for _, o := range n.Objects {
		name := o.GetString_().GetSval()
		if !slices.Contains(d.next.Schemas, name) {
			if n.MissingOk {
				d.notice("schema \"%s\" does not exist, skipping", name)
				continue
			}
			d.fail(codeInvalidSchema, -1, "schema \"%s\" does not exist", name)
		}
		if slices.ContainsFunc(d.next.Tables, func(t *catalog.Table) bool { return t.Schema == name }) ||
			slices.ContainsFunc(d.next.Views, func(v *catalog.View) bool { return v.Schema == name }) ||
			slices.ContainsFunc(d.next.Sequences, func(q *catalog.Sequence) bool { return q.Schema == name }) ||
			slices.ContainsFunc(d.next.Types, func(t *catalog.Type) bool { return t.Schema == name }) || !d.virgin() {
			// Besides these it may hold functions and other things that are
			// not copied.
			d.refuse(-1, "DROP SCHEMA of a schema that may hold objects")
		}
		d.next.Schemas = slices.DeleteFunc(d.next.Schemas, func(s string) bool { return s == name })
		d.next.Creatable = slices.DeleteFunc(d.next.Creatable, func(s string) bool { return s == name })
	}
}

// harmlessExtensions hold functions only, and may be created by any owner of a
// database: migrations begin with them. Their functions are refused where they
// are called, unless PostgreSQL has them itself.
var harmlessExtensions = []string{"pgcrypto", "uuid-ossp"}

func (d *ddl) createExtension(n *pg_query.CreateExtensionStmt) {
	if slices.Contains(d.next.Extensions, n.Extname) || n.Extname == "plpgsql" {
		if n.IfNotExists {
			d.notice("extension \"%s\" already exists, skipping", n.Extname)
			return
		}
		d.fail(stateDuplicateObject, -1, "extension \"%s\" already exists", n.Extname)
	}
	if !slices.Contains(harmlessExtensions, n.Extname) || len(n.Options) > 0 || !d.virgin() && !d.next.CreateSchemas {
		d.refuse(-1, "extension \"%s\"", n.Extname)
	}
	d.next.Extensions = append(d.next.Extensions, n.Extname)
}

func (d *ddl) createEnum(n *pg_query.CreateEnumStmt) {
	names := stringList(n.TypeName)
	name, schema := names[len(names)-1], ""
	if len(names) > 1 {
		schema = names[len(names)-2]
	}
	schema = d.creationSchema(schema, name, -1)
	if d.next.Type(schema, name) != nil || d.relationKind(schema, name) != "" {
		d.fail(stateDuplicateObject, -1, "type \"%s\" already exists", name)
	}
	labels := stringList(n.Vals)
	for i, l := range labels {
		if len(l) > maxIdentifier {
			e := d.error(codeInvalidName, -1, "invalid enum label \"%s\"", l)
			e.Detail = "Labels must be 63 bytes or less."
			panic(e)
		}
		if slices.Contains(labels[:i], l) {
			d.fail(uniqueViolation, -1, "duplicate key value violates unique constraint \"pg_enum_typid_label_index\"")
		}
	}
	d.addType(&catalog.Type{Schema: schema, Name: name, Kind: 'e', Labels: orNil(labels)})
}

// addType numbers a new type and adds it with its array type, which PostgreSQL
// numbers first.
func (d *ddl) addType(t *catalog.Type) {
	array := &catalog.Type{OID: d.newOID(), Schema: t.Schema, Name: clip("_"+t.Name, maxIdentifier), Kind: 'b'}
	for d.next.Type(t.Schema, array.Name) != nil {
		array.Name = clip("_"+array.Name, maxIdentifier)
	}
	t.OID, t.Array = d.newOID(), array.OID
	array.Elem = t.OID
	d.next.Types = append(d.next.Types, array, t)
}

// createComposite makes a composite type.
func (d *ddl) createComposite(n *pg_query.CompositeTypeStmt) {
	r := n.Typevar
	if r.GetSchemaname() == catalog.TempSchema {
		d.refuse(r.GetLocation(), "a temporary type")
	}
	schema, name := d.creationSchema(r.GetSchemaname(), r.GetRelname(), -1), r.GetRelname()
	if d.next.Type(schema, name) != nil || d.relationKind(schema, name) != "" {
		d.fail(stateDuplicateObject, -1, "type \"%s\" already exists", name)
	}
	t := &catalog.Type{Schema: schema, Name: name, Kind: 'c'}
	b := &tableBuild{ddl: d, t: &catalog.Table{}}
	for i, x := range n.Coldeflist {
		def := x.GetColumnDef()
		for _, other := range t.Fields {
			if other.Name == def.Colname {
				d.fail(codeDuplicateColumn, -1, "column \"%s\" specified more than once", def.Colname)
			}
		}
		c := catalog.Column{Num: int16(i + 1), Name: def.Colname, Typmod: -1}
		def.TypeName.Location = -1 // PostgreSQL gives no position here
		c.Type, c.Typmod = b.columnType(def)
		c.Dims = int16(len(def.TypeName.ArrayBounds))
		if def.CollClause != nil {
			c.Collation = b.collation(def.CollClause, c.Type)
		}
		t.Fields = append(t.Fields, c)
	}
	if len(t.Fields) == 0 {
		d.refuse(-1, "a composite type without columns")
	}
	d.addType(t)
	d.next.Others = append(d.next.Others, catalog.NamedRelation{
		OID: d.newOID(), Schema: schema, Name: name, Kind: 'c', RowType: t.OID, RowArray: t.Array, Natts: int16(len(t.Fields)), Persistence: 'p', ReplicaIdentity: 'n',
	})
	slices.SortStableFunc(d.next.Others, func(x, y catalog.NamedRelation) int {
		return cmp.Or(strings.Compare(x.Schema, y.Schema), strings.Compare(x.Name, y.Name))
	})
}

func (d *ddl) dropTypes(n *pg_query.DropStmt) {
	for _, o := range n.Objects {
		names := stringList(o.GetTypeName().GetNames())
		name, schema := names[len(names)-1], ""
		if len(names) > 1 {
			schema = names[len(names)-2]
		}
		t := d.next.Type(schema, name)
		if t == nil {
			if n.MissingOk {
				d.notice("type \"%s\" does not exist, skipping", name)
				continue
			}
			d.fail(codeUndefinedObject, -1, "type \"%s\" does not exist", strings.Join(names, "."))
		}
		if t.Kind != 'e' && t.Kind != 'c' || t.OID < catalog.FirstLocalOID {
			d.refuse(-1, "DROP TYPE of a type that was not made on the fallback")
		}
		for _, o := range d.next.Types {
			if slices.ContainsFunc(o.Fields, func(f catalog.Column) bool { return f.Type == t.OID || f.Type == t.Array }) {
				d.refuse(-1, "DROP TYPE of a type that another one holds")
			}
		}
		var arrays, users []string
		// PostgreSQL names them in the order of their making.
		byAge := slices.SortedFunc(slices.Values(d.next.Tables), func(x, y *catalog.Table) int { return cmp.Compare(x.OID, y.OID) })
		for _, table := range byAge {
			for i := range table.Columns {
				switch c := &table.Columns[i]; c.Type {
				case t.Array:
					arrays = append(arrays, "column "+c.Name+" of table "+table.Name+" depends on type "+name+"[]")
				case t.OID:
					users = append(users, "column "+c.Name+" of table "+table.Name+" depends on type "+name)
				}
			}
		}
		users = append(arrays, users...)
		if len(users) > 0 && n.Behavior == pg_query.DropBehavior_DROP_CASCADE {
			d.refuse(-1, "DROP TYPE … CASCADE of a type that is in use")
		}
		if len(users) > 0 {
			d.dependentObjects("type "+name, users)
		}
		d.next.Types = slices.DeleteFunc(d.next.Types, func(o *catalog.Type) bool { return o == t || o.OID == t.Array })
		d.next.Others = slices.DeleteFunc(slices.Clone(d.next.Others), func(r catalog.NamedRelation) bool { return r.RowType == t.OID })
	}
}

func (d *ddl) comment(n *pg_query.CommentStmt) {
	names := stringList(n.Object.GetList().GetItems())
	part := func(fromEnd int) string {
		if i := len(names) - 1 - fromEnd; i >= 0 {
			return names[i]
		}
		return ""
	}
	switch n.Objtype {
	case pg_query.ObjectType_OBJECT_TABLE:
		d.edit(d.table(&pg_query.RangeVar{Schemaname: part(1), Relname: part(0), Location: -1}, false)).Comment = n.Comment
	case pg_query.ObjectType_OBJECT_COLUMN:
		t := d.edit(d.table(&pg_query.RangeVar{Schemaname: part(2), Relname: part(1), Location: -1}, false))
		(&tableBuild{ddl: d, t: t}).existing(part(0)).Comment = n.Comment
	case pg_query.ObjectType_OBJECT_INDEX, pg_query.ObjectType_OBJECT_SEQUENCE:
		schema, kind := d.locate(part(1), part(0))
		if kind == "" {
			d.noRelation(part(1), part(0))
		}
		if want := strings.ToLower(strings.TrimPrefix(n.Objtype.String(), "OBJECT_")); kind != want {
			article := "a "
			if want == "index" {
				article = "an "
			}
			d.fail(stateWrongObject, -1, "\"%s\" is not %s%s", part(0), article, want)
		}
		r := relationIn(d.next, schema, part(0))
		d.next.Comments = slices.DeleteFunc(slices.Clone(d.next.Comments), func(c catalog.Comment) bool { return c.Object == r.OID && c.Class == pgClass })
		if n.Comment != "" {
			d.next.Comments = append(d.next.Comments, catalog.Comment{Object: r.OID, Class: pgClass, Text: n.Comment})
		}
	default:
		d.refuse(-1, "COMMENT ON %s", strings.ReplaceAll(strings.TrimPrefix(n.Objtype.String(), "OBJECT_"), "_", " "))
	}
}

// truncate deletes all rows of tables, each journaled as a DELETE.
func (d *ddl) truncate(n *pg_query.TruncateStmt) *Plan {
	if n.RestartSeqs {
		d.refuse(-1, "RESTART IDENTITY")
	}
	p := &Plan{Kind: Exec, Verb: "TRUNCATE TABLE", Writes: true, Volatile: true}
	var going []*catalog.Table
	for _, r := range n.Relations {
		rv := r.GetRangeVar()
		schema, kind := d.locate(rv.GetSchemaname(), rv.GetRelname())
		switch kind {
		case "table":
		case "":
			d.noRelation(rv.GetSchemaname(), rv.GetRelname())
		case "relation":
			d.fail(codeNotSupported, rv.GetLocation(), "relation \"%s\" %s", rv.GetRelname(), d.absent(schema, rv.GetRelname()).Reason)
		default:
			d.fail(stateWrongObject, -1, "\"%s\" is not a table", rv.GetRelname())
		}
		t := d.next.Table(schema, rv.GetRelname())
		going = d.addTruncated(going, t, rv.GetLocation())
	}
	for i := 0; i < len(going); i++ {
		t := going[i]
		if !strings.Contains(t.Privileges, "D") && !d.virgin() {
			d.fail(codePrivilege, -1, "permission denied for table %s", t.Name)
		}
		for _, o := range d.next.Tables {
			if slices.Contains(going, o) {
				continue
			}
			for i := range o.Constraints {
				k := &o.Constraints[i]
				if k.Kind != 'f' || k.RefSchema != t.Schema || k.RefTable != t.Name {
					continue
				}
				if n.Behavior == pg_query.DropBehavior_DROP_CASCADE {
					going = d.addTruncated(going, o, -1)
					break
				}
				e := d.error(codeNotSupported, -1, "cannot truncate a table referenced in a foreign key constraint")
				e.Detail = "Table \"" + o.Name + "\" references \"" + t.Name + "\"."
				e.Hint = "Truncate table \"" + o.Name + "\" at the same time, or use TRUNCATE ... CASCADE."
				panic(e)
			}
		}
	}
	// Where deferrable keys make a circle, they are looked at when all is done.
	p.Steps = append(p.Steps, Step{SQL: "PRAGMA defer_foreign_keys = ON"})
	for _, t := range d.childrenFirst(going) {
		p.Steps = append(p.Steps, Step{SQL: "DELETE FROM " + sqliteTable(t)})
		p.Tables = append(p.Tables, TableUse{Table: t, Uses: "D"})
	}
	p.Steps = append(p.Steps, Step{SQL: "PRAGMA defer_foreign_keys = OFF"})
	return p
}

// addTruncated adds a table to those that a TRUNCATE empties.
func (d *ddl) addTruncated(going []*catalog.Table, t *catalog.Table, at int32) []*catalog.Table {
	if slices.Contains(going, t) {
		return going
	}
	if t.UserTriggers || t.RowSecurity {
		d.refuse(at, "TRUNCATE of table %q, which has triggers or row security,", t.Name)
	}
	return append(going, t)
}

// childrenFirst orders tables so that none comes after one that it references.
func (d *ddl) childrenFirst(tables []*catalog.Table) []*catalog.Table {
	var out []*catalog.Table
	for left := slices.Clone(tables); len(left) > 0; {
		i := slices.IndexFunc(left, func(t *catalog.Table) bool {
			return !slices.ContainsFunc(left, func(o *catalog.Table) bool { return o != t && references(o, t) })
		})
		if i < 0 {
			d.refuse(-1, "TRUNCATE of tables that reference each other in a circle")
		}
		out = append(out, left[i])
		left = slices.Delete(left, i, i+1)
	}
	return out
}

// references reports whether rows of t refer to rows of parent by a key that is
// looked at before the transaction ends.
func references(t, parent *catalog.Table) bool {
	return slices.ContainsFunc(t.Constraints, func(k catalog.Constraint) bool {
		return k.Kind == 'f' && !k.Deferrable && k.RefSchema == parent.Schema && k.RefTable == parent.Name
	})
}
