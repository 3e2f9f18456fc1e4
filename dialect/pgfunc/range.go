package pgfunc

import (
	"slices"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

type (
	rangeValue = pgvalue.Range
	rangeBound = pgvalue.Bound
)

// rangeSet is a range or multirange as a list of ranges, in order; none is the
// empty range or multirange.
type rangeSet struct {
	t    *pgvalue.Type // of the ranges
	list []rangeValue
}

func rangeType(t *pgvalue.Type) *pgvalue.Type {
	oid, _, _, _ := pgvalue.RangeParts(t.Underlying().OID)
	r, _ := pgvalue.TypeOf(nil, oid, -1)
	return &r
}

// rangesOf reads a range or multirange.
func rangesOf(v value) (rangeSet, error) {
	s := rangeSet{t: rangeType(v.t)}
	text, err := to[string](v.v)
	if err != nil {
		return s, err
	}
	if pgvalue.IsMultirange(v.t) {
		s.list, err = pgvalue.ParseMultirange(s.t, text, pgvalue.UTC)
		return s, err
	}
	r, err := pgvalue.ParseRange(s.t, text, pgvalue.UTC)
	if !r.Empty {
		s.list = []rangeValue{r}
	}
	return s, err
}

func (s rangeSet) empty() bool { return len(s.list) == 0 }

// span is the least range that holds all.
func (s rangeSet) span() rangeValue {
	if s.empty() {
		return rangeValue{Empty: true}
	}
	return rangeValue{Lower: s.list[0].Lower, Upper: s.list[len(s.list)-1].Upper}
}

func (s rangeSet) asRange() (string, error) { return pgvalue.FormatRange(s.t, s.span(), pgvalue.UTC) }

func (s rangeSet) asMultirange() (string, error) {
	return pgvalue.FormatMultirange(s.t, pgvalue.NormalizeRanges(s.t, s.list), pgvalue.UTC)
}

func (s rangeSet) compare(a, b rangeBound) int { return pgvalue.CompareBounds(s.t, &a, &b) }

// contains reports whether one of the ranges holds r.
func (s rangeSet) contains(r rangeValue) bool {
	for _, x := range s.list {
		if s.compare(x.Lower, r.Lower) <= 0 && s.compare(x.Upper, r.Upper) >= 0 {
			return true
		}
	}
	return false
}

func (s rangeSet) containsAll(o rangeSet) bool {
	for _, r := range o.list {
		if !s.contains(r) {
			return false
		}
	}
	return true
}

// containsElem reports whether a value belongs to one of the ranges.
func (s rangeSet) containsElem(v any) bool {
	b := rangeBound{Val: v, Inc: true, Lower: true}
	e := b
	e.Lower = false
	return s.contains(rangeValue{Lower: b, Upper: e})
}

func (s rangeSet) overlapping(a, b rangeValue) bool {
	return s.compare(a.Lower, b.Upper) <= 0 && s.compare(b.Lower, a.Upper) <= 0
}

func (s rangeSet) overlaps(o rangeSet) bool {
	for _, a := range s.list {
		for _, b := range o.list {
			if s.overlapping(a, b) {
				return true
			}
		}
	}
	return false
}

// intersect is what belongs to both.
func (s rangeSet) intersect(o rangeSet) rangeSet {
	out := rangeSet{t: s.t}
	for _, a := range s.list {
		for _, b := range o.list {
			if !s.overlapping(a, b) {
				continue
			}
			r := rangeValue{Lower: a.Lower, Upper: a.Upper}
			if s.compare(b.Lower, a.Lower) > 0 {
				r.Lower = b.Lower
			}
			if s.compare(b.Upper, a.Upper) < 0 {
				r.Upper = b.Upper
			}
			out.list = append(out.list, r)
		}
	}
	return out
}

// minus is what belongs to s alone.
func (s rangeSet) minus(o rangeSet) (rangeSet, error) {
	rest := s.list
	for _, cut := range o.list {
		var next []rangeValue
		for _, r := range rest {
			if !s.overlapping(r, cut) {
				next = append(next, r)
				continue
			}
			keep := func(lower, upper rangeBound) error {
				r, err := pgvalue.MakeRange(s.t, lower, upper)
				if err == nil && !r.Empty {
					next = append(next, r)
				}
				return err
			}
			if s.compare(r.Lower, cut.Lower) < 0 {
				if err := keep(r.Lower, flipped(cut.Lower)); err != nil {
					return s, err
				}
			}
			if s.compare(r.Upper, cut.Upper) > 0 {
				if err := keep(flipped(cut.Upper), r.Upper); err != nil {
					return s, err
				}
			}
		}
		rest = next
	}
	return rangeSet{t: s.t, list: rest}, nil
}

// flipped is the bound of what lies on the other side.
func flipped(b rangeBound) rangeBound {
	b.Inc, b.Lower = !b.Inc, !b.Lower
	return b
}

// together is both, in one list that is not in order yet.
func (s rangeSet) together(o rangeSet) rangeSet {
	return rangeSet{t: s.t, list: slices.Concat(s.list, o.list)}
}

// merged is the least range that holds both.
func (s rangeSet) merged(o rangeSet) rangeSet {
	if s.empty() || o.empty() {
		return s.together(o)
	}
	return rangeSet{t: s.t, list: []rangeValue{pgvalue.JoinRanges(s.t, s.span(), o.span())}}
}

func (s rangeSet) adjacent(o rangeSet) bool {
	if s.empty() || o.empty() {
		return false
	}
	a, b := s.span(), o.span()
	return pgvalue.BoundsAdjacent(s.t, a.Upper, b.Lower) || pgvalue.BoundsAdjacent(s.t, b.Upper, a.Lower)
}

// rangeTests are the operators between ranges and multiranges, by the middle of
// their functions' names.
var rangeTests = map[string]func(a, b rangeSet) bool{
	"contains":     func(a, b rangeSet) bool { return a.containsAll(b) },
	"contained_by": func(a, b rangeSet) bool { return b.containsAll(a) },
	"overlaps":     rangeSet.overlaps,
	"adjacent":     rangeSet.adjacent,
	"before":       spans(func(s rangeSet, a, b rangeValue) bool { return s.compare(a.Upper, b.Lower) < 0 }),
	"after":        spans(func(s rangeSet, a, b rangeValue) bool { return s.compare(a.Lower, b.Upper) > 0 }),
	"overleft":     spans(func(s rangeSet, a, b rangeValue) bool { return s.compare(a.Upper, b.Upper) <= 0 }),
	"overright":    spans(func(s rangeSet, a, b rangeValue) bool { return s.compare(a.Lower, b.Lower) >= 0 }),
}

// spans is a test of the outer bounds, false where there are none.
func spans(test func(s rangeSet, a, b rangeValue) bool) func(a, b rangeSet) bool {
	return func(a, b rangeSet) bool {
		return !a.empty() && !b.empty() && test(a, a.span(), b.span())
	}
}

// typedStrict adapts a strict function over typed values.
func typedStrict[R any](f func(args []value) (R, error)) any {
	return typedFunc(func(args []value) (any, error) {
		for _, a := range args {
			if a.v == nil {
				return nil, nil
			}
		}
		return f(args)
	})
}

// twoSets adapts a function of two ranges or multiranges.
func twoSets[R any](f func(a, b rangeSet) (R, error)) any {
	return typedStrict(func(args []value) (r R, err error) {
		a, err := rangesOf(args[0])
		if err != nil {
			return r, err
		}
		b, err := rangesOf(args[1])
		if err != nil {
			return r, err
		}
		return f(a, b)
	})
}

// oneSet adapts a function of one.
func oneSet[R any](f func(s rangeSet) (R, error)) any {
	return typedStrict(func(args []value) (r R, err error) {
		s, err := rangesOf(args[0])
		if err != nil {
			return r, err
		}
		return f(s)
	})
}

// rangeFuncs adds the functions and operators of ranges and multiranges.
func rangeFuncs(r *registry) {
	r.sql("$1", "int4range_canonical(int4range)", "int8range_canonical(int8range)", "daterange_canonical(daterange)") // they all are
	poly := func(name string, f any, sigs ...string) {
		r.def(name, f)
		for _, s := range sigs {
			r.poly(s, typed(name, false))
		}
	}
	for name, test := range rangeTests {
		sigs := []string{"range_" + name + "(anyrange,anyrange)"}
		for _, pair := range []struct{ name, args string }{
			{"multirange_" + name + "_multirange", "(anymultirange,anymultirange)"},
			{"multirange_" + name + "_range", "(anymultirange,anyrange)"},
			{"range_" + name + "_multirange", "(anyrange,anymultirange)"},
		} {
			sigs = append(sigs, pair.name+pair.args)
		}
		poly("pg_range_"+name, twoSets(func(a, b rangeSet) (bool, error) { return test(a, b), nil }), sigs...)
	}
	elem := func(set, val int) any {
		return typedStrict(func(args []value) (bool, error) {
			s, err := rangesOf(args[set])
			return err == nil && s.containsElem(args[val].v), err
		})
	}
	poly("pg_range_contains_elem", elem(0, 1), "range_contains_elem(anyrange,anyelement)", "multirange_contains_elem(anymultirange,anyelement)")
	poly("pg_elem_contained_by_range", elem(1, 0), "elem_contained_by_range(anyelement,anyrange)", "elem_contained_by_multirange(anyelement,anymultirange)")

	poly("pg_range_union", twoSets(func(a, b rangeSet) (string, error) {
		if !a.empty() && !b.empty() && !a.overlaps(b) && !a.adjacent(b) {
			return "", errf("22000", "result of range union would not be contiguous")
		}
		return a.merged(b).asRange()
	}), "range_union(anyrange,anyrange)")
	poly("pg_range_merge", twoSets(func(a, b rangeSet) (string, error) { return a.merged(b).asRange() }), "range_merge(anyrange,anyrange)")
	poly("pg_range_merge1", oneSet(rangeSet.asRange), "range_merge(anymultirange)")
	poly("pg_multirange", oneSet(rangeSet.asMultirange), "multirange(anyrange)")
	poly("pg_range_intersect", twoSets(func(a, b rangeSet) (string, error) { return a.intersect(b).asRange() }), "range_intersect(anyrange,anyrange)")
	poly("pg_range_minus", twoSets(func(a, b rangeSet) (string, error) {
		out, err := a.minus(b)
		if err == nil && len(out.list) > 1 {
			err = errf("22000", "result of range difference would not be contiguous")
		}
		if err != nil {
			return "", err
		}
		return out.asRange()
	}), "range_minus(anyrange,anyrange)")
	poly("pg_multirange_union", twoSets(func(a, b rangeSet) (string, error) { return a.together(b).asMultirange() }), "multirange_union(anymultirange,anymultirange)")
	poly("pg_multirange_intersect", twoSets(func(a, b rangeSet) (string, error) { return a.intersect(b).asMultirange() }), "multirange_intersect(anymultirange,anymultirange)")
	poly("pg_multirange_minus", twoSets(func(a, b rangeSet) (string, error) {
		out, err := a.minus(b)
		if err != nil {
			return "", err
		}
		return out.asMultirange()
	}), "multirange_minus(anymultirange,anymultirange)")

	both := func(name string, f func(s rangeSet) any) {
		poly("pg_range_"+name, oneSet(func(s rangeSet) (any, error) { return f(s), nil }), name+"(anyrange)", name+"(anymultirange)")
	}
	end := func(b rangeBound, none bool) any {
		if none || b.Inf {
			return nil
		}
		return b.Val
	}
	both("lower", func(s rangeSet) any { return end(s.span().Lower, s.empty()) })
	both("upper", func(s rangeSet) any { return end(s.span().Upper, s.empty()) })
	both("isempty", func(s rangeSet) any { return s.empty() })
	both("lower_inc", func(s rangeSet) any { return s.span().Lower.Inc })
	both("upper_inc", func(s rangeSet) any { return s.span().Upper.Inc })
	both("lower_inf", func(s rangeSet) any { return s.span().Lower.Inf })
	both("upper_inf", func(s rangeSet) any { return s.span().Upper.Inf })

	for _, o := range []struct{ name, op string }{{"eq", "="}, {"ne", "<>"}, {"lt", "<"}, {"le", "<="}, {"gt", ">"}, {"ge", ">="}} {
		for _, kind := range []string{"range", "multirange"} {
			r.poly(kind+"_"+o.name+"(any"+kind+",any"+kind+")", func(args []*pgvalue.Type) (Impl, bool) {
				name, ok := pgvalue.Collation(args[0])
				return Impl{SQL: "($1 " + o.op + " $2 COLLATE " + name + ")", Collation: name}, ok && len(args) == 2
			})
		}
	}
	rangeMakers(r)
	rangeAggregates(r)
	r.def("pg_unnest_multirange", oneSet(func(s rangeSet) (string, error) {
		return rows(len(s.list), func(i int) any {
			text, _ := pgvalue.FormatRange(s.t, s.list[i], pgvalue.UTC)
			return text
		})
	}))
	r.poly("unnest(anymultirange)", func(args []*pgvalue.Type) (Impl, bool) {
		m, ok := typedCall("pg_unnest_multirange", args, false)
		m.Table = &Table{Columns: []TableColumn{{SQL: "$v"}}}
		return m, ok
	})
}

// rangeMakers adds the constructors.
func rangeMakers(r *registry) {
	for _, oid := range pgvalue.RangeTypes() {
		t, _ := pgvalue.TypeOf(nil, oid, -1)
		if pgvalue.IsMultirange(&t) {
			multirangeMakers(r, &t)
			continue
		}
		elem := pgvalue.RangeElem(&t).Name
		make := func(lower, upper any, flags string) (string, error) {
			v, err := pgvalue.MakeRange(&t, rangeBound{Val: lower, Inf: lower == nil, Inc: flags[0] == '['}, rangeBound{Val: upper, Inf: upper == nil, Inc: flags[1] == ']'})
			if err != nil {
				return "", err
			}
			return pgvalue.FormatRange(&t, v, pgvalue.UTC)
		}
		r.fn("pg_make_"+t.Name, called(func(args []any) (string, error) { return make(args[0], args[1], "[)") }), t.Name+"("+elem+","+elem+")")
		r.fn("pg_make_"+t.Name+"3", called(func(args []any) (string, error) {
			if args[2] == nil {
				return "", errf("22000", "range constructor flags argument must not be null")
			}
			switch flags := args[2].(string); flags {
			case "[]", "[)", "(]", "()":
				return make(args[0], args[1], flags)
			}
			return "", detailed("42601", "invalid range bound flags", "", "Valid values are \"[]\", \"[)\", \"(]\", and \"()\".")
		}), t.Name+"("+elem+","+elem+",text)")
	}
}

func multirangeMakers(r *registry, t *pgvalue.Type) {
	rt := rangeType(t)
	build := func(texts []*string) (any, error) {
		s := rangeSet{t: rt}
		for _, x := range texts {
			if x == nil {
				return nil, errf("22004", "multirange values cannot contain null members")
			}
			v, err := pgvalue.ParseRange(rt, *x, pgvalue.UTC)
			if err != nil {
				return nil, err
			}
			s.list = append(s.list, v)
		}
		return s.asMultirange()
	}
	r.sql("'{}'", t.Name+"()")
	r.fn("pg_make_"+t.Name+"1", f1(func(s string) (any, error) { return build([]*string{&s}) }), t.Name+"("+rt.Name+")")
	array := r.def("pg_make_"+t.Name+"_array", f1(func(s string) (any, error) {
		a, err := pgvalue.ParseArray(s)
		if err != nil {
			return nil, err
		}
		if len(a.Dims) > 1 {
			return nil, errf("21000", "multiranges cannot be constructed from multidimensional arrays")
		}
		return build(a.Elems)
	}))
	list := r.def("pg_make_"+t.Name, called(func(args []any) (any, error) {
		texts := make([]*string, len(args))
		for i, a := range args {
			if a != nil {
				s := a.(string)
				texts[i] = &s
			}
		}
		return build(texts)
	}))
	r.poly(t.Name+"(_"+rt.Name+")", func(args []*pgvalue.Type) (Impl, bool) {
		if len(args) == 1 && args[0].IsArray() {
			return Impl{Name: array, Go: r.defs[array].Impl}, true
		}
		return Impl{Name: list, Go: r.defs[list].Impl}, true
	})
}

// rangeAggregates adds range_agg and range_intersect_agg.
func rangeAggregates(r *registry) {
	add := func(name string, step func(sum, v rangeSet) rangeSet, done func(s rangeSet, multi bool) (string, error), sigs ...string) {
		r.aggDef(name, func() *aggregate {
			var sum *rangeSet
			multi := false
			return &aggregate{
				step: func(args []any) error {
					v := values(args)[0]
					if v.v == nil {
						return nil
					}
					s, err := rangesOf(v)
					if err != nil {
						return err
					}
					multi = pgvalue.IsMultirange(v.t)
					if sum != nil {
						s = step(*sum, s)
					}
					sum = &s
					return nil
				},
				done: func() (any, error) {
					if sum == nil {
						return nil, nil
					}
					return done(*sum, multi)
				},
			}
		})
		for _, s := range sigs {
			r.poly(s, aggregated(name, false))
		}
	}
	add("pg_range_agg", rangeSet.together, func(s rangeSet, _ bool) (string, error) { return s.asMultirange() }, "range_agg(anyrange)", "range_agg(anymultirange)")
	add("pg_range_intersect_agg", rangeSet.intersect, func(s rangeSet, multi bool) (string, error) {
		if multi {
			return s.asMultirange()
		}
		return s.asRange()
	}, "range_intersect_agg(anyrange)", "range_intersect_agg(anymultirange)")
}
