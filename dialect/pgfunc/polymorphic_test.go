package pgfunc

import (
	"context"
	"database/sql/driver"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/failoversql/failoversql/internal/pgtest/samples"
)

type polymorphicCall struct {
	sig   string
	types []string
}

// polymorphic calls, by declared signature and actual argument types.
var polymorphic = []polymorphicCall{
	{"array_length(anyarray,int4)", []string{"_int4 int4", "_text int4"}},
	{"array_lower(anyarray,int4)", []string{"_int4 int4"}},
	{"array_upper(anyarray,int4)", []string{"_int4 int4"}},
	{"array_ndims(anyarray)", []string{"_int4", "_text"}},
	{"array_dims(anyarray)", []string{"_int4", "_text"}},
	{"cardinality(anyarray)", []string{"_int4", "_text"}},
	{"array_append(anycompatiblearray,anycompatible)", []string{"_int4 int4", "_text text", "_numeric numeric", "_timestamptz timestamptz", "_bytea bytea", "_float8 float8", "_bool bool"}},
	{"array_prepend(anycompatible,anycompatiblearray)", []string{"int4 _int4", "text _text", "jsonb _jsonb"}},
	{"array_cat(anycompatiblearray,anycompatiblearray)", []string{"_int4 _int4", "_text _text"}},
	{"array_remove(anycompatiblearray,anycompatible)", []string{"_int4 int4", "_text text", "_numeric numeric", "_float8 float8", "_bytea bytea", "_jsonb jsonb", "_date date", "_interval interval", "_uuid uuid"}},
	{"array_replace(anycompatiblearray,anycompatible,anycompatible)", []string{"_int4 int4 int4", "_numeric numeric numeric"}},
	{"array_position(anycompatiblearray,anycompatible)", []string{"_int4 int4", "_text text", "_jsonb jsonb", "_bool bool", "_timestamp timestamp"}},
	{"array_position(anycompatiblearray,anycompatible,int4)", []string{"_int4 int4 int4"}},
	{"array_positions(anycompatiblearray,anycompatible)", []string{"_int4 int4", "_text text"}},
	{"array_to_string(anyarray,text)", []string{"_int4 text", "_text text", "_timestamptz text", "_bool text"}},
	{"array_to_string(anyarray,text,text)", []string{"_int4 text text", "_text text text"}},
	{"arraycontains(anyarray,anyarray)", []string{"_int4 _int4", "_text _text", "_numeric _numeric"}},
	{"arraycontained(anyarray,anyarray)", []string{"_int4 _int4", "_text _text"}},
	{"arrayoverlap(anyarray,anyarray)", []string{"_int4 _int4", "_text _text", "_numeric _numeric", "_jsonb _jsonb", "_date _date"}},
	{"array_ne(anyarray,anyarray)", []string{"_int4 _int4", "_bytea _bytea", "_interval _interval", "_timetz _timetz"}},
	{"array_ge(anyarray,anyarray)", []string{"_int4 _int4", "_float4 _float4", "_uuid _uuid", "_bpchar _bpchar"}},
	{"array_fill(anyelement,_int4,_int4)", []string{"int4 _int4 _int4", "text _int4 _int4"}},
	{"array_eq(anyarray,anyarray)", []string{"_int4 _int4", "_text _text", "_numeric _numeric", "_float8 _float8", "_jsonb _jsonb"}},
	{"array_lt(anyarray,anyarray)", []string{"_int4 _int4", "_text _text", "_numeric _numeric", "_timestamptz _timestamptz"}},
	{"array_fill(anyelement,_int4)", []string{"int4 _int4", "text _int4", "bytea _int4", "timestamptz _int4"}},
	{"trim_array(anyarray,int4)", []string{"_int4 int4", "_text int4"}},
	{"to_json(anyelement)", []string{"int4", "bool", "float8", "numeric", "text", "date", "timestamp", "timestamptz", "interval", "json", "jsonb", "bytea", "uuid", "_int4", "_text", "_timestamptz", "_jsonb", "_bool", "time", "timetz", "_numeric", "_float8", "float4", "name"}},
	{"to_jsonb(anyelement)", []string{"int4", "bool", "float8", "numeric", "text", "date", "timestamp", "timestamptz", "interval", "json", "jsonb", "_int4", "_text", "_timestamptz", "_jsonb", "_bool", "_numeric", "float4"}},
	{"array_to_json(anyarray)", []string{"_int4", "_text"}},
	{"array_to_json(anyarray,bool)", []string{"_int4 bool", "_text bool", "_jsonb bool", "_timestamptz bool"}},
	{"json_build_object(any)", []string{"text int4", "text timestamptz text jsonb", "int4 bool", "bool text", "date numeric", "text", "timestamptz json", "_int4 int4", "json int4", "text _text"}},
	{"jsonb_build_object(any)", []string{"text int4", "text timestamptz text jsonb", "int4 bool", "bool text", "date numeric", "text", "timestamptz json", "_int4 int4", "text _text"}},
	{"json_build_array(any)", []string{"int4 text bool", "timestamptz", "json jsonb _int4", "numeric float8 date"}},
	{"jsonb_build_array(any)", []string{"int4 text bool", "timestamptz", "json jsonb _int4", "numeric float8 date"}},
	{"concat(any)", []string{"text int4 bool", "timestamptz date", "bpchar text", "numeric float8 bytea", "interval _int4 json"}},
	{"concat_ws(text,any)", []string{"text text int4 bool", "text timestamptz date"}},
	{"textanycat(text,anynonarray)", []string{"text int4", "text bool", "text timestamptz", "text numeric", "text bpchar", "text date", "text jsonb", "text bytea", "text float8"}},
	{"anytextcat(anynonarray,text)", []string{"int4 text", "bool text", "timestamptz text", "bpchar text"}},
	{"quote_literal(anyelement)", []string{"int4", "bool", "date"}},
	{"num_nulls(any)", []string{"int4 text", "jsonb _int4 date"}},
	{"num_nonnulls(any)", []string{"int4 text", "jsonb _int4 date"}},
	{"json_extract_path(json,_text)", []string{"json text", "json text text"}},
	{"jsonb_extract_path_text(jsonb,_text)", []string{"jsonb text", "jsonb text text text"}},
	{"width_bucket(anycompatible,anycompatiblearray)", []string{"int4 _int4", "numeric _numeric", "float8 _float8", "text _text", "timestamptz _timestamptz", "date _date"}},
}

// polymorphicTyped reports whether a signature has no values of its own, being
// called with those of the types that stand for its polymorphic ones.
func polymorphicTyped(sig string) bool {
	return slices.ContainsFunc(polymorphic, func(p polymorphicCall) bool { return p.sig == sig })
}

// TestPolymorphic calls functions that need the types of their arguments, with
// a NULL now and then.
func TestPolymorphic(t *testing.T) {
	pg, l := postgres(t), newLite(t)
	rnd := rand.New(rand.NewPCG(7, 7))
	env := &pgvalue.Env{TimeZone: zoneOf(testZone)}
	for _, p := range polymorphic {
		for _, list := range p.types {
			types := strings.Fields(list)
			var pts []*pgvalue.Type
			for _, n := range types {
				pts = append(pts, typeNamed(n))
			}
			m, ok := Resolve(p.sig, pts)
			if !ok {
				t.Errorf("%s of %s is not resolved", p.sig, list)
				continue
			}
			if err := l.register(&m); err != nil {
				t.Fatal(err)
			}
			st, err := l.PrepareContext(context.Background(), "SELECT "+call(&m, len(types), false))
			if err != nil {
				t.Errorf("%s of %s: %v", p.sig, list, err)
				continue
			}
			name, _ := split(p.sig)
			var exprs []string
			var args [][]driver.NamedValue
			for range 60 {
				var lits []string
				vals := l.facts(&m)
				for i, n := range types {
					v := driver.NamedValue{Ordinal: len(vals) + 1}
					if rnd.IntN(12) == 0 {
						lits = append(lits, "NULL::pg_catalog.\""+n+"\"")
					} else {
						pool := samples.Values[n]
						text := pool[rnd.IntN(len(pool))]
						lits = append(lits, literal(n, text))
						if v.Value, err = pgvalue.ParseText(pts[i], text, env); err != nil {
							t.Fatal(err)
						}
					}
					vals = append(vals, v)
				}
				if name != "multirange" && strings.HasSuffix(name, "multirange") && len(lits) == 1 {
					lits[0] = "VARIADIC " + lits[0]
				}
				exprs = append(exprs, "pg_catalog.\""+name+"\"("+strings.Join(lits, ",")+")")
				args = append(args, vals)
			}
			for i, want := range ask(t, pg, exprs) {
				v, err := eval(st, args[i])
				if got := show(want.typ, v, err); got != want.text {
					t.Errorf("%s got %s WANT %s", strings.ReplaceAll(exprs[i], "pg_catalog.", ""), got, want.text)
				}
			}
			st.Close()
		}
	}
}

// aggregates by signature and argument types.
var aggregates = []struct {
	sig   string
	types []string
}{
	{"sum(%s)", []string{"int2", "int4", "int8", "numeric", "float4", "float8", "interval"}},
	{"avg(%s)", []string{"int2", "int4", "int8", "numeric", "float4", "float8", "interval"}},
	{"min(%s)", []string{"int4", "float8", "numeric", "text", "date", "timestamptz", "interval", "timetz", "bpchar"}},
	{"max(%s)", []string{"int4", "float8", "numeric", "text", "date", "timestamptz", "interval", "timetz", "bpchar"}},
	{"stddev(%s)", []string{"int2", "int4", "int8", "numeric", "float4", "float8"}},
	{"stddev_pop(%s)", []string{"int4", "numeric", "float8"}},
	{"variance(%s)", []string{"int4", "int8", "numeric", "float8"}},
	{"var_pop(%s)", []string{"int4", "numeric", "float8"}},
	{"bool_and(%s)", []string{"bool"}},
	{"bool_or(%s)", []string{"bool"}},
	{"every(%s)", []string{"bool"}},
	{"bit_and(%s)", []string{"int4", "int8"}},
	{"bit_or(%s)", []string{"int4"}},
	{"bit_xor(%s)", []string{"int4"}},
	{"count(any)", []string{"text", "int4"}},
	{"string_agg(text,text)", []string{"text text"}},
	{"string_agg(bytea,bytea)", []string{"bytea bytea"}},
	{"array_agg(anynonarray)", []string{"int4", "text", "timestamptz", "numeric", "bytea", "float8", "jsonb"}},
	{"array_agg(anyarray)", []string{"_int4", "_text", "_timestamptz"}},
	{"range_agg(anyrange)", []string{"int4range", "numrange", "daterange", "tstzrange"}},
	{"range_agg(anymultirange)", []string{"int4multirange", "nummultirange"}},
	{"range_intersect_agg(anyrange)", []string{"int4range", "numrange", "tsrange"}},
	{"range_intersect_agg(anymultirange)", []string{"int4multirange", "nummultirange"}},
	{"json_agg(anyelement)", []string{"int4", "text", "timestamptz", "jsonb", "_int4", "bool"}},
	{"jsonb_agg(anyelement)", []string{"int4", "text", "timestamptz", "jsonb", "_int4", "json"}},
	{"json_object_agg(any,any)", []string{"text int4", "int4 text"}},
	{"jsonb_object_agg(any,any)", []string{"text int4", "int4 jsonb"}},
	{"corr(float8,float8)", []string{"float8 float8"}},
	{"covar_pop(float8,float8)", []string{"float8 float8"}},
	{"covar_samp(float8,float8)", []string{"float8 float8"}},
	{"regr_slope(float8,float8)", []string{"float8 float8"}},
	{"regr_intercept(float8,float8)", []string{"float8 float8"}},
	{"regr_r2(float8,float8)", []string{"float8 float8"}},
	{"regr_count(float8,float8)", []string{"float8 float8"}},
	{"regr_avgx(float8,float8)", []string{"float8 float8"}},
	{"regr_sxy(float8,float8)", []string{"float8 float8"}},
}

// TestAggregates computes aggregates over random groups, some of them empty,
// both plainly and, where the implementation allows, over a window.
func TestAggregates(t *testing.T) {
	pg, l := postgres(t), newLite(t)
	rnd := rand.New(rand.NewPCG(3, 9))
	env := &pgvalue.Env{TimeZone: zoneOf(testZone)}
	for _, g := range aggregates {
		for _, list := range g.types {
			types := strings.Fields(list)
			sig := g.sig
			if strings.Contains(sig, "%s") {
				sig = fmt.Sprintf(sig, list)
			}
			var pts []*pgvalue.Type
			for _, n := range types {
				pts = append(pts, typeNamed(n))
			}
			m, ok := Resolve(sig, pts)
			if !ok || !m.Agg {
				t.Errorf("%s of %s is not resolved as an aggregate", sig, list)
				continue
			}
			if err := l.register(&m); err != nil {
				t.Fatal(err)
			}
			name, _ := split(sig)
			for range 40 {
				n := rnd.IntN(6)
				var pgRows, liteRows []string
				vals := l.facts(&m)
				for range n {
					var ls, ps []string
					for i, typ := range types {
						if rnd.IntN(7) == 0 {
							ls, ps = append(ls, "NULL::pg_catalog.\""+typ+"\""), append(ps, "NULL")
							continue
						}
						pool := samples.Values[typ]
						text := pool[rnd.IntN(len(pool))]
						ls = append(ls, literal(typ, text))
						v, err := pgvalue.ParseText(pts[i], text, env)
						if err != nil {
							t.Fatal(err)
						}
						vals = append(vals, driver.NamedValue{Ordinal: len(vals) + 1, Value: v})
						ps = append(ps, fmt.Sprintf("?%d", len(vals)))
					}
					pgRows = append(pgRows, "("+strings.Join(ls, ",")+")")
					liteRows = append(liteRows, "("+strings.Join(ps, ",")+")")
				}
				cols := "c1,c2"[:3*len(types)-1]
				pgFrom, liteFrom := "(VALUES "+strings.Join(pgRows, ",")+")", "(VALUES "+strings.Join(liteRows, ",")+")"
				if n == 0 {
					nulls := make([]string, len(types))
					for i, typ := range types {
						nulls[i] = "NULL::pg_catalog.\"" + typ + "\""
					}
					pgFrom = "(SELECT " + strings.Join(nulls, ",") + " WHERE false)"
					liteFrom = "(SELECT " + strings.Repeat("NULL,", len(types)-1) + "NULL WHERE 0)"
				}
				expr := "(SELECT pg_catalog." + name + "(" + cols + ") FROM " + pgFrom + " v(" + cols + "))"
				want := ask(t, pg, []string{expr})[0]
				forms := []string{aggregateCall(&m, m.SQL, len(types))}
				if m.Over != "" && !m.ConstArgs {
					forms = append(forms, aggregateCall(&m, m.Over, len(types)))
				}
				for _, f := range forms {
					sql := "SELECT " + f + " FROM (SELECT " + strings.ReplaceAll(columnNames(types, n == 0), ";", ",") + " FROM " + liteFrom + ")"
					st, err := l.PrepareContext(context.Background(), sql)
					if err != nil {
						t.Fatalf("%s: %v", sql, err)
					}
					v, err := eval(st, vals)
					st.Close()
					got := show(want.typ, v, err)
					if (name == "min" || name == "max") && got != want.text && err == nil && equalText(pts[0], got, want.text) {
						continue // which of several equal values is up to the plan
					}
					if got != want.text {
						t.Errorf("%s as %s got %s WANT %s", strings.ReplaceAll(expr, "pg_catalog.", ""), f, got, want.text)
					}
				}
			}
		}
	}
}

// equalText compares two values that are equal and written differently.
func equalText(t *pgvalue.Type, a, b string) bool {
	x, err1 := pgvalue.ParseText(t, a, nil)
	y, err2 := pgvalue.ParseText(t, b, nil)
	return err1 == nil && err2 == nil && pgvalue.Equal(t, x, y)
}

func columnNames(types []string, empty bool) string {
	if empty {
		if len(types) == 2 {
			return "NULL AS c1;NULL AS c2"
		}
		return "NULL AS c1"
	}
	if len(types) == 2 {
		return "column1 AS c1;column2 AS c2"
	}
	return "column1 AS c1"
}

// aggregateCall writes an aggregate over the columns c1, c2.
func aggregateCall(m *Impl, tmpl string, args int) string {
	holes := make([]string, 0, args+len(m.Env))
	for i := range m.Env {
		holes = append(holes, fmt.Sprintf("?%d", i+1))
	}
	for i := range args {
		holes = append(holes, fmt.Sprintf("c%d", i+1))
	}
	if tmpl == "" {
		tmpl = m.Name + "(" + strings.Join(holes, ",") + ")"
	}
	tmpl = strings.NewReplacer("$d", "", "$o", "", "$f", "", "$*", strings.Join(holes, ",")).Replace(tmpl)
	for i := len(holes); i > 0; i-- {
		tmpl = strings.ReplaceAll(tmpl, fmt.Sprintf("$%d", i), holes[i-1])
	}
	return tmpl
}
