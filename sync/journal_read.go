package dbsync

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

// journalEntry is one row of the journal, continuation rows joined to it.
type journalEntry struct {
	seq      int64
	table    uint32
	version  int64 // of the catalog that describes the values
	op       string
	cascaded bool
	values   []any
}

// journalTx is one transaction of the journal.
type journalTx struct {
	id      int64
	entries []journalEntry
}

// journalReader reads the journal forward, whole transactions at a time, each
// batch in a read snapshot of its own: writers are not held up, and the
// write-ahead log can be shortened in between.
type journalReader struct {
	c    *sqlitedb.Conn
	wide int   // values of a row that are read: as many as a row has had
	seq  int64 // rows up to this one have been read
	end  int64 // transactions after this one are not; 0: all are
	cats map[int64]*catalog.Catalog

	tables map[tableVersion]*catalog.Table
}

// tableVersion names a table as it was under a version of the catalog.
type tableVersion struct {
	version int64
	oid     uint32
}

const journalColumns = `seq,tx,tbl,ver,op,cascaded`

func journalValueColumns(n int) string {
	var b strings.Builder
	for i := 1; i <= n; i++ {
		fmt.Fprintf(&b, ",c%d", i)
	}
	return b.String()
}

// newJournalReader starts after a transaction.
func newJournalReader(ctx context.Context, c *sqlitedb.Conn, afterTx int64) (*journalReader, error) {
	r := &journalReader{c: c, wide: 8, cats: map[int64]*catalog.Catalog{}, tables: map[tableVersion]*catalog.Table{}}
	return r, r.seek(ctx, afterTx)
}

// seek finds the last row of a transaction or of those before it. The journal
// has no index on tx, which would cost every write; tx rises with seq.
func (r *journalReader) seek(ctx context.Context, afterTx int64) error {
	var lo, hi int64
	if err := r.c.QueryRow(ctx, `SELECT coalesce(min(seq),1)-1, coalesce(max(seq),0) FROM failoversql_journal`, nil, &lo, &hi); err != nil {
		return err
	}
	for lo < hi { // rows up to lo belong to tx <= afterTx, rows after hi do not
		mid := lo + (hi-lo+1)/2
		var seq, tx int64
		err := r.c.QueryRow(ctx, `SELECT seq, tx FROM failoversql_journal WHERE seq <= ?1 ORDER BY seq DESC LIMIT 1`, []any{mid}, &seq, &tx)
		if err != nil {
			return err
		}
		if tx <= afterTx {
			lo = mid
		} else {
			hi = min(seq, mid) - 1
		}
	}
	r.seq = lo
	return nil
}

// next reads transactions until about maxRows rows have been read; none means
// that the end has been reached.
func (r *journalReader) next(ctx context.Context, maxRows int) ([]journalTx, error) {
	for {
		seq := r.seq
		out, err := r.read(ctx, maxRows)
		if err != errWider {
			return out, err
		}
		r.seq = seq
	}
}

// errWider: a row has more values than were read.
var errWider = errors.New("dbsync: a journal row is wider than those before")

func (r *journalReader) read(ctx context.Context, maxRows int) ([]journalTx, error) {
	rows, err := r.c.Query(ctx, `SELECT `+journalColumns+journalValueColumns(r.wide)+` FROM failoversql_journal WHERE seq>?1 ORDER BY seq`, r.seq)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	var out []journalTx
	vals := make([]driver.Value, 6+r.wide)
	for n := 0; ; n++ {
		if err := rows.Next(vals); err == io.EOF {
			return out, nil
		} else if err != nil {
			return nil, fmt.Errorf("dbsync: reading the journal: %w", err)
		}
		tx := vals[1].(int64)
		if r.end != 0 && tx > r.end {
			return out, nil
		}
		if len(out) == 0 || out[len(out)-1].id != tx {
			if n >= maxRows {
				return out, nil
			}
			out = append(out, journalTx{id: tx})
		}
		if err := r.add(ctx, &out[len(out)-1], vals); err != nil {
			return nil, err
		}
		r.seq = vals[0].(int64)
	}
}

// add puts a row of the journal into its transaction.
func (r *journalReader) add(ctx context.Context, tx *journalTx, vals []driver.Value) error {
	op := vals[4].(string)
	if op == opContinue {
		if len(tx.entries) == 0 {
			return fmt.Errorf("dbsync: journal row %d continues nothing", vals[0])
		}
		e := &tx.entries[len(tx.entries)-1]
		want, err := r.width(ctx, e)
		if err != nil {
			return err
		}
		e.values, err = r.appendValues(e.values, vals[6:], want-len(e.values))
		return err
	}
	e := journalEntry{
		seq: vals[0].(int64), table: uint32(vals[2].(int64)), version: vals[3].(int64),
		op: op, cascaded: vals[5].(int64) != 0,
	}
	n, err := r.width(ctx, &e)
	if err != nil {
		return err
	}
	if e.values, err = r.appendValues(make([]any, 0, n), vals[6:], n); err != nil {
		return err
	}
	tx.entries = append(tx.entries, e)
	return nil
}

// appendValues takes a row's part of n values.
func (r *journalReader) appendValues(dst []any, row []driver.Value, n int) ([]any, error) {
	if n = min(n, journalWidth); n > r.wide {
		r.wide = n
		return nil, errWider
	}
	for _, v := range row[:n] {
		dst = append(dst, v)
	}
	return dst, nil
}

// width is how many values an entry has.
func (r *journalReader) width(ctx context.Context, e *journalEntry) (int, error) {
	if e.op == opDDL {
		return 1, nil
	}
	t, err := r.tableOf(ctx, e)
	if err != nil {
		return 0, err
	}
	if e.op == opUpdate {
		return 2 * len(t.Columns), nil
	}
	return len(t.Columns), nil
}

// tableOf is an entry's table as it was when the entry was written.
func (r *journalReader) tableOf(ctx context.Context, e *journalEntry) (*catalog.Table, error) {
	key := tableVersion{e.version, e.table}
	if t := r.tables[key]; t != nil {
		return t, nil
	}
	cat, err := r.catalog(ctx, e.version)
	if err != nil {
		return nil, err
	}
	t := cat.TableByOID(e.table)
	if t == nil {
		return nil, fmt.Errorf("dbsync: journal row %d: version %d of the catalog has no table with OID %d", e.seq, e.version, e.table)
	}
	r.tables[key] = t
	return t, nil
}

// catalog reads a version of the catalog from the file.
func (r *journalReader) catalog(ctx context.Context, version int64) (*catalog.Catalog, error) {
	if cat := r.cats[version]; cat != nil {
		return cat, nil
	}
	var text string
	err := r.c.QueryRow(ctx, `SELECT json FROM failoversql_catalog WHERE version=?1`, []any{version}, &text)
	if err != nil {
		return nil, fmt.Errorf("dbsync: version %d of the catalog, which the journal refers to: %w", version, err)
	}
	cat := new(catalog.Catalog)
	if err := json.Unmarshal([]byte(text), cat); err != nil {
		return nil, fmt.Errorf("dbsync: version %d of the catalog: %w", version, err)
	}
	r.cats[version] = cat
	return cat, nil
}
