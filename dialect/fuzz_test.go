package dialect_test

import (
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
)

// FuzzTranslate: whatever the text, Translate gives a plan or a PgError, and
// never the XX000 that stands for a panic.
func FuzzTranslate(f *testing.F) {
	for _, sql := range conformanceStatements(f) {
		f.Add(sql)
	}
	cat := fuzzCatalog()
	f.Fuzz(func(t *testing.T, sql string) {
		plan, err := dialect.Translate(cat, sql)
		if err == nil {
			if plan == nil {
				t.Fatal("neither plan nor error")
			}
			return
		}
		var pe *pgconn.PgError
		if !errors.As(err, &pe) {
			t.Fatalf("%T is no PgError: %v", err, err)
		}
		if pe.Code == "XX000" {
			t.Fatalf("%q: %v", sql, err)
		}
	})
}

// conformanceStatements are all statements of the conformance cases.
func conformanceStatements(tb testing.TB) []string {
	files, err := filepath.Glob("testdata/conformance/*.sql")
	if err != nil {
		tb.Fatal(err)
	}
	var out []string
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			tb.Fatal(err)
		}
		_, cases, _ := strings.Cut(string(text), "\n-- cases\n")
		for _, part := range strings.Split(cases, ";\n") {
			var lines []string
			for _, l := range strings.Split(part, "\n") {
				if !strings.HasPrefix(l, "--") {
					lines = append(lines, l)
				}
			}
			out = append(out, strings.TrimSpace(strings.Join(lines, "\n")))
		}
	}
	return out
}

// fuzzCatalog is a schema like that of the conformance cases, written out so
// that no server is needed.
func fuzzCatalog() *catalog.Catalog {
	column := func(num int16, name string, typ uint32) catalog.Column {
		return catalog.Column{Num: num, Name: name, Type: typ, Typmod: -1}
	}
	table := func(oid uint32, name string, columns ...catalog.Column) *catalog.Table {
		columns[0].NotNull = true
		return &catalog.Table{OID: oid, Schema: "public", Name: name, Kind: 'r', Persistence: 'p', Privileges: "arwd", Columns: columns,
			Constraints: []catalog.Constraint{{Name: name + "_pkey", Kind: 'p', Columns: []string{columns[0].Name}}},
			Indexes:     []catalog.Index{{Name: name + "_pkey", Unique: true, Primary: true, Constraint: true, Method: "btree", Def: "CREATE UNIQUE INDEX " + name + "_pkey ON public." + name + " USING btree (" + columns[0].Name + ")", Keys: []catalog.IndexKey{{Column: columns[0].Name}}}}}
	}
	credit := column(6, "credit", 1700)
	credit.Typmod = 10<<16 | 2 + 4
	id := column(1, "id", 20)
	id.Default, id.Sequence = "nextval('customer_id_seq'::regclass)", "public.customer_id_seq"
	return &catalog.Catalog{
		Version: 1, Database: "app", ServerVersion: 150018, User: "app", SearchPath: []string{"public"}, Schemas: []string{"public"}, TimeZone: "UTC",
		Collation: catalog.Collation{Provider: 'c', Locale: "en_US.UTF-8"},
		Types:     []*catalog.Type{{OID: 30000, Schema: "public", Name: "mood", Kind: 'e', Array: 30001, Labels: []string{"sad", "ok", "happy"}}},
		Sequences: []*catalog.Sequence{{OID: 20001, Schema: "public", Name: "customer_id_seq", Type: 20, Start: 1, Increment: 1, Min: 1, Max: 1 << 62}},
		Tables: []*catalog.Table{
			table(20002, "customer", id, column(2, "name", 25), column(3, "email", 1043), column(4, "born", 1082), column(5, "active", 16), credit, column(7, "score", 701), column(8, "note", 25)),
			table(20003, "orders", column(1, "id", 23), column(2, "customer_id", 20), column(3, "placed", 1184), column(4, "total", 1700), column(5, "items", 23), column(6, "tags", 1009), column(7, "info", 3802), column(8, "state", 1043)),
			table(20004, "kinds", column(1, "id", 23), column(2, "b", 16), column(3, "i2", 21), column(4, "i4", 23), column(5, "i8", 20), column(6, "f4", 700), column(7, "f8", 701), column(8, "n", 1700),
				column(9, "t", 25), column(10, "ch", 1042), column(11, "d", 1082), column(12, "ts", 1114), column(13, "tz", 1184), column(14, "tm", 1083), column(15, "iv", 1186), column(16, "u", 2950),
				column(17, "by", 17), column(18, "j", 114), column(19, "jb", 3802), column(20, "ia", 1007), column(21, "ta", 1009), column(22, "m", 30000)),
		},
	}
}
