package pgfunc

import (
	"encoding/json"
	"math"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// Functions that the emitter calls where rows travel as JSON arrays.
const (
	FloatBits = "pg_float_bits" // (float) its bits as an integer, which JSON keeps exactly
	FloatOf   = "pg_float_of"   // the reverse
	ZipRows   = "pg_zip_rows"   // (JSON array, …) one array of arrays, the shorter ones padded with nulls
)

func rowsetFuncs(r *registry) {
	r.def(FloatBits, f1(func(v any) (int64, error) { return int64(math.Float64bits(pgvalue.ToFloat(v))), nil }))
	r.def(FloatOf, f1(func(bits int64) (float64, error) { return math.Float64frombits(uint64(bits)), nil }))
	r.def(ZipRows, called(zipRows))
}

// zipRows puts sets of rows side by side, as ROWS FROM does. A set that is NULL
// has no rows.
func zipRows(args []any) (string, error) {
	sets := make([][]json.RawMessage, len(args))
	n := 0
	for i, v := range args {
		if v == nil {
			continue
		}
		s, err := to[string](v)
		if err != nil {
			return "", err
		}
		if err := json.Unmarshal([]byte(s), &sets[i]); err != nil {
			return "", err
		}
		n = max(n, len(sets[i]))
	}
	out := []byte{'['}
	for row := range n {
		if row > 0 {
			out = append(out, ',')
		}
		for i, set := range sets {
			sep := byte(',')
			if i == 0 {
				sep = '['
			}
			out = append(out, sep)
			if row < len(set) {
				out = append(out, set[row]...)
			} else {
				out = append(out, "null"...)
			}
		}
		out = append(out, ']')
	}
	return string(append(out, ']')), nil
}
