package dialect_test

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

// TestDDLReplay journals DDL that a session wrote under a search path of its
// own, or that cannot run in a transaction, and runs the journal's text on
// PostgreSQL in one transaction: the schema must be the fallback's.
func TestDDLReplay(t *testing.T) {
	ctx := t.Context()
	f := journaled(t)
	s, err := f.NewSession(ctx, sqlitedb.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	for _, q := range []string{
		"CREATE SCHEMA shop", "CREATE TABLE x (a int)", "SET search_path TO shop, public", "CREATE TABLE x (a serial PRIMARY KEY, b text); -- ends so",
		"CREATE INDEX CONCURRENTLY ON x (b)", "CREATE INDEX CONCURRENTLY gone ON x (b)", "DROP INDEX CONCURRENTLY gone", "CREATE TABLE IF NOT EXISTS x (z int)",
		"RESET search_path", "CREATE UNIQUE INDEX IF NOT EXISTS u ON x (a)",
	} {
		if _, err := s.ExecContext(ctx, q, nil); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	conn := oracle(t)
	tx, err := conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	raw, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	rows, err := raw.Query(ctx, "SELECT c1 FROM failoversql_journal WHERE op = 'X' ORDER BY rowid")
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	row := make([]driver.Value, 1)
	for {
		if err := rows.Next(row); err == io.EOF {
			break
		} else if err != nil {
			t.Fatal(err)
		}
		text := fmt.Sprint(row[0])
		if _, err := tx.Exec(ctx, text, pgx.QueryExecModeSimpleProtocol); err != nil {
			t.Fatalf("%s: %v", text, err)
		}
	}
	want, err := catalog.Load(ctx, conn, catalog.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	have := f.Catalog()
	got := *want
	got.Tables, got.Sequences, got.Schemas = have.Tables, have.Sequences, have.Schemas
	if w, g := comparable(want), comparable(&got); w != g {
		t.Errorf("catalogs differ\n%s", lineDiff(w, g))
	}
}
