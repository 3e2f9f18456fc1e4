package dialect

import (
	"slices"
	"strconv"
	"strings"
	"unicode/utf8"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
)

const (
	stateDuplicateTable   = "42P07"
	stateDuplicateObject  = "42710"
	stateDuplicateSchema  = "42P06"
	stateWrongObject      = "42809"
	stateTableDefinition  = "42P16"
	stateObjectDefinition = "42P17"
	stateForeignKey       = "42830"
	stateDependents       = "2BP01"
	stateInvalidParameter = "22023"
	maxIdentifier         = 63
	notNullViolation      = "23502"
	foreignKeyViolation   = "23503"
	uniqueViolation       = "23505"
	checkConstraintBroken = "23514"
)

// relationKind is the kind of the relation of a name in a schema, as messages
// name it; "" where the name is free. Tables, indexes, sequences and views
// share their names.
func (d *ddl) relationKind(schema, name string) string {
	for _, t := range d.next.Tables {
		if t.Schema != schema {
			continue
		}
		if t.Name == name {
			return "table"
		}
		for i := range t.Indexes {
			if t.Indexes[i].Name == name {
				return "index"
			}
		}
	}
	if slices.ContainsFunc(d.next.Sequences, func(q *catalog.Sequence) bool { return q.Schema == schema && q.Name == name }) {
		return "sequence"
	}
	for _, v := range d.next.Views {
		if v.Schema == schema && v.Name == name {
			if v.Kind == 'm' {
				return "materialized view"
			}
			return "view"
		}
	}
	for _, t := range d.next.Types {
		if t.Schema == schema && t.Name == name && t.Kind == 'c' {
			return "composite type"
		}
	}
	if d.absent(schema, name) != nil {
		return "relation"
	}
	return ""
}

func (d *ddl) absent(schema, name string) *catalog.Relation {
	i := slices.IndexFunc(d.next.Absent, func(r catalog.Relation) bool { return r.Schema == schema && r.Name == name })
	if i < 0 {
		return nil
	}
	return &d.next.Absent[i]
}

// locate finds the schema of an existing relation: the one given, or the first
// of the search path that has the name. kind is "" where there is none.
func (d *ddl) locate(schema, name string) (in, kind string) {
	if schema != "" {
		return schema, d.relationKind(schema, name)
	}
	for _, s := range d.next.Path() {
		if k := d.relationKind(s, name); k != "" {
			return s, k
		}
	}
	return "", ""
}

// creationSchema is the schema in which a new object goes.
func (d *ddl) creationSchema(schema, name string, at int32) string {
	switch {
	case schema == "":
		for _, s := range d.next.SearchPath {
			if s == catalog.TempSchema {
				d.refuse(at, "creating in pg_temp by way of search_path")
			}
			if slices.Contains(d.next.Schemas, s) {
				schema = s
				break
			}
		}
		if schema == "" {
			d.fail(codeInvalidSchema, at, "no schema has been selected to create in")
		}
	case schema == "pg_catalog":
		d.fail(codePrivilege, -1, "permission denied to create \"%s.%s\"", schema, name)
	case !slices.Contains(d.next.Schemas, schema):
		d.fail(codeInvalidSchema, at, "schema \"%s\" does not exist", schema)
	}
	if !d.virgin() && !slices.Contains(d.next.Creatable, schema) {
		d.fail(codePrivilege, at, "permission denied for schema %s", schema)
	}
	return schema
}

// newRelation is creationSchema for a RangeVar.
func (d *ddl) newRelation(r *pg_query.RangeVar) (schema, name string) {
	switch {
	case r.GetSchemaname() == catalog.TempSchema && r.GetRelpersistence() != "u", r.GetRelpersistence() == "t":
		return d.temporarySchema(r), r.GetRelname()
	case r.GetRelpersistence() == "u":
		d.refuse(r.GetLocation(), "an unlogged table")
	}
	return d.creationSchema(r.GetSchemaname(), r.GetRelname(), r.GetLocation()), r.GetRelname()
}

// table finds the table that a statement is to change. It is nil, with a
// notice, where there is none and missingOK.
func (d *ddl) table(r *pg_query.RangeVar, missingOK bool) *catalog.Table {
	schema, kind := d.locate(r.GetSchemaname(), r.GetRelname())
	switch kind {
	case "":
		if missingOK {
			d.notice("relation \"%s\" does not exist, skipping", r.GetRelname())
			return nil
		}
		d.noRelation(r.GetSchemaname(), r.GetRelname())
	case "table":
		t := d.next.Table(schema, r.GetRelname())
		d.owns(t.Owner, "table", t.Name)
		return t
	case "relation":
		d.fail(codeNotSupported, r.GetLocation(), "relation \"%s\" %s", r.GetRelname(), d.absent(schema, r.GetRelname()).Reason)
	}
	d.refuse(r.GetLocation(), "this statement on %s %q", kind, r.GetRelname())
	return nil
}

func (d *ddl) noRelation(schema, name string) {
	if schema != "" && schema != catalog.TempSchema && !slices.Contains(d.next.Schemas, schema) {
		d.fail(codeInvalidSchema, -1, "schema \"%s\" does not exist", schema)
	}
	if schema != "" {
		d.fail(codeUndefinedTable, -1, "relation \"%s.%s\" does not exist", schema, name)
	}
	d.fail(codeUndefinedTable, -1, "relation \"%s\" does not exist", name)
}

// makeObjectName joins name1_name2_label within the length of an identifier, by
// cutting the longer of the names first (makeObjectName of PostgreSQL).
func makeObjectName(name1, name2, label string) string {
	overhead := 0
	n1, n2 := len(name1), len(name2)
	if name2 != "" {
		overhead++
	}
	if label != "" {
		overhead += len(label) + 1
	}
	for n1+n2 > maxIdentifier-overhead {
		if n1 > n2 {
			n1--
		} else {
			n2--
		}
	}
	out := clip(name1, n1)
	if name2 != "" {
		out += "_" + clip(name2, n2)
	}
	if label != "" {
		out += "_" + label
	}
	return out
}

// clip cuts a string to n bytes without splitting a character.
func clip(s string, n int) string {
	if len(s) <= n {
		return s
	}
	for n > 0 && !utf8.RuneStart(s[n]) {
		n--
	}
	return s[:n]
}

// choose finds the first free name: label, label1, label2, …
func choose(name1, name2, label string, taken func(string) bool) string {
	for i := 0; ; i++ {
		l := label
		if i > 0 {
			l += strconv.Itoa(i)
		}
		if name := makeObjectName(name1, name2, l); !taken(name) {
			return name
		}
	}
}

// chooseRelation names a sequence or an index.
func (d *ddl) chooseRelation(schema, name1, name2, label string, isConstraint bool) string {
	return choose(name1, name2, label, func(name string) bool {
		return d.relationKind(schema, name) != "" || isConstraint && d.constraintIn(schema, name)
	})
}

// constraintIn reports whether any table or domain of the schema has a
// constraint of the name.
func (d *ddl) constraintIn(schema, name string) bool {
	for _, t := range d.next.Tables {
		if t.Schema == schema && constraint(t, name) != nil {
			return true
		}
	}
	for _, t := range d.next.Types {
		if t.Schema == schema && slices.ContainsFunc(t.Checks, func(k catalog.Constraint) bool { return k.Name == name }) {
			return true
		}
	}
	return false
}

// chooseConstraint names a check or a foreign key.
func (d *ddl) chooseConstraint(t *catalog.Table, name2, label string) string {
	return choose(t.Name, name2, label, func(name string) bool { return d.constraintIn(t.Schema, name) })
}

// joinedColumns is the part of a generated name that columns give: their names
// joined, cut to an identifier's length.
func joinedColumns(names []string) string {
	var b strings.Builder
	for _, n := range names {
		if b.Len() > 0 {
			b.WriteByte('_')
		}
		b.WriteString(n)
		if b.Len() >= maxIdentifier+1 {
			break
		}
	}
	return clip(b.String(), maxIdentifier)
}

func constraint(t *catalog.Table, name string) *catalog.Constraint {
	for i := range t.Constraints {
		if t.Constraints[i].Name == name {
			return &t.Constraints[i]
		}
	}
	return nil
}

// ident and qualified print names as PostgreSQL's own printing does, quoted
// where they must be.
func ident(name string) string { return pgfunc.QuoteIdent(name) }

func qualified(schema, name string) string { return ident(schema) + "." + ident(name) }

func idents(names []string) string {
	out := make([]string, len(names))
	for i, n := range names {
		out[i] = ident(n)
	}
	return strings.Join(out, ", ")
}
