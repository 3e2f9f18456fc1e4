package dbsync

import (
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/sqlitedb"
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
	// cutoverBacklog is the backlog at which Replay leaves the rest to Tail.
	cutoverBacklog = 64
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
	return s.drain(ctx, r, cutoverBacklog)
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

// drain replays until at most backlog transactions are left.
func (s *Sync) drain(ctx context.Context, r *replayer, backlog int64) (ReplayReport, error) {
	start := time.Now()
	report := ReplayReport{Journal: r.marker.journal, LastTx: r.last}
	for {
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
		if left <= backlog {
			return report, nil
		}
	}
}

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
	local   bool // the file never followed a primary (Bootstrap)
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
	r, err := s.beginReplay(ctx)
	if err != nil {
		return nil, err
	}
	s.back.replay = r
	return r, nil
}

func (s *Sync) beginReplay(ctx context.Context) (_ *replayer, err error) {
	r := &replayer{s: s, parked: newDependencies()}
	defer func() {
		if err != nil {
			r.close()
		}
	}()
	if r.file, err = s.cfg.File.Conn(ctx); err != nil {
		return nil, err
	}
	st, err := r.file.State(ctx)
	if err != nil {
		return nil, err
	}
	if st.Journal == "" || st.State == sqlitedb.Following {
		return nil, ErrNotDiverged
	}
	r.local = !st.SnapshotComplete
	var base, flushed int64
	err = r.file.QueryRow(ctx, `SELECT base_tx, flushed_tx FROM failoversql_journals WHERE uuid=?1`, []any{st.Journal}, &base, &flushed)
	if err == io.EOF {
		return nil, ErrNotDiverged
	}
	if err != nil {
		return nil, err
	}
	if r.marker.journal = st.Journal; r.conn == nil {
		if r.conn, err = s.connectReplay(ctx); err != nil {
			return nil, err
		}
	}
	if r.marker.instance, err = s.instanceID(ctx); err != nil {
		return nil, err
	}
	if err := s.endOldBackends(ctx, r.file, r.conn); err != nil {
		return nil, err
	}
	if err := r.lock(ctx); err != nil {
		return nil, err
	}
	if err := ensurePrimarySchema(ctx, r.conn); err != nil {
		return nil, err
	}
	if r.last, err = r.readMarker(ctx, base, flushed); err != nil {
		return nil, err
	}
	if r.reader, err = newJournalReader(ctx, r.file, r.last); err != nil {
		return nil, err
	}
	r.changer = &changer{reader: r.reader, load: func(ctx context.Context, schema, name string) (*target, error) {
		return loadTarget(ctx, r.conn, schema, name)
	}}
	r.changer.forget()
	r.pipe = &pipeline{conn: r.conn.PgConn(), marker: r.marker}
	if r.local && r.last == base {
		if err := r.checkBootstrap(ctx); err != nil {
			return nil, err
		}
	}
	if err := r.forgetRewritten(ctx); err != nil {
		return nil, err
	}
	return r, r.loadParked(ctx)
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
		return nil, err
	}
	_, err = conn.Exec(ctx, fmt.Sprintf(`SET synchronous_commit = off; SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0;
		SET lock_timeout = %d; SET client_min_messages = error; SET default_transaction_isolation = 'read committed'; SET default_transaction_read_only = off`,
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
	var last int64
	err := r.conn.QueryRow(ctx, `SELECT last_tx FROM failoversql.replayed WHERE instance = $1 AND journal = $2`,
		r.marker.instance, r.marker.journal).Scan(&last)
	if err == pgx.ErrNoRows && flushed == base {
		_, err = r.conn.Exec(ctx, `INSERT INTO failoversql.replayed(instance, journal, last_tx) VALUES ($1, $2, $3)`,
			r.marker.instance, r.marker.journal, base)
		return base, err
	}
	if err == pgx.ErrNoRows {
		return 0, fmt.Errorf("%w: it has no marker of journal %s, transaction %d of which was flushed", ErrPrimaryRewound, r.marker.journal, flushed)
	}
	if err == nil && last < flushed {
		return 0, fmt.Errorf("%w: its marker stands at transaction %d, but transaction %d was flushed", ErrPrimaryRewound, last, flushed)
	}
	return last, err
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

// batch replays the next transactions of the journal.
func (r *replayer) batch(ctx context.Context, report *ReplayReport) error {
	txs, err := r.reader.next(ctx, replayBatch)
	if err != nil {
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
		parked, err := r.careful(ctx, &txs[0])
		if err != nil {
			return err
		}
		r.last = txs[0].id
		if parked {
			report.Parked++
		} else {
			report.Transactions++
			report.Rows += int64(len(txs[0].entries))
		}
		txs = txs[1:]
	}
	return nil
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
