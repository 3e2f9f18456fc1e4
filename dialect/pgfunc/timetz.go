package pgfunc

import (
	"time"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// timetz is a time of day with its zone, in seconds east.
type timetz struct {
	us  int64
	off int
}

func parseTimetz(s string) (timetz, error) {
	us, off, err := pgvalue.ParseTimetz(s)
	return timetz{us, off}, err
}

func (t timetz) String() string { return pgvalue.FormatTimetz(t.us, t.off) }

// in moves a time to another zone; what it shows stays within a day.
func (t timetz) in(off int) timetz {
	return timetz{mod64(t.us+int64(off-t.off)*pgvalue.MicrosPerSecond, day), off}
}

// timetzFuncs adds arithmetic and conversions of timetz.
func timetzFuncs(r *registry) {
	add := func(sign int64) func(s string, iv interval) (string, error) {
		return func(s string, iv interval) (string, error) {
			t, err := parseTimetz(s)
			if err != nil {
				return "", err
			}
			t.us = mod64(t.us+sign*(iv.Micros%day), day)
			return t.String(), nil
		}
	}
	plus := add(1)
	r.fn("pg_timetz_pl_interval", f2(plus), "timetz_pl_interval(timetz,interval)")
	r.fn("pg_timetz_mi_interval", f2(add(-1)), "timetz_mi_interval(timetz,interval)")
	r.fn("pg_interval_pl_timetz", f2(func(iv interval, s string) (string, error) { return plus(s, iv) }), "interval_pl_timetz(interval,timetz)")
	r.fn("pg_time_timetz", f1(func(s string) (int64, error) {
		t, err := parseTimetz(s)
		return t.us, err
	}), "time(timetz)")
	r.fn("pg_timetz_typmod", f2(func(s string, typmod int64) (string, error) {
		t, err := parseTimetz(s)
		t.us = pgvalue.RoundTime(t.us, int32(typmod))
		return t.String(), err
	}), "timetz(timetz,int4)")
	r.env(envZone, "pg_timetz_timestamptz", zoned1(func(loc *time.Location, ts int64) (any, error) {
		if infinite(ts) {
			return nil, nil
		}
		_, off := pgvalue.ZoneAt(ts, loc)
		return timetz{mod64(wallClock(ts, loc), day), off}.String(), nil
	}), "timetz(timestamptz)")
	r.env(envZoneNow, "pg_timetz_time", func(tz, now, a any) (any, error) {
		if null(a) {
			return nil, nil
		}
		// The zone's offset is that of today.
		loc := zoneOf(tz)
		today := floorDiv64(wallClock(now.(int64), loc), day) * day
		us := a.(int64)
		return timetz{us, pgvalue.LocalOffset(today+us, loc)}.String(), nil
	}, "timetz(time)")
	combine := func(d int64, s string) (int64, error) {
		t, err := parseTimetz(s)
		if err != nil {
			return 0, err
		}
		ts, err := dateToTimestamp(d)
		if err != nil || infinite(ts) {
			return ts, err
		}
		return validTimestamp(ts+t.us-int64(t.off)*pgvalue.MicrosPerSecond, false)
	}
	r.fn("pg_datetimetz_pl", f2(combine), "datetimetz_pl(date,timetz)", "timestamptz(date,timetz)")
	r.fn("pg_timetzdate_pl", f2(func(s string, d int64) (int64, error) { return combine(d, s) }), "timetzdate_pl(timetz,date)")
	r.env(envZoneNow, "pg_timezone_timetz", func(tz, now, zone, s any) (any, error) {
		if null(zone) || null(s) {
			return nil, nil
		}
		loc, abbrev, err := pgvalue.ZoneOrAbbrev(zone.(string))
		if err != nil {
			return nil, WrapError(err)
		}
		t, err := parseTimetz(s.(string))
		if err != nil {
			return nil, WrapError(err)
		}
		_, off := pgvalue.ZoneAt(now.(int64), loc)
		if abbrev != "" {
			off = pgvalue.AbbrevOffsetAt(now.(int64), loc, abbrev)
		}
		return t.in(off).String(), nil
	}, "timezone(text,timetz)")
	r.fn("pg_timezone_iv_timetz", f2(func(iv interval, s string) (string, error) {
		if iv.Months != 0 || iv.Days != 0 {
			return "", errf("22023", "interval time zone \"%s\" must not include months or days", iv)
		}
		if max(iv.Micros, -iv.Micros) >= 16*pgvalue.MicrosPerHour {
			// PostgreSQL takes it, but could not read what it writes.
			return "", errf("0A000", "a time zone of 16 hours or more is not supported on the SQLite fallback")
		}
		t, err := parseTimetz(s)
		return t.in(int(iv.Micros / pgvalue.MicrosPerSecond)).String(), err
	}), "timezone(interval,timetz)")
	r.env(envZone, "pg_timestamptz_date_time", zoned2(func(loc *time.Location, d, t int64) (int64, error) {
		ts, err := dateToTimestamp(d)
		if err != nil || infinite(ts) {
			return ts, err
		}
		return instant(ts+t, loc)
	}), "timestamptz(date,time)")
}
