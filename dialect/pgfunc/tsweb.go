package pgfunc

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// webTSQuery is websearch_to_tsquery: words, "phrases", or, and - for not. It
// has no syntax errors.
func webTSQuery(ctype, config, s string) (string, error) {
	if strings.Contains(s, ":") {
		return "", refusedText("a colon, read as a web search,")
	}
	// An or binds less than what stands side by side.
	var alternatives, all []*tsquery
	flush := func() {
		var q *tsquery
		for _, x := range all {
			if q == nil {
				q = x
			} else {
				q = &tsquery{Op: '&', Left: q, Right: x}
			}
		}
		if q != nil {
			alternatives = append(alternatives, q)
		}
		all = nil
	}
	not := 0
	add := func(text string) error {
		q, err := morph(ctype, config, text, '<', 0, false)
		for ; not > 0; not-- {
			q = &tsquery{Op: '!', Right: q}
		}
		all = append(all, q)
		return err
	}
	operand := true // one is due
	for s != "" {
		c := s[0]
		switch {
		case blank(s):
			s = s[1:]
		case c == '"':
			end := strings.IndexByte(s[1:], '"')
			if end < 0 {
				s += `"` // the text's end closes it
				end = len(s) - 2
			}
			if err := add(s[1 : 1+end]); err != nil {
				return "", err
			}
			s, operand = s[2+end:], false
		case operand && c == '-':
			not++
			s = s[1:]
		case strings.IndexByte("!&|<()", c) >= 0 || c == '-' && !operand:
			s = s[1:]
		case !operand && webOr(s):
			flush()
			s, operand = s[2:], true
		default:
			end := 0
			for end < len(s) && !blank(s[end:]) && strings.IndexByte(`!&|<()"`, s[end]) < 0 {
				end++
			}
			if err := add(s[:end]); err != nil {
				return "", err
			}
			s, operand = s[end:], false
		}
		if !operand && len(s) > 0 && s[0] == '-' {
			operand = true
		}
		if !operand && blank(s) {
			rest := strings.TrimLeft(s, cBlanks)
			if rest != "" && !webOr(rest) {
				operand = true
			}
			s = rest
		}
	}
	if operand && len(all) == 0 || not > 0 {
		all = append(all, pgvalue.StopWord)
	}
	flush()
	var q *tsquery
	for _, x := range alternatives {
		if q == nil {
			q = x
		} else {
			q = &tsquery{Op: '|', Left: q, Right: x}
		}
	}
	q, _, _ = withoutStops(q)
	return q.String(), nil
}

// webOr reports whether s begins with the operator or: a word of its own, with
// something behind it.
func webOr(s string) bool {
	if len(s) < 3 || !strings.EqualFold(s[:2], "or") {
		return false
	}
	c := s[2]
	if c == '-' || c == '_' || c >= 0x80 || digit(c) || c|0x20 >= 'a' && c|0x20 <= 'z' {
		return false
	}
	return strings.TrimLeft(s[2:], cBlanks) != ""
}
