package failoversql_test

import (
	"fmt"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/internal/faultproxy"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// Three processes, each with a file of its own, are cut off from PostgreSQL, each
// by itself, and write the same rows and others, while PostgreSQL serves somebody
// else. When they return, all at once, their replays see each other's rows as the
// primary's: nothing is lost, nothing is there twice, no id was given out by two,
// and of the same key the first stands and the others are conflicts.
func TestPartitionedInstances(t *testing.T) {
	ctx := testContext(t)
	server := pgtest.New(t)
	require.NoError(t, server.Exec(ctx, "postgres", `CREATE TABLE entry (id bigserial PRIMARY KEY, who text NOT NULL, n int NOT NULL)`,
		`CREATE TABLE counter (id int PRIMARY KEY, n int NOT NULL)`, `INSERT INTO counter VALUES (1, 0)`,
		`CREATE TABLE own (who text PRIMARY KEY, n int NOT NULL)`, `INSERT INTO own VALUES ('a', 0), ('b', 0), ('c', 0)`,
		`CREATE TABLE seat (id int PRIMARY KEY, who text NOT NULL)`))
	names := []string{"a", "b", "c"}
	const entries, seats = 30, 8
	var proxies []*faultproxy.Proxy
	var members []*process
	for _, name := range names {
		proxy := faultproxy.New(t, server.Addr())
		proxies = append(proxies, proxy)
		members = append(members, startMember(t, name, fmt.Sprintf("postgres://postgres@%s/postgres?fallback_path=%s", proxy.Addr(),
			filepath.Join(t.TempDir(), "app.db"))+fast+"&fallback_writes=journal&fallback_conflict=public.counter:delta:n"))
	}
	for _, m := range members {
		m.must("ping", "")
		m.await("follows", func(r reply) bool { return r.Follows })
	}

	var mu sync.Mutex
	owner := map[int]string{} // of an id
	given := func(id int, who string) {
		mu.Lock()
		defer mu.Unlock()
		if other, taken := owner[id]; taken {
			t.Errorf("id %d was given out to %s and to %s", id, other, who)
		}
		owner[id] = who
	}
	entry := func(m *process, n int) {
		given(m.must("count", fmt.Sprintf(`INSERT INTO entry (who, n) VALUES ('%s', %d) RETURNING id`, m.name, n)).N, fmt.Sprint(m.name, n))
	}
	var wg sync.WaitGroup
	for i, m := range members {
		wg.Go(func() { // each is cut off in its own time
			entry(m, 0)
			proxies[i].Refuse()
			proxies[i].CloseAll()
			m.await("serves from its file", func(r reply) bool { return r.Mode == "fallback" || r.Mode == "recovering" })
			for n := range entries {
				entry(m, n+1)
				m.must("exec", `UPDATE counter SET n = n + 1 WHERE id = 1`)
				m.must("exec", fmt.Sprintf(`UPDATE own SET n = n + 1 WHERE who = '%s'`, m.name))
				if n < seats {
					m.must("exec", fmt.Sprintf(`INSERT INTO seat VALUES (%d, '%s')`, n, m.name))
				}
			}
		})
	}
	conn, err := pgx.Connect(ctx, server.DSN("postgres"))
	require.NoError(t, err)
	defer conn.Close(ctx)
	for n := range entries {
		var id int
		require.NoError(t, conn.QueryRow(ctx, `INSERT INTO entry (who, n) VALUES ('primary', $1) RETURNING id`, n).Scan(&id))
		given(id, fmt.Sprint("primary", n))
		_, err := conn.Exec(ctx, `UPDATE counter SET n = n + 100 WHERE id = 1`)
		require.NoError(t, err)
	}
	wg.Wait()
	require.False(t, t.Failed())

	for _, proxy := range proxies {
		require.NoError(t, proxy.Heal())
	}
	for _, m := range members {
		m.await("is back", func(r reply) bool { return r.Mode == "primary" })
		entry(m, entries+1)
	}

	rows, err := conn.Query(ctx, `SELECT id, who || n FROM entry`)
	require.NoError(t, err)
	got := map[int]string{}
	var id int
	var who string
	_, err = pgx.ForEachRow(rows, []any{&id, &who}, func() error { got[id] = who; return nil })
	require.NoError(t, err)
	require.Equal(t, owner, got, "every acknowledged entry, under the id that was told, once")
	one := func(query string) (n int) {
		require.NoError(t, conn.QueryRow(ctx, query).Scan(&n))
		return n
	}
	require.Equal(t, len(names)*entries+100*entries, one(`SELECT n FROM counter`))
	require.Equal(t, len(names), one(fmt.Sprintf(`SELECT count(*) FROM own WHERE n = %d`, entries)))
	require.Equal(t, seats, one(`SELECT count(*) FROM seat`))
	require.Equal(t, (len(names)-1)*seats, one(`SELECT count(*) FROM failoversql.conflict WHERE resolved_at IS NULL`))
	require.Equal(t, seats*len(names), one(`SELECT count(*) FROM (SELECT id, who FROM seat
		UNION SELECT (local ->> 'id')::int, local ->> 'who' FROM failoversql.conflict WHERE kind = 'insert_exists') every`))

	for _, m := range members {
		m.await("follows again", func(r reply) bool { return r.Follows })
		m.must("order", "fallback")
		require.Equal(t, len(got), m.must("count", `SELECT count(*) FROM entry`).N, m.name)
		require.Equal(t, 0, m.must("count", fmt.Sprintf(`SELECT count(*) FROM own WHERE n <> %d`, entries)).N, m.name)
		m.must("order", "auto")
		m.await("is back", func(r reply) bool { return r.Mode == "primary" })
		m.close()
	}
}
