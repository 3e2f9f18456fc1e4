package demo

import "sync"

// trouble shows errors that the application had to see and should not have: each
// text once, all of them counted.
type trouble struct {
	screen *screen
	mu     sync.Mutex
	seen   map[string]int
	total  int
}

// shown bounds how many different texts are printed.
const shown = 8

func (t *trouble) report(err error) {
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.seen == nil {
		t.seen = map[string]int{}
	}
	text := err.Error()
	t.seen[text]++
	t.total++
	if t.seen[text] == 1 && len(t.seen) <= shown {
		t.screen.event(red, "the application got an error: %s", text)
	}
}

func (t *trouble) count() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.total
}
