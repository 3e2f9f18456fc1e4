package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// cookDefault checks a DEFAULT or GENERATED expression and stores it as
// PostgreSQL prints it.
func (b *tableBuild) cookDefault(p tableDefault) {
	c := b.t.Column(p.column)
	if p.generated {
		e := b.cook(p.expr, b.t, "column generation expression")
		if e.mutable {
			b.fail(stateObjectDefinition, -1, "generation expression is not immutable")
		}
		for _, name := range e.columns {
			if b.t.Column(name).Generated != "" || name == c.Name {
				e := b.error(stateObjectDefinition, b.at(columnRefAt(p.expr, name)), "cannot use generated column \"%s\" in column generation expression", name)
				e.Detail = "A generated column cannot reference another generated column."
				panic(e)
			}
		}
		c.Generated = b.assigned(e, c)
		return
	}
	refs := columnRefs(p.expr)
	if len(refs) > 0 {
		b.fail(codeNotSupported, b.at(refs[0].GetLocation()), "cannot use column reference in DEFAULT expression")
	}
	e := b.cook(p.expr, nil, "DEFAULT expression")
	c.Default = b.assigned(e, c)
	if c.Default == "NULL" {
		c.Default = "" // PostgreSQL does not keep it either
	}
}

// assigned converts a default to its column's type.
func (b *tableBuild) assigned(e cooked, c *catalog.Column) string {
	text, ok := b.assign(e, c.Type, c.Typmod)
	if !ok {
		b.failHint(codeDatatypeMismatch, -1, "You will need to rewrite or cast the expression.",
			"column \"%s\" is of type %s but default expression is of type %s", c.Name, b.typeName(c.Type), b.typeName(e.typ))
	}
	return text
}

// check adds a CHECK constraint.
func (b *tableBuild) check(k *pg_query.Constraint) {
	if k.IsNoInherit {
		b.refuse(k.Location, "NO INHERIT")
	}
	e := b.condition(k.RawExpr, b.t, "check constraint", "CHECK")
	name := k.Conname
	if name == "" {
		column := ""
		if len(e.columns) == 1 {
			column = e.columns[0]
		}
		name = b.chooseConstraint(b.t, column, "check")
	} else if b.altering {
		b.freeConstraint(name)
	} else if constraint(b.t, name) != nil {
		b.fail(stateDuplicateObject, -1, "check constraint \"%s\" already exists", name)
	}
	c := catalog.Constraint{OID: b.newOID(), Name: name, Kind: 'c', Columns: orNil(e.columns), Expr: e.text, NotValid: k.SkipValidation, Def: "CHECK (" + e.text + ")"}
	if c.NotValid {
		c.Def += " NOT VALID"
	}
	if _, _, err := checkSQL(b.next, b.t, &c); err != nil {
		panic(err)
	}
	b.t.Constraints = append(b.t.Constraints, c)
	if b.altering && !c.NotValid {
		b.rowCheck(b.t, &c)
	}
}

// freeConstraint fails where the table has a constraint of the name.
func (b *tableBuild) freeConstraint(name string) {
	if constraint(b.t, name) != nil {
		b.fail(stateDuplicateObject, -1, "constraint \"%s\" for relation \"%s\" already exists", name, b.t.Name)
	}
}

// makeKeys adds PRIMARY KEY and UNIQUE constraints with their indexes.
func (b *tableBuild) makeKeys() {
	primaries := 0
	if b.altering && b.t.PrimaryKey() != nil {
		primaries++
	}
	for _, k := range b.keys {
		if k.def.Contype == pg_query.ConstrType_CONSTR_PRIMARY {
			if primaries++; primaries > 1 {
				at := k.def.Location
				if b.altering {
					at = -1
				}
				b.fail(stateTableDefinition, at, "multiple primary keys for table \"%s\" are not allowed", b.t.Name)
			}
		}
	}
	for _, k := range b.keys {
		b.checkKey(k)
	}
	for _, k := range mergeKeys(b.keys) {
		b.makeKey(k)
	}
}

// checkKey looks at the columns of a key.
func (b *tableBuild) checkKey(k tableKey) {
	kind := "unique"
	if k.def.Contype == pg_query.ConstrType_CONSTR_PRIMARY {
		kind = "primary key"
	}
	if k.def.Indexname != "" {
		b.refuse(k.def.Location, "USING INDEX")
	}
	for i, name := range k.columns {
		if b.t.Column(name) == nil {
			b.fail(codeUndefinedColumn, b.at(k.def.Location), "column \"%s\" named in key does not exist", name)
		}
		if slices.Contains(k.columns[:i], name) {
			b.fail(codeDuplicateColumn, k.def.Location, "column \"%s\" appears twice in %s constraint", name, kind)
		}
	}
	for _, name := range stringList(k.def.Including) {
		if b.t.Column(name) == nil {
			b.fail(codeUndefinedColumn, b.at(k.def.Location), "column \"%s\" named in key does not exist", name)
		}
	}
}

// mergeKeys puts the primary key first and drops a UNIQUE that says the same as
// another key, as PostgreSQL does.
func mergeKeys(keys []tableKey) []tableKey {
	var out []tableKey
	for _, k := range keys {
		if k.def.Contype == pg_query.ConstrType_CONSTR_PRIMARY {
			out = append(out, k)
		}
	}
	for _, k := range keys {
		if k.def.Contype == pg_query.ConstrType_CONSTR_PRIMARY {
			continue
		}
		i := slices.IndexFunc(out, func(o tableKey) bool {
			return slices.Equal(o.columns, k.columns) && o.def.Deferrable == k.def.Deferrable && o.def.Initdeferred == k.def.Initdeferred &&
				o.def.NullsNotDistinct == k.def.NullsNotDistinct && slices.Equal(stringList(o.def.Including), stringList(k.def.Including))
		})
		if i < 0 {
			out = append(out, k)
		} else if out[i].def.Conname == "" {
			out[i].def.Conname = k.def.Conname
		}
	}
	return out
}

func (b *tableBuild) makeKey(k tableKey) {
	primary := k.def.Contype == pg_query.ConstrType_CONSTR_PRIMARY
	including := stringList(k.def.Including)
	name := k.def.Conname
	switch {
	case name != "":
		if b.relationKind(b.t.Schema, name) != "" {
			b.fail(stateDuplicateTable, -1, "relation \"%s\" already exists", name)
		}
		b.freeConstraint(name)
	case primary:
		name = b.chooseRelation(b.t.Schema, b.t.Name, "", "pkey", true)
	default:
		name = b.chooseRelation(b.t.Schema, b.t.Name, joinedColumns(append(slices.Clone(k.columns), including...)), "key", true)
	}
	def := catalog.Constraint{OID: b.newOID(), Name: name, Kind: 'u', Columns: k.columns, Deferrable: k.def.Deferrable, Deferred: k.def.Initdeferred}
	def.Def = "UNIQUE "
	if k.def.NullsNotDistinct {
		def.Def += "NULLS NOT DISTINCT "
	}
	x := catalog.Index{OID: b.newOID(), Name: name, Unique: true, Constraint: true, Method: "btree", NullsEqual: k.def.NullsNotDistinct}
	if primary {
		def.Kind, def.Def, x.Primary = 'p', "PRIMARY KEY ", true
	}
	def.Def += "(" + idents(k.columns) + ")"
	if len(including) > 0 {
		def.Def += " INCLUDE (" + idents(including) + ")"
	}
	def.Def += deferrable(&def)
	for _, c := range k.columns {
		col := b.t.Column(c)
		if primary {
			b.requireNotNull(col)
		}
		b.orderable(col.Type, "btree")
		x.Keys = append(x.Keys, catalog.IndexKey{Column: c})
	}
	x.Names = slices.Concat(k.columns, including)
	x.Def = indexDef(b.t, &x, including)
	b.t.Constraints = append(b.t.Constraints, def)
	b.t.Indexes = append(b.t.Indexes, x)
	if b.altering {
		b.uniqueCheck(b.t, &x)
	}
}

// requireNotNull makes a column NOT NULL, if its rows allow.
func (b *tableBuild) requireNotNull(c *catalog.Column) {
	if c.NotNull {
		return
	}
	c.NotNull = true
	if b.altering {
		b.notNullCheck(b.t, c.Name)
	}
}

// orderable fails where a type cannot be the key of an index.
func (d *ddl) orderable(typ uint32, method string) {
	base := d.base(typ)
	ok := d.typ(base).kind == 'e' || d.elemOf(base) != 0
	if method == "hash" {
		ok = ok || pgcatalog.Hashed(base)
	} else {
		ok = ok || pgcatalog.Ordered(base)
	}
	switch {
	case base == oidVarchar:
		ok = true
	case d.typ(base).kind == 'r':
		ok = true
	}
	if !ok {
		d.failHint(codeUndefinedObject, -1, "You must specify an operator class for the index or define a default operator class for the data type.",
			"data type %s has no default operator class for access method \"%s\"", d.typeName(typ), method)
	}
}

// deferrable prints when a constraint is judged.
func deferrable(k *catalog.Constraint) string {
	s := ""
	if k.Deferrable {
		s += " DEFERRABLE"
	}
	if k.Deferred {
		s += " INITIALLY DEFERRED"
	}
	return s
}

// indexDef prints an index as pg_get_indexdef does.
func indexDef(t *catalog.Table, x *catalog.Index, including []string) string {
	var b strings.Builder
	b.WriteString("CREATE ")
	if x.Unique {
		b.WriteString("UNIQUE ")
	}
	b.WriteString("INDEX " + ident(x.Name) + " ON " + qualified(t.Schema, t.Name) + " USING " + ident(x.Method) + " (")
	for i, k := range x.Keys {
		if i > 0 {
			b.WriteString(", ")
		}
		if k.Column != "" {
			b.WriteString(ident(k.Column))
		} else {
			b.WriteString(k.Expr)
		}
		if k.Collation != "" {
			b.WriteString(" COLLATE " + ident(k.Collation))
		}
		if k.OpClass != "" {
			b.WriteString(" " + ident(k.OpClass))
		}
		switch {
		case k.Desc && !k.NullsFirst:
			b.WriteString(" DESC NULLS LAST")
		case k.Desc:
			b.WriteString(" DESC")
		case k.NullsFirst:
			b.WriteString(" NULLS FIRST")
		}
	}
	b.WriteString(")")
	if len(including) > 0 {
		b.WriteString(" INCLUDE (" + idents(including) + ")")
	}
	if x.NullsEqual {
		b.WriteString(" NULLS NOT DISTINCT")
	}
	if x.Where != "" {
		b.WriteString(" WHERE " + x.Where)
	}
	return b.String()
}
