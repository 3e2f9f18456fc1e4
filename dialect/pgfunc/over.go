package pgfunc

import (
	"cmp"
	"encoding/hex"
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"sync/atomic"
)

// A custom aggregate cannot slide over a window in go-sqlite3. But
// json_group_array can gather the rows of a frame, and a scalar function runs
// the aggregate over them.
const (
	OverRows    = "pg_over_rows"    // (aggregate, kinds, JSON array of argument lists) its result
	FrameOffset = "pg_frame_offset" // (offset, "starting" or "ending", "ROWS" or "RANGE") the offset, checked
	RowCount    = "pg_row_count"    // (n, function, SQLSTATE) n, which must be greater than zero
)

func overFuncs(r *registry) {
	r.def(OverRows, called(func(args []any) (any, error) {
		name, _ := args[0].(string)
		kinds, _ := args[1].(string)
		list, _ := args[2].(string)
		rows, err := gatheredRows(kinds, list)
		if err != nil {
			return nil, err
		}
		return r.runAggregate(name, rows)
	}))
	r.def(FrameOffset, called(func(args []any) (any, error) {
		what, _ := args[1].(string)
		if args[0] == nil {
			return nil, errf("22004", "frame %s offset must not be null", what)
		}
		bad := false
		switch v := args[0].(type) {
		case int64:
			bad = v < 0
		case float64:
			bad = v < 0
		default: // NaN
			bad = true
		}
		if bad && args[2] == "RANGE" {
			return nil, errf("22013", "invalid preceding or following size in window function")
		}
		if bad {
			return nil, errf("22013", "frame %s offset must not be negative", what)
		}
		return args[0], nil
	}))
	r.def(RowCount, f3(func(n int64, fn, code string) (any, error) {
		if n <= 0 {
			return nil, errf(code, "argument of %s must be greater than zero", fn)
		}
		return n, nil
	}))
}

// frameAggregates are SQLite's own aggregates and window functions over the
// native values of a frame.
var frameAggregates = map[string]func() *aggregate{
	"count": func() *aggregate {
		n := int64(0)
		return &aggregate{
			step: func(args []any) error {
				if len(args) == 0 || !null(args[0]) {
					n++
				}
				return nil
			},
			done: func() (any, error) { return n, nil },
		}
	},
	"sum": func() *aggregate {
		var sum any
		return &aggregate{
			step: skipNull(func(n int64) error {
				if sum == nil {
					sum = int64(0)
				}
				s, over := add64(sum.(int64), n)
				if over {
					return errf("22003", "bigint out of range")
				}
				sum = s
				return nil
			}),
			done: func() (any, error) { return sum, nil },
		}
	},
	"min":         func() *aggregate { return nativeExtreme(-1) },
	"max":         func() *aggregate { return nativeExtreme(1) },
	"first_value": func() *aggregate { return nthRow(func(n int) int { return 0 }) },
	"last_value":  func() *aggregate { return nthRow(func(n int) int { return n - 1 }) },
}

// nativeExtreme is min or max as SQLite orders values, numbers before text. Of
// the two zeros the last is kept.
func nativeExtreme(sign int) *aggregate {
	var kept any
	return &aggregate{
		step: func(args []any) error {
			if v := args[0]; !null(v) && (kept == nil || nativeOrder(v, kept)*sign >= 0) {
				kept = v
			}
			return nil
		},
		done: func() (any, error) { return kept, nil },
	}
}

func nativeOrder(x, y any) int {
	if a, ok := x.(string); ok {
		if b, ok := y.(string); ok {
			return strings.Compare(a, b)
		}
		return 1
	}
	if _, ok := y.(string); ok {
		return -1
	}
	if a, ok := x.(int64); ok {
		if b, ok := y.(int64); ok {
			return cmp.Compare(a, b)
		}
	}
	a, _ := x.(float64)
	b, _ := y.(float64)
	return cmp.Compare(a, b)
}

// nthRow is the argument of one row of the frame, by their number.
func nthRow(which func(n int) int) *aggregate {
	var rows []any
	return &aggregate{
		step: func(args []any) error { rows = append(rows, args[0]); return nil },
		done: func() (any, error) {
			if i := which(len(rows)); i >= 0 && i < len(rows) {
				return rows[i], nil
			}
			return nil, nil
		},
	}
}

// runAggregate runs an aggregate over argument lists.
func (r *registry) runAggregate(name string, rows [][]any) (any, error) {
	var a *aggregate
	if name == "nth_value" {
		// The number is the current row's; every row here has it.
		a = nthRow(func(int) int { return -1 })
		if len(rows) > 0 {
			if n, ok := rows[0][1].(int64); ok {
				a = nthRow(func(int) int { return int(n - 1) })
			}
		}
	} else if make := frameAggregates[name]; make != nil {
		a = make()
	} else if make, ok := r.defs[name].Impl.(func() *aggregate); ok {
		a = make()
	} else {
		return nil, errf("XX000", "no aggregate %s", name)
	}
	for _, row := range rows {
		if err := a.step(row); err != nil {
			return nil, err
		}
	}
	return a.done()
}

// lastGathered is the list read last: over an unchanged frame, every row hands
// the same over.
var lastGathered atomic.Pointer[gathered]

type gathered struct {
	kinds, list string
	rows        [][]any
}

// gatheredRows reads a JSON array of lists; kinds says of each element what it
// stands for: f a float by its bits, b bytes in hexadecimal, n itself.
func gatheredRows(kinds, list string) ([][]any, error) {
	if g := lastGathered.Load(); g != nil && g.list == list && g.kinds == kinds {
		return g.rows, nil
	}
	d := json.NewDecoder(strings.NewReader(list))
	d.UseNumber()
	var rows [][]any
	if err := d.Decode(&rows); err != nil {
		return nil, err
	}
	for _, r := range rows {
		for i := range r {
			v, err := gatheredValue(kinds[i], r[i])
			if err != nil {
				return nil, err
			}
			r[i] = v
		}
	}
	lastGathered.Store(&gathered{kinds, list, rows})
	return rows, nil
}

func gatheredValue(kind byte, v any) (any, error) {
	if v == nil {
		return nil, nil
	}
	if n, ok := v.(json.Number); ok {
		i, err := strconv.ParseInt(n.String(), 10, 64)
		if err != nil {
			return nil, err
		}
		v = i
		if kind == 'f' {
			v = math.Float64frombits(uint64(i))
		}
	}
	if s, ok := v.(string); ok && kind == 'b' {
		return hex.DecodeString(s)
	}
	return v, nil
}
