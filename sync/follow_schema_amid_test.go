package dbsync

import (
	"testing"
)

// TestSchemaChangesAmidTransactions: what a migration does in one transaction with
// the rows around it, in the middle of the stream.
func TestSchemaChangesAmidTransactions(t *testing.T) {
	r := newReplica(t, outPrimary(t), `
		CREATE TYPE colour AS ENUM ('red', 'blue');
		CREATE TABLE a (id int PRIMARY KEY, n int, s text, c colour);
		CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a ON DELETE CASCADE, s text);
		CREATE TABLE g (id int PRIMARY KEY, x int, y int GENERATED ALWAYS AS (x * 2) STORED);
		CREATE TABLE h (n int, s text); ALTER TABLE h REPLICA IDENTITY FULL;
		CREATE TABLE part (id int, at int, s text, PRIMARY KEY (id, at)) PARTITION BY RANGE (at);
		CREATE TABLE part1 PARTITION OF part FOR VALUES FROM (0) TO (10);
		CREATE TABLE part2 PARTITION OF part FOR VALUES FROM (10) TO (20);
		CREATE TABLE loose (id int, at int, s text, PRIMARY KEY (id, at));
		CREATE TABLE ident (id int GENERATED ALWAYS AS IDENTITY PRIMARY KEY, s text);
		CREATE TABLE dated (id int PRIMARY KEY, d date, t timestamptz, r tstzrange);
		CREATE TABLE toasted (id int PRIMARY KEY, big text, n int); ALTER TABLE toasted ALTER big SET STORAGE EXTERNAL;
		INSERT INTO a SELECT i, i, 'a' || i, 'red' FROM generate_series(1, 50) i;
		INSERT INTO b SELECT i, i, 'b' || i FROM generate_series(1, 50) i;
		INSERT INTO g(id, x) SELECT i, i FROM generate_series(1, 50) i;
		INSERT INTO h SELECT i % 3, 'x' FROM generate_series(1, 10) i;
		INSERT INTO part SELECT i, i % 20, 'p' FROM generate_series(1, 60) i;
		INSERT INTO loose SELECT i, 25, 'l' FROM generate_series(100, 120) i;
		INSERT INTO ident(s) SELECT 'i' FROM generate_series(1, 5);
		INSERT INTO dated VALUES (1, 'infinity', '-infinity', '[-infinity,infinity]'), (2, '4713-01-01 BC', 'infinity', '(,)');
		INSERT INTO toasted SELECT i, repeat(chr(64 + i), 20000), i FROM generate_series(1, 5) i`)
	r.snapshot()
	r.run()
	r.equal()
	for _, sql := range []string{
		// Renames with rows before, between and after.
		`UPDATE a SET n = 100 WHERE id = 1; ALTER TABLE a RENAME TO a2; UPDATE a2 SET n = 200 WHERE id = 2; ALTER TABLE a2 RENAME n TO m; INSERT INTO a2 VALUES (60, 1, 'z', 'blue')`,
		`ALTER TABLE a2 RENAME TO a; ALTER TABLE a RENAME m TO n; DELETE FROM a WHERE id = 3`,
		// Types.
		`UPDATE a SET n = n + 1; ALTER TABLE a ALTER n TYPE bigint; UPDATE a SET n = 5000000000 WHERE id = 4`,
		`ALTER TABLE a ALTER n TYPE text USING 'n' || n; UPDATE a SET n = 'x' WHERE id = 5`,
		`ALTER TABLE a ALTER n TYPE numeric(20, 4) USING nullif(regexp_replace(n, '\D', '', 'g'), '')::numeric; UPDATE a SET n = 1.5 WHERE id = 5`,
		// Dropped and made again under the same name.
		`INSERT INTO b VALUES (70, 1, 'old'); DROP TABLE b; CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a ON DELETE SET NULL, s text); INSERT INTO b SELECT i, i, 'new' FROM generate_series(10, 20) i`,
		`DROP TABLE b; CREATE TABLE b (s text, id bigint PRIMARY KEY); INSERT INTO b VALUES ('other', 1)`,
		`DELETE FROM a WHERE id = 10`,
		// Columns in another order.
		`ALTER TABLE a DROP COLUMN s; ALTER TABLE a ADD COLUMN s text DEFAULT 'again'; UPDATE a SET s = 'u' WHERE id < 8; INSERT INTO a(id, s, n) VALUES (61, 'end', 3)`,
		// Columns that are made and dropped in one transaction, with rows.
		`ALTER TABLE a ADD COLUMN gone int; UPDATE a SET gone = 1; ALTER TABLE a DROP COLUMN gone; UPDATE a SET s = 'v' WHERE id = 1`,
		// Generated columns.
		`ALTER TABLE g ALTER y DROP EXPRESSION; UPDATE g SET y = 7 WHERE id = 7`,
		`ALTER TABLE g DROP COLUMN y; ALTER TABLE g ADD COLUMN y int GENERATED ALWAYS AS (x * 3) STORED; UPDATE g SET x = 1 WHERE id = 9; INSERT INTO g(id, x) VALUES (90, 90)`,
		// Partitions.
		`INSERT INTO part VALUES (200, 1, 'q'); ALTER TABLE part DETACH PARTITION part2; UPDATE part2 SET s = 'detached'; UPDATE part SET s = 'kept'`,
		`ALTER TABLE part ATTACH PARTITION loose FOR VALUES FROM (20) TO (30); UPDATE part SET s = 'both'`,
		`ALTER TABLE part ATTACH PARTITION part2 FOR VALUES FROM (10) TO (20); UPDATE part SET at = at + 10 WHERE at < 10; INSERT INTO part VALUES (300, 25, 'r')`,
		`CREATE TABLE part4 PARTITION OF part FOR VALUES FROM (30) TO (40); INSERT INTO part VALUES (301, 35, 'r'); DROP TABLE part2; INSERT INTO part VALUES (302, 36, 'r')`,
		// A partition's own TRUNCATE is in no stream.
		`TRUNCATE part4; INSERT INTO part VALUES (303, 36, 'r')`,
		`TRUNCATE part4; INSERT INTO part VALUES (303, 36, 'again')`,
		`TRUNCATE part; INSERT INTO part SELECT i, i % 10, 's' FROM generate_series(1, 30) i`,
		`CREATE TABLE refers (id int PRIMARY KEY, at int, FOREIGN KEY (id, at) REFERENCES part); INSERT INTO refers VALUES (1, 1); TRUNCATE part CASCADE; INSERT INTO part VALUES (1, 1, 't')`,
		`DROP TABLE refers; CREATE TABLE part5 PARTITION OF part FOR VALUES FROM (40) TO (50) PARTITION BY LIST (at); CREATE TABLE part5a PARTITION OF part5 FOR VALUES IN (41); INSERT INTO part VALUES (400, 41, 'sub')`,
		`TRUNCATE part5; INSERT INTO part VALUES (401, 41, 'sub')`,
		// Schemas.
		`CREATE SCHEMA IF NOT EXISTS sub; UPDATE a SET s = 'w' WHERE id = 2; ALTER TABLE a SET SCHEMA sub; UPDATE sub.a SET s = 'x' WHERE id = 4; CREATE TABLE a (id int PRIMARY KEY); INSERT INTO a VALUES (1)`,
		`DROP TABLE a; ALTER TABLE sub.a SET SCHEMA public; INSERT INTO a(id) VALUES (62)`,
		`ALTER SCHEMA sub RENAME TO sup; CREATE TABLE sup.t (id int PRIMARY KEY); INSERT INTO sup.t VALUES (1)`,
		`UPDATE sup.t SET id = 2; ALTER SCHEMA sup RENAME TO sub; UPDATE sub.t SET id = 3`,
		// Replica identity and keys.
		`UPDATE h SET s = 'y' WHERE n = 1; ALTER TABLE h ADD COLUMN id serial PRIMARY KEY; ALTER TABLE h REPLICA IDENTITY DEFAULT; UPDATE h SET s = 'z' WHERE n = 2; DELETE FROM h WHERE n = 0`,
		`ALTER TABLE h REPLICA IDENTITY FULL; UPDATE h SET id = id + 100; ALTER TABLE h DROP CONSTRAINT h_pkey; DELETE FROM h WHERE n = 1`,
		`CREATE UNIQUE INDEX h_id ON h (id); ALTER TABLE h ALTER id SET NOT NULL; ALTER TABLE h REPLICA IDENTITY USING INDEX h_id; UPDATE h SET id = id + 1000, s = 'idx'; INSERT INTO h VALUES (9, 'n', 9)`,
		`UPDATE a SET id = id + 1000; ALTER TABLE a DROP CONSTRAINT a_pkey CASCADE; ALTER TABLE a ADD PRIMARY KEY (id); UPDATE a SET id = id - 1000 WHERE id < 1010`,
		// Identity columns.
		`ALTER TABLE ident ALTER id SET GENERATED BY DEFAULT; INSERT INTO ident VALUES (100, 'given'); ALTER TABLE ident ALTER id RESTART WITH 500; INSERT INTO ident(s) VALUES ('next')`,
		`ALTER TABLE ident ALTER id DROP IDENTITY; INSERT INTO ident VALUES (1000, 'bare'); ALTER TABLE ident ALTER id TYPE bigint`,
		// Large values that an update leaves where they are, key changes with them.
		`UPDATE toasted SET id = id + 10; UPDATE toasted SET n = n + 1 WHERE id = 11; ALTER TABLE toasted ADD COLUMN more text; UPDATE toasted SET id = id + 10, more = big WHERE id = 12; UPDATE toasted SET id = id + 10`,
		`UPDATE dated SET d = '-infinity', t = 'infinity' WHERE id = 1; ALTER TABLE dated ALTER t TYPE timestamp; INSERT INTO dated VALUES (3, '5874897-12-31', '-infinity', 'empty')`,
		// TRUNCATE CASCADE, with what refers to it made in the same transaction.
		`CREATE TABLE child (id int PRIMARY KEY, a int REFERENCES a); INSERT INTO child SELECT id, id FROM a LIMIT 5; TRUNCATE a CASCADE; INSERT INTO a(id) VALUES (1)`,
		// Savepoints that take DDL back.
		`BEGIN; SAVEPOINT s; ALTER TABLE a ADD COLUMN never int; UPDATE a SET never = 1; ROLLBACK TO s; INSERT INTO a(id, s) VALUES (2, 'sp'); COMMIT`,
		// Rows that a rewrite changes, and a drop of everything.
		`ALTER TABLE g ADD COLUMN r float8 NOT NULL DEFAULT random(); INSERT INTO g(id, x) VALUES (91, 1)`,
		`DROP TABLE part, toasted; DROP SCHEMA sub CASCADE; CREATE TABLE toasted (id int PRIMARY KEY, big text); INSERT INTO toasted VALUES (1, repeat('x', 100000))`,
		`ALTER TYPE colour RENAME TO shade; ALTER TYPE shade RENAME VALUE 'red' TO 'crimson'; UPDATE a SET c = 'crimson'`,
		`CREATE DOMAIN positive AS int CHECK (VALUE > 0); ALTER TABLE a ADD COLUMN p positive DEFAULT 1; UPDATE a SET p = 5 WHERE id = 1`,
		`ALTER DOMAIN positive RENAME TO plus; ALTER TABLE a ALTER p TYPE int; UPDATE a SET p = -5 WHERE id = 2`,
		`ALTER TABLE a RENAME CONSTRAINT a_pkey TO a_key; ALTER TABLE a ADD CONSTRAINT pos CHECK (p <> 0) NOT VALID; INSERT INTO a(id) VALUES (5)`,
		`ALTER TABLE child RENAME TO "Child Of";  ALTER TABLE "Child Of" RENAME a TO "A ""quoted"" one"; INSERT INTO "Child Of" VALUES (1, 1)`,
		`ALTER TABLE a DISABLE TRIGGER ALL; INSERT INTO a(id) VALUES (6)`,
	} {
		r.exec(sql)
		if r.equal(); t.Failed() {
			t.Fatalf("after: %s", sql)
		}
		if change, err := r.s.compareSchema(r.ctx, r.pg); err != nil || change != nil {
			t.Fatalf("after: %s: %v, to be taken over: %v", sql, err, change != nil)
		}
	}
}
