CREATE TABLE times (id int PRIMARY KEY, d date, t time, tz timetz, ts timestamp, tstz timestamptz, i interval);
INSERT INTO times VALUES (1, '2024-02-29', '12:34:56.789', '12:34:56+02', '2024-02-29 12:34:56.789', '2024-02-29 12:34:56.789+00', '1 year 2 mons 3 days 04:05:06.7'), (2, '2023-12-31', '00:00', '23:59:59-08', '2023-12-31 23:59:59.999999', '2023-06-30 22:00:00+00', '-1 day'), (3, NULL, NULL, NULL, NULL, NULL, NULL), (4, 'infinity', '24:00', '00:00+00', '-infinity', 'infinity', '00:00'), (5, '0044-03-15 BC', '06:00', '06:00+05:30', '0044-03-15 10:00 BC', '1900-01-01 00:00+00', '100 years');
-- cases
SELECT to_date('2024-02-29', 'YYYY-MM-DD'), to_date('29 Feb 2024', 'DD Mon YYYY'), to_date('20240229', 'YYYYMMDD'), to_date('2024-060', 'YYYY-DDD'), to_date('2024-W09-4', 'IYYY-"W"IW-ID'), to_date('44-03-15 BC', 'YYYY-MM-DD BC'), to_date('24', 'YY');

SELECT to_date('2024-02-30', 'YYYY-MM-DD');

SELECT to_date('abc', 'YYYY');

SELECT to_date('2024-13', 'YYYY-MM');

SELECT to_date('2024 060', 'IYYY MM');

SELECT to_timestamp('2024-02-29 01:02:03.456 PM', 'YYYY-MM-DD HH12:MI:SS.MS AM'), to_timestamp('05 Dec 2000', 'DD Mon YYYY'), to_timestamp('2011-12-18 11:38 +05:20', 'YYYY-MM-DD HH12:MI TZH:TZM'), to_timestamp('2000JUN', 'YYYY MON'), to_timestamp(1284352323.5);

SELECT to_timestamp('25:00', 'HH24:MI');

SELECT to_timestamp('13', 'HH12');

SELECT date_bin('15 minutes', ts, '2001-01-01'), date_bin('1 day', tstz, '2001-01-01 12:00+00') FROM times WHERE id < 3 ORDER BY id;

SELECT date_bin('1 month', now(), now());

SELECT age('2024-02-29'::timestamp, '2000-01-31'), age('2001-01-01'::timestamptz, '2000-12-01'), age(ts, '2000-01-01') FROM times WHERE id < 3 ORDER BY id;

SELECT extract(year FROM d), extract(quarter FROM ts), extract(epoch FROM tstz), extract(timezone_hour FROM tz), extract(microseconds FROM t), extract(epoch FROM i), extract(month FROM i) FROM times ORDER BY id;

SELECT extract(isoyear FROM d), extract(week FROM d), extract(isodow FROM d), extract(century FROM d), extract(millennium FROM ts), extract(decade FROM ts), extract(julian FROM d), extract(doy FROM ts) FROM times WHERE id IN (1, 2, 5) ORDER BY id;

SELECT extract(hour FROM d) FROM times;

SELECT extract(timezone FROM ts) FROM times;

SELECT date_trunc('month', ts), date_trunc('day', tstz, 'America/New_York'), date_trunc('hour', i), date_trunc('decade', d) FROM times WHERE id < 3 ORDER BY id;

SELECT (date '2024-01-01', date '2024-02-01') OVERLAPS (date '2024-01-15', interval '1 day'), (time '10:00', interval '2 hours') OVERLAPS ('12:00'::time, time '13:00'), (ts, ts) OVERLAPS (ts, i) FROM times WHERE id < 3 ORDER BY id;

SELECT ts AT TIME ZONE 'Europe/Berlin', tstz AT TIME ZONE 'America/New_York', tz AT TIME ZONE 'UTC', tstz AT TIME ZONE interval '02:00', timezone('PST', ts) FROM times ORDER BY id;

SELECT isfinite(d), isfinite(ts), isfinite(tstz), isfinite(i) FROM times ORDER BY id;

SELECT make_date(2024, 2, 29), make_time(8, 15, 23.5), make_timestamp(2013, 7, 15, 8, 15, 23.5), make_timestamptz(2013, 7, 15, 8, 15, 23.5, 'Europe/Berlin'), make_interval(years => 1, days => 10), make_date(-44, 3, 15);

SELECT make_date(2023, 2, 29);

SELECT make_time(25, 0, 0);

SELECT justify_days('35 days'), justify_hours('50 hours'), justify_interval('1 mon -1 hour'), -i, i * 2, i / 3, i + '1 day' FROM times ORDER BY id;

SELECT d + 1, d - 1, d - '2024-01-01', d + t, d + i, ts + i, tstz - i, ts - '2024-01-01', t + '01:00', t - '01:00'::time, tz + '01:00' FROM times WHERE id < 3 ORDER BY id;

SELECT * FROM generate_series('2024-01-30'::timestamp, '2024-03-01', '1 month'), generate_series('2024-03-30'::timestamptz, '2024-04-01', '12 hours') g;

SELECT * FROM generate_series('2024-01-01'::timestamp, '2024-01-02', '0');

--types
SELECT clock_timestamp(), statement_timestamp(), transaction_timestamp(), current_date, current_time, localtime, localtimestamp(2), now();

SELECT clock_timestamp() >= now(), now() = transaction_timestamp(), current_timestamp = now();

SELECT id FROM times WHERE tstz BETWEEN '2023-01-01' AND '2024-12-31' ORDER BY tstz;

SELECT min(d), max(d), min(ts), max(tstz), min(t), max(tz), min(i), max(i) FROM times;

SELECT sum(i), avg(i), sum(t::interval) FROM times WHERE id < 3;

SELECT d = ts, d < tstz, ts = tstz FROM times ORDER BY id;

SELECT '2024-02-29'::date + interval '1 year', '2024-01-31'::date + interval '1 month', 'epoch'::timestamptz, 'now'::timestamp > '2020-01-01', 'tomorrow'::date - 'today'::date;

SELECT interval '1-2', interval 'P1Y2M3DT4H5M6S', interval '1 day 2 hours ago', interval '3' day, interval '90' minute, interval '1.5 hours'::interval(0);

SELECT 'x'::timestamp;

SELECT '2024-02-30'::date;

SELECT '2024-01-01 25:00'::timestamp;

SELECT d::text, t::text, tz::text, ts::text, i::text FROM times ORDER BY id;

SELECT pg_typeof(now() - now()), pg_typeof(d - d), pg_typeof(d + i), pg_typeof(extract(year FROM d)) FROM times WHERE id = 1;
