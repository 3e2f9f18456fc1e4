package dbsync

import "testing"

const shopSchema = `
CREATE TABLE customer(id int PRIMARY KEY, name text NOT NULL, email text UNIQUE, balance numeric(12,2) NOT NULL DEFAULT 0, data jsonb, made timestamptz);
CREATE TABLE item(id int PRIMARY KEY, customer int REFERENCES customer ON DELETE CASCADE ON UPDATE CASCADE, note text, price float8);
CREATE TABLE plain(a int, b text);
CREATE TABLE plain2(a int);
ALTER TABLE plain REPLICA IDENTITY FULL;
ALTER TABLE plain2 REPLICA IDENTITY FULL;
INSERT INTO customer VALUES (1, 'Ann', 'ann@x', 10.50, '{"a": 1}', '2024-01-02 03:04:05+00'), (2, 'Bob', 'bob@x', 0, NULL, NULL);
INSERT INTO item VALUES (1, 1, 'x', 1.5), (2, 1, NULL, 0.1);
INSERT INTO plain VALUES (1, 'a'), (1, 'a'), (2, NULL);
`

func TestReplayPlainRows(t *testing.T) {
	o := newOutage(t, shopSchema)
	o.diverge()
	o.write(`INSERT INTO customer VALUES (3, 'Cid', 'cid@x', 12.34, '{"b": [1, 2]}', '2024-01-01 00:00:00.000001+00')`)
	o.write(`UPDATE customer SET name='Anna', balance=balance+1 WHERE id=1`, `INSERT INTO item VALUES (3, 3, 'new', 0.30000000000000004)`)
	o.write(`DELETE FROM item WHERE id=2`, `UPDATE item SET id=20 WHERE id=1`)
	o.write(`UPDATE plain SET b='z' WHERE a=2`, `DELETE FROM plain WHERE b='z'`)
	o.write(`UPDATE customer SET name=name WHERE id=2`)
	o.replay()
	r := o.cutover()
	if r.Backlog != 0 || r.Parked != 0 {
		t.Errorf("%+v", r)
	}
	o.expect(`SELECT * FROM customer ORDER BY id`, `1,Anna,ann@x,11.50,{"a": 1},2024-01-02 03:04:05+00 2,Bob,bob@x,0.00,NULL,NULL 3,Cid,cid@x,12.34,{"b": [1, 2]},2024-01-01 00:00:00.000001+00`)
	o.expect(`SELECT * FROM item ORDER BY id`, `3,3,new,0.30000000000000004 20,1,x,1.5`)
	o.expect(`SELECT * FROM plain ORDER BY a, b`, `1,a 1,a`)
	o.expect(`SELECT count(*) FROM failoversql.conflict`, `0`)
}

// What docs/conflicts.md says of rows without a key: each change finds its row by
// all the values, also where the row that it changed is gone and an earlier change
// of the same statement has made one like it.
func TestReplayRowsWithoutKeyInOrder(t *testing.T) {
	for _, c := range []struct{ name, remote, want, conflicts string }{
		{"nothing lost", ``, `1 2`, ``},
		{"the row that was 1 lost", `DELETE FROM plain2 WHERE a = 1`, `2`, ``},
		{"the row that was 0 lost", `DELETE FROM plain2 WHERE a = 0`, `1`, `plain2:UPDATE:update_missing plain2:UPDATE:member`},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOutage(t, `CREATE TABLE plain2(a int); ALTER TABLE plain2 REPLICA IDENTITY FULL; INSERT INTO plain2 VALUES (0), (1)`)
			o.diverge()
			o.write(`UPDATE plain2 SET a = a + 1`)
			if c.remote != "" {
				o.primary(c.remote)
			}
			o.replay()
			o.cutover()
			o.expect(`SELECT a FROM plain2 ORDER BY a`, c.want)
			if got := o.conflicts(); got != c.conflicts {
				t.Errorf("conflicts: got %q, want %q", got, c.conflicts)
			}
		})
	}
}
