-- schema: shop
-- cases
SELECT c.name, o.n, o.total FROM customer c, LATERAL (SELECT count(*) AS n, sum(total) AS total FROM orders WHERE customer_id = c.id) o ORDER BY c.id;

SELECT c.name, o.id, o.total FROM customer c CROSS JOIN LATERAL (SELECT id, total FROM orders WHERE customer_id = c.id ORDER BY placed DESC LIMIT 1) o ORDER BY c.id;

SELECT c.name, o.id, o.total, o.placed FROM customer c LEFT JOIN LATERAL (SELECT * FROM orders WHERE customer_id = c.id ORDER BY total DESC LIMIT 2) o ON true ORDER BY c.id, o.total DESC;

SELECT c.name, o.id FROM customer c LEFT JOIN LATERAL (SELECT * FROM orders WHERE customer_id = c.id) o ON o.total > 10 ORDER BY c.id, o.id;

SELECT c.id, o.* FROM customer c INNER JOIN LATERAL (SELECT id AS order_id, tags, info, state FROM orders WHERE customer_id = c.id) AS o ON o.state = 'paid' ORDER BY 1, 2;

SELECT k.id, l.* FROM kinds k, LATERAL (SELECT k.b, k.i2, k.i4, k.i8, k.f4, k.f8, k.n, k.n2, k.t, k.vc, k.ch, k.d, k.ts, k.tz, k.tm, k.iv, k.u, k.by, k.j, k.jb, k.ia, k.ta, k.m) l ORDER BY k.id;

SELECT k.id, l.x FROM kinds k, LATERAL (SELECT k.f8 AS x) l ORDER BY k.id;

SELECT k.id, l.x FROM kinds k, LATERAL (SELECT k.by AS x) l ORDER BY k.id;

SELECT k.id, l.x FROM kinds k, LATERAL (SELECT k.j AS x) l ORDER BY k.id;

SELECT k.id, l.x FROM kinds k, LATERAL (SELECT k.n2 * 2 AS x UNION ALL SELECT k.n2) l ORDER BY k.id, l.x;

SELECT k.id, l.x, l.y FROM kinds k LEFT JOIN LATERAL (SELECT k.by, k.f4) l(x, y) ON k.id > 2 ORDER BY k.id;

SELECT c.id, x.v FROM customer c, LATERAL (VALUES (c.id * 2), (c.id * 3)) AS x(v) ORDER BY 1, 2;

SELECT c.id, x.k, x.v FROM customer c CROSS JOIN LATERAL (VALUES ('name', c.name), ('email', c.email), ('note', c.note)) AS x(k, v) WHERE x.v IS NOT NULL ORDER BY c.id, x.k;

SELECT c.id, a.n, b.m FROM customer c, LATERAL (SELECT c.id + 1 AS n) a, LATERAL (SELECT a.n * c.id AS m) b ORDER BY 1;

SELECT c.id, a.x FROM customer c, LATERAL (SELECT i.y AS x FROM (SELECT 1) z, LATERAL (SELECT c.id * 10 AS y) i) a ORDER BY 1;

SELECT c.id, a.x FROM customer c, LATERAL (SELECT o.id, l.x FROM orders o, LATERAL (SELECT o.total + c.id AS x) l WHERE o.customer_id = c.id) a ORDER BY 1, a.x;

SELECT c.id, t.tag FROM customer c JOIN orders o ON o.customer_id = c.id, unnest(o.tags) AS t(tag) ORDER BY 1, 2;

SELECT o.id, t.tag FROM orders o LEFT JOIN unnest(o.tags) AS t(tag) ON true ORDER BY 1, 2;

SELECT o.id, t.tag FROM orders o CROSS JOIN unnest(o.tags) AS t(tag) ORDER BY 1, 2;

SELECT o.id, t.tag FROM orders o CROSS JOIN LATERAL unnest(o.tags) AS t(tag) ORDER BY 1, 2;

SELECT o.id, t.tag, t.ordinality FROM orders o LEFT JOIN LATERAL unnest(o.tags) WITH ORDINALITY AS t(tag) ON true ORDER BY 1, 3;

SELECT o.id, g FROM orders o, generate_series(1, o.items) g WHERE o.items < 4 ORDER BY 1, 2;

SELECT o.id, kv.key, kv.value FROM orders o JOIN LATERAL jsonb_each(o.info) kv ON true WHERE jsonb_typeof(o.info) = 'object' ORDER BY 1, 2;

SELECT d.dept, e.name, e.salary FROM (SELECT DISTINCT dept FROM emp WHERE dept IS NOT NULL) d, LATERAL (SELECT name, salary FROM emp WHERE dept = d.dept ORDER BY salary DESC NULLS LAST, id LIMIT 2) e ORDER BY 1, 3 DESC, 2;

SELECT d.dept, e.names FROM (SELECT DISTINCT dept FROM emp) d LEFT JOIN LATERAL (SELECT array_agg(name ORDER BY name) AS names FROM emp WHERE dept = d.dept) e ON true ORDER BY 1;

SELECT a.id, (SELECT l.x FROM (SELECT a.id AS y) s, LATERAL (SELECT s.y + a.id AS x) l) FROM customer a ORDER BY 1;

SELECT c.id FROM customer c WHERE EXISTS (SELECT 1 FROM orders o, LATERAL (SELECT o.total * c.id AS x) l WHERE o.customer_id = c.id AND l.x > 15) ORDER BY 1;

WITH x AS (SELECT id, name FROM customer) SELECT x.id, l.n FROM x, LATERAL (SELECT count(*) AS n FROM x y WHERE y.id < x.id) l ORDER BY 1;

SELECT r.name, l.n FROM rich r LEFT JOIN LATERAL (SELECT count(*) n FROM orders o WHERE o.customer_id = r.id) l ON true ORDER BY 1;

SELECT c.id, l.x FROM customer c, LATERAL (SELECT $1::int + c.id AS x) l ORDER BY 1;
--$ [5]

SELECT c.id, l.x FROM customer c, LATERAL (SELECT o.id AS x FROM orders o WHERE o.customer_id = c.id AND o.total > $1 ORDER BY o.id LIMIT $2) l ORDER BY 1, 2;
--$ [1, 1]

SELECT * FROM customer c, (SELECT c.id) x;

SELECT * FROM customer c, (SELECT id FROM orders WHERE customer_id = c.id) x;

SELECT * FROM customer c RIGHT JOIN LATERAL (SELECT c.id) x ON true;

SELECT * FROM customer c FULL JOIN LATERAL (SELECT c.id AS y) x ON true;

SELECT * FROM customer c RIGHT JOIN unnest(ARRAY[c.id]) x ON true;

SELECT c.id, x.id FROM LATERAL (SELECT 1 AS id) x, customer c ORDER BY 1;

SELECT * FROM LATERAL (SELECT c.id) x, customer c;

SELECT x.n FROM LATERAL (SELECT 5 AS n) x;

UPDATE emp SET salary = l.s FROM LATERAL (SELECT emp.salary * 2 AS s) l;

UPDATE emp SET salary = l.s FROM customer c, LATERAL (SELECT c.id * 100 AS s) l WHERE c.id = emp.id RETURNING id, salary;

DELETE FROM line USING customer c, LATERAL (SELECT c.id AS k) l WHERE l.k = line.a RETURNING a, b;

INSERT INTO line (a, b, qty) SELECT c.id + 10, l.n, l.n FROM customer c, LATERAL generate_series(1, c.id) l(n) WHERE c.id < 3 RETURNING a, b, qty;

SELECT c.name, o.id FROM customer c, LATERAL (SELECT o.id FROM orders o WHERE o.customer_id = c.id UNION SELECT 0 ORDER BY 1 LIMIT 2) o ORDER BY c.id, 2;

SELECT c.id, l.r FROM customer c, LATERAL (SELECT row_number() OVER (ORDER BY o.total) AS r FROM orders o WHERE o.customer_id = c.id) l ORDER BY 1, 2;

SELECT c.id, l.* FROM customer c, LATERAL (SELECT DISTINCT ON (o.state) o.state, o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.state, o.id) l ORDER BY 1, 2;

SELECT c.active, l.n, count(*) FROM customer c, LATERAL (SELECT length(c.name) AS n) l GROUP BY 1, 2 ORDER BY 1, 2;

SELECT max(l.x), min(l.y) FROM kinds k, LATERAL (SELECT k.f8 AS x, k.tz AS y) l;

SELECT a.id, b.id, l.s FROM emp a JOIN emp b ON b.boss = a.id CROSS JOIN LATERAL (SELECT a.name || b.name AS s) l ORDER BY 1, 2;

SELECT a.id, l.x FROM emp a LEFT JOIN (emp b JOIN LATERAL (SELECT b.id * 2 AS x) l ON true) ON b.boss = a.id ORDER BY 1, 2;

SELECT a.id, l.x FROM emp a JOIN (emp b LEFT JOIN LATERAL (SELECT a.id * 2 AS x) l ON true) ON b.boss = a.id ORDER BY 1, 2;

SELECT f.x FROM customer c, LATERAL (SELECT count(c.id)) f(x) ORDER BY 1;

SELECT x FROM (SELECT 1 AS a) s, LATERAL (SELECT s.a AS x, s.b) l;

SELECT l.x FROM kinds k, LATERAL (SELECT k.iv AS x ORDER BY 1) l ORDER BY x;

SELECT k.id, l.m, l.m > 'sad' FROM kinds k, LATERAL (SELECT k.m) l ORDER BY l.m NULLS FIRST, 1;

SELECT k.id FROM kinds k JOIN LATERAL (SELECT z.id FROM kinds z WHERE z.n = k.n) l ON l.id <> k.id ORDER BY 1;

SELECT o.id, x.elem FROM orders o, jsonb_array_elements(o.info) AS x(elem) WHERE jsonb_typeof(o.info) = 'array' ORDER BY 1, x.elem;

SELECT o.id, s.x FROM orders o, LATERAL (SELECT sum(e::int) AS x FROM jsonb_array_elements_text(CASE WHEN jsonb_typeof(o.info) = 'array' THEN o.info ELSE '[]' END) e) s ORDER BY 1;

SELECT e.name, b.chain FROM emp e, LATERAL (WITH RECURSIVE up(id, boss, n) AS (SELECT e.id, e.boss, 0 UNION ALL SELECT p.id, p.boss, up.n + 1 FROM emp p JOIN up ON p.id = up.boss) SELECT string_agg(id::text, '>' ORDER BY n) AS chain FROM up) b ORDER BY e.id;
