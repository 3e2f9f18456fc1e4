package main

import (
	"fmt"
	"io"
	"os"
	"strings"
	"time"
	"unicode"
)

// bar is one line at the foot of a terminal, drawn over again as work gets on.
// Anywhere else it is a line of its own now and then, so that a log tells that
// there is something under way.
type bar struct {
	w     io.Writer // nil where there is no terminal
	log   io.Writer // where lines go then; or nil
	wide  func() int
	drawn time.Time
	what  string
	on    bool
}

func newBar(w io.Writer) *bar {
	if !isTerminal(w) {
		return &bar{log: w, drawn: time.Now()}
	}
	f, _ := w.(*os.File)
	return &bar{w: w, wide: func() int { return terminalColumns(f) }}
}

// barInterval is the least time between two drawings of the same work, and
// logInterval that between two lines of a log.
const (
	barInterval = 50 * time.Millisecond
	logInterval = 30 * time.Second
)

// show draws what is done of something, from 0 to 1. Of text the beginning is
// kept, where there is not room for all of it.
func (b *bar) show(what string, done float64, text string) {
	now := time.Now()
	switch {
	case b.w == nil && b.log != nil && now.Sub(b.drawn) >= logInterval:
		fmt.Fprintf(b.log, "%-10s %.0f%%  %s\n", what, 100*done, text)
		b.drawn = now
		return
	case b.w == nil, what == b.what && now.Sub(b.drawn) < barInterval:
		return
	}
	// A terminal wraps a line that fills it, and what wrapped stays. Its width may
	// change at any time, so it is asked for each time.
	columns := b.wide()
	size := min(max(columns/5, 6), 24)
	full := int(done * float64(size))
	line := fmt.Sprintf("%-10s %s%s %3.0f%%  %s", what, strings.Repeat("█", full), strings.Repeat("░", size-full), done*100, text)
	fmt.Fprint(b.w, "\r"+shorten(line, columns-1)+"\x1b[K")
	b.what, b.drawn, b.on = what, now, true
}

// shorten cuts a line off at a width, of which some letters take two columns.
func shorten(line string, columns int) string {
	used, cut := 0, 0 // cut: where there is room for the mark
	for i, r := range line {
		if used < columns {
			cut = i
		}
		if r >= 0x2E80 || 0x1100 <= r && r < 0x1160 { // East Asian, or perhaps so
			used++
		}
		if used++; used > columns {
			return line[:cut] + "…"
		}
	}
	return line
}

// printable is a name with which nobody can steer the terminal.
func printable(name string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsPrint(r) {
			return r
		}
		return '\uFFFD'
	}, name)
}

// clear makes room for lines.
func (b *bar) clear() {
	if b.on {
		fmt.Fprint(b.w, "\r\x1b[K")
		b.what, b.on = "", false
	}
}
