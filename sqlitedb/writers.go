package sqlitedb

import (
	"context"
	"slices"
	"sync"
	"time"
)

// writers is the fair queue of one process's writers in front of SQLite's own
// lock, which would let any of them pass any other.
type writers struct {
	mu    sync.Mutex
	taken bool
	shut  bool            // statements that come now do not queue
	queue []chan struct{} // each is closed when its place has come
}

// acquire waits for the writer's place until ctx ends.
func (w *writers) acquire(ctx context.Context) error {
	return w.wait(ctx, func(queue int) int { return queue }, nil)
}

// acquireFirst is acquire, passing all who wait.
func (w *writers) acquireFirst(ctx context.Context) error {
	return w.wait(ctx, func(int) int { return 0 }, nil)
}

// acquireNew is acquire for a statement with which a transaction begins. It
// returns ErrNotServing while the queue is shut.
func (w *writers) acquireNew(ctx context.Context) error {
	return w.wait(ctx, func(queue int) int {
		if w.shut {
			return -1
		}
		return queue
	}, nil)
}

// acquireLast is acquire, passing all who still wait after this time.
func (w *writers) acquireLast(ctx context.Context, patience time.Duration) error {
	timer := time.NewTimer(patience)
	defer timer.Stop()
	return w.wait(ctx, func(queue int) int { return queue }, timer.C)
}

// setShut shuts the queue to acquireNew, or opens it.
func (w *writers) setShut(shut bool) {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.shut = shut
}

// wait takes the place, or queues where at says for a queue of this length; a
// negative number is nowhere. What comes from impatient moves it to the front.
func (w *writers) wait(ctx context.Context, at func(queue int) int, impatient <-chan time.Time) error {
	w.mu.Lock()
	i := at(len(w.queue))
	if i < 0 {
		w.mu.Unlock()
		return ErrNotServing
	}
	if !w.taken {
		w.taken = true
		w.mu.Unlock()
		return nil
	}
	turn := make(chan struct{})
	w.queue = slices.Insert(w.queue, i, turn)
	w.mu.Unlock()

	for {
		select {
		case <-turn:
			return nil
		case <-impatient:
			w.mu.Lock()
			if w.remove(turn) {
				w.queue = slices.Insert(w.queue, 0, turn)
			}
			w.mu.Unlock()
			continue
		case <-ctx.Done():
		}
		break
	}
	w.mu.Lock()
	queued := w.remove(turn)
	w.mu.Unlock()
	if !queued { // the place came while ctx ended: hand it on
		w.release()
	}
	return context.Cause(ctx)
}

// remove takes a turn out of the queue, if it is there. The lock is held.
func (w *writers) remove(turn chan struct{}) bool {
	i := slices.Index(w.queue, turn)
	if i >= 0 {
		w.queue = slices.Delete(w.queue, i, i+1)
	}
	return i >= 0
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
