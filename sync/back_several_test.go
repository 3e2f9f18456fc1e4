package dbsync

import (
	"fmt"
	"strings"
	"testing"
)

const severalSchema = `
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN short AS varchar(5) CHECK (VALUE <> 'never');
CREATE TABLE wide(id int PRIMARY KEY, t text, n numeric(12, 3), f float8, j json, jb jsonb, a int[], ta text[], m mood, s short, u uuid,
	ts timestamptz, by bytea, iv interval, g int GENERATED ALWAYS AS (id * 2) STORED, i int GENERATED ALWAYS AS IDENTITY);
CREATE TABLE plain(a int, b text); ALTER TABLE plain REPLICA IDENTITY FULL;
CREATE TABLE parent(id int PRIMARY KEY, x int);
CREATE TABLE child(id int PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE, x int);
CREATE TABLE watched(id int PRIMARY KEY, x int);
CREATE TABLE seen(id serial PRIMARY KEY, n int);
CREATE FUNCTION see() RETURNS trigger LANGUAGE plpgsql AS $$BEGIN INSERT INTO public.seen(n) SELECT count(*) FROM new_rows; RETURN NULL; END$$;
CREATE TRIGGER see AFTER INSERT ON watched REFERENCING NEW TABLE AS new_rows FOR EACH STATEMENT EXECUTE FUNCTION see();`

// sent is what the fast way would send for the journal as it is: of each
// statement its beginning, and how many changes it makes.
func (o *outage) sent() string {
	o.t.Helper()
	r, err := o.s.beginReplay(o.ctx, replayDry)
	if err != nil {
		o.t.Fatal(err)
	}
	defer r.close()
	txs, err := r.reader.next(o.ctx, 1000)
	if err != nil {
		o.t.Fatal(err)
	}
	var out []string
	for i := range txs {
		changes, err := r.changer.changes(o.ctx, &txs[i])
		if err != nil {
			o.t.Fatal(err)
		}
		list, _, ok := statements(changes)
		if !ok {
			o.t.Fatalf("transaction %d does not go the fast way", txs[i].id)
		}
		for _, st := range list {
			if strings.Contains(st.sql, "unnest(") {
				out = append(out, fmt.Sprintf("%s %s", strings.Join(strings.Fields(st.sql)[3:6], " "), st.args[len(st.args)-1]))
			}
		}
	}
	return strings.Join(out, ", ")
}

// Rows of a transaction that stand together arrive as they are, whatever is in
// them, by few statements.
func TestReplayTogether(t *testing.T) {
	o := newOutage(t, severalSchema)
	o.s.cfg.IgnoreTriggers = true
	o.snapshot()
	if _, err := o.s.RefillLeases(o.ctx, o.pg); err != nil {
		t.Fatal(err)
	}
	o.diverge()
	o.write(`INSERT INTO wide(id, t, n, f, j, jb, a, ta, m, s, u, ts, by, iv)
		SELECT i, CASE i % 4 WHEN 0 THEN NULL WHEN 1 THEN '' WHEN 2 THEN 'NULL' ELSE 'a"b\c,{}'' ' || i END, i / 8.0, CASE i WHEN 7 THEN 'NaN' ELSE i / 3.0 END::float8,
			'{"a": "\"q\\"}', '[1, null, "x,y"]', ARRAY[i, NULL, 3], ARRAY['{"a",b}', '', NULL, 'NULL'], 'ok', 'x"y', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11',
			'2026-01-02 03:04:05.678901+00', '\x00ff5c22', '1 mon 2 days 00:00:03' FROM generate_series(1, 40) i`,
		`INSERT INTO plain SELECT i, NULL FROM generate_series(1, 20) i`, `INSERT INTO plain SELECT 1, 'x' FROM generate_series(1, 3) i`)
	o.write(`UPDATE wide SET t = '"' || id, ta = ARRAY['\'], m = 'happy', f = f + 1`, `UPDATE wide SET n = n + 1 WHERE id <= 30`, `DELETE FROM wide WHERE id > 20`)
	o.write(`INSERT INTO parent SELECT i, i FROM generate_series(1, 20) i`, `INSERT INTO child SELECT i, i, i FROM generate_series(1, 20) i`,
		`UPDATE parent SET x = 0`, `DELETE FROM parent WHERE id > 2`)
	o.write(`INSERT INTO watched SELECT i, i FROM generate_series(1, 20) i`) // by one statement, which the trigger must not see
	want := "(INSERT INTO public.wide 40, (INSERT INTO public.plain 23, (UPDATE public.wide AS 33, (UPDATE public.wide AS 30, (DELETE FROM public.wide 20, " +
		"(INSERT INTO public.parent 20, (INSERT INTO public.child 20, (UPDATE public.parent AS 20"
	if got := strings.ReplaceAll(o.sent(), `"`, ""); got != want { // of the update, NaN + 1 changes one column less
		t.Errorf("sent\n got %s\nwant %s", got, want)
	}
	if r := o.replay(); r.Parked != 0 || r.Transactions != 4 {
		t.Errorf("%+v", r)
	}
	o.expect(`SELECT count(*), min(n), max(n) FROM seen`, "20,1,1") // each row by a statement of its own
	o.cutover()
	for _, name := range []string{"wide", "plain", "parent", "child", "watched"} {
		table := o.file.Catalog().Table("public", name)
		local, query := o.content(table)
		if remote := o.lines(query); local != remote {
			t.Errorf("%s\nfile\n%s\nprimary\n%s", name, local, remote)
		}
	}
}

// A row that is in conflict among many has its transaction parked, or settled by
// the policy, as alone: the others of that table are looked at one by one.
func TestReplayTogetherInConflict(t *testing.T) {
	o := newOutage(t, `CREATE TABLE a(id int PRIMARY KEY, x int); CREATE TABLE k(id int PRIMARY KEY, x int);
		INSERT INTO a SELECT i, 0 FROM generate_series(1, 100) i; INSERT INTO k SELECT i, 0 FROM generate_series(1, 100) i;`)
	o.s.cfg.Conflict = map[string]Policy{"k": KeepRemote}
	o.diverge()
	o.write(`INSERT INTO a SELECT i, 1 FROM generate_series(101, 150) i`)
	o.write(`INSERT INTO k SELECT i, 1 FROM generate_series(101, 150) i`)
	o.write(`UPDATE a SET x = 1 WHERE id <= 50`)
	o.write(`UPDATE k SET x = 1 WHERE id <= 50`)
	o.write(`DELETE FROM a WHERE id BETWEEN 60 AND 90`)
	o.write(`DELETE FROM k WHERE id BETWEEN 60 AND 90`)
	o.write(`UPDATE a SET x = 2 WHERE id > 95`) // depends on the first
	o.write(`INSERT INTO a SELECT i, 3 FROM generate_series(201, 220) i`)
	for _, table := range []string{"a", "k"} {
		o.primary(fmt.Sprintf(`INSERT INTO %s VALUES (120, 9); UPDATE %s SET x = 9 WHERE id IN (30, 70)`, table, table))
	}
	r, tail := o.replay(), o.cutover()
	if r.Parked+tail.Parked != 4 || r.Transactions+tail.Transactions != 4 {
		t.Errorf("%+v %+v", r, tail)
	}
	o.expect(`SELECT string_agg(DISTINCT tx || kind, ' ') FROM failoversql.conflict WHERE resolved_at IS NULL`,
		"1insert_exists 1member 3member 3update_origin_change 5delete_recently_updated 5member 7dependent")
	o.expect(`SELECT x, count(*) FROM a GROUP BY x ORDER BY x`, "0,98 3,20 9,3")
	o.expect(`SELECT x, count(*) FROM k GROUP BY x ORDER BY x`, "0,19 1,98 9,3")
}
