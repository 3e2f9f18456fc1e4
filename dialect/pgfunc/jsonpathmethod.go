package pgfunc

import (
	"math"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// method evaluates .type(), .size() and the like.
func (x *pathExec) method(it *pathItem, v pathValue, found *pathList) (bool, error) {
	switch it.Op {
	case pgvalue.PathType:
		return x.next(it, pathValue{j: &jsonValue{Kind: pgvalue.JSONString, Text: v.typeName()}}, found)
	case pgvalue.PathSize:
		size := int64(1)
		switch {
		case v.is(pgvalue.JSONArray):
			size = int64(len(v.j.Elems))
		case x.lax:
		case x.ignoreFail:
			return false, nil
		default:
			return false, x.fail("22039", "jsonpath item method .%s() can only be applied to an array", it.Op)
		}
		return x.next(it, pathNumber(numInt(size)), found)
	case pgvalue.PathDouble:
		return x.double(it, v, found)
	case pgvalue.PathDatetime:
		return x.datetime(it, v, found)
	case pgvalue.PathKeyValue:
		return x.keyValue(it, v, found)
	}
	if !v.is(pgvalue.JSONNumber) {
		return false, x.fail("22036", "jsonpath item method .%s() can only be applied to a numeric value", it.Op)
	}
	n := v.j.JSONNumeric()
	var err error
	switch it.Op {
	case pgvalue.PathAbs:
		n = numericAbs(n)
	case pgvalue.PathFloor:
		n, err = numericFloor(n)
	case pgvalue.PathCeiling:
		n, err = numericCeil(n)
	}
	if err != nil {
		return false, err
	}
	return x.next(it, pathNumber(n), found)
}

func (x *pathExec) double(it *pathItem, v pathValue, found *pathList) (bool, error) {
	if !v.is(pgvalue.JSONNumber) && !v.is(pgvalue.JSONString) {
		return false, x.fail("22036", "jsonpath item method .%s() can only be applied to a string or numeric value", it.Op)
	}
	parsed, err := pgvalue.ParseText(&float8Type, v.j.Text, nil)
	f := pgvalue.ToFloat(parsed)
	switch bad := err != nil || math.IsInf(f, 0) || math.IsNaN(f); {
	case bad && v.is(pgvalue.JSONNumber):
		return false, x.fail("22036", "numeric argument of jsonpath item method .%s() is out of range for type double precision", it.Op)
	case bad:
		return false, x.fail("22036", "string argument of jsonpath item method .%s() is not a valid representation of a double precision number", it.Op)
	case v.is(pgvalue.JSONString):
		v = pathNumber(floatToNumeric(f, 15, 64))
	}
	return x.next(it, v, found)
}

var float8Type, _ = pgvalue.TypeOf(nil, 701, -1)

// keyValue is .keyvalue(): an object {id, key, value} for every key.
func (x *pathExec) keyValue(it *pathItem, v pathValue, found *pathList) (ok bool, err error) {
	if !v.is(pgvalue.JSONObject) {
		return false, x.fail("2203C", "jsonpath item method .%s() can only be applied to an object", it.Op)
	}
	if len(v.j.Keys) == 0 {
		return false, nil
	}
	if it.Next == nil && found == nil {
		return true, nil
	}
	offset, known := x.base.offset(v.j)
	if !known {
		return false, errf("0A000", "the id of .keyvalue() of a value made within a jsonpath is not supported on the SQLite fallback")
	}
	id := pathNumber(numInt(offset + x.base.id*10_000_000_000)).j
	for i, k := range v.j.Keys {
		o := &jsonValue{Kind: pgvalue.JSONObject, Keys: []string{"id", "key", "value"},
			Elems: []*jsonValue{id, {Kind: pgvalue.JSONString, Text: k}, v.j.Elems[i]}}
		saved := x.base
		x.base = pathBase{root: o, id: x.lastID}
		x.lastID++
		ok, err = x.next(it, pathValue{j: o}, found)
		x.base = saved
		if err != nil || ok && found == nil {
			return ok, err
		}
	}
	return true, nil
}

// pathBase is the document that ids of objects count from.
type pathBase struct {
	root *jsonValue
	id   int64
}

// offset is where an object lies in the binary form of its document, which is
// its id.
func (b pathBase) offset(j *jsonValue) (int64, bool) {
	if b.root == nil {
		return 0, false
	}
	var at int64
	found := false
	jsonbSize(b.root, 0, func(x *jsonValue, offset int64) {
		if x == j && !found {
			at, found = offset, true
		}
	})
	return at, found
}

// jsonbSize walks through jsonb's binary form (convertToJsonb): seen is told
// where each container lies. It returns where j ends if it begins at from.
func jsonbSize(j *jsonValue, from int64, seen func(*jsonValue, int64)) int64 {
	pad := func(n int64) int64 { return (n + 3) &^ 3 }
	switch j.Kind {
	case pgvalue.JSONString:
		return from + int64(len(j.Text))
	case pgvalue.JSONNumber:
		return pad(from) + numericSize(j.JSONNumeric())
	case pgvalue.JSONArray, pgvalue.JSONObject:
		at := pad(from)
		seen(j, at)
		at += 4 + 4*int64(len(j.Elems)+len(j.Keys))
		for _, k := range j.Keys {
			at += int64(len(k))
		}
		for _, e := range j.Elems {
			at = jsonbSize(e, at, seen)
		}
		return at
	}
	return from
}

// numericSize is the size of a numeric's binary form.
func numericSize(n *numeric) int64 {
	weight, digits := numericDigits(n)
	head := int64(8)
	if dscale(n) <= 63 && weight <= 63 && weight >= -64 {
		head = 6
	}
	return head + 2*int64(digits)
}

// numericDigits counts the digits to base 10000 that a numeric stores, zeros
// at both ends left out, and gives the weight of the first.
func numericDigits(n *numeric) (weight, digits int) {
	if n.IsZero() {
		return 0, 0
	}
	s := n.Coeff.String()
	// The exponents of the first and the last decimal digit that is not 0.
	first := int(n.Exponent) + len(s) - 1
	last := int(n.Exponent)
	for i := len(s) - 1; s[i] == '0'; i-- {
		last++
	}
	weight = floorDiv(first, 4)
	return weight, weight - floorDiv(last, 4) + 1
}
