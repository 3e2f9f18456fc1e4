package pgfunc

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// The default text search parser, as far as words and numbers go. Texts with
// what may be a host, an address, a path, a tag or an entity are refused: where
// those begin and end is the business of some eighty states of PostgreSQL's own
// parser.

// textParser cuts a text into tokens.
type textParser struct {
	s      string
	ascii  bool // LC_CTYPE is C: every character beyond ASCII is a letter
	tokens []token
}

func refusedText(what string) error {
	return errf("0A000", "text search in a text with %s is not supported on the SQLite fallback", what)
}

func (p *textParser) letter(r rune) bool {
	if r < 0x80 {
		return r|0x20 >= 'a' && r|0x20 <= 'z'
	}
	return p.ascii || unicode.IsLetter(r)
}

func digit(c byte) bool { return c >= '0' && c <= '9' }

// strange reports characters whose class is not told by Go as the C library
// tells it, or that join what stands around them.
func (p *textParser) strange(r rune) bool {
	if r < 0x80 {
		return false
	}
	if unicode.In(r, unicode.M, unicode.Cf, unicode.Cc) || r >= 0x1160 && r <= 0x11ff || r == utf8.RuneError {
		return true
	}
	return !p.ascii && !unicode.IsLetter(r) && !unicode.In(r, unicode.Pd, unicode.Ps, unicode.Pe, unicode.Pi, unicode.Pf, unicode.Po, unicode.Sc, unicode.Zs)
}

// at tells whether a letter or a digit stands at an offset.
func (p *textParser) wordAt(i int) bool {
	if i < 0 || i >= len(p.s) {
		return false
	}
	if digit(p.s[i]) {
		return true
	}
	r, _ := utf8.DecodeRuneInString(p.s[i:])
	return p.letter(r)
}

// check refuses what this parser does not know.
func (p *textParser) check() error {
	if strings.HasPrefix(p.s, "..") {
		return refusedText("two points at its beginning")
	}
	for i, r := range p.s {
		if p.strange(r) {
			return refusedText("the character U+" + strings.ToUpper(hexRune(r)))
		}
		if r >= 0x80 {
			continue
		}
		next := byte(' ')
		if i+1 < len(p.s) {
			next = p.s[i+1]
		}
		before := i > 0 && !blank(p.s[i-1:])
		switch r {
		case '@':
			if before && next > ' ' {
				return refusedText("an \"@\" inside a word")
			}
		case '/', '~', '\\':
			if next > ' ' {
				return refusedText("a \"" + string(r) + "\" before a word")
			}
		case '<':
			if next > ' ' && !digit(next) && next != '=' {
				return refusedText("a \"<\" before a word")
			}
		case '&':
			rest, _, _ := strings.Cut(p.s[i:], " ")
			if next > ' ' && strings.Contains(rest, ";") {
				return refusedText("an entity")
			}
		case '.':
			if next > ' ' && before && !p.decimalPoint(i) {
				return refusedText("a \".\" inside a word")
			}
		case '_':
			if next == '-' || i > 0 && p.s[i-1] == '-' || next == '.' || i > 0 && p.s[i-1] == '.' {
				return refusedText("an \"_\" beside a hyphen or a point")
			}
		}
	}
	return nil
}

func hexRune(r rune) string {
	const digits = "0123456789abcdef"
	var b []byte
	for ; r > 0; r >>= 4 {
		b = append([]byte{digits[r&15]}, b...)
	}
	return string(b)
}

// decimalPoint: digits stand on both sides, and nothing else of a word.
func (p *textParser) decimalPoint(i int) bool {
	lo := i
	for lo > 0 && digit(p.s[lo-1]) {
		lo--
	}
	hi := i + 1
	for hi < len(p.s) && digit(p.s[hi]) {
		hi++
	}
	if hi > i+1 && hi < len(p.s) && p.s[hi] == '.' && (hi+1 == len(p.s) || blank(p.s[hi+1:])) {
		hi++ // the end of a sentence
	}
	if lo == i || hi == i+1 || p.wordAt(hi) || hi < len(p.s) && strings.IndexByte("._-+", p.s[hi]) >= 0 {
		return false
	}
	if lo == 0 {
		return true
	}
	r, _ := utf8.DecodeLastRuneInString(p.s[:lo])
	return !p.letter(r) && !strings.ContainsRune("._-+/", r)
}

func (p *textParser) emit(from, to int, kind tokenType) {
	p.tokens = append(p.tokens, token{p.s[from:to], kind, from})
}

// parse cuts the text.
func (p *textParser) parse() error {
	if err := p.check(); err != nil {
		return err
	}
	for i := 0; i < len(p.s); {
		if !p.wordAt(i) {
			_, w := utf8.DecodeRuneInString(p.s[i:])
			i += w
			continue
		}
		end, err := p.run(i)
		if err != nil {
			return err
		}
		i = end
	}
	for _, t := range p.tokens {
		if len(t.text) > 2000 {
			return refusedText("a word of more than 2000 bytes")
		}
	}
	return nil
}

// part is the end of the letters and digits from i on, and what they are.
func (p *textParser) part(i int) (end int, letters, digits, wide bool) {
	for end = i; end < len(p.s); {
		r, w := utf8.DecodeRuneInString(p.s[end:])
		switch {
		case r < 0x80 && digit(byte(r)):
			digits = true
		case p.letter(r):
			letters = true
			wide = wide || r >= 0x80
		default:
			return end, letters, digits, wide
		}
		end += w
	}
	return end, letters, digits, wide
}

// run reads a word, a number, or words joined by hyphens.
func (p *textParser) run(i int) (end int, err error) {
	end, letters, digits, wide := p.part(i)
	if !letters {
		return p.number(i, end)
	}
	if digits && digit(p.s[i]) && scientific(p.s[i:end]) {
		return 0, refusedText("a number in scientific notation")
	}
	type span struct {
		from, to int
		wide     bool
	}
	spans := []span{{i, end, wide}}
	for end+1 < len(p.s) && p.s[end] == '-' && p.wordAt(end+1) {
		next, l, d, w := p.part(end + 1)
		if !l && !digits && len(spans) == 1 {
			break // covid-19: a word and a number
		}
		if !l || d || digits {
			return 0, refusedText("a number beside a hyphen")
		}
		spans = append(spans, span{end + 1, next, w})
		end, wide = next, wide || w
	}
	if digit(p.s[i]) && i > 0 && strings.IndexByte("+-.", p.s[i-1]) >= 0 {
		return 0, refusedText("a sign or a point before a word")
	}
	if len(spans) == 1 {
		p.emit(i, end, wordToken(digits, wide))
		return end, nil
	}
	kind := tokenASCIIHyphenated
	if wide {
		kind = tokenHyphenated
	}
	p.emit(i, end, kind)
	for _, s := range spans {
		kind := tokenASCIIPart
		if s.wide {
			kind = tokenPart
		}
		p.emit(s.from, s.to, kind)
	}
	return end, nil
}

func wordToken(digits, wide bool) tokenType {
	switch {
	case digits:
		return tokenNumberWord
	case wide:
		return tokenWord
	}
	return tokenASCIIWord
}

// scientific: digits, an e and a digit or a sign begin a number.
func scientific(s string) bool {
	n := 0
	for n < len(s) && digit(s[n]) {
		n++
	}
	return n < len(s) && s[n]|0x20 == 'e'
}

// number reads digits, with a sign before and a fraction behind.
func (p *textParser) number(i, end int) (int, error) {
	from := i
	if i > 0 && (p.s[i-1] == '-' || p.s[i-1] == '+') {
		from = i - 1
	}
	if i > 0 && p.s[i-1] == '.' {
		return 0, refusedText("a point before a number")
	}
	kind := tokenUnsigned
	if from < i {
		kind = tokenSigned
	}
	if end+1 < len(p.s) && p.s[end] == '.' && digit(p.s[end+1]) {
		kind = tokenDecimal
		end++
		for end < len(p.s) && digit(p.s[end]) {
			end++
		}
	}
	if from > 0 && from < i && strings.IndexByte(".+-", p.s[from-1]) >= 0 {
		return 0, refusedText("a number beside a hyphen")
	}
	p.emit(from, end, kind)
	return end, nil
}

// document makes lexemes of a text: the words, their places, stop words as gaps.
type document struct {
	words []pgvalue.Lexeme
	last  int
}

func textDocument(ctype, config, s string) (*document, error) {
	d := &document{}
	if err := d.add(ctype, config, s); err != nil {
		return nil, err
	}
	return d, nil
}

// add puts a text behind what is there.
func (d *document) add(ctype, config, s string) error {
	p := &textParser{s: s, ascii: ctype == "C"}
	if err := p.parse(); err != nil {
		return err
	}
	for _, t := range p.tokens {
		word, keep := p.lexize(config, t)
		d.last++
		if keep {
			d.words = append(d.words, pgvalue.Lexeme{Word: word, Where: []pgvalue.Position{{At: min(d.last, pgvalue.MaxPosition)}}})
		}
	}
	return nil
}

// lexize makes a lexeme of a token; keep is false for a stop word.
func (p *textParser) lexize(config string, t token) (lexeme string, keep bool) {
	lexeme = lowerToken(t.text, p.ascii)
	if config == "english" && t.kind.stemmed() {
		return stemEnglish(lexeme)
	}
	return lexeme, true
}

func lowerToken(s string, ascii bool) string {
	if ascii {
		return lowerASCII(s)
	}
	return lowerLibc(s)
}
