-- schema: apps
-- cases
SELECT "users"."id", "users"."email", "Tenant"."id" AS "Tenant__id", "Tenant"."name" AS "Tenant__name" FROM "users" LEFT JOIN "tenants" "Tenant" ON "users"."tenant_id" = "Tenant"."id" WHERE "users"."deleted_at" IS NULL ORDER BY "users"."id" DESC LIMIT 10;

SELECT count(*) FROM "users" WHERE (name = $1 OR age > $2) AND NOT (active = $3) AND "users"."deleted_at" IS NULL;
--$ ["Ann", 20, false]

SELECT DISTINCT "tenant_id" FROM "users" ORDER BY tenant_id NULLS FIRST;

SELECT * FROM "orders" WHERE ("orders"."user_id","orders"."status") IN ((1,'paid'),(2,'shipped')) ORDER BY id;

SELECT * FROM "orders" WHERE "orders"."user_id" IN ($1,$2) AND status = ANY($3) ORDER BY id;
--$ [1, 2, ["paid", "shipped"]]

INSERT INTO "audit_log" ("actor","action","entity","entity_id","after") VALUES ($1,$2,$3,$4,$5) RETURNING "action","entity_id","after";
--$ [1, "create", "order", 9, "{\"a\": 1}"]

INSERT INTO "jobs" ("queue","payload") VALUES ('default','{"a":1}'),('mail','[1,2]') RETURNING "queue","attempts","done","run_at";

UPDATE "users" SET "name"=$1,"updated_at"=$2 WHERE "users"."deleted_at" IS NULL AND "id" = $3;
--$ ["New", "time:2024-05-01T10:00:00Z", 2]

UPDATE "products" SET "stock"="stock" - $1 WHERE "id" = $2 AND "stock" >= $1;
--$ [2, 1]

UPDATE "products" SET "price"=price * 1.1, "attrs" = jsonb_set(attrs, '{history}', coalesce(attrs->'history', '[]'::jsonb) || jsonb_build_array(price)) RETURNING sku, price, attrs;

DELETE FROM "order_items" WHERE ("order_id","line") IN (($1,$2),($3,$4)) RETURNING line;
--$ [1, 1, 3, 1]

SELECT "t0"."id", "t0"."email" FROM "users" AS "t0" JOIN (SELECT "o"."user_id" FROM "orders" AS "o" GROUP BY "o"."user_id" HAVING COUNT(*) > 1) AS "t1" ON "t0"."id" = "t1"."user_id";

WITH "_data" ("id", "price") AS (VALUES (1::int, 11.5::numeric), (2, 22)) UPDATE "products" AS "p" SET "price" = _data.price FROM _data WHERE (p.id = _data.id) RETURNING p.id, p.price;

WITH RECURSIVE "category_tree" AS (SELECT id, parent_id, name, 1 AS level FROM categories WHERE parent_id IS NULL UNION ALL SELECT c.id, c.parent_id, c.name, ct.level + 1 FROM categories c INNER JOIN category_tree ct ON ct.id = c.parent_id) SELECT ct.*, (SELECT count(*) FROM categories ch WHERE ch.parent_id = ct.id) AS children FROM category_tree ct ORDER BY level, id;

SELECT row_number() OVER (PARTITION BY "user_id" ORDER BY "placed_at" DESC) AS "row_number", "id" FROM "orders" ORDER BY id;

SELECT * FROM (SELECT *, row_number() OVER (PARTITION BY user_id ORDER BY placed_at DESC) AS rn FROM orders) t WHERE rn = 1 ORDER BY id;

SELECT u.id, array_agg(o.id ORDER BY o.id) FILTER (WHERE o.id IS NOT NULL) AS ids, json_agg(json_build_object('id', o.id, 'total', o.total) ORDER BY o.id) FILTER (WHERE o.id IS NOT NULL) FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id ORDER BY u.id;

SELECT jsonb_agg(jsonb_build_object('k', key, 'v', value) ORDER BY key) FROM tenants, jsonb_each(settings);

SELECT id, settings #> '{limits,users}', settings #>> '{limits,users}', (settings -> 'limits' ->> 'users')::int + 1, settings @? '$.limits.users', settings @@ '$.plan == "pro"' FROM tenants ORDER BY name;

SELECT id FROM products WHERE attrs ?| ARRAY['weight', 'nope'] OR attrs ?& ARRAY['color', 'sizes'] ORDER BY id;

SELECT id, attrs - 'color' - 'sizes', attrs #- '{sizes,0}', attrs || '{"new": null}', jsonb_strip_nulls(attrs || '{"new": null}') FROM products ORDER BY id;

SELECT p.id, s.value::int FROM products p CROSS JOIN LATERAL jsonb_array_elements(p.attrs -> 'sizes') s WHERE jsonb_typeof(p.attrs -> 'sizes') = 'array' ORDER BY 1, 2;

SELECT jsonb_object_keys(attrs) AS k, count(*) FROM products GROUP BY k ORDER BY 2 DESC, 1;

SELECT id, profile, profile IS NULL, profile = '{}', coalesce(profile ->> 'city', 'n/a') FROM users ORDER BY id;

SELECT date_trunc('week', created_at AT TIME ZONE 'UTC')::date AS wk, count(*) AS n, sum(count(*)) OVER (ORDER BY date_trunc('week', created_at AT TIME ZONE 'UTC')::date) AS cum FROM users GROUP BY 1 ORDER BY 1;

SELECT extract(year FROM placed_at)::int AS y, extract(month FROM placed_at)::int AS m, coalesce(sum(total), 0)::numeric(10,1) FROM orders GROUP BY 1, 2 HAVING count(*) >= 1 ORDER BY 1, 2;

SELECT status, count(*) AS n, round(count(*) * 100.0 / sum(count(*)) OVER (), 1) AS pct FROM orders GROUP BY status ORDER BY status;

SELECT user_id, status, sum(total) FROM orders GROUP BY GROUPING SETS ((user_id, status), (user_id), ()) ORDER BY user_id NULLS LAST, status NULLS LAST;

SELECT coalesce(status::text, 'all') AS s, grouping(status), count(*) FROM orders GROUP BY CUBE (status) ORDER BY 2, 1;

SELECT a.id, b.id FROM orders a JOIN orders b ON a.user_id = b.user_id AND a.id < b.id;

SELECT id, total, total - lag(total) OVER w AS diff, total / nullif(lag(total) OVER w, 0) AS ratio FROM orders WHERE total IS NOT NULL WINDOW w AS (ORDER BY placed_at) ORDER BY id;

SELECT name, max(value) - min(value) AS range, avg(value), regr_slope(value, extract(epoch FROM ts)::float8), corr(value, value) FROM metrics GROUP BY name ORDER BY name;

SELECT ts::date AS d, name, value, first_value(value) OVER (PARTITION BY ts::date ORDER BY ts), nth_value(value, 2) OVER (PARTITION BY ts::date ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM metrics ORDER BY ts, name;

SELECT g.d::date, coalesce(m.n, 0) AS n FROM generate_series(date '2024-01-01', date '2024-01-05', interval '1 day') g(d) LEFT JOIN (SELECT ts::date AS d, count(*) AS n FROM metrics GROUP BY 1) m ON m.d = g.d::date ORDER BY 1;

SELECT id, email, 'x' || repeat('*', length(split_part(email, '@', 1)) - 1) AS masked, position('@' IN email), substring(email FROM '@(.*)$'), overlay(email PLACING '***' FROM 1 FOR 2) FROM users ORDER BY id;

SELECT id FROM users WHERE to_tsvector('simple', coalesce(name, '') || ' ' || 'text') @@ plainto_tsquery('simple', $1) ORDER BY id;
--$ ["ann"]

SELECT id, ts_rank(to_tsvector('english', title), to_tsquery('english', 'lamp | chair')) AS r FROM products ORDER BY r DESC, id;

SELECT string_to_array('a,b,,c', ','), string_to_array('a,b', NULL), array_to_string(ARRAY[1, NULL, 3], ','), unnest(string_to_array('x y', ' '));

SELECT tags[1], tags[array_upper(tags, 1)], array_length(tags, 1), tags || 'new', 'old' || tags, array_cat(tags, ARRAY['z']) FROM users ORDER BY id;

SELECT id FROM users WHERE tags = '{}' OR tags <@ ARRAY['dev', 'admin', 'x'] ORDER BY id;

SELECT array(SELECT DISTINCT unnest(tags) FROM users ORDER BY 1) AS all_tags;

SELECT id, age BETWEEN 20 AND 40, age IN (22, 31), age NOT IN (22, NULL), age IS DISTINCT FROM 22, coalesce(age, -1) FROM users ORDER BY id;

SELECT id, greatest(created_at, '2024-02-11 00:00:00+00'), least(age, 30), nullif(age, 31), age::text || 'y', age::float8 / 7, age % 7, -age, abs(age - 40), sign(age - 40) FROM users ORDER BY id;

SELECT id, created_at::date, created_at::time, to_char(created_at AT TIME ZONE 'America/New_York', 'Dy DD Mon YYYY HH12:MI AM'), created_at AT TIME ZONE 'Asia/Kolkata', date_part('doy', created_at) FROM users ORDER BY id;

SELECT id, age(timestamp '2024-06-01', created_at AT TIME ZONE 'UTC'), justify_days(interval '40 days'), make_interval(days => id::int), (created_at + make_interval(months => 1))::date FROM users ORDER BY id;

SELECT id, now() - created_at > interval '1 day' AS old, created_at < now() FROM users ORDER BY id;

SELECT md5(email), encode(sha256(email::bytea), 'hex'), encode(convert_to(email, 'UTF8'), 'base64'), gen_random_uuid() IS NOT NULL FROM users ORDER BY id;

SELECT CASE status WHEN 'paid' THEN 1 WHEN 'pending' THEN 2 ELSE 3 END AS o, status FROM orders ORDER BY o, id;

SELECT id FROM orders ORDER BY array_position(ARRAY['shipped', 'paid']::order_status[], status) NULLS LAST, id;

SELECT o.id, o.meta -> 'utm' ->> 'source' AS src, o.meta ->> 'nope' FROM orders o ORDER BY src NULLS LAST, o.id;

SELECT jsonb_path_query(meta, '$.utm.source') #>> '{}' FROM orders WHERE meta IS NOT NULL;

INSERT INTO orders (user_id, placed_at, total, meta) SELECT id, created_at, age * 1.5, jsonb_build_object('src', email) FROM users WHERE age IS NOT NULL ORDER BY id RETURNING user_id, total, meta;

INSERT INTO products (sku, title, price) VALUES ('A-1', 'dup', 1) ON CONFLICT (sku) DO UPDATE SET price = EXCLUDED.price, title = products.title || '/' || EXCLUDED.title RETURNING id, title, price;

INSERT INTO products (sku, title, price) VALUES ('A-1', 'dup', 1) ON CONFLICT DO NOTHING RETURNING id;

INSERT INTO products (sku, title, price, stock) VALUES ('Q-1', 'q', -1, 0) ON CONFLICT (sku) DO NOTHING;

INSERT INTO products (sku, title, price, stock) VALUES ('Q-1', 'q', 1.005, 0), ('A-1', 'z', 2, 5) ON CONFLICT (sku) DO UPDATE SET stock = products.stock + EXCLUDED.stock WHERE products.stock < 10 RETURNING sku, stock, price;

INSERT INTO kv (k, v, expires) VALUES ('s', 'x', now() + interval '1 hour') ON CONFLICT (k) DO UPDATE SET v = EXCLUDED.v, expires = EXCLUDED.expires RETURNING k, v, expires > now() AS fresh;

WITH ins AS (INSERT INTO kv (k, v) VALUES ('a', 'no') ON CONFLICT (k) DO NOTHING RETURNING k, v) SELECT k, v, true AS created FROM ins UNION ALL SELECT k, v, false FROM kv WHERE k = 'a' LIMIT 1;

WITH del AS (DELETE FROM kv WHERE expires < '2025-01-01' RETURNING *) SELECT count(*) FROM del;

WITH old AS (SELECT id, name FROM users WHERE id = 1), upd AS (UPDATE users SET name = 'Z' WHERE id = 1 RETURNING id, name) SELECT old.name AS before, upd.name AS after FROM old JOIN upd USING (id);

WITH moved AS (UPDATE orders SET status = 'cancelled' WHERE status = 'pending' RETURNING id, user_id) INSERT INTO audit_log (actor, action, entity, entity_id, at) SELECT user_id, 'cancel', 'orders', id, '2024-01-01' FROM moved RETURNING actor, entity_id;

UPDATE users SET profile = CASE WHEN profile IS NULL THEN '{"init": true}'::jsonb ELSE profile || jsonb_build_object('n', id) END RETURNING id, profile;

UPDATE users u SET age = sub.n FROM (SELECT user_id, count(*) AS n FROM orders GROUP BY user_id) sub WHERE sub.user_id = u.id RETURNING u.id, u.age;

UPDATE order_items SET qty = qty + 1 WHERE order_id = 1 RETURNING line, qty, amount;

UPDATE orders SET total = (SELECT coalesce(sum(amount), 0) FROM order_items i WHERE i.order_id = orders.id), note = DEFAULT RETURNING id, total, note;

DELETE FROM order_items i USING orders o WHERE o.id = i.order_id AND o.status = 'shipped' RETURNING i.order_id, o.status;

DELETE FROM orders WHERE id NOT IN (SELECT order_id FROM order_items) RETURNING id;

SELECT id FROM jobs WHERE NOT done AND run_at <= $1 ORDER BY run_at ASC, id ASC LIMIT 1 FOR NO KEY UPDATE SKIP LOCKED;
--$ ["time:2024-06-01T00:00:00Z"]

SELECT pg_advisory_xact_lock($1), pg_try_advisory_xact_lock(1, 2);
--$ [99]

SELECT current_setting('TimeZone'), current_database() = current_catalog, current_schema, set_config('app.tenant', 'x', true), current_setting('app.tenant', true);

SET LOCAL app.user_id = '42';
SELECT current_setting('app.user_id')::int + 1;

SELECT coalesce(current_setting('app.missing', true), 'none');

SELECT id, (SELECT name FROM tenants t WHERE t.id = u.tenant_id) AS tenant, EXISTS (SELECT FROM orders o WHERE o.user_id = u.id AND o.total > 200) AS big FROM users u ORDER BY id;

SELECT u.* FROM users u WHERE u.id IN (SELECT o.user_id FROM orders o JOIN order_items i ON i.order_id = o.id JOIN products p ON p.id = i.product_id WHERE p.sku LIKE 'A%') ORDER BY u.id;

(SELECT 'user' AS kind, id::text AS key FROM users ORDER BY id LIMIT 2) UNION ALL (SELECT 'product', sku FROM products ORDER BY sku LIMIT 2) ORDER BY kind, key;

SELECT kind, sum(n) FROM (SELECT 'a' AS kind, 1 AS n UNION ALL SELECT 'b', 2 UNION ALL SELECT 'a', 3) x GROUP BY kind ORDER BY kind;

SELECT id, sku FROM products INTERSECT SELECT product_id, 'A-1' FROM order_items ORDER BY 1;

SELECT * FROM products ORDER BY price DESC FETCH FIRST 1 ROW WITH TIES;

SELECT * FROM crosstab_missing('x');

SELECT nope(1);

SELECT * FROM users WHERE emial = 'x';

SELECT u.nope FROM users u;

SELECT id FROM users ORDER BY nope;

SELECT count(*) FROM users GROUP BY name HAVING email = 'x';

INSERT INTO users (email, nope) VALUES ('a@b.c', 1);

INSERT INTO users (email) VALUES (NULL);

INSERT INTO users (id, email) VALUES (1, 'dup@x.io');

UPDATE users SET age = -5 WHERE id = 1;

UPDATE users SET email = 'bad' WHERE id = 1;

INSERT INTO orders (user_id, placed_at) VALUES (999, '2024-01-01');

DELETE FROM users WHERE id = 1;

SELECT 1 / (age - 31) FROM users WHERE id = 1;

SELECT price::smallint * 1000::smallint FROM products;

SELECT 'abc'::int;

SELECT ('{"a": "x"}'::jsonb ->> 'a')::int;

SELECT '2024-13-01'::date;

SELECT sum(total)::bigint, sum(total)::text, avg(total)::float8, count(*)::int FROM orders;

SELECT id, total::money FROM orders;

SELECT * FROM users WHERE id = '1';

SELECT * FROM users WHERE id = 'x';

SELECT * FROM users WHERE created_at > '2024-02-01' AND created_at < '2024-03-01'::date + 1 ORDER BY id;

SELECT id FROM users WHERE created_at::date = $1 ORDER BY id;
--$ ["2024-02-10"]

SELECT id FROM users WHERE name IN ($1, $2) OR $3 ORDER BY id;
--$ ["Ann", "Cid", false]

SELECT $1::int[] @> ARRAY[2], $2::jsonb -> 'a', $3::timestamptz AT TIME ZONE 'UTC', $4::uuid, $5::numeric * 2;
--$ [[1, 2], "{\"a\": [1]}", "time:2024-05-01T10:00:00Z", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "1.50"]

SELECT * FROM unnest($1::int[], $2::text[]) AS t(id, name) ORDER BY id;
--$ [[2, 1], ["b", "a"]]

INSERT INTO kv (k, v) SELECT * FROM unnest($1::text[], $2::text[]) ON CONFLICT (k) DO UPDATE SET v = EXCLUDED.v RETURNING k, v;
--$ [["a", "n"], ["1", "2"]]

SELECT id, sku FROM products WHERE sku = ANY(string_to_array($1, ',')) ORDER BY array_position(string_to_array($1, ','), sku::text);
--$ ["C-3,A-1"]

SELECT title FROM products WHERE title ILIKE ANY (ARRAY['%lam%', 'ch%']) ORDER BY title;

SELECT id FROM products WHERE price > ALL (SELECT price FROM products WHERE sku <> 'B-2');

SELECT id, price, rank() OVER (ORDER BY price DESC), dense_rank() OVER (ORDER BY stock > 0), sum(price) OVER (ORDER BY price GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW), avg(price) OVER (ORDER BY id ROWS 1 PRECEDING EXCLUDE CURRENT ROW) FROM products ORDER BY id;

SELECT width_bucket(price, ARRAY[20, 100]::numeric[]), histogram.* FROM products, LATERAL (SELECT floor(price / 50) * 50 AS lo) histogram ORDER BY price;

SELECT (u).email, u.id FROM (SELECT u FROM users u) s CROSS JOIN LATERAL (SELECT (s.u).id) AS u2(id), users u WHERE u.id = u2.id ORDER BY u.id;

SELECT to_jsonb(u.*) ->> 'email', to_json(u) -> 'tags' FROM users u ORDER BY id;

SELECT jsonb_build_object('user', to_jsonb(u) - 'profile' - 'created_at', 'orders', (SELECT coalesce(jsonb_agg(to_jsonb(o) ORDER BY o.id), '[]') FROM orders o WHERE o.user_id = u.id)) FROM users u ORDER BY u.id;

SELECT row_to_json(x) FROM (SELECT u.id, u.name, (SELECT array_to_json(array_agg(row_to_json(o) ORDER BY o.id)) FROM (SELECT id, status FROM orders WHERE user_id = u.id) o) AS orders FROM users u) x ORDER BY x.id;

CREATE TABLE IF NOT EXISTS "posts" ("id" bigserial, "title" varchar(200) NOT NULL DEFAULT '', "body" text, "author_id" bigint, "created_at" timestamptz, PRIMARY KEY ("id"), CONSTRAINT "fk_posts_author" FOREIGN KEY ("author_id") REFERENCES "users"("id") ON DELETE SET NULL);
CREATE INDEX IF NOT EXISTS "idx_posts_author" ON "posts" ("author_id") WHERE author_id IS NOT NULL;
INSERT INTO posts (title, author_id) VALUES ('a', 1), ('b', NULL) RETURNING id, title, body;
ALTER TABLE "posts" ADD "views" integer NOT NULL DEFAULT 0;
ALTER TABLE posts ALTER COLUMN title TYPE text;
SELECT id, title, views FROM posts ORDER BY id;
