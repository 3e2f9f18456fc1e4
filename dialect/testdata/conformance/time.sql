-- schema: shop
-- cases
SELECT '2024-01-31'::date + 1, '2024-01-31'::date - 31, '2024-03-01'::date - '2024-02-01'::date;

SELECT '2024-01-31'::date + interval '1 month', '2024-01-31'::timestamp + interval '1 mon 1 day', '2024-03-31'::date - interval '1 month';

SELECT '2024-01-31 10:00'::timestamp - '2024-01-01 12:30'::timestamp;

SELECT age('2024-03-01'::timestamp, '2023-01-31'::timestamp), age('2001-04-10'::timestamp, '1957-06-13'::timestamp);

SELECT date_trunc('hour', '2024-01-31 10:59:59.5'::timestamp), date_trunc('week', '2024-01-31'::timestamp), date_trunc('quarter', '2024-05-05'::timestamptz), date_trunc('nope', now());

SELECT extract(epoch FROM '2024-01-31 10:59:59.5'::timestamp), extract(dow FROM '2024-01-31'::date), extract(doy FROM '2024-12-31'::date), extract(week FROM '2024-01-01'::date), extract(isodow FROM '2024-01-07'::date), extract(millisecond FROM '10:11:12.345'::time);

SELECT date_part('year', '2024-01-31'::date), date_part('epoch', interval '1 day 2 hours'), extract(month FROM interval '14 mon');

SELECT extract(nope FROM now());

SELECT '2024-01-31 10:00+02'::timestamptz AT TIME ZONE 'Europe/Paris', '2024-07-31 10:00'::timestamp AT TIME ZONE 'America/New_York', now() AT TIME ZONE 'Nope/Zone';

SELECT interval '1 day' + interval '2 hours', interval '1 month' * 2.5, interval '10 days' / 4, -interval '1 day', interval '1 day' > interval '23 hours', interval '24 hours' = interval '1 day';

SELECT justify_days(interval '35 days'), justify_hours(interval '27 hours'), justify_interval(interval '1 mon -1 hour');

SELECT make_date(2024, 2, 29), make_time(10, 11, 12.5), make_timestamp(2024, 1, 2, 3, 4, 5.5), make_interval(days => 10, hours => 2), make_interval(1, 2);

SELECT make_date(2024, 2, 30);

SELECT to_char('2024-01-31 15:04:05'::timestamp, 'YYYY-MM-DD HH24:MI:SS'), to_char('2024-01-31'::date, 'Day DD Mon'), to_char(1234.5, '9,999.99'), to_char(5, '000');

SELECT to_date('2024-01-31', 'YYYY-MM-DD'), to_timestamp('31.01.2024 10:11', 'DD.MM.YYYY HH24:MI'), to_timestamp(1700000000);

SELECT 'infinity'::date, '-infinity'::timestamp, 'epoch'::timestamptz, '0001-01-01 BC'::date;

SELECT '2024-01-31'::date = '2024-01-31 00:00'::timestamp, '2024-01-31'::date < '2024-01-31 00:01'::timestamptz;

SELECT id FROM kinds WHERE ts >= d ORDER BY id;

SELECT id FROM orders WHERE placed > '2024-02-01' ORDER BY id;

SELECT id FROM orders WHERE placed >= '2024-01-01' AND placed < '2024-02-01' ORDER BY id;

SELECT id FROM orders WHERE placed BETWEEN $1 AND $2 ORDER BY id;
--$ ["time:2024-01-01T00:00:00Z", "time:2024-03-01T00:00:00Z"]

SELECT id FROM orders WHERE placed > now() - interval '100 years' ORDER BY id;

SELECT id FROM orders WHERE placed::date = '2024-02-29' ORDER BY id;

SELECT count(*) FROM orders WHERE placed > now();

SELECT placed + interval '1 day' * items FROM orders ORDER BY id;

SELECT placed - lag(placed) OVER (ORDER BY id) FROM orders ORDER BY id;

SELECT '10:00'::time + interval '15 hours', '10:00'::time - '09:30'::time, '2024-01-01'::date + '10:00'::time;

SELECT (now() - now())::text, now() = current_timestamp, now() = transaction_timestamp();

SELECT now()::date = current_date, date(now()) = current_date;

SELECT '2024-02-30'::date;

SELECT 'junk'::timestamp;

SELECT '2024-01-01'::date + 'x';

SELECT timestamp '2024-01-01 10:00', time '10:00', interval '1' day, timestamptz '2024-01-01 00:00:00+01';

SELECT ts::date, ts::time, tz::timestamp, d::timestamp, tz::time FROM kinds ORDER BY id;

SELECT iv::text, iv * 2, extract(hour FROM iv) FROM kinds WHERE iv IS NOT NULL ORDER BY id;

SELECT current_timestamp(0) = date_trunc('second', current_timestamp(0)), localtime IS NOT NULL;

SELECT overlaps('2024-01-01'::date, '2024-02-01'::date, '2024-01-15'::date, '2024-03-01'::date);

SELECT ('2024-01-01'::date, '2024-02-01'::date) OVERLAPS ('2024-01-15'::date, '2024-03-01'::date);

SELECT date_bin('15 minutes', '2024-01-01 10:22'::timestamp, '2024-01-01'::timestamp);

SELECT isfinite('infinity'::date), isfinite(now());

SET LOCAL timezone = 'America/New_York';
SELECT '2024-01-31 10:00'::timestamptz, '2024-01-31 10:00'::timestamp::timestamptz, '2024-07-01 00:00+00'::timestamptz::date, '2024-07-01 12:00+00'::timestamptz::text;
SELECT date_trunc('day', placed), extract(hour FROM placed) FROM orders ORDER BY id;
SHOW timezone;
