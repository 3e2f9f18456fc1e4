package main

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"

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
