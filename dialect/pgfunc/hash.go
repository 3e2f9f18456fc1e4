package pgfunc

import (
	"encoding/binary"
	"math/bits"
)

// The hash functions of hash indexes and hash joins, which applications call to
// make the keys of advisory locks: Bob Jenkins's lookup3, as PostgreSQL runs it
// on a little-endian machine.

// jenkins is the state of a hash.
type jenkins struct{ a, b, c uint32 }

func newJenkins(length int, seed int64) jenkins {
	x := 0x9e3779b9 + uint32(length) + 3923095
	h := jenkins{x, x, x}
	if seed != 0 {
		h.a += uint32(uint64(seed) >> 32)
		h.b += uint32(seed)
		h.mix()
	}
	return h
}

func (h *jenkins) mix() {
	step := func(x, y, z *uint32, n int) {
		*x -= *z
		*x ^= bits.RotateLeft32(*z, n)
		*z += *y
	}
	step(&h.a, &h.b, &h.c, 4)
	step(&h.b, &h.c, &h.a, 6)
	step(&h.c, &h.a, &h.b, 8)
	step(&h.a, &h.b, &h.c, 16)
	step(&h.b, &h.c, &h.a, 19)
	step(&h.c, &h.a, &h.b, 4)
}

func (h *jenkins) final() {
	step := func(x *uint32, y uint32, n int) {
		*x ^= y
		*x -= bits.RotateLeft32(y, n)
	}
	step(&h.c, h.b, 14)
	step(&h.a, h.c, 11)
	step(&h.b, h.a, 25)
	step(&h.c, h.b, 16)
	step(&h.a, h.c, 4)
	step(&h.b, h.a, 14)
	step(&h.c, h.b, 24)
}

// short is the result of the plain functions, long that of the extended ones.
func (h *jenkins) short() int64 { return int64(int32(h.c)) }
func (h *jenkins) long() int64  { return int64(uint64(h.b)<<32 | uint64(h.c)) }

func hashBytes(k []byte, seed int64) jenkins {
	h := newJenkins(len(k), seed)
	for ; len(k) >= 12; k = k[12:] {
		h.a += binary.LittleEndian.Uint32(k)
		h.b += binary.LittleEndian.Uint32(k[4:])
		h.c += binary.LittleEndian.Uint32(k[8:])
		h.mix()
	}
	var rest [12]byte
	copy(rest[:], k)
	h.a += binary.LittleEndian.Uint32(rest[:])
	h.b += binary.LittleEndian.Uint32(rest[4:])
	h.c += binary.LittleEndian.Uint32(rest[8:]) << 8 // its lowest byte is the length's
	h.final()
	return h
}

func hashUint32(k uint32, seed int64) jenkins {
	h := newJenkins(4, seed)
	h.a += k
	h.final()
	return h
}

// hashInt8 gives the hash of an int4 to a number that is one.
func hashInt8(v, seed int64) jenkins {
	high := uint32(v >> 32)
	if v < 0 {
		high = ^high
	}
	return hashUint32(uint32(v)^high, seed)
}
