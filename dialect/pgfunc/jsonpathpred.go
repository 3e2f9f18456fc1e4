package pgfunc

import (
	"cmp"
	"strings"
	"sync"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// predicate evaluates a boolean item (executeBoolItem).
func (x *pathExec) predicate(it *pathItem, v pathValue) (truth, error) {
	switch it.Op {
	case pgvalue.PathAnd, pgvalue.PathOr:
		decided, neutral := isFalse, isTrue
		if it.Op == pgvalue.PathOr {
			decided, neutral = isTrue, isFalse
		}
		l, err := x.predicate(it.Left, v)
		if err != nil || l == decided {
			return l, err
		}
		r, err := x.predicate(it.Right, v)
		if err != nil || r != neutral {
			return r, err
		}
		return l, nil
	case pgvalue.PathNot:
		st, err := x.predicate(it.Left, v)
		if err != nil || st == isUnknown {
			return st, err
		}
		return truthOf(st == isFalse), nil
	case pgvalue.PathIsUnknown:
		st, err := x.predicate(it.Left, v)
		return truthOf(st == isUnknown), err
	case pgvalue.PathExists:
		return x.exists(it.Left, v)
	case pgvalue.PathStartsWith:
		return x.pairs(it, v, false, func(l, r pathValue) (truth, error) { return startsWith(l, r), nil })
	case pgvalue.PathLikeRegex:
		return x.pairs(it, v, false, func(l, _ pathValue) (truth, error) { return x.likeRegex(it, l) })
	}
	return x.pairs(it, v, true, func(l, r pathValue) (truth, error) { return x.compare(it.Op, l, r) })
}

// quietly evaluates without throwing.
func (x *pathExec) quietly(f func() error) (failed bool, err error) {
	saved := x.throw
	x.throw = false
	err = f()
	x.throw = saved
	if err == errPath {
		return true, nil
	}
	return false, err
}

func (x *pathExec) exists(it *pathItem, v pathValue) (truth, error) {
	var ok bool
	failed, err := x.quietly(func() (err error) {
		if x.lax {
			ok, err = x.item(it, v, nil)
			return err
		}
		all := &pathList{}
		_, err = x.item(it, v, all)
		ok = len(all.items) > 0
		return err
	})
	if failed {
		return isUnknown, nil
	}
	return truthOf(ok), err
}

// pairs applies a test to every pair of the operands' values (executePredicate).
func (x *pathExec) pairs(it *pathItem, v pathValue, unwrapRight bool, test func(l, r pathValue) (truth, error)) (truth, error) {
	var ls []pathValue
	rs := []pathValue{{}}
	failed, err := x.quietly(func() (err error) {
		if ls, err = x.operand(it.Left, v, true); err != nil || it.Right == nil {
			return err
		}
		rs, err = x.operand(it.Right, v, unwrapRight)
		return err
	})
	if failed {
		return isUnknown, nil
	}
	if err != nil {
		return isUnknown, err
	}
	unknown, found := false, false
	for _, l := range ls {
		for _, r := range rs {
			st, err := test(l, r)
			switch {
			case err != nil:
				return isUnknown, err
			case st == isUnknown && !x.lax:
				return isUnknown, nil
			case st == isTrue && x.lax:
				return isTrue, nil
			}
			unknown = unknown || st == isUnknown
			found = found || st == isTrue
		}
	}
	switch {
	case found:
		return isTrue, nil
	case unknown:
		return isUnknown, nil
	}
	return isFalse, nil
}

func (x *pathExec) likeRegex(it *pathItem, v pathValue) (truth, error) {
	if !v.is(pgvalue.JSONString) {
		return isUnknown, nil
	}
	ok, err := regexMatch(v.j.Text, it.Text, pathRegexFlags(it.Flags), x.env.unicode)
	return truthOf(ok), err
}

// compare is compareItems.
func (x *pathExec) compare(op pgvalue.PathOp, l, r pathValue) (truth, error) {
	c := 0
	switch {
	case l.container() || r.container():
		if l.is(pgvalue.JSONNull) || r.is(pgvalue.JSONNull) {
			return truthOf(op == pgvalue.PathNotEqual), nil
		}
		return isUnknown, nil
	case l.time != nil && r.time != nil:
		var comparable bool
		var err error
		if c, comparable, err = x.env.compareTimes(l.time, r.time); err != nil || !comparable {
			return isUnknown, err
		}
	case l.time != nil || r.time != nil || l.j.Kind != r.j.Kind:
		if l.is(pgvalue.JSONNull) || r.is(pgvalue.JSONNull) {
			return truthOf(op == pgvalue.PathNotEqual), nil
		}
		return isUnknown, nil
	case l.j.Kind == pgvalue.JSONString:
		c = strings.Compare(l.j.Text, r.j.Text)
	case l.j.Kind == pgvalue.JSONNumber:
		c = pgvalue.CompareNumericText(l.j.Text, r.j.Text)
	case l.j.Kind == pgvalue.JSONBool:
		c = cmp.Compare(from(l.j.Bool).(int64), from(r.j.Bool).(int64))
	}
	switch op {
	case pgvalue.PathEqual:
		return truthOf(c == 0), nil
	case pgvalue.PathNotEqual:
		return truthOf(c != 0), nil
	case pgvalue.PathLess:
		return truthOf(c < 0), nil
	case pgvalue.PathGreater:
		return truthOf(c > 0), nil
	case pgvalue.PathLessOrEqual:
		return truthOf(c <= 0), nil
	}
	return truthOf(c >= 0), nil
}

// paths caches parsed jsonpaths.
var paths = struct {
	sync.Mutex
	m map[string]*pgvalue.JSONPath
}{m: map[string]*pgvalue.JSONPath{}}

func pathOf(s string) (*pgvalue.JSONPath, error) {
	paths.Lock()
	p := paths.m[s]
	paths.Unlock()
	if p != nil {
		return p, nil
	}
	p, err := pgvalue.ParseJSONPath(s)
	if err != nil {
		return nil, err
	}
	paths.Lock()
	if len(paths.m) > 1000 {
		clear(paths.m)
	}
	paths.m[s] = p
	paths.Unlock()
	return p, nil
}
