package faultproxy

import (
	"context"
	"net"
	"sync"
	"sync/atomic"
	"time"
)

// link is one connection through the proxy.
type link struct {
	proxy    *Proxy
	client   *net.TCPConn
	server   *net.TCPConn // set before the pumps run
	silenced atomic.Bool  // by a trigger
	wasCut   atomic.Bool  // by a trigger
	once     sync.Once
	gone     chan struct{} // closed when the link has been ended

	application atomic.Pointer[string] // that the client says it is

	mu       sync.Mutex // of protocol
	protocol protocol
}

// run forwards until both sides have ended. held: not before the faults
// change.
func (l *link) run(held bool) {
	defer l.proxy.forget(l)
	defer l.end(Close)
	if held && !l.waitWhile(func() bool { return l.proxy.onNew == holdNew || l.proxy.onNew == dropNew }) {
		return
	}
	c, err := l.dial()
	if err != nil {
		reset(l.client) // as near as can be to the target's own refusal
		return
	}
	l.mu.Lock()
	l.server = c.(*net.TCPConn)
	l.mu.Unlock()
	select {
	case <-l.gone: // ended while it was being dialled
		_ = c.Close()
		return
	default:
	}
	var pumps sync.WaitGroup
	pumps.Go(func() { l.pump(ToServer, l.client, l.server) })
	pumps.Go(func() { l.pump(ToClient, l.server, l.client) })
	pumps.Wait()
}

// dial connects to the target, for as long as the link is.
func (l *link) dial() (net.Conn, error) {
	ctx, cancel := context.WithTimeout(context.Background(), 10*time.Second)
	defer cancel()
	stop := make(chan struct{})
	defer close(stop)
	go func() {
		select {
		case <-l.gone:
			cancel()
		case <-stop:
		}
	}()
	return new(net.Dialer).DialContext(ctx, "tcp", l.proxy.target)
}

// end ends both sides, once.
func (l *link) end(how How) {
	l.once.Do(func() {
		close(l.gone)
		l.mu.Lock()
		server := l.server
		l.mu.Unlock()
		for _, c := range []*net.TCPConn{l.client, server} {
			switch {
			case c == nil:
			case how == Reset:
				reset(c)
			default:
				_ = c.Close()
			}
		}
	})
}

// cutClient ends the client's side.
func (l *link) cutClient(how How) {
	l.wasCut.Store(how != Silence)
	switch how {
	case Silence:
		l.silenced.Store(true)
	case Reset:
		reset(l.client)
	default:
		_ = l.client.Close()
	}
}

// pump forwards one direction until its source has ended.
func (l *link) pump(d Direction, from, to *net.TCPConn) {
	s := &splitter{direction: d, shared: &l.protocol}
	buffer := make([]byte, 32<<10)
	var passed int64
	open := true // to takes bytes
	for {
		n, err := from.Read(buffer)
		if n > 0 && open {
			l.mu.Lock()
			chunks, messages := s.add(buffer[:n])
			l.mu.Unlock()
			for i := 0; i < len(chunks) && open; i++ {
				if m := messages[i]; m != nil && m.Kind == 0 {
					name := m.application()
					l.application.Store(&name)
				}
				open = l.forward(d, to, passed, chunks[i], messages[i])
				passed += int64(len(chunks[i]))
			}
		}
		if err != nil {
			// What is stalled ends no sooner than it would arrive.
			if open && l.pass(d, 0) {
				_, _ = to.Write(s.buffer)
				_ = to.CloseWrite()
			}
			return
		}
	}
}

// forward sends a chunk on, subject to all faults. It reports whether more can
// be sent.
func (l *link) forward(d Direction, to *net.TCPConn, passed int64, chunk []byte, m *Message) bool {
	if !l.pass(d, len(chunk)) {
		return false
	}
	t, keep := l.proxy.pull(d, passed, chunk, m)
	if t == nil {
		return l.write(d, to, chunk)
	}
	// What the server is still to get, it gets when the client is cut off
	// already: it may answer at once.
	ok := d == ToServer || l.write(d, to, chunk[:keep])
	l.cutClient(t.cut.How)
	if d == ToServer {
		ok = l.write(d, to, chunk[:keep])
	}
	close(t.fired)
	if t.cut.How != Silence {
		_ = l.server.CloseWrite() // and it finishes with what it has
		return false
	}
	return ok && l.pass(d, 0) && l.write(d, to, chunk[keep:]) // after Heal
}

// write sends at the speed that is allowed.
func (l *link) write(d Direction, to *net.TCPConn, chunk []byte) bool {
	for len(chunk) > 0 {
		rate := l.way(d).rate
		n := len(chunk)
		if rate > 0 {
			n = min(n, max(1, rate/50))
		}
		if _, err := to.Write(chunk[:n]); err != nil {
			if d == ToServer && !l.wasCut.Load() {
				l.end(Reset) // the server is gone
			}
			return false
		}
		chunk = chunk[n:]
		if rate > 0 && !l.sleep(time.Duration(n)*time.Second/time.Duration(rate), func() bool { return l.proxy.ways[d].rate == rate }) {
			return false
		}
	}
	return true
}

// pass waits until a chunk may pass: for the delay, and while stalled.
func (l *link) pass(d Direction, n int) bool {
	if delay := l.way(d).delay; delay > 0 && n > 0 && !l.spared() {
		if !l.sleep(delay, func() bool { return l.proxy.ways[d].delay == delay && !l.isSpared() }) {
			return false
		}
	}
	return l.waitWhile(func() bool { return l.proxy.ways[d].stalled || l.silenced.Load() })
}

func (l *link) spared() bool {
	l.proxy.mu.Lock()
	defer l.proxy.mu.Unlock()
	return l.isSpared()
}

// isSpared is spared for who holds the proxy's lock.
func (l *link) isSpared() bool {
	name := l.application.Load()
	return l.proxy.spared != "" && name != nil && *name == l.proxy.spared
}

func (l *link) way(d Direction) way {
	l.proxy.mu.Lock()
	defer l.proxy.mu.Unlock()
	return l.proxy.ways[d]
}

// waitWhile waits while a fault, looked at under the proxy's lock, is there.
// It reports whether the link still is.
func (l *link) waitWhile(fault func() bool) bool {
	for {
		l.proxy.mu.Lock()
		there, changed := fault(), l.proxy.changed
		l.proxy.mu.Unlock()
		select {
		case <-l.gone:
			return false
		default:
		}
		if !there {
			return true
		}
		select {
		case <-l.gone:
			return false
		case <-changed:
		}
	}
}

// sleep waits for a time, or until the fault is not there any more.
func (l *link) sleep(d time.Duration, fault func() bool) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	for {
		l.proxy.mu.Lock()
		there, changed := fault(), l.proxy.changed
		l.proxy.mu.Unlock()
		if !there {
			return true
		}
		select {
		case <-timer.C:
			return true
		case <-l.gone:
			return false
		case <-changed:
		}
	}
}
