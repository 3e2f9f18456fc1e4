package pgfunc

import (
	"crypto/md5"
	"crypto/sha256"
	"crypto/sha512"
	"encoding/hex"
	"math"
	"strings"
	"unicode/utf8"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// maxText is PostgreSQL's limit of a value's size (MaxAllocSize).
const maxText = 0x3fffffff

// textFuncs adds string functions. Texts hold no zero bytes, so that SQLite's
// length, substr, instr, replace and trim are exact.
func textFuncs(r *registry) {
	r.sql("($1 || $2)", "textcat(text,text)")
	r.sql("length($1)", "length(text)", "char_length(text)", "character_length(text)", "textlen(text)")
	r.sql("length(rtrim($1,' '))", "length(bpchar)", "char_length(bpchar)", "character_length(bpchar)")
	r.sql("octet_length($1)", "octet_length(text)", "octet_length(bpchar)", "octet_length(bytea)", "length(bytea)")
	r.sql("(octet_length($1) * 8)", "bit_length(text)", "bit_length(bytea)")
	r.sql("instr($1,$2)", "strpos(text,text)", "position(text,text)")
	// SQLite's replace looks at no more than an empty pattern, even where the
	// replacement is NULL.
	r.sql("(replace($1,$2,$3)||substr($3,1,0))", "replace(text,text,text)")
	r.sql("trim($1,' ')", "btrim(text)")
	r.sql("ltrim($1,' ')", "ltrim(text)")
	r.sql("rtrim($1,' ')", "rtrim(text)", "text(bpchar)", "name(bpchar)")
	r.sql("trim($1,$2)", "btrim(text,text)")
	r.sql("ltrim($1,$2)", "ltrim(text,text)")
	r.sql("rtrim($1,$2)", "rtrim(text,text)")
	r.sql("$1", "text(name)", "varchar(name)", "bpchar(name)", "text(char)")
	r.fn("pg_char_bpchar", f1(charBPChar), "bpchar(char)")
	r.fn("pg_name", f1(ok1(truncateName)), "name(text)", "name(varchar)")
	r.fn("pg_char", f1(ok1(func(s string) string {
		if s == "" {
			return ""
		}
		v, _ := pgvalue.ParseText(&charType, s, nil)
		return v.(string)
	})), "char(text)")
	r.fn("pg_char_int4", f1(func(n int64) (string, error) {
		if n < -128 || n > 127 {
			return "", errf("22003", "\"char\" out of range")
		}
		v, err := pgvalue.FromBinary(&charType, []byte{byte(n)})
		if err != nil {
			return "", err
		}
		return v.(string), nil
	}), "char(int4)")
	r.fn("pg_int4_char", f1(func(s string) (int64, error) {
		switch len(s) {
		case 0:
			return 0, nil
		case 4: // \ooo
			return int64(int8((s[1]-'0')<<6 | (s[2]-'0')<<3 | (s[3] - '0'))), nil
		}
		return int64(s[0]), nil
	}), "int4(char)")

	r.simple("CASE WHEN $2 >= 1 THEN substr($1,$2) ELSE pg_substr_from($1,$2) END", "pg_substr_from",
		f2(func(s string, from int64) (string, error) { return substr(s, from, maxText) }), "substr(text,int4)", "substring(text,int4)")
	r.simple("CASE WHEN $2 >= 1 AND $3 >= 0 THEN substr($1,$2,$3) ELSE pg_substr($1,$2,$3) END", "pg_substr",
		f3(substrLen), "substr(text,int4,int4)", "substring(text,int4,int4)")
	r.simple("CASE WHEN $2 >= 0 THEN substr($1,1,$2) ELSE pg_left($1,$2) END", "pg_left",
		f2(ok2(left)), "left(text,int4)")
	r.fn("pg_right", f2(ok2(right)), "right(text,int4)")
	r.fn("pg_lpad", f3(func(s string, n int64, fill string) (string, error) { return pad(s, n, fill, true) }), "lpad(text,int4,text)")
	r.fn("pg_rpad", f3(func(s string, n int64, fill string) (string, error) { return pad(s, n, fill, false) }), "rpad(text,int4,text)")
	r.fn("pg_lpad2", f2(func(s string, n int64) (string, error) { return pad(s, n, " ", true) }), "lpad(text,int4)")
	r.fn("pg_rpad2", f2(func(s string, n int64) (string, error) { return pad(s, n, " ", false) }), "rpad(text,int4)")
	r.fn("pg_repeat", f2(repeat), "repeat(text,int4)")
	r.fn("pg_reverse", f1(ok1(reverse)), "reverse(text)")
	r.fn("pg_split_part", f3(splitPart), "split_part(text,text,int4)")
	r.fn("pg_translate", f3(ok3(translate)), "translate(text,text,text)")
	r.fn("pg_ascii", f1(ok1(ascii)), "ascii(text)")
	r.fn("pg_chr", f1(chr), "chr(int4)")
	r.fn("pg_starts_with", f2(ok2(strings.HasPrefix)), "starts_with(text,text)")
	r.fn("pg_overlay", f4(overlay), "overlay(text,text,int4,int4)")
	r.fn("pg_overlay3", f3(func(s, with string, from int64) (string, error) {
		return overlay(s, with, from, int64(utf8.RuneCountInString(with)))
	}), "overlay(text,text,int4)")
	r.fn("pg_quote_literal", f1(ok1(quoteLiteral)), "quote_literal(text)")
	r.fn("pg_quote_ident", f1(ok1(QuoteIdent)), "quote_ident(text)")
	r.def("pg_quote_nullable", func(a any) (any, error) {
		if null(a) {
			return "NULL", nil
		}
		s, err := to[string](a)
		return quoteLiteral(s), err
	})
	r.add("quote_nullable(text)", Impl{Name: "pg_quote_nullable", Go: r.defs["pg_quote_nullable"].Impl})

	r.fn("pg_md5", f1(ok1(md5Text)), "md5(text)")
	r.fn("pg_md5_bytea", f1(ok1(func(b []byte) string { return md5Text(string(b)) })), "md5(bytea)")
	r.bytea("pg_sha224", f1(ok1(func(b []byte) []byte { h := sha256.Sum224(b); return h[:] })), "sha224(bytea)")
	r.bytea("pg_sha256", f1(ok1(func(b []byte) []byte { h := sha256.Sum256(b); return h[:] })), "sha256(bytea)")
	r.bytea("pg_sha384", f1(ok1(func(b []byte) []byte { h := sha512.Sum384(b); return h[:] })), "sha384(bytea)")
	r.bytea("pg_sha512", f1(ok1(func(b []byte) []byte { h := sha512.Sum512(b); return h[:] })), "sha512(bytea)")

	// Under C only ASCII letters have case, as in SQLite's own functions.
	for _, c := range []struct {
		name, builtin string
		libc, icu     func(string) string
	}{{"lower", "lower($1)", lowerLibc, lowerICU}, {"upper", "upper($1)", upperLibc, upperICU}} {
		libc, icu := r.def("pg_"+c.name, f1(ok1(c.libc))), r.def("pg_"+c.name+"_icu", f1(ok1(c.icu)))
		r.add(c.name+"(text)", Impl{SQL: c.builtin,
			Locale: &Impl{Name: libc, Go: r.defs[libc].Impl}, ICU: &Impl{Name: icu, Go: r.defs[icu].Impl}})
	}
	ic, il, ii := r.def("pg_initcap_c", f1(ok1(initcapC))), r.def("pg_initcap", f1(ok1(initcapLibc))), r.def("pg_initcap_icu", f1(ok1(initcapICU)))
	r.add("initcap(text)", Impl{Name: ic, Go: r.defs[ic].Impl, Locale: &Impl{Name: il, Go: r.defs[il].Impl}, ICU: &Impl{Name: ii, Go: r.defs[ii].Impl}})

	r.fn("pg_varchar", f3(func(s string, typmod int64, explicit bool) (string, error) {
		return pgvalue.CastVarchar(s, int32(typmod), explicit)
	}), "varchar(varchar,int4,bool)")
	r.fn("pg_bpchar", f3(func(s string, typmod int64, explicit bool) (string, error) {
		return pgvalue.CastBPChar(s, int32(typmod), explicit)
	}), "bpchar(bpchar,int4,bool)")

}

var charType, _ = pgvalue.TypeOf(nil, 18, -1)
var nameType, _ = pgvalue.TypeOf(nil, 19, -1)

func truncateName(s string) string {
	v, _ := pgvalue.ParseText(&nameType, s, nil)
	return v.(string)
}

func ok3[A, B, C, R any](f func(A, B, C) R) func(A, B, C) (R, error) {
	return func(a A, b B, c C) (R, error) { return f(a, b, c), nil }
}

// at is the byte offset of the n-th character, counted from 0.
func at(s string, n int64) int {
	if n <= 0 {
		return 0
	}
	for i := range s {
		if n == 0 {
			return i
		}
		n--
	}
	return len(s)
}

func substr(s string, from, end int64) (string, error) {
	if from < 1 {
		from = 1
	}
	return s[at(s, from-1):], nil
}

func substrLen(s string, from, n int64) (string, error) {
	end := from + n
	if n < 0 {
		return "", errf("22011", "negative substring length not allowed")
	}
	if from < 1 {
		from = 1
	}
	if end <= from {
		return "", nil
	}
	s = s[at(s, from-1):]
	return s[:at(s, end-from)], nil
}

func left(s string, n int64) string {
	if n < 0 {
		n = max(int64(utf8.RuneCountInString(s))+n, 0)
	}
	return s[:at(s, n)]
}

func right(s string, n int64) string {
	if n == math.MinInt32 {
		return s // its negation does not fit
	}
	if n < 0 {
		return s[at(s, -n):]
	}
	return s[at(s, max(int64(utf8.RuneCountInString(s))-n, 0)):]
}

func tooLarge() error { return errf("54000", "requested length too large") }

func pad(s string, n int64, fill string, before bool) (string, error) {
	n = max(n, 0)
	have := int64(utf8.RuneCountInString(s))
	if have >= n || fill == "" {
		return s[:at(s, n)], nil
	}
	if n*4 > maxText {
		return "", tooLarge()
	}
	missing := n - have
	fillLen := int64(utf8.RuneCountInString(fill))
	p := strings.Repeat(fill, int(missing/fillLen)) + fill[:at(fill, missing%fillLen)]
	if before {
		return p + s, nil
	}
	return s + p, nil
}

func repeat(s string, n int64) (string, error) {
	if n <= 0 || s == "" {
		return "", nil
	}
	if n*int64(len(s)) > maxText-4 {
		return "", tooLarge()
	}
	return strings.Repeat(s, int(n)), nil
}

func reverse(s string) string {
	b := make([]byte, len(s))
	n := len(s)
	for i := 0; i < len(s); {
		_, w := utf8.DecodeRuneInString(s[i:])
		n -= w
		copy(b[n:], s[i:i+w])
		i += w
	}
	return string(b)
}

func splitPart(s, sep string, n int64) (string, error) {
	if n == 0 {
		return "", errf("22023", "field position must not be zero")
	}
	if s == "" {
		return "", nil
	}
	if sep == "" {
		if n == 1 || n == -1 {
			return s, nil
		}
		return "", nil
	}
	parts := strings.Split(s, sep)
	if n < 0 {
		n += int64(len(parts)) + 1
	}
	if n < 1 || n > int64(len(parts)) {
		return "", nil
	}
	return parts[n-1], nil
}

func translate(s, from, into string) string {
	f, t := []rune(from), []rune(into)
	var b strings.Builder
next:
	for _, c := range s {
		for i, x := range f {
			if x == c {
				if i < len(t) {
					b.WriteRune(t[i])
				}
				continue next
			}
		}
		b.WriteRune(c)
	}
	return b.String()
}

func ascii(s string) int64 {
	if s == "" {
		return 0
	}
	r, _ := utf8.DecodeRuneInString(s)
	return int64(r)
}

func chr(n int64) (string, error) {
	switch {
	case n < 0:
		return "", errf("22023", "character number must be positive")
	case n == 0:
		return "", errf("54000", "null character not permitted")
	case n > 0x10ffff:
		return "", errf("54000", "requested character too large for encoding: %d", n)
	case n >= 0xd800 && n <= 0xdfff:
		return "", errf("54000", "requested character not valid for encoding: %d", n)
	}
	return string(rune(n)), nil
}

func overlay(s, with string, from, n int64) (string, error) {
	if from <= 0 {
		return "", errf("22011", "negative substring length not allowed")
	}
	end := from + n
	if end > math.MaxInt32 || end < math.MinInt32 {
		return "", errf("22003", "integer out of range")
	}
	head, err := substrLen(s, 1, from-1)
	if err != nil {
		return "", err
	}
	tail, err := substr(s, end, maxText)
	return head + with + tail, err
}

func md5Text(s string) string {
	h := md5.Sum([]byte(s))
	return hex.EncodeToString(h[:])
}

// quoteLiteral is quote_literal: an E before the quote where there are backslashes.
func quoteLiteral(s string) string {
	q := "'" + strings.ReplaceAll(strings.ReplaceAll(s, `\`, `\\`), "'", "''") + "'"
	if strings.Contains(s, `\`) {
		return "E" + q
	}
	return q
}

// QuoteIdent quotes an identifier where it must be: the function quote_ident.
func QuoteIdent(s string) string {
	safe := s != "" && (s[0] >= 'a' && s[0] <= 'z' || s[0] == '_')
	for i := 0; safe && i < len(s); i++ {
		c := s[i]
		safe = c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_'
	}
	if safe && !keywords[s] {
		return s
	}
	return `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
}

// charBPChar is the cast of "char" to char(n). PostgreSQL keeps the byte, also
// where it is zero or no character, which text here cannot hold.
func charBPChar(s string) (string, error) {
	if len(s) != 1 {
		return "", errf("0A000", "a \"char\" that is no ASCII letter as character is not supported on the SQLite fallback")
	}
	return s, nil
}
