package dbsync

import "testing"

// TestReplayOfStagedStatements writes with statements that run in stages, and
// with tries that are undone: the journal holds what was written, once and in an
// order that the primary takes.
func TestReplayOfStagedStatements(t *testing.T) {
	o := newOutage(t, shopSchema+`
CREATE TABLE list(id int PRIMARY KEY, tags text[], grid int[], low text);
CREATE UNIQUE INDEX list_low ON list (lower(low));
CREATE TABLE ring1(id int PRIMARY KEY, o int);
CREATE TABLE ring2(id int PRIMARY KEY, o int REFERENCES ring1);
ALTER TABLE ring1 ADD FOREIGN KEY (o) REFERENCES ring2 DEFERRABLE INITIALLY DEFERRED;
INSERT INTO ring1 VALUES (1, NULL); INSERT INTO ring2 VALUES (1, 1); UPDATE ring1 SET o = 1;
INSERT INTO list VALUES (1, '{a,b}', '{1,2,3}', 'One');
`)
	o.diverge()
	o.write(`WITH c AS (INSERT INTO customer (id, name, email) VALUES (10, 'X', 'x@x') RETURNING id) INSERT INTO item (id, customer, note) SELECT 100, id, 'first' FROM c`)
	o.write(`WITH i AS (INSERT INTO customer (id, name, email) VALUES (11, 'Y', 'ann@x'), (12, 'Z', 'z@x') ON CONFLICT (email) DO NOTHING RETURNING id) INSERT INTO item (id, customer) SELECT 100 + id, id FROM i`)
	o.write(`WITH i AS (INSERT INTO customer (id, name, email) VALUES (13, 'W', 'bob@x') ON CONFLICT (email) DO UPDATE SET name = excluded.name RETURNING id, name) INSERT INTO item (id, customer, note) SELECT 200 + id, id, name FROM i`)
	o.write(`WITH d AS (DELETE FROM item WHERE id = 2 RETURNING *) INSERT INTO plain SELECT id, 'gone' FROM d`)
	o.write(`UPDATE customer SET balance = 1 RETURNING (SELECT count(*) FROM item)`)
	o.write(`MERGE INTO customer c USING (VALUES (1, 'Merged'), (20, 'New'), (12, 'Away')) s(id, name) ON c.id = s.id WHEN MATCHED AND s.name = 'Away' THEN DELETE
		WHEN MATCHED THEN UPDATE SET name = s.name WHEN NOT MATCHED THEN INSERT (id, name) VALUES (s.id, s.name)`)
	o.write(`WITH p AS (DELETE FROM customer WHERE id = 10 RETURNING id) DELETE FROM item USING p WHERE item.customer = p.id`)
	o.write(`UPDATE list SET tags[2] = 'B', grid[2:3] = '{20,30}' WHERE id = 1`, `INSERT INTO list (id, tags[2], low) VALUES (2, 'x', 'ONE') ON CONFLICT (lower(low)) DO UPDATE SET tags[4] = 'd'`)
	o.write(`PREPARE w AS UPDATE customer SET balance = $1 WHERE id = $2`, `EXECUTE w(7.25, 1)`, `DEALLOCATE w`)
	o.write(`TRUNCATE ring1 CASCADE`)
	o.replay()
	if r := o.cutover(); r.Backlog != 0 || r.Parked != 0 {
		t.Errorf("%+v", r)
	}
	o.sameRows()
	o.expect(`SELECT count(*) FROM failoversql.conflict`, `0`)
	o.expect(`SELECT id, name, balance FROM customer ORDER BY id`, `1,Merged,7.25 2,W,1.00 20,New,0.00`)
	o.expect(`SELECT id, customer, note FROM item ORDER BY id`, `1,1,x 202,2,W`)
	o.expect(`SELECT id, tags, grid FROM list ORDER BY id`, `1,{a,B,NULL,d},{1,20,30}`)
	o.expect(`SELECT count(*) FROM ring1, ring2`, `0`)
}
