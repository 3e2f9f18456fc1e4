package faultproxy

import "bytes"

// How is a way for a connection to end.
type How uint8

// The ways to end.
const (
	// Close ends the connection in order (FIN).
	Close How = iota
	// Reset ends it with RST; what was under way is lost.
	Reset
	// Silence ends nothing: no byte passes any more, in either direction,
	// until Heal.
	Silence
)

// Cut says where a connection is to be ended, and how. The first connection
// on which it matches is cut, once.
//
// The client's side ends as How says. The server's side is never reset: the
// server gets what was forwarded to it before, then the end of the stream, so
// that what it had received it can complete.
type Cut struct {
	Direction Direction
	// Match picks the message, in this direction, at which to cut.
	Match func(Message) bool
	// After is the number of bytes, in this direction on one connection, at
	// which to cut, if Match is nil.
	After int64
	// Forward is how much of the matching message is still forwarded.
	Forward int
	How     How
}

// All is a Cut's Forward that lets the whole message through.
const All = int(^uint(0) >> 1)

// Trigger is a Cut that is set.
type Trigger struct {
	cut   Cut
	fired chan struct{}
}

// Fired is closed when the cut has been made.
func (t *Trigger) Fired() <-chan struct{} { return t.fired }

// Cut sets a trigger. It stays set until it fires, or until Heal.
func (p *Proxy) Cut(c Cut) *Trigger {
	t := &Trigger{cut: c, fired: make(chan struct{})}
	p.mu.Lock()
	defer p.mu.Unlock()
	p.triggers = append(p.triggers, t)
	return t
}

// pull claims the first trigger that a chunk fires. before is what passed on
// the connection in this direction already, m the message if the chunk is one.
// keep is how much of the chunk is still to be forwarded.
func (p *Proxy) pull(d Direction, before int64, chunk []byte, m *Message) (t *Trigger, keep int) {
	p.mu.Lock()
	defer p.mu.Unlock()
	for i, t := range p.triggers {
		c := t.cut
		switch {
		case c.Direction != d:
			continue
		case c.Match == nil && before+int64(len(chunk)) < c.After:
			continue
		case c.Match == nil:
			keep = int(max(0, c.After-before))
		case m == nil || !c.Match(*m):
			continue
		default:
			keep = min(c.Forward, len(chunk))
		}
		p.triggers = append(p.triggers[:i:i], p.triggers[i+1:]...)
		return t, keep
	}
	return nil, 0
}

// ClientMessage matches a message of the given type from the client: 'Q'
// Query, 'P' Parse, 'B' Bind, 'E' Execute, 'S' Sync.
func ClientMessage(kind byte) Cut {
	return Cut{Direction: ToServer, Match: func(m Message) bool { return m.Kind == kind }}
}

// ServerMessage matches a message of the given type from the server: 'C'
// CommandComplete, 'D' DataRow, 'Z' ReadyForQuery, 'R' Authentication.
func ServerMessage(kind byte) Cut {
	return Cut{Direction: ToClient, Match: func(m Message) bool { return m.Kind == kind }}
}

// QueryText matches the Query or Parse message that holds a text.
func QueryText(text string) Cut {
	return Cut{Direction: ToServer, Match: func(m Message) bool {
		return (m.Kind == 'Q' || m.Kind == 'P') && bytes.Contains(m.Body, []byte(text))
	}}
}

// CommandComplete matches the server's word that a command is done: "COMMIT",
// or "INSERT 0 1".
func CommandComplete(tag string) Cut {
	return Cut{Direction: ToClient, Match: func(m Message) bool {
		return m.Kind == 'C' && string(m.Body) == tag+"\x00"
	}}
}
