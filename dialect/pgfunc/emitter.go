package pgfunc

import (
	"encoding/json"
	"math"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// Functions that only the emitter of package dialect calls: between column
// storage and native values, and between arrays and what SQLite can iterate.
const (
	FromScaled    = "pg_from_scaled"    // (stored integer, scale) numeric text
	ToScaled      = "pg_to_scaled"      // (numeric text, scale) integer; the text has at most that scale
	AssignNumeric = "pg_assign_numeric" // (numeric text, typmod) stored integer: numeric(p,s) and ToScaled at once
	ScaleFor      = "pg_scale_for"      // (numeric text, scale) number that compares with stored integers as the text does
	ArrayJSON     = "pg_array_json"     // (array text, element type's descriptor) JSON array of the native elements
	BuildArray    = "pg_build_array"    // (element type's descriptor, native elements…) array text
	Distinct      = "_distinct"         // suffix: an aggregate over sorted rows that skips repeated arguments; the first is the collation
	Extreme       = "pg_extreme"        // aggregate: (collation, 1 for max or -1 for min, value) the last of the greatest or least
	First         = "pg_first"          // aggregate: (value) the first one
	ZeroSign      = "pg_zero_sign"      // (float) - of the negative zero, + of others
	CollectList   = "pg_collect_list"   // aggregate: (element type's descriptor, native element) array text, empty for no rows
)

// emitterFuncs adds them.
func emitterFuncs(r *registry) {
	r.def(ZeroSign, f1(ok1(func(f float64) string {
		if math.Signbit(f) {
			return "-"
		}
		return "+"
	})))
	r.def(FromScaled, f2(func(v any, scale int64) (any, error) {
		if n, ok := v.(int64); ok {
			return pgvalue.UnscaleInt(n, int(scale)), nil
		}
		return v, nil // NaN
	}))
	r.def(ToScaled, f2(func(s string, scale int64) (any, error) {
		v := pgvalue.ToColumn(&pgvalue.Type{OID: 1700, Typmod: 18<<16 | int32(scale) + 4}, s)
		return v, nil
	}))
	r.def(AssignNumeric, f2(func(s string, mod int64) (any, error) {
		d, err := pgvalue.ParseNumeric(s)
		if err != nil {
			return nil, err
		}
		if d, err = pgvalue.ApplyNumericTypmod(d, int32(mod)); err != nil {
			return nil, err
		}
		return pgvalue.ToColumn(&pgvalue.Type{OID: 1700, Typmod: int32(mod)}, pgvalue.FormatNumeric(d)), nil
	}))
	r.def(ScaleFor, f2(scaleFor))
	r.def(ArrayJSON, f2(arrayJSON))
	r.def(BuildArray, called(buildArray))
	r.aggDef(Extreme, extreme)
	r.aggDef(First, func() *aggregate {
		var first any
		some := false
		return &aggregate{
			step: func(args []any) error {
				if !some {
					some, first = true, keep(args[0])
				}
				return nil
			},
			done: func() (any, error) { return first, nil },
		}
	})
	r.defs[CollectList] = Def{Impl: func() *collectList { return &collectList{} }, Aggregate: true}
}

// scaleFor gives an integer where the numeric is one at that scale, and
// otherwise a float that lies between the same integers: half way, which is
// all that a comparison with integers needs.
func scaleFor(s string, scale int64) (any, error) {
	switch s {
	case "NaN":
		return s, nil // sorts after every number, as stored NaN does
	case "Infinity":
		return math.Inf(1), nil
	case "-Infinity":
		return math.Inf(-1), nil
	}
	negative := strings.HasPrefix(s, "-")
	whole, frac, _ := strings.Cut(strings.TrimPrefix(s, "-"), ".")
	rest := ""
	if len(frac) > int(scale) {
		frac, rest = frac[:scale], strings.Trim(frac[scale:], "0")
	}
	digits := strings.TrimLeft(whole+frac+strings.Repeat("0", int(scale)-len(frac)), "0")
	if len(digits) > 18 {
		if negative {
			return math.Inf(-1), nil
		}
		return math.Inf(1), nil
	}
	var n int64
	for _, c := range digits {
		n = n*10 + int64(c-'0')
	}
	if rest == "" {
		if negative {
			n = -n
		}
		return n, nil
	}
	f := float64(n) + 0.5
	if f == float64(n) || f == float64(n+1) {
		// Too large for a half: compare with what lies between as text cannot.
		return nil, errf("0A000", "comparison of numeric values of this size is not supported on the SQLite fallback")
	}
	if negative {
		f = -f
	}
	return f, nil
}

// arrayJSON gives the elements of an array of any dimensions, in order.
func arrayJSON(s string, elem any) (string, error) {
	values, err := pgvalue.ArrayElems(typeFrom(elem), s)
	if err != nil {
		return "", err
	}
	if values == nil {
		return "[]", nil
	}
	for _, v := range values {
		if _, ok := v.([]byte); ok {
			return "", errf("0A000", "iterating over bytea[] is not supported on the SQLite fallback")
		}
		if f, ok := v.(float64); ok && math.IsInf(f, 0) {
			return "", errf("0A000", "iterating over infinite elements is not supported on the SQLite fallback")
		}
	}
	b, err := marshalJSON(values)
	return string(b), err
}

func marshalJSON(v any) ([]byte, error) {
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(v); err != nil {
		return nil, err
	}
	return []byte(strings.TrimSuffix(b.String(), "\n")), nil
}

// buildArray is ARRAY[…]: the first argument is the element type's OID.
func buildArray(args []any) (string, error) {
	return arrayText(args[0], args[1:])
}

func arrayText(elem any, values []any) (string, error) {
	t := typeFrom(elem)
	elems := make([]*string, len(values))
	for i, v := range values {
		if v == nil {
			continue
		}
		s, err := pgvalue.FormatText(t, v, pgvalue.UTC)
		if err != nil {
			return "", err
		}
		elems[i] = &s
	}
	return pgvalue.NewArray(elems).String(), nil
}

// collectList gathers values in the order they come.
type collectList struct {
	elem   any
	values []any
}

func (c *collectList) Step(elem, v any) {
	c.elem = elem
	if b, ok := v.([]byte); ok {
		if b == nil {
			v = nil
		} else {
			v = append([]byte(nil), b...)
		}
	}
	c.values = append(c.values, v)
}

func (c *collectList) Done() (string, error) {
	s, err := arrayText(c.elem, c.values)
	return s, WrapError(err)
}

// distinctFuncs adds the form for DISTINCT of every aggregate.
func distinctFuncs(r *registry) {
	for name, d := range r.defs {
		if make, ok := d.Impl.(func() *aggregate); ok {
			r.defs[name+Distinct] = Def{Impl: func() *distinctAggregate { return &distinctAggregate{of: make()} }, Pure: true, Aggregate: true}
		}
	}
}

// distinctAggregate passes the first of equal rows on; equal ones come one
// after the other.
type distinctAggregate struct {
	of   *aggregate
	last []any
	some bool
}

// Step takes one row: the name of the collation to compare by, "" for bytes,
// the number of arguments that are not compared, then the arguments.
func (d *distinctAggregate) Step(args ...any) error {
	coll, _ := args[0].(string)
	skip, _ := args[1].(int64)
	args = args[2:]
	if d.some && sameArgs(coll, d.last[skip:], args[skip:]) {
		return nil
	}
	d.some, d.last = true, d.last[:0]
	for _, v := range args {
		d.last = append(d.last, keep(v))
	}
	return d.of.Step(args...)
}

// Done gives the result.
func (d *distinctAggregate) Done() (any, error) { return d.of.Done() }

func sameArgs(coll string, x, y []any) bool {
	compare := Collations()[coll]
	for i := range x {
		if null(x[i]) != null(y[i]) {
			return false
		}
		if null(x[i]) {
			continue
		}
		a, ok1 := x[i].(string)
		b, ok2 := y[i].(string)
		switch {
		case ok1 && ok2 && compare != nil:
			if compare(a, b) != 0 {
				return false
			}
		case ok1 && ok2 && coll == "RTRIM":
			if strings.TrimRight(a, " ") != strings.TrimRight(b, " ") {
				return false
			}
		default:
			p, ok := x[i].([]byte)
			if ok {
				q, ok := y[i].([]byte)
				if !ok || string(p) != string(q) {
					return false
				}
			} else if x[i] != y[i] {
				return false
			}
		}
	}
	return true
}

// extreme is min or max of text by a collation.
func extreme() *aggregate {
	var kept any
	return &aggregate{
		step: func(args []any) error {
			v, ok := args[2].(string)
			if !ok {
				return nil
			}
			sign, _ := args[1].(int64)
			coll, _ := args[0].(string)
			if old, some := kept.(string); !some || int64(Collations()[coll](v, old))*sign >= 0 {
				kept = v
			}
			return nil
		},
		done: func() (any, error) { return kept, nil },
	}
}
