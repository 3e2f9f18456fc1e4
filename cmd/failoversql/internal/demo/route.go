package demo

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
)

// route watches which side serves: it prints every change and remembers when.
type route struct {
	screen    *screen
	connector *failoversql.Connector
	cancel    func()

	mu       sync.Mutex
	mode     health.Mode
	cutover  time.Time // when new transactions began to wait
	returned time.Time // when PostgreSQL served again
}

func watchRoute(s *screen, c *failoversql.Connector) *route {
	r := &route{screen: s, connector: c}
	r.cancel = c.Subscribe(r.changed)
	r.setMode(c.Status(context.Background()).Mode)
	return r
}

func (r *route) close() { r.cancel() }

func (r *route) setMode(m health.Mode) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.mode = m
}

func (r *route) now() health.Mode {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.mode
}

// changed is called for every change of mode.
func (r *route) changed(e failoversql.Event) {
	if e.Copy != nil {
		return
	}
	r.mu.Lock()
	before := r.mode
	r.mode = e.Mode
	switch {
	case e.Mode == health.Cutover:
		r.cutover = e.Time
	case e.Mode == health.Primary && before.OnFallback():
		r.returned = e.Time
	}
	r.mu.Unlock()

	why := short(e.Reason)
	switch e.Mode {
	case health.Primary:
		r.screen.eventAt(e.Time, green, "→ PostgreSQL serves (%s)", why)
	case health.Fallback:
		r.screen.eventAt(e.Time, yellow, "→ SQLite serves (%s)", why)
	case health.Recovering:
		r.screen.eventAt(e.Time, plain, "→ the journal is replayed into PostgreSQL, while SQLite serves (%s)", why)
	case health.Cutover:
		r.screen.eventAt(e.Time, plain, "→ new transactions wait, the last of the journal is replayed (%s)", why)
	default:
		r.screen.eventAt(e.Time, red, "→ %s (%s)", e.Mode, why)
	}
}

// short keeps a reason to a line: its beginning, and its end, which is what the
// operating system said.
func short(reason string) string {
	const head, tail = 40, 30
	r := []rune(strings.ReplaceAll(reason, "\n", " "))
	if len(r) <= head+tail {
		return string(r)
	}
	return string(r[:head]) + "…" + string(r[len(r)-tail:])
}

// failback is when the return to PostgreSQL held transactions up.
func (r *route) failback() (from, to time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.cutover, r.returned
}

// What can be waited for.

func onFallback(s failoversql.Status) bool { return s.Mode.OnFallback() }
func onPrimary(s failoversql.Status) bool  { return s.Mode == health.Primary }
func following(s failoversql.Status) bool  { return s.Fallback.Following }

// wait waits until the status is as wanted, and gives up with what it was last.
func (r *route) wait(ctx context.Context, what string, as func(failoversql.Status) bool) error {
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	every := time.NewTicker(5 * time.Millisecond)
	defer every.Stop()
	for {
		s := r.connector.Status(ctx)
		if as(s) {
			return nil
		}
		select {
		case <-every.C:
		case <-ctx.Done():
			return fmt.Errorf("waiting for %s: %w; the state is %+v", what, ctx.Err(), s)
		}
	}
}
