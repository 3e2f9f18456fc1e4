package dbsync

import (
	"context"
	"database/sql/driver"
	"io"

	"github.com/jackc/pgx/v5"
)

// conflictRow names a change in conflict of this file.
type conflictRow struct {
	journal string
	seq     int64
}

// dropSettledCopies drops the file's copies of conflicts that are settled on
// the primary, by whomever.
func (s *Sync) dropSettledCopies(ctx context.Context, conn *pgx.Conn) error {
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if ok, err := hasJournal(ctx, c); err != nil || !ok {
		return err
	}
	rows, err := c.Query(ctx, `SELECT journal, seq FROM failoversql_conflict`)
	if err != nil {
		return err
	}
	copies, err := readConflictRows(rows)
	_ = rows.Close()
	if err != nil || len(copies) == 0 {
		return err
	}
	instance, err := s.instanceID(ctx)
	if err != nil {
		return err
	}
	found, err := conn.Query(ctx, `SELECT journal, seq FROM failoversql.conflict WHERE instance = $1 AND resolved_at IS NULL`, instance)
	if err != nil {
		return err
	}
	open, err := pgx.CollectRows(found, func(r pgx.CollectableRow) (k conflictRow, err error) { return k, r.Scan(&k.journal, &k.seq) })
	if err != nil {
		return err
	}
	for _, k := range open {
		delete(copies, k)
	}
	if len(copies) == 0 {
		return nil
	}
	if err := c.Begin(ctx); err != nil {
		return err
	}
	defer c.Rollback()
	for k := range copies {
		if _, err := c.Exec(ctx, `DELETE FROM failoversql_conflict WHERE journal=?1 AND seq=?2`, k.journal, k.seq); err != nil {
			return err
		}
	}
	return c.Commit(ctx)
}

func readConflictRows(rows driver.Rows) (map[conflictRow]bool, error) {
	out := map[conflictRow]bool{}
	vals := make([]driver.Value, 2)
	for {
		if err := rows.Next(vals); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		var k conflictRow
		k.journal, _ = vals[0].(string)
		k.seq, _ = vals[1].(int64)
		out[k] = true
	}
}
