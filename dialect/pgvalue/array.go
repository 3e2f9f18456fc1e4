package pgvalue

import "strings"

// Array is an array value with its elements in text form; a nil element is NULL.
type Array struct {
	Dims  []int // of each dimension; none for an empty array
	Lower []int // lower bound of each dimension
	Elems []*string
}

// maxArrayDim is MAXDIM of PostgreSQL's array.h.
const maxArrayDim = 6

// ParseArray splits an array literal into elements, without interpreting them.
func ParseArray(s string) (*Array, error) {
	p := arrayParser{s: s, a: &Array{}}
	if err := p.parse(); err != nil {
		return nil, err
	}
	return p.a, nil
}

type arrayParser struct {
	s     string
	i     int
	a     *Array
	fixed int // number of dimensions once a scalar has been seen, else 0
}

func (p *arrayParser) malformed(detail string) error {
	e := Errorf(codeInvalidText, "malformed array literal: \"%s\"", p.s)
	e.Detail = detail
	return e
}

func isArraySpace(c byte) bool { return c == ' ' || c >= '\t' && c <= '\r' }

func (p *arrayParser) space() {
	for p.i < len(p.s) && isArraySpace(p.s[p.i]) {
		p.i++
	}
}

func (p *arrayParser) parse() error {
	p.space()
	dims, lower, err := p.bounds()
	if err != nil {
		return err
	}
	if p.i >= len(p.s) || p.s[p.i] != '{' {
		if dims != nil {
			return p.malformed("Array contents must start with \"{\".")
		}
		return p.malformed("Array value must start with \"{\" or dimension information.")
	}
	if err := p.level(0); err != nil {
		return err
	}
	p.space()
	if p.i < len(p.s) {
		return p.malformed("Junk after closing right brace.")
	}
	a := p.a
	if len(a.Elems) == 0 {
		a.Dims, a.Lower = nil, nil
		if dims != nil {
			for _, d := range dims {
				if d == 0 {
					return nil
				}
			}
			return p.malformed("Specified array dimensions do not match array contents.")
		}
		return nil
	}
	if dims == nil {
		a.Lower = make([]int, len(a.Dims))
		for i := range a.Lower {
			a.Lower[i] = 1
		}
		return nil
	}
	if len(dims) != len(a.Dims) {
		return p.malformed("Specified array dimensions do not match array contents.")
	}
	for i := range dims {
		if dims[i] != a.Dims[i] {
			return p.malformed("Specified array dimensions do not match array contents.")
		}
	}
	a.Lower = lower
	return nil
}

// bounds reads "[1:2][0:3]=".
func (p *arrayParser) bounds() (dims, lower []int, err error) {
	for p.i < len(p.s) && p.s[p.i] == '[' {
		if len(dims) >= maxArrayDim {
			return nil, nil, Errorf("54000", "number of array dimensions (%d) exceeds the maximum allowed (%d)", len(dims)+1, maxArrayDim)
		}
		p.i++
		lo, up := 1, 0
		n, ok := p.int()
		if !ok {
			return nil, nil, p.malformed("\"[\" must introduce explicitly-specified array dimensions.")
		}
		up = n
		if p.i < len(p.s) && p.s[p.i] == ':' {
			p.i++
			lo = n
			if up, ok = p.int(); !ok {
				return nil, nil, p.malformed("Missing array dimension value.")
			}
		}
		if p.i >= len(p.s) || p.s[p.i] != ']' {
			return nil, nil, p.malformed("Missing \"]\" after array dimensions.")
		}
		p.i++
		if up < lo {
			return nil, nil, Errorf("2202E", "upper bound cannot be less than lower bound")
		}
		dims, lower = append(dims, up-lo+1), append(lower, lo)
		p.space()
	}
	if dims != nil {
		if p.i >= len(p.s) || p.s[p.i] != '=' {
			return nil, nil, p.malformed("Missing \"=\" after array dimensions.")
		}
		p.i++
		p.space()
	}
	return dims, lower, nil
}

func (p *arrayParser) int() (int, bool) {
	start := p.i
	n, neg := 0, false
	if p.i < len(p.s) && (p.s[p.i] == '-' || p.s[p.i] == '+') {
		neg = p.s[p.i] == '-'
		p.i++
	}
	digits := p.i
	for p.i < len(p.s) && p.s[p.i] >= '0' && p.s[p.i] <= '9' && p.i-start < 12 {
		n = n*10 + int(p.s[p.i]-'0')
		p.i++
	}
	if p.i == digits {
		return 0, false
	}
	if neg {
		n = -n
	}
	return n, true
}

// level reads "{…}" at nesting depth d; the cursor is on the brace.
func (p *arrayParser) level(d int) error {
	if d >= maxArrayDim {
		return Errorf("54000", "number of array dimensions (%d) exceeds the maximum allowed (%d)", d+1, maxArrayDim)
	}
	p.i++
	count := 0
	for first := true; ; first = false {
		p.space()
		if p.i >= len(p.s) {
			return p.malformed("Unexpected end of input.")
		}
		switch c := p.s[p.i]; {
		case c == '}' && first && d == 0:
			p.i++
			return p.dimension(d, 0)
		case c == '}':
			return p.malformed("Unexpected \"}\" character.")
		case c == '{':
			if p.fixed != 0 && d+1 >= p.fixed {
				return p.malformed("Unexpected \"{\" character.")
			}
			if err := p.level(d + 1); err != nil {
				return err
			}
		case c == ',':
			return p.malformed("Unexpected \",\" character.")
		default:
			if p.fixed != 0 && p.fixed != d+1 || len(p.a.Dims) > d+1 {
				return p.malformed("Unexpected array element.")
			}
			p.fixed = d + 1
			if err := p.element(); err != nil {
				return err
			}
		}
		count++
		p.space()
		if p.i >= len(p.s) {
			return p.malformed("Unexpected end of input.")
		}
		switch p.s[p.i] {
		case ',':
			p.i++
		case '}':
			p.i++
			return p.dimension(d, count)
		case '{':
			return p.malformed("Unexpected \"{\" character.")
		default:
			return p.malformed("Unexpected array element.")
		}
	}
}

// dimension records or checks the length of dimension d.
func (p *arrayParser) dimension(d, n int) error {
	for len(p.a.Dims) <= d {
		p.a.Dims = append(p.a.Dims, -1)
	}
	switch p.a.Dims[d] {
	case -1:
		p.a.Dims[d] = n
	case n:
	default:
		return p.malformed("Multidimensional arrays must have sub-arrays with matching dimensions.")
	}
	return nil
}

func (p *arrayParser) element() error {
	var b strings.Builder
	if p.s[p.i] == '"' {
		p.i++
		for {
			if p.i >= len(p.s) {
				return p.malformed("Unexpected end of input.")
			}
			c := p.s[p.i]
			p.i++
			if c == '"' {
				break
			}
			if c == '\\' {
				if p.i >= len(p.s) {
					return p.malformed("Unexpected end of input.")
				}
				c = p.s[p.i]
				p.i++
			}
			b.WriteByte(c)
		}
		v := b.String()
		p.a.Elems = append(p.a.Elems, &v)
		return nil
	}
	keep, escaped := 0, false // length without the trailing blanks
loop:
	for p.i < len(p.s) {
		c := p.s[p.i]
		switch c {
		case ',', '}':
			break loop
		case '{':
			return p.malformed("Unexpected \"{\" character.")
		case '"':
			return p.malformed("Unexpected array element.")
		case '\\':
			p.i++
			if p.i >= len(p.s) {
				return p.malformed("Unexpected end of input.")
			}
			b.WriteByte(p.s[p.i])
			escaped = true
			keep = b.Len()
		default:
			b.WriteByte(c)
			if !isArraySpace(c) {
				keep = b.Len()
			}
		}
		p.i++
	}
	v := b.String()[:keep]
	if !escaped && strings.EqualFold(v, "null") {
		p.a.Elems = append(p.a.Elems, nil)
		return nil
	}
	p.a.Elems = append(p.a.Elems, &v)
	return nil
}

// NewArray makes a one-dimensional array.
func NewArray(elems []*string) *Array {
	if len(elems) == 0 {
		return &Array{}
	}
	return &Array{Dims: []int{len(elems)}, Lower: []int{1}, Elems: elems}
}

// String is array_out.
func (a *Array) String() string {
	if len(a.Elems) == 0 {
		return "{}"
	}
	var b []byte
	for _, l := range a.Lower {
		if l != 1 {
			for i, l := range a.Lower {
				b = append(b, "["+itoa(l)+":"+itoa(l+a.Dims[i]-1)+"]"...)
			}
			b = append(b, '=')
			break
		}
	}
	b, _ = a.appendLevel(b, 0, 0)
	return string(b)
}

func (a *Array) appendLevel(b []byte, d, at int) ([]byte, int) {
	b = append(b, '{')
	for i := range a.Dims[d] {
		if i > 0 {
			b = append(b, ',')
		}
		if d+1 < len(a.Dims) {
			b, at = a.appendLevel(b, d+1, at)
			continue
		}
		if e := a.Elems[at]; e == nil {
			b = append(b, "NULL"...)
		} else {
			b = appendArrayElement(b, *e)
		}
		at++
	}
	return append(b, '}'), at
}

func appendArrayElement(b []byte, e string) []byte {
	quote := e == "" || len(e) == 4 && strings.EqualFold(e, "null")
	for i := 0; !quote && i < len(e); i++ {
		c := e[i]
		quote = c == '"' || c == '\\' || c == '{' || c == '}' || c == ',' || isArraySpace(c)
	}
	if !quote {
		return append(b, e...)
	}
	b = append(b, '"')
	for i := range len(e) {
		if e[i] == '"' || e[i] == '\\' {
			b = append(b, '\\')
		}
		b = append(b, e[i])
	}
	return append(b, '"')
}

func parseArray(t *Type, s string, env *Env) (any, error) {
	a, err := ParseArray(s)
	if err != nil {
		return nil, err
	}
	return a.normal(t.Elem, env, UTC)
}

// normal reads every element in one environment and writes it in another.
func (a *Array) normal(elem *Type, in, out *Env) (any, error) {
	for i, e := range a.Elems {
		if e == nil {
			continue
		}
		v, err := ParseText(elem, *e, in)
		if err != nil {
			return nil, err
		}
		s, err := FormatText(elem, v, out)
		if err != nil {
			return nil, err
		}
		a.Elems[i] = &s
	}
	return a.String(), nil
}

// formatArray shows an array as the session would: its text is ready, save
// where elements depend on the time zone.
func formatArray(t *Type, s string, env *Env) (string, error) {
	if IsObjectID(t.Elem.OID) {
		return ObjectNames(s, func(e string) (string, error) {
			oid, err := parseObjectID(t.Elem, e)
			if err != nil {
				return "", err
			}
			return objectName(t.Elem, oid.(int64), env)
		})
	}
	if !zoned(t.Elem) {
		return s, nil
	}
	a, err := ParseArray(s)
	if err != nil {
		return "", err
	}
	v, err := a.normal(t.Elem, UTC, env)
	if err != nil {
		return "", err
	}
	return v.(string), nil
}

// ArrayElems are the native elements of a native array value.
func ArrayElems(elem *Type, s string) ([]any, error) {
	a, err := ParseArray(s)
	if err != nil {
		return nil, err
	}
	vs := make([]any, len(a.Elems))
	for i, e := range a.Elems {
		if e == nil {
			continue
		}
		if vs[i], err = ParseText(elem, *e, UTC); err != nil {
			return nil, err
		}
	}
	return vs, nil
}
