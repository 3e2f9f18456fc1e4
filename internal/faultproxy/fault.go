package faultproxy

import (
	"fmt"
	"net"
	"time"
)

// Refuse closes the port: new connections are refused. Open ones stay.
func (p *Proxy) Refuse() {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.closeListener()
	p.change()
}

// ResetNew resets new connections as soon as they are accepted.
func (p *Proxy) ResetNew() { p.setNew(resetNew) }

// HoldNew accepts new connections and says nothing to them. After Heal they
// are forwarded.
func (p *Proxy) HoldNew() { p.setNew(holdNew) }

func (p *Proxy) setNew(n onNew) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.onNew = n
	p.change()
}

// DropNew makes the system ignore new connections, as if nobody were at the
// address: their dial gets no answer at all. It fills the port's listen queue
// and accepts no more; it works on Linux.
func (p *Proxy) DropNew() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.listener == nil {
		return fmt.Errorf("faultproxy: %v refuses connections already", p)
	}
	p.onNew = dropNew
	p.change()
	if err := setBacklog(p.listener, 0); err != nil {
		return err
	}
	if err := p.listener.SetDeadline(time.Unix(1, 0)); err != nil { // out of Accept
		return err
	}
	p.fillers = make(map[string]net.Conn)
	for range 100 {
		c, err := net.DialTimeout("tcp4", p.Addr(), 100*time.Millisecond)
		if err != nil {
			return nil // nothing answers any more
		}
		p.fillers[c.LocalAddr().String()] = c
	}
	return fmt.Errorf("faultproxy: the listen queue of %v does not fill", p)
}

// Stall stops forwarding in a direction. What was not forwarded is kept, and
// goes on after Heal. Both directions are a black hole on established
// connections; new ones are accepted and stalled too.
func (p *Proxy) Stall(directions ...Direction) {
	p.each(directions, func(w *way) { w.stalled = true })
}

// Delay holds what passes in the directions up, each read of at most 32 kB for
// d.
func (p *Proxy) Delay(d time.Duration, directions ...Direction) {
	p.each(directions, func(w *way) { w.delay = d })
}

// Spare exempts connections from Delay: those that gave this application_name
// when they began.
func (p *Proxy) Spare(application string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.spared = application
	p.change()
}

// Throttle limits the directions to a number of bytes a second, for each
// connection.
func (p *Proxy) Throttle(bytesPerSecond int, directions ...Direction) {
	p.each(directions, func(w *way) { w.rate = bytesPerSecond })
}

// each changes the given directions, or both.
func (p *Proxy) each(directions []Direction, f func(*way)) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(directions) == 0 {
		directions = []Direction{ToServer, ToClient}
	}
	for _, d := range directions {
		f(&p.ways[d])
	}
	p.change()
}

// ResetAll resets all open connections, on both sides.
func (p *Proxy) ResetAll() {
	for _, l := range p.all() {
		l.end(Reset)
	}
}

// CloseAll closes all open connections, on both sides.
func (p *Proxy) CloseAll() {
	for _, l := range p.all() {
		l.end(Close)
	}
}

// Heal takes all faults back: the port is open, everything is forwarded, and
// no trigger is set. Connections that ended stay ended.
func (p *Proxy) Heal() error {
	p.mu.Lock()
	defer p.mu.Unlock()
	if p.closed {
		return net.ErrClosed
	}
	p.ways = [2]way{}
	p.spared = ""
	p.triggers = nil
	wasDropping := p.onNew == dropNew
	p.onNew = forwardNew
	for l := range p.links {
		l.silenced.Store(false)
	}
	defer p.change()
	if p.listener == nil {
		var err error
		for range 100 { // the old listener may need a moment to be gone
			if err = p.listen(); err == nil {
				break
			}
			time.Sleep(time.Millisecond)
		}
		return err
	}
	for _, c := range p.fillers {
		_ = c.Close() // accept will know them by their address
	}
	if wasDropping {
		if err := setBacklog(p.listener, 128); err != nil {
			return err
		}
		return p.listener.SetDeadline(time.Time{})
	}
	return nil
}
