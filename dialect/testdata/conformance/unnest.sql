-- schema: shop
-- cases
SELECT * FROM unnest(ARRAY[1, 2, 3], ARRAY['a', 'b']);

SELECT * FROM unnest(ARRAY[1, 2], ARRAY['a', 'b', NULL]) AS t(x, y) ORDER BY x NULLS FIRST, y;

SELECT * FROM unnest(ARRAY[1, NULL, 3], ARRAY[true], ARRAY[1.5, 2.50]) WITH ORDINALITY;

SELECT * FROM unnest(ARRAY[1, 2], ARRAY['x']) WITH ORDINALITY AS u(a, b, n) WHERE n > 1;

SELECT t FROM unnest(ARRAY[1, 2], ARRAY['x', 'y']) AS t;

SELECT t.x, unnest FROM unnest(ARRAY[1, 2], ARRAY['x', 'y']) AS t(x);

SELECT unnest.* FROM unnest(ARRAY[1, 2], ARRAY['x', 'y']);

SELECT unnest FROM unnest(ARRAY[1, 2], ARRAY['x', 'y']);

SELECT * FROM unnest('{}'::int[], '{}'::text[]);

SELECT * FROM unnest('{}'::int[], ARRAY['only']) AS t(a, b);

SELECT * FROM unnest(NULL::int[], ARRAY['only', 'two']) AS t(a, b);

SELECT * FROM unnest(NULL::int[], NULL::text[]) AS t(a, b);

SELECT count(*) FROM unnest('{}'::int[], NULL::text[]) AS t(a, b);

SELECT * FROM unnest('{{1,2},{3,4}}'::int[], '{5}'::int[]) AS t(a, b);

SELECT * FROM unnest($1::bigint[], $2::text[]) AS t(id, name);
--$ ["{1,2,3}", "{a,NULL,c}"]

SELECT * FROM unnest($1::int[], $2::timestamptz[], $3::numeric[]) WITH ORDINALITY;
--$ ["{1,2}", "{2024-01-01 00:00:00+00}", "{1.50,NULL,NaN}"]

SELECT * FROM unnest(ARRAY['2024-01-01'::date, 'infinity'], ARRAY['1 day'::interval], ARRAY['\x00ff'::bytea], ARRAY['{"a":1}'::jsonb, 'null']) AS t(d, i, b, j);

SELECT o.id, t.tag, t.n FROM orders o, unnest(o.tags, ARRAY[1, 2]) AS t(tag, n) ORDER BY o.id, t.n, t.tag;

SELECT o.id, t.* FROM orders o CROSS JOIN LATERAL unnest(o.tags, o.tags) WITH ORDINALITY AS t(a, b, n) ORDER BY o.id, t.n;

SELECT o.id, t.* FROM orders o LEFT JOIN LATERAL unnest(o.tags, '{}'::int[]) AS t(a, b) ON true ORDER BY o.id, t.a;

SELECT (SELECT string_agg(a || b, ',' ORDER BY a) FROM unnest(o.tags, o.tags) AS t(a, b)) FROM orders o ORDER BY o.id;

SELECT * FROM ROWS FROM (unnest(ARRAY[1, 2, 3], ARRAY['a']), generate_series(10, 11)) AS t(a, b, c);

SELECT * FROM ROWS FROM (generate_series(10, 11), unnest(ARRAY[1, 2, 3], ARRAY['a'])) WITH ORDINALITY;

WITH d AS (SELECT * FROM unnest(ARRAY[1, 2], ARRAY['p', 'q']) AS t(id, v)) SELECT d.v, x.id FROM d JOIN unnest(ARRAY[2, 3], ARRAY[1, 1]) AS x(id, k) ON x.id = d.id;

SELECT a, count(*) FROM unnest(ARRAY[1, 1, 2], ARRAY['a', 'b']) AS t(a, b) GROUP BY a ORDER BY a;

UPDATE emp SET name = v.name FROM unnest(ARRAY[1, 2], ARRAY['one', 'two']) AS v(id, name) WHERE emp.id = v.id RETURNING emp.id, emp.name;

INSERT INTO customer (id, name) SELECT * FROM unnest(ARRAY[901, 902], ARRAY['nine', 'ten']) RETURNING id, name;

INSERT INTO customer (id, name) SELECT * FROM unnest($1::int[], $2::text[]) ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING id, name;
--$ ["{1,903}", "{again,new}"]

DELETE FROM line USING unnest(ARRAY[1, 2], ARRAY[2, 7]) AS d(a, b) WHERE line.a = d.a AND line.b = d.b RETURNING line.*, d.b;

SELECT unnest(ARRAY[1], ARRAY[2]);

SELECT * FROM pg_catalog.unnest(ARRAY[1], ARRAY[2]);

SELECT * FROM unnest(ARRAY[1], 5);

SELECT * FROM unnest(5, ARRAY[1]);

SELECT * FROM unnest(ARRAY[1], 'x');

SELECT * FROM unnest(ARRAY[1], '{2}');

SELECT * FROM unnest(ARRAY[1], NULL);

SELECT * FROM unnest(ARRAY[1], $1);

SELECT * FROM unnest(ARRAY[1], VARIADIC ARRAY[2]);

SELECT * FROM unnest(DISTINCT ARRAY[1], ARRAY[2]);

SELECT * FROM unnest(ARRAY[1], ARRAY[2]) AS t(a, b, c);

SELECT * FROM unnest(ARRAY[1], ARRAY[2]) AS t(a int, b int);

SELECT * FROM ROWS FROM (unnest(ARRAY[1]), unnest(ARRAY[2])) AS t(a int, b int);

SELECT * FROM ROWS FROM (unnest(ARRAY[1], ARRAY[2]) AS (a int, b int));

SELECT * FROM unnest(ARRAY[1], unnest(ARRAY[ARRAY[2]]));

SELECT * FROM unnest(ARRAY[1], ARRAY[nope]);

SELECT * FROM unnest(ARRAY[1], ARRAY[sum(1)]);

SELECT a FROM unnest(ARRAY[1], ARRAY[2]) AS t(a, a);

SELECT * FROM unnest(ARRAY[1, 2], '[4:6]={7,8,9}'::int[]) AS t(a, b);

SELECT * FROM unnest('a:1 b:2,3'::tsvector, ARRAY[1]);

SELECT * FROM unnest(ARRAY[1, 2], '{[1,3),[5,7)}'::int4multirange) AS t(a, b);

SELECT array_agg(t ORDER BY t.a) FROM unnest(ARRAY[1, 2], ARRAY['x y', NULL]) AS t(a, b);

SELECT row_to_json(t) FROM unnest(ARRAY[1, 2], ARRAY['x', 'y']) AS t;

SELECT row_to_json(t) FROM unnest(ARRAY[1, 2], ARRAY['x', 'y']) AS t(a, b);

SELECT DISTINCT b FROM unnest(ARRAY[1, 2, 3], ARRAY['B', 'a', 'B']) AS t(a, b) ORDER BY b;
