package pgfunc

import (
	"encoding/binary"
	"encoding/hex"
	"math"
	"strings"
)

// hashing is one hash function over native values.
type hashing[T any] func(v T, seed int64) jenkins

// hashed registers a hash function under PostgreSQL's names for several types,
// with the extended one of each, which has a seed.
func hashed[T any](r *registry, name string, f hashing[T], names ...string) {
	short := "pg_hash_" + name
	r.def(short, f1(func(v T) (int64, error) { h := f(v, 0); return h.short(), nil }))
	long := short + "_extended"
	r.def(long, f2(func(v T, seed int64) (int64, error) { h := f(v, seed); return h.long(), nil }))
	for _, n := range names {
		proc, typ, _ := strings.Cut(n, "(")
		typ = strings.TrimSuffix(typ, ")")
		extended := strings.TrimSuffix(proc, "_hash") + "_hash_extended"
		if !strings.HasSuffix(proc, "_hash") {
			extended = proc + "extended"
		}
		r.add(proc+"("+typ+")", Impl{Name: short, Go: r.defs[short].Impl})
		r.add(extended+"("+typ+",int8)", Impl{Name: long, Go: r.defs[long].Impl})
	}
}

func hashFloat(f float64, seed int64) jenkins {
	if f == 0 {
		return jenkins{c: uint32(seed), b: uint32(uint64(seed) >> 32)} // of either sign
	}
	var b [8]byte
	u := math.Float64bits(f)
	if math.IsNaN(f) {
		u = 0x7ff8000000000000
	}
	binary.LittleEndian.PutUint64(b[:], u)
	return hashBytes(b[:], seed)
}

func hashFuncs(r *registry) {
	hashed(r, "text", func(s string, seed int64) jenkins { return hashBytes([]byte(s), seed) }, "hashtext(text)", "hashname(name)")
	hashed(r, "bpchar", func(s string, seed int64) jenkins { return hashBytes([]byte(strings.TrimRight(s, " ")), seed) }, "hashbpchar(bpchar)")
	hashed(r, "int4", func(v, seed int64) jenkins { return hashUint32(uint32(v), seed) }, "hashint2(int2)", "hashint4(int4)", "hashoid(oid)")
	hashed(r, "int8", hashInt8, "hashint8(int8)", "timestamp_hash(timestamp)", "time_hash(time)")
	hashed(r, "char", func(s string, seed int64) jenkins { return hashUint32(uint32(int32(int8(charByte(s)))), seed) }, "hashchar(char)")
	hashed(r, "uuid", func(s string, seed int64) jenkins {
		b, _ := hex.DecodeString(strings.ReplaceAll(s, "-", ""))
		return hashBytes(b, seed)
	}, "uuid_hash(uuid)")
	hashed(r, "float", hashFloat, "hashfloat4(float4)", "hashfloat8(float8)")
}
