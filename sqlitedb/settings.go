package sqlitedb

import (
	"fmt"
	"maps"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
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
	case "default_text_search_config":
		if cat.TextSearch != "" {
			return cat.TextSearch, true
		}
	case "lc_numeric", "lc_monetary", "lc_time", "lc_messages":
		f := cat.Formats
		if v := map[string]string{"lc_numeric": f.Numeric, "lc_monetary": f.Monetary, "lc_time": f.Time, "lc_messages": f.Messages}[name]; v != "" {
			return v, true
		}
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

// unknown is the error about a parameter that has no value here: PostgreSQL's
// own ones are not known on the fallback, all others nowhere.
func unknown(name string) *pgconn.PgError {
	if pgcatalog.SettingByName(strings.ToLower(name)) != nil {
		return errorf("0A000", "parameter \"%s\" is not supported on the SQLite fallback", name)
	}
	return errorf("42704", "unrecognized configuration parameter \"%s\"", name)
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
	given := name
	name = strings.ToLower(name)
	if name == "time zone" {
		name = "timezone"
	}
	p := known(name)
	if p == nil && !strings.Contains(name, ".") {
		return unknown(given)
	}
	if p == nil && !customName(name) {
		e := errorf("42602", "invalid configuration parameter name \"%s\"", given)
		e.Detail = "Custom parameter names must be two or more simple identifiers separated by dots."
		return e
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
	if p != nil && p.unset && value == nil {
		s.set.local, s.set.session = without(s.set.local, name), without(s.set.session, name)
	} else if local {
		s.set.local = with(s.set.local, name, v)
	} else {
		s.set.session = with(s.set.session, name, v)
		s.set.local = without(s.set.local, name)
	}
	if err := s.derive(); err != nil {
		s.set = old
		return err
	}
	return nil
}

// customName reports whether a parameter of the user's own may have a name: two
// or more simple identifiers, separated by dots.
func customName(name string) bool {
	parts := strings.Split(name, ".")
	for _, part := range parts {
		for i := range len(part) {
			c := part[i]
			letter := c == '_' || c|0x20 >= 'a' && c|0x20 <= 'z' || c >= 0x80
			if !letter && (i == 0 || c != '$' && (c < '0' || c > '9')) {
				return false
			}
		}
		if part == "" {
			return false
		}
	}
	return len(parts) > 1
}

func with[V any](m map[string]V, name string, value V) map[string]V {
	m = maps.Clone(m)
	if m == nil {
		m = make(map[string]V, 1)
	}
	m[name] = value
	return m
}

func without(m map[string]string, name string) map[string]string {
	if hasKey(m, name) {
		m = maps.Clone(m)
		delete(m, name)
	}
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

// existing is the effective search_path: schemas that are there and may be used, "$user" put
// in, pg_catalog (which is always searched) left out.
func (s *Session) existing(names []string) []string {
	path := []string{}
	cat := s.file.current.Load().cat
	for _, n := range names {
		if n == "$user" {
			n = s.user()
		}
		if n == catalog.TempSchema || slices.Contains(cat.Schemas, n) && !slices.Contains(cat.Hidden, n) {
			path = append(path, n)
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
