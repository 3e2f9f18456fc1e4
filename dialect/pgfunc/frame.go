package pgfunc

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgtype"
)

// A custom aggregate cannot slide over a window in go-sqlite3, nor take
// DISTINCT beside a second argument. json_group_array can do both: it gathers
// the values, and a scalar function makes the result of the gathered array.

// framed reports whether native values of the type pass through
// json_group_array unharmed: integers and text do.
func framed(t *pgvalue.Type) bool {
	u := t.Underlying()
	if u.Elem != nil {
		return true
	}
	switch u.OID {
	case pgtype.Float4OID, pgtype.Float8OID, pgtype.ByteaOID:
		return false
	}
	return true
}

// frameItems reads what json_group_array gathered, nil for NULL.
func frameItems(list any) ([]any, error) {
	s, err := to[string](list)
	if err != nil {
		return nil, err
	}
	d := json.NewDecoder(strings.NewReader(s))
	d.UseNumber()
	var items []any
	if err := d.Decode(&items); err != nil {
		return nil, err
	}
	for i, x := range items {
		if n, ok := x.(json.Number); ok {
			v, err := strconv.ParseInt(n.String(), 10, 64)
			if err != nil {
				return nil, err
			}
			items[i] = v
		}
	}
	return items, nil
}

// over makes the scalar that runs an aggregate over gathered values: its last
// argument holds the values, the others are the same for every row.
func over(make func() *aggregate) any {
	return func(args ...any) (any, error) {
		list := args[len(args)-1]
		if null(list) {
			return nil, nil
		}
		items, err := frameItems(list)
		if err != nil {
			return nil, WrapError(err)
		}
		a := make()
		row := append([]any(nil), args[:len(args)-1]...)
		row = append(row, nil)
		for _, x := range items {
			row[len(row)-1] = x
			if err := a.Step(row...); err != nil {
				return nil, err
			}
		}
		return a.Done()
	}
}

// frameFuncs gives the collecting aggregates their form for windows and DISTINCT.
func frameFuncs(r *registry) {
	for _, n := range []string{"array_agg", "json_agg", "jsonb_agg"} {
		name := "pg_" + n
		make := r.defs[name].Impl.(func() *aggregate)
		r.def(name+"_frame", over(make))
		sig := n + "(anyelement)"
		if n == "array_agg" {
			sig = "array_agg(anynonarray)"
		}
		plain := r.generic[sig]
		r.generic[sig] = func(args []*pgvalue.Type) (Impl, bool) {
			m, ok := plain(args)
			if ok && len(args) == 1 && framed(args[0]) {
				tz, hole := "", "$1"
				if len(m.Env) > 0 {
					tz, hole = "$1,", "$2"
				}
				m.Over = name + "_frame(" + tz + Descriptor(args[0]) + ",json_group_array($d" + hole + "$o)$f)"
				m.Uses = append(m.Uses, name+"_frame")
				m.Window = true
			}
			return m, ok
		}
	}
	// The separator of string_agg must be the same for every row here.
	r.def("pg_string_agg_frame", func(list, sep any) (any, error) {
		if null(list) {
			return nil, nil
		}
		items, err := frameItems(list)
		if err != nil {
			return nil, WrapError(err)
		}
		a := stringAgg()
		for _, x := range items {
			if err := a.Step(x, sep); err != nil {
				return nil, err
			}
		}
		return a.Done()
	})
	m := r.impls["string_agg(text,text)"]
	m.Over, m.Window, m.ConstArgs = "pg_string_agg_frame(json_group_array($d$1$o)$f,$2)", true, true
	m.Uses = append(m.Uses, "pg_string_agg_frame")
	r.impls["string_agg(text,text)"] = m
}
