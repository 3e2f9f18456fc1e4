package sqlitedb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/failoversql/failoversql/dialect"
)

// result of one statement. rows is nil where it returns none.
type result struct {
	plan     *dialect.Plan
	rows     *Rows
	affected int64
}

// begin finds the plan of a statement that is about to run, by the rules for a
// transaction that has failed.
func (s *Session) begin(ctx context.Context, query string) (*prepared, error) {
	if err := ctx.Err(); err != nil {
		return nil, err // as pgx: given up before it was sent
	}
	p, err := s.prepare(ctx, query)
	if s.tx.status == failed && !endsFailure(p) && !isSyntaxError(err) {
		return nil, errAborted()
	}
	if err != nil {
		s.fail()
		return nil, err
	}
	return p, nil
}

// endsFailure says whether a statement may run in a failed transaction.
func endsFailure(p *prepared) bool {
	if p == nil {
		return false
	}
	if p.plan.Kind == dialect.Empty {
		return true
	}
	if tx := p.plan.Tx; tx != nil {
		switch tx.Op {
		case dialect.TxRollback, dialect.TxCommit, dialect.TxRollbackTo:
			return true
		}
	}
	return false
}

// run runs one statement to its first row.
func (s *Session) run(ctx context.Context, query string, args []driver.NamedValue, stream bool) (result, error) {
	p, err := s.begin(ctx, query)
	if err != nil {
		return result{}, err
	}
	if args, err = arguments(args); err != nil {
		return result{}, err
	}
	if len(args) != len(p.plan.Params) {
		if !stream { // pgx's Exec says it in other words than its Query
			return result{}, errors.New("mismatched param and argument count")
		}
		return result{}, fmt.Errorf("expected %d arguments, got %d", len(p.plan.Params), len(args))
	}
	s.keepRows()

	cancel := func() {}
	if t := s.set.statementTimeout; t > 0 {
		ctx, cancel = context.WithTimeoutCause(ctx, t, errStatementTimeout())
	}
	s.ctx = ctx
	s.stmtTime = micros(time.Now())
	s.env.Now = s.stmtTime
	if s.tx.status != idle {
		s.env.Now = s.tx.now
	}

	var r result
	kind := p.plan.Kind
	if p.plan.Alone != "" && s.tx.status != idle {
		kind, err = dialect.Empty, errorf("25001", "%s cannot run inside a transaction block", p.plan.Alone)
	}
	switch kind {
	case dialect.Query, dialect.Exec:
		r, err = s.execute(ctx, p, args, stream)
	case dialect.DDL:
		err = s.autocommit(ctx, p, func(ctx context.Context, p *prepared) (err error) {
			if err = s.define(ctx, p.plan); err == nil && len(p.plan.Steps) > 0 {
				r, err = s.steps(ctx, p, args, false) // the rows of a new table
			}
			return err
		})
	case dialect.Transaction:
		err = s.control(ctx, p.plan.Tx)
	case dialect.SetVariable:
		err = s.setVariable(p.plan.Set)
	case dialect.ShowVariable:
		r, err = s.show(p.plan)
	case dialect.DeclareCursor:
		r, err = s.declareCursor(ctx, p, args)
	case dialect.FetchCursor:
		r, err = s.fetch(p.plan.Cursor)
	case dialect.CloseCursor:
		err = s.closeCursor(p.plan.Cursor.Name)
	case dialect.Prepare:
		err = s.prepareStatement(p)
	case dialect.Execute:
		r, err = s.executePrepared(ctx, p, stream)
	case dialect.Deallocate:
		err = s.deallocate(p.plan.Name)
	case dialect.Nothing:
		err = s.other(ctx, p.plan)
	}
	if s.tx.status == idle {
		s.endLocks(0) // of a statement that was a transaction of its own
	}
	if s.tx.status == idle && s.set.local != nil {
		// set_config(…, true) in a statement of its own lasts as long as that.
		s.set.local = nil
		_ = s.derive()
	}
	if r.plan == nil {
		r.plan = p.plan
	}
	if err != nil {
		err = s.settle(ctx, err, p.plan)
		cancel()
		return result{}, err
	}
	if r.rows != nil && r.rows.src != nil {
		r.rows.cancel = cancel
	} else {
		cancel()
	}
	return r, nil
}

// settle gives a statement's error its final form and the transaction its
// status.
func (s *Session) settle(ctx context.Context, err error, plan *dialect.Plan) error {
	if errors.Is(err, ErrNotServing) {
		return err // nothing happened, the transaction included
	}
	var client *clientError
	if errors.As(err, &client) {
		return client.err // never left the program
	}
	err = s.mapError(ctx, err, plan)
	s.fail()
	return err
}

// keepRows reads the rest of result sets that are still open into memory, so
// that the next statement sees the present and may write.
func (s *Session) keepRows() {
	for r := range s.rows {
		r.keep()
	}
}

// mayWrite refuses a write in a read-only transaction.
func (s *Session) mayWrite(plan *dialect.Plan) error {
	readOnly := s.tx.readOnly
	if s.tx.status == idle {
		readOnly = s.set.readOnly
	}
	if (readOnly || s.opt.RejectWrites) && !temporaryOnly(plan) {
		if slices.Contains(plan.Functions, dialect.FuncTxID) {
			return errorf("0A000", "the number of a read-only transaction is not supported on the fallback")
		}
		verb := plan.Verb
		if plan.Kind == dialect.Query && len(plan.Sequences) > 0 {
			verb = "nextval()"
		}
		return errorf("25006", "cannot execute %s in a read-only transaction", verb)
	}
	return nil
}

// execute runs a query or a change of rows.
func (s *Session) execute(ctx context.Context, p *prepared, args []driver.NamedValue, stream bool) (result, error) {
	if p.plan.Writes {
		var r result
		err := s.autocommit(ctx, p, func(ctx context.Context, p *prepared) (err error) {
			r, err = s.steps(ctx, p, args, false)
			return err
		})
		return r, err
	}
	if s.tx.status != idle {
		s.tx.queried = true
		if s.tx.snapshot() && !s.tx.open {
			return s.firstRead(ctx, p, args, stream)
		}
		if s.tx.open {
			return s.steps(ctx, p, args, stream)
		}
	}
	if len(p.plan.Steps) > 1 {
		return s.readSteps(ctx, p, args)
	}
	for {
		r, err := s.steps(ctx, p, args, stream)
		if err != nil {
			return r, err
		}
		same, err := s.planHolds(ctx, p, r.rows)
		if same || err != nil {
			return r, err
		}
		// The schema changed between planning and the statement's snapshot.
		r.rows.stop()
		if p, err = s.prepareAgain(ctx, p); err != nil {
			return result{}, err
		}
		if p.plan.Writes || len(p.plan.Params) != len(args) {
			return result{}, errorf("0A000", "cached plan must not change result type")
		}
	}
}

// planHolds says whether the catalog that p was planned with is that of the
// snapshot in which rows are being read.
func (s *Session) planHolds(ctx context.Context, p *prepared, rows *Rows) (bool, error) {
	if s.private != nil || s.tx.schema != nil {
		return true, nil
	}
	seq := s.file.shared.schemaSeq()
	if seq == p.schema.seq && seq%2 == 0 {
		return true, nil
	}
	// Prepared statements outlive a version that only changed its counter.
	version, err := catalogTop(ctx, s.db)
	if err != nil {
		if rows != nil {
			rows.stop()
		}
		return false, err
	}
	return version == p.schema.cat.Version, nil
}

// readSteps runs a query of several steps in one snapshot.
func (s *Session) readSteps(ctx context.Context, p *prepared, args []driver.NamedValue) (result, error) {
	if err := s.beginRead(); err != nil {
		return result{}, err
	}
	defer func() { _, _ = s.db.ExecContext(context.Background(), "ROLLBACK", nil) }()
	return s.steps(ctx, p, args, false)
}

func (s *Session) beginRead() error {
	_, err := s.db.ExecContext(context.Background(), "BEGIN", nil)
	return err
}

// firstRead takes the snapshot of a REPEATABLE READ transaction with its first
// query.
func (s *Session) firstRead(ctx context.Context, p *prepared, args []driver.NamedValue, stream bool) (result, error) {
	for {
		if err := s.beginRead(); err != nil {
			return result{}, err
		}
		var n int64
		err := queryRow(ctx, s.db, `SELECT serving FROM failoversql_state`, nil, &n) // SQLite takes it with the first read
		if err == nil {
			var same bool
			if same, err = s.planHolds(ctx, p, nil); same {
				s.tx.open, s.tx.schema = true, p.base(s)
				return s.steps(ctx, p, args, stream)
			}
		}
		_, _ = s.db.ExecContext(context.Background(), "ROLLBACK", nil)
		if err != nil {
			return result{}, err
		}
		if p, err = s.prepareAgain(ctx, p); err != nil {
			return result{}, err
		}
	}
}

// base is the version that p was planned with, before the session's own
// search_path.
func (p *prepared) base(s *Session) *schemaVersion {
	if v := s.file.current.Load(); v.cat.Version == p.schema.cat.Version {
		return v
	}
	return p.schema
}

// autocommit runs a write: in the open transaction, or in one of its own.
func (s *Session) autocommit(ctx context.Context, p *prepared, work func(context.Context, *prepared) error) error {
	if err := s.mayWrite(p.plan); err != nil {
		return err
	}
	own := s.tx.status == idle
	if own {
		s.startTx("")
		s.tx.implicit, s.tx.now = true, s.env.Now
		defer func() {
			if s.tx.status != idle && s.tx.implicit {
				s.rollback()
			}
		}()
	}
	s.tx.queried = true
	if err := s.write(ctx, p.plan); err != nil {
		return err
	}
	// From here on nobody else changes the schema.
	if again, err := s.prepareAgain(ctx, p); err != nil {
		return err
	} else if again != p {
		if len(again.plan.Params) != len(p.plan.Params) {
			return errorf("0A000", "cached plan must not change result type")
		}
		p = again
	}
	if err := s.loadSequences(ctx, p.plan.Sequences); err != nil {
		return err
	}
	if err := work(ctx, p); err != nil {
		return err
	}
	if own {
		return s.commit(ctx)
	}
	return nil
}
