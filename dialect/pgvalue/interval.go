package pgvalue

import "strconv"

// Interval is PostgreSQL's interval.
type Interval struct {
	Micros int64
	Days   int32
	Months int32
}

// String is interval_out in the postgres style.
func (iv Interval) String() string {
	var b []byte
	before := false // the previous field was negative
	part := func(n int, unit string) {
		if n == 0 {
			return
		}
		if len(b) > 0 {
			b = append(b, ' ')
		}
		if before && n > 0 {
			b = append(b, '+')
		}
		b = strconv.AppendInt(b, int64(n), 10)
		b = append(append(b, ' '), unit...)
		if n != 1 {
			b = append(b, 's')
		}
		before = n < 0
	}
	part(int(iv.Months/12), "year")
	part(int(iv.Months%12), "mon")
	part(int(iv.Days), "day")
	if len(b) == 0 || iv.Micros != 0 {
		us := iv.Micros
		if len(b) > 0 {
			b = append(b, ' ')
		}
		u := uint64(us)
		if us < 0 {
			b = append(b, '-')
			u = -u
		} else if before {
			b = append(b, '+')
		}
		h := u / uint64(MicrosPerHour)
		u %= uint64(MicrosPerHour)
		if h < 10 {
			b = append(b, '0')
		}
		b = strconv.AppendUint(b, h, 10)
		b = append2(append(b, ':'), int(u/uint64(MicrosPerMinute)))
		u %= uint64(MicrosPerMinute)
		b = append2(append(b, ':'), int(u/uint64(MicrosPerSecond)))
		b = appendFraction(b, int(u%uint64(MicrosPerSecond)))
	}
	return string(b)
}

// span is the interval in microseconds, 128 bits wide, with months of 30 days,
// as interval comparison counts it.
func (iv Interval) span() (hi, lo int64) {
	days := int64(iv.Months)*30 + int64(iv.Days)
	d, us := floorDiv(iv.Micros, MicrosPerDay)
	return days + d, us
}

// CompareIntervals orders intervals as PostgreSQL does: by length, a month
// being 30 days.
func CompareIntervals(a, b Interval) int {
	ah, al := a.span()
	bh, bl := b.span()
	switch {
	case ah < bh || ah == bh && al < bl:
		return -1
	case ah == bh && al == bl:
		return 0
	}
	return 1
}
