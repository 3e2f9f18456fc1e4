-- schema: shop
-- cases
MERGE INTO line t USING (VALUES (1, 1, 100), (9, 9, 5)) AS s(a, b, q) ON t.a = s.a AND t.b = s.b WHEN MATCHED THEN UPDATE SET qty = s.q WHEN NOT MATCHED THEN INSERT (a, b, qty, price) VALUES (s.a, s.b, s.q, 1.5);
SELECT * FROM line ORDER BY a, b;

MERGE INTO line t USING orders o ON t.a = o.id WHEN MATCHED AND o.items > 1 THEN DELETE WHEN MATCHED THEN UPDATE SET qty = t.qty + o.items, price = o.total WHEN NOT MATCHED AND o.state = 'sent' THEN INSERT VALUES (o.id, 1, DEFAULT, o.total) WHEN NOT MATCHED THEN DO NOTHING;
SELECT * FROM line ORDER BY a, b;

MERGE INTO line USING orders ON line.a = orders.id AND line.b = orders.id WHEN MATCHED THEN DO NOTHING;
SELECT * FROM line ORDER BY a, b;

MERGE INTO line t USING (VALUES (1, 5), (1, 6)) AS s(a, q) ON t.a = s.a WHEN MATCHED THEN UPDATE SET qty = s.q;

MERGE INTO line t USING (VALUES (1, 5), (1, 6)) AS s(a, q) ON t.a = s.a WHEN MATCHED THEN DELETE;

MERGE INTO line t USING (VALUES (1, 5), (1, 6)) AS s(a, q) ON t.a = s.a WHEN MATCHED AND s.q = 5 THEN UPDATE SET qty = s.q;
SELECT * FROM line ORDER BY a, b;

MERGE INTO line t USING (VALUES (1, 5), (1, 6)) AS s(a, q) ON t.a = s.a WHEN MATCHED AND s.q = 5 THEN UPDATE SET qty = s.q WHEN MATCHED THEN DO NOTHING;
SELECT * FROM line ORDER BY a, b;

MERGE INTO customer c USING (SELECT 'ann@x.org' AS email, 'New Ann' AS name UNION ALL SELECT 'zz@x.org', 'Zed') s ON c.email = s.email WHEN MATCHED THEN UPDATE SET name = s.name, credit = DEFAULT WHEN NOT MATCHED THEN INSERT (name, email) VALUES (s.name, s.email);
SELECT name, email, credit FROM customer ORDER BY id;

MERGE INTO customer c USING (SELECT $1::text AS email, $2::numeric AS credit) s ON c.email = s.email WHEN MATCHED THEN UPDATE SET credit = coalesce(c.credit, 0) + s.credit WHEN NOT MATCHED THEN INSERT (name, email, credit) VALUES ($3, s.email, s.credit);
--$ ["bob@x.org", "5.5", "x"]
SELECT name, email, credit FROM customer ORDER BY id;

MERGE INTO customer c USING (SELECT 1) s ON false WHEN NOT MATCHED THEN INSERT (name) VALUES ('x');
SELECT count(*) FROM customer;

MERGE INTO customer c USING (SELECT 1) s ON c.id = 1 WHEN MATCHED THEN DELETE;

MERGE INTO emp e USING (VALUES ('x')) s(n) ON e.name = s.n WHEN NOT MATCHED THEN INSERT (id, name) VALUES (500, s.n);

MERGE INTO emp e USING (VALUES ('x')) s(n) ON e.name = s.n WHEN NOT MATCHED THEN INSERT (id, name) OVERRIDING SYSTEM VALUE VALUES (500, s.n);
SELECT id, name, hired, dept FROM emp ORDER BY id;

MERGE INTO emp e USING (VALUES ('x')) s(n) ON e.name = s.n WHEN NOT MATCHED THEN INSERT (id, name) OVERRIDING USER VALUE VALUES (500, s.n);
SELECT name, hired, dept FROM emp WHERE name = 'x';

MERGE INTO emp e USING (VALUES ('x')) s(n) ON e.name = s.n WHEN NOT MATCHED THEN INSERT DEFAULT VALUES;

MERGE INTO emp e USING emp b ON e.boss = b.id WHEN MATCHED AND b.boss IS NULL THEN UPDATE SET (dept, salary) = (b.dept, b.salary / 2) WHEN MATCHED THEN UPDATE SET dept = upper(e.dept);
SELECT name, dept, salary FROM emp ORDER BY id;

MERGE INTO line t USING (VALUES (1, 1)) AS s(a, b) ON t.a = s.a AND t.b = s.b WHEN MATCHED THEN UPDATE SET qty = (SELECT max(items) FROM orders), total = DEFAULT;
SELECT * FROM line ORDER BY a, b;

MERGE INTO line t USING (VALUES (1, 1)) AS s(a, b) ON t.a = s.a AND t.b = s.b WHEN MATCHED THEN UPDATE SET total = 5;

MERGE INTO line t USING (VALUES (5, 1)) AS s(a, b) ON t.a = s.a AND t.b = s.b WHEN NOT MATCHED THEN INSERT (a, b, total) VALUES (s.a, s.b, 5);

MERGE INTO line t USING (VALUES (5, 1)) AS s(a, b) ON t.a = s.a AND t.b = s.b WHEN NOT MATCHED THEN INSERT (a, b, qty) VALUES (s.a, s.b, NULL);

MERGE INTO line t USING (VALUES (1, 1)) AS s(a, b) ON false WHEN NOT MATCHED THEN INSERT (a, b) VALUES (s.a, s.b);

MERGE INTO line t USING (VALUES (1, 1)) AS s(a, b) ON t.a = s.a WHEN MATCHED THEN UPDATE SET nope = 1;

MERGE INTO line t USING (VALUES (1, 1)) AS s(a, b) ON t.a = s.nope WHEN MATCHED THEN DELETE;

MERGE INTO line t USING (VALUES (1, 1)) AS s(a, b) ON t.a = s.a WHEN NOT MATCHED THEN INSERT (a, b) VALUES (t.a, 1);

MERGE INTO line t USING (VALUES (1, 1)) AS s(a, b) ON t.a = s.a WHEN NOT MATCHED AND t.a = 1 THEN DO NOTHING;

MERGE INTO line t USING (VALUES (1, 1)) AS t(a, b) ON t.a = t.a WHEN MATCHED THEN DELETE;

MERGE INTO line t USING nope s ON t.a = s.a WHEN MATCHED THEN DELETE;

MERGE INTO nope t USING line s ON t.a = s.a WHEN MATCHED THEN DELETE;

MERGE INTO line t USING line s ON t.a = s.a WHEN MATCHED THEN DELETE WHEN MATCHED THEN UPDATE SET qty = 1;

MERGE INTO line t USING line s ON t.a = s.a WHEN NOT MATCHED THEN DO NOTHING WHEN NOT MATCHED AND s.a = 1 THEN DO NOTHING;

MERGE INTO line t USING line s ON t.a = s.a WHEN MATCHED AND 1 THEN DELETE;

MERGE INTO line t USING line s ON 1 WHEN MATCHED THEN DELETE;

MERGE INTO line t USING line s ON t.a = s.a WHEN MATCHED AND count(*) > 1 THEN DELETE;

MERGE INTO line t USING line s ON t.a = s.a WHEN MATCHED AND t.qty = 'x' THEN DELETE;

MERGE INTO line t USING line s ON t.a = s.a + 100 WHEN NOT MATCHED THEN INSERT (a, b) VALUES (s.a, s.b, 1);

MERGE INTO line t USING line s ON t.a = s.a + 100 WHEN NOT MATCHED THEN INSERT (a, b, qty) VALUES (s.a, s.b);

MERGE INTO line t USING line s ON t.a = s.a + 100 WHEN NOT MATCHED THEN INSERT (a, a) VALUES (s.a, s.b);

MERGE INTO line t USING line s ON t.a = s.a + 100 AND t.b = s.b WHEN NOT MATCHED THEN INSERT (a, b, qty) VALUES (s.a + 100, s.b, s.qty);
SELECT * FROM line ORDER BY a, b;

MERGE INTO line t USING (SELECT l.a, l.b, o.total FROM line l LEFT JOIN orders o ON o.id = l.b) s ON t.a = s.a AND t.b = s.b WHEN MATCHED AND s.total IS NULL THEN DELETE WHEN MATCHED THEN UPDATE SET price = s.total;
SELECT * FROM line ORDER BY a, b;

WITH s AS (SELECT 1 AS a, 1 AS b, 77 AS q UNION ALL SELECT 3, 3, 33) MERGE INTO line t USING s ON t.a = s.a AND t.b = s.b WHEN MATCHED THEN UPDATE SET qty = s.q WHEN NOT MATCHED THEN INSERT (a, b, qty) VALUES (s.a, s.b, (SELECT count(*) FROM s));
SELECT * FROM line ORDER BY a, b;

WITH RECURSIVE s AS (SELECT 1 AS a) MERGE INTO line t USING s ON t.a = s.a WHEN MATCHED THEN DELETE;

MERGE INTO rich r USING line s ON r.id = s.a WHEN MATCHED THEN DELETE;

MERGE INTO kinds k USING (SELECT * FROM kinds) s ON k.id = s.id + 1 WHEN MATCHED THEN UPDATE SET n = s.n, n2 = s.n2, m = s.m, jb = s.jb, tz = s.tz, f4 = s.f4, ch = s.ch WHEN NOT MATCHED THEN INSERT (id, n2, m, ta) VALUES (s.id + 1, s.n2 * 2, s.m, s.ta);
SELECT * FROM kinds ORDER BY id;

MERGE INTO orders o USING (VALUES (1, 999)) s(id, c) ON o.id = s.id WHEN MATCHED THEN UPDATE SET customer_id = s.c;

MERGE INTO orders o USING customer c ON o.customer_id = c.id WHEN MATCHED THEN UPDATE SET state = left(c.name, 5) WHEN NOT MATCHED THEN INSERT (customer_id, total) VALUES (c.id, c.id * 1.5);
SELECT customer_id, total, state FROM orders ORDER BY customer_id, total, state;

MERGE INTO orders o USING (customer c JOIN line l ON l.a = c.id) ON o.customer_id = c.id AND o.id = l.b WHEN MATCHED THEN UPDATE SET items = l.qty;
SELECT id, items FROM orders ORDER BY id;

MERGE INTO line t USING generate_series(1, 3) g ON t.a = g AND t.b = 1 WHEN MATCHED THEN UPDATE SET qty = g WHEN NOT MATCHED THEN INSERT (a, b, qty) VALUES (g, 1, -g);
SELECT * FROM line ORDER BY a, b;

MERGE INTO ONLY line t USING (SELECT 1 AS x) s ON t.a = s.x WHEN MATCHED THEN DELETE;
SELECT count(*) FROM line;

MERGE INTO "Odd Name" o USING (VALUES (1, 'z'), (5, 'n')) s(k, v) ON o."Select" = s.k WHEN MATCHED THEN UPDATE SET "a""b" = s.v WHEN NOT MATCHED THEN INSERT ("Select", "group") VALUES (s.k, s.v);
SELECT * FROM "Odd Name" ORDER BY 1;

SET TRANSACTION READ ONLY;
MERGE INTO line t USING line s ON t.a = s.a WHEN MATCHED THEN DO NOTHING;

PREPARE mg AS MERGE INTO line t USING (SELECT $1::int AS a, $2::int AS b) s ON t.a = s.a AND t.b = s.b WHEN MATCHED THEN UPDATE SET qty = $3 WHEN NOT MATCHED THEN INSERT (a, b, qty) VALUES (s.a, s.b, $3);
EXECUTE mg(1, 1, 42);
EXECUTE mg(7, 7, 43);
SELECT * FROM line ORDER BY a, b;
DEALLOCATE mg;
