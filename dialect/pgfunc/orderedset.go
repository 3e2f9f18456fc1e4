package pgfunc

import (
	"math"
	"strconv"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgtype"
)

// OrderedSet computes an ordered-set aggregate of sorted values.
const OrderedSet = "pg_ordered_set" // (name, fraction or array of them, element type's descriptor or 0, value's descriptor, kind, collation, values in order) its result

func orderedSetFuncs(r *registry) {
	r.def(OrderedSet, called(func(args []any) (any, error) {
		name, _ := args[0].(string)
		kind, _ := args[4].(string)
		list, _ := args[6].(string)
		rows, err := gatheredRows(kind, list)
		if err != nil {
			return nil, err
		}
		s := orderedSet{typ: typeFrom(args[3])}
		for _, row := range rows {
			if row[0] != nil {
				s.values = append(s.values, row[0])
			}
		}
		if name == "mode" {
			coll, _ := args[5].(string)
			return wireBytes(s.mode(coll)), nil
		}
		if args[2] == int64(0) {
			f, err := fraction(args[1])
			if err != nil || f == nil || len(s.values) == 0 {
				return nil, err
			}
			v, err := s.percentile(name, *f)
			return wireBytes(v), err
		}
		return s.percentiles(name, args[1], args[2])
	}))
}

// wireBytes gives bytea in hexadecimal, since go-sqlite3 makes NULL of an empty
// blob.
func wireBytes(v any) any {
	if b, ok := v.([]byte); ok {
		return formatHex(b)
	}
	return v
}

type orderedSet struct {
	typ    *pgvalue.Type
	values []any
}

// fraction is an argument between 0 and 1; nil is NULL.
func fraction(v any) (*float64, error) {
	if v == nil {
		return nil, nil
	}
	f := pgvalue.ToFloat(v)
	if f < 0 || f > 1 || math.IsNaN(f) {
		return nil, errf("22003", "percentile value %s is not between 0 and 1", strconv.FormatFloat(f, 'g', 6, 64))
	}
	return &f, nil
}

func (s *orderedSet) percentile(name string, f float64) (any, error) {
	n := float64(len(s.values))
	if name == "percentile_disc" {
		return s.values[int(max(math.Ceil(f*n), 1))-1], nil
	}
	first, second := math.Floor(f*(n-1)), math.Ceil(f*(n-1))
	lo, hi := s.values[int(first)], s.values[int(second)]
	if first == second {
		return lo, nil
	}
	part := f*(n-1) - first
	if s.typ.Underlying().OID != pgtype.IntervalOID {
		l, h := pgvalue.ToFloat(lo), pgvalue.ToFloat(hi)
		return l + part*(h-l), nil
	}
	l, err := to[interval](lo)
	if err != nil {
		return nil, err
	}
	h, err := to[interval](hi)
	if err != nil {
		return nil, err
	}
	diff, err := intervalSub(h, l)
	if err != nil {
		return nil, err
	}
	if diff, err = intervalMul(diff, part); err != nil {
		return nil, err
	}
	return intervalAdd(diff, l)
}

// percentiles is the form with an array of fractions, whose shape the result
// takes.
func (s *orderedSet) percentiles(name string, fractions, elem any) (any, error) {
	if fractions == nil || len(s.values) == 0 {
		return nil, nil
	}
	a, err := parseArray(fractions)
	if err != nil {
		return nil, err
	}
	et := typeFrom(elem)
	float := &pgvalue.Type{OID: pgtype.Float8OID, Typmod: -1}
	for i, text := range a.Elems {
		v, err := elemNative(float, text)
		if err != nil {
			return nil, err
		}
		f, err := fraction(v)
		if err != nil {
			return nil, err
		}
		a.Elems[i] = nil
		if f == nil {
			continue
		}
		v, err = s.percentile(name, *f)
		if err != nil {
			return nil, err
		}
		if a.Elems[i], err = elemText(et, from(v)); err != nil {
			return nil, err
		}
	}
	return a.String(), nil
}

// mode is the most frequent value, the first of those that are equally so
// (mode_final).
func (s *orderedSet) mode(coll string) any {
	var mode, last any
	best, run := 0, 0
	for _, v := range s.values {
		if run > 0 && sameArgs(coll, []any{last}, []any{v}) {
			run++
		} else {
			last, run = v, 1
		}
		if run > best {
			best, mode = run, last
		}
	}
	return mode
}
