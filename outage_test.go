package failoversql_test

import (
	"context"
	"database/sql"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

func testContext(t *testing.T) context.Context {
	ctx, cancel := context.WithTimeout(t.Context(), 90*time.Second)
	t.Cleanup(cancel)
	return ctx
}

func awaitMode(t *testing.T, ctx context.Context, c *failoversql.Connector, mode health.Mode) {
	t.Helper()
	for c.Status(ctx).Mode != mode {
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("mode %v was not reached: %+v", mode, c.Status(context.Background()))
		}
	}
}

func execAll(t *testing.T, ctx context.Context, db *sql.DB, statements ...string) {
	t.Helper()
	for _, s := range statements {
		_, err := db.ExecContext(ctx, s)
		require.NoError(t, err, s)
	}
}

func scalar[T any](t *testing.T, ctx context.Context, db *sql.DB, query string, args ...any) (v T) {
	t.Helper()
	require.NoError(t, db.QueryRowContext(ctx, query, args...).Scan(&v), query)
	return v
}

// The whole path: rows written before, during and after an outage are all in
// PostgreSQL, under ids that do not collide, and the file follows again.
func TestOutage(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	db, c := open(t, server.URL()+"&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
	execAll(t, ctx, db,
		`CREATE TABLE customer (id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY, name text NOT NULL UNIQUE, since timestamptz NOT NULL DEFAULT now())`,
		`CREATE TABLE orders (id serial PRIMARY KEY, customer_id bigint NOT NULL REFERENCES customer ON DELETE CASCADE, total numeric(10,2) NOT NULL CHECK (total >= 0), tags text[], doc jsonb)`,
		`INSERT INTO customer (name) SELECT 'c' || i FROM generate_series(1, 50) i`,
		`INSERT INTO orders (customer_id, total, tags, doc) SELECT id, 1.50, '{a,b}', '{"n": 1}' FROM customer`)
	awaitFollowing(t, ctx, c)
	awaitLeases(t, ctx, c, db)
	awaitCopied(t, ctx, c, db)

	require.NoError(t, server.Kill9())
	// A write sent before anybody has noticed would honestly be in doubt.
	require.Equal(t, 50, scalar[int](t, ctx, db, `SELECT count(*) FROM customer`))
	require.Equal(t, health.Fallback, c.Status(ctx).Mode)
	id := scalar[int64](t, ctx, db, `INSERT INTO customer (name) VALUES ($1) RETURNING id`, "while away")
	require.Equal(t, health.Fallback, c.Status(ctx).Mode)
	execAll(t, ctx, db, `UPDATE orders SET total = total + 1 WHERE id <= 10`, `DELETE FROM customer WHERE name = 'c50'`)
	tx, err := db.BeginTx(ctx, nil)
	require.NoError(t, err)
	_, err = tx.ExecContext(ctx, `INSERT INTO orders (customer_id, total) VALUES ($1, 9.99), ($1, 0.01)`, id)
	require.NoError(t, err)
	require.NoError(t, tx.Commit())
	var pg *pgconn.PgError
	_, err = db.ExecContext(ctx, `INSERT INTO customer (name) VALUES ('c1')`)
	require.ErrorAs(t, err, &pg)
	require.Equal(t, []string{"23505", "customer_name_key"}, []string{pg.Code, pg.ConstraintName})
	_, err = db.ExecContext(ctx, `INSERT INTO orders (customer_id, total) VALUES (1, -1)`)
	require.ErrorAs(t, err, &pg)
	require.Equal(t, []string{"23514", "orders_total_check"}, []string{pg.Code, pg.ConstraintName})

	require.NoError(t, server.Restart())
	awaitMode(t, ctx, c, health.Primary)
	awaitFollowing(t, ctx, c)
	require.Equal(t, "while away", scalar[string](t, ctx, db, `SELECT name FROM customer WHERE id = $1`, id))
	require.Equal(t, "10.00", scalar[string](t, ctx, db, `SELECT sum(total) FROM orders WHERE customer_id = $1`, id))
	require.Equal(t, "83.50", scalar[string](t, ctx, db, `SELECT sum(total) FROM orders WHERE customer_id <> $1`, id))
	require.Zero(t, scalar[int](t, ctx, db, `SELECT count(*) FROM customer WHERE name = 'c50'`))
	next := scalar[int64](t, ctx, db, `INSERT INTO customer (name) VALUES ('after') RETURNING id`)
	require.NotEqual(t, id, next)
	conflicts, err := c.Conflicts(ctx)
	require.NoError(t, err)
	require.Empty(t, conflicts)

	report, err := c.Verify(ctx, failoversql.VerifyOptions{})
	require.NoError(t, err)
	require.True(t, report.Equal(), "%+v", report)
	require.NoError(t, c.SwitchToFallback(ctx), "the file is fit to serve again")
	require.Equal(t, "after", scalar[string](t, ctx, db, `SELECT name FROM customer WHERE id = $1`, next))
	require.NoError(t, c.ResumeAuto(ctx))
	awaitMode(t, ctx, c, health.Primary)
}

// awaitLeases waits until sequences can be used on the fallback.
func awaitLeases(t *testing.T, ctx context.Context, c *failoversql.Connector, db *sql.DB) {
	t.Helper()
	require.Eventually(t, func() bool { return len(c.Status(ctx).Fallback.Leases) >= 2 }, 30*time.Second, time.Millisecond)
}

// A change whose row was changed on PostgreSQL meanwhile is parked with its
// images, and the rest goes on.
func TestConflictIsParked(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	db, c := open(t, server.URL()+"&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
	execAll(t, ctx, db, `CREATE TABLE stock (sku text PRIMARY KEY, qty int NOT NULL)`, `INSERT INTO stock VALUES ('a', 10), ('b', 10)`)
	awaitFollowing(t, ctx, c)
	require.NoError(t, c.SwitchToFallback(ctx))
	execAll(t, ctx, db, `UPDATE stock SET qty = 9 WHERE sku = 'a'`, `UPDATE stock SET qty = 8 WHERE sku = 'b'`)
	require.NoError(t, server.Exec(ctx, "postgres", `UPDATE stock SET qty = 5 WHERE sku = 'a'`))
	require.NoError(t, c.SwitchToPrimary(ctx))
	require.Equal(t, 5, scalar[int](t, ctx, db, `SELECT qty FROM stock WHERE sku = 'a'`), "the primary's row stands")
	require.Equal(t, 8, scalar[int](t, ctx, db, `SELECT qty FROM stock WHERE sku = 'b'`), "the other change went on")
	conflicts, err := c.Conflicts(ctx)
	require.NoError(t, err)
	require.Len(t, conflicts, 1)
	require.EqualValues(t, "update_origin_change", conflicts[0].Kind)
	awaitFollowing(t, ctx, c)
	report, err := c.Verify(ctx, failoversql.VerifyOptions{})
	require.NoError(t, err)
	require.True(t, report.Equal(), "%+v", report)
}

// A start without PostgreSQL: an empty file serves on purpose, and what was
// made there is made on PostgreSQL when that first appears without it.
func TestBootstrapEmpty(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	require.NoError(t, server.Stop(pgtest.Fast))
	dsn := server.URL() + "&fallback_bootstrap=empty&fallback_path=" + filepath.Join(t.TempDir(), "app.db") + fast
	db, _ := open(t, dsn)
	execAll(t, ctx, db, `CREATE TABLE note (id serial PRIMARY KEY, body text NOT NULL, at timestamptz DEFAULT now())`, `INSERT INTO note (body) VALUES ('one'), ('two')`)
	require.NoError(t, db.Close())
	db, c := open(t, dsn) // and the next start goes on from there
	require.Equal(t, 2, scalar[int](t, ctx, db, `SELECT count(*) FROM note`))
	require.NoError(t, server.Restart())
	awaitMode(t, ctx, c, health.Primary)
	require.Equal(t, int64(3), scalar[int64](t, ctx, db, `INSERT INTO note (body) VALUES ('three') RETURNING id`))
	awaitFollowing(t, ctx, c)
}

// A PostgreSQL that already holds the tables is not written to: the journal
// waits for the operator.
func TestBootstrapEmptyWaitsForOperator(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	require.NoError(t, server.Exec(ctx, "postgres", `CREATE TABLE note (id serial PRIMARY KEY, body text NOT NULL)`, `INSERT INTO note (body) VALUES ('theirs')`))
	require.NoError(t, server.Stop(pgtest.Fast))
	db, c := open(t, server.URL()+"&fallback_bootstrap=empty&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
	execAll(t, ctx, db, `CREATE TABLE note (id serial PRIMARY KEY, body text NOT NULL)`, `INSERT INTO note (body) VALUES ('ours')`)
	require.NoError(t, server.Restart())
	require.Eventually(t, func() bool { return c.Status(ctx).Trouble != "" }, 30*time.Second, time.Millisecond)
	require.Contains(t, c.Status(ctx).Trouble, "note")
	require.Equal(t, "ours", scalar[string](t, ctx, db, `SELECT body FROM note`), "the fallback goes on serving")
	require.True(t, c.Status(ctx).Mode.OnFallback())
}

// Two processes on one file (two connectors of different DSNs are as good):
// the owner decides, the other follows, and takes over when the owner is gone.
func TestSecondProcessFollowsOwner(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	dsn := server.URL() + "&fallback_path=" + filepath.Join(t.TempDir(), "app.db") + fast
	first, owner := open(t, dsn)
	execAll(t, ctx, first, `CREATE TABLE t (a int PRIMARY KEY)`)
	awaitFollowing(t, ctx, owner)
	second, other := open(t, dsn+"&application_name=second")
	execAll(t, ctx, second, `INSERT INTO t VALUES (1)`)
	awaitCopied(t, ctx, owner, second)
	require.False(t, other.Status(ctx).Owner)

	require.NoError(t, server.Kill9())
	for _, db := range []*sql.DB{first, second} { // a write that is sent first would honestly be in doubt
		require.Equal(t, 1, scalar[int](t, ctx, db, `SELECT count(*) FROM t`))
	}
	execAll(t, ctx, first, `INSERT INTO t VALUES (2)`)
	execAll(t, ctx, second, `INSERT INTO t VALUES (3)`)
	awaitMode(t, ctx, other, health.Fallback)
	require.Equal(t, owner.Status(ctx).Generation, other.Status(ctx).Generation)
	require.NoError(t, first.Close())
	require.Eventually(t, func() bool { return other.Status(ctx).Owner }, 10*time.Second, time.Millisecond)
	execAll(t, ctx, second, `INSERT INTO t VALUES (4)`)
	require.NoError(t, server.Restart())
	awaitMode(t, ctx, other, health.Primary)
	require.Equal(t, 4, scalar[int](t, ctx, second, `SELECT count(*) FROM t`))
}

// fallback_writes=reject: reads go on, writes are 25006, and nothing diverges.
func TestWritesRejected(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	db, c := open(t, server.URL()+"&fallback_writes=reject&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
	execAll(t, ctx, db, `CREATE TABLE t (a int PRIMARY KEY)`, `INSERT INTO t VALUES (1)`)
	awaitFollowing(t, ctx, c)
	require.NoError(t, c.SwitchToFallback(ctx))
	require.Equal(t, 1, scalar[int](t, ctx, db, `SELECT count(*) FROM t`))
	_, err := db.ExecContext(ctx, `INSERT INTO t VALUES (2)`)
	var pg *pgconn.PgError
	require.ErrorAs(t, err, &pg)
	require.Equal(t, "25006", pg.Code)
	require.NoError(t, c.SwitchToPrimary(ctx))
	execAll(t, ctx, db, `INSERT INTO t VALUES (2)`)
}

// Tables with user triggers refuse writes on the fallback, where the triggers
// do not fire, unless the user says that this is safe.
func TestTriggers(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	require.NoError(t, server.Exec(ctx, "postgres", `CREATE TABLE t (a int PRIMARY KEY)`,
		`CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'`,
		`CREATE TRIGGER x BEFORE INSERT ON t FOR EACH ROW EXECUTE FUNCTION f()`))
	for setting, code := range map[string]string{"refuse": "0A000", "ignore": ""} {
		db, c := open(t, server.URL()+"&fallback_triggers="+setting+"&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
		require.NoError(t, db.PingContext(ctx))
		awaitFollowing(t, ctx, c)
		require.NoError(t, c.SwitchToFallback(ctx))
		_, err := db.ExecContext(ctx, `INSERT INTO t VALUES (1)`)
		if code == "" {
			require.NoError(t, err)
		} else {
			var pg *pgconn.PgError
			require.ErrorAs(t, err, &pg)
			require.Equal(t, code, pg.Code)
		}
		require.NoError(t, c.SwitchToPrimary(ctx))
		require.NoError(t, db.Close())
	}
}

// Where this platform lacks the primary's order of text, the nearest is used and
// Status says so, or statements that depend on it are refused.
func TestCollation(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t, pgtest.Options{ICULocale: "en-US"})
	require.NoError(t, server.Exec(ctx, "postgres", `CREATE TABLE t (a text PRIMARY KEY)`, `INSERT INTO t VALUES ('a'), ('B'), ('c')`))
	for _, setting := range []string{"auto", "strict"} {
		db, c := open(t, server.URL()+"&fallback_collation="+setting+"&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
		require.NoError(t, db.PingContext(ctx))
		awaitFollowing(t, ctx, c)
		require.NoError(t, c.SwitchToFallback(ctx))
		require.False(t, c.Status(ctx).Fallback.CollationExact)
		require.Equal(t, 1, scalar[int](t, ctx, db, `SELECT count(*) FROM t WHERE a = 'B'`), "equality does not depend on it")
		var last string
		err := db.QueryRowContext(ctx, `SELECT a FROM t ORDER BY a DESC LIMIT 1`).Scan(&last)
		if setting == "auto" {
			require.NoError(t, err)
			require.Equal(t, "c", last)
		} else {
			var pg *pgconn.PgError
			require.ErrorAs(t, err, &pg)
			require.Equal(t, "0A000", pg.Code)
			require.Contains(t, pg.Message, "en-US")
		}
		require.NoError(t, c.SwitchToPrimary(ctx))
		require.NoError(t, db.Close())
	}
}

// Letters change case by the primary's LC_CTYPE: under C.UTF-8 text sorts by
// bytes, and É is a letter all the same.
func TestLetterCase(t *testing.T) {
	ctx := testContext(t)
	for _, opt := range []pgtest.Options{{Locale: "C"}, {Locale: "C.UTF-8"}, {ICULocale: "de-DE"}} {
		server := pgtest.New(t, opt)
		require.NoError(t, server.Exec(ctx, "postgres", `CREATE TABLE t (a text PRIMARY KEY)`, `INSERT INTO t VALUES ('École'), ('STRASSE'), ('straße'), ('ΟΔΟΣ')`))
		db, c := open(t, server.URL()+"&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
		const q = `SELECT string_agg(lower(a) || '/' || upper(a) || '/' || initcap(a) || '/' || (a ILIKE 'é%') || '/' || (a ~* '^é'), ' ' ORDER BY a COLLATE "C") FROM t`
		want := scalar[string](t, ctx, db, q)
		awaitFollowing(t, ctx, c)
		require.NoError(t, c.SwitchToFallback(ctx))
		require.Equal(t, want, scalar[string](t, ctx, db, q), "%+v", opt)
		require.NoError(t, c.SwitchToPrimary(ctx))
	}
}

// An instance that was closed is no longer reckoned with by the next one, which
// may write to its own file; one that is there still is.
func TestSeveralInstances(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	start := func(live int) (*sql.DB, *failoversql.Connector) {
		db, c := open(t, server.URL()+"&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
		execAll(t, ctx, db, `CREATE TABLE IF NOT EXISTS t (a bigserial PRIMARY KEY)`)
		awaitFollowing(t, ctx, c)
		require.Eventually(t, func() bool { return c.Status(ctx).Instances == live }, 20*time.Second, time.Millisecond)
		return db, c
	}
	first, _ := start(1)
	require.NoError(t, first.Close())

	second, c2 := start(1)
	require.NoError(t, c2.SwitchToFallback(ctx))
	execAll(t, ctx, second, `INSERT INTO t DEFAULT VALUES`)
	require.NoError(t, c2.SwitchToPrimary(ctx))
	awaitFollowing(t, ctx, c2)

	third, c3 := start(2)
	require.NoError(t, c3.SwitchToFallback(ctx))
	var pg *pgconn.PgError
	_, err := third.ExecContext(ctx, `INSERT INTO t DEFAULT VALUES`)
	require.ErrorAs(t, err, &pg)
	require.Equal(t, "25006", pg.Code)
	require.Equal(t, 1, scalar[int](t, ctx, third, `SELECT count(*) FROM t`))
}

// A function that a user defined is refused by name, also where it would be
// chosen over one of PostgreSQL's.
func TestUserDefinedFunctions(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	require.NoError(t, server.Exec(ctx, "postgres", `CREATE TABLE t (a int PRIMARY KEY, f float8)`, `INSERT INTO t VALUES (1, 2.345)`,
		`CREATE FUNCTION tax(int) RETURNS int LANGUAGE sql AS 'SELECT $1 * 2'`,
		`CREATE FUNCTION round(float8, int) RETURNS numeric LANGUAGE sql AS 'SELECT round($1::numeric, $2)'`,
		`CREATE FUNCTION lower(text) RETURNS text LANGUAGE sql AS 'SELECT ''never chosen'''`))
	db, c := open(t, server.URL()+"&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
	require.NoError(t, db.PingContext(ctx))
	awaitFollowing(t, ctx, c)
	require.NoError(t, c.SwitchToFallback(ctx))
	for _, q := range []string{`SELECT tax(a) FROM t`, `SELECT round(f, 1) FROM t`} {
		var v string
		var pg *pgconn.PgError
		require.ErrorAs(t, db.QueryRowContext(ctx, q).Scan(&v), &pg, q)
		require.Equal(t, "0A000", pg.Code, q)
	}
	require.Equal(t, "x", scalar[string](t, ctx, db, `SELECT lower('X')`), "PostgreSQL's own of the same signature comes first")
	require.NoError(t, c.SwitchToPrimary(ctx))
}
