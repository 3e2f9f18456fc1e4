-- schema: shop
-- cases
SELECT '{"a": {"b": [1, 2, {"c": null}]}}'::jsonb -> 'a' -> 'b' -> 2, '{"a": 1}'::jsonb -> 'x', '[1,2,3]'::jsonb -> -1, '[1,2]'::jsonb -> 5;

SELECT '{"a": "x"}'::jsonb ->> 'a', '{"a": true}'::jsonb ->> 'a', '{"a": 1.50}'::jsonb ->> 'a', '{"a": [1]}'::jsonb ->> 'a', '{"a": null}'::jsonb ->> 'a';

SELECT '{"b": 1, "a": 2, "aa": 3, "a": 4}'::jsonb, '{"b": 1, "a": 2}'::json, '[1.50, 1e2, -0]'::jsonb;

SELECT '{"a": {"b": 5}}'::jsonb #> '{a,b}', '{"a": {"b": 5}}'::jsonb #>> '{a,b}', '{"a": [10, 20]}'::json #>> '{a,1}';

SELECT '{"a": 1, "b": 2}'::jsonb @> '{"a": 1}', '{"a": 1}'::jsonb <@ '{"a": 1, "b": 2}', '[1,2,3]'::jsonb @> '[3,1]', '{"a": [1,2]}'::jsonb @> '{"a": [1]}';

SELECT '{"a": 1}'::jsonb ? 'a', '{"a": 1}'::jsonb ?| array['x', 'a'], '{"a": 1}'::jsonb ?& array['x', 'a'], '["a"]'::jsonb ? 'a';

SELECT '{"a": 1}'::jsonb || '{"b": 2}', '[1]'::jsonb || '2', '{"a": 1, "b": 2}'::jsonb - 'a', '[1,2,3]'::jsonb - 1, '{"a": {"b": 1, "c": 2}}'::jsonb #- '{a,b}';

SELECT jsonb_build_object('a', 1, 'b', 'x', 'c', NULL, 'd', true, 'e', 1.5), json_build_object('a', 1, 'b', now() IS NULL), jsonb_build_array(1, 'x', NULL, 2.5);

SELECT to_jsonb('x'::text), to_jsonb(1), to_jsonb(1.50), to_jsonb(true), to_jsonb('2024-01-01'::date), to_json('a"b'::text), to_jsonb(ARRAY[1, 2]);

SELECT jsonb_typeof('{}'), jsonb_typeof('[]'), jsonb_typeof('1'), jsonb_typeof('"x"'), jsonb_typeof('null'), json_typeof('true');

SELECT jsonb_array_length('[1,2,3]'), json_array_length('[]'), jsonb_array_length('{}');

SELECT jsonb_set('{"a": 1}', '{a}', '2'), jsonb_set('{"a": 1}', '{b}', '"x"'), jsonb_set('{"a": 1}', '{b}', '2', false), jsonb_insert('{"a": [1, 3]}', '{a,1}', '2');

SELECT jsonb_strip_nulls('{"a": null, "b": {"c": null, "d": 1}}'), jsonb_pretty('{"a": [1, 2]}'), jsonb_extract_path('{"a": {"b": 1}}', 'a', 'b'), jsonb_extract_path_text('{"a": {"b": 1}}', 'a', 'b');

SELECT jsonb_object('{a, 1, b, 2}'), jsonb_object('{a, b}', '{1, 2}');

SELECT '{"a": 1}'::jsonb = '{"a": 1.0}'::jsonb, '1'::jsonb < '2'::jsonb, '"a"'::jsonb < '1'::jsonb;

SELECT '{"a": 1}'::json = '{"a": 1}'::json;

SELECT ('{"a": "5"}'::jsonb ->> 'a')::int + 1, ('{"a": 5}'::jsonb -> 'a')::int, ('{"a": true}'::jsonb -> 'a')::bool, ('{"a": "x"}'::jsonb -> 'a')::int;

SELECT '{bad'::json;

SELECT info ->> 'k' FROM orders WHERE info ->> 'k' IS NOT NULL ORDER BY id;

SELECT id FROM orders WHERE info ->> 'k' = $1 ORDER BY id;
--$ ["v"]

SELECT id FROM orders WHERE info @> $1 ORDER BY id;
--$ ["{\"k\": \"v\"}"]

SELECT id FROM orders WHERE info ? 'k' ORDER BY id;

SELECT id FROM orders WHERE info -> 'n' IS NOT NULL ORDER BY id;

SELECT info -> $1 FROM orders ORDER BY id;
--$ ["k"]

UPDATE orders SET info = info || '{"z": 1}' WHERE id = 1 RETURNING info;

UPDATE orders SET info = jsonb_set(info, '{k}', to_jsonb($1::text)) WHERE id = 1 RETURNING info;
--$ ["new"]

INSERT INTO orders (total, info) VALUES (1, jsonb_build_object('id', $1::int, 'tags', $2::text[])) RETURNING info;
--$ [5, ["a", "b"]]

SELECT key, value FROM jsonb_each('{"a": 1, "b": {"c": 2}}') ORDER BY key;

SELECT key, value FROM jsonb_each_text('{"a": 1, "b": null, "c": "x"}') ORDER BY key;

SELECT * FROM jsonb_object_keys('{"b": 1, "a": 2}') ORDER BY 1;

SELECT * FROM jsonb_array_elements('[1, "x", {"a": 1}]');

SELECT value ->> 'a' FROM jsonb_array_elements('[{"a": 1}, {"a": "z"}]') ORDER BY 1;

SELECT o.id, e.value FROM orders o, jsonb_each_text(o.info) e WHERE jsonb_typeof(o.info) = 'object' ORDER BY 1, 2;

SELECT j ->> 'a', jb -> 'b' -> 0 FROM kinds ORDER BY id;

SELECT jb ->> 'a' || '!' FROM kinds WHERE jb ->> 'a' LIKE '1%' ORDER BY id;

SELECT count(*) FROM kinds WHERE (jb ->> 'a')::numeric = 1;

SELECT json_agg(name ORDER BY id) FROM customer WHERE id < 3;

SELECT jsonb_agg(jsonb_build_object('id', id, 'n', name) ORDER BY id) FROM customer WHERE id < 3;

SELECT jsonb_object_agg(name, credit) FROM customer WHERE id < 3;

SELECT row_to_json(c) FROM (SELECT id, name, active FROM customer WHERE id = 1) c;

SELECT to_jsonb(c) FROM customer c WHERE id = 1;

SELECT json_agg(c ORDER BY c.id) FROM customer c WHERE id < 3;

SELECT jsonb_agg(t) FROM (SELECT id, total, tags, info FROM orders ORDER BY id LIMIT 2) t;

SELECT json_build_object('c', c) FROM (SELECT 1 AS x, 'y' AS z) c;

SELECT jsonb_path_query_first('{"a": [1, 2]}', '$.a[1]'), '{"a": 1}'::jsonb @? '$.a', jsonb_path_exists('{"a": 1}', '$.b');

SELECT array_to_json(ARRAY[1, 2]), array_to_json(ARRAY['a', NULL]);

SELECT * FROM jsonb_to_recordset('[{"a": 1, "b": "x"}]') AS t(a int, b text);

SELECT coalesce(info, '{}') FROM orders ORDER BY id;

SELECT coalesce(info ->> 'k', 'none') FROM orders ORDER BY id;

SELECT info::text, info::json FROM orders ORDER BY id;

SELECT '1'::jsonb::text, '"x"'::jsonb #>> '{}', 'null'::jsonb IS NULL;
