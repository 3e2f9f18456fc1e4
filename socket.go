package failoversql

import (
	"context"
	"errors"
	"math"
	"net"
	"os"
	"sync"
	"sync/atomic"
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
}

func (s *socket) Write(b []byte) (int, error) {
	n, err := s.Conn.Write(b)
	s.written.Add(int64(n))
	if err != nil {
		s.failed(err)
	}
	return n, err
}

func (s *socket) Read(b []byte) (int, error) {
	n, err := s.Conn.Read(b)
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
// releases whoever waits on a generation that is gone.
type sockets struct {
	mu     sync.Mutex
	open   map[*socket]uint64 // by generation
	floor  uint64             // sockets of older generations are refused
	broken func(error)        // passive evidence

	life context.Context // of cancel requests under way
	end  context.CancelFunc
}

func newSockets(broken func(error)) *sockets {
	s := &sockets{open: make(map[*socket]uint64), broken: broken}
	s.life, s.end = context.WithCancel(context.Background())
	return s
}

// dialing carries the socket of a connection out of pgx's dial, and the
// generation that it is made for into it.
type dialing struct {
	generation uint64
	sock       *socket
}

type dialingKey struct{}

var errDeadGeneration = errors.New("failoversql: this route to PostgreSQL is closed")

// dial is the DialFunc of every primary connection. A dial without a dialing in
// its context is pgx's own cancel request: on a route that is closed it fails at
// once, for nobody waits for its effect and it would hold on for 15 seconds.
func (s *sockets) dial(ctx context.Context, network, address string) (net.Conn, error) {
	d, ours := ctx.Value(dialingKey{}).(*dialing)
	var generation uint64
	if ours {
		generation = d.generation
	} else {
		var cancel context.CancelFunc
		ctx, cancel = context.WithTimeout(ctx, time.Second)
		defer cancel()
		defer context.AfterFunc(s.life, cancel)()
	}
	s.mu.Lock()
	closed := generation < s.floor
	s.mu.Unlock()
	if closed {
		return nil, errDeadGeneration
	}
	c, err := (&net.Dialer{KeepAlive: 30 * time.Second}).DialContext(ctx, network, address)
	if err != nil {
		return nil, err
	}
	if !ours {
		return c, nil
	}
	sock := &socket{Conn: c, set: s}
	s.mu.Lock()
	defer s.mu.Unlock()
	if generation < s.floor {
		_ = c.Close()
		return nil, errDeadGeneration
	}
	s.open[sock] = generation
	d.sock = sock
	return sock, nil
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
