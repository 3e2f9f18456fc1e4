package main

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/failoversql/failoversql"
)

// rehearse waits until the copy follows, and reads all through the drill.
func rehearse(ctx context.Context, db *sql.DB, c *failoversql.Connector, opt failoversql.DrillOptions) (failoversql.DrillReport, error) {
	if err := db.PingContext(ctx); err != nil {
		return failoversql.DrillReport{}, err
	}
	ready, cancel := context.WithTimeout(ctx, drillReady)
	defer cancel()
	for s := c.Status(ready); !s.Fallback.Following && s.Fallback.Sync != failoversql.SyncOff; s = c.Status(ready) {
		select {
		case <-time.After(10 * time.Millisecond):
		case <-ready.Done():
			return failoversql.DrillReport{}, fmt.Errorf("the copy does not follow PostgreSQL: %w", cmp.Or(ctx.Err(), errors.New(cmp.Or(s.Fallback.Trouble, s.Trouble, s.Reason))))
		}
	}
	tables, err := readable(ctx, db)
	if err != nil {
		return failoversql.DrillReport{}, err
	}
	reading, stop := context.WithCancel(ctx)
	done := make(chan struct{})
	go func() {
		defer close(done)
		readAll(reading, db, tables)
	}()
	report, err := c.Drill(ctx, opt)
	stop()
	<-done
	return report, err
}

// drillReady is how long the copy may take to catch up with PostgreSQL.
const drillReady = 2 * time.Minute

// readable lists the tables that the role may read, quoted.
func readable(ctx context.Context, db *sql.DB) (tables []string, err error) {
	rows, err := db.QueryContext(ctx, `SELECT quote_ident(n.nspname) || '.' || quote_ident(c.relname) FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p') AND n.nspname NOT IN ('pg_catalog', 'information_schema', 'failoversql') AND has_table_privilege(c.oid, 'SELECT')`)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var name string
		if err := rows.Scan(&name); err != nil {
			return nil, err
		}
		tables = append(tables, name)
	}
	return tables, rows.Err()
}

// readAll reads from every table in turn until ctx ends. What goes wrong is in
// the drill's report.
func readAll(ctx context.Context, db *sql.DB, tables []string) {
	queries := []string{"SELECT 1"}
	for _, t := range tables {
		queries = append(queries, "SELECT * FROM "+t+" LIMIT 1")
	}
	for n := 0; ctx.Err() == nil; n++ {
		rows, err := db.QueryContext(ctx, queries[n%len(queries)])
		if err == nil {
			for rows.Next() {
			}
			_ = rows.Close()
		}
		select {
		case <-time.After(2 * time.Millisecond):
		case <-ctx.Done():
		}
	}
}
