package failoversql

import (
	"database/sql/driver"
	"encoding/binary"
	"fmt"
	"hash/maphash"
	"math"
	"slices"
	"time"

	"github.com/failoversql/failoversql/dialect"
)

// answer is the answer to a query, reduced to sums by which two can be compared.
type answer struct {
	code    string // SQLSTATE, where it is an error
	columns []string
	types   []string
	rows    int
	bytes   int
	sums    []uint64       // by column, of its values in any order
	each    map[uint64]int // how often each row is there
	sorted  []int          // the columns that it is sorted by; nil where not all are in it
	order   uint64         // of their values in order
	asIs    uint64         // of the rows in order
}

var answerSeed = maphash.MakeSeed()

func (a *answer) begin(rows driver.Rows, reading dialect.Reading) {
	a.columns, a.each = rows.Columns(), make(map[uint64]int)
	a.sums = make([]uint64, len(a.columns))
	if typed, ok := rows.(driver.RowsColumnTypeDatabaseTypeName); ok {
		for i := range a.columns {
			a.types = append(a.types, typed.ColumnTypeDatabaseTypeName(i))
		}
	}
	for _, by := range reading.Order {
		place := by.Place - 1
		if by.Name != "" {
			place = slices.Index(a.columns, by.Name)
			if place >= 0 && slices.Contains(a.columns[place+1:], by.Name) {
				place = -1
			}
		}
		if place < 0 || place >= len(a.columns) {
			a.sorted = nil
			return
		}
		a.sorted = append(a.sorted, place)
	}
}

func (a *answer) add(vals []driver.Value) {
	var row, key maphash.Hash
	row.SetSeed(answerSeed)
	key.SetSeed(answerSeed)
	for i, v := range vals {
		h := a.hash(i, v)
		a.sums[i] += h
		write(&row, h)
	}
	for _, i := range a.sorted {
		write(&key, a.hash(i, vals[i]))
	}
	h := row.Sum64()
	a.rows++
	a.each[h]++
	a.asIs = a.asIs*31 + h
	a.order = a.order*31 + key.Sum64()
}

func write(h *maphash.Hash, v uint64) {
	var b [8]byte
	binary.LittleEndian.PutUint64(b[:], v)
	_, _ = h.Write(b[:])
}

// hash is of one value, and its Go type, for that is part of the answer.
func (a *answer) hash(column int, v driver.Value) uint64 {
	var h maphash.Hash
	h.SetSeed(answerSeed)
	write(&h, uint64(column))
	switch v := v.(type) {
	case nil:
		_ = h.WriteByte('n')
	case int64:
		_ = h.WriteByte('i')
		write(&h, uint64(v))
	case float64:
		_ = h.WriteByte('f')
		if math.IsNaN(v) {
			v = math.NaN() // whatever its bits
		}
		write(&h, math.Float64bits(v))
	case string:
		_ = h.WriteByte('s')
		_, _ = h.WriteString(v)
		a.bytes += len(v)
	case []byte:
		_ = h.WriteByte('b')
		_, _ = h.Write(v)
		a.bytes += len(v)
	case time.Time:
		_ = h.WriteByte('t')
		write(&h, uint64(v.Unix()))
		write(&h, uint64(v.Nanosecond()))
		_, offset := v.Zone()
		write(&h, uint64(offset))
	default:
		_, _ = fmt.Fprintf(&h, "%T %v", v, v)
	}
	return h.Sum64()
}

// differs says how the file's answer is another than PostgreSQL's, or nil.
func (a *answer) differs(here *answer, reading dialect.Reading, collation bool) (*ShadowDifference, error) {
	loose := func(d ShadowDifference) (*ShadowDifference, error) {
		if reading.Loose {
			return nil, notComparable("order")
		}
		return &d, nil
	}
	switch {
	case here.code == "0A000" && a.code != "0A000":
		return nil, notComparable("refused")
	case here.code == "55P03" || here.code == "57014" || here.code == "53100":
		return nil, notComparable("file_busy")
	case a.code != here.code:
		return loose(ShadowDifference{Kind: "error", Errors: []string{a.code, here.code}})
	case a.code != "":
		return nil, nil
	case !slices.Equal(a.columns, here.columns):
		return &ShadowDifference{Kind: "columns"}, nil
	case !slices.Equal(a.types, here.types):
		return &ShadowDifference{Kind: "types", Columns: named(a.columns, func(i int) bool { return a.types[i] != here.types[i] })}, nil
	case here.rows < a.rows:
		return loose(ShadowDifference{Kind: "fewer_rows"})
	case here.rows > a.rows:
		return loose(ShadowDifference{Kind: "more_rows"})
	case !sameRows(a.each, here.each):
		other := func(i int) bool { return a.sums[i] != here.sums[i] }
		exact := func(i int) bool { return other(i) && !inexact[a.types[i]] }
		columns := named(a.columns, other)
		if reading.Sums && len(columns) > 0 && len(named(a.columns, exact)) == 0 {
			return nil, notComparable("order")
		}
		return loose(ShadowDifference{Kind: "values", Columns: columns})
	case !reading.Sorted || a.asIs == here.asIs:
		return nil, nil
	case a.sorted == nil || !collation:
		return nil, notComparable("order")
	case a.order != here.order:
		return loose(ShadowDifference{Kind: "order", Columns: named(a.columns, func(i int) bool { return slices.Contains(a.sorted, i) })})
	}
	return nil, nil // rows that sort alike
}

// inexact are the types whose sums depend on the order of addition, or whose
// equal values may be written differently.
var inexact = map[string]bool{"FLOAT4": true, "FLOAT8": true, "NUMERIC": true}

func sameRows(a, b map[uint64]int) bool {
	for h, n := range a {
		if b[h] != n {
			return false
		}
	}
	return len(a) == len(b)
}

func named(columns []string, is func(i int) bool) (out []string) {
	for i, name := range columns {
		if is(i) {
			out = append(out, name)
		}
	}
	return out
}
