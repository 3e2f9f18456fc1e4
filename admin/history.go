package admin

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/failoversql/failoversql"
)

const (
	sampleInterval = 10 * time.Second
	sampleCount    = 360 // an hour
	keptEvents     = 50
)

// sample is the state at one moment, for the plots.
type sample struct {
	at                time.Time
	primary, fallback time.Duration
	up, asked         bool // the primary
}

// history is what the page shows of the past: the changes of mode, and both
// sides' latency over the last hour.
type history struct {
	mu      sync.Mutex
	events  []failoversql.Event // oldest first
	samples []sample
	backups backed
	changed chan struct{} // closed at the next change of mode
}

func (h *history) event(e failoversql.Event) {
	if e.Copy != nil {
		return // told by Status and by the job
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.events = append(h.events, e)
	if len(h.events) > keptEvents {
		h.events = slices.Delete(h.events, 0, len(h.events)-keptEvents)
	}
	if h.changed != nil {
		close(h.changed)
		h.changed = nil
	}
}

// next is closed at the next change of mode.
func (h *history) next() <-chan struct{} {
	h.mu.Lock()
	defer h.mu.Unlock()
	if h.changed == nil {
		h.changed = make(chan struct{})
	}
	return h.changed
}

// watch looks at the Connector until ctx ends.
func (h *Handler) watch(ctx context.Context) {
	tick := time.NewTicker(sampleInterval)
	defer tick.Stop()
	for {
		h.history.add(h.c.Status(ctx))
		select {
		case <-tick.C:
		case <-ctx.Done():
			return
		}
	}
}

func (h *history) add(s failoversql.Status) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.samples = append(h.samples, sample{time.Now(), s.Primary.Latency, s.Fallback.Latency, s.Primary.Up, !s.Primary.LastProbe.IsZero()})
	if len(h.samples) > sampleCount {
		h.samples = slices.Delete(h.samples, 0, len(h.samples)-sampleCount)
	}
}

func (h *history) keep(b backed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	h.backups = b
}

// past returns copies: the events newest first, the samples oldest first; and
// the backups when last looked at.
func (h *history) past() ([]failoversql.Event, []sample, backed) {
	h.mu.Lock()
	defer h.mu.Unlock()
	events := slices.Clone(h.events)
	slices.Reverse(events)
	return events, slices.Clone(h.samples), h.backups
}
