package demo

import (
	"fmt"
	"io"
	"strings"
	"sync"
	"time"
)

// screen prints one line an event, and below them, on a terminal, a status line
// that is redrawn in place; elsewhere the status is a line a second.
type screen struct {
	mu       sync.Mutex
	w        io.Writer
	terminal bool
	colour   bool
	began    time.Time
	status   string // what the redrawn line shows
	lastLine time.Time
}

// colours, as a terminal takes them.
const (
	plain  = ""
	green  = "\x1b[32m"
	yellow = "\x1b[33m"
	red    = "\x1b[31m"
	dim    = "\x1b[2m"
	reset  = "\x1b[0m"
	erase  = "\r\x1b[K"
)

func newScreen(w io.Writer, terminal, colour bool) *screen {
	return &screen{w: w, terminal: terminal, colour: colour, began: time.Now()}
}

// event prints a line with the time of day and the seconds since the start.
func (s *screen) event(colour, format string, args ...any) {
	s.eventAt(time.Now(), colour, format, args...)
}

// eventAt is event for something that happened at another time than now.
func (s *screen) eventAt(at time.Time, colour, format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	stamp := s.paint(dim, fmt.Sprintf("%s %6.2fs", at.Format("15:04:05.000"), at.Sub(s.began).Seconds()))
	fmt.Fprintf(s.w, "%s  %s\n", stamp, s.paint(colour, fmt.Sprintf(format, args...)))
	s.draw()
}

// line prints a line as it is.
func (s *screen) line(format string, args ...any) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	fmt.Fprintf(s.w, format+"\n", args...)
	s.draw()
}

// counters shows the live figures: redrawn on a terminal, once a second
// elsewhere.
func (s *screen) counters(text string) {
	now := time.Now()
	if !s.terminal {
		if now.Sub(s.lastLine) >= time.Second {
			s.lastLine = now
			s.event(dim, "%s", text)
		}
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.status = text
	fmt.Fprint(s.w, erase)
	s.draw()
}

// still ends the redrawn line.
func (s *screen) still() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.clear()
	s.status = ""
}

func (s *screen) clear() {
	if s.terminal && s.status != "" {
		fmt.Fprint(s.w, erase)
	}
}

func (s *screen) draw() {
	if s.terminal && s.status != "" {
		fmt.Fprint(s.w, s.status)
	}
}

func (s *screen) paint(colour, text string) string {
	if !s.colour || colour == plain {
		return text
	}
	return colour + text + reset
}

// grouped writes a number with commas between thousands.
func grouped(n int64) string {
	digits := fmt.Sprint(n)
	var b strings.Builder
	for i, d := range digits {
		if i > 0 && (len(digits)-i)%3 == 0 {
			b.WriteByte(',')
		}
		b.WriteRune(d)
	}
	return b.String()
}
