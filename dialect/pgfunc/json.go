package pgfunc

import (
	"encoding/json"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

func itoa(n int) string { return strconv.Itoa(n) }

type jsonValue = pgvalue.JSON

// jsonOut gives a value as SQL sees it: nil for none.
func jsonOut(j *jsonValue) any {
	if j == nil {
		return nil
	}
	return j.String()
}

// jsonAsText is what ->> gives: strings unquoted, null as NULL.
func jsonAsText(j *jsonValue) any {
	switch {
	case j == nil || j.Kind == pgvalue.JSONNull:
		return nil
	case j.Kind == pgvalue.JSONString:
		return j.Text
	}
	return j.String()
}

// sourceOut is jsonOut for json, whose text is kept as it is.
func sourceOut(j *jsonValue) any {
	if j == nil {
		return nil
	}
	return j.Source
}

func sourceText(j *jsonValue) any {
	switch {
	case j == nil || j.Kind == pgvalue.JSONNull:
		return nil
	case j.Kind == pgvalue.JSONString:
		return j.Text
	}
	return j.Source
}

// element is -> with an index: negative ones count from the end.
func element(j *jsonValue, i int64) *jsonValue {
	if j.Kind != pgvalue.JSONArray {
		return nil
	}
	n := int64(len(j.Elems))
	if i < 0 {
		i += n
	}
	if i < 0 || i >= n {
		return nil
	}
	return j.Elems[i]
}

// pathIndex reads a path element as an array index, as strtoint does.
func pathIndex(s string) (int64, bool) {
	t := strings.TrimLeft(s, " \t\n\v\f\r")
	n, err := strconv.ParseInt(t, 10, 32)
	return n, err == nil && t != ""
}

// follow is #>: nil where the path leads nowhere.
func follow(j *jsonValue, path []*string) *jsonValue {
	for _, p := range path {
		if p == nil || j == nil {
			return nil
		}
		switch j.Kind {
		case pgvalue.JSONObject:
			j = j.Get(*p)
		case pgvalue.JSONArray:
			i, ok := pathIndex(*p)
			if !ok {
				return nil
			}
			j = element(j, i)
		default:
			return nil
		}
	}
	return j
}

// textArray reads a text[] argument.
func textArray(s string) ([]*string, error) {
	a, err := pgvalue.ParseArray(s)
	if err != nil {
		return nil, err
	}
	return a.Elems, nil
}

// keyPath reads a path for a change: one dimension at most.
func keyPath(s string) ([]*string, error) {
	a, err := pgvalue.ParseArray(s)
	if err != nil {
		return nil, err
	}
	if len(a.Dims) > 1 {
		return nil, errf("2202E", "wrong number of array subscripts")
	}
	return a.Elems, nil
}

// contains is @>.
func contains(a, b *jsonValue) bool {
	if b.Kind != pgvalue.JSONArray && b.Kind != pgvalue.JSONObject && a.Kind == pgvalue.JSONArray {
		// A top-level array contains a scalar that is one of its elements.
		for _, e := range a.Elems {
			if e.Kind == b.Kind && pgvalue.CompareJSONB(e, b) == 0 {
				return true
			}
		}
		return false
	}
	return deepContains(a, b)
}

func deepContains(a, b *jsonValue) bool {
	if a.Kind != b.Kind {
		return false
	}
	switch a.Kind {
	case pgvalue.JSONObject:
		for i, k := range b.Keys {
			v := a.Get(k)
			if v == nil || !deepContains(v, b.Elems[i]) {
				return false
			}
		}
		return true
	case pgvalue.JSONArray:
		for _, want := range b.Elems {
			found := false
			for _, e := range a.Elems {
				if deepContains(e, want) {
					found = true
					break
				}
			}
			if !found {
				return false
			}
		}
		return true
	}
	return pgvalue.CompareJSONB(a, b) == 0
}

// exists is ?: a key of an object, a string of an array, or the string itself.
func exists(j *jsonValue, key string) bool {
	switch j.Kind {
	case pgvalue.JSONObject:
		return j.Get(key) != nil
	case pgvalue.JSONArray:
		for _, e := range j.Elems {
			if e.Kind == pgvalue.JSONString && e.Text == key {
				return true
			}
		}
		return false
	}
	return j.Kind == pgvalue.JSONString && j.Text == key
}

func scalar(j *jsonValue) bool {
	return j.Kind != pgvalue.JSONArray && j.Kind != pgvalue.JSONObject
}

// concat is ||.
func concat(a, b *jsonValue) (*jsonValue, error) {
	switch {
	case a.Kind == pgvalue.JSONObject && b.Kind == pgvalue.JSONObject:
		o := &jsonValue{Kind: pgvalue.JSONObject}
		o.Keys = append(append(o.Keys, a.Keys...), b.Keys...)
		o.Elems = append(append(o.Elems, a.Elems...), b.Elems...)
		return o.Normalize(), nil
	case a.Kind == pgvalue.JSONArray && b.Kind == pgvalue.JSONArray:
		return &jsonValue{Kind: pgvalue.JSONArray, Elems: append(append([]*jsonValue(nil), a.Elems...), b.Elems...)}, nil
	case a.Kind == pgvalue.JSONArray:
		return &jsonValue{Kind: pgvalue.JSONArray, Elems: append(append([]*jsonValue(nil), a.Elems...), b)}, nil
	case b.Kind == pgvalue.JSONArray:
		return &jsonValue{Kind: pgvalue.JSONArray, Elems: append([]*jsonValue{a}, b.Elems...)}, nil
	}
	return &jsonValue{Kind: pgvalue.JSONArray, Elems: []*jsonValue{a, b}}, nil
}

func without(j *jsonValue, drop func(i int) bool) *jsonValue {
	o := &jsonValue{Kind: j.Kind}
	for i, e := range j.Elems {
		if drop(i) {
			continue
		}
		if j.Kind == pgvalue.JSONObject {
			o.Keys = append(o.Keys, j.Keys[i])
		}
		o.Elems = append(o.Elems, e)
	}
	return o
}

// deleteKeys is - with one key or several.
func deleteKeys(j *jsonValue, keys map[string]bool) (*jsonValue, error) {
	if scalar(j) {
		return nil, errf("22023", "cannot delete from scalar")
	}
	return without(j, func(i int) bool {
		if j.Kind == pgvalue.JSONObject {
			return keys[j.Keys[i]]
		}
		return j.Elems[i].Kind == pgvalue.JSONString && keys[j.Elems[i].Text]
	}), nil
}

func deleteIndex(j *jsonValue, n int64) (*jsonValue, error) {
	if scalar(j) {
		return nil, errf("22023", "cannot delete from scalar")
	}
	if j.Kind == pgvalue.JSONObject {
		return nil, errf("22023", "cannot delete from object using integer index")
	}
	if n < 0 {
		n += int64(len(j.Elems))
	}
	return without(j, func(i int) bool { return int64(i) == n }), nil
}

// pathOp says what to do at the end of a path (setPath of jsonfuncs.c).
type pathOp struct {
	value                                     *jsonValue
	create, insertBefore, insertAfter, delete bool
}

// set changes what a path leads to.
func (op *pathOp) set(j *jsonValue, path []*string, level int) (*jsonValue, error) {
	if level == len(path) {
		return j, nil
	}
	if path[level] == nil {
		return nil, errf("22004", "path element at position %d is null", level+1)
	}
	key := *path[level]
	last := level == len(path)-1
	switch j.Kind {
	case pgvalue.JSONObject:
		o := &jsonValue{Kind: pgvalue.JSONObject}
		found := false
		for i, k := range j.Keys {
			if k != key {
				o.Keys, o.Elems = append(o.Keys, k), append(o.Elems, j.Elems[i])
				continue
			}
			found = true
			switch {
			case !last:
				v, err := op.set(j.Elems[i], path, level+1)
				if err != nil {
					return nil, err
				}
				o.Keys, o.Elems = append(o.Keys, k), append(o.Elems, v)
			case op.insertBefore || op.insertAfter:
				return nil, detailed("22023", "cannot replace existing key", "", "Try using the function jsonb_set to replace key value.")
			case op.delete:
			default:
				o.Keys, o.Elems = append(o.Keys, k), append(o.Elems, op.value)
			}
		}
		if !found && last && !op.delete && (op.create || op.insertBefore || op.insertAfter) {
			o.Keys, o.Elems = append(o.Keys, key), append(o.Elems, op.value)
		}
		return o.Normalize(), nil
	case pgvalue.JSONArray:
		n, ok := pathIndex(key)
		if !ok {
			return nil, errf("22P02", "path element at position %d is not an integer: \"%s\"", level+1, key)
		}
		size := int64(len(j.Elems))
		beyond := false
		if n < 0 {
			if -n > size {
				n, beyond = -1, true
			} else {
				n += size
			}
		} else if n > size {
			n = size
		}
		a := &jsonValue{Kind: pgvalue.JSONArray}
		if last && !op.delete && (beyond && (op.create || op.insertBefore || op.insertAfter)) {
			a.Elems = append(append(a.Elems, op.value), j.Elems...)
			return a, nil
		}
		done := false
		for i, e := range j.Elems {
			if int64(i) != n {
				a.Elems = append(a.Elems, e)
				continue
			}
			done = true
			switch {
			case !last:
				v, err := op.set(e, path, level+1)
				if err != nil {
					return nil, err
				}
				a.Elems = append(a.Elems, v)
			case op.delete:
			case op.insertBefore:
				a.Elems = append(a.Elems, op.value, e)
			case op.insertAfter:
				a.Elems = append(a.Elems, e, op.value)
			default:
				a.Elems = append(a.Elems, op.value)
			}
		}
		if !done && last && !op.delete && (op.create || op.insertBefore || op.insertAfter) {
			a.Elems = append(a.Elems, op.value)
		}
		return a, nil
	}
	return j, nil // a scalar on the way stays as it is
}

func jsonbSet(target *jsonValue, path []*string, v *jsonValue, create bool) (*jsonValue, error) {
	if scalar(target) {
		return nil, errf("22023", "cannot set path in scalar")
	}
	if len(target.Elems) == 0 && !create {
		return target, nil
	}
	if len(path) == 0 {
		return target, nil
	}
	return (&pathOp{value: v, create: create}).set(target, path, 0)
}

func jsonbInsert(target *jsonValue, path []*string, v *jsonValue, after bool) (*jsonValue, error) {
	if scalar(target) {
		return nil, errf("22023", "cannot set path in scalar")
	}
	if len(path) == 0 {
		return target, nil
	}
	return (&pathOp{value: v, insertBefore: !after, insertAfter: after}).set(target, path, 0)
}

func jsonbDeletePath(target *jsonValue, path []*string) (*jsonValue, error) {
	if scalar(target) {
		return nil, errf("22023", "cannot delete path in scalar")
	}
	if len(target.Elems) == 0 || len(path) == 0 {
		return target, nil
	}
	return (&pathOp{delete: true}).set(target, path, 0)
}

func stripNulls(j *jsonValue) *jsonValue {
	if scalar(j) {
		return j
	}
	o := &jsonValue{Kind: j.Kind}
	for i, e := range j.Elems {
		if j.Kind == pgvalue.JSONObject {
			if e.Kind == pgvalue.JSONNull {
				continue
			}
			o.Keys = append(o.Keys, j.Keys[i])
		}
		o.Elems = append(o.Elems, stripNulls(e))
	}
	return o
}

func jsonTypeof(j *jsonValue) string {
	return [...]string{"null", "string", "number", "boolean", "array", "object"}[j.Kind]
}

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

// arrayLength is json_array_length.
func arrayLength(j *jsonValue) (int64, error) {
	switch {
	case j.Kind == pgvalue.JSONObject:
		return 0, errf("22023", "cannot get array length of a non-array")
	case j.Kind != pgvalue.JSONArray:
		return 0, errf("22023", "cannot get array length of a scalar")
	}
	return int64(len(j.Elems)), nil
}

// castJSONB gives the scalar of a jsonb for a cast to a type of that kind.
func castJSONB(j *jsonValue, kind pgvalue.JSONKind, typ string) (*jsonValue, error) {
	if j.Kind == kind {
		return j, nil
	}
	return nil, errf("22023", "cannot cast jsonb %s to type %s", [...]string{"null", "string", "numeric", "boolean", "array", "object"}[j.Kind], typ)
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

var (
	plainJSON  = jsonKind{"json", pgvalue.ParseJSONTree, sourceOut, sourceText}
	binaryJSON = jsonKind{"jsonb", pgvalue.ParseJSONB, jsonOut, jsonAsText}
)

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
	elements := func(out func(*jsonValue) any) func(j *jsonValue) (string, error) {
		return func(j *jsonValue) (string, error) {
			switch {
			case j.Kind == pgvalue.JSONObject:
				return "", errf("22023", "cannot extract elements from an object")
			case j.Kind != pgvalue.JSONArray:
				return "", errf("22023", "cannot extract elements from a scalar")
			}
			return rows(len(j.Elems), func(i int) any { return out(j.Elems[i]) })
		}
	}
	table("array_elements", []TableColumn{{Name: "value", SQL: "$v"}}, elements(k.out))
	table("array_elements_text", []TableColumn{{Name: "value", SQL: "$v"}}, elements(k.text))
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
