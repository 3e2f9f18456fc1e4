package sqlitedb

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
)

// errorf makes an error as PostgreSQL sends it.
func errorf(code, format string, args ...any) *pgconn.PgError {
	return &pgconn.PgError{Severity: "ERROR", SeverityUnlocalized: "ERROR", Code: code, Message: fmt.Sprintf(format, args...)}
}

func errAborted() *pgconn.PgError {
	return errorf("25P02", "current transaction is aborted, commands ignored until end of transaction block")
}

func errLockTimeout() *pgconn.PgError {
	err := errorf("55P03", "canceling statement due to lock timeout")
	err.Where = "while waiting for the writer's place, of which the fallback has one"
	return err
}

func errStatementTimeout() *pgconn.PgError {
	return errorf("57014", "canceling statement due to statement timeout")
}

// canceledError is the error of a statement whose caller gave up: PostgreSQL's,
// and the context's.
type canceledError struct {
	pg    *pgconn.PgError
	cause error
}

func (e *canceledError) Error() string   { return e.pg.Error() + ": " + e.cause.Error() }
func (e *canceledError) Unwrap() []error { return []error{e.pg, e.cause} }

func isSyntaxError(err error) bool {
	var pg *pgconn.PgError
	return errors.As(err, &pg) && pg.Code == "42601"
}

// mapError gives any error the form that PostgreSQL's has.
func (s *Session) mapError(ctx context.Context, err error, plan *dialect.Plan) error {
	if err == nil {
		return nil
	}
	var canceled *canceledError
	if errors.As(err, &canceled) {
		return canceled
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		return pg
	}
	var lite sqlite3.Error
	isLite := errors.As(err, &lite)
	cause := context.Cause(ctx)
	if cause != nil && errors.Is(err, cause) || errors.Is(err, context.Canceled) || errors.Is(err, context.DeadlineExceeded) || isLite && lite.Code == sqlite3.ErrInterrupt {
		if cause != nil {
			if errors.As(cause, &pg) {
				return pg
			}
			err = ctx.Err()
		}
		return &canceledError{errorf("57014", "canceling statement due to user request"), err}
	}
	if errors.Is(err, ErrReplaced) {
		return errorf("58030", "could not use the fallback file: %s", err)
	}
	if !isLite {
		return errorf("XX000", "%s", err)
	}
	msg := lite.Error()
	if pg, ok := pgfunc.ParseError(msg); ok {
		return pg
	}
	switch lite.Code {
	case sqlite3.ErrConstraint:
		if v, ok := s.violationOf(lite); ok {
			return v.error()
		}
		if lite.ExtendedCode == sqlite3.ErrConstraintForeignKey {
			return errorf("23503", "a foreign key constraint is violated")
		}
	case sqlite3.ErrFull:
		var pages int64
		if s.opt.MaxPages > 0 && queryRow(context.Background(), s.db, "PRAGMA page_count", nil, &pages) == nil && pages >= s.opt.MaxPages {
			return errorf("53100", "the fallback file has reached the size that its journal may grow to (fallback_journal_limit)")
		}
		return errorf("53100", "could not extend the fallback file: %s", msg)
	case sqlite3.ErrIoErr, sqlite3.ErrCantOpen:
		return errorf("58030", "could not use the fallback file: %s", msg)
	case sqlite3.ErrCorrupt, sqlite3.ErrNotADB:
		return errorf("XX001", "the fallback file is damaged: %s", msg)
	case sqlite3.ErrBusy, sqlite3.ErrLocked:
		if lite.ExtendedCode == sqlite3.ErrBusySnapshot {
			return errorf("40001", "could not serialize access due to concurrent update")
		}
		return errLockTimeout()
	case sqlite3.ErrNomem:
		return errorf("53200", "out of memory")
	case sqlite3.ErrTooBig:
		return errorf("54000", "%s", msg)
	case sqlite3.ErrReadonly, sqlite3.ErrPerm:
		verb := "a write"
		if plan != nil && plan.Verb != "" {
			verb = plan.Verb
		}
		return errorf("25006", "cannot execute %s: the fallback file is read-only", verb)
	}
	if limit(msg) {
		return errorf("0A000", "a statement this large is not supported on the SQLite fallback: %s", msg)
	}
	return errorf("XX000", "%s", msg)
}

// limit knows SQLite's messages for what is beyond its limits, which are below
// PostgreSQL's.
func limit(msg string) bool {
	for _, begins := range []string{"variable number must be", "Expression tree is too large", "parser stack overflow", "too many ", "at most "} {
		if strings.HasPrefix(msg, begins) {
			return true
		}
	}
	return false
}
