package failoversql_test

import (
	"bytes"
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"reflect"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"
	"github.com/mattn/go-sqlite3"
	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

func TestMain(m *testing.M) {
	if dsn := os.Getenv(victimEnv); dsn != "" {
		victim(dsn) // a process of TestProcessKilled
	}
	if dsn := os.Getenv(memberEnv); dsn != "" {
		member(dsn)
	}
	goleak.VerifyTestMain(m)
}

// logged collects what the driver logs, so that a test can look for secrets.
type logged struct {
	mu sync.Mutex
	bytes.Buffer
}

func (l *logged) Write(b []byte) (int, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.Buffer.Write(b)
}

func (l *logged) text() string {
	l.mu.Lock()
	defer l.mu.Unlock()
	return l.String()
}

// open opens a database by a DSN and a change of its Config.
func open(t *testing.T, dsn string, change ...func(*failoversql.Config)) (*sql.DB, *failoversql.Connector) {
	t.Helper()
	cfg, err := failoversql.ParseDSN(dsn)
	require.NoError(t, err)
	for _, f := range change {
		f(cfg)
	}
	c, err := failoversql.NewConnector(cfg)
	require.NoError(t, err)
	db := sql.OpenDB(c)
	t.Cleanup(func() { require.NoError(t, db.Close()) })
	return db, c
}

// fast makes the decisions of a test quick.
const fast = "&fallback_probe_interval=50ms&fallback_probe_timeout=300ms&fallback_min_dwell=50ms&fallback_rise=1&fallback_timeout=3s"

// deadPort is an address on which nothing listens.
func deadPort(t *testing.T) string {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	return l.Addr().String()
}

// A connection, statement and rows of either side keep every optional interface
// that pgx and go-sqlite3 have.
func TestInterfacesKept(t *testing.T) {
	conn := map[string]reflect.Type{
		"Pinger": reflect.TypeFor[driver.Pinger](), "ExecerContext": reflect.TypeFor[driver.ExecerContext](), "QueryerContext": reflect.TypeFor[driver.QueryerContext](),
		"ConnPrepareContext": reflect.TypeFor[driver.ConnPrepareContext](), "ConnBeginTx": reflect.TypeFor[driver.ConnBeginTx](),
		"SessionResetter": reflect.TypeFor[driver.SessionResetter](), "Validator": reflect.TypeFor[driver.Validator](), "NamedValueChecker": reflect.TypeFor[driver.NamedValueChecker](),
	}
	rows := map[string]reflect.Type{
		"NextResultSet": reflect.TypeFor[driver.RowsNextResultSet](), "ScanType": reflect.TypeFor[driver.RowsColumnTypeScanType](), "TypeName": reflect.TypeFor[driver.RowsColumnTypeDatabaseTypeName](),
		"Length": reflect.TypeFor[driver.RowsColumnTypeLength](), "Nullable": reflect.TypeFor[driver.RowsColumnTypeNullable](), "PrecisionScale": reflect.TypeFor[driver.RowsColumnTypePrecisionScale](),
	}
	drv := map[string]reflect.Type{"DriverContext": reflect.TypeFor[driver.DriverContext]()}
	for _, c := range []struct {
		set         map[string]reflect.Type
		ours, below any
	}{
		{conn, &failoversql.Conn{}, &stdlib.Conn{}},
		{conn, &failoversql.Conn{}, &sqlite3.SQLiteConn{}},
		{drv, &failoversql.Driver{}, &stdlib.Driver{}},
		{drv, &failoversql.Driver{}, &sqlite3.SQLiteDriver{}},
		{rows, &sqlitedb.Rows{}, &sqlite3.SQLiteRows{}},
		{rows, &sqlitedb.Rows{}, &stdlib.Rows{}},
	} {
		for name, want := range c.set {
			if reflect.TypeOf(c.below).Implements(want) {
				require.True(t, reflect.TypeOf(c.ours).Implements(want), "%T has %s, %T has not", c.below, name, c.ours)
			}
		}
	}
	require.True(t, reflect.TypeOf(&failoversql.Conn{}).Implements(conn["Validator"]))
}

// A file that cannot be used is an error that names it and the reason; nothing
// is changed.
func TestBadFile(t *testing.T) {
	dir := t.TempDir()
	write := func(name, content string) string {
		path := filepath.Join(dir, name)
		require.NoError(t, os.WriteFile(path, []byte(content), 0o600))
		return path
	}
	text := write("text.db", "this is not a database, and it is long enough to hold a header of one hundred bytes, as SQLite's files do; so it is.")
	foreign := filepath.Join(dir, "foreign.db")
	lite, err := sql.Open("sqlite3", foreign)
	require.NoError(t, err)
	_, err = lite.Exec("CREATE TABLE mine(a)")
	require.NoError(t, err)
	require.NoError(t, lite.Close())
	link := filepath.Join(dir, "link.db")
	require.NoError(t, os.Symlink(foreign, link))
	newer := filepath.Join(dir, "newer.db")
	f, err := sqlitedb.Open(t.Context(), newer, sqlitedb.Options{})
	require.NoError(t, err)
	require.NoError(t, f.Close())
	lite, err = sql.Open("sqlite3", newer)
	require.NoError(t, err)
	_, err = lite.Exec("UPDATE failoversql_meta SET value = 99 WHERE key = 'format_version'")
	require.NoError(t, err)
	require.NoError(t, lite.Close())

	dsn := "postgres://u:hunter2@" + deadPort(t) + "/d?sslmode=disable&fallback_path="
	for path, reason := range map[string]error{
		text: sqlitedb.ErrNotSQLite, foreign: sqlitedb.ErrForeignFile, newer: sqlitedb.ErrNewerFormat,
		link: nil, filepath.Join(dir, "no", "such", "dir.db"): nil, dir: nil,
	} {
		before, _ := os.ReadFile(path)
		db, c := open(t, dsn+path)
		err := db.Ping()
		require.Error(t, err, path)
		require.Contains(t, err.Error(), path)
		require.NotContains(t, err.Error(), "hunter2")
		if reason != nil {
			require.ErrorIs(t, err, reason)
		}
		require.Equal(t, health.Unavailable, c.Status(t.Context()).Mode)
		after, _ := os.ReadFile(path)
		require.Equal(t, before, after, path)
	}
}

// A refused login is PostgreSQL's own error, and no reason to fail over.
func TestWrongPassword(t *testing.T) {
	server := pgtest.New(t)
	require.NoError(t, server.SetPassword("postgres", "right"))
	require.NoError(t, server.SetHBA("host all all 127.0.0.1/32 scram-sha-256"))
	var log logged
	db, c := open(t, fmt.Sprintf("postgres://postgres:wrong-secret@%s/postgres?sslmode=disable&fallback_path=%s", server.Addr(), filepath.Join(t.TempDir(), "x.db"))+fast,
		func(cfg *failoversql.Config) { cfg.Logger = slog.New(slog.NewTextHandler(&log, nil)) })
	for range 3 {
		err := db.Ping()
		var pg *pgconn.PgError
		require.ErrorAs(t, err, &pg)
		require.Equal(t, "28P01", pg.Code)
		require.NotContains(t, err.Error(), "wrong-secret")
	}
	require.NotEqual(t, health.Fallback, c.Status(t.Context()).Mode)
	require.NotContains(t, fmt.Sprintf("%+v", c.Status(t.Context())), "wrong-secret")
	require.NotContains(t, log.text(), "wrong-secret")
}

// With the primary away and a file that never completed a snapshot nothing
// serves, and the error says why on both sides.
func TestBothDown(t *testing.T) {
	db, c := open(t, "postgres://u:hunter2@"+deadPort(t)+"/d?sslmode=disable&fallback_path="+filepath.Join(t.TempDir(), "x.db")+fast)
	ctx, cancel := context.WithTimeout(t.Context(), 20*time.Second)
	defer cancel()
	err := db.PingContext(ctx)
	require.ErrorIs(t, err, failoversql.ErrUnavailable)
	require.ErrorContains(t, err, "refused")
	require.ErrorContains(t, err, "no copy")
	require.NotContains(t, err.Error(), "hunter2")
	require.Equal(t, health.Unavailable, c.Status(ctx).Mode)
}

// Connectors of one DSN share an instance, and the last Close ends it.
func TestSharedInstance(t *testing.T) {
	server := pgtest.New(t)
	dsn := server.URL() + "&fallback_path=" + filepath.Join(t.TempDir(), "x.db") + fast
	one, err := sql.Open("failoversql", dsn)
	require.NoError(t, err)
	two, err := sql.Open("failoversql", dsn)
	require.NoError(t, err)
	require.NoError(t, one.Ping())
	require.NoError(t, two.Ping())
	c1, err := failoversql.FromDB(t.Context(), one)
	require.NoError(t, err)
	c2, err := failoversql.FromDB(t.Context(), two)
	require.NoError(t, err)
	require.True(t, c1.Status(t.Context()).Owner)
	require.True(t, c2.Status(t.Context()).Owner, "a second monitor was started")
	require.NoError(t, one.Close())
	require.NoError(t, two.Ping(), "the first Close ended what the second uses")
	require.NoError(t, two.Close())
	require.ErrorIs(t, c2.SwitchToFallback(t.Context()), failoversql.ErrClosed)
	bare := sql.OpenDB(stdlib.GetConnector(*mustConfig(t, server.URL()).Primary))
	defer bare.Close()
	_, err = failoversql.FromDB(t.Context(), bare)
	require.Error(t, err)
}

func mustConfig(t *testing.T, url string) *failoversql.Config {
	c, err := failoversql.ParseDSN(url + "&fallback_enabled=off")
	require.NoError(t, err)
	return c
}

// fallback_enabled=false gives pgx's own connection.
func TestDisabled(t *testing.T) {
	server := pgtest.New(t)
	db, c := open(t, server.URL()+"&fallback_enabled=false")
	conn, err := db.Conn(t.Context())
	require.NoError(t, err)
	defer conn.Close()
	require.NoError(t, conn.Raw(func(d any) error {
		require.IsType(t, &stdlib.Conn{}, d)
		return nil
	}))
	require.ErrorIs(t, c.SwitchToFallback(t.Context()), failoversql.ErrDisabled)
}

// Opening and closing 200 times, with a healthy primary or none, leaves no goroutine
// (TestMain) and no file descriptor behind.
func TestOpenCloseLeavesNothing(t *testing.T) {
	server := pgtest.New(t)
	path := filepath.Join(t.TempDir(), "x.db")
	cycle := func(addr string) {
		db, err := sql.Open("failoversql", "postgres://postgres@"+addr+"/postgres?sslmode=disable&fallback_path="+path+fast)
		require.NoError(t, err)
		err = db.Ping()
		if err != nil && !errors.Is(err, failoversql.ErrUnavailable) {
			require.NoError(t, err)
		}
		require.NoError(t, db.Close())
	}
	dead := deadPort(t)
	cycle(server.Addr())
	descriptors := func() int {
		entries, err := os.ReadDir("/proc/self/fd")
		require.NoError(t, err)
		return len(entries)
	}
	before := descriptors()
	for range 500 {
		cycle(server.Addr())
		cycle(dead)
	}
	require.Eventually(t, func() bool { return descriptors() <= before+2 }, 10*time.Second, 10*time.Millisecond)
}
