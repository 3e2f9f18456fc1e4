package failoversql

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// ownership is the part that processes on one file have in deciding: the owner
// of the file's lock decides and writes its route into the file; the others take
// it from there, and try to become the owner.
type ownership struct {
	inst  *instance
	r     *running
	owned bool // at start

	mu     sync.Mutex
	latest *health.Route // to be written into the file
	asking bool          // as is that the other processes drain
	wake   chan struct{}

	seq  uint64 // of the state last read by observe
	seen sqlitedb.State

	cancel context.CancelFunc
	wg     sync.WaitGroup
}

// ownerInterval is how often a process tries to become the owner; a killed
// owner is replaced within that.
const ownerInterval = 200 * time.Millisecond

// observeInterval is how often a process that does not decide looks whether the
// route in the file has changed.
const observeInterval = 10 * time.Millisecond

func newOwnership(i *instance, r *running, owned bool) *ownership {
	return &ownership{inst: i, r: r, owned: owned, wake: make(chan struct{}, 1)}
}

func (o *ownership) start() {
	var ctx context.Context
	ctx, o.cancel = context.WithCancel(o.r.ctx)
	o.wg.Go(func() { o.writing(ctx) })
	switch {
	case o.owned:
		o.wg.Go(func() { o.carryOut(ctx) })
		o.wg.Go(func() { o.attend(ctx) })
	case !o.inst.cfg.Guest:
		o.wg.Go(func() {
			if o.succeed(ctx) {
				o.wg.Go(func() { o.attend(ctx) })
				o.carryOut(ctx)
			}
		})
	}
}

func (o *ownership) stop() {
	if o.cancel != nil {
		o.cancel()
	}
	o.wg.Wait()
}

// publish has a route written into the file, for other processes and for the
// next start. It does not wait.
func (o *ownership) publish(route health.Route) {
	o.mu.Lock()
	o.latest = &route
	o.mu.Unlock()
	o.write()
}

// ask has the other processes drain, or no longer: see drain. It does not wait.
func (o *ownership) ask(on bool) {
	o.mu.Lock()
	same := o.asking == on
	o.asking = on
	o.mu.Unlock()
	if !same && !on { // others writes it itself
		o.write()
	}
}

func (o *ownership) write() {
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

// writing writes what is to be written, until it could be.
func (o *ownership) writing(ctx context.Context) {
	for {
		select {
		case <-o.wake:
		case <-ctx.Done():
			return
		}
		if !o.r.file.Owned() {
			continue
		}
		_, err := o.r.file.UpdateState(ctx, func(st *sqlitedb.State) error {
			o.current(st)
			return nil
		})
		if err != nil && ctx.Err() == nil {
			o.inst.log.Error("the route could not be written into the fallback file", "error", err)
			_ = sleep(ctx, ownerInterval)
			o.write()
		}
	}
}

// current puts the route that was published last into the file's state.
func (o *ownership) current(st *sqlitedb.State) {
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.inst.cfg.Guest {
		return
	}
	st.Draining = o.asking
	if route := o.latest; route != nil {
		st.Mode, st.Generation = route.Mode.String(), int64(route.Generation)
		st.Reason, st.Since = route.Reason, route.Since
	}
}

var errUndecided = errors.New("the process that owns the fallback file has not decided yet")

// observe reads the owner's route and pin from the file. Looking whether they
// changed is one load from shared memory.
func (o *ownership) observe(ctx context.Context) (health.Route, health.Pin, error) {
	seq := o.r.file.StateSeq()
	if o.seen.Mode == "" || seq != o.seq {
		st, err := o.r.file.State(ctx)
		if err != nil {
			return health.Route{}, 0, err
		}
		if err := o.r.drain.attend(ctx, st); err != nil {
			return health.Route{}, 0, err
		}
		o.seq, o.seen = seq, st
	}
	if o.seen.Mode == "" {
		return health.Route{}, 0, errUndecided
	}
	mode, err := health.ParseMode(o.seen.Mode)
	if err != nil {
		return health.Route{}, 0, err
	}
	pin, err := pinIn(o.seen)
	return health.Route{Mode: mode, Generation: uint64(o.seen.Generation), Reason: o.seen.Reason, Since: o.seen.Since}, pin, err
}

// succeed takes the owner's place when that is free, and reports whether it did.
func (o *ownership) succeed(ctx context.Context) bool {
	next := time.NewTimer(observeInterval) // at first somebody may only have looked whether it is free
	defer next.Stop()
	for {
		select {
		case <-next.C:
		case <-ctx.Done():
			return false
		}
		next.Reset(ownerInterval)
		owned, err := o.r.file.TryOwn()
		if err != nil || !owned {
			continue
		}
		if err := o.takeOver(ctx); err != nil {
			if ctx.Err() == nil {
				o.inst.log.Error("the fallback file cannot be taken over", "error", err)
			}
			_ = o.r.file.Release()
			continue
		}
		return true
	}
}

// takeOver makes the monitor decide, from where the last owner left off.
func (o *ownership) takeOver(ctx context.Context) error {
	st, err := o.r.file.State(ctx)
	if err != nil {
		return err
	}
	journal, err := o.r.sync.Journal(ctx)
	if err != nil {
		return err
	}
	pin, err := o.inst.pinOf(st)
	if err != nil {
		return err
	}
	o.inst.log.Warn("this process has taken over the fallback file: its owner is gone", "pin", pin)
	if err := o.r.drain.take(ctx); err != nil {
		return err
	}
	resume := unreplayed(st, journal)
	if o.r.monitor.Route().Mode == health.Primary && !resume {
		o.r.follow.resume()
	}
	o.r.monitor.Promote(resume, pin)
	return nil
}

// unreplayed: the file holds writes that PostgreSQL lacks.
func unreplayed(st sqlitedb.State, journal dbsync.JournalStatus) bool {
	return st.State == sqlitedb.Diverged && !journal.Finished
}
