package health

import (
	"context"
	"time"
)

// observed takes the owner's route and pin.
func (m *machine) observed(now time.Time, r Route, pin Pin) {
	if m.phase != observing {
		return
	}
	m.pin = pin
	if r.Mode == m.route.Mode && r.Generation <= m.route.Generation {
		return
	}
	if r.Since.IsZero() {
		r.Since = now
	}
	least := m.route.Generation
	if r.Mode.backend() != m.route.Mode.backend() {
		least++
	}
	r.Generation = max(r.Generation, least)
	m.suspect, m.down, m.fails = false, false, 0
	m.setRoute(r)
}

// promote makes an observer decide, from where the last owner left off. resume
// says that the file holds writes that are not replayed.
func (m *machine) promote(now time.Time, resume bool, pin Pin) {
	if m.phase != observing {
		return
	}
	m.owed, m.pin, m.suspect, m.next = resume, pin, false, now
	m.dropProbes()
	switch {
	case resume && m.route.Mode == Cutover:
		m.phase = aborting // the last owner died with the gate closed
	case resume && m.route.Mode.OnFallback():
		m.enter(Cause{Resume: true, Reason: m.route.Reason})
	case m.route.Mode == Primary && !resume:
		m.phase = primary
	default:
		m.phase = starting
	}
}

// observe asks the owner for its route until this process is the owner.
func (m *Monitor) observe() {
	timer := time.NewTimer(0)
	defer timer.Stop()
	for {
		select {
		case <-m.ctx.Done():
			return
		case <-m.promoted:
			return
		case <-timer.C:
		}
		ctx, cancel := context.WithTimeout(m.ctx, time.Second)
		route, pin, err := m.hooks.Observe(ctx)
		cancel()
		m.send(func(now time.Time) {
			m.asked, m.observeErr = true, err
			if err == nil {
				m.observed = true
				m.machine.observed(now, route, pin)
			}
		})
		interval := m.machine.cfg.ObserveInterval
		if m.view.Load().deciding {
			interval = min(interval, 10*time.Millisecond)
		}
		timer.Reset(interval)
	}
}

// Promote makes an observer the one that decides, when its process has become
// the file's owner. It goes on from the route last observed. resume says that
// the file holds writes that are not yet replayed, pin is the one that is kept. On
// a Monitor that decides already, or one that was not started, it does nothing.
func (m *Monitor) Promote(resume bool, pin Pin) {
	if !m.started.Load() {
		return
	}
	m.promoteOnce.Do(func() { close(m.promoted) })
	m.send(func(now time.Time) { m.machine.promote(now, resume, pin) })
}
