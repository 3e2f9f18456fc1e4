package sqlitedb

import (
	"bytes"
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
)

// steps runs the SQLite statements of a plan. With stream the rows of the last
// step are read as they are asked for.
func (s *Session) steps(ctx context.Context, p *prepared, args []driver.NamedValue, stream bool) (result, error) {
	r := result{plan: p.plan}
	var deadline time.Time         // of waiting for another process's lock
	var kept [][]driver.NamedValue // rows for a step with Each
	for i := range p.plan.Steps {
		step := &p.plan.Steps[i]
		binds, err := s.bind(step, args)
		if err != nil {
			return r, err
		}
		s.seq.taken = s.seq.taken[:0]
		for {
			switch {
			case step.Keep:
				kept, err = s.keptRows(ctx, p, i, binds)
				if step.Counts {
					r.affected += int64(len(kept))
				}
			case step.Each:
				for _, row := range kept {
					if _, err = s.changeRows(ctx, p, i, row); err != nil {
						break
					}
				}
			case step.Returns:
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
			default:
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

// changeRows runs a step whose rows are not wanted and gives the number it
// changed or, of a query, read.
func (s *Session) changeRows(ctx context.Context, p *prepared, i int, binds []driver.NamedValue) (int64, error) {
	sl, err := s.take(p, i)
	if err != nil {
		return 0, err
	}
	defer sl.release()
	if sl.stmt.Readonly() {
		return countRows(ctx, sl.stmt, binds)
	}
	res, err := sl.stmt.ExecContext(ctx, binds)
	if err != nil {
		return 0, err
	}
	return res.RowsAffected()
}

// keptRows runs a step and gives its rows as SQLite has them.
func (s *Session) keptRows(ctx context.Context, p *prepared, i int, binds []driver.NamedValue) ([][]driver.NamedValue, error) {
	sl, err := s.take(p, i)
	if err != nil {
		return nil, err
	}
	defer sl.release()
	rows, err := sl.stmt.QueryContext(ctx, binds)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out [][]driver.NamedValue
	row := make([]driver.Value, len(rows.Columns()))
	for {
		if err := rows.Next(row); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		kept := make([]driver.NamedValue, len(row))
		for j, v := range row {
			if b, ok := v.([]byte); ok && b != nil {
				v = bytes.Clone(b)
			}
			kept[j] = driver.NamedValue{Ordinal: j + 1, Value: v}
		}
		out = append(out, kept)
	}
}

func countRows(ctx context.Context, stmt *sqlite3.SQLiteStmt, binds []driver.NamedValue) (n int64, err error) {
	rows, err := stmt.QueryContext(ctx, binds)
	if err != nil {
		return 0, err
	}
	defer rows.Close()
	row := make([]driver.Value, len(rows.Columns()))
	for ; ; n++ {
		if err := rows.Next(row); err == io.EOF {
			return n, nil
		} else if err != nil {
			return n, err
		}
	}
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
			if n, ok := args[b.Param].Value.(native); ok {
				v = n.value
				if b.Column {
					v = pgvalue.ToColumn(b.Type, v)
				}
				break
			}
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
				return nil, unknown(b.Setting)
			}
			v = w
		case dialect.FromNull:
		}
		out = append(out, driver.NamedValue{Ordinal: i + 1, Value: v})
	}
	s.args = out
	return out, nil
}
