package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// rename runs ALTER … RENAME.
func (d *ddl) rename(n *pg_query.RenameStmt) string {
	switch n.RenameType {
	case pg_query.ObjectType_OBJECT_TABLE:
		if t := d.table(n.Relation, n.MissingOk); t != nil {
			d.renameTable(t, n.Newname)
		}
		return "ALTER TABLE"
	case pg_query.ObjectType_OBJECT_COLUMN:
		if n.RelationType == pg_query.ObjectType_OBJECT_TABLE {
			if t := d.table(n.Relation, n.MissingOk); t != nil {
				d.renameColumn(t, n.Subname, n.Newname)
			}
			return "ALTER TABLE"
		}
	case pg_query.ObjectType_OBJECT_TABCONSTRAINT:
		if t := d.table(n.Relation, n.MissingOk); t != nil {
			d.renameConstraint(t, n.Subname, n.Newname)
		}
		return "ALTER TABLE"
	case pg_query.ObjectType_OBJECT_INDEX:
		d.renameIndex(n)
		return "ALTER INDEX"
	}
	d.refuse(n.Relation.GetLocation(), "RENAME of this kind of object")
	return ""
}

func (d *ddl) noViews(t *catalog.Table) {
	if len(d.viewsOn(t)) > 0 {
		d.refuse(-1, "renaming what views read")
	}
}

func (d *ddl) renameTable(t *catalog.Table, name string) {
	if d.relationKind(t.Schema, name) != "" {
		d.fail(stateDuplicateTable, -1, "relation \"%s\" already exists", name)
	}
	d.noViews(t)
	t = d.edit(t)
	old := t.Name
	t.Name = name
	for i := range t.Indexes {
		t.Indexes[i].Def = indexDef(t, &t.Indexes[i], including(&t.Indexes[i]))
	}
	for _, o := range slices.Clone(d.next.Tables) {
		for i := range o.Constraints {
			if k := o.Constraints[i]; k.Kind == 'f' && k.RefSchema == t.Schema && k.RefTable == old {
				k.RefTable = name
				k.Def = foreignDef(&k)
				o = d.edit(o)
				o.Constraints[i] = k
			}
		}
	}
	d.reown(t.Schema+"."+old+".", t.Schema+"."+name+".")
}

// reown changes what owned sequences say of their owner.
func (d *ddl) reown(from, to string) {
	for i, q := range d.next.Sequences {
		if rest, ok := strings.CutPrefix(q.OwnedBy, from); ok && (rest == "" || strings.HasSuffix(from, ".")) {
			c := *q
			c.OwnedBy = to + rest
			d.next.Sequences[i] = &c
		}
	}
}

// including reads the INCLUDE columns out of an index's definition.
func including(x *catalog.Index) []string {
	tree, err := pg_query.Parse(x.Def)
	if err != nil {
		return nil
	}
	var names []string
	for _, p := range tree.Stmts[0].Stmt.GetIndexStmt().GetIndexIncludingParams() {
		names = append(names, p.GetIndexElem().GetName())
	}
	return names
}

func (d *ddl) renameColumn(t *catalog.Table, column, name string) {
	b := &tableBuild{ddl: d, t: d.edit(t)}
	if t.Column(column) == nil {
		d.fail(codeUndefinedColumn, -1, "column \"%s\" does not exist", column)
	}
	if t.Column(name) != nil {
		d.fail(codeDuplicateColumn, -1, "column \"%s\" of relation \"%s\" already exists", name, t.Name)
	}
	if slices.Contains(systemColumns, name) {
		d.fail(codeDuplicateColumn, -1, "column name \"%s\" conflicts with a system column name", name)
	}
	d.noViews(t)
	swap := func(list []string) []string {
		if !slices.Contains(list, column) {
			return list
		}
		list = slices.Clone(list)
		list[slices.Index(list, column)] = name
		return list
	}
	b.t.Column(column).Name = name
	for i := range b.t.Columns {
		b.t.Columns[i].Generated = renameIn(b.t.Columns[i].Generated, column, name)
	}
	for i := range b.t.Indexes {
		x := &b.t.Indexes[i]
		inc := swap(including(x))
		x.Where = renameIn(x.Where, column, name)
		x.Keys = slices.Clone(x.Keys)
		for j := range x.Keys {
			if x.Keys[j].Column == column {
				x.Keys[j].Column = name
			}
			x.Keys[j].Expr = renameIn(x.Keys[j].Expr, column, name)
		}
		x.Def = indexDef(b.t, x, inc)
	}
	for _, o := range slices.Clone(d.next.Tables) {
		for i := range o.Constraints {
			k := o.Constraints[i]
			own := o == b.t
			refers := k.Kind == 'f' && k.RefSchema == b.t.Schema && k.RefTable == b.t.Name && slices.Contains(k.RefColumns, column)
			if !own && !refers {
				continue
			}
			if own {
				k.Columns, k.SetColumns = swap(k.Columns), swap(k.SetColumns)
				k.Expr = renameIn(k.Expr, column, name)
			}
			if refers {
				k.RefColumns = swap(k.RefColumns)
			}
			o = d.edit(o)
			k.Def = constraintDef(o, &k)
			o.Constraints[i] = k
		}
	}
	prefix := t.Schema + "." + t.Name + "."
	d.reown(prefix+column, prefix+name)
}

// constraintDef prints a constraint as pg_get_constraintdef does.
func constraintDef(t *catalog.Table, k *catalog.Constraint) string {
	switch k.Kind {
	case 'f':
		return foreignDef(k)
	case 'c':
		def := "CHECK (" + k.Expr + ")"
		if k.NotValid {
			def += " NOT VALID"
		}
		return def
	case 'p', 'u':
		def := "UNIQUE "
		if k.Kind == 'p' {
			def = "PRIMARY KEY "
		}
		tail := ""
		for i := range t.Indexes {
			if x := &t.Indexes[i]; x.Name == k.Name {
				if x.NullsEqual {
					def += "NULLS NOT DISTINCT "
				}
				if inc := including(x); len(inc) > 0 {
					tail = " INCLUDE (" + idents(inc) + ")"
				}
			}
		}
		return def + "(" + idents(k.Columns) + ")" + tail + deferrable(k)
	}
	return k.Def
}

func (d *ddl) renameConstraint(t *catalog.Table, from, to string) {
	k := constraint(t, from)
	if k == nil {
		d.fail(codeUndefinedObject, -1, "constraint \"%s\" for table \"%s\" does not exist", from, t.Name)
	}
	if k.Kind == 'p' || k.Kind == 'u' {
		d.renameIndexOf(t, from, to)
		return
	}
	if constraint(t, to) != nil {
		d.fail(stateDuplicateObject, -1, "constraint \"%s\" for relation \"%s\" already exists", to, t.Name)
	}
	constraint(d.edit(t), from).Name = to
}

func (d *ddl) renameIndex(n *pg_query.RenameStmt) {
	schema, kind := d.locate(n.Relation.Schemaname, n.Relation.Relname)
	if kind != "index" {
		if kind == "" && n.MissingOk {
			d.notice("relation \"%s\" does not exist, skipping", n.Relation.Relname)
			return
		}
		if kind == "" {
			d.noRelation(n.Relation.Schemaname, n.Relation.Relname)
		}
		d.fail(stateWrongObject, -1, "\"%s\" is not an index", n.Relation.Relname)
	}
	for _, t := range d.next.Tables {
		if t.Schema == schema && slices.ContainsFunc(t.Indexes, func(x catalog.Index) bool { return x.Name == n.Relation.Relname }) {
			d.owns(t.Owner, "index", n.Relation.Relname)
			d.renameIndexOf(t, n.Relation.Relname, n.Newname)
			return
		}
	}
}

// renameIndexOf gives an index another name, and with it the constraint that it
// stands behind.
func (d *ddl) renameIndexOf(t *catalog.Table, from, to string) {
	if d.relationKind(t.Schema, to) != "" {
		d.fail(stateDuplicateTable, -1, "relation \"%s\" already exists", to)
	}
	t = d.edit(t)
	for i := range t.Indexes {
		if x := &t.Indexes[i]; x.Name == from {
			inc := including(x)
			x.Name = to
			x.Def = indexDef(t, x, inc)
			if k := constraint(t, from); x.Constraint && k != nil {
				k.Name = to
			}
		}
	}
}
