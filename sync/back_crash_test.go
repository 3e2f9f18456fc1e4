package dbsync

import (
	"bytes"
	"context"
	"database/sql/driver"
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

// The steps at which the way back is killed, by what is done meanwhile: the
// process itself by SIGKILL, and PostgreSQL under it.
var crashSteps = []struct {
	do    string
	steps []string
}{
	{"diverge", []string{"diverge.begun", "diverge.commit", "diverge.committed"}},
	{"write", []string{"journal.begun", "journal.written", "journal.committed"}},
	{"lease", []string{"lease.reserved", "lease.commit"}},
	{"back", []string{
		"replay.connected", "replay.locked", "replay.marker", "replay.begun", "replay.send", "replay.sent", "replay.synced",
		"replay.careful.begun", "replay.parked", "replay.careful.commit", "replay.careful.committed",
		"seal.commit", "seal.committed", "tail.replayed", "tail.sequences", "tail.flush", "tail.flushed", "tail.close", "tail.closed",
	}},
	{"unseal", []string{"unseal.commit"}},
	{"resolve", []string{"resolve.commit", "resolve.committed", "resolve.release", "resolve.released"}},
	{"rejoin", []string{"rejoin.begun", "rejoin.undone", "rejoin.commit", "rejoin.committed"}},
}

// crashStory is an outage with plain changes, a cascade, a conflict and what
// depends on it. begin is safe to call again after a crash of Diverge.
const (
	crashCustomers = "1 Anna 11.50, 2 Bob 0.00, 3 Remote 0.00, 4 New 1.00, 5 New 1.00, 6 New 1.00, 7 New 1.00"
	crashItems     = "40,4,moved 50,5,NULL"
	crashConflicts = "customer:INSERT:insert_exists item:INSERT:dependent"
)

const crashFirst = `UPDATE customer SET name='Anna', balance=balance+1 WHERE id=1`

func (o *outage) crashWrites() {
	o.t.Helper()
	o.write(crashFirst)
	o.crashWritesAfterFirst()
}

func (o *outage) crashWritesAfterFirst() {
	o.t.Helper()
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

// crashDo does one part of the way back, in the process that is killed or in
// the one that goes on.
func crashDo(ctx context.Context, s *Sync, do string) error {
	switch do {
	case "diverge":
		return s.Diverge(ctx, "test")
	case "write":
		return crashWrite(ctx, s.cfg.File)
	case "lease":
		conn, err := pgx.ConnectConfig(ctx, s.cfg.Primary)
		if err != nil {
			return err
		}
		defer conn.Close(ctx)
		_, err = s.RefillLeases(ctx, conn)
		return err
	case "back":
		return backThere(ctx, s)
	case "unseal":
		if err := s.Seal(ctx); err != nil {
			return err
		}
		return s.Unseal(ctx)
	case "resolve":
		for {
			list, err := s.Conflicts(ctx)
			if err != nil || len(list) == 0 {
				return err
			}
			if err := s.ResolveConflict(ctx, list[0].ID, Resolution{Action: ApplyLocal}); err != nil {
				return err
			}
		}
	}
	_, err := s.Rejoin(ctx)
	if errors.Is(err, ErrNotDiverged) {
		return nil // it was done before
	}
	return err
}

// crashWrite is the application's first transaction.
func crashWrite(ctx context.Context, file *sqlitedb.File) error {
	app, err := file.NewSession(ctx, sqlitedb.SessionOptions{})
	if err != nil {
		return err
	}
	defer app.Close()
	if err := app.Begin(ctx, driver.TxOptions{}); err != nil {
		return err
	}
	if err := at("journal.begun"); err != nil {
		return err
	}
	if _, err := app.ExecContext(ctx, crashFirst, nil); err != nil {
		return err
	}
	if err := at("journal.written"); err != nil {
		return err
	}
	if err := app.Commit(ctx); err != nil {
		return err
	}
	return at("journal.committed")
}

// TestCrashChild is not a test: it is the process that TestCrash kills.
func TestCrashChild(t *testing.T) {
	step := os.Getenv("FAILOVERSQL_CRASH_STEP")
	if step == "" {
		return
	}
	ctx := context.Background()
	file, err := sqlitedb.Open(ctx, os.Getenv("FAILOVERSQL_CRASH_FILE"), sqlitedb.Options{Capture: CaptureTriggers, JournalDDL: JournalDDL})
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
	err = crashDo(ctx, s, os.Getenv("FAILOVERSQL_CRASH_DO"))
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

// before brings an outage to where a part of the way back begins; after it,
// finish does what is left, and expects that nothing is lost and nothing was
// done twice.
func (o *outage) crashBefore(do string) {
	o.t.Helper()
	if do == "diverge" {
		return
	}
	o.diverge()
	switch do {
	case "write", "lease":
		return
	}
	o.crashWrites()
	if do == "resolve" || do == "rejoin" {
		o.crashMust("back")
	}
}

func (o *outage) crashMust(do string) {
	o.t.Helper()
	if err := crashDo(o.ctx, o.s, do); err != nil {
		o.t.Fatalf("%s: %v", do, err)
	}
}

func (o *outage) crashFinish(do, step string) {
	o.t.Helper()
	switch do {
	case "diverge":
		if step != "diverge.committed" {
			if err := o.tryWrite(`INSERT INTO plain2 VALUES (1)`); !errors.Is(err, sqlitedb.ErrNotServing) {
				o.t.Errorf("after a kill inside Diverge: %v", err)
			}
		}
		o.diverge()
		o.crashWrites()
	case "write":
		if step == "journal.committed" { // it was acknowledged
			o.crashWritesAfterFirst()
		} else {
			o.crashWrites()
		}
	case "lease":
		o.crashMust("lease")
		o.expectLeased()
		o.crashWrites()
	case "unseal":
		if o.tryWrite(`INSERT INTO plain2 VALUES (1)`) == nil {
			o.t.Error("written on a sealed file")
		}
		if err := o.s.Unseal(o.ctx); err != nil {
			o.t.Fatal(err)
		}
	}
	if do != "rejoin" {
		o.crashMust("back")
	}
	if do == "resolve" {
		o.crashMust("resolve")
		o.expectResolved()
		o.crashMust("resolve")
		o.crashMust("back")
		o.expectResolved()
	} else {
		o.expectCrashStory()
		if do != "rejoin" {
			o.crashMust("back") // once more changes nothing
			o.expectCrashStory()
		}
	}
	o.crashMust("rejoin")
	o.sameRows()
	if do == "resolve" {
		o.expectResolved()
	} else {
		o.expectCrashStory()
	}
}

// expectLeased expects values in the file, each once, that the primary will not
// give out.
func (o *outage) expectLeased() {
	o.t.Helper()
	const leases = ` FROM failoversql_lease WHERE sequence = 'public.numbered_id_seq'`
	if got := o.local(`SELECT sum(finish - start + 1) >= 1000, count(*) = count(DISTINCT start)` + leases); got != "1,1" {
		o.t.Errorf("leases: %s", got)
	}
	o.expect(`SELECT last_value >= `+o.local(`SELECT max(finish)`+leases)+` FROM numbered_id_seq`, "t")
}

// expectResolved is the story's end where every conflict was decided for the
// fallback.
func (o *outage) expectResolved() {
	o.t.Helper()
	o.expect(`SELECT string_agg(concat_ws(' ', id, name, balance), ', ' ORDER BY id) FROM customer`, strings.Replace(crashCustomers, "Remote", "Local", 1))
	o.expect(`SELECT id, customer, note FROM item ORDER BY id`, crashItems+" 60,3,NULL")
	o.expect(`SELECT count(*) FROM failoversql.conflict WHERE resolved_at IS NULL`, "0")
}

const crashSchema = shopSchema + `CREATE TABLE numbered(id serial PRIMARY KEY, a int);`

// Killed at any step, the way back is finished by the next process: nothing is
// lost and nothing is done twice, and once more changes nothing.
func TestCrash(t *testing.T) {
	n := 0
	for _, part := range crashSteps {
		for _, step := range part.steps {
			t.Run(step, func(t *testing.T) {
				o := newOutage(t, crashSchema)
				o.crashBefore(part.do)
				o.killedAt(part.do, step)
				o.crashFinish(part.do, step)
				n++
			})
		}
	}
	t.Logf("a process was killed at %d steps", n)
}

// PostgreSQL killed at the same steps: the call fails, or is done, and calling
// again after the restart finishes. Commits that had not reached the disk take
// their marker with them.
func TestCrashOfPrimary(t *testing.T) {
	n := 0
	for _, part := range crashSteps {
		if part.do == "diverge" || part.do == "write" {
			continue // it is away already
		}
		for _, step := range part.steps {
			t.Run(step, func(t *testing.T) {
				o := newOutage(t, crashSchema)
				o.crashBefore(part.do)
				server := backPrimary(t)
				var killed atomic.Bool
				failpoint = func(name string) error {
					if name == step && killed.CompareAndSwap(false, true) {
						return server.Kill9()
					}
					return nil
				}
				err := crashDo(o.ctx, o.s, part.do)
				failpoint = nil
				if !killed.Load() {
					t.Fatalf("step was not reached: %v", err)
				}
				if err := server.Restart(); err != nil {
					t.Fatal(err)
				}
				o.reconnect()
				if part.do == "unseal" { // which PostgreSQL has no part in
					if err := o.s.Seal(o.ctx); err != nil {
						t.Fatal(err)
					}
				}
				o.crashFinish(part.do, step)
				n++
			})
		}
	}
	t.Logf("PostgreSQL was killed at %d steps", n)
}

// A connection that is cut before COMMIT and the like have been sent, or after
// that and before the answer: the marker says whether it was done.
func TestLostReply(t *testing.T) {
	cuts := 0
	for _, sent := range []bool{false, true} {
		for _, trigger := range []string{"commit", "failoversql.replayed", "INSERT INTO failoversql.conflict"} {
			t.Run(fmt.Sprintf("%s sent=%v", trigger, sent), func(t *testing.T) {
				o := newOutage(t, shopSchema)
				o.diverge()
				o.crashWrites()
				var cut atomic.Int32
				o.s.cfg.Primary = o.s.cfg.Primary.Copy()
				dial := o.s.cfg.Primary.DialFunc
				o.s.cfg.Primary.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
					conn, err := dial(ctx, network, addr)
					return &lossyConn{Conn: conn, trigger: []byte(trigger), sent: sent, cut: &cut}, err
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
				cuts += 3
				o.expectCrashStory()
				o.crashMust("back")
				o.expectCrashStory()
			})
		}
	}
	t.Logf("a connection was cut %d times", cuts)
}

// lossyConn closes before or after having sent what contains its trigger, every
// time for three times.
type lossyConn struct {
	net.Conn
	trigger []byte
	sent    bool
	cut     *atomic.Int32
}

func (c *lossyConn) Write(b []byte) (int, error) {
	if !bytes.Contains(b, c.trigger) || c.cut.Add(1) > 3 {
		return c.Conn.Write(b)
	}
	if c.sent {
		if n, err := c.Conn.Write(b); err != nil {
			return n, err
		}
	}
	_ = c.Conn.Close()
	return len(b), nil
}

// Values are leased for good also from a primary that commits without waiting
// for its disk, and crashes.
func TestLeaseOfAsynchronousPrimary(t *testing.T) {
	o := newOutage(t, crashSchema)
	server := backPrimary(t)
	o.primary(`ALTER DATABASE ` + o.s.cfg.Primary.Database + ` SET synchronous_commit = off`)
	o.primary(`ALTER SYSTEM SET wal_writer_delay = '10s'`)
	defer func() {
		o.primary(`ALTER SYSTEM RESET wal_writer_delay`)
		o.primary(`SELECT pg_reload_conf()`)
	}()
	o.primary(`SELECT pg_reload_conf()`)
	o.diverge()
	o.crashMust("lease")
	if err := server.Kill9(); err != nil {
		t.Fatal(err)
	}
	if err := server.Restart(); err != nil {
		t.Fatal(err)
	}
	o.reconnect()
	o.expectLeased()
}
