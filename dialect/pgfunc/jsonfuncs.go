package pgfunc

import (
	"encoding/json"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

func pretty(b []byte, j *jsonValue, indent int) []byte {
	line := func(n int) { b = append(append(b, '\n'), strings.Repeat("    ", n)...) }
	switch {
	case j.Kind == pgvalue.JSONArray:
		b = append(b, '[')
		for i, e := range j.Elems {
			if i > 0 {
				b = append(b, ',')
			}
			line(indent + 1)
			b = pretty(b, e, indent+1)
		}
		line(indent)
		return append(b, ']')
	case j.Kind == pgvalue.JSONObject:
		b = append(b, '{')
		for i, e := range j.Elems {
			if i > 0 {
				b = append(b, ',')
			}
			line(indent + 1)
			b = append(pgvalue.AppendJSONString(b, j.Keys[i]), ": "...)
			b = pretty(b, e, indent+1)
		}
		line(indent)
		return append(b, '}')
	}
	return j.Append(b)
}

// rows makes the JSON array that a set-returning function is read from.
func rows(n int, row func(i int) any) (string, error) {
	list := make([]any, n)
	for i := range list {
		list[i] = row(i)
	}
	var b strings.Builder
	e := json.NewEncoder(&b)
	e.SetEscapeHTML(false)
	if err := e.Encode(list); err != nil {
		return "", err
	}
	return strings.TrimSuffix(b.String(), "\n"), nil
}

// jsonKind is json or jsonb: how values are read and written.
type jsonKind struct {
	name  string
	parse func(string) (*jsonValue, error)
	out   func(*jsonValue) any
	text  func(*jsonValue) any
}

// accessFuncs adds what json and jsonb have in common.
func (k jsonKind) accessFuncs(r *registry) {
	n := k.name
	read := func(f func(*jsonValue) any) any {
		return f1(func(s string) (any, error) {
			j, err := k.parse(s)
			if err != nil {
				return nil, err
			}
			return f(j), nil
		})
	}
	field := func(out func(*jsonValue) any) any {
		return f2(func(s, key string) (any, error) {
			j, err := k.parse(s)
			if err != nil {
				return nil, err
			}
			return out(j.Get(key)), nil
		})
	}
	index := func(out func(*jsonValue) any) any {
		return f2(func(s string, i int64) (any, error) {
			j, err := k.parse(s)
			if err != nil {
				return nil, err
			}
			if k.name == "jsonb" && scalar(j) && (i == 0 || i == -1) {
				return out(j), nil // a scalar is stored as an array of one
			}
			return out(element(j, i)), nil
		})
	}
	path := func(out func(*jsonValue) any) any {
		return f2(func(s, path string) (any, error) {
			j, err := k.parse(s)
			if err != nil {
				return nil, err
			}
			p, err := textArray(path)
			if err != nil {
				return nil, err
			}
			return out(follow(j, p)), nil
		})
	}
	vpath := func(out func(*jsonValue) any) any {
		return variadic(func(args []any) (any, error) {
			s, err := to[string](args[0])
			if err != nil {
				return nil, err
			}
			j, err := k.parse(s)
			if err != nil {
				return nil, err
			}
			p := make([]*string, len(args)-1)
			for i, a := range args[1:] {
				e, err := to[string](a)
				if err != nil {
					return nil, err
				}
				p[i] = &e
			}
			return out(follow(j, p)), nil
		})
	}
	r.fn("pg_"+n+"_object_field", field(k.out), n+"_object_field("+n+",text)")
	r.fn("pg_"+n+"_object_field_text", field(k.text), n+"_object_field_text("+n+",text)")
	r.fn("pg_"+n+"_array_element", index(k.out), n+"_array_element("+n+",int4)")
	r.fn("pg_"+n+"_array_element_text", index(k.text), n+"_array_element_text("+n+",int4)")
	r.fn("pg_"+n+"_extract_path", path(k.out), n+"_extract_path("+n+",_text)")
	r.fn("pg_"+n+"_extract_path_text", path(k.text), n+"_extract_path_text("+n+",_text)")
	r.def("pg_"+n+"_vpath", vpath(k.out))
	r.def("pg_"+n+"_vpath_text", vpath(k.text))
	r.fn("pg_"+n+"_typeof", read(func(j *jsonValue) any { return jsonTypeof(j) }), n+"_typeof("+n+")")
	r.fn("pg_"+n+"_array_length", f1(func(s string) (int64, error) {
		j, err := k.parse(s)
		if err != nil {
			return 0, err
		}
		return arrayLength(j)
	}), n+"_array_length("+n+")")

	table := func(fn string, cols []TableColumn, f func(j *jsonValue) (string, error)) {
		name := "pg_" + n + "_" + fn
		r.def(name, f1(func(s string) (string, error) {
			j, err := k.parse(s)
			if err != nil {
				return "", err
			}
			return f(j)
		}))
		r.add(n+"_"+fn+"("+n+")", Impl{Name: name, Go: r.defs[name].Impl, Table: &Table{Columns: cols}})
	}
	elements := func(fn string, out func(*jsonValue) any) func(j *jsonValue) (string, error) {
		return func(j *jsonValue) (string, error) {
			switch {
			case n == "json" && j.Kind == pgvalue.JSONObject:
				return "", errf("22023", "cannot call %s on a non-array", fn)
			case n == "json" && j.Kind != pgvalue.JSONArray:
				return "", errf("22023", "cannot call %s on a scalar", fn)
			case j.Kind == pgvalue.JSONObject:
				return "", errf("22023", "cannot extract elements from an object")
			case j.Kind != pgvalue.JSONArray:
				return "", errf("22023", "cannot extract elements from a scalar")
			}
			return rows(len(j.Elems), func(i int) any { return out(j.Elems[i]) })
		}
	}
	table("array_elements", []TableColumn{{Name: "value", SQL: "$v"}}, elements(n+"_array_elements", k.out))
	table("array_elements_text", []TableColumn{{Name: "value", SQL: "$v"}}, elements(n+"_array_elements_text", k.text))
	each := func(fn string, out func(*jsonValue) any) func(j *jsonValue) (string, error) {
		return func(j *jsonValue) (string, error) {
			if j.Kind != pgvalue.JSONObject {
				if k.name == "json" {
					if j.Kind == pgvalue.JSONArray {
						return "", errf("22023", "cannot deconstruct an array as an object")
					}
					return "", errf("22023", "cannot deconstruct a scalar")
				}
				return "", errf("22023", "cannot call %s on a non-object", fn)
			}
			return rows(len(j.Elems), func(i int) any { return []any{j.Keys[i], out(j.Elems[i])} })
		}
	}
	pair := func(typ string) []TableColumn {
		return []TableColumn{{Name: "key", SQL: "($v ->> 0)", Type: "text"}, {Name: "value", SQL: "($v ->> 1)", Type: typ}}
	}
	table("each", pair(n), each(n+"_each", k.out))
	table("each_text", pair("text"), each(n+"_each_text", k.text))
	table("object_keys", []TableColumn{{SQL: "$v"}}, func(j *jsonValue) (string, error) {
		switch {
		case j.Kind == pgvalue.JSONArray:
			return "", errf("22023", "cannot call %s_object_keys on an array", n)
		case j.Kind != pgvalue.JSONObject:
			return "", errf("22023", "cannot call %s_object_keys on a scalar", n)
		}
		return rows(len(j.Keys), func(i int) any { return j.Keys[i] })
	})
}

// jsonFuncs adds the operators and functions of json and jsonb.
func jsonFuncs(r *registry) {
	plainJSON.accessFuncs(r)
	binaryJSON.accessFuncs(r)

	two := func(f func(a, b *jsonValue) (any, error)) any {
		return f2(func(a, b *jsonValue) (any, error) { return f(a, b) })
	}
	r.fn("pg_jsonb_contains", two(func(a, b *jsonValue) (any, error) { return contains(a, b), nil }), "jsonb_contains(jsonb,jsonb)")
	r.fn("pg_jsonb_contained", two(func(a, b *jsonValue) (any, error) { return contains(b, a), nil }), "jsonb_contained(jsonb,jsonb)")
	r.fn("pg_jsonb_concat", f2(concat), "jsonb_concat(jsonb,jsonb)")
	r.fn("pg_jsonb_exists", f2(ok2(exists)), "jsonb_exists(jsonb,text)")
	some := func(all bool) any {
		return f2(func(j *jsonValue, keys string) (bool, error) {
			k, err := textArray(keys)
			if err != nil {
				return false, err
			}
			for _, key := range k {
				if key != nil && exists(j, *key) != all {
					return !all, nil
				}
			}
			return all, nil
		})
	}
	r.fn("pg_jsonb_exists_any", some(false), "jsonb_exists_any(jsonb,_text)")
	r.fn("pg_jsonb_exists_all", some(true), "jsonb_exists_all(jsonb,_text)")
	r.fn("pg_jsonb_delete", f2(func(j *jsonValue, key string) (*jsonValue, error) { return deleteKeys(j, map[string]bool{key: true}) }), "jsonb_delete(jsonb,text)")
	r.fn("pg_jsonb_delete_idx", f2(deleteIndex), "jsonb_delete(jsonb,int4)")
	r.fn("pg_jsonb_delete_array", f2(func(j *jsonValue, keys string) (*jsonValue, error) {
		k, err := keyPath(keys)
		if err != nil {
			return nil, err
		}
		m := map[string]bool{}
		for _, key := range k {
			if key != nil {
				m[*key] = true
			}
		}
		return deleteKeys(j, m)
	}), "jsonb_delete(jsonb,_text)")
	r.fn("pg_jsonb_delete_path", f2(func(j *jsonValue, path string) (*jsonValue, error) {
		p, err := keyPath(path)
		if err != nil {
			return nil, err
		}
		return jsonbDeletePath(j, p)
	}), "jsonb_delete_path(jsonb,_text)")
	change := func(f func(*jsonValue, []*string, *jsonValue, bool) (*jsonValue, error)) any {
		return f4(func(j *jsonValue, path string, v *jsonValue, flag bool) (*jsonValue, error) {
			p, err := keyPath(path)
			if err != nil {
				return nil, err
			}
			return f(j, p, v, flag)
		})
	}
	r.fn("pg_jsonb_set", change(jsonbSet), "jsonb_set(jsonb,_text,jsonb,bool)")
	r.fn("pg_jsonb_insert", change(jsonbInsert), "jsonb_insert(jsonb,_text,jsonb,bool)")
	r.fn("pg_jsonb_set_lax", called(jsonbSetLax), "jsonb_set_lax(jsonb,_text,jsonb,bool,text)")
	r.fn("pg_jsonb_strip_nulls", f1(ok1(stripNulls)), "jsonb_strip_nulls(jsonb)")
	r.fn("pg_jsonb_pretty", f1(ok1(func(j *jsonValue) string { return string(pretty(nil, j, 0)) })), "jsonb_pretty(jsonb)")
	r.fn("pg_json_strip_nulls", f1(func(s string) (string, error) {
		j, err := pgvalue.ParseJSONTree(s)
		if err != nil {
			return "", err
		}
		return string(compact(nil, stripNulls(j))), nil
	}), "json_strip_nulls(json)")

	number := func(typ string, f func(j *jsonValue) (any, error)) any {
		return f1(func(j *jsonValue) (any, error) {
			j, err := castJSONB(j, pgvalue.JSONNumber, typ)
			if err != nil {
				return nil, err
			}
			return f(j)
		})
	}
	for size, t := range intRanges {
		r.fn("pg_int"+size+"_jsonb", number(t.name, func(j *jsonValue) (any, error) { return t.fromNumeric(j.JSONNumeric()) }), "int"+size+"(jsonb)")
	}
	r.fn("pg_numeric_jsonb", number("numeric", func(j *jsonValue) (any, error) { return j.Text, nil }), "numeric(jsonb)")
	r.fn("pg_float8_jsonb", number("double precision", func(j *jsonValue) (any, error) { return numericToFloat(j.JSONNumeric(), 64) }), "float8(jsonb)")
	r.fn("pg_float4_jsonb", number("real", func(j *jsonValue) (any, error) { return numericToFloat(j.JSONNumeric(), 32) }), "float4(jsonb)")
	r.fn("pg_bool_jsonb", f1(func(j *jsonValue) (bool, error) {
		j, err := castJSONB(j, pgvalue.JSONBool, "boolean")
		if err != nil {
			return false, err
		}
		return j.Bool, nil
	}), "bool(jsonb)")
}

// compact writes json without blanks between tokens, numbers as they came.
func compact(b []byte, j *jsonValue) []byte {
	switch j.Kind {
	case pgvalue.JSONArray:
		b = append(b, '[')
		for i, e := range j.Elems {
			if i > 0 {
				b = append(b, ',')
			}
			b = compact(b, e)
		}
		return append(b, ']')
	case pgvalue.JSONObject:
		b = append(b, '{')
		for i, e := range j.Elems {
			if i > 0 {
				b = append(b, ',')
			}
			b = append(pgvalue.AppendJSONString(b, j.Keys[i]), ':')
			b = compact(b, e)
		}
		return append(b, '}')
	}
	return j.Append(b)
}
