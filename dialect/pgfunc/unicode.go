package pgfunc

import (
	"strings"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

var normalForms = map[string]norm.Form{"NFC": norm.NFC, "NFD": norm.NFD, "NFKC": norm.NFKC, "NFKD": norm.NFKD}

// normalForm finds a form; what Unicode decomposed after version 14 is refused,
// for the primary may not know it.
func normalForm(s, form string) (norm.Form, error) {
	f, ok := normalForms[strings.ToUpper(form)]
	if !ok {
		return 0, errf("22023", "invalid normalization form: %s", form)
	}
	for _, r := range s {
		if r >= 0x1e030 && r <= 0x1e06d || r == 0x1e08f {
			return 0, errf("0A000", "normalization of the character U+%04X is not supported on the SQLite fallback", r)
		}
	}
	return f, nil
}

func normalize(s, form string) (string, error) {
	f, err := normalForm(s, form)
	if err != nil {
		return "", err
	}
	return f.String(s), nil
}

// isNormalized compares with the normalized text, as PostgreSQL does.
func isNormalized(s, form string) (bool, error) {
	t, err := normalize(s, form)
	return s == t, err
}

func badSurrogate() error { return errf("42601", "invalid Unicode surrogate pair") }

// unistr resolves the escapes \XXXX, \+XXXXXX, \uXXXX and \UXXXXXXXX.
func unistr(s string) (string, error) {
	var b strings.Builder
	high := rune(0)
	for i := 0; i < len(s); {
		if s[i] != '\\' {
			if high != 0 {
				return "", badSurrogate()
			}
			b.WriteByte(s[i])
			i++
			continue
		}
		if i+1 < len(s) && s[i+1] == '\\' {
			if high != 0 {
				return "", badSurrogate()
			}
			b.WriteByte('\\')
			i += 2
			continue
		}
		r, w := unicodeEscape(s[i+1:])
		if w == 0 {
			return "", detailed("42601", "invalid Unicode escape", "", `Unicode escapes must be \XXXX, \+XXXXXX, \uXXXX, or \UXXXXXXXX.`)
		}
		i += 1 + w
		if r <= 0 || r > utf8.MaxRune {
			return "", errf("22023", "invalid Unicode code point: %04X", uint32(r))
		}
		switch {
		case high != 0:
			if r < 0xdc00 || r > 0xdfff {
				return "", badSurrogate()
			}
			b.WriteRune(0x10000 + (high-0xd800)<<10 + r - 0xdc00)
			high = 0
		case r >= 0xd800 && r <= 0xdbff:
			high = r
		case r >= 0xdc00 && r <= 0xdfff:
			return "", badSurrogate()
		default:
			b.WriteRune(r)
		}
	}
	if high != 0 {
		return "", badSurrogate()
	}
	return b.String(), nil
}

// unicodeEscape reads an escape after its backslash; w is its length, 0 where
// it is none.
func unicodeEscape(s string) (r rune, w int) {
	hex := func(from, n int) (rune, int) {
		if len(s) < from+n {
			return 0, 0
		}
		v := uint32(0)
		for _, c := range []byte(s[from : from+n]) {
			d, ok := hexDigit(c)
			if !ok {
				return 0, 0
			}
			v = v<<4 | uint32(d)
		}
		return rune(v), from + n
	}
	if r, w := hex(0, 4); w > 0 {
		return r, w
	}
	switch {
	case strings.HasPrefix(s, "u"):
		return hex(1, 4)
	case strings.HasPrefix(s, "+"):
		return hex(1, 6)
	case strings.HasPrefix(s, "U"):
		return hex(1, 8)
	}
	return 0, 0
}

func hexDigit(c byte) (byte, bool) {
	switch {
	case c >= '0' && c <= '9':
		return c - '0', true
	case c >= 'a' && c <= 'f':
		return c - 'a' + 10, true
	case c >= 'A' && c <= 'F':
		return c - 'A' + 10, true
	}
	return 0, false
}

// unicodeFuncs adds them, and parse_ident.
func unicodeFuncs(r *registry) {
	r.fn("pg_normalize", f2(normalize), "normalize(text,text)")
	r.fn("pg_is_normalized", f2(isNormalized), "is_normalized(text,text)")
	r.fn("pg_unistr", f1(unistr), "unistr(text)")
	parse := r.def("pg_parse_ident", f2(parseIdent))
	r.add("parse_ident(text,bool)", Impl{Name: parse, Go: r.defs[parse].Impl})
}
