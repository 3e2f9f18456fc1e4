package faultproxy

import (
	"bytes"
	"context"
	"errors"
	"io"
	"net"
	"os"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"

	"github.com/failoversql/failoversql/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// echo is a server that says back what it is told.
func echo(t *testing.T) string {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	done := make(chan struct{})
	go func() {
		defer close(done)
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			go func() {
				_, _ = io.Copy(c, c)
				_ = c.Close()
			}()
		}
	}()
	t.Cleanup(func() { _ = l.Close(); <-done })
	return l.Addr().String()
}

func dial(t *testing.T, p *Proxy) net.Conn {
	t.Helper()
	c, err := net.DialTimeout("tcp4", p.Addr(), 5*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close() })
	return c
}

// say sends text and returns what came back within the time.
func say(c net.Conn, text string, within time.Duration) (string, error) {
	if text != "" {
		if _, err := c.Write([]byte(text)); err != nil {
			return "", err
		}
	}
	_ = c.SetReadDeadline(time.Now().Add(within))
	defer c.SetReadDeadline(time.Time{})
	b := make([]byte, 1024)
	n, err := c.Read(b)
	return string(b[:n]), err
}

func works(t *testing.T, c net.Conn) {
	t.Helper()
	if got, err := say(c, "hello", 5*time.Second); got != "hello" || err != nil {
		t.Fatalf("%q, %v", got, err)
	}
}

// attempt connects and speaks. A reset may come as early as during the dial.
func attempt(p *Proxy) error {
	c, err := net.DialTimeout("tcp4", p.Addr(), 5*time.Second)
	if err != nil {
		return err
	}
	defer c.Close()
	_, err = say(c, "hello", 5*time.Second)
	return err
}

const soon = 50 * time.Millisecond // long enough to see that nothing comes

func silent(t *testing.T, c net.Conn, text string) {
	t.Helper()
	if got, err := say(c, text, soon); !errors.Is(err, os.ErrDeadlineExceeded) {
		t.Fatalf("%q, %v", got, err)
	}
}

func TestRefuse(t *testing.T) {
	p := New(t, echo(t))
	c := dial(t, p)
	works(t, c)
	for range 3 {
		p.Refuse()
		p.Refuse()
		if _, err := net.Dial("tcp4", p.Addr()); !errors.Is(err, syscall.ECONNREFUSED) {
			t.Fatal(err)
		}
		works(t, c)
		if err := p.Heal(); err != nil {
			t.Fatal(err)
		}
		works(t, dial(t, p))
	}
}

func TestReset(t *testing.T) {
	p := New(t, echo(t))
	c := dial(t, p)
	works(t, c)
	p.ResetNew()
	if err := attempt(p); !errors.Is(err, syscall.ECONNRESET) && !errors.Is(err, syscall.EPIPE) {
		t.Fatal(err)
	}
	works(t, c)
	p.ResetAll()
	if _, err := say(c, "", 5*time.Second); !errors.Is(err, syscall.ECONNRESET) {
		t.Fatal(err)
	}
	if err := p.Heal(); err != nil {
		t.Fatal(err)
	}
	c = dial(t, p)
	works(t, c)
	p.CloseAll()
	if _, err := say(c, "", 5*time.Second); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
}

func TestHold(t *testing.T) {
	p := New(t, echo(t))
	p.HoldNew()
	c := dial(t, p)
	silent(t, c, "hello")
	if err := p.Heal(); err != nil {
		t.Fatal(err)
	}
	if got, err := say(c, "", 5*time.Second); got != "hello" || err != nil {
		t.Fatal(got, err)
	}
}

func TestDrop(t *testing.T) {
	p := New(t, echo(t))
	c := dial(t, p)
	works(t, c)
	for range 2 {
		if err := p.DropNew(); err != nil {
			t.Fatal(err)
		}
		if c, err := net.DialTimeout("tcp4", p.Addr(), 4*soon); err == nil {
			_ = c.Close()
			t.Fatal("connected")
		} else if timeout, ok := err.(net.Error); !ok || !timeout.Timeout() {
			t.Fatal(err)
		}
		works(t, c)
		if err := p.Heal(); err != nil {
			t.Fatal(err)
		}
		works(t, dial(t, p))
	}
}

func TestStall(t *testing.T) {
	for _, d := range []Direction{ToServer, ToClient} {
		p := New(t, echo(t))
		c := dial(t, p)
		works(t, c)
		p.Stall(d)
		silent(t, c, "one")
		silent(t, c, "two")
		silent(t, dial(t, p), "three")
		if err := p.Heal(); err != nil {
			t.Fatal(err)
		}
		b := make([]byte, 6)
		_ = c.SetReadDeadline(time.Now().Add(5 * time.Second))
		if _, err := io.ReadFull(c, b); string(b) != "onetwo" || err != nil {
			t.Fatalf("%v: %q, %v", d, b, err)
		}
	}
}

// TestStallHidesTheEnd: a black hole swallows FIN and RST too.
func TestStallHidesTheEnd(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	p := New(t, l.Addr().String())
	c := dial(t, p)
	server, err := l.Accept()
	if err != nil {
		t.Fatal(err)
	}
	p.Stall()
	_ = server.Close()
	silent(t, c, "")
	if err := p.Heal(); err != nil {
		t.Fatal(err)
	}
	if _, err := say(c, "", 5*time.Second); !errors.Is(err, io.EOF) {
		t.Fatal(err)
	}
}

func TestDelayAndThrottle(t *testing.T) {
	p := New(t, echo(t))
	c := dial(t, p)
	p.Delay(60*time.Millisecond, ToServer)
	p.Delay(60*time.Millisecond, ToClient)
	begun := time.Now()
	works(t, c)
	if took := time.Since(begun); took < 120*time.Millisecond {
		t.Errorf("delayed by %v", took)
	}
	if err := p.Heal(); err != nil {
		t.Fatal(err)
	}
	p.Throttle(10_000, ToClient)
	begun = time.Now()
	data := bytes.Repeat([]byte("x"), 2000)
	if _, err := c.Write(data); err != nil {
		t.Fatal(err)
	}
	if _, err := io.ReadFull(c, make([]byte, len(data))); err != nil {
		t.Fatal(err)
	}
	if took := time.Since(begun); took < 150*time.Millisecond {
		t.Errorf("2000 bytes took %v", took)
	}
	// Both end at once when the proxy heals.
	p.Delay(time.Hour)
	silent(t, c, "hello")
	if err := p.Heal(); err != nil {
		t.Fatal(err)
	}
	if got, err := say(c, "", 5*time.Second); got != "hello" || err != nil {
		t.Fatal(got, err)
	}
}

// TestSpare: a connection is known by the application_name it gives.
func TestSpare(t *testing.T) {
	s := pgtest.New(t)
	p := New(t, s.Addr())
	connect := func(name string) *pgx.Conn {
		c, err := pgx.Connect(t.Context(), "postgres://postgres@"+p.Addr()+"/postgres?sslmode=disable&application_name="+name)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = c.Close(context.Background()) })
		return c
	}
	spared, delayed := connect("spared"), connect("delayed")
	p.Delay(time.Hour, ToClient)
	p.Spare("spared")
	if err := spared.Ping(t.Context()); err != nil {
		t.Error(err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), soon)
	defer cancel()
	if err := delayed.Ping(ctx); err == nil {
		t.Error("not delayed")
	}
}

func TestCutAfterBytes(t *testing.T) {
	for _, d := range []Direction{ToServer, ToClient} {
		p := New(t, echo(t))
		c := dial(t, p)
		works(t, c)
		trigger := p.Cut(Cut{Direction: d, After: 8, How: Close})
		if got, err := say(c, "0123456789", 5*time.Second); err == nil && got != "012" || err != nil && (d != ToServer || err != io.EOF) {
			t.Errorf("%v: %q, %v", d, got, err)
		}
		<-trigger.Fired()
		if _, err := say(c, "", 5*time.Second); err == nil {
			t.Errorf("%v: not cut", d)
		}
		works(t, dial(t, p)) // only one
	}
}

func TestTargetDown(t *testing.T) {
	l, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = l.Close()
	p := New(t, l.Addr().String())
	if err := attempt(p); err == nil {
		t.Error("forwarded to nobody")
	}
}

func TestClose(t *testing.T) {
	target := echo(t)
	for _, fault := range []func(*Proxy){
		func(*Proxy) {}, (*Proxy).Refuse, (*Proxy).HoldNew, (*Proxy).ResetNew,
		func(p *Proxy) { _ = p.DropNew() }, func(p *Proxy) { p.Stall() }, func(p *Proxy) { p.Delay(time.Hour) }, func(p *Proxy) { p.Throttle(1) },
	} {
		p, err := Start(target)
		if err != nil {
			t.Fatal(err)
		}
		c := dial(t, p)
		works(t, c)
		fault(p)
		_, _ = c.Write(make([]byte, 100))
		if c, err := net.DialTimeout("tcp4", p.Addr(), soon); err == nil {
			defer c.Close()
		}
		p.Close()
		p.Close()
		if p.Open() != 0 {
			t.Errorf("%d connections open", p.Open())
		}
		if err := p.Heal(); err == nil {
			t.Error("Heal after Close works")
		}
	}
}

// TestPostgres cuts at messages of a real server, and looks at what the server
// did.
func TestPostgres(t *testing.T) {
	s := pgtest.New(t)
	if err := s.Exec(t.Context(), "postgres", "CREATE TABLE t (n int)"); err != nil {
		t.Fatal(err)
	}
	p := New(t, s.Addr())
	dsn := strings.Replace(s.DSN(), "port=", "port=1 port=", 1)
	config, err := pgx.ParseConfig(dsn)
	if err != nil {
		t.Fatal(err)
	}
	config.Port = uint16(p.Port())
	// pgx asks the server to cancel what it has lost; that would race with the
	// server's completing it.
	var connecting atomic.Bool
	dial := config.DialFunc
	config.DialFunc = func(ctx context.Context, network, addr string) (net.Conn, error) {
		if !connecting.Load() {
			return nil, errors.New("no cancel request")
		}
		return dial(ctx, network, addr)
	}
	connect := func(mode pgx.QueryExecMode) *pgx.Conn {
		t.Helper()
		config.DefaultQueryExecMode = mode
		connecting.Store(true)
		conn, err := pgx.ConnectConfig(t.Context(), config)
		connecting.Store(false)
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = conn.Close(context.Background()) })
		return conn
	}
	direct, err := pgx.Connect(t.Context(), s.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer direct.Close(context.Background())
	// rows waits until the server has no transaction of ours under way.
	rows := func() (n int) {
		t.Helper()
		for busy := true; busy; {
			if err := direct.QueryRow(t.Context(), "SELECT count(*) > 0 FROM pg_stat_activity WHERE pid <> pg_backend_pid() AND backend_type = 'client backend'").Scan(&busy); err != nil {
				t.Fatal(err)
			}
		}
		if err := direct.QueryRow(t.Context(), "SELECT count(*) FROM t").Scan(&n); err != nil {
			t.Fatal(err)
		}
		return n
	}
	forward := func(c Cut, n int, how How) Cut {
		c.Forward, c.How = n, how
		return c
	}
	want := 0
	for _, c := range []struct {
		name      string
		cut       Cut
		mode      pgx.QueryExecMode
		committed bool
	}{
		{"reply lost", CommandComplete("INSERT 0 1"), pgx.QueryExecModeSimpleProtocol, true},
		{"reply lost, reset", forward(CommandComplete("INSERT 0 1"), 0, Reset), pgx.QueryExecModeSimpleProtocol, true},
		{"reply cut", forward(CommandComplete("INSERT 0 1"), 3, Close), pgx.QueryExecModeSimpleProtocol, true},
		{"request lost", QueryText("INSERT"), pgx.QueryExecModeSimpleProtocol, false},
		{"request cut", forward(QueryText("INSERT"), 10, Close), pgx.QueryExecModeSimpleProtocol, false},
		{"request delivered", forward(QueryText("INSERT"), All, Reset), pgx.QueryExecModeSimpleProtocol, true},
		{"reply lost, prepared", CommandComplete("INSERT 0 1"), pgx.QueryExecModeCacheStatement, true},
		{"before Sync", forward(ClientMessage('S'), 0, Close), pgx.QueryExecModeExec, false},
	} {
		conn := connect(c.mode)
		trigger := p.Cut(c.cut)
		if _, err := conn.Exec(t.Context(), "INSERT INTO t VALUES ($1)", 1); err == nil {
			t.Fatalf("%s: no error", c.name)
		}
		<-trigger.Fired()
		_ = conn.Close(t.Context())
		if c.committed {
			want++
		}
		if got := rows(); got != want {
			t.Errorf("%s: %d rows, want %d", c.name, got, want)
			want = got
		}
	}

	// A black hole at COMMIT's reply.
	conn := connect(pgx.QueryExecModeSimpleProtocol)
	trigger := p.Cut(forward(CommandComplete("COMMIT"), 0, Silence))
	tx, err := conn.Begin(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.Exec(t.Context(), "INSERT INTO t VALUES (2)"); err != nil {
		t.Fatal(err)
	}
	done := make(chan error)
	go func() { done <- tx.Commit(context.Background()) }()
	<-trigger.Fired()
	var n int
	if err := direct.QueryRow(t.Context(), "SELECT count(*) FROM t WHERE n = 2").Scan(&n); err != nil || n != 1 {
		t.Errorf("committed: %d, %v", n, err)
	}
	select {
	case err := <-done:
		t.Errorf("answered: %v", err)
	default:
	}
	if err := p.Heal(); err != nil {
		t.Fatal(err)
	}
	if err := <-done; err != nil {
		t.Errorf("after Heal: %v", err)
	}
	if p.Accepted() < 9 || !strings.Contains(p.String(), p.Addr()) {
		t.Error(p.Accepted(), p)
	}
}
