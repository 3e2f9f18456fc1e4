package main

import (
	"fmt"
	"io"
	"strings"
	"time"
)

// bar is one line at the foot of a terminal, drawn over again as work gets on.
// Anywhere else it shows nothing.
type bar struct {
	w     io.Writer // nil where there is no terminal
	drawn time.Time
	what  string
	on    bool
}

func newBar(w io.Writer) *bar {
	if !isTerminal(w) {
		w = nil
	}
	return &bar{w: w}
}

// barWidth is that of the bar itself, and barInterval the least time between two
// drawings of the same work.
const (
	barWidth    = 24
	barInterval = 50 * time.Millisecond
)

func (b *bar) show(what string, done float64, text string) {
	if b.w == nil || what == b.what && time.Since(b.drawn) < barInterval {
		return
	}
	full := int(done * barWidth)
	fmt.Fprintf(b.w, "\r\x1b[K%-16s %s%s %3.0f%%  %s", what, strings.Repeat("█", full), strings.Repeat("░", barWidth-full), done*100, text)
	b.what, b.drawn, b.on = what, time.Now(), true
}

// clear makes room for lines.
func (b *bar) clear() {
	if b.on {
		fmt.Fprint(b.w, "\r\x1b[K")
		b.what, b.on = "", false
	}
}
