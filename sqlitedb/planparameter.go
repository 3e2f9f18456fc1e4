package sqlitedb

import (
	"math"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// known is a parameter that may be set; nil for every other.
func known(name string) *parameter {
	if p := parameters[name]; p != nil {
		return p
	}
	return planParameter(pgcatalog.SettingByName(name))
}

// planParameter describes a parameter that only PostgreSQL's plans and resources
// depend on: it is kept and shown, and changes no answer. What it is before it
// is set, the primary's configuration says, which is not known here.
func planParameter(s *pgcatalog.Setting) *parameter {
	if s == nil || !s.Plans {
		return nil
	}
	p := &parameter{name: s.Name, unset: true}
	switch s.Type {
	case "bool":
		p.kind = boolean
	case "enum":
		p.kind, p.values = enum, s.Values
	case "integer":
		p.numeric = func(v string) (string, error) { return integerSetting(s, v) }
	case "real":
		p.numeric = func(v string) (string, error) { return realSetting(s, v) }
	default:
		return nil
	}
	return p
}

func integerSetting(s *pgcatalog.Setting, v string) (string, error) {
	v = strings.Trim(v, " \t\n\v\f\r")
	digits := strings.TrimLeft(v, "+-")
	n, err := strconv.ParseInt(v, 10, 32)
	if err != nil || len(digits) > 1 && digits[0] == '0' {
		return "", badNumber(s, v)
	}
	low, _ := strconv.ParseInt(s.Min, 10, 64)
	high, _ := strconv.ParseInt(s.Max, 10, 64)
	if n < low || n > high {
		return "", errorf("22023", "%d is outside the valid range for parameter %q (%d .. %d)", n, s.Name, low, high)
	}
	return strconv.FormatInt(n, 10), nil
}

func realSetting(s *pgcatalog.Setting, v string) (string, error) {
	v = strings.Trim(v, " \t\n\v\f\r")
	f, err := strconv.ParseFloat(v, 64)
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "", errorf("0A000", "this value of parameter %q is not supported on the SQLite fallback", s.Name)
	}
	if err != nil || strings.ContainsAny(v, "xXpP_") {
		return "", badNumber(s, v)
	}
	low, _ := strconv.ParseFloat(s.Min, 64)
	high, err := strconv.ParseFloat(s.Max, 64)
	if f < low || err == nil && f > high {
		return "", errorf("22023", "%s is outside the valid range for parameter %q (%s .. %s)", general(f), s.Name, s.Min, s.Max)
	}
	return general(f), nil
}

// general writes a number as C's %g does.
func general(f float64) string { return strconv.FormatFloat(f, 'g', 6, 64) }

// badNumber is the error about what is no plain number. PostgreSQL takes other
// ways of writing one, all of which begin with a digit, a sign or a point.
func badNumber(s *pgcatalog.Setting, v string) error {
	if v != "" && strings.ContainsAny(v[:1], "0123456789+-.") {
		return errorf("0A000", "this value of parameter %q is not supported on the SQLite fallback", s.Name)
	}
	return errorf("22023", "invalid value for parameter %q: %q", s.Name, v)
}
