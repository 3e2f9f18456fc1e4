package dbsync

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

// Where PostgreSQL cannot be followed, the file is copied anew at intervals. Such
// a copy is plain: no slot continues it.

// holdPlain makes the state of one moment readable without a slot.
func (s *Sync) holdPlain(ctx context.Context, id identity, load catalog.LoadOptions) (_ *source, err error) {
	conn, err := s.connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("dbsync: connect to the primary: %w", err)
	}
	src := &source{plain: true, holder: conn.PgConn(), publication: id.publication, since: time.Now()}
	defer func() {
		if err != nil {
			closeConn(src.holder)
		}
	}()
	// The position is asked for before the snapshot is taken: whatever was
	// acknowledged before that position is in it.
	if src.lsn, err = s.primaryLSN(ctx, conn); err != nil {
		return nil, err
	}
	if _, err = conn.Exec(ctx, `BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY; SET LOCAL idle_in_transaction_session_timeout = 0`, pgx.QueryExecModeSimpleProtocol); err == nil {
		err = conn.QueryRow(ctx, `SELECT pg_export_snapshot()`).Scan(&src.snapshot)
	}
	if err != nil {
		return nil, fmt.Errorf("dbsync: hold the primary's state: %w", err)
	}
	if err = s.inSnapshot(ctx, src, load); err != nil {
		return nil, err
	}
	return src, s.samePrimary(id, src.catalog)
}

// samePrimary makes sure that what is to be copied is what the file was copied
// from, as far as the role may know.
func (s *Sync) samePrimary(id identity, cat *catalog.Catalog) error {
	if cat.SystemID == "" {
		cat.SystemID = id.system
	}
	return s.checkIdentity(id, cat.SystemID, cat.Database)
}

// mayKeepUp says whether a file in this state may be kept in step.
func mayKeepUp(st sqlitedb.State) error {
	if st.State == sqlitedb.Empty {
		return nil
	}
	return mayFollow(st)
}

// keepBySnapshots copies the file anew at intervals, and whenever somebody waits
// for what is on the primary now, until something fails, or until a copy that can
// be followed is in place: then it returns nil.
func (s *Sync) keepBySnapshots(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	now := make(chan struct{}, 1)
	hurry := func() {
		select {
		case now <- struct{}{}:
		default:
		}
	}
	started := false
	defer func() {
		if started {
			s.position.stop()
		}
	}()
	for {
		st, err := s.cfg.File.State(ctx)
		if err != nil {
			return err
		}
		if err := mayKeepUp(st); err != nil {
			return err
		}
		if _, err := s.snapshotOrRenewal(ctx); err != nil {
			return err
		}
		id, err := s.identity(ctx)
		if err != nil || id.slot != "" {
			return err
		}
		if !started {
			s.position.start(hurry, hurry)
			started = true
		}
		select { // whoever asked while that was made waits for it, or asks again
		case <-now:
		default:
		}
		if err := s.untilSnapshot(ctx, now); err != nil {
			return err
		}
	}
}

// untilSnapshot waits until the next copy is due. One that somebody else makes
// meanwhile puts it off.
func (s *Sync) untilSnapshot(ctx context.Context, now <-chan struct{}) error {
	due := time.NewTimer(s.cfg.SnapshotInterval)
	defer due.Stop()
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case <-now:
			return nil
		case <-due.C:
			return nil
		case r := <-s.renewed:
			if s.renew(ctx, r); r.err != nil {
				continue
			}
			if id, err := s.identity(ctx); err != nil || id.slot != "" {
				return err // to be followed: Run sees to it
			}
			due.Reset(s.cfg.SnapshotInterval)
		}
	}
}

// Method is how the file is kept up as things are, and what the primary lacks for
// the stream where snapshots are made for want of it; that is known to the process
// that makes them.
func (s *Sync) Method(ctx context.Context) (m Method, lacking string, err error) {
	slot, err := s.cfg.File.Meta(ctx, metaSlot)
	if err != nil {
		return "", "", fmt.Errorf("dbsync: %w", err)
	}
	st, err := s.cfg.File.State(ctx)
	if err != nil {
		return "", "", err
	}
	if text := s.lacking.Load(); text != nil {
		lacking = *text
	}
	if s.cfg.Method == BySnapshots || slot == "" && (lacking != "" || st.State != sqlitedb.Empty) {
		return BySnapshots, lacking, nil
	}
	return ByStream, "", nil
}
