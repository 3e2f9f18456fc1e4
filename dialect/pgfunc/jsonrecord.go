package pgfunc

import (
	"math"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// JSONRecord reads rows from JSON: the functions of PostgreSQL that take a
// column definition list (json_to_record and its kin). It gives a JSON array of
// arrays, floats as their bits and bytea in hexadecimal.
const JSONRecord = "pg_json_record" // (function name, zone, now, document, name, descriptor, typmod, …)

func jsonRecordFuncs(r *registry) {
	r.def(JSONRecord, called(jsonRecord))
}

// recordColumn is a column of the definition list.
type recordColumn struct {
	name string
	typ  *pgvalue.Type
}

func jsonRecord(args []any) (string, error) {
	fn, _ := args[0].(string)
	r := recordReader{fn: fn, binary: strings.HasPrefix(fn, "jsonb"), env: envOf(args[1], args[2])}
	set := strings.HasSuffix(fn, "set")
	var cols []recordColumn
	for i := 4; i+2 < len(args); i += 3 {
		name, _ := args[i].(string)
		t := *typeFrom(args[i+1])
		mod, _ := args[i+2].(int64)
		t.Typmod = int32(mod)
		cols = append(cols, recordColumn{name, &t})
	}
	text, ok := args[3].(string)
	switch {
	case !ok && set:
		return "[]", nil
	case !ok:
		return rows(1, func(int) any { return make([]any, len(cols)) })
	}
	parse := pgvalue.ParseJSONTree
	if r.binary {
		parse = pgvalue.ParseJSONB
	}
	doc, err := parse(text)
	if err != nil {
		return "", err
	}
	list := []*jsonValue{doc}
	if set {
		if list, err = r.objects(doc); err != nil {
			return "", err
		}
	} else if doc.Kind != pgvalue.JSONObject {
		return "", errf("22023", "cannot call populate_composite on %s", r.kind(doc))
	}
	out := make([]any, len(list))
	for i, obj := range list {
		row := make([]any, len(cols))
		for j, c := range cols {
			if row[j], err = r.field(obj, c); err != nil {
				return "", err
			}
		}
		out[i] = row
	}
	return rows(len(out), func(i int) any { return out[i] })
}

type recordReader struct {
	fn     string
	binary bool
	env    *pgvalue.Env
}

func (r *recordReader) kind(j *jsonValue) string {
	if j.Kind == pgvalue.JSONArray {
		return "an array"
	}
	return "a scalar"
}

// objects are the elements of an array of objects.
func (r *recordReader) objects(doc *jsonValue) ([]*jsonValue, error) {
	switch {
	case doc.Kind == pgvalue.JSONArray:
	case r.binary:
		return nil, errf("22023", "cannot call %s on a non-array", r.fn)
	case doc.Kind == pgvalue.JSONObject:
		return nil, errf("22023", "cannot call %s on an object", r.fn)
	default:
		return nil, errf("22023", "cannot call %s on a scalar", r.fn)
	}
	for _, e := range doc.Elems {
		if e.Kind != pgvalue.JSONObject {
			return nil, errf("22023", "argument of %s must be an array of objects", r.fn)
		}
	}
	return doc.Elems, nil
}

// field is the value of a column, the last of its name as PostgreSQL has it.
func (r *recordReader) field(obj *jsonValue, c recordColumn) (any, error) {
	v, _, err := r.named(obj, c.name, c.typ, nil)
	return wireValue(v), err
}

// wireValue is a native value as the emitter reads it from JSON.
func wireValue(v any) any {
	switch v := v.(type) {
	case float64:
		return int64(math.Float64bits(v))
	case []byte:
		return formatHex(v)
	}
	return v
}

// value converts one JSON value to a type (populate_record_field).
func (r *recordReader) value(j *jsonValue, t *pgvalue.Type, name string) (any, error) {
	if j.Kind == pgvalue.JSONNull {
		return nil, nil
	}
	u := t.Underlying()
	if u.Elem != nil && j.Kind != pgvalue.JSONString {
		if j.Kind != pgvalue.JSONArray {
			return nil, detailed("22P02", "expected JSON array", "", "See the value of key \""+name+"\".")
		}
		return r.array(j, u, name)
	}
	if u.Fields != nil && j.Kind != pgvalue.JSONString {
		if j.Kind != pgvalue.JSONObject {
			return nil, errf("22023", "cannot call populate_composite on %s", r.kind(j))
		}
		return r.record(j, u, make([]*string, len(u.Fields)))
	}
	switch u.OID {
	case 114, 3802:
		return pgvalue.ParseText(t, r.source(j), r.env)
	}
	v, err := pgvalue.ParseText(t, r.text(j), r.env)
	if f, ok := v.(string); ok && (u.OID == 700 || u.OID == 701) {
		v = pgvalue.ToFloat(f)
	}
	return v, err
}

// source is a JSON value's own text.
func (r *recordReader) source(j *jsonValue) string {
	if r.binary {
		return j.String()
	}
	return j.Source
}

// text is a JSON value as text: a string's content, everything else's source.
func (r *recordReader) text(j *jsonValue) string {
	if j.Kind == pgvalue.JSONString {
		return j.Text
	}
	return r.source(j)
}

// array makes an array of a JSON array, whose own arrays are its dimensions.
func (r *recordReader) array(j *jsonValue, t *pgvalue.Type, name string) (any, error) {
	a := &array{}
	dims := []int{}
	for x := j; x.Kind == pgvalue.JSONArray; x = x.Elems[0] {
		dims = append(dims, len(x.Elems))
		if len(x.Elems) == 0 {
			break
		}
	}
	var walk func(x *jsonValue, depth int) error
	walk = func(x *jsonValue, depth int) error {
		if depth == len(dims) {
			if x.Kind == pgvalue.JSONArray {
				return detailed("22P02", "malformed JSON array", "Multidimensional arrays must have sub-arrays with matching dimensions.", "")
			}
			v, err := r.value(x, t.Elem, name)
			if err != nil {
				return err
			}
			s, err := elemText(t.Elem, v)
			a.Elems = append(a.Elems, s)
			return err
		}
		if x.Kind != pgvalue.JSONArray {
			return detailed("22P02", "expected JSON array", "", "See the array element of key \""+name+"\".")
		}
		if len(x.Elems) != dims[depth] {
			return detailed("22P02", "malformed JSON array", "Multidimensional arrays must have sub-arrays with matching dimensions.", "")
		}
		for _, e := range x.Elems {
			if err := walk(e, depth+1); err != nil {
				return err
			}
		}
		return nil
	}
	if err := walk(j, 0); err != nil {
		return nil, err
	}
	if len(a.Elems) == 0 {
		return "{}", nil
	}
	a.Dims = dims
	for range dims {
		a.Lower = append(a.Lower, 1)
	}
	return a.String(), nil
}
