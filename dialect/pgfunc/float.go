package pgfunc

import (
	"math"
	"strconv"

	"github.com/cockroachdb/apd/v3"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

func floatOverflow() error  { return errf("22003", "value out of range: overflow") }
func floatUnderflow() error { return errf("22003", "value out of range: underflow") }

// floatOps are the arithmetic operators of float4 or float8; round gives a
// result the type's precision.
type floatOps struct{ round func(float64) float64 }

var (
	float8Ops = floatOps{func(f float64) float64 { return f }}
	float4Ops = floatOps{func(f float64) float64 { return float64(float32(f)) }}
)

func (o floatOps) add(a, b float64) (float64, error) {
	return checkOverflow(o.round(a+b), math.IsInf(a, 0) || math.IsInf(b, 0))
}

func (o floatOps) sub(a, b float64) (float64, error) {
	return checkOverflow(o.round(a-b), math.IsInf(a, 0) || math.IsInf(b, 0))
}

func (o floatOps) mul(a, b float64) (float64, error) {
	r := o.round(a * b)
	if r == 0 && a != 0 && b != 0 {
		return 0, floatUnderflow()
	}
	return checkOverflow(r, math.IsInf(a, 0) || math.IsInf(b, 0))
}

func (o floatOps) div(a, b float64) (float64, error) {
	if b == 0 && !math.IsNaN(a) {
		return 0, divisionByZero()
	}
	r := o.round(a / b)
	if r == 0 && a != 0 && !math.IsInf(b, 0) {
		return 0, floatUnderflow()
	}
	return checkOverflow(r, math.IsInf(a, 0))
}

func checkOverflow(r float64, infinite bool) (float64, error) {
	if math.IsInf(r, 0) && !infinite {
		return 0, floatOverflow()
	}
	return r, nil
}

// floatFuncs adds arithmetic and conversions of float4 and float8.
func floatFuncs(r *registry) {
	type verb struct {
		suffix, verb, op string
		f                func(o floatOps) func(a, b float64) (float64, error)
	}
	verbs := []verb{
		{"pl", "add", "+", func(o floatOps) func(a, b float64) (float64, error) { return o.add }},
		{"mi", "sub", "-", func(o floatOps) func(a, b float64) (float64, error) { return o.sub }},
		{"mul", "mul", "*", func(o floatOps) func(a, b float64) (float64, error) { return o.mul }},
		{"div", "div", "/", func(o floatOps) func(a, b float64) (float64, error) { return o.div }},
	}
	for _, v := range verbs {
		name := "pg_float8" + v.verb
		// Two finite numbers with a finite result that is not zero: SQLite's
		// own arithmetic. (Text is NaN; anything odd goes to the function.)
		e := "$1 " + v.op + " $2"
		simple := "CASE WHEN typeof($1) = 'real' AND typeof($2) = 'real' AND abs(" + e + ") BETWEEN 1e-300 AND 1e300 THEN " + e + " ELSE " + name + "($1,$2) END"
		r.simple(simple, name, f2(v.f(float8Ops)), "float8"+v.suffix+"(float8,float8)", "float48"+v.suffix+"(float4,float8)", "float84"+v.suffix+"(float8,float4)")
		r.fn("pg_float4"+v.verb, f2(v.f(float4Ops)), "float4"+v.suffix+"(float4,float4)")
	}
	for _, t := range []string{"float4", "float8"} {
		r.sql("$1", t+"up("+t+")")
		r.fn("pg_"+t+"um", f1(ok1(func(a float64) float64 { return -a })), t+"um("+t+")")
		r.fn("pg_"+t+"abs", f1(ok1(math.Abs)), t+"abs("+t+")", "abs("+t+")")
		for _, size := range []string{"2", "4", "8"} {
			t8 := intRanges[size]
			r.fn("pg_int"+size+"_"+t, f1(func(a float64) (int64, error) { return t8.fromFloat(a) }), "int"+size+"("+t+")")
		}
	}
	r.sql("CAST($1 AS REAL)", "float8(int2)", "float8(int4)", "float8(int8)", "float4(int2)")
	r.sql("$1", "float8(float4)")
	r.fn("pg_float4_int", f1(ok1(func(n int64) float64 { return float64(float32(n)) })), "float4(int4)", "float4(int8)")
	r.fn("pg_float4", f1(func(a float64) (float64, error) {
		f := float64(float32(a))
		if math.IsInf(f, 0) && !math.IsInf(a, 0) {
			return 0, floatOverflow()
		}
		if f == 0 && a != 0 {
			return 0, floatUnderflow()
		}
		return f, nil
	}), "float4(float8)")
	r.fn("pg_float8_numeric", f1(func(d *pgvalue.Numeric) (float64, error) { return numericToFloat(d, 64) }), "float8(numeric)")
	r.fn("pg_float4_numeric", f1(func(d *pgvalue.Numeric) (float64, error) { return numericToFloat(d, 32) }), "float4(numeric)")
	r.fn("pg_numeric_float8", f1(ok1(func(f float64) *pgvalue.Numeric { return floatToNumeric(f, 15, 64) })), "numeric(float8)")
	r.fn("pg_numeric_float4", f1(ok1(func(f float64) *pgvalue.Numeric { return floatToNumeric(f, 6, 32) })), "numeric(float4)")
}

func (t intRange) fromFloat(f float64) (int64, error) {
	f = math.RoundToEven(f)
	// The upper bound of int8 is no float64; below 2^63 all is well.
	if math.IsNaN(f) || f < float64(t.lo) || (t.hi == math.MaxInt64 && f >= 1<<63) || (t.hi != math.MaxInt64 && f > float64(t.hi)) {
		return 0, t.overflow()
	}
	return int64(f), nil
}

func numericToFloat(d *pgvalue.Numeric, bits int) (float64, error) {
	switch {
	case d.Form == apd.NaN:
		return math.NaN(), nil
	case d.Form == apd.Infinite && d.Negative:
		return math.Inf(-1), nil
	case d.Form == apd.Infinite:
		return math.Inf(1), nil
	}
	s := pgvalue.FormatNumeric(d)
	f, err := strconv.ParseFloat(s, bits)
	if err != nil || f == 0 && !d.IsZero() {
		typ := "double precision"
		if bits == 32 {
			typ = "real"
		}
		return 0, errf("22003", "\"%s\" is out of range for type %s", s, typ)
	}
	return f, nil
}

func floatToNumeric(f float64, digits, bits int) *pgvalue.Numeric {
	switch {
	case math.IsNaN(f):
		return &pgvalue.Numeric{Form: apd.NaN}
	case math.IsInf(f, 0):
		return &pgvalue.Numeric{Form: apd.Infinite, Negative: f < 0}
	}
	// %g rounds the exact value and drops trailing zeros.
	d, err := pgvalue.ParseNumeric(strconv.FormatFloat(f, 'e', digits-1, 64))
	if err != nil {
		return &pgvalue.Numeric{Form: apd.NaN}
	}
	return trimZeros(d)
}

// trimZeros drops trailing zeros after the decimal point.
func trimZeros(d *pgvalue.Numeric) *pgvalue.Numeric {
	for d.Exponent < 0 {
		var q, rem apd.BigInt
		q.QuoRem(&d.Coeff, pgvalue.Pow10(1), &rem)
		if rem.Sign() != 0 {
			break
		}
		d.Coeff.Set(&q)
		d.Exponent++
	}
	return d
}
