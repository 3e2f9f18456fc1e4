package failoversql

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/failoversql/failoversql/internal/pgerr"
	dbsync "github.com/failoversql/failoversql/sync"
)

// Outcome is what became of a transaction that was in doubt.
type Outcome uint8

const (
	OutcomeUnknown   Outcome = iota // it could not be found out
	OutcomeCommitted                // PostgreSQL has it
	OutcomeAborted                  // PostgreSQL does not have it, and never will
)

func (o Outcome) String() string {
	return [...]string{"unknown", "committed", "aborted"}[o]
}

// ErrNoToken is returned by Resolve for what left no token on the primary:
// fallback_commit_tokens is off, or it is a kind of statement that cannot run
// inside a transaction block, or several statements in one text.
var ErrNoToken = errors.New("failoversql: it left no commit token (see fallback_commit_tokens)")

// resolvePause is the time between two attempts to ask a primary that is away.
const resolvePause = 20 * time.Millisecond

// Resolve finds out whether PostgreSQL has committed what was in doubt. It waits
// until PostgreSQL answers, or until ctx ends, whose error it then wraps. The
// answer is final: what is aborted cannot be committed any more, even if its
// message was still on its way, so that it is safe to run it again. It may be
// called more than once and from any goroutine. The application's database must
// still be open: otherwise it returns ErrClosed.
func (e *InDoubtError) Resolve(ctx context.Context) (Outcome, error) {
	if e.token == nil {
		return OutcomeUnknown, ErrNoToken
	}
	return e.token.resolve(ctx)
}

func (k *token) resolve(ctx context.Context) (Outcome, error) {
	k.mu.Lock()
	defer k.mu.Unlock()
	switch {
	case k.outcome != OutcomeUnknown:
		return k.outcome, nil
	case k.dropped:
		return OutcomeUnknown, fmt.Errorf("failoversql: more than %d transactions are in doubt: %w", maxDoubtful, dbsync.ErrTokensForgotten)
	}
	var last error // why PostgreSQL could not be asked
	for {
		r := k.set.inst.running.Load()
		if r == nil || r.ctx.Err() != nil {
			return OutcomeUnknown, ErrClosed
		}
		if st := r.monitor.Status(); st.ProbeErr == nil && !st.LastProbe.IsZero() {
			committed, err := k.ask(ctx, r)
			switch {
			case err == nil:
				k.outcome = OutcomeAborted
				if committed {
					k.outcome = OutcomeCommitted
				}
				k.settle()
				return k.outcome, nil
			case errors.Is(err, dbsync.ErrTokensForgotten):
				k.settle()
				k.dropped = true
				return OutcomeUnknown, fmt.Errorf("failoversql: %w", err)
			}
			if m := pgerr.Classify(ctx, err); m.Class == pgerr.Neutral && ctx.Err() == nil {
				return OutcomeUnknown, fmt.Errorf("failoversql: %w", err)
			}
			last = err
		} else if st.ProbeErr != nil {
			last = st.ProbeErr
		}
		select {
		case <-time.After(resolvePause):
		case <-r.ctx.Done():
		case <-ctx.Done():
			return OutcomeUnknown, errors.Join(fmt.Errorf("failoversql: PostgreSQL could not be asked: %w", ctx.Err()), last)
		}
	}
}

func (k *token) ask(ctx context.Context, r *running) (committed bool, err error) {
	c, err := r.probe.connect(ctx)
	if err != nil {
		return false, err
	}
	defer c.close()
	return dbsync.ResolveCommit(ctx, c.pg, k.id)
}
