package pgfunc

import "math"

// Subscripts of arrays and of jsonb, read and assigned to. They are not
// functions in PostgreSQL; the emitter calls them by these names.
const (
	ArrayElement  = "pg_array_element"   // (array type's descriptor, array, index…) element
	ArraySlice    = "pg_array_slice"     // (array, mask, lower, upper, …) array
	ArrayAssign   = "pg_array_assign"    // (array type's descriptor, array, element, index…) array
	SliceAssign   = "pg_slice_assign"    // (array, array, mask, lower, upper, …) array
	JSONBElement  = "pg_jsonb_subscript" // (jsonb, text…) jsonb
	JSONBAssigned = "pg_jsonb_assign"    // (jsonb, jsonb, whether the first subscript is an integer, text…) jsonb
)

// Bits of a mask: which bounds of a slice are written.
const (
	hasLower = 1 << iota
	hasUpper
)

func subscriptFuncs(r *registry) {
	r.def(ArrayElement, called(arrayElement))
	r.def(ArraySlice, called(func(args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		bounds, null := boundsOf(args[1:])
		if null {
			return nil, nil
		}
		a, err := parseArray(args[0])
		if err != nil {
			return nil, err
		}
		return arraySlice(a, bounds)
	}))
	r.def(ArrayAssign, called(arrayAssign))
	r.def(SliceAssign, called(sliceAssign))
	r.def(JSONBElement, called(func(args []any) (any, error) {
		for _, a := range args {
			if a == nil {
				return nil, nil
			}
		}
		j, err := to[*jsonValue](args[0])
		if err != nil {
			return nil, err
		}
		path := make([]*string, len(args)-1)
		for i, a := range args[1:] {
			s := a.(string)
			path[i] = &s
		}
		return jsonOut(follow(j, path)), nil
	}))
	r.def(JSONBAssigned, called(jsonbAssign))
}

// arrayElement is a[i][j]…: NULL outside the bounds.
func arrayElement(args []any) (any, error) {
	if args[1] == nil {
		return nil, nil
	}
	a, err := parseArray(args[1])
	if err != nil {
		return nil, err
	}
	index, ok := indexes(args[2:])
	if !ok || len(index) != len(a.Dims) {
		return nil, nil
	}
	at, ok := offsetOf(a, index)
	if !ok {
		return nil, nil
	}
	return elemNative(typeFrom(args[0]).Underlying().Elem, a.Elems[at])
}

func indexes(args []any) (index []int64, ok bool) {
	for _, x := range args {
		if x == nil {
			return nil, false
		}
		index = append(index, x.(int64))
	}
	return index, true
}

// bound is one dimension of a slice.
type bound struct {
	lo, hi int64
	mask   int64
}

// boundsOf reads mask, lower and upper of every dimension; null says that one
// that is written is NULL.
func boundsOf(args []any) (bounds []bound, null bool) {
	for i := 0; i+2 < len(args); i += 3 {
		b := bound{mask: args[i].(int64)}
		if b.mask&hasLower != 0 {
			if args[i+1] == nil {
				return nil, true
			}
			b.lo = args[i+1].(int64)
		}
		if b.mask&hasUpper != 0 {
			if args[i+2] == nil {
				return nil, true
			}
			b.hi = args[i+2].(int64)
		}
		bounds = append(bounds, b)
	}
	return bounds, false
}

// fill gives a slice the bounds of the array where none are written.
func (b *bound) fill(a *array, dim int) {
	if b.mask&hasLower == 0 {
		b.lo = int64(a.Lower[dim])
	}
	if b.mask&hasUpper == 0 {
		b.hi = int64(a.Lower[dim] + a.Dims[dim] - 1)
	}
}

// arraySlice is a[l:u][l:u]…
func arraySlice(a *array, bounds []bound) (any, error) {
	if len(a.Dims) < len(bounds) || len(a.Dims) == 0 {
		return "{}", nil
	}
	out := &array{}
	for d := range a.Dims {
		var b bound
		if d < len(bounds) {
			b = bounds[d]
		}
		b.fill(a, d)
		b.lo, b.hi = max(b.lo, int64(a.Lower[d])), min(b.hi, int64(a.Lower[d]+a.Dims[d]-1))
		if b.lo > b.hi {
			return "{}", nil
		}
		if d < len(bounds) {
			bounds[d] = b
		} else {
			bounds = append(bounds, b)
		}
		out.Dims, out.Lower = append(out.Dims, int(b.hi-b.lo+1)), append(out.Lower, 1)
	}
	eachOf(a, bounds, func(at int) { out.Elems = append(out.Elems, a.Elems[at]) })
	return out.String(), nil
}

func outOfSubscripts() error { return errf("2202E", "array subscript out of range") }
func wrongSubscripts() error { return errf("2202E", "wrong number of array subscripts") }
func nullSubscript() error   { return errf("22004", "array subscript in assignment must not be null") }

// maxArraySize is MaxArraySize of PostgreSQL, the elements an array can have;
// maxGrowth what an assignment may add here at once.
const (
	maxArraySize = 134217727
	maxGrowth    = 1 << 22
)

// grow makes room in a one-dimensional array for the indexes lo to hi.
func grow(a *array, lo, hi int64) error {
	first, last := int64(a.Lower[0]), int64(a.Lower[0]+a.Dims[0]-1)
	before, after := max(first-lo, 0), max(hi-last, 0)
	if lo < math.MinInt32 || hi >= math.MaxInt32 || before+after+int64(a.Dims[0]) > maxArraySize {
		return errf("54000", "array size exceeds the maximum allowed (%d)", maxArraySize)
	}
	if before+after > maxGrowth {
		return errf("0A000", "an assignment that adds more than %d elements to an array is not supported on the SQLite fallback", maxGrowth)
	}
	elems := make([]*string, int(before), int(before+after)+len(a.Elems))
	a.Elems = append(append(elems, a.Elems...), make([]*string, int(after))...)
	a.Lower[0] -= int(before)
	a.Dims[0] += int(before + after)
	return nil
}

// arrayAssign is an assignment to an element (array_set_element).
func arrayAssign(args []any) (any, error) {
	t := typeFrom(args[0])
	a := &array{}
	var err error
	if args[1] != nil {
		if a, err = parseArray(args[1]); err != nil {
			return nil, err
		}
	}
	index, ok := indexes(args[3:])
	if !ok {
		return nil, nullSubscript()
	}
	elem, err := elemText(t.Underlying().Elem, args[2])
	if err != nil {
		return nil, err
	}
	switch {
	case len(a.Dims) == 0:
		for _, i := range index {
			a.Dims, a.Lower = append(a.Dims, 1), append(a.Lower, int(i))
		}
		a.Elems = []*string{nil}
	case len(a.Dims) != len(index):
		return nil, wrongSubscripts()
	case len(index) == 1:
		if err := grow(a, index[0], index[0]); err != nil {
			return nil, err
		}
	}
	at, ok := offsetOf(a, index)
	if !ok {
		return nil, outOfSubscripts()
	}
	a.Elems[at] = elem
	return a.String(), nil
}

// sliceAssign is an assignment to a slice (array_set_slice).
func sliceAssign(args []any) (any, error) {
	a := &array{}
	var err error
	if args[0] != nil {
		if a, err = parseArray(args[0]); err != nil {
			return nil, err
		}
	}
	bounds, null := boundsOf(args[2:])
	if null {
		return nil, nullSubscript()
	}
	if args[1] == nil {
		return a.String(), nil
	}
	src, err := parseArray(args[1])
	if err != nil {
		return nil, err
	}
	reversed := errf("2202E", "upper bound cannot be less than lower bound")
	switch {
	case len(a.Dims) == 0:
		total := int64(1)
		for _, b := range bounds {
			if b.mask != hasLower|hasUpper {
				return nil, detailed("2202E", "array slice subscript must provide both boundaries",
					"When assigning to a slice of an empty array value, slice boundaries must be fully specified.", "")
			}
			n := b.hi - b.lo + 1
			if n < 0 || total*max(n, 0) > maxArraySize {
				return nil, errf("54000", "array size exceeds the maximum allowed (%d)", maxArraySize)
			}
			total *= n
			a.Dims, a.Lower = append(a.Dims, int(n)), append(a.Lower, int(b.lo))
		}
		if int64(len(src.Elems)) < total {
			return nil, errf("2202E", "source array too small")
		}
		a.Elems = src.Elems[:total]
		return a.String(), nil
	case len(a.Dims) < len(bounds):
		return nil, wrongSubscripts()
	}
	for d := range bounds {
		bounds[d].fill(a, d)
		if bounds[d].lo > bounds[d].hi {
			return nil, reversed
		}
		if len(a.Dims) > 1 && (bounds[d].lo < int64(a.Lower[d]) || bounds[d].hi > int64(a.Lower[d]+a.Dims[d]-1)) {
			return nil, outOfSubscripts()
		}
	}
	for d := len(bounds); d < len(a.Dims); d++ {
		var b bound
		b.fill(a, d)
		bounds = append(bounds, b)
	}
	total := int64(1)
	for _, b := range bounds {
		total *= b.hi - b.lo + 1
	}
	if int64(len(src.Elems)) < total {
		return nil, errf("2202E", "source array too small")
	}
	if len(a.Dims) == 1 {
		if err := grow(a, bounds[0].lo, bounds[0].hi); err != nil {
			return nil, err
		}
	}
	n := 0
	eachOf(a, bounds, func(at int) {
		a.Elems[at] = src.Elems[n]
		n++
	})
	return a.String(), nil
}

// offsetOf is the place of an element among all.
func offsetOf(a *array, index []int64) (at int, ok bool) {
	for d, x := range index {
		n := x - int64(a.Lower[d])
		if n < 0 || n >= int64(a.Dims[d]) {
			return 0, false
		}
		at = at*a.Dims[d] + int(n)
	}
	return at, true
}

// eachOf calls f with the place of every element within bounds, of which there
// is one for each dimension.
func eachOf(a *array, bounds []bound, f func(at int)) {
	var walk func(d, at int)
	walk = func(d, at int) {
		if d == len(bounds) {
			f(at)
			return
		}
		for i := bounds[d].lo; i <= bounds[d].hi; i++ {
			walk(d+1, at*a.Dims[d]+int(i)-a.Lower[d])
		}
	}
	walk(0, 0)
}
