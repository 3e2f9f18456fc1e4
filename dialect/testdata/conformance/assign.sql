CREATE TABLE arr (id int PRIMARY KEY, a int[], t text[], n numeric(8,2)[], m int[], d date[] DEFAULT '{2024-01-01}', v varchar(3)[]);
INSERT INTO arr VALUES (1, '{1,2,3}', '{a,b,c}', '{1.5,2.25}', '{{1,2},{3,4}}', '{2024-02-29,NULL}', '{x,yy}'), (2, NULL, NULL, NULL, NULL, NULL, NULL), (3, '{}', '{}', '{}', '{}', '{}', '{}'), (4, '[2:4]={7,8,9}', '{NULL}', '{NaN}', '[0:1][-1:0]={{5,6},{7,8}}', '{infinity}', '{"a b"}');
CREATE TABLE acct (id serial PRIMARY KEY, email text, org int, code varchar(4) NOT NULL DEFAULT 'none', n numeric(10,2), active boolean DEFAULT true, up text GENERATED ALWAYS AS (upper(email)) STORED, UNIQUE (org, code));
CREATE UNIQUE INDEX acct_lower ON acct (lower(email));
CREATE UNIQUE INDEX acct_active ON acct (n) WHERE active;
INSERT INTO acct (email, org, code, n) VALUES ('Ann@x.org', 1, 'a', 1), ('bob@x.org', 1, 'b', 2), (NULL, NULL, 'c', 3);
CREATE TABLE alw (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, k text UNIQUE, n int DEFAULT 7);
INSERT INTO alw (k) VALUES ('x'), ('y');
CREATE TABLE par (id int PRIMARY KEY);
CREATE TABLE chi (id int PRIMARY KEY, p int REFERENCES par(id));
CREATE TABLE gra (id serial PRIMARY KEY, c int REFERENCES chi(id));
CREATE TABLE c1 (id int PRIMARY KEY, o int);
CREATE TABLE c2 (id int PRIMARY KEY, o int REFERENCES c1(id));
ALTER TABLE c1 ADD FOREIGN KEY (o) REFERENCES c2(id) DEFERRABLE INITIALLY DEFERRED;
INSERT INTO par VALUES (1), (2); INSERT INTO chi VALUES (1, 1), (2, 2); INSERT INTO gra (c) VALUES (1), (2);
INSERT INTO c1 VALUES (1, NULL); INSERT INTO c2 VALUES (1, 1); UPDATE c1 SET o = 1;
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE DOMAIN code AS text NOT NULL CONSTRAINT code_short CHECK (length(VALUE) <= 3);
CREATE TABLE dom (id int PRIMARY KEY, p posint, c code DEFAULT 'abc');
INSERT INTO dom VALUES (1, 5, 'x');
-- cases
UPDATE arr SET a[1] = 10 WHERE id = 1 RETURNING a;

UPDATE arr SET a[2] = 20 RETURNING id, a;

UPDATE arr SET a[0] = 5 WHERE id < 4 RETURNING id, a;

UPDATE arr SET a[-1] = 5 WHERE id < 4 RETURNING id, a;

UPDATE arr SET a[6] = 5 RETURNING id, a;

UPDATE arr SET a[1] = NULL RETURNING id, a;

UPDATE arr SET a[NULL] = 1;

UPDATE arr SET a[1] = 10, a[2] = 20 RETURNING id, a;

UPDATE arr SET a[1] = a[2], a[2] = a[1] WHERE id = 1 RETURNING a;

UPDATE arr SET t[2] = 'it''s' RETURNING id, t;

UPDATE arr SET n[1] = 3.456 RETURNING id, n;

UPDATE arr SET n[1] = 1234567890.5 WHERE id = 1;

UPDATE arr SET v[1] = 'toolong' WHERE id = 1;

UPDATE arr SET v[2] = 'ab' RETURNING id, v;

UPDATE arr SET d[1] = '2025-05-05' RETURNING id, d;

UPDATE arr SET d[1] = 'nope' WHERE id = 1;

UPDATE arr SET a[1] = 'x' WHERE id = 1;

UPDATE arr SET a[1] = 2.6 WHERE id = 1 RETURNING a;

UPDATE arr SET a[1] = true WHERE id = 1;

UPDATE arr SET a['x'] = 1 WHERE id = 1;

UPDATE arr SET m[1][2] = 99 RETURNING id, m;

UPDATE arr SET m[1] = 99 WHERE id = 1;

UPDATE arr SET m[3][1] = 99 WHERE id = 1;

UPDATE arr SET a[1][1] = 99 WHERE id = 2 RETURNING a;

UPDATE arr SET a[1:2] = '{8,9}' RETURNING id, a;

UPDATE arr SET a[2:3] = ARRAY[8, 9] WHERE id = 1 RETURNING a;

UPDATE arr SET a[2:] = '{8,9}' WHERE id = 1 RETURNING a;

UPDATE arr SET a[:2] = '{8,9}' WHERE id = 1 RETURNING a;

UPDATE arr SET a[:] = '{8,9,10}' WHERE id = 1 RETURNING a;

UPDATE arr SET a[1:2] = '{8}' WHERE id = 1;

UPDATE arr SET a[1:2] = '{8,9,10}' WHERE id = 1 RETURNING a;

UPDATE arr SET a[3:2] = '{8}' WHERE id = 1;

UPDATE arr SET a[5:6] = '{8,9}' WHERE id = 1 RETURNING a;

UPDATE arr SET a[1:2] = NULL WHERE id = 1 RETURNING a;

UPDATE arr SET a[:2] = '{8,9}' WHERE id = 2 RETURNING a;

UPDATE arr SET m[1:1][1:2] = '{{7,7}}' WHERE id = 1 RETURNING m;

UPDATE arr SET m[2:2][1:1] = '{{7}}' RETURNING id, m;

UPDATE arr SET a[$1] = $2 WHERE id = 1 RETURNING a;
--$ [2, 77]

UPDATE arr SET a[$1:$2] = $3 WHERE id = 1 RETURNING a;
--$ [2, 3, [70, 71]]

INSERT INTO arr (id, a[1], a[2], t[2]) VALUES (9, 1, 2, 'z') RETURNING a, t;

INSERT INTO arr (id, a[1:2]) VALUES (9, '{1,2}') RETURNING a;

INSERT INTO arr (id, a[1]) SELECT 10 + id, id FROM arr RETURNING id, a;

INSERT INTO arr (id, d[2]) VALUES (9, '2024-01-02') RETURNING d;

INSERT INTO arr (id, a[1], a) VALUES (9, 1, '{2}');

UPDATE arr SET a[1] = 5, a = '{1}' WHERE id = 1;

UPDATE arr SET a[1] = DEFAULT WHERE id = 1;

UPDATE arr SET (a[1], t[1]) = (7, 'k') WHERE id = 1 RETURNING a, t;

UPDATE arr SET id[1] = 5;

UPDATE arr SET nope[1] = 5;

UPDATE arr SET a.x = 5;

WITH u AS (UPDATE arr SET a[1] = 42 WHERE id = 1 RETURNING id, a) SELECT * FROM u;

INSERT INTO arr (id, a) VALUES (1, '{0}') ON CONFLICT (id) DO UPDATE SET a[2] = excluded.id RETURNING a;

INSERT INTO acct (email) VALUES ('ANN@x.org') ON CONFLICT (lower(email)) DO NOTHING RETURNING id;

INSERT INTO acct (email, org, code) VALUES ('ANN@x.org', 5, 'q') ON CONFLICT (lower(email)) DO UPDATE SET org = excluded.org, email = excluded.email RETURNING id, email, org, up;

INSERT INTO acct (email, org, code) VALUES ('A@x', 5, 'q'), ('a@X', 6, 'q') ON CONFLICT (lower(email)) DO NOTHING RETURNING email;

INSERT INTO acct (email, org, code) VALUES ('A@x', 5, 'q'), ('a@X', 6, 'q') ON CONFLICT (lower(email)) DO UPDATE SET org = 7 RETURNING email;

INSERT INTO acct (email) VALUES ('a') ON CONFLICT (upper(email)) DO NOTHING;

INSERT INTO acct (n, code) VALUES (1, 'z1') ON CONFLICT (n) WHERE active DO NOTHING RETURNING id;

INSERT INTO acct (n, code) VALUES (1, 'z1') ON CONFLICT (n) WHERE active DO UPDATE SET code = excluded.code, n = acct.n + 10 RETURNING code, n;

INSERT INTO acct (n, code) VALUES (1, 'z1') ON CONFLICT (n) WHERE active = true DO NOTHING;

INSERT INTO acct (n, code) VALUES (1, 'z1') ON CONFLICT (n) WHERE active AND org > 1 DO NOTHING;

INSERT INTO acct (n, code) VALUES (1, 'z1') ON CONFLICT (n) WHERE $1 DO NOTHING;
--$ [true]

INSERT INTO acct (n, code) VALUES (1, 'z1') ON CONFLICT (n) DO NOTHING;

INSERT INTO acct (org, code) VALUES (1, 'a') ON CONFLICT (code, org) DO UPDATE SET email = 'new' RETURNING id, email, up;

INSERT INTO acct (org, code) VALUES (1, 'a'), (1, 'b') ON CONFLICT (code, org) DO UPDATE SET email = excluded.code || '!' RETURNING id, email, up;

INSERT INTO acct (org, code) VALUES (1, 'a'), (1, 'b') ON CONFLICT (code, org) DO UPDATE SET code = excluded.code || '!' RETURNING id, code;

INSERT INTO acct (org, code) VALUES (1, 'a') ON CONFLICT (code, org) DO UPDATE SET code = excluded.code || '!' RETURNING id, code;

INSERT INTO acct (org, code) VALUES (1, 'a') ON CONFLICT ON CONSTRAINT acct_org_code_key DO UPDATE SET code = 'b' RETURNING id, code;

INSERT INTO acct (org, code) VALUES (1, 'a') ON CONFLICT ON CONSTRAINT acct_lower DO NOTHING;

INSERT INTO acct (org, code) VALUES (1, 'a') ON CONFLICT (org, code) DO UPDATE SET up = DEFAULT, n = DEFAULT RETURNING id, n, up;

INSERT INTO acct (org, code) VALUES (1, 'a') ON CONFLICT (org, code) DO UPDATE SET (n, email) = (excluded.org + 0.5, 'zz') WHERE acct.active RETURNING id, n, email;

INSERT INTO acct (org, code) VALUES (1, 'a') ON CONFLICT (org, code) DO UPDATE SET n = (SELECT max(n) FROM acct) + 1 RETURNING n;

INSERT INTO acct (org, code) VALUES (1, 'a'), (1, 'a') ON CONFLICT (org, code) DO UPDATE SET n = 9 WHERE acct.n > 100 RETURNING n;

INSERT INTO acct (org, code) VALUES (1, 'a'), (1, 'b') ON CONFLICT (org, code) DO UPDATE SET n = excluded.org + 100 WHERE acct.n > 1 RETURNING n, code;

INSERT INTO acct (org, code) SELECT org, code FROM acct WHERE org = 1 ON CONFLICT (org, code) DO UPDATE SET n = acct.n * 3 + 100, email = NULL RETURNING n, code, up;

INSERT INTO acct AS x (org, code) VALUES (1, 'a') ON CONFLICT (org, code) DO UPDATE SET n = x.n + 50 RETURNING x.n;

INSERT INTO acct (org, code) VALUES (1, 'a') ON CONFLICT (org, code) DO UPDATE SET n = nope.n;

INSERT INTO acct (org, code, email) VALUES (NULL, 'c', 'null org') ON CONFLICT (org, code) DO NOTHING RETURNING email;

INSERT INTO acct (org, code) VALUES (1, 'a') ON CONFLICT (org COLLATE "C", code) DO NOTHING;

INSERT INTO acct (org, code) VALUES (1, 'a') ON CONFLICT (org int4_ops, code) DO NOTHING;

INSERT INTO alw VALUES (DEFAULT, 'z', DEFAULT) RETURNING k, n;

INSERT INTO alw (id, k) OVERRIDING SYSTEM VALUE SELECT 50 + id, k || '2' FROM alw RETURNING *;

INSERT INTO alw (id, k) OVERRIDING USER VALUE SELECT 50, k || '3' FROM alw RETURNING k, n, id < 50;

INSERT INTO alw (k, n) VALUES ('p', DEFAULT), (DEFAULT, 3), ('q', NULL) RETURNING k, n;

INSERT INTO alw (id, k) VALUES (5, 'x') ON CONFLICT (k) DO NOTHING;

INSERT INTO alw (k) VALUES ('x') ON CONFLICT (k) DO UPDATE SET id = DEFAULT, n = DEFAULT RETURNING k, n;

UPDATE alw SET id = DEFAULT WHERE k = 'x' RETURNING k, n;

UPDATE alw SET (k, n) = (DEFAULT, DEFAULT) WHERE k = 'x' RETURNING k, n;

UPDATE alw SET (k, n) = ROW('r', 1) WHERE k = 'x' RETURNING k, n;

UPDATE alw SET (k) = ROW('r') WHERE k = 'x' RETURNING k, n;

UPDATE alw SET (k) = ('r') WHERE k = 'x' RETURNING k, n;

UPDATE alw SET (k, n) = (SELECT 'sub', 5) WHERE k = 'x' RETURNING k, n;

UPDATE alw SET (k, n) = (SELECT 'sub', 5 WHERE false) WHERE k = 'x' RETURNING k, n;

UPDATE alw SET (k, n) = (SELECT k, n FROM alw);

UPDATE alw SET (k, n) = (SELECT 'one');

UPDATE alw SET (k, n) = (1, 2, 3);

UPDATE alw SET (k, n) = 5;

UPDATE alw SET k = 'a', k = 'b';

UPDATE acct SET up = DEFAULT;
SELECT id, up FROM acct ORDER BY id;

UPDATE acct SET up = DEFAULT WHERE id = 1 RETURNING id, up;

TRUNCATE par;

TRUNCATE gra;
SELECT count(*) FROM gra;

TRUNCATE par, chi, gra;
SELECT (SELECT count(*) FROM par), (SELECT count(*) FROM chi), (SELECT count(*) FROM gra);

TRUNCATE par CASCADE;
SELECT (SELECT count(*) FROM par), (SELECT count(*) FROM chi), (SELECT count(*) FROM gra);

TRUNCATE chi CASCADE;
SELECT (SELECT count(*) FROM par), (SELECT count(*) FROM chi), (SELECT count(*) FROM gra);

TRUNCATE gra RESTART IDENTITY;
INSERT INTO gra (c) VALUES (NULL) RETURNING id;

TRUNCATE par RESTART IDENTITY CASCADE;
INSERT INTO gra (c) VALUES (NULL) RETURNING id;

TRUNCATE gra CONTINUE IDENTITY;
INSERT INTO gra (c) VALUES (NULL) RETURNING id;

TRUNCATE c1, c2;
SELECT count(*) FROM c1;

TRUNCATE c1 CASCADE;
SELECT (SELECT count(*) FROM c1), (SELECT count(*) FROM c2);

TRUNCATE c2;

TRUNCATE nope;

TRUNCATE TABLE ONLY gra;

SELECT 5::posint, '7'::posint, NULL::posint;

SELECT (-5)::posint;

SELECT CAST('abcd' AS code);

SELECT 'abc'::code, CAST(NULL AS code);

SELECT $1::posint;
--$ [-1]

SELECT p + 1, p::int, p::text, c || 'x' FROM dom;

INSERT INTO dom (id, p) VALUES (2, -1);

INSERT INTO dom (id, p, c) VALUES (2, 1, 'abcd');

INSERT INTO dom (id, p, c) VALUES (2, NULL, NULL);

INSERT INTO dom (id, p) VALUES (2, 1) RETURNING *;

UPDATE dom SET p = p - 10;

UPDATE dom SET p = p + 10, c = 'ok' RETURNING *;

WITH i AS (INSERT INTO dom (id, p) VALUES (3, -1) RETURNING p) SELECT * FROM i;

WITH i AS (INSERT INTO dom (id, p) VALUES (3, 4) RETURNING p, c) SELECT p * 2, c FROM i;

SELECT pg_typeof(p) FROM dom;
