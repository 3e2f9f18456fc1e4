CREATE TABLE nums (id int PRIMARY KEY, i int, b bigint, n numeric, d float8, r real, p numeric(10,2));
INSERT INTO nums VALUES (1, 1, 10, 1.50, 0.5, 0.1, 1.25), (2, -7, -100, -2.5, -1.5, 2.5, -3.10), (3, NULL, NULL, NULL, NULL, NULL, NULL), (4, 0, 0, 0, 0, 0, 0), (5, 2147483647, 9223372036854775807, 'NaN', 'NaN', 'Infinity', 99999999.99), (6, 30, 60, 'Infinity', 45, 60, 30);
-- cases
SELECT abs(i), sign(n), ceil(n), floor(d), round(p), trunc(p, 1), round(p, 1) FROM nums WHERE id < 5 ORDER BY id;

SELECT div(9.0, 4), div(-9, 4), mod(-7, 3), mod(7.5, 2), -7 / 2, -7 % 3, gcd(1071, 462), lcm(1071, 462), gcd(330.3, 462.0), lcm(0, 5);

SELECT div(1, 0);

SELECT mod(1, 0);

SELECT lcm(2147483647, 2147483646);

SELECT scale(8.4100), min_scale(8.4100), trim_scale(8.4100), factorial(20), factorial(5);

SELECT factorial(-1);

SELECT width_bucket(5.35, 0.024, 10.06, 5), width_bucket(5.35::float8, 0, 10, 5), width_bucket(now(), ARRAY['yesterday', 'today', 'tomorrow']::timestamptz[]), width_bucket(3, ARRAY[1, 2, 4]);

SELECT width_bucket(5, 0, 10, 0);

SELECT sqrt(2), sqrt(2.0), cbrt(27), cbrt(-8.0), |/ 25, ||/ 27, power(2, 10), power(2.0, 0.5), 2 ^ 0.5, exp(1), exp(1.0), ln(2), ln(2.0), log(100), log(2.0, 64.0), log10(1000);

SELECT sqrt(-1);

SELECT ln(0);

SELECT power(0, -1);

SELECT sin(1), cos(1), tan(1), cot(1), asin(0.5), acos(0.5), atan(0.5), atan2(1, 2);

SELECT sind(30), cosd(60), tand(45), cotd(45), asind(0.5), acosd(0.5), atand(1), atan2d(1, 1), sind(d), cosd(d) FROM nums ORDER BY id;

SELECT sinh(1), cosh(1), tanh(1), asinh(1), acosh(2), atanh(0.5);

SELECT asin(2);

SELECT acosh(0.5);

SELECT sin('infinity');

SELECT degrees(0.5), radians(45), pi();

SELECT 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 4, 256 >> 2, @ -5, @ -5.5, !!true;

SELECT 2147483647 + 1;

SELECT -2147483648 - 1, abs(-2147483648::int);

SELECT 9223372036854775807 * 2;

SELECT round(2.5), round(-2.5), round(2.5::float8), round(3.5::float8), round(1234.567, -2), round(1234.5678, 2), trunc(-1.9), ceil(-0.5), ceiling(0.5);

SELECT 'NaN'::numeric = 'NaN', 'NaN'::float8 > 'Infinity', 'Infinity'::numeric - 'Infinity', 'Infinity'::float8 * 0;

SELECT numeric '1' / 3, 1.0 / 3.00, 10 / 4.0, 1e10 * 1e-10, 0.1 + 0.2, 0.1::float8 + 0.2;

SELECT i + n, i * d, r + d, n ^ 2, p * 3, p / 7 FROM nums WHERE id <> 5 ORDER BY id;

SELECT setseed(0.5);

SELECT sum(i), avg(i), sum(b), avg(n), sum(d), avg(r), sum(p), avg(p), count(*) FROM nums WHERE id < 5;

SELECT greatest(1, 2.5, NULL), least(1, -2.5), greatest(NULL, NULL), nullif(1, 1.0), coalesce(NULL, 1.5);

SELECT num_nulls(1, NULL, 'a'), num_nonnulls(1, NULL, 'a'), num_nulls(VARIADIC ARRAY[1, NULL]);

SELECT 1::int2 + 1::int2, 32767::int2 + 1::int2;

SELECT sin(d), tan(r), cbrt(n::float8) FROM nums WHERE id < 5 ORDER BY id;

SELECT '0x1F'::int;

SELECT 1.5::int, 2.5::int, -2.5::int, 1.5::float8::int, 1e3::int, '12'::int8, 3000000000::int;

SELECT power(1e-20, 1e-308), power(12345::numeric, 1e-250), power(7::numeric, -1e-17), exp(1e-300), exp(-1e-11), exp(1e-12), exp(0.00000000001234567890123), exp(-4e-30);

SELECT pow(atan(0.1::float8), 0.1::float8), pow(-8::float8, 3::float8), pow(-2.5::float8, -3::float8), exp(1e-300::float8), exp(710::float8 - 1), ln(3::float8), log(1000::float8), log(7::float8), power(1.0000001::float8, 1e7::float8);

SELECT exp(710::float8);

SELECT exp(-746::float8);

SELECT pow(10::float8, 400::float8);

SELECT pow(10::float8, -400::float8);

SELECT exp(5e-324::float8), ln(5e-324::float8), pow(5e-324::float8, 0.5::float8), exp('-Infinity'::float8), pow('-Infinity'::float8, 3::float8), ln(1::float8);

SELECT pow(1::numeric, 12345.6789::numeric ^ 123.456), pow(1::numeric, 1e500 + 0.5), pow(1::numeric, -1e100000 - 0.5), pow(1.00::numeric, 1e131000::numeric);

SELECT pow(1.0001::numeric, 1e500 + 0.5);

SELECT pow(0.9999::numeric, 1e500 + 0.5), pow(1.0001::numeric, -1e120000 - 0.5);

SELECT 100::numeric ^ 1.5, 10::numeric ^ 2.5, 1000::numeric ^ 0.33333333333333333333, 10::numeric ^ 2.9999999999, 10::numeric ^ 3.0000000001, 10::numeric ^ -2.9999999999, 10000::numeric ^ 0.25, 0.0001::numeric ^ 0.25, 0.01::numeric ^ 1.5;

SELECT b::numeric, e::numeric, b::numeric ^ e::numeric FROM unnest('{10,100,1000,0.1,0.001,2,0.5,1.0000001,0.9999999,1e20,1e-20,123456789.123456789,99.999999999,100.0000001}'::text[]) b, unnest('{0.5,1.5,2.5,0.1,0.01,-0.5,-1.5,3.0000001,2.9999999,1.00000000001,7.00000000000000000001,12.25,0.33333333333333}'::text[]) e ORDER BY 1, 2;
