package pgerr

import (
	"os"
	"slices"
	"strings"
	"testing"
)

// TestFaultTable holds the table of faults in docs/state-machine.md to the
// code: every SQLSTATE and every network fault that counts, and nothing else.
func TestFaultTable(t *testing.T) {
	content, err := os.ReadFile("../../docs/state-machine.md")
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.Split(string(content), "\n")
	start := slices.Index(lines, "| fault | fault name | as a probe's result | effect |")
	if start < 0 {
		t.Fatal("no table")
	}
	documented := map[string]string{}
	for _, line := range lines[start+2:] {
		if !strings.HasPrefix(line, "|") {
			break
		}
		cells := strings.Split(strings.Trim(line, "|"), "|")
		if len(cells) != 4 {
			t.Fatalf("row %q", line)
		}
		result, effect := strings.TrimSpace(cells[2]), strings.TrimSpace(cells[3])
		for name := range strings.SplitSeq(cells[1], ",") {
			documented[strings.TrimSpace(name)] += result + " "
		}
		word, _, _ := strings.Cut(result, ";")
		want := map[string]string{"down": "fails over", "doubt": "fails over", "overload": "reported only", "auth": "reported only", "neutral": "none"}[word]
		if effect != want {
			t.Errorf("row %q: a result of %s has the effect %q", line, word, want)
		}
	}
	word := func(m Meaning) string {
		switch {
		case m.Class == Outage && m.Definite:
			return "down"
		case m.Class == Outage:
			return "doubt"
		}
		return m.Class.String()
	}
	for code, m := range codeFaults {
		if got := documented[code]; !strings.Contains(got, word(m)) {
			t.Errorf("%s is %s in the code and %q in the document", code, word(m), got)
		}
	}
	for errno, m := range errnoFaults {
		if got := documented[m.Fault]; !strings.Contains(got, word(m)) {
			t.Errorf("%v: %s is %s in the code and %q in the document", errno, m.Fault, word(m), got)
		}
	}
	for name := range documented {
		if len(name) == 5 && name[0] >= '0' && name[0] <= '9' {
			if _, ok := codeFaults[name]; !ok {
				t.Errorf("%s is in the document only", name)
			}
		}
	}
}
