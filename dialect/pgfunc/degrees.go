package pgfunc

import "math"

// The functions of degrees give exact results at the angles where one expects
// them; the constants are computed, as PostgreSQL does, from the C library's.
var (
	sin30       = csin(radians(30))
	oneMinCos60 = 1 - ccos(radians(60))
	asin05      = casin(0.5)
	acos05      = cacos(0.5)
	atan10      = catan(1)
	tan45       = sindFirst(45) / cosdFirst(45)
	cot45       = cosdFirst(45) / sindFirst(45)
)

// radians multiplies when it runs: the compiler would be more exact.
func radians(x float64) float64 { return x * 0.0174532925199432957692 }

func asindFirst(x float64) float64 {
	if x <= 0.5 {
		return casin(x) / asin05 * 30
	}
	return 90 - cacos(x)/acos05*60
}

func acosdFirst(x float64) float64 {
	if x <= 0.5 {
		return 90 - casin(x)/asin05*30
	}
	return cacos(x) / acos05 * 60
}

func sind0to30(x float64) float64 { return csin(radians(x)) / sin30 / 2 }

func cosd0to60(x float64) float64 {
	oneMinus := 1 - ccos(radians(x))
	return 1 - oneMinus/oneMinCos60/2
}

func sindFirst(x float64) float64 {
	if x <= 30 {
		return sind0to30(x)
	}
	return cosd0to60(90 - x)
}

func cosdFirst(x float64) float64 {
	if x <= 60 {
		return cosd0to60(x)
	}
	return sind0to30(90 - x)
}

func sind(x float64) float64 {
	x, sign := math.Mod(x, 360), 1.0
	if x < 0 {
		x, sign = -x, -sign
	}
	if x > 180 {
		x, sign = 360-x, -sign
	}
	if x > 90 {
		x = 180 - x
	}
	return sign * sindFirst(x)
}

func cosd(x float64) float64 {
	x, sign := math.Abs(math.Mod(x, 360)), 1.0
	if x > 180 {
		x = 360 - x
	}
	if x > 90 {
		x, sign = 180-x, -sign
	}
	return sign * cosdFirst(x)
}

// tangent is tand and, the other way up, cotd.
func tangent(x float64, cot bool) float64 {
	x, sign := math.Mod(x, 360), 1.0
	if x < 0 {
		x, sign = -x, -sign
	}
	if x > 180 {
		x, sign = 360-x, -sign
	}
	if x > 90 {
		x, sign = 180-x, -sign
	}
	var r float64
	if cot {
		r = sign * (cosdFirst(x) / sindFirst(x) / cot45)
	} else {
		r = sign * (sindFirst(x) / cosdFirst(x) / tan45)
	}
	if r == 0 {
		return 0
	}
	return r
}

func degreeFuncs(r *registry) {
	add := func(name string, domain func(float64) bool, f func(float64) float64) {
		r.fn("pg_"+name, f1(func(x float64) (float64, error) {
			switch {
			case math.IsNaN(x):
				return x, nil
			case domain != nil && !domain(x):
				return 0, errf("22003", "input is out of range")
			}
			return f(x), nil
		}), name+"(float8)")
	}
	add("sind", finite, sind)
	add("cosd", finite, cosd)
	add("tand", finite, func(x float64) float64 { return tangent(x, false) })
	add("cotd", finite, func(x float64) float64 { return tangent(x, true) })
	add("asind", unit, func(x float64) float64 {
		if x >= 0 {
			return asindFirst(x)
		}
		return -asindFirst(-x)
	})
	add("acosd", unit, func(x float64) float64 {
		if x >= 0 {
			return acosdFirst(x)
		}
		return 90 + asindFirst(-x)
	})
	add("atand", nil, func(x float64) float64 { return catan(x) / atan10 * 45 })
	r.fn("pg_atan2d", f2(func(y, x float64) (float64, error) {
		if math.IsNaN(x) || math.IsNaN(y) {
			return math.NaN(), nil
		}
		return catan2(y, x) / atan10 * 45, nil
	}), "atan2d(float8,float8)")
}
