package health

import (
	"context"
	"fmt"
	"time"
)

// phase is where the machine is. Modes are what callers see of it.
type phase uint8

const (
	starting    phase = iota // nothing decided yet
	primary                  // the primary serves
	entering                 // EnterFallback runs or waits for its turn; the old route stands
	fallback                 // the file serves
	recovering               // Recover runs, or waits for its next turn
	cutover                  // Cutover runs
	aborting                 // AbortCutover runs, or waits for its next turn
	unavailable              // EnterFallback failed in an outage
	observing                // the owner decides
)

var phaseNames = [...]string{"starting", "primary", "entering", "fallback", "recovering", "cutover", "aborting", "unavailable", "observing"}

func (p phase) String() string { return phaseNames[p] }

// hook is the hook that runs.
type hook uint8

const (
	noHook hook = iota
	hookEnter
	hookRecover
	hookCutover
	hookAbort
	hookLeft
)

var hookNames = [...]string{"none", "EnterFallback", "Recover", "Cutover", "AbortCutover", "LeftFallback"}

func (h hook) String() string { return hookNames[h] }

// machine is the state machine: no goroutine, no clock, no function of the
// caller's. Events go in by the methods below, with the time; actions collect
// in acts and are carried out by the Monitor, which calls advance after every
// event and again at wake.
//
// advance looks at the state alone, not at what led to it, so that no order of
// events can be forgotten and leave the machine stuck.
type machine struct {
	cfg    Config
	jitter func() float64 // in [0, 1)

	phase phase
	pin   Pin
	route Route
	owed  bool // the file may hold writes that are not replayed

	probes
	suspect      bool // evidence against the primary that no later probe has answered
	suspectUntil time.Time
	idle         bool // the application is idle and wants no probes then

	running   hook
	cancelled bool  // the running hook's context was ended by us
	cause     Cause // of entering
	retryAt   time.Time
	retries   int // failures of hooks since one succeeded
	hookErr   error

	entered  time.Time   // when the fallback began to serve; zero if before our time
	switches []time.Time // to the fallback, for the flap budget
	held     bool        // the flap budget is spent

	cmd     *command
	acts    []action
	answers []func() // to operators, given when acts have been carried out
}

// command is an operator's wish under way.
type command struct {
	want, previous Pin
	keeping        bool       // fulfilled; the pin is being kept
	withdrawn      error      // while it was
	reply          chan error // has room for one
	ctx            context.Context
}

// action is what the Monitor has to do.
type action struct {
	kind  actionKind
	hook  hook
	route Route
	cause Cause
	cmd   *command
}

type actionKind uint8

const (
	startProbe actionKind = iota
	dropProbes            // the results of probes under way no longer count
	startHook
	cancelHook
	publish
	keepPin
	dropPin // the pin that is being kept is not waited for any more
)

var actionNames = [...]string{"probe", "drop probes", "start", "cancel", "publish", "keep pin", "drop pin"}

func (a action) String() string {
	switch a.kind {
	case startHook, cancelHook:
		return actionNames[a.kind] + " " + a.hook.String()
	case publish:
		return fmt.Sprintf("publish %v", a.route.Mode)
	}
	return actionNames[a.kind]
}

func newMachine(cfg Config, jitter func() float64, now time.Time) *machine {
	m := &machine{cfg: cfg, jitter: jitter, pin: cfg.Pin, owed: cfg.Resume}
	m.route = Route{Mode: Unavailable, Generation: cfg.Generation, Since: now, Reason: "starting"}
	m.next = now
	if cfg.Observing {
		m.phase = observing
	}
	return m
}

// advance takes every step that the state allows at this time.
func (m *machine) advance(now time.Time) {
	for m.step(now) {
	}
	m.schedule(now)
	m.answer()
}

// step takes one step and reports whether it took any.
func (m *machine) step(now time.Time) bool {
	idle := m.running == noHook
	due := idle && !now.Before(m.retryAt)
	switch m.phase {
	case starting:
		switch {
		case m.owed:
			return m.enter(Cause{Resume: true, Reason: "the file holds writes that are not yet replayed"})
		case m.pin == PinPrimary:
			return m.toPrimary(now, "pinned to the primary")
		case m.pin == PinFallback && (m.answered || m.down):
			return m.enter(Cause{Planned: m.answered, Reason: "pinned to the fallback", Err: m.err})
		case m.down:
			return m.enter(m.outage())
		case m.answered:
			return m.toPrimary(now, "the primary answers")
		}
	case primary:
		switch {
		case m.pin == PinFallback && !now.Before(m.retryAt):
			return m.enter(Cause{Planned: !m.down, Reason: m.pinnedReason(), Err: m.err})
		case m.pin == Auto && m.down:
			return m.enter(m.outage())
		}
	case entering:
		switch {
		case m.running == hookLeft:
			m.cancel()
		case idle:
			m.cause.Generation = m.route.Generation
			if m.route.Mode.backend() != Fallback.backend() {
				m.cause.Generation++
			}
			m.start(hookEnter)
		case m.cause.Planned && m.down:
			m.cancel() // and enter as in an outage
		case !m.cause.Planned && m.mayLeaveEntering() && m.rises >= m.cfg.Rise:
			m.cancel() // the primary was back sooner
		}
	case fallback:
		if idle && m.mayReturn(now) {
			m.phase = recovering
			m.publish(now, Recovering, "the primary answers again")
			m.start(hookRecover)
			return true
		}
	case recovering:
		if m.down || m.pin == PinFallback {
			m.cancel()
			m.phase = fallback
			m.publish(now, Fallback, m.backReason())
			return true
		}
		if due {
			m.start(hookRecover)
		}
	case cutover:
		if m.down || m.pin == PinFallback {
			m.cancel()
		}
	case aborting:
		if due {
			m.start(hookAbort)
		}
	case unavailable:
		switch {
		case !idle && m.mayLeaveEntering():
			m.cancel()
		case !idle:
		case m.mayLeaveEntering():
			return m.toPrimary(now, "the primary answers")
		case m.pin == PinPrimary && !m.owed && m.cmd == nil:
			return m.toPrimary(now, "pinned to the primary")
		case due:
			m.cause.Generation = m.route.Generation + 1
			m.cause.Planned = false
			m.start(hookEnter)
		}
	}
	return false
}

// enter begins the way to the fallback.
func (m *machine) enter(cause Cause) bool {
	m.phase, m.cause, m.retryAt = entering, cause, time.Time{}
	return true
}

// mayLeaveEntering reports whether the primary can serve without the fallback
// having served: it answers, and nothing waits in the file.
func (m *machine) mayLeaveEntering() bool {
	return m.pin != PinFallback && !m.owed && m.answered && !m.down
}

func (m *machine) outage() Cause {
	return Cause{Reason: "the primary is down: " + m.errText(), Err: m.err}
}

// pinnedReason is why a pinned fallback is entered.
func (m *machine) pinnedReason() string {
	if m.cmd != nil {
		return "switched by an operator"
	}
	return "pinned to the fallback"
}

func (m *machine) backReason() string {
	if m.down {
		return "the primary is down again: " + m.errText()
	}
	return "switched by an operator"
}

func (m *machine) toPrimary(now time.Time, reason string) bool {
	m.phase = primary
	m.publish(now, Primary, reason)
	return true
}

// mayReturn reports whether the way back to the primary may begin.
func (m *machine) mayReturn(now time.Time) bool {
	switch {
	case m.pin == PinFallback || m.rises == 0 || now.Before(m.retryAt):
		return false
	case m.pin == PinPrimary:
		return true
	}
	m.held = m.held && !m.quiet(now)
	return m.rises >= m.cfg.Rise && !m.held && !now.Before(m.dwellEnd())
}

// dwellEnd is when the least time on the fallback is over.
func (m *machine) dwellEnd() time.Time {
	if m.entered.IsZero() {
		return time.Time{}
	}
	return m.entered.Add(m.cfg.MinDwell)
}

// quiet reports whether the primary was good for long.
func (m *machine) quiet(now time.Time) bool {
	return m.rises > 0 && now.Sub(m.goodSince) >= m.cfg.FlapQuiet
}

// hookDone takes the result of the hook that ran.
func (m *machine) hookDone(now time.Time, h hook, err error) {
	cancelled := m.cancelled
	m.running, m.cancelled = noHook, false
	if h != hookLeft {
		m.hookErr = nil
		if err != nil && !cancelled {
			m.hookErr = fmt.Errorf("%s: %w", hookTasks[h], err)
		}
	}
	switch {
	case h == hookEnter && err == nil:
		m.enteredFallback(now)
	case h == hookEnter && m.cause.Planned && m.phase == entering:
		m.plannedFailed(now, err)
	case h == hookEnter && m.route.Mode == Primary && m.mayLeaveEntering():
		m.phase = primary
	case h == hookEnter:
		m.later(now)
		m.phase = unavailable
		m.publish(now, Unavailable, m.cause.Reason+"; fallback: "+err.Error())
	case h == hookRecover && m.phase != recovering:
		// Given up; the phase has been left already.
	case h == hookRecover && err == nil:
		m.phase = cutover
		m.publish(now, Cutover, "the journal is nearly replayed")
		m.start(hookCutover)
	case h == hookRecover:
		m.later(now)
		m.phase = fallback
		m.publish(now, Fallback, m.hookErrText())
	case h == hookCutover && err == nil && !m.down && m.pin != PinFallback:
		m.retries, m.retryAt, m.owed = 0, time.Time{}, false
		m.toPrimary(now, "the journal is replayed")
		m.start(hookLeft)
	case h == hookCutover:
		m.phase, m.retryAt = aborting, time.Time{}
	case h == hookAbort && err == nil:
		m.later(now)
		m.phase = recovering
		m.publish(now, Recovering, "the cutover is to be tried again")
	case h == hookAbort:
		m.later(now)
		m.publish(now, Unavailable, m.hookErrText())
	}
	if m.hookErr != nil {
		m.failCommand(m.hookErr)
	}
}

// hookTasks says what a hook was to do, for errors.
var hookTasks = [...]string{
	hookEnter: "entering the fallback", hookRecover: "replaying the journal", hookCutover: "moving to the primary",
	hookAbort: "keeping the fallback after a failed move",
}

func (m *machine) enteredFallback(now time.Time) {
	m.owed, m.retries, m.retryAt = true, 0, time.Time{}
	if !m.cause.Resume {
		m.entered = now
	}
	if !m.cause.Resume && !m.cause.Planned {
		m.countSwitch(now)
	}
	m.phase = fallback
	m.publish(now, Fallback, m.cause.Reason)
}

// countSwitch charges a switch to the flap budget.
func (m *machine) countSwitch(now time.Time) {
	recent := m.switches[:0]
	for _, t := range m.switches {
		if now.Sub(t) < m.cfg.FlapWindow {
			recent = append(recent, t)
		}
	}
	m.switches = append(recent, now)
	if len(m.switches) >= m.cfg.FlapBudget {
		m.held = true
		m.switches = nil
	}
}

// plannedFailed goes back to where a planned switch began, or on to an
// unplanned one if the primary died meanwhile.
func (m *machine) plannedFailed(now time.Time, err error) {
	switch {
	case m.down && m.pin != PinPrimary:
		m.enter(m.outage())
	case m.route.Mode == Primary:
		m.later(now) // for a pin that was not an order
		m.phase = primary
		m.failCommand(err)
	default:
		m.cause.Planned = false // at the start, pinned: try without
	}
}

// later puts off the next attempt at what failed.
func (m *machine) later(now time.Time) {
	m.retryAt = now.Add(m.backoff(m.retries))
	m.retries++
}

// backoff is the n-th waiting time: doubling, bounded, varied by a fifth.
func (m *machine) backoff(n int) time.Duration {
	d := m.cfg.MaxBackoff
	if n < 30 {
		d = min(d, m.cfg.ProbeInterval<<n)
	}
	return time.Duration(float64(d) * (0.8 + 0.4*m.jitter()))
}

func (m *machine) start(h hook) {
	m.running, m.cancelled = h, false
	m.acts = append(m.acts, action{kind: startHook, hook: h, cause: m.cause})
}

func (m *machine) cancel() {
	if m.running != noHook && !m.cancelled {
		m.cancelled = true
		m.acts = append(m.acts, action{kind: cancelHook, hook: m.running})
	}
}

// publish changes the route, unless it is what it was.
func (m *machine) publish(now time.Time, mode Mode, reason string) {
	if mode == m.route.Mode && reason == m.route.Reason {
		return
	}
	r := Route{Mode: mode, Generation: m.route.Generation, Since: now, Reason: reason}
	if mode == m.route.Mode {
		r.Since = m.route.Since
	}
	if mode.backend() != m.route.Mode.backend() {
		r.Generation++
	}
	m.setRoute(r)
}

func (m *machine) setRoute(r Route) {
	m.route = r
	m.acts = append(m.acts, action{kind: publish, route: r})
}

// deciding reports whether a caller in need of a connection does better to
// wait than to take the route as it is.
func (m *machine) deciding(now time.Time) bool {
	switch m.phase {
	case starting, entering, cutover:
		return true
	case aborting:
		return m.route.Mode == Cutover
	case primary:
		return m.pin != PinPrimary && (m.suspect || m.fails > 0)
	case observing:
		return m.route.Mode == Cutover || m.suspect && now.Before(m.suspectUntil)
	}
	return false
}

func (m *machine) hookErrText() string {
	if m.hookErr != nil {
		return m.hookErr.Error()
	}
	return "given up"
}
