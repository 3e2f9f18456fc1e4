package health

import (
	"context"
	"errors"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"go.uber.org/goleak"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

var (
	errRefused  = errors.New("connection refused")
	errAuth     = errors.New("wrong password")
	errOverload = errors.New("too many connections")
	errSQL      = errors.New("syntax error")
	errHook     = errors.New("the hook failed")
)

func classify(err error) Evidence {
	switch {
	case errors.Is(err, errRefused):
		return Down
	case errors.Is(err, errAuth):
		return Auth
	case errors.Is(err, errOverload):
		return Overload
	case errors.Is(err, context.DeadlineExceeded):
		return Doubt
	}
	return Neutral
}

// work is what a hook does.
type work func(ctx context.Context) error

func fine(context.Context) error { return nil }
func hang(ctx context.Context) error {
	<-ctx.Done()
	return ctx.Err()
}
func fails(err error) work { return func(context.Context) error { return err } }
func takes(d time.Duration) work {
	return func(ctx context.Context) error {
		select {
		case <-time.After(d):
			return nil
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// world is a Monitor with a primary and a file that a test can break. What a
// hook does is set by name: "probe", "enter", "recover", "cutover", "abort",
// "left", "keep"; it is fine until set.
type world struct {
	t *testing.T
	*Monitor

	mu     sync.Mutex
	works  map[string]work
	calls  []string // hooks called, but probes
	probes int
	routes []Route
	causes []Cause
	busy   string // the hook that runs

	observed Route // what the owner says
	pin      Pin
	owner    error
	kept     []Pin // in order
}

func newWorld(t *testing.T, c Config) *world {
	t.Helper()
	w := &world{t: t, works: map[string]work{}}
	m, err := newMonitor(c, w.hooks(), func() float64 { return 0.5 })
	if err != nil {
		t.Fatal(err)
	}
	w.Monitor = m
	return w
}

func (w *world) hooks() Hooks {
	return Hooks{
		Probe: func(ctx context.Context) error {
			w.mu.Lock()
			w.probes++
			f := w.work("probe")
			w.mu.Unlock()
			return f(ctx)
		},
		Classify: classify,
		EnterFallback: func(ctx context.Context, c Cause) error {
			w.mu.Lock()
			w.causes = append(w.causes, c)
			w.mu.Unlock()
			return w.call(ctx, "enter")
		},
		Recover:      func(ctx context.Context) error { return w.call(ctx, "recover") },
		Cutover:      func(ctx context.Context) error { return w.call(ctx, "cutover") },
		AbortCutover: func(ctx context.Context) error { return w.call(ctx, "abort") },
		LeftFallback: func(ctx context.Context) { _ = w.call(ctx, "left") },
		Changed: func(r Route) {
			w.mu.Lock()
			defer w.mu.Unlock()
			if now := w.Route(); now != r {
				w.t.Errorf("Changed(%+v) while the route is %+v", r, now)
			}
			w.routes = append(w.routes, r)
		},
		KeepPin: func(ctx context.Context, p Pin) error {
			w.mu.Lock()
			f := w.work("keep")
			w.mu.Unlock()
			err := f(ctx)
			if err == nil {
				w.mu.Lock()
				w.kept = append(w.kept, p)
				w.mu.Unlock()
			}
			return err
		},
		Observe: func(context.Context) (Route, Pin, error) {
			w.mu.Lock()
			defer w.mu.Unlock()
			return w.observed, w.pin, w.owner
		},
	}
}

func (w *world) work(name string) work {
	if f := w.works[name]; f != nil {
		return f
	}
	return fine
}

// call runs a hook and checks that no other one runs.
func (w *world) call(ctx context.Context, name string) error {
	w.mu.Lock()
	if w.busy != "" {
		w.t.Errorf("%s called while %s runs", name, w.busy)
	}
	w.busy = name
	w.calls = append(w.calls, name)
	f := w.work(name)
	w.mu.Unlock()
	err := f(ctx)
	w.mu.Lock()
	w.busy = ""
	w.mu.Unlock()
	return err
}

// set says what a hook does from now on.
func (w *world) set(name string, f work) {
	w.mu.Lock()
	w.works[name] = f
	w.mu.Unlock()
}

func (w *world) begin() *world {
	w.t.Helper()
	if err := w.Start(w.t.Context()); err != nil {
		w.t.Fatal(err)
	}
	w.t.Cleanup(w.Stop)
	return w
}

// expect lets everything come to rest and compares the mode.
func (w *world) expect(mode Mode) {
	w.t.Helper()
	synctest.Wait()
	if got := w.Route(); got.Mode != mode {
		w.t.Fatalf("mode %v (%s), want %v", got.Mode, got.Reason, mode)
	}
}

// after lets time pass first.
func (w *world) after(d time.Duration, mode Mode) {
	w.t.Helper()
	time.Sleep(d)
	w.expect(mode)
}

// modes compares the modes published so far.
func (w *world) modes(want ...Mode) {
	w.t.Helper()
	synctest.Wait()
	w.mu.Lock()
	defer w.mu.Unlock()
	var got []Mode
	for _, r := range w.routes {
		got = append(got, r.Mode)
	}
	if !slices.Equal(got, want) {
		w.t.Fatalf("modes %v, want %v", got, want)
	}
}

// probed is the number of probes so far.
func (w *world) probed() int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.probes
}

// caused lists the causes given to EnterFallback.
func (w *world) caused() []Cause {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.causes)
}

func (w *world) lastCause() Cause {
	causes := w.caused()
	return causes[len(causes)-1]
}

// published lists the routes given to Changed.
func (w *world) published() []Route {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.routes)
}

func (w *world) called() []string {
	w.mu.Lock()
	defer w.mu.Unlock()
	return slices.Clone(w.calls)
}

// inWorld runs a test on a started Monitor in a bubble of synctest.
func inWorld(t *testing.T, c Config, f func(t *testing.T, w *world)) {
	synctest.Test(t, func(t *testing.T) { f(t, newWorld(t, c).begin()) })
}
