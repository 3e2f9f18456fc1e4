package pgfunc

import "github.com/failoversql/failoversql/dialect/pgvalue"

// macFuncs adds the operators and functions of hardware addresses.
func macFuncs(r *registry) {
	one := func(name string, f func(b []byte) ([]byte, error), sigs ...string) {
		r.fn(name, f1(func(s string) (string, error) {
			b, err := f(pgvalue.MacBytes(s))
			return pgvalue.FormatMac(b), err
		}), sigs...)
	}
	two := func(name string, op func(a, b byte) byte, sigs ...string) {
		r.fn(name, f2(func(s, t string) (string, error) {
			a, b := pgvalue.MacBytes(s), pgvalue.MacBytes(t)
			for i := range a {
				a[i] = op(a[i], b[i])
			}
			return pgvalue.FormatMac(a), nil
		}), sigs...)
	}
	one("pg_mac_trunc", func(b []byte) ([]byte, error) {
		clear(b[3:])
		return b, nil
	}, "trunc(macaddr)", "trunc(macaddr8)")
	one("pg_mac_not", func(b []byte) ([]byte, error) { return inverse(b), nil }, "macaddr_not(macaddr)", "macaddr8_not(macaddr8)")
	two("pg_mac_and", func(a, b byte) byte { return a & b }, "macaddr_and(macaddr,macaddr)", "macaddr8_and(macaddr8,macaddr8)")
	two("pg_mac_or", func(a, b byte) byte { return a | b }, "macaddr_or(macaddr,macaddr)", "macaddr8_or(macaddr8,macaddr8)")
	one("pg_mac8_set7bit", func(b []byte) ([]byte, error) {
		b[0] |= 2
		return b, nil
	}, "macaddr8_set7bit(macaddr8)")
	one("pg_mac_to_mac8", func(b []byte) ([]byte, error) {
		return append(b[:3:3], append([]byte{0xff, 0xfe}, b[3:]...)...), nil
	}, "macaddr8(macaddr)")
	one("pg_mac8_to_mac", func(b []byte) ([]byte, error) {
		if b[3] != 0xff || b[4] != 0xfe {
			return nil, detailed("22003", "macaddr8 data out of range to convert to macaddr", "",
				"Only addresses that have FF and FE as values in the 4th and 5th bytes from the left, for example xx:xx:xx:ff:fe:xx:xx:xx, are eligible to be converted from macaddr8 to macaddr.")
		}
		return append(b[:3:3], b[5:]...), nil
	}, "macaddr(macaddr8)")
}
