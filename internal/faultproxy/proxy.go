// Package faultproxy is a TCP proxy for tests that does to connections what
// networks and dying servers do: it refuses, resets, drops, stalls, delays,
// throttles and cuts, also at a given message of PostgreSQL's protocol, and
// heals.
package faultproxy

import (
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"strconv"
	"sync"
	"testing"
	"time"
)

// Proxy forwards TCP connections to a target. Its methods may be called from
// any goroutine and take effect on open connections at once, unless they say
// otherwise. Faults add up until Heal.
type Proxy struct {
	target string
	port   int
	wg     sync.WaitGroup

	mu       sync.Mutex
	closed   bool
	listener *net.TCPListener // nil while connections are refused
	onNew    onNew
	fillers  map[string]net.Conn // connections of ours in a full listen queue, by local address
	ways     [2]way
	spared   string // application whose connections are not delayed
	triggers []*Trigger
	links    map[*link]struct{}
	accepted int
	changed  chan struct{} // closed and replaced when any of the above changes
}

// onNew is what happens to new connections.
type onNew uint8

const (
	forwardNew onNew = iota
	resetNew
	holdNew
	dropNew
)

// Direction is one of the two ways through the proxy.
type Direction uint8

// The directions.
const (
	ToServer Direction = iota
	ToClient
)

// way holds the faults of one direction.
type way struct {
	stalled bool
	delay   time.Duration
	rate    int // bytes a second; 0 is no limit
}

// New starts a proxy for a test and closes it when the test is over.
func New(tb testing.TB, target string) *Proxy {
	tb.Helper()
	p, err := Start(target)
	if err != nil {
		tb.Fatalf("faultproxy: %v", err)
	}
	tb.Cleanup(p.Close)
	return p
}

// Start starts a proxy on 127.0.0.1. The target, host:port, need not be up;
// it is dialled for each connection.
func Start(target string) (*Proxy, error) {
	p := &Proxy{target: target, links: make(map[*link]struct{}), changed: make(chan struct{})}
	// From below the ports of outgoing connections, so that the port is still
	// free after Refuse.
	var err error
	for range 100 {
		p.port = 12000 + rand.IntN(8000)
		if err = p.listen(); err == nil {
			return p, nil
		}
	}
	return nil, err
}

// listen opens the port and accepts from it. The lock is held, or p is new.
func (p *Proxy) listen() error {
	l, err := net.Listen("tcp4", p.Addr())
	if err != nil {
		return err
	}
	p.listener = l.(*net.TCPListener)
	p.wg.Go(func() { p.accept(l.(*net.TCPListener)) })
	return nil
}

// Addr is the proxy's address, host:port.
func (p *Proxy) Addr() string { return net.JoinHostPort("127.0.0.1", strconv.Itoa(p.port)) }

// Port is the proxy's port.
func (p *Proxy) Port() int { return p.port }

// Open is the number of connections being forwarded.
func (p *Proxy) Open() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return len(p.links)
}

// Accepted is the number of connections accepted so far, whatever became of
// them.
func (p *Proxy) Accepted() int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.accepted
}

// Close ends the proxy and all its connections. It may be called twice.
func (p *Proxy) Close() {
	p.mu.Lock()
	p.closed = true
	p.closeListener()
	p.change()
	p.mu.Unlock()
	p.ResetAll()
	p.wg.Wait()
}

// closeListener closes the port and what waits in its queue.
func (p *Proxy) closeListener() {
	if p.listener != nil {
		_ = p.listener.Close()
		p.listener = nil
	}
	for _, c := range p.fillers {
		_ = c.Close()
	}
	p.fillers = nil
}

// change wakes everything that waits for a change of faults.
func (p *Proxy) change() {
	close(p.changed)
	p.changed = make(chan struct{})
}

// accept takes connections from l until it is closed.
func (p *Proxy) accept(l *net.TCPListener) {
	for {
		p.mu.Lock()
		mine, changed := p.listener == l, p.changed
		dropping := mine && p.onNew == dropNew
		p.mu.Unlock()
		if !mine {
			return
		}
		if dropping {
			<-changed
			continue
		}
		c, err := l.AcceptTCP()
		if err != nil {
			if errors.Is(err, net.ErrClosed) {
				return
			}
			continue // the deadline by which DropNew gets us out of Accept
		}
		p.admit(c)
	}
}

// admit does with a new connection what is to be done.
func (p *Proxy) admit(c *net.TCPConn) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if f, ours := p.fillers[c.RemoteAddr().String()]; ours {
		_, _ = f.Close(), c.Close()
		delete(p.fillers, c.RemoteAddr().String())
		return
	}
	p.accepted++
	switch {
	case p.closed || p.onNew == resetNew:
		reset(c)
		return
	case p.onNew == dropNew:
		// It was faster than DropNew; nothing will be said to it.
	}
	l := &link{proxy: p, client: c, gone: make(chan struct{})}
	p.links[l] = struct{}{}
	held := p.onNew == holdNew || p.onNew == dropNew
	p.wg.Go(func() { l.run(held) })
}

func (p *Proxy) forget(l *link) {
	p.mu.Lock()
	delete(p.links, l)
	p.mu.Unlock()
}

func (p *Proxy) all() []*link {
	p.mu.Lock()
	defer p.mu.Unlock()
	var links []*link
	for l := range p.links {
		links = append(links, l)
	}
	return links
}

// reset closes a connection with RST.
func reset(c *net.TCPConn) {
	_ = c.SetLinger(0)
	_ = c.Close()
}

func (d Direction) String() string { return [...]string{"to server", "to client"}[d] }

// String describes the proxy for failure messages.
func (p *Proxy) String() string { return fmt.Sprintf("proxy %s to %s", p.Addr(), p.target) }
