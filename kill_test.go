package failoversql_test

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"math/rand/v2"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
	dbsync "github.com/failoversql/failoversql/sync"
)

// ledger remembers what the database acknowledged.
type ledger struct {
	mu      sync.Mutex
	acked   map[string]int64 // id → last acknowledged value
	inDoubt map[string]bool
	decided map[string]failoversql.Outcome // of those in doubt, where there are tokens
}

// resolve finds out what became of a write in doubt, once PostgreSQL is back.
func (b *ledger) resolve(ctx context.Context, id string, doubt *failoversql.InDoubtError) error {
	outcome, err := doubt.Resolve(ctx)
	if errors.Is(err, failoversql.ErrNoToken) {
		return nil
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	b.decided[id] = outcome
	return err
}

// TestKillUnderLoad kills PostgreSQL with SIGKILL at random moments under load,
// brings it back, and compares every acknowledged write with what PostgreSQL
// holds in the end.
func TestKillUnderLoad(t *testing.T) { killUnderLoad(t, 20, nil, "") }

// TestKillInReturn kills PostgreSQL again while traffic returns to it: as it is told
// of that connections are opened, or of that the gate shuts, and up to 20 ms after.
func TestKillInReturn(t *testing.T) {
	killUnderLoad(t, 6, []health.Mode{health.Recovering, health.Cutover, health.Cutover, health.Primary}, "")
}

// TestKillUnderLoadOfTwo is the same with two processes on one file (two
// connectors of different DSNs are as good): one decides, and the writes of both
// are kept.
func TestKillUnderLoadOfTwo(t *testing.T) { killUnderLoad(t, 5, nil, "", "&application_name=second") }

// TestKillUnderLoadTokens has every write in doubt resolved, which must agree with
// what PostgreSQL holds in the end.
func TestKillUnderLoadTokens(t *testing.T) { killUnderLoad(t, 8, nil, "&fallback_commit_tokens=true") }

// killUnderLoad kills PostgreSQL at random moments, each time again once traffic is
// at these steps of its return.
func killUnderLoad(t *testing.T, kills int, again []health.Mode, params ...string) {
	const workers = 8
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))

	server := pgtest.New(t)
	path := filepath.Join(t.TempDir(), "app.db")
	var dbs []*sql.DB
	var connectors []*failoversql.Connector
	for _, more := range params {
		cfg, err := failoversql.ParseDSN(server.URL() + "&fallback_path=" + path +
			"&fallback_min_dwell=100ms&fallback_probe_interval=100ms&fallback_rise=1" + more)
		require.NoError(t, err)
		cfg.FlapBudget = 10 * kills * (1 + len(again))
		c, err := failoversql.NewConnector(cfg)
		require.NoError(t, err)
		db := sql.OpenDB(c)
		t.Cleanup(func() { require.NoError(t, db.Close()) })
		db.SetMaxOpenConns(workers + 2)
		require.NoError(t, db.Ping())
		dbs, connectors = append(dbs, db), append(connectors, c)
	}
	db, c := dbs[0], connectors[0]
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	_, err := db.ExecContext(ctx, `CREATE TABLE entry (id text PRIMARY KEY, worker int NOT NULL, n bigint NOT NULL, at timestamptz NOT NULL DEFAULT now())`)
	require.NoError(t, err)
	awaitFollowing(t, ctx, c)

	book := &ledger{acked: map[string]int64{}, inDoubt: map[string]bool{}, decided: map[string]failoversql.Outcome{}}
	var acks, reads, inDoubt, rolledBack, onFallback atomic.Int64
	var wrong sync.Map // unexpected errors
	stop := make(chan struct{})
	var wg, resolving sync.WaitGroup
	for w := range workers {
		wg.Go(func() {
			r := rand.New(rand.NewPCG(seed, uint64(w+1)))
			db, c := dbs[w%len(dbs)], connectors[w%len(dbs)]
			for n := int64(0); ; n++ {
				select {
				case <-stop:
					return
				default:
				}
				id := fmt.Sprintf("%d-%d", w, n)
				var err error
				if r.IntN(3) == 0 {
					err = inTransaction(ctx, db, id, w, n)
				} else {
					_, err = db.ExecContext(ctx, `INSERT INTO entry (id, worker, n) VALUES ($1, $2, $3)`, id, w, n)
				}
				var doubt *failoversql.InDoubtError
				switch {
				case err == nil:
					acks.Add(1)
					if c.Status(ctx).Mode != health.Primary {
						onFallback.Add(1)
					}
					book.mu.Lock()
					book.acked[id] = n
					book.mu.Unlock()
				case errors.As(err, &doubt):
					inDoubt.Add(1)
					book.mu.Lock()
					book.inDoubt[id] = true
					book.mu.Unlock()
					resolving.Go(func() {
						if err := book.resolve(ctx, id, doubt); err != nil {
							wrong.Store(fmt.Sprintf("resolve: %v", err), true)
						}
					})
				case errors.Is(err, failoversql.ErrRolledBack):
					rolledBack.Add(1)
				default:
					wrong.Store(fmt.Sprintf("write: %v", err), true)
				}
				var count int64
				if err := db.QueryRowContext(ctx, `SELECT count(*) FROM entry WHERE worker = $1 AND n > $2`, w, n-5).Scan(&count); err != nil {
					wrong.Store(fmt.Sprintf("read: %v", err), true)
				} else {
					reads.Add(1)
				}
			}
		})
	}

	steps := make(chan health.Mode, 1000)
	t.Cleanup(c.Subscribe(func(e failoversql.Event) { steps <- e.Mode }))
	reach := func(mode health.Mode) {
		for {
			select {
			case m := <-steps:
				if m == mode {
					return
				}
			case <-ctx.Done():
				require.NoError(t, ctx.Err(), "waiting for %v", mode)
			}
		}
	}
	for k := range kills {
		time.Sleep(time.Duration(rng.IntN(200)) * time.Millisecond) // the random moment, not a wait for anything
		before := onFallback.Load()
		require.NoError(t, server.Kill9())
		require.Eventually(t, func() bool { return onFallback.Load() > before+20 }, 20*time.Second, time.Millisecond, "kill %d: no write acknowledged during the outage", k)
		require.NoError(t, server.Restart())
		for _, mode := range again {
			reach(mode)
			time.Sleep(time.Duration(rng.IntN(20_000)) * time.Microsecond) // the random moment
			require.NoError(t, server.Kill9())
			for len(steps) > 0 {
				<-steps
			}
			require.NoError(t, server.Restart())
		}
		require.Eventually(t, func() bool { return c.Status(ctx).Mode == health.Primary }, 60*time.Second, time.Millisecond, "kill %d: no return to the primary: %+v", k, c.Status(ctx))
		awaitFollowing(t, ctx, c)
	}
	close(stop)
	wg.Wait()
	resolving.Wait()
	wrong.Range(func(msg, _ any) bool { t.Errorf("unexpected error: %v", msg); return true })
	t.Logf("%d kills: %d writes acknowledged (%d while SQLite served), %d reads, %d in doubt, %d rolled back", kills, acks.Load(), onFallback.Load(), reads.Load(), inDoubt.Load(), rolledBack.Load())

	direct, err := sql.Open("pgx", server.URL())
	require.NoError(t, err)
	defer direct.Close()
	rows, err := direct.QueryContext(ctx, `SELECT id, n FROM entry`)
	require.NoError(t, err)
	defer rows.Close()
	held := map[string]int64{}
	for rows.Next() {
		var id string
		var n int64
		require.NoError(t, rows.Scan(&id, &n))
		held[id] = n
	}
	require.NoError(t, rows.Err())
	lost, extra := 0, 0
	for id, n := range book.acked {
		if got, ok := held[id]; !ok || got != n {
			lost++
			t.Errorf("acknowledged write %s is lost", id)
		}
	}
	for id := range held {
		if _, ok := book.acked[id]; !ok && !book.inDoubt[id] {
			extra++
			t.Errorf("row %s was never acknowledged", id)
		}
	}
	outcomes := map[failoversql.Outcome]int{}
	for id, outcome := range book.decided {
		outcomes[outcome]++
		if _, there := held[id]; there != (outcome == failoversql.OutcomeCommitted) {
			t.Errorf("write %s was resolved as %v; it is there: %v", id, outcome, there)
		}
	}
	if len(outcomes) > 0 {
		t.Logf("resolved: %v", outcomes)
	}
	conflicts, err := c.Conflicts(ctx)
	require.NoError(t, err)
	require.Empty(t, conflicts)
	t.Logf("lost %d, unacknowledged but present %d, conflicts %d", lost, extra, len(conflicts))
}

// inTransaction writes a row and changes it, so that half a transaction shows.
func inTransaction(ctx context.Context, db *sql.DB, id string, w int, n int64) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer func() { _ = tx.Rollback() }()
	if _, err := tx.ExecContext(ctx, `INSERT INTO entry (id, worker, n) VALUES ($1, $2, -1)`, id, w); err != nil {
		return err
	}
	if _, err := tx.ExecContext(ctx, `UPDATE entry SET n = $2 WHERE id = $1`, id, n); err != nil {
		return err
	}
	return tx.Commit()
}

func awaitFollowing(t *testing.T, ctx context.Context, c *failoversql.Connector) {
	t.Helper()
	require.Eventually(t, func() bool { return c.Status(ctx).Fallback.Following }, 60*time.Second, time.Millisecond, "the file does not follow")
}

// awaitCopied waits until the file has all that PostgreSQL has committed: what a
// crash follows upon is otherwise on PostgreSQL alone.
func awaitCopied(t *testing.T, ctx context.Context, c *failoversql.Connector, db *sql.DB) {
	t.Helper()
	want, err := dbsync.ParseLSN(scalar[string](t, ctx, db, `SELECT pg_current_wal_lsn()::text`))
	require.NoError(t, err)
	require.Eventually(t, func() bool {
		lsn, err := dbsync.ParseLSN(c.Status(ctx).Fallback.LSN)
		return err == nil && lsn >= want
	}, 60*time.Second, time.Millisecond, "the file does not catch up")
}
