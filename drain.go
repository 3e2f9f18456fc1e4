package failoversql

import (
	"context"
	"fmt"
	"sync"
	"time"

	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/sqlitedb"
)

// drain is the part that processes on one file have in a planned switch to the
// fallback. Each process that does not own the file shares a lock as long as its
// statements may run on PostgreSQL. Before the switch the owner asks, by a flag in
// the file's state, that everybody finish what is under way and begin nothing,
// and goes on when nobody has the lock any more; a process that is killed has not.
// The flag goes in the transaction that brings the new route.
type drain struct {
	inst *instance
	r    *running

	mu     sync.Mutex
	owner  bool // this process decides, and asks
	asked  bool // the owner's switch is under way: the gate is shut
	cancel context.CancelFunc
	done   chan struct{}
}

// begin is called before the route is known: of the owner and of a process that
// follows it.
func (d *drain) begin(ctx context.Context, owner bool) error {
	d.owner = owner
	if !owner {
		return d.r.file.JoinPrimary(ctx)
	}
	return d.over(ctx)
}

// over takes back what an owner that was killed in a switch has asked for.
func (d *drain) over(ctx context.Context) error {
	st, err := d.r.file.State(ctx)
	if err != nil || !st.Draining {
		return err
	}
	_, err = d.r.file.UpdateState(ctx, func(st *sqlitedb.State) error {
		st.Draining = false
		return nil
	})
	return err
}

// attend does what the owner asks for in the file.
func (d *drain) attend(ctx context.Context, st sqlitedb.State) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	switch {
	case d.owner || st.Draining == d.asked:
		return nil
	case st.Draining:
		d.asked = true
		d.inst.gate.shut()
		var while context.Context
		while, d.cancel = context.WithCancel(d.r.ctx)
		done := make(chan struct{})
		d.done = done
		d.r.wg.Go(func() { d.empty(while, done) })
		return nil
	}
	d.leave()
	if err := d.r.file.JoinPrimary(ctx); err != nil {
		return err // asked again at the next look
	}
	d.reopen(st.Mode == health.Primary.String())
	return nil
}

// leave ends the waiting of empty.
func (d *drain) leave() {
	d.cancel()
	<-d.done
}

// reopen lets statements pass again; where the route has changed, changed does.
func (d *drain) reopen(same bool) {
	d.asked = false
	if same {
		d.inst.gate.reopen()
	}
}

// empty waits until nothing of this process is under way on PostgreSQL.
func (d *drain) empty(ctx context.Context, done chan<- struct{}) {
	defer close(done)
	for {
		err := d.r.idle(ctx)
		if pids := d.r.backends(); err == nil && len(pids) > 0 {
			_, err = d.r.probe.quiet(ctx, pids)
		}
		if err == nil {
			err = d.r.file.LeavePrimary()
		}
		if err == nil || sleep(ctx, observeInterval) != nil {
			return
		}
	}
}

// take makes this process the owner, which asks and is not asked.
func (d *drain) take(ctx context.Context) error {
	if err := d.over(ctx); err != nil {
		return err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asked {
		d.leave()
		d.reopen(d.r.monitor.Route().Mode == health.Primary)
	}
	d.owner = true
	return d.r.file.LeavePrimary()
}

// others waits until no other process has anything under way on PostgreSQL. They
// begin nothing until a route is published, or resume is called.
func (d *drain) others(ctx context.Context) error {
	d.r.owner.ask(true)
	_, err := d.r.file.UpdateState(ctx, func(st *sqlitedb.State) error {
		st.Draining = true
		return nil
	})
	for err == nil {
		var left bool
		if left, err = d.r.file.PrimaryLeft(); left {
			return nil
		}
		if err == nil && sleep(ctx, time.Millisecond) != nil {
			err = ctx.Err()
		}
	}
	return fmt.Errorf("statements of other processes are still running on PostgreSQL: %w", err)
}

// open opens the gate for a route, unless it waits for the owner's switch away
// from it.
func (d *drain) open(route health.Route) {
	d.mu.Lock()
	defer d.mu.Unlock()
	if d.asked && route.Mode == health.Primary {
		d.inst.gate.setShut(route.Generation)
		return
	}
	d.inst.gate.set(route.Generation)
}
