package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// A Shape is a statement without its values.
type Shape struct {
	// Text has ? for every literal and parameter, … for the rest of a list of
	// them, and neither comments nor more white space than is needed, so that
	// statements that differ in their values alone, or in how many there are,
	// have one text.
	Text string
	// Literals: the statement holds some.
	Literals bool
	// Neutral are statements without comments, and with values of ours in place
	// of the literals, so that they may or may not be judged as the statement
	// itself is. One at least.
	Neutral []string

	literals []string // as they are written
}

// ShapeOf gives the shape of a text. It fails where the text is not made of
// PostgreSQL's tokens.
func ShapeOf(sql string) (Shape, error) {
	scan, err := pg_query.Scan(sql)
	if err != nil {
		return Shape{}, syntaxError(sql, err)
	}
	s := Shape{}
	params := 0
	for _, t := range scan.GetTokens() {
		if t.GetToken() == pg_query.Token_PARAM {
			params++
		}
	}
	var text shapeText
	asParam, asValue := &strings.Builder{}, &strings.Builder{}
	copied := 0
	for _, t := range scan.GetTokens() {
		word := sql[t.GetStart():t.GetEnd()]
		gap := sql[copied:t.GetStart()]
		copied = int(t.GetEnd())
		asParam.WriteString(gap)
		asValue.WriteString(gap)
		switch t.GetToken() {
		case pg_query.Token_SQL_COMMENT, pg_query.Token_C_COMMENT:
			asParam.WriteByte(' ')
			asValue.WriteByte(' ')
			text.space = true
			continue
		}
		text.space = text.space || gap != ""
		value, literal := neutralValue[t.GetToken()]
		switch {
		case literal:
			s.Literals = true
			s.literals = append(s.literals, word, strings.ReplaceAll(word, "''", "'"))
			text.value()
			params++
			asParam.WriteString("$" + itoa(params))
			asValue.WriteString(value)
			continue
		case t.GetToken() == pg_query.Token_PARAM:
			text.value()
		default:
			text.word(word)
		}
		asParam.WriteString(word)
		asValue.WriteString(word)
	}
	s.Text = text.String()
	s.Neutral = []string{asParam.String()}
	if s.Literals {
		s.Neutral = append(s.Neutral, asValue.String())
	}
	return s, nil
}

// neutralValue has a value of each kind of literal.
var neutralValue = map[pg_query.Token]string{
	pg_query.Token_SCONST:  "'1'",
	pg_query.Token_USCONST: "'1'",
	pg_query.Token_ICONST:  "1",
	pg_query.Token_FCONST:  "1.5",
	pg_query.Token_BCONST:  "B'1'",
	pg_query.Token_XCONST:  "X'1'",
}

// Scrub takes out of a message what stands in the statement's literals.
func (s Shape) Scrub(message string) string {
	for _, quote := range []string{`"`, "'"} {
		parts := strings.Split(message, quote)
		for i := 1; i+1 < len(parts); i += 2 {
			for _, l := range s.literals {
				if parts[i] != "" && strings.Contains(l, parts[i]) {
					parts[i] = "…"
					break
				}
			}
		}
		message = strings.Join(parts, quote)
	}
	return message
}

// shapeText writes a shape. Values that follow each other by commas become one
// and …, and so do rows of values in parentheses.
type shapeText struct {
	words []string // with a space before them where there is one
	space bool
}

func (t *shapeText) String() string { return strings.Join(t.words, "") }

func (t *shapeText) push(word string) {
	if t.space && len(t.words) > 0 {
		word = " " + word
	}
	t.space = false
	t.words = append(t.words, word)
}

// back is the n-th last word.
func (t *shapeText) back(n int) string {
	if n > len(t.words) {
		return ""
	}
	return strings.TrimPrefix(t.words[len(t.words)-n], " ")
}

const more = ", …"

func (t *shapeText) value() {
	if t.back(1) == "," {
		switch before := t.back(2); before {
		case "?", more:
			t.words = t.words[:len(t.words)-1]
			if before == "?" {
				t.words = append(t.words, more)
			}
			t.space = false
			return
		}
	}
	t.push("?")
}

func (t *shapeText) word(w string) {
	t.push(w)
	if w != ")" {
		return
	}
	// (row), (row) is (row), …
	row := t.row(len(t.words))
	if row == 0 || t.back(row+1) != "," {
		return
	}
	before := len(t.words) - row - 1
	if before > 0 && t.words[before-1] == more && t.row(before-1) > 0 {
		t.words = t.words[:before]
	} else if n := t.row(before); n == row && equalWords(t.words[before-n:before], t.words[before+1:]) {
		t.words = append(t.words[:before], more)
	}
}

// row is the number of words of a row of values that ends before the given
// place; 0 where there is none.
func (t *shapeText) row(end int) int {
	if end == 0 || strings.TrimPrefix(t.words[end-1], " ") != ")" {
		return 0
	}
	depth, values := 0, false
	for i := end - 1; i >= 0; i-- {
		switch strings.TrimPrefix(t.words[i], " ") {
		case ")":
			depth++
		case "?":
			values = true
		case "(":
			if depth--; depth == 0 {
				if !values {
					return 0
				}
				return end - i
			}
		}
	}
	return 0
}

func equalWords(a, b []string) bool {
	for i := range a {
		if strings.TrimPrefix(a[i], " ") != strings.TrimPrefix(b[i], " ") {
			return false
		}
	}
	return true
}
