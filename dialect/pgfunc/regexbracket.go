package pgfunc

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// char writes a literal character, both its cases where case does not matter.
func (t *regexTranslator) char(r rune) {
	if t.f.icase {
		if v := t.cases(r); len(v) > 1 {
			t.out.WriteByte('[')
			for _, x := range v {
				t.out.WriteString(regexp.QuoteMeta(string(x)))
			}
			t.out.WriteByte(']')
			return
		}
	}
	t.out.WriteString(regexp.QuoteMeta(string(r)))
}

func (t *regexTranslator) cases(r rune) []rune {
	if r >= utf8.RuneSelf && !t.unicode {
		return []rune{r}
	}
	v := []rune{r}
	for _, x := range []rune{unicode.ToLower(r), unicode.ToUpper(r)} {
		if x != v[0] && (len(v) < 2 || x != v[1]) && (t.unicode || x < utf8.RuneSelf) {
			v = append(v, x)
		}
	}
	return v
}

// classes of characters, under C and elsewhere.
func (t *regexTranslator) class(name string) (string, bool) {
	ascii := map[string]string{
		"alnum": `0-9A-Za-z`, "alpha": `A-Za-z`, "blank": ` \t`, "cntrl": `\x01-\x1f\x7f`, "digit": `0-9`, "graph": `!-~`,
		"lower": `a-z`, "print": ` -~`, "punct": "!-/:-@\\[-`{-~", "space": `\t-\r `, "upper": `A-Z`, "xdigit": `0-9A-Fa-f`, "word": `0-9A-Za-z_`,
	}
	uni := map[string]string{
		"alnum": `\p{L}\p{Nd}\p{Nl}`, "alpha": `\p{L}\p{Nl}`, "digit": `0-9`, "lower": `\p{Ll}`, "upper": `\p{Lu}`, "word": `\p{L}\p{Nd}\p{Nl}_`,
		"space": `\t-\r \x{1680}\x{2000}-\x{2006}\x{2008}-\x{200a}\x{2028}\x{2029}\x{205f}\x{3000}`, "blank": ` \t`, "xdigit": `0-9A-Fa-f`,
	}
	if t.f.icase && (name == "lower" || name == "upper") {
		name = "alpha"
	}
	if !t.unicode {
		s, ok := ascii[name]
		return s, ok
	}
	s, ok := uni[name]
	return s, ok
}

func (t *regexTranslator) escape() (constraint bool, err error) {
	t.i++
	if t.i >= len(t.src) {
		return false, invalidRegex("invalid escape \\ sequence")
	}
	c := t.src[t.i]
	t.i++
	switch c {
	case 'd', 's', 'w', 'D', 'S', 'W':
		name := map[byte]string{'d': "digit", 's': "space", 'w': "word"}[c|0x20]
		set, _ := t.class(name)
		if c < 'a' {
			t.out.WriteString("[^" + set + "]")
		} else {
			t.out.WriteString("[" + set + "]")
		}
		return false, nil
	case 'A':
		t.out.WriteString(`\A`)
		return true, nil
	case 'Z':
		t.out.WriteString(`\z`)
		return true, nil
	case 'y', 'Y':
		if t.unicode {
			return false, unsupportedRegex("\\" + string(c))
		}
		t.out.WriteString(map[byte]string{'y': `\b`, 'Y': `\B`}[c])
		return true, nil
	case 'm', 'M':
		return false, unsupportedRegex("\\" + string(c))
	}
	r, err := t.charEscape(c)
	if err != nil {
		return false, err
	}
	t.char(r)
	return false, nil
}

// charEscape reads an escape that stands for one character.
func (t *regexTranslator) charEscape(c byte) (rune, error) {
	switch c {
	case 'a':
		return 7, nil
	case 'b':
		return 8, nil
	case 'B':
		return '\\', nil
	case 'e':
		return 27, nil
	case 'f':
		return '\f', nil
	case 'n':
		return '\n', nil
	case 'r':
		return '\r', nil
	case 't':
		return '\t', nil
	case 'v':
		return '\v', nil
	}
	if c >= '0' && c <= '9' {
		return 0, unsupportedRegex("a back-reference or octal escape")
	}
	if c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' {
		switch c {
		case 'u', 'U', 'x', 'c':
			return 0, unsupportedRegex("\\" + string(c))
		}
		return 0, invalidRegex("invalid escape \\ sequence")
	}
	if c >= utf8.RuneSelf {
		t.i--
		r, n := utf8.DecodeRuneInString(t.src[t.i:])
		t.i += n
		return r, nil
	}
	return rune(c), nil
}

// bracket translates [...]; [[:<:]] and [[:>:]] are refused.
func (t *regexTranslator) bracket() (constraint bool, err error) {
	if strings.HasPrefix(t.src[t.i:], "[[:<:]]") || strings.HasPrefix(t.src[t.i:], "[[:>:]]") {
		return false, unsupportedRegex("a word constraint")
	}
	t.i++
	not := false
	if t.peek() == '^' {
		not = true
		t.i++
	}
	var set strings.Builder
	first := true
	for {
		if t.i >= len(t.src) {
			return false, invalidRegex("brackets [] not balanced")
		}
		if t.src[t.i] == ']' && !first {
			t.i++
			break
		}
		first = false
		if strings.HasPrefix(t.src[t.i:], "[:") {
			name, _, ok := strings.Cut(t.src[t.i+2:], ":]")
			if !ok {
				return false, invalidRegex("brackets [] not balanced")
			}
			s, known := t.class(name)
			if !known {
				if _, ascii := (&regexTranslator{}).class(name); ascii {
					return false, unsupportedRegex("[:" + name + ":]")
				}
				return false, invalidRegex("invalid character class")
			}
			set.WriteString(s)
			t.i += len(name) + 4
			continue
		}
		if strings.HasPrefix(t.src[t.i:], "[.") || strings.HasPrefix(t.src[t.i:], "[=") {
			return false, unsupportedRegex("a collating element")
		}
		lo, class, err := t.bracketChar()
		if err != nil {
			return false, err
		}
		if class != "" {
			set.WriteString(class)
			continue
		}
		hi := lo
		if t.peek() == '-' && t.i+1 < len(t.src) && t.src[t.i+1] != ']' {
			t.i++
			if hi, class, err = t.bracketChar(); err != nil {
				return false, err
			}
			if class != "" || hi < lo {
				return false, invalidRegex("invalid character range")
			}
		}
		t.rangeOf(&set, lo, hi)
	}
	s := set.String()
	switch {
	case not && (t.f.newline || t.f.partial):
		t.out.WriteString("[^" + s + "\\n]")
	case not:
		t.out.WriteString("[^" + s + "]")
	default:
		t.out.WriteString("[" + s + "]")
	}
	return false, nil
}

// rangeOf adds a range and, where case does not matter, its other cases.
func (t *regexTranslator) rangeOf(set *strings.Builder, lo, hi rune) {
	write := func(lo, hi rune) {
		set.WriteString(regexClassChar(lo))
		if hi > lo {
			set.WriteString("-" + regexClassChar(hi))
		}
	}
	write(lo, hi)
	if !t.f.icase || hi-lo > 3000 {
		return
	}
	for r := lo; r <= hi; r++ {
		for _, x := range t.cases(r)[1:] {
			write(x, x)
		}
	}
}

func regexClassChar(r rune) string {
	if strings.ContainsRune(`\]^-[`, r) {
		return `\` + string(r)
	}
	return string(r)
}

func (t *regexTranslator) bracketChar() (rune, string, error) {
	if t.i >= len(t.src) {
		return 0, "", invalidRegex("brackets [] not balanced")
	}
	if t.src[t.i] == '\\' {
		t.i++
		if t.i >= len(t.src) {
			return 0, "", invalidRegex("invalid escape \\ sequence")
		}
		c := t.src[t.i]
		t.i++
		switch c {
		case 'd', 's', 'w':
			set, _ := t.class(map[byte]string{'d': "digit", 's': "space", 'w': "word"}[c])
			return 0, set, nil
		case 'D', 'S', 'W':
			return 0, "", unsupportedRegex("\\" + string(c) + " in brackets")
		}
		r, err := t.charEscape(c)
		return r, "", err
	}
	r, n := utf8.DecodeRuneInString(t.src[t.i:])
	t.i += n
	return r, "", nil
}
