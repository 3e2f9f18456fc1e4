package pgfunc

import (
	"cmp"
	"slices"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// ts_rank_cd: how near to each other the words of a query stand.

// extentWord is a word of the document that the query asks for, at one place.
type extentWord struct {
	pgvalue.Position
	entry    int // of the document's lexemes
	operands []*tsquery
}

// extentWords are the words of a document that a query asks for, in order.
func extentWords(v tsvector, q *tsquery) []*extentWord {
	type key struct {
		pgvalue.Position
		entry int
	}
	index := map[string]int{}
	for i, l := range v {
		index[l.Word] = i
	}
	at := map[key]*extentWord{}
	var list []*extentWord
	eachOperand(q, func(q *tsquery) {
		for _, l := range entries(v, q) {
			for _, p := range l.Where {
				if q.Weights != 0 && q.Weights&(1<<p.Weight) == 0 {
					continue
				}
				k := key{p, index[l.Word]}
				if at[k] == nil {
					at[k] = &extentWord{Position: p, entry: k.entry}
					list = append(list, at[k])
				}
				at[k].operands = append(at[k].operands, q)
			}
		}
	})
	slices.SortFunc(list, func(a, b *extentWord) int {
		return cmp.Or(cmp.Compare(a.At, b.At), cmp.Compare(a.Weight, b.Weight), cmp.Compare(a.entry, b.entry))
	})
	return list
}

// eachOperand visits the words of a query, as PostgreSQL stores them: those on
// the right first.
func eachOperand(q *tsquery, f func(*tsquery)) {
	if q == nil {
		return
	}
	if q.Op == 0 {
		f(q)
	}
	eachOperand(q.Right, f)
	eachOperand(q.Left, f)
}

// seen are the places at which operands have been met so far.
type seen map[*tsquery][]int

func (s seen) add(w *extentWord) {
	for _, q := range w.operands {
		if at := s[q]; len(at) == 0 || at[len(at)-1] != w.At {
			s[q] = append(at, w.At)
		}
	}
}

func (s seen) match(q *tsquery, want *places) found {
	at := s[q]
	if len(at) == 0 {
		return foundNo
	}
	if want != nil {
		want.at = slices.Clone(at)
		slices.Sort(want.at)
	}
	return foundYes
}

// nextExtent finds the next shortest run of words that satisfies the query, from
// a word on; begin and end are its first and last word.
func nextExtent(words []*extentWord, q *tsquery, from int) (begin, end int, ok bool) {
	for ; from < len(words); from++ {
		met, end := seen{}, from
		for ; end < len(words); end++ {
			met.add(words[end])
			if matches(met.match, q) != foundNo {
				break
			}
		}
		if end == len(words) {
			return 0, 0, false
		}
		met = seen{}
		for begin := end; begin >= from; begin-- {
			met.add(words[begin])
			if matches(met.match, q) != foundNo {
				return begin, end, true
			}
		}
	}
	return 0, 0, false
}

func tsRankCD(weights []float32, v tsvector, q *tsquery, method int64) float32 {
	if len(v) == 0 || q == nil {
		return 0
	}
	words := extentWords(v, q)
	if len(words) == 0 {
		return 0
	}
	rank, distances, last := 0.0, 0.0, 0.0
	extents := 0
	for from := 0; ; {
		begin, end, ok := nextExtent(words, q, from)
		if !ok {
			break
		}
		from = begin + 1
		sum := 0.0
		for _, w := range words[begin : end+1] {
			sum += 1 / float64(weights[w.Weight])
		}
		noise := words[end].At - words[begin].At - (end - begin)
		if noise < 0 {
			noise = (end - begin) / 2
		}
		rank += float64(end-begin+1) / sum / float64(1+noise)
		middle := float64(words[end].At+words[begin].At) / 2
		if extents > 0 && middle > last {
			distances += 1 / (middle - last)
		}
		last = middle
		extents++
	}
	n := documentLength(v)
	if method&normLogLength != 0 {
		rank /= clog(float64(n + 1))
	}
	if method&normLength != 0 && n > 0 {
		rank /= float64(n)
	}
	if method&normDistance != 0 && extents > 0 && distances > 0 {
		rank /= float64(extents) / distances
	}
	if method&normUnique != 0 {
		rank /= float64(len(v))
	}
	if method&normLogUnique != 0 {
		rank /= clog(float64(len(v)+1)) / clog(2)
	}
	if method&normSelf != 0 {
		rank /= rank + 1
	}
	return float32(rank)
}
