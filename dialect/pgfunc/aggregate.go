package pgfunc

import (
	"math"
	"strings"

	"github.com/cockroachdb/apd/v3"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// aggregate is the state of one group, as go-sqlite3 calls it.
type aggregate struct {
	step func(args []any) error
	done func() (any, error)
}

// Step takes one row.
func (a *aggregate) Step(args ...any) error { return WrapError(a.step(args)) }

// Done gives the result.
func (a *aggregate) Done() (any, error) { return result(a.done()) }

// agg adds a Go aggregate for the signatures.
func (r *registry) agg(name string, make func() *aggregate, sigs ...string) {
	r.aggDef(name, make)
	for _, s := range sigs {
		r.add(s, Impl{Name: name, Go: make, Agg: true})
	}
}

func (r *registry) aggDef(name string, make func() *aggregate) {
	if _, dup := r.defs[name]; dup {
		panic("pgfunc: " + name + " is defined twice")
	}
	r.defs[name] = Def{Impl: make, Pure: true, Aggregate: true}
}

// builtin adds an aggregate made of SQLite's own, which works as a window
// function too.
func (r *registry) builtin(tmpl, collation string, uses []string, sigs ...string) {
	for _, s := range sigs {
		r.add(s, Impl{SQL: tmpl, Collation: collation, Uses: uses, Agg: true, Window: true})
	}
}

// skipNull makes a strict step of one argument.
func skipNull[A any](step func(A) error) func([]any) error {
	return func(args []any) error {
		if null(args[0]) {
			return nil
		}
		a, err := to[A](args[0])
		if err != nil {
			return err
		}
		return step(a)
	}
}

// numericSum adds numerics up; the sum keeps the largest display scale.
type numericSum struct {
	n                int64
	sum, squares     *numeric
	nan, plus, minus int
	square           bool
}

func (s *numericSum) add(d *numeric) error {
	s.n++
	switch {
	case isNaN(d):
		s.nan++
		return nil
	case isInf(d) && d.Negative:
		s.minus++
		return nil
	case isInf(d):
		s.plus++
		return nil
	}
	var err error
	if s.sum == nil {
		s.sum, s.squares = numInt(0), numInt(0)
	}
	if s.sum, err = numericAdd(s.sum, d); err != nil {
		return err
	}
	if s.square {
		sq, err := numericMul(d, d)
		if err != nil {
			return err
		}
		if s.squares, err = numericAdd(s.squares, sq); err != nil {
			return err
		}
	}
	return nil
}

// special gives the result where some input was not finite.
func (s *numericSum) special() *numeric {
	switch {
	case s.nan > 0, s.plus > 0 && s.minus > 0:
		return numNaN()
	case s.plus > 0:
		return numInf(false)
	case s.minus > 0:
		return numInf(true)
	}
	return nil
}

func (s *numericSum) total() (any, error) {
	if s.n == 0 {
		return nil, nil
	}
	if x := s.special(); x != nil {
		return x, nil
	}
	return s.sum, nil
}

func (s *numericSum) mean() (any, error) {
	if s.n == 0 {
		return nil, nil
	}
	if x := s.special(); x != nil {
		return x, nil
	}
	return numericDiv(s.sum, numInt(s.n))
}

// deviation is numeric_stddev_internal.
func (s *numericSum) deviation(variance, sample bool) (any, error) {
	if s.n == 0 || sample && s.n == 1 {
		return nil, nil
	}
	if s.special() != nil {
		return numNaN(), nil
	}
	n := numInt(s.n)
	scale := 2 * dscale(s.sum)
	sq, err := numericMul(s.sum, s.sum)
	if err != nil {
		return nil, err
	}
	pgvalue.RescaleNumeric(sq, sq, scale)
	nx2, err := numericMul(n, s.squares)
	if err != nil {
		return nil, err
	}
	pgvalue.RescaleNumeric(nx2, nx2, scale)
	num, err := numericSub(nx2, sq)
	if err != nil {
		return nil, err
	}
	if num.Sign() <= 0 {
		return numInt(0), nil
	}
	den := apd.NewBigInt(s.n)
	if sample {
		den.Mul(den, apd.NewBigInt(s.n-1))
	} else {
		den.Mul(den, apd.NewBigInt(s.n))
	}
	d := fromSigned(den, 0)
	rscale := divScale(num, d)
	v := quotient(num, d, rscale)
	if variance {
		return v, nil
	}
	return sqrtScale(v, rscale), nil
}

// floatStats follows float8_accum (Youngs and Cramer).
type floatStats struct{ n, sx, sxx float64 }

func (s *floatStats) add(x float64) error {
	before, sum := s.n, s.sx
	s.n++
	s.sx += x
	if before > 0 {
		tmp := x*s.n - s.sx
		s.sxx += tmp * tmp / (s.n * before)
		if math.IsInf(s.sx, 0) || math.IsInf(s.sxx, 0) {
			if !math.IsInf(sum, 0) && !math.IsInf(x, 0) {
				return floatOverflow()
			}
			s.sxx = math.NaN()
		}
	} else if math.IsNaN(x) || math.IsInf(x, 0) {
		s.sxx = math.NaN()
	}
	return nil
}

func (s *floatStats) mean() (any, error) {
	if s.n == 0 {
		return nil, nil
	}
	return s.sx / s.n, nil
}

func (s *floatStats) deviation(variance, sample bool) (any, error) {
	n := s.n
	if sample {
		n--
	}
	if n < 1 {
		return nil, nil
	}
	v := s.sxx / n
	if !variance {
		v = math.Sqrt(v)
	}
	return v, nil
}

// aggregateFuncs adds the aggregates over numbers, booleans, intervals and text.
func aggregateFuncs(r *registry) {
	r.builtin("count($1)", "", nil, "count(any)")
	r.builtin("count(*)", "", nil, "count()")
	r.builtin("sum($1)", "", nil, "sum(int2)", "sum(int4)")
	r.builtin("min($1)", "", nil, "bool_and(bool)", "every(bool)")
	r.builtin("max($1)", "", nil, "bool_or(bool)")
	for _, t := range []string{"int2", "int4", "int8", "oid", "float4", "float8", "date", "time", "timestamp", "timestamptz", "anyenum"} {
		r.builtin("max($1)", "", nil, "max("+t+")")
		r.builtin("min($1)", "", nil, "min("+t+")")
	}
	for _, t := range []string{"numeric", "interval", "timetz"} {
		r.builtin("max($1 COLLATE pg_"+t+")", "pg_"+t, nil, "max("+t+")")
		r.builtin("min($1 COLLATE pg_"+t+")", "pg_"+t, nil, "min("+t+")")
	}
	r.add("max(text)", Impl{SQL: "max($1)", Agg: true, Window: true, Text: true})
	r.add("min(text)", Impl{SQL: "min($1)", Agg: true, Window: true, Text: true})
	r.add("max(bpchar)", Impl{SQL: "max($1 COLLATE RTRIM)", Agg: true, Window: true, Text: true})
	r.add("min(bpchar)", Impl{SQL: "min($1 COLLATE RTRIM)", Agg: true, Window: true, Text: true})

	// Averages of small integers: the sum cannot leave int8.
	r.fn("pg_int_avg", f2(func(sum, n int64) (any, error) {
		if n == 0 {
			return nil, nil
		}
		return numericDiv(numInt(sum), numInt(n))
	}))
	r.builtin("pg_int_avg(sum($d$1$o)$f,count($d$1$o)$f)", "", []string{"pg_int_avg"}, "avg(int2)", "avg(int4)")

	sums := func(square bool, done func(s *numericSum) (any, error)) func() *aggregate {
		return func() *aggregate {
			s := &numericSum{square: square}
			return &aggregate{step: skipNull(s.add), done: func() (any, error) { return done(s) }}
		}
	}
	// Sums as window functions: the frame's values as a JSON array, which
	// SQLite can slide, added up by a scalar function.
	window := func(name string, square bool, done func(s *numericSum) (any, error)) {
		r.def(name, f1(func(list string) (any, error) {
			s := &numericSum{square: square}
			if err := eachJSON(list, s.add); err != nil {
				return nil, err
			}
			return done(s)
		}))
	}
	both := func(name string, square bool, done func(s *numericSum) (any, error), sigs ...string) {
		r.aggDef(name, sums(square, done))
		window(name+"_frame", square, done)
		for _, s := range sigs {
			r.add(s, Impl{Name: name, Go: r.defs[name].Impl, Agg: true, Window: true, Uses: []string{name + "_frame"},
				Over: name + "_frame(json_group_array($d$1$o)$f)"})
		}
	}
	both("pg_numeric_sum", false, (*numericSum).total, "sum(numeric)", "sum(int8)")
	both("pg_numeric_avg", false, (*numericSum).mean, "avg(numeric)", "avg(int8)")
	for _, v := range []struct {
		names            []string
		variance, sample bool
	}{
		{[]string{"stddev", "stddev_samp"}, false, true}, {[]string{"stddev_pop"}, false, false},
		{[]string{"variance", "var_samp"}, true, true}, {[]string{"var_pop"}, true, false},
	} {
		var nsigs, fsigs []string
		for _, n := range v.names {
			for _, t := range []string{"int2", "int4", "int8", "numeric"} {
				nsigs = append(nsigs, n+"("+t+")")
			}
			fsigs = append(fsigs, n+"(float4)", n+"(float8)")
		}
		both("pg_numeric_"+v.names[0], true, func(s *numericSum) (any, error) { return s.deviation(v.variance, v.sample) }, nsigs...)
		r.agg("pg_float_"+v.names[0], func() *aggregate {
			s := &floatStats{}
			return &aggregate{step: skipNull(s.add), done: func() (any, error) { return s.deviation(v.variance, v.sample) }}
		}, fsigs...)
	}
	r.agg("pg_float_avg", func() *aggregate {
		s := &floatStats{}
		return &aggregate{step: skipNull(s.add), done: s.mean}
	}, "avg(float4)", "avg(float8)")
	for _, f := range []struct {
		typ string
		ops floatOps
	}{{"float4", float4Ops}, {"float8", float8Ops}} {
		r.agg("pg_"+f.typ+"_sum", func() *aggregate {
			var sum any
			return &aggregate{
				step: skipNull(func(x float64) (err error) {
					if sum == nil {
						sum = x
						return nil
					}
					sum, err = f.ops.add(sum.(float64), x)
					return err
				}),
				done: func() (any, error) { return sum, nil },
			}
		}, "sum("+f.typ+")")
	}
	intervalSum := func(avg bool) func() *aggregate {
		return func() *aggregate {
			var sum interval
			n := 0
			return &aggregate{
				step: skipNull(func(iv interval) (err error) {
					n++
					sum, err = intervalAdd(sum, iv)
					return err
				}),
				done: func() (any, error) {
					switch {
					case n == 0:
						return nil, nil
					case avg:
						return intervalDiv(sum, float64(n))
					}
					return sum, nil
				},
			}
		}
	}
	r.agg("pg_interval_sum", intervalSum(false), "sum(interval)")
	r.agg("pg_interval_avg", intervalSum(true), "avg(interval)")
	for _, b := range []struct {
		name string
		op   func(a, b int64) int64
	}{
		{"bit_and", func(a, b int64) int64 { return a & b }},
		{"bit_or", func(a, b int64) int64 { return a | b }},
		{"bit_xor", func(a, b int64) int64 { return a ^ b }},
	} {
		r.agg("pg_"+b.name, func() *aggregate {
			var v any
			return &aggregate{
				step: skipNull(func(n int64) error {
					if v != nil {
						n = b.op(v.(int64), n)
					}
					v = n
					return nil
				}),
				done: func() (any, error) { return v, nil },
			}
		}, b.name+"(int2)", b.name+"(int4)", b.name+"(int8)")
	}
	r.agg("pg_string_agg", stringAgg, "string_agg(text,text)")
	r.aggDef("pg_bytea_agg", byteaAgg)
	r.add("string_agg(bytea,bytea)", Impl{SQL: "unhex(pg_bytea_agg($d$1,$2$o)$f)", Uses: []string{"pg_bytea_agg"}, Agg: true})
	regressionFuncs(r)
	collectFuncs(r)
}

func stringAgg() *aggregate {
	var b strings.Builder
	some := false
	return &aggregate{
		step: func(args []any) error {
			if null(args[0]) {
				return nil
			}
			// The separator comes before every value but the first.
			if some && !null(args[1]) {
				b.WriteString(args[1].(string))
			}
			some = true
			b.WriteString(args[0].(string))
			return nil
		},
		done: func() (any, error) {
			if !some {
				return nil, nil
			}
			return b.String(), nil
		},
	}
}

func byteaAgg() *aggregate {
	var b []byte
	return &aggregate{
		step: func(args []any) error {
			if null(args[0]) {
				return nil
			}
			if b == nil {
				b = []byte{}
			} else if !null(args[1]) {
				b = append(b, args[1].([]byte)...)
			}
			b = append(b, args[0].([]byte)...)
			return nil
		},
		done: func() (any, error) {
			if b == nil {
				return nil, nil
			}
			return formatHex(b), nil
		},
	}
}
