package pgfunc

import (
	"fmt"
	"math"
	"math/bits"
	"strings"
)

// intRange is the range of an integer type, and its name in messages.
type intRange struct {
	name   string // in messages
	lo, hi int64
}

var intRanges = map[string]intRange{
	"2": {"smallint", math.MinInt16, math.MaxInt16},
	"4": {"integer", math.MinInt32, math.MaxInt32},
	"8": {"bigint", math.MinInt64, math.MaxInt64},
}

func (t intRange) check(n int64) (int64, error) {
	if n < t.lo || n > t.hi {
		return 0, t.overflow()
	}
	return n, nil
}

func (t intRange) overflow() error { return errf("22003", "%s out of range", t.name) }

func (t intRange) add(a, b int64) (int64, error) {
	if s := a + b; (s > a) == (b > 0) {
		return t.check(s)
	}
	return 0, t.overflow()
}

func (t intRange) sub(a, b int64) (int64, error) {
	if s := a - b; (s < a) == (b > 0) {
		return t.check(s)
	}
	return 0, t.overflow()
}

func (t intRange) mul(a, b int64) (int64, error) {
	hi, lo := bits.Mul64(absU(a), absU(b))
	neg := (a < 0) != (b < 0)
	switch {
	case hi != 0 || lo > 1<<63 || lo == 1<<63 && !neg:
		return 0, t.overflow()
	case neg:
		return t.check(-int64(lo))
	}
	return t.check(int64(lo))
}

func (t intRange) div(a, b int64) (int64, error) {
	switch {
	case b == 0:
		return 0, divisionByZero()
	case b == -1:
		return t.sub(0, a)
	}
	return t.check(a / b)
}

func (t intRange) mod(a, b int64) (int64, error) {
	switch b {
	case 0:
		return 0, divisionByZero()
	case -1:
		return 0, nil
	}
	return a % b, nil
}

func absU(n int64) uint64 {
	if n < 0 {
		return -uint64(n)
	}
	return uint64(n)
}

// intFuncs adds integer arithmetic. SQLite's results leave the integers when
// they overflow 64 bits, so the fast forms need only look at the result.
func intFuncs(r *registry) {
	ops := []struct {
		suffix, op, verb string
	}{{"pl", "+", "add"}, {"mi", "-", "sub"}, {"mul", "*", "mul"}, {"div", "/", "div"}}
	pairs := []struct{ prefix, a, b, ret string }{
		{"int2", "2", "2", "2"}, {"int4", "4", "4", "4"}, {"int8", "8", "8", "8"}, {"int24", "2", "4", "4"}, {"int42", "4", "2", "4"},
		{"int28", "2", "8", "8"}, {"int82", "8", "2", "8"}, {"int48", "4", "8", "8"}, {"int84", "8", "4", "8"},
	}
	for size, t := range intRanges {
		for _, f := range []struct {
			verb string
			f    func(a, b int64) (int64, error)
		}{{"add", t.add}, {"sub", t.sub}, {"mul", t.mul}, {"div", t.div}, {"mod", t.mod}} {
			r.def("pg_int"+size+f.verb, f2(f.f))
		}
	}
	for _, p := range pairs {
		for _, o := range ops {
			name := "pg_int" + p.ret + o.verb
			expr := "$1 " + o.op + " $2"
			guard := inRange(expr, p.ret)
			if o.verb == "div" {
				guard = "$2 <> 0 AND " + guard
			}
			r.add(fmt.Sprintf("%s%s(int%s,int%s)", p.prefix, o.suffix, p.a, p.b),
				Impl{Name: name, Go: r.defs[name].Impl, Uses: []string{name}, Simple: "CASE WHEN " + guard + " THEN " + expr + " ELSE " + name + "($1,$2) END"})
		}
	}
	for size, t := range intRanges {
		typ := "int" + size
		name := "pg_int" + size + "mod"
		for _, sig := range []string{typ + "mod(" + typ + "," + typ + ")", "mod(" + typ + "," + typ + ")"} {
			r.add(sig, Impl{Name: name, Go: r.defs[name].Impl, Uses: []string{name}, Simple: "CASE WHEN $2 <> 0 THEN $1 % $2 ELSE " + name + "($1,$2) END"})
		}
		r.simple("CASE WHEN $1 <> "+minText(t)+" THEN -$1 ELSE pg_int"+size+"neg($1) END", "pg_int"+size+"neg",
			f1(func(a int64) (int64, error) { return t.sub(0, a) }), typ+"um("+typ+")")
		r.simple("CASE WHEN $1 <> "+minText(t)+" THEN abs($1) ELSE pg_int"+size+"abs($1) END", "pg_int"+size+"abs",
			f1(func(a int64) (int64, error) {
				if a < 0 {
					return t.sub(0, a)
				}
				return a, nil
			}), typ+"abs("+typ+")", "abs("+typ+")")
		r.sql("$1", typ+"up("+typ+")")
		r.sql("($1 & $2)", typ+"and("+typ+","+typ+")")
		r.sql("($1 | $2)", typ+"or("+typ+","+typ+")")
		r.sql("(~$1)", typ+"not("+typ+")")
		r.fn("pg_int"+size+"xor", f2(func(a, b int64) (int64, error) { return a ^ b, nil }), typ+"xor("+typ+","+typ+")")
		r.fn("pg_int"+size+"shl", f2(func(a, b int64) (int64, error) { return shift(size, a, b, true), nil }), typ+"shl("+typ+",int4)")
		r.fn("pg_int"+size+"shr", f2(func(a, b int64) (int64, error) { return shift(size, a, b, false), nil }), typ+"shr("+typ+",int4)")
		r.sql("max($1,$2)", typ+"larger("+typ+","+typ+")")
		r.sql("min($1,$2)", typ+"smaller("+typ+","+typ+")")
		for from := range intRanges {
			if from == size {
				continue
			}
			sig := typ + "(int" + from + ")"
			if from < size {
				r.sql("$1", sig)
				continue
			}
			name := "pg_int" + size
			if _, ok := r.defs[name]; !ok {
				r.def(name, f1(t.check))
			}
			r.add(sig, Impl{Name: name, Go: r.defs[name].Impl, Uses: []string{name}, Simple: "CASE WHEN " + inRange("$1", size) + " THEN $1 ELSE " + name + "($1) END"})
		}
	}
	for _, size := range []string{"4", "8"} {
		t := intRanges[size]
		typ := "int" + size
		r.fn("pg_"+typ+"gcd", f2(t.gcd), "gcd("+typ+","+typ+")")
		r.fn("pg_"+typ+"lcm", f2(t.lcm), "lcm("+typ+","+typ+")")
		r.fn("pg_to_hex"+size, f1(func(a int64) (string, error) {
			if size == "4" {
				return fmt.Sprintf("%x", uint32(a)), nil
			}
			return fmt.Sprintf("%x", uint64(a)), nil
		}), "to_hex("+typ+")")
	}
	r.sql("$1", "int8(oid)", "int4(bool)")
	r.sql("($1 <> 0)", "bool(int4)")
	oid := intRange{"OID", 0, math.MaxUint32}
	r.fn("pg_oid", f1(oid.check), "oid(int8)")
}

// inRange tests the result of an expression. NULL gives NULL, which is not
// true, and so goes to the Go function, which gives NULL back.
func inRange(expr, size string) string {
	if size == "8" {
		return "typeof(" + expr + ") = 'integer'"
	}
	t := intRanges[size]
	return fmt.Sprintf("%s BETWEEN %d AND %d", expr, t.lo, t.hi)
}

// minText writes the least value so that SQLite reads an integer.
func minText(t intRange) string {
	if t.lo == math.MinInt64 {
		return "(-9223372036854775807 - 1)"
	}
	return strings.TrimSpace(fmt.Sprint(t.lo))
}

// shift is C's shift as the machine does it: the count is taken modulo the
// width of the promoted operand.
func shift(size string, a, b int64, left bool) int64 {
	switch size {
	case "8":
		if left {
			return a << (uint64(b) & 63)
		}
		return a >> (uint64(b) & 63)
	}
	n := int32(a)
	if left {
		n <<= uint64(b) & 31
	} else {
		n >>= uint64(b) & 31
	}
	if size == "2" {
		return int64(int16(n))
	}
	return int64(n)
}

func (t intRange) gcd(a, b int64) (int64, error) {
	x, y := absU(a), absU(b)
	for y != 0 {
		x, y = y, x%y
	}
	if x > uint64(t.hi) {
		return 0, t.overflow()
	}
	return int64(x), nil
}

func (t intRange) lcm(a, b int64) (int64, error) {
	if a == 0 || b == 0 {
		return 0, nil
	}
	g, err := t.gcd(a, b)
	if err != nil {
		return 0, err
	}
	n, err := t.mul(a/g, b)
	if err != nil {
		return 0, err
	}
	if n < 0 {
		return t.sub(0, n)
	}
	return n, nil
}
