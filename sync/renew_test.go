package dbsync

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"

	"github.com/failoversql/failoversql/sqlitedb"
)

// TestRenewWhileFollowing: the old copy is followed on while new ones are made,
// and nothing is lost where one takes the place of the other.
func TestRenewWhileFollowing(t *testing.T) {
	rnd := seed(t)
	r := newReplica(t, outPrimary(t), pairs+common)
	r.snapshot()
	r.run()
	r.equal()
	r.underLoad(rnd, func() {
		for range 5 {
			before := r.s.Lag()
			report, err := r.s.Renew(r.ctx, SnapshotOptions{Compare: true, Progress: func(p Progress) {
				if p.Phase == "copy" && !r.s.Lag().Following {
					t.Error("the old copy is not followed while the new one is made")
				}
			}})
			if err != nil {
				t.Error(err)
				return
			}
			if report.LSN <= before.Applied || report.Tables != len(r.file.Catalog().Tables) {
				t.Errorf("%+v after %+v", report, before)
			}
		}
	})
	r.equal()
	r.neverResynced()
	if r.slots() != 1 || len(r.leftovers()) != 0 {
		t.Errorf("%d slots, left: %v", r.slots(), r.leftovers())
	}
}

// TestRenewMeetsAChangeOfTheSchema: where the old copy cannot be followed any more
// while a new one is made, that one is waited for.
func TestRenewMeetsAChangeOfTheSchema(t *testing.T) {
	r := newReplica(t, outPrimary(t), pairs)
	r.snapshot()
	r.run()
	r.equal()
	altered := false
	if _, err := r.s.Renew(r.ctx, SnapshotOptions{Progress: func(p Progress) {
		if p.Phase != "copy" || altered {
			return
		}
		altered = true
		r.exec("CREATE TABLE late (id int PRIMARY KEY); INSERT INTO late VALUES (1)")
		r.s.schemaSeen(t, r)
	}}); err != nil {
		t.Fatal(err)
	}
	r.equal()
	if n := r.local("SELECT count(*) FROM late"); n != 1 {
		t.Errorf("%d rows", n)
	}
}

// TestRenewMeetsAChangeTakenOver: the old copy may take over a change of the schema
// while a new one is made; that one's catalog comes after it all the same.
func TestRenewMeetsAChangeTakenOver(t *testing.T) {
	r := newReplica(t, outPrimary(t), pairs)
	r.snapshot()
	r.run()
	r.equal()
	table := r.file.Catalog().Tables[0].Name
	var taken int64
	if _, err := r.s.Renew(r.ctx, SnapshotOptions{Progress: func(p Progress) {
		if p.Phase != "copy" || taken != 0 {
			return
		}
		before := r.file.Catalog().Version
		for i := range 3 {
			r.exec("CREATE VIEW v" + fmt.Sprint(i) + " AS SELECT * FROM " + table)
			for at := r.file.Catalog().Version; at == r.file.Catalog().Version && r.ctx.Err() == nil; {
				r.s.lookAtSchema()
			}
		}
		taken = r.file.Catalog().Version
		if taken < before+3 {
			t.Errorf("version %d, then %d", before, taken)
		}
	}}); err != nil {
		t.Fatal(err)
	}
	if v := r.file.Catalog().Version; v <= taken {
		t.Errorf("version %d after %d", v, taken)
	}
	r.equal()
	r.neverResynced()
	if n := r.local("SELECT count(*) FROM failoversql_catalog WHERE version <> json_extract(json, '$.version')"); n != 0 {
		t.Errorf("%d catalogs are not what they are stored as", n)
	}
}

// schemaSeen waits until the follower has given up over the new table.
func (s *Sync) schemaSeen(t *testing.T, r *replica) {
	t.Helper()
	for !strings.Contains(r.log.String(), "resync=true") && s.Lag().Following && r.ctx.Err() == nil {
		s.lookAtSchema()
	}
}

// lookAtSchema has the follower compare the schemas now.
func (s *Sync) lookAtSchema() {
	s.position.mu.Lock()
	look := s.position.look
	s.position.mu.Unlock()
	if look != nil {
		look()
	}
}

func TestRenewListsWhatItCannotHold(t *testing.T) {
	r := newReplica(t, outPrimary(t), pairs+`CREATE TABLE heap (n int); CREATE UNLOGGED TABLE scratch (id int PRIMARY KEY);
		CREATE TABLE big (id int PRIMARY KEY); INSERT INTO big SELECT generate_series(1, 10)`)
	_, err := r.s.Renew(r.ctx, SnapshotOptions{})
	var incomplete *IncompleteError
	if !errors.As(err, &incomplete) || len(incomplete.Absent) != 2 {
		t.Fatalf("%v", err)
	}
	for _, want := range []string{"public.heap has no replica identity", "public.scratch is an unlogged table"} {
		if !strings.Contains(err.Error(), want) {
			t.Errorf("%v\ndoes not say: %s", err, want)
		}
	}
	if r.slots() != 0 {
		t.Error("something was made on the primary")
	}
	if _, err := r.s.Renew(r.ctx, SnapshotOptions{Exclude: []string{"heap", "public.scratch"}}); err != nil {
		t.Fatal(err)
	}
	r.run()
	r.equal()
	// Another choice, while the file follows: the table is let go, and its changes
	// that are still in the stream with it.
	for i := range 20 {
		r.exec(fmt.Sprintf("INSERT INTO big VALUES (%d)", 100+i))
	}
	if _, err := r.s.Renew(r.ctx, SnapshotOptions{LeaveOut: true, Exclude: []string{"big"}, Progress: func(p Progress) {
		if p.Phase == "replace" {
			r.exec("TRUNCATE big; INSERT INTO big VALUES (1); UPDATE big SET id = 2; DELETE FROM big")
		}
	}}); err != nil {
		t.Fatal(err)
	}
	r.equal()
	if r.file.Catalog().Table("public", "big") != nil {
		t.Error("the table that was left out is in the copy")
	}
	// It stays so, for snapshots of its own too, until another choice is made.
	r.exec("CREATE TABLE more (id int PRIMARY KEY)")
	r.equal()
	if r.file.Catalog().Table("public", "more") == nil || r.file.Catalog().Table("public", "big") != nil {
		t.Error("the choice was forgotten")
	}
	if _, err := r.s.Renew(r.ctx, SnapshotOptions{LeaveOut: true, Exclude: []string{}}); err != nil {
		t.Fatal(err)
	}
	r.exec("INSERT INTO big VALUES (1000)")
	r.equal()
	if n := r.local("SELECT count(*) FROM big"); n != 1 {
		t.Errorf("%d rows", n)
	}
}

// TestLargeTablesAreReadInRanges, each by a connection of its own.
func TestLargeTablesAreReadInRanges(t *testing.T) {
	defer func(n int64) { partPages = n }(partPages)
	partPages = 3
	rnd := seed(t)
	r := newReplica(t, outPrimary(t), pairs+fmt.Sprintf(`
		CREATE TABLE big (id int PRIMARY KEY, s text); INSERT INTO big SELECT i, repeat('x', i %% 300) FROM generate_series(1, %d) i;
		CREATE TABLE bag (s text); ALTER TABLE bag REPLICA IDENTITY FULL; INSERT INTO bag SELECT 'same' FROM generate_series(1, 3000)`, 3000+rnd.IntN(3000)))
	r.exec("DELETE FROM big WHERE id % 7 = 0 OR id BETWEEN 1000 AND 1500")
	var last Progress
	done := map[string]int{}
	r.s.cfg.Progress = func(p Progress) {
		last = p
		if p.Phase == "copy" && p.TableDone {
			done[p.Table]++
		}
	}
	r.s.cfg.CopyWorkers = 3
	report := r.snapshot()
	if last.Rows != report.Rows || done["public.big"] != 1 || done["public.bag"] != 1 || last.Phase != "done" {
		t.Errorf("%+v %+v %v", report, last, done)
	}
	r.run()
	r.equal()
}

// TestVerifyNarrowsDown: of a large table that differs in few rows, those are
// found; where most of it differs, not all of it is kept in memory.
func TestVerifyNarrowsDown(t *testing.T) {
	r := newReplica(t, outPrimary(t), `CREATE TABLE big (id int PRIMARY KEY, n int); INSERT INTO big SELECT i, i FROM generate_series(1, 30000) i`)
	r.snapshot()
	r.run()
	r.equal()
	c, err := r.file.Conn(r.ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	wrong := rand.IntN(30000) + 1
	if _, err := c.Exec(r.ctx, fmt.Sprintf("UPDATE big SET n = 0 WHERE id = %d", wrong)); err != nil {
		t.Fatal(err)
	}
	told := 0
	report, err := r.s.Verify(r.ctx, VerifyOptions{Tables: []string{"big"}, Rate: 1_000_000, Progress: func(p VerifyProgress) { told += p.TablesDone }})
	if err != nil {
		t.Fatal(err)
	}
	if d := report.Tables[0].Differences; len(d) != 1 || d[0] != (Difference{fmt.Sprint(wrong), "different"}) || told != 1 || report.Tables[0].More {
		t.Errorf("%+v", report)
	}
	if _, err := c.Exec(r.ctx, "UPDATE big SET n = -1"); err != nil {
		t.Fatal(err)
	}
	if report, err = r.s.Verify(r.ctx, VerifyOptions{}); err != nil || len(report.Tables[0].Differences) != maxDifferences || !report.Tables[0].More {
		t.Errorf("%+v %v", report, err)
	}
	if _, err = r.s.Verify(r.ctx, VerifyOptions{Tables: []string{"nosuch"}}); err == nil || !strings.Contains(err.Error(), "public.nosuch") {
		t.Error(err)
	}
}

// TestCompareBeforeTheCopyIsPutInPlace: a row that arrived wrong keeps the old copy.
func TestCompareBeforeTheCopyIsPutInPlace(t *testing.T) {
	r := newReplica(t, outPrimary(t), "CREATE TABLE a (id int PRIMARY KEY, n int); INSERT INTO a SELECT i, i FROM generate_series(1, 100) i")
	r.snapshot()
	before, _ := r.file.Meta(r.ctx, metaSlot)
	_, err := r.s.Renew(r.ctx, SnapshotOptions{Compare: true, Progress: func(p Progress) {
		if p.Phase != "verify" || p.TableDone {
			return
		}
		path := r.leftovers()[0] // the new file
		file, err := sqlitedb.Open(r.ctx, strings.TrimSuffix(strings.TrimSuffix(path, "-wal"), "-shm"), sqlitedb.Options{})
		if err != nil {
			t.Error(err)
			return
		}
		defer file.Close()
		c, err := file.Conn(r.ctx)
		if err != nil {
			t.Error(err)
			return
		}
		defer c.Close()
		if _, err := c.Exec(r.ctx, "UPDATE failoversql_state SET capture = 0; UPDATE a SET n = 0 WHERE id = 7"); err != nil {
			t.Error(err)
		}
	}})
	if err == nil || !strings.Contains(err.Error(), "the row with the key 7 is different") {
		t.Errorf("%v", err)
	}
	if after, _ := r.file.Meta(r.ctx, metaSlot); after != before {
		t.Error("the wrong copy is in place")
	}
	if r.slots() != 1 || len(r.leftovers()) != 0 {
		t.Errorf("%d slots, left: %v", r.slots(), r.leftovers())
	}
}
