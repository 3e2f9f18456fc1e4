package pgvalue

import (
	"bytes"
	"cmp"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"
)

// Equal compares two native values by the type's equality; NULL equals NULL.
// Types without an equality of their own compare by text.
func Equal(t *Type, a, b any) bool {
	if a == nil || b == nil {
		return a == nil && b == nil
	}
	return Compare(t, a, b) == 0
}

// Compare orders two native values as the type's btree operator class does;
// NULL comes last. Text compares by bytes, as under the C collation.
func Compare(t *Type, a, b any) int {
	if a == nil || b == nil {
		return boolInt(a == nil) - boolInt(b == nil)
	}
	switch x := a.(type) {
	case int64:
		switch y := b.(type) {
		case int64:
			return cmp.Compare(x, y)
		case float64:
			return cmp.Compare(float64(x), y)
		}
	case float64:
		return compareFloats(x, ToFloat(b))
	case []byte:
		if y, ok := b.([]byte); ok {
			return bytes.Compare(x, y)
		}
	case string:
		if y, ok := b.(string); ok {
			return CompareText(t, x, y)
		}
		if _, ok := b.(float64); ok {
			return compareFloats(ToFloat(a), ToFloat(b))
		}
	}
	return cmp.Compare(storageClass(a), storageClass(b))
}

// compareFloats puts NaN last and equal to itself.
func compareFloats(x, y float64) int {
	switch {
	case x < y:
		return -1
	case x > y:
		return 1
	case x == y:
		return 0
	}
	return boolInt(x != x) - boolInt(y != y)
}

func storageClass(v any) int {
	switch v.(type) {
	case int64, float64:
		return 0
	case string:
		return 1
	}
	return 2
}

// CompareText orders two values of a type whose native form is a string.
func CompareText(t *Type, a, b string) int {
	if a == b {
		return 0
	}
	t = t.Underlying()
	if t.Elem != nil {
		return compareArrays(t, a, b)
	}
	if t.Fields != nil {
		return compareRecords(t, a, b)
	}
	if r, _ := rangeByOID(t.OID); r != nil {
		return compareRangeText(t, a, b)
	}
	switch t.OID {
	case pgtype.NumericOID:
		return CompareNumericText(a, b)
	case pgtype.BPCharOID:
		return strings.Compare(strings.TrimRight(a, " "), strings.TrimRight(b, " "))
	case pgtype.JSONBOID:
		x, err1 := ParseJSONB(a)
		y, err2 := ParseJSONB(b)
		if err1 == nil && err2 == nil {
			return CompareJSONB(x, y)
		}
	case pgtype.IntervalOID:
		x, err1 := ParseInterval(a)
		y, err2 := ParseInterval(b)
		if err1 == nil && err2 == nil {
			return CompareIntervals(x, y)
		}
	case pgtype.InetOID, pgtype.CIDROID:
		x, err1 := ParseInet(a)
		y, err2 := ParseInet(b)
		if err1 == nil && err2 == nil {
			return CompareInet(x, y)
		}
	case oidTSVector:
		x, err1 := ReadTSVector(a)
		y, err2 := ReadTSVector(b)
		if err1 == nil && err2 == nil {
			return CompareTSVector(x, y)
		}
	case pgtype.TimetzOID:
		x, xo, err1 := ParseTimetz(a)
		y, yo, err2 := ParseTimetz(b)
		if err1 == nil && err2 == nil {
			return compareTimetz(x, xo, y, yo)
		}
	}
	return strings.Compare(a, b)
}

// compareTimetz orders by the instant in UTC, then by the zone.
func compareTimetz(x int64, xo int, y int64, yo int) int {
	if c := cmp.Compare(x-int64(xo)*MicrosPerSecond, y-int64(yo)*MicrosPerSecond); c != 0 {
		return c
	}
	return -cmp.Compare(xo, yo)
}

// compareArrays is array_cmp: elements, then length, then dimensions.
func compareArrays(t *Type, a, b string) int {
	x, err1 := ParseArray(a)
	y, err2 := ParseArray(b)
	if err1 != nil || err2 != nil {
		return strings.Compare(a, b)
	}
	for i := range min(len(x.Elems), len(y.Elems)) {
		p, q := x.Elems[i], y.Elems[i]
		if p == nil || q == nil {
			if c := boolInt(p == nil) - boolInt(q == nil); c != 0 {
				return c
			}
			continue
		}
		v, err1 := ParseText(t.Elem, *p, UTC)
		w, err2 := ParseText(t.Elem, *q, UTC)
		if err1 != nil || err2 != nil {
			return strings.Compare(a, b)
		}
		if c := Compare(t.Elem, v, w); c != 0 {
			return c
		}
	}
	if c := cmp.Compare(len(x.Elems), len(y.Elems)); c != 0 {
		return c
	}
	if c := cmp.Compare(len(x.Dims), len(y.Dims)); c != 0 {
		return c
	}
	for i := range x.Dims {
		if c := cmp.Compare(x.Dims[i], y.Dims[i]); c != 0 {
			return c
		}
		if c := cmp.Compare(x.Lower[i], y.Lower[i]); c != 0 {
			return c
		}
	}
	return 0
}

// Collation names the SQLite collation by which values of this type must be
// compared, ordered, grouped and indexed; "" is SQLite's BINARY. Text types
// give "" too: their order depends on the database's locale. ok is false for a
// type that PostgreSQL or this package cannot order at all.
func Collation(t *Type) (name string, ok bool) {
	t = t.Underlying()
	if t.Elem != nil {
		e := t.Elem.Underlying()
		if e.Labels != nil {
			return "", false // needs the labels
		}
		if _, ok := Collation(e); !ok {
			return "", false
		}
		if e.Fields != nil {
			return "", false
		}
		return "pg_array_" + e.Name, true
	}
	if t.Fields != nil {
		return recordCollation(t)
	}
	switch t.OID {
	case pgtype.NumericOID:
		return "pg_numeric", true
	case pgtype.BPCharOID:
		return "RTRIM", true
	case pgtype.JSONBOID:
		return "pg_jsonb", true
	case pgtype.IntervalOID:
		return "pg_interval", true
	case pgtype.TimetzOID:
		return "pg_timetz", true
	case pgtype.InetOID, pgtype.CIDROID:
		return "pg_inet", true
	case oidTSVector:
		return "pg_tsvector", true
	case oidTSQuery, oidRegconfig:
		return "", false // ordered by a tree that the text does not tell in full
	}
	if r, _ := rangeByOID(t.OID); r != nil {
		return "pg_" + t.Name, true
	}
	return "", Computable(t)
}

// Computable reports whether expressions can be built over the type; values of
// other types are only stored and shown.
func Computable(t *Type) bool {
	t = t.Underlying()
	if t.Labels != nil {
		return true
	}
	if t.Elem != nil {
		return Computable(t.Elem)
	}
	if t.Fields != nil {
		for _, f := range t.Fields {
			if !Computable(f.Type) {
				return false
			}
		}
		return true
	}
	if IsObjectID(t.OID) {
		return true
	}
	switch t.OID {
	case pgtype.BoolOID, pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID,
		pgtype.Float4OID, pgtype.Float8OID, pgtype.NumericOID,
		pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID, pgtype.NameOID, pgtype.QCharOID,
		pgtype.ByteaOID, pgtype.UUIDOID, pgtype.DateOID, pgtype.TimeOID, pgtype.TimetzOID,
		pgtype.TimestampOID, pgtype.TimestamptzOID, pgtype.IntervalOID,
		pgtype.JSONOID, pgtype.JSONBOID, pgtype.JSONPathOID, pgtype.UnknownOID,
		pgtype.BitOID, pgtype.VarbitOID, pgtype.InetOID, pgtype.CIDROID, pgtype.MacaddrOID, pgtype.Macaddr8OID, oidTSVector, oidTSQuery, oidRegconfig:
		return true
	}
	r, _ := rangeByOID(t.OID)
	return r != nil
}
