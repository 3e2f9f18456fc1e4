package dbsync

import (
	"context"
	"errors"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
)

// ReplayReport says what a call of Replay or Tail did and what is left.
type ReplayReport struct {
	Journal      string        // UUID of the journal
	Transactions int64         // applied by this call
	Rows         int64         // rows in them
	Parked       int64         // transactions parked by this call
	LastTx       int64         // the marker
	Backlog      int64         // transactions not yet replayed when it was last looked
	Took         time.Duration // by this call
}

// Errors that Replay and Tail wrap.
var (
	// ErrReplayBusy: another process, or another call, replays into this
	// database.
	ErrReplayBusy = errors.New("dbsync: another replay into this database is under way")

	// ErrPrimaryRewound: the primary does not know of transactions that had
	// been replayed and flushed; it was restored from a backup, or an older
	// copy of it was promoted. Nothing is replayed until the operator decides.
	ErrPrimaryRewound = errors.New("dbsync: the primary has lost transactions that it had confirmed")

	// ErrNeedsOperator: the primary already holds tables that were created on
	// the fallback before it ever saw a primary. The journal waits.
	ErrNeedsOperator = errors.New("dbsync: the primary already holds tables that the journal creates")

	// ErrNotDiverged: the file has no journal to replay.
	ErrNotDiverged = errors.New("dbsync: the file has no open journal")
)

const (
	// replayBatch is about how many rows of the journal are read at a time, so
	// that memory does not depend on the journal's length.
	replayBatch = 2000
	// cutoverBacklog is the backlog at which Replay leaves the rest to Tail, and
	// cutoverPause how long Tail may be expected to take for it: many writers
	// write many transactions while a few are replayed.
	cutoverBacklog = 64
	cutoverPause   = 15 * time.Millisecond
)

// replayLockTimeout bounds the wait for a lock of each step on the primary.
var replayLockTimeout = 5 * time.Second

// Replay brings the journal to the primary, from its marker on, while the file
// goes on serving. One transaction of the journal becomes one transaction of
// the primary, exactly once, in order; conflicts are settled by the table's
// policy or parked. It returns when few enough transactions are left for Tail,
// or with an error: after a broken connection, a lock that was not had in time,
// or a shutdown, calling it again goes on where the marker stands. ctx ends it
// between transactions.
//
// The connection stays open for Tail; EndReplay closes it.
func (s *Sync) Replay(ctx context.Context) (ReplayReport, error) {
	s.back.mu.Lock()
	defer s.back.mu.Unlock()
	r, err := s.replaying(ctx)
	if err != nil {
		return ReplayReport{}, err
	}
	return s.drain(ctx, r, func(left int64, took time.Duration, done int64) bool {
		return left <= cutoverBacklog || time.Duration(left)*took <= time.Duration(done)*cutoverPause
	})
}

// ReplayNow replays what is in the journal now, to the last transaction, waits
// for the primary's disk, and closes the connection: for an operator, and not
// for a cutover. Otherwise it is as Replay.
func (s *Sync) ReplayNow(ctx context.Context) (report ReplayReport, err error) {
	s.back.mu.Lock()
	defer s.back.mu.Unlock()
	start := time.Now()
	r, err := s.replaying(ctx)
	if err != nil {
		return report, err
	}
	defer s.endReplay()
	report.Journal = r.marker.journal
	defer func() { report.LastTx, report.Took = r.last, time.Since(start) }()
	left, err := r.backlog(ctx)
	if err != nil {
		return report, err
	}
	for target := r.last + left; r.last < target; {
		if err := r.batch(ctx, &report); err != nil {
			return report, err
		}
	}
	if report.Backlog, err = r.backlog(ctx); err != nil {
		return report, err
	}
	_, err = r.flush(ctx)
	return report, err
}

// EndReplay closes what Replay left open for Tail. It may be called at any
// time.
func (s *Sync) EndReplay() {
	s.back.mu.Lock()
	defer s.back.mu.Unlock()
	s.endReplay()
}

func (s *Sync) endReplay() {
	if s.back.replay != nil {
		s.back.replay.close()
		s.back.replay = nil
	}
}

// drain replays until enough is told that so many transactions are left, after
// the last batch of so many took so long.
func (s *Sync) drain(ctx context.Context, r *replayer, enough func(left int64, took time.Duration, done int64) bool) (ReplayReport, error) {
	start := time.Now()
	report := ReplayReport{Journal: r.marker.journal, LastTx: r.last}
	for {
		began, first := time.Now(), r.last
		if err := r.batch(ctx, &report); err != nil {
			report.LastTx, report.Took = r.last, time.Since(start)
			s.endReplay()
			return report, err
		}
		left, err := r.backlog(ctx)
		if err != nil {
			s.endReplay()
			return report, err
		}
		report.LastTx, report.Backlog, report.Took = r.last, left, time.Since(start)
		if enough(left, time.Since(began), r.last-first) {
			return report, nil
		}
	}
}

// batch replays the next transactions of the journal.
func (r *replayer) batch(ctx context.Context, report *ReplayReport) error {
	before := *report
	defer func() { r.s.countReplayed(before, *report) }()
	txs, err := r.reader.next(ctx, replayBatch)
	if err != nil || len(txs) == 0 {
		return err
	}
	// What the file could forget when the machine ends must not be on the
	// primary, or its number would be given again to another transaction.
	if err := r.s.cfg.File.Durable(); err != nil {
		return err
	}
	for len(txs) > 0 {
		if err := ctx.Err(); err != nil {
			return err
		}
		n, err := r.fast(ctx, txs, report)
		if err != nil {
			return err
		}
		if txs = txs[n:]; len(txs) == 0 {
			return nil
		}
		a, err := r.careful(ctx, &txs[0])
		if err != nil {
			return err
		}
		r.last = txs[0].id
		report.count(a)
		txs = txs[1:]
	}
	return nil
}

// count adds a transaction that went the careful way.
func (report *ReplayReport) count(a *attempt) {
	if a.parked {
		report.Parked++
		return
	}
	report.Transactions++
	report.Rows += int64(len(a.source.entries))
}

// fast sends as many of the transactions as can go the fast way, and returns
// how many are done. Whatever the primary has against the next one is looked
// into on the careful way.
func (r *replayer) fast(ctx context.Context, txs []journalTx, report *ReplayReport) (int, error) {
	var ready []pipelinedTx
	for i := range txs {
		tx := &txs[i]
		if len(tx.entries) > 0 && tx.entries[0].op == opDDL {
			break // and what follows meets other tables
		}
		changes, err := r.changer.changes(ctx, tx)
		if err != nil {
			return 0, err
		}
		if r.dependent(changes) {
			break
		}
		p := pipelinedTx{id: tx.id, rows: len(changes)}
		var ok bool
		if p.statements, p.deferred, ok = statements(changes); !ok {
			break
		}
		ready = append(ready, p)
	}
	if len(ready) == 0 {
		return 0, nil
	}
	done, err := r.pipe.run(ctx, r.last, ready)
	for _, p := range ready[:done] {
		r.last = p.id
		report.Transactions++
		report.Rows += int64(p.rows)
	}
	if err == nil || ctx.Err() != nil {
		return done, err
	}
	var e *pgconn.PgError
	if errors.As(err, &e) && !r.conn.IsClosed() {
		if strings.HasPrefix(e.Code, "42") {
			r.changer.forget() // somebody may have changed a table
		}
		return done, nil
	}
	return done, err
}

// dependent reports whether a change touches what is parked.
func (r *replayer) dependent(changes []change) bool {
	if r.parked.empty() {
		return false
	}
	for i := range changes {
		if r.parked.on(&changes[i]) != 0 {
			return true
		}
	}
	return false
}
