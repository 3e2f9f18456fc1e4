package pgfunc

import (
	"encoding/base64"
	"encoding/hex"
	"math"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

func badEncoding(name string) error { return errf("22023", "unrecognized encoding: \"%s\"", name) }

// encodeBytes is encode(bytea, format).
func encodeBytes(b []byte, format string) (string, error) {
	switch strings.ToLower(format) {
	case "hex":
		return hex.EncodeToString(b), nil
	case "base64":
		s := base64.StdEncoding.EncodeToString(b)
		// Lines of 76 characters.
		var out strings.Builder
		for len(s) > 76 {
			out.WriteString(s[:76])
			out.WriteByte('\n')
			s = s[76:]
		}
		out.WriteString(s)
		return out.String(), nil
	case "escape":
		var out strings.Builder
		for _, c := range b {
			switch {
			case c == 0 || c >= 0x80:
				out.Write([]byte{'\\', '0' + c>>6, '0' + c>>3&7, '0' + c&7})
			case c == '\\':
				out.WriteString(`\\`)
			default:
				out.WriteByte(c)
			}
		}
		return out.String(), nil
	}
	return "", badEncoding(format)
}

// decodeText is decode(text, format).
func decodeText(s, format string) ([]byte, error) {
	switch strings.ToLower(format) {
	case "hex":
		return pgvalue.DecodeHex(s)
	case "base64":
		return decodeBase64(s)
	case "escape":
		return decodeEscape(s)
	}
	return nil, badEncoding(format)
}

func decodeBase64(s string) ([]byte, error) {
	var out []byte
	var buf uint32
	pos, end := 0, 0
	for i := 0; i < len(s); {
		c := s[i]
		i++
		if c == ' ' || c == '\t' || c == '\n' || c == '\r' {
			continue
		}
		var v int
		if c == '=' {
			if end == 0 {
				switch pos {
				case 2:
					end = 1
				case 3:
					end = 2
				default:
					return nil, errf("22023", "unexpected \"=\" while decoding base64 sequence")
				}
			}
			v = 0
		} else {
			v = strings.IndexByte("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/", c)
			if v < 0 {
				for _, r := range s[i-1:] {
					return nil, errf("22023", "invalid symbol \"%c\" found while decoding base64 sequence", r)
				}
			}
		}
		buf = buf<<6 | uint32(v)
		if pos++; pos == 4 {
			out = append(out, byte(buf>>16))
			if end == 0 || end > 1 {
				out = append(out, byte(buf>>8))
			}
			if end == 0 || end > 2 {
				out = append(out, byte(buf))
			}
			buf, pos = 0, 0
		}
	}
	if pos != 0 {
		return nil, detailed("22023", "invalid base64 end sequence", "", "Input data is missing padding, is truncated, or is otherwise corrupted.")
	}
	if out == nil {
		out = []byte{}
	}
	return out, nil
}

func decodeEscape(s string) ([]byte, error) {
	out := []byte{}
	octal := func(c byte) bool { return c >= '0' && c <= '7' }
	for i := 0; i < len(s); {
		switch {
		case s[i] != '\\':
			out = append(out, s[i])
			i++
		case i+3 < len(s) && s[i+1] >= '0' && s[i+1] <= '3' && octal(s[i+2]) && octal(s[i+3]):
			out = append(out, (s[i+1]-'0')<<6|(s[i+2]-'0')<<3|(s[i+3]-'0'))
			i += 4
		case i+1 < len(s) && s[i+1] == '\\':
			out = append(out, '\\')
			i += 2
		default:
			return nil, errf("22P02", "invalid input syntax for type bytea")
		}
	}
	return out, nil
}

func byteaSubstr(b []byte, from, n int64, all bool) ([]byte, error) {
	end := int64(len(b)) + 1
	if !all {
		if n < 0 {
			return nil, errf("22011", "negative substring length not allowed")
		}
		end = min(from+n, end)
	}
	from = max(from, 1)
	if end <= from {
		return []byte{}, nil
	}
	return b[from-1 : end-1], nil
}

// byteaFuncs adds the functions of bytea and of encodings.
func byteaFuncs(r *registry) {
	r.fn("pg_encode", f2(encodeBytes), "encode(bytea,text)")
	r.bytea("pg_decode", f2(decodeText), "decode(text,text)")
	r.bytea("pg_byteacat", f2(ok2(func(a, b []byte) []byte { return append(append([]byte{}, a...), b...) })), "byteacat(bytea,bytea)")
	r.bytea("pg_bytea_substr", f3(func(b []byte, from, n int64) ([]byte, error) { return byteaSubstr(b, from, n, false) }), "substr(bytea,int4,int4)", "substring(bytea,int4,int4)")
	r.bytea("pg_bytea_substr2", f2(func(b []byte, from int64) ([]byte, error) { return byteaSubstr(b, from, 0, true) }), "substr(bytea,int4)", "substring(bytea,int4)")
	r.fn("pg_bytea_position", f2(ok2(func(b, sub []byte) int64 { return int64(strings.Index(string(b), string(sub))) + 1 })), "position(bytea,bytea)")
	r.fn("pg_get_byte", f2(func(b []byte, n int64) (int64, error) {
		if n < 0 || n >= int64(len(b)) {
			return 0, errf("2202E", "index %d out of valid range, 0..%d", n, len(b)-1)
		}
		return int64(b[n]), nil
	}), "get_byte(bytea,int4)")
	r.bytea("pg_set_byte", f3(func(b []byte, n, v int64) ([]byte, error) {
		if n < 0 || n >= int64(len(b)) {
			return nil, errf("2202E", "index %d out of valid range, 0..%d", n, len(b)-1)
		}
		c := append([]byte{}, b...)
		c[n] = byte(v)
		return c, nil
	}), "set_byte(bytea,int4,int4)")
	trim := func(f func(s, cut string) string) any {
		return f2(ok2(func(b, cut []byte) []byte {
			set := map[byte]bool{}
			for _, c := range cut {
				set[c] = true
			}
			lo, hi := 0, len(b)
			mode := f("xyx", "x")
			for mode != "xy" && lo < hi && set[b[lo]] {
				lo++
			}
			for mode != "yx" && hi > lo && set[b[hi-1]] {
				hi--
			}
			return append([]byte{}, b[lo:hi]...)
		}))
	}
	r.bytea("pg_bytea_btrim", trim(strings.Trim), "btrim(bytea,bytea)")
	r.bytea("pg_bytea_ltrim", trim(strings.TrimLeft), "ltrim(bytea,bytea)")
	r.bytea("pg_bytea_rtrim", trim(strings.TrimRight), "rtrim(bytea,bytea)")
	r.bytea("pg_bytea_overlay", f4(byteaOverlay), "overlay(bytea,bytea,int4,int4)")
	r.bytea("pg_bytea_overlay3", f3(func(b, with []byte, from int64) ([]byte, error) {
		return byteaOverlay(b, with, from, int64(len(with)))
	}), "overlay(bytea,bytea,int4)")
	convertFuncs(r)
}

func byteaOverlay(b, with []byte, from, n int64) ([]byte, error) {
	if from <= 0 {
		return nil, errf("22011", "negative substring length not allowed")
	}
	end := from + n
	if end > math.MaxInt32 || end < math.MinInt32 {
		return nil, errf("22003", "integer out of range")
	}
	head, err := byteaSubstr(b, 1, from-1, false)
	if err != nil {
		return nil, err
	}
	tail, err := byteaSubstr(b, end, 0, true)
	return append(append(append([]byte{}, head...), with...), tail...), err
}
