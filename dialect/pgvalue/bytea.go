package pgvalue

import (
	"encoding/hex"
	"strings"
)

// parseBytea is byteain: \x and hexadecimal digits (blanks between pairs), or
// the escape form.
func parseBytea(s string) (any, error) {
	if strings.HasPrefix(s, `\x`) {
		return DecodeHex(s[2:])
	}
	b := make([]byte, 0, len(s))
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			b = append(b, s[i])
			i++
			continue
		}
		switch {
		case len(s) >= i+4 && s[i+1] >= '0' && s[i+1] <= '3' && isOctal(s[i+2]) && isOctal(s[i+3]):
			b = append(b, (s[i+1]-'0')<<6|(s[i+2]-'0')<<3|(s[i+3]-'0'))
			i += 4
		case len(s) >= i+2 && s[i+1] == '\\':
			b = append(b, '\\')
			i += 2
		default:
			return nil, Errorf(codeInvalidText, "invalid input syntax for type bytea")
		}
	}
	return b, nil
}

func isOctal(c byte) bool { return c >= '0' && c <= '7' }

// DecodeHex is decode(s, 'hex'): blanks may stand between pairs of digits.
func DecodeHex(s string) ([]byte, error) {
	b := make([]byte, 0, len(s)/2)
	for i := 0; i < len(s); {
		if c := s[i]; c == ' ' || c == '\n' || c == '\t' || c == '\r' {
			i++
			continue
		}
		hi, err := hexDigit(s[i:])
		if err != nil {
			return nil, err
		}
		i++
		if i >= len(s) {
			return nil, Errorf(codeInvalidParameter, "invalid hexadecimal data: odd number of digits")
		}
		lo, err := hexDigit(s[i:])
		if err != nil {
			return nil, err
		}
		i++
		b = append(b, hi<<4|lo)
	}
	return b, nil
}

func hexDigit(s string) (byte, error) {
	c := s[0]
	switch {
	case c >= '0' && c <= '9':
		return c - '0', nil
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, nil
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, nil
	}
	for _, r := range s {
		return 0, Errorf(codeInvalidParameter, "invalid hexadecimal digit: \"%c\"", r)
	}
	return 0, nil
}

func formatBytea(b []byte) string {
	d := make([]byte, 2+2*len(b))
	d[0], d[1] = '\\', 'x'
	hex.Encode(d[2:], b)
	return string(d)
}
