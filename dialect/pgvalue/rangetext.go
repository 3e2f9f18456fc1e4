package pgvalue

import (
	"strings"
)

// ParseRange reads a range, without regard for the session but for env.
func ParseRange(t *Type, s string, env *Env) (Range, error) {
	p := rangeParser{s: s}
	return p.parse(t, env)
}

type rangeParser struct {
	s string
	i int
}

func (p *rangeParser) malformed(detail string) error {
	e := Errorf(codeInvalidText, "malformed range literal: \"%s\"", p.s)
	e.Detail = detail
	return e
}

func (p *rangeParser) space() {
	for p.i < len(p.s) && isArraySpace(p.s[p.i]) {
		p.i++
	}
}

func (p *rangeParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func hasEmpty(s string) bool { return len(s) >= 5 && strings.EqualFold(s[:5], "empty") }

func (p *rangeParser) parse(t *Type, env *Env) (Range, error) {
	p.space()
	if hasEmpty(p.s[p.i:]) {
		p.i += 5
		p.space()
		if p.i < len(p.s) {
			return Range{}, p.malformed("Junk after \"empty\" key word.")
		}
		return Range{Empty: true}, nil
	}
	open := p.peek()
	if open != '[' && open != '(' {
		return Range{}, p.malformed("Missing left parenthesis or bracket.")
	}
	p.i++
	lower, err := p.bound()
	if err != nil {
		return Range{}, err
	}
	if p.peek() != ',' {
		return Range{}, p.malformed("Missing comma after lower bound.")
	}
	p.i++
	upper, err := p.bound()
	if err != nil {
		return Range{}, err
	}
	end := p.peek()
	if end != ']' && end != ')' {
		return Range{}, p.malformed("Too many commas.")
	}
	p.i++
	p.space()
	if p.i < len(p.s) {
		return Range{}, p.malformed("Junk after right parenthesis or bracket.")
	}
	elem := RangeElem(t)
	read := func(s *string, inc bool) (b Bound, err error) {
		b = Bound{Inf: s == nil, Inc: inc}
		if s != nil {
			b.Val, err = ParseText(elem, *s, env)
		}
		return b, err
	}
	lo, err := read(lower, open == '[')
	if err != nil {
		return Range{}, err
	}
	hi, err := read(upper, end == ']')
	if err != nil {
		return Range{}, err
	}
	return MakeRange(t, lo, hi)
}

// bound reads the text of a bound; nil is none.
func (p *rangeParser) bound() (*string, error) {
	stop := func() bool { c := p.peek(); return c == ',' || c == ')' || c == ']' }
	if p.i < len(p.s) && stop() {
		return nil, nil
	}
	var b []byte
	quoted := false
	for quoted || !stop() {
		if p.i >= len(p.s) {
			return nil, p.malformed("Unexpected end of input.")
		}
		c := p.s[p.i]
		p.i++
		switch {
		case c == '\\':
			if p.i >= len(p.s) {
				return nil, p.malformed("Unexpected end of input.")
			}
			b = append(b, p.s[p.i])
			p.i++
		case c == '"' && quoted && p.peek() == '"':
			b = append(b, c)
			p.i++
		case c == '"':
			quoted = !quoted
		default:
			b = append(b, c)
		}
	}
	s := string(b)
	return &s, nil
}

// FormatRange is range_out.
func FormatRange(t *Type, r Range, env *Env) (string, error) {
	if r.Empty {
		return "empty", nil
	}
	elem := RangeElem(t)
	b := []byte{'('}
	if r.Lower.Inc {
		b[0] = '['
	}
	for i, x := range []Bound{r.Lower, r.Upper} {
		if i > 0 {
			b = append(b, ',')
		}
		if x.Inf {
			continue
		}
		s, err := FormatText(elem, x.Val, env)
		if err != nil {
			return "", err
		}
		b = appendBound(b, s)
	}
	if r.Upper.Inc {
		return string(append(b, ']')), nil
	}
	return string(append(b, ')')), nil
}

func appendBound(b []byte, s string) []byte {
	quote := s == ""
	for i := 0; !quote && i < len(s); i++ {
		quote = strings.IndexByte(`"\()[],`, s[i]) >= 0 || isArraySpace(s[i])
	}
	if !quote {
		return append(b, s...)
	}
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, s[i])
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

// ParseMultirange reads a multirange.
func ParseMultirange(t *Type, s string, env *Env) ([]Range, error) {
	malformed := func(detail string) error {
		e := Errorf(codeInvalidText, "malformed multirange literal: \"%s\"", s)
		e.Detail = detail
		return e
	}
	p := rangeParser{s: s}
	p.space()
	if p.peek() != '{' {
		return nil, malformed("Missing left brace.")
	}
	p.i++
	var list []Range
	for seen := 0; ; seen++ {
		p.space()
		switch c := p.peek(); {
		case p.i >= len(s):
			return nil, malformed("Unexpected end of input.")
		case c == '[' || c == '(':
			text := s[p.i:]
			n := rangeLength(text)
			if n < 0 {
				return nil, malformed("Unexpected end of input.")
			}
			r, err := ParseRange(t, text[:n], env)
			if err != nil {
				return nil, err
			}
			list = append(list, r)
			p.i += n
		case c == '}' && seen == 0:
		case hasEmpty(s[p.i:]):
			p.i += 5
		default:
			return nil, malformed("Expected range start.")
		}
		p.space()
		switch {
		case p.i >= len(s):
			return nil, malformed("Unexpected end of input.")
		case p.peek() == ',':
			p.i++
			continue
		case p.peek() != '}':
			return nil, malformed("Expected comma or end of multirange.")
		}
		p.i++
		p.space()
		if p.i < len(s) {
			return nil, malformed("Junk after closing right brace.")
		}
		return NormalizeRanges(t, list), nil
	}
}

// rangeLength is where the range at the start of s ends, or -1.
func rangeLength(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '"' && quoted && i+1 < len(s) && s[i+1] == '"':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ']' || c == ')'):
			return i + 1
		}
	}
	return -1
}

// FormatMultirange is multirange_out.
func FormatMultirange(t *Type, list []Range, env *Env) (string, error) {
	parts := make([]string, len(list))
	for i, r := range list {
		var err error
		if parts[i], err = FormatRange(t, r, env); err != nil {
			return "", err
		}
	}
	return "{" + strings.Join(parts, ",") + "}", nil
}

// rangeText reads a range or multirange in one environment and writes it in
// another.
func rangeText(t *Type, s string, in, out *Env) (string, error) {
	if IsMultirange(t) {
		list, err := ParseMultirange(t, s, in)
		if err != nil {
			return "", err
		}
		return FormatMultirange(t, list, out)
	}
	r, err := ParseRange(t, s, in)
	if err != nil {
		return "", err
	}
	return FormatRange(t, r, out)
}

// compareRangeText orders two ranges or multiranges.
func compareRangeText(t *Type, a, b string) int {
	if IsMultirange(t) {
		x, err1 := ParseMultirange(t, a, UTC)
		y, err2 := ParseMultirange(t, b, UTC)
		if err1 == nil && err2 == nil {
			return compareMultiranges(t, x, y)
		}
		return strings.Compare(a, b)
	}
	x, err1 := ParseRange(t, a, UTC)
	y, err2 := ParseRange(t, b, UTC)
	if err1 == nil && err2 == nil {
		return CompareRanges(t, x, y)
	}
	return strings.Compare(a, b)
}
