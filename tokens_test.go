package failoversql_test

import (
	"context"
	"database/sql"
	"errors"
	"net/url"
	"path/filepath"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/internal/faultproxy"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// What an application does answers the same with tokens as without.
func TestTokensChangeNothing(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	require.NoError(t, server.Exec(ctx, "postgres", `CREATE TABLE parent (id int PRIMARY KEY)`,
		`CREATE TABLE child (id int PRIMARY KEY, parent_id int REFERENCES parent DEFERRABLE INITIALLY DEFERRED)`,
		`CREATE VIEW parents AS SELECT id FROM parent`,
		`CREATE FUNCTION put(i int) RETURNS int VOLATILE LANGUAGE sql AS 'INSERT INTO parent VALUES (i) RETURNING id'`))
	type answer struct {
		what string
		code string
		text string
		rows int64
	}
	answers := map[string][]answer{}
	for _, tokens := range []string{"false", "true"} {
		require.NoError(t, server.Exec(ctx, "postgres", `TRUNCATE parent, child`))
		db, c := open(t, server.URL()+"&fallback_commit_tokens="+tokens+"&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
		require.NoError(t, db.PingContext(ctx))
		awaitFollowing(t, ctx, c) // a SELECT is then known for one
		note := func(what string, n int64, err error) {
			a := answer{what: what, rows: n}
			if err != nil {
				a.text = err.Error()
			}
			var pg *pgconn.PgError
			if errors.As(err, &pg) {
				a.code = pg.Code
			}
			answers[tokens] = append(answers[tokens], a)
		}
		exec := func(q string, args ...any) {
			var n int64
			res, err := db.ExecContext(ctx, q, args...)
			if err == nil {
				n, err = res.RowsAffected()
			}
			note(q, n, err)
		}
		query := func(q string, args ...any) {
			var n, sum int64
			rows, err := db.QueryContext(ctx, q, args...)
			if err == nil {
				for rows.Next() {
					var v int64
					require.NoError(t, rows.Scan(&v))
					n, sum = n+1, sum+v
				}
				err = rows.Err()
			}
			note(q, 1000*n+sum, err)
		}
		one := func(q string, args ...any) {
			var n int64
			err := db.QueryRowContext(ctx, q, args...).Scan(&n)
			note(q, n, err)
		}
		exec(`INSERT INTO parent SELECT generate_series(1, 5)`)
		exec(`INSERT INTO parent VALUES ($1)`, 1)
		exec(`INSERT INTO parent VALUES ('x')`)
		exec(`UPDATE parent SET id = id + 100 WHERE id > $1`, 3)
		exec(`DELETE FROM parent WHERE id = $1`, 77)
		exec(`INSERT INTO child VALUES (1, 999)`)
		query(`INSERT INTO child VALUES (2, 999), (3, 998) RETURNING id`)
		query(`INSERT INTO child VALUES (4, $1), (5, $1) RETURNING id`, 1)
		one(`INSERT INTO child VALUES (6, 1), (7, 1), (8, 1) RETURNING id`) // reads one row of three
		one(`INSERT INTO child VALUES (9, 999) RETURNING id`)
		one(`SELECT count(*) FROM child`)
		one(`SELECT put($1)`, 50)
		one(`SELECT put($1)`, 50)
		query(`SELECT 10 / (3 - i) FROM generate_series(1, 5) i`)
		query(`INSERT INTO parent SELECT 200 / (3 - i) FROM generate_series(1, 5) i RETURNING id`)
		one(`UPDATE parent SET id = id WHERE id = 12345 RETURNING id`)
		exec(`CREATE TABLE made AS SELECT 1 AS a`)
		exec(`DROP TABLE made`)
		exec(`VACUUM parent`)
		one(`SELECT count(*) FROM parents`)
		exec(`SELECT pg_notify('somebody', 'x')`)
		exec(`SELECT 1; SELECT 2`)

		for _, f := range []func(*sql.Tx) error{
			func(tx *sql.Tx) error { _, err := tx.Exec(`INSERT INTO parent VALUES (60)`); return err },
			func(tx *sql.Tx) error { _, err := tx.Exec(`INSERT INTO child VALUES (60, 999)`); return err },
			func(tx *sql.Tx) error { _, _ = tx.Exec(`SELECT 1/0`); return nil },
			func(tx *sql.Tx) error { _, err := tx.Exec(`SELECT 1`); return err },
			func(tx *sql.Tx) error { _, err := tx.Exec(`SET TRANSACTION READ ONLY`); return err },
		} {
			tx, err := db.BeginTx(ctx, nil)
			require.NoError(t, err)
			note("in a transaction", 0, f(tx))
			note("commit", 0, tx.Commit())
		}
		tx, err := db.BeginTx(ctx, &sql.TxOptions{ReadOnly: true, Isolation: sql.LevelSerializable})
		require.NoError(t, err)
		note("read only", 0, tx.QueryRow(`SELECT count(*) FROM parent`).Scan(new(int)))
		note("commit", 0, tx.Commit())

		conn, err := db.Conn(ctx)
		require.NoError(t, err)
		for _, q := range []string{`BEGIN`, `INSERT INTO parent VALUES (70)`, `COMMIT AND CHAIN`, `SELECT 1/0`, `COMMIT`, `BEGIN`, `INSERT INTO child VALUES (70, 999)`, `commit -- here`, `COMMIT`} {
			_, err := conn.ExecContext(ctx, q)
			note(q, 0, err)
		}
		require.NoError(t, conn.Close())
		one(`SELECT sum(id) FROM parent`)
		one(`SELECT sum(id) FROM child`)

		if tokens == "true" { // and nothing of it stays
			require.Eventually(t, func() bool { return scalar[int](t, ctx, db, `SELECT count(*) FROM failoversql.commit_token`) == 0 }, 20*time.Second, 10*time.Millisecond)
		}
		require.NoError(t, db.Close())
	}
	require.Equal(t, answers["false"], answers["true"])
}

// A token is kept for as long as its transaction is in doubt, and the answer is
// the same however often it is asked for.
func TestTokenIsKept(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	require.NoError(t, server.Exec(ctx, "postgres", `CREATE TABLE t (a int PRIMARY KEY)`))
	proxy := faultproxy.New(t, server.Addr())
	db, c := open(t, "postgres://postgres@"+proxy.Addr()+"/postgres?sslmode=disable&fallback_mode=primary&fallback_commit_tokens=true&fallback_sync_dsn="+
		url.QueryEscape(server.URL())+"&fallback_path="+filepath.Join(t.TempDir(), "app.db")+fast)
	require.NoError(t, db.PingContext(ctx))
	awaitFollowing(t, ctx, c)
	// cut runs a statement whose COMMIT is done and not answered.
	cut := func(query string) *failoversql.InDoubtError {
		t.Helper()
		for {
			proxy.Cut(faultproxy.CommandComplete("COMMIT"))
			_, err := db.ExecContext(ctx, query)
			require.NoError(t, proxy.Heal())
			var doubt *failoversql.InDoubtError
			if err != nil {
				require.ErrorAs(t, err, &doubt)
				return doubt
			}
			// It met the connection that follows, which commits as well.
		}
	}
	doubt := cut(`INSERT INTO t SELECT coalesce(min(a), 0) - 1 FROM t`)

	truth, err := sql.Open("pgx", server.URL())
	require.NoError(t, err)
	defer truth.Close()
	kept := func() int { return scalar[int](t, ctx, truth, `SELECT count(*) FROM failoversql.commit_token`) }
	for i := 1; i < 50; i++ {
		_, err := db.ExecContext(ctx, `INSERT INTO t VALUES ($1)`, i)
		require.NoError(t, err)
	}
	require.Eventually(t, func() bool { return kept() == 1 }, 20*time.Second, 10*time.Millisecond, "the others go, it stays")
	ended, cancel := context.WithCancel(ctx)
	cancel()
	proxy.Refuse()
	proxy.CloseAll()
	_, err = doubt.Resolve(ended)
	require.ErrorIs(t, err, context.Canceled)
	require.NoError(t, proxy.Heal())
	for range 2 {
		outcome, err := doubt.Resolve(ctx)
		require.NoError(t, err)
		require.Equal(t, failoversql.OutcomeCommitted, outcome)
	}
	_, err = db.ExecContext(ctx, `INSERT INTO t VALUES (50)`)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return kept() == 0 }, 20*time.Second, 10*time.Millisecond, "nobody will ask for it")

	// What changes no row may have an effect all the same.
	doubt = cut(`SELECT pg_notify('somebody', 'x')`)
	outcome, err := doubt.Resolve(ctx)
	require.NoError(t, err)
	require.Equal(t, failoversql.OutcomeCommitted, outcome)

	// A primary that was set back to before the session began has no answer.
	doubt = cut(`INSERT INTO t SELECT min(a) - 1 FROM t`)
	require.NoError(t, server.Exec(ctx, "postgres", `TRUNCATE failoversql.commit_session`))
	outcome, err = doubt.Resolve(ctx)
	require.ErrorContains(t, err, "restored from an older backup")
	require.Equal(t, failoversql.OutcomeUnknown, outcome)
	require.NoError(t, db.Close())
	_, err = doubt.Resolve(ctx)
	require.Error(t, err)
}

// The application's role needs no rights on our tables where another role makes
// them; where nobody may, a connection says so.
func TestTokensOfPlainRole(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	require.NoError(t, server.Exec(ctx, "postgres", `CREATE ROLE app LOGIN PASSWORD 'hidden-word'`, `CREATE TABLE t (a int PRIMARY KEY)`, `GRANT SELECT, INSERT ON t TO app`))
	app, err := pgx.ParseConfig(server.URL())
	require.NoError(t, err)
	dsn := "postgres://app:hidden-word@" + server.Addr() + "/" + app.Database + "?sslmode=disable&fallback_commit_tokens=true&fallback_path="

	db, _ := open(t, dsn+filepath.Join(t.TempDir(), "app.db")+fast)
	err = db.PingContext(ctx)
	require.ErrorContains(t, err, "fallback_commit_tokens")
	require.ErrorContains(t, err, "permission denied")
	require.NotContains(t, err.Error(), "hidden-word")
	require.NoError(t, db.Close())

	db, _ = open(t, dsn+filepath.Join(t.TempDir(), "app.db")+fast+"&fallback_sync_dsn="+url.QueryEscape(server.URL()))
	_, err = db.ExecContext(ctx, `INSERT INTO t VALUES (1)`)
	require.NoError(t, err)
	_, err = db.ExecContext(ctx, `DELETE FROM failoversql.commit_token`)
	var pg *pgconn.PgError
	require.ErrorAs(t, err, &pg)
	require.Equal(t, "42501", pg.Code)
}
