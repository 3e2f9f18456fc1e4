package health

import (
	"context"
	"errors"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// world is a primary and a file that a test can break.
type world struct {
	t *testing.T
	*Monitor
	probe   func(ctx context.Context) error
	enter   func(ctx context.Context, c Cause) error
	recover func(ctx context.Context) error
	cutover func(ctx context.Context) error
	abort   func(ctx context.Context) error
	routes  []Route
	causes  []Cause
	left    int
}

var (
	errRefused = errors.New("refused")
	errAuth    = errors.New("wrong password")
)

func classify(err error) Evidence {
	switch {
	case errors.Is(err, errRefused):
		return Down
	case errors.Is(err, errAuth):
		return Auth
	}
	return Neutral
}

func up(context.Context) error   { return nil }
func down(context.Context) error { return errRefused }
func hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}

// newWorld makes a Monitor whose hooks work at once. It is not started.
func newWorld(t *testing.T, c Config) *world {
	w := &world{t: t, probe: up, recover: up, cutover: up, abort: up}
	w.enter = func(context.Context, Cause) error { return nil }
	m, err := newMonitor(c, Hooks{
		Probe:    func(ctx context.Context) error { return w.probe(ctx) },
		Classify: classify,
		EnterFallback: func(ctx context.Context, c Cause) error {
			w.causes = append(w.causes, c)
			return w.enter(ctx, c)
		},
		Recover:      func(ctx context.Context) error { return w.recover(ctx) },
		Cutover:      func(ctx context.Context) error { return w.cutover(ctx) },
		AbortCutover: func(ctx context.Context) error { return w.abort(ctx) },
		LeftFallback: func(context.Context) { w.left++ },
		Changed:      func(r Route) { w.routes = append(w.routes, r) },
	}, func() float64 { return 0.5 })
	if err != nil {
		t.Fatal(err)
	}
	w.Monitor = m
	return w
}

func (w *world) begin() {
	w.t.Helper()
	if err := w.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(w.Stop)
}

// expect waits until the monitor has nothing to do, then compares the mode.
func (w *world) expect(mode Mode) {
	w.t.Helper()
	synctest.Wait()
	if got := w.Route(); got.Mode != mode {
		w.t.Fatalf("mode %v (%s), want %v", got.Mode, got.Reason, mode)
	}
}

func TestOutageAndReturn(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.begin()
		w.expect(Primary)
		w.probe = down
		begun := time.Now()
		w.Report(Down)
		r, err := w.WaitDecided(t.Context())
		if err != nil || r.Mode != Fallback {
			t.Fatal(r, err)
		}
		if took := time.Since(begun); took > 10*time.Millisecond {
			t.Errorf("confirmed after %v", took)
		}
		time.Sleep(20 * time.Second)
		w.expect(Fallback)
		w.probe = up
		time.Sleep(10 * time.Second)
		w.expect(Primary)
		var modes []Mode
		for _, r := range w.routes {
			modes = append(modes, r.Mode)
		}
		want := []Mode{Primary, Fallback, Recovering, Cutover, Primary}
		if len(modes) != len(want) {
			t.Fatalf("modes %v, want %v", modes, want)
		}
		for i := range want {
			if modes[i] != want[i] {
				t.Fatalf("modes %v, want %v", modes, want)
			}
		}
		if g := w.routes[4].Generation; g != 3 || w.left != 1 {
			t.Errorf("generation %d, LeftFallback called %d times", g, w.left)
		}
	})
}
