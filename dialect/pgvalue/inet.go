package pgvalue

import (
	"net/netip"
	"strconv"
	"strings"
)

// parseInet is inet_in and cidr_in for addresses written in full.
func parseInet(s string, cidr bool) (any, error) {
	typ := "inet"
	if cidr {
		typ = "cidr"
	}
	full := s
	if cidr {
		full = completeNetwork(s)
	}
	addr, bits, slash := strings.Cut(full, "/")
	a, err := netip.ParseAddr(addr)
	if err != nil || a.Zone() != "" {
		return nil, invalidText(typ, s)
	}
	n := a.BitLen()
	if slash {
		if n, err = strconv.Atoi(bits); err != nil || n < 0 || n > a.BitLen() || !isAllDigits(bits) {
			return nil, invalidText(typ, s)
		}
	}
	p := netip.PrefixFrom(a, n)
	if cidr && p.Masked() != p {
		e := Errorf(codeInvalidText, "invalid cidr value: \"%s\"", s)
		e.Detail = "Value has bits set to right of mask."
		return nil, e
	}
	if !cidr && n == a.BitLen() {
		return a.String(), nil
	}
	return p.String(), nil
}

// completeNetwork writes out a network of fewer than four numbers, whose length
// is that of its class or of what is given: 10 is 10.0.0.0/8, 10.1 is 10.1.0.0/16.
func completeNetwork(s string) string {
	addr, bits, slash := strings.Cut(s, "/")
	parts := strings.Split(addr, ".")
	first, err := strconv.Atoi(parts[0])
	if err != nil || len(parts) > 4 || strings.ContainsAny(addr, ":") || len(parts) == 4 && slash {
		return s
	}
	class := 32
	switch {
	case first < 128:
		class = 8
	case first < 192:
		class = 16
	case first < 224:
		class = 24
	case first == 224 && !slash && len(parts) == 1:
		class = 4 // multicast as a whole
	case first < 240:
		class = 8
	}
	if !slash {
		bits = strconv.Itoa(max(class, 8*len(parts)))
		if class == 4 {
			bits = "4"
		}
	}
	return addr + strings.Repeat(".0", 4-len(parts)) + "/" + bits
}
