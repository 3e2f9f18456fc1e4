// Package pgtest runs a real PostgreSQL server that belongs to its caller: a
// test, or the demo. The server has a data directory and a port of its own,
// listens on 127.0.0.1 only, and does not outlive the process that started it.
//
// A Server can be treated as production treats one: killed with SIGKILL,
// frozen, shut down, restarted on the same data and port, reconfigured, put
// into recovery.
//
// Programs of PostgreSQL are looked for in PATH and in the places packages put
// them, then, as a last resort, downloaded by fergusstrange/embedded-postgres.
// PostgreSQL refuses to run as root; started by root, the server runs as the
// user postgres, or nobody.
package pgtest

import (
	"testing"
	"time"
)

// Options says how a Server is made. The zero value is a good server for
// tests: locale C, UTF-8, logical replication on, no fsync.
type Options struct {
	// Locale is the cluster's libc locale; "C" if empty.
	Locale string
	// ICULocale, if not empty, makes ICU with that locale ("en", "de-AT")
	// the provider of the default collation.
	ICULocale string
	// Durable turns fsync on. Not needed to survive Kill9: the kernel keeps
	// what a killed process has written.
	Durable bool
	// Password, if not empty, is the superuser's, and clients on TCP must
	// give it (scram-sha-256). Otherwise every client is trusted.
	Password string
	// HBA are lines of pg_hba.conf put before those for TCP: see SetHBA.
	HBA []string
	// Settings are added to the server's configuration file.
	Settings map[string]string
	// MaxConnections is 200 if zero.
	MaxConnections int
	// Dir, if not empty, is where the server keeps everything, and it is
	// left there by Close. It must not exist, or be empty. The default is a
	// temporary directory that Close removes.
	Dir string
	// StartTimeout bounds the wait for the server to accept connections;
	// one minute if zero.
	StartTimeout time.Duration

	standby bool // its passwords come from another server
}

func (o Options) withDefaults() Options {
	if o.Locale == "" {
		o.Locale = "C"
	}
	if o.MaxConnections == 0 {
		o.MaxConnections = 200
	}
	if o.StartTimeout == 0 {
		o.StartTimeout = time.Minute
	}
	return o
}

// New starts a server for a test and closes it when the test is over. The
// test fails at once if no server can be had. At most one Options is used.
func New(tb testing.TB, opts ...Options) *Server {
	tb.Helper()
	var o Options
	if len(opts) > 0 {
		o = opts[0]
	}
	s, err := Start(o)
	if err != nil {
		tb.Fatalf("pgtest: %v", err)
	}
	tb.Cleanup(func() {
		if tb.Failed() {
			tb.Logf("PostgreSQL's log, its end:\n%s", s.Logs())
		}
		if err := s.Close(); err != nil {
			tb.Errorf("pgtest: closing the server: %v", err)
		}
	})
	return s
}
