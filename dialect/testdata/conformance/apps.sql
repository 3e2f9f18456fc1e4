-- schema: apps
-- cases
SELECT * FROM "users" WHERE "users"."deleted_at" IS NULL ORDER BY "users"."id" LIMIT 1;

SELECT * FROM "users" WHERE email = $1 AND "users"."deleted_at" IS NULL ORDER BY "users"."id" LIMIT $2;
--$ ["ann@x.io", 1]

INSERT INTO "users" ("created_at","updated_at","deleted_at","email","name","age") VALUES ($1,$2,$3,$4,$5,$6) RETURNING "id","full_name";
--$ ["time:2024-05-01T10:00:00Z", "time:2024-05-01T10:00:00Z", null, "eve@x.io", "Eve", 20]

UPDATE "users" SET "deleted_at"=$1 WHERE "users"."id" = $2 AND "users"."deleted_at" IS NULL;
--$ ["time:2024-05-01T10:00:00Z", 1]
SELECT id, deleted_at FROM users ORDER BY id;

INSERT INTO "products" ("sku","title","price","stock") VALUES ($1,$2,$3,$4),($5,$6,$7,$8) ON CONFLICT ("sku") DO UPDATE SET "title"="excluded"."title","price"="excluded"."price","stock"="products"."stock"+"excluded"."stock" RETURNING "id","stock",(xmax = 0) AS inserted;
--$ ["A-1", "Lamp II", "21.50", 3, "Z-9", "Zed", "1", 1]

INSERT INTO "products" ("sku","title","price","stock") VALUES ('A-1','Lamp II',21.50,3),('Z-9','Zed',1,1) ON CONFLICT ("sku") DO UPDATE SET "title"="excluded"."title","price"="excluded"."price","stock"="products"."stock"+"excluded"."stock" RETURNING "id","stock";

INSERT INTO users (email, name) VALUES ('ANN@x.io', 'Other') ON CONFLICT (lower(email::text)) WHERE deleted_at IS NULL DO UPDATE SET name = excluded.name, updated_at = '2024-06-01' RETURNING id, email, name, updated_at;

INSERT INTO users (email) VALUES ('nobody') RETURNING id;

INSERT INTO users (email) VALUES ('ann@x.io');

INSERT INTO kv (k, v) VALUES ('a', '9') ON CONFLICT (k) DO UPDATE SET v = excluded.v, version = kv.version + 1 WHERE kv.v IS DISTINCT FROM excluded.v RETURNING *;

INSERT INTO kv (k, v) VALUES ('a', '1') ON CONFLICT (k) DO UPDATE SET v = excluded.v, version = kv.version + 1 WHERE kv.v IS DISTINCT FROM excluded.v RETURNING *;

INSERT INTO kv (k, v) SELECT k, v FROM jsonb_each_text('{"a": "x", "q": "y"}') AS t(k, v) ON CONFLICT (k) DO NOTHING;
SELECT * FROM kv ORDER BY k;

INSERT INTO kv (k, v) SELECT unnest($1::text[]), unnest($2::text[]) ON CONFLICT (k) DO UPDATE SET v = EXCLUDED.v;
--$ [["a", "m"], ["10", "11"]]
SELECT * FROM kv ORDER BY k;

UPDATE kv SET v = 'new', version = version + 1 WHERE k = 'b' AND version = 7 RETURNING version;

UPDATE kv SET v = 'new', version = version + 1 WHERE k = 'b' AND version = 6;

SELECT id, created_at FROM users WHERE (created_at, id) < ('2024-03-01 00:00:00+00', 100) ORDER BY created_at DESC, id DESC LIMIT 2;

SELECT id FROM users WHERE (created_at, id) > ($1, $2) ORDER BY created_at, id LIMIT 10;
--$ ["time:2024-02-10T11:30:00Z", 1]

SELECT id, name FROM users WHERE (name, id) >= ('Bob', 2) ORDER BY name NULLS FIRST, id;

SELECT count(*) OVER () AS total, u.id FROM users u WHERE deleted_at IS NULL ORDER BY id OFFSET 1 LIMIT 1;

SELECT u.id, u.email, count(o.id) AS orders, coalesce(sum(o.total), 0) AS spent, max(o.placed_at) AS last FROM users u LEFT JOIN orders o ON o.user_id = u.id AND o.status <> 'cancelled' WHERE u.deleted_at IS NULL GROUP BY u.id ORDER BY spent DESC, u.id;

SELECT date_trunc('month', placed_at AT TIME ZONE 'UTC') AS month, status, count(*), sum(total) FROM orders GROUP BY 1, 2 ORDER BY 1, 2;

SELECT to_char(placed_at AT TIME ZONE 'Europe/Rome', 'YYYY-MM-DD HH24:MI') AS t, sum(total) OVER (ORDER BY placed_at ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS running FROM orders ORDER BY placed_at;

SELECT id, user_id, row_number() OVER w, rank() OVER w, lag(total) OVER w, lead(total, 1, 0) OVER w, first_value(id) OVER w FROM orders WINDOW w AS (PARTITION BY user_id ORDER BY placed_at) ORDER BY id;

SELECT DISTINCT ON (user_id) user_id, id, total FROM orders ORDER BY user_id, placed_at DESC;

SELECT u.name, o.* FROM users u CROSS JOIN LATERAL (SELECT id, total FROM orders WHERE user_id = u.id ORDER BY placed_at DESC LIMIT 1) o ORDER BY u.id;

SELECT u.id, o.id FROM users u LEFT JOIN LATERAL (SELECT id FROM orders WHERE user_id = u.id ORDER BY placed_at LIMIT 1) o ON true ORDER BY u.id;

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY total) AS median, percentile_disc(ARRAY[0.25, 0.75]) WITHIN GROUP (ORDER BY total), mode() WITHIN GROUP (ORDER BY status) FROM orders;

SELECT status, count(*) FILTER (WHERE total > 100) AS big, avg(total), stddev(total) FROM orders GROUP BY ROLLUP (status) ORDER BY status;

SELECT width_bucket(total, 0, 300, 3) AS bucket, count(*) FROM orders WHERE total IS NOT NULL GROUP BY 1 ORDER BY 1;

SELECT s.day::date, count(o.id) FROM generate_series('2024-02-19'::timestamptz, '2024-02-22'::timestamptz, '1 day') AS s(day) LEFT JOIN orders o ON o.placed_at >= s.day AND o.placed_at < s.day + interval '1 day' GROUP BY 1 ORDER BY 1;

SELECT name, time_bucket.b, avg(value) FROM metrics, LATERAL (SELECT date_bin('1 day', ts, '2024-01-01') AS b) time_bucket GROUP BY 1, 2 ORDER BY 1, 2;

SELECT name, ts, value, avg(value) OVER (PARTITION BY name ORDER BY ts RANGE BETWEEN '1 day' PRECEDING AND CURRENT ROW) AS moving FROM metrics ORDER BY name, ts;

SELECT name, (array_agg(value ORDER BY ts DESC))[1] AS last FROM metrics GROUP BY name ORDER BY name;

SELECT id FROM users WHERE profile @> '{"city": "Oslo"}';

SELECT id FROM users WHERE profile->>'city' = $1 OR profile ? 'langs' ORDER BY id;
--$ ["Rome"]

SELECT id, profile->'langs'->>0 AS l, (profile->>'score')::numeric AS s, profile #>> '{langs,1}' FROM users ORDER BY id;

SELECT id FROM users WHERE (profile->>'score')::float > 3.5;

SELECT id, jsonb_array_length(coalesce(profile->'langs', '[]')) FROM users ORDER BY id;

SELECT u.id, l.value FROM users u, jsonb_array_elements_text(u.profile->'langs') WITH ORDINALITY AS l(value, n) ORDER BY u.id, l.n;

SELECT jsonb_path_query_array(profile, '$.langs[*] ? (@ starts with "e")') FROM users WHERE id = 1;

UPDATE users SET profile = jsonb_set(coalesce(profile, '{}'), '{seen}', to_jsonb($1::bool), true) WHERE id IN (1, 3) RETURNING id, profile;
--$ [true]

UPDATE users SET profile = profile || '{"x": [1, 2]}' - 'city' WHERE id = 1 RETURNING profile;

UPDATE users SET profile['langs'][0] = '"de"' WHERE id = 1 RETURNING profile;

SELECT id FROM users WHERE 'dev' = ANY(tags) ORDER BY id;

SELECT id FROM users WHERE tags && ARRAY['sales', 'admin'] ORDER BY id;

SELECT id, tags @> '{dev}' AS d, cardinality(tags), array_position(tags, 'dev'), array_to_string(tags, ', ', '-') FROM users ORDER BY id;

UPDATE users SET tags = array_append(array_remove(tags, 'dev'), 'ops') WHERE id <= 2 RETURNING id, tags;

UPDATE users SET tags = (SELECT array_agg(DISTINCT t ORDER BY t) FROM unnest(tags || '{zz,admin}'::text[]) t) WHERE id = 1 RETURNING tags;

SELECT t, count(*) FROM users, unnest(tags) t GROUP BY t ORDER BY count(*) DESC, t;

SELECT * FROM users WHERE id = ANY($1) ORDER BY id;
--$ [[1, 4]]

SELECT id FROM users WHERE id <> ALL($1::bigint[]) ORDER BY id;
--$ [[1, 4]]

SELECT id, age, CASE WHEN age IS NULL THEN 'unknown' WHEN age < 30 THEN 'young' ELSE 'old' END AS band FROM users ORDER BY id;

SELECT id FROM users WHERE name ILIKE '%' || $1 || '%' ORDER BY id;
--$ ["N"]

SELECT id FROM users WHERE email ~* '^[a-b].*@x\.io$' ORDER BY id;

SELECT id, split_part(email, '@', 2) AS domain, left(email, 3), initcap(name), md5(email) FROM users ORDER BY id;

SELECT EXISTS (SELECT 1 FROM orders WHERE user_id = 2) AS has, (SELECT count(*) FROM orders) AS n;

SELECT u.id FROM users u WHERE NOT EXISTS (SELECT FROM orders o WHERE o.user_id = u.id) ORDER BY 1;

SELECT id FROM users WHERE id NOT IN (SELECT user_id FROM orders WHERE status = 'paid') ORDER BY id;

WITH moved AS (DELETE FROM jobs WHERE queue = 'mail' RETURNING *) INSERT INTO audit_log (action, entity, entity_id, before, at) SELECT 'delete', 'jobs', id, to_jsonb(moved), '2024-01-01' FROM moved RETURNING id IS NOT NULL, before;

WITH up AS (UPDATE products SET stock = stock - 1 WHERE sku = 'A-1' AND stock > 0 RETURNING id, stock), log AS (INSERT INTO audit_log (action, entity, entity_id, after, at) SELECT 'stock', 'products', up.id, jsonb_build_object('stock', up.stock), '2024-01-01' FROM up RETURNING entity_id, after) SELECT up.stock, log.* FROM up JOIN log ON log.entity_id = up.id;

WITH new_order AS (INSERT INTO orders (user_id, placed_at, total) VALUES (2, '2024-04-01', 10) RETURNING id), items AS (INSERT INTO order_items (order_id, line, product_id, qty, unit_price) SELECT id, n, n, 1, 5 FROM new_order, generate_series(1, 2) n RETURNING order_id, amount) SELECT count(*), sum(amount) FROM items;

UPDATE jobs SET locked_by = 'w1', attempts = attempts + 1 WHERE id = (SELECT id FROM jobs WHERE NOT done AND locked_by IS NULL AND queue = 'default' ORDER BY run_at, id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id, payload;

WITH next AS (SELECT id FROM jobs WHERE NOT done ORDER BY run_at LIMIT 2 FOR UPDATE SKIP LOCKED) UPDATE jobs j SET locked_by = 'w2' FROM next WHERE j.id = next.id RETURNING j.id, j.locked_by;

DELETE FROM jobs USING (SELECT id FROM jobs ORDER BY run_at LIMIT 1) d WHERE jobs.id = d.id RETURNING jobs.*;

UPDATE orders o SET total = s.sum FROM (SELECT order_id, sum(amount) FROM order_items GROUP BY order_id) s WHERE s.order_id = o.id RETURNING o.id, o.total;

UPDATE orders SET (total, note) = (SELECT sum(amount), 'sum' FROM order_items WHERE order_id = orders.id) WHERE id < 3 RETURNING id, total, note;

UPDATE products AS p SET price = v.price FROM (VALUES ('A-1', 1.5), ('C-3', 2)) AS v(sku, price) WHERE p.sku = v.sku RETURNING p.sku, p.price;

UPDATE products SET price = CASE id WHEN 1 THEN 10.005 WHEN 2 THEN 20 ELSE price END WHERE id IN (1, 2) RETURNING id, price;

MERGE INTO products p USING (VALUES ('A-1', 7), ('N-1', 3)) AS s(sku, qty) ON p.sku = s.sku WHEN MATCHED THEN UPDATE SET stock = p.stock + s.qty WHEN NOT MATCHED THEN INSERT (sku, title, price, stock) VALUES (s.sku, 'new', 0, s.qty);
SELECT sku, stock FROM products ORDER BY sku;

WITH RECURSIVE tree AS (SELECT id, name, 0 AS depth, ARRAY[id] AS path FROM categories WHERE parent_id IS NULL UNION ALL SELECT c.id, c.name, t.depth + 1, t.path || c.id FROM categories c JOIN tree t ON c.parent_id = t.id) SELECT repeat('  ', depth) || name AS label, path FROM tree ORDER BY path;

WITH RECURSIVE up AS (SELECT id, parent_id, name FROM categories WHERE id = 4 UNION SELECT c.id, c.parent_id, c.name FROM categories c, up WHERE c.id = up.parent_id) SELECT string_agg(name, ' > ' ORDER BY id) FROM up;

WITH RECURSIVE d(n, day) AS (SELECT 1, date '2024-02-27' UNION ALL SELECT n + 1, (day + interval '1 day')::date FROM d WHERE n < 4) SELECT * FROM d;

SELECT json_agg(row_to_json(t)) FROM (SELECT id, sku, price FROM products ORDER BY id) t;

SELECT json_build_object('id', o.id, 'user', (SELECT row_to_json(u) FROM (SELECT id, name FROM users WHERE id = o.user_id) u), 'items', coalesce((SELECT json_agg(json_build_object('sku', p.sku, 'qty', i.qty) ORDER BY i.line) FROM order_items i JOIN products p ON p.id = i.product_id WHERE i.order_id = o.id), '[]')) FROM orders o ORDER BY o.id;

SELECT jsonb_object_agg(sku, price) FROM products;

SELECT jsonb_agg(p ORDER BY p.id) FROM products p;

SELECT to_jsonb(o) - 'meta' FROM orders o WHERE id = 1;

SELECT jsonb_build_object('a', array_agg(id ORDER BY id), 'b', sum(price)) FROM products;

SELECT jsonb_pretty(attrs) FROM products WHERE id = 2;

SELECT key, value FROM products, jsonb_each(attrs) WHERE id = 2 ORDER BY key;

SELECT x.* FROM products p, jsonb_to_record(p.attrs) AS x(color text, weight numeric, sizes int[]) ORDER BY p.id;

SELECT * FROM json_to_recordset('[{"a": 1, "b": "x"}, {"a": 2}]') AS t(a int, b text);

INSERT INTO products (sku, title, price) SELECT sku, title, price FROM jsonb_to_recordset($1::jsonb) AS t(sku text, title text, price numeric) RETURNING sku, price;
--$ ["[{\"sku\": \"J-1\", \"title\": \"J\", \"price\": 1.005}]"]

INSERT INTO products SELECT * FROM jsonb_populate_recordset(null::products, '[{"id": 90, "sku": "P-1", "title": "P", "price": 3, "stock": 1, "attrs": {"a": 1}}]') RETURNING *;

SELECT (jsonb_populate_record(null::products, '{"sku": "X", "price": "1.239"}')).*;

SELECT p.id, r.sku, r.stock FROM products p, jsonb_populate_record(p, '{"stock": 99}') r ORDER BY p.id;

SELECT p FROM products p WHERE id = 1;

SELECT (p).sku, (p).price FROM products p ORDER BY 1;

SELECT row(p.id, p.sku) = row(1, 'A-1') AS same FROM products p ORDER BY id;

SELECT DISTINCT (o.status, o.user_id) FROM orders o ORDER BY 1;

SELECT (status, total > 100) AS g, count(*) FROM orders GROUP BY (status, total > 100), status, total ORDER BY 2, 1;

SELECT count(DISTINCT (user_id, status)) FROM orders;

SELECT array_agg((id, sku) ORDER BY id) FROM products;

SELECT coalesce(nullif(trim(note), ''), 'none') AS note, nullif(total, 0) FROM orders ORDER BY id;

SELECT GREATEST(total, 100), LEAST(total, 100), total::int, round(total / 7, 3), total % 7, abs(-total) FROM orders ORDER BY id;

SELECT age(placed_at, '2024-01-01'), extract(epoch FROM placed_at), extract(dow FROM placed_at), date_part('week', placed_at), placed_at::date - date '2024-01-01' FROM orders ORDER BY id;

SELECT placed_at + interval '1 month - 1 day', placed_at - '36 hours'::interval, placed_at > now() - interval '100 years' FROM orders ORDER BY id;

SELECT id FROM orders WHERE placed_at BETWEEN '2024-02-01' AND '2024-02-29 23:59:59' ORDER BY id;

SELECT id FROM orders WHERE tstzrange('2024-02-01', '2024-03-01') @> placed_at ORDER BY id;

SELECT format('%s #%s: %L', status, id, note), concat_ws('/', id, note, status) FROM orders ORDER BY id;

SELECT 'paid'::order_status > 'pending', enum_range(NULL::order_status), status::text || '!' FROM orders WHERE status IN ('paid', 'shipped') ORDER BY status DESC;

UPDATE orders SET status = $1 WHERE id = $2 RETURNING status;
--$ ["shipped", 1]

UPDATE orders SET status = 'nope' WHERE id = 1;

SELECT id, sku FROM products WHERE price BETWEEN $1 AND $2 ORDER BY price;
--$ [10, 100]

SELECT id FROM products WHERE (attrs->'sizes') IS NOT NULL AND jsonb_array_length(attrs->'sizes') > 0;

SELECT id, COUNT(*) FROM (SELECT id FROM products UNION ALL SELECT product_id FROM order_items) x GROUP BY id HAVING count(*) > 1 ORDER BY id;

SELECT sku FROM products EXCEPT SELECT p.sku FROM products p JOIN order_items i ON i.product_id = p.id ORDER BY 1;

SELECT o.id, u.name FROM orders o JOIN users u USING (id) ORDER BY 1;

SELECT * FROM users NATURAL JOIN tenants WHERE false;

SELECT u.id, t.name AS tenant FROM users u FULL JOIN tenants t ON t.id = u.tenant_id ORDER BY u.id, t.name;

DELETE FROM tenants WHERE name = 'Beta' RETURNING id;

DELETE FROM tenants WHERE name = 'Acme';

DELETE FROM products WHERE id = 1;

INSERT INTO order_items (order_id, line, product_id, qty, unit_price) VALUES (99, 1, 1, 1, 1);

INSERT INTO order_items (order_id, line, product_id, qty, unit_price) VALUES (1, 1, 1, 1, 1);

INSERT INTO order_items (order_id, line, product_id, qty, unit_price) VALUES (1, 9, 1, 0, 1);

INSERT INTO order_items VALUES (1, 9, 1, 1, 1, 5);

UPDATE products SET stock = stock - 6 WHERE sku = 'A-1';

INSERT INTO users (email, full_name) VALUES ('q@q.q', DEFAULT) RETURNING full_name;

INSERT INTO orders (id, user_id, placed_at) OVERRIDING SYSTEM VALUE VALUES (77, 1, '2024-01-01') RETURNING id;

INSERT INTO kv DEFAULT VALUES;

INSERT INTO kv (k, v) VALUES ($1, $2) ON CONFLICT ON CONSTRAINT kv_pkey DO UPDATE SET (v, version) = (EXCLUDED.v, kv.version + 10) RETURNING version;
--$ ["a", null]

SELECT k, v FROM kv WHERE expires IS NULL OR expires > '2024-06-01' FOR UPDATE;

SELECT pg_advisory_xact_lock(hashtext('users'));

SELECT pg_try_advisory_xact_lock(42);

SELECT coalesce(max(id), 0) + 1 FROM users;

SELECT string_agg(DISTINCT name, ',' ORDER BY name) FROM users;

SELECT bool_and(active), bool_or(active), every(age > 1), count(age), sum(age), avg(age)::numeric(5,2) FROM users;

SELECT regexp_replace(email, '@.*$', ''), regexp_matches(email, '(.)@(.)'), email LIKE 'a%' FROM users ORDER BY id;

SELECT array(SELECT sku FROM products ORDER BY sku), ARRAY[1, 2] || 3, (ARRAY['a', 'b', 'c'])[2:3];

SELECT (SELECT json_agg(x) FROM (SELECT 1 AS a UNION SELECT 2) x);

SELECT * FROM (VALUES (1, 'one'), (2, 'two')) AS v(n, w) WHERE n > $1;
--$ [1]

SELECT $1::text IS NULL OR name = $1 AS m FROM users ORDER BY id;
--$ [null]

SELECT id FROM users WHERE ($1::bool IS NULL OR active = $1) AND ($2::text = '' OR name ILIKE $2) ORDER BY id;
--$ [true, "b%"]

SELECT id FROM users ORDER BY CASE WHEN $1 = 'name' THEN name END, CASE WHEN $1 = 'age' THEN age END DESC NULLS LAST, id;
--$ ["age"]

SELECT sum(CASE WHEN status = 'paid' THEN 1 ELSE 0 END) AS paid, sum((status = 'pending')::int) AS pending FROM orders;

SELECT user_id, sum(total) AS s, round(100 * sum(total) / sum(sum(total)) OVER (), 2) AS pct FROM orders WHERE total IS NOT NULL GROUP BY user_id ORDER BY s DESC;

SELECT ntile(2) OVER (ORDER BY price), cume_dist() OVER (ORDER BY price), percent_rank() OVER (ORDER BY price), sku FROM products ORDER BY price;

SELECT max(price) FILTER (WHERE stock > 0) - min(price) AS spread, count(*) = 0 AS none FROM products;

TRUNCATE order_items;
SELECT count(*) FROM order_items;

SAVEPOINT a;
INSERT INTO kv (k) VALUES ('a');
ROLLBACK TO a;
SELECT count(*) FROM kv;

CREATE TABLE archive AS SELECT id, email, created_at, tags, profile, age FROM users WHERE deleted_at IS NOT NULL;
SELECT * FROM archive;
INSERT INTO archive (id, email) VALUES (100, 'x@x') RETURNING *;

CREATE TEMP TABLE import (sku text, price numeric(10,2)) ON COMMIT DROP;
INSERT INTO import VALUES ('A-1', 5.555), ('NEW', 1);
UPDATE products p SET price = i.price FROM import i WHERE i.sku = p.sku RETURNING p.sku, p.price;
INSERT INTO products (sku, title, price) SELECT sku, sku, price FROM import i WHERE NOT EXISTS (SELECT FROM products p WHERE p.sku = i.sku) RETURNING sku;
