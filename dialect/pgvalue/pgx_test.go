package pgvalue

import (
	"context"
	"database/sql"
	"database/sql/driver"
	"errors"
	"fmt"
	"math"
	"math/big"
	"net/netip"
	"reflect"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgtype"
	_ "github.com/jackc/pgx/v5/stdlib"
)

type valuer struct{ v driver.Value }

func (v valuer) Value() (driver.Value, error) { return v.v, nil }

type named string

type record struct {
	A int               `json:"a"`
	B []string          `json:"b"`
	C map[string]any    `json:"c"`
	T time.Time         `json:"t"`
	P *float64          `json:"p"`
	M map[string]string `json:"m,omitempty"`
}

func ptr[T any](v T) *T { return &v }

// goArgs are Go values that an application may pass for any type.
func goArgs() []any {
	berlin, _ := time.LoadLocation("Europe/Berlin")
	at := time.Date(2024, 3, 31, 12, 34, 56, 789012345, berlin)
	return []any{
		nil, int(1), int8(-2), int16(300), int32(70000), int64(1) << 40, uint(7), uint8(200), uint16(65535), uint32(1 << 31), uint64(1 << 63), int64(math.MinInt64),
		float32(1.5), 2.5, 1e300, math.NaN(), math.Inf(1), math.Inf(-1), math.Copysign(0, -1), 0.1, float32(0.1),
		true, false, "", "abc", "1", "t", "2024-01-02", "2024-01-02 03:04:05.123456+02", "1.50", "{1,2,3}", `{"b":1, "a":2}`, "1 day 02:00:00", "a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11", "infinity", "now is not", "a\x00b", "\xff",
		[]byte(nil), []byte{}, []byte("abc"), []byte(`{"a": 1}`), []byte{0, 255},
		at, at.UTC(), time.Time{}, time.Date(2024, 1, 2, 0, 0, 0, 0, time.UTC), time.Date(-44, 3, 15, 0, 0, 0, 0, time.UTC), time.Date(300000, 1, 1, 0, 0, 0, 0, time.UTC),
		time.Hour + 30*time.Minute, time.Duration(0), -time.Microsecond,
		(*int)(nil), (*string)(nil), (*time.Time)(nil), ptr(5), ptr("x"), ptr(at), ptr(true), ptr(2.5),
		valuer{nil}, valuer{int64(5)}, valuer{"abc"}, valuer{at}, valuer{[]byte("xyz")}, valuer{true}, valuer{1.25},
		sql.NullInt64{}, sql.NullInt64{Int64: 9, Valid: true}, sql.NullString{String: "q", Valid: true}, sql.NullTime{Time: at, Valid: true}, sql.NullFloat64{Float64: 1.5, Valid: true}, sql.NullBool{Bool: true, Valid: true},
		[]int{1, 2, 3}, []int32{1, 2}, []int64{}, []string{"a", "b,c", `d"e`, ""}, []*string{ptr("a"), nil}, []float64{1.5, math.NaN()}, []bool{true, false}, []time.Time{at}, []any{1, 2}, []any{"a", nil}, []uint8{1}, []int32(nil),
		map[string]any{"b": 1, "a": []int{1}}, map[string]string{"k": "v"}, record{A: 1, B: []string{"x"}, T: at.UTC()}, &record{A: 2}, json1{}, named("abc"),
		[16]byte{1, 2, 3}, netip.MustParseAddr("10.0.0.1"), big.NewInt(12345678901),
		pgtype.Int4{Int32: 7, Valid: true}, pgtype.Int4{}, pgtype.Text{String: "pt", Valid: true}, pgtype.Timestamptz{Time: at, Valid: true}, pgtype.Timestamptz{InfinityModifier: pgtype.Infinity, Valid: true}, pgtype.Date{InfinityModifier: pgtype.NegativeInfinity, Valid: true},
		pgtype.Numeric{Int: big.NewInt(12345), Exp: -2, Valid: true}, pgtype.Numeric{NaN: true, Valid: true}, pgtype.Interval{Months: 14, Days: 3, Microseconds: 1, Valid: true}, pgtype.UUID{Bytes: [16]byte{9}, Valid: true}, pgtype.Bool{Bool: true, Valid: true}, pgtype.Float8{Float64: 2.5, Valid: true}, pgtype.Time{Microseconds: 3600000000, Valid: true},
		pgtype.Range[pgtype.Int4]{Lower: pgtype.Int4{Int32: 1, Valid: true}, Upper: pgtype.Int4{Int32: 5, Valid: true}, LowerType: pgtype.Exclusive, UpperType: pgtype.Inclusive, Valid: true}, pgtype.Range[pgtype.Int4]{Lower: pgtype.Int4{Int32: 7, Valid: true}, Upper: pgtype.Int4{Int32: 5, Valid: true}, LowerType: pgtype.Exclusive, UpperType: pgtype.Inclusive, Valid: true}, pgtype.Range[pgtype.Int4]{LowerType: pgtype.Empty, UpperType: pgtype.Empty, Valid: true}, pgtype.Range[pgtype.Int4]{}, pgtype.Range[time.Time]{Lower: at, Upper: at.Add(time.Hour), LowerType: pgtype.Inclusive, UpperType: pgtype.Exclusive, Valid: true}, pgtype.Range[pgtype.Timestamptz]{Lower: pgtype.Timestamptz{Time: at, Valid: true}, LowerType: pgtype.Inclusive, UpperType: pgtype.Unbounded, Valid: true},
		"[1,5]", "{[1,2),[2,4)}", "$.a[*]", pgtype.Multirange[pgtype.Range[pgtype.Int4]]{{Lower: pgtype.Int4{Int32: 1, Valid: true}, Upper: pgtype.Int4{Int32: 3, Valid: true}, LowerType: pgtype.Inclusive, UpperType: pgtype.Inclusive, Valid: true}},
		pgtype.Array[int32]{Elements: []int32{1, 2}, Dims: []pgtype.ArrayDimension{{Length: 2, LowerBound: 1}}, Valid: true}, pgtype.FlatArray[string]{"a", "b"},
	}
}

type json1 struct{}

func (json1) MarshalJSON() ([]byte, error) { return []byte(`{"x": 1.50}`), nil }

var goTypes = []struct {
	oid  uint32
	name string
}{
	{pgtype.BoolOID, "bool"}, {pgtype.Int2OID, "int2"}, {pgtype.Int4OID, "int4"}, {pgtype.Int8OID, "int8"}, {pgtype.OIDOID, "oid"}, {pgtype.Float4OID, "float4"}, {pgtype.Float8OID, "float8"},
	{pgtype.NumericOID, "numeric"}, {pgtype.TextOID, "text"}, {pgtype.VarcharOID, "varchar"}, {pgtype.BPCharOID, "bpchar"}, {pgtype.NameOID, "name"}, {pgtype.ByteaOID, "bytea"}, {pgtype.UUIDOID, "uuid"},
	{pgtype.DateOID, "date"}, {pgtype.TimeOID, "time"}, {pgtype.TimetzOID, "timetz"}, {pgtype.TimestampOID, "timestamp"}, {pgtype.TimestamptzOID, "timestamptz"}, {pgtype.IntervalOID, "interval"},
	{pgtype.JSONOID, "json"}, {pgtype.JSONBOID, "jsonb"}, {pgtype.Int4ArrayOID, "int4[]"}, {pgtype.Int8ArrayOID, "int8[]"}, {pgtype.TextArrayOID, "text[]"}, {pgtype.Float8ArrayOID, "float8[]"}, {pgtype.BoolArrayOID, "bool[]"}, {pgtype.TimestamptzArrayOID, "timestamptz[]"},
	{pgtype.InetOID, "inet"}, {pgtype.CIDROID, "cidr"}, {pgtype.Int4rangeOID, "int4range"}, {pgtype.TstzrangeOID, "tstzrange"}, {pgtype.NumrangeOID, "numrange"}, {pgtype.Int4multirangeOID, "int4multirange"}, {pgtype.JSONPathOID, "jsonpath"},
}

// TestArgumentsAsPgx passes every Go value for every type to PostgreSQL through
// pgx/stdlib and here, and compares what comes back as a Go value.
func TestArgumentsAsPgx(t *testing.T) {
	db, err := sql.Open("pgx", oracle(t).Config().ConnString())
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	db.SetMaxOpenConns(1)
	zone, err := time.LoadLocation("America/New_York")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec("SET timezone = 'America/New_York'"); err != nil {
		t.Fatal(err)
	}
	env := &Env{TimeZone: zone}
	pairs := 0
	for _, gt := range goTypes {
		typ, ok := TypeOf(nil, gt.oid, -1)
		if !ok {
			t.Fatal(gt.name)
		}
		for i, arg := range goArgs() {
			switch arg.(type) {
			case []int64:
				// Whether pgx encodes an empty slice for arrays of another element
				// type depends on what the connection has encoded before.
				if gt.oid != pgtype.Int8ArrayOID {
					continue
				}
			}
			pairs++
			var want any
			wantErr := db.QueryRow("SELECT $1::"+gt.name, arg).Scan(&want)
			v, gotErr := EncodeArg(&typ, arg, env)
			var got any
			if gotErr == nil {
				got, gotErr = ToGo(&typ, v, env)
			}
			id := fmt.Sprintf("%s from %T(%v) #%d", gt.name, arg, arg, i)
			if wantErr != nil || gotErr != nil {
				if !Computable(&typ) || gotErr == nil || sameError(wantErr, gotErr) {
					if gotErr == nil {
						t.Errorf("%s: got no error but %v WANT %v", id, got, wantErr)
					}
					continue
				}
				t.Errorf("%s: got error %v (%v) WANT %v (%v)", id, gotErr, got, wantErr, want)
				continue
			}
			if !sameGo(got, want) {
				t.Errorf("%s: got %T %v WANT %T %v", id, got, got, want, want)
			}
		}
	}
	t.Logf("%d pairs", pairs)
}

func sameError(want, got error) bool {
	if want == nil || got == nil {
		return false
	}
	var w, g *pgconn.PgError
	if errors.As(want, &w) {
		return errors.As(got, &g) && g.Code == w.Code && g.Message == w.Message
	}
	return !errors.As(got, &g)
}

func sameGo(a, b any) bool {
	if x, ok := a.(float64); ok {
		y, ok := b.(float64)
		return ok && (x == y && math.Signbit(x) == math.Signbit(y) || math.IsNaN(x) && math.IsNaN(y))
	}
	if x, ok := a.(time.Time); ok {
		y, ok := b.(time.Time)
		return ok && x.Equal(y) && x.Location().String() == y.Location().String()
	}
	return reflect.DeepEqual(a, b)
}

// TestFromBinary reads PostgreSQL's binary form of every input test's value.
func TestFromBinary(t *testing.T) {
	c := oracle(t)
	read := 0
	for _, in := range inputs {
		typ, _ := TypeOf(nil, in.oid, -1)
		for _, text := range in.texts {
			v, err := ParseText(&typ, text, UTC)
			if err != nil {
				continue
			}
			want, err := FormatText(&typ, v, UTC)
			if err != nil {
				t.Fatal(err)
			}
			r := c.PgConn().ExecParams(context.Background(), "SELECT $1", [][]byte{[]byte(want)}, []uint32{in.oid}, []int16{0}, []int16{1}).Read()
			if r.Err != nil {
				if in.oid == pgtype.TextOID || in.oid == pgtype.QCharOID {
					continue
				}
				t.Errorf("%s %q: %v", typ.Name, want, r.Err)
				continue
			}
			got, err := FromBinary(&typ, r.Rows[0][0])
			if err != nil {
				t.Errorf("%s %q: %v", typ.Name, want, err)
				continue
			}
			read++
			if !Equal(&typ, got, v) {
				t.Errorf("%s %q: got %v want %v", typ.Name, text, got, v)
			}
			s, err := FormatText(&typ, got, UTC)
			if err != nil || s != want {
				t.Errorf("%s %q: got %s %v want %s", typ.Name, text, s, err, want)
			}
		}
	}
	t.Logf("%d values", read)
}

// TestCompare orders values here and on PostgreSQL.
func TestCompare(t *testing.T) {
	c := oracle(t)
	ctx := context.Background()
	for _, in := range inputs {
		typ, _ := TypeOf(nil, in.oid, -1)
		if in.oid == pgtype.JSONOID || in.typmod >= 0 {
			continue
		}
		var texts []string
		var natives []any
		for _, text := range in.texts {
			v, err := ParseText(&typ, text, UTC)
			if err != nil || len(texts) > 25 || in.oid == pgtype.QCharOID && len(text) > 1 {
				continue
			}
			s, _ := FormatText(&typ, v, UTC)
			texts, natives = append(texts, s), append(natives, v)
		}
		name := typ.Name
		rows, err := c.Query(ctx, `SELECT i.n::int, j.n::int, (i.v::pg_catalog."`+name+`" < j.v::pg_catalog."`+name+`")::int - (i.v::pg_catalog."`+name+`" > j.v::pg_catalog."`+name+`")::int
			FROM unnest($1::text[]) WITH ORDINALITY i(v, n), unnest($1::text[]) WITH ORDINALITY j(v, n)`, texts)
		if err != nil {
			t.Fatal(err)
		}
		type pair struct{ I, J, Less int }
		pairs, err := pgx.CollectRows(rows, pgx.RowToStructByPos[pair])
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		for _, p := range pairs {
			got := -Compare(&typ, natives[p.I-1], natives[p.J-1])
			if sign(got) != p.Less {
				t.Errorf("%s: %s against %s: got %d want %d", name, texts[p.I-1], texts[p.J-1], -sign(got), -p.Less)
			}
		}
	}
}

func sign(n int) int {
	switch {
	case n < 0:
		return -1
	case n > 0:
		return 1
	}
	return 0
}

func BenchmarkFromBinary(b *testing.B) {
	for _, x := range []struct {
		name string
		oid  uint32
		src  []byte
	}{
		{"int4", pgtype.Int4OID, []byte{0, 0, 1, 2}},
		{"text", pgtype.TextOID, []byte("twenty bytes of text")},
		{"timestamptz", pgtype.TimestamptzOID, []byte{0, 2, 184, 138, 5, 6, 7, 8}},
		{"numeric", pgtype.NumericOID, []byte{0, 3, 0, 1, 0, 0, 0, 2, 0, 12, 13, 128, 17, 48}},
		{"uuid", pgtype.UUIDOID, make([]byte, 16)},
		{"jsonb", pgtype.JSONBOID, []byte("\x01{\"a\": 1}")},
	} {
		t, _ := TypeOf(nil, x.oid, -1)
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := FromBinary(&t, x.src); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

func BenchmarkEncodeArg(b *testing.B) {
	now := time.Now()
	for _, x := range []struct {
		name string
		oid  uint32
		arg  any
	}{
		{"int64", pgtype.Int8OID, int64(42)},
		{"text", pgtype.TextOID, "twenty bytes of text"},
		{"timestamptz", pgtype.TimestamptzOID, now},
		{"numeric from string", pgtype.NumericOID, "12345.67"},
		{"jsonb from string", pgtype.JSONBOID, `{"b": 1, "a": [1, 2]}`},
		{"int8[]", pgtype.Int8ArrayOID, []int64{1, 2, 3}},
		{"date", pgtype.DateOID, now},
	} {
		t, _ := TypeOf(nil, x.oid, -1)
		b.Run(x.name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if _, err := EncodeArg(&t, x.arg, UTC); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
