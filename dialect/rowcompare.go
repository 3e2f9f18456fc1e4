package dialect

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// A record that is one value (a key of DISTINCT or GROUP BY) is compared by a
// collation that is made for the types of its fields: see pgfunc.RowCollation.

// recordOrder is the collation of records of a shape, and whether it orders them
// as PostgreSQL does; otherwise it only tells equal ones. It is "" where there is
// none.
func (a *analyser) recordOrder(shape *rowShape) (name string, orders bool) {
	if shape == nil {
		return "", false
	}
	orders = true
	var b strings.Builder
	b.WriteString(pgvalue.RowCollationPrefix)
	for i, f := range shape.fields {
		if f.shape == nil && i < len(shape.inner) {
			f.shape = shape.inner[i]
		}
		part, sorts := a.fieldOrder(f)
		if part == "" {
			return "", false
		}
		orders = orders && sorts
		b.WriteString("_" + part)
	}
	return b.String(), orders
}

// fieldOrder is the part of a row collation's name for one field.
func (a *analyser) fieldOrder(f outCol) (part string, orders bool) {
	if f.shape != nil {
		name, orders := a.recordOrder(f.shape)
		if name == "" {
			return "", false
		}
		return "r" + strings.TrimPrefix(name, pgvalue.RowCollationPrefix) + "_e", orders
	}
	t := a.base(f.typ)
	if t == oidRecord {
		return "", false
	}
	kind, _ := a.compareKind(t)
	own := pgcatalog.TypeByOID(t) != nil
	switch kind {
	case cmpNative, cmpColl:
		if own {
			return itoa(int(t)), t != oidJSONB || a.plainText()
		}
		return "0", false // an enum, whose text says which it is
	case cmpText, cmpEqual:
		return "0", kind == cmpText && a.plainText()
	case cmpBpchar:
		return itoa(int(t)), a.plainText()
	}
	return "", false
}

// rowOrder is recordOrder for a value, which may be a path of SEARCH or CYCLE: an
// array of records.
func (a *analyser) rowOrder(e *expr) (name string, orders bool) {
	name, orders = a.recordOrder(a.shape(e))
	if e.typ == oidRecordArray && name != "" {
		name = pgvalue.RowArrayPrefix + strings.TrimPrefix(name, pgvalue.RowCollationPrefix)
	}
	return name, orders
}

// isRecord reports whether a value is a record or of a composite type.
func (a *analyser) isRecord(e *expr) bool { return e.typ == oidRecord || a.composite(e.typ) }
