package dbsync

import (
	"context"
	"errors"
	"math/rand/v2"
	"time"

	"github.com/failoversql/failoversql/sqlitedb"
)

const (
	// retryFirst and retryLast bound the pause before a follower that failed
	// is started again; it doubles from one to the other.
	retryFirst = 50 * time.Millisecond
	retryLast  = 10 * time.Second

	// settled is how long a follower must have run for its next failure to
	// count as the first.
	settled = 10 * time.Second

	// freeResyncs is how many snapshots in a row may follow each other with a
	// pause of a quarter of what each took.
	freeResyncs = 30
)

// Run keeps the file in step with the primary: it makes a snapshot where there
// is none or where the stream cannot be continued, follows, and starts again
// with growing pauses whatever fails. Each failure is logged, and Lag tells the
// latest.
//
// A new copy that Renew has made is put in place in between.
//
// It returns when ctx ends (with its error), when the file has writes of its own
// (ErrDiverged; call it again after Rejoin), or with ErrBusy.
func (s *Sync) Run(ctx context.Context) error {
	if !s.busy.TryLock() {
		return ErrBusy
	}
	defer s.busy.Unlock()
	pause := retryFirst
	resync, resyncs := false, 0
	for {
		start := time.Now()
		took, err := s.once(ctx, resync)
		s.position.fail(err)
		switch {
		case ctx.Err() != nil:
			return context.Cause(ctx)
		case errors.Is(err, ErrDiverged):
			return err
		case err == nil: // a new copy is in place
			resync = false
			continue
		}
		if time.Since(start) >= took+settled {
			pause, resyncs = retryFirst, 0
		}
		if s.altered = errors.Is(err, errAltered); errors.Is(err, ErrResync) {
			// Migrations come in series, so the first few are not held up; but
			// copying must not become all that the primary does.
			if resyncs++; resyncs <= freeResyncs {
				pause = max(retryFirst, took/4)
			}
		}
		resync = errors.Is(err, ErrResync) || resync && took == 0
		s.log.Warn("following the primary was interrupted, trying again", "error", err, "resync", resync, "in", pause)
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case r := <-s.renewed:
			if s.renew(ctx, r); r.err == nil {
				resync = false
			}
		case <-time.After(pause + rand.N(pause/4)):
		}
		pause = min(2*pause, retryLast)
	}
}

// once makes a snapshot where one is needed, and follows until something fails.
// It returns how long the snapshot took. An error of the snapshot itself is
// never ErrResync.
func (s *Sync) once(ctx context.Context, resync bool) (took time.Duration, err error) {
	st, err := s.cfg.File.State(ctx)
	if err != nil {
		return 0, err
	}
	id, err := s.identity(ctx)
	if err != nil {
		return 0, err
	}
	if err := mayKeepUp(st); err != nil {
		return 0, err
	}
	if id.slot == "" && s.cfg.Method != ByStream || s.cfg.Method == BySnapshots {
		return 0, s.keepBySnapshots(ctx)
	}
	if resync && s.altered {
		s.altered = false
		start := time.Now()
		err := s.resyncTables(ctx)
		if err == nil {
			return time.Since(start), s.followUntilRenewed(ctx)
		}
		if ctx.Err() != nil {
			return 0, context.Cause(ctx)
		}
		s.log.Info("the whole file is copied anew after a change of the schema", "because", err)
	}
	if resync || st.State == sqlitedb.Empty {
		if took, err = s.snapshotOrRenewal(ctx); err != nil {
			return 0, err
		}
		if id, err = s.identity(ctx); err != nil || id.slot == "" {
			return took, err // a plain copy
		}
	}
	return took, s.followUntilRenewed(ctx)
}
