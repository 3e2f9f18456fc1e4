package pgfunc

import (
	_ "embed"
	"strings"
	"sync"

	"github.com/blevesearch/snowballstem"
	"github.com/blevesearch/snowballstem/english"
)

// englishStops is PostgreSQL's list of English stop words (tsearch_data).
//
//go:embed english.stop
var englishStops string

var stopWords = sync.OnceValue(func() map[string]bool {
	m := map[string]bool{}
	for _, w := range strings.Fields(englishStops) {
		m[w] = true
	}
	return m
})

// stemEnglish is the dictionary english_stem; keep is false for a stop word.
func stemEnglish(word string) (stem string, keep bool) {
	if stopWords()[word] {
		return "", false
	}
	if len(word) > 1000 {
		return word, true
	}
	env := snowballstem.NewEnv(word)
	english.Stem(env)
	if stem = env.Current(); stem == "" {
		stem = word
	}
	return stem, true
}
