package pgfunc

import (
	"time"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// badTrunc is the error of date_trunc, which knows fewer words.
func badTrunc(unit string, u pgvalue.DateUnit, typ string) error {
	switch u {
	case pgvalue.UnitEpoch, pgvalue.UnitDOW, pgvalue.UnitISODOW, pgvalue.UnitDOY, pgvalue.UnitISOYear, pgvalue.UnitJulian:
		u = pgvalue.UnitUnknown
	}
	return badUnit(unit, u, typ, false)
}

// truncClock cuts a broken-down time at a unit; day says that the unit is a day
// or more, so that the zone's offset has to be found anew.
func truncClock(c *pgvalue.Clock, u pgvalue.DateUnit) (wholeDays, ok bool) {
	switch u {
	case pgvalue.UnitMicrosecond:
		return false, true
	case pgvalue.UnitMillisecond:
		c.Micro = c.Micro / 1000 * 1000
		return false, true
	case pgvalue.UnitSecond:
		c.Micro = 0
		return false, true
	case pgvalue.UnitMinute:
		c.Sec, c.Micro = 0, 0
		return false, true
	case pgvalue.UnitHour:
		c.Min, c.Sec, c.Micro = 0, 0, 0
		return false, true
	}
	switch u {
	case pgvalue.UnitDay:
	case pgvalue.UnitWeek:
		d := pgvalue.DateToDays(c.Year, c.Month, c.Day)
		c.Year, c.Month, c.Day = pgvalue.DaysToDate(d - mod64(d+5, 7))
	case pgvalue.UnitMonth:
		c.Day = 1
	case pgvalue.UnitQuarter:
		c.Month, c.Day = 3*((c.Month-1)/3)+1, 1
	case pgvalue.UnitYear:
		c.Month, c.Day = 1, 1
	case pgvalue.UnitDecade:
		c.Month, c.Day = 1, 1
		if c.Year > 0 {
			c.Year = c.Year / 10 * 10
		} else {
			c.Year = -((8 - (c.Year - 1)) / 10) * 10
		}
	case pgvalue.UnitCentury, pgvalue.UnitMillennium:
		n := 100
		if u == pgvalue.UnitMillennium {
			n = 1000
		}
		c.Month, c.Day = 1, 1
		if c.Year > 0 {
			c.Year = (c.Year+n-1)/n*n - n + 1
		} else {
			c.Year = -((n-1-(c.Year-1))/n)*n + 1
		}
	default:
		return false, false
	}
	c.Hour, c.Min, c.Sec, c.Micro = 0, 0, 0, 0
	return true, true
}

func truncTimestamp(unit string, ts int64) (int64, error) {
	name := lowerUnit(unit)
	u := pgvalue.ParseDateUnit(name)
	if infinite(ts) {
		return ts, nil
	}
	c := pgvalue.Civil(ts)
	if _, ok := truncClock(&c, u); !ok {
		return 0, badTrunc(name, u, timestampName)
	}
	t, ok := c.Timestamp()
	if !ok {
		return 0, timestampOutOfRange()
	}
	return t, nil
}

func truncTimestamptz(unit string, ts int64, loc *time.Location) (int64, error) {
	name := lowerUnit(unit)
	u := pgvalue.ParseDateUnit(name)
	if infinite(ts) {
		return ts, nil
	}
	c := pgvalue.CivilIn(ts, loc)
	days, ok := truncClock(&c, u)
	if !ok {
		return 0, badTrunc(name, u, timestamptzName)
	}
	t := pgvalue.DateToDays(c.Year, c.Month, c.Day)*day + int64(c.Hour)*pgvalue.MicrosPerHour + int64(c.Min)*pgvalue.MicrosPerMinute + int64(c.Sec)*1e6 + int64(c.Micro)
	off := c.Offset
	if days {
		off = pgvalue.LocalOffset(t, loc)
	}
	return validTimestamp(t-int64(off)*pgvalue.MicrosPerSecond, false)
}

func truncInterval(unit string, iv interval) (interval, error) {
	name := lowerUnit(unit)
	u := pgvalue.ParseDateUnit(name)
	cut := func(us int64) { iv.Micros = iv.Micros / us * us }
	months := func(n int32) { iv.Months, iv.Days, iv.Micros = iv.Months/n*n, 0, 0 }
	switch u {
	case pgvalue.UnitMicrosecond:
	case pgvalue.UnitMillisecond:
		cut(1000)
	case pgvalue.UnitSecond:
		cut(pgvalue.MicrosPerSecond)
	case pgvalue.UnitMinute:
		cut(pgvalue.MicrosPerMinute)
	case pgvalue.UnitHour:
		cut(pgvalue.MicrosPerHour)
	case pgvalue.UnitDay:
		iv.Micros = 0
	case pgvalue.UnitMonth:
		months(1)
	case pgvalue.UnitQuarter:
		months(3)
	case pgvalue.UnitYear:
		months(12)
	case pgvalue.UnitDecade:
		months(120)
	case pgvalue.UnitCentury:
		months(1200)
	case pgvalue.UnitMillennium:
		months(12000)
	case pgvalue.UnitWeek:
		return iv, detailed("0A000", "unit \""+name+"\" not supported for type "+intervalName, "Months usually have fractional weeks.", "")
	default:
		return iv, badTrunc(name, u, intervalName)
	}
	return iv, nil
}
