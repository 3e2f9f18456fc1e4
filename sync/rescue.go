package dbsync

import (
	"context"
	"errors"
	"fmt"
	"strconv"

	"github.com/failoversql/failoversql/sqlitedb"
)

// RescueReport says what Rescue did.
type RescueReport struct {
	Journals     int   `json:"journals"`     // that the primary lacked something of
	Transactions int64 `json:"transactions"` // applied
	Parked       int64 `json:"parked"`       // kept as conflicts
	Gone         int64 `json:"gone"`         // transactions of which the file had nothing any more
}

// Rescue replays into a primary that came back older than it was (ErrPrimaryRewound):
// restored from a backup, or promoted from a standby that lagged. Of every
// journal that the file still has, oldest first, it replays what stands after
// the primary's own marker, to the end; what meets rows that are no longer as
// the journal knew them is a conflict, as ever. The open journal is among them,
// and what is written later is replayed as usual. A journal is kept for
// Config.JournalRetention after it was replayed; of older ones nothing can be
// rescued.
//
// Into another cluster (ErrOtherPrimary) it replays nothing. Calling it again is
// safe, and with nothing to rescue it does nothing.
func (s *Sync) Rescue(ctx context.Context) (report RescueReport, err error) {
	s.back.mu.Lock()
	defer s.back.mu.Unlock()
	s.endReplay()
	r, err := s.openReplay(ctx, replayRescue)
	if err != nil {
		return report, err
	}
	defer r.close()
	id, err := s.identity(ctx)
	if err != nil {
		return report, err
	}
	if err := errors.Join(r.sameSystem(ctx, id), r.sameTables(ctx)); err != nil {
		return report, err
	}
	if ok, err := hasJournal(ctx, r.file); err != nil || !ok {
		return report, err
	}
	list, err := s.journals(ctx, r.file)
	if err != nil {
		return report, err
	}
	for _, j := range list {
		if err := r.rescue(ctx, j, &report); err != nil {
			return report, err
		}
	}
	return report, r.accept(ctx)
}

// rescue replays the rest of one journal.
func (r *replayer) rescue(ctx context.Context, j journalSpan, report *RescueReport) error {
	r.marker.journal = j.uuid
	marker, ok, err := markerOf(ctx, r.conn, markerKey{r.marker.instance, j.uuid})
	if err != nil || ok && marker >= j.last {
		return err
	}
	if !ok {
		marker = j.base
		if err := r.makeMarker(ctx, marker); err != nil {
			return err
		}
	}
	if err := r.from(ctx, marker); err != nil {
		return err
	}
	if err := r.loadParked(ctx); err != nil {
		return err
	}
	r.reader.end = j.last
	var kept int64
	if err := r.file.QueryRow(ctx, `SELECT count(*) FROM failoversql_journal WHERE tx > ?1 AND tx <= ?2`, []any{marker, j.last}, &kept); err != nil {
		return err
	}
	report.Journals++
	if kept == 0 {
		report.Gone += j.last - marker
	}
	var done ReplayReport
	defer func() {
		report.Transactions, report.Parked = report.Transactions+done.Transactions, report.Parked+done.Parked
	}()
	for {
		before := r.reader.seq
		if err := r.batch(ctx, &done); err != nil {
			return err
		}
		if r.reader.seq == before {
			break
		}
	}
	if r.last < j.last && j.finished { // its last transactions changed nothing, or are gone
		tx, err := r.conn.Begin(ctx)
		if err != nil {
			return err
		}
		defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
		if err := r.moveMarker(ctx, tx, j.last); err != nil {
			return err
		}
		if err := tx.Commit(ctx); err != nil {
			return err
		}
		r.last = j.last
	}
	if _, err := r.flush(ctx); err != nil {
		return err
	}
	r.s.log.Warn("a journal was replayed again, for the primary had lost it", "journal", j.uuid, "transactions", done.Transactions, "parked", done.Parked)
	return nil
}

// accept notes that the primary is the one to go on with, as it is.
func (r *replayer) accept(ctx context.Context) error {
	var timeline int64
	if err := r.conn.QueryRow(ctx, timelineQuery).Scan(&timeline); err != nil {
		return fmt.Errorf("dbsync: asking for the primary's timeline: %w", err)
	}
	return r.s.cfg.File.Update(ctx, func(c *sqlitedb.Conn) error {
		st, err := c.State(ctx)
		if err != nil {
			return err
		}
		if err := c.SetMeta(ctx, metaAccepted, st.Journal); err != nil {
			return err
		}
		return c.SetMeta(ctx, metaTimeline, strconv.FormatInt(timeline, 10))
	})
}
