-- schema: shop
-- cases

SET TimeZone = 'Europe/Berlin';
SELECT timestamptz '2024-03-30 12:00' + interval '1 day', timestamptz '2024-03-30 12:00' + interval '24 hours', timestamptz '2024-03-31 02:30', timestamptz '2024-10-27 02:30', timestamptz '2024-10-27 02:30' + interval '1 hour';

SET TimeZone = 'Europe/Berlin';
SELECT date_trunc('day', timestamptz '2024-03-31 12:00'), date_trunc('hour', timestamptz '2024-10-27 00:30+00'), date_trunc('hour', timestamptz '2024-10-27 01:30+00'), date_trunc('day', timestamptz '2024-10-27 23:00+00', 'UTC');

SET TimeZone = 'America/New_York';
SELECT timestamptz '2024-03-10 02:30', timestamptz '2024-11-03 01:30', (timestamptz '2024-03-11 00:00' - timestamptz '2024-03-10 00:00'), age(timestamptz '2024-11-04', timestamptz '2024-11-03'), timestamp '2024-11-03 01:30' AT TIME ZONE 'America/New_York';

SET TimeZone = 'America/New_York';
SELECT g FROM generate_series(timestamptz '2024-03-09 12:00', timestamptz '2024-03-12 12:00', interval '1 day') g;

SET TimeZone = 'America/New_York';
SELECT g::text FROM generate_series(timestamptz '2024-11-03 00:00', timestamptz '2024-11-03 04:00', interval '1 hour') g;

SET TimeZone = 'Australia/Lord_Howe';
SELECT (timestamptz '2024-04-07 00:00' + interval '1 day')::text, (timestamptz '2024-04-06 15:10+00')::text, extract(timezone FROM timestamptz '2024-04-06 15:10+00'), extract(timezone_hour FROM timestamptz '2024-01-01'), extract(timezone_minute FROM timestamptz '2024-06-01');

SET TimeZone = 'Asia/Kolkata';
SELECT to_char(timestamptz '2024-01-01 00:00+00', 'YYYY-MM-DD HH24:MI:SS TZ tz OF TZH:TZM'), timestamptz '2024-01-01 00:00+00'::timestamp, timestamptz '2024-01-01 20:00+00'::date, timestamptz '2024-01-01 00:00+00'::time, timestamptz '2024-01-01 00:00+00'::timetz;

SET TimeZone = '-05:30';
SELECT timestamptz '2024-01-01 00:00+00'::text, to_char(timestamptz '2024-01-01 00:00+00', 'OF TZ');

SET TimeZone = 'UTC+3';
SELECT timestamptz '2024-01-01 00:00+00'::text;

SET TimeZone = 3;
SELECT timestamptz '2024-01-01 00:00+00'::text, current_setting('TimeZone');

SET TIME ZONE INTERVAL '-08:00' HOUR TO MINUTE;
SELECT timestamptz '2024-01-01 00:00+00'::text, current_setting('TimeZone');

SET TimeZone = 'Mars/Phobos';

SET LOCAL TIME ZONE 'europe/paris';
SHOW timezone;

SELECT timestamptz '2024-07-01 12:00 Europe/Paris', timestamptz '2024-07-01 12:00 PST', timestamptz '2024-07-01 12:00 EST5EDT', timestamptz '2024-07-01T12:00:00Z', timestamptz '20240701T120000+0530', timestamptz '2024-07-01 12:00:00.123456789+02';

SELECT timestamptz 'July 1, 2024 3:04 PM', timestamptz '1 July 2024 15:04', timestamptz '07/01/2024', timestamptz 'Mon Jul 01 15:04:05 2024 UTC', timestamptz '2024.183', timestamptz 'J2460493', timestamptz '2024-07-01 24:00';

SELECT timestamptz '2024-13-01';

SELECT timestamptz '2024-02-30';

SELECT timestamptz '2024-07-01 25:00';

SELECT timestamptz '2024-07-01 12:00 Nowhere/Land';

SELECT timestamptz 'yesterday' < now(), timestamptz 'tomorrow' > now(), timestamptz 'now' = now(), timestamptz 'epoch', date 'today' = current_date;

SELECT timestamp '2024-07-01 12:00+05', timestamp '2024-07-01 12:00 PST', date '2024-07-01 12:00', time '2024-07-01 12:34', time '12:34 PM', time '04:05:06.789-8', time '040506', time 'allballs', timetz '04:05 America/New_York';

SELECT timetz '2024-07-01 04:05 America/New_York', timetz '04:05-08:00', timetz '04:05Z';

SELECT date '0044-03-15 BC', timestamp '4713-01-01 00:00:00 BC', date '99/12/31', date '1/2/03', date '70-01-02', date '69-01-02';

SELECT date '31/12/2024';

SELECT date 'January 8, 99', date '08-Jan-1999', date '990108', date '1999.008', date 'J2451187', date '19990108';

SELECT interval '1 year 2 mons -3 days 04:05:06.7', interval '1-2', interval '3 4:05:06', interval '-1-2 +3 -4:05:06', interval 'P1Y2M3DT4H5M6.7S', interval 'P0001-02-03T04:05:06', interval '1 century 2 decades', interval '1.5 months', interval '1.5 years', interval '0.3 days', interval '1 week ago', interval '2.5 weeks';

SELECT interval '1' day, interval '1:30' minute to second, interval '1 2' day to hour, interval '90' second(0), interval '1.5' second, interval '10' year to month, interval(2) '1.23456 seconds';

SELECT interval '1 day' * 1.5, interval '1 month' * 1.5, interval '1 month' / 3, interval '1 day 1 sec' / 7, -interval '1 day -1 hour', interval '1 mon' * 0.1, 2 * interval '1:00';

SELECT interval '1 day' / 0;

SELECT interval '30 days' = interval '1 month', interval '24 hours' = interval '1 day', interval '1 month' > interval '29 days', justify_days('35 days'), justify_hours('49 hours'), justify_interval('1 mon -1 hour'), justify_interval('-1 mon 1 hour');

SELECT avg(v), sum(v), min(v), max(v), count(DISTINCT v) FROM (VALUES (interval '1 day'), ('25 hours'), ('1 mon -2 days'), (NULL), ('24:00')) t(v);

SELECT v FROM (VALUES (interval '30 days'), ('1 mon'), ('720:00'), ('29 days 25:00')) t(v) ORDER BY v, v::text;

SELECT avg(iv), sum(iv), avg(iv) FILTER (WHERE id > 10) FROM kinds;

SELECT extract(epoch FROM interval '1 year 1 mon 1 day 1.5 sec'), extract(month FROM interval '14 months'), extract(day FROM interval '40 days'), extract(hour FROM interval '30 hours'), extract(decade FROM interval '25 years'), extract(quarter FROM interval '5 months'), extract(century FROM interval '250 years'), extract(milliseconds FROM interval '1.2345 s'), extract(millennium FROM interval '1500 years');

SELECT extract(dow FROM interval '1 day');

SELECT extract(epoch FROM timestamptz '2024-01-01 00:00:00.5+00'), extract(epoch FROM timestamp '2024-01-01'), extract(epoch FROM date '2024-01-01'), extract(isodow FROM date '2024-12-29'), extract(week FROM date '2024-12-30'), extract(isoyear FROM date '2024-12-30'), extract(doy FROM date '2024-12-31'), extract(julian FROM timestamp '2024-01-01 12:00'), extract(century FROM date '2000-12-31'), extract(millennium FROM date '2001-01-01'), extract(decade FROM date '-infinity'::date);

SELECT extract(hour FROM date '2024-01-01');

SELECT date_part('hour', date '2024-01-01');

SELECT extract(fortnight FROM timestamp '2024-01-01');

SELECT date_trunc('week', timestamp '2024-01-01'), date_trunc('quarter', date '2024-05-05'), date_trunc('decade', timestamp '2024-01-01'), date_trunc('century', timestamp '2000-01-01'), date_trunc('millennium', timestamp '2000-01-01'), date_trunc('milliseconds', timestamp '2024-01-01 00:00:00.123456'), date_trunc('month', interval '1 year 2 mon 3 days'), date_trunc('quarter', interval '8 months');

SELECT date_trunc('week', interval '8 days');

SELECT date_bin('15 minutes', timestamp '2024-01-01 12:37', timestamp '2001-01-01'), date_bin('15 minutes', timestamp '2024-01-01 12:37', timestamp '2030-01-01 00:02:30'), date_bin('7 days', timestamptz '2024-01-10', timestamptz '2024-01-01');

SELECT date_bin('1 month', timestamp '2024-01-01 12:37', timestamp '2001-01-01');

SELECT date_bin('-1 hour', timestamp '2024-01-01 12:37', timestamp '2001-01-01');

SELECT age(timestamp '2024-03-01', timestamp '2024-02-28'), age(timestamp '2023-01-31', timestamp '2023-03-01'), age(date '2024-02-29', date '2023-02-28'), age(timestamp '2024-01-01 00:00', timestamp '2023-12-31 23:59:59.999999');

SELECT date '2024-01-31' + interval '1 month' - interval '1 month', date '2024-03-31' - interval '1 month 1 day', timestamp '2024-02-29' - interval '1 year', date '2024-01-01' - 366, date '2024-01-01' + time '10:00', date '2024-01-01' + timetz '10:00+02', time '23:00' + interval '3 hours', time '01:00' - time '03:00', time '10:00' - interval '11 hours', timetz '10:00+02' + interval '1 day 1 hour';

SELECT make_date(2024, 2, 30);

SELECT make_timestamp(2024, 1, 1, 25, 0, 0);

SELECT make_interval(years => 1, secs => 2.5), make_interval(0, 0, 1), make_interval(days => -1), make_time(8, 15, 23.5), make_timestamp(2024, 2, 29, 8, 15, 59.999999), make_timestamptz(2024, 7, 1, 8, 0, 0, 'Europe/Berlin'), make_date(-44, 3, 15);

SELECT (timestamp '2024-01-01', timestamp '2024-02-01') OVERLAPS (timestamp '2024-02-01', interval '1 day'), (date '2024-01-01', interval '1 mon') OVERLAPS (date '2024-01-15', date '2024-01-16'), (time '10:00', time '12:00') OVERLAPS (time '11:00', NULL);

SELECT timestamp 'infinity' - timestamp '2024-01-01';

SELECT timestamp 'infinity' + interval '1 day', date 'infinity' - 1, date 'infinity' > '9999-12-31', extract(year FROM timestamp 'infinity'), extract(epoch FROM timestamp '-infinity'), date_trunc('day', timestamp 'infinity'), isfinite(date '-infinity');

SELECT date 'infinity' - date '2024-01-01';

SELECT timestamp '294276-12-31 23:59:59.999999' + interval '1 us';

SELECT timestamp '2024-01-01' + interval '300000 years';

SELECT to_timestamp(1700000000.123456), to_timestamp('Infinity'::float8), to_timestamp(-1), to_timestamp(1e11);

SELECT to_timestamp(1e18);

SELECT to_timestamp('2024-07-01 12:34:56.789', 'YYYY-MM-DD HH24:MI:SS.MS'), to_timestamp('01 Jul 2024 3pm', 'DD Mon YYYY HH12am'), to_timestamp('20240701', 'YYYYMMDD'), to_date('2024-183', 'YYYY-DDD'), to_date('2024 27 1', 'IYYY IW ID'), to_date('Monday, 1 July 2024', 'FMDay, DD FMMonth YYYY'), to_date('24', 'YY'), to_date('1,234', 'Y,YYY'), to_date('44 BC', 'YYYY BC');

SELECT to_date('2024-02-30', 'YYYY-MM-DD');

SELECT to_date('abc', 'YYYY');

SELECT to_timestamp('25:00', 'HH24:MI');

SELECT to_timestamp('13', 'HH12');

SELECT to_date('2024-07', 'YYYY-MM'), to_date('', 'YYYY'), to_date('2024x07', 'YYYY-MM'), to_timestamp('12:30:00 +02', 'HH24:MI:SS TZH'), to_date('July', 'Month');

SELECT to_char(timestamp '2024-07-01 13:04:05.006007', 'YYYY YYY YY Y Y,YYY IYYY IYY IY I BC B.C. ad'), to_char(timestamp '2024-07-01 13:04:05.006007', 'MONTH|Month|month|MON|Mon|MM|FMMM|RM|rm|FMRM'), to_char(timestamp '2024-07-01 13:04:05.006007', 'DAY|Day|day|DY|DDD|IDDD|DD|D|ID|W|WW|IW|CC|J|Q'), to_char(timestamp '2024-07-01 13:04:05.006007', 'HH|HH12|HH24|MI|SS|MS|US|FF1|FF3|FF6|SSSS|SSSSS|AM|a.m.|PM'), to_char(timestamp '2024-07-01 13:04:05.006007', 'DDth Ddth DDTH HH24TH "quoted HH24" \"HH24\" FMDDth TMMonth TMDay'), to_char(timestamp '2024-07-01', 'FXYYYY'), to_char(timestamp '0044-03-15 BC', 'YYYY BC Y,YYY CC');

SELECT to_char(interval '1 year 15 months 40 days 30:04:05.678', 'YYYY MM DD HH24 HH12 HH MI SS MS US DDD Q'), to_char(interval '100 hours', 'HH24:MI'), to_char(interval '5 days', 'DD "days" HH24');

SELECT to_char(date '2024-12-30', 'IYYY-IW-ID'), to_char(date '2024-01-01', 'D ID DDD'), to_char(timestamptz '2024-07-01 12:00+00', 'TZ'), to_char(timestamp 'infinity', 'YYYY'), to_char(now(), '') IS NULL, to_char(now(), NULL) IS NULL;

SELECT to_char(1234.567, '9,999.99'), to_char(-1234.567, 'S9G999D99'), to_char(0.1, '0.9'), to_char(0.1, '.9'), to_char(0, '9.9'), to_char(12345, '999'), to_char(-5, '9MI'), to_char(5, 'PL9'), to_char(-5, '9PR'), to_char(485, 'RN'), to_char(485, 'FMRN'), to_char(4000, 'RN'), to_char(1, '9th'), to_char(12, '99TH'), to_char(0.00001234, '9.99EEEE'), to_char(1234567, '9.99EEEE'), to_char(12.3, 'FM999.999'), to_char(12.3, 'FM000.000'), to_char(1234, 'L9999'), to_char(45.6, '99V99'), to_char(5, '"x"9"y"'), to_char('NaN'::numeric, '999.9'), to_char('Infinity'::float8, '999.9'), to_char(1e15::float8, '9999999999999999D99'), to_char(-0.5, '9.9'), to_char(1.5, 'SG9.9'), to_char(-1.5, '9.9SG');

SELECT to_number('1,234.56', '9,999.99'), to_number('-12.3-', '99.9S'), to_number('<45>', '99PR'), to_number('$1.5', 'L9.9'), to_number('0012', '9999');

SELECT to_number('XIV', 'RN');

SELECT to_number('abc', '999');

SELECT to_number('', '999'), to_number('1 2 3', '999');

SELECT now() - $1 < interval '1 day', pg_typeof(now() - $1);
--$ ["1 hour"]

SELECT id FROM orders WHERE placed > $1 - interval '1 day' ORDER BY id;
--$ ["time:2024-03-01T00:00:00Z"]

SELECT id FROM orders WHERE placed > now() - $1::interval ORDER BY id;
--$ ["100 years"]

SELECT id FROM orders WHERE placed > now() - ($1 || ' days')::interval ORDER BY id;
--$ ["36500"]

SELECT id FROM orders WHERE placed > now() - ($1 || ' days')::interval ORDER BY id;
--$ [36500]

SELECT id FROM orders WHERE placed > now() - interval '1 day' * $1 ORDER BY id;
--$ [36500]

SELECT id FROM orders WHERE placed > now() - make_interval(days => $1) ORDER BY id;
--$ [36500]

SELECT id FROM orders WHERE placed::date = $1 ORDER BY id;
--$ ["2024-02-29"]

SELECT id FROM orders WHERE placed::date = $1 ORDER BY id;
--$ ["time:2024-02-29T23:00:00+05:00"]

SELECT id FROM orders WHERE date_trunc('month', placed) = $1 ORDER BY id;
--$ ["time:2024-02-01T00:00:00Z"]

SELECT date_trunc($1, placed) AS bucket, count(*) FROM orders GROUP BY bucket ORDER BY bucket;
--$ ["month"]

SELECT date_trunc($1, placed) AS bucket, count(*) FROM orders GROUP BY date_trunc($1, placed) ORDER BY 1;
--$ ["year"]

SELECT to_char(placed AT TIME ZONE $1, 'YYYY-MM-DD HH24:MI') FROM orders ORDER BY id;
--$ ["America/Los_Angeles"]

SELECT placed AT TIME ZONE 'nope' FROM orders;

SELECT timestamp '2024-01-01' AT TIME ZONE interval '2 hours', timestamptz '2024-01-01 00:00+00' AT TIME ZONE '+02', timestamptz '2024-01-01 00:00+00' AT TIME ZONE 'MST', time '10:00' AT TIME ZONE 'UTC' IS NOT NULL, timetz '10:00+02' AT TIME ZONE 'UTC';

SELECT timestamptz '2024-01-01 00:00+00' AT TIME ZONE interval '1 day';

SELECT g::date FROM generate_series('2024-01-30'::date, '2024-03-02'::date, '1 month') g;

SELECT generate_series(timestamp '2024-01-01', timestamp '2024-01-02', interval '0');

SELECT generate_series(date '2024-01-03', date '2024-01-01', interval '-1 day');

SELECT timestamp '2024-01-01 10:00'::timestamp(0), timestamp '2024-01-01 10:00:00.5'::timestamp(0), timestamp '2024-01-01 10:00:01.5'::timestamp(0), '2024-01-01 10:00:00.123456'::timestamp(3), '23:59:59.9999'::time(2), '1.23456 s'::interval(1), '2024-01-01 10:00:00.123456789'::timestamp;

SELECT CAST('1 day 10 hours' AS interval day), CAST('1 day 10:20:30' AS interval hour to minute), '3 years 5 months'::interval year;

SELECT '2024-01-01'::date::timestamptz, '2024-01-01 23:59:59'::timestamp::date, interval '25:30'::time, time '10:00'::interval, '2024-01-01'::text::date, 20240101::text::date;

SELECT 20240101::date;

SELECT '2024-01-01'::date::int;

SELECT pg_typeof(date '2024-01-01' - timestamp '2024-01-01'), pg_typeof(now() - date '2024-01-01'), pg_typeof(date '2024-01-01' + 1), pg_typeof(current_date - interval '1 day'), pg_typeof(time '10:00' + date '2024-01-01');

SELECT date '2024-01-01' + date '2024-01-01';

SELECT '2024-01-01' + 1;

SELECT '2024-01-01' - '2023-01-01';

SELECT date '2024-01-01' - '2023-01-01', date '2024-01-01' < '2024-01-01 10:00'::timestamp, date '2024-01-01' BETWEEN '2023-12-31' AND 'infinity';

SELECT interval '1e3 seconds', interval '1 y 2 m', interval '5 min 3 s 2 ms 1 us', interval '-5', interval '';

SELECT interval '1 foo';

SELECT interval '1 day 1 day';

SELECT interval '178000000 years';

SELECT sum(v) FROM (VALUES (interval '170000000 years'), ('170000000 years')) t(v);
