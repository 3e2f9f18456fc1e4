package dbsync

import (
	"context"
	"database/sql/driver"
	"fmt"
	"strings"

	"github.com/mattn/go-sqlite3"

	"github.com/failoversql/failoversql/sqlitedb"
)

// copyBatches is how many batches of rows exist at a time, which bounds the
// memory of a copy together with batchBytes.
const copyBatches = 8

// copyWriter writes batches of rows into the new file: one goroutine, for
// SQLite has one writer.
type copyWriter struct {
	conn       *sqlitedb.Conn
	progress   *tracker
	full, free chan *copyBatch

	inserts map[*copyTable]*copyInserts
}

// copyInserts are the statements for a table: for a full batch, and for one row.
type copyInserts struct {
	many, one *sqlite3.SQLiteStmt
}

func newCopyWriter(conn *sqlitedb.Conn, progress *tracker) *copyWriter {
	w := &copyWriter{
		conn: conn, progress: progress,
		full: make(chan *copyBatch), free: make(chan *copyBatch, copyBatches),
		inserts: map[*copyTable]*copyInserts{},
	}
	for range copyBatches {
		w.free <- new(copyBatch)
	}
	return w
}

// copyCommit is how many bytes go into one transaction of the new file: fewer
// would write pages over and over, more would only make its log longer.
const copyCommit = 32 << 20

// run writes until no more batches come.
func (w *copyWriter) run(ctx context.Context) error {
	defer w.close()
	defer w.conn.Rollback()
	pending := 0
	for {
		select {
		case <-ctx.Done():
			return context.Cause(ctx)
		case b, ok := <-w.full:
			if !ok || pending >= copyCommit {
				if err := w.commit(ctx, pending); err != nil {
					return err
				}
				pending = 0
			}
			if !ok {
				return nil
			}
			if pending == 0 {
				if err := w.conn.Begin(ctx); err != nil {
					return fmt.Errorf("dbsync: write the copy: %w", err)
				}
			}
			pending += max(1, b.bytes)
			if err := w.write(b); err != nil {
				return fmt.Errorf("dbsync: write the copy of %s.%s: %w", b.table.table.Schema, b.table.table.Name, err)
			}
			if b.rows > 0 {
				w.progress.at(b.table, b.rows, b.bytes)
			}
			if b.last {
				if b.table.parts--; b.table.parts == 0 {
					w.progress.done(b.table)
				}
			}
			clear(b.args) // let go of the values
			b.args, b.rows, b.bytes, b.last = b.args[:0], 0, 0, false
			w.free <- b
		}
	}
}

func (w *copyWriter) commit(ctx context.Context, pending int) error {
	if pending == 0 {
		return nil
	}
	if err := w.conn.Commit(ctx); err != nil {
		return fmt.Errorf("dbsync: write the copy: %w", err)
	}
	return nil
}

func (w *copyWriter) write(b *copyBatch) error {
	if b.rows == 0 {
		return nil
	}
	in := w.inserts[b.table]
	if in == nil {
		in = &copyInserts{}
		w.inserts[b.table] = in
	}
	n := b.table.rowsPerInsert()
	if b.rows == n {
		return w.insert(&in.many, b.table, n, b.args)
	}
	width := len(b.table.columns)
	for r := range b.rows {
		row := b.args[r*width : (r+1)*width]
		for i := range row {
			row[i].Ordinal = i + 1
		}
		if err := w.insert(&in.one, b.table, 1, row); err != nil {
			return err
		}
	}
	return nil
}

// insert writes n rows by a statement that it prepares where need be. As a query
// it is bound and run in one call into SQLite, not in one for each value.
func (w *copyWriter) insert(st **sqlite3.SQLiteStmt, t *copyTable, n int, args []driver.NamedValue) error {
	if *st == nil {
		var err error
		if *st, err = w.conn.Prepare(context.Background(), t.insert(n)); err != nil {
			return err
		}
	}
	rows, err := (*st).QueryContext(context.Background(), args)
	if err != nil {
		return err
	}
	return rows.Close()
}

// insert is the statement that inserts n rows.
func (t *copyTable) insert(n int) string {
	names := make([]string, len(t.columns))
	for i, c := range t.columns {
		names[i] = quoteIdent(c.name)
	}
	row := "(" + strings.Repeat("?,", len(names)-1) + "?)"
	return "INSERT INTO " + t.fileName() + "(" + strings.Join(names, ",") + ") VALUES " + strings.Repeat(row+",", n-1) + row
}

func (w *copyWriter) close() {
	for _, in := range w.inserts {
		for _, st := range []*sqlite3.SQLiteStmt{in.many, in.one} {
			if st != nil {
				_ = st.Close()
			}
		}
	}
}
