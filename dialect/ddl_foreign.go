package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// foreignKey adds a FOREIGN KEY constraint.
func (b *tableBuild) foreignKey(f tableForeign) {
	k := f.def
	parent := b.referenced(k.Pktable)
	switch {
	case b.t.Persistence == 't' && parent.Persistence != 't':
		b.fail(stateTableDefinition, -1, "constraints on temporary tables may reference only temporary tables")
	case b.t.Persistence == 't':
		b.refuse(-1, "a foreign key of a temporary table")
	case parent.Persistence == 't':
		b.fail(stateTableDefinition, -1, "constraints on permanent tables may reference only permanent tables")
	}
	var keyOf []string // columns of the parent's primary key
	ref := stringList(k.PkAttrs)
	for _, name := range f.columns {
		if b.t.Column(name) == nil {
			b.fail(codeUndefinedColumn, -1, "column \"%s\" referenced in foreign key constraint does not exist", name)
		}
	}
	if pk := parent.PrimaryKey(); pk != nil {
		keyOf = pk.Columns
	}
	if len(ref) == 0 {
		if keyOf == nil {
			b.fail(codeUndefinedObject, -1, "there is no primary key for referenced table \"%s\"", parent.Name)
		}
		ref = keyOf
	} else {
		for _, name := range ref {
			if parent.Column(name) == nil {
				b.fail(codeUndefinedColumn, -1, "column \"%s\" referenced in foreign key constraint does not exist", name)
			}
		}
	}
	if len(k.PkAttrs) > 0 {
		b.matchKey(parent, ref)
	}
	if len(ref) != len(f.columns) {
		b.fail(stateForeignKey, -1, "number of referencing and referenced columns for foreign key disagree")
	}
	name := k.Conname
	if name == "" {
		name = b.chooseConstraint(b.t, joinedColumns(f.columns), "fkey")
	}
	b.foreignTypes(name, f.columns, parent, ref)
	b.generatedKeys(f)
	if k.Conname != "" {
		b.freeConstraint(name)
	}
	c := catalog.Constraint{
		OID: b.newOID(), Name: name, Kind: 'f', Columns: f.columns, RefSchema: parent.Schema, RefTable: parent.Name, RefColumns: ref,
		OnDelete: action(k.FkDelAction), OnUpdate: action(k.FkUpdAction), SetColumns: orNil(stringList(k.FkDelSetCols)),
		MatchFull: k.FkMatchtype == "f", Deferrable: k.Deferrable, Deferred: k.Initdeferred, NotValid: k.SkipValidation,
	}
	for _, name := range c.SetColumns {
		if !slices.Contains(c.Columns, name) {
			b.fail("42P10", -1, "column \"%s\" referenced in ON DELETE SET action must be part of foreign key", name)
		}
	}
	c.Def = foreignDef(&c)
	b.t.Constraints = append(b.t.Constraints, c)
	if problem := foreignKeyProblem(b.next, b.t, &c); problem != "" {
		b.refuse(k.Location, "a foreign key that %s", problem)
	}
	if b.altering && !c.NotValid {
		b.foreignCheck(b.t, &c)
	}
}

// referenced finds the table that a foreign key references.
func (b *tableBuild) referenced(r *pg_query.RangeVar) *catalog.Table {
	schema, kind := b.locate(r.GetSchemaname(), r.GetRelname())
	switch kind {
	case "table":
	case "":
		b.noRelation(r.GetSchemaname(), r.GetRelname())
	case "relation":
		b.fail(codeNotSupported, r.GetLocation(), "relation \"%s\" %s", r.GetRelname(), b.absent(schema, r.GetRelname()).Reason)
	default:
		b.fail(stateWrongObject, -1, "referenced relation \"%s\" is not a table", r.GetRelname())
	}
	parent := b.next.Table(schema, r.GetRelname())
	if !parent.Owner && !b.virgin() {
		// Whether REFERENCES was granted is not known here.
		b.refuse(r.GetLocation(), "a foreign key to a table of another owner")
	}
	return parent
}

// matchKey fails unless the columns are a key of the parent, in any order.
func (b *tableBuild) matchKey(parent *catalog.Table, ref []string) {
	for i, name := range ref {
		if slices.Contains(ref[:i], name) {
			b.fail(stateForeignKey, -1, "foreign key referenced-columns list must not contain duplicates")
		}
	}
	for i := range parent.Indexes {
		x := &parent.Indexes[i]
		if !x.Unique || x.Where != "" || len(x.Keys) != len(ref) {
			continue
		}
		if k := constraint(parent, x.Name); k != nil && k.Deferrable {
			continue
		}
		if !slices.ContainsFunc(x.Keys, func(k catalog.IndexKey) bool { return !slices.Contains(ref, k.Column) }) {
			return
		}
	}
	b.fail(stateForeignKey, -1, "there is no unique constraint matching given keys for referenced table \"%s\"", parent.Name)
}

// foreignTypes fails where PostgreSQL has no equality between the columns.
func (b *tableBuild) foreignTypes(name string, columns []string, parent *catalog.Table, ref []string) {
	for i := range columns {
		c, p := b.t.Column(columns[i]), parent.Column(ref[i])
		if b.base(c.Type) == b.base(p.Type) || b.canCoerce([]uint32{c.Type}, []uint32{b.base(p.Type)}, implicit) ||
			isInteger(b.base(c.Type)) && isInteger(b.base(p.Type)) {
			continue
		}
		e := b.error(codeDatatypeMismatch, -1, "foreign key constraint \"%s\" cannot be implemented", name)
		e.Detail = "Key columns \"" + columns[i] + "\" and \"" + ref[i] + "\" are of incompatible types: " +
			b.typeName(c.Type) + " and " + b.typeName(p.Type) + "."
		panic(e)
	}
}

func isInteger(oid uint32) bool { return oid == oidInt2 || oid == oidInt4 || oid == oidInt8 }

// generatedKeys refuses actions that would write generated columns.
func (b *tableBuild) generatedKeys(f tableForeign) {
	for _, name := range f.columns {
		if b.t.Column(name).Generated == "" {
			continue
		}
		switch f.def.FkUpdAction {
		case "n", "d", "c":
			b.fail(codeSyntax, -1, "invalid %s action for foreign key constraint containing generated column", "ON UPDATE")
		}
		switch f.def.FkDelAction {
		case "n", "d":
			b.fail(codeSyntax, -1, "invalid %s action for foreign key constraint containing generated column", "ON DELETE")
		}
	}
}

func action(s string) byte {
	if s == "" {
		return 'a'
	}
	return s[0]
}

var actionNames = map[byte]string{'r': "RESTRICT", 'c': "CASCADE", 'n': "SET NULL", 'd': "SET DEFAULT"}

// foreignDef prints a foreign key as pg_get_constraintdef does.
func foreignDef(k *catalog.Constraint) string {
	var s strings.Builder
	s.WriteString("FOREIGN KEY (" + idents(k.Columns) + ") REFERENCES " + qualified(k.RefSchema, k.RefTable) + "(" + idents(k.RefColumns) + ")")
	if k.MatchFull {
		s.WriteString(" MATCH FULL")
	}
	if name := actionNames[k.OnUpdate]; name != "" {
		s.WriteString(" ON UPDATE " + name)
	}
	if name := actionNames[k.OnDelete]; name != "" {
		s.WriteString(" ON DELETE " + name)
		if k.SetColumns != nil {
			s.WriteString(" (" + idents(k.SetColumns) + ")")
		}
	}
	s.WriteString(deferrable(k))
	if k.NotValid {
		s.WriteString(" NOT VALID")
	}
	return s.String()
}
