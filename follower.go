package failoversql

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// follower keeps the file in step with PostgreSQL while PostgreSQL serves: it
// rejoins a file that has served, follows the stream, and keeps leases full. It
// runs between resume and stop, in the owner's process only, but not between rest
// and wake unless it is needed.
type follower struct {
	inst *instance
	r    *running

	mu      sync.Mutex
	allowed bool               // between resume and stop
	resting bool               // between rest and wake
	needed  bool               // between need and leave
	cancel  context.CancelFunc // nil while it does not run
	done    chan struct{}      // closed when the last run has ended

	live int // instances registered on the primary when last asked; 0 before
	err  error
}

func newFollower(i *instance, r *running) *follower { return &follower{inst: i, r: r} }

// resume starts following; where it runs already it does nothing.
func (f *follower) resume() { f.set(func() { f.allowed = true }) }

// stop ends following and waits until nothing more is applied to the file.
func (f *follower) stop() { f.set(func() { f.allowed = false }) }

// rest and wake interrupt following while PostgreSQL is to be left alone.
func (f *follower) rest() { f.set(func() { f.resting = true }) }
func (f *follower) wake() { f.set(func() { f.resting = false }) }

// need has it run, and leave lets it rest again, whatever rest said meanwhile: a
// planned switch needs the stream.
func (f *follower) need()  { f.set(func() { f.needed = true }) }
func (f *follower) leave() { f.set(func() { f.needed = false }) }

// set makes a change, and begins or ends following as it now should be.
func (f *follower) set(change func()) {
	f.mu.Lock()
	change()
	run := f.allowed && (f.needed || !f.resting) && !f.inst.cfg.Guest && f.inst.cfg.Sync != SyncOff && f.r.file.Owned() && f.r.ctx.Err() == nil
	last, cancel := f.done, f.cancel
	switch {
	case run && cancel == nil:
		var ctx context.Context
		ctx, f.cancel = context.WithCancel(f.r.ctx)
		f.done = make(chan struct{})
		go f.run(ctx, last, f.done)
	case !run:
		f.cancel = nil
	}
	f.mu.Unlock()
	if run {
		return
	}
	if cancel != nil {
		cancel()
	}
	if last != nil {
		<-last
	}
}

// run follows when the run before it has ended.
func (f *follower) run(ctx context.Context, last <-chan struct{}, done chan<- struct{}) {
	defer close(done)
	if last != nil {
		<-last
	}
	var wg sync.WaitGroup
	defer wg.Wait()
	wg.Go(func() { f.upkeep(ctx) })
	pause := 50 * time.Millisecond
	for ctx.Err() == nil {
		begun := time.Now()
		err := f.once(ctx)
		if ctx.Err() != nil {
			return
		}
		f.note(err)
		if errors.Is(err, dbsync.ErrSetup) {
			f.inst.log.Error("the fallback cannot follow PostgreSQL", "error", err)
			pause = max(pause, 5*time.Second)
		} else {
			f.inst.log.Warn("following PostgreSQL was interrupted", "error", err)
		}
		if time.Since(begun) > 10*time.Second {
			pause = 50 * time.Millisecond
		}
		select {
		case <-time.After(pause):
		case <-ctx.Done():
		}
		pause = min(2*pause, 10*time.Second)
	}
}

// once does what the file's state asks for, and returns when that ended.
func (f *follower) once(ctx context.Context) error {
	st, err := f.r.file.State(ctx)
	if err != nil {
		return err
	}
	if st.State == sqlitedb.Rejoining || st.State == sqlitedb.Diverged {
		_, err := f.r.sync.Rejoin(ctx)
		if errors.Is(err, dbsync.ErrResync) {
			_, err = f.r.sync.Snapshot(ctx)
		}
		if err != nil {
			return err
		}
	}
	return f.r.sync.Run(ctx)
}

// upkeep registers this instance on the primary, keeps leases full and notes
// which backends there are ours.
func (f *follower) upkeep(ctx context.Context) {
	var conn *pgx.Conn
	defer func() {
		ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), time.Second)
		defer cancel()
		f.mu.Lock()
		rests, registered := f.resting && !f.needed, f.live > 0
		f.mu.Unlock()
		switch ends := f.r.ctx.Err() != nil; {
		case ends && registered && f.connect(ctx, &conn) == nil:
			_ = f.r.sync.Part(ctx, conn) // others need not reckon with this file any more
		case rests && registered && conn != nil:
			_ = f.r.sync.Rest(ctx, conn) // they need, and will not hear of it for a while
		}
		if conn != nil {
			_ = conn.Close(ctx)
		}
	}()
	tick := time.NewTicker(time.Second)
	defer tick.Stop()
	for {
		err := f.tend(ctx, &conn)
		if err != nil && ctx.Err() == nil {
			f.inst.log.Debug("upkeep on PostgreSQL", "error", err)
		}
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (f *follower) tend(ctx context.Context, conn **pgx.Conn) error {
	st, err := f.r.file.State(ctx)
	if err != nil || st.State != sqlitedb.Following {
		return err
	}
	ctx, cancel := context.WithTimeout(ctx, 10*time.Second)
	defer cancel()
	if err := f.connect(ctx, conn); err != nil {
		return err
	}
	live, err := f.r.sync.Heartbeat(ctx, *conn, string(f.inst.cfg.Writes))
	if err != nil {
		return err
	}
	f.mu.Lock()
	f.live = live
	f.mu.Unlock()
	_, leases := f.r.sync.RefillLeases(ctx, *conn)
	return errors.Join(leases, f.r.probe.with(ctx, func(c *pgx.Conn) error {
		return f.r.sync.RecordBackends(ctx, c, f.r.backends())
	}))
}

// connect opens the connection of the upkeep where it is not open.
func (f *follower) connect(ctx context.Context, conn **pgx.Conn) (err error) {
	if *conn != nil && !(*conn).IsClosed() {
		return nil
	}
	cfg := f.inst.cfg.Replication.Copy() // the role that may do what the application's need not
	cfg.RuntimeParams["application_name"] = "failoversql upkeep"
	*conn, err = pgx.ConnectConfig(ctx, cfg)
	return err
}

// instances is how many instances were registered on the primary when it was
// last asked, this one included; 0 where it never was.
func (f *follower) instances() int {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.live
}

// severalInstances: other instances were registered on the primary, whose own
// files cannot see what this one writes.
func (f *follower) severalInstances() bool { return f.instances() > 1 }

func (f *follower) note(err error) {
	f.mu.Lock()
	f.err = err
	f.mu.Unlock()
}

// trouble is why following was last interrupted, or nil.
func (f *follower) trouble() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	return f.err
}
