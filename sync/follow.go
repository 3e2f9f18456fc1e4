package dbsync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/sqlitedb"
)

// Follow applies the primary's transactions to the file as they commit, each in
// one transaction of the file together with its position, until ctx ends or
// something fails; it always returns an error. Where the stream breaks it is
// enough to call it again: what the file holds decides where it goes on.
//
// It fails with ErrDiverged when the file has writes of its own, with ErrResync
// when only a new snapshot can help, and with ErrBusy while another Follow,
// Snapshot or Rejoin is under way.
func (s *Sync) Follow(ctx context.Context) error {
	if !s.busy.TryLock() {
		return ErrBusy
	}
	defer s.busy.Unlock()
	return s.follow(ctx)
}

func (s *Sync) follow(ctx context.Context) error {
	ctx, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)

	st, err := s.cfg.File.State(ctx)
	if err != nil {
		return err
	}
	if err := mayFollow(st); err != nil {
		return err
	}
	conn, err := s.connect(ctx)
	if err != nil {
		return fmt.Errorf("dbsync: connect to the primary: %w", err)
	}
	defer closeConn(conn.PgConn())
	if s.cfg.Remember {
		s.recent.begin()
		defer s.recent.end()
	}
	stream, err := s.openStream(ctx, LSN(st.LSN))
	if err != nil {
		return err
	}
	defer stream.close()
	heart := s.newHeart(conn)
	s.position.begin(LSN(st.LSN))
	// The schema may have changed while nobody was following.
	if err := heart.beat(ctx, true); err != nil {
		return err
	}
	a, err := s.newFollower(ctx, stream, LSN(st.LSN), heart.look)
	if err != nil {
		return err
	}
	defer a.end()

	// Who may fall back on this copy needs values of the primary's sequences.
	if _, err := s.RefillLeases(ctx, conn); err != nil {
		s.log.Warn("values of the primary's sequences could not be reserved", "error", err)
	}
	s.position.start(stream.ask, heart.hurry)
	defer s.position.stop()
	s.log.Info("following the primary", "lsn", LSN(st.LSN))

	beating := make(chan struct{})
	go func() {
		defer close(beating)
		cancel(heart.run(ctx))
	}()
	err = a.run(ctx)
	cancel(err)
	<-beating
	if cause := context.Cause(ctx); cause != nil {
		// Whichever of the two failed first says why.
		err = cause
	}
	return err
}

// mayFollow says whether the stream may be applied to a file in this state.
func mayFollow(st sqlitedb.State) error {
	switch {
	case st.Serving, st.State == sqlitedb.Diverged, st.State == sqlitedb.Rejoining:
		return ErrDiverged
	case st.State != sqlitedb.Following:
		return fmt.Errorf("%w: the file holds no copy yet", ErrResync)
	}
	return nil
}

// openStream checks that the file's slot still continues the file's position
// and starts it there.
func (s *Sync) openStream(ctx context.Context, from LSN) (*stream, error) {
	conn, id, err := s.slotConn(ctx, from)
	if err != nil {
		return nil, err
	}
	st, err := beginStream(ctx, conn, id.slot, id.publication, from, allBinary(s.cfg.File.Catalog()))
	if err != nil {
		closeConn(conn)
		return nil, err
	}
	return st, nil
}

// checkStream says whether openStream could be expected to succeed.
func (s *Sync) checkStream(ctx context.Context, from LSN) error {
	conn, _, err := s.slotConn(ctx, from)
	if err == nil {
		closeConn(conn)
	}
	return err
}

// slotConn opens a replication connection to a primary whose slot for the file,
// which nobody else reads, continues the file's position.
func (s *Sync) slotConn(ctx context.Context, from LSN) (*pgconn.PgConn, identity, error) {
	id, err := s.identity(ctx)
	if err != nil {
		return nil, id, err
	}
	if id.slot == "" { // a copy made without one, perhaps for want of the right to connect so
		return nil, id, errNoSlot
	}
	conn, err := s.connectReplication(ctx)
	if err != nil {
		return nil, id, fmt.Errorf("dbsync: replication connection: %w", err)
	}
	if err = s.checkSystem(ctx, conn); err == nil {
		err = s.checkSlot(ctx, conn, id.slot, from)
	}
	if err == nil {
		err = s.checkTimeline(ctx, conn, from)
	}
	if err != nil {
		closeConn(conn)
		return nil, id, err
	}
	return conn, id, nil
}

// errNoSlot: no stream continues the copy.
var errNoSlot = fmt.Errorf("%w: the file has no replication slot", ErrResync)

// checkSlot decides whether the slot's stream continues the file's position
// from without a gap, and frees the slot where a dead connection still holds it.
func (s *Sync) checkSlot(ctx context.Context, conn *pgconn.PgConn, name string, from LSN) error {
	slot, err := readSlot(ctx, conn, name)
	switch {
	case err != nil:
		return fmt.Errorf("dbsync: look at the replication slot: %w", err)
	case !slot.exists:
		return fmt.Errorf("%w: replication slot %s is gone from the primary", ErrResync, name)
	case slot.lost:
		return fmt.Errorf("%w: the primary has removed log that replication slot %s needed", ErrResync, name)
	case slot.confirmed > from:
		// We confirm only what is in the file, so someone else read the slot or
		// the file is an older copy of itself.
		return fmt.Errorf("%w: replication slot %s is at %s, past the file's %s", ErrResync, name, slot.confirmed, from)
	}
	rows, err := queryText(ctx, conn, "SELECT pg_current_wal_flush_lsn()")
	if err != nil {
		return fmt.Errorf("dbsync: ask the primary's position: %w", err)
	}
	now, err := ParseLSN(rows[0][0])
	if err != nil {
		return err
	}
	if now < from {
		return fmt.Errorf("%w: the primary is at %s, before the file's %s: it was restored, or a standby that lacked the last transactions was promoted", ErrResync, now, from)
	}
	return s.takeSlot(ctx, conn, name, slot)
}

// takeSlot waits until nobody reads the slot.
func (s *Sync) takeSlot(ctx context.Context, conn *pgconn.PgConn, name string, slot slotState) error {
	for slot.activePID != "" {
		if err := freeSlot(ctx, conn, slot); err != nil {
			return fmt.Errorf("dbsync: end the previous reader of replication slot %s: %w", name, err)
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-time.After(20 * time.Millisecond):
		}
		var err error
		if slot, err = readSlot(ctx, conn, name); err != nil {
			return fmt.Errorf("dbsync: look at the replication slot: %w", err)
		}
	}
	return nil
}

// follower is an applier that writes the file in transactions of its own.
type follower struct {
	applier
	s      *Sync
	stream *stream
	saved  time.Time // when the position was last stored
	// sharing runs while a transaction of the file waits for more.
	sharing *time.Timer

	barrier *barrier // to stop at, or nil
	stop    LSN      // its position
}

func (s *Sync) newFollower(ctx context.Context, st *stream, from LSN, described func(context.Context) error) (*follower, error) {
	conn, err := s.applyConn(ctx)
	if err != nil {
		return nil, err
	}
	f := &follower{s: s, stream: st, saved: time.Now(), sharing: time.NewTimer(time.Hour)}
	f.applier = applier{
		cat: s.cfg.File.Catalog(), conn: conn, begin: f.beginFile, commit: f.commitFile,
		beginning: f.before, described: described, relations: map[uint32]*relation{}, stored: from, passed: from,
	}
	s.unseen = nil
	f.partitions.recall = func(ctx context.Context) (map[partition]bool, error) {
		stamps, err := s.storedStamps(ctx)
		return leavesOf(stamps), err
	}
	f.partitions.unseen = func(unseen map[partition]bool) { s.unseen = unseen }
	if s.cfg.Remember {
		f.recent = &s.recent
	}
	return f, nil
}

// applyConn opens a connection on which rows arrive as the primary made them:
// cascades come as rows of their own, and rows in the order of the primary's
// commits, not of the constraints, which were judged there.
func (s *Sync) applyConn(ctx context.Context) (*sqlitedb.Conn, error) {
	conn, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return nil, err
	}
	if _, err := conn.Exec(ctx, "PRAGMA foreign_keys = OFF; PRAGMA ignore_check_constraints = ON"); err != nil {
		_ = conn.Close()
		return nil, fmt.Errorf("dbsync: %w", err)
	}
	return conn, nil
}

func (f *follower) end() {
	f.sharing.Stop()
	f.applier.close()
	_ = f.conn.Close() // rolls back what is open
}

// beginFile begins a transaction of the file, provided that the file may still be
// followed: it is asked inside that very transaction.
func (f *follower) beginFile(ctx context.Context) error {
	if err := f.conn.Begin(ctx); err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	res, err := f.conn.Exec(ctx, "UPDATE failoversql_state SET capture = 0 WHERE id = 1 AND state = 'following' AND serving = 0")
	if err != nil {
		f.conn.Rollback()
		return fmt.Errorf("dbsync: %w", err)
	}
	if n, err := res.RowsAffected(); err != nil || n != 1 {
		f.conn.Rollback()
		return errors.Join(ErrDiverged, err)
	}
	return at("apply.begun")
}

// commitFile ends it.
func (f *follower) commitFile(ctx context.Context) error {
	_, err := f.conn.Exec(ctx, "UPDATE failoversql_state SET capture = 1 WHERE id = 1")
	if err == nil {
		err = at("apply.commit")
	}
	if err == nil {
		err = f.conn.Commit(ctx)
	}
	if err != nil {
		f.conn.Rollback()
		return fmt.Errorf("dbsync: commit to the file: %w", err)
	}
	f.saved = time.Now()
	return at("apply.committed")
}

// run applies the stream until it ends.
func (f *follower) run(ctx context.Context) error {
	for {
		barriers := f.s.barriers
		if f.inside || f.barrier != nil {
			barriers = nil // the rest of the transaction first
		}
		var share <-chan time.Time
		if f.applier.open && !f.inside {
			f.sharing.Reset(shareTime)
			share = f.sharing.C
		}
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case b := <-barriers:
			if err := f.hold(ctx, b); err != nil {
				return err
			}
		case <-share: // nothing came to share the commit with
			if err := f.flush(ctx); err != nil {
				return err
			}
		case c, ok := <-f.stream.full:
			if !ok {
				return f.stream.err
			}
			if err := f.applyChunk(ctx, c); err != nil {
				return err
			}
		}
		f.report()
	}
}

// applyChunk applies what came together, and commits it unless more of the same
// is waiting.
func (f *follower) applyChunk(ctx context.Context, c *chunk) error {
	err := c.messages(func(b []byte) error {
		if err := f.message(ctx, b); err != nil {
			return err
		}
		if f.inside {
			return nil
		}
		if f.full() {
			if err := f.flush(ctx); err != nil {
				return err
			}
		}
		return f.meet(ctx)
	})
	f.stream.release(c)
	if err != nil {
		return err
	}
	if f.inside || f.applier.open && (f.stream.waiting() || f.behind()) {
		return nil // more to share the commit with
	}
	// An idle stream's position is stored now and then, so that the primary may
	// forget log that holds nothing of ours.
	if f.applier.open || f.passed > f.stored && time.Since(f.saved) >= f.s.cfg.Heartbeat {
		return f.flush(ctx)
	}
	return nil
}

// behind says whether much more is on its way, as far as is known.
func (f *follower) behind() bool { return f.s.position.knownPrimary() > f.passed+behindBytes }

// report publishes the position when the file is at it.
func (f *follower) report() {
	if f.applier.open || f.inside {
		return
	}
	f.stream.setFlushed(f.stored)
	f.s.position.reached(f.passed)
}
