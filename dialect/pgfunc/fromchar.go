package pgfunc

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// to_date and to_timestamp read a text by the template patterns of to_char.

// charFields are what the patterns of a template read.
type charFields struct {
	julian, year, yearDigits, cc, month, week, weekOfMonth, yday, day, weekday int
	hour, minute, second, daySeconds, millis, micros                           int
	bc, pm, clock12, hasYear                                                   bool
	iso, gregorian                                                             bool // which calendar the patterns belong to
	zoneSign, zoneHour, zoneMinute                                             int
	precision                                                                  int // of FFn, to which to_timestamp rounds
}

// digitPatterns read digits only, so that a number before them must have its
// full width.
var digitPatterns = map[string]bool{"CC": true, "DDD": true, "DD": true, "D": true, "HH24": true, "HH12": true, "HH": true, "IDDD": true, "ID": true, "IW": true,
	"IYYY": true, "IYY": true, "IY": true, "I": true, "J": true, "MI": true, "MM": true, "MS": true, "Q": true, "SSSSS": true, "SSSS": true, "SS": true, "TZM": true,
	"US": true, "WW": true, "W": true, "Y,YYY": true, "YYYY": true, "YYY": true, "YY": true, "Y": true}

// charReader reads a text by a template.
type charReader struct {
	s     string
	fixed bool // FX
	extra int  // blanks skipped beyond what the template has
	out   charFields
}

func separator(s string) bool {
	return s != "" && s[0] > ' ' && s[0] < 0x7f && !(s[0] >= '0' && s[0] <= '9') && !(s[0]|0x20 >= 'a' && s[0]|0x20 <= 'z')
}

func blank(s string) bool { return s != "" && (s[0] == ' ' || s[0] >= '\t' && s[0] <= '\r') }

func (r *charReader) skipBlanks() (n int) {
	for blank(r.s) {
		r.s = r.s[1:]
		n++
	}
	return n
}

func (r *charReader) read(nodes []dateNode) error {
	r.fixed = len(nodes) > 0 && strings.EqualFold(nodes[0].pattern, "FX")
	for i, n := range nodes {
		if r.s == "" {
			break
		}
		if !r.fixed && (n.pattern != "" || i == 0) {
			r.extra += r.skipBlanks()
		}
		if n.pattern == "" {
			r.literal(n)
			continue
		}
		if strings.EqualFold(n.pattern, "FX") {
			r.fixed = true
			continue
		}
		if err := r.pattern(strings.ToUpper(n.pattern), n.pattern, n, nextBreaks(nodes, i)); err != nil {
			return err
		}
		if !r.fixed {
			r.extra = r.skipBlanks()
		}
	}
	return nil
}

// literal passes over a character of the template that is no pattern.
func (r *charReader) literal(n dateNode) {
	next := func() {
		if r.s != "" {
			_, w := utf8.DecodeRuneInString(r.s)
			r.s = r.s[w:]
		}
	}
	switch {
	case r.fixed:
		next()
	case !n.quoted && (separator(n.text) || blank(n.text)):
		if blank(r.s) || separator(r.s) {
			r.s = r.s[1:]
		} else {
			r.extra--
		}
	case r.extra > 0:
		r.extra--
	default:
		next()
	}
}

// nextBreaks reports whether what follows a pattern ends a number by itself.
func nextBreaks(nodes []dateNode, i int) bool {
	if nodes[i].th != "" || i+1 == len(nodes) {
		return true
	}
	n := nodes[i+1]
	if n.pattern != "" {
		return !digitPatterns[strings.ToUpper(n.pattern)]
	}
	return n.text[0] < '0' || n.text[0] > '9'
}

func badField(detail, format string, args ...any) error {
	e := pgvalue.Errorf("22007", format, args...)
	e.Detail = detail
	return e
}

const widthHint = "If your source string is not fixed-width, try using the \"FM\" modifier."

// number reads a whole number of at most a width; name is the pattern.
func (r *charReader) number(width int, name string, n dateNode, free bool) (v, used int, err error) {
	before := len(r.s)
	r.skipBlanks()
	shown := r.s[:min(width, len(r.s))]
	src := r.s
	if !n.fill && !free {
		if len(r.s) < width {
			e := pgvalue.Errorf("22007", "source string too short for \"%s\" formatting field", name)
			e.Detail = "Field requires " + itoa(width) + " characters, but only " + itoa(len(r.s)) + " remain."
			e.Hint = widthHint
			return 0, 0, e
		}
		src = shown
	}
	digits := intPrefix(src)
	if digits > 0 && digits < width && !n.fill && !free {
		e := pgvalue.Errorf("22007", "invalid value \"%s\" for \"%s\"", shown, name)
		e.Detail = "Field requires " + itoa(width) + " characters, but only " + itoa(digits) + " could be parsed."
		e.Hint = widthHint
		return 0, 0, e
	}
	if digits == 0 {
		return 0, 0, badField("Value must be an integer.", "invalid value \"%s\" for \"%s\"", shown, name)
	}
	r.s = r.s[digits:]
	big, err := strconv.ParseInt(strings.TrimLeft(src[:digits], cBlanks), 10, 32)
	if err != nil {
		e := pgvalue.Errorf("22008", "value for \"%s\" in source string is out of range", name)
		e.Detail = "Value must be in the range -2147483648 to 2147483647."
		return 0, 0, e
	}
	return int(big), before - len(r.s), nil
}

const cBlanks = " \t\n\v\f\r"

// intPrefix is how much of s strtol reads.
func intPrefix(s string) int {
	i := len(s) - len(strings.TrimLeft(s, cBlanks))
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		i++
	}
	start := i
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		i++
	}
	if i == start {
		return 0
	}
	return i
}

// set keeps a field, which may be given twice if it is the same.
func set(field *int, v int, name string) error {
	if *field != 0 && *field != v {
		return badField("This value contradicts a previous setting for the same field type.", "conflicting values for \"%s\" field in formatting string", name)
	}
	*field = v
	return nil
}

// word reads one of a list of words, whatever the case; -1 where there is none.
func (r *charReader) word(words []string, short bool, name string) (int, error) {
	for i, w := range words {
		if short {
			w = w[:3]
		}
		if len(r.s) >= len(w) && strings.EqualFold(r.s[:len(w)], w) {
			r.s = r.s[len(w):]
			return i, nil
		}
	}
	text := r.s
	if i := strings.IndexAny(text, cBlanks); i >= 0 {
		text = text[:i]
	}
	return 0, badField("The given value did not match any of the allowed values for this field.", "invalid value \"%s\" for \"%s\"", text, name)
}

// calendar holds the patterns to one of the two calendars.
func (r *charReader) calendar(iso bool) error {
	if iso && r.out.gregorian || !iso && r.out.iso {
		e := pgvalue.Errorf("22007", "invalid combination of date conventions")
		e.Hint = "Do not mix Gregorian and ISO week date conventions in a formatting template."
		return e
	}
	r.out.iso, r.out.gregorian = iso, !iso
	return nil
}

// numeric patterns, their width and the calendar they belong to: g, i or none.
var numberFields = map[string]struct {
	width    int
	calendar byte
	field    func(f *charFields) *int
}{
	"CC": {2, 0, func(f *charFields) *int { return &f.cc }}, "DDD": {3, 'g', func(f *charFields) *int { return &f.yday }}, "DD": {2, 'g', func(f *charFields) *int { return &f.day }},
	"HH24": {2, 0, func(f *charFields) *int { return &f.hour }}, "MI": {2, 0, func(f *charFields) *int { return &f.minute }}, "SS": {2, 0, func(f *charFields) *int { return &f.second }},
	"SSSSS": {5, 0, func(f *charFields) *int { return &f.daySeconds }}, "SSSS": {4, 0, func(f *charFields) *int { return &f.daySeconds }},
	"HH12": {2, 0, func(f *charFields) *int { return &f.hour }}, "HH": {2, 0, func(f *charFields) *int { return &f.hour }},
	"MM": {2, 'g', func(f *charFields) *int { return &f.month }}, "WW": {2, 'g', func(f *charFields) *int { return &f.week }}, "W": {1, 'g', func(f *charFields) *int { return &f.weekOfMonth }},
	"IW": {2, 'i', func(f *charFields) *int { return &f.week }}, "IDDD": {3, 'i', func(f *charFields) *int { return &f.yday }},
}

// pattern reads one field.
func (r *charReader) pattern(p, name string, n dateNode, free bool) error {
	f := &r.out
	if nf, ok := numberFields[p]; ok {
		if nf.calendar != 0 {
			if err := r.calendar(nf.calendar == 'i'); err != nil {
				return err
			}
		}
		if p == "HH" || p == "HH12" {
			f.clock12 = true
		}
		v, _, err := r.number(nf.width, name, n, free)
		if err != nil {
			return err
		}
		if err := set(nf.field(f), v, name); err != nil {
			return err
		}
		r.skipTh(n)
		return nil
	}
	switch p {
	case "A.D.", "B.C.", "AD", "BC":
		words := []string{"AD", "BC"}
		if strings.Contains(p, ".") {
			words = []string{"A.D.", "B.C."}
		}
		i, err := r.word(words, false, name)
		f.bc = i == 1
		return err
	case "A.M.", "P.M.", "AM", "PM":
		words := []string{"AM", "PM"}
		if strings.Contains(p, ".") {
			words = []string{"A.M.", "P.M."}
		}
		i, err := r.word(words, false, name)
		f.pm, f.clock12 = i == 1, true
		return err
	case "MONTH", "MON":
		if err := r.calendar(false); err != nil {
			return err
		}
		i, err := r.word(monthNames, p == "MON", name)
		if err != nil {
			return err
		}
		return set(&f.month, i+1, name)
	case "RM":
		if err := r.calendar(false); err != nil {
			return err
		}
		// The longest first, so that VIII is not V.
		for _, i := range []int{7, 6, 2, 11, 5, 3, 1, 10, 8, 4, 9, 0} {
			if w := romanMonths[i]; len(r.s) >= len(w) && strings.EqualFold(r.s[:len(w)], w) {
				r.s = r.s[len(w):]
				return set(&f.month, i+1, name)
			}
		}
		_, err := r.word(nil, false, name)
		return err
	case "DAY", "DY":
		i, err := r.word(dayNames, p == "DY", name)
		if err != nil {
			return err
		}
		return set(&f.weekday, i+1, name)
	case "D", "ID":
		if err := r.calendar(p == "ID"); err != nil {
			return err
		}
		v, _, err := r.number(1, name, n, free)
		if err != nil {
			return err
		}
		if p == "ID" {
			if v++; v > 7 {
				v = 1
			}
		}
		r.skipTh(n)
		return set(&f.weekday, v, name)
	case "Q":
		_, _, err := r.number(1, name, n, free)
		r.skipTh(n)
		return err
	case "J":
		v, _, err := r.number(1, name, n, free)
		if err != nil {
			return err
		}
		r.skipTh(n)
		return set(&f.julian, v, name)
	case "MS", "US", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6":
		return r.fraction(p, name, n, free)
	case "Y,YYY", "YYYY", "YYY", "YY", "Y", "IYYY", "IYY", "IY", "I":
		return r.years(p, name, n, free)
	case "TZH":
		f.zoneSign = 1
		switch {
		case r.s != "" && (r.s[0] == '+' || r.s[0] == '-' || r.s[0] == ' '):
			if r.s[0] == '-' {
				f.zoneSign = -1
			}
			r.s = r.s[1:]
		case r.extra > 0:
			return errf("0A000", "the template pattern TZH after blanks is not supported on the SQLite fallback")
		}
		v, _, err := r.number(2, name, n, free)
		if err != nil {
			return err
		}
		return set(&f.zoneHour, v, name)
	case "TZM":
		if f.zoneSign == 0 {
			f.zoneSign = 1
		}
		v, _, err := r.number(2, name, n, free)
		if err != nil {
			return err
		}
		return set(&f.zoneMinute, v, name)
	case "TZ", "OF":
		return errf("0A000", "formatting field \"%s\" is only supported in to_char", name)
	}
	return unsupportedPattern(name)
}

// skipTh passes over the suffix of an ordinal.
func (r *charReader) skipTh(n dateNode) {
	if n.th == "" {
		return
	}
	for range 2 {
		if r.s != "" {
			_, w := utf8.DecodeRuneInString(r.s)
			r.s = r.s[w:]
		}
	}
}

// fraction reads a part of a second: its digits count from the left.
func (r *charReader) fraction(p, name string, n dateNode, free bool) error {
	width := map[string]int{"MS": 3, "US": 6}[p]
	if width == 0 {
		width = int(p[2] - '0')
		r.out.precision = width
	}
	v, used, err := r.number(width, name, n, free)
	if err != nil {
		return err
	}
	digits := 6
	field := &r.out.micros
	if p == "MS" {
		digits, field = 3, &r.out.millis
	}
	for ; used < digits; used++ {
		v *= 10
	}
	r.skipTh(n)
	return set(field, v, name)
}

// years reads a year; fewer than four digits are near 2020.
func (r *charReader) years(p, name string, n dateNode, free bool) error {
	if err := r.calendar(p[0] == 'I'); err != nil {
		return err
	}
	f := &r.out
	if p == "Y,YYY" {
		head, rest, ok := strings.Cut(r.s, ",")
		if !ok || intPrefix(head) != len(head) || head == "" || intPrefix(rest) < 3 {
			return errf("0A000", "this input for the template pattern Y,YYY is not supported on the SQLite fallback")
		}
		thousands, err1 := strconv.Atoi(head)
		ones, err2 := strconv.Atoi(rest[:3])
		if err1 != nil || err2 != nil || thousands > 9999 {
			return errf("0A000", "this input for the template pattern Y,YYY is not supported on the SQLite fallback")
		}
		r.s = rest[3:]
		f.yearDigits, f.hasYear = 4, true
		r.skipTh(n)
		return set(&f.year, thousands*1000+ones, name)
	}
	width := strings.Count(p, "Y")
	if p[0] == 'I' {
		width = len(p)
	}
	v, used, err := r.number(width, name, n, free)
	if err != nil {
		return err
	}
	if width < 4 && used < 4 {
		switch {
		case v < 70:
			v += 2000
		case v < 100:
			v += 1900
		case v < 520:
			v += 2000
		case v < 1000:
			v += 1000
		}
	}
	f.yearDigits, f.hasYear = width, true
	r.skipTh(n)
	return set(&f.year, v, name)
}
