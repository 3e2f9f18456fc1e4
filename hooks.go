package failoversql

import (
	"context"
	"errors"
	"fmt"
	"math"
	"time"

	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgerr"
	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// healthConfig tells the monitor what to go on from. A file with a journal that
// is not replayed to its end serves first, for PostgreSQL lacks what is in it;
// one whose journal is replayed lacks what PostgreSQL has got since.
func (i *instance) healthConfig(st sqlitedb.State, journal dbsync.JournalStatus, pin health.Pin, owned bool) health.Config {
	generation := uint64(st.Generation)
	if !owned {
		generation = 0 // the owner's is taken over with its route
	}
	return health.Config{
		ProbeInterval: i.cfg.ProbeInterval,
		ProbeTimeout:  i.cfg.ProbeTimeout,
		MaxBackoff:    maxBackoff(i.cfg.ProbeInterval),
		Fall:          i.cfg.Fall,
		Rise:          i.cfg.Rise,
		MinDwell:      i.cfg.MinDwell,
		FlapBudget:    i.cfg.FlapBudget,
		FlapWindow:    i.cfg.FlapWindow,
		CutoverLimit:  i.cfg.CutoverLimit,

		ObserveInterval: observeInterval,
		Pin:             pin,
		Generation:      generation,
		Resume:          unreplayed(st, journal),
		Observing:       !owned,
	}
}

// maxBackoff is the longest time between probes of a primary that is down: one
// that is probed often while it is up is also looked for often.
func maxBackoff(interval time.Duration) time.Duration {
	return max(min(10*interval, 5*time.Second), interval)
}

// hooks is what the monitor works with.
func (i *instance) hooks(r *running) health.Hooks {
	return health.Hooks{
		Probe:         func(ctx context.Context) error { return i.countProbe(ctx, r) },
		Classify:      func(err error) health.Evidence { return probeEvidence(err) },
		EnterFallback: func(ctx context.Context, c health.Cause) error { return i.enterFallback(ctx, r, c) },
		Recover:       func(ctx context.Context) error { return i.recover(ctx, r) },
		Cutover:       func(ctx context.Context) error { return i.cutover(ctx, r) },
		AbortCutover:  func(ctx context.Context) error { return i.abortCutover(ctx, r) },
		Changed:       func(route health.Route) { i.changed(r, route) },
		KeepPin:       r.owner.keepPin,
		Observe:       r.owner.observe,
	}
}

// countProbe is ask, counted.
func (i *instance) countProbe(ctx context.Context, r *running) error {
	began := time.Now()
	err := r.ask(ctx)
	found := health.Alive
	if err != nil {
		found = probeEvidence(err)
	}
	i.counters.probed(found, time.Since(began))
	return err
}

// ask is one probe: the server answers and takes writes, and the application's
// statements are answered too, as far as the watch has seen.
func (r *running) ask(ctx context.Context) error {
	if err := r.probe.ask(ctx); err != nil {
		return err
	}
	return r.watch.brownout(ctx)
}

// probeEvidence judges a probe's error; nobody but the monitor limits a probe,
// so that a deadline counts against the primary.
func probeEvidence(err error) health.Evidence {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, errBrownout) {
		return health.Doubt
	}
	return evidence(pgerr.Classify(context.Background(), err))
}

// enterFallback makes the file serve. A planned switch first lets PostgreSQL
// finish what it has begun for every process on the file, and the file catch up
// with it; an outage cannot wait.
func (i *instance) enterFallback(ctx context.Context, r *running, cause health.Cause) error {
	i.sockets.stir()
	if cause.Planned {
		r.follow.resume() // at a start by a pin it does not run yet
		r.follow.need()
		defer r.follow.leave()
	}
	if err := i.copied(ctx, r); err != nil { // before the follower, which may be at it, is stopped
		return err
	}
	if cause.Planned {
		if err := i.catchUp(ctx, r); err != nil {
			i.undrain(r)
			return err
		}
	}
	if !cause.Resume {
		if err := i.freshEnough(r); err != nil {
			i.undrain(r)
			return err
		}
	}
	r.follow.stop()
	err := i.serve(ctx, r, cause)
	if err != nil {
		i.undrain(r)
		r.follow.resume()
	}
	return err
}

// undrain lets work on the primary go on, in every process, after a switch that
// was not made.
func (i *instance) undrain(r *running) {
	r.owner.ask(false)
	i.gate.reopen()
}

// copied: the file holds a copy that it could serve, or is to begin without.
func (i *instance) copied(ctx context.Context, r *running) error {
	st, err := r.file.State(ctx)
	if err == nil && !st.SnapshotComplete && (i.cfg.Bootstrap != BootstrapEmpty || i.rejects(r)) {
		err = dbsync.ErrNeverCopied
	}
	return err
}

// rejects: the fallback is to take no writes.
func (i *instance) rejects(r *running) bool {
	return i.readsOnly.Load() || i.cfg.Writes == WritesReject || i.cfg.Writes == WritesAuto && r.follow.severalInstances()
}

// serve opens the file for writes, or for reads only.
func (i *instance) serve(ctx context.Context, r *running, cause health.Cause) error {
	if i.rejects(r) {
		// Nothing is written, so nothing diverges, unless an earlier outage left
		// a journal: that one goes on waiting for its replay.
		r.rejects.Store(true)
		return nil
	}
	r.rejects.Store(false)
	return r.sync.Diverge(ctx, cause.Reason)
}

// freshEnough applies fallback_max_staleness.
func (i *instance) freshEnough(r *running) error {
	if i.cfg.MaxStaleness == 0 {
		return nil
	}
	lag := r.sync.Lag()
	if !lag.Known {
		return fmt.Errorf("the age of the copy is not known, and fallback_max_staleness is %v", i.cfg.MaxStaleness)
	}
	if lag.Age > i.cfg.MaxStaleness {
		return fmt.Errorf("the copy is %v old, and fallback_max_staleness is %v", lag.Age.Round(time.Millisecond), i.cfg.MaxStaleness)
	}
	return nil
}

// catchUp prepares a planned switch: while work goes on the stream is opened, where
// it rested, and the file comes near what PostgreSQL is, then work waits for the rest, for no longer than those who wait
// would. At a start by a pin nothing can serve meanwhile: all of it is bounded
// then, and the pin's will done also without.
func (i *instance) catchUp(ctx context.Context, r *running) error {
	start := r.monitor.Route().Mode == health.Unavailable
	if !start && i.cfg.Sync != SyncOff {
		if err := r.sync.WaitFollowing(ctx); err != nil {
			return fmt.Errorf("the file does not follow PostgreSQL: %w", err)
		}
	}
	for last := time.Duration(math.MaxInt64); !start; {
		began := time.Now()
		if err := i.waitForFile(ctx, r, nil); err != nil {
			return err
		}
		took := time.Since(began)
		if took < i.cfg.Timeout/8 || took >= last { // near enough, or as near as it comes
			break
		}
		last = took
	}
	ctx, cancel := context.WithTimeout(ctx, i.cfg.Timeout)
	defer cancel()
	err := i.quiesce(ctx, r)
	if err != nil && start {
		i.log.Warn("pinned to the fallback, which may lack the last changes of PostgreSQL", "error", err)
	}
	return err
}

// waitForFile waits until the file has all that PostgreSQL has when these
// backends have nothing under way.
func (i *instance) waitForFile(ctx context.Context, r *running, backends []uint32) error {
	if i.cfg.Sync == SyncOff {
		return nil
	}
	lsn, err := r.probe.quiet(ctx, backends)
	if err != nil {
		return err
	}
	if err := r.sync.WaitFor(ctx, lsn); err != nil {
		return fmt.Errorf("the file has not caught up with PostgreSQL: %w", err)
	}
	return nil
}

// quiesce shuts the gate, waits until no call and no transaction of any process on
// the file is under way on PostgreSQL, and until the file has all that they did.
func (i *instance) quiesce(ctx context.Context, r *running) error {
	i.gate.shut()
	if err := r.idle(ctx); err != nil {
		return fmt.Errorf("statements are still running on PostgreSQL: %w", err)
	}
	if err := r.drain.others(ctx); err != nil {
		return err
	}
	return i.waitForFile(ctx, r, r.backends())
}

// idle waits until no connection to the primary is inside a call or a
// transaction.
func (r *running) idle(ctx context.Context) error {
	for r.busy() {
		if err := sleep(ctx, time.Millisecond); err != nil {
			return err
		}
	}
	return nil
}

// busy: some connection to the primary is inside a call or a transaction.
func (r *running) busy() bool {
	r.mu.Lock()
	defer r.mu.Unlock()
	for c := range r.conns {
		if c.use.Load() != useIdle {
			return true
		}
	}
	return false
}

// recover replays the journal while the file serves on, opens connections ahead,
// and replays what was written meanwhile.
func (i *instance) recover(ctx context.Context, r *running) error {
	if err := i.replay(ctx, r); err != nil {
		return err
	}
	i.warmUp(ctx, r)
	err := i.replay(ctx, r)
	if err == nil {
		err = ctx.Err()
	}
	if err != nil { // a return that was given up leaves no connections
		i.dropWarm(r, math.MaxUint64)
	}
	return err
}

// replay brings the journal to PostgreSQL, but for what the cutover may do.
func (i *instance) replay(ctx context.Context, r *running) error {
	if r.rejects.Load() {
		return ctx.Err()
	}
	report, err := r.sync.Replay(ctx)
	if err == nil && report.Transactions > 0 {
		i.log.Info("journal replayed", "transactions", report.Transactions, "parked", report.Parked)
	}
	return err
}

// cutover ends the file's service: new transactions wait, open ones finish, no
// process can write any more, and the rest of the journal is replayed and verified.
func (i *instance) cutover(ctx context.Context, r *running) error {
	if err := i.replay(ctx, r); err != nil { // what was written since need not be waited for
		return err
	}
	i.gate.shut()
	r.gated.Store(time.Now().UnixNano())
	if err := i.gate.drained(ctx); err != nil {
		return err
	}
	if r.rejects.Load() {
		return nil
	}
	if err := i.seal(ctx, r); err != nil {
		return err
	}
	_, err := r.sync.Tail(ctx)
	return err
}

// seal shuts the file's gate. What is written before that is replayed meanwhile,
// and not when everybody waits.
func (i *instance) seal(ctx context.Context, r *running) error {
	sealed := make(chan error, 1)
	go func() { sealed <- r.sync.Seal(ctx) }()
	for {
		report, err := r.sync.Replay(ctx)
		pause := time.Duration(0)
		switch {
		case err != nil:
			return errors.Join(<-sealed, err)
		case report.Transactions+report.Parked == 0:
			pause = time.Millisecond
		}
		select {
		case err := <-sealed:
			return err
		case <-time.After(pause):
		}
	}
}

func (i *instance) abortCutover(ctx context.Context, r *running) error {
	i.dropWarm(r, math.MaxUint64)
	r.gated.Store(0)
	r.sync.EndReplay() // its lock would keep other instances waiting until the next attempt
	if !r.rejects.Load() {
		if err := r.sync.Unseal(ctx); err != nil {
			return err
		}
	}
	i.gate.reopen()
	return nil
}

// changed publishes a route within this process: the gate first, then the
// sockets of older generations, so that whoever is stuck on one finds the new
// route when it comes back.
func (i *instance) changed(r *running, route health.Route) {
	previous := i.gate.generation()
	if route.Generation != previous || route.Mode == health.Unavailable {
		r.drain.open(route)
		i.sockets.closeBefore(route.Generation)
	} else if route.Mode == health.Fallback {
		i.gate.reopen()
	}
	if route.Mode == health.Primary {
		if gated := r.gated.Swap(0); gated != 0 {
			pause := time.Now().UnixNano() - gated
			r.pause.Store(pause)
			i.counters.paused(time.Duration(pause))
		}
		i.dropWarmLater(r, route.Generation)
		r.follow.resume()
	}
	if route.Mode != health.Primary {
		r.owner.ask(false)
	}
	r.owner.publish(route)
	i.counters.routed(route)
	i.announce(route)
}
