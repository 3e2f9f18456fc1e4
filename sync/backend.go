package dbsync

import (
	"context"
	"database/sql/driver"
	"io"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/sqlitedb"
)

// RecordBackends notes in the file which backends of the primary work for this
// process and others on the same file, so that they can be ended before replay:
// one left behind by a cut connection may hold locks, or have a COMMIT still to
// do. pids are what the primary told when the connections were made
// (pgconn.PgConn.PID); conn asks the primary when each was started, for process
// ids are given out again. Backends that are no longer there are forgotten.
//
// It is called from the health check now and then, not for every connection.
func (s *Sync) RecordBackends(ctx context.Context, conn *pgx.Conn, pids []uint32) error {
	list := make([]int32, len(pids))
	for i, pid := range pids {
		list[i] = int32(pid)
	}
	rows, err := conn.Query(ctx, `SELECT pid, backend_start::text FROM pg_stat_activity
		WHERE datname = current_database() AND usename = current_user AND pid = ANY($1)`, list)
	if err != nil {
		return err
	}
	type backend struct {
		pid   int32
		start string
	}
	found, err := pgx.CollectRows(rows, func(r pgx.CollectableRow) (b backend, err error) { return b, r.Scan(&b.pid, &b.start) })
	if err != nil {
		return err
	}
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if err := c.Begin(ctx); err != nil {
		return err
	}
	defer c.Rollback()
	for _, q := range journalSchema() {
		if _, err := c.Exec(ctx, q); err != nil {
			return err
		}
	}
	if _, err := c.Exec(ctx, `DELETE FROM failoversql_backend`); err != nil {
		return err
	}
	for _, b := range found {
		if _, err := c.Exec(ctx, `INSERT OR IGNORE INTO failoversql_backend(pid,backend_start) VALUES(?1,?2)`, b.pid, b.start); err != nil {
			return err
		}
	}
	return c.Commit(ctx)
}

// endOldBackends ends the recorded backends that still run and waits until they
// have. One that was started at another moment is somebody else's and is left
// alone.
func (s *Sync) endOldBackends(ctx context.Context, c *sqlitedb.Conn, conn *pgx.Conn) error {
	rows, err := c.Query(ctx, `SELECT pid, backend_start FROM failoversql_backend`)
	if err != nil {
		return err
	}
	var pids []int32
	var starts []string
	vals := make([]driver.Value, 2)
	for {
		if err = rows.Next(vals); err != nil {
			break
		}
		pids = append(pids, int32(vals[0].(int64)))
		starts = append(starts, vals[1].(string))
	}
	_ = rows.Close()
	if err != io.EOF {
		return err
	}
	if len(pids) == 0 {
		return nil
	}
	var ended int
	err = conn.QueryRow(ctx, `SELECT count(pg_terminate_backend(a.pid, 5000)) FROM pg_stat_activity a
		JOIN unnest($1::int4[], $2::timestamptz[]) old(pid, start) ON a.pid = old.pid AND a.backend_start = old.start
		WHERE a.pid <> pg_backend_pid() AND a.datname = current_database()`, pids, starts).Scan(&ended)
	if err == nil && ended > 0 {
		s.log.Info("old connections to the primary ended before replay", "count", ended)
	}
	return err
}
