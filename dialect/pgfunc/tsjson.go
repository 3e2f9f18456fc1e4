package pgfunc

import (
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// jsonParts are the parts of a JSON value that become words.
type jsonParts struct{ strings, numbers, booleans, keys bool }

// readJSONParts reads the filter of json_to_tsvector.
func readJSONParts(filter *jsonValue) (p jsonParts, err error) {
	const hint = `Possible values are: "string", "numeric", "boolean", "key", and "all".`
	list := []*jsonValue{filter}
	switch filter.Kind {
	case pgvalue.JSONObject:
		return p, errf("22023", "wrong flag type, only arrays and scalars are allowed")
	case pgvalue.JSONArray:
		list = filter.Elems
	}
	for _, e := range list {
		if e.Kind == pgvalue.JSONArray || e.Kind == pgvalue.JSONObject {
			return p, errf("XX000", "unexpected end of flag array")
		}
		if e.Kind != pgvalue.JSONString {
			err := pgvalue.Errorf("22023", "flag array element is not a string")
			err.Hint = hint
			return p, err
		}
		switch lowerC(e.Text) {
		case "all":
			p = jsonParts{true, true, true, true}
		case "string":
			p.strings = true
		case "numeric":
			p.numbers = true
		case "boolean":
			p.booleans = true
		case "key":
			p.keys = true
		default:
			err := pgvalue.Errorf("22023", "wrong flag in flag array: \"%s\"", e.Text)
			err.Hint = hint
			return p, err
		}
	}
	return p, nil
}

// each visits the texts of the parts of a value, in order.
func (p jsonParts) each(k jsonKind, j *jsonValue, visit func(string) error) error {
	switch j.Kind {
	case pgvalue.JSONArray, pgvalue.JSONObject:
		for i, e := range j.Elems {
			if j.Kind == pgvalue.JSONObject && p.keys {
				if err := visit(j.Keys[i]); err != nil {
					return err
				}
			}
			if err := p.each(k, e, visit); err != nil {
				return err
			}
		}
	case pgvalue.JSONString, pgvalue.JSONNumber, pgvalue.JSONBool:
		if map[pgvalue.JSONKind]bool{pgvalue.JSONString: p.strings, pgvalue.JSONNumber: p.numbers, pgvalue.JSONBool: p.booleans}[j.Kind] {
			return visit(k.text(j).(string))
		}
	}
	return nil
}

// jsonVector is to_tsvector of a JSON value: a place is left free between two of
// its texts.
func jsonVector(ctype, config string, k jsonKind, j *jsonValue, parts jsonParts) (string, error) {
	d := &document{}
	err := parts.each(k, j, func(s string) error {
		before := len(d.words)
		if err := d.add(ctype, config, s); err != nil {
			return err
		}
		if len(d.words) > before {
			d.last++
		}
		return nil
	})
	if err != nil {
		return "", err
	}
	return pgvalue.NewTSVector(d.words).String(), nil
}

func jsonVectorFuncs(r *registry) {
	for _, k := range []jsonKind{plainJSON, binaryJSON} {
		vector := func(ctype, config, s, filter string) (string, error) {
			c, err := pgvalue.TextSearchConfig(config)
			if err != nil {
				return "", err
			}
			j, err := k.parse(s)
			if err != nil {
				return "", err
			}
			parts := jsonParts{strings: true}
			if filter != "" {
				f, err := pgvalue.ParseJSONB(filter)
				if err != nil {
					return "", err
				}
				if parts, err = readJSONParts(f); err != nil {
					return "", err
				}
			}
			return jsonVector(ctype, c, k, j, parts)
		}
		all := f3(func(ctype, config, s string) (string, error) { return vector(ctype, config, s, "") })
		name := "pg_" + k.name + "_tsvector"
		r.withEnv(envCType, name, all, "to_tsvector(regconfig,"+k.name+")")
		r.add("to_tsvector("+k.name+")", Impl{Name: name, Go: all, Env: envConfig})
		filtered := f4(vector)
		r.withEnv(envCType, name+"_filtered", filtered, k.name+"_to_tsvector(regconfig,"+k.name+",jsonb)")
		r.add(k.name+"_to_tsvector("+k.name+",jsonb)", Impl{Name: name + "_filtered", Go: filtered, Env: envConfig})
	}
}
