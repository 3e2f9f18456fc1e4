package failoversql

import (
	"errors"
	"fmt"
)

var (
	// ErrUnavailable is wrapped by every error that means: neither side can
	// serve. The text names both causes.
	ErrUnavailable = errors.New("failoversql: neither PostgreSQL nor the fallback can serve")

	// ErrRolledBack is wrapped by what every call on a transaction returns after
	// the transaction's connection was lost before its COMMIT was sent: it is
	// certain that nothing of it was kept, and it may be run again from its
	// start.
	ErrRolledBack = errors.New("failoversql: the transaction was rolled back: its connection was lost")

	// ErrClosed is returned by every method of a Connector after its Close.
	ErrClosed = errors.New("failoversql: connector is closed")

	// ErrNoFile is wrapped by what a guest (see Config.Guest) gets where no
	// application has made the fallback file.
	ErrNoFile = errors.New("failoversql: no application has made the fallback file yet")

	// ErrRemoved is returned by the methods of a Connector that need the
	// fallback after its Cleanup.
	ErrRemoved = errors.New("failoversql: the fallback was removed; PostgreSQL serves alone until the application starts again")

	// ErrDisabled is returned by the methods of a Connector that need the
	// fallback where fallback_enabled is false.
	ErrDisabled = errors.New("failoversql: the fallback is switched off (fallback_enabled=false)")
)

// InDoubtError reports a COMMIT, or a single write outside a transaction, that
// was sent and not answered: PostgreSQL may have done it or not, and running it
// again may do it twice.
type InDoubtError struct {
	// Op is what was sent: "commit" or "statement".
	Op string
	// Err is what happened to the connection, or the error of the caller's
	// context.
	Err error

	token *token // by which Resolve asks; nil where none was left
}

func (e *InDoubtError) Error() string {
	return fmt.Sprintf("failoversql: %s in doubt: it was sent to PostgreSQL and no answer came: %v", e.Op, e.Err)
}

// Unwrap gives the cause, so that errors.Is(err, context.DeadlineExceeded)
// holds where the caller's own deadline cut the wait short.
func (e *InDoubtError) Unwrap() error { return e.Err }

// lostTx is ErrRolledBack with its cause.
type lostTx struct{ cause error }

func (e *lostTx) Error() string   { return fmt.Sprintf("%v: %v", ErrRolledBack, e.cause) }
func (e *lostTx) Unwrap() []error { return []error{ErrRolledBack, e.cause} }
