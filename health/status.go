package health

import "time"

// Status is a Monitor's state at one moment, for people and for metrics.
type Status struct {
	Route    Route
	Phase    string // finer than the mode: "entering", "aborting"
	Pin      Pin
	Deciding bool // WaitDecided waits

	Observing  bool  // another process decides
	ObserveErr error // why its route could not be read, if it could not

	LastProbe    time.Time // zero if there was none
	Latency      time.Duration
	Evidence     Evidence // of the last probe
	ProbeErr     error    // of the last probe
	NextProbe    time.Time
	Resting      bool // no probes are made: see Monitor.Quiet
	Fails, Rises int  // failures, successes in a row
	Down         bool // Fall failures, and no answer since

	Held     bool      // the flap budget is spent: see Config.FlapBudget
	Switches int       // to the fallback, that count against the flap budget
	HookErr  error     // of the hook that ran last
	RetryAt  time.Time // when what failed is tried again; zero if nothing did
	ReturnAt time.Time // the earliest return to the primary; zero if it serves
}

// Status returns the present state. It costs one atomic load and a copy.
func (m *Monitor) Status() Status { return *m.status.Load() }

func (m *Monitor) snapshot(now time.Time) *Status {
	k := m.machine
	s := &Status{
		Route: k.route, Phase: k.phase.String(), Pin: k.pin, Deciding: k.deciding(now),
		Observing: k.phase == observing, ObserveErr: m.observeErr,
		LastProbe: k.last, Latency: k.latency, Evidence: k.evidence, ProbeErr: k.err, NextProbe: k.next, Resting: k.resting(),
		Fails: k.fails, Rises: k.rises, Down: k.down,
		Held: k.held, Switches: len(k.switches), HookErr: k.hookErr,
	}
	if k.retryAt.After(now) {
		s.RetryAt = k.retryAt
	}
	if k.route.Mode.OnFallback() {
		s.ReturnAt = k.dwellEnd()
		if k.held {
			s.ReturnAt = maxTime(s.ReturnAt, maxTime(now, k.goodSince).Add(k.cfg.FlapQuiet))
			if k.rises > 0 {
				s.ReturnAt = maxTime(k.dwellEnd(), k.goodSince.Add(k.cfg.FlapQuiet))
			}
		}
	}
	return s
}
