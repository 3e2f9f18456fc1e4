package benchmarks

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
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

// BenchmarkFailback returns to PostgreSQL under 64 writers, with a backlog:
// writers that think for 100 or 25 ms between statements, and writers that never stop,
// which wait for each other. The pause of a writer is its longest statement while
// traffic moves, from 200 ms before to 300 ms after; usual is the longest in as long
// a time on SQLite; before and after are what statements take on either side, until
// the file follows again; gate is how long new transactions were held. A statement
// that fails fails the benchmark.
func BenchmarkFailback(b *testing.B) {
	b.Run("paced", func(b *testing.B) { failback(b, 100*time.Millisecond) })
	b.Run("thinking", func(b *testing.B) { failback(b, 25*time.Millisecond) })
	b.Run("ceaseless", func(b *testing.B) { failback(b, 0) })
}

func failback(b *testing.B, think time.Duration) {
	const writers = 64
	server := pgtest.New(b, pgtest.Options{Durable: true})
	cfg, err := failoversql.ParseDSN(server.URL() + "&fallback_path=" + filepath.Join(b.TempDir(), "app.db") +
		"&fallback_min_dwell=50ms&fallback_probe_interval=50ms&fallback_probe_timeout=4s&fallback_rise=1")
	if err != nil {
		b.Fatal(err)
	}
	c, err := failoversql.NewConnector(cfg)
	if err != nil {
		b.Fatal(err)
	}
	db := sql.OpenDB(c)
	defer db.Close()
	db.SetMaxOpenConns(writers)
	db.SetMaxIdleConns(writers)
	ctx := b.Context()
	if _, err := db.ExecContext(ctx, `CREATE TABLE entry (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), n int)`); err != nil {
		b.Fatal(err)
	}
	s := &site{b: b, c: c, db: db}
	s.await("the file to follow", func() bool { return c.Status(ctx).Fallback.Following })

	// write has every writer write until stop, and gives each statement's
	// beginning and length.
	type spell struct{ began, took time.Duration }
	write := func(began time.Time, think time.Duration, stop func(n int64) bool) [][]spell {
		var n atomic.Int64
		var wg sync.WaitGroup
		out := make([][]spell, writers)
		for w := range writers {
			wg.Go(func() {
				for !stop(n.Add(1)) {
					if think > 0 {
						time.Sleep(think/2 + rand.N(think))
					}
					at := time.Now()
					if _, err := db.ExecContext(ctx, `INSERT INTO entry (n) VALUES ($1)`, w); err != nil {
						b.Error(err)
						return
					}
					out[w] = append(out[w], spell{at.Sub(began), time.Since(at)})
				}
			})
		}
		wg.Wait()
		return out
	}
	var pauses, usual, before, after []time.Duration
	var gated time.Duration
	for range b.N {
		b.StopTimer()
		s.do(func() error { return c.SwitchToFallback(ctx) })
		want := int64(backlog(b))
		write(time.Now(), 0, func(n int64) bool { return n > want })
		b.StartTimer()

		began := time.Now()
		var moved atomic.Int64 // when the primary served, since began
		cancel := c.Subscribe(func(e failoversql.Event) {
			if e.Mode == health.Primary {
				moved.CompareAndSwap(0, int64(time.Since(began)))
			}
		})
		if err := c.ResumeAuto(ctx); err != nil {
			b.Fatal(err)
		}
		var over atomic.Bool // the file follows again, and it is some time since the return
		var wg sync.WaitGroup
		wg.Go(func() {
			for at := time.Duration(0); !over.Load(); time.Sleep(10 * time.Millisecond) {
				at = time.Duration(moved.Load())
				over.Store(at != 0 && time.Since(began) > at+600*time.Millisecond && c.Status(ctx).Fallback.Following ||
					time.Since(began) > 3*time.Minute || b.Failed())
			}
		})
		out := write(began, think, func(int64) bool { return over.Load() })
		wg.Wait()
		cancel()
		at := time.Duration(moved.Load())
		if at == 0 {
			b.Fatalf("traffic did not return: %+v", c.Status(ctx))
		}
		const window = 500 * time.Millisecond
		for _, list := range out {
			var longest time.Duration
			calm := make([]time.Duration, max(at-200*time.Millisecond, 0)/window) // the longest in each window before
			for _, sp := range list {
				switch {
				case sp.began+sp.took < at-200*time.Millisecond:
					before = append(before, sp.took)
					if i := int(sp.began / window); i < len(calm) {
						calm[i] = max(calm[i], sp.took)
					}
				case sp.began > at+300*time.Millisecond:
					after = append(after, sp.took)
				default:
					longest = max(longest, sp.took)
				}
			}
			pauses = append(pauses, longest)
			if len(calm) > 1 {
				usual = append(usual, calm[1:]...) // in the first the writers begin
			}
		}
		gated = max(gated, c.Status(ctx).LastPause)
		b.StopTimer()
		s.await("the file to follow again", func() bool { return c.Status(ctx).Fallback.Following })
		b.StartTimer()
	}
	for name, took := range map[string][]time.Duration{"pause": pauses, "usual": usual, "before": before, "after": after} {
		if len(took) == 0 {
			continue
		}
		slices.Sort(took)
		b.ReportMetric(inMilliseconds(took[len(took)/2]), name+"-p50-ms")
		b.ReportMetric(inMilliseconds(took[(len(took)*99+99)/100-1]), name+"-p99-ms")
	}
	b.ReportMetric(inMilliseconds(gated), "gate-ms")
	b.ReportMetric(0, "ns/op")
}

func inMilliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
