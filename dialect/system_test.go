package dialect_test

import (
	"context"
	_ "embed"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/failoversql/failoversql/internal/pgtest"
)

//go:embed testdata/system/schema.sql
var systemSchema string

//go:embed testdata/system/queries.sql
var systemQueries string

// TestSystemCatalogs asks PostgreSQL and the fallback the same questions about
// one schema: those of object mappers and migration tools.
func TestSystemCatalogs(t *testing.T) {
	server := pgtest.New(t)
	if err := server.Exec(t.Context(), "postgres", systemSchema); err != nil {
		t.Fatal(err)
	}
	conn, err := pgx.Connect(t.Context(), server.DSN())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close(context.Background())
	cat, err := catalog.Load(t.Context(), conn, catalog.LoadOptions{})
	if err != nil {
		t.Fatal(err)
	}
	for _, sql := range []string{
		"SELECT count(*) FROM information_schema.tables WHERE table_schema = CURRENT_SCHEMA() AND table_name = $1 AND table_type = $2",
		"SELECT count(*) FROM pg_indexes WHERE tablename = $1 AND indexname = $2 AND schemaname = CURRENT_SCHEMA()",
	} {
		plan, err := dialect.Translate(cat, sql)
		if err != nil {
			t.Fatalf("%s\n%v", sql, err)
		}
		description, err := conn.Prepare(t.Context(), "", sql)
		if err != nil {
			t.Fatal(err)
		}
		for i, p := range plan.Params {
			if p.OID != description.ParamOIDs[i] {
				t.Errorf("%s\n$%d is of type %d, not %d", sql, i+1, p.OID, description.ParamOIDs[i])
			}
		}
	}
	lite := newSQLite(t)
	for _, s := range steps(t, systemQueries) {
		plan, err := dialect.Translate(cat, s.sql)
		if s.refused {
			if differ(pgvalue.Errorf("0A000", ""), err) == "one of them succeeds" {
				t.Errorf("not refused: %s", s.sql)
			}
			continue
		}
		if err != nil {
			t.Errorf("%s\n%v", s.sql, err)
			continue
		}
		rows, err := conn.Query(t.Context(), s.sql, pgx.QueryExecModeSimpleProtocol)
		if err != nil {
			t.Fatalf("%s\n%v", s.sql, err)
		}
		var want []string
		for rows.Next() {
			line := ""
			for _, v := range rows.RawValues() {
				if v == nil {
					line += " | NULL"
				} else {
					line += " | " + string(v)
				}
			}
			want = append(want, line)
		}
		if err := rows.Err(); err != nil {
			t.Fatalf("%s\n%v", s.sql, err)
		}
		for i, f := range rows.FieldDescriptions() {
			if c := plan.Columns[i]; c.Name != f.Name {
				t.Errorf("%s\ncolumn %d is named %q, not %q", s.sql, i+1, c.Name, f.Name)
			}
		}
		var got []string
		for _, row := range lite.query(plan) {
			line := ""
			for i, v := range row {
				text := "NULL"
				if v != nil {
					if text, err = pgvalue.FormatText(plan.Columns[i].Type, v, pgvalue.UTC); err != nil {
						t.Fatal(err)
					}
				}
				line += " | " + text
			}
			got = append(got, line)
		}
		if !strings.Contains(s.sql, "ORDER BY") {
			slices.Sort(want)
			slices.Sort(got)
		}
		if w, g := strings.Join(want, "\n"), strings.Join(got, "\n"); w != g {
			t.Errorf("%s\n%s", s.sql, lineDiff(w, g))
		} else if len(want) == 0 {
			t.Errorf("%s\ngives no rows: a poor test", s.sql)
		}
	}
}
