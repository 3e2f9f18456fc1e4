package failoversql

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/sqlitedb"
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
	o.wg.Go(func() { o.write(ctx) })
	if !o.owned {
		o.wg.Go(func() { o.succeed(ctx) })
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
	select {
	case o.wake <- struct{}{}:
	default:
	}
}

func (o *ownership) write(ctx context.Context) {
	for {
		select {
		case <-o.wake:
		case <-ctx.Done():
			return
		}
		o.mu.Lock()
		route := o.latest
		o.mu.Unlock()
		if !o.r.file.Owned() {
			continue
		}
		_, err := o.r.file.UpdateState(ctx, func(st *sqlitedb.State) error {
			st.Mode, st.Generation = route.Mode.String(), int64(route.Generation)
			st.Reason, st.Since = route.Reason, route.Since
			return nil
		})
		if err != nil && ctx.Err() == nil {
			o.inst.log.Error("the route could not be written into the fallback file", "error", err)
		}
	}
}

var errUndecided = errors.New("the process that owns the fallback file has not decided yet")

// observe reads the owner's route from the file. Looking whether it changed is
// one load from shared memory.
func (o *ownership) observe(ctx context.Context) (health.Mode, uint64, string, error) {
	seq := o.r.file.StateSeq()
	if o.seen.Mode == "" || seq != o.seq {
		st, err := o.r.file.State(ctx)
		if err != nil {
			return 0, 0, "", err
		}
		o.seq, o.seen = seq, st
	}
	if o.seen.Mode == "" {
		return 0, 0, "", errUndecided
	}
	mode, err := health.ParseMode(o.seen.Mode)
	return mode, uint64(o.seen.Generation), o.seen.Reason, err
}

// succeed takes the owner's place when that is free.
func (o *ownership) succeed(ctx context.Context) {
	tick := time.NewTicker(ownerInterval)
	defer tick.Stop()
	for {
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
		owned, err := o.r.file.TryOwn()
		if err != nil || !owned {
			continue
		}
		resume, err := o.unreplayed(ctx)
		if err != nil {
			o.inst.log.Error("the fallback file cannot be taken over", "error", err)
			_ = o.r.file.Release()
			continue
		}
		o.inst.log.Warn("this process has taken over the fallback file: its owner is gone")
		o.r.monitor.Promote(resume)
		if o.r.monitor.Route().Mode == health.Primary {
			o.r.follow.resume()
		}
		return
	}
}

// unreplayed: the file holds writes that PostgreSQL lacks.
func (o *ownership) unreplayed(ctx context.Context) (bool, error) {
	st, err := o.r.file.State(ctx)
	if err != nil {
		return false, err
	}
	journal, err := o.r.sync.Journal(ctx)
	return st.State == sqlitedb.Diverged && !journal.Finished, err
}
