package pgfunc

import (
	"errors"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

type pathItem = pgvalue.PathItem

// pathValue is what a jsonpath works on: a JSON value, or a date or time made
// by .datetime(), for which j is nil.
type pathValue struct {
	j    *jsonValue
	time *pathTime
}

func (v pathValue) is(kind pgvalue.JSONKind) bool { return v.j != nil && v.j.Kind == kind }

func (v pathValue) container() bool {
	return v.is(pgvalue.JSONArray) || v.is(pgvalue.JSONObject)
}

// json is the value as it stands in a result.
func (v pathValue) json() *jsonValue {
	if v.time != nil {
		return &jsonValue{Kind: pgvalue.JSONString, Text: v.time.String()}
	}
	return v.j
}

func (v pathValue) typeName() string {
	if v.time != nil {
		return v.time.typeName()
	}
	return jsonTypeof(v.j)
}

func pathNumber(n *numeric) pathValue {
	return pathValue{j: &jsonValue{Kind: pgvalue.JSONNumber, Text: pgvalue.FormatNumeric(n)}}
}

// pathList gathers results; nil where only their existence matters.
type pathList struct{ items []pathValue }

func (l *pathList) add(v pathValue) {
	if l != nil {
		l.items = append(l.items, v)
	}
}

// truth is a three-valued boolean.
type truth int8

const (
	isFalse truth = iota
	isTrue
	isUnknown
)

func truthOf(b bool) truth {
	if b {
		return isTrue
	}
	return isFalse
}

// errPath is an error that is not thrown: the path fails, or a predicate is
// unknown.
var errPath = errors.New("jsonpath error")

// pathExec evaluates a jsonpath (JsonPathExecContext of jsonpath_exec.c).
type pathExec struct {
	env        *pathEnv
	lax        bool
	vars       *jsonValue
	root       pathValue
	current    pathValue
	base       pathBase
	lastID     int64
	arraySize  int64 // of the innermost array, for last; -1 outside
	ignoreFail bool  // structural errors count for nothing
	throw      bool
}

// pathEnv is what evaluation takes from the session.
type pathEnv struct {
	session *pgvalue.Env
	useTz   bool
	unicode bool // letters beyond ASCII are letters in regular expressions
}

func (x *pathExec) fail(code, format string, args ...any) error {
	if x.throw {
		return errf(code, format, args...)
	}
	return errPath
}

// run evaluates a path; found may be nil.
func (e *pathEnv) run(p *pgvalue.JSONPath, vars, doc *jsonValue, throw bool, found *pathList) (bool, error) {
	x := &pathExec{env: e, lax: !p.Strict, ignoreFail: !p.Strict, vars: vars, lastID: 1, arraySize: -1, throw: throw}
	if vars != nil {
		if vars.Kind != pgvalue.JSONObject {
			return false, detailed("22023", "\"vars\" argument is not an object", "Jsonpath parameters should be encoded as key-value pairs of \"vars\" object.", "")
		}
		x.lastID = 2
	}
	x.root = pathValue{j: doc}
	x.current = x.root
	if !x.lax && found == nil {
		// Strict mode needs the whole list, to see that nothing fails.
		all := &pathList{}
		_, err := x.item(p.Root, x.root, all)
		return len(all.items) > 0, err
	}
	return x.item(p.Root, x.root, found)
}

// item evaluates an item and what follows it. It reports whether anything was
// found.
func (x *pathExec) item(it *pathItem, v pathValue, found *pathList) (bool, error) {
	return x.itemUnwrap(it, v, found, x.lax)
}

// next goes on with what follows an item, or keeps the value.
func (x *pathExec) next(it *pathItem, v pathValue, found *pathList) (bool, error) {
	if it != nil && it.Next != nil {
		return x.item(it.Next, v, found)
	}
	found.add(v)
	return true, nil
}

// itemUnwrap is item; unwrap says that arrays stand for their elements where an
// item does not work on arrays.
func (x *pathExec) itemUnwrap(it *pathItem, v pathValue, found *pathList, unwrap bool) (bool, error) {
	if unwrap && v.is(pgvalue.JSONArray) {
		switch it.Op {
		case pgvalue.PathKey, pgvalue.PathAnyKey, pgvalue.PathFilter, pgvalue.PathDouble, pgvalue.PathDatetime, pgvalue.PathKeyValue,
			pgvalue.PathAbs, pgvalue.PathFloor, pgvalue.PathCeiling:
			return x.elements(it, v, found, false)
		}
	}
	switch it.Op {
	case pgvalue.PathAnd, pgvalue.PathOr, pgvalue.PathNot, pgvalue.PathIsUnknown, pgvalue.PathEqual, pgvalue.PathNotEqual, pgvalue.PathLess, pgvalue.PathGreater,
		pgvalue.PathLessOrEqual, pgvalue.PathGreaterOrEqual, pgvalue.PathExists, pgvalue.PathStartsWith, pgvalue.PathLikeRegex:
		st, err := x.predicate(it, v)
		if err != nil {
			return false, err
		}
		if it.Next == nil && found == nil {
			return true, nil
		}
		out := &jsonValue{Kind: pgvalue.JSONBool, Bool: st == isTrue}
		if st == isUnknown {
			out = &jsonValue{Kind: pgvalue.JSONNull}
		}
		return x.next(it, pathValue{j: out}, found)
	case pgvalue.PathKey:
		return x.key(it, v, found)
	case pgvalue.PathRoot:
		saved := x.base
		x.base = pathBase{root: x.root.j}
		ok, err := x.next(it, x.root, found)
		x.base = saved
		return ok, err
	case pgvalue.PathCurrent:
		return x.next(it, x.current, found)
	case pgvalue.PathAnyArray:
		switch {
		case v.is(pgvalue.JSONArray):
			return x.elements(it.Next, v, found, x.lax)
		case x.lax:
			return x.next(it, v, found)
		case !x.ignoreFail:
			return false, x.fail("22039", "jsonpath wildcard array accessor can only be applied to an array")
		}
		return false, nil
	case pgvalue.PathIndexArray:
		return x.index(it, v, found)
	case pgvalue.PathLast:
		if it.Next == nil && found == nil {
			return true, nil
		}
		return x.next(it, pathNumber(numInt(x.arraySize-1)), found)
	case pgvalue.PathAnyKey:
		switch {
		case v.is(pgvalue.JSONObject):
			return x.walk(it.Next, v, found, levels{1, 1, 1}, false, x.lax)
		case !x.ignoreFail:
			return false, x.fail("2203C", "jsonpath wildcard member accessor can only be applied to an object")
		}
		return false, nil
	case pgvalue.PathAdd, pgvalue.PathSub, pgvalue.PathMul, pgvalue.PathDiv, pgvalue.PathMod:
		return x.arithmetic(it, v, found)
	case pgvalue.PathPlus, pgvalue.PathMinus:
		return x.sign(it, v, found)
	case pgvalue.PathFilter:
		saved := x.current
		x.current = v
		st, err := x.predicate(it.Left, v)
		x.current = saved
		if err != nil || st != isTrue {
			return false, err
		}
		return x.next(it, v, found)
	case pgvalue.PathAny:
		return x.anyLevel(it, v, found)
	case pgvalue.PathNull, pgvalue.PathString, pgvalue.PathNumeric, pgvalue.PathBool, pgvalue.PathVariable:
		if it.Next == nil && found == nil && it.Op != pgvalue.PathVariable {
			return true, nil
		}
		saved := x.base
		c, err := x.constant(it)
		if err != nil {
			return false, err
		}
		ok, err := x.next(it, c, found)
		x.base = saved
		return ok, err
	}
	return x.method(it, v, found)
}

// constant is the value of a literal or variable.
func (x *pathExec) constant(it *pathItem) (pathValue, error) {
	switch it.Op {
	case pgvalue.PathString:
		return pathValue{j: &jsonValue{Kind: pgvalue.JSONString, Text: it.Text}}, nil
	case pgvalue.PathNumeric:
		return pathNumber(it.Num), nil
	case pgvalue.PathBool:
		return pathValue{j: &jsonValue{Kind: pgvalue.JSONBool, Bool: it.Bool}}, nil
	case pgvalue.PathVariable:
		if x.vars == nil {
			break
		}
		v := x.vars.Get(it.Text)
		if v == nil {
			return pathValue{}, errf("42704", "could not find jsonpath variable \"%s\"", it.Text)
		}
		x.base = pathBase{root: x.vars, id: 1}
		return pathValue{j: v}, nil
	}
	return pathValue{j: &jsonValue{Kind: pgvalue.JSONNull}}, nil
}

func (x *pathExec) key(it *pathItem, v pathValue, found *pathList) (bool, error) {
	if !v.is(pgvalue.JSONObject) {
		if x.ignoreFail {
			return false, nil
		}
		return false, x.fail("2203A", "jsonpath member accessor can only be applied to an object")
	}
	if e := v.j.Get(it.Text); e != nil {
		return x.next(it, pathValue{j: e}, found)
	}
	if x.ignoreFail {
		return false, nil
	}
	return false, x.fail("2203A", "JSON object does not contain key \"%s\"", it.Text)
}

// index is an array accessor with subscripts.
func (x *pathExec) index(it *pathItem, v pathValue, found *pathList) (ok bool, err error) {
	array := v.is(pgvalue.JSONArray)
	if !array && !x.lax {
		if x.ignoreFail {
			return false, nil
		}
		return false, x.fail("22039", "jsonpath array accessor can only be applied to an array")
	}
	elems := []*jsonValue{v.j}
	if array {
		elems = v.j.Elems
	}
	size := int64(len(elems))
	saved := x.arraySize
	x.arraySize = size
	defer func() { x.arraySize = saved }()
	for _, s := range it.Subs {
		from, err := x.subscript(s.From, v)
		if err != nil {
			return false, err
		}
		to := from
		if s.To != nil {
			if to, err = x.subscript(s.To, v); err != nil {
				return false, err
			}
		}
		if !x.ignoreFail && (from < 0 || from > to || to >= size) {
			return false, x.fail("22033", "jsonpath array subscript is out of bounds")
		}
		ok = false
		for i := max(from, 0); i <= min(to, size-1); i++ {
			e := v
			if array {
				e = pathValue{j: elems[i]}
			}
			if it.Next == nil && found == nil {
				return true, nil
			}
			if ok, err = x.next(it, e, found); err != nil {
				return false, err
			}
			if ok && found == nil {
				return true, nil
			}
		}
	}
	return ok, nil
}

// subscript evaluates one subscript.
func (x *pathExec) subscript(it *pathItem, v pathValue) (int64, error) {
	l := &pathList{}
	if _, err := x.item(it, v, l); err != nil {
		return 0, err
	}
	if len(l.items) != 1 || !l.items[0].is(pgvalue.JSONNumber) {
		return 0, x.fail("22033", "jsonpath array subscript is not a single numeric value")
	}
	n, err := numericTrunc(l.items[0].j.JSONNumeric(), 0)
	if err != nil {
		return 0, err
	}
	i, err := intRanges["4"].fromNumeric(n)
	if err != nil {
		return 0, x.fail("22033", "jsonpath array subscript is out of integer range")
	}
	return i, nil
}

// levels says which levels of a tree ** looks at.
type levels struct{ level, first, last uint32 }

// elements applies it to the elements of an array; with it nil, keeps them.
func (x *pathExec) elements(it *pathItem, v pathValue, found *pathList, unwrap bool) (bool, error) {
	return x.walk(it, v, found, levels{1, 1, 1}, false, unwrap)
}

// walk is executeAnyItem: it applies it to what a container holds.
func (x *pathExec) walk(it *pathItem, v pathValue, found *pathList, l levels, ignoreFail, unwrap bool) (ok bool, err error) {
	if l.level > l.last {
		return false, nil
	}
	for _, e := range v.j.Elems {
		e := pathValue{j: e}
		if l.level >= l.first || l.first == pgvalue.PathLastLevel && l.last == pgvalue.PathLastLevel && !e.container() {
			switch {
			case it != nil:
				saved := x.ignoreFail
				x.ignoreFail = saved || ignoreFail
				ok, err = x.itemUnwrap(it, e, found, unwrap)
				x.ignoreFail = saved
				if err != nil || ok && found == nil {
					return ok, err
				}
			case found == nil:
				return true, nil
			default:
				found.add(e)
			}
		}
		if l.level < l.last && e.container() {
			ok, err = x.walk(it, e, found, levels{l.level + 1, l.first, l.last}, ignoreFail, unwrap)
			if err != nil || ok && found == nil {
				return ok, err
			}
		}
	}
	return ok, nil
}

// anyLevel is **.
func (x *pathExec) anyLevel(it *pathItem, v pathValue, found *pathList) (ok bool, err error) {
	if it.First == 0 {
		saved := x.ignoreFail
		x.ignoreFail = true
		ok, err = x.next(it, v, found)
		x.ignoreFail = saved
		if ok && err == nil && found == nil {
			return true, nil
		}
	}
	if v.container() {
		return x.walk(it.Next, v, found, levels{1, it.First, it.Last}, true, x.lax)
	}
	return ok, err
}

// operand evaluates an operand into a list, arrays unwrapped in lax mode.
func (x *pathExec) operand(it *pathItem, v pathValue, unwrap bool) ([]pathValue, error) {
	l := &pathList{}
	if _, err := x.item(it, v, l); err != nil {
		return nil, err
	}
	if !unwrap || !x.lax {
		return l.items, nil
	}
	var out []pathValue
	for _, v := range l.items {
		if !v.is(pgvalue.JSONArray) {
			out = append(out, v)
			continue
		}
		for _, e := range v.j.Elems {
			out = append(out, pathValue{j: e})
		}
	}
	return out, nil
}

func (x *pathExec) arithmetic(it *pathItem, v pathValue, found *pathList) (bool, error) {
	l, err := x.operand(it.Left, v, true)
	if err != nil {
		return false, err
	}
	r, err := x.operand(it.Right, v, true)
	if err != nil {
		return false, err
	}
	if len(l) != 1 || !l[0].is(pgvalue.JSONNumber) {
		return false, x.fail("22038", "left operand of jsonpath operator %s is not a single numeric value", it.Op)
	}
	if len(r) != 1 || !r[0].is(pgvalue.JSONNumber) {
		return false, x.fail("22038", "right operand of jsonpath operator %s is not a single numeric value", it.Op)
	}
	f := map[pgvalue.PathOp]func(a, b *numeric) (*numeric, error){
		pgvalue.PathAdd: numericAdd, pgvalue.PathSub: numericSub, pgvalue.PathMul: numericMul, pgvalue.PathDiv: numericDiv, pgvalue.PathMod: numericMod,
	}[it.Op]
	n, err := f(l[0].j.JSONNumeric(), r[0].j.JSONNumeric())
	if err != nil {
		if !x.throw {
			err = errPath
		}
		return false, err
	}
	if it.Next == nil && found == nil {
		return true, nil
	}
	return x.next(it, pathNumber(n), found)
}

// sign is unary + and -.
func (x *pathExec) sign(it *pathItem, v pathValue, found *pathList) (ok bool, err error) {
	vals, err := x.operand(it.Left, v, true)
	if err != nil {
		return false, err
	}
	for _, e := range vals {
		if it.Next == nil && found == nil {
			if e.is(pgvalue.JSONNumber) {
				return true, nil
			}
			continue
		}
		if !e.is(pgvalue.JSONNumber) {
			return false, x.fail("2203B", "operand of unary jsonpath operator %s is not a numeric value", it.Op)
		}
		if it.Op == pgvalue.PathMinus {
			e = pathNumber(numericNeg(e.j.JSONNumeric()))
		}
		got, err := x.next(it, e, found)
		if err != nil {
			return false, err
		}
		if got {
			if found == nil {
				return true, nil
			}
			ok = true
		}
	}
	return ok, nil
}
