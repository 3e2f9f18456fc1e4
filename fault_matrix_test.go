package failoversql_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/x509"
	"crypto/x509/pkix"
	"database/sql"
	"encoding/pem"
	"errors"
	"fmt"
	"log/slog"
	"math/big"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/faultproxy"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// place is a server behind a proxy, and an application on both.
type place struct {
	ctx    context.Context
	server *pgtest.Server
	proxy  *faultproxy.Proxy
	db     *sql.DB
	c      *failoversql.Connector

	undo []func() // of a fault
}

// quickReturn shortens what comes after a fault. Probes are as users have them. The
// places share a server, and each is an instance with a file of its own.
const quickReturn = "&fallback_writes=journal&fallback_min_dwell=50ms&fallback_rise=1"

func newPlace(t *testing.T, ctx context.Context, server *pgtest.Server, parameters string, change ...func(*failoversql.Config)) *place {
	t.Helper()
	p := &place{ctx: ctx, server: server, proxy: faultproxy.New(t, server.Addr())}
	change = append(change, func(cfg *failoversql.Config) {
		cfg.FlapBudget = 1000
		cfg.Logger = slog.New(slog.DiscardHandler)
	})
	p.db, p.c = open(t, fmt.Sprintf("postgres://postgres@%s/postgres?fallback_path=%s", p.proxy.Addr(), filepath.Join(t.TempDir(), "app.db"))+parameters, change...)
	p.db.SetMaxOpenConns(faultWorkers * 3 / 4) // some callers wait for one
	p.db.SetMaxIdleConns(faultWorkers)
	awaitFollowing(t, ctx, p.c)
	return p
}

// fault is a row of the matrix.
type fault struct {
	name     string
	make     func(*place) error
	heal     func(*place) error
	reported string // SQLSTATE that callers see: no reason to leave the primary
	first    string // SQLSTATE that some callers may see before the server is gone
	brief    bool   // over by itself, perhaps before anybody moved
}

func healProxy(p *place) error { return p.proxy.Heal() }

// cutOff ends what is connected, so that the application connects anew.
func cutOff(p *place) { p.proxy.CloseAll() }

func faults() []fault {
	return []fault{
		{name: "killed (SIGKILL)", make: func(p *place) error { return p.server.Kill9() }, heal: (*place).restart},
		{name: "fast shutdown (57P01, 57P03)", make: func(p *place) error { return p.server.Stop(pgtest.Fast) }, heal: (*place).restart},
		{name: "immediate shutdown (57P01, 57P02)", make: func(p *place) error { return p.server.Stop(pgtest.Immediate) }, heal: (*place).restart},
		{name: "restart", brief: true, make: func(p *place) error { return errors.Join(p.server.Stop(pgtest.Fast), p.server.Restart()) }, heal: nothing},
		{name: "refused", make: func(p *place) error { p.proxy.Refuse(); cutOff(p); return nil }, heal: healProxy},
		{name: "reset", make: func(p *place) error { p.proxy.ResetNew(); p.proxy.ResetAll(); return nil }, heal: healProxy},
		{name: "black hole", make: func(p *place) error { p.proxy.Stall(); return nil }, heal: healProxy},
		{name: "black hole on new connections", make: func(p *place) error { err := p.proxy.DropNew(); cutOff(p); return err }, heal: healProxy},
		{name: "half-open, answers lost", make: func(p *place) error { p.proxy.Stall(faultproxy.ToClient); return nil }, heal: healProxy},
		{name: "half-open, requests lost", make: func(p *place) error { p.proxy.Stall(faultproxy.ToServer); return nil }, heal: healProxy},
		{name: "frozen (SIGSTOP)", make: func(p *place) error { return p.server.Freeze() }, heal: func(p *place) error { return p.server.Thaw() }},
		{name: "brown-out, +2 s", make: func(p *place) error { p.proxy.Delay(2*time.Second, faultproxy.ToClient); return nil }, heal: healProxy},
		{name: "brown-out that probes do not see", make: func(p *place) error {
			p.proxy.Delay(2*time.Second, faultproxy.ToClient)
			p.proxy.Spare("failoversql probe")
			return nil
		}, heal: healProxy},
		{name: "in recovery (25006)", make: func(p *place) error { return p.server.EnterRecovery() }, heal: func(p *place) error { return p.server.Promote() }},
		{name: "out of connections (53300)", reported: "53300", make: (*place).exhaust, heal: (*place).undone},
		{name: "authentication failure (28P01)", reported: "28P01", make: func(p *place) error {
			err := p.server.SetHBA("host all postgres 127.0.0.1/32 scram-sha-256")
			cutOff(p)
			return err
		}, heal: func(p *place) error { return p.server.SetHBA() }},
	}
}

// diskFaults are those of a server whose disk has no room left: what needs a new
// page is refused, and a log that cannot be written brings the server down.
func diskFaults(dir string) []fault {
	ballast := filepath.Join(dir, "ballast")
	fill := func(p *place) error {
		f, err := os.Create(ballast)
		if err != nil {
			return err
		}
		defer f.Close()
		for block := make([]byte, 64<<10); ; {
			if _, err := f.Write(block); errors.Is(err, syscall.ENOSPC) {
				return nil
			} else if err != nil {
				return err
			}
		}
	}
	room := func(*place) error { return os.Remove(ballast) }
	return []fault{
		{name: "out of disk (53100)", reported: "53100", make: func(p *place) error {
			if err := fill(p); err != nil {
				return err
			}
			go func() { // some pages have room yet
				for i := range 1000 {
					if p.server.Exec(p.ctx, "postgres", fmt.Sprintf(`INSERT INTO filler SELECT repeat(md5(i::text), 50) FROM generate_series(1, 100) i -- %d`, i)) != nil {
						return
					}
				}
			}()
			return nil
		}, heal: room},
		{name: "out of disk for its log", first: "53100", make: func(p *place) error {
			err := fill(p)
			// The segment that is written now is the last there is room for. The
			// server fails, and fails to recover for the same reason.
			for err == nil && p.server.Running() && p.ctx.Err() == nil {
				_ = p.server.Exec(p.ctx, "postgres", `SELECT pg_switch_wal()`, `INSERT INTO filler VALUES ('x')`)
			}
			return errors.Join(err, p.ctx.Err())
		}, heal: func(p *place) error {
			_ = p.server.Kill9() // what may be left of it
			return errors.Join(room(p), p.server.Restart())
		}},
	}
}

// smallDisk is a directory with room for a small cluster and not much more, or
// "" where this process may not mount one.
func smallDisk(t *testing.T) string {
	dir, err := os.MkdirTemp("", "failoversql-disk-") // where the server's user may go
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	if out, err := exec.Command("mount", "-t", "tmpfs", "-o", "size=160m,mode=755", "tmpfs", dir).CombinedOutput(); err != nil {
		t.Logf("a full disk cannot be made here, which takes the right to mount one: %v: %s", err, out)
		return ""
	}
	t.Cleanup(func() { require.NoError(t, exec.Command("umount", "-l", dir).Run()) })
	return dir
}

func nothing(*place) error      { return nil }
func (p *place) restart() error { return p.server.Restart() }

func (p *place) undone() error {
	for _, f := range p.undo {
		f()
	}
	p.undo = nil
	return nil
}

// exhaust takes every connection that the server has left, and then has the
// application's opened anew, whose places are taken as they become free.
func (p *place) exhaust() error {
	stop, ended := make(chan struct{}), make(chan struct{})
	full := make(chan struct{})
	go func() {
		defer close(ended)
		var held []*pgx.Conn
		defer func() {
			for _, c := range held {
				_ = c.Close(context.Background())
			}
		}()
		for n := 0; ; n++ {
			select {
			case <-stop:
				return
			default:
			}
			c, err := pgx.Connect(p.ctx, p.server.URL())
			if err == nil {
				held = append(held, c)
			} else if full != nil {
				close(full)
				full = nil
			}
		}
	}()
	p.undo = append(p.undo, func() { close(stop); <-ended })
	<-full
	p.db.SetMaxIdleConns(1)
	p.undo = append(p.undo, func() { p.db.SetMaxIdleConns(faultWorkers) })
	return nil
}

// TestFaultMatrix makes each fault for real under load and compares what the
// application was told with what the server holds. Times are printed, not
// judged: see BenchmarkFailover in benchmarks.
func TestFaultMatrix(t *testing.T) {
	ctx, cancel := context.WithTimeout(t.Context(), 4*time.Minute)
	defer cancel()
	server := pgtest.New(t, pgtest.Options{MaxConnections: 100})
	require.NoError(t, server.Exec(ctx, "postgres", faultSchema...))

	p := newPlace(t, ctx, server, "&sslmode=disable"+quickReturn)
	for _, f := range faults() {
		p.run(t, f)
	}
	require.NoError(t, p.db.Close())

	tuned := newPlace(t, ctx, server, "&sslmode=disable&fallback_probe_interval=100ms&fallback_probe_timeout=200ms&fallback_fall=2"+quickReturn)
	tuned.run(t, fault{name: "black hole, 100 ms/200 ms/2", make: func(p *place) error { p.proxy.Stall(); return nil }, heal: healProxy})
	require.NoError(t, tuned.db.Close())

	var lost atomic.Bool
	named := newPlace(t, ctx, server, "&sslmode=disable"+quickReturn, func(cfg *failoversql.Config) {
		// Names are asked of a server that is not there, as when the resolver dies.
		dead := &net.Resolver{PreferGo: true, Dial: func(ctx context.Context, _, _ string) (net.Conn, error) {
			return (&net.Dialer{}).DialContext(ctx, "tcp", "127.0.0.1:1")
		}}
		cfg.Primary.Host = "primary.example"
		cfg.Primary.LookupFunc = func(ctx context.Context, host string) ([]string, error) {
			if lost.Load() {
				return dead.LookupHost(ctx, host)
			}
			return []string{"127.0.0.1"}, nil
		}
		cfg.Primary.Fallbacks = nil
	})
	named.run(t, fault{name: "name not resolved", make: func(p *place) error { lost.Store(true); cutOff(p); return nil },
		heal: func(*place) error { lost.Store(false); return nil }})
	require.NoError(t, named.db.Close())

	ours, theirs := newAuthority(t), newAuthority(t)
	root := filepath.Join(t.TempDir(), "root.crt")
	require.NoError(t, os.WriteFile(root, ours.certificate, 0o600))
	require.NoError(t, ours.certify(server))
	secure := newPlace(t, ctx, server, "&sslmode=verify-ca&sslrootcert="+root+quickReturn)
	secure.run(t, fault{name: "certificate not trusted (TLS)", make: func(p *place) error { err := theirs.certify(server); cutOff(p); return err },
		heal: func(*place) error { return ours.certify(server) }})
}

// TestFaultMatrixDisk does the same with the server's disk full.
func TestFaultMatrixDisk(t *testing.T) {
	ctx := testContext(t)
	dir := smallDisk(t)
	if dir == "" {
		return
	}
	server := pgtest.New(t, pgtest.Options{Dir: filepath.Join(dir, "server"), MaxConnections: 50,
		Settings: map[string]string{"max_wal_size": "32MB", "min_wal_size": "32MB", "wal_recycle": "off"}})
	require.NoError(t, server.Exec(ctx, "postgres", append(faultSchema, `CREATE TABLE filler (a text)`)...))
	p := newPlace(t, ctx, server, "&sslmode=disable&fallback_exclude=filler"+quickReturn)
	for _, f := range diskFaults(dir) {
		p.run(t, f)
	}
}

// run makes a fault under load, heals it, and compares.
func (p *place) run(t *testing.T, f fault) {
	ctx, cancel := context.WithTimeout(p.ctx, 60*time.Second)
	defer cancel()
	t.Run(f.name, func(t *testing.T) {
		defer func() { _ = p.undone() }()
		awaitFollowing(t, ctx, p.c)
		l := startLoad(t, ctx, p.db, f.name)
		l.await(200)
		generation := p.c.Status(ctx).Generation
		l.reset()
		require.NoError(t, f.make(p))
		moved := "failed over"
		switch {
		case f.reported != "":
			moved = "reported only"
			l.awaitThat("refusals", func() bool { return l.refused[f.reported] > 20 })
			require.Equal(t, health.Primary, p.c.Status(ctx).Mode)
		case f.brief:
			moved = "over by itself"
			l.await(200)
		default:
			awaitRoute(t, ctx, p.c, health.Mode.OnFallback)
			l.await(200)
		}
		seen := l.figures()
		require.NoError(t, f.heal(p))
		awaitMode(t, ctx, p.c, health.Primary)
		l.await(200)
		st := p.c.Status(ctx)
		require.Equal(t, health.Primary, st.Mode)
		if f.reported != "" {
			require.Equal(t, generation, st.Generation, "it moved")
		}
		l.end()
		for code := range l.refused {
			require.Contains(t, []string{f.reported, f.first}, code, "an SQL error that is not the fault's")
		}
		awaitFollowing(t, ctx, p.c)
		l.compare(p.server.URL())
		conflicts, err := p.c.Conflicts(ctx)
		require.NoError(t, err)
		require.Empty(t, conflicts)
		t.Logf("%-34s %v; %s", f.name, seen, moved)
	})
}

func awaitRoute(t *testing.T, ctx context.Context, c *failoversql.Connector, is func(health.Mode) bool) {
	t.Helper()
	for !is(c.Status(ctx).Mode) {
		select {
		case <-time.After(time.Millisecond):
		case <-ctx.Done():
			t.Fatalf("the route does not change: %+v", c.Status(context.Background()))
		}
	}
}

// authority signs certificates.
type authority struct {
	key         *ecdsa.PrivateKey
	certificate []byte // PEM
	template    *x509.Certificate
}

func newAuthority(t *testing.T) *authority {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	require.NoError(t, err)
	a := &authority{key: key, template: &x509.Certificate{
		SerialNumber: big.NewInt(1), Subject: pkix.Name{CommonName: "test authority"}, IsCA: true, BasicConstraintsValid: true,
		KeyUsage: x509.KeyUsageCertSign, NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour),
	}}
	der, err := x509.CreateCertificate(rand.Reader, a.template, a.template, &key.PublicKey, key)
	require.NoError(t, err)
	a.certificate = pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: der})
	return a
}

// certify gives a server a certificate and has it speak TLS.
func (a *authority) certify(s *pgtest.Server) error {
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return err
	}
	leaf := &x509.Certificate{SerialNumber: big.NewInt(2), Subject: pkix.Name{CommonName: "server"}, IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)},
		NotBefore: time.Now().Add(-time.Hour), NotAfter: time.Now().Add(time.Hour)}
	der, err := x509.CreateCertificate(rand.Reader, leaf, a.template, &key.PublicKey, a.key)
	if err != nil {
		return err
	}
	secret, err := x509.MarshalPKCS8PrivateKey(key)
	if err != nil {
		return err
	}
	info, err := os.Stat(s.DataDir())
	if err != nil {
		return err
	}
	owner := info.Sys().(*syscall.Stat_t)
	for name, block := range map[string]*pem.Block{"server.crt": {Type: "CERTIFICATE", Bytes: der}, "server.key": {Type: "PRIVATE KEY", Bytes: secret}} {
		path := filepath.Join(s.DataDir(), name)
		if err := errors.Join(os.WriteFile(path, pem.EncodeToMemory(block), 0o600), os.Chown(path, int(owner.Uid), int(owner.Gid))); err != nil {
			return err
		}
	}
	return s.SetConfig(map[string]string{"ssl": "on"})
}
