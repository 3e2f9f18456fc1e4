-- schema: shop
-- cases
SELECT date '2024-02-30';

SELECT date '2023-02-29';

SELECT '2024-1-5'::date, '20240105'::date, 'Jan 5, 2024'::date, '5 January 2024'::date, '2024.1.5'::date, '01/05/2024'::date, 'epoch'::date, '2024-060'::date;

SELECT '13/05/2024'::date;

SELECT '2024-01-32'::date;

SELECT '2024-00-10'::date;

SELECT '10000-01-01'::date, '0001-01-01'::date, '0001-01-01 BC'::date, '4713-01-01 BC'::date, '5874897-12-31'::date;

SELECT '5874898-01-01'::date;

SELECT '4714-11-23 BC'::date;

SELECT '0000-01-01'::date;

SELECT 'infinity'::date, '-infinity'::date, 'infinity'::timestamp, '-infinity'::timestamptz, 'infinity'::date > '5874897-12-31'::date;

SELECT 'infinity'::date + 1, 'infinity'::timestamp + interval '1 day', 'infinity'::timestamptz - interval '1 year';

SELECT 'infinity'::date - '2024-01-01'::date;

SELECT 'infinity'::timestamp - '2024-01-01'::timestamp;

SELECT 'today'::date = current_date, 'tomorrow'::date - 'yesterday'::date, 'now'::timestamptz = now(), 'epoch'::timestamptz;

SELECT 'noday'::date;

SELECT ''::date;

SELECT '2024-01-01 25:00'::timestamp;

SELECT '2024-01-01 24:00'::timestamp, '2024-01-01 23:59:60'::timestamp, '24:00'::time, '23:59:59.9999999'::time, '2024-12-31 23:59:59.9999999'::timestamp;

SELECT '24:00:01'::time;

SELECT '10:61'::time;

SELECT '10'::time;

SELECT '10:30'::time, '10:30 PM'::time, '12:00 AM'::time, '12:30 pm'::time, '040506'::time, '04:05:06.789'::time, '04:05 am'::time;

SELECT '13:00 PM'::time;

SELECT '2024-01-01T10:00:00'::timestamp, '2024-01-01T10:00:00Z'::timestamptz, '2024-01-01 10:00:00+05:30'::timestamptz, '2024-01-01 10:00 PST'::timestamptz, '2024-01-01 10:00 Europe/Berlin'::timestamptz, '2024-01-01 10:00:00-08'::timestamp;

SELECT '2024-01-01 10:00 Nowhere/City'::timestamptz;

SELECT '2024-01-01 10:00 XYZ'::timestamptz;

SELECT '2024-07-01 12:00 America/New_York'::timestamptz, '2024-01-01 12:00 America/New_York'::timestamptz, '2024-03-10 02:30 America/New_York'::timestamptz, '2024-11-03 01:30 America/New_York'::timestamptz;

SELECT '294276-12-31 23:59:59.999999'::timestamp, '4713-11-24 00:00:00 BC'::timestamp;

SELECT '294277-01-01'::timestamp;

SELECT '99999-01-01'::timestamp::date, '294276-12-31'::timestamp + interval '1 day';

SELECT '2024-01-01 10:00:00.1234565'::timestamp, '2024-01-01 10:00:00.123456'::timestamp(3), '2024-01-01 10:00:00.9995'::timestamp(3), '10:00:00.55'::time(1), '2024-01-01 10:00:00.5+00'::timestamptz(0);

SELECT now()::timestamp(0) = date_trunc('second', now()::timestamp + interval '0.5 second'), pg_typeof(now()::timestamptz(2)), pg_typeof(current_time), pg_typeof(localtime), pg_typeof(localtimestamp(3));

SELECT date '2024-01-31' + interval '1 month', date '2024-03-31' - interval '1 month', timestamp '2023-01-31' + interval '1 month 1 day', date '2024-02-29' + interval '1 year', date '2024-02-29' + interval '4 years';

SELECT timestamp '2024-01-31 10:00' + interval '1 mon' * n FROM generate_series(0, 5) n;

SELECT date '2024-01-01' + n FROM generate_series(-1, 1) n;

SELECT date '2024-01-01' - date '2023-01-01', date '2024-03-01' - date '2024-02-01', date '0001-01-01' - date '0001-12-31 BC';

SELECT date '5874897-12-31' + 1;

SELECT date '2024-01-01' + 2147483647;

SELECT timestamp '2024-03-31 02:30' AT TIME ZONE 'Europe/Berlin', timestamp '2024-10-27 02:30' AT TIME ZONE 'Europe/Berlin', timestamptz '2024-03-31 01:00+00' AT TIME ZONE 'Europe/Berlin', timestamptz '2024-10-27 01:00+00' AT TIME ZONE 'Europe/Berlin';

SELECT timestamptz '2024-03-30 12:00+00' + interval '1 day', timestamptz '2024-03-30 12:00+00' + interval '24 hours';

SET TIME ZONE 'Europe/Berlin';
SELECT timestamptz '2024-03-30 12:00' + interval '1 day', timestamptz '2024-03-30 12:00' + interval '24 hours', timestamptz '2024-03-31 02:30', timestamptz '2024-10-27 02:30';
SELECT timestamptz '2024-03-31 03:00' - timestamptz '2024-03-31 01:00', timestamptz '2024-03-30 12:00' + interval '1 month', date_trunc('day', timestamptz '2024-03-31 12:00'), timestamptz '2024-03-31 12:00'::date;
SELECT tz, tz::text, tz::date, tz::timestamp, tz::time, extract(hour from tz), extract(timezone from tz) FROM kinds WHERE id < 3 ORDER BY id;
SELECT ts::timestamptz, d::timestamptz, ts = tz, d < tz FROM kinds WHERE id < 3 ORDER BY id;
SELECT to_char(tz, 'YYYY-MM-DD HH24:MI:SS TZ OF'), to_char(ts, 'Day Month YYYY') FROM kinds WHERE id = 1;
SHOW TIME ZONE;
RESET TIME ZONE;
SELECT timestamptz '2024-03-31 12:00'::text;

SET TIME ZONE 'Asia/Kolkata';
SELECT timestamptz '2024-01-01 00:00'::text, '2024-01-01 00:00'::timestamptz AT TIME ZONE 'UTC', current_setting('TimeZone'), extract(timezone_minute FROM timestamptz '2024-01-01 00:00');
SELECT id, placed::date, date_trunc('day', placed), date_trunc('day', placed, 'UTC'), placed::text FROM orders ORDER BY id;

SET TIME ZONE '+05:30';
SELECT timestamptz '2024-01-01 00:00+00'::text;
SHOW timezone;

SET TIME ZONE -3;
SELECT timestamptz '2024-01-01 00:00+00'::text;

SET TIME ZONE 'Nowhere/Land';

SET TIME ZONE LOCAL;

SET timezone = 'America/Sao_Paulo';
SELECT timestamptz '2018-11-04 00:00'::text, timestamptz '2018-11-04 00:00' AT TIME ZONE 'UTC', date '2018-11-04'::timestamptz::text;

SET TIME ZONE 'Pacific/Apia';
SELECT timestamptz '2011-12-29 23:59:59' + interval '1 second', timestamptz '2011-12-30 12:00'::text;

SET LOCAL timezone TO 'Australia/Lord_Howe';
SELECT timestamptz '2024-04-07 01:45'::text, timestamptz '2024-04-06 15:15+00'::text, timestamptz '2024-10-06 02:15'::text;

SELECT timestamptz '1883-11-18 12:00 America/New_York'::text, timestamptz '1900-01-01 00:00 Europe/Amsterdam', timestamp '1900-01-01' AT TIME ZONE 'Europe/Berlin';

SELECT timestamp '2024-01-01' AT TIME ZONE interval '-8 hours', timestamptz '2024-01-01 00:00+00' AT TIME ZONE interval '05:30';

SELECT timestamp '2024-01-01' AT TIME ZONE 'bogus';

SELECT timestamp '2024-01-01 12:00' AT TIME ZONE 'UTC' AT TIME ZONE 'Asia/Tokyo', timestamp '2024-01-01 12:00' AT TIME ZONE 'EST', timestamp '2024-01-01 12:00' AT TIME ZONE 'EST5EDT', timestamp '2024-01-01 12:00' AT TIME ZONE '+3';

SELECT timezone('Asia/Tokyo', timestamp '2024-01-01'), timezone('UTC', timestamptz '2024-01-01 00:00+09');

SELECT time '10:00' AT TIME ZONE 'UTC', timetz '10:00+02' AT TIME ZONE 'Asia/Tokyo', timetz '10:00+02', '10:00-08:30'::timetz, timetz '10:00+02' = timetz '09:00+01', timetz '10:00+02' < timetz '10:00+01';

SELECT extract(year FROM d), extract(month FROM d), extract(dow FROM d), extract(isodow FROM d), extract(doy FROM d), extract(week FROM d), extract(isoyear FROM d), extract(quarter FROM d), extract(century FROM d), extract(decade FROM d) FROM kinds WHERE id < 3 ORDER BY id;

SELECT extract(hour FROM ts), extract(minute FROM ts), extract(second FROM ts), extract(milliseconds FROM ts), extract(microseconds FROM ts), extract(epoch FROM ts), extract(julian FROM ts) FROM kinds WHERE id < 3 ORDER BY id;

SELECT extract(epoch FROM timestamptz '1969-12-31 23:59:59.5+00'), extract(epoch FROM date '1970-01-02'), extract(epoch FROM time '01:00'), extract(epoch FROM interval '1 month'), extract(epoch FROM interval '1 year'), extract(day FROM interval '40 days 30 hours');

SELECT extract(year FROM date 'infinity'), extract(epoch FROM timestamp '-infinity'), extract(month FROM date 'infinity'), extract(dow FROM timestamptz 'infinity');

SELECT extract(hour FROM date '2024-01-01');

SELECT extract(fortnight FROM now());

SELECT extract(timezone FROM timestamp '2024-01-01');

SELECT date_part('year', d), date_part('epoch', ts), date_part('day', iv) FROM kinds WHERE id < 3 ORDER BY id;

SELECT date_part('bogus', now());

SELECT extract(century FROM date '2000-12-31'), extract(century FROM date '2001-01-01'), extract(century FROM date '0044-03-15 BC'), extract(millennium FROM date '2001-01-01'), extract(year FROM date '0044-03-15 BC'), extract(decade FROM date '0001-01-01 BC'), extract(isoyear FROM date '2021-01-01'), extract(week FROM date '2021-01-01');

SELECT date_trunc('year', ts), date_trunc('quarter', ts), date_trunc('month', ts), date_trunc('week', ts), date_trunc('day', ts), date_trunc('hour', ts), date_trunc('decade', ts), date_trunc('century', ts), date_trunc('milliseconds', ts) FROM kinds WHERE id < 3 ORDER BY id;

SELECT date_trunc('bogus', now());

SELECT date_trunc('day', interval '3 days 04:05'), date_trunc('hour', interval '3 days 04:05'), date_trunc('month', interval '1 year 14 months');

SELECT date_trunc('week', date '2024-01-01'), date_trunc('month', date '2024-05-17'), date_trunc('day', timestamp 'infinity'), date_trunc('millennium', timestamp '2024-01-01');

SELECT date_trunc('day', timestamptz '2024-03-31 10:00+00', 'Europe/Berlin'), date_trunc('month', timestamptz '2024-03-31 23:00+00', 'Asia/Tokyo');

SELECT date_bin('15 minutes', timestamp '2024-01-01 10:22', timestamp '2024-01-01'), date_bin('1 day', timestamp '1999-12-31 10:00', timestamp '2000-01-01 12:00');

SELECT date_bin('1 month', timestamp '2024-01-01', timestamp '2024-01-01');

SELECT age(timestamp '2024-03-31', timestamp '2024-02-29'), age(timestamp '2024-02-29', timestamp '2024-03-31'), age(date '2001-04-10', date '1957-06-13'), age(timestamp '2024-01-01', timestamp '2024-01-01');

SELECT make_date(2024, 2, 29), make_time(10, 30, 15.5), make_timestamp(2024, 1, 1, 0, 0, 0.5), make_timestamptz(2024, 1, 1, 0, 0, 0, 'Asia/Tokyo'), make_interval(1, 2, 3, 4, 5, 6, 7.5), make_interval(days => 10, hours => -1);

SELECT make_date(2023, 2, 29);

SELECT make_time(24, 0, 0.1);

SELECT make_date(-44, 3, 15);

SELECT (timestamp '2024-01-01', timestamp '2024-01-10') OVERLAPS (timestamp '2024-01-05', interval '1 day'), (date '2024-01-01', date '2024-01-10') OVERLAPS (date '2024-01-10', date '2024-01-20');

SELECT '1 day'::interval, '1 day 2 hours'::interval, '1-2'::interval, '1 2:03:04'::interval, 'P1Y2M3DT4H5M6.7S'::interval, '-1 day +2 hours'::interval, '1 year ago'::interval, '1.5 days'::interval, '1.5 months'::interval, '2 weeks'::interval, '1 decade'::interval, '100 microseconds'::interval;

SELECT '1 fortnight'::interval;

SELECT 'x'::interval;

SELECT ''::interval;

SELECT '1 day 25:61:00'::interval;

SELECT '90 minutes'::interval, '36 hours'::interval, '400 days'::interval, '14 months'::interval, '-14 months'::interval, '1 month -1 day'::interval, '0'::interval, '-00:00:01'::interval, '1 day -00:00:00.5'::interval;

SELECT interval '1' day, interval '1' year, interval '1:30' minute to second, interval '1 02:03:04' day to hour, interval '1.7' second(0), interval '10' month;

SELECT '1 day'::interval = '24 hours'::interval, '1 month'::interval = '30 days'::interval, '1 month'::interval > '29 days', '1 year'::interval = '360 days';

SELECT justify_hours('27 hours'), justify_days('35 days'), justify_interval('1 mon -1 hour'), justify_interval('-50 days 30 hours');

SELECT interval '1 month' / 3, interval '1 year' / 5, interval '1 day' / 7, interval '1 month' * 0.5, interval '1 month 1 day' * 1.5, interval '1 day' * 0, -interval '1 mon -2 days 03:00';

SELECT interval '1 day' / 0;

SELECT interval '178000000 years' * 2;

SELECT '178956970 years 8 months'::interval;

SELECT '2147483648 days'::interval;

SELECT interval '1 day' > 5;

SELECT id, iv, iv * 2, iv / 2, -iv, iv + '1 hour', ts + iv, d - iv, tm + iv FROM kinds WHERE id IN (1, 2, 5) ORDER BY id;

SELECT id, iv::text, extract(epoch FROM iv), iv > '1 day', justify_interval(iv) FROM kinds WHERE iv IS NOT NULL ORDER BY id;

SELECT sum(iv), avg(iv), min(iv), max(iv) FROM kinds;

SELECT min(d), max(d), min(ts), max(ts), min(tz), max(tz), min(tm), max(tm) FROM kinds;

SELECT iv, count(*) FROM kinds GROUP BY iv HAVING count(*) > 0 ORDER BY iv NULLS FIRST;

SELECT count(DISTINCT iv), count(DISTINCT d) FROM kinds;

SELECT d::timestamp, d::text, ts::date, ts::time, ts::text, tm::text, tm::interval FROM kinds WHERE id < 4 ORDER BY id;

SELECT '25 hours'::interval::time, '-1 hour'::interval::time, '10:00'::time::interval;

SELECT '2024-01-01'::timestamp::int;

SELECT 1::timestamp;

SELECT 1::date;

SELECT '2024-01-01'::date::time;

SELECT to_timestamp(0), to_timestamp(1700000000.123456), to_timestamp(-1.5), to_timestamp('Infinity'::float8);

SELECT to_timestamp('NaN'::float8);

SELECT d + '1' FROM kinds WHERE id = 1;

SELECT d + '1 day' FROM kinds WHERE id = 1;

SELECT d - '2024-01-01' FROM kinds WHERE id = 1;

SELECT d + 1.5 FROM kinds WHERE id = 1;

SELECT d * 2 FROM kinds WHERE id = 1;

SELECT ts + 1 FROM kinds WHERE id = 1;

SELECT ts - '1 day' FROM kinds WHERE id = 1;

SELECT ts - '2024-01-01'::text FROM kinds WHERE id = 1;

SELECT id FROM kinds WHERE d BETWEEN '2024-01-01' AND '2024-12-31' ORDER BY id;

SELECT id FROM kinds WHERE ts >= d AND tz <= ts ORDER BY id;

SELECT id FROM kinds WHERE tm > '10:00' OR tm = '10:00:00' ORDER BY id;

SELECT g FROM generate_series(timestamp '2024-01-30', '2024-04-30', '1 month') g;

SELECT g FROM generate_series(timestamptz '2024-03-30 00:00+00', '2024-04-01 00:00+00', '12 hours') g;

SELECT g::date FROM generate_series(date '2024-02-27', date '2024-03-01', interval '1 day') g;

SELECT g FROM generate_series(timestamp '2024-01-01', '2024-01-02', '0 hours') g;

SELECT to_char(ts, 'YYYY-MM-DD"T"HH24:MI:SS.US'), to_char(ts, 'FMDay, FMDDth FMMonth YYYY'), to_char(ts, 'Q IYYY IW ID J'), to_char(ts, 'HH12:MI AM'), to_char(ts, 'YY Mon DY D DDD WW') FROM kinds WHERE id < 3 ORDER BY id;

SELECT to_char(iv, 'YYYY MM DD HH24:MI:SS') FROM kinds WHERE id < 3 ORDER BY id;

SELECT now() = current_timestamp, now() = transaction_timestamp(), now() <= statement_timestamp(), statement_timestamp() <= clock_timestamp(), current_date = now()::date, localtimestamp = now()::timestamp;

SELECT isfinite(d), isfinite(ts), isfinite(iv) FROM kinds WHERE id IN (1, 3) ORDER BY id;

INSERT INTO kinds (id, d, ts, tz, tm, iv) VALUES (100, '2024-02-29', '2024-02-29 24:00', '2024-02-29 23:59:59.9999995+00', '23:59:59.9999995', '1 mon 30 days 24:00') RETURNING d, ts, tz, tm, iv;

INSERT INTO kinds (id, d) VALUES (100, '2023-02-29');

INSERT INTO kinds (id, d) VALUES (100, now()) RETURNING d = current_date;

INSERT INTO kinds (id, d, ts) VALUES (100, timestamp '2024-05-05 23:00', date '2024-05-05') RETURNING d, ts;

INSERT INTO kinds (id, tm) VALUES (100, timestamp '2024-05-05 23:00');

INSERT INTO kinds (id, tm) VALUES (100, interval '1 day 05:00');

INSERT INTO kinds (id, iv) VALUES (100, time '05:00') RETURNING iv;

INSERT INTO kinds (id, d) VALUES (100, '2024-01-01'::text);

INSERT INTO kinds (id, d) VALUES (100, 20240101);

UPDATE kinds SET d = d + 1, ts = ts + '1 day', tz = tz - interval '1 hour', tm = tm + '1 hour' WHERE id = 2 RETURNING d, ts, tz, tm;

UPDATE kinds SET d = d + 1 WHERE id = 3 RETURNING d, d = 'infinity';

SELECT $1::date, $2::timestamptz, $3::timestamp;
--$ ["time:2024-03-31T23:30:00-05:00", "time:2024-03-31T23:30:00.123456789-05:00", "time:2024-03-31T23:30:00-05:00"]

SELECT $1::text, $2::date + 1, $3::interval;
--$ ["time:2024-03-31T23:30:00Z", "2024-02-28", "1 day"]

SELECT id FROM orders WHERE placed >= $1 AND placed < $2 ORDER BY id;
--$ ["time:2024-01-01T00:00:00Z", "time:2024-03-01T00:00:00+01:00"]

SELECT id FROM orders WHERE placed > $1::timestamptz - interval '30 days' ORDER BY id;
--$ ["time:2024-03-01T00:00:00Z"]

SELECT id FROM orders WHERE placed > now() - $1::interval;
--$ ["1 hour"]

SELECT id FROM orders WHERE placed::date = $1 ORDER BY id;
--$ ["2024-02-29"]

SELECT id FROM kinds WHERE d = $1 ORDER BY id;
--$ ["time:2024-01-31T15:00:00Z"]

SELECT extract(year FROM $1::date), date_trunc('month', $2::timestamptz);
--$ ["time:2024-03-31T00:00:00Z", "time:2024-03-31T23:30:00Z"]

SELECT date '0001-01-01' + make_interval(weeks => 2147483647);

SELECT timestamp '2000-01-01' + make_interval(days => 2147483647);

SELECT timestamp '2000-01-01' - make_interval(days => -2147483648);

SELECT make_interval(days => -2147483648) + timestamptz '2000-01-01';

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '-1.5');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '-1:');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '-16');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '-+1');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '+130');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '+13000');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '-1:60');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '-1:-3');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '+5.5.5');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '+ 3');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '--3');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '+-3');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '+015');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '+99999999999');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '+');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, '-');

SELECT make_timestamptz(2020, 1, 1, 0, 0, 0, ' +1');

SELECT timestamptz '2020-01-01 00:00:00 -+1';

SELECT timestamptz '2020-01-01 00:00:00+1:-3';

SELECT timetz '00:00:00+1:-3';
