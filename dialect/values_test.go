package dialect_test

import (
	"database/sql"
	"database/sql/driver"
	"encoding/json"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net"
	"net/netip"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgtype"
	"github.com/jackc/pgx/v5/stdlib"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// valueColumns are the column types that arguments are sent to.
var valueColumns = []string{
	"boolean", "smallint", "integer", "bigint", "real", "double precision", "numeric", "numeric(8,3)", "text", "varchar(12)", "char(6)", "name", "bytea", "uuid",
	"date", "time", "timetz", "timestamp", "timestamptz", "interval", "json", "jsonb", "inet", "cidr", "int[]", "bigint[]", "text[]", "timestamptz[]", "numeric[]", "uuid[]", "bool[]", "mood", "posint",
}

type (
	ownInt    int
	ownString string
	ownBytes  []byte
	ownStrs   []string
	point     struct {
		X int    `json:"x"`
		S string `json:"s,omitempty"`
	}
	textValuer  struct{ s string }
	timeValuer  struct{ t time.Time }
	failValuer  struct{}
	nilValuer   struct{ n int }
	textMarshal struct{ s string }
)

func (v textValuer) Value() (driver.Value, error) { return v.s, nil }
func (v timeValuer) Value() (driver.Value, error) { return v.t, nil }
func (failValuer) Value() (driver.Value, error)   { return nil, errors.New("no value") }
func (v *nilValuer) Value() (driver.Value, error) {
	if v == nil {
		return nil, nil
	}
	return int64(v.n), nil
}
func (v textMarshal) MarshalText() ([]byte, error) { return []byte(v.s), nil }

func ptr[T any](v T) *T { return &v }

// sentValues are arguments as programs send them.
func sentValues(t *testing.T) []any {
	berlin, err := time.LoadLocation("Europe/Berlin")
	if err != nil {
		t.Fatal(err)
	}
	instant := time.Date(2024, 3, 31, 1, 30, 0, 123456789, time.UTC)
	numeric := pgtype.Numeric{Int: big.NewInt(-12345), Exp: -3, Valid: true}
	return []any{
		nil, true, false, 0, 1, -7, int8(5), int16(300), int32(70000), int64(5000000000), uint(9), uint8(200), uint32(4000000000), uint64(math.MaxUint64), int64(math.MinInt64),
		ownInt(42), float32(1.5), 1.5, 0.1, math.Copysign(0, -1), 1e300, math.NaN(), math.Inf(1), 3.0,
		"", "text", "12", "-1.50", "true", "t", "it's \\ \"x\"", "2024-02-29", "2024-02-29 10:11:12.345678+02", "10:11:12", "1 day 02:00", "{1,2}", "{a,NULL,\"b c\"}", `{"a": [1, 2.50]}`, "null",
		"a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "192.168.0.1/24", "ok", "happy", "bad\x00nul", "\xff\xfe", strings.Repeat("é", 13), "\\x0102",
		ownString("own"), ptr("pointed"), (*string)(nil), ptr(int64(8)), (*int64)(nil), ptr(ptr(3)), (*time.Time)(nil), (*bool)(nil),
		[]byte("bytes"), []byte{}, []byte(nil), []byte{0, 0x99, 39}, ownBytes("own"), json.RawMessage(`{"r":1}`), json.RawMessage(nil), []byte(`[1]`),
		instant, instant.In(berlin), instant.In(time.FixedZone("", -5*3600)), time.Time{}, time.Date(10000, 1, 1, 0, 0, 0, 0, time.UTC), time.Date(-43, 3, 15, 0, 0, 0, 0, time.UTC), time.Date(2024, 2, 29, 23, 59, 59, 999999999, berlin),
		time.Now().Truncate(time.Second), ptr(instant), time.Hour + 90*time.Second, time.Duration(-1),
		[]int{1, 2}, []int{}, []int(nil), []int64{math.MaxInt64}, []int32{7}, []float64{1.5, math.NaN()}, []bool{true, false}, []string{"a", "b c", "", "NULL", `q"\`}, []string(nil), []*string{ptr("x"), nil}, []any{1, "a"}, []any{int64(1), nil},
		[]time.Time{instant}, [][]int{{1, 2}, {3, 4}}, [][]string{{"a"}, {"b"}}, [2]int{5, 6}, ownStrs{"o"}, [][]byte{[]byte("x")}, []ownInt{3},
		map[string]any{"b": 1, "a": []any{true, nil}}, map[string]string{"k": "v"}, map[string]int(nil), point{X: 1, S: "s"}, &point{X: 2}, (*point)(nil), []point{{X: 3}}, []map[string]any{{"z": 1}}, struct{}{},
		textValuer{"valued"}, textValuer{"2024-01-01"}, textValuer{"7"}, &textValuer{"ptr"}, timeValuer{instant}, failValuer{}, (*nilValuer)(nil), &nilValuer{6}, textMarshal{"marshalled"},
		sql.NullString{String: "ns", Valid: true}, sql.NullString{}, sql.NullInt64{Int64: 4, Valid: true}, sql.NullInt64{}, sql.NullBool{Bool: true, Valid: true}, sql.NullFloat64{Float64: 2.5, Valid: true}, sql.NullTime{Time: instant, Valid: true}, sql.NullTime{}, sql.Null[int]{V: 3, Valid: true}, sql.Null[string]{}, sql.NullByte{Byte: 7, Valid: true}, sql.NullInt16{Int16: 5, Valid: true},
		numeric, pgtype.Numeric{NaN: true, Valid: true}, pgtype.Numeric{}, pgtype.Numeric{InfinityModifier: pgtype.Infinity, Valid: true},
		pgtype.Timestamptz{Time: instant, Valid: true}, pgtype.Timestamptz{InfinityModifier: pgtype.NegativeInfinity, Valid: true}, pgtype.Timestamp{Time: instant, Valid: true}, pgtype.Date{Time: instant, Valid: true}, pgtype.Date{InfinityModifier: pgtype.Infinity, Valid: true}, pgtype.Time{Microseconds: 3600000001, Valid: true},
		pgtype.Interval{Months: 1, Days: 2, Microseconds: 3, Valid: true}, pgtype.UUID{Bytes: [16]byte{1, 2, 3}, Valid: true}, pgtype.UUID{}, pgtype.Text{String: "pt", Valid: true}, pgtype.Text{}, pgtype.Int4{Int32: 11, Valid: true}, pgtype.Int8{Int64: 12, Valid: true}, pgtype.Int2{Int16: 13, Valid: true}, pgtype.Bool{Bool: true, Valid: true}, pgtype.Float8{Float64: 2.5, Valid: true}, pgtype.Float4{Float32: 2.5, Valid: true}, pgtype.Uint32{Uint32: 5, Valid: true},
		pgtype.Array[int32]{Elements: []int32{1, 2}, Dims: []pgtype.ArrayDimension{{Length: 2, LowerBound: 1}}, Valid: true}, pgtype.FlatArray[string]{"fa"}, pgtype.Range[pgtype.Int4]{Lower: pgtype.Int4{Int32: 1, Valid: true}, LowerType: pgtype.Inclusive, UpperType: pgtype.Unbounded, Valid: true},
		[16]byte{15: 1}, [4]byte{1, 2, 3, 4}, big.NewInt(77), *big.NewInt(78), new(big.Int).Lsh(big.NewInt(1), 80), big.NewFloat(1.5),
		netip.MustParseAddr("10.0.0.1"), netip.MustParsePrefix("10.0.0.0/8"), netip.Addr{}, net.ParseIP("10.0.0.2"), net.IPNet{IP: net.IPv4(10, 1, 0, 0).To4(), Mask: net.CIDRMask(16, 32)}, &net.IPNet{IP: net.IPv4(10, 1, 0, 0).To4(), Mask: net.CIDRMask(16, 32)},
		'x', complex(1, 2), func() {}, make(chan int),
	}
}

// TestValues sends every sort of argument to a column of every type, on
// PostgreSQL through pgx and on the fallback, in each of pgx's ways to run a
// statement, and compares what is stored (as text), what comes back, or the
// error, be it pgx's own.
func TestValues(t *testing.T) {
	setup := "CREATE TYPE mood AS ENUM ('sad', 'ok', 'happy'); CREATE DOMAIN posint AS int CHECK (VALUE > 0); CREATE TABLE v (id int"
	for i, typ := range valueColumns {
		setup += fmt.Sprintf(", c%d %s", i, typ)
	}
	b := newPair(t, pgtest.New(t), "values", setup+")")
	values := sentValues(t)
	for _, mode := range []struct {
		name string
		args []any
	}{
		{"default", nil},
		{"describe", []any{pgx.QueryExecModeDescribeExec}},
		{"cache", []any{pgx.QueryExecModeCacheDescribe}},
		{"exec", []any{pgx.QueryExecModeExec}},
		{"simple", []any{pgx.QueryExecModeSimpleProtocol}},
	} {
		t.Run(mode.name, func(t *testing.T) {
			var n tally
			for i, typ := range valueColumns {
				read := fmt.Sprintf("SELECT c%d::text, c%d FROM v", i, i)
				if typ == "inet" || typ == "cidr" { // whose cast to text is refused
					read = fmt.Sprintf("SELECT c%d FROM v", i)
				}
				for _, v := range values {
					// pgx remembers how it encoded earlier values, wrongly at times.
					*b.pg.(*stdlib.Conn).Conn().TypeMap() = *pgtype.NewMap()
					if text, ok := v.(string); ok && mode.name == "simple" && strings.Contains(text, "\x00") {
						continue // a statement that is no message
					}
					args := append(append([]any(nil), mode.args...), v)
					c := conformanceCase{steps: []caseStep{
						{sql: fmt.Sprintf("INSERT INTO v (c%d) VALUES ($1)", i), args: args, anywhere: mode.name == "simple"},
						{sql: read},
					}}
					switch what, detail := b.run(t, c); what {
					case "equal":
						n.equal++
					case "refused":
						n.refused++
						t.Errorf("%T %v to %s: refused: %s", v, v, typ, detail)
					default:
						n.different++
						t.Errorf("%T %v to %s: %s", v, v, typ, detail)
					}
				}
			}
			t.Logf("%s: %s", mode.name, n)
		})
	}
}
