CREATE TABLE doc (id int PRIMARY KEY, j jsonb, js json, n jsonb NOT NULL DEFAULT '{}');
INSERT INTO doc VALUES
 (1, '{"a": 1, "b": {"c": [1, 2, 3], "d": null}, "e": "x"}', '{"z":1, "y" : [1,2] , "z":2}'),
 (2, '[1, "two", {"three": 3}]', '[1,{"a":null}]'),
 (3, '"str"', '"s\u00e9"'),
 (4, '5', '1.50'),
 (5, NULL, NULL),
 (6, '{}', '{}'),
 (7, '[]', '[]'),
 (8, 'null', 'null'),
 (9, '{"name": "Ann", "tags": ["x", "y"], "age": 30, "ok": true}', '{"k": "v"}');
CREATE TABLE kv (g int, k text, v int, at timestamptz, d date);
INSERT INTO kv VALUES (1, 'a', 1, '2024-01-01 10:00:00+00', '2024-01-01'), (1, 'b', NULL, NULL, NULL), (1, 'a', 3, '2024-06-01 10:00:00+00', '2024-06-01'), (2, 'c', 4, NULL, 'infinity'), (3, NULL, 5, NULL, NULL);
-- cases
SELECT id, j['a'], j['b']['c'], j['b']['c'][1], j['b']['c'][-1], j['zz'] FROM doc ORDER BY id;

SELECT id, j[0], j[1], j[2]['three'], j[-1] FROM doc ORDER BY id;

SELECT j['b']['c'][id] FROM doc ORDER BY id;

SELECT j[$1] FROM doc ORDER BY id;
--$ ["e"]

SELECT (j['a'])::int + 1 FROM doc WHERE id = 1;

SELECT j['e'] = '"x"', j['a'] = '1', j['a'] > '0' FROM doc WHERE id = 1;

SELECT id FROM doc WHERE j['name'] = '"Ann"';

SELECT id FROM doc WHERE j['age'] = to_jsonb($1::int);
--$ [30]

SELECT ('{"a": [1, 2]}'::jsonb)['a'][0], ('[1, 2]'::jsonb)[1], ('"x"'::jsonb)['a'], ('[1]'::jsonb)[NULL];

SELECT ('[1, 2]'::jsonb)[1:2];

SELECT ('[1, 2]'::jsonb)[:];

SELECT ('[1, 2]'::jsonb)[1.5];

SELECT ('[1, 2]'::jsonb)[true];

SELECT ('[1, 2]'::jsonb)['1'], ('{"1": 5}'::jsonb)[1], ('[1, 2]'::jsonb)[1::bigint];

SELECT ('[1]'::json)[0];

SELECT (5)[1];

UPDATE doc SET j['a'] = '2' WHERE id = 1 RETURNING j;

UPDATE doc SET j['b']['c'][1] = '"mid"' WHERE id = 1 RETURNING j;

UPDATE doc SET j['new']['path'][2]['x'] = '1' WHERE id IN (1, 5, 6) RETURNING id, j;

UPDATE doc SET j[3] = '9' WHERE id IN (2, 5, 7) RETURNING id, j;

UPDATE doc SET j[6] = '9' WHERE id IN (2, 7) RETURNING id, j;

UPDATE doc SET j[-1] = '"last"' WHERE id = 2 RETURNING j;

UPDATE doc SET j[-9] = '"last"' WHERE id = 2 RETURNING j;

UPDATE doc SET j['a'] = '1' WHERE id = 2;

UPDATE doc SET j['a'] = '1' WHERE id = 3;

UPDATE doc SET j['a']['b'] = '1' WHERE id = 1;

UPDATE doc SET j['a'] = NULL, j['e'] = '5', j['f'] = to_jsonb(id) WHERE id = 1 RETURNING j;

UPDATE doc SET j['a'] = j['b'], j['b'] = j['a'] WHERE id = 1 RETURNING j;

UPDATE doc SET j[NULL] = '1' WHERE id = 1;

UPDATE doc SET j['a'] = 1 WHERE id = 1;

UPDATE doc SET j['a'] = 'x'::text WHERE id = 1;

UPDATE doc SET j['a'] = 'notjson' WHERE id = 1;

UPDATE doc SET j['a'] = DEFAULT WHERE id = 1;

UPDATE doc SET j['a'] = '1', j = '{}' WHERE id = 1;

UPDATE doc SET js['a'] = '1' WHERE id = 1;

UPDATE doc SET id[1] = 2 WHERE id = 1;

UPDATE doc SET zz['a'] = '1' WHERE id = 1;

UPDATE doc SET j[$1] = $2 WHERE id = 1 RETURNING j;
--$ ["p", "{\"q\": [1]}"]

UPDATE doc SET n['count'] = to_jsonb(coalesce((n['count'])::int, 0) + 1) WHERE id < 3 RETURNING id, n;

UPDATE doc d SET j['v'] = to_jsonb(k.v) FROM kv k WHERE k.v = d.id AND d.id = 1 RETURNING d.j;

UPDATE doc SET n['a'] = (SELECT jsonb_agg(v ORDER BY v) FROM kv) WHERE id = 1 RETURNING n;

INSERT INTO doc (id, n) VALUES (1, '{"x": 1}') ON CONFLICT (id) DO UPDATE SET n['seen'] = excluded.n RETURNING n;

SELECT jsonb_set_lax('{"a": 1}', '{a}', NULL), jsonb_set_lax('{"a": 1}', '{a}', NULL, true, 'delete_key'), jsonb_set_lax('{"a": 1}', '{a}', NULL, true, 'return_target'), jsonb_set_lax('{"a": 1}', '{b}', '2', false);

SELECT jsonb_set_lax('{"a": 1}', '{a}', NULL, true, 'raise_exception');

SELECT jsonb_set_lax('{"a": 1}', '{a}', NULL, true, 'nonsense');

SELECT jsonb_set_lax('{"a": 1}', '{a}', NULL, true, NULL);

SELECT jsonb_set_lax(j, '{a}', to_jsonb(nullif(id, 1)), null_value_treatment => 'delete_key') FROM doc WHERE id IN (1, 6) ORDER BY id;

SELECT jsonb_set(j, '{b,c,0}', '"first"'), jsonb_set(j, '{b,x}', '[1]'), jsonb_set(j, '{b,c,-9}', '0'), jsonb_set(j, '{b,c,9}', '0') FROM doc WHERE id = 1;

SELECT jsonb_set(j, '{a}', '1') FROM doc WHERE id = 3;

SELECT jsonb_set(j, '{x}', '1') FROM doc WHERE id = 2;

SELECT jsonb_set('{"a": 1}', '{NULL}', '1');

SELECT jsonb_set('{"a": 1}', '{{a,b}}', '1');

SELECT jsonb_insert('{"a": [0, 1]}', '{a,1}', '"n"', true), jsonb_insert('{"a": [0, 1]}', '{a,-1}', '"n"'), jsonb_insert('{"a": 1}', '{b}', '2'), jsonb_insert('[1, 2]', '{0}', '0', insert_after => true);

SELECT jsonb_insert('{"a": 1}', '{a}', '2');

SELECT j - 'a', j - '{a,e}'::text[], j #- '{b,c,0}' FROM doc WHERE id = 1;

SELECT j - 0, j - (-1), j - 9, j - 'two' FROM doc WHERE id = 2;

SELECT j - 0 FROM doc WHERE id = 1;

SELECT j - 'a' FROM doc WHERE id = 3;

SELECT j #- '{a}' FROM doc WHERE id = 4;

SELECT id, j || '{"z": 9}', '[0]' || j FROM doc ORDER BY id;

SELECT id, j ? 'a', j ?| '{a,two}', j ?& '{a,e}', j ?| '{}', j ?& '{}' FROM doc ORDER BY id;

SELECT id, j @> '{"b": {"c": [3]}}', j @> '[{"three": 3}]', j <@ '{"a": 1}', j @> '5' FROM doc ORDER BY id;

SELECT id, j #> '{b,c}', j #>> '{b,c,1}', js #> '{y,0}', js #>> '{z}', js -> 'z', js ->> 'y' FROM doc ORDER BY id;

SELECT j #> '{}', js #>> '{}', j #>> '{}' FROM doc ORDER BY id;

SELECT j #> '{a,NULL}' FROM doc WHERE id = 1;

SELECT id, json_typeof(js), jsonb_typeof(j) FROM doc ORDER BY id;

SELECT id, e.key, e.value FROM doc, jsonb_each(j) e WHERE id IN (1, 6, 9) ORDER BY id, key;

SELECT id, e.* FROM doc, jsonb_each_text(j) AS e WHERE id IN (1, 9) ORDER BY id, key;

SELECT * FROM json_each('{"b": [1, 2], "a" : null, "b": 3}');

SELECT * FROM json_each_text('{"b": [1, 2], "a" : null, "c": "x\ty"}');

SELECT * FROM jsonb_each('[1]');

SELECT * FROM json_each('[1]');

SELECT * FROM json_each('1');

SELECT * FROM jsonb_each_text('5');

SELECT value FROM jsonb_array_elements('[1, [2, 3], {"a": null}, null]');

SELECT value, ordinality FROM jsonb_array_elements_text('["a", null, 1.50, {"x": "y"}]') WITH ORDINALITY;

SELECT * FROM json_array_elements('[1, [2,  3]]');

SELECT * FROM json_array_elements_text('["a", null]') AS t(x);

SELECT * FROM jsonb_array_elements('{}');

SELECT * FROM json_array_elements('5');

SELECT k FROM jsonb_object_keys('{"b": 1, "aa": 2, "a": 3}') k;

SELECT json_object_keys('{"b": 1, "aa": 2, "b": 3}');

SELECT jsonb_object_keys('[1]');

SELECT json_object_keys('"x"');

SELECT json_object('{a, 1, b, "x y", c, NULL}'), json_object('{{a, 1}, {b, 2}}'), json_object('{a, b}', '{1, NULL}'), jsonb_object('{b, 1, a, 2, b, 3}');

SELECT json_object('{a, 1, b}');

SELECT json_object('{{a, 1, 2}}');

SELECT json_object('{a, b}', '{1}');

SELECT json_object('{NULL, 1}');

SELECT json_object('{}'), json_object('{}', '{}');

SELECT json_strip_nulls('{"a": null, "b": [null, {"c": null, "d": 1}], "e": {}}'), jsonb_strip_nulls('{"a": null, "b": [null, {"c": null, "d": 1}]}'), jsonb_strip_nulls('null');

SELECT jsonb_pretty(j) FROM doc ORDER BY id;

SELECT json_agg(v) FROM kv;

SELECT json_agg(v ORDER BY v DESC NULLS LAST), jsonb_agg(v ORDER BY v), json_agg(DISTINCT k), jsonb_agg(DISTINCT g) FROM kv;

SELECT g, json_agg(k ORDER BY k) FILTER (WHERE v > 1), jsonb_agg(v ORDER BY v) FILTER (WHERE k IS NOT NULL) FROM kv GROUP BY g ORDER BY g;

SELECT json_agg(at ORDER BY at), jsonb_agg(d ORDER BY d) FROM kv;

SELECT json_agg(x) FROM (SELECT 1 WHERE false) t(x);

SELECT g, json_object_agg(k, v ORDER BY v), jsonb_object_agg(k, v ORDER BY v) FROM kv WHERE k IS NOT NULL GROUP BY g ORDER BY g;

SELECT json_object_agg(k, v) FROM kv;

SELECT jsonb_object_agg(k, v) FROM kv;

SELECT jsonb_object_agg(k, v) FILTER (WHERE k IS NOT NULL AND v IS NOT NULL) FROM kv;

SELECT json_object_agg(v, d ORDER BY v) FROM kv WHERE v IS NOT NULL;

SELECT json_agg(kv ORDER BY g, v) FROM kv WHERE g = 1;

SELECT row_to_json(kv) FROM kv WHERE g = 2;

SELECT row_to_json(kv, true) FROM kv WHERE g = 2;

SELECT row_to_json(kv, false), row_to_json(ROW(1, 'x', NULL)) FROM kv WHERE g = 2;

SELECT row_to_json(t, g > 1) FROM (SELECT g, k FROM kv WHERE v IN (1, 4) ORDER BY g) t;

SELECT array_to_json(ARRAY[1, 2, 3]), array_to_json('{{1,2},{3,4}}'::int[], true), array_to_json('{a,NULL}'::text[], false), array_to_json('{}'::int[], true);

SELECT to_json(1), to_json('x'::text), to_json(NULL::int), to_json(1.50), to_json('NaN'::float8), to_json('2024-01-01 10:00:00'::timestamp), to_json('1 day'::interval), to_json('\x01'::bytea), to_json('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11'::uuid), to_json(ARRAY['a"b']);

SELECT to_jsonb(at), to_jsonb(d), to_json(at), to_json(k) FROM kv ORDER BY g, v;

SELECT to_json('a'), to_jsonb('b');

SELECT to_jsonb(kv) - 'at' FROM kv WHERE g = 2;

SELECT json_build_object('a', 1, 'b', ARRAY[1, 2], 'c', '{"x": 1}'::json, 'd', NULL, 'e', now() IS NULL);

SELECT json_build_object('a');

SELECT json_build_object(NULL, 1);

SELECT jsonb_build_object(NULL, 1);

SELECT json_build_array(), json_build_object(), jsonb_build_array(1, 'a', NULL, '2024-01-01'::date);

SELECT jsonb_build_object(1, 2, true, 3, '2024-01-01'::date, 4);

SELECT json_build_object(ARRAY[1], 2);

SELECT jsonb_extract_path(j, 'b', 'c'), jsonb_extract_path_text(j, 'e'), json_extract_path(js, 'y', '1'), json_extract_path_text(js, 'z') FROM doc WHERE id = 1;

SELECT jsonb_extract_path(j, VARIADIC '{b,c,0}'::text[]) FROM doc WHERE id = 1;

SELECT jsonb_array_length(j) FROM doc WHERE id IN (2, 7) ORDER BY id;

SELECT jsonb_array_length(j) FROM doc WHERE id = 3;

SELECT json_array_length(js) FROM doc WHERE id = 9;

SELECT j::text, js::text, j::json, js::jsonb FROM doc ORDER BY id;

SELECT (j -> 'age')::int, (j -> 'age')::numeric, (j -> 'age')::float8, (j -> 'ok')::bool, (j -> 'age')::text FROM doc WHERE id = 9;

SELECT (j -> 'name')::int FROM doc WHERE id = 9;

SELECT (j -> 'zz')::int FROM doc WHERE id = 9;

SELECT j FROM doc WHERE j IS NOT NULL ORDER BY j;

SELECT j, count(*) FROM doc GROUP BY j ORDER BY j;

SELECT max(id) FROM doc WHERE j < '{}';

SELECT '{"a":1}'::jsonb || NULL, '{"a":1}'::jsonb - NULL::text, NULL::jsonb -> 'a';

SELECT '{"a": 1'::jsonb;

SELECT '{"a": "\u0000"}'::jsonb;

SELECT '[1, 2'::json;

SELECT jsonb_set_lax('{"a": 1}', '{{a,b},{c,d}}', NULL, true, 'raise_exception');

SELECT jsonb_set_lax('{"a": 1}', '{{a,b},{c,d}}', NULL, true, 'nonsense');

SELECT jsonb_set_lax('{"a": 1}', '{{a,b},{c,d}}', NULL, true, 'delete_key');

SELECT jsonb_set_lax('{"a": 1}', '{a,NULL}', '1', true, NULL);

SELECT jsonb_set_lax('5', '{a}', NULL, true, 'raise_exception');
