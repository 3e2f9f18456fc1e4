package pgvalue

import "encoding/hex"

// parseUUID is uuid_in: 32 hexadecimal digits, a hyphen allowed after any
// group of four, braces around.
func parseUUID(s string) (any, error) {
	w := s
	braces := false
	if w != "" && w[0] == '{' {
		braces = true
		w = w[1:]
	}
	var u [16]byte
	for i := range 16 {
		if len(w) < 2 {
			return nil, invalidText("uuid", s)
		}
		if _, err := hex.Decode(u[i:i+1], []byte(w[:2])); err != nil {
			return nil, invalidText("uuid", s)
		}
		w = w[2:]
		if i%2 == 1 && i < 15 && w != "" && w[0] == '-' {
			w = w[1:]
		}
	}
	if braces {
		if w == "" || w[0] != '}' {
			return nil, invalidText("uuid", s)
		}
		w = w[1:]
	}
	if w != "" {
		return nil, invalidText("uuid", s)
	}
	return formatUUID(u[:]), nil
}

func formatUUID(u []byte) string {
	var b [36]byte
	hex.Encode(b[0:8], u[0:4])
	b[8] = '-'
	hex.Encode(b[9:13], u[4:6])
	b[13] = '-'
	hex.Encode(b[14:18], u[6:8])
	b[18] = '-'
	hex.Encode(b[19:23], u[8:10])
	b[23] = '-'
	hex.Encode(b[24:], u[10:16])
	return string(b[:])
}
