package failoversql_test

import (
	"fmt"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

// crew is a server and processes on one file; the first owns it and has made
// the table t(a int).
type crew struct {
	t      *testing.T
	server *pgtest.Server
	path   string
	dsn    string
	all    []*process
}

func newCrew(t *testing.T, n int, change ...string) *crew {
	t.Helper()
	ctx := testContext(t)
	c := &crew{t: t, server: pgtest.New(t), path: filepath.Join(t.TempDir(), "app.db")}
	require.NoError(t, c.server.Exec(ctx, "postgres", `CREATE TABLE t (a int PRIMARY KEY)`))
	c.dsn = strings.Replace(c.server.URL(), "postgres://postgres@", "postgres://postgres:hunter2@", 1) + "&fallback_path=" + c.path +
		strings.Replace(fast, "probe_timeout=300ms", "probe_timeout=3s", 1) // a machine that has too much to do is no outage
	require.Contains(t, c.dsn, "hunter2")
	c.dsn = strings.NewReplacer(change...).Replace(c.dsn)
	for i := range n {
		p := startMember(t, fmt.Sprintf("member%d", i), c.dsn)
		p.must("ping", "")
		require.Equal(t, i == 0, p.status().Owner, p.name)
		if i == 0 {
			p.await("the file follows", func(r reply) bool { return r.Follows })
		}
		c.all = append(c.all, p)
	}
	return c
}

// file opens the crew's file beside the crew.
func (c *crew) file() *sqlitedb.File {
	f, err := sqlitedb.Open(c.t.Context(), c.path, sqlitedb.Options{})
	require.NoError(c.t, err)
	c.t.Cleanup(func() { require.NoError(c.t, f.Close()) })
	return f
}

func (c *crew) awaitRoute(mode, pin string) {
	c.t.Helper()
	generation := uint64(0)
	for i, p := range c.all {
		p.awaitRoute(mode, pin)
		if g := p.status().Generation; i == 0 {
			generation = g
		} else {
			require.Equal(c.t, generation, g, p.name)
		}
	}
}

// held begins an order that cannot be carried out as long as the holder has a
// transaction open on PostgreSQL, and returns when the owner is at it.
func (c *crew) held(holder, giver *process, limit time.Duration) <-chan reply {
	c.t.Helper()
	owner := c.all[0]
	holder.must("begin", `INSERT INTO t VALUES (1000)`)
	answer := giver.ask(request{Op: "order", Arg: "fallback", Limit: limit})
	owner.await("the order is under way", func(r reply) bool { return r.Pin == "fallback" })
	return answer
}

// TestThreeProcesses: one decides, and all move together, by an order that any
// of them gives, and by an outage.
func TestThreeProcesses(t *testing.T) {
	c := newCrew(t, 3)
	owner, second, third := c.all[0], c.all[1], c.all[2]
	n := 0
	write := func() {
		t.Helper()
		for _, p := range c.all {
			p.must("exec", fmt.Sprintf(`INSERT INTO t VALUES (%d)`, n))
			n++
		}
		for _, p := range c.all {
			require.Equal(t, n, p.must("count", `SELECT count(*) FROM t`).N, p.name)
		}
	}
	write()
	second.must("order", "fallback")
	require.Equal(t, "fallback", second.status().Mode, "whoever ordered sees it at once")
	require.Equal(t, "fallback", second.status().Pin)
	c.awaitRoute("fallback", "fallback")
	write()
	third.must("order", "primary")
	require.Equal(t, "primary", third.status().Mode)
	c.awaitRoute("primary", "primary")
	write()
	second.must("order", "auto")
	c.awaitRoute("primary", "auto")
	owner.await("the file follows again", func(r reply) bool { return r.Follows })

	require.NoError(t, c.server.Kill9())
	for _, p := range c.all {
		require.Equal(t, n, p.must("count", `SELECT count(*) FROM t`).N, p.name)
	}
	c.awaitRoute("fallback", "auto")
	write()
	r := second.do("order", "primary")
	require.Contains(t, r.Err, "the primary is down")
	require.NotContains(t, r.Err, "hunter2")
	require.Equal(t, "auto", second.status().Pin, "an order that failed leaves all as it was")
	require.NoError(t, c.server.Restart())
	c.awaitRoute("primary", "auto")
	write()
	for _, p := range c.all {
		require.Equal(t, p == owner, p.status().Owner, p.name)
	}
	_, err := c.file().Order(t.Context())
	require.NoError(t, err)
}

// TestPlannedSwitchUnderLoad: while every process writes, the route is moved to
// and fro by orders. No statement fails, and what a process was told was written
// it finds again, on whichever side.
func TestPlannedSwitchUnderLoad(t *testing.T) {
	c := newCrew(t, 3, "fallback_timeout=3s", "fallback_timeout=30s") // the copy is far behind, on a busy machine
	for _, p := range c.all {
		p.must("load", "")
	}
	for round := range 3 {
		c.all[1+round%2].must("order", "fallback")
		c.awaitRoute("fallback", "fallback")
		c.all[(round+2)%3].must("order", "primary")
		c.awaitRoute("primary", "primary")
		c.all[0].await("the file follows again", func(r reply) bool { return r.Follows })
	}
	sum := 0
	for _, p := range c.all {
		r := p.must("unload", "")
		sum += r.N
	}
	t.Logf("6 switches, %d rows written and found again by 3 processes", sum)
	require.Equal(t, sum, c.all[0].must("count", `SELECT count(*) FROM t`).N)
}

// TestOwnerKilled: a killed owner is replaced within a second; the pin that an
// operator gave stays, also when every process has ended.
func TestOwnerKilled(t *testing.T) {
	c := newCrew(t, 3)
	c.all[2].must("order", "fallback")
	c.awaitRoute("fallback", "fallback")
	for i := range 2 {
		killed := time.Now()
		c.all[0].kill()
		c.all = c.all[1:]
		var took time.Duration
		require.Eventually(t, func() bool {
			for j, p := range c.all {
				if p.status().Owner {
					c.all[0], c.all[j] = p, c.all[0]
					took = time.Since(killed)
					return true
				}
			}
			return false
		}, 5*time.Second, time.Millisecond)
		t.Logf("a killed owner was replaced within %v", took.Round(time.Millisecond))
		c.awaitRoute("fallback", "fallback")
		for _, p := range c.all {
			p.must("exec", fmt.Sprintf(`INSERT INTO t VALUES (%d%d)`, i, len(c.all)))
			break
		}
	}
	c.all[0].kill()

	ctx := testContext(t)
	db, again := open(t, c.dsn)
	require.NoError(t, db.PingContext(ctx))
	status := again.Status(ctx)
	require.Equal(t, health.PinFallback, status.Pin, "the pin outlasts every process")
	require.Equal(t, health.Fallback, status.Mode)
	require.NoError(t, db.Close())

	db, again = open(t, c.dsn+"&fallback_mode=primary")
	require.NoError(t, db.PingContext(ctx))
	require.Equal(t, health.PinPrimary, again.Status(ctx).Pin, "fallback_mode wins at a start")
	awaitMode(t, ctx, again, health.Primary)
	require.NoError(t, again.ResumeAuto(ctx))
	require.NoError(t, db.Close())

	db, again = open(t, c.dsn)
	require.NoError(t, db.PingContext(ctx))
	require.Equal(t, health.Auto, again.Status(ctx).Pin)
	awaitMode(t, ctx, again, health.Primary)
	require.Equal(t, 2, scalar[int](t, ctx, db, `SELECT count(*) FROM t`))
}

// TestOrderOutlivesOwner: a new owner goes on with an order that the old one had
// begun.
func TestOrderOutlivesOwner(t *testing.T) {
	c := newCrew(t, 3)
	answer := c.held(c.all[0], c.all[2], 0)
	c.all[0].kill()
	r, ok := <-answer
	require.True(t, ok)
	require.Empty(t, r.Err)
	c.all = c.all[1:]
	c.awaitRoute("fallback", "fallback")

	// And where the giver is the only one left, it carries the order out itself.
	c.all[1].must("order", "primary")
	c.awaitRoute("primary", "primary")
	if !c.all[0].status().Owner {
		c.all[0], c.all[1] = c.all[1], c.all[0]
	}
	c.all[0].await("the file follows", func(r reply) bool { return r.Follows })
	answer = c.held(c.all[1], c.all[1], 0) // all have been asked to drain
	c.all[0].kill()
	c.all[1].await("it is the owner", func(r reply) bool { return r.Owner })
	c.all[1].must("rollback", "")
	r, ok = <-answer
	require.True(t, ok)
	require.Empty(t, r.Err)
	c.all[1].awaitRoute("fallback", "fallback")
	require.True(t, c.all[1].status().Owner)
}

// TestOrderWithdrawn: an order ends with its context, or with the process that
// gave it, and leaves all as it was.
func TestOrderWithdrawn(t *testing.T) {
	for _, how := range []string{"its context ends, the owner is busy", "its context ends, another process is busy", "its process is killed, the owner is busy", "its process is killed, another process is busy"} {
		t.Run(how, func(t *testing.T) {
			c := newCrew(t, 3)
			owner, giver, other := c.all[0], c.all[1], c.all[2]
			holder := owner
			if strings.Contains(how, "another process") {
				holder = other
			}
			if strings.HasPrefix(how, "its context ends") {
				r := <-c.held(holder, giver, 300*time.Millisecond)
				require.True(t, r.Expired, r.Err)
			} else {
				answer := c.held(holder, giver, 0)
				require.True(t, other.do("order", "auto").Busy, "one at a time")
				giver.kill()
				_, answered := <-answer
				require.False(t, answered)
				c.all = []*process{owner, other}
			}
			owner.await("the order is given up", func(r reply) bool { return r.Pin == "auto" })
			holder.must("rollback", "")
			for _, p := range c.all {
				p.must("exec", fmt.Sprintf(`INSERT INTO t VALUES (%d)`, p.cmd.Process.Pid))
			}
			c.awaitRoute("primary", "auto")
			// The place is free again.
			require.Eventually(t, func() bool { return other.do("order", "fallback").Err == "" }, 5*time.Second, time.Millisecond)
			c.awaitRoute("fallback", "fallback")
			st, err := c.file().State(t.Context())
			require.NoError(t, err)
			require.Equal(t, "fallback", st.Pin)
		})
	}
}

// TestLongTransaction: a switch does not keep work waiting for a transaction that
// does not end; it fails, and says why.
func TestLongTransaction(t *testing.T) {
	for _, holder := range []int{0, 2} {
		c := newCrew(t, 3)
		begun := time.Now()
		answer := c.held(c.all[holder], c.all[1], 0)
		for i, p := range c.all {
			p.must("exec", fmt.Sprintf(`INSERT INTO t VALUES (%d)`, i)) // as soon as it is over
		}
		r := <-answer
		require.Contains(t, r.Err, "still running on PostgreSQL")
		t.Logf("given up after %v", time.Since(begun).Round(time.Millisecond))
		c.all[holder].must("rollback", "")
		c.awaitRoute("primary", "auto")
		c.all[1].must("order", "fallback")
		c.awaitRoute("fallback", "fallback")
	}
}

// TestFrozenOwner: an owner that does not answer is waited for no longer than
// the context lasts, and finds the order gone.
func TestFrozenOwner(t *testing.T) {
	c := newCrew(t, 2)
	owner, giver := c.all[0], c.all[1]
	require.NoError(t, owner.cmd.Process.Signal(syscall.SIGSTOP))
	r := <-giver.ask(request{Op: "order", Arg: "fallback", Limit: 200 * time.Millisecond})
	require.True(t, r.Expired, r.Err)
	require.NoError(t, owner.cmd.Process.Signal(syscall.SIGCONT))
	giver.must("order", "auto") // the owner has looked since
	c.awaitRoute("primary", "auto")
}

// TestAnotherDatabase: one file, one database, whichever process comes second.
func TestAnotherDatabase(t *testing.T) {
	c := newCrew(t, 1)
	require.NoError(t, c.server.Exec(testContext(t), "postgres", `CREATE DATABASE other`))
	stranger := startMember(t, "stranger", strings.Replace(c.dsn, "/postgres?", "/other?", 1))
	r := stranger.do("ping", "")
	require.Contains(t, r.Err, sqlitedb.ErrOtherDatabase.Error())
	require.NotContains(t, r.Err, "hunter2")
	require.Contains(t, stranger.do("order", "fallback").Err, sqlitedb.ErrOtherDatabase.Error())
	c.awaitRoute("primary", "auto")
}

// TestGuest: a guest shows and orders, and owns and makes nothing.
func TestGuest(t *testing.T) {
	ctx := testContext(t)
	c := newCrew(t, 1)
	guest := func(cfg *failoversql.Config) { cfg.Guest = true }
	_, g := open(t, c.dsn, guest)
	require.NoError(t, g.SwitchToFallback(ctx))
	status := g.Status(ctx)
	require.Equal(t, health.Fallback, status.Mode)
	require.Equal(t, health.PinFallback, status.Pin)
	require.True(t, status.Owned)
	require.False(t, status.Owner)
	c.awaitRoute("fallback", "fallback")

	c.all[0].kill()
	require.False(t, g.Status(ctx).Owned)
	require.NoError(t, g.SwitchToPrimary(ctx), "it is stored")
	require.False(t, g.Status(ctx).Owned)
	p := startMember(t, "next", c.dsn)
	p.must("ping", "")
	p.awaitRoute("primary", "primary")
	require.True(t, p.status().Owner)
	p.close()
	require.NoError(t, g.ResumeAuto(ctx))

	_, g = open(t, strings.Replace(c.dsn, "app.db", "none.db", 1), guest)
	require.ErrorIs(t, g.SwitchToPrimary(ctx), failoversql.ErrNoFile)
	require.NoFileExists(t, filepath.Join(filepath.Dir(c.path), "none.db"))
	require.Contains(t, g.Status(ctx).Reason, failoversql.ErrNoFile.Error())
}
