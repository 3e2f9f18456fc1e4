package pgerr

import (
	"context"
	"crypto/tls"
	"database/sql/driver"
	"errors"
	"fmt"
	"net"
	"os"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
	"go.uber.org/goleak"

	"github.com/failoversql/failoversql/internal/pgtest"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func check(t *testing.T, what string, err error, want Meaning) {
	t.Helper()
	if err == nil {
		t.Errorf("%s: no error", what)
		return
	}
	if got := Classify(context.Background(), err); got != want {
		t.Errorf("%s: %v: %+v, want %+v", what, err, got, want)
	}
}

// TestMade classifies errors that are made by hand, because they depend on the
// system or can not be had at will.
func TestMade(t *testing.T) {
	dial := func(err error) error {
		return fmt.Errorf("failed to connect: %w", &net.OpError{Op: "dial", Net: "tcp", Err: os.NewSyscallError("connect", err)})
	}
	for _, c := range []struct {
		err  error
		want Meaning
	}{
		{dial(syscall.EHOSTUNREACH), Meaning{Outage, true, "no route"}},
		{dial(syscall.ENETUNREACH), Meaning{Outage, true, "no route"}},
		{dial(syscall.ETIMEDOUT), Meaning{Outage, false, "timeout"}},
		{dial(syscall.Errno(10061)), Meaning{Outage, true, "refused"}},
		{dial(syscall.EMFILE), Meaning{Fault: "local"}},
		{dial(syscall.EADDRNOTAVAIL), Meaning{Fault: "local"}},
		{&net.DNSError{Err: "no such host", IsNotFound: true}, Meaning{Outage, true, "dns"}},
		{&net.DNSError{Err: "i/o timeout", IsTimeout: true}, Meaning{Outage, false, "dns"}},
		{&pgconn.PgError{Code: "57P02"}, Meaning{Outage, false, "57P02"}},
		{&pgconn.PgError{Code: "40001"}, Meaning{Fault: "sql"}},
		{errors.Join(dial(syscall.ECONNREFUSED), &pgconn.PgError{Code: "28P01"}), Meaning{Auth, false, "28P01"}},
		{errors.Join(dial(syscall.ECONNREFUSED), &pgconn.PgError{Code: "53300"}), Meaning{Overload, false, "53300"}},
		{errors.Join(dial(syscall.ECONNREFUSED), dial(syscall.ETIMEDOUT)), Meaning{Outage, false, "timeout"}},
		{errors.Join(dial(syscall.ECONNREFUSED), &pgconn.PgError{Code: "57P03"}), Meaning{Outage, true, "refused"}},
		{context.Canceled, Meaning{Fault: "canceled"}},
		{sqlite3.Error{Code: sqlite3.ErrBusy}, Meaning{Fault: "other"}},
		{driver.ErrBadConn, Meaning{Fault: "other"}},
		{net.ErrClosed, Meaning{Fault: "closed by us"}},
		{pgconn.ErrConnClosed, Meaning{Fault: "closed by us"}},
		{fmt.Errorf("probe: %w", ErrReadOnly), Meaning{Outage, true, "read-only"}},
		{&os.PathError{Op: "open", Path: "root.crt", Err: syscall.ENOENT}, Meaning{Fault: "local"}},
	} {
		check(t, "made", c.err, c.want)
	}
	if got := Classify(context.Background(), nil); got != (Meaning{}) {
		t.Errorf("nil: %+v", got)
	}
}

// TestServer classifies what a real server answers.
func TestServer(t *testing.T) {
	s := pgtest.New(t, pgtest.Options{Password: "right", MaxConnections: 10, Settings: map[string]string{"superuser_reserved_connections": "3"}})
	try := func(dsn string) error {
		t.Helper()
		ctx, cancel := context.WithTimeout(t.Context(), 10*time.Second)
		defer cancel()
		conn, err := pgx.Connect(ctx, dsn)
		if err == nil {
			err = conn.Ping(ctx)
			_ = conn.Close(ctx)
		}
		return err
	}
	if err := s.Exec(t.Context(), "postgres", "CREATE ROLE app LOGIN PASSWORD 'app'", "GRANT ALL ON SCHEMA public TO app"); err != nil {
		t.Fatal(err)
	}
	app := fmt.Sprintf("host=127.0.0.1 port=%d user=app password=app dbname=postgres sslmode=disable", s.Port())
	check(t, "password", try(app+" password=wrong"), Meaning{Auth, false, "28P01"})
	check(t, "no such database", try(app+" dbname=nosuch"), Meaning{Auth, false, "3D000"})
	check(t, "TLS refused", try(app+" sslmode=require"), Meaning{Outage, true, "tls"})
	check(t, "no such socket", try("host=/tmp/no-such-directory"), Meaning{Outage, true, "refused"})
	if err := s.SetHBA("host all app 127.0.0.1/32 reject"); err != nil {
		t.Fatal(err)
	}
	check(t, "rejected", try(app), Meaning{Auth, false, "28000"})
	if err := s.SetHBA(); err != nil {
		t.Fatal(err)
	}

	var conns []*pgx.Conn
	for {
		conn, err := pgx.Connect(t.Context(), app)
		if err != nil {
			check(t, "too many", err, Meaning{Overload, false, "53300"})
			break
		}
		conns = append(conns, conn)
	}
	if len(conns) < 3 {
		t.Fatalf("%d connections", len(conns))
	}
	exec := func(ctx context.Context, sql string) error {
		_, err := conns[0].Exec(ctx, sql)
		return err
	}
	check(t, "SQL", exec(t.Context(), "SELECT nosuch"), Meaning{Fault: "sql"})
	check(t, "statement timeout", exec(t.Context(), "SET statement_timeout = 1; SELECT pg_sleep(10)"), Meaning{Fault: "sql"})
	check(t, "read only", exec(t.Context(), "SET transaction_read_only = on; CREATE TABLE t ()"), Meaning{Outage, true, "25006"})

	// A deadline of the caller is the caller's; a shorter one, inside, is not.
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Millisecond)
	defer cancel()
	_, err := conns[1].Exec(ctx, "SELECT pg_sleep(10)")
	if got := Classify(ctx, err); got != (Meaning{Fault: "caller gave up"}) {
		t.Errorf("caller's deadline: %v: %+v", err, got)
	}
	check(t, "our deadline", err, Meaning{Outage, false, "timeout"})
	_, err = conns[1].Exec(t.Context(), "SELECT 1")
	check(t, "after that", err, Meaning{Fault: "closed by us"})

	if err := s.Stop(pgtest.Fast); err != nil {
		t.Fatal(err)
	}
	check(t, "shut down", conns[2].Ping(t.Context()), Meaning{Outage, false, "57P01"})
	check(t, "port closed", try(app), Meaning{Outage, true, "refused"})
	for _, conn := range conns {
		_ = conn.Close(context.Background())
	}

	if err := s.Restart(); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), app)
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	if err := s.Kill9(); err != nil {
		t.Fatal(err)
	}
	if m := Classify(t.Context(), conn.Ping(t.Context())); m.Class != Outage || m.Definite {
		t.Errorf("killed: %+v", m)
	}
}

// TestNetwork classifies what happens between a client and a server.
func TestNetwork(t *testing.T) {
	serve := func(handle func(*net.TCPConn)) string {
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
				handle(c.(*net.TCPConn))
			}
		}()
		t.Cleanup(func() { _ = l.Close(); <-done })
		return fmt.Sprintf("host=127.0.0.1 port=%d user=u dbname=d ", l.Addr().(*net.TCPAddr).Port)
	}
	try := func(dsn string) error {
		ctx, cancel := context.WithTimeout(t.Context(), 200*time.Millisecond)
		defer cancel()
		conn, err := pgx.Connect(ctx, dsn)
		if err == nil {
			_ = conn.Close(ctx)
		}
		return err
	}
	held := make(chan net.Conn, 10)
	silent := serve(func(c *net.TCPConn) { held <- c })
	check(t, "silent", try(silent+"sslmode=disable"), Meaning{Outage, false, "timeout"})
	reset := serve(func(c *net.TCPConn) {
		_, _ = c.Read(make([]byte, 8))
		_ = c.SetLinger(0)
		_ = c.Close()
	})
	check(t, "reset", try(reset+"sslmode=disable"), Meaning{Outage, false, "reset"})
	closed := serve(func(c *net.TCPConn) {
		_, _ = c.Read(make([]byte, 1024))
		_ = c.Close()
	})
	check(t, "closed", try(closed+"sslmode=disable"), Meaning{Outage, false, "closed"})
	garbage := serve(func(c *net.TCPConn) {
		_, _ = c.Read(make([]byte, 8))
		_, _ = c.Write([]byte("SHTTP/1.1 400 Bad Request\r\n\r\n"))
		_ = c.Close()
	})
	check(t, "not TLS", try(garbage+"sslmode=require"), Meaning{Outage, true, "tls"})
	certificate := selfSigned(t)
	untrusted := serve(func(c *net.TCPConn) {
		_, _ = c.Read(make([]byte, 8))
		_, _ = c.Write([]byte("S"))
		s := tls.Server(c, &tls.Config{Certificates: []tls.Certificate{certificate}, MinVersion: tls.VersionTLS12})
		_ = s.Handshake()
		_ = s.Close()
	})
	check(t, "untrusted", try(untrusted+"sslmode=verify-full"), Meaning{Outage, true, "tls"})
	_ = (<-held).Close()
}
