package health

import (
	"errors"
	"testing"
	"testing/synctest"
	"time"
)

func inObserver(t *testing.T, c Config, owner Route, f func(t *testing.T, w *world)) {
	synctest.Test(t, func(t *testing.T) {
		c.Observing = true
		w := newWorld(t, c)
		w.observed = owner
		f(t, w.begin())
	})
}

// says sets the owner's route.
func (w *world) says(mode Mode, generation uint64) {
	w.mu.Lock()
	w.observed = Route{Mode: mode, Generation: generation, Reason: "the owner says so"}
	w.mu.Unlock()
}

func TestObserver(t *testing.T) {
	inObserver(t, Config{Generation: 3}, Route{Mode: Primary, Generation: 7}, func(t *testing.T, w *world) {
		w.expect(Primary)
		if g := w.Route().Generation; g != 7 {
			t.Errorf("generation %d", g)
		}
		w.set("probe", fails(errRefused))
		w.after(time.Minute, Primary)
		if w.probed() != 0 {
			t.Error("an observer without suspicion probes")
		}
		for _, mode := range []Mode{Fallback, Recovering, Cutover} {
			w.says(mode, 8)
			w.after(100*time.Millisecond, mode)
		}
		w.says(Primary, 9)
		w.after(100*time.Millisecond, Primary)
		if g := w.Route().Generation; g != 9 {
			t.Errorf("generation %d", g)
		}
		if err := w.SwitchToFallback(t.Context()); !errors.Is(err, ErrObserver) {
			t.Errorf("SwitchToFallback: %v", err)
		}
		w.mu.Lock()
		w.owner = errHook
		w.mu.Unlock()
		w.after(time.Second, Primary)
		if err := w.Status().ObserveErr; !errors.Is(err, errHook) {
			t.Errorf("the status has %v", err)
		}
		if len(w.called()) != 0 {
			t.Errorf("an observer called %v", w.called())
		}
	})
}

// TestOwnerUnknown: as long as the owner says nothing, callers wait.
func TestOwnerUnknown(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Observing: true})
		w.owner = errHook
		w.begin()
		go func() {
			time.Sleep(time.Second)
			w.says(Primary, 1)
			w.mu.Lock()
			w.owner = nil
			w.mu.Unlock()
		}()
		if r, err := w.WaitDecided(t.Context()); err != nil || r.Mode != Primary {
			t.Error(r, err)
		}
	})
}

// TestObserverSuspects: a caller whose connection broke waits for the owner's
// decision, but not for ever.
func TestObserverSuspects(t *testing.T) {
	inObserver(t, Config{}, Route{Mode: Primary, Generation: 1}, func(t *testing.T, w *world) {
		w.set("probe", fails(errRefused))
		w.Report(Down)
		go func() {
			time.Sleep(time.Second)
			w.says(Fallback, 2)
		}()
		begun := time.Now()
		r, err := w.WaitDecided(t.Context())
		if took := time.Since(begun); err != nil || r.Mode != Fallback || took > 1020*time.Millisecond {
			t.Error(r, err, took)
		}
		w.says(Primary, 3)
		w.after(time.Second, Primary)
		w.Report(Down)
		begun = time.Now()
		r, err = w.WaitDecided(t.Context())
		if took := time.Since(begun); err != nil || r.Mode != Primary || took != 2500*time.Millisecond {
			t.Error(r, err, took)
		}
		// The primary is out of our reach, not of the owner's: no waiting each time.
		w.Report(Down)
		begun = time.Now()
		_, err = w.WaitDecided(t.Context())
		if took := time.Since(begun); err != nil || took > time.Millisecond {
			t.Error(err, took)
		}
		w.set("probe", fine)
		time.Sleep(10 * time.Second)
		w.set("probe", takes(50*time.Millisecond))
		w.Report(Down)
		begun = time.Now()
		_, err = w.WaitDecided(t.Context())
		if took := time.Since(begun); err != nil || took < 50*time.Millisecond || took > time.Second {
			t.Error("refuted by our own probe:", err, took)
		}
	})
}

func TestPromote(t *testing.T) {
	for _, c := range []struct {
		name   string
		owner  Route
		resume bool
		probe  work
		want   []Mode // after the owner's
		first  string
	}{
		{"primary up", Route{Mode: Primary, Generation: 5}, false, fine, nil, ""},
		{"primary down", Route{Mode: Primary, Generation: 5}, false, fails(errRefused), []Mode{Fallback}, "enter"},
		{"primary, and a journal", Route{Mode: Primary, Generation: 5}, true, fine, []Mode{Fallback, Recovering, Cutover, Primary}, "enter"},
		{"fallback", Route{Mode: Fallback, Generation: 5, Reason: "x"}, true, fine, []Mode{Recovering, Cutover, Primary}, "enter"},
		{"fallback, down", Route{Mode: Fallback, Generation: 5, Reason: "x"}, true, fails(errRefused), nil, "enter"},
		{"recovering", Route{Mode: Recovering, Generation: 5}, true, fine, []Mode{Fallback, Recovering, Cutover, Primary}, "enter"},
		{"cutover", Route{Mode: Cutover, Generation: 5}, true, fine, []Mode{Recovering, Cutover, Primary}, "abort"},
		{"cutover, done", Route{Mode: Cutover, Generation: 5}, false, fine, []Mode{Primary}, ""},
		{"unavailable", Route{Mode: Unavailable, Generation: 5}, false, fine, []Mode{Primary}, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			inObserver(t, Config{}, c.owner, func(t *testing.T, w *world) {
				w.expect(c.owner.Mode)
				w.set("probe", c.probe)
				w.Promote(c.resume, Auto)
				w.Promote(c.resume, Auto)
				if _, err := w.WaitDecided(t.Context()); err != nil {
					t.Fatal(err)
				}
				w.says(Unavailable, 100) // not listened to any more
				time.Sleep(30 * time.Second)
				w.modes(append([]Mode{c.owner.Mode}, c.want...)...)
				if calls := w.called(); c.first != "" && (len(calls) == 0 || calls[0] != c.first) {
					t.Errorf("calls %v, want %s first", calls, c.first)
				}
				routes := w.published()
				for i := 1; i < len(routes); i++ {
					a, b := routes[i-1], routes[i]
					if (a.Mode.backend() == b.Mode.backend()) != (a.Generation == b.Generation) || b.Generation < a.Generation {
						t.Errorf("%+v then %+v", a, b)
					}
				}
			})
		})
	}
}
