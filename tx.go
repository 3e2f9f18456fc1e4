package failoversql

import (
	"context"
	"database/sql/driver"
)

// primaryTx is a transaction on PostgreSQL. After its connection is lost every
// call on it says so, Commit included, and Rollback is quiet.
type primaryTx struct {
	conn *primaryConn
	tx   driver.Tx
	open bool
	lost error           // *lostTx or *InDoubtError
	ctx  context.Context // of BeginTx, as pgx has it for Commit
}

// Commit returns nil only where PostgreSQL said that it committed. ErrRolledBack
// and *InDoubtError tell apart a COMMIT that was never sent from one that was
// not answered.
func (t *primaryTx) Commit() error {
	c := t.conn
	defer func() { t.open = false }()
	if t.lost != nil {
		return t.lost
	}
	if c.inst.tokens != nil {
		return c.commitMarked(t.ctx, "commit", "COMMIT")
	}
	c.use.Store(useCall)
	sent := c.sock.written.Load()
	err := t.tx.Commit()
	c.leave()
	if err == nil {
		return nil
	}
	c.inst.observe(err)
	if !c.closed() {
		return err
	}
	if c.sock.written.Load() == sent {
		t.lost = &lostTx{err}
	} else {
		t.lost = &InDoubtError{Op: "commit", Err: err}
	}
	return t.lost
}

// Rollback of a transaction whose connection is gone has nothing to do.
func (t *primaryTx) Rollback() error {
	c := t.conn
	defer func() { t.open = false }()
	if t.lost != nil || c.closed() {
		return nil
	}
	c.use.Store(useCall)
	err := t.tx.Rollback()
	c.leave()
	if err != nil {
		c.inst.observe(err)
		if c.closed() {
			return nil
		}
	}
	return err
}
