package dialect_test

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestDDL runs every script of testdata/ddl on PostgreSQL and through
// Translate: statement by statement both must succeed, or fail with the same
// error, and the catalogs must be equal at the end of each script.
//
// A line "-- refused" says that the next statement is one that PostgreSQL runs
// and the fallback refuses with 0A000; the script goes on without it.
func TestDDL(t *testing.T) { eachScript(t, runScript) }

// eachScript runs every script of testdata/ddl as a test, on a PostgreSQL.
func eachScript(t *testing.T, run func(t *testing.T, conn *pgx.Conn, script string)) {
	conn := oracle(t)
	files, err := filepath.Glob("testdata/ddl/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no scripts: %v", err)
	}
	for _, file := range files {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for i, script := range strings.Split(string(text), "\n----\n") {
			t.Run(fmt.Sprintf("%s/%d", strings.TrimSuffix(filepath.Base(file), ".sql"), i+1), func(t *testing.T) { run(t, conn, script) })
		}
	}
}

// oracle is a connection to a PostgreSQL of the test's own.
func oracle(t *testing.T) *pgx.Conn {
	conn, err := pgx.Connect(t.Context(), pgtest.New(t).DSN())
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { conn.Close(context.Background()) })
	return conn
}

// step is one statement of a script.
type step struct {
	sql     string
	refused bool
	// loose says that the message may differ ("-- other message").
	loose bool
}

func steps(t *testing.T, script string) []step {
	t.Helper()
	parts, err := dialect.Split(script)
	if err != nil {
		t.Fatalf("%v in\n%s", err, script)
	}
	var out []step
	for _, p := range parts {
		refused := strings.Contains(p, "-- refused")
		if p = strings.TrimSpace(p); p != "" {
			out = append(out, step{p, refused, strings.Contains(p, "-- other message")})
		}
	}
	return out
}

func runScript(t *testing.T, conn *pgx.Conn, script string) {
	ctx := t.Context()
	tx, err := conn.Begin(ctx)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = tx.Rollback(context.Background()) }()
	load := func() *catalog.Catalog {
		cat, err := catalog.Load(ctx, conn, catalog.LoadOptions{})
		if err != nil {
			t.Fatal(err)
		}
		return cat
	}
	cat := load()
	lite := newSQLite(t)
	for _, s := range steps(t, script) {
		plan, got := dialect.Translate(cat, s.sql)
		if s.refused {
			if got == nil {
				got = lite.run(plan)
			}
			var pe *pgconn.PgError
			if !errors.As(got, &pe) || pe.Code != "0A000" {
				t.Errorf("not refused: %s\n%v", s.sql, got)
			}
			continue
		}
		_, want := inSavepoint(ctx, tx, s.sql)
		if got == nil {
			got = lite.run(plan)
		}
		if d := differ(want, got); d != "" {
			t.Errorf("%s\nPostgreSQL: %s\nfallback:   %s\n%s", s.sql, describe(want), describe(got), d)
		}
		if want == nil && got == nil && plan.DDL != nil {
			cat = plan.DDL.Catalog
			lite.check(cat)
		}
	}
	if want, got := comparable(load()), comparable(cat); want != got {
		t.Errorf("catalogs differ\n%s", lineDiff(want, got))
	}
	for _, table := range cat.Tables {
		want, got := rowsOf(t, tx, table), lite.rowsOf(cat, table)
		if want != got {
			t.Errorf("rows of %s differ\n%s", table.Name, lineDiff(want, got))
		}
	}
}

// timeless are the columns of a table whose values do not depend on when it is.
func timeless(table *catalog.Table) []*catalog.Column {
	var out []*catalog.Column
	for i := range table.Columns {
		if c := &table.Columns[i]; c.Default == "" || c.Type != 1114 && c.Type != 1184 && c.Type != 1082 && c.Type != 2950 {
			out = append(out, c)
		}
	}
	return out
}

// rowsOf are a table's rows on PostgreSQL, as sorted text.
func rowsOf(t *testing.T, tx pgx.Tx, table *catalog.Table) string {
	t.Helper()
	columns := []string{"''"}
	for _, c := range timeless(table) {
		columns = append(columns, "coalesce("+catalog.QuoteIdent(c.Name)+"::text, 'NULL')")
	}
	rows, err := tx.Query(t.Context(), "SELECT concat_ws(' | ', "+strings.Join(columns, ", ")+") FROM "+catalog.QuoteQualified(table.Schema, table.Name))
	if err != nil {
		t.Fatal(err)
	}
	lines, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

func inSavepoint(ctx context.Context, tx pgx.Tx, sql string) (pgconn.CommandTag, error) {
	sp, err := tx.Begin(ctx)
	if err != nil {
		return pgconn.CommandTag{}, err
	}
	tag, err := sp.Exec(ctx, sql, pgx.QueryExecModeSimpleProtocol)
	if err != nil {
		_ = sp.Rollback(ctx)
		return tag, err
	}
	return tag, sp.Commit(ctx)
}

// differ says how two outcomes differ, or "".
func differ(want, got error) string {
	if want == nil && got == nil {
		return ""
	}
	var w, g *pgconn.PgError
	if !errors.As(want, &w) || !errors.As(got, &g) {
		return "one of them succeeds"
	}
	var d []string
	field := func(name, a, b string) {
		if a != b {
			d = append(d, fmt.Sprintf("%s: %q and %q", name, a, b))
		}
	}
	field("code", w.Code, g.Code)
	if w.Severity == "" || strings.HasPrefix(w.Code, "23") {
		return strings.Join(d, "\n") // the session makes the texts of these
	}
	field("message", w.Message, g.Message)
	if w.Code == "42P01" && strings.Contains(w.Hint, "Perhaps") {
		g.Hint = w.Hint
	}
	field("detail", w.Detail, g.Detail)
	field("hint", w.Hint, g.Hint)
	field("position", fmt.Sprint(w.Position), fmt.Sprint(g.Position))
	return strings.Join(d, "\n")
}

func describe(err error) string {
	if err == nil {
		return "success"
	}
	return err.Error()
}

// comparable prints a catalog without what may differ between the two sides:
// OIDs, which are replaced by names, and what is local.
func comparable(c *catalog.Catalog) string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err)
	}
	n := new(catalog.Catalog)
	if err := json.Unmarshal(b, n); err != nil {
		panic(err)
	}
	n.Version, n.NextOID, n.SchemaOIDs = 0, 0, nil
	number := func(oid uint32) uint32 {
		if t := c.TypeByOID(oid); t != nil {
			var sum uint32 = 1 << 24
			for _, r := range t.Schema + "." + t.Name {
				sum = sum*31 + uint32(r)
			}
			return sum
		}
		return oid
	}
	slices.SortFunc(n.Types, func(a, b *catalog.Type) int { return strings.Compare(a.Schema+"."+a.Name, b.Schema+"."+b.Name) })
	for _, t := range n.Types {
		t.OID, t.Elem, t.Array = number(t.OID), number(t.Elem), number(t.Array)
	}
	for _, t := range n.Tables {
		t.OID, t.RowType, t.RowArray, t.Local = 0, 0, 0, false
		t.Unidentified = false // asked of the primary alone, before it is followed
		for i := range t.Constraints {
			t.Constraints[i].OID = 0
		}
		for i := range t.Indexes {
			t.Indexes[i].OID, t.Indexes[i].Classes, t.Indexes[i].Collations = 0, "", ""
		}
		for i := range t.Columns {
			t.Columns[i].Type = number(t.Columns[i].Type)
		}
	}
	for _, q := range n.Sequences {
		q.OID, q.Local = 0, false
	}
	for _, v := range n.Views {
		v.OID, v.RowType, v.RowArray = 0, 0, 0
	}
	for i := range n.Others {
		n.Others[i].OID, n.Others[i].RowType, n.Others[i].RowArray = 0, 0, 0
	}
	n.OpClasses = nil // of the primary's indexes
	for i := range n.Comments {
		n.Comments[i].Object = 0
	}
	out, err := json.MarshalIndent(n, "", " ")
	if err != nil {
		panic(err)
	}
	return string(out)
}

// lineDiff shows the lines of two texts that differ, in order.
func lineDiff(want, got string) string {
	w, g := strings.Split(want, "\n"), strings.Split(got, "\n")
	table := make([][]int, len(w)+1)
	for i := range table {
		table[i] = make([]int, len(g)+1)
	}
	for i := len(w) - 1; i >= 0; i-- {
		for j := len(g) - 1; j >= 0; j-- {
			if w[i] == g[j] {
				table[i][j] = table[i+1][j+1] + 1
			} else {
				table[i][j] = max(table[i+1][j], table[i][j+1])
			}
		}
	}
	var b strings.Builder
	i, j := 0, 0
	for i < len(w) || j < len(g) {
		switch {
		case i < len(w) && j < len(g) && w[i] == g[j]:
			i, j = i+1, j+1
		case j == len(g) || i < len(w) && table[i+1][j] >= table[i][j+1]:
			fmt.Fprintf(&b, "  PostgreSQL %s\n", w[i])
			i++
		default:
			fmt.Fprintf(&b, "  fallback   %s\n", g[j])
			j++
		}
	}
	return b.String()
}
