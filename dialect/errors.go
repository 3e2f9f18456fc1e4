package dialect

import (
	"fmt"
	"unicode/utf8"

	"github.com/jackc/pgx/v5/pgconn"
)

// SQLSTATEs that analysis raises.
const (
	codeNotSupported      = "0A000"
	codeSyntax            = "42601"
	codeUndefinedTable    = "42P01"
	codeUndefinedColumn   = "42703"
	codeAmbiguousColumn   = "42702"
	codeUndefinedFunction = "42883"
	codeAmbiguousFunction = "42725"
	codeUndefinedObject   = "42704"
	codeDatatypeMismatch  = "42804"
	codeCannotCoerce      = "42846"
	codeGrouping          = "42803"
	codeWindowing         = "42P20"
	codeDuplicateColumn   = "42701"
	codeDuplicateAlias    = "42712"
	codeColumnReference   = "42P10"
	codeIndeterminate     = "42P18"
	codeAmbiguousParam    = "42P08"
	codeUndefinedParam    = "42P02"
	codeGeneratedAlways   = "428C9"
	codePrivilege         = "42501"
	codeRecursion         = "42P19"
	codeInvalidSchema     = "3F000"
	codeInvalidName       = "42602"
	codeWrongObject       = "42809"
)

// Analysis is recursive and stops at the first error, so errors travel as a
// panic of *pgconn.PgError from fail to Translate, and no further.

// fail stops the analysis with an error at a byte offset of the statement (-1:
// no position).
func (a *analyser) fail(code string, at int32, format string, args ...any) {
	panic(a.error(code, at, format, args...))
}

func (a *analyser) failHint(code string, at int32, hint, format string, args ...any) {
	e := a.error(code, at, format, args...)
	e.Hint = hint
	panic(e)
}

// refuse stops with 0A000: PostgreSQL can do this, the fallback cannot.
func (a *analyser) refuse(at int32, what string, args ...any) {
	e := a.error(codeNotSupported, at, "%s is not supported on the SQLite fallback", fmt.Sprintf(what, args...))
	panic(e)
}

func (a *analyser) error(code string, at int32, format string, args ...any) *pgconn.PgError {
	e := &pgconn.PgError{Severity: "ERROR", SeverityUnlocalized: "ERROR", Code: code, Message: fmt.Sprintf(format, args...)}
	if at >= 0 && a.quiet == 0 {
		e.Position = position(a.sql, at)
	}
	return e
}

// position is the character a byte offset is in, counted from 1.
func position(sql string, at int32) int32 {
	if int(at) > len(sql) {
		return 0
	}
	return int32(utf8.RuneCountInString(sql[:at])) + 1
}
