-- schema: apps
-- cases
WITH monthly AS (SELECT date_trunc('month', placed_at AT TIME ZONE 'UTC')::date AS m, count(*) AS n, sum(total) AS revenue FROM orders GROUP BY 1) SELECT m, n, revenue, lag(revenue) OVER (ORDER BY m) AS prev, round(100.0 * (revenue - lag(revenue) OVER (ORDER BY m)) / nullif(lag(revenue) OVER (ORDER BY m), 0), 2) AS growth FROM monthly ORDER BY m;

SELECT to_char(d, 'YYYY-MM') AS month, coalesce(sum(o.total), 0) AS total FROM generate_series('2024-01-01'::timestamptz, '2024-04-01', '1 month') d LEFT JOIN orders o ON date_trunc('month', o.placed_at) = d GROUP BY d ORDER BY d;

SELECT u.id, u.email, count(o.id) FILTER (WHERE o.status = 'paid') AS paid, count(o.id) AS all_orders, coalesce(max(o.placed_at)::date - min(o.placed_at)::date, 0) AS span FROM users u LEFT JOIN orders o ON o.user_id = u.id GROUP BY u.id ORDER BY paid DESC, u.id;

SELECT p.sku, p.price, p.price * (1 - CASE WHEN p.stock > 10 THEN 0.1 WHEN p.stock = 0 THEN 0 ELSE 0.05 END) AS discounted, rank() OVER (ORDER BY p.price DESC), ntile(2) OVER (ORDER BY p.price), percent_rank() OVER (ORDER BY p.price), cume_dist() OVER (ORDER BY p.price) FROM products p ORDER BY p.sku;

SELECT status, count(*) * 100.0 / sum(count(*)) OVER () AS pct FROM orders GROUP BY status ORDER BY status;

SELECT name, percentile_cont(ARRAY[0.5, 0.9, 0.99]) WITHIN GROUP (ORDER BY value) AS p, stddev_samp(value), var_pop(value), avg(value), min(ts), max(ts) FROM metrics GROUP BY name ORDER BY name;

SELECT ts::date AS day, name, avg(value), first_value(avg(value)) OVER (PARTITION BY name ORDER BY ts::date) FROM metrics GROUP BY ts::date, name ORDER BY 1, 2;

SELECT ts, value, avg(value) OVER (ORDER BY ts RANGE BETWEEN INTERVAL '14 hours' PRECEDING AND CURRENT ROW) FROM metrics WHERE name = 'cpu' ORDER BY ts;

SELECT date_bin('1 day', ts, '2024-01-01') AS bucket, count(*), sum(value) FROM metrics GROUP BY 1 ORDER BY 1;

SELECT grp, min(ts), max(ts), count(*) FROM (SELECT ts, name, row_number() OVER (ORDER BY ts) - row_number() OVER (PARTITION BY name ORDER BY ts) AS grp FROM metrics) s GROUP BY grp ORDER BY grp;

WITH RECURSIVE tree AS (SELECT id, parent_id, name, 0 AS depth, ARRAY[id] AS path, name::text AS full_path FROM categories WHERE parent_id IS NULL UNION ALL SELECT c.id, c.parent_id, c.name, t.depth + 1, t.path || c.id, t.full_path || ' / ' || c.name FROM categories c JOIN tree t ON c.parent_id = t.id) SELECT id, repeat('  ', depth) || name AS indented, path, full_path, depth FROM tree ORDER BY path;

WITH RECURSIVE up AS (SELECT id, parent_id, 1 AS lvl FROM categories WHERE id = $1 UNION SELECT c.id, c.parent_id, up.lvl + 1 FROM categories c, up WHERE c.id = up.parent_id) SELECT array_agg(id ORDER BY lvl DESC) FROM up;
--$ [4]

WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 100) SELECT sum(n), count(*), avg(n)::numeric(10,2) FROM t;

WITH RECURSIVE fib(a, b) AS (SELECT 0::numeric, 1::numeric UNION ALL SELECT b, a + b FROM fib WHERE b < 1e25) SELECT max(a) FROM fib;

SELECT o.id, x.* FROM orders o CROSS JOIN LATERAL (SELECT sum(i.amount) AS amount, string_agg(p.title || ' x' || i.qty, ', ' ORDER BY i.line) AS list FROM order_items i JOIN products p ON p.id = i.product_id WHERE i.order_id = o.id) x ORDER BY o.id;

SELECT u.email, latest.id, latest.total FROM users u LEFT JOIN LATERAL (SELECT id, total FROM orders WHERE user_id = u.id ORDER BY placed_at DESC LIMIT 1) latest ON true WHERE u.deleted_at IS NULL ORDER BY u.email;

SELECT DISTINCT ON (user_id) user_id, id, status FROM orders ORDER BY user_id, placed_at DESC;

SELECT json_build_object('id', o.id, 'status', o.status, 'items', (SELECT json_agg(json_build_object('sku', p.sku, 'qty', i.qty, 'amount', i.amount) ORDER BY i.line) FROM order_items i JOIN products p ON p.id = i.product_id WHERE i.order_id = o.id)) FROM orders o ORDER BY o.id;

SELECT jsonb_agg(to_jsonb(u) - 'full_name' ORDER BY u.id) FROM users u WHERE tenant_id IS NOT NULL;

SELECT row_to_json(t) FROM (SELECT id, sku, price, attrs FROM products ORDER BY id) t;

SELECT jsonb_object_agg(k, v ORDER BY k), json_object_agg(k, version ORDER BY k) FROM kv;

SELECT id, profile ->> 'city' AS city, profile -> 'langs' -> 0 AS first_lang, jsonb_array_length(coalesce(profile -> 'langs', '[]')) AS n, (profile ->> 'score')::numeric AS score FROM users ORDER BY (profile ->> 'score')::numeric DESC NULLS LAST, id;

SELECT u.id, l.lang, l.ord FROM users u, jsonb_array_elements_text(u.profile -> 'langs') WITH ORDINALITY AS l(lang, ord) ORDER BY u.id, l.ord;

SELECT key, count(*), array_agg(DISTINCT jsonb_typeof(value) ORDER BY jsonb_typeof(value)) FROM products, jsonb_each(attrs) GROUP BY key ORDER BY key;

SELECT id FROM users WHERE profile @> '{"langs": ["en"]}' OR profile ? 'nope' OR profile ->> 'city' ILIKE 'ro%' ORDER BY id;

SELECT id, jsonb_path_query_array(profile, '$.langs[*] ? (@ like_regex "^e")') FROM users ORDER BY id;

UPDATE users SET profile = jsonb_set(coalesce(profile, '{}'), '{langs,-1}', '"sv"', true), tags = array_append(tags, 'x'), updated_at = created_at + interval '1 mon' WHERE id IN (1, 3) RETURNING id, profile, tags, updated_at, full_name;

UPDATE users SET profile = profile || jsonb_build_object('seen', $1::timestamptz) - 'city' WHERE profile IS NOT NULL RETURNING id, profile;
--$ ["time:2024-05-01T10:00:00Z"]

UPDATE products p SET stock = p.stock - i.qty FROM order_items i WHERE i.product_id = p.id AND i.order_id = 1 RETURNING p.sku, p.stock, i.qty;

UPDATE products SET stock = stock - 100 WHERE sku = 'A-1';

UPDATE products p SET price = v.price, title = v.title FROM (VALUES ('A-1', 21.5, 'Lamp 2'), ('C-3', 90, 'Chair 2')) AS v(sku, price, title) WHERE v.sku = p.sku RETURNING p.id, p.price, p.title;

UPDATE products SET (title, price) = (SELECT title || '!', price + 1 FROM products q WHERE q.id = products.id) WHERE id < 3 RETURNING title, price;

UPDATE products SET price = v.p FROM unnest($1::int[], $2::numeric[]) AS v(id, p) WHERE products.id = v.id RETURNING products.id, price;
--$ [[1, 2], ["1.5", "2.25"]]

DELETE FROM users u WHERE NOT EXISTS (SELECT 1 FROM orders o WHERE o.user_id = u.id) RETURNING u.id, u.email;

DELETE FROM users WHERE id = 1;

DELETE FROM tenants WHERE name = 'Beta' RETURNING id;
SELECT count(*) FROM users;

WITH moved AS (DELETE FROM jobs WHERE done = false AND queue = 'mail' RETURNING *) INSERT INTO audit_log (at, action, entity, entity_id, after) SELECT '2024-01-01', 'moved', 'job', id, payload FROM moved RETURNING action, entity, entity_id, after;

WITH next AS (SELECT id FROM jobs WHERE queue = 'default' AND NOT done AND run_at <= $1 ORDER BY run_at LIMIT 1 FOR UPDATE SKIP LOCKED) UPDATE jobs SET attempts = attempts + 1, locked_by = $2 FROM next WHERE jobs.id = next.id RETURNING jobs.*;
--$ ["time:2024-05-01T10:00:00Z", "w1"]

UPDATE jobs SET locked_by = 'me' WHERE id = (SELECT id FROM jobs WHERE locked_by IS NULL ORDER BY id FOR UPDATE SKIP LOCKED LIMIT 1) RETURNING id, payload->>'n' AS n;

INSERT INTO kv (k, v) VALUES ('c', 'x'), ('c', 'y') ON CONFLICT (k) DO UPDATE SET v = EXCLUDED.v;

INSERT INTO kv AS t (k, v) VALUES ('a', '5') ON CONFLICT (k) DO UPDATE SET v = (t.v::int + EXCLUDED.v::int)::text, version = t.version + 1 RETURNING *;

INSERT INTO users (email, name) VALUES ('bad', 'x');

INSERT INTO users (email, age) VALUES ('z@z.z', -1);

INSERT INTO orders (user_id, placed_at) VALUES (99, '2024-01-01');

INSERT INTO orders (user_id, placed_at, status) VALUES (1, '2024-01-01', 'lost');

INSERT INTO order_items VALUES (1, 1, 1, 1, 1);

INSERT INTO order_items (order_id, line, product_id, qty, unit_price) VALUES (1, 9, 1, 3, 1.005) RETURNING amount, unit_price;

INSERT INTO order_items (order_id, line, product_id, qty, unit_price, amount) VALUES (1, 9, 1, 3, 1.005, 2);

INSERT INTO users (email, name, full_name) VALUES ('q@q.q', 'q', DEFAULT) RETURNING full_name, tags, active, created_at;

INSERT INTO orders (id, user_id, placed_at) OVERRIDING USER VALUE VALUES (500, 1, '2024-01-01') RETURNING id < 500;

INSERT INTO metrics SELECT date '2025-01-01' + n, 'm' || n % 3, n / 7.0 FROM generate_series(1, 10) AS n RETURNING ts, name, value;

INSERT INTO products (sku, title, price) VALUES ('X', 'x', 123456789.999);

INSERT INTO products (sku, title, price) VALUES ('X', 'x', 12345678.995) RETURNING price;

INSERT INTO products (sku, title, price) VALUES (repeat('x', 21), 'x', 1);

INSERT INTO products (sku, title) VALUES ('n', 't');

SELECT * FROM orders WHERE placed_at BETWEEN '2024-02-01' AND '2024-03-01'::date + 20 AND status IN ('pending', 'shipped') ORDER BY placed_at;

SELECT * FROM orders WHERE (user_id, status) IN ((1, 'paid'), (2, 'shipped')) ORDER BY id;

SELECT id FROM orders WHERE (placed_at, id) > ('2024-02-20 10:15:00+00', 2) ORDER BY placed_at, id LIMIT 2;

SELECT * FROM users WHERE (($1::text IS NULL) OR (name = $1)) AND (cardinality($2::text[]) = 0 OR tags && $2) ORDER BY id;
--$ [null, ["dev"]]

SELECT id, name FROM users ORDER BY CASE WHEN $1 = 'name' THEN name END NULLS FIRST, CASE WHEN $1 = 'age' THEN age END DESC, id;
--$ ["name"]

SELECT count(*) FILTER (WHERE active), count(*) FILTER (WHERE NOT active), bool_and(active), every(age > 10), string_agg(DISTINCT coalesce(name, '?'), ',' ORDER BY coalesce(name, '?')) FROM users;

SELECT u.tenant_id, t.name, array_agg(u.email::text ORDER BY u.email), count(*) FROM users u LEFT JOIN tenants t ON t.id = u.tenant_id GROUP BY u.tenant_id, t.name HAVING count(*) > 0 ORDER BY t.name NULLS FIRST;

SELECT coalesce(t.name, 'all') AS tenant, u.active, count(*), grouping(t.name, u.active) FROM users u LEFT JOIN tenants t ON t.id = u.tenant_id GROUP BY ROLLUP (t.name, u.active) ORDER BY 4, 1, 2;

SELECT extract(isodow FROM placed_at) AS dow, extract(week FROM placed_at), extract(quarter FROM placed_at), extract(epoch FROM placed_at), to_char(placed_at, 'Dy, DD Mon YYYY HH12:MI AM TZ') FROM orders ORDER BY id;

SELECT age(timestamp '2024-03-31', timestamp '2024-02-29'), timestamp '2024-01-31' + interval '1 month', date '2024-03-31' - interval '1 month', (date '2024-03-01' - date '2024-02-01') * interval '1 day', justify_interval('35 days 25:00'::interval);

SELECT placed_at AT TIME ZONE 'America/New_York', (placed_at AT TIME ZONE 'Asia/Kolkata')::time, timezone('UTC', placed_at), placed_at::date, to_char(placed_at AT TIME ZONE 'Europe/Paris', 'YYYY-MM-DD"T"HH24:MI:SS.MS') FROM orders ORDER BY id;

SELECT (d, d + 1) OVERLAPS (date '2024-01-02', date '2024-01-03') AS o, d FROM generate_series(date '2024-01-01', date '2024-01-04', interval '1 day') g, LATERAL (SELECT g::date) x(d) ORDER BY d;

SELECT regexp_replace(email, '@.*$', ''), split_part(email, '@', 2), upper(left(email, 1)) || substr(email, 2), position('@' IN email), regexp_match(email, '(\w+)@(\w+)'), email ~* '^A', length(email) FROM users ORDER BY id;

SELECT format('%s (%s) %I %L %10s|%-10s|', name, age, name, name, id, id), concat_ws(', ', name, age, NULL, tags), quote_nullable(name) FROM users ORDER BY id;

SELECT string_to_array('a,b,,c', ','), array_to_string(ARRAY[1,NULL,3], ',', '*'), unnest(string_to_array('x y z', ' ')), regexp_split_to_array('a1b22c', '\d+');

SELECT m[1], cardinality(m) FROM regexp_matches('foobarbequebaz', 'ba.', 'g') m;

SELECT lpad(id::text, 5, '0'), to_char(price, 'FM999,990.00'), to_char(price, '99,999.9MI'), to_char(-price, 'S9999.99'), price::int, round(price, -1), trunc(price, 1), price::float8 / 3, price % 7, div(price, 7) FROM products ORDER BY id;

SELECT sum(price * stock), avg(price), max(price) - min(price), sum(stock)::float / count(*), round(avg(price), 2), sum(price) FILTER (WHERE stock > 1000), avg(stock) FROM products;

SELECT 7 / 2, -7 / 2, 7 % -2, 7.0 / 2, 2 ^ 10, 10 / 4.0, 1e0 / 3, 5::float4 / 3, 0.1 + 0.2, 0.1::float8 + 0.2::float8, power(2, 0.5), 17 & 5, 1 << 4, ~5, |/ 16, @ -5, 5 # 3;

SELECT 1/0;

SELECT id / (id - 2) FROM products ORDER BY id;

SELECT 2147483647 + 1;

SELECT sum(x) FROM (VALUES (9223372036854775807::bigint), (1)) v(x);

SELECT 'abc'::int;

SELECT '2024-02-30'::date;

SELECT ('{1,2,3}'::int[])[2:], array_position(ARRAY['a','b'], 'b'), ARRAY[1,2] || 3, ARRAY[[1,2],[3,4]][2][1], array_length('{}'::int[], 1), 2 = ANY (ARRAY[1,2]), array_remove(ARRAY[1,2,1], 1), array_agg(x ORDER BY x DESC) FROM (VALUES (1), (3)) v(x);

SELECT tags, tags @> ARRAY['dev'], tags[1], array_to_string(tags, '/'), 'admin' = ANY(tags), array_length(tags, 1), tags = '{}' FROM users ORDER BY id;

SELECT x, y FROM unnest(ARRAY[1,2,3], ARRAY['a','b']) AS t(x, y);

SELECT * FROM json_to_recordset('[{"a":1,"b":"x"},{"a":"2","c":true}]') AS t(a int, b text, c bool);

SELECT * FROM jsonb_populate_record(NULL::kv, '{"k": "z", "version": 3, "extra": 1}');

SELECT EXISTS (SELECT 1 FROM users WHERE email = 'ann@x.io') AS "exists", NOT EXISTS (SELECT FROM kv WHERE k = 'zz');

SELECT (SELECT count(*) FROM orders) AS orders, (SELECT max(total) FROM orders WHERE status <> 'cancelled') AS best, ARRAY(SELECT sku::text FROM products ORDER BY sku) AS skus;

SELECT id FROM products WHERE price > ALL (SELECT unit_price FROM order_items WHERE qty = 2) ORDER BY id;

SELECT (SELECT id FROM products);

SELECT a.id, b.id FROM categories a FULL JOIN categories b ON b.parent_id = a.id ORDER BY a.id NULLS LAST, b.id NULLS LAST;

SELECT * FROM categories NATURAL JOIN (SELECT id, name AS other FROM categories) x ORDER BY id;

SELECT * FROM orders JOIN order_items USING (id);

SELECT id, name FROM categories EXCEPT SELECT id, name FROM categories WHERE parent_id = 1 ORDER BY 1;

(SELECT 'a' AS src, id::text FROM products ORDER BY id DESC LIMIT 1) UNION ALL (SELECT 'b', k FROM kv ORDER BY k LIMIT 1) ORDER BY 1;

SELECT id, total FROM orders ORDER BY total DESC NULLS LAST FETCH FIRST 2 ROWS WITH TIES;

SELECT id FROM users ORDER BY id OFFSET 1 ROWS FETCH NEXT 2 ROWS ONLY;

SELECT id FROM users LIMIT -1;

SELECT nme FROM users;

SELECT u.nme FROM users u;

SELECT users.id FROM users u;

SELECT id, count(*) FROM users;

SELECT name FROM users, categories;

SELECT * FROM nothere;

SELECT lower(1);

SELECT sum(name) FROM users;

SELECT id FROM users WHERE name = 1;

SELECT id FROM users WHERE id = '1' AND age::text = '31';

SELECT id FROM users WHERE count(*) > 1;

SELECT 1 WHERE NULL;

SELECT coalesce(1, 'x');

SELECT CASE WHEN true THEN 1 ELSE 'x' END;

SELECT greatest(1, 2.5, NULL), least('b', 'a'), nullif(1, 1), num_nulls(1, NULL, NULL), num_nonnulls(1);

SELECT x IS DISTINCT FROM y, x IS NOT DISTINCT FROM y, x = y FROM (VALUES (1, NULL), (NULL, NULL), (2, 2)) v(x, y);

SELECT id, (status = 'paid')::int, status::text, status > 'paid', enum_range(NULL::order_status), status IN ('paid') FROM orders ORDER BY status DESC, id;

SELECT md5(email), encode(sha256(email::bytea), 'hex'), encode('abc'::bytea, 'base64'), decode('616263', 'hex'), convert_from('\xc3a9', 'UTF8'), octet_length('é') FROM users ORDER BY id LIMIT 1;

SELECT gen_random_uuid() IS NOT NULL, length(gen_random_uuid()::text), tenant_id::text FROM users ORDER BY id LIMIT 1;

SELECT to_tsvector('english', title) @@ plainto_tsquery('english', 'chairs'), ts_rank(to_tsvector('english', title), to_tsquery('chair | lamp')) FROM products ORDER BY id;

SELECT txid_current() > 0, current_user = session_user, current_schema(), pg_typeof(now()), current_date = now()::date, current_setting('TimeZone');

SELECT * FROM (VALUES (1, 'a'), (2, NULL)) AS t (id, name) WHERE name IS NULL;

VALUES (1, 'x'), (2.5, NULL) ORDER BY 1 DESC;

TABLE kv ORDER BY k;

SELECT count(*) OVER w, sum(total) OVER (w ROWS UNBOUNDED PRECEDING), lead(id, 1, -1::bigint) OVER w FROM orders WINDOW w AS (PARTITION BY user_id ORDER BY placed_at) ORDER BY id;

SELECT user_id, total, total - avg(total) OVER (PARTITION BY user_id) AS diff, count(*) OVER (PARTITION BY user_id ORDER BY placed_at GROUPS 1 PRECEDING) FROM orders ORDER BY id;

SELECT corr(value, extract(hour FROM ts)), regr_slope(value, extract(hour FROM ts)::float8), covar_samp(value, value) FROM metrics;

SELECT mode() WITHIN GROUP (ORDER BY status), percentile_disc(0.5) WITHIN GROUP (ORDER BY total), rank(100) WITHIN GROUP (ORDER BY total) FROM orders;

MERGE INTO kv USING (VALUES ('a', 'm'), ('z', 'n')) AS s(k, v) ON kv.k = s.k WHEN MATCHED THEN UPDATE SET v = s.v, version = kv.version + 1 WHEN NOT MATCHED THEN INSERT (k, v) VALUES (s.k, s.v);
SELECT * FROM kv ORDER BY k;

SELECT * FROM kv WHERE expires < now() OR expires IS NULL ORDER BY k FOR UPDATE OF kv NOWAIT;

SELECT int4range(1, 10) @> 5, tstzrange('2024-01-01', '2024-02-01') && tstzrange('2024-01-15', NULL), upper(daterange('2024-01-01', '2024-01-31', '[]')), lower(int8range(3, 9)), '[1,3]'::int4range * '[2,5]'::int4range;

SELECT '192.168.1.5'::inet << '192.168.0.0/16', host('10.0.0.1/8'::inet), network('10.1.2.3/8'::inet), masklen('10.0.0.0/8');

SELECT 'a' || NULL, 'a' || 1, 1 || 'a', concat('a', NULL, 1), NULL::text || 'x', 'x' LIKE NULL, 'a_c' LIKE 'a\_c', 'ABC' ILIKE 'a%', 'abc' SIMILAR TO '(a|b)%', 'x' NOT LIKE 'y';

SELECT name FROM users WHERE name LIKE '%' || $1 || '%' ESCAPE '!' ORDER BY name;
--$ ["n"]

SELECT $1::jsonb -> 'a', $2::text[], $3::timestamptz AT TIME ZONE 'UTC', $4::numeric / 3, $5::uuid, $6::bytea, $7::interval * 2, $8::date + 1;
--$ ["{\"a\": [1, 2.50]}", ["x", "y"], "time:2024-05-01T10:00:00Z", "10", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "abc", "1 day 02:00", "time:2024-05-01T00:00:00Z"]

SELECT id FROM users WHERE id = ANY($1) ORDER BY array_position($1, id);
--$ [[4, 1, 2]]

SELECT id FROM orders WHERE status = ANY($1::order_status[]) ORDER BY id;
--$ [["paid", "shipped"]]

SELECT $1 + 1, $1;
--$ [41]

SELECT now() - interval '1 day' < now(), now()::timestamp::date = current_date, date_trunc('day', now()) <= now(), extract(year FROM now()) >= 2024;

SELECT '1 day'::interval + '2 hours', interval '1' year, interval '2-3' year to month, make_interval(hours => 30), '90 minutes'::interval::text, extract(epoch FROM interval '1 month'), interval '1 day' / 2, interval '1 hour' > interval '59 min', to_char(interval '26 hours', 'HH24:MI');

SELECT id, name, email FROM users WHERE to_tsvector('simple', coalesce(name, '') || ' ' || email) @@ to_tsquery('simple', 'ann:* & !bob') ORDER BY id;

SELECT width_bucket(price, 0, 250, 5), least(price, 100), ceil(price), floor(-price), sign(price - 100), sqrt(price), ln(price), log(price), exp(1), cbrt(27), degrees(pi()), mod(stock, 3), gcd(12, 18), lcm(4, 6), factorial(10) FROM products ORDER BY id;

CREATE TABLE items (id serial PRIMARY KEY, owner bigint NOT NULL REFERENCES users (id) ON DELETE SET NULL, label varchar(10) DEFAULT 'none', UNIQUE (owner, label));
INSERT INTO items (owner) VALUES (1), (2) RETURNING *;
INSERT INTO items (owner) VALUES (1);

ALTER TABLE kv ADD COLUMN note text NOT NULL DEFAULT 'n', ADD CONSTRAINT kv_note CHECK (length(note) < 5);
INSERT INTO kv (k, note) VALUES ('q', 'toolong');

CREATE UNIQUE INDEX CONCURRENTLY x ON kv (v);

CREATE INDEX IF NOT EXISTS kv_v ON kv USING btree (v text_pattern_ops) WHERE expires IS NULL;
SELECT * FROM kv WHERE v = '1';

BEGIN;

SAVEPOINT a;
INSERT INTO kv (k) VALUES ('s');
ROLLBACK TO SAVEPOINT a;
SELECT count(*) FROM kv;
RELEASE SAVEPOINT a;

INSERT INTO kv (k) VALUES ('a');
SELECT 1;
