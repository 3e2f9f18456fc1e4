package failoversql

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"math"
	"net"
	"os"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"time"
)

// socket is a connection to the primary's port. It counts what was written,
// which is the only proof that a statement was never sent: with the request
// delivered and the reply lost, pgconn.SafeToRetry was seen to be true.
type socket struct {
	net.Conn
	written atomic.Int64
	set     *sockets
	dead    atomic.Bool // closed by sockets.closeBefore or by its user

	// reading is the number of reads so far, shifted by two, and what the last
	// one does: a store before and after a system call, so that the watch can
	// see who waits for the server without anybody looking at a clock.
	reading  atomic.Uint64
	answered int64 // of written, when the last read ended; of whoever reads
	watched  watchedSocket
	pid      atomic.Uint32 // of the server process, once it is known
}

// What a read does, in the lower bits of socket.reading.
const (
	readNone   uint64 = iota
	readIdle          // waits for what nothing was asked for, as LISTEN does
	readAnswer        // waits for an answer
)

const readShift = 2

func (s *socket) Write(b []byte) (int, error) {
	n, err := s.Conn.Write(b)
	s.written.Add(int64(n))
	if err != nil {
		s.failed(err)
	}
	return n, err
}

func (s *socket) Read(b []byte) (int, error) {
	count, written := s.reading.Load()>>readShift+1, s.written.Load()
	does := readIdle
	if written != s.answered {
		does = readAnswer
	}
	s.reading.Store(count<<readShift | does)
	s.set.stir()
	n, err := s.Conn.Read(b)
	s.reading.Store(count << readShift)
	if n > 0 {
		s.answered = written
	}
	if err != nil {
		s.failed(err)
	}
	return n, err
}

// failed tells the monitor of a connection that broke by itself: not of one
// that we closed, nor of a deadline, which is the caller's.
func (s *socket) failed(err error) {
	if s.dead.Load() || errors.Is(err, os.ErrDeadlineExceeded) {
		return
	}
	s.set.broken(err)
}

// Close is safe to call twice and from any goroutine.
func (s *socket) Close() error {
	s.dead.Store(true)
	s.set.remove(s)
	return s.Conn.Close()
}

// sockets holds every open connection to the primary's port, so that one step
// releases whoever waits on a generation that is gone, and every dial that is
// under way.
type sockets struct {
	mu     sync.Mutex
	open   map[*socket]uint64     // by generation
	dials  map[*dialing]time.Time // since when
	floor  uint64                 // sockets of older generations are refused
	broken func(error)            // passive evidence

	cut    atomic.Bool // by a drill: nothing can be dialled
	asleep atomic.Bool // nobody looks at them until stir
	wake   chan struct{}

	life context.Context // of cancel requests under way
	end  context.CancelFunc
}

func newSockets(broken func(error)) *sockets {
	s := &sockets{open: make(map[*socket]uint64), dials: make(map[*dialing]time.Time), broken: broken, wake: make(chan struct{}, 1)}
	s.life, s.end = context.WithCancel(context.Background())
	return s
}

// stir wakes the watch, which sleeps while nothing is asked of the server.
func (s *sockets) stir() {
	if s.asleep.Load() && s.asleep.CompareAndSwap(true, false) {
		select {
		case s.wake <- struct{}{}:
		default:
		}
	}
}

// dialing is one connection being made: its DialFunc is that of this connection
// alone, so that the connection's own cancel requests are known for what they
// are, and for which generation.
type dialing struct {
	set        *sockets
	generation uint64
	made       atomic.Bool // the connection is made; what it dials now are cancel requests
	sock       *socket
	told       bool // that it takes long; the set's lock guards it
}

type dialingKey struct{}

var errDeadGeneration = errors.New("failoversql: this route to PostgreSQL is closed")

// dial is pgx's DialFunc. On a route that is closed it fails at once.
func (d *dialing) dial(ctx context.Context, network, address string) (net.Conn, error) {
	if d.made.Load() {
		return d.set.dialCancel(ctx, d.generation, network, address)
	}
	s := d.set
	s.mu.Lock()
	closed := d.generation < s.floor
	if !closed {
		s.dials[d] = time.Now()
	}
	s.mu.Unlock()
	if closed {
		return nil, errDeadGeneration
	}
	s.stir()
	if s.cut.Load() {
		s.mu.Lock()
		delete(s.dials, d)
		s.mu.Unlock()
		return nil, errCut
	}
	c, err := (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext(ctx, network, address)
	s.mu.Lock()
	defer s.mu.Unlock()
	delete(s.dials, d)
	if err != nil {
		return nil, err
	}
	if d.generation < s.floor {
		_ = c.Close()
		return nil, errDeadGeneration
	}
	d.sock = &socket{Conn: c, set: s}
	if s.cut.Load() {
		_ = c.Close()
		return nil, errCut
	}
	s.open[d.sock] = d.generation
	return d.sock, nil
}

// errCut is what a dial gets while a drill has PostgreSQL cut off.
var errCut = fmt.Errorf("a drill has cut PostgreSQL off: %w", syscall.ECONNREFUSED)

// cutOff breaks every socket as the end of the server would, and lets nothing be
// dialled until cut is false again. It returns how many there were.
func (s *sockets) cutOff() int {
	s.mu.Lock()
	s.cut.Store(true)
	open := slices.Collect(maps.Keys(s.open))
	s.mu.Unlock()
	for _, sock := range open {
		if c, ok := sock.Conn.(interface {
			CloseRead() error
			CloseWrite() error
		}); ok {
			_, _ = c.CloseRead(), c.CloseWrite()
		} else {
			_ = sock.Conn.Close()
		}
	}
	return len(open)
}

// dialCancel is the dial of a cancel request. Nobody waits for its effect, and
// pgx would hold on for 15 seconds; on a route that is closed there is none.
func (s *sockets) dialCancel(ctx context.Context, generation uint64, network, address string) (net.Conn, error) {
	s.mu.Lock()
	closed := generation < s.floor
	s.mu.Unlock()
	if closed {
		return nil, errDeadGeneration
	}
	ctx, cancel := context.WithTimeout(ctx, time.Second)
	defer cancel()
	defer context.AfterFunc(s.life, cancel)()
	c, err := (&net.Dialer{}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	return &cancelSocket{Conn: c, stop: context.AfterFunc(s.life, func() { _ = c.Close() })}, c.SetDeadline(time.Now().Add(time.Second))
}

// cancelSocket is a connection that carries a cancel request, no longer than a
// second: pgx's own limit is put over ours and taken back to it.
type cancelSocket struct {
	net.Conn
	stop func() bool
}

func (c *cancelSocket) SetDeadline(t time.Time) error {
	if limit := time.Now().Add(time.Second); t.IsZero() || t.After(limit) {
		t = limit
	}
	return c.Conn.SetDeadline(t)
}

func (c *cancelSocket) Close() error {
	c.stop()
	return c.Conn.Close()
}

func (s *sockets) remove(sock *socket) {
	s.mu.Lock()
	delete(s.open, sock)
	s.mu.Unlock()
}

// shutdown closes every socket, ends the cancel requests under way, and refuses
// new ones.
func (s *sockets) shutdown() {
	s.end()
	s.closeBefore(math.MaxUint64)
}

// closeBefore closes every socket of a generation older than this one, and
// refuses new ones.
func (s *sockets) closeBefore(generation uint64) {
	s.mu.Lock()
	if generation > s.floor {
		s.floor = generation
	}
	var old []*socket
	for sock, g := range s.open {
		if g < s.floor {
			old = append(old, sock)
		}
	}
	s.mu.Unlock()
	for _, sock := range old {
		_ = sock.Close()
	}
}
