package dbsync

import (
	"context"
	"errors"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// openOn begins a transaction that has written, in a session of its own, and
// leaves it idle.
func (r *replica) openOn(sql string) *pgx.Conn {
	r.t.Helper()
	cfg := r.cfg.Copy()
	cfg.RuntimeParams["application_name"] = "billing"
	conn, err := pgx.ConnectConfig(r.ctx, cfg)
	if err != nil {
		r.t.Fatal(err)
	}
	r.t.Cleanup(func() { _ = conn.Close(context.Background()) })
	if _, err := conn.Exec(r.ctx, "BEGIN; "+sql, pgx.QueryExecModeSimpleProtocol); err != nil {
		r.t.Fatal(err)
	}
	return conn
}

// replicating counts the backends that make a slot, and our slots.
func (r *replica) replicating() (makers, slots int) {
	r.t.Helper()
	err := r.pg.QueryRow(r.ctx, `SELECT (SELECT count(*) FROM pg_stat_activity WHERE query LIKE 'CREATE_REPLICATION_SLOT%' AND state = 'active'),
		(SELECT count(*) FROM pg_replication_slots WHERE database = current_database())`).Scan(&makers, &slots)
	if err != nil {
		r.t.Fatal(err)
	}
	return makers, slots
}

// TestACopyNamesWhatItWaitsFor: a transaction left open and one left prepared hold
// up a new copy and a comparison, which say so at once and can be given up; the
// old copy is followed on meanwhile.
func TestACopyNamesWhatItWaitsFor(t *testing.T) {
	server := pgtest.New(t, pgtest.Options{Settings: map[string]string{"max_prepared_transactions": "10"}})
	r := newReplica(t, server, "CREATE TABLE a (id int PRIMARY KEY, n int); INSERT INTO a SELECT i, i FROM generate_series(1, 100) i")
	r.snapshot()
	r.run()
	r.equal()
	idle := r.openOn("INSERT INTO a VALUES (1001, 0)")
	prepared := r.openOn("INSERT INTO a VALUES (1002, 0); PREPARE TRANSACTION 'nightly'")
	_ = prepared
	both := func(open []OpenTransaction) bool {
		return slices.ContainsFunc(open, func(o OpenTransaction) bool {
			return o.PID == idle.PgConn().PID() && o.Application == "billing" && o.State == "idle in transaction" && o.Seconds > 0
		}) && slices.ContainsFunc(open, func(o OpenTransaction) bool {
			return o.Prepared == "nightly" && o.PID == 0 && o.Seconds > 0 && o.Database == r.cfg.Database
		}) && len(open) == 2
	}

	for _, work := range []struct {
		name string
		run  func(ctx context.Context, waits func([]OpenTransaction)) error
	}{
		{"new copy", func(ctx context.Context, waits func([]OpenTransaction)) error {
			_, err := r.s.Renew(ctx, SnapshotOptions{Progress: func(p Progress) {
				if p.Phase != "wait" {
					t.Errorf("phase %q while it waits", p.Phase)
				}
				waits(p.WaitsFor)
			}})
			return err
		}},
		{"comparison", func(ctx context.Context, waits func([]OpenTransaction)) error {
			_, err := r.s.Verify(ctx, VerifyOptions{Progress: func(p VerifyProgress) { waits(p.WaitsFor) }})
			return err
		}},
	} {
		enough := errors.New("enough")
		ctx, stop := context.WithCancelCause(r.ctx)
		begun := time.Now()
		err := work.run(ctx, func(open []OpenTransaction) {
			if !both(open) {
				return // not for long yet
			}
			if now := r.s.WaitsFor(); !both(now) {
				t.Errorf("%s: waits for %v, but told of %v", work.name, now, open)
			}
			stop(enough)
		})
		if !errors.Is(err, enough) || !strings.Contains(err.Error(), `prepared transaction "nightly"`) || !strings.Contains(err.Error(), "billing") {
			t.Fatalf("%s: %v", work.name, err)
		}
		if strings.Contains(err.Error(), "INSERT") {
			t.Errorf("%s: tells of statements: %v", work.name, err)
		}
		t.Logf("%s: told and given up after %v: %v", work.name, time.Since(begun), err)
		if open := r.s.WaitsFor(); open != nil {
			t.Errorf("%s: given up, and still waits for %v", work.name, open)
		}
		// Nothing of it is left on the primary, and the old copy goes on.
		for {
			if makers, slots := r.replicating(); makers == 0 && slots == 1 {
				break
			} else if r.ctx.Err() != nil {
				t.Fatalf("%s: %d backends make a slot, %d slots", work.name, makers, slots)
			}
			<-time.After(time.Millisecond)
		}
		r.exec("UPDATE a SET n = n + 1")
		r.caughtUp()
	}
	if !strings.Contains(r.log.String(), "nightly") {
		t.Error("the log does not name what was waited for")
	}
	if n := r.local("SELECT sum(n) FROM a"); n != 5050+200 {
		t.Errorf("the sum is %d", n)
	}

	// Both go on by themselves when the transactions end.
	done := make(chan error, 1)
	var phases []string
	go func() {
		_, err := r.s.Renew(r.ctx, SnapshotOptions{Progress: func(p Progress) {
			if len(phases) == 0 || phases[len(phases)-1] != p.Phase {
				phases = append(phases, p.Phase)
			}
		}})
		done <- err
	}()
	for !both(r.s.WaitsFor()) {
		if r.ctx.Err() != nil {
			t.Fatal("nothing waits")
		}
		<-time.After(time.Millisecond)
	}
	r.exec("COMMIT PREPARED 'nightly'")
	if _, err := idle.Exec(r.ctx, "COMMIT"); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	if want := []string{"wait", "copy", "index", "verify", "replace", "done"}; !slices.Equal(phases, want) {
		t.Errorf("phases %q", phases)
	}
	r.equal()
}

// TestAComparisonWaitsForTheOldOnes: where transactions take some seconds there is
// always one open. A comparison waits for those that were there before it.
func TestAComparisonWaitsForTheOldOnes(t *testing.T) {
	r := newReplica(t, outPrimary(t), "CREATE TABLE a (id int PRIMARY KEY, n int)")
	first := r.openOn("INSERT INTO a VALUES (1, 0)")
	look, err := pgx.ConnectConfig(r.ctx, r.cfg.Copy())
	if err != nil {
		t.Fatal(err)
	}
	defer look.Close(r.ctx)
	long := func(n int) {
		t.Helper()
		for {
			open, err := waitingFor(r.ctx, look, 0)
			if err != nil {
				t.Fatal(err)
			}
			if len(open) == n {
				return
			}
			<-time.After(time.Millisecond)
		}
	}
	long(1)
	conn, err := pgx.ConnectConfig(r.ctx, r.cfg.Copy())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(r.ctx)
	told := make(chan struct{})
	var once sync.Once
	done := make(chan error, 1)
	go func() {
		done <- r.s.untilNoneIsLong(r.ctx, conn, time.Hour, func(open []OpenTransaction) {
			if len(open) > 1 {
				t.Errorf("waits for %v", open)
			}
			once.Do(func() { close(told) })
		})
	}()
	<-told
	r.openOn("INSERT INTO a VALUES (2, 0)")
	long(2)
	if _, err := first.Exec(r.ctx, "COMMIT"); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Fatal(err)
	}
	long(1) // the other is open still
}
