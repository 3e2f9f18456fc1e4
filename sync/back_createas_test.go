package dbsync

import "testing"

// TestReplayCreateTableAs makes tables of queries during the outage: the primary
// gets them with the rows that were there, not with those that the query would
// give it, and temporary tables not at all.
func TestReplayCreateTableAs(t *testing.T) {
	o := newOutage(t, shopSchema+`
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TABLE kinds(m mood, n numeric(10,2), v varchar(5), c text COLLATE "C", i interval(0), a numeric(6,1)[], ts timestamptz(3));
ALTER TABLE kinds REPLICA IDENTITY FULL;
INSERT INTO kinds VALUES ('ok', 1.5, 'v', 'c', '1 day 00:00:01.6', '{1.25,NULL}', '2024-01-01 00:00:00.1239+00');
`)
	o.diverge()
	o.write(`CREATE TABLE rich AS SELECT id, name, balance FROM customer`, `UPDATE rich SET name = 'late' WHERE id = 1`)
	o.write(`SELECT * INTO kinds2 FROM kinds`)
	o.write(`CREATE TABLE nothing AS SELECT id FROM customer WITH NO DATA`, `INSERT INTO nothing VALUES (5)`)
	o.write(`CREATE TEMP TABLE customer AS SELECT 77 AS id, 'temporary'::text AS name`, `INSERT INTO customer VALUES (78, 'x')`,
		`CREATE TABLE copied AS SELECT * FROM customer`, `INSERT INTO item (id, customer) SELECT id, NULL FROM customer`)
	o.write(`CREATE TEMP TABLE scratch (id serial)`, `INSERT INTO scratch DEFAULT VALUES`)
	o.primary(`UPDATE kinds SET v = 'other'; INSERT INTO customer (id, name, email) VALUES (50, 'New', 'new@x')`)
	o.replay()
	if r := o.cutover(); r.Backlog != 0 || r.Parked != 0 {
		t.Errorf("%+v: %s", r, o.rows(`SELECT kind, message FROM failoversql.conflict`))
	}
	o.expect(`SELECT id, name FROM rich ORDER BY id`, `1,late 2,Bob`)
	o.expect(`SELECT m, n, v, c, i, a, ts AT TIME ZONE 'UTC' FROM kinds2`, `ok,1.50,v,c,1 day 00:00:02,{1.3,NULL},2024-01-01 00:00:00.124`)
	o.expect(`SELECT string_agg(format_type(atttypid, atttypmod) || coalesce(' ' || nullif(collname, 'default'), ''), ',' ORDER BY attnum) FROM pg_attribute LEFT JOIN pg_collation k ON k.oid = attcollation WHERE attrelid = 'kinds2'::regclass AND attnum > 0`,
		`mood,numeric(10,2),character varying(5),text C,interval(0),numeric(6,1)[],timestamp(3) with time zone`)
	o.expect(`SELECT id FROM nothing`, `5`)
	o.expect(`SELECT id, name FROM copied ORDER BY id`, `77,temporary 78,x`)
	o.expect(`SELECT id FROM item WHERE id > 70 ORDER BY id`, `77 78`)
	o.expect(`SELECT to_regclass('scratch') IS NULL`, `t`)
	o.expect(`SELECT count(*) FROM customer`, `3`)
	o.snapshot()
	o.sameRows()
}
