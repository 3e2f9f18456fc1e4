package failoversql

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"time"

	"github.com/failoversql/failoversql/sqlitedb"
)

// fallbackConn is a connection to the fallback: a session that speaks
// PostgreSQL on the SQLite file.
type fallbackConn struct {
	session *sqlitedb.Session
	inst    *instance
	gen     uint64
	tx      fallbackTx
	closed  func()
}

// run runs one call on the session. Outside a transaction it belongs to the
// route of the day: on another generation nothing runs and database/sql takes
// another connection; a write that finds the gate closed waits for the decision.
// Inside a transaction it lives and dies with the connection.
func run[T any](ctx context.Context, c *fallbackConn, call func() (T, error)) (T, error) {
	d := c.inst.drill.Load()
	if d == nil {
		return runRouted(ctx, c, call)
	}
	begun := time.Now()
	v, err := runRouted(ctx, c, call)
	d.note(time.Since(begun), err)
	return v, err
}

func runRouted[T any](ctx context.Context, c *fallbackConn, call func() (T, error)) (T, error) {
	var none T
	if c.tx.lost != nil {
		return none, c.tx.lost
	}
	deadline := time.Now().Add(c.inst.patience())
	for {
		inTx := c.inTx()
		if !c.inst.current(c.gen) {
			if !inTx {
				return none, errStale
			}
			return none, c.lose(errStale)
		}
		v, err := call()
		if err == nil || !errors.Is(err, sqlitedb.ErrNotServing) {
			return v, err
		}
		// Nothing happened: the gate was closed before the first write.
		if inTx {
			return none, c.lose(err)
		}
		if err := c.inst.waitGate(ctx, c.gen); err != nil {
			return none, err
		}
		// Another process may have closed it: our own is open then.
		select {
		case <-time.After(5 * time.Millisecond):
		case <-ctx.Done():
			return none, ctx.Err()
		}
		if time.Now().After(deadline) {
			return none, fmt.Errorf("%w: %w for %v", ErrUnavailable, err, c.inst.patience())
		}
	}
}

func (c *fallbackConn) inTx() bool { return c.tx.open || c.session.TxStatus() != 'I' }

// lose ends a transaction that cannot go on.
func (c *fallbackConn) lose(cause error) error {
	_ = c.session.Rollback(background())
	c.tx.lost = &lostTx{cause}
	return c.tx.lost
}

func (c *fallbackConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	res, err := run(ctx, c, func() (driver.Result, error) { return c.session.ExecContext(ctx, query, args) })
	c.inst.counters.fell(query, err)
	return res, err
}

func (c *fallbackConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	r, err := run(ctx, c, func() (driver.Rows, error) { return c.session.QueryContext(ctx, query, args) })
	c.inst.counters.fell(query, err)
	return r, err
}

func (c *fallbackConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	s, err := run(ctx, c, func() (driver.Stmt, error) {
		p, err := c.session.PrepareContext(ctx, query)
		if err != nil {
			return nil, err
		}
		return &fallbackStmt{prepared: p, conn: c, query: query}, nil
	})
	if err != nil {
		c.inst.counters.fell(query, err) // it will not be run
	}
	return s, err
}

// BeginTx waits while new transactions are gated for a return to the primary.
func (c *fallbackConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	for !c.inst.gate.enterTx(c.gen) {
		if err := c.inst.waitGate(ctx, c.gen); err != nil {
			return nil, err
		}
	}
	if err := c.session.Begin(ctx, opts); err != nil {
		c.inst.gate.leaveTx()
		return nil, err
	}
	c.tx = fallbackTx{conn: c, open: true}
	return &c.tx, nil
}

func (c *fallbackConn) Ping(ctx context.Context) error {
	_, err := run(ctx, c, func() (struct{}, error) { return struct{}{}, c.session.Ping(ctx) })
	return err
}

// CheckNamedValue accepts everything, as pgx does: the session encodes an
// argument when it knows the parameter's type.
func (c *fallbackConn) CheckNamedValue(*driver.NamedValue) error { return nil }

func (c *fallbackConn) ResetSession(ctx context.Context) error {
	if !c.inst.current(c.gen) {
		return errStale
	}
	c.tx.lost = nil
	return c.session.ResetSession(ctx)
}

func (c *fallbackConn) IsValid() bool {
	return c.inst.current(c.gen) && c.session.IsValid() && !c.inTx()
}

func (c *fallbackConn) Close() error {
	c.tx.done()
	if c.closed != nil {
		c.closed()
		c.closed = nil
	}
	if !c.inst.current(c.gen) { // all are closed in this moment, and their callers wait
		c.session.CloseLater()
		return nil
	}
	return c.session.Close()
}

func (c *fallbackConn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(background(), query)
}

func (c *fallbackConn) Begin() (driver.Tx, error) {
	return c.BeginTx(background(), driver.TxOptions{})
}

// fallbackTx is a transaction on the fallback.
type fallbackTx struct {
	conn *fallbackConn
	open bool
	lost error
}

// done lets a switch that waits for this transaction go on.
func (t *fallbackTx) done() {
	if t.open {
		t.open = false
		t.conn.inst.gate.leaveTx()
	}
}

// Commit returns nil once the transaction is durable in the file, journal and
// all.
func (t *fallbackTx) Commit() error {
	defer t.done()
	if t.lost != nil {
		return t.lost
	}
	return t.conn.session.Commit(background())
}

func (t *fallbackTx) Rollback() error {
	defer t.done()
	if t.lost != nil {
		return nil
	}
	return t.conn.session.Rollback(background())
}
