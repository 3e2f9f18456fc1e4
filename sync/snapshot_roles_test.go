package dbsync

import "testing"

// The tables for a file are another role's, which replicates; the application's
// may publish what is copied and not register the file: the other role does.
func TestSnapshotRegistersByTheRoleThatReplicates(t *testing.T) {
	r := newReplica(t, outPrimary(t), `CREATE TABLE goods (id int PRIMARY KEY); INSERT INTO goods VALUES (1), (2)`)
	if err := ensurePrimarySchema(r.ctx, r.pg); err != nil {
		t.Fatal(err)
	}
	r.exec(`DROP ROLE IF EXISTS owner_of_goods; CREATE ROLE owner_of_goods LOGIN; ALTER TABLE goods OWNER TO owner_of_goods;
		GRANT CREATE ON DATABASE ` + r.cfg.Database + ` TO owner_of_goods; GRANT USAGE, CREATE ON SCHEMA failoversql TO owner_of_goods; GRANT SELECT ON ALL TABLES IN SCHEMA failoversql TO owner_of_goods`)
	t.Cleanup(func() { r.exec(`DROP OWNED BY owner_of_goods; DROP ROLE owner_of_goods`) })
	app := r.cfg.Copy()
	app.User = "owner_of_goods"
	s := New(Config{File: r.file, Primary: app, Replication: r.cfg})
	report, err := s.Snapshot(r.ctx)
	if err != nil {
		t.Fatal(err)
	}
	var registered int
	if err := r.pg.QueryRow(r.ctx, `SELECT count(*) FROM failoversql.instance`).Scan(&registered); err != nil {
		t.Fatal(err)
	}
	if report.Rows != 2 || registered != 1 {
		t.Fatalf("%d rows copied, %d files registered", report.Rows, registered)
	}
}
