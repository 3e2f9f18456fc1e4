-- schema: shop
-- cases
SELECT s.x, s.x AS y FROM (SELECT nextval('orders_id_seq') AS x FROM generate_series(1,3)) s;

SELECT s.x + s.x FROM (SELECT nextval('orders_id_seq') AS x) s;

WITH s AS (SELECT nextval('orders_id_seq') AS x) SELECT s.x + s.x FROM s;

WITH s AS NOT MATERIALIZED (SELECT nextval('orders_id_seq') AS x) SELECT s.x + s.x FROM s;

WITH s AS (SELECT id, nextval('orders_id_seq') AS x FROM customer) SELECT a.x = b.x FROM s a JOIN s b USING (id);
SELECT nextval('orders_id_seq');

SELECT x = x AS same, y = y AS too FROM (SELECT random() AS x, clock_timestamp() AS y FROM generate_series(1,3)) s WHERE x < 2;

SELECT count(*) FROM (SELECT id, nextval('orders_id_seq') AS x FROM customer) s;
SELECT nextval('orders_id_seq');

SELECT id FROM (SELECT id, nextval('orders_id_seq') AS x FROM customer) s ORDER BY id LIMIT 1;
SELECT nextval('orders_id_seq');

SELECT * FROM (SELECT id, nextval('orders_id_seq') AS x FROM customer) s LIMIT 1;
SELECT nextval('orders_id_seq');

SELECT id, nextval('orders_id_seq') FROM customer ORDER BY name DESC;

SELECT id, nextval('orders_id_seq') AS v, name || 'x' FROM customer ORDER BY name DESC LIMIT 2;
SELECT nextval('orders_id_seq');

SELECT nextval('orders_id_seq') FROM customer OFFSET 1;

SELECT name, nextval('orders_id_seq') + count(*) FROM customer GROUP BY name ORDER BY name DESC;

SELECT name, nextval('orders_id_seq'), row_number() OVER (ORDER BY name DESC) FROM customer ORDER BY name;

SELECT id + nextval('orders_id_seq') * 0, nextval('orders_id_seq') FROM customer ORDER BY -id;

SELECT id, pg_try_advisory_xact_lock(id) FROM customer ORDER BY name DESC LIMIT 1;

SELECT id, nextval('orders_id_seq') FROM customer ORDER BY name FOR UPDATE;

INSERT INTO orders (id, customer_id, total) SELECT nextval('orders_id_seq'), id, 1 FROM customer ORDER BY name DESC LIMIT 2;
SELECT id, customer_id FROM orders WHERE id > 999 ORDER BY id;

INSERT INTO orders (customer_id, total) SELECT id, 1 FROM customer ORDER BY name DESC RETURNING id, customer_id;

SELECT greatest(nextval('orders_id_seq'), 3), least(nextval('orders_id_seq'), 3), nextval('orders_id_seq');

SELECT max(greatest(random(), 0.5)) >= 0.5, min(greatest(random(), 0.5)) >= 0.5 FROM generate_series(1, 100);

SELECT nextval('orders_id_seq') BETWEEN 1 AND 5000, nextval('orders_id_seq');

SELECT nullif(nextval('orders_id_seq'), 5);

SELECT nextval('orders_id_seq') AS v, count(*) FROM customer GROUP BY 1;

SELECT s.id FROM (SELECT id, nextval('orders_id_seq') AS x FROM customer) s WHERE s.id = 2;

SELECT max(x), min(x) FROM (VALUES ('-0'::float8), (0::float8)) v(x);

SELECT max(x), min(x) FROM (VALUES (0::float8), ('-0'::float8)) v(x);

SELECT max(x) OVER (ORDER BY i), min(x) OVER (ORDER BY i ROWS 1 PRECEDING) FROM (VALUES (1, '-0'::float4), (2, 0::float4), (3, '-0'), (4, NULL), (5, 'NaN')) v(i, x) ORDER BY i;

SELECT x FROM (VALUES ('À'::"char"), ('z'), (''), ('\'), ('a')) v(x) ORDER BY x;

SELECT x, x < 'z'::"char", x >= 'À'::"char" FROM (VALUES ('À'::"char"), ('z'), (''), ('\'), ('a')) v(x) ORDER BY x DESC;

SELECT 'À'::"char"::bpchar;

SELECT '\xe697a5'::bytea LIKE '_'::bytea, '\xff00ff'::bytea LIKE '___'::bytea, '\xe697a5'::bytea NOT LIKE '_'::bytea;

SELECT to_char(5, 'abc'), to_char(12, '9c9'), to_char(12, 'C99');

SELECT length(round(1.5, 20000)::text), length(trunc(1.5, 2020)::text), round(5.5, -200000), trunc(5.5, -2147483648);

SELECT make_date(-2147483648, 1, 1);

SELECT make_date(10000000, 1, 1);

SELECT make_date(2147483647, 2, 30);

SELECT set_config('1a.b', 'x', false);

SELECT set_config('a.b$', 'x', true), set_config('a.é.c', 'y', true);

SELECT set_config('a.b-c', 'x', false);

SELECT col_description(1, (SELECT 'x'::text)::int);

SELECT pg_typeof((SELECT 'x'::text)::int);

SELECT make_timestamp(2147483647, 12, 1, 0, 0, 0);

SELECT make_timestamp(-5000, 12, 1, 0, 0, 0);

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '100');

SELECT CASE WHEN b THEN vc END, CASE WHEN b THEN n2 END, CASE WHEN b THEN vc ELSE vc END FROM kinds ORDER BY id;

SELECT count(*), b AND false AS x FROM kinds GROUP BY id, b AND false ORDER BY id;

SELECT id FROM kinds ORDER BY b AND false, id;

SELECT DISTINCT ON ((SELECT min(z.t) FROM kinds z)) id FROM kinds ORDER BY (SELECT min(z.t) FROM kinds z), id;

SELECT ia AS x, (i2 = ANY(ia)) AS y, count(*) FROM kinds GROUP BY 1, 2 ORDER BY min(id);

INSERT INTO kinds AS k (id) VALUES (0), (1) ON CONFLICT (id) DO UPDATE SET ia = ARRAY(SELECT z.id FROM kinds z ORDER BY 1) RETURNING id, ia;

INSERT INTO kinds AS k (id) VALUES (1) ON CONFLICT (id) DO UPDATE SET ia = ARRAY(SELECT z.id FROM kinds z ORDER BY 1) RETURNING id, ia;
