package sqlitedb

import (
	"database/sql/driver"
	"time"
)

// enter begins a call of the session's user.
func (s *Session) enter() error {
	s.mu.Lock()
	s.calls++
	if s.timer != nil {
		s.timer.Stop()
		s.timer = nil
	}
	switch {
	case s.closed:
		s.mu.Unlock()
		return driver.ErrBadConn
	case s.died != nil:
		s.mu.Unlock()
		return s.died
	}
	return nil
}

// leave ends a call. A transaction that it leaves open may stay idle for
// idle_in_transaction_session_timeout.
func (s *Session) leave() {
	if d := s.set.idleTimeout; d > 0 && s.tx.status != idle {
		call := s.calls
		s.timer = time.AfterFunc(d, func() { s.expire(call) })
	}
	s.mu.Unlock()
}

// expire ends a session whose transaction has been idle since a call. It gives
// up the writer's place, for which others may be waiting.
func (s *Session) expire(call uint64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed || s.calls != call || s.tx.status == idle {
		return
	}
	if len(s.rows) > 0 { // its rows are still read
		s.timer = time.AfterFunc(s.set.idleTimeout, func() { s.expire(call) })
		return
	}
	s.rollback()
	s.died = errorf("25P03", "terminating connection due to idle-in-transaction timeout")
	s.died.Severity, s.died.SeverityUnlocalized = "FATAL", "FATAL"
}
