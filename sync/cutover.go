package dbsync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

// The cutover, in the order of the calls: Replay until little is left, Seal,
// Tail, then the route is changed; later Rejoin. Unseal takes a Seal back.
// Killed in between, the file is sealed and its journal says how far it got:
// Tail may be called again, or Unseal, or Diverge.

// Seal closes the gate: when it has returned, no application's transaction, in
// any process, commits to the file until Unseal or Diverge. It waits for the
// transaction that is writing now, as long as ctx allows, and some milliseconds
// for the statements of this process that queue behind it; when ctx is too
// short the gate is as it was. It is on the disk when Tail has returned.
func (s *Sync) Seal(ctx context.Context) error {
	_, err := s.cfg.File.UpdateStateLast(ctx, func(st *sqlitedb.State) error {
		if st.State != sqlitedb.Diverged {
			return ErrNotDiverged
		}
		st.Serving = false
		return at("seal.commit")
	})
	if err != nil {
		return err
	}
	return at("seal.committed")
}

// Unseal opens the gate again after a cutover that could not be finished, and
// the journal with it. It must not be called once applications write to the
// primary; that is Diverge's case.
func (s *Sync) Unseal(ctx context.Context) error {
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Begin(ctx); err != nil {
		return err
	}
	defer c.Rollback()
	st, err := c.State(ctx)
	if err != nil {
		return err
	}
	if st.State != sqlitedb.Diverged {
		return ErrNotDiverged
	}
	if _, err := c.Exec(ctx, `UPDATE failoversql_journals SET last_tx=NULL, final_lsn=NULL WHERE uuid=?1`, st.Journal); err != nil {
		return err
	}
	st.Serving = true
	if err := c.SetState(ctx, st); err != nil {
		return err
	}
	if err := at("unseal.commit"); err != nil {
		return err
	}
	return c.Commit(ctx)
}

// TailReport says what Tail did.
type TailReport struct {
	ReplayReport
	FinalLSN LSN // everything replayed stands before it in the primary's log
}

// Tail replays what is left after Seal, checks that the marker stands at the
// journal's last transaction, puts the primary's sequences past every value
// used on the fallback, waits for the primary's disk, and closes the journal.
// After it the primary has everything and may be written to. On an error the
// file is still sealed: Tail may be tried again, or Unseal called.
func (s *Sync) Tail(ctx context.Context) (TailReport, error) {
	s.back.mu.Lock()
	defer s.back.mu.Unlock()
	r, err := s.replaying(ctx)
	if err != nil {
		return TailReport{}, err
	}
	defer s.endReplay()
	st, err := r.file.State(ctx)
	if err != nil {
		return TailReport{}, err
	}
	if st.Serving {
		return TailReport{}, errors.New("dbsync: Tail before Seal: the file still accepts writes")
	}
	var report TailReport
	if report.ReplayReport, err = s.drain(ctx, r, func(left int64, _ time.Duration, _ int64) bool { return left == 0 }); err != nil {
		return report, err
	}
	if err := at("tail.replayed"); err != nil {
		return report, err
	}
	if err := r.verifyMarker(ctx); err != nil {
		return report, err
	}
	if err := s.advanceSequences(ctx, r.file, r.conn); err != nil {
		return report, err
	}
	if report.FinalLSN, err = r.flushed(ctx); err != nil {
		return report, err
	}
	if err := at("tail.flushed"); err != nil {
		return report, err
	}
	if err := s.cfg.File.DespiteFullDisk(func() error { return r.closeJournal(ctx, report.FinalLSN) }); err != nil {
		return report, err
	}
	return report, at("tail.closed")
}

// verifyMarker expects the marker, read back, at the journal's last
// transaction.
func (r *replayer) verifyMarker(ctx context.Context) error {
	left, err := r.backlog(ctx)
	if err != nil {
		return err
	}
	var last int64
	err = r.conn.QueryRow(ctx, `SELECT last_tx FROM failoversql.replayed WHERE instance = $1 AND journal = $2`,
		r.marker.instance, r.marker.journal).Scan(&last)
	if err != nil {
		return err
	}
	if left != 0 || last != r.last {
		return fmt.Errorf("%w: it stands at %d, we are at %d and %d are left", errMarkerMoved, last, r.last, left)
	}
	return nil
}

// flush makes everything replayed so far durable on the primary, and notes in
// the file that the journal up to there is safe.
func (r *replayer) flush(ctx context.Context) (LSN, error) {
	lsn, err := r.flushed(ctx)
	if err != nil {
		return 0, err
	}
	return lsn, r.update(ctx, `UPDATE failoversql_journals SET flushed_tx=?2 WHERE uuid=?1`, r.marker.journal, r.last)
}

// flushed makes everything replayed so far durable on the primary: a commit that
// waits for the disk waits for all before it. It returns a position past them.
func (r *replayer) flushed(ctx context.Context) (LSN, error) {
	tx, err := r.conn.Begin(ctx)
	if err != nil {
		return 0, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if err := execAll(ctx, tx, "SET LOCAL synchronous_commit = on"); err != nil {
		return 0, err
	}
	tag, err := tx.Exec(ctx, `UPDATE failoversql.replayed SET flushed_at = now() WHERE instance = $1 AND journal = $2 AND last_tx = $3`,
		r.marker.instance, r.marker.journal, r.last)
	if err != nil {
		return 0, err
	}
	if tag.RowsAffected() != 1 {
		return 0, errMarkerMoved
	}
	if err := at("tail.flush"); err != nil {
		return 0, err
	}
	if err := tx.Commit(ctx); err != nil {
		return 0, err
	}
	var text string
	if err := r.conn.QueryRow(ctx, `SELECT pg_current_wal_insert_lsn()::text`).Scan(&text); err != nil {
		return 0, err
	}
	return ParseLSN(text)
}

// closeJournal notes that the journal is replayed to its end, and is on the
// primary's disk. The gate is looked at in the same transaction.
func (r *replayer) closeJournal(ctx context.Context, final LSN) error {
	if err := r.file.Begin(ctx); err != nil {
		return err
	}
	defer r.file.Rollback()
	st, err := r.file.State(ctx)
	if err != nil {
		return err
	}
	if st.Serving || st.Journal != r.marker.journal {
		return errors.New("dbsync: the file was opened again while the tail was replayed")
	}
	if _, err := r.file.Exec(ctx, `UPDATE failoversql_journals SET last_tx=?2, final_lsn=?3, flushed_tx=?4 WHERE uuid=?1`,
		r.marker.journal, max(st.Tx, r.last), int64(final), r.last); err != nil {
		return err
	}
	if err := at("tail.close"); err != nil {
		return err
	}
	return r.file.Commit(ctx)
}

// update runs one statement in a transaction of the file.
func (r *replayer) update(ctx context.Context, query string, args ...any) error {
	return r.s.cfg.File.DespiteFullDisk(func() error {
		if err := r.file.Begin(ctx); err != nil {
			return err
		}
		defer r.file.Rollback()
		if _, err := r.file.Exec(ctx, query, args...); err != nil {
			return err
		}
		return r.file.Commit(ctx)
	})
}

// advanceSequences puts the primary's sequences past every value that the
// fallback has given out. Values from leases are behind the primary's own
// already; this is for sequences that had none.
func (s *Sync) advanceSequences(ctx context.Context, c *sqlitedb.Conn, conn *pgx.Conn) error {
	used, err := s.usedSequences(ctx, c)
	if err != nil {
		return err
	}
	for _, u := range used {
		name := catalog.QuoteQualified(u.seq.Schema, u.seq.Name)
		behind := "last_value < $2 OR (last_value = $2 AND NOT is_called)"
		if u.seq.Increment < 0 {
			behind = "last_value > $2 OR (last_value = $2 AND NOT is_called)"
		}
		var there bool
		if err := conn.QueryRow(ctx, `SELECT to_regclass($1) IS NOT NULL`, name).Scan(&there); err != nil {
			return err
		}
		if !there {
			continue
		}
		if _, err := conn.Exec(ctx, `SELECT setval($1::text::regclass, $2::int8) FROM `+name+` WHERE `+behind, name, u.value); err != nil {
			return fmt.Errorf("dbsync: advancing sequence %s: %w", name, err)
		}
	}
	return at("tail.sequences")
}
