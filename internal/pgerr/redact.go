package pgerr

import (
	"errors"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
)

// mask stands where a password was.
const mask = "xxxxx"

// Redact returns a connection string, a URL or keyword/value, in which every
// password is masked. It need not be well formed; what can not be told from a
// password is masked too.
func Redact(dsn string) string {
	for _, secret := range secrets(dsn) {
		dsn = strings.ReplaceAll(dsn, secret, mask)
	}
	return dsn
}

// quoted finds the pieces of its input that a parser cites.
var quoted = regexp.MustCompile("\"[^\"]*\"|`[^`]*`|'[^']*'")

// RedactError returns err, which came of using dsn, if nothing in it can hold
// a password of dsn, else an error with the same text less everything that
// can, and with no way back to the original.
//
// A parser's error cites its input, at places that depend on where the parser
// lost its way; all citations are taken out of it.
func RedactError(err error, dsn string) error {
	if err == nil {
		return nil
	}
	var parse *pgconn.ParseConfigError
	var parseURL *url.Error
	switch {
	case errors.As(err, &parse):
		text := parse.Error()
		if i := strings.LastIndex(text, "`: "); i >= 0 {
			text = text[i+3:]
		}
		return errors.New("cannot parse the connection string: " + Redacted(quoted.ReplaceAllString(text, "…"), dsn))
	case errors.As(err, &parseURL):
		return errors.New("cannot parse the connection string: " + Redacted(quoted.ReplaceAllString(parseURL.Err.Error(), "…"), dsn))
	}
	if text := Redacted(err.Error(), dsn); text != err.Error() {
		return errors.New(text)
	}
	return err
}

// Redacted returns text without the passwords of dsn.
func Redacted(text, dsn string) string {
	if dsn == "" {
		return text
	}
	text = strings.ReplaceAll(text, dsn, Redact(dsn))
	for _, secret := range secrets(dsn) {
		text = strings.ReplaceAll(text, secret, mask)
	}
	return text
}

var (
	// A value after password= in keyword/value form: quoted, with \' inside,
	// not closed perhaps, or bare, with escaped blanks.
	keywordPassword = regexp.MustCompile(`(?i)(?:password|passwd|passphrase)\s*=\s*('(?:[^'\\]|\\.)*'?|(?:[^\s\\&]|\\.)+)`)
	// The same in a query.
	queryPassword = regexp.MustCompile(`(?i)[?&](?:ssl)?pass[^=&]*=([^&]*)`)
)

// secrets lists the passwords in dsn as they stand there and as they read
// decoded, the longest first.
func secrets(dsn string) []string {
	var found []string
	add := func(secret string) {
		secret = strings.TrimSpace(secret)
		if secret == "" || secret == mask {
			return
		}
		found = append(found, secret)
		if decoded, err := url.PathUnescape(secret); err == nil && decoded != secret {
			found = append(found, decoded)
		}
		if decoded, err := url.QueryUnescape(secret); err == nil && decoded != secret {
			found = append(found, decoded)
		}
	}
	if _, rest, ok := strings.Cut(dsn, "://"); ok {
		// User information ends at the last @: an unescaped / or @ in a
		// password makes the URL malformed, and that is when it is cited.
		// An @ of the query is no such end if one stands before the query.
		end := strings.LastIndexByte(rest, '@')
		if q := strings.IndexByte(rest, '?'); q >= 0 && q < end {
			if i := strings.LastIndexByte(rest[:q], '@'); i >= 0 {
				end = i
			}
		}
		if end >= 0 {
			if _, password, ok := strings.Cut(rest[:end], ":"); ok {
				add(password)
			}
		}
		for _, m := range queryPassword.FindAllStringSubmatch(dsn, -1) {
			add(m[1])
		}
	}
	for _, m := range keywordPassword.FindAllStringSubmatch(dsn, -1) {
		value := strings.Trim(m[1], "'")
		add(value)
		add(strings.NewReplacer(`\'`, `'`, `\\`, `\`, `\ `, ` `).Replace(value))
	}
	slices.SortFunc(found, func(a, b string) int { return len(b) - len(a) })
	return slices.Compact(found)
}
