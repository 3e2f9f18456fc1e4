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
	r := newReplica(t, backPrimary(t), common)
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
