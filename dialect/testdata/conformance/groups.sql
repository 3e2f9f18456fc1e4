-- schema: shop
-- cases
SELECT count(*) FROM customer;

SELECT count(*) AS total FROM customer WHERE false;

SELECT sum(items), sum(total), avg(items), avg(total), min(items), max(total) FROM orders;

SELECT sum(items), avg(items), min(items), count(items) FROM orders WHERE false;

SELECT sum(i2), sum(i4), sum(i8), sum(n), sum(n2) FROM kinds WHERE id <> 3;

SELECT sum(f4), sum(f8), avg(f4), avg(f8) FROM kinds WHERE id IN (1, 5);

SELECT sum(n), avg(n), max(n), min(n) FROM kinds;

SELECT min(t), max(t), min(vc), max(ch), min(d), max(ts), min(tz), max(tm), min(iv), max(iv) FROM kinds;

SELECT min(u) FROM kinds;

SELECT max(m), min(m) FROM kinds;

SELECT max(ia) FROM kinds;

SELECT max(b) FROM kinds;

SELECT sum(t) FROM kinds;

SELECT sum(iv), avg(iv) FROM kinds WHERE id IN (1, 5);

SELECT count(DISTINCT t), count(DISTINCT n), count(DISTINCT n2), sum(DISTINCT i4) FROM kinds;

SELECT count(b), count(*) FILTER (WHERE b), sum(i4) FILTER (WHERE id < 3) FROM kinds;

SELECT bool_and(b), bool_or(b), every(b) FROM kinds;

SELECT bool_and(active), bool_or(active) FROM customer WHERE false;

SELECT string_agg(name, ',' ORDER BY name) FROM customer;

SELECT string_agg(name, ', ' ORDER BY id DESC) FROM customer WHERE active;

SELECT string_agg(DISTINCT state, '|' ORDER BY state) FROM orders;

SELECT string_agg(DISTINCT state, '|' ORDER BY id) FROM orders;

SELECT array_agg(id ORDER BY id), array_agg(name ORDER BY id) FROM customer;

SELECT array_agg(id) FROM customer WHERE false;

SELECT json_agg(id ORDER BY id), jsonb_agg(name ORDER BY id) FROM customer;

SELECT jsonb_object_agg(name, id) FROM customer WHERE id < 3;

SELECT json_agg(c) FROM (SELECT id, name FROM customer ORDER BY id LIMIT 2) c;

SELECT state, count(*) FROM orders GROUP BY state ORDER BY state;

SELECT state, count(*) AS n FROM orders GROUP BY 1 ORDER BY n DESC, 1;

SELECT upper(state) AS s, count(*) FROM orders GROUP BY s ORDER BY s;

SELECT upper(state), count(*) FROM orders GROUP BY upper(state) ORDER BY 1;

SELECT lower(state) FROM orders GROUP BY upper(state);

SELECT state || 'x', count(*) FROM orders GROUP BY state ORDER BY 1;

SELECT n, count(*) FROM kinds WHERE id IN (1, 2, 5) GROUP BY n ORDER BY n;

SELECT n2, count(*) FROM kinds GROUP BY n2 ORDER BY n2;

SELECT ch, count(*) FROM kinds GROUP BY ch ORDER BY ch;

SELECT b, count(*) FROM kinds GROUP BY b ORDER BY b;

SELECT f8, count(*) FROM kinds GROUP BY f8 ORDER BY f8;

SELECT iv, count(*) FROM kinds WHERE id IN (1,5) GROUP BY iv;

SELECT jb, count(*) FROM kinds WHERE id IN (1,5) GROUP BY jb;

SELECT j, count(*) FROM kinds GROUP BY j;

SELECT ia, count(*) FROM kinds GROUP BY ia ORDER BY count(*), ia;

SELECT c.id, c.name, count(o.id) FROM customer c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id ORDER BY c.id;

SELECT c.id, c.name, o.state FROM customer c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id ORDER BY c.id;

SELECT l.a, l.b, l.qty FROM line l GROUP BY l.a, l.b ORDER BY 1, 2;

SELECT l.a, l.qty FROM line l GROUP BY l.a;

SELECT name FROM customer GROUP BY active;

SELECT active, name FROM customer GROUP BY active HAVING count(*) > 1;

SELECT active FROM customer GROUP BY active HAVING name = 'x';

SELECT active, count(*) FROM customer GROUP BY active HAVING count(*) > 2 ORDER BY 1;

SELECT count(*) FROM customer HAVING count(*) > 100;

SELECT 1 FROM customer HAVING true;

SELECT count(*) FROM customer WHERE count(*) > 1;

SELECT sum(count(*)) FROM customer;

SELECT count(*) FROM customer GROUP BY count(*);

SELECT id FROM customer GROUP BY id ORDER BY max(name);

SELECT active, max(name) FROM customer GROUP BY active ORDER BY max(credit) DESC NULLS LAST;

SELECT id FROM customer ORDER BY count(*);

SELECT active FROM customer ORDER BY count(*);

SELECT date_trunc('month', placed) AS m, sum(total) FROM orders GROUP BY m ORDER BY m;

SELECT date_trunc('month', placed) AS m, sum(total) FROM orders GROUP BY date_trunc('month', placed) ORDER BY 1;

SELECT extract(year FROM placed), count(*) FROM orders GROUP BY 1 ORDER BY 1;

SELECT coalesce(state, '-') AS state, count(*) FROM orders GROUP BY state ORDER BY 1;

SELECT CASE WHEN total > 6 THEN 'big' ELSE 'small' END AS size, count(*) FROM orders GROUP BY size ORDER BY size;

SELECT active, (SELECT count(*) FROM orders o WHERE o.items > count(c.id)) FROM customer c GROUP BY active;

SELECT c.active, (SELECT c.name) FROM customer c GROUP BY c.active;

SELECT DISTINCT active, count(*) OVER () FROM customer ORDER BY 1;

SELECT count(*) FROM (SELECT DISTINCT state FROM orders) t;

SELECT active, count(*) FROM customer GROUP BY ROLLUP (active) ORDER BY 1;

SELECT GROUPING(active) FROM customer GROUP BY active;

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY items) FROM orders;

SELECT mode() WITHIN GROUP (ORDER BY state) FROM orders;

SELECT stddev(items), variance(items) FROM orders;

SELECT count(*) * 2, count(*) + sum(items), -count(*) FROM orders;

SELECT max(total) - min(total), round(avg(total), 2) FROM orders;

SELECT coalesce(sum(total), 0) FROM orders WHERE false;

SELECT id, total, sum(total) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, sum(items) OVER (ORDER BY id), sum(items) OVER (PARTITION BY state ORDER BY id), count(*) OVER (PARTITION BY state) FROM orders ORDER BY id;

SELECT id, row_number() OVER (ORDER BY total), rank() OVER (ORDER BY state), dense_rank() OVER (ORDER BY state DESC), ntile(2) OVER (ORDER BY id), percent_rank() OVER (ORDER BY id), cume_dist() OVER (ORDER BY state) FROM orders ORDER BY id;

SELECT id, lag(total) OVER (ORDER BY id), lead(total, 2) OVER (ORDER BY id), lag(items, 1, 0) OVER (ORDER BY id), lag(total, 1, 0) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, first_value(state) OVER w, last_value(state) OVER w, nth_value(state, 2) OVER w FROM orders WINDOW w AS (ORDER BY id) ORDER BY id;

SELECT id, max(items) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING), min(items) OVER (ORDER BY id ROWS UNBOUNDED PRECEDING), count(*) OVER (ORDER BY items RANGE BETWEEN CURRENT ROW AND UNBOUNDED FOLLOWING) FROM orders ORDER BY id;

SELECT id, count(*) OVER (ORDER BY state GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW), count(*) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING EXCLUDE CURRENT ROW) FROM orders ORDER BY id;

SELECT id, avg(items) OVER (PARTITION BY state) FROM orders ORDER BY id;

SELECT state, sum(count(*)) OVER (ORDER BY state) FROM orders GROUP BY state ORDER BY state;

SELECT state, rank() OVER (ORDER BY sum(total) DESC) FROM orders GROUP BY state ORDER BY state;

SELECT * FROM (SELECT id, row_number() OVER (PARTITION BY customer_id ORDER BY placed DESC) AS rn FROM orders) t WHERE rn = 1 ORDER BY id;

SELECT row_number() FROM orders;

SELECT id FROM orders WHERE row_number() OVER () = 1;

SELECT upper(state) OVER () FROM orders;

SELECT count(*) OVER nope FROM orders;

SELECT count(DISTINCT id) OVER () FROM orders;

SELECT sum(id) OVER (ORDER BY id ROWS BETWEEN -1 PRECEDING AND CURRENT ROW) FROM orders;

SELECT id, count(*) FILTER (WHERE items > 1) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, row_number() OVER (ORDER BY total DESC NULLS LAST, id) FROM orders ORDER BY 2;

SELECT id, sum(total) OVER (w ROWS 1 PRECEDING) FROM orders WINDOW w AS (ORDER BY id) ORDER BY id;

SELECT count(1), count(NULL), count('x') FROM customer;

SELECT max('x'), min(5), sum(1) FROM customer;

SELECT count() FROM customer;

SELECT lower(DISTINCT name) FROM customer;

SELECT avg(DISTINCT items), array_agg(DISTINCT state ORDER BY state) FROM orders;

SELECT 5 AS x, count(*) FROM customer GROUP BY 1;

SELECT -1 AS x, $1::text AS y, count(*) FROM customer GROUP BY 1, 2;
--$ ["p"]

SELECT max(jb::text), min(iv::text), max(n::text) FROM kinds;

SELECT jb::text, count(*) FROM kinds WHERE id IN (1, 5) GROUP BY jb::text ORDER BY 1;

SELECT count(DISTINCT jb::text), count(DISTINCT jb), count(DISTINCT n::text), count(DISTINCT iv::text) FROM kinds;

SELECT id FROM kinds WHERE CASE WHEN n = 1.1 THEN t ELSE '1.0' END = '1.00' ORDER BY id;

SELECT id FROM kinds WHERE n::text = '1.1' ORDER BY id;

SELECT id FROM kinds WHERE '1.1' = n::text ORDER BY id;

SELECT DISTINCT n::text FROM kinds ORDER BY 1;

SELECT n::text FROM kinds WHERE id IN (1, 5) UNION SELECT '1.100';

SELECT x FROM (SELECT n::text AS x FROM kinds) q WHERE x IN ('1.1', '2') ORDER BY x;

SELECT id FROM kinds WHERE n::text IN (SELECT z.n::text FROM kinds z WHERE z.id = 5) ORDER BY id;

SELECT string_agg(t, ',' ORDER BY n, id) = 'x' FROM kinds;

SELECT (SELECT max(z.n) FROM kinds z)::text = 'NaN';

SELECT ('12')::int IS NULL AS x, count(*) FROM kinds GROUP BY 1;

SELECT id FROM customer ORDER BY 1 IS NULL, id;
