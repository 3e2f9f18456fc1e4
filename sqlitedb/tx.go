package sqlitedb

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"io"
	"strconv"
	"time"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/jackc/pgx/v5"
	"github.com/mattn/go-sqlite3"
)

// status is a transaction's, by the letters of PostgreSQL's protocol.
type status byte

const (
	idle   status = 'I'
	inTx   status = 'T'
	failed status = 'E'
)

// transaction is the session's open transaction as PostgreSQL sees it, and what
// of it SQLite knows of.
type transaction struct {
	status    status
	implicit  bool // several statements in one call: ends with it
	isolation string
	readOnly  bool
	now       int64 // now(), frozen
	queried   bool  // a statement has run: the isolation level is fixed
	before    settings
	temp      *temporary // before it
	savepoint []savepoint
	locks     []txLock // advisory ones, given up with it

	open    bool           // SQLite has a transaction open
	writing bool           // and it is a writing one, past the gate
	gone    bool           // SQLite rolled it back by itself
	schema  *schemaVersion // of the snapshot that is held
	number  int64          // of the writing transaction
	ddl     bool           // has stored a catalog
}

// savepoint is where ROLLBACK TO goes back to.
type savepoint struct {
	name     string
	set      settings
	private  *schemaVersion
	temp     *temporary
	ddl      bool
	readOnly bool
	locks    int // advisory ones taken before it
}

func (tx *transaction) snapshot() bool {
	return tx.isolation == "repeatable read" || tx.isolation == "serializable"
}

// Begin begins a transaction with the options of database/sql. Its rules are
// PostgreSQL's; sql.LevelSnapshot is REPEATABLE READ.
func (s *Session) Begin(ctx context.Context, opts driver.TxOptions) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	if err := ctx.Err(); err != nil {
		return err
	}
	isolation := ""
	switch sql.IsolationLevel(opts.Isolation) {
	case sql.LevelDefault:
	case sql.LevelReadUncommitted:
		isolation = "read uncommitted"
	case sql.LevelReadCommitted:
		isolation = "read committed"
	case sql.LevelRepeatableRead, sql.LevelSnapshot:
		isolation = "repeatable read"
	case sql.LevelSerializable:
		isolation = "serializable"
	default:
		return fmt.Errorf("unsupported isolation: %v", opts.Isolation)
	}
	if s.tx.status != idle {
		if s.tx.status == failed {
			return errAborted()
		}
		return nil // PostgreSQL warns that there is one already
	}
	s.startTx(isolation)
	if opts.ReadOnly {
		s.tx.readOnly = true
	}
	return nil
}

func (s *Session) startTx(isolation string) {
	if isolation == "" {
		isolation = s.set.isolation
	}
	s.tx = transaction{
		status:    inTx,
		isolation: isolation,
		readOnly:  s.set.readOnly,
		now:       micros(time.Now()),
		before:    s.set,
		temp:      s.temp,
	}
}

// Commit makes the transaction durable. A transaction that had failed is rolled
// back, and the error is pgx.ErrTxCommitRollback, as with pgx. Any other error
// means that nothing of it was kept, except one of Durable: then it may be lost
// with the machine. Outside a transaction it does nothing.
func (s *Session) Commit(ctx context.Context) error {
	if err := s.enter(); err != nil {
		return err
	}
	defer s.leave()
	switch s.tx.status {
	case idle:
		return nil
	case failed:
		s.rollback()
		return pgx.ErrTxCommitRollback
	}
	if err := ctx.Err(); err != nil {
		s.rollback()
		return err
	}
	return s.commit(ctx)
}

// Rollback undoes the transaction. Outside one it does nothing.
func (s *Session) Rollback(context.Context) error {
	if err := s.enter(); err != nil {
		return nil // rolled back with the session
	}
	defer s.leave()
	s.rollback()
	return nil
}

// commit ends a transaction in status inTx.
func (s *Session) commit(ctx context.Context) error {
	wrote := s.tx.writing
	err := s.commitSQLite(ctx)
	if err != nil {
		s.rollback()
		return err
	}
	s.endCursors(true)
	s.endTx()
	// SET LOCAL ends with the transaction, SET stays.
	if s.set.local != nil {
		s.set.local = nil
		_ = s.derive()
	}
	if wrote {
		return s.file.Durable()
	}
	return nil
}

func (s *Session) commitSQLite(ctx context.Context) error {
	if !s.tx.open {
		return nil
	}
	if !s.tx.writing {
		_, err := s.db.ExecContext(context.Background(), "COMMIT", nil)
		s.tx.open = err != nil
		return s.mapError(ctx, err, nil)
	}
	if err := s.flushSequences(ctx); err != nil {
		return s.mapError(ctx, err, nil)
	}
	if err := s.endTemporary(); err != nil {
		return s.mapError(ctx, err, nil)
	}
	var odd uint64
	if s.tx.ddl {
		odd = s.file.shared.schemaChanging()
	}
	_, err := s.db.ExecContext(context.Background(), "COMMIT", nil)
	if s.tx.ddl {
		if err == nil {
			s.file.publish(s.private.cat, odd+1)
		}
		s.file.shared.schemaChanged(odd)
	}
	if err != nil {
		return s.commitError(ctx, err)
	}
	s.tx.open = false
	return nil
}

// rollback undoes whatever is open.
func (s *Session) rollback() {
	if s.tx.status == idle {
		return
	}
	if s.tx.open && !s.db.AutoCommit() {
		for r := range s.rows {
			r.keep()
		}
		_, _ = s.db.ExecContext(context.Background(), "ROLLBACK", nil)
	}
	s.tx.open = false
	if s.private != nil {
		s.private = nil
		s.file.leases.forget(max(s.baseSchema().cat.NextOID, catalog.FirstLocalOID))
	}
	before := s.tx.before
	s.temp = s.tx.temp
	s.endCursors(false)
	s.endTx()
	if s.set.version != before.version {
		s.set = before
		_ = s.derive()
	}
}

// endTx forgets the transaction and gives up the writer's place.
func (s *Session) endTx() {
	writing := s.tx.writing
	s.endLocks(0)
	s.tx = transaction{status: idle}
	s.private = nil
	s.seq.open = nil
	if writing {
		s.file.writers.release()
	}
}

// fail marks the transaction as failed after an error in it.
func (s *Session) fail() {
	if s.tx.status == inTx {
		s.tx.status = failed
	}
	if s.tx.open && s.db.AutoCommit() {
		// SQLite undoes the whole transaction where it cannot undo the statement
		// alone: out of disk or memory, or interrupted in a write.
		s.tx.gone, s.tx.open = true, false
	}
}

// write makes sure that the transaction may write: it takes the writer's place,
// begins SQLite's transaction and passes the gate.
func (s *Session) write(ctx context.Context, plan *dialect.Plan) error {
	if s.tx.writing {
		return nil
	}
	if s.tx.open {
		return s.upgrade(ctx, plan)
	}
	if s.file.Replaced() {
		return ErrReplaced
	}
	if err := s.file.undurable(); err != nil {
		return err
	}
	if err := s.file.lowOnDisk(); err != nil {
		return err
	}
	// A statement whose rows are still read holds a snapshot that SQLite cannot
	// write from.
	for r := range s.rows {
		r.keep()
	}
	if err := s.takePlace(ctx, plan); err != nil {
		return err
	}
	err := s.pass()
	for i := 0; err == nil && i < len(s.tx.savepoint); i++ {
		_, err = s.db.ExecContext(context.Background(), "SAVEPOINT "+savepointName(i), nil)
	}
	if err != nil {
		_, _ = s.db.ExecContext(context.Background(), "ROLLBACK", nil)
		s.file.writers.release()
		return err
	}
	s.tx.open, s.tx.writing = true, true
	return nil
}

// lockWait is how long a statement waits for others.
func (s *Session) lockWait() time.Duration {
	if s.set.lockTimeout > 0 {
		return s.set.lockTimeout
	}
	return s.file.opt.WriterWait
}

// waiting bounds the wait for the writer's place by lock_timeout, or lets there
// be none. What is free is had in any case.
func (s *Session) waiting(ctx context.Context, plan *dialect.Plan) (context.Context, context.CancelFunc) {
	if plan.NoWait != "" {
		return context.WithDeadlineCause(ctx, time.Time{}, errorf("55P03", "%s", plan.NoWait))
	}
	return context.WithTimeoutCause(ctx, s.lockWait(), errLockTimeout())
}

// takePlace waits for the writer's place and SQLite's write lock, no longer
// than lock_timeout.
func (s *Session) takePlace(ctx context.Context, plan *dialect.Plan) error {
	wctx, cancel := s.waiting(ctx, plan)
	defer cancel()
	acquire := s.file.writers.acquire
	if s.tx.implicit {
		acquire = s.file.writers.acquireNew
	}
	if err := acquire(wctx); err != nil {
		return err
	}
	if err := beginImmediate(wctx, s.db); err != nil {
		s.file.writers.release()
		return err
	}
	s.file.shared.schemaSettle()
	return nil
}

// upgrade turns the read snapshot of a REPEATABLE READ or SERIALIZABLE
// transaction into a writing transaction, which SQLite allows while nobody has
// committed since.
func (s *Session) upgrade(ctx context.Context, plan *dialect.Plan) error {
	wctx, cancel := s.waiting(ctx, plan)
	defer cancel()
	if err := s.file.writers.acquire(wctx); err != nil {
		return err
	}
	err := retryBusy(wctx, func() error { return s.pass() })
	if serr, ok := err.(sqlite3.Error); ok && serr.ExtendedCode == sqlite3.ErrBusySnapshot {
		err = errorf("40001", "could not serialize access due to concurrent update")
	}
	if err != nil {
		s.file.writers.release()
		return err
	}
	s.tx.writing = true
	return nil
}

// gateSQL is the gate: it counts the transaction and finds the file serving, or
// changes nothing.
const gateSQL = `UPDATE failoversql_state SET tx = tx + 1 WHERE id = 1 AND serving = 1 RETURNING tx`

// pass goes through the gate, or returns ErrNotServing.
func (s *Session) pass() error {
	if s.gate == nil {
		st, err := s.funcs.prepare(gateSQL)
		if err != nil {
			return err
		}
		s.gate = st
	}
	rows, err := s.gate.QueryContext(context.Background(), nil)
	if err != nil {
		return err
	}
	defer rows.Close()
	var row [1]driver.Value
	if err := rows.Next(row[:]); err != nil {
		if err == io.EOF {
			return ErrNotServing
		}
		return err
	}
	s.tx.number, _ = row[0].(int64)
	return nil
}

func savepointName(i int) string { return "s" + strconv.Itoa(i) }
