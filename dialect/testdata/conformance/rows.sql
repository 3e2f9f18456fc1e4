-- schema: shop
-- cases
SELECT ROW(1, 'a', NULL, true, 2.50);

SELECT (1, 'x y', 'a"b', 'back\slash', '', ' ', '(', 'a,b');

SELECT ROW();

SELECT ROW(NULL), ROW(NULL, NULL);

SELECT ROW(1, ROW(2, 'x')), ROW(ROW(ROW(1)));

SELECT ROW('2024-01-02'::date, '2024-01-02 03:04:05'::timestamp, '1 day'::interval, '\x01ff'::bytea, 1.5::float8, ARRAY[1, 2], '{"a": 1}'::jsonb, 'NaN'::float8, 'happy'::mood);

SELECT ROW('2024-01-02 03:04:05+00'::timestamptz);

SET timezone = 'Europe/Berlin';
SELECT ROW('2024-07-02 03:04:05+00'::timestamptz), (s.r).f1 FROM (SELECT ROW('2024-07-02 03:04:05+00'::timestamptz) AS r) s;

SELECT (ROW(1, 'x')).f1, (ROW(1, 'x')).f2;

SELECT (ROW(1, 'x')).*;

SELECT (ROW(1)).f2;

SELECT (1).x;

SELECT (name).x FROM customer;

SELECT c FROM customer c ORDER BY c.id;

SELECT k FROM kinds k ORDER BY id;

SELECT orders FROM orders ORDER BY id;

SELECT customer.*, orders FROM customer JOIN orders ON orders.customer_id = customer.id ORDER BY orders.id;

SELECT c.name, o FROM customer c LEFT JOIN orders o ON o.customer_id = c.id ORDER BY c.id, o.id;

SELECT (c).name, (c).born FROM customer c ORDER BY (c).id;

SELECT (c).* FROM customer c ORDER BY 1;

SELECT (c.*).name FROM customer c ORDER BY 1;

SELECT (c).nope FROM customer c;

SELECT s FROM (SELECT id, name FROM customer) s ORDER BY s.id;

SELECT s, s.id FROM (SELECT 1 AS id, 'x' AS name) s;

SELECT w FROM (WITH w AS (SELECT id, email FROM customer) SELECT w FROM w) x(w) ORDER BY (w).id;

WITH w AS (SELECT id, email FROM customer) SELECT w, (w).email FROM w ORDER BY w.id;

SELECT x.r, (x.r).f1, (x.r).f2 FROM (SELECT ROW(id, name) AS r FROM customer) x ORDER BY (x.r).f1;

SELECT x.r, (x.r).name FROM (SELECT c AS r FROM customer c) x ORDER BY (x.r).id;

SELECT (x.r).* FROM (SELECT c AS r FROM customer c) x ORDER BY 1;

SELECT (x.r).id, (x.r).tags, (x.r).info, (x.r).placed, (x.r).total FROM (SELECT o AS r FROM orders o) x ORDER BY 1;

SELECT ((x.r).f1).f2 FROM (SELECT ROW(ROW(1, 'deep')) AS r) x;

SELECT (x.c).id, (x.o).id FROM (SELECT c, o FROM customer c LEFT JOIN orders o ON o.customer_id = c.id) x ORDER BY 1, 2;

SELECT (x.o) IS NULL, (x.o) IS NOT NULL FROM (SELECT c.id, o FROM customer c LEFT JOIN orders o ON o.customer_id = c.id) x ORDER BY x.id, 1, 2;

SELECT id FROM customer c WHERE c IS NULL;

SELECT id FROM customer c WHERE c IS NOT NULL ORDER BY 1;

SELECT c.id FROM customer c LEFT JOIN orders o ON o.customer_id = c.id WHERE o IS NULL ORDER BY 1;

SELECT ROW(1, NULL) IS NULL, ROW(1, NULL) IS NOT NULL, ROW(NULL, NULL) IS NULL, ROW() IS NULL, ROW() IS NOT NULL;

SELECT ROW(NULL, ROW(NULL)) IS NULL, ROW(1, ROW(NULL)) IS NOT NULL;

SELECT ROW(1, 2) = ROW(1, 2), (1, 2) < (1, 3), (1, NULL) = (1, 2), (1, NULL) < (2, 1), (NULL, 1) <> (NULL, 1);

SELECT (1, 2) IS DISTINCT FROM (1, 2), (1, NULL) IS DISTINCT FROM (1, NULL), (1, NULL) IS NOT DISTINCT FROM (1, 2), (1, 2) IS NOT DISTINCT FROM (1, 2);

SELECT ROW(1, 2) IS DISTINCT FROM NULL, ROW(NULL, NULL) IS DISTINCT FROM NULL, NULL IS NOT DISTINCT FROM ROW(1);

SELECT (1, 2) IS DISTINCT FROM (1, 2, 3);

SELECT id FROM emp WHERE (dept, boss) IS NOT DISTINCT FROM ('it', NULL) ORDER BY 1;

SELECT id FROM emp WHERE (dept, salary) IS DISTINCT FROM ('hr', 300) ORDER BY 1;

SELECT a.id, b.id FROM emp a, emp b WHERE a = b ORDER BY 1;

SELECT a.id, b.id FROM customer a JOIN customer b ON a <> b AND a.id < b.id ORDER BY 1, 2;

SELECT a.id, b.id FROM line a1, (SELECT id, boss FROM emp) a, (SELECT id, boss FROM emp) b WHERE a < b AND a1.a = 1 AND a1.b = 1 ORDER BY 1, 2;

SELECT a = b, a < b, a <= b, a > b, a >= b, a <> b FROM (SELECT 1 AS x, NULL::text AS y) a, (SELECT 1 AS x, NULL::text AS y) b;

SELECT a = b, a < b, a >= b FROM (SELECT 1 AS x, NULL::text AS y) a, (SELECT 1 AS x, 'q'::text AS y) b;

SELECT (1, 'a') IN ((1, 'a'), (2, 'b')), (1, 'a') NOT IN ((1, 'b')), (1, NULL) IN ((1, 2));

SELECT id FROM emp WHERE (dept, salary) IN (SELECT dept, max(salary) FROM emp GROUP BY dept) ORDER BY 1;

SELECT id FROM emp WHERE (dept, salary) NOT IN (SELECT dept, max(salary) FROM emp WHERE dept = 'it' GROUP BY dept) ORDER BY 1;

SELECT (1, 2) = ANY (SELECT a, b FROM line), (9, 9) = ANY (SELECT a, b FROM line), (1, 2) <> ALL (SELECT a, b FROM line);

SELECT (1, 2) < ANY (SELECT a, b FROM line), (2, 2) <= ALL (SELECT a, b FROM line), (0, 0) < ALL (SELECT a, b FROM line);

SELECT (1, 2) = (SELECT 1, 2), (1, 2) < (SELECT 1, 1), (1, 2) = (SELECT a, b FROM line WHERE a = 99);

SELECT (1, 2) = (SELECT a, b FROM line);

SELECT (1, 2) = (SELECT 1, 2, 3);

SELECT (1, 2) = (SELECT 1);

SELECT 1 = (SELECT 1, 2);

SELECT id FROM emp e WHERE (dept, salary) = (SELECT dept, max(salary) FROM emp x WHERE x.dept = e.dept GROUP BY dept) ORDER BY 1;

SELECT count(c), count(o), count(*) FROM customer c LEFT JOIN orders o ON o.customer_id = c.id;

SELECT count((a, b)), count(ROW(NULL)) FROM line;

SELECT c.id, count(o) FROM customer c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id ORDER BY 1;

SELECT c.id, count(s) FROM customer c LEFT JOIN (SELECT customer_id FROM orders) s ON s.customer_id = c.id GROUP BY c.id ORDER BY 1;

SELECT c.id, l FROM customer c LEFT JOIN LATERAL (SELECT o.id, o.state FROM orders o WHERE o.customer_id = c.id) l ON true ORDER BY 1, l.id;

SELECT c.id, t FROM customer c LEFT JOIN LATERAL jsonb_each('{"a": 1}') t ON c.id = 1 ORDER BY 1;

SELECT row_to_json(c) FROM customer c ORDER BY c.id;

SELECT row_to_json(o), to_jsonb(o) FROM customer c LEFT JOIN (SELECT id, customer_id FROM orders) o ON o.customer_id = c.id ORDER BY c.id, o.id;

SELECT row_to_json(x.r), to_jsonb(x.r) FROM (SELECT c AS r FROM customer c) x ORDER BY (x.r).id;

SELECT row_to_json(ROW(1, 'x', ROW(2))), to_jsonb(ROW(1, 'x'));

SELECT json_agg(c ORDER BY id) FROM (SELECT id, name FROM customer) c;

SELECT jsonb_agg(c ORDER BY id) FROM (SELECT id, name FROM customer) c;

SELECT jsonb_agg(x.r ORDER BY (x.r).f1) FROM (SELECT ROW(id, name) AS r FROM customer) x;

SELECT jsonb_build_object('c', c, 'o', o) FROM customer c LEFT JOIN orders o ON o.customer_id = c.id ORDER BY c.id, o.id;

SELECT jsonb_agg(ROW(a, b) ORDER BY a, b) FROM line;

SELECT array_agg(c ORDER BY id) FROM (SELECT id, name FROM customer) c;

SELECT array_agg(ROW(a, b) ORDER BY a, b) FROM line;

SELECT ROW(1, 'a b')::text, c::text FROM (SELECT 1 AS x, NULL AS y) c;

SELECT ROW(1, 2) || 'x';

SELECT coalesce(o, NULL) FROM customer c LEFT JOIN orders o ON o.customer_id = c.id ORDER BY c.id, o.id;

SELECT CASE WHEN a = 1 THEN ROW(a, b) ELSE ROW(b, a) END FROM line ORDER BY a, b;

SELECT (SELECT ROW(1, 2));

SELECT (SELECT c FROM customer c WHERE id = 1);

SELECT ((SELECT c FROM customer c WHERE id = 1)).name;

SELECT r FROM (VALUES (ROW(1, 2)), (ROW(3, 4))) v(r);

SELECT ROW(1, 2) UNION ALL SELECT ROW(3, 4);

SELECT a, b FROM line GROUP BY (a, b) ORDER BY (a, b);

SELECT a, b FROM line ORDER BY ROW(b, a) DESC;

SELECT a, b FROM line ORDER BY (a, b) DESC;

SELECT (a, b) FROM line GROUP BY a, b ORDER BY 1;

SELECT concat(ROW(1, 2), 'x'), format('%s', ROW(1, 'a b'));

INSERT INTO customer (name) VALUES ('zed') RETURNING customer;

UPDATE line SET qty = 3 WHERE a = 1 RETURNING line, (line).qty;

DELETE FROM line l WHERE a = 1 RETURNING row_to_json(l);

SELECT k.id, v FROM kinds k, LATERAL (SELECT k.n, k.t) v ORDER BY k.id;

SELECT t.* FROM (SELECT (c).* FROM customer c) t ORDER BY 1;

SELECT pg_typeof(ROW(1, 2)), pg_typeof(c) FROM customer c WHERE id = 1;

SELECT ROW(c.*) FROM (SELECT 1 AS a, 2 AS b) c;

SELECT ROW(c.*, 5) FROM (SELECT 1 AS a, 2 AS b) c;

SELECT ROW(c.*) = ROW(1, 2) FROM (SELECT 1 AS a, 2 AS b) c;

SELECT c = ROW(1, 2) FROM (SELECT 1 AS a, 2 AS b) c;

SELECT max((c).id), sum((c).score) FROM customer c WHERE (c).active;

SELECT DISTINCT (c).active FROM customer c ORDER BY 1;

SELECT (jsonb_each('{"a": 1}')).key;

SELECT ROW($1::int, $2::text);
--$ [1, "x"]

SELECT (1, 2) = ($1, $2);
--$ [1, 2]

SELECT id FROM emp WHERE (dept, id) > ($1, $2) ORDER BY dept, id LIMIT 2;
--$ ["hr", 3]

SELECT 'x' = ROW(1);

SELECT ROW(1) = 'x';

SELECT ROW(1, 2) = ROW(1);

SELECT ROW(1, 2) + 1;

INSERT INTO customers AS k SELECT * FROM customers WHERE false RETURNING (SELECT count(k.*) FROM customers);

SELECT id, (SELECT count(c.*) FROM customers x WHERE x.id < 3) FROM customers c GROUP BY id ORDER BY id;

SELECT (SELECT count(c.*) FROM customers x LIMIT 1), count(*) FROM customers c;

SELECT count(c.*), count(c), count(DISTINCT c.id) FROM customers c WHERE id > 1;

SELECT id, count(c.*) OVER () FROM customers c ORDER BY id;

SELECT c.id FROM customers c WHERE (SELECT count(c.*) FROM customers x) > 1;
