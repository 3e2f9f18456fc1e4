package pgfunc

import (
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

func jsonTypeof(j *jsonValue) string {
	return [...]string{"null", "string", "number", "boolean", "array", "object"}[j.Kind]
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

var (
	plainJSON  = jsonKind{"json", pgvalue.ParseJSONTree, sourceOut, sourceText}
	binaryJSON = jsonKind{"jsonb", pgvalue.ParseJSONB, jsonOut, jsonAsText}
)
