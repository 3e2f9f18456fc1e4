package pgfunc

import (
	"encoding/json"
	"strconv"
	"strings"
	"sync"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// Resolve finds the implementation of a call with the actual types of its
// arguments, which polymorphic functions and those over "any" need; for all
// others it is Lookup. sig is the declared signature; of a variadic function
// args holds every argument of the call.
func Resolve(sig string, args []*pgvalue.Type) (Impl, bool) {
	if m, ok := Lookup(sig); ok {
		return m, true
	}
	if f, ok := all().generic[sig]; ok {
		return f(args)
	}
	return Impl{}, false
}

// generic makes an implementation for the actual types of the arguments.
type generic func(args []*pgvalue.Type) (Impl, bool)

// Descriptor writes a type as a SQL literal from which the Go functions of
// this package know it again: its OID, or for types of the user its labels or
// base. It holds no dollar sign.
func Descriptor(t *pgvalue.Type) string {
	if known, ok := pgvalue.TypeOf(nil, t.OID, -1); ok && (known.Elem == nil) == (t.Elem == nil) {
		return strconv.FormatUint(uint64(t.OID), 10)
	}
	b, err := json.Marshal(shapeOf(t))
	if err != nil {
		return "25"
	}
	s := strings.ReplaceAll(strings.ReplaceAll(string(b), "$", `\u0024`), "'", `\u0027`)
	return "'" + s + "'"
}

// shape is what a descriptor says of a type that has no fixed OID.
type shape struct {
	OID    uint32   `json:"o,omitempty"`
	Name   string   `json:"n,omitempty"`
	Labels []string `json:"l,omitempty"`
	Elem   *shape   `json:"e,omitempty"`
	Base   *shape   `json:"b,omitempty"`
	Fields []field  `json:"f,omitempty"`
}

// field is a field of a composite type, with its modifier.
type field struct {
	Name string `json:"n"`
	Mod  int32  `json:"m"`
	Type *shape `json:"t"`
}

func shapeOf(t *pgvalue.Type) *shape {
	if t == nil {
		return nil
	}
	s := &shape{OID: t.OID, Name: t.Name, Labels: t.Labels, Elem: shapeOf(t.Elem), Base: shapeOf(t.Base)}
	for _, f := range t.Fields {
		s.Fields = append(s.Fields, field{f.Name, f.Type.Typmod, shapeOf(f.Type)})
	}
	return s
}

func (s *shape) typ() *pgvalue.Type {
	if s == nil {
		return nil
	}
	t := &pgvalue.Type{OID: s.OID, Typmod: -1, Name: s.Name, Labels: s.Labels, Elem: s.Elem.typ(), Base: s.Base.typ()}
	for _, f := range s.Fields {
		ft := f.Type.typ()
		ft.Typmod = f.Mod
		if ft.Elem != nil {
			ft.Elem.Typmod = f.Mod
		}
		t.Fields = append(t.Fields, pgvalue.Field{Name: f.Name, Type: ft})
	}
	return t
}

// described caches the types that descriptors stand for.
var described sync.Map

// typeFrom reads a descriptor, as SQLite hands it over.
func typeFrom(v any) *pgvalue.Type {
	if t, ok := described.Load(v); ok {
		return t.(*pgvalue.Type)
	}
	t := &pgvalue.Type{OID: 25, Typmod: -1, Name: "text"}
	switch v := v.(type) {
	case int64:
		if k, ok := pgvalue.TypeOf(nil, uint32(v), -1); ok {
			t = &k
		}
	case string:
		var s shape
		if json.Unmarshal([]byte(v), &s) == nil {
			t = s.typ()
		}
	}
	described.Store(v, t)
	return t
}

// poly registers a generic implementation.
func (r *registry) poly(sig string, f generic) {
	if _, dup := r.generic[sig]; dup {
		panic("pgfunc: " + sig + " is defined twice")
	}
	r.generic[sig] = f
}

// typed makes an implementation whose Go function takes, for every argument,
// the descriptor and the value; with tz, the zone comes first.
func typed(name string, tz bool) generic {
	return func(args []*pgvalue.Type) (Impl, bool) {
		return typedCall(name, args, tz)
	}
}

func typedCall(name string, args []*pgvalue.Type, tz bool) (Impl, bool) {
	var b strings.Builder
	b.WriteString(name + "(")
	n := 1
	m := Impl{Uses: []string{name}}
	if tz {
		b.WriteString("$1")
		m.Env = envZone
		n++
	}
	for i, t := range args {
		if i > 0 || tz {
			b.WriteByte(',')
		}
		b.WriteString(Descriptor(t) + ",$" + strconv.Itoa(n+i))
	}
	b.WriteByte(')')
	m.SQL = b.String()
	return m, true
}

// value is a native value with its type.
type value struct {
	t *pgvalue.Type
	v any // nil is NULL
}

// values reads pairs of descriptor and value.
func values(args []any) []value {
	vs := make([]value, len(args)/2)
	for i := range vs {
		vs[i] = value{typeFrom(args[2*i]), args[2*i+1]}
		if null(vs[i].v) {
			vs[i].v = nil
		}
	}
	return vs
}

// text is the value's output function.
func (v value) text(env *pgvalue.Env) (string, error) { return pgvalue.FormatText(v.t, v.v, env) }

// typedFunc adapts a function over typed values that sees NULLs.
func typedFunc[R any](f func(args []value) (R, error)) any {
	return func(args ...any) (any, error) { return result(f(values(args))) }
}

// typedZoned is typedFunc with the zone first.
func typedZoned[R any](f func(env *pgvalue.Env, args []value) (R, error)) any {
	return func(args ...any) (any, error) {
		return result(f(&pgvalue.Env{TimeZone: zoneOf(args[0])}, values(args[1:])))
	}
}
