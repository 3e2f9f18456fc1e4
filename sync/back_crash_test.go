package dbsync

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"os/exec"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/sqlitedb"
)

// The steps at which the way back is killed: the process itself by SIGKILL, and
// PostgreSQL under it. The tables say what has to come out.
var crashSteps = []string{
	"diverge.begun", "diverge.commit",
	"replay.send", "replay.sent", "replay.synced", "replay.parked", "replay.careful.commit", "replay.careful.committed",
	"seal.commit", "tail.replayed", "tail.sequences", "tail.flushed", "tail.close", "tail.closed",
}

// crashStory is an outage with plain changes, a cascade, a conflict and what
// depends on it. begin is safe to call again after a crash of Diverge.
const (
	crashCustomers = "1 Anna 11.50, 2 Bob 0.00, 3 Remote 0.00, 4 New 1.00, 5 New 1.00, 6 New 1.00, 7 New 1.00"
	crashItems     = "40,4,moved 50,5,NULL"
	crashConflicts = "customer:INSERT:insert_exists item:INSERT:dependent"
)

func (o *outage) crashWrites() {
	o.t.Helper()
	o.write(`UPDATE customer SET name='Anna', balance=balance+1 WHERE id=1`)
	for id := 4; id < 8; id++ {
		o.write(fmt.Sprintf(`INSERT INTO customer(id, name, balance) VALUES (%d, 'New', 1)`, id))
	}
	o.write(`INSERT INTO item(id, customer, note) VALUES (40, 4, 'x'), (50, 5, NULL)`, `DELETE FROM item WHERE id<3`)
	o.write(`INSERT INTO customer(id, name, balance) VALUES (3, 'Local', 0)`)
	o.write(`INSERT INTO item(id, customer) VALUES (60, 3)`)
	o.write(`UPDATE item SET note='moved' WHERE id=40`)
	o.primary(`INSERT INTO customer(id, name) VALUES (3, 'Remote')`)
}

func (o *outage) expectCrashStory() {
	o.t.Helper()
	o.expect(`SELECT string_agg(concat_ws(' ', id, name, balance), ', ' ORDER BY id) FROM customer`, crashCustomers)
	o.expect(`SELECT id, customer, note FROM item ORDER BY id`, crashItems)
	o.expect(`SELECT string_agg(table_name || ':' || op || ':' || kind, ' ' ORDER BY tx, seq) FROM failoversql.conflict`, crashConflicts)
}

// backThere is the way back from the state that the file is in.
func backThere(ctx context.Context, s *Sync) error {
	if _, err := s.Replay(ctx); err != nil {
		return fmt.Errorf("replay: %w", err)
	}
	if err := s.Seal(ctx); err != nil {
		return fmt.Errorf("seal: %w", err)
	}
	if _, err := s.Tail(ctx); err != nil {
		return fmt.Errorf("tail: %w", err)
	}
	return nil
}

// TestCrashChild is not a test: it is the process that TestCrash kills.
func TestCrashChild(t *testing.T) {
	step := os.Getenv("FAILOVERSQL_CRASH_STEP")
	if step == "" {
		return
	}
	ctx := context.Background()
	file, err := sqlitedb.Open(ctx, os.Getenv("FAILOVERSQL_CRASH_FILE"), sqlitedb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	cfg, err := pgx.ParseConfig(os.Getenv("FAILOVERSQL_CRASH_DSN"))
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{File: file, Primary: cfg, Logger: slog.New(slog.DiscardHandler)})
	failpoint = func(name string) error {
		if name == step {
			if self, err := os.FindProcess(os.Getpid()); err == nil {
				_ = self.Kill()
			}
			select {}
		}
		return nil
	}
	switch os.Getenv("FAILOVERSQL_CRASH_DO") {
	case "diverge":
		err = s.Diverge(ctx, "test")
	case "back":
		err = backThere(ctx, s)
	case "rejoin":
		_, err = s.Rejoin(ctx)
	case "resolve":
		var list []Conflict
		if list, err = s.Conflicts(ctx); err == nil {
			err = s.ResolveConflict(ctx, list[0].ID, Resolution{Action: ApplyLocal})
		}
	}
	t.Fatalf("step %s was not reached: %v", step, err)
}

// killedAt runs part of the way back in a process of its own and has it killed
// at a step.
func (o *outage) killedAt(do, step string) {
	o.t.Helper()
	cmd := exec.Command(os.Args[0], "-test.run=^TestCrashChild$")
	cmd.Env = append(os.Environ(), "FAILOVERSQL_CRASH_STEP="+step, "FAILOVERSQL_CRASH_DO="+do,
		"FAILOVERSQL_CRASH_FILE="+o.file.Path(), "FAILOVERSQL_CRASH_DSN="+o.s.cfg.Primary.ConnString())
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.Exited() {
		o.t.Fatalf("killed at %s: %v\n%s", step, err, out)
	}
}

// Killed at any step, the way back is finished by the next process: nothing is
// lost and nothing is done twice, and once more changes nothing.
func TestCrash(t *testing.T) {
	for _, step := range crashSteps {
		t.Run(step, func(t *testing.T) {
			o := newOutage(t, shopSchema)
			if strings.HasPrefix(step, "diverge.") {
				o.killedAt("diverge", step)
				if err := o.tryWrite(`INSERT INTO plain2 VALUES (1)`); !errors.Is(err, sqlitedb.ErrNotServing) {
					t.Errorf("after a kill inside Diverge: %v", err)
				}
			}
			o.diverge()
			o.crashWrites()
			if !strings.HasPrefix(step, "diverge.") {
				o.killedAt("back", step)
			}
			if err := backThere(o.ctx, o.s); err != nil {
				t.Fatal(err)
			}
			o.expectCrashStory()
			if err := backThere(o.ctx, o.s); err != nil {
				t.Fatal(err)
			}
			o.expectCrashStory()
		})
	}
}

// PostgreSQL killed at the same steps: the call fails, or is done, and calling
// again after the restart finishes. Commits that had not reached the disk take
// their marker with them.
func TestCrashOfPrimary(t *testing.T) {
	for _, step := range crashSteps {
		if strings.HasPrefix(step, "diverge.") {
			continue
		}
		t.Run(step, func(t *testing.T) {
			o := newOutage(t, shopSchema)
			o.diverge()
			o.crashWrites()
			server := backPrimary(t)
			var killed atomic.Bool
			failpoint = func(name string) error {
				if name == step && killed.CompareAndSwap(false, true) {
					return server.Kill9()
				}
				return nil
			}
			err := backThere(o.ctx, o.s)
			failpoint = nil
			if !killed.Load() {
				t.Fatalf("step was not reached: %v", err)
			}
			if err := server.Restart(); err != nil {
				t.Fatal(err)
			}
			o.reconnect()
			if err := backThere(o.ctx, o.s); err != nil {
				t.Fatal(err)
			}
			o.expectCrashStory()
		})
	}
}

// A connection that delivers COMMIT and loses the answer: the marker says
// whether it was done.
func TestLostReply(t *testing.T) {
	for _, trigger := range []string{"commit", "failoversql.replayed", "INSERT INTO failoversql.conflict"} {
		t.Run(trigger, func(t *testing.T) {
			o := newOutage(t, shopSchema)
			o.diverge()
			o.crashWrites()
			var cut atomic.Int32
			o.s.cfg.Primary = o.s.cfg.Primary.Copy()
			dial := o.s.cfg.Primary.DialFunc
			o.s.cfg.Primary.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
				conn, err := dial(ctx, network, addr)
				return &lossyConn{Conn: conn, trigger: []byte(trigger), cut: &cut}, err
			}
			var err error
			for range 20 {
				if err = backThere(o.ctx, o.s); err == nil {
					break
				}
			}
			if err != nil || cut.Load() < 3 {
				t.Fatalf("cut %d times: %v", cut.Load(), err)
			}
			o.expectCrashStory()
		})
	}
}

// lossyConn closes after having sent what contains its trigger, every time for
// three times.
type lossyConn struct {
	net.Conn
	trigger []byte
	cut     *atomic.Int32
}

func (c *lossyConn) Write(b []byte) (int, error) {
	n, err := c.Conn.Write(b)
	if err == nil && bytes.Contains(b, c.trigger) && c.cut.Add(1) <= 3 {
		_ = c.Conn.Close()
	}
	return n, err
}

// The record of a decision and what it does are one transaction.
func TestCrashOfResolve(t *testing.T) {
	for _, step := range []string{"resolve.commit", "resolve.committed"} {
		t.Run(step, func(t *testing.T) {
			o := parkedInsert(t)
			o.killedAt("resolve", step)
			for {
				list, err := o.s.Conflicts(o.ctx)
				if err != nil {
					t.Fatal(err)
				}
				if len(list) == 0 {
					break
				}
				if err := o.s.ResolveConflict(o.ctx, list[0].ID, Resolution{Action: ApplyLocal}); err != nil {
					t.Fatal(err)
				}
			}
			o.expect(`SELECT string_agg(concat_ws(' ', id, name, balance), ', ' ORDER BY id) FROM customer`, "1 Ann 10.50, 2 Rob 0.00, 3 Local2 1.00")
			o.expect(`SELECT string_agg(id::text, ' ' ORDER BY id) FROM item`, "1 2 9")
		})
	}
}
