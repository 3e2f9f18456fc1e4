package dbsync

import (
	"strings"
	"testing"
)

// shapes are tables whose rows the stream can name, or not, for one reason or
// another. Each has the columns id and n.
var shapes = []struct {
	name     string
	sql      string
	followed bool
}{
	{"keyed", "CREATE TABLE keyed (id int PRIMARY KEY, n int)", true},
	{"heap", "CREATE TABLE heap (id int, n int)", false},
	{"whole", "CREATE TABLE whole (id int, n int); ALTER TABLE whole REPLICA IDENTITY FULL", true},
	{"nothing", "CREATE TABLE nothing (id int PRIMARY KEY, n int); ALTER TABLE nothing REPLICA IDENTITY NOTHING", false},
	{"late", "CREATE TABLE late (id int PRIMARY KEY DEFERRABLE, n int)", false},
	{"byindex", "CREATE TABLE byindex (id int NOT NULL, n int); CREATE UNIQUE INDEX byindex_id ON byindex(id); ALTER TABLE byindex REPLICA IDENTITY USING INDEX byindex_id", true},
	{"unindexed", "CREATE TABLE unindexed (id int NOT NULL, n int); CREATE UNIQUE INDEX unindexed_id ON unindexed(id); ALTER TABLE unindexed REPLICA IDENTITY USING INDEX unindexed_id; DROP INDEX unindexed_id", false},
	{"dropped", "CREATE TABLE dropped (id int PRIMARY KEY, n int); ALTER TABLE dropped DROP CONSTRAINT dropped_pkey", false},
	{"parent", "CREATE TABLE parent (id int PRIMARY KEY, n int); CREATE TABLE heir (x int, PRIMARY KEY (id)) INHERITS (parent); INSERT INTO heir VALUES (7, 7, 7)", false},
	{"parted", "CREATE TABLE parted (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE TABLE parted1 PARTITION OF parted FOR VALUES FROM (0) TO (2); CREATE TABLE parted2 PARTITION OF parted DEFAULT", true},
	{"halffull", "CREATE TABLE halffull (id int, n int) PARTITION BY RANGE (id); CREATE TABLE halffull1 PARTITION OF halffull DEFAULT; ALTER TABLE halffull REPLICA IDENTITY FULL", false},
	{"allfull", "CREATE TABLE allfull (id int, n int) PARTITION BY RANGE (id); CREATE TABLE allfull1 PARTITION OF allfull DEFAULT; ALTER TABLE allfull REPLICA IDENTITY FULL; ALTER TABLE allfull1 REPLICA IDENTITY FULL", true},
	{"mute", "CREATE TABLE mute (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE TABLE mute1 PARTITION OF mute DEFAULT; ALTER TABLE mute1 REPLICA IDENTITY NOTHING", false},
	{"ownkey", "CREATE TABLE ownkey (id int, n int) PARTITION BY RANGE (id); CREATE TABLE ownkey1 PARTITION OF ownkey DEFAULT; ALTER TABLE ownkey1 ADD PRIMARY KEY (id); ALTER TABLE ownkey REPLICA IDENTITY FULL", false},
	{"mixed", "CREATE TABLE mixed (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE TABLE mixed1 PARTITION OF mixed DEFAULT; ALTER TABLE mixed1 REPLICA IDENTITY FULL; CREATE TABLE mixed2 PARTITION OF mixed FOR VALUES FROM (0) TO (2)", true},
	{"fullkey", "CREATE TABLE fullkey (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE TABLE fullkey1 PARTITION OF fullkey DEFAULT; ALTER TABLE fullkey REPLICA IDENTITY FULL", true},
	{"forgetful", "CREATE TABLE forgetful (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE UNLOGGED TABLE forgetful1 PARTITION OF forgetful DEFAULT", false},
	{"deep", "CREATE TABLE deep (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE TABLE deep1 PARTITION OF deep DEFAULT PARTITION BY RANGE (id); CREATE TABLE deep2 PARTITION OF deep1 DEFAULT", true},
}

// TestPublishingMakesNoStatementFail: PostgreSQL refuses the UPDATE and DELETE of
// a published table whose rows it cannot name. Following must never do that to
// the application.
func TestPublishingMakesNoStatementFail(t *testing.T) {
	r := newReplica(t, outPrimary(t), "")
	for _, s := range shapes {
		r.exec(s.sql)
		r.exec("INSERT INTO " + s.name + " SELECT i, i FROM generate_series(1, 5) i")
	}
	r.snapshot()
	r.run()
	touch := func() {
		t.Helper()
		for _, s := range shapes {
			r.exec("UPDATE " + s.name + " SET n = n + 10 WHERE id = 2")
			r.exec("UPDATE " + s.name + " SET id = 1000 + n WHERE id = 1")
			r.exec("DELETE FROM " + s.name + " WHERE id = 3")
			r.exec("INSERT INTO " + s.name + " VALUES (1, 1), (3, 3)")
			r.exec("DELETE FROM " + s.name + " WHERE id > 100")
		}
	}
	touch()
	r.equal()
	cat := r.file.Catalog()
	for _, s := range shapes {
		if followed := cat.Table("public", s.name) != nil; followed != s.followed {
			t.Errorf("%s: followed %v", s.name, followed)
		}
	}
	if cat.Table("public", "heir") == nil {
		t.Error("a table that inherits is not in the copy")
	}
	r.neverResynced()
	for _, a := range cat.Absent {
		if a.Name == "halffull" && !strings.Contains(a.Reason, "partitions") {
			t.Errorf("%s %s", a.Name, a.Reason)
		}
	}

	// What loses its replica identity while it is followed is let go of.
	r.exec("ALTER TABLE keyed DROP CONSTRAINT keyed_pkey; ALTER TABLE parted1 REPLICA IDENTITY NOTHING; CREATE TABLE allfull2 PARTITION OF allfull FOR VALUES FROM (5000) TO (6000)")
	r.caughtUp()
	touch()
	r.equal()
	for _, name := range []string{"keyed", "parted", "allfull"} {
		if r.file.Catalog().Table("public", name) != nil {
			t.Errorf("%s is still followed", name)
		}
	}
}
