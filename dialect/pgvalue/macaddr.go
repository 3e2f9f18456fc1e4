package pgvalue

import (
	"encoding/hex"
	"strconv"
	"strings"
)

// Hardware addresses are kept in their output form, two hexadecimal digits and
// a colon in turn, whose order as text is PostgreSQL's.

// macForms are the forms of macaddr_in as it hands them to sscanf: x is a
// hexadecimal number of any length, 2 one of two digits at most.
var macForms = []string{"x:x:x:x:x:x", "x-x-x-x-x-x", "222:222", "222-222", "22.22.22", "22-22-22", "222222"}

// parseMac is macaddr_in.
func parseMac(s string) (any, error) {
	for _, f := range macForms {
		octets, ok := scanMac(s, f)
		if !ok {
			continue
		}
		b := make([]byte, len(octets))
		for i, n := range octets {
			if n > 255 {
				return nil, Errorf(codeOutOfRange, "invalid octet value in \"macaddr\" value: \"%s\"", s)
			}
			b[i] = byte(n)
		}
		return FormatMac(b), nil
	}
	return nil, invalidText("macaddr", s)
}

const cSpace = " \t\n\v\f\r"

// scanMac reads a whole text by a form.
func scanMac(s, form string) (octets []uint64, ok bool) {
	for _, f := range form {
		if f != 'x' && f != '2' {
			if s == "" || rune(s[0]) != f {
				return nil, false
			}
			s = s[1:]
			continue
		}
		s = strings.TrimLeft(s, cSpace)
		n, digits := 0, 0
		if s != "" && (s[0] == '-' || s[0] == '+') {
			n++
		}
		for n+digits < len(s) && isHex(s[n+digits]) && (f == 'x' || n+digits < 2) {
			digits++
		}
		v, err := strconv.ParseUint(s[n:n+digits], 16, 31)
		if err != nil {
			return nil, false
		}
		if n > 0 && s[0] == '-' && v != 0 {
			v = 1 << 31 // negative
		}
		octets, s = append(octets, v), s[n+digits:]
	}
	return octets, strings.TrimLeft(s, cSpace) == ""
}

// parseMac8 is macaddr8_in: six or eight bytes, with one separator throughout.
func parseMac8(s string) (any, error) {
	text := strings.Trim(s, cSpace)
	var b []byte
	sep := byte(0)
	for i := 0; i < len(text); {
		if i+1 >= len(text) || !isHex(text[i]) || !isHex(text[i+1]) || len(b) == 8 {
			return nil, invalidText("macaddr8", s)
		}
		d, _ := hex.DecodeString(text[i : i+2])
		b = append(b, d[0])
		i += 2
		if i < len(text) && strings.IndexByte(":-.", text[i]) >= 0 {
			if sep == 0 {
				sep = text[i]
			} else if sep != text[i] {
				return nil, invalidText("macaddr8", s)
			}
			i++
			if i == len(text) && len(b) != 6 && len(b) != 8 {
				return nil, invalidText("macaddr8", s)
			}
		}
	}
	switch len(b) {
	case 6:
		b = append(b[:3:3], append([]byte{0xff, 0xfe}, b[3:]...)...)
	case 8:
	default:
		return nil, invalidText("macaddr8", s)
	}
	return FormatMac(b), nil
}

// FormatMac writes the bytes of a hardware address.
func FormatMac(b []byte) string {
	parts := make([]string, len(b))
	for i := range b {
		parts[i] = hex.EncodeToString(b[i : i+1])
	}
	return strings.Join(parts, ":")
}

// MacBytes reads a native value.
func MacBytes(s string) []byte {
	b, err := hex.DecodeString(strings.ReplaceAll(s, ":", ""))
	if err != nil {
		return make([]byte, 6)
	}
	return b
}
