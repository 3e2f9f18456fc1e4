package dbsync

import (
	"encoding/binary"
	"errors"
	"fmt"
	"time"
)

// This file reads the messages of logical replication: those of the
// replication protocol ("XLogData", "primary keepalive") and, inside them,
// those of the pgoutput plugin, protocol version 1. Nothing is copied: slices
// in a message point into the bytes it was read from.

// pgEpoch is 2000-01-01 UTC, from which PostgreSQL counts microseconds.
var pgEpoch = time.Date(2000, 1, 1, 0, 0, 0, 0, time.UTC)

func pgTime(us int64) time.Time { return pgEpoch.Add(time.Duration(us) * time.Microsecond) }

// keepalive is the primary's sign of life in the stream.
type keepalive struct {
	walEnd LSN // everything committed before it has been sent
	reply  bool
}

func parseKeepalive(b []byte) (keepalive, error) {
	if len(b) < 17 {
		return keepalive{}, errTruncated
	}
	return keepalive{walEnd: LSN(binary.BigEndian.Uint64(b)), reply: b[16] != 0}, nil
}

// xlogHeader is the length of an XLogData header: start, end, clock.
const xlogHeader = 24

type beginMessage struct {
	commitLSN LSN // of the commit record
	at        time.Time
	xid       uint32
}

type commitMessage struct {
	endLSN LSN // first position after the commit record
	at     time.Time
}

// relationMessage describes a table before its first change in a session and
// again after its definition may have changed.
type relationMessage struct {
	oid          uint32
	schema, name string
	identity     byte
	columns      []relationColumn
}

type relationColumn struct {
	key    bool // belongs to the replica identity
	name   string
	typ    uint32
	typmod int32
}

// tuple is a row: as many values as the relation has columns.
type tuple []tupleValue

// tupleValue is one column of a row. Kind is 'n' NULL, 'u' unchanged and not
// sent, 't' text, 'b' binary.
type tupleValue struct {
	kind byte
	data []byte
}

// rowMessage is an insert (old empty), an update or a delete (new empty).
// oldKind is 'K' when old holds only the key columns, 'O' for a whole row, 0
// for none.
type rowMessage struct {
	relation uint32
	oldKind  byte
	old      tuple
	new      tuple
}

type truncateMessage struct {
	relations []uint32
}

// logicalMessage is what pg_logical_emit_message wrote.
type logicalMessage struct {
	lsn     LSN
	prefix  string
	content []byte
}

var errTruncated = errors.New("dbsync: replication message cut short")

// wire reads big-endian fields; it remembers that it ran out of bytes, so that
// callers check once.
type wire struct {
	b   []byte
	err error
}

func (w *wire) take(n int) []byte {
	if n < 0 || len(w.b) < n {
		w.err = errTruncated
		w.b = nil
		return nil
	}
	p := w.b[:n:n]
	w.b = w.b[n:]
	return p
}

func (w *wire) byte() byte {
	if p := w.take(1); p != nil {
		return p[0]
	}
	return 0
}

func (w *wire) int16() int {
	if p := w.take(2); p != nil {
		return int(int16(binary.BigEndian.Uint16(p)))
	}
	return 0
}

func (w *wire) uint32() uint32 {
	if p := w.take(4); p != nil {
		return binary.BigEndian.Uint32(p)
	}
	return 0
}

func (w *wire) uint64() uint64 {
	if p := w.take(8); p != nil {
		return binary.BigEndian.Uint64(p)
	}
	return 0
}

func (w *wire) string() string {
	for i, c := range w.b {
		if c == 0 {
			s := string(w.b[:i])
			w.b = w.b[i+1:]
			return s
		}
	}
	w.take(len(w.b) + 1)
	return ""
}

// tuple reads a row into dst, which it grows at need.
func (w *wire) tuple(dst tuple) tuple {
	n := w.int16()
	dst = dst[:0]
	for range n {
		v := tupleValue{kind: w.byte()}
		switch v.kind {
		case 'n', 'u':
		case 't', 'b':
			v.data = w.take(int(int32(w.uint32())))
		default:
			if w.err == nil {
				w.err = fmt.Errorf("dbsync: column of unknown kind %q in the replication stream", v.kind)
			}
		}
		if w.err != nil {
			return dst
		}
		dst = append(dst, v)
	}
	return dst
}

func parseBegin(b []byte) (beginMessage, error) {
	w := wire{b: b}
	m := beginMessage{commitLSN: LSN(w.uint64()), at: pgTime(int64(w.uint64())), xid: w.uint32()}
	return m, w.err
}

func parseCommit(b []byte) (commitMessage, error) {
	w := wire{b: b}
	w.byte() // flags, unused
	w.uint64()
	m := commitMessage{endLSN: LSN(w.uint64()), at: pgTime(int64(w.uint64()))}
	return m, w.err
}

func parseRelation(b []byte) (relationMessage, error) {
	w := wire{b: b}
	m := relationMessage{oid: w.uint32(), schema: w.string(), name: w.string(), identity: w.byte()}
	if m.schema == "" {
		m.schema = "pg_catalog" // how the protocol writes it
	}
	n := w.int16()
	for range n {
		c := relationColumn{key: w.byte()&1 != 0, name: w.string(), typ: w.uint32(), typmod: int32(w.uint32())}
		if w.err != nil {
			break
		}
		m.columns = append(m.columns, c)
	}
	return m, w.err
}

// parseInsert, parseUpdate and parseDelete fill m, whose slices they reuse.
func parseInsert(b []byte, m *rowMessage) error {
	w := wire{b: b}
	m.relation, m.oldKind, m.old = w.uint32(), 0, m.old[:0]
	if k := w.byte(); k != 'N' && w.err == nil {
		return fmt.Errorf("dbsync: insert with a row of kind %q in the replication stream", k)
	}
	m.new = w.tuple(m.new)
	return w.err
}

func parseUpdate(b []byte, m *rowMessage) error {
	w := wire{b: b}
	m.relation, m.oldKind, m.old = w.uint32(), 0, m.old[:0]
	k := w.byte()
	if k == 'K' || k == 'O' {
		m.oldKind = k
		m.old = w.tuple(m.old)
		k = w.byte()
	}
	if k != 'N' && w.err == nil {
		return fmt.Errorf("dbsync: update with a row of kind %q in the replication stream", k)
	}
	m.new = w.tuple(m.new)
	return w.err
}

func parseDelete(b []byte, m *rowMessage) error {
	w := wire{b: b}
	m.relation, m.new = w.uint32(), m.new[:0]
	m.oldKind = w.byte()
	if m.oldKind != 'K' && m.oldKind != 'O' && w.err == nil {
		return fmt.Errorf("dbsync: delete with a row of kind %q in the replication stream", m.oldKind)
	}
	m.old = w.tuple(m.old)
	return w.err
}

func parseTruncate(b []byte) (truncateMessage, error) {
	w := wire{b: b}
	n := int(int32(w.uint32()))
	w.byte() // CASCADE and RESTART IDENTITY: their effects are in the list and in the sequences
	var m truncateMessage
	for range n {
		oid := w.uint32()
		if w.err != nil {
			break
		}
		m.relations = append(m.relations, oid)
	}
	return m, w.err
}

func parseLogical(b []byte) (logicalMessage, error) {
	w := wire{b: b}
	w.byte() // transactional or not
	m := logicalMessage{lsn: LSN(w.uint64()), prefix: w.string()}
	m.content = w.take(int(int32(w.uint32())))
	return m, w.err
}

// appendStatus appends a "standby status update" that gives one position as
// written, flushed and applied: what is durable in the file, which is all that
// the primary may forget.
func appendStatus(dst []byte, flushed LSN, now time.Time) []byte {
	dst = append(dst, 'r')
	for range 3 {
		dst = binary.BigEndian.AppendUint64(dst, uint64(flushed))
	}
	dst = binary.BigEndian.AppendUint64(dst, uint64(now.Sub(pgEpoch).Microseconds()))
	return append(dst, 0)
}
