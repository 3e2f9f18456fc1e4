package dbsync

import (
	"context"
	"time"

	"github.com/failoversql/failoversql/sqlitedb"
)

// tidyInterval is how often old journals are looked for while the file follows.
const tidyInterval = 10 * time.Minute

// tidy drops journals that have been kept long enough, now and then.
func (s *Sync) tidy(ctx context.Context) error {
	now := time.Now()
	if last := s.back.tidied.Load(); now.UnixNano()-last < int64(tidyInterval) || !s.back.tidied.CompareAndSwap(last, now.UnixNano()) {
		return nil
	}
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return err
	}
	defer c.Close()
	if ok, err := hasJournal(ctx, c); err != nil || !ok {
		return err
	}
	before := now.Add(-s.cfg.JournalRetention)
	var n int64
	err = c.QueryRow(ctx, `SELECT count(*) FROM failoversql_journals WHERE undone_at < ?1`, []any{before.UnixMicro()}, &n)
	if err != nil || n == 0 {
		return err
	}
	if err := c.Begin(ctx); err != nil {
		return err
	}
	defer c.Rollback()
	if err := trimJournals(ctx, c, before); err != nil {
		return err
	}
	return c.Commit(ctx)
}

// trimJournals drops the rows of journals undone before a moment, oldest first,
// so that what stays is one run of transactions.
func trimJournals(ctx context.Context, c *sqlitedb.Conn, before time.Time) error {
	const old = `undone_at < ?1 AND id < (SELECT coalesce(min(id), 9223372036854775807) FROM failoversql_journals WHERE undone_at IS NULL OR undone_at >= ?1)`
	if _, err := c.Exec(ctx, `DELETE FROM failoversql_journal WHERE tx <= (SELECT max(last_tx) FROM failoversql_journals WHERE `+old+`)`, before.UnixMicro()); err != nil {
		return err
	}
	_, err := c.Exec(ctx, `DELETE FROM failoversql_conflict WHERE journal IN (SELECT uuid FROM failoversql_journals WHERE `+old+`)`, before.UnixMicro())
	return err
}
