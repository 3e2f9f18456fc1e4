package pgvalue

import (
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// dateError is why a date or time could not be read.
type dateError uint8

const (
	dateBadFormat dateError = iota + 1
	dateOverflow
	dateOverflowHint // the hint about datestyle
	dateZoneOverflow
	dateBadZone
)

func (e dateError) report(typ, s, zone string) *pgconn.PgError {
	switch e {
	case dateOverflow:
		return Errorf(codeDatetimeOverflow, "date/time field value out of range: \"%s\"", s)
	case dateOverflowHint:
		err := Errorf(codeDatetimeOverflow, "date/time field value out of range: \"%s\"", s)
		err.Hint = "Perhaps you need a different \"datestyle\" setting."
		return err
	case dateZoneOverflow:
		return Errorf(codeZoneDisplacement, "time zone displacement out of range: \"%s\"", s)
	case dateBadZone:
		return badZone(zone)
	}
	return Errorf(codeInvalidDatetime, "invalid input syntax for type %s: \"%s\"", typ, s)
}

func badZone(zone string) *pgconn.PgError {
	if posixDaylight(zone) {
		return daylightZone(zone)
	}
	return Errorf(codeInvalidParameter, "time zone \"%s\" not recognized", zone)
}

// daylightZone is the refusal of a zone whose rules are PostgreSQL's own.
func daylightZone(zone string) *pgconn.PgError {
	return Errorf(codeNotSupported, "the time zone \"%s\" with daylight saving time of its own is not supported on the SQLite fallback", zone)
}

// dateReader reads a date, a time or both from tokens, as DecodeDateTime and
// DecodeTimeOnly do with the date order MDY.
type dateReader struct {
	env      *Env
	timeOnly bool
	toks     []dateToken

	c        Clock
	special  int // valEpoch, valLate, valEarly, or 0
	offset   int // seconds east
	named    *time.Location
	abbrev   string // resolved with named once the date is known
	prefix   int    // the unit said by a previous token
	mask     int
	yearDay  int
	textual  bool // the month was a word
	julian   bool
	twoDigit bool
	bc       bool
	ampm     int // 0 none, 1 am, 2 pm
	badZone  string
	daylight bool // badZone is one that PostgreSQL knows
}

// readDateTime splits and reads s.
func readDateTime(typ, s string, timeOnly bool, env *Env) (*dateReader, error) {
	toks, ok := splitDateTime(s, maxDateText)
	if !ok || len(toks) == 0 {
		return nil, dateBadFormat.report(typ, s, "")
	}
	r := &dateReader{env: env, timeOnly: timeOnly, toks: toks}
	if e := r.read(); e != 0 {
		return nil, e.report(typ, s, r.badZone)
	}
	return r, nil
}

func (r *dateReader) read() dateError {
	for i := range r.toks {
		got, e := r.token(i)
		if e != 0 {
			return e
		}
		if got&r.mask != 0 {
			return dateBadFormat
		}
		r.mask |= got
	}
	if r.special != 0 {
		return 0
	}
	return r.finish()
}

func (r *dateReader) token(i int) (int, dateError) {
	text := r.toks[i].text
	switch r.toks[i].kind {
	case tokDate:
		if r.timeOnly {
			return r.dateTokenOfTime(i)
		}
		return r.dateToken(text)
	case tokTime:
		if r.prefix != 0 {
			if r.prefix != valTime {
				return 0, dateBadFormat
			}
			r.prefix = 0
		}
		if e := r.clock(text); e != 0 {
			return 0, e
		}
		if !r.timeOnly && r.overflowsDay() {
			return 0, dateOverflow
		}
		return fieldsTime, 0
	case tokZone:
		off, e := parseOffset(text)
		r.offset = off
		return fieldZone, e
	case tokNumber:
		return r.number(i)
	}
	return r.word(i)
}

// overflowsDay reports a time after 24:00:00.
func (r *dateReader) overflowsDay() bool { return r.c.timeOfDay() > MicrosPerDay }

func (r *dateReader) dateToken(text string) (int, dateError) {
	switch {
	case r.prefix == valJulian:
		n := 0
		for n < len(text) && isDigit(text[n]) {
			n++
		}
		jd, err := strconv.ParseInt(text[:n], 10, 32)
		if err != nil {
			return 0, dateOverflow
		}
		r.setJulian(jd)
		off, e := parseOffset(text[n:])
		r.offset, r.prefix = off, 0
		return fieldsDate | fieldsTime | fieldZone, e
	case r.prefix != 0 || r.mask&(fieldMonth|fieldDay) == fieldMonth|fieldDay:
		if isDigit(text[0]) || r.prefix != 0 {
			if r.prefix != 0 && r.prefix != valTime || r.mask&fieldsTime == fieldsTime {
				return 0, dateBadFormat
			}
			r.prefix = 0
			return r.runTogether(text, r.mask)
		}
		return fieldZone, r.zoneName(text)
	}
	return r.date(text)
}

func (r *dateReader) dateTokenOfTime(i int) (int, dateError) {
	text := r.toks[i].text
	last := r.toks[len(r.toks)-1].kind
	if i == 0 && len(r.toks) >= 2 && (last == tokDate || r.toks[1].kind == tokTime) {
		return r.date(text)
	}
	if isDigit(text[0]) {
		if r.mask&fieldsTime == fieldsTime {
			return 0, dateBadFormat
		}
		return r.runTogether(text, r.mask|fieldsDate)
	}
	return fieldZone, r.zoneName(text)
}

// runTogether reads a concatenated time with a zone, hhmmss-zz.
func (r *dateReader) runTogether(text string, mask int) (int, dateError) {
	at := strings.IndexByte(text, '-')
	if at < 0 {
		return 0, dateBadFormat
	}
	off, e := parseOffset(text[at:])
	if e != 0 {
		return 0, e
	}
	r.offset = off
	got, e := r.numberField(text[:at], mask)
	return got | fieldZone, e
}

func (r *dateReader) zoneName(text string) dateError {
	loc, ok := FindZone(text)
	if !ok {
		r.badZone, r.daylight = text, posixDaylight(text)
		if r.daylight {
			return 0
		}
		return dateBadZone
	}
	r.named = loc
	return 0
}

func (r *dateReader) setJulian(jd int64) {
	r.c.Year, r.c.Month, r.c.Day = DaysToDate(jd - postgresEpochJDate)
	r.julian = true
}

// word handles names: months, zones, today, …
func (r *dateReader) word(i int) (int, dateError) {
	text := r.toks[i].text
	if off, dst, zone, ok := findAbbrev(text); ok {
		if zone != "" {
			loc, ok := FindZone(zone)
			if !ok {
				return 0, dateBadFormat
			}
			r.named, r.abbrev = loc, strings.ToUpper(text)
			return fieldZone, 0
		}
		r.offset = off
		if dst {
			return fieldZone | fieldDST, 0
		}
		return fieldZone, 0
	}
	w := dateWords[text]
	switch w.kind {
	case wordIgnore:
		return 0, 0
	case wordReserved:
		return r.reserved(w.val)
	case wordMonth:
		if r.timeOnly {
			return 0, dateBadFormat
		}
		got := fieldMonth
		if r.mask&fieldMonth != 0 && !r.textual && r.mask&fieldDay == 0 && r.c.Month >= 1 && r.c.Month <= 31 {
			r.c.Day = r.c.Month
			got = fieldDay
		}
		r.textual, r.c.Month = true, w.val
		return got, 0
	case wordDST:
		r.offset += w.val
		return fieldDST | fieldDSTModifier, 0
	case wordAMPM:
		r.ampm = w.val + 1
		return fieldAMPM, 0
	case wordEra:
		r.bc = w.val == 1
		return fieldEra, 0
	case wordWeekDay:
		if r.timeOnly {
			return 0, dateBadFormat
		}
		return fieldWeekDay, 0
	case wordUnit:
		r.prefix = w.val
		return 0, 0
	case wordISOTime:
		if !r.timeOnly && (r.mask&fieldsDate != fieldsDate || i+1 >= len(r.toks)) || r.prefix != 0 {
			return 0, dateBadFormat
		}
		if i+1 >= len(r.toks) {
			return 0, dateBadFormat
		}
		if k := r.toks[i+1].kind; k != tokNumber && k != tokTime && k != tokDate {
			return 0, dateBadFormat
		}
		r.prefix = valTime
		return 0, 0
	}
	loc, ok := FindZone(text)
	if !ok {
		return 0, dateBadFormat
	}
	r.named = loc
	return fieldZone, 0
}

func (r *dateReader) reserved(val int) (int, dateError) {
	now := CivilIn(r.env.now(), r.env.zone())
	if r.timeOnly && val != valNow && val != valZulu {
		return 0, dateBadFormat
	}
	switch val {
	case valNow:
		r.offset = now.Offset
		if r.timeOnly {
			r.c.Hour, r.c.Min, r.c.Sec, r.c.Micro = now.Hour, now.Min, now.Sec, now.Micro
			return fieldsTime, 0
		}
		r.c = now
		return fieldsDate | fieldsTime | fieldZone, 0
	case valToday, valTomorrow, valYesterday:
		d := DateToDays(now.Year, now.Month, now.Day)
		if val == valTomorrow {
			d++
		} else if val == valYesterday {
			d--
		}
		r.c.Year, r.c.Month, r.c.Day = DaysToDate(d)
		return fieldsDate, 0
	case valZulu:
		r.c.Hour, r.c.Min, r.c.Sec, r.offset = 0, 0, 0, 0
		return fieldsTime | fieldZone, 0
	}
	r.special = val
	return fieldReserved, 0
}

// finish validates the fields and settles the zone.
func (r *dateReader) finish() dateError {
	if e := r.validate(); e != 0 {
		return e
	}
	switch {
	case r.ampm != 0 && r.c.Hour > 12:
		return dateOverflow
	case r.ampm == 1 && r.c.Hour == 12:
		r.c.Hour = 0
	case r.ampm == 2 && r.c.Hour != 12:
		r.c.Hour += 12
	}
	if r.timeOnly {
		return r.finishTime()
	}
	if r.mask&fieldsDate != fieldsDate {
		return dateBadFormat
	}
	return r.settleZone(r.c)
}

func (r *dateReader) finishTime() dateError {
	if r.c.Hour < 0 || r.c.Min > 59 || r.c.Sec > 60 || r.overflowsDay() {
		return dateOverflow
	}
	if r.mask&fieldsTime != fieldsTime {
		return dateBadFormat
	}
	if r.daylight && r.mask&fieldsDate != fieldsDate {
		return dateBadFormat
	}
	if r.named != nil && r.abbrev == "" {
		if r.mask&fieldDSTModifier != 0 {
			return dateBadFormat
		}
		if off, ok := fixedOffset(r.named); ok {
			r.offset = off
			return 0
		}
		if r.mask&fieldsDate != fieldsDate {
			return dateBadFormat
		}
	}
	c := r.c
	if r.mask&fieldsDate == 0 {
		now := CivilIn(r.env.now(), r.env.zone())
		c.Year, c.Month, c.Day = now.Year, now.Month, now.Day
	} else if r.mask&fieldsDate != fieldsDate && (r.abbrev != "" || r.mask&fieldZone == 0) {
		return dateBadFormat
	}
	return r.settleZone(c)
}

func (r *dateReader) settleZone(c Clock) dateError {
	loc := r.named
	if loc == nil {
		if r.mask&fieldZone != 0 && !r.daylight {
			return 0
		}
		loc = r.env.zone()
	}
	if r.mask&fieldDSTModifier != 0 {
		return dateBadFormat
	}
	if r.daylight {
		return dateBadZone
	}
	local := DateToDays(c.Year, c.Month, c.Day)
	us := saturateDays(local) + c.timeOfDay()
	if r.abbrev != "" {
		r.offset = abbrevOffset(us, loc, r.abbrev)
		return 0
	}
	r.offset = LocalOffset(us, loc)
	return 0
}

// saturateDays keeps dates beyond the range of timestamps from wrapping
// around; their zone does not matter.
func saturateDays(days int64) int64 {
	const limit = endTimestamp/MicrosPerDay - 2
	return min(max(days, minJulianDate), limit) * MicrosPerDay
}

// validate is ValidateDate.
func (r *dateReader) validate() dateError {
	c := &r.c
	if r.mask&fieldYear != 0 && !r.julian {
		switch {
		case r.bc:
			if c.Year <= 0 {
				return dateOverflow
			}
			c.Year = 1 - c.Year
		case r.twoDigit:
			if c.Year < 70 {
				c.Year += 2000
			} else if c.Year < 100 {
				c.Year += 1900
			}
		case c.Year <= 0:
			return dateOverflow
		}
	}
	if r.mask&fieldDayOfYear != 0 {
		c.Year, c.Month, c.Day = DaysToDate(DateToDays(c.Year, 1, 1) + int64(r.yearDay) - 1)
	}
	if r.mask&fieldMonth != 0 && (c.Month < 1 || c.Month > 12) {
		return dateOverflowHint
	}
	if r.mask&fieldDay != 0 && (c.Day < 1 || c.Day > 31) {
		return dateOverflowHint
	}
	if r.mask&fieldsDate == fieldsDate && c.Day > DaysInMonth(c.Year, c.Month) {
		return dateOverflow
	}
	return 0
}
