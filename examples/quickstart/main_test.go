package main

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
	_ "github.com/jackc/pgx/v5/stdlib"
)

func TestVisitWithoutPostgreSQL(t *testing.T) {
	file := filepath.Join(t.TempDir(), "quickstart.db")
	for range 3 {
		if err := visit(context.Background(), "", file); err != nil {
			t.Fatal(err)
		}
	}
}

func TestVisitWithPostgreSQL(t *testing.T) {
	pg := pgtest.New(t)
	file := filepath.Join(t.TempDir(), "quickstart.db")
	for range 2 {
		if err := visit(t.Context(), pg.URL(), file); err != nil {
			t.Fatal(err)
		}
	}
	db, err := sql.Open("pgx", pg.URL())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	var n int
	if err := db.QueryRow(`SELECT count(*) FROM visits`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if n != 2 {
		t.Errorf("PostgreSQL holds %d visits, want 2", n)
	}
}

// What was written before there was any PostgreSQL is found there when it first
// appears.
func TestVisitBeforePostgreSQL(t *testing.T) {
	ctx := t.Context()
	file := filepath.Join(t.TempDir(), "quickstart.db")
	for range 2 {
		if err := visit(ctx, "", file); err != nil {
			t.Fatal(err)
		}
	}
	pg := pgtest.New(t)
	if err := pg.CreateDatabase("quickstart"); err != nil {
		t.Fatal(err)
	}
	url := pg.URL("quickstart")
	db, err := sql.Open("failoversql", withFallback(url, file))
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	connector, err := failoversql.FromDB(ctx, db)
	if err != nil {
		t.Fatal(err)
	}
	for deadline := time.Now().Add(30 * time.Second); connector.Status(ctx).Mode != health.Primary; {
		if time.Now().After(deadline) {
			t.Fatalf("PostgreSQL never served: %+v", connector.Status(ctx))
		}
		time.Sleep(5 * time.Millisecond)
	}
	if err := visit(ctx, url, file); err != nil {
		t.Fatal(err)
	}
	direct, err := sql.Open("pgx", url)
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close()
	var n int
	if err := direct.QueryRow(`SELECT count(*) FROM visits`).Scan(&n); err != nil {
		t.Fatal(err)
	}
	if n != 3 {
		t.Errorf("PostgreSQL holds %d visits, want 3", n)
	}
}
