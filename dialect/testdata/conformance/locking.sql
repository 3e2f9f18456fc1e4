-- schema: shop
-- cases
SELECT id, name FROM customer WHERE id = 1 FOR UPDATE;

SELECT id, name FROM customer ORDER BY id LIMIT 2 FOR UPDATE;

SELECT id FROM customer ORDER BY id DESC LIMIT 2 OFFSET 1 FOR NO KEY UPDATE;

SELECT id FROM customer WHERE name = $1 FOR SHARE;
--$ ["bob"]

SELECT id FROM customer FOR KEY SHARE;

SELECT id FROM customer WHERE id = 1 FOR UPDATE NOWAIT;

SELECT id FROM customer ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED;

SELECT o.id, c.name FROM orders o JOIN customer c ON c.id = o.customer_id ORDER BY o.id FOR UPDATE OF o;

SELECT o.id, c.name FROM orders o JOIN customer c ON c.id = o.customer_id ORDER BY o.id FOR UPDATE OF o, c;

SELECT o.id, c.name FROM orders o JOIN customer c ON c.id = o.customer_id ORDER BY o.id FOR UPDATE OF o NOWAIT FOR SHARE OF c SKIP LOCKED;

SELECT o.id, c.name FROM orders o LEFT JOIN customer c ON c.id = o.customer_id ORDER BY o.id FOR UPDATE;

SELECT o.id, c.name FROM orders o LEFT JOIN customer c ON c.id = o.customer_id ORDER BY o.id FOR UPDATE OF o;

SELECT o.id, c.name FROM orders o LEFT JOIN customer c ON c.id = o.customer_id ORDER BY o.id FOR UPDATE OF c;

SELECT o.id FROM customer c RIGHT JOIN orders o ON c.id = o.customer_id FOR SHARE OF c;

SELECT o.id FROM customer c FULL JOIN orders o ON c.id = o.customer_id FOR SHARE OF o;

SELECT o.id FROM orders o FOR UPDATE OF orders;

SELECT o.id FROM orders o FOR UPDATE OF nope;

SELECT o.id FROM orders o FOR UPDATE OF public.o;

SELECT count(*) FROM orders FOR UPDATE;

SELECT customer_id FROM orders GROUP BY customer_id FOR UPDATE;

SELECT customer_id FROM orders GROUP BY customer_id HAVING count(*) > 1 FOR SHARE;

SELECT DISTINCT customer_id FROM orders FOR UPDATE;

SELECT DISTINCT ON (customer_id) customer_id FROM orders FOR NO KEY UPDATE;

SELECT id FROM orders UNION SELECT id FROM customer FOR UPDATE;

SELECT id FROM orders UNION ALL SELECT id FROM customer FOR KEY SHARE;

(SELECT id FROM orders FOR UPDATE) UNION ALL SELECT id FROM customer;

VALUES (1), (2) FOR UPDATE;

SELECT row_number() OVER (ORDER BY id) FROM orders FOR UPDATE;

SELECT generate_series(1, 2) FROM orders FOR UPDATE;

SELECT id FROM orders, generate_series(1, 2) g FOR UPDATE;

SELECT id FROM orders, generate_series(1, 2) g FOR UPDATE OF g;

SELECT * FROM (VALUES (1)) v(x) FOR UPDATE;

SELECT v.x FROM (VALUES (1)) v(x) FOR UPDATE OF v;

SELECT s.id FROM (SELECT id FROM orders WHERE id < 3) s ORDER BY s.id FOR UPDATE;

SELECT s.id FROM (SELECT id FROM orders WHERE id < 3) s FOR UPDATE OF s;

SELECT s.n FROM (SELECT count(*) AS n FROM orders) s FOR UPDATE;

SELECT s.n FROM (SELECT count(*) AS n FROM orders) s FOR UPDATE OF s;

WITH s AS (SELECT id FROM orders) SELECT id FROM s ORDER BY id FOR UPDATE;

WITH s AS (SELECT id FROM orders) SELECT id FROM s FOR UPDATE OF s;

WITH s AS (SELECT id FROM orders WHERE id < 3 FOR UPDATE) SELECT id FROM s ORDER BY id;

WITH s AS (SELECT id FROM orders WHERE state = 'new' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) UPDATE orders SET state = 'run' FROM s WHERE orders.id = s.id RETURNING orders.id, orders.state;

UPDATE orders SET state = 'run' WHERE id = (SELECT id FROM orders WHERE state = 'paid' ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, state;

UPDATE orders SET state = 'run' WHERE id IN (SELECT id FROM orders WHERE state = 'paid' ORDER BY id LIMIT 2 FOR UPDATE SKIP LOCKED) RETURNING id;

DELETE FROM orders WHERE id IN (SELECT id FROM orders ORDER BY placed LIMIT 2 FOR UPDATE SKIP LOCKED) RETURNING id, total;

SELECT id FROM rich ORDER BY id FOR UPDATE;

SELECT id FROM rich FOR UPDATE OF rich;

SELECT 1 FOR UPDATE;

SELECT 1 WHERE EXISTS (SELECT 1 FROM orders FOR UPDATE);

SELECT id FROM nope FOR UPDATE;

SELECT (o).id FROM orders o JOIN customer c USING (id) ORDER BY 1 FOR UPDATE;

SELECT j.id FROM (orders o JOIN customer c USING (id)) AS j FOR UPDATE OF j;

SELECT id FROM orders FOR UPDATE LIMIT 1;

SELECT id FROM orders LIMIT 1 FOR UPDATE FOR SHARE;

SELECT id FROM orders FOR READ ONLY;

SET TRANSACTION READ ONLY;
SELECT id FROM orders FOR UPDATE;

SET TRANSACTION READ ONLY;
SELECT id FROM orders FOR SHARE;

SELECT pg_advisory_lock(1);
SELECT pg_advisory_unlock(1);
SELECT pg_advisory_unlock(1);

SELECT pg_advisory_xact_lock(1), pg_try_advisory_lock(1), pg_try_advisory_lock_shared(2, 3), pg_try_advisory_xact_lock(4);
SELECT pg_advisory_unlock(1), pg_advisory_unlock_shared(2, 3), pg_advisory_unlock(4);

SELECT pg_advisory_lock_shared(5), pg_advisory_lock(5), pg_advisory_xact_lock_shared(5);
SELECT pg_advisory_unlock(5), pg_advisory_unlock(5), pg_advisory_unlock_shared(5);
SELECT pg_advisory_unlock_all();

SELECT pg_advisory_lock($1);
--$ [77]
SELECT pg_advisory_unlock($1);
--$ [77]

SELECT pg_advisory_lock(1, 2), pg_advisory_lock(1, 2);
SELECT pg_advisory_unlock(1, 2), pg_advisory_unlock(1, 2), pg_advisory_unlock(1, 2), pg_advisory_unlock(1);

SELECT pg_try_advisory_lock(NULL), pg_advisory_unlock(NULL);

SELECT pg_advisory_lock('a');

SELECT pg_advisory_lock(1.5);

SELECT id FROM orders WHERE pg_try_advisory_xact_lock(id) ORDER BY id;

SELECT pg_advisory_xact_lock(hashtext('x'));

LOCK TABLE orders;

LOCK TABLE orders IN SHARE MODE NOWAIT;

LOCK orders, customer IN ACCESS EXCLUSIVE MODE;

LOCK TABLE nope;
