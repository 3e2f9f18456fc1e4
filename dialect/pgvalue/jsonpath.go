package pgvalue

import (
	"strconv"
)

// JSONPath is a parsed jsonpath.
type JSONPath struct {
	Strict bool
	Root   *PathItem
}

// PathOp is what an item of a jsonpath does.
type PathOp uint8

// The operations, by their names in PostgreSQL's jsonpath.h.
const (
	PathNull PathOp = iota
	PathString
	PathNumeric
	PathBool
	PathVariable
	PathAnd
	PathOr
	PathNot
	PathIsUnknown
	PathEqual
	PathNotEqual
	PathLess
	PathGreater
	PathLessOrEqual
	PathGreaterOrEqual
	PathAdd
	PathSub
	PathMul
	PathDiv
	PathMod
	PathPlus
	PathMinus
	PathAnyArray
	PathAnyKey
	PathIndexArray
	PathAny
	PathKey
	PathCurrent
	PathRoot
	PathFilter
	PathExists
	PathType
	PathSize
	PathAbs
	PathFloor
	PathCeiling
	PathDouble
	PathDatetime
	PathKeyValue
	PathLast
	PathStartsWith
	PathLikeRegex
)

var pathNames = map[PathOp]string{
	PathAnd: "&&", PathOr: "||", PathEqual: "==", PathNotEqual: "!=", PathLess: "<", PathGreater: ">", PathLessOrEqual: "<=", PathGreaterOrEqual: ">=",
	PathAdd: "+", PathSub: "-", PathMul: "*", PathDiv: "/", PathMod: "%", PathPlus: "+", PathMinus: "-", PathStartsWith: "starts with",
	PathType: "type", PathSize: "size", PathAbs: "abs", PathFloor: "floor", PathCeiling: "ceiling", PathDouble: "double", PathDatetime: "datetime", PathKeyValue: "keyvalue",
}

// String is the operator's or method's name in error messages.
func (op PathOp) String() string { return pathNames[op] }

// PathLastLevel stands for "last" among the levels of **.
const PathLastLevel = 1<<32 - 1

// PathItem is an item of a jsonpath.
type PathItem struct {
	Op          PathOp
	Text        string   // of a string, key, variable; a regular expression
	Num         *Numeric // of a number
	Bool        bool
	Left, Right *PathItem // operands; Left alone is the argument
	Subs        []PathSubscript
	First, Last uint32     // levels of **
	Flags       RegexFlags // of like_regex
	Next        *PathItem
}

// PathSubscript is one subscript of an array accessor; To is nil where it is
// no range.
type PathSubscript struct{ From, To *PathItem }

// RegexFlags are the flags of like_regex.
type RegexFlags struct{ ICase, DotAll, Lines, Expanded, Quote bool }

func (f RegexFlags) String() string {
	s := ""
	for _, x := range []struct {
		on   bool
		name string
	}{{f.ICase, "i"}, {f.DotAll, "s"}, {f.Lines, "m"}, {f.Expanded, "x"}, {f.Quote, "q"}} {
		if x.on {
			s += x.name
		}
	}
	return s
}

// String is jsonpath_out.
func (p *JSONPath) String() string {
	b := []byte{}
	if p.Strict {
		b = append(b, "strict "...)
	}
	return string(p.Root.append(b, false, true))
}

func (it *PathItem) priority() int {
	switch it.Op {
	case PathOr:
		return 0
	case PathAnd:
		return 1
	case PathEqual, PathNotEqual, PathLess, PathGreater, PathLessOrEqual, PathGreaterOrEqual, PathStartsWith:
		return 2
	case PathAdd, PathSub:
		return 3
	case PathMul, PathDiv, PathMod:
		return 4
	case PathPlus, PathMinus:
		return 5
	}
	return 6
}

// append is printJsonPathItem.
func (it *PathItem) append(b []byte, inKey, brackets bool) []byte {
	operand := func(x *PathItem) { b = x.append(b, false, x.priority() <= it.priority()) }
	open := func() {
		if brackets {
			b = append(b, '(')
		}
	}
	end := func() {
		if brackets {
			b = append(b, ')')
		}
	}
	dot := func() {
		if inKey {
			b = append(b, '.')
		}
	}
	switch it.Op {
	case PathNull:
		b = append(b, "null"...)
	case PathKey:
		dot()
		b = AppendJSONString(b, it.Text)
	case PathString:
		b = AppendJSONString(b, it.Text)
	case PathVariable:
		b = AppendJSONString(append(b, '$'), it.Text)
	case PathNumeric:
		s := FormatNumeric(it.Num)
		if it.Next != nil {
			s = "(" + s + ")"
		}
		b = append(b, s...)
	case PathBool:
		b = strconv.AppendBool(b, it.Bool)
	case PathAnd, PathOr, PathEqual, PathNotEqual, PathLess, PathGreater, PathLessOrEqual, PathGreaterOrEqual,
		PathAdd, PathSub, PathMul, PathDiv, PathMod, PathStartsWith:
		open()
		operand(it.Left)
		b = append(append(append(b, ' '), it.Op.String()...), ' ')
		operand(it.Right)
		end()
	case PathLikeRegex:
		open()
		operand(it.Left)
		b = AppendJSONString(append(b, " like_regex "...), it.Text)
		if f := it.Flags.String(); f != "" {
			b = append(b, " flag \""+f+"\""...)
		}
		end()
	case PathPlus, PathMinus:
		open()
		b = append(b, it.Op.String()...)
		operand(it.Left)
		end()
	case PathFilter:
		b = append(it.Left.append(append(b, "?("...), false, false), ')')
	case PathNot:
		b = append(it.Left.append(append(b, "!("...), false, false), ')')
	case PathIsUnknown:
		b = append(it.Left.append(append(b, '('), false, false), ") is unknown"...)
	case PathExists:
		b = append(it.Left.append(append(b, "exists ("...), false, false), ')')
	case PathCurrent:
		b = append(b, '@')
	case PathRoot:
		b = append(b, '$')
	case PathLast:
		b = append(b, "last"...)
	case PathAnyArray:
		b = append(b, "[*]"...)
	case PathAnyKey:
		dot()
		b = append(b, '*')
	case PathIndexArray:
		b = append(b, '[')
		for i, s := range it.Subs {
			if i > 0 {
				b = append(b, ',')
			}
			b = s.From.append(b, false, false)
			if s.To != nil {
				b = s.To.append(append(b, " to "...), false, false)
			}
		}
		b = append(b, ']')
	case PathAny:
		dot()
		b = append(append(b, "**"...), it.levels()...)
	case PathDatetime:
		b = append(b, ".datetime("...)
		if it.Left != nil {
			b = it.Left.append(b, false, false)
		}
		b = append(b, ')')
	default:
		b = append(b, "."+it.Op.String()+"()"...)
	}
	if it.Next != nil {
		b = it.Next.append(b, true, true)
	}
	return b
}

// levels writes the levels of **.
func (it *PathItem) levels() string {
	one := func(n uint32) string {
		if n == PathLastLevel {
			return "last"
		}
		return strconv.FormatUint(uint64(n), 10)
	}
	switch {
	case it.First == 0 && it.Last == PathLastLevel:
		return ""
	case it.First == it.Last:
		return "{" + one(it.First) + "}"
	}
	return "{" + one(it.First) + " to " + one(it.Last) + "}"
}

// CheckRegex verifies a regular expression of like_regex; package pgfunc, which
// knows regular expressions, sets it.
var CheckRegex = func(string, RegexFlags) error { return nil }

// parseJSONPath is jsonpath_in. The native form is what jsonpath_out writes,
// which can be read again but for one case.
func parseJSONPath(s string) (any, error) {
	p, err := ParseJSONPath(s)
	if err != nil {
		return nil, err
	}
	out := p.String()
	if again, err := ParseJSONPath(out); err != nil || again.String() != out {
		return nil, Errorf(codeNotSupported, "like_regex as an operand within a jsonpath is not supported on the SQLite fallback")
	}
	return out, nil
}

// check is what PostgreSQL verifies when it flattens the parsed path.
func (it *PathItem) check(filters int, subscript bool) error {
	inner := filters
	switch it.Op {
	case PathCurrent:
		if filters <= 0 {
			return Errorf("42601", "@ is not allowed in root expressions")
		}
	case PathLast:
		if !subscript {
			return Errorf("42601", "LAST is allowed only in array subscripts")
		}
	case PathFilter:
		inner++
	}
	for _, x := range []*PathItem{it.Left, it.Right} {
		if x != nil {
			if err := x.check(inner, subscript); err != nil {
				return err
			}
		}
	}
	for _, s := range it.Subs {
		for _, x := range []*PathItem{s.From, s.To} {
			if x != nil {
				if err := x.check(filters, true); err != nil {
					return err
				}
			}
		}
	}
	if it.Next != nil {
		return it.Next.check(filters, subscript)
	}
	return nil
}
