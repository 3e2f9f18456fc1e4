package pgfunc

import (
	"context"
	"math/rand/v2"
	"os"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/failoversql/failoversql/internal/pgtest"
	"github.com/jackc/pgx/v5"
)

// fragments make documents that try the parser: words, numbers and whatever
// may join or part them.
var fragments = []string{"a", "b", "Fat", "rats", "running", "the", "of", "é", "ÀB", "日本", "1", "23", "007", "x2", "2x", "e", "e5", "1e", " ", " ", " ", " ", "-", "--", "_", ".", ",", ", ", ". ", ":", ";", "/", "\\", "@", "&", "<", ">", "+", "=", "~", "'", "\"", "#", "%", "$", "(", ")", "!", "?", "|", "*", "…", "–", "\n", "\t"}

func randomDocument(rnd *rand.Rand) string {
	var b strings.Builder
	for range 1 + rnd.IntN(9) {
		b.WriteString(fragments[rnd.IntN(len(fragments))])
	}
	return b.String()
}

// TestTextSearchDocuments compares to_tsvector of random documents, where
// nothing but ASCII has letters and under a locale that knows them all.
func TestTextSearchDocuments(t *testing.T) {
	t.Run("C", func(t *testing.T) { compareDocuments(t, postgres(t), "C") })
	t.Run("C.UTF-8", func(t *testing.T) {
		pg, err := pgx.Connect(context.Background(), pgtest.New(t, pgtest.Options{Locale: "C.UTF-8"}).DSN())
		if err != nil {
			t.Fatal(err)
		}
		defer pg.Close(context.Background())
		compareDocuments(t, pg, "C.UTF-8")
	})
}

func compareDocuments(t *testing.T, pg *pgx.Conn, ctype string) {
	seed := uint64(time.Now().UnixNano())
	t.Logf("seed %d", seed)
	rnd := rand.New(rand.NewPCG(seed, 1))
	n := 6000
	if os.Getenv("PGFUNC_SEED") != "" {
		n = 60000
	}
	docs := make([]string, n)
	for i := range docs {
		docs[i] = randomDocument(rnd)
	}
	equal, refused := 0, 0
	for _, config := range []string{"simple", "english"} {
		rows, err := pg.Query(context.Background(), "SELECT to_tsvector($2::regconfig, d)::text FROM unnest($1::text[]) WITH ORDINALITY x(d, n) ORDER BY n", docs, config)
		if err != nil {
			t.Fatal(err)
		}
		want, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			t.Fatal(err)
		}
		for i, d := range docs {
			got, err := toTSVector(ctype, config, d)
			switch {
			case err != nil:
				refused++
			case got != want[i]:
				t.Errorf("to_tsvector(%q, %q) = %s, PostgreSQL: %s", config, d, got, want[i])
			default:
				equal++
			}
		}
	}
	t.Logf("%d equal, %d refused", equal, refused)
	if equal < n/2 {
		t.Errorf("only %d of %d documents were read", equal, 2*n)
	}
}

// TestEnglishStemmer holds the stemmer to PostgreSQL's over the words of
// licences and manuals, with endings put to them.
func TestEnglishStemmer(t *testing.T) {
	pg := postgres(t)
	words := map[string]bool{}
	word := regexp.MustCompile(`[a-z']+`)
	for _, file := range []string{"../../README.md", "../../docs/dialect.md", "../../docs/conflicts.md", "../../docs/following.md", "../../docs/state-machine.md", "../../CHANGELOG.md", "regex.go", "tochar.go", "similar.go", "../call.go"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for _, w := range word.FindAllString(strings.ToLower(string(text)), -1) {
			words[w] = true
		}
	}
	endings := strings.Fields("s es ed ing ly ies ied ness ful less able ible ation ational tional izer ization ousness iveness fulness alism ality iviti biliti ogi ence ance er or ism ist ment 's ' s' y ys ee eed eedly ingly edly ative icate ical")
	var list []string
	for w := range words {
		list = append(list, w)
		for _, e := range endings {
			list = append(list, w+e)
		}
	}
	rows, err := pg.Query(context.Background(), "SELECT coalesce((ts_lexize('english_stem', w))[1], '') FROM unnest($1::text[]) WITH ORDINALITY x(w, n) ORDER BY n", list)
	if err != nil {
		t.Fatal(err)
	}
	want, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		t.Fatal(err)
	}
	for i, w := range list {
		if got, _ := stemEnglish(w); got != want[i] {
			t.Errorf("stem of %q is %q, PostgreSQL: %q", w, got, want[i])
		}
	}
	t.Logf("%d words", len(list))
	if len(list) < 10000 {
		t.Errorf("only %d words", len(list))
	}
}
