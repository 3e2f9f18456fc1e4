package dbsync

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

// ErrOtherPrimary: the server is not the one that the file was copied from, or
// holds nothing of what was copied. Nothing is replayed into it.
var ErrOtherPrimary = errors.New("dbsync: this is not the primary that the file was copied from")

const (
	// metaTimeline is the primary's timeline when the file last followed it.
	metaTimeline = "timeline"
	// metaMarked is the journal whose marker the primary is known to hold on its
	// disk.
	metaMarked = "marked_journal"
	// metaAccepted is the journal that was begun on a primary which has changed
	// since, and which Rescue has brought back all the same.
	metaAccepted = "accepted_journal"
)

// timelineQuery gives the timeline that the primary writes.
const timelineQuery = `SELECT ('x' || lpad(substr(pg_walfile_name(pg_current_wal_lsn()), 1, 8), 8, '0'))::bit(32)::int8`

// noteTimeline keeps the primary's timeline in a file that follows and has none
// yet. A later one is noted by checkTimeline, which knows that the file may go on
// along it.
func (s *Sync) noteTimeline(ctx context.Context, conn *pgx.Conn) error {
	st, err := s.cfg.File.State(ctx)
	if err != nil || st.State != sqlitedb.Following {
		return err
	}
	have, err := s.cfg.File.Meta(ctx, metaTimeline)
	if err != nil || have != "" {
		return err
	}
	var now string
	if err := conn.QueryRow(ctx, timelineQuery+"::text").Scan(&now); err != nil {
		return nil // a standby writes none, and its probes say so
	}
	return s.storeTimeline(ctx, now)
}

func (s *Sync) storeTimeline(ctx context.Context, timeline string) error {
	return s.cfg.File.Update(ctx, func(c *sqlitedb.Conn) error { return c.SetMeta(ctx, metaTimeline, timeline) })
}

// checkTimeline makes sure, before the file follows on from a position, that the
// primary has written what led there: a standby may have been promoted that never
// had the last of it, and its log have grown past that position since.
func (s *Sync) checkTimeline(ctx context.Context, repl *pgconn.PgConn, from LSN) error {
	rows, err := queryText(ctx, repl, "IDENTIFY_SYSTEM")
	if err != nil || len(rows) != 1 || len(rows[0]) < 2 {
		return errors.Join(errors.New("dbsync: ask for the primary's timeline"), err)
	}
	now := rows[0][1]
	known, err := s.cfg.File.Meta(ctx, metaTimeline)
	if err != nil || known == now {
		return err
	}
	if known != "" {
		end, ok, err := leftTimeline(ctx, repl, now, known)
		if err != nil {
			return err
		}
		if !ok {
			return fmt.Errorf("%w: the primary is on timeline %s, which does not come from timeline %s", ErrResync, now, known)
		}
		if end < from {
			return fmt.Errorf("%w: the primary was promoted at %s of timeline %s, which the file has followed to %s", ErrResync, end, known, from)
		}
	}
	return s.storeTimeline(ctx, now)
}

// leftTimeline asks where the history of timeline now has left another.
func leftTimeline(ctx context.Context, repl *pgconn.PgConn, now, other string) (LSN, bool, error) {
	rows, err := queryText(ctx, repl, "TIMELINE_HISTORY "+now)
	if err != nil {
		return 0, false, fmt.Errorf("dbsync: asking for the primary's history: %w", err)
	}
	if len(rows) != 1 || len(rows[0]) < 2 {
		return 0, false, nil
	}
	end, ok := timelineEnd(rows[0][1], other)
	return end, ok, nil
}

// samePrimary makes sure, before anything is replayed, that the primary is the
// one that the file left, and has all that the file ever saw of it or knows to
// be there. It may have been restored from a backup, promoted from a standby
// that lagged, or be another server at the same address.
func (r *replayer) samePrimary(ctx context.Context, st sqlitedb.State) error {
	id, err := r.s.identity(ctx)
	if err != nil {
		return err
	}
	if err := r.sameSystem(ctx, id); err != nil {
		return err
	}
	accepted, err := r.s.cfg.File.Meta(ctx, metaAccepted)
	if err != nil {
		return err
	}
	if !r.local && accepted != st.Journal {
		if err := r.s.sameHistory(ctx, r.conn, LSN(st.DivergedLSN)); err != nil {
			return err
		}
		if err := r.sameTables(ctx); err != nil {
			return err
		}
	}
	list, err := r.s.journals(ctx, r.file)
	if err != nil {
		return err
	}
	return sameMarkers(ctx, list, r.conn, r.marker.instance, st.Journal)
}

// sameSystem compares the cluster and the database. Where the role may not ask
// for the cluster, the rest has to do.
func (r *replayer) sameSystem(ctx context.Context, id identity) error {
	var system, database string
	err := r.conn.QueryRow(ctx, `SELECT system_identifier::text, current_database() FROM pg_control_system()`).Scan(&system, &database)
	var e *pgconn.PgError
	if errors.As(err, &e) {
		r.s.log.Debug("the primary does not tell its system identifier", "error", err)
		return nil
	}
	if err != nil {
		return err
	}
	if id.system != "" && system != id.system {
		return fmt.Errorf("%w: its system identifier is %s, not %s", ErrOtherPrimary, system, id.system)
	}
	if id.database != "" && database != id.database {
		return fmt.Errorf("%w: this is database %s, not %s", ErrOtherPrimary, database, id.database)
	}
	return nil
}

// sameHistory: what the file has followed is in the primary's log.
func (s *Sync) sameHistory(ctx context.Context, conn *pgx.Conn, left LSN) error {
	var text, timeline string
	if err := conn.QueryRow(ctx, `SELECT pg_current_wal_insert_lsn()::text, (`+timelineQuery+`)::text`).Scan(&text, &timeline); err != nil {
		return err
	}
	now, err := ParseLSN(text)
	if err != nil {
		return err
	}
	if now < left {
		return fmt.Errorf("%w: its log ends at %s, and the file has followed it to %s", ErrPrimaryRewound, now, left)
	}
	known, err := s.cfg.File.Meta(ctx, metaTimeline)
	if err != nil || known == "" || known == timeline {
		return err
	}
	repl, err := s.connectReplication(ctx)
	if err != nil {
		return fmt.Errorf("dbsync: asking for the primary's history: %w", err)
	}
	defer closeConn(repl)
	end, ok, err := leftTimeline(ctx, repl, timeline, known)
	if err != nil {
		return err
	}
	if !ok {
		return fmt.Errorf("%w: it is on timeline %s, which does not come from timeline %s", ErrPrimaryRewound, timeline, known)
	}
	if end < left {
		return fmt.Errorf("%w: it was promoted at %s of timeline %s, and the file has followed that to %s", ErrPrimaryRewound, end, known, left)
	}
	return nil
}

// timelineEnd finds in a history where a timeline was left.
func timelineEnd(history, timeline string) (LSN, bool) {
	for line := range strings.Lines(history) {
		fields := strings.Fields(line)
		if len(fields) < 2 || fields[0] != timeline {
			continue
		}
		if lsn, err := ParseLSN(fields[1]); err == nil {
			return lsn, true
		}
	}
	return 0, false
}

// sameTables: of the tables that were copied the primary has one at least.
// Single ones may have been dropped on purpose, and what was written to them is
// parked.
func (r *replayer) sameTables(ctx context.Context) error {
	cat := r.s.cfg.File.Catalog()
	if cat == nil || len(cat.Tables) == 0 {
		return nil
	}
	names := make([]string, len(cat.Tables))
	for i, t := range cat.Tables {
		names[i] = catalog.QuoteQualified(t.Schema, t.Name)
	}
	var some bool
	err := r.conn.QueryRow(ctx, `SELECT bool_or(to_regclass(name) IS NOT NULL) FROM unnest($1::text[]) name`, names).Scan(&some)
	if err == nil && !some {
		err = fmt.Errorf("%w: it has none of the %d tables that were copied", ErrOtherPrimary, len(names))
	}
	return err
}

// markerOf reads the marker of a journal.
func markerOf(ctx context.Context, conn *pgx.Conn, key markerKey) (last int64, ok bool, err error) {
	err = conn.QueryRow(ctx, `SELECT last_tx FROM failoversql.replayed WHERE instance = $1 AND journal = $2`, key.instance, key.journal).Scan(&last)
	if err == pgx.ErrNoRows {
		return 0, false, nil
	}
	return last, err == nil, err
}

// journalSpan is a journal of the file.
type journalSpan struct {
	uuid       string
	base, last int64 // transactions after base, up to last; the marker's last place where it is finished: later ones changed nothing
	finished   bool  // replayed to its end
}

func (j journalSpan) lost(marker int64, ok bool) string {
	from := j.base
	if ok {
		from = marker
	}
	return fmt.Sprintf("transactions %d to %d of journal %s were replayed and are not there; failoversql rescue replays what the file still has of them", from+1, j.last, j.uuid)
}

// journals reads the file's journals, oldest first.
func (s *Sync) journals(ctx context.Context, c *sqlitedb.Conn) ([]journalSpan, error) {
	rows, err := c.Query(ctx, `SELECT uuid, base_tx, CASE WHEN last_tx IS NULL THEN (SELECT tx FROM failoversql_state WHERE id=1) ELSE flushed_tx END, last_tx IS NOT NULL FROM failoversql_journals ORDER BY id`)
	if err != nil {
		return nil, err
	}
	var out []journalSpan
	vals := make([]driver.Value, 4)
	for {
		if err = rows.Next(vals); err != nil {
			break
		}
		j := journalSpan{}
		j.uuid, _ = vals[0].(string)
		j.base, _ = vals[1].(int64)
		j.last, _ = vals[2].(int64)
		n, _ := vals[3].(int64)
		j.finished = n != 0
		out = append(out, j)
	}
	_ = rows.Close()
	if err != io.EOF {
		return nil, err
	}
	return out, nil
}
