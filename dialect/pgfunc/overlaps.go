package pgfunc

import (
	"time"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// overlap3 tells whether two spans of time overlap, as SQL wants it: each may
// have a NULL end, the other of whose bounds then stands alone.
func overlap3[T any](cmp func(a, b T) int, ts1, te1, ts2, te2 *T) any {
	less := func(a, b *T) bool { return cmp(*a, *b) < 0 }
	order := func(ts, te *T) (*T, *T, bool) {
		switch {
		case ts == nil && te == nil:
			return nil, nil, false
		case ts == nil:
			return te, nil, true
		case te != nil && less(te, ts):
			return te, ts, true
		}
		return ts, te, true
	}
	ts1, te1, ok1 := order(ts1, te1)
	ts2, te2, ok2 := order(ts2, te2)
	if !ok1 || !ok2 {
		return nil
	}
	switch c := cmp(*ts1, *ts2); {
	case c > 0:
		if te2 == nil {
			return nil
		}
		if less(ts1, te2) {
			return true
		}
		if te1 == nil {
			return nil
		}
		return false
	case c < 0:
		if te1 == nil {
			return nil
		}
		if less(ts2, te1) {
			return true
		}
		if te2 == nil {
			return nil
		}
		return false
	}
	if te1 == nil || te2 == nil {
		return nil
	}
	return true
}

func intOrNil(v any) *int64 {
	if n, ok := v.(int64); ok {
		return &n
	}
	return nil
}

// overlapsFuncs adds OVERLAPS. An interval as the second bound is added to the
// first.
func overlapsFuncs(r *registry) {
	compare := func(a, b int64) int {
		switch {
		case a < b:
			return -1
		case a > b:
			return 1
		}
		return 0
	}
	type adder func(loc *time.Location, t int64, iv interval) (int64, error)
	for _, k := range []struct {
		typ  string
		env  []string
		plus adder
	}{
		{"timestamp", nil, func(_ *time.Location, t int64, iv interval) (int64, error) { return timestampAdd(t, iv) }},
		{"timestamptz", envZone, func(loc *time.Location, t int64, iv interval) (int64, error) { return timestamptzAdd(t, iv, loc) }},
		{"time", nil, func(_ *time.Location, t int64, iv interval) (int64, error) { return mod64(t+iv.Micros%day, day), nil }},
	} {
		for i, form := range [][2]string{{k.typ, k.typ}, {"interval", "interval"}, {k.typ, "interval"}, {"interval", k.typ}} {
			name := "pg_overlaps_" + k.typ + itoa(i)
			f := func(args []any) (any, error) {
				loc := time.UTC
				if k.env != nil {
					loc, args = zoneOf(args[0]), args[1:]
				}
				end := func(start, end any, typ string) (*int64, error) {
					if typ != "interval" || start == nil || end == nil {
						if typ == "interval" {
							return nil, nil
						}
						return intOrNil(end), nil
					}
					iv, err := pgvalue.ParseInterval(end.(string))
					if err != nil {
						return nil, err
					}
					n, err := k.plus(loc, start.(int64), iv)
					return &n, err
				}
				te1, err := end(args[0], args[1], form[0])
				if err != nil {
					return nil, err
				}
				te2, err := end(args[2], args[3], form[1])
				if err != nil {
					return nil, err
				}
				return overlap3(compare, intOrNil(args[0]), te1, intOrNil(args[2]), te2), nil
			}
			r.def(name, called(f))
			r.add("overlaps("+k.typ+","+form[0]+","+k.typ+","+form[1]+")", Impl{SQL: name + "($*)", Uses: []string{name}, Env: k.env})
		}
	}
	timetzOrNil := func(v any) *string {
		if s, ok := v.(string); ok {
			return &s
		}
		return nil
	}
	timetzType := pgvalue.Type{OID: 1266, Typmod: -1, Name: "timetz"}
	r.def("pg_overlaps_timetz", called(func(args []any) (any, error) {
		cmp := func(a, b string) int { return pgvalue.CompareText(&timetzType, a, b) }
		return overlap3(cmp, timetzOrNil(args[0]), timetzOrNil(args[1]), timetzOrNil(args[2]), timetzOrNil(args[3])), nil
	}))
	r.add("overlaps(timetz,timetz,timetz,timetz)", Impl{SQL: "pg_overlaps_timetz($*)", Uses: []string{"pg_overlaps_timetz"}})
}
