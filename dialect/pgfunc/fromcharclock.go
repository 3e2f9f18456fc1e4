package pgfunc

import (
	"slices"
	"time"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

func fieldOutOfRange(s string) error {
	return errf("22008", "date/time field value out of range: \"%s\"", s)
}

// A templateTime is what a text says by a template: the local date and time, the
// offset of a zone where it names one, and the precision to round to, 0 where
// the template gives none.
type templateTime struct {
	pgvalue.Clock
	offset    int
	zoned     bool
	precision int
}

func charTimeOf(s, format string) (c templateTime, err error) {
	nodes, err := parseDateFormat(format)
	if err != nil {
		return c, err
	}
	if slices.ContainsFunc(nodes, func(n dateNode) bool { return n.localized }) {
		return c, unsupportedPattern("TM")
	}
	r := &charReader{s: s}
	if err := r.read(nodes); err != nil {
		return c, err
	}
	f := &r.out
	c.zoned, c.precision = f.zoneSign != 0, f.precision
	if c.Clock, err = f.clock(s); err != nil {
		return c, err
	}
	if c.zoned {
		if f.zoneHour < 0 || f.zoneHour > 15 || f.zoneMinute < 0 || f.zoneMinute > 59 {
			return c, fieldOutOfRange(s)
		}
		c.offset = f.zoneSign * (f.zoneHour*3600 + f.zoneMinute*60)
	}
	return c, nil
}

// clock puts the fields together (do_to_timestamp).
func (f *charFields) clock(s string) (c pgvalue.Clock, err error) {
	hour, minute, second := f.hour, f.minute, f.second
	if f.daySeconds != 0 {
		x := f.daySeconds
		hour, minute, second = x/3600, x/60%60, x%60
	}
	if f.clock12 {
		if hour < 1 || hour > 12 {
			e := pgvalue.Errorf("22007", "hour \"%d\" is invalid for the 12-hour clock", hour)
			e.Hint = "Use the 24-hour clock, or give an hour between 1 and 12."
			return c, e
		}
		if f.pm && hour < 12 {
			hour += 12
		} else if !f.pm && hour == 12 {
			hour = 0
		}
	}
	year, month, day := 0, 1, 1
	switch {
	case f.year != 0:
		if f.cc != 0 && f.yearDigits <= 2 {
			if f.bc {
				f.cc = -f.cc
			}
			year = f.year % 100
			switch {
			case year != 0 && f.cc >= 0:
				year += (f.cc - 1) * 100
			case year != 0:
				year = (f.cc+1)*100 - year + 1
			default:
				year = f.cc * 100
				if f.cc < 0 {
					year++
				}
			}
		} else {
			year = f.year
			if f.bc {
				year = -year
			}
			if year < 0 {
				year++
			}
		}
	case f.cc != 0:
		if f.bc {
			f.cc = -f.cc
		}
		if f.cc >= 0 {
			year = (f.cc-1)*100 + 1
		} else {
			year = f.cc*100 + 1
		}
	}
	if f.julian != 0 {
		year, month, day = pgvalue.DaysToDate(int64(f.julian) - julianEpoch)
	}
	if f.week != 0 {
		if f.iso {
			if f.weekday != 0 {
				year, month, day = isoWeekDate(f.week, f.weekday, year)
			} else {
				year, month, day = pgvalue.DaysToDate(isoWeekStart(year, f.week))
			}
		} else {
			f.yday = (f.week-1)*7 + 1
		}
	}
	if f.weekOfMonth != 0 {
		f.day = (f.weekOfMonth-1)*7 + 1
	}
	if f.day != 0 {
		day = f.day
	}
	if f.month != 0 {
		month = f.month
	}
	if f.yday != 0 && (month <= 1 || day <= 1) {
		if f.year == 0 && f.cc == 0 && f.julian == 0 && !f.bc {
			e := pgvalue.Errorf("22007", "cannot calculate day of year without year information")
			return c, e
		}
		if f.iso {
			year, month, day = pgvalue.DaysToDate(isoWeekStart(year, 1) + int64(f.yday) - 1)
		} else {
			m, left := 1, f.yday
			for m < 13 && left > pgvalue.DaysInMonth(year, m) {
				left -= pgvalue.DaysInMonth(year, m)
				m++
			}
			if month <= 1 {
				month = m
			}
			if day <= 1 {
				day = left
			}
		}
	}
	if f.hasDate() {
		if month < 1 || month > 12 || day < 1 || day > 31 || day > pgvalue.DaysInMonth(year, month) {
			return c, fieldOutOfRange(s)
		}
	}
	micros := f.millis*1000 + f.micros
	if hour < 0 || hour >= 24 || minute < 0 || minute >= 60 || second < 0 || second >= 60 || micros < 0 || micros >= 1000000 {
		return c, fieldOutOfRange(s)
	}
	c.Year, c.Month, c.Day = year, month, day
	c.Hour, c.Min, c.Sec, c.Micro = hour, minute, second, micros
	return c, nil
}

// hasDate reports whether anything of a date was given.
func (f *charFields) hasDate() bool {
	return f.year != 0 || f.cc != 0 || f.month != 0 || f.day != 0 || f.yday != 0 || f.week != 0 || f.julian != 0 || f.weekday != 0
}

// isoWeekStart is the Monday of a week by ISO 8601.
func isoWeekStart(year, week int) int64 {
	jan4 := pgvalue.DateToDays(year, 1, 4)
	return jan4 - mod64(jan4+5, 7) + int64(week-1)*7
}

// isoWeekDate is a day of such a week; 1 is Sunday.
func isoWeekDate(week, weekday, year int) (y, m, d int) {
	day := isoWeekStart(year, week)
	if weekday > 1 {
		day += int64(weekday - 2)
	} else {
		day += 6
	}
	return pgvalue.DaysToDate(day)
}

// fromCharFuncs adds to_date and to_timestamp of a text.
func fromCharFuncs(r *registry) {
	r.fn("pg_to_date", f2(func(s, format string) (int64, error) {
		c, err := charTimeOf(s, format)
		if err != nil {
			return 0, err
		}
		d := pgvalue.DateToDays(c.Year, c.Month, c.Day)
		if !pgvalue.ValidDate(d) {
			return 0, errf("22008", "date out of range: \"%s\"", s)
		}
		return d, nil
	}), "to_date(text,text)")
	f := func(tz, s, format any) (any, error) {
		if null(s) || null(format) {
			return nil, nil
		}
		return result(charTimestamp(s.(string), format.(string), zoneOf(tz)))
	}
	r.env(envZone, "pg_to_timestamp_text", f, "to_timestamp(text,text)")
}

func charTimestamp(s, format string, loc *time.Location) (int64, error) {
	c, err := charTimeOf(s, format)
	if err != nil {
		return 0, err
	}
	days := pgvalue.DateToDays(c.Year, c.Month, c.Day)
	if days < -1e8 || days > 1.1e8 { // so that microseconds fit
		return 0, errf("22008", "timestamp out of range")
	}
	local := days*pgvalue.MicrosPerDay + int64(c.Hour)*pgvalue.MicrosPerHour +
		int64(c.Min)*pgvalue.MicrosPerMinute + int64(c.Sec)*pgvalue.MicrosPerSecond + int64(c.Micro)
	if !pgvalue.ValidTimestamp(local) {
		return 0, errf("22008", "timestamp out of range")
	}
	if !c.zoned {
		c.offset = pgvalue.LocalOffset(local, loc)
	}
	ts := local - int64(c.offset)*pgvalue.MicrosPerSecond
	if c.precision > 0 {
		ts = pgvalue.RoundTimestamp(ts, int32(c.precision))
	}
	return ts, nil
}
