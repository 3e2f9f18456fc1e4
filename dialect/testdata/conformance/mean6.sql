CREATE SCHEMA app;
CREATE TABLE customer (id bigserial PRIMARY KEY, name text NOT NULL, active boolean NOT NULL DEFAULT true, credit numeric(10,2));
INSERT INTO customer (name, active, credit) VALUES ('Ann', true, 100.50), ('bob', false, 0), ('Cid', true, NULL);
CREATE TABLE app.customer (id int PRIMARY KEY, label text);
INSERT INTO app.customer VALUES (7, 'app seven');
CREATE TABLE app.only (x int DEFAULT 3, y text);
INSERT INTO app.only VALUES (1, 'one');
CREATE TYPE app.color AS ENUM ('red', 'green');
CREATE TABLE "MiXed" ("Id" int PRIMARY KEY, "order" text, "user" text, "a b" int, "Ünï" text, "1st" int, "select" app.color);
INSERT INTO "MiXed" VALUES (1, 'o', 'u', 5, 'ü', 9, 'red'), (2, NULL, NULL, NULL, NULL, NULL, 'green');
CREATE TABLE parent (id int PRIMARY KEY, code text UNIQUE DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE child (id int PRIMARY KEY, pid int CONSTRAINT child_parent REFERENCES parent(id) DEFERRABLE INITIALLY DEFERRED, pid2 int REFERENCES parent(id) DEFERRABLE, pid3 int REFERENCES parent(id) ON DELETE CASCADE);
INSERT INTO parent VALUES (1, 'a'), (2, 'b'), (3, 'c');
INSERT INTO child VALUES (1, 1, 2, 3);
CREATE TABLE long_names_are_cut_off_at_sixty_three_bytes_by_postgresql_yes (a_column_with_a_name_of_exactly_sixty_three_bytes_in_total_abcd int);
INSERT INTO long_names_are_cut_off_at_sixty_three_bytes_by_postgresql_yes VALUES (1);
CREATE TABLE gen (id int GENERATED ALWAYS AS IDENTITY (START 100 INCREMENT 5), v int DEFAULT 7, w text DEFAULT 'd' || 'e', t timestamptz DEFAULT now(), s smallserial);
-- cases

SELECT * FROM customer ORDER BY id;

SET search_path = app, public;
SELECT * FROM customer ORDER BY 1;
SELECT * FROM public.customer ORDER BY 1;
SELECT * FROM only;

SET LOCAL search_path TO app;
SELECT count(*) FROM "MiXed";

SET search_path = '';
SELECT 1 FROM customer;

SET search_path = nope, public;
SELECT count(*) FROM customer;
SELECT current_schema(), current_schemas(false);

SET search_path = "$user", public;
SHOW search_path;

SELECT set_config('search_path', 'app', true);
SELECT label FROM customer;

SELECT app.customer.label, customer.* FROM app.customer;

SELECT public.customer.id FROM app.customer;

SELECT c.id, d.id FROM customer c JOIN app.customer d ON d.id > c.id ORDER BY 1;

SELECT customer.id FROM customer c;

SELECT postgres.public.customer.id FROM customer;

SELECT id FROM nope.customer;

SELECT id FROM app.nope;

SELECT 'red'::app.color, 'red'::color;

SELECT 'blue'::app.color;

SELECT "Id", "order", "user", "a b", "Ünï", "1st", "select" FROM "MiXed" ORDER BY "Id";

SELECT id FROM "MiXed";

SELECT Id FROM MiXed;

SELECT m."select"::text AS "Weird ""Name""", m.* FROM "MiXed" AS m WHERE m."user" IS NOT NULL;

UPDATE "MiXed" SET "order" = "user" || '!', "a b" = "1st" WHERE "Id" = 1 RETURNING "order", "a b";

INSERT INTO "MiXed" ("Id", "select") VALUES (1, 'red');

INSERT INTO "MiXed" ("Id", "select") VALUES (3, 'nope');

SELECT user, current_user = session_user, "user" FROM "MiXed" WHERE "Id" = 1;

SELECT 1 AS user;

SELECT 1 AS "user", 2 AS select, 3 AS order;

SELECT 1 AS value, 2 AS name, 3 AS type, 4 AS year, 5 AS key;

SELECT 1 value, 2 day;

SELECT id AS a_very_long_alias_that_is_longer_than_sixty_three_bytes_and_therefore_cut_off FROM customer ORDER BY 1;

SELECT a_column_with_a_name_of_exactly_sixty_three_bytes_in_total_abcdefgh FROM long_names_are_cut_off_at_sixty_three_bytes_by_postgresql_yes_and_more;

SELECT "ééééééééééééééééééééééééééééééééé" FROM (SELECT 1 AS "ééééééééééééééééééééééééééééééééé") t;

/* leading */ SELECT /* in */ 1 -- trailing
 + 1 /* nested /* comment */ here */ AS x;

SELECT 1 --;
 , 2;

SELECT '--not a comment', '/* nor this */', E'it''s \'q\'', $$dollar ' quoted$$, $tag$ $$ nested $tag$, 'a' 'b';

SELECT 'a'
 'b', 'c'
-- comment between
 'd';

SELECT 'a' 'b';

SELECT U&'\0041', N'x', B'101', X'1F', 1.5e3, .5, 5., 1e-2, 'x'::text, CAST('5' AS int), int '5', date '2024-01-01', text 'q', "char" 'c';

SELECT ((((((((((1))))))))));

SELECT - - 1, + 1, -(-1), 2 - -1, 2--1
;

SELECT 1;;

SELECT;

SELECT FROM customer;

SELECT *;

SELECT * FROM customer WHERE;

SELECT id, FROM customer;

SELEC 1;

SELECT 'unterminated;

SELECT "unterminated;

SELECT (1;

SELECT 1 FROM customer WHERE name = "Ann";

SELECT id FROM customer WHERE name == 'Ann';

SELECT id FROM customer WHERE name != 'Ann' ORDER BY id;

SELECT id FROM customer WHERE id <> ALL (ARRAY[1]) ORDER BY id;

SELECT `id` FROM customer;

SELECT [id] FROM customer;

SELECT TOP 1 id FROM customer;

SELECT id FROM customer LIMIT 1, 2;

SELECT id FROM customer ORDER BY id LIMIT 2 FOR UPDATE;

SELECT isnull(name, 'x') FROM customer;

SELECT ifnull(name, 'x') FROM customer;

SELECT name ISNULL, name NOTNULL FROM customer ORDER BY id;

SELECT getdate();

SELECT date('2024-01-01'), timestamp '2024-01-01', time('10:00');

SELECT datetime('now');

SELECT if(true, 1, 2);

SELECT group_concat(name) FROM customer;

SELECT strftime('%Y', 'now');

SELECT last_insert_rowid();

SELECT rowid FROM customer;

SELECT oid FROM customer;

SELECT _rowid_ FROM customer;

SELECT typeof(1);

SELECT printf('%d', 1);

SELECT json_extract('{}', '$.a');

SELECT name GLOB 'A*' FROM customer;

INSERT OR REPLACE INTO customer (id, name) VALUES (1, 'x');

REPLACE INTO customer (id, name) VALUES (1, 'x');

PRAGMA table_info(customer);

SELECT * FROM sqlite_master;

ATTACH DATABASE 'x' AS y;

SELECT load_extension('x');

PREPARE p AS SELECT $1::int + 1;
EXECUTE p(5);
EXECUTE p(5, 6);

PREPARE p AS SELECT $1::int + 1;
EXECUTE p;

PREPARE p (int, text) AS SELECT $1, $2;
EXECUTE p('7', 8);
EXECUTE p('x', 8);

PREPARE p (int) AS SELECT $1 || 'x';
EXECUTE p(1 + 1);
EXECUTE p(NULL);
DEALLOCATE p;
EXECUTE p(1);

PREPARE p AS SELECT 1;
PREPARE p AS SELECT 2;

PREPARE p AS SELECT $1;

PREPARE p AS SELECT id FROM customer WHERE id = $1 AND name LIKE $2;
EXECUTE p(1, 'A%');
EXECUTE p(1.5, 'A%');

PREPARE p AS INSERT INTO customer (name) VALUES ($1) RETURNING id > 0, name;
EXECUTE p('new');
EXECUTE p(NULL);

DEALLOCATE nope;

EXECUTE nope(1);

DECLARE c CURSOR FOR SELECT id FROM customer ORDER BY id;
FETCH 2 FROM c;
FETCH c;
FETCH c;
FETCH c;

DECLARE c SCROLL CURSOR FOR SELECT id FROM customer ORDER BY id;
FETCH LAST FROM c;
FETCH PRIOR FROM c;
FETCH ABSOLUTE 1 FROM c;
FETCH RELATIVE 2 FROM c;
FETCH BACKWARD ALL FROM c;
FETCH FORWARD 0 FROM c;
MOVE 2 IN c;
FETCH NEXT FROM c;
CLOSE c;
FETCH NEXT FROM c;

DECLARE c NO SCROLL CURSOR FOR SELECT id FROM customer ORDER BY id;
FETCH ALL c;
FETCH BACKWARD 1 FROM c;

DECLARE c CURSOR WITH HOLD FOR SELECT id FROM customer ORDER BY id;
INSERT INTO customer (name) VALUES ('later');
FETCH ALL FROM c;

DECLARE c CURSOR FOR SELECT 1;
DECLARE c CURSOR FOR SELECT 2;

DECLARE c BINARY CURSOR FOR SELECT 1;

DECLARE c CURSOR FOR UPDATE customer SET name = 'x' RETURNING id;

CLOSE ALL;
CLOSE nope;

SAVEPOINT a;
INSERT INTO customer (name) VALUES ('one'), (NULL), ('three');
ROLLBACK TO a;
SELECT count(*) FROM customer;
RELEASE a;

SAVEPOINT a;
SELECT 1/0;
SELECT 1;
ROLLBACK TO SAVEPOINT a;
SELECT 2;

SAVEPOINT a;
INSERT INTO customer (name) VALUES ('x');
SAVEPOINT a;
INSERT INTO customer (name) VALUES ('y');
ROLLBACK TO a;
SELECT count(*) FROM customer;
RELEASE a;
ROLLBACK TO a;
SELECT count(*) FROM customer;

ROLLBACK TO nope;

RELEASE nope;

SAVEPOINT "Mixed Case";
ROLLBACK TO "Mixed Case";
RELEASE "mixed case";

SELECT nope;
SELECT 1;

INSERT INTO child VALUES (2, 99, NULL, NULL);
SELECT count(*) FROM child;
SET CONSTRAINTS ALL IMMEDIATE;

SET CONSTRAINTS child_parent IMMEDIATE;
INSERT INTO child VALUES (2, 99, NULL, NULL);

INSERT INTO child VALUES (2, NULL, 99, NULL);

SET CONSTRAINTS ALL DEFERRED;
INSERT INTO child VALUES (2, NULL, 99, NULL);
INSERT INTO parent VALUES (99, 'z');
SET CONSTRAINTS ALL IMMEDIATE;
SELECT count(*) FROM child;

SET CONSTRAINTS nope DEFERRED;

SET CONSTRAINTS parent_pkey DEFERRED;

UPDATE parent SET code = CASE code WHEN 'a' THEN 'b' WHEN 'b' THEN 'a' ELSE code END;
SELECT * FROM parent ORDER BY id;

INSERT INTO parent VALUES (4, 'a');
SELECT count(*) FROM parent;
SET CONSTRAINTS ALL IMMEDIATE;

UPDATE parent SET id = id + 1;

UPDATE parent SET id = -id;
SELECT id FROM parent ORDER BY id;

DELETE FROM parent WHERE id = 3;
SELECT * FROM child;

DELETE FROM parent WHERE id = 1;
SELECT count(*) FROM parent;
SET CONSTRAINTS ALL IMMEDIATE;

TRUNCATE parent;

TRUNCATE parent CASCADE;
SELECT (SELECT count(*) FROM parent), (SELECT count(*) FROM child);

INSERT INTO gen DEFAULT VALUES RETURNING id, v, w, s;

INSERT INTO gen (v, w) VALUES (1, DEFAULT), (DEFAULT, 'x') RETURNING v, w;

INSERT INTO gen (id, v) VALUES (1, 2);

INSERT INTO gen (id, v) OVERRIDING SYSTEM VALUE VALUES (1, 2) RETURNING id, v;

INSERT INTO gen (id, v) OVERRIDING USER VALUE VALUES (1, 2) RETURNING id > 50, v;

INSERT INTO gen (id, v) VALUES (DEFAULT, 2) RETURNING id > 50;

INSERT INTO gen (v) SELECT id FROM customer ORDER BY id DESC RETURNING v, w;

INSERT INTO gen (id, v) SELECT 1, 2;

INSERT INTO gen (v, v) VALUES (1, 2);

INSERT INTO gen (v) VALUES (1, 2);

INSERT INTO gen (v, w) VALUES (1);

INSERT INTO gen VALUES (DEFAULT, 1, 'w', '2024-01-01', 5, 6);

INSERT INTO gen (nope) VALUES (1);

INSERT INTO gen (v) VALUES ((SELECT max(id) FROM customer)) RETURNING v;

INSERT INTO gen (v) VALUES (1), ('2'), ('x');

INSERT INTO gen (v) VALUES (2147483648);

INSERT INTO gen (v, w) SELECT 'x', 1;

INSERT INTO gen (v, w) SELECT '1', 2;

INSERT INTO gen (w) SELECT true;

INSERT INTO gen (v) SELECT true;

INSERT INTO gen (v) SELECT 1.6 RETURNING v;

INSERT INTO gen (t) VALUES ('2024-01-01 10:00') RETURNING t;

INSERT INTO gen AS g (v) VALUES (3) RETURNING g.v, gen.v;

--types
INSERT INTO gen AS g (v) VALUES (3) RETURNING g.v, *;

VALUES (1, 'a'), (2, NULL) ORDER BY 1 DESC LIMIT 1;

VALUES (1), ('2'), (3.5);

VALUES (1, 2), (3);

TABLE customer ORDER BY id LIMIT 1;

SELECT * FROM (VALUES (1, 'x'), (2, 'y')) AS t (a) ORDER BY a;

SELECT * FROM (VALUES (1, 'x')) AS t (a, b, c);

SELECT t FROM (VALUES (1, 'x')) AS t;

SELECT * FROM (SELECT 1);

SELECT * FROM customer c, customer c;

SELECT * FROM customer JOIN app.customer USING (id);

SELECT * FROM customer NATURAL JOIN app.customer;

SELECT id FROM customer JOIN app.customer b ON true;

SELECT a.id FROM customer a LEFT JOIN app.customer b USING (nope);

SELECT * FROM customer a FULL JOIN app.customer b ON a.id = b.id ORDER BY a.id, b.id;

SELECT * FROM customer a RIGHT JOIN (VALUES (1), (9)) v(id) USING (id) ORDER BY id;

SELECT a.*, v.n FROM customer a CROSS JOIN (VALUES (1)) v(n) ORDER BY id;

SELECT 1 UNION SELECT 1.0 UNION SELECT 1::float8;

SELECT 1 UNION ALL SELECT NULL UNION ALL SELECT 2;

SELECT 'a' UNION SELECT NULL;

SELECT 1 UNION SELECT 'a';

SELECT 1, 2 UNION SELECT 1;

SELECT 1 INTERSECT SELECT 1 EXCEPT SELECT 2;

(SELECT 1 ORDER BY 1 LIMIT 1) UNION ALL (SELECT 2) ORDER BY 1 DESC;

SELECT 1 UNION ALL SELECT 1 EXCEPT ALL SELECT 1;

SELECT id FROM customer EXCEPT SELECT id FROM app.customer ORDER BY id;

SELECT NULL UNION SELECT NULL;

SELECT NULL AS x UNION ALL SELECT 'b' ORDER BY x NULLS FIRST;

DELETE FROM customer USING app.customer WHERE customer.id = 1 RETURNING customer.name, label;

DELETE FROM customer c WHERE c.id = ANY (SELECT id FROM customer WHERE credit IS NULL) RETURNING *;

DELETE FROM customer WHERE id IN (1, 2) RETURNING (SELECT count(*) FROM customer), id;

UPDATE customer SET credit = credit + (SELECT sum(credit) FROM customer) RETURNING id, credit;

UPDATE customer c SET name = x.n FROM (VALUES (1, 'first'), (2, 'second')) x(id, n) WHERE c.id = x.id RETURNING c.id, c.name, x.n;

UPDATE customer SET id = id + 100 WHERE id = 1 RETURNING id;

UPDATE customer SET name = NULL WHERE id = 1;

UPDATE customer SET credit = 'abc' WHERE id = 1;

UPDATE customer SET credit = $1 WHERE id = $2 RETURNING credit;
--$ ["12.345", 1]

UPDATE customer SET credit = credit * $1 WHERE id = $2 RETURNING credit;
--$ [1.1, 1]

UPDATE customer SET name = name || $1 WHERE id = $2 RETURNING name;
--$ ["!", "1"]

UPDATE customer SET active = NOT active, credit = coalesce(credit, $1) RETURNING id, active, credit;
--$ [5]

UPDATE customer SET name = $1 WHERE id = 1 RETURNING name;
--$ ["nul\u0000byte"]

UPDATE customer SET name = $1 WHERE id = 1 RETURNING name, length(name), octet_length(name);
--$ ["😀é\u202e"]

SET CONSTRAINTS child_parent DEFERRED;
INSERT INTO child VALUES (2, 99, NULL, NULL);

SET CONSTRAINTS child_pid2_fkey, child_parent IMMEDIATE;

SET CONSTRAINTS public.child_pid2_fkey IMMEDIATE;

SET CONSTRAINTS app.child_pid2_fkey IMMEDIATE;

SELECT other.public.customer.* FROM customer;

SELECT 'x' -- one
  -- two
  'y' /* block */ AS z;
