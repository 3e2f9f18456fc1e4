package pgvalue

import (
	"cmp"
	"encoding/binary"
	"math"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgtype"
)

// rangeInfo is what is particular to a range type.
type rangeInfo struct {
	oid, multi uint32
	elem       *Type
	// step is what lies between neighbours, for types that have such.
	step func(v any) (any, error)
}

func rangeOf(oid, multi, elem uint32, step func(any) (any, error)) *rangeInfo {
	t, _ := TypeOf(nil, elem, -1)
	return &rangeInfo{oid, multi, &t, step}
}

func intStep(high int64, typ string) func(any) (any, error) {
	return func(v any) (any, error) {
		n := v.(int64)
		if n == high {
			return nil, Errorf(codeOutOfRange, "%s out of range", typ)
		}
		return n + 1, nil
	}
}

func dateStep(v any) (any, error) {
	n := v.(int64)
	if n == DateInfinity || n == DateMinusInfinity {
		return nil, nil // stays as it is
	}
	if !ValidDate(n + 1) {
		return nil, Errorf(codeDatetimeOverflow, "date out of range")
	}
	return n + 1, nil
}

// ranges are the built-in range types.
var ranges = func() []*rangeInfo {
	return []*rangeInfo{
		rangeOf(pgtype.Int4rangeOID, pgtype.Int4multirangeOID, pgtype.Int4OID, intStep(math.MaxInt32, "integer")),
		rangeOf(pgtype.NumrangeOID, pgtype.NummultirangeOID, pgtype.NumericOID, nil),
		rangeOf(pgtype.TsrangeOID, pgtype.TsmultirangeOID, pgtype.TimestampOID, nil),
		rangeOf(pgtype.TstzrangeOID, pgtype.TstzmultirangeOID, pgtype.TimestamptzOID, nil),
		rangeOf(pgtype.DaterangeOID, pgtype.DatemultirangeOID, pgtype.DateOID, dateStep),
		rangeOf(pgtype.Int8rangeOID, pgtype.Int8multirangeOID, pgtype.Int8OID, intStep(math.MaxInt64, "bigint")),
	}
}()

func rangeByOID(oid uint32) (r *rangeInfo, multi bool) {
	for _, r := range ranges {
		if r.oid == oid || r.multi == oid {
			return r, r.multi == oid
		}
	}
	return nil, false
}

// RangeTypes are the OIDs of the range types and their multiranges.
func RangeTypes() []uint32 {
	var out []uint32
	for _, r := range ranges {
		out = append(out, r.oid, r.multi)
	}
	return out
}

// RangeParts are the OIDs of the range type, multirange type and element type
// that belong together with a range or multirange type; ok is false for others.
func RangeParts(oid uint32) (rng, multi, elem uint32, ok bool) {
	r, _ := rangeByOID(oid)
	if r == nil {
		return 0, 0, 0, false
	}
	return r.oid, r.multi, r.elem.OID, true
}

// RangeElem is the type of a range's or multirange's bounds, or nil.
func RangeElem(t *Type) *Type {
	if r, _ := rangeByOID(t.Underlying().OID); r != nil {
		return r.elem
	}
	return nil
}

// IsMultirange reports whether values are multiranges of a built-in type.
func IsMultirange(t *Type) bool {
	_, multi := rangeByOID(t.Underlying().OID)
	return multi
}

// Bound is one end of a range.
type Bound struct {
	Val   any // native
	Inf   bool
	Inc   bool // the value itself belongs to the range
	Lower bool
}

// Range is a range.
type Range struct {
	Empty        bool
	Lower, Upper Bound
}

// MakeRange makes the canonical range between two bounds of a range type.
func MakeRange(t *Type, lower, upper Bound) (Range, error) {
	info, _ := rangeByOID(t.Underlying().OID)
	r, err := info.between(lower, upper)
	if err != nil || r.Empty || info.step == nil {
		return r, err
	}
	if !r.Lower.Inf && !r.Lower.Inc {
		v, err := info.step(r.Lower.Val)
		if err != nil {
			return r, err
		}
		if v != nil {
			r.Lower.Val, r.Lower.Inc = v, true
		}
	}
	if !r.Upper.Inf && r.Upper.Inc {
		v, err := info.step(r.Upper.Val)
		if err != nil {
			return r, err
		}
		if v != nil {
			r.Upper.Val, r.Upper.Inc = v, false
		}
	}
	return info.between(r.Lower, r.Upper)
}

// between is range_serialize: it puts the bounds together as they are.
func (info *rangeInfo) between(lower, upper Bound) (Range, error) {
	lower.Lower, upper.Lower = true, false
	lower.Inc, upper.Inc = lower.Inc && !lower.Inf, upper.Inc && !upper.Inf
	c := info.compareValues(&lower, &upper)
	if c > 0 {
		return Range{}, Errorf("22000", "range lower bound must be less than or equal to range upper bound")
	}
	return Range{Empty: c == 0 && !(lower.Inc && upper.Inc), Lower: lower, Upper: upper}, nil
}

// compareValues is range_cmp_bound_values.
func (info *rangeInfo) compareValues(a, b *Bound) int {
	side := func(lower bool) int {
		if lower {
			return -1
		}
		return 1
	}
	switch {
	case a.Inf && b.Inf && a.Lower == b.Lower:
		return 0
	case a.Inf:
		return side(a.Lower)
	case b.Inf:
		return -side(b.Lower)
	}
	return Compare(info.elem, a.Val, b.Val)
}

// CompareBounds orders two bounds of a range type.
func CompareBounds(t *Type, a, b *Bound) int {
	info, _ := rangeByOID(t.Underlying().OID)
	return info.compareBounds(a, b)
}

func (info *rangeInfo) compareBounds(a, b *Bound) int {
	c := info.compareValues(a, b)
	if c != 0 || a.Inf || b.Inf {
		return c
	}
	side := func(lower bool) int {
		if lower {
			return 1
		}
		return -1
	}
	switch {
	case !a.Inc && !b.Inc && a.Lower == b.Lower, a.Inc && b.Inc:
		return 0
	case !a.Inc:
		return side(a.Lower)
	}
	return -side(b.Lower)
}

// BoundsAdjacent reports whether nothing lies between an upper bound and the
// lower bound of another range, and nothing belongs to both.
func BoundsAdjacent(t *Type, upper, lower Bound) bool {
	info, _ := rangeByOID(t.Underlying().OID)
	switch c := info.compareValues(&upper, &lower); {
	case c < 0 && info.step == nil:
		return false
	case c < 0:
		upper.Inc, lower.Inc = !upper.Inc, !lower.Inc
		r, err := MakeRange(t, upper, lower)
		return err == nil && r.Empty
	case c == 0:
		return upper.Inc != lower.Inc
	}
	return false
}

// CompareRanges orders two ranges; the empty one comes first.
func CompareRanges(t *Type, a, b Range) int {
	if a.Empty || b.Empty {
		return boolInt(b.Empty) - boolInt(a.Empty)
	}
	if c := CompareBounds(t, &a.Lower, &b.Lower); c != 0 {
		return c
	}
	return CompareBounds(t, &a.Upper, &b.Upper)
}

// compareMultiranges is multirange_cmp.
func compareMultiranges(t *Type, a, b []Range) int {
	for i := range min(len(a), len(b)) {
		if c := CompareRanges(t, a[i], b[i]); c != 0 {
			return c
		}
	}
	return cmp.Compare(len(a), len(b))
}

// ParseRange reads a range, without regard for the session but for env.
func ParseRange(t *Type, s string, env *Env) (Range, error) {
	p := rangeParser{s: s}
	return p.parse(t, env)
}

type rangeParser struct {
	s string
	i int
}

func (p *rangeParser) malformed(detail string) error {
	e := Errorf(codeInvalidText, "malformed range literal: \"%s\"", p.s)
	e.Detail = detail
	return e
}

func (p *rangeParser) space() {
	for p.i < len(p.s) && isArraySpace(p.s[p.i]) {
		p.i++
	}
}

func (p *rangeParser) peek() byte {
	if p.i < len(p.s) {
		return p.s[p.i]
	}
	return 0
}

func hasEmpty(s string) bool { return len(s) >= 5 && strings.EqualFold(s[:5], "empty") }

func (p *rangeParser) parse(t *Type, env *Env) (Range, error) {
	p.space()
	if hasEmpty(p.s[p.i:]) {
		p.i += 5
		p.space()
		if p.i < len(p.s) {
			return Range{}, p.malformed("Junk after \"empty\" key word.")
		}
		return Range{Empty: true}, nil
	}
	open := p.peek()
	if open != '[' && open != '(' {
		return Range{}, p.malformed("Missing left parenthesis or bracket.")
	}
	p.i++
	lower, err := p.bound()
	if err != nil {
		return Range{}, err
	}
	if p.peek() != ',' {
		return Range{}, p.malformed("Missing comma after lower bound.")
	}
	p.i++
	upper, err := p.bound()
	if err != nil {
		return Range{}, err
	}
	end := p.peek()
	if end != ']' && end != ')' {
		return Range{}, p.malformed("Too many commas.")
	}
	p.i++
	p.space()
	if p.i < len(p.s) {
		return Range{}, p.malformed("Junk after right parenthesis or bracket.")
	}
	elem := RangeElem(t)
	read := func(s *string, inc bool) (b Bound, err error) {
		b = Bound{Inf: s == nil, Inc: inc}
		if s != nil {
			b.Val, err = ParseText(elem, *s, env)
		}
		return b, err
	}
	lo, err := read(lower, open == '[')
	if err != nil {
		return Range{}, err
	}
	hi, err := read(upper, end == ']')
	if err != nil {
		return Range{}, err
	}
	return MakeRange(t, lo, hi)
}

// bound reads the text of a bound; nil is none.
func (p *rangeParser) bound() (*string, error) {
	stop := func() bool { c := p.peek(); return c == ',' || c == ')' || c == ']' }
	if p.i < len(p.s) && stop() {
		return nil, nil
	}
	var b []byte
	quoted := false
	for quoted || !stop() {
		if p.i >= len(p.s) {
			return nil, p.malformed("Unexpected end of input.")
		}
		c := p.s[p.i]
		p.i++
		switch {
		case c == '\\':
			if p.i >= len(p.s) {
				return nil, p.malformed("Unexpected end of input.")
			}
			b = append(b, p.s[p.i])
			p.i++
		case c == '"' && quoted && p.peek() == '"':
			b = append(b, c)
			p.i++
		case c == '"':
			quoted = !quoted
		default:
			b = append(b, c)
		}
	}
	s := string(b)
	return &s, nil
}

// FormatRange is range_out.
func FormatRange(t *Type, r Range, env *Env) (string, error) {
	if r.Empty {
		return "empty", nil
	}
	elem := RangeElem(t)
	b := []byte{'('}
	if r.Lower.Inc {
		b[0] = '['
	}
	for i, x := range []Bound{r.Lower, r.Upper} {
		if i > 0 {
			b = append(b, ',')
		}
		if x.Inf {
			continue
		}
		s, err := FormatText(elem, x.Val, env)
		if err != nil {
			return "", err
		}
		b = appendBound(b, s)
	}
	if r.Upper.Inc {
		return string(append(b, ']')), nil
	}
	return string(append(b, ')')), nil
}

func appendBound(b []byte, s string) []byte {
	quote := s == ""
	for i := 0; !quote && i < len(s); i++ {
		quote = strings.IndexByte(`"\()[],`, s[i]) >= 0 || isArraySpace(s[i])
	}
	if !quote {
		return append(b, s...)
	}
	b = append(b, '"')
	for i := range len(s) {
		if s[i] == '"' || s[i] == '\\' {
			b = append(b, s[i])
		}
		b = append(b, s[i])
	}
	return append(b, '"')
}

// JoinRanges is the least range that holds two others, neither of them empty; of
// bounds that are equal it takes those of the second.
func JoinRanges(t *Type, a, b Range) Range {
	if CompareBounds(t, &a.Lower, &b.Lower) < 0 {
		b.Lower = a.Lower
	}
	if CompareBounds(t, &a.Upper, &b.Upper) > 0 {
		b.Upper = a.Upper
	}
	return b
}

// NormalizeRanges makes the ranges of a multirange: in order, those that touch
// or overlap made one.
func NormalizeRanges(t *Type, list []Range) []Range {
	list = slices.DeleteFunc(slices.Clone(list), func(r Range) bool { return r.Empty })
	slices.SortStableFunc(list, func(a, b Range) int { return CompareRanges(t, a, b) })
	var out []Range
	for _, r := range list {
		if n := len(out); n > 0 {
			last := &out[n-1]
			if BoundsAdjacent(t, last.Upper, r.Lower) || CompareBounds(t, &last.Upper, &r.Lower) >= 0 {
				*last = JoinRanges(t, *last, r)
				continue
			}
		}
		out = append(out, r)
	}
	return out
}

// ParseMultirange reads a multirange.
func ParseMultirange(t *Type, s string, env *Env) ([]Range, error) {
	malformed := func(detail string) error {
		e := Errorf(codeInvalidText, "malformed multirange literal: \"%s\"", s)
		e.Detail = detail
		return e
	}
	p := rangeParser{s: s}
	p.space()
	if p.peek() != '{' {
		return nil, malformed("Missing left brace.")
	}
	p.i++
	var list []Range
	for seen := 0; ; seen++ {
		p.space()
		switch c := p.peek(); {
		case p.i >= len(s):
			return nil, malformed("Unexpected end of input.")
		case c == '[' || c == '(':
			text := s[p.i:]
			n := rangeLength(text)
			if n < 0 {
				return nil, malformed("Unexpected end of input.")
			}
			r, err := ParseRange(t, text[:n], env)
			if err != nil {
				return nil, err
			}
			list = append(list, r)
			p.i += n
		case c == '}' && seen == 0:
		case hasEmpty(s[p.i:]):
			p.i += 5
		default:
			return nil, malformed("Expected range start.")
		}
		p.space()
		switch {
		case p.i >= len(s):
			return nil, malformed("Unexpected end of input.")
		case p.peek() == ',':
			p.i++
			continue
		case p.peek() != '}':
			return nil, malformed("Expected comma or end of multirange.")
		}
		p.i++
		p.space()
		if p.i < len(s) {
			return nil, malformed("Junk after closing right brace.")
		}
		return NormalizeRanges(t, list), nil
	}
}

// rangeLength is where the range at the start of s ends, or -1.
func rangeLength(s string) int {
	quoted := false
	for i := 0; i < len(s); i++ {
		switch c := s[i]; {
		case c == '\\':
			i++
		case c == '"' && quoted && i+1 < len(s) && s[i+1] == '"':
			i++
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ']' || c == ')'):
			return i + 1
		}
	}
	return -1
}

// FormatMultirange is multirange_out.
func FormatMultirange(t *Type, list []Range, env *Env) (string, error) {
	parts := make([]string, len(list))
	for i, r := range list {
		var err error
		if parts[i], err = FormatRange(t, r, env); err != nil {
			return "", err
		}
	}
	return "{" + strings.Join(parts, ",") + "}", nil
}

// rangeText reads a range or multirange in one environment and writes it in
// another.
func rangeText(t *Type, s string, in, out *Env) (string, error) {
	if IsMultirange(t) {
		list, err := ParseMultirange(t, s, in)
		if err != nil {
			return "", err
		}
		return FormatMultirange(t, list, out)
	}
	r, err := ParseRange(t, s, in)
	if err != nil {
		return "", err
	}
	return FormatRange(t, r, out)
}

// compareRangeText orders two ranges or multiranges.
func compareRangeText(t *Type, a, b string) int {
	if IsMultirange(t) {
		x, err1 := ParseMultirange(t, a, UTC)
		y, err2 := ParseMultirange(t, b, UTC)
		if err1 == nil && err2 == nil {
			return compareMultiranges(t, x, y)
		}
		return strings.Compare(a, b)
	}
	x, err1 := ParseRange(t, a, UTC)
	y, err2 := ParseRange(t, b, UTC)
	if err1 == nil && err2 == nil {
		return CompareRanges(t, x, y)
	}
	return strings.Compare(a, b)
}

// rangeFromBinary reads the wire form of a range.
func rangeFromBinary(t *Type, src []byte) (Range, error) {
	if len(src) < 1 {
		return Range{}, badBinary(t)
	}
	flags := src[0]
	src = src[1:]
	if flags&1 != 0 {
		return Range{Empty: true}, nil
	}
	read := func(inf bool) (any, error) {
		if inf {
			return nil, nil
		}
		if len(src) < 4 {
			return nil, badBinary(t)
		}
		n := int(binary.BigEndian.Uint32(src))
		if n < 0 || n > len(src)-4 {
			return nil, badBinary(t)
		}
		v, err := FromBinary(RangeElem(t), src[4:4+n:4+n])
		if err == nil {
			v, err = receive(RangeElem(t), v)
		}
		src = src[4+n:]
		return v, err
	}
	lower := Bound{Inf: flags&8 != 0, Inc: flags&2 != 0}
	upper := Bound{Inf: flags&16 != 0, Inc: flags&4 != 0}
	var err error
	if lower.Val, err = read(lower.Inf); err != nil {
		return Range{}, err
	}
	if upper.Val, err = read(upper.Inf); err != nil {
		return Range{}, err
	}
	return MakeRange(t, lower, upper)
}

// rangesFromBinary reads the wire form of a range or multirange as text.
func rangesFromBinary(t *Type, src []byte) (any, error) {
	if !IsMultirange(t) {
		r, err := rangeFromBinary(t, src)
		if err != nil {
			return nil, err
		}
		return FormatRange(t, r, UTC)
	}
	if len(src) < 4 {
		return nil, badBinary(t)
	}
	count := binary.BigEndian.Uint32(src)
	src = src[4:]
	var list []Range
	for range count {
		if len(src) < 4 {
			return nil, badBinary(t)
		}
		n := int(binary.BigEndian.Uint32(src))
		if n < 0 || n > len(src)-4 {
			return nil, badBinary(t)
		}
		r, err := rangeFromBinary(t, src[4:4+n])
		if err != nil {
			return nil, err
		}
		list = append(list, r)
		src = src[4+n:]
	}
	return FormatMultirange(t, NormalizeRanges(t, list), UTC)
}
