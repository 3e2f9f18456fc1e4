package pgvalue

import (
	"strings"
	"unicode/utf8"
)

// pathToken is a token of a jsonpath: a character that stands for itself, or
// one of these.
type pathToken rune

const (
	pathEOF pathToken = -1 - iota
	pathIdent
	pathText
	pathNumber
	pathInt
	pathVar
	pathAnd2
	pathOr2
	pathAny2
	pathLE
	pathEQ
	pathNE
	pathGE
	pathKeyword // and below: the keywords
)

var pathKeywords = []string{
	"is", "to", "abs", "lax", "flag", "last", "null", "size", "true", "type", "with", "false", "floor", "double", "exists", "starts",
	"strict", "ceiling", "unknown", "datetime", "keyvalue", "like_regex",
}

func keyword(word string) pathToken {
	for i, k := range pathKeywords {
		if k == word {
			return pathKeyword - pathToken(i)
		}
	}
	return pathIdent
}

// keywordOf is the token of an identifier: keywords in any case, but for the
// constants of JSON.
func keywordOf(word string) pathToken {
	low := strings.ToLower(word)
	if low == "true" || low == "false" || low == "null" {
		low = word
	}
	return keyword(low)
}

// pathLexer splits a jsonpath as jsonpath_scan.l does. Its errors quote what
// flex last matched.
type pathLexer struct {
	s     string
	i     int
	match string // what was matched last, "" at the end
	text  string // of the token
}

func (l *pathLexer) fail(message string) error {
	if l.match == "" {
		return Errorf("42601", "%s at end of jsonpath input", message)
	}
	return Errorf("42601", "%s at or near \"%s\" of jsonpath input", message, l.match)
}

func pathBlank(c byte) bool {
	return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\f'
}

func pathSpecial(c byte) bool { return strings.IndexByte(`?%$.[]{}()|&!=<>@#,*:-+/`, c) >= 0 }

func pathOther(c byte) bool { return !pathBlank(c) && !pathSpecial(c) && c != '"' && c != '\\' }

// run is the length of the characters of a class at i.
func (l *pathLexer) run(i int, class func(byte) bool) int {
	n := 0
	for i+n < len(l.s) && class(l.s[i+n]) {
		n++
	}
	return n
}

func (l *pathLexer) take(n int) string {
	l.match = l.s[l.i : l.i+n]
	l.i += n
	return l.match
}

// next reads a token.
func (l *pathLexer) next() (pathToken, error) {
	for {
		if l.i >= len(l.s) {
			l.match = ""
			return pathEOF, nil
		}
		rest := l.s[l.i:]
		c := rest[0]
		switch {
		case pathBlank(c):
			l.take(l.run(l.i, pathBlank))
			continue
		case strings.HasPrefix(rest, "/*"):
			if err := l.comment(); err != nil {
				return 0, err
			}
			continue
		case c == '"':
			l.take(1)
			return l.quoted(pathText)
		case c == '\\':
			tok, ok, err := l.word()
			if !ok && err == nil {
				continue
			}
			return tok, err
		}
		if tok, ok, err := l.numeric(); ok || err != nil {
			return tok, err
		}
		if pathOther(c) {
			tok, ok, err := l.word()
			if !ok && err == nil {
				continue
			}
			return tok, err
		}
		for _, op := range []struct {
			text string
			tok  pathToken
		}{{"&&", pathAnd2}, {"||", pathOr2}, {"**", pathAny2}, {"<=", pathLE}, {"==", pathEQ}, {"<>", pathNE}, {"!=", pathNE}, {">=", pathGE}} {
			if strings.HasPrefix(rest, op.text) {
				l.take(2)
				return op.tok, nil
			}
		}
		if c == '$' && len(rest) > 1 {
			if rest[1] == '"' {
				l.take(2)
				return l.quoted(pathVar)
			}
			if n := l.run(l.i+1, pathOther); n > 0 {
				l.text = l.take(1 + n)[1:]
				return pathVar, nil
			}
		}
		l.take(1)
		return pathToken(c), nil
	}
}

func (l *pathLexer) comment() error {
	end := strings.Index(l.s[l.i+2:], "*/")
	if end < 0 {
		l.i, l.match = len(l.s), ""
		return l.fail("unexpected end of comment")
	}
	l.i += end + 2
	l.take(2)
	return nil
}

// numeric reads a number where one is the longest match, as flex chooses.
func (l *pathLexer) numeric() (pathToken, bool, error) {
	digit := func(c byte) bool { return c >= '0' && c <= '9' }
	at := func(n int) byte {
		if l.i+n < len(l.s) {
			return l.s[l.i+n]
		}
		return 0
	}
	integer := 0
	switch c := at(0); {
	case c == '0':
		integer = 1
	case digit(c):
		integer = l.run(l.i, digit)
	}
	decimal := 0
	if at(integer) == '.' {
		if n := l.run(l.i+integer+1, digit); integer > 0 || n > 0 {
			decimal = integer + 1 + n
		}
	}
	mantissa := max(integer, decimal)
	if mantissa == 0 {
		return 0, false, nil
	}
	real, bad := 0, 0
	for _, m := range []int{integer, decimal} {
		if m == 0 || at(m)|0x20 != 'e' {
			continue
		}
		n := m + 1
		if c := at(n); c == '+' || c == '-' {
			n++
			bad = n
		}
		if d := l.run(l.i+n, digit); d > 0 {
			real = n + d
		}
	}
	junk := 0
	for _, m := range []int{integer, decimal, real} {
		if m > 0 && l.i+m < len(l.s) && pathOther(l.s[l.i+m]) {
			junk = max(junk, m+1)
		}
	}
	word := l.run(l.i, pathOther)
	best := max(real, mantissa, bad, junk, word)
	switch best {
	case real, decimal:
		l.text = l.take(best)
		return pathNumber, true, nil
	case integer:
		l.text = l.take(best)
		return pathInt, true, nil
	case bad:
		l.take(best)
		return 0, true, l.fail("invalid numeric literal")
	case junk:
		l.take(best)
		return 0, true, l.fail("trailing junk after numeric literal")
	}
	return 0, false, nil
}

// word reads an identifier. A comment right behind one swallows it, which ok
// false says.
func (l *pathLexer) word() (tok pathToken, ok bool, err error) {
	var b []byte
	for {
		if l.i >= len(l.s) {
			l.match = ""
			break
		}
		c := l.s[l.i]
		if pathOther(c) {
			b = append(b, l.take(l.run(l.i, pathOther))...)
			continue
		}
		if pathBlank(c) {
			l.take(l.run(l.i, pathBlank))
			break
		}
		if strings.HasPrefix(l.s[l.i:], "/*") {
			return 0, false, l.comment()
		}
		if c != '\\' {
			l.match = ""
			break
		}
		if b, err = l.escape(b); err != nil {
			return 0, false, err
		}
	}
	l.text = string(b)
	return keywordOf(l.text), true, nil
}

// quoted reads what stands in double quotes.
func (l *pathLexer) quoted(tok pathToken) (pathToken, error) {
	var b []byte
	var err error
	for {
		if l.i >= len(l.s) {
			l.match = ""
			return 0, l.fail("unexpected end of quoted string")
		}
		switch l.s[l.i] {
		case '"':
			l.take(1)
			l.text = string(b)
			return tok, nil
		case '\\':
			if b, err = l.escape(b); err != nil {
				return 0, err
			}
		default:
			b = append(b, l.take(l.run(l.i, func(c byte) bool { return c != '"' && c != '\\' }))...)
		}
	}
}

// escape reads an escape sequence, or several of \u in a row.
func (l *pathLexer) escape(b []byte) ([]byte, error) {
	next := byte(0)
	if l.i+1 < len(l.s) {
		next = l.s[l.i+1]
	}
	switch next {
	case 0, '\n':
		l.take(1)
		return nil, l.fail("unexpected end after backslash")
	case 'b', 'f', 'n', 'r', 't', 'v':
		l.take(2)
		return append(b, map[byte]byte{'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t', 'v': '\v'}[next]), nil
	case 'x':
		n := min(2, l.run(l.i+2, isHex))
		l.take(2 + n)
		if n < 2 {
			return nil, l.fail("invalid hex character sequence")
		}
		return appendPathRune(b, hexNumber(l.match[2:]))
	case 'u':
		return l.unicode(b)
	}
	l.take(2)
	return append(b, next), nil
}

func isHex(c byte) bool {
	return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F'
}

func hexNumber(s string) rune {
	var r rune
	for i := range len(s) {
		d, _ := hexDigit(s[i:])
		r = r<<4 | rune(d)
	}
	return r
}

// unicode reads a run of \uXXXX and \u{X…}.
func (l *pathLexer) unicode(b []byte) ([]byte, error) {
	start, i := l.i, l.i
	var codes []rune
	for strings.HasPrefix(l.s[i:], `\u`) {
		j := i + 2
		braced := j < len(l.s) && l.s[j] == '{'
		most := 4
		if braced {
			j, most = j+1, 6
		}
		n := min(most, l.run(j, isHex))
		closed := braced && n > 0 && j+n < len(l.s) && l.s[j+n] == '}'
		if braced && !closed || !braced && n < 4 {
			l.i = start
			l.take(j + n - start)
			return nil, l.fail("invalid unicode sequence")
		}
		codes = append(codes, hexNumber(l.s[j:j+n]))
		i = j + n
		if braced {
			i++
		}
	}
	l.take(i - start)
	return appendSurrogates(b, codes)
}

// appendSurrogates appends code points, of which some come as surrogate pairs.
func appendSurrogates(b []byte, codes []rune) ([]byte, error) {
	bad := func(detail string) error {
		e := Errorf(codeInvalidText, "invalid input syntax for type jsonpath")
		e.Detail = detail
		return e
	}
	high := rune(-1)
	var err error
	for _, r := range codes {
		switch {
		case r >= 0xD800 && r < 0xDC00:
			if high >= 0 {
				return nil, bad("Unicode high surrogate must not follow a high surrogate.")
			}
			high = r
			continue
		case r >= 0xDC00 && r < 0xE000:
			if high < 0 {
				return nil, bad("Unicode low surrogate must follow a high surrogate.")
			}
			r = 0x10000 + (high-0xD800)<<10 + (r - 0xDC00)
			high = -1
		case high >= 0:
			return nil, bad("Unicode low surrogate must follow a high surrogate.")
		}
		if b, err = appendPathRune(b, r); err != nil {
			return nil, err
		}
	}
	if high >= 0 {
		return nil, bad("Unicode low surrogate must follow a high surrogate.")
	}
	return b, nil
}

func appendPathRune(b []byte, r rune) ([]byte, error) {
	switch {
	case r == 0:
		e := Errorf(codeUntranslatable, "unsupported Unicode escape sequence")
		e.Detail = `\u0000 cannot be converted to text.`
		return nil, e
	case r > utf8.MaxRune:
		return nil, Errorf("42601", "invalid Unicode code point")
	}
	return utf8.AppendRune(b, r), nil
}
