package pgfunc

// markWords shows one run of words: the best of those that satisfy the query,
// made longer or shorter so that it ends well.
func (h *headline) markWords(limit int) {
	if h.all {
		h.mark(0, len(h.words)-1)
		return
	}
	best := candidate{first: -1, last: -1, score: -1}
	for from := 0; ; {
		first, last, ok := h.cover(from, limit)
		if !ok {
			break
		}
		c := h.candidate(first, last)
		switch {
		case c.whole != best.whole:
			if c.whole {
				best = c
			}
		case c.score > best.score, c.score == best.score && !h.badEnd(c.last) && h.badEnd(best.last):
			best = c
		}
		from = first + 1
	}
	if best.score < 0 {
		best = candidate{last: h.beginning()}
	}
	h.mark(best.first, best.last)
}

// candidate is a headline that may be shown.
type candidate struct {
	first, last int
	score       int  // words that the query asks for
	whole       bool // all of the run that satisfies the query
}

// candidate makes a headline of a run of words.
func (h *headline) candidate(from, to int) candidate {
	c := candidate{first: from, last: from}
	n := 0
	count := func(i, by int) {
		if !h.words[i].nonWord() {
			n += by
		}
		if h.interesting(i) {
			c.score += by
		}
	}
	i := from
	for ; i <= to && n < h.maxWords; i++ {
		count(i, 1)
		c.last = i
	}
	if n < h.maxWords {
		for i--; i < len(h.words) && n < h.maxWords; i++ {
			if i > to {
				count(i, 1)
			}
			c.last = i
			if !h.badEnd(i) && n >= h.minWords {
				break
			}
		}
		if n < h.minWords { // the text has ended: more before it
			i := from - 1
			for ; i >= 0; i-- {
				if count(i, 1); n >= h.maxWords || !h.badEnd(i) && n >= h.minWords {
					break
				}
			}
			c.first = max(i, 0)
		}
	} else {
		for i = min(i, to); n > h.minWords && h.badEnd(i); i-- {
			count(i, -1)
			c.last = i - 1
		}
	}
	c.whole = c.first <= from && c.last >= to
	return c
}
