package pgvalue

import (
	"strings"
	"time"
)

// Fields of a date or time, as bits of a mask of those already seen.
const (
	fieldYear = 1 << iota
	fieldMonth
	fieldDay
	fieldHour
	fieldMinute
	fieldSecond
	fieldMilli
	fieldMicro
	fieldZone
	fieldDST
	fieldDayOfYear
	fieldAMPM
	fieldEra
	fieldWeekDay
	fieldWeek
	fieldDecade
	fieldCentury
	fieldMillennium
	fieldReserved
	fieldDSTModifier // the word DST itself, which no full zone takes

	fieldsDate    = fieldYear | fieldMonth | fieldDay
	fieldsSeconds = fieldSecond | fieldMilli | fieldMicro
	fieldsTime    = fieldHour | fieldMinute | fieldsSeconds
)

// tokenKind says what sort of piece a date or time is split into.
type tokenKind uint8

const (
	tokNumber tokenKind = iota
	tokString
	tokDate
	tokTime
	tokZone
	tokSpecial
)

type dateToken struct {
	text string
	kind tokenKind
}

// maxDateTokens is MAXDATEFIELDS.
const maxDateTokens = 25

func isDigit(c byte) bool { return c >= '0' && c <= '9' }
func isAlpha(c byte) bool { return c|0x20 >= 'a' && c|0x20 <= 'z' }
func isAlnum(c byte) bool { return isDigit(c) || isAlpha(c) }
func isSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }
func isPunct(c byte) bool { return c > ' ' && c < 0x7f && !isAlnum(c) }

// What the tokens of a date or time and of an interval may take up together,
// each with a byte at its end.
const (
	maxDateText     = 153
	maxIntervalText = 256
)

// splitDateTime breaks a string into tokens as ParseDateTime does.
func splitDateTime(s string, limit int) ([]dateToken, bool) {
	var toks []dateToken
	low := strings.ToLower(s)
	if len(low) != len(s) {
		return nil, false
	}
	at := func(i int) byte {
		if i < len(low) {
			return low[i]
		}
		return 0
	}
	for i := 0; i < len(low); {
		c := low[i]
		if isSpace(c) {
			i++
			continue
		}
		start, prefix := i, ""
		var kind tokenKind
		run := func(ok func(byte) bool) {
			for i < len(low) && ok(low[i]) {
				i++
			}
		}
		switch {
		case isDigit(c):
			run(isDigit)
			switch d := at(i); d {
			case ':':
				kind = tokTime
				i++
				run(func(c byte) bool { return isDigit(c) || c == ':' || c == '.' })
			case '-', '/', '.':
				i++
				if isDigit(at(i)) {
					kind = tokDate
					if d == '.' {
						kind = tokNumber
					}
					run(isDigit)
					if at(i) == d {
						kind = tokDate
						i++
						run(func(c byte) bool { return isDigit(c) || c == d })
					}
				} else {
					kind = tokDate
					run(func(c byte) bool { return isAlnum(c) || c == d })
				}
			}
		case c == '.':
			i++
			run(isDigit)
		case isAlpha(c):
			kind = tokString
			run(isAlpha)
			d := at(i)
			isDate := d == '-' || d == '/' || d == '.'
			if d == '+' || isDigit(d) {
				_, known := dateWords[low[start:i]]
				isDate = !known
			}
			if isDate {
				kind = tokDate
				run(func(c byte) bool {
					return c == '+' || c == '-' || c == '/' || c == '_' || c == '.' || c == ':' || isAlnum(c)
				})
			}
		case c == '+' || c == '-':
			i++
			run(isSpace)
			prefix, start = string(c), i
			switch {
			case isDigit(at(i)):
				kind = tokZone
				run(func(c byte) bool { return isDigit(c) || c == ':' || c == '.' || c == '-' })
			case isAlpha(at(i)):
				kind = tokSpecial
				run(isAlpha)
			default:
				return nil, false
			}
		case isPunct(c):
			i++
			continue
		default:
			return nil, false
		}
		limit -= len(prefix) + i - start + 1
		if len(toks) >= maxDateTokens || limit < 0 {
			return nil, false
		}
		toks = append(toks, dateToken{prefix + low[start:i], kind})
	}
	return toks, true
}

// wordKind is what a word means in a date or time.
type wordKind uint8

const (
	wordUnknown wordKind = iota
	wordIgnore
	wordReserved
	wordMonth
	wordWeekDay
	wordEra
	wordAMPM
	wordDST
	wordUnit
	wordISOTime
	wordAgo
)

// Values of reserved words, units and so on.
const (
	valNow = iota + 1
	valToday
	valTomorrow
	valYesterday
	valEpoch
	valLate
	valEarly
	valZulu
	valJulian
	valTime
	valMicrosecond
	valMillisecond
	valSecond
	valMinute
	valHour
	valDay
	valWeek
	valMonth
	valQuarter
	valYear
	valDecade
	valCentury
	valMillennium
	valOther
)

type dateWord struct {
	kind wordKind
	val  int
}

// dateWords is datetktbl.
var dateWords = func() map[string]dateWord {
	m := map[string]dateWord{
		"-infinity": {wordReserved, valEarly}, "infinity": {wordReserved, valLate}, "epoch": {wordReserved, valEpoch},
		"now": {wordReserved, valNow}, "today": {wordReserved, valToday}, "tomorrow": {wordReserved, valTomorrow},
		"yesterday": {wordReserved, valYesterday}, "allballs": {wordReserved, valZulu},
		"ad": {wordEra, 0}, "bc": {wordEra, 1}, "am": {wordAMPM, 0}, "pm": {wordAMPM, 1},
		"at": {wordIgnore, 0}, "on": {wordIgnore, 0}, "dst": {wordDST, 3600}, "t": {wordISOTime, valTime},
		"j": {wordUnit, valJulian}, "jd": {wordUnit, valJulian}, "julian": {wordUnit, valJulian},
	}
	for w, val := range map[string]int{
		"y": valYear, "m": valMonth, "d": valDay, "h": valHour, "mm": valMinute, "s": valSecond,
		"dow": valOther, "doy": valOther, "isodow": valOther, "isoyear": valOther,
	} {
		m[w] = dateWord{wordUnit, val}
	}
	for i, names := range []string{"jan january", "feb february", "mar march", "apr april", "may", "jun june", "jul july",
		"aug august", "sep sept september", "oct october", "nov november", "dec december"} {
		for _, w := range strings.Fields(names) {
			m[w] = dateWord{wordMonth, i + 1}
		}
	}
	for i, names := range []string{"sun sunday", "mon monday", "tue tues tuesday", "wed weds wednesday",
		"thu thur thurs thursday", "fri friday", "sat saturday"} {
		for _, w := range strings.Fields(names) {
			m[w] = dateWord{wordWeekDay, i}
		}
	}
	return m
}()

// unitWords is deltatktbl, the units of intervals and of extract.
var unitWords = func() map[string]dateWord {
	m := map[string]dateWord{"ago": {wordAgo, 0}, "@": {wordIgnore, 0}}
	for val, names := range map[int]string{
		valCentury: "c cent centuries century", valDay: "d day days", valDecade: "dec decade decades decs",
		valHour: "h hour hours hr hrs", valMinute: "m min mins minute minutes", valMicrosecond: "microsecon us usec usecond useconds usecs",
		valMillennium: "mil millennia millennium mils", valMillisecond: "millisecon ms msec msecond mseconds msecs",
		valMonth: "mon mons month months", valQuarter: "qtr quarter", valSecond: "s sec second seconds secs",
		valWeek: "w week weeks", valYear: "y year years yr yrs", valOther: "timezone timezone_h timezone_m",
	} {
		for _, w := range strings.Fields(names) {
			m[w] = dateWord{wordUnit, val}
		}
	}
	return m
}()

// lookupUnit finds a unit by the first ten bytes of a word, all that
// PostgreSQL compares.
func lookupUnit(w string) dateWord {
	if len(w) > 10 {
		w = w[:10]
	}
	return unitWords[w]
}

// A DateUnit is a field of a date, time or interval as extract and date_trunc
// name it.
type DateUnit int

// The units; UnitUnknown is no unit at all.
const (
	UnitUnknown DateUnit = iota
	UnitMicrosecond
	UnitMillisecond
	UnitSecond
	UnitMinute
	UnitHour
	UnitDay
	UnitWeek
	UnitMonth
	UnitQuarter
	UnitYear
	UnitDecade
	UnitCentury
	UnitMillennium
	UnitEpoch
	UnitDOW
	UnitISODOW
	UnitDOY
	UnitISOYear
	UnitJulian
	UnitZone
	UnitZoneHour
	UnitZoneMinute
	UnitOther // a word of dates that names no field
)

// ParseDateUnit reads the name of a field, in lower case, abbreviations included.
func ParseDateUnit(s string) DateUnit {
	if len(s) > 10 {
		s = s[:10]
	}
	switch s {
	case "timezone":
		return UnitZone
	case "timezone_h":
		return UnitZoneHour
	case "timezone_m":
		return UnitZoneMinute
	}
	if w := unitWords[s]; w.kind == wordUnit {
		return map[int]DateUnit{
			valMicrosecond: UnitMicrosecond, valMillisecond: UnitMillisecond, valSecond: UnitSecond, valMinute: UnitMinute,
			valHour: UnitHour, valDay: UnitDay, valWeek: UnitWeek, valMonth: UnitMonth, valQuarter: UnitQuarter, valYear: UnitYear,
			valDecade: UnitDecade, valCentury: UnitCentury, valMillennium: UnitMillennium,
		}[w.val]
	}
	switch s {
	case "epoch":
		return UnitEpoch
	case "dow":
		return UnitDOW
	case "isodow":
		return UnitISODOW
	case "doy":
		return UnitDOY
	case "isoyear":
		return UnitISOYear
	case "j", "jd", "julian":
		return UnitJulian
	case "mm":
		return UnitMinute
	case "infinity", "-infinity", "now", "today", "tomorrow", "yesterday", "allballs":
		return UnitOther
	}
	return UnitUnknown
}

// FixedZone names a zone of a fixed offset as PostgreSQL does.
func FixedZone(off int) *time.Location { return offsetZone(off) }
