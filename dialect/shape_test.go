package dialect

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"pgregory.net/rapid"
)

func TestShapeOf(t *testing.T) {
	for _, c := range []struct{ sql, shape string }{
		{"SELECT 1", "SELECT ?"},
		{"  SELECT\n\tname -- of what\n FROM goods WHERE id=$1 ", "SELECT name FROM goods WHERE id=?"},
		{"SELECT /* traceparent='00-secret' */ 1", "SELECT ?"},
		{"SELECT * FROM t WHERE id IN (1,2, 3) AND name = 'O''Hara'", "SELECT * FROM t WHERE id IN (?, …) AND name = ?"},
		{"SELECT * FROM t WHERE id IN ($1)", "SELECT * FROM t WHERE id IN (?)"},
		{"INSERT INTO t (a, b) VALUES ($1, $2)", "INSERT INTO t (a, b) VALUES (?, …)"},
		{"INSERT INTO t (a, b) VALUES ($1,'x'),($3,'y'), (5, 6.5) RETURNING id", "INSERT INTO t (a, b) VALUES (?, …), … RETURNING id"},
		{"INSERT INTO t VALUES (1, now()), (2, now()), (3, now())", "INSERT INTO t VALUES (?, now()), …"},
		{"SELECT f(a), (a)", "SELECT f(a), (a)"},
		{"DO $$ BEGIN PERFORM 'secret'; END $$", "DO ?"},
		{`SELECT E'a\'b', B'101', X'FF', U&'d\0061t'`, "SELECT ?, …"},
		{`SELECT "Name" FROM t WHERE ts > '2024-01-01'::date - INTERVAL '1 day'`, `SELECT "Name" FROM t WHERE ts > ?::date - INTERVAL ?`},
		{"BEGIN; UPDATE t SET a = 1; COMMIT", "BEGIN; UPDATE t SET a = ?; COMMIT"},
	} {
		s, err := ShapeOf(c.sql)
		require.NoError(t, err)
		require.Equal(t, c.shape, s.Text, c.sql)
		require.Equal(t, len(s.literals) > 0, s.Literals)
	}
	_, err := ShapeOf("SELECT 'open")
	require.Error(t, err)

	s, err := ShapeOf("SELECT a FROM t WHERE a = $1 AND b = 'x' LIMIT 10")
	require.NoError(t, err)
	require.Equal(t, []string{"SELECT a FROM t WHERE a = $1 AND b = $2 LIMIT $3", "SELECT a FROM t WHERE a = $1 AND b = '1' LIMIT 1"}, s.Neutral)
}

func TestScrub(t *testing.T) {
	s, err := ShapeOf(`SELECT 'it''s secret'::date, "column"`)
	require.NoError(t, err)
	require.Equal(t, `invalid input syntax for type date: "…"`, s.Scrub(`invalid input syntax for type date: "it's secret"`))
	require.Equal(t, `column "column" does not exist`, s.Scrub(`column "column" does not exist`))
}

// No literal survives, however the statement is made.
func TestShapeKeepsNoLiteral(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		const secret = "zq7secret"
		var b strings.Builder
		b.WriteString("SELECT ")
		for n := range rapid.IntRange(1, 6).Draw(t, "items") {
			if n > 0 {
				b.WriteString(rapid.SampledFrom([]string{", ", " || ", ",\n", " = "}).Draw(t, "between"))
			}
			b.WriteString(rapid.SampledFrom([]string{
				"'" + secret + "'", "E'\\n" + secret + "'", "$a$" + secret + "$a$", "lower('" + secret + "')", "(1, '" + secret + "')",
				"$1", "name", "7 /* " + secret + " */", "8 -- " + secret + "\n", "ARRAY['" + secret + "', 'x']", "'" + secret + "'::text",
			}).Draw(t, "item"))
		}
		s, err := ShapeOf(b.String())
		if err != nil {
			t.Fatal(err)
		}
		for _, text := range append(s.Neutral, s.Text) {
			if strings.Contains(text, secret) {
				t.Fatalf("%q keeps the literal of %q", text, b.String())
			}
		}
	})
}
