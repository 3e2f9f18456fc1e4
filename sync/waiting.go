package dbsync

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"

	"github.com/failoversql/failoversql/sqlitedb"
)

// Replayed counts what this Sync has brought to the primary, and the transactions
// that it parked.
func (s *Sync) Replayed() (transactions, rows, parked uint64) {
	r := &s.back.replayed
	return r.transactions.Load(), r.rows.Load(), r.parked.Load()
}

// replayed adds what a batch did to the counts.
func (s *Sync) countReplayed(before, after ReplayReport) {
	r := &s.back.replayed
	r.transactions.Add(uint64(after.Transactions - before.Transactions))
	r.rows.Add(uint64(after.Rows - before.Rows))
	r.parked.Add(uint64(after.Parked - before.Parked))
}

// Waiting tells what of the file's own is not settled: the changes parked as
// conflicts by kind, and how many bytes the file has grown by, which is 0 unless
// it holds changes of its own. It does not ask the primary.
func (s *Sync) Waiting(ctx context.Context) (conflicts map[string]int64, grown int64, err error) {
	conflicts = map[string]int64{}
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return conflicts, 0, err
	}
	defer c.Close()
	if ok, err := hasJournal(ctx, c); err != nil || !ok {
		return conflicts, 0, err
	}
	rows, err := c.Query(ctx, `SELECT kind, count(*) FROM failoversql_conflict GROUP BY kind`)
	if err != nil {
		return conflicts, 0, fmt.Errorf("dbsync: %w", err)
	}
	defer rows.Close()
	for vals := make([]driver.Value, 2); ; {
		if err := rows.Next(vals); err == io.EOF {
			break
		} else if err != nil {
			return conflicts, 0, fmt.Errorf("dbsync: %w", err)
		}
		kind, _ := vals[0].(string)
		n, _ := vals[1].(int64)
		conflicts[kind] = n
	}
	st, err := c.State(ctx)
	if err != nil || st.State != sqlitedb.Diverged {
		return conflicts, 0, err
	}
	size, err := s.JournalSize(ctx)
	return conflicts, size.Grown(), err
}
