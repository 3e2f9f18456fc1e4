package dbsync

import (
	"context"
	"io"
	"time"

	"github.com/failoversql/failoversql/sqlitedb"
)

// journalPending counts the transactions in the file's journals that may not be
// on the primary's disk yet.
func (s *Sync) journalPending(ctx context.Context, c *sqlitedb.Conn) (int64, error) {
	ok, err := hasJournal(ctx, c)
	if err != nil || !ok {
		return 0, err
	}
	var n int64
	// Only the newest journal can be unfinished: another begins when it is closed.
	err = c.QueryRow(ctx, `SELECT count(DISTINCT tx) FROM failoversql_journal
		WHERE tx > (SELECT flushed_tx FROM failoversql_journals ORDER BY id DESC LIMIT 1)
		AND (SELECT last_tx FROM failoversql_journals ORDER BY id DESC LIMIT 1) IS NULL`, nil, &n)
	return n, err
}

// hasJournal reports whether the journal's tables are in the file.
func hasJournal(ctx context.Context, c *sqlitedb.Conn) (bool, error) {
	var n int64
	err := c.QueryRow(ctx, `SELECT count(*) FROM sqlite_schema WHERE type='table' AND name='failoversql_journals'`, nil, &n)
	return n > 0, err
}

// JournalStatus says how much of the file's own writes is not on the primary.
type JournalStatus struct {
	Journal   string    // UUID of the current or latest journal; "" where there never was one
	Reason    string    // why it was begun
	Since     time.Time // when
	Pending   int64     // transactions not known to be on the primary's disk
	Rows      int64     // about, kept in the file, of this journal and earlier ones
	Finished  bool      // replayed to its end
	Undone    bool      // and taken back by Rejoin
	FinalLSN  LSN
	Conflicts int64 // parked transactions of this file that are not settled, as far as it knows
}

// Journal reports on the current or latest journal. It does not ask the
// primary.
func (s *Sync) Journal(ctx context.Context) (JournalStatus, error) {
	var st JournalStatus
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return st, err
	}
	defer c.Close()
	ok, err := hasJournal(ctx, c)
	if err != nil || !ok {
		return st, err
	}
	var since, final int64
	var last, undone any
	err = c.QueryRow(ctx, `SELECT uuid, reason, created_at, last_tx, coalesce(final_lsn, 0), undone_at
		FROM failoversql_journals ORDER BY id DESC LIMIT 1`, nil, &st.Journal, &st.Reason, &since, &last, &final, &undone)
	if err == io.EOF {
		return st, nil
	}
	if err != nil {
		return st, err
	}
	st.Since, st.FinalLSN = time.UnixMicro(since), LSN(final)
	st.Finished, st.Undone = last != nil, undone != nil
	if st.Pending, err = s.journalPending(ctx, c); err != nil {
		return st, err
	}
	if err := c.QueryRow(ctx, `SELECT coalesce(max(seq) - min(seq) + 1, 0) FROM failoversql_journal`, nil, &st.Rows); err != nil {
		return st, err
	}
	err = c.QueryRow(ctx, `SELECT count(*) FROM (SELECT DISTINCT journal, tx FROM failoversql_conflict)`, nil, &st.Conflicts)
	return st, err
}
