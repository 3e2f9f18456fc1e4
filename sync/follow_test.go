package dbsync

import (
	"testing"
)

// common is the sort of schema that applications have.
const common = `
	CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy');
	CREATE TABLE customer (id bigserial PRIMARY KEY, name text NOT NULL, email varchar(80) UNIQUE, mood mood, since timestamptz NOT NULL DEFAULT now());
	CREATE TABLE item (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), customer bigint NOT NULL REFERENCES customer ON DELETE CASCADE,
		price numeric(10,2) NOT NULL, weight float8, tags text[] NOT NULL DEFAULT '{}', info jsonb, paid boolean NOT NULL DEFAULT false, blob bytea);
	INSERT INTO customer(name, email, mood) SELECT 'name ' || i, i || '@example.com', (ARRAY['sad','ok','happy'])[i % 3 + 1]::mood FROM generate_series(1, 500) i;
	INSERT INTO item(customer, price, weight, tags, info, blob) SELECT id, id * 1.07, sqrt(id), ARRAY[name, 'x'], jsonb_build_object('n', id), convert_to(name, 'UTF8') FROM customer;`

func TestSnapshotThenFollow(t *testing.T) {
	r := newReplica(t, outPrimary(t), common)
	report := r.snapshot()
	if report.Tables != 2 || report.Rows != 1000 {
		t.Fatalf("snapshot: %+v", report)
	}
	r.run()
	r.equal()

	r.exec("INSERT INTO customer(name) VALUES ('a'), ('b')")
	r.exec("UPDATE customer SET mood = 'happy', name = name || '!' WHERE id % 7 = 0")
	r.exec("DELETE FROM customer WHERE id % 11 = 0") // and their items
	r.exec("UPDATE item SET paid = NOT paid, weight = 'NaN' WHERE price < 100")
	r.equal()
	if n := r.local("SELECT count(*) FROM customer"); n != 502-500/11-0 && n != 502-45 {
		t.Errorf("%d customers", n)
	}

	// A transaction that was rolled back, and a savepoint, leave nothing.
	r.exec("BEGIN; INSERT INTO customer(name) VALUES ('never'); ROLLBACK")
	r.exec("BEGIN; SAVEPOINT s; INSERT INTO customer(name) VALUES ('never'); ROLLBACK TO s; INSERT INTO customer(name) VALUES ('kept'); COMMIT")
	r.equal()
	if n := r.local("SELECT count(*) FROM customer WHERE name = 'never'"); n != 0 {
		t.Errorf("a rolled back row was applied")
	}
	if lag := r.s.Lag(); !lag.Following || !lag.Known {
		t.Errorf("lag: %+v", lag)
	}
}

func TestFollowEveryKindOfChange(t *testing.T) {
	r := newReplica(t, outPrimary(t), `
		CREATE TABLE keyed (a int, b text, big text, n int, PRIMARY KEY (a, b));
		CREATE TABLE whole (a int, b numeric, c text); ALTER TABLE whole REPLICA IDENTITY FULL;
		CREATE TABLE indexed (a int NOT NULL, b text); CREATE UNIQUE INDEX indexed_a ON indexed(a); ALTER TABLE indexed REPLICA IDENTITY USING INDEX indexed_a;
		CREATE TABLE place (pos int PRIMARY KEY DEFERRABLE, name text); ALTER TABLE place REPLICA IDENTITY FULL;
		CREATE TABLE late (id int PRIMARY KEY, pos int UNIQUE DEFERRABLE INITIALLY DEFERRED);
		CREATE TABLE "Odd ""name" ("select" int PRIMARY KEY, "a b" text);
		CREATE SCHEMA other; CREATE TABLE other.keyed (id int PRIMARY KEY);
		CREATE TABLE parent (id int PRIMARY KEY);
		CREATE TABLE child (id int PRIMARY KEY, parent int REFERENCES parent ON DELETE CASCADE ON UPDATE CASCADE);
		ALTER TABLE keyed ALTER big SET STORAGE EXTERNAL;`)
	r.snapshot()
	r.run()
	for _, step := range []struct{ name, sql string }{
		{"insert", "INSERT INTO keyed SELECT i, 'k' || i, repeat('x' || i, 3000), i FROM generate_series(1, 50) i"},
		{"large value left as it is", "UPDATE keyed SET n = n + 1"},
		{"large value left as it is while the key changes", "UPDATE keyed SET a = a + 1000 WHERE a % 2 = 0"},
		{"large value changes", "UPDATE keyed SET big = 'y' || big WHERE a % 3 = 0"},
		{"keys shift", "UPDATE keyed SET a = a - 1 WHERE a < 20"},
		{"rows without a key, some equal", "INSERT INTO whole VALUES (1, 1.0, NULL), (1, 1.00, NULL), (1, 1.0, NULL), (NULL, NULL, NULL), (NULL, NULL, NULL)"},
		{"one of several equal rows", "DELETE FROM whole WHERE ctid = (SELECT min(ctid) FROM whole WHERE a = 1 AND b::text = '1.00')"},
		{"one of two empty rows", "UPDATE whole SET c = 'now' WHERE ctid = (SELECT min(ctid) FROM whole WHERE a IS NULL)"},
		{"all of them", "UPDATE whole SET c = coalesce(c, '') || 'z'"},
		{"identity by index", "INSERT INTO indexed VALUES (1, 'a'), (2, NULL); UPDATE indexed SET b = 'c'; UPDATE indexed SET a = a + 10; DELETE FROM indexed WHERE a = 11"},
		{"a deferrable key passes through duplicates", "INSERT INTO place SELECT i, 'p' || i FROM generate_series(1, 10) i; UPDATE place SET pos = pos + 1"},
		{"a deferred unique column passes through duplicates", "INSERT INTO late SELECT i, i FROM generate_series(1, 10) i; UPDATE late SET pos = 11 - pos"},
		{"odd names", `INSERT INTO "Odd ""name" VALUES (1, 'x'), (2, 'y'); UPDATE "Odd ""name" SET "a b" = 'z' WHERE "select" = 2; DELETE FROM "Odd ""name" WHERE "select" = 1`},
		{"the same name in two schemas", "INSERT INTO other.keyed SELECT generate_series(1, 5)"},
		{"cascades", "INSERT INTO parent VALUES (1), (2), (3); INSERT INTO child SELECT i, i % 3 + 1 FROM generate_series(1, 30) i; UPDATE parent SET id = 9 WHERE id = 1; DELETE FROM parent WHERE id = 2"},
		{"truncate of two tables", "TRUNCATE parent CASCADE"},
		{"truncate and insert in one transaction", "BEGIN; INSERT INTO parent VALUES (5); TRUNCATE keyed; INSERT INTO keyed VALUES (1, 'after', 'b', 1); COMMIT"},
	} {
		r.exec(step.sql)
		if r.equal(); t.Failed() {
			t.Fatalf("after: %s", step.name)
		}
	}
	r.neverResynced()
}
