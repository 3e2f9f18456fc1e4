package pgfunc

import (
	"fmt"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// Go functions are written over the types in which they are natural and
// adapted to what go-sqlite3 calls: every argument any, NULL a nil []byte.
// The adapters f1, f2, … make strict functions.

// null reports whether an argument is NULL.
func null(v any) bool {
	if b, ok := v.([]byte); ok {
		return b == nil
	}
	return v == nil
}

// to converts a native value to T.
func to[T any](v any) (t T, err error) {
	ok := true
	switch p := any(&t).(type) {
	case *int64:
		*p, ok = v.(int64)
	case *string:
		*p, ok = v.(string)
	case *float64:
		*p = pgvalue.ToFloat(v)
	case *bool:
		var n int64
		n, ok = v.(int64)
		*p = n != 0
	case *[]byte:
		*p, ok = v.([]byte)
	case **pgvalue.Numeric:
		var s string
		switch v := v.(type) {
		case string:
			s = v
		case int64:
			s = fmt.Sprint(v)
		default:
			ok = false
		}
		if ok {
			*p, err = pgvalue.ParseNumeric(s)
		}
	case **pgvalue.JSON: // a jsonb
		var s string
		if s, ok = v.(string); ok {
			*p, err = pgvalue.ParseJSONB(s)
		}
	case *pgvalue.TSVector:
		var s string
		if s, ok = v.(string); ok {
			*p, err = pgvalue.ReadTSVector(s)
		}
	case **pgvalue.TSQuery:
		var s string
		if s, ok = v.(string); ok {
			*p, err = pgvalue.ReadTSQuery(s)
		}
	case *pgvalue.Interval:
		var s string
		if s, ok = v.(string); ok {
			*p, err = pgvalue.ParseInterval(s)
		}
	case *any:
		*p = v
	default:
		ok = false
	}
	if !ok {
		return t, fmt.Errorf("%T where %T was expected", v, t)
	}
	return t, err
}

// from converts a result to a native value.
func from(v any) any {
	switch v := v.(type) {
	case bool:
		if v {
			return int64(1)
		}
		return int64(0)
	case float64:
		return pgvalue.Float(v)
	case int:
		return int64(v)
	case *pgvalue.Numeric:
		if v == nil {
			return nil
		}
		return pgvalue.FormatNumeric(v)
	case pgvalue.Interval:
		return v.String()
	case pgvalue.TSVector:
		return v.String()
	case *pgvalue.TSQuery:
		return v.String()
	case *pgvalue.JSON:
		if v == nil {
			return nil
		}
		return v.String()
	case *string:
		if v == nil {
			return nil
		}
		return *v
	}
	return v
}

func result[R any](v R, err error) (any, error) {
	if err != nil {
		return nil, WrapError(err)
	}
	return from(v), nil
}

func f1[A, R any](f func(A) (R, error)) any {
	return func(a any) (any, error) {
		if null(a) {
			return nil, nil
		}
		x, err := to[A](a)
		if err != nil {
			return nil, WrapError(err)
		}
		return result(f(x))
	}
}

func f2[A, B, R any](f func(A, B) (R, error)) any {
	return func(a, b any) (any, error) {
		if null(a) || null(b) {
			return nil, nil
		}
		x, err := to[A](a)
		if err != nil {
			return nil, WrapError(err)
		}
		y, err := to[B](b)
		if err != nil {
			return nil, WrapError(err)
		}
		return result(f(x, y))
	}
}

func f3[A, B, C, R any](f func(A, B, C) (R, error)) any {
	return func(a, b, c any) (any, error) {
		if null(a) || null(b) || null(c) {
			return nil, nil
		}
		x, err := to[A](a)
		if err != nil {
			return nil, WrapError(err)
		}
		y, err := to[B](b)
		if err != nil {
			return nil, WrapError(err)
		}
		z, err := to[C](c)
		if err != nil {
			return nil, WrapError(err)
		}
		return result(f(x, y, z))
	}
}

func f4[A, B, C, D, R any](f func(A, B, C, D) (R, error)) any {
	return func(a, b, c, d any) (any, error) {
		if null(a) || null(b) || null(c) || null(d) {
			return nil, nil
		}
		x, err := to[A](a)
		if err != nil {
			return nil, WrapError(err)
		}
		y, err := to[B](b)
		if err != nil {
			return nil, WrapError(err)
		}
		z, err := to[C](c)
		if err != nil {
			return nil, WrapError(err)
		}
		w, err := to[D](d)
		if err != nil {
			return nil, WrapError(err)
		}
		return result(f(x, y, z, w))
	}
}

// variadic adapts a strict function of any number of arguments.
func variadic[R any](f func(args []any) (R, error)) any {
	return func(args ...any) (any, error) {
		for _, a := range args {
			if null(a) {
				return nil, nil
			}
		}
		return result(f(args))
	}
}

// called adapts a function that sees NULLs, as nil.
func called[R any](f func(args []any) (R, error)) any {
	return func(args ...any) (any, error) {
		for i, a := range args {
			if null(a) {
				args[i] = nil
			}
		}
		return result(f(args))
	}
}

// ok makes a function that cannot fail one that could.
func ok1[A, R any](f func(A) R) func(A) (R, error) {
	return func(a A) (R, error) { return f(a), nil }
}

func ok2[A, B, R any](f func(A, B) R) func(A, B) (R, error) {
	return func(a A, b B) (R, error) { return f(a, b), nil }
}

// hexResult makes a function's bytea result hexadecimal text.
func hexResult(f any) any {
	hex := func(v any, err error) (any, error) {
		if b, ok := v.([]byte); ok && b != nil {
			return formatHex(b), err
		}
		return v, err
	}
	switch f := f.(type) {
	case func(any) (any, error):
		return func(a any) (any, error) { return hex(f(a)) }
	case func(a, b any) (any, error):
		return func(a, b any) (any, error) { return hex(f(a, b)) }
	case func(a, b, c any) (any, error):
		return func(a, b, c any) (any, error) { return hex(f(a, b, c)) }
	case func(a, b, c, d any) (any, error):
		return func(a, b, c, d any) (any, error) { return hex(f(a, b, c, d)) }
	}
	panic("pgfunc: no such function type")
}
