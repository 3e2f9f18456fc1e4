package failoversql

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/health"
	"github.com/failoversql/failoversql/sqlitedb"
	dbsync "github.com/failoversql/failoversql/sync"
)

// shadowSides are a connection to either side that are the application's in all
// but what it has changed in its own sessions.
type shadowSides struct {
	inst *instance
	r    *running
	pg   *stdlib.Conn
	lite *sqlitedb.Session
}

func (x *shadowSides) close() {
	if x.pg != nil {
		ctx, cancel := context.WithTimeout(context.Background(), time.Second)
		_ = x.pg.Conn().Close(ctx)
		cancel()
		x.pg = nil
	}
	if x.lite != nil {
		_ = x.lite.Close()
		x.lite = nil
	}
}

func (x *shadowSides) open(ctx context.Context) error {
	if x.pg == nil || x.pg.Conn().IsClosed() {
		cfg := x.inst.cfg.Primary.Copy()
		cfg.RuntimeParams["application_name"] = "failoversql shadow"
		c, err := stdlib.GetConnector(*cfg).Connect(ctx)
		if err != nil {
			return err
		}
		x.pg = c.(*stdlib.Conn)
	}
	if x.lite == nil {
		s, err := x.inst.judging(ctx)
		if err != nil {
			return err
		}
		x.lite = s
	}
	return nil
}

// compare runs a query on both sides. It returns nil where the answers are the
// same.
func (x *shadowSides) compare(ctx context.Context, read shadowRead) (*ShadowDifference, error) {
	if x.r.monitor.Route().Mode != health.Primary {
		x.close()
		return nil, notComparable("mode")
	}
	cat := x.r.file.Catalog()
	reading, ok := dialect.ReadingOf(cat, read.query)
	if !ok {
		return nil, notComparable("not_repeatable")
	}
	watch, err := x.r.sync.Watch()
	if err != nil {
		return nil, unsure(err)
	}
	if err := x.open(ctx); err != nil {
		return nil, err
	}
	there, snapshot, err := x.primary(ctx, watch, read, reading)
	if err != nil {
		x.close()
		return nil, err
	}
	var here *answer
	err = x.r.sync.SeeSame(ctx, snapshot, reading.Tables, func() error {
		rows, err := x.lite.QueryContext(ctx, read.query, read.args)
		here, err = collect(rows, err, reading)
		return err
	})
	if err != nil {
		return nil, unsure(err)
	}
	if now := x.r.file.Catalog(); now.Version != cat.Version {
		return nil, notComparable("schema_changed")
	}
	return there.differs(here, reading, x.r.file.CollationExact())
}

// unsure names the reason of an error that wraps ErrNotComparable.
func unsure(err error) error {
	if errors.Is(err, dbsync.ErrNotComparable) {
		text := err.Error()
		return notComparable(text[strings.LastIndex(text, " ")+1:])
	}
	return err
}

// primary runs the query in a snapshot that is known.
func (x *shadowSides) primary(ctx context.Context, watch dbsync.Watching, read shadowRead, reading dialect.Reading) (a *answer, s dbsync.SourceSnapshot, err error) {
	tx, err := x.pg.BeginTx(ctx, driver.TxOptions{Isolation: driver.IsolationLevel(sql.LevelRepeatableRead), ReadOnly: true})
	if err != nil {
		return nil, s, err
	}
	defer func() {
		if rerr := tx.Rollback(); err == nil && rerr != nil {
			err = rerr
		}
	}()
	if _, err := x.pg.ExecContext(ctx, fmt.Sprintf("SET LOCAL statement_timeout = %d", (shadowLimit/2).Milliseconds()), nil); err != nil {
		return nil, s, err
	}
	rows, err := x.pg.QueryContext(ctx, dbsync.SnapshotQuery, nil)
	if err != nil {
		return nil, s, err
	}
	vals := make([]driver.Value, 2)
	err = rows.Next(vals)
	if cerr := rows.Close(); err == nil {
		err = cerr
	}
	if err != nil {
		return nil, s, err
	}
	if s, err = watch.ParseSnapshot(fmt.Sprint(vals[0]), fmt.Sprint(vals[1])); err != nil {
		return nil, s, err
	}
	rows, err = x.pg.QueryContext(ctx, read.query, read.args)
	if a, err = collect(rows, err, reading); err == nil && unfit(a.code) {
		err = notComparable("primary_error")
	}
	return a, s, err
}

// unfit: the error says nothing about the statement.
func unfit(code string) bool {
	switch {
	case code == "57014", code == "55P03", code == "42P01", strings.HasPrefix(code, "08"), strings.HasPrefix(code, "25"), strings.HasPrefix(code, "40"),
		strings.HasPrefix(code, "53"), strings.HasPrefix(code, "57"), strings.HasPrefix(code, "58"):
		return true
	}
	return false
}

// collect reads an answer to its end. Its error is none of PostgreSQL's: those
// are the answer.
func collect(rows driver.Rows, err error, reading dialect.Reading) (*answer, error) {
	a := &answer{}
	if err == nil {
		err = a.read(rows, reading)
		if cerr := rows.Close(); err == nil {
			err = cerr
		}
	}
	var pg *pgconn.PgError
	if errors.As(err, &pg) {
		a.code = pg.Code
		return a, nil
	}
	return a, err
}

const (
	answerRows  = 20_000
	answerBytes = 32 << 20
)

func (a *answer) read(rows driver.Rows, reading dialect.Reading) error {
	a.begin(rows, reading)
	vals := make([]driver.Value, len(a.columns))
	for {
		err := rows.Next(vals)
		if err == io.EOF {
			return nil
		}
		if err != nil {
			return err
		}
		a.add(vals)
		if a.rows > answerRows || a.bytes > answerBytes {
			return notComparable("too_large")
		}
	}
}
