package health

import "time"

// probes is the machine's view of the primary: what its probes said, and when
// the next one is due.
type probes struct {
	fails, rises int
	down         bool // Fall failures, and no success since
	answered     bool // the last probe that said anything got an answer, a refusal perhaps
	err          error
	evidence     Evidence
	last         time.Time // end of the last probe
	latency      time.Duration
	goodSince    time.Time // the first success of an unbroken row
	backoffs     int       // failures since the primary is known to be down

	inflight  int
	lastStart time.Time
	next      time.Time // when the next probe is due
}

// probeDone takes the result of a probe. repeat says that there was evidence
// against the primary since this probe began.
func (m *machine) probeDone(now time.Time, ev Evidence, err error, latency time.Duration, repeat bool) {
	m.inflight--
	m.last, m.latency, m.evidence, m.err = now, latency, ev, err
	switch {
	case ev.against():
		m.probeFailed(now)
	case ev == Alive:
		if m.rises == 0 {
			m.goodSince = now
		}
		m.rises++
		m.probeAnswered(now, repeat)
	case ev == Neutral && m.phase != starting:
		// Nothing was learnt. The turn is over all the same.
		m.fails, m.rises = 0, 0
		m.turnOver(now, repeat)
	default:
		m.rises = 0
		m.probeAnswered(now, repeat)
	}
}

func (m *machine) probeAnswered(now time.Time, repeat bool) {
	m.fails, m.down, m.answered, m.backoffs = 0, false, true, 0
	m.turnOver(now, repeat)
	m.dropProbes()
}

// turnOver ends a turn in which nothing speaks against the primary, but
// perhaps what came after the probe began.
func (m *machine) turnOver(now time.Time, repeat bool) {
	m.suspect = repeat
	m.next = now.Add(m.cfg.ProbeInterval)
	if repeat {
		m.next = now.Add(m.cfg.ConfirmInterval)
	}
}

func (m *machine) probeFailed(now time.Time) {
	m.rises, m.answered = 0, false
	m.fails++
	if m.fails >= m.cfg.Fall {
		m.down = true
		m.suspect = m.phase == observing // the owner's decision is waited for
		m.dropProbes()
	}
	switch {
	case !m.down && m.urgent():
		m.next = now.Add(m.cfg.ConfirmInterval)
	default:
		m.next = now.Add(m.backoff(m.backoffs))
		m.backoffs++
	}
	if m.cmd != nil && m.cmd.want == PinPrimary && (m.phase == fallback || m.phase == unavailable) {
		m.failCommand(errPrimaryDown{m.err})
	}
}

// urgent reports whether the primary's failure would change something.
func (m *machine) urgent() bool {
	switch m.phase {
	case fallback, unavailable:
		return false
	case primary:
		return m.pin != PinPrimary
	}
	return true
}

// reported takes evidence from a live connection. It moves nothing by itself;
// it makes the next probe come at once.
func (m *machine) reported(now time.Time) {
	switch m.phase {
	case primary:
		m.suspect = !m.down
	case observing:
		if !m.suspect && !m.down {
			m.suspect, m.suspectUntil = true, now.Add(m.cfg.ProbeInterval+time.Duration(m.cfg.Fall)*m.cfg.ProbeTimeout)
		}
	case recovering, cutover:
	default:
		return
	}
	if m.inflight == 0 {
		m.next = minTime(m.next, maxTime(now, m.last.Add(m.cfg.ConfirmInterval)))
	}
}

// schedule starts the probes that are due.
func (m *machine) schedule(now time.Time) {
	if m.phase == observing {
		if m.suspect && !now.Before(m.suspectUntil) {
			m.suspect = false
		}
		if !m.suspect && !m.down {
			return // probing is the owner's
		}
	}
	if due, ok := m.probeDue(); ok && !now.Before(due) {
		m.inflight++
		m.lastStart = now
		m.acts = append(m.acts, action{kind: startProbe})
	}
}

// setIdle takes whether the application is idle and wants no probes then.
func (m *machine) setIdle(now time.Time, idle bool) {
	if m.idle && !idle && m.phase == primary {
		m.next = minTime(m.next, now) // it has been long since the last one
	}
	m.idle = idle
}

// resting reports whether probes rest: a primary that serves well is left alone
// while nobody asks anything of it. What is heard of it meanwhile, that it has
// closed its connections and gone to sleep, is looked into when somebody does.
func (m *machine) resting() bool {
	return m.idle && m.phase == primary && m.answered && m.fails == 0 && m.cmd == nil && m.pin != PinFallback
}

// probeDue is when the next probe begins, if one may. As long as nothing is
// known a silent probe is joined by another, up to the number that decides.
func (m *machine) probeDue() (time.Time, bool) {
	switch {
	case m.inflight == 0 && m.resting():
		return time.Time{}, false
	case m.inflight == 0:
		return m.next, true
	case m.urgent() && !m.down && m.inflight+m.fails < m.cfg.Fall:
		return m.lastStart.Add(m.cfg.ProbeTimeout / time.Duration(m.cfg.Fall)), true
	}
	return time.Time{}, false
}

func (m *machine) dropProbes() {
	if m.inflight > 0 {
		m.inflight = 0
		m.acts = append(m.acts, action{kind: dropProbes})
	}
}

// wake is when advance has to be called next if nothing happens before.
func (m *machine) wake(now time.Time) time.Time {
	t := now.Add(time.Hour)
	if due, ok := m.probeDue(); ok && (m.phase != observing || m.suspect || m.down) {
		t = minTime(t, due)
	}
	if m.phase == observing && m.suspect {
		t = minTime(t, m.suspectUntil)
	}
	for _, due := range []time.Time{m.retryAt, m.dwellEnd(), m.goodSince.Add(m.cfg.FlapQuiet)} {
		if due.After(now) {
			t = minTime(t, due)
		}
	}
	return t
}

func (m *machine) errText() string {
	if m.err == nil {
		return "no answer"
	}
	return m.err.Error()
}

func minTime(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func maxTime(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}
