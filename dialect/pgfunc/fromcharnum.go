package pgfunc

import (
	"math"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// numReader reads a number by a template (to_number). It counts in bytes, as
// PostgreSQL does: a pattern that fits nothing passes over one.
type numReader struct {
	*numFormat
	s         string
	sign      byte // ' ' until one is read
	digits    []byte
	pre, post int  // digits read before and behind the point
	point     bool // has been read
}

func (r *numReader) ended() bool { return r.s == "" }

func (r *numReader) starts(c byte) bool { return r.s != "" && r.s[0] == c }

// pass goes over up to n characters that are no part of a number.
func (r *numReader) pass(n int) {
	for ; n > 0 && !r.ended() && strings.IndexByte("0123456789.,+-", r.s[0]) < 0; n-- {
		r.s = r.s[characterBytes(r.s):]
	}
}

// characterBytes is the length of the first character, by its first byte alone.
func characterBytes(s string) int {
	n := 1
	switch b := s[0]; {
	case b&0xe0 == 0xc0:
		n = 2
	case b&0xf0 == 0xe0:
		n = 3
	case b&0xf8 == 0xf0:
		n = 4
	}
	return min(n, len(s))
}

func (r *numReader) read() {
	for _, n := range r.nodes {
		if r.ended() {
			return
		}
		if n.pattern == "" {
			r.s = r.s[characterBytes(r.s):]
			continue
		}
		if r.node(n.pattern) && !r.ended() {
			r.s = r.s[1:]
		}
	}
}

// node reads what a pattern stands for, all but its last byte, and says whether
// there is such a byte.
func (r *numReader) node(pattern string) bool {
	switch pattern {
	case "9", "0", ".", "D":
		r.part(pattern)
		return true
	case ",":
		return !r.fill && r.starts(',')
	case "G":
		return !r.fill && r.starts(r.locale.thousands)
	case "L":
		r.pass(1)
	case "TH":
		if !r.decimal {
			r.pass(2)
		}
	case "MI", "PL", "SG":
		if r.starts('-') && pattern != "PL" || r.starts('+') && pattern != "MI" {
			r.sign = r.s[0]
			return true
		}
		r.pass(1)
	}
	return false
}

// part reads a digit or the point, with the sign that stands before or behind.
func (r *numReader) part(pattern string) {
	if r.starts(' ') {
		r.s = r.s[1:]
	}
	if r.ended() {
		return
	}
	if r.sign == ' ' && (pattern == "0" || pattern == "9") && r.pre+r.post == 0 {
		locale := r.lsign && r.numFormat.sign == signBefore
		switch {
		case r.starts('-'), !locale && r.bracket && r.starts('<'):
			r.sign, r.s = '-', r.s[1:]
		case r.starts('+'):
			r.sign, r.s = '+', r.s[1:]
		}
	}
	if r.ended() {
		return
	}
	took := false
	switch c := r.s[0]; {
	case digit(c):
		if r.point && r.post == r.numFormat.post {
			return
		}
		r.digits = append(r.digits, c)
		if r.point {
			r.post++
		} else {
			r.pre++
		}
		took = true
	case r.decimal && !r.point && c == '.':
		r.digits = append(r.digits, '.')
		r.point, took = true, true
	}
	if r.sign != ' ' || r.pre+r.post == 0 {
		return
	}
	switch {
	case r.lsign && took && len(r.s) > 1 && !digit(r.s[1]):
		if r.s[1] == '-' || r.s[1] == '+' {
			r.sign, r.s = r.s[1], r.s[1:]
		}
	case !took && !r.lsign && (r.plus || r.minus) && (r.starts('-') || r.starts('+')):
		r.sign = r.s[0]
	}
}

// toNumber is to_number; NULL for an empty template.
func toNumber(lcNumeric, lcMonetary, s, format string) (*numeric, error) {
	if format == "" {
		return nil, nil
	}
	n, err := parseNumFormat(lcNumeric, lcMonetary, format)
	switch {
	case err != nil:
		return nil, err
	case n.scientific:
		return nil, errf("0A000", `"EEEE" not supported for input`)
	case n.roman:
		return nil, errf("0A000", `"RN" not supported for input`)
	}
	r := &numReader{numFormat: n, s: s, sign: ' '}
	r.read()
	d, err := pgvalue.ParseNumeric(string(r.sign) + strings.TrimSuffix(string(r.digits), "."))
	if err != nil {
		return nil, err
	}
	precision := n.pre + n.multi + r.post
	if precision > math.MaxInt16/2 || r.post > 1000 {
		return nil, unsupportedPattern("of so many digits")
	}
	if d, err = pgvalue.ApplyNumericTypmod(d, int32(precision<<16|r.post)+4); err != nil || !n.shifted {
		return d, err
	}
	unit, err := numericPower(numInt(10), numInt(int64(-n.multi)))
	if err != nil {
		return nil, err
	}
	return numericMul(d, unit)
}
