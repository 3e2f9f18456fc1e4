package dialect_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"
)

// conformanceCase is one case: statements run in one transaction that is rolled
// back.
type conformanceCase struct {
	line  int
	steps []caseStep
}

type caseStep struct {
	sql       string
	args      []any
	typesOnly bool
	anywhere  bool // an error's position is not in this text
}

func readCases(t *testing.T, text string, line int) []conformanceCase {
	var out []conformanceCase
	var c *conformanceCase
	var sql strings.Builder
	typesOnly := false
	for _, l := range strings.Split(text, "\n") {
		line++
		switch {
		case strings.TrimSpace(l) == "" && sql.Len() == 0:
			c = nil
			continue
		case strings.HasPrefix(l, "--$ "):
			s := &c.steps[len(c.steps)-1]
			s.args = readArgs(t, l[4:])
			continue
		case l == "--types":
			typesOnly = true
			continue
		case strings.HasPrefix(l, "-- ") && sql.Len() == 0:
			continue
		}
		if c == nil {
			out = append(out, conformanceCase{line: line})
			c = &out[len(out)-1]
		}
		sql.WriteString(l)
		if strings.HasSuffix(l, ";") {
			c.steps = append(c.steps, caseStep{sql: strings.TrimSuffix(sql.String(), ";"), typesOnly: typesOnly})
			sql.Reset()
			typesOnly = false
		} else {
			sql.WriteByte('\n')
		}
	}
	return out
}

// readArgs reads arguments: JSON, where a whole number is an int64, a string
// "time:…" a time.Time, "bytes:…" a []byte, and an array a slice.
func readArgs(t *testing.T, text string) []any {
	d := json.NewDecoder(strings.NewReader(text))
	d.UseNumber()
	var raw []any
	if err := d.Decode(&raw); err != nil {
		t.Fatalf("arguments %s: %v", text, err)
	}
	for i := range raw {
		raw[i] = readArg(t, raw[i])
	}
	return raw
}

func readArg(t *testing.T, v any) any {
	switch v := v.(type) {
	case json.Number:
		if n, err := v.Int64(); err == nil {
			return n
		}
		f, err := v.Float64()
		if err != nil {
			t.Fatal(err)
		}
		return f
	case string:
		if s, ok := strings.CutPrefix(v, "time:"); ok {
			tm, err := time.Parse(time.RFC3339Nano, s)
			if err != nil {
				t.Fatal(err)
			}
			return tm
		}
		if s, ok := strings.CutPrefix(v, "bytes:"); ok {
			return []byte(s)
		}
	case []any:
		if len(v) > 0 {
			if _, ok := v[0].(json.Number); ok {
				out := make([]int64, len(v))
				for i := range v {
					n, err := v[i].(json.Number).Int64()
					if err != nil {
						t.Fatal(err)
					}
					out[i] = n
				}
				return out
			}
		}
		out := make([]string, len(v))
		for i := range v {
			out[i] = v[i].(string)
		}
		return out
	}
	return v
}
