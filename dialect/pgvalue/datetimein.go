package pgvalue

import (
	"math"
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
	return Errorf(codeInvalidParameter, "time zone \"%s\" not recognized", zone)
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
}

// readDateTime splits and reads s.
func readDateTime(typ, s string, timeOnly bool, env *Env) (*dateReader, error) {
	toks, ok := splitDateTime(s)
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
		r.badZone = text
		return dateBadZone
	}
	r.named = loc
	return 0
}

func (r *dateReader) setJulian(jd int64) {
	r.c.Year, r.c.Month, r.c.Day = DaysToDate(jd - postgresEpochJDate)
	r.julian = true
}

// date reads "2020-01-02", "02-jan-2020" and the like (DecodeDate).
func (r *dateReader) date(text string) (int, dateError) {
	var parts []string
	for i := 0; i < len(text); {
		for i < len(text) && !isAlnum(text[i]) {
			i++
		}
		if i == len(text) {
			return 0, dateBadFormat
		}
		start := i
		class := isAlpha
		if isDigit(text[i]) {
			class = isDigit
		}
		for i < len(text) && class(text[i]) {
			i++
		}
		parts = append(parts, text[start:i])
		if i < len(text) {
			i++
		}
	}
	got, mask, textual := 0, r.mask, false
	for i, p := range parts {
		if !isAlpha(p[0]) {
			continue
		}
		w := dateWords[p]
		if w.kind == wordIgnore {
			continue
		}
		if w.kind != wordMonth || mask&fieldMonth != 0 {
			return 0, dateBadFormat
		}
		r.c.Month, textual = w.val, true
		mask |= fieldMonth
		got |= fieldMonth
		parts[i] = ""
	}
	for _, p := range parts {
		if p == "" {
			continue
		}
		m, e := r.singleNumber(p, textual, mask)
		if e != 0 {
			return 0, e
		}
		if mask&m != 0 {
			return 0, dateBadFormat
		}
		mask |= m
		got |= m
	}
	if mask&^(fieldDayOfYear|fieldZone) != fieldsDate {
		return 0, dateBadFormat
	}
	return got, 0
}

func (r *dateReader) number(i int) (int, dateError) {
	text := r.toks[i].text
	if r.prefix != 0 {
		return r.labelled(text)
	}
	point := strings.IndexByte(text, '.')
	if r.timeOnly {
		switch {
		case point >= 0 && i == 0 && len(r.toks) >= 2 && r.toks[len(r.toks)-1].kind == tokDate:
			return r.date(text)
		case point > 2, point < 0 && len(text) > 4:
			return r.numberField(text, r.mask|fieldsDate)
		case point >= 0:
			return 0, dateBadFormat
		}
		return r.singleNumber(text, false, r.mask|fieldsDate)
	}
	switch {
	case point >= 0 && r.mask&fieldsDate == 0:
		return r.date(text)
	case point > 2, len(text) >= 6 && (r.mask&fieldsDate == 0 || r.mask&fieldsTime == 0):
		return r.numberField(text, r.mask)
	}
	return r.singleNumber(text, r.textual, r.mask)
}

// labelled reads a number that a previous word explained: J2451545, T040506,
// y2020m01d02.
func (r *dateReader) labelled(text string) (int, dateError) {
	whole, frac, _ := strings.Cut(text, ".")
	n, err := strconv.ParseInt(whole, 10, 32)
	if err != nil {
		return 0, dateOverflow
	}
	label := r.prefix
	r.prefix = 0
	switch label {
	case valJulian:
		r.setJulian(n)
		if len(whole) == len(text) {
			return fieldsDate, 0
		}
		f, _ := strconv.ParseFloat("0."+frac, 64)
		r.c.setTime(int64(f * float64(MicrosPerDay)))
		return fieldsDate | fieldsTime, 0
	case valTime:
		got, e := r.numberField(text, r.mask|fieldsDate)
		if e == 0 && got != fieldsTime {
			e = dateBadFormat
		}
		return got, e
	}
	return r.labelledField(label, int(n), text[len(whole):])
}

func (r *dateReader) labelledField(label, n int, frac string) (int, dateError) {
	if frac != "" && label != valSecond {
		return 0, dateBadFormat
	}
	switch label {
	case valYear:
		r.c.Year = n
		return fieldYear, 0
	case valMonth:
		if r.mask&fieldMonth != 0 && r.mask&fieldHour != 0 {
			r.c.Min = n
			return fieldMinute, 0
		}
		r.c.Month = n
		return fieldMonth, 0
	case valDay:
		r.c.Day = n
		return fieldDay, 0
	case valHour:
		r.c.Hour = n
		return fieldHour, 0
	case valMinute:
		r.c.Min = n
		return fieldMinute, 0
	case valSecond:
		r.c.Sec = n
		if frac == "" {
			return fieldSecond, 0
		}
		us, ok := parseFraction(frac)
		if !ok {
			return 0, dateBadFormat
		}
		r.c.Micro = us
		return fieldsSeconds, 0
	}
	return 0, dateBadFormat
}

// singleNumber is DecodeNumber.
func (r *dateReader) singleNumber(text string, textual bool, mask int) (int, dateError) {
	whole, _, point := strings.Cut(text, ".")
	n, err := strconv.Atoi(whole)
	if err != nil || n > math.MaxInt32 {
		if whole == "" {
			return 0, dateBadFormat
		}
		return 0, dateOverflow
	}
	if point {
		if len(whole) > 2 {
			return r.numberField(text, mask|fieldsDate)
		}
		us, ok := parseFraction(text[len(whole):])
		if !ok {
			return 0, dateBadFormat
		}
		r.c.Micro = us
	}
	size := len(text)
	if size == 3 && mask&fieldsDate == fieldYear && n >= 1 && n <= 366 {
		r.yearDay = n
		return fieldDayOfYear | fieldMonth | fieldDay, 0
	}
	year := func() (int, dateError) {
		r.c.Year = n
		r.twoDigit = size <= 2
		return fieldYear, 0
	}
	month := func() (int, dateError) { r.c.Month = n; return fieldMonth, 0 }
	day := func() (int, dateError) { r.c.Day = n; return fieldDay, 0 }
	switch mask & fieldsDate {
	case 0:
		if size >= 3 {
			return year()
		}
		return month()
	case fieldYear, fieldDay:
		return month()
	case fieldMonth:
		if textual && size >= 3 {
			return year()
		}
		return day()
	case fieldYear | fieldMonth:
		if textual && size >= 3 && r.twoDigit {
			r.c.Day, r.c.Year, r.twoDigit = r.c.Year, n, false
			return fieldDay, 0
		}
		return day()
	case fieldMonth | fieldDay:
		return year()
	case fieldsDate:
		return r.numberField(text, mask)
	}
	return 0, dateBadFormat
}

// numberField is DecodeNumberField: yymmdd, yyyymmdd, hhmm, hhmmss[.fff].
func (r *dateReader) numberField(text string, mask int) (int, dateError) {
	if point := strings.IndexByte(text, '.'); point >= 0 {
		us, ok := parseFraction(text[point:])
		if !ok {
			return 0, dateBadFormat
		}
		r.c.Micro = us
		text = text[:point]
	} else if mask&fieldsDate != fieldsDate && len(text) >= 6 {
		n := len(text)
		y, err := strconv.Atoi(text[:n-4])
		if err != nil || y > math.MaxInt32 {
			return 0, dateOverflow
		}
		r.c.Year = y
		r.c.Month, _ = strconv.Atoi(text[n-4 : n-2])
		r.c.Day, _ = strconv.Atoi(text[n-2:])
		if n-4 == 2 {
			r.twoDigit = true
		}
		return fieldsDate, 0
	}
	if mask&fieldsTime != fieldsTime && (len(text) == 4 || len(text) == 6) {
		r.c.Hour, _ = strconv.Atoi(text[:2])
		r.c.Min, _ = strconv.Atoi(text[2:4])
		r.c.Sec = 0
		if len(text) == 6 {
			r.c.Sec, _ = strconv.Atoi(text[4:])
		}
		return fieldsTime, 0
	}
	return 0, dateBadFormat
}

// clock is DecodeTime without the check of the hour.
func (r *dateReader) clock(text string) dateError {
	h, m, s, us, e := parseClock(text)
	if h > math.MaxInt32 {
		return dateOverflow
	}
	r.c.Hour, r.c.Min, r.c.Sec, r.c.Micro = int(h), m, s, us
	return e
}

// parseClock reads hh:mm, hh:mm:ss[.fff] or mm:ss.fff.
func parseClock(text string) (h int64, m, s, us int, e dateError) {
	hs, rest, ok := strings.Cut(text, ":")
	if !ok {
		return 0, 0, 0, 0, dateBadFormat
	}
	h, err := strconv.ParseInt(hs, 10, 64)
	if err != nil {
		return 0, 0, 0, 0, dateOverflow
	}
	num := func() (int, byte) {
		n := 0
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		v := 0
		if n > 0 {
			var err error
			if v, err = strconv.Atoi(rest[:n]); err != nil || v > math.MaxInt32 {
				e = dateOverflow
			}
		}
		rest = rest[n:]
		if rest == "" {
			return v, 0
		}
		return v, rest[0]
	}
	m, next := num()
	switch {
	case e != 0:
		return
	case next == 0:
	case next == '.':
		if us, ok = parseFraction(rest); !ok {
			return 0, 0, 0, 0, dateBadFormat
		}
		if h > math.MaxInt32 {
			return 0, 0, 0, 0, dateOverflow
		}
		h, m, s = 0, int(h), m
	case next == ':':
		rest = rest[1:]
		s, next = num()
		switch {
		case e != 0:
			return
		case next == '.':
			if us, ok = parseFraction(rest); !ok {
				return 0, 0, 0, 0, dateBadFormat
			}
		case next != 0:
			return 0, 0, 0, 0, dateBadFormat
		}
	}
	if m > 59 || s > 60 {
		return 0, 0, 0, 0, dateOverflow
	}
	return h, m, s, us, 0
}

// parseFraction reads ".123" as microseconds, rounding half to even as rint
// does to the nearest float.
func parseFraction(s string) (us int, ok bool) {
	if s == "." {
		return 0, true
	}
	for i := 1; i < len(s); i++ {
		if !isDigit(s[i]) {
			return 0, false
		}
	}
	f, err := strconv.ParseFloat("0"+s, 64)
	if err != nil {
		return 0, false
	}
	return int(math.RoundToEven(f * 1e6)), true
}

// parseOffset is DecodeTimezone: ±hh[[:]mm[:ss]], in seconds east.
func parseOffset(text string) (int, dateError) {
	if text == "" || text[0] != '+' && text[0] != '-' {
		return 0, dateBadFormat
	}
	rest := text[1:]
	num := func() (int, bool) {
		n := 0
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		v, err := strconv.Atoi("0" + rest[:n])
		rest = rest[n:]
		return v, err == nil && v <= math.MaxInt32
	}
	h, ok := num()
	m, s := 0, 0
	switch {
	case !ok:
	case strings.HasPrefix(rest, ":"):
		rest = rest[1:]
		if m, ok = num(); ok && strings.HasPrefix(rest, ":") {
			rest = rest[1:]
			s, ok = num()
		}
	case rest == "" && len(text) > 3:
		h, m = h/100, h%100
	}
	if !ok || h > 15 || m > 59 || s > 59 {
		return 0, dateZoneOverflow
	}
	off := (h*60+m)*60 + s
	if text[0] == '-' {
		off = -off
	}
	if rest != "" {
		return off, dateBadFormat
	}
	return off, 0
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
		if r.mask&fieldZone != 0 {
			return 0
		}
		loc = r.env.zone()
	}
	if r.mask&fieldDSTModifier != 0 {
		return dateBadFormat
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
