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
