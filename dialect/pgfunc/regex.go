package pgfunc

import (
	"regexp"
	"strings"
	"sync"
	"unicode/utf8"
)

// PostgreSQL's advanced regular expressions are translated to Go's. What Go
// cannot say (look-around, back-references, …), or would match differently, is
// refused.

// pattern is a translated regular expression.
type pattern struct {
	re *regexp.Regexp
	// exact says that the match chosen, and not only its existence, is
	// PostgreSQL's; groups that the groups in it are.
	exact, groups bool
	caps          int
}

// regexFlags are the options of the last argument of the regexp functions.
type regexFlags struct {
	global, icase, newline, partial, weird, expanded, literal bool
}

func parseRegexFlags(s string, global bool) (f regexFlags, err error) {
	for _, c := range s {
		switch c {
		case 'g':
			if !global {
				return f, nil
			}
			f.global = true
		case 'i':
			f.icase = true
		case 'c':
			f.icase = false
		case 'n', 'm':
			f.newline = true
		case 's':
			f.newline, f.partial, f.weird = false, false, false
		case 'p':
			f.partial = true
		case 'w':
			f.weird = true
		case 'x':
			f.expanded = true
		case 't':
			f.expanded = false
		case 'q':
			f.literal = true
		case 'e', 'b':
			if c == 'b' {
				return f, unsupportedRegex("basic regular expressions")
			}
		default:
			return f, errf("22023", "invalid regular expression option: \"%c\"", c)
		}
	}
	return f, nil
}

func unsupportedRegex(what string) error {
	return errf("0A000", "%s in a regular expression is not supported on the SQLite fallback", what)
}

func invalidRegex(what string) error {
	return errf("2201B", "invalid regular expression: %s", what)
}

type regexKey struct {
	text string
	f    regexFlags
	libc bool
}

// regexes caches translations.
var regexes = struct {
	sync.Mutex
	m map[regexKey]*pattern
}{m: map[regexKey]*pattern{}}

// compileRegex translates a regular expression; unicodeCase says that letters
// beyond ASCII are letters, as under locales other than C.
func compileRegex(text string, f regexFlags, unicodeCase bool) (*pattern, error) {
	f.global = false
	key := regexKey{text, f, unicodeCase}
	regexes.Lock()
	p := regexes.m[key]
	regexes.Unlock()
	if p != nil {
		return p, nil
	}
	t := &regexTranslator{src: text, f: f, unicode: unicodeCase}
	p, err := t.translate()
	if err != nil {
		return nil, err
	}
	regexes.Lock()
	if len(regexes.m) > 1000 {
		clear(regexes.m)
	}
	regexes.m[key] = p
	regexes.Unlock()
	return p, nil
}

type regexTranslator struct {
	src     string
	i       int
	f       regexFlags
	unicode bool
	out     strings.Builder
	caps    int
	lazy    int // non-greedy quantifiers of variable length
	greedy  int
	alt     bool // an alternation anywhere
}

func (t *regexTranslator) translate() (*pattern, error) {
	if t.f.literal {
		t.out.WriteString(regexp.QuoteMeta(t.src))
		if t.f.icase {
			return t.finish(`(?i)`)
		}
		return t.finish("")
	}
	switch {
	case strings.HasPrefix(t.src, "***="):
		t.src, t.f.literal = t.src[4:], true
		return t.translate()
	case strings.HasPrefix(t.src, "***:"):
		t.src = t.src[4:]
	case strings.HasPrefix(t.src, "***"):
		return nil, unsupportedRegex("the director ***")
	}
	if err := t.embedded(); err != nil {
		return nil, err
	}
	if t.f.expanded {
		return nil, unsupportedRegex("expanded syntax")
	}
	if err := t.alternatives(0); err != nil {
		return nil, err
	}
	if t.i < len(t.src) {
		return nil, invalidRegex("parentheses () not balanced")
	}
	return t.finish("")
}

// embedded reads options at the start: (?i).
func (t *regexTranslator) embedded() error {
	rest, ok := strings.CutPrefix(t.src, "(?")
	if !ok || rest == "" || !(rest[0] >= 'a' && rest[0] <= 'z') {
		return nil
	}
	opts, after, ok := strings.Cut(rest, ")")
	if !ok {
		return invalidRegex("invalid embedded option")
	}
	for _, c := range opts {
		switch c {
		case 'i':
			t.f.icase = true
		case 'c':
			t.f.icase = false
		case 'n', 'm':
			t.f.newline = true
		case 's':
			t.f.newline, t.f.partial, t.f.weird = false, false, false
		case 'e', 't':
		default:
			return unsupportedRegex("the embedded option " + string(c))
		}
	}
	t.src = after
	return nil
}

func (t *regexTranslator) finish(prefix string) (*pattern, error) {
	re, err := regexp.Compile(prefix + t.out.String())
	if err != nil {
		return nil, unsupportedRegex("\"" + t.src + "\"")
	}
	p := &pattern{re: re, caps: re.NumSubexp()}
	switch {
	case t.lazy == 0:
		// All is greedy: PostgreSQL takes the longest match.
		re.Longest()
		p.exact = true
		p.groups = p.caps == 0 || !t.alt
	case t.lazy == 1 && t.greedy == 0 && !t.alt:
		// One non-greedy repetition: the shortest match is Perl's too.
		p.exact, p.groups = true, true
	}
	return p, nil
}

func (t *regexTranslator) peek() byte {
	if t.i < len(t.src) {
		return t.src[t.i]
	}
	return 0
}

func (t *regexTranslator) alternatives(depth int) error {
	for {
		if err := t.branch(depth); err != nil {
			return err
		}
		if t.peek() != '|' || t.i >= len(t.src) {
			return nil
		}
		t.i++
		t.alt = true
		t.out.WriteByte('|')
	}
}

func (t *regexTranslator) branch(depth int) error {
	for t.i < len(t.src) {
		c := t.src[t.i]
		if c == '|' || c == ')' && depth > 0 {
			return nil
		}
		if c == ')' {
			return invalidRegex("parentheses () not balanced")
		}
		constraint, err := t.atom(depth)
		if err != nil {
			return err
		}
		if err := t.quantifier(constraint); err != nil {
			return err
		}
	}
	return nil
}

// atom translates one atom or constraint; a constraint cannot be repeated.
func (t *regexTranslator) atom(depth int) (constraint bool, err error) {
	c := t.src[t.i]
	switch c {
	case '(':
		return false, t.group(depth)
	case '[':
		return t.bracket()
	case '^':
		t.i++
		if t.f.newline || t.f.weird {
			t.out.WriteString(`(?m:^)`)
		} else {
			t.out.WriteString(`\A`)
		}
		return true, nil
	case '$':
		t.i++
		if t.f.newline || t.f.weird {
			t.out.WriteString(`(?m:$)`)
		} else {
			t.out.WriteString(`\z`)
		}
		return true, nil
	case '.':
		t.i++
		if t.f.newline || t.f.partial {
			t.out.WriteString(`[^\n]`)
		} else {
			t.out.WriteString(`(?s:.)`)
		}
		return false, nil
	case '*', '+', '?':
		return false, invalidRegex("quantifier operand invalid")
	case '{':
		if t.i+1 < len(t.src) && t.src[t.i+1] >= '0' && t.src[t.i+1] <= '9' {
			return false, invalidRegex("quantifier operand invalid")
		}
		t.i++
		t.out.WriteString(`\{`)
		return false, nil
	case '\\':
		return t.escape()
	}
	r, n := utf8.DecodeRuneInString(t.src[t.i:])
	t.i += n
	t.char(r)
	return false, nil
}

func (t *regexTranslator) group(depth int) error {
	t.i++
	if t.peek() == '?' {
		switch {
		case strings.HasPrefix(t.src[t.i:], "?:"):
			t.i += 2
			t.out.WriteString("(?:")
		case strings.HasPrefix(t.src[t.i:], "?="), strings.HasPrefix(t.src[t.i:], "?!"), strings.HasPrefix(t.src[t.i:], "?<"):
			return unsupportedRegex("look-around")
		default:
			return invalidRegex("quantifier operand invalid")
		}
	} else {
		t.caps++
		t.out.WriteByte('(')
	}
	if err := t.alternatives(depth + 1); err != nil {
		return err
	}
	if t.peek() != ')' || t.i >= len(t.src) {
		return invalidRegex("parentheses () not balanced")
	}
	t.i++
	t.out.WriteByte(')')
	return nil
}

func (t *regexTranslator) quantifier(constraint bool) error {
	if t.i >= len(t.src) {
		return nil
	}
	start := t.i
	fixed := false
	switch t.src[t.i] {
	case '*', '+', '?':
		t.i++
	case '{':
		if t.i+1 >= len(t.src) || t.src[t.i+1] < '0' || t.src[t.i+1] > '9' {
			return nil // an ordinary character
		}
		end := strings.IndexByte(t.src[t.i:], '}')
		if end < 0 {
			return openBrace(t.src[t.i+1:])
		}
		body := t.src[t.i+1 : t.i+end]
		lo, hi, comma := strings.Cut(body, ",")
		if lo == "" || !digits(lo) || !digits(hi) {
			return invalidRegex("invalid repetition count(s)")
		}
		if len(lo) > 3 || len(hi) > 3 || number(lo) > 255 || number(hi) > 255 || comma && hi != "" && number(hi) < number(lo) {
			return invalidRegex("invalid repetition count(s)")
		}
		fixed = !comma || lo == hi
		t.i += end + 1
	default:
		return nil
	}
	if constraint {
		return invalidRegex("quantifier operand invalid")
	}
	lazy := t.peek() == '?' && t.i < len(t.src)
	if lazy {
		t.i++
	}
	if t.i < len(t.src) && strings.IndexByte("*+?", t.src[t.i]) >= 0 {
		return invalidRegex("quantifier operand invalid")
	}
	t.out.WriteString(t.src[start:t.i])
	switch {
	case lazy:
		t.lazy++
	case !fixed:
		t.greedy++
	}
	return nil
}

func digits(s string) bool {
	for i := range len(s) {
		if s[i] < '0' || s[i] > '9' {
			return false
		}
	}
	return true
}

func number(s string) int {
	n := 0
	for i := range len(s) {
		n = n*10 + int(s[i]-'0')
	}
	return n
}

// needExact refuses where the match that Go chooses may not be PostgreSQL's.
func (p *pattern) needExact(groups bool) error {
	if !p.exact || groups && !p.groups {
		return unsupportedRegex("a mixture of greedy and non-greedy parts, or groups beside alternatives,")
	}
	return nil
}

// openBrace is the error about a repetition that nothing closes: what cannot be
// part of one is found before the end is.
func openBrace(body string) error {
	lo, hi, comma := strings.Cut(body, ",")
	last := lo
	if comma {
		last = hi
	}
	tooMany := len(last) > 1 && (len(last) > 4 || number(last[:len(last)-1]) >= 255)
	if !digits(lo) || !digits(hi) || tooMany || comma && (len(lo) > 3 || number(lo) > 255) {
		return invalidRegex("invalid repetition count(s)")
	}
	return invalidRegex("braces {} not balanced")
}
