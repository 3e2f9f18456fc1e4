package pgvalue

import (
	"math"
)

// parseInt is int2in, int4in and int8in: blanks, a sign, decimal digits. As in
// PostgreSQL, too many digits are noticed before what follows them.
func parseInt(typ, s string, lo, hi int64) (any, error) {
	i := 0
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	neg := false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		neg = s[i] == '-'
		i++
	}
	start := i
	n := int64(0) // negative, for there is one more of those
	for ; i < len(s) && isDigit(s[i]); i++ {
		d := int64(s[i] - '0')
		if n < (lo+d)/10 || n*10 < lo+d {
			return nil, outOfRange(typ, s)
		}
		n = n*10 - d
	}
	if i == start {
		return nil, invalidText(typ, s)
	}
	for i < len(s) && isSpace(s[i]) {
		i++
	}
	if i < len(s) {
		return nil, invalidText(typ, s)
	}
	if !neg {
		if n == lo {
			return nil, outOfRange(typ, s)
		}
		n = -n
	}
	if n > hi {
		return nil, outOfRange(typ, s)
	}
	return n, nil
}

// parseOID is oidin: as strtoul, a minus sign wraps around.
func parseOID(s string) (any, error) {
	v, err := parseInt("oid", s, -math.MaxUint32-1, math.MaxUint32)
	if err != nil {
		return nil, err
	}
	if v.(int64) < math.MinInt32 {
		return nil, outOfRange("oid", s)
	}
	return int64(uint32(v.(int64))), nil
}
