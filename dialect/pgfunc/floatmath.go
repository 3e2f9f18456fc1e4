package pgfunc

import (
	"math"
	"strconv"

	"github.com/cockroachdb/apd/v3"
)

// Exponentials and logarithms are computed with many digits and rounded once:
// the C library's differ from the nearest float64 in rare last digits only,
// Go's own in more.
var wide = func() *apd.Context {
	c := apd.BaseContext.WithPrecision(60)
	c.MaxExponent, c.MinExponent = apd.MaxExponent, apd.MinExponent
	c.Traps = 0
	return c
}()

// exactly gives the decimal of a finite float64.
func exactly(f float64) *apd.Decimal {
	d, _, err := apd.NewFromString(strconv.FormatFloat(f, 'e', -1, 64))
	if err == nil {
		// The shortest text is not the value itself; the exact one has up to
		// 767 digits, of which 40 are more than the result can show.
		d, _, err = apd.NewFromString(strconv.FormatFloat(f, 'e', 40, 64))
	}
	if err != nil {
		return &apd.Decimal{Form: apd.NaN}
	}
	return d
}

// nearest rounds a decimal to a float64: infinite or zero where it must.
func nearest(d *apd.Decimal) float64 {
	f, _ := strconv.ParseFloat(d.Text('E'), 64)
	return f
}

func wideExp(x float64) float64 {
	switch {
	case x > 710:
		return math.Inf(1)
	case x < -746:
		return 0
	}
	r := new(apd.Decimal)
	if _, err := wide.Exp(r, exactly(x)); err != nil {
		return math.NaN()
	}
	return nearest(r)
}

func wideLn(x float64) float64 {
	r := new(apd.Decimal)
	if _, err := wide.Ln(r, exactly(x)); err != nil {
		return math.NaN()
	}
	return nearest(r)
}

// log10 follows the C library's, which makes the logarithm of a part and does
// not round once only.
func log10(x float64) float64 {
	const (
		ivln10 = 4.34294481903251816668e-01
		hi     = 3.01029995663611771306e-01
		lo     = 3.69423907715893078616e-13
	)
	frac, exp := math.Frexp(x) // frac in [½, 1)
	k := exp - 1
	y := float64(k)
	if k < 0 {
		y = float64(k + 1)
	} else {
		frac *= 2
	}
	z := float64(y*lo) + float64(ivln10*wideLn(frac))
	return z + float64(y*hi)
}

// widePow is x^y for finite x > 0 and finite y.
func widePow(x, y float64) float64 {
	estimate := y * math.Log(x)
	switch {
	case estimate > 720:
		return math.Inf(1)
	case estimate < -760:
		return 0
	}
	l, p, r := new(apd.Decimal), new(apd.Decimal), new(apd.Decimal)
	if _, err := wide.Ln(l, exactly(x)); err != nil {
		return math.NaN()
	}
	if _, err := wide.Mul(p, l, exactly(y)); err != nil {
		return math.NaN()
	}
	if _, err := wide.Exp(r, p); err != nil {
		return math.NaN()
	}
	return nearest(r)
}

func floatExp(x float64) (float64, error) {
	switch {
	case math.IsNaN(x):
		return x, nil
	case math.IsInf(x, 1):
		return x, nil
	case math.IsInf(x, -1):
		return 0, nil
	}
	r := wideExp(x)
	if math.IsInf(r, 0) {
		return 0, floatOverflow()
	}
	if r == 0 {
		return 0, floatUnderflow()
	}
	return r, nil
}

func floatLog(f func(float64) float64) func(float64) (float64, error) {
	return func(x float64) (float64, error) {
		switch {
		case x == 0:
			return 0, errf("2201E", "cannot take logarithm of zero")
		case x < 0:
			return 0, errf("2201E", "cannot take logarithm of a negative number")
		case math.IsNaN(x) || math.IsInf(x, 0):
			return x, nil
		}
		return f(x), nil
	}
}

// floatPow is dpow.
func floatPow(x, y float64) (float64, error) {
	switch {
	case math.IsNaN(x):
		if y == 0 {
			return 1, nil
		}
		return math.NaN(), nil
	case math.IsNaN(y):
		if x == 1 {
			return 1, nil
		}
		return math.NaN(), nil
	case x == 0 && y < 0:
		return 0, errf("2201F", "zero raised to a negative power is undefined")
	case x < 0 && math.Floor(y) != y:
		return 0, errf("2201F", "a negative number raised to a non-integer power yields a complex result")
	case math.IsInf(y, 0) || math.IsInf(x, 0) || x == 0 || y == 0 || math.Abs(x) == 1:
		if math.IsInf(y, 0) && math.Abs(x) == 1 {
			return 1, nil
		}
		return math.Pow(x, y), nil // exact in all these cases
	}
	r := widePow(math.Abs(x), y)
	if x < 0 && math.Mod(y, 2) != 0 {
		r = -r
	}
	if math.IsInf(r, 0) {
		return 0, floatOverflow()
	}
	if r == 0 {
		return 0, floatUnderflow()
	}
	return r, nil
}

const radiansPerDegree = 0.0174532925199432957692

// floatMathFuncs adds the mathematical functions of float8.
func floatMathFuncs(r *registry) {
	r.fn("pg_float8_round", f1(ok1(math.RoundToEven)), "round(float8)", "dround(float8)")
	r.fn("pg_float8_ceil", f1(ok1(math.Ceil)), "ceil(float8)", "ceiling(float8)")
	r.fn("pg_float8_floor", f1(ok1(math.Floor)), "floor(float8)")
	r.fn("pg_float8_trunc", f1(ok1(math.Trunc)), "trunc(float8)", "dtrunc(float8)")
	r.fn("pg_float8_sign", f1(ok1(func(x float64) float64 {
		switch {
		case x > 0:
			return 1
		case x < 0:
			return -1
		}
		return 0
	})), "sign(float8)")
	r.fn("pg_float8_sqrt", f1(func(x float64) (float64, error) {
		if x < 0 {
			return 0, errf("2201F", "cannot take square root of a negative number")
		}
		return math.Sqrt(x), nil
	}), "sqrt(float8)", "dsqrt(float8)")
	r.fn("pg_float8_exp", f1(floatExp), "exp(float8)", "dexp(float8)")
	r.fn("pg_float8_ln", f1(floatLog(wideLn)), "ln(float8)", "dlog1(float8)")
	r.fn("pg_float8_log10", f1(floatLog(log10)), "log(float8)", "log10(float8)", "dlog10(float8)")
	r.fn("pg_float8_power", f2(floatPow), "power(float8,float8)", "pow(float8,float8)", "dpow(float8,float8)")
	r.sql("3.141592653589793", "pi()")
	r.fn("pg_degrees", f1(func(x float64) (float64, error) { return float8Ops.div(x, radiansPerDegree) }), "degrees(float8)")
	r.fn("pg_radians", f1(func(x float64) (float64, error) { return float8Ops.mul(x, radiansPerDegree) }), "radians(float8)")
}
