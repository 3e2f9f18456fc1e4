package dbsync

import (
	"context"
	"database/sql/driver"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
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
	return newOutageOn(t, backPrimary(t), schema)
}

// newOutageOn is newOutage on a server of the test's own.
func newOutageOn(t *testing.T, server *pgtest.Server, schema string) *outage {
	t.Helper()
	ctx := context.Background()
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
	return strings.Join(o.read(query), " ")
}

// lines reads a query of the primary as text, its rows sorted.
func (o *outage) lines(query string) string {
	o.t.Helper()
	out := o.read(query)
	slices.Sort(out)
	return strings.Join(out, "\n")
}

func (o *outage) read(query string) []string {
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
	return out
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

// content is a table of the file, each value in PostgreSQL's text form, and the
// query that reads the same of the primary.
func (o *outage) content(t *catalog.Table) (local, query string) {
	o.t.Helper()
	cat := o.file.Catalog()
	var names []string
	var types []pgvalue.Type
	for _, c := range t.Columns {
		typ, ok := pgvalue.TypeOf(cat, c.Type, c.Typmod)
		if !ok {
			o.t.Fatalf("column %s has an unknown type", c.Name)
		}
		types = append(types, typ)
		names = append(names, catalog.QuoteIdent(c.Name))
	}
	c, err := o.file.Conn(o.ctx)
	if err != nil {
		o.t.Fatal(err)
	}
	defer c.Close()
	rows, err := c.Query(o.ctx, "SELECT "+strings.Join(names, ",")+" FROM "+catalog.QuoteIdent(catalog.SQLiteName(t.Schema, t.Name)))
	if err != nil {
		o.t.Fatal(err)
	}
	defer rows.Close()
	var out []string
	vals := make([]driver.Value, len(names))
	for {
		if err := rows.Next(vals); err == io.EOF {
			break
		} else if err != nil {
			o.t.Fatal(err)
		}
		cells := make([]string, len(vals))
		for i, v := range vals {
			cells[i] = "NULL"
			if v != nil {
				cells[i] = *pgvalue.ToText(&types[i], pgvalue.FromColumn(&types[i], v))
			}
		}
		out = append(out, strings.Join(cells, ","))
	}
	slices.Sort(out)
	return strings.Join(out, "\n"), "SELECT " + strings.Join(names, ", ") + " FROM " + catalog.QuoteQualified(t.Schema, t.Name)
}

// sameRows compares every table of both sides.
func (o *outage) sameRows() {
	o.t.Helper()
	for _, t := range o.file.Catalog().Tables {
		local, query := o.content(t)
		if remote := o.lines(query); local != remote {
			o.t.Errorf("table %s.%s\nfile\n%s\nprimary\n%s", t.Schema, t.Name, local, remote)
		}
	}
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
