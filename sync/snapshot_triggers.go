package dbsync

import (
	"context"
	"fmt"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/sqlitedb"
)

// makeTriggers makes the triggers of every table of a catalog: those that stand
// in for PostgreSQL's constraints and those that fill the journal.
func makeTriggers(ctx context.Context, conn *sqlitedb.Conn, cat *catalog.Catalog) error {
	for _, t := range cat.Tables {
		sql, err := dialect.TriggerSQL(cat, t)
		if err != nil {
			return fmt.Errorf("dbsync: triggers of %s.%s: %w", t.Schema, t.Name, err)
		}
		for _, q := range sql {
			if _, err := conn.Exec(ctx, q); err != nil {
				return fmt.Errorf("dbsync: triggers of %s.%s: %w", t.Schema, t.Name, err)
			}
		}
	}
	// The journal's must be younger than all of a table's others.
	for _, t := range cat.Tables {
		for _, q := range CaptureTriggers(cat, t) {
			if _, err := conn.Exec(ctx, q); err != nil {
				return fmt.Errorf("dbsync: triggers of %s.%s: %w", t.Schema, t.Name, err)
			}
		}
	}
	return nil
}

// dropTriggers drops every trigger of the file.
func dropTriggers(ctx context.Context, conn *sqlitedb.Conn) error {
	rows, err := conn.Query(ctx, "SELECT name, '' FROM sqlite_schema WHERE type = 'trigger'")
	if err != nil {
		return fmt.Errorf("dbsync: drop triggers: %w", err)
	}
	names, err := collectPairs(rows)
	_ = rows.Close()
	if err != nil {
		return fmt.Errorf("dbsync: drop triggers: %w", err)
	}
	for name := range names {
		if _, err := conn.Exec(ctx, "DROP TRIGGER "+quoteIdent(name)); err != nil {
			return fmt.Errorf("dbsync: drop triggers: %w", err)
		}
	}
	return nil
}
