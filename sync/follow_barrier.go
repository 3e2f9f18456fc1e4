package dbsync

import (
	"context"
	"errors"
	"time"
)

// followerPatience is how long a follower is waited for that is not there.
const followerPatience = 5 * time.Second

// errNotFollowing: something asked the follower for a moment of its time, and
// there is none.
var errNotFollowing = errors.New("dbsync: the file is not following the primary at the moment")

// A barrier lets someone see the file exactly at one position of the primary's
// log, while the follower keeps running before and after. The follower stops
// between two transactions (held), is told a position, applies up to it, stops
// once more (reached), and goes on when released.
type barrier struct {
	held    chan struct{}
	until   chan LSN
	reached chan struct{}
	release chan struct{} // closed by whoever asked, at any time
}

// atPosition stops the follower, has choose name a position not yet applied,
// and calls see when the file is exactly there. The follower waits for both.
func (s *Sync) atPosition(ctx context.Context, choose func() (LSN, error), see func() error) error {
	b := &barrier{
		held: make(chan struct{}), until: make(chan LSN), reached: make(chan struct{}), release: make(chan struct{}),
	}
	defer close(b.release)
	ended, err := s.follows(ctx)
	if err != nil {
		return err
	}
	wait := func(c <-chan struct{}) error {
		select {
		case <-c:
			return nil
		case <-ended:
			return errNotFollowing
		case <-ctx.Done():
			return context.Cause(ctx)
		}
	}
	select {
	case s.barriers <- b:
	case <-ended:
		return errNotFollowing
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if err := wait(b.held); err != nil {
		return err
	}
	lsn, err := choose()
	if err != nil {
		return err
	}
	select {
	case b.until <- lsn:
	case <-ended:
		return errNotFollowing
	case <-ctx.Done():
		return context.Cause(ctx)
	}
	if err := wait(b.reached); err != nil {
		return err
	}
	return see()
}

// follows waits a little for a follower, which may be starting anew, and
// returns a channel that closes when it ends.
func (s *Sync) follows(ctx context.Context) (<-chan struct{}, error) {
	patience := time.After(followerPatience)
	for {
		ended, changed := s.position.ended()
		if ended != nil {
			return ended, nil
		}
		select {
		case <-changed:
		case <-patience:
			return nil, errNotFollowing
		case <-ctx.Done():
			return nil, context.Cause(ctx)
		}
	}
}

// hold is the follower's side of a barrier's beginning: it commits what is open
// and waits for the position.
func (f *follower) hold(ctx context.Context, b *barrier) error {
	if f.applier.open {
		if err := f.flush(ctx); err != nil {
			return err
		}
	}
	close(b.held)
	select {
	case f.stop = <-b.until:
		f.barrier = b
		return f.meet(ctx)
	case <-b.release:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// meet stops at the barrier when everything before its position is applied. It
// is called between transactions.
func (f *follower) meet(ctx context.Context) error {
	if f.barrier == nil || f.passed < f.stop {
		return nil
	}
	b := f.barrier
	f.barrier = nil
	if f.applier.open {
		if err := f.flush(ctx); err != nil {
			return err
		}
	}
	close(b.reached)
	select {
	case <-b.release:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// before stops at the barrier when the transaction that now begins belongs
// after it: its commit record is the first at or past the position.
func (f *follower) before(ctx context.Context, commit LSN) error {
	if f.barrier == nil || commit < f.stop {
		return nil
	}
	f.passed = max(f.passed, f.stop)
	return f.meet(ctx)
}
