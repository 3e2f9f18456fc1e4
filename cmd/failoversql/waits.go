package main

import (
	"fmt"
	"io"
	"slices"

	"github.com/failoversql/failoversql"
)

// waits says what on PostgreSQL is waited for: a line for each transaction when it
// is first met, and at the foot of a terminal how it is now.
type waits struct {
	lines io.Writer
	bar   *bar
	told  []failoversql.OpenTransaction
}

func (w *waits) at(open []failoversql.OpenTransaction) {
	same := func(o failoversql.OpenTransaction) func(failoversql.OpenTransaction) bool {
		return func(t failoversql.OpenTransaction) bool { return t.PID == o.PID && t.Prepared == o.Prepared }
	}
	for _, o := range open {
		if slices.ContainsFunc(w.told, same(o)) {
			continue
		}
		w.told = append(w.told, o)
		w.bar.clear()
		fmt.Fprintf(w.lines, "waiting    for %s to end on PostgreSQL\n", printable(o.String()))
	}
	if len(open) > 0 {
		text := printable(open[0].String())
		if n := len(open) - 1; n > 0 {
			text = fmt.Sprintf("and %d more, %s", n, text)
		}
		w.bar.show("waiting", 0, text)
	} else {
		w.bar.clear()
	}
}
