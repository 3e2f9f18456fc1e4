//go:build unix

package pgtest

import (
	"bufio"
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"go.uber.org/goleak"
)

func TestMain(m *testing.M) {
	if os.Getenv("PGTEST_CHILD") != "" {
		child()
		return
	}
	goleak.VerifyTestMain(m)
}

func connect(t *testing.T, dsn string) *pgx.Conn {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), dsn)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close(context.Background()) })
	return conn
}

func query[T any](t *testing.T, conn *pgx.Conn, sql string, args ...any) T {
	t.Helper()
	var v T
	if err := conn.QueryRow(t.Context(), sql, args...).Scan(&v); err != nil {
		t.Fatalf("%s: %v", sql, err)
	}
	return v
}

func TestServer(t *testing.T) {
	s := New(t)
	if err := s.CreateDatabase("app"); err != nil {
		t.Fatal(err)
	}
	for _, dsn := range []string{s.DSN("app"), s.URL("app")} {
		conn := connect(t, dsn)
		if got := query[string](t, conn, "SELECT current_database()::text"); got != "app" {
			t.Errorf("connected to %q", got)
		}
		for setting, want := range map[string]string{
			"wal_level": "logical", "listen_addresses": "127.0.0.1", "fsync": "off", "lc_collate": "C", "server_encoding": "UTF8", "max_connections": "200",
		} {
			if got := query[string](t, conn, "SHOW "+setting); got != want {
				t.Errorf("%s is %q, want %q", setting, got, want)
			}
		}
	}
	if err := s.SetConfig(map[string]string{"log_statement": "all", "application_name": "it's"}); err != nil {
		t.Fatal(err)
	}
	if got := query[string](t, connect(t, s.DSN()), "SHOW application_name"); got != "it's" {
		t.Errorf("after SetConfig application_name is %q", got)
	}
	if err := s.ResetConfig("application_name"); err != nil {
		t.Fatal(err)
	}
	if got := query[string](t, connect(t, s.DSN()), "SHOW application_name"); got != "" {
		t.Errorf("after ResetConfig application_name is %q", got)
	}
	if !strings.Contains(s.Logs(), "SHOW application_name") {
		t.Error("the log does not hold a statement")
	}
}

func TestServersDiffer(t *testing.T) {
	a, b := New(t), New(t)
	const sql = "SELECT system_identifier FROM pg_control_system()"
	if x, y := query[int64](t, connect(t, a.DSN()), sql), query[int64](t, connect(t, b.DSN()), sql); x == y {
		t.Errorf("both servers have the system identifier %d", x)
	}
	if a.Port() == b.Port() {
		t.Errorf("both servers have port %d", a.Port())
	}
}

func TestLocales(t *testing.T) {
	libc := connect(t, New(t, Options{Locale: "C.UTF-8"}).DSN())
	if got := query[string](t, libc, "SELECT datcollate::text FROM pg_database WHERE datname = 'postgres'"); got != "C.UTF-8" {
		t.Errorf("collation %q", got)
	}
	icu := connect(t, New(t, Options{ICULocale: "en"}).DSN())
	if got := query[string](t, icu, "SELECT datlocprovider::text FROM pg_database WHERE datname = 'postgres'"); got != "i" {
		t.Errorf("provider %q", got)
	}
	if !query[bool](t, icu, "SELECT 'a' < 'B'") {
		t.Error("ICU orders like C")
	}
}

func TestPassword(t *testing.T) {
	s := New(t, Options{Password: "it's s3cret"})
	config, err := pgx.ParseConfig(s.URL())
	if err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.ConnectConfig(t.Context(), config)
	if err != nil {
		t.Fatal(err)
	}
	_ = conn.Close(t.Context())
	if err := s.SetPassword("postgres", "another"); err != nil {
		t.Fatal(err)
	}
	var pgErr *pgconn.PgError
	if _, err := pgx.ConnectConfig(t.Context(), config); !errors.As(err, &pgErr) || pgErr.Code != "28P01" {
		t.Errorf("the old password gave %v", err)
	}
}

func TestHBA(t *testing.T) {
	s := New(t)
	if err := s.SetHBA("host all postgres 127.0.0.1/32 reject"); err != nil {
		t.Fatal(err)
	}
	var pgErr *pgconn.PgError
	if _, err := pgx.Connect(t.Context(), s.DSN()); !errors.As(err, &pgErr) || pgErr.Code != "28000" {
		t.Errorf("a rejected user got %v", err)
	}
	if err := s.SetHBA(); err != nil {
		t.Fatal(err)
	}
	connect(t, s.DSN())
}

func TestKill9(t *testing.T) {
	s := New(t)
	conn := connect(t, s.DSN())
	if _, err := conn.Exec(t.Context(), "CREATE TABLE t (n int); INSERT INTO t VALUES (1)"); err != nil {
		t.Fatal(err)
	}
	for n := 2; n < 5; n++ {
		children, _, err := tree(s.pid)
		if err != nil || len(children) < 3 {
			t.Fatalf("children: %v, %v", children, err)
		}
		if err := s.Kill9(); err != nil {
			t.Fatal(err)
		}
		all, err := parents()
		if err != nil {
			t.Fatal(err)
		}
		for _, child := range children {
			if _, ok := all[child]; ok {
				t.Errorf("process %d survived", child)
			}
		}
		if _, err := net.Dial("tcp", s.Addr()); err == nil {
			t.Error("the port is open")
		}
		if s.Running() {
			t.Error("Running after Kill9")
		}
		if err := s.Kill9(); err != nil {
			t.Errorf("Kill9 again: %v", err)
		}
		if err := s.Restart(); err != nil {
			t.Fatal(err)
		}
		conn := connect(t, s.DSN())
		if _, err := conn.Exec(t.Context(), "INSERT INTO t VALUES ($1)", n); err != nil {
			t.Fatal(err)
		}
		if got := query[int](t, conn, "SELECT count(*)::int FROM t"); got != n {
			t.Errorf("%d rows after the %d. restart", got, n-1)
		}
	}
}

func TestFreeze(t *testing.T) {
	s := New(t)
	conn := connect(t, s.DSN())
	if err := s.Freeze(); err != nil {
		t.Fatal(err)
	}
	if err := s.Freeze(); err != nil {
		t.Errorf("Freeze again: %v", err)
	}
	answered := make(chan error, 1)
	go func() { answered <- conn.Ping(context.Background()) }()
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := pgx.Connect(ctx, s.DSN()); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("connecting to a frozen server: %v", err)
	}
	select {
	case err := <-answered:
		t.Fatalf("a frozen server answered: %v", err)
	default:
	}
	if err := s.Thaw(); err != nil {
		t.Fatal(err)
	}
	if err := <-answered; err != nil {
		t.Errorf("after Thaw: %v", err)
	}
	if err := s.Freeze(); err != nil {
		t.Fatal(err)
	}
	if err := s.Kill9(); err != nil {
		t.Errorf("Kill9 of a frozen server: %v", err)
	}
	if err := s.Restart(); err != nil {
		t.Error(err)
	}
}

func TestStopAndRecovery(t *testing.T) {
	s := New(t)
	for _, mode := range []StopMode{Fast, Immediate, Smart} {
		if mode != Smart {
			connect(t, s.DSN())
		}
		if err := s.Stop(mode); err != nil {
			t.Fatal(mode, err)
		}
		if err := s.Stop(mode); err != nil {
			t.Error(mode, "again:", err)
		}
		if err := s.Restart(); err != nil {
			t.Fatal(mode, err)
		}
	}
	if err := s.EnterRecovery(); err != nil {
		t.Fatal(err)
	}
	var pgErr *pgconn.PgError
	_, err := connect(t, s.DSN()).Exec(t.Context(), "CREATE TABLE t ()")
	if !errors.As(err, &pgErr) || pgErr.Code != "25006" {
		t.Errorf("a write in recovery gave %v", err)
	}
	if err := s.Promote(); err != nil {
		t.Fatal(err)
	}
	if _, err := connect(t, s.DSN()).Exec(t.Context(), "CREATE TABLE t ()"); err != nil {
		t.Errorf("after Promote: %v", err)
	}
}

func TestDirIsKept(t *testing.T) {
	parent, err := os.MkdirTemp("/tmp", "pgtest-kept-")
	if err != nil {
		t.Fatal(err)
	}
	defer os.RemoveAll(parent)
	if err := os.Chmod(parent, 0o755); err != nil {
		t.Fatal(err)
	}
	s, err := Start(Options{Dir: filepath.Join(parent, "server"), Durable: true})
	if err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Fatal(err)
	}
	if err := s.Close(); err != nil {
		t.Errorf("Close again: %v", err)
	}
	if !isFile(filepath.Join(s.DataDir(), "PG_VERSION")) || isFile(filepath.Join(s.DataDir(), "postmaster.pid")) {
		t.Error("the data directory is not that of a server shut down")
	}
	if err := s.Restart(); err == nil {
		t.Error("Restart after Close works")
	}
}

// TestOwnerKilled kills a process that has a server, frozen or not, and
// expects the server to die with it.
func TestOwnerKilled(t *testing.T) {
	for _, state := range []string{"running", "frozen"} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "PGTEST_CHILD="+state)
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		lines := bufio.NewScanner(out)
		lines.Scan()
		pid, err := strconv.Atoi(lines.Text())
		if err != nil {
			t.Fatalf("%s: the child said %q", state, lines.Text())
		}
		lines.Scan()
		sockets := lines.Text()
		t.Cleanup(func() {
			removeSharedMemory(filepath.Join(sockets, "data"))
			_ = os.RemoveAll(sockets)
		})
		children, _, err := tree(pid)
		if err != nil || len(children) == 0 {
			t.Fatal(state, children, err)
		}
		_ = cmd.Process.Kill()
		_ = cmd.Wait()
		deadline := time.Now().Add(10 * time.Second)
		for _, pid := range append(children, pid) {
			for alive := true; alive; {
				all, err := parents()
				if err != nil {
					t.Fatal(err)
				}
				if _, alive = all[pid]; alive && time.Now().After(deadline) {
					t.Fatalf("%s: process %d outlived its owner", state, pid)
				}
			}
		}
	}
}

func TestSweep(t *testing.T) {
	parent := t.TempDir()
	make := func(name string, age time.Duration, lock, locked bool) string {
		t.Helper()
		dir := filepath.Join(parent, name)
		if err := os.Mkdir(dir, 0o700); err != nil {
			t.Fatal(err)
		}
		if lock {
			unlock, err := tryLockFile(filepath.Join(dir, lockName))
			if err != nil {
				t.Fatal(err)
			}
			if locked {
				t.Cleanup(unlock)
			} else {
				unlock()
			}
		}
		if err := os.Chtimes(dir, time.Time{}, time.Now().Add(-age)); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	dead := make("pgtest-1", time.Hour, true, false)
	kept := []string{
		make("pgtest-2", time.Hour, true, true),
		make("pgtest-3", time.Minute, true, false),
		make("pgtest-4", time.Hour, false, false),
		make("other", time.Hour, true, false),
	}
	sweep(parent)
	if _, err := os.Stat(dead); !os.IsNotExist(err) {
		t.Errorf("%s: %v", dead, err)
	}
	for _, dir := range kept {
		if _, err := os.Stat(dir); err != nil {
			t.Error(err)
		}
	}
}

func child() {
	s, err := Start(Options{})
	if err == nil && os.Getenv("PGTEST_CHILD") == "frozen" {
		err = s.Freeze()
	}
	if err != nil {
		println(err.Error())
		os.Exit(1)
	}
	os.Stdout.WriteString(strconv.Itoa(s.pid) + "\n" + s.sockets + "\n")
	select {}
}
