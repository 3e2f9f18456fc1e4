package failoversql_test

import (
	"bufio"
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"os/exec"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
)

// memberEnv makes the test binary one of several processes on one file, which do
// what a test tells them; its value is the DSN.
const memberEnv = "FAILOVERSQL_TEST_MEMBER"

// request is what a member is told to do, and reply what came of it.
type request struct {
	ID    int
	Op    string // ping, status, order, exec, count, begin, rollback, load, unload
	Arg   string
	Limit time.Duration // of its context; 0: none
}

type reply struct {
	ID                    int
	Err                   string
	Busy, Expired         bool // what errors.Is says of it
	Mode, Pin, Reason     string
	Generation            uint64
	Owner, Owned, Follows bool
	N                     int
}

// member is the main function of such a process.
func member(dsn string) {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
	db, err := sql.Open("failoversql", dsn)
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	c, _ := failoversql.FromDB(context.Background(), db)
	var tx *sql.Tx // one, for tests that hold a switch up
	var busy *writers
	var out sync.Mutex
	for lines := bufio.NewScanner(os.Stdin); lines.Scan(); {
		var q request
		if err := json.Unmarshal(lines.Bytes(), &q); err != nil {
			panic(err)
		}
		go func() {
			ctx := context.Background()
			if q.Limit > 0 {
				var cancel context.CancelFunc
				ctx, cancel = context.WithTimeout(ctx, q.Limit)
				defer cancel()
			}
			p := reply{ID: q.ID}
			var err error
			switch q.Op {
			case "ping":
				err = db.PingContext(ctx)
			case "status":
				s := c.Status(ctx)
				p.Mode, p.Pin, p.Reason, p.Generation = s.Mode.String(), s.Pin.String(), s.Reason, s.Generation
				p.Owner, p.Owned, p.Follows = s.Owner, s.Owned, s.Fallback.Following
			case "order":
				err = map[string]func(context.Context) error{
					"primary": c.SwitchToPrimary, "fallback": c.SwitchToFallback, "auto": c.ResumeAuto,
				}[q.Arg](ctx)
			case "exec":
				_, err = db.ExecContext(ctx, q.Arg)
			case "count":
				err = db.QueryRowContext(ctx, q.Arg).Scan(&p.N)
			case "begin": // with something done, so that it is under way on the server
				if tx, err = db.BeginTx(ctx, nil); err == nil {
					_, err = tx.ExecContext(ctx, q.Arg)
				}
			case "rollback":
				err = tx.Rollback()
			case "load":
				busy = startWriters(db)
			case "unload":
				p.N, err = busy.end()
			}
			if err != nil {
				p.Err = err.Error()
				p.Busy, p.Expired = errors.Is(err, health.ErrBusy), errors.Is(err, context.DeadlineExceeded)
			}
			line, _ := json.Marshal(p)
			out.Lock()
			defer out.Unlock()
			_, _ = os.Stdout.Write(append(line, '\n'))
		}()
	}
	if err := db.Close(); err != nil { // the test has closed our input
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// process is a member that runs.
type process struct {
	t     *testing.T
	name  string
	cmd   *exec.Cmd
	in    io.WriteCloser
	ended chan struct{}

	mu      sync.Mutex
	next    int
	waiting map[int]chan reply
}

// startMember starts a member, which opens its database at the first request.
func startMember(t *testing.T, name, dsn string) *process {
	t.Helper()
	p := &process{t: t, name: name, cmd: exec.Command(os.Args[0]), ended: make(chan struct{}), waiting: map[int]chan reply{}}
	p.cmd.Env = append(os.Environ(), memberEnv+"="+dsn+"&application_name="+name)
	p.cmd.Stderr = os.Stderr
	var err error
	p.in, err = p.cmd.StdinPipe()
	require.NoError(t, err)
	out, err := p.cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, p.cmd.Start())
	go func() {
		defer close(p.ended)
		for lines := bufio.NewScanner(out); lines.Scan(); {
			var r reply
			if json.Unmarshal(lines.Bytes(), &r) == nil {
				p.mu.Lock()
				p.waiting[r.ID] <- r
				delete(p.waiting, r.ID)
				p.mu.Unlock()
			}
		}
	}()
	t.Cleanup(p.kill)
	return p
}

// kill ends it at once, as the system would, and waits for that.
func (p *process) kill() {
	_ = p.cmd.Process.Kill()
	<-p.ended
	_ = p.cmd.Wait()
}

// close has it end by itself.
func (p *process) close() {
	require.NoError(p.t, p.in.Close())
	<-p.ended
	require.NoError(p.t, p.cmd.Wait(), p.name)
}

// ask gives the reply, or where the process ended before it a closed channel.
func (p *process) ask(q request) <-chan reply {
	got, give := make(chan reply, 1), make(chan reply, 1)
	p.mu.Lock()
	p.next++
	q.ID = p.next
	p.waiting[q.ID] = got
	p.mu.Unlock()
	line, _ := json.Marshal(q)
	_, err := p.in.Write(append(line, '\n'))
	require.NoError(p.t, err, p.name)
	go func() {
		defer close(give)
		select {
		case r := <-got:
			give <- r
		case <-p.ended:
			select {
			case r := <-got:
				give <- r
			default:
			}
		}
	}()
	return give
}

func (p *process) do(op, arg string) reply {
	p.t.Helper()
	r, ok := <-p.ask(request{Op: op, Arg: arg})
	require.True(p.t, ok, "%s has ended", p.name)
	return r
}

// must is do of what has to succeed.
func (p *process) must(op, arg string) reply {
	p.t.Helper()
	r := p.do(op, arg)
	require.Empty(p.t, r.Err, "%s: %s %s", p.name, op, arg)
	return r
}

func (p *process) status() reply {
	p.t.Helper()
	return p.do("status", "")
}

// await polls the process's status.
func (p *process) await(what string, holds func(reply) bool) reply {
	p.t.Helper()
	var r reply
	require.Eventually(p.t, func() bool { r = p.status(); return holds(r) }, 30*time.Second, time.Millisecond, "%s: %s", p.name, what)
	return r
}

func (p *process) awaitRoute(mode, pin string) {
	p.t.Helper()
	p.await(mode+", pinned to "+pin, func(r reply) bool { return r.Mode == mode && r.Pin == pin })
}

// writers write rows into t(a int) and look for each as soon as it was
// acknowledged.
type writers struct {
	stop chan struct{}
	wg   sync.WaitGroup
	n    atomic.Int64
	errs chan error
}

func startWriters(db *sql.DB) *writers {
	w := &writers{stop: make(chan struct{}), errs: make(chan error, 2)}
	for worker := range 2 {
		w.wg.Go(func() {
			for i := 0; ; i++ {
				select {
				case <-w.stop:
					return
				default:
				}
				id := (os.Getpid()%10000)*100000 + i*2 + worker
				var n int
				_, err := db.Exec(`INSERT INTO t VALUES ($1)`, id)
				if err == nil {
					err = db.QueryRow(`SELECT count(*) FROM t WHERE a = $1`, id).Scan(&n)
				}
				if err == nil && n != 1 {
					err = fmt.Errorf("row %d was acknowledged and is not there", id)
				}
				if err != nil {
					w.errs <- err
					return
				}
				w.n.Add(1)
				time.Sleep(3 * time.Millisecond) // a load that the copy keeps up with
			}
		})
	}
	return w
}

// end gives the number of rows written, and the first error.
func (w *writers) end() (int, error) {
	close(w.stop)
	w.wg.Wait()
	select {
	case err := <-w.errs:
		return int(w.n.Load()), err
	default:
		return int(w.n.Load()), nil
	}
}
