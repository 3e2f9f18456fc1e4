package dbsync

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// OpenTransaction is one on the primary that has written, or is prepared, and that
// a new replication slot waits for. Its statements are not told: they hold data.
type OpenTransaction struct {
	PID         uint32  `json:"pid,omitempty"` // of its backend, or
	Prepared    string  `json:"prepared,omitempty"`
	Role        string  `json:"role,omitempty"`
	Database    string  `json:"database,omitempty"`
	Application string  `json:"application,omitempty"`
	State       string  `json:"state,omitempty"`        // of the session, as PostgreSQL calls it
	Seconds     float64 `json:"open_seconds,omitempty"` // since it began; 0 where the role may not see it
}

func (o OpenTransaction) String() string {
	var b strings.Builder
	if o.Prepared != "" {
		fmt.Fprintf(&b, "prepared transaction %q", o.Prepared)
	} else {
		fmt.Fprintf(&b, "pid %d", o.PID)
	}
	var about []string
	if o.Role != "" {
		about = append(about, o.Role+" in "+o.Database)
	}
	for _, s := range []string{o.Application, o.State} {
		if s != "" {
			about = append(about, s)
		}
	}
	if o.Seconds > 0 {
		about = append(about, "open for "+time.Duration(o.Seconds*float64(time.Second)).Round(time.Second).String())
	}
	if about != nil {
		b.WriteString(" (" + strings.Join(about, ", ") + ")")
	}
	return b.String()
}

// DescribeOpen names the first few of some transactions.
func DescribeOpen(open []OpenTransaction) string {
	const named = 3
	var names []string
	for _, o := range open[:min(named, len(open))] {
		names = append(names, o.String())
	}
	if more := len(open) - named; more > 0 {
		names = append(names, fmt.Sprintf("%d more", more))
	}
	return strings.Join(names, "; ")
}

// WaitsFor lists the transactions on the primary that a new copy or a comparison
// waits for at the moment; nil where nothing waits.
func (s *Sync) WaitsFor() []OpenTransaction {
	if p := s.waitsFor.Load(); p != nil {
		return slices.Clone(*p)
	}
	return nil
}

const (
	// longOpen is how long a transaction has been open that is worth naming: a
	// slot waits a moment for others too. slotLook is how often it is asked
	// whether one is waited for.
	longOpen = time.Second
	slotLook = 500 * time.Millisecond
)

// waitingFor lists the transactions that have been open for long, oldest first,
// where the backend of this pid waits for one to end; with pid 0 in any case.
func waitingFor(ctx context.Context, conn *pgx.Conn, pid uint32) ([]OpenTransaction, error) {
	rows, err := conn.Query(ctx, `WITH waits AS (SELECT transactionid AS xid FROM pg_locks WHERE pid = $1 AND locktype = 'transactionid' AND NOT granted),
		open AS (
			SELECT backend_xid AS xid, pid, '' AS gid, coalesce(usename::text, '') AS role, coalesce(datname::text, '') AS db,
				coalesce(application_name, '') AS app, coalesce(state, '') AS state, clock_timestamp() - xact_start AS age
			FROM pg_stat_activity WHERE backend_xid IS NOT NULL AND pid <> pg_backend_pid() AND pid <> $1
			UNION ALL
			SELECT transaction, 0, gid, owner::text, database::text, '', '', clock_timestamp() - prepared FROM pg_prepared_xacts)
		SELECT pid, gid, role, db, app, state, coalesce(extract(epoch FROM age), 0)::float8 FROM open
		WHERE ($1 = 0 OR EXISTS (SELECT FROM waits)) AND (xid IN (SELECT xid FROM waits) OR age >= make_interval(secs => $2))
		ORDER BY age DESC NULLS FIRST, pid, gid`, int32(pid), longOpen.Seconds())
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(row pgx.CollectableRow) (o OpenTransaction, err error) {
		var pid int32
		err = row.Scan(&pid, &o.Prepared, &o.Role, &o.Database, &o.Application, &o.State, &o.Seconds)
		o.PID = uint32(pid)
		return o, err
	})
}

// whileMakingSlot runs create, which makes a slot over repl, and meanwhile says over
// conn what the slot waits for: in the log when that changes, to WaitsFor, and to
// tell where it is not nil. Where ctx ends it returns its cause, with what was
// waited for.
func (s *Sync) whileMakingSlot(ctx context.Context, conn *pgx.Conn, repl *pgconn.PgConn, tell func([]OpenTransaction), create func() error) error {
	made := make(chan struct{})
	var looking sync.WaitGroup
	var open []OpenTransaction
	looking.Go(func() {
		tick := time.NewTicker(slotLook)
		defer tick.Stop()
		for {
			select {
			case <-made:
				return
			case <-ctx.Done():
				return
			case <-tick.C:
			}
			// Only telling fails where this does.
			now, err := waitingFor(ctx, conn, repl.PID())
			if err == nil && (len(now) > 0 || len(open) > 0) {
				s.tellWaiting(open, now, tell)
				open = now
			}
		}
	})
	err := create()
	close(made)
	looking.Wait()
	s.waitsFor.Store(nil)
	if err != nil && ctx.Err() != nil {
		err = context.Cause(ctx)
		if len(open) > 0 {
			err = fmt.Errorf("%w; waited for: %s", err, DescribeOpen(open))
		}
	}
	return err
}

// tellWaiting says what is waited for now, and logs it where it is not what it was.
func (s *Sync) tellWaiting(before, now []OpenTransaction, tell func([]OpenTransaction)) {
	s.waitsFor.Store(&now)
	if tell != nil {
		tell(now)
	}
	if len(now) > 0 && !slices.EqualFunc(before, now, func(a, b OpenTransaction) bool { return a.PID == b.PID && a.Prepared == b.Prepared }) {
		s.log.Warn("the primary makes a replication slot only when these transactions, open there, have ended", "open", DescribeOpen(now))
	}
}

// untilNoneIsLong waits until those transactions on the primary have ended that had
// been open for long when it began, or for as long as patience is, then fails with
// errLongTransactions naming them. What would wait for them would wait with the
// follower in its hands. Those that begin meanwhile are not waited for: where each
// takes some seconds there is always one.
func (s *Sync) untilNoneIsLong(ctx context.Context, conn *pgx.Conn, patience time.Duration, tell func([]OpenTransaction)) error {
	end := time.After(patience)
	tick := time.NewTicker(slotLook)
	defer tick.Stop()
	defer s.waitsFor.Store(nil)
	var before []OpenTransaction
	begun := time.Now()
	for {
		waited := time.Since(begun).Seconds()
		open, err := waitingFor(ctx, conn, 0)
		if err != nil {
			return fmt.Errorf("dbsync: ask for the transactions open on the primary: %w", err)
		}
		open = slices.DeleteFunc(open, func(o OpenTransaction) bool { return o.Seconds < waited+longOpen.Seconds() })
		if len(open) > 0 || len(before) > 0 {
			s.tellWaiting(before, open, tell)
			before = open
		}
		if len(open) == 0 {
			return nil
		}
		select {
		case <-tick.C:
		case <-end:
			return fmt.Errorf("%w: %s", errLongTransactions, DescribeOpen(open))
		case <-ctx.Done():
			return fmt.Errorf("%w; waited for: %s", context.Cause(ctx), DescribeOpen(open))
		}
	}
}
