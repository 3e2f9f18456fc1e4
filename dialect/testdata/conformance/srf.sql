-- schema: shop
-- cases
SELECT * FROM unnest(ARRAY['a', 'b', NULL]) WITH ORDINALITY ORDER BY ordinality;

SELECT * FROM unnest(ARRAY['a', 'b']) WITH ORDINALITY AS t(v, n) ORDER BY n;

SELECT t.* FROM generate_series(5, 7) WITH ORDINALITY t ORDER BY 2;

SELECT * FROM generate_series(1, 0) WITH ORDINALITY;

SELECT * FROM upper('x') WITH ORDINALITY;

SELECT * FROM abs(-5) WITH ORDINALITY AS t(a, b);

SELECT * FROM jsonb_each('{"a": 1, "b": [2]}') WITH ORDINALITY ORDER BY ordinality;

SELECT * FROM jsonb_each_text('{"a": 1, "b": null}') WITH ORDINALITY AS j(k, v, i) ORDER BY i;

SELECT o.id, t.tag, t.n FROM orders o, unnest(o.tags) WITH ORDINALITY AS t(tag, n) ORDER BY o.id, t.n;

SELECT * FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY['a', 'b'])) AS t(x, y) ORDER BY x;

SELECT * FROM ROWS FROM (generate_series(1, 3), unnest(ARRAY['a', 'b'])) WITH ORDINALITY ORDER BY ordinality;

SELECT * FROM ROWS FROM (upper('q'), generate_series(1, 2)) ORDER BY 2;

SELECT * FROM ROWS FROM (jsonb_each('{"a": 1, "b": {"c": 2}}'), generate_series(1, 3)) AS t ORDER BY 3;

SELECT * FROM ROWS FROM (unnest(ARRAY[1.5, 2.50]), unnest(ARRAY['2024-01-01'::date, NULL, 'infinity'])) AS t(n, d);

SELECT * FROM ROWS FROM (unnest(NULL::int[]), generate_series(1, 2)) AS t(a, b) ORDER BY b;

SELECT * FROM ROWS FROM (generate_series(1, 2)) AS t(a) ORDER BY a;

SELECT c.id, t.* FROM customer c, ROWS FROM (generate_series(1, c.id), unnest(ARRAY[c.name])) t(a, b) WHERE c.id < 3 ORDER BY c.id, a;

SELECT generate_series(1, 3), generate_series(1, 2);

SELECT generate_series(1, 3) AS a, unnest(ARRAY['x', 'y', 'z', 'w']) AS b;

SELECT id, generate_series(1, items) FROM orders WHERE items < 4 ORDER BY id, 2;

SELECT id, unnest(tags), generate_series(1, 3) FROM orders ORDER BY id, 3;

SELECT generate_series(1, 3) + 1 AS x;

SELECT generate_series(1, 3) * generate_series(1, 2) AS x;

SELECT generate_series(1, generate_series(1, 3)) AS x;

SELECT generate_series(1, generate_series(1, 2)) AS x, generate_series(10, 11) AS y;

SELECT id, upper(unnest(tags)) FROM orders ORDER BY id, 2;

SELECT id, unnest(tags) || '!' AS t FROM orders ORDER BY t, id;

SELECT id, unnest(tags) IS NULL AS n FROM orders ORDER BY id, n;

SELECT DISTINCT unnest(tags) FROM orders ORDER BY 1;

SELECT unnest(tags) AS t, count(*) FROM orders GROUP BY t ORDER BY 1;

SELECT unnest(tags) AS t, count(*) FROM orders GROUP BY 1 HAVING count(*) > 1;

SELECT unnest(tags) AS t, sum(total) FROM orders GROUP BY unnest(tags) ORDER BY t;

SELECT state, unnest(array_agg(id ORDER BY id)) FROM orders GROUP BY state ORDER BY 1, 2;

SELECT state, count(*), generate_series(1, 2) AS g FROM orders GROUP BY state ORDER BY state, g;

SELECT count(*), generate_series(1, count(*)) FROM orders ORDER BY 2;

SELECT count(*) + generate_series(1, 2) AS x FROM orders ORDER BY 1;

SELECT state, sum(total) + generate_series(1, 2) FROM orders GROUP BY state HAVING sum(total) > 1 ORDER BY state, 2;

SELECT id, row_number() OVER (ORDER BY id DESC), generate_series(1, 2) AS g FROM orders ORDER BY id, g;

SELECT id, sum(items) OVER (ORDER BY id), unnest(tags) FROM orders ORDER BY id, 3;

SELECT rank() OVER (ORDER BY sum(total)), generate_series(1, 2) FROM orders GROUP BY state ORDER BY 1, 2;

SELECT active, lower(name), generate_series(1, 2) AS g FROM customer GROUP BY active, name ORDER BY name, g;

SELECT id, generate_series(1, 3) FROM orders ORDER BY id DESC, 2 DESC LIMIT 4;

SELECT id, generate_series(1, 3) AS g FROM orders ORDER BY id LIMIT 4;

SELECT id, generate_series(1, 3) AS g FROM orders ORDER BY generate_series(1, 3), id LIMIT 6;

SELECT id FROM orders ORDER BY id, generate_series(1, 2);

SELECT DISTINCT ON (id) id, generate_series(1, 3) AS g FROM orders ORDER BY id, g DESC;

SELECT x FROM (SELECT generate_series(1, 3) AS x) s WHERE x > 1 ORDER BY x;

SELECT generate_series(1, 2) UNION ALL SELECT generate_series(5, 6) ORDER BY 1;

SELECT id FROM orders WHERE id IN (SELECT generate_series(1, 2)) ORDER BY 1;

SELECT ARRAY(SELECT generate_series(1, 3));

SELECT (SELECT generate_series(1, 1));

SELECT (SELECT generate_series(1, 2));

SELECT jsonb_array_elements('[1, {"a": 2}, null]'), jsonb_object_keys('{"x": 1, "y": 2}');

SELECT jsonb_array_elements(info) FROM orders WHERE jsonb_typeof(info) = 'array';

SELECT id, (jsonb_each(info)).key, (jsonb_each(info)).value FROM orders WHERE jsonb_typeof(info) = 'object' ORDER BY id, 2;

SELECT id, (jsonb_each(info)).* FROM orders WHERE jsonb_typeof(info) = 'object' ORDER BY id, 2;

SELECT jsonb_each('{"a": 1, "b": "x y"}');

SELECT json_each_text('{"a": 1, "b": "x,y"}');

SELECT regexp_split_to_table('a,b,c', ','), generate_series(1, 2);

SELECT generate_series('2024-01-01'::date, '2024-01-03', '1 day'), generate_subscripts(ARRAY[7, 8], 1);

SELECT CASE WHEN true THEN generate_series(1, 2) END;

SELECT coalesce(generate_series(1, 2), 0);

SELECT 1 WHERE generate_series(1, 2) > 1;

SELECT count(generate_series(1, 3));

SELECT sum(generate_series(1, 3)) OVER ();

SELECT 1 FROM orders HAVING generate_series(1, 2) > 0;

SELECT id FROM orders LIMIT generate_series(1, 2);

VALUES (generate_series(1, 2));

SELECT a.id FROM orders a JOIN orders b ON generate_series(1, 2) = 1;

SELECT * FROM abs(generate_series(1, 2));

SELECT * FROM generate_series(1, generate_series(1, 2));

SELECT * FROM generate_series(1, 3) AS g WHERE g > 1;

SELECT g, g + 1 AS h FROM generate_series(1, 3) g ORDER BY g;

SELECT e, e::int + 1 FROM jsonb_array_elements_text('["1", "2"]') e ORDER BY e;

SELECT j FROM jsonb_array_elements('[1, 2]') j ORDER BY 1;

SELECT x.value FROM jsonb_array_elements('[1, 2]') x ORDER BY 1;

SELECT g.g, g FROM generate_series(1, 2) g ORDER BY 1;

SELECT generate_series($1::int, $2::int), $3::text;
--$ [1, 3, "x"]

SELECT unnest($1::text[]), unnest($2::int[]);
--$ [["a", "b", "c"], [1, 2]]

INSERT INTO line (a, b, qty) SELECT 50, generate_series(1, 3), 7 RETURNING a, b, qty;

INSERT INTO line (a, b, qty) SELECT unnest(ARRAY[60, 61]), unnest(ARRAY[1, 2]), count(*) FROM orders RETURNING *;

SELECT count(*) FROM (SELECT unnest(tags) FROM orders) s;

SELECT bool_or(u = 'b') FROM (SELECT unnest(tags) AS u FROM orders) s;

SELECT id, (SELECT count(*) FROM unnest(tags) u WHERE u = 'b') FROM orders ORDER BY id;

SELECT * FROM json_to_record('{"a": 1, "b": "x", "c": null, "d": [1, 2]}') AS t(a int, b text, c numeric, d int[]);

SELECT * FROM jsonb_to_record('{"a": "5", "b": {"q": 1}, "e": true}') AS t(a int, b jsonb, c text, e bool);

SELECT * FROM json_to_recordset('[{"a": 1, "b": "2024-01-01"}, {"a": 2}, {}]') AS t(a int, b date) ORDER BY a;

SELECT * FROM jsonb_to_recordset('[{"id": 1, "name": "x"}, {"id": 2, "name": null}]') AS t(id bigint, name varchar(10)) ORDER BY id;

SELECT x.id, x.qty * 2 AS twice FROM jsonb_to_recordset($1::jsonb) AS x(id int, qty numeric(8,2)) ORDER BY 1;
--$ ["[{\"id\": 2, \"qty\": 1.5}, {\"id\": 1, \"qty\": \"3\"}]"]

SELECT o.id, t.k FROM orders o, jsonb_to_record(o.info) AS t(k text) WHERE jsonb_typeof(o.info) = 'object' ORDER BY 1;

SELECT * FROM jsonb_to_recordset('[{"a": 1}]') WITH ORDINALITY AS t(a int, n);

SELECT * FROM ROWS FROM (jsonb_to_recordset('[{"a": 1}, {"a": 2}]') AS (a int, b text), generate_series(1, 3)) WITH ORDINALITY ORDER BY ordinality;

SELECT * FROM json_to_record('{"a": "x"}') AS t(a int);

SELECT * FROM json_to_record('[1]') AS t(a int);

SELECT * FROM json_to_recordset('{"a": 1}') AS t(a int);

SELECT * FROM json_to_recordset('[1]') AS t(a int);

SELECT * FROM jsonb_to_recordset('5') AS t(a int);

SELECT * FROM json_to_record('{"a": 1}');

SELECT * FROM json_to_record('{"a": 1}') AS t;

SELECT * FROM json_to_record('{"a": 1}') AS t(a int, a text);

SELECT * FROM generate_series(1, 2) AS t(a int);

SELECT * FROM jsonb_each('{}') AS t(a text, b jsonb);

SELECT * FROM json_to_record(NULL) AS t(a int, b text);

SELECT * FROM jsonb_to_recordset(NULL) AS t(a int, b text);

SELECT * FROM json_to_record('{"a": "2024-05-05 10:00:00+02", "b": "1 day", "c": "happy", "d": 1.50, "e": "abc", "f": false}') AS t(a timestamptz, b interval, c mood, d numeric, e char(5), f text);

SELECT * FROM json_to_record('{"a": {"x": [1, {"y": 2}]}, "b": [[1, 2], [3, 4]], "c": 1e3}') AS t(a json, b int[], c float8);

SELECT * FROM jsonb_to_record('{"a": "toolong"}') AS t(a varchar(3));

SELECT t.a, count(*) FROM jsonb_to_recordset('[{"a": 1}, {"a": 1}, {"a": 2}]') AS t(a int) GROUP BY t.a ORDER BY 1;

SELECT * FROM jsonb_to_record('[1]') AS t(a int);

SELECT * FROM json_to_record('5') AS t(a int);

SELECT * FROM jsonb_to_record('"x"') AS t(a int);

SELECT * FROM json_to_record('{"a": {"b": 1}}') AS t(a int[]);

SELECT * FROM json_to_record('{"a": [[1], [2, 3]]}') AS t(a int[]);

SELECT * FROM json_to_record('{"a": "{1,2}", "b": []}') AS t(a int[], b text[]);
