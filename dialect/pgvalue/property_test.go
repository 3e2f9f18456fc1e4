package pgvalue

import (
	"math"
	"testing"

	"github.com/cockroachdb/apd/v3"
	"pgregory.net/rapid"
)

// numericGen draws numerics in PostgreSQL's text form.
func numericGen() *rapid.Generator[*Numeric] {
	return rapid.Custom(func(t *rapid.T) *Numeric {
		d := apd.New(rapid.Int64().Draw(t, "coefficient"), int32(-rapid.IntRange(0, 12).Draw(t, "scale")))
		return d
	})
}

func TestNumericTextOrder(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		a, b := numericGen().Draw(t, "a"), numericGen().Draw(t, "b")
		if rapid.Bool().Draw(t, "equal") {
			b = RescaleNumeric(new(Numeric), a, 14)
		}
		x, y := FormatNumeric(a), FormatNumeric(b)
		if got, want := CompareNumericText(x, y), a.Cmp(b); got != want {
			t.Fatalf("%s against %s: %d, want %d", x, y, got, want)
		}
	})
}

func TestNumericRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		s := FormatNumeric(numericGen().Draw(t, "n"))
		d, err := ParseNumeric(s)
		if err != nil || FormatNumeric(d) != s {
			t.Fatalf("%s became %v (%v)", s, d, err)
		}
	})
}

func TestScaledColumnRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := rapid.IntRange(1, 18).Draw(t, "precision")
		s := rapid.IntRange(0, p).Draw(t, "scale")
		typ := Type{OID: 1700, Typmod: int32(p<<16|s) + 4, Name: "numeric"}
		limit := int64(1)
		for range p {
			limit *= 10
		}
		n := rapid.Int64Range(1-limit, limit-1).Draw(t, "n")
		text := UnscaleInt(n, s)
		if got := ToColumn(&typ, text); got != n {
			t.Fatalf("%s is stored as %v, want %d", text, got, n)
		}
		if got := FromColumn(&typ, n); got != text {
			t.Fatalf("%d is read as %v, want %s", n, got, text)
		}
		if got, err := ParseText(&typ, text, UTC); err != nil || got != text {
			t.Fatalf("%s is parsed as %v (%v)", text, got, err)
		}
	})
}

func TestIntervalRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		iv := Interval{
			Micros: rapid.Int64Min(math.MinInt64+1).Draw(t, "micros"), // PostgreSQL cannot read the least one back
			Days:   rapid.Int32().Draw(t, "days"),
			Months: rapid.Int32().Draw(t, "months"),
		}
		s := iv.String()
		got, err := ParseInterval(s)
		if err != nil || got != iv {
			t.Fatalf("%+v is %s is %+v (%v)", iv, s, got, err)
		}
	})
}

func TestTimestampRoundTrip(t *testing.T) {
	typ, _ := TypeOf(nil, oidTimestamptz, -1)
	loc, _ := FindZone("Europe/Berlin")
	env := &Env{TimeZone: loc}
	rapid.Check(t, func(t *rapid.T) {
		ts := rapid.Int64Range(minTimestamp+MicrosPerDay, endTimestamp-MicrosPerDay-1).Draw(t, "ts")
		s, err := FormatText(&typ, ts, env)
		if err != nil {
			t.Fatal(err)
		}
		if got, err := ParseText(&typ, s, env); err != nil || got != ts {
			t.Fatalf("%d is %s is %v (%v)", ts, s, got, err)
		}
	})
}

func TestArrayRoundTrip(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		elems := rapid.SliceOf(rapid.Ptr(rapid.String(), true)).Draw(t, "elements")
		s := NewArray(elems).String()
		a, err := ParseArray(s)
		if err != nil || a.String() != s || len(a.Elems) != len(elems) {
			t.Fatalf("%q: %v", s, err)
		}
		for i := range elems {
			if (elems[i] == nil) != (a.Elems[i] == nil) || elems[i] != nil && *elems[i] != *a.Elems[i] {
				t.Fatalf("%q: element %d differs", s, i)
			}
		}
	})
}

func TestJSONBIsStable(t *testing.T) {
	value := rapid.Deferred(func() *rapid.Generator[*JSON] { return jsonGen(3) })
	rapid.Check(t, func(t *rapid.T) {
		s := value.Draw(t, "json").Normalize().String()
		j, err := ParseJSONB(s)
		if err != nil {
			t.Fatalf("%s: %v", s, err)
		}
		again, err := ParseJSONB(j.String())
		if err != nil || again.String() != j.String() || CompareJSONB(j, again) != 0 {
			t.Fatalf("%s became %s", j, again)
		}
	})
}

func jsonGen(depth int) *rapid.Generator[*JSON] {
	return rapid.Custom(func(t *rapid.T) *JSON {
		kinds := 5
		if depth == 0 {
			kinds = 3
		}
		switch rapid.IntRange(0, kinds).Draw(t, "kind") {
		case 0:
			return &JSON{Kind: JSONNull}
		case 1:
			return &JSON{Kind: JSONBool, Bool: rapid.Bool().Draw(t, "bool")}
		case 2:
			return &JSON{Kind: JSONNumber, Text: FormatNumeric(numericGen().Draw(t, "number"))}
		case 3:
			return &JSON{Kind: JSONString, Text: rapid.StringMatching(`[a-z"\\é\n]{0,6}`).Draw(t, "string")}
		case 4:
			return &JSON{Kind: JSONArray, Elems: rapid.SliceOfN(jsonGen(depth-1), 0, 4).Draw(t, "array")}
		}
		j := &JSON{Kind: JSONObject}
		for _, k := range rapid.SliceOfN(rapid.StringMatching(`[a-c]{0,3}`), 0, 4).Draw(t, "keys") {
			j.Keys = append(j.Keys, k)
			j.Elems = append(j.Elems, jsonGen(depth-1).Draw(t, "value"))
		}
		return j.Normalize()
	})
}
