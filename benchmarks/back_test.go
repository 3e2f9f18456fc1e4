package benchmarks

import (
	"context"
	"database/sql/driver"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// backlog is how many transactions a journal has: few, unless the environment
// asks for a real outage.
//
//	BACKLOG=100000 go test -bench 'Journal|Replay|Failback' -benchtime 3x ./benchmarks
func backlog(b *testing.B) int {
	n, err := strconv.Atoi(os.Getenv("BACKLOG"))
	if err != nil {
		return 2000
	}
	return n
}

// served is a file that serves, with a table in it.
func served(b *testing.B, journal bool) *sqlitedb.Session {
	b.Helper()
	ctx := context.Background()
	file, err := sqlitedb.Open(ctx, filepath.Join(b.TempDir(), "app.db"), sqlitedb.Options{Capture: dbsync.CaptureTriggers, JournalDDL: dbsync.JournalDDL})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { file.Close() })
	s := dbsync.New(dbsync.Config{File: file, Primary: new(pgx.ConnConfig), Bootstrap: true})
	if err := s.Diverge(ctx, "benchmark"); err != nil {
		b.Fatal(err)
	}
	session, err := file.NewSession(ctx, sqlitedb.SessionOptions{})
	if err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { session.Close() })
	run(b, session, `CREATE TABLE accounts (id bigint PRIMARY KEY, name text NOT NULL, balance bigint NOT NULL)`)
	run(b, session, `INSERT INTO accounts SELECT i, 'account ' || i, i FROM generate_series(1, 1000) i`)
	if !journal {
		if _, err := file.UpdateState(ctx, func(st *sqlitedb.State) error { st.Capture = false; return nil }); err != nil {
			b.Fatal(err)
		}
	}
	return session
}

func run(b *testing.B, s *sqlitedb.Session, query string, args ...driver.NamedValue) {
	b.Helper()
	if _, err := s.ExecContext(context.Background(), query, args); err != nil {
		b.Fatal(err)
	}
}

// BenchmarkJournal is what a write on the fallback costs with the journal
// ("ours"), and without ("bare"); each is a transaction of its own, on the disk.
func BenchmarkJournal(b *testing.B) {
	for _, c := range []struct {
		name, query string
		first       int64
	}{
		{"insert", `INSERT INTO accounts VALUES ($1, 'account', $1)`, 1_000_000},
		{"update", `UPDATE accounts SET balance = balance + $1 WHERE id = $1 % 1000 + 1`, 0},
	} {
		b.Run(c.name, func(b *testing.B) {
			write := func(s *sqlitedb.Session) func() error {
				n := c.first
				return func() error {
					n++
					_, err := s.ExecContext(context.Background(), c.query, []driver.NamedValue{{Ordinal: 1, Value: n}})
					return err
				}
			}
			pair(b, write(served(b, false)), write(served(b, true)))
		})
	}
}

// BenchmarkReplay brings a journal to PostgreSQL, to its end and onto the disk:
// one of transactions of one row, and one of transactions of 100. The heap is
// the most that was seen beyond what there was before; of a journal four times
// as long it is the same.
func BenchmarkReplay(b *testing.B) {
	server := pgtest.New(b, pgtest.Options{Durable: true})
	for _, c := range []struct {
		name      string
		rows, len int
	}{{"single", 1, 1}, {"multi", 100, 1}, {"single4", 1, 4}} {
		b.Run(c.name, func(b *testing.B) {
			ctx := context.Background()
			db := "replay_" + c.name + strconv.FormatInt(time.Now().UnixNano(), 36)
			if err := server.Exec(ctx, "postgres", "CREATE DATABASE "+db); err != nil {
				b.Fatal(err)
			}
			if err := server.Exec(ctx, db, accounts); err != nil {
				b.Fatal(err)
			}
			cfg, err := pgx.ParseConfig(server.DSN(db))
			if err != nil {
				b.Fatal(err)
			}
			file, err := sqlitedb.Open(ctx, filepath.Join(b.TempDir(), "app.db"), sqlitedb.Options{Capture: dbsync.CaptureTriggers, JournalDDL: dbsync.JournalDDL})
			if err != nil {
				b.Fatal(err)
			}
			defer file.Close()
			s := dbsync.New(dbsync.Config{File: file, Primary: cfg, Logger: slog.New(slog.DiscardHandler)})
			if _, err := s.Snapshot(ctx); err != nil {
				b.Fatal(err)
			}
			if err := s.Diverge(ctx, "benchmark"); err != nil {
				b.Fatal(err)
			}
			session, err := file.NewSession(ctx, sqlitedb.SessionOptions{})
			if err != nil {
				b.Fatal(err)
			}
			defer session.Close()
			const first = 1_000_000
			txs, id := backlog(b)*c.len/c.rows, first
			var took time.Duration
			var heap uint64
			for range b.N {
				b.StopTimer()
				for range txs {
					run(b, session, `INSERT INTO accounts SELECT i, 'account', i FROM generate_series($1::bigint, $2) i`,
						driver.NamedValue{Ordinal: 1, Value: int64(id + 1)}, driver.NamedValue{Ordinal: 2, Value: int64(id + c.rows)})
					id += c.rows
				}
				stop := watchHeap(&heap)
				b.StartTimer()
				report, err := s.ReplayNow(ctx)
				b.StopTimer()
				stop()
				if err != nil {
					b.Fatal(err)
				}
				if report.Transactions != int64(txs) || report.Rows != int64(txs*c.rows) {
					b.Fatalf("%d transactions written, replayed: %+v", txs, report)
				}
				took += report.Took
				b.StartTimer()
			}
			b.ReportMetric(float64(txs*b.N)/took.Seconds(), "tx/s")
			b.ReportMetric(float64(id-first)/took.Seconds(), "rows/s")
			b.ReportMetric(float64(heap)/(1<<20), "heap-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// watchHeap notes the most that the heap grows by until stop.
func watchHeap(most *uint64) (stop func()) {
	runtime.GC()
	var m runtime.MemStats
	runtime.ReadMemStats(&m)
	before := m.HeapAlloc
	done := make(chan struct{})
	var wg sync.WaitGroup
	wg.Go(func() {
		tick := time.NewTicker(10 * time.Millisecond)
		defer tick.Stop()
		for {
			select {
			case <-tick.C:
			case <-done:
				return
			}
			runtime.ReadMemStats(&m)
			if m.HeapAlloc > before {
				*most = max(*most, m.HeapAlloc-before)
			}
		}
	})
	return func() { close(done); wg.Wait() }
}
