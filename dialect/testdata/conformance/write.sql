-- schema: shop
-- cases
INSERT INTO customer DEFAULT VALUES;

INSERT INTO orders (total) VALUES (5) RETURNING id, customer_id, total, items, tags, info, state;

INSERT INTO line VALUES (9, 9) RETURNING *;

INSERT INTO line (a, b, qty, price) VALUES (9, 1, 3, 1.5), (9, 2, 4, NULL) RETURNING a, b, total;

INSERT INTO line (a, b, total) VALUES (9, 9, 5);

INSERT INTO line (a, b, total) VALUES (9, 9, DEFAULT) RETURNING total;

UPDATE line SET qty = 10 WHERE a = 1 RETURNING a, b, qty, total;

UPDATE line SET total = 5;

UPDATE line SET total = DEFAULT, qty = 1 WHERE a = 2 RETURNING total;

INSERT INTO emp (id, name) VALUES (100, 'x');

INSERT INTO emp (id, name) OVERRIDING SYSTEM VALUE VALUES (100, 'x') RETURNING id, hired, dept;

INSERT INTO emp (id, name) OVERRIDING USER VALUE VALUES (100, 'x') RETURNING id;

INSERT INTO emp (id, name) VALUES (DEFAULT, 'x') RETURNING id, hired;

UPDATE emp SET id = 5;

UPDATE emp SET id = DEFAULT WHERE name = 'e' RETURNING id;

INSERT INTO emp (name, salary) VALUES ('x', -1);

INSERT INTO emp (name, salary) VALUES ('x', 0.001);

INSERT INTO emp (name, salary) VALUES ('x', 12345678);

INSERT INTO emp (name, salary) VALUES ('x', 1.005), ('y', 1.004) RETURNING salary;

INSERT INTO emp (name, salary) VALUES ($1, $2) RETURNING name, salary;
--$ ["p", "7.777"]

INSERT INTO emp (name, salary) VALUES ($1, $2) RETURNING name, salary;
--$ ["p", 7.777]

INSERT INTO emp (name, salary) VALUES ($1, $2) RETURNING name, salary;
--$ ["p", 7]

INSERT INTO emp (name, boss) VALUES ('x', 99);

INSERT INTO emp (nope) VALUES (1);

INSERT INTO emp (name, name) VALUES ('a', 'b');

INSERT INTO emp (name) VALUES ('a', 'b');

INSERT INTO emp (name, dept) VALUES ('a');

INSERT INTO emp (name, salary) VALUES ('a', 'x');

INSERT INTO emp (name, salary) VALUES ('a', true);

INSERT INTO emp (name) VALUES (5) RETURNING name;

INSERT INTO emp (hired, name) VALUES (5, 'x');

INSERT INTO emp (name, hired) VALUES ('a', '2024-02-30');

INSERT INTO nope VALUES (1);

INSERT INTO rich VALUES (1);

INSERT INTO emp (name) VALUES ('a') RETURNING nope;

INSERT INTO emp (name) VALUES ('m1'), ('m2'), ('m3') RETURNING id, name;

INSERT INTO emp (name, salary) VALUES ('m1', 1), ('m2', DEFAULT), (DEFAULT, 3);

INSERT INTO emp (name, salary, dept) SELECT name || '2', salary * 2, 'copy' FROM emp WHERE salary IS NOT NULL RETURNING name, salary, dept;

INSERT INTO emp (name) SELECT 'x' || id FROM customer ORDER BY id RETURNING name;

INSERT INTO emp (name, salary) SELECT 'u', 5 RETURNING salary;

INSERT INTO emp (name, hired) SELECT 'u', '2024-01-01' RETURNING hired;

INSERT INTO emp (name, hired) SELECT 'u', $1 RETURNING hired;
--$ ["time:2024-01-01T00:00:00Z"]

INSERT INTO emp (name) SELECT id FROM customer WHERE id = 1 RETURNING name;

INSERT INTO emp (salary, name) SELECT name, name FROM customer;

INSERT INTO emp (name, salary) SELECT 'a' FROM customer;

INSERT INTO emp (name) SELECT 'a', 2;

INSERT INTO emp (name, salary) VALUES ('a', (SELECT max(salary) FROM emp)) RETURNING salary;

WITH s AS (SELECT name FROM customer WHERE id = 1) INSERT INTO emp (name) SELECT name FROM s RETURNING name;

INSERT INTO customer (name, email) VALUES ('n', 'new@x.org') ON CONFLICT (email) DO NOTHING RETURNING name;

INSERT INTO customer (name, email) VALUES ('n', 'bob@x.org') ON CONFLICT (email) DO NOTHING RETURNING name;

INSERT INTO customer (name, email) VALUES ('n', 'bob@x.org') ON CONFLICT ON CONSTRAINT customer_email_key DO UPDATE SET name = excluded.name RETURNING id, name;

INSERT INTO customer (name, email) VALUES ('n', 'bob@x.org') ON CONFLICT (email) DO UPDATE SET name = customer.name || excluded.name, credit = DEFAULT RETURNING name, credit;

INSERT INTO customer AS c (name, email) VALUES ('n', 'bob@x.org') ON CONFLICT (email) DO UPDATE SET name = c.name || excluded.name WHERE c.active RETURNING name;

INSERT INTO customer AS c (name, email) VALUES ('n', 'ann@x.org') ON CONFLICT (email) DO UPDATE SET (name, credit) = (excluded.name, c.credit * 2) WHERE c.active RETURNING name, credit;

INSERT INTO customer (name, email) VALUES ('n', 'bob@x.org') ON CONFLICT DO UPDATE SET name = 'x';

INSERT INTO customer (name, email) VALUES ('n', 'bob@x.org') ON CONFLICT (name) DO NOTHING;

INSERT INTO customer (name, email) VALUES ('n', 'bob@x.org') ON CONFLICT (nope) DO NOTHING;

INSERT INTO customer (name, email) VALUES ('n', 'bob@x.org') ON CONFLICT ON CONSTRAINT nope DO NOTHING;

INSERT INTO customer (id, name, email) VALUES (1, 'n', 'bob@x.org') ON CONFLICT (email) DO UPDATE SET name = 'x';

INSERT INTO customer (name, email) VALUES ('a', 'k@x'), ('b', 'k@x') ON CONFLICT (email) DO UPDATE SET name = excluded.name;

INSERT INTO customer (name, email) VALUES ('a', 'k@x'), ('b', 'k@x') ON CONFLICT (email) DO NOTHING RETURNING name;

INSERT INTO line (a, b, qty) VALUES (1, 1, 7), (3, 3, 8) ON CONFLICT (a, b) DO UPDATE SET qty = line.qty + excluded.qty RETURNING a, b, qty;

INSERT INTO line (a, b, qty) SELECT a, b, 1 FROM line ON CONFLICT (a, b) DO UPDATE SET qty = excluded.qty RETURNING qty;

INSERT INTO line (a, b) VALUES (1, 1) ON CONFLICT (b, a) DO NOTHING;

INSERT INTO emp (name, dept) VALUES ('a', 'it') ON CONFLICT (dept, name) WHERE dept IS NOT NULL DO UPDATE SET salary = 1 RETURNING name, salary;

INSERT INTO emp (name, dept) VALUES ('a', 'it') ON CONFLICT (dept, name) DO NOTHING;

INSERT INTO emp (name, dept) VALUES ('a', 'it');

UPDATE customer SET name = 'x' WHERE id = 1 RETURNING *;

UPDATE customer SET name = DEFAULT WHERE id = 1;

UPDATE customer SET credit = DEFAULT, active = DEFAULT WHERE id = 2 RETURNING credit, active;

UPDATE customer SET credit = credit * 1.1 RETURNING id, credit;

UPDATE customer SET credit = $1 WHERE id = $2 RETURNING credit;
--$ ["1.239", 1]

UPDATE customer SET credit = 123456789 WHERE id = 1;

UPDATE customer SET email = 'bob@x.org' WHERE id = 1;

UPDATE customer SET email = repeat('x', 50) WHERE id = 1;

UPDATE customer SET email = repeat(' ', 50) WHERE id = 1 RETURNING length(email);

UPDATE customer SET name = NULL WHERE id = 1;

UPDATE customer SET nope = 1;

UPDATE customer SET name = 1 WHERE id = 1 RETURNING name;

UPDATE customer SET active = 1;

UPDATE customer SET name = 'a', name = 'b';

UPDATE nope SET a = 1;

UPDATE customer c SET name = c.name || '!' WHERE c.id = 3 RETURNING c.id, c.name;

UPDATE customer c SET c.name = 'x';

UPDATE customer c SET name = customer.name;

UPDATE customer SET (name, credit) = ('q', 5) WHERE id = 1 RETURNING name, credit;

UPDATE customer SET (name, credit) = ROW('q', DEFAULT) WHERE id = 1 RETURNING name, credit;

UPDATE customer SET (name, credit) = (SELECT 'q', 5) WHERE id = 1 RETURNING name, credit;

UPDATE emp SET salary = (SELECT max(salary) FROM emp) WHERE salary IS NOT NULL RETURNING id, salary;

UPDATE emp e SET salary = e.salary + (SELECT count(*) FROM emp x WHERE x.boss = e.id) WHERE e.salary IS NOT NULL RETURNING e.name, e.salary;

UPDATE orders o SET state = c.name FROM customer c WHERE c.id = o.customer_id RETURNING o.id, o.state;

UPDATE orders o SET total = o.total + c.credit FROM customer c WHERE c.id = o.customer_id AND c.credit IS NOT NULL RETURNING o.id, o.total, c.name;

UPDATE orders SET state = 'x' FROM customer WHERE customer.id = orders.customer_id AND customer.name = 'bob' RETURNING orders.id;

UPDATE orders SET items = items + 1 WHERE id IN (SELECT id FROM orders WHERE total > 6) RETURNING id, items;

UPDATE orders SET state = DEFAULT WHERE id = 5 RETURNING state;

UPDATE orders SET placed = placed + interval '1 day' WHERE id = 1 RETURNING placed;

UPDATE orders SET tags = $1 WHERE id = 1 RETURNING tags;
--$ [["p", "q r"]]

UPDATE orders SET info = $1 WHERE id = 1 RETURNING info;
--$ ["{\"z\":1, \"a\": 2}"]

UPDATE orders SET info = 'nope' WHERE id = 1;

WITH t AS (SELECT id FROM customer WHERE active) UPDATE customer SET note = 'w' WHERE id IN (SELECT id FROM t) RETURNING id;

DELETE FROM customer WHERE id = 3 RETURNING *;

DELETE FROM customer WHERE id = 1;

DELETE FROM orders;

DELETE FROM orders o USING customer c WHERE c.id = o.customer_id AND c.name = 'Ann' RETURNING o.id;

DELETE FROM orders o USING customer c WHERE c.id = o.customer_id RETURNING o.id, c.name;

DELETE FROM orders WHERE id IN (SELECT id FROM orders ORDER BY id LIMIT 2) RETURNING id;

DELETE FROM orders WHERE nope = 1;

DELETE FROM emp e WHERE NOT EXISTS (SELECT 1 FROM emp x WHERE x.boss = e.id) RETURNING name;

DELETE FROM "Odd Name" WHERE rowid = 7 RETURNING *;

UPDATE "Odd Name" o SET "group" = c.name FROM customer c WHERE c.id = o."Select" RETURNING o."Select";

INSERT INTO "Odd Name" ("Select", "a""b") VALUES (3, 'z') RETURNING "Select" AS "S", "a""b";

INSERT INTO kinds (id, t, vc, ch, n2) VALUES (10, 'x', 'abcdef', 'x', 1);

INSERT INTO kinds (id, vc) VALUES (10, 'abc      ') RETURNING vc;

INSERT INTO kinds (id, ch) VALUES (10, 'abcdef');

INSERT INTO kinds (id, i2) VALUES (10, 40000);

INSERT INTO kinds (id, i4) VALUES (10, 3000000000);

INSERT INTO kinds (id, i4) VALUES (10, 2.5), (11, '7') RETURNING i4;

INSERT INTO kinds (id, i4) VALUES (10, $1) RETURNING i4;
--$ ["12"]

INSERT INTO kinds (id, n2) VALUES (10, 99999.9995);

INSERT INTO kinds (id, n2) VALUES (10, 'NaN') RETURNING n2;

INSERT INTO kinds (id, f4, f8) VALUES (10, 0.1, 0.1) RETURNING f4, f8;

INSERT INTO kinds (id, b) VALUES (10, 'on'), (11, 'f') RETURNING b;

INSERT INTO kinds (id, d, ts, tz, tm, iv) VALUES (10, '2024-02-29', '2024-02-29 12:13:14.5', '2024-02-29 12:13:14+03', '12:13', '1 year 2 mons') RETURNING d, ts, tz, tm, iv;

INSERT INTO kinds (id, d, ts, tz) VALUES (10, $1, $2, $3) RETURNING d, ts, tz;
--$ ["time:2024-02-29T10:00:00Z", "time:2024-02-29T10:00:00.123456Z", "time:2024-02-29T10:00:00+05:00"]

INSERT INTO kinds (id, u, by, j, jb) VALUES (10, $1, $2, $3, $4) RETURNING u, by, j, jb;
--$ ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a12", "bytes:xyz", "{\"b\":1,  \"a\":2}", "{\"b\":1,  \"a\":2}"]

INSERT INTO kinds (id, ia, ta) VALUES (10, '{1,NULL,3}', '{a,"b c",NULL}') RETURNING ia, ta;

INSERT INTO kinds (id, m) VALUES (10, 'happy'), (11, NULL) RETURNING m;

INSERT INTO kinds (id, m) VALUES (10, 'nope');

INSERT INTO kinds (id, m) VALUES (10, $1) RETURNING m;
--$ ["sad"]

INSERT INTO kinds (id, i4) VALUES (NULL, 1);

INSERT INTO kinds (i4) VALUES (1);

SELECT nextval('orders_id_seq'), currval('orders_id_seq'), lastval();

SELECT nextval('nope');

SELECT setval('orders_id_seq', 50), nextval('orders_id_seq');

SELECT currval('customer_id_seq') IS NOT NULL;

BEGIN;

SAVEPOINT a;
INSERT INTO emp (name) VALUES ('sp');
ROLLBACK TO SAVEPOINT a;
SELECT count(*) FROM emp;
RELEASE SAVEPOINT a;
RELEASE SAVEPOINT a;

SELECT 1/0;
SELECT 1;
ROLLBACK;

SELECT 1; SELECT 2;

;

-- just a comment
SHOW timezone;

SHOW server_version_num;

SET LOCAL statement_timeout = 1000;
SHOW statement_timeout;

SHOW nope;

SET nope = 1;

SELEC 1;

SELECT * FROM;

SELECT 'unterminated;

SELECT current_setting('TimeZone'), current_setting('nope', true);
