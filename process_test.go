package failoversql_test

import (
	"bufio"
	"context"
	"database/sql"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// victimEnv makes the test binary the application that TestProcessKilled kills;
// its value is the DSN.
const victimEnv = "FAILOVERSQL_TEST_VICTIM"

// victim writes rows as fast as it can, until it is killed. It says "try id"
// before a row is sent and "ack id" when it was acknowledged.
func victim(dsn string) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	db, err := sql.Open("failoversql", dsn)
	if err != nil {
		fmt.Println("error", err)
		os.Exit(1)
	}
	db.SetMaxOpenConns(4)
	var out sync.Mutex
	say := func(words ...any) {
		out.Lock()
		defer out.Unlock()
		fmt.Println(words...) // one write, not buffered
	}
	for w := range 4 {
		go func() {
			for n := 0; ; n++ {
				id := fmt.Sprintf("%d-%d-%d", os.Getpid(), w, n)
				say("try", id)
				if _, err := db.Exec(`INSERT INTO entry (id, n) VALUES ($1, 1)`, id); err != nil {
					say("error", id, strings.ReplaceAll(err.Error(), "\n", " "))
					time.Sleep(5 * time.Millisecond)
					continue
				}
				say("ack", id)
			}
		}()
	}
	select {}
}

// TestProcessKilled kills the application itself with SIGKILL, at random moments
// of following, outage, replay and return, and PostgreSQL too; the next start
// goes on from what is on disk. In the end every acknowledged row is in
// PostgreSQL once, and none that was never sent.
func TestProcessKilled(t *testing.T) {
	const rounds = 15
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rng := rand.New(rand.NewPCG(seed, 0))
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()

	server := pgtest.New(t)
	require.NoError(t, server.Exec(ctx, "postgres", `CREATE TABLE entry (id text PRIMARY KEY, n int NOT NULL, at timestamptz DEFAULT now())`))
	dsn := server.URL() + "&fallback_path=" + filepath.Join(t.TempDir(), "app.db") + fast
	db, c := open(t, dsn)
	require.NoError(t, db.PingContext(ctx))
	awaitFollowing(t, ctx, c) // so that there is a copy from the start
	require.NoError(t, db.Close())

	tried, acked := map[string]bool{}, map[string]bool{}
	failures, outages := 0, 0
	for round := range rounds {
		cmd := exec.CommandContext(ctx, os.Args[0])
		cmd.Env = append(os.Environ(), victimEnv+"="+dsn)
		stdout, err := cmd.StdoutPipe()
		require.NoError(t, err)
		cmd.Stderr = os.Stderr
		require.NoError(t, cmd.Start())
		done := make(chan struct{})
		go func() {
			defer close(done)
			for lines := bufio.NewScanner(stdout); lines.Scan(); {
				word, rest, _ := strings.Cut(lines.Text(), " ")
				switch word {
				case "try":
					tried[rest] = true
				case "ack":
					acked[rest] = true
				case "error":
					failures++
				}
			}
		}()
		wait := func() { time.Sleep(time.Duration(rng.IntN(400)) * time.Millisecond) } // random moments are the point
		wait()
		if server.Running() && rng.IntN(2) == 0 {
			outages++
			require.NoError(t, server.Kill9())
			wait()
		}
		if !server.Running() && rng.IntN(3) > 0 {
			require.NoError(t, server.Restart())
			wait()
		}
		require.NoError(t, cmd.Process.Kill())
		<-done
		_ = cmd.Wait()
		t.Logf("round %d: %d rows acknowledged so far", round, len(acked))
	}
	if !server.Running() {
		require.NoError(t, server.Restart())
	}
	db, c = open(t, dsn, func(cfg *failoversql.Config) { cfg.FlapBudget = 1000 })
	require.NoError(t, db.PingContext(ctx))
	awaitMode(t, ctx, c, health.Primary)
	awaitFollowing(t, ctx, c)
	truth, err := sql.Open("pgx", server.URL())
	require.NoError(t, err)
	defer truth.Close()
	rows, err := truth.QueryContext(ctx, `SELECT id FROM entry`)
	require.NoError(t, err)
	defer rows.Close()
	held := map[string]bool{}
	for rows.Next() {
		var id string
		require.NoError(t, rows.Scan(&id))
		held[id] = true
		require.True(t, tried[id], "row %s was never sent", id)
	}
	require.NoError(t, rows.Err())
	lost := 0
	for id := range acked {
		if !held[id] {
			lost++
			t.Errorf("acknowledged row %s is lost", id)
		}
	}
	conflicts, err := c.Conflicts(ctx)
	require.NoError(t, err)
	require.Empty(t, conflicts)
	report, err := c.Verify(ctx, failoversql.VerifyOptions{})
	require.NoError(t, err)
	require.True(t, report.Equal(), "%+v", report)
	t.Logf("%d processes and %d servers killed: %d rows acknowledged, lost %d, failed statements %d", rounds, outages, len(acked), lost, failures)
	require.NotEmpty(t, acked)
}
