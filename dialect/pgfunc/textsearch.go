package pgfunc

import (
	"slices"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

type tsvector = pgvalue.TSVector

// Where to_tsvector and its kin find how letters are told, and which
// configuration is meant where none is named.
var (
	envCType  = []string{"ctype"}
	envConfig = []string{"ctype", "default_text_search_config"}
)

func toTSVector(ctype, config, s string) (string, error) {
	d, err := textDocument(ctype, config, s)
	if err != nil {
		return "", err
	}
	return pgvalue.NewTSVector(d.words).String(), nil
}

// configured registers a function of a configuration and a text, also without
// the configuration.
func (r *registry) configured(name string, f func(ctype, config, s string) (string, error)) {
	call := func(ctype, config, s any) (any, error) {
		if null(config) || null(s) {
			return nil, nil
		}
		c, err := pgvalue.TextSearchConfig(config.(string))
		if err != nil {
			return nil, WrapError(err)
		}
		return result(f(ctype.(string), c, s.(string)))
	}
	fn := r.def("pg_"+name, call)
	r.add(name+"(regconfig,text)", Impl{Name: fn, Go: call, Env: envCType})
	r.add(name+"(text)", Impl{Name: fn, Go: call, Env: envConfig})
}

// weightOf reads the name of a weight.
func weightOf(s string) (int, bool) {
	if len(s) != 1 {
		return 0, false
	}
	w := strings.IndexByte("dcba", s[0]|0x20)
	return w, w >= 0
}

// setWeight gives all places, or those of some words, a weight.
func setWeight(v tsvector, weight string, only map[string]bool) (tsvector, error) {
	w, ok := weightOf(weight)
	if !ok {
		code := 0
		switch {
		case len(weight) == 4: // \ooo
			c, _ := strconv.ParseUint(weight[1:], 8, 8)
			code = int(int8(c))
		case weight != "":
			code = int(weight[0])
		}
		return nil, errf("XX000", "unrecognized weight: %d", code)
	}
	for i := range v {
		if only == nil || only[v[i].Word] {
			for j := range v[i].Where {
				v[i].Where[j].Weight = w
			}
		}
	}
	return v, nil
}

// wordSet reads a text[]; what names it in errors.
func wordSet(s string, nullError string) (map[string]bool, error) {
	a, err := pgvalue.ParseArray(s)
	if err != nil {
		return nil, err
	}
	set := map[string]bool{}
	for _, e := range a.Elems {
		if e == nil {
			if nullError == "" {
				continue
			}
			return nil, errf("22004", "%s", nullError)
		}
		set[*e] = true
	}
	return set, nil
}

func deleteLexemes(v tsvector, words map[string]bool) tsvector {
	var out tsvector
	for _, l := range v {
		if !words[l.Word] {
			out = append(out, l)
		}
	}
	return out
}

// concatVectors puts one document behind another.
func concatVectors(a, b tsvector) tsvector {
	last := 0
	for _, l := range a {
		for _, p := range l.Where {
			last = max(last, p.At)
		}
	}
	at := map[string]int{}
	for i, l := range a {
		at[l.Word] = i
	}
	for _, l := range b {
		i, ok := at[l.Word]
		if !ok {
			i = len(a)
			a = append(a, pgvalue.Lexeme{Word: l.Word})
		}
		a[i].Where = behind(a[i].Where, l.Where, last)
	}
	slices.SortFunc(a, func(x, y pgvalue.Lexeme) int { return strings.Compare(x.Word, y.Word) })
	return a
}

// behind adds places, moved by an offset, up to the last place there is.
func behind(where, more []pgvalue.Position, offset int) []pgvalue.Position {
	for _, p := range more {
		if n := len(where); n >= 256 || n > 0 && where[n-1].At == pgvalue.MaxPosition {
			break
		}
		where = append(where, pgvalue.Position{At: min(p.At+offset, pgvalue.MaxPosition), Weight: p.Weight})
	}
	return where
}

func filterVector(v tsvector, weights string) (tsvector, error) {
	a, err := pgvalue.ParseArray(weights)
	if err != nil {
		return nil, err
	}
	mask := 0
	for _, e := range a.Elems {
		if e == nil {
			return nil, errf("22004", "weight array may not contain nulls")
		}
		w, ok := weightOf(*e)
		if !ok {
			return nil, errf("22023", "unrecognized weight: \"%s\"", *e)
		}
		mask |= 1 << w
	}
	var out tsvector
	for _, l := range v {
		var kept []pgvalue.Position
		for _, p := range l.Where {
			if mask&(1<<p.Weight) != 0 {
				kept = append(kept, p)
			}
		}
		if kept != nil {
			out = append(out, pgvalue.Lexeme{Word: l.Word, Where: kept})
		}
	}
	return out, nil
}

func joinQueries(op byte) func(a, b *tsquery) (*tsquery, error) {
	return func(a, b *tsquery) (*tsquery, error) {
		switch {
		case a == nil:
			return b, nil
		case b == nil:
			return a, nil
		}
		return &tsquery{Op: op, Left: a, Right: b}, nil
	}
}

func phraseQueries(a, b *tsquery, distance int64) (*tsquery, error) {
	if distance < 0 || distance > pgvalue.MaxPosition+1 {
		return nil, errf("22023", "distance in phrase operator must be an integer value between zero and %d inclusive", pgvalue.MaxPosition+1)
	}
	q, err := joinQueries('<')(a, b)
	if a != nil && b != nil {
		q.Distance = int(distance)
	}
	return q, err
}

// textSearchFuncs adds the operators and functions of tsvector and tsquery.
func textSearchFuncs(r *registry) {
	r.configured("to_tsvector", toTSVector)
	r.configured("to_tsquery", toTSQuery)
	r.configured("plainto_tsquery", plainTSQuery('&'))
	r.configured("phraseto_tsquery", plainTSQuery('<'))
	r.configured("websearch_to_tsquery", webTSQuery)
	r.sql("$1", "cast(regconfig,text)")
	current := r.def("pg_current_ts_config", f1(func(s string) (string, error) { return pgvalue.TextSearchConfig(s) }))
	r.add("get_current_ts_config()", Impl{Name: current, Go: r.defs[current].Impl, Env: envConfig[1:]})

	r.fn("pg_ts_match", f2(ok2(tsMatch)), "ts_match_vq(tsvector,tsquery)")
	r.fn("pg_ts_match_qv", f2(ok2(func(q *tsquery, v tsvector) bool { return tsMatch(v, q) })), "ts_match_qv(tsquery,tsvector)")
	r.add("ts_match_tq(text,tsquery)", Impl{SQL: "pg_ts_match(pg_to_tsvector($1,$2,$3),$4)", Uses: []string{"pg_ts_match", "pg_to_tsvector"}, Env: envConfig})
	r.add("ts_match_tt(text,text)", Impl{SQL: "pg_ts_match(pg_to_tsvector($1,$2,$3),pg_plainto_tsquery($1,$2,$4))", Uses: []string{"pg_ts_match", "pg_to_tsvector", "pg_plainto_tsquery"}, Env: envConfig})

	r.fn("pg_ts_length", f1(ok1(func(v tsvector) int64 { return int64(len(v)) })), "length(tsvector)")
	r.fn("pg_ts_strip", f1(ok1(func(v tsvector) tsvector {
		for i := range v {
			v[i].Where = nil
		}
		return v
	})), "strip(tsvector)")
	r.fn("pg_ts_setweight", f2(func(v tsvector, w string) (tsvector, error) { return setWeight(v, w, nil) }), "setweight(tsvector,char)")
	r.fn("pg_ts_setweight3", f3(func(v tsvector, w, words string) (tsvector, error) {
		if _, ok := weightOf(w); !ok {
			if c, err := strconv.ParseUint(strings.TrimPrefix(w, `\`), 8, 8); err == nil && len(w) == 4 {
				w = string([]byte{byte(c)})
			}
			return nil, errf("XX000", "unrecognized weight: %s", w)
		}
		only, err := wordSet(words, "")
		if err != nil {
			return nil, err
		}
		return setWeight(v, w, only)
	}), "setweight(tsvector,char,_text)")
	r.fn("pg_ts_concat", f2(ok2(concatVectors)), "tsvector_concat(tsvector,tsvector)")
	r.fn("pg_ts_delete", f2(ok2(func(v tsvector, w string) tsvector { return deleteLexemes(v, map[string]bool{w: true}) })), "ts_delete(tsvector,text)")
	r.fn("pg_ts_delete_all", f2(func(v tsvector, words string) (tsvector, error) {
		set, err := wordSet(words, "")
		return deleteLexemes(v, set), err
	}), "ts_delete(tsvector,_text)")
	r.fn("pg_ts_filter", f2(filterVector), "ts_filter(tsvector,_char)")
	r.fn("pg_ts_array", f1(ok1(func(v tsvector) string {
		words := make([]*string, len(v))
		for i := range v {
			words[i] = &v[i].Word
		}
		return pgvalue.NewArray(words).String()
	})), "tsvector_to_array(tsvector)")
	r.fn("pg_ts_of_array", f1(func(s string) (tsvector, error) {
		set, err := wordSet(s, "lexeme array may not contain nulls")
		if err != nil {
			return nil, err
		}
		var list []pgvalue.Lexeme
		for w := range set {
			if w == "" {
				return nil, errf("2200F", "lexeme array may not contain empty strings")
			}
			list = append(list, pgvalue.Lexeme{Word: w})
		}
		return pgvalue.NewTSVector(list), nil
	}), "array_to_tsvector(_text)")

	r.fn("pg_tsquery_and", f2(joinQueries('&')), "tsquery_and(tsquery,tsquery)")
	r.fn("pg_tsquery_or", f2(joinQueries('|')), "tsquery_or(tsquery,tsquery)")
	r.fn("pg_tsquery_not", f1(ok1(func(q *tsquery) *tsquery {
		if q == nil {
			return nil
		}
		return &tsquery{Op: '!', Right: q}
	})), "tsquery_not(tsquery)")
	r.fn("pg_tsquery_phrase", f2(func(a, b *tsquery) (*tsquery, error) { return phraseQueries(a, b, 1) }), "tsquery_phrase(tsquery,tsquery)")
	r.fn("pg_tsquery_phrase3", f3(phraseQueries), "tsquery_phrase(tsquery,tsquery,int4)")
	r.fn("pg_tsquery_contains", f2(ok2(containsWords)), "tsq_mcontains(tsquery,tsquery)")
	r.fn("pg_tsquery_contained", f2(ok2(func(a, b *tsquery) bool { return containsWords(b, a) })), "tsq_mcontained(tsquery,tsquery)")
	r.fn("pg_numnode", f1(ok1(func(q *tsquery) int64 { return int64(q.Nodes()) })), "numnode(tsquery)")
	r.fn("pg_querytree", f1(ok1(queryTree)), "querytree(tsquery)")
	rankFuncs(r)
	headlineFuncs(r)
	unnestVectorFuncs(r)
	jsonVectorFuncs(r)
}
