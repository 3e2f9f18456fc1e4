package demo

import (
	"sync"
	"time"
)

// call is one use of the database by the application: a statement or a whole
// transaction, from asking to answer.
type call struct {
	begin, end time.Time
	ok         bool
}

// stopwatch keeps when every call began and ended. Each worker writes to a part
// of its own.
type stopwatch struct {
	mu    sync.Mutex
	parts []*[]call
}

// part returns where one worker notes its calls.
func (s *stopwatch) part() *[]call {
	p := new([]call)
	s.mu.Lock()
	defer s.mu.Unlock()
	s.parts = append(s.parts, p)
	return p
}

// firstGood is the time from begin, when PostgreSQL was sent the signal, to the
// first answer that cannot have come from it: to a call begun after the signal
// and ended after gone, when none of its processes was left.
func (s *stopwatch) firstGood(begin, gone time.Time) (time.Duration, bool) {
	var first time.Time
	for c := range s.calls {
		if c.ok && !c.begin.Before(begin) && c.end.After(gone) && (first.IsZero() || c.end.Before(first)) {
			first = c.end
		}
	}
	return first.Sub(begin), !first.IsZero()
}

// slowest is the longest that any call took of those under way at some time
// between from and to.
func (s *stopwatch) slowest(from, to time.Time) time.Duration {
	var most time.Duration
	for c := range s.calls {
		if c.end.After(from) && c.begin.Before(to) {
			most = max(most, c.end.Sub(c.begin))
		}
	}
	return most
}

// calls yields all calls; the workers must have stopped.
func (s *stopwatch) calls(yield func(call) bool) {
	for _, p := range s.parts {
		for _, c := range *p {
			if !yield(c) {
				return
			}
		}
	}
}
