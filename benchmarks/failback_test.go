package benchmarks

import (
	"database/sql"
	"math/rand/v2"
	"path/filepath"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// BenchmarkFailback returns to PostgreSQL under 64 writers, with a backlog:
// writers that think for 100 or 25 ms between statements, and writers that never stop,
// which wait for each other. The pause of a writer is the longest of the statements
// that met the return: from when new ones were held to its first that PostgreSQL
// served alone. Around is its longest from 200 ms before to 300 ms after, and usual
// that of as long a time on SQLite; before and after are what statements take on
// either side, until the file follows again; gate is how long new transactions were
// held. A statement that fails fails the benchmark.
//
// The server has WAL segments to reuse, as one that has run for some time. A new
// cluster makes and zeroes each one first (wal_recycle, wal_init_zero), while every
// commit waits: 12 ms on a disk that has nothing else to do.
func BenchmarkFailback(b *testing.B) {
	b.Run("paced", func(b *testing.B) { failback(b, 100*time.Millisecond) })
	b.Run("thinking", func(b *testing.B) { failback(b, 25*time.Millisecond) })
	b.Run("ceaseless", func(b *testing.B) { failback(b, 0) })
}

const failbackWriters = 64

func failback(b *testing.B, think time.Duration) {
	server := pgtest.New(b, pgtest.Options{Durable: true, Settings: map[string]string{"min_wal_size": "512MB", "max_wal_size": "2GB"}})
	for range 512 >> 4 { // segments of 16 MB, which the checkpoint before each return keeps for reuse
		if err := server.Exec(b.Context(), "postgres", `SELECT txid_current(), pg_switch_wal()`); err != nil {
			b.Fatal(err)
		}
	}
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
	db.SetMaxOpenConns(failbackWriters)
	db.SetMaxIdleConns(failbackWriters)
	ctx := b.Context()
	if _, err := db.ExecContext(ctx, `CREATE TABLE entry (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), n int)`); err != nil {
		b.Fatal(err)
	}
	s := &site{b: b, c: c, db: db}
	following := func() bool { return c.Status(ctx).Fallback.Following }
	s.await("the file to follow", following)
	waits := make(waits)
	var gated time.Duration
	for range b.N {
		b.StopTimer()
		s.do(func() error { return c.SwitchToFallback(ctx) })
		want := int64(backlog(b))
		writeEntries(b, db, time.Now(), 0, func(n int64) bool { return n > want })
		if err := server.Exec(ctx, "postgres", `CHECKPOINT`); err != nil {
			b.Fatal(err)
		}
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
			for !over.Load() {
				time.Sleep(10 * time.Millisecond)
				at := time.Duration(moved.Load())
				over.Store(at != 0 && time.Since(began) > at+600*time.Millisecond && following() ||
					time.Since(began) > 3*time.Minute || b.Failed())
			}
		})
		out := writeEntries(b, db, began, think, func(int64) bool { return over.Load() })
		wg.Wait()
		cancel()
		at := time.Duration(moved.Load())
		if at == 0 {
			b.Fatalf("traffic did not return: %+v", c.Status(ctx))
		}
		gate := c.Status(ctx).LastPause
		waits.add(out, at, gate)
		gated = max(gated, gate)
		b.StopTimer()
		s.await("the file to follow again", following)
		b.StartTimer()
	}
	waits.report(b)
	b.ReportMetric(inMilliseconds(gated), "gate-ms")
	b.ReportMetric(0, "ns/op")
}

// spell is a statement: when it began, and how long it took.
type spell struct{ began, took time.Duration }

// writeEntries has every writer write until stop, which is told how many statements
// there have been, and gives the statements of each.
func writeEntries(b *testing.B, db *sql.DB, began time.Time, think time.Duration, stop func(n int64) bool) [][]spell {
	var n atomic.Int64
	var wg sync.WaitGroup
	out := make([][]spell, failbackWriters)
	for w := range out {
		wg.Go(func() {
			for !stop(n.Add(1)) {
				if think > 0 {
					time.Sleep(think/2 + rand.N(think))
				}
				at := time.Now()
				if _, err := db.ExecContext(b.Context(), `INSERT INTO entry (n) VALUES ($1)`, w); err != nil {
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

// waits are the lengths of statements, by what is to be told of them.
type waits map[string][]time.Duration

// add sorts the statements of a return, at which traffic moved at this time, and
// new transactions had been held for so long.
func (f waits) add(out [][]spell, at, gate time.Duration) {
	const ahead, behind = 200 * time.Millisecond, 300 * time.Millisecond
	for _, list := range out {
		var met, longest time.Duration
		alone := false                                                  // PostgreSQL has served a statement that began after the return
		usual := make([]time.Duration, max(at-ahead, 0)/(ahead+behind)) // the longest of each such time before
		for _, sp := range list {
			if !alone && sp.began+sp.took >= at-gate {
				met, alone = max(met, sp.took), sp.began > at
			}
			switch {
			case sp.began+sp.took < at-ahead:
				f["before"] = append(f["before"], sp.took)
				if i := int(sp.began / (ahead + behind)); i < len(usual) {
					usual[i] = max(usual[i], sp.took)
				}
			case sp.began > at+behind:
				f["after"] = append(f["after"], sp.took)
			default:
				longest = max(longest, sp.took)
			}
		}
		f["pause"] = append(f["pause"], met)
		f["around"] = append(f["around"], longest)
		if len(usual) > 1 {
			f["usual"] = append(f["usual"], usual[1:]...) // in the first the writers begin
		}
	}
}

func (f waits) report(b *testing.B) {
	for name, took := range f {
		if len(took) == 0 {
			continue
		}
		slices.Sort(took)
		b.ReportMetric(inMilliseconds(took[len(took)/2]), name+"-p50-ms")
		b.ReportMetric(inMilliseconds(took[(len(took)*99+99)/100-1]), name+"-p99-ms")
	}
}

func inMilliseconds(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
