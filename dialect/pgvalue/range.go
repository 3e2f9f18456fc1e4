package pgvalue

import (
	"cmp"
	"math"
	"slices"

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
