package dbsync

import (
	"encoding/binary"
	"testing"
)

// FuzzMessage: whatever the stream brings is read or refused, and what is read of
// it lies inside the message.
func FuzzMessage(f *testing.F) {
	be := binary.BigEndian
	text := func(s string) []byte { return append([]byte(s), 0) }
	cat := func(parts ...[]byte) (out []byte) {
		for _, p := range parts {
			out = append(out, p...)
		}
		return out
	}
	u16 := func(n uint16) []byte { return be.AppendUint16(nil, n) }
	u32 := func(n uint32) []byte { return be.AppendUint32(nil, n) }
	u64 := func(n uint64) []byte { return be.AppendUint64(nil, n) }
	row := cat(u16(3), []byte("n"), []byte("u"), []byte("t"), u32(2), []byte("ab"))
	for _, m := range [][]byte{
		cat([]byte("B"), u64(1), u64(2), u32(3)),
		cat([]byte("C"), []byte{0}, u64(1), u64(2), u64(3)),
		cat([]byte("R"), u32(16384), text("public"), text("t"), []byte("d"), u16(2), []byte{1}, text("a"), u32(23), u32(0xffffffff), []byte{0}, text("b"), u32(25), u32(0xffffffff)),
		cat([]byte("I"), u32(16384), []byte("N"), row),
		cat([]byte("U"), u32(16384), []byte("O"), row, []byte("N"), row),
		cat([]byte("U"), u32(16384), []byte("K"), row, []byte("N"), row),
		cat([]byte("U"), u32(16384), []byte("N"), row),
		cat([]byte("D"), u32(16384), []byte("K"), row),
		cat([]byte("T"), u32(2), []byte{1}, u32(16384), u32(16385)),
		cat([]byte("M"), []byte{1}, u64(1), text("failoversql"), u32(3), []byte("abc")),
		cat([]byte("k"), u64(1), u64(2), []byte{1}),
		cat([]byte("I"), u32(1), []byte("N"), u16(0xffff)),
		cat([]byte("I"), u32(1), []byte("N"), u16(0x7fff), []byte("t"), u32(0x7fffffff)),
		cat([]byte("I"), u32(1), []byte("N"), u16(1), []byte("b"), u32(0xffffffff)),
		cat([]byte("T"), u32(0xffffffff), []byte{0}),
		cat([]byte("R"), u32(1), []byte("no end")),
		[]byte("M"), []byte("Y"), {0}, {},
	} {
		f.Add(m)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		if len(b) == 0 {
			return
		}
		var m rowMessage
		held := 0
		count := func(row tuple) {
			for _, v := range row {
				held += len(v.data) + 1
			}
		}
		kind, rest := b[0], b[1:]
		var err error
		switch kind {
		case 'B':
			_, err = parseBegin(rest)
		case 'C':
			_, err = parseCommit(rest)
		case 'R':
			var r relationMessage
			if r, err = parseRelation(rest); err == nil {
				held = len(r.schema) + len(r.name) + len(r.columns)
			}
		case 'I':
			err = parseInsert(rest, &m)
		case 'U':
			err = parseUpdate(rest, &m)
		case 'D':
			err = parseDelete(rest, &m)
		case 'T':
			var r truncateMessage
			if r, err = parseTruncate(rest); err == nil {
				held = 4 * len(r.relations)
			}
		case 'M':
			_, err = parseLogical(rest)
		case 'k':
			_, err = parseKeepalive(rest)
		}
		if err == nil && (kind == 'I' || kind == 'U' || kind == 'D') {
			count(m.old)
			count(m.new)
		}
		if held > len(b) {
			t.Errorf("%q: %d bytes gave %d", kind, len(b), held)
		}
	})
}

// FuzzTimeline: a history file of any kind is read.
func FuzzTimeline(f *testing.F) {
	f.Add("1\t0/3000000\tno recovery target specified\n", "1")
	f.Add("1\tx\n\n# comment\n2\t0/1", "2")
	f.Add("1", "1")
	f.Fuzz(func(t *testing.T, history, timeline string) {
		if end, ok := timelineEnd(history, timeline); !ok && end != 0 {
			t.Errorf("%d without being found", end)
		}
		_, _ = ParseLSN(history)
	})
}
