-- schema: shop
-- cases
SELECT id, sum(f8) OVER (ORDER BY id) FROM kinds ORDER BY id;

SELECT id, avg(score) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM customer ORDER BY id;

SELECT id, sum(iv) OVER (ORDER BY id), avg(iv) OVER (PARTITION BY b) FROM kinds ORDER BY id;

SELECT id, stddev(f8) OVER (ORDER BY id), variance(f4) OVER (ORDER BY id) FROM kinds WHERE id <> 3 ORDER BY id;

SELECT id, min(n) OVER (ORDER BY id), max(n) OVER (ORDER BY id ROWS 1 PRECEDING) FROM kinds ORDER BY id;

SELECT id, min(iv) OVER (ORDER BY id), max(iv) OVER () FROM kinds ORDER BY id;

SELECT id, bit_and(i4) OVER (ORDER BY id), bit_or(items) OVER () FROM (SELECT id, items AS i4, items FROM orders) s ORDER BY id;

SELECT id, string_agg(state, ',') OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, string_agg(state, id::text) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, array_agg(total) OVER (ORDER BY id ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM orders ORDER BY id;

SELECT id, array_agg(f8) OVER (ORDER BY id) FROM kinds ORDER BY id;

SELECT id, array_agg(by) OVER (ORDER BY id) FROM kinds ORDER BY id;

SELECT id, json_agg(tags) OVER (ORDER BY id), jsonb_agg(info) OVER (ORDER BY id DESC) FROM orders ORDER BY id;

SELECT id, jsonb_object_agg(id, state) OVER (ORDER BY id), json_object_agg(id, total) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, regr_slope(i4, i2) OVER (), corr(items, id) OVER () FROM kinds, (SELECT 1 AS items) s ORDER BY id;

SELECT id, bool_and(active) OVER (ORDER BY id), bool_or(active) OVER (ORDER BY id DESC) FROM customer ORDER BY id;

SELECT id, sum(total) FILTER (WHERE state = 'paid') OVER (ORDER BY id), array_agg(id) FILTER (WHERE items > 1) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, sum(score) FILTER (WHERE active) OVER (ORDER BY id) FROM customer ORDER BY id;

SELECT id, sum(items) OVER (ORDER BY id ROWS $1 PRECEDING) FROM orders ORDER BY id;
--$ [1]

SELECT id, sum(items) OVER (ORDER BY id ROWS BETWEEN $1 PRECEDING AND $2 FOLLOWING) FROM orders ORDER BY id;
--$ [1, 2]

SELECT id, sum(items) OVER (ORDER BY id ROWS BETWEEN 1 + 1 PRECEDING AND abs(-1) FOLLOWING) FROM orders ORDER BY id;

SELECT id, count(*) OVER (ORDER BY state GROUPS $1 PRECEDING) FROM orders ORDER BY id;
--$ [1]

SELECT id, sum(items) OVER (ORDER BY id ROWS $1 PRECEDING) FROM orders ORDER BY id;
--$ [-1]

SELECT id, sum(items) OVER (ORDER BY id ROWS $1 PRECEDING) FROM orders ORDER BY id;
--$ [null]

SELECT id, sum(items) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND $1 FOLLOWING) FROM orders ORDER BY id;
--$ [-1]

SELECT sum(items) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND -1 FOLLOWING) FROM orders;

SELECT sum(items) OVER (ORDER BY id ROWS BETWEEN CURRENT ROW AND NULL FOLLOWING) FROM orders;

SELECT sum(items) OVER (ORDER BY id ROWS id PRECEDING) FROM orders;

SELECT sum(items) OVER (ORDER BY id ROWS 'x' PRECEDING) FROM orders;

SELECT sum(items) OVER (ORDER BY id ROWS '2' PRECEDING) FROM orders ORDER BY 1;

SELECT sum(items) OVER (ORDER BY id ROWS true PRECEDING) FROM orders;

SELECT sum(items) OVER (ORDER BY id ROWS 1.5 PRECEDING) FROM orders ORDER BY 1;

SELECT id, count(*) OVER (ORDER BY items RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM orders ORDER BY id;

SELECT id, sum(id) OVER (ORDER BY items DESC RANGE BETWEEN 2 PRECEDING AND CURRENT ROW) FROM orders ORDER BY id;

SELECT id, array_agg(id) OVER (ORDER BY i4 RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING) FROM kinds ORDER BY id;

SELECT id, count(*) OVER (ORDER BY i4 NULLS FIRST RANGE BETWEEN 5 PRECEDING AND UNBOUNDED FOLLOWING) FROM kinds ORDER BY id;

SELECT id, count(*) OVER (ORDER BY i4 DESC NULLS LAST RANGE BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING) FROM kinds ORDER BY id;

SELECT id, count(*) OVER (ORDER BY i8 RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING), count(*) OVER (ORDER BY i2 RANGE 1 PRECEDING) FROM kinds ORDER BY id;

SELECT id, count(*) OVER (ORDER BY f8 RANGE BETWEEN 1.5 PRECEDING AND 0.5 FOLLOWING) FROM kinds ORDER BY id;

SELECT id, count(*) OVER (ORDER BY score RANGE BETWEEN 0.75 PRECEDING AND 0.75 FOLLOWING) FROM customer ORDER BY id;

SELECT id, sum(total) OVER (ORDER BY total RANGE BETWEEN 5 PRECEDING AND 5 FOLLOWING) FROM orders ORDER BY id;

SELECT id, array_agg(id) OVER (ORDER BY n RANGE BETWEEN 0.1 PRECEDING AND 0.1 FOLLOWING), count(n) OVER (ORDER BY n DESC RANGE 1 PRECEDING) FROM kinds ORDER BY id;

SELECT id, first_value(id) OVER (ORDER BY total RANGE BETWEEN 15 PRECEDING AND CURRENT ROW), last_value(id) OVER (ORDER BY total RANGE BETWEEN CURRENT ROW AND 15 FOLLOWING), nth_value(id, 2) OVER (ORDER BY total RANGE BETWEEN 15 PRECEDING AND 15 FOLLOWING) FROM orders ORDER BY id;

SELECT id, sum(total) OVER (ORDER BY placed RANGE BETWEEN '60 days' PRECEDING AND CURRENT ROW) FROM orders ORDER BY id;

SELECT id, sum(total) OVER (ORDER BY placed RANGE BETWEEN '1 month' PRECEDING AND '1 month' FOLLOWING) FROM orders ORDER BY id;

SELECT id, count(*) OVER (ORDER BY placed DESC RANGE BETWEEN '100 days' PRECEDING AND CURRENT ROW) FROM orders ORDER BY id;

SELECT id, count(*) OVER (ORDER BY placed RANGE BETWEEN interval '24:00' PRECEDING AND interval '1000:00' FOLLOWING) FROM orders ORDER BY id;

SELECT id, count(*) OVER (ORDER BY hired RANGE BETWEEN '1 year' PRECEDING AND '1 year' FOLLOWING) FROM emp ORDER BY id;

SELECT id, count(*) OVER (ORDER BY hired RANGE BETWEEN '500 days' PRECEDING AND CURRENT ROW), min(name) OVER (ORDER BY hired RANGE '400 days' PRECEDING) FROM emp ORDER BY id;

SELECT id, count(*) OVER (ORDER BY d RANGE BETWEEN '10 days' PRECEDING AND '10 days' FOLLOWING), count(*) OVER (ORDER BY ts RANGE BETWEEN '10 days' PRECEDING AND '10 days' FOLLOWING), count(*) OVER (ORDER BY tz RANGE BETWEEN '10 days' PRECEDING AND '10 days' FOLLOWING) FROM kinds ORDER BY id;

SELECT id, count(*) OVER (ORDER BY tm RANGE BETWEEN '2 hours' PRECEDING AND '14 hours' FOLLOWING), count(*) OVER (ORDER BY iv RANGE BETWEEN '1 day' PRECEDING AND '1 day' FOLLOWING) FROM kinds ORDER BY id;

SELECT id, count(*) OVER (ORDER BY placed RANGE BETWEEN $1::interval PRECEDING AND CURRENT ROW) FROM orders ORDER BY id;
--$ ["60 days"]

SELECT id, sum(items) OVER (ORDER BY items RANGE $1 PRECEDING) FROM orders ORDER BY id;
--$ [2]

SELECT id, array_agg(id) OVER (ORDER BY total RANGE BETWEEN 15 PRECEDING AND 15 FOLLOWING EXCLUDE CURRENT ROW), array_agg(id) OVER (ORDER BY n2 RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING EXCLUDE TIES) FROM (SELECT id, total, round(total / 10) AS n2 FROM orders) o ORDER BY id;

SELECT id, count(*) FILTER (WHERE state = 'paid') OVER (ORDER BY total RANGE BETWEEN 15 PRECEDING AND 15 FOLLOWING EXCLUDE GROUP) FROM orders ORDER BY id;

SELECT id, sum(items) OVER w, avg(total) OVER w, max(state) OVER w FROM orders WINDOW w AS (ORDER BY placed RANGE BETWEEN '3 months' PRECEDING AND CURRENT ROW) ORDER BY id;

SELECT id, sum(items) OVER (PARTITION BY customer_id ORDER BY placed RANGE BETWEEN '2 months' PRECEDING AND CURRENT ROW) FROM orders ORDER BY id;

SELECT count(*) OVER (ORDER BY hired RANGE 7 PRECEDING) FROM emp;

SELECT count(*) OVER (ORDER BY name RANGE 7 PRECEDING) FROM emp;

SELECT count(*) OVER (ORDER BY id, name RANGE 7 PRECEDING) FROM emp;

SELECT count(*) OVER (RANGE 7 PRECEDING) FROM emp;

SELECT count(*) OVER (ORDER BY id RANGE -1 PRECEDING) FROM emp;

SELECT count(*) OVER (ORDER BY salary RANGE -1 PRECEDING) FROM emp;

SELECT count(*) OVER (ORDER BY hired RANGE '-1 month' PRECEDING) FROM emp;

SELECT count(*) OVER (ORDER BY salary RANGE NULL PRECEDING) FROM emp;

SELECT count(*) OVER (ORDER BY id RANGE '1 day' PRECEDING) FROM emp;

SELECT id, ntile($1) OVER (ORDER BY id) FROM orders ORDER BY id;
--$ [2]

SELECT id, ntile($1) OVER (ORDER BY id) FROM orders ORDER BY id;
--$ [0]

SELECT id, ntile(NULL) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, ntile(1 + 1) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, nth_value(id, items) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) FROM orders ORDER BY id;

SELECT id, nth_value(id, $1) OVER (ORDER BY id) FROM orders ORDER BY id;
--$ [2]

SELECT id, nth_value(id, NULL) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, nth_value(id, 0) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, lag(id, -1) OVER (ORDER BY id), lead(id, -2, 0) OVER (ORDER BY id), lag(id, NULL) OVER (ORDER BY id), lag(id, 0) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, lag(id, items - 2) OVER (ORDER BY id), lead(total, items, -1) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, lag(total, $1, $2) OVER (ORDER BY id) FROM orders ORDER BY id;
--$ [2, "0.5"]

SELECT id, lag(tags) OVER (ORDER BY id), lead(info, 1, '{}') OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT id, percent_rank() OVER (ORDER BY state), cume_dist() OVER (ORDER BY state), dense_rank() OVER (ORDER BY state DESC) FROM orders ORDER BY id;

SELECT id, sum(total) OVER w, row_number() OVER (w ORDER BY id) FROM orders WINDOW w AS (PARTITION BY state) ORDER BY id;

SELECT id, sum(total) OVER (w ROWS 1 PRECEDING) FROM orders WINDOW w AS (ORDER BY id) ORDER BY id;

SELECT state, sum(sum(total)) OVER (ORDER BY state), avg(sum(items)) OVER (ORDER BY state ROWS 1 PRECEDING) FROM orders GROUP BY state ORDER BY state;

SELECT state, avg(avg(total)::float8) OVER (ORDER BY state) FROM orders GROUP BY state ORDER BY state;

SELECT id, sum(score) OVER (PARTITION BY active ORDER BY id GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) FROM customer ORDER BY id;

SELECT id, max(t) OVER (ORDER BY id), min(ch) OVER (ORDER BY id ROWS 1 PRECEDING) FROM kinds ORDER BY id;

SELECT id, count(DISTINCT state) OVER () FROM orders;

SELECT id, array_agg(id ORDER BY id) OVER () FROM orders;

SELECT x.id, x.s FROM (SELECT id, sum(score) OVER (ORDER BY id) AS s FROM customer) x WHERE x.s > 2 ORDER BY 1;

SELECT id, sum(score) OVER (ORDER BY id) FROM customer WHERE false;

SELECT jsonb_agg(c) OVER (ORDER BY id) FROM (SELECT id, name FROM customer) c ORDER BY id;

SELECT id, json_agg(c) OVER (ORDER BY id) FROM (SELECT id, name FROM customer) c ORDER BY id;

SELECT id, max(jb::text) OVER (ORDER BY id), sum(n) OVER (ORDER BY id), sum(i8) OVER (ORDER BY id ROWS 1 PRECEDING) FROM kinds ORDER BY id;

SELECT sum(items) OVER (ORDER BY id ROWS BETWEEN 2 FOLLOWING AND 1 FOLLOWING) FROM orders ORDER BY 1;

SELECT DISTINCT sum(score) OVER (PARTITION BY active) FROM customer ORDER BY 1;

SELECT id, array_agg(id) OVER (ORDER BY id ROWS BETWEEN 1 + 2 PRECEDING AND 1 + 0 PRECEDING), array_agg(id) OVER (ORDER BY id ROWS BETWEEN 1 + 0 FOLLOWING AND 1 + 1 FOLLOWING), count(*) OVER (ORDER BY id ROWS BETWEEN UNBOUNDED PRECEDING AND 2 + 2 PRECEDING) FROM orders ORDER BY id;

SELECT id, count(*) OVER (ORDER BY id ROWS BETWEEN 10 + 0 FOLLOWING AND UNBOUNDED FOLLOWING), count(*) OVER (ORDER BY id ROWS BETWEEN $1::int + 1 PRECEDING AND CURRENT ROW EXCLUDE CURRENT ROW) FROM orders ORDER BY id;
--$ [1]
