package sqlitedb

import (
	"container/list"

	"github.com/failoversql/failoversql/dialect"
	"github.com/mattn/go-sqlite3"
)

// prepared is a plan with its SQLite statements, as one connection has them.
type prepared struct {
	text   string
	schema *schemaVersion
	plan   *dialect.Plan
	steps  []slot
	inner  bool          // of a PREPARE, whose text it is
	place  *list.Element // in the cache
}

// slot is the SQLite statement of one step. While its rows are read it is busy,
// and running the same text again takes another statement.
type slot struct {
	stmt  *sqlite3.SQLiteStmt
	busy  bool
	stale bool // thrown out of the cache while busy
}

// stmtBytes bounds the text of the statements that a connection keeps.
const stmtBytes = 1 << 20

// stmtCache keeps the least recently used statements of one connection.
type stmtCache struct {
	size   int
	bytes  int // of text
	byText map[string]*prepared
	order  list.List // of *prepared, last used first
}

func (c *stmtCache) init(size int) {
	c.size = size
	c.byText = make(map[string]*prepared)
	c.order.Init()
}

func (c *stmtCache) get(text string) *prepared {
	p := c.byText[text]
	if p != nil && c.order.Front() != p.place {
		c.order.MoveToFront(p.place)
	}
	return p
}

func (c *stmtCache) put(p *prepared) {
	if old := c.byText[p.text]; old != nil {
		c.remove(old)
	}
	c.byText[p.text] = p
	p.place = c.order.PushFront(p)
	c.bytes += len(p.text)
	for c.order.Len() > c.size || c.bytes > stmtBytes && c.order.Len() > 1 {
		c.remove(c.order.Back().Value.(*prepared))
	}
}

func (c *stmtCache) remove(p *prepared) {
	delete(c.byText, p.text)
	c.bytes -= len(p.text)
	c.order.Remove(p.place)
	for i := range p.steps {
		p.steps[i].discard()
	}
}

func (c *stmtCache) clear() {
	for c.order.Len() > 0 {
		c.remove(c.order.Back().Value.(*prepared))
	}
}

// discard finalises the statement, now or when its rows are closed.
func (s *slot) discard() {
	if s.busy {
		s.stale = true
		return
	}
	if s.stmt != nil {
		_ = s.stmt.Close()
		s.stmt = nil
	}
}

// take gives the step's SQLite statement for one run. The slot is to be
// released after it.
func (s *Session) take(p *prepared, i int) (*slot, error) {
	sl := &p.steps[i]
	if sl.busy {
		sl = &slot{stale: true}
	}
	if sl.stmt == nil {
		if err := s.funcs.need(p.plan.Functions, p.plan.Collations); err != nil {
			return nil, err
		}
		st, err := s.funcs.prepare(p.plan.Steps[i].SQL)
		if err != nil {
			return nil, err
		}
		sl.stmt = st
	}
	sl.busy = true
	return sl, nil
}

func (s *slot) release() {
	s.busy = false
	if s.stale {
		s.discard()
	}
}
