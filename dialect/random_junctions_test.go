package dialect_test

import (
	"fmt"
	"math/rand/v2"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestRandomJunctions nests AND, OR and NOT over operands that fail for some rows,
// that have subqueries and that have neither, and compares both engines row by row
// wherever a condition or its value may stand: which operands are looked at decides
// whether the statement fails. 400 of them, or for RANDOM_SECONDS. See randomRun.
func TestRandomJunctions(t *testing.T) {
	schema, err := os.ReadFile("testdata/conformance/schema/shop.sql")
	if err != nil {
		t.Fatal(err)
	}
	b := newPair(t, pgtest.New(t), "junctions", string(schema))
	seed, end := randomRun(t)
	g := &junctions{rand.New(rand.NewPCG(seed, 2))}
	var n tally
	failed := 0
	for i := 0; i < 400 || time.Now().Before(end); i++ {
		steps := g.statements()
		if i%4 == 3 {
			steps = g.schema()
		}
		switch what, detail := b.run(t, conformanceCase{steps: steps}); what {
		case "equal":
			n.equal++
			if detail != "" {
				failed++
			}
		case "refused":
			n.refused++
			t.Logf("refused: %s", detail)
		default:
			n.different++
			for _, s := range steps[:len(steps)-1] {
				detail = s.sql + ";\n\t" + detail
			}
			t.Errorf("different: %s", detail)
			if n.different > 10 {
				t.Fatal("and so on")
			}
		}
	}
	t.Logf("total: %s, %d of them with an error of both", n, failed)
	if failed < n.equal/10 || failed > n.equal*9/10 {
		t.Errorf("%d of %d statements fail", failed, n.equal)
	}
	if n.refused > n.equal/20 {
		t.Errorf("%d refused", n.refused)
	}
}

type junctions struct{ *rand.Rand }

// tree nests operands; {c} in one is a number that differs from use to use: PostgreSQL
// makes one of operands that are alike.
func (g *junctions) tree(operands []string, depth int) string {
	if depth == 0 || g.IntN(6) == 0 {
		return strings.ReplaceAll(operands[g.IntN(len(operands))], "{c}", fmt.Sprint(1+g.IntN(6)))
	}
	if g.IntN(6) == 0 {
		return "NOT (" + g.tree(operands, depth-1) + ")"
	}
	parts := make([]string, 2+g.IntN(3))
	for i := range parts {
		parts[i] = g.tree(operands, depth-1)
	}
	return "(" + strings.Join(parts, []string{" AND ", " OR "}[g.IntN(2)]) + ")"
}

var rowOperands = []string{
	"k.i2 > {c}", "k.b", "k.t = 'one'", "k.n2 < {c}", "k.i2 IS NULL", "k.id IN ({c}, 2)", `k.t COLLATE "C" < 'x{c}'`, "k.n > k.n2 - {c}", "k.vc LIKE 'v%{c}'", "k.i2 BETWEEN 0 AND {c}",
	"k.i2 > (SELECT max(z.i2) FROM kinds z WHERE z.id < k.id + {c})", "EXISTS (SELECT 1 FROM kinds z WHERE z.id = k.id + {c})", "(SELECT z.b FROM kinds z WHERE z.id = k.id)", "greatest(k.n2, {c}) < 2",
	"lower(greatest(k.t, 'b{c}')) = 'one'", "k.id = ANY (ARRAY[{c}, 3])",
	"10 / (k.id - {c}) > 0", "abs(k.i4) > {c}", "k.t::int > {c}", "sqrt(k.n2) > {c}", "greatest(k.n2, k.n2 - {c}) < sqrt(k.i2)::numeric", "(SELECT 10 / (k.id - {c})) > 0", "ln(k.n2 + {c}) > 0", "(k.i2, 1) = (1, 10 / (k.id - {c}))",
	"k.id BETWEEN {c} AND 10 / (k.id - 1)", "lower(greatest(k.t, 'b')) < (k.i4 - {c})::text", "CASE WHEN k.id > {c} THEN 10 / (k.id - 4) > 1 END", "coalesce(k.b, 10 / (k.id - {c}) > 0)",
}

func (g *junctions) statements() []caseStep {
	tree := g.tree(rowOperands, 1+g.IntN(3))
	row := 1 + g.IntN(5)
	// An id + 0 proves nothing about the operands to PostgreSQL's planner, and OFFSET
	// keeps it from looking at conditions in an order of its own.
	form := []string{
		"SELECT k.id, %s FROM kinds k WHERE k.id + 0 = %d",
		"SELECT CASE WHEN %s THEN 1 ELSE 2 END FROM kinds k WHERE k.id + 0 = %d",
		"SELECT k.id FROM (SELECT * FROM kinds WHERE id = %[2]d OFFSET 0) k WHERE %[1]s OR k.id < 0",
		"SELECT count(*) FILTER (WHERE %s) FROM kinds k WHERE k.id + 0 = %d",
		"SELECT bool_and(%s) FROM kinds k WHERE k.id + 0 = %d",
		"SELECT coalesce(%s, false) FROM kinds k WHERE k.id + 0 = %d",
		"SELECT (%s) IS NOT FALSE FROM kinds k WHERE k.id + 0 = %d",
		"SELECT a.id, k.id FROM kinds a LEFT JOIN (SELECT * FROM kinds WHERE id = %[2]d OFFSET 0) k ON %[1]s OR k.id < 0 WHERE a.id = 1",
		"SELECT %s AS x, count(*) FROM kinds k WHERE k.id + 0 = %d GROUP BY 1",
		"UPDATE kinds k SET b = %s WHERE k.id = %d RETURNING k.b",
		"SELECT s.x FROM (SELECT %s AS x, k.id FROM kinds k OFFSET 0) s WHERE s.id = %d",
	}
	n := g.IntN(len(form))
	if n == len(form)-1 { // every row is looked at
		row = 0
		form[n] = "SELECT s.x FROM (SELECT %s AS x FROM kinds k WHERE k.id = 1 OFFSET 0) s WHERE %d = 0"
	}
	return []caseStep{{sql: fmt.Sprintf(form[n], tree, row)}}
}

var columnOperands = []string{"a > {c}", "b = {c}", "c IS NULL", "t = 'x'", "a IN ({c}, 2)", "10 / (a - {c}) > 0", "abs(b) > {c}", "t::int > {c}", "a BETWEEN {c} AND 10 / (b - 2)", "lower(t) < (b - {c})::text", "n > 1.5", "sqrt(n) > {c}"}

// schema puts trees into a check, a generated column and an index, and writes rows.
func (g *junctions) schema() []caseStep {
	tree := func() string { return g.tree(columnOperands, 1+g.IntN(3)) }
	steps := []caseStep{{sql: fmt.Sprintf("CREATE TABLE j (a int, b int, c int, t text, n numeric(6,2), g bool GENERATED ALWAYS AS (%s) STORED, CHECK (%s))", tree(), tree())}}
	if g.IntN(2) == 0 {
		steps = append(steps, caseStep{sql: fmt.Sprintf("CREATE INDEX ON j ((%s)) WHERE %s", tree(), tree())})
	}
	value := func(list ...string) string { return list[g.IntN(len(list))] }
	steps = append(steps, caseStep{sql: fmt.Sprintf("INSERT INTO j VALUES (%s, %s, %s, %s, %s) RETURNING a, g",
		value("0", "1", "3", "NULL"), value("2", "5", "-2147483648", "NULL"), value("1", "NULL"), value("'x'", "'12'", "NULL"), value("1", "-1", "2.25", "NULL"))})
	return steps
}
