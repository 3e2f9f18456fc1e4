package benchmarks

import (
	"context"
	"database/sql"
	"errors"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/faultproxy"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// site is a primary behind a proxy, and an application that never stops asking:
// half reads, half writes, from 16 goroutines.
type site struct {
	b      *testing.B
	server *pgtest.Server
	proxy  *faultproxy.Proxy
	db     *sql.DB
	c      *failoversql.Connector

	wg sync.WaitGroup

	mu         sync.Mutex
	last       time.Time // when a statement last succeeded
	silence    time.Duration
	good       int
	reads      int
	readErrors int
	doubts     int
	failed     error // what must not happen
}

const loadWorkers = 16

func newSite(b *testing.B, parameters string) *site {
	b.Helper()
	s := &site{b: b, server: pgtest.New(b)}
	s.proxy = faultproxy.New(b, s.server.Addr())
	cfg, err := failoversql.ParseDSN("postgres://postgres@" + s.proxy.Addr() + "/postgres?sslmode=disable&fallback_path=" + filepath.Join(b.TempDir(), "app.db") + parameters)
	if err != nil {
		b.Fatal(err)
	}
	if cfg.FlapBudget == 0 && parameters != "" {
		cfg.FlapBudget = 1000 // the faults come one upon the other
	}
	if s.c, err = failoversql.NewConnector(cfg); err != nil {
		b.Fatal(err)
	}
	s.db = sql.OpenDB(s.c)
	s.db.SetMaxOpenConns(loadWorkers)
	s.db.SetMaxIdleConns(loadWorkers)
	if _, err := s.db.Exec(accounts + `; CREATE TABLE entry (id uuid PRIMARY KEY DEFAULT gen_random_uuid())`); err != nil {
		b.Fatal(err)
	}
	s.await("the file to follow", func() bool { return s.c.Status(b.Context()).Fallback.Following })
	b.Cleanup(func() {
		if err := s.db.Close(); err != nil {
			b.Error(err)
		}
	})
	return s
}

// begin starts the load of a benchmark, and its figures.
func (s *site) begin(b *testing.B) {
	s.b, s.reads, s.readErrors, s.doubts = b, 0, 0, 0
	ctx, cancel := context.WithCancel(b.Context())
	for w := range loadWorkers {
		s.wg.Go(func() { s.work(ctx, w) })
	}
	b.Cleanup(func() {
		cancel()
		s.wg.Wait()
		if s.failed != nil {
			b.Error(s.failed)
		}
	})
}

func (s *site) work(ctx context.Context, w int) {
	pace := time.NewTicker(5 * time.Millisecond)
	defer pace.Stop()
	for n := w; ; n++ {
		select {
		case <-ctx.Done():
			return
		case <-pace.C:
		}
		var name string
		var err error
		if n%2 == 0 {
			err = s.db.QueryRowContext(ctx, `SELECT name FROM accounts WHERE id = $1`, n%1000+1).Scan(&name)
		} else {
			_, err = s.db.ExecContext(ctx, `INSERT INTO entry DEFAULT VALUES`)
		}
		if ctx.Err() == nil {
			s.note(n%2 == 0, err)
		}
	}
}

func (s *site) note(read bool, err error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	var doubt *failoversql.InDoubtError
	if read {
		s.reads++
	}
	switch {
	case err == nil:
		now := time.Now()
		s.good++
		s.silence = max(s.silence, now.Sub(s.last))
		s.last = now
	case read:
		s.readErrors++
	case errors.As(err, &doubt):
		s.doubts++
	default:
		s.failed = err
	}
}

func (s *site) await(what string, holds func() bool) {
	s.b.Helper()
	for deadline := time.Now().Add(time.Minute); !holds(); time.Sleep(time.Millisecond) {
		if time.Now().After(deadline) {
			s.b.Fatalf("waited in vain for %s: %+v", what, s.c.Status(context.Background()))
		}
	}
}

func (s *site) awaitGood(n int) {
	s.b.Helper()
	s.mu.Lock()
	want := s.good + n
	s.mu.Unlock()
	s.await("good statements", func() bool {
		s.mu.Lock()
		defer s.mu.Unlock()
		return s.good >= want
	})
}

// outage makes a fault, heals it, and returns how long no statement succeeded
// from then until the fallback served: killing a server, with all of its
// processes, takes a while itself.
func (s *site) outage(fault, heal func() error) time.Duration {
	s.b.Helper()
	s.awaitGood(50)
	s.do(fault)
	s.mu.Lock()
	s.silence, s.last = 0, time.Now()
	s.mu.Unlock()
	s.await("the fallback", func() bool { return s.c.Status(s.b.Context()).Mode.OnFallback() })
	s.awaitGood(50)
	s.mu.Lock()
	silence := s.silence
	s.mu.Unlock()
	s.do(heal)
	s.await("the primary", func() bool {
		st := s.c.Status(s.b.Context())
		return st.Mode == health.Primary && st.Fallback.Following
	})
	return silence
}

func (s *site) do(f func() error) {
	s.b.Helper()
	if err := f(); err != nil {
		s.b.Fatal(err)
	}
}

// BenchmarkFailover measures the time from a fault to the first good statement
// under load: its median and its 99th percentile over b.N faults, and the errors
// that reads met (none) and writes in doubt, a fault. Fifty of each, and ten of
// the brown-outs, after each of which the primary is mistrusted for longer:
//
//	go test -bench Failover -benchtime 50x ./benchmarks
//
// Where the network fails the server stands still meanwhile, for it is to be
// thought of on another machine: ending two dozen backends that were cut off
// would otherwise take this one's processors for some 30 ms.
func BenchmarkFailover(b *testing.B) {
	quick := "&fallback_min_dwell=50ms&fallback_rise=1"
	usual := newSite(b, quick)
	tuned := newSite(b, quick+"&fallback_probe_interval=100ms&fallback_probe_timeout=200ms&fallback_fall=2")
	for _, c := range []struct {
		name        string
		site        *site
		fault, heal func(*site) error
	}{
		{"killed", usual, func(s *site) error { return s.server.Kill9() }, func(s *site) error { return s.server.Restart() }},
		{"refused", usual, apart(func(s *site) { s.proxy.Refuse(); s.proxy.CloseAll() }), thawed},
		{"reset", usual, apart(func(s *site) { s.proxy.ResetNew(); s.proxy.ResetAll() }), thawed},
		{"blackhole/default", usual, stall, heal},
		{"blackhole/100ms-200ms-2", tuned, stall, heal},
		{"brownout/all", usual, delay, heal},
		{"brownout/statements", usual, func(s *site) error { s.proxy.Spare("failoversql probe"); return delay(s) }, heal},
	} {
		b.Run(c.name, func(b *testing.B) {
			s := c.site
			s.begin(b)
			var took []time.Duration
			b.ResetTimer()
			most := b.N
			if strings.HasPrefix(c.name, "brownout") {
				most = min(most, 10)
			}
			for range most {
				took = append(took, s.outage(func() error { return c.fault(s) }, func() error { return c.heal(s) }))
			}
			b.StopTimer()
			s.report(took)
		})
	}
}

// apart makes a fault of the network alone.
func apart(fault func(*site)) func(*site) error {
	return func(s *site) error {
		err := s.server.Freeze()
		fault(s)
		return err
	}
}

func heal(s *site) error   { return s.proxy.Heal() }
func thawed(s *site) error { return errors.Join(s.server.Thaw(), heal(s)) }
func stall(s *site) error  { s.proxy.Stall(); return nil }
func delay(s *site) error  { s.proxy.Delay(2*time.Second, faultproxy.ToClient); return nil }

func (s *site) report(took []time.Duration) {
	slices.Sort(took)
	ms := func(d time.Duration) float64 { return float64(d.Microseconds()) / 1000 }
	s.mu.Lock()
	defer s.mu.Unlock()
	s.b.ReportMetric(ms(took[len(took)/2]), "p50-ms")
	s.b.ReportMetric(ms(took[(len(took)*99+99)/100-1]), "p99-ms")
	s.b.ReportMetric(float64(s.readErrors), "read-errors")
	s.b.ReportMetric(float64(s.doubts)/float64(len(took)), "in-doubt/op")
	s.b.ReportMetric(0, "ns/op") // of fault and healing together: means nothing
}

// BenchmarkFailoverFlapping has the primary come and go every 300 ms, five times
// an operation and for a minute at most, and shows how often the route went to the
// fallback, which the flap budget bounds, and for how long no statement was
// answered.
//
//	go test -bench FailoverFlapping -benchtime 20x ./benchmarks    # a minute of it
func BenchmarkFailoverFlapping(b *testing.B) {
	s := newSite(b, "")
	s.begin(b)
	var mu sync.Mutex
	switches := map[uint64]bool{} // to the fallback, by generation
	defer s.c.Subscribe(func(e failoversql.Event) {
		mu.Lock()
		defer mu.Unlock()
		if e.Mode == health.Fallback {
			switches[e.Generation] = true
		}
	})()
	s.awaitGood(50)
	s.mu.Lock()
	s.silence, s.last = 0, time.Now()
	s.mu.Unlock()
	b.ResetTimer()
	for range min(b.N, 20) {
		for range 5 {
			s.proxy.Refuse()
			s.proxy.ResetAll()
			time.Sleep(300 * time.Millisecond)
			s.do(s.proxy.Heal)
			time.Sleep(300 * time.Millisecond)
		}
	}
	b.StopTimer()
	s.awaitGood(50)
	mu.Lock()
	defer mu.Unlock()
	s.mu.Lock()
	defer s.mu.Unlock()
	b.ReportMetric(float64(len(switches)), "switches")
	b.ReportMetric(float64(s.silence.Microseconds())/1000, "silence-ms")
	b.ReportMetric(float64(s.readErrors), "read-errors")
	b.ReportMetric(0, "ns/op")
}
