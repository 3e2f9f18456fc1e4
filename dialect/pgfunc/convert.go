package pgfunc

import (
	"fmt"
	"strings"
	"unicode/utf8"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// encoding is one of those that texts are converted between.
type encoding uint8

const (
	encodingUTF8 encoding = iota
	encodingLatin1
)

func (e encoding) String() string { return [...]string{"UTF8", "LATIN1"}[e] }

// encodingNamed finds an encoding by one of its names; role says in errors what
// it is for.
func encodingNamed(name, role string) (encoding, error) {
	switch clean := cleanEncoding(name); {
	case clean == "utf8" || clean == "unicode":
		return encodingUTF8, nil
	case clean == "latin1" || clean == "iso88591":
		return encodingLatin1, nil
	case otherEncodings[clean]:
		return 0, errf("0A000", "encoding \"%s\" is not supported on the SQLite fallback", name)
	}
	return 0, errf("22023", "invalid %sencoding name \"%s\"", role, name)
}

func cleanEncoding(name string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'A' && r <= 'Z':
			return r + 'a' - 'A'
		case r >= 'a' && r <= 'z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, name)
}

// otherEncodings are the names of encodings that PostgreSQL knows beside.
var otherEncodings = func() map[string]bool {
	m := map[string]bool{}
	for _, n := range strings.Fields(`abc alt big5 euccn eucjis2004 eucjp euckr euctw gb18030 gbk iso885910 iso885913 iso885914 iso885915 iso885916 iso88592
		iso88593 iso88594 iso88595 iso88596 iso88597 iso88598 iso88599 johab koi8 koi8r koi8u latin10 latin2 latin3 latin4 latin5 latin6 latin7 latin8 latin9
		mskanji muleinternal shiftjis shiftjis2004 sjis sqlascii tcvn tcvn5712 uhc vscii win win1250 win1251 win1252 win1253 win1254 win1255 win1256 win1257
		win1258 win866 win874 win932 win936 win949 win950 windows1250 windows1251 windows1252 windows1253 windows1254 windows1255 windows1256 windows1257
		windows1258 windows866 windows874 windows932 windows936 windows949 windows950`) {
		m[n] = true
	}
	return m
}()

// verify checks that bytes are a text of the encoding.
func (e encoding) verify(b []byte) error {
	if e == encodingUTF8 {
		return pgvalue.CheckText(string(b))
	}
	for _, c := range b {
		if c == 0 {
			return errf("22021", "invalid byte sequence for encoding \"LATIN1\": 0x00")
		}
	}
	return nil
}

// convert turns a text of one encoding into another.
func convert(b []byte, from, into encoding) ([]byte, error) {
	if err := from.verify(b); err != nil {
		return nil, err
	}
	out := make([]byte, 0, len(b))
	switch {
	case from == into:
		return append(out, b...), nil
	case from == encodingLatin1:
		for _, c := range b {
			out = utf8.AppendRune(out, rune(c))
		}
		return out, nil
	}
	for i, r := range string(b) {
		if r > 0xff {
			var hex []string
			for _, c := range b[i : i+utf8.RuneLen(r)] {
				hex = append(hex, fmt.Sprintf("0x%02x", c))
			}
			return nil, errf("22P05", "character with byte sequence %s in encoding \"UTF8\" has no equivalent in encoding \"LATIN1\"", strings.Join(hex, " "))
		}
		out = append(out, byte(r))
	}
	return out, nil
}

// convertFuncs adds the conversions between encodings. The database's is UTF8,
// which to_ascii does not take.
func convertFuncs(r *registry) {
	ascii := func([]any) (any, error) {
		return nil, errf("0A000", "encoding conversion from UTF8 to ASCII not supported")
	}
	r.fn("pg_to_ascii", variadic(ascii), "to_ascii(text)")
	r.fn("pg_convert_from", f2(func(b []byte, name string) (string, error) {
		e, err := encodingNamed(name, "source ")
		if err != nil {
			return "", err
		}
		out, err := convert(b, e, encodingUTF8)
		return string(out), err
	}), "convert_from(bytea,name)")
	r.bytea("pg_convert_to", f2(func(s, name string) ([]byte, error) {
		e, err := encodingNamed(name, "destination ")
		if err != nil {
			return nil, err
		}
		return convert([]byte(s), encodingUTF8, e)
	}), "convert_to(text,name)")
	r.bytea("pg_convert", f3(func(b []byte, from, into string) ([]byte, error) {
		f, err := encodingNamed(from, "source ")
		if err != nil {
			return nil, err
		}
		t, err := encodingNamed(into, "destination ")
		if err != nil {
			return nil, err
		}
		return convert(b, f, t)
	}), "convert(bytea,name,name)")
	r.fn("pg_length_in", f2(func(b []byte, name string) (int64, error) {
		e, err := encodingNamed(name, "")
		if err != nil {
			return 0, err
		}
		if err := e.verify(b); err != nil {
			return 0, err
		}
		if e == encodingLatin1 {
			return int64(len(b)), nil
		}
		return int64(utf8.RuneCount(b)), nil
	}), "length(bytea,name)")
}
