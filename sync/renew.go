package dbsync

import (
	"context"
	"errors"
	"time"
)

// turn is a lock that can be waited for with a context.
type turn chan struct{}

func (t turn) take(ctx context.Context) error {
	select {
	case t <- struct{}{}:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

func (t turn) give() { <-t }

// renewal is a new copy on its way into its place.
type renewal struct {
	ctx    context.Context
	build  *build
	placed bool
	err    error
	done   chan struct{}
}

// errRenewed ends a follower so that a new copy can be put in place.
var errRenewed = errors.New("dbsync: a new copy is ready")

// Renew makes a new copy, as Snapshot does, while a Run that is under way goes on
// following into the old one; Run then puts the new one in its place and follows
// on from there. Without a Run it does all of it by itself. Errors are those of
// Snapshot, and IncompleteError.
func (s *Sync) Renew(ctx context.Context, opt SnapshotOptions) (SnapshotReport, error) {
	if err := s.copying.take(ctx); err != nil {
		return SnapshotReport{}, err
	}
	defer s.copying.give()
	return s.copyAnew(ctx, opt, s.handOver)
}

// handOver gives a new copy to the Run that is under way, or puts it in place
// where there is none.
func (s *Sync) handOver(ctx context.Context, b *build) (bool, error) {
	r := &renewal{ctx: ctx, build: b, done: make(chan struct{})}
	for {
		if s.busy.TryLock() {
			defer s.busy.Unlock()
			return s.putInPlace(ctx, b)
		}
		// Whoever is busy takes it, or ends: Follow and Rejoin take nothing.
		select {
		case s.renewed <- r:
			<-r.done
			return r.placed, r.err
		case <-ctx.Done():
			return false, context.Cause(ctx)
		case <-time.After(10 * time.Millisecond):
		}
	}
}

// renew puts a new copy in place, by Run, while nothing follows. It gives up where
// either side's context ends: an outage waits for Run to end.
func (s *Sync) renew(ctx context.Context, r *renewal) {
	defer close(r.done)
	both, cancel := context.WithCancelCause(r.ctx)
	defer cancel(nil)
	defer context.AfterFunc(ctx, func() { cancel(context.Cause(ctx)) })()
	r.placed, r.err = s.putInPlace(both, r.build)
}

// followUntilRenewed follows until something fails, or until a new copy has been
// put in place or could not be: then it returns nil.
func (s *Sync) followUntilRenewed(run context.Context) error {
	ctx, cancel := context.WithCancelCause(run)
	defer cancel(nil)
	came := make(chan *renewal, 1)
	go func() {
		defer close(came)
		select {
		case r := <-s.renewed:
			cancel(errRenewed)
			came <- r
		case <-ctx.Done():
		}
	}()
	err := s.follow(ctx)
	cancel(nil)
	if r := <-came; r != nil {
		s.renew(run, r)
		return nil
	}
	return err
}

// snapshotOrRenewal makes a new copy, or waits for the one that is being made
// already.
func (s *Sync) snapshotOrRenewal(ctx context.Context) (time.Duration, error) {
	select {
	case s.copying <- struct{}{}:
		defer s.copying.give()
		report, err := s.copyAnew(ctx, SnapshotOptions{LeaveOut: true}, s.putInPlace)
		return report.Elapsed, err
	case r := <-s.renewed:
		s.renew(ctx, r)
		return 0, r.err
	case <-ctx.Done():
		return 0, context.Cause(ctx)
	}
}
