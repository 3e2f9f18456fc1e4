package pgtest

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"time"
)

// Server is a PostgreSQL server. Its methods may be called from any goroutine;
// those that change its state take turns.
type Server struct {
	opts    Options
	bin     string
	as      account
	dir     string // data directory and log
	sockets string // unix socket, temporary
	port    int
	release func() // of the port
	unlock  func() // of the temporary directory

	mu     sync.Mutex
	closed bool
	pid    int             // of the postmaster; 0 while down
	done   <-chan struct{} // closed when it has ended
	thaw   func()          // of the frozen server's watcher; nil if not frozen
	auto   map[string]string
}

// StopMode is a way for PostgreSQL to shut down.
type StopMode string

// The ways to stop: Fast ends sessions with 57P01 and writes a checkpoint,
// Immediate ends them with 57P01 or none and leaves recovery to the next
// start, Smart waits for sessions to end by themselves.
const (
	Fast      StopMode = "INT"
	Immediate StopMode = "QUIT"
	Smart     StopMode = "TERM"
)

var errDown = errors.New("the server is not running")

// Start makes a new database cluster and starts a server on it. The caller
// must Close it.
func Start(opts Options) (*Server, error) {
	return begin(opts, func(s *Server) error {
		if err := makeCluster(s.bin, s.DataDir(), s.opts, s.as); err != nil {
			return err
		}
		return s.configure()
	})
}

// begin starts a server on a cluster that fill makes.
func begin(opts Options, fill func(*Server) error) (*Server, error) {
	bin, err := binDir()
	if err != nil {
		return nil, err
	}
	as, err := serverAccount()
	if err != nil {
		return nil, err
	}
	s := &Server{opts: opts.withDefaults(), bin: bin, as: as, auto: map[string]string{}}
	if err := s.create(fill); err != nil {
		return nil, errors.Join(err, s.Close())
	}
	for try := 1; ; try++ {
		if s.port, s.release, err = reservePort(); err != nil {
			break
		}
		// A program that knows nothing of our reservations can be faster.
		if err = s.Restart(); err == nil || try == 5 || !strings.Contains(s.Logs(), "could not bind") {
			break
		}
		s.release()
	}
	if err == nil && s.opts.Password != "" && !s.opts.standby {
		err = s.SetPassword("postgres", s.opts.Password)
	}
	if err != nil {
		return nil, errors.Join(err, s.Close())
	}
	return s, nil
}

// create makes the directories and the cluster.
func (s *Server) create(fill func(*Server) error) error {
	parent := os.TempDir()
	if s.as.other && canReach(parent) != nil || len(parent) > 60 {
		parent = "/tmp" // else out of reach, or too long for a socket's name
	}
	var err error
	swept.Do(func() { sweep(parent) })
	if s.sockets, err = os.MkdirTemp(parent, "pgtest-"); err != nil {
		return err
	}
	if s.unlock, err = tryLockFile(filepath.Join(s.sockets, lockName)); err != nil {
		return err
	}
	if err := s.as.own(s.sockets); err != nil {
		return err
	}
	s.dir = s.sockets
	if s.opts.Dir != "" {
		if s.dir, err = filepath.Abs(s.opts.Dir); err != nil {
			return err
		}
		if err := os.MkdirAll(s.dir, 0o755); err != nil {
			return err
		}
		if s.as.other {
			if err := canReach(s.dir); err != nil {
				return err
			}
		}
	}
	if err := fill(s); err != nil {
		return err
	}
	return s.as.own(s.DataDir())
}

// Restart starts the server, on the data and port it had. If it runs, it is
// shut down (Fast) first.
func (s *Server) Restart() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return errDown
	}
	if s.pid != 0 {
		if err := s.stop(Fast); err != nil {
			return err
		}
	}
	return s.start()
}

func (s *Server) start() error {
	log, err := os.OpenFile(s.LogFile(), os.O_CREATE|os.O_WRONLY|os.O_APPEND, 0o644)
	if err != nil {
		return err
	}
	defer log.Close()
	cmd := exec.Command(filepath.Join(s.bin, "postgres"), "-D", s.DataDir(), "-p", strconv.Itoa(s.port),
		"-k", s.sockets, "-c", "listen_addresses=127.0.0.1")
	cmd.Dir = s.sockets
	cmd.Env = cleanEnv()
	cmd.Stdout, cmd.Stderr = log, log
	if err := s.as.apply(cmd); err != nil {
		return err
	}
	done, err := startProcess(cmd)
	if err != nil {
		return err
	}
	s.pid, s.done = cmd.Process.Pid, done
	deadline := time.NewTimer(s.opts.StartTimeout)
	defer deadline.Stop()
	for !s.ready() {
		select {
		case <-done:
			s.pid = 0
			return fmt.Errorf("PostgreSQL did not start; its log ends:\n%s", s.Logs())
		case <-deadline.C:
			err := killTree(s.pid, done)
			s.pid = 0
			return errors.Join(fmt.Errorf("PostgreSQL did not accept connections within %v; its log ends:\n%s", s.opts.StartTimeout, s.Logs()), err)
		case <-time.After(2 * time.Millisecond):
		}
	}
	return nil
}

// ready reports whether this postmaster has said that it accepts connections.
func (s *Server) ready() bool {
	content, err := os.ReadFile(filepath.Join(s.DataDir(), "postmaster.pid"))
	if err != nil {
		return false
	}
	lines := strings.Split(string(content), "\n")
	return len(lines) > 7 && lines[0] == strconv.Itoa(s.pid) && strings.TrimSpace(lines[7]) == "ready"
}

// Stop shuts the server down and returns when it is. A server that is down
// already is left alone.
func (s *Server) Stop(mode StopMode) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.stop(mode)
}

func (s *Server) stop(mode StopMode) error {
	if s.ended(); s.pid == 0 {
		return nil
	}
	if err := s.unfreeze(); err != nil {
		return err
	}
	if err := signalProcess(s.pid, string(mode)); err != nil {
		return err
	}
	// A connected replication client may hold a shutdown up for its timeout.
	select {
	case <-s.done:
		s.pid = 0
		return nil
	case <-time.After(90 * time.Second):
		return errors.Join(fmt.Errorf("PostgreSQL did not shut down; its log ends:\n%s", s.Logs()), s.kill())
	}
}

// Kill9 kills the postmaster and all of its children with SIGKILL and returns
// when none is left and the port is closed. Open connections are reset or
// closed by the kernel. A server that is down already is left alone.
func (s *Server) Kill9() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.kill()
}

// ended takes note of a postmaster that has ended by itself, as one does whose
// disk is full.
func (s *Server) ended() {
	if s.pid == 0 {
		return
	}
	select {
	case <-s.done:
		s.pid = 0
	default:
	}
}

func (s *Server) kill() error {
	if s.ended(); s.pid == 0 {
		return nil
	}
	if err := killTree(s.pid, s.done); err != nil {
		return err
	}
	s.pid = 0
	s.unwatch()
	for range 1000 {
		c, err := net.DialTimeout("tcp", s.Addr(), time.Second)
		if err != nil {
			return nil
		}
		_ = c.Close()
		time.Sleep(time.Millisecond)
	}
	return fmt.Errorf("port %d is still open after the server was killed", s.port)
}

// Freeze stops all processes of the server (SIGSTOP): the kernel goes on to
// accept connections and data, and nothing answers. Connections are accepted
// until the listen queue is full.
func (s *Server) Freeze() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.pid == 0 {
		return errDown
	}
	if s.thaw != nil {
		return nil
	}
	children, err := stopTree(s.pid)
	if err == nil {
		s.thaw, err = watchFrozen(append(children, s.pid))
	}
	if err != nil {
		return errors.Join(err, resumeTree(s.pid))
	}
	return nil
}

// Thaw lets a frozen server go on.
func (s *Server) Thaw() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.unfreeze()
}

func (s *Server) unfreeze() error {
	if s.thaw == nil {
		return nil
	}
	err := resumeTree(s.pid)
	s.unwatch()
	return err
}

func (s *Server) unwatch() {
	if s.thaw != nil {
		s.thaw()
		s.thaw = nil
	}
}

// Running reports whether the server has been started and neither stopped nor
// killed since, by us or by itself. A frozen server runs.
func (s *Server) Running() bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.ended()
	return s.pid != 0
}

// Close ends the server and removes what it made. With Options.Dir the server
// is shut down properly and the directory left. Close may be called twice.
func (s *Server) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.closed {
		return nil
	}
	s.closed = true
	var errs []error
	if s.opts.Dir != "" {
		errs = append(errs, s.stop(Fast))
	} else {
		errs = append(errs, s.kill())
	}
	if s.dir != "" {
		removeSharedMemory(s.DataDir())
	}
	if s.release != nil {
		s.release()
	}
	if s.unlock != nil {
		s.unlock()
	}
	if s.sockets != "" {
		errs = append(errs, os.RemoveAll(s.sockets))
	}
	return errors.Join(errs...)
}

// Logs returns the end of the server's log.
func (s *Server) Logs() string {
	const most = 16 << 10
	content, err := os.ReadFile(s.LogFile())
	if err != nil {
		return err.Error()
	}
	if len(content) > most {
		content = content[len(content)-most:]
		content = content[bytes.IndexByte(content, '\n')+1:]
	}
	return string(content)
}

// LogFile is the path of the server's log.
func (s *Server) LogFile() string { return filepath.Join(s.dir, "server.log") }

// DataDir is the cluster's directory.
func (s *Server) DataDir() string { return filepath.Join(s.dir, "data") }
