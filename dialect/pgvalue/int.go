package pgvalue

import (
	"errors"
	"math"
	"strconv"
)

// parseInt is int2in, int4in and int8in: blanks, a sign, decimal digits.
func parseInt(typ, s string, lo, hi int64) (any, error) {
	w := trimSpace(s)
	d := w
	if d != "" && (d[0] == '-' || d[0] == '+') {
		d = d[1:]
	}
	if d == "" {
		return nil, invalidText(typ, s)
	}
	for i := range len(d) {
		if d[i] < '0' || d[i] > '9' {
			return nil, invalidText(typ, s)
		}
	}
	n, err := strconv.ParseInt(w, 10, 64)
	if err != nil {
		if errors.Is(err, strconv.ErrRange) {
			return nil, outOfRange(typ, s)
		}
		return nil, invalidText(typ, s)
	}
	if n < lo || n > hi {
		return nil, outOfRange(typ, s)
	}
	return n, nil
}

// parseOID is oidin: as strtoul, a minus sign wraps around.
func parseOID(s string) (any, error) {
	v, err := parseInt("oid", s, math.MinInt32, math.MaxUint32)
	if err != nil {
		return nil, err
	}
	return int64(uint32(v.(int64))), nil
}
