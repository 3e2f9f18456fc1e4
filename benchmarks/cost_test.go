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
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// BenchmarkFollowCost is what a follower costs the primary's throughput: pairs of
// runs of pgbench, with and without, turn and turn about. An operator's follower
// runs on another machine, so here it is a process of its own, on processors that
// the server and pgbench are kept off, with its file in memory. "recvlogical" is the
// ratio with PostgreSQL's own pg_recvlogical in its place, which throws away what it
// reads.
//
// Goal: a ratio of at most 1.05 of a server with processor time to spare: one with
// two clients and a commit that takes 2 ms, as on a network's disk, which keeps its
// half of the processors busy for a third of the time. Where the processors are all
// that the server waits for ("saturated", a local disk), what it spends on decoding
// is missing elsewhere, whoever reads it: there pg_recvlogical's ratio is the goal.
func BenchmarkFollowCost(b *testing.B) {
	b.Run("spare", func(b *testing.B) { followCost(b, 2, 2*time.Millisecond) })
	b.Run("saturated", func(b *testing.B) { followCost(b, 4, 0) })
}

func followCost(b *testing.B, clients int, commit time.Duration) {
	keepToHalf(b)
	r := newReplicaIn(b, otherDisk(b))
	if out, err := exec.Command(program("pgbench"), "-i", "-q", "-s", "10", r.server.DSN()).CombinedOutput(); err != nil {
		b.Fatalf("pgbench -i: %v: %s", err, out)
	}
	r.exec(`ALTER TABLE pgbench_history REPLICA IDENTITY FULL`)
	r.snapshot()
	r.exec("ALTER SYSTEM SET fsync = on")
	r.exec("ALTER SYSTEM SET synchronous_commit = on")
	r.exec("ALTER SYSTEM SET commit_siblings = 0")
	r.exec(fmt.Sprint("ALTER SYSTEM SET commit_delay = ", commit.Microseconds()))
	r.exec("SELECT pg_reload_conf()")
	publication := "bench"
	r.exec("CREATE PUBLICATION " + publication + " FOR TABLE pgbench_accounts, pgbench_branches, pgbench_tellers, pgbench_history")
	r.exec("SELECT pg_create_logical_replication_slot('bench', 'pgoutput')")
	follower := r.followElsewhere()
	const alone, followed, received = 0, 1, 2
	const settling = 300 * time.Millisecond // a follower that begins reads the catalogs
	var rates, ratios [3][]float64
	for n := 0; b.Loop(); n++ {
		var rate [3]float64
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
			time.Sleep(settling)
			rate[with] = r.pgbench(clients)
			stop()
		}
		for i, perSecond := range rate {
			rates[i] = append(rates[i], perSecond)
			ratios[i] = append(ratios[i], rate[alone]/perSecond)
		}
	}
	b.ReportMetric(median(rates[alone]), "alone-tx/s")
	b.ReportMetric(median(rates[followed]), "followed-tx/s")
	b.ReportMetric(median(ratios[followed]), "ratio")
	b.ReportMetric(median(ratios[received]), "recvlogical")
	b.ReportMetric(0, "ns/op")
}

// pgbench runs its usual transactions for two seconds, and gives how many a second
// there were.
func (r *replica) pgbench(clients int) (perSecond float64) {
	r.b.Helper()
	out, err := exec.Command(program("pgbench"), "-n", "-c", strconv.Itoa(clients), "-T", "2", r.server.DSN()).CombinedOutput()
	if err != nil {
		r.b.Fatalf("pgbench: %v: %s", err, out)
	}
	_, said, _ := strings.Cut(string(out), "tps = ")
	if _, err := fmt.Sscan(said, &perSecond); err != nil {
		r.b.Fatalf("pgbench said: %s", out)
	}
	return perSecond
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
