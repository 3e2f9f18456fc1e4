package failoversql

import (
	"context"
	"database/sql/driver"
	"errors"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/failoversql/failoversql/dialect"
)

// primaryConn is a connection to PostgreSQL. SQL passes through pgx untouched;
// what is added is the truth about a statement whose connection broke, and the
// gate of a planned switch.
type primaryConn struct {
	std    pgxConn
	pg     link
	sock   *socket
	inst   *instance
	gen    uint64
	use    atomic.Int32 // idle, calling or inside a transaction; read by a planned switch
	tx     primaryTx    // reused: a connection has one transaction at a time
	rows   primaryRows  // reused: and one open result
	marked markedRows   // reused: the same, of a write that leaves a token

	served atomic.Uint64 // statements carried out

	writes bool // with tokens: the open transaction has run something that is not known to only read
}

const (
	useIdle int32 = iota
	useCall
	useTx
)

// pgxConn is pgx/stdlib's connection, link what its wire says of itself; a
// benchmark puts one that answers instantly in their place.
type pgxConn interface {
	driver.Conn
	driver.ConnPrepareContext
	driver.ExecerContext
	driver.QueryerContext
	driver.ConnBeginTx
	driver.Pinger
	driver.NamedValueChecker
	driver.SessionResetter
	Conn() *pgx.Conn
}

type link interface {
	IsClosed() bool
	TxStatus() byte
}

var (
	_ pgxConn = (*stdlib.Conn)(nil)
	_ link    = (*pgconn.PgConn)(nil)
)

func (c *primaryConn) closed() bool { return c.pg.IsClosed() }

// inTx: a transaction is open, by Begin or by the text BEGIN.
func (c *primaryConn) inTx() bool { return c.tx.open || c.pg.TxStatus() != 'I' }

// enter begins a call: it waits at the gate of a planned switch, unless inside
// a transaction, which may finish.
func (c *primaryConn) enter(ctx context.Context) error {
	for {
		c.use.Store(useCall)
		if c.inst.open(c.gen) || c.inTx() {
			return nil
		}
		c.use.Store(useIdle)
		if err := c.inst.waitGate(ctx, c.gen); err != nil {
			return err
		}
	}
}

func (c *primaryConn) leave() {
	if c.pg.TxStatus() == 'I' {
		c.use.Store(useIdle)
	} else {
		c.use.Store(useTx)
	}
}

func (c *primaryConn) ExecContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if c.tx.lost != nil {
		return nil, c.tx.lost
	}
	if err := c.enter(ctx); err != nil {
		return nil, err
	}
	inTx, sent := c.inTx(), c.sock.written.Load()
	switch {
	case c.inst.tokens == nil:
	case !inTx && c.marks(query):
		return c.execMarked(ctx, query, args)
	case inTx && c.inside(query) && len(args) == 0:
		return c.commitText(ctx, query)
	}
	res, err := c.std.ExecContext(ctx, query, args)
	c.leave()
	if err != nil {
		return nil, c.failed(ctx, err, inTx, sent, query)
	}
	c.count(query)
	return res, nil
}

func (c *primaryConn) QueryContext(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if c.tx.lost != nil {
		return nil, c.tx.lost
	}
	if err := c.enter(ctx); err != nil {
		return nil, err
	}
	inTx, sent := c.inTx(), c.sock.written.Load()
	switch {
	case c.inst.tokens == nil:
	case inTx:
		c.inside(query)
	case c.marks(query):
		return c.queryMarked(ctx, query, args)
	}
	r, err := c.std.QueryContext(ctx, query, args)
	c.leave()
	if err != nil {
		return nil, c.failed(ctx, err, inTx, sent, query)
	}
	c.count(query)
	c.rows = primaryRows{rows: r.(rows), conn: c, query: query, inTx: inTx}
	if !inTx && c.inst.shadow.pick() {
		c.rows.shadow, c.rows.args = c.inst.shadow, args
	}
	return &c.rows, nil
}

// count notes a statement that was carried out.
func (c *primaryConn) count(query string) {
	c.served.Add(1)
	c.inst.shapes.note(query)
}

// failed says what became of a statement that gave err: of an SQL error, that;
// of a broken connection, what is certain.
func (c *primaryConn) failed(ctx context.Context, err error, inTx bool, sent int64, query string) error {
	err = c.outcome(ctx, err, inTx, sent, query)
	c.inst.counters.failed(err)
	return err
}

func (c *primaryConn) outcome(ctx context.Context, err error, inTx bool, sent int64, query string) error {
	c.inst.observe(err)
	if !c.closed() {
		if ctx.Err() != nil && errors.Is(err, driver.ErrBadConn) {
			return ctx.Err() // given up before it was sent
		}
		return err
	}
	unsent := c.sock.written.Load() == sent
	cause := c.cause(ctx, err)
	if inTx {
		c.tx.lost = &lostTx{cause}
		switch dialect.EffectOf(nil, query) {
		case dialect.EffectCommit, dialect.EffectTwoPhase:
			if !unsent {
				c.tx.lost = &InDoubtError{Op: "commit", Err: cause}
			}
		}
		return c.tx.lost
	}
	if unsent {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		return errGone
	}
	if dialect.EffectOf(c.inst.catalog(), query) == dialect.EffectNone {
		if ctx.Err() != nil {
			return err
		}
		return errGone // proven free of effects: run again on the route of the day
	}
	return &InDoubtError{Op: "statement", Err: cause}
}

// cause is the reason to show for a broken connection; stdlib hides it behind
// ErrBadConn where pgconn believes that a retry is safe.
func (c *primaryConn) cause(ctx context.Context, err error) error {
	if !errors.Is(err, driver.ErrBadConn) {
		return err
	}
	if ctx.Err() != nil {
		return ctx.Err()
	}
	return errLostConnection
}

var errLostConnection = errors.New("connection lost")

func (c *primaryConn) PrepareContext(ctx context.Context, query string) (driver.Stmt, error) {
	if c.tx.lost != nil {
		return nil, c.tx.lost
	}
	if err := c.enter(ctx); err != nil {
		return nil, err
	}
	inTx := c.inTx()
	s, err := c.std.PrepareContext(ctx, query)
	c.leave()
	if err != nil {
		return nil, c.harmless(ctx, err, inTx)
	}
	return &primaryStmt{Stmt: s.(*stdlib.Stmt), conn: c, query: query}, nil
}

// harmless is failed for what has no effect whether it arrived or not.
func (c *primaryConn) harmless(ctx context.Context, err error, inTx bool) error {
	c.inst.observe(err)
	switch {
	case !c.closed():
		return err
	case inTx:
		c.tx.lost = &lostTx{c.cause(ctx, err)}
		return c.tx.lost
	case ctx.Err() != nil:
		return ctx.Err()
	}
	return errGone
}

func (c *primaryConn) BeginTx(ctx context.Context, opts driver.TxOptions) (driver.Tx, error) {
	if err := c.enter(ctx); err != nil {
		return nil, err
	}
	tx, err := c.std.BeginTx(ctx, opts)
	if err != nil {
		c.leave()
		return nil, c.harmless(ctx, err, false)
	}
	c.tx, c.writes = primaryTx{conn: c, tx: tx, open: true, ctx: ctx}, false
	c.leave()
	return &c.tx, nil
}

func (c *primaryConn) Ping(ctx context.Context) error {
	if c.tx.lost != nil {
		return c.tx.lost
	}
	if err := c.enter(ctx); err != nil {
		return err
	}
	inTx := c.inTx()
	err := c.std.Ping(ctx)
	c.leave()
	if err != nil {
		return c.harmless(ctx, err, inTx)
	}
	return nil
}

func (c *primaryConn) CheckNamedValue(v *driver.NamedValue) error { return c.std.CheckNamedValue(v) }

func (c *primaryConn) ResetSession(ctx context.Context) error {
	if !c.inst.current(c.gen) {
		return errStale
	}
	c.tx = primaryTx{}
	return c.std.ResetSession(ctx)
}

// IsValid keeps a connection out of the pool that database/sql would otherwise
// put back: of another generation, closed, or inside a transaction.
func (c *primaryConn) IsValid() bool {
	return c.inst.current(c.gen) && !c.closed() && c.pg.TxStatus() == 'I'
}

func (c *primaryConn) Close() error {
	c.inst.forget(c)
	err := c.std.Close()
	_ = c.sock.Close()
	if !c.inst.current(c.gen) {
		return nil // its socket was closed under it
	}
	return err
}

func (c *primaryConn) Prepare(query string) (driver.Stmt, error) {
	return c.PrepareContext(background(), query)
}

func (c *primaryConn) Begin() (driver.Tx, error) {
	return c.BeginTx(background(), driver.TxOptions{})
}
