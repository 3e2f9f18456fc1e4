package dbsync

import (
	"context"
	"errors"
	"fmt"
	"io"

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
	for {
		var name string
		err := conn.QueryRow(ctx, "SELECT name FROM sqlite_schema WHERE type = 'trigger' LIMIT 1", nil, &name)
		if errors.Is(err, io.EOF) {
			return nil
		}
		if err == nil {
			_, err = conn.Exec(ctx, "DROP TRIGGER "+quoteIdent(name))
		}
		if err != nil {
			return fmt.Errorf("dbsync: drop triggers: %w", err)
		}
	}
}
