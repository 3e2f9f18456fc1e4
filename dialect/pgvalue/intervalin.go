package pgvalue

import (
	"math"
	"strconv"
	"strings"
)

// Interval typmods hold the fields allowed (INTERVAL_MASK of datetime.h's field
// numbers) above the precision.
const (
	intervalFull      = 0x7fff
	intervalFullPrec  = 0xffff
	intervalBitMonth  = 1 << 1
	intervalBitYear   = 1 << 2
	intervalBitDay    = 1 << 3
	intervalBitHour   = 1 << 10
	intervalBitMinute = 1 << 11
	intervalBitSecond = 1 << 12
)

// ParseInterval is interval_in without a typmod.
func ParseInterval(s string) (Interval, error) { return parseInterval(s, intervalFull) }

func parseIntervalType(s string, typmod int32) (any, error) {
	span := intervalFull
	if typmod >= 0 {
		span = int(typmod>>16) & intervalFull
	}
	iv, err := parseInterval(s, span)
	if err != nil {
		return nil, err
	}
	if iv, err = AdjustInterval(iv, typmod); err != nil {
		return nil, err
	}
	return iv.String(), nil
}

func parseInterval(s string, span int) (Interval, error) {
	iv, e := readInterval(s, span)
	if e == dateBadFormat {
		iv, e = readISOInterval(s)
	}
	switch e {
	case 0:
	case dateOverflow:
		return Interval{}, Errorf(codeIntervalOverflow, "interval field value out of range: \"%s\"", s)
	default:
		return Interval{}, e.report("interval", s, "")
	}
	months := iv.years*12 + iv.months
	if months > math.MaxInt32 || months < math.MinInt32 {
		return Interval{}, Errorf(codeDatetimeOverflow, "interval out of range")
	}
	return Interval{Micros: iv.micros, Days: int32(iv.days), Months: int32(months)}, nil
}

// intervalFields collects an interval; ok turns false when a field overflows.
type intervalFields struct {
	years, months, days int64 // each in the range of int32
	micros              int64
	overflow            bool
}

func (f *intervalFields) add(p *int64, val, scale int64) {
	n := val * scale
	if val != 0 && (n/val != scale || n > math.MaxInt32 || n < math.MinInt32) {
		f.overflow = true
		return
	}
	if *p += n; *p > math.MaxInt32 || *p < math.MinInt32 {
		f.overflow = true
	}
}

func (f *intervalFields) addMicros(val int64, frac float64, scale int64) {
	n := val * scale
	if val != 0 && (n/val != scale || val == -1 && scale == math.MinInt64) {
		f.overflow = true
		return
	}
	f.sumMicros(n)
	f.fracMicros(frac, scale)
}

func (f *intervalFields) sumMicros(n int64) {
	s := f.micros + n
	if (s > f.micros) != (n > 0) && n != 0 {
		f.overflow = true
	}
	f.micros = s
}

// fracMicros adds a fraction of a unit of scale microseconds.
func (f *intervalFields) fracMicros(frac float64, scale int64) {
	if frac == 0 {
		return
	}
	frac *= float64(scale)
	us := int64(frac)
	frac -= float64(us)
	if frac > 0.5 {
		us++
	} else if frac < -0.5 {
		us--
	}
	f.sumMicros(us)
}

// fracDays adds a fraction of a unit of scale days.
func (f *intervalFields) fracDays(frac float64, scale int64) {
	if frac == 0 {
		return
	}
	frac *= float64(scale)
	d := int64(frac)
	f.add(&f.days, d, 1)
	f.fracMicros(frac-float64(d), MicrosPerDay)
}

// fracYears adds a fraction of a unit of scale years, in whole months.
func (f *intervalFields) fracYears(frac float64, scale int64) {
	f.add(&f.months, int64(math.RoundToEven(frac*float64(scale)*12)), 1)
}

// unit adds a number of a unit and tells which fields that fills.
func (f *intervalFields) unit(unit int, val int64, frac float64) (mask int, ok bool) {
	switch unit {
	case valMicrosecond:
		f.addMicros(val, frac, 1)
		return fieldMicro, true
	case valMillisecond:
		f.addMicros(val, frac, 1000)
		return fieldMilli, true
	case valSecond:
		f.addMicros(val, frac, MicrosPerSecond)
		if frac == 0 {
			return fieldSecond, true
		}
		return fieldsSeconds, true
	case valMinute:
		f.addMicros(val, frac, MicrosPerMinute)
		return fieldMinute, true
	case valHour:
		f.addMicros(val, frac, MicrosPerHour)
		return fieldHour, true
	case valDay:
		f.add(&f.days, val, 1)
		f.fracMicros(frac, MicrosPerDay)
		return fieldDay, true
	case valWeek:
		f.add(&f.days, val, 7)
		f.fracDays(frac, 7)
		return fieldWeek, true
	case valMonth:
		f.add(&f.months, val, 1)
		f.fracDays(frac, 30)
		return fieldMonth, true
	case valYear:
		return fieldYear, f.manyYears(val, frac, 1)
	case valDecade:
		return fieldDecade, f.manyYears(val, frac, 10)
	case valCentury:
		return fieldCentury, f.manyYears(val, frac, 100)
	case valMillennium:
		return fieldMillennium, f.manyYears(val, frac, 1000)
	}
	return 0, false
}

func (f *intervalFields) manyYears(val int64, frac float64, scale int64) bool {
	f.add(&f.years, val, scale)
	f.fracYears(frac, scale)
	return true
}

// readInterval is DecodeInterval: the tokens are read from the right, units
// before their values.
func readInterval(s string, span int) (f intervalFields, e dateError) {
	toks, ok := splitDateTime(s, maxIntervalText)
	if !ok || len(toks) == 0 {
		return f, dateBadFormat
	}
	unit, pending, ago, mask := 0, false, false, 0
	for i := len(toks) - 1; i >= 0; i-- {
		text, got := toks[i].text, 0
		switch toks[i].kind {
		case tokTime:
			us, e := intervalClock(text, span)
			if e != 0 {
				return f, e
			}
			f.sumMicros(us)
			got, unit, pending = fieldsTime, valDay, false
		case tokZone, tokDate, tokNumber:
			if toks[i].kind == tokZone && strings.Contains(text[1:], ":") {
				if us, e := intervalClock(text[1:], span); e == 0 {
					if text[0] == '-' {
						us = -us
					}
					f.sumMicros(us)
					got, unit, pending = fieldsTime, valDay, false
					break
				}
			}
			if unit == 0 {
				unit = rightmostUnit(span)
			}
			val, frac, u, e := intervalNumber(text, unit)
			if e != 0 {
				return f, e
			}
			if u != unit {
				unit = u
			}
			if got, ok = f.unit(unit, val, frac); !ok {
				return f, dateBadFormat
			}
			if unit == valHour {
				unit = valDay
			}
			pending = false
		default:
			if pending {
				return f, dateBadFormat
			}
			w := lookupUnit(text)
			switch w.kind {
			case wordIgnore:
				continue
			case wordUnit:
				unit, pending = w.val, true
			case wordAgo:
				ago, unit = true, valOther
			default:
				return f, dateBadFormat
			}
		}
		if f.overflow {
			return f, dateOverflow
		}
		if got&mask != 0 {
			return f, dateBadFormat
		}
		mask |= got
	}
	if mask == 0 || pending {
		return f, dateBadFormat
	}
	if ago {
		if f.micros == math.MinInt64 || f.days == math.MinInt32 || f.months == math.MinInt32 || f.years == math.MinInt32 {
			return f, dateOverflow
		}
		f.micros, f.days, f.months, f.years = -f.micros, -f.days, -f.months, -f.years
	}
	return f, 0
}

// rightmostUnit is the unit of a bare number at the end, by the typmod's fields.
func rightmostUnit(span int) int {
	switch {
	case span == intervalFull:
	case span&intervalBitSecond != 0:
	case span&intervalBitMinute != 0:
		return valMinute
	case span&intervalBitHour != 0:
		return valHour
	case span&intervalBitDay != 0:
		return valDay
	case span&intervalBitMonth != 0:
		return valMonth
	case span&intervalBitYear != 0:
		return valYear
	}
	return valSecond
}

// intervalNumber reads "12", "-1.5" and "1-2" (years and months).
func intervalNumber(text string, unit int) (val int64, frac float64, u int, e dateError) {
	n := 0
	if n < len(text) && (text[n] == '-' || text[n] == '+') {
		n++
	}
	digits := n
	for n < len(text) && isDigit(text[n]) {
		n++
	}
	if n > digits {
		var err error
		if val, err = strconv.ParseInt(text[:n], 10, 64); err != nil {
			return 0, 0, 0, dateOverflow
		}
	}
	rest := text[n:]
	switch {
	case rest == "":
		return val, 0, unit, 0
	case rest[0] == '-':
		m, err := strconv.ParseInt(rest[1:], 10, 32)
		if err != nil {
			if isAllDigits(rest[1:]) {
				return 0, 0, 0, dateOverflow
			}
			return 0, 0, 0, dateBadFormat
		}
		if m < 0 || m >= 12 {
			return 0, 0, 0, dateOverflow
		}
		if text[0] == '-' {
			m = -m
		}
		if val > math.MaxInt64/12-12 || val < math.MinInt64/12+12 {
			return 0, 0, 0, dateOverflow
		}
		return val*12 + m, 0, valMonth, 0
	case rest[0] == '.':
		if rest != "." {
			if !isAllDigits(rest[1:]) {
				return 0, 0, 0, dateBadFormat
			}
			frac, _ = strconv.ParseFloat("0"+rest, 64)
		}
		if text[0] == '-' {
			frac = -frac
		}
		return val, frac, unit, 0
	}
	return 0, 0, 0, dateBadFormat
}

func isAllDigits(s string) bool {
	for i := range len(s) {
		if !isDigit(s[i]) {
			return false
		}
	}
	return s != ""
}

// intervalClock is DecodeTimeForInterval.
func intervalClock(text string, span int) (int64, dateError) {
	h, m, s, us, e := parseClock(text)
	if e != 0 {
		return 0, e
	}
	if span == intervalBitMinute|intervalBitSecond && strings.Count(text, ":") == 1 && !strings.Contains(text, ".") {
		if h > math.MaxInt32 {
			return 0, dateOverflow
		}
		h, m, s = 0, int(h), m
	}
	var f intervalFields
	f.addMicros(h, 0, MicrosPerHour)
	f.addMicros(int64(m), 0, MicrosPerMinute)
	f.addMicros(int64(s), 0, MicrosPerSecond)
	f.sumMicros(int64(us))
	if f.overflow {
		return 0, dateOverflow
	}
	return f.micros, 0
}

// AdjustInterval applies a typmod (AdjustIntervalForTypmod): fields below the
// smallest one allowed are dropped and seconds rounded.
func AdjustInterval(iv Interval, typmod int32) (Interval, error) {
	if typmod < 0 {
		return iv, nil
	}
	span, prec := int(typmod>>16)&intervalFull, int(typmod)&intervalFullPrec
	switch {
	case span == intervalFull || span&intervalBitSecond != 0:
	case span&intervalBitMinute != 0:
		iv.Micros = iv.Micros / MicrosPerMinute * MicrosPerMinute
	case span&intervalBitHour != 0:
		iv.Micros = iv.Micros / MicrosPerHour * MicrosPerHour
	case span&intervalBitDay != 0:
		iv.Micros = 0
	case span&intervalBitMonth != 0:
		iv.Micros, iv.Days = 0, 0
	case span&intervalBitYear != 0:
		iv.Micros, iv.Days, iv.Months = 0, 0, iv.Months/12*12
	}
	if prec != intervalFullPrec && prec >= 0 && prec <= 6 {
		iv.Micros = RoundTime(iv.Micros, int32(prec))
	}
	return iv, nil
}
