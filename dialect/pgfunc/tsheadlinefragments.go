package pgfunc

import "math"

// fragment is one of several parts of a headline.
type fragment struct {
	first, last  int
	words, score int
	taken        bool // shown, or it overlaps one that is
}

// markFragments shows the best fragments of a text, or its beginning.
func (h *headline) markFragments(limit int) {
	list := h.fragments(limit)
	shown := 0
	for range h.maxFragments {
		best, score, words := -1, 0, math.MaxInt32
		for i, f := range list {
			if !f.taken && (f.score > score || f.score == score && f.words < words) {
				best, score, words = i, f.score, f.words
			}
		}
		if best < 0 {
			break
		}
		f := &list[best]
		f.taken = true
		if f.words < h.maxWords {
			h.stretch(f)
		}
		h.mark(f.first, f.last)
		shown++
		for i := range list {
			if o := &list[i]; o.first <= f.last && o.last >= f.first {
				o.taken = true
			}
		}
	}
	if shown == 0 {
		h.mark(0, h.beginning())
	}
}

// fragments cuts the runs that satisfy the query where they are too long. Each
// ends with words that the query asks for.
func (h *headline) fragments(limit int) []fragment {
	var list []fragment
	for from := 0; ; {
		first, last, ok := h.cover(from, limit)
		if !ok {
			return list
		}
		for at := first; at <= last; {
			f := h.cut(at, last)
			list = append(list, f)
			at = f.last + 1
		}
		from = first + 1
	}
}

// cut is the first fragment of a run of words.
func (h *headline) cut(first, last int) fragment {
	f := fragment{first: first, last: last}
	for i := first; i <= last; i++ {
		if f.first = i; h.interesting(i) {
			break
		}
	}
	i := f.first
	for ; i <= last && f.words < h.maxWords; i++ {
		if !h.words[i].nonWord() {
			f.words++
		}
		if h.interesting(i) {
			f.score++
		}
	}
	if last > i {
		for ; i >= f.first; i-- {
			if f.last = i; h.interesting(i) {
				break
			}
			if !h.words[i].nonWord() {
				f.words--
			}
		}
	}
	return f
}

// stretch makes a fragment longer, half of what is missing before it.
func (h *headline) stretch(f *fragment) {
	room, n := (h.maxWords-f.words)/2, 0
	edge := f.first
	for i := f.first - 1; i >= 0 && n < room && !h.words[i].shown; i-- {
		if !h.words[i].nonWord() {
			f.words++
			n++
		}
		edge = i
	}
	for ; edge < f.first && h.badEnd(edge); edge++ {
		if !h.words[edge].nonWord() {
			f.words--
		}
	}
	f.first = edge
	edge = f.last
	for i := f.last + 1; i < len(h.words) && f.words < h.maxWords && !h.words[i].shown; i++ {
		if !h.words[i].nonWord() {
			f.words++
		}
		edge = i
	}
	for ; edge > f.last && h.badEnd(edge); edge-- {
		if !h.words[edge].nonWord() {
			f.words--
		}
	}
	f.last = edge
}
