CREATE TABLE customer (id bigserial PRIMARY KEY, name text NOT NULL, email varchar(40) UNIQUE, born date, active boolean NOT NULL DEFAULT true, credit numeric(10,2), score double precision, note text);
CREATE TABLE orders (id serial PRIMARY KEY, customer_id bigint REFERENCES customer(id), placed timestamptz NOT NULL DEFAULT now(), total numeric(12,2) NOT NULL, items int NOT NULL DEFAULT 1, tags text[], info jsonb, state varchar(10) DEFAULT 'new');
INSERT INTO customer (name, email, born, active, credit, score, note) VALUES
 ('Ann', 'ann@x.org', '1980-02-29', true, 100.50, 1.5, NULL),
 ('bob', 'bob@x.org', '1990-12-31', false, 0, 2.25, 'x'),
 ('Cid', NULL, NULL, true, NULL, NULL, ''),
 ('Éva', 'eva@y.org', '2000-01-01', true, -5.25, 'NaN', 'a%b_c'),
 ('ann', 'ann2@x.org', '1970-06-15', false, 99999999.99, -0.0, 'tab	end');
INSERT INTO orders (customer_id, placed, total, items, tags, info, state) VALUES
 (1, '2024-01-15 10:30:00+00', 19.99, 2, '{a,b}', '{"k": 1, "n": {"x": [1,2]}}', 'new'),
 (1, '2024-02-29 23:59:59.123456+00', 5.00, 1, '{}', '{}', 'paid'),
 (2, '2024-03-31 01:30:00+02', 1000.10, 10, '{"c d",NULL}', NULL, 'paid'),
 (4, '2023-12-31 23:59:59+00', 0.01, 1, NULL, '{"k": "v"}', 'sent'),
 (NULL, '2024-06-01 12:00:00+00', 7.77, 3, '{b}', '[1,2]', NULL);

CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE kinds (id int PRIMARY KEY, b boolean, i2 smallint, i4 int, i8 bigint, f4 real, f8 double precision, n numeric, n2 numeric(8,3), t text, vc varchar(5), ch char(4), d date, ts timestamp, tz timestamptz, tm time, iv interval, u uuid, by bytea, j json, jb jsonb, ia int[], ta text[], m mood);
INSERT INTO kinds VALUES
 (1, true, 1, 10, 100, 1.5, 2.5, 1.10, 1.5, 'one', 'v1', 'c1', '2024-01-31', '2024-01-31 10:00:00', '2024-01-31 10:00:00+00', '10:00', '1 day', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\x0102', '{"a": 1}', '{"a": 1, "b": [1,2,3]}', '{1,2,3}', '{x,y}', 'ok'),
 (2, false, -32768, -2147483648, -9223372036854775808, -0.0, 1e308, 1.1, -99999.999, 'Two', '', '', '1999-12-31', '1999-12-31 23:59:59.999999', '1999-12-31 23:59:59.999999+00', '23:59:59.999999', '-1 mon +2 days 03:04:05', '00000000-0000-0000-0000-000000000000', '\x', '[]', '[]', '{}', '{}', 'sad'),
 (3, NULL, 32767, 2147483647, 9223372036854775807, 'NaN', 'Infinity', 'NaN', 0, '', 'vvvvv', 'cccc', 'infinity', 'infinity', '-infinity', '00:00', '1 year', 'ffffffff-ffff-ffff-ffff-ffffffffffff', NULL, 'null', 'null', NULL, '{NULL,"NULL"}', 'happy'),
 (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (5, true, 1, 10, 100, 1.5, 2.5, 1.1, 1.500, 'one', 'v1', 'c1  ', '2024-01-31', '2024-01-31 10:00:00', '2024-01-31 10:00:00+00', '10:00', '24:00:00', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '\x0102', '{"a":1}', '{"b": [1,2,3], "a": 1.0}', '{1,2,3}', '{x,y}', 'ok');
CREATE TABLE emp (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL, boss int REFERENCES emp(id), salary numeric(9,2) CHECK (salary > 0), hired date DEFAULT '2020-01-01', dept text DEFAULT 'none');
INSERT INTO emp (name, boss, salary, hired, dept) VALUES ('root', NULL, 1000, '2010-01-01', 'it'), ('a', 1, 500.5, '2011-05-05', 'it'), ('b', 1, 500.5, '2012-06-06', 'hr'), ('c', 2, 300, '2013-07-07', 'hr'), ('d', 2, NULL, NULL, NULL), ('e', 3, 250.25, '2015-01-01', 'it');
CREATE TABLE line (a int, b int, qty int NOT NULL DEFAULT 0, price numeric(10,2), total numeric(12,2) GENERATED ALWAYS AS (price * qty) STORED, PRIMARY KEY (a, b));
INSERT INTO line (a, b, qty, price) VALUES (1, 1, 2, 9.99), (1, 2, 1, NULL), (2, 1, 5, 0.10), (2, 2, 0, 100);
CREATE VIEW rich AS SELECT id, name, credit * 2 AS twice FROM customer WHERE credit > 0;
CREATE UNIQUE INDEX emp_dept_name ON emp (dept, name) WHERE dept IS NOT NULL;
CREATE TABLE "Odd Name" ("Select" int PRIMARY KEY, "a""b" text, rowid int, "group" text);
INSERT INTO "Odd Name" VALUES (1, 'q', 7, 'g'), (2, NULL, 8, 'h');
