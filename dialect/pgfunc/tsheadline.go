package pgfunc

import (
	"slices"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// headlineWord is a token of the text, or one more operand that the token before
// it stands for.
type headlineWord struct {
	token
	at       int // in the document, as tsvector counts
	operand  *tsquery
	repeated bool

	shown, selected, skipped bool
}

// nonWord reports a token that does not count as a word.
func (w *headlineWord) nonWord() bool { return w.kind == tokenBlank || w.kind.hyphenated() }

// headline is a text out of which the best part is to be found.
type headline struct {
	headlineOptions
	words []headlineWord
	query *tsquery
}

func (h *headline) interesting(i int) bool { return h.words[i].operand != nil && !h.words[i].repeated }

// badEnd reports a word with which a headline should not end.
func (h *headline) badEnd(i int) bool {
	w := &h.words[i]
	number := w.kind == tokenDecimal || w.kind == tokenSigned || w.kind == tokenUnsigned
	return (w.nonWord() || number || len(w.text) <= h.shortWord) && !h.interesting(i)
}

// readHeadline cuts a text and marks the words that the query asks for.
func (h *headline) read(ctype, config, s string) error {
	p := &textParser{s: s, ascii: ctype == "C"}
	if err := p.parse(); err != nil {
		return err
	}
	at := 0
	for _, t := range p.all() {
		w := headlineWord{token: t}
		if t.kind == tokenBlank {
			h.words = append(h.words, w)
			continue
		}
		lexeme, keep := p.lexize(config, t)
		at++
		w.at = min(at, pgvalue.MaxPosition)
		h.words = append(h.words, w)
		if !keep {
			continue
		}
		mine := len(h.words) - 1
		eachOperand(h.query, func(q *tsquery) {
			if lexeme != q.Word && !(q.Prefix && len(lexeme) >= len(q.Word) && lexeme[:len(q.Word)] == q.Word) {
				return
			}
			if h.words[mine].operand == nil {
				h.words[mine].operand = q
				return
			}
			again := h.words[mine]
			again.operand, again.repeated = q, true
			h.words = append(h.words, again)
		})
	}
	return nil
}

// wanted is the first word from i on that the query asks for, or -1.
func (h *headline) wanted(i int) int {
	for ; i < len(h.words); i++ {
		if h.words[i].operand != nil {
			return i
		}
	}
	return -1
}

// within matches operands against a run of words.
func within(words []headlineWord) operandMatch {
	return func(q *tsquery, want *places) found {
		res := foundNo
		for i := range words {
			if words[i].operand != q {
				continue
			}
			res = foundYes
			if want == nil {
				break
			}
			if n := len(want.at); n == 0 || want.at[n-1] < words[i].at {
				want.at = append(want.at, words[i].at)
			}
		}
		return res
	}
}

// cover finds the next run of at most limit words, from a word on, that satisfies
// the query.
func (h *headline) cover(from, limit int) (first, last int, ok bool) {
	if h.query == nil {
		return 0, 0, false
	}
	for first = h.wanted(from); first >= 0; first = h.wanted(first + 1) {
		for last = first; last >= 0 && (last == first || last-first < limit); last = h.wanted(last + 1) {
			if matches(within(h.words[first:last+1]), h.query) != foundNo {
				return first, last, true
			}
		}
	}
	return 0, 0, false
}

// mark shows the words of a fragment.
func (h *headline) mark(first, last int) {
	for i := first; i <= last && i < len(h.words); i++ {
		w := &h.words[i]
		w.selected = w.operand != nil
		w.skipped = w.kind.hyphenated()
		w.shown = !w.repeated
	}
}

// beginning shows the first words of the text.
func (h *headline) beginning() (last int) {
	for i, n := 0, 0; i < len(h.words) && n < h.minWords; i++ {
		if !h.words[i].nonWord() {
			n++
		}
		last = i
	}
	return last
}

// text is the headline itself.
func (h *headline) text() string {
	var b []byte
	open, fragments := false, 0
	for i := range h.words {
		w := &h.words[i]
		switch {
		case w.repeated:
		case !w.shown:
			open = false
		default:
			if !open {
				if fragments++; fragments > 1 {
					b = append(b, h.delimiter...)
				}
				open = true
			}
			if w.skipped {
				continue
			}
			if w.selected {
				b = append(b, h.startSel...)
			}
			b = append(b, w.text...)
			if w.selected {
				b = append(b, h.stopSel...)
			}
		}
	}
	return string(b)
}

func tsHeadline(ctype, version, config, s string, q *tsquery, options string) (string, error) {
	if !strings.HasPrefix(version, "15") || len(version) != 6 {
		return "", errf("0A000", "ts_headline of this version of PostgreSQL is not supported on the SQLite fallback")
	}
	h := &headline{query: q}
	list, err := parseOptionList(options)
	if err != nil {
		return "", err
	}
	if err := h.read(ctype, config, s); err != nil {
		return "", err
	}
	if err := h.headlineOptions.set(list); err != nil {
		return "", err
	}
	limit := max(h.maxWords*10, 100)
	if h.maxFragments > 0 {
		h.markFragments(limit * h.maxFragments)
	} else {
		h.markWords(limit)
	}
	return h.text(), nil
}

// headlineFuncs adds ts_headline, with and without a configuration.
func headlineFuncs(r *registry) {
	call := func(args ...any) (any, error) {
		if slices.ContainsFunc(args, null) {
			return nil, nil
		}
		config, err := pgvalue.TextSearchConfig(args[2].(string))
		if err != nil {
			return nil, WrapError(err)
		}
		q, err := to[*tsquery](args[4])
		if err != nil {
			return nil, WrapError(err)
		}
		options := ""
		if len(args) > 5 {
			options = args[5].(string)
		}
		return result(tsHeadline(args[0].(string), args[1].(string), config, args[3].(string), q, options))
	}
	fn := r.def("pg_ts_headline", call)
	env := []string{"ctype", "server_version_num"}
	for _, options := range []string{")", ",text)"} {
		r.add("ts_headline(regconfig,text,tsquery"+options, Impl{Name: fn, Go: call, Env: env})
		r.add("ts_headline(text,tsquery"+options, Impl{Name: fn, Go: call, Env: append(slices.Clone(env), "default_text_search_config")})
	}
}
