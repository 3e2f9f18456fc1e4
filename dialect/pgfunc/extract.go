package pgfunc

import (
	"math"
	"time"

	"github.com/cockroachdb/apd/v3"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// Names of types in messages.
const (
	timestampName   = "timestamp without time zone"
	timestamptzName = "timestamp with time zone"
	dateName        = "date"
	timeName        = "time without time zone"
	timetzName      = "time with time zone"
	intervalName    = "interval"
)

// lowerUnit folds a unit's name as PostgreSQL folds identifiers.
func lowerUnit(s string) string { return truncateName(lowerC(s)) }

// badUnit is the error for a unit that a type does not have: reserved says that
// other reserved words of dates count as units too.
func badUnit(unit string, u pgvalue.DateUnit, typ string, reserved bool) error {
	if u == pgvalue.UnitUnknown || u == pgvalue.UnitOther && !reserved {
		return errf("22023", "unit \"%s\" not recognized for type %s", unit, typ)
	}
	return errf("0A000", "unit \"%s\" not supported for type %s", unit, typ)
}

// part is a field's value: an integer over 10^scale, or an infinity, or NULL.
type part struct {
	n     int64
	scale int
	inf   int // sign of an infinity
	null  bool
	exact *numeric // a value that needs more than an integer
	float float64  // as date_part gives it, where that is not n/10^scale
	own   bool     // float is set
}

func whole(n int64) part             { return part{n: n} }
func scaled(n int64, scale int) part { return part{n: n, scale: scale} }

func (p part) numeric() any {
	switch {
	case p.null:
		return nil
	case p.inf != 0:
		return numInf(p.inf < 0)
	case p.exact != nil:
		return p.exact
	}
	return apd.New(p.n, int32(-p.scale))
}

func (p part) float8() any {
	switch {
	case p.null:
		return nil
	case p.inf != 0:
		return math.Inf(p.inf)
	case p.own:
		return p.float
	}
	return float64(p.n) / math.Pow10(p.scale)
}

// clockPart gives the fields below a day.
func clockPart(u pgvalue.DateUnit, hour, min int64, secMicros int64) (part, bool) {
	switch u {
	case pgvalue.UnitMicrosecond:
		return whole(secMicros), true
	case pgvalue.UnitMillisecond:
		return scaled(secMicros, 3), true
	case pgvalue.UnitSecond:
		return scaled(secMicros, 6), true
	case pgvalue.UnitMinute:
		return whole(min), true
	case pgvalue.UnitHour:
		return whole(hour), true
	}
	return part{}, false
}

func zonePart(u pgvalue.DateUnit, off int) (part, bool) {
	switch u {
	case pgvalue.UnitZone:
		return whole(int64(off)), true
	case pgvalue.UnitZoneHour:
		return whole(int64(off / 3600)), true
	case pgvalue.UnitZoneMinute:
		return whole(int64(off / 60 % 60)), true
	}
	return part{}, false
}

// datePart gives the fields of a day.
func datePart(u pgvalue.DateUnit, c pgvalue.Clock) (part, bool) {
	bc := func(y int) int64 {
		if y > 0 {
			return int64(y)
		}
		return int64(y) - 1
	}
	date := func() time.Time { return time.Date(c.Year, time.Month(c.Month), c.Day, 0, 0, 0, 0, time.UTC) }
	switch u {
	case pgvalue.UnitDay:
		return whole(int64(c.Day)), true
	case pgvalue.UnitMonth:
		return whole(int64(c.Month)), true
	case pgvalue.UnitQuarter:
		return whole(int64((c.Month-1)/3 + 1)), true
	case pgvalue.UnitWeek:
		_, w := date().ISOWeek()
		return whole(int64(w)), true
	case pgvalue.UnitISOYear:
		y, _ := date().ISOWeek()
		return whole(bc(y)), true
	case pgvalue.UnitYear:
		return whole(bc(c.Year)), true
	case pgvalue.UnitDecade:
		if c.Year >= 0 {
			return whole(int64(c.Year / 10)), true
		}
		return whole(int64(-((8 - (c.Year - 1)) / 10))), true
	case pgvalue.UnitCentury:
		if c.Year > 0 {
			return whole(int64((c.Year + 99) / 100)), true
		}
		return whole(int64(-((99 - (c.Year - 1)) / 100))), true
	case pgvalue.UnitMillennium:
		if c.Year > 0 {
			return whole(int64((c.Year + 999) / 1000)), true
		}
		return whole(int64(-((999 - (c.Year - 1)) / 1000))), true
	case pgvalue.UnitDOW, pgvalue.UnitISODOW:
		d := mod64(pgvalue.DateToDays(c.Year, c.Month, c.Day)+6, 7)
		if u == pgvalue.UnitISODOW && d == 0 {
			d = 7
		}
		return whole(d), true
	case pgvalue.UnitDOY:
		return whole(pgvalue.DateToDays(c.Year, c.Month, c.Day) - pgvalue.DateToDays(c.Year, 1, 1) + 1), true
	}
	return part{}, false
}

// infinitePart is what infinite dates and timestamps give: the fields that
// rise for ever are infinite, the others NULL.
func infinitePart(u pgvalue.DateUnit, positive bool) (part, bool) {
	sign := -1
	if positive {
		sign = 1
	}
	switch u {
	case pgvalue.UnitYear, pgvalue.UnitDecade, pgvalue.UnitCentury, pgvalue.UnitMillennium, pgvalue.UnitJulian, pgvalue.UnitISOYear, pgvalue.UnitEpoch:
		return part{inf: sign}, true
	case pgvalue.UnitMicrosecond, pgvalue.UnitMillisecond, pgvalue.UnitSecond, pgvalue.UnitMinute, pgvalue.UnitHour, pgvalue.UnitDay, pgvalue.UnitMonth,
		pgvalue.UnitQuarter, pgvalue.UnitWeek, pgvalue.UnitDOW, pgvalue.UnitISODOW, pgvalue.UnitDOY, pgvalue.UnitZone, pgvalue.UnitZoneHour, pgvalue.UnitZoneMinute:
		return part{null: true}, true
	}
	return part{}, false
}

const julianEpoch = 2451545 // Julian day of 2000-01-01

func stampPart(unit string, ts int64, loc *time.Location) (part, error) {
	name := lowerUnit(unit)
	u := pgvalue.ParseDateUnit(name)
	typ := timestampName
	if loc != nil {
		typ = timestamptzName
	}
	if infinite(ts) {
		if p, ok := infinitePart(u, ts == posInf); ok {
			return p, nil
		}
		return part{}, badUnit(name, u, typ, true)
	}
	c := pgvalue.Civil(ts)
	if loc != nil {
		c = pgvalue.CivilIn(ts, loc)
		if p, ok := zonePart(u, c.Offset); ok {
			return p, nil
		}
	}
	if p, ok := clockPart(u, int64(c.Hour), int64(c.Min), int64(c.Sec)*1e6+int64(c.Micro)); ok {
		return p, nil
	}
	if p, ok := datePart(u, c); ok {
		return p, nil
	}
	switch u {
	case pgvalue.UnitEpoch:
		p := scaled(ts+946684800*pgvalue.MicrosPerSecond, 6)
		if ts > math.MaxInt64-946684800*pgvalue.MicrosPerSecond {
			// PostgreSQL divides here, to four digits, and rounds.
			us, _ := numericAdd(apd.New(ts, 0), apd.New(946684800e6, 0))
			q, _ := numericDiv(us, apd.New(1e6, 0))
			p.exact = pgvalue.RescaleNumeric(q, q, 6)
			p.float, p.own = (float64(ts)+946684800e6)/1e6, true
		}
		return p, nil
	case pgvalue.UnitJulian:
		d := pgvalue.DateToDays(c.Year, c.Month, c.Day) + julianEpoch
		us := (int64(c.Hour)*3600+int64(c.Min)*60+int64(c.Sec))*1e6 + int64(c.Micro)
		frac, _ := numericDiv(apd.New(us, 0), apd.New(86400*1e6, 0))
		sum, _ := numericAdd(apd.New(d, 0), frac)
		f := float64(d) + (float64(c.Hour*3600+c.Min*60+c.Sec)+float64(c.Micro)/1e6)/86400
		return part{exact: sum, float: f, own: true}, nil
	}
	return part{}, badUnit(name, u, typ, true)
}

func extractDate(unit string, d int64) (part, error) {
	name := lowerUnit(unit)
	u := pgvalue.ParseDateUnit(name)
	switch {
	case infiniteDate(d):
		if u < pgvalue.UnitDay && u != pgvalue.UnitUnknown || u >= pgvalue.UnitZone {
			break
		}
		if p, ok := infinitePart(u, d == pgvalue.DateInfinity); ok {
			return p, nil
		}
	case u == pgvalue.UnitEpoch:
		return whole((d + 10957) * 86400), nil
	case u == pgvalue.UnitJulian:
		return whole(d + julianEpoch), nil
	default:
		var c pgvalue.Clock
		c.Year, c.Month, c.Day = pgvalue.DaysToDate(d)
		if p, ok := datePart(u, c); ok {
			return p, nil
		}
	}
	return part{}, badUnit(name, u, dateName, true)
}

func timePart(unit string, us int64) (part, error) {
	name := lowerUnit(unit)
	u := pgvalue.ParseDateUnit(name)
	if p, ok := clockPart(u, us/pgvalue.MicrosPerHour, us/pgvalue.MicrosPerMinute%60, us%pgvalue.MicrosPerMinute); ok {
		return p, nil
	}
	if u == pgvalue.UnitEpoch {
		return scaled(us, 6), nil
	}
	return part{}, badUnit(name, u, timeName, false)
}

func timetzPart(unit, s string) (part, error) {
	us, off, err := pgvalue.ParseTimetz(s)
	if err != nil {
		return part{}, err
	}
	name := lowerUnit(unit)
	u := pgvalue.ParseDateUnit(name)
	if p, ok := zonePart(u, off); ok {
		return p, nil
	}
	if p, ok := clockPart(u, us/pgvalue.MicrosPerHour, us/pgvalue.MicrosPerMinute%60, us%pgvalue.MicrosPerMinute); ok {
		return p, nil
	}
	if u == pgvalue.UnitEpoch {
		p := scaled(us-int64(off)*1e6, 6)
		p.float, p.own = float64(us)/1e6-float64(off), true
		return p, nil
	}
	return part{}, badUnit(name, u, timetzName, false)
}

func intervalPart(unit string, iv interval) (part, error) {
	name := lowerUnit(unit)
	u := pgvalue.ParseDateUnit(name)
	if p, ok := clockPart(u, iv.Micros/pgvalue.MicrosPerHour, iv.Micros/pgvalue.MicrosPerMinute%60, iv.Micros%pgvalue.MicrosPerMinute); ok {
		return p, nil
	}
	years, months := int64(iv.Months/12), int64(iv.Months%12)
	switch u {
	case pgvalue.UnitDay:
		return whole(int64(iv.Days)), nil
	case pgvalue.UnitMonth:
		return whole(months), nil
	case pgvalue.UnitQuarter:
		return whole(months/3 + 1), nil
	case pgvalue.UnitYear:
		return whole(years), nil
	case pgvalue.UnitDecade:
		return whole(years / 10), nil
	case pgvalue.UnitCentury:
		return whole(years / 100), nil
	case pgvalue.UnitMillennium:
		return whole(years / 1000), nil
	case pgvalue.UnitEpoch:
		// A year is 365.25 days here, a month 30.
		secs := (1461*years + 120*months + 4*int64(iv.Days)) * (86400 / 4)
		sum, err := numericAdd(apd.New(secs, 0), apd.New(iv.Micros, -6))
		f := float64(iv.Micros)/1e6 + 365.25*86400*float64(years) + 30.0*86400*float64(months) + 86400*float64(iv.Days)
		return part{exact: sum, float: f, own: true}, err
	}
	return part{}, badUnit(name, u, intervalName, false)
}

// extractFuncs adds extract, date_part and date_trunc.
func extractFuncs(r *registry) {
	num := func(p part, err error) (any, error) { return p.numeric(), err }
	flt := func(p part, err error) (any, error) { return p.float8(), err }
	r.fn("pg_extract_timestamp", f2(func(u string, ts int64) (any, error) { return num(stampPart(u, ts, nil)) }), "extract(text,timestamp)")
	r.fn("pg_extract_date", f2(func(u string, d int64) (any, error) { return num(extractDate(u, d)) }), "extract(text,date)")
	r.fn("pg_extract_time", f2(func(u string, t int64) (any, error) { return num(timePart(u, t)) }), "extract(text,time)")
	r.fn("pg_extract_timetz", f2(func(u, t string) (any, error) { return num(timetzPart(u, t)) }), "extract(text,timetz)")
	r.fn("pg_extract_interval", f2(func(u string, iv interval) (any, error) { return num(intervalPart(u, iv)) }), "extract(text,interval)")
	r.env(envZone, "pg_extract_timestamptz", zoned2(func(loc *time.Location, u string, ts int64) (any, error) { return num(stampPart(u, ts, loc)) }), "extract(text,timestamptz)")

	r.fn("pg_date_part_timestamp", f2(func(u string, ts int64) (any, error) { return flt(stampPart(u, ts, nil)) }), "date_part(text,timestamp)")
	r.fn("pg_date_part_date", f2(func(u string, d int64) (any, error) {
		ts, err := dateToTimestamp(d)
		if err != nil {
			return nil, err
		}
		return flt(stampPart(u, ts, nil))
	}), "date_part(text,date)")
	r.fn("pg_date_part_time", f2(func(u string, t int64) (any, error) { return flt(timePart(u, t)) }), "date_part(text,time)")
	r.fn("pg_date_part_timetz", f2(func(u, t string) (any, error) { return flt(timetzPart(u, t)) }), "date_part(text,timetz)")
	r.fn("pg_date_part_interval", f2(func(u string, iv interval) (any, error) { return flt(intervalPart(u, iv)) }), "date_part(text,interval)")
	r.env(envZone, "pg_date_part_timestamptz", zoned2(func(loc *time.Location, u string, ts int64) (any, error) { return flt(stampPart(u, ts, loc)) }), "date_part(text,timestamptz)")

	r.fn("pg_date_trunc_timestamp", f2(truncTimestamp), "date_trunc(text,timestamp)")
	r.env(envZone, "pg_date_trunc_timestamptz", zoned2(func(loc *time.Location, u string, ts int64) (int64, error) { return truncTimestamptz(u, ts, loc) }), "date_trunc(text,timestamptz)")
	r.fn("pg_date_trunc_zone", f3(func(u string, ts int64, zone string) (int64, error) {
		if infinite(ts) {
			return ts, nil
		}
		loc, _, err := pgvalue.ZoneOrAbbrev(zone)
		if err != nil {
			return 0, err
		}
		return truncTimestamptz(u, ts, loc)
	}), "date_trunc(text,timestamptz,text)")
	r.fn("pg_date_trunc_interval", f2(truncInterval), "date_trunc(text,interval)")
}
