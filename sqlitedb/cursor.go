package sqlitedb

import (
	"context"
	"database/sql/driver"
	"io"
	"slices"

	"github.com/failoversql/failoversql/dialect"
)

// cursor is an open cursor. Its rows were read when it was declared, as of when
// PostgreSQL's cursors see the database.
type cursor struct {
	plan   *dialect.Plan
	rows   [][]driver.Value
	err    error // of the row after them
	at     int   // the row it stands on: 0 before the first, len(rows)+1 after the last
	scroll dialect.Scroll
	hold   bool
	level  int  // savepoints when it was declared
	old    bool // declared in an earlier transaction
}

// done is the plan of a statement that has run and gives nothing.
var done = &dialect.Plan{Kind: dialect.Nothing}

func (s *Session) declareCursor(ctx context.Context, p *prepared, args []driver.NamedValue) (result, error) {
	c := p.plan.Cursor
	if !c.Hold && s.tx.status == idle {
		return result{}, errorf("25P01", "DECLARE CURSOR can only be used in transaction blocks")
	}
	if s.cursors[c.Name] != nil {
		return result{}, errorf("42P03", "cursor %q already exists", c.Name)
	}
	r, err := s.execute(ctx, p, args, true)
	if err != nil {
		return result{}, err
	}
	r.rows.keep()
	if s.cursors == nil {
		s.cursors = make(map[string]*cursor)
	}
	open := &cursor{plan: p.plan, rows: r.rows.kept, scroll: c.Scroll, hold: c.Hold, level: len(s.tx.savepoint), old: s.tx.status == idle}
	if r.rows.err != nil && r.rows.err != io.EOF {
		open.err = r.rows.err
		if open.old {
			return result{}, open.err
		}
	}
	s.cursors[c.Name] = open
	return result{plan: done}, nil
}

func (s *Session) cursor(name string) (*cursor, error) {
	c := s.cursors[name]
	if c == nil {
		return nil, errorf("34000", "cursor %q does not exist", name)
	}
	return c, nil
}

func (s *Session) closeCursor(name string) error {
	if name == "" {
		clear(s.cursors)
		return nil
	}
	_, err := s.cursor(name)
	delete(s.cursors, name)
	return err
}

// endCursors closes what ends with a transaction.
func (s *Session) endCursors(committed bool) {
	for name, c := range s.cursors {
		switch {
		case !committed && !c.old, !c.hold:
			delete(s.cursors, name)
		default:
			c.old = true
		}
	}
}

// fetch is FETCH or MOVE.
func (s *Session) fetch(f *dialect.Cursor) (result, error) {
	c, err := s.cursor(f.Name)
	if err != nil {
		return result{}, err
	}
	got, err := c.move(f.Direction, f.Count, f.Move)
	if err != nil {
		return result{}, err
	}
	if f.Move {
		return result{plan: done, affected: int64(len(got))}, nil
	}
	kept := make([][]driver.Value, len(got))
	for i, row := range got {
		kept[i] = slices.Clone(row)
	}
	return result{plan: c.plan, affected: int64(len(got)), rows: &Rows{session: s, plan: c.plan, env: s.env, kept: kept}}, nil
}

// move moves a cursor as FETCH says and gives the rows on the way.
func (c *cursor) move(d dialect.Direction, n int64, onlyMove bool) ([][]driver.Value, error) {
	end := len(c.rows) + 1
	switch d {
	case dialect.FetchBackward:
		if n == dialect.FetchAll {
			return c.backward(n)
		}
		n = -n
	case dialect.FetchAbsolute:
		switch {
		case n > 0:
			if n <= int64(c.at) || c.at == end {
				if err := c.back(); err != nil {
					return nil, err
				}
			}
			return c.land(n)
		case n < 0:
			if err := c.back(); err != nil {
				return nil, err
			}
			if c.err != nil {
				c.at = end
				return nil, c.err
			}
			return c.land(int64(end) + n)
		}
		if c.at > 0 {
			if err := c.back(); err != nil {
				return nil, err
			}
		}
		c.at = 0
		return nil, nil
	case dialect.FetchRelative:
		switch {
		case n < 0:
			if err := c.back(); err != nil {
				return nil, err
			}
			return c.land(int64(c.at) + n)
		case n > 0:
			if n > int64(end) {
				n = int64(end)
			}
			return c.land(int64(c.at) + n)
		}
	}
	switch {
	case n < 0:
		return c.backward(-n)
	case n > 0:
		return c.forward(n)
	case c.at == 0 || c.at == end:
		return nil, nil
	case !onlyMove:
		if err := c.back(); err != nil {
			return nil, err
		}
	}
	return c.rows[c.at-1 : c.at], nil
}

// back says whether the cursor may go back.
func (c *cursor) back() error {
	switch c.scroll {
	case dialect.ScrollNo:
		err := errorf("55000", "cursor can only scan forward")
		err.Hint = "Declare it with SCROLL option to enable backward scan."
		return err
	case dialect.ScrollUnknown:
		return errorf("0A000", "going back with a cursor that was not declared SCROLL is not supported on the SQLite fallback")
	}
	return nil
}

// land puts the cursor on a row and gives it, or before or after all of them.
func (c *cursor) land(at int64) ([][]driver.Value, error) {
	switch {
	case at < 1:
		c.at = 0
		return nil, nil
	case at > int64(len(c.rows)):
		c.at = len(c.rows) + 1
		return nil, c.err
	}
	c.at = int(at)
	return c.rows[at-1 : at], nil
}

func (c *cursor) forward(n int64) ([][]driver.Value, error) {
	from := min(c.at, len(c.rows))
	rest := c.rows[from:]
	if n <= int64(len(rest)) {
		c.at += int(n)
		return rest[:n], nil
	}
	c.at = len(c.rows) + 1
	if c.err != nil {
		return nil, c.err
	}
	return rest, nil
}

func (c *cursor) backward(n int64) ([][]driver.Value, error) {
	if err := c.back(); err != nil {
		return nil, err
	}
	var out [][]driver.Value
	for n > 0 && c.at > 1 {
		c.at--
		n--
		out = append(out, c.rows[c.at-1])
	}
	if n > 0 {
		c.at = 0
	}
	return out, nil
}
