package health

import (
	"errors"
	"fmt"
	"time"
)

// ErrBusy is returned by a switch while another one is under way.
var ErrBusy = errors.New("health: another switch is under way")

// ErrObserver is returned by a switch on an observer: the owner of the file
// has to be asked.
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

// withdraw ends an order that nobody waits for any more.
func (m *machine) withdraw(c *command, err error) {
	if m.cmd != c {
		return
	}
	m.failCommand(err)
	if m.phase == entering && m.cause.Planned && m.pin != PinFallback {
		m.cancel()
	}
}

// failCommand answers the order under way with an error and takes its pin back.
func (m *machine) failCommand(err error) {
	if m.cmd == nil {
		return
	}
	m.pin = m.cmd.previous
	m.reply(m.cmd, err)
	m.cmd = nil
}

// answer tells an operator that the wish is fulfilled.
func (m *machine) answer() {
	if m.cmd == nil {
		return
	}
	switch {
	case m.cmd.want == Auto,
		m.cmd.want == PinPrimary && m.phase == primary,
		m.cmd.want == PinFallback && m.phase == fallback:
		m.reply(m.cmd, nil)
		m.cmd = nil
	case m.cmd.want == PinFallback && m.phase == unavailable && m.hookErr != nil && m.running == noHook:
		m.failCommand(m.hookErr)
	}
}
