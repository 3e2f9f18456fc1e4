package dbsync

import "testing"

// TestReplayComposite writes columns of composite types, in every way that a
// statement can, and brings them back.
func TestReplayComposite(t *testing.T) {
	o := newOutage(t, `
CREATE TYPE addr AS (street text, zip varchar(5), seen timestamptz, n numeric(6,2));
CREATE TABLE place(id int PRIMARY KEY, a addr, list addr[]);
INSERT INTO place VALUES (1, ROW('Main "1"', '123', '2024-01-01 00:00:00+00', 1.5), ARRAY[ROW('x', 'y', NULL, NULL)]::addr[]), (2, NULL, NULL), (3, ROW(NULL, NULL, NULL, NULL), '{}');
`)
	o.sameRows()
	o.diverge()
	o.write(`UPDATE place SET a.zip = '9' WHERE id = 1`, `UPDATE place SET a = ROW('new', 'z', '2024-02-01 12:00:00+02', 2.345) WHERE id = 2`)
	o.write(`INSERT INTO place VALUES (4, '(lit,,,)', ARRAY[ROW('a', 'b', NULL, 1)::addr, NULL])`)
	o.write(`UPDATE place SET list = NULL, a = NULL WHERE id = 3`)
	o.write(`CREATE TYPE pair AS (x int, y text)`, `CREATE TABLE pairs (id int PRIMARY KEY, p pair)`, `INSERT INTO pairs VALUES (1, ROW(5, 'five'))`, `UPDATE pairs SET p.y = 'six'`)
	o.replay()
	if r := o.cutover(); r.Backlog != 0 || r.Parked != 0 {
		t.Errorf("%+v: %s", r, o.rows(`SELECT kind, message FROM failoversql.conflict`))
	}
	o.expect(`SELECT id, (a).zip, (a).n, list FROM place ORDER BY id`, `1,9,1.50,{"(x,y,,)"} 2,z,2.35,NULL 3,NULL,NULL,NULL 4,NULL,NULL,{"(a,b,,1.00)",NULL}`)
	o.expect(`SELECT (p).x, (p).y FROM pairs`, `5,six`)
	o.snapshot()
	o.sameRows()
}
