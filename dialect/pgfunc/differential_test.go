package pgfunc

import (
	"context"
	"database/sql/driver"
	"math/rand/v2"
	"os"
	"sort"
	"strconv"
	"strings"
	"testing"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/failoversql/failoversql/internal/pgtest/samples"
	"github.com/jackc/pgx/v5"
)

// skipped are signatures that need another test: they are not functions of
// PostgreSQL, or differ from call to call.
func skipped(sig string) bool {
	name, _, _ := strings.Cut(sig, "(")
	switch name {
	case "now", "transaction_timestamp", "statement_timestamp", "clock_timestamp", "random", "gen_random_uuid",
		"array_subscript", "array_slice", "age1", "timeofday", "setseed":
		return true
	}
	return strings.Contains(sig, "anyenum")
}

// literal writes a value of a type for PostgreSQL.
func literal(typ, v string) string {
	if v == sqlNull {
		return "NULL::pg_catalog.\"" + typ + "\""
	}
	return "'" + strings.ReplaceAll(v, "'", "''") + "'::pg_catalog.\"" + typ + "\""
}

// sqlNull stands for NULL among the values to try.
const sqlNull = "\x00"

// pgCall writes a call of a signature for PostgreSQL.
func pgCall(sig string, args []string) (expr string) {
	name, types := split(sig)
	if name == "cast" {
		return "(" + literal(types[0], args[0]) + ")::pg_catalog.\"" + types[1] + "\""
	}
	lits := make([]string, len(args))
	for i := range args {
		lits[i] = literal(types[i], args[i])
	}
	if sig == "jsonb_delete(jsonb,_text)" {
		lits[1] = "VARIADIC " + lits[1]
	}
	return "pg_catalog.\"" + name + "\"(" + strings.Join(lits, ",") + ")"
}

func split(sig string) (name string, types []string) {
	name, rest, _ := strings.Cut(sig, "(")
	rest = strings.TrimSuffix(rest, ")")
	if rest != "" {
		types = strings.Split(rest, ",")
	}
	return name, types
}

// argLists chooses arguments for a signature: all combinations, or a sample.
func argLists(rnd *rand.Rand, sig string, limit int) [][]string {
	name, types := split(sig)
	if name == "cast" {
		types = types[:1]
	}
	lists := make([][]string, len(types))
	total := 1
	for i, typ := range types {
		lists[i] = samples.Values[typ]
		if name == "to_char" && i == 1 && types[0] != "timestamp" && types[0] != "timestamptz" && types[0] != "interval" {
			lists[i] = samples.NumberFormats
		} else if strings.HasPrefix(name, "jsonb_path_") && typ == "jsonb" {
			lists[i] = map[int][]string{0: samples.PathDocuments, 2: samples.PathVariables}[i]
		} else if p := samples.Arguments[name][i]; p != nil && (typ == "text" || typ == "int4" || typ == "int8" || typ == "float8" || typ == "numeric" || typ == "name" || name == "date_bin" || strings.HasSuffix(name, "_to_tsvector")) && !(name == "substring" && typ == "int4") {
			lists[i] = p
		}
		if sig == "to_timestamp(text,text)" {
			lists[i] = samples.Arguments["to_date"][i]
		}
		if name == "cast" && typ == "text" {
			_, both := split(sig)
			lists[i] = append(append([]string{"", "abc"}, samples.Values[both[1]]...), "1", "true", "2020-01-01", "{}")
		}
		if len(lists[i]) == 0 {
			return nil
		}
		total *= len(lists[i])
		if total > 1<<20 {
			total = 1 << 20
		}
	}
	var out [][]string
	pick := func(n int) []string {
		args := make([]string, len(lists))
		for i := range lists {
			args[i] = lists[i][n%len(lists[i])]
			n /= len(lists[i])
		}
		return args
	}
	for i := range lists {
		args := pick(0)
		args[i] = sqlNull
		out = append(out, args)
	}
	if total <= limit {
		for n := range total {
			out = append(out, pick(n))
		}
		return out
	}
	for range limit {
		args := make([]string, len(lists))
		for i := range lists {
			args[i] = lists[i][rnd.IntN(len(lists[i]))]
		}
		out = append(out, args)
	}
	return out
}

// TestAgainstPostgreSQL calls every function that Lookup knows on both sides.
func TestAgainstPostgreSQL(t *testing.T) {
	pg, l := postgres(t), newLite(t)
	seed := uint64(20)
	if os.Getenv("PGFUNC_SEED") != "" {
		seed = rand.Uint64()
	}
	if n, err := strconv.ParseUint(os.Getenv("PGFUNC_SEED"), 10, 64); err == nil {
		seed = n
	}
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	sigs := Signatures()
	sort.Strings(sigs)
	only := os.Getenv("PGFUNC_ONLY")
	checked, calls := 0, 0
	for _, sig := range sigs {
		m, _ := Lookup(sig)
		if skipped(sig) || m.Agg || m.Table != nil || only != "" && !strings.Contains(sig, only) {
			continue
		}
		lists := argLists(rnd, sig, sample(sig))
		if lists == nil {
			if !polymorphicTyped(sig) { // TestPolymorphic calls those
				t.Errorf("no values for %s", sig)
			}
			continue
		}
		checked++
		calls += len(lists)
		compareCalls(t, pg, l, sig, &m, lists)
	}
	t.Logf("%d functions, %d calls", checked, calls)
}

// sample is how many calls of a function to try.
func sample(sig string) int {
	if strings.Contains(sig, "jsonb_path") {
		return 2500
	}
	if strings.Contains(sig, "reg") || strings.Contains(sig, "to_char") || strings.Contains(sig, "to_date") || strings.Contains(sig, "to_number") {
		return 900
	}
	return 150
}

func compareCalls(t *testing.T, pg *pgx.Conn, l *lite, sig string, m *Impl, lists [][]string) {
	t.Helper()
	_, types := split(sig)
	exprs := make([]string, len(lists))
	for i, args := range lists {
		exprs[i] = pgCall(sig, args)
	}
	want := ask(t, pg, exprs)
	if err := l.register(m); err != nil {
		t.Errorf("%s: %v", sig, err)
		return
	}
	forms := []bool{false}
	if m.Simple != "" {
		forms = append(forms, true)
	}
	bad := 0
	for _, simple := range forms {
		st, err := l.PrepareContext(context.Background(), "SELECT "+call(m, len(lists[0]), simple))
		if err != nil {
			t.Errorf("%s: %v", sig, err)
			return
		}
		for i, args := range lists {
			vals := l.facts(m)
			var perr error
			for j, a := range args {
				typ := typeNamed(types[j])
				if a == sqlNull {
					vals = append(vals, driver.NamedValue{Ordinal: len(vals) + 1})
					continue
				}
				v, err := pgvalue.ParseText(typ, a, &pgvalue.Env{TimeZone: zoneOf(testZone)})
				if err != nil && perr == nil {
					perr = WrapError(err)
				}
				vals = append(vals, driver.NamedValue{Ordinal: len(vals) + 1, Value: v})
			}
			v, err := any(nil), perr
			if perr == nil {
				v, err = eval(st, vals)
			}
			got := show(want[i].typ, v, err)
			if strings.HasPrefix(got, "ERROR 0A000") && strings.Contains(got, "not supported on the SQLite fallback") {
				continue // refused, and said so
			}
			if got != want[i].text {
				if bad++; bad > 6 {
					break
				}
				t.Errorf("%s simple=%v got %s WANT %s", strings.ReplaceAll(exprs[i], "pg_catalog.", ""), simple, got, want[i].text)
			}
		}
		st.Close()
	}
}

func typeNamed(name string) *pgvalue.Type {
	for _, oid := range append(append(append([]uint32{25, 1042, 1043, 18, 19, 114, 3802, 3734}, ioTypes...), arrayTypes...), pgvalue.RangeTypes()...) {
		if t, ok := pgvalue.TypeOf(nil, oid, -1); ok && t.Name == name {
			return &t
		}
	}
	panic("no type " + name)
}
