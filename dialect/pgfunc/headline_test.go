package pgfunc

import (
	"context"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5"
)

// TestTextSearchTokens compares the tokens of random documents, blanks among
// them, with those of ts_parse.
func TestTextSearchTokens(t *testing.T) {
	pg := postgres(t)
	rnd := seeded(t)
	docs := make([]string, 4000)
	for i := range docs {
		docs[i] = randomDocument(rnd)
	}
	rows, err := pg.Query(context.Background(), "SELECT (SELECT coalesce(string_agg(tokid || ':' || token, '|' ORDER BY o), '') FROM ts_parse('default', d) WITH ORDINALITY p(tokid, token, o)) FROM unnest($1::text[]) WITH ORDINALITY x(d, n) ORDER BY n", docs)
	if err != nil {
		t.Fatal(err)
	}
	want, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	equal := 0
	for i, d := range docs {
		p := &textParser{s: d, ascii: true}
		if p.parse() != nil {
			continue
		}
		var got []string
		for _, x := range p.all() {
			got = append(got, fmt.Sprintf("%d:%s", x.kind, x.text))
		}
		if s := strings.Join(got, "|"); s != want[i] {
			t.Errorf("tokens of %q are %s, PostgreSQL: %s", d, s, want[i])
		}
		equal++
	}
	if equal < 1000 {
		t.Errorf("only %d documents were read", equal)
	}
}

func seeded(t *testing.T) *rand.Rand {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	return rand.New(rand.NewPCG(seed, 1))
}

// prose is a text in which a few words come again and again.
func prose(rnd *rand.Rand, words int) string {
	pool := strings.Fields("fat cat rat the a of running well-known 12 3.5 -7 big dogs mat sat and x2 é hats")
	var b strings.Builder
	for range words {
		b.WriteString(pool[rnd.IntN(len(pool))])
		b.WriteString([]string{" ", " ", " ", ", ", ". ", " - ", "! ", "\n"}[rnd.IntN(8)])
	}
	return b.String()
}

func randomQuery(rnd *rand.Rand, depth int) string {
	words := []string{"fat", "cat", "rat", "run", "well-known", "big", "dog", "ca:*", "mat", "known", "12", "absent", "hat:AD"}
	if depth == 0 || rnd.IntN(3) == 0 {
		return words[rnd.IntN(len(words))]
	}
	if rnd.IntN(6) == 0 {
		return "!(" + randomQuery(rnd, depth-1) + ")"
	}
	op := []string{"&", "&", "|", "<->", "<2>"}[rnd.IntN(5)]
	return "(" + randomQuery(rnd, depth-1) + " " + op + " " + randomQuery(rnd, depth-1) + ")"
}

// TestHeadlines compares ts_headline of random texts, queries and options.
func TestHeadlines(t *testing.T) {
	pg := postgres(t)
	rnd := seeded(t)
	options := []string{"", "", "MaxFragments=2", "MaxFragments=3, MaxWords=5, MinWords=2", "MaxWords=10, MinWords=3", "MaxWords=4, MinWords=1, ShortWord=0", "HighlightAll=true", "HighlightAll=on, MaxFragments=1, MaxWords=7, MinWords=5",
		"StartSel=\"<<\", StopSel = '>>' ,FragmentDelimiter=' || '", "MinWords=20, MaxWords=21", "ShortWord=5,MaxWords=8,MinWords=6"}
	const n = 3000
	texts, queries, opts, configs := make([]string, n), make([]string, n), make([]string, n), make([]string, n)
	for i := range n {
		texts[i], opts[i], configs[i] = prose(rnd, rnd.IntN(60)), options[rnd.IntN(len(options))], []string{"english", "simple"}[rnd.IntN(2)]
		if i%100 == 0 {
			texts[i] = prose(rnd, 600)
		}
		if rnd.IntN(40) > 0 {
			queries[i] = randomQuery(rnd, rnd.IntN(4))
		}
	}
	rows, err := pg.Query(context.Background(), "SELECT to_tsquery(c::regconfig, q)::text, ts_headline(c::regconfig, d, to_tsquery(c::regconfig, q), o) FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) WITH ORDINALITY x(d, q, o, c, n) ORDER BY n", texts, queries, opts, configs)
	if err != nil {
		t.Fatal(err)
	}
	type answer struct{ Query, Headline string }
	want, err := pgx.CollectRows(rows, pgx.RowToStructByPos[answer])
	if err != nil {
		t.Fatal(err)
	}
	equal := 0
	for i, w := range want {
		q, err := pgvalue.ReadTSQuery(w.Query)
		if err != nil {
			t.Fatal(err)
		}
		got, err := tsHeadline("C", "150000", configs[i], texts[i], q, opts[i])
		if err != nil && strings.Contains(err.Error(), "not supported on the SQLite fallback") {
			continue
		}
		equal++
		if err != nil || got != w.Headline {
			t.Errorf("ts_headline('%s', %q, '%s', '%s')\n got %q %v\nWANT %q", configs[i], texts[i], w.Query, opts[i], got, err, w.Headline)
		}
	}
	if equal < n*9/10 {
		t.Errorf("only %d of %d texts were read", equal, n)
	}
}

// TestRanks compares ts_rank and ts_rank_cd of random documents and queries.
func TestRanks(t *testing.T) {
	pg := postgres(t)
	rnd := seeded(t)
	const n = 2000
	texts, queries := make([]string, n), make([]string, n)
	methods := make([]int64, n)
	for i := range n {
		texts[i], queries[i], methods[i] = prose(rnd, rnd.IntN(50)), randomQuery(rnd, rnd.IntN(4)), int64(rnd.IntN(64))
	}
	rows, err := pg.Query(context.Background(), "SELECT v::text, w::text, ts_rank(v, w, m::int)::float8, ts_rank_cd(v, w, m::int)::float8, ts_rank_cd('{0.3,0.01,1,0.7}', v, w, m::int)::float8 FROM (SELECT setweight(to_tsvector('english', left(d, 40)), 'A') || to_tsvector('english', substr(d, 41)) AS v, to_tsquery('english', q) AS w, m, n FROM unnest($1::text[], $2::text[], $3::int8[]) WITH ORDINALITY x(d, q, m, n)) s ORDER BY n", texts, queries, methods)
	if err != nil {
		t.Fatal(err)
	}
	type answer struct {
		Vector, Query        string
		Rank, CD, CDWeighted float64
	}
	want, err := pgx.CollectRows(rows, pgx.RowToStructByPos[answer])
	if err != nil {
		t.Fatal(err)
	}
	weights, err := readWeights("{0.3,0.01,1,0.7}")
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range want {
		v, err := pgvalue.ReadTSVector(w.Vector)
		if err != nil {
			t.Fatal(err)
		}
		q, err := pgvalue.ReadTSQuery(w.Query)
		if err != nil {
			t.Fatal(err)
		}
		m := methods[i]
		got := answer{w.Vector, w.Query, float64(tsRank(defaultWeights, v, q, m)), float64(tsRankCD(defaultWeights, v, q, m)), float64(tsRankCD(weights, v, q, m))}
		if got != w {
			t.Errorf("normalization %d:\n got %v\nWANT %v", m, got, w)
		}
	}
}
