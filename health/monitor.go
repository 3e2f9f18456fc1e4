package health

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"sync"
	"sync/atomic"
	"time"
)

// Monitor watches a primary and decides the route. Make one with New, then
// call Start. All methods may be called from any goroutine.
type Monitor struct {
	hooks    Hooks
	view     atomic.Pointer[view]
	status   atomic.Pointer[Status]
	reports  atomic.Uint64 // evidence from live connections so far
	reported chan struct{} // has room for one: there is new evidence

	ctx      context.Context // ends with Stop
	cancel   context.CancelFunc
	events   chan func(now time.Time) // run by the loop
	looped   chan struct{}            // closed when the loop has ended
	workers  sync.WaitGroup           // everything else that runs
	start    sync.Once
	started  atomic.Bool
	begun    chan struct{} // closed when there is a first route
	promoted chan struct{}

	beginOnce, promoteOnce sync.Once

	// Of the loop's goroutine alone.
	machine     *machine
	seen        uint64 // reports taken
	epoch       int    // of probes; those of older ones do not count
	probeCtx    context.Context
	probeCancel context.CancelFunc
	hookCancel  context.CancelFunc
	keepCancel  context.CancelFunc
	stopping    bool
	asked       bool // the owner, by an observer
	observed    bool // the owner's route is known
	observeErr  error

	probesRunning atomic.Int32
}

// view is what callers see, replaced as a whole.
type view struct {
	route    Route
	deciding bool
	seen     uint64        // reports that are accounted for in it
	changed  chan struct{} // closed when there is a newer view
}

// New makes a Monitor. Nothing runs before Start.
func New(config Config, hooks Hooks) (*Monitor, error) {
	return newMonitor(config, hooks, rand.Float64)
}

func newMonitor(config Config, hooks Hooks, jitter func() float64) (*Monitor, error) {
	if err := errors.Join(config.Validate(), hooks.validate(config)); err != nil {
		return nil, err
	}
	m := &Monitor{
		hooks:    hooks,
		reported: make(chan struct{}, 1),
		events:   make(chan func(time.Time)),
		looped:   make(chan struct{}),
		begun:    make(chan struct{}),
		promoted: make(chan struct{}),
		machine:  newMachine(config.withDefaults(), jitter, time.Now()),
	}
	m.view.Store(&view{route: m.machine.route, deciding: true, changed: make(chan struct{})})
	m.status.Store(m.snapshot(time.Now()))
	return m, nil
}

// Start begins to watch, and returns when the first route is decided, which
// takes no longer than Fall probes and EnterFallback do. That nothing serves
// is a decision too, and no error. An observer's Start returns when the owner
// was asked once, whatever came of it. If ctx ends first the Monitor is
// stopped.
func (m *Monitor) Start(ctx context.Context) error {
	m.start.Do(func() {
		m.ctx, m.cancel = context.WithCancel(context.Background())
		m.probeCtx, m.probeCancel = context.WithCancel(m.ctx)
		if m.machine.phase == observing {
			m.workers.Go(m.observe)
		}
		m.started.Store(true)
		go m.loop()
	})
	select {
	case <-m.begun:
		return nil
	case <-ctx.Done():
		m.Stop()
		return ctx.Err()
	case <-m.looped:
		return ErrStopped
	}
}

// Stop ends all that the Monitor does and waits for it: the contexts of hooks
// end, and a cutover that fails by that is aborted. The route stays what it
// was. Stop may be called twice, and before Start.
func (m *Monitor) Stop() {
	m.start.Do(func() { close(m.looped) }) // never started, and never will be
	if m.started.Load() {
		m.cancel()
		<-m.looped
		m.workers.Wait()
	}
}

// Route is the present route. It costs one atomic load.
func (m *Monitor) Route() Route { return m.view.Load().route }

// Report gives evidence from a live connection to the primary: a dial that
// failed, a connection that broke. What speaks against the primary makes the
// Monitor probe at once, and WaitDecided wait for what it finds. Report never
// blocks; evidence other than Down and Doubt is of no consequence and costs
// nothing, so there is no need to report success.
func (m *Monitor) Report(ev Evidence) {
	if !ev.against() {
		return
	}
	m.reports.Add(1)
	select {
	case m.reported <- struct{}{}:
	default:
	}
}

// Quiet says whether the application is idle and wants the primary left alone
// meanwhile (a serverless one sleeps then, and probes would keep it awake). While
// the primary serves and is well, no probe is made; a report of evidence against
// it is looked into when Quiet is taken back, which probes at once. It has no
// effect while anything else than the primary serves.
func (m *Monitor) Quiet(on bool) {
	if m.started.Load() {
		m.send(func(now time.Time) { m.machine.setIdle(now, on) })
	}
}

// WaitDecided returns the route, after waiting while it is being decided: at
// the start, while a primary that seems to have failed is being probed, while
// the fallback is being entered, and during a cutover. If ctx ends before,
// its error is returned with the route as it is.
func (m *Monitor) WaitDecided(ctx context.Context) (Route, error) {
	for {
		v := m.view.Load()
		if !v.deciding && (v.route.Mode != Primary || v.seen == m.reports.Load()) {
			return v.route, nil
		}
		if err := m.wait(ctx, v); err != nil {
			return v.route, err
		}
	}
}

// WaitChange returns the route as soon as its mode or its generation is not
// that of old. If ctx ends before, its error is returned with the route as it
// is.
func (m *Monitor) WaitChange(ctx context.Context, old Route) (Route, error) {
	for {
		v := m.view.Load()
		if v.route.Mode != old.Mode || v.route.Generation != old.Generation {
			return v.route, nil
		}
		if err := m.wait(ctx, v); err != nil {
			return v.route, err
		}
	}
}

// wait returns when v is not the newest view any more.
func (m *Monitor) wait(ctx context.Context, v *view) error {
	select {
	case <-v.changed:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	case <-m.looped:
		return ErrStopped
	}
}

// SwitchToPrimary moves to the primary, if need be through Recover and
// Cutover, without regard to dwell and flap budget, and stays there, come what
// may, until ResumeAuto. It returns when the primary serves. If the primary
// does not answer, or a hook fails, or ctx ends, it returns an error, and what
// was pinned before is pinned again.
func (m *Monitor) SwitchToPrimary(ctx context.Context) error { return m.Order(ctx, PinPrimary) }

// SwitchToFallback moves to the fallback and stays there until ResumeAuto. It
// returns when the fallback serves; errors are as for SwitchToPrimary, and
// leave the primary serving if it does.
func (m *Monitor) SwitchToFallback(ctx context.Context) error { return m.Order(ctx, PinFallback) }

// ResumeAuto takes a pin back. What follows is the Monitor's decision, and is
// not waited for.
func (m *Monitor) ResumeAuto(ctx context.Context) error { return m.Order(ctx, Auto) }

// Order is SwitchToPrimary, SwitchToFallback or ResumeAuto, by the pin wanted.
func (m *Monitor) Order(ctx context.Context, want Pin) error {
	if !m.started.Load() {
		return ErrStopped
	}
	c := &command{want: want, ctx: ctx, reply: make(chan error, 1)}
	m.send(func(now time.Time) { m.machine.order(now, c) })
	select {
	case err := <-c.reply:
		return err
	case <-ctx.Done():
		m.send(func(time.Time) { m.machine.withdraw(c, ctx.Err()) })
	case <-m.looped:
	}
	select {
	case err := <-c.reply: // it may have been done meanwhile
		return err
	case <-m.looped:
	}
	select {
	case err := <-c.reply: // the last thing that was done
		return err
	default:
		return ErrStopped
	}
}

// send has the loop run f. It returns when the loop has taken it or has ended.
func (m *Monitor) send(f func(now time.Time)) {
	select {
	case m.events <- f:
	case <-m.looped:
	}
}

// loop is the goroutine that the machine belongs to.
func (m *Monitor) loop() {
	defer close(m.looped)
	timer := time.NewTimer(0)
	defer timer.Stop()
	for m.ctx.Err() == nil {
		var event func(time.Time)
		select {
		case <-m.ctx.Done():
			m.shutdown()
			return
		case <-timer.C:
		case event = <-m.events:
		case <-m.reported:
			event = m.takeReports
		}
		now := time.Now()
		if event != nil {
			event(now)
		}
		m.machine.advance(now)
		m.carryOut(now)
		timer.Reset(time.Until(m.machine.wake(now)))
	}
	m.shutdown()
}

func (m *Monitor) takeReports(now time.Time) {
	m.seen = m.reports.Load()
	m.machine.reported(now)
}

// carryOut does what the machine has decided and shows the result.
func (m *Monitor) carryOut(now time.Time) {
	acts := m.machine.acts
	m.machine.acts = nil
	for _, a := range acts {
		switch a.kind {
		case startProbe:
			m.probe()
		case dropProbes:
			m.epoch++
			m.probeCancel()
			m.probeCtx, m.probeCancel = context.WithCancel(m.ctx)
		case startHook:
			m.runHook(a.hook, a.cause)
		case cancelHook:
			m.hookCancel()
		case keepPin:
			m.keepPin(a.cmd)
		case dropPin:
			m.keepCancel()
		case publish:
			m.show(a.route, now)
			if m.hooks.Changed != nil {
				m.hooks.Changed(a.route)
			}
		}
	}
	m.show(m.machine.route, now)
	m.machine.giveAnswers()
	if m.asked || !m.view.Load().deciding {
		m.beginOnce.Do(func() { close(m.begun) })
	}
}

// show replaces the view if it is out of date.
func (m *Monitor) show(route Route, now time.Time) {
	m.status.Store(m.snapshot(now))
	old := m.view.Load()
	deciding := m.machine.deciding(now) || m.machine.phase == observing && !m.observed
	if old.route == route && old.deciding == deciding && old.seen == m.seen {
		return
	}
	m.view.Store(&view{route: route, deciding: deciding, seen: m.seen, changed: make(chan struct{})})
	close(old.changed)
}

// probe asks the primary, without keeping the loop. A probe ends at its limit
// even if the hook does not return: its place is free again.
func (m *Monitor) probe() {
	epoch, seen, limit, begun := m.epoch, m.seen, m.machine.cfg.ProbeTimeout, time.Now()
	ctx, cancel := context.WithTimeout(m.probeCtx, limit)
	result := make(chan error, 1)
	if int(m.probesRunning.Add(1)) <= 4*m.machine.cfg.Fall {
		m.workers.Go(func() {
			defer m.probesRunning.Add(-1)
			result <- m.hooks.Probe(ctx)
		})
	} else {
		m.probesRunning.Add(-1)
		result <- errors.New("earlier probes have not returned")
	}
	m.workers.Go(func() {
		defer cancel()
		var err error
		select {
		case err = <-result:
		case <-ctx.Done():
			err = ctx.Err()
		}
		ev := Alive
		switch {
		case err == nil:
		case errors.Is(ctx.Err(), context.DeadlineExceeded):
			ev, err = Doubt, fmt.Errorf("no answer within %v", limit)
		default:
			ev = m.hooks.Classify(err)
		}
		latency := time.Since(begun)
		m.send(func(now time.Time) {
			if epoch == m.epoch {
				m.machine.probeDone(now, ev, err, latency, m.seen != seen)
			}
		})
	})
}

// runHook calls one of the hooks that run one at a time.
func (m *Monitor) runHook(h hook, cause Cause) {
	ctx, cancel := context.WithCancel(m.ctx)
	if h == hookCutover {
		ctx, cancel = context.WithTimeout(m.ctx, m.machine.cfg.CutoverLimit)
	}
	m.hookCancel = cancel
	m.workers.Go(func() {
		defer cancel()
		err := m.callHook(ctx, h, cause)
		m.send(func(now time.Time) {
			if m.stopping {
				m.hookStopped(now, h, err)
				return
			}
			m.machine.hookDone(now, h, err)
		})
	})
}

func (m *Monitor) callHook(ctx context.Context, h hook, cause Cause) error {
	switch h {
	case hookEnter:
		return m.hooks.EnterFallback(ctx, cause)
	case hookRecover:
		return m.hooks.Recover(ctx)
	case hookCutover:
		return m.hooks.Cutover(ctx)
	case hookAbort:
		return m.hooks.AbortCutover(ctx)
	}
	if m.hooks.LeftFallback != nil {
		m.hooks.LeftFallback(ctx)
	}
	return nil
}

// keepPin makes the pin of an order that is fulfilled last.
func (m *Monitor) keepPin(c *command) {
	if m.hooks.KeepPin == nil {
		m.machine.pinKept(c, nil)
		return
	}
	ctx, cancel := context.WithCancel(context.WithoutCancel(c.ctx))
	stop := context.AfterFunc(m.ctx, cancel)
	m.keepCancel = cancel
	m.workers.Go(func() {
		defer cancel()
		defer stop()
		err := m.hooks.KeepPin(ctx, c.want)
		m.send(func(time.Time) { m.machine.pinKept(c, err) })
	})
}

// shutdown waits for the hook that runs and the pin that is being kept, and does
// not leave a cutover half done.
func (m *Monitor) shutdown() {
	m.stopping = true
	m.machine.failCommand(ErrStopped)
	for m.machine.running != noHook || m.machine.cmd != nil {
		(<-m.events)(time.Now())
		m.machine.failCommand(ErrStopped) // one given meanwhile
	}
	if m.machine.phase == cutover || m.machine.phase == aborting {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(m.ctx), 5*time.Second)
		defer cancel()
		m.machine.hookErr = m.hooks.AbortCutover(ctx)
		m.machine.phase = fallback
		m.machine.publish(time.Now(), Fallback, "stopped")
	}
	m.machine.acts = onlyRoutes(m.machine.acts)
	m.carryOut(time.Now())
	m.probeCancel()
}

// hookStopped takes the result of a hook that ended while the Monitor stops.
func (m *Monitor) hookStopped(now time.Time, h hook, err error) {
	m.machine.running = noHook
	switch {
	case h == hookCutover && err == nil:
		m.machine.toPrimary(now, "the journal is replayed")
	case h == hookEnter && err == nil:
		m.machine.enteredFallback(now)
	}
}

func onlyRoutes(acts []action) []action {
	var routes []action
	for _, a := range acts {
		if a.kind == publish {
			routes = append(routes, a)
		}
	}
	return routes
}
