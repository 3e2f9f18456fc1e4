package pgfunc

import (
	"math"
	"math/bits"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// Bit strings are texts of the digits 0 and 1.

// bitwise combines two bit strings of one length.
func bitwise(verb string, op func(a, b byte) byte) func(a, b string) (string, error) {
	return func(a, b string) (string, error) {
		if len(a) != len(b) {
			return "", errf("22026", "cannot %s bit strings of different sizes", verb)
		}
		out := make([]byte, len(a))
		for i := range out {
			out[i] = op(a[i]&1, b[i]&1) | '0'
		}
		return string(out), nil
	}
}

var (
	bitAnd = bitwise("AND", func(a, b byte) byte { return a & b })
	bitOr  = bitwise("OR", func(a, b byte) byte { return a | b })
	bitXor = bitwise("XOR", func(a, b byte) byte { return a ^ b })
)

func bitNot(s string) string {
	return strings.Map(func(c rune) rune { return c ^ 1 }, s)
}

// bitShift moves the bits left, or right for n < 0; the length stays.
func bitShift(s string, n int64) string {
	switch size := int64(len(s)); {
	case n >= size || n <= -size:
		return strings.Repeat("0", len(s))
	case n >= 0:
		return s[n:] + strings.Repeat("0", int(n))
	default:
		return strings.Repeat("0", int(-n)) + s[:size+n]
	}
}

// bitSubstr is bitsubstring; all leaves the length out.
func bitSubstr(s string, from, n int64, all bool) (string, error) {
	end := int64(len(s)) + 1
	if !all {
		if n < 0 {
			return "", errf("22011", "negative substring length not allowed")
		}
		end = min(end, from+n)
	}
	from = max(from, 1)
	if from > int64(len(s)) || end <= from {
		return "", nil
	}
	return s[from-1 : end-1], nil
}

func bitOverlay(s, with string, from, n int64) (string, error) {
	if from <= 0 {
		return "", errf("22011", "negative substring length not allowed")
	}
	end := from + n
	if end > math.MaxInt32 || end < math.MinInt32 {
		return "", errf("22003", "integer out of range")
	}
	head, err := bitSubstr(s, 1, from-1, false)
	if err != nil {
		return "", err
	}
	tail, err := bitSubstr(s, end, 0, true)
	return head + with + tail, err
}

func bitIndex(n int64, size int) error {
	if n < 0 || n >= int64(size) {
		return errf("2202E", "bit index %d out of valid range (0..%d)", n, size-1)
	}
	return nil
}

// intToBits is bitfromint: the last bits of the number, or all after its sign.
func intToBits(n int64, typmod int32, size int) (string, error) {
	want := int(typmod)
	switch {
	case typmod > 83886080:
		want = size
	case want <= 0:
		want = 1
	}
	sign := "0"
	if n < 0 {
		sign = "1"
	}
	all := strconv.FormatUint(uint64(n), 2)
	all = strings.Repeat("0", 64-len(all)) + all
	if want > 64 {
		return strings.Repeat(sign, want-64) + all, nil
	}
	return all[64-want:], nil
}

// bitsToInt is bittoint4 and bittoint8.
func bitsToInt(s string, size int) (int64, error) {
	if len(s) > size {
		if size == 32 {
			return 0, errf("22003", "integer out of range")
		}
		return 0, errf("22003", "bigint out of range")
	}
	if s == "" {
		return 0, nil
	}
	n, err := strconv.ParseUint(s, 2, 64)
	if size == 32 {
		return int64(int32(uint32(n))), err
	}
	return int64(n), err
}

// bitFuncs adds the operators and functions of bit and bit varying, and those
// that see bytea as bits.
func bitFuncs(r *registry) {
	r.fn("pg_bitand", f2(bitAnd), "bitand(bit,bit)")
	r.fn("pg_bitor", f2(bitOr), "bitor(bit,bit)")
	r.fn("pg_bitxor", f2(bitXor), "bitxor(bit,bit)")
	r.fn("pg_bitnot", f1(ok1(bitNot)), "bitnot(bit)")
	r.fn("pg_bitshiftleft", f2(ok2(bitShift)), "bitshiftleft(bit,int4)")
	r.fn("pg_bitshiftright", f2(func(s string, n int64) (string, error) { return bitShift(s, -n), nil }), "bitshiftright(bit,int4)")
	r.sql("($1 || $2)", "bitcat(varbit,varbit)")
	r.sql("length($1)", "length(bit)", "bit_length(bit)")
	r.sql("((length($1) + 7) / 8)", "octet_length(bit)")
	r.fn("pg_bitposition", f2(ok2(func(s, sub string) int64 {
		if s == "" {
			return 0
		}
		return int64(strings.Index(s, sub) + 1)
	})), "position(bit,bit)")
	r.fn("pg_bit_count", f1(ok1(func(s string) int64 { return int64(strings.Count(s, "1")) })), "bit_count(bit)")
	r.fn("pg_bitsubstr", f3(func(s string, from, n int64) (string, error) { return bitSubstr(s, from, n, false) }), "substring(bit,int4,int4)")
	r.fn("pg_bitsubstr2", f2(func(s string, from int64) (string, error) { return bitSubstr(s, from, 0, true) }), "substring(bit,int4)")
	r.fn("pg_bitoverlay", f4(bitOverlay), "overlay(bit,bit,int4,int4)")
	r.fn("pg_bitoverlay3", f3(func(s, with string, from int64) (string, error) {
		return bitOverlay(s, with, from, int64(len(with)))
	}), "overlay(bit,bit,int4)")
	r.fn("pg_get_bit_of", f2(func(s string, n int64) (int64, error) {
		if err := bitIndex(n, len(s)); err != nil {
			return 0, err
		}
		return int64(s[n] - '0'), nil
	}), "get_bit(bit,int4)")
	r.fn("pg_set_bit_of", f3(func(s string, n, v int64) (string, error) {
		if err := bitIndex(n, len(s)); err != nil {
			return "", err
		}
		if v != 0 && v != 1 {
			return "", errf("22023", "new bit must be 0 or 1")
		}
		return s[:n] + strconv.FormatInt(v, 10) + s[n+1:], nil
	}), "set_bit(bit,int4,int4)")
	r.fn("pg_bit_cast", f3(func(s string, typmod int64, explicit bool) (string, error) {
		return pgvalue.CastBits(s, int32(typmod), explicit)
	}), "bit(bit,int4,bool)")
	r.fn("pg_varbit_cast", f3(func(s string, typmod int64, explicit bool) (string, error) {
		return pgvalue.CastVarbits(s, int32(typmod), explicit)
	}), "varbit(varbit,int4,bool)")
	for _, n := range []struct {
		typ  string
		size int
	}{{"int4", 32}, {"int8", 64}} {
		r.fn("pg_bit_"+n.typ, f2(func(v, typmod int64) (string, error) { return intToBits(v, int32(typmod), n.size) }), "bit("+n.typ+",int4)")
		r.fn("pg_"+n.typ+"_bit", f1(func(s string) (int64, error) { return bitsToInt(s, n.size) }), n.typ+"(bit)")
	}
	for _, a := range []struct {
		name string
		op   func(a, b string) (string, error)
	}{{"bit_and", bitAnd}, {"bit_or", bitOr}, {"bit_xor", bitXor}} {
		r.agg("pg_bits_"+a.name, func() *aggregate {
			var v any
			return &aggregate{
				step: skipNull(func(s string) (err error) {
					if v != nil {
						s, err = a.op(v.(string), s)
					}
					v = s
					return err
				}),
				done: func() (any, error) { return v, nil },
			}
		}, a.name+"(bit)")
	}

	r.fn("pg_bytea_bit_count", f1(ok1(func(b []byte) int64 {
		n := 0
		for _, c := range b {
			n += bits.OnesCount8(c)
		}
		return int64(n)
	})), "bit_count(bytea)")
	index := func(n int64, b []byte) error {
		if n < 0 || n >= int64(len(b))*8 {
			return errf("2202E", "index %d out of valid range, 0..%d", n, int64(len(b))*8-1)
		}
		return nil
	}
	r.fn("pg_bytea_get_bit", f2(func(b []byte, n int64) (int64, error) {
		if err := index(n, b); err != nil {
			return 0, err
		}
		return int64(b[n/8] >> (n % 8) & 1), nil
	}), "get_bit(bytea,int8)")
	r.bytea("pg_bytea_set_bit", f3(func(b []byte, n, v int64) ([]byte, error) {
		if err := index(n, b); err != nil {
			return nil, err
		}
		if v != 0 && v != 1 {
			return nil, errf("22023", "new bit must be 0 or 1")
		}
		c := append([]byte{}, b...)
		c[n/8] = c[n/8]&^(1<<(n%8)) | byte(v)<<(n%8)
		return c, nil
	}), "set_bit(bytea,int8,int4)")
}
