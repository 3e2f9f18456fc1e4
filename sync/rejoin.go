package dbsync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/failoversql/failoversql/sqlitedb"
)

// RejoinReport says what Rejoin did.
type RejoinReport struct {
	Undone int64 // journal rows taken back
	LSN    LSN   // the file is the primary's state at this position
	Took   time.Duration
}

// Rejoin turns a sealed file whose journal has been replayed into a follower
// again. In one transaction of the file it takes the journal back in reverse,
// to the position last followed, and applies the primary's stream from there
// past the final marker: what was replayed comes back as the primary has it,
// together with everybody else's changes, and rows of parked transactions are
// the primary's again. Readers of the file see the state before or the state
// after.
//
// Until it has succeeded the file stays as it is and Diverge may be called: the
// next journal goes on top of this one and both are taken back together.
//
// It fails with ErrResync where only Snapshot helps (DDL was run during the
// outage, the slot is gone), with ErrNotDiverged where there is nothing to take
// back, and with ErrDiverged while the journal is not replayed to its end. ctx
// ends it at any point.
func (s *Sync) Rejoin(ctx context.Context) (RejoinReport, error) {
	if !s.busy.TryLock() {
		return RejoinReport{}, ErrBusy
	}
	defer s.busy.Unlock()
	start := time.Now()
	report, err := s.rejoin(ctx)
	report.Took = time.Since(start)
	if err == nil {
		s.log.Info("the fallback file follows again", "lsn", report.LSN, "undone", report.Undone, "took", report.Took)
	}
	return report, err
}

func (s *Sync) rejoin(ctx context.Context) (report RejoinReport, err error) {
	st, err := s.beginRejoin(ctx)
	if err != nil {
		return report, err
	}
	conn, err := s.connect(ctx)
	if err != nil {
		return report, fmt.Errorf("dbsync: connect to the primary: %w", err)
	}
	defer closeConn(conn.PgConn())
	target, err := s.primaryLSN(ctx, conn)
	if err != nil {
		return report, err
	}
	from := LSN(st.LSN)
	if err := s.checkStream(ctx, from); err != nil {
		return report, err
	}
	file, err := s.applyConn(ctx)
	if err != nil {
		return report, err
	}
	defer file.Close()
	if err := file.Begin(ctx); err != nil {
		return report, err
	}
	defer file.Rollback()
	if err := at("rejoin.begun"); err != nil {
		return report, err
	}
	if report.Undone, err = s.undo(ctx, file); err != nil {
		return report, err
	}
	if err := at("rejoin.undone"); err != nil {
		return report, err
	}
	// Not before: applications have just returned to the primary, which would decode
	// its log for us, beside the undoing, in processor time that they need.
	stream, err := s.openStream(ctx, from)
	if err != nil {
		return report, err
	}
	defer stream.close()
	if report.LSN, err = s.applyUntil(ctx, file, stream, from, target); err != nil {
		return report, err
	}
	if err := s.finishRejoin(ctx, file); err != nil {
		return report, err
	}
	if err := at("rejoin.commit"); err != nil {
		return report, err
	}
	if err := file.Commit(ctx); err != nil {
		return report, err
	}
	stream.setFlushed(report.LSN)
	return report, at("rejoin.committed")
}

// beginRejoin checks that the file may rejoin and says so in its state.
func (s *Sync) beginRejoin(ctx context.Context) (sqlitedb.State, error) {
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return sqlitedb.State{}, err
	}
	defer c.Close()
	if err := c.Begin(ctx); err != nil {
		return sqlitedb.State{}, err
	}
	defer c.Rollback()
	st, err := c.State(ctx)
	if err != nil {
		return st, err
	}
	if st.State != sqlitedb.Diverged && st.State != sqlitedb.Rejoining {
		return st, ErrNotDiverged
	}
	if st.Serving {
		return st, fmt.Errorf("%w: it is serving", ErrDiverged)
	}
	open, err := openJournal(ctx, c, st.Journal)
	if err != nil {
		return st, err
	}
	if open {
		return st, fmt.Errorf("%w: its journal has not been replayed to the end", ErrDiverged)
	}
	if !st.SnapshotComplete {
		return st, fmt.Errorf("%w: the file never held a copy of the primary", ErrResync)
	}
	if err := undoable(ctx, c); err != nil {
		return st, err
	}
	st.State = sqlitedb.Rejoining
	if err := c.SetState(ctx, st); err != nil {
		return st, err
	}
	return st, c.Commit(ctx)
}

// applyUntil applies the stream inside the open transaction, until everything
// before target is in.
func (s *Sync) applyUntil(ctx context.Context, file *sqlitedb.Conn, stream *stream, from, target LSN) (LSN, error) {
	nothing := func(context.Context) error { return nil }
	a := &applier{
		cat: s.cfg.File.Catalog(), conn: file, begin: nothing, commit: nothing,
		relations: map[uint32]*relation{}, stored: from, passed: from, open: true, since: time.Now(),
	}
	defer a.close()
	stream.ask()
	for a.inside || a.passed < target {
		select {
		case <-ctx.Done():
			return 0, context.Cause(ctx)
		case c, ok := <-stream.full:
			if !ok {
				return 0, stream.err
			}
			err := c.messages(func(b []byte) error { return a.message(ctx, b) })
			stream.release(c)
			if err != nil {
				return 0, err
			}
		}
	}
	return a.passed, a.store(ctx)
}

// finishRejoin makes the state row say that the file follows, inside the open
// transaction, and drops journals that have been kept long enough.
func (s *Sync) finishRejoin(ctx context.Context, c *sqlitedb.Conn) error {
	st, err := c.State(ctx)
	if err != nil {
		return err
	}
	if st.Serving || st.State != sqlitedb.Rejoining {
		return errors.New("dbsync: the file was opened again during the rejoin")
	}
	st.State, st.DivergedLSN, st.Journal, st.Capture = sqlitedb.Following, 0, "", true
	if err := c.SetState(ctx, st); err != nil {
		return err
	}
	now := time.Now()
	if _, err := c.Exec(ctx, `UPDATE failoversql_journals SET undone_at=?1 WHERE undone_at IS NULL`, now.UnixMicro()); err != nil {
		return err
	}
	return trimJournals(ctx, c, now.Add(-s.cfg.JournalRetention))
}
