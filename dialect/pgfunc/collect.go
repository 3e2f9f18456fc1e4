package pgfunc

import (
	"encoding/json"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgtype"
)

// eachJSON reads numbers from a JSON array of strings and integers made by
// json_group_array, passing over nulls.
func eachJSON(list string, f func(*numeric) error) error {
	var items []json.RawMessage
	if err := json.Unmarshal([]byte(list), &items); err != nil {
		return err
	}
	for _, raw := range items {
		s := string(raw)
		if s == "null" {
			continue
		}
		if s[0] == '"' {
			if err := json.Unmarshal(raw, &s); err != nil {
				return err
			}
		}
		d, err := pgvalue.ParseNumeric(s)
		if err != nil {
			return err
		}
		if err := f(d); err != nil {
			return err
		}
	}
	return nil
}

// keep copies a value out of SQLite's memory.
func keep(v any) any {
	if b, ok := v.([]byte); ok {
		if b == nil {
			return nil
		}
		return append([]byte{}, b...)
	}
	return v
}

// collectFuncs adds the aggregates that gather values into arrays and json.
func collectFuncs(r *registry) {
	r.aggDef("pg_array_agg", func() *aggregate {
		var elems []*string
		some := false
		return &aggregate{
			step: func(args []any) error {
				some = true
				v := values(args)[0]
				if v.v == nil {
					elems = append(elems, nil)
					return nil
				}
				s, err := v.text(pgvalue.UTC)
				elems = append(elems, &s)
				return err
			},
			done: func() (any, error) {
				if !some {
					return nil, nil
				}
				return pgvalue.NewArray(elems).String(), nil
			},
		}
	})
	r.poly("array_agg(anynonarray)", aggregated("pg_array_agg", false))

	r.aggDef("pg_json_agg", func() *aggregate {
		var b []byte
		return &aggregate{
			step: func(args []any) error {
				env := &pgvalue.Env{TimeZone: zoneOf(args[0])}
				v := values(args[1:])[0]
				if b == nil {
					b = append(b, '[')
				} else {
					b = append(b, ", "...)
					if v.v != nil && v.t.Underlying().Elem != nil {
						b = append(b, "\n "...)
					}
				}
				var err error
				b, err = jsonText(b, v, env)
				return err
			},
			done: func() (any, error) {
				if b == nil {
					return nil, nil
				}
				return string(b) + "]", nil
			},
		}
	})
	r.poly("json_agg(anyelement)", aggregated("pg_json_agg", true))

	r.aggDef("pg_jsonb_agg", func() *aggregate {
		var a *jsonValue
		return &aggregate{
			step: func(args []any) error {
				if a == nil {
					a = &jsonValue{Kind: pgvalue.JSONArray}
				}
				j, err := toJSONB(values(args[1:])[0], &pgvalue.Env{TimeZone: zoneOf(args[0])})
				a.Elems = append(a.Elems, j)
				return err
			},
			done: func() (any, error) { return jsonOut(a), nil },
		}
	})
	r.poly("jsonb_agg(anyelement)", aggregated("pg_jsonb_agg", true))

	r.aggDef("pg_json_object_agg", func() *aggregate {
		var b []byte
		return &aggregate{
			step: func(args []any) error {
				env := &pgvalue.Env{TimeZone: zoneOf(args[0])}
				kv := values(args[1:])
				if kv[0].v == nil {
					return errf("22023", "field name must not be null")
				}
				if b == nil {
					b = append(b, "{ "...)
				} else {
					b = append(b, ", "...)
				}
				var err error
				if b, err = jsonKeyText(b, kv[0], env); err != nil {
					return err
				}
				b = append(b, " : "...)
				b, err = jsonText(b, kv[1], env)
				return err
			},
			done: func() (any, error) {
				if b == nil {
					return nil, nil
				}
				return string(b) + " }", nil
			},
		}
	})
	r.poly("json_object_agg(any,any)", aggregated("pg_json_object_agg", true))

	r.aggDef("pg_jsonb_object_agg", func() *aggregate {
		var o *jsonValue
		return &aggregate{
			step: func(args []any) error {
				kv := values(args[1:])
				if kv[0].v == nil {
					return errf("22023", "field name must not be null")
				}
				if o == nil {
					o = &jsonValue{Kind: pgvalue.JSONObject}
				}
				return jsonbPut(o, kv[0], kv[1], &pgvalue.Env{TimeZone: zoneOf(args[0])})
			},
			done: func() (any, error) {
				if o == nil {
					return nil, nil
				}
				return o.Normalize().String(), nil
			},
		}
	})
	r.poly("jsonb_object_agg(any,any)", aggregated("pg_jsonb_object_agg", true))
}

// aggregated is typed for aggregates.
func aggregated(name string, tz bool) generic {
	return func(args []*pgvalue.Type) (Impl, bool) {
		for _, t := range args {
			if t.OID == pgtype.RecordOID {
				return Impl{}, false
			}
		}
		m, ok := typedCall(name, args, tz)
		m.Agg = true
		return m, ok
	}
}
