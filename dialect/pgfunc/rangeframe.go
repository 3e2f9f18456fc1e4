package pgfunc

import (
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgtype"
)

// RangeFrame computes an aggregate over a frame of rows within an offset of the
// current row's key, for keys that SQLite cannot add to.
const RangeFrame = "pg_range_frame" // (aggregate, kinds, frame, key's descriptor, zone, start offset, end offset, rows of the partition, number of the row) its result

// The rows are lists of the key, whether the row counts (FILTER), and the
// arguments. The frame is six letters: where it starts and ends (u unbounded, c
// current row, p preceding, f following), what it excludes (n nothing, c current
// row, g group, t ties), a or d for the order, f or l for the place of NULLs, and
// a for RANGE, whose offsets are added to the key, or o for ROWS.

func rangeFrameFuncs(r *registry) {
	r.def(RangeFrame, called(func(args []any) (any, error) {
		name, _ := args[0].(string)
		kinds, _ := args[1].(string)
		spec, _ := args[2].(string)
		list, _ := args[7].(string)
		rn, _ := args[8].(int64)
		rows, err := gatheredRows(kinds, list)
		if err != nil {
			return nil, err
		}
		t := typeFrom(args[3])
		f := &rangeFrame{rows: rows, cur: int(rn) - 1, typ: t, env: &pgvalue.Env{TimeZone: zoneOf(args[4])}, desc: spec[3] == 'd', byRow: spec[5] == 'o', nullsFirst: spec[4] == 'f'}
		for i, what := range []string{"starting", "ending"} {
			if spec[i] != 'p' && spec[i] != 'f' {
				continue
			}
			if args[5+i] == nil {
				return nil, errf("22004", "frame %s offset must not be null", what)
			}
			if err := f.checkOffset(args[5+i], what); err != nil {
				return nil, err
			}
		}
		head, err := f.head(spec[0], args[5])
		if err != nil {
			return nil, err
		}
		tail, err := f.tail(spec[1], args[6])
		if err != nil {
			return nil, err
		}
		var frame [][]any
		for i := head; i < tail; i++ {
			if !f.excluded(spec[2], i) && rows[i][1] == int64(1) {
				frame = append(frame, rows[i][2:])
			}
		}
		if name == "nth_value" && len(frame) > 0 {
			// The number is the current row's.
			own := append([]any(nil), frame[0]...)
			own[1] = rows[f.cur][3]
			frame[0] = own
		}
		return r.runAggregate(name, frame)
	}))
}

type rangeFrame struct {
	rows             [][]any
	cur              int
	typ              *pgvalue.Type
	env              *pgvalue.Env
	desc, nullsFirst bool
	byRow            bool
}

func (f *rangeFrame) key(i int) any { return f.rows[i][0] }

func (f *rangeFrame) peers(i, j int) bool {
	x, y := f.key(i), f.key(j)
	if x == nil || y == nil {
		return x == nil && y == nil
	}
	return pgvalue.Compare(f.typ, x, y) == 0
}

func (f *rangeFrame) excluded(what byte, i int) bool {
	switch what {
	case 'c':
		return i == f.cur
	case 'g':
		return f.peers(i, f.cur)
	case 't':
		return i != f.cur && f.peers(i, f.cur)
	}
	return false
}

// head is the first row of the frame (update_frameheadpos).
func (f *rangeFrame) head(kind byte, offset any) (int, error) {
	switch kind {
	case 'u':
		return 0, nil
	case 'c':
		i := f.cur
		if f.byRow {
			return i, nil
		}
		for i > 0 && f.peers(i-1, f.cur) {
			i--
		}
		return i, nil
	}
	if f.byRow {
		return max(f.row(kind, offset), 0), nil
	}
	base := f.key(f.cur)
	for i := range f.rows {
		v := f.key(i)
		if v == nil || base == nil {
			if f.nullsFirst && (v != nil || base == nil) || !f.nullsFirst && (v == nil || base != nil) {
				return i, nil
			}
			continue
		}
		in, err := f.inRange(v, base, offset, (kind == 'p') != f.desc, f.desc)
		if err != nil || in {
			return i, err
		}
	}
	return len(f.rows), nil
}

// tail is the row after the last of the frame (update_frametailpos).
func (f *rangeFrame) tail(kind byte, offset any) (int, error) {
	switch kind {
	case 'u':
		return len(f.rows), nil
	case 'c':
		i := f.cur + 1
		if f.byRow {
			return i, nil
		}
		for i < len(f.rows) && f.peers(i, f.cur) {
			i++
		}
		return i, nil
	}
	if f.byRow {
		return max(min(f.row(kind, offset)+1, len(f.rows)), 0), nil
	}
	base := f.key(f.cur)
	for i := range f.rows {
		v := f.key(i)
		if v == nil || base == nil {
			if f.nullsFirst && v != nil && base == nil || !f.nullsFirst && v == nil && base != nil {
				return i, nil
			}
			continue
		}
		in, err := f.inRange(v, base, offset, (kind == 'p') != f.desc, !f.desc)
		if err != nil || !in {
			return i, err
		}
	}
	return len(f.rows), nil
}

func badSize() error {
	return errf("22013", "invalid preceding or following size in window function")
}

// row is the row at an offset from the current one.
func (f *rangeFrame) row(kind byte, offset any) int {
	n, _ := offset.(int64)
	n = min(n, int64(len(f.rows)))
	if kind == 'p' {
		return f.cur - int(n)
	}
	return f.cur + int(n)
}

func (f *rangeFrame) checkOffset(offset any, what string) error {
	if n, ok := offset.(int64); ok && f.byRow {
		if n < 0 {
			return errf("22013", "frame %s offset must not be negative", what)
		}
		return nil
	}
	bad := false
	switch f.typ.Underlying().OID {
	case pgtype.NumericOID:
		d, err := to[*numeric](offset)
		if err != nil {
			return err
		}
		bad = isNaN(d) || d.Negative && !d.IsZero()
	case pgtype.TimeOID:
		iv, err := to[interval](offset)
		if err != nil {
			return err
		}
		bad = iv.Micros < 0
	default:
		iv, err := to[interval](offset)
		if err != nil {
			return err
		}
		bad = pgvalue.CompareIntervals(iv, interval{}) < 0
	}
	if bad {
		return badSize()
	}
	return nil
}

// inRange is in_range of the key's type: v compared with base plus or, with
// sub, minus offset.
func (f *rangeFrame) inRange(v, base, offset any, sub, less bool) (bool, error) {
	order := func(c int) bool { return less && c <= 0 || !less && c >= 0 }
	if f.typ.Underlying().OID == pgtype.NumericOID {
		return inRangeNumeric(v, base, offset, sub, less, order)
	}
	iv, err := to[interval](offset)
	if err != nil {
		return false, err
	}
	if f.typ.Underlying().OID == pgtype.IntervalOID {
		b, err := to[interval](base)
		if err != nil {
			return false, err
		}
		x, err := to[interval](v)
		if err != nil {
			return false, err
		}
		if sub {
			iv = negated(iv)
		}
		sum, err := intervalAdd(b, iv)
		return order(pgvalue.CompareIntervals(x, sum)), err
	}
	x, _ := v.(int64)
	b, _ := base.(int64)
	switch f.typ.Underlying().OID {
	case pgtype.TimeOID:
		by := iv.Micros
		if sub {
			by = -by
		}
		sum, over := add64(b, by)
		if over {
			return less, nil
		}
		return order(nativeOrder(x, sum)), nil
	case pgtype.DateOID:
		x, b = dateMicros(x), dateMicros(b)
	}
	if sub {
		iv = negated(iv)
	}
	sum := b
	if !infinite(b) {
		if f.typ.Underlying().OID == pgtype.TimestamptzOID {
			sum, err = timestamptzAdd(b, iv, f.env.TimeZone)
		} else {
			sum, err = timestampAdd(b, iv)
		}
	}
	return order(nativeOrder(x, sum)), err
}

func dateMicros(d int64) int64 {
	switch d {
	case pgvalue.DateInfinity:
		return pgvalue.Infinity
	case pgvalue.DateMinusInfinity:
		return pgvalue.MinusInfinity
	}
	return d * 86400_000_000
}

func inRangeNumeric(v, base, offset any, sub, less bool, order func(int) bool) (bool, error) {
	x, err := to[*numeric](v)
	if err != nil {
		return false, err
	}
	b, err := to[*numeric](base)
	if err != nil {
		return false, err
	}
	off, err := to[*numeric](offset)
	if err != nil {
		return false, err
	}
	switch {
	case isNaN(x):
		return isNaN(b) || !less, nil
	case isNaN(b):
		return less, nil
	case isInf(off):
		if isInf(b) && b.Negative != sub {
			return true, nil // infinity minus infinity
		}
		return order(x.Cmp(numInf(sub))), nil
	case isInf(b):
		return order(x.Cmp(b)), nil
	}
	sum := b
	if sub {
		sum, err = numericSub(b, off)
	} else {
		sum, err = numericAdd(b, off)
	}
	if err != nil {
		return false, err
	}
	return order(x.Cmp(sum)), nil
}
