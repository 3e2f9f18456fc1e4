-- schema: shop
-- cases

SELECT 1/3::numeric, 10/3.0, 1.0/3, 100::numeric/7, 1e10/3, 0.001/3, 1e-10/3, 2.00/1.0, 12345678901234567890/7, 1/1e20, 5 % 3.5, -5 % 3, 5 % -3, mod(-5.5, 2), div(7.5, 2), 7/2, -7/2, 7.0/-2;

SELECT 1.10 * 1.10, 1.5 + 1.500, 1e3, 1e-3, 1.e2, .5, 1_000 FROM (SELECT 1) x;

SELECT avg(v), sum(v), var_pop(v), stddev(v), min(v), max(v) FROM (VALUES (1.10), (2.200), (3)) t(v);

SELECT avg(v), sum(v), stddev(v), variance(v), stddev_pop(v) FROM (VALUES (1), (2), (4)) t(v);

SELECT avg(v), sum(v) FROM (VALUES (9223372036854775807), (1)) t(v);

SELECT sum(v) FROM (VALUES (2147483647), (2147483647)) t(v);

SELECT sum(v::smallint), avg(v::smallint), pg_typeof(sum(v::smallint)), pg_typeof(sum(v::bigint)), pg_typeof(avg(v::real)), sum(v::real), sum(v::float8) FROM (VALUES (1), (2), (NULL)) t(v);

SELECT sum(i8) FROM kinds;

SELECT sum(i4), sum(i2), avg(i4), avg(i2), avg(i8) FROM kinds;

SELECT sum(i4 * 2) FROM kinds;

SELECT sum(i4 + 1) FROM kinds WHERE i4 < 100;

SELECT sum(f4), avg(f8), sum(n), avg(n), max(n), min(n) FROM kinds;

SELECT sum(n2), avg(n2), avg(credit), sum(credit) FROM kinds, customer;

SELECT round(2.5), round(-2.5), round(2.5::float8), round(3.5::float8), round(1.005, 2), round(1234.5, -2), trunc(-1.9), trunc(1.999, 2), ceil(-1.1), floor(-1.1), ceil(1.1::float8), sign(-0.0), abs(-1.50), round(1e-20, 5), round(5, -1), round(15::numeric, -1);

SELECT power(2, 0.5), power(2::numeric, 3), 2 ^ 3, 2 ^ 0.5, 2::numeric ^ -1, sqrt(2), sqrt(2::numeric), exp(1::numeric), ln(10::numeric), log(100), log(2, 8), log(2::numeric, 10), cbrt(27), |/ 25, ||/ 27, @ -5, 5!=4, factorial(20), gcd(12, 18), lcm(4, 6), width_bucket(5.35, 0.024, 10.06, 5), scale(1.500), min_scale(1.500), trim_scale(1.500), degrees(pi()), 0::float8 ^ 0;

SELECT sqrt(-1);

SELECT ln(0);

SELECT 0::numeric ^ -1;

SELECT (-8)::numeric ^ 0.333;

SELECT exp(1000::float8);

SELECT exp(6000::numeric) > 0, exp(-6000::numeric);

SELECT 1e308::float8 * 10;

SELECT 1e-320::float8 / 1e10, 1e-300::float8 * 1e-300;

SELECT 'NaN'::numeric = 'NaN'::numeric, 'NaN'::float8 > 'Infinity'::float8, 'Infinity'::numeric - 'Infinity'::numeric, 'Infinity'::numeric / 0;

SELECT 1 / 0.0;

SELECT 1 / 0;

SELECT 1 % 0;

SELECT 5.0 % 0;

SELECT 1::float8 / 0;

SELECT 0.0::float8 / 'Infinity', 'Infinity'::float8 / 'Infinity'::float8, -0.0::float8, 0 / -5::float8, '-0'::float8 = 0, 'NaN'::float8 = 'NaN'::float8;

SELECT 2147483647 + 1;

SELECT -2147483648 - 1;

SELECT -(-2147483648)::int;

SELECT - (-9223372036854775808);

SELECT abs((-2147483648)::int);

SELECT (-2147483648)::int / -1;

SELECT (-2147483648)::int % -1, (-9223372036854775808)::bigint % -1;

SELECT 9223372036854775807 + 1;

SELECT 9223372036854775807 * 2;

SELECT 32767::smallint + 1::smallint;

SELECT 32767::smallint + 1;

SELECT 99999999999999999999, pg_typeof(99999999999999999999), pg_typeof(2147483648), pg_typeof(1e5), pg_typeof(-2147483648), pg_typeof(0x10) FROM (SELECT 1) t;

SELECT 2147483648::int;

SELECT 2.5::int, 3.5::int, -2.5::int, 2.5::float8::int, 3.5::float8::int, 2147483647.4::int, 1e10::bigint, '12'::int, ' 12 '::int, '+5'::int, '1e2'::numeric, '1_0'::text;

SELECT 2147483647.5::int;

SELECT '1.5'::int;

SELECT ''::int;

SELECT '0x10'::int;

SELECT '1e 5'::numeric;

SELECT ' 1.50e2 '::numeric, '.5'::numeric, '5.'::numeric, 'inf'::numeric, '-Infinity'::float8, 'nan'::float8, '1e-400'::numeric, '+1.0'::numeric, '1e5'::float8, '0x1p3'::float8;

SELECT '1e-400'::float8;

SELECT '1,000'::numeric;

SELECT '--1'::numeric;

SELECT 'NaN'::int;

SELECT 'NaN'::numeric::int;

SELECT 'NaN'::float8::int;

SELECT 1e20::float8::bigint;

SELECT 1.23456789012345678::float8, 0.1::float8 + 0.2::float8, 0.1::real, 0.1::real::float8, 1e15::float8, 1e16::float8, 123456789.0::real, 1e-5::float8, 1e21::float8::text, 1e15::float8::numeric, 0.1::real::numeric, 1.1::float8::numeric, 123456789012345678::float8::numeric;

SELECT 1.5::numeric(3,1), 1.25::numeric(2,1), 1.35::numeric(2,1), 123.456::numeric(5), 12345.678::numeric(3,-2), 0.00123::numeric(3,5);

SELECT 999.99::numeric(4,1);

SELECT 0.123::numeric(2,3);

SELECT 1::numeric(1001);

SELECT 1::numeric(0);

SELECT 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 33, 1::bigint << 33, -8 >> 1, 1 << 31, 1 << 32, 1::bigint << 64, 5::smallint & 3;

SELECT 3 BETWEEN 5 AND 1, 3 BETWEEN SYMMETRIC 5 AND 1, NULL BETWEEN 1 AND 2, 3 NOT BETWEEN 1 AND NULL, 0 NOT BETWEEN 1 AND NULL;

SELECT 1 = 1.0, 1 = 1.0::float8, 0.1 = 0.1::float8, 0.1::real = 0.1, 9007199254740993 = 9007199254740993::float8, 9007199254740993::numeric = 9007199254740992::float8, 1::smallint = 1::bigint;

SELECT 0.1::real = 0.1::float8, 16777217 = 16777217::real, 16777217::real;

SELECT count(*) FROM generate_series(1, 3, 0.5), generate_series(3, 1);

SELECT generate_series(1.0, 2.0, 0.25), generate_series(1, 3);

SELECT generate_series(1, 10, 0);

SELECT generate_series(2147483645, 2147483647);

SELECT generate_series(9223372036854775806, 9223372036854775807);

SELECT random() < 1, random() BETWEEN 0 AND 1 FROM generate_series(1, 2);

SELECT count(DISTINCT random()) FROM generate_series(1, 10);

SELECT count(DISTINCT r) FROM (SELECT random() AS r FROM generate_series(1, 10)) t;

SELECT count(DISTINCT r) FROM (SELECT (SELECT random()) AS r FROM generate_series(1, 10)) t;

SELECT a = b FROM (SELECT r AS a, r AS b FROM (SELECT random() AS r OFFSET 0) t) u;

SELECT now() = now(), clock_timestamp() >= now(), statement_timestamp() >= transaction_timestamp(), timeofday() IS NOT NULL;

SELECT count(DISTINCT gen_random_uuid()) FROM generate_series(1, 5);

SELECT nextval('customer_id_seq'), nextval('customer_id_seq'), currval('customer_id_seq'), lastval();

SELECT nextval('customer_id_seq') FROM generate_series(1, 3);

SELECT id, nextval('customer_id_seq') FROM customer WHERE id < 3 ORDER BY id;

SELECT currval('orders_id_seq') > 0, setval('orders_id_seq', 50), nextval('orders_id_seq'), setval('orders_id_seq', 50, false), nextval('orders_id_seq');

SELECT nextval('nope');

SELECT setval('orders_id_seq', 0);

SELECT CASE WHEN id > 0 THEN 1 ELSE 1 / (id - id) END FROM customer;

SELECT CASE WHEN true THEN 1 ELSE 1/0 END;

SELECT CASE 1 WHEN 1 THEN 'ok' ELSE (1/0)::text END;

SELECT CASE WHEN name = 'Ann' THEN 1 / (id - 1) ELSE 0 END FROM customer;

SELECT CASE WHEN false THEN 'x'::int ELSE 1 END;

SELECT CASE WHEN min(id) > 0 THEN 1 ELSE sum(1 / (id - 1)) END FROM customer;

SELECT coalesce(1, 1/0), coalesce(NULL, id, 1 / (id - id)) FROM customer WHERE id = 1;

SELECT false AND 1/0 = 1, true OR 1/0 = 1;

SELECT id FROM customer WHERE id = 1 OR 1 / (id - 1) = 1 ORDER BY id;

SELECT id FROM customer WHERE id <> 1 AND 1 / (id - 1) > 0 ORDER BY id;

SELECT id FROM (SELECT id FROM customer WHERE id > 1) t WHERE 1 / (id - 1) > 0 ORDER BY id;

SELECT count(1 / (id - 1)) FROM customer WHERE id > 1;

SELECT sum(CASE WHEN active THEN credit END), count(*) FILTER (WHERE active), sum(credit) FILTER (WHERE credit > 0), avg(credit) FILTER (WHERE false), count(DISTINCT active) FROM customer;

SELECT sum(1 / (id - 3)) FILTER (WHERE id <> 3) FROM customer;

SELECT 1/0 FROM customer WHERE false;

SELECT id, 1/0 FROM customer LIMIT 0;

SELECT (SELECT 1/0 WHERE false), EXISTS (SELECT 1/0 FROM customer);

SELECT id FROM customer WHERE EXISTS (SELECT 1/0) AND id = 1;

SELECT count(*) FROM customer HAVING 1/0 > 0;

SELECT 1 FROM customer GROUP BY 1/0;

SELECT name FROM customer ORDER BY 1/0;

SELECT nullif(1, 1/0);

SELECT greatest(1, NULL, 3), least(NULL, NULL), greatest('a', 'B'), greatest(1, 2.5), least(1, 2::bigint), pg_typeof(least(1, 2::bigint));

SELECT greatest(1, 'x');

SELECT bool_and(b), bool_or(b), every(b), bit_and(i4), bit_or(i2), bit_xor(i4) FROM kinds;

SELECT mode() WITHIN GROUP (ORDER BY credit), percentile_cont(0.5) WITHIN GROUP (ORDER BY credit), percentile_disc(0.5) WITHIN GROUP (ORDER BY credit), percentile_disc(ARRAY[0, 0.5, 1]) WITHIN GROUP (ORDER BY name), percentile_cont(0.25) WITHIN GROUP (ORDER BY placed - '2020-01-01') FROM customer, orders;

SELECT percentile_cont(1.5) WITHIN GROUP (ORDER BY id) FROM customer;

SELECT rank(3) WITHIN GROUP (ORDER BY id), dense_rank(3) WITHIN GROUP (ORDER BY id), percent_rank(3) WITHIN GROUP (ORDER BY id), cume_dist(3) WITHIN GROUP (ORDER BY id) FROM customer;

SELECT corr(a, b), covar_pop(a, b), regr_slope(a, b), regr_count(a, b), regr_r2(a, b), regr_intercept(a, b) FROM (VALUES (1, 2), (2, 3), (3, 7), (NULL, 1)) t(a, b);

SELECT array_agg(id ORDER BY name DESC, id), string_agg(name, '; ' ORDER BY id), array_agg(DISTINCT active), array_agg(credit ORDER BY credit NULLS FIRST) FROM customer;

SELECT array_agg(ARRAY[id, id + 1] ORDER BY id) FROM customer;

SELECT array_agg(tags) FROM orders;

SELECT string_agg(name, id::text) FROM (SELECT * FROM customer ORDER BY id) t;

SELECT string_agg(DISTINCT name, ',' ORDER BY id) FROM customer;

SELECT count(*), count(note), count(DISTINCT note), count(DISTINCT (active, note)) FROM customer;

SELECT count(DISTINCT id, name) FROM customer;

SELECT sum(name) FROM customer;

SELECT max(active) FROM customer;

SELECT min(u) FROM kinds;

SELECT max(m), min(m), max(d), min(tz), max(iv), max(tm), max(by) IS NULL FROM kinds;

SELECT max(ia), min(ia) FROM kinds;

SELECT count(id) filter (where id > $1), sum(id) FROM customer WHERE id < $2;
--$ [2, 100]

SELECT active, count(*) FROM customer GROUP BY active HAVING count(*) > $1 ORDER BY active;
--$ [1]

SELECT name, count(*) FROM customer;

SELECT count(*) FROM customer WHERE count(*) > 1;

SELECT sum(count(*)) FROM customer;

SELECT sum(count(*)) OVER () FROM customer GROUP BY active;

SELECT id, name, count(o.*) FROM customer c JOIN orders o ON o.customer_id = c.id GROUP BY c.id;

SELECT c.id, c.name, count(o.id) AS n, coalesce(sum(o.total), 0) AS t FROM customer c LEFT JOIN orders o ON o.customer_id = c.id GROUP BY c.id ORDER BY n DESC, c.id;

SELECT c.name || '!' AS x FROM customer c GROUP BY c.id, x ORDER BY x;

SELECT active AS name, count(*) FROM customer GROUP BY name ORDER BY 2 DESC, 1;

SELECT upper(name) AS n, count(*) FROM customer GROUP BY n HAVING upper(name) > 'B' ORDER BY n;

SELECT name AS n FROM customer ORDER BY n || '';

SELECT name AS n FROM customer WHERE n = 'x';

SELECT id AS x, -id AS id FROM customer ORDER BY id;

SELECT id AS x FROM customer ORDER BY id + 0 DESC;

SELECT id FROM customer UNION SELECT id FROM orders ORDER BY id + 1;

SELECT DISTINCT active FROM customer ORDER BY name;

SELECT DISTINCT ON (active) active, name FROM customer ORDER BY name;

SELECT DISTINCT ON (active) active, name FROM customer ORDER BY active, name;

SELECT id FROM customer ORDER BY 5;

SELECT id FROM customer ORDER BY 'x';

SELECT id FROM customer ORDER BY $1;
--$ ["name"]

SELECT id FROM customer ORDER BY NULL, id;

SELECT id FROM customer GROUP BY 2;

SELECT dept, grouping(dept), count(*), sum(salary) FROM emp GROUP BY ROLLUP (dept) HAVING count(*) > 1 ORDER BY dept NULLS FIRST, 2;

SELECT dept, boss, grouping(dept, boss), sum(salary) FROM emp GROUP BY GROUPING SETS ((dept), (boss), ()) HAVING sum(salary) IS NOT NULL ORDER BY 3, 1, 2;

SELECT dept, count(*) FROM emp GROUP BY CUBE (dept, boss) HAVING grouping(boss) = 1 ORDER BY dept, 2;

SELECT dept, hired IS NULL AS h, count(*) FROM emp GROUP BY GROUPING SETS (ROLLUP (dept), (hired IS NULL)) ORDER BY 1, 2, 3;

SELECT grouping(name) FROM customer;

SELECT dept, sum(sum(salary)) OVER (ORDER BY dept NULLS FIRST) FROM emp GROUP BY dept ORDER BY dept NULLS FIRST;

SELECT CASE WHEN id > 0 THEN 1 ELSE 1/0 END FROM customer;

SELECT CASE WHEN id > 0 THEN 1 ELSE id/0 END FROM customer;

SELECT CASE id WHEN 0 THEN 1/0 ELSE 1 END FROM customer;

SELECT id FROM customer WHERE id = 1 AND (id = 1 OR 1/0 = 1);

SELECT coalesce(id, 1/0) FROM customer;

SELECT id FROM customer WHERE EXISTS (SELECT 1 FROM orders WHERE 1/0 = 1);

UPDATE customer SET credit = 1/0 WHERE false;

SELECT id FROM (SELECT id, 1/0 AS x FROM customer) s ORDER BY id;

SELECT count(*) FROM (VALUES (1/0)) v(x);

SELECT id FROM (SELECT id FROM customer WHERE 1/0 = id) s;

SELECT 1 FROM (VALUES (1/0), (2)) v(x);

SELECT CASE WHEN id > 0 OR true THEN 1 ELSE 1/0 END FROM customer WHERE id = 1;

SELECT CASE WHEN id = NULL THEN 1/0 ELSE 1 END FROM customer WHERE id = 1;

SELECT id FROM customer WHERE (id = 1 AND false) AND 1/0 = 1;
