package pgfunc

/*
#cgo !darwin LDFLAGS: -lm
#include <math.h>
*/
import "C"

import "math"

// Trigonometric functions, exponentials and logarithms are the C library's, as PostgreSQL's are: Go's
// own differ in the last digit.

// trig adapts a function of the C library. Its domain is checked as
// PostgreSQL's float.c does.
func trig(domain func(x float64) bool, f func(C.double) C.double) func(float64) (float64, error) {
	return func(x float64) (float64, error) {
		if math.IsNaN(x) {
			return x, nil
		}
		if domain != nil && !domain(x) {
			return 0, errf("22003", "input is out of range")
		}
		return float64(f(C.double(x))), nil
	}
}

// bounded is trig for a function whose result can overflow.
func bounded(domain func(x float64) bool, f func(C.double) C.double) func(float64) (float64, error) {
	g := trig(domain, f)
	return func(x float64) (float64, error) {
		r, err := g(x)
		if err == nil && math.IsInf(r, 0) && !math.IsInf(x, 0) {
			return 0, floatOverflow()
		}
		return r, err
	}
}

func finite(x float64) bool       { return !math.IsInf(x, 0) }
func unit(x float64) bool         { return x >= -1 && x <= 1 }
func csin(x float64) float64      { return float64(C.sin(C.double(x))) }
func ccos(x float64) float64      { return float64(C.cos(C.double(x))) }
func casin(x float64) float64     { return float64(C.asin(C.double(x))) }
func cacos(x float64) float64     { return float64(C.acos(C.double(x))) }
func catan(x float64) float64     { return float64(C.atan(C.double(x))) }
func catan2(y, x float64) float64 { return float64(C.atan2(C.double(y), C.double(x))) }

// trigFuncs adds the trigonometric and hyperbolic functions.
func trigFuncs(r *registry) {
	one := func(name string, f func(float64) (float64, error)) { r.fn("pg_"+name, f1(f), name+"(float8)") }
	one("sin", trig(finite, func(x C.double) C.double { return C.sin(x) }))
	one("cos", trig(finite, func(x C.double) C.double { return C.cos(x) }))
	one("tan", trig(finite, func(x C.double) C.double { return C.tan(x) }))
	one("cot", trig(finite, func(x C.double) C.double { return 1 / C.tan(x) }))
	one("asin", trig(unit, func(x C.double) C.double { return C.asin(x) }))
	one("acos", trig(unit, func(x C.double) C.double { return C.acos(x) }))
	one("atan", trig(nil, func(x C.double) C.double { return C.atan(x) }))
	one("sinh", trig(nil, func(x C.double) C.double { return C.sinh(x) }))
	one("cosh", trig(nil, func(x C.double) C.double { return C.cosh(x) }))
	one("tanh", trig(nil, func(x C.double) C.double { return C.tanh(x) }))
	one("asinh", trig(nil, func(x C.double) C.double { return C.asinh(x) }))
	one("acosh", trig(func(x float64) bool { return x >= 1 }, func(x C.double) C.double { return C.acosh(x) }))
	one("atanh", trig(unit, func(x C.double) C.double { return C.atanh(x) }))
	one("cbrt", bounded(nil, func(x C.double) C.double { return C.cbrt(x) }))
	r.sql("pg_cbrt($1)", "dcbrt(float8)")
	m := r.impls["dcbrt(float8)"]
	m.Uses = []string{"pg_cbrt"}
	r.impls["dcbrt(float8)"] = m
	r.fn("pg_atan2", f2(func(y, x float64) (float64, error) {
		if math.IsNaN(x) || math.IsNaN(y) {
			return math.NaN(), nil
		}
		return catan2(y, x), nil
	}), "atan2(float8,float8)")
	degreeFuncs(r)
}

func cexp(x float64) float64    { return float64(C.exp(C.double(x))) }
func clog(x float64) float64    { return float64(C.log(C.double(x))) }
func clog10(x float64) float64  { return float64(C.log10(C.double(x))) }
func cpow(x, y float64) float64 { return float64(C.pow(C.double(x), C.double(y))) }
