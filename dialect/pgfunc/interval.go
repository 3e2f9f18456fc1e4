package pgfunc

import (
	"math"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

type interval = pgvalue.Interval

func intervalOutOfRange() error { return errf("22008", "interval out of range") }

// wide sums parts of an interval with checks of their ranges.
func wideInterval(months, days, micros int64, overflow bool) (interval, error) {
	if overflow || months != int64(int32(months)) || days != int64(int32(days)) {
		return interval{}, intervalOutOfRange()
	}
	return interval{Months: int32(months), Days: int32(days), Micros: micros}, nil
}

func add64(a, b int64) (sum int64, overflow bool) {
	sum = a + b
	return sum, (sum > a) != (b > 0) && b != 0
}

func sub64(a, b int64) (diff int64, overflow bool) {
	diff = a - b
	return diff, (diff < a) != (b > 0) && b != 0
}

func intervalAdd(a, b interval) (interval, error) {
	us, over := add64(a.Micros, b.Micros)
	return wideInterval(int64(a.Months)+int64(b.Months), int64(a.Days)+int64(b.Days), us, over)
}

func intervalSub(a, b interval) (interval, error) {
	us, over := sub64(a.Micros, b.Micros)
	return wideInterval(int64(a.Months)-int64(b.Months), int64(a.Days)-int64(b.Days), us, over)
}

func intervalNeg(a interval) (interval, error) { return intervalSub(interval{}, a) }

func floatFitsInt32(f float64) bool { return f >= math.MinInt32 && f < 1<<31 }
func floatFitsInt64(f float64) bool { return f >= math.MinInt64 && f < 1<<63 }

// tsRound is TSROUND: to the nearest microsecond of a fraction of a second.
func tsRound(f float64) float64 { return math.RoundToEven(f*1e6) / 1e6 }

// cascade turns fractions of months and days, after scaling, into days and
// microseconds as interval_mul and interval_div do.
func cascade(iv, orig interval, factor, monthRem, dayRem float64, op func(float64) float64) (interval, error) {
	monthRemDays := tsRound(monthRem * 30)
	secRem := tsRound((dayRem + monthRemDays - math.Trunc(monthRemDays)) * 86400)
	if math.Abs(secRem) >= 86400 {
		d := int64(iv.Days) + int64(secRem/86400)
		if d != int64(int32(d)) {
			return interval{}, intervalOutOfRange()
		}
		iv.Days = int32(d)
		secRem -= float64(int64(secRem/86400) * 86400)
	}
	d := int64(iv.Days) + int64(monthRemDays)
	if d != int64(int32(d)) {
		return interval{}, intervalOutOfRange()
	}
	iv.Days = int32(d)
	us := math.RoundToEven(op(float64(orig.Micros)) + secRem*1e6)
	if math.IsNaN(us) || !floatFitsInt64(us) {
		return interval{}, intervalOutOfRange()
	}
	iv.Micros = int64(us)
	return iv, nil
}

func intervalMul(a interval, factor float64) (interval, error) {
	return intervalScale(a, factor, func(x float64) float64 { return x * factor })
}

func intervalDiv(a interval, factor float64) (interval, error) {
	if factor == 0 {
		return interval{}, divisionByZero()
	}
	return intervalScale(a, factor, func(x float64) float64 { return x / factor })
}

func intervalScale(a interval, factor float64, op func(float64) float64) (interval, error) {
	var r interval
	m, d := op(float64(a.Months)), op(float64(a.Days))
	if math.IsNaN(m) || !floatFitsInt32(m) || math.IsNaN(d) || !floatFitsInt32(d) {
		return r, intervalOutOfRange()
	}
	r.Months, r.Days = int32(m), int32(d)
	return cascade(r, a, factor, m-float64(r.Months), d-float64(r.Days), op)
}

func justifyHours(a interval) (interval, error) {
	d, us := a.Micros/pgvalue.MicrosPerDay, a.Micros%pgvalue.MicrosPerDay
	days := int64(a.Days) + d
	if days > 0 && us < 0 {
		us += pgvalue.MicrosPerDay
		days--
	} else if days < 0 && us > 0 {
		us -= pgvalue.MicrosPerDay
		days++
	}
	return wideInterval(int64(a.Months), days, us, false)
}

func justifyDays(a interval) (interval, error) {
	months, days := int64(a.Months)+int64(a.Days/30), int64(a.Days%30)
	if months > 0 && days < 0 {
		days += 30
		months--
	} else if months < 0 && days > 0 {
		days -= 30
		months++
	}
	return wideInterval(months, days, a.Micros, false)
}

func justifyInterval(a interval) (interval, error) {
	months, days, us := int64(a.Months), int64(a.Days), a.Micros
	// Avoid overflow of days where their sign and that of the time agree.
	if days > 0 && us > 0 || days < 0 && us < 0 {
		months += days / 30
		days %= 30
	}
	days += us / pgvalue.MicrosPerDay
	us %= pgvalue.MicrosPerDay
	months += days / 30
	days %= 30
	if months > 0 && (days < 0 || days == 0 && us < 0) {
		days += 30
		months--
	} else if months < 0 && (days > 0 || days == 0 && us > 0) {
		days -= 30
		months++
	}
	if days > 0 && us < 0 {
		us += pgvalue.MicrosPerDay
		days--
	} else if days < 0 && us > 0 {
		us -= pgvalue.MicrosPerDay
		days++
	}
	return wideInterval(months, days, us, false)
}

func makeInterval(args []any) (any, error) {
	var n [6]int64
	for i := range n {
		var err error
		if n[i], err = to[int64](args[i]); err != nil {
			return nil, err
		}
	}
	secs, err := to[float64](args[6])
	if err != nil {
		return nil, err
	}
	if math.IsInf(secs, 0) || math.IsNaN(secs) {
		return nil, intervalOutOfRange()
	}
	us := n[4]*pgvalue.MicrosPerHour + n[5]*pgvalue.MicrosPerMinute + int64(math.RoundToEven(secs*1e6))
	// make_interval computes months and days in 32 bits, without a check.
	return interval{Months: int32(n[0]*12 + n[1]), Days: int32(n[2]*7 + n[3]), Micros: us}, nil
}

// intervalFuncs adds arithmetic of intervals.
func intervalFuncs(r *registry) {
	r.fn("pg_interval_pl", f2(intervalAdd), "interval_pl(interval,interval)")
	r.fn("pg_interval_mi", f2(intervalSub), "interval_mi(interval,interval)")
	r.fn("pg_interval_um", f1(intervalNeg), "interval_um(interval)")
	r.fn("pg_interval_mul", f2(intervalMul), "interval_mul(interval,float8)")
	r.fn("pg_mul_d_interval", f2(func(f float64, a interval) (interval, error) { return intervalMul(a, f) }), "mul_d_interval(float8,interval)")
	r.fn("pg_interval_div", f2(intervalDiv), "interval_div(interval,float8)")
	r.fn("pg_justify_hours", f1(justifyHours), "justify_hours(interval)")
	r.fn("pg_justify_days", f1(justifyDays), "justify_days(interval)")
	r.fn("pg_justify_interval", f1(justifyInterval), "justify_interval(interval)")
	r.fn("pg_make_interval", variadic(makeInterval), "make_interval(int4,int4,int4,int4,int4,int4,float8)")
	r.fn("pg_interval_typmod", f2(func(a interval, typmod int64) (interval, error) { return pgvalue.AdjustInterval(a, int32(typmod)) }), "interval(interval,int4)")
	r.sql("($1 IS NOT NULL OR NULL)", "isfinite(interval)")
	r.fn("pg_interval_time", f1(ok1(func(us int64) interval { return interval{Micros: us} })), "interval(time)")
}
