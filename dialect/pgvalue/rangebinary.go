package pgvalue

import (
	"encoding/binary"
)

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
