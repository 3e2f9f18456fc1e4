package pgfunc

import "math"

func floatExp(x float64) (float64, error) {
	switch {
	case math.IsNaN(x):
		return x, nil
	case math.IsInf(x, 1):
		return x, nil
	case math.IsInf(x, -1):
		return 0, nil
	}
	r := cexp(x)
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
	r := cpow(x, y)
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
	r.fn("pg_float8_ln", f1(floatLog(clog)), "ln(float8)", "dlog1(float8)")
	r.fn("pg_float8_log10", f1(floatLog(clog10)), "log(float8)", "log10(float8)", "dlog10(float8)")
	r.fn("pg_float8_power", f2(floatPow), "power(float8,float8)", "pow(float8,float8)", "dpow(float8,float8)")
	r.sql("3.141592653589793", "pi()")
	r.fn("pg_degrees", f1(func(x float64) (float64, error) { return float8Ops.div(x, radiansPerDegree) }), "degrees(float8)")
	r.fn("pg_radians", f1(func(x float64) (float64, error) { return float8Ops.mul(x, radiansPerDegree) }), "radians(float8)")
}
