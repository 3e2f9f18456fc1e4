package dbsync

import (
	"context"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"hash/maphash"
	"io"
	"sort"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

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
	hash  maphash.Hash
	low   maphash.Seed
	high  maphash.Seed
}

// digest is 128 bits of a row, seeded anew for every table: two rows have the
// same by chance only.
type digest [2]uint64

func compareTable(ctx context.Context, conn *pgconn.PgConn, file *sqlitedb.Conn, cat *catalog.Catalog, t *catalog.Table) (TableReport, error) {
	r := TableReport{Schema: t.Schema, Name: t.Name}
	c := &comparison{conn: conn, file: file, table: t, low: maphash.MakeSeed(), high: maphash.MakeSeed()}
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

	// Sums of all rows' digests first: order does not matter and nothing is
	// kept. Only tables that differ are read again for the rows.
	var sum [2]digest
	count := func(n *int64, sum *digest) func([][]byte) {
		return func(row [][]byte) {
			d := c.digest(row)
			*n++
			sum[0] += d[0]
			sum[1] += d[1]
		}
	}
	if err := c.primaryRows(ctx, count(&r.Primary, &sum[0])); err != nil {
		return r, err
	}
	if err := c.fileRows(ctx, count(&r.File, &sum[1])); err != nil {
		return r, err
	}
	if r.Primary == r.File && sum[0] == sum[1] {
		return r, nil
	}
	var err error
	r.Differences, err = c.differences(ctx)
	return r, err
}

// digest of a row: NULL is told from the empty string, and values from their
// neighbours, by their lengths.
func (c *comparison) digest(row [][]byte) digest {
	var d digest
	for i, seed := range []maphash.Seed{c.low, c.high} {
		c.hash.SetSeed(seed)
		for _, v := range row {
			n := uint64(len(v)) + 1
			if v == nil {
				n = 0
			}
			for shift := 0; shift < 64; shift += 8 {
				_ = c.hash.WriteByte(byte(n >> shift)) // never fails
			}
			_, _ = c.hash.Write(v)
		}
		d[i] = c.hash.Sum64()
	}
	return d
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
	sql := "SELECT " + c.columnList() + " FROM " + only + catalog.QuoteQualified(c.table.Schema, c.table.Name)
	rr := c.conn.ExecParams(ctx, sql, nil, nil, nil, nil)
	for rr.NextRow() {
		see(rr.Values())
	}
	_, err := rr.Close()
	return err
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
	row := make([][]byte, len(c.types))
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
			row[i] = []byte(text)
			if row[i] == nil {
				row[i] = []byte{}
			}
		}
		see(row)
	}
}

// differences finds the rows that differ, by their keys.
func (c *comparison) differences(ctx context.Context) ([]Difference, error) {
	type entry struct {
		primary, file digest // sums, for rows without a key may be equal
		n             int    // rows there less rows here
	}
	entries := map[string]*entry{}
	at := func(row [][]byte) *entry {
		k := c.keyText(row)
		e := entries[k]
		if e == nil {
			e = new(entry)
			entries[k] = e
		}
		return e
	}
	err := c.primaryRows(ctx, func(row [][]byte) {
		e, d := at(row), c.digest(row)
		e.primary[0], e.primary[1] = e.primary[0]+d[0], e.primary[1]+d[1]
		e.n++
	})
	if err != nil {
		return nil, err
	}
	err = c.fileRows(ctx, func(row [][]byte) {
		e, d := at(row), c.digest(row)
		e.file[0], e.file[1] = e.file[0]+d[0], e.file[1]+d[1]
		e.n--
	})
	if err != nil {
		return nil, err
	}
	var out []Difference
	for k, e := range entries {
		switch {
		case e.n > 0:
			out = append(out, Difference{k, "missing"})
		case e.n < 0:
			out = append(out, Difference{k, "extra"})
		case e.primary != e.file:
			out = append(out, Difference{k, "different"})
		}
	}
	sort.Slice(out, func(i, j int) bool { return out[i].Key < out[j].Key })
	if len(out) > maxDifferences {
		out = out[:maxDifferences]
	}
	return out, nil
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
