package pgfunc

import (
	"math"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// arrayAssignments adds what assignment to a part of an array needs. They are
// called only by translated statements: "array_set(anyarray,anyelement,int4)"
// with one index for every dimension, and
// "array_set_slice(anyarray,anyarray,text,int4)", whose text says of every bound
// in turn whether it was given (1) or not (0).
func arrayAssignments(r *registry) {
	r.def("pg_array_set", typedFunc(setElement))
	r.poly("array_set(anyarray,anyelement,int4)", typed("pg_array_set", false))
	r.def("pg_array_set_slice", typedFunc(setSlice))
	r.poly("array_set_slice(anyarray,anyarray,text,int4)", typed("pg_array_set_slice", false))
}

// assignTarget is the array that is assigned to, NULL being an empty one, and the
// subscripts.
func assignTarget(arr value, subscripts []value) (*array, []int, error) {
	a := &array{}
	if arr.v != nil {
		var err error
		if a, err = parseArray(arr.v); err != nil {
			return nil, nil, err
		}
	}
	at := make([]int, len(subscripts))
	for i, x := range subscripts {
		if x.v == nil {
			return nil, nil, pgvalue.Errorf("22004", "array subscript in assignment must not be null")
		}
		at[i] = int(x.v.(int64))
	}
	return a, at, nil
}

// setElement is a[i] = v, a[i][j] = v, …
func setElement(args []value) (any, error) {
	a, at, err := assignTarget(args[0], args[2:])
	if err != nil {
		return nil, err
	}
	v, err := elemText(args[0].t.Underlying().Elem, args[1].v)
	if err != nil {
		return nil, err
	}
	switch {
	case len(a.Dims) == 0:
		out := newAssigned(at, at)
		out.Elems = []*string{v}
		return out.String(), nil
	case len(a.Dims) != len(at):
		return nil, pgvalue.Errorf("2202E", "wrong number of array subscripts")
	case len(at) == 1:
		if err := widen(a, at[0], at[0]); err != nil {
			return nil, err
		}
	}
	n := 0
	for i := range at {
		k := at[i] - a.Lower[i]
		if k < 0 || k >= a.Dims[i] {
			return nil, pgvalue.Errorf("2202E", "array subscript out of range")
		}
		n = n*a.Dims[i] + k
	}
	a.Elems[n] = v
	return a.String(), nil
}

// newAssigned is an array with these bounds and no elements yet.
func newAssigned(lower, upper []int) *array {
	out := &array{}
	for i := range lower {
		out.Lower = append(out.Lower, lower[i])
		out.Dims = append(out.Dims, upper[i]-lower[i]+1)
	}
	return out
}

// maxElements is PostgreSQL's bound on the number of an array's elements.
const maxElements = (1<<30 - 1) / 8

// widen makes an array of one dimension hold subscripts lower to upper, with
// NULL in between.
func widen(a *array, lower, upper int) error {
	before := max(a.Lower[0]-lower, 0)
	after := max(upper-(a.Lower[0]+a.Dims[0]-1), 0)
	if before+a.Dims[0]+after > maxElements || upper >= math.MaxInt32 {
		return pgvalue.Errorf("54000", "array size exceeds the maximum allowed (%d)", maxElements)
	}
	elems := make([]*string, before, before+a.Dims[0]+after)
	elems = append(elems, a.Elems...)
	a.Elems = append(elems, make([]*string, after)...)
	a.Dims[0] += before + after
	a.Lower[0] -= before
	return nil
}

// setSlice is a[l:u] = b, in as many dimensions as there are bounds for.
func setSlice(args []value) (any, error) {
	if args[1].v == nil {
		return args[0].v, nil // assigning NULL to a slice changes nothing
	}
	given, _ := args[2].v.(string)
	bounds := args[3:]
	for i := range bounds {
		if given[i] == '0' {
			bounds[i].v = int64(0)
		}
	}
	a, at, err := assignTarget(args[0], bounds)
	if err != nil {
		return nil, err
	}
	from, err := parseArray(args[1].v)
	if err != nil {
		return nil, err
	}
	n := len(at) / 2
	if len(a.Dims) > 0 && len(a.Dims) < n {
		return nil, pgvalue.Errorf("2202E", "wrong number of array subscripts")
	}
	dims := max(n, len(a.Dims))
	lower, upper := make([]int, dims), make([]int, dims)
	for i := range dims {
		if len(a.Dims) > 0 {
			lower[i], upper[i] = a.Lower[i], a.Lower[i]+a.Dims[i]-1
		}
		if i < n && given[2*i] == '1' {
			lower[i] = at[2*i]
		}
		if i < n && given[2*i+1] == '1' {
			upper[i] = at[2*i+1]
		}
		if len(a.Dims) == 0 && (given[2*i] == '0' || given[2*i+1] == '0') {
			e := pgvalue.Errorf("2202E", "array slice subscript must provide both boundaries")
			e.Detail = "When assigning to a slice of an empty array value, slice boundaries must be fully specified."
			return nil, e
		}
		if len(a.Dims) > 0 && lower[i] > upper[i] {
			return nil, pgvalue.Errorf("2202E", "upper bound cannot be less than lower bound")
		}
		if len(a.Dims) > 1 && (lower[i] < a.Lower[i] || upper[i] >= a.Lower[i]+a.Dims[i]) {
			return nil, pgvalue.Errorf("2202E", "array subscript out of range")
		}
	}
	size := 1
	for i := range dims {
		size *= max(upper[i]-lower[i]+1, 0)
	}
	if size > len(from.Elems) {
		return nil, pgvalue.Errorf("2202E", "source array too small")
	}
	if len(a.Dims) == 0 {
		if size == 0 {
			return "{}", nil
		}
		out := newAssigned(lower, upper)
		out.Elems = from.Elems[:size]
		return out.String(), nil
	}
	if dims == 1 {
		if err := widen(a, lower[0], upper[0]); err != nil {
			return nil, err
		}
	}
	for k := range size {
		// The place of source element k: the last dimension varies fastest.
		n, rest, step := 0, k, 1
		for i := dims - 1; i >= 0; i-- {
			span := upper[i] - lower[i] + 1
			n += (lower[i] - a.Lower[i] + rest%span) * step
			rest /= span
			step *= a.Dims[i]
		}
		a.Elems[n] = from.Elems[k]
	}
	return a.String(), nil
}
