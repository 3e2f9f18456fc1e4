package pgfunc

import (
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

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
	// fill makes what is missing on the way, as assignment to a subscript does:
	// elements in between are null, and nothing is put before the first.
	fill bool
}

func (op *pathOp) adds() bool { return op.create || op.insertBefore || op.insertAfter }

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
	if op.fill && scalar(j) {
		return nil, detailed("22023", "cannot replace existing key", "The path assumes key is a composite object, but it is a scalar value.", "")
	}
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
		if !found && last && !op.delete && op.adds() {
			o.Keys, o.Elems = append(o.Keys, key), append(o.Elems, op.value)
		}
		if !found && !last && op.fill {
			inner, err := op.chain(path[level+1:])
			if err != nil {
				return nil, err
			}
			o.Keys, o.Elems = append(o.Keys, key), append(o.Elems, inner)
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
				if op.fill {
					return nil, errf("22023", "path element at position %d is out of range: %d", level+1, n)
				}
				n, beyond = -1, true
			} else {
				n += size
			}
		} else if n > size && !op.fill {
			n = size
		}
		a := &jsonValue{Kind: pgvalue.JSONArray}
		if last && !op.delete && beyond && op.adds() {
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
		if done || !(last && !op.delete && op.adds()) && !(!last && op.fill) {
			return a, nil
		}
		added := op.value
		var err error
		if !last {
			if added, err = op.chain(path[level+1:]); err != nil {
				return nil, err
			}
		}
		if a.Elems, err = nulls(a.Elems, n-size); err != nil {
			return nil, err
		}
		a.Elems = append(a.Elems, added)
		return a, nil
	}
	return j, nil // a scalar on the way stays as it is
}

// nulls appends n nulls.
func nulls(elems []*jsonValue, n int64) ([]*jsonValue, error) {
	if n > maxGrowth {
		return nil, errf("0A000", "an assignment that adds more than %d elements to an array is not supported on the SQLite fallback", maxGrowth)
	}
	for range n {
		elems = append(elems, &jsonValue{Kind: pgvalue.JSONNull})
	}
	return elems, nil
}

// chain is the value within new containers for the rest of a path (push_path).
func (op *pathOp) chain(path []*string) (*jsonValue, error) {
	if len(path) == 0 {
		return op.value, nil
	}
	inner, err := op.chain(path[1:])
	if err != nil {
		return nil, err
	}
	if n, ok := pathIndex(*path[0]); ok {
		elems, err := nulls(nil, n)
		return &jsonValue{Kind: pgvalue.JSONArray, Elems: append(elems, inner)}, err
	}
	return &jsonValue{Kind: pgvalue.JSONObject, Keys: []string{*path[0]}, Elems: []*jsonValue{inner}}, nil
}

// jsonbAssign is an assignment to a subscript: the arguments are the document,
// the new value, whether the first subscript is an integer, and the subscripts.
func jsonbAssign(args []any) (*jsonValue, error) {
	doc := &jsonValue{Kind: pgvalue.JSONObject}
	if args[2].(int64) != 0 {
		doc.Kind = pgvalue.JSONArray
	}
	v := &jsonValue{Kind: pgvalue.JSONNull}
	var err error
	if args[0] != nil {
		if doc, err = to[*jsonValue](args[0]); err != nil {
			return nil, err
		}
	}
	if args[1] != nil {
		if v, err = to[*jsonValue](args[1]); err != nil {
			return nil, err
		}
	}
	var path []*string
	for _, a := range args[3:] {
		if a == nil {
			return nil, errf("22004", "jsonb subscript in assignment must not be null")
		}
		s := a.(string)
		path = append(path, &s)
	}
	return (&pathOp{value: v, create: true, fill: true}).set(doc, path, 0)
}

// jsonbSetLax is jsonb_set_lax: a new value of NULL is treated as its last
// argument says.
func jsonbSetLax(args []any) (any, error) {
	if args[0] == nil || args[1] == nil || args[3] == nil {
		return nil, nil
	}
	treatment, _ := args[4].(string)
	bad := errf("22023", "null_value_treatment must be \"delete_key\", \"return_target\", \"use_json_null\", or \"raise_exception\"")
	if args[4] == nil {
		return nil, bad
	}
	target, err := to[*jsonValue](args[0])
	if err != nil {
		return nil, err
	}
	if args[2] == nil && treatment == "return_target" {
		return target, nil // whatever the path
	}
	create := args[3].(int64) != 0
	set := func(v *jsonValue) (any, error) {
		path, err := keyPath(args[1].(string))
		if err != nil {
			return nil, err
		}
		return jsonbSet(target, path, v, create)
	}
	if args[2] != nil {
		v, err := to[*jsonValue](args[2])
		if err != nil {
			return nil, err
		}
		return set(v)
	}
	switch treatment {
	case "raise_exception":
		return nil, detailed("22004", "JSON value must not be null", "Exception was raised because null_value_treatment is \"raise_exception\".",
			"To avoid, either change the null_value_treatment argument or ensure that an SQL NULL is not passed.")
	case "use_json_null":
		return set(&jsonValue{Kind: pgvalue.JSONNull})
	case "delete_key":
		path, err := keyPath(args[1].(string))
		if err != nil {
			return nil, err
		}
		return jsonbDeletePath(target, path)
	}
	return nil, bad
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
