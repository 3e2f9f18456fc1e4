package benchmarks

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// scale multiplies the work of these benchmarks: 1 takes seconds, 100 is what
// their goals are said for (FAILOVERSQL_BENCH_SCALE=100).
func scale(b *testing.B) int {
	b.Helper()
	n := 1
	if s := os.Getenv("FAILOVERSQL_BENCH_SCALE"); s != "" {
		var err error
		if n, err = strconv.Atoi(s); err != nil || n < 1 {
			b.Fatalf("FAILOVERSQL_BENCH_SCALE=%q", s)
		}
	}
	return n
}

// replica is a primary and a file that is a copy of it.
type replica struct {
	b      *testing.B
	server *pgtest.Server
	cfg    *pgx.ConnConfig
	pg     *pgx.Conn
	file   *sqlitedb.File
	sync   *dbsync.Sync
}

func newReplica(b *testing.B, schema ...string) *replica {
	b.Helper()
	return newReplicaIn(b, b.TempDir(), schema...)
}

// newReplicaIn has the file in a directory.
func newReplicaIn(b *testing.B, dir string, schema ...string) *replica {
	b.Helper()
	r := &replica{b: b, server: pgtest.New(b)}
	if err := r.server.Exec(b.Context(), "postgres", schema...); err != nil {
		b.Fatal(err)
	}
	var err error
	if r.cfg, err = pgx.ParseConfig(r.server.DSN()); err != nil {
		b.Fatal(err)
	}
	if r.pg, err = pgx.ConnectConfig(b.Context(), r.cfg); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = r.pg.Close(context.Background()) })
	if r.file, err = sqlitedb.Open(b.Context(), filepath.Join(dir, "app.db"), sqlitedb.Options{}); err != nil {
		b.Fatal(err)
	}
	b.Cleanup(func() { _ = r.file.Close() })
	r.sync = dbsync.New(dbsync.Config{File: r.file, Primary: r.cfg})
	return r
}

func (r *replica) exec(sql string, args ...any) {
	r.b.Helper()
	if _, err := r.pg.Exec(r.b.Context(), sql, args...); err != nil {
		r.b.Fatal(err)
	}
}

func (r *replica) snapshot() {
	r.b.Helper()
	if _, err := r.sync.Snapshot(r.b.Context()); err != nil {
		r.b.Fatal(err)
	}
}

// follow follows until stop.
func (r *replica) follow() (stop func()) {
	ctx, cancel := context.WithCancel(r.b.Context())
	done := make(chan error, 1)
	go func() { done <- r.sync.Follow(ctx) }()
	return func() {
		cancel()
		if err := <-done; !errors.Is(err, context.Canceled) {
			r.b.Error(err)
		}
	}
}

// mark is the primary's position.
func (r *replica) mark() (text string) {
	r.b.Helper()
	if err := r.pg.QueryRow(r.b.Context(), `SELECT pg_logical_emit_message(true, 'bench', '')::text`).Scan(&text); err != nil {
		r.b.Fatal(err)
	}
	return text
}

// received reads what a slot holds, by PostgreSQL's own program, into nothing.
func (r *replica) received(slot, publication string) time.Duration {
	r.b.Helper()
	until := r.mark()
	began := time.Now()
	cmd := exec.Command(program("pg_recvlogical"), "-d", r.server.DSN(), "-S", slot, "--start", "--endpos", until, "-f", os.DevNull, "--no-loop",
		"-o", "proto_version=1", "-o", "publication_names="+publication, "-o", "binary=true")
	if out, err := cmd.CombinedOutput(); err != nil {
		r.b.Fatalf("pg_recvlogical: %v: %s", err, out)
	}
	return time.Since(began)
}

// caughtUp waits until the file has all that is on the primary.
func (r *replica) caughtUp() {
	r.b.Helper()
	text := r.mark()
	lsn, err := dbsync.ParseLSN(text)
	if err == nil {
		err = r.sync.WaitFor(r.b.Context(), lsn)
	}
	if err != nil {
		r.b.Fatal(err)
	}
}

// pgbenchAccounts is pgbench's large table, with its rows.
func pgbenchAccounts(rows int) []string {
	return []string{
		`CREATE TABLE pgbench_accounts (aid int NOT NULL, bid int, abalance int, filler char(84))`,
		fmt.Sprintf(`INSERT INTO pgbench_accounts SELECT i, (i - 1) / 100000 + 1, 0, '' FROM generate_series(1, %d) i`, rows),
		`ALTER TABLE pgbench_accounts ADD PRIMARY KEY (aid)`, `VACUUM ANALYZE pgbench_accounts`,
	}
}

// BenchmarkSnapshot copies pgbench's large table, against COPY … CSV of psql piped
// into .import of the sqlite3 shell, which makes no types right and keeps no
// position. Goals: a ratio of at most 1, and peak memory of at most 200 MB.
func BenchmarkSnapshot(b *testing.B) {
	for _, rows := range []int{1000, 5000, 20_000} { // times the scale
		rows *= scale(b)
		b.Run(fmt.Sprintf("rows=%d", rows), func(b *testing.B) {
			r := newReplica(b, pgbenchAccounts(rows)...)
			peak := int64(0)
			n := 0
			var ours, pipe []time.Duration
			for b.Loop() {
				for k := range 2 {
					began := time.Now()
					if (k+n)%2 == 0 {
						r.pipe("pgbench_accounts", "aid INTEGER PRIMARY KEY, bid INTEGER, abalance INTEGER, filler TEXT")
						pipe = append(pipe, time.Since(began))
						continue
					}
					resetPeak()
					r.snapshot()
					ours = append(ours, time.Since(began))
					peak = max(peak, peakMemory())
					r.emptyLog()
				}
				n++
			}
			slices.Sort(ours)
			slices.Sort(pipe)
			us, them := ours[len(ours)/2].Seconds(), pipe[len(pipe)/2].Seconds()
			b.ReportMetric(float64(rows)/us, "rows/s")
			b.ReportMetric(us/them, "ratio")
			b.ReportMetric(float64(peak)/1e6, "peak-MB")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// emptyLog waits until what a snapshot has put in place, durably, has also gone
// from the log into the file, which happens beside whatever is done next.
func (r *replica) emptyLog() {
	r.b.Helper()
	conn, err := r.file.Conn(r.b.Context())
	if err == nil {
		defer conn.Close()
		_, err = conn.Exec(r.b.Context(), "PRAGMA wal_checkpoint(PASSIVE)")
	}
	if err != nil {
		r.b.Fatal(err)
	}
}

// pipe copies a table by psql and sqlite3.
func (r *replica) pipe(table, columns string) {
	r.b.Helper()
	path := filepath.Join(r.b.TempDir(), "piped.db")
	script := fmt.Sprintf(`%s "$1" -X -q -c "COPY %s TO STDOUT (FORMAT csv)" | sqlite3 "$2" "CREATE TABLE %s(%s)" ".import --csv /dev/stdin %[2]s" "SELECT count(*) FROM %[2]s"`,
		program("psql"), table, table, columns)
	var errOut bytes.Buffer
	cmd := exec.Command("sh", "-c", script, "sh", r.server.DSN(), path)
	cmd.Stderr = &errOut
	out, err := cmd.Output()
	if err != nil || errOut.Len() > 0 || strings.TrimSpace(string(out)) == "0" {
		r.b.Fatalf("psql into sqlite3: %v: %s%s", err, out, errOut.String())
	}
	_ = os.Remove(path)
}

// program finds one of PostgreSQL's programs.
func program(name string) string {
	if path, err := exec.LookPath(name); err == nil {
		return path
	}
	found, _ := filepath.Glob("/usr/lib/postgresql/*/bin/" + name)
	if len(found) == 0 {
		return name
	}
	return found[len(found)-1]
}

// resetPeak and peakMemory measure the most memory that this process has held, by
// Linux's own count; 0 elsewhere.
func resetPeak() { _ = os.WriteFile("/proc/self/clear_refs", []byte("5"), 0) }

func peakMemory() int64 {
	text, _ := os.ReadFile("/proc/self/status")
	_, rest, _ := strings.Cut(string(text), "VmHWM:")
	field, _, _ := strings.Cut(strings.TrimSpace(rest), " ")
	kb, _ := strconv.ParseInt(field, 10, 64)
	return kb << 10
}

// BenchmarkFollowCatchUp applies what gathered while nobody followed: a mix of
// inserts, updates and deletes, in transactions of a hundred rows and of one. The
// ratio is to PostgreSQL's pg_recvlogical, which reads the same from a slot and
// does nothing with it. Goal: 50,000 row changes a second.
func BenchmarkFollowCatchUp(b *testing.B) {
	for _, per := range []int{1, 100} {
		b.Run(fmt.Sprintf("rows-per-transaction=%d", per), func(b *testing.B) {
			changes := 3000 * scale(b)
			r := newReplica(b, append(pgbenchAccounts(1000), `ALTER SYSTEM SET synchronous_commit = off`, `SELECT pg_reload_conf()`,
				`CREATE PROCEDURE work(first int, n int, per int) LANGUAGE plpgsql AS $$ BEGIN
					FOR i IN first .. first + n - 1 LOOP
						IF i % 3 = 0 THEN INSERT INTO pgbench_accounts VALUES (2000 + i, 1, 0, 'new');
						ELSIF i % 3 = 1 THEN UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = i % 1000 + 1;
						ELSE DELETE FROM pgbench_accounts WHERE aid = 2000 + i - 2; END IF;
						IF (i + 1) % per = 0 THEN COMMIT; END IF;
					END LOOP; END $$`)...)
			r.snapshot()
			stop := r.follow()
			r.caughtUp()
			stop()
			var publication string
			if err := r.pg.QueryRow(b.Context(), `SELECT pubname FROM pg_publication`).Scan(&publication); err != nil {
				b.Fatal(err)
			}
			r.exec(`SELECT pg_create_logical_replication_slot('raw', 'pgoutput')`)
			first, done := 0, 0
			var spent, raw time.Duration
			for b.Loop() {
				r.exec(`CALL work($1, $2, $3)`, first, changes, per)
				first += changes
				done += changes
				began := time.Now()
				stop := r.follow()
				r.caughtUp()
				spent += time.Since(began)
				stop()
				raw += r.received("raw", publication)
			}
			b.ReportMetric(float64(done)/spent.Seconds(), "rows/s")
			b.ReportMetric(spent.Seconds()/raw.Seconds(), "ratio")
			b.ReportMetric(0, "ns/op")
		})
	}
}

// BenchmarkFollowLag writes at a steady rate and sees when each commit becomes
// visible in the file. Goal: 50 ms at the 99th percentile, with 2,000
// transactions a second.
func BenchmarkFollowLag(b *testing.B) {
	const writers = 4
	rate := min(2000, 200*scale(b)) // transactions a second
	r := newReplica(b, `CREATE TABLE lag (w int PRIMARY KEY, n int NOT NULL)`, fmt.Sprintf(`INSERT INTO lag SELECT i, 0 FROM generate_series(0, %d) i`, writers-1))
	r.snapshot()
	stop := r.follow()
	defer stop()
	r.caughtUp()
	var lags []time.Duration
	total := 0
	var spent time.Duration
	for b.Loop() {
		began := time.Now()
		got, n := r.lag(writers, rate, time.Second)
		lags, total, spent = append(lags, got...), total+n, spent+time.Since(began)
	}
	slices.Sort(lags)
	if len(lags) == 0 {
		b.Fatal("nothing was seen")
	}
	b.ReportMetric(float64(total)/spent.Seconds(), "tx/s")
	b.ReportMetric(float64(lags[len(lags)/2].Microseconds())/1000, "p50-ms")
	b.ReportMetric(float64(lags[len(lags)*99/100].Microseconds())/1000, "p99-ms")
	b.ReportMetric(0, "ns/op")
}

// lag writes for a while and returns, for each commit that a look at the file was
// the first to show, how long after its answer that was.
func (r *replica) lag(writers, rate int, d time.Duration) (lags []time.Duration, total int) {
	ctx, cancel := context.WithTimeout(r.b.Context(), d)
	defer cancel()
	var mu sync.Mutex
	committed := make([]map[int64]time.Time, writers)
	var wg sync.WaitGroup
	var written atomic.Int64
	var base [16]int64
	for w := range writers {
		committed[w] = map[int64]time.Time{}
		if err := r.pg.QueryRow(r.b.Context(), `SELECT n FROM lag WHERE w = $1`, w).Scan(&base[w]); err != nil {
			r.b.Fatal(err)
		}
		wg.Go(func() {
			conn, err := pgx.ConnectConfig(r.b.Context(), r.cfg)
			if err != nil {
				r.b.Error(err)
				return
			}
			defer conn.Close(context.Background())
			began := time.Now()
			for i := 0; ctx.Err() == nil; i++ {
				due := began.Add(time.Duration(i) * time.Second * time.Duration(writers) / time.Duration(rate))
				time.Sleep(time.Until(due))
				var n int64
				if err := conn.QueryRow(r.b.Context(), `UPDATE lag SET n = n + 1 WHERE w = $1 RETURNING n`, w).Scan(&n); err != nil {
					r.b.Error(err)
					return
				}
				now := time.Now()
				written.Add(1)
				mu.Lock()
				committed[w][n] = now
				mu.Unlock()
			}
		})
	}
	conn, err := r.file.Conn(r.b.Context())
	if err != nil {
		r.b.Fatal(err)
	}
	defer conn.Close()
	seen := base
	for ended := false; ; {
		behind := false
		for w := range writers {
			var n int64
			if err := conn.QueryRow(r.b.Context(), "SELECT n FROM lag WHERE w = ?1", []any{w}, &n); err != nil {
				r.b.Fatal(err)
			}
			now := time.Now()
			mu.Lock()
			for ; seen[w] < n; seen[w]++ {
				if at, ok := committed[w][seen[w]+1]; ok {
					lags = append(lags, max(0, now.Sub(at)))
				} else { // visible here before the writer had its answer
					lags = append(lags, 0)
				}
			}
			behind = behind || seen[w] < base[w]+int64(len(committed[w]))
			mu.Unlock()
		}
		if ended && !behind {
			return lags, int(written.Load())
		}
		if ctx.Err() != nil && !ended {
			wg.Wait()
			ended = true
		}
		time.Sleep(500 * time.Microsecond)
	}
}
