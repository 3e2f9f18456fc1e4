package pgfunc

import (
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// arrayFuncs adds the functions and operators of arrays. Subscripts are
// functions of this package (subscriptFuncs).
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
		return arraySlice(a, []bound{{hi: int64(a.Lower[0]+size-1) - n, mask: hasUpper}})
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
