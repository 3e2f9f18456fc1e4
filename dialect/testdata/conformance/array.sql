-- schema: shop
-- cases
SELECT ARRAY[1, 2] || 3, 0 || ARRAY[1], ARRAY[1] || ARRAY[2, 3], ARRAY['a'] || 'b'::text;

SELECT ARRAY[1, 2, 3] @> ARRAY[2], ARRAY[1] <@ ARRAY[1, 2], ARRAY[1, 2] && ARRAY[2, 5], ARRAY['a'] && ARRAY['b'];

SELECT (ARRAY[10, 20, 30])[2], ia[1], ta[2], ia[9] FROM kinds ORDER BY id;

SELECT (ARRAY[1, 2, 3])[2:3];

SELECT array_length(ARRAY[1, 2], 1), cardinality(ARRAY[1, 2]), array_upper(ia, 1), array_lower(ia, 1), array_ndims(ia) FROM kinds ORDER BY id;

SELECT array_append(ARRAY[1], 2), array_prepend(0, ARRAY[1]), array_cat(ARRAY[1], ARRAY[2]), array_remove(ARRAY[1, 2, 1], 1), array_replace(ARRAY[1, 2], 2, 5), array_position(ARRAY['a', 'b'], 'b');

SELECT array_to_string(ARRAY[1, NULL, 3], ','), array_to_string(ARRAY[1, NULL, 3], ',', '*'), string_to_array('a,b,c', ','), string_to_array('', ',');

SELECT '{1,2}'::int[], '{a,"b c",NULL}'::text[], '{{1,2},{3,4}}'::int[], '{}'::int[], ARRAY[1.5, 2]::int[], ARRAY['1', '2']::int[];

SELECT '{1,x}'::int[];

SELECT ARRAY[1, 2] = ARRAY[1, 2], ARRAY[1, 2] < ARRAY[1, 3], ARRAY['a'] <> ARRAY['b'];

SELECT ARRAY[[1, 2], [3, 4]];

SELECT id FROM orders WHERE 'b' = ANY(tags) ORDER BY id;

SELECT id FROM orders WHERE tags @> ARRAY['a'] ORDER BY id;

SELECT id FROM orders WHERE tags @> $1 ORDER BY id;
--$ [["a"]]

SELECT id FROM orders WHERE tags && $1 ORDER BY id;
--$ [["b", "zz"]]

SELECT id FROM orders WHERE id = ANY($1::int[]) ORDER BY id;
--$ [[1, 2]]

SELECT id FROM orders WHERE id = ANY(ARRAY[1, 2]::bigint[]) ORDER BY id;

SELECT id FROM orders WHERE NOT (id = ANY($1)) ORDER BY id;
--$ [[1, 2]]

SELECT id FROM orders WHERE state = ANY($1) ORDER BY id;
--$ [["paid", "sent"]]

SELECT id FROM kinds WHERE u = ANY($1) ORDER BY id;
--$ [["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]]

SELECT id FROM kinds WHERE m = ANY($1) ORDER BY id;
--$ [["ok", "sad"]]

SELECT id FROM kinds WHERE m = ANY('{ok,sad}') ORDER BY id;

SELECT id FROM kinds WHERE n2 = ANY('{1.5,0}') ORDER BY id;

SELECT id FROM kinds WHERE tz = ANY('{2024-01-31 10:00:00+00}') ORDER BY id;

SELECT id FROM kinds WHERE d = ANY(ARRAY['2024-01-31'::date]) ORDER BY id;

SELECT id FROM kinds WHERE t LIKE ANY('{o%,T%}') ORDER BY id;

SELECT id FROM kinds WHERE t ILIKE ALL('{o%,%E}') ORDER BY id;

SELECT id FROM kinds WHERE ch = ANY('{c1,cccc}') ORDER BY id;

UPDATE orders SET tags = array_append(tags, 'new') WHERE id = 1 RETURNING tags;

UPDATE orders SET tags = tags || $1 WHERE id = 1 RETURNING tags;
--$ [["p"]]

INSERT INTO orders (total, tags) VALUES (1, ARRAY['x', 'y z']) RETURNING tags;

SELECT unnest(ARRAY[1, 2]);

SELECT u FROM unnest($1::text[]) AS u ORDER BY u DESC;
--$ [["a", "b"]]

INSERT INTO emp (name) SELECT * FROM unnest($1::text[]) RETURNING name;
--$ [["u1", "u2"]]

SELECT array_agg(t ORDER BY id) FILTER (WHERE t <> ''), array_agg(n2 ORDER BY id), array_agg(d ORDER BY id), array_agg(m ORDER BY id) FROM kinds;

SELECT count(*) FROM customer WHERE id IN (SELECT unnest($1::bigint[]));
--$ [[1, 2]]

SELECT ia || 4, array_length(ia || ARRAY[5, 6], 1) FROM kinds ORDER BY id;

SELECT max(array_length(tags, 1)), min(cardinality(tags)) FROM orders;

SELECT k.id, ARRAY(SELECT z.id FROM kinds z WHERE (k.id IN (k.i2, NULL::int, k.i4)) ORDER BY 1) FROM kinds k ORDER BY k.id;

SELECT ARRAY(SELECT z.id FROM kinds z WHERE (k.id IN (k.i2, NULL::int, k.i4)) ORDER BY 1) FROM kinds k UNION SELECT '{1,2}';

SELECT k.id FROM kinds k WHERE k.id IN (k.i2, NULL, k.i4) ORDER BY 1;

SELECT k.id, k.id IN (k.i2, NULL, k.i4) FROM kinds k ORDER BY 1;
