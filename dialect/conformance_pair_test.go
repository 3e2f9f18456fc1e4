package dialect_test

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	_ "github.com/jackc/pgx/v5/stdlib"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

// pair is a PostgreSQL database and a fallback file with the same schema and
// rows.
type pair struct {
	pg        driver.Conn
	lite      *sqlitedb.Session
	file      *sqlitedb.File
	sequences []string
}

func newPair(t *testing.T, server *pgtest.Server, database, setup string) *pair {
	ctx := t.Context()
	admin, err := pgx.Connect(ctx, server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer admin.Close(context.Background())
	if _, err := admin.Exec(ctx, "CREATE DATABASE "+database); err != nil {
		t.Fatal(err)
	}
	cfg, err := pgx.ParseConfig(server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	cfg.Database = database
	conn, err := pgx.ConnectConfig(ctx, cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if _, err := conn.Exec(ctx, setup); err != nil {
		t.Fatalf("setup: %v", err)
	}
	cat, err := catalog.Load(ctx, conn, catalog.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	b := &pair{}
	for _, q := range cat.Sequences {
		b.sequences = append(b.sequences, catalog.QuoteQualified(q.Schema, q.Name))
		q.Local = true // so that it needs no lease
	}
	b.file, b.lite = fallback(t, conn, cat)
	db, err := sql.Open("pgx", fmt.Sprintf("host=%s port=%d user=%s dbname=%s", cfg.Host, cfg.Port, cfg.User, database))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	pinned, err := db.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { pinned.Close() })
	if err := pinned.Raw(func(dc any) error { b.pg = dc.(driver.Conn); return nil }); err != nil {
		t.Fatal(err)
	}
	return b
}

// fallback makes a fallback file with the tables and rows of a database.
func fallback(t *testing.T, conn *pgx.Conn, cat *catalog.Catalog) (*sqlitedb.File, *sqlitedb.Session) {
	ctx := t.Context()
	f, err := sqlitedb.Open(ctx, filepath.Join(t.TempDir(), "app.db"), sqlitedb.Options{Logger: slog.New(slog.DiscardHandler)})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	raw, err := f.Conn(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer raw.Close()
	exec := func(q string, args ...any) {
		t.Helper()
		if _, err := raw.Exec(ctx, q, args...); err != nil {
			t.Fatalf("%s: %v", q, err)
		}
	}
	if err := raw.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	cat.Version = f.Catalog().Version + 1
	if err := raw.StoreCatalog(ctx, cat); err != nil {
		t.Fatal(err)
	}
	exec("PRAGMA defer_foreign_keys = ON")
	for _, table := range cat.Tables {
		create, err := dialect.TableSQL(cat, table)
		if err != nil {
			t.Fatalf("table %s: %v", table.Name, err)
		}
		for _, q := range create {
			exec(q)
		}
	}
	if err := raw.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	exec("PRAGMA foreign_keys = OFF")
	for _, table := range cat.Tables {
		copyRows(t, conn, cat, table, exec)
	}
	if err := raw.Begin(ctx); err != nil {
		t.Fatal(err)
	}
	for _, table := range cat.Tables {
		indexes, skipped, err := dialect.IndexSQL(cat, table)
		if err != nil || len(skipped) > 0 {
			t.Fatalf("indexes of %s: %v, skipped %v", table.Name, err, skipped)
		}
		triggers, err := dialect.TriggerSQL(cat, table)
		if err != nil {
			t.Fatalf("triggers of %s: %v", table.Name, err)
		}
		for _, q := range append(indexes, triggers...) {
			exec(q)
		}
	}
	if err := raw.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := f.UpdateState(ctx, func(st *sqlitedb.State) error { st.Serving = true; return nil }); err != nil {
		t.Fatal(err)
	}
	s, err := f.NewSession(ctx, sqlitedb.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { s.Close() })
	return f, s
}

func copyRows(t *testing.T, conn *pgx.Conn, cat *catalog.Catalog, table *catalog.Table, exec func(string, ...any)) {
	ctx := t.Context()
	var names, asked, marks []string
	var types []*pgvalue.Type
	for _, c := range table.Columns {
		if c.Generated != "" {
			continue
		}
		typ, ok := pgvalue.TypeOf(cat, c.Type, c.Typmod)
		if !ok {
			t.Fatalf("type %d", c.Type)
		}
		types = append(types, &typ)
		name := catalog.QuoteIdent(c.Name)
		names = append(names, name)
		if pgvalue.IsObjectID(typ.OID) {
			name += "::oid" // as the binary format, in which rows are copied, has it
		}
		asked = append(asked, name)
		marks = append(marks, "?")
	}
	rows, err := conn.Query(ctx, "SELECT "+strings.Join(asked, ", ")+" FROM "+catalog.QuoteQualified(table.Schema, table.Name), pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		t.Fatal(err)
	}
	defer rows.Close()
	for rows.Next() {
		args := make([]any, len(types))
		for i, v := range rows.RawValues() {
			if v == nil {
				continue
			}
			native, err := pgvalue.ParseText(types[i], string(v), pgvalue.UTC)
			if err != nil {
				t.Fatal(err)
			}
			args[i] = pgvalue.ToColumn(types[i], native)
		}
		exec("INSERT INTO "+catalog.QuoteIdent(catalog.SQLiteName(table.Schema, table.Name))+" ("+strings.Join(names, ", ")+") VALUES ("+strings.Join(marks, ", ")+")", args...)
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
}

// liteConn makes a session a driver.Conn.
type liteConn struct{ *sqlitedb.Session }

func (liteConn) Prepare(string) (driver.Stmt, error) { return nil, errors.New("not used") }
func (liteConn) Begin() (driver.Tx, error)           { return nil, errors.New("not used") }
func (c liteConn) Close() error                      { return nil }
