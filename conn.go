package failoversql

import (
	"context"
	"database/sql/driver"
	"errors"

	"github.com/jackc/pgx/v5"
	"github.com/mattn/go-sqlite3"
)

// backend is what a connection to either side can do: every optional interface
// of pgx/stdlib's connection, and driver.Validator. go-sqlite3 has fewer; the
// fallback's session makes up the rest.
type backend interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.ConnBeginTx
	driver.Pinger
	driver.NamedValueChecker
	driver.SessionResetter
	driver.Validator
}

// Conn is a connection to one side, PostgreSQL or the fallback. It stays with
// that side from the first statement after it was handed out until it is handed
// out again (see reroute). sql.Conn.Raw gives it. Like every driver.Conn it is
// used by one goroutine at a time.
type Conn struct {
	backend
	inst *instance
	used bool // a statement has run since it was handed out
}

var (
	_ backend     = (*Conn)(nil)
	_ backend     = (*primaryConn)(nil)
	_ backend     = (*fallbackConn)(nil)
	_ stmt        = (*primaryStmt)(nil)
	_ stmt        = (*fallbackStmt)(nil)
	_ driver.Tx   = (*primaryTx)(nil)
	_ driver.Tx   = (*fallbackTx)(nil)
	_ driver.Rows = (rows)(nil)
)

// PgxConn is the pgx connection below, or nil on the fallback. Statements sent
// through it are neither retried nor gated at a switch.
func (c *Conn) PgxConn() *pgx.Conn {
	if p, ok := c.backend.(*primaryConn); ok {
		return p.std.Conn()
	}
	return nil
}

// SQLiteConn is the go-sqlite3 connection below, or nil on PostgreSQL. What is
// written through it is journaled only inside a transaction that this package
// began.
func (c *Conn) SQLiteConn() *sqlite3.SQLiteConn {
	if f, ok := c.backend.(*fallbackConn); ok {
		return f.session.SQLiteConn()
	}
	return nil
}

// errStale is what a connection of a route that is no longer used reports, and
// errGone one that broke where the statement may run on another. Both wrap
// driver.ErrBadConn, for database/sql takes no notice of any other error of
// ResetSession, and runs the statement on another connection only after that.
// Who holds on to a connection (sql.Conn) sees them, once.
var (
	errStale error = &badConn{"the route has changed"}
	errGone  error = &badConn{"the connection to PostgreSQL was lost"}
)

type badConn struct{ why string }

func (e *badConn) Error() string {
	return "failoversql: " + e.why + "; session state of this connection (SET, temporary tables, locks, cursors) is lost"
}
func (*badConn) Unwrap() error { return driver.ErrBadConn }

// errNoContext is returned by the methods of database/sql/driver that take no
// context and that database/sql does not call where the others are there.
var errNoContext = errors.New("failoversql: use the method that takes a context")

func background() context.Context { return context.Background() }
