package pgvalue

import (
	"math"
	"strconv"
	"strings"
)

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
	num := func() (int, bool) { // strtol
		rest = strings.TrimLeft(rest, " \t\n\v\f\r")
		n := 0
		if rest != "" && (rest[0] == '+' || rest[0] == '-') {
			n++
		}
		digits := n
		for n < len(rest) && isDigit(rest[n]) {
			n++
		}
		if n == digits {
			return 0, true // and nothing is read
		}
		v, err := strconv.ParseInt(rest[:n], 10, 32)
		rest = rest[n:]
		return int(v), err == nil
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
	if !ok || h < 0 || h > 15 || m < 0 || m > 59 || s < 0 || s > 59 {
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
