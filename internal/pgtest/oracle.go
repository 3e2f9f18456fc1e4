package pgtest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
)

// An Oracle is a server that all tests of a package ask; the first that does
// starts it. The zero value is ready. It is safe for concurrent use.
type Oracle struct {
	mu     sync.Mutex
	server *Server
}

// Conn connects until the end of the test, and runs setup first.
func (o *Oracle) Conn(t testing.TB, setup string) *pgx.Conn {
	t.Helper()
	o.mu.Lock()
	defer o.mu.Unlock()
	if o.server == nil {
		s, err := Start(Options{})
		if err != nil {
			t.Fatal(err)
		}
		o.server = s
	}
	c, err := pgx.Connect(context.Background(), o.server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = c.Close(context.Background()) })
	if _, err := c.Exec(context.Background(), setup); err != nil {
		t.Fatal(err)
	}
	return c
}

// Over is a package's tests, after which the server is stopped.
func (o *Oracle) Over(m *testing.M) interface{ Run() int } { return over{o, m} }

type over struct {
	o *Oracle
	m *testing.M
}

func (x over) Run() int {
	code := x.m.Run()
	if x.o.server == nil {
		return code
	}
	if err := x.o.server.Close(); err != nil {
		fmt.Fprintln(os.Stderr, "closing PostgreSQL:", err)
		return 1
	}
	return code
}
