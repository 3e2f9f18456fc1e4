package pgerr

import (
	"errors"
	"fmt"
	"net"
	"strings"
	"syscall"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// A connection that could not be made is told in one line, each attempt once.
func TestAttempts(t *testing.T) {
	s := pgtest.New(t)
	closed, err := net.Listen("tcp4", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	_ = closed.Close()
	dead := closed.Addr().(*net.TCPAddr).Port
	for name, c := range map[string]struct {
		dsn  string
		want []string // each once, and nothing of sslmode=prefer's first attempt
	}{
		"refused":     {fmt.Sprintf("host=127.0.0.1 port=%d user=u dbname=d", dead), []string{"user=u database=d", "127.0.0.1:", "connection refused"}},
		"no database": {fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=nosuch", s.Port()), []string{`database "nosuch" does not exist`}},
		"two servers": {fmt.Sprintf("host=127.0.0.1,127.0.0.2 port=%d,%d user=u dbname=d", dead, dead), []string{"127.0.0.1:", "127.0.0.2:"}},
		"no TLS":      {fmt.Sprintf("host=127.0.0.1 port=%d user=postgres dbname=postgres sslmode=require", s.Port()), []string{withoutTLS}},
	} {
		conn, err := pgx.Connect(t.Context(), c.dsn)
		if err == nil {
			_ = conn.Close(t.Context())
			t.Errorf("%s: no error", name)
			continue
		}
		got := Attempts(err)
		text := got.Error()
		t.Log(text)
		if strings.Contains(text, "\n") || name != "no TLS" && strings.Contains(text, withoutTLS) {
			t.Errorf("%s: %q", name, text)
		}
		for _, want := range c.want {
			if n := strings.Count(text, want); n != 1 && !strings.HasPrefix(want, "127.") || n == 0 {
				t.Errorf("%s: %q is there %d times: %s", name, want, n, text)
			}
		}
		if !errors.As(got, new(*pgconn.ConnectError)) || Classify(t.Context(), got) != Classify(t.Context(), err) {
			t.Errorf("%s: lost its meaning: %v", name, got)
		}
	}
	if err := error(syscall.EPIPE); Attempts(err) != err || Attempts(nil) != nil {
		t.Error("another error was changed")
	}
	const resolver = "failed to connect to `user=u database=d`:\n\thostname resolving error: lookup x on 1.1.1.1:53: no such host\n\tlookup x on 1.1.1.1:53: no such host"
	if got := oneLine(resolver); got != "failed to connect to `user=u database=d`: hostname resolving error: lookup x on 1.1.1.1:53: no such host" {
		t.Error(got)
	}
}
