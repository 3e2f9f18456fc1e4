package sqlitedb

import (
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// parameter describes one run-time parameter.
type parameter struct {
	name    string // as SHOW heads its column
	preset  string
	fixed   bool                                       // cannot be changed: 55P02
	kind    kind                                       // of its values
	values  []string                                   // of an enum, as the hint lists them
	check   func(v string) (canonical string, ok bool) // of other text; nil: any
	numeric func(v string) (string, error)             // parses and checks a number
	refused string                                     // what PostgreSQL would take and the fallback does not: 0A000
	unset   bool                                       // has no value until SET gives one: the primary's is not known
}

type kind uint8

const (
	text kind = iota
	boolean
	duration // milliseconds
	enum
)

// parse reads a value as SET takes it and gives it as SHOW does.
func (p *parameter) parse(v string) (string, error) {
	if p.numeric != nil {
		return p.numeric(v)
	}
	bad := errorf("22023", "invalid value for parameter %q: %q", p.name, v)
	switch p.kind {
	case boolean:
		c, ok := parseBool(v)
		if !ok {
			return "", errorf("22023", "parameter %q requires a Boolean value", p.name)
		}
		return c, nil
	case duration:
		ms, unit, ok := parseDuration(v)
		switch {
		case !unit:
			bad.Hint = `Valid units for this parameter are "us", "ms", "s", "min", "h", and "d".`
			return "", bad
		case !ok:
			return "", bad
		case ms < 0 || ms > math.MaxInt32:
			return "", errorf("22023", "%d ms is outside the valid range for parameter %q (0 .. %d)", ms, p.name, math.MaxInt32)
		}
		return showDuration(time.Duration(ms) * time.Millisecond), nil
	case enum:
		for _, w := range p.values {
			if strings.EqualFold(v, w) {
				return w, nil
			}
		}
		if p.refused == "" {
			bad.Hint = "Available values: " + strings.Join(p.values, ", ") + "."
			return "", bad
		}
	default:
		if p.check == nil {
			return v, nil
		}
		if c, ok := p.check(v); ok {
			return c, nil
		}
	}
	if p.refused != "" {
		return "", errorf("0A000", "%s is not supported on the SQLite fallback", p.refused)
	}
	return "", bad
}

func parseBool(v string) (string, bool) {
	v = strings.ToLower(v)
	if v == "" {
		return "", false
	}
	for _, w := range []string{"true", "yes", "1"} {
		if strings.HasPrefix(w, v) {
			return "on", true
		}
	}
	for _, w := range []string{"false", "no", "0"} {
		if strings.HasPrefix(w, v) {
			return "off", true
		}
	}
	switch v {
	case "on":
		return "on", true
	case "of", "off":
		return "off", true
	}
	return "", false
}

// parseDuration reads a time as PostgreSQL takes it for a parameter in
// milliseconds; unit is false where its unit is none.
func parseDuration(v string) (ms int64, unit, ok bool) {
	v = strings.TrimSpace(v)
	i := 0
	for i < len(v) && (v[i] >= '0' && v[i] <= '9' || v[i] == '.' || i == 0 && (v[i] == '+' || v[i] == '-')) {
		i++
	}
	n, err := strconv.ParseFloat(v[:i], 64)
	if err != nil {
		return 0, true, false
	}
	switch strings.TrimSpace(v[i:]) {
	case "", "ms":
	case "us":
		n /= 1000
	case "s":
		n *= 1000
	case "min":
		n *= 60_000
	case "h":
		n *= 3_600_000
	case "d":
		n *= 86_400_000
	default:
		return 0, false, false
	}
	if math.Abs(n) > 1<<53 {
		return 0, true, false
	}
	return int64(math.RoundToEven(n)), true, true
}

// memory reads an amount of memory in kB, or with a unit.
func memory(v string) (string, bool) {
	v = strings.TrimSpace(v)
	digits := strings.TrimRight(v, "kMGTB ")
	n, err := strconv.ParseInt(digits, 10, 64)
	factor, ok := map[string]int64{"": 1, "kB": 1, "MB": 1 << 10, "GB": 1 << 20, "TB": 1 << 30}[strings.TrimSpace(v[len(digits):])]
	if err != nil || !ok || n < 0 || n > math.MaxInt32/factor || n*factor < 64 {
		return "", false
	}
	n *= factor
	units := []string{"kB", "MB", "GB", "TB"}
	i := 0
	for ; i < len(units)-1 && n%1024 == 0; i++ {
		n /= 1024
	}
	return strconv.FormatInt(n, 10) + units[i], true
}

func showDuration(d time.Duration) string {
	if d == 0 {
		return "0"
	}
	for _, u := range []struct {
		d    time.Duration
		name string
	}{{24 * time.Hour, "d"}, {time.Hour, "h"}, {time.Minute, "min"}, {time.Second, "s"}} {
		if d%u.d == 0 {
			return strconv.FormatInt(int64(d/u.d), 10) + u.name
		}
	}
	return strconv.FormatInt(d.Milliseconds(), 10) + "ms"
}

// readDuration is the duration that a parameter's value, as SHOW gives it, stands for.
func readDuration(v string) time.Duration {
	ms, _, _ := parseDuration(v)
	return time.Duration(ms) * time.Millisecond
}

// parameters are those that programs, ORMs and migration tools set or read. Of
// PostgreSQL's others, see known.
var parameters = map[string]*parameter{
	"application_name":                    {name: "application_name"},
	"bytea_output":                        {name: "bytea_output", preset: "hex", kind: enum, values: []string{"escape", "hex"}},
	"check_function_bodies":               {name: "check_function_bodies", preset: "on", kind: boolean},
	"client_encoding":                     {name: "client_encoding", preset: "UTF8", check: encoding, refused: "an encoding other than UTF8"},
	"client_min_messages":                 {name: "client_min_messages", preset: "notice", kind: enum, values: []string{"debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning", "error"}},
	"constraint_exclusion":                {name: "constraint_exclusion", preset: "partition", kind: enum, values: []string{"partition", "on", "off"}},
	"datestyle":                           {name: "DateStyle", preset: "ISO, MDY", check: dateStyle, refused: "a DateStyle other than ISO, MDY"},
	"default_table_access_method":         {name: "default_table_access_method", preset: "heap", kind: enum, values: []string{"heap"}},
	"default_text_search_config":          {name: "default_text_search_config", preset: "pg_catalog.english", check: textSearchConfig, refused: "a text search configuration other than simple and english"},
	"default_tablespace":                  {name: "default_tablespace"},
	"default_transaction_deferrable":      {name: "default_transaction_deferrable", preset: "off", kind: boolean},
	"default_transaction_isolation":       {name: "default_transaction_isolation", preset: "read committed", kind: enum, values: isolationLevels},
	"default_transaction_read_only":       {name: "default_transaction_read_only", preset: "off", kind: boolean},
	"extra_float_digits":                  {name: "extra_float_digits", preset: "1", check: floatDigits, refused: "an extra_float_digits below 1"},
	"idle_in_transaction_session_timeout": {name: "idle_in_transaction_session_timeout", preset: "0", kind: duration},
	"idle_session_timeout":                {name: "idle_session_timeout", preset: "0", kind: duration},
	"integer_datetimes":                   {name: "integer_datetimes", preset: "on", fixed: true},
	"intervalstyle":                       {name: "IntervalStyle", preset: "postgres", kind: enum, values: []string{"postgres"}, refused: "an IntervalStyle other than postgres"},
	"is_superuser":                        {name: "is_superuser", preset: "off", fixed: true},
	"jit":                                 {name: "jit", preset: "on", kind: boolean},
	"lc_collate":                          {name: "lc_collate", preset: "C", fixed: true},
	"lc_ctype":                            {name: "lc_ctype", preset: "C", fixed: true},
	"lc_messages":                         {name: "lc_messages", preset: "C"},
	"lc_monetary":                         {name: "lc_monetary", preset: "C"},
	"lc_numeric":                          {name: "lc_numeric", preset: "C"},
	"lc_time":                             {name: "lc_time", preset: "C"},
	"lock_timeout":                        {name: "lock_timeout", preset: "0", kind: duration},
	"maintenance_work_mem":                {name: "maintenance_work_mem", preset: "64MB", check: memory},
	"max_identifier_length":               {name: "max_identifier_length", preset: "63", fixed: true},
	"role":                                {name: "role", preset: "none", kind: enum, values: []string{"none"}, refused: "SET ROLE"},
	"row_security":                        {name: "row_security", preset: "on", kind: boolean},
	"search_path":                         {name: "search_path"},
	"server_encoding":                     {name: "server_encoding", preset: "UTF8", fixed: true},
	"server_version":                      {name: "server_version", fixed: true},
	"server_version_num":                  {name: "server_version_num", fixed: true},
	"session_authorization":               {name: "session_authorization", fixed: true},
	"standard_conforming_strings":         {name: "standard_conforming_strings", preset: "on", check: onlyOn, refused: "standard_conforming_strings = off"},
	"statement_timeout":                   {name: "statement_timeout", preset: "0", kind: duration},
	"synchronous_commit":                  {name: "synchronous_commit", preset: "on", kind: enum, values: []string{"local", "remote_write", "remote_apply", "on", "off"}},
	"timezone":                            {name: "TimeZone"},
	"transaction_deferrable":              {name: "transaction_deferrable", preset: "off", kind: boolean},
	"transaction_isolation":               {name: "transaction_isolation", preset: "read committed", kind: enum, values: isolationLevels},
	"transaction_read_only":               {name: "transaction_read_only", preset: "off", kind: boolean},
	"work_mem":                            {name: "work_mem", preset: "4MB", check: memory},
	"xmloption":                           {name: "xmloption", preset: "content", kind: enum, values: []string{"content", "document"}},
}

var isolationLevels = []string{"serializable", "repeatable read", "read committed", "read uncommitted"}

func encoding(v string) (string, bool) {
	switch strings.ToUpper(strings.NewReplacer("-", "", "_", "").Replace(v)) {
	case "UTF8", "UNICODE":
		return "UTF8", true
	}
	return "", false
}

func textSearchConfig(v string) (string, bool) {
	name, err := pgvalue.TextSearchConfig(v)
	return "pg_catalog." + name, err == nil
}

func dateStyle(v string) (string, bool) {
	for part := range strings.SplitSeq(v, ",") {
		switch strings.ToUpper(strings.TrimSpace(part)) {
		case "ISO", "MDY", "US", "NONEURO", "NONEUROPEAN", "DEFAULT":
		default:
			return "", false
		}
	}
	return "ISO, MDY", true
}

func floatDigits(v string) (string, bool) {
	n, err := strconv.Atoi(strings.TrimSpace(v))
	return strconv.Itoa(n), err == nil && n >= 1 && n <= 3
}

func onlyOn(v string) (string, bool) {
	w, ok := parseBool(v)
	return w, ok && w == "on"
}
