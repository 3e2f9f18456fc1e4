package benchmarks

import (
	"database/sql"
	"path/filepath"
	"testing"

	_ "github.com/mattn/go-sqlite3"
)

// nowhere is a PostgreSQL that does not exist, so that the fallback serves.
const nowhere = "postgres://app@127.0.0.1:1/app?fallback_bootstrap=empty&fallback_path="

// fallback opens a SQLite file by go-sqlite3, and another by failoversql, each
// with the same table and as durable as the other.
func fallback(b *testing.B) (bare, ours *sql.DB) {
	b.Helper()
	dir := b.TempDir()
	bare = open(b, "sqlite3", filepath.Join(dir, "bare.db")+"?_journal_mode=WAL&_synchronous=FULL&_foreign_keys=on")
	bare.SetMaxOpenConns(1)
	if _, err := bare.Exec(`CREATE TABLE accounts (id INTEGER PRIMARY KEY, name TEXT NOT NULL, balance INTEGER NOT NULL) STRICT`); err != nil {
		b.Fatal(err)
	}
	ours = open(b, "failoversql", nowhere+filepath.Join(dir, "ours.db"))
	if _, err := ours.Exec(`CREATE TABLE accounts (id bigint PRIMARY KEY, name text NOT NULL, balance bigint NOT NULL)`); err != nil {
		b.Fatal(err)
	}
	for db, insert := range map[*sql.DB]string{
		bare: `INSERT INTO accounts VALUES (?, ?, ?)`,
		ours: `INSERT INTO accounts VALUES ($1, $2, $3)`,
	} {
		tx, err := db.Begin()
		if err != nil {
			b.Fatal(err)
		}
		for i := range 1000 {
			if _, err := tx.Exec(insert, i+1, "account", i*125); err != nil {
				b.Fatal(err)
			}
		}
		if err := tx.Commit(); err != nil {
			b.Fatal(err)
		}
	}
	return bare, ours
}

func sqliteRead(db *sql.DB, query string) func() error {
	var id int64
	return func() error {
		id = id%1000 + 1
		var name string
		var balance int64
		return db.QueryRow(query, id).Scan(&name, &balance)
	}
}

func sqliteInsert(db *sql.DB, query string) func() error {
	id := int64(1_000_000)
	return func() error {
		id++
		_, err := db.Exec(query, id, "account", id)
		return err
	}
}

func BenchmarkFallbackPointRead(b *testing.B) {
	bare, ours := fallback(b)
	pair(b,
		sqliteRead(bare, `SELECT name, balance FROM accounts WHERE id = ?`),
		sqliteRead(ours, `SELECT name, balance FROM accounts WHERE id = $1`))
}

// The journal is in ours: it is what a write on the fallback costs.
func BenchmarkFallbackInsert(b *testing.B) {
	bare, ours := fallback(b)
	pair(b,
		sqliteInsert(bare, `INSERT INTO accounts VALUES (?, ?, ?)`),
		sqliteInsert(ours, `INSERT INTO accounts VALUES ($1, $2, $3)`))
}
