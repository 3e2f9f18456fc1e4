CREATE TYPE mood AS ENUM ('sad', 'ok');
CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE TYPE addr AS (street text, zip varchar(3), n numeric(6,2));
CREATE TYPE odd AS (p posint);
CREATE TABLE users (id int PRIMARY KEY, name text DEFAULT 'def', age int, m mood, tags text[], born timestamptz, j jsonb, js json, home addr, homes addr[], b bytea, f float8, ok boolean);
INSERT INTO users (id, name, age, home) VALUES (1, 'Ann', 30, ROW('s', 'z', 1)), (2, NULL, NULL, NULL);
CREATE VIEW vu AS SELECT id, name FROM users;
CREATE TABLE docs (id int, d jsonb, js json);
INSERT INTO docs VALUES (1, '{"id": 10, "name": "X"}', '{"id": 10, "name": "X", "id": 11}'), (2, '{"age": 5, "home": {"zip": "q"}}', '{"age": "5"}'), (3, NULL, NULL);
-- cases
SELECT * FROM json_populate_record(NULL::users, '{"id": 5, "name": "N", "m": "ok", "tags": ["a", null], "born": "2024-01-01T00:00:00Z", "j": {"b": 1}, "js": {"b":  1}, "home": {"street": "S", "n": 1.239}, "homes": [{"zip": "1"}, null], "b": "\\x00ff", "f": 1.5, "ok": true, "extra": 1}');

SELECT (json_populate_record(NULL::users, '{"id": 5, "f": "NaN"}')).*;

SELECT json_populate_record(NULL::users, '{"id": 5, "b": ""}');

SELECT r.id, r.name, r.age FROM users u, jsonb_populate_record(u, '{"age": null, "name": "new"}') r ORDER BY u.id;

SELECT (jsonb_populate_record(u, '{"age": 1}')).age, u.id FROM users u ORDER BY u.id;

SELECT d.id, r.id, r.name, r.home FROM docs d, jsonb_populate_record(NULL::users, d.d) r ORDER BY d.id;

SELECT d.id, r.id, r.age FROM docs d, json_populate_record(NULL::users, d.js) r ORDER BY d.id;

SELECT d.id, jsonb_populate_record(u, d.d) FROM docs d, users u WHERE u.id = 1 ORDER BY d.id;

SELECT * FROM jsonb_populate_recordset(NULL::vu, '[{"id": 1, "name": "a"}, {"id": 2}, {}]') ORDER BY id;

SELECT id, name FROM json_populate_recordset(NULL::users, '[{"id": 1, "name": "a"}, {"id": 2, "age": 3}]') AS t WHERE id > 0 ORDER BY id;

SELECT t.x, t.name FROM json_populate_recordset(NULL::users, '[{"id": 1, "name": "a"}]') AS t(x);

SELECT * FROM jsonb_populate_recordset(ROW(7, 'base')::vu, '[{"id": 1}, {"name": null}]');

SELECT jsonb_populate_recordset(NULL::vu, '[{"id": 1, "name": "a"}, {"id": 2}]');

SELECT (jsonb_populate_recordset(NULL::vu, '[{"id": 1, "name": "a"}, {"id": 2}]')).*;

SELECT * FROM jsonb_populate_recordset(NULL::vu, NULL);

SELECT * FROM jsonb_populate_record(NULL::vu, NULL);

SELECT jsonb_populate_record(NULL::vu, NULL), jsonb_populate_record(ROW(1, 'x')::vu, NULL);

SELECT * FROM json_populate_record(NULL::addr, '{"street": "x", "zip": "toolong"}');

SELECT * FROM json_populate_record(NULL::addr, '{"n": "x"}');

SELECT * FROM json_populate_record(NULL::users, '{"m": "nope"}');

SELECT * FROM json_populate_record(NULL::users, '{"tags": "{a,b}", "home": "(x,y,1)", "age": "7"}');

SELECT * FROM json_populate_record(NULL::users, '{"tags": 5}');

SELECT * FROM json_populate_record(NULL::users, '{"home": 5}');

SELECT * FROM json_populate_record(NULL::users, '[1]');

SELECT * FROM jsonb_populate_record(NULL::users, '1');

SELECT * FROM jsonb_populate_recordset(NULL::users, '{"id": 1}');

SELECT * FROM json_populate_recordset(NULL::users, '{"id": 1}');

SELECT * FROM json_populate_recordset(NULL::users, '[1]');

SELECT * FROM json_populate_record(1, '{}');

SELECT * FROM json_populate_record(NULL, '{}');

SELECT * FROM json_populate_record(NULL::nope, '{}');

SELECT * FROM json_populate_record(NULL::odd, '{"p": 1}');

SELECT * FROM json_populate_record(NULL::vu, '{"id": 1}') AS x(a int, b text);

SELECT * FROM jsonb_populate_recordset(NULL::vu, '[{"id": 1}, {"id": 2}]') WITH ORDINALITY;

SELECT * FROM ROWS FROM (jsonb_populate_recordset(NULL::vu, '[{"id": 1}, {"id": 2}]'), generate_series(1, 3)) AS x;

INSERT INTO users SELECT * FROM jsonb_populate_recordset(NULL::users, $1::jsonb) RETURNING id, name, tags;
--$ ["[{\"id\": 50, \"name\": \"p\", \"tags\": [\"x\"]}, {\"id\": 51}]"]

INSERT INTO users (id, name) SELECT id, name FROM json_populate_recordset(NULL::users, '[{"id": 60, "name": "q"}]') ON CONFLICT (id) DO UPDATE SET name = excluded.name RETURNING *;

UPDATE users u SET name = r.name FROM jsonb_populate_recordset(NULL::users, '[{"id": 1, "name": "changed"}]') r WHERE r.id = u.id RETURNING u.id, u.name;

SELECT u.id FROM users u JOIN jsonb_populate_recordset(NULL::vu, '[{"id": 1}]') r USING (id);

SELECT r FROM jsonb_populate_record(NULL::vu, '{"id": 1}') r;

SELECT pg_typeof(r), (r).id FROM jsonb_populate_record(NULL::vu, '{"id": 1}') r;

SELECT row_to_json(jsonb_populate_record(NULL::vu, '{"id": 1}'));

SELECT row_to_json(r) FROM jsonb_populate_recordset(NULL::vu, '[{"id": 1}]') r;

SELECT x.* FROM json_to_recordset('[{"a": {"zip": "1"}, "b": [{"n": 2}]}, {"a": null}]') AS x(a addr, b addr[]);

SELECT x.a, (x.a).zip FROM jsonb_to_record('{"a": {"zip": "1", "n": 1.005}}') AS x(a addr);

SELECT * FROM jsonb_to_record('{"a": 1, "b": "x", "c": [1, 2], "d": {"e": 1}, "f": "2024-01-01"}') AS x(a int, b text, c int[], d jsonb, f date);

SELECT * FROM docs, jsonb_to_record(d) AS x(id int, name text) ORDER BY docs.id;

SELECT json_populate_record(ROW(1, 2), '{"f1": 5}');

SELECT * FROM users WHERE ROW(id, name) = ANY (SELECT id, name FROM users);

SELECT to_jsonb(ROW(1, 'a', NULL)), row_to_json(ROW(1, ROW(2, 'x'))), json_build_object('r', ROW(1, 2)), to_json(ROW('a'::text));

SELECT (ROW(u.*)::users).name, (u).home, ((u).home).zip FROM users u ORDER BY id;

SELECT u.* FROM (SELECT (jsonb_populate_record(NULL::vu, '{"id": 3}')).*) u;
