package failoversql

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/health"
)

// watch looks at the sockets to PostgreSQL while statements run on them. One
// that waits for long makes the monitor probe at once, which is of no
// consequence where the server is well: the statement is a long one. Where most
// of them wait and the server itself says that it is not working on them, it is
// a brown-out, whatever the probes say.
//
// A call pays nothing for it: reading a socket stores what it does, and the
// watch alone knows the time.
type watch struct {
	inst *instance
	r    *running
	pids []uint32  // of the slow connections; used again by every scan
	due  time.Time // PostgreSQL is not asked again before

	resting bool // PostgreSQL is left alone: see sleep

	mu      sync.Mutex
	verdict string    // what the brown-out is, for people; "" if there is none
	judged  time.Time // when that was seen
	until   time.Time // no return to the primary before
	recent  []time.Time
}

// watchedSocket is what the last scan saw of a socket. The set's lock guards it.
type watchedSocket struct {
	reading uint64
	since   time.Time
	told    bool // this read was reported
}

const (
	scanInterval = 50 * time.Millisecond
	// stuckAfter is how long a statement, or a dial, goes without an answer
	// before the monitor is asked to probe.
	stuckAfter = 250 * time.Millisecond
	// slowAfter is how long it goes before PostgreSQL is asked what it does.
	slowAfter = 750 * time.Millisecond
	// judgeInterval is the least time between asking it that.
	judgeInterval = 300 * time.Millisecond
	// idleScans is the number of scans that saw nothing after which the watch
	// sleeps.
	idleScans = 20
	// slowFew is the least number of connections that make a brown-out: one may
	// have lost its way through the network alone.
	slowFew = 2
	// brownoutWindow is how long a brown-out counts for the next one: each
	// doubles the least time on the fallback.
	brownoutWindow = 10 * time.Minute
)

var errBrownout = errors.New("brown-out")

func newWatch(i *instance, r *running) *watch { return &watch{inst: i, r: r} }

// run scans as long as anything happens, and sleeps until it does again.
func (w *watch) run() {
	tick := time.NewTicker(scanInterval)
	defer tick.Stop()
	s := w.inst.sockets
	for idle := 0; ; {
		select {
		case <-tick.C:
		case <-w.r.ctx.Done():
			return
		}
		if w.scan() {
			idle = 0
			continue
		}
		if idle++; idle < idleScans {
			continue
		}
		s.asleep.Store(true)
		if w.scan() { // it began before it could know
			s.asleep.Store(false)
			idle = 0
			continue
		}
		tick.Stop()
		if !w.sleep() {
			return
		}
		tick.Reset(scanInterval)
		idle = 0
	}
}

// seen is the result of a scan.
type seen struct {
	waiting, slow int  // connections that wait for an answer, and that do for long
	stuck         bool // some wait was not reported yet
	dial          bool // and it is that of a dial
	active        bool // something happened since the last scan
}

// scan reports whether anything was under way since the last one.
func (w *watch) scan() bool {
	now := time.Now()
	found := w.look(now)
	if found.active && w.inst.cfg.ProbeIdle > 0 {
		w.r.file.Active()
	}
	mode := w.r.monitor.Route().Mode
	if mode != health.Primary {
		return found.active
	}
	if found.dial {
		w.r.probe.renew()
	}
	if found.stuck && !w.vindicated(now) || found.dial {
		w.r.monitor.Report(health.Doubt)
	}
	if found.slow >= slowFew && found.slow*2 >= found.waiting {
		if now.After(w.due) {
			w.due = now.Add(judgeInterval)
			w.judge(found)
		}
	}
	return found.active
}

// vindicated: a probe that began when the wait had begun has been answered.
func (w *watch) vindicated(now time.Time) bool {
	st := w.r.monitor.Status()
	return st.Evidence == health.Alive && now.Sub(st.LastProbe.Add(-st.Latency)) < stuckAfter
}

func (w *watch) look(now time.Time) (found seen) {
	s := w.inst.sockets
	w.pids = w.pids[:0]
	s.mu.Lock()
	defer s.mu.Unlock()
	for sock := range s.open {
		seen := &sock.watched
		reading := sock.reading.Load()
		if reading != seen.reading {
			*seen = watchedSocket{reading: reading, since: now}
			found.active = true
		}
		if reading&(1<<readShift-1) != readAnswer {
			continue
		}
		found.active = true
		found.waiting++
		age := now.Sub(seen.since)
		if age >= stuckAfter && !seen.told {
			seen.told, found.stuck = true, true
		}
		if age >= slowAfter {
			found.slow++
			if pid := sock.pid.Load(); pid != 0 {
				w.pids = append(w.pids, pid)
			}
		}
	}
	for d, since := range s.dials {
		found.active = true
		if now.Sub(since) >= stuckAfter && !d.told {
			d.told, found.stuck, found.dial = true, true, true
		}
	}
	return found
}

// notOurs counts, of the backends of statements that we wait for, those that
// have nothing to do, so that what we wait for is on its way, and those that
// wait for their COMMIT to be written. A backend that computes, reads or waits
// for a lock does what the statement asks for, however long that takes.
const notOurs = `SELECT count(*) FROM pg_stat_activity WHERE pid = ANY($1) AND (
	state LIKE 'idle%' AND state_change < clock_timestamp() - interval '500 ms' OR
	state = 'active' AND wait_event IN ('WALSync', 'WALWrite', 'WALInitWrite', 'WALInitSync', 'SyncRep'))`

// judge asks PostgreSQL why its answers take so long.
func (w *watch) judge(found seen) {
	pids := make([]int32, len(w.pids))
	for i, pid := range w.pids {
		pids[i] = int32(pid)
	}
	ctx, cancel := context.WithTimeout(w.r.ctx, w.inst.cfg.ProbeTimeout)
	defer cancel()
	var innocent int
	err := w.r.probe.with(ctx, func(c *pgx.Conn) error {
		return c.QueryRow(ctx, notOurs, pids).Scan(&innocent)
	})
	if err != nil || innocent < slowFew || innocent*2 < found.slow {
		return // of a server that does not answer the probes tell
	}
	again := w.look(time.Now())
	if again.slow*2 < found.slow || w.r.monitor.Route().Mode != health.Primary {
		return // it was this process that was slow
	}
	w.brown(fmt.Sprintf("%d of %d statements under way have had no answer for %v", again.slow, again.waiting, slowAfter))
	w.r.monitor.Report(health.Doubt)
}

// brown notes a brown-out for the probes to tell.
func (w *watch) brown(verdict string) {
	w.mu.Lock()
	defer w.mu.Unlock()
	now := time.Now()
	if w.verdict == "" || now.After(w.until) {
		recent := w.recent[:0]
		for _, t := range w.recent {
			if now.Sub(t) < brownoutWindow {
				recent = append(recent, t)
			}
		}
		w.recent = append(recent, now)
		w.until = now.Add(w.inst.cfg.MinDwell << min(len(recent), 8))
	}
	w.verdict, w.judged = verdict, now
}

// brownout is the watch's part of a probe. On the primary it tells what was
// seen within the last second. On the fallback there is nothing to be seen: the
// primary is good again when its time is over and a connection made as the
// application makes its own is answered.
func (w *watch) brownout(ctx context.Context) error {
	w.mu.Lock()
	verdict, judged, until := w.verdict, w.judged, w.until
	w.mu.Unlock()
	if verdict == "" {
		return nil
	}
	if w.r.monitor.Route().Mode == health.Primary {
		if time.Since(judged) < time.Second {
			return fmt.Errorf("%w: %s", errBrownout, verdict)
		}
	} else {
		if left := time.Until(until); left > 0 {
			return fmt.Errorf("%w: it is avoided for another %v", errBrownout, left.Round(time.Millisecond))
		}
		if err := w.try(ctx); err != nil {
			return fmt.Errorf("%w: %w", errBrownout, err)
		}
	}
	w.mu.Lock()
	if w.judged.Equal(judged) {
		w.verdict = ""
	}
	w.mu.Unlock()
	return nil
}

// try has a connection of the application's kind answer twice.
func (w *watch) try(ctx context.Context) error {
	c, err := w.inst.dialPrimary(ctx, w.inst.gate.generation()+1)
	if err != nil {
		return err
	}
	defer func() { _ = c.Close() }()
	for range 2 {
		if err := c.std.Ping(ctx); err != nil {
			return err
		}
	}
	return nil
}

// pidOf is the server process of a connection.
func pidOf(l link) uint32 {
	if pg, ok := l.(*pgconn.PgConn); ok {
		return pg.PID()
	}
	return 0
}
