package pgfunc

import (
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
		d := int64(iv.Days)
		t, over := add64(ts, d*day)
		if over || d > (1<<63-1)/day || d < -(1<<63-1)/day || !pgvalue.ValidTimestamp(t) {
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
