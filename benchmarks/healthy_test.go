package benchmarks

import (
	"context"
	"database/sql"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/internal/pgtest"
	_ "github.com/jackc/pgx/v5/stdlib"
)

const accounts = `
	CREATE TABLE accounts (
		id      bigint PRIMARY KEY,
		name    text NOT NULL,
		balance numeric(12,2) NOT NULL,
		changed timestamptz NOT NULL DEFAULT now()
	);
	INSERT INTO accounts (id, name, balance)
	SELECT i, 'account ' || i, i * 1.25 FROM generate_series(1, 1000) i`

// healthy opens one PostgreSQL by pgx and by failoversql.
func healthy(b *testing.B, parameters ...string) (bare, ours *sql.DB) {
	b.Helper()
	pg := pgtest.New(b)
	bare = open(b, "pgx", pg.URL())
	if _, err := bare.Exec(accounts); err != nil {
		b.Fatal(err)
	}
	ours = open(b, "failoversql", pg.URL()+"&"+url.Values{
		"fallback_path": {filepath.Join(b.TempDir(), "bench.db")},
	}.Encode()+strings.Join(parameters, ""))
	connector, err := failoversql.FromDB(b.Context(), ours)
	if err != nil {
		b.Fatal(err)
	}
	// The first copy is made once; what is measured is every day after it.
	for deadline := time.Now().Add(time.Minute); !connector.Status(b.Context()).Fallback.Following; {
		if time.Now().After(deadline) {
			b.Fatalf("the file does not follow: %+v", connector.Status(b.Context()))
		}
		time.Sleep(5 * time.Millisecond)
	}
	return bare, ours
}

func open(b *testing.B, driver, dsn string) *sql.DB {
	b.Helper()
	db, err := sql.Open(driver, dsn)
	if err != nil {
		b.Fatal(err)
	}
	db.SetMaxIdleConns(4)
	b.Cleanup(func() {
		if err := db.Close(); err != nil {
			b.Error(err)
		}
	})
	return db
}

// The three shapes of work on the healthy path.

func pointRead(db *sql.DB) func() error {
	var id int64
	return func() error {
		id = id%1000 + 1
		var name, balance string
		return db.QueryRow(`SELECT name, balance FROM accounts WHERE id = $1`, id).Scan(&name, &balance)
	}
}

func manyRows(db *sql.DB) func() error {
	return func() error {
		rows, err := db.Query(`SELECT id, name, changed FROM accounts ORDER BY id LIMIT 500`)
		if err != nil {
			return err
		}
		defer rows.Close()
		for rows.Next() {
			var id int64
			var name string
			var changed sql.NullTime
			if err := rows.Scan(&id, &name, &changed); err != nil {
				return err
			}
		}
		return rows.Err()
	}
}

func transaction(db *sql.DB, first int64) func() error {
	id := first
	return func() error {
		id += 2
		tx, err := db.BeginTx(context.Background(), nil)
		if err != nil {
			return err
		}
		defer tx.Rollback()
		if _, err := tx.Exec(`INSERT INTO accounts (id, name, balance) VALUES ($1, 'new', 10)`, id); err != nil {
			return err
		}
		if _, err := tx.Exec(`UPDATE accounts SET balance = balance - 1 WHERE id = $1`, id); err != nil {
			return err
		}
		return tx.Commit()
	}
}

func BenchmarkHealthyPointRead(b *testing.B) {
	bare, ours := healthy(b)
	pair(b, pointRead(bare), pointRead(ours))
}

func BenchmarkHealthyManyRows(b *testing.B) {
	bare, ours := healthy(b)
	pair(b, manyRows(bare), manyRows(ours))
}

func BenchmarkHealthyTransaction(b *testing.B) {
	bare, ours := healthy(b)
	pair(b, transaction(bare, 1_000_000), transaction(ours, 1_000_001))
}

func singleWrite(db *sql.DB, first int64) func() error {
	id := first
	return func() error {
		id = id%1000 + 1
		_, err := db.Exec(`UPDATE accounts SET balance = balance + 1 WHERE id = $1`, id)
		return err
	}
}

// What fallback_commit_tokens costs: a transaction one more call on the server
// in the message of its COMMIT, a single write two more round trips, a read
// nothing.

func BenchmarkCommitTokensTransaction(b *testing.B) {
	bare, ours := healthy(b, "&fallback_commit_tokens=true")
	pair(b, transaction(bare, 1_000_000), transaction(ours, 1_000_001))
}

func BenchmarkCommitTokensSingleWrite(b *testing.B) {
	bare, ours := healthy(b, "&fallback_commit_tokens=true")
	pair(b, singleWrite(bare, 0), singleWrite(ours, 500))
}

func BenchmarkCommitTokensRead(b *testing.B) {
	bare, ours := healthy(b, "&fallback_commit_tokens=true")
	pair(b, pointRead(bare), pointRead(ours))
}

// BenchmarkHealthyAllocs shows allocations, which a pair cannot: compare its two
// lines.
func BenchmarkHealthyAllocs(b *testing.B) {
	bare, ours := healthy(b)
	for _, c := range []struct {
		name string
		db   *sql.DB
	}{{"bare", bare}, {"failoversql", ours}} {
		b.Run(c.name, func(b *testing.B) {
			read := pointRead(c.db)
			b.ReportAllocs()
			for b.Loop() {
				if err := read(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
