package dbsync

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/sqlitedb"
)

// backend is a process of the primary that works for us. Process ids are given
// out again, so when it was started belongs to its name.
type backend struct {
	pid   int32
	start string
}

// RecordBackends notes in the file which backends of the primary work for the
// processes on it, so that they can be ended before replay: one left behind by
// a cut connection may hold locks, or have a COMMIT still to do. pids are what
// the primary told when the connections were made (pgconn.PgConn.PID); conn
// asks the primary when each was started. Backends that are not named are
// forgotten.
//
// It is called from the health check now and then, not for every connection.
func (s *Sync) RecordBackends(ctx context.Context, conn *pgx.Conn, pids []uint32) error {
	list := make([]int32, len(pids))
	for i, pid := range pids {
		list[i] = int32(pid)
	}
	found, err := findBackends(ctx, conn, list)
	if err != nil {
		return err
	}
	s.back.recording.Lock()
	defer s.back.recording.Unlock()
	if s.back.recorded != nil && slices.Equal(found, s.back.recorded) {
		return nil // a write to the file costs a sync to disk
	}
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := storeBackends(ctx, c, found, false); err != nil {
		return err
	}
	s.back.recorded = append([]backend{}, found...)
	return nil
}

func findBackends(ctx context.Context, conn *pgx.Conn, pids []int32) ([]backend, error) {
	rows, err := conn.Query(ctx, `SELECT pid, backend_start::text FROM pg_stat_activity
		WHERE datname = current_database() AND usename = current_user AND backend_start IS NOT NULL AND pid = ANY($1) ORDER BY pid`, pids)
	if err != nil {
		return nil, err
	}
	return pgx.CollectRows(rows, func(r pgx.CollectableRow) (b backend, err error) { return b, r.Scan(&b.pid, &b.start) })
}

// storeBackends puts backends in the place of those recorded earlier.
func storeBackends(ctx context.Context, c *sqlitedb.Conn, list []backend, replay bool) error {
	if err := c.Begin(ctx); err != nil {
		return err
	}
	defer c.Rollback()
	for _, q := range journalSchema() {
		if _, err := c.Exec(ctx, q); err != nil {
			return err
		}
	}
	if _, err := c.Exec(ctx, `DELETE FROM failoversql_backend WHERE replay=?1`, replay); err != nil {
		return err
	}
	for _, b := range list {
		if _, err := c.Exec(ctx, `INSERT OR IGNORE INTO failoversql_backend(pid,backend_start,replay) VALUES(?1,?2,?3)`, b.pid, b.start, replay); err != nil {
			return err
		}
	}
	return c.Commit(ctx)
}

// endWait bounds the wait for a backend that was told to end.
const endWait = 5 * time.Second

// endOldBackends ends the recorded backends that still run, an earlier replay's
// among them, and waits until they have ended. One that was started at another
// moment is somebody else's and is left alone. Then it records conn as the
// backend that replays.
func (s *Sync) endOldBackends(ctx context.Context, c *sqlitedb.Conn, conn *pgx.Conn) error {
	old, err := readBackends(ctx, c)
	if err != nil {
		return err
	}
	pids, starts := make([]int32, len(old)), make([]string, len(old))
	for i, b := range old {
		pids[i], starts[i] = b.pid, b.start
	}
	const named = ` FROM pg_stat_activity a JOIN unnest($1::int4[], $2::timestamptz[]) old(pid, start)
		ON a.pid = old.pid AND a.backend_start = old.start WHERE a.pid <> pg_backend_pid() AND a.datname = current_database()`
	if len(old) > 0 {
		var ended int
		if err := conn.QueryRow(ctx, `SELECT count(pg_terminate_backend(a.pid))`+named, pids, starts).Scan(&ended); err != nil {
			return fmt.Errorf("dbsync: ending old connections: %w", err)
		}
		for start := time.Now(); ended > 0; {
			var left int
			if err := conn.QueryRow(ctx, `SELECT count(*)`+named, pids, starts).Scan(&left); err != nil {
				return err
			}
			if left == 0 {
				s.log.Info("old connections to the primary were ended before replay", "count", ended)
				break
			}
			if time.Since(start) > endWait {
				return fmt.Errorf("dbsync: %d old connections to the primary do not end", left)
			}
			if _, err := conn.Exec(ctx, `SELECT pg_sleep(0.01)`); err != nil {
				return err
			}
		}
	}
	self, err := findBackends(ctx, conn, []int32{int32(conn.PgConn().PID())})
	if err != nil {
		return err
	}
	s.back.recording.Lock()
	defer s.back.recording.Unlock()
	s.back.recorded = nil
	return s.cfg.File.DespiteFullDisk(func() error {
		if err := storeBackends(ctx, c, nil, false); err != nil {
			return err
		}
		return storeBackends(ctx, c, self, true)
	})
}

func readBackends(ctx context.Context, c *sqlitedb.Conn) ([]backend, error) {
	rows, err := c.Query(ctx, `SELECT pid, backend_start FROM failoversql_backend`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []backend
	vals := make([]driver.Value, 2)
	for {
		if err := rows.Next(vals); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		pid, _ := vals[0].(int64)
		start, _ := vals[1].(string)
		out = append(out, backend{int32(pid), start})
	}
}
