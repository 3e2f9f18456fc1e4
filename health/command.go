package health

import (
	"errors"
	"fmt"
	"time"
)

// ErrBusy is returned by a switch while another one is under way.
var ErrBusy = errors.New("health: another switch is under way")

// ErrObserver is returned by an order to an observer: it is the owner's to carry
// out.
var ErrObserver = errors.New("health: another process owns the file and decides")

// ErrStopped is returned by what can not happen because of Stop.
var ErrStopped = errors.New("health: the monitor is stopped")

// errPrimaryDown is why SwitchToPrimary can not be done.
type errPrimaryDown struct{ err error }

func (e errPrimaryDown) Error() string { return fmt.Sprintf("health: the primary is down: %v", e.err) }
func (e errPrimaryDown) Unwrap() error { return e.err }

// order takes an operator's wish.
func (m *machine) order(now time.Time, c *command) {
	switch {
	case m.phase == observing:
		m.reply(c, ErrObserver)
		return
	case m.cmd != nil:
		m.reply(c, ErrBusy)
		return
	}
	c.previous = m.pin
	m.pin, m.cmd = c.want, c
	m.held, m.switches = false, nil
	m.retryAt = time.Time{}
	if c.want == PinPrimary && m.phase != primary {
		m.dropProbes()
		m.next = now
		if m.phase == fallback || m.phase == unavailable {
			m.rises, m.answered = 0, false // the primary is asked now: what it answered before may be over
		}
	}
}

// reply answers an order, after what it brought about can be seen by everybody.
func (m *machine) reply(c *command, err error) {
	m.answers = append(m.answers, func() { c.reply <- err })
}

// giveAnswers is called when acts have been carried out.
func (m *machine) giveAnswers() {
	for _, give := range m.answers {
		give()
	}
	m.answers = nil
}

// withdraw ends an order that nobody waits for any more, unless it has been
// fulfilled and its pin can still be kept.
func (m *machine) withdraw(c *command, err error) {
	if m.cmd != c {
		return
	}
	if c.keeping {
		c.withdrawn = err
		m.acts = append(m.acts, action{kind: dropPin})
		return
	}
	m.failCommand(err)
	if m.phase == entering && m.cause.Planned && m.pin != PinFallback {
		m.cancel()
	}
}

// failCommand answers the order under way with an error and takes its pin back.
func (m *machine) failCommand(err error) {
	if m.cmd == nil || m.cmd.keeping {
		return
	}
	m.pin = m.cmd.previous
	m.reply(m.cmd, err)
	m.cmd = nil
}

// answer sees whether the wish is fulfilled. Its pin is then made to last, and
// the operator answered when that is done.
func (m *machine) answer() {
	if m.cmd == nil || m.cmd.keeping {
		return
	}
	switch {
	case m.cmd.want == Auto,
		m.cmd.want == PinPrimary && m.phase == primary,
		m.cmd.want == PinFallback && m.phase == fallback:
		m.cmd.keeping = true
		m.acts = append(m.acts, action{kind: keepPin, cmd: m.cmd})
	case m.cmd.want == PinFallback && m.phase == unavailable && m.hookErr != nil && m.running == noHook:
		m.failCommand(m.hookErr)
	}
}

// pinKept takes the result of making a pin last. Where it could not be done the
// order has failed, and what was pinned before is pinned again.
func (m *machine) pinKept(c *command, err error) {
	c.keeping = false
	switch {
	case err != nil && c.withdrawn != nil:
		m.failCommand(c.withdrawn)
		return
	case err != nil:
		m.failCommand(fmt.Errorf("keeping the pin: %w", err))
		return
	}
	m.reply(c, nil)
	m.cmd = nil
}
