CREATE TABLE amounts (id int PRIMARY KEY, n numeric, d float8, i int, b bigint, ts timestamp, iv interval);
INSERT INTO amounts VALUES (1, 1234.567, -0.5, 42, 9999999999, '2024-02-29 13:04:05.678901', '1 day 02:03:04'), (2, -1234.567, 12345.678, -42, -1, '1999-12-31 23:59:59', '-15 mons'), (3, NULL, NULL, NULL, NULL, NULL, NULL), (4, 0, 0, 0, 0, '2000-01-01', '00:00'), (5, 'NaN', 'Infinity', 7, 7, '0044-03-15 00:00 BC', '100 hours');
-- cases
SELECT to_char(n, '9,999.99'), to_char(n, 'FM9999.00'), to_char(n, 'S9999.9'), to_char(n, '0000.00MI'), to_char(n, '9999PR') FROM amounts WHERE id < 5 ORDER BY id;

SELECT to_char(i, '999'), to_char(i, 'FM000'), to_char(i, 'RN'), to_char(i, '999th'), to_char(b, '9999999999999') FROM amounts WHERE id < 5 ORDER BY id;

SELECT to_char(d, '99999.99'), to_char(d, 'FM90.9999') FROM amounts WHERE id < 5 ORDER BY id;

SELECT to_char(485, 'L999'), to_char(12, '99V999'), to_char(1234.5, '9.99EEEE'), to_char(-12.4, '99.9S'), to_char(12, 'SG99');

SELECT to_char(ts, 'YYYY-MM-DD HH24:MI:SS.US'), to_char(ts, 'FMDay, DD FMMonth YYYY'), to_char(ts, 'HH12:MI AM'), to_char(ts, 'IYYY-IW-ID'), to_char(ts, 'Q CC J DDD WW W D') FROM amounts ORDER BY id;

SELECT to_char(iv, 'DD HH24:MI:SS'), to_char(iv, 'YYYY MM') FROM amounts ORDER BY id;

SELECT to_char('2024-02-29 12:00+00'::timestamptz, 'YYYY-MM-DD HH24:MI TZ OF TZH:TZM');

SELECT to_char('2024-03-01'::date, 'DDth "of" Month, YYYY'), to_char('2024-03-01'::date, 'Dy dy DY RM');

SELECT to_char(1.5, ''), to_char(NULL::numeric, '99'), to_char(ts, NULL) FROM amounts WHERE id = 1;

SELECT to_char(1, '9PR9');

SELECT to_char(1, '9.9.9');

SELECT to_number('12,454.8-', '99G999D9S'), to_number('-34,338,492', '99G999G999'), to_number('12', '99'), to_number('1.50', '9.99');

SELECT to_date('01/02/2024', 'DD/MM/YYYY'), to_date('March 5, 2024', 'Month DD, YYYY'), to_date('5th Mar 2024', 'DDth Mon YYYY'), to_date('2024', 'YYYY'), to_date('', 'YYYY'), to_date(NULL, 'YYYY');

SELECT to_timestamp('10:11:12 pm', 'HH:MI:SS am') AT TIME ZONE 'UTC';

SELECT to_date('2024-1-1', 'YYYY-MM-DD'), to_date('2024   1 1', 'YYYY MM DD'), to_date('2024/01/01', 'YYYY-MM-DD'), to_date('2024-01-01 extra', 'YYYY-MM-DD');

SELECT to_date('2024-01-01', 'FXYYYY-MM-DD'), to_date('1,999-01-01', 'Y,YYY-MM-DD'), to_date('IV 2024', 'RM YYYY'), to_date('2460370', 'J');

SELECT to_date('24-01', 'FXYYYY-MM');

SELECT to_date('2024 2024', 'YYYY YYYY'), to_date('2024 2025', 'YYYY YYYY');

SELECT to_date('99999-01-01', 'YYYY-MM-DD');

SELECT to_timestamp($1, 'YYYY-MM-DD"T"HH24:MI:SS') AT TIME ZONE 'UTC';
--$ ["2024-02-29T13:14:15"]

SELECT to_char(to_date('2024-02-29', 'YYYY-MM-DD'), $1);
--$ ["DD.MM.YYYY"]

SELECT to_timestamp('2024-01-01 TZ', 'YYYY-MM-DD TZ');

SELECT id FROM amounts WHERE to_char(ts, 'YYYY') = '2024';

SELECT f, to_number('-1,234.50', f) FROM unnest(ARRAY['9G999D99S', 'S9,999.99', 'MI9,999.99', 'L9G999D99', '9999', '9,999.9', 'FM9,999.99', '99999.99', 'SG9,999.99', '', '""9,999.99']) f;

SELECT t, to_number(t, '999D99S') FROM unnest(ARRAY['12.34-', '-12.34', '12.34', ' 12.34 ', '+1.5', '12,34', '1e5', '$12', '1.2.3', '.5', '5.']) t;

SELECT to_number('abc', '999');

SELECT to_number('', '999');

SELECT to_number('1234', '9.9');

SELECT to_number('12', 'RN');

SELECT to_number('12', '9EEEE');

SELECT to_number('12', '9V9.9');

SELECT to_number($1, $2), to_number(NULL, '9'), to_number('1', NULL), pg_typeof(to_number('12th', '99th'));
--$ ["<$1,234.56>", "L9,999.99PR"]

SELECT to_number('12345', '99V999'), to_number('0012.30', '0000.00'), to_number('1é2', '999'), to_number('é12', '999');

SELECT to_char(485, 'L999D99'), to_char(1234567, '9G999G999'), to_char(-1.5, 'L9D99S'), to_char(12.345, 'S99D9');

SELECT to_char(n, '9.99EEEE'), to_char(n::float8, '9.9EEEE'), to_char(n, '9V99') FROM (VALUES (0::numeric), (12345.678), (-0.00099), (9.999), ('NaN'), (-25)) v(n);

SELECT to_char(25, '9EEEE'), to_char(25::int8, '9EEEE'), to_char(25::numeric, '9EEEE'), to_char(35::float8, '9EEEE'), to_char(35::float4, '9.999EEEE');

SELECT to_char(1, '9EEEE9');

SELECT to_char(1, 'FM9EEEE');

SELECT to_char(9223372036854775807, '9V99');

SELECT to_char('NaN'::float8, '9999D9'), to_char('infinity'::float8, 'S9999999999'), to_char('-infinity'::numeric, '99'), to_char('NaN'::numeric, 'FM999.9'), to_char('NaN'::float8, '9.9EEEE'), to_char('NaN'::float8, 'RN');

SELECT to_char('NaN'::float8, '999th');

SELECT to_char('NaN'::numeric, 'RN');

SELECT to_char(485, 'RN999'), to_char(485, '9,RN'), to_char(485, 'FMRN MI"x"'), to_char(485, 'RNSG"x"'), to_char(485, 'SRN'), to_char(485, 'RNth');

SHOW lc_numeric;

SET lc_numeric = 'C';
SELECT to_char(1234.5, '9G999D9'), current_setting('lc_monetary');

SELECT pg_size_bytes(s) FROM unnest(ARRAY['1', '1.5 kB', '-2 gb', '1e3MB', ' 10 bytes ', '.5 TB']) s;

SELECT pg_size_bytes('1 EB');

SELECT pg_size_bytes('kB');

SELECT pg_size_bytes('9000 PB');

SELECT pg_size_pretty(n) FROM (VALUES (10239.5::numeric), (10240), (-1e9), (1e30), ('NaN')) v(n);

SELECT pg_size_pretty(10240::bigint), pg_size_pretty($1::bigint), pg_size_pretty(NULL::numeric);
--$ [123456789]

SELECT to_char(ts, 'TMMonth TMMon TMDay TMDy'), to_char(ts, 'TMMONTH tmday'), to_char(ts, 'FMFMDD FMTMMonth TMFMDay'), to_char(iv, 'TMDD') FROM amounts ORDER BY id;
