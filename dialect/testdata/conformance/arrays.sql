CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE TABLE arr (id int PRIMARY KEY, i int[], t text[], n numeric[], m int[][], d date[], ts timestamptz[], b bool[], f float8[], j jsonb[], y bytea[], u uuid[], v varchar(4)[], e mood[]);
INSERT INTO arr VALUES
 (1, '{1,2,3}', '{a,b,c}', '{1.50,2}', '{{1,2},{3,4}}', '{2024-01-01,infinity}', '{"2024-01-01 10:00:00+00",NULL}', '{t,f,NULL}', '{1.5,NaN,Infinity}', '{"{\"a\": 1}","2"}', '{"\\x01","\\x"}', '{a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11}', '{ab,abcd}', '{sad,happy}'),
 (2, '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}', '{}'),
 (3, '{NULL,5,NULL}', '{NULL,"null","a,b","q\"x",""," s "}', '{NaN,-1}', '{{5,6},{NULL,8}}', NULL, NULL, NULL, '{-0,0}', NULL, NULL, NULL, NULL, '{ok,NULL}'),
 (4, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL, NULL),
 (5, '[0:2]={7,8,9}', '[-1:0]={x,y}', '{1.5,2.0}', '[0:1][2:3]={{1,2},{3,4}}', '{2020-02-29}', NULL, '{t}', '{1.5}', NULL, NULL, NULL, NULL, '{happy}');
CREATE TABLE grp (g int, a int[], s text[]);
INSERT INTO grp VALUES (1, '{1,2}', '{a}'), (1, '{3,4}', '{b}'), (2, '{5,6}', NULL), (3, '{1,2}', '{c,d}');
-- cases
SELECT id, i, t, n, m, d, b, f, v, e FROM arr ORDER BY id;

SELECT ts, j, y, u FROM arr ORDER BY id;

SELECT ARRAY[[1, 2], [3, 4]], ARRAY[['a', 'b']], ARRAY[[[1]], [[2]]];

SELECT ARRAY[i, i] FROM arr ORDER BY id;

SELECT ARRAY[ARRAY[1, 2.5], ARRAY[3, 4]];

SELECT ARRAY[[1, 2], [3]];

SELECT ARRAY[[1, 2], 3];

SELECT ARRAY[[1], ['x']];

SELECT ARRAY[[1, 2], '{3,4}'];

SELECT ARRAY[[], []]::int[], ARRAY[[1], ['2']]::bigint[], ARRAY[NULL, ARRAY[1]]::int[];

SELECT ARRAY[ARRAY[]::int[], NULL::int[]];

SELECT ARRAY[[1, 2], [$1, 4]];
--$ [3]

SELECT m[1][2], m[2][1], m[1], m[0][2], m[9][9] FROM arr ORDER BY id;

SELECT m[1:1], m[1:2][2:2], m[:][1], m[2:][:1], m[1:2][1] FROM arr ORDER BY id;

SELECT i[1:2], i[2:], i[:2], i[:], i[3:1], i[NULL:2], i[1:NULL] FROM arr ORDER BY id;

SELECT i[id:id + 1], t[2:3] FROM arr ORDER BY id;

SELECT (i[2:3])[1], (t[2:])[1] FROM arr ORDER BY id;

SELECT i['1'], i[1.4], i[2::bigint] FROM arr WHERE id = 1;

SELECT i['x'] FROM arr;

SELECT i[true] FROM arr;

SELECT id[1] FROM arr;

SELECT i[$1], i[$1:$2] FROM arr ORDER BY id;
--$ [2, 3]

SELECT array_dims(i), array_ndims(i), array_lower(i, 1), array_upper(i, 1), array_length(i, 1), cardinality(i) FROM arr ORDER BY id;

SELECT array_dims(m), array_ndims(m), array_lower(m, 2), array_upper(m, 2), array_length(m, 2), array_length(m, 3), cardinality(m) FROM arr ORDER BY id;

SELECT array_position(t, 'b'), array_position(t, NULL), array_position(i, 5), array_position(i, 2, 2), array_position(i, 1, 2) FROM arr ORDER BY id;

SELECT array_position(m, 1) FROM arr WHERE id = 1;

SELECT array_positions(ARRAY[1, 2, 1, NULL], 1), array_positions(ARRAY[1, 2, 1, NULL], NULL), array_positions('{}'::int[], 1), array_positions(NULL::int[], 1);

SELECT array_replace(i, NULL, 0), array_replace(n, 1.5, 9), array_remove(i, NULL), array_remove(t, 'a') FROM arr ORDER BY id;

SELECT array_remove(m, 1) FROM arr WHERE id = 1;

SELECT array_fill(7, ARRAY[3]), array_fill('x'::text, ARRAY[2, 2]), array_fill(1, ARRAY[2], ARRAY[0]), array_fill(NULL::int, ARRAY[2]);

SELECT array_fill(7, ARRAY[NULL]::int[]);

SELECT array_fill(7, NULL);

SELECT array_fill(7, ARRAY[2], ARRAY[1, 2]);

SELECT trim_array(i, 1), trim_array(t, 0) FROM arr WHERE id IN (1, 3, 5) ORDER BY id;

SELECT trim_array(i, 9) FROM arr WHERE id = 1;

SELECT trim_array(i, -1) FROM arr WHERE id = 1;

SELECT array_to_string(i, ','), array_to_string(t, '|', '*'), array_to_string(m, '-'), array_to_string(d, ' '), array_to_string(b, ''), array_to_string(e, '/') FROM arr ORDER BY id;

SELECT array_to_string(ts, ', '), array_to_string(f, ','), array_to_string(y, ',') FROM arr ORDER BY id;

SELECT string_to_array('a,b,,c', ','), string_to_array('a,b', NULL), string_to_array('', ','), string_to_array('a b', ''), string_to_array('x~~y', '~~'), string_to_array('a,NULL,b', ',', 'NULL'), string_to_array(NULL, ',');

SELECT * FROM string_to_table('a,b,,c', ',');

SELECT x FROM string_to_table('a,nil,c', ',', 'nil') AS x;

SELECT * FROM string_to_table('', ',');

SELECT count(*) FROM string_to_table(NULL, ',');

SELECT unnest(i) FROM arr WHERE id IN (1, 3);

SELECT id, x FROM arr, unnest(t) x ORDER BY id, x;

SELECT x FROM unnest(ARRAY[[1, 2], [3, 4]]) x;

SELECT * FROM unnest('{}'::int[]);

SELECT * FROM unnest(ARRAY['x', 'y']) WITH ORDINALITY AS u(v, n);

SELECT x FROM unnest('{1.5,NaN,-Infinity}'::float8[]) x;

SELECT x FROM unnest('{"\\x01",NULL}'::bytea[]) x;

SELECT x FROM unnest($1::text[]) x;
--$ [["p", "q"]]

SELECT s, i[s] FROM arr, generate_subscripts(i, 1) s WHERE id IN (1, 5) ORDER BY id, s;

SELECT generate_subscripts(m, 2) FROM arr WHERE id IN (1, 5);

SELECT s FROM generate_subscripts(ARRAY[5, 6], 1, true) s;

SELECT s FROM generate_subscripts(ARRAY[5, 6], 2) s;

SELECT width_bucket(5, ARRAY[1, 5, 10]), width_bucket(0, ARRAY[1, 5]), width_bucket(2.5, ARRAY[1, 2.5]), width_bucket('2024-05-01'::date, ARRAY['2024-01-01', '2024-06-01']::date[]), width_bucket(1, '{}'::int[]), width_bucket('NaN'::float8, ARRAY[1.0, 2.0]::float8[]);

SELECT width_bucket(1, ARRAY[1, NULL]);

SELECT width_bucket(1, ARRAY[[1]]);

SELECT i || 4, 0 || i, i || i, i || NULL, i || '{8,9}', t || 'z', i || ARRAY[[1, 2]] FROM arr WHERE id = 1;

SELECT m || ARRAY[9, 9], m || m, ARRAY[0, 0] || m FROM arr WHERE id = 1;

SELECT m || ARRAY[1, 2, 3] FROM arr WHERE id = 1;

SELECT array_append(i, 9), array_prepend(0, i), array_cat(i, ARRAY[5]) FROM arr ORDER BY id;

SELECT array_append(m, 1) FROM arr WHERE id = 1;

SELECT i @> ARRAY[1], i <@ ARRAY[1, 2, 3, 4], i && ARRAY[3, 9], i @> '{}', i && '{}', i @> ARRAY[NULL]::int[], i && ARRAY[NULL]::int[] FROM arr ORDER BY id;

SELECT t @> ARRAY['a'], t && $1::text[], m @> ARRAY[4] FROM arr ORDER BY id;
--$ [["c", "x"]]

SELECT i = ARRAY[1, 2, 3], i <> '{}', i < ARRAY[2], i >= ARRAY[1, 2], i = '[1:3]={1,2,3}'::int[], i = '[2:4]={1,2,3}'::int[] FROM arr ORDER BY id;

SELECT n = ARRAY[1.5, 2.00], n < ARRAY[1.5, 2.1], f = ARRAY[0, 0]::float8[], ARRAY[NULL]::int[] = ARRAY[NULL]::int[], ARRAY[1, NULL] > ARRAY[1, 2] FROM arr ORDER BY id;

SELECT i FROM arr ORDER BY i;

SELECT n, count(*) FROM arr GROUP BY n ORDER BY n;

SELECT DISTINCT t FROM arr ORDER BY t;

SELECT max(i), min(i), max(n), min(d) FROM arr;

SELECT array_agg(a ORDER BY a) FROM grp;

SELECT g, array_agg(a ORDER BY a), array_agg(s ORDER BY s) FILTER (WHERE s IS NOT NULL AND cardinality(s) = 1) FROM grp GROUP BY g ORDER BY g;

SELECT array_agg(s) FROM grp;

SELECT array_agg(s) FROM grp WHERE g IN (1, 3);

SELECT array_agg(x) FROM (SELECT '{}'::int[]) t(x);

SELECT array_agg(a) FROM grp WHERE false;

SELECT array_agg(g ORDER BY g DESC), array_agg(DISTINCT g), array_agg(g) FILTER (WHERE g > 9) FROM grp;

SELECT ARRAY(SELECT g FROM grp ORDER BY a), ARRAY(SELECT s[1] FROM grp ORDER BY a, g);

SELECT id FROM arr WHERE 2 = ANY (i) ORDER BY id;

SELECT id, 2 = ANY (i), 2 <> ALL (i), 10 > ALL (i), NULL = ANY (i) FROM arr ORDER BY id;

SELECT id FROM arr WHERE 'a' = ANY (t) OR 'x' = ANY (t) ORDER BY id;

SELECT 4 = ANY (m), 1.5 = ANY (n) FROM arr ORDER BY id;

SELECT i::text, m::text, i::bigint[], i::text[], t::varchar[], n::int[] FROM arr WHERE id IN (1, 2, 5) ORDER BY id;

SELECT '{1,2}'::text::int[], '{{1,2},{3,4}}'::int[], '[2:3]={a,b}'::text[], '{"a\"b", c\,d, "NULL", null}'::text[];

SELECT '{1,2'::int[];

SELECT '{{1,2},{3}}'::int[];

SELECT '{1,x}'::int[];

SELECT '[1:3]={1,2}'::int[];

SELECT '{a,{b}}'::text[];

SELECT '{}'::int[] = '{}', cardinality('{}'::int[]), '{}'::int[] || 1;

UPDATE arr SET i[2] = 20 WHERE id IN (1, 2, 3, 4, 5) RETURNING id, i;

UPDATE arr SET i[6] = 60, t[0] = 'zero' WHERE id IN (1, 2) RETURNING i, t;

UPDATE arr SET i[1:2] = ARRAY[8, 9] WHERE id IN (1, 2, 4, 5) RETURNING i;

UPDATE arr SET i[2:] = ARRAY[8, 9] WHERE id = 1 RETURNING i;

UPDATE arr SET i[1:2] = ARRAY[8] WHERE id = 1;

UPDATE arr SET i[3:1] = ARRAY[8] WHERE id = 1;

UPDATE arr SET i[1:] = ARRAY[8] WHERE id = 2;

UPDATE arr SET m[1][1] = 100, m[2][2] = 400 WHERE id = 1 RETURNING m;

UPDATE arr SET m[3][3] = 100 WHERE id = 1;

UPDATE arr SET m[1] = 100 WHERE id = 1;

UPDATE arr SET m[1:2][1:1] = '{{7},{8}}' WHERE id = 1 RETURNING m;

UPDATE arr SET i[NULL] = 1 WHERE id = 1;

UPDATE arr SET i[1] = NULL, t[1] = NULL WHERE id = 1 RETURNING i, t;

UPDATE arr SET i[1] = 'x'::text WHERE id = 1;

UPDATE arr SET i[1] = '5', n[2] = 7, d[1] = '2025-01-01' WHERE id = 1 RETURNING i, n, d;

UPDATE arr SET i[$1] = $2 WHERE id = 1 RETURNING i;
--$ [3, 33]

UPDATE arr SET v[1] = 'abcdefgh' WHERE id = 1;

UPDATE arr SET v[1] = 'xyz' WHERE id = 1 RETURNING v;

INSERT INTO arr (id, i, t) VALUES (9, $1, $2) RETURNING i, t;
--$ [[4, 5], ["a", "b c"]]

INSERT INTO arr (id, m) VALUES (9, ARRAY[[1], [2]]) RETURNING m;

SELECT count(DISTINCT i) FROM arr;

SELECT id FROM arr WHERE i IN ('{1,2,3}', '{}') ORDER BY id;

SELECT coalesce(i, '{0}'), nullif(i, '{}') FROM arr ORDER BY id;

SELECT CASE WHEN id = 1 THEN i ELSE '{5}' END FROM arr ORDER BY id;

SELECT i FROM arr WHERE i IS NULL UNION ALL SELECT '{1}' ORDER BY 1;

SELECT e[1], e @> ARRAY['ok'::mood], 'happy' = ANY (e) FROM arr ORDER BY id;

SELECT array_append(e, 'ok'), array_to_string(e, ',') FROM arr ORDER BY id;

SELECT array_length(i), 1 FROM arr;

SELECT array_upper(5, 1);

SELECT '{1.5,2.5,-2.5,NULL}'::numeric[]::int[], '{1.5,2.5}'::float8[]::int[], '{1.25,1e20}'::float8[]::numeric[], '{1,2}'::int[]::float8[], '{3000000000}'::bigint[]::float4[], '{1,2}'::bigint[]::int[];

SELECT '{3000000000}'::bigint[]::int[];

SELECT '{a,1}'::text[]::int[];

SELECT '{1,NULL}'::text[]::int[], '{t,false}'::text[]::bool[], d::text[], ts::text[], j::text[], u::text[] FROM arr ORDER BY id;

SELECT d::timestamp[] FROM arr ORDER BY id;

SELECT (ARRAY[k.vc, k.vc])[1], ARRAY[k.vc], (ARRAY[k.vc, k.t])[1], (ARRAY[[k.vc], [k.vc]])[1][1], (ARRAY[k.n2, k.n2])[2], (ARRAY[k.n, 1.5])[2], (ARRAY[k.ch])[1] FROM kinds k ORDER BY k.id;

CREATE TABLE typed AS SELECT ARRAY[k.vc, k.vc] AS a, ARRAY[k.n2] AS n, (ARRAY[k.n2])[1] AS one FROM kinds k;
SELECT format_type(atttypid, atttypmod) FROM pg_attribute WHERE attrelid = 'typed'::regclass AND attnum > 0 ORDER BY attnum;
