package pgfunc

import (
	"math"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgtype"
)

type array = pgvalue.Array

// parseArray reads an array argument.
func parseArray(v any) (*array, error) {
	s, err := to[string](v)
	if err != nil {
		return nil, err
	}
	return pgvalue.ParseArray(s)
}

// elemText writes an element as it stands in the array's text.
func elemText(t *pgvalue.Type, v any) (*string, error) {
	if null(v) {
		return nil, nil
	}
	s, err := pgvalue.FormatText(t, v, pgvalue.UTC)
	return &s, err
}

// elemNative reads an element.
func elemNative(t *pgvalue.Type, s *string) (any, error) {
	if s == nil {
		return nil, nil
	}
	return pgvalue.ParseText(t, *s, pgvalue.UTC)
}

// sameElem compares two elements by the type's equality; NULLs are equal.
func sameElem(t *pgvalue.Type, a, b *string) bool {
	if a == nil || b == nil {
		return a == b
	}
	if *a == *b {
		return true
	}
	x, err1 := elemNative(t, a)
	y, err2 := elemNative(t, b)
	return err1 == nil && err2 == nil && pgvalue.Equal(t, x, y)
}

func dimension(a *array, n int64) (length, lower int, ok bool) {
	if n < 1 || n > int64(len(a.Dims)) {
		return 0, 0, false
	}
	return a.Dims[n-1], a.Lower[n-1], true
}

func arrayDims(a *array) any {
	if len(a.Dims) == 0 {
		return nil
	}
	var b strings.Builder
	for i, d := range a.Dims {
		b.WriteString("[" + itoa(a.Lower[i]) + ":" + itoa(a.Lower[i]+d-1) + "]")
	}
	return b.String()
}

func arrayAppend(arr, elem value, front bool) (any, error) {
	et := arr.t.Underlying().Elem
	a := &array{}
	if arr.v != nil {
		var err error
		if a, err = parseArray(arr.v); err != nil {
			return nil, err
		}
	}
	if len(a.Dims) > 1 {
		return nil, errf("22000", "argument must be empty or one-dimensional array")
	}
	s, err := elemText(et, elem.v)
	if err != nil {
		return nil, err
	}
	if len(a.Dims) == 0 {
		return pgvalue.NewArray([]*string{s}).String(), nil
	}
	if front {
		a.Elems = append([]*string{s}, a.Elems...)
	} else {
		a.Elems = append(a.Elems, s)
	}
	a.Dims[0]++
	return a.String(), nil
}

func incompatible(detail string) error {
	return detailed("2202E", "cannot concatenate incompatible arrays", detail, "")
}

func arrayCat(x, y any) (any, error) {
	if null(x) {
		if null(y) {
			return nil, nil
		}
		return y, nil
	}
	if null(y) {
		return x, nil
	}
	a, err := parseArray(x)
	if err != nil {
		return nil, err
	}
	b, err := parseArray(y)
	if err != nil {
		return nil, err
	}
	switch {
	case len(a.Dims) == 0:
		return y, nil
	case len(b.Dims) == 0:
		return x, nil
	}
	na, nb := len(a.Dims), len(b.Dims)
	if na != nb && na != nb-1 && na != nb+1 {
		return nil, incompatible("Arrays of " + itoa(na) + " and " + itoa(nb) + " dimensions are not compatible for concatenation.")
	}
	out := &array{}
	switch {
	case na == nb:
		for i := 1; i < na; i++ {
			if a.Dims[i] != b.Dims[i] || a.Lower[i] != b.Lower[i] {
				return nil, incompatible("Arrays with differing element dimensions are not compatible for concatenation.")
			}
		}
		out.Dims, out.Lower = append([]int(nil), a.Dims...), append([]int(nil), a.Lower...)
		out.Dims[0] += b.Dims[0]
	case na == nb-1:
		for i := range a.Dims {
			if a.Dims[i] != b.Dims[i+1] || a.Lower[i] != b.Lower[i+1] {
				return nil, incompatible("Arrays with differing dimensions are not compatible for concatenation.")
			}
		}
		out.Dims, out.Lower = append([]int(nil), b.Dims...), append([]int(nil), b.Lower...)
		out.Dims[0]++
	default:
		for i := range b.Dims {
			if a.Dims[i+1] != b.Dims[i] || a.Lower[i+1] != b.Lower[i] {
				return nil, incompatible("Arrays with differing dimensions are not compatible for concatenation.")
			}
		}
		out.Dims, out.Lower = append([]int(nil), a.Dims...), append([]int(nil), a.Lower...)
		out.Dims[0]++
	}
	out.Elems = append(append([]*string(nil), a.Elems...), b.Elems...)
	return out.String(), nil
}

// arrayReplace is array_remove where with is nil, else array_replace.
func arrayReplace(arr, old value, with *value) (any, error) {
	if arr.v == nil {
		return nil, nil
	}
	a, err := parseArray(arr.v)
	if err != nil {
		return nil, err
	}
	et := arr.t.Underlying().Elem
	if with == nil && len(a.Dims) > 1 {
		return nil, errf("0A000", "removing elements from multidimensional arrays is not supported")
	}
	o, err := elemText(et, old.v)
	if err != nil {
		return nil, err
	}
	var n *string
	if with != nil {
		if n, err = elemText(et, with.v); err != nil {
			return nil, err
		}
	}
	kept := a.Elems[:0:0]
	for _, e := range a.Elems {
		switch {
		case !sameElem(et, e, o):
			kept = append(kept, e)
		case with != nil:
			kept = append(kept, n)
		}
	}
	if len(kept) != len(a.Elems) {
		if len(kept) == 0 {
			return "{}", nil
		}
		a.Dims[0] = len(kept)
	}
	a.Elems = kept
	return a.String(), nil
}

func arrayPositions(args []value, name string, f func(pos int64) bool) error {
	a, err := parseArray(args[0].v)
	if err != nil {
		return err
	}
	et := args[0].t.Underlying().Elem
	if len(a.Dims) > 1 {
		return errf("0A000", "searching for elements in multidimensional arrays is not supported")
	}
	if len(a.Dims) == 0 {
		return nil
	}
	want, err := elemText(et, args[1].v)
	if err != nil {
		return err
	}
	start := int64(math.MinInt32)
	if len(args) > 2 {
		if args[2].v == nil {
			return errf("22004", "initial position must not be null")
		}
		start = args[2].v.(int64)
	}
	for i, e := range a.Elems {
		pos := int64(a.Lower[0] + i)
		if pos >= start && sameElem(et, e, want) && !f(pos) {
			break
		}
	}
	return nil
}

// arrayToString joins the elements' text.
func arrayToString(env *pgvalue.Env, args []value) (any, error) {
	if args[0].v == nil || args[1].v == nil {
		return nil, nil
	}
	s, err := args[0].text(env)
	if err != nil {
		return nil, err
	}
	a, err := pgvalue.ParseArray(s)
	if err != nil {
		return nil, err
	}
	var parts []string
	for _, e := range a.Elems {
		switch {
		case e != nil:
			parts = append(parts, *e)
		case len(args) > 2 && args[2].v != nil:
			parts = append(parts, args[2].v.(string))
		}
	}
	return strings.Join(parts, args[1].v.(string)), nil
}

// stringToArray is string_to_array.
func stringToArray(args []any) (any, error) {
	if args[0] == nil {
		return nil, nil
	}
	s := args[0].(string)
	var parts []string
	switch {
	case s == "":
		return "{}", nil
	case args[1] == nil:
		for _, r := range s {
			parts = append(parts, string(r))
		}
	case args[1].(string) == "":
		parts = []string{s}
	default:
		parts = strings.Split(s, args[1].(string))
	}
	elems := make([]*string, len(parts))
	for i := range parts {
		if len(args) > 2 && args[2] != nil && parts[i] == args[2].(string) {
			continue
		}
		elems[i] = &parts[i]
	}
	return pgvalue.NewArray(elems).String(), nil
}

// containsAll is @>: every element of b, none of them NULL, is in a.
func containsAll(t *pgvalue.Type, a, b *array) bool {
	for _, e := range b.Elems {
		if e == nil || !hasElem(t, a, e) {
			return false
		}
	}
	return true
}

func hasElem(t *pgvalue.Type, a *array, want *string) bool {
	for _, e := range a.Elems {
		if e != nil && sameElem(t, e, want) {
			return true
		}
	}
	return false
}

func overlap(t *pgvalue.Type, a, b *array) bool {
	for _, e := range b.Elems {
		if e != nil && hasElem(t, a, e) {
			return true
		}
	}
	return false
}

// subscript is a[i], a[i][j], …: NULL outside the bounds.
func subscript(args []value) (any, error) {
	if args[0].v == nil {
		return nil, nil
	}
	a, err := parseArray(args[0].v)
	if err != nil {
		return nil, err
	}
	if len(args)-1 != len(a.Dims) {
		return nil, nil
	}
	at := 0
	for i, x := range args[1:] {
		if x.v == nil {
			return nil, nil
		}
		n := x.v.(int64) - int64(a.Lower[i])
		if n < 0 || n >= int64(a.Dims[i]) {
			return nil, nil
		}
		at = at*a.Dims[i] + int(n)
	}
	return elemNative(args[0].t.Underlying().Elem, a.Elems[at])
}

// slice is a[l:u]; a NULL bound that stands for none is passed as NULL with
// the bounds of the array.
func slice(arr string, lo, hi any) (any, error) {
	a, err := pgvalue.ParseArray(arr)
	if err != nil {
		return nil, err
	}
	if len(a.Dims) == 0 {
		return "{}", nil
	}
	l, u := int64(a.Lower[0]), int64(a.Lower[0]+a.Dims[0]-1)
	if lo != nil {
		l = max(l, lo.(int64))
	}
	if hi != nil {
		u = min(u, hi.(int64))
	}
	if l > u {
		return "{}", nil
	}
	size := len(a.Elems) / a.Dims[0]
	out := &array{Dims: append([]int(nil), a.Dims...), Lower: make([]int, len(a.Dims))}
	for i := range out.Lower {
		out.Lower[i] = 1
	}
	out.Dims[0] = int(u - l + 1)
	from := int(l) - a.Lower[0]
	out.Elems = a.Elems[from*size : (from+out.Dims[0])*size]
	return out.String(), nil
}

// rowValue is what stands for a native element in the JSON that a table is
// read from, and rowSQL turns it back.
func rowValue(t *pgvalue.Type, v any) any {
	switch v := v.(type) {
	case float64:
		s, _ := pgvalue.FormatText(t, v, pgvalue.UTC)
		return s
	case []byte:
		if v == nil {
			return nil
		}
		return formatHex(v)
	}
	return v
}

func rowSQL(t *pgvalue.Type) (sql string, uses []string) {
	switch t.Underlying().OID {
	case pgtype.Float4OID, pgtype.Float8OID:
		return "pg_in_float8($v)", []string{"pg_in_float8"}
	case pgtype.ByteaOID:
		return "unhex($v)", nil
	}
	return "$v", nil
}

func formatHex(b []byte) string {
	const digits = "0123456789ABCDEF"
	s := make([]byte, 0, 2*len(b))
	for _, c := range b {
		s = append(s, digits[c>>4], digits[c&15])
	}
	return string(s)
}

func unnest(arr value) (any, error) {
	if arr.v == nil {
		return "[]", nil
	}
	et := arr.t.Underlying().Elem
	vs, err := pgvalue.ArrayElems(et, arr.v.(string))
	if err != nil {
		return nil, err
	}
	return rows(len(vs), func(i int) any { return rowValue(et, vs[i]) })
}

func arrayFill(args []value) (any, error) {
	if args[1].v == nil || len(args) > 2 && args[2].v == nil {
		return nil, errf("22004", "dimension array or low bound array cannot be null")
	}
	ints := func(v value) ([]int, error) {
		a, err := parseArray(v.v)
		if err != nil {
			return nil, err
		}
		if len(a.Dims) > 1 {
			return nil, detailed("2202E", "wrong number of array subscripts", "Dimension array must be one dimensional.", "")
		}
		var n []int
		for _, e := range a.Elems {
			if e == nil {
				return nil, errf("22004", "dimension values cannot be null")
			}
			x, err := pgvalue.ParseText(&int4Type, *e, nil)
			if err != nil {
				return nil, err
			}
			n = append(n, int(x.(int64)))
		}
		return n, nil
	}
	dims, err := ints(args[1])
	if err != nil {
		return nil, err
	}
	lower := make([]int, len(dims))
	for i := range lower {
		lower[i] = 1
	}
	if len(args) > 2 {
		if lower, err = ints(args[2]); err != nil {
			return nil, err
		}
		if len(lower) != len(dims) {
			return nil, detailed("2202E", "wrong number of array subscripts", "Low bound array has different size than dimensions array.", "")
		}
	}
	total := 1
	for _, d := range dims {
		if total *= d; total > 1<<26 || d < 0 {
			return nil, errf("54000", "array size exceeds the maximum allowed (134217727)")
		}
	}
	if len(dims) == 0 || total == 0 {
		return "{}", nil
	}
	s, err := elemText(args[0].t, args[0].v)
	if err != nil {
		return nil, err
	}
	a := &array{Dims: dims, Lower: lower, Elems: make([]*string, total)}
	for i := range a.Elems {
		a.Elems[i] = s
	}
	return a.String(), nil
}

var int4Type, _ = pgvalue.TypeOf(nil, pgtype.Int4OID, -1)

// arrayFuncs adds the functions and operators of arrays. Subscripts are
// functions of this package: "array_subscript(anyarray,int4)" with one index
// for every dimension, and "array_slice(anyarray,int4,int4)", whose bounds may
// be NULL where none is written.
func arrayFuncs(r *registry) {
	shape := func(name string, f func(a *array, n int64) any, sig string) {
		r.fn(name, f2(func(s string, n int64) (any, error) {
			a, err := pgvalue.ParseArray(s)
			if err != nil {
				return nil, err
			}
			return f(a, n), nil
		}), sig)
	}
	shape("pg_array_length", func(a *array, n int64) any {
		if l, _, ok := dimension(a, n); ok {
			return l
		}
		return nil
	}, "array_length(anyarray,int4)")
	shape("pg_array_lower", func(a *array, n int64) any {
		if _, low, ok := dimension(a, n); ok {
			return low
		}
		return nil
	}, "array_lower(anyarray,int4)")
	shape("pg_array_upper", func(a *array, n int64) any {
		if l, low, ok := dimension(a, n); ok {
			return low + l - 1
		}
		return nil
	}, "array_upper(anyarray,int4)")
	whole := func(name string, f func(a *array) any, sig string) {
		r.fn(name, f1(func(s string) (any, error) {
			a, err := pgvalue.ParseArray(s)
			if err != nil {
				return nil, err
			}
			return f(a), nil
		}), sig)
	}
	whole("pg_array_ndims", func(a *array) any {
		if len(a.Dims) == 0 {
			return nil
		}
		return len(a.Dims)
	}, "array_ndims(anyarray)")
	whole("pg_array_dims", arrayDims, "array_dims(anyarray)")
	whole("pg_cardinality", func(a *array) any { return len(a.Elems) }, "cardinality(anyarray)")

	r.def("pg_array_append", typedFunc(func(args []value) (any, error) { return arrayAppend(args[0], args[1], false) }))
	r.def("pg_array_prepend", typedFunc(func(args []value) (any, error) { return arrayAppend(args[1], args[0], true) }))
	r.poly("array_append(anycompatiblearray,anycompatible)", typed("pg_array_append", false))
	r.poly("array_prepend(anycompatible,anycompatiblearray)", typed("pg_array_prepend", false))
	r.def("pg_array_cat", func(a, b any) (any, error) { return result(arrayCat(a, b)) })
	r.add("array_cat(anycompatiblearray,anycompatiblearray)", Impl{Name: "pg_array_cat", Go: r.defs["pg_array_cat"].Impl})
	r.def("pg_array_remove", typedFunc(func(args []value) (any, error) { return arrayReplace(args[0], args[1], nil) }))
	r.def("pg_array_replace", typedFunc(func(args []value) (any, error) { return arrayReplace(args[0], args[1], &args[2]) }))
	r.poly("array_remove(anycompatiblearray,anycompatible)", typed("pg_array_remove", false))
	r.poly("array_replace(anycompatiblearray,anycompatible,anycompatible)", typed("pg_array_replace", false))
	r.def("pg_array_position", typedFunc(func(args []value) (any, error) {
		if args[0].v == nil {
			return nil, nil
		}
		var at any
		err := arrayPositions(args, "array_position", func(pos int64) bool { at = pos; return false })
		return at, err
	}))
	r.poly("array_position(anycompatiblearray,anycompatible)", typed("pg_array_position", false))
	r.poly("array_position(anycompatiblearray,anycompatible,int4)", typed("pg_array_position", false))
	r.def("pg_array_positions", typedFunc(func(args []value) (any, error) {
		if args[0].v == nil {
			return nil, nil
		}
		var list []*string
		err := arrayPositions(args, "array_positions", func(pos int64) bool {
			s := itoa(int(pos))
			list = append(list, &s)
			return true
		})
		return pgvalue.NewArray(list).String(), err
	}))
	r.poly("array_positions(anycompatiblearray,anycompatible)", typed("pg_array_positions", false))
	r.def("pg_array_to_string", typedZoned(arrayToString))
	r.poly("array_to_string(anyarray,text)", typed("pg_array_to_string", true))
	r.poly("array_to_string(anyarray,text,text)", typed("pg_array_to_string", true))
	r.def("pg_string_to_array", called(stringToArray))
	for _, s := range []string{"string_to_array(text,text)", "string_to_array(text,text,text)"} {
		r.add(s, Impl{Name: "pg_string_to_array", Go: r.defs["pg_string_to_array"].Impl})
	}
	set := func(f func(t *pgvalue.Type, a, b *array) bool) any {
		return typedFunc(func(args []value) (any, error) {
			if args[0].v == nil || args[1].v == nil {
				return nil, nil
			}
			a, err := parseArray(args[0].v)
			if err != nil {
				return nil, err
			}
			b, err := parseArray(args[1].v)
			if err != nil {
				return nil, err
			}
			return f(args[0].t.Underlying().Elem, a, b), nil
		})
	}
	r.def("pg_arraycontains", set(containsAll))
	r.def("pg_arraycontained", set(func(t *pgvalue.Type, a, b *array) bool { return containsAll(t, b, a) }))
	r.def("pg_arrayoverlap", set(overlap))
	for _, n := range []string{"arraycontains", "arraycontained", "arrayoverlap"} {
		r.poly(n+"(anyarray,anyarray)", typed("pg_"+n, false))
	}
	r.def("pg_array_cmp", typedFunc(func(args []value) (any, error) {
		if args[0].v == nil || args[1].v == nil {
			return nil, nil
		}
		return int64(pgvalue.Compare(args[0].t, args[0].v, args[1].v)), nil
	}))
	for _, o := range []struct{ name, op string }{{"eq", "="}, {"ne", "<>"}, {"lt", "<"}, {"le", "<="}, {"gt", ">"}, {"ge", ">="}} {
		r.poly("array_"+o.name+"(anyarray,anyarray)", func(args []*pgvalue.Type) (Impl, bool) {
			if len(args) != 2 {
				return Impl{}, false
			}
			if name, ok := pgvalue.Collation(args[0]); ok {
				return Impl{SQL: "($1 " + o.op + " $2 COLLATE " + name + ")", Collation: name}, true
			}
			m, ok := typedCall("pg_array_cmp", args, false)
			m.SQL = "(" + m.SQL + " " + o.op + " 0)"
			return m, ok
		})
	}
	r.def("pg_array_subscript", typedFunc(subscript))
	r.poly("array_subscript(anyarray,int4)", typed("pg_array_subscript", false))
	r.def("pg_array_slice", func(a, lo, hi any) (any, error) {
		if null(a) {
			return nil, nil
		}
		if null(lo) {
			lo = nil
		}
		if null(hi) {
			hi = nil
		}
		return result(slice(a.(string), lo, hi))
	})
	r.add("array_slice(anyarray,int4,int4)", Impl{Name: "pg_array_slice", Go: r.defs["pg_array_slice"].Impl})
	r.fn("pg_trim_array", f2(func(s string, n int64) (any, error) {
		a, err := pgvalue.ParseArray(s)
		if err != nil {
			return nil, err
		}
		size := 0
		if len(a.Dims) > 0 {
			size = a.Dims[0]
		}
		if n < 0 || n > int64(size) {
			return nil, errf("2202E", "number of elements to trim must be between 0 and %d", size)
		}
		if size == 0 {
			return "{}", nil
		}
		return slice(s, nil, int64(a.Lower[0]+size-1)-n)
	}), "trim_array(anyarray,int4)")
	r.def("pg_array_fill", typedFunc(arrayFill))
	r.poly("array_fill(anyelement,_int4)", typed("pg_array_fill", false))
	r.poly("array_fill(anyelement,_int4,_int4)", typed("pg_array_fill", false))

	r.def("pg_unnest", typedFunc(func(args []value) (any, error) { return unnest(args[0]) }))
	r.poly("unnest(anyarray)", func(args []*pgvalue.Type) (Impl, bool) {
		if len(args) != 1 || args[0].Underlying().Elem == nil {
			return Impl{}, false
		}
		m, ok := typedCall("pg_unnest", args, false)
		col, uses := rowSQL(args[0].Underlying().Elem)
		m.Table = &Table{Columns: []TableColumn{{SQL: col, Uses: uses}}}
		m.Uses = append(m.Uses, uses...)
		return m, ok
	})
	subscripts := func(s string, n int64, reverse bool) (string, error) {
		a, err := pgvalue.ParseArray(s)
		if err != nil {
			return "", err
		}
		l, low, ok := dimension(a, n)
		if !ok {
			return "[]", nil
		}
		return rows(l, func(i int) any {
			if reverse {
				i = l - 1 - i
			}
			return low + i
		})
	}
	r.tableFn("pg_generate_subscripts", f2(func(s string, n int64) (string, error) { return subscripts(s, n, false) }), "generate_subscripts(anyarray,int4)")
	r.tableFn("pg_generate_subscripts3", f3(subscripts), "generate_subscripts(anyarray,int4,bool)")
}

// tableFn adds a set-returning function with one column of plain values.
func (r *registry) tableFn(name string, f any, sigs ...string) {
	r.def(name, f)
	for _, s := range sigs {
		r.add(s, Impl{Name: name, Go: f, Table: &Table{Columns: []TableColumn{{SQL: "$v"}}}})
	}
}
