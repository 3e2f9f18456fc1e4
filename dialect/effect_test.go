package dialect

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/catalog"
)

func TestEffectOf(t *testing.T) {
	cat := &catalog.Catalog{
		SearchPath: []string{"public"},
		Tables: []*catalog.Table{
			{Schema: "public", Name: "t", Kind: 'r'}, {Schema: "public", Name: "u", Kind: 'r'},
			{Schema: "public", Name: "guarded", Kind: 'r', RowSecurity: true}, {Schema: "public", Name: "far", Kind: 'f'},
		},
		Views: []*catalog.View{
			{Schema: "public", Name: "v", Kind: 'v', Def: "SELECT charge(t.a) FROM t;"}, {Schema: "public", Name: "good", Kind: 'v', Def: " SELECT t.a, upper(t.b) AS b\n   FROM t;"},
			{Schema: "public", Name: "over_good", Kind: 'v', Def: "WITH w AS (SELECT good.a FROM good) SELECT w.a FROM w;"}, {Schema: "public", Name: "over_v", Kind: 'v', Def: "SELECT v.charge FROM v;"},
			{Schema: "public", Name: "kept", Kind: 'm', Def: "SELECT charge(t.a) FROM t;"}, {Schema: "public", Name: "loop", Kind: 'v', Def: "SELECT a FROM loop;"},
			{Schema: "public", Name: "twice", Kind: 'v', Def: "SELECT 1 AS a;"}, {Schema: "other", Name: "twice", Kind: 'v', Def: "SELECT charge(1) AS a;"},
		},
		Types:    []*catalog.Type{{Schema: "public", Name: "mood", Kind: 'e'}, {Schema: "public", Name: "checked", Kind: 'd'}},
		Routines: []string{"charge", "lower", "operator @@@"},
	}
	for _, sql := range []string{
		"SELECT 1", "SELECT a, count(*) FROM t JOIN u USING (id) WHERE b = ANY($1) GROUP BY a ORDER BY 2 DESC LIMIT 5",
		"WITH w AS (SELECT * FROM t) SELECT upper(x), now(), CASE WHEN y IS NULL THEN 1 END FROM w WHERE EXISTS (SELECT 1 FROM u) /* c */;",
		"SELECT sum(a) OVER (PARTITION BY b ORDER BY c), j->>'x', d::date, e::mood FROM t", "VALUES (1), (2)",
		"SELECT a FROM t UNION ALL SELECT b FROM public.u", "SELECT * FROM good", "SELECT count(*) FROM public.over_good JOIN kept USING (a)", "SELECT a FROM public.twice",
	} {
		require.Equal(t, EffectNone, EffectOf(cat, sql), sql)
		require.Equal(t, EffectUnknown, EffectOf(nil, sql), sql)
	}
	for _, sql := range []string{
		"INSERT INTO t VALUES (1)", "UPDATE t SET a = 1", "DELETE FROM t WHERE a = $1", "TRUNCATE t", "CREATE TABLE n AS SELECT 1",
		"MERGE INTO t USING u ON t.a = u.a WHEN MATCHED THEN DELETE", "WITH w AS (SELECT 1) INSERT INTO t SELECT * FROM w",
	} {
		require.Equal(t, EffectWrite, EffectOf(nil, sql), sql)
	}
	for _, sql := range []string{
		"SELECT nextval('s')", "SELECT a FROM t FOR UPDATE", "SELECT charge(1)", "SELECT lower('x')",
		"SELECT t.charge FROM t", "SELECT a @@@ b FROM t", "SELECT * FROM v", "SELECT 1 FROM over_v", "SELECT a FROM loop", "SELECT a FROM twice", "SELECT * FROM guarded", "SELECT * FROM far", "SELECT * FROM unknown_table",
		"WITH d AS (DELETE FROM t RETURNING *) SELECT * FROM d", "SELECT 'x'::checked", "SELECT pg_advisory_lock(1)",
		"SELECT set_config('a','b',false)", "SELECT * INTO n FROM t", "SELECT my.f(1)", "SELECT random() FROM t",
		"SELECT setval('s', 1)", "SELECT query_to_xml('delete from t returning 1', true, true, '')", "SELECT lo_import('x')", "SELECT * FROM pg_catalog.pg_class",
	} {
		require.Equal(t, EffectWrite, EffectOf(cat, sql), sql)
		require.Equal(t, EffectUnknown, EffectOf(nil, sql), sql)
	}
	for _, sql := range []string{"INSERT INTO t VALUES (1); COMMIT", "SELECT 1; SELECT 2", "EXPLAIN ANALYZE DELETE FROM t", "nonsense", "", "CALL p()", "VACUUM t", "DO 'BEGIN END'", "CREATE DATABASE d", "BEGIN"} {
		require.Equal(t, EffectUnknown, EffectOf(cat, sql), sql)
	}
	for _, sql := range []string{"COMMIT", "commit; -- x", "END", "COMMIT AND CHAIN"} {
		require.Equal(t, EffectCommit, EffectOf(cat, sql), sql)
	}
	for _, sql := range []string{"PREPARE TRANSACTION 'x'", "COMMIT PREPARED 'x'"} {
		require.Equal(t, EffectTwoPhase, EffectOf(cat, sql), sql)
	}
}
