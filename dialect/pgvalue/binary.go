package pgvalue

import (
	"encoding/binary"
	"fmt"
	"math"
	"strconv"
	"sync"

	"github.com/jackc/pgx/v5/pgtype"
)

// FromBinary reads PostgreSQL's binary wire format, as in binary COPY and
// binary pgoutput. A nil src is NULL. The result does not alias src.
func FromBinary(t *Type, src []byte) (any, error) {
	if src == nil {
		return nil, nil
	}
	for t.Base != nil {
		t = t.Base
	}
	n := len(src)
	if IsObjectID(t.OID) && n == 4 {
		return int64(binary.BigEndian.Uint32(src)), nil
	}
	switch t.OID {
	case pgtype.BoolOID:
		if n == 1 {
			if src[0] != 0 {
				return int64(1), nil
			}
			return int64(0), nil
		}
	case pgtype.Int2OID:
		if n == 2 {
			return int64(int16(binary.BigEndian.Uint16(src))), nil
		}
	case pgtype.Int4OID, pgtype.DateOID:
		if n == 4 {
			return int64(int32(binary.BigEndian.Uint32(src))), nil
		}
	case pgtype.OIDOID, pgtype.XIDOID, pgtype.CIDOID:
		if n == 4 {
			return int64(binary.BigEndian.Uint32(src)), nil
		}
	case pgtype.Int8OID, pgtype.TimestampOID, pgtype.TimestamptzOID, pgtype.TimeOID:
		if n == 8 {
			return int64(binary.BigEndian.Uint64(src)), nil
		}
	case pgtype.Float4OID:
		if n == 4 {
			return Float(float64(math.Float32frombits(binary.BigEndian.Uint32(src)))), nil
		}
	case pgtype.Float8OID:
		if n == 8 {
			return Float(math.Float64frombits(binary.BigEndian.Uint64(src))), nil
		}
	case pgtype.TextOID, pgtype.VarcharOID, pgtype.BPCharOID, pgtype.NameOID, pgtype.JSONOID, pgtype.XMLOID, pgtype.UnknownOID:
		return string(src), nil
	case pgtype.QCharOID:
		if n == 1 {
			return formatQChar(src[0]), nil
		}
	case pgtype.ByteaOID:
		return append(make([]byte, 0, n), src...), nil
	case pgtype.UUIDOID:
		if n == 16 {
			return formatUUID(src), nil
		}
	case pgtype.JSONBOID:
		if n >= 1 && src[0] == 1 {
			return string(src[1:]), nil
		}
	case pgtype.NumericOID:
		return numericFromBinary(src)
	case pgtype.IntervalOID:
		if n == 16 {
			return Interval{
				Micros: int64(binary.BigEndian.Uint64(src)),
				Days:   int32(binary.BigEndian.Uint32(src[8:])),
				Months: int32(binary.BigEndian.Uint32(src[12:])),
			}.String(), nil
		}
	case pgtype.TimetzOID:
		if n == 12 {
			return FormatTimetz(int64(binary.BigEndian.Uint64(src)), -int(int32(binary.BigEndian.Uint32(src[8:])))), nil
		}
	default:
		if t.Labels != nil {
			return parseEnum(t, string(src))
		}
		if t.Elem != nil {
			return arrayFromBinary(t, src)
		}
		if r, _ := rangeByOID(t.OID); r != nil {
			return rangesFromBinary(t, src)
		}
		return otherFromBinary(t, src)
	}
	return nil, badBinary(t)
}

func badBinary(t *Type) error {
	return Errorf(codeInvalidBinary, "incorrect binary data format for type %s", t.Name)
}

// numericFromBinary writes the base-10000 digits out directly.
func numericFromBinary(src []byte) (any, error) {
	if len(src) < 8 {
		return nil, Errorf(codeInvalidBinary, "incorrect binary data format for type numeric")
	}
	nd := int(binary.BigEndian.Uint16(src))
	weight := int(int16(binary.BigEndian.Uint16(src[2:])))
	sign := binary.BigEndian.Uint16(src[4:])
	scale := int(binary.BigEndian.Uint16(src[6:]))
	switch sign {
	case 0xC000:
		return "NaN", nil
	case 0xD000:
		return "Infinity", nil
	case 0xF000:
		return "-Infinity", nil
	}
	if len(src) != 8+2*nd {
		return nil, Errorf(codeInvalidBinary, "incorrect binary data format for type numeric")
	}
	digit := func(i int) int {
		if i < 0 || i >= nd {
			return 0
		}
		return int(binary.BigEndian.Uint16(src[8+2*i:]))
	}
	var buf [64]byte
	b := buf[:0]
	if sign == 0x4000 {
		b = append(b, '-')
	}
	if weight < 0 {
		b = append(b, '0')
	}
	for i := 0; i <= weight; i++ {
		if i == 0 {
			b = strconv.AppendInt(b, int64(digit(0)), 10)
		} else {
			b = append4(b, digit(i))
		}
	}
	if scale > 0 {
		b = append(b, '.')
		end := len(b) + scale
		for i := weight + 1; len(b) < end; i++ {
			b = append4(b, digit(i))
		}
		b = b[:end]
	}
	return string(b), nil
}

func append4(b []byte, d int) []byte {
	return append(b, byte('0'+d/1000), byte('0'+d/100%10), byte('0'+d/10%10), byte('0'+d%10))
}

func arrayFromBinary(t *Type, src []byte) (any, error) {
	if len(src) < 12 {
		return nil, badBinary(t)
	}
	nd := int(binary.BigEndian.Uint32(src))
	src = src[12:]
	if nd == 0 {
		return "{}", nil
	}
	if nd > maxArrayDim || len(src) < 8*nd {
		return nil, badBinary(t)
	}
	a := &Array{}
	total := 1
	for range nd {
		a.Dims = append(a.Dims, int(int32(binary.BigEndian.Uint32(src))))
		a.Lower = append(a.Lower, int(int32(binary.BigEndian.Uint32(src[4:]))))
		total *= a.Dims[len(a.Dims)-1]
		src = src[8:]
	}
	if total < 0 || total > len(src)/4 {
		return nil, badBinary(t)
	}
	a.Elems = make([]*string, total)
	for i := range a.Elems {
		if len(src) < 4 {
			return nil, badBinary(t)
		}
		n := int(int32(binary.BigEndian.Uint32(src)))
		src = src[4:]
		if n < 0 {
			continue
		}
		if n > len(src) {
			return nil, badBinary(t)
		}
		v, err := FromBinary(t.Elem, src[:n:n])
		if err != nil {
			return nil, err
		}
		s, err := FormatText(t.Elem, v, UTC)
		if err != nil {
			return nil, err
		}
		a.Elems[i] = &s
		src = src[n:]
	}
	return a.String(), nil
}

// maps lends pgtype.Maps, which are not safe for concurrent use.
var maps = sync.Pool{New: func() any { return pgtype.NewMap() }}

// otherFromBinary goes through pgtype for the types that are only kept as text.
func otherFromBinary(t *Type, src []byte) (any, error) {
	m := maps.Get().(*pgtype.Map)
	defer maps.Put(m)
	pt, ok := m.TypeForOID(t.OID)
	if !ok {
		return nil, fmt.Errorf("pgvalue: the binary form of type %s (OID %d) is not known", t.Name, t.OID)
	}
	v, err := pt.Codec.DecodeDatabaseSQLValue(m, t.OID, pgtype.BinaryFormatCode, src)
	if err != nil {
		return nil, err
	}
	switch v := v.(type) {
	case string:
		if t.OID == pgtype.InetOID || t.OID == pgtype.CIDROID {
			return parseInet(v, t.OID == pgtype.CIDROID)
		}
		return v, nil
	case []byte:
		return string(v), nil
	case int64:
		return v, nil
	}
	return nil, fmt.Errorf("pgvalue: the binary form of type %s (OID %d) is not known", t.Name, t.OID)
}
