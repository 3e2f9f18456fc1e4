package dialect

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/catalog"
)

func TestReadingOf(t *testing.T) {
	cat := &catalog.Catalog{
		SearchPath: []string{"public"},
		Tables: []*catalog.Table{
			{OID: 1, Schema: "public", Name: "t", Kind: 'r', Constraints: []catalog.Constraint{{Kind: 'p', Columns: []string{"id"}}}},
			{OID: 2, Schema: "public", Name: "u", Kind: 'r'}, {OID: 3, Schema: "public", Name: "parts", Kind: 'p'},
		},
		Views: []*catalog.View{
			{Schema: "public", Name: "v", Kind: 'v', Def: "SELECT t.a FROM t;"}, {Schema: "public", Name: "clock", Kind: 'v', Def: "SELECT now() AS a;"},
			{Schema: "public", Name: "kept", Kind: 'm', Def: "SELECT t.a FROM t;"}, {Schema: "public", Name: "top", Kind: 'v', Def: "SELECT t.id FROM t LIMIT 1;"},
		},
	}
	for _, c := range []struct {
		sql  string
		want Reading
	}{
		{"SELECT 1", Reading{Tables: []uint32{}}},
		{"SELECT a FROM t WHERE id = $1", Reading{Tables: []uint32{1}}},
		{"SELECT * FROM t JOIN public.u USING (id) ORDER BY t.id, 2", Reading{Tables: []uint32{1, 2}, Sorted: true, Order: []OrderColumn{{Name: "id"}, {Place: 2}}}},
		{"SELECT a FROM t ORDER BY t.b", Reading{Tables: []uint32{1}, Sorted: true}},
		{"SELECT a FROM t ORDER BY lower(a)", Reading{Tables: []uint32{1}, Sorted: true}},
		{"SELECT a AS b FROM t ORDER BY b", Reading{Tables: []uint32{1}, Sorted: true, Order: []OrderColumn{{Name: "b"}}}},
		{"WITH t AS (SELECT 1 AS a) SELECT a FROM t", Reading{Tables: []uint32{}}},
		{"SELECT a FROM v", Reading{}},
		{"SELECT a FROM parts", Reading{}},
		{"SELECT id FROM top", Reading{Loose: true}},
		{"SELECT a FROM t LIMIT 1", Reading{Tables: []uint32{1}, Loose: true}},
		{"SELECT * FROM t ORDER BY id LIMIT 1", Reading{Tables: []uint32{1}, Sorted: true, Order: []OrderColumn{{Name: "id"}}}},
		{"SELECT a AS id FROM t ORDER BY id LIMIT 1", Reading{Tables: []uint32{1}, Sorted: true, Order: []OrderColumn{{Name: "id"}}, Loose: true}},
		{"SELECT * FROM u ORDER BY id LIMIT 1", Reading{Tables: []uint32{2}, Sorted: true, Order: []OrderColumn{{Name: "id"}}, Loose: true}},
		{"SELECT * FROM t WHERE a = (SELECT b FROM u LIMIT 1) ORDER BY id LIMIT 1", Reading{Tables: []uint32{1, 2}, Sorted: true, Order: []OrderColumn{{Name: "id"}}, Loose: true}},
		{"SELECT a, count(*) FROM t GROUP BY a", Reading{Tables: []uint32{1}, Sums: true}},
		{"SELECT DISTINCT a FROM t", Reading{Tables: []uint32{1}, Sums: true}},
		{"SELECT DISTINCT ON (a) a, b FROM t", Reading{Tables: []uint32{1}, Sums: true, Loose: true}},
		{"SELECT array_agg(a) FROM t", Reading{Tables: []uint32{1}, Sums: true, Loose: true}},
		{"SELECT row_number() OVER () FROM t", Reading{Tables: []uint32{1}, Loose: true}},
		{"SELECT to_char(ts, 'YYYY') FROM t", Reading{Tables: []uint32{1}}},
	} {
		got, ok := ReadingOf(cat, c.sql)
		require.True(t, ok, c.sql)
		require.Equal(t, c.want, got, c.sql)
	}
	for _, sql := range []string{
		"SELECT now()", "SELECT current_date", "SELECT current_user", "SELECT a FROM t WHERE ts > 'now'", "SELECT a FROM t WHERE ts > timestamptz 'Yesterday'",
		"SELECT random()", "SELECT age(ts) FROM t", "SELECT version()", "SELECT a FROM clock", "SELECT a FROM kept", "SELECT ctid FROM t",
		"SELECT a FROM t FOR UPDATE", "UPDATE t SET a = 1", "SELECT 1; SELECT 2", "SELECT nextval('s')", "nonsense", "SELECT * FROM nothing", "SELECT pg_backend_pid()",
	} {
		_, ok := ReadingOf(cat, sql)
		require.False(t, ok, sql)
	}
}
