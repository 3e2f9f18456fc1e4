package failoversql

import (
	"cmp"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/internal/pgtest"
)

// Of the statements by which the dialect is tested, every one that may be run as
// a shadow read is answered alike by both sides.
func TestShadowReadsOfTheDialectsCases(t *testing.T) {
	server := pgtest.New(t)
	files, err := filepath.Glob("dialect/testdata/conformance/*.sql")
	require.NoError(t, err)
	compared, unsure := 0, map[notComparable]int{}
	databases := map[string][]string{} // the queries, by schema
	for _, file := range files {
		text, err := os.ReadFile(file)
		require.NoError(t, err)
		schema, cases, _ := strings.Cut(string(text), "-- cases\n")
		if name, ok := strings.CutPrefix(strings.TrimSpace(schema), "-- schema: "); ok {
			text, err := os.ReadFile("dialect/testdata/conformance/schema/" + name + ".sql")
			require.NoError(t, err)
			schema = string(text)
		}
		databases[schema] = append(databases[schema], queriesOf(cases)...)
	}
	schemas := slices.SortedFunc(maps.Keys(databases), func(a, b string) int {
		return cmp.Or(cmp.Compare(len(databases[b]), len(databases[a])), strings.Compare(a, b))
	})
	for n, schema := range schemas[:3] { // those of the most queries: each has to be copied first
		queries, database := databases[schema], fmt.Sprint("corpus", n)
		require.NoError(t, server.CreateDatabase(database))
		require.NoError(t, server.Exec(t.Context(), database, schema))
		cfg, err := ParseDSN(server.DSN(database) + " fallback_shadow_reads=1 fallback_path=" + filepath.Join(t.TempDir(), "app.db"))
		require.NoError(t, err)
		cfg.Logger = slog.New(slog.DiscardHandler)
		c, err := NewConnector(cfg)
		require.NoError(t, err)
		require.Eventually(t, func() bool { return c.Status(t.Context()).Fallback.Following }, 60*time.Second, 5*time.Millisecond, "%.200s", schema)
		side := &shadowSides{inst: c.inst, r: c.inst.running.Load()}
		cat := side.r.file.Catalog()
		for _, q := range queries {
			if _, ok := dialect.ReadingOf(cat, q); !ok {
				continue
			}
			d, err := side.compare(t.Context(), shadowRead{query: q})
			why, _ := err.(notComparable)
			switch {
			case d != nil:
				t.Errorf("%s\n%+v", q, *d)
			case why == "" && err != nil:
				t.Errorf("%s\n%v", q, err)
			case err == nil:
				compared++
			default:
				unsure[why]++
			}
		}
		side.close()
		require.NoError(t, c.Close())
	}
	t.Logf("%d the same, %v", compared, unsure)
	require.Greater(t, compared, 1000)
}

// queriesOf takes the cases of one SELECT without arguments.
func queriesOf(cases string) (out []string) {
	for _, c := range strings.Split(cases, "\n\n") {
		c = strings.TrimSpace(c)
		upper := strings.ToUpper(c)
		if strings.Count(c, ";") != 1 || !strings.HasSuffix(c, ";") || !(strings.HasPrefix(upper, "SELECT") || strings.HasPrefix(upper, "WITH") || strings.HasPrefix(upper, "VALUES")) {
			continue
		}
		out = append(out, strings.TrimSuffix(c, ";"))
	}
	return out
}
