package failoversql

import (
	"context"
	"database/sql/driver"
	"errors"
	"io"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/dialect"
	dbsync "github.com/failoversql/failoversql/sync"
)

// With fallback_commit_tokens every COMMIT is preceded by the statement that
// leaves the transaction's token, in one message; a write outside a transaction
// gets a transaction of its own. Beside the token that has the merit that such a
// write is in doubt only once its COMMIT is sent: before, nothing of it was kept
// for certain, and it is run again where it can be.

// marks reports whether a text outside a transaction is to leave a token.
func (c *primaryConn) marks(query string) bool {
	t := c.inst.tokens
	return t != nil && t.effects.of(c.inst.catalog(), query) == dialect.EffectWrite
}

// inside takes note of a text that runs inside a transaction, and reports whether
// it is its COMMIT.
func (c *primaryConn) inside(query string) (commit bool) {
	switch c.inst.tokens.effects.of(c.inst.catalog(), query) {
	case dialect.EffectNone:
	case dialect.EffectCommit:
		return true
	default:
		c.writes = true
	}
	return false
}

// commitText is COMMIT given as a statement.
func (c *primaryConn) commitText(ctx context.Context, query string) (driver.Result, error) {
	err := c.commitMarked(ctx, "commit", query)
	if err == pgx.ErrTxCommitRollback {
		err = nil // PostgreSQL answers ROLLBACK, which is no error of a statement
	}
	if err != nil {
		return nil, err
	}
	return driver.RowsAffected(0), nil
}

// execMarked runs a write in a transaction of its own.
func (c *primaryConn) execMarked(ctx context.Context, query string, args []driver.NamedValue) (driver.Result, error) {
	if err := c.beginMarked(ctx); err != nil {
		return nil, err
	}
	res, err := c.std.ExecContext(ctx, query, args)
	if err != nil {
		return nil, c.abandonMarked(ctx, err)
	}
	if err := c.commitMarked(ctx, "statement", "COMMIT"); err != nil {
		return nil, err
	}
	c.count(query)
	return res, nil
}

// queryMarked is execMarked for a write that returns rows: it is committed when
// they have been read to their end, or closed.
func (c *primaryConn) queryMarked(ctx context.Context, query string, args []driver.NamedValue) (driver.Rows, error) {
	if err := c.beginMarked(ctx); err != nil {
		return nil, err
	}
	r, err := c.std.QueryContext(ctx, query, args)
	if err != nil {
		return nil, c.abandonMarked(ctx, err)
	}
	c.count(query)
	c.use.Store(useTx)
	c.marked = markedRows{rows: r.(rows), conn: c, ctx: ctx}
	return &c.marked, nil
}

func (c *primaryConn) beginMarked(ctx context.Context) error {
	if _, err := c.std.ExecContext(ctx, "BEGIN", nil); err != nil {
		c.leave()
		return c.harmless(ctx, err, false)
	}
	c.writes = true
	return nil
}

// abandonMarked ends a transaction of ours whose statement failed. Where the
// connection is gone nothing of it was kept.
func (c *primaryConn) abandonMarked(ctx context.Context, err error) error {
	defer c.leave()
	if c.closed() {
		return c.harmless(ctx, err, false)
	}
	c.inst.observe(err)
	c.rollBack(ctx)
	if ctx.Err() != nil && errors.Is(err, driver.ErrBadConn) {
		return ctx.Err() // given up before it was sent
	}
	return err
}

// rollBack ends the transaction, or the connection with it.
func (c *primaryConn) rollBack(ctx context.Context) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
	defer cancel()
	if _, err := c.std.ExecContext(ctx, "ROLLBACK", nil); err != nil {
		_ = c.sock.Close()
	}
}

// commitMarked leaves a token and commits, in one message. op is what is in
// doubt if no answer comes; commit is how the caller says COMMIT.
func (c *primaryConn) commitMarked(ctx context.Context, op, commit string) error {
	defer c.leave()
	if c.pg.TxStatus() == 'T' {
		return c.commitWith(ctx, op, c.inst.tokens.issue(), commit)
	}
	return c.commitWith(ctx, op, nil, commit) // it has failed: a COMMIT rolls it back
}

func (c *primaryConn) commitWith(ctx context.Context, op string, k *token, commit string) error {
	if k != nil {
		commit = dbsync.MarkCommit(k.id, !c.writes) + "; " + commit
	}
	c.writes = false
	c.use.Store(useCall)
	sent := c.sock.written.Load()
	tag, err := c.std.Conn().Exec(ctx, commit, pgx.QueryExecModeSimpleProtocol)
	if err != nil && c.closed() && c.sock.written.Load() != sent {
		if k != nil {
			k.doubt()
		}
		return c.lose(op, &InDoubtError{Op: op, Err: c.cause(ctx, err), token: k})
	}
	if k != nil {
		k.settle()
	}
	switch {
	case err == nil && tag.String() == "ROLLBACK":
		return pgx.ErrTxCommitRollback
	case err == nil:
		return nil
	case c.closed() && op == "statement":
		return c.harmless(ctx, err, false)
	case c.closed():
		return c.lose(op, &lostTx{c.cause(ctx, err)})
	}
	c.inst.observe(err)
	if c.pg.TxStatus() != 'I' {
		c.rollBack(ctx)
	}
	return err
}

// lose has every later call on the application's transaction fail the same way.
func (c *primaryConn) lose(op string, err error) error {
	if op == "commit" {
		c.tx.lost = err
	}
	c.inst.observe(err)
	return err
}

// markedRows are the rows of a write that has a transaction of its own.
type markedRows struct {
	rows
	conn  *primaryConn
	ctx   context.Context
	ended bool
}

func (r *markedRows) Next(dest []driver.Value) error {
	if r.ended {
		return io.EOF
	}
	err := r.rows.Next(dest)
	if err == nil {
		return nil
	}
	r.ended = true
	if err == io.EOF {
		if err := r.finish(); err != nil {
			return err
		}
		return io.EOF
	}
	return r.abandon(err)
}

func (r *markedRows) Close() error {
	if r.ended {
		return r.rows.Close()
	}
	r.ended = true
	return r.finish()
}

// finish commits when the rows have come to their end.
func (r *markedRows) finish() error {
	if err := r.rows.Close(); err != nil {
		return r.abandon(err)
	}
	return r.conn.commitMarked(r.ctx, "statement", "COMMIT")
}

// abandon never asks for a retry: the caller has seen rows.
func (r *markedRows) abandon(err error) error {
	c := r.conn
	_ = r.rows.Close()
	if c.closed() {
		c.leave()
		c.inst.observe(err)
		return &lostTx{c.cause(r.ctx, err)}
	}
	return c.abandonMarked(r.ctx, err)
}
