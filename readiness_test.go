package failoversql_test

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// judged waits until what was seen is as it should be.
func judged(t *testing.T, c *failoversql.Connector, is func(failoversql.Readiness) bool) failoversql.Readiness {
	t.Helper()
	var r failoversql.Readiness
	if !waits(30*time.Second, func() bool { r = c.Readiness(t.Context()); return is(r) }) {
		t.Fatalf("readiness: %v, %+v", r, r)
	}
	return r
}

func waits(limit time.Duration, holds func() bool) bool {
	for deadline := time.Now().Add(limit); time.Now().Before(deadline); time.Sleep(2 * time.Millisecond) {
		if holds() {
			return true
		}
	}
	return holds()
}

func following(t *testing.T, c *failoversql.Connector) {
	t.Helper()
	require.True(t, waits(30*time.Second, func() bool { return c.Status(t.Context()).Fallback.Following }))
}

// What PostgreSQL has carried out is judged by shape, without a value being
// kept, and again when the schema changes, without being seen again.
func TestReadiness(t *testing.T) {
	server := pgtest.New(t)
	ctx := t.Context()
	onPrimary := func(sql string) { require.NoError(t, server.Exec(ctx, "postgres", sql)) }
	onPrimary(`CREATE TABLE goods (id int PRIMARY KEY, name text, added timestamptz)`)
	onPrimary(`INSERT INTO goods SELECT n, 'item ' || n, now() FROM generate_series(1, 100) n`)
	dsn := server.URL() + fast + "&fallback_path=" + filepath.Join(t.TempDir(), "app.db")
	db, err := sql.Open("failoversql", dsn)
	require.NoError(t, err)
	defer db.Close()
	c, err := failoversql.FromDB(ctx, db)
	require.NoError(t, err)
	require.NoError(t, db.Ping())
	following(t, c)
	require.Zero(t, c.Readiness(ctx).Shapes)
	exec := func(query string, args ...any) {
		t.Helper()
		_, err := db.Exec(query, args...)
		require.NoError(t, err)
	}

	for n := range 50 {
		exec(`UPDATE goods SET name = $1 WHERE id = $2`, fmt.Sprint("secret", n), n)
		exec(fmt.Sprintf(`UPDATE goods SET name = 'secret%d' WHERE id = %d`, n, n))
	}
	exec(`SELECT lo_create(0)`)
	exec(`BEGIN; DELETE FROM goods WHERE id = 7; COMMIT`)
	_, err = db.Exec(`SELECT * FROM nothing_like_that`) // PostgreSQL has not carried it out
	require.Error(t, err)
	rows, err := db.Query(`SELECT to_char(added, 'YYYY "secret"') FROM goods WHERE id = ANY ($1) FOR UPDATE`, []int{1, 2})
	require.NoError(t, err)
	require.NoError(t, rows.Close())
	exec(`/* secret comment */ LISTEN secret_channel`)

	r := judged(t, c, func(r failoversql.Readiness) bool { return r.Calls+r.UnseenCalls == 104 && r.Unchecked == 0 })
	require.Equal(t, 5, r.Shapes)
	require.Equal(t, 2, r.Refused)
	require.EqualValues(t, 2, r.RefusedCalls)
	require.Zero(t, r.UnseenCalls)
	require.Len(t, r.Statements, 2)
	require.Equal(t, "SELECT lo_create(?)", r.Statements[1].SQL)
	require.Equal(t, "0A000", r.Statements[1].Code)
	require.Equal(t, "LISTEN secret_channel", r.Statements[0].SQL)
	require.Equal(t, "60 % of 5 shapes, 98.07 % of 104 calls would run", r.String())
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.NotRegexp(t, `secret\d|secret comment|"secret"`, string(text))

	// Another sql.Open of the DSN counts into the same.
	other, err := sql.Open("failoversql", dsn)
	require.NoError(t, err)
	defer other.Close()
	_, err = other.Exec(`UPDATE goods SET name = $1 WHERE id = $2`, "x", 1)
	require.NoError(t, err)
	judged(t, c, func(r failoversql.Readiness) bool { return r.Shapes == 5 && r.Calls == 105 })

	// With a trigger of the user's own nothing may be written there any more.
	onPrimary(`CREATE FUNCTION shout() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN NEW.name := upper(NEW.name); RETURN NEW; END'`)
	onPrimary(`CREATE TRIGGER shout BEFORE INSERT OR UPDATE OR DELETE ON goods FOR EACH ROW EXECUTE FUNCTION shout()`)
	r = judged(t, c, func(r failoversql.Readiness) bool { return r.RefusedCalls == 104 && r.Unchecked == 0 })
	require.Equal(t, "UPDATE goods SET name = ? WHERE id = ?", r.Statements[0].SQL)
	require.Contains(t, r.Statements[0].Message, "trigger")
	require.EqualValues(t, 101, r.Statements[0].Calls)
	onPrimary(`DROP TRIGGER shout ON goods`)
	judged(t, c, func(r failoversql.Readiness) bool { return r.RefusedCalls == 2 && r.Calls == 105 })

	// Check judges as the fallback would run it: several statements, one by one.
	require.True(t, c.Check(ctx, `BEGIN; DELETE FROM goods; COMMIT`).Runs)
	v := c.Check(ctx, `SELECT 1; LISTEN x; SELECT nothing`)
	require.Equal(t, "0A000", v.Code)
	v = c.Check(ctx, `SELECT 'é'; SELECT nothing`)
	require.Equal(t, 20, v.Position, "%+v", v)

	status := c.Status(ctx)
	require.Equal(t, 2, status.Readiness.Refused)
	require.Empty(t, status.Readiness.Statements)
}

// Before there is a copy nothing can be judged; what holds no values is judged
// when there is one, the rest when it comes again. A guest sees it in the file.
func TestReadinessBeforeTheCopy(t *testing.T) {
	server := pgtest.New(t)
	ctx := t.Context()
	require.NoError(t, server.Exec(ctx, "postgres", `CREATE TABLE goods (id int PRIMARY KEY, name text)`))
	path := filepath.Join(t.TempDir(), "app.db")
	dsn := server.URL() + fast + "&fallback_path=" + path
	db, c := open(t, dsn+"&fallback_sync=off")
	use := func() {
		t.Helper()
		_, err := db.Exec(`DELETE FROM goods WHERE id = $1`, 1)
		require.NoError(t, err)
		_, err = db.Exec(`DELETE FROM goods WHERE name = 'secret'`)
		require.NoError(t, err)
	}
	use()
	r := judged(t, c, func(r failoversql.Readiness) bool { return r.Calls == 2 })
	require.Equal(t, 2, r.Unchecked)
	require.Equal(t, "2 shapes were seen, and none is judged yet", r.String())
	require.NoError(t, db.Close())

	db, c = open(t, dsn)
	guest := func() (r failoversql.Readiness) {
		_, g := open(t, dsn, func(cfg *failoversql.Config) { cfg.Guest = true })
		defer g.Close()
		return g.Readiness(ctx)
	}
	require.Equal(t, 2, guest().Unchecked, "as the last owner left it")
	use()
	following(t, c)
	r = judged(t, c, func(r failoversql.Readiness) bool { return r.Shapes == 2 && r.Unchecked < 2 })
	use()
	r = judged(t, c, func(r failoversql.Readiness) bool { return r.Calls == 4 && r.Unchecked == 0 })
	require.Zero(t, r.Refused)
	require.NoError(t, db.Close())
	seen := guest()
	require.EqualValues(t, 4, seen.Calls)
	require.Zero(t, seen.Unchecked)
	require.WithinDuration(t, time.Now(), seen.At, time.Minute)
}

func TestReadinessText(t *testing.T) {
	for text, r := range map[string]failoversql.Readiness{
		"no statement was seen yet": {},
		"not known: x":              {Error: "x"},
		"98.78 % of 412 shapes, 99.99 % of 1000000 calls would run; 3 calls were not looked at": {
			Shapes: 412, Refused: 5, Calls: 1_000_000, RefusedCalls: 1, UnseenCalls: 3},
		"100 % of 2 shapes, 100 % of 2 calls would run; 1 shapes are not judged": {Shapes: 3, Unchecked: 1, Calls: 5, UncheckedCalls: 3},
	} {
		require.Equal(t, text, r.String())
	}
	c, err := failoversql.ParseDSN("postgres://h/d?fallback_enabled=false")
	require.NoError(t, err)
	connector, err := failoversql.NewConnector(c)
	require.NoError(t, err)
	require.NotEmpty(t, connector.Readiness(context.Background()).Error)
}
