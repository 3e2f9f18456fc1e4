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
	addr, bits, slash := strings.Cut(s, "/")
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
