// Package demo shows the whole path on this machine: an application at work on
// PostgreSQL, PostgreSQL killed under it, the work going on on SQLite, PostgreSQL
// back, and every write found there.
package demo

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"time"

	_ "github.com/jackc/pgx/v5/stdlib" // the "pgx" driver, for looking at PostgreSQL beside failoversql

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/cmd/failoversql/internal/shop"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// How long the application works in each part.
const (
	healthyFor = 3 * time.Second
	outageFor  = 4 * time.Second
	afterFor   = 1500 * time.Millisecond
	// patience bounds every wait for something that must come by itself.
	patience = 20 * time.Second
)

// Options says how to show it.
type Options struct {
	Out      io.Writer
	Terminal bool // Out is a terminal: the counters are redrawn in place
	Colour   bool
	Keep     bool // leave both databases
}

// ErrNotWell is returned where the demo ran to its end and what it found is not
// as promised.
var ErrNotWell = errors.New("the promises were not kept")

// Run runs the demo. It needs no PostgreSQL but the programs of one, and leaves
// nothing behind unless told to.
func Run(ctx context.Context, o Options) (err error) {
	dir, err := os.MkdirTemp("", "failoversql-demo-")
	if err != nil {
		return err
	}
	// PostgreSQL may run as another user, and has its data below.
	if err := os.Chmod(dir, 0o755); err != nil {
		return err
	}
	restoreLog, err := logTo(filepath.Join(dir, "app.log"))
	if err != nil {
		return err
	}
	defer restoreLog()
	s := &show{screen: newScreen(o.Out, o.Terminal, o.Colour), dir: dir, keep: o.Keep, file: filepath.Join(dir, "app.db"), halt: func() {}}
	defer func() {
		s.halt()
		if cerr := s.close(); err == nil {
			err = cerr
		}
	}()
	for _, act := range []func(context.Context) error{
		s.startPostgres, s.openApplication, s.work, s.kill, s.restart, s.finish,
	} {
		if err := act(ctx); err != nil {
			return err
		}
	}
	return s.account(ctx)
}

// logTo sends what the driver logs, as any application may, to a file until the
// function it returns is called: the screen shows the same in its own words.
func logTo(path string) (restore func(), err error) {
	f, err := os.Create(path)
	if err != nil {
		return nil, err
	}
	before := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(f, nil)))
	return func() {
		slog.SetDefault(before)
		_ = f.Close()
	}, nil
}

// show is one run of the demo.
type show struct {
	*screen
	dir, file string
	keep      bool

	pg        *pgtest.Server
	direct    *sql.DB // to PostgreSQL, past failoversql
	db        *sql.DB // the application's
	connector *failoversql.Connector
	route     *route
	load      *load
	trouble   *trouble

	killed, gone time.Time
	halt         func() // ends the load
}

func (s *show) startPostgres(ctx context.Context) (err error) {
	pg, err := pgtest.Start(pgtest.Options{Dir: filepath.Join(s.dir, "postgresql"), Durable: true})
	if err != nil {
		return err
	}
	s.pg = pg
	if err := pg.CreateDatabase("shop"); err != nil {
		return err
	}
	if s.direct, err = sql.Open("pgx", pg.DSN("shop")); err != nil {
		return err
	}
	var version string
	if err := s.direct.QueryRowContext(ctx, `SHOW server_version`).Scan(&version); err != nil {
		return err
	}
	s.event(green, "PostgreSQL %s runs on port %d, made for this demo", firstWord(version), pg.Port())
	if err := shop.Create(ctx, s.direct); err != nil {
		return fmt.Errorf("making the shop: %w", err)
	}
	var books, customers int64
	err = s.direct.QueryRowContext(ctx, `SELECT (SELECT count(*) FROM books), (SELECT count(*) FROM customers)`).
		Scan(&books, &customers)
	if err != nil {
		return err
	}
	s.event(plain, "a bookshop in it: %d books, %d customers, no orders yet", books, customers)
	return nil
}

func (s *show) openApplication(ctx context.Context) (err error) {
	if s.db, err = sql.Open("failoversql", s.dsn()); err != nil {
		return err
	}
	s.db.SetMaxOpenConns(2 * workers)
	s.db.SetMaxIdleConns(2 * workers)
	if s.connector, err = failoversql.FromDB(ctx, s.db); err != nil {
		return err
	}
	s.event(plain, `the application opens sql.Open("failoversql", "postgres://…/shop?fallback_path=app.db")`)
	s.route = watchRoute(s.screen, s.connector)
	if err := s.route.wait(ctx, "a complete copy in the file", following); err != nil {
		return err
	}
	s.event(green, "the SQLite file holds a copy and follows")
	s.trouble = &trouble{screen: s.screen}
	s.load, err = newLoad(ctx, s.db, s.trouble.report)
	return err
}

// dsn is the application's: PostgreSQL's own, with the file named.
func (s *show) dsn() string {
	return s.pg.URL("shop") + "&" + url.Values{
		"fallback_path":           {s.file},
		"fallback_probe_interval": {"200ms"},
		"fallback_min_dwell":      {"1s"},
	}.Encode()
}

func (s *show) work(ctx context.Context) error {
	s.event(plain, "%d goroutines take orders, move them on, look things up", workers)
	s.load.run()
	stopTicking := s.tick()
	s.halt = sync.OnceFunc(func() {
		s.load.halt()
		stopTicking()
		s.still()
	})
	return sleep(ctx, healthyFor)
}

func (s *show) kill(ctx context.Context) error {
	before := s.load.ledger.acknowledged.Load()
	s.killed = time.Now()
	s.event(red, "kill -9: every process of PostgreSQL, under load, after %s acknowledged writes", grouped(before))
	if err := s.pg.Kill9(); err != nil {
		return err
	}
	s.gone = time.Now()
	if err := s.route.wait(ctx, "the switch to SQLite", onFallback); err != nil {
		return err
	}
	before = s.load.ledger.acknowledged.Load()
	if err := sleep(ctx, outageFor); err != nil {
		return err
	}
	during := s.load.ledger.acknowledged.Load() - before
	s.event(plain, "PostgreSQL has been away for %.1f s; SQLite took %s writes", time.Since(s.killed).Seconds(), grouped(during))
	if during == 0 {
		return fmt.Errorf("%w: no write was acknowledged while PostgreSQL was away", ErrNotWell)
	}
	return nil
}

func (s *show) restart(ctx context.Context) error {
	s.event(plain, "PostgreSQL is started again, while the load goes on")
	if err := s.pg.Restart(); err != nil {
		return err
	}
	s.event(green, "PostgreSQL takes connections again")
	if err := s.route.wait(ctx, "the return to PostgreSQL", onPrimary); err != nil {
		return err
	}
	return sleep(ctx, afterFor)
}

func (s *show) finish(ctx context.Context) error {
	s.halt()
	s.event(plain, "the application stops: %s", s.load.summary())
	if err := s.caughtUp(ctx); err != nil {
		return err
	}
	s.event(green, "the file follows PostgreSQL again, and holds all of it")
	return nil
}

// caughtUp waits until the file holds everything that PostgreSQL holds now.
func (s *show) caughtUp(ctx context.Context) error {
	var end string
	if err := s.direct.QueryRowContext(ctx, `SELECT pg_current_wal_lsn()`).Scan(&end); err != nil {
		return err
	}
	var failed error
	err := s.route.wait(ctx, "the file to hold all of PostgreSQL again", func(st failoversql.Status) bool {
		if !following(st) {
			return false
		}
		var there bool
		failed = s.direct.QueryRowContext(ctx, `SELECT $1::pg_lsn >= $2::pg_lsn`, st.Fallback.LSN, end).Scan(&there)
		return there || failed != nil
	})
	return errors.Join(err, failed)
}

// tick keeps the counters fresh until the function it returns is called.
func (s *show) tick() (stop func()) {
	quit, ended := make(chan struct{}), make(chan struct{})
	go func() {
		defer close(ended)
		every := time.NewTicker(100 * time.Millisecond)
		defer every.Stop()
		last, lastAt, rate := int64(0), time.Now(), 0.0
		for {
			select {
			case <-quit:
				return
			case now := <-every.C:
				writes := s.load.ledger.acknowledged.Load()
				if d := now.Sub(lastAt); d >= time.Second/2 {
					rate = float64(writes-last) / d.Seconds()
					last, lastAt = writes, now
				}
				s.counters(fmt.Sprintf("%-10s %8s writes acknowledged (%4.0f/s)  %8s reads", s.route.now(),
					grouped(writes), rate, grouped(s.load.reads.Load())))
			}
		}
	}()
	return func() {
		close(quit)
		<-ended
	}
}

// close ends everything, and removes what was made unless it is to be kept.
func (s *show) close() error {
	errs := []error{s.closeApplication()}
	if s.direct != nil {
		errs = append(errs, s.direct.Close())
	}
	if s.pg != nil {
		errs = append(errs, s.pg.Close())
	}
	if !s.keep {
		errs = append(errs, os.RemoveAll(s.dir))
	}
	return errors.Join(errs...)
}

// closeApplication is what the end of a program does: its follower and monitor
// end with it.
func (s *show) closeApplication() error {
	if s.db == nil {
		return nil
	}
	db := s.db
	s.db = nil
	if s.route != nil {
		s.route.close()
	}
	return db.Close()
}

func firstWord(s string) string {
	word, _, _ := strings.Cut(s, " ")
	return word
}

// sleep waits, or returns early with the error of ctx.
func sleep(ctx context.Context, d time.Duration) error {
	select {
	case <-time.After(d):
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
