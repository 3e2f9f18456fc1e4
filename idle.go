package failoversql

import (
	"time"

	"github.com/failoversql/failoversql/health"
)

// lookInterval is how often a process that rests looks whether another one on
// the file is at work.
const lookInterval = 200 * time.Millisecond

// sleep returns when there is something to watch again; false means that the
// instance ends. With fallback_probe_idle it lets the primary rest when nobody
// has asked anything of it for that long: no probe, no stream, no upkeep.
// Processes on one file rest together: the others tell the owner, by shared
// memory, that they are at work.
func (w *watch) sleep() bool {
	after := w.inst.cfg.ProbeIdle
	if after == 0 {
		select {
		case <-w.inst.sockets.wake:
			return true
		case <-w.r.ctx.Done():
			return false
		}
	}
	defer w.rest(false)
	look := time.NewTicker(min(lookInterval, after))
	defer look.Stop()
	since, seen := time.Now(), w.r.file.Activity()
	for {
		select {
		case <-w.inst.sockets.wake:
			w.r.file.Active()
			return true
		case <-w.r.ctx.Done():
			return false
		case <-look.C:
		}
		if now := w.r.file.Activity(); now != seen {
			since, seen = time.Now(), now
			w.rest(false)
		}
		if time.Since(since) >= after {
			w.rest(true)
		}
	}
}

// rest lets the primary rest, or ends that.
func (w *watch) rest(on bool) {
	if on == w.resting || on && !w.mayRest() {
		return
	}
	w.resting = on
	w.r.monitor.Quiet(on)
	if on {
		w.inst.log.Info("failoversql: nobody asks anything of PostgreSQL; it is left alone until somebody does", "for", w.inst.cfg.ProbeIdle)
		w.r.follow.rest()
		w.r.probe.renew()
		return
	}
	w.inst.log.Info("failoversql: PostgreSQL is in use again")
	w.r.follow.wake()
}

// mayRest: the primary serves, and the copy is not in the making: an application
// that is idle from its start needs a fallback all the same.
func (w *watch) mayRest() bool {
	if w.r.monitor.Route().Mode != health.Primary {
		return false
	}
	return w.inst.cfg.Sync == SyncOff || !w.r.file.Owned() || w.r.sync.Lag().Following || w.r.follow.trouble() != nil
}
