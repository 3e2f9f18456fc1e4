package dbsync

import (
	"fmt"
	"strings"
	"testing"
	"time"
)

func TestSchemaChangesAreFollowed(t *testing.T) {
	r := newReplica(t, outPrimary(t), common+`CREATE TABLE moved (id int PRIMARY KEY, n int); INSERT INTO moved SELECT i, i FROM generate_series(1, 20) i;`)
	r.snapshot()
	r.run()
	r.equal()
	for _, step := range []struct{ name, sql string }{
		{"new table, with rows", "CREATE TABLE fresh (id int PRIMARY KEY, s text); INSERT INTO fresh VALUES (1, 'a'), (2, 'b')"},
		{"rows of the new table", "INSERT INTO fresh VALUES (3, 'c'); UPDATE fresh SET s = 'd' WHERE id = 1"},
		{"new column", "ALTER TABLE fresh ADD COLUMN n int"},
		{"new column with a default", "ALTER TABLE fresh ADD COLUMN at timestamptz NOT NULL DEFAULT '2020-02-02 00:00+00'"},
		{"rows in the new columns", "UPDATE fresh SET n = id; INSERT INTO fresh(id) VALUES (10)"},
		{"rows rewritten, names and types as before", "ALTER TABLE moved ALTER n TYPE int USING -n"},
		{"another type", "ALTER TABLE moved ALTER n TYPE numeric(9,3)"},
		{"column renamed", "ALTER TABLE moved RENAME n TO m"},
		{"column dropped and made again", "ALTER TABLE moved DROP m; ALTER TABLE moved ADD m int; UPDATE moved SET m = id"},
		{"table renamed", "ALTER TABLE moved RENAME TO removed"},
		{"two tables swap names", "ALTER TABLE fresh RENAME TO x; ALTER TABLE removed RENAME TO fresh; ALTER TABLE x RENAME TO removed"},
		{"a label in the middle of an enum", "ALTER TYPE mood ADD VALUE 'fine' BEFORE 'happy'"},
		{"rows with the new label", "UPDATE customer SET mood = 'fine' WHERE id % 5 = 0"},
		{"index", "CREATE UNIQUE INDEX ON customer (name); CREATE INDEX ON item (price)"},
		{"key moves to another column", "ALTER TABLE removed DROP CONSTRAINT fresh_pkey; ALTER TABLE removed ADD PRIMARY KEY (at, id)"},
		{"another schema", "CREATE SCHEMA other; ALTER TABLE removed SET SCHEMA other; INSERT INTO other.removed(id) VALUES (77)"},
		{"table dropped", "DROP TABLE item"},
		{"default only", "ALTER TABLE customer ALTER name SET DEFAULT 'nobody'"},
		{"view and sequence", "CREATE VIEW v AS SELECT * FROM customer; CREATE SEQUENCE s"},
		{"vacuum full and truncate are no change", "TRUNCATE fresh; INSERT INTO fresh VALUES (1, 1)"},
	} {
		for _, sql := range strings.Split(step.sql, "; ") {
			r.exec(sql) // each in a transaction of its own, as migrations run
		}
		if r.equal(); t.Failed() {
			t.Fatalf("after: %s", step.name)
		}
		// The file's schema is the primary's.
		if change, err := r.s.compareSchema(r.ctx, r.pg); err != nil || change != nil {
			t.Fatalf("after: %s: %v, to be taken over: %v", step.name, err, change != nil)
		}
	}
	if r.file.Catalog().View("public", "v") == nil || r.file.Catalog().Sequence("public", "s") == nil {
		t.Error("the new view and sequence are not in the file")
	}
}

// TestSchemaTakenOverAmidTransaction: a transaction that has written rows
// describes tables anew, whose schema has to be looked at before its next rows,
// and taken over while it holds the file.
func TestSchemaTakenOverAmidTransaction(t *testing.T) {
	r := newReplica(t, outPrimary(t), `CREATE TABLE a (id int PRIMARY KEY, n int); CREATE TABLE b (id int PRIMARY KEY, n int); CREATE TABLE c (id int PRIMARY KEY, n int)`)
	r.snapshot()
	r.run()
	for i := range 20 {
		// The descriptions that the next ones replace.
		r.exec(fmt.Sprintf("INSERT INTO a VALUES (%[1]d, 0); INSERT INTO b VALUES (%[1]d, 0); INSERT INTO c VALUES (%[1]d, 0)", 2*i))
		r.exec(fmt.Sprintf(`INSERT INTO a VALUES (%[1]d, 1);
			ALTER TABLE b ALTER n SET DEFAULT %[1]d; INSERT INTO b(id) VALUES (%[1]d);
			ALTER TABLE c ALTER n SET DEFAULT %[1]d; INSERT INTO c(id) VALUES (%[1]d)`, 2*i+1))
		r.caughtUp()
	}
	r.equal()
	r.neverResynced()
	if c := r.file.Catalog().Table("public", "c").Column("n"); c.Default != "39" {
		t.Errorf("the file's default is %q", c.Default)
	}
}

// TestSchemaChangedWhileNobodyFollowed: the change is noticed at the next start.
func TestSchemaChangedWhileNobodyFollowed(t *testing.T) {
	r := newReplica(t, outPrimary(t), common)
	r.snapshot()
	r.exec("ALTER TABLE customer ADD COLUMN vip boolean NOT NULL DEFAULT true")
	r.exec("INSERT INTO customer(name, vip) VALUES ('late', false)")
	r.run()
	r.equal()
	if n := r.local("SELECT count(*) FROM customer WHERE vip"); n != 500 {
		t.Errorf("%d rows have the default", n)
	}
}

// TestRewrittenRowsAreNoticedWithTheNextRow: without waiting for a heartbeat.
func TestRewrittenRowsAreNoticedWithTheNextRow(t *testing.T) {
	r := newReplica(t, outPrimary(t), "CREATE TABLE a (id int PRIMARY KEY, n int); INSERT INTO a SELECT i, i FROM generate_series(1, 20) i")
	r.s.cfg.Heartbeat = time.Hour
	r.snapshot()
	r.run()
	r.exec("UPDATE a SET n = n WHERE id = 1")
	r.equal()
	r.exec("ALTER TABLE a ALTER n TYPE int USING -n")
	r.exec("UPDATE a SET n = 100 WHERE id = 1")
	for r.local("SELECT n FROM a WHERE id = 1") != 100 {
		if r.ctx.Err() != nil {
			t.Fatal("the row never came")
		}
		<-time.After(time.Millisecond)
	}
	if n := r.local("SELECT n FROM a WHERE id = 2"); n != -2 {
		t.Errorf("a row from after the rewrite is there, and beside it one from before: %d", n)
	}
	r.equal()
}

// TestDefaultsDoNotCostASnapshot: what does not touch stored rows is taken over
// by the catalog alone.
func TestDefaultsDoNotCostASnapshot(t *testing.T) {
	r := newReplica(t, outPrimary(t), common)
	r.snapshot()
	r.run()
	r.exec("ALTER TABLE customer ALTER name SET DEFAULT 'nobody'")
	r.exec("CREATE VIEW v AS SELECT id FROM customer")
	r.exec("COMMENT ON TABLE customer IS 'who buys'")
	r.exec("INSERT INTO customer DEFAULT VALUES")
	r.equal()
	if c := r.file.Catalog(); c.Table("public", "customer").Column("name").Default == "" || c.View("public", "v") == nil {
		t.Error("the file's catalog is the old one")
	}
	r.neverResynced()
}

func TestTablesThatCannotBeFollowedAreLeftOutAndStayUsable(t *testing.T) {
	r := newReplica(t, outPrimary(t), common+`
		CREATE TABLE heap (n int); INSERT INTO heap VALUES (1);
		CREATE TABLE nokey (id int PRIMARY KEY); ALTER TABLE nokey REPLICA IDENTITY NOTHING;
		CREATE UNLOGGED TABLE scratch (id int PRIMARY KEY);
		CREATE TABLE soft (id int PRIMARY KEY DEFERRABLE);
		CREATE TABLE base (id int PRIMARY KEY); CREATE TABLE derived () INHERITS (base);`)
	report := r.snapshot()
	want := map[string]string{"heap": "replica identity", "nokey": "replica identity", "scratch": "unlogged", "soft": "replica identity", "base": "inherit"}
	for _, a := range report.Absent {
		if w := want[a.Name]; w != "" && strings.Contains(a.Reason, w) {
			delete(want, a.Name)
		}
	}
	if len(want) > 0 {
		t.Errorf("not reported: %v in %v", want, report.Absent)
	}
	r.run()
	// The application's writes to them go on working.
	r.exec("UPDATE heap SET n = 2; DELETE FROM heap; UPDATE nokey SET id = 2; UPDATE soft SET id = 3")
	r.equal()

	// A table gets a key and is followed; another loses it and is let go.
	r.exec("ALTER TABLE heap ADD COLUMN id serial PRIMARY KEY; INSERT INTO heap(n) VALUES (7)")
	r.equal()
	if n := r.local("SELECT count(*) FROM heap WHERE n = 7"); n != 1 {
		t.Error("the table with its new key is not followed")
	}
	r.exec("ALTER TABLE heap DROP CONSTRAINT heap_pkey")
	r.caughtUp()
	r.exec("UPDATE heap SET n = 8")
	if r.file.Catalog().Table("public", "heap") != nil {
		t.Error("a table that cannot be followed any more is still in the copy")
	}
}

func TestPartitionedTables(t *testing.T) {
	r := newReplica(t, outPrimary(t), `
		CREATE TABLE event (id int, at date NOT NULL, s text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
		CREATE TABLE event_1 PARTITION OF event FOR VALUES FROM ('2020-01-01') TO ('2020-02-01');
		CREATE TABLE event_2 PARTITION OF event FOR VALUES FROM ('2020-02-01') TO ('2020-03-01') PARTITION BY LIST (id);
		CREATE TABLE event_2_rest PARTITION OF event_2 DEFAULT;
		INSERT INTO event SELECT i, '2020-01-01'::date + i % 60, 'x' FROM generate_series(0, 59) i;
		CREATE TABLE apart (id int, at date NOT NULL, s text, PRIMARY KEY (id, at)); INSERT INTO apart VALUES (100, '2020-03-05', 'apart');`)
	if report := r.snapshot(); report.Rows != 61 {
		t.Fatalf("%+v", report)
	}
	r.run()
	r.exec("UPDATE event SET s = 'y' WHERE id % 2 = 0; DELETE FROM event WHERE id % 5 = 0; INSERT INTO event VALUES (500, '2020-01-02', 'new')")
	r.exec("UPDATE event SET at = at + 31 WHERE at < '2020-01-15'") // rows move between partitions
	r.equal()
	r.exec("ALTER TABLE event ATTACH PARTITION apart FOR VALUES FROM ('2020-03-01') TO ('2020-04-01')")
	r.equal()
	if n := r.local("SELECT count(*) FROM event WHERE s = 'apart'"); n != 1 {
		t.Error("rows of an attached partition are not in the copy")
	}
	r.exec("ALTER TABLE event DETACH PARTITION event_1")
	r.equal()
}
