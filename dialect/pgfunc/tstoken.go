package pgfunc

// tokenType is a type of token, by the number that ts_parse gives it. Those that
// are left out are of texts that the parser refuses.
type tokenType uint8

const (
	tokenASCIIWord       tokenType = 1
	tokenWord            tokenType = 2
	tokenNumberWord      tokenType = 3
	tokenPart            tokenType = 10
	tokenASCIIPart       tokenType = 11
	tokenBlank           tokenType = 12
	tokenASCIIHyphenated tokenType = 16
	tokenHyphenated      tokenType = 17
	tokenDecimal         tokenType = 20
	tokenSigned          tokenType = 21
	tokenUnsigned        tokenType = 22
)

// hyphenated reports whether the parts of a token follow it as tokens.
func (t tokenType) hyphenated() bool { return t == tokenASCIIHyphenated || t == tokenHyphenated }

// stemmed reports whether the english configuration stems such tokens.
func (t tokenType) stemmed() bool {
	switch t {
	case tokenASCIIWord, tokenWord, tokenPart, tokenASCIIPart, tokenASCIIHyphenated, tokenHyphenated:
		return true
	}
	return false
}

type token struct {
	text string
	kind tokenType
	from int
}

// all are the tokens with the blanks between them, which a headline shows too.
func (p *textParser) all() []token {
	var out []token
	at := 0
	blanks := func(to int) {
		for at < to {
			end := at + characterBytes(p.s[at:])
			for end < to && !beginsBlank(p.s[end]) {
				end += characterBytes(p.s[end:])
			}
			out = append(out, token{p.s[at:end], tokenBlank, at})
			at = end
		}
	}
	for _, t := range p.tokens {
		blanks(t.from)
		out = append(out, t)
		if !t.kind.hyphenated() {
			at = t.from + len(t.text)
		}
	}
	blanks(len(p.s))
	return out
}

// beginsBlank are characters that may begin something else than a blank, so that
// a blank ends before them.
func beginsBlank(c byte) bool {
	switch c {
	case '<', '-', '+', '&', '/':
		return true
	}
	return false
}
