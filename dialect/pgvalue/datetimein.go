package pgvalue

import (
	"strings"
	"time"
)

func parseDate(s string, env *Env) (any, error) {
	v, err := parseTimestamp(s, -1, env)
	if err != nil {
		return nil, err
	}
	d, _ := floorDiv(v.(int64), MicrosPerDay)
	return d, nil
}
func parseTime(s string, typmod int32, env *Env) (any, error) {
	t, err := time.Parse("15:04:05.999999", s)
	if err != nil {
		return nil, invalidDatetime("time", s)
	}
	return Micros(t) - Micros(time.Date(0, 1, 1, 0, 0, 0, 0, time.UTC)), nil
}
func parseTimetz(s string, typmod int32, env *Env) (any, error) { return s, nil }
func ParseTimetz(s string) (us int64, off int, err error)       { return 0, 0, nil }
func ParseInterval(s string) (Interval, error)                  { return Interval{}, nil }
func parseIntervalType(s string, typmod int32) (any, error)     { return s, nil }

func invalidDatetime(typ, s string) error {
	return Errorf(codeInvalidDatetime, "invalid input syntax for type %s: \"%s\"", typ, s)
}

func parseTimestamp(s string, typmod int32, env *Env) (any, error) {
	return parseStamp("timestamp", s, time.UTC)
}
func parseTimestamptz(s string, typmod int32, env *Env) (any, error) {
	return parseStamp("timestamp with time zone", s, env.zone())
}
func parseStamp(typ, s string, loc *time.Location) (any, error) {
	w := strings.Replace(trimSpace(s), "T", " ", 1)
	for _, l := range []string{"2006-01-02 15:04:05.999999999Z07", "2006-01-02 15:04:05.999999999Z07:00", "2006-01-02 15:04:05.999999999", "2006-01-02 15:04", "2006-01-02"} {
		if t, err := time.ParseInLocation(l, w, loc); err == nil {
			return Micros(t), nil
		}
	}
	return nil, invalidDatetime(typ, s)
}
