package pgvalue

import (
	"math"
	"strconv"
	"time"
)

// Time is counted from 2000-01-01, in days and microseconds.
const (
	MicrosPerSecond = int64(1_000_000)
	MicrosPerMinute = 60 * MicrosPerSecond
	MicrosPerHour   = 60 * MicrosPerMinute
	MicrosPerDay    = 24 * MicrosPerHour

	postgresEpochJDate = 2451545   // date2j(2000, 1, 1)
	unixEpochSeconds   = 946684800 // of 2000-01-01, since 1970
	minJulianDate      = -2451545  // 4714-11-24 BC, in days since 2000

	// DateInfinity and DateMinusInfinity are the infinite dates.
	DateInfinity      = int64(math.MaxInt32)
	DateMinusInfinity = int64(math.MinInt32)
	// Infinity and MinusInfinity are the infinite timestamps.
	Infinity      = int64(math.MaxInt64)
	MinusInfinity = int64(math.MinInt64)

	minTimestamp = -211813488000000000  // 4714-11-24 00:00:00 BC
	endTimestamp = 9223371331200000000  // 294277-01-01, exclusive
	endDateDays  = 2147483494 - 2451545 // 5874898-01-01, exclusive
)

// ValidTimestamp reports whether t is in timestamp's finite range.
func ValidTimestamp(t int64) bool { return t >= minTimestamp && t < endTimestamp }

// ValidDate reports whether d is in date's finite range.
func ValidDate(d int64) bool { return d >= minJulianDate && d < endDateDays }

// Micros converts a Go time, rounding down to microseconds.
func Micros(t time.Time) int64 {
	return (t.Unix()-unixEpochSeconds)*MicrosPerSecond + int64(t.Nanosecond())/1000
}

// Time converts microseconds since 2000 to a Go time in UTC.
func Time(us int64) time.Time {
	sec, frac := floorDiv(us, MicrosPerSecond)
	return time.Unix(sec+unixEpochSeconds, frac*1000).UTC()
}

// floorDiv divides rounding down; the remainder is never negative.
func floorDiv(a, b int64) (q, r int64) {
	q, r = a/b, a%b
	if r < 0 {
		q--
		r += b
	}
	return q, r
}

// DateToDays counts the days since 2000-01-01 of a date of the proleptic
// Gregorian calendar; year 0 is 1 BC.
func DateToDays(y, m, d int) int64 {
	if m > 2 {
		m++
		y += 4800
	} else {
		m += 13
		y += 4799
	}
	century := y / 100
	j := int64(y)*365 - 32167
	j += int64(y/4 - century + century/4)
	j += int64(7834*m/256 + d)
	return j - postgresEpochJDate
}

// DaysToDate is the inverse of DateToDays.
func DaysToDate(days int64) (y, m, d int) {
	julian := uint64(days+postgresEpochJDate) + 32044
	quad := julian / 146097
	extra := (julian-quad*146097)*4 + 3
	julian += 60 + quad*3 + extra/146097
	quad = julian / 1461
	julian -= quad * 1461
	yy := int64(julian * 4 / 1461)
	if yy != 0 {
		julian = (julian+305)%365 + 123
	} else {
		julian = (julian+306)%366 + 123
	}
	yy += int64(quad) * 4
	y = int(yy - 4800)
	quad = julian * 2141 / 65536
	d = int(julian - 7834*quad/256)
	m = int((quad+10)%12 + 1)
	return y, m, d
}

// DaysInMonth is the length of a month; year 0 is 1 BC.
func DaysInMonth(y, m int) int {
	if m == 2 && IsLeap(y) {
		return 29
	}
	return [...]int{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}[m-1]
}

// IsLeap reports whether a year has 366 days.
func IsLeap(y int) bool { return y%4 == 0 && (y%100 != 0 || y%400 == 0) }

// Clock is a broken-down time.
type Clock struct {
	Year, Month, Day int // year 0 is 1 BC
	Hour, Min, Sec   int
	Micro            int
	Offset           int    // seconds east of UTC
	Zone             string // abbreviation
}

// Civil breaks a timestamp down, without a zone.
func Civil(ts int64) Clock {
	days, us := floorDiv(ts, MicrosPerDay)
	var c Clock
	c.Year, c.Month, c.Day = DaysToDate(days)
	c.setTime(us)
	return c
}

func (c *Clock) setTime(us int64) {
	c.Hour = int(us / MicrosPerHour)
	us -= int64(c.Hour) * MicrosPerHour
	c.Min = int(us / MicrosPerMinute)
	us -= int64(c.Min) * MicrosPerMinute
	c.Sec = int(us / MicrosPerSecond)
	c.Micro = int(us - int64(c.Sec)*MicrosPerSecond)
}

// CivilIn breaks a timestamptz down in a zone.
func CivilIn(ts int64, loc *time.Location) Clock {
	name, off := ZoneAt(ts, loc)
	// In seconds, for an infinity moved by an offset would wrap around.
	sec, us := floorDiv(ts, MicrosPerSecond)
	days, rest := floorDiv(sec+int64(off), 86400)
	var c Clock
	c.Year, c.Month, c.Day = DaysToDate(days)
	c.setTime(rest*MicrosPerSecond + us)
	c.Offset, c.Zone = off, name
	return c
}

// ZoneAt is the abbreviation and offset, in seconds east, in force at an instant.
func ZoneAt(ts int64, loc *time.Location) (string, int) {
	if loc == time.UTC {
		return "UTC", 0
	}
	sec, _ := floorDiv(ts, MicrosPerSecond)
	return time.Unix(sec+unixEpochSeconds, 0).In(loc).Zone()
}

// Timestamp is the inverse of Civil; ok is false outside the range.
func (c *Clock) Timestamp() (ts int64, ok bool) {
	days := DateToDays(c.Year, c.Month, c.Day)
	t := c.timeOfDay()
	if days < minJulianDate-1 || days > endTimestamp/MicrosPerDay {
		return 0, false
	}
	ts = days*MicrosPerDay + t
	if days > 0 && ts < 0 {
		return 0, false
	}
	return ts, ValidTimestamp(ts)
}

func (c *Clock) timeOfDay() int64 {
	return (int64(c.Hour)*60+int64(c.Min))*MicrosPerMinute + int64(c.Sec)*MicrosPerSecond + int64(c.Micro)
}

// LocalOffset is the offset, in seconds east, that a zone gives to a local
// time. In a gap the offset before the change holds, in an overlap the one
// after it.
func LocalOffset(local int64, loc *time.Location) int {
	if loc == time.UTC {
		return 0
	}
	mine, _ := floorDiv(local, MicrosPerSecond)
	mine += unixEpochSeconds
	day, _ := floorDiv(mine, 86400)
	prev := time.Unix(day*86400-86400, 0).In(loc)
	_, before := prev.Zone()
	_, end := prev.ZoneBounds()
	if end.IsZero() {
		return before
	}
	boundary := end.Unix()
	_, after := end.Zone()
	beforeTime, afterTime := mine-int64(before), mine-int64(after)
	switch {
	case beforeTime < boundary && afterTime < boundary:
		return before
	case beforeTime > boundary && afterTime >= boundary:
		return after
	case beforeTime > afterTime:
		return before
	}
	return after
}

func itoa(n int) string { return strconv.Itoa(n) }

// append2 appends n with at least two digits.
func append2(b []byte, n int) []byte {
	if n < 10 {
		return append(b, '0', byte('0'+n))
	}
	return strconv.AppendInt(b, int64(n), 10)
}

func appendDate(b []byte, y, m, d int) ([]byte, bool) {
	bc := y <= 0
	if bc {
		y = 1 - y
	}
	for p := 1000; p > 1 && y < p; p /= 10 {
		b = append(b, '0')
	}
	b = strconv.AppendInt(b, int64(y), 10)
	b = append(b, '-')
	b = append2(b, m)
	b = append(b, '-')
	return append2(b, d), bc
}

func appendClock(b []byte, h, m, s, us int) []byte {
	b = append2(b, h)
	b = append(b, ':')
	b = append2(b, m)
	b = append(b, ':')
	b = append2(b, s)
	return appendFraction(b, us)
}

// appendFraction appends microseconds without trailing zeros.
func appendFraction(b []byte, us int) []byte {
	if us == 0 {
		return b
	}
	b = append(b, '.')
	for p := 100000; p > 0 && us > 0; p /= 10 {
		b = append(b, byte('0'+us/p))
		us %= p
	}
	return b
}

// appendOffset appends seconds east of UTC as +hh[:mm[:ss]].
func appendOffset(b []byte, off int) []byte {
	sign := byte('+')
	if off < 0 {
		sign, off = '-', -off
	}
	b = append2(append(b, sign), off/3600)
	if off%3600 != 0 {
		b = append2(append(b, ':'), off/60%60)
		if off%60 != 0 {
			b = append2(append(b, ':'), off%60)
		}
	}
	return b
}

func formatDate(days int64) string {
	switch days {
	case DateInfinity:
		return "infinity"
	case DateMinusInfinity:
		return "-infinity"
	}
	b, bc := appendDays(make([]byte, 0, 16), days)
	return withBC(b, bc)
}

func appendDays(b []byte, days int64) ([]byte, bool) {
	y, m, d := DaysToDate(days)
	return appendDate(b, y, m, d)
}

func withBC(b []byte, bc bool) string {
	if bc {
		b = append(b, " BC"...)
	}
	return string(b)
}

func formatTime(us int64) string {
	var c Clock
	c.setTime(us)
	return string(appendClock(make([]byte, 0, 16), c.Hour, c.Min, c.Sec, c.Micro))
}

func formatTimestamp(ts int64) string {
	switch ts {
	case Infinity:
		return "infinity"
	case MinusInfinity:
		return "-infinity"
	}
	c := Civil(ts)
	b, bc := appendDate(make([]byte, 0, 32), c.Year, c.Month, c.Day)
	b = appendClock(append(b, ' '), c.Hour, c.Min, c.Sec, c.Micro)
	return withBC(b, bc)
}

func formatTimestamptz(ts int64, loc *time.Location) string {
	switch ts {
	case Infinity:
		return "infinity"
	case MinusInfinity:
		return "-infinity"
	}
	c := CivilIn(ts, loc)
	b, bc := appendDate(make([]byte, 0, 40), c.Year, c.Month, c.Day)
	b = appendClock(append(b, ' '), c.Hour, c.Min, c.Sec, c.Micro)
	b = appendOffset(b, c.Offset)
	return withBC(b, bc)
}
