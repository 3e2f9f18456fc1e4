CREATE TABLE m (id int PRIMARY KEY, g text, x float8, y float8, i int, n numeric, b bool, t text, d date, by bytea, u uuid, iv interval, bt bit(3));
INSERT INTO m VALUES
 (1, 'a', 1, 2, 1, 1.5, true, 'x', '2024-01-01', '\x01', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', '1 day', B'101'),
 (2, 'a', 2, 3.5, 3, 2.25, false, 'b', '2023-01-01', '\x02', NULL, '2 days', B'011'),
 (3, 'a', 3, 7, 7, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (4, 'b', -1, 0.5, -2, 10, true, 'é', 'infinity', '\x', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '-1 mon', B'111'),
 (5, 'b', NULL, 4, NULL, 3, true, 'X', '2024-06-30', '\x0003', NULL, '00:00', B'000'),
 (6, 'c', NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL);
-- cases
SELECT g, corr(y, x), covar_pop(y, x), covar_samp(y, x), regr_avgx(y, x), regr_avgy(y, x), regr_count(y, x) FROM m GROUP BY g ORDER BY g;

SELECT g, regr_intercept(y, x), regr_r2(y, x), regr_slope(y, x), regr_sxx(y, x), regr_sxy(y, x), regr_syy(y, x) FROM m GROUP BY g ORDER BY g;

SELECT g, stddev(i), stddev_pop(i), stddev_samp(i), variance(i), var_pop(i), var_samp(i) FROM m GROUP BY g ORDER BY g;

SELECT g, stddev(x), var_pop(y), stddev_pop(n), variance(n) FROM m GROUP BY g ORDER BY g;

SELECT g, bit_and(i), bit_or(i), bit_xor(i), bit_and(bt), bit_or(bt), bit_xor(bt) FROM m GROUP BY g ORDER BY g;

SELECT g, bool_and(b), bool_or(b), every(b) FROM m GROUP BY g ORDER BY g;

SELECT g, string_agg(t, ',' ORDER BY id), string_agg(by, '\xff'::bytea ORDER BY id), string_agg(DISTINCT t, '-') FROM m GROUP BY g ORDER BY g;

SELECT g, min(t COLLATE "C"), max(n), min(d), max(d), min(iv), max(iv), min(i), max(x) FROM m GROUP BY g ORDER BY g;

SELECT min(u) FROM m;

SELECT max(b) FROM m;

SELECT count(*), count(x), count(DISTINCT g), sum(i), sum(n), avg(i), avg(n), avg(x), sum(iv), avg(iv) FROM m;

SELECT count(*) FILTER (WHERE i > 0), sum(i) FILTER (WHERE b), string_agg(g, '' ORDER BY id) FILTER (WHERE x IS NULL) FROM m;

SELECT sum(i), avg(n), corr(x, y), bool_and(b), string_agg(t, ','), bit_or(i), min(d) FROM m WHERE id > 100;

SELECT array_agg(t ORDER BY t COLLATE "C" DESC NULLS LAST), array_agg(DISTINCT i ORDER BY i), array_agg(by ORDER BY id) FROM m;

SELECT sum(2147483647) FROM m;

SELECT sum(9223372036854775807) FROM m;

SELECT sum(32000::int2), pg_typeof(sum(32000::int2)), pg_typeof(avg(1)), pg_typeof(sum(1.5::real)) FROM m;

SELECT g, stddev(i) OVER (PARTITION BY g ORDER BY id), sum(n) OVER (ORDER BY id), bool_and(b) OVER (PARTITION BY g) FROM m ORDER BY id;

SELECT stddev(1), variance(1.0), stddev_pop(1), corr(1, 2) FROM m WHERE id = 1;

SELECT var_pop(DISTINCT i), sum(DISTINCT i), avg(DISTINCT n), bit_xor(DISTINCT i) FROM m;

SELECT g, count(*) FROM m GROUP BY g HAVING stddev(i) > 1 ORDER BY g;

SELECT max(a), min(a) FROM (VALUES (ARRAY[1, 2]), (ARRAY[1, 3]), (NULL)) v(a);

SELECT max(a), min(a) FROM (VALUES ('10:00+02'::timetz), ('09:00+00')) v(a);

SELECT max(a), min(a) FROM (VALUES ('10.0.0.1'::inet), ('10.0.0.0/8'), ('::1')) v(a);

SELECT percentile_cont(0.5) WITHIN GROUP (ORDER BY x) FROM m;

SELECT string_agg(t) FROM m;

SELECT every(i) FROM m;

SELECT bit_and(n) FROM m;

SELECT regr_slope(i, n), covar_pop(n, i) FROM m;

SELECT any_value(i) FROM m;
