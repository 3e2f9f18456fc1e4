package pgvalue

import (
	"math"

	"github.com/jackc/pgx/v5/pgtype"
)

// ParseText is PostgreSQL's input function of the type, with its modifier. Of
// env it takes the time zone and the transaction's time. Errors are
// *pgconn.PgError.
func ParseText(t *Type, s string, env *Env) (any, error) {
	t = t.Underlying()
	if t.Labels != nil {
		return parseEnum(t, s)
	}
	if t.Elem != nil {
		return parseArray(t, s, env)
	}
	if t.Fields != nil {
		out, err := recordNormal(t, s, env, UTC)
		if err != nil {
			return nil, err
		}
		return out, nil
	}
	if IsObjectID(t.OID) {
		return parseObjectID(t, s)
	}
	switch t.OID {
	case pgtype.BoolOID:
		return parseBool(s)
	case pgtype.Int2OID:
		return parseInt("smallint", s, math.MinInt16, math.MaxInt16)
	case pgtype.Int4OID:
		return parseInt("integer", s, math.MinInt32, math.MaxInt32)
	case pgtype.Int8OID:
		return parseInt("bigint", s, math.MinInt64, math.MaxInt64)
	case pgtype.OIDOID, pgtype.XIDOID, pgtype.CIDOID:
		return parseOID(s)
	case pgtype.Float4OID:
		return parseFloat("real", s, 32)
	case pgtype.Float8OID:
		return parseFloat("double precision", s, 64)
	case pgtype.NumericOID:
		return parseNumericType(t, s)
	case pgtype.VarcharOID:
		return parseVarchar(s, t.Typmod)
	case pgtype.BPCharOID:
		return parseBPChar(s, t.Typmod)
	case pgtype.NameOID:
		return truncateName(s), nil
	case pgtype.QCharOID:
		return parseQChar(s), nil
	case pgtype.ByteaOID:
		return parseBytea(s)
	case pgtype.UUIDOID:
		return parseUUID(s)
	case pgtype.DateOID:
		return parseDate(s, env)
	case pgtype.TimeOID:
		return parseTime(s, t.Typmod, env)
	case pgtype.TimetzOID:
		return parseTimetz(s, t.Typmod, env)
	case pgtype.TimestampOID:
		return parseTimestamp(s, t.Typmod, env)
	case pgtype.TimestamptzOID:
		return parseTimestamptz(s, t.Typmod, env)
	case pgtype.IntervalOID:
		return parseIntervalType(s, t.Typmod)
	case pgtype.JSONOID:
		return parseJSON(s)
	case pgtype.JSONBOID:
		return parseJSONB(s)
	case pgtype.JSONPathOID:
		return parseJSONPath(s)
	case pgtype.InetOID:
		return parseInet(s, false)
	case pgtype.CIDROID:
		return parseInet(s, true)
	case pgtype.BitOID, pgtype.VarbitOID:
		return parseBits(s, t.Typmod, t.OID == pgtype.VarbitOID)
	case pgtype.MacaddrOID:
		return parseMac(s)
	case pgtype.Macaddr8OID:
		return parseMac8(s)
	case oidTSVector:
		return parseTSVector(s)
	case oidTSQuery:
		return parseTSQuery(s)
	case oidRegconfig:
		return TextSearchConfig(s)
	case pgtype.TextOID, pgtype.UnknownOID, oidCString:
		return s, nil
	}
	if r, _ := rangeByOID(t.OID); r != nil {
		out, err := rangeText(t, s, env, UTC)
		if err != nil {
			return nil, err
		}
		return out, nil
	}
	return nil, Errorf(codeNotSupported, "input of type %s is not supported on the SQLite fallback", t.Name)
}

// FromText reads a value in the text form that PostgreSQL sent, in the time zone
// UTC. Unlike ParseText it takes values of every type, for what PostgreSQL
// wrote needs no check.
func FromText(t *Type, s string) (any, error) {
	if Computable(t) && t.Underlying().OID != pgtype.JSONPathOID {
		return ParseText(t, s, UTC)
	}
	return s, nil
}
