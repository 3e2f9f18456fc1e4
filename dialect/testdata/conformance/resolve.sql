-- schema: shop
-- cases
SELECT 1 + '2', '3' + 4, '5'::text || 6, 7 || 'x';

SELECT '1' + '2';

SELECT '1' || '2', 'a' || NULL, NULL || NULL;

SELECT 1 || 2;

SELECT '2024-01-01' - '2023-01-01';

SELECT date '2024-01-01' - '2023-01-01', date '2024-01-01' - 5, '2024-01-01' - date '2023-12-31';

SELECT date '2024-01-01' + '1 day', date '2024-01-01' + interval '1 day';

SELECT now() - '1 day' < now();

SELECT current_date + 1 > current_date;

SELECT 'abc' < 'abd', 'abc' = 'abc'::varchar, 'abc'::char(5) = 'abc';

SELECT 'a'::char(3) || 'b', length('a '::char(5)), 'a '::char(5) = 'a', 'a '::text = 'a';

SELECT 1 = '1', 1.0 = '1', '1' = 1.0::float8, true = 't', false = 'no';

SELECT 1 = 'x';

SELECT true = 'maybe';

SELECT 1 = true;

SELECT 1 < 'a'::text;

SELECT '1'::int = '1'::text;

SELECT 2147483647 + 1;

SELECT 2147483647 + 1::bigint, 2147483648 + 1, 9223372036854775807, 9223372036854775808;

SELECT pg_typeof(1), pg_typeof(2147483648), pg_typeof(9223372036854775808), pg_typeof(1.5), pg_typeof(1e5), pg_typeof('x'), pg_typeof(NULL), pg_typeof(1/2), pg_typeof(1/2.0);

SELECT pg_typeof(1::smallint + 1::smallint), pg_typeof(1::smallint + 1), pg_typeof(1 + 1::bigint), pg_typeof(1::real + 1), pg_typeof(1::real + 1::float8), pg_typeof(1::numeric + 1), pg_typeof(1::numeric + 1::real);

SELECT pg_typeof(CASE WHEN true THEN 1 ELSE 2.5 END), pg_typeof(CASE WHEN true THEN 1 ELSE 2::bigint END), pg_typeof(CASE WHEN true THEN 'a' ELSE 'b' END), pg_typeof(CASE WHEN true THEN NULL ELSE NULL END);

SELECT pg_typeof(coalesce(1, 2.5)), pg_typeof(coalesce(NULL, 'x')), pg_typeof(greatest(1, 2::bigint)), pg_typeof(nullif(1, 2.0)), pg_typeof(nullif('a', 'b'));

SELECT coalesce(NULL, NULL), coalesce('1', 2), coalesce(NULL, 2.50), coalesce(1, '2');

SELECT coalesce(1, 'x');

SELECT coalesce(1, true);

SELECT coalesce('x'::text, 1);

SELECT CASE WHEN true THEN 1 ELSE 'x' END;

SELECT CASE WHEN true THEN 1 ELSE true END;

SELECT CASE 1 WHEN '1' THEN 'one' ELSE 'other' END, CASE 'a' WHEN 'a' THEN 1 END;

SELECT CASE WHEN 1 THEN 2 END;

SELECT CASE 1 WHEN 'x' THEN 2 END;

SELECT greatest(1, '5', 3), least('a', 'b'), greatest(NULL, 1), least(NULL, NULL::int), greatest(1.5, 1.50, 1);

SELECT greatest(1, 'x');

SELECT greatest(date '2024-01-01', '2024-06-01'), least(now(), 'infinity') < 'infinity';

SELECT nullif(1, 1), nullif(1, 2), nullif('a', 'a'), nullif(NULL, 1), nullif(1.0, 1);

SELECT 1 IN ('1', '2'), '1' IN (1, 2), 1 IN (1.0, 2.5), NULL IN (1), 1 NOT IN (2, NULL);

SELECT 1 IN ('a');

SELECT 'a' IN (1);

SELECT id FROM kinds WHERE i4 IN (10, NULL, '20') ORDER BY id;

SELECT id FROM kinds WHERE t IN ('one', 'Two') ORDER BY id;

SELECT id FROM kinds WHERE n IN (1.1, 2) ORDER BY id;

SELECT id FROM kinds WHERE d IN ('2024-01-31', 'infinity') ORDER BY id;

SELECT id FROM kinds WHERE d = '2024-13-01';

SELECT id FROM kinds WHERE ts > 'yesterday' AND ts < 'tomorrow';

SELECT id FROM kinds WHERE u = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11' ORDER BY id;

SELECT id FROM kinds WHERE u = 'nonsense';

SELECT id FROM kinds WHERE m = 'ok' ORDER BY id;

SELECT id FROM kinds WHERE m = 'bad';

SELECT id FROM kinds WHERE m > 'sad' ORDER BY m, id;

SELECT id FROM kinds WHERE m = t;

SELECT id FROM kinds WHERE m::text = t;

SELECT id, m::text || '!', upper(m::text) FROM kinds ORDER BY id;

SELECT id FROM kinds WHERE by = '\x0102' ORDER BY id;

SELECT id FROM kinds WHERE jb = '{"b": [1,2,3], "a": 1}' ORDER BY id;

SELECT id FROM kinds WHERE j = '{}';

SELECT id FROM kinds WHERE ia = '{1,2,3}' ORDER BY id;

SELECT id FROM kinds WHERE ia = '1,2,3';

SELECT id FROM kinds WHERE iv = '24 hours' ORDER BY id;

SELECT id FROM kinds WHERE b = 'yes' ORDER BY id;

SELECT id FROM kinds WHERE b = 'on' AND NOT b = 'off' ORDER BY id;

SELECT i2 + i4, i2 + i8, i4 + f4, i4 + f8, i4 + n, f4 + f8, f8 + n FROM kinds WHERE id = 1;

SELECT pg_typeof(i2 + i4), pg_typeof(i2 + i8), pg_typeof(i4 + f4), pg_typeof(i4 + f8), pg_typeof(i4 + n), pg_typeof(f4 + f8), pg_typeof(f8 + n), pg_typeof(n2 + n) FROM kinds WHERE id = 1;

SELECT i2 / 0 FROM kinds WHERE id = 1;

SELECT n / 0 FROM kinds WHERE id = 1;

SELECT f8 / 0 FROM kinds WHERE id = 1;

SELECT i4 % 3, -7 % 3, 7 % -3, -7 / 2, 7 / -2, -7.5 % 2 FROM kinds WHERE id = 1;

SELECT round(2.5), round(3.5), round(-2.5), round(2.5::float8), round(3.5::float8), round(-0.5::float8);

SELECT round(2.567, 2), round(2.5::float8, 1);

SELECT abs(-5), abs(-5.5), abs('-5'), abs(-5::bigint);

SELECT abs('x');

SELECT length(5);

SELECT upper(5);

SELECT length('abc'), length('abc'::bytea), length(B'101');

SELECT substring('abc', 2), substring('abc' from 2 for 1), substr('abc', 2, 1), left('abc', 2), right('abc', 2);

SELECT substring(12345, 2);

SELECT sum('1');

SELECT sum(t) FROM kinds;

SELECT max(b) FROM kinds;

SELECT avg(d) FROM kinds;

SELECT min(j) FROM kinds;

SELECT sum(i2), sum(i4), avg(i2), avg(i4), pg_typeof(sum(i2)), pg_typeof(sum(i4)), pg_typeof(sum(i8)), pg_typeof(avg(i2)), pg_typeof(avg(f4)), pg_typeof(sum(f4)) FROM kinds WHERE id IN (1, 5);

SELECT count(*), count(1), count(NULL), count(t), count(DISTINCT t), pg_typeof(count(*)) FROM kinds;

SELECT string_agg(i4) FROM kinds;

SELECT string_agg(i4, ',') FROM kinds;

SELECT string_agg(i4::text, ',' ORDER BY id) FROM kinds;

SELECT array_agg(i4 ORDER BY id), array_agg(t ORDER BY id DESC) FROM kinds;

SELECT 1 UNION SELECT '2' ORDER BY 1;

SELECT 1 UNION SELECT 'x';

SELECT 1 UNION SELECT 2.5 ORDER BY 1;

SELECT 1 UNION ALL SELECT NULL UNION ALL SELECT 2.50;

SELECT NULL UNION ALL SELECT NULL UNION ALL SELECT 1;

SELECT 'a' UNION SELECT NULL ORDER BY 1;

SELECT NULL UNION SELECT NULL;

SELECT 1, 2 UNION SELECT 1;

SELECT date '2024-01-01' UNION SELECT timestamp '2024-01-01' ORDER BY 1;

SELECT date '2024-01-01' UNION ALL SELECT '2024-02-01' ORDER BY 1;

SELECT i4 FROM kinds UNION SELECT t FROM kinds;

SELECT i4 FROM kinds UNION ALL SELECT f8 FROM kinds ORDER BY 1;

SELECT 'a'::varchar(3) UNION ALL SELECT 'bcd'::varchar(5);

SELECT vc FROM kinds WHERE id = 1 UNION ALL SELECT vc FROM kinds WHERE id = 3 ORDER BY 1;

SELECT vc FROM kinds WHERE id = 1 UNION ALL SELECT t FROM kinds WHERE id = 3 ORDER BY 1;

SELECT n2 FROM kinds WHERE id = 1 UNION ALL SELECT 2.25 ORDER BY 1;

SELECT x FROM (SELECT 'a' AS x) s WHERE x = 'a';

SELECT x + 1 FROM (SELECT '5' AS x) s;

SELECT pg_typeof(x) FROM (SELECT 'a' AS x) s;

SELECT pg_typeof(x) FROM (VALUES ('a'), ('b')) v(x);

SELECT pg_typeof(x), x FROM (VALUES (1), (2.5)) v(x);

SELECT pg_typeof(x), x FROM (VALUES (1), (NULL), ('3')) v(x);

SELECT x FROM (VALUES (1), ('a')) v(x);

SELECT ARRAY[1, 2.5], ARRAY[1, NULL], ARRAY['a', 'b'], pg_typeof(ARRAY[1, 2.5]);

SELECT ARRAY[1, 'x'];

SELECT ARRAY[1, '2'];

SELECT ARRAY[];

SELECT ARRAY[]::int[], '{}'::text[], ARRAY[NULL]::int[];

SELECT '{1,2}'::int[] || 3, 0 || '{1,2}'::int[], '{1}'::int[] || '{2}', '{a}'::text[] || 'b'::text;

SELECT '{a}'::text[] || 'b';

SELECT 1 BETWEEN '0' AND '2', 'b' BETWEEN 'a' AND 'c', 1.5 BETWEEN 1 AND 2, NULL BETWEEN 1 AND 2;

SELECT 1 BETWEEN 'a' AND 'b';

SELECT (1, 2) = (1, 2), (1, 'a') < (1, 'b'), (1, NULL) = (1, 2), (1, 2) IS NOT NULL, (NULL, NULL) IS NULL, (1, NULL) IS NULL;

SELECT (1, 2) = (1, 2, 3);

SELECT (1, 2) = 1;

SELECT NOT 1;

SELECT NOT 'true', NOT 'f';

SELECT 1 AND true;

SELECT true AND 'x';

SELECT - '5', - '5'::int, + 3, - -3;

SELECT - 'a'::text;

SELECT !5;

SELECT 5 !;

SELECT 2 ^ 3, 2 ^ 0.5::numeric, 2.0 ^ 10, pg_typeof(2 ^ 3), pg_typeof(2.0 ^ 3);

SELECT 5 IS NULL, NULL IS NULL, 'a' IS NOT NULL, NULL IS TRUE, NULL IS UNKNOWN;

SELECT 5 IS TRUE;

SELECT 'x' IS TRUE;

SELECT interval '1 day' * 2, 2 * interval '1 day', interval '1 day' / 2, interval '1 day' * 1.5, '2' * interval '1 day';

SELECT interval '1 day' + interval '1 hour', interval '1 day' - '1 hour', -interval '1 day';

SELECT interval '1 day' * interval '1 day';

SELECT time '10:00' + interval '15 hours', time '10:00' - time '09:30', date '2024-01-01' + time '10:00';

SELECT time '10:00' + time '10:00';

SELECT timestamp '2024-01-01' - timestamp '2023-12-25 12:00', timestamp '2024-01-01' - date '2023-12-25';

SELECT timestamp '2024-01-01' + timestamp '2024-01-01';

SELECT timestamp '2024-01-01' = timestamptz '2024-01-01', date '2024-01-01' = timestamptz '2024-01-01 00:00+00';

SELECT extract(year FROM '2024-01-01');

SELECT extract(year FROM date '2024-01-01'), extract(epoch FROM interval '1 day'), pg_typeof(extract(year FROM now())), pg_typeof(date_part('year', now()));

SELECT date_trunc('month', '2024-05-17 10:00');

SELECT pg_typeof(date_trunc('month', date '2024-05-17'));

SELECT concat(1, 'a', NULL, true, 1.50, date '2024-01-01'), concat_ws(',', 1, NULL, 'b');

SELECT format('%s-%s', 1, 'x'), format('%L %I', 'it''s', 'Odd Name');

SELECT to_char(1234.5, '9,999.99'), to_char(date '2024-05-17', 'YYYY/MM/DD'), to_char(interval '1 day 02:03', 'DD HH24:MI');

SELECT mod(7, 3), mod(7.5, 2), power(2, 3), sqrt(16), pg_typeof(power(2, 3)), pg_typeof(power(2.0, 3));

SELECT floor(-1.5), ceil(1.2), trunc(-1.9), sign(-3), floor(1.5::float8), pg_typeof(floor(1.5)), pg_typeof(floor(1));

SELECT position('b' in 'abc'), strpos('abc', 'c'), overlay('abcdef' placing 'XX' from 2 for 3);

SELECT trim('  x '), trim(both 'x' from 'xxaxx'), trim(leading from '  a'), rtrim('abb', 'b'), btrim('--a--', '-');

SELECT replace('aaa', 'a', 'b'), translate('abc', 'ab', 'xy'), repeat('ab', 3), reverse('abc'), initcap('hello WORLD');

SELECT lpad('5', 3, '0'), lpad('abcdef', 3), rpad('5', 3, 'xy'), lpad(5::text, 3, '0');

SELECT lpad(5, 3, '0');

SELECT split_part('a,b,c', ',', 2), split_part('a,b,c', ',', -1), split_part('a', ',', 2);

SELECT split_part('a,b', ',', 0);

SELECT chr(65), ascii('A'), md5('x'), encode('abc'::bytea, 'hex'), decode('616263', 'hex');

SELECT chr(0);

SELECT chr(-1);

SELECT quote_literal('it''s'), quote_ident('Odd Name'), quote_nullable(NULL), quote_literal(5);

SELECT jsonb '{"a": 1}' -> 'a', jsonb '[1,2]' -> 0, jsonb '{"a": {"b": 2}}' #> '{a,b}', jsonb '{"a": 1}' ->> 'a', pg_typeof(jsonb '1' -> 'a');

SELECT jsonb '{"a": 1}' -> 1.5;

SELECT jsonb '1' + 1;

SELECT (jsonb '{"a": 1}' -> 'a') + 1;

SELECT (jsonb '{"a": 1}' -> 'a')::int + 1, (jsonb '{"a": "x"}' ->> 'a') || 'y';

SELECT (jsonb '"x"')::int;

SELECT jsonb '{"a": 1}' = '{"a": 1.0}', jsonb '1' < '2', jsonb '[]' < '{}';

SELECT json '{"a": 1}' = json '{"a": 1}';

SELECT 'x'::unknowntype;

SELECT unknownfunc(1);

SELECT now(1);

SELECT count();

SELECT sum(1, 2);

SELECT max(1, 2);

SELECT coalesce();

SELECT row_number();

SELECT rank() OVER (), sum(1) OVER ();

SELECT NULL::int > 1/0;

SELECT mod(id, NULL) > 1/0 FROM (VALUES (1), (2)) v(id);

SELECT mod(id, NULL) > id/0 FROM (VALUES (1), (2)) v(id);

SELECT mod(1/0, NULL::int);

SELECT mod(id/0, NULL) FROM (VALUES (1), (2)) v(id);

SELECT abs(NULL::int + 1/0);

SELECT NULL::int + 'x'::int;

SELECT upper(NULL) || (1/0)::text;
