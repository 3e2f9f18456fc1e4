package sqlitedb

import (
	"context"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"reflect"
	"regexp"
	"strings"
	"testing"

	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
)

// The scripts below run on PostgreSQL through pgx's stdlib driver and on a
// session, statement by statement; what comes back must be the same: rows and
// their Go types, counts, column types, transaction status, and every field of
// an error.

// backend is what both sides can do.
type backend interface {
	ExecContext(context.Context, string, []driver.NamedValue) (driver.Result, error)
	QueryContext(context.Context, string, []driver.NamedValue) (driver.Rows, error)
}

// step is one statement of a script. A query that begins with "exec:" goes
// through Exec, "begin", "commit" and "rollback" with a colon are the driver's.
type step struct {
	sql  string
	args []any
}

func q(sql string, args ...any) step { return step{sql, args} }

// outcome is what a statement gave, in comparable form.
type outcome struct {
	Rows     [][]driver.Value
	Columns  []string
	Types    []string
	Affected int64
	Err      string
	Status   string
}

func (o outcome) String() string {
	var b strings.Builder
	fmt.Fprintf(&b, "status %s", o.Status)
	if o.Err != "" {
		fmt.Fprintf(&b, ", error %s", o.Err)
		return b.String()
	}
	fmt.Fprintf(&b, ", affected %d", o.Affected)
	if o.Columns != nil {
		fmt.Fprintf(&b, ", columns %v %v", o.Columns, o.Types)
	}
	for _, r := range o.Rows {
		b.WriteString("\n    ")
		for _, v := range r {
			fmt.Fprintf(&b, "%T(%v) ", v, v)
		}
	}
	return b.String()
}

// temporarySchema is the name that PostgreSQL gives the schema of temporary
// tables: its number is the server's.
var temporarySchema = regexp.MustCompile(`^pg_temp_\d+$`)

func errText(err error) string {
	if err == nil {
		return ""
	}
	var pg *pgconn.PgError
	if !errors.As(err, &pg) {
		return err.Error()
	}
	return fmt.Sprintf("%s %s: %s | detail %s | hint %s | schema %s table %s column %s constraint %s type %s | position %d",
		pg.Severity, pg.Code, pg.Message, pg.Detail, pg.Hint, temporarySchema.ReplaceAllString(pg.SchemaName, "pg_temp"), pg.TableName, pg.ColumnName, pg.ConstraintName, pg.DataTypeName, pg.Position)
}

func runStep(b backend, st step, exec bool) (o outcome) {
	args := named(st.args...)
	if exec {
		res, err := b.ExecContext(ctx, st.sql, args)
		if o.Err = errText(err); err == nil {
			o.Affected, _ = res.RowsAffected()
		}
		return o
	}
	rows, err := b.QueryContext(ctx, st.sql, args)
	if o.Err = errText(err); err != nil {
		return o
	}
	defer rows.Close()
	o.Columns = rows.Columns()
	for i := range o.Columns {
		name := rows.(driver.RowsColumnTypeDatabaseTypeName).ColumnTypeDatabaseTypeName(i)
		length, ok := rows.(driver.RowsColumnTypeLength).ColumnTypeLength(i)
		p, s, ok2 := rows.(driver.RowsColumnTypePrecisionScale).ColumnTypePrecisionScale(i)
		scan := rows.(driver.RowsColumnTypeScanType).ColumnTypeScanType(i)
		if regexp.MustCompile(`^\d+$`).MatchString(name) {
			name = "user-defined"
		}
		o.Types = append(o.Types, fmt.Sprint(name, length, ok, p, s, ok2, scan))
	}
	for {
		row := make([]driver.Value, len(o.Columns))
		if err := rows.Next(row); err == io.EOF {
			return o
		} else if err != nil {
			o.Err = errText(err)
			return o
		}
		o.Rows = append(o.Rows, row)
	}
}

// sameWhenFailed leaves only the error of a statement that failed: PostgreSQL
// may compute every row before it gives the first.
func (o outcome) sameWhenFailed() outcome {
	if o.Err != "" {
		o.Rows, o.Columns, o.Types = nil, nil, nil
	}
	return o
}

// side runs scripts on one backend.
type side struct {
	backend
	begin  func(driver.TxOptions) error
	end    func(commit bool) error
	status func() byte
}

func (s *side) run(st step) outcome {
	var o outcome
	switch verb, rest, _ := strings.Cut(st.sql, ":"); verb {
	case "begin":
		opts := driver.TxOptions{ReadOnly: strings.Contains(rest, "readonly")}
		if strings.Contains(rest, "repeatable") {
			opts.Isolation = 4
		}
		o.Err = errText(s.begin(opts))
	case "commit":
		o.Err = errText(s.end(true))
	case "rollback":
		o.Err = errText(s.end(false))
	case "exec":
		o = runStep(s, step{rest, st.args}, true)
	default:
		o = runStep(s, st, false)
	}
	o.Status = string(s.status())
	return o
}

func postgresSide(t *testing.T, conn *stdlib.Conn) *side {
	var tx driver.Tx
	return &side{
		backend: conn,
		begin:   func(o driver.TxOptions) (err error) { tx, err = conn.BeginTx(ctx, o); return err },
		end: func(commit bool) error {
			if commit {
				return tx.Commit()
			}
			return tx.Rollback()
		},
		status: func() byte { return conn.Conn().PgConn().TxStatus() },
	}
}

func fallbackSide(s *Session) *side {
	return &side{
		backend: s,
		begin:   func(o driver.TxOptions) error { return s.Begin(ctx, o) },
		end: func(commit bool) error {
			if commit {
				return s.Commit(ctx)
			}
			return s.Rollback(ctx)
		},
		status: s.TxStatus,
	}
}

// postgresSides opens n connections to an empty database.
func postgresSides(t *testing.T, server *pgtest.Server, n int) []*side {
	t.Helper()
	// Faster than a database for each script.
	if err := server.Exec(ctx, "postgres", "DROP SCHEMA public CASCADE", "CREATE SCHEMA public"); err != nil {
		t.Fatal(err)
	}
	cfg, err := pgx.ParseConfig(server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	cfg.RuntimeParams["timezone"] = "UTC"
	sides := make([]*side, n)
	for i := range sides {
		c, err := stdlib.GetConnector(*cfg).Connect(ctx)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { c.Close() })
		sides[i] = postgresSide(t, c.(*stdlib.Conn))
	}
	return sides
}

// scripts runs each script on both sides, each from empty databases. A statement
// that begins with "b|" is the second connection's.
func scripts(t *testing.T, server *pgtest.Server, all map[string][]step) {
	for name, script := range all {
		t.Run(name, func(t *testing.T) {
			f := open(t, "", Options{})
			serve(t, f, true)
			pgs := postgresSides(t, server, 2)
			lites := []*side{fallbackSide(session(t, f)), fallbackSide(session(t, f))}
			for i, st := range script {
				pg, lite := pgs[0], lites[0]
				if rest, ok := strings.CutPrefix(st.sql, "b|"); ok {
					pg, lite, st.sql = pgs[1], lites[1], rest
				}
				want, got := pg.run(st).sameWhenFailed(), lite.run(st).sameWhenFailed()
				if !reflect.DeepEqual(want, got) {
					t.Errorf("statement %d: %s %v\n  PostgreSQL: %s\n  fallback:   %s", i+1, st.sql, st.args, want, got)
					if want.Status != got.Status {
						return
					}
				}
			}
			if err := f.Integrity(ctx); err != nil {
				t.Error(err)
			}
		})
	}
}

// TestTwoSessionsAsPostgreSQL is about what transactions see of each other.
func TestTwoSessionsAsPostgreSQL(t *testing.T) {
	table := []step{
		q(`exec:CREATE TABLE t (id int PRIMARY KEY, n int)`),
		q(`exec:INSERT INTO t VALUES (1, 10), (2, 20)`),
		q(`b|exec:SET lock_timeout = '50ms'`),
	}
	with := func(more ...step) []step { return append(append([]step{}, table...), more...) }
	scripts(t, pgtest.New(t), map[string][]step{
		"read committed": with(
			q(`begin:`),
			q(`SELECT n FROM t ORDER BY id`),
			q(`b|exec:UPDATE t SET n = 11 WHERE id = 1`),
			q(`SELECT n FROM t ORDER BY id`),
			q(`exec:UPDATE t SET n = n + 1 WHERE id = 1`),
			q(`b|SELECT n FROM t ORDER BY id`),
			q(`b|exec:UPDATE t SET n = 0 WHERE id = 1`),
			q(`b|begin:`),
			q(`b|SELECT n FROM t WHERE id = 1`),
			q(`commit:`),
			q(`b|SELECT n FROM t WHERE id = 1`),
			q(`b|exec:UPDATE t SET n = n + 1 WHERE id = 1`),
			q(`b|commit:`),
			q(`SELECT n FROM t ORDER BY id`),
		),
		"repeatable read": with(
			q(`begin:repeatable`),
			q(`SELECT n FROM t ORDER BY id`),
			q(`b|exec:UPDATE t SET n = 11 WHERE id = 1`),
			q(`SELECT n FROM t ORDER BY id`),
			q(`exec:UPDATE t SET n = n + 1 WHERE id = 1`),
			q(`SELECT 1`),
			q(`rollback:`),
			q(`begin:repeatable`),
			q(`exec:UPDATE t SET n = n + 1 WHERE id = 1`),
			q(`b|SELECT n FROM t WHERE id = 1`),
			q(`commit:`),
			q(`b|SELECT n FROM t WHERE id = 1`),
		),
		"the snapshot begins with the first query": with(
			q(`begin:repeatable`),
			q(`b|exec:UPDATE t SET n = 11 WHERE id = 1`),
			q(`SELECT n FROM t WHERE id = 1`),
			q(`b|exec:UPDATE t SET n = 12 WHERE id = 1`),
			q(`SELECT n FROM t WHERE id = 1`),
			q(`commit:`),
		),
		"the same key": with(
			q(`begin:`),
			q(`exec:INSERT INTO t VALUES (3, 1)`),
			q(`b|begin:`),
			q(`b|exec:INSERT INTO t VALUES (3, 2)`),
			q(`b|SELECT 1`),
			q(`b|rollback:`),
			q(`commit:`),
			q(`b|exec:INSERT INTO t VALUES (3, 2)`),
		),
		"ddl": with(
			q(`SELECT * FROM t`),
			q(`b|SELECT * FROM t`),
			q(`begin:`),
			q(`exec:CREATE TABLE u (id int)`),
			q(`b|SELECT * FROM u`),
			q(`commit:`),
			q(`b|SELECT * FROM u`),
			q(`exec:DROP TABLE u`),
			q(`b|SELECT * FROM u`),
		),
		"time stands still in a transaction": with(
			q(`begin:`),
			q(`exec:CREATE TABLE w (a timestamptz, b timestamptz)`),
			q(`exec:INSERT INTO w VALUES (now(), now())`),
			q(`exec:INSERT INTO w VALUES (CURRENT_TIMESTAMP, now())`),
			q(`SELECT count(DISTINCT a), count(DISTINCT b) FROM w WHERE a = b AND a = now()`),
			q(`commit:`),
			q(`SELECT count(*) FROM w WHERE a = now()`),
		),
	})
}

func TestAsPostgreSQL(t *testing.T) {
	library := []step{
		q(`exec:CREATE TABLE authors (id serial PRIMARY KEY, name text NOT NULL, email varchar(60) UNIQUE, rating numeric(5,2) CHECK (rating >= 0))`),
		q(`exec:CREATE TABLE books (id bigserial PRIMARY KEY, author_id int NOT NULL REFERENCES authors(id), title text NOT NULL, pages int CONSTRAINT pages_positive CHECK (pages > 0), UNIQUE (author_id, title))`),
		q(`exec:INSERT INTO authors (name, email, rating) VALUES ($1, $2, $3)`, "Ann", "ann@x.org", "4.50"),
		q(`exec:INSERT INTO authors (name, email) VALUES ('Bob', NULL), ('Cid', 'cid@x.org')`),
	}
	with := func(more ...step) []step { return append(append([]step{}, library...), more...) }
	scripts(t, pgtest.New(t), map[string][]step{
		"rows and types": with(
			q(`SELECT id, name, email, rating FROM authors ORDER BY id`),
			q(`SELECT count(*), sum(id), avg(rating), max(name) FROM authors`),
			q(`INSERT INTO books (author_id, title, pages) VALUES ($1, $2, $3) RETURNING id, title`, 1, "One", 100),
			q(`exec:UPDATE authors SET rating = rating + 1 WHERE id = $1`, 1),
			q(`exec:DELETE FROM authors WHERE id = $1`, 99),
			q(`SELECT a.name, b.title FROM authors a LEFT JOIN books b ON b.author_id = a.id ORDER BY a.id`),
			q(`SELECT $1::int + 1`, 41),
			q(`UPDATE authors SET name = 'Anne' WHERE id = 1`),
		),
		"unique": with(
			q(`exec:INSERT INTO authors (name, email) VALUES ('X', 'ann@x.org')`),
			q(`exec:INSERT INTO authors (id, name) VALUES (1, 'X')`),
			q(`exec:UPDATE authors SET email = $1 WHERE id = 3`, "ann@x.org"),
			q(`exec:INSERT INTO books (author_id, title) VALUES (1, 'a'), (1, 'b'), (1, 'a')`),
			q(`SELECT count(*) FROM books`),
			q(`INSERT INTO authors (name, email) VALUES ('New', 'new@x.org') RETURNING id`),
			q(`exec:INSERT INTO authors (name, email) VALUES ('X', 'ann@x.org') ON CONFLICT (email) DO NOTHING`),
			q(`exec:INSERT INTO authors (name, email) VALUES ('X', 'ann@x.org') ON CONFLICT (email) DO UPDATE SET name = excluded.name`),
			q(`SELECT name FROM authors WHERE email = 'ann@x.org'`),
		),
		"not null and check": with(
			q(`exec:INSERT INTO authors (email) VALUES ('n@x.org')`),
			q(`exec:UPDATE authors SET name = NULL WHERE id = 1`),
			q(`exec:INSERT INTO authors (name, rating) VALUES ('X', -1)`),
			q(`exec:INSERT INTO books (author_id, title, pages) VALUES (1, $1, 0)`, strings.Repeat("é long ", 20)),
			q(`exec:INSERT INTO books (title) VALUES ('x')`),
		),
		"foreign keys": with(
			q(`exec:INSERT INTO books (author_id, title) VALUES (77, 'lost')`),
			q(`exec:INSERT INTO books (author_id, title) VALUES (1, 'one'), (2, 'two')`),
			q(`exec:UPDATE books SET author_id = 78 WHERE title = 'two'`),
			q(`exec:DELETE FROM authors WHERE id = 1`),
			q(`exec:UPDATE authors SET id = 100 WHERE id = 2`),
			q(`exec:DELETE FROM authors WHERE id = 3`),
			q(`SELECT count(*) FROM authors`),
		),
		"failed transaction": with(
			q(`begin:`),
			q(`exec:INSERT INTO authors (name) VALUES ('in tx')`),
			q(`exec:INSERT INTO authors (id, name) VALUES (1, 'X')`),
			q(`SELECT 1`),
			q(`exec:INSERT INTO authors (name) VALUES ('more')`),
			q(`SELECT syntax error`),
			q(`commit:`),
			q(`SELECT count(*) FROM authors`),
			q(`begin:`),
			q(`SELECT zzzzzzzzzzzzzzzz FROM authors`),
			q(`exec:COMMIT`),
			q(`SELECT count(*) FROM authors`),
		),
		"savepoints": with(
			q(`exec:SAVEPOINT a`),
			q(`begin:`),
			q(`exec:SAVEPOINT a`),
			q(`exec:INSERT INTO authors (name) VALUES ('one')`),
			q(`exec:SAVEPOINT a`),
			q(`exec:INSERT INTO authors (name) VALUES ('two')`),
			q(`exec:INSERT INTO authors (id, name) VALUES (1, 'X')`),
			q(`exec:RELEASE a`),
			q(`exec:ROLLBACK TO a`),
			q(`SELECT name FROM authors ORDER BY id`),
			q(`exec:RELEASE SAVEPOINT a`),
			q(`exec:ROLLBACK TO SAVEPOINT a`),
			q(`SELECT name FROM authors ORDER BY id`),
			q(`exec:ROLLBACK TO SAVEPOINT b`),
			q(`exec:ROLLBACK TO SAVEPOINT a`),
			q(`INSERT INTO authors (name) VALUES ('three') RETURNING id`),
			q(`commit:`),
			q(`SELECT id, name FROM authors ORDER BY id`),
		),
		"read only": with(
			q(`begin:readonly`),
			q(`SELECT count(*) FROM authors`),
			q(`exec:INSERT INTO authors (name) VALUES ('X')`),
			q(`rollback:`),
			q(`exec:SET default_transaction_read_only = on`),
			q(`exec:DELETE FROM authors`),
			q(`exec:CREATE TABLE x (a int)`),
			q(`SELECT nextval('authors_id_seq')`),
			q(`exec:SET default_transaction_read_only = off`),
			q(`exec:DELETE FROM authors WHERE id = 3`),
		),
		"several statements": with(
			q(`exec:INSERT INTO authors (name) VALUES ('p'); INSERT INTO authors (name) VALUES ('q')`),
			q(`exec:INSERT INTO authors (name) VALUES ('r'); INSERT INTO authors (id, name) VALUES (1, 's')`),
			q(`exec:INSERT INTO authors (name) VALUES ($1); SELECT 1`, "x"),
			q(`SELECT name FROM authors ORDER BY id`),
			q(`exec:BEGIN; INSERT INTO authors (name) VALUES ('t'); COMMIT; INSERT INTO authors (name) VALUES ('u')`),
			q(`exec:BEGIN; INSERT INTO authors (name) VALUES ('v')`),
			q(`exec:ROLLBACK`),
			q(`exec:CREATE TABLE d (a int); INSERT INTO d VALUES (1); DROP TABLE d`),
			q(`exec:SELECT 1; SELECT 1 FROM none`),
			q(`exec:`),
			q(`exec:-- nothing`),
			q(`SELECT name FROM authors ORDER BY id`),
		),
		"ddl in a transaction": with(
			q(`begin:`),
			q(`exec:CREATE TABLE extra (id serial PRIMARY KEY, a text DEFAULT 'd')`),
			q(`INSERT INTO extra DEFAULT VALUES RETURNING id, a`),
			q(`exec:ALTER TABLE extra ADD COLUMN b int NOT NULL DEFAULT 3`),
			q(`SELECT * FROM extra`),
			q(`rollback:`),
			q(`SELECT * FROM extra`),
			q(`begin:`),
			q(`exec:CREATE TABLE extra (id serial PRIMARY KEY, c text)`),
			q(`INSERT INTO extra (c) VALUES ('x') RETURNING id`),
			q(`exec:SAVEPOINT s`),
			q(`exec:DROP TABLE extra`),
			q(`SELECT * FROM extra`),
			q(`exec:ROLLBACK TO s`),
			q(`SELECT * FROM extra`),
			q(`commit:`),
			q(`SELECT * FROM extra`),
			q(`exec:CREATE TABLE extra (id int)`),
			q(`exec:CREATE TABLE IF NOT EXISTS extra (id int)`),
			q(`exec:DROP TABLE extra`),
			q(`exec:DROP TABLE IF EXISTS extra`),
		),
		"settings": {
			q(`SHOW timezone`),
			q(`exec:SET TIME ZONE 'Europe/Berlin'`),
			q(`SHOW timezone`),
			q(`SELECT '2024-07-01 12:00:00+00'::timestamptz::text`),
			q(`begin:`),
			q(`exec:SET LOCAL timezone = 'America/New_York'`),
			q(`SHOW timezone`),
			q(`exec:SAVEPOINT a`),
			q(`exec:SET timezone = 'Asia/Tokyo'`),
			q(`SHOW timezone`),
			q(`exec:ROLLBACK TO a`),
			q(`SHOW timezone`),
			q(`commit:`),
			q(`SHOW timezone`),
			q(`begin:`),
			q(`exec:SET timezone = 'Asia/Tokyo'`),
			q(`rollback:`),
			q(`SHOW timezone`),
			q(`exec:RESET timezone`),
			q(`SHOW timezone`),
			q(`exec:SET statement_timeout = '90s'`),
			q(`SHOW statement_timeout`),
			q(`exec:SET statement_timeout = 1500`),
			q(`SHOW statement_timeout`),
			q(`exec:SET lock_timeout = '2min'`),
			q(`SHOW lock_timeout`),
			q(`exec:SET nonsense = 1`),
			q(`exec:SET my.own = 'x'`),
			q(`SHOW my.own`),
			q(`SHOW nonsense`),
			q(`exec:SET server_version = '1'`),
			q(`exec:SET timezone = 'Mars/Olympus'`),
			q(`exec:SET standard_conforming_strings = on`),
			q(`SHOW standard_conforming_strings`),
			q(`SHOW client_encoding`),
			q(`SHOW datestyle`),
			q(`SHOW transaction_isolation`),
			q(`exec:SET application_name = 'me'`),
			q(`SELECT current_setting('application_name')`),
			q(`SELECT set_config('application_name', 'you', false)`),
			q(`SHOW application_name`),
			q(`exec:RESET ALL`),
			q(`SHOW statement_timeout`),
			q(`exec:SET TIME ZONE 2`),
			q(`SHOW timezone`),
			q(`SELECT '2024-07-01 12:00:00+00'::timestamptz::text, '2024-07-01 12:00:00'::timestamptz`),
			q(`exec:SET TIME ZONE -3.5`),
			// Another text: PostgreSQL keeps the literal of the one that pgx has prepared.
			q(`SELECT '2024-07-01 12:00:00+00'::timestamptz::text, '2024-07-01 12:00:00'::timestamptz, 1`),
			q(`exec:SET TIME ZONE 'America/New_York'`),
			q(`SELECT '2024-07-01 12:00:00+00'::timestamptz::text, '2024-07-01 12:00:00'::timestamptz, '2024-07-01 02:00:00+00'::timestamptz::date`),
			q(`SELECT $1::timestamptz`, "2024-01-01 00:00:00"),
			q(`exec:SET TIME ZONE 'GMT'`),
			q(`SELECT '2024-07-01 12:00:00+00'::timestamptz::text`),
		},
		"isolation": with(
			q(`exec:BEGIN ISOLATION LEVEL SERIALIZABLE`),
			q(`SHOW transaction_isolation`),
			q(`SELECT count(*) FROM authors`),
			q(`exec:SET TRANSACTION ISOLATION LEVEL READ COMMITTED`),
			q(`exec:ROLLBACK`),
			q(`begin:repeatable`),
			q(`SHOW transaction_isolation`),
			q(`exec:INSERT INTO authors (name) VALUES ('rr')`),
			q(`SELECT count(*) FROM authors`),
			q(`commit:`),
			q(`exec:BEGIN`),
			q(`exec:SET TRANSACTION READ ONLY`),
			q(`exec:INSERT INTO authors (name) VALUES ('ro')`),
			q(`exec:ROLLBACK`),
			q(`exec:ROLLBACK`),
			q(`exec:COMMIT`),
		),
		"sequences": {
			q(`exec:CREATE SEQUENCE s START 5 INCREMENT 3`),
			q(`SELECT currval('s')`),
			q(`SELECT nextval('s')`),
			q(`SELECT currval('s'), lastval()`),
			q(`begin:`),
			q(`SELECT nextval('s')`),
			q(`rollback:`),
			q(`SELECT nextval('s')`),
			q(`SELECT setval('s', 100)`),
			q(`SELECT nextval('s')`),
			q(`SELECT setval('s', 200, false)`),
			q(`SELECT nextval('s')`),
			q(`exec:DROP SEQUENCE s`),
			q(`SELECT nextval('s')`),
		},
		"keys of several columns": {
			q(`exec:CREATE TABLE p (a int, b text, PRIMARY KEY (a, b))`),
			q(`exec:CREATE TABLE c (id int PRIMARY KEY, a int, b text, note text, CONSTRAINT c_to_p FOREIGN KEY (a, b) REFERENCES p (a, b) ON UPDATE CASCADE ON DELETE SET NULL)`),
			q(`exec:INSERT INTO p VALUES (1, 'x'), (2, 'y')`),
			q(`exec:INSERT INTO c VALUES (1, 1, 'x'), (2, 2, NULL)`),
			q(`exec:INSERT INTO c VALUES (3, 1, 'y')`),
			q(`exec:INSERT INTO c VALUES (1, 1, 'x')`),
			q(`exec:UPDATE p SET b = 'z' WHERE a = 1`),
			q(`SELECT * FROM c ORDER BY id`),
			q(`exec:DELETE FROM p WHERE a = 1`),
			q(`SELECT * FROM c ORDER BY id`),
			q(`exec:INSERT INTO p VALUES (2, 'y')`),
			q(`exec:INSERT INTO p (a) VALUES (3)`),
		},
		"restrict and cascade": {
			q(`exec:CREATE TABLE p (id int PRIMARY KEY)`),
			q(`exec:CREATE TABLE r (id int PRIMARY KEY, p int REFERENCES p ON DELETE RESTRICT)`),
			q(`exec:CREATE TABLE k (id int PRIMARY KEY, p int REFERENCES p ON DELETE CASCADE)`),
			q(`exec:CREATE TABLE kk (id int PRIMARY KEY, k int REFERENCES k ON DELETE CASCADE)`),
			q(`exec:INSERT INTO p VALUES (1), (2), (3), (4), (5)`),
			q(`exec:INSERT INTO r VALUES (1, 1)`),
			q(`exec:INSERT INTO k VALUES (1, 1), (2, 2), (3, 2)`),
			q(`exec:INSERT INTO kk VALUES (1, 2), (2, 3), (3, 1)`),
			q(`exec:DELETE FROM p WHERE id = 1`),
			q(`exec:DELETE FROM p WHERE id = 2`),
			q(`SELECT (SELECT count(*) FROM k), (SELECT count(*) FROM kk)`),
			q(`exec:DELETE FROM p`),
			q(`SELECT count(*) FROM p`),
		},
		"values of all types": {
			q(`exec:CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy')`),
			q(`exec:CREATE TABLE v (id uuid PRIMARY KEY, b bool, i2 int2, i8 int8, f4 float4, f8 float8, n numeric, n2 numeric(12,4), t text, vc varchar(5), c char(4), ba bytea, d date, ts timestamp, tz timestamptz, ti time, iv interval, j json, jb jsonb, ia int[], ta text[], m mood)`),
			q(`exec:INSERT INTO v VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)`,
				"9f1c1e4e-6c0a-4a6e-9d8e-1d7b0a9c0001", true, int16(-3), int64(1)<<60, 1.5, 2.25, "1234567890.123456789", "12345678.9", "tïxt", "abc", "ab", []byte{0, 1, 255},
				"2024-02-29", "2024-02-29 13:14:15.123456", "2024-02-29 13:14:15.123456+02", "23:59:59.5", "1 day 02:03:04", `{"a": [1,  2]}`, `{"b": 1, "a": [1,  2.50]}`, "{1,NULL,3}", `{"a b",c,"q\"x"}`, "ok"),
			q(`SELECT * FROM v`),
			q(`exec:INSERT INTO v (id, vc) VALUES ('9f1c1e4e-6c0a-4a6e-9d8e-1d7b0a9c0002', 'too long')`),
			q(`exec:INSERT INTO v (id, m) VALUES ('9f1c1e4e-6c0a-4a6e-9d8e-1d7b0a9c0002', 'angry')`),
			q(`exec:INSERT INTO v (id, i2) VALUES ('9f1c1e4e-6c0a-4a6e-9d8e-1d7b0a9c0002', 40000)`),
			q(`exec:INSERT INTO v (id) VALUES ('not a uuid')`),
			q(`exec:INSERT INTO v (id, n2) VALUES ('9f1c1e4e-6c0a-4a6e-9d8e-1d7b0a9c0002', 123456789.1)`),
			q(`exec:INSERT INTO v (id) VALUES ('9f1c1e4e-6c0a-4a6e-9d8e-1d7b0a9c0001')`),
		},
		"bad arguments": with(
			q(`begin:`),
			q(`SELECT id FROM authors WHERE id = $1`, "abc"),
			q(`SELECT 1`),
			q(`rollback:`),
			q(`begin:`),
			q(`SELECT id FROM authors WHERE id = $1`, int64(1)<<40),
			q(`SELECT 1`),
			q(`rollback:`),
			q(`begin:`),
			q(`SELECT id FROM authors WHERE id = $1`, struct{ A int }{1}),
			q(`SELECT 1`),
			q(`rollback:`),
			q(`SELECT id FROM authors WHERE name = $1`, "nul\x00byte"),
			q(`SELECT id FROM authors WHERE name = $1`, "not utf8 \xff"),
			q(`SELECT $1::text, $2::int`, nil, nil),
			q(`SELECT id FROM authors WHERE rating = $1`, "not a number"),
			q(`SELECT id FROM authors WHERE rating = $1`, 4.5),
			q(`SELECT id FROM authors WHERE id = ANY($1)`, []int32{1, 2}),
			q(`SELECT $1`, "untyped"),
			q(`SELECT $2::int`, 1, 2),
			q(`SELECT $0`),
		),
		"runtime errors": with(
			q(`begin:`),
			q(`SELECT 1 / (id - id) FROM authors`),
			q(`SELECT 1`),
			q(`rollback:`),
			q(`exec:UPDATE books SET pages = 2147483647 + id::int`),
			q(`exec:INSERT INTO books (author_id, title, pages) VALUES (1, 't', 2147483647)`),
			q(`exec:UPDATE books SET pages = pages + 1`),
			q(`SELECT title::int FROM books`),
			q(`SELECT 'x'::int`),
			q(`SELECT (SELECT id FROM authors)`),
			q(`SELECT count(*) FROM books`),
			q(`SELECT id FROM authors ORDER BY 1 / (3 - id)`),
			q(`SELECT 10 / (3 - id) FROM authors ORDER BY id`),
		),
		"other settings": {
			q(`exec:SET statement_timeout TO DEFAULT`),
			q(`exec:SET statement_timeout = '1.5s'`),
			q(`SHOW statement_timeout`),
			q(`exec:SET statement_timeout = -1`),
			q(`exec:SET statement_timeout = 'abc'`),
			q(`exec:SET statement_timeout = '10 parsecs'`),
			q(`exec:SET default_transaction_read_only = yes`),
			q(`SHOW default_transaction_read_only`),
			q(`exec:SET default_transaction_read_only = maybe`),
			q(`exec:SET default_transaction_read_only = 0`),
			q(`exec:SET default_transaction_isolation = 'repeatable read'`),
			q(`SHOW transaction_isolation`),
			q(`begin:`),
			q(`SHOW transaction_isolation`),
			q(`commit:`),
			q(`exec:SET default_transaction_isolation = 'none'`),
			q(`exec:SET SESSION CHARACTERISTICS AS TRANSACTION ISOLATION LEVEL READ COMMITTED, READ ONLY`),
			q(`SHOW default_transaction_isolation`),
			q(`SHOW transaction_read_only`),
			q(`exec:RESET ALL`),
			q(`exec:SET search_path = nowhere, public`),
			q(`SHOW search_path`),
			q(`exec:SET search_path TO "My Schema", public`),
			q(`SHOW search_path`),
			q(`exec:SET search_path = ''`),
			q(`SHOW search_path`),
			q(`exec:CREATE TABLE public.visible (a int)`),
			q(`SELECT * FROM visible`),
			q(`SELECT * FROM public.visible`),
			q(`exec:SET search_path = public`),
			q(`SELECT * FROM visible`),
			q(`exec:SET LOCAL search_path = nowhere`),
			q(`SELECT * FROM visible`),
			q(`exec:SET client_min_messages = warning`),
			q(`SHOW client_min_messages`),
			q(`exec:SET client_encoding = 'UTF8'`),
			q(`exec:SET synchronous_commit = off`),
			q(`SHOW synchronous_commit`),
			q(`exec:SET timezone = 'europe/berlin'`),
			q(`SHOW timezone`),
			q(`exec:SET TIME ZONE LOCAL`),
			q(`SHOW timezone`),
			q(`exec:SET TIME ZONE -3.5`),
			q(`SHOW timezone`),
			q(`SELECT current_setting('no.such', true)`),
			q(`SELECT current_setting('no.such')`),
			q(`SELECT set_config('no.such', 'v', true), current_setting('no.such')`),
			q(`SELECT current_setting('no.such')`),
			q(`begin:`),
			q(`exec:DISCARD ALL`),
			q(`rollback:`),
			q(`SHOW server_encoding`),
			q(`SHOW max_identifier_length`),
			q(`SHOW integer_datetimes`),
			q(`exec:SET extra_float_digits = 3`),
			q(`exec:SET names 'utf8'`),
			q(`SHOW client_encoding`),
		},
		"locks": with(
			q(`exec:LOCK TABLE authors`),
			q(`begin:`),
			q(`exec:LOCK TABLE authors IN EXCLUSIVE MODE`),
			q(`SELECT id FROM authors WHERE id = 1 FOR UPDATE`),
			q(`commit:`),
			q(`begin:`),
			q(`exec:VACUUM`),
			q(`rollback:`),
			q(`exec:VACUUM`),
			q(`exec:ANALYZE authors`),
		),
		"random keys": {
			q(`exec:CREATE TABLE u (id uuid PRIMARY KEY DEFAULT gen_random_uuid(), email text UNIQUE, n int CHECK (n > 0))`),
			q(`exec:INSERT INTO u (email) VALUES ('a')`),
			q(`exec:INSERT INTO u (email) VALUES ('a')`),
			q(`SELECT count(*), count(DISTINCT id) FROM u`),
		},
		"deferred keys": {
			q(`exec:CREATE TABLE p (id int PRIMARY KEY)`),
			q(`exec:CREATE TABLE c (id int PRIMARY KEY, p int REFERENCES p DEFERRABLE INITIALLY DEFERRED)`),
			q(`begin:`),
			q(`exec:INSERT INTO c VALUES (1, 10)`),
			q(`exec:INSERT INTO p VALUES (10)`),
			q(`commit:`),
			q(`begin:`),
			q(`exec:INSERT INTO c VALUES (2, 20)`),
			q(`commit:`),
			q(`exec:INSERT INTO c VALUES (3, 30)`),
			q(`SELECT id FROM c`),
		},
		"arguments": with(
			q(`SELECT id FROM authors WHERE id = $1`),
			q(`SELECT id FROM authors WHERE id = $1`, 1, 2),
			q(`begin:`),
			q(`SELECT id FROM authors WHERE id = $1`, 1, 2),
			q(`SELECT id FROM authors WHERE name = $1`, "Ann"),
			q(`SELECT id FROM authors WHERE id = $1`, pgx.QueryExecModeSimpleProtocol, 1),
			q(`rollback:`),
		),
	})
}
