-- schema: shop
-- cases
WITH d AS (DELETE FROM line WHERE a = 1 RETURNING *) SELECT * FROM d ORDER BY b;
SELECT * FROM line ORDER BY a, b;

WITH d AS (DELETE FROM line WHERE a = 1 RETURNING *) SELECT count(*), (SELECT count(*) FROM line) FROM d;
SELECT count(*) FROM line;

WITH i AS (INSERT INTO line (a, b, qty, price) VALUES (7, 1, 3, 1.50), (7, 2, DEFAULT, NULL) RETURNING *) SELECT * FROM i ORDER BY b;
SELECT * FROM line ORDER BY a, b;

WITH i AS (INSERT INTO line (a, b, qty, price) VALUES (7, 1, 3, 1.50) RETURNING total * 2 AS twice, a + b) SELECT * FROM i;

WITH u AS (UPDATE line SET qty = qty + 1 WHERE a = 2 RETURNING a, b, qty, total) SELECT u.*, l.qty AS old FROM u JOIN line l USING (a, b) ORDER BY 1, 2;
SELECT * FROM line ORDER BY a, b;

WITH i AS (INSERT INTO customer (name, email) VALUES ('New', 'new@x.org') RETURNING id) INSERT INTO orders (customer_id, total) SELECT id, 10 FROM i RETURNING id, customer_id, total;
SELECT c.name, o.total FROM orders o JOIN customer c ON c.id = o.customer_id WHERE o.total = 10;

WITH i AS (INSERT INTO customer (name, email) VALUES ($1, $2) RETURNING id, name), o AS (INSERT INTO orders (customer_id, total, items) SELECT id, $3, $4 FROM i RETURNING id, customer_id, total) SELECT i.name, o.total, i.id = o.customer_id AS same FROM i, o;
--$ ["P", "p@x.org", "12.5", 3]
SELECT total, items FROM orders WHERE items = 3 AND total = 12.5;

WITH d AS (DELETE FROM orders WHERE state = 'paid' RETURNING id, total, customer_id) UPDATE customer c SET credit = coalesce(credit, 0) + d.total FROM d WHERE c.id = d.customer_id RETURNING c.id, c.credit, d.total;
SELECT id, credit FROM customer ORDER BY id;

WITH d AS (DELETE FROM orders WHERE id = 1) SELECT count(*) FROM orders;
SELECT count(*) FROM orders;

WITH d AS (DELETE FROM orders WHERE id = 1) SELECT * FROM d;

WITH a AS (UPDATE customer SET note = 'first' WHERE id = 1 RETURNING id), b AS (UPDATE customer SET note = 'second' WHERE id = 2 RETURNING id) SELECT a.id, b.id FROM a, b;
SELECT id, note FROM customer WHERE id < 3 ORDER BY id;

WITH a AS (UPDATE customer SET note = 'first' WHERE id = 1), b AS (INSERT INTO line (a, b) VALUES (50, 1)) DELETE FROM orders WHERE id = 2 RETURNING id;
SELECT id, note FROM customer WHERE id = 1;
SELECT a, b, qty FROM line WHERE a = 50;

WITH a AS (INSERT INTO line (a, b, qty) VALUES (60, 1, 5) RETURNING a, b, qty), b AS (INSERT INTO line (a, b, qty) SELECT a + 1, b, qty * 2 FROM a RETURNING a, b, qty), c AS (SELECT * FROM a UNION ALL SELECT * FROM b) SELECT a, b, qty, (SELECT count(*) FROM line) AS n FROM c ORDER BY a;
SELECT a, b, qty FROM line ORDER BY a, b;

WITH s AS (SELECT id, total FROM orders WHERE total > 5), u AS (UPDATE orders o SET state = 'big' FROM s WHERE o.id = s.id RETURNING o.id, o.state, s.total) SELECT u.id, u.state, u.total, (SELECT count(*) FROM s) AS n FROM u ORDER BY u.id;

WITH s AS (SELECT random() AS r), i AS (INSERT INTO line (a, b, price) SELECT 70, 1, 1 FROM s RETURNING a), j AS (SELECT r FROM s) SELECT (SELECT r FROM s) = (SELECT r FROM j) AS same, i.a FROM i;

WITH i AS (INSERT INTO customer (name, email) VALUES ('Ann', 'ann@x.org') ON CONFLICT (email) DO NOTHING RETURNING id) SELECT id, 'new' AS what FROM i UNION ALL SELECT id, 'old' FROM customer WHERE email = 'ann@x.org';

WITH i AS (INSERT INTO customer (name, email) VALUES ('Zed', 'zed@x.org') ON CONFLICT (email) DO NOTHING RETURNING name) SELECT name, 'new' AS what FROM i UNION ALL SELECT name, 'old' FROM customer WHERE email = 'zed@x.org';
SELECT count(*) FROM customer;

WITH i AS (INSERT INTO customer (name, email) VALUES ('A', 'ann@x.org'), ('B', 'b2@x.org'), ('C', 'b2@x.org'), ('D', NULL), ('E', NULL) ON CONFLICT DO NOTHING RETURNING name, email) SELECT * FROM i ORDER BY name;
SELECT name, email FROM customer ORDER BY id;

WITH i AS (INSERT INTO customer (name, email, credit) VALUES ('A', 'ann@x.org', 1), ('B', 'b2@x.org', 2) ON CONFLICT (email) DO UPDATE SET name = excluded.name || '+' || customer.name, credit = customer.credit + excluded.credit RETURNING name, email, credit) SELECT * FROM i ORDER BY name;
SELECT name, email, credit FROM customer ORDER BY id;

WITH i AS (INSERT INTO customer (name, email) VALUES ('B', 'b2@x.org'), ('C', 'b2@x.org') ON CONFLICT (email) DO UPDATE SET name = excluded.name RETURNING name) SELECT * FROM i;

WITH d AS (DELETE FROM customer WHERE email = 'ann2@x.org' RETURNING *) INSERT INTO customer (name, email) SELECT name || '!', email FROM d ON CONFLICT (email) DO NOTHING RETURNING name, email;
SELECT name, email FROM customer ORDER BY id;

WITH d AS (DELETE FROM customer WHERE email = 'ann2@x.org' RETURNING *), i AS (INSERT INTO customer (name, email) SELECT name || '!', email FROM d ON CONFLICT (email) DO NOTHING RETURNING name, email) SELECT * FROM i;
SELECT name, email FROM customer ORDER BY id;

WITH d AS (DELETE FROM customer WHERE email = 'ann2@x.org' RETURNING *) INSERT INTO customer (name, email) SELECT name || '!', email FROM d;
SELECT name, email FROM customer ORDER BY id;

WITH u AS (UPDATE customer SET credit = 5 WHERE email = 'none@x.org' RETURNING id) INSERT INTO customer (name, email, credit) SELECT 'None', 'none@x.org', 5 WHERE NOT EXISTS (SELECT 1 FROM u) RETURNING name, credit;

WITH u AS (UPDATE customer SET credit = 5 WHERE email = 'ann@x.org' RETURNING id) INSERT INTO customer (name, email, credit) SELECT 'None', 'ann@x.org', 5 WHERE NOT EXISTS (SELECT 1 FROM u) RETURNING name, credit;
SELECT id, credit FROM customer ORDER BY id;

WITH x AS (DELETE FROM nope RETURNING *) SELECT * FROM x;

WITH x AS (DELETE FROM line RETURNING nope) SELECT * FROM x;

WITH x (p, q) AS (DELETE FROM line WHERE a = 1 RETURNING a, b) SELECT p, q FROM x ORDER BY 1, 2;

WITH x (p, q, r) AS (DELETE FROM line WHERE a = 1 RETURNING a, b) SELECT p, q FROM x ORDER BY 1, 2;

WITH x AS (DELETE FROM line RETURNING a), x AS (SELECT 1) SELECT * FROM x;

SELECT * FROM (WITH x AS (DELETE FROM line RETURNING a) SELECT * FROM x) AS s;

SELECT (WITH x AS (DELETE FROM line RETURNING a) SELECT count(*) FROM x);

INSERT INTO line (a, b) WITH x AS (DELETE FROM line RETURNING a, b) SELECT a + 10, b FROM x;

WITH o AS (WITH x AS (DELETE FROM line RETURNING a) SELECT * FROM x) SELECT * FROM o;

WITH RECURSIVE x AS (DELETE FROM line WHERE a IN (SELECT a FROM x) RETURNING a) SELECT * FROM x;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5), ins AS (INSERT INTO line (a, b, qty) SELECT 100, i, i * i FROM n RETURNING b, qty) SELECT sum(qty), max(b) FROM ins;
SELECT count(*) FROM line WHERE a = 100;

WITH ins AS (INSERT INTO line (a, b, qty) SELECT 100, g, g FROM generate_series(1, 4) g RETURNING b, qty) SELECT sum(qty), max(b) FROM ins WHERE b > 1;

WITH ins AS (INSERT INTO line (a, b) VALUES (1, 1) RETURNING a) SELECT * FROM ins;

WITH ins AS (INSERT INTO line (a, b, qty) VALUES (1, 9, NULL) RETURNING a) SELECT * FROM ins;

WITH ins AS (INSERT INTO customer (email) VALUES ('q') RETURNING id) SELECT * FROM ins;

WITH ins AS (INSERT INTO emp (name, salary) VALUES ('bad', -5) RETURNING id) SELECT * FROM ins;

WITH ins AS (INSERT INTO orders (customer_id, total) VALUES (999, 1) RETURNING id) SELECT 1;

WITH d AS (DELETE FROM customer WHERE id = 1 RETURNING id) SELECT id FROM d;

WITH p AS (DELETE FROM customer WHERE id = 1 RETURNING id) DELETE FROM orders USING p WHERE orders.customer_id = p.id RETURNING orders.id, p.id AS cid;
SELECT count(*) FROM customer;

WITH o AS (DELETE FROM orders WHERE customer_id = 1 RETURNING customer_id) DELETE FROM customer WHERE id IN (SELECT customer_id FROM o) RETURNING id, name;

WITH i AS (INSERT INTO emp (name, dept) VALUES ('z', 'new') RETURNING id, name, hired) UPDATE emp SET boss = i.id FROM i WHERE emp.name = 'a' RETURNING emp.name, emp.boss = i.id AS set, i.hired;

WITH u AS (UPDATE emp SET salary = salary * 1.1 WHERE dept = 'it' RETURNING id, salary) SELECT count(*), sum(salary) FROM u;

WITH u AS (UPDATE emp SET salary = salary * 1.1 WHERE dept = 'it' RETURNING *) SELECT e.id, e.salary AS before, u.salary AS after FROM emp e LEFT JOIN u ON u.id = e.id ORDER BY e.id;

WITH u AS (UPDATE emp SET salary = NULL RETURNING id), v AS (SELECT max(id) AS m FROM u) SELECT m, (SELECT sum(salary) FROM emp) FROM v;

WITH i AS (INSERT INTO kinds SELECT id + 100, b, i2, i4, i8, f4, f8, n, n2, t, vc, ch, d, ts, tz, tm, iv, u, by, j, jb, ia, ta, m FROM kinds RETURNING *) SELECT * FROM i ORDER BY id;
SELECT * FROM kinds ORDER BY id;

WITH u AS (UPDATE kinds SET n2 = n2 + 1, n = n * 2, f4 = -f4, m = 'sad', ch = 'x', jb = '{"z": 1}' RETURNING *) SELECT * FROM u ORDER BY id;

WITH d AS (DELETE FROM kinds RETURNING *) SELECT * FROM d ORDER BY id;
SELECT count(*) FROM kinds;

WITH d AS (DELETE FROM kinds WHERE id = $1 RETURNING n2, n) SELECT n2 + $2, n FROM d;
--$ [1, 2]

WITH d AS (DELETE FROM kinds RETURNING n, n2, m, vc) SELECT n, count(*) FROM d GROUP BY n ORDER BY n;

WITH d AS (DELETE FROM line WHERE a = 1 RETURNING a, b) INSERT INTO line (a, b) SELECT a, b FROM d RETURNING a, b, qty;

WITH d AS (DELETE FROM line WHERE a = 1 RETURNING a, b), e AS (DELETE FROM line WHERE a = 2 RETURNING a, b) SELECT * FROM d UNION ALL SELECT * FROM e ORDER BY 1, 2;

WITH i AS (INSERT INTO line (a, b) VALUES (80, 1)) INSERT INTO line (a, b) VALUES (80, 2) RETURNING a, b;
SELECT count(*) FROM line WHERE a = 80;

WITH i AS (INSERT INTO line (a, b) VALUES (80, 1)) UPDATE line SET qty = 9 WHERE a = 80 RETURNING a, b;
SELECT a, b, qty FROM line WHERE a = 80;

WITH i AS (INSERT INTO "Odd Name" VALUES (3, 'x', 9, 'y') RETURNING *) SELECT * FROM i;
SELECT * FROM "Odd Name" ORDER BY 1;

WITH u AS (UPDATE "Odd Name" SET rowid = rowid + 1, "group" = "a""b" RETURNING *) SELECT * FROM u ORDER BY 1;

WITH t AS (SELECT 1 AS x) DELETE FROM line USING t WHERE line.a = t.x RETURNING line.a, line.b, t.x;

WITH t AS (SELECT 1 AS x) UPDATE line SET qty = t.x FROM t WHERE line.a = t.x RETURNING line.*, t.*;

WITH t AS (SELECT 1 AS x) INSERT INTO line (a, b) SELECT x + 90, x FROM t RETURNING a, (SELECT x FROM t);

WITH a AS (INSERT INTO line (a, b) VALUES (91, 1) RETURNING a), b AS (SELECT a FROM a), c AS (SELECT a FROM b) UPDATE orders SET items = c.a FROM c WHERE orders.id = 1 RETURNING orders.items;

WITH i AS (INSERT INTO orders (total) VALUES (1), (2) RETURNING id, total) SELECT total, id - (SELECT min(id) FROM i) AS d FROM i ORDER BY total;

WITH i AS (INSERT INTO orders (total) VALUES (1) RETURNING id) SELECT (SELECT id FROM i) = (SELECT currval('orders_id_seq')) AS same;

WITH i AS (INSERT INTO orders (total, placed) VALUES (1, now()) RETURNING placed) SELECT placed = now() AS same FROM i;

WITH i AS (INSERT INTO emp DEFAULT VALUES RETURNING id) SELECT id FROM i;

WITH i AS (INSERT INTO emp (id, name) VALUES (5, 'x') RETURNING id) SELECT id FROM i;

WITH i AS (INSERT INTO emp (id, name) OVERRIDING SYSTEM VALUE VALUES (500, 'x') RETURNING id, name, dept) SELECT * FROM i;



WITH x AS (SELECT 1 AS k), d AS (DELETE FROM line WHERE a IN (SELECT k FROM x) RETURNING a) SELECT count(*) FROM x, d;

WITH x AS (INSERT INTO line (a, b) VALUES (1, 5) RETURNING a / 0) SELECT 1;

WITH x AS (DELETE FROM line RETURNING a) SELECT a FROM x FOR UPDATE;

WITH x AS (UPDATE line SET qty = 5 WHERE a = 1 RETURNING a, b, qty), y AS (SELECT * FROM x WHERE b = 1) SELECT * FROM y;

WITH x AS (UPDATE line SET qty = 5 WHERE a = $1 RETURNING a, b, qty), y AS (DELETE FROM orders WHERE id = ANY($2) RETURNING id) SELECT (SELECT count(*) FROM x) AS u, (SELECT count(*) FROM y) AS d, $3::text AS t;
--$ [1, [1, 2], "z"]
SELECT count(*) FROM orders;

UPDATE line SET qty = o.items FROM orders o WHERE o.id = line.a RETURNING line.a, line.b, line.qty, o.items, o.total, o.tags, o.state;

UPDATE line l SET qty = 3 FROM orders o LEFT JOIN customer c ON c.id = o.customer_id WHERE o.id = l.b RETURNING l.a, l.b, c.name, c.credit, o.placed;

DELETE FROM line USING orders o WHERE o.id = line.a RETURNING line.*, o.total, o.info;

UPDATE line SET qty = 4 RETURNING a, b, (SELECT sum(qty) FROM line), (SELECT max(total) FROM orders WHERE orders.id = line.a);

DELETE FROM line RETURNING a, b, (SELECT count(*) FROM line l WHERE l.a = line.a);

INSERT INTO line (a, b, qty, price) VALUES (9, 9, 2, 3) RETURNING total, (SELECT count(*) FROM line), EXISTS (SELECT 1 FROM line l WHERE l.a = line.a);

INSERT INTO customer (name, email) VALUES ('A', 'ann@x.org') ON CONFLICT (email) DO UPDATE SET name = excluded.name RETURNING id, name, (SELECT c.name FROM customer c WHERE c.id = customer.id) AS old;

UPDATE customer SET name = name || '!' FROM (VALUES (1, 'x'), (2, 'y')) AS v(id, t) WHERE v.id = customer.id RETURNING customer.id, name, v.t, v.id + 1;

UPDATE customer c SET (name, credit) = (v.t, v.n) FROM (VALUES (1, 'x', 1.5), (2, 'y', 2.25)) AS v(id, t, n) WHERE v.id = c.id RETURNING c.name, c.credit, v.*;

UPDATE orders SET (total, items) = (SELECT o.total + 1, o.items + 1 FROM orders o WHERE o.id = orders.id) RETURNING id, total, items, (SELECT max(total) FROM orders) AS m;

UPDATE emp e SET boss = NULL FROM emp b WHERE b.id = e.boss RETURNING e.name, e.boss, b.name AS was;

DELETE FROM emp e USING emp b WHERE b.id = e.boss AND e.name IN ('c', 'd', 'e') RETURNING e.name, b.name AS boss;

DELETE FROM orders WHERE id < 3 RETURNING id, (SELECT name FROM customer WHERE id = orders.customer_id);

DELETE FROM orders USING customer WHERE customer.id = orders.customer_id RETURNING *;

UPDATE line SET qty = 1 FROM orders WHERE false RETURNING *;

UPDATE line SET qty = 1 FROM orders WHERE orders.id = line.a RETURNING nope;

UPDATE line SET qty = 1 FROM orders WHERE orders.id = line.a RETURNING count(*);
