package pgvalue

import (
	"strings"
	"unicode/utf16"
	"unicode/utf8"

	"github.com/cockroachdb/apd/v3"
)

// jsonParser reads JSON as PostgreSQL's jsonapi.c does.
type jsonParser struct {
	s      string
	i      int
	depth  int
	binary bool // jsonb: decode \u escapes, canonical numbers, unique keys
	check  bool // syntax only: build nothing
}

// maxJSONDepth bounds nesting, where PostgreSQL would report 54001.
const maxJSONDepth = 6000

func checkJSON(s string) error {
	p := jsonParser{s: s, check: true}
	_, err := p.document()
	return err
}

func (p *jsonParser) document() (*JSON, error) {
	j, err := p.value()
	if err != nil {
		return nil, err
	}
	p.space()
	if p.i < len(p.s) {
		tok, err := p.badToken()
		if err != nil {
			return nil, err
		}
		return nil, p.syntax("Expected end of input, but found \"" + tok + "\".")
	}
	return j, nil
}

func (p *jsonParser) space() {
	for p.i < len(p.s) {
		switch p.s[p.i] {
		case ' ', '\t', '\n', '\r':
			p.i++
		default:
			return
		}
	}
}

func (p *jsonParser) syntax(detail string) error {
	e := Errorf(codeInvalidText, "invalid input syntax for type json")
	e.Detail = detail
	return e
}

// badToken consumes the token at the cursor and returns its text for an error
// message, or the lexer's own error.
func (p *jsonParser) badToken() (string, error) {
	start := p.i
	switch c := p.s[p.i]; {
	case strings.IndexByte("{}[],:", c) >= 0:
		p.i++
	case c == '"':
		if _, err := p.str(); err != nil {
			return "", err
		}
	case c == '-' || c >= '0' && c <= '9':
		if _, err := p.number(); err != nil {
			return "", err
		}
	default:
		w := p.word()
		switch w {
		case "true", "false", "null":
		default:
			return "", p.syntax("Token \"" + w + "\" is invalid.")
		}
	}
	return p.s[start:p.i], nil
}

// word consumes letters, digits, underscores and bytes above ASCII, or else
// one character.
func (p *jsonParser) word() string {
	start := p.i
	for p.i < len(p.s) && isWordByte(p.s[p.i]) {
		p.i++
	}
	if p.i == start {
		p.i++
	}
	return p.s[start:p.i]
}

func isWordByte(c byte) bool {
	return c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= '0' && c <= '9' || c == '_' || c >= 0x80
}

func (p *jsonParser) expected(what string) error {
	if p.i >= len(p.s) {
		return p.syntax("The input string ended unexpectedly.")
	}
	tok, err := p.badToken()
	if err != nil {
		return err
	}
	return p.syntax("Expected " + what + ", but found \"" + tok + "\".")
}

func (p *jsonParser) value() (*JSON, error) {
	p.space()
	if p.i >= len(p.s) {
		return nil, p.expected("JSON value")
	}
	start := p.i
	j, err := p.valueAt()
	if err != nil {
		return nil, err
	}
	if j != nil && !p.binary {
		j.Source = p.s[start:p.i]
	}
	return j, nil
}

func (p *jsonParser) valueAt() (*JSON, error) {
	switch c := p.s[p.i]; {
	case c == '{':
		return p.nested(p.object)
	case c == '[':
		return p.nested(p.array)
	case c == '"':
		s, err := p.str()
		if err != nil || p.check {
			return nil, err
		}
		return &JSON{Kind: JSONString, Text: s}, nil
	case c == '-' || c >= '0' && c <= '9':
		s, err := p.number()
		if err != nil || p.check {
			return nil, err
		}
		if p.binary {
			d, err := ParseNumeric(s)
			if err != nil {
				return nil, err
			}
			s = FormatNumeric(d)
		}
		return &JSON{Kind: JSONNumber, Text: s}, nil
	case isWordByte(c):
		at := p.i
		switch p.word() {
		case "true":
			return &JSON{Kind: JSONBool, Bool: true}, nil
		case "false":
			return &JSON{Kind: JSONBool}, nil
		case "null":
			return &JSON{Kind: JSONNull}, nil
		}
		p.i = at
	}
	return nil, p.expected("JSON value")
}

func (p *jsonParser) nested(f func() (*JSON, error)) (*JSON, error) {
	p.depth++
	defer func() { p.depth-- }()
	if p.depth > maxJSONDepth {
		return nil, Errorf("54001", "stack depth limit exceeded")
	}
	return f()
}

func (p *jsonParser) object() (*JSON, error) {
	p.i++
	j := &JSON{Kind: JSONObject}
	p.space()
	if p.i < len(p.s) && p.s[p.i] == '}' {
		p.i++
		return j, nil
	}
	first := true
	for {
		p.space()
		if p.i >= len(p.s) || p.s[p.i] != '"' {
			if first {
				return nil, p.expected("string or \"}\"")
			}
			return nil, p.expected("string")
		}
		first = false
		k, err := p.str()
		if err != nil {
			return nil, err
		}
		p.space()
		if p.i >= len(p.s) || p.s[p.i] != ':' {
			return nil, p.expected("\":\"")
		}
		p.i++
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		if !p.check {
			j.Keys = append(j.Keys, k)
			j.Elems = append(j.Elems, v)
		}
		p.space()
		if p.i < len(p.s) && p.s[p.i] == ',' {
			p.i++
			continue
		}
		if p.i < len(p.s) && p.s[p.i] == '}' {
			p.i++
			break
		}
		return nil, p.expected("\",\" or \"}\"")
	}
	if p.binary {
		j.Normalize()
	}
	return j, nil
}

func (p *jsonParser) array() (*JSON, error) {
	p.i++
	j := &JSON{Kind: JSONArray}
	p.space()
	if p.i < len(p.s) && p.s[p.i] == ']' {
		p.i++
		return j, nil
	}
	for {
		v, err := p.value()
		if err != nil {
			return nil, err
		}
		if !p.check {
			j.Elems = append(j.Elems, v)
		}
		p.space()
		if p.i < len(p.s) && p.s[p.i] == ',' {
			p.i++
			continue
		}
		if p.i < len(p.s) && p.s[p.i] == ']' {
			p.i++
			return j, nil
		}
		return nil, p.expected("\",\" or \"]\"")
	}
}

// number consumes a number; what follows must not belong to a token.
func (p *jsonParser) number() (string, error) {
	start, ok := p.i, true
	if p.peek() == '-' {
		p.i++
	}
	switch c := p.peek(); {
	case c == '0':
		p.i++
	case c >= '1' && c <= '9':
		p.digits()
	default:
		ok = false
	}
	if p.peek() == '.' {
		p.i++
		ok = p.digits() && ok
	}
	if c := p.peek(); c == 'e' || c == 'E' {
		p.i++
		if c := p.peek(); c == '+' || c == '-' {
			p.i++
		}
		ok = p.digits() && ok
	}
	for p.i < len(p.s) && isWordByte(p.s[p.i]) {
		p.i++
		ok = false
	}
	if !ok {
		return "", p.syntax("Token \"" + p.s[start:p.i] + "\" is invalid.")
	}
	return p.s[start:p.i], nil
}

func (p *jsonParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func (p *jsonParser) digits() bool {
	start := p.i
	for p.i < len(p.s) && p.s[p.i] >= '0' && p.s[p.i] <= '9' {
		p.i++
	}
	return p.i > start
}

// str consumes a string and decodes it.
func (p *jsonParser) str() (string, error) {
	start := p.i
	p.i++
	from := p.i
	var b []byte // nil while nothing was escaped
	for {
		if p.i >= len(p.s) {
			return "", p.syntax("Token \"" + p.s[start:] + "\" is invalid.")
		}
		c := p.s[p.i]
		switch {
		case c == '"':
			s := p.s[from:p.i]
			p.i++
			if b == nil {
				return s, nil
			}
			return string(append(b, s...)), nil
		case c < ' ':
			e := Errorf(codeInvalidText, "invalid input syntax for type json")
			e.Detail = "Character with value 0x" + hexByte(c) + " must be escaped."
			return "", e
		case c == '\\':
			b = append(b, p.s[from:p.i]...)
			if b == nil {
				b = []byte{}
			}
			p.i++
			var err error
			if b, err = p.escape(b, start); err != nil {
				return "", err
			}
			from = p.i
		default:
			p.i++
		}
	}
}

func hexByte(c byte) string {
	const d = "0123456789abcdef"
	return string([]byte{d[c>>4], d[c&15]})
}

func (p *jsonParser) escape(b []byte, start int) ([]byte, error) {
	if p.i >= len(p.s) {
		return nil, p.syntax("Token \"" + p.s[start:] + "\" is invalid.")
	}
	c := p.s[p.i]
	p.i++
	switch c {
	case '"', '\\', '/':
		return append(b, c), nil
	case 'b':
		return append(b, '\b'), nil
	case 'f':
		return append(b, '\f'), nil
	case 'n':
		return append(b, '\n'), nil
	case 'r':
		return append(b, '\r'), nil
	case 't':
		return append(b, '\t'), nil
	case 'u':
		return p.unicode(b, start)
	}
	r, n := utf8.DecodeRuneInString(p.s[p.i-1:])
	_ = r
	return nil, p.syntax("Escape sequence \"\\" + p.s[p.i-1:p.i-1+n] + "\" is invalid.")
}

// unicode decodes \uXXXX and surrogate pairs. Plain json checks only the form.
func (p *jsonParser) unicode(b []byte, start int) ([]byte, error) {
	r, err := p.hex4(start)
	if err != nil {
		return nil, err
	}
	if p.check {
		return b, nil
	}
	if r == 0 {
		e := Errorf(codeUntranslatable, "unsupported Unicode escape sequence")
		e.Detail = `\u0000 cannot be converted to text.`
		return nil, e
	}
	switch {
	case r >= 0xD800 && r < 0xDC00:
		if !strings.HasPrefix(p.s[p.i:], `\u`) {
			return nil, p.syntax("Unicode low surrogate must follow a high surrogate.")
		}
		p.i += 2
		lo, err := p.hex4(start)
		if err != nil {
			return nil, err
		}
		if lo >= 0xD800 && lo < 0xDC00 {
			return nil, p.syntax("Unicode high surrogate must not follow a high surrogate.")
		}
		if lo < 0xDC00 || lo > 0xDFFF {
			return nil, p.syntax("Unicode low surrogate must follow a high surrogate.")
		}
		r = utf16.DecodeRune(r, lo)
	case r >= 0xDC00 && r < 0xE000:
		return nil, p.syntax("Unicode low surrogate must follow a high surrogate.")
	}
	return utf8.AppendRune(b, r), nil
}

func (p *jsonParser) hex4(start int) (rune, error) {
	var r rune
	for range 4 {
		if p.i >= len(p.s) {
			return 0, p.syntax("Token \"" + p.s[start:] + "\" is invalid.")
		}
		d, err := hexDigit(p.s[p.i:])
		if err != nil {
			return 0, p.syntax(`"\u" must be followed by four hexadecimal digits.`)
		}
		r = r<<4 | rune(d)
		p.i++
	}
	return r, nil
}

// JSONNumeric is the number of a JSON number.
func (j *JSON) JSONNumeric() *apd.Decimal {
	d, err := ParseNumeric(j.Text)
	if err != nil {
		return &apd.Decimal{Form: apd.NaN}
	}
	return d
}
