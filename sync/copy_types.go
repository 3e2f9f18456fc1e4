package dbsync

import (
	"github.com/jackc/pgx/v5/pgtype"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// readsBinary says whether a type is read in its binary form. The others are
// kept as PostgreSQL's own text, which only PostgreSQL writes exactly, so they
// are asked for as text.
func readsBinary(t *pgvalue.Type) bool {
	u := t.Underlying()
	switch u.OID {
	case pgtype.BoolOID, pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID,
		pgtype.Float4OID, pgtype.Float8OID, pgtype.NumericOID,
		pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID, pgtype.NameOID, pgtype.QCharOID,
		pgtype.ByteaOID, pgtype.UUIDOID, pgtype.JSONOID, pgtype.JSONBOID,
		pgtype.DateOID, pgtype.TimeOID, pgtype.TimetzOID, pgtype.TimestampOID, pgtype.TimestamptzOID, pgtype.IntervalOID:
		return true
	}
	if pgvalue.IsObjectID(u.OID) {
		return true // its text is a name
	}
	if u.Elem != nil {
		return !pgvalue.IsObjectID(u.Elem.OID) && readsBinary(u.Elem)
	}
	return u.Labels != nil
}

// allBinary says whether every column of every table is read in binary form:
// a stream sends all of them in the one form or the other.
func allBinary(cat *catalog.Catalog) bool {
	for _, t := range cat.Tables {
		for i := range t.Columns {
			typ, ok := pgvalue.TypeOf(cat, t.Columns[i].Type, t.Columns[i].Typmod)
			if !ok || !readsBinary(&typ) {
				return false
			}
		}
	}
	return true
}
