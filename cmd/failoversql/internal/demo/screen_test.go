package demo

import (
	"bytes"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

func TestScreenOffATerminalIsPlain(t *testing.T) {
	var out bytes.Buffer
	s := newScreen(&out, false, false)
	s.event(red, "killed after %d", 5)
	s.counters("first")
	s.counters("too soon after it")
	s.still()
	s.line("last")
	text := out.String()
	require.NotContains(t, text, "\x1b")
	require.NotContains(t, text, "\r")
	require.Contains(t, text, "killed after 5\n")
	require.Contains(t, text, "first\n")
	require.NotContains(t, text, "too soon")
	require.Regexp(t, `last\n$`, text)
}

func TestScreenOnATerminalRedraws(t *testing.T) {
	var out bytes.Buffer
	s := newScreen(&out, true, true)
	s.counters("1 write")
	s.event(green, "up")
	s.counters("2 writes")
	s.still()
	require.Contains(t, out.String(), erase+"1 write"+erase)
	require.Contains(t, out.String(), green+"up"+reset+"\n1 write")
	require.Regexp(t, `2 writes\r\x1b\[K$`, out.String())
}

func TestGrouped(t *testing.T) {
	for n, want := range map[int64]string{0: "0", 999: "999", 1000: "1,000", 1234567: "1,234,567"} {
		require.Equal(t, want, grouped(n))
	}
}

// What is measured is never rounded in our favour.
func TestCeilMS(t *testing.T) {
	require.Equal(t, int64(0), ceilMS(0))
	require.Equal(t, int64(1), ceilMS(time.Microsecond))
	require.Equal(t, int64(2), ceilMS(2*time.Millisecond))
	require.Equal(t, int64(3), ceilMS(2*time.Millisecond+1))
}

func TestStopwatch(t *testing.T) {
	var s stopwatch
	at := func(ms int) time.Time { return time.Unix(0, 0).Add(time.Duration(ms) * time.Millisecond) }
	a, b := s.part(), s.part()
	*a = append(*a,
		call{at(0), at(14), true},   // begun before the kill: proves nothing
		call{at(11), at(12), true},  // may have been answered by a process not yet dead
		call{at(13), at(20), false}, // failed
		call{at(16), at(31), true})
	*b = append(*b, call{at(15), at(33), true}, call{at(40), at(90), true})
	first, ok := s.firstGood(at(10), at(13))
	require.True(t, ok)
	require.Equal(t, 21*time.Millisecond, first)
	require.Equal(t, 18*time.Millisecond, s.slowest(at(30), at(32)))
	_, ok = s.firstGood(at(80), at(95))
	require.False(t, ok)
}
