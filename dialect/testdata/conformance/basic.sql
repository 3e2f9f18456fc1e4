-- schema: shop
-- cases
SELECT 1;

SELECT 1 AS one, 'x', NULL, true, 1.5, 2147483648, 12345678901234567890;

SELECT * FROM customer ORDER BY id;

SELECT * FROM orders ORDER BY id;

SELECT id, name FROM customer WHERE active ORDER BY name;

SELECT id FROM customer WHERE id = $1;
--$ [2]

SELECT id FROM customer WHERE name = $1 OR email = $2 ORDER BY id;
--$ ["Ann", "bob@x.org"]

SELECT count(*), count(email), count(DISTINCT active) FROM customer;

SELECT name FROM customer ORDER BY credit DESC, id;

SELECT name FROM customer ORDER BY credit NULLS FIRST, id;

SELECT name FROM customer ORDER BY born, id LIMIT 2 OFFSET 1;

SELECT c.name, o.total FROM customer c JOIN orders o ON o.customer_id = c.id ORDER BY o.id;

SELECT c.name, o.id FROM customer c LEFT JOIN orders o ON o.customer_id = c.id ORDER BY c.id, o.id;

SELECT c.name, o.id FROM customer c RIGHT JOIN orders o ON o.customer_id = c.id ORDER BY o.id;

SELECT c.name, o.id FROM customer c FULL JOIN orders o ON o.customer_id = c.id ORDER BY c.id, o.id;

SELECT customer_id, sum(total), count(*) FROM orders GROUP BY customer_id ORDER BY 1;

SELECT state, avg(items), min(total), max(placed) FROM orders GROUP BY state HAVING count(*) > 1 ORDER BY state;

INSERT INTO customer (name) VALUES ('new') RETURNING id, name, active, credit;

INSERT INTO customer (name, credit, email) VALUES ($1, $2, $3), ('z', DEFAULT, DEFAULT) RETURNING *;
--$ ["q", "12.345", "q@q"]

UPDATE customer SET credit = credit + 1, name = name || '!' WHERE id <= 2 RETURNING id, name, credit;

DELETE FROM orders WHERE customer_id = 1 RETURNING id;
SELECT count(*) FROM orders;

INSERT INTO customer (id, name) VALUES (1, 'dup');

INSERT INTO customer (name, email) VALUES ('dup', 'ann@x.org');

INSERT INTO customer (name) VALUES (NULL);

INSERT INTO orders (customer_id, total) VALUES (99, 1);

INSERT INTO customer (name, email) VALUES ('x', 'ann@x.org') ON CONFLICT (email) DO UPDATE SET name = excluded.name, credit = customer.credit + 1 RETURNING id, name, credit;

INSERT INTO customer (name, email) VALUES ('x', 'ann@x.org') ON CONFLICT DO NOTHING RETURNING id;

SELECT nope FROM customer;

SELECT * FROM nope;

SELECT c.nope FROM customer c;

SELECT x.id FROM customer c;

SELECT id FROM customer c JOIN orders o ON o.customer_id = c.id;

SELECT name, count(*) FROM customer;

SELECT name + 1 FROM customer;

SELECT nofunc(1);

SELECT 1/0;

SELECT 2147483647 + 1;

SELECT 7/2, -7/2, 7%3, -7%3, 7.0/2, 2^10;

SELECT id FROM orders WHERE id = ANY($1) ORDER BY id;
--$ [[1, 3, 9]]

SELECT name FROM customer WHERE name = ANY($1) ORDER BY id;
--$ [["Ann", "bob"]]

SELECT name FROM customer WHERE name <> ALL($1) ORDER BY id;
--$ [["Ann", "bob"]]

SELECT name FROM customer WHERE name LIKE 'A%' ORDER BY id;

SELECT name FROM customer WHERE name ILIKE 'a%' ORDER BY id;

SELECT note FROM customer WHERE note LIKE '%\%%' ORDER BY id;

SELECT CASE WHEN credit > 50 THEN 'rich' WHEN credit IS NULL THEN 'unknown' ELSE 'poor' END FROM customer ORDER BY id;

SELECT coalesce(credit, 0), coalesce(note, 'none'), nullif(name, 'bob') FROM customer ORDER BY id;

SELECT greatest(1, 2, NULL), least('b', 'a'), greatest(credit, 10) FROM customer ORDER BY id;

SELECT info->'n'->'x', info->>'k', info#>>'{n,x,1}' FROM orders ORDER BY id;

SELECT id FROM orders WHERE info @> '{"k": 1}' ORDER BY id;

SELECT id, row_number() OVER (ORDER BY total DESC), rank() OVER (PARTITION BY state ORDER BY items) FROM orders ORDER BY id;

SELECT placed::date, date_trunc('month', placed), extract(year FROM placed) FROM orders ORDER BY id;

WITH t AS (SELECT customer_id, sum(total) AS s FROM orders GROUP BY 1) SELECT c.name, t.s FROM t JOIN customer c ON c.id = t.customer_id ORDER BY 1;

WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 5) SELECT i FROM n ORDER BY i;

SELECT name FROM customer WHERE id IN (SELECT customer_id FROM orders WHERE total > 6) ORDER BY 1;

SELECT name FROM customer c WHERE EXISTS (SELECT 1 FROM orders o WHERE o.customer_id = c.id AND o.state = 'paid') ORDER BY 1;

SELECT name, (SELECT max(total) FROM orders o WHERE o.customer_id = c.id) FROM customer c ORDER BY id;

SELECT (SELECT name FROM customer);

SELECT name FROM customer UNION SELECT state FROM orders ORDER BY 1;

SELECT 1 UNION ALL SELECT 2.5 ORDER BY 1;

--types
SELECT now(), current_date, current_timestamp, localtimestamp;

SELECT current_database() IS NOT NULL, current_schema();
