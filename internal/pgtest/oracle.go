package pgtest

import (
	"context"
	"fmt"
	"os"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"go.uber.org/goleak"
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

// Main is a package's TestMain: it runs the tests, stops the server, fails where
// goroutines are left, and ends the process.
func (o *Oracle) Main(m *testing.M) {
	code := m.Run()
	if o.server != nil {
		if err := o.server.Close(); err != nil {
			fmt.Fprintln(os.Stderr, "closing PostgreSQL:", err)
			code = 1
		}
	}
	if code == 0 {
		if err := goleak.Find(); err != nil {
			fmt.Fprintln(os.Stderr, err)
			code = 1
		}
	}
	os.Exit(code)
}
