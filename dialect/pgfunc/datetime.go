package pgfunc

import (
	"fmt"
	"math"
	"strconv"
	"time"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

const (
	posInf = pgvalue.Infinity
	negInf = pgvalue.MinusInfinity
	day    = pgvalue.MicrosPerDay
)

func timestampOutOfRange() error { return errf("22008", "timestamp out of range") }
func dateOutOfRange() error      { return errf("22008", "date out of range") }

func infinite(ts int64) bool     { return ts == posInf || ts == negInf }
func infiniteDate(d int64) bool  { return d == pgvalue.DateInfinity || d == pgvalue.DateMinusInfinity }
func mod64(a, b int64) (r int64) { return ((a % b) + b) % b }

func floorDiv64(a, b int64) int64 { return (a - mod64(a, b)) / b }

func validTimestamp(ts int64, overflow bool) (int64, error) {
	if overflow || !pgvalue.ValidTimestamp(ts) {
		return 0, timestampOutOfRange()
	}
	return ts, nil
}

// dateToTimestamp is midnight of a date.
func dateToTimestamp(d int64) (int64, error) {
	switch d {
	case pgvalue.DateInfinity:
		return posInf, nil
	case pgvalue.DateMinusInfinity:
		return negInf, nil
	}
	if d >= 106741035-2451545+0 && d > (1<<63-1)/day || !pgvalue.ValidTimestamp(clampDays(d)*day) {
		return 0, errf("22008", "date out of range for timestamp")
	}
	return d * day, nil
}

func clampDays(d int64) int64 { return min(max(d, -2451546), (1<<63-1)/day) }

func timestampToDate(ts int64) int64 {
	switch ts {
	case posInf:
		return pgvalue.DateInfinity
	case negInf:
		return pgvalue.DateMinusInfinity
	}
	return floorDiv64(ts, day)
}

// local is the wall clock of an instant in a zone.
func local(ts int64, loc *time.Location) (int64, error) {
	if infinite(ts) {
		return ts, nil
	}
	return validTimestamp(wallClock(ts, loc), false)
}

// wallClock is local without a check of the range.
func wallClock(ts int64, loc *time.Location) int64 {
	if infinite(ts) {
		return ts
	}
	_, off := pgvalue.ZoneAt(ts, loc)
	return ts + int64(off)*pgvalue.MicrosPerSecond
}

// instant is when a wall clock shows a time in a zone.
func instant(ts int64, loc *time.Location) (int64, error) {
	if infinite(ts) {
		return ts, nil
	}
	return validTimestamp(ts-int64(pgvalue.LocalOffset(ts, loc))*pgvalue.MicrosPerSecond, false)
}

// addMonths moves a date by months, to the end of the month where the day is
// beyond it.
func addMonths(c *pgvalue.Clock, months int64) bool {
	m := int64(c.Month) + months
	switch {
	case m > 12:
		c.Year += int((m - 1) / 12)
		m = (m-1)%12 + 1
	case m < 1:
		c.Year += int(m/12 - 1)
		m = m%12 + 12
	}
	c.Month = int(m)
	c.Day = min(c.Day, pgvalue.DaysInMonth(c.Year, c.Month))
	return true
}

func timestampAdd(ts int64, iv interval) (int64, error) {
	if infinite(ts) {
		return ts, nil
	}
	if iv.Months != 0 {
		c := pgvalue.Civil(ts)
		addMonths(&c, int64(iv.Months))
		t, ok := c.Timestamp()
		if !ok {
			return 0, timestampOutOfRange()
		}
		ts = t
	}
	if iv.Days != 0 {
		t, over := add64(ts, int64(iv.Days)*day)
		if over || !pgvalue.ValidTimestamp(t) {
			return 0, timestampOutOfRange()
		}
		ts = t
	}
	t, over := add64(ts, iv.Micros)
	return validTimestamp(t, over)
}

// timestamptzAdd adds months and days to the wall clock, the rest to the instant.
func timestamptzAdd(ts int64, iv interval, loc *time.Location) (int64, error) {
	if infinite(ts) {
		return ts, nil
	}
	if iv.Months != 0 || iv.Days != 0 {
		wall := func(change func(c *pgvalue.Clock)) error {
			c := pgvalue.CivilIn(ts, loc)
			change(&c)
			t, ok := c.Timestamp()
			if !ok && (c.Year < -4713 || c.Year > 294276) {
				return timestampOutOfRange()
			}
			if !ok {
				t = pgvalue.DateToDays(c.Year, c.Month, c.Day)*day + (int64(c.Hour)*3600+int64(c.Min)*60+int64(c.Sec))*pgvalue.MicrosPerSecond + int64(c.Micro)
			}
			t -= int64(pgvalue.LocalOffset(t, loc)) * pgvalue.MicrosPerSecond
			if !pgvalue.ValidTimestamp(t) {
				return timestampOutOfRange()
			}
			ts = t
			return nil
		}
		if iv.Months != 0 {
			if err := wall(func(c *pgvalue.Clock) { addMonths(c, int64(iv.Months)) }); err != nil {
				return 0, err
			}
		}
		if iv.Days != 0 {
			err := wall(func(c *pgvalue.Clock) {
				d := pgvalue.DateToDays(c.Year, c.Month, c.Day) + int64(iv.Days)
				if d < -2451546 || d > (1<<63-1)/day {
					c.Year = 300000
					return
				}
				c.Year, c.Month, c.Day = pgvalue.DaysToDate(d)
			})
			if err != nil {
				return 0, err
			}
		}
	}
	t, over := add64(ts, iv.Micros)
	return validTimestamp(t, over)
}

func negated(iv interval) interval {
	return interval{Months: -iv.Months, Days: -iv.Days, Micros: -iv.Micros}
}

// timestampSub is the difference in days and time (timestamp_mi).
func timestampSub(a, b int64) (interval, error) {
	if infinite(a) || infinite(b) {
		return interval{}, errf("22008", "cannot subtract infinite timestamps")
	}
	// PostgreSQL 15 lets the difference wrap around.
	return justifyHours(interval{Micros: a - b})
}

// age is the difference in years, months, days and time, by the calendar.
func age(a, b int64, ca, cb pgvalue.Clock) (interval, error) {
	// PostgreSQL 15 reckons with infinity as with any date, but minus infinity
	// has none.
	if a == negInf || b == negInf {
		return interval{}, timestampOutOfRange()
	}
	us := int64(ca.Micro) - int64(cb.Micro)
	sec, min, hour := ca.Sec-cb.Sec, ca.Min-cb.Min, ca.Hour-cb.Hour
	mday, mon, year := ca.Day-cb.Day, ca.Month-cb.Month, ca.Year-cb.Year
	neg := a < b
	if neg {
		us, sec, min, hour, mday, mon, year = -us, -sec, -min, -hour, -mday, -mon, -year
	}
	for us < 0 {
		us += pgvalue.MicrosPerSecond
		sec--
	}
	for sec < 0 {
		sec += 60
		min--
	}
	for min < 0 {
		min += 60
		hour--
	}
	for hour < 0 {
		hour += 24
		mday--
	}
	for mday < 0 {
		if neg {
			mday += pgvalue.DaysInMonth(ca.Year, ca.Month)
		} else {
			mday += pgvalue.DaysInMonth(cb.Year, cb.Month)
		}
		mon--
	}
	for mon < 0 {
		mon += 12
		year--
	}
	iv := interval{
		Months: int32(year*12 + mon),
		Days:   int32(mday),
		Micros: int64(hour)*pgvalue.MicrosPerHour + int64(min)*pgvalue.MicrosPerMinute + int64(sec)*pgvalue.MicrosPerSecond + us,
	}
	if neg {
		iv = negated(iv)
	}
	return iv, nil
}

func ageTimestamp(a, b int64) (interval, error) {
	return age(a, b, pgvalue.Civil(a), pgvalue.Civil(b))
}

func ageTimestamptz(a, b int64, loc *time.Location) (interval, error) {
	return age(a, b, pgvalue.CivilIn(a, loc), pgvalue.CivilIn(b, loc))
}

func clampTS(ts int64) int64 {
	if infinite(ts) {
		return 0
	}
	return ts
}

func datePlus(d, n int64) (int64, error) {
	if infiniteDate(d) {
		return d, nil
	}
	if s := d + n; pgvalue.ValidDate(s) && s == int64(int32(s)) {
		return s, nil
	}
	return 0, dateOutOfRange()
}

func dateMinus(a, b int64) (int64, error) {
	if infiniteDate(a) || infiniteDate(b) {
		return 0, errf("22008", "cannot subtract infinite dates")
	}
	return int64(int32(a - b)), nil
}

func makeDate(y, m, d int64) (int64, error) {
	year := y
	if y < 0 {
		year = y + 1
	}
	bad := func() error {
		return errf("22008", "date field value out of range: %d-%02d-%02d", year, m, d)
	}
	if y == 0 || m < 1 || m > 12 || d < 1 || year > 6000000 || year < -6000000 || d > int64(pgvalue.DaysInMonth(int(year), int(m))) {
		return 0, bad()
	}
	days := pgvalue.DateToDays(int(year), int(m), int(d))
	if !pgvalue.ValidDate(days) {
		return 0, errf("22008", "date out of range: %d-%02d-%02d", year, m, d)
	}
	return days, nil
}

// clockMicros checks a time of day and gives it in microseconds.
func clockMicros(h, m int64, sec float64) (int64, bool) {
	us := math.RoundToEven(sec * 1e6)
	if h < 0 || m < 0 || m > 59 || math.IsNaN(sec) || sec < 0 || sec > 60 || us > 60e6 || h > 24 {
		return 0, false
	}
	t := h*pgvalue.MicrosPerHour + m*pgvalue.MicrosPerMinute + int64(us)
	return t, t <= day
}

// cText writes seconds as %02g does.
func secText(sec float64) string {
	s := strconv.FormatFloat(sec, 'g', 6, 64)
	if len(s) < 2 {
		s = "0" + s
	}
	return s
}

func makeTime(h, m int64, sec float64) (int64, error) {
	t, ok := clockMicros(h, m, sec)
	if !ok {
		return 0, errf("22008", "time field value out of range: %d:%02d:%s", h, m, secText(sec))
	}
	return t, nil
}

func makeTimestamp(args []any) (int64, error) {
	var n [5]int64
	for i := range n {
		var err error
		if n[i], err = to[int64](args[i]); err != nil {
			return 0, err
		}
	}
	sec, err := to[float64](args[5])
	if err != nil {
		return 0, err
	}
	d, err := makeDate(n[0], n[1], n[2])
	if err != nil {
		return 0, errf("22008", "date field value out of range: %d-%02d-%02d", n[0], n[1], n[2])
	}
	t, ok := clockMicros(n[3], n[4], sec)
	if !ok {
		return 0, errf("22008", "time field value out of range: %d:%02d:%s", n[3], n[4], secText(sec))
	}
	if d > (1<<63-1)/day {
		return 0, errf("22008", "timestamp out of range: %d-%02d-%02d %d:%02d:%s", n[0], n[1], n[2], n[3], n[4], secText(sec))
	}
	ts := d*day + t
	if !pgvalue.ValidTimestamp(ts) {
		return 0, errf("22008", "timestamp out of range: %d-%02d-%02d %d:%02d:%s", n[0], n[1], n[2], n[3], n[4], secText(sec))
	}
	return ts, nil
}

// toTimestamp is to_timestamp(float8): seconds since 1970.
func toTimestamp(sec float64) (int64, error) {
	switch {
	case math.IsNaN(sec):
		return 0, errf("22008", "timestamp cannot be NaN")
	case math.IsInf(sec, 1):
		return posInf, nil
	case math.IsInf(sec, -1):
		return negInf, nil
	}
	const unixEpochJulianStart = -210866803200.0 // 4714-11-24 BC
	const end = 9224318016000.0                  // 294277-01-01
	if sec < unixEpochJulianStart || sec >= end {
		return 0, errf("22008", "timestamp out of range: \"%s\"", fmt.Sprintf("%g", sec))
	}
	us := math.RoundToEven((sec - 946684800) * 1e6)
	ts := int64(us)
	if !pgvalue.ValidTimestamp(ts) {
		return 0, errf("22008", "timestamp out of range: \"%s\"", fmt.Sprintf("%g", sec))
	}
	return ts, nil
}

func dateBin(stride interval, ts, origin int64) (int64, error) {
	if infinite(ts) {
		return ts, nil
	}
	if infinite(origin) {
		return 0, errf("22008", "origin out of range")
	}
	if stride.Months != 0 {
		return 0, errf("0A000", "timestamps cannot be binned into intervals containing months or years")
	}
	d := int64(stride.Days)
	us, over := add64(stride.Micros, d*day)
	if over || d > (1<<63-1)/day || d < -(1<<63-1)/day {
		return 0, intervalOutOfRange()
	}
	if us <= 0 {
		return 0, errf("22008", "stride must be greater than zero")
	}
	diff, over := sub64(ts, origin)
	if over {
		return 0, intervalOutOfRange()
	}
	rem := diff % us
	delta := diff - rem
	if rem < 0 {
		delta -= us
	}
	return validTimestamp(origin+delta, false)
}

// zonedFn adapts a strict function of one argument whose first is the zone.
func zoned1[A, R any](f func(loc *time.Location, a A) (R, error)) any {
	return func(tz, a any) (any, error) {
		if null(a) {
			return nil, nil
		}
		x, err := to[A](a)
		if err != nil {
			return nil, WrapError(err)
		}
		return result(f(zoneOf(tz), x))
	}
}

func zoned2[A, B, R any](f func(loc *time.Location, a A, b B) (R, error)) any {
	return func(tz, a, b any) (any, error) {
		if null(a) || null(b) {
			return nil, nil
		}
		x, err := to[A](a)
		if err != nil {
			return nil, WrapError(err)
		}
		y, err := to[B](b)
		if err != nil {
			return nil, WrapError(err)
		}
		return result(f(zoneOf(tz), x, y))
	}
}

// dateTimeFuncs adds the arithmetic of dates, times and timestamps and their casts.
func dateTimeFuncs(r *registry) {
	for _, s := range []string{"now()", "transaction_timestamp()"} {
		r.add(s, Impl{SQL: "$1", Env: envNow})
	}
	r.add("statement_timestamp()", Impl{SQL: "$1", Env: []string{"stmt"}})
	r.defs["pg_clock_timestamp"] = Def{Impl: func() int64 { return pgvalue.Micros(time.Now()) }}
	r.add("clock_timestamp()", Impl{Name: "pg_clock_timestamp", Go: r.defs["pg_clock_timestamp"].Impl, Volatile: true})

	r.fn("pg_date_pli", f2(datePlus), "date_pli(date,int4)")
	r.fn("pg_integer_pl_date", f2(func(n, d int64) (int64, error) { return datePlus(d, n) }), "integer_pl_date(int4,date)")
	r.fn("pg_date_mii", f2(func(d, n int64) (int64, error) { return datePlus(d, -n) }), "date_mii(date,int4)")
	r.fn("pg_date_mi", f2(dateMinus), "date_mi(date,date)")
	r.fn("pg_date_pl_interval", f2(func(d int64, iv interval) (int64, error) {
		ts, err := dateToTimestamp(d)
		if err != nil {
			return 0, err
		}
		return timestampAdd(ts, iv)
	}), "date_pl_interval(date,interval)")
	r.fn("pg_interval_pl_date", f2(func(iv interval, d int64) (int64, error) {
		ts, err := dateToTimestamp(d)
		if err != nil {
			return 0, err
		}
		return timestampAdd(ts, iv)
	}), "interval_pl_date(interval,date)")
	r.fn("pg_date_mi_interval", f2(func(d int64, iv interval) (int64, error) {
		ts, err := dateToTimestamp(d)
		if err != nil {
			return 0, err
		}
		return timestampAdd(ts, negated(iv))
	}), "date_mi_interval(date,interval)")
	datetime := func(d, t int64) (int64, error) {
		ts, err := dateToTimestamp(d)
		if err != nil || infinite(ts) {
			return ts, err
		}
		return validTimestamp(ts+t, false)
	}
	r.fn("pg_datetime_pl", f2(datetime), "datetime_pl(date,time)", "timestamp(date,time)")
	r.fn("pg_timedate_pl", f2(func(t, d int64) (int64, error) { return datetime(d, t) }), "timedate_pl(time,date)")

	r.fn("pg_timestamp_pl_interval", f2(timestampAdd), "timestamp_pl_interval(timestamp,interval)")
	r.fn("pg_interval_pl_timestamp", f2(func(iv interval, ts int64) (int64, error) { return timestampAdd(ts, iv) }), "interval_pl_timestamp(interval,timestamp)")
	r.fn("pg_timestamp_mi_interval", f2(func(ts int64, iv interval) (int64, error) { return timestampAdd(ts, negated(iv)) }), "timestamp_mi_interval(timestamp,interval)")
	r.fn("pg_timestamp_mi", f2(timestampSub), "timestamp_mi(timestamp,timestamp)", "timestamptz_mi(timestamptz,timestamptz)")
	r.env(envZone, "pg_timestamptz_pl_interval", zoned2(func(loc *time.Location, ts int64, iv interval) (int64, error) { return timestamptzAdd(ts, iv, loc) }), "timestamptz_pl_interval(timestamptz,interval)")
	r.env(envZone, "pg_interval_pl_timestamptz", zoned2(func(loc *time.Location, iv interval, ts int64) (int64, error) { return timestamptzAdd(ts, iv, loc) }), "interval_pl_timestamptz(interval,timestamptz)")
	r.env(envZone, "pg_timestamptz_mi_interval", zoned2(func(loc *time.Location, ts int64, iv interval) (int64, error) {
		return timestamptzAdd(ts, negated(iv), loc)
	}), "timestamptz_mi_interval(timestamptz,interval)")

	r.fn("pg_age", f2(ageTimestamp), "age(timestamp,timestamp)")
	r.env(envZone, "pg_age_tz", zoned2(func(loc *time.Location, a, b int64) (interval, error) { return ageTimestamptz(a, b, loc) }), "age(timestamptz,timestamptz)")
	// age(x) is age(current_date, x).
	r.env(envZoneNow, "pg_age_now", func(tz, now, a any) (any, error) {
		if null(a) {
			return nil, nil
		}
		today, err := local(now.(int64), zoneOf(tz))
		if err != nil {
			return nil, WrapError(err)
		}
		return result(ageTimestamp(floorDiv64(today, day)*day, a.(int64)))
	}, "age(timestamp)")
	r.env(envZoneNow, "pg_age_now_tz", func(tz, now, a any) (any, error) {
		if null(a) {
			return nil, nil
		}
		loc := zoneOf(tz)
		today, err := local(now.(int64), loc)
		if err != nil {
			return nil, WrapError(err)
		}
		midnight, err := instant(floorDiv64(today, day)*day, loc)
		if err != nil {
			return nil, WrapError(err)
		}
		return result(ageTimestamptz(midnight, a.(int64), loc))
	}, "age(timestamptz)")

	r.fn("pg_make_date", f3(makeDate), "make_date(int4,int4,int4)")
	r.fn("pg_make_time", f3(makeTime), "make_time(int4,int4,float8)")
	r.fn("pg_make_timestamp", variadic(makeTimestamp), "make_timestamp(int4,int4,int4,int4,int4,float8)")
	r.env(envZone, "pg_make_timestamptz", func(args ...any) (any, error) {
		for _, a := range args {
			if null(a) {
				return nil, nil
			}
		}
		ts, err := makeTimestamp(args[1:])
		if err != nil {
			return nil, WrapError(err)
		}
		return result(instant(ts, zoneOf(args[0])))
	}, "make_timestamptz(int4,int4,int4,int4,int4,float8)")
	r.fn("pg_make_timestamptz_at", variadic(func(args []any) (int64, error) {
		ts, err := makeTimestamp(args)
		if err != nil {
			return 0, err
		}
		zone, err := to[string](args[6])
		if err != nil {
			return 0, err
		}
		if zone != "" && (zone[0] == '+' || zone[0] == '-') {
			off, ok := pgvalue.ParseOffset(zone)
			if !ok {
				return 0, errf("22023", "numeric time zone \"%s\" out of range", zone)
			}
			return atOffset(ts, int64(off)*pgvalue.MicrosPerSecond, true)
		}
		return atZone(zone, ts, true)
	}), "make_timestamptz(int4,int4,int4,int4,int4,float8,text)")
	r.fn("pg_to_timestamp", f1(toTimestamp), "to_timestamp(float8)")
	r.fn("pg_date_bin", f3(dateBin), "date_bin(interval,timestamp,timestamp)", "date_bin(interval,timestamptz,timestamptz)")

	r.sql("($1 NOT IN (9223372036854775807, -9223372036854775807 - 1))", "isfinite(timestamp)", "isfinite(timestamptz)")
	r.sql("($1 NOT IN (2147483647, -2147483648))", "isfinite(date)")

	// Casts.
	r.fn("pg_timestamp_date", f1(dateToTimestamp), "timestamp(date)")
	r.fn("pg_date_timestamp", f1(ok1(timestampToDate)), "date(timestamp)")
	r.env(envZone, "pg_timestamptz_date", zoned1(func(loc *time.Location, d int64) (int64, error) {
		ts, err := dateToTimestamp(d)
		if err != nil {
			return 0, err
		}
		return instant(ts, loc)
	}), "timestamptz(date)")
	r.env(envZone, "pg_date_timestamptz", zoned1(func(loc *time.Location, ts int64) (int64, error) {
		return timestampToDate(wallClock(ts, loc)), nil
	}), "date(timestamptz)")
	r.env(envZone, "pg_timestamptz_timestamp", zoned1(func(loc *time.Location, ts int64) (int64, error) { return instant(ts, loc) }), "timestamptz(timestamp)")
	r.env(envZone, "pg_timestamp_timestamptz", zoned1(func(loc *time.Location, ts int64) (int64, error) { return local(ts, loc) }), "timestamp(timestamptz)")
	timeOf := func(ts int64) any {
		if infinite(ts) {
			return nil
		}
		return mod64(ts, day)
	}
	r.fn("pg_time_timestamp", f1(ok1(timeOf)), "time(timestamp)")
	r.env(envZone, "pg_time_timestamptz", zoned1(func(loc *time.Location, ts int64) (any, error) {
		return timeOf(wallClock(ts, loc)), nil
	}), "time(timestamptz)")
	r.fn("pg_time_interval", f1(ok1(func(iv interval) int64 { return mod64(iv.Micros, day) })), "time(interval)")
	r.fn("pg_time_pl_interval", f2(ok2(func(t int64, iv interval) int64 { return mod64(t+iv.Micros%day, day) })), "time_pl_interval(time,interval)")
	r.fn("pg_interval_pl_time", f2(ok2(func(iv interval, t int64) int64 { return mod64(t+iv.Micros%day, day) })), "interval_pl_time(interval,time)")
	r.fn("pg_time_mi_interval", f2(ok2(func(t int64, iv interval) int64 { return mod64(t-iv.Micros%day, day) })), "time_mi_interval(time,interval)")
	r.fn("pg_time_mi_time", f2(ok2(func(a, b int64) interval { return interval{Micros: a - b} })), "time_mi_time(time,time)")
	r.fn("pg_timestamp_typmod", f2(ok2(func(ts, typmod int64) int64 { return pgvalue.RoundTimestamp(ts, int32(typmod)) })), "timestamp(timestamp,int4)", "timestamptz(timestamptz,int4)")
	r.fn("pg_time_typmod", f2(ok2(func(t, typmod int64) int64 { return pgvalue.RoundTime(t, int32(typmod)) })), "time(time,int4)")

	// Comparisons of dates with timestamps.
	for _, o := range []struct{ name, op string }{{"eq", "="}, {"ne", "<>"}, {"lt", "<"}, {"le", "<="}, {"gt", ">"}, {"ge", ">="}} {
		date := "CASE $%d WHEN 2147483647 THEN 9223372036854775807 WHEN -2147483648 THEN -9223372036854775807 - 1 ELSE min($%[1]d,106751990) * 86400000000 END"
		r.sql("("+fmt.Sprintf(date, 1)+" "+o.op+" $2)", "date_"+o.name+"_timestamp(date,timestamp)")
		r.sql("($1 "+o.op+" "+fmt.Sprintf(date, 2)+")", "timestamp_"+o.name+"_date(timestamp,date)")
		cmp := comparison(o.name)
		r.env(envZone, "pg_date_"+o.name+"_tz", zoned2(func(loc *time.Location, d, ts int64) (bool, error) { return cmp(dateInstant(d, loc), ts), nil }), "date_"+o.name+"_timestamptz(date,timestamptz)")
		r.env(envZone, "pg_tz_"+o.name+"_date", zoned2(func(loc *time.Location, ts, d int64) (bool, error) { return cmp(ts, dateInstant(d, loc)), nil }), "timestamptz_"+o.name+"_date(timestamptz,date)")
		r.env(envZone, "pg_ts_"+o.name+"_tz", zoned2(func(loc *time.Location, a, b int64) (bool, error) { return cmp(rawInstant(a, loc), b), nil }), "timestamp_"+o.name+"_timestamptz(timestamp,timestamptz)")
		r.env(envZone, "pg_tz_"+o.name+"_ts", zoned2(func(loc *time.Location, a, b int64) (bool, error) { return cmp(a, rawInstant(b, loc)), nil }), "timestamptz_"+o.name+"_timestamp(timestamptz,timestamp)")
	}
	zoneFuncs(r)
}

// dateInstant is midnight of a date in a zone. A date beyond all timestamps
// gives an instant above them, below infinity.
func dateInstant(d int64, loc *time.Location) int64 {
	ts, err := dateToTimestamp(d)
	if err != nil {
		return posInf - 1
	}
	return rawInstant(ts, loc)
}

// rawInstant is instant without a check of the range.
func rawInstant(ts int64, loc *time.Location) int64 {
	if infinite(ts) {
		return ts
	}
	return ts - int64(pgvalue.LocalOffset(ts, loc))*pgvalue.MicrosPerSecond
}

func comparison(name string) func(a, b int64) bool {
	switch name {
	case "eq":
		return func(a, b int64) bool { return a == b }
	case "ne":
		return func(a, b int64) bool { return a != b }
	case "lt":
		return func(a, b int64) bool { return a < b }
	case "le":
		return func(a, b int64) bool { return a <= b }
	case "gt":
		return func(a, b int64) bool { return a > b }
	}
	return func(a, b int64) bool { return a >= b }
}
