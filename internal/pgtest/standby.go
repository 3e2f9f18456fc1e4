package pgtest

import (
	"path/filepath"
	"strconv"
)

// Standby makes a server that follows this one by streaming replication, which
// Promote makes a primary of its own. It has this one's configuration; SetConfig
// on it would lose sight of this one. The caller must Close it.
func (s *Server) Standby() (*Server, error) {
	opts := s.opts
	opts.Dir, opts.standby = "", true
	return begin(opts, func(standby *Server) error {
		return run(standby.as, filepath.Join(s.bin, "pg_basebackup"), "-D", standby.DataDir(), "-h", s.sockets, "-p", strconv.Itoa(s.port),
			"-U", "postgres", "-R", "-X", "stream", "-c", "fast", "--no-sync")
	})
}
