package dialect

import (
	"cmp"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// A dependent is a foreign key that stands on an object which is to go.
type dependent struct {
	oid        uint32
	table      *catalog.Table
	constraint string
	on         string // the object, as PostgreSQL's detail names it
}

func (x dependent) String() string { return "constraint " + x.constraint + " on table " + x.table.Name }

// cascade removes dependents, or fails where CASCADE was not said.
func (d *ddl) cascade(object string, dependents []dependent, behavior pg_query.DropBehavior) {
	if len(dependents) == 0 {
		return
	}
	slices.SortFunc(dependents, func(x, y dependent) int { return cmp.Compare(x.oid, y.oid) })
	if behavior != pg_query.DropBehavior_DROP_CASCADE {
		var detail []string
		for _, x := range dependents {
			detail = append(detail, x.String()+" depends on "+x.on)
		}
		d.dependentObjects(object, detail)
	}
	if len(dependents) == 1 {
		d.notice("drop cascades to %s", dependents[0])
	} else {
		d.notice("drop cascades to %d other objects", len(dependents))
	}
	for _, x := range dependents {
		t := x.table
		if i := slices.IndexFunc(d.next.Tables, func(o *catalog.Table) bool { return o.OID == t.OID }); i >= 0 {
			t = d.edit(d.next.Tables[i])
		}
		t.Constraints = slices.DeleteFunc(t.Constraints, func(k catalog.Constraint) bool { return k.Name == x.constraint })
	}
}

// desiredObjects is what PostgreSQL calls several objects dropped at once.
const desiredObjects = "desired object(s)"

func (d *ddl) dependentObjects(object string, detail []string) {
	it := "it"
	if object == desiredObjects {
		it = "them"
	}
	e := d.error(stateDependents, -1, "cannot drop %s because other objects depend on %s", object, it)
	e.Detail = strings.Join(detail, "\n")
	e.Hint = "Use DROP ... CASCADE to drop the dependent objects too."
	panic(e)
}

func (d *ddl) drop(n *pg_query.DropStmt) string {
	switch n.RemoveType {
	case pg_query.ObjectType_OBJECT_TABLE:
		d.dropTables(n)
		return "DROP TABLE"
	case pg_query.ObjectType_OBJECT_INDEX:
		d.dropIndexes(n)
		return "DROP INDEX"
	case pg_query.ObjectType_OBJECT_SEQUENCE:
		d.dropSequences(n)
		return "DROP SEQUENCE"
	case pg_query.ObjectType_OBJECT_VIEW:
		d.dropViews(n)
		return "DROP VIEW"
	case pg_query.ObjectType_OBJECT_SCHEMA:
		d.dropSchemas(n)
		return "DROP SCHEMA"
	case pg_query.ObjectType_OBJECT_TYPE:
		d.dropTypes(n)
		return "DROP TYPE"
	}
	if n.RemoveType == pg_query.ObjectType_OBJECT_MATVIEW {
		d.refuse(-1, "DROP MATERIALIZED VIEW")
	}
	d.refuse(-1, "DROP %s", strings.ReplaceAll(strings.TrimPrefix(n.RemoveType.String(), "OBJECT_"), "_", " "))
	return ""
}

// each finds the objects of a DROP and calls f with the schema of each.
func (d *ddl) each(n *pg_query.DropStmt, kind string, f func(schema, name string)) {
	for _, o := range n.Objects {
		names := stringList(o.GetList().GetItems())
		name := names[len(names)-1]
		schema := ""
		if len(names) > 1 {
			schema = names[len(names)-2]
		}
		if schema != "" && !slices.Contains(d.next.Schemas, schema) {
			if n.MissingOk {
				d.notice("schema \"%s\" does not exist, skipping", schema)
				continue
			}
			d.fail(codeInvalidSchema, -1, "schema \"%s\" does not exist", schema)
		}
		in, have := d.locate(schema, name)
		switch have {
		case kind:
			f(in, name)
		case "":
			if n.MissingOk {
				d.notice("%s \"%s\" does not exist, skipping", kind, name)
				continue
			}
			code := codeUndefinedTable
			if kind == "index" {
				code = codeUndefinedObject
			}
			if len(names) > 1 && kind != "index" {
				name = strings.Join(names, ".")
			}
			d.fail(code, -1, "%s \"%s\" does not exist", kind, name)
		case "relation":
			d.fail(codeNotSupported, -1, "relation \"%s\" %s", name, d.absent(in, name).Reason)
		default:
			article := "a "
			if kind == "index" {
				article = "an "
			}
			d.failHint(stateWrongObject, -1, dropHint[have], "\"%s\" is not %s%s", name, article, kind)
		}
	}
}

var dropHint = map[string]string{
	"table":             "Use DROP TABLE to remove a table.",
	"index":             "Use DROP INDEX to remove an index.",
	"sequence":          "Use DROP SEQUENCE to remove a sequence.",
	"view":              "Use DROP VIEW to remove a view.",
	"materialized view": "Use DROP MATERIALIZED VIEW to remove a materialized view.",
	"composite type":    "Use DROP TYPE to remove a type.",
}

func (d *ddl) dropTables(n *pg_query.DropStmt) {
	var going []*catalog.Table
	d.each(n, "table", func(schema, name string) {
		t := d.next.Table(schema, name)
		d.owns(t.Owner, "table", name)
		if !slices.Contains(going, t) {
			going = append(going, t)
		}
	})
	var dependents []dependent
	var views []string
	object := ""
	for _, t := range going {
		if object == "" {
			object = "table " + t.Name
		}
		for _, o := range d.next.Tables {
			if slices.Contains(going, o) {
				continue
			}
			for i := range o.Constraints {
				if k := &o.Constraints[i]; k.Kind == 'f' && k.RefSchema == t.Schema && k.RefTable == t.Name {
					dependents = append(dependents, dependent{k.OID, o, k.Name, "table " + t.Name})
					object = "table " + t.Name
				}
			}
		}
		for _, v := range d.viewsOn(t) {
			views = append(views, "view "+v.Name+" depends on table "+t.Name)
			object = "table " + t.Name
		}
	}
	if len(going) > 1 && len(dependents)+len(views) > 0 {
		object = desiredObjects
	}
	if len(views) > 0 {
		if n.Behavior == pg_query.DropBehavior_DROP_CASCADE {
			d.refuse(-1, "DROP TABLE … CASCADE of a table that views read")
		}
		for _, x := range dependents {
			views = append(views, x.String()+" depends on "+x.on)
		}
		d.dependentObjects(object, views)
	}
	d.cascade(object, dependents, n.Behavior)
	for _, t := range going {
		for i := range t.Columns {
			d.dropOwned(t, &t.Columns[i])
		}
		d.next.Tables = slices.DeleteFunc(d.next.Tables, func(o *catalog.Table) bool { return o.OID == t.OID })
	}
}

// dropOwned removes the sequences that a column owns.
func (d *ddl) dropOwned(t *catalog.Table, c *catalog.Column) {
	owner := t.Schema + "." + t.Name + "." + c.Name
	for _, q := range slices.Clone(d.next.Sequences) {
		if q.OwnedBy != owner {
			continue
		}
		if users := d.sequenceUsers(q, t, c.Name); len(users) > 0 {
			d.refuse(-1, "dropping sequence %q, which %s uses", q.Name, users[0])
		}
		d.removeSequence(q)
	}
}

// sequenceUsers names the defaults that call for a sequence, other than that of
// one column.
func (d *ddl) sequenceUsers(q *catalog.Sequence, but *catalog.Table, column string) []string {
	call := "nextval(" + literal(qualified(q.Schema, q.Name)) + "::regclass)"
	var users []string
	for _, t := range d.next.Tables {
		for i := range t.Columns {
			c := &t.Columns[i]
			if strings.Contains(c.Default, call) && (but == nil || t.OID != but.OID || c.Name != column) {
				users = append(users, "default value for column "+c.Name+" of table "+t.Name)
			}
		}
	}
	return users
}

func (d *ddl) dropIndexes(n *pg_query.DropStmt) {
	if n.Concurrent && len(n.Objects) > 1 {
		d.fail(codeNotSupported, -1, "DROP INDEX CONCURRENTLY does not support dropping multiple objects")
	}
	if n.Concurrent && n.Behavior == pg_query.DropBehavior_DROP_CASCADE {
		d.fail(codeNotSupported, -1, "DROP INDEX CONCURRENTLY does not support CASCADE")
	}
	d.each(n, "index", func(schema, name string) {
		for _, t := range d.next.Tables {
			i := slices.IndexFunc(t.Indexes, func(x catalog.Index) bool { return x.Name == name })
			if t.Schema != schema || i < 0 {
				continue
			}
			d.owns(t.Owner, "index", name)
			x := t.Indexes[i]
			if x.Constraint {
				e := d.error(stateDependents, -1, "cannot drop index %s because constraint %s on table %s requires it", name, name, t.Name)
				e.Hint = "You can drop constraint " + name + " on table " + t.Name + " instead."
				panic(e)
			}
			b := &tableBuild{ddl: d, t: d.edit(t), altering: true}
			if x.Unique && x.Where == "" {
				var columns []string
				for _, k := range x.Keys {
					columns = append(columns, k.Column)
				}
				b.releaseKey(columns, name, n.Behavior, "index "+name)
			}
			b.t.Indexes = slices.DeleteFunc(b.t.Indexes, func(x catalog.Index) bool { return x.Name == name })
			return
		}
	})
}

func (d *ddl) dropSequences(n *pg_query.DropStmt) {
	d.each(n, "sequence", func(schema, name string) {
		q := d.next.Sequence(schema, name)
		d.owns(q.Owner, "sequence", name)
		for _, t := range d.next.Tables {
			for i := range t.Columns {
				if c := &t.Columns[i]; c.Identity != "" && d.next.SequenceOf(c) == q {
					e := d.error(stateDependents, -1, "cannot drop sequence %s because column %s of table %s requires it", name, c.Name, t.Name)
					e.Hint = "You can drop column " + c.Name + " of table " + t.Name + " instead."
					panic(e)
				}
			}
		}
		users := d.sequenceUsers(q, nil, "")
		if len(users) > 0 && n.Behavior != pg_query.DropBehavior_DROP_CASCADE {
			for i := range users {
				users[i] += " depends on sequence " + name
			}
			d.dependentObjects("sequence "+name, users)
		}
		if len(users) > 0 {
			d.refuse(-1, "DROP SEQUENCE … CASCADE of a sequence that is in use")
		}
		for _, t := range slices.Clone(d.next.Tables) {
			for i := range t.Columns {
				if d.next.SequenceOf(&t.Columns[i]) == q {
					d.edit(t).Columns[i].Sequence = ""
				}
			}
		}
		d.removeSequence(q)
	})
}

func (d *ddl) dropViews(n *pg_query.DropStmt) {
	var going []*catalog.View
	d.each(n, "view", func(schema, name string) {
		v := d.next.View(schema, name)
		d.owns(v.Owner, "view", name)
		going = append(going, v)
	})
	for _, v := range going {
		for _, o := range d.next.Views {
			if !slices.Contains(going, o) && viewReads(o, v.Schema, v.Name) {
				if n.Behavior == pg_query.DropBehavior_DROP_CASCADE {
					d.refuse(-1, "DROP VIEW … CASCADE of a view that views read")
				}
				d.dependentObjects("view "+v.Name, []string{"view " + o.Name + " depends on view " + v.Name})
			}
		}
		d.next.Views = slices.DeleteFunc(d.next.Views, func(o *catalog.View) bool { return o == v })
	}
}

// viewsOn are the views that read a table.
func (d *ddl) viewsOn(t *catalog.Table) []*catalog.View {
	var out []*catalog.View
	for _, v := range d.next.Views {
		if viewReads(v, t.Schema, t.Name) {
			out = append(out, v)
		}
	}
	return out
}

// viewReads reports whether a view's definition names a relation. Definitions
// qualify every name, and one that cannot be read is taken to name it.
func viewReads(v *catalog.View, schema, name string) bool {
	tree, err := pg_query.Parse(v.Def)
	if err != nil {
		return true
	}
	found := false
	eachNode(tree.ProtoReflect(), func(m any) {
		if r, ok := m.(*pg_query.RangeVar); ok && r.Relname == name && (r.Schemaname == schema || r.Schemaname == "") {
			found = true
		}
	})
	return found
}
