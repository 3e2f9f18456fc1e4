CREATE SCHEMA shop;
CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
CREATE DOMAIN posint AS integer NOT NULL CHECK (VALUE > 0);
CREATE TABLE companies (id bigserial PRIMARY KEY, name text NOT NULL, "Odd Name" varchar(20));
CREATE TABLE users (
	id bigserial PRIMARY KEY, created_at timestamptz DEFAULT now(), name varchar(100) NOT NULL DEFAULT 'x', email text UNIQUE,
	price numeric(10,2) DEFAULT 0, free numeric, ok boolean DEFAULT true, m mood DEFAULT 'ok', p posint, tags text[], data jsonb, b bytea, u uuid, c char(3),
	d date, ts timestamp(3), t time, iv interval, r real, f double precision, s smallint, i integer, bits bit(5), n name, co text COLLATE "C",
	company_id bigint REFERENCES companies ON DELETE SET NULL ON UPDATE CASCADE, g integer GENERATED ALWAYS AS (i * 2) STORED,
	CONSTRAINT positive CHECK (price >= 0)
);
CREATE TABLE shop.orders (id integer GENERATED ALWAYS AS IDENTITY (START 5 INCREMENT 2), a int, b int, PRIMARY KEY (id), UNIQUE (a, b) DEFERRABLE INITIALLY DEFERRED);
CREATE TABLE lines (order_id int REFERENCES shop.orders, n int, x int, y int, PRIMARY KEY (order_id, n), FOREIGN KEY (x, y) REFERENCES lines (order_id, n) MATCH FULL);
CREATE INDEX users_name ON users (name DESC, lower(email)) WHERE ok;
CREATE VIEW v AS SELECT id, name FROM users;
CREATE SEQUENCE extra AS smallint MAXVALUE 100 CYCLE;
CREATE TABLE dropped (a int, b int, c int);
ALTER TABLE dropped DROP COLUMN b;
COMMENT ON TABLE users IS 'people';
COMMENT ON COLUMN users.name IS 'what they are called';
