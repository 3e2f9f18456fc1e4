package pgfunc

import (
	"math"
	"slices"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// ts_rank in PostgreSQL's own precision: sums in float32, steps in float64.

// defaultWeights are those of D, C, B and A.
var defaultWeights = []float32{0.1, 0.2, 0.4, 1.0}

// The bits of a normalization.
const (
	normLogLength = 1 << iota
	normLength
	normDistance
	normUnique
	normLogUnique
	normSelf
)

// readWeights reads the array of weights; a negative one stands for the default.
func readWeights(s string) ([]float32, error) {
	a, err := pgvalue.ParseArray(s)
	if err != nil {
		return nil, err
	}
	if len(a.Dims) != 1 {
		return nil, errf("2202E", "array of weight must be one-dimensional")
	}
	if len(a.Elems) < len(defaultWeights) {
		return nil, errf("2202E", "array of weight is too short")
	}
	for _, e := range a.Elems {
		if e == nil {
			return nil, errf("22004", "array of weight must not contain nulls")
		}
	}
	w := slices.Clone(defaultWeights)
	t, _ := pgvalue.TypeOf(nil, 700, -1)
	for i := range w {
		v, err := pgvalue.ParseText(&t, *a.Elems[i], nil)
		if err != nil {
			return nil, err
		}
		if f := float32(pgvalue.ToFloat(v)); f >= 0 {
			w[i] = f
		}
		if w[i] > 1 {
			return nil, errf("22023", "weight out of range")
		}
	}
	return w, nil
}

// rankWords are the words of a query, in order.
func rankWords(q *tsquery) []*tsquery {
	words := queryWords(q, nil)
	list := make([]*tsquery, 0, len(words))
	for _, w := range words {
		list = append(list, w)
	}
	slices.SortFunc(list, func(a, b *tsquery) int {
		switch {
		case a.Word < b.Word:
			return -1
		case a.Word > b.Word:
			return 1
		}
		return 0
	})
	return list
}

// noPlace stands for a lexeme without places.
var noPlace = []pgvalue.Position{{At: pgvalue.MaxPosition}}

func placesOf(l pgvalue.Lexeme) []pgvalue.Position {
	if len(l.Where) == 0 {
		return noPlace
	}
	return l.Where
}

func rankOr(w []float32, v tsvector, words []*tsquery) float32 {
	res := float32(0)
	for _, q := range words {
		for _, l := range entries(v, q) {
			sum, best, at := float32(0), float32(-1), 0
			for j, p := range placesOf(l) {
				x := w[p.Weight]
				sum += x / float32((j+1)*(j+1))
				if x > best {
					best, at = x, j
				}
			}
			rest := best + sum
			rest -= best / float32((at+1)*(at+1))
			res = float32(float64(res) + float64(rest)/1.64493406685)
		}
	}
	if len(words) > 0 {
		res /= float32(len(words))
	}
	return res
}

func wordDistance(d int) float32 {
	if d > 100 {
		return 1e-30
	}
	return float32(1 / (1.005 + 0.05*cexp(float64(float32(d))/1.5-2)))
}

func rankAnd(w []float32, v tsvector, words []*tsquery) float32 {
	if len(words) < 2 {
		return rankOr(w, v, words)
	}
	res := float32(-1)
	at := make([][]pgvalue.Position, len(words))
	none := make([]bool, len(words))
	for i, q := range words {
		for _, l := range entries(v, q) {
			at[i], none[i] = placesOf(l), len(l.Where) == 0
			for k := range i {
				for _, x := range at[i] {
					for _, y := range at[k] {
						d := x.At - y.At
						if d < 0 {
							d = -d
						}
						if d == 0 && !none[i] && !none[k] {
							continue
						}
						if d == 0 {
							d = pgvalue.MaxPosition + 1
						}
						product := w[x.Weight] * w[y.Weight]
						product *= wordDistance(d)
						cur := float32(math.Sqrt(float64(product)))
						if res < 0 {
							res = cur
						} else {
							res = float32(1 - (1-float64(res))*(1-float64(cur)))
						}
					}
				}
			}
		}
	}
	return res
}

// documentLength counts the places of a document.
func documentLength(v tsvector) int {
	n := 0
	for _, l := range v {
		n += max(len(l.Where), 1)
	}
	return n
}

func tsRank(w []float32, v tsvector, q *tsquery, method int64) float32 {
	if len(v) == 0 || q == nil {
		return 0
	}
	words := rankWords(q)
	var res float32
	if q.Op == '&' || q.Op == '<' {
		res = rankAnd(w, v, words)
	} else {
		res = rankOr(w, v, words)
	}
	if res < 0 {
		res = 1e-20
	}
	return normalizeRank(res, v, method)
}

func normalizeRank(res float32, v tsvector, method int64) float32 {
	if method&normLogLength != 0 {
		res = float32(float64(res) / (clog(float64(documentLength(v)+1)) / clog(2)))
	}
	if n := documentLength(v); method&normLength != 0 && n > 0 {
		res /= float32(n)
	}
	if method&normUnique != 0 {
		res /= float32(len(v))
	}
	if method&normLogUnique != 0 {
		res = float32(float64(res) / (clog(float64(len(v)+1)) / clog(2)))
	}
	if method&normSelf != 0 {
		res /= res + 1
	}
	return res
}

type rankFunc func(w []float32, v tsvector, q *tsquery, method int64) float32

func rankFuncs(r *registry) {
	rank := func(f rankFunc, args []any, weighted bool) (any, error) {
		w := defaultWeights
		if weighted {
			s, err := to[string](args[0])
			if err != nil {
				return nil, err
			}
			if w, err = readWeights(s); err != nil {
				return nil, err
			}
			args = args[1:]
		}
		v, err := to[tsvector](args[0])
		if err != nil {
			return nil, err
		}
		q, err := to[*tsquery](args[1])
		if err != nil {
			return nil, err
		}
		method := int64(0)
		if len(args) > 2 {
			if method, err = to[int64](args[2]); err != nil {
				return nil, err
			}
		}
		return float64(f(w, v, q, method)), nil
	}
	for name, f := range map[string]rankFunc{"ts_rank": tsRank, "ts_rank_cd": tsRankCD} {
		r.fn("pg_"+name, variadic(func(args []any) (any, error) { return rank(f, args, false) }), name+"(tsvector,tsquery)", name+"(tsvector,tsquery,int4)")
		r.fn("pg_"+name+"_w", variadic(func(args []any) (any, error) { return rank(f, args, true) }), name+"(_float4,tsvector,tsquery)", name+"(_float4,tsvector,tsquery,int4)")
	}
}
