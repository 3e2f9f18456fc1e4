package dbsync

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

const (
	// leaseFloor is the least number of values in a block.
	leaseFloor = 1000
	// leaseCeiling bounds a block, so that one call of RefillLeases stays
	// short.
	leaseCeiling = 100000
	// leaseBlocks is how many blocks of a sequence are kept: one to spend and
	// one in reserve.
	leaseBlocks = 2
)

// RefillLeases reserves values of the primary's sequences for use on the
// fallback: for each sequence two blocks, whose size follows what was spent
// since the last call. The primary commits first, then the file: a crash in
// between leaves a gap in the sequence and nothing else. Sequences that cycle
// are left out, for their values come again.
//
// conn is an ordinary connection to the primary, outside a transaction. It
// returns how many values were reserved.
func (s *Sync) RefillLeases(ctx context.Context, conn *pgx.Conn) (int64, error) {
	c, err := s.cfg.File.Conn(ctx)
	if err != nil {
		return 0, err
	}
	defer c.Close()
	var total int64
	for _, seq := range s.cfg.File.Catalog().Sequences {
		if seq.Cycle || seq.Local || seq.Increment == 0 {
			continue
		}
		have, size, err := leaseState(ctx, c, seq)
		if err != nil {
			return total, err
		}
		if have >= size*(leaseBlocks-1) && have > 0 {
			continue
		}
		for n := int64(0); n < leaseBlocks && have < size*leaseBlocks; n++ {
			got, err := s.lease(ctx, c, conn, seq, size)
			if err != nil {
				return total, err
			}
			if got == 0 {
				break
			}
			have += got
			total += got
		}
	}
	return total, nil
}

// leaseState is how many values of a sequence are left, and how large its next
// block should be: twice the one in use where that was spent since the last
// time, half where it was hardly touched.
func leaseState(ctx context.Context, c *sqlitedb.Conn, seq *catalog.Sequence) (have, size int64, err error) {
	rows, err := c.Query(ctx, `SELECT start, finish, next FROM failoversql_lease WHERE sequence=?1 ORDER BY id`, leaseName(seq))
	if err != nil {
		return 0, 0, err
	}
	defer rows.Close()
	size = leaseFloor
	vals := make([]driver.Value, 3)
	for {
		if err := rows.Next(vals); err == io.EOF {
			break
		} else if err != nil {
			return 0, 0, err
		}
		start, _ := vals[0].(int64)
		finish, _ := vals[1].(int64)
		next, _ := vals[2].(int64)
		block := (finish-start)/seq.Increment + 1
		left := int64(0)
		if next == start || (finish-next)*sign(seq.Increment) >= 0 {
			left = (finish-next)/seq.Increment + 1
		}
		have += left
		if left == 0 {
			size = max(size, min(2*block, leaseCeiling))
		}
	}
	return have, size, nil
}

func sign(n int64) int64 {
	if n < 0 {
		return -1
	}
	return 1
}

// leaseName is a sequence's name in failoversql_lease and failoversql_sequence.
func leaseName(seq *catalog.Sequence) string { return seq.Schema + "." + seq.Name }

// span is a run of values of a sequence.
type span struct{ start, finish int64 }

// reserve takes n values from the primary, for good: a primary that commits
// without waiting for its disk would forget them in a crash, and give them out
// again.
func reserve(ctx context.Context, conn *pgx.Conn, seq *catalog.Sequence, n int64) (spans []span, got int64, err error) {
	tx, err := conn.Begin(ctx)
	if err != nil {
		return nil, 0, err
	}
	defer func() { _ = tx.Rollback(context.WithoutCancel(ctx)) }()
	if err := execAll(ctx, tx, `SELECT set_config('synchronous_commit', 'local', true) WHERE current_setting('synchronous_commit') = 'off'`); err != nil {
		return nil, 0, err
	}
	rows, err := tx.Query(ctx, `SELECT nextval($1::text::regclass) FROM generate_series(1, $2::int8)`, catalog.QuoteQualified(seq.Schema, seq.Name), n)
	if err != nil {
		return nil, 0, err
	}
	defer rows.Close()
	for rows.Next() {
		var v int64
		if err := rows.Scan(&v); err != nil {
			return nil, 0, err
		}
		got++
		if k := len(spans); k > 0 && v == spans[k-1].finish+seq.Increment {
			spans[k-1].finish = v
			continue
		}
		spans = append(spans, span{v, v})
	}
	if err := rows.Err(); err != nil {
		return nil, 0, err
	}
	return spans, got, tx.Commit(ctx)
}

// lease reserves n values and stores them. Others may take values at the same
// time, so what comes back are ranges.
func (s *Sync) lease(ctx context.Context, c *sqlitedb.Conn, conn *pgx.Conn, seq *catalog.Sequence, n int64) (int64, error) {
	spans, got, err := reserve(ctx, conn, seq, n)
	if err != nil {
		return 0, fmt.Errorf("dbsync: reserving values of sequence %s: %w", leaseName(seq), err)
	}
	if err := at("lease.reserved"); err != nil {
		return 0, err
	}
	if err := c.Begin(ctx); err != nil {
		return 0, err
	}
	defer c.Rollback()
	for _, sp := range spans {
		if _, err := c.Exec(ctx, `INSERT INTO failoversql_lease(sequence,start,finish,next) VALUES(?1,?2,?3,?2)`, leaseName(seq), sp.start, sp.finish); err != nil {
			return 0, err
		}
	}
	// Spent blocks go, but for the newest: ids must not be given out again.
	if _, err := c.Exec(ctx, `DELETE FROM failoversql_lease WHERE sequence=?1 AND (finish-next)*?2 < 0
		AND id < (SELECT max(id) FROM failoversql_lease)`, leaseName(seq), sign(seq.Increment)); err != nil {
		return 0, err
	}
	if err := at("lease.commit"); err != nil {
		return 0, err
	}
	return got, c.Commit(ctx)
}

// usedSequence is how far a sequence of the fallback's own was advanced.
type usedSequence struct {
	seq   *catalog.Sequence
	value int64
}

// usedSequences reads them, of those that still exist.
func (s *Sync) usedSequences(ctx context.Context, c *sqlitedb.Conn) ([]usedSequence, error) {
	rows, err := c.Query(ctx, `SELECT oid, last_value FROM failoversql_sequence WHERE is_called=1`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	cat := s.cfg.File.Catalog()
	var out []usedSequence
	vals := make([]driver.Value, 2)
	for {
		if err := rows.Next(vals); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, err
		}
		oid, _ := vals[0].(int64)
		value, _ := vals[1].(int64)
		for _, seq := range cat.Sequences {
			if seq.OID == uint32(oid) && !seq.Cycle {
				out = append(out, usedSequence{seq, value})
			}
		}
	}
}
