package sqlitedb

import (
	"context"
	"database/sql/driver"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

func TestSessionReadsAndWrites(t *testing.T) {
	f := plain(t, "")
	s := session(t, f)
	if n := mustExec(t, s, `INSERT INTO t VALUES (?1, ?2)`, 1, 10); n != 1 {
		t.Fatalf("affected %d rows", n)
	}
	if v := one(t, s, `SELECT n FROM t WHERE id = ?1`, 1); v != int64(10) {
		t.Fatalf("got %v", v)
	}
	if _, err := s.ExecContext(ctx, `INSERT INTO t VALUES (?1, ?2)`, named(1)); err == nil || err.Error() != "mismatched param and argument count" {
		t.Fatalf("wrong argument count: %v", err)
	}
	if s.TxStatus() != 'I' {
		t.Fatalf("status %c", s.TxStatus())
	}
}

func TestSessionIgnoresQueryModes(t *testing.T) {
	f := plain(t, "")
	s := session(t, f)
	rows, err := query(s, `SELECT ?1`, pgx.QueryExecModeSimpleProtocol, pgx.QueryResultFormats{1}, 7)
	if err != nil || rows[0][0] != int64(7) {
		t.Fatal(rows, err)
	}
}

func TestGateClosed(t *testing.T) {
	f := plain(t, "")
	s := session(t, f)
	mustExec(t, s, `INSERT INTO t VALUES (1, 1)`)
	serve(t, f, false)
	if _, err := s.ExecContext(ctx, `INSERT INTO t VALUES (2, 2)`, nil); !errors.Is(err, ErrNotServing) {
		t.Fatalf("got %v", err)
	}
	if s.TxStatus() != 'I' {
		t.Fatalf("status %c", s.TxStatus())
	}
	// In a transaction nothing happens either: it can go on when the gate opens.
	if err := s.Begin(ctx, driver.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	if _, err := s.ExecContext(ctx, `INSERT INTO t VALUES (2, 2)`, nil); !errors.Is(err, ErrNotServing) {
		t.Fatalf("got %v", err)
	}
	serve(t, f, true)
	mustExec(t, s, `INSERT INTO t VALUES (2, 2)`)
	if err := s.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if v := one(t, s, `SELECT count(*) FROM t`); v != int64(2) {
		t.Fatalf("%v rows", v)
	}
}

func TestReadCommittedSeesOthersUntilItWrites(t *testing.T) {
	f := plain(t, "")
	a, b := session(t, f), session(t, f)
	if err := a.Begin(ctx, driver.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	if v := one(t, a, `SELECT count(*) FROM t`); v != int64(0) {
		t.Fatal(v)
	}
	mustExec(t, b, `INSERT INTO t VALUES (1, 1)`)
	if v := one(t, a, `SELECT count(*) FROM t`); v != int64(1) {
		t.Fatal("READ COMMITTED does not see what was committed", v)
	}
	mustExec(t, a, `INSERT INTO t VALUES (2, 2)`)
	if v := one(t, b, `SELECT count(*) FROM t`); v != int64(1) {
		t.Fatal("uncommitted rows are seen", v)
	}
	if err := a.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if v := one(t, b, `SELECT count(*) FROM t`); v != int64(2) {
		t.Fatal(v)
	}
}

func TestRepeatableReadGets40001(t *testing.T) {
	f := plain(t, "")
	a, b := session(t, f), session(t, f)
	if err := a.Begin(ctx, driver.TxOptions{Isolation: driver.IsolationLevel(4)}); err != nil {
		t.Fatal(err)
	}
	one(t, a, `SELECT count(*) FROM t`)
	mustExec(t, b, `INSERT INTO t VALUES (1, 1)`)
	if v := one(t, a, `SELECT count(*) FROM t`); v != int64(0) {
		t.Fatal("the snapshot has moved", v)
	}
	_, err := a.ExecContext(ctx, `INSERT INTO t VALUES (2, 2)`, nil)
	code(t, err, "40001")
	if a.TxStatus() != 'E' {
		t.Fatalf("status %c", a.TxStatus())
	}
	if err := a.Rollback(ctx); err != nil {
		t.Fatal(err)
	}
	mustExec(t, b, `INSERT INTO t VALUES (3, 3)`)
}

func TestFailedTransaction(t *testing.T) {
	f := plain(t, "")
	s := session(t, f)
	if err := s.Begin(ctx, driver.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	mustExec(t, s, `INSERT INTO t VALUES (1, 1)`)
	if _, err := s.ExecContext(ctx, `INSERT INTO t VALUES (1, 1)`, nil); err == nil {
		t.Fatal("no error")
	}
	_, err := query(s, `SELECT 1`)
	code(t, err, "25P02")
	if err := s.Commit(ctx); !errors.Is(err, pgx.ErrTxCommitRollback) {
		t.Fatalf("commit: %v", err)
	}
	if v := one(t, s, `SELECT count(*) FROM t`); v != int64(0) {
		t.Fatal(v)
	}
}

func TestSavepoints(t *testing.T) {
	f := plain(t, "")
	s := session(t, f)
	for _, q := range []string{
		`BEGIN`, `SAVEPOINT before_first_write`,
		`INSERT INTO t VALUES (1, 1)`, `SAVEPOINT a`, `INSERT INTO t VALUES (2, 2)`, `SAVEPOINT a`, `INSERT INTO t VALUES (3, 3)`,
		`BACKTO a`, `INSERT INTO t VALUES (4, 4)`, `RELEASE a`,
	} {
		mustExec(t, s, q)
	}
	if _, err := s.ExecContext(ctx, `INSERT INTO t VALUES (1, 1)`, nil); err == nil {
		t.Fatal("no error")
	}
	mustExec(t, s, `BACKTO a`)
	if v := one(t, s, `SELECT sum(id) FROM t`); v != int64(1) {
		t.Fatalf("sum %v", v)
	}
	mustExec(t, s, `BACKTO before_first_write`)
	mustExec(t, s, `INSERT INTO t VALUES (5, 5)`)
	_, err := s.ExecContext(ctx, `BACKTO a`, nil)
	code(t, err, "3B001")
	mustExec(t, s, `BACKTO before_first_write`)
	mustExec(t, s, `INSERT INTO t VALUES (6, 6)`)
	mustExec(t, s, `COMMIT`)
	if v := one(t, s, `SELECT sum(id) FROM t`); v != int64(6) {
		t.Fatalf("sum %v", v)
	}
}

func TestOpenRowsSurviveAWrite(t *testing.T) {
	f := plain(t, "")
	s, other := session(t, f), session(t, f)
	for i := range 10 {
		mustExec(t, s, `INSERT INTO t VALUES (?1, 0)`, i)
	}
	if err := s.Begin(ctx, driver.TxOptions{}); err != nil {
		t.Fatal(err)
	}
	rows, err := s.QueryContext(ctx, `SELECT id FROM t ORDER BY id`, nil)
	if err != nil {
		t.Fatal(err)
	}
	row := make([]driver.Value, 1)
	for i := range 10 {
		if err := rows.Next(row); err != nil || row[0] != int64(i) {
			t.Fatal(i, row, err)
		}
		mustExec(t, other, `INSERT INTO t VALUES (?1, 0)`, 100+i)
		if i == 5 {
			mustExec(t, s, `DELETE FROM t WHERE id >= 0`)
			break
		}
	}
	for i := 6; i < 10; i++ {
		if err := rows.Next(row); err != nil || row[0] != int64(i) {
			t.Fatal(i, row, err)
		}
	}
	if err := s.Commit(ctx); err != nil {
		t.Fatal(err)
	}
	if err := rows.Close(); err != nil {
		t.Fatal(err)
	}
}

func TestSameStatementTwiceAtOnce(t *testing.T) {
	f := plain(t, "")
	s := session(t, f)
	for i := range 4 {
		mustExec(t, s, `INSERT INTO t VALUES (?1, 0)`, i)
	}
	var open [3]driver.Rows
	for i := range open {
		r, err := s.QueryContext(ctx, `SELECT id FROM t WHERE id >= ?1 ORDER BY id`, named(i))
		if err != nil {
			t.Fatal(err)
		}
		open[i] = r
	}
	for i, r := range open {
		row := make([]driver.Value, 1)
		for want := i; want < 4; want++ {
			if err := r.Next(row); err != nil || row[0] != int64(want) {
				t.Fatal(i, want, row, err)
			}
		}
		r.Close()
	}
}

func TestWaitForTheWritersPlace(t *testing.T) {
	f := plain(t, "")
	a, b := session(t, f), session(t, f)
	a.Begin(ctx, driver.TxOptions{})
	mustExec(t, a, `INSERT INTO t VALUES (1, 1)`)

	v := "20ms"
	if err := b.change("lock_timeout", &v, false); err != nil {
		t.Fatal(err)
	}
	_, err := b.ExecContext(ctx, `INSERT INTO t VALUES (2, 2)`, nil)
	code(t, err, "55P03")

	short, cancel := context.WithTimeout(ctx, 20*time.Millisecond)
	defer cancel()
	v = "0"
	b.change("lock_timeout", &v, false)
	_, err = b.ExecContext(short, `INSERT INTO t VALUES (2, 2)`, nil)
	if !errors.Is(err, context.DeadlineExceeded) {
		t.Fatalf("got %v", err)
	}
	code(t, err, "57014")
	a.Commit(ctx)
	mustExec(t, b, `INSERT INTO t VALUES (2, 2)`)
}

func TestCancelInterrupts(t *testing.T) {
	f := plain(t, "")
	s := session(t, f)
	short, cancel := context.WithTimeout(ctx, 30*time.Millisecond)
	defer cancel()
	begun := time.Now()
	const forever = `SELECT count(*) FROM (WITH RECURSIVE r(x) AS (SELECT 1 UNION ALL SELECT x+1 FROM r) SELECT x FROM r)`
	_, err := s.QueryContext(short, forever, nil)
	if !errors.Is(err, context.DeadlineExceeded) || time.Since(begun) > 5*time.Second {
		t.Fatalf("got %v after %v", err, time.Since(begun))
	}
	v := "30ms"
	s.change("statement_timeout", &v, false)
	_, err = s.QueryContext(ctx, forever, nil)
	if pg := code(t, err, "57014"); pg.Message != "canceling statement due to statement timeout" {
		t.Fatal(pg.Message)
	}
	v = "0"
	s.change("statement_timeout", &v, false)
	if v := one(t, s, `SELECT 1`); v != int64(1) {
		t.Fatal(v)
	}
}

func TestIdleTransactionEnds(t *testing.T) {
	f := plain(t, "")
	s, other := session(t, f), session(t, f)
	mustExec(t, s, `INSERT INTO t VALUES (1, 1)`)
	mustExec(t, s, `BEGIN`)
	mustExec(t, s, `INSERT INTO t VALUES (2, 2)`)
	v := "20ms"
	if err := s.change("idle_in_transaction_session_timeout", &v, false); err != nil {
		t.Fatal(err)
	}
	mustExec(t, s, `SELECT 1`)                        // idle from now on
	mustExec(t, other, `INSERT INTO t VALUES (3, 3)`) // waits for the place
	_, err := s.ExecContext(ctx, `COMMIT`, nil)
	if pg := code(t, err, "25P03"); pg.Severity != "FATAL" {
		t.Fatal(pg)
	}
	if s.IsValid() || s.Rollback(ctx) != nil {
		t.Fatal("the session lives on")
	}
	if v := one(t, other, `SELECT sum(id) FROM t`); v != int64(4) {
		t.Fatal(v)
	}
}

func TestCauseOfACancel(t *testing.T) {
	f := plain(t, "")
	a, b := session(t, f), session(t, f)
	mustExec(t, a, `BEGIN`)
	mustExec(t, a, `INSERT INTO t VALUES (1, 1)`)
	work, cancel := context.WithCancelCause(ctx)
	go func() {
		for f.writers.waiting() == 0 {
			time.Sleep(time.Millisecond)
		}
		cancel(errors.New("shutting down"))
	}()
	_, err := b.ExecContext(work, `INSERT INTO t VALUES (2, 2)`, nil)
	code(t, err, "57014")
	if !errors.Is(err, context.Canceled) {
		t.Fatal(err)
	}
}
