package pgvalue

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// TSVector is the value of a tsvector: lexemes in order, each once.
type TSVector []Lexeme

// Lexeme is a word of a tsvector with the places where it stood.
type Lexeme struct {
	Word  string
	Where []Position
}

// Position is a place in a document and its weight: 0 for D up to 3 for A.
type Position struct {
	At     int
	Weight int
}

// Limits of text search.
const (
	MaxPosition      = 1<<14 - 1
	maxPositions     = 255
	maxLexeme        = 1<<11 - 1
	maxTSVectorBytes = 1<<20 - 1
)

// ReadTSVector reads a native value.
func ReadTSVector(s string) (TSVector, error) {
	r := &lexemeReader{s: s, whole: s, what: "tsvector"}
	var v TSVector
	for {
		l, ok, err := r.next()
		if err != nil {
			return nil, err
		}
		if !ok {
			break
		}
		if len(l.Word) > maxLexeme-1 {
			return nil, Errorf("54000", "word is too long (%d bytes, max %d bytes)", len(l.Word), maxLexeme-1)
		}
		v = append(v, l)
	}
	v = NewTSVector(v)
	size := 0
	for _, l := range v {
		size += len(l.Word) + 2 + 2*len(l.Where)
	}
	if size > maxTSVectorBytes {
		return nil, Errorf("54000", "string is too long for tsvector (%d bytes, max %d bytes)", size, maxTSVectorBytes)
	}
	return v, nil
}

func parseTSVector(s string) (any, error) {
	v, err := ReadTSVector(s)
	if err != nil {
		return nil, err
	}
	return v.String(), nil
}

// NewTSVector puts lexemes in order and joins those of one word.
func NewTSVector(list []Lexeme) TSVector {
	slices.SortStableFunc(list, func(a, b Lexeme) int { return strings.Compare(a.Word, b.Word) })
	var out TSVector
	for _, l := range list {
		if n := len(out); n > 0 && out[n-1].Word == l.Word {
			out[n-1].Where = append(out[n-1].Where, l.Where...)
			continue
		}
		out = append(out, Lexeme{l.Word, slices.Clone(l.Where)})
	}
	for i := range out {
		out[i].Where = uniquePositions(out[i].Where)
	}
	return out
}

// uniquePositions sorts places; of one twice the greater weight stays.
func uniquePositions(p []Position) []Position {
	slices.SortStableFunc(p, func(a, b Position) int { return cmp.Compare(a.At, b.At) })
	out := p[:0]
	for _, x := range p {
		if n := len(out); n > 0 && out[n-1].At == x.At {
			out[n-1].Weight = max(out[n-1].Weight, x.Weight)
			continue
		}
		if len(out) >= maxPositions || len(out) > 0 && out[len(out)-1].At == MaxPosition {
			break
		}
		out = append(out, x)
	}
	return out
}

// quoteLexeme writes a word in quotes.
func quoteLexeme(b *strings.Builder, s string) {
	b.WriteByte('\'')
	for i := range len(s) {
		if s[i] == '\'' || s[i] == '\\' {
			b.WriteByte(s[i])
		}
		b.WriteByte(s[i])
	}
	b.WriteByte('\'')
}

// String is the output form.
func (v TSVector) String() string {
	var b strings.Builder
	for i, l := range v {
		if i > 0 {
			b.WriteByte(' ')
		}
		quoteLexeme(&b, l.Word)
		for j, p := range l.Where {
			b.WriteByte(",:"[boolInt(j == 0)])
			b.WriteString(strconv.Itoa(p.At))
			if p.Weight > 0 {
				b.WriteByte("DCBA"[p.Weight])
			}
		}
	}
	return b.String()
}

// size is the length of PostgreSQL's own form, by which values are ordered
// first.
func (v TSVector) size() int {
	n := 0
	for _, l := range v {
		n += len(l.Word)
		if len(l.Where) > 0 {
			n += n & 1
			n += 2 + 2*len(l.Where)
		}
	}
	return n + 4*len(v)
}

// CompareTSVector orders as PostgreSQL does: sizes, numbers of lexemes, then
// lexeme by lexeme, where more places come first.
func CompareTSVector(a, b TSVector) int {
	if c := cmp.Or(cmp.Compare(a.size(), b.size()), cmp.Compare(len(a), len(b))); c != 0 {
		return c
	}
	for i := range a {
		x, y := a[i], b[i]
		if c := boolInt(len(y.Where) > 0) - boolInt(len(x.Where) > 0); c != 0 {
			return c
		}
		if c := strings.Compare(x.Word, y.Word); c != 0 {
			return c
		}
		if c := cmp.Compare(len(y.Where), len(x.Where)); c != 0 {
			return c
		}
		for j := range x.Where {
			p, q := x.Where[j], y.Where[j]
			if c := cmp.Or(cmp.Compare(q.At, p.At), cmp.Compare(q.Weight, p.Weight)); c != 0 {
				return c
			}
		}
	}
	return 0
}

// lexemeReader reads the words of a tsvector, or one operand of a tsquery.
type lexemeReader struct {
	s     string // what is left
	whole string // for messages
	what  string
	query bool // operators end a word, and no places follow it
}

func (r *lexemeReader) syntax() error {
	return Errorf("42601", "syntax error in %s: \"%s\"", r.what, r.whole)
}

func isQueryOperator(c byte) bool { return strings.IndexByte("!&|<()", c) >= 0 }

// next reads a word; ok is false at the end.
func (r *lexemeReader) next() (l Lexeme, ok bool, err error) {
	for r.s != "" && isSpace(r.s[0]) {
		r.s = r.s[1:]
	}
	if r.s == "" {
		return l, false, nil
	}
	var b strings.Builder
	quoted := r.s[0] == '\''
	if quoted {
		r.s = r.s[1:]
	} else if r.query && isQueryOperator(r.s[0]) {
		return l, false, r.syntax()
	}
	for first := !quoted; ; first = false {
		switch {
		case first && r.s[0] != '\\': // even a colon
		case r.s == "" && quoted:
			return l, false, r.syntax()
		case r.s == "", !quoted && isSpace(r.s[0]), !quoted && r.query && isQueryOperator(r.s[0]):
			if b.Len() == 0 {
				return l, false, r.syntax()
			}
			return Lexeme{Word: b.String()}, true, nil
		case r.s[0] == '\\':
			if len(r.s) == 1 {
				return l, false, Errorf("42601", "there is no escaped character: \"%s\"", r.whole)
			}
			b.WriteByte(r.s[1])
			r.s = r.s[2:]
			continue
		case quoted && r.s[0] == '\'':
			r.s = r.s[1:]
			if r.s != "" && r.s[0] == '\'' {
				break
			}
			return r.end(b.String())
		case !quoted && r.s[0] == ':':
			return r.end(b.String())
		}
		b.WriteByte(r.s[0])
		r.s = r.s[1:]
	}
}

// end reads the places after a word.
func (r *lexemeReader) end(word string) (l Lexeme, ok bool, err error) {
	l.Word = word
	if word == "" {
		return l, false, r.syntax()
	}
	if r.query || r.s == "" || r.s[0] != ':' {
		return l, true, nil
	}
	for {
		r.s = r.s[1:] // the colon, or a comma
		n := 0
		for n < len(r.s) && r.s[n] >= '0' && r.s[n] <= '9' {
			n++
		}
		if n == 0 {
			return l, false, r.syntax()
		}
		at, err := strconv.Atoi(r.s[:min(n, 9)])
		if err != nil || at == 0 {
			return l, false, Errorf("42601", "wrong position info in tsvector: \"%s\"", r.whole)
		}
		p := Position{At: min(at, MaxPosition)}
		r.s = r.s[n:]
		weighted := false
		for r.s != "" && r.s[0] != ',' && !isSpace(r.s[0]) {
			w := strings.IndexByte("dcba*", r.s[0]|0x20)
			if r.s[0] == '*' {
				w = 3
			}
			if w < 0 || weighted && p.Weight > 0 {
				return l, false, r.syntax()
			}
			p.Weight, weighted = min(w, 3), true
			r.s = r.s[1:]
			// PostgreSQL passes over digits here.
			r.s = strings.TrimLeft(r.s, "0123456789")
		}
		l.Where = append(l.Where, p)
		if r.s == "" || isSpace(r.s[0]) {
			return l, true, nil
		}
	}
}
