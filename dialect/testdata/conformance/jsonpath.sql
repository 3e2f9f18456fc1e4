CREATE TABLE doc (id int PRIMARY KEY, j jsonb, js json, p jsonpath);
INSERT INTO doc VALUES
 (1, '{"a": 1, "b": [1, 2, {"c": "x"}], "tags": ["red", "green"], "price": 9.99}', '{"a": 1}', '$.a'),
 (2, '{"a": 5, "b": [], "tags": ["blue"], "price": 100, "when": "2024-02-03"}', '[1, 2]', '$.b[*] ? (@ > 1)'),
 (3, '[1, [2, 3], {"a": {"a": 4}}]', '"x"', 'strict $.zz'),
 (4, '"2024-05-06 07:08:09"', 'null', '$.datetime()'),
 (5, NULL, NULL, NULL),
 (6, '{"items": [{"sku": "A1", "qty": 2, "price": 3.50}, {"sku": "B2", "qty": 1, "price": 10}], "customer": {"name": "Ann", "age": 30}}', '{}', '$.items[*].sku');
-- cases
SELECT id FROM doc WHERE j @? '$.a' ORDER BY id;

SELECT id FROM doc WHERE j @? '$.tags[*] ? (@ == "red")' ORDER BY id;

SELECT id FROM doc WHERE j @@ '$.a > 1' ORDER BY id;

SELECT id, j @@ '$.a > 1', j @? '$.b' FROM doc ORDER BY id;

SELECT id FROM doc WHERE j @? $1 ORDER BY id;
--$ ["$.items[*] ? (@.price > 5)"]

SELECT id FROM doc WHERE j @@ $1::jsonpath ORDER BY id;
--$ ["$.price < 50"]

SELECT id, j @? p FROM doc ORDER BY id;

SELECT id, p, p::text FROM doc ORDER BY id;

SELECT jsonb_path_exists(j, '$.a') FROM doc ORDER BY id;

SELECT jsonb_path_exists(j, '$.a ? (@ > $min)', '{"min": 3}') FROM doc ORDER BY id;

SELECT jsonb_path_exists(j, '$.a ? (@ > $min)', jsonb_build_object('min', $1::int)) FROM doc ORDER BY id;
--$ [3]

SELECT jsonb_path_exists(j, 'strict $.zz', '{}', true) FROM doc ORDER BY id;

SELECT jsonb_path_exists(j, 'strict $.zz') FROM doc WHERE id = 1;

SELECT jsonb_path_exists(j, 'strict $.zz', silent => true) FROM doc WHERE id = 1;

SELECT jsonb_path_exists(target => j, path => '$.a') FROM doc ORDER BY id;

SELECT jsonb_path_match(j, '$.a > 1') FROM doc WHERE id IN (1, 2) ORDER BY id;

SELECT jsonb_path_match(j, '$.a') FROM doc WHERE id = 1;

SELECT jsonb_path_match(j, '$.a', '{}', true) FROM doc WHERE id = 1;

SELECT jsonb_path_match('{"a": null}', '$.a'), jsonb_path_match('{"a": true}', '$.a'), jsonb_path_match('[1]', '$[0] == 1');

SELECT jsonb_path_query(j, '$.items[*]') FROM doc WHERE id = 6;

SELECT d.id, x FROM doc d, jsonb_path_query(d.j, '$.b[*]') x ORDER BY d.id, x::text;

SELECT * FROM jsonb_path_query('[1, 2, 3]', '$[*] ? (@ > 1)') AS t(v);

SELECT * FROM jsonb_path_query('[1, 2, 3]', '$[*] ? (@ > $x)', '{"x": 2}');

SELECT jsonb_path_query_array(j, '$.items[*].price') FROM doc ORDER BY id;

SELECT jsonb_path_query_array(j, '$.**.a') FROM doc ORDER BY id;

SELECT jsonb_path_query_array(j, 'strict $.**.a') FROM doc WHERE id = 3;

SELECT jsonb_path_query_first(j, '$.items[*].price ? (@ > 5)') FROM doc ORDER BY id;

SELECT jsonb_path_query_first(j, '$.customer.name') #>> '{}' AS name FROM doc ORDER BY id;

SELECT (jsonb_path_query_first(j, '$.customer.age'))::int + 1 FROM doc WHERE id = 6;

SELECT jsonb_path_query_array('{"a": [1, 2, 3, 4]}', '$.a[last]'), jsonb_path_query_array('{"a": [1, 2, 3, 4]}', '$.a[1 to last - 1]'), jsonb_path_query_array('{"a": [1, 2, 3, 4]}', '$.a[0, 2 to 3]');

SELECT jsonb_path_query_array('[1, 2.5, -3]', '$[*].ceiling()'), jsonb_path_query_array('[1, 2.5, -3]', '$[*].floor()'), jsonb_path_query_array('[1, 2.5, -3]', '$[*].abs()'), jsonb_path_query_array('["1.5", 2]', '$[*].double()');

SELECT jsonb_path_query_array('{"x": {"y": 1}, "z": [1]}', '$.*.type()'), jsonb_path_query_array('{"x": {"y": 1}, "z": [1, 2]}', '$.*.size()');

SELECT jsonb_path_query_array('{"x": 1, "y": {"k": true}}', '$.keyvalue()'), jsonb_path_query_array('{"x": 1, "y": {"k": true}}', '$.*.keyvalue()');

SELECT jsonb_path_query_array('[1, 2, 3]', '$[*] + 1');

SELECT jsonb_path_query_array('[5]', '$[*] * 2 - 1 / 3'), jsonb_path_query_array('{"a": 7}', '$.a % 4'), jsonb_path_query_first('{"a": 7}', '-$.a'), jsonb_path_query_first('{"a": 7}', '+$.a');

SELECT jsonb_path_query('{"a": 7}', '$.a / 0');

SELECT jsonb_path_query_array('{"a": 7}', '$.a / 0', silent => true);

SELECT jsonb_path_query('{"a": "x"}', '$.a + 1');

SELECT jsonb_path_query('{"a": 1}', 'strict $.b');

SELECT jsonb_path_query('[1]', 'strict $.b');

SELECT jsonb_path_query('{"a": 1}', 'strict $[0]');

SELECT jsonb_path_query('{"a": 1}', 'strict $[*]');

SELECT jsonb_path_query('[1]', 'strict $[3]');

SELECT jsonb_path_query('[1]', '$["a"]');

SELECT jsonb_path_query('[1]', '$[99999999999]');

SELECT jsonb_path_query('1', 'strict $.*');

SELECT jsonb_path_query('"x"', '$.abs()');

SELECT jsonb_path_query('true', '$.double()');

SELECT jsonb_path_query('"x"', '$.double()');

SELECT jsonb_path_query('1', '$.keyvalue()');

SELECT jsonb_path_query('1', 'strict $.size()');

SELECT jsonb_path_query('1', '$.size()');

SELECT jsonb_path_query('"x"', '-$');

SELECT jsonb_path_query('1', '$x');

SELECT jsonb_path_query('1', '$x', '[]');

SELECT jsonb_path_query('1', '$x', '{}', true);

SELECT jsonb_path_query_first('"2024-01-02"', '$.datetime()'), jsonb_path_query_first('"12:34:56"', '$.datetime()'), jsonb_path_query_first('"12:34:56+02"', '$.datetime()'), jsonb_path_query_first('"2024-01-02 03:04:05"', '$.datetime()'), jsonb_path_query_first('"2024-01-02T03:04:05.678+05:30"', '$.datetime()');

SELECT jsonb_path_query_first('"2024-01-02"', '$.datetime().type()'), jsonb_path_query_first('"12:34:56"', '$.datetime().type()'), jsonb_path_query_first('"12:34:56+02"', '$.datetime().type()'), jsonb_path_query_first('"2024-01-02 03:04:05"', '$.datetime().type()'), jsonb_path_query_first('"2024-01-02 03:04:05+00"', '$.datetime().type()');

SELECT jsonb_path_query('"not a date"', '$.datetime()');

SELECT jsonb_path_query('1', '$.datetime()');

SELECT jsonb_path_query('"02.01.2024"', '$.datetime("DD.MM.YYYY")');

SELECT jsonb_path_query('"2024-01-02 03:04"', '$.datetime("YYYY-MM-DD HH24:MI")');

SELECT jsonb_path_query('"2024-13-02"', '$.datetime("YYYY-MM-DD")');

SELECT jsonb_path_query('"2024-01"', '$.datetime("YYYY-MM-DD")');

SELECT jsonb_path_query('"2024/01/02"', '$.datetime("YYYY-MM-DD")');

SELECT jsonb_path_query_array('["2024-01-01", "2024-06-01"]', '$[*].datetime() ? (@ < "2024-03-01".datetime())');

SELECT id FROM doc WHERE j @? '$.when.datetime() ? (@ > "2024-01-01".datetime())' ORDER BY id;

SELECT jsonb_path_query('["2024-01-01 12:00:00"]', '$[*].datetime() ? (@ < "2024-03-01 00:00:00+00".datetime())');

SELECT jsonb_path_query_tz('["2024-01-01 12:00:00"]', '$[*].datetime() ? (@ < "2024-03-01 00:00:00+00".datetime())');

SELECT jsonb_path_exists_tz('["2024-01-01"]', '$[*] ? (@.datetime() == "2024-01-01 00:00:00+00".datetime())'), jsonb_path_match_tz('["12:00:00"]', '$[0].datetime() > "12:00:00+14".datetime()'), jsonb_path_query_array_tz('["2024-01-01"]', '$[*].datetime()'), jsonb_path_query_first_tz('["2024-01-01"]', '$[*].datetime()');

SELECT '$.a.b'::jsonpath, ' lax $ . "x y" [ 1 to 2 ] '::jsonpath, 'strict $.a ? ( @ > 1 && @ < 5 )'::jsonpath;

SELECT '$.a +'::jsonpath;

SELECT 1, ''::jsonpath;

SELECT '@.a'::jsonpath;

SELECT j @? '$.a.' FROM doc;

SELECT jsonb_path_exists(j, '$ ? (@ like_regex "(")') FROM doc;

SELECT id FROM doc WHERE j @? '$.tags[*] ? (@ like_regex "^G" flag "i")' ORDER BY id;

SELECT id FROM doc WHERE j @? '$.tags[*] ? (@ starts with "b")' ORDER BY id;

SELECT id FROM doc WHERE j @? '$ ? (exists(@.items) && @.customer.age >= 18)' ORDER BY id;

SELECT '{"a": 1}'::jsonb @? NULL, NULL::jsonb @@ '$.a == 1', '{"a": "x"}'::jsonb @@ '$.a', '{"a": "x"}'::jsonb @@ 'strict $.b == 1';

SELECT '{"a": 1}'::json @? '$.a';

SELECT '{"a": 1}'::jsonb @? 'x'::text;

SELECT '$.a'::text::jsonpath, ('$.' || 'b')::jsonpath;

SELECT ('$' || ' +')::jsonpath;

SELECT '$'::jsonpath = '$'::jsonpath;

SELECT p FROM doc ORDER BY p;

SELECT DISTINCT p FROM doc;

INSERT INTO doc (id, p) VALUES (10, '$.x.y[*]') RETURNING p;

INSERT INTO doc (id, p) VALUES (10, $1) RETURNING id, p;
--$ ["$.x?(@>1)"]

INSERT INTO doc (id, p) VALUES (10, $1) RETURNING id, p;
--$ ["$.x?(@>"]

UPDATE doc SET j = (SELECT jsonb_agg(x) FROM jsonb_path_query(j, '$.items[*] ? (@.qty > 1)') x) WHERE id = 6 RETURNING j;

SELECT count(*) FROM doc, jsonb_path_query(j, '$.**') WHERE id < 4;

SELECT id, (SELECT count(*) FROM jsonb_path_query(j, '$.b[*]')) FROM doc ORDER BY id;

SELECT coalesce(jsonb_path_query_first(j, '$.nope'), '"none"') FROM doc ORDER BY id;

SELECT CASE WHEN j @? '$.items' THEN 'order' ELSE 'other' END AS kind, count(*) FROM doc GROUP BY 1 ORDER BY 1;

SELECT jsonb_path_query_array(j, '$.a ? (@ > 0).type()') FROM doc ORDER BY id;

SELECT pg_typeof('$'::jsonpath), pg_typeof(jsonb_path_query_first('1', '$'));

SELECT ARRAY['$.a', '$.b']::jsonpath[];
