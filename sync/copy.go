package dbsync

import (
	"context"
	"fmt"
	"sort"
	"sync/atomic"

	"github.com/jackc/pgx/v5"
	"golang.org/x/sync/errgroup"
)

// copyAll reads the tables inside the exported snapshot, several at a time, and
// has w write their rows. It returns when every row is in the file.
func (s *Sync) copyAll(ctx context.Context, snapshot string, tables []*copyTable, w *copyWriter) error {
	queue := append([]*copyTable(nil), tables...)
	// The largest first: one that is begun last would be copied alone.
	sort.SliceStable(queue, func(i, j int) bool {
		return w.sizes[queue[i].table.OID] > w.sizes[queue[j].table.OID]
	})
	var next atomic.Int64

	g, ctx := errgroup.WithContext(ctx)
	readers, readCtx := errgroup.WithContext(ctx)
	for range min(s.cfg.CopyWorkers, len(queue)) {
		readers.Go(func() error {
			conn, err := s.connectSnapshot(readCtx, snapshot)
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

func copyOne(ctx context.Context, conn *pgx.Conn, t *copyTable, w *copyWriter) error {
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
	tag, err := conn.PgConn().CopyTo(ctx, d, t.query())
	if err != nil {
		return fmt.Errorf("dbsync: copy %s.%s: %w", t.table.Schema, t.table.Name, err)
	}
	if err := d.finish(); err != nil {
		return fmt.Errorf("dbsync: copy %s.%s: %w", t.table.Schema, t.table.Name, err)
	}
	if tag.RowsAffected() != t.rows {
		return fmt.Errorf("dbsync: copy %s.%s: the primary sent %d rows, %d were read", t.table.Schema, t.table.Name, tag.RowsAffected(), t.rows)
	}
	return nil
}
