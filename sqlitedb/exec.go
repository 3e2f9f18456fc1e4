package sqlitedb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgconn"
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
	if len(args) != len(p.plan.Params) {
		return result{}, fmt.Errorf("expected %d arguments, got %d", len(p.plan.Params), len(args))
	}
	s.keepRows()

	cancel := func() {}
	if t := s.set.statementTimeout; t > 0 {
		ctx, cancel = context.WithTimeoutCause(ctx, t, errStatementTimeout())
	}
	s.stmtTime = micros(time.Now())
	s.env.Now = s.stmtTime
	if s.tx.status != idle {
		s.env.Now = s.tx.now
	}

	var r result
	switch p.plan.Kind {
	case dialect.Query, dialect.Exec:
		r, err = s.execute(ctx, p, args, stream)
	case dialect.DDL:
		err = s.autocommit(ctx, p, func(ctx context.Context, p *prepared) error { return s.define(ctx, p.plan) })
	case dialect.Transaction:
		err = s.control(ctx, p.plan.Tx)
	case dialect.SetVariable:
		err = s.setVariable(p.plan.Set)
	case dialect.ShowVariable:
		r, err = s.show(p.plan)
	case dialect.Nothing:
		err = s.other(ctx, p.plan)
	}
	if s.tx.status == idle && s.set.local != nil {
		// set_config(…, true) in a statement of its own lasts as long as that.
		s.set.local = nil
		_ = s.derive()
	}
	r.plan = p.plan
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
	if readOnly || s.opt.RejectWrites {
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
		if p, err = s.prepare(ctx, p.text); err != nil {
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
	var version int64
	if err := queryRow(ctx, s.db, `SELECT coalesce(max(version), 0) FROM failoversql_catalog`, nil, &version); err != nil {
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
		if p, err = s.prepare(ctx, p.text); err != nil {
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
	if err := s.write(ctx); err != nil {
		return err
	}
	// From here on nobody else changes the schema.
	if again, err := s.prepare(ctx, p.text); err != nil {
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

// steps runs the SQLite statements of a plan. With stream the rows of the last
// step are read as they are asked for.
func (s *Session) steps(ctx context.Context, p *prepared, args []driver.NamedValue, stream bool) (result, error) {
	r := result{plan: p.plan}
	var deadline time.Time // of waiting for another process's lock
	for i := range p.plan.Steps {
		step := &p.plan.Steps[i]
		binds, err := s.bind(step, args)
		if err != nil {
			return r, err
		}
		s.seq.taken = s.seq.taken[:0]
		for {
			if step.Returns {
				var rows *Rows
				if rows, err = s.query(ctx, p, i, binds); err == nil {
					if !(stream && i == len(p.plan.Steps)-1) {
						rows.keep()
						err = rows.err
						if step.Counts {
							r.affected += int64(len(rows.kept))
						}
					}
					r.rows = rows
				}
			} else {
				var n int64
				if n, err = s.changeRows(ctx, p, i, binds); step.Counts {
					r.affected += n
				}
			}
			if err == nil {
				break
			}
			if s.funcs.resolve(err) {
				continue
			}
			if isBusy(err) && !s.tx.open && ctx.Err() == nil {
				if deadline.IsZero() {
					deadline = time.Now().Add(s.lockWait())
				}
				if time.Now().Before(deadline) {
					continue
				}
			}
			return r, s.explain(ctx, p, i, binds, err)
		}
	}
	return r, nil
}

// query runs a step that returns rows.
func (s *Session) query(ctx context.Context, p *prepared, i int, binds []driver.NamedValue) (*Rows, error) {
	sl, err := s.take(p, i)
	if err != nil {
		return nil, err
	}
	src, err := sl.stmt.QueryContext(ctx, binds)
	if err != nil {
		sl.release()
		return nil, err
	}
	rows := &Rows{session: s, plan: p.plan, ctx: ctx, env: s.env, src: src, slot: sl}
	s.rows[rows] = struct{}{}
	return rows, nil
}

// changeRows runs a step that returns no rows and gives the number it changed.
func (s *Session) changeRows(ctx context.Context, p *prepared, i int, binds []driver.NamedValue) (int64, error) {
	sl, err := s.take(p, i)
	if err != nil {
		return 0, err
	}
	defer sl.release()
	res, err := sl.stmt.ExecContext(ctx, binds)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// clientError is one that pgx finds before it sends anything.
type clientError struct{ err error }

func (e *clientError) Error() string { return e.err.Error() }

// bind computes the values of a step's parameters. The slice is reused by the
// next step.
func (s *Session) bind(step *dialect.Step, args []driver.NamedValue) ([]driver.NamedValue, error) {
	out := s.args[:0]
	for i := range step.Binds {
		b := &step.Binds[i]
		var v any
		switch b.Source {
		case dialect.FromParam:
			var err error
			if v, err = pgvalue.EncodeArg(b.Type, args[b.Param].Value, &s.env); err != nil {
				var pg *pgconn.PgError
				if !errors.As(err, &pg) {
					err = &clientError{fmt.Errorf("failed to encode args[%d]: %w", b.Param, err)}
				}
				return nil, err
			}
			if b.Column {
				v = pgvalue.ToColumn(b.Type, v)
			}
		case dialect.FromNow:
			v = s.env.Now
		case dialect.FromStmtTime:
			v = s.stmtTime
		case dialect.FromTimeZone:
			v = s.zoneName
		case dialect.FromUser:
			v = s.user()
		case dialect.FromSession:
			w, ok := s.setting(b.Setting)
			if !ok {
				return nil, errorf("42704", "unrecognized configuration parameter %q", b.Setting)
			}
			v = w
		case dialect.FromNull:
		}
		out = append(out, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	s.args = out
	return out, nil
}

// execSeveral runs the statements of one call without arguments as one
// transaction, as PostgreSQL's simple protocol does. parts are those of text, in
// order.
func (s *Session) execSeveral(ctx context.Context, text string, parts []string) (driver.Result, error) {
	own := s.tx.status == idle
	var last driver.Result = driver.RowsAffected(0)
	at := 0
	for _, part := range parts {
		part = strings.TrimSpace(part)
		if n := strings.Index(text[at:], part); n >= 0 {
			at += n
		}
		if s.tx.status == idle && own {
			s.startTx("")
			s.tx.implicit = true
		}
		res, err := s.execOne(ctx, part, nil)
		if err != nil {
			if s.tx.implicit {
				s.rollback()
			}
			return nil, moved(err, text[:at])
		}
		last = res
		at += len(part)
	}
	if s.tx.status != idle && s.tx.implicit {
		if s.tx.status == failed {
			s.rollback()
			return last, nil
		}
		if err := s.commit(ctx); err != nil {
			return nil, err
		}
	}
	return last, nil
}

// moved gives an error's position in a statement as that in a text where other
// text stands before the statement.
func moved(err error, before string) error {
	pg, ok := err.(*pgconn.PgError)
	if !ok || pg.Position == 0 || before == "" {
		return err
	}
	c := *pg
	c.Position += int32(utf8.RuneCountInString(before))
	return &c
}
