-- schema: shop
-- cases
SELECT 32767::smallint, (-32768)::smallint;

SELECT 32768::smallint;

SELECT -32768::smallint;

SELECT '32768'::smallint;

SELECT '-32769'::smallint;

SELECT 32767::smallint + 1::smallint;

SELECT 32767::smallint + 1;

SELECT 200::smallint * 200::smallint;

SELECT -(-32768)::smallint;

SELECT abs((-32768)::smallint);

SELECT (-32768)::smallint / (-1)::smallint;

SELECT (-2147483648) / (-1);

SELECT (-2147483648) % (-1), (-32768)::smallint % (-1)::smallint, (-9223372036854775808) % (-1);

SELECT (-9223372036854775808) / (-1);

SELECT (-9223372036854775808) / (-1::bigint);

SELECT abs(-2147483648);

SELECT abs(-9223372036854775808);

SELECT - (-2147483648);

SELECT 2147483647 * 2;

SELECT 2147483647 - (-1);

SELECT 9223372036854775807 + 1;

SELECT 9223372036854775807 * 2;

SELECT -9223372036854775808 - 1;

SELECT 9223372036854775807::bigint + 1.0, 9223372036854775807 * 1.5;

SELECT '2147483648'::int;

SELECT '9223372036854775808'::bigint;

SELECT 3000000000::int;

SELECT 1e10::int;

SELECT 1e19::bigint;

SELECT 'NaN'::float8::int;

SELECT 'Infinity'::float8::bigint;

SELECT 'NaN'::numeric::int;

SELECT 2147483647.4::int, 2147483647.5::bigint, -2147483648.4::int;

SELECT 2147483647.5::int;

SELECT 0.5::int, 1.5::int, 2.5::int, -0.5::int, -1.5::int, 0.5::float8::int, 1.5::float8::int, 2.5::float8::int, -1.5::float8::int;

SELECT ' 42 '::int, '+5'::int, '-0'::int, E'\t7\n'::int;

SELECT ''::int;

SELECT ' '::int;

SELECT '4 2'::int;

SELECT '1.0'::int;

SELECT '1e3'::int;

SELECT '0x1F'::int;

SELECT '1_000'::int;

SELECT 'abc'::bigint;

SELECT '12abc'::smallint;

SELECT 1/0;

SELECT 1%0;

SELECT 1.0/0;

SELECT 1.0%0;

SELECT 1::float8/0;

SELECT 0::float8/0;

SELECT mod(1, 0);

SELECT 'NaN'::float8 / 0;

SELECT 'Infinity'::float8 / 0;

SELECT 'Infinity'::float8 - 'Infinity'::float8, 'Infinity'::float8 * 0, 'NaN'::float8 = 'NaN'::float8, 'NaN'::float8 > 'Infinity'::float8, '-Infinity'::float8 < -1e308;

SELECT 1e308::float8 * 10;

SELECT 1e-308::float8 / 1e308;

SELECT 1e-310::float8, 4.9e-324::float8, 1e-400::float8;

SELECT '1e400'::float8;

SELECT '1e400'::real;

SELECT 1e40::real;

SELECT 1e39::float8::real;

SELECT 1e-50::float8::real;

SELECT 3.4e38::real * 10;

SELECT 0.1::real, 0.1::real::float8, 0.1::float8, 1/3.0::float8, 1::real/3, 16777217::real, 123456789::real;

SELECT 0.1::real = 0.1::float8, 0.1::real = 0.1, 0.1::float8 = 0.1, 0.5::real = 0.5;

SELECT 1e15::float8, 1e16::float8, 1e17::float8, 123456789012345678::float8, 0.0001::float8, 0.00001::float8, 1e100::float8;

SELECT 1e15::float8::text, 1e16::float8::text, 1e-5::float8::text, 0.0001::float8::text, 1.0::float8::text, 100::float8::text, '-0'::float8::text, 'nan'::float8::text, 'inf'::float8::text;

SELECT 1e6::real::text, 1e7::real::text, 1e-4::real::text, 1.1::real::text, 16777216::real::text;

SELECT '-0'::float8, '-0'::float8 = 0, -0.0, '-0'::numeric, 0 * -1.5, -'0'::float8;

SELECT '  1.5  '::float8, '.5'::float8, '5.'::float8, '1e5'::float8, '+1.5e-3'::float8, 'infinity'::float8, '-inf'::float8, 'NAN'::float8;

SELECT '1.5.5'::float8;

SELECT 'e5'::float8;

SELECT ''::float8;

SELECT '1e'::float8;

SELECT 'nane'::float8;

SELECT 1.10, 1.100 + 1.1, 1.10 * 1.10, 1.0 / 3, 10 / 3.0, 2 / 3.00, 1.00 - 1, 0.1 + 0.2;

SELECT 1::numeric / 3, 1000000::numeric / 7, 0.0001::numeric / 3, 1e20 / 3, 100.00 / 4, 12345678901234567890 / 7;

SELECT 1e-20 * 1e-20, 1e50 * 1e50, 0.000000000000001 / 1000000000000000;

SELECT 1.5 % 0.4, -1.5 % 0.4, 1.5 % -0.4, 10 % 3.3, 1e20 % 7;

SELECT 1.50::text, 1.5e3::text, 1e-5::numeric::text, 1.5::numeric(10,3)::text, 100::numeric(5)::text;

SELECT 123.456::numeric(5,2), 123.455::numeric(5,2), -123.455::numeric(5,2), 0.005::numeric(5,2), 999.994::numeric(5,2);

SELECT 999.995::numeric(5,2);

SELECT 1000::numeric(5,2);

SELECT 12345::numeric(4);

SELECT 12345::numeric(3,-2);

SELECT 1.5::numeric(2,5);

SELECT 0.00001::numeric(2,5), 0.00015::numeric(2,5);

SELECT 1::numeric(0);

SELECT 1::numeric(1001);

SELECT 1::numeric(5,3,2);

SELECT 'NaN'::numeric, 'Infinity'::numeric, '-Infinity'::numeric, 'NaN'::numeric(5,2), 'NaN'::numeric = 'NaN', 'NaN'::numeric > 'Infinity'::numeric;

SELECT 'Infinity'::numeric(5,2);

SELECT 'Infinity'::numeric - 'Infinity', 'Infinity'::numeric * 0, 'Infinity'::numeric + 1, 1 / 'Infinity'::numeric, -'Infinity'::numeric;

SELECT 'Infinity'::numeric / 0;

SELECT 'abc'::numeric;

SELECT '1.2.3'::numeric;

SELECT '1,5'::numeric;

SELECT ''::numeric;

SELECT ' 1.5 '::numeric, '+.5'::numeric, '5.'::numeric, '1e3'::numeric, '1.50e1'::numeric, '-1e-3'::numeric, '00012.50'::numeric;

SELECT round(1.005, 2), round(-1.005, 2), round(1234.5, -2), round(1250, -2), round(0.5), round(-0.5), round(1.45, 1), round(5.5), round(1e20 + 0.5);

SELECT trunc(1.999, 2), trunc(-1.999, 1), trunc(1234.5, -2), trunc(-0.9), ceil(-0.5), ceil(0.000001), floor(-0.000001), ceiling(2.0);

SELECT round(1.5::real), round('NaN'::float8), round('Infinity'::float8), trunc(-1.5::float8), ceil(-0.5::float8), floor(0.5::float8), sign(-0.5::float8), sign(0), sign('NaN'::float8);

SELECT sqrt(2), sqrt(2::numeric), sqrt(0), sqrt(4.00);

SELECT sqrt(-1);

SELECT sqrt(-1::numeric);

SELECT power(2, 10), power(2::numeric, 10), power(2, -1), power(2.0, -1), power(0, 0), power(4, 0.5);

SELECT power(0, -1);

SELECT power(-8, 1.0/3);

SELECT power(-2, 3), power(-2, 3::numeric), power(-2::float8, 2), 2 ^ 3 ^ 2;

SELECT exp(0), exp(1::numeric), ln(1), ln(2.0), log(100), log(2, 8), log(10.0);

SELECT ln(0);

SELECT ln(-1.0);

SELECT log(0);

SELECT exp(1000);

SELECT exp(10000::numeric);

SELECT div(7, 2), div(-7.5, 2), mod(-7, 3), mod(7.5, -2), gcd(12, 18), lcm(4, 6), gcd(0, 0), factorial(5);

SELECT factorial(-1);

SELECT lcm(2147483647, 2147483646);

SELECT width_bucket(5.35, 0.024, 10.06, 5), width_bucket(-1, 0, 10, 5), width_bucket(11, 0, 10, 5);

SELECT width_bucket(1, 5, 5, 3);

SELECT degrees(pi()), radians(180.0), pi();

SELECT 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 4, 256 >> 2, -1 >> 1, 1::bigint << 40, ~0::smallint;

SELECT 1 << 31, 1 << 32, 1 << 33, 1 << -1;

SELECT scale(1.500), min_scale(1.500), trim_scale(1.500), scale(5), scale('NaN'::numeric);

SELECT 17::int::bit(8);

SELECT 1::boolean, 0::boolean, 5::boolean, (-1)::boolean, true::int, false::int;

SELECT 1::smallint::boolean;

SELECT 1.0::boolean;

SELECT true::bigint;

SELECT true::numeric;

SELECT true + 1;

SELECT sum(x), avg(x), min(x), max(x) FROM (VALUES (1.1), (2.20), (NULL)) v(x);

SELECT sum(x), avg(x) FROM (VALUES (2147483647), (2147483647)) v(x);

SELECT sum(x), avg(x) FROM (VALUES (9223372036854775807), (9223372036854775807)) v(x);

SELECT sum(x), avg(x), max(x), min(x) FROM (VALUES ('NaN'::float8), (1), ('Infinity')) v(x);

SELECT sum(x), avg(x), max(x), min(x) FROM (VALUES ('NaN'::numeric), (1), ('Infinity')) v(x);

SELECT sum(x), avg(x), count(x), min(x) FROM (SELECT 1 AS x WHERE false) v;

SELECT avg(x) FROM (VALUES (1), (2)) v(x);

SELECT avg(x), sum(x) FROM (VALUES (1.5::real), (2.5)) v(x);

SELECT sum(x) FROM (VALUES (1e308::float8), (1e308)) v(x);

SELECT stddev(x), variance(x), stddev_pop(x), var_pop(x) FROM (VALUES (1), (2), (4)) v(x);

SELECT stddev(x), var_samp(x), var_pop(x) FROM (VALUES (1)) v(x);

SELECT id, f8 = f8, n = n, f8 > 1, n > 1 FROM kinds ORDER BY id;

SELECT id FROM kinds ORDER BY f8 DESC NULLS LAST, id;

SELECT max(f8), min(f8), max(n), min(n), max(f4), min(n2) FROM kinds;

SELECT DISTINCT f8 FROM kinds ORDER BY 1;

SELECT n, count(*) FROM kinds GROUP BY n ORDER BY n NULLS FIRST;

SELECT n2, count(*), sum(n2) FROM kinds GROUP BY n2 ORDER BY n2;

SELECT id, n2 * 2, n2 / 3, n2 + 0.0001, -n2, n2::int, n2::text, round(n2, 1), n2::float8 FROM kinds ORDER BY id;

SELECT id, i2::text, i8::numeric, i4::float8, i8::float8, i8::text FROM kinds ORDER BY id;

SELECT i8 + 1 FROM kinds WHERE id = 3;

SELECT i4 - 1 FROM kinds WHERE id = 2;

SELECT -i2 FROM kinds WHERE id = 2;

SELECT i2 * i2 FROM kinds WHERE id = 3;

SELECT i8::int FROM kinds WHERE id = 3;

SELECT i4::smallint FROM kinds WHERE id = 1;

SELECT f8::numeric, f4::numeric FROM kinds WHERE id = 1;

SELECT f8::int FROM kinds WHERE id = 3;

SELECT f8::real FROM kinds WHERE id = 2;

UPDATE kinds SET i2 = i4 WHERE id = 3;

UPDATE kinds SET i4 = 1.5 WHERE id = 1 RETURNING i4;

UPDATE kinds SET i4 = '7' WHERE id = 1 RETURNING i4;

UPDATE kinds SET i4 = 'x' WHERE id = 1;

UPDATE kinds SET i4 = '7'::text WHERE id = 1;

UPDATE kinds SET i4 = true WHERE id = 1;

UPDATE kinds SET n2 = 99999.9994 WHERE id = 1 RETURNING n2;

UPDATE kinds SET n2 = 99999.9995 WHERE id = 1;

UPDATE kinds SET n2 = i4, n = f8, f4 = n2, f8 = i8 WHERE id = 1 RETURNING n2, n, f4, f8;

UPDATE kinds SET n2 = 'NaN' WHERE id = 1 RETURNING n2, n2 + 1, n2 > 5;

UPDATE kinds SET f4 = 1e40 WHERE id = 1;

UPDATE kinds SET i8 = 9223372036854775807.4 WHERE id = 1 RETURNING i8;

UPDATE kinds SET i8 = 9223372036854775807.5 WHERE id = 1;

UPDATE kinds SET t = 5, vc = 12 WHERE id = 1 RETURNING t, vc;

UPDATE kinds SET vc = 123456 WHERE id = 1;

UPDATE kinds SET ch = 'abcde' WHERE id = 1;

UPDATE kinds SET ch = 'abcd  ', vc = 'abcde   ' WHERE id = 1 RETURNING ch, vc, length(ch), length(vc);
