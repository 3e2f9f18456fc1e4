package faultproxy

import (
	"bytes"
	"encoding/binary"
)

// Message is a message of PostgreSQL's protocol.
type Message struct {
	Direction Direction
	Kind      byte // 0 for what opens a connection: startup, SSLRequest, CancelRequest
	Body      []byte
}

// application is the application_name that an opening message gives.
func (m *Message) application() string {
	fields := bytes.Split(m.Body[min(len(m.Body), 4):], []byte{0})
	for i := 0; i+1 < len(fields); i += 2 {
		if string(fields[i]) == "application_name" {
			return string(fields[i+1])
		}
	}
	return ""
}

// The numbers in place of a version in an opening message.
const (
	cancelRequest = 80877102
	sslRequest    = 80877103
	gssRequest    = 80877104
)

// splitter cuts one direction of a connection into messages. What is not
// PostgreSQL's protocol, or is encrypted, passes as it comes.
type splitter struct {
	direction Direction
	shared    *protocol
	buffer    []byte
}

// protocol is what both directions of a connection know of it. Its owner
// locks.
type protocol struct {
	state   state
	answers int // single bytes that the server owes for requests to encrypt
}

type state uint8

const (
	opening state = iota // the client has yet to say what it wants
	typed                // messages with a type
	raw                  // anything
)

// add takes bytes and returns what can be forwarded: chunks, and for each the
// message that it is, or nil.
func (s *splitter) add(data []byte) (chunks [][]byte, messages []*Message) {
	s.buffer = append(s.buffer, data...)
	for len(s.buffer) > 0 {
		n, m := s.next()
		if n == 0 {
			return chunks, messages
		}
		chunks, messages = append(chunks, s.buffer[:n:n]), append(messages, m)
		s.buffer = s.buffer[n:]
	}
	return chunks, messages
}

// next returns the length of the first chunk in the buffer, 0 if it is not
// complete.
func (s *splitter) next() (int, *Message) {
	b := s.buffer
	switch {
	case s.shared.state == raw:
		return len(b), nil
	case s.direction == ToClient && s.shared.answers > 0:
		s.shared.answers--
		if b[0] == 'S' || b[0] == 'G' {
			s.shared.state = raw // encrypted from here
		}
		return 1, nil
	case s.shared.state == opening && s.direction == ToClient:
		s.shared.state = raw // a server that speaks first is not PostgreSQL
		return len(b), nil
	case s.shared.state == opening:
		return s.open()
	}
	if len(b) < 5 {
		return 0, nil
	}
	n := int(binary.BigEndian.Uint32(b[1:])) + 1
	if n < 5 {
		s.shared.state = raw
		return len(b), nil
	}
	if len(b) < n {
		return 0, nil
	}
	return n, &Message{s.direction, b[0], b[5:n]}
}

// open reads what a client begins with.
func (s *splitter) open() (int, *Message) {
	b := s.buffer
	if len(b) < 8 {
		if b[0] != 0 {
			s.shared.state = raw
			return len(b), nil
		}
		return 0, nil
	}
	n, version := int(binary.BigEndian.Uint32(b)), binary.BigEndian.Uint32(b[4:])
	switch {
	case version == sslRequest || version == gssRequest:
		s.shared.answers++
	case version == cancelRequest || version>>16 == 3:
		if n < 8 || n > 1<<20 {
			break
		}
		if len(b) < n {
			return 0, nil
		}
		s.shared.state = typed
	default:
		s.shared.state = raw
		return len(b), nil
	}
	return n, &Message{s.direction, 0, b[4:n]}
}
