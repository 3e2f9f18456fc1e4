package failoversql

import (
	"time"

	dbsync "github.com/failoversql/failoversql/sync"
)

// copyingInterval is how often subscribers are told how a copy gets on.
const copyingInterval = time.Second

// copying tells subscribers how copies get on, of which one is made at a time.
func (i *instance) copying(r *running) func(dbsync.Progress) {
	var last time.Time
	phase := ""
	return func(p dbsync.Progress) {
		now := time.Now()
		if p.Phase == phase && now.Sub(last) < copyingInterval {
			return
		}
		last, phase = now, p.Phase
		route := r.monitor.Route()
		i.events.emit(Event{Time: now, Mode: route.Mode, Generation: route.Generation, Copy: &p})
	}
}
