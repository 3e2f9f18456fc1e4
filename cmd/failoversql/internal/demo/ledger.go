package demo

import (
	"errors"
	"sync"
	"sync/atomic"

	"github.com/failoversql/failoversql"
)

// outcome is what the application was told about a write.
type outcome int

const (
	acknowledged outcome = iota // done: it must be there exactly once
	inDoubt                     // sent and not answered: there once or not at all
	refused                     // an error: it must not be there
)

// told reads an outcome from the error of a write.
func told(err error) outcome {
	var doubt *failoversql.InDoubtError
	switch {
	case err == nil:
		return acknowledged
	case errors.As(err, &doubt):
		return inDoubt
	}
	return refused
}

// ledger is the application's own memory of every write it asked for and what it
// was told, kept outside of both databases.
type ledger struct {
	mu     sync.Mutex
	tokens map[string]write   // of rows of order_events, but those of new orders
	orders map[string]*placed // by ref

	acknowledged, doubtful, refused atomic.Int64
}

// write is a write that a row of order_events names.
type write struct {
	outcome outcome
	order   string // the ref of the order it changed the row of too, or ""
}

// placed is an order as it must be found at the end.
type placed struct {
	outcome outcome
	token   string
	lines   int64
	total   string
	status  string // "" where a change of it is in doubt
	// changes acknowledged, and in doubt, since it was placed: its revision must
	// be 1 + changes, or more by at most doubts.
	changes, doubts int64
}

func newLedger() *ledger {
	return &ledger{tokens: map[string]write{}, orders: map[string]*placed{}}
}

// count adds a write to the totals.
func (l *ledger) count(o outcome) {
	switch o {
	case acknowledged:
		l.acknowledged.Add(1)
	case inDoubt:
		l.doubtful.Add(1)
	case refused:
		l.refused.Add(1)
	}
}

// token notes what became of a write that is named by a row of order_events.
func (l *ledger) token(token string, w write) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.tokens[token] = w
}

// order notes what became of a new order.
func (l *ledger) order(ref string, p *placed) {
	l.mu.Lock()
	defer l.mu.Unlock()
	l.orders[ref] = p
}

// change notes what became of a change of an order.
func (l *ledger) change(ref string, o outcome, status string) {
	l.mu.Lock()
	defer l.mu.Unlock()
	p := l.orders[ref]
	switch o {
	case acknowledged:
		p.changes++
		p.status = status
	case inDoubt:
		p.doubts++
		p.status = "" // one of two
	}
}
