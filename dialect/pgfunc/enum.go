package pgfunc

import (
	"strconv"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// enumFuncs adds the functions of enums, whose values are ordinals here.
func enumFuncs(r *registry) {
	labels := func(args []*pgvalue.Type) (*pgvalue.Type, bool) {
		if len(args) == 0 || !args[0].IsEnum() {
			return nil, false
		}
		return args[0].Underlying(), true
	}
	r.poly("enum_first(anyenum)", func(args []*pgvalue.Type) (Impl, bool) {
		t, ok := labels(args)
		return Impl{SQL: "0"}, ok && len(t.Labels) > 0
	})
	r.poly("enum_last(anyenum)", func(args []*pgvalue.Type) (Impl, bool) {
		t, ok := labels(args)
		if !ok || len(t.Labels) == 0 {
			return Impl{}, false
		}
		return Impl{SQL: strconv.Itoa(len(t.Labels) - 1)}, true
	})
	r.def("pg_enum_range", typedFunc(func(args []value) (any, error) {
		t := args[0].t.Underlying()
		lo, hi := 0, len(t.Labels)-1
		if len(args) == 2 {
			if args[0].v != nil {
				lo = int(args[0].v.(int64))
			}
			if args[1].v != nil {
				hi = int(args[1].v.(int64))
			}
		}
		var elems []*string
		for i := lo; i <= hi; i++ {
			elems = append(elems, &t.Labels[i])
		}
		return pgvalue.NewArray(elems).String(), nil
	}))
	r.poly("enum_range(anyenum)", typed("pg_enum_range", false))
	r.poly("enum_range(anyenum,anyenum)", typed("pg_enum_range", false))
}
