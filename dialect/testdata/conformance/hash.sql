CREATE TABLE things (id int PRIMARY KEY, name text, u uuid, code char(5));
INSERT INTO things VALUES (1, 'a', 'a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'x'), (2, '', NULL, 'ab'), (3, NULL, '00000000-0000-0000-0000-000000000000', NULL), (-4, '日本語, and more than twelve bytes', 'ffffffff-ffff-ffff-ffff-ffffffffffff', '');
-- cases
SELECT id, hashtext(name), hashtextextended(name, 0), hashtextextended(name, 42), hashtextextended(name, -1) FROM things ORDER BY id;

SELECT hashtext($1), hashtextextended($1, $2);
--$ ["orders:42", 7]

SELECT id, hashint4(id), hashint8(id), hashint2(id::int2), hashint4extended(id, 5), hashint8extended(id::int8 << 40, -5), uuid_hash(u), uuid_hash_extended(u, 1), hashbpchar(code), hashoid(id::oid) FROM things ORDER BY id;

SELECT hashfloat8(1.5), hashfloat8(0), hashfloat8('-0'), hashfloat8('NaN'), hashfloat4(1.5), hashfloat8extended(0, 77), hashfloat8extended('NaN', 77), hashname('x'), hashchar('a'), timestamp_hash('2024-01-01'), time_hash('12:00');

SELECT pg_try_advisory_xact_lock(hashtext('users')), pg_try_advisory_xact_lock(hashtextextended('users', 1)), pg_try_advisory_xact_lock(hashtext('a'), hashtext('b'));

SELECT name FROM things WHERE hashtext(name) % 2 = 0 ORDER BY id;

SELECT abs(hashtext(name)) % 10 AS bucket, count(*) FROM things GROUP BY 1 ORDER BY 1;

SELECT hashtext(1);

SELECT 65::"char", 0::"char", (-1)::"char", 'A'::"char"::int, 200::"char"::int;

SELECT 'A'::"char"::int, 65::"char", (-1)::"char"::int, ''::"char"::int;
