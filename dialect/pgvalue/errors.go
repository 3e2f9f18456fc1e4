package pgvalue

import (
	"fmt"

	"github.com/jackc/pgx/v5/pgconn"
)

// SQLSTATEs that input functions raise.
const (
	codeInvalidText      = "22P02"
	codeInvalidBinary    = "22P03"
	codeInvalidDatetime  = "22007"
	codeDatetimeOverflow = "22008"
	codeOutOfRange       = "22003"
	codeTooLong          = "22001"
	codeInvalidParameter = "22023"
	codeIntervalOverflow = "22015"
	codeZoneDisplacement = "22009"
	codeNotSupported     = "0A000"
	codeUntranslatable   = "22P05"
)

// Errorf makes the error that PostgreSQL would report, with the given SQLSTATE.
func Errorf(code, format string, args ...any) *pgconn.PgError {
	return &pgconn.PgError{
		Severity:            "ERROR",
		SeverityUnlocalized: "ERROR",
		Code:                code,
		Message:             fmt.Sprintf(format, args...),
	}
}

func invalidText(typ, s string) error {
	return Errorf(codeInvalidText, "invalid input syntax for type %s: \"%s\"", typ, s)
}

func outOfRange(typ, s string) error {
	return Errorf(codeOutOfRange, "value \"%s\" is out of range for type %s", s, typ)
}
