package pgfunc

import (
	"slices"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

func tooManyDimensions(n int) error {
	return errf("54000", "number of array dimensions (%d) exceeds the maximum allowed (6)", n)
}

// stack makes an array of arrays, each of which is one step of the first
// dimension; the arrays have to be alike.
type stack struct {
	out array
	n   int
}

// push adds an array; ok is false where it is not like those before it.
func (s *stack) push(a *array) (ok bool, err error) {
	if s.n == 0 {
		if len(a.Dims) >= 6 {
			return false, tooManyDimensions(len(a.Dims) + 1)
		}
		s.out.Dims = append([]int{0}, a.Dims...)
		s.out.Lower = append([]int{1}, a.Lower...)
	} else if !slices.Equal(s.out.Dims[1:], a.Dims) || !slices.Equal(s.out.Lower[1:], a.Lower) {
		return false, nil
	}
	s.n++
	s.out.Dims[0] = s.n
	s.out.Elems = append(s.out.Elems, a.Elems...)
	return true, nil
}

// BuildMatrix is ARRAY[…] over arrays: (array…) array.
const BuildMatrix = "pg_build_matrix"

func buildMatrix(args []any) (any, error) {
	var s stack
	empty := false
	mismatch := errf("2202E", "multidimensional arrays must have array expressions with matching dimensions")
	for _, v := range args {
		if v == nil {
			empty = true
			continue
		}
		a, err := parseArray(v)
		if err != nil {
			return nil, err
		}
		if len(a.Dims) == 0 {
			empty = true
			continue
		}
		if ok, err := s.push(a); err != nil {
			return nil, err
		} else if !ok {
			return nil, mismatch
		}
	}
	if empty && s.n > 0 {
		return nil, mismatch
	}
	return s.out.String(), nil
}

// arrayAggArrays is array_agg over arrays.
func arrayAggArrays() *aggregate {
	var s stack
	return &aggregate{
		step: func(args []any) error {
			if null(args[0]) {
				return errf("22004", "cannot accumulate null arrays")
			}
			a, err := parseArray(args[0])
			if err != nil {
				return err
			}
			if len(a.Dims) == 0 && s.n == 0 {
				return errf("2202E", "cannot accumulate empty arrays")
			}
			ok, err := s.push(a)
			if err == nil && !ok {
				err = errf("2202E", "cannot accumulate arrays of different dimensionality")
			}
			return err
		},
		done: func() (any, error) {
			if s.n == 0 {
				return nil, nil
			}
			return s.out.String(), nil
		},
	}
}

// widthBucketArray is width_bucket over thresholds: how many of them are not
// above the operand, by binary search as PostgreSQL does it.
func widthBucketArray(args []value) (any, error) {
	if args[0].v == nil || args[1].v == nil {
		return nil, nil
	}
	a, err := parseArray(args[1].v)
	if err != nil {
		return nil, err
	}
	if len(a.Dims) > 1 {
		return nil, errf("2202E", "thresholds must be one-dimensional array")
	}
	if slices.Contains(a.Elems, nil) {
		return nil, errf("22004", "thresholds array must not contain NULLs")
	}
	et := args[1].t.Underlying().Elem
	left, right := 0, len(a.Elems)
	for left < right {
		mid := (left + right) / 2
		v, err := elemNative(et, a.Elems[mid])
		if err != nil {
			return nil, err
		}
		if pgvalue.Compare(et, args[0].v, v) < 0 {
			right = mid
		} else {
			left = mid + 1
		}
	}
	return left, nil
}

// ArrayMap applies a Go function of this package, which a cast calls, to every
// element: (function's name, source element's descriptor, target element's
// descriptor, array) array.
const ArrayMap = "pg_array_map"

func arrayMap(defs map[string]Def, args []any) (any, error) {
	if args[3] == nil {
		return nil, nil
	}
	f, ok := defs[args[0].(string)].Impl.(func(any) (any, error))
	if !ok {
		return nil, errf("XX000", "%v is no function of one argument", args[0])
	}
	a, err := parseArray(args[3])
	if err != nil {
		return nil, err
	}
	source, target := typeFrom(args[1]), typeFrom(args[2])
	for i, e := range a.Elems {
		v, err := elemNative(source, e)
		if err != nil {
			return nil, err
		}
		if v == nil {
			continue
		}
		if v, err = f(v); err != nil {
			return nil, err
		}
		if a.Elems[i], err = elemText(target, v); err != nil {
			return nil, err
		}
	}
	return a.String(), nil
}

// moreArrayFuncs adds functions over arrays of arrays, and others that came
// later.
func moreArrayFuncs(r *registry) {
	r.def(BuildMatrix, called(buildMatrix))
	r.def(ArrayMap, called(func(args []any) (any, error) { return arrayMap(r.defs, args) }))
	r.aggDef("pg_array_agg_arrays", arrayAggArrays)
	r.add("array_agg(anyarray)", Impl{Name: "pg_array_agg_arrays", Go: arrayAggArrays, Agg: true})
	r.def("pg_width_bucket_array", typedFunc(widthBucketArray))
	r.poly("width_bucket(anycompatible,anycompatiblearray)", func(args []*pgvalue.Type) (Impl, bool) {
		m, ok := typedCall("pg_width_bucket_array", args, false)
		switch args[0].Underlying().OID {
		case 25, 1042, 1043:
			m.Text = true
		}
		return m, ok && args[0].Labels == nil
	})
}
