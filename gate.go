package failoversql

import (
	"context"
	"fmt"
	"sync"
	"sync/atomic"
	"time"
)

// gate is what every call of a connection passes: which generation may be used,
// and whether new work waits for a planned switch. Passing it while it is open
// is one atomic load.
type gate struct {
	epoch atomic.Uint64 // generation<<1 | 1 while shut

	mu      sync.Mutex
	changed chan struct{} // closed and replaced at every change
	txs     int           // transactions open on the fallback
}

func newGate() *gate { return &gate{changed: make(chan struct{})} }

// open: the generation is the current one and new work may begin.
func (g *gate) open(generation uint64) bool { return g.epoch.Load() == generation<<1 }

// current: connections of this generation may still be used.
func (g *gate) current(generation uint64) bool { return g.epoch.Load()>>1 == generation }

func (g *gate) generation() uint64 { return g.epoch.Load() >> 1 }

// set opens the gate for a generation.
func (g *gate) set(generation uint64) { g.store(generation << 1) }

// setShut is set, with new work waiting.
func (g *gate) setShut(generation uint64) { g.store(generation<<1 | 1) }

// shut lets no new work of the current generation begin.
func (g *gate) shut() { g.store(g.epoch.Load() | 1) }

// reopen undoes shut.
func (g *gate) reopen() { g.store(g.epoch.Load() &^ 1) }

func (g *gate) store(epoch uint64) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.epoch.Store(epoch)
	g.wake()
}

// wake tells whoever waits to look again. The lock is held.
func (g *gate) wake() {
	close(g.changed)
	g.changed = make(chan struct{})
}

// look gives the present state and what is closed when it changes.
func (g *gate) look() (epoch uint64, txs int, changed <-chan struct{}) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.epoch.Load(), g.txs, g.changed
}

// waitGate waits until work of a generation may begin. It returns errStale once
// the generation is over, so that database/sql takes another connection, and
// gives up with ctx or after limit.
func (g *gate) wait(ctx context.Context, generation uint64, limit time.Duration) error {
	timer := time.NewTimer(limit)
	defer timer.Stop()
	for {
		epoch, _, changed := g.look()
		switch {
		case epoch>>1 != generation:
			return errStale
		case epoch&1 == 0:
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return ctx.Err()
		case <-timer.C:
			return fmt.Errorf("%w: a switch has not ended within %v", ErrUnavailable, limit)
		}
	}
}

// enterTx counts a transaction on the fallback in, unless new ones must wait.
func (g *gate) enterTx(generation uint64) bool {
	g.mu.Lock()
	defer g.mu.Unlock()
	if g.epoch.Load() != generation<<1 {
		return false
	}
	g.txs++
	return true
}

func (g *gate) leaveTx() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.txs--
	g.wake()
}

// drained waits until no transaction is open on the fallback.
func (g *gate) drained(ctx context.Context) error {
	for {
		_, txs, changed := g.look()
		if txs == 0 {
			return nil
		}
		select {
		case <-changed:
		case <-ctx.Done():
			return fmt.Errorf("%d transactions are still open on the fallback: %w", txs, ctx.Err())
		}
	}
}
