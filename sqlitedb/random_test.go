package sqlitedb

import (
	"fmt"
	"math/rand/v2"
	"reflect"
	"testing"
	"time"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestRandomAsPostgreSQL runs random statements, many of which violate
// something, in and out of transactions, on PostgreSQL and on a session: every
// outcome must be the same, and the rows in the end.
func TestRandomAsPostgreSQL(t *testing.T) {
	seed := uint64(time.Now().UnixNano())
	t.Log("seed", seed)
	r := rand.New(rand.NewPCG(seed, 0))
	f := open(t, "", Options{})
	serve(t, f, true)
	pg, lite := postgresSides(t, pgtest.New(t), 1)[0], fallbackSide(session(t, f))
	run := func(i int, st step) {
		t.Helper()
		want, got := pg.run(st).sameWhenFailed(), lite.run(st).sameWhenFailed()
		if !reflect.DeepEqual(want, got) {
			t.Fatalf("statement %d: %s %v\n  PostgreSQL: %s\n  fallback:   %s", i, st.sql, st.args, want, got)
		}
	}
	for _, ddl := range []string{
		`CREATE TABLE a (id serial PRIMARY KEY, u int UNIQUE, name text NOT NULL, n int CHECK (n <> 3), CONSTRAINT a_odd CHECK (n <> 4 OR u > 5), CONSTRAINT a_even CHECK (n <> 4))`,
		`CREATE TABLE b (id int PRIMARY KEY, a int REFERENCES a ON DELETE CASCADE, c int REFERENCES a (u), d text, UNIQUE (a, d))`,
		`CREATE TABLE c (x int NOT NULL, y int NOT NULL, z numeric(6,2), PRIMARY KEY (x, y), FOREIGN KEY (x) REFERENCES b ON UPDATE CASCADE ON DELETE CASCADE)`,
		`CREATE UNIQUE INDEX c_z ON c (z) WHERE y > 2`,
	} {
		run(-1, q("exec:"+ddl))
	}
	n := func() int { return r.IntN(8) }
	maybe := func() any {
		if r.IntN(6) == 0 {
			return nil
		}
		return n()
	}
	text := func() any {
		if r.IntN(8) == 0 {
			return nil
		}
		return string(rune('p' + r.IntN(3)))
	}
	makers := []func() step{
		func() step { return q(`exec:INSERT INTO a (u, name, n) VALUES ($1, $2, $3)`, maybe(), text(), maybe()) },
		func() step {
			// Not by the sequence: how many values a statement of several rows takes
			// before it fails is nobody's promise.
			return q(`INSERT INTO a (id, u, name, n) VALUES ($1, $2, $3, $4), ($5, $6, 'second', 1) RETURNING id, u`, n(), maybe(), text(), maybe(), n(), maybe())
		},
		func() step { return q(`exec:INSERT INTO a (id, u, name) VALUES ($1, $2, 'x')`, n(), maybe()) },
		func() step {
			return q(`exec:INSERT INTO a (u, name) VALUES ($1, 'up') ON CONFLICT (u) DO UPDATE SET name = a.name || excluded.name, n = $2`, maybe(), maybe())
		},
		func() step {
			return q(`exec:INSERT INTO a (id, u, name) VALUES ($1, $2, 'q') ON CONFLICT DO NOTHING`, n(), maybe())
		},
		func() step { return q(`exec:UPDATE a SET u = $1 WHERE id = $2`, maybe(), n()) },
		func() step { return q(`exec:UPDATE a SET name = $1, n = $2 WHERE id = $3`, text(), maybe(), n()) },
		func() step { return q(`exec:DELETE FROM a WHERE id = $1`, n()) },
		func() step { return q(`exec:DELETE FROM a WHERE u = $1`, n()) },
		func() step { return q(`exec:INSERT INTO b VALUES ($1, $2, $3, $4)`, n(), maybe(), maybe(), text()) },
		func() step { return q(`exec:UPDATE b SET a = $1, d = $2 WHERE id = $3`, maybe(), text(), n()) },
		func() step { return q(`exec:UPDATE b SET id = $1 WHERE id = $2`, n(), n()) },
		func() step { return q(`DELETE FROM b WHERE id = $1 RETURNING *`, n()) },
		func() step {
			return q(`exec:INSERT INTO c VALUES ($1, $2, $3)`, maybe(), maybe(), fmt.Sprintf("%d.%d", n(), r.IntN(2)))
		},
		func() step { return q(`exec:UPDATE c SET z = $1 WHERE y = $2`, fmt.Sprint(n()), n()) },
		func() step { return q(`exec:DELETE FROM c WHERE y = $1`, n()) },
		func() step { return q(`SELECT * FROM a LEFT JOIN b ON b.a = a.id ORDER BY a.id, b.id`) },
		func() step { return q(`SELECT x, y, z FROM c ORDER BY x, y`) },
		func() step { return q(`SELECT count(*), max(u) FROM a WHERE n IS NOT NULL`) },
	}
	control := []func() step{
		func() step { return q(`exec:BEGIN`) },
		func() step { return q(`exec:COMMIT`) },
		func() step { return q(`exec:ROLLBACK`) },
		func() step { return q(`exec:SAVEPOINT ` + string(rune('a'+r.IntN(2)))) },
		func() step { return q(`exec:ROLLBACK TO ` + string(rune('a'+r.IntN(2)))) },
		func() step { return q(`exec:RELEASE ` + string(rune('a'+r.IntN(2)))) },
	}
	for i := range 1500 {
		if r.IntN(6) == 0 {
			run(i, control[r.IntN(len(control))]())
			continue
		}
		run(i, makers[r.IntN(len(makers))]())
	}
	run(1500, q(`exec:COMMIT`))
	for _, table := range []string{"a", "b", "c"} {
		run(1501, q(`SELECT * FROM `+table+` ORDER BY 1, 2`))
	}
	if err := f.Integrity(ctx); err != nil {
		t.Fatal(err)
	}
}
