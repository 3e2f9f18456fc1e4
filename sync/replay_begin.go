package dbsync

import (
	"context"
	"errors"
	"fmt"
	"io"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/internal/pgerr"
	"github.com/failoversql/failoversql/sqlitedb"
)

// replayer is a replay under way: a connection to each side, the advisory lock,
// and where the marker stands.
type replayer struct {
	s       *Sync
	file    *sqlitedb.Conn
	conn    *pgx.Conn
	reader  *journalReader
	changer *changer
	pipe    *pipeline
	marker  markerKey
	last    int64 // the marker: transactions up to this one are done
	parked  *dependencies
	local   bool   // the file never followed a primary (Bootstrap)
	dry     pgx.Tx // of a dry run, which is rolled back: nothing is committed beside it
}

// replaying gives the replay under way, or begins one.
func (s *Sync) replaying(ctx context.Context) (*replayer, error) {
	if r := s.back.replay; r != nil {
		st, err := r.file.State(ctx)
		if err == nil && st.Journal == r.marker.journal && !r.conn.IsClosed() {
			return r, nil
		}
		s.endReplay()
	}
	r, err := s.beginReplay(ctx, replayReal)
	if err != nil {
		return nil, err
	}
	s.back.replay = r
	return r, nil
}

// replayMode is what a replay is begun for.
type replayMode int

const (
	replayReal   replayMode = iota
	replayDry               // see DryRun
	replayRescue            // see Rescue
)

// openReplay connects both sides and takes the place of replay.
func (s *Sync) openReplay(ctx context.Context, mode replayMode) (_ *replayer, err error) {
	r := &replayer{s: s, parked: newDependencies()}
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	if r.file, err = s.cfg.File.Conn(ctx); err != nil {
		return nil, err
	}
	if r.conn, err = s.connectReplay(ctx); err != nil {
		return nil, err
	}
	if err := at("replay.connected"); err != nil {
		return nil, err
	}
	if r.marker.instance, err = s.instanceID(ctx); err != nil {
		return nil, err
	}
	if mode != replayDry {
		if err := s.endOldBackends(ctx, r.file, r.conn); err != nil {
			return nil, err
		}
	}
	if err := r.lock(ctx); err != nil {
		return nil, err
	}
	if err := at("replay.locked"); err != nil {
		return nil, err
	}
	if mode == replayDry {
		return r, nil // see beginDry
	}
	return r, ensurePrimarySchema(ctx, r.conn)
}

func (s *Sync) beginReplay(ctx context.Context, mode replayMode) (_ *replayer, err error) {
	st, base, flushed, err := s.openedJournal(ctx)
	if err != nil {
		return nil, err
	}
	r, err := s.openReplay(ctx, mode)
	if err != nil {
		return nil, err
	}
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	r.marker.journal, r.local = st.Journal, !st.SnapshotComplete
	if mode == replayDry {
		if err := r.beginDry(ctx); err != nil {
			return nil, err
		}
	}
	if err := r.samePrimary(ctx, st); err != nil {
		return nil, err
	}
	if r.last, err = r.readMarker(ctx, base, flushed); err != nil {
		return nil, err
	}
	if err := r.from(ctx, r.last); err != nil {
		return nil, err
	}
	if r.local && r.last == base {
		if err := r.checkBootstrap(ctx); err != nil {
			return nil, err
		}
	}
	if err := r.forgetRewritten(ctx); err != nil {
		return nil, err
	}
	if err := r.loadParked(ctx); err != nil {
		return nil, err
	}
	return r, at("replay.begun")
}

// openedJournal is the journal that is to be replayed, with the transaction it
// begins after and the last one known to be on the primary's disk.
func (s *Sync) openedJournal(ctx context.Context) (st sqlitedb.State, base, flushed int64, err error) {
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return st, 0, 0, err
	}
	defer c.Close()
	if st, err = c.State(ctx); err != nil {
		return st, 0, 0, err
	}
	if st.Journal == "" || st.State == sqlitedb.Following {
		return st, 0, 0, ErrNotDiverged
	}
	err = c.QueryRow(ctx, `SELECT base_tx, flushed_tx FROM failoversql_journals WHERE uuid=?1`, []any{st.Journal}, &base, &flushed)
	if err == io.EOF {
		err = ErrNotDiverged
	}
	return st, base, flushed, err
}

// from has the replay go on after a transaction of the journal that the marker
// names.
func (r *replayer) from(ctx context.Context, last int64) (err error) {
	r.last = last
	if r.reader, err = newJournalReader(ctx, r.file, last); err != nil {
		return err
	}
	r.changer = &changer{reader: r.reader, load: func(ctx context.Context, schema, name string) (*target, error) {
		return loadTarget(ctx, r.conn, schema, name)
	}}
	r.changer.forget()
	r.pipe = &pipeline{conn: r.conn.PgConn(), marker: r.marker, prepared: nil}
	return nil
}

// connectReplay opens the connection that replay writes through. Its commits do
// not wait for the disk: the journal is kept until a last commit has (flush).
func (s *Sync) connectReplay(ctx context.Context) (*pgx.Conn, error) {
	cfg := s.cfg.Primary.Copy()
	sessionParams(cfg.RuntimeParams)
	// Statements are prepared and dropped by us; pgx must not keep its own.
	cfg.DefaultQueryExecMode = pgx.QueryExecModeDescribeExec
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		return nil, pgerr.Attempts(err)
	}
	_, err = conn.Exec(ctx, fmt.Sprintf(`SET synchronous_commit = off; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;
		SET lock_timeout = %d; SET client_min_messages = error; SET default_transaction_isolation = 'read committed'; SET default_transaction_read_only = off; SET array_nulls = on`,
		replayLockTimeout.Milliseconds()), pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		conn.Close(ctx)
		return nil, err
	}
	return conn, nil
}

// close ends the replay. What is not committed is not on the primary.
func (r *replayer) close() {
	if r.conn != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_ = r.conn.Close(ctx)
		cancel()
	}
	if r.file != nil {
		_ = r.file.Close()
	}
}

// lock takes the advisory lock. It also waits for an earlier connection of
// ours, whose COMMIT may have been sent and never answered: its lock ends with
// it, and only then does the marker tell the truth.
func (r *replayer) lock(ctx context.Context) error {
	_, err := r.conn.Exec(ctx, `SELECT pg_advisory_lock($1, $2)`, int32(lockKey1), int32(lockKey2))
	var e *pgconn.PgError
	if errors.As(err, &e) && e.Code == "55P03" {
		return fmt.Errorf("%w: %w", ErrReplayBusy, err)
	}
	return err
}

// readMarker reads how far the journal has been replayed, and begins the marker
// of a new journal.
func (r *replayer) readMarker(ctx context.Context, base, flushed int64) (int64, error) {
	last, ok, err := markerOf(ctx, r.conn, r.marker)
	if err != nil {
		return 0, err
	}
	if ok && last < flushed {
		return 0, fmt.Errorf("%w: its marker of journal %s stands at transaction %d, but transaction %d was flushed", ErrPrimaryRewound, r.marker.journal, last, flushed)
	}
	if ok || r.dry != nil {
		if !ok {
			last, err = base, r.makeMarker(ctx, base)
		}
		return last, err
	}
	marked, err := r.s.cfg.File.Meta(ctx, metaMarked)
	if err != nil {
		return 0, err
	}
	if flushed != base || marked == r.marker.journal {
		return 0, fmt.Errorf("%w: it has no marker of journal %s, transaction %d of which was flushed", ErrPrimaryRewound, r.marker.journal, flushed)
	}
	return base, r.makeMarker(ctx, base)
}

// makeMarker begins the marker of a journal, on the primary's disk, and notes in
// the file that it is there: without that note a marker that is missing later
// would not be missed, and the journal replayed twice.
func (r *replayer) makeMarker(ctx context.Context, base int64) error {
	tx, err := r.begin(ctx)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if err := execAll(ctx, tx, "SET LOCAL synchronous_commit = on"); err != nil {
		return err
	}
	if _, err := tx.Exec(ctx, `INSERT INTO failoversql.replayed(instance, journal, last_tx) VALUES ($1, $2, $3)`,
		r.marker.instance, r.marker.journal, base); err != nil {
		return err
	}
	if err := tx.Commit(ctx); err != nil || r.dry != nil {
		return err
	}
	if err := at("replay.marker"); err != nil {
		return err
	}
	return r.s.cfg.File.Update(ctx, func(c *sqlitedb.Conn) error { return c.SetMeta(ctx, metaMarked, r.marker.journal) })
}

// lockMarker expects the marker where we left it and keeps others from it.
func (r *replayer) lockMarker(ctx context.Context, tx pgx.Tx) error {
	var last int64
	err := tx.QueryRow(ctx, `SELECT last_tx FROM failoversql.replayed WHERE instance = $1 AND journal = $2 FOR UPDATE`,
		r.marker.instance, r.marker.journal).Scan(&last)
	if err == nil && last != r.last || err == pgx.ErrNoRows {
		return errMarkerMoved
	}
	return err
}

// begin begins the transaction of the primary that replays one of the journal.
func (r *replayer) begin(ctx context.Context) (pgx.Tx, error) {
	if r.dry != nil {
		return r.dry.Begin(ctx) // a savepoint
	}
	return r.conn.Begin(ctx)
}

func (r *replayer) moveMarker(ctx context.Context, tx pgx.Tx, to int64) error {
	tag, err := tx.Exec(ctx, `UPDATE failoversql.replayed SET last_tx = $4 WHERE instance = $1 AND journal = $2 AND last_tx = $3`,
		r.marker.instance, r.marker.journal, r.last, to)
	if err == nil && tag.RowsAffected() != 1 {
		return errMarkerMoved
	}
	return err
}

// backlog counts the transactions that are not replayed yet.
func (r *replayer) backlog(ctx context.Context) (int64, error) {
	var tx int64
	err := r.file.QueryRow(ctx, `SELECT coalesce((SELECT tx FROM failoversql_journal ORDER BY seq DESC LIMIT 1), 0)`, nil, &tx)
	return max(tx-r.last, 0), err
}
