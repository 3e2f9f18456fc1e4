-- schema: shop
-- cases
SELECT 1, 'a', 1 + 1, -1, NULL, true, 1::text, '1'::int, 2.5::int AS x, (1), ((1 + 1));

SELECT count(*), sum(id), max(name), min(id) AS "Min", coalesce(max(note), ''), nullif(1, 2), greatest(1, 2), least(1, 2) FROM customer;

SELECT CASE WHEN true THEN 1 END, CASE WHEN true THEN 1 ELSE id END, CASE id WHEN 1 THEN name END, CASE WHEN true THEN lower(name) ELSE name END FROM customer WHERE id = 1;

SELECT id::text, name::varchar(3), (id + 1)::text, upper(name)::text, (SELECT 1), (SELECT id), (SELECT name FROM orders LIMIT 1), EXISTS (SELECT 1), ARRAY[1], ARRAY(SELECT 1), ROW(1) IS NULL FROM customer WHERE id = 1;

SELECT current_date = current_date, current_user IS NOT NULL, now() IS NOT NULL, id IS NULL, id IN (1), id BETWEEN 1 AND 2, name LIKE 'a', NOT active, active AND active FROM customer WHERE id = 1;

SELECT extract(year FROM born), date_trunc('year', born), substring(name from 1 for 1), position('n' in name), trim(name), overlay(name placing 'x' from 1), name COLLATE "C", born AT TIME ZONE 'UTC' FROM customer WHERE id = 1;

SELECT tags[1], tags[1:1], info->'k', info->>'k', info #> '{n}', (info)->'n'->'x', info::text FROM orders WHERE id = 1;

SELECT max(id) OVER (), row_number() OVER (), string_agg(name, ',') OVER () IS NOT NULL, count(*) FILTER (WHERE active) OVER () FROM customer ORDER BY id LIMIT 1;

SELECT cast(1 AS int), cast('a' AS text), cast(NULL AS date), int '5', date '2024-01-01', interval '1 day', '1'::char(3), "char" 'x', float8 '1.5';

SELECT * FROM (SELECT 1, 'b', now() IS NOT NULL, count(*) FROM customer) s;

SELECT s."?column?" FROM (SELECT 1) s;

SELECT * FROM (SELECT 1, 2) s;

SELECT s."?column?" FROM (SELECT 1, 2) s;

SELECT * FROM (VALUES (1, 'a')) v;

SELECT v.column1, column2 FROM (VALUES (1, 'a'), (2, 'b')) v ORDER BY 1;

SELECT v.a, b FROM (VALUES (1, 'a')) v(a, b);

SELECT v.a, column2 FROM (VALUES (1, 'a')) v(a);

SELECT "ID" FROM customer;

SELECT ID, NAME, Customer.Email FROM CUSTOMER WHERE id = 1;

SELECT "id", "customer"."name" FROM "customer" WHERE "id" = 1;

SELECT "Customer"."id" FROM customer;

SELECT id AS "Id", id AS ID, id AS "a b", id AS "a""b", id AS "é", id "x" FROM customer WHERE id = 1;

SELECT "Select", "a""b", rowid, "group" FROM "Odd Name" ORDER BY "Select";

SELECT o."Select", o.rowid, o."group" FROM "Odd Name" o WHERE o."a""b" = 'q';

SELECT select FROM "Odd Name";

SELECT rowid FROM customer;

SELECT oid FROM customer;

SELECT _rowid_ FROM customer;

SELECT value FROM customer;

SELECT key, value FROM jsonb_each('{"a": 1}');

SELECT name FROM sqlite_master;

SELECT * FROM sqlite_schema;

SELECT sqlite_version();

SELECT randomblob(1);

SELECT last_insert_rowid();

SELECT changes();

SELECT typeof(1);

SELECT ifnull(1, 2);

SELECT iif(true, 1, 2);

SELECT strftime('%Y', now());

SELECT datetime('now');

SELECT julianday(now());

SELECT group_concat(name) FROM customer;

SELECT total(credit) FROM customer;

SELECT json_extract('{}', '$.a');

SELECT instr('abc', 'b');

SELECT char(65);

SELECT hex('a');

SELECT printf('%d', 1);

SELECT glob('a*', 'abc');

SELECT 'a' GLOB 'a*';

SELECT id FROM customer INDEXED BY x;

SELECT pg_int4(1);

SELECT pg_nextval('orders_id_seq');

SELECT failoversql_see(1);

SELECT * FROM failoversql_state;

SELECT * FROM failoversql_catalog;

PRAGMA table_info(customer);

ATTACH 'x' AS y;

REPLACE INTO customer (id, name) VALUES (1, 'x');

INSERT OR REPLACE INTO customer (id, name) VALUES (1, 'x');

SELECT 1 == 1;

SELECT 1 && 2;

SELECT true && true;

SELECT 1 <> 2, 1 != 2;

SELECT 'a' || "b" FROM (SELECT 'x' AS b) s;

SELECT "nope" FROM customer;

SELECT 'nope' FROM customer LIMIT 1;

SELECT `id` FROM customer;

SELECT [id] FROM customer;

SELECT c.id cid, c.name AS cname FROM customer AS c WHERE c.id = 1;

SELECT c FROM (SELECT 1 AS c) c;

SELECT id FROM customer c WHERE id = (SELECT c.id FROM orders o WHERE o.id = 1 AND c.id = 1);

SELECT id FROM customer WHERE id = (SELECT customer_id FROM orders WHERE id = 1);

SELECT name FROM customer WHERE EXISTS (SELECT FROM orders WHERE customer_id = customer.id AND total > 100);

SELECT name FROM customer c WHERE id IN (SELECT id FROM orders WHERE name = 'Ann');

SELECT (SELECT name) FROM customer WHERE id = 1;

SELECT (SELECT max(o.total) FROM orders o WHERE o.customer_id = c.id) m FROM customer c ORDER BY m NULLS FIRST, c.id;

SELECT c.id FROM customer c WHERE (SELECT count(*) FROM orders o WHERE o.customer_id = c.id) = (SELECT max(n) FROM (SELECT count(*) AS n FROM orders GROUP BY customer_id) s);

SELECT a.id FROM customer a WHERE a.credit > (SELECT avg(b.credit) FROM customer b WHERE b.active = a.active);

SELECT x.id FROM (SELECT id FROM customer) x, (SELECT id AS oid FROM orders) y WHERE x.id = y.oid ORDER BY 1;

SELECT * FROM customer c NATURAL JOIN (SELECT 1::bigint AS id, 'x' AS extra) e;

SELECT id, total FROM customer JOIN orders USING (id) ORDER BY id;

SELECT customer.id, orders.id, id FROM customer LEFT JOIN orders USING (id) ORDER BY id;

SELECT j.id FROM (customer JOIN orders USING (id)) j ORDER BY 1;

SELECT j.id FROM (customer JOIN orders USING (id)) AS j(id, a) ORDER BY 1;

SELECT customer.name FROM (customer JOIN orders USING (id)) AS j;

SELECT e.name, b.name AS boss FROM emp e LEFT JOIN emp b ON b.id = e.boss ORDER BY e.id;

WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS x FROM a) SELECT a.x, b.x FROM a, b;

WITH customer AS (SELECT 99 AS id) SELECT id FROM customer;

WITH customer AS (SELECT 99 AS id) SELECT id FROM public.customer ORDER BY id LIMIT 1;

WITH x AS (SELECT id FROM customer), y AS (SELECT max(id) AS m FROM x) SELECT id FROM x, y WHERE id = m;

WITH x AS (SELECT 1 AS a) SELECT * FROM x AS y(b);

WITH x(a) AS (VALUES (1), (2)) SELECT sum(a) FROM x;

SELECT * FROM (WITH x AS (SELECT 5 AS a) SELECT a FROM x) s;

SELECT id FROM customer WHERE id IN (WITH x AS (SELECT 1 AS a) SELECT a FROM x);

SELECT name AS n FROM customer WHERE id < 3 GROUP BY n ORDER BY n;

SELECT lower(name) AS name FROM customer GROUP BY name ORDER BY name;

SELECT lower(name) AS name, count(*) FROM customer GROUP BY lower(name) ORDER BY 1;

SELECT id AS name, name AS other FROM customer ORDER BY name LIMIT 2;

SELECT active AS a, count(*) AS c FROM customer GROUP BY a HAVING count(*) > 1 ORDER BY c, a;

SELECT id % 2 AS g, sum(id) FROM customer GROUP BY id % 2 ORDER BY id % 2;

SELECT id % 2 AS id, count(*) FROM customer GROUP BY 1 ORDER BY 1;

SELECT c.* , c.id FROM customer c WHERE c.id = 1;

SELECT o.*, c.* FROM orders o JOIN customer c ON c.id = o.customer_id WHERE o.id = 1;

SELECT *, id * 2 AS double FROM (SELECT id FROM customer) s WHERE id = 1;

SELECT count(*) AS "count(*)", count(*) "from" FROM customer;

SELECT 1 AS "select", 2 AS "Ünï", 3 AS "";

SELECT 1 AS select, 2 AS from_x;

SELECT 1 year, 2 month;

SELECT 1 AS year, 2 AS user, 3 AS order, 4 AS table;

INSERT INTO "Odd Name" ("Select", "a""b", rowid) VALUES (5, 'z', 50) RETURNING "Select", "a""b" AS ab, rowid;

INSERT INTO "Odd Name" AS o ("Select") VALUES (1) ON CONFLICT ("Select") DO UPDATE SET "group" = o."group" || excluded."group" || 'x' RETURNING "group";

UPDATE "Odd Name" AS o SET "group" = 'new', rowid = rowid + 1 WHERE o."Select" = 1 RETURNING *;

DELETE FROM "Odd Name" WHERE rowid = 8 RETURNING "Select";

UPDATE customer c SET name = c.name || '!' WHERE c.id = 1 RETURNING c.name, id, c.*;

UPDATE customer SET name = 'x' WHERE customer.id = 1 RETURNING customer.name AS "Name";

DELETE FROM orders AS o WHERE o.id = 1 RETURNING o.id * 2, o.state || '?';

INSERT INTO public.customer (name) VALUES ('q') RETURNING public.customer.name;

SELECT public.customer.id FROM public.customer c;

SELECT 'a"b', "a""b" FROM "Odd Name" WHERE "a""b" = 'q' AND 'x''y' = E'x\'y';

SELECT id /* comment; SELECT 2 */ FROM customer -- tail ; DROP
WHERE id = 1;

SELECT '--not a comment', '/* nor this */', $$;$$, $a$ $$ $a$;

SELECT /* nested /* comment */ still */ 1;

SELECT id FROM customer WHERE name = 'x''; DROP TABLE customer; --';

SELECT E'a\'; SELECT 1; --', 'ends with \';

SELECT 1 AS "x; DROP TABLE y", 2 AS "--";

SELECT 1 AS "$1", '$1', $1::int;
--$ [5]

SELECT '?', '?1', ':a', '@a', '$1';

SELECT 'a?b' WHERE 1 = $1;
--$ [1]

SELECT jsonb '{"a": 1}' ? 'a', jsonb '{"a": 1}' ?| ARRAY['a', 'b'], jsonb '{"a": 1}' ?& ARRAY['a', 'b'];
