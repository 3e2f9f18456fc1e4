package health

import (
	"context"
	"errors"
	"slices"
	"testing"
	"testing/synctest"
	"time"
)

// TestPinIsKept: an order is answered when its pin lasts.
func TestPinIsKept(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		w.set("keep", takes(time.Second))
		begun := time.Now()
		if err := w.SwitchToFallback(t.Context()); err != nil {
			t.Fatal(err)
		}
		if took := time.Since(begun); took < time.Second {
			t.Errorf("answered after %v", took)
		}
		if err := w.ResumeAuto(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.after(10*time.Second, Primary)
		w.set("enter", fails(errHook))
		if err := w.SwitchToFallback(t.Context()); !errors.Is(err, errHook) {
			t.Error(err)
		}
		if want := []Pin{PinFallback, Auto}; !slices.Equal(w.kept, want) {
			t.Errorf("kept %v, want %v", w.kept, want)
		}
	})
}

// TestPinIsNotKept: what cannot last has failed, and is taken back.
func TestPinIsNotKept(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		w.set("keep", fails(errHook))
		if err := w.SwitchToFallback(t.Context()); !errors.Is(err, errHook) {
			t.Error(err)
		}
		if p := w.Status().Pin; p != Auto {
			t.Errorf("pin %v", p)
		}
		w.after(10*time.Second, Primary)
		w.modes(Primary, Fallback, Recovering, Cutover, Primary)

		w.set("keep", fine)
		if err := w.SwitchToFallback(t.Context()); err != nil {
			t.Fatal(err)
		}
		w.set("keep", fails(errHook))
		if err := w.ResumeAuto(t.Context()); !errors.Is(err, errHook) {
			t.Error(err)
		}
		w.after(time.Hour, Fallback)
	})
}

// TestWithdrawnWhileKept: an operator who gives up is told what happened: either
// the pin is kept, or it is taken back.
func TestWithdrawnWhileKept(t *testing.T) {
	inWorld(t, Config{}, func(t *testing.T, w *world) {
		for _, c := range []struct {
			keep work
			err  error
			pin  Pin
		}{
			{hang, context.DeadlineExceeded, Auto},
			{func(context.Context) error { time.Sleep(5 * time.Second); return nil }, nil, PinPrimary},
		} {
			w.set("keep", c.keep)
			ctx, cancel := context.WithTimeout(t.Context(), time.Second)
			if err := w.SwitchToPrimary(ctx); !errors.Is(err, c.err) {
				t.Errorf("error %v, want %v", err, c.err)
			}
			cancel()
			if p := w.Status().Pin; p != c.pin {
				t.Errorf("pin %v, want %v", p, c.pin)
			}
		}
		w.set("keep", hang)
		done := make(chan error)
		go func() { done <- w.ResumeAuto(context.Background()) }()
		synctest.Wait()
		w.Stop()
		if err := <-done; err == nil {
			t.Error("an order that was cut off by Stop is no success")
		}
	})
}

// TestObserverShowsPin: the pin is the owner's, and goes over to who follows it.
func TestObserverShowsPin(t *testing.T) {
	inObserver(t, Config{Pin: PinPrimary}, Route{Mode: Primary, Generation: 1}, func(t *testing.T, w *world) {
		for _, p := range []Pin{Auto, PinFallback} {
			w.mu.Lock()
			w.pin = p
			w.mu.Unlock()
			time.Sleep(time.Second)
			if got := w.Status().Pin; got != p {
				t.Errorf("pin %v, the owner's is %v", got, p)
			}
		}
		w.Promote(false, PinFallback)
		w.after(time.Minute, Fallback)
		if c := w.lastCause(); !c.Planned || c.Reason != "pinned to the fallback" {
			t.Errorf("cause %+v", c)
		}
		if len(w.kept) != 0 {
			t.Errorf("kept %v, which was kept before", w.kept)
		}
	})
}
