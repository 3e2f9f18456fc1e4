package pgfunc

import (
	"strconv"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// maxSeries bounds what generate_series makes at once: the whole of it is held
// in memory here.
const maxSeries = 10_000_000

func tooLong() error {
	return errf("0A000", "generate_series of more than %d rows is not supported on the SQLite fallback", maxSeries)
}

func stepZero() error { return errf("22023", "step size cannot equal zero") }

func intSeries(from, to, step int64) (string, error) {
	if step == 0 {
		return "", stepZero()
	}
	b := []byte{'['}
	for n, i := from, 0; step > 0 && n <= to || step < 0 && n >= to; i++ {
		if i > 0 {
			b = append(b, ',')
		}
		if i >= maxSeries {
			return "", tooLong()
		}
		b = strconv.AppendInt(b, n, 10)
		next, over := add64(n, step)
		if over {
			break
		}
		n = next
	}
	return string(append(b, ']')), nil
}

func numericSeries(from, to, step *numeric) (string, error) {
	for _, d := range []struct {
		v    *numeric
		what string
	}{{from, "start value"}, {to, "stop value"}, {step, "step size"}} {
		if isNaN(d.v) {
			return "", errf("22023", "%s cannot be NaN", d.what)
		}
		if isInf(d.v) {
			return "", errf("22023", "%s cannot be infinity", d.what)
		}
	}
	sign := step.Sign()
	if sign == 0 {
		return "", stepZero()
	}
	var items []any
	for n := from; n.Cmp(to)*sign <= 0; {
		if len(items) >= maxSeries {
			return "", tooLong()
		}
		items = append(items, pgvalue.FormatNumeric(n))
		var err error
		if n, err = numericAdd(n, step); err != nil {
			return "", err
		}
	}
	return rows(len(items), func(i int) any { return items[i] })
}

func timeSeries(from, to int64, step interval, add func(ts int64, iv interval) (int64, error)) (string, error) {
	sign := pgvalue.CompareIntervals(step, interval{})
	if sign == 0 {
		return "", stepZero()
	}
	b := []byte{'['}
	n := from
	for i := 0; sign > 0 && n <= to || sign < 0 && n >= to; i++ {
		if i >= maxSeries || infinite(n) {
			return "", tooLong()
		}
		if i > 0 {
			b = append(b, ',')
		}
		b = strconv.AppendInt(b, n, 10)
		var err error
		if n, err = add(n, step); err != nil {
			return "", err
		}
	}
	return string(append(b, ']')), nil
}

// seriesFuncs adds generate_series.
func seriesFuncs(r *registry) {
	r.tableFn("pg_series", f3(intSeries), "generate_series(int4,int4,int4)", "generate_series(int8,int8,int8)")
	r.tableFn("pg_series2", f2(func(from, to int64) (string, error) { return intSeries(from, to, 1) }), "generate_series(int4,int4)", "generate_series(int8,int8)")
	r.tableFn("pg_series_numeric", f3(numericSeries), "generate_series(numeric,numeric,numeric)")
	r.tableFn("pg_series_numeric2", f2(func(from, to *numeric) (string, error) { return numericSeries(from, to, numInt(1)) }), "generate_series(numeric,numeric)")
	r.tableFn("pg_series_timestamp", f3(func(from, to int64, step interval) (string, error) {
		return timeSeries(from, to, step, timestampAdd)
	}), "generate_series(timestamp,timestamp,interval)")
	f := func(tz, from, to, step any) (any, error) {
		if null(from) || null(to) || null(step) {
			return nil, nil
		}
		loc := zoneOf(tz)
		iv, err := pgvalue.ParseInterval(step.(string))
		if err != nil {
			return nil, WrapError(err)
		}
		return result(timeSeries(from.(int64), to.(int64), iv, func(ts int64, iv interval) (int64, error) { return timestamptzAdd(ts, iv, loc) }))
	}
	r.tableFn("pg_series_timestamptz", f, "generate_series(timestamptz,timestamptz,interval)")
	m := r.impls["generate_series(timestamptz,timestamptz,interval)"]
	m.Env = envZone
	r.impls["generate_series(timestamptz,timestamptz,interval)"] = m
}
