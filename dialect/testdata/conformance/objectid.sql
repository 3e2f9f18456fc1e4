CREATE SCHEMA s;
CREATE TABLE t (id serial PRIMARY KEY, "Name" text);
CREATE TABLE s.u (id int PRIMARY KEY);
CREATE TABLE "Odd" (id int);
CREATE TABLE s.t (id int);
CREATE INDEX t_name ON t ("Name");
CREATE VIEW v AS SELECT id FROM t;
CREATE MATERIALIZED VIEW mv AS SELECT id FROM t;
CREATE INDEX mv_id ON mv (id);
CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE TYPE s.mood2 AS ENUM ('x');
CREATE TYPE comp AS (a int);
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE TABLE r (n int, c regclass, y regtype);
INSERT INTO t ("Name") VALUES ('a'), ('b');
INSERT INTO r VALUES (1, 't', 'int4'), (2, 's.u', 'mood'), (3, '-', 'text[]'), (4, NULL, NULL), (5, 't_pkey', 'timestamptz');
CREATE TABLE names (n int, rel text, typ text);
INSERT INTO names VALUES (1, 't', 'int'), (2, 's.u', 'character varying(20)'), (3, 'public."Odd"', 'timestamp with time zone'), (4, 'nope', 'nope'), (5, NULL, NULL), (6, 'v', 'mood[]');
-- cases
SELECT 't'::regclass, 's.u'::regclass, 'public.t'::regclass, '"Odd"'::regclass, 'T'::regclass, ' t '::regclass, 's.t'::regclass;

SELECT 't_pkey'::regclass, 't_id_seq'::regclass, 't_name'::regclass, 'v'::regclass, 'mv'::regclass, 'mv_id'::regclass, 'comp'::regclass, 'pg_class'::regclass, 'pg_catalog.pg_type'::regclass;

SELECT '-'::regclass, '0'::regclass, '1259'::regclass, '-'::regclass::oid, 0::regclass, 1259::regclass, '1259'::oid::regclass;

SELECT 'nope'::regclass;

SELECT 'nosuch.t'::regclass;

SELECT 's.nope'::regclass;

SELECT 'public.NOPE'::regclass;

SELECT ''::regclass;

SELECT 'a b'::regclass;

SELECT '"a'::regclass;

SELECT 'a.b.c.d'::regclass;

SELECT 'x.public.t'::regclass;

SELECT 'conformance_objectid.public.t'::regclass;

SELECT '99999999999'::regclass;

SELECT '-5'::regclass;

SELECT 't'::regclass::text, 's.u'::regclass::varchar, '"Odd"'::regclass::text, 's.u'::regclass::name;

SELECT 't'::regclass = 't'::regclass, 't'::regclass = 's.u'::regclass, 't'::regclass::oid = 't'::regclass, 't'::regclass::int8 > 0, 't'::regclass::int4 > 0, 't'::regclass::oid::regclass, 't'::regclass::int8::regclass;

SELECT 't'::regclass = 't';

SELECT t::regclass FROM (VALUES ('t'), ('s.u'), (NULL), ('"Odd"')) x(t);

SELECT n, rel::regclass FROM names WHERE n <> 4 ORDER BY n;

SELECT n, rel::regclass FROM names ORDER BY n;

SELECT n, to_regclass(rel), to_regtype(typ) FROM names ORDER BY n;

SELECT n, typ::regtype FROM names WHERE n <> 4 ORDER BY n;

SELECT n, typ::regtype::oid, typ::regtype::text FROM names WHERE n IN (1, 2, 3) ORDER BY n;

SELECT n, typ::regtype FROM names ORDER BY n;

SELECT $1::regclass, $2::regtype;
--$ ["s.u", "int"]

SELECT $1::regclass;
--$ ["nope"]

SELECT $1::regclass::text, $1::regclass IS NULL;
--$ [null]

SELECT $1::regclass;
--$ [1259]

SELECT $1::text::regclass;
--$ ["t"]

SELECT $1::text::regclass;
--$ ["1259"]

SELECT $1::text::regclass;
--$ ["-"]

SELECT $1::text::regtype;
--$ ["a b c"]

SELECT 'int4 ('::regtype;

SELECT to_regclass($1), to_regclass($1) IS NOT NULL;
--$ ["public.t"]

SELECT to_regclass('nope'), to_regclass('-'), to_regclass('123'), to_regclass('nosuch.t'), to_regclass(NULL), to_regclass('s.u');

SELECT to_regclass('');

SELECT to_regclass('a.b.c');

SELECT 'int'::regtype, 'int4'::regtype, 'numeric(10,2)'::regtype, 'int[]'::regtype, '_int4'::regtype, 'timestamp with time zone'::regtype, '-'::regtype, '23'::regtype, '"char"'::regtype, 'char'::regtype, 'bpchar'::regtype, 'double precision'::regtype, 'pg_catalog.text'::regtype;

SELECT 'mood'::regtype, 'public.mood[]'::regtype, 't'::regtype, 'comp'::regtype, 'posint'::regtype, 's.mood2'::regtype, '_mood'::regtype;

SELECT 'nope'::regtype;

SELECT 'nosuch.t'::regtype;

SELECT 's.nope'::regtype;

SELECT ''::regtype;

SELECT 'a b c'::regtype;

SELECT 'int4, 5'::regtype;

SELECT 'setof int4'::regtype;

SELECT to_regtype('nope'), to_regtype('nosuch.t'), to_regtype('int'), to_regtype('mood'), to_regtype('s.mood2');

SELECT 23::regtype, 0::regtype, 25::oid::regtype, 1009::regtype, 'int4'::regtype::int;

SELECT pg_typeof(1), pg_typeof(1)::oid, pg_typeof(1) = 'integer'::regtype, pg_typeof('x'), pg_typeof(NULL), pg_typeof(1)::text, pg_typeof('t'::regclass), pg_typeof(pg_typeof(1)), pg_typeof('sad'::mood), pg_typeof(ARRAY[1]), pg_typeof(t) FROM t LIMIT 1;

SELECT pg_typeof(1) = 'integer';

SELECT pg_typeof("Name") IN ('text'::regtype, 'varchar'::regtype), pg_typeof(id)::text || '!' FROM t WHERE pg_typeof(id)::text = 'integer';

SELECT 'now'::regproc, 'pg_catalog.now'::regproc, '-'::regproc, 1299::regproc, 1397::regproc, 'upper'::text;

SELECT 'now'::regproc;

SELECT 'abs'::regproc;

SELECT 'nope'::regproc;

SELECT to_regproc('abs'), to_regproc('nope'), to_regproc('now');

SELECT 'abs(int)'::regprocedure, 'now()'::regprocedure, 'abs( double precision )'::regprocedure, 1397::regprocedure, 'pg_catalog.substr(text, integer)'::regprocedure, 'count("any")'::regprocedure;

SELECT 'abs(text)'::regprocedure;

SELECT 'abs'::regprocedure;

SELECT 'abs(int'::regprocedure;

SELECT to_regprocedure('abs(text)'), to_regprocedure('abs(int)');

SELECT '||/'::regoper, 597::regoper, 551::regoper, to_regoper('+'), to_regoper('||/'), to_regoper('@@@@');

SELECT '+'::regoper;

SELECT '@@@@'::regoper;

SELECT '+(int,int)'::regoperator, '!!(none,tsquery)'::regoperator, 551::regoperator, to_regoperator('+(text,int)');

SELECT 0::regoper, '0'::regoperator, 0::regprocedure, to_regoper('-');

SELECT '-'::regoper;

SELECT '+(text,int)'::regoperator;

SELECT '+(int)'::regoperator;

SELECT '+(int,int,int)'::regoperator;

SELECT 'public'::regnamespace, 's'::regnamespace, 'pg_catalog'::regnamespace, '-'::regnamespace, '11'::regnamespace, 'S'::regnamespace, 'pg_toast'::regnamespace, 's'::regnamespace::text;

SELECT 'nosuch'::regnamespace;

SELECT 'a.b'::regnamespace;

SELECT to_regnamespace('nosuch'), to_regnamespace('public');

SELECT to_regclass(rel)::text, to_regclass(rel)::oid = 't'::regclass FROM names ORDER BY n;

SELECT concat('t'::regclass, 'x'), to_json('t'::regclass), to_jsonb('s.u'::regclass), json_build_object('a', 't'::regclass, 'b', 'int'::regtype), format('%s %I %L', 't'::regclass, '"Odd"'::regclass, 's.u'::regclass), quote_literal('t'::regclass), quote_nullable('"Odd"'::regclass), 't'::regclass || 'x', 'x' || 'int'::regtype, concat_ws(',', 't'::regclass, NULL::regclass);

SELECT array_agg(c ORDER BY n), json_agg(c ORDER BY n), string_agg(c::text, ',' ORDER BY n) FROM r;

SELECT ARRAY['t'::regclass, 's.u'], '{t,s.u,NULL}'::regclass[], ARRAY['t', '"Odd"']::regclass[], ARRAY['t'::regclass]::text[], ARRAY['t'::regclass, NULL]::text, '{int4,mood}'::regtype[], array_to_string(ARRAY['t'::regclass, 's.u'::regclass], ',');

SELECT 't'::regclass = ANY ('{t,s.u}'::regclass[]), 't'::regclass = ANY (ARRAY['s.u'::regclass]), 't'::regclass IN ('t', 's.u'), n FROM r WHERE c = ANY ('{t,s.u}'::regclass[]) ORDER BY n;

SELECT unnest(ARRAY['t', 's.u']::regclass[]);

SELECT (ARRAY['t', 's.u']::regclass[])[2], (ARRAY['t', 's.u']::regclass[])[1]::text;

SELECT '{t,nope}'::regclass[];

SELECT * FROM r ORDER BY n;

SELECT c, count(*) FROM r GROUP BY c ORDER BY c::text;

SELECT DISTINCT y FROM r ORDER BY y;

SELECT n FROM r WHERE c = 't'::regclass OR y = 'text[]'::regtype ORDER BY n;

SELECT n FROM r WHERE c = $1 ORDER BY n;
--$ [0]

SELECT coalesce(c, 't'::regclass), nullif(c, 't'::regclass), CASE WHEN n = 1 THEN c ELSE 'v'::regclass END, greatest(c, 0::regclass) IS NOT NULL FROM r ORDER BY n;

INSERT INTO r VALUES (10, 'v', 'int8') RETURNING c, y;
SELECT c, y FROM r WHERE n = 10;

INSERT INTO r VALUES (10, $1, $2);
--$ ["mv", "numeric"]
SELECT c, y, c::oid = 'mv'::regclass FROM r WHERE n = 10;

UPDATE r SET c = 's.t' WHERE n = 1 RETURNING c;

INSERT INTO r VALUES (10, 'nope', 'int8');

SET search_path = s;
SELECT 't'::regclass, 'public.t'::regclass, 'u'::regclass, 'mood2'::regtype, 'public.mood'::regtype, to_regclass('r'), 't'::regclass::text, c FROM public.r ORDER BY n;

SET search_path = s, public;
SELECT 't'::regclass, 'public.t'::regclass, 's.t'::regclass, 'mood'::regtype;

CREATE TABLE fresh (id serial PRIMARY KEY, x int UNIQUE);
SELECT 'fresh'::regclass, 'fresh_pkey'::regclass, 'fresh_id_seq'::regclass, 'fresh_x_key'::regclass, to_regclass('fresh')::text;

CREATE TYPE fresh AS ENUM ('a');
SELECT 'fresh'::regtype, 'fresh[]'::regtype, pg_typeof('a'::fresh);

DROP TABLE s.u;
SELECT to_regclass('s.u');

CREATE TEMP TABLE tmp (id int);
SELECT 'tmp'::regclass, 'pg_temp.tmp'::regclass, to_regclass('tmp')::text;

CREATE TEMP TABLE t (id int);
SELECT 't'::regclass, 'public.t'::regclass, to_regclass('public.t')::text;

SELECT nextval('t_id_seq'::regclass) IS NOT NULL, currval('t_id_seq'::regclass::oid::regclass) IS NOT NULL;

SELECT nextval('t'::regclass);

SELECT setval(pg_get_serial_sequence('t', 'id'), 50), nextval(pg_get_serial_sequence('public.t', 'id'));

SELECT pg_get_serial_sequence('t', 'id'), pg_get_serial_sequence('t', 'Name'), pg_get_serial_sequence(rel, 'id') FROM names WHERE n = 1;

SELECT pg_get_serial_sequence('t', 'nope');

SELECT pg_get_serial_sequence('nope', 'id');

SELECT pg_get_serial_sequence($1, $2);
--$ ["t", "id"]

SELECT x.c FROM (SELECT c FROM r UNION SELECT 'v'::regclass) x WHERE c IS NOT NULL ORDER BY c::text;

WITH w AS (SELECT 't'::regclass AS a) SELECT a, a::text FROM w;

SELECT (SELECT 't'::regclass), EXISTS (SELECT 1 FROM r WHERE c = 't'::regclass);

SELECT max(c::oid)::regclass IS NOT NULL, min(y::oid)::regtype FROM r;

SELECT ROW('t'::regclass);

SELECT row_to_json(x) FROM (SELECT c, y FROM r WHERE n = 1) x;

SELECT r FROM r WHERE n = 1;

SELECT 't'::regclass + 1 > 1;

SELECT 't'::regclass::bool;

SELECT 1::regrole;

SELECT '"C"'::regcollation;

SELECT regclass('t'), regtype('int4'), 't'::regclass::regclass;

SELECT CAST('t' AS regclass), regclass 't', regtype 'int';

SELECT oid::regclass FROM pg_class WHERE relname IN ('t_pkey', 'v', 't_name') AND relnamespace = 'public'::regnamespace ORDER BY relname;

SELECT conname, conrelid::regclass, confrelid::regclass FROM pg_constraint WHERE conrelid = 't'::regclass;

SELECT attname, atttypid::regtype, attrelid::regclass FROM pg_attribute WHERE attrelid = 'public.t'::regclass AND attnum > 0 ORDER BY attnum;

PREPARE p(regclass) AS SELECT $1, $1::text;
EXECUTE p('t');
EXECUTE p('s.u');

SELECT 'english'::regconfig, 'simple'::regconfig::text, 'english'::regconfig = 'english'::regconfig;

SELECT 'simple'::regconfig::oid;

SELECT 3748::regconfig;

SELECT 30::regtype, 22::regtype, 1013::regtype, 1006::regtype, format_type(30, -1), format_type(22, NULL), format_type(1005, -1);
