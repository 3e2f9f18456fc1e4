package dbsync

import (
	"context"
	"database/sql/driver"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"sort"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"golang.org/x/sync/errgroup"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/failoversql/failoversql/sqlitedb"
)

// catalogOf reads the newest catalog that the connection's transaction sees.
func catalogOf(ctx context.Context, file *sqlitedb.Conn) (*catalog.Catalog, error) {
	var text string
	if err := file.QueryRow(ctx, "SELECT json FROM failoversql_catalog ORDER BY version DESC LIMIT 1", nil, &text); err != nil {
		return nil, fmt.Errorf("dbsync: read the file's schema: %w", err)
	}
	cat := new(catalog.Catalog)
	if err := json.Unmarshal([]byte(text), cat); err != nil {
		return nil, fmt.Errorf("dbsync: read the file's schema: %w", err)
	}
	return cat, nil
}

// comparison reads one table from both sides.
type comparison struct {
	conn  *pgconn.PgConn
	file  *sqlitedb.Conn
	table *catalog.Table
	types []pgvalue.Type
	key   []int // columns of the primary key; all of them where there is none
	low   maphash.Seed
	high  maphash.Seed

	rate  int // rows of the primary a second, or 0
	began time.Time
	read  int
}

// bucket adds up the rows of both sides whose keys fall into it.
type bucket struct {
	rows [2]int64
	sum  [2]digest
}

const (
	// buckets is how many a table's rows are spread over: what is kept in memory
	// of a table that is the same, and how finely one that is not is narrowed
	// down.
	buckets = 8192
	// suspects bounds the rows of differing buckets that are kept at a time.
	suspects = 200_000
)

// digest is 128 bits of a row, seeded anew for every table: two rows have the
// same by chance only.
type digest [2]uint64

func compareTable(ctx context.Context, conn *pgconn.PgConn, file *sqlitedb.Conn, cat *catalog.Catalog, t *catalog.Table, rate int) (TableReport, error) {
	r := TableReport{Schema: t.Schema, Name: t.Name}
	c := &comparison{conn: conn, file: file, table: t, low: maphash.MakeSeed(), high: maphash.MakeSeed(), rate: rate}
	pk := t.PrimaryKey()
	for i := range t.Columns {
		typ, ok := pgvalue.TypeOf(cat, t.Columns[i].Type, t.Columns[i].Typmod)
		if !ok {
			return r, fmt.Errorf("column %s has a type the copy does not know", t.Columns[i].Name)
		}
		c.types = append(c.types, typ)
		if pk == nil {
			c.key = append(c.key, i)
			continue
		}
		for _, name := range pk.Columns {
			if name == t.Columns[i].Name {
				c.key = append(c.key, i)
			}
		}
	}
	// Sums of the rows' digests first: order does not matter and no row is kept.
	// Both sides at the same time, each with sums of its own.
	sums := make([]bucket, buckets)
	sum := func(side int) func([][]byte) {
		var h rowHasher
		return func(row [][]byte) {
			b := &sums[c.bucket(&h, row)]
			d := c.digest(&h, row)
			b.rows[side]++
			b.sum[side][0] += d[0]
			b.sum[side][1] += d[1]
		}
	}
	g, gctx := errgroup.WithContext(ctx)
	g.Go(func() error { return c.primaryRows(gctx, sum(0)) })
	g.Go(func() error { return c.fileRows(gctx, sum(1)) })
	if err := g.Wait(); err != nil {
		return r, err
	}
	differ := map[int]bool{}
	kept := int64(0)
	for i := range sums {
		b := &sums[i]
		r.Primary += b.rows[0]
		r.File += b.rows[1]
		if b.rows[0] == b.rows[1] && b.sum[0] == b.sum[1] {
			continue
		}
		if n := b.rows[0] + b.rows[1]; len(differ) == 0 || kept+n <= suspects {
			differ[i] = true
			kept += n
		} else {
			r.More = true
		}
	}
	if len(differ) == 0 {
		return r, nil
	}
	return r, c.differences(ctx, differ, &r)
}

// rowHasher is room in which a row is laid out to be hashed.
type rowHasher struct{ buf []byte }

// bucket of a row, by its key.
func (c *comparison) bucket(h *rowHasher, row [][]byte) int {
	h.buf = h.buf[:0]
	for _, i := range c.key {
		h.buf = append(append(h.buf, row[i]...), 0)
	}
	return int(maphash.Bytes(c.low, h.buf) % buckets)
}

// pace keeps to the rate at which the primary may be read.
func (c *comparison) pace(ctx context.Context) error {
	if c.read++; c.rate <= 0 || c.read%64 != 0 {
		return nil
	}
	ahead := time.Duration(float64(c.read)/float64(c.rate)*float64(time.Second)) - time.Since(c.began)
	if ahead <= 0 {
		return nil
	}
	select {
	case <-time.After(ahead):
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	}
}

// digest of a row: NULL is told from the empty string, and values from their
// neighbours, by their lengths.
func (c *comparison) digest(h *rowHasher, row [][]byte) digest {
	h.buf = h.buf[:0]
	for _, v := range row {
		n := uint64(len(v)) + 1
		if v == nil {
			n = 0
		}
		h.buf = append(binary.LittleEndian.AppendUint64(h.buf, n), v...)
	}
	return digest{maphash.Bytes(c.low, h.buf), maphash.Bytes(c.high, h.buf)}
}

func (c *comparison) columnList() string {
	names := make([]string, len(c.table.Columns))
	for i := range c.table.Columns {
		names[i] = quoteIdent(c.table.Columns[i].Name)
	}
	return strings.Join(names, ", ")
}

// primaryRows reads the table's rows as PostgreSQL writes them.
func (c *comparison) primaryRows(ctx context.Context, see func([][]byte)) error {
	only := "ONLY "
	if c.table.Kind == 'p' {
		only = ""
	}
	c.began, c.read = time.Now(), 0
	sql := "SELECT " + c.columnList() + " FROM " + only + catalog.QuoteQualified(c.table.Schema, c.table.Name)
	rr := c.conn.ExecParams(ctx, sql, nil, nil, nil, nil)
	var paced error
	for paced == nil && rr.NextRow() {
		see(rr.Values())
		paced = c.pace(ctx)
	}
	_, err := rr.Close()
	return errors.Join(paced, err)
}

// fileRows reads the rows of the file and writes them as PostgreSQL would.
func (c *comparison) fileRows(ctx context.Context, see func([][]byte)) error {
	sql := "SELECT " + c.columnList() + " FROM " + quoteIdent(catalog.SQLiteName(c.table.Schema, c.table.Name))
	if len(c.table.Columns) == 0 {
		sql = "SELECT 1 FROM " + quoteIdent(catalog.SQLiteName(c.table.Schema, c.table.Name))
	}
	rows, err := c.file.Query(ctx, sql)
	if err != nil {
		return err
	}
	defer rows.Close()
	values := make([]driver.Value, max(1, len(c.types)))
	row, room := make([][]byte, len(c.types)), make([][]byte, len(c.types))
	for {
		if err := rows.Next(values); errors.Is(err, io.EOF) {
			return nil
		} else if err != nil {
			return err
		}
		for i := range c.types {
			if values[i] == nil {
				row[i] = nil
				continue
			}
			text, err := pgvalue.FormatText(&c.types[i], pgvalue.FromColumn(&c.types[i], values[i]), pgvalue.UTC)
			if err != nil {
				return fmt.Errorf("column %s: %w", c.table.Columns[i].Name, err)
			}
			row[i] = append(room[i][:0], text...)
			if row[i] == nil {
				row[i] = []byte{}
			}
			room[i] = row[i]
		}
		see(row)
	}
}

// differences finds the rows that differ in some buckets, by their keys.
func (c *comparison) differences(ctx context.Context, in map[int]bool, r *TableReport) error {
	type entry struct {
		sum [2]digest // sums, for rows without a key may be equal
		n   int       // rows there less rows here
	}
	entries := map[string]*entry{}
	var h rowHasher
	gather := func(side int) func([][]byte) {
		return func(row [][]byte) {
			if !in[c.bucket(&h, row)] {
				return
			}
			k := c.keyText(row)
			e := entries[k]
			if e == nil {
				e = new(entry)
				entries[k] = e
			}
			d := c.digest(&h, row)
			e.sum[side][0] += d[0]
			e.sum[side][1] += d[1]
			e.n += 1 - 2*side
		}
	}
	if err := c.primaryRows(ctx, gather(0)); err != nil {
		return err
	}
	if err := c.fileRows(ctx, gather(1)); err != nil {
		return err
	}
	var out []Difference
	for k, e := range entries {
		switch {
		case e.n > 0:
			out = append(out, Difference{k, "missing"})
		case e.n < 0:
			out = append(out, Difference{k, "extra"})
		case e.sum[0] != e.sum[1]:
			out = append(out, Difference{k, "different"})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Key < out[j].Key })
	if len(out) > maxDifferences {
		out, r.More = out[:maxDifferences], true
	}
	r.Differences = out
	return nil
}

func (c *comparison) keyText(row [][]byte) string {
	parts := make([]string, len(c.key))
	for k, i := range c.key {
		if row[i] == nil {
			parts[k] = "NULL"
			continue
		}
		parts[k] = string(row[i])
		if len(c.key) > 1 {
			parts[k] = quoteLiteral(parts[k])
		}
	}
	return strings.Join(parts, ", ")
}
