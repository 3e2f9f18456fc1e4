package pgfunc

import (
	"context"
	"database/sql/driver"
	"io"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// polymorphicTables are calls of functions that give sets, by declared
// signature and actual argument types; the others are found by Lookup.
var polymorphicTables = []struct{ sig, types string }{
	{"unnest(anyarray)", "_int4"}, {"unnest(anyarray)", "_text"}, {"unnest(anyarray)", "_numeric"}, {"unnest(anyarray)", "_timestamptz"}, {"unnest(anyarray)", "_bytea"}, {"unnest(anyarray)", "_float8"}, {"unnest(anyarray)", "_bool"}, {"unnest(anyarray)", "_jsonb"}, {"unnest(anyarray)", "_date"},
	{"unnest(anymultirange)", "int4multirange"}, {"unnest(anymultirange)", "tstzmultirange"}, {"unnest(anyarray)", "_tstzrange"},
	{"unnest(tsvector)", "tsvector"}, {"generate_subscripts(anyarray,int4)", "_int4 int4"}, {"generate_subscripts(anyarray,int4,bool)", "_text int4 bool"},
}

// TestTables calls the functions that give sets and compares all their rows.
func TestTables(t *testing.T) {
	pg, l := postgres(t), newLite(t)
	rnd := rand.New(rand.NewPCG(11, 2))
	calls := 0
	run := func(sig string, types []string, m *Impl) {
		lists := argLists(rnd, strings.SplitN(sig, "(", 2)[0]+"("+strings.Join(types, ",")+")", 200)
		if lists == nil {
			t.Logf("no values for %s", sig)
			return
		}
		calls += len(lists)
		if err := l.register(m); err != nil {
			t.Fatal(err)
		}
		name, _ := split(sig)
		var exprs, cols []string
		for i := range m.Table.Columns {
			cols = append(cols, "c"+itoa(i+1))
		}
		texts := make([]string, len(cols))
		for i, c := range cols {
			texts[i] = "CASE WHEN " + c + " IS NULL THEN 'NULL' ELSE format('%s', " + c + ") END"
		}
		for _, args := range lists {
			lits := make([]string, len(args))
			for i := range args {
				lits[i] = literal(types[i], args[i])
			}
			exprs = append(exprs, "(SELECT string_agg("+strings.Join(texts, " || '|' || ")+", E'\\n') FROM pg_catalog.\""+name+"\"("+strings.Join(lits, ",")+") AS t("+strings.Join(cols, ",")+"))")
		}
		want := ask(t, pg, exprs)
		result := resultTypes(sig, types, m)
		sql := make([]string, len(cols))
		for i, c := range m.Table.Columns {
			sql[i] = strings.ReplaceAll(c.SQL, "$v", "t.value")
		}
		st, err := l.PrepareContext(context.Background(), "SELECT "+strings.Join(sql, ",")+" FROM json_each("+call(m, len(types), false)+") AS t")
		if err != nil {
			t.Fatalf("%s: %v", sig, err)
		}
		defer st.Close()
	lists:
		for i, args := range lists {
			vals := l.facts(m)
			for j, a := range args {
				v := driver.NamedValue{Ordinal: len(vals) + 1}
				if a != sqlNull {
					if v.Value, err = pgvalue.ParseText(typeNamed(types[j]), a, &pgvalue.Env{TimeZone: zoneOf(testZone)}); err != nil {
						if want[i].typ != 0 {
							t.Fatal(err)
						}
						continue lists // no value of its type, on either side
					}
				}
				vals = append(vals, v)
			}
			got := tableText(st, vals, result)
			if got != want[i].text && !strings.Contains(got, "not supported on the SQLite fallback") {
				t.Errorf("%s\n got %q\nWANT %q", exprs[i], got, want[i].text)
			}
		}
	}
	sigs := Signatures()
	slices.Sort(sigs)
	for _, sig := range sigs {
		if m, _ := Lookup(sig); m.Table != nil && !strings.Contains(sig, "any") && !strings.HasPrefix(sig, "generate_series") {
			_, types := split(sig)
			run(sig, types, &m)
		}
	}
	for _, p := range polymorphicTables {
		types := strings.Fields(p.types)
		args := make([]*pgvalue.Type, len(types))
		for i, n := range types {
			args[i] = typeNamed(n)
		}
		m, ok := Resolve(p.sig, args)
		if !ok || m.Table == nil {
			t.Errorf("%s is not resolved", p.sig)
			continue
		}
		run(p.sig, types, &m)
	}
	t.Logf("%d calls", calls)
}

// resultTypes are the types of a table function's columns.
func resultTypes(sig string, args []string, m *Impl) []*pgvalue.Type {
	var proc *pgcatalog.Proc
	for _, p := range pgcatalog.Procs(strings.SplitN(sig, "(", 2)[0]) {
		if p.Sig == sig {
			proc = p
		}
	}
	out := make([]*pgvalue.Type, len(m.Table.Columns))
	for i, c := range m.Table.Columns {
		name := c.Type
		if name == "" {
			name = pgcatalog.TypeByOID(proc.Ret).Name
		}
		if name == "anyrange" {
			name = strings.Replace(args[0], "multirange", "range", 1)
		}
		if name == "anyelement" {
			name = strings.TrimPrefix(args[0], "_")
		}
		out[i] = typeNamed(name)
	}
	return out
}

// tableText writes all rows as PostgreSQL's side of the test does.
func tableText(st driver.Stmt, args []driver.NamedValue, types []*pgvalue.Type) string {
	rows, err := st.(driver.StmtQueryContext).QueryContext(context.Background(), args)
	if err != nil {
		return show(0, nil, err)
	}
	defer rows.Close()
	var lines []string
	row := make([]driver.Value, len(types))
	for {
		err := rows.Next(row)
		if err == io.EOF {
			break
		}
		if err != nil {
			return show(0, nil, err)
		}
		cells := make([]string, len(row))
		for i, v := range row {
			cells[i] = show(int64(types[i].OID), v, nil)
		}
		lines = append(lines, strings.Join(cells, "|"))
	}
	if lines == nil {
		return "NULL"
	}
	return strings.Join(lines, "\n")
}
