package dbsync

import (
	"fmt"
	"os"
	"testing"

	"go.uber.org/goleak"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestMain closes the servers that tests share, and fails where goroutines are
// left behind.
func TestMain(m *testing.M) {
	code := m.Run()
	for _, server := range []*pgtest.Server{backServer.s, outServer.s} {
		if server == nil {
			continue
		}
		if err := server.Close(); err != nil {
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
