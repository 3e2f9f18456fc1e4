package dbsync

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"path/filepath"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

// outServer is one server for all tests of the way out; each has its own
// database.
var outServer struct {
	once sync.Once
	s    *pgtest.Server
	err  error
}

func outPrimary(t *testing.T) *pgtest.Server {
	t.Helper()
	outServer.once.Do(func() {
		outServer.s, outServer.err = pgtest.Start(pgtest.Options{Settings: map[string]string{"max_replication_slots": "100", "max_wal_senders": "100"}})
	})
	if outServer.err != nil {
		t.Fatal(outServer.err)
	}
	return outServer.s
}

// replica is a database on a primary and a file that is to follow it.
type replica struct {
	t      *testing.T
	ctx    context.Context
	server *pgtest.Server
	cfg    *pgx.ConnConfig
	pg     *pgx.Conn
	file   *sqlitedb.File
	path   string
	s      *Sync
	log    *logLines

	cancel context.CancelFunc
	done   chan error
}

var replicas atomic.Int64

// another is a second file that is to follow the same database.
func (r *replica) another() *replica {
	r.t.Helper()
	o := &replica{t: r.t, ctx: r.ctx, server: r.server, cfg: r.cfg, pg: r.pg, path: filepath.Join(r.t.TempDir(), "other.db"), log: r.log}
	o.open()
	r.t.Cleanup(func() { o.file.Close() })
	return o
}

// newReplica makes a database with a schema, and an empty file.
func newReplica(t *testing.T, server *pgtest.Server, schema string) *replica {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Minute)
	t.Cleanup(cancel)
	name := fmt.Sprintf("out%d", replicas.Add(1))
	if err := server.CreateDatabase(name); err != nil {
		t.Fatal(err)
	}
	cfg, err := pgx.ParseConfig(server.DSN(name))
	if err != nil {
		t.Fatal(err)
	}
	r := &replica{t: t, ctx: ctx, server: server, cfg: cfg, path: filepath.Join(t.TempDir(), "app.db"), log: &logLines{}}
	r.connect()
	t.Cleanup(func() { _ = r.pg.Close(context.Background()) })
	r.exec(schema)
	r.open()
	t.Cleanup(func() {
		r.stop()
		_ = r.file.Close()
		if t.Failed() {
			t.Logf("log:\n%s", r.log)
		}
	})
	return r
}

func (r *replica) connect() {
	r.t.Helper()
	var err error
	if r.pg, err = pgx.ConnectConfig(r.ctx, r.cfg); err != nil {
		r.t.Fatal(err)
	}
}

func (r *replica) open() {
	r.t.Helper()
	var err error
	if r.file, err = sqlitedb.Open(r.ctx, r.path, sqlitedb.Options{}); err != nil {
		r.t.Fatal(err)
	}
	r.s = New(Config{File: r.file, Primary: r.cfg, Heartbeat: 200 * time.Millisecond, Logger: slog.New(slog.NewTextHandler(r.log, nil))})
}

// exec runs SQL on the primary; several statements are one transaction.
func (r *replica) exec(sql string, args ...any) {
	r.t.Helper()
	if len(args) == 0 {
		args = []any{pgx.QueryExecModeSimpleProtocol}
	}
	if _, err := r.pg.Exec(r.ctx, sql, args...); err != nil {
		r.t.Fatalf("%s: %v", sql, err)
	}
}

// each runs SQL on the primary, each in a transaction of its own, and compares the
// copy after it.
func (r *replica) each(sql ...string) {
	r.t.Helper()
	for _, q := range sql {
		r.exec(q)
		if r.equal(); r.t.Failed() {
			r.t.Fatalf("after %s", q)
		}
	}
}

func (r *replica) snapshot() SnapshotReport {
	r.t.Helper()
	report, err := r.s.Snapshot(r.ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	return report
}

// run starts Run in the background.
func (r *replica) run() {
	ctx, cancel := context.WithCancel(r.ctx)
	r.cancel, r.done = cancel, make(chan error, 1)
	go func(s *Sync, done chan error) { done <- s.Run(ctx) }(r.s, r.done)
}

// stop ends it.
func (r *replica) stop() {
	if r.cancel == nil {
		return
	}
	r.cancel()
	if err := <-r.done; !errors.Is(err, context.Canceled) && !errors.Is(err, ErrDiverged) {
		r.t.Errorf("Run: %v", err)
	}
	r.cancel = nil
}

// caughtUp waits until the file has everything committed so far.
func (r *replica) caughtUp() {
	r.t.Helper()
	lsn, err := r.s.primaryLSN(r.ctx, r.pg)
	if err != nil {
		r.t.Fatal(err)
	}
	if err := r.s.WaitFor(r.ctx, lsn); err != nil {
		r.t.Fatalf("waiting for %s: %v; %+v", lsn, err, r.s.Lag())
	}
}

// equal fails the test unless both sides are the same.
func (r *replica) equal() VerifyReport {
	r.t.Helper()
	r.caughtUp()
	report, err := r.s.Verify(r.ctx, VerifyOptions{})
	if err != nil {
		r.t.Fatal(err)
	}
	for _, t := range report.Tables {
		for i, d := range t.Differences {
			if i < 10 {
				r.t.Errorf("%s.%s: %s: %s", t.Schema, t.Name, d.Key, d.Kind)
			}
		}
		if len(t.Differences) > 0 {
			r.t.Errorf("%s.%s: %d rows on the primary, %d in the file", t.Schema, t.Name, t.Primary, t.File)
		}
	}
	return report
}

// neverResynced fails the test where a new snapshot was thought necessary.
func (r *replica) neverResynced() {
	r.t.Helper()
	if strings.Contains(r.log.String(), "resync=true") {
		r.t.Error("a new snapshot was thought necessary")
	}
}

// local reads one integer from the file.
func (r *replica) local(query string, args ...any) int64 {
	r.t.Helper()
	c, err := r.file.Conn(r.ctx)
	if err != nil {
		r.t.Fatal(err)
	}
	defer c.Close()
	var n int64
	if err := c.QueryRow(r.ctx, query, args, &n); err != nil {
		r.t.Fatalf("%s: %v", query, err)
	}
	return n
}

// logLines keeps what was logged.
type logLines struct {
	lines atomic.Pointer[[]string]
}

func (l *logLines) Write(p []byte) (int, error) {
	for {
		old := l.lines.Load()
		var lines []string
		if old != nil {
			lines = append(lines, *old...)
		}
		lines = append(lines, string(p))
		if l.lines.CompareAndSwap(old, &lines) {
			return len(p), nil
		}
	}
}

func (l *logLines) String() string {
	if p := l.lines.Load(); p != nil {
		return strings.Join(*p, "")
	}
	return ""
}
