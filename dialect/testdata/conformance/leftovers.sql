CREATE TABLE item (id int PRIMARY KEY, name text, code varchar(5), pad char(4), tags text[], raw bytea, at timetz, doc jsonb, n numeric(8,2));
INSERT INTO item VALUES (1, 'Ant', 'a1', 'b', '{b,a}', '\x25615f', '10:00+01', '{"id": 7, "name": "x", "tags": ["p", null]}', 1.5), (2, 'bee', 'B2', 'a ', '{a,b}', '\x61', '11:00-08', '[{"id": 1}, {"n": "2.345"}]', -2), (3, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL), (4, '', '', '', '{}', '\x', '00:00+00', '{}', 0), (5, 'Zoo', 'zz', 'ab', '{a,NULL}', '\x5c25', '12:00+00', '{"name": {"a": 1}}', 99), (6, 'ant', 'A', 'B', '{a}', '\xff', '12:00+02', '{"pad": "toolong"}', 3);
CREATE TABLE "Mixed" (n serial, "Id" bigint GENERATED ALWAYS AS IDENTITY, plain int);
CREATE VIEW items AS SELECT id, name FROM item;
-- cases
SET enable_seqscan = off;
SHOW enable_seqscan;
SELECT current_setting('enable_seqscan'), set_config('enable_seqscan', 'ON', false);
SHOW enable_seqscan;
RESET enable_seqscan;

BEGIN;
SET LOCAL random_page_cost = 1.10;
SHOW random_page_cost;
SET LOCAL random_page_cost TO DEFAULT;
COMMIT;

SET seq_page_cost = 1e6;
SHOW seq_page_cost;

SET random_page_cost = -1;

SET random_page_cost = 'abc';

SET geqo_effort = 99;

SET geqo_effort = 'many';

SET geqo_effort = 7;
SELECT current_setting('geqo_effort');

SET max_parallel_workers_per_gather = 0;
SHOW max_parallel_workers_per_gather;

SET plan_cache_mode = 'force_custom_plan';
SHOW plan_cache_mode;

SET plan_cache_mode = 'sometimes';

SET enable_hashjoin = 'maybe';

SET enable_nothing = off;

SET DEFAULT_STATISTICS_TARGET = 50;
SHOW Default_Statistics_Target;

SELECT set_config('cpu_tuple_cost', '0.0300', true);

SHOW wal_level;

SELECT current_setting('data_directory', true);

SET shared_buffers = '1GB';

SELECT to_timestamp('3 2024', 'SS.FF3') AT TIME ZONE 'UTC', to_timestamp('2024-01-01 10:00:00.129999', 'YYYY-MM-DD HH24:MI:SS.FF2'), to_timestamp('2024-01-01 10:00:59.999999', 'YYYY-MM-DD HH24:MI:SS.FF1');

SELECT to_timestamp('1955-01-01 10:00:00.15', 'YYYY-MM-DD HH24:MI:SS.FF1'), to_timestamp('1955-01-01 10:00:00.1234567', 'YYYY-MM-DD HH24:MI:SS.FF6');

SELECT '\x3c'::timetz;

SELECT $1::timetz;
--$ ["c2d5"]

SELECT '2024-01-31 x3c'::time;

SELECT '2015e8d8'::time, '10:00 e8d8'::timetz, '2024-01-31 10:00 e8d8'::timestamptz;

SELECT '2024-01-31 10:00 x3c4d'::timestamptz;

SELECT '10:00 x3c'::timetz;

SELECT now() AT TIME ZONE 'x3c4d';

SELECT 'a' ~ 'x{1)', 'a' ~ 'x{1';

SELECT 'a' ~ 'x{1';

SELECT id, raw LIKE '\\%%'::bytea, raw NOT LIKE '%a%'::bytea, raw NOT LIKE NULL, raw NOT LIKE '%'::bytea FROM item ORDER BY id;

SELECT id FROM item WHERE raw NOT LIKE $1 ORDER BY id;
--$ ["%a_"]

SELECT 'a'::bytea NOT LIKE '\\\\'::bytea;

SELECT v, pg_size_pretty(v) FROM (VALUES (0::bigint), (-1), (10239), (10240), (10485248), (20000000), (-9223372036854775808), (9223372036854775807), (NULL)) s(v) ORDER BY v;

SELECT pg_size_pretty(1234), pg_size_pretty(sum(id)) FROM item;

SELECT pg_get_serial_sequence('"Mixed"', 'n'), pg_get_serial_sequence('public."Mixed"', 'Id'), pg_get_serial_sequence('"Mixed"', 'plain'), pg_get_serial_sequence('Item', 'id');

SELECT pg_get_serial_sequence('item', 'nope');

SELECT pg_get_serial_sequence('item', 'nope') FROM item WHERE false;

SELECT has_table_privilege('item', 'SELECT'), has_table_privilege('public.item', ' insert , update'), has_table_privilege('"Mixed"', 'truncate'), has_table_privilege('items', 'delete'::text);

SELECT has_schema_privilege('public', 'usage'), has_schema_privilege('public', 'USAGE ') FROM item WHERE id = 1;

SELECT id, tags FROM item ORDER BY tags, id;

SELECT max(tags), min(tags) FROM item;

SELECT id FROM item WHERE tags < '{b}' ORDER BY tags DESC;

SELECT v, to_char(v, 'RN'), to_char(v, 'FMRN'), to_char(v::numeric, 'rn'), to_char(v::float8 + 0.5, '"no. "FMrn'), to_char(v + 0.5, 'FMRN'), to_char(v::bigint, 'RN') FROM (VALUES (1), (4), (9), (14), (3888), (3999), (4000), (0), (-5), (NULL)) s(v);

SELECT to_char(3000000000, 'RN');

SELECT to_char(485, $1);
--$ ["RN"]

