package pgfunc

import (
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// atZone converts between a wall clock in a named zone and an instant.
func atZone(zone any, ts int64, toInstant bool) (int64, error) {
	if infinite(ts) {
		return ts, nil
	}
	name, err := to[string](zone)
	if err != nil {
		return 0, err
	}
	loc, abbrev, err := pgvalue.ZoneOrAbbrev(name)
	if err != nil {
		return 0, err
	}
	var off int
	switch {
	case abbrev != "" && toInstant:
		off = pgvalue.AbbrevOffset(ts, loc, abbrev)
	case abbrev != "":
		off = pgvalue.AbbrevOffsetAt(ts, loc, abbrev)
	case toInstant:
		return instant(ts, loc)
	default:
		return local(ts, loc)
	}
	return atOffset(ts, int64(off)*pgvalue.MicrosPerSecond, toInstant)
}

func atOffset(ts, off int64, toInstant bool) (int64, error) {
	if infinite(ts) {
		return ts, nil
	}
	if toInstant {
		off = -off
	}
	return validTimestamp(ts+off, false)
}

// zoneFuncs adds timezone(), which AT TIME ZONE calls.
func zoneFuncs(r *registry) {
	r.fn("pg_timezone_ts", f2(func(zone string, ts int64) (int64, error) { return atZone(zone, ts, true) }), "timezone(text,timestamp)")
	r.fn("pg_timezone_tz", f2(func(zone string, ts int64) (int64, error) { return atZone(zone, ts, false) }), "timezone(text,timestamptz)")
	interval := func(toInstant bool) any {
		return f2(func(iv interval, ts int64) (int64, error) {
			if infinite(ts) {
				return ts, nil
			}
			if iv.Months != 0 || iv.Days != 0 {
				return 0, errf("22023", "interval time zone \"%s\" must not include months or days", iv)
			}
			return atOffset(ts, iv.Micros/pgvalue.MicrosPerSecond*pgvalue.MicrosPerSecond, toInstant)
		})
	}
	r.fn("pg_timezone_iv_ts", interval(true), "timezone(interval,timestamp)")
	r.fn("pg_timezone_iv_tz", interval(false), "timezone(interval,timestamptz)")
}
