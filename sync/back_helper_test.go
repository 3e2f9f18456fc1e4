package dbsync

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/failoversql/failoversql/sqlitedb"
)

// One server for all tests of the way back; each test has its own database.
var backServer struct {
	once sync.Once
	s    *pgtest.Server
	err  error
	n    int
}

func backPrimary(t *testing.T) *pgtest.Server {
	backServer.once.Do(func() { backServer.s, backServer.err = pgtest.Start(pgtest.Options{}) })
	if backServer.err != nil {
		t.Fatal(backServer.err)
	}
	return backServer.s
}

// outage is a primary and a file that follows it, for a test.
type outage struct {
	t    *testing.T
	ctx  context.Context
	s    *Sync
	file *sqlitedb.File
	pg   *pgx.Conn
}

// newOutage makes a database with a schema on the primary and a file that has
// its copy.
func newOutage(t *testing.T, schema string) *outage {
	t.Helper()
	ctx := context.Background()
	server := backPrimary(t)
	backServer.n++
	name := fmt.Sprintf("back%d", backServer.n)
	if err := server.Exec(ctx, "postgres", "CREATE DATABASE "+name); err != nil {
		t.Fatal(err)
	}
	cfg, err := pgx.ParseConfig(server.DSN(name))
	if err != nil {
		t.Fatal(err)
	}
	o := &outage{t: t, ctx: ctx}
	if o.pg, err = pgx.ConnectConfig(ctx, cfg); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		o.pg.Close(ctx)
		// Slots are few, and are a cluster's.
		_ = server.Exec(ctx, name, "SELECT pg_drop_replication_slot(slot_name) FROM pg_replication_slots WHERE database = current_database()")
	})
	o.primary(schema)
	path := filepath.Join(t.TempDir(), "app.db")
	if o.file, err = sqlitedb.Open(ctx, path, sqlitedb.Options{Capture: CaptureTriggers, JournalDDL: JournalDDL}); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { o.file.Close() })
	log := slog.New(slog.NewTextHandler(io.Discard, nil))
	if os.Getenv("VERBOSE") != "" {
		log = slog.New(slog.NewTextHandler(os.Stderr, nil))
	}
	o.s = New(Config{File: o.file, Primary: cfg, Logger: log})
	t.Cleanup(o.s.EndReplay)
	o.snapshot()
	return o
}

// reconnect opens the test's own connection again, after PostgreSQL was killed.
func (o *outage) reconnect() {
	o.t.Helper()
	_ = o.pg.Close(o.ctx)
	var err error
	if o.pg, err = pgx.ConnectConfig(o.ctx, o.s.cfg.Primary); err != nil {
		o.t.Fatal(err)
	}
}

// primary runs SQL on the primary.
func (o *outage) primary(sql string) {
	o.t.Helper()
	if _, err := o.pg.Exec(o.ctx, sql, pgx.QueryExecModeSimpleProtocol); err != nil {
		o.t.Fatalf("on the primary: %s: %v", sql, err)
	}
}

// rows reads a query of the primary as text.
func (o *outage) rows(query string) string {
	o.t.Helper()
	rows, err := o.pg.Query(o.ctx, query, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		o.t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	for rows.Next() {
		var cells []string
		for _, v := range rows.RawValues() {
			if v == nil {
				cells = append(cells, "NULL")
				continue
			}
			cells = append(cells, string(v))
		}
		out = append(out, strings.Join(cells, ","))
	}
	if rows.Err() != nil {
		o.t.Fatal(rows.Err())
	}
	return strings.Join(out, " ")
}

func (o *outage) expect(query, want string) {
	o.t.Helper()
	if got := o.rows(query); got != want {
		o.t.Errorf("%s\n got %s\nwant %s", query, got, want)
	}
}

// write runs statements as one application's transaction on the fallback.
func (o *outage) write(statements ...string) {
	o.t.Helper()
	if err := o.tryWrite(statements...); err != nil {
		o.t.Fatal(err)
	}
}

func (o *outage) tryWrite(statements ...string) error {
	app, err := o.file.NewSession(o.ctx, sqlitedb.SessionOptions{})
	if err != nil {
		return err
	}
	defer app.Close()
	if err := app.Begin(o.ctx, driver.TxOptions{}); err != nil {
		return err
	}
	for _, q := range statements {
		if _, err := app.ExecContext(o.ctx, q, nil); err != nil {
			return fmt.Errorf("%s: %w", q, err)
		}
	}
	return app.Commit(o.ctx)
}

// sorted reads a query of the primary as text, its rows in byte order.
func (o *outage) sorted(query string) string {
	o.t.Helper()
	return o.rows(`SELECT coalesce(string_agg(x::text, ' ' ORDER BY x::text COLLATE "C"), '') FROM (` + query + `) x`)
}

// session reads a query on the fallback as sorted does on the primary: the rows
// go to the primary as text and come back as it writes them.
func (o *outage) session(query string) (string, error) {
	app, err := o.file.NewSession(o.ctx, sqlitedb.SessionOptions{})
	if err != nil {
		return "", err
	}
	defer app.Close()
	rows, err := app.QueryContext(o.ctx, query, nil)
	if err != nil {
		return "", err
	}
	defer rows.Close()
	vals := make([]driver.Value, len(rows.Columns()))
	types := rows.(driver.RowsColumnTypeDatabaseTypeName)
	var union []string
	for {
		if err := rows.Next(vals); err == io.EOF {
			break
		} else if err != nil {
			return "", err
		}
		var cells []string
		for i, v := range vals {
			typ := strings.ToLower(types.ColumnTypeDatabaseTypeName(i))
			switch v := v.(type) {
			case nil:
				cells = append(cells, "NULL::"+typ)
			case time.Time:
				cells = append(cells, "'"+v.Format("2006-01-02 15:04:05.999999Z07:00")+"'::"+typ)
			default:
				cells = append(cells, "'"+strings.ReplaceAll(text(v), "'", "''")+"'::"+typ)
			}
		}
		union = append(union, "SELECT "+strings.Join(cells, ", "))
	}
	if union == nil {
		return "", nil
	}
	return o.sorted(strings.Join(union, " UNION ALL ")), nil
}

func text(v driver.Value) string {
	if b, ok := v.([]byte); ok {
		return string(b)
	}
	return fmt.Sprint(v)
}

// local reads a query of the file as text.
func (o *outage) local(query string) string {
	o.t.Helper()
	c, err := o.file.Conn(o.ctx)
	if err != nil {
		o.t.Fatal(err)
	}
	defer c.Close()
	rows, err := c.Query(o.ctx, query)
	if err != nil {
		o.t.Fatal(err)
	}
	defer rows.Close()
	vals := make([]driver.Value, len(rows.Columns()))
	var out []string
	for {
		if err := rows.Next(vals); err == io.EOF {
			return strings.Join(out, " ")
		} else if err != nil {
			o.t.Fatal(err)
		}
		var cells []string
		for _, v := range vals {
			if v == nil {
				v = "NULL"
			}
			cells = append(cells, fmt.Sprint(v))
		}
		out = append(out, strings.Join(cells, ","))
	}
}

func (o *outage) diverge() {
	o.t.Helper()
	if err := o.s.Diverge(o.ctx, "test"); err != nil {
		o.t.Fatal(err)
	}
}

func (o *outage) replay() ReplayReport {
	o.t.Helper()
	r, err := o.s.Replay(o.ctx)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}

func (o *outage) cutover() TailReport {
	o.t.Helper()
	if err := o.s.Seal(o.ctx); err != nil {
		o.t.Fatal(err)
	}
	r, err := o.s.Tail(o.ctx)
	if err != nil {
		o.t.Fatal(err)
	}
	return r
}
