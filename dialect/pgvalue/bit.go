package pgvalue

import "strings"

// Bit strings are kept as their digits, whose order as text is PostgreSQL's.

const maxBits = 83886080

// parseBits is bit_in and varbit_in: binary digits, after b or not, or
// hexadecimal ones after x.
func parseBits(s string, typmod int32, varying bool) (any, error) {
	digits := s
	switch {
	case strings.HasPrefix(s, "b"), strings.HasPrefix(s, "B"):
		digits = s[1:]
		fallthrough
	default:
		for _, c := range digits {
			if c != '0' && c != '1' {
				return nil, Errorf(codeInvalidText, "\"%c\" is not a valid binary digit", c)
			}
		}
	case strings.HasPrefix(s, "x"), strings.HasPrefix(s, "X"):
		var b strings.Builder
		for _, c := range s[1:] {
			v := strings.IndexRune("0123456789abcdef", c|0x20)
			if v < 0 || c > 'f' || c < '0' {
				return nil, Errorf(codeInvalidText, "\"%c\" is not a valid hexadecimal digit", c)
			}
			for m := 8; m > 0; m >>= 1 {
				b.WriteByte('0' + byte(boolInt(v&m != 0)))
			}
		}
		digits = b.String()
	}
	return digits, checkBits(len(digits), typmod, varying)
}

// checkBits holds a number of bits to a type's length.
func checkBits(n int, typmod int32, varying bool) error {
	switch {
	case n > maxBits && typmod <= 0:
		return Errorf("54000", "bit string length exceeds the maximum allowed (%d)", maxBits)
	case typmod <= 0:
	case varying && n > int(typmod):
		return Errorf(codeTooLong, "bit string too long for type bit varying(%d)", typmod)
	case !varying && n != int(typmod):
		return Errorf("22026", "bit string length %d does not match type bit(%d)", n, typmod)
	}
	return nil
}

// CastBits is the cast of a bit string to bit(n).
func CastBits(s string, typmod int32, explicit bool) (string, error) {
	n := int(typmod)
	if typmod <= 0 || n == len(s) {
		return s, nil
	}
	if !explicit {
		return "", checkBits(len(s), typmod, false)
	}
	if n < len(s) {
		return s[:n], nil
	}
	return s + strings.Repeat("0", n-len(s)), nil
}

// CastVarbits is the cast of a bit string to bit varying(n).
func CastVarbits(s string, typmod int32, explicit bool) (string, error) {
	if typmod <= 0 || len(s) <= int(typmod) {
		return s, nil
	}
	if !explicit {
		return "", checkBits(len(s), typmod, true)
	}
	return s[:typmod], nil
}
