package pgfunc

import (
	"fmt"
	"time"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

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

	timeOfDay := func(tz string) string { return time.Now().In(zoneOf(tz)).Format("Mon Jan 02 15:04:05.000000 2006 MST") }
	r.defs["pg_timeofday"] = Def{Impl: timeOfDay}
	r.add("timeofday()", Impl{Name: "pg_timeofday", Go: timeOfDay, Env: []string{"tz"}, Volatile: true})

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
		switch off, ok, over := pgvalue.ParseOffset(zone); {
		case over:
			return 0, errf("22023", "numeric time zone \"%s\" out of range", zone)
		case ok:
			return atOffset(ts, int64(off)*pgvalue.MicrosPerSecond, true)
		}
		if zone != "" && zone[0] >= '0' && zone[0] <= '9' {
			return 0, errf("22023", "invalid input syntax for type numeric time zone: \"%s\"", zone)
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
