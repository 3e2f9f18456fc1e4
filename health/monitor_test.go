package health

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"
)

func TestOutageAndReturn(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		w.expect(Primary)
		w.set("probe", fails(errRefused))
		begun := time.Now()
		w.Report(Down)
		r, err := w.WaitDecided(t.Context())
		if err != nil || r.Mode != Fallback {
			t.Fatal(r, err)
		}
		if took := time.Since(begun); took > 10*time.Millisecond {
			t.Errorf("confirmed after %v", took)
		}
		if r.Reason != "the primary is down: connection refused" {
			t.Errorf("reason %q", r.Reason)
		}
		w.after(20*time.Second, Fallback)
		w.set("probe", fine)
		w.after(10*time.Second, Primary)
		w.modes(Primary, Fallback, Recovering, Cutover, Primary)
		if g := w.Route().Generation; g != 3 {
			t.Errorf("generation %d", g)
		}
		if got, want := w.called(), []string{"enter", "recover", "cutover", "left"}; !slices.Equal(got, want) {
			t.Errorf("called %v, want %v", got, want)
		}
		w.Stop()
		w.Stop()
	})
}

// TestDetection measures how long each fault takes to be known.
func TestDetection(t *testing.T) {
	for _, c := range []struct {
		name     string
		config   Config
		probe    work
		reported bool
		within   time.Duration
	}{
		{"refused, reported", Config{}, fails(errRefused), true, 10 * time.Millisecond},
		{"refused, idle", Config{}, fails(errRefused), false, time.Second + 10*time.Millisecond},
		{"black hole, reported", Config{}, hang, true, 850 * time.Millisecond},
		{"black hole, idle", Config{}, hang, false, 1850 * time.Millisecond},
		{"black hole, tuned", Config{ProbeInterval: 100 * time.Millisecond, ProbeTimeout: 200 * time.Millisecond, Fall: 2}, hang, false, 410 * time.Millisecond},
		{"a probe that ignores its context", Config{}, func(context.Context) error { time.Sleep(time.Minute); return nil }, true, 850 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, c.config, func(t *testing.T, w *world) {
				w.set("probe", c.probe)
				begun := time.Now()
				if c.reported {
					w.Report(Doubt)
				}
				if _, err := w.WaitChange(t.Context(), w.Route()); err != nil {
					t.Fatal(err)
				}
				w.expect(Fallback)
				if took := time.Since(begun); took > c.within {
					t.Errorf("known after %v, want %v", took, c.within)
				}
			})
		})
	}
}

// TestHarmless tries what must not move anything.
func TestHarmless(t *testing.T) {
	for _, c := range []struct {
		name  string
		probe work
	}{
		{"wrong password", fails(errAuth)},
		{"too many connections", fails(errOverload)},
		{"not understood", fails(errSQL)},
		{"slow", takes(400 * time.Millisecond)},
	} {
		t.Run(c.name, func(t *testing.T) {
			inWorld(t, Config{}, func(t *testing.T, w *world) {
				w.set("probe", c.probe)
				for range 200 {
					w.Report(Doubt)
					w.after(300*time.Millisecond, Primary)
				}
				w.modes(Primary)
				if !strings.Contains(c.name, "slow") && w.Status().ProbeErr == nil {
					t.Error("not in the status")
				}
			})
		})
	}
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		before := w.probed()
		for _, ev := range []Evidence{Neutral, Alive, Overload, Auth} {
			w.Report(ev)
		}
		w.expect(Primary)
		if w.probed() != before {
			t.Error("evidence that says nothing against the primary made it probe")
		}
	})
}

// TestOneFailure: less than Fall failures are forgotten.
func TestOneFailure(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		for range 20 {
			var n atomic.Int32
			w.set("probe", func(context.Context) error {
				if n.Add(1) < 3 {
					return errRefused
				}
				return nil
			})
			w.Report(Down)
			if r, err := w.WaitDecided(t.Context()); err != nil || r.Mode != Primary || n.Load() < 3 {
				t.Fatal(r, err, n.Load())
			}
			w.after(time.Second, Primary)
		}
		w.modes(Primary)
	})
}

// TestReportDuringProbe: a probe that began before the evidence says nothing
// about it, even if it succeeds after.
func TestReportDuringProbe(t *testing.T) {
	inWorld(t, Config{ProbeTimeout: 3 * time.Second}, func(t *testing.T, w *world) {
		w.set("probe", takes(400*time.Millisecond))
		time.Sleep(1100 * time.Millisecond) // one is under way
		w.set("probe", fails(errRefused))
		w.Report(Doubt)
		r, err := w.WaitDecided(t.Context())
		if err != nil || r.Mode != Fallback {
			t.Error(r, err)
		}
	})
}

func TestStartDown(t *testing.T) {
	for _, c := range []struct {
		name         string
		probe, enter work
		mode         Mode
		within       time.Duration
	}{
		{"up", fine, fine, Primary, 0},
		{"slow", takes(300 * time.Millisecond), fine, Primary, 300 * time.Millisecond},
		{"refused", fails(errRefused), fine, Fallback, 10 * time.Millisecond},
		{"black hole", hang, fine, Fallback, 850 * time.Millisecond},
		{"wrong password", fails(errAuth), fine, Primary, 0},
		{"not understood", fails(errSQL), fine, Primary, 0},
		{"refused, no file", fails(errRefused), fails(errors.New("no snapshot")), Unavailable, 10 * time.Millisecond},
	} {
		t.Run(c.name, func(t *testing.T) {
			synctest.Test(t, func(t *testing.T) {
				w := newWorld(t, Config{Generation: 41})
				w.set("probe", c.probe)
				w.set("enter", c.enter)
				begun := time.Now()
				w.begin()
				if took := time.Since(begun); took > c.within {
					t.Errorf("decided after %v, want %v", took, c.within)
				}
				w.expect(c.mode)
				if r := w.Route(); c.mode != Unavailable && r.Generation != 42 {
					t.Errorf("generation %d", r.Generation)
				} else if c.mode == Unavailable && !(strings.Contains(r.Reason, "refused") && strings.Contains(r.Reason, "no snapshot")) {
					t.Errorf("reason %q does not name both causes", r.Reason)
				}
			})
		})
	}
}

func TestStartGivenUp(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{})
		w.set("probe", hang)
		ctx, cancel := context.WithTimeout(t.Context(), time.Millisecond)
		defer cancel()
		if err := w.Start(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		if _, err := w.WaitDecided(t.Context()); !errors.Is(err, ErrStopped) {
			t.Error(err)
		}
	})
	m := newWorld(t, Config{})
	m.Stop()
	if err := m.Start(t.Context()); !errors.Is(err, ErrStopped) {
		t.Errorf("Start after Stop: %v", err)
	}
	if err := m.ResumeAuto(t.Context()); !errors.Is(err, ErrStopped) {
		t.Errorf("ResumeAuto after Stop: %v", err)
	}
	m.Promote(true, Auto)
}

// TestUnavailable: neither side serves; whichever is first to, wins.
func TestUnavailable(t *testing.T) {
	for _, first := range []string{"primary", "file"} {
		inWorld(t, Config{}, func(t *testing.T, w *world) {
			w.set("enter", fails(errHook))
			w.set("probe", fails(errRefused))
			w.Report(Down)
			w.after(time.Minute, Unavailable)
			if first == "primary" {
				w.set("probe", fine)
				w.after(7*time.Second, Primary)
				w.modes(Primary, Unavailable, Primary)
			} else {
				w.set("enter", fine)
				w.after(7*time.Second, Fallback)
			}
			if g := w.Route().Generation; g != 3 {
				t.Errorf("generation %d", g)
			}
		})
	}
}

// TestResume: a file with a journal serves first, even if the primary is up.
func TestResume(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Resume: true})
		w.set("recover", takes(time.Second))
		w.begin()
		w.expect(Fallback)
		if c := w.caused()[0]; !c.Resume || c.Generation != 1 {
			t.Errorf("%+v", c)
		}
		w.after(10*time.Second, Primary)
		w.modes(Fallback, Recovering, Cutover, Primary)
	})
	// A file that cannot serve keeps its journal, and the primary waits: its
	// rows lack what was acknowledged.
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Resume: true})
		w.set("enter", fails(errHook))
		w.begin()
		w.after(time.Minute, Unavailable)
		w.set("enter", fine)
		w.after(15*time.Second, Primary)
	})
}

func TestDwell(t *testing.T) {
	inWorld(t, Config{MinDwell: 30 * time.Second}, func(t *testing.T, w *world) {
		w.set("probe", fails(errRefused))
		w.Report(Down)
		w.expect(Primary)
		time.Sleep(20 * time.Millisecond)
		w.expect(Fallback)
		since := w.Route().Since
		w.set("probe", fine)
		w.after(29*time.Second, Fallback)
		w.after(time.Second, Primary)
		if at := w.Status().Route.Since; at.Sub(since) != 30*time.Second {
			t.Errorf("back after %v", at.Sub(since))
		}
	})
}

// TestBackoff: a primary that is down is asked less and less often.
func TestBackoff(t *testing.T) {
	inWorld(t, Config{MaxBackoff: 16 * time.Second}, func(t *testing.T, w *world) {
		w.set("probe", fails(errRefused))
		w.Report(Down)
		w.after(10*time.Minute, Fallback)
		before := w.probed()
		time.Sleep(160 * time.Second)
		if n := w.probed() - before; n != 10 {
			t.Errorf("%d probes in 160 s, want 10", n)
		}
	})
}

func TestRecoverFails(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		w.set("recover", fails(errHook))
		w.set("probe", fails(errRefused))
		w.Report(Down)
		time.Sleep(time.Second)
		w.set("probe", fine)
		w.after(time.Minute, Fallback)
		if err := w.Status().HookErr; !errors.Is(err, errHook) {
			t.Errorf("the status has %v", err)
		}
		if n := len(w.called()); n < 5 || n > 20 {
			t.Errorf("tried %d times in a minute", n)
		}
		w.set("recover", fine)
		w.after(7*time.Second, Primary)
		if err := w.Status().HookErr; err != nil {
			t.Errorf("the status still has %v", err)
		}
	})
}

func TestCutoverFails(t *testing.T) {
	for name, f := range map[string]work{"fails": fails(errHook), "takes too long": takes(3 * time.Second)} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, Config{}, func(t *testing.T, w *world) {
				w.set("cutover", f)
				w.set("probe", fails(errRefused))
				w.Report(Down)
				time.Sleep(time.Second)
				w.set("probe", fine)
				for time.Sleep(time.Minute); w.Route().Mode != Recovering; synctest.Wait() {
					if _, err := w.WaitChange(t.Context(), w.Route()); err != nil {
						t.Fatal(err)
					}
				}
				calls := w.called()
				for i, c := range calls {
					if c == "cutover" && calls[i+1] != "abort" {
						t.Fatalf("calls %v", calls)
					}
				}
				if g := w.Route().Generation; g != 2 {
					t.Errorf("generation %d: connections to the fallback were dropped for nothing", g)
				}
				w.set("cutover", fine)
				w.after(7*time.Second, Primary)
			})
		})
	}
}

// TestAbortFails: with the gate closed and no way back nothing serves.
func TestAbortFails(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		w.set("cutover", fails(errHook))
		w.set("abort", fails(errHook))
		w.set("probe", fails(errRefused))
		w.Report(Down)
		time.Sleep(time.Second)
		w.set("probe", fine)
		w.after(time.Minute, Unavailable)
		if r, err := w.WaitDecided(t.Context()); err != nil || r.Mode != Unavailable {
			t.Error(r, err)
		}
		w.set("abort", fine)
		w.set("cutover", fine)
		w.after(15*time.Second, Primary)
	})
}

// TestDiesOnTheWayBack: no dwell protects a primary that dies again.
func TestDiesOnTheWayBack(t *testing.T) {
	for _, at := range []string{"recover", "cutover"} {
		t.Run(at, func(t *testing.T) {
			inWorld(t, Config{CutoverLimit: time.Minute}, func(t *testing.T, w *world) {
				w.set(at, hang)
				w.set("probe", fails(errRefused))
				w.Report(Down)
				time.Sleep(time.Second)
				w.set("probe", fine)
				w.after(7*time.Second, map[string]Mode{"recover": Recovering, "cutover": Cutover}[at])
				w.set("probe", fails(errRefused))
				w.Report(Down)
				w.after(20*time.Millisecond, Fallback)
				w.set(at, fine)
				w.set("probe", fine)
				w.after(8*time.Second, Primary)
				if g := w.Route().Generation; g != 3 {
					t.Errorf("generation %d", g)
				}
			})
		})
	}
}

func TestFlapBudget(t *testing.T) {
	inWorld(t, Config{MinDwell: time.Nanosecond, Rise: 1, ProbeInterval: 50 * time.Millisecond, FlapBudget: 4, FlapWindow: time.Minute, FlapQuiet: 2 * time.Minute, MaxBackoff: time.Second},
		func(t *testing.T, w *world) {
			for range 100 { // a minute of flapping
				w.set("probe", fails(errRefused))
				time.Sleep(300 * time.Millisecond)
				w.set("probe", fine)
				time.Sleep(300 * time.Millisecond)
			}
			if n := len(w.caused()); n != 4 {
				t.Errorf("%d switches, want 4", n)
			}
			if s := w.Status(); !s.Held || s.ReturnAt.IsZero() {
				t.Errorf("%+v", s)
			}
			w.after(110*time.Second, Fallback)
			w.after(15*time.Second, Primary) // quiet for long
			w.set("probe", fails(errRefused))
			w.after(time.Second, Fallback)
			w.set("probe", fine)
			w.after(3*time.Second, Primary) // with a new budget
		})
	inWorld(t, Config{MinDwell: time.Nanosecond, FlapBudget: 1}, func(t *testing.T, w *world) {
		w.set("probe", fails(errRefused))
		w.after(2*time.Second, Fallback)
		w.set("probe", fine)
		w.after(time.Minute, Fallback)
		if err := w.ResumeAuto(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.after(time.Second, Primary) // an operator said otherwise
	})
}

func TestSwitches(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		ctx := t.Context()
		if err := w.SwitchToPrimary(ctx); err != nil {
			t.Fatal(err)
		}
		w.set("probe", fails(errRefused))
		w.Report(Down)
		if r, err := w.WaitDecided(ctx); err != nil || r.Mode != Primary {
			t.Errorf("a pinned primary: %v, %v", r, err)
		}
		w.after(time.Minute, Primary)
		if err := w.ResumeAuto(ctx); err != nil {
			t.Fatal(err)
		}
		w.after(20*time.Millisecond, Fallback)
		if err := w.SwitchToPrimary(ctx); !errors.Is(err, errRefused) {
			t.Errorf("switching to a primary that is down: %v", err)
		}
		if p := w.Status().Pin; p != Auto {
			t.Errorf("pin %v after a switch that failed", p)
		}
		w.set("probe", fine)
		if err := w.SwitchToPrimary(ctx); err != nil { // without dwell
			t.Fatal(err)
		}
		w.expect(Primary)
		if err := w.SwitchToFallback(ctx); err != nil {
			t.Fatal(err)
		}
		w.after(time.Hour, Fallback)
		if c := w.lastCause(); !c.Planned {
			t.Errorf("cause %+v", c)
		}
		if err := w.SwitchToFallback(ctx); err != nil {
			t.Error(err)
		}
		if err := w.ResumeAuto(ctx); err != nil {
			t.Fatal(err)
		}
		w.after(time.Second, Primary)
	})
}

// TestSwitchAsksThePrimary: an order to leave the fallback rests on a probe of its
// own time, not on the last one's answer.
func TestSwitchAsksThePrimary(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		if err := w.SwitchToFallback(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.after(time.Minute, Fallback)
		w.set("probe", fails(errRefused)) // and no probe has met that yet
		w.set("recover", fails(errHook))
		if err := w.SwitchToPrimary(t.Context()); !errors.Is(err, errRefused) || !strings.HasPrefix(err.Error(), "health: the primary is down: ") {
			t.Errorf("switching to a primary that has just died: %v", err)
		}
		if p := w.Status().Pin; p != PinFallback {
			t.Errorf("pin %v after a switch that failed", p)
		}
	})
}

func TestSwitchFails(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		w.set("enter", fails(errHook))
		if err := w.SwitchToFallback(t.Context()); !errors.Is(err, errHook) {
			t.Error(err)
		}
		w.after(time.Hour, Primary)
		w.modes(Primary)

		w.set("enter", hang)
		ctx, cancel := context.WithTimeout(t.Context(), time.Second)
		defer cancel()
		if err := w.SwitchToFallback(ctx); !errors.Is(err, context.DeadlineExceeded) {
			t.Error(err)
		}
		w.after(time.Hour, Primary)
		w.modes(Primary)

		// The primary dies while the switch is under way: an outage like others.
		done := make(chan error)
		go func() { done <- w.SwitchToFallback(t.Context()) }()
		synctest.Wait()
		if err := w.SwitchToPrimary(t.Context()); !errors.Is(err, ErrBusy) {
			t.Errorf("two at once: %v", err)
		}
		w.set("probe", fails(errRefused))
		w.set("enter", fine)
		if err := <-done; err != nil {
			t.Error(err)
		}
		w.expect(Fallback)
		if c := w.lastCause(); c.Planned {
			t.Errorf("cause %+v", c)
		}
		w.set("probe", fine)
		for _, at := range []string{"recover", "cutover"} {
			w.set(at, fails(errHook))
			if err := w.SwitchToPrimary(t.Context()); !errors.Is(err, errHook) {
				t.Errorf("%s: %v", at, err)
			}
			if p := w.Status().Pin; p != PinFallback {
				t.Errorf("%s: pin %v", at, p)
			}
			w.set(at, fine)
			w.after(time.Minute, Fallback)
		}
	})
}

// TestPinFallbackOnTheWayBack: an operator stops a return.
func TestPinFallbackOnTheWayBack(t *testing.T) {
	for _, at := range []string{"recover", "cutover"} {
		inWorld(t, Config{CutoverLimit: time.Hour}, func(t *testing.T, w *world) {
			w.set("probe", fails(errRefused))
			w.Report(Down)
			time.Sleep(time.Second)
			w.set(at, hang)
			w.set("probe", fine)
			time.Sleep(10 * time.Second)
			if err := w.SwitchToFallback(t.Context()); err != nil {
				t.Fatal(err)
			}
			w.after(time.Minute, Fallback)
		})
	}
}

func TestPinnedFromTheStart(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Pin: PinPrimary})
		w.set("probe", hang)
		w.begin()
		w.after(time.Minute, Primary)
	})
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Pin: PinFallback})
		w.begin()
		w.after(time.Minute, Fallback)
		if c := w.caused()[0]; !c.Planned {
			t.Errorf("cause %+v", c)
		}
	})
	synctest.Test(t, func(t *testing.T) {
		w := newWorld(t, Config{Pin: PinFallback})
		w.set("enter", fails(errHook))
		w.begin()
		w.after(time.Minute, Unavailable)
	})
}

// TestLeftFallbackGivesWay: what is done after a return is cut short by the
// next outage.
func TestLeftFallbackGivesWay(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		w.set("left", hang)
		w.set("probe", fails(errRefused))
		w.Report(Down)
		time.Sleep(time.Second)
		w.set("probe", fine)
		w.after(10*time.Second, Primary)
		w.set("probe", fails(errRefused))
		w.Report(Down)
		w.after(20*time.Millisecond, Fallback)
	})
}

// TestSlowEnter: the primary is back before the fallback serves.
func TestSlowEnter(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		w.set("enter", hang)
		w.set("probe", fails(errRefused))
		w.Report(Down)
		time.Sleep(20 * time.Millisecond)
		if !w.Status().Deciding {
			t.Error("decided")
		}
		w.set("probe", fine)
		if r, err := w.WaitDecided(t.Context()); err != nil || r.Mode != Primary || r.Generation != 1 {
			t.Error(r, err)
		}
		w.modes(Primary)
	})
}

func TestStopDuringCutover(t *testing.T) {
	for name, c := range map[string]struct {
		f    work
		mode Mode
		last string
	}{
		"fails":    {hang, Fallback, "abort"},
		"succeeds": {func(ctx context.Context) error { <-ctx.Done(); return nil }, Primary, "cutover"},
	} {
		t.Run(name, func(t *testing.T) {
			inWorld(t, Config{CutoverLimit: time.Hour}, func(t *testing.T, w *world) {
				w.set("cutover", c.f)
				w.set("probe", fails(errRefused))
				w.Report(Down)
				time.Sleep(time.Second)
				w.set("probe", fine)
				w.after(10*time.Second, Cutover)
				w.Stop()
				w.expect(c.mode)
				calls := w.called()
				if last := calls[len(calls)-1]; last != c.last {
					t.Errorf("calls %v", calls)
				}
				if routes := w.published(); routes[len(routes)-1].Mode != c.mode {
					t.Errorf("Changed was called with %v", routes)
				}
			})
		})
	}
}

func TestWaitDecidedDuringCutover(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		w.set("cutover", takes(700*time.Millisecond))
		w.set("probe", fails(errRefused))
		w.Report(Down)
		time.Sleep(time.Second)
		w.set("probe", fine)
		for w.Route().Mode != Cutover {
			if _, err := w.WaitChange(t.Context(), w.Route()); err != nil {
				t.Fatal(err)
			}
		}
		ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
		defer cancel()
		if r, err := w.WaitDecided(ctx); !errors.Is(err, context.DeadlineExceeded) || r.Mode != Cutover {
			t.Error(r, err)
		}
		if r, err := w.WaitDecided(t.Context()); err != nil || r.Mode != Primary {
			t.Error(r, err)
		}
	})
}

func TestConfig(t *testing.T) {
	if err := (Config{}).Validate(); err != nil {
		t.Error(err)
	}
	err := Config{ProbeInterval: -1, Fall: -1, Pin: 9}.Validate()
	for _, part := range []string{"probe interval", "fall", "pin"} {
		if err == nil || !strings.Contains(err.Error(), part) {
			t.Errorf("%v does not speak of %s", err, part)
		}
	}
	if err := (Config{MaxBackoff: time.Millisecond}).Validate(); err == nil {
		t.Error("a back-off shorter than the interval")
	}
	if _, err := New(Config{}, Hooks{}); err == nil {
		t.Error("New without hooks")
	}
	h := (&world{}).hooks()
	h.Observe = nil
	if _, err := New(Config{Observing: true}, h); err == nil {
		t.Error("an observer without Observe")
	}
}

func TestNames(t *testing.T) {
	for m := Unavailable; m <= Cutover; m++ {
		if got, err := ParseMode(m.String()); err != nil || got != m {
			t.Errorf("%v: %v, %v", m, got, err)
		}
	}
	for p := Auto; p <= PinFallback; p++ {
		if got, err := ParsePin(p.String()); err != nil || got != p {
			t.Error(got, err)
		}
	}
	if _, err := ParsePin("x"); err == nil {
		t.Error("an unknown pin")
	}
	if _, err := ParseMode("x"); err == nil {
		t.Error("x is a mode")
	}
	for _, s := range []string{fmt.Sprint(Mode(9)), fmt.Sprint(Pin(9)), fmt.Sprint(Evidence(9))} {
		if !strings.Contains(s, "(9)") {
			t.Error(s)
		}
	}
	for _, m := range []interface{ MarshalText() ([]byte, error) }{Primary, PinPrimary, Alive} {
		if b, err := m.MarshalText(); err != nil || len(b) == 0 {
			t.Error(m, err)
		}
	}
}

func BenchmarkRoute(b *testing.B) {
	m, err := New(Config{}, (&world{}).hooks())
	if err != nil {
		b.Fatal(err)
	}
	b.ReportAllocs()
	for b.Loop() {
		if m.Route().Generation != 0 {
			b.Fatal()
		}
	}
}
