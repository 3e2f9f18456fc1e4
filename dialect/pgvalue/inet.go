package pgvalue

import (
	"bytes"
	"cmp"
	"net/netip"
	"strconv"
	"strings"
)

// The native form of both types is the address with its prefix, so that a cidr
// is an inet without more ado. Only inet's output leaves the prefix of a whole
// address out.

// Inet is an address with the length of its network's prefix: the value of
// inet and cidr.
type Inet struct {
	Addr netip.Addr
	Bits int
}

// ParseInet reads the text form of a native value.
func ParseInet(s string) (Inet, error) {
	v, ok := readInet(s, false)
	if !ok {
		return Inet{}, invalidText("inet", s)
	}
	return v, nil
}

// parseInet is inet_in and cidr_in.
func parseInet(s string, cidr bool) (any, error) {
	typ := "inet"
	if cidr {
		typ = "cidr"
	}
	v, ok := readInet(s, cidr)
	if !ok {
		return nil, invalidText(typ, s)
	}
	if cidr {
		if v.Network().Addr != v.Addr {
			e := Errorf(codeInvalidText, "invalid cidr value: \"%s\"", s)
			e.Detail = "Value has bits set to right of mask."
			return nil, e
		}
	}
	return v.CIDR(), nil
}

func readInet(s string, cidr bool) (v Inet, ok bool) {
	if strings.ContainsRune(s, ':') {
		return readInet6(s)
	}
	if cidr {
		return readCIDR4(s)
	}
	return readInet4(s)
}

// octets reads decimal numbers separated by dots, up to the end or a slash.
func octets(s string) (b []byte, rest string, ok bool) {
	for {
		n, digits := 0, 0
		for digits < len(s) && s[digits] >= '0' && s[digits] <= '9' {
			if n = n*10 + int(s[digits]-'0'); n > 255 {
				return nil, "", false
			}
			digits++
		}
		if digits == 0 {
			return b, s, false
		}
		b, s = append(b, byte(n)), s[digits:]
		if s == "" || s[0] == '/' {
			return b, s, len(b) <= 4
		}
		if s[0] != '.' || len(b) == 4 {
			return nil, "", false
		}
		s = s[1:]
	}
}

// prefix reads "/n"; -1 where there is none.
func prefix(s string, most int) (bits int, ok bool) {
	if s == "" {
		return -1, true
	}
	s = s[1:]
	if s == "" || !isAllDigits(s) || len(s) > 9 {
		return 0, false
	}
	bits, _ = strconv.Atoi(s)
	return bits, bits <= most
}

func inet4(b []byte, bits int) Inet {
	var a [4]byte
	copy(a[:], b)
	return Inet{netip.AddrFrom4(a), bits}
}

// readInet4 is inet_net_pton_ipv4: fewer than four numbers need a prefix.
func readInet4(s string) (v Inet, ok bool) {
	b, rest, ok := octets(s)
	if !ok {
		return v, false
	}
	bits, ok := prefix(rest, 32)
	switch {
	case !ok, bits < 0 && len(b) != 4, bits >= 0 && bits/8 > len(b):
		return v, false
	case bits < 0:
		bits = 32
	}
	return inet4(b, bits), true
}

// readCIDR4 is inet_cidr_pton_ipv4: hexadecimal digits too, and a prefix by the
// old classes where none is given.
func readCIDR4(s string) (v Inet, ok bool) {
	var b []byte
	rest := s
	if len(s) > 2 && s[0] == '0' && (s[1] == 'x' || s[1] == 'X') && isHex(s[2]) {
		digits := s[2:]
		if i := strings.IndexByte(digits, '/'); i >= 0 {
			digits, rest = digits[:i], digits[i:]
		} else {
			rest = ""
		}
		for len(digits) > 0 {
			pair := digits[:min(2, len(digits))]
			digits = digits[len(pair):]
			if len(pair) == 1 {
				pair += "0"
			}
			n, err := strconv.ParseUint(pair, 16, 8)
			if err != nil {
				return v, false
			}
			b = append(b, byte(n))
		}
		if len(b) > 4 {
			return v, false
		}
	} else if b, rest, ok = octets(s); !ok {
		return v, false
	}
	bits, ok := prefix(rest, 32)
	if !ok {
		return v, false
	}
	if bits < 0 {
		switch first := b[0]; {
		case first >= 240:
			bits = 32
		case first >= 224:
			bits = 8
		case first >= 192:
			bits = 24
		case first >= 128:
			bits = 16
		default:
			bits = 8
		}
		bits = max(bits, len(b)*8)
		if bits == 8 && b[0] == 224 {
			bits = 4
		}
	}
	return inet4(b, bits), true
}

func readInet6(s string) (v Inet, ok bool) {
	addr, mask, slash := strings.Cut(s, "/")
	a, err := netip.ParseAddr(addr)
	if err != nil || a.Zone() != "" {
		return v, false
	}
	bits := 128
	if slash {
		if len(mask) > 1 && mask[0] == '0' || mask == "" || !isAllDigits(mask) || len(mask) > 3 {
			return v, false
		}
		if bits, _ = strconv.Atoi(mask); bits > 128 {
			return v, false
		}
	}
	return Inet{a, bits}, true
}

// Is4 reports whether the address is of version 4.
func (v Inet) Is4() bool { return v.Addr.Is4() }

// MaxBits is the length of the whole address.
func (v Inet) MaxBits() int { return v.Addr.BitLen() }

// Network is the address with the bits behind the prefix cleared.
func (v Inet) Network() Inet {
	return Inet{netip.PrefixFrom(v.Addr, v.Bits).Masked().Addr(), v.Bits}
}

// String is inet's output: the prefix only where it is not the whole.
func (v Inet) String() string {
	if v.Bits == v.MaxBits() {
		return v.Host()
	}
	return v.CIDR()
}

// CIDR is cidr's output, always with the prefix.
func (v Inet) CIDR() string { return v.Host() + "/" + strconv.Itoa(v.Bits) }

// Host is the address alone. PostgreSQL writes the addresses that hold one of
// version 4 with its dots.
func (v Inet) Host() string {
	if !v.Is4() {
		b := v.Addr.As16()
		if bytes.Equal(b[:12], make([]byte, 12)) && (b[12] != 0 || b[13] != 0) {
			return "::" + netip.AddrFrom4([4]byte(b[12:])).String()
		}
	}
	return v.Addr.String()
}

// CompareInet is network_cmp: version, common bits of the network, length of
// the prefix, the whole address.
func CompareInet(x, y Inet) int {
	if x.Is4() != y.Is4() {
		return cmp.Compare(x.MaxBits(), y.MaxBits())
	}
	if c := compareBits(x.Addr.AsSlice(), y.Addr.AsSlice(), min(x.Bits, y.Bits)); c != 0 {
		return c
	}
	if c := cmp.Compare(x.Bits, y.Bits); c != 0 {
		return c
	}
	return x.Addr.Compare(y.Addr)
}

// compareBits compares the first n bits.
func compareBits(x, y []byte, n int) int {
	if c := bytes.Compare(x[:n/8], y[:n/8]); c != 0 || n%8 == 0 {
		return c
	}
	shift := 8 - n%8
	return cmp.Compare(x[n/8]>>shift, y[n/8]>>shift)
}

// Contains reports whether y's network lies in x's.
func (v Inet) Contains(y Inet) bool {
	return v.Is4() == y.Is4() && v.Bits <= y.Bits && compareBits(v.Addr.AsSlice(), y.Addr.AsSlice(), v.Bits) == 0
}
