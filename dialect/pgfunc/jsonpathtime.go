package pgfunc

import (
	"cmp"
	"errors"
	"math"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
)

// pathTime is a date or time within a jsonpath: days, microseconds of the day,
// or microseconds since 2000 (UTC, where it has a zone).
type pathTime struct {
	oid uint32
	n   int64
	off int // seconds east, of those with a zone
}

func (t *pathTime) typeName() string {
	switch t.oid {
	case pgtype.DateOID:
		return "date"
	case pgtype.TimeOID:
		return "time without time zone"
	case pgtype.TimetzOID:
		return "time with time zone"
	case pgtype.TimestampOID:
		return "timestamp without time zone"
	}
	return "timestamp with time zone"
}

// String is the time as JSON has it, with the zone that it came with.
func (t *pathTime) String() string {
	switch t.oid {
	case pgtype.DateOID, pgtype.TimestampOID:
		return xsdDate(t.oid, t.n, pgvalue.UTC)
	case pgtype.TimeOID:
		s, _ := pgvalue.FormatText(&pgvalue.Type{OID: t.oid, Typmod: -1}, t.n, pgvalue.UTC)
		return s
	}
	var s, bc string
	if t.oid == pgtype.TimetzOID {
		s = pgvalue.FormatTimetz(t.n, t.off)
	} else {
		var isBC bool
		s, isBC = strings.CutSuffix(xsdDate(pgtype.TimestampOID, t.n+int64(t.off)*pgvalue.MicrosPerSecond, pgvalue.UTC), " BC")
		if isBC {
			bc = " BC"
		}
		s += strings.TrimPrefix(pgvalue.FormatTimetz(0, t.off), "00:00:00")
	}
	if i := strings.LastIndexAny(s, "+-"); !strings.Contains(s[i:], ":") {
		s += ":00" // the offset always has minutes
	}
	return s + bc
}

// timeFormats are what .datetime() tries in turn, as PostgreSQL does.
var timeFormats = []string{
	"yyyy-mm-dd",
	"HH24:MI:SS.USTZH:TZM", "HH24:MI:SS.USTZH", "HH24:MI:SSTZH:TZM", "HH24:MI:SSTZH",
	"HH24:MI:SS.US", "HH24:MI:SS",
	"yyyy-mm-dd HH24:MI:SS.USTZH:TZM", "yyyy-mm-dd HH24:MI:SS.USTZH", "yyyy-mm-dd HH24:MI:SSTZH:TZM", "yyyy-mm-dd HH24:MI:SSTZH",
	`yyyy-mm-dd"T"HH24:MI:SS.USTZH:TZM`, `yyyy-mm-dd"T"HH24:MI:SS.USTZH`, `yyyy-mm-dd"T"HH24:MI:SSTZH:TZM`, `yyyy-mm-dd"T"HH24:MI:SSTZH`,
	"yyyy-mm-dd HH24:MI:SS.US", "yyyy-mm-dd HH24:MI:SS",
	`yyyy-mm-dd"T"HH24:MI:SS.US`, `yyyy-mm-dd"T"HH24:MI:SS`,
}

func (x *pathExec) datetime(it *pathItem, v pathValue, found *pathList) (bool, error) {
	if !v.is(pgvalue.JSONString) {
		return false, x.fail("22031", "jsonpath item method .%s() can only be applied to a string", it.Op)
	}
	var t *pathTime
	var err error
	if it.Left != nil {
		t, err = parsePathTime(v.j.Text, it.Left.Text)
		if pe := (*pgconn.PgError)(nil); errors.As(err, &pe) && pe.Code != "0A000" && !x.throw {
			err = errPath
		}
		if err != nil {
			return false, err
		}
	} else {
		for _, f := range timeFormats {
			if t, err = parsePathTime(v.j.Text, f); err == nil {
				break
			}
		}
		if t == nil {
			if !x.throw {
				return false, errPath
			}
			return false, detailed("22031", "datetime format is not recognized: \""+v.j.Text+"\"", "", "Use a datetime template argument to specify the input data format.")
		}
	}
	if it.Next == nil && found == nil {
		return true, nil
	}
	return x.next(it, pathValue{time: t}, found)
}

// timeField is a field of a template.
type timeField struct {
	name   string // as in the template, upper case; "" for literal text
	text   string // literal text
	quoted bool
	shown  string // the name as PostgreSQL's messages give it
}

var timeFieldNames = []string{"YYYY", "MM", "DD", "HH24", "MI", "SSSSS", "SS", "MS", "US", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6", "TZH", "TZM"}

// pathTemplate reads a template of the fields that are understood here.
func pathTemplate(format string) ([]timeField, error) {
	refuse := func() error {
		return errf("0A000", "datetime template \"%s\" of a jsonpath is not supported on the SQLite fallback", format)
	}
	var out []timeField
scan:
	for i := 0; i < len(format); {
		if strings.IndexByte("-./,':; ", format[i]) >= 0 {
			out = append(out, timeField{text: format[i : i+1]})
			i++
			continue
		}
		if format[i] == '"' {
			end := strings.IndexByte(format[i+1:], '"')
			if end < 0 || strings.Contains(format[i+1:i+1+end], `\`) {
				return nil, refuse()
			}
			for _, r := range format[i+1 : i+1+end] {
				out = append(out, timeField{text: string(r), quoted: true})
			}
			i += end + 2
			continue
		}
		for _, name := range timeFieldNames {
			rest := format[i:]
			if len(rest) < len(name) || rest[:len(name)] != name && rest[:len(name)] != strings.ToLower(name) {
				continue
			}
			i += len(name)
			if after := strings.ToUpper(format[i:]); strings.HasPrefix(after, "TH") || strings.HasPrefix(after, "SP") || name == "SSSSS" {
				return nil, refuse()
			}
			out = append(out, timeField{name: name, shown: rest[:len(name)]})
			continue scan
		}
		return nil, refuse()
	}
	return out, nil
}

// pathTimeReader reads a text by a template, in the strict way that the
// standard prescribes for SQL/JSON (DCH_from_char).
type pathTimeReader struct {
	s      string
	text   string
	fields []timeField
	n      map[string]int
	sign   int // of the zone
}

func parsePathTime(text, format string) (*pathTime, error) {
	fields, err := pathTemplate(format)
	if err != nil {
		return nil, err
	}
	p := &pathTimeReader{s: text, text: text, fields: fields, n: map[string]int{}}
	if err := p.read(); err != nil {
		return nil, err
	}
	return p.value()
}

func cSpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func (p *pathTimeReader) skipSpace() {
	for p.s != "" && cSpace(p.s[0]) {
		p.s = p.s[1:]
	}
}

func (p *pathTimeReader) read() error {
	done := 0
	for i, f := range p.fields {
		if p.s == "" {
			break
		}
		done++
		if f.name == "" {
			if !strings.HasPrefix(p.s, f.text) {
				if f.quoted {
					return errf("22007", "unmatched format character \"%s\"", f.text)
				}
				return errf("22007", "unmatched format separator \"%s\"", f.text)
			}
			p.s = p.s[len(f.text):]
			continue
		}
		if f.name == "TZH" {
			p.sign = 1
			if c := p.s[0]; c == '+' || c == '-' || c == ' ' {
				if c == '-' {
					p.sign = -1
				}
				p.s = p.s[1:]
			}
		}
		if f.name == "TZM" && p.sign == 0 {
			p.sign = 1
		}
		if err := p.field(i); err != nil {
			return err
		}
	}
	if done < len(p.fields) {
		return errf("22007", "input string is too short for datetime format")
	}
	p.skipSpace()
	if p.s != "" {
		return errf("22007", "trailing characters remain in input string after datetime format")
	}
	return nil
}

// field reads the number of one field (from_char_parse_int_len).
func (p *pathTimeReader) field(i int) error {
	f := p.fields[i]
	width := map[string]int{"YYYY": 4, "MS": 3, "US": 6, "FF1": 1, "FF2": 2, "FF3": 3, "FF4": 4, "FF5": 5, "FF6": 6}[f.name]
	if width == 0 {
		width = 2
	}
	p.skipSpace()
	invalid := func(detail string) error {
		return detailed("22007", "invalid value \""+p.s[:min(width, len(p.s))]+"\" for \""+f.shown+"\"", detail, "")
	}
	n, used := leadingInt(p.s, -1)
	if p.beforeDigits(i) {
		if len(p.s) < width {
			return detailed("22007", "source string too short for \""+f.shown+"\" formatting field",
				"Field requires "+itoa(width)+" characters, but only "+itoa(len(p.s))+" remain.", "If your source string is not fixed-width, try using the \"FM\" modifier.")
		}
		n, used = leadingInt(p.s, width)
		if used > 0 && used < width {
			return invalid("Field requires " + itoa(width) + " characters, but only " + itoa(used) + " could be parsed.")
		}
	}
	switch {
	case used == 0:
		return invalid("Value must be an integer.")
	case n < math.MinInt32 || n > math.MaxInt32:
		return detailed("22008", "value for \""+f.shown+"\" in source string is out of range", "Value must be in the range -2147483648 to 2147483647.", "")
	}
	p.s = p.s[used:]
	key, v := f.name, int(n)
	switch f.name {
	case "MS":
		v *= [...]int{1000, 100000, 10000}[used%3]
		if used > 3 {
			v = int(n) * 1000
		}
	case "US", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6":
		key = "US"
		for w := used; w < 6; w++ {
			v *= 10
		}
	}
	if old := p.n[key]; old != 0 && old != v {
		return detailed("22007", "conflicting values for \""+f.shown+"\" field in formatting string", "This value contradicts a previous setting for the same field type.", "")
	}
	p.n[key] = v
	return nil
}

// beforeDigits reports whether more digits may follow a field at once, so that
// it has a fixed width (is_next_separator, the other way round).
func (p *pathTimeReader) beforeDigits(i int) bool {
	if i+1 == len(p.fields) {
		return false
	}
	next := p.fields[i+1]
	if next.name == "" {
		return len(next.text) == 1 && next.text[0] >= '0' && next.text[0] <= '9'
	}
	return next.name != "TZH"
}

// leadingInt is strtol of the first width bytes; used is 0 where there is none.
func leadingInt(s string, width int) (n int64, used int) {
	if width >= 0 {
		s = s[:min(width, len(s))]
	}
	i := 0
	for i < len(s) && cSpace(s[i]) {
		i++
	}
	neg := false
	if i < len(s) && (s[i] == '-' || s[i] == '+') {
		neg = s[i] == '-'
		i++
	}
	start := i
	for i < len(s) && s[i] >= '0' && s[i] <= '9' {
		if n < 1<<50 {
			n = n*10 + int64(s[i]-'0')
		}
		i++
	}
	if i == start {
		return 0, 0
	}
	if neg {
		n = -n
	}
	return n, i
}

func (p *pathTimeReader) has(names ...string) bool {
	for _, f := range p.fields {
		for _, n := range names {
			if f.name == n {
				return true
			}
		}
	}
	return false
}

// value makes the date or time of what was read (do_to_timestamp and
// parse_datetime).
func (p *pathTimeReader) value() (*pathTime, error) {
	overflow := func() error {
		return errf("22008", "date/time field value out of range: \"%s\"", p.text)
	}
	year, month, d := p.n["YYYY"], p.n["MM"], p.n["DD"]
	if year < 0 {
		year++ // there is no year 0, and -1 is 1 BC
	}
	if month == 0 {
		month = 1
	}
	if d == 0 {
		d = 1
	}
	if month < 1 || month > 12 || d < 1 || d > 31 || d > pgvalue.DaysInMonth(year, month) {
		return nil, overflow()
	}
	hour, minute, second := p.n["HH24"], p.n["MI"], p.n["SS"]
	micro := p.n["MS"] + p.n["US"]
	if hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59 || micro < 0 || micro >= 1_000_000 {
		return nil, overflow()
	}
	off := 0
	if p.sign != 0 {
		h, m := p.n["TZH"], p.n["TZM"]
		if h < 0 || h > 15 || m < 0 || m > 59 {
			return nil, errf("22009", "time zone displacement out of range: \"%s\"", p.text)
		}
		off = p.sign * (h*3600 + m*60)
	}
	us := int64(hour)*pgvalue.MicrosPerHour + int64(minute)*pgvalue.MicrosPerMinute + int64(second)*pgvalue.MicrosPerSecond + int64(micro)
	dated := p.has("YYYY", "MM", "DD")
	timed := p.has("HH24", "MI", "SS", "MS", "US", "FF1", "FF2", "FF3", "FF4", "FF5", "FF6")
	zoned := p.has("TZH", "TZM")
	days := pgvalue.DateToDays(year, month, d)
	switch {
	case dated && timed:
		t := &pathTime{oid: pgtype.TimestampOID, n: days*day + us - int64(off)*pgvalue.MicrosPerSecond, off: off}
		name := "timestamp"
		if zoned {
			t.oid, name = pgtype.TimestamptzOID, "timestamptz"
		}
		if year > 300000 || year < -5000 || !pgvalue.ValidTimestamp(t.n) {
			return nil, errf("22008", "%s out of range", name)
		}
		return t, nil
	case dated && zoned:
		return nil, errf("22007", "datetime format is zoned but not timed")
	case dated:
		if year > 5874897 || year < -4713 || !pgvalue.ValidDate(days) {
			return nil, errf("22008", "date out of range: \"%s\"", p.text)
		}
		return &pathTime{oid: pgtype.DateOID, n: days}, nil
	case timed && zoned:
		return &pathTime{oid: pgtype.TimetzOID, n: us, off: off}, nil
	case timed:
		return &pathTime{oid: pgtype.TimeOID, n: us}, nil
	}
	return nil, errf("22007", "datetime format is not dated and not timed")
}

// compareTimes compares two dates or times; comparable is false for a time of
// day against a date.
func (e *pathEnv) compareTimes(a, b *pathTime) (c int, comparable bool, err error) {
	daytime := func(t *pathTime) bool { return t.oid == pgtype.TimeOID || t.oid == pgtype.TimetzOID }
	if daytime(a) != daytime(b) {
		return 0, false, nil
	}
	if daytime(a) {
		x, err := e.zonedTime(a, b)
		if err != nil {
			return 0, false, err
		}
		y, err := e.zonedTime(b, a)
		if err != nil {
			return 0, false, err
		}
		if c := cmp.Compare(x.us-int64(x.off)*pgvalue.MicrosPerSecond, y.us-int64(y.off)*pgvalue.MicrosPerSecond); c != 0 {
			return c, true, nil
		}
		return -cmp.Compare(x.off, y.off), true, nil
	}
	x, err := e.instantOf(a, b)
	if err != nil {
		return 0, false, err
	}
	y, err := e.instantOf(b, a)
	return cmp.Compare(x, y), true, err
}

func (e *pathEnv) needZone(source, target string) error {
	if e.useTz {
		return nil
	}
	return detailed("0A000", "cannot convert value from "+source+" to "+target+" without time zone usage", "", "Use *_tz() function for time zone support.")
}

// zonedTime is a time of day as it compares with another.
func (e *pathEnv) zonedTime(t, other *pathTime) (timetz, error) {
	if t.oid == pgtype.TimetzOID || other.oid == pgtype.TimeOID {
		return timetz{t.n, t.off}, nil
	}
	if err := e.needZone("time", "timetz"); err != nil {
		return timetz{}, err
	}
	loc := e.session.TimeZone
	today := floorDiv64(wallClock(e.session.Now, loc), day) * day
	return timetz{t.n, pgvalue.LocalOffset(today+t.n, loc)}, nil
}

// instantOf is a date or timestamp as it compares with another: days, or
// microseconds, where one of them has a zone since 2000 UTC.
func (e *pathEnv) instantOf(t, other *pathTime) (int64, error) {
	if t.oid == other.oid || t.oid == pgtype.TimestamptzOID {
		return t.n, nil
	}
	n := t.n
	name := "timestamp"
	if t.oid == pgtype.DateOID {
		name = "date"
		n = clampDays(t.n) * day
		if t.n > (pgvalue.Infinity-1)/day {
			n = pgvalue.Infinity - 1 // later than every timestamp
		}
	}
	if other.oid != pgtype.TimestamptzOID {
		return n, nil
	}
	if err := e.needZone(name, "timestamptz"); err != nil {
		return 0, err
	}
	return n - int64(pgvalue.LocalOffset(n, e.session.TimeZone))*pgvalue.MicrosPerSecond, nil
}
