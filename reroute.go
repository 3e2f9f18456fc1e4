package failoversql

import (
	"context"
	"database/sql/driver"
	"errors"
)

// database/sql runs a statement again when a connection proves bad: twice on
// connections of its pool, and once more on what may be a new one. While a
// primary dies with a pool of connections to it, the first two are soon spent
// on its dead ones, and the third may meet the moment of the switch. So the
// first statement after a connection was handed out, when nobody can have left
// anything on it yet, is run on a new connection here; what database/sql sees as
// one connection is the new one from then on.

// reroutes bounds how often one statement is moved.
const reroutes = 5

// reroute decides after a failed call whether it is to be made again: nil means
// that the connection has been replaced, another error is the call's. The error
// is driver.ErrBadConn only where nothing was done, or may be done again.
func (c *Conn) reroute(ctx context.Context, err error, tried int) error {
	if !errors.Is(err, driver.ErrBadConn) || c.used || tried >= reroutes || ctx.Err() != nil {
		c.used = true
		return err
	}
	fresh, cerr := c.inst.connect(ctx)
	if cerr != nil {
		return cerr
	}
	_ = c.backend.Close()
	c.backend = fresh.(*Conn).backend
	c.inst.counters.retries.Add(1)
	return nil
}

func (c *Conn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	for tried := 0; ; tried++ {
		res, err := c.backend.ExecContext(ctx, query, args)
		if err == nil {
			c.used = true
			return res, nil
		}
		if err = c.reroute(ctx, err, tried); err != nil {
			return nil, err
		}
	}
}

func (c *Conn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	for tried := 0; ; tried++ {
		r, err := c.backend.QueryContext(ctx, query, args)
		if err == nil {
			c.used = true
			return r, nil
		}
		if err = c.reroute(ctx, err, tried); err != nil {
			return nil, err
		}
	}
}

func (c *Conn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	for tried := 0; ; tried++ {
		s, err := c.backend.PrepareContext(ctx, query)
		if err == nil {
			c.used = true
			return s, nil
		}
		if err = c.reroute(ctx, err, tried); err != nil {
			return nil, err
		}
	}
}

func (c *Conn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	for tried := 0; ; tried++ {
		tx, err := c.backend.BeginTx(ctx, opts)
		if err == nil {
			c.used = true
			return tx, nil
		}
		if err = c.reroute(ctx, err, tried); err != nil {
			return nil, err
		}
	}
}

func (c *Conn) Ping(ctx context.Context) error {
	for tried := 0; ; tried++ {
		err := c.backend.Ping(ctx)
		if err == nil {
			c.used = true
			return nil
		}
		if err = c.reroute(ctx, err, tried); err != nil {
			return err
		}
	}
}

// ResetSession is called when the connection is handed out again. A session of a
// route that is over is given up here, by an error that wraps driver.ErrBadConn.
func (c *Conn) ResetSession(ctx context.Context) error {
	c.used = false
	return c.backend.ResetSession(ctx)
}

func (c *Conn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(background(), query)
}

func (c *Conn) Begin() (driver.Tx, error) {
	return c.BeginTx(background(), driver.TxOptions{})
}
