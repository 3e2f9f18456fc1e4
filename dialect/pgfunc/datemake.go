package pgfunc

import (
	"fmt"
	"math"
	"strconv"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

func makeDate(y, m, d int64) (int64, error) {
	year := y
	if y < 0 && y > math.MinInt32 { // which has no opposite
		year = y + 1
	}
	return dateOf(y, m, d, year)
}

// dateOf makes a date; shown is its year in errors.
func dateOf(y, m, d, shown int64) (int64, error) {
	year := y
	if y < 0 {
		year = y + 1
	}
	bad := func() error {
		return errf("22008", "date field value out of range: %d-%02d-%02d", shown, m, d)
	}
	if y == 0 || y == math.MinInt32 || m < 1 || m > 12 || d < 1 || d > int64(pgvalue.DaysInMonth(int(year), int(m))) {
		return 0, bad()
	}
	days := pgvalue.DateToDays(int(year), int(m), int(d))
	if !pgvalue.ValidDate(days) {
		return 0, errf("22008", "date out of range: %d-%02d-%02d", shown, m, d)
	}
	return days, nil
}

// clockMicros checks a time of day and gives it in microseconds.
func clockMicros(h, m int64, sec float64) (int64, bool) {
	us := math.RoundToEven(sec * 1e6)
	if h < 0 || m < 0 || m > 59 || math.IsNaN(sec) || sec < 0 || sec > 60 || us > 60e6 || h > 24 {
		return 0, false
	}
	t := h*pgvalue.MicrosPerHour + m*pgvalue.MicrosPerMinute + int64(us)
	return t, t <= day
}

// cText writes seconds as %02g does.
func secText(sec float64) string {
	switch {
	case math.IsInf(sec, 1):
		return "Infinity"
	case math.IsInf(sec, -1):
		return "-Infinity"
	}
	s := strconv.FormatFloat(sec, 'g', 6, 64)
	if len(s) < 2 {
		s = "0" + s
	}
	return s
}

func makeTime(h, m int64, sec float64) (int64, error) {
	t, ok := clockMicros(h, m, sec)
	if !ok {
		return 0, errf("22008", "time field value out of range: %d:%02d:%s", h, m, secText(sec))
	}
	return t, nil
}

func makeTimestamp(args []any) (int64, error) {
	var n [5]int64
	for i := range n {
		var err error
		if n[i], err = to[int64](args[i]); err != nil {
			return 0, err
		}
	}
	sec, err := to[float64](args[5])
	if err != nil {
		return 0, err
	}
	d, err := dateOf(n[0], n[1], n[2], n[0])
	if err != nil {
		return 0, err
	}
	t, ok := clockMicros(n[3], n[4], sec)
	if !ok {
		return 0, errf("22008", "time field value out of range: %d:%02d:%s", n[3], n[4], secText(sec))
	}
	if d > (1<<63-1)/day {
		return 0, errf("22008", "timestamp out of range: %d-%02d-%02d %d:%02d:%s", n[0], n[1], n[2], n[3], n[4], secText(sec))
	}
	ts := d*day + t
	if !pgvalue.ValidTimestamp(ts) {
		return 0, errf("22008", "timestamp out of range: %d-%02d-%02d %d:%02d:%s", n[0], n[1], n[2], n[3], n[4], secText(sec))
	}
	return ts, nil
}

// toTimestamp is to_timestamp(float8): seconds since 1970.
func toTimestamp(sec float64) (int64, error) {
	switch {
	case math.IsNaN(sec):
		return 0, errf("22008", "timestamp cannot be NaN")
	case math.IsInf(sec, 1):
		return posInf, nil
	case math.IsInf(sec, -1):
		return negInf, nil
	}
	const unixEpochJulianStart = -210866803200.0 // 4714-11-24 BC
	const end = 9224318016000.0                  // 294277-01-01
	if sec < unixEpochJulianStart || sec >= end {
		return 0, errf("22008", "timestamp out of range: \"%s\"", fmt.Sprintf("%.6g", sec))
	}
	us := math.RoundToEven((sec - 946684800) * 1e6)
	ts := int64(us)
	if !pgvalue.ValidTimestamp(ts) {
		return 0, errf("22008", "timestamp out of range: \"%s\"", fmt.Sprintf("%.6g", sec))
	}
	return ts, nil
}

func dateBin(stride interval, ts, origin int64) (int64, error) {
	if infinite(ts) {
		return ts, nil
	}
	if infinite(origin) {
		return 0, errf("22008", "origin out of range")
	}
	if stride.Months != 0 {
		return 0, errf("0A000", "timestamps cannot be binned into intervals containing months or years")
	}
	d := int64(stride.Days)
	us, over := add64(stride.Micros, d*day)
	if over || d > (1<<63-1)/day || d < -(1<<63-1)/day {
		return 0, intervalOutOfRange()
	}
	if us <= 0 {
		return 0, errf("22008", "stride must be greater than zero")
	}
	diff, over := sub64(ts, origin)
	if over {
		return 0, intervalOutOfRange()
	}
	rem := diff % us
	delta := diff - rem
	if rem < 0 {
		delta -= us
	}
	return validTimestamp(origin+delta, false)
}
