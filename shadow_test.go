package failoversql_test

import (
	"context"
	"encoding/json"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

const shadowed = `CREATE TABLE goods (id int PRIMARY KEY, name text, price numeric, weight float8, added timestamptz DEFAULT '2024-01-01', tags text[], doc jsonb);
	INSERT INTO goods SELECT n, 'item ' || n % 7, n * 1.10, n / 3.0, '2024-01-01'::timestamptz + n * interval '1 hour', ARRAY['a', n::text], jsonb_build_object('n', n) FROM generate_series(1, 100) n`

// shadowReads waits until so many were looked at.
func shadowReads(t *testing.T, c *failoversql.Connector, n int) *failoversql.ShadowReads {
	t.Helper()
	r := judged(t, c, func(r failoversql.Readiness) bool {
		all := r.Shadow.Same + r.Shadow.Different
		for _, unsure := range r.Shadow.NotComparable {
			all += unsure
		}
		return all >= uint64(n)
	})
	return r.Shadow
}

// Queries are run on both sides and found the same, whatever their values; those
// that cannot be compared are not; and what the file has wrong is found.
func TestShadowReads(t *testing.T) {
	server := pgtest.New(t)
	ctx := t.Context()
	require.NoError(t, server.Exec(ctx, "postgres", shadowed))
	path := filepath.Join(t.TempDir(), "app.db")
	db, c := open(t, server.URL()+fast+"&fallback_shadow_reads=1&fallback_path="+path)
	require.NoError(t, db.Ping())
	following(t, c)
	done := 0
	query := func(sql string, args ...any) {
		t.Helper()
		rows, err := db.Query(sql, args...)
		require.NoError(t, err, sql)
		for rows.Next() {
		}
		_ = rows.Err()
		require.NoError(t, rows.Close())
		done++
		shadowReads(t, c, done)
	}
	for _, q := range []struct {
		sql  string
		args []any
	}{
		{`SELECT * FROM goods`, nil},
		{`SELECT * FROM goods WHERE id = $1`, []any{7}},
		{`SELECT name, count(*), sum(price), avg(weight) FROM goods GROUP BY name ORDER BY name`, nil},
		{`SELECT * FROM goods ORDER BY id DESC LIMIT 5`, nil},
		{`SELECT name FROM goods ORDER BY name`, nil},
		{`SELECT id, name, added FROM goods WHERE id = ANY ($1) AND added > $2 ORDER BY 2, 1`, []any{[]int64{1, 2, 3}, time.Unix(0, 0)}},
		{`SELECT doc->>'n', tags FROM goods WHERE name = $1`, []any{"item 3"}},
		{`SELECT generate_series(1, 10)`, nil},
	} {
		query(q.sql, q.args...)
	}
	r := c.Readiness(ctx).Shadow
	require.Zero(t, r.Different, "%+v", r)
	require.EqualValues(t, done, r.Same, "%+v", r)

	for sql, reason := range map[string]string{
		`SELECT now()`: "not_repeatable", `INSERT INTO goods VALUES (1000) RETURNING id`: "not_repeatable", `SELECT id FROM goods ORDER BY length(name)`: "",
	} {
		before := c.Readiness(ctx).Shadow
		query(sql)
		after := c.Readiness(ctx).Shadow
		if reason != "" {
			require.Equal(t, before.NotComparable[reason]+1, after.NotComparable[reason], "%s: %+v", sql, after)
		}
		require.Zero(t, after.Different, "%s: %+v", sql, after)
	}
	tx, err := db.Begin()
	require.NoError(t, err)
	_, err = tx.Exec(`SELECT 1`)
	require.NoError(t, err)
	var n int
	require.NoError(t, tx.QueryRow(`SELECT count(*) FROM goods`).Scan(&n))
	require.NoError(t, tx.Rollback())

	// Someone has been at the file.
	file, err := sqlitedb.Open(ctx, path, sqlitedb.Options{})
	require.NoError(t, err)
	conn, err := file.Conn(ctx)
	require.NoError(t, err)
	_, err = conn.Exec(ctx, `UPDATE failoversql_state SET capture = 0; UPDATE goods SET name = 'secret value' WHERE id = 7; DELETE FROM goods WHERE id = 8; UPDATE failoversql_state SET capture = 1`)
	require.NoError(t, err)
	require.NoError(t, conn.Close())
	require.NoError(t, file.Close())
	for range 2 {
		query(`SELECT id, name FROM goods WHERE id = 7`)
	}
	query(`SELECT id FROM goods WHERE id IN ($1, $2)`, 8, 9)
	query(`SELECT name FROM goods WHERE id < 8 ORDER BY id`)
	query(`SELECT 1 / CASE name WHEN 'item 0' THEN 1 ELSE 0 END FROM goods WHERE id = 7`) // only the file divides by zero
	r = c.Readiness(ctx).Shadow
	require.EqualValues(t, 5, r.Different, "%+v", r)
	kinds := map[string]failoversql.ShadowDifference{}
	for _, d := range r.Differences {
		kinds[d.SQL+": "+d.Kind] = d
	}
	require.Len(t, kinds, 4, "%+v", r)
	require.EqualValues(t, 2, kinds["SELECT id, name FROM goods WHERE id = ?: values"].Count)
	require.Equal(t, []string{"name"}, kinds["SELECT id, name FROM goods WHERE id = ?: values"].Columns)
	require.EqualValues(t, 1, kinds["SELECT id FROM goods WHERE id IN (?, …): fewer_rows"].Count)
	require.Equal(t, []string{"", "22012"}, kinds["SELECT ? / CASE name WHEN ? THEN ? ELSE ? END FROM goods WHERE id = ?: error"].Errors)
	text, err := json.Marshal(r)
	require.NoError(t, err)
	require.NotContains(t, string(text), "secret")
	require.Empty(t, c.Status(ctx).Readiness.Shadow.Differences)
}

// While the rows change all the time nothing is called a difference.
func TestShadowReadsUnderLoad(t *testing.T) {
	server := pgtest.New(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	require.NoError(t, server.Exec(ctx, "postgres", shadowed))
	db, c := open(t, server.URL()+fast+"&fallback_shadow_reads=1&fallback_path="+filepath.Join(t.TempDir(), "app.db"))
	require.NoError(t, db.Ping())
	following(t, c)
	var writers sync.WaitGroup
	defer writers.Wait()
	defer cancel()
	for n := range 2 {
		writers.Go(func() {
			rnd := rand.New(rand.NewPCG(1, uint64(n)))
			pg, err := pgx.Connect(ctx, server.URL())
			if err != nil {
				return
			}
			defer pg.Close(context.WithoutCancel(ctx))
			for ctx.Err() == nil {
				for range rnd.IntN(6) {
					_, err := pg.Exec(ctx, fmt.Sprintf(`UPDATE goods SET price = price + 1, name = 'item ' || %d WHERE id = %d`, rnd.IntN(7), 1+rnd.IntN(100)))
					if err != nil && ctx.Err() == nil {
						t.Error(err)
						return
					}
				}
				select {
				case <-time.After(time.Duration(rnd.IntN(100)) * time.Millisecond):
				case <-ctx.Done():
				}
			}
		})
	}
	deadline := time.Now().Add(60 * time.Second)
	for n := 1; ; n++ {
		var sum string
		require.NoError(t, db.QueryRow(`SELECT sum(price) FROM goods`).Scan(&sum))
		r := shadowReads(t, c, n)
		require.Zero(t, r.Different, "%+v", r)
		if r.Same >= 10 && r.NotComparable["changed_meanwhile"] > 0 {
			t.Logf("%+v", r)
			return
		}
		require.True(t, time.Now().Before(deadline), "%+v", r)
	}
}

func TestShadowReadsParameter(t *testing.T) {
	for value, want := range map[string]float64{"0": 0, "0.01": 0.01, "1": 1} {
		c, err := failoversql.ParseDSN("postgres://h/d?fallback_path=x&fallback_shadow_reads=" + value)
		require.NoError(t, err)
		require.Equal(t, want, c.ShadowReads)
	}
	for _, value := range []string{"2", "-1", "x", "NaN"} {
		_, err := failoversql.ParseDSN("postgres://h/d?fallback_path=x&fallback_shadow_reads=" + value)
		require.ErrorContains(t, err, "fallback_shadow_reads", value)
	}
}
