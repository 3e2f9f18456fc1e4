package dbsync

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

// seed is printed, so that a failure can be run again with SEED=n.
func seed(t *testing.T) *rand.Rand {
	n := uint64(time.Now().UnixNano())
	if s := os.Getenv("SEED"); s != "" {
		var err error
		if n, err = strconv.ParseUint(s, 10, 64); err != nil {
			t.Fatal(err)
		}
	}
	t.Logf("SEED=%d", n)
	return rand.New(rand.NewPCG(n, 0))
}

// pairs has two tables whose sums are equal after every transaction: a copy
// that ever shows half of one is torn.
const pairs = `
	CREATE TABLE debit (id int PRIMARY KEY, n bigint NOT NULL); CREATE TABLE credit (id int PRIMARY KEY, n bigint NOT NULL);
	INSERT INTO debit SELECT i, 0 FROM generate_series(1, 50) i; INSERT INTO credit SELECT i, 0 FROM generate_series(1, 50) i;`

// load runs transactions on the primary until it is stopped, going on through
// outages. It returns how many were acknowledged.
func load(ctx context.Context, cfg *pgx.ConnConfig, rnd *rand.Rand) (done int) {
	var conn *pgx.Conn
	defer func() {
		if conn != nil {
			_ = conn.Close(context.Background())
		}
	}()
	for ctx.Err() == nil {
		if conn == nil || conn.IsClosed() {
			var err error
			if conn, err = pgx.ConnectConfig(ctx, cfg); err != nil {
				conn = nil
				select {
				case <-ctx.Done():
				case <-time.After(5 * time.Millisecond):
				}
				continue
			}
		}
		amount := rnd.IntN(1000)
		sql := fmt.Sprintf("BEGIN; UPDATE debit SET n = n + %[1]d WHERE id = %[2]d; UPDATE credit SET n = n + %[1]d WHERE id = %[3]d; COMMIT",
			amount, rnd.IntN(50)+1, rnd.IntN(50)+1)
		if rnd.IntN(20) == 0 {
			sql = fmt.Sprintf("BEGIN; UPDATE debit SET n = n + %[1]d; UPDATE credit SET n = n + %[1]d; COMMIT", amount)
		}
		if _, err := conn.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol); err == nil {
			done++
		}
	}
	return done
}

// watchPairs reads the file until it is stopped and reports the first torn state.
func watchPairs(ctx context.Context, file *sqlitedb.File) error {
	c, err := file.Conn(context.Background())
	if err != nil {
		return err
	}
	defer c.Close()
	for ctx.Err() == nil {
		var d int64
		err := c.QueryRow(context.Background(), "SELECT (SELECT coalesce(sum(n), 0) FROM debit) - (SELECT coalesce(sum(n), 0) FROM credit)", nil, &d)
		if err != nil && !strings.Contains(err.Error(), "locked") {
			return err
		}
		if d != 0 {
			return fmt.Errorf("torn: debit and credit differ by %d", d)
		}
		select {
		case <-ctx.Done():
		case <-time.After(time.Millisecond):
		}
	}
	return nil
}

// underLoad runs transactions on the primary, and reads the file meanwhile,
// while f does its work.
func (r *replica) underLoad(rnd *rand.Rand, f func()) {
	r.t.Helper()
	ctx, cancel := context.WithCancel(r.ctx)
	var wg sync.WaitGroup
	var acknowledged int
	var torn error
	other := rand.New(rand.NewPCG(rnd.Uint64(), 0))
	wg.Go(func() { acknowledged = load(ctx, r.cfg, other) })
	wg.Go(func() { torn = watchPairs(ctx, r.file) })
	f()
	cancel()
	wg.Wait()
	if torn != nil {
		r.t.Error(torn)
	}
	if acknowledged == 0 {
		r.t.Error("no transaction was acknowledged")
	}
}

func TestFollowerStoppedAtRandom(t *testing.T) {
	rnd := seed(t)
	r := newReplica(t, outPrimary(t), pairs)
	r.snapshot()
	r.underLoad(rnd, func() {
		for range 30 {
			r.run()
			wait := time.Duration(rnd.IntN(60)) * time.Millisecond
			select {
			case err := <-r.done:
				t.Errorf("Run ended: %v", err)
				return
			case <-time.After(wait):
			}
			r.stop()
		}
	})
	r.run()
	r.equal()
	r.neverResynced()
}

// TestFollowerKilledAtRandom kills a process that follows, with SIGKILL.
func TestFollowerKilledAtRandom(t *testing.T) {
	rnd := seed(t)
	r := newReplica(t, outPrimary(t), pairs)
	r.snapshot()
	r.underLoad(rnd, func() {
		for range 12 {
			cmd := exec.Command(os.Args[0], "-test.run=^TestFollowerChild$", "-test.v")
			cmd.Env = append(os.Environ(), "FOLLOW_PATH="+r.path, "FOLLOW_DSN="+r.cfg.ConnString())
			out, err := cmd.StdoutPipe()
			if err != nil {
				t.Error(err)
				return
			}
			if err := cmd.Start(); err != nil {
				t.Error(err)
				return
			}
			// It says when it follows; from then on any moment is as good.
			buf, seen := make([]byte, 4096), ""
			for !strings.Contains(seen, "follows") {
				n, err := out.Read(buf)
				if err != nil {
					t.Errorf("child: %v\n%s", err, seen)
					return
				}
				seen += string(buf[:n])
			}
			<-time.After(time.Duration(rnd.IntN(40_000)) * time.Microsecond)
			_ = cmd.Process.Kill()
			_ = cmd.Wait()
		}
	})
	if n := r.local("SELECT serving FROM failoversql_state"); n != 0 {
		t.Error("the file serves")
	}
	r.run()
	r.equal()
	r.neverResynced()
}

// TestFollowerChild is the process that the test above kills.
func TestFollowerChild(t *testing.T) {
	path := os.Getenv("FOLLOW_PATH")
	if path == "" {
		return // only as a child
	}
	cfg, err := pgx.ParseConfig(os.Getenv("FOLLOW_DSN"))
	if err != nil {
		t.Fatal(err)
	}
	file, err := sqlitedb.Open(context.Background(), path, sqlitedb.Options{})
	if err != nil {
		t.Fatal(err)
	}
	s := New(Config{File: file, Primary: cfg, Heartbeat: 10 * time.Millisecond})
	go func() {
		for !s.Lag().Following {
			time.Sleep(time.Millisecond)
		}
		fmt.Println("follows")
	}()
	t.Fatal(s.Run(context.Background()))
}

func TestPrimaryKilledWhileFollowing(t *testing.T) {
	rnd := seed(t)
	server := pgtest.New(t)
	r := newReplica(t, server, pairs)
	r.snapshot()
	r.run()
	r.underLoad(rnd, func() {
		for range 5 {
			<-time.After(time.Duration(rnd.IntN(150)) * time.Millisecond)
			if err := server.Kill9(); err != nil {
				t.Error(err)
			}
			if err := server.Restart(); err != nil {
				t.Error(err)
			}
		}
	})
	r.connect()
	r.equal()
	r.neverResynced()
}

func TestSlotDroppedUnderTheFollower(t *testing.T) {
	r := newReplica(t, outPrimary(t), common)
	r.snapshot()
	r.run()
	r.equal()
	first, _ := r.file.Meta(r.ctx, metaSlot)
	r.exec("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1", first)
	for {
		_, err := r.pg.Exec(r.ctx, "SELECT pg_drop_replication_slot($1)", first)
		if err == nil {
			break
		}
		r.exec("SELECT pg_terminate_backend(active_pid) FROM pg_replication_slots WHERE slot_name = $1", first)
		if r.ctx.Err() != nil {
			t.Fatal(err)
		}
	}
	r.exec("UPDATE customer SET name = 'changed meanwhile'")
	r.equal()
	if second, _ := r.file.Meta(r.ctx, metaSlot); second == first {
		t.Error("the file still names the slot that is gone")
	}
	if !strings.Contains(r.log.String(), "is gone from the primary") {
		t.Errorf("nothing was said of it:\n%s", r.log)
	}
	if r.slots() != 1 {
		t.Errorf("%d slots", r.slots())
	}
}

// TestSlotThatLostItsLog: PostgreSQL removed log that the slot needed, as
// max_slot_wal_keep_size lets it.
func TestSlotThatLostItsLog(t *testing.T) {
	server := pgtest.New(t, pgtest.Options{Settings: map[string]string{"max_slot_wal_keep_size": "1MB", "min_wal_size": "32MB", "max_wal_size": "32MB"}})
	r := newReplica(t, server, common)
	r.snapshot()
	slot, _ := r.file.Meta(r.ctx, metaSlot)
	for status := ""; status != "lost"; {
		r.exec("UPDATE customer SET name = name || 'x'")
		r.exec("SELECT pg_switch_wal()")
		r.exec("CHECKPOINT")
		if err := r.pg.QueryRow(r.ctx, "SELECT wal_status FROM pg_replication_slots WHERE slot_name = $1", slot).Scan(&status); err != nil {
			t.Fatal(err)
		}
	}
	r.run()
	r.equal()
	if !strings.Contains(r.log.String(), "removed log that replication slot") {
		t.Errorf("nothing was said of it:\n%s", r.log)
	}
	if r.slots() != 1 {
		t.Errorf("%d slots", r.slots())
	}
}

func TestAnOlderCopyOfTheFileIsNotFollowed(t *testing.T) {
	r := newReplica(t, outPrimary(t), common)
	r.snapshot()
	r.run()
	r.equal()
	r.stop()
	// As if the file had been restored from a backup: the slot has moved on.
	c, err := r.file.Conn(r.ctx)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := c.Exec(r.ctx, "UPDATE failoversql_state SET lsn = 1"); err != nil {
		t.Fatal(err)
	}
	c.Close()
	if err := r.s.Follow(r.ctx); !errors.Is(err, ErrResync) {
		t.Fatal(err)
	}
}

// TestPrimaryFrozen: a primary that stops answering makes the copy older, and
// nothing else; stopping the follower does not wait for it.
func TestPrimaryFrozen(t *testing.T) {
	server := pgtest.New(t)
	r := newReplica(t, server, pairs)
	r.snapshot()
	r.run()
	r.equal()
	if err := server.Freeze(); err != nil {
		t.Fatal(err)
	}
	frozen := time.Now()
	for r.s.Lag().Age < 300*time.Millisecond {
		if r.ctx.Err() != nil {
			t.Fatalf("the copy is said to be %v old", r.s.Lag().Age)
		}
		<-time.After(10 * time.Millisecond)
	}
	if age, limit := r.s.Lag().Age, time.Since(frozen)+5*time.Second; age > limit {
		t.Errorf("age %v after %v", age, time.Since(frozen))
	}
	start := time.Now()
	r.stop()
	if d := time.Since(start); d > 3*time.Second {
		t.Errorf("stopping took %v", d)
	}
	if err := server.Thaw(); err != nil {
		t.Fatal(err)
	}
	r.exec("UPDATE debit SET n = n + 1; UPDATE credit SET n = n + 1")
	r.run()
	r.equal()
	r.neverResynced()
}

// TestIdlePrimaryLetsItsLogGo: log without a change of ours is let go of.
func TestIdlePrimaryLetsItsLogGo(t *testing.T) {
	r := newReplica(t, outPrimary(t), common)
	r.snapshot()
	r.run()
	r.equal()
	// Nothing of ours changes, but the log grows.
	for range 3 {
		r.exec("CREATE TEMP TABLE scratch AS SELECT repeat('x', 1000) FROM generate_series(1, 1000); DROP TABLE scratch")
		r.exec("SELECT pg_logical_emit_message(false, 'noise', repeat('x', 1000000))")
		r.exec("SELECT pg_switch_wal()")
	}
	lsn, err := r.s.primaryLSN(r.ctx, r.pg)
	if err != nil {
		t.Fatal(err)
	}
	slot, _ := r.file.Meta(r.ctx, metaSlot)
	for {
		var held bool
		if err := r.pg.QueryRow(r.ctx, "SELECT confirmed_flush_lsn < $2::pg_lsn FROM pg_replication_slots WHERE slot_name = $1", slot, lsn.String()).Scan(&held); err != nil {
			t.Fatal(err)
		}
		if !held {
			break
		}
		<-time.After(20 * time.Millisecond)
	}
	// What was confirmed is in the file.
	if stored := LSN(r.local("SELECT lsn FROM failoversql_state")); stored < lsn {
		t.Errorf("the file is at %s", stored)
	}
}

func TestAnotherDatabaseIsNotFollowed(t *testing.T) {
	r := newReplica(t, outPrimary(t), common)
	r.snapshot()
	for want, other := range map[string]*replica{
		"another PostgreSQL cluster": newReplica(t, pgtest.New(t), common),
		"is a copy of database":      newReplica(t, outPrimary(t), common),
	} {
		s := New(Config{File: r.file, Primary: other.cfg})
		for name, f := range map[string]func(context.Context) error{
			"Follow":   s.Follow,
			"Snapshot": func(ctx context.Context) error { _, err := s.Snapshot(ctx); return err },
		} {
			if err := f(r.ctx); err == nil || errors.Is(err, ErrResync) || !strings.Contains(err.Error(), want) {
				t.Errorf("%s: %v", name, err)
			}
		}
	}
	if r.local("SELECT count(*) FROM customer") != 500 {
		t.Error("the copy was touched")
	}
}
