package dbsync

import (
	"errors"
	"fmt"
	"strings"
	"testing"
)

// TestAPartitionIsCopiedByItself: what is dropped, detached or attached every day
// does not cost a copy of the whole table.
func TestAPartitionIsCopiedByItself(t *testing.T) {
	for _, c := range []struct{ name, key, bounds, value string }{
		{"int", "int", "FROM (%d0) TO (%d9)", "%d0 + i %% 9"},
		{"date", "date", "FROM ('2024-01-01'::date + %d0) TO ('2024-01-01'::date + %d9)", "'2024-01-01'::date + %d0 + i %% 9"},
		{"timestamptz", "timestamptz", "FROM ('2024-01-01 00:00+02'::timestamptz + '%d0 hours') TO ('2024-01-01 00:00+02'::timestamptz + '%d9 hours')",
			"'2024-01-01 00:00+02'::timestamptz + '%d0 hours' + i %% 9 * '1 hour'::interval"},
		{"list of texts", "text", "IN ('%[1]d', '%[1]d''s')", "'%[1]d' || CASE WHEN i %% 2 = 0 THEN '''s' ELSE '' END"},
		{"list of enums", "state", "IN ('s%d')", "('s%d')::state"},
		{"list with NULL", "int", "IN (%[1]d, %[1]d0)", "%[1]d * (1 + i %% 2 * 9)"},
	} {
		t.Run(c.name, func(t *testing.T) {
			fill := func(format string, n int) string {
				return strings.ReplaceAll(fmt.Sprintf(strings.ReplaceAll(format, "%d", "%[1]d"), n), "%%", "%")
			}
			kind := "RANGE"
			if strings.HasPrefix(c.bounds, "IN") {
				kind = "LIST"
			}
			setup := []string{"CREATE TYPE state AS ENUM ('s1', 's2', 's3', 's4', 's5')",
				"CREATE TABLE p (id int, k " + c.key + ", n int) PARTITION BY " + kind + " (k)", "ALTER TABLE p REPLICA IDENTITY FULL",
				"CREATE TABLE rest PARTITION OF p DEFAULT", "ALTER TABLE rest REPLICA IDENTITY FULL"}
			rows := func(n int) string {
				return "INSERT INTO p SELECT i, " + fill(c.value, n) + ", " + fmt.Sprint(n) + " FROM generate_series(1, 20) i"
			}
			attach := func(n int) string {
				return fmt.Sprintf("ALTER TABLE p ATTACH PARTITION p%d FOR VALUES %s", n, fill(c.bounds, n))
			}
			for n := 1; n <= 4; n++ {
				setup = append(setup, fmt.Sprintf("CREATE TABLE p%d PARTITION OF p FOR VALUES %s; ALTER TABLE p%d REPLICA IDENTITY FULL", n, fill(c.bounds, n), n), rows(n))
			}
			if c.name == "list with NULL" {
				setup = append(setup, "CREATE TABLE pn PARTITION OF p FOR VALUES IN (NULL); ALTER TABLE pn REPLICA IDENTITY FULL; INSERT INTO p SELECT i, NULL, i FROM generate_series(1, 5) i")
			}
			setup = append(setup, "INSERT INTO p VALUES (0, "+fill(c.value, 5)+", 5)")
			last := strings.ReplaceAll(setup[len(setup)-1], "i %", "0 %")
			setup[len(setup)-1] = strings.ReplaceAll(last, "WHEN i", "WHEN 0")
			r := newReplica(t, outPrimary(t), strings.Join(setup, "; "))
			r.snapshot()
			r.run()
			r.equal()
			steps := []string{
				"DROP TABLE p1",
				"UPDATE p SET n = n + 10; ALTER TABLE p DETACH PARTITION p2",
				"UPDATE p2 SET n = -1; INSERT INTO p SELECT 100 + i, " + fill(c.value, 3) + ", 7 FROM generate_series(1, 3) i",
				attach(2),
				"TRUNCATE p3",
				"BEGIN; ALTER TABLE p DETACH PARTITION p4; UPDATE p4 SET n = 8; " + attach(4) + "; COMMIT",
				rows(1), // in the default partition now
				"DELETE FROM p WHERE n = 7; UPDATE p SET n = n - 1",
			}
			if c.name == "list with NULL" {
				steps = append(steps, "DROP TABLE pn")
			}
			r.each(steps...)
			log := r.log.String()
			if n := strings.Count(log, "partly=[public.p]"); n < 5 || strings.Contains(log, "tables=[public.p]") || r.copies() != 1 {
				t.Errorf("copied partly %d times:\n%s", n, log)
			}
		})
	}
}

// TestPartitionsThatAreCopiedWhole: where SQLite would not judge the bounds as the
// primary does, or the stream tells of rows that came otherwise.
func TestPartitionsThatAreCopiedWhole(t *testing.T) {
	r := newReplica(t, outPrimary(t), `
		CREATE TABLE h (id int PRIMARY KEY, n int) PARTITION BY HASH (id);
		CREATE TABLE h0 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 0);
		CREATE TABLE h1 PARTITION OF h FOR VALUES WITH (MODULUS 2, REMAINDER 1);
		CREATE TABLE x (s text PRIMARY KEY, n int) PARTITION BY RANGE (s);
		CREATE TABLE x0 PARTITION OF x FOR VALUES FROM ('a') TO ('n');
		CREATE TABLE x1 PARTITION OF x FOR VALUES FROM ('n') TO ('z');
		CREATE TABLE e (id int, n int) PARTITION BY LIST ((id % 3)); ALTER TABLE e REPLICA IDENTITY FULL;
		CREATE TABLE e0 PARTITION OF e FOR VALUES IN (0); ALTER TABLE e0 REPLICA IDENTITY FULL;
		CREATE TABLE e1 PARTITION OF e DEFAULT; ALTER TABLE e1 REPLICA IDENTITY FULL;
		CREATE TABLE i (id int PRIMARY KEY, n int) PARTITION BY RANGE (id);
		CREATE TABLE i0 PARTITION OF i FOR VALUES FROM (0) TO (10);
		CREATE TABLE i1 (id int PRIMARY KEY, n int); INSERT INTO i1 SELECT n, n FROM generate_series(10, 19) n;
		INSERT INTO h SELECT i, i FROM generate_series(1, 20) i; INSERT INTO e SELECT i, i FROM generate_series(1, 20) i;
		INSERT INTO x SELECT chr(96 + i), i FROM generate_series(1, 20) i; INSERT INTO i SELECT n, n FROM generate_series(0, 9) n`)
	r.snapshot()
	r.run()
	r.equal()
	r.each(
		"ALTER TABLE h DETACH PARTITION h1",
		"DROP TABLE x0",
		"TRUNCATE e0",
		"ALTER TABLE i ATTACH PARTITION i1 FOR VALUES FROM (10) TO (20); UPDATE i SET n = n + 1",
	)
	if n := r.copies(); n > 2 { // the follower may meet the last UPDATE first
		t.Errorf("the whole file was copied %d times:\n%s", n, r.log.String())
	}
}

// TestAPartitionNobodySaw: made, filled and gone again between two looks at the
// schema.
func TestAPartitionNobodySaw(t *testing.T) {
	r := newReplica(t, outPrimary(t), `CREATE TABLE p (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE TABLE p0 PARTITION OF p FOR VALUES FROM (0) TO (10);
		CREATE TABLE loose (id int PRIMARY KEY, n int); INSERT INTO loose VALUES (20, 1), (21, 1);
		CREATE TABLE q (id int PRIMARY KEY, n int) PARTITION BY LIST (id); CREATE TABLE q0 PARTITION OF q DEFAULT; INSERT INTO q VALUES (31, 1);
		INSERT INTO p SELECT i, i FROM generate_series(1, 9) i`)
	r.snapshot()
	r.run()
	r.equal()
	r.each(
		"BEGIN; CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (10) TO (20); INSERT INTO p SELECT i, i FROM generate_series(10, 15) i; DROP TABLE p1; COMMIT",
		"BEGIN; CREATE TABLE p1 PARTITION OF p FOR VALUES FROM (10) TO (20); INSERT INTO p SELECT i, i FROM generate_series(10, 15) i; ALTER TABLE p DETACH PARTITION p1; COMMIT",
		"BEGIN; ALTER TABLE p ATTACH PARTITION loose FOR VALUES FROM (20) TO (30); INSERT INTO p VALUES (25, 5); ALTER TABLE p DETACH PARTITION loose; COMMIT",
		"BEGIN; ALTER TABLE p ATTACH PARTITION loose FOR VALUES FROM (20) TO (30); TRUNCATE loose; INSERT INTO p VALUES (26, 5); COMMIT",
		"BEGIN; ALTER TABLE p DETACH PARTITION loose; TRUNCATE loose; ALTER TABLE p ATTACH PARTITION loose FOR VALUES FROM (20) TO (30); INSERT INTO p VALUES (26, 5); ALTER TABLE p DETACH PARTITION loose; COMMIT",
		"BEGIN; ALTER TABLE p ATTACH PARTITION q FOR VALUES FROM (30) TO (40); INSERT INTO p VALUES (35, 1); UPDATE p SET n = 7 WHERE id = 31; ALTER TABLE p DETACH PARTITION q; COMMIT",
		"UPDATE q SET n = n + 1; UPDATE p SET n = n + 1; TRUNCATE p, q; INSERT INTO q VALUES (1, 1); INSERT INTO p VALUES (1, 1); UPDATE loose SET n = 3",
	)
}

// TestExchangeOfPartitionsThatFails, at each step, once: the whole table is copied
// instead. What ends a follower that has just met rows of an unknown partition
// keeps none of them: the next one meets them again.
func TestExchangeOfPartitionsThatFails(t *testing.T) {
	defer func() { failpoint = nil }()
	r := newReplica(t, outPrimary(t), `CREATE TABLE p (id int PRIMARY KEY, n int) PARTITION BY RANGE (id); CREATE TABLE p0 PARTITION OF p FOR VALUES FROM (0) TO (10);
		INSERT INTO p SELECT i, i FROM generate_series(1, 9) i`)
	r.snapshot()
	r.run()
	r.equal()
	for i, point := range []string{"resync.begun", "resync.applied", "resync.commit"} {
		r.stop()
		hits := 0
		failpoint = func(name string) error {
			if name == point {
				if hits++; hits == 1 {
					return errors.New("cut here")
				}
			}
			return nil
		}
		r.exec(fmt.Sprintf("CREATE TABLE q%[1]d PARTITION OF p FOR VALUES FROM (%[1]d0) TO (%[1]d9); INSERT INTO p SELECT g, 1 FROM generate_series(%[1]d0, %[1]d5) g", i+1))
		r.exec("UPDATE p SET n = n + 1")
		r.run()
		r.equal()
		r.exec(fmt.Sprintf("DROP TABLE q%d", i+1))
		r.equal()
		r.exec(fmt.Sprintf("BEGIN; CREATE TABLE q%[1]d PARTITION OF p FOR VALUES FROM (%[1]d0) TO (%[1]d9); INSERT INTO p VALUES (%[1]d1, 1); DROP TABLE q%[1]d; COMMIT", i+1))
		r.stop() // perhaps amid
		r.run()
		r.equal()
		r.stop()
		failpoint = nil
		if hits < 2 {
			t.Errorf("%s was reached %d times", point, hits)
		}
		r.run()
	}
	if r.slots() != 1 || len(r.leftovers()) != 0 || r.copies() != 1 {
		t.Errorf("%d slots, left: %v, %d copies", r.slots(), r.leftovers(), r.copies())
	}
}
