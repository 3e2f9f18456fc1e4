package dbsync

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/failoversql/failoversql/sqlitedb"
)

// Writers go on while the journal is replayed and until the gate closes: what
// each was told is committed is on the primary, once, and nothing else is.
func TestReplayUnderLoad(t *testing.T) {
	o := newOutage(t, `CREATE TABLE account(id int PRIMARY KEY, balance bigint NOT NULL CHECK (balance >= 0));
		CREATE TABLE entry(worker int, n int, account int REFERENCES account, PRIMARY KEY (worker, n));
		INSERT INTO account SELECT i, 1000 FROM generate_series(1, 20) i`)
	o.diverge()
	const workers = 8
	var acknowledged [workers]int
	var gated atomic.Int64 // when each worker met the closed gate
	var wg sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			app, err := o.file.NewSession(o.ctx, sqlitedb.SessionOptions{})
			if err != nil {
				t.Error(err)
				return
			}
			defer app.Close()
			for n := 1; ; n++ {
				err := transfer(o.ctx, app, w, n, 1+(w+n)%20, 1+(w*7+n*3)%20)
				if errors.Is(err, sqlitedb.ErrNotServing) {
					gated.Add(1)
					return
				}
				if err != nil {
					t.Error(err)
					return
				}
				acknowledged[w] = n
			}
		})
	}
	var replayed int64
	for replayed < 2000 {
		report := o.replay()
		replayed += report.Transactions
	}
	start := time.Now()
	report := o.cutover()
	pause := time.Since(start)
	wg.Wait()
	t.Logf("%d transactions replayed while writing, %d in the tail, pause %v", replayed, report.Transactions, pause)
	if gated.Load() != workers {
		t.Errorf("%d of %d writers met the gate", gated.Load(), workers)
	}
	o.expect(`SELECT sum(balance) FROM account`, "20000")
	for w, n := range acknowledged {
		o.expect(fmt.Sprintf(`SELECT count(*), max(n) FROM entry WHERE worker = %d`, w), fmt.Sprintf("%d,%d", n, n))
	}
	o.expect(`SELECT count(*) FROM failoversql.conflict`, "0")
	o.sameRows()
	o.rejoin()
	o.sameRows()
}

// transfer moves one unit from one account to another and notes it.
func transfer(ctx context.Context, app *sqlitedb.Session, worker, n, from, to int) error {
	if err := app.Begin(ctx, driver.TxOptions{}); err != nil {
		return err
	}
	for _, q := range []string{
		fmt.Sprintf(`UPDATE account SET balance = balance - 1 WHERE id = %d`, from),
		fmt.Sprintf(`UPDATE account SET balance = balance + 1 WHERE id = %d`, to),
		fmt.Sprintf(`INSERT INTO entry VALUES (%d, %d, %d)`, worker, n, from),
	} {
		if _, err := app.ExecContext(ctx, q, nil); err != nil {
			_ = app.Rollback(ctx)
			return err
		}
	}
	return app.Commit(ctx)
}

// A primary that lacks what it had confirmed is not replayed into.
func TestPrimaryRewound(t *testing.T) {
	for _, rewind := range []string{`DELETE FROM failoversql.replayed`, `UPDATE failoversql.replayed SET last_tx = last_tx - 1`} {
		o := newOutage(t, shopSchema)
		o.diverge()
		o.write(`UPDATE customer SET name='one' WHERE id=1`)
		o.replay()
		o.cutover()
		o.primary(rewind)
		if err := o.s.Unseal(o.ctx); err != nil {
			t.Fatal(err)
		}
		o.write(`UPDATE customer SET name='two' WHERE id=1`)
		if _, err := o.s.Replay(o.ctx); !errors.Is(err, ErrPrimaryRewound) {
			t.Errorf("after %s: %v", rewind, err)
		}
		o.expect(`SELECT name FROM customer WHERE id = 1`, "one")
	}
}

// Only one replays into a database at a time.
func TestReplayBusy(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.diverge()
	o.write(`UPDATE customer SET name='one' WHERE id=1`)
	defer func(d time.Duration) { replayLockTimeout = d }(replayLockTimeout)
	replayLockTimeout = 50 * time.Millisecond
	o.primary(fmt.Sprintf(`SELECT pg_advisory_lock(%d, %d)`, lockKey1, lockKey2))
	if _, err := o.s.Replay(o.ctx); !errors.Is(err, ErrReplayBusy) {
		t.Fatalf("got %v", err)
	}
	o.primary(fmt.Sprintf(`SELECT pg_advisory_unlock(%d, %d)`, lockKey1, lockKey2))
	o.replay()
	o.cutover()
	o.expect(`SELECT name FROM customer WHERE id = 1`, "one")
}

// A journal is kept for a while after it was taken back, then dropped whole.
func TestJournalRetention(t *testing.T) {
	o := newOutage(t, shopSchema)
	rows := func() string { return o.local(`SELECT count(*) FROM failoversql_journal`) }
	once := func(name string) {
		o.diverge()
		o.write(`UPDATE customer SET name='` + name + `' WHERE id=1`)
		o.replay()
		o.cutover()
		o.rejoin()
	}
	once("one")
	once("two")
	if got := rows(); got != "2" {
		t.Errorf("%s rows kept", got)
	}
	o.s.cfg.JournalRetention = time.Nanosecond
	once("three")
	if got := rows(); got != "1" { // the latest only
		t.Errorf("%s rows kept past their time", got)
	}
	once("four")
	o.expect(`SELECT name FROM customer WHERE id = 1`, "four")
	o.sameRows()
}

// Seal gives up with its context and leaves the gate as it was.
func TestSealBounded(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.diverge()
	app, err := o.file.NewSession(o.ctx, sqlitedb.SessionOptions{})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	if err := app.Begin(o.ctx, driver.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := app.ExecContext(o.ctx, `UPDATE customer SET name = 'long' WHERE id = 1`, nil); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(o.ctx, 20*time.Millisecond)
	defer cancel()
	if err := o.s.Seal(ctx); !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	if err := app.Commit(o.ctx); err != nil {
		t.Fatal(err)
	}
	o.write(`UPDATE customer SET name='short' WHERE id=2`)
	o.replay()
	o.cutover()
	if err := o.tryWrite(`UPDATE customer SET name='late' WHERE id=2`); !errors.Is(err, sqlitedb.ErrNotServing) {
		t.Errorf("a write after Seal: %v", err)
	}
	o.expect(`SELECT string_agg(name, ' ' ORDER BY id) FROM customer`, "long short")
}
