package dbsync

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/failoversql/failoversql/sqlitedb"
)

// ErrNeverCopied: the file never completed a snapshot, so there is nothing that
// it could serve (see Config.Bootstrap).
var ErrNeverCopied = errors.New("dbsync: the file holds no copy of the primary yet")

// Diverge makes the file serve: in one transaction it opens the gate, gives the
// outage a journal of its own and notes the position at which the copy left the
// primary. It is called when traffic goes to the file, and again after a crash:
// where the file serves already it changes nothing.
//
// A file that was sealed and whose journal was replayed, but that was not
// rejoined yet, begins a second journal on top of the first: nothing is lost,
// and the copy's own changes still go back to one and the same position.
// A file sealed before its journal was replayed goes on with that journal.
//
// ctx bounds the wait for the writer's place. An error leaves the file as it
// was.
func (s *Sync) Diverge(ctx context.Context, reason string) error {
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
	if st.Serving {
		return nil
	}
	if !st.SnapshotComplete && !s.cfg.Bootstrap {
		return ErrNeverCopied
	}
	for _, q := range journalSchema() {
		if _, err := c.Exec(ctx, q); err != nil {
			return fmt.Errorf("dbsync: making the journal: %w", err)
		}
	}
	if err := at("diverge.begun"); err != nil {
		return err
	}
	open, err := openJournal(ctx, c, st.Journal)
	if err != nil {
		return err
	}
	if st.State == sqlitedb.Following || st.State == sqlitedb.Empty || !open {
		if st.State == sqlitedb.Following {
			st.DivergedLSN = st.LSN
			if err := noteSize(ctx, c); err != nil {
				return err
			}
			// A file that follows holds no change of its own any more, also
			// where a new snapshot and not Rejoin made it so.
			if _, err := c.Exec(ctx, `UPDATE failoversql_journals SET undone_at=?1 WHERE undone_at IS NULL`, time.Now().UnixMicro()); err != nil {
				return err
			}
		}
		st.Journal = newUUID()
		if _, err := c.Exec(ctx, `INSERT INTO failoversql_journals(uuid,reason,created_at,base_tx,base_lsn,flushed_tx)
			VALUES(?1,?2,?3,?4,?5,?4)`, st.Journal, reason, time.Now().UnixMicro(), st.Tx, int64(st.DivergedLSN)); err != nil {
			return err
		}
	}
	st.State = sqlitedb.Diverged
	st.Serving, st.Capture = true, true
	if err := c.SetState(ctx, st); err != nil {
		return err
	}
	if err := at("diverge.commit"); err != nil {
		return err
	}
	if err := c.Commit(ctx); err != nil {
		return err
	}
	if err := at("diverge.committed"); err != nil {
		return err
	}
	if err := s.cfg.File.Reserve(); err != nil {
		s.log.Warn("no room could be reserved on the fallback file's disk for closing its journal", "error", err)
	}
	s.log.Info("the fallback file serves", "reason", reason, "journal", st.Journal, "diverged_lsn", LSN(st.DivergedLSN))
	return nil
}

// openJournal reports whether a journal exists and has not been replayed to its
// end.
func openJournal(ctx context.Context, c *sqlitedb.Conn, uuid string) (bool, error) {
	if uuid == "" {
		return false, nil
	}
	var last any
	err := c.QueryRow(ctx, `SELECT last_tx FROM failoversql_journals WHERE uuid=?1`, []any{uuid}, &last)
	if err == io.EOF {
		return false, nil
	}
	return last == nil, err
}

// newUUID makes a random UUID (version 4).
func newUUID() string {
	var b [16]byte
	_, _ = rand.Read(b[:]) // never fails
	b[6] = b[6]&0x0f | 0x40
	b[8] = b[8]&0x3f | 0x80
	return fmt.Sprintf("%x-%x-%x-%x-%x", b[:4], b[4:6], b[6:8], b[8:10], b[10:])
}
