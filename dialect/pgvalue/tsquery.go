package pgvalue

import (
	"strconv"
	"strings"
)

// TSQuery is a node of a tsquery; nil is the empty one.
type TSQuery struct {
	Op          byte // 0 for a word; '!', '&', '|', '<'
	Distance    int  // of '<'
	Left, Right *TSQuery
	Word        string
	Weights     int // bits 3 for A down to 0 for D; 0 for any
	Prefix      bool
}

// queryOperators tells how operators bind.
var queryOperators = map[byte]int{'!': 4, '&': 2, '|': 1, '<': 3}

// Operand makes the node of a word in the text of a query.
type Operand func(word string, weights int, prefix bool) (*TSQuery, error)

// ParseTSQueryText reads a query; operand makes the nodes of its words, where a
// nil node is one that matches nothing (a stop word).
func ParseTSQueryText(s string, operand Operand) (*TSQuery, error) {
	p := &queryParser{s: s, whole: s, operand: operand}
	q, err := p.expression(true)
	if err != nil {
		return nil, err
	}
	return q, nil
}

// ReadTSQuery reads a native value.
func ReadTSQuery(s string) (*TSQuery, error) {
	return ParseTSQueryText(s, func(word string, weights int, prefix bool) (*TSQuery, error) {
		return &TSQuery{Word: word, Weights: weights, Prefix: prefix}, nil
	})
}

func parseTSQuery(s string) (any, error) {
	q, err := ReadTSQuery(s)
	if err != nil {
		return nil, err
	}
	return q.String(), nil
}

// StopWord stands for an operand that no text search configuration keeps.
var StopWord = &TSQuery{Op: 's'}

type queryParser struct {
	s, whole string
	depth    int
	operand  Operand
}

func (p *queryParser) syntax() error {
	return Errorf("42601", "syntax error in tsquery: \"%s\"", p.whole)
}

// pending is an operator whose right side is not read yet.
type pending struct {
	op       byte
	distance int
}

// expression reads up to a closing parenthesis, or to the end.
func (p *queryParser) expression(first bool) (*TSQuery, error) {
	var values []*TSQuery
	var ops []pending
	reduce := func(op byte) {
		for len(ops) > 0 {
			top := ops[len(ops)-1]
			a, b := queryOperators[op], queryOperators[top.op]
			if op != '!' && a > b || op == '!' && a >= b {
				return
			}
			ops = ops[:len(ops)-1]
			n := len(values)
			if top.op == '!' {
				values[n-1] = &TSQuery{Op: '!', Right: values[n-1]}
				continue
			}
			values[n-2] = &TSQuery{Op: top.op, Distance: top.distance, Left: values[n-2], Right: values[n-1]}
			values = values[:n-1]
		}
	}
	for {
		// An operand.
		p.space()
		switch {
		case p.s == "" && first:
			return nil, nil
		case p.s == "":
			return nil, Errorf("42601", "no operand in tsquery: \"%s\"", p.whole)
		case p.s[0] == '!':
			p.s = p.s[1:]
			first = false
			reduce('!')
			ops = append(ops, pending{op: '!'})
			continue
		case p.s[0] == '(':
			p.s = p.s[1:]
			p.depth++
			q, err := p.expression(false)
			if err != nil {
				return nil, err
			}
			values = append(values, q)
		case p.s[0] == ':':
			return nil, p.syntax()
		default:
			q, err := p.word()
			if err != nil {
				return nil, err
			}
			values = append(values, q)
		}
		first = false
		// An operator.
		p.space()
		op := pending{}
		switch {
		case p.s == "":
			if p.depth > 0 {
				return nil, p.syntax()
			}
			reduce('|')
			return values[0], nil
		case p.s[0] == ')':
			p.s = p.s[1:]
			if p.depth--; p.depth < 0 {
				return nil, p.syntax()
			}
			reduce('|')
			return values[0], nil
		case p.s[0] == '&', p.s[0] == '|':
			op.op = p.s[0]
			p.s = p.s[1:]
		case p.s[0] == '<':
			d, rest, err := phraseOperator(p.s)
			if err != nil {
				return nil, err
			}
			if rest == p.s {
				return nil, p.syntax()
			}
			op = pending{'<', d}
			p.s = rest
		default:
			return nil, p.syntax()
		}
		reduce(op.op)
		ops = append(ops, op)
	}
}

func (p *queryParser) space() {
	for p.s != "" && isSpace(p.s[0]) {
		p.s = p.s[1:]
	}
}

// phraseOperator reads <-> or <n>; what it is not stays as it is.
func phraseOperator(s string) (distance int, rest string, err error) {
	if strings.HasPrefix(s, "<->") {
		return 1, s[3:], nil
	}
	if strings.HasPrefix(s, "<-") {
		return 0, s, nil
	}
	n := 1
	for n < len(s) && s[n] >= '0' && s[n] <= '9' {
		n++
	}
	if n == 1 {
		return 0, s, nil
	}
	d, err := strconv.Atoi(s[1:n])
	if err != nil || d > MaxPosition+1 {
		return 0, "", Errorf("22023", "distance in phrase operator must be an integer value between zero and %d inclusive", MaxPosition+1)
	}
	if n == len(s) || s[n] != '>' {
		return 0, s, nil
	}
	return d, s[n+1:], nil
}

// word reads an operand with its weights.
func (p *queryParser) word() (*TSQuery, error) {
	r := &lexemeReader{s: p.s, whole: p.whole, what: "tsquery", query: true}
	l, ok, err := r.next()
	if err != nil {
		return nil, err
	}
	if !ok {
		return nil, Errorf("42601", "no operand in tsquery: \"%s\"", p.whole)
	}
	p.s = r.s
	weights, prefix := 0, false
	if strings.HasPrefix(p.s, ":") {
		p.s = p.s[1:]
	modifiers:
		for p.s != "" {
			switch c := p.s[0] | 0x20; {
			case c >= 'a' && c <= 'd':
				weights |= 8 >> (c - 'a')
			case p.s[0] == '*':
				prefix = true
			default:
				break modifiers
			}
			p.s = p.s[1:]
		}
	}
	if len(l.Word) >= maxLexeme {
		return nil, Errorf("22023", "word is too long in tsquery: \"%s\"", p.whole)
	}
	return p.operand(l.Word, weights, prefix)
}

// String is the output form.
func (q *TSQuery) String() string {
	if q == nil {
		return ""
	}
	var b strings.Builder
	q.write(&b, 0, false)
	return b.String()
}

func (q *TSQuery) write(b *strings.Builder, parent int, rightOfPhrase bool) {
	priority := queryOperators[q.Op]
	switch q.Op {
	case 0:
		quoteLexeme(b, q.Word)
		if q.Weights != 0 || q.Prefix {
			b.WriteByte(':')
			if q.Prefix {
				b.WriteByte('*')
			}
			for i, c := range "ABCD" {
				if q.Weights&(8>>i) != 0 {
					b.WriteRune(c)
				}
			}
		}
		return
	case '!':
		if priority < parent {
			b.WriteString("( ")
		}
		b.WriteByte('!')
		q.Right.write(b, priority, false)
		if priority < parent {
			b.WriteString(" )")
		}
		return
	}
	parens := priority < parent || q.Op == '<' && rightOfPhrase
	if parens {
		b.WriteString("( ")
	}
	q.Left.write(b, priority, false)
	switch {
	case q.Op != '<':
		b.WriteString(" " + string(q.Op) + " ")
	case q.Distance != 1:
		b.WriteString(" <" + strconv.Itoa(q.Distance) + "> ")
	default:
		b.WriteString(" <-> ")
	}
	q.Right.write(b, priority, q.Op == '<')
	if parens {
		b.WriteString(" )")
	}
}

// Nodes counts words and operators.
func (q *TSQuery) Nodes() int {
	if q == nil {
		return 0
	}
	return 1 + q.Left.Nodes() + q.Right.Nodes()
}
