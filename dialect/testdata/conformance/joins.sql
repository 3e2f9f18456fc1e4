-- schema: shop
-- cases
SELECT * FROM customer c JOIN orders o ON c.id = o.customer_id ORDER BY o.id;

SELECT * FROM customer JOIN orders USING (id) ORDER BY id;

SELECT id, customer.id, orders.id FROM customer JOIN orders USING (id) ORDER BY id;

SELECT id FROM customer LEFT JOIN orders USING (id) ORDER BY id;

SELECT id, c.id, o.id FROM customer c RIGHT JOIN orders o USING (id) ORDER BY id;

SELECT id, c.name, o.state FROM customer c FULL JOIN orders o USING (id) ORDER BY id;

SELECT * FROM line NATURAL JOIN (SELECT 1 AS a, 'x' AS z) q ORDER BY b;

SELECT * FROM customer c NATURAL JOIN orders o ORDER BY 1;

SELECT e.name, b.name FROM emp e LEFT JOIN emp b ON e.boss = b.id ORDER BY e.id;

SELECT e.name, b.name, c.name FROM emp e JOIN emp b ON e.boss = b.id LEFT JOIN emp c ON b.boss = c.id ORDER BY e.id;

SELECT e.name FROM emp e, emp b WHERE e.boss = b.id AND b.name = 'root' ORDER BY 1;

SELECT count(*) FROM customer, orders;

SELECT count(*) FROM customer CROSS JOIN orders;

SELECT e.name, x.name FROM emp e LEFT JOIN (emp b JOIN customer x ON x.id = b.id) ON e.boss = b.id ORDER BY e.id;

SELECT c.id, o.id FROM customer c LEFT JOIN orders o ON o.customer_id = c.id AND o.state = 'paid' ORDER BY 1, 2;

SELECT c.id FROM customer c LEFT JOIN orders o ON o.customer_id = c.id WHERE o.id IS NULL ORDER BY 1;

SELECT c.id FROM customer c JOIN customer c ON true;

SELECT * FROM customer a JOIN orders a ON true;

SELECT 1 FROM customer c JOIN orders o ON c.name;

SELECT 1 FROM customer c JOIN orders o ON c.name = o.id;

SELECT 1 FROM customer JOIN orders USING (nope);

SELECT 1 FROM customer JOIN orders USING (name);

SELECT o.id, c.name FROM orders o LEFT JOIN customer c ON c.id = o.customer_id ORDER BY c.name NULLS FIRST, o.id;

SELECT j.id FROM (customer JOIN orders USING (id)) AS j ORDER BY 1;

SELECT j.a, j.b FROM (customer c JOIN orders o ON c.id = o.id) AS j(a, b) ORDER BY 1;

SELECT u.id FROM customer c JOIN orders o USING (id) AS u ORDER BY 1;

SELECT t.x, t.y FROM (SELECT id, name FROM customer) AS t(x, y) ORDER BY x;

SELECT t.x FROM (SELECT id FROM customer) AS t(x, y);

SELECT * FROM (VALUES (1, 'a'), (2, 'b')) AS v(n, s) ORDER BY n DESC;

SELECT * FROM (VALUES (1, NULL), (2.5, 'b')) v ORDER BY 1;

SELECT column1 FROM (VALUES (1), ('x')) v;

SELECT * FROM (SELECT id FROM customer ORDER BY id DESC LIMIT 2) t ORDER BY id;

SELECT (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) AS n, c.id FROM customer c ORDER BY n DESC, c.id;

SELECT id FROM customer c WHERE (SELECT sum(items) FROM orders o WHERE o.customer_id = c.id) > 2 ORDER BY id;

SELECT id FROM customer WHERE id = (SELECT customer_id FROM orders WHERE id = 1);

SELECT id FROM customer WHERE id = (SELECT id FROM orders);

SELECT id FROM customer WHERE id = (SELECT id, items FROM orders);

SELECT id FROM customer WHERE id IN (SELECT id, items FROM orders);

SELECT id FROM customer WHERE (id, active) IN (SELECT customer_id, true FROM orders) ORDER BY id;

SELECT id FROM customer WHERE id NOT IN (SELECT customer_id FROM orders) ORDER BY id;

SELECT id FROM customer WHERE id NOT IN (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL) ORDER BY id;

SELECT id FROM customer WHERE id > ALL (SELECT customer_id FROM orders WHERE customer_id IS NOT NULL) ORDER BY id;

SELECT id FROM customer WHERE id > ANY (SELECT customer_id FROM orders) ORDER BY id;

SELECT id FROM customer WHERE id = SOME (SELECT customer_id FROM orders) ORDER BY id;

SELECT id FROM customer WHERE name IN (SELECT 1);

SELECT id FROM customer WHERE credit IN (SELECT total FROM orders UNION SELECT 100.5) ORDER BY id;

SELECT id FROM kinds WHERE n2 IN (SELECT 1.5 UNION ALL SELECT 0) ORDER BY id;

SELECT id FROM kinds WHERE i4 IN (SELECT 10::bigint) ORDER BY id;

SELECT id FROM kinds k WHERE EXISTS (SELECT FROM kinds WHERE i4 = k.i4 AND id <> k.id) ORDER BY id;

SELECT NOT EXISTS (SELECT 1 FROM customer WHERE id = 99), EXISTS (SELECT 1 FROM customer);

SELECT exists (SELECT * FROM customer WHERE id = 99) OR true AS x;

SELECT ARRAY(SELECT id FROM customer ORDER BY id), ARRAY(SELECT name FROM customer WHERE id > 3 ORDER BY name DESC);

SELECT ARRAY[1, 2, 3], ARRAY['a', NULL, 'b c'], ARRAY[1.5, 2], ARRAY[]::int[], ARRAY[true, false];

SELECT ARRAY[];

SELECT ARRAY[1, 'x'];

WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a) SELECT * FROM a, b;

WITH a(p, q) AS (SELECT id, name FROM customer) SELECT q FROM a WHERE p = 2;

WITH a AS (SELECT 1), a AS (SELECT 2) SELECT 1;

WITH customer AS (SELECT 42 AS id) SELECT id FROM customer;

WITH a AS MATERIALIZED (SELECT id FROM customer) SELECT count(*) FROM a JOIN a AS b USING (id);

WITH a AS NOT MATERIALIZED (SELECT id FROM customer) SELECT count(*) FROM a;

WITH RECURSIVE tree AS (SELECT id, name, 0 AS depth FROM emp WHERE boss IS NULL UNION ALL SELECT e.id, e.name, t.depth + 1 FROM emp e JOIN tree t ON e.boss = t.id) SELECT * FROM tree ORDER BY depth, id;

WITH RECURSIVE p AS (SELECT id, name::text AS path FROM emp WHERE boss IS NULL UNION ALL SELECT e.id, p.path || '/' || e.name FROM emp e JOIN p ON e.boss = p.id) SELECT path FROM p ORDER BY path;

WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT sum(n) FROM t;

WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT (n + 1) % 4 FROM t) SELECT n FROM t ORDER BY n;

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1.5 FROM t WHERE n < 3) SELECT n FROM t;

WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT n FROM t LIMIT 3;

WITH RECURSIVE f(a, b) AS (SELECT 0, 1 UNION ALL SELECT b, a + b FROM f WHERE b < 50) SELECT a FROM f ORDER BY a;

SELECT * FROM (WITH q AS (SELECT 1 AS a) SELECT a FROM q) z;

SELECT (WITH q AS (SELECT id FROM customer WHERE name = 'bob') SELECT id FROM q);

SELECT x.* FROM customer c, LATERAL (SELECT o.id FROM orders o WHERE o.customer_id = c.id ORDER BY o.id LIMIT 1) x ORDER BY 1;

SELECT * FROM customer c, (SELECT c.id) x;

SELECT 1 UNION SELECT 1;

SELECT 1 UNION ALL SELECT 1;

SELECT 1 UNION SELECT 2.0 UNION SELECT 1 ORDER BY 1;

SELECT 1.0 UNION SELECT 1.00;

SELECT NULL UNION SELECT 1 ORDER BY 1;

SELECT NULL UNION SELECT NULL;

SELECT 'a' UNION SELECT 'b' UNION ALL SELECT 'a' ORDER BY 1 DESC;

SELECT 1 UNION SELECT 'x';

SELECT 1 UNION SELECT name FROM customer;

SELECT 1, 2 UNION SELECT 3;

SELECT id FROM customer INTERSECT SELECT customer_id FROM orders ORDER BY 1;

SELECT id FROM customer EXCEPT SELECT customer_id FROM orders ORDER BY 1;

SELECT id FROM customer UNION SELECT id FROM orders INTERSECT SELECT 3 ORDER BY 1;

(SELECT id FROM customer UNION SELECT 99) EXCEPT SELECT 2 ORDER BY 1;

SELECT id FROM customer EXCEPT (SELECT 1 UNION SELECT 2) ORDER BY id;

(SELECT id FROM customer ORDER BY id LIMIT 1) UNION ALL (SELECT id FROM orders ORDER BY id DESC LIMIT 1) ORDER BY 1;

SELECT id FROM customer UNION ALL SELECT id FROM orders ORDER BY id LIMIT 3 OFFSET 1;

SELECT name AS n FROM customer UNION SELECT state FROM orders ORDER BY n NULLS FIRST;

SELECT name FROM customer UNION SELECT state FROM orders ORDER BY state;

SELECT name FROM customer UNION SELECT state FROM orders ORDER BY upper(name);

SELECT id FROM customer EXCEPT ALL SELECT 1;

SELECT active, credit FROM customer UNION SELECT NULL, 5 ORDER BY 2, 1;

SELECT d FROM kinds UNION SELECT ts FROM kinds ORDER BY 1;

SELECT vc FROM kinds UNION SELECT t FROM kinds ORDER BY 1;

VALUES (1, 'x'), (2, 'y');

VALUES (1), (2.5), (NULL) ORDER BY 1;

VALUES (1, 2), (3);

TABLE line;

SELECT a.x FROM (SELECT 1 AS x UNION SELECT 2) a ORDER BY 1;

SELECT count(*) FROM (SELECT 1 UNION ALL SELECT 1) a;

SELECT id FROM customer WHERE id IN (VALUES (1), (3)) ORDER BY 1;

SELECT id FROM customer FOR UPDATE;

SELECT c.id FROM customer c JOIN orders o ON o.customer_id = c.id ORDER BY c.id FOR UPDATE OF c;

SELECT c.id FROM customer c FOR UPDATE OF x;

SELECT id FROM customer ORDER BY id FOR SHARE NOWAIT;

SELECT id FROM orders ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;

SELECT count(*) FROM customer FOR UPDATE;

SELECT DISTINCT id FROM customer FOR UPDATE;

SELECT * FROM generate_series(1, 5);

SELECT g FROM generate_series(1, 10, 3) AS g ORDER BY g;

SELECT g.n, g.n * 2 FROM generate_series(3, 1, -1) AS g(n) ORDER BY 1;

SELECT * FROM unnest(ARRAY['a', 'b']) AS u ORDER BY u;

SELECT * FROM unnest(ARRAY[3, 1]) WITH ORDINALITY AS u(v, o) ORDER BY o;

SELECT k, v FROM jsonb_each('{"a": 1, "b": "x"}') AS e(k, v) ORDER BY k;

SELECT * FROM jsonb_array_elements_text('["a", 1, null]');

SELECT d::date FROM generate_series('2024-01-30'::date, '2024-02-02'::date, '1 day') d ORDER BY 1;

SELECT o.id, t.tag FROM orders o, unnest(o.tags) AS t(tag) ORDER BY 1, 2;

SELECT x.n, c.id, o.id FROM (VALUES (1), (2)) x(n), customer c RIGHT JOIN orders o ON o.customer_id = c.id AND c.id = 1 ORDER BY 1, 3;

SELECT c.id, o.id, e.id FROM customer c, orders o LEFT JOIN emp e ON e.id = o.customer_id WHERE c.id = o.id ORDER BY 1;

SELECT c.id, o.id, e.id FROM emp e JOIN (customer c FULL JOIN orders o ON o.customer_id = c.id) ON e.id = coalesce(c.id, o.id) ORDER BY 1, 2, 3;

SELECT count(*) FROM customer c, orders o, emp e, line l;

SELECT c.name FROM customer c LEFT JOIN orders o ON o.customer_id = c.id LEFT JOIN emp e ON e.id = o.items WHERE e.id IS NULL GROUP BY c.id ORDER BY c.id;
