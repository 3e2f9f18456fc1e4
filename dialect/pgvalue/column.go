package pgvalue

import (
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"
)

// ScaledNumeric reports whether a column of this type holds int64 scaled by
// 10^scale: numeric(p,s) with 0 <= s <= p <= 18.
func ScaledNumeric(t *Type) (scale int, ok bool) {
	t = t.Underlying()
	if t.OID != pgtype.NumericOID {
		return 0, false
	}
	p, s, ok := NumericTypmod(t.Typmod)
	return s, ok && s >= 0 && s <= p && p <= 18
}

// ToColumn converts a native value to what a table column stores. NaN, which
// fits numeric(p,s) too, stays text.
func ToColumn(t *Type, native any) any {
	v, ok := native.(string)
	if !ok {
		return native
	}
	s, ok := ScaledNumeric(t)
	if !ok {
		return native
	}
	n, ok := scaledFromText(v, s)
	if !ok {
		return native
	}
	return n
}

func scaledFromText(v string, scale int) (int64, bool) {
	whole, frac, _ := strings.Cut(v, ".")
	if len(frac) > scale {
		if strings.Trim(frac[scale:], "0") != "" {
			return 0, false
		}
		frac = frac[:scale]
	}
	var buf [40]byte
	b := append(append(buf[:0], whole...), frac...)
	for range scale - len(frac) {
		b = append(b, '0')
	}
	n, err := strconv.ParseInt(string(b), 10, 64)
	return n, err == nil
}

// FromColumn is the inverse of ToColumn.
func FromColumn(t *Type, stored any) any {
	n, ok := stored.(int64)
	if !ok {
		return stored
	}
	s, ok := ScaledNumeric(t)
	if !ok {
		return stored
	}
	return UnscaleInt(n, s)
}

// UnscaleInt writes n / 10^scale as a numeric with that display scale.
func UnscaleInt(n int64, scale int) string {
	if scale == 0 {
		return strconv.FormatInt(n, 10)
	}
	var buf [48]byte
	b := buf[:0]
	u := uint64(n)
	if n < 0 {
		b = append(b, '-')
		u = -u
	}
	var digits [24]byte
	d := strconv.AppendUint(digits[:0], u, 10)
	if len(d) <= scale {
		b = append(b, '0', '.')
		for range scale - len(d) {
			b = append(b, '0')
		}
		return string(append(b, d...))
	}
	b = append(b, d[:len(d)-scale]...)
	b = append(b, '.')
	return string(append(b, d[len(d)-scale:]...))
}

// ColumnAffinity is the type of a STRICT table's column that holds this type:
// INTEGER, REAL, TEXT, BLOB or ANY.
func ColumnAffinity(t *Type) string {
	t = t.Underlying()
	if t.Labels != nil {
		return "INTEGER"
	}
	if IsObjectID(t.OID) {
		return "INTEGER"
	}
	switch t.OID {
	case pgtype.BoolOID, pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID,
		pgtype.XIDOID, pgtype.CIDOID,
		pgtype.DateOID, pgtype.TimeOID, pgtype.TimestampOID, pgtype.TimestamptzOID:
		return "INTEGER"
	case pgtype.Float4OID, pgtype.Float8OID:
		return "ANY"
	case pgtype.ByteaOID:
		return "BLOB"
	case pgtype.NumericOID:
		if _, ok := ScaledNumeric(t); ok {
			return "ANY" // NaN is text
		}
	}
	return "TEXT"
}
