package failoversql

import (
	"errors"
	"fmt"
	"net/url"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgerr"
)

const prefix = "fallback_"

type setting struct{ name, value string }

// splitDSN takes the fallback_ parameters out of a DSN, leaving the rest to the
// letter as it was.
func splitDSN(dsn string) (rest string, settings []setting, err error) {
	if strings.HasPrefix(dsn, "postgres://") || strings.HasPrefix(dsn, "postgresql://") {
		return splitURL(dsn)
	}
	return splitKeywords(dsn)
}

func splitURL(dsn string) (string, []setting, error) {
	base, query, found := strings.Cut(dsn, "?")
	if !found {
		return dsn, nil, nil
	}
	var kept []string
	var settings []setting
	for _, pair := range strings.Split(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		name, err := url.QueryUnescape(name)
		if err != nil {
			return "", nil, errors.New("failoversql: malformed DSN: a parameter name is not validly percent-encoded")
		}
		if !strings.HasPrefix(name, prefix) {
			kept = append(kept, pair)
			continue
		}
		value, err = url.QueryUnescape(value)
		if err != nil {
			return "", nil, fmt.Errorf("failoversql: parameter %s: value is not validly percent-encoded", name)
		}
		settings = append(settings, setting{name, value})
	}
	if len(kept) == 0 {
		return base, settings, nil
	}
	return base + "?" + strings.Join(kept, "&"), settings, nil
}

// splitKeywords follows libpq's rules for keyword/value strings
// (https://www.postgresql.org/docs/current/libpq-connect.html#LIBPQ-CONNSTRING-KEYWORD-VALUE).
func splitKeywords(dsn string) (string, []setting, error) {
	const space = " \t\n\r\v\f"
	var kept []string
	var settings []setting
	s := strings.Trim(dsn, space)
	for s != "" {
		name, after, found := strings.Cut(s, "=")
		if !found {
			return "", nil, errors.New(`failoversql: malformed DSN: neither a postgres:// URL nor a list of keyword=value`)
		}
		name = strings.TrimRight(name, space)
		after = strings.TrimLeft(after, space)
		value, raw, err := keywordValue(after)
		if err != nil {
			return "", nil, fmt.Errorf("failoversql: malformed DSN: keyword %s: %w", name, err)
		}
		s = strings.TrimLeft(after[len(raw):], space)
		if strings.HasPrefix(name, prefix) {
			settings = append(settings, setting{name, value})
		} else {
			kept = append(kept, name+"="+raw)
		}
	}
	return strings.Join(kept, " "), settings, nil
}

// keywordValue reads one value at the start of s: what it means, and the text
// that it took.
func keywordValue(s string) (value, raw string, err error) {
	var b strings.Builder
	quoted := strings.HasPrefix(s, "'")
	i := 0
	if quoted {
		i = 1
	}
	for ; i < len(s); i++ {
		switch {
		case s[i] == '\\' && i+1 < len(s):
			i++
			b.WriteByte(s[i])
		case quoted && s[i] == '\'':
			return b.String(), s[:i+1], nil
		case !quoted && strings.IndexByte(" \t\n\r\v\f", s[i]) >= 0:
			return b.String(), s[:i], nil
		default:
			b.WriteByte(s[i])
		}
	}
	if quoted {
		return "", "", errors.New("unterminated quoted string")
	}
	return b.String(), s, nil
}

// withParameter sets one fallback_ parameter of a DSN, over what it says itself.
func withParameter(dsn, name, value string) string {
	if !strings.HasPrefix(dsn, "postgres://") && !strings.HasPrefix(dsn, "postgresql://") {
		quoted := strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value)
		return dsn + " " + name + "='" + quoted + "'"
	}
	sep := "?"
	if strings.Contains(dsn, "?") {
		sep = "&"
	}
	return dsn + sep + name + "=" + url.QueryEscape(value)
}

// parsePrimary is pgx.ParseConfig with an error that cannot hold a password.
func parsePrimary(dsn string) (*pgx.ConnConfig, error) {
	c, err := pgx.ParseConfig(dsn)
	if err != nil {
		return nil, fmt.Errorf("failoversql: malformed DSN: %w", pgerr.RedactError(err, dsn))
	}
	return c, nil
}
