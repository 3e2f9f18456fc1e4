package dbsync

import (
	"context"
	"fmt"
	"sort"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// copyPart is what one COPY reads: a table, or a range of a large one.
type copyPart struct {
	table *copyTable
	where string
	pages int64 // of it, as the primary has counted
}

// partPages is how many pages of a table one COPY reads (64 MB): a table of more
// is read by several connections at once.
var partPages int64 = 8192 // another number in tests

// partsOf cuts tables into parts, the largest first: one that is begun last would
// be copied alone. The ranges are of places on the primary's disk, which a
// snapshot sees unmoved; the last has no end, for the count of pages is old.
func partsOf(tables []*copyTable, pages map[uint32]int64, ranges bool) []copyPart {
	var parts []copyPart
	for _, t := range tables {
		n := pages[t.table.OID]
		t.parts = 1
		if !ranges || t.table.Kind == 'p' || t.where != "" || n < 2*partPages {
			part := copyPart{table: t, pages: n}
			if t.where != "" {
				part.where = " WHERE " + t.where
			}
			parts = append(parts, part)
			continue
		}
		t.parts = int(n / partPages)
		for i := range t.parts {
			where := fmt.Sprintf(" WHERE ctid >= '(%d,0)'", int64(i)*partPages)
			if i < t.parts-1 {
				where += fmt.Sprintf(" AND ctid < '(%d,0)'", int64(i+1)*partPages)
			}
			parts = append(parts, copyPart{t, where, n - int64(i)*partPages})
		}
	}
	sort.SliceStable(parts, func(i, j int) bool { return parts[i].pages > parts[j].pages })
	return parts
}

// copyAll reads the tables inside the exported snapshot, several parts at a time,
// and has w write their rows. It returns when every row is in the file.
func (s *Sync) copyAll(ctx context.Context, src *source, tables []*copyTable, w *copyWriter) error {
	// Before PostgreSQL 14 each range would be a scan of the whole table.
	queue := partsOf(tables, src.pages, src.catalog.ServerVersion >= 140000)
	var next atomic.Int64
	g, ctx := errgroup.WithContext(ctx)
	readers, readCtx := errgroup.WithContext(ctx)
	for range min(s.cfg.CopyWorkers, len(queue)) {
		readers.Go(func() error {
			conn, err := s.connectSnapshot(readCtx, src.snapshot)
			if err != nil {
				return err
			}
			defer closeConn(conn.PgConn())
			for {
				i := int(next.Add(1)) - 1
				if i >= len(queue) {
					return nil
				}
				if err := copyOne(readCtx, conn, queue[i], w); err != nil {
					return err
				}
			}
		})
	}
	g.Go(func() error {
		defer close(w.full)
		return readers.Wait()
	})
	g.Go(func() error { return w.run(ctx) })
	return g.Wait()
}

// connectSnapshot opens a connection that sees the database as the snapshot
// does, every row of it, and writes values as pgvalue reads them.
func (s *Sync) connectSnapshot(ctx context.Context, snapshot string) (*pgx.Conn, error) {
	conn, err := s.connect(ctx)
	if err != nil {
		return nil, fmt.Errorf("dbsync: connect to the primary: %w", err)
	}
	statements := []string{
		"BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY",
		"SET TRANSACTION SNAPSHOT " + quoteLiteral(snapshot),
		"SET LOCAL row_security = off", // an error rather than missing rows
		"SET LOCAL statement_timeout = 0",
	}
	for name, value := range outputSettings {
		statements = append(statements, "SET LOCAL "+name+" = "+quoteLiteral(value))
	}
	for _, sql := range statements {
		if _, err := conn.PgConn().Exec(ctx, sql).ReadAll(); err != nil {
			closeConn(conn.PgConn())
			return nil, fmt.Errorf("dbsync: enter the snapshot: %w", err)
		}
	}
	return conn, nil
}

func copyOne(ctx context.Context, conn *pgx.Conn, part copyPart, w *copyWriter) error {
	t := part.table
	d := &copyDecoder{
		table: t,
		take: func() (*copyBatch, error) {
			select {
			case b := <-w.free:
				return b, nil
			case <-ctx.Done():
				return nil, context.Cause(ctx)
			}
		},
		give: func(b *copyBatch) error {
			select {
			case w.full <- b:
				return nil
			case <-ctx.Done():
				return context.Cause(ctx)
			}
		},
	}
	tag, err := conn.PgConn().CopyTo(ctx, d, t.query(part.where))
	if err != nil {
		return fmt.Errorf("dbsync: copy %s.%s: %w", t.table.Schema, t.table.Name, err)
	}
	if err := d.finish(); err != nil {
		return fmt.Errorf("dbsync: copy %s.%s: %w", t.table.Schema, t.table.Name, err)
	}
	if tag.RowsAffected() != d.rows {
		return fmt.Errorf("dbsync: copy %s.%s: the primary sent %d rows, %d were read", t.table.Schema, t.table.Name, tag.RowsAffected(), d.rows)
	}
	return nil
}
