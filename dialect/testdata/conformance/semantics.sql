-- schema: apps
-- cases
UPDATE kv SET k = CASE k WHEN 'a' THEN 'b' ELSE 'a' END;

UPDATE categories SET id = id + 1;

UPDATE categories SET id = id + 10 WHERE id = 4 RETURNING *;

UPDATE categories SET id = 30 WHERE id = 3;

INSERT INTO kv (k, v) VALUES ('m1', '1'), ('m2', '2'), ('a', 'dup'), ('m3', '3');

SAVEPOINT s; INSERT INTO kv (k) VALUES ('x');

INSERT INTO kv (k, v) VALUES ('m1', '1'), ('m2', '2') RETURNING k, version, (SELECT count(*) FROM kv) AS before;
SELECT count(*) FROM kv;

WITH n AS (INSERT INTO kv (k, v) VALUES ('w', '1') RETURNING *) SELECT count(*) AS seen, (SELECT count(*) FROM kv) AS all_before FROM n;
SELECT count(*) FROM kv;

WITH u AS (UPDATE products SET stock = stock + 1 RETURNING id, stock), d AS (DELETE FROM kv WHERE k = 'a' RETURNING k) SELECT u.id, u.stock, p.stock AS old, (SELECT k FROM d) FROM u JOIN products p USING (id) ORDER BY 1;
SELECT id, stock FROM products ORDER BY id;

SET TIME ZONE 'America/New_York';
SELECT placed_at, placed_at::date, placed_at::text, date_trunc('day', placed_at), to_char(placed_at, 'YYYY-MM-DD HH24:MI TZ OF'), extract(hour FROM placed_at), placed_at::timestamp FROM orders ORDER BY id;
SELECT '2024-03-10 02:30'::timestamptz, '2024-11-03 01:30'::timestamptz, timestamptz '2024-03-09 12:00' + interval '1 day', timestamptz '2024-03-09 12:00' + interval '24 hours', '2024-07-01'::date::timestamptz;
SELECT generate_series('2024-03-09'::timestamptz, '2024-03-12', '1 day')::text;
UPDATE orders SET placed_at = '2024-07-04 00:00' WHERE id = 1 RETURNING placed_at;
RESET TIME ZONE;
SELECT placed_at FROM orders WHERE id = 1;

SET TIME ZONE INTERVAL '+05:30' HOUR TO MINUTE;
SELECT '2024-01-01 00:00'::timestamptz::text;

SET TIMEZONE TO 'Nope/Zone';

SET LOCAL statement_timeout = '5s';
SHOW statement_timeout;

SET search_path TO public;
SELECT count(*) FROM public.kv;

SET search_path TO nowhere;
SELECT count(*) FROM kv;

SELECT '1 day 25:61:61'::interval;

SELECT '1-2 3 4:05:06.789'::interval, 'P1Y2M3DT4H5M6S'::interval, '-1 day +02:00'::interval, '1.5 months'::interval, '1.5 weeks'::interval, '@ 1 hour ago'::interval, '0.1 day'::interval;

SELECT '1999-01-08'::date, 'January 8, 1999'::date, '1/8/1999'::date, '19990108'::date, 'J2451187'::date, '08-Jan-1999'::date, 'Jan-08-1999'::date, '99-Jan-08'::date, '1999.008'::date, 'today'::date = current_date, 'epoch'::timestamp, 'allballs'::time;

SELECT '04:05:06.789'::time, '04:05 PM'::time, '040506'::time, '04:05:06 PST'::timetz, '24:00'::time, '23:59:60'::time;

SELECT '25:00'::time;

SELECT '13/13/2024'::date;

SELECT 1e10::float8, 1e15::float8, 1e16::float8, 123456789012345678::float8, 1e-5::float8, 0.0001::float8, '-0'::float8, 1.1::float4::float8, 3.4e38::float4, 1e100::float8, 1.0::float8::text, 100000::float4::text, 1e6::float4::text;

SELECT '1e400'::float8;

SELECT 1.10::numeric, 1.1::numeric(5,3), 1e3::numeric, 0.00::numeric, 'NaN'::numeric, -0.0::numeric, 1/3.0, 2/3::numeric, 10::numeric/3, 1e-20::numeric, 12345678901234567890.123456789 * 2, 5 % 3.3, round(2.5), round(-2.5), round(0.5::float8), round(1.5::float8), round(2.5::float8);

SELECT 99999.99::numeric(4,2);

SELECT 1.5::int, 2.5::int, -1.5::int, 2.5::float8::int, 1.5::float4::int2, '12'::int2 * 4000::int2;

SELECT '  12  '::int, '+5'::int, '-0'::int, ' 1.5 '::numeric, '1_000'::int;

SELECT 300::int2::"char";

SELECT true::text, 't'::bool, 'yes'::bool, 'off'::bool, 'TRUE '::bool, 1::bool, 'tru'::bool, 'maybe'::bool;

SELECT 'a'::char(3) || 'b', 'a '::char(3) = 'a', 'a '::varchar = 'a', length('a '::char(5)), 'ab'::char(1), 'abc'::varchar(2), 'a'::char(3)::text || '|', 'abc'::"char", 'b  '::bpchar < 'b' || chr(9);

SELECT E'a\nb', E'\x41\u00e9', U&'d\0061t\+000061', $$it's$$, 'it''s', 'a' 'b';

SELECT 'a'
'b' AS joined, B'101', X'1F', B'101' || B'1', X'1F'::int, 5::bit(4), '101'::bit(5)::int;

SELECT '\xDEADBEEF'::bytea, 'abc\\000'::bytea, length('\x00'::bytea), '\x01'::bytea || '\x02'::bytea, substring('\x010203'::bytea FROM 2), get_byte('\x0102'::bytea, 1), '\x01'::bytea < '\x0100'::bytea, encode('\xff'::bytea, 'escape'), 'zz'::bytea;

SELECT '\xZZ'::bytea;

SELECT '{"a":1,"a":2, "b" : [1.0, 1e2, "\u00e9"]}'::json, '{"a":1,"a":2, "b" : [1.0, 1e2, "\u00e9"], "aa":null}'::jsonb, '1.50'::jsonb, '1e2'::jsonb, '"x"'::jsonb::text, '[1, 2]'::jsonb || '3', '{"a": {"b": 1}}'::jsonb #- '{a,b}', '[1,2,3]'::jsonb - 1, '{"a":1}'::jsonb = '{"a":1.0}'::jsonb;

SELECT '{bad'::json;

SELECT jsonb_pretty('{"a": [1, {"b": 2}], "c": {}}'), jsonb '{"b":1,"a":2,"c":3}', jsonb_set('{"a":1}', '{b}', '2'), jsonb_insert('[1,2]', '{1}', '9'), jsonb_strip_nulls('{"a":null,"b":[null]}'), '[1,2]'::jsonb @> '1', '"a"'::jsonb <@ '["a"]', '{"a":1}'::jsonb ?| ARRAY['x','a'], '{"a":1}' ::jsonb ->> 'zz', '[[1]]'::jsonb #>> '{0,0}', '[1,2]'::json -> -1;

SELECT to_json(now()) IS NOT NULL, to_jsonb('2024-01-01 00:00:00+00'::timestamptz), to_json(1.10), to_jsonb(ARRAY[1,2]), to_json('a"b'::text), row_to_json(ROW(1, 'a')), json_build_array(1, 'a', NULL, true, '{"x":1}'::jsonb), to_jsonb(1.5::float8), to_jsonb('NaN'::float8), to_jsonb(interval '1 day'), to_jsonb(decode('ff', 'hex'));

SELECT jsonb_build_object('a', 1, 'a', 2), json_build_object('a', NULL, 'b', ARRAY['x']), json_object('{a,1,b,2}'), jsonb_object(ARRAY['a','b'], ARRAY['1',NULL]);

SELECT json_build_object('a');

SELECT jsonb_path_query('{"a": [1, 2, 3]}', '$.a[*] ? (@ > 1)'), jsonb_path_exists('{"a": 1}', '$.b'), '{"a": 1}'::jsonb @@ '$.a == 1', jsonb_path_query_first('[1.5]', '$[0].ceiling()');

SELECT (SELECT sum(x) FROM generate_series(1, 10) x), (SELECT avg(x) FROM generate_series(1, 4) x), (SELECT sum(x::int2) FROM generate_series(1, 3) x), (SELECT sum(x::float4) FROM generate_series(1, 3) x), (SELECT avg(x::float8) FROM generate_series(1, 3) x), (SELECT sum(x * interval '1 hour') FROM generate_series(1, 30) x), (SELECT max(x::text) FROM generate_series(1, 10) x), (SELECT sum(NULL::int)), (SELECT count(NULL)), (SELECT array_agg(NULL::int)), (SELECT string_agg(NULL, ',')), (SELECT bool_or(NULL));

SELECT sum(x) FROM (VALUES (1.10), (2.2), (NULL)) v(x);

SELECT x FROM (VALUES ('b'), ('A'), ('a'), ('B'), ('_'), ('1'), (NULL), (''), ('é'), ('e'), ('f'), ('Z'), ('ß'), ('ss'), ('a b'), ('ab'), ('a-b')) v(x) ORDER BY x;

SELECT x FROM (VALUES ('b'), ('A'), ('a'), ('B'), ('é'), ('e')) v(x) WHERE x > 'a' ORDER BY x DESC NULLS LAST;

SELECT x FROM (VALUES ('b'), ('A'), ('a')) v(x) ORDER BY x COLLATE "C", lower(x);

SELECT min(x), max(x), count(DISTINCT lower(x)), string_agg(x, '' ORDER BY x) FROM (VALUES ('b'), ('A'), ('a'), ('B')) v(x);

SELECT upper('éß'), lower('ÀÉ'), initcap('hello wORLD-foo'), 'É' ILIKE 'é', 'straße' ~* 'STRASSE', length('日本'), substr('日本語', 2, 1), left('日本', -1), reverse('ab日'), ascii('é'), chr(233), lpad('日', 3, '本'), overlay('abcdef' PLACING 'XX' FROM 2 FOR 3), translate('12345', '143', 'ax'), btrim('xxaxx', 'x'), strpos('日本', '本'), repeat('ab', 0), split_part('a,b,c', ',', -1), to_hex(255), quote_ident('Ab'), quote_literal(E'a\\b''');

SELECT substring('foobar' FROM 'o(.)b'), substring('foobar' SIMILAR '%#"o_b#"%' ESCAPE '#'), substring('abc', 0, 2), substring('abc', -1), substring('abc' FROM 2 FOR 100), substr('abc', 2, -1);

SELECT regexp_replace('abc', '(b)', '[\1]'), regexp_replace('aaa', 'a', 'b', 'g'), regexp_replace('ABC', 'b', 'x', 'i'), regexp_count('aXbX', 'x', 1, 'i'), regexp_substr('abc123', '\d+'), regexp_instr('abc123', '\d'), regexp_like('abc', '^A', 'i'), 'abc' ~ '^(a|b)+c?$', 'foo.bar' ~ 'foo\.bar', 'a' ~ '[[:alpha:]]', 'x' !~ '\s';

SELECT 'abc' ~ '(';

SELECT to_char(1234.5, '9,999.99'), to_char(-1, '999'), to_char(0.1, '0.9'), to_char(12, '000'), to_char(1234567, 'FM9,999,999'), to_char(5, 'RN'), to_char(12.345, 'FM990.0'), to_char(485, '"Good number:"999'), to_char(1, '9th'), to_char(-5, '9PR'), to_char(1234, '99');

SELECT to_date('05 Dec 2000', 'DD Mon YYYY'), to_timestamp('2024-01-02 03:04:05.678', 'YYYY-MM-DD HH24:MI:SS.MS'), to_timestamp(1700000000.5), to_date('2024-366', 'YYYY-DDD'), to_timestamp('12:30 PM', 'HH12:MI AM')::time;

SELECT to_date('2024-13-01', 'YYYY-MM-DD');

SELECT date '2024-01-31' + interval '1 month', date '2024-03-31' - 1, date '2024-12-31' - date '2024-01-01', timestamp '2024-01-01' - timestamp '2023-12-25 12:00', age(timestamp '2024-02-29', timestamp '2023-02-28'), date_part('week', date '2021-01-03'), extract(isoyear FROM date '2021-01-03'), extract(doy FROM date '2024-12-31'), extract(century FROM date '2000-12-31'), date_trunc('quarter', date '2024-05-05'), date_trunc('week', timestamp '2024-01-07 10:00'), extract(microseconds FROM time '01:02:03.5'), extract(timezone FROM timestamptz '2024-01-01 00:00+05'), make_timestamp(2024, 2, 29, 1, 2, 3.5), make_timestamptz(2024, 1, 1, 0, 0, 0, 'Asia/Tokyo'), isfinite(date 'infinity'), timestamp 'infinity' > now()::timestamp;

SELECT date '2024-02-30' + 1;

SELECT make_date(2023, 2, 29);

SELECT extract(nope FROM now());

SELECT id FROM orders WHERE placed_at > now() - interval '100 years' AND placed_at::time < '12:00' ORDER BY id;

SELECT * FROM orders WHERE user_id = $1 AND ($2::timestamptz IS NULL OR placed_at >= $2) ORDER BY placed_at DESC LIMIT $3 OFFSET $4;
--$ [1, null, 10, 0]

SELECT id FROM orders WHERE placed_at >= $1 AND placed_at < $1 + interval '1 month' ORDER BY id;
--$ ["time:2024-02-01T00:00:00Z"]

SELECT id FROM orders WHERE date(placed_at) = $1 ORDER BY id;
--$ ["2024-02-20"]

SELECT id FROM products WHERE price BETWEEN $1 AND $2 ORDER BY id;
--$ ["10", "100"]

SELECT id FROM products WHERE price = $1;
--$ [19.9]

SELECT id FROM users WHERE age = $1;
--$ ["x"]

SELECT id FROM users WHERE age > $1;
--$ [1.5]

SELECT id FROM users WHERE active = $1 ORDER BY id;
--$ [true]

SELECT id FROM users WHERE name = $1;
--$ [1]

SELECT id FROM users WHERE id IN ($1, $2);
--$ [1, "2"]

SELECT $1;
--$ ["x"]

SELECT $1::int + $2;
--$ [1, 2]

SELECT $1 || 'x', coalesce($2, 5), CASE WHEN $3 THEN 1 END, $4 IS NULL, upper($5);
--$ ["a", null, true, "q", "b"]

SELECT $1 + $2;
--$ [1, 2]

SELECT $2::int;
--$ [1, 2]

INSERT INTO kv (k, v) SELECT 'g' || g, $1 FROM generate_series(1, $2::int) g RETURNING k, v;
--$ ["val", 3]

INSERT INTO users (email, tags, profile) VALUES ($1, $2, $3) RETURNING id IS NOT NULL, email, tags, profile;
--$ ["q@q.q", ["a", "b \"c\""], "{\"z\": 1, \"a\": [true]}"]

CREATE TABLE t1 (id int PRIMARY KEY, ref int REFERENCES t1 DEFERRABLE INITIALLY DEFERRED, u int UNIQUE);
INSERT INTO t1 VALUES (1, 2, 1), (2, 1, 2);
SELECT * FROM t1 ORDER BY id;
DELETE FROM t1 WHERE id = 1;
SELECT count(*) FROM t1;

CREATE TABLE par (id int PRIMARY KEY); CREATE TABLE chi (id int PRIMARY KEY, p int REFERENCES par ON UPDATE CASCADE ON DELETE SET DEFAULT DEFAULT 1);

CREATE TABLE par (id int PRIMARY KEY);
CREATE TABLE chi (id int PRIMARY KEY, p int DEFAULT 1 REFERENCES par ON UPDATE CASCADE ON DELETE SET DEFAULT);
INSERT INTO par VALUES (1), (2);
INSERT INTO chi VALUES (1, 2), (2, 2), (3, NULL);
UPDATE par SET id = 5 WHERE id = 2;
SELECT * FROM chi ORDER BY id;
DELETE FROM par WHERE id = 5;
SELECT * FROM chi ORDER BY id;
DELETE FROM par WHERE id = 1;

CREATE TABLE g (a int, b int GENERATED ALWAYS AS (a * 2) STORED, c text DEFAULT 'x' || 1, d timestamptz DEFAULT '2020-01-01 00:00:00+00', e serial, f uuid DEFAULT gen_random_uuid(), CHECK (a < 10));
INSERT INTO g (a) VALUES (1), (NULL) RETURNING a, b, c, d, e, f IS NULL;
INSERT INTO g (a, b) VALUES (1, 2);

INSERT INTO kv DEFAULT VALUES;

INSERT INTO jobs (payload) VALUES ('{"a": 1}') RETURNING id > 3, queue, run_at, attempts, done, locked_by;

INSERT INTO kv (k, k) VALUES (1, 2);

INSERT INTO kv (k) VALUES ('a', 'b');

INSERT INTO kv VALUES ('only');
SELECT * FROM kv WHERE k = 'only';

INSERT INTO kv (k, v) VALUES (1, 2.50) RETURNING *;

INSERT INTO kv (k, version) VALUES ('t', '12'), ('u', 2.6) RETURNING version;

INSERT INTO kv (k, version) VALUES ('t', true);

INSERT INTO metrics VALUES ('2024-01-01 10:00+05', 'x', '1e3'), (date '2024-02-02', 'x', 1) RETURNING *;

UPDATE kv SET version = version + 1, v = version::text WHERE k = 'b' RETURNING k, v, version, version - 1;

UPDATE kv SET version = DEFAULT, v = NULL WHERE k = 'b' RETURNING *;

UPDATE kv SET k = 'b' WHERE k = 'a';

UPDATE users SET age = age - 100 WHERE id = 1;

UPDATE users SET nope = 1;

UPDATE users SET age = 1, age = 2;

UPDATE users SET full_name = 'x';

UPDATE users SET tags[2] = 'z' WHERE id = 1 RETURNING tags;

UPDATE orders o SET total = s.t FROM (SELECT order_id, sum(amount) AS t FROM order_items GROUP BY 1) s WHERE s.order_id = o.id AND o.total IS DISTINCT FROM s.t RETURNING o.id, o.total, s.t;

DELETE FROM order_items USING products p WHERE p.id = product_id AND p.stock = 0 RETURNING order_items.*, p.sku;

DELETE FROM kv WHERE k IN (SELECT k FROM kv ORDER BY k LIMIT 1) RETURNING *;

TRUNCATE kv;
SELECT count(*) FROM kv;

TRUNCATE orders;

TRUNCATE orders, order_items RESTART IDENTITY CASCADE;

SELECT nextval('jobs_id_seq') > 3, currval('jobs_id_seq') = lastval(), setval('jobs_id_seq', 50), nextval('jobs_id_seq');

SELECT currval('users_id_seq');

SELECT nextval('nope_seq');

SELECT pg_get_serial_sequence('jobs', 'id'), 'jobs'::regclass::text, to_regclass('nope');

SELECT a.attname FROM pg_attribute a WHERE a.attrelid = 'kv'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum;

SELECT table_name, column_name, data_type, column_default FROM information_schema.columns WHERE table_schema = 'public' AND table_name = 'kv' ORDER BY ordinal_position;

SELECT count(*) FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA() AND table_name = 'users' AND table_type = 'BASE TABLE';

LOCK TABLE kv IN EXCLUSIVE MODE;

SELECT pg_advisory_xact_lock(42), pg_try_advisory_lock(43), pg_advisory_unlock(43);

DECLARE c CURSOR FOR SELECT k FROM kv ORDER BY k;
FETCH 1 FROM c;
FETCH ALL FROM c;
CLOSE c;

PREPARE p (text) AS SELECT v FROM kv WHERE k = $1;
EXECUTE p('a');
DEALLOCATE p;

DO $$ BEGIN NULL; END $$;

CALL nothing();

LISTEN x;

SELECT pg_notify('x', 'y');

SELECT a.attname, a.attnum, c.relname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relname = 'users_email' ORDER BY a.attnum;

SELECT a.attname, a.attnum FROM pg_attribute a WHERE a.attrelid = 'users_email'::regclass ORDER BY a.attnum;

SELECT a.attname, a.attnum FROM pg_attribute a WHERE a.attrelid = 'users_pkey'::regclass ORDER BY a.attnum;

SELECT c.relname, a.attname, format_type(a.atttypid, a.atttypmod) FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND c.relkind = 'r' AND a.attnum > 0 ORDER BY 1, a.attnum;

SELECT c.relname, a.attname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' AND a.attnum > 0 ORDER BY 1, a.attnum;

CREATE INDEX kvv ON kv (v, version) INCLUDE (v);
SELECT attname, attnum, atttypid::regtype FROM pg_attribute WHERE attrelid = 'kvv'::regclass ORDER BY attnum;
ALTER TABLE kv RENAME v TO w;
SELECT attname, attnum, atttypid::regtype FROM pg_attribute WHERE attrelid = 'kvv'::regclass ORDER BY attnum;

CREATE INDEX ug ON users USING gin (tags);
SELECT attname FROM pg_attribute WHERE attrelid = 'ug'::regclass ORDER BY attnum;
SELECT attname, atttypid::regtype FROM pg_attribute WHERE attrelid = 'ug'::regclass ORDER BY attnum;

SELECT a.attnum FROM pg_attribute a WHERE a.attrelid = 'users_email'::regclass ORDER BY a.attnum;
