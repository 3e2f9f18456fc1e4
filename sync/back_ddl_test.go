package dbsync

import (
	"errors"
	"testing"
)

// DDL of the outage is replayed as it was written, between the rows before and
// after it.
func TestReplayDDL(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.diverge()
	o.write(`UPDATE customer SET name='before' WHERE id=1`)
	o.write(`CREATE TABLE tag(id serial PRIMARY KEY, customer int REFERENCES customer ON DELETE CASCADE, label text NOT NULL DEFAULT 'none', at timestamptz DEFAULT now())`,
		`INSERT INTO tag(customer, label) VALUES (1, 'a'), (1, 'b'), (2, 'c')`)
	o.write(`ALTER TABLE customer ADD COLUMN vip boolean NOT NULL DEFAULT false`)
	o.write(`UPDATE customer SET vip=true WHERE id=1`, `INSERT INTO tag(customer) VALUES (1)`)
	o.write(`CREATE INDEX tag_label ON tag(label)`)
	o.write(`DELETE FROM customer WHERE id=2`) // cascades into the new table
	o.write(`CREATE TABLE gone(a int PRIMARY KEY)`, `INSERT INTO gone VALUES (1)`)
	o.write(`DROP TABLE gone`)
	o.replay()
	r := o.cutover()
	if r.Parked != 0 {
		t.Error(o.rows(`SELECT kind, message, statement FROM failoversql.conflict`))
	}
	o.expect(`SELECT id, name, vip FROM customer ORDER BY id`, "1,before,t")
	o.expect(`SELECT id, customer, label FROM tag ORDER BY id`, "1,1,a 2,1,b 4,1,none")
	o.expect(`SELECT nextval('tag_id_seq')`, "5")
	o.expect(`SELECT count(*) FROM pg_indexes WHERE indexname = 'tag_label'`, "1")
	o.expect(`SELECT to_regclass('gone') IS NULL`, "t")
	if _, err := o.s.Rejoin(o.ctx); !errors.Is(err, ErrResync) {
		t.Fatalf("rejoin after DDL: %v", err)
	}
	o.snapshot()
	o.sameRows()
}

// DDL that the primary holds already, in the same shape, is done; in another
// shape it is parked with everything that needs it, and the rest goes on.
func TestReplayDDLConflict(t *testing.T) {
	for _, c := range []struct{ name, remote, conflicts, customers string }{
		{"the same table", `CREATE TABLE tag(id int PRIMARY KEY, label text NOT NULL)`, "", "1 after, 2 Bob"},
		{"another table of that name", `CREATE TABLE tag(id uuid PRIMARY KEY, x int)`,
			":DDL:apply_error_ddl tag:INSERT:dependent", "1 after, 2 Bob"},
		{"the same column", `ALTER TABLE customer ADD COLUMN vip boolean`, "", "1 after, 2 Bob"},
		{"another column of that name", `ALTER TABLE customer ADD COLUMN vip date`, ":DDL:apply_error_ddl customer:UPDATE:dependent", "1 Ann, 2 Bob"},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOutage(t, shopSchema)
			o.diverge()
			o.write(`CREATE TABLE tag(id int PRIMARY KEY, label text NOT NULL)`)
			o.write(`INSERT INTO tag VALUES (1, 'x')`)
			o.write(`ALTER TABLE customer ADD COLUMN vip boolean`)
			o.write(`UPDATE customer SET name='after', vip=true WHERE id=1`)
			o.write(`INSERT INTO plain2 VALUES (1)`)
			o.primary(c.remote)
			o.replay()
			o.cutover()
			o.expect(`SELECT coalesce(string_agg(table_name || ':' || op || ':' || kind, ' ' ORDER BY tx, seq), '') FROM failoversql.conflict`, c.conflicts)
			o.expect(`SELECT string_agg(concat_ws(' ', id, name), ', ' ORDER BY id) FROM customer`, c.customers)
			o.expect(`SELECT count(*) FROM plain2`, "1")
		})
	}
}
