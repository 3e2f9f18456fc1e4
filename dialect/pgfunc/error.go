package pgfunc

import (
	"errors"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgconn"
)

// errorPrefix begins the text of an error that carries a SQLSTATE through
// SQLite: "pgerr:SQLSTATE:message", then detail, hint and the names of schema,
// table, column, constraint and type, each after a unit separator.
const (
	errorPrefix    = "pgerr:"
	errorSeparator = "\x1f"
)

// sqlError is an error whose text SQLite can carry.
type sqlError struct{ pg *pgconn.PgError }

func (e *sqlError) Error() string {
	return errorPrefix + e.pg.Code + ":" + ErrorText(e.pg)
}

// ErrorText is the message of an error with its other fields behind it, as
// SQLite's RAISE and the session's pg_raise carry them; ParseError takes them
// apart again.
func ErrorText(e *pgconn.PgError) string {
	fields := strings.Join([]string{e.Message, e.Detail, e.Hint, e.SchemaName, e.TableName, e.ColumnName, e.ConstraintName, e.DataTypeName}, errorSeparator)
	return strings.TrimRight(fields, errorSeparator)
}

func (e *sqlError) Unwrap() error { return e.pg }

// WrapError makes an error whose text survives a SQLite function call. Errors
// other than *pgconn.PgError become internal errors (XX000).
func WrapError(err error) error {
	if err == nil {
		return nil
	}
	var se *sqlError
	if errors.As(err, &se) {
		return err
	}
	var pe *pgconn.PgError
	if !errors.As(err, &pe) {
		pe = pgvalue.Errorf("XX000", "%s", err.Error())
	}
	return &sqlError{pe}
}

// ParseError reads the error back from the message of a SQLite error; ok is
// false if the message carries none.
func ParseError(message string) (*pgconn.PgError, bool) {
	_, s, ok := strings.Cut(message, errorPrefix)
	if !ok || len(s) < 6 || s[5] != ':' {
		return nil, false
	}
	code, rest := s[:5], s[6:]
	parts := strings.Split(rest, errorSeparator)
	e := pgvalue.Errorf(code, "%s", parts[0])
	for i, field := range []*string{&e.Detail, &e.Hint, &e.SchemaName, &e.TableName, &e.ColumnName, &e.ConstraintName, &e.DataTypeName} {
		if i+1 < len(parts) {
			*field = parts[i+1]
		}
	}
	return e, true
}

func errf(code, format string, args ...any) error { return pgvalue.Errorf(code, format, args...) }

func divisionByZero() error { return errf("22012", "division by zero") }

// detailed makes an error with a detail and a hint.
func detailed(code, message, detail, hint string) error {
	e := pgvalue.Errorf(code, "%s", message)
	e.Detail, e.Hint = detail, hint
	return e
}
