package pgfunc

import (
	"math"
	"slices"
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
	if want == nil && !slices.Contains(a.Elems, nil) {
		return nil
	}
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
