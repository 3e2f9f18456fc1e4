package pgvalue

import "strings"

// parseBool accepts unique prefixes of true, false, yes, no, on and off, as
// boolin does.
func parseBool(s string) (any, error) {
	w := strings.ToLower(trimSpace(s))
	switch {
	case w == "":
	case strings.HasPrefix("true", w), strings.HasPrefix("yes", w), w == "on", w == "1":
		return int64(1), nil
	case strings.HasPrefix("false", w), strings.HasPrefix("no", w), w == "of", w == "off", w == "0":
		return int64(0), nil
	}
	return nil, invalidText("boolean", s)
}

// trimSpace removes what C's isspace calls space, which PostgreSQL's input
// functions skip on both sides.
func trimSpace(s string) string { return strings.Trim(s, " \t\n\v\f\r") }
