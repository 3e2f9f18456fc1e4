package dialect_test

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/failoversql/failoversql/internal/pgtest"
)

// TestConformance runs every case of testdata/conformance on a real PostgreSQL
// and on the fallback, and compares what database/sql shows of them: column
// names, column types, Go types, values, rows affected, errors. PostgreSQL is
// the oracle: no expected value is written down. That is done on clusters that
// order text in different ways.
//
// A case may be refused (0A000) where refused.txt says why, and never different.
//
// A file begins with its schema and rows, up to a line "-- cases". Cases are
// separated by blank lines; statements end in ";" at the end of a line. Below a
// statement, a line "--$ [json, …]" gives its arguments. A line "--types" before
// it compares types and not values (now(), random()).
//
// CASE=text runs the cases whose first statement contains the text, CLUSTER=C
// one cluster only.
func TestConformance(t *testing.T) {
	files, err := filepath.Glob("testdata/conformance/*.sql")
	if err != nil || len(files) == 0 {
		t.Fatalf("no cases: %v", err)
	}
	limits := readLimits(t)
	var total tally
	for _, cluster := range clusters {
		if only := os.Getenv("CLUSTER"); only != "" && only != cluster.name {
			continue
		}
		t.Run(cluster.name, func(t *testing.T) {
			server := pgtest.New(t, cluster.options(t))
			var sum tally
			for _, file := range files {
				name := strings.TrimSuffix(filepath.Base(file), ".sql")
				t.Run(name, func(t *testing.T) {
					got := runFile(t, server, file, name, limits)
					t.Logf("%s: %s", name, got)
					sum.add(got)
				})
			}
			t.Logf("%s: %s", cluster.name, sum)
			total.add(sum)
		})
	}
	t.Logf("total: %s", total)
	if os.Getenv("CASE") != "" || os.Getenv("CLUSTER") != "" {
		return
	}
	limits.stale(t)
	if total.equalShare() < 95 {
		t.Errorf("%.1f %% of the cases are equal; at least 95 are to be", total.equalShare())
	}
}

// tally counts outcomes.
type tally struct{ equal, refused, different int }

func (c *tally) add(d tally) {
	c.equal += d.equal
	c.refused += d.refused
	c.different += d.different
}

func (c tally) equalShare() float64 {
	return 100 * float64(c.equal) / float64(max(1, c.equal+c.refused+c.different))
}

func (c tally) String() string {
	return fmt.Sprintf("%d equal, %d refused, %d different (%.1f %% equal)", c.equal, c.refused, c.different, c.equalShare())
}

// limits are the refusals that are accepted: message to reason, and which have
// been met.
type limits struct {
	reason map[string]string
	met    map[string]bool
}

const limitsFile = "testdata/conformance/refused.txt"

func readLimits(t *testing.T) *limits {
	text, err := os.ReadFile(limitsFile)
	if err != nil {
		t.Fatal(err)
	}
	l := &limits{reason: map[string]string{}, met: map[string]bool{}}
	for line := range strings.Lines(string(text)) {
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		message, reason, ok := strings.Cut(line, " | ")
		if _, twice := l.reason[message]; !ok || reason == "" || twice {
			t.Fatalf("%s: %q is not a message and its reason, once", limitsFile, line)
		}
		l.reason[message] = reason
	}
	return l
}

// accepts says whether a refusal is listed.
func (l *limits) accepts(message string) bool {
	l.met[message] = true
	return l.reason[message] != ""
}

// stale reports what is listed and not refused any more.
func (l *limits) stale(t *testing.T) {
	for message := range l.reason {
		if !l.met[message] {
			t.Errorf("%s: no case is refused with %q", limitsFile, message)
		}
	}
}

func runFile(t *testing.T, server *pgtest.Server, file, name string, limits *limits) tally {
	text, err := os.ReadFile(file)
	if err != nil {
		t.Fatal(err)
	}
	setup, rest, ok := strings.Cut(string(text), "\n-- cases\n")
	if !ok {
		t.Fatalf("%s: no line \"-- cases\"", file)
	}
	line := strings.Count(setup, "\n") + 2
	if schema, ok := strings.CutPrefix(setup, "-- schema: "); ok {
		shared, err := os.ReadFile("testdata/conformance/schema/" + strings.TrimSpace(schema) + ".sql")
		if err != nil {
			t.Fatal(err)
		}
		setup = string(shared)
	}
	cases := readCases(t, rest, line)
	if only := os.Getenv("CASE"); only != "" {
		cases = slices.DeleteFunc(cases, func(c conformanceCase) bool { return !strings.Contains(c.steps[0].sql, only) })
	}
	if len(cases) == 0 {
		return tally{}
	}
	b := newPair(t, server, "conformance_"+name, setup)
	var n tally
	for _, c := range cases {
		switch what, detail := b.run(t, c); what {
		case "equal":
			n.equal++
		case "refused":
			n.refused++
			if !limits.accepts(detail) {
				t.Errorf("%s:%d refused, and not in %s: %s\n\t%s", file, c.line, limitsFile, c.steps[0].sql, detail)
			}
		default:
			n.different++
			t.Errorf("%s:%d different: %s", file, c.line, detail)
		}
	}
	return n
}
