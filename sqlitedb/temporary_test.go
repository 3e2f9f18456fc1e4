package sqlitedb

import (
	"path/filepath"
	"testing"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestTemporaryAsPostgreSQL is about temporary tables in several sessions and
// transactions.
func TestTemporaryAsPostgreSQL(t *testing.T) {
	shop := []step{
		q(`exec:CREATE TABLE t (id int PRIMARY KEY, v text)`),
		q(`exec:INSERT INTO t VALUES (1, 'one'), (2, 'two')`),
	}
	with := func(more ...step) []step { return append(append([]step{}, shop...), more...) }
	scripts(t, pgtest.New(t), map[string][]step{
		"sessions": with(
			q(`exec:CREATE TEMP TABLE x (id serial PRIMARY KEY, v text)`),
			q(`b|exec:CREATE TEMP TABLE x (id serial PRIMARY KEY, other int)`),
			q(`exec:INSERT INTO x (v) VALUES ('a'), ('b')`),
			q(`b|exec:INSERT INTO x (other) VALUES (7)`),
			q(`SELECT id, v FROM x ORDER BY id`),
			q(`b|SELECT id, other FROM x`),
			q(`b|exec:DROP TABLE x`),
			q(`b|SELECT v FROM x`),
			q(`SELECT count(*) FROM x`),
			q(`b|exec:ALTER TABLE t ADD COLUMN extra int`), // the schema moves on beneath
			q(`exec:INSERT INTO x (v) SELECT v FROM t WHERE extra IS NULL RETURNING id`),
			q(`SELECT id, v FROM x ORDER BY id LIMIT 10`),
			q(`exec:CREATE TABLE kept (a int)`), // permanent, beside a temporary one
			q(`b|SELECT a FROM kept`),
			q(`b|exec:CREATE TABLE x (shared int)`),
			q(`SELECT v FROM x ORDER BY id`),
			q(`SELECT shared FROM public.x`),
			q(`b|SELECT shared FROM x`),
			q(`exec:DISCARD TEMP`),
			q(`SELECT shared FROM x ORDER BY 1`),
			q(`exec:CREATE TEMP TABLE x (again serial)`),
			q(`exec:INSERT INTO x DEFAULT VALUES`),
			q(`SELECT again FROM x`),
		),
		"transactions": with(
			q(`begin:`),
			q(`exec:CREATE TEMP TABLE x (id serial, v text)`),
			q(`exec:INSERT INTO x (v) VALUES ('a')`),
			q(`rollback:`),
			q(`SELECT id FROM x`),
			q(`begin:`),
			q(`exec:CREATE TEMP TABLE x (id serial, v text UNIQUE) ON COMMIT DELETE ROWS`),
			q(`exec:INSERT INTO x (v) VALUES ('a'), ('b')`),
			q(`SELECT count(*) FROM x`),
			q(`exec:SAVEPOINT a`),
			q(`exec:INSERT INTO x (v) VALUES ('a')`),
			q(`exec:ROLLBACK TO a`),
			q(`exec:INSERT INTO x (v) VALUES ('c') RETURNING id`),
			q(`commit:`),
			q(`SELECT count(*) FROM x`),
			q(`exec:INSERT INTO x (v) VALUES ('d')`),
			q(`SELECT count(*) FROM x`),
			q(`begin:`),
			q(`exec:DROP TABLE x`),
			q(`exec:CREATE TEMP TABLE x (other int)`),
			q(`SELECT other FROM x`),
			q(`rollback:`),
			q(`SELECT v FROM x`),
			q(`begin:`),
			q(`exec:CREATE TEMP TABLE y ON COMMIT DROP AS SELECT * FROM t`),
			q(`exec:UPDATE t SET v = y.v || '!' FROM y WHERE y.id = t.id`),
			q(`commit:`),
			q(`SELECT id FROM y`),
			q(`SELECT v FROM t ORDER BY id`),
			q(`exec:CREATE TEMP TABLE y (a int) ON COMMIT DROP`),
			q(`SELECT a FROM y`),
		),
	})
}

// TestTemporaryIsGone: nothing of a temporary table is in the file, and nothing of
// it is left after DISCARD ALL or with the connection.
func TestTemporaryIsGone(t *testing.T) {
	var journaled []string
	f := open(t, filepath.Join(t.TempDir(), "app.db"), Options{JournalDDL: func(text string) (string, []any) {
		journaled = append(journaled, text)
		return "", nil
	}})
	serve(t, f, true)
	s := session(t, f)
	version := f.Catalog().Version
	mustExec(t, s, `CREATE TEMP TABLE x (id serial PRIMARY KEY, v text)`)
	mustExec(t, s, `CREATE INDEX ON x (v)`)
	mustExec(t, s, `INSERT INTO x (v) VALUES ('a')`)
	if f.Catalog().Version != version || len(journaled) != 0 {
		t.Errorf("catalog version %d, was %d; journaled %q", f.Catalog().Version, version, journaled)
	}
	c, err := f.Conn(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	defer c.Close()
	var n int64
	if err := c.QueryRow(t.Context(), `SELECT count(*) FROM sqlite_schema WHERE name LIKE '%pg_temp%'`, nil, &n); err != nil || n != 0 {
		t.Errorf("%d objects in the file, %v", n, err)
	}
	if err := c.QueryRow(t.Context(), `SELECT count(*) FROM failoversql_sequence`, nil, &n); err != nil || n != 0 {
		t.Errorf("%d positions of sequences in the file, %v", n, err)
	}
	if err := s.ResetSession(t.Context()); err != nil {
		t.Fatal(err)
	}
	if v := one(t, s, `SELECT v FROM x`); v != "a" {
		t.Errorf("after the pool took the connection back: %v", v)
	}
	mustExec(t, s, `DISCARD ALL`)
	_, err = query(s, `SELECT v FROM x`)
	code(t, err, "42P01")
	mustExec(t, s, `CREATE TEMP TABLE x (id serial, w int)`)
	mustExec(t, s, `INSERT INTO x (w) VALUES (1)`)
	if v := one(t, s, `SELECT id FROM x`); v != int64(1) {
		t.Errorf("the new sequence begins at %v", v)
	}
	if err := s.Reset(t.Context()); err != nil {
		t.Fatal(err)
	}
	_, err = query(s, `SELECT w FROM x`)
	code(t, err, "42P01")
}
