package sqlitedb

import (
	"context"
	"errors"
	"testing"
	"time"
)

// taken is a queue of which somebody has the place.
func taken(t *testing.T) *writers {
	t.Helper()
	w := new(writers)
	if err := w.acquire(ctx); err != nil {
		t.Fatal(err)
	}
	return w
}

// queued starts an acquisition and returns when it waits; its result is sent.
func queued(t *testing.T, w *writers, acquire func() error) <-chan error {
	t.Helper()
	n, got := w.waiting(), make(chan error, 1)
	go func() { got <- acquire() }()
	for w.waiting() == n {
		time.Sleep(time.Millisecond)
	}
	return got
}

func (w *writers) front() chan struct{} {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.queue[0]
}

func have(t *testing.T, place <-chan error) {
	t.Helper()
	if err := <-place; err != nil {
		t.Fatal(err)
	}
}

func TestWritersShut(t *testing.T) {
	w := taken(t)
	before := queued(t, w, func() error { return w.acquireNew(ctx) })
	w.setShut(true)
	if err := w.acquireNew(ctx); !errors.Is(err, ErrNotServing) {
		t.Fatalf("a statement that comes late: %v", err)
	}
	inTx := queued(t, w, func() error { return w.acquire(ctx) })
	last := queued(t, w, func() error { return w.acquireLast(ctx, time.Hour) })
	for _, place := range []<-chan error{before, inTx, last} {
		w.release()
		have(t, place)
	}
	w.setShut(false)
	w.release()
	if err := w.acquireNew(ctx); err != nil {
		t.Fatal(err)
	}
}

// TestWritersLast: who waits to be the last passes the others when its patience
// ends, and gives up with its context.
func TestWritersLast(t *testing.T) {
	w := taken(t)
	first := queued(t, w, func() error { return w.acquire(ctx) })
	impatient := make(chan time.Time)
	last := queued(t, w, func() error { return w.wait(ctx, func(queue int) int { return queue }, impatient) })
	before := w.front()
	impatient <- time.Time{}
	for w.front() == before {
		time.Sleep(time.Millisecond)
	}
	given, cancel := context.WithCancel(ctx)
	third := queued(t, w, func() error { return w.acquireLast(given, time.Hour) })
	cancel()
	if err := <-third; !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
	w.release()
	have(t, last)
	w.release()
	have(t, first)
	w.release()
	if w.taken || w.waiting() != 0 {
		t.Fatal("somebody has or waits for the place")
	}
}

// TestSealAmidWriters: what waits for the writer's place when the gate is shut is
// written, what comes after is turned away before the gate is shut.
func TestSealAmidWriters(t *testing.T) {
	f := plain(t, "")
	a, b, c := session(t, f), session(t, f), session(t, f)
	mustExec(t, a, `BEGIN`)
	mustExec(t, a, `INSERT INTO t VALUES (1, 1)`)
	waits := queued(t, &f.writers, func() error {
		_, err := b.ExecContext(ctx, `INSERT INTO t VALUES (2, 2)`, nil)
		return err
	})
	if _, err := f.UpdateStateLast(timeout(t, 100*time.Millisecond), func(*State) error { panic("a has the place") }); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatal(err)
	}
	mustExec(t, a, `COMMIT`)
	have(t, waits)
	mustExec(t, c, `INSERT INTO t VALUES (3, 3)`)

	_, err := f.UpdateStateLast(ctx, func(st *State) error {
		st.Serving = false
		if _, err := c.ExecContext(ctx, `INSERT INTO t VALUES (4, 4)`, nil); !errors.Is(err, ErrNotServing) {
			t.Errorf("while the gate is being shut: %v", err)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.ExecContext(ctx, `INSERT INTO t VALUES (4, 4)`, nil); !errors.Is(err, ErrNotServing) {
		t.Fatal(err)
	}
	if v := one(t, c, `SELECT sum(id) FROM t`); v != int64(6) {
		t.Fatal(v)
	}
}

func timeout(t *testing.T, d time.Duration) context.Context {
	ctx, cancel := context.WithTimeout(ctx, d)
	t.Cleanup(cancel)
	return ctx
}
