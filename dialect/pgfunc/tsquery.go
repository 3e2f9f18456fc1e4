package pgfunc

import (
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

type tsquery = pgvalue.TSQuery

// morph makes the node of a text that stands as one operand: its words joined
// by an operator, stop words between them kept as gaps.
func morph(ctype, config, text string, op byte, weights int, prefix bool) (*tsquery, error) {
	d, err := textDocument(ctype, config, text)
	if err != nil {
		return nil, err
	}
	if len(d.words) == 0 {
		return pgvalue.StopWord, nil
	}
	var q *tsquery
	join := func(n *tsquery) {
		if q == nil {
			q = n
			return
		}
		j := &tsquery{Op: op, Left: q, Right: n}
		if op == '<' {
			j.Distance = 1
		}
		q = j
	}
	last := 0
	for _, w := range d.words {
		at := w.Where[0].At
		for last > 0 && last+1 < at {
			join(pgvalue.StopWord)
			last++
		}
		last = at
		join(&tsquery{Word: w.Word, Weights: weights, Prefix: prefix})
	}
	return q, nil
}

// withoutStops takes the stop words out of a query. The distances that go with
// them are added to what stands left and right.
func withoutStops(q *tsquery) (out *tsquery, left, right int) {
	switch {
	case q == nil || q.Op == 0:
		return q, 0, 0
	case q.Op == 's':
		return nil, 0, 0
	case q.Op == '!':
		r, ladd, radd := withoutStops(q.Right)
		if r == nil {
			return nil, ladd, radd
		}
		return &tsquery{Op: '!', Right: r}, ladd, radd
	}
	l, ll, lr := withoutStops(q.Left)
	r, rl, rr := withoutStops(q.Right)
	phrase := q.Op == '<'
	switch {
	case l == nil && r == nil && phrase:
		n := ll + q.Distance + rl
		return nil, n, n
	case l == nil && r == nil:
		n := max(ll, rl)
		return nil, n, n
	case l == nil && phrase:
		return r, ll + q.Distance + rl, rr
	case l == nil:
		return r, rl, rr
	case r == nil && phrase:
		return l, ll, lr + q.Distance + rr
	case r == nil:
		return l, ll, lr
	case phrase:
		return &tsquery{Op: '<', Distance: q.Distance + lr + rl, Left: l, Right: r}, ll, rr
	}
	return &tsquery{Op: q.Op, Left: l, Right: r}, 0, 0
}

// toTSQuery is to_tsquery.
func toTSQuery(ctype, config, s string) (string, error) {
	q, err := pgvalue.ParseTSQueryText(s, func(word string, weights int, prefix bool) (*tsquery, error) {
		return morph(ctype, config, word, '<', weights, prefix)
	})
	if err != nil {
		return "", err
	}
	q, _, _ = withoutStops(q)
	return q.String(), nil
}

// plainTSQuery is plainto_tsquery, and with '<' phraseto_tsquery.
func plainTSQuery(op byte) func(ctype, config, s string) (string, error) {
	return func(ctype, config, s string) (string, error) {
		q, err := morph(ctype, config, s, op, 0, false)
		if err != nil {
			return "", err
		}
		q, _, _ = withoutStops(q)
		return q.String(), nil
	}
}

// queryTree is querytree: what an index can search; "T" where that is all.
func queryTree(q *tsquery) string {
	if q == nil {
		return ""
	}
	if q = withoutNot(q); q == nil {
		return "T"
	}
	return q.String()
}

func withoutNot(q *tsquery) *tsquery {
	switch q.Op {
	case 0:
		return q
	case '!':
		return nil
	}
	l, r := withoutNot(q.Left), withoutNot(q.Right)
	switch {
	case q.Op == '|' && (l == nil || r == nil):
		return nil
	case l == nil:
		return r
	case r == nil:
		return l
	}
	return &tsquery{Op: q.Op, Distance: q.Distance, Left: l, Right: r}
}

// queryWords lists the words of a query, each once, in order.
func queryWords(q *tsquery, words map[string]*tsquery) map[string]*tsquery {
	if words == nil {
		words = map[string]*tsquery{}
	}
	if q != nil {
		if q.Op == 0 && words[q.Word] == nil {
			words[q.Word] = q
		}
		queryWords(q.Left, words)
		queryWords(q.Right, words)
	}
	return words
}

// containsWords is the operator @>: the words alone count.
func containsWords(q, part *tsquery) bool {
	have := queryWords(q, nil)
	for w := range queryWords(part, nil) {
		if have[w] == nil {
			return false
		}
	}
	return true
}
