package sqlitedb

import (
	"fmt"
	"maps"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// settings are a session's run-time parameters. The maps are never written
// through: a change makes a new one, so that a transaction or a savepoint goes
// back to what it saw by keeping the old.
type settings struct {
	session map[string]string // SET
	local   map[string]string // SET LOCAL, gone with the transaction
	version int               // tells two apart

	// Derived from them:
	zone             *time.Location
	searchPath       []string // nil: the catalog's
	lockTimeout      time.Duration
	statementTimeout time.Duration
	idleTimeout      time.Duration // idle_in_transaction_session_timeout
	readOnly         bool          // default_transaction_read_only
	isolation        string
}

// parameter describes one run-time parameter.
type parameter struct {
	name    string // as SHOW heads its column
	preset  string
	fixed   bool                                       // cannot be changed: 55P02
	kind    kind                                       // of its values
	values  []string                                   // of an enum, as the hint lists them
	check   func(v string) (canonical string, ok bool) // of other text; nil: any
	refused string                                     // what PostgreSQL would take and the fallback does not: 0A000
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

// parameters are those that programs, ORMs and migration tools set or read.
// Whatever is not here is 42704, as an unknown one is on PostgreSQL.
var parameters = map[string]*parameter{
	"application_name":                    {name: "application_name"},
	"bytea_output":                        {name: "bytea_output", preset: "hex", kind: enum, values: []string{"escape", "hex"}},
	"check_function_bodies":               {name: "check_function_bodies", preset: "on", kind: boolean},
	"client_encoding":                     {name: "client_encoding", preset: "UTF8", check: encoding, refused: "an encoding other than UTF8"},
	"client_min_messages":                 {name: "client_min_messages", preset: "notice", kind: enum, values: []string{"debug5", "debug4", "debug3", "debug2", "debug1", "log", "notice", "warning", "error"}},
	"constraint_exclusion":                {name: "constraint_exclusion", preset: "partition", kind: enum, values: []string{"partition", "on", "off"}},
	"datestyle":                           {name: "DateStyle", preset: "ISO, MDY", check: dateStyle, refused: "a DateStyle other than ISO, MDY"},
	"default_table_access_method":         {name: "default_table_access_method", preset: "heap", kind: enum, values: []string{"heap"}},
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
	"maintenance_work_mem":                {name: "maintenance_work_mem", preset: "64MB"},
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
	"work_mem":                            {name: "work_mem", preset: "4MB"},
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

// setting is a parameter's value, unformatted by nothing: as SHOW gives it.
func (s *Session) setting(name string) (string, bool) {
	name = strings.ToLower(name)
	switch name {
	case "time zone":
		name = "timezone"
	case "transaction_isolation":
		if s.tx.status != idle {
			return s.tx.isolation, true
		}
		name = "default_transaction_isolation"
	case "transaction_read_only":
		if s.tx.status != idle {
			return onOff(s.tx.readOnly), true
		}
		name = "default_transaction_read_only"
	}
	if v, ok := s.set.local[name]; ok {
		return v, true
	}
	if v, ok := s.set.session[name]; ok {
		return v, true
	}
	return s.preset(name)
}

// preset is what RESET goes back to.
func (s *Session) preset(name string) (string, bool) {
	if v, ok := s.presets[name]; ok {
		return v, true
	}
	cat := s.file.current.Load().cat
	switch name {
	case "server_version_num":
		return strconv.Itoa(serverVersion(cat.ServerVersion)), true
	case "server_version":
		n := serverVersion(cat.ServerVersion)
		return fmt.Sprintf("%d.%d", n/10000, n%10000), true
	case "timezone":
		if cat.TimeZone != "" {
			return cat.TimeZone, true
		}
		return "UTC", true
	case "search_path":
		path := make([]string, len(cat.SearchPath))
		for i, p := range cat.SearchPath {
			path[i] = quoteIfNeeded(p)
		}
		return strings.Join(path, ", "), true
	case "session_authorization":
		return s.user(), true
	case "lc_collate", "lc_ctype":
		return cat.Collation.Locale, true
	}
	p := parameters[name]
	if p == nil {
		return "", s.custom[name]
	}
	return p.preset, true
}

// serverVersion is the primary's version; before any was seen, the oldest that
// is supported in full.
func serverVersion(v int) int {
	if v == 0 {
		return 150000
	}
	return v
}

func onOff(b bool) string {
	if b {
		return "on"
	}
	return "off"
}

func quoteIfNeeded(name string) string {
	for i, c := range name {
		if !(c >= 'a' && c <= 'z' || c == '_' || i > 0 && (c >= '0' && c <= '9' || c == '$')) {
			return `"` + strings.ReplaceAll(name, `"`, `""`) + `"`
		}
	}
	if name == "" {
		return `""`
	}
	return name
}

// change sets a parameter, or puts it back to its preset where value is nil.
func (s *Session) change(name string, value *string, local bool) error {
	name = strings.ToLower(name)
	if name == "time zone" {
		name = "timezone"
	}
	p := parameters[name]
	if p == nil && !strings.Contains(name, ".") {
		return errorf("42704", "unrecognized configuration parameter %q", name)
	}
	if p != nil && p.fixed {
		return errorf("55P02", "parameter %q cannot be changed", p.name)
	}
	v, err := s.canonical(name, p, value)
	if err != nil {
		return err
	}
	switch name {
	case "transaction_isolation", "transaction_read_only", "transaction_deferrable":
		return s.setTransaction(name, v)
	}
	if p == nil {
		// One of the user's own is known from its first use on.
		s.custom = with(s.custom, name, true)
	}
	old := s.set
	s.changes++
	s.set.version = s.changes
	if local {
		s.set.local = with(s.set.local, name, v)
	} else {
		s.set.session = with(s.set.session, name, v)
		if _, shadowed := s.set.local[name]; shadowed {
			s.set.local = maps.Clone(s.set.local)
			delete(s.set.local, name)
		}
	}
	if err := s.derive(); err != nil {
		s.set = old
		return err
	}
	return nil
}

func with[V any](m map[string]V, name string, value V) map[string]V {
	m = maps.Clone(m)
	if m == nil {
		m = make(map[string]V, 1)
	}
	m[name] = value
	return m
}

func (s *Session) canonical(name string, p *parameter, value *string) (string, error) {
	if value == nil {
		v, _ := s.preset(name)
		return v, nil
	}
	v := *value
	if name == "timezone" {
		if _, canonical, ok := timeZone(v); ok {
			return canonical, nil
		}
		return "", errorf("22023", "invalid value for parameter %q: %q", p.name, v)
	}
	if p == nil {
		return v, nil
	}
	return p.parse(v)
}

// derive recomputes what statements need of the settings.
func (s *Session) derive() error {
	zone, _ := s.setting("timezone")
	loc, canonical, ok := timeZone(zone)
	if !ok {
		return errorf("22023", "invalid value for parameter %q: %q", "TimeZone", zone)
	}
	s.set.zone, s.env.TimeZone = loc, loc
	s.zoneName = canonical

	s.set.searchPath = nil
	if _, ok := s.set.local["search_path"]; ok || hasKey(s.set.session, "search_path") || hasKey(s.presets, "search_path") {
		path, _ := s.setting("search_path")
		names, err := splitPath(path)
		if err != nil {
			return err
		}
		s.set.searchPath = s.existing(names)
	}
	lock, _ := s.setting("lock_timeout")
	s.set.lockTimeout = readDuration(lock)
	stmt, _ := s.setting("statement_timeout")
	s.set.statementTimeout = readDuration(stmt)
	abandoned, _ := s.setting("idle_in_transaction_session_timeout")
	s.set.idleTimeout = readDuration(abandoned)
	ro, _ := s.setting("default_transaction_read_only")
	s.set.readOnly = ro == "on"
	s.set.isolation, _ = s.setting("default_transaction_isolation")
	return nil
}

func hasKey(m map[string]string, k string) bool { _, ok := m[k]; return ok }

// existing is the effective search_path: schemas that are there, "$user" put
// in, pg_catalog (which is always searched) left out.
func (s *Session) existing(names []string) []string {
	path := []string{}
	have := s.file.current.Load().cat.Schemas
	for _, n := range names {
		if n == "$user" {
			n = s.user()
		}
		for _, h := range have {
			if h == n {
				path = append(path, n)
				break
			}
		}
	}
	return path
}

// splitPath reads a list of schema names as search_path holds them.
func splitPath(v string) ([]string, error) {
	var names []string
	for rest := strings.TrimSpace(v); rest != ""; {
		var name string
		if rest[0] == '"' {
			end := 1
			var b strings.Builder
			for ; ; end++ {
				if end >= len(rest) {
					return nil, errorf("22023", "invalid value for parameter %q: %q", "search_path", v)
				}
				if rest[end] == '"' {
					if end+1 < len(rest) && rest[end+1] == '"' {
						end++
					} else {
						break
					}
				}
				b.WriteByte(rest[end])
			}
			name, rest = b.String(), strings.TrimSpace(rest[end+1:])
			if rest != "" && rest[0] != ',' {
				return nil, errorf("22023", "invalid value for parameter %q: %q", "search_path", v)
			}
			rest = strings.TrimPrefix(rest, ",")
		} else {
			name, rest, _ = strings.Cut(rest, ",")
			name = strings.ToLower(strings.TrimSpace(name))
		}
		names = append(names, name)
		rest = strings.TrimSpace(rest)
	}
	return names, nil
}

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

func errorf(code, format string, args ...any) *pgconn.PgError {
	return &pgconn.PgError{Severity: "ERROR", SeverityUnlocalized: "ERROR", Code: code, Message: fmt.Sprintf(format, args...)}
}
