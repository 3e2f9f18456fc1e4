package sqlitedb

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// timeZone finds a zone as SET TIME ZONE takes it: an IANA name in any case, or
// an offset in hours east of Greenwich.
func timeZone(name string) (loc *time.Location, canonical string, ok bool) {
	switch {
	case strings.EqualFold(name, "utc"):
		return time.UTC, "UTC", true
	case strings.EqualFold(name, "gmt"):
		return time.FixedZone("GMT", 0), "GMT", true
	case name == "" || strings.EqualFold(name, "local"):
		return nil, "", false
	}
	if l, ok := offsetZone(name); ok {
		return l, name, true
	}
	if h, err := strconv.ParseFloat(name, 64); err == nil {
		if h < -167 || h > 167 {
			return nil, "", false
		}
		secs := int(h * 3600)
		return time.FixedZone("", secs), offsetName(secs), true
	}
	if l, err := time.LoadLocation(name); err == nil {
		return l, name, true
	}
	// PostgreSQL takes the names in any case.
	parts := strings.Split(strings.ToLower(name), "/")
	for i, p := range parts {
		words := strings.FieldsFunc(p, func(r rune) bool { return r == '_' })
		for j, w := range words {
			words[j] = strings.ToUpper(w[:1]) + w[1:]
		}
		parts[i] = strings.Join(words, "_")
	}
	if c := strings.Join(parts, "/"); c != "Local" {
		if l, err := time.LoadLocation(c); err == nil {
			return l, c, true
		}
	}
	if l, ok := pgvalue.FindZone(name); ok { // a POSIX form
		return l, strings.ToUpper(name), true
	}
	return nil, "", false
}

// offsetName is the POSIX form in which PostgreSQL shows an offset: <+02>-02.
func offsetName(secs int) string {
	form := func(s int) string {
		sign := '+'
		if s < 0 {
			sign, s = '-', -s
		}
		t := fmt.Sprintf("%c%02d", sign, s/3600)
		if s%3600 != 0 {
			t += fmt.Sprintf(":%02d", s%3600/60)
		}
		return t
	}
	return "<" + form(secs) + ">" + form(-secs)
}

// offsetZone reads what offsetName writes.
func offsetZone(name string) (*time.Location, bool) {
	abbrev, _, ok := strings.Cut(strings.TrimPrefix(name, "<"), ">")
	if !ok || !strings.HasPrefix(name, "<") || len(abbrev) < 3 {
		return nil, false
	}
	hours, minutes, _ := strings.Cut(abbrev[1:], ":")
	h, err := strconv.Atoi(hours)
	m := 0
	if err == nil && minutes != "" {
		m, err = strconv.Atoi(minutes)
	}
	if err != nil {
		return nil, false
	}
	secs := h*3600 + m*60
	switch abbrev[0] {
	case '-':
		secs = -secs
	case '+':
	default:
		return nil, false
	}
	return time.FixedZone(abbrev, secs), true
}
