package dbsync

import (
	"fmt"
	"strings"
	"testing"
)

// shapesSchema has what makes replay hard: every type, tables wider than a
// journal row, keys of several columns, no key, deferred keys, generated and
// identity columns, a table outside public, cascades of each sort and onto
// itself.
const shapesSchema = `
CREATE SCHEMA other;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN short AS varchar(5);
CREATE TABLE kinds(id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
	b bool, i2 int2, i4 int4, i8 int8, f4 float4, f8 float8, n numeric, ns numeric(10,3), t text, v varchar(20), c char(6),
	bin bytea, u uuid, d date, ts timestamp, tz timestamptz, tm time, iv interval, j json, jb jsonb, ia int[], ta text[], m mood, s short, ip inet, r int4range);
CREATE TABLE other.pair(a int, b text, v int, twice int GENERATED ALWAYS AS (v * 2) STORED, PRIMARY KEY (a, b));
CREATE TABLE node(id int PRIMARY KEY, parent int REFERENCES node ON DELETE CASCADE ON UPDATE CASCADE, name text);
CREATE TABLE leaf(id int PRIMARY KEY, node int REFERENCES node ON DELETE SET NULL, kind int DEFAULT 1 REFERENCES node ON DELETE SET DEFAULT, u int UNIQUE);
CREATE TABLE later(id int PRIMARY KEY, ref int REFERENCES later DEFERRABLE INITIALLY DEFERRED, ord int);
INSERT INTO kinds(b, i2, i4, i8, f4, f8, n, ns, t, v, c, bin, u, d, ts, tz, tm, iv, j, jb, ia, ta, m, s, ip, r) VALUES
 (true, -1, 2, 3, 0.1, 'NaN', 1.50, 2.5, 'it''s "x" \ é', 'v', 'c', '\x00ff', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '2024-02-29', '2024-01-01 00:00:00.123456', 'infinity', '23:59:59.5', '1 mon -2 days 03:04:05', '{"a":  1}', '{"b":2,"a":1}', '{1,NULL,3}', '{"x y","q\"uote",NULL}', 'ok', 'abc', '10.0.0.0/8', '[1,5)'),
 (NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL,NULL),
 (false, 1, 2, 3, '-Infinity', 1e300, 'NaN', -0.001, '', '', '', '', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12', '-infinity', '0001-01-01', '1999-12-31 23:00:00-05', '00:00', '-1 day', '[]', 'null', '{}', '{}', 'sad', '', '::1', 'empty');
INSERT INTO other.pair VALUES (1, 'x', 1), (1, 'y', 2), (2, 'x', NULL);
INSERT INTO node VALUES (1, NULL, 'root'), (2, 1, 'a'), (3, 2, 'aa'), (4, 1, 'b'), (5, NULL, 'lone'), (6, 6, 'own parent');
INSERT INTO leaf VALUES (1, 3, 4, 10), (2, 4, 1, 20), (3, NULL, NULL, 30);
INSERT INTO later VALUES (1, 1, 1), (2, 1, 2);
`

// Whatever the application does, afterwards the primary has what the fallback
// had, and after the rejoin both are the same.
func TestReplayShapes(t *testing.T) {
	for _, c := range []struct {
		name string
		txs  [][]string
	}{
		{"every type, changed one column at a time", [][]string{
			{`UPDATE kinds SET t='new' WHERE id=1`}, {`UPDATE kinds SET t='new' WHERE id=2`}, {`UPDATE kinds SET t='new' WHERE id=3`},
			{`UPDATE kinds SET bin='\x01', jb='{"z": [1, 2.50, "é"]}', n=0.10, f8=0.1, f4=1.1 WHERE id=1`},
			{`UPDATE kinds SET b=false, tz='2024-06-01 12:00:00+02', d='infinity', tm='01:02:03', m='happy', ns=-3.125 WHERE id=3`},
			{`DELETE FROM kinds WHERE id=2`, `DELETE FROM kinds WHERE id=1`},
			{`INSERT INTO kinds(t, c, u, iv, ia) VALUES ('x', 'ab', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A13', '1 day', '{1,2}')`},
			{`UPDATE kinds SET b=NOT b, i4=i4+1, ia='{9}', ta='{"a,b"}', iv='2 days', j='{"k" : 1}', ip='10.1.2.3' WHERE id=3`},
		}},
		{"several columns of a key, another schema, generated columns", [][]string{
			{`UPDATE other.pair SET a=9 WHERE a=2`}, {`UPDATE other.pair SET b='z', v=7 WHERE a=1 AND b='x'`},
			{`INSERT INTO other.pair(a, b, v) VALUES (5, 'n', 3) ON CONFLICT (a, b) DO UPDATE SET v=excluded.v`,
				`INSERT INTO other.pair(a, b, v) VALUES (5, 'n', 4) ON CONFLICT (a, b) DO UPDATE SET v=excluded.v`},
		}},
		{"the same row many times in one transaction", [][]string{
			{`INSERT INTO node VALUES (50, NULL, 'x')`, `UPDATE node SET name='y' WHERE id=50`, `UPDATE node SET id=51 WHERE id=50`,
				`DELETE FROM node WHERE id=51`, `INSERT INTO node VALUES (50, NULL, 'again')`, `UPDATE node SET name=name WHERE id=50`},
		}},
		{"cascading deletes", [][]string{{`DELETE FROM node WHERE id=2`}, {`DELETE FROM node WHERE id=5`, `DELETE FROM node WHERE id=4`}}},
		{"a cascade over everything", [][]string{{`UPDATE leaf SET kind=5`}, {`DELETE FROM node WHERE id=1`}, {`DELETE FROM node WHERE id=6`}}},
		{"cascading updates, onto itself too", [][]string{{`UPDATE node SET id=20 WHERE id=2`}, {`UPDATE node SET id=60 WHERE id=6`}, {`UPDATE leaf SET node=20 WHERE id=3`}}},
		{"a value moves from one row to another", [][]string{
			{`UPDATE leaf SET u=99 WHERE id=1`, `UPDATE leaf SET u=10 WHERE id=2`, `UPDATE leaf SET u=20 WHERE id=1`},
			{`DELETE FROM leaf WHERE id=3`, `INSERT INTO leaf(id, u) VALUES (4, 30)`},
		}},
		{"deferred keys", [][]string{
			{`INSERT INTO later VALUES (10, 11, 1)`, `INSERT INTO later VALUES (11, 10, 2)`},
			{`UPDATE later SET ref=10 WHERE id=2`}, {`DELETE FROM later WHERE id=2`},
		}},
	} {
		t.Run(c.name, func(t *testing.T) {
			o := newOutage(t, shapesSchema)
			if _, err := o.s.RefillLeases(o.ctx, o.pg); err != nil {
				t.Fatal(err)
			}
			o.diverge()
			for _, tx := range c.txs {
				o.write(tx...)
			}
			o.replay()
			o.cutover()
			o.expect(`SELECT string_agg(concat_ws(' ', kind, table_name, op, message, columns::text), '; ' ORDER BY seq) FROM failoversql.conflict`, "NULL")
			o.sameRows()
			o.rejoin()
			o.sameRows()
		})
	}
}

// A table wider than a row of the journal.
func TestReplayWideTable(t *testing.T) {
	var cols, ones []string
	for i := range 150 {
		cols = append(cols, fmt.Sprintf("c%d int", i))
		ones = append(ones, fmt.Sprint(i))
	}
	o := newOutage(t, `CREATE TABLE wide(id int PRIMARY KEY, `+strings.Join(cols, ", ")+`); INSERT INTO wide VALUES (1, `+strings.Join(ones, ", ")+`); INSERT INTO wide VALUES (2);`)
	o.diverge()
	o.write(`UPDATE wide SET c0=-1, c39=-2, c40=-3, c149=-4 WHERE id=1`)
	o.write(`INSERT INTO wide(id, c149) VALUES (3, 5)`, `UPDATE wide SET c100=NULL WHERE id=1`)
	o.write(`DELETE FROM wide WHERE id=2`)
	o.replay()
	o.cutover()
	o.expect(`SELECT count(*) FROM failoversql.conflict`, "0")
	o.sameRows()
	o.rejoin()
	o.sameRows()
}
