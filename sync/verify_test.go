package dbsync

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
)

// TestVerifyUnderLoad: both sides are read at one position, so that they are
// equal while both are being written.
func TestVerifyUnderLoad(t *testing.T) {
	rnd := seed(t)
	r := newReplica(t, outPrimary(t), pairs)
	r.snapshot()
	r.run()
	r.underLoad(rnd, func() {
		for range 10 {
			report, err := r.s.Verify(r.ctx, VerifyOptions{})
			if err != nil {
				t.Error(err)
				return
			}
			if !report.Equal() || len(report.Tables) != 2 || report.Tables[0].Primary != 50 || report.LSN == 0 {
				t.Errorf("%+v", report)
			}
		}
	})
	r.neverResynced()
}

func TestVerifyFindsDifferences(t *testing.T) {
	r := newReplica(t, outPrimary(t), `
		CREATE TABLE a (x int, y text, n numeric, PRIMARY KEY (x, y)); INSERT INTO a SELECT i, 'k' || i, i + 0.50 FROM generate_series(1, 100) i;
		CREATE TABLE bag (s text); ALTER TABLE bag REPLICA IDENTITY FULL; INSERT INTO bag VALUES ('a'), ('a'), (NULL), ('');
		CREATE TABLE same (id int PRIMARY KEY); INSERT INTO same SELECT generate_series(1, 10)`)
	r.snapshot()
	r.run()
	if !r.equal().Equal() {
		t.Fatal("not equal to begin with")
	}
	c, err := r.file.Conn(r.ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	if _, err := c.Exec(r.ctx, `UPDATE failoversql_state SET capture = 0;
		DELETE FROM a WHERE x = 7; INSERT INTO a VALUES (7, 'other', '1'); UPDATE a SET n = '8.5' WHERE x = 8;
		DELETE FROM bag WHERE rowid = (SELECT min(rowid) FROM bag WHERE s = 'a'); UPDATE bag SET s = NULL WHERE s = '';
		UPDATE failoversql_state SET capture = 1`); err != nil {
		t.Fatal(err)
	}
	report, err := r.s.Verify(r.ctx, VerifyOptions{})
	if err != nil {
		t.Fatal(err)
	}
	got := map[string]string{}
	for _, table := range report.Tables {
		for _, d := range table.Differences {
			got[table.Name+" "+d.Key] = d.Kind
		}
	}
	want := map[string]string{
		"a '7', 'k7'": "missing", "a '7', 'other'": "extra", "a '8', 'k8'": "different",
		"bag a": "missing", "bag ": "missing", "bag NULL": "extra",
	}
	if len(got) != len(want) || report.Equal() {
		t.Errorf("%v", got)
	}
	for k, v := range want {
		if got[k] != v {
			t.Errorf("%s: %q, want %q", k, got[k], v)
		}
	}
}

func TestVerifyNeedsAFollower(t *testing.T) {
	r := newReplica(t, outPrimary(t), "CREATE TABLE a (id int PRIMARY KEY)")
	r.snapshot()
	if _, err := r.s.Verify(r.ctx, VerifyOptions{}); err == nil {
		t.Error("compared without a follower")
	}
}

// TestVerifyDoesNotHoldTheFollowerForEver: a transaction left open on the
// primary fails Verify, and the follower goes on.
func TestVerifyDoesNotHoldTheFollowerForEver(t *testing.T) {
	r := newReplica(t, outPrimary(t), "CREATE TABLE a (id int PRIMARY KEY)")
	r.snapshot()
	r.run()
	r.equal()
	other, err := pgx.ConnectConfig(r.ctx, r.cfg)
	if err != nil {
		t.Fatal(err)
	}
	defer other.Close(r.ctx)
	if _, err := other.Exec(r.ctx, "BEGIN; INSERT INTO a VALUES (1)", pgx.QueryExecModeSimpleProtocol); err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithTimeout(r.ctx, 300*time.Millisecond)
	defer cancel()
	if _, err := r.s.Verify(ctx, VerifyOptions{}); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("%v", err)
	}
	r.exec("INSERT INTO a VALUES (2)")
	r.caughtUp()
	if n := r.local("SELECT count(*) FROM a"); n != 1 {
		t.Errorf("%d rows", n)
	}
	if _, err := other.Exec(r.ctx, "COMMIT"); err != nil {
		t.Fatal(err)
	}
	r.equal()
}
