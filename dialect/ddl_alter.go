package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// alterTable runs the commands of an ALTER TABLE in PostgreSQL's order: what
// drops before what adds, columns before constraints.
func (d *ddl) alterTable(n *pg_query.AlterTableStmt) string {
	at := n.Relation.GetLocation()
	if n.Objtype != pg_query.ObjectType_OBJECT_TABLE {
		d.refuse(at, "ALTER of this kind of object")
	}
	const verb = "ALTER TABLE"
	table := d.table(n.Relation, n.MissingOk)
	if table == nil {
		return verb
	}
	b := &tableBuild{ddl: d, t: d.edit(table), altering: true}
	// PostgreSQL gives no positions in expressions here.
	d.silent = true
	cmds := make([]*pg_query.AlterTableCmd, len(n.Cmds))
	for i, c := range n.Cmds {
		cmds[i] = c.GetAlterTableCmd()
	}
	slices.SortStableFunc(cmds, func(x, y *pg_query.AlterTableCmd) int { return alterPass(x) - alterPass(y) })
	for _, c := range cmds {
		b.alter(c, at)
	}
	b.finish()
	return verb
}

func alterPass(c *pg_query.AlterTableCmd) int {
	switch c.Subtype {
	case pg_query.AlterTableType_AT_DropColumn, pg_query.AlterTableType_AT_DropConstraint, pg_query.AlterTableType_AT_DropNotNull, pg_query.AlterTableType_AT_DropIdentity:
		return 0
	case pg_query.AlterTableType_AT_ColumnDefault:
		if c.Def == nil {
			return 0
		}
		return 5
	case pg_query.AlterTableType_AT_AlterColumnType:
		return 1
	case pg_query.AlterTableType_AT_AddColumn:
		return 2
	case pg_query.AlterTableType_AT_AddConstraint:
		return 4
	}
	return 3
}

func (b *tableBuild) alter(c *pg_query.AlterTableCmd, at int32) {
	switch c.Subtype {
	case pg_query.AlterTableType_AT_AddColumn:
		b.addColumn(c)
	case pg_query.AlterTableType_AT_AddConstraint:
		b.addConstraint(c.Def.GetConstraint())
	case pg_query.AlterTableType_AT_DropColumn:
		b.dropColumn(c)
	case pg_query.AlterTableType_AT_DropConstraint:
		b.dropConstraint(c)
	case pg_query.AlterTableType_AT_ColumnDefault:
		b.setDefault(c)
	case pg_query.AlterTableType_AT_SetNotNull:
		b.requireNotNull(b.existing(c.Name))
	case pg_query.AlterTableType_AT_DropNotNull:
		b.dropNotNull(c)
	case pg_query.AlterTableType_AT_AlterColumnType:
		b.columnTypeChange(c)
	case pg_query.AlterTableType_AT_ValidateConstraint:
		b.validate(c)
	case pg_query.AlterTableType_AT_ReplicaIdentity:
		b.replicaIdentity(c, at)
	case pg_query.AlterTableType_AT_SetStatistics, pg_query.AlterTableType_AT_SetStorage, pg_query.AlterTableType_AT_SetCompression:
		b.existing(c.Name) // of no effect on the answers
	default:
		b.refuse(at, "this form of ALTER TABLE")
	}
}

// existing finds a column that a command names.
func (b *tableBuild) existing(name string) *catalog.Column {
	c := b.t.Column(name)
	if c == nil {
		b.fail(codeUndefinedColumn, -1, "column \"%s\" of relation \"%s\" does not exist", name, b.t.Name)
	}
	return c
}

func (b *tableBuild) addColumn(c *pg_query.AlterTableCmd) {
	def := c.Def.GetColumnDef()
	if c.MissingOk && b.t.Column(def.Colname) != nil {
		b.notice("column \"%s\" of relation \"%s\" already exists, skipping", def.Colname, b.t.Name)
		return
	}
	defaults := len(b.defaults)
	b.column(def)
	col := b.t.Column(def.Colname)
	for _, p := range b.defaults[defaults:] {
		b.cookDefault(p)
	}
	b.defaults = b.defaults[:defaults]
	b.fill(col)
	if col.NotNull && col.Generated == "" && col.Default == "" {
		b.notNullCheck(b.t, col.Name)
	}
}

func (b *tableBuild) addConstraint(k *pg_query.Constraint) {
	if k.Conname != "" && k.Contype == pg_query.ConstrType_CONSTR_FOREIGN {
		b.freeConstraint(k.Conname)
	}
	b.tableConstraint(k)
}

func (b *tableBuild) setDefault(c *pg_query.AlterTableCmd) {
	col := b.existing(c.Name)
	if col.Identity != "" {
		b.fail(codeSyntax, -1, "column \"%s\" of relation \"%s\" is an identity column", c.Name, b.t.Name)
	}
	if col.Generated != "" {
		b.fail(codeSyntax, -1, "column \"%s\" of relation \"%s\" is a generated column", c.Name, b.t.Name)
	}
	if c.Def == nil {
		col.Default = ""
		return
	}
	b.cookDefault(tableDefault{c.Name, c.Def, false})
}

func (b *tableBuild) dropNotNull(c *pg_query.AlterTableCmd) {
	col := b.existing(c.Name)
	if col.Identity != "" {
		b.fail(codeSyntax, -1, "column \"%s\" of relation \"%s\" is an identity column", c.Name, b.t.Name)
	}
	if pk := b.t.PrimaryKey(); pk != nil && slices.Contains(pk.Columns, c.Name) {
		b.fail(stateTableDefinition, -1, "column \"%s\" is in a primary key", c.Name)
	}
	col.NotNull = false
}

// columnTypeChange changes a column's type where every value it can hold is
// stored as before.
func (b *tableBuild) columnTypeChange(c *pg_query.AlterTableCmd) {
	def := c.Def.GetColumnDef()
	col := b.existing(c.Name)
	b.quiet++
	typ, mod := b.typeRef(def.TypeName)
	b.quiet--
	collation := ""
	if def.CollClause != nil {
		collation = b.collation(def.CollClause, typ)
	}
	if col.Type == typ && col.Typmod == mod && col.Collation == collation {
		return
	}
	widens := col.Type == typ && col.Typmod == mod
	switch {
	case !castOf(def.RawDefault, c.Name), col.Identity != "", col.Generated != "":
	case isInteger(col.Type) && isInteger(typ):
		widens = intWidth(col.Type) <= intWidth(typ)
	case (col.Type == oidVarchar || col.Type == oidText) && typ == oidText:
		widens = true
	case (col.Type == oidVarchar || col.Type == oidText) && typ == oidVarchar:
		widens = mod < 0 || col.Type == oidVarchar && col.Typmod >= 0 && col.Typmod <= mod
	case col.Type == typ && (typ == oidTimestamp || typ == oidTimestamptz || typ == oidTime):
		widens = mod < 0 || mod == 6 || col.Typmod >= 0 && col.Typmod <= mod
	}
	if !widens || b.inGenerated(c.Name) || len(b.viewsOn(b.t)) > 0 {
		b.refuse(def.Location, "changing the type of column %q from %s to %s", c.Name, b.formatType(col.Type, col.Typmod), b.formatType(typ, mod))
	}
	col.Type, col.Typmod, col.Collation, col.Dims = typ, mod, collation, int16(len(def.TypeName.ArrayBounds))
	b.reprint(col)
}

// castOf reports whether a USING expression is missing, or the column itself, or
// a cast of it.
func castOf(n *pg_query.Node, column string) bool {
	if n == nil {
		return true
	}
	if c := n.GetTypeCast(); c != nil {
		n = c.Arg
	}
	fields := stringList(n.GetColumnRef().GetFields())
	return len(fields) == 1 && fields[0] == column
}

// reprint analyses anew what stands over a column whose type has changed.
func (b *tableBuild) reprint(col *catalog.Column) {
	if col.Default != "" && col.Sequence == "" {
		b.cookDefault(tableDefault{col.Name, parseExpr(col.Default), false})
	}
	for i := range b.t.Constraints {
		if k := &b.t.Constraints[i]; k.Kind == 'c' && slices.Contains(k.Columns, col.Name) {
			k.Expr = b.condition(parseExpr(k.Expr), b.t, "check constraint", "CHECK").text
			k.Def = constraintDef(b.t, k)
		}
	}
	for i := range b.t.Indexes {
		x := &b.t.Indexes[i]
		inc := including(x)
		if slices.Contains(columnsOf(x.Where), col.Name) {
			x.Where = b.condition(parseExpr(x.Where), b.t, "index predicate", "WHERE").text
		}
		x.Keys = slices.Clone(x.Keys)
		touched := slices.Contains(inc, col.Name) || slices.Contains(columnsOf(x.Where), col.Name)
		for j := range x.Keys {
			touched = touched || x.Keys[j].Column == col.Name || slices.Contains(columnsOf(x.Keys[j].Expr), col.Name)
			if k := &x.Keys[j]; slices.Contains(columnsOf(k.Expr), col.Name) {
				k.Expr = b.keyExpr(b.cook(parseExpr(k.Expr), b.t, "index expression"))
			}
		}
		x.Def = indexDef(b.t, x, inc)
		if touched { // made anew, with the names of now
			x.Names = keyNames(x, inc)
		}
	}
}

// keyNames are the names that an index gives its columns when it is made.
func keyNames(x *catalog.Index, including []string) []string {
	var names []string
	for i := range x.Keys {
		if k := &x.Keys[i]; k.Column != "" {
			names = append(names, k.Column)
		} else {
			names = append(names, expressionName(parseExpr(k.Expr)))
		}
	}
	return distinctNames(append(names, including...))
}

func intWidth(oid uint32) int {
	switch oid {
	case oidInt2:
		return 2
	case oidInt4:
		return 4
	}
	return 8
}

// inGenerated reports whether a generated column is computed from a column.
func (b *tableBuild) inGenerated(column string) bool {
	return slices.ContainsFunc(b.t.Columns, func(c catalog.Column) bool { return slices.Contains(columnsOf(c.Generated), column) })
}

// validate checks a NOT VALID constraint against the rows.
func (b *tableBuild) validate(c *pg_query.AlterTableCmd) {
	k := constraint(b.t, c.Name)
	if k == nil {
		b.fail(codeUndefinedObject, -1, "constraint \"%s\" of relation \"%s\" does not exist", c.Name, b.t.Name)
	}
	if k.Kind != 'f' && k.Kind != 'c' {
		b.fail(stateWrongObject, -1, "constraint \"%s\" of relation \"%s\" is not a foreign key or check constraint", c.Name, b.t.Name)
	}
	if !k.NotValid {
		return
	}
	k.NotValid = false
	if k.Kind == 'f' {
		k.Def = foreignDef(k)
		b.foreignCheck(b.t, k)
	} else {
		k.Def = "CHECK (" + k.Expr + ")"
		b.rowCheck(b.t, k)
	}
}

func (b *tableBuild) replicaIdentity(c *pg_query.AlterTableCmd, at int32) {
	r := c.Def.GetReplicaIdentityStmt()
	if r.GetIdentityType() == "i" {
		b.refuse(at, "REPLICA IDENTITY USING INDEX")
	}
	b.t.ReplicaIdentity = r.GetIdentityType()[0]
}

// dropConstraint removes a constraint, and with CASCADE the foreign keys that
// stand on it.
func (b *tableBuild) dropConstraint(c *pg_query.AlterTableCmd) {
	k := constraint(b.t, c.Name)
	if k == nil {
		if c.MissingOk {
			b.notice("constraint \"%s\" of relation \"%s\" does not exist, skipping", c.Name, b.t.Name)
			return
		}
		b.fail(codeUndefinedObject, -1, "constraint \"%s\" of relation \"%s\" does not exist", c.Name, b.t.Name)
	}
	if k.Kind == 'p' || k.Kind == 'u' {
		b.releaseKey(k.Columns, k.Name, c.Behavior, "constraint "+k.Name+" on table "+b.t.Name)
	}
	name := k.Name
	b.t.Constraints = slices.DeleteFunc(b.t.Constraints, func(k catalog.Constraint) bool { return k.Name == name })
	b.t.Indexes = slices.DeleteFunc(b.t.Indexes, func(x catalog.Index) bool { return x.Constraint && x.Name == name })
}

// releaseKey removes the foreign keys that stand on the unique index of a key,
// or fails where there are some and CASCADE was not said. Foreign keys that
// another key of the same columns can carry stand on that, as far as is known.
func (b *tableBuild) releaseKey(columns []string, index string, behavior pg_query.DropBehavior, object string) {
	var dependents []dependent
	for _, t := range b.next.Tables {
		for i := range t.Constraints {
			k := &t.Constraints[i]
			if k.Kind == 'f' && k.RefSchema == b.t.Schema && k.RefTable == b.t.Name && sameSet(k.RefColumns, columns) && !b.otherKey(columns, index) {
				dependents = append(dependents, dependent{k.OID, t, k.Name, "index " + index})
			}
		}
	}
	b.cascade(object, dependents, behavior)
}

func (b *tableBuild) otherKey(columns []string, index string) bool {
	return slices.ContainsFunc(b.t.Indexes, func(x catalog.Index) bool {
		var keys []string
		for _, k := range x.Keys {
			keys = append(keys, k.Column)
		}
		return x.Unique && x.Where == "" && x.Name < index && sameSet(keys, columns)
	})
}

func sameSet(x, y []string) bool {
	return len(x) == len(y) && !slices.ContainsFunc(x, func(s string) bool { return !slices.Contains(y, s) })
}

// dropColumn removes a column with the indexes and constraints that are over it.
func (b *tableBuild) dropColumn(c *pg_query.AlterTableCmd) {
	col := b.t.Column(c.Name)
	if col == nil {
		if c.MissingOk {
			b.notice("column \"%s\" of relation \"%s\" does not exist, skipping", c.Name, b.t.Name)
			return
		}
		b.existing(c.Name)
	}
	if len(b.viewsOn(b.t)) > 0 {
		b.refuse(-1, "dropping a column of a table that views read")
	}
	name := c.Name
	for i := range b.t.Columns {
		if g := &b.t.Columns[i]; g.Generated != "" && g.Name != name && slices.Contains(columnsOf(g.Generated), name) {
			b.refuse(-1, "dropping a column that a generated column is computed from")
		}
	}
	var dependents []dependent
	for _, t := range b.next.Tables {
		for i := range t.Constraints {
			k := &t.Constraints[i]
			if k.Kind == 'f' && k.RefSchema == b.t.Schema && k.RefTable == b.t.Name && slices.Contains(k.RefColumns, name) &&
				(t != b.t || !slices.Contains(k.Columns, name)) {
				dependents = append(dependents, dependent{k.OID, t, k.Name, "column " + name + " of table " + b.t.Name})
			}
		}
	}
	b.cascade("column "+name+" of table "+b.t.Name, dependents, c.Behavior)
	b.t.Constraints = slices.DeleteFunc(b.t.Constraints, func(k catalog.Constraint) bool { return slices.Contains(k.Columns, name) })
	b.t.Indexes = slices.DeleteFunc(b.t.Indexes, func(x catalog.Index) bool {
		if slices.Contains(columnsOf(x.Where), name) {
			return true
		}
		return slices.ContainsFunc(x.Keys, func(k catalog.IndexKey) bool {
			return k.Column == name || slices.Contains(columnsOf(k.Expr), name)
		})
	})
	b.dropOwned(b.t, col)
	x := b.t.Column(name)
	b.t.Dropped = append(slices.Clone(b.t.Dropped), catalog.DroppedColumn{Num: x.Num, Len: int16(typeLength(b.analyser, x.Type)), Typmod: x.Typmod, Dims: x.Dims})
	slices.SortFunc(b.t.Dropped, func(x, y catalog.DroppedColumn) int { return int(x.Num) - int(y.Num) })
	b.t.Columns = slices.DeleteFunc(b.t.Columns, func(x catalog.Column) bool { return x.Name == name })
}
