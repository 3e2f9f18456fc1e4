package pgfunc

import (
	"math"

	"github.com/cockroachdb/apd/v3"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

func numericGCD(a, b *numeric) (*numeric, error) {
	if isNaN(a) || isNaN(b) || isInf(a) || isInf(b) {
		return numNaN(), nil
	}
	x, y, scale := align(a, b)
	x.Abs(x)
	y.Abs(y)
	return checked(fromSigned(gcdBig(x, y), scale))
}

func gcdBig(x, y *apd.BigInt) *apd.BigInt {
	for y.Sign() != 0 {
		r := new(apd.BigInt).Rem(x, y)
		x, y = y, r
	}
	return x
}

func numericLCM(a, b *numeric) (*numeric, error) {
	if isNaN(a) || isNaN(b) || isInf(a) || isInf(b) {
		return numNaN(), nil
	}
	x, y, scale := align(a, b)
	x.Abs(x)
	y.Abs(y)
	if x.Sign() == 0 || y.Sign() == 0 {
		return fromSigned(new(apd.BigInt), scale), nil
	}
	g := gcdBig(new(apd.BigInt).Set(x), new(apd.BigInt).Set(y))
	x.Quo(x, g)
	return checked(fromSigned(x.Mul(x, y), scale))
}

func factorial(n int64) (*numeric, error) {
	if n < 0 {
		return nil, errf("22003", "factorial of a negative number is undefined")
	}
	if n > 32177 {
		return nil, numericOverflow()
	}
	x := apd.NewBigInt(1)
	for i := int64(2); i <= n; i++ {
		x.Mul(x, apd.NewBigInt(i))
	}
	return fromSigned(x, 0), nil
}

// numericFuncs adds arithmetic and conversions of numeric.
func numericFuncs(r *registry) {
	r.fn("pg_numeric_add", f2(numericAdd), "numeric_add(numeric,numeric)")
	r.fn("pg_numeric_sub", f2(numericSub), "numeric_sub(numeric,numeric)")
	r.fn("pg_numeric_mul", f2(numericMul), "numeric_mul(numeric,numeric)")
	r.fn("pg_numeric_div", f2(numericDiv), "numeric_div(numeric,numeric)")
	r.fn("pg_numeric_mod", f2(numericMod), "numeric_mod(numeric,numeric)", "mod(numeric,numeric)")
	r.fn("pg_numeric_div_trunc", f2(numericDivTrunc), "numeric_div_trunc(numeric,numeric)", "div(numeric,numeric)")
	r.fn("pg_numeric_uminus", f1(ok1(numericNeg)), "numeric_uminus(numeric)")
	r.sql("$1", "numeric_uplus(numeric)")
	r.fn("pg_numeric_abs", f1(ok1(numericAbs)), "numeric_abs(numeric)", "abs(numeric)")
	r.fn("pg_numeric_sign", f1(ok1(numericSign)), "sign(numeric)")
	r.fn("pg_numeric_round", f2(numericRound), "round(numeric,int4)")
	r.fn("pg_numeric_round0", f1(func(a *numeric) (*numeric, error) { return numericRound(a, 0) }), "round(numeric)")
	r.fn("pg_numeric_trunc", f2(numericTrunc), "trunc(numeric,int4)")
	r.fn("pg_numeric_trunc0", f1(func(a *numeric) (*numeric, error) { return numericTrunc(a, 0) }), "trunc(numeric)")
	r.fn("pg_numeric_ceil", f1(numericCeil), "ceil(numeric)", "ceiling(numeric)")
	r.fn("pg_numeric_floor", f1(numericFloor), "floor(numeric)")
	r.fn("pg_numeric_gcd", f2(numericGCD), "gcd(numeric,numeric)")
	r.fn("pg_numeric_lcm", f2(numericLCM), "lcm(numeric,numeric)")
	r.fn("pg_factorial", f1(factorial), "factorial(int8)")
	r.sql("CAST($1 AS TEXT)", "numeric(int2)", "numeric(int4)", "numeric(int8)")
	r.fn("pg_numeric_typmod", f2(func(d *numeric, typmod int64) (*numeric, error) {
		return pgvalue.ApplyNumericTypmod(d, int32(typmod))
	}), "numeric(numeric,int4)")
	for size, t := range intRanges {
		r.fn("pg_int"+size+"_numeric", f1(t.fromNumeric), "int"+size+"(numeric)")
	}
	r.fn("pg_numeric_larger", f2(ok2(func(a, b *numeric) *numeric {
		if pgvalue.CompareNumeric(a, b) > 0 {
			return a
		}
		return b
	})), "numeric_larger(numeric,numeric)")
	r.fn("pg_numeric_smaller", f2(ok2(func(a, b *numeric) *numeric {
		if pgvalue.CompareNumeric(a, b) < 0 {
			return a
		}
		return b
	})), "numeric_smaller(numeric,numeric)")
	r.fn("pg_width_bucket_numeric", f4(func(op, lo, hi *numeric, n int64) (int64, error) { return widthBucketNumeric(op, lo, hi, n) }), "width_bucket(numeric,numeric,numeric,int4)")
	r.fn("pg_width_bucket_float8", f4(widthBucketFloat), "width_bucket(float8,float8,float8,int4)")
	r.fn("pg_numeric_scale", f1(ok1(func(d *numeric) any {
		if special(d) {
			return nil
		}
		return int64(dscale(d))
	})), "scale(numeric)")
	r.fn("pg_numeric_min_scale", f1(ok1(func(d *numeric) any {
		if special(d) {
			return nil
		}
		return int64(dscale(trimZeros(d)))
	})), "min_scale(numeric)")
	r.fn("pg_numeric_trim_scale", f1(ok1(trimZeros)), "trim_scale(numeric)")
}

func widthBucketNumeric(op, lo, hi *numeric, n int64) (int64, error) {
	switch {
	case n <= 0:
		return 0, errf("2201G", "count must be greater than zero")
	case isNaN(op) || isNaN(lo) || isNaN(hi):
		return 0, errf("2201G", "operand, lower bound, and upper bound cannot be NaN")
	case isInf(lo) || isInf(hi):
		return 0, errf("2201G", "lower and upper bounds must be finite")
	}
	c := pgvalue.CompareNumeric(lo, hi)
	if c == 0 {
		return 0, errf("2201G", "lower bound cannot equal upper bound")
	}
	neg := func(d *numeric) *numeric { return d }
	if c > 0 {
		neg = numericNeg
	}
	op, lo, hi = neg(op), neg(lo), neg(hi)
	switch {
	case pgvalue.CompareNumeric(op, lo) < 0:
		return 0, nil
	case pgvalue.CompareNumeric(op, hi) >= 0:
		if n == math.MaxInt32 {
			return 0, errf("22003", "integer out of range")
		}
		return n + 1, nil
	}
	num, _ := numericSub(op, lo)
	den, _ := numericSub(hi, lo)
	num, err := numericMul(num, numInt(n))
	if err != nil {
		return 0, err
	}
	q := truncate(quotient(num, den, divScale(num, den)), 0, 0)
	return q.Coeff.Int64() + 1, nil
}

func widthBucketFloat(op, lo, hi float64, n int64) (int64, error) {
	switch {
	case n <= 0:
		return 0, errf("2201G", "count must be greater than zero")
	case math.IsNaN(op) || math.IsNaN(lo) || math.IsNaN(hi):
		return 0, errf("2201G", "operand, lower bound, and upper bound cannot be NaN")
	case math.IsInf(lo, 0) || math.IsInf(hi, 0):
		return 0, errf("2201G", "lower and upper bounds must be finite")
	case lo == hi:
		return 0, errf("2201G", "lower bound cannot equal upper bound")
	}
	below, above := op < lo, op >= hi
	if lo > hi {
		below, above = op > lo, op <= hi
	}
	switch {
	case below:
		return 0, nil
	case above:
		if n == math.MaxInt32 {
			return 0, errf("22003", "integer out of range")
		}
		return n + 1, nil
	}
	k := float64(n)*(op-lo)/(hi-lo) + 1
	if lo > hi {
		k = float64(n)*(lo-op)/(lo-hi) + 1
	}
	if !(k > math.MinInt32-1 && k < math.MaxInt32+1) {
		return math.MinInt32, nil // as the machine converts it
	}
	return int64(k), nil
}
