package dbsync

import (
	"bytes"
	"database/sql/driver"
	"encoding/binary"
	"errors"
	"fmt"
	"sync/atomic"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// copyTable is a table being copied: what to ask the primary and how its
// columns are stored.
type copyTable struct {
	table   *catalog.Table
	where   string // the condition that its rows are to meet; "": all
	columns []copyColumn
	rows    atomic.Int64 // read so far
	parts   int          // still to be written; the writer's
}

type copyColumn struct {
	name string
	typ  pgvalue.Type
	// text: asked for in PostgreSQL's own text, where the binary form is not
	// read here.
	text  bool
	plain bool // stored as it is decoded
}

func newCopyTable(cat *catalog.Catalog, t *catalog.Table) (*copyTable, error) {
	ct := &copyTable{table: t}
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Generated != "" {
			continue // SQLite computes it
		}
		typ, ok := pgvalue.TypeOf(cat, c.Type, c.Typmod)
		if !ok {
			return nil, fmt.Errorf("dbsync: column %s of %s.%s has a type the copy does not know", c.Name, t.Schema, t.Name)
		}
		ct.columns = append(ct.columns, copyColumn{name: c.Name, typ: typ, text: !readsBinary(&typ), plain: storedPlain(&typ)})
	}
	return ct, nil
}

// fileName is the quoted name of the table in the file.
func (t *copyTable) fileName() string {
	return quoteIdent(catalog.SQLiteName(t.table.Schema, t.table.Name))
}

// query is the COPY statement, of the rows that a condition names, or of all. A
// partitioned table gives the rows of its partitions, any other its own only.
func (t *copyTable) query(where string) string {
	var b bytes.Buffer
	b.WriteString("COPY (SELECT ")
	for i, c := range t.columns {
		if i > 0 {
			b.WriteString(", ")
		}
		name := quoteIdent(c.name)
		if c.text {
			// A cast to text is not always what the type's output function
			// writes (inet), and IS NULL is true of a row of NULLs.
			name = "CASE WHEN num_nulls(" + name + ") = 0 THEN format('%s', " + name + ") END"
		}
		b.WriteString(name)
	}
	b.WriteString(" FROM ")
	if t.table.Kind != 'p' {
		b.WriteString("ONLY ")
	}
	b.WriteString(catalog.QuoteQualified(t.table.Schema, t.table.Name))
	b.WriteString(where)
	b.WriteString(") TO STDOUT (FORMAT binary)")
	return b.String()
}

// copyHeader begins every binary COPY.
var copyHeader = []byte("PGCOPY\n\xff\r\n\x00")

var errCopy = errors.New("dbsync: malformed COPY data")

// copyDecoder is the io.Writer that a COPY is written to: it takes rows apart
// and hands them on in batches. PostgreSQL sends whole rows, but nothing
// promises it, so what is left of a row is carried over.
type copyDecoder struct {
	table *copyTable
	batch *copyBatch
	take  func() (*copyBatch, error) // an empty batch
	give  func(*copyBatch) error     // hands on a full one

	rows   int64 // of this COPY
	carry  []byte
	header bool
	done   bool
}

// copyBatch is rows of one table on their way into the file: their values one
// after another, numbered as they are bound.
type copyBatch struct {
	table *copyTable
	args  []driver.NamedValue
	rows  int
	bytes int
	last  bool // of a part of the table
}

func (d *copyDecoder) Write(p []byte) (int, error) {
	b := p
	if len(d.carry) > 0 {
		d.carry = append(d.carry, p...)
		b = d.carry
	}
	for {
		n, err := d.step(b)
		if err != nil {
			return 0, err
		}
		if n == 0 {
			break
		}
		b = b[n:]
	}
	if len(b) == 0 {
		d.carry = d.carry[:0]
	} else {
		d.carry = append(d.carry[:0:0], b...)
	}
	return len(p), nil
}

// step takes the header, a row or the end off b; 0 where b holds no whole one.
func (d *copyDecoder) step(b []byte) (int, error) {
	switch {
	case d.done:
		if len(b) > 0 {
			return 0, errCopy
		}
		return 0, nil
	case !d.header:
		const fixed = 11 + 4 + 4
		if len(b) < fixed {
			return 0, nil
		}
		if !bytes.HasPrefix(b, copyHeader) {
			return 0, errCopy
		}
		n := fixed + int(binary.BigEndian.Uint32(b[fixed-4:]))
		if len(b) < n {
			return 0, nil
		}
		d.header = true
		return n, nil
	case len(b) < 2:
		return 0, nil
	}
	fields := int(int16(binary.BigEndian.Uint16(b)))
	if fields == -1 {
		d.done = true
		return 2, nil
	}
	if fields != len(d.table.columns) {
		return 0, fmt.Errorf("%w: row of %d columns, not %d", errCopy, fields, len(d.table.columns))
	}
	n := rowLength(b, fields)
	if n == 0 {
		return 0, nil
	}
	return n, d.row(b[2:n])
}

// rowLength is the length of the row that b begins with, or 0 where it is not
// all there.
func rowLength(b []byte, fields int) int {
	n := 2
	for range fields {
		if len(b) < n+4 {
			return 0
		}
		if l := int(int32(binary.BigEndian.Uint32(b[n:]))); l > 0 {
			n += l
		}
		n += 4
		if len(b) < n {
			return 0
		}
	}
	return n
}

// row decodes one whole row into the batch.
func (d *copyDecoder) row(b []byte) error {
	if d.batch == nil {
		var err error
		if d.batch, err = d.take(); err != nil {
			return err
		}
		d.batch.table = d.table
	}
	batch := d.batch
	batch.bytes += len(b)
	for i := range d.table.columns {
		l := int(int32(binary.BigEndian.Uint32(b)))
		b = b[4:]
		var v driver.Value
		if l >= 0 {
			var err error
			if v, err = d.table.columns[i].decode(b[:l:l]); err != nil {
				return fmt.Errorf("dbsync: column %s of %s.%s: %w", d.table.columns[i].name, d.table.table.Schema, d.table.table.Name, err)
			}
			b = b[l:]
		}
		batch.args = append(batch.args, driver.NamedValue{Ordinal: len(batch.args) + 1, Value: v})
	}
	batch.rows++
	d.rows++
	if batch.full() {
		d.batch = nil
		return d.give(batch)
	}
	return nil
}

// finish hands on what is left after the last row, with the word that this was
// all.
func (d *copyDecoder) finish() error {
	if !d.done {
		return fmt.Errorf("%w: no end", errCopy)
	}
	batch := d.batch
	if batch == nil {
		var err error
		if batch, err = d.take(); err != nil {
			return err
		}
		batch.table = d.table
	}
	d.batch = nil
	batch.last = true
	d.table.rows.Add(d.rows)
	return d.give(batch)
}

func (c *copyColumn) decode(b []byte) (driver.Value, error) {
	var native any
	var err error
	if c.text {
		native, err = pgvalue.FromText(&c.typ, string(b))
	} else {
		native, err = pgvalue.FromBinary(&c.typ, b)
	}
	if err != nil || c.plain {
		return native, err
	}
	return pgvalue.ToColumn(&c.typ, native), nil
}

const (
	// batchBytes bounds what a batch may weigh; batchValues is how many values
	// it may bind, below SQLite's limit of 32,766.
	batchBytes  = 256 << 10
	batchValues = 2000
)

// rowsPerInsert is how many rows of a table go into one INSERT.
func (t *copyTable) rowsPerInsert() int {
	return max(1, batchValues/len(t.columns))
}

func (b *copyBatch) full() bool {
	return b.rows >= b.table.rowsPerInsert() || b.bytes >= batchBytes
}
