package pgvalue

import (
	"github.com/failoversql/failoversql/catalog"
	"github.com/jackc/pgx/v5/pgtype"
)

// Type is a PostgreSQL type with its modifier, all that is needed to read and
// write its values. Make one with TypeOf.
type Type struct {
	OID    uint32
	Typmod int32    // -1: none
	Elem   *Type    // of an array type
	Labels []string // of an enum, in sort order
	Base   *Type    // of a domain
	Fields []Field  // of a composite type; nil where they are not known
	Name   string   // pg_type.typname
}

// Underlying is the type itself or, of a domain, the type below all domains.
func (t *Type) Underlying() *Type {
	for t.Base != nil {
		t = t.Base
	}
	return t
}

// IsArray reports whether values are arrays.
func (t *Type) IsArray() bool { return t.Underlying().Elem != nil }

// IsEnum reports whether values are ordinals of an enum.
func (t *Type) IsEnum() bool { return t.Underlying().Labels != nil }

// OIDs that pgtype does not name.
const (
	oidCString     = 2275
	oidTSVector    = 3614
	oidTSQuery     = 3615
	oidRegconfig   = 3734
	oidTimestamptz = pgtype.TimestamptzOID
)

// TypeOf finds a type by OID: PostgreSQL's own, or one of the catalog's (which
// may be nil). It reports false for an OID that neither knows.
func TypeOf(cat *catalog.Catalog, oid uint32, typmod int32) (Type, bool) {
	if b, ok := builtin[oid]; ok {
		t := Type{OID: oid, Typmod: typmod, Name: b.name}
		if b.elem != 0 {
			e, _ := TypeOf(nil, b.elem, typmod)
			t.Elem = &e
		}
		return t, true
	}
	if cat == nil {
		return Type{}, false
	}
	for _, ct := range cat.Types {
		if ct.Array == oid && oid != 0 && ct.OID != oid {
			e, ok := TypeOf(cat, ct.OID, typmod)
			return Type{OID: oid, Typmod: typmod, Name: "_" + ct.Name, Elem: &e}, ok
		}
	}
	ct := cat.TypeByOID(oid)
	if ct == nil {
		name, columns := cat.RowColumns(oid)
		return Type{OID: oid, Typmod: typmod, Name: name, Fields: fieldsOf(cat, columns)}, columns != nil
	}
	t := Type{OID: oid, Typmod: typmod, Name: ct.Name}
	switch {
	case ct.Kind == 'e':
		t.Labels = ct.Labels
		if t.Labels == nil {
			t.Labels = []string{}
		}
	case ct.Kind == 'd':
		b, ok := TypeOf(cat, ct.Base, ct.Typmod)
		if !ok {
			return Type{}, false
		}
		t.Base = &b
	case ct.Kind == 'c':
		t.Fields = fieldsOf(cat, ct.Fields)
	case ct.Elem != 0:
		e, ok := TypeOf(cat, ct.Elem, typmod)
		if !ok {
			return Type{}, false
		}
		t.Elem = &e
	}
	return t, true
}

// fieldsOf are the fields of a composite type, nil where one is of no known type.
func fieldsOf(cat *catalog.Catalog, columns []catalog.Column) []Field {
	var fields []Field
	for _, c := range columns {
		t, ok := TypeOf(cat, c.Type, c.Typmod)
		if !ok {
			return nil
		}
		fields = append(fields, Field{c.Name, &t})
	}
	return fields
}
