-- schema: shop
-- cases
SELECT * FROM nope;

SELECT * FROM public.nope;

SELECT * FROM nope.customer;

SELECT * FROM customer, nope;

SELECT nope FROM customer;

SELECT c.nope FROM customer c;

SELECT x.id FROM customer c;

SELECT customer.id FROM customer c;

SELECT public.customer.nope FROM customer;

SELECT public.nope.id FROM customer;

SELECT other.customer.id FROM customer;

SELECT id FROM customer, orders;

SELECT c.id, id FROM customer c JOIN orders o ON true;

SELECT id FROM customer c JOIN orders o USING (id);

SELECT * FROM customer c JOIN orders o USING (name);

SELECT * FROM customer c JOIN orders o ON c.id = o.nope;

SELECT * FROM customer JOIN orders ON customer.id = x;

SELECT * FROM customer a, customer a;

SELECT * FROM customer JOIN customer ON true;

SELECT nope(1);

SELECT length();

SELECT length(1, 2);

SELECT length('a', 'b', 'c');

SELECT public.length('a');

SELECT pg_catalog.length('abc'), pg_catalog.nope('x');

SELECT upper(ARRAY['a']);

SELECT id + name FROM customer;

SELECT name + 1 FROM customer;

SELECT name - name FROM customer;

SELECT id || id FROM customer;

SELECT active + 1 FROM customer;

SELECT NOT name FROM customer;

SELECT - active FROM customer;

SELECT @ name FROM customer;

SELECT name ~ 5 FROM customer;

SELECT id LIKE 'x' FROM customer;

SELECT tags = 'x' FROM orders;

SELECT info = 1 FROM orders;

SELECT info + 1 FROM orders;

SELECT info ->> 1.5 FROM orders;

SELECT id = ANY (1) FROM customer;

SELECT id = ANY ('{1,x}') FROM customer;

SELECT id = ANY (ARRAY['a']) FROM customer;

SELECT id IN (SELECT id, name FROM customer) FROM customer;

SELECT (SELECT id, name FROM customer);

SELECT (SELECT id FROM customer);

SELECT id = (SELECT id FROM orders) FROM customer;

SELECT name FROM customer WHERE id;

SELECT name FROM customer WHERE name;

SELECT name FROM customer WHERE count(*) > 1;

SELECT name FROM customer WHERE row_number() OVER () = 1;

SELECT name, count(*) FROM customer;

SELECT count(*) FROM customer GROUP BY active HAVING name = 'x';

SELECT name FROM customer GROUP BY active;

SELECT active, max(name) FROM customer GROUP BY active ORDER BY id;

SELECT count(count(*)) FROM customer;

SELECT sum(row_number() OVER ()) FROM customer;

SELECT row_number() FROM customer;

SELECT count(*) FILTER (WHERE id) FROM customer;

SELECT upper(name) FILTER (WHERE true) FROM customer;

SELECT upper(DISTINCT name) FROM customer;

SELECT upper(name) OVER () FROM customer;

SELECT DISTINCT count(*) OVER (ORDER BY nope) FROM customer;

SELECT count(*) OVER w FROM customer;

SELECT count(*) OVER (PARTITION BY count(*)) FROM customer;

SELECT name FROM customer GROUP BY 2;

SELECT name FROM customer GROUP BY 0;

SELECT name FROM customer ORDER BY 2;

SELECT name FROM customer ORDER BY nope;

SELECT name FROM customer ORDER BY -1;

SELECT DISTINCT name FROM customer ORDER BY id;

SELECT name AS x FROM customer WHERE x = 'a';

SELECT name AS x, x FROM customer;

SELECT name AS x FROM customer GROUP BY x HAVING x = 'a';

SELECT name AS x FROM customer ORDER BY x || 'a';

SELECT 1 AS a, 2 AS a ORDER BY a;

SELECT name FROM customer LIMIT 'x';

SELECT name FROM customer LIMIT -1;

SELECT name FROM customer LIMIT name;

SELECT name FROM customer OFFSET -5;

SELECT name FROM customer LIMIT (SELECT count(*) FROM orders) - 10;

SELECT * FROM (SELECT 1);

SELECT * FROM (SELECT 1, 2) AS t(a, b, c);

SELECT * FROM (VALUES (1, 2), (3)) v;

SELECT a FROM (SELECT 1 AS a, 2 AS a) s;

SELECT s.nope FROM (SELECT 1 AS a) s;

WITH x AS (SELECT 1) SELECT * FROM y;

WITH x(a, b) AS (SELECT 1) SELECT * FROM x;

WITH x AS (SELECT 1), x AS (SELECT 2) SELECT * FROM x;

WITH x AS (SELECT * FROM x) SELECT * FROM x;

WITH RECURSIVE x AS (SELECT 1 UNION ALL SELECT nope FROM x) SELECT * FROM x;

WITH RECURSIVE x(n) AS (SELECT 1 UNION ALL SELECT n + 1.5 FROM x WHERE n < 3) SELECT * FROM x;

SELECT 1 UNION SELECT 1, 2;

SELECT 1 UNION SELECT name FROM customer;

SELECT 1 AS a UNION SELECT 2 ORDER BY b;

SELECT 'abc'::int;

SELECT 'abc'::numeric(5,2);

SELECT ''::bool;

SELECT 'x'::uuid;

SELECT '{'::jsonb;

SELECT '{"a":}'::json;

SELECT '{a'::text[];

SELECT '{1,x}'::int[];

SELECT '\x1'::bytea;

SELECT 'x'::mood;

SELECT 5::mood;

SELECT 'x'::nope;

SELECT CAST(1 AS nope.thing);

SELECT ARRAY[1,2]::int;

SELECT true::date;

SELECT 1::uuid;

SELECT now()::int;

SELECT '1 day'::interval::int;

SELECT name::int FROM customer;

SELECT name::date FROM customer;

SELECT note::bool FROM customer WHERE id = 2;

SELECT 1 /0 FROM customer;

SELECT id / (id - 1) FROM customer;

SELECT credit / 0 FROM customer;

SELECT 10 % (id - 1) FROM customer;

SELECT sqrt(credit) FROM customer;

SELECT ln(credit) FROM customer WHERE id = 2;

SELECT substring(name, 1, -1) FROM customer;

SELECT repeat(name, 2000000000) FROM customer;

SELECT chr(0) FROM customer;

SELECT to_char(now(), 5);

SELECT date_trunc('x', placed) FROM orders;

SELECT extract(x FROM placed) FROM orders;

SELECT placed AT TIME ZONE 'x' FROM orders;

SELECT regexp_replace(name, '(', '') FROM customer;

SELECT jsonb_array_length(info) FROM orders WHERE id = 1;

SELECT jsonb_object_keys(info) FROM orders WHERE id = 5;

SELECT jsonb_each(1);

SELECT (info ->> 'k')::int FROM orders WHERE id = 4;

SELECT tags[1][1], tags['x'] FROM orders;

SELECT name[1] FROM customer;

SELECT (name).x FROM customer;

SELECT array_length(tags) FROM orders;

SELECT unnest(name) FROM customer;

SELECT generate_series(1, 3, 0);

SELECT nextval('nope');

SELECT nextval('customer');

SELECT currval('orders_id_seq');

SELECT setval('orders_id_seq', 0);

SELECT 'nope'::regclass;

SELECT current_setting('nope.x');

SELECT current_setting('nope.x', true);

SELECT set_config('nope', 'x', false);

SHOW nope;

SET nope = 1;

SET work_mem = 'abc';

SET statement_timeout = 'x';

SET datestyle = 'bogus';

SET client_encoding = 'latin1x';

SET search_path = nope;
SELECT * FROM customer;

SELECT;

SELEC 1;

SELECT 1 FROM;

SELECT FROM WHERE;

SELECT * FROM customer WHERE;

SELECT 1,;

SELECT (1;

SELECT 1);

SELECT 'abc;

SELECT "abc;

SELECT $1$;

SELECT /* abc;

SELECT 1a;

SELECT 1 2;

SELECT a b c;

SELECT 0x1F, 1_000;

SELECT select;

SELECT user.id FROM user;

SELECT order FROM t;

SELECT $0;

SELECT :a;

SELECT ?;

SELECT @x;

SELECT 1 WHERE name = name;

INSERT INTO nope VALUES (1);

INSERT INTO customer (nope) VALUES (1);

INSERT INTO customer (name, name) VALUES ('a', 'b');

INSERT INTO customer (name) VALUES ('a', 'b');

INSERT INTO customer (name, email) VALUES ('a');

INSERT INTO customer VALUES (1, 'a', 'b', now(), true, 1, 1, 'x', 'y');

INSERT INTO customer (name) VALUES (nope);

INSERT INTO customer (name) VALUES (1 / 0);

INSERT INTO customer (name) VALUES (NULL);

INSERT INTO customer (id, name) VALUES ('x', 'a');

INSERT INTO customer (id, name) VALUES (1, 'a');

INSERT INTO customer (name, born) VALUES ('a', 'x');

INSERT INTO customer (name, born) VALUES ('a', 5);

INSERT INTO customer (name, active) VALUES ('a', 1);

INSERT INTO customer (name, active) VALUES ('a', 'x');

INSERT INTO customer (name, active) VALUES ('a', NULL);

INSERT INTO customer (name, email) VALUES ('a', 'ann@x.org');

INSERT INTO customer (name, email) VALUES ('a', repeat('x', 41));

INSERT INTO customer (name, credit) VALUES ('a', 100000000);

INSERT INTO customer (name, credit) VALUES ('a', 'x');

INSERT INTO customer (name) SELECT id FROM orders;

INSERT INTO customer (id) SELECT state FROM orders;

INSERT INTO customer (name) SELECT id, state FROM orders;

INSERT INTO customer (name) VALUES (DEFAULT);

INSERT INTO customer DEFAULT VALUES;

INSERT INTO emp (id, name) VALUES (100, 'x');

INSERT INTO emp (id, name) OVERRIDING SYSTEM VALUE VALUES (1, 'x');

INSERT INTO emp (name, boss) VALUES ('x', 99);

INSERT INTO emp (name, salary) VALUES ('x', -1);

INSERT INTO emp (name, salary) VALUES ('x', 0);

INSERT INTO line (a, b, total) VALUES (9, 9, 5);

INSERT INTO line (a, b) VALUES (1, 1);

INSERT INTO line (a) VALUES (1);

INSERT INTO line (a, b, qty) VALUES (9, 9, NULL);

INSERT INTO "Odd Name" VALUES (1, 'x', 1, 'y');

INSERT INTO kinds (id, m) VALUES (50, 'bad');

INSERT INTO kinds (id, m) VALUES (50, 1);

INSERT INTO kinds (id, ia) VALUES (50, '{1,');

INSERT INTO kinds (id, jb) VALUES (50, '{bad}');

INSERT INTO kinds (id, u) VALUES (50, '123');

INSERT INTO kinds (id, i2) VALUES (50, 40000);

INSERT INTO kinds (id, i4) VALUES (50, 4000000000);

INSERT INTO kinds (id, by) VALUES (50, '\xgg');

INSERT INTO customer (name) VALUES ('a') RETURNING nope;

INSERT INTO customer (name) VALUES ('a') RETURNING count(*);

INSERT INTO customer (name) VALUES ('a') ON CONFLICT (name) DO NOTHING;

INSERT INTO customer (name) VALUES ('a') ON CONFLICT (nope) DO NOTHING;

INSERT INTO customer (name) VALUES ('a') ON CONFLICT ON CONSTRAINT nope DO NOTHING;

INSERT INTO customer (name) VALUES ('a') ON CONFLICT DO UPDATE SET name = 'x';

INSERT INTO customer (id, name) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = name;

INSERT INTO customer (id, name) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET nope = 'x';

INSERT INTO customer (id, name) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET name = excluded.nope;

INSERT INTO customer (id, name) VALUES (1, 'a'), (1, 'b') ON CONFLICT (id) DO UPDATE SET name = excluded.name;

INSERT INTO customer (id, name) VALUES (1, 'a') ON CONFLICT (id) DO UPDATE SET email = 'bob@x.org';

UPDATE nope SET a = 1;

UPDATE customer SET nope = 1;

UPDATE customer SET name = nope;

UPDATE customer SET name = NULL WHERE id = 1;

UPDATE customer SET id = 2 WHERE id = 1;

UPDATE customer SET email = 'bob@x.org' WHERE id = 1;

UPDATE customer SET name = 'a', name = 'b';

UPDATE customer SET (name, email) = ('a');

UPDATE customer SET (name, email) = (SELECT 'a');

UPDATE customer SET (name, email) = ('a', 'b', 'c');

UPDATE customer SET credit = 'x' WHERE id = 1;

UPDATE customer SET credit = name;

UPDATE customer SET active = 5;

UPDATE customer SET born = credit;

UPDATE customer c SET c.name = 'x';

UPDATE customer SET name = count(*);

UPDATE customer SET name = 'x' WHERE count(*) > 1;

UPDATE emp SET salary = -salary WHERE id = 1;

UPDATE emp SET boss = 99 WHERE id = 2;

UPDATE emp SET id = 50 WHERE id = 1;

UPDATE emp SET id = DEFAULT WHERE id = 6 RETURNING id;

UPDATE line SET total = 5;

UPDATE line SET total = DEFAULT WHERE a = 1 RETURNING a, b, total;

UPDATE orders SET customer_id = 99 WHERE id = 1;

DELETE FROM nope;

DELETE FROM customer WHERE nope = 1;

DELETE FROM customer WHERE id = 1;

DELETE FROM emp WHERE id = 1;

DELETE FROM customer c WHERE customer.id = 1;

DELETE FROM customer USING nope WHERE true;

DELETE FROM customer RETURNING nope;

TRUNCATE nope;

TRUNCATE customer;

DROP TABLE nope;

CREATE TABLE customer (id int);

CREATE TABLE zz (a nope);

CREATE TABLE zz (a int, a int);

CREATE TABLE zz (a int PRIMARY KEY, b int PRIMARY KEY);

CREATE TABLE zz (a int REFERENCES nope);

CREATE TABLE zz (a int REFERENCES customer (name));

CREATE INDEX ON nope (a);

CREATE INDEX ON customer (nope);

CREATE INDEX orders_pkey ON customer (name);

--types
CREATE UNIQUE INDEX ON kinds (b);

ALTER TABLE nope ADD a int;

ALTER TABLE customer ADD name text;

ALTER TABLE customer DROP nope;

ALTER TABLE customer ADD x int NOT NULL;

ALTER TABLE customer ADD CHECK (id > 3);

ALTER TABLE customer ALTER note SET NOT NULL;

LOCK nope;

SAVEPOINT a;
SELECT nope;
SELECT 1;
INSERT INTO customer (name) VALUES ('x');
ROLLBACK TO a;
SELECT 1;

SELECT 1/0;
SELECT 1;
SAVEPOINT x;
COMMIT;
SELECT 2;

ROLLBACK TO nope;

RELEASE nope;

SAVEPOINT a;
RELEASE a;
ROLLBACK TO a;
SELECT 1;

BEGIN;
SELECT 1;

COMMIT;
COMMIT;
SELECT 1;
ROLLBACK;
SELECT 2;

SET TRANSACTION READ ONLY;
SELECT 1;
INSERT INTO customer (name) VALUES ('x');
SELECT 1;

SELECT 1;
SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;

SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;
SHOW transaction_isolation;
SELECT 1;

SET LOCAL statement_timeout = '5s';
SHOW statement_timeout;
ROLLBACK;
SHOW statement_timeout;

SET TRANSACTION READ ONLY;
SELECT nextval('orders_id_seq');

SELECT id FROM customer FOR UPDATE OF nope;

SELECT count(*) FROM customer FOR UPDATE;

SELECT DISTINCT name FROM customer FOR UPDATE;

SELECT 1 UNION SELECT 2 FOR UPDATE;

SELECT name FROM customer GROUP BY name FOR SHARE;
