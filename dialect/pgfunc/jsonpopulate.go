package pgfunc

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// JSONPopulate fills a row, or one for every element of an array, from JSON:
// json_populate_record and its kin. It gives the value of the composite type or,
// of a set, a JSON array of them.
const JSONPopulate = "pg_json_populate" // (function name, zone, now, document, descriptor, base)

func jsonPopulateFuncs(r *registry) {
	r.def(JSONPopulate, called(jsonPopulate))
}

func jsonPopulate(args []any) (any, error) {
	fn, _ := args[0].(string)
	r := recordReader{fn: fn, binary: strings.HasPrefix(fn, "jsonb"), env: envOf(args[1], args[2])}
	set := strings.HasSuffix(fn, "set")
	t := typeFrom(args[4])
	base, some := args[5].(string)
	text, ok := args[3].(string)
	switch {
	case !ok && set:
		return "[]", nil
	case !ok && some:
		return base, nil
	case !ok:
		return nil, nil
	}
	defaults := make([]*string, len(t.Fields))
	if some {
		var err error
		if defaults, err = pgvalue.ParseRecord(base, len(t.Fields)); err != nil {
			return nil, err
		}
	}
	parse := pgvalue.ParseJSONTree
	if r.binary {
		parse = pgvalue.ParseJSONB
	}
	doc, err := parse(text)
	if err != nil {
		return nil, err
	}
	if !set {
		if doc.Kind != pgvalue.JSONObject {
			return nil, errf("22023", "cannot call populate_composite on %s", r.kind(doc))
		}
		return r.record(doc, t, defaults)
	}
	list, err := r.objects(doc)
	if err != nil {
		return nil, err
	}
	out := make([]string, len(list))
	for i, obj := range list {
		if out[i], err = r.record(obj, t, defaults); err != nil {
			return nil, err
		}
	}
	return rows(len(out), func(i int) any { return out[i] })
}

// record is a value of a composite type made of an object; what the object does
// not name has its default.
func (r *recordReader) record(obj *jsonValue, t *pgvalue.Type, defaults []*string) (string, error) {
	fields := make([]*string, len(t.Fields))
	for i, f := range t.Fields {
		v, found, err := r.named(obj, f.Name, f.Type, defaults[i])
		if err != nil {
			return "", err
		}
		if !found {
			fields[i] = defaults[i]
			continue
		}
		if v == nil {
			continue
		}
		s, err := pgvalue.FormatText(f.Type, v, pgvalue.UTC)
		if err != nil {
			return "", err
		}
		fields[i] = &s
	}
	return pgvalue.RecordText(fields), nil
}

// named is the value of the last key of a name in an object. was is what a row
// has there, from which a row within it takes what the object does not name.
func (r *recordReader) named(obj *jsonValue, name string, t *pgvalue.Type, was *string) (v any, found bool, err error) {
	for i := len(obj.Keys) - 1; i >= 0; i-- {
		if obj.Keys[i] != name {
			continue
		}
		if u := t.Underlying(); was != nil && u.Fields != nil && obj.Elems[i].Kind == pgvalue.JSONObject {
			defaults, err := pgvalue.ParseRecord(*was, len(u.Fields))
			if err != nil {
				return nil, true, err
			}
			v, err := r.record(obj.Elems[i], u, defaults)
			return v, true, err
		}
		v, err = r.value(obj.Elems[i], t, name)
		return v, true, err
	}
	return nil, false, nil
}
