CREATE TYPE order_status AS ENUM ('draft', 'placed', 'paid', 'shipped', 'cancelled');
CREATE DOMAIN amount AS numeric(12,2) CHECK (VALUE >= 0);
CREATE TABLE tenants (id bigserial PRIMARY KEY, slug text NOT NULL UNIQUE, name text NOT NULL, settings jsonb NOT NULL DEFAULT '{}', created_at timestamptz NOT NULL DEFAULT now());
CREATE TABLE users (id bigserial PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenants ON DELETE CASCADE, email varchar(120) NOT NULL, name text, role text NOT NULL DEFAULT 'member' CHECK (role IN ('owner', 'admin', 'member')), last_seen timestamptz, deleted_at timestamptz, CONSTRAINT users_tenant_email UNIQUE (tenant_id, email));
CREATE UNIQUE INDEX users_active_email ON users (tenant_id, lower(email)) WHERE deleted_at IS NULL;
CREATE TABLE products (id serial PRIMARY KEY, tenant_id bigint NOT NULL REFERENCES tenants, sku text NOT NULL, title text NOT NULL, price amount NOT NULL, stock int NOT NULL DEFAULT 0 CHECK (stock >= 0), tags text[] NOT NULL DEFAULT '{}', attrs jsonb, weight real, UNIQUE (tenant_id, sku));
CREATE TABLE orders (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), tenant_id bigint NOT NULL REFERENCES tenants, user_id bigint REFERENCES users ON DELETE SET NULL, status order_status NOT NULL DEFAULT 'draft', placed_at timestamptz, note text, total numeric(12,2) NOT NULL DEFAULT 0);
CREATE TABLE order_items (order_id uuid NOT NULL REFERENCES orders ON DELETE CASCADE, line int NOT NULL, product_id int NOT NULL REFERENCES products ON DELETE RESTRICT, qty int NOT NULL CHECK (qty > 0), price numeric(12,2) NOT NULL, discount numeric(4,3) NOT NULL DEFAULT 0, PRIMARY KEY (order_id, line));
CREATE TABLE accounts (id serial PRIMARY KEY, code varchar(10) UNIQUE NOT NULL, kind char(1) NOT NULL, parent_id int REFERENCES accounts);
CREATE TABLE entries (id bigserial PRIMARY KEY, account_id int NOT NULL REFERENCES accounts, booked date NOT NULL, amount numeric(14,2) NOT NULL, memo text, CHECK (amount <> 0));
CREATE INDEX entries_booked ON entries (booked DESC, id);
CREATE VIEW balances AS SELECT a.id, a.code, coalesce(sum(e.amount), 0) AS balance, count(e.id) AS n FROM accounts a LEFT JOIN entries e ON e.account_id = a.id GROUP BY a.id, a.code;
CREATE VIEW open_orders AS SELECT o.id, o.tenant_id, o.status, u.email FROM orders o LEFT JOIN users u ON u.id = o.user_id WHERE o.status < 'shipped';
INSERT INTO tenants (slug, name, settings, created_at) VALUES ('acme', 'Acme', '{"plan": "pro", "limits": {"users": 10}}', '2024-01-01 00:00+00'), ('beta', 'Beta', '{"plan": "free"}', '2024-02-15 12:30+00'), ('void', 'Void', '{}', '2024-03-31 23:59:59.999999+00');
INSERT INTO users (tenant_id, email, name, role, last_seen, deleted_at) VALUES (1, 'ann@acme.io', 'Ann', 'owner', '2024-06-01 10:00+00', NULL), (1, 'bob@acme.io', 'Bob', 'member', '2024-05-01 09:00+00', NULL), (1, 'cid@acme.io', NULL, 'member', NULL, '2024-04-01 00:00+00'), (2, 'ann@acme.io', 'Ann B', 'owner', '2024-06-02 11:00+00', NULL), (2, 'dee@beta.io', 'Dee', 'admin', NULL, NULL);
INSERT INTO products (tenant_id, sku, title, price, stock, tags, attrs, weight) VALUES (1, 'A-1', 'Anvil', 99.90, 5, '{heavy,iron}', '{"color": "black", "dims": [1, 2, 3]}', 50.5), (1, 'A-2', 'Rope', 12.00, 100, '{light}', '{"color": "brown"}', 0.3), (1, 'A-3', 'Paint', 7.25, 0, '{}', NULL, 1), (2, 'A-1', 'Widget', 1.10, 1000, '{small,blue}', '{"color": "blue", "eco": true}', 0.01), (2, 'B-9', 'Gadget', 250.00, 3, '{small,iron}', '{}', NULL);
INSERT INTO orders (id, tenant_id, user_id, status, placed_at, total, note) VALUES ('00000000-0000-0000-0000-000000000001', 1, 1, 'paid', '2024-03-01 10:00+00', 223.80, NULL), ('00000000-0000-0000-0000-000000000002', 1, 2, 'placed', '2024-03-15 23:30+00', 12.00, 'gift'), ('00000000-0000-0000-0000-000000000003', 1, 2, 'cancelled', '2024-04-01 00:00+00', 7.25, NULL), ('00000000-0000-0000-0000-000000000004', 2, 4, 'shipped', '2024-04-30 22:00+00', 252.20, 'rush'), ('00000000-0000-0000-0000-000000000005', 2, NULL, 'draft', NULL, 0, NULL);
INSERT INTO order_items VALUES ('00000000-0000-0000-0000-000000000001', 1, 1, 2, 99.90, 0), ('00000000-0000-0000-0000-000000000001', 2, 2, 2, 12.00, 0), ('00000000-0000-0000-0000-000000000002', 1, 2, 1, 12.00, 0), ('00000000-0000-0000-0000-000000000003', 1, 3, 1, 7.25, 0.1), ('00000000-0000-0000-0000-000000000004', 1, 4, 2, 1.10, 0), ('00000000-0000-0000-0000-000000000004', 2, 5, 1, 250.00, 0.125);
INSERT INTO accounts (code, kind, parent_id) VALUES ('1', 'A', NULL), ('10', 'A', 1), ('100', 'A', 2), ('2', 'L', NULL), ('20', 'L', 4);
INSERT INTO entries (account_id, booked, amount, memo) VALUES (2, '2024-01-31', 100.00, 'open'), (3, '2024-02-29', -25.50, 'x'), (3, '2024-03-31', 10.25, NULL), (5, '2024-03-31', -84.75, 'x'), (2, '2024-12-31', 0.01, 'close');
-- cases
SELECT "users"."id","users"."tenant_id","users"."email","users"."name","users"."role","users"."last_seen","users"."deleted_at" FROM "users" WHERE "users"."deleted_at" IS NULL AND "users"."id" = $1 ORDER BY "users"."id" LIMIT 1;
--$ [1]

SELECT * FROM "users" WHERE email = $1 AND "users"."deleted_at" IS NULL ORDER BY "users"."id" LIMIT $2;
--$ ["ann@acme.io", 10]

SELECT count(*) FROM "users" WHERE tenant_id = $1 AND "users"."deleted_at" IS NULL;
--$ [1]

INSERT INTO "users" ("tenant_id","email","name","role","last_seen","deleted_at") VALUES ($1,$2,$3,$4,$5,$6) RETURNING "id";
--$ [1, "new@acme.io", "New", "member", "time:2024-06-01T00:00:00Z", null]

INSERT INTO "users" ("tenant_id","email","name") VALUES ($1,$2,$3),($4,$5,$6) RETURNING "id","role";
--$ [1, "n1@acme.io", "N1", 2, "n2@acme.io", null]

INSERT INTO "users" ("tenant_id","email","name","id") VALUES ($1,$2,$3,$4) ON CONFLICT ("id") DO UPDATE SET "tenant_id"="excluded"."tenant_id","email"="excluded"."email","name"="excluded"."name" RETURNING "id";
--$ [1, "ann@acme.io", "Ann II", 1]

INSERT INTO "users" ("tenant_id","email") VALUES ($1,$2) ON CONFLICT DO NOTHING RETURNING "id";
--$ [1, "ann@acme.io"]

INSERT INTO "users" ("tenant_id","email") VALUES ($1,$2) ON CONFLICT DO NOTHING;
--$ [1, "ann@acme.io"]

UPDATE "users" SET "deleted_at"=$1 WHERE "users"."id" = $2 AND "users"."deleted_at" IS NULL;
--$ ["time:2024-07-01T00:00:00Z", 2]

UPDATE "users" SET "name"=$1,"last_seen"=$2 WHERE "id" = $3;
--$ ["X", "time:2024-07-01T00:00:00.123456Z", 1]

UPDATE "users" SET "name"=COALESCE($1, "name") WHERE tenant_id IN ($2,$3) RETURNING *;
--$ [null, 1, 2]

DELETE FROM "users" WHERE "users"."id" = $1;
--$ [3]

DELETE FROM "users" WHERE id IN (SELECT id FROM users WHERE tenant_id = $1 ORDER BY id LIMIT 1);
--$ [2]

SELECT "Tenant"."id" AS "Tenant__id", "Tenant"."name" AS "Tenant__name", "users"."email" FROM "users" LEFT JOIN "tenants" "Tenant" ON "users"."tenant_id" = "Tenant"."id" WHERE "Tenant"."slug" = $1 ORDER BY "users"."email";
--$ ["acme"]

SELECT * FROM users WHERE (tenant_id, email) IN (($1, $2), ($3, $4)) ORDER BY id;
--$ [1, "bob@acme.io", 2, "dee@beta.io"]

SELECT * FROM users WHERE id = ANY($1) ORDER BY id;
--$ [[1, 3, 99]]

SELECT * FROM users WHERE email = ANY($1) AND NOT (id = ANY($2)) ORDER BY id;
--$ [["ann@acme.io", "dee@beta.io"], [1]]

SELECT EXISTS(SELECT 1 FROM users WHERE email = $1), EXISTS(SELECT 1 FROM users WHERE email = $2) AS "b";
--$ ["ann@acme.io", "none"]

SELECT id, email FROM users WHERE ($1::text IS NULL OR email ILIKE '%' || $1 || '%') AND ($2::bigint IS NULL OR tenant_id = $2) ORDER BY id;
--$ ["ACME", null]

SELECT id, email FROM users WHERE (last_seen, id) < ($1, $2) ORDER BY last_seen DESC, id DESC LIMIT $3;
--$ ["time:2024-06-02T11:00:00Z", 4, 2]

SELECT t.slug, count(u.id) AS users, count(u.id) FILTER (WHERE u.deleted_at IS NULL) AS active, max(u.last_seen) AS seen FROM tenants t LEFT JOIN users u ON u.tenant_id = t.id GROUP BY t.id ORDER BY t.slug;

SELECT t.*, count(u.*) FROM tenants t LEFT JOIN users u ON u.tenant_id = t.id GROUP BY t.id ORDER BY 1;

SELECT t.name, u.name FROM tenants t JOIN users u ON u.tenant_id = t.id GROUP BY t.id ORDER BY 1;

SELECT o.id, o.status, sum(i.qty * i.price * (1 - i.discount)) AS net, round(sum(i.qty * i.price * (1 - i.discount)), 2) AS rounded, o.total FROM orders o JOIN order_items i ON i.order_id = o.id GROUP BY o.id ORDER BY o.id;

SELECT date_trunc('month', placed_at) AS m, status, count(*), sum(total), avg(total) FROM orders WHERE placed_at IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2;

SELECT placed_at::date AS day, sum(total) AS total, sum(sum(total)) OVER (ORDER BY placed_at::date) AS running FROM orders WHERE placed_at IS NOT NULL GROUP BY 1 ORDER BY 1;

SELECT to_char(placed_at, 'YYYY-MM') AS m, count(*) FROM orders GROUP BY m ORDER BY m NULLS LAST;

SELECT p.title, coalesce(sum(i.qty), 0) AS sold, p.stock, rank() OVER (ORDER BY coalesce(sum(i.qty), 0) DESC, p.title) FROM products p LEFT JOIN order_items i ON i.product_id = p.id GROUP BY p.id ORDER BY 4;

SELECT u.email, (SELECT count(*) FROM orders o WHERE o.user_id = u.id) AS orders, (SELECT max(o.total) FROM orders o WHERE o.user_id = u.id AND o.status <> 'cancelled') AS biggest FROM users u ORDER BY u.id;

SELECT u.id, u.email FROM users u WHERE NOT EXISTS (SELECT FROM orders o WHERE o.user_id = u.id) ORDER BY 1;

SELECT u.id FROM users u WHERE u.id NOT IN (SELECT user_id FROM orders) ORDER BY 1;

SELECT u.id FROM users u WHERE u.id NOT IN (SELECT user_id FROM orders WHERE user_id IS NOT NULL) ORDER BY 1;

SELECT DISTINCT ON (o.tenant_id) o.tenant_id, o.id, o.total FROM orders o ORDER BY o.tenant_id, o.total DESC;

WITH ranked AS (SELECT o.*, row_number() OVER (PARTITION BY tenant_id ORDER BY total DESC) AS rn FROM orders o) SELECT tenant_id, id, total FROM ranked WHERE rn = 1 ORDER BY tenant_id;

WITH RECURSIVE tree AS (SELECT id, code, parent_id, 0 AS depth, code::text AS path FROM accounts WHERE parent_id IS NULL UNION ALL SELECT a.id, a.code, a.parent_id, t.depth + 1, t.path || '/' || a.code FROM accounts a JOIN tree t ON a.parent_id = t.id) SELECT * FROM tree ORDER BY path;

WITH RECURSIVE sub AS (SELECT id FROM accounts WHERE code = $1 UNION SELECT a.id FROM accounts a, sub s WHERE a.parent_id = s.id) SELECT sum(amount), count(*) FROM entries WHERE account_id IN (SELECT id FROM sub);
--$ ["1"]

SELECT * FROM balances ORDER BY id;

SELECT code, balance FROM balances WHERE balance <> 0 ORDER BY balance DESC;

SELECT b.code, e.memo FROM balances b JOIN entries e ON e.account_id = b.id WHERE b.n > 1 ORDER BY e.id;

SELECT * FROM open_orders WHERE tenant_id = $1 ORDER BY id;
--$ [1]

SELECT e.id, e.booked, e.amount, sum(e.amount) OVER (PARTITION BY account_id ORDER BY booked, id ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running, lag(e.amount) OVER w AS prev, e.amount - lag(e.amount, 1, 0.00) OVER w AS delta FROM entries e WINDOW w AS (PARTITION BY account_id ORDER BY booked) ORDER BY e.id;

SELECT booked, amount, avg(amount) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), first_value(memo) OVER (ORDER BY id), last_value(memo) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING), nth_value(memo, 2) OVER (ORDER BY id), ntile(2) OVER (ORDER BY id), percent_rank() OVER (ORDER BY amount), cume_dist() OVER (ORDER BY amount) FROM entries ORDER BY id;

SELECT kind, sum(CASE WHEN amount > 0 THEN amount ELSE 0 END) AS debit, sum(CASE WHEN amount < 0 THEN -amount END) AS credit, sum(amount) AS net FROM accounts a JOIN entries e ON e.account_id = a.id GROUP BY kind ORDER BY kind;

SELECT extract(year FROM booked)::int AS y, extract(quarter FROM booked) AS q, sum(amount) FROM entries GROUP BY 1, 2 ORDER BY 1, 2;

SELECT d::date, coalesce(sum(e.amount), 0) FROM generate_series('2024-01-01'::date, '2024-04-01', '1 month') d LEFT JOIN entries e ON date_trunc('month', e.booked) = d GROUP BY 1 ORDER BY 1;

SELECT id, settings->>'plan' AS plan, (settings->'limits'->>'users')::int AS users, settings ? 'plan', settings @> '{"plan": "free"}' FROM tenants ORDER BY id;

SELECT slug FROM tenants WHERE settings->>'plan' = $1;
--$ ["pro"]

SELECT slug FROM tenants WHERE settings @> $1;
--$ ["{\"plan\": \"free\"}"]

UPDATE tenants SET settings = jsonb_set(settings, '{limits,users}', to_jsonb($1::int)) WHERE id = $2 RETURNING settings;
--$ [25, 1]

UPDATE tenants SET settings = settings || $1 WHERE slug = $2 RETURNING settings;
--$ ["{\"beta\": true}", "beta"]

UPDATE tenants SET settings = settings - 'plan' RETURNING id, settings;

SELECT key, value FROM tenants t, jsonb_each(t.settings) WHERE t.id = 1 ORDER BY key;

SELECT title, attrs->>'color', attrs->'dims'->0, attrs #>> '{dims,2}', jsonb_array_length(attrs->'dims') FROM products WHERE id = 1;

SELECT id FROM products WHERE attrs->>'color' IN ('black', 'blue') ORDER BY id;

SELECT id FROM products WHERE tags @> ARRAY['iron'] ORDER BY id;

SELECT id FROM products WHERE tags && $1 ORDER BY id;
--$ [["heavy", "blue"]]

SELECT id FROM products WHERE 'small' = ANY(tags) ORDER BY id;

SELECT id, array_length(tags, 1), cardinality(tags), tags[1], array_to_string(tags, ',') FROM products ORDER BY id;

SELECT tag, count(*) FROM products, unnest(tags) AS tag GROUP BY tag ORDER BY 2 DESC, 1;

UPDATE products SET tags = array_append(tags, $1) WHERE id = $2 RETURNING tags;
--$ ["new", 3]

UPDATE products SET tags = array_remove(tags, 'iron') WHERE 'iron' = ANY(tags) RETURNING id, tags;

UPDATE products SET tags = $1, attrs = $2 WHERE id = 2 RETURNING tags, attrs;
--$ [["a b", "c\"d"], "{\"z\": 1, \"a\": [1, 2.50]}"]

UPDATE products SET stock = stock - $1 WHERE id = $2 AND stock >= $1 RETURNING stock;
--$ [2, 1]

UPDATE products SET stock = stock - 10 WHERE id = 1;

UPDATE products SET price = price * 1.1 RETURNING id, price;

UPDATE products SET price = -1 WHERE id = 1;

UPDATE products SET price = price / 3 WHERE id = 2 RETURNING price, price::text, pg_typeof(price);

UPDATE products p SET stock = p.stock + i.qty FROM order_items i WHERE i.product_id = p.id AND i.order_id = $1;
--$ ["00000000-0000-0000-0000-000000000001"]

UPDATE orders o SET total = s.net FROM (SELECT order_id, sum(qty * price) AS net FROM order_items GROUP BY order_id) s WHERE s.order_id = o.id;

UPDATE orders SET status = 'shipped' WHERE status = 'paid' RETURNING id, status, status > 'paid';

UPDATE orders SET status = $1 WHERE id = $2 RETURNING status::text;
--$ ["cancelled", "00000000-0000-0000-0000-000000000005"]

UPDATE orders SET status = $1 WHERE id = $2;
--$ ["lost", "00000000-0000-0000-0000-000000000005"]

UPDATE orders SET status = 'lost';

SELECT id FROM orders WHERE id = $1;
--$ ["00000000-0000-0000-0000-000000000002"]

SELECT id FROM orders WHERE id = $1;
--$ ["not-a-uuid"]

SELECT id FROM orders WHERE id = ANY($1::uuid[]) ORDER BY id;
--$ [["00000000-0000-0000-0000-000000000002", "00000000-0000-0000-0000-000000000004"]]

SELECT status, count(*) FROM orders GROUP BY status ORDER BY status;

SELECT status, count(*) FROM orders GROUP BY status HAVING count(*) >= 1 ORDER BY status DESC;

SELECT min(status), max(status), array_agg(status ORDER BY status) FROM orders;

SELECT enum_range(NULL::order_status), enum_first(NULL::order_status), enum_last('draft'::order_status);

SELECT id FROM orders WHERE status IN ('paid', 'shipped') ORDER BY id;

SELECT id FROM orders WHERE status NOT IN ($1, $2) ORDER BY id;
--$ ["draft", "cancelled"]

INSERT INTO orders (tenant_id, user_id, status, placed_at, total) VALUES (1, 1, 'placed', now(), 5) RETURNING status, total, placed_at = now(), length(id::text);

INSERT INTO orders (id, tenant_id) VALUES ('00000000-0000-0000-0000-000000000001', 1);

INSERT INTO orders (tenant_id) VALUES (77);

INSERT INTO orders (tenant_id, user_id) VALUES (1, 77);

INSERT INTO order_items VALUES ('00000000-0000-0000-0000-000000000005', 1, 1, 0, 1);

INSERT INTO order_items VALUES ('00000000-0000-0000-0000-000000000005', 1, 77, 1, 1);

INSERT INTO order_items VALUES ('00000000-0000-0000-0000-000000000005', 1, 1, 1, 1, 12);

INSERT INTO order_items (order_id, line, product_id, qty, price) SELECT '00000000-0000-0000-0000-000000000005', row_number() OVER (ORDER BY id), id, 1, price FROM products WHERE tenant_id = 2 RETURNING line, product_id, price;

INSERT INTO order_items VALUES ('00000000-0000-0000-0000-000000000001', 1, 1, 1, 1) ON CONFLICT (order_id, line) DO UPDATE SET qty = order_items.qty + excluded.qty RETURNING qty;

INSERT INTO products (tenant_id, sku, title, price) VALUES (1, 'A-1', 'Anvil', 90) ON CONFLICT (tenant_id, sku) DO UPDATE SET price = excluded.price WHERE products.price > excluded.price RETURNING id, price;

INSERT INTO products (tenant_id, sku, title, price) VALUES (1, 'A-1', 'Anvil', 999) ON CONFLICT (tenant_id, sku) DO UPDATE SET price = excluded.price WHERE products.price > excluded.price RETURNING id, price;

INSERT INTO products (tenant_id, sku, title, price) VALUES (1, 'Z', 'Z', -5);

INSERT INTO products (tenant_id, sku, title, price) VALUES (1, 'Z', 'Z', NULL);

INSERT INTO products (tenant_id, sku, title, price, stock) VALUES (1, 'Z', 'Z', 5, -1);

INSERT INTO users (tenant_id, email) VALUES (1, 'ANN@acme.io');

INSERT INTO users (tenant_id, email) VALUES (1, 'cid@acme.io');

INSERT INTO users (tenant_id, email, role) VALUES (1, 'z', 'boss');

INSERT INTO users (tenant_id, email) VALUES (1, 'ann@acme.io') ON CONFLICT ON CONSTRAINT users_tenant_email DO UPDATE SET name = excluded.name, last_seen = now() RETURNING id, name;

INSERT INTO users (tenant_id, email) VALUES (1, 'ANN@acme.io') ON CONFLICT (tenant_id, lower(email)) WHERE deleted_at IS NULL DO UPDATE SET name = 'dup' RETURNING id, name;

INSERT INTO tenants (slug, name) VALUES ('acme', 'x') ON CONFLICT (slug) DO NOTHING;

INSERT INTO tenants (slug, name) VALUES ('new', 'x') ON CONFLICT (slug) DO UPDATE SET name = excluded.name || '!' RETURNING (xmax = 0) AS inserted;

INSERT INTO tenants (slug, name) VALUES ('n1', 'x'), ('n2', 'y') RETURNING id, slug, settings, created_at = now();

DELETE FROM tenants WHERE id = 3 RETURNING slug;

DELETE FROM tenants WHERE id = 1;

DELETE FROM users WHERE id = 1;
SELECT id, user_id FROM orders ORDER BY id;

DELETE FROM products WHERE id = 1;

DELETE FROM orders WHERE id = '00000000-0000-0000-0000-000000000001';
SELECT count(*) FROM order_items;

DELETE FROM orders o USING users u WHERE u.id = o.user_id AND u.email LIKE 'bob%';
SELECT count(*) FROM orders;

WITH o AS (SELECT id FROM orders WHERE status = 'draft') DELETE FROM orders USING o WHERE orders.id = o.id;

INSERT INTO entries (account_id, booked, amount) VALUES (1, '2024-01-01', 0);

INSERT INTO entries (account_id, booked, amount) VALUES (1, '2024-01-01', 1.005), (1, '2024-01-02', -1.005) RETURNING id, amount;

INSERT INTO entries (account_id, booked, amount) SELECT account_id, booked + interval '1 year', -amount FROM entries WHERE memo = 'x' RETURNING booked, amount;

SELECT a.code, b.code FROM accounts a LEFT JOIN accounts b ON b.id = a.parent_id ORDER BY a.code;

SELECT kind, count(*) FROM accounts WHERE kind = 'A' GROUP BY kind;

SELECT kind || '-' || code, kind = 'A ', length(kind) FROM accounts ORDER BY id LIMIT 1;

SELECT sum(amount)::float8, sum(amount)::int, sum(amount)::text, avg(amount), stddev(amount) FROM entries;

SELECT count(*), count(DISTINCT account_id), min(booked), max(booked), max(booked) - min(booked) AS days, age(max(booked), min(booked)) FROM entries;

SELECT json_build_object('id', t.id, 'users', (SELECT json_agg(json_build_object('id', u.id, 'email', u.email) ORDER BY u.id) FROM users u WHERE u.tenant_id = t.id)) FROM tenants t ORDER BY t.id;

SELECT json_agg(t) FROM (SELECT id, slug FROM tenants ORDER BY id) t;

SELECT row_to_json(t) FROM (SELECT id, slug, created_at FROM tenants ORDER BY id) t;

SELECT to_jsonb(t) FROM tenants t ORDER BY id;

SELECT jsonb_object_agg(slug, id ORDER BY id), jsonb_agg(settings ORDER BY id) FROM tenants;

SELECT coalesce(json_agg(u.email) FILTER (WHERE u.id IS NOT NULL), '[]') FROM tenants t LEFT JOIN users u ON u.tenant_id = t.id WHERE t.id = 3;

SELECT o.id FROM orders o WHERE o.placed_at BETWEEN $1 AND $2 ORDER BY o.id;
--$ ["time:2024-03-01T00:00:00Z", "time:2024-03-31T23:59:59Z"]

SELECT o.id FROM orders o WHERE o.placed_at AT TIME ZONE 'Europe/Berlin' >= '2024-04-01' ORDER BY o.id;

SELECT (o.placed_at AT TIME ZONE 'America/New_York')::date AS d, count(*) FROM orders o GROUP BY 1 ORDER BY 1;

SELECT nextval('users_id_seq'), currval('users_id_seq'), lastval();

SELECT setval('entries_id_seq', (SELECT max(id) FROM entries));
INSERT INTO entries (account_id, booked, amount) VALUES (1, now(), 1) RETURNING id;

SELECT * FROM users u FULL JOIN orders o ON o.user_id = u.id WHERE u.id IS NULL OR o.id IS NULL ORDER BY u.id, o.id;

SELECT t.slug, p.sku FROM tenants t CROSS JOIN products p WHERE p.tenant_id = t.id AND p.price > ALL (SELECT price FROM products q WHERE q.tenant_id = t.id AND q.id <> p.id) ORDER BY 1;

SELECT p.id, p.price, CASE WHEN p.price >= 100 THEN 'high' WHEN p.price >= 10 THEN 'mid' ELSE 'low' END AS band FROM products p ORDER BY band, id;

SELECT width_bucket(price, 0, 300, 3) AS b, count(*), min(price), max(price) FROM products GROUP BY b ORDER BY b;

SELECT id FROM products ORDER BY price DESC NULLS LAST, id LIMIT 2 OFFSET 1;

SELECT id, weight, weight * 2, weight::numeric, weight = 0.3, weight > 0.3::real, round(weight::numeric, 1) FROM products ORDER BY weight NULLS FIRST;

SELECT u.*, t.slug FROM users u, tenants t WHERE u.tenant_id = t.id AND t.id = 2 ORDER BY u.id;

SELECT u.id AS "userId", u.email AS "e-mail", count(*) OVER () AS "total_count" FROM users u ORDER BY u.id LIMIT 2;

SELECT * FROM (SELECT tenant_id, count(*) AS n FROM users GROUP BY tenant_id) a JOIN (SELECT tenant_id, sum(total) AS s FROM orders GROUP BY tenant_id) b USING (tenant_id) ORDER BY 1;

SELECT email FROM users WHERE tenant_id = 1 INTERSECT SELECT email FROM users WHERE tenant_id = 2;

SELECT email FROM users EXCEPT SELECT email FROM users WHERE tenant_id = 2 ORDER BY email;

SELECT 'user' AS kind, id::text AS id, email AS label FROM users WHERE tenant_id = 2 UNION ALL SELECT 'product', id::text, title FROM products WHERE tenant_id = 2 ORDER BY kind, label;

SELECT id FROM users ORDER BY lower(email), tenant_id DESC;

SELECT id FROM users WHERE lower(email) = lower($1) ORDER BY id;
--$ ["ANN@ACME.IO"]

SELECT split_part(email, '@', 2) AS domain, count(*) FROM users GROUP BY 1 ORDER BY 2 DESC, 1;

SELECT id FROM users WHERE last_seen > $1 OR last_seen IS NULL ORDER BY last_seen NULLS FIRST, id;
--$ ["time:2024-05-15T00:00:00+02:00"]

SELECT id FROM users WHERE tenant_id = $1 FOR UPDATE;
--$ [1]

SELECT id FROM users WHERE tenant_id = $1 ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1;
--$ [1]

SELECT id FROM users ORDER BY id FOR NO KEY UPDATE NOWAIT;

SELECT pg_advisory_xact_lock(42);

SELECT version() LIKE 'PostgreSQL%', current_database() <> '', current_schema, current_user <> '';

SELECT 1 AS one;

SELECT $1::int + $2::int AS sum, $3 || 'x' AS s, $4::bool AND true AS b;
--$ [1, 2, "a", true]

SELECT CASE WHEN $1 THEN 'yes' ELSE 'no' END, coalesce($2, 'none'), $3 IS NULL;
--$ [true, null, null]

SELECT $1;
--$ ["x"]

SELECT $1 + 1, $2 + 1.5, $3 || 1;
--$ [1, "2.5", "a"]

SELECT $1 = $2;
--$ ["a", "a"]

SELECT $1 IN (1, 2), $2 BETWEEN 1 AND 5, $3 LIKE 'a%';
--$ [1, 3, "abc"]

SELECT $2::text, $1::int;
--$ [1, "b"]

SELECT $1::int;
--$ ["x"]

SELECT $1::int;
--$ []

SELECT $1::int;
--$ [1, 2]

SELECT id FROM users WHERE id = $1;
--$ ["abc"]

SELECT id FROM users WHERE id = $1;
--$ [1.5]

SELECT id FROM users WHERE id = $1;
--$ [true]

SELECT id FROM products WHERE price = $1 ORDER BY id;
--$ [12]

SELECT id FROM products WHERE price > $1 ORDER BY id;
--$ ["9.99"]

SELECT id FROM products WHERE price > $1 ORDER BY id;
--$ [9.99]

SELECT id FROM products WHERE price > $1;
--$ ["abc"]

SELECT id FROM products WHERE weight > $1 ORDER BY id;
--$ [0.3]

SELECT id FROM products WHERE stock > $1;
--$ [3000000000]

SELECT id FROM tenants WHERE created_at > $1 ORDER BY id;
--$ ["2024-02-01"]

SELECT id FROM tenants WHERE created_at::date = $1::date;
--$ ["2024-01-01"]

SELECT id FROM tenants LIMIT $1;
--$ ["2"]

SELECT id FROM users WHERE name = $1 OR ($1 IS NULL AND name IS NULL);
--$ [null]

SELECT id FROM users WHERE name IS NOT DISTINCT FROM $1 ORDER BY id;
--$ [null]

INSERT INTO users (tenant_id, email, name) VALUES ($1, $2, $2);
--$ [1, "same@x"]

INSERT INTO tenants (slug, name, settings) VALUES ($1, $2, $3) RETURNING settings;
--$ ["js", "JS", "{\"b\":1,\"a\":{\"x\":[true,null]}}"]

INSERT INTO tenants (slug, name, settings) VALUES ($1, $2, $3);
--$ ["js", "JS", "{bad"]

UPDATE users SET name = $1 WHERE id = $2 AND name = $1;
--$ ["Ann", 1]

SELECT id, $1::text AS tag FROM users WHERE role = $1 ORDER BY id;
--$ ["owner"]
