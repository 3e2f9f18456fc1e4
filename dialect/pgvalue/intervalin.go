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
	toks, ok := splitDateTime(s)
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

// readISOInterval is DecodeISO8601Interval: P1Y2M3DT4H5M6S and the
// alternative forms P0001-02-03T04:05:06 and P00010203T040506.
func readISOInterval(s string) (f intervalFields, e dateError) {
	if len(s) < 2 || s[0] != 'P' {
		return f, dateBadFormat
	}
	p := isoInterval{s: s[1:], f: &f}
	e = p.read()
	if e == 0 && f.overflow {
		e = dateOverflow
	}
	return f, e
}

type isoInterval struct {
	s string
	f *intervalFields
}

// next returns the byte at the cursor and steps over it; 0 at the end.
func (p *isoInterval) next() byte {
	if p.s == "" {
		return 0
	}
	c := p.s[0]
	p.s = p.s[1:]
	return c
}

func (p *isoInterval) number() (val int64, frac float64, e dateError) {
	n := 0
	for n < len(p.s) && (isDigit(p.s[n]) || p.s[n] == '.' || n == 0 && (p.s[n] == '-' || p.s[n] == '+') ||
		n > 0 && (p.s[n] == 'e' || p.s[n] == 'E')) {
		n++
	}
	for n > 0 {
		if x, err := strconv.ParseFloat(p.s[:n], 64); err == nil {
			if x < -1e15 || x > 1e15 {
				return 0, 0, dateOverflow
			}
			val = int64(math.Trunc(x))
			p.s = p.s[n:]
			return val, x - float64(val), 0
		}
		n--
	}
	return 0, 0, dateBadFormat
}

func (p *isoInterval) read() dateError {
	date, have := true, false
	for p.s != "" {
		if p.s[0] == 'T' {
			date, have = false, false
			p.s = p.s[1:]
			continue
		}
		width := 0
		for start := strings.TrimPrefix(p.s, "-"); width < len(start) && isDigit(start[width]); width++ {
		}
		val, frac, e := p.number()
		if e != 0 {
			return e
		}
		c := p.next()
		if date {
			switch c {
			case 'Y':
				p.f.unit(valYear, val, frac)
			case 'M':
				p.f.unit(valMonth, val, frac)
			case 'W':
				p.f.unit(valWeek, val, frac)
			case 'D':
				p.f.unit(valDay, val, frac)
			case 'T', 0, '-':
				if c != '-' && width == 8 && !have {
					p.f.unit(valYear, val/10000, 0)
					p.f.unit(valMonth, val/100%100, 0)
					p.f.unit(valDay, val%100, frac)
					date, have = false, false
					continue
				}
				if have {
					return dateBadFormat
				}
				p.f.unit(valYear, val, frac)
				done, e := p.extendedDate(c)
				if e != 0 || done {
					return e
				}
				date, have = false, false
				continue
			default:
				return dateBadFormat
			}
		} else {
			switch c {
			case 'H':
				p.f.unit(valHour, val, frac)
			case 'M':
				p.f.unit(valMinute, val, frac)
			case 'S':
				p.f.unit(valSecond, val, frac)
			case 0, ':':
				if c == 0 && width == 6 && !have {
					p.f.unit(valHour, val/10000, 0)
					p.f.unit(valMinute, val/100%100, 0)
					p.f.unit(valSecond, val%100, frac)
					return 0
				}
				if have {
					return dateBadFormat
				}
				p.f.unit(valHour, val, frac)
				if c == 0 {
					return 0
				}
				return p.extendedTime()
			default:
				return dateBadFormat
			}
		}
		have = true
	}
	return 0
}

// extendedDate reads the rest of years-months-days after the years.
func (p *isoInterval) extendedDate(c byte) (done bool, e dateError) {
	for _, unit := range []int{valMonth, valDay} {
		switch c {
		case 0:
			return true, 0
		case 'T':
			return false, 0
		case '-':
		default:
			return false, dateBadFormat
		}
		val, frac, e := p.number()
		if e != 0 {
			return false, e
		}
		p.f.unit(unit, val, frac)
		c = p.next()
	}
	switch c {
	case 0:
		return true, 0
	case 'T':
		return false, 0
	}
	return false, dateBadFormat
}

// extendedTime reads minutes[:seconds].
func (p *isoInterval) extendedTime() dateError {
	for _, unit := range []int{valMinute, valSecond} {
		val, frac, e := p.number()
		if e != 0 {
			return e
		}
		p.f.unit(unit, val, frac)
		switch c := p.next(); {
		case c == 0:
			return 0
		case c != ':':
			return dateBadFormat
		}
	}
	return dateBadFormat
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
