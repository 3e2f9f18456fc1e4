package benchmarks

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strconv"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// BenchmarkFollowCost is the primary's throughput with and without a follower:
// the same transactions of pgbench's kind, turn and turn about. An operator's
// follower runs on another machine, so here it is a process of its own, on
// processors that the server and the load are kept off, with its file in memory. What it costs the server
// is then what the server itself does for it; "recvlogical" is the ratio with
// PostgreSQL's own pg_recvlogical, which throws away what it reads, in its place.
// Goal: a ratio of at most 1.05, of a server that writes its log to disk as one in
// use does. Without that the processors are all there is to wait for, and what the
// server spends on decoding is missing elsewhere.
func BenchmarkFollowCost(b *testing.B) {
	for _, fsync := range []string{"on", "off"} {
		b.Run("fsync="+fsync, func(b *testing.B) { followCost(b, fsync) })
	}
}

func followCost(b *testing.B, fsync string) {
	const writers = 4
	keepToHalf(b)
	r := newReplicaIn(b, otherDisk(b), append(pgbenchAccounts(10_000), `CREATE TABLE pgbench_history (aid int, delta int, mtime timestamptz)`,
		`ALTER TABLE pgbench_history REPLICA IDENTITY FULL`)...)
	r.snapshot()
	r.exec("ALTER SYSTEM SET fsync = " + fsync)
	r.exec("ALTER SYSTEM SET synchronous_commit = on")
	r.exec("SELECT pg_reload_conf()")
	publication := "bench"
	r.exec("CREATE PUBLICATION " + publication + " FOR TABLE pgbench_accounts, pgbench_history")
	r.exec("SELECT pg_create_logical_replication_slot('bench', 'pgoutput')")
	follower := r.followElsewhere()
	each := 250 * min(20, scale(b))
	conns := make([]*pgx.Conn, writers)
	for w := range conns {
		var err error
		if conns[w], err = pgx.ConnectConfig(b.Context(), r.cfg); err != nil {
			b.Fatal(err)
		}
		defer conns[w].Close(context.Background())
	}
	work := func() error {
		var wg sync.WaitGroup
		errs := make([]error, writers)
		for w, conn := range conns {
			wg.Go(func() {
				for i := range each {
					batch := &pgx.Batch{}
					batch.Queue(`UPDATE pgbench_accounts SET abalance = abalance + 1 WHERE aid = $1`, (i*writers+w)%10_000+1)
					batch.Queue(`INSERT INTO pgbench_history VALUES ($1, 1, now())`, i)
					if errs[w] = conn.SendBatch(b.Context(), batch).Close(); errs[w] != nil {
						return
					}
				}
			})
		}
		wg.Wait()
		return errors.Join(errs...)
	}
	const alone, followed, received = 0, 1, 2
	var spent, ratios [3][]float64
	for n := 0; b.Loop(); n++ {
		var took [3]float64
		for k := range 3 {
			with := (k + n) % 3
			stop := func() {}
			switch with {
			case followed:
				follower.say("follow " + r.mark())
				stop = func() { follower.say("rest") }
			case received:
				stop = r.receive("bench", publication)
			}
			began := time.Now()
			if err := work(); err != nil {
				b.Fatal(err)
			}
			took[with] = time.Since(began).Seconds()
			stop()
		}
		for i, s := range took {
			spent[i] = append(spent[i], s)
			ratios[i] = append(ratios[i], s/took[alone])
		}
	}
	b.ReportMetric(float64(writers*each)/median(spent[alone]), "alone-tx/s")
	b.ReportMetric(float64(writers*each)/median(spent[followed]), "followed-tx/s")
	b.ReportMetric(median(ratios[followed]), "ratio")
	b.ReportMetric(median(ratios[received]), "recvlogical")
	b.ReportMetric(0, "ns/op")
}

func median(list []float64) float64 {
	list = slices.Sorted(slices.Values(list))
	return list[len(list)/2]
}

// keepToHalf keeps this process, and what it starts from now on, on the first half of
// the processors until the benchmark ends.
func keepToHalf(b *testing.B) {
	half := runtime.NumCPU() / 2
	if _, err := exec.LookPath("taskset"); err != nil || half == 0 {
		b.Log("the follower shares the primary's processors")
		return
	}
	pin := func(cpus string) {
		if out, err := exec.Command("taskset", "-a", "-c", "-p", cpus, strconv.Itoa(os.Getpid())).CombinedOutput(); err != nil {
			b.Fatalf("taskset: %v: %s", err, out)
		}
	}
	pin(fmt.Sprintf("0-%d", half-1))
	b.Cleanup(func() { pin(fmt.Sprintf("0-%d", runtime.NumCPU()-1)) })
}

// otherDisk is a directory that the server's disk does not carry: the follower's
// own syncs would hold up the server's.
func otherDisk(b *testing.B) string {
	dir, err := os.MkdirTemp("/dev/shm", "failoversql-bench")
	if err != nil {
		b.Log("the follower shares the primary's disk")
		return b.TempDir()
	}
	b.Cleanup(func() { _ = os.RemoveAll(dir) })
	return dir
}

// otherHalf is a command that runs on the other processors.
func otherHalf(name string, args ...string) *exec.Cmd {
	if half := runtime.NumCPU() / 2; half > 0 {
		if taskset, err := exec.LookPath("taskset"); err == nil {
			return exec.Command(taskset, append([]string{"-c", fmt.Sprintf("%d-%d", half, runtime.NumCPU()-1), name}, args...)...)
		}
	}
	return exec.Command(name, args...)
}

// receive has pg_recvlogical read a slot until stop, once it has caught up.
func (r *replica) receive(slot, publication string) (stop func()) {
	r.b.Helper()
	cmd := otherHalf(program("pg_recvlogical"), "-d", r.server.DSN(), "-S", slot, "--start", "-f", os.DevNull, "--no-loop", "-s", "1",
		"-o", "proto_version=1", "-o", "publication_names="+publication, "-o", "binary=true")
	if err := cmd.Start(); err != nil {
		r.b.Fatal(err)
	}
	until := r.mark()
	for behind := true; behind; {
		if err := r.pg.QueryRow(r.b.Context(), `SELECT NOT EXISTS (SELECT FROM pg_stat_replication s JOIN pg_replication_slots p ON p.active_pid = s.pid
			WHERE p.slot_name = $1 AND s.sent_lsn >= $2::pg_lsn)`, slot, until).Scan(&behind); err != nil {
			r.b.Fatal(err)
		}
	}
	return func() {
		_ = cmd.Process.Signal(os.Interrupt)
		_ = cmd.Wait() // it was interrupted
	}
}

// elsewhere is a process that follows when it is told to.
type elsewhere struct {
	b   *testing.B
	in  io.WriteCloser
	out *bufio.Reader
}

// followElsewhere starts it, on the second half of the processors, for the file,
// which this process closes.
func (r *replica) followElsewhere() *elsewhere {
	path := r.file.Path()
	if err := r.file.Close(); err != nil {
		r.b.Fatal(err)
	}
	cmd := otherHalf(os.Args[0])
	cmd.Env = append(os.Environ(), followEnv+"="+path, followEnv+"_DSN="+r.server.DSN())
	cmd.Stderr = os.Stderr
	in, err := cmd.StdinPipe()
	if err != nil {
		r.b.Fatal(err)
	}
	out, err := cmd.StdoutPipe()
	if err != nil {
		r.b.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		r.b.Fatal(err)
	}
	r.b.Cleanup(func() {
		_ = in.Close()
		if err := cmd.Wait(); err != nil {
			r.b.Error("the follower:", err)
		}
	})
	return &elsewhere{b: r.b, in: in, out: bufio.NewReader(out)}
}

// say has the process do something and waits until it has.
func (e *elsewhere) say(what string) {
	e.b.Helper()
	if _, err := io.WriteString(e.in, what+"\n"); err != nil {
		e.b.Fatal(err)
	}
	if answer, err := e.out.ReadString('\n'); err != nil || answer != "done\n" {
		e.b.Fatalf("%s: %q, %v", what, answer, err)
	}
}

// followEnv names the file to a process that only follows.
const followEnv = "FAILOVERSQL_BENCH_FOLLOW"

// followAsTold is such a process: "follow LSN" begins and waits for a position,
// "rest" ends it.
func followAsTold() error {
	ctx := context.Background()
	cfg, err := pgx.ParseConfig(os.Getenv(followEnv + "_DSN"))
	if err != nil {
		return err
	}
	file, err := sqlitedb.Open(ctx, os.Getenv(followEnv), sqlitedb.Options{})
	if err != nil {
		return err
	}
	defer file.Close()
	s := dbsync.New(dbsync.Config{File: file, Primary: cfg})
	rest := func() error { return nil }
	defer func() { _ = rest() }()
	told := bufio.NewScanner(os.Stdin)
	for told.Scan() {
		if at, ok := strings.CutPrefix(told.Text(), "follow "); ok {
			following, stop := context.WithCancel(ctx)
			ended := make(chan error, 1)
			go func() { ended <- s.Follow(following) }()
			rest = func() error {
				stop()
				if err := <-ended; !errors.Is(err, context.Canceled) {
					return err
				}
				return nil
			}
			lsn, err := dbsync.ParseLSN(at)
			if err == nil {
				err = s.WaitFor(ctx, lsn)
			}
			if err != nil {
				return errors.Join(err, rest())
			}
		} else {
			err := rest()
			rest = func() error { return nil }
			if err != nil {
				return err
			}
		}
		fmt.Println("done")
	}
	return told.Err()
}
