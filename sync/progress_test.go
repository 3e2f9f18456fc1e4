package dbsync

import (
	"fmt"
	"testing"
	"time"
)

// TestExpectedRowsOfTablesNeverAnalyzed: the rows to come are estimated from the
// tables' size, and the estimate becomes what is found.
func TestExpectedRowsOfTablesNeverAnalyzed(t *testing.T) {
	r := newReplica(t, outPrimary(t), `
		CREATE TABLE narrow (id int PRIMARY KEY) WITH (autovacuum_enabled = off); INSERT INTO narrow SELECT generate_series(1, 40000);
		CREATE TABLE wide (id int PRIMARY KEY, a text, b text, c numeric, d timestamptz) WITH (autovacuum_enabled = off);
		INSERT INTO wide SELECT i, repeat('x', 30), repeat('y', 30), i, now() FROM generate_series(1, 20000) i;
		CREATE TABLE stale (id int PRIMARY KEY) WITH (autovacuum_enabled = off); INSERT INTO stale SELECT generate_series(1, 1000)`)
	r.exec("ANALYZE stale")
	r.exec("INSERT INTO stale SELECT generate_series(1001, 40000)")
	var first, last Progress
	_, err := r.s.Renew(r.ctx, SnapshotOptions{Progress: func(p Progress) {
		if first.Phase == "" {
			first = p
		}
		last = p
		if part := p.Part(); part < 0 || part > 1 {
			t.Errorf("part %v of %+v", part, p)
		}
		if p.Phase == "copy" && p.Part() == 1 && p.TablesDone < p.Tables {
			t.Errorf("all is done with %d of %d tables: %+v", p.TablesDone, p.Tables, p)
		}
		if p.Rows > p.Expected {
			t.Errorf("%d rows of %d expected", p.Rows, p.Expected)
		}
	}})
	if err != nil {
		t.Fatal(err)
	}
	if first.Expected < 80_000 || first.Expected > 120_000 {
		t.Errorf("%d rows were expected of 100000", first.Expected)
	}
	if last.Expected != 100_000 || last.Rows != 100_000 {
		t.Errorf("%d rows at the end, %d expected", last.Rows, last.Expected)
	}
}

// TestRemaining: many small tables take time too, and the first moments tell
// nothing.
func TestRemaining(t *testing.T) {
	for _, c := range []struct {
		p    Progress
		want time.Duration
	}{
		{Progress{Phase: "copy", Rows: 500, Expected: 1000, Tables: 1, Elapsed: time.Second}, 2 * time.Second},
		{Progress{Phase: "copy", Rows: 1000, Expected: 1000, Tables: 400, TablesDone: 200, Elapsed: 101 * time.Second}, 100 * time.Second},
		{Progress{Phase: "copy", Rows: 1000, Expected: 1000, Tables: 1, TablesDone: 1, Elapsed: time.Minute}, 0},
		{Progress{Phase: "copy", Rows: 10, Expected: 1000, Tables: 1, Elapsed: 100 * time.Millisecond}, -1},
		{Progress{Phase: "copy", Expected: 1000, Tables: 1, Elapsed: time.Minute}, -1},
		{Progress{Phase: "verify", Rows: 1000, Tables: 2, PhaseRows: 10, Elapsed: time.Minute}, -1},
	} {
		if got := c.p.Remaining(); got != c.want {
			t.Errorf("%v left, not %v: %s", got, c.want, fmt.Sprintf("%+v", c.p))
		}
	}
}
