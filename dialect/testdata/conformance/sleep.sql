CREATE TABLE s (id int PRIMARY KEY);
INSERT INTO s VALUES (1), (2), (3);
-- cases
SELECT pg_sleep(0);

SELECT pg_sleep(0.01), pg_sleep(-1), pg_sleep(NULL), pg_sleep('NaN');

SELECT pg_sleep_for('1 millisecond'), pg_sleep_for('-1 day'), pg_sleep_for(NULL), pg_sleep_until('2020-01-01'), pg_sleep_until('-infinity'), pg_sleep_until(clock_timestamp() + '2 ms');

SELECT id, pg_sleep($1) FROM s ORDER BY id;
--$ [0.001]

SELECT pg_sleep('x');

SELECT pg_sleep_for('1 fortnight');

SET statement_timeout = '20ms';
SELECT pg_sleep(3600);

SET LOCAL statement_timeout = '20ms';
SELECT pg_sleep_until('infinity');

SET statement_timeout = '20ms';
SELECT pg_sleep_for('1 month');

UPDATE s SET id = id + 10 WHERE pg_sleep(0.001) IS NOT NULL;
SELECT * FROM s ORDER BY id;

--types
SELECT timeofday();

SELECT timeofday() ~ '^(Mon|Tue|Wed|Thu|Fri|Sat|Sun) (Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) \d\d \d\d:\d\d:\d\d\.\d{6} \d{4} [A-Z]+$';
