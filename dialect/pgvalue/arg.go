package pgvalue

import (
	"database/sql/driver"
	"fmt"
	"math"
	"time"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgtype"
)

// EncodeArg converts a Go argument for a parameter of the type, as pgx encodes
// it and PostgreSQL then reads it: a string is what the type's input function
// makes of it, a time.Time loses what the type does not hold, slices become
// arrays, driver.Valuer is called. What pgx refuses on the client is refused
// with pgx's error, what the server would refuse is a *pgconn.PgError.
//
// pgx knows nothing of a domain's type and sends text, as for an enum.
func EncodeArg(t *Type, arg any, env *Env) (any, error) {
	if arg != nil && IsObjectID(t.OID) {
		return encodeObjectID(t, arg)
	}
	switch v := arg.(type) {
	case nil:
		return nil, nil
	case string:
		if err := CheckText(v); err != nil {
			return nil, err
		}
		return ParseText(t, v, env)
	case int64:
		if n, ok := encodeInt(t.OID, v); ok {
			return n, nil
		}
	case int:
		if n, ok := encodeInt(t.OID, int64(v)); ok {
			return n, nil
		}
	case int32:
		if n, ok := encodeInt(t.OID, int64(v)); ok {
			return n, nil
		}
	case float64:
		if t.OID == pgtype.Float8OID {
			return Float(v), nil
		}
	case bool:
		if t.OID == pgtype.BoolOID {
			return int64(boolInt(v)), nil
		}
	case []byte:
		if v == nil {
			return nil, nil
		}
		if t.OID == pgtype.ByteaOID {
			return append(make([]byte, 0, len(v)), v...), nil
		}
	case time.Time:
		if t.OID == pgtype.TimestamptzOID {
			if us := Micros(v); ValidTimestamp(us) {
				return us, nil
			}
		}
	}
	return encodeByPgtype(t, arg, env)
}

func encodeInt(oid uint32, v int64) (any, bool) {
	switch oid {
	case pgtype.Int8OID:
		return v, true
	case pgtype.Int4OID:
		return v, v >= math.MinInt32 && v <= math.MaxInt32
	case pgtype.Int2OID:
		return v, v >= math.MinInt16 && v <= math.MaxInt16
	}
	return nil, false
}

// encodeByPgtype makes the bytes that pgx would send and reads them as the
// server would, in the format that pgx prefers or, failing that, the other one.
func encodeByPgtype(t *Type, arg any, env *Env) (any, error) {
	// A map of its own: one that is used again remembers how it encoded earlier
	// values, and then refuses a [][]int that a new one takes.
	m := pgtype.NewMap()
	format := m.FormatCodeForOID(t.OID)
	if _, ok := arg.(*string); ok {
		format = pgtype.TextFormatCode
	}
	buf, err := m.Encode(t.OID, format, arg, []byte{})
	if err != nil {
		other := int16(pgtype.TextFormatCode)
		if format == pgtype.TextFormatCode {
			other = pgtype.BinaryFormatCode
		}
		b, err2 := m.Encode(t.OID, other, arg, []byte{})
		if err2 != nil {
			return nil, err
		}
		buf, format = b, other
	}
	if buf == nil {
		return nil, nil
	}
	if format == pgtype.TextFormatCode {
		if err := CheckText(string(buf)); err != nil {
			return nil, err
		}
		return ParseText(t, string(buf), env)
	}
	if !Computable(t) && t.OID != pgtype.InetOID && t.OID != pgtype.CIDROID {
		return nil, Errorf(codeNotSupported, "input of type %s is not supported on the SQLite fallback", t.Name)
	}
	v, err := FromBinary(t, buf)
	if err != nil {
		return nil, err
	}
	return receive(t.Underlying(), v)
}

// receive adds the checks of the server's receive functions which FromBinary
// leaves out, for it reads what a server sent.
func receive(t *Type, v any) (any, error) {
	switch v := v.(type) {
	case int64:
		switch t.OID {
		case pgtype.DateOID:
			if !ValidDate(v) && v != DateInfinity && v != DateMinusInfinity {
				return nil, Errorf(codeDatetimeOverflow, "date out of range")
			}
		case pgtype.TimestampOID, pgtype.TimestamptzOID:
			if !ValidTimestamp(v) && v != Infinity && v != MinusInfinity {
				return nil, Errorf(codeDatetimeOverflow, "timestamp out of range")
			}
		case pgtype.TimeOID:
			if v < 0 || v > MicrosPerDay {
				return nil, Errorf(codeDatetimeOverflow, "time out of range")
			}
		}
	case string:
		if err := CheckText(v); err != nil {
			return nil, err
		}
		switch t.OID {
		case pgtype.JSONOID:
			return parseJSON(v)
		case pgtype.JSONBOID:
			return parseJSONB(v)
		}
	}
	return v, nil
}

// CheckText verifies that s can be a PostgreSQL text: UTF-8 without zero bytes.
func CheckText(s string) error {
	for i := 0; i < len(s); {
		c := s[i]
		if c != 0 && c < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(s[i:])
		if c == 0 || r == utf8.RuneError && n == 1 {
			return invalidUTF8(s[i:])
		}
		i += n
	}
	return nil
}

// invalidUTF8 shows as many bytes as the first one announces.
func invalidUTF8(s string) error {
	n := 1
	switch c := s[0]; {
	case c >= 0xf0 && c < 0xf8:
		n = 4
	case c >= 0xe0 && c < 0xf0:
		n = 3
	case c >= 0xc0 && c < 0xe0:
		n = 2
	}
	msg := ""
	for i := range min(n, len(s)) {
		if i > 0 {
			msg += " "
		}
		msg += "0x" + hexByte(s[i])
	}
	return Errorf("22021", "invalid byte sequence for encoding \"UTF8\": %s", msg)
}

// ToGo converts a native value to what pgx/stdlib delivers for a column of the
// type: int64, float64, bool, []byte for bytea, json, jsonb and xml, time.Time
// for date and timestamp (UTC) and timestamptz (Local), string for the rest
// and for infinite dates and timestamps.
func ToGo(t *Type, native any, env *Env) (driver.Value, error) {
	if native == nil {
		return nil, nil
	}
	u := t.Underlying()
	if t.Base != nil {
		// A domain has an OID of its own in a row description only inside
		// other types: PostgreSQL describes a domain column by its base type.
		return ToGo(u, native, env)
	}
	switch v := native.(type) {
	case int64:
		switch u.OID {
		case pgtype.BoolOID:
			return v != 0, nil
		case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.OIDOID, pgtype.XIDOID, pgtype.CIDOID:
			return v, nil
		case pgtype.Float4OID, pgtype.Float8OID:
			return float64(v), nil
		case pgtype.DateOID:
			switch v {
			case DateInfinity:
				return "infinity", nil
			case DateMinusInfinity:
				return "-infinity", nil
			}
			return time.Unix(unixEpochSeconds+v*86400, 0).UTC(), nil
		case pgtype.TimestampOID, pgtype.TimestamptzOID:
			switch v {
			case Infinity:
				return "infinity", nil
			case MinusInfinity:
				return "-infinity", nil
			}
			if u.OID == pgtype.TimestamptzOID {
				return Time(v).Local(), nil
			}
			return Time(v), nil
		}
	case float64:
		if u.OID == pgtype.Float4OID || u.OID == pgtype.Float8OID {
			return v, nil
		}
	case string:
		switch u.OID {
		case pgtype.JSONOID, pgtype.JSONBOID, pgtype.XMLOID:
			return []byte(v), nil
		case pgtype.Float4OID, pgtype.Float8OID:
			return math.NaN(), nil
		}
	case []byte:
		if u.OID == pgtype.ByteaOID {
			return v, nil
		}
	default:
		return nil, fmt.Errorf("pgvalue: %T is no native value", native)
	}
	return FormatText(t, native, env)
}

// ToText is the value as a text-format parameter for the primary: UTC, ISO
// dates. NULL is nil.
func ToText(t *Type, native any) *string {
	if native == nil {
		return nil
	}
	s, err := FormatText(t, native, UTC)
	if err != nil {
		s = fmt.Sprint(native)
	}
	return &s
}
