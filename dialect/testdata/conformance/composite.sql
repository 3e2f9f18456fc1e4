CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE TYPE addr AS (street text, zip varchar(5), n numeric(6,2), geo float8[]);
CREATE TYPE person AS (name text, home addr, born timestamptz, m mood, p posint, j jsonb, b bytea, f float8);
CREATE TABLE t (id int PRIMARY KEY, a addr, p person, list addr[]);
INSERT INTO t VALUES
	(1, ROW('Main "1"', '12345', 1.5, '{1.5,2}'), ROW('Ann', ROW('x', '1', 2, NULL), '2024-01-01 00:00:00+00', 'ok', 5, '{"a": 1}', '\x00ff', 0.1), ARRAY[ROW('a', 'b', 1, '{}'), NULL]::addr[]),
	(2, ROW(NULL, NULL, NULL, NULL), NULL, '{}'),
	(3, NULL, ROW('', NULL, 'infinity', NULL, NULL, NULL, '', 'NaN'), NULL),
	(4, ROW('Main "1"', '12345', 1.50, '{1.5,2}'), NULL, NULL);
CREATE TYPE place AS (street text, zip varchar(5), n numeric(6,2));
CREATE TABLE keyed (k place PRIMARY KEY, v int);
INSERT INTO keyed VALUES (ROW('a', '1', 1), 1), (ROW('b', '1', 1), 2);
CREATE VIEW va AS SELECT id, a FROM t;
-- cases
SELECT id, a, p, list FROM t ORDER BY id;

SET TimeZone = 'Asia/Tokyo';
SELECT p, (p).born, p::text, ROW(p) FROM t ORDER BY id;

SELECT id, (a).street, (a).zip, (a).n, (a).geo, (a).geo[1], (p).home, ((p).home).zip, (p).m, (p).j, (p).b, (p).f FROM t ORDER BY id;

SELECT (t.a).street, (t).a, ((t).a).zip FROM t ORDER BY id;

SELECT (a).* FROM t ORDER BY id;

SELECT (p).*, ((p).home).* FROM t ORDER BY id;

SELECT (a).nope FROM t;

SELECT (id).nope FROM t;

SELECT a.street FROM t;

SELECT (list[1]).street, list[1], list[2], array_length(list, 1) FROM t ORDER BY id;

SELECT id FROM t WHERE (a).zip = '12345' AND (a).n > 1 ORDER BY id;

SELECT id, a IS NULL, a IS NOT NULL, p IS NULL, (p).home IS NULL FROM t ORDER BY id;

SELECT ROW('s', 'z', 1, NULL)::addr, ('s', 'z', 1.005, '{1}')::addr;

SELECT (ROW('s', 'z', 1.005, NULL)::addr).n, (ROW('s', 'z', 1.005, NULL)::addr).*;

SELECT ROW('s', 'toolong', 1, NULL)::addr;

SELECT ROW('s', 'z')::addr;

SELECT ROW('s', 'z', 1, NULL, 5)::addr;

SELECT ROW('s', 'z', '2024-01-01'::date, NULL)::addr;

SELECT ROW('x', ROW('a', 'b', 1, NULL), NULL, 'ok', 1, NULL, NULL, 1)::person;

SELECT ROW('x', ROW('a', 'b', 1, NULL), NULL, 'ok', 0, NULL, NULL, 1)::person;

SELECT '(a,b,1.239,"{1,2}")'::addr, '("a ""q"" \\ b",,,)'::addr, ' ( x ,y, 2 ,{}) '::addr;

SELECT '(a,b,1)'::addr;

SELECT '(a,b,1,{},5)'::addr;

SELECT 'a,b'::addr;

SELECT '(a,b,1,{}'::addr;

SELECT '(a,b,1,{})x'::addr;

SELECT '("a'::addr;

SELECT '(a,b,x,{})'::addr;

SELECT '(a,toolong,1,{})'::addr;

SELECT NULL::addr, (NULL::addr).zip, NULL::addr IS NULL;

SELECT ('(Ann,,"2024-01-01 10:00",ok,3,,,1)'::person).born;

SET TimeZone = 'America/New_York';
SELECT ('(Ann,,"2024-01-01 10:00",ok,3,,,1)'::person).born, '(Ann,,"2024-01-01 10:00",ok,3,,,1)'::person;

SELECT $1::addr, ($1::addr).street;
--$ ["(s,z,1,)"]

SELECT id FROM t WHERE a = $1::addr ORDER BY id;
--$ ["(\"Main \"\"1\"\"\",12345,1.5,\"{1.5,2}\")"]

SELECT id FROM t WHERE a = ROW('Main "1"', '12345', 1.5, '{1.5,2}')::addr ORDER BY id;

SELECT id FROM t WHERE a <> ROW('x', '12345', 1.5, '{1.5,2}')::addr ORDER BY id;

SELECT x.id, y.id FROM t x JOIN t y ON x.a = y.a ORDER BY 1, 2;

SELECT id FROM t WHERE a = '(x,1,1,{})';

SELECT id FROM t WHERE a IS DISTINCT FROM ROW('Main "1"', '12345', 1.5, '{1.5,2}')::addr ORDER BY id;

SELECT id, a < ROW('N', NULL, NULL, NULL)::addr FROM t ORDER BY id;

SELECT DISTINCT a FROM t;

SELECT a, count(*) FROM t GROUP BY a ORDER BY 2, 1;

SELECT count(DISTINCT a) FROM t;

SELECT id FROM t ORDER BY a, id;

SELECT id FROM t ORDER BY a DESC NULLS LAST, id;

SELECT a FROM t UNION SELECT ROW('z', 'z', 0, NULL)::addr ORDER BY 1;

SELECT k, v FROM keyed ORDER BY k DESC;

SELECT v FROM keyed WHERE k = ROW('a', '1', 1.00)::place;

INSERT INTO keyed VALUES (ROW('a', '1', 1.0), 9);

INSERT INTO keyed VALUES ('(a,1,1.0)', 9) ON CONFLICT (k) DO UPDATE SET v = excluded.v RETURNING k, v;

INSERT INTO t (id, a) VALUES (10, ROW('new', '1', 2.345, '{3}')), (11, NULL), (12, ('x', 'y', 1, NULL)) RETURNING id, a;

INSERT INTO t (id, a) VALUES (10, '(lit,2,1,)') RETURNING (a).street;

INSERT INTO t (id, a) VALUES ($1, $2) RETURNING a;
--$ [10, "(par,2,1,)"]

INSERT INTO t (id, a.street, a.zip) VALUES (10, 'only', 'z') RETURNING a;

INSERT INTO t (id, a.nope) VALUES (10, 1);

INSERT INTO t (id, id.x) VALUES (10, 1);

INSERT INTO t (id, a) VALUES (10, ROW('a', 'b'));

INSERT INTO t (id, a) VALUES (10, 5);

INSERT INTO t (id, a) SELECT id + 20, a FROM t WHERE id = 1 RETURNING id, a;

INSERT INTO t (id, a) SELECT id + 20, ROW('q', 'r', id, NULL) FROM t RETURNING id, a;

INSERT INTO t (id, list) VALUES (10, ARRAY[ROW('a', 'b', 1, NULL)::addr, '(c,d,2,)']) RETURNING list, list[2];

UPDATE t SET a = ROW('upd', 'u', id, NULL) WHERE id < 4 RETURNING id, a;

UPDATE t SET a.zip = '99', a.n = (a).n + 1 RETURNING id, a;

UPDATE t SET a.zip = 'toolong';

UPDATE t SET a.n = 'x';

UPDATE t SET a.n = DEFAULT;

UPDATE t SET p.home.street = 'deep' WHERE id IN (1, 2) RETURNING p;

UPDATE t SET a.geo[2] = 9 WHERE id = 1 RETURNING a;

UPDATE t SET a = NULL WHERE id = 1 RETURNING a, (a).zip;

UPDATE t SET (a, list) = (ROW('m', 'n', 1, NULL), '{}') WHERE id = 1 RETURNING a, list;

DELETE FROM t WHERE (a).zip IS NULL RETURNING id;

SELECT row_to_json(a), to_jsonb(a), json_build_object('a', a), jsonb_build_array(p) FROM t ORDER BY id;

SELECT row_to_json(t) FROM t WHERE id = 4;

SELECT to_json(list) FROM t;

SELECT json_agg(a ORDER BY id) FROM t;

SELECT array_agg(a ORDER BY id) FROM t;

SELECT u.* FROM t, unnest(list) u ORDER BY t.id, u.street;

SELECT u.street, u.zip FROM t, unnest(list) AS u(street, zip) WHERE id = 1 ORDER BY 1;

SELECT (unnest(list)).street FROM t WHERE id = 1;

SELECT coalesce(a, ROW('d', 'd', 0, NULL)::addr) FROM t ORDER BY id;

SELECT CASE WHEN id = 1 THEN a ELSE NULL END FROM t ORDER BY id;

SELECT pg_typeof(a), pg_typeof(t), pg_typeof(ROW(1)), pg_typeof(x.y) FROM t, (SELECT va AS y FROM va) x LIMIT 1;

SELECT va, (va).a, ((va).a).zip FROM va ORDER BY id;

SELECT v FROM (SELECT va AS v FROM va) s WHERE (v).id = 1;

SELECT ROW(1, NULL)::va, (ROW(7, '(x,y,1,)')::va).id;

SELECT (NULL::t).id, NULL::t;

SELECT t::text, t = t, ROW(t.*)::t = t FROM t WHERE id = 4;

SELECT ROW(t.*)::va FROM t;

SELECT t::va FROM t;

SELECT a::person FROM t;

SELECT a::int FROM t;

SELECT a || 'x' FROM t;

SELECT max(a) FROM t;

SELECT a::text, length(a::text), (a::text)::addr = a FROM t ORDER BY id;

SELECT concat(a, '!'), format('%s', a) FROM t ORDER BY id;

CREATE TYPE pair AS (x int, y text);
SELECT ROW(1, 'a')::pair::text, (ROW(1, 'a')::pair).y;
CREATE TABLE pt (id int, p pair DEFAULT ROW(0, 'none'), ps pair[]);
INSERT INTO pt (id) VALUES (1);
INSERT INTO pt VALUES (2, ROW(5, 'five'), ARRAY[ROW(1, 'q')::pair]);
SELECT id, (p).x, (p).y, ps[1]::text, p::text, (ps[1]).y FROM pt ORDER BY id;
DROP TYPE pair;

CREATE TYPE addr AS (x int);

CREATE TYPE t AS (x int);

CREATE TYPE d AS (x int, x text);

CREATE TYPE d AS (x nope);

CREATE TYPE d AS (x record);

CREATE TYPE d AS (x int);
DROP TYPE d;
SELECT NULL::d;

CREATE TABLE ca AS SELECT id, a FROM t;
SELECT (a).zip FROM ca ORDER BY id;

SELECT a FROM t WHERE (a).street IN (SELECT (k).street FROM keyed) OR a IN (SELECT a FROM t WHERE id = 4);

WITH x AS (SELECT a, id FROM t) SELECT (x.a).zip, x FROM x ORDER BY id;

SELECT (SELECT a FROM t WHERE id = 1), ((SELECT a FROM t WHERE id = 1)).zip;

SELECT ARRAY(SELECT a FROM t ORDER BY id);

SELECT s.r, (s.r).home FROM (SELECT p AS r FROM t WHERE id = 1) s;

SELECT (l.r).street FROM t, LATERAL (SELECT a AS r) l ORDER BY id;

SELECT first_value(a) OVER (ORDER BY id), lag(a) OVER (ORDER BY id) FROM t;

PREPARE q AS SELECT $1::addr;
EXECUTE q('(a,b,1,)');
EXECUTE q(ROW('a', 'b', 1, NULL));
DEALLOCATE q;
