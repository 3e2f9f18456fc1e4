package pgfunc

import (
	"slices"
	"sort"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// found is whether a query matches: surely, surely not, or not known because
// the document has no places.
type found uint8

const (
	foundNo found = iota
	foundYes
	foundMaybe
)

// places are where a part of a phrase matches: it ends at one of at, or with
// negate anywhere else, and is width long.
type places struct {
	at     []int
	negate bool
	width  int
}

// entries are the lexemes that an operand means.
func entries(v pgvalue.TSVector, q *pgvalue.TSQuery) pgvalue.TSVector {
	i := sort.Search(len(v), func(i int) bool { return v[i].Word >= q.Word })
	n := i
	for n < len(v) && (v[n].Word == q.Word || q.Prefix && strings.HasPrefix(v[n].Word, q.Word)) {
		n++
	}
	return v[i:n]
}

// operandMatch matches an operand of a query against something; with want it
// gathers the places.
type operandMatch func(q *pgvalue.TSQuery, want *places) found

// inVector matches operands against a document.
func inVector(v pgvalue.TSVector) operandMatch {
	return func(q *pgvalue.TSQuery, want *places) found { return lookWord(v, q, want) }
}

func lookWord(v pgvalue.TSVector, q *pgvalue.TSQuery, want *places) found {
	res := foundNo
	for _, l := range entries(v, q) {
		switch {
		case len(l.Where) == 0 && want == nil:
			return foundYes
		case len(l.Where) == 0:
			if res == foundNo {
				res = foundMaybe
			}
			continue
		}
		for _, p := range l.Where {
			if q.Weights == 0 || q.Weights&(1<<p.Weight) != 0 {
				res = foundYes
				if want == nil {
					return res
				}
				want.at = append(want.at, p.At)
			}
		}
	}
	if want != nil && len(want.at) > 0 {
		slices.Sort(want.at)
		want.at = slices.Compact(want.at)
	}
	return res
}

// matches evaluates a query outside of phrases.
func matches(look operandMatch, q *pgvalue.TSQuery) found {
	switch q.Op {
	case 0:
		return look(q, nil)
	case '!':
		switch matches(look, q.Right) {
		case foundNo:
			return foundYes
		case foundYes:
			return foundNo
		}
		return foundMaybe
	case '<':
		if phrase(look, q, nil) == foundYes {
			return foundYes
		}
		return foundNo
	}
	l, r := matches(look, q.Left), matches(look, q.Right)
	if q.Op == '&' {
		switch {
		case l == foundNo || r == foundNo:
			return foundNo
		case l == foundYes && r == foundYes:
			return foundYes
		}
		return foundMaybe
	}
	switch {
	case l == foundYes || r == foundYes:
		return foundYes
	case l == foundNo && r == foundNo:
		return foundNo
	}
	return foundMaybe
}

// Which places of two sets a merge keeps.
const (
	inBoth = 1 << iota
	inLeft
	inRight
)

// merge joins the places of two operands, moved by their offsets.
func merge(out *places, l, r *places, keep, lo, ro int) found {
	var at []int
	i, j := 0, 0
	for i < len(l.at) || j < len(r.at) {
		switch {
		case j == len(r.at) || i < len(l.at) && l.at[i]+lo < r.at[j]+ro:
			if keep&inLeft != 0 {
				at = append(at, l.at[i]+lo)
			}
			i++
		case i == len(l.at) || l.at[i]+lo > r.at[j]+ro:
			if keep&inRight != 0 {
				at = append(at, r.at[j]+ro)
			}
			j++
		default:
			if keep&inBoth != 0 {
				at = append(at, l.at[i]+lo)
			}
			i++
			j++
		}
	}
	if out != nil {
		out.at = at
	}
	if len(at) > 0 {
		return foundYes
	}
	return foundNo
}

// phrase evaluates a query inside of a phrase, where places count.
func phrase(look operandMatch, q *pgvalue.TSQuery, out *places) found {
	negated := func(f found) found {
		if out != nil {
			out.negate = true
		}
		return foundYes
	}
	switch q.Op {
	case 0:
		return look(q, out)
	case '!':
		switch phrase(look, q.Right, out) {
		case foundNo:
			out.at, out.negate = nil, true
			return foundYes
		case foundYes:
			if len(out.at) > 0 {
				out.negate = !out.negate
				return foundYes
			}
			out.negate = false
			return foundNo
		}
		return foundMaybe
	}
	l, r := &places{}, &places{}
	lf := phrase(look, q.Left, l)
	if q.Op != '|' && lf == foundNo {
		return foundNo
	}
	rf := phrase(look, q.Right, r)
	switch {
	case q.Op != '|' && rf == foundNo, lf == foundNo && rf == foundNo:
		return foundNo
	case lf == foundMaybe || rf == foundMaybe:
		return foundMaybe
	}
	lo, ro := 0, 0
	var width int
	if q.Op == '<' {
		lo = q.Distance + r.width
		width = q.Distance + l.width + r.width
	} else {
		if lf == foundNo {
			l.width = 0
		}
		if rf == foundNo {
			r.width = 0
		}
		width = max(l.width, r.width)
		lo, ro = width-l.width, width-r.width
	}
	if out != nil {
		out.width = width
	}
	if q.Op == '|' {
		switch {
		case l.negate && r.negate:
			return negated(merge(out, l, r, inBoth, lo, ro))
		case l.negate:
			return negated(merge(out, l, r, inLeft, lo, ro))
		case r.negate:
			return negated(merge(out, l, r, inRight, lo, ro))
		}
		return merge(out, l, r, inBoth|inLeft|inRight, lo, ro)
	}
	switch {
	case l.negate && r.negate:
		return negated(merge(out, l, r, inBoth|inLeft|inRight, lo, ro))
	case l.negate:
		return merge(out, l, r, inRight, lo, ro)
	case r.negate:
		return merge(out, l, r, inLeft, lo, ro)
	}
	return merge(out, l, r, inBoth, lo, ro)
}

// tsMatch is the operator @@.
func tsMatch(v pgvalue.TSVector, q *pgvalue.TSQuery) bool {
	return q != nil && matches(inVector(v), q) != foundNo
}
