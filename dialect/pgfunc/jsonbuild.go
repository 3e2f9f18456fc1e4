package pgfunc

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgtype"
)

// jsonText writes a value as to_json does.
func jsonText(b []byte, v value, env *pgvalue.Env) ([]byte, error) {
	if v.v == nil {
		return append(b, "null"...), nil
	}
	t := v.t.Underlying()
	if t.Elem != nil {
		return jsonArrayText(b, t, v.v, ",", env)
	}
	if t.Labels == nil {
		switch t.OID {
		case pgtype.BoolOID:
			if v.v.(int64) != 0 {
				return append(b, "true"...), nil
			}
			return append(b, "false"...), nil
		case pgtype.Int2OID, pgtype.Int4OID, pgtype.Int8OID, pgtype.Float4OID, pgtype.Float8OID, pgtype.NumericOID:
			s, err := v.text(env)
			if err != nil {
				return nil, err
			}
			switch s {
			case "NaN", "Infinity", "-Infinity":
				return pgvalue.AppendJSONString(b, s), nil
			}
			return append(b, s...), nil
		case pgtype.DateOID, pgtype.TimestampOID, pgtype.TimestamptzOID:
			return pgvalue.AppendJSONString(b, xsdDate(t.OID, v.v.(int64), env)), nil
		case pgtype.JSONOID, pgtype.JSONBOID:
			return append(b, v.v.(string)...), nil
		}
	}
	s, err := v.text(env)
	if err != nil {
		return nil, err
	}
	return pgvalue.AppendJSONString(b, s), nil
}

// xsdDate is the ISO 8601 form with a T, which JSON uses.
func xsdDate(oid uint32, n int64, env *pgvalue.Env) string {
	t := pgvalue.Type{OID: oid, Typmod: -1}
	s, err := pgvalue.FormatText(&t, n, env)
	if err != nil || strings.HasSuffix(s, "infinity") || oid == pgtype.DateOID {
		return s
	}
	s = strings.Replace(s, " ", "T", 1)
	if oid == pgtype.TimestamptzOID {
		// The offset always has minutes.
		body, bc := strings.CutSuffix(s, " BC")
		if i := strings.LastIndexAny(body, "+-"); i >= 0 && !strings.Contains(body[i:], ":") {
			body += ":00"
		}
		s = body
		if bc {
			s += " BC"
		}
	}
	return s
}

// jsonArrayText writes an array; sep stands between the elements of the first
// dimension.
func jsonArrayText(b []byte, t *pgvalue.Type, v any, sep string, env *pgvalue.Env) ([]byte, error) {
	a, err := pgvalue.ParseArray(v.(string))
	if err != nil {
		return nil, err
	}
	if len(a.Elems) == 0 {
		return append(b, "[]"...), nil
	}
	at := 0
	var level func(d int) error
	level = func(d int) error {
		b = append(b, '[')
		for i := range a.Dims[d] {
			switch {
			case i > 0 && d == 0:
				b = append(b, sep...)
			case i > 0:
				b = append(b, ',')
			}
			if d+1 < len(a.Dims) {
				if err := level(d + 1); err != nil {
					return err
				}
				continue
			}
			e := value{t: t.Elem}
			if s := a.Elems[at]; s != nil {
				if e.v, err = pgvalue.ParseText(t.Elem, *s, pgvalue.UTC); err != nil {
					return err
				}
			}
			at++
			if b, err = jsonText(b, e, env); err != nil {
				return err
			}
		}
		b = append(b, ']')
		return nil
	}
	err = level(0)
	return b, err
}

// toJSONB makes the jsonb of a value, as to_jsonb does.
func toJSONB(v value, env *pgvalue.Env) (*pgvalue.JSON, error) {
	if v.v != nil && v.t.Underlying().OID == pgtype.JSONBOID && v.t.Underlying().Elem == nil {
		return pgvalue.ParseJSONB(v.v.(string))
	}
	b, err := jsonText(nil, v, env)
	if err != nil {
		return nil, err
	}
	return pgvalue.ParseJSONB(string(b))
}

func oddArguments(fn string) error {
	return detailed("22023", "argument list must have even number of elements", "",
		"The arguments of "+fn+" must consist of alternating keys and values.")
}

func jsonBuildObject(env *pgvalue.Env, args []value) (string, error) {
	if len(args)%2 != 0 {
		return "", oddArguments("json_build_object()")
	}
	b := []byte{'{'}
	for i := 0; i < len(args); i += 2 {
		if i > 0 {
			b = append(b, ", "...)
		}
		if args[i].v == nil {
			return "", detailed("22023", "argument "+itoa(i+1)+" cannot be null", "", "Object keys should be text.")
		}
		var err error
		if b, err = jsonKeyText(b, args[i], env); err != nil {
			return "", err
		}
		b = append(b, " : "...)
		if b, err = jsonText(b, args[i+1], env); err != nil {
			return "", err
		}
	}
	return string(append(b, '}')), nil
}

// jsonKeyText writes a key; only scalars can be keys.
func jsonKeyText(b []byte, v value, env *pgvalue.Env) ([]byte, error) {
	s, err := keyText(v, env)
	if err != nil {
		return nil, err
	}
	return pgvalue.AppendJSONString(b, s), nil
}

func keyText(v value, env *pgvalue.Env) (string, error) {
	t := v.t.Underlying()
	if t.Elem != nil || t.Labels == nil && (t.OID == pgtype.JSONOID || t.OID == pgtype.JSONBOID) {
		return "", errf("22023", "key value must be scalar, not array, composite, or json")
	}
	if t.Labels == nil {
		switch t.OID {
		case pgtype.BoolOID:
			if v.v.(int64) != 0 {
				return "true", nil
			}
			return "false", nil
		case pgtype.DateOID, pgtype.TimestampOID, pgtype.TimestamptzOID:
			return xsdDate(t.OID, v.v.(int64), env), nil
		}
	}
	return v.text(env)
}

func jsonBuildArray(env *pgvalue.Env, args []value) (string, error) {
	b := []byte{'['}
	for i, v := range args {
		if i > 0 {
			b = append(b, ", "...)
		}
		var err error
		if b, err = jsonText(b, v, env); err != nil {
			return "", err
		}
	}
	return string(append(b, ']')), nil
}

func jsonbBuildObject(env *pgvalue.Env, args []value) (string, error) {
	if len(args)%2 != 0 {
		return "", oddArguments("jsonb_build_object()")
	}
	o := &pgvalue.JSON{Kind: pgvalue.JSONObject}
	for i := 0; i < len(args); i += 2 {
		if args[i].v == nil {
			return "", errf("22023", "argument %d: key must not be null", i+1)
		}
		if err := jsonbPut(o, args[i], args[i+1], env); err != nil {
			return "", err
		}
	}
	return o.Normalize().String(), nil
}

func jsonbPut(o *pgvalue.JSON, k, v value, env *pgvalue.Env) error {
	key, err := keyText(k, env)
	if err != nil {
		return err
	}
	j, err := toJSONB(v, env)
	if err != nil {
		return err
	}
	o.Keys, o.Elems = append(o.Keys, key), append(o.Elems, j)
	return nil
}

func jsonbBuildArray(env *pgvalue.Env, args []value) (string, error) {
	a := &pgvalue.JSON{Kind: pgvalue.JSONArray}
	for _, v := range args {
		j, err := toJSONB(v, env)
		if err != nil {
			return "", err
		}
		a.Elems = append(a.Elems, j)
	}
	return a.String(), nil
}

// jsonObjectOf is json_object and jsonb_object over arrays of text.
func jsonPairs(keys, vals string, two bool) (k []string, v []*string, err error) {
	a, err := pgvalue.ParseArray(keys)
	if err != nil {
		return nil, nil, err
	}
	items := a.Elems
	if two {
		b, err := pgvalue.ParseArray(vals)
		if err != nil {
			return nil, nil, err
		}
		if len(a.Dims) > 1 || len(a.Dims) != len(b.Dims) {
			return nil, nil, errf("2202E", "wrong number of array subscripts")
		}
		if len(a.Elems) != len(b.Elems) {
			return nil, nil, errf("2202E", "mismatched array dimensions")
		}
		for i, key := range a.Elems {
			if key == nil {
				return nil, nil, errf("22004", "null value not allowed for object key")
			}
			k, v = append(k, *key), append(v, b.Elems[i])
		}
		return k, v, nil
	}
	switch len(a.Dims) {
	case 0, 1:
		if len(items)%2 != 0 {
			return nil, nil, errf("2202E", "array must have even number of elements")
		}
	case 2:
		if a.Dims[1] != 2 {
			return nil, nil, errf("2202E", "array must have two columns")
		}
	default:
		return nil, nil, errf("2202E", "wrong number of array subscripts")
	}
	for i := 0; i < len(items); i += 2 {
		if items[i] == nil {
			return nil, nil, errf("22004", "null value not allowed for object key")
		}
		k, v = append(k, *items[i]), append(v, items[i+1])
	}
	return k, v, nil
}

func jsonObjectText(keys, vals string, two bool) (string, error) {
	k, v, err := jsonPairs(keys, vals, two)
	if err != nil {
		return "", err
	}
	b := []byte{'{'}
	for i := range k {
		if i > 0 {
			b = append(b, ", "...)
		}
		b = append(pgvalue.AppendJSONString(b, k[i]), " : "...)
		if v[i] == nil {
			b = append(b, "null"...)
		} else {
			b = pgvalue.AppendJSONString(b, *v[i])
		}
	}
	return string(append(b, '}')), nil
}

func jsonbObjectText(keys, vals string, two bool) (string, error) {
	k, v, err := jsonPairs(keys, vals, two)
	if err != nil {
		return "", err
	}
	o := &pgvalue.JSON{Kind: pgvalue.JSONObject, Keys: k}
	for i := range k {
		e := &pgvalue.JSON{Kind: pgvalue.JSONNull}
		if v[i] != nil {
			e = &pgvalue.JSON{Kind: pgvalue.JSONString, Text: *v[i]}
		}
		o.Elems = append(o.Elems, e)
	}
	return o.Normalize().String(), nil
}

// jsonBuildFuncs adds the functions that make json and jsonb.
func jsonBuildFuncs(r *registry) {
	one := func(f func(b []byte, v value, env *pgvalue.Env) (string, error)) any {
		return typedZoned(func(env *pgvalue.Env, args []value) (any, error) {
			if args[0].v == nil {
				return nil, nil
			}
			return f(nil, args[0], env)
		})
	}
	r.def("pg_to_json", one(func(b []byte, v value, env *pgvalue.Env) (string, error) {
		b, err := jsonText(b, v, env)
		return string(b), err
	}))
	r.def("pg_to_jsonb", one(func(_ []byte, v value, env *pgvalue.Env) (string, error) {
		j, err := toJSONB(v, env)
		if err != nil {
			return "", err
		}
		return j.String(), nil
	}))
	r.def("pg_json_build_object", typedZoned(jsonBuildObject))
	r.def("pg_json_build_array", typedZoned(jsonBuildArray))
	r.def("pg_jsonb_build_object", typedZoned(jsonbBuildObject))
	r.def("pg_jsonb_build_array", typedZoned(jsonbBuildArray))
	r.poly("to_json(anyelement)", typed("pg_to_json", true))
	r.poly("to_jsonb(anyelement)", typed("pg_to_jsonb", true))
	r.poly("array_to_json(anyarray)", typed("pg_to_json", true))
	r.def("pg_array_to_json", typedZoned(func(env *pgvalue.Env, args []value) (any, error) {
		if args[0].v == nil || args[1].v == nil {
			return nil, nil
		}
		sep := ","
		if args[1].v.(int64) != 0 {
			sep = ",\n "
		}
		b, err := jsonArrayText(nil, args[0].t.Underlying(), args[0].v, sep, env)
		return string(b), err
	}))
	r.poly("array_to_json(anyarray,bool)", typed("pg_array_to_json", true))
	for _, f := range []string{"json_build_object", "json_build_array", "jsonb_build_object", "jsonb_build_array"} {
		r.poly(f+"(any)", typed("pg_"+f, true))
	}
	r.sql("'{}'", "json_build_object()", "jsonb_build_object()")
	r.sql("'[]'", "json_build_array()", "jsonb_build_array()")
	r.fn("pg_json_object", f1(func(a string) (string, error) { return jsonObjectText(a, "", false) }), "json_object(_text)")
	r.fn("pg_json_object2", f2(func(a, b string) (string, error) { return jsonObjectText(a, b, true) }), "json_object(_text,_text)")
	r.fn("pg_jsonb_object", f1(func(a string) (string, error) { return jsonbObjectText(a, "", false) }), "jsonb_object(_text)")
	r.fn("pg_jsonb_object2", f2(func(a, b string) (string, error) { return jsonbObjectText(a, b, true) }), "jsonb_object(_text,_text)")
}
