package dbsync

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// A replication slot holds the primary's log back until its reader has had it.
// One that nobody reads fills the primary's disk. So each instance looks after
// its own, and after those of instances that are gone: a slot that is dropped
// costs a new copy, a full disk costs the primary.

// instanceExpiry is how long after its last heartbeat an instance is taken for
// gone for good.
const instanceExpiry = 24 * time.Hour

// A HeldLog is what a slot of ours keeps on the primary.
type HeldLog struct {
	Bytes   int64 // of log that could be removed without it
	Dropped bool  // it was over the budget: the copy will be made anew
}

// TendSlots drops this file's slot where it holds back more than budget bytes of
// the primary's log (0: any number) and did so at the last call as well, without
// having caught up since; and the slots and publications of instances that have
// not been heard of for a day. The file is copied anew when it next follows. conn
// is an ordinary connection of the role that replicates. It is called now and
// then, by one goroutine.
func (s *Sync) TendSlots(ctx context.Context, conn *pgx.Conn, budget int64) (HeldLog, error) {
	held, err := s.tendOwnSlot(ctx, conn, budget)
	if err != nil {
		return held, err
	}
	return held, s.dropExpired(ctx, conn)
}

func (s *Sync) tendOwnSlot(ctx context.Context, conn *pgx.Conn, budget int64) (held HeldLog, err error) {
	slot, err := s.cfg.File.Meta(ctx, metaSlot) // not one that a snapshot under way has made
	if err != nil || slot == "" {
		return held, err
	}
	err = conn.QueryRow(ctx, `SELECT coalesce(max(pg_wal_lsn_diff(pg_current_wal_lsn(), restart_lsn)), 0)::bigint
		FROM pg_replication_slots WHERE slot_name = $1 AND database = current_database()`, slot).Scan(&held.Bytes)
	before := s.heldLog
	s.heldLog = held.Bytes
	if err != nil || budget == 0 || before <= budget || held.Bytes < before {
		return held, err
	}
	if err := dropSlotsNamed(ctx, conn, slot); err != nil {
		return held, err
	}
	held.Dropped, s.heldLog = true, 0
	s.log.Warn("the replication slot was dropped: it held back more of PostgreSQL's log than it may, and the file will be copied anew",
		"bytes", held.Bytes, "budget", budget)
	return held, nil
}

// dropExpired clears away what instances have left that are gone.
func (s *Sync) dropExpired(ctx context.Context, conn *pgx.Conn) error {
	id, err := s.instanceID(ctx)
	if err != nil {
		return err
	}
	rows, err := conn.Query(ctx, `SELECT id, host, file FROM failoversql.instance WHERE heartbeat < now() - $1 * interval '1 second' AND id <> $2`,
		instanceExpiry.Seconds(), id)
	if err != nil {
		return err
	}
	type instance struct{ ID, Host, File string }
	gone, err := pgx.CollectRows(rows, pgx.RowToStructByPos[instance])
	if err != nil {
		return err
	}
	for _, g := range gone {
		var copying bool
		err := conn.QueryRow(ctx, `SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND classid = $1 AND objid = $2 AND objsubid = 2
			AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))`, uint32(lockKey1), uint32(copyingLock(g.ID))).Scan(&copying)
		if err != nil {
			return err
		}
		if copying {
			continue
		}
		if err := dropSlotsNamed(ctx, conn, slotPrefix(g.ID)); err != nil {
			return err
		}
		if _, err := conn.Exec(ctx, "DROP PUBLICATION IF EXISTS "+quoteIdent(publicationName(g.ID))); err != nil {
			return err
		}
		// Its markers and conflicts stay: it may come back with a journal.
		_, err = conn.Exec(ctx, `DELETE FROM failoversql.instance WHERE id = $1 AND heartbeat < now() - $2 * interval '1 second'`, g.ID, instanceExpiry.Seconds())
		if err != nil {
			return err
		}
		s.log.Warn("an instance has not been heard of for a day: its replication slot was dropped", "host", g.Host, "file", g.File)
	}
	return nil
}

// dropSlotsNamed drops the slots whose names begin so, ending who reads them. A
// reader takes a moment to end.
func dropSlotsNamed(ctx context.Context, conn *pgx.Conn, prefix string) error {
	for {
		var left, busy int
		err := conn.QueryRow(ctx, `WITH ours AS (SELECT slot_name, active_pid FROM pg_replication_slots WHERE starts_with(slot_name, $1) AND database = current_database()),
				ended AS (SELECT pg_terminate_backend(active_pid) FROM ours WHERE active_pid IS NOT NULL)
			SELECT (SELECT count(*) FROM ours), (SELECT count(*) FROM ended)`, prefix).Scan(&left, &busy)
		if err != nil || left == 0 {
			return err
		}
		if busy == 0 {
			_, err := conn.Exec(ctx, `SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots
				WHERE starts_with(slot_name, $1) AND database = current_database() AND active_pid IS NULL`, prefix)
			var pg *pgconn.PgError
			if err != nil && !(errors.As(err, &pg) && pg.Code == "55006") { // somebody has begun to read it
				return fmt.Errorf("dbsync: drop replication slot: %w", err)
			}
		}
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}
