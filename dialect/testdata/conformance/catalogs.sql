CREATE SCHEMA shop;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN posint AS integer NOT NULL CHECK (VALUE > 0);
CREATE TABLE companies (id bigserial PRIMARY KEY, name text NOT NULL, "Odd Name" varchar(20));
CREATE TABLE users (
	id bigserial PRIMARY KEY, created_at timestamptz DEFAULT now(), name varchar(100) NOT NULL DEFAULT 'x', email text UNIQUE,
	price numeric(10,2) DEFAULT 0, free numeric, ok boolean DEFAULT true, m mood DEFAULT 'ok', p posint, tags text[], data jsonb, b bytea, u uuid, c char(3),
	d date, ts timestamp(3), t time, iv interval, r real, f double precision, s smallint, i integer, bits bit(5), n name, co text COLLATE "C",
	company_id bigint REFERENCES companies ON DELETE SET NULL ON UPDATE CASCADE, g integer GENERATED ALWAYS AS (i * 2) STORED,
	CONSTRAINT positive CHECK (price >= 0)
);
CREATE TABLE shop.orders (id integer GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2), a int, b int, PRIMARY KEY (id), UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE lines (order_id int REFERENCES shop.orders, n int, x int, y int, PRIMARY KEY (order_id, n), FOREIGN KEY (x, y) REFERENCES lines (order_id, n) MATCH FULL);
CREATE INDEX users_name ON users (name DESC, lower(email)) WHERE ok;
CREATE VIEW v AS SELECT id, name FROM users;
CREATE SEQUENCE extra AS smallint MAXVALUE 100 CYCLE;
CREATE TABLE dropped (a int, b int, c int);
ALTER TABLE dropped DROP COLUMN b;
CREATE TYPE pair AS (a int, b text[]);
CREATE TABLE pairs (p pair, m int[][], n text[]);
COMMENT ON INDEX companies_pkey IS 'the key';
COMMENT ON SEQUENCE extra IS 'more';
COMMENT ON TYPE mood IS 'how one feels';
COMMENT ON TABLE users IS 'people';
COMMENT ON COLUMN users.name IS 'what they are called';
-- cases
SELECT CURRENT_SCHEMA(), CURRENT_DATABASE();

SELECT count(*) FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA() AND table_name = 'users' AND table_type = 'BASE TABLE';

SELECT count(*) FROM INFORMATION_SCHEMA.columns WHERE table_schema = CURRENT_SCHEMA() AND table_name = 'users' AND column_name = 'name';

SELECT count(*) FROM pg_indexes WHERE tablename = 'users' AND indexname = 'users_name' AND schemaname = CURRENT_SCHEMA();

SELECT count(*) FROM INFORMATION_SCHEMA.table_constraints WHERE table_schema = CURRENT_SCHEMA() AND table_name = 'users' AND constraint_name = 'positive';

SELECT c.column_name, c.is_nullable = 'YES', c.udt_name, c.character_maximum_length, c.numeric_precision, c.numeric_precision_radix, c.numeric_scale, c.datetime_precision, 8 * typlen, c.column_default, pd.description, c.identity_increment FROM information_schema.columns AS c JOIN pg_type AS pgt ON c.udt_name = pgt.typname LEFT JOIN pg_catalog.pg_description as pd ON pd.objsubid = c.ordinal_position AND pd.objoid = (SELECT oid FROM pg_catalog.pg_class WHERE relname = c.table_name AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = c.table_schema)) where table_catalog = 'conformance_catalogs' AND table_schema = CURRENT_SCHEMA() AND table_name = 'users';

SELECT c.column_name, constraint_name, constraint_type FROM information_schema.table_constraints tc JOIN information_schema.constraint_column_usage AS ccu USING (constraint_schema, constraint_catalog, table_name, constraint_name) JOIN information_schema.columns AS c ON c.table_schema = tc.constraint_schema AND tc.table_name = c.table_name AND ccu.column_name = c.column_name WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND c.table_catalog = 'conformance_catalogs' AND c.table_schema = CURRENT_SCHEMA() AND c.table_name = 'users';

SELECT a.attname as column_name, format_type(a.atttypid, a.atttypmod) AS data_type FROM pg_attribute a JOIN pg_class b ON a.attrelid = b.oid AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = CURRENT_SCHEMA()) WHERE a.attnum > 0 AND NOT a.attisdropped AND b.relname = 'users';

SELECT table_name FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA() AND table_type = 'BASE TABLE';

SELECT table_name, table_type FROM information_schema.tables WHERE table_schema IN ('public', 'shop');

SELECT COUNT(1) FROM information_schema.tables WHERE table_schema = 'shop' AND table_name = 'orders' LIMIT 1;

SELECT EXISTS (SELECT 1 FROM pg_tables WHERE (current_schema() IS NULL OR schemaname = current_schema()) AND tablename = 'users');

SELECT schemaname, tablename, tablespace, hasindexes FROM pg_catalog.pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema');

SELECT table_catalog, table_schema, table_name, column_name, ordinal_position, column_default, is_nullable, data_type, character_maximum_length, character_octet_length, numeric_precision, numeric_precision_radix, numeric_scale, datetime_precision, interval_precision, collation_catalog, collation_schema, collation_name, domain_catalog, domain_schema, domain_name, udt_catalog, udt_schema, udt_name, maximum_cardinality, dtd_identifier, is_self_referencing, is_identity, identity_generation, identity_start, identity_increment, identity_maximum, identity_minimum, identity_cycle, is_generated, generation_expression FROM information_schema.columns WHERE table_schema IN ('public', 'shop');

SELECT * FROM information_schema.key_column_usage WHERE constraint_schema IN ('public', 'shop');

SELECT * FROM information_schema.constraint_column_usage WHERE table_schema IN ('public', 'shop') AND constraint_schema IN ('public', 'shop');

SELECT * FROM information_schema.referential_constraints WHERE constraint_schema IN ('public', 'shop');

SELECT constraint_schema, constraint_name, table_schema, table_name, constraint_type, is_deferrable, initially_deferred, enforced FROM information_schema.table_constraints WHERE table_schema IN ('public', 'shop');

SELECT * FROM information_schema.sequences WHERE sequence_schema IN ('public', 'shop');

SELECT n.nspname, c.relname, c.relkind, c.relnatts, c.relhasindex, c.relreplident, c.relpersistence FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname IN ('public', 'shop');

SELECT c.oid, c.relname FROM pg_class c WHERE c.relname IN ('users', 'users_pkey', 'users_id_seq', 'v');

SELECT attrelid, attname, atttypid, attlen, attnum, atttypmod, attnotnull, atthasdef, attidentity, attgenerated FROM pg_attribute WHERE attrelid = 'users'::regclass AND attnum > 0;

SELECT i.indexrelid, i.indrelid, i.indnkeyatts, i.indisunique, i.indisprimary, i.indimmediate, i.indisvalid, pg_get_expr(i.indpred, i.indrelid), pg_get_indexdef(i.indexrelid) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public';

SELECT con.oid, con.conname, con.contype, con.condeferrable, con.condeferred, con.convalidated, con.conrelid, con.conindid, con.confrelid, con.confupdtype, con.confdeltype, con.confmatchtype, con.conkey, con.confkey, pg_get_constraintdef(con.oid) FROM pg_constraint con JOIN pg_namespace n ON n.oid = con.connamespace WHERE n.nspname IN ('public', 'shop') AND con.conrelid <> 0;

SELECT d.adrelid, d.adnum, pg_get_expr(d.adbin, d.adrelid) FROM pg_attrdef d JOIN pg_class c ON c.oid = d.adrelid WHERE c.relname IN ('users', 'companies');

SELECT t.typname, e.enumlabel, e.enumsortorder FROM pg_type t JOIN pg_enum e ON t.oid = e.enumtypid ORDER BY 1, 3;

SELECT oid, typname, typlen, typtype, typcategory, typelem, typarray, typbasetype, typnotnull FROM pg_type WHERE typname IN ('int4', '_int4', 'mood', '_mood', 'posint', 'jsonb', 'varchar');

SELECT nspname FROM pg_namespace WHERE nspname NOT LIKE 'pg_%' AND nspname <> 'information_schema';

SELECT schema_name FROM information_schema.schemata WHERE schema_name IN ('public', 'shop', 'nothing');

SELECT col_description('users'::regclass, 3), obj_description('users'::regclass, 'pg_class');

SELECT to_regclass('public.users') IS NOT NULL, to_regclass('nothing') IS NULL;

SELECT sequencename, start_value, min_value, max_value, increment_by, cycle FROM pg_sequences;

SELECT c.relname FROM pg_class c WHERE pg_table_is_visible(c.oid) AND c.relkind = 'r' AND c.relname IN ('users', 'orders', 'lines');

SELECT relname FROM pg_class;

SELECT relpages FROM pg_class WHERE relname = 'users';

SELECT ct.relname AS table_name, ci.relname AS index_name, i.indisunique AS non_unique, i.indisprimary AS primary, a.attname AS column_name FROM pg_index i LEFT JOIN pg_class ct ON ct.oid = i.indrelid LEFT JOIN pg_class ci ON ci.oid = i.indexrelid LEFT JOIN pg_attribute a ON a.attrelid = ct.oid LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid WHERE a.attnum = ANY(i.indkey) AND con.oid IS NULL AND ct.relkind = 'r' AND ct.relname = $1 AND ct.relnamespace = (SELECT oid FROM pg_namespace WHERE nspname = $2);
--$ ["users", "public"]

SELECT ct.relname AS table_name, ci.relname AS index_name, i.indisunique AS non_unique, a.attname FROM pg_index i LEFT JOIN pg_class ct ON ct.oid = i.indrelid LEFT JOIN pg_class ci ON ci.oid = i.indexrelid LEFT JOIN pg_attribute a ON a.attrelid = ct.oid LEFT JOIN pg_constraint con ON con.conindid = i.indexrelid WHERE a.attnum = ANY(i.indkey) AND con.oid IS NULL AND ct.relkind = 'r' AND ct.relname = $1;
--$ ["pg_class"]

SELECT count(*) FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2 AND table_type = $3;
--$ ["public", "users", "BASE TABLE"]

SELECT count(*) FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2;
--$ ["pg_catalog", "pg_class"]

SELECT count(*) FROM INFORMATION_SCHEMA.columns WHERE table_schema = $1 AND table_name = $2 AND column_name = $3;
--$ ["public", "users", "email"]

SELECT description FROM pg_catalog.pg_description WHERE objsubid = (SELECT ordinal_position FROM information_schema.columns WHERE table_schema = $1 AND table_name = $2 AND column_name = $3) AND objoid = (SELECT oid FROM pg_catalog.pg_class WHERE relname = $4 AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $5));
--$ ["public", "users", "name", "users", "public"]

SELECT c.column_name, c.is_nullable = 'YES', c.udt_name, c.character_maximum_length, c.numeric_precision, c.numeric_precision_radix, c.numeric_scale, c.datetime_precision, 8 * typlen, c.column_default, pd.description, c.identity_increment FROM information_schema.columns AS c JOIN pg_type AS pgt ON c.udt_name = pgt.typname LEFT JOIN pg_catalog.pg_description as pd ON pd.objsubid = c.ordinal_position AND pd.objoid = (SELECT oid FROM pg_catalog.pg_class WHERE relname = c.table_name AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = c.table_schema)) where table_catalog = $1 AND table_schema = $2 AND table_name = $3;
--$ ["conformance_catalogs", "public", "users"]

SELECT constraint_name FROM information_schema.table_constraints tc JOIN information_schema.constraint_column_usage AS ccu USING (constraint_schema, constraint_catalog, table_name, constraint_name) JOIN information_schema.columns AS c ON c.table_schema = tc.constraint_schema AND tc.table_name = c.table_name AND ccu.column_name = c.column_name WHERE constraint_type IN ('PRIMARY KEY', 'UNIQUE') AND c.table_catalog = $1 AND c.table_schema = $2 AND c.table_name = $3 AND constraint_type = $4;
--$ ["conformance_catalogs", "public", "users", "UNIQUE"]

SELECT a.attname as column_name, format_type(a.atttypid, a.atttypmod) AS data_type FROM pg_attribute a JOIN pg_class b ON a.attrelid = b.oid AND relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = $1) WHERE a.attnum > 0 AND NOT a.attisdropped AND b.relname = $2;
--$ ["public", "users"]

SELECT column_default FROM information_schema.columns WHERE table_name = $1 AND column_name = $2;
--$ ["users", "id"]

SELECT column_default FROM information_schema.columns WHERE table_name = $1 AND column_name = $2;
--$ ["columns", "table_name"]

SELECT table_schema, table_name FROM information_schema.tables WHERE table_type = 'BASE TABLE' AND table_schema <> 'information_schema' AND table_schema NOT LIKE 'pg_%';

SELECT "c".table_name, "c".column_name, 'p' = ANY("c".constraint_type) AS is_pk, "c".array_dims, "c"."constraint_name" FROM (SELECT "table_schema", "table_name", "column_name", att.array_dims, att."constraint_name", att."constraint_type" FROM information_schema.columns "c" LEFT JOIN (SELECT s.nspname AS "table_schema", "t".relname AS "table_name", "c".attname AS "column_name", "c".attndims AS array_dims, "c".attidentity AS identity_type, ARRAY_AGG(con.conname ORDER BY con.conname) AS "constraint_name", ARRAY_AGG(con.contype ORDER BY con.conname) AS "constraint_type" FROM (SELECT conname, contype, connamespace, conrelid, conrelid AS attrelid, UNNEST(conkey) AS attnum FROM pg_constraint) con LEFT JOIN pg_attribute "c" USING (attrelid, attnum) LEFT JOIN pg_namespace s ON s.oid = con.connamespace LEFT JOIN pg_class "t" ON "t".oid = con.conrelid GROUP BY 1, 2, 3, 4, 5) att USING ("table_schema", "table_name", "column_name")) "c" WHERE "table_schema" = $1 AND "table_name" = $2;
--$ ["public", "users"]

SELECT t3.oid, t1.table_schema, t1.table_name, pg_catalog.obj_description(t3.oid, 'pg_class') AS comment FROM INFORMATION_SCHEMA.TABLES AS t1 JOIN pg_catalog.pg_namespace AS t2 ON t2.nspname = t1.table_schema JOIN pg_catalog.pg_class AS t3 ON t3.relnamespace = t2.oid AND t3.relname = t1.table_name WHERE t1.table_type = 'BASE TABLE' AND t1.table_schema IN ($1, $2) ORDER BY t1.table_schema, t1.table_name;
--$ ["public", "shop"]

SELECT t1.table_name, t1.column_name, t1.data_type, pg_catalog.format_type(a.atttypid, a.atttypmod) AS format_type, t1.is_nullable, t1.column_default, t1.identity_generation, t1.generation_expression, col_description(t3.oid, "ordinal_position") AS comment, t4.typtype, t4.typelem, t4.oid FROM "information_schema"."columns" AS t1 JOIN pg_catalog.pg_namespace AS t2 ON t2.nspname = t1.table_schema JOIN pg_catalog.pg_class AS t3 ON t3.relnamespace = t2.oid AND t3.relname = t1.table_name JOIN pg_catalog.pg_attribute AS a ON a.attrelid = t3.oid AND a.attname = t1.column_name LEFT JOIN pg_catalog.pg_type AS t4 ON t1.udt_name = t4.typname AND t4.typnamespace = t2.oid WHERE t1.table_schema = $1 AND t1.table_name IN ($2, $3) ORDER BY t1.table_name, t1.ordinal_position;
--$ ["public", "users", "companies"]

SELECT t.relname AS table_name, i.relname AS index_name, am.amname AS index_type, a.attname AS column_name, idx.indisprimary AS primary, idx.indisunique AS unique, con.nametypes, pg_get_expr(idx.indpred, idx.indrelid) AS predicate, pg_get_indexdef(idx.indexrelid, idx.ord, false) AS expression, (idx.indoption[idx.ord - 1] & 1) <> 0 AS isdesc, (idx.indoption[idx.ord - 1] & 2) <> 0 AS nulls_first FROM (SELECT idx.*, generate_series(1, array_length(idx.indkey, 1)) AS ord, unnest(idx.indkey) AS key FROM pg_index idx) idx JOIN pg_class i ON i.oid = idx.indexrelid JOIN pg_class t ON t.oid = idx.indrelid JOIN pg_namespace n ON n.oid = t.relnamespace LEFT JOIN (SELECT conindid, jsonb_object_agg(conname, contype) AS nametypes FROM pg_constraint GROUP BY conindid) con ON con.conindid = idx.indexrelid LEFT JOIN pg_attribute a ON (a.attrelid, a.attnum) = (idx.indrelid, idx.key) JOIN pg_am am ON am.oid = i.relam WHERE n.nspname = $1 AND t.relname IN ($2, $3) ORDER BY table_name, index_name, idx.ord;
--$ ["shop", "orders", "lines"]

SELECT i.relname, x.indkey, x.indoption, x.indnatts, x.indkey[0], x.indkey::int2[], array_length(x.indkey, 1), array_lower(x.indkey, 1), pg_get_expr(x.indexprs, x.indrelid), x.indexprs IS NULL, a.amname FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid JOIN pg_am a ON a.oid = i.relam WHERE x.indrelid = 'users'::regclass ORDER BY i.relname;

SELECT i.relname, k.n, k.attnum FROM pg_index x JOIN pg_class i ON i.oid = x.indexrelid, unnest(x.indkey) WITH ORDINALITY k(attnum, n) WHERE x.indrelid = 'lines'::regclass ORDER BY 1, 2;

SELECT adbin FROM pg_attrdef WHERE adrelid = 'users'::regclass;

SELECT nsp1.nspname AS schema_name, cls1.relname AS table_name, con.conname AS constraint_name, con.contype, pg_get_expr(con.conbin, con.conrelid) AS expression, a.attname AS column_name, con.conkey FROM pg_constraint con JOIN pg_attribute a ON a.attrelid = con.conrelid AND a.attnum = ANY(con.conkey) JOIN pg_class cls1 ON cls1.oid = con.conrelid JOIN pg_namespace nsp1 ON nsp1.oid = cls1.relnamespace WHERE con.contype = 'c' AND nsp1.nspname = $1 AND cls1.relname IN ($2, $3) ORDER BY cls1.relname, con.conname;
--$ ["public", "users", "companies"]

SELECT fk.conname AS constraint_name, fk.relname AS table_name, a1.attname AS column_name, fk.nspname AS table_schema, fk.referenced_relname, a2.attname, fk.confupdtype, fk.confdeltype FROM (SELECT con.conname, con.conrelid, con.confrelid, t1.relname, ns1.nspname, t2.relname AS referenced_relname, con.confupdtype, con.confdeltype, unnest(con.conkey) AS conkey, unnest(con.confkey) AS confkey FROM pg_constraint con JOIN pg_class t1 ON t1.oid = con.conrelid JOIN pg_class t2 ON t2.oid = con.confrelid JOIN pg_namespace ns1 ON t1.relnamespace = ns1.oid WHERE ns1.nspname = $1 AND t1.relname IN ($2, $3) AND con.contype = 'f') AS fk JOIN pg_attribute a1 ON a1.attnum = fk.conkey AND a1.attrelid = fk.conrelid JOIN pg_attribute a2 ON a2.attnum = fk.confkey AND a2.attrelid = fk.confrelid ORDER BY fk.conrelid, fk.conname, a1.attnum;
--$ ["public", "users", "lines"]

SELECT n.nspname AS schema_name, e.enumtypid AS enum_id, t.typname AS enum_name, e.enumlabel AS enum_value FROM pg_enum e JOIN pg_type t ON e.enumtypid = t.oid JOIN pg_namespace n ON t.typnamespace = n.oid WHERE n.nspname IN ($1) ORDER BY n.nspname, e.enumtypid, e.enumsortorder;
--$ ["public"]

SELECT nspname AS schema_name, pg_catalog.obj_description((nspname)::regnamespace, 'pg_namespace') AS comment FROM pg_catalog.pg_namespace WHERE nspname = CURRENT_SCHEMA() ORDER BY nspname;

SELECT current_setting('server_version_num'), current_database(), current_schema(), current_schemas(true), current_schemas(false);

SELECT COUNT(*) FROM information_schema.tables WHERE table_schema = current_schema() AND table_name = 'atlas_schema_revisions';

SELECT EXISTS (SELECT 1 FROM pg_tables WHERE (current_schema() IS NULL OR schemaname = current_schema()) AND tablename = $1);
--$ ["goose_db_version"]

SELECT EXISTS (SELECT 1 FROM pg_catalog.pg_tables WHERE schemaname = $1 AND tablename = $2);
--$ ["public", "users"]

SELECT COUNT(1) FROM information_schema.tables WHERE table_schema = $1 AND table_name = $2 LIMIT 1;
--$ ["public", "schema_migrations"]

SELECT pg_advisory_lock($1);
--$ [12345]

SELECT table_name FROM information_schema.tables WHERE table_schema=(SELECT current_schema()) AND table_type='BASE TABLE';

SELECT typtype::text, typbasetype FROM pg_type WHERE oid = $1;
--$ [23]

SELECT t.oid, typrelid <> 0, typname, typtype, typelem, typdelim FROM pg_type t WHERE typname IN ('mood', 'posint', 'users', '_users', 'pair', 'int4', 'box') ORDER BY typname;

SELECT oid::regtype, typarray::regtype, typelem FROM pg_type WHERE oid = $1::regtype;
--$ ["mood"]

SELECT attname, atttypid FROM pg_attribute WHERE attrelid = (SELECT typrelid FROM pg_type WHERE oid = 'pair'::regtype) AND NOT attisdropped AND attnum > 0 ORDER BY attnum;

SELECT rngsubtype FROM pg_range WHERE rngtypid = $1;
--$ [3904]

SELECT rngtypid::regtype, rngsubtype::regtype, rngmultitypid::regtype FROM pg_range ORDER BY rngtypid;

SELECT enumlabel FROM pg_enum WHERE enumtypid = 'mood'::regtype ORDER BY enumsortorder;

SELECT c.relname, c.relkind, c.relhasindex, c.relnatts, c.relchecks, c.reltype::regtype, c.relam, c.reloftype, c.relpersistence, c.relreplident, c.relispartition FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace WHERE n.nspname = 'public' ORDER BY 1;

SELECT c.relname FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', 'v', 'm', 'S', 'f', '') AND n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema' AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 1;

SELECT n.nspname AS "Schema", c.relname AS "Name", CASE c.relkind WHEN 'r' THEN 'table' WHEN 'v' THEN 'view' WHEN 'i' THEN 'index' WHEN 'S' THEN 'sequence' END AS "Type" FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relkind IN ('r', 'p', '') AND n.nspname <> 'pg_catalog' AND n.nspname !~ '^pg_toast' AND n.nspname <> 'information_schema' ORDER BY 1, 2;

SELECT c.oid::regclass::text, n.nspname, c.relname FROM pg_catalog.pg_class c LEFT JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace WHERE c.relname OPERATOR(pg_catalog.~) '^(users)$' COLLATE pg_catalog.default AND pg_catalog.pg_table_is_visible(c.oid) ORDER BY 2, 3;

SELECT a.attname, pg_catalog.format_type(a.atttypid, a.atttypmod), (SELECT pg_catalog.pg_get_expr(d.adbin, d.adrelid, true) FROM pg_catalog.pg_attrdef d WHERE d.adrelid = a.attrelid AND d.adnum = a.attnum AND a.atthasdef), a.attnotnull, a.attidentity, a.attgenerated FROM pg_catalog.pg_attribute a WHERE a.attrelid = 'companies'::regclass AND a.attnum > 0 AND NOT a.attisdropped ORDER BY a.attnum;

SELECT c2.relname, i.indisprimary, i.indisunique, i.indisvalid, pg_catalog.pg_get_indexdef(i.indexrelid, 0, true), pg_catalog.pg_get_constraintdef(con.oid, true), contype, condeferrable, condeferred, i.indnullsnotdistinct FROM pg_catalog.pg_class c, pg_catalog.pg_class c2, pg_catalog.pg_index i LEFT JOIN pg_catalog.pg_constraint con ON (conrelid = i.indrelid AND conindid = i.indexrelid AND contype IN ('p', 'u', 'x')) WHERE c.oid = 'shop.orders'::regclass AND c.oid = i.indrelid AND i.indexrelid = c2.oid ORDER BY i.indisprimary DESC, c2.relname;

SELECT r.conname, pg_catalog.pg_get_constraintdef(r.oid, true) FROM pg_catalog.pg_constraint r WHERE r.conrelid = 'users'::regclass AND r.contype = 'c' ORDER BY 1;

SELECT conname, conrelid::pg_catalog.regclass AS ontable, pg_catalog.pg_get_constraintdef(oid, true) AS condef FROM pg_catalog.pg_constraint c WHERE confrelid = 'shop.orders'::regclass AND contype = 'f' ORDER BY conname;

SELECT attname, attnum, atttypid::regtype, attlen, attnotnull FROM pg_attribute WHERE attrelid = 'extra'::regclass ORDER BY attnum;

SELECT attname, attnum, attnotnull, attisdropped FROM pg_attribute WHERE attrelid = 'dropped'::regclass ORDER BY attnum;

SELECT attname, attlen FROM pg_attribute WHERE attrelid = 'dropped'::regclass ORDER BY attnum;

SELECT a.attname, c.relname FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid WHERE c.relname IN ('orders_pkey', 'pair', 'v') ORDER BY 2, a.attnum;

SELECT a.attname FROM pg_index i JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = ANY (i.indkey) WHERE i.indrelid = $1::regclass AND i.indisprimary;
--$ ["lines"]

SELECT kcu.column_name FROM information_schema.table_constraints tc JOIN information_schema.key_column_usage kcu ON tc.constraint_name = kcu.constraint_name AND tc.table_schema = kcu.table_schema WHERE tc.constraint_type = 'PRIMARY KEY' AND tc.table_schema = $1 AND tc.table_name = $2 ORDER BY kcu.ordinal_position;
--$ ["public", "lines"]

SELECT tc.constraint_name, kcu.column_name, ccu.table_name AS foreign_table, ccu.column_name AS foreign_column FROM information_schema.table_constraints tc JOIN information_schema.key_column_usage kcu ON tc.constraint_name = kcu.constraint_name AND tc.table_schema = kcu.table_schema JOIN information_schema.constraint_column_usage ccu ON ccu.constraint_name = tc.constraint_name WHERE tc.constraint_type = 'FOREIGN KEY' AND tc.table_schema = 'public' AND tc.table_name = 'users';

SELECT 1 FROM pg_extension WHERE extname = 'pgcrypto';

SELECT extname FROM pg_extension WHERE extname = 'plpgsql';

SELECT obj_description('companies_pkey'::regclass, 'pg_class'), obj_description('extra'::regclass, 'pg_class'), obj_description('public'::regnamespace, 'pg_namespace'), obj_description('mood'::regtype, 'pg_type'), col_description('users'::regclass, 3);

COMMENT ON INDEX companies_pkey IS 'changed';
SELECT obj_description('companies_pkey'::regclass, 'pg_class'), description FROM pg_description WHERE objoid = 'companies_pkey'::regclass;

SELECT format_type(1042, -1), format_type(1042, NULL), format_type(1042, 9), format_type(0, -1), format_type(NULL, 1), format_type(23, 5), format_type(1043, -1), format_type(1560, -1), format_type(1560, 1), format_type('mood'::regtype, NULL), format_type(1015, 14), format_type(1700, 655366), format_type('users'::regtype, -1);

SELECT pg_get_indexdef('users_name'::regclass), pg_get_indexdef('lines_pkey'::regclass, 0, true), pg_get_indexdef('lines_pkey'::regclass, 2, true), pg_get_indexdef('lines_pkey'::regclass, 9, true), pg_get_indexdef('users'::regclass);

SELECT pg_table_is_visible('users'::regclass), pg_table_is_visible('shop.orders'::regclass), pg_table_is_visible('pg_class'::regclass), pg_type_is_visible('mood'::regtype), pg_type_is_visible('int4'::regtype);

SET search_path = shop;
SELECT pg_table_is_visible('public.users'::regclass), pg_get_constraintdef(oid), conrelid::regclass, current_schemas(false) FROM pg_constraint WHERE conrelid = 'public.users'::regclass AND contype = 'f';

SELECT has_table_privilege('users', 'select'), has_table_privilege('users'::regclass, 'SELECT, INSERT'), has_column_privilege('users', 'id', 'select'), has_schema_privilege('public', 'create'), has_table_privilege(current_user, 'users', 'delete'), has_sequence_privilege('extra', 'usage'), has_table_privilege('v', 'select'), has_schema_privilege('shop'::regnamespace, 'usage'), has_database_privilege(current_database(), 'create, temp');

SELECT has_table_privilege(c.oid, 'select') FROM pg_class c WHERE c.relname = 'users';

SELECT has_table_privilege('nope', 'select');

SELECT has_table_privilege('users', 'x');

SELECT has_column_privilege('users', 'nope', 'select');

SELECT has_sequence_privilege('users', 'usage');

SELECT has_schema_privilege('nosuch', 'usage');

SELECT has_table_privilege($1, $2);
--$ ["shop.orders", "UPDATE"]

SELECT pg_size_pretty(12345678::bigint), pg_size_bytes('10 MB'), pg_size_bytes('1.5GB'), pg_size_bytes('100'), pg_size_bytes(' 2 kB ');

SELECT pg_size_bytes('10 furlongs');

SELECT pg_size_bytes('1e3 kb'), pg_size_bytes('-1.5 MB'), pg_size_bytes('.5kB'), pg_size_bytes('1.0005 kB'), pg_size_bytes('1. kB'), pg_size_bytes('+5 kB  '), pg_size_bytes('1 PB');

SELECT pg_size_bytes('9999999999 TB');

SELECT pg_size_bytes('abc');

SELECT c.relname, (SELECT count(*) FROM pg_class) FROM pg_class c WHERE c.relname = 'users';

SELECT relname FROM pg_class WHERE relname LIKE 'user%';

SELECT relname FROM pg_class WHERE relname = 'pg_class';

SELECT count(*) FROM pg_class WHERE oid = $1;
--$ [1259]

SELECT relname FROM pg_class WHERE oid = $1::regclass;
--$ ["users"]

SELECT n.nspname FROM pg_class c, pg_namespace n WHERE n.nspname = 'public';

SELECT nspname FROM pg_namespace WHERE nspname IN ('public', 'shop', 'pg_catalog') ORDER BY 1;

SELECT nspname FROM pg_namespace WHERE nspname = 'information_schema';

SELECT c.relname FROM pg_class c LEFT JOIN pg_namespace n ON n.oid = c.relnamespace AND n.nspname = 'public';

SELECT max(relname) FROM (SELECT c.relname, c.relnamespace FROM pg_class c) x JOIN pg_namespace n ON n.oid = x.relnamespace WHERE n.nspname = 'shop';

SELECT x.n FROM (SELECT count(*) AS n FROM pg_class) x JOIN pg_namespace n ON n.nspname = 'shop';

SELECT table_name FROM information_schema.tables WHERE table_name = 'columns';

SELECT count(*) FROM pg_class WHERE relname = ANY ($1);
--$ [["users", "orders", "nope"]]

SELECT count(*) FROM pg_class WHERE relname = ANY ($1);
--$ [["users", "pg_type"]]

WITH mine AS (SELECT oid, relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind = 'r') SELECT m.relname, count(*) FROM mine m JOIN pg_attribute a ON a.attrelid = m.oid AND a.attnum > 0 AND NOT a.attisdropped GROUP BY 1 ORDER BY 1;

SELECT relname FROM pg_class;

SELECT relpages FROM pg_class WHERE relname = 'users';
