package pgtest

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"time"
)

// configure writes the cluster's first configuration.
func (s *Server) configure() error {
	settings := map[string]string{
		"wal_level":             "logical",
		"max_connections":       strconv.Itoa(s.opts.MaxConnections),
		"max_wal_senders":       "20",
		"max_replication_slots": "20",
		"shared_buffers":        "32MB",
		"timezone":              "UTC",
		"log_timezone":          "UTC",
		"log_line_prefix":       "%m [%p] %q%u@%d ",
		// Files of the data directory, which go with it: those of a killed server in
		// /dev/shm nobody would remove.
		"dynamic_shared_memory_type": "mmap",
	}
	if !s.opts.Durable {
		settings["fsync"] = "off"
		settings["full_page_writes"] = "off"
	}
	maps.Copy(settings, s.opts.Settings)
	path := filepath.Join(s.DataDir(), "postgresql.conf")
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_APPEND, 0o600)
	if err != nil {
		return err
	}
	_, err = file.WriteString("\n" + assignments(settings))
	return errors.Join(err, file.Close(), s.writeHBA(s.opts.HBA))
}

func assignments(settings map[string]string) string {
	var b strings.Builder
	for _, name := range slices.Sorted(maps.Keys(settings)) {
		fmt.Fprintf(&b, "%s = '%s'\n", name, strings.ReplaceAll(settings[name], "'", "''"))
	}
	return b.String()
}

func (s *Server) writeHBA(lines []string) error {
	method := "trust"
	if s.opts.Password != "" {
		method = "scram-sha-256"
	}
	content := "local all all trust\nlocal replication all trust\n" + strings.Join(lines, "\n") +
		"\nhost all all 127.0.0.1/32 " + method + "\nhost replication all 127.0.0.1/32 " + method + "\n"
	return s.write("pg_hba.conf", content)
}

// write replaces a file of the data directory.
func (s *Server) write(name, content string) error {
	path := filepath.Join(s.DataDir(), name)
	if err := os.WriteFile(path+".new", []byte(content), 0o600); err != nil {
		return err
	}
	return errors.Join(s.as.own(path+".new"), os.Rename(path+".new", path))
}

// SetConfig sets configuration parameters as ALTER SYSTEM would. If the server
// runs, it reads them before SetConfig returns; those that need a start take
// effect at the next Restart.
func (s *Server) SetConfig(settings map[string]string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	maps.Copy(s.auto, settings)
	return s.writeAuto()
}

// ResetConfig takes back what SetConfig set.
func (s *Server) ResetConfig(names ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, name := range names {
		delete(s.auto, name)
	}
	return s.writeAuto()
}

func (s *Server) writeAuto() error {
	if err := s.write("postgresql.auto.conf", assignments(s.auto)); err != nil {
		return err
	}
	return s.reload()
}

// SetHBA puts lines before those of pg_hba.conf that let every client on TCP
// in, in place of the ones put there earlier. "host all app 127.0.0.1/32
// reject" keeps the user app out. The unix socket stays open to us.
func (s *Server) SetHBA(lines ...string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if err := s.writeHBA(lines); err != nil {
		return err
	}
	return s.reload()
}

// Reload makes the server read its configuration files, and returns when it
// has.
func (s *Server) Reload() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.reload()
}

func (s *Server) reload() error {
	if s.pid == 0 {
		return nil
	}
	if s.thaw != nil {
		return errors.New("the server is frozen")
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	conn, err := s.admin(ctx, "postgres")
	if err != nil {
		return err
	}
	defer conn.Close(context.Background())
	var before time.Time
	if err := conn.QueryRow(ctx, "SELECT clock_timestamp()").Scan(&before); err != nil {
		return err
	}
	if err := signalProcess(s.pid, "HUP"); err != nil {
		return err
	}
	// Only a new connection shows the postmaster's own state; an old one reads
	// the files for itself, perhaps earlier.
	for {
		var loaded bool
		fresh, err := s.admin(ctx, "postgres")
		if err != nil {
			return err
		}
		err = fresh.QueryRow(ctx, "SELECT pg_conf_load_time() >= $1", before).Scan(&loaded)
		_ = fresh.Close(ctx)
		if err != nil || loaded {
			return err
		}
		time.Sleep(2 * time.Millisecond)
	}
}

// EnterRecovery restarts the server as a standby of nobody: it answers, is in
// recovery, and refuses writes with 25006. Promote ends that.
func (s *Server) EnterRecovery() error {
	if err := s.Stop(Fast); err != nil {
		return err
	}
	if err := s.write("standby.signal", ""); err != nil {
		return err
	}
	return s.Restart()
}

// Promote makes a server in recovery writable.
func (s *Server) Promote() error {
	return s.Exec(context.Background(), "postgres", "SELECT pg_promote()")
}
