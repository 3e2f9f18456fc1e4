CREATE DOMAIN posint AS int CHECK (VALUE > 0);
CREATE DOMAIN email AS varchar(20) NOT NULL CONSTRAINT has_at CHECK (VALUE LIKE '%@%');
CREATE DOMAIN plain AS text DEFAULT 'dd';
CREATE DOMAIN price AS numeric(8,2) CHECK (VALUE >= 0);
CREATE TABLE d (id serial PRIMARY KEY, p posint, e email, t plain, n price);
INSERT INTO d (p, e, n) VALUES (1, 'a@b', 1.5), (NULL, 'c@d', NULL);
CREATE TABLE users (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), login text NOT NULL, created timestamptz DEFAULT now(), n int NOT NULL DEFAULT 1 + 2, k text DEFAULT upper('abc'), j jsonb NOT NULL DEFAULT '{}', a text[] DEFAULT ARRAY['x']::text[], c "char" DEFAULT 'q', CONSTRAINT login_len CHECK (length(login) BETWEEN 2 AND 10));
CREATE UNIQUE INDEX users_lower ON users (lower(login));
CREATE INDEX users_n ON users (n DESC);
CREATE SCHEMA app;
CREATE TABLE app.users (id int PRIMARY KEY, login text);
INSERT INTO app.users VALUES (1, 'app');
INSERT INTO users (id, login) VALUES ('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11', 'first');
CREATE VIEW v AS SELECT u.id, u.login, count(*) OVER () AS n FROM users u;
CREATE TABLE self (id int PRIMARY KEY, parent int REFERENCES self(id) ON DELETE CASCADE, note text);
INSERT INTO self VALUES (1, NULL, 'a'), (2, 1, 'b'), (3, 2, 'c');
CREATE TABLE child (id int PRIMARY KEY, self_id int REFERENCES self(id) ON DELETE SET NULL ON UPDATE CASCADE);
INSERT INTO child VALUES (1, 1), (2, 3);

-- cases
SELECT * FROM d ORDER BY id;

SELECT p + 1, e || 'x', t, n * 2 FROM d ORDER BY id;

INSERT INTO d (p, e) VALUES (5, 'x@y') RETURNING p, e, t, n;

INSERT INTO d (p, e) VALUES (0, 'x@y');

INSERT INTO d (p, e) VALUES (1, 'nope');

INSERT INTO d (p, e) VALUES (1, NULL);

INSERT INTO d (p) VALUES (1);

INSERT INTO d (p, e) VALUES (1, 'averyveryverylongaddress@x');

INSERT INTO d (e, n) VALUES ('a@b', -1);

INSERT INTO d (e, n) VALUES ('a@b', 12.345) RETURNING n;

INSERT INTO d (e, n, p) VALUES ($1, $2, $3) RETURNING e, n, p;
--$ ["q@q", "3.456", 7]

INSERT INTO d (e, p) VALUES ($1, $2);
--$ ["q@q", -7]

UPDATE d SET p = p - 1 WHERE id = 1;

UPDATE d SET p = p + 1 WHERE id = 1 RETURNING p;

SELECT 5::posint, 'a@b'::email, pg_typeof(5::posint);

SELECT (-5)::posint;

SELECT NULL::email;

SELECT p FROM d WHERE p = 1;

SELECT e FROM d WHERE e = 'a@b';

SELECT count(*) FROM d WHERE n > 1;

SELECT max(p), sum(n), min(e) FROM d;

--types
INSERT INTO users (login) VALUES ('abc') RETURNING id, created;

INSERT INTO users (login) VALUES ('abc') RETURNING login, n, k, j, a, c;

--types
INSERT INTO users (login) VALUES ('a');

--types
INSERT INTO users (login) VALUES ('abcdefghijkl');

--types
INSERT INTO users (login) VALUES ('FIRST');

SELECT id, login FROM users WHERE id = $1;
--$ ["a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11"]

SELECT * FROM app.users;

SELECT u.login, a.login FROM users u, app.users a;

SELECT users.login FROM users, app.users;

SELECT app.users.login FROM app.users;

SELECT login FROM nope.users;

SELECT id, login, n FROM v;

INSERT INTO app.users VALUES (1, 'dup');

INSERT INTO app.users VALUES (2, 'x') ON CONFLICT (id) DO UPDATE SET login = 'y' RETURNING *;

INSERT INTO app.users AS u VALUES (1, 'x') ON CONFLICT (id) DO UPDATE SET login = u.login || excluded.login RETURNING *;

UPDATE app.users SET login = 'z' RETURNING id, login;

DELETE FROM self WHERE id = 1;
SELECT * FROM self ORDER BY id;
SELECT * FROM child ORDER BY id;

DELETE FROM self WHERE id = 2 RETURNING *;
SELECT * FROM self ORDER BY id;

UPDATE self SET id = 30 WHERE id = 3;
SELECT * FROM child ORDER BY id;

UPDATE self SET id = 10 WHERE id = 1;

INSERT INTO self VALUES (4, 99, 'x');

INSERT INTO self VALUES (5, 5, 'own') RETURNING id;

SELECT current_user = session_user, current_schema(), current_schemas(false);

SELECT n FROM users WHERE c = 'q' ORDER BY n;

SELECT 1 FROM users WHERE login = 'first' AND (n = 3 OR n = 4) AND NOT (k IS NULL);

SELECT a[1] FROM users;

SELECT 'users'::regclass::text;

SELECT count(*) FROM users WHERE created <= now();
