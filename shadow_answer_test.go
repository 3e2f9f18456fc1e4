package failoversql

import (
	"database/sql/driver"
	"io"
	"math"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/dialect"
)

// listed are rows that are there.
type listed struct {
	columns, types []string
	rows           [][]driver.Value
}

func (g *listed) Columns() []string                       { return g.columns }
func (g *listed) Close() error                            { return nil }
func (g *listed) ColumnTypeDatabaseTypeName(i int) string { return g.types[i] }
func (g *listed) Next(dest []driver.Value) error {
	if len(g.rows) == 0 {
		return io.EOF
	}
	copy(dest, g.rows[0])
	g.rows = g.rows[1:]
	return nil
}

func TestAnswerDiffers(t *testing.T) {
	type row = []driver.Value
	answerOf := func(reading dialect.Reading, types []string, rows ...row) *answer {
		a, err := collect(&listed{[]string{"a", "b"}, types, rows}, nil, reading)
		require.NoError(t, err)
		return a
	}
	ints := []string{"INT8", "TEXT"}
	one, two, three := row{int64(1), "x"}, row{int64(2), "y"}, row{int64(3), "x"}
	byA := dialect.Reading{Sorted: true, Order: []dialect.OrderColumn{{Name: "a"}}}
	byB := dialect.Reading{Sorted: true, Order: []dialect.OrderColumn{{Place: 2}}}
	unknown := dialect.Reading{Sorted: true}
	at := time.Date(2001, 2, 3, 4, 5, 6, 0, time.UTC)
	for name, c := range map[string]struct {
		reading     dialect.Reading
		there, here *answer
		kind        string // "" the same, "?" not comparable
		columns     []string
	}{
		"another order":            {dialect.Reading{}, answerOf(byA, ints, one, two), answerOf(byA, ints, two, one), "", nil},
		"another order, sorted":    {byA, answerOf(byA, ints, one, two), answerOf(byA, ints, two, one), "order", []string{"a"}},
		"rows that sort alike":     {byB, answerOf(byB, ints, one, three), answerOf(byB, ints, three, one), "", nil},
		"sorted by something else": {unknown, answerOf(unknown, ints, one, two), answerOf(unknown, ints, two, one), "?", nil},
		"fewer":                    {byA, answerOf(byA, ints, one, two), answerOf(byA, ints, one), "fewer_rows", nil},
		"more":                     {byA, answerOf(byA, ints, one), answerOf(byA, ints, one, one), "more_rows", nil},
		"a row twice":              {dialect.Reading{}, answerOf(byA, ints, one, two, two), answerOf(byA, ints, one, one, two), "values", []string{"a", "b"}},
		"values":                   {byA, answerOf(byA, ints, one, two), answerOf(byA, ints, one, row{int64(2), "z"}), "values", []string{"b"}},
		"values changed over":      {byA, answerOf(byA, ints, one, two), answerOf(byA, ints, row{int64(1), "y"}, row{int64(2), "x"}), "values", nil},
		"loose":                    {dialect.Reading{Loose: true}, answerOf(byA, ints, one), answerOf(byA, ints, two), "?", nil},
		"loose, and the same":      {dialect.Reading{Loose: true}, answerOf(byA, ints, one), answerOf(byA, ints, one), "", nil},
		"Go types":                 {byA, answerOf(byA, ints, row{int64(1), []byte("x")}), answerOf(byA, ints, row{int64(1), "x"}), "values", []string{"b"}},
		"NULL":                     {byA, answerOf(byA, ints, row{int64(1), nil}), answerOf(byA, ints, row{int64(1), ""}), "values", []string{"b"}},
		"NaN":                      {byA, answerOf(byA, ints, row{math.NaN(), nil}), answerOf(byA, ints, row{math.Float64frombits(math.Float64bits(math.NaN()) ^ 1), nil}), "", nil},
		"zero":                     {byA, answerOf(byA, ints, row{math.Copysign(0, -1), nil}), answerOf(byA, ints, row{0.0, nil}), "values", []string{"a"}},
		"times":                    {byA, answerOf(byA, ints, row{at, at.Add(1)}), answerOf(byA, ints, row{at, at}), "values", []string{"b"}},
		"types":                    {byA, answerOf(byA, ints, one), answerOf(byA, []string{"INT4", "TEXT"}, one), "types", []string{"a"}},
		"sums":                     {dialect.Reading{Sums: true}, answerOf(byA, []string{"FLOAT8", "TEXT"}, row{math.Nextafter(0.3, 1), "x"}), answerOf(byA, []string{"FLOAT8", "TEXT"}, row{0.3, "x"}), "?", nil},
		"more than sums": {dialect.Reading{Sums: true}, answerOf(byA, []string{"FLOAT8", "TEXT"}, row{math.Nextafter(0.3, 1), "x"}), answerOf(byA, []string{"FLOAT8", "TEXT"}, row{0.3, "y"}), "values",
			[]string{"a", "b"}},
		"an error":         {byA, &answer{code: "22012"}, answerOf(byA, ints), "error", nil},
		"the same error":   {byA, &answer{code: "22012"}, &answer{code: "22012"}, "", nil},
		"another error":    {byA, &answer{code: "22012"}, &answer{code: "22003"}, "error", nil},
		"a refusal":        {byA, answerOf(byA, ints), &answer{code: "0A000"}, "?", nil},
		"the file is busy": {byA, answerOf(byA, ints), &answer{code: "55P03"}, "?", nil},
	} {
		d, err := c.there.differs(c.here, c.reading, true)
		switch c.kind {
		case "?":
			require.Error(t, err, name)
		case "":
			require.NoError(t, err, name)
			require.Nil(t, d, name)
		default:
			require.NoError(t, err, name)
			require.NotNil(t, d, name)
			require.Equal(t, c.kind, d.Kind, name)
			require.Equal(t, c.columns, d.Columns, name)
		}
	}
	d, err := answerOf(byA, ints, one, two).differs(answerOf(byA, ints, two, one), byA, false)
	require.Nil(t, d)
	require.Error(t, err, "where text sorts only nearly as on the primary")
	rows := make([]row, answerRows+1)
	for i := range rows {
		rows[i] = one
	}
	_, err = collect(&listed{[]string{"a", "b"}, ints, rows}, nil, byA)
	require.Equal(t, notComparable("too_large"), err)
}

// An argument is copied, or the query left alone.
func TestKeptArgument(t *testing.T) {
	b := []byte("x")
	v, ok := keptArgument(b)
	require.True(t, ok)
	b[0] = 'y'
	require.Equal(t, []byte("x"), v)
	for _, moving := range []any{"now", "Today", []string{"x", "yesterday"}, struct{}{}, &b} {
		_, ok := keptArgument(moving)
		require.False(t, ok, "%v", moving)
	}
}
