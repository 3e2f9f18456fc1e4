-- schema: shop
-- cases
SELECT;

SELECT FROM customer;

SELECT 1 WHERE false;

SELECT DISTINCT active FROM customer ORDER BY active;

SELECT DISTINCT active, credit > 0 AS pos FROM customer ORDER BY 1, 2;

SELECT DISTINCT n FROM kinds ORDER BY n;

SELECT DISTINCT ch FROM kinds ORDER BY 1;

SELECT DISTINCT jb FROM kinds ORDER BY jb;

SELECT DISTINCT iv FROM kinds ORDER BY iv;

SELECT DISTINCT name FROM customer ORDER BY length(name);

SELECT name AS n FROM customer ORDER BY n;

SELECT name AS id FROM customer ORDER BY id;

SELECT id AS name, name AS id FROM customer ORDER BY name DESC;

SELECT id, name FROM customer ORDER BY 3;

SELECT id, name FROM customer ORDER BY 'x';

SELECT -id AS k FROM customer ORDER BY k;

SELECT -id AS k FROM customer ORDER BY k + 1;

SELECT id FROM customer ORDER BY credit + 1 DESC NULLS LAST, id;

SELECT id FROM customer ORDER BY active, name DESC;

SELECT id FROM customer ORDER BY score DESC, id;

SELECT id FROM kinds ORDER BY f8, id;

SELECT id FROM kinds ORDER BY f4 DESC, id;

SELECT id FROM kinds ORDER BY n DESC, id;

SELECT id FROM kinds ORDER BY n2, id;

SELECT id FROM kinds ORDER BY t, id;

SELECT id FROM kinds ORDER BY ch, id;

SELECT id FROM kinds ORDER BY d DESC, id;

SELECT id FROM kinds ORDER BY ts, id;

SELECT id FROM kinds ORDER BY tz, id;

SELECT id FROM kinds ORDER BY tm, id;

SELECT id FROM kinds ORDER BY iv, id;

SELECT id FROM kinds ORDER BY u, id;

SELECT id FROM kinds ORDER BY by, id;

SELECT id FROM kinds ORDER BY jb, id;

SELECT id FROM kinds ORDER BY ia, id;

SELECT id FROM kinds ORDER BY ta, id;

SELECT id FROM kinds ORDER BY m, id;

SELECT id FROM kinds ORDER BY j;

SELECT id FROM kinds ORDER BY b, id;

SELECT * FROM kinds ORDER BY id;

SELECT k.* FROM kinds k WHERE id = 1;

SELECT kinds.id, public.kinds.b FROM public.kinds ORDER BY 1;

SELECT k.id FROM kinds k WHERE kinds.id = 1;

SELECT id FROM kinds LIMIT 0;

SELECT id FROM kinds ORDER BY id LIMIT NULL OFFSET NULL;

SELECT id FROM kinds ORDER BY id LIMIT $1 OFFSET $2;
--$ [2, 1]

SELECT id FROM kinds ORDER BY id LIMIT -1;

SELECT id FROM kinds ORDER BY id OFFSET -1;

SELECT id FROM kinds ORDER BY id LIMIT $1;
--$ [-1]

SELECT id FROM kinds ORDER BY id OFFSET 3;

SELECT id FROM kinds ORDER BY id FETCH FIRST 2 ROWS ONLY;

SELECT id FROM kinds ORDER BY id FETCH FIRST ROW ONLY;

SELECT id FROM kinds ORDER BY id LIMIT 1+1;

SELECT id FROM kinds ORDER BY id LIMIT '2';

SELECT id FROM kinds LIMIT id;

SELECT id FROM kinds LIMIT true;

SELECT id FROM kinds ORDER BY id LIMIT 1.5;

SELECT id FROM kinds WHERE id;

SELECT id FROM kinds WHERE 'true' ORDER BY id;

SELECT id FROM kinds WHERE b ORDER BY id;

SELECT id FROM kinds WHERE NOT b ORDER BY id;

SELECT id FROM kinds WHERE b IS TRUE ORDER BY id;

SELECT id FROM kinds WHERE b IS NOT TRUE ORDER BY id;

SELECT id FROM kinds WHERE b IS FALSE OR b IS UNKNOWN ORDER BY id;

SELECT id FROM kinds WHERE b = true ORDER BY id;

SELECT id FROM kinds WHERE b = 't' ORDER BY id;

SELECT id FROM kinds WHERE b = 1;

SELECT id, b IS DISTINCT FROM true, b IS NOT DISTINCT FROM NULL FROM kinds ORDER BY id;

SELECT id, n IS DISTINCT FROM 1.1, n2 IS NOT DISTINCT FROM 1.5, t IS DISTINCT FROM 'one' FROM kinds ORDER BY id;

SELECT true AND NULL, false AND NULL, true OR NULL, false OR NULL, NOT NULL::bool;

SELECT id FROM kinds WHERE i4 BETWEEN 5 AND 20 ORDER BY id;

SELECT id FROM kinds WHERE i4 NOT BETWEEN 5 AND 20 ORDER BY id;

SELECT id FROM kinds WHERE i4 BETWEEN SYMMETRIC 20 AND 5 ORDER BY id;

SELECT id FROM kinds WHERE t IN ('one', 'Two') ORDER BY id;

SELECT id FROM kinds WHERE t NOT IN ('one', 'Two') ORDER BY id;

SELECT id FROM kinds WHERE t IN ('one', NULL) ORDER BY id;

SELECT id FROM kinds WHERE t NOT IN ('one', NULL) ORDER BY id;

SELECT id FROM kinds WHERE n IN (1.10, 5) ORDER BY id;

SELECT id FROM kinds WHERE n2 IN (1.5, 5) ORDER BY id;

SELECT id FROM kinds WHERE i4 IN (10, 2.5) ORDER BY id;

SELECT id FROM kinds WHERE i4 IN (10, 3000000000) ORDER BY id;

SELECT id FROM kinds WHERE i4 IN ('10', '11') ORDER BY id;

SELECT id FROM kinds WHERE i4 IN (10, 'x') ORDER BY id;

SELECT id FROM kinds WHERE i4 IN (i2, id) ORDER BY id;

SELECT id FROM kinds WHERE m IN ('ok', 'sad') ORDER BY id;

SELECT id FROM kinds WHERE m > 'sad' ORDER BY id;

SELECT id FROM kinds WHERE m = 'bad';

SELECT m, m::text, 'happy'::mood FROM kinds ORDER BY id;

SELECT id FROM kinds WHERE m = $1;
--$ ["happy"]

SELECT id FROM kinds WHERE u = $1 ORDER BY id;
--$ ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]

SELECT id FROM kinds WHERE u = 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11' ORDER BY id;

SELECT id FROM kinds WHERE u = 'nope';

SELECT id FROM kinds WHERE tz = $1 ORDER BY id;
--$ ["time:2024-01-31T12:00:00+02:00"]

SELECT id FROM kinds WHERE ts = $1 ORDER BY id;
--$ ["time:2024-01-31T10:00:00Z"]

SELECT id FROM kinds WHERE d = $1 ORDER BY id;
--$ ["time:2024-01-31T00:00:00Z"]

SELECT id FROM kinds WHERE d = '2024-01-31' ORDER BY id;

SELECT id FROM kinds WHERE by = $1 ORDER BY id;
--$ ["bytes:\u0001\u0002"]

SELECT id FROM kinds WHERE by = '\x0102' ORDER BY id;

SELECT id FROM kinds WHERE n = $1 ORDER BY id;
--$ ["1.1"]

SELECT id FROM kinds WHERE n2 = $1 ORDER BY id;
--$ ["1.5"]

SELECT id FROM kinds WHERE n2 < $1 ORDER BY id;
--$ ["1.5001"]

SELECT id FROM kinds WHERE n2 > -99999.9991 ORDER BY id;

SELECT id FROM kinds WHERE n2 >= i2 ORDER BY id;

SELECT id FROM kinds WHERE n2 = n ORDER BY id;

SELECT id FROM kinds WHERE n2 = 1 OR n2 = 1.5 ORDER BY id;

SELECT id FROM kinds WHERE f8 = 'Infinity' ORDER BY id;

SELECT id FROM kinds WHERE f4 = 'NaN' ORDER BY id;

SELECT id FROM kinds WHERE n = 'NaN' ORDER BY id;

SELECT id FROM kinds WHERE ch = 'c1' ORDER BY id;

SELECT id FROM kinds WHERE ch = 'c1  ' ORDER BY id;

SELECT id FROM kinds WHERE ch < 'cz' ORDER BY id;

SELECT id FROM kinds WHERE ch = $1 ORDER BY id;
--$ ["c1"]

SELECT length(ch), ch || '|', ch::text || '|' FROM kinds ORDER BY id;

SELECT id FROM kinds WHERE jb = '{"b": [1, 2, 3], "a": 1.00}' ORDER BY id;

SELECT id FROM kinds WHERE ia = '{1,2,3}' ORDER BY id;

SELECT id FROM kinds WHERE ia = $1 ORDER BY id;
--$ [[1, 2, 3]]

SELECT id FROM kinds WHERE 2 = ANY(ia) ORDER BY id;

SELECT id FROM kinds WHERE 2 <> ALL(ia) ORDER BY id;

SELECT id FROM kinds WHERE 2 < ANY(ia) ORDER BY id;

SELECT id FROM kinds WHERE 0 < ALL(ia) ORDER BY id;

SELECT id FROM kinds WHERE 'x' = ANY(ta) ORDER BY id;

SELECT id, 'x' = ANY(ta), 'z' = ANY(ta), 'z' <> ALL(ta) FROM kinds ORDER BY id;

SELECT id FROM kinds WHERE i4 = ANY('{10,20}') ORDER BY id;

SELECT id FROM kinds WHERE i4 = ANY(ARRAY[10, 20]) ORDER BY id;

SELECT id FROM kinds WHERE t LIKE ANY(ARRAY['o%', 'T%']) ORDER BY id;

SELECT id FROM kinds WHERE i4 = ANY(NULL) ORDER BY id;

SELECT id FROM kinds WHERE i4 = ANY($1) ORDER BY id;
--$ [null]

SELECT id FROM kinds WHERE n = ANY('{1.1,2}') ORDER BY id;

SELECT id FROM kinds WHERE i4 = ANY(5);

SELECT id FROM kinds WHERE i4 = ANY('{x}');

SELECT id FROM kinds WHERE (i4, t) = (10, 'one') ORDER BY id;

SELECT id FROM kinds WHERE (i4, t) < (10, 'p') ORDER BY id;

SELECT id FROM kinds WHERE (i4, t) IN ((10, 'one'), (2147483647, '')) ORDER BY id;

SELECT id FROM kinds WHERE (i4, t) = (10);

SELECT id, t IS NULL, (i4, t) IS NULL, (i4, t) IS NOT NULL FROM kinds ORDER BY id;

SELECT "Select", "a""b", rowid, "group" FROM "Odd Name" ORDER BY rowid DESC;

SELECT "Odd Name".* FROM "Odd Name" ORDER BY 1;

SELECT Select FROM "Odd Name";

SELECT id AS "Mixed Case", name "n" FROM customer ORDER BY id LIMIT 1;

SELECT * FROM rich ORDER BY id;

SELECT r.name, r.twice FROM rich r JOIN customer c USING (id) ORDER BY 1;

SELECT customer FROM customer;

SELECT ctid FROM customer;

SELECT oid FROM customer;

SELECT 1 AS a, 2 AS a;

SELECT 'a' 'b';

SELECT 'a'
'b';

SELECT E'a\tb\n\\', U&'\00e9', $$dollar$$, B'101';

SELECT 'it''s', 'é', '';

SELECT 1e3, 1.5e-3, .5, 5.;

SELECT 1_000;

SELECT 99999999999999999999, -5, - 5, +5, -(-5);

SELECT -9223372036854775808, 9223372036854775807;

SELECT 10::int8, '10'::int, 10.7::int, '1e3'::float8, 'abc'::int;

SELECT CAST('5' AS smallint), smallint '5', int8 '7', float8 '1.5', date '2024-05-05';

SELECT 70000::smallint;

SELECT 'x'::varchar(3), 'abcdef'::varchar(3), 'abc'::char(5), 'abcdef'::char(3);

SELECT 1.005::numeric(5,2), 123456.7::numeric(5,2);

SELECT true::text, true::int, 0::bool, 'yes'::bool, 'maybe'::bool;

SELECT 1::bool::text, 5::text, 1.50::text, '2024-01-01'::date::text;

SELECT id::text, credit::text, born::text, active::text FROM customer ORDER BY id;

SELECT credit::int, credit::float8, score::numeric FROM customer WHERE id < 3 ORDER BY id;

SELECT score::int FROM customer WHERE id = 4;

SELECT 'a' = 'a', 'a' < 'b', 'a' || 'b', 'a' || 1, 1 || 'a', 'a' || NULL;

SELECT 1 || 2;

SELECT 'a' + 'b';

SELECT '1' + 1, 1 + '1', '5' * 2.5;

SELECT NULL + 1, NULL = NULL, NULL IS NULL, NULL || 'x';

SELECT 5 / 2, 5.0 / 2, 5 % 3, -5 / 2, -5 % 3, 5 / 2.0, 1 / 3.0;

SELECT 3000000000 * 4, 2000000000 + 2000000000;

SELECT 9223372036854775807 + 1;

SELECT 32767::smallint + 1::smallint;

SELECT -(-32768)::smallint;

SELECT abs(-5), abs(-5.5), sign(-2.5), ceil(1.2), floor(-1.2), round(2.5), round(2.567, 2), trunc(2.7), mod(7, 3), power(2, 3), sqrt(16);

SELECT round(2.5::float8), round(-2.5), 2.5::int, 3.5::int, 2.5::float8::int;

SELECT @ -5, |/ 16.0, ||/ 27.0, 5 & 3, 5 | 3, 5 # 3, ~5, 1 << 4, 256 >> 2;

SELECT length('héllo'), upper('abc'), lower('ABC'), initcap('hello world'), substr('hello', 2, 3), substring('hello' from 2 for 2), position('l' in 'hello'), trim('  x '), ltrim('xxa', 'x'), rtrim('axx', 'x'), trim(both 'x' from 'xax');

SELECT replace('aXbX', 'X', '-'), split_part('a,b,c', ',', 2), repeat('ab', 3), reverse('abc'), left('hello', 2), right('hello', 2), lpad('5', 3, '0'), rpad('5', 3, '0'), strpos('hello', 'l'), concat('a', NULL, 1, true), concat_ws(',', 'a', NULL, 'b');

SELECT md5('a'), ascii('a'), chr(65), octet_length('é'), char_length('é'), to_hex(255), translate('abc', 'ab', 'xy'), quote_literal('it''s'), overlay('abcdef' placing 'XX' from 2 for 3);

SELECT format('%s-%I-%L', 'a', 'b c', 'd'), starts_with('abc', 'ab'), regexp_replace('abc', 'b', 'x'), 'abc' ~ 'b', 'abc' ~* 'B', 'abc' !~ 'z';

SELECT 'abc' LIKE 'a%', 'abc' LIKE 'A%', 'abc' NOT LIKE '_b_', 'ABC' ILIKE 'a%', 'a%c' LIKE 'a\%c', 'a%c' LIKE 'a#%c' ESCAPE '#', 'É' ILIKE 'é';

SELECT pg_typeof(1), pg_typeof('x'), pg_typeof(1.5), pg_typeof(now()), pg_typeof(NULL), pg_typeof(ARRAY[1]);

SELECT coalesce(NULL, NULL), coalesce(NULL, 1), coalesce('x', NULL), coalesce(1, 2.5);

SELECT coalesce(1, 'x');

SELECT coalesce(name, 1) FROM customer;

SELECT nullif(1, 1), nullif(1, 2), nullif('a', 'b'), nullif(1, 2.5);

SELECT greatest(1, 2.5, 3), least('b', 'a', NULL), greatest(NULL, NULL), greatest(1, 'x');

SELECT greatest(i4, i8), least(n, n2), greatest(t, vc), least(d, ts), greatest(jb, '1') FROM kinds ORDER BY id;

SELECT CASE id WHEN 1 THEN 'one' WHEN 2 THEN 'two' END FROM kinds ORDER BY id;

SELECT CASE WHEN id > 2 THEN 1 ELSE 2.5 END FROM kinds ORDER BY id;

SELECT CASE WHEN true THEN 1 ELSE 'x' END;

SELECT CASE WHEN 1 THEN 2 END;

SELECT CASE t WHEN 'one' THEN i4 WHEN 'Two' THEN i8 ELSE n END FROM kinds ORDER BY id;

SELECT CASE WHEN NULL THEN 1 END, CASE NULL WHEN NULL THEN 1 ELSE 2 END;

SELECT $1::int + 1, $2::text || 'x', $3::date;
--$ [5, "y", "time:2024-03-03T00:00:00Z"]

SELECT $1 + 1;
--$ [5]

SELECT $1;
--$ ["x"]

SELECT $1 = id, $1 FROM customer WHERE id = 1;
--$ [1]

SELECT coalesce($1, 5), $2 || 'a';
--$ [null, "x"]

SELECT $1::int, $1::text;
--$ [1]

SELECT $2::int;
--$ [1, 2]

SELECT id FROM customer WHERE credit > $1 ORDER BY id;
--$ [50]

SELECT id FROM customer WHERE credit > $1 ORDER BY id;
--$ [50.25]

SELECT id FROM customer WHERE active = $1 ORDER BY id;
--$ [true]

SELECT id FROM customer WHERE id = $1;
--$ ["abc"]

SELECT id FROM customer WHERE born < $1 ORDER BY id;
--$ ["time:1985-01-01T00:00:00Z"]

SELECT id FROM customer WHERE ($1::text IS NULL OR name = $1) ORDER BY id;
--$ [null]

SELECT id FROM customer WHERE name = $1 AND email = $1;
--$ ["x"]

SELECT id FROM customer ORDER BY CASE WHEN $1 = 'name' THEN name END, id;
--$ ["name"]

SELECT count(*) FROM customer WHERE name LIKE $1;
--$ ["A%"]

SELECT count(*) FROM customer WHERE name ILIKE '%' || $1 || '%';
--$ ["AN"]

SELECT DISTINCT ON (state) state, id FROM orders ORDER BY state, total DESC;

SELECT DISTINCT ON (state) id, state FROM orders WHERE id < 4 ORDER BY state, id;

SELECT DISTINCT ON (customer_id) id, total FROM orders ORDER BY customer_id, placed DESC;

SELECT DISTINCT ON (customer_id, state) customer_id, state, id FROM orders ORDER BY customer_id, state, id DESC LIMIT 3;

SELECT DISTINCT ON (1) state, id FROM orders ORDER BY 1, 2;

SELECT DISTINCT ON (state) id FROM orders ORDER BY id;

SELECT * FROM (SELECT DISTINCT ON (active) active, credit, name FROM customer ORDER BY active, credit DESC NULLS LAST) t ORDER BY active;

SELECT DISTINCT ON (date_trunc('month', placed)) date_trunc('month', placed) AS m, id FROM orders ORDER BY m, id;

SELECT DISTINCT ON (state) state, count(*) FROM orders GROUP BY state ORDER BY state;
