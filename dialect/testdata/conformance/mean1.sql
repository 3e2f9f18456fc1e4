-- schema: shop
-- cases

SELECT id, name FROM customer WHERE (name, id) > ('Cid', 3) ORDER BY name, id LIMIT 2;

SELECT id FROM orders WHERE (placed, id) < ($1, $2) ORDER BY placed DESC, id DESC LIMIT $3;
--$ ["2024-03-01", 3, 2]

SELECT id FROM orders WHERE (placed, id) <= (SELECT placed, id FROM orders WHERE id = 3) ORDER BY placed DESC, id DESC LIMIT 2;

SELECT id, credit FROM customer WHERE (credit, id) > (0, 1) ORDER BY credit NULLS FIRST, id;

SELECT id FROM customer WHERE (active, credit, id) >= (false, 0.00, 2) ORDER BY 1;

SELECT id FROM customer WHERE ROW(born, id) IS DISTINCT FROM ROW(NULL, 3) ORDER BY id;

SELECT id FROM customer WHERE (id, name) IN ((1, 'Ann'), (2, 'nobody'), (3, NULL)) ORDER BY id;

SELECT id FROM customer WHERE (id, email) NOT IN ((3, 'x'), (1, 'ann@x.org')) ORDER BY id;

SELECT id FROM customer WHERE (id, name) = ANY (SELECT id, name FROM customer WHERE active) ORDER BY id;

SELECT (1, 2) < (1, NULL), (1, NULL) < (2, 1), (NULL, 1) < (1, 2), (1, 2) = (1, NULL), (1, 2) = (2, NULL), (1, 2) <> (2, NULL);

SELECT id FROM orders ORDER BY total DESC NULLS LAST, id OFFSET $1 ROWS FETCH NEXT $2 ROWS ONLY;
--$ [1, 2]

SELECT id FROM orders ORDER BY id LIMIT $1 OFFSET $2;
--$ ["2", "1"]

SELECT id FROM orders ORDER BY id LIMIT $1;
--$ [null]

SELECT id FROM orders ORDER BY id LIMIT -1;

SELECT id FROM orders ORDER BY id OFFSET -1;

SELECT id FROM orders ORDER BY id LIMIT $1;
--$ [-5]

SELECT id FROM orders ORDER BY id LIMIT 1.5;

SELECT id FROM orders ORDER BY id LIMIT 2.5;

SELECT id FROM orders ORDER BY id LIMIT '2';

SELECT id FROM orders ORDER BY id LIMIT 'x';

SELECT id FROM orders ORDER BY id LIMIT id;

SELECT id FROM orders ORDER BY id LIMIT (SELECT count(*) FROM emp WHERE dept = 'hr');

SELECT id FROM orders ORDER BY id LIMIT ALL OFFSET NULL;

SELECT id FROM orders ORDER BY id LIMIT 1 + 1;

SELECT id, jsonb_set(info, '{n,x,0}', '"new"') FROM orders ORDER BY id;

UPDATE orders SET info = jsonb_set(info, '{k}', to_jsonb((info->>'k')::int + 1)) WHERE id = 1 RETURNING info;

UPDATE orders SET info = jsonb_set(coalesce(info, '{}'), '{a,b}', '1', true) RETURNING id, info;

UPDATE orders SET info = info || $1 WHERE id = 1 RETURNING info;
--$ ["{\"z\": [1, 2.50]}"]

UPDATE orders SET info = info || $1::jsonb - 'k' WHERE id = 1 RETURNING info;
--$ ["{\"z\": null}"]

UPDATE orders SET info['k'] = '5' WHERE id = 1 RETURNING info, info['k'], info['n']['x'][1];

UPDATE orders SET info['n']['y']['z'] = '5' WHERE id IN (1, 2) RETURNING info;

UPDATE orders SET info[3] = '5' WHERE id = 5 RETURNING info;

UPDATE orders SET info['new'][2] = '"x"' WHERE id = 2 RETURNING info;

UPDATE orders SET info = jsonb_insert(info, '{n,x,1}', '"ins"') WHERE id = 1 RETURNING info;

UPDATE orders SET info = jsonb_insert(info, '{n,x,-1}', '"ins"', true) WHERE id = 1 RETURNING info;

UPDATE orders SET info = jsonb_set_lax(info, '{k}', NULL, true, 'delete_key') WHERE id = 1 RETURNING info;

UPDATE orders SET info = jsonb_set_lax(info, '{k}', NULL) WHERE id = 1 RETURNING info;

UPDATE orders SET info = jsonb_set_lax(info, '{k}', NULL, true, 'raise_exception') WHERE id = 1 RETURNING info;

UPDATE orders SET info = jsonb_set(info, '{k', '1') WHERE id = 1;

UPDATE orders SET info = jsonb_set(info, ARRAY['k', NULL], '1') WHERE id = 1;

UPDATE orders SET info = jsonb_set(info, '{}', '1') WHERE id = 1 RETURNING info;

UPDATE orders SET info = jsonb_set(info, '{9}', '1') WHERE id = 5 RETURNING info;

UPDATE orders SET info = jsonb_set(info, '{-9}', '1') WHERE id = 5 RETURNING info;

UPDATE orders SET info = jsonb_set(info, '{a}', '1') WHERE id = 5 RETURNING info;

UPDATE orders SET info = info #- '{n,x,0}' WHERE id = 1 RETURNING info;

UPDATE orders SET info = info - '{k,n}'::text[] WHERE id = 1 RETURNING info;

UPDATE orders SET info = info - 'k' - 'n' WHERE id = 5 RETURNING info;

UPDATE orders SET info = info - 0 WHERE id = 1 RETURNING info;

SELECT jsonb '{"a": 1}' || jsonb '[1]', jsonb '1' || jsonb '{"a": 2}';

SELECT jsonb '[1]' || jsonb '2', jsonb '"a"' || jsonb '"b"', jsonb 'null' || jsonb '[]', jsonb '{}' || jsonb 'null';

SELECT jsonb '[1,2]' - 'a', jsonb '["a","b","a"]' - 'a', jsonb '[1,2,3]' - (-1), jsonb '[1,2,3]' - 7;

SELECT jsonb '{"a": {"b": [10, 20]}}' #>> '{a,b,-1}', jsonb '{"a": {"b": [10, 20]}}' #> '{a,b,x}', jsonb '{"a":null}' ->> 'a', jsonb '{"a":null}' -> 'a' IS NULL;

SELECT jsonb '{"a":1}' -> NULL::text, jsonb '"x"' ->> 0, json '[1, 2]' ->> -1, json '{"a":  1}' -> 'a', json ' [ 1 , 2 ] ';

SELECT jsonb '"\ud83d\ude00"', jsonb '"\u00e9\n"', json '"\u00e9"' ->> 0, json '{"a":"\u00e9\/"}' ->> 'a';

SELECT jsonb '"\u0000"';

SELECT json '"\u0000"';

SELECT json '{"a": "\u0000"}' ->> 'a';

SELECT jsonb '"\ud83d"';

SELECT jsonb '{"a": 01}';

SELECT jsonb '{"a": 1e400}', jsonb '1E+2', jsonb '-0', jsonb '-0.0', jsonb '1.10e-5';

SELECT jsonb '[1, 2' ;

SELECT jsonb '{a: 1}';

SELECT jsonb '';

SELECT jsonb '{"a":1,}';

SELECT jsonb_path_query(info, '$.n.x[*] ? (@ > 1)') FROM orders;

SELECT jsonb_path_query_array('[{"a": 1}, {"a": "x"}, {"b": 2}]', 'lax $[*].a'), jsonb_path_exists('{"a": [1,2]}', '$.a[*] ? (@ > $x)', '{"x": 1}');

SELECT jsonb_path_query('{"a": [1,2]}', 'strict $.a.b');

SELECT jsonb '{"a":[1,2,{"b":3}]}' @> '{"a":[{"b":3}]}', jsonb '[1,2]' @> '1', jsonb '1' @> '[1]', jsonb '[[1,2]]' @> '[1]', jsonb '{"a":1}' <@ '{"a":1.0}';

SELECT info ? 'k', info ?| array['k','z'], info ?& array['k','n'] FROM orders ORDER BY id;

SELECT count(*) FROM orders WHERE info @> $1;
--$ ["{\"k\": 1}"]

SELECT count(*) FROM orders WHERE info ->> 'k' = $1;
--$ ["v"]

SELECT count(*) FROM orders WHERE (info ->> $1)::int = $2;
--$ ["zzz", 1]

SELECT info -> $1 FROM orders WHERE id = 1;
--$ ["k"]

SELECT info -> $1::int FROM orders WHERE id = 5;
--$ [0]

SELECT info #> $1 FROM orders WHERE id = 1;
--$ [["n", "x"]]

SELECT jsonb_build_object('a', $1::int, 'b', $2::text, 'c', NULL);
--$ [1, "x"]

SELECT jsonb_build_object('a', $1);
--$ [1]

SELECT jsonb_build_object(NULL, 1);

SELECT jsonb_build_object('a');

SELECT json_build_object('a', 1.50, 'b', date '2024-01-01', 'c', timestamptz '2024-01-01 00:00+00', 'd', interval '1 day', 'e', ARRAY[1,NULL], 'f', float8 '1e20', 'g', true, 'h', bytea '\x01');

SELECT to_jsonb(c) FROM customer c ORDER BY id;

SELECT row_to_json(o) FROM orders o ORDER BY id;

SELECT row_to_json(t, true) FROM (SELECT id, name FROM customer ORDER BY id LIMIT 1) t;

SELECT json_agg(c ORDER BY id) FROM (SELECT id, name FROM customer) c;

SELECT jsonb_agg(DISTINCT state) FROM orders;

SELECT jsonb_object_agg(state, total ORDER BY id) FROM orders WHERE state IS NOT NULL;

SELECT jsonb_object_agg(state, total) FROM orders;

SELECT json_object_agg(id, name ORDER BY id) FROM customer;

SELECT json_object('{a,1,b,2}'), jsonb_object('{{a,1},{b,NULL}}'), json_object('{a,b}', '{1,2}');

SELECT json_object('{a,1,b}');

SELECT * FROM jsonb_each('{"a": 1, "b": null}'), jsonb_each_text('{"c": "x", "d": null}');

SELECT * FROM jsonb_to_recordset('[{"a":1,"b":"x"},{"a":"2","c":3}]') AS t(a int, b text);

SELECT * FROM jsonb_to_record('{"a":1,"b":[1,2],"c":{"x":1}}') AS t(a numeric(5,2), b int[], c jsonb, d text);

SELECT * FROM json_to_record('{"a":"x"}') AS t(a int);

SELECT * FROM jsonb_array_elements('{"a":1}');

SELECT * FROM jsonb_array_elements_text('[1, "a", null, true, {"a":1}]') WITH ORDINALITY;

SELECT o.id, e.value, e.ordinality FROM orders o LEFT JOIN LATERAL jsonb_array_elements(CASE jsonb_typeof(o.info) WHEN 'array' THEN o.info END) WITH ORDINALITY e ON true ORDER BY o.id, e.ordinality;

SELECT jsonb_pretty('{"b":[1,{"x":null}],"a":{}}'), jsonb_typeof('1.0'), jsonb_array_length('[1,[2]]');

SELECT jsonb_array_length('{}');

SELECT jsonb_strip_nulls('{"a":null,"b":[null,{"c":null}]}'), json_strip_nulls('{"a":null, "b":1}');

SELECT (jsonb '{"a": 5}' -> 'a')::int, (jsonb '{"a": 5.5}' -> 'a')::int, (jsonb '"5"')::text, (jsonb 'true')::bool;

SELECT (jsonb '"5"')::int;

SELECT (jsonb 'null')::int;

SELECT (jsonb '3000000000')::int;

SELECT jsonb '1' = jsonb '1.0', jsonb '{"a":1,"b":2}' = '{"b":2,"a":1}', jsonb '[]' < jsonb '{}', jsonb 'null' < jsonb '"a"', jsonb '"a"' < jsonb '1', jsonb 'true' > jsonb 'false';

SELECT v FROM (VALUES (jsonb '1'), ('"a"'), ('null'), ('[]'), ('{}'), ('[1]'), ('{"a":1}'), ('true'), ('10'), ('9'), ('"B"'), ('[1,2]')) t(v) ORDER BY v;

SELECT DISTINCT v FROM (VALUES (jsonb '1'), ('1.0'), ('1.00')) t(v);

SELECT v, count(*) FROM (VALUES (jsonb '{"a":1.0}'), ('{"a":1}')) t(v) GROUP BY v;

SELECT json '{"a":1}' = json '{"a":1}';

SELECT DISTINCT j FROM kinds;

SELECT max(jb) FROM kinds;

SELECT jsonb '"a"' < jsonb '"B"', jsonb '["a"]' > jsonb '["B"]', jsonb '{"a":1}' < jsonb '{"B":1}', greatest(jsonb '"a"', jsonb '"B"', jsonb '"_c"'), jsonb '"a"' = jsonb '"A"', jsonb '"é"' < jsonb '"f"';

SELECT v, count(*) FROM (VALUES (jsonb '"b"'), ('"B"'), ('"a"'), ('"b"'), ('"-a"')) t(v) GROUP BY v ORDER BY v DESC;

SELECT array_agg(DISTINCT v), jsonb_agg(v ORDER BY v), array_agg(v ORDER BY v DESC) FROM (VALUES (jsonb '"b"'), ('"B"'), ('"a"'), ('"b"'), ('1')) t(v);

SELECT v, rank() OVER (ORDER BY v), first_value(v) OVER (ORDER BY v DESC) FROM (VALUES (jsonb '"b"'), ('"B"'), ('"a"'), ('"b"'), ('1')) t(v);

SELECT v FROM (VALUES (jsonb '"b"'), ('"B"'), ('"a"')) t(v) WHERE v > '"A"' AND v BETWEEN '"a"' AND '"z"' ORDER BY v;
