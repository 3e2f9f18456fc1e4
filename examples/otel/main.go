// Command otel keeps notes with a span for every statement, by XSAM/otelsql. Each
// span says which side served.
package main

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"fmt"
	"log"
	"os"
	"sync/atomic"

	"github.com/XSAM/otelsql"
	"github.com/failoversql/failoversql"
	"github.com/failoversql/failoversql/health"
	"go.opentelemetry.io/otel/attribute"
	"go.opentelemetry.io/otel/exporters/stdout/stdouttrace"
	sdktrace "go.opentelemetry.io/otel/sdk/trace"
	"go.opentelemetry.io/otel/trace"
)

func main() {
	exporter, err := stdouttrace.New(stdouttrace.WithPrettyPrint())
	if err != nil {
		log.Fatal(err)
	}
	spans := sdktrace.NewTracerProvider(sdktrace.WithBatcher(exporter))
	// postgres://app:secret@db.example.com/app?fallback_path=app.db
	err = notes(context.Background(), os.Getenv("DATABASE_URL"), spans)
	if serr := spans.Shutdown(context.Background()); err == nil {
		err = serr
	}
	if err != nil {
		log.Fatal(err)
	}
}

func notes(ctx context.Context, dsn string, spans trace.TracerProvider) error {
	// By the driver's name, where nothing more than spans is wanted.
	db, err := otelsql.Open("failoversql", dsn, otelsql.WithTracerProvider(spans))
	if err != nil {
		return err
	}
	defer db.Close()
	if err := add(ctx, db, "ada"); err != nil {
		return err
	}

	// By a Connector of one's own, which is at hand for Status, Subscribe and the
	// rest, and here for the side that serves: failoversql.FromDB cannot see
	// through the wrapping.
	cfg, err := failoversql.ParseDSN(dsn)
	if err != nil {
		return err
	}
	connector, err := failoversql.NewConnector(cfg)
	if err != nil {
		return err
	}
	db = otelsql.OpenDB(connector, otelsql.WithTracerProvider(spans), otelsql.WithAttributesGetter(side(ctx, connector)))
	defer db.Close() // and the Connector with it
	return add(ctx, db, "grace")
}

// side gives spans the mode, which events keep up to date: a span costs one
// atomic load.
func side(ctx context.Context, c *failoversql.Connector) otelsql.AttributesGetter {
	var mode atomic.Value
	mode.Store(c.Status(ctx).Mode)
	c.Subscribe(func(e failoversql.Event) { mode.Store(e.Mode) })
	return func(context.Context, otelsql.Method, string, []driver.NamedValue) []attribute.KeyValue {
		return []attribute.KeyValue{attribute.String("failoversql.mode", mode.Load().(health.Mode).String())}
	}
}

func add(ctx context.Context, db *sql.DB, author string) error {
	tx, err := db.BeginTx(ctx, nil)
	if err != nil {
		return err
	}
	defer tx.Rollback()
	if _, err := tx.ExecContext(ctx, `INSERT INTO notes (author, body) VALUES ($1, $2)`, author, `{"title": "On spans"}`); err != nil {
		return err
	}
	var n int
	if err := tx.QueryRowContext(ctx, `SELECT count(*) FROM notes WHERE author = $1`, author).Scan(&n); err != nil {
		return err
	}
	fmt.Println(author, n)
	return tx.Commit()
}
