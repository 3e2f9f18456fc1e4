package pgfunc

import (
	"fmt"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// datePatterns are the template patterns of to_char for dates and times, in
// the order in which PostgreSQL tries them. Those that begin with a capital
// letter come first here; the lower-case ones mean the same, save for names.
var datePatterns = strings.Fields(`A.D. A.M. AD AM B.C. BC CC DAY DDD DD DY Day Dy D FF1 FF2 FF3 FF4 FF5 FF6 FX HH24 HH12 HH IDDD ID IW IYYY IYY IY I J
MI MM MONTH MON MS Month Mon OF P.M. PM Q RM SSSSS SSSS SS TZH TZM TZ US WW W Y,YYY YYYY YYY YY Y
a.d. a.m. ad am b.c. bc cc day ddd dd dy d ff1 ff2 ff3 ff4 ff5 ff6 fx hh24 hh12 hh iddd id iw iyyy iyy iy i j
mi mm month mon ms of p.m. pm q rm sssss ssss ss tzh tzm tz us ww w y,yyy yyyy yyy yy y`)

// dateNode is a piece of a template: a pattern, or literal text.
type dateNode struct {
	pattern string // "" for a literal
	text    string
	quoted  bool // literal text in quotes
	fill    bool // FM: no padding

	localized bool   // TM: a name as lc_time has it, without padding
	th        string // "TH" or "th"
}

// parseDateFormat splits a template as parse_format does.
func parseDateFormat(f string) ([]dateNode, error) {
	var nodes []dateNode
	for f != "" {
		var n dateNode
		switch {
		case strings.HasPrefix(f, "FM"), strings.HasPrefix(f, "fm"):
			n.fill, f = true, f[2:]
		case strings.HasPrefix(f, "TM"), strings.HasPrefix(f, "tm"):
			n.localized, f = true, f[2:]
		}
		if f == "" {
			break
		}
		for _, p := range datePatterns {
			if strings.HasPrefix(f, p) {
				n.pattern = p
				break
			}
		}
		if n.pattern != "" {
			f = f[len(n.pattern):]
			switch {
			case strings.HasPrefix(f, "TH"), strings.HasPrefix(f, "th"):
				n.th, f = f[:2], f[2:]
			case strings.HasPrefix(f, "SP"), strings.HasPrefix(f, "sp"):
				f = f[2:]
			}
			nodes = append(nodes, n)
			continue
		}
		if f[0] == '"' {
			f = f[1:]
			for f != "" && f[0] != '"' {
				if f[0] == '\\' && len(f) > 1 {
					f = f[1:]
				}
				_, w := utf8.DecodeRuneInString(f)
				nodes = append(nodes, dateNode{text: f[:w], quoted: true})
				f = f[w:]
			}
			if f != "" {
				f = f[1:]
			}
			continue
		}
		if f[0] == '\\' && len(f) > 1 && f[1] == '"' {
			f = f[1:]
		}
		_, w := utf8.DecodeRuneInString(f)
		nodes = append(nodes, dateNode{text: f[:w]})
		f = f[w:]
	}
	return nodes, nil
}

var monthNames = strings.Fields("January February March April May June July August September October November December")
var dayNames = strings.Fields("Sunday Monday Tuesday Wednesday Thursday Friday Saturday")
var romanMonths = strings.Fields("I II III IV V VI VII VIII IX X XI XII")

// charTime is what to_char formats.
type charTime struct {
	pgvalue.Clock
	zoned    bool
	interval bool
}

// ordinal is the suffix of a number: st, nd, rd, th.
func ordinal(num, style string) string {
	suffix := "th"
	if n := len(num); n < 2 || num[n-2] != '1' {
		switch num[n-1] {
		case '1':
			suffix = "st"
		case '2':
			suffix = "nd"
		case '3':
			suffix = "rd"
		}
	}
	if style == "TH" {
		suffix = strings.ToUpper(suffix)
	}
	return suffix
}

// caseLike gives a name the case of its pattern: MONTH, Month or month.
func caseLike(name, pattern string) string {
	switch {
	case pattern == strings.ToUpper(pattern):
		return strings.ToUpper(name)
	case pattern == strings.ToLower(pattern):
		return strings.ToLower(name)
	}
	return name
}

func (c *charTime) format(nodes []dateNode) (string, error) {
	var b strings.Builder
	for _, n := range nodes {
		if n.pattern == "" {
			b.WriteString(n.text)
			continue
		}
		s, num, err := c.pattern(n)
		if err != nil {
			return "", err
		}
		b.WriteString(s)
		if num && n.th != "" && s != "" {
			b.WriteString(ordinal(s, n.th))
		}
	}
	return b.String(), nil
}

// pad0 is %0*d with the width the pattern asks for; a negative number gets one
// place more for its sign.
func (n dateNode) pad0(v, width int) string {
	if n.fill {
		return itoa(v)
	}
	if v < 0 {
		width++
	}
	return fmt.Sprintf("%0*d", width, v)
}

func (n dateNode) padName(s string, width int) string {
	if n.fill || n.localized && width == 9 {
		return s
	}
	return fmt.Sprintf("%-*s", width, s)
}

// pattern formats one pattern; num says that it is a number.
func (c *charTime) pattern(n dateNode) (s string, num bool, err error) {
	p := strings.ToUpper(n.pattern)
	if c.interval {
		switch p {
		case "HH", "HH12", "HH24", "MI", "SS", "MS", "US", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6", "DD", "MM", "YYYY", "AM", "PM", "A.M.", "P.M.", "SSSS", "SSSSS", "FX":
		case "TZ", "TZH", "TZM", "OF", "A.D.", "AD", "B.C.", "BC", "MONTH", "MON", "DAY", "DY", "D", "ID":
			return "", false, detailed("22007", "invalid format specification for an interval value", "", "Intervals are not tied to specific calendar dates.")
		default:
			return "", false, errf("0A000", "the template pattern %s for an interval is not supported on the SQLite fallback", p)
		}
	}
	year := c.Year
	if !c.interval && year <= 0 {
		year = 1 - year
	}
	date := func() time.Time { return time.Date(c.Year, time.Month(c.Month), c.Day, 0, 0, 0, 0, time.UTC) }
	weekday := func() int { return int(date().Weekday()) }
	isoYear := func() int {
		y, _ := date().ISOWeek()
		if y <= 0 {
			return 1 - y
		}
		return y
	}
	digit := func(width int) (string, bool, error) {
		v := c.Micro
		for range 6 - width {
			v /= 10
		}
		return fmt.Sprintf("%0*d", width, v), true, nil
	}
	switch p {
	case "FX":
		return "", false, nil
	case "AM", "PM", "A.M.", "P.M.":
		s := "AM"
		if c.Hour%24 >= 12 {
			s = "PM"
		}
		if len(p) == 4 {
			s = s[:1] + "." + s[1:] + "."
		}
		return caseLike(s, n.pattern), false, nil
	case "AD", "BC", "A.D.", "B.C.":
		s := "AD"
		if c.Year <= 0 {
			s = "BC"
		}
		if len(p) == 4 {
			s = s[:1] + "." + s[1:] + "."
		}
		return caseLike(s, n.pattern), false, nil
	case "HH", "HH12":
		h := c.Hour % 12
		if h == 0 {
			h = 12
		}
		return n.pad0(h, 2), true, nil
	case "HH24":
		return n.pad0(c.Hour, 2), true, nil
	case "MI":
		return n.pad0(c.Min, 2), true, nil
	case "SS":
		return n.pad0(c.Sec, 2), true, nil
	case "MS", "FF3":
		return digit(3)
	case "US", "FF6":
		return digit(6)
	case "FF1", "FF2", "FF4", "FF5":
		return digit(int(p[2] - '0'))
	case "SSSS", "SSSSS":
		return itoa(c.Hour*3600 + c.Min*60 + c.Sec), true, nil
	case "TZ":
		if !c.zoned {
			return "", false, nil
		}
		return caseLike(c.Zone, n.pattern), false, nil
	case "TZH", "TZM", "OF":
		off, sign := c.Offset, "+"
		if off < 0 {
			off, sign = -off, "-"
		}
		switch p {
		case "TZH":
			return sign + fmt.Sprintf("%02d", off/3600), false, nil
		case "TZM":
			return fmt.Sprintf("%02d", off%3600/60), false, nil
		}
		s := sign + n.pad0(off/3600, 2)
		if off%3600 != 0 {
			s += fmt.Sprintf(":%02d", off%3600/60)
		}
		return s, false, nil
	case "MONTH":
		return n.padName(caseLike(monthNames[c.Month-1], n.pattern), 9), false, nil
	case "MON":
		return caseLike(monthNames[c.Month-1][:3], n.pattern), false, nil
	case "MM":
		return n.pad0(c.Month, 2), true, nil
	case "DAY":
		return n.padName(caseLike(dayNames[weekday()], n.pattern), 9), false, nil
	case "DY":
		return caseLike(dayNames[weekday()][:3], n.pattern), false, nil
	case "DDD":
		return n.pad0(int(pgvalue.DateToDays(c.Year, c.Month, c.Day)-pgvalue.DateToDays(c.Year, 1, 1))+1, 3), true, nil
	case "IDDD":
		_, w := date().ISOWeek()
		d := weekday()
		if d == 0 {
			d = 7
		}
		return n.pad0((w-1)*7+d, 3), true, nil
	case "DD":
		return n.pad0(c.Day, 2), true, nil
	case "D":
		return itoa(weekday() + 1), true, nil
	case "ID":
		d := weekday()
		if d == 0 {
			d = 7
		}
		return itoa(d), true, nil
	case "WW":
		return n.pad0(int(pgvalue.DateToDays(c.Year, c.Month, c.Day)-pgvalue.DateToDays(c.Year, 1, 1))/7+1, 2), true, nil
	case "IW":
		_, w := date().ISOWeek()
		return n.pad0(w, 2), true, nil
	case "W":
		return itoa((c.Day-1)/7 + 1), true, nil
	case "Q":
		return itoa((c.Month-1)/3 + 1), true, nil
	case "CC":
		v := c.Year/100 - 1
		if c.Year > 0 {
			v = (c.Year-1)/100 + 1
		}
		if v <= 99 && v >= -99 {
			return n.pad0(v, 2), true, nil
		}
		return itoa(v), true, nil
	case "Y,YYY":
		return fmt.Sprintf("%d,%03d", year/1000, year%1000), true, nil
	case "YYYY":
		return n.pad0(year, 4), true, nil
	case "YYY":
		return n.pad0(year%1000, 3), true, nil
	case "YY":
		return n.pad0(year%100, 2), true, nil
	case "Y":
		return itoa(year % 10), true, nil
	case "IYYY":
		return n.pad0(isoYear(), 4), true, nil
	case "IYY":
		return n.pad0(isoYear()%1000, 3), true, nil
	case "IY":
		return n.pad0(isoYear()%100, 2), true, nil
	case "I":
		return itoa(isoYear() % 10), true, nil
	case "RM":
		return n.padName(caseLike(romanMonths[c.Month-1], n.pattern), 4), false, nil
	case "J":
		return fmt.Sprint(pgvalue.DateToDays(c.Year, c.Month, c.Day) + julianEpoch), true, nil
	}
	return "", false, errf("0A000", "the template pattern %s is not supported on the SQLite fallback", p)
}

func toChar(lcTime string, c charTime, format string) (any, error) {
	if format == "" {
		return nil, nil
	}
	nodes, err := parseDateFormat(format)
	if err != nil {
		return nil, err
	}
	if !plainLocale(lcTime) && !americanLocale(lcTime) && slices.ContainsFunc(nodes, func(n dateNode) bool { return n.localized }) {
		return nil, errf("0A000", "the template pattern TM under lc_time \"%s\" is not supported on the SQLite fallback", lcTime)
	}
	return c.format(nodes)
}

// toCharFuncs adds to_char for dates, times and intervals.
func toCharFuncs(r *registry) {
	env := []string{"lc_time"}
	r.withEnv(env, "pg_to_char_timestamp", f3(func(lcTime string, ts int64, f string) (any, error) {
		if infinite(ts) {
			return nil, nil
		}
		return toChar(lcTime, charTime{Clock: pgvalue.Civil(ts)}, f)
	}), "to_char(timestamp,text)")
	r.withEnv(append(env, "tz"), "pg_to_char_timestamptz", f4(func(lcTime, tz string, ts int64, f string) (any, error) {
		if infinite(ts) {
			return nil, nil
		}
		return toChar(lcTime, charTime{Clock: pgvalue.CivilIn(ts, zoneOf(tz)), zoned: true}, f)
	}), "to_char(timestamptz,text)")
	r.withEnv(env, "pg_to_char_interval", f3(func(lcTime string, iv interval, f string) (any, error) {
		us := iv.Micros
		c := charTime{interval: true}
		c.Year, c.Month, c.Day = int(iv.Months/12), int(iv.Months%12), int(iv.Days)
		c.Hour = int(us / pgvalue.MicrosPerHour)
		us -= int64(c.Hour) * pgvalue.MicrosPerHour
		c.Min = int(us / pgvalue.MicrosPerMinute)
		us -= int64(c.Min) * pgvalue.MicrosPerMinute
		c.Sec, c.Micro = int(us/pgvalue.MicrosPerSecond), int(us%pgvalue.MicrosPerSecond)
		if iv.Months < 0 || iv.Days < 0 || iv.Micros < 0 {
			return nil, errf("0A000", "to_char of a negative interval is not supported on the SQLite fallback")
		}
		return toChar(lcTime, c, f)
	}), "to_char(interval,text)")
}
