package sqlitedb

import (
	"context"
	"slices"
	"sync"
)

// writers is the fair queue of one process's writers in front of SQLite's own
// lock, which would let any of them pass any other.
type writers struct {
	mu    sync.Mutex
	taken bool
	queue []chan struct{} // each is closed when its place has come
}

// acquire waits for the writer's place until ctx ends.
func (w *writers) acquire(ctx context.Context) error { return w.wait(ctx, false) }

// acquireFirst is acquire, passing all who wait.
func (w *writers) acquireFirst(ctx context.Context) error { return w.wait(ctx, true) }

func (w *writers) wait(ctx context.Context, first bool) error {
	w.mu.Lock()
	if !w.taken {
		w.taken = true
		w.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	if first {
		w.queue = slices.Insert(w.queue, 0, turn)
	} else {
		w.queue = append(w.queue, turn)
	}
	w.mu.Unlock()

	select {
	case <-turn:
		return nil
	case <-ctx.Done():
	}
	w.mu.Lock()
	for i, t := range w.queue {
		if t == turn {
			w.queue = append(w.queue[:i], w.queue[i+1:]...)
			w.mu.Unlock()
			return context.Cause(ctx)
		}
	}
	w.mu.Unlock()
	// The place came while ctx ended: hand it on.
	w.release()
	return context.Cause(ctx)
}

// release gives the place to the next in the queue.
func (w *writers) release() {
	w.mu.Lock()
	defer w.mu.Unlock()
	if len(w.queue) == 0 {
		w.taken = false
		return
	}
	next := w.queue[0]
	w.queue[0] = nil
	w.queue = w.queue[1:]
	close(next)
}
