package pgfunc

import (
	"fmt"
	"math/big"
	"net/netip"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

type inet = pgvalue.Inet

// inet1 and inet2 adapt functions of addresses.
func inet1[R any](f func(inet) (R, error)) any {
	return f1(func(s string) (r R, err error) {
		v, err := pgvalue.ParseInet(s)
		if err != nil {
			return r, err
		}
		return f(v)
	})
}

func inet2[R any](f func(a, b inet) (R, error)) any {
	return f2(func(s, t string) (r R, err error) {
		v, err := pgvalue.ParseInet(s)
		if err != nil {
			return r, err
		}
		w, err := pgvalue.ParseInet(t)
		if err != nil {
			return r, err
		}
		return f(v, w)
	})
}

func addrFrom(b []byte) netip.Addr {
	a, _ := netip.AddrFromSlice(b)
	return a
}

// wholeAddr is an address without a network.
func wholeAddr(b []byte) string {
	a := addrFrom(b)
	return inet{Addr: a, Bits: a.BitLen()}.CIDR()
}

// maskOf is the netmask of v's prefix.
func maskOf(v inet) []byte {
	b := make([]byte, v.MaxBits()/8)
	for i := range b {
		switch n := v.Bits - 8*i; {
		case n >= 8:
			b[i] = 0xff
		case n > 0:
			b[i] = 0xff << (8 - n)
		}
	}
	return b
}

func inverse(b []byte) []byte {
	out := make([]byte, len(b))
	for i := range b {
		out[i] = ^b[i]
	}
	return out
}

// combine joins two addresses of one family byte by byte.
func combine(verb string, op func(a, b byte) byte) func(v, w inet) (string, error) {
	return func(v, w inet) (string, error) {
		if v.Is4() != w.Is4() {
			return "", errf("22023", "cannot %s inet values of different sizes", verb)
		}
		a, b := v.Addr.AsSlice(), w.Addr.AsSlice()
		for i := range a {
			a[i] = op(a[i], b[i])
		}
		return inet{Addr: addrFrom(a), Bits: max(v.Bits, w.Bits)}.CIDR(), nil
	}
}

func inetOverflow() error { return errf("22003", "result is out of range") }

func inetAdd(s string, n *big.Int) (string, error) {
	v, err := pgvalue.ParseInet(s)
	if err != nil {
		return "", err
	}
	sum := new(big.Int).SetBytes(v.Addr.AsSlice())
	sum.Add(sum, n)
	if sum.Sign() < 0 || sum.BitLen() > v.MaxBits() {
		return "", inetOverflow()
	}
	return inet{Addr: addrFrom(sum.FillBytes(make([]byte, v.MaxBits()/8))), Bits: v.Bits}.CIDR(), nil
}

func inetSub(v, w inet) (int64, error) {
	if v.Is4() != w.Is4() {
		return 0, errf("22023", "cannot subtract inet values of different sizes")
	}
	d := new(big.Int).SetBytes(v.Addr.AsSlice())
	d.Sub(d, new(big.Int).SetBytes(w.Addr.AsSlice()))
	if !v.Is4() { // PostgreSQL computes in 128 bits
		whole, half := new(big.Int).Lsh(big.NewInt(1), 128), new(big.Int).Lsh(big.NewInt(1), 127)
		if d.Mod(d, whole); d.Cmp(half) >= 0 {
			d.Sub(d, whole)
		}
	}
	if !d.IsInt64() {
		return 0, inetOverflow()
	}
	return d.Int64(), nil
}

func setMasklen(cidr bool) any {
	return f2(func(s string, n int64) (string, error) {
		v, err := pgvalue.ParseInet(s)
		if err != nil {
			return "", err
		}
		bits := int(n)
		if n == -1 {
			bits = v.MaxBits()
		}
		if bits < 0 || bits > v.MaxBits() {
			return "", errf("22023", "invalid mask length: %d", bits)
		}
		v.Bits = bits
		if cidr {
			v = v.Network()
		}
		return v.CIDR(), nil
	})
}

// inetMerge is the smallest network that holds both.
func inetMerge(v, w inet) (string, error) {
	if v.Is4() != w.Is4() {
		return "", errf("22023", "cannot merge addresses from different families")
	}
	bits := min(v.Bits, w.Bits)
	for !(inet{Addr: v.Addr, Bits: bits}).Contains(inet{Addr: w.Addr, Bits: bits}) {
		bits--
	}
	return inet{Addr: v.Addr, Bits: bits}.Network().CIDR(), nil
}

// abbrevCIDR leaves the bytes behind the prefix out.
func abbrevCIDR(v inet) (string, error) {
	if !v.Is4() {
		return abbrevCIDR6(v), nil
	}
	b := v.Network().Addr.AsSlice()[:(v.Bits+7)/8]
	if len(b) == 0 {
		b = []byte{0}
	}
	parts := make([]string, len(b))
	for i := range b {
		parts[i] = fmt.Sprint(b[i])
	}
	return fmt.Sprintf("%s/%d", strings.Join(parts, "."), v.Bits), nil
}

// abbrevCIDR6 is inet_cidr_ntop_ipv6, with its own idea of the longest run of
// zeros.
func abbrevCIDR6(v inet) string {
	if v.Bits == 0 {
		return "::/0"
	}
	s := v.Network().Addr.As16()
	words := max((v.Bits+15)/16, 2)
	zeroFrom, zeros, runFrom, run := 0, 0, 0, 0
	for i := range words {
		if s[2*i]|s[2*i+1] == 0 {
			if run == 0 {
				runFrom = i
			}
			run++
		} else if run > zeros {
			zeroFrom, zeros, run = runFrom, run, 0
		}
	}
	if run > zeros {
		zeroFrom, zeros = runFrom, run
	}
	dotted := zeros != words && zeroFrom == 0 && (zeros == 6 || zeros == 5 && s[10] == 0xff && s[11] == 0xff || zeros == 7 && s[14] != 0 && s[15] != 1)
	var b strings.Builder
	for p := range words {
		switch {
		case zeros != 0 && p >= zeroFrom && p < zeroFrom+zeros:
			if p == zeroFrom {
				b.WriteByte(':')
			}
			if p == words-1 {
				b.WriteByte(':')
			}
		case dotted && p > 5:
			if p == 6 {
				b.WriteByte(':')
			} else {
				b.WriteByte('.')
			}
			fmt.Fprintf(&b, "%d", s[2*p])
			if p != 7 || v.Bits > 120 {
				fmt.Fprintf(&b, ".%d", s[2*p+1])
			}
		default:
			if b.Len() > 0 {
				b.WriteByte(':')
			}
			fmt.Fprintf(&b, "%x", uint(s[2*p])<<8|uint(s[2*p+1]))
		}
	}
	return fmt.Sprintf("%s/%d", b.String(), v.Bits)
}

// inetFuncs adds the operators and functions of network addresses.
func inetFuncs(r *registry) {
	r.sql("$1", "text(inet)")
	r.fn("pg_inet_abbrev", inet1(ok1(inet.String)), "abbrev(inet)")
	r.fn("pg_cidr_abbrev", inet1(abbrevCIDR), "abbrev(cidr)")
	r.fn("pg_inet_host", inet1(ok1(inet.Host)), "host(inet)")
	r.fn("pg_inet_family", inet1(ok1(func(v inet) int64 {
		if v.Is4() {
			return 4
		}
		return 6
	})), "family(inet)")
	r.fn("pg_inet_masklen", inet1(ok1(func(v inet) int64 { return int64(v.Bits) })), "masklen(inet)")
	r.fn("pg_inet_network", inet1(ok1(func(v inet) string { return v.Network().CIDR() })), "network(inet)", "cidr(inet)")
	r.fn("pg_inet_netmask", inet1(ok1(func(v inet) string { return wholeAddr(maskOf(v)) })), "netmask(inet)")
	r.fn("pg_inet_hostmask", inet1(ok1(func(v inet) string { return wholeAddr(inverse(maskOf(v))) })), "hostmask(inet)")
	r.fn("pg_inet_broadcast", inet1(ok1(func(v inet) string {
		a, m := v.Addr.AsSlice(), maskOf(v)
		for i := range a {
			a[i] |= ^m[i]
		}
		return inet{Addr: addrFrom(a), Bits: v.Bits}.CIDR()
	})), "broadcast(inet)")
	r.fn("pg_inet_set_masklen", setMasklen(false), "set_masklen(inet,int4)")
	r.fn("pg_cidr_set_masklen", setMasklen(true), "set_masklen(cidr,int4)")
	r.fn("pg_inet_same_family", inet2(ok2(func(v, w inet) bool { return v.Is4() == w.Is4() })), "inet_same_family(inet,inet)")
	r.fn("pg_inet_merge", inet2(inetMerge), "inet_merge(inet,inet)")
	r.fn("pg_inet_sub", inet2(ok2(func(v, w inet) bool { return w.Bits < v.Bits && w.Contains(v) })), "network_sub(inet,inet)")
	r.fn("pg_inet_subeq", inet2(ok2(func(v, w inet) bool { return w.Contains(v) })), "network_subeq(inet,inet)")
	r.fn("pg_inet_sup", inet2(ok2(func(v, w inet) bool { return v.Bits < w.Bits && v.Contains(w) })), "network_sup(inet,inet)")
	r.fn("pg_inet_supeq", inet2(ok2(func(v, w inet) bool { return v.Contains(w) })), "network_supeq(inet,inet)")
	r.fn("pg_inet_overlap", inet2(ok2(func(v, w inet) bool { return v.Contains(w) || w.Contains(v) })), "network_overlap(inet,inet)")
	r.fn("pg_inet_larger", inet2(ok2(func(v, w inet) string {
		if pgvalue.CompareInet(v, w) > 0 {
			return v.CIDR()
		}
		return w.CIDR()
	})), "network_larger(inet,inet)")
	r.fn("pg_inet_smaller", inet2(ok2(func(v, w inet) string {
		if pgvalue.CompareInet(v, w) < 0 {
			return v.CIDR()
		}
		return w.CIDR()
	})), "network_smaller(inet,inet)")
	r.fn("pg_inet_not", inet1(ok1(func(v inet) string { return inet{Addr: addrFrom(inverse(v.Addr.AsSlice())), Bits: v.Bits}.CIDR() })), "inetnot(inet)")
	r.fn("pg_inet_and", inet2(combine("AND", func(a, b byte) byte { return a & b })), "inetand(inet,inet)")
	r.fn("pg_inet_or", inet2(combine("OR", func(a, b byte) byte { return a | b })), "inetor(inet,inet)")
	r.fn("pg_inet_pl", f2(func(s string, n int64) (string, error) { return inetAdd(s, big.NewInt(n)) }), "inetpl(inet,int8)")
	r.fn("pg_inet_pl_inet", f2(func(n int64, s string) (string, error) { return inetAdd(s, big.NewInt(n)) }), "int8pl_inet(int8,inet)")
	r.fn("pg_inet_mi", f2(func(s string, n int64) (string, error) {
		return inetAdd(s, big.NewInt(-n)) // the least int8 stays what it is, as in PostgreSQL
	}), "inetmi_int8(inet,int8)")
	r.fn("pg_inet_minus", inet2(inetSub), "inetmi(inet,inet)")
}
