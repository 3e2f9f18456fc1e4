package dbsync

import (
	"strings"
	"testing"
)

// TestPublicationEdited: what somebody did to the copy's publication loses changes,
// also where it was put back before anybody looked. The copy finds out.
func TestPublicationEdited(t *testing.T) {
	r := newReplica(t, outPrimary(t), `CREATE TABLE a (id int PRIMARY KEY, n int); INSERT INTO a SELECT i, i FROM generate_series(1, 20) i;
		CREATE TABLE b (id int PRIMARY KEY, n int); INSERT INTO b SELECT i, i FROM generate_series(1, 20) i;
		CREATE TABLE p (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (0) TO (1000);
		INSERT INTO p SELECT i, i FROM generate_series(1, 20) i`)
	r.snapshot()
	r.run()
	r.equal()
	for i, edit := range []string{
		`ALTER PUBLICATION pub DROP TABLE ONLY a`,
		`ALTER PUBLICATION pub DROP TABLE ONLY a; UPDATE a SET n = 1000; ALTER PUBLICATION pub ADD TABLE ONLY a`,
		`ALTER PUBLICATION pub SET (publish = 'insert')`,
		`ALTER PUBLICATION pub SET (publish = 'insert'); DELETE FROM a WHERE id = 20; ALTER PUBLICATION pub SET (publish = 'insert, update, delete, truncate')`,
		`ALTER PUBLICATION pub SET TABLE ONLY a WHERE (id > 10), ONLY b, p`,
		`ALTER PUBLICATION pub SET TABLE ONLY a (id), ONLY b, p`,
		`ALTER PUBLICATION pub SET (publish_via_partition_root = false)`,
		`DROP PUBLICATION pub`,
		`DROP PUBLICATION pub; UPDATE a SET n = 5; CREATE PUBLICATION pub FOR TABLE ONLY a, ONLY b, p WITH (publish_via_partition_root)`,
	} {
		pub, err := r.s.identity(r.ctx)
		if err != nil {
			t.Fatal(err)
		}
		for _, sql := range strings.Split(edit, "; ") {
			r.exec(strings.TrimSpace(strings.ReplaceAll(sql+" ", " pub ", " "+pub.publication+" "))) // not one transaction
		}
		_, _ = r.pg.Exec(r.ctx, "UPDATE a SET n = n + 1; INSERT INTO a VALUES (100 + "+string(rune('0'+i))+", 0); DELETE FROM a WHERE id = "+string(rune('1'+i)))
		_, _ = r.pg.Exec(r.ctx, "UPDATE p SET n = n + 1")
		r.exec("UPDATE b SET n = n + 1")
		if r.equal(); t.Failed() {
			t.Fatalf("after: %s", edit)
		}
		r.exec("UPDATE a SET n = n + 1; UPDATE p SET n = n + 1; DELETE FROM b WHERE id = " + string(rune('1'+i)))
		if r.equal(); t.Failed() {
			t.Fatalf("after: %s, and what it broke was mended", edit)
		}
	}
}

// TestAnEmptyPartitionCostsNoCopy: partitions that are made for days to come are
// the commonest change of a schema.
func TestAnEmptyPartitionCostsNoCopy(t *testing.T) {
	r := newReplica(t, outPrimary(t), `CREATE TABLE p (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE TABLE p0 PARTITION OF p FOR VALUES FROM (0) TO (1000);
		INSERT INTO p SELECT i, i FROM generate_series(1, 20) i`)
	r.snapshot()
	r.run()
	r.equal()
	for _, sql := range []string{
		`CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (1000) TO (2000)`,
		`CREATE TABLE p2 (id int NOT NULL, n int); ALTER TABLE p ATTACH PARTITION p2 FOR VALUES FROM (2000) TO (3000)`,
	} {
		r.exec(sql)
		r.equal()
	}
	r.exec("INSERT INTO p VALUES (1500, 1), (2500, 2)")
	r.equal()
	r.exec("ALTER TABLE p ALTER n SET DEFAULT 3") // looked at once more, with rows in them
	r.equal()
	if strings.Contains(r.log.String(), "again") {
		t.Error("the follower was interrupted")
	}
	// One that brings rows, or takes some away, does cost one.
	r.exec("CREATE TABLE p3 (id int NOT NULL, n int); INSERT INTO p3 VALUES (3500, 1); ALTER TABLE p ATTACH PARTITION p3 FOR VALUES FROM (3000) TO (4000)")
	r.equal()
	r.exec("DROP TABLE p1")
	r.equal()
	if n := r.local("SELECT count(*) FROM p"); n != 22 {
		t.Errorf("%d rows", n)
	}
}

// TestAPartitionThatWasAway: what a partition changed while it was detached is not
// in the stream, and it is attached again before anybody looks.
func TestAPartitionThatWasAway(t *testing.T) {
	r := newReplica(t, outPrimary(t), `CREATE TABLE p (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE TABLE p0 PARTITION OF p FOR VALUES FROM (0) TO (1000);
		INSERT INTO p SELECT i, i FROM generate_series(1, 20) i`)
	r.snapshot()
	r.run()
	r.equal()
	r.exec("BEGIN; ALTER TABLE p DETACH PARTITION p0; UPDATE p0 SET n = 7; ALTER TABLE p ATTACH PARTITION p0 FOR VALUES FROM (0) TO (1000); COMMIT")
	if r.equal(); t.Failed() {
		t.Fatal("detached, changed and attached in one transaction")
	}
	r.exec("UPDATE p SET n = n + 1")
	r.equal()
}
