package pgvalue

import (
	"context"
	"math/rand/v2"
	"os"
	"strings"
	"testing"

	"github.com/jackc/pgx/v5/pgtype"
)

// randomPath writes a jsonpath of about the depth, seldom a wrong one.
type randomPath struct{ *rand.Rand }

func (r randomPath) of(list ...string) string { return list[r.IntN(len(list))] }

func (r randomPath) predicate(d int) string {
	if d <= 0 {
		return r.of("@.a == 1", "$.a > 2", "exists(@.b)", "$ starts with \"a\"", "@ like_regex \"^a\"")
	}
	switch r.IntN(9) {
	case 0:
		return r.predicate(d-1) + r.of(" && ", " || ", "&&") + r.predicate(d-1)
	case 1:
		return "!(" + r.predicate(d-1) + ")"
	case 2:
		return "(" + r.predicate(d-1) + ") is unknown"
	case 3:
		return "exists (" + r.expr(d-1) + ")"
	case 4:
		return r.expr(d-1) + " starts with " + r.of(`"ab"`, "$x", `$"y z"`)
	case 5:
		return r.expr(d-1) + " like_regex " + r.of(`"a.*"`, `"b" flag "i"`, `"." flag "sq"`, `"^x$" flag "m"`)
	case 6:
		return "(" + r.predicate(d-1) + ")"
	}
	return r.expr(d-1) + r.of(" == ", " != ", " <> ", "<", " > ", ">=", " <= ") + r.expr(d-1)
}

func (r randomPath) expr(d int) string {
	if d <= 0 {
		return r.of("$", "@", "1", "1.50", "-2", `"s"`, "null", "true", "false", "$v", "last", "0.1e2", "(3)")
	}
	switch r.IntN(8) {
	case 0, 1:
		return r.expr(d-1) + r.of(" + ", " - ", " * ", " / ", " % ", "-", "*") + r.expr(d-1)
	case 2:
		return r.of("-", "+") + r.expr(d-1)
	case 3:
		return "(" + r.expr(d-1) + ")"
	case 4:
		return "(" + r.predicate(d-1) + ")" + r.accessor(d-1)
	}
	s := r.expr(0)
	for range r.IntN(4) {
		s += r.accessor(d - 1)
	}
	return s
}

func (r randomPath) accessor(d int) string {
	switch r.IntN(10) {
	case 0:
		return "[" + r.of("*", "0", "last", "1 to 2", "0, 2 to last", r.expr(d), r.expr(d)+" to "+r.expr(d)) + "]"
	case 1:
		return ".*"
	case 2:
		return r.of(".**", ".**{1}", ".**{1 to 3}", ".**{2 to last}", ".**{last}", ".**{last to 2}")
	case 3:
		return r.of(".type()", ".size()", ".double()", ".abs()", ".floor()", ".ceiling()", ".keyvalue()", ".datetime()", `.datetime("yyyy")`, ".TYPE()")
	case 4, 5:
		return " ? (" + r.predicate(d) + ")"
	}
	return "." + r.of("a", "b", `"c d"`, "type", "to", "last", "exists", "k1", "ключ", `x\u0041`, `\x61`, `"\u{62}\n"`)
}

// broken takes something away from a path, doubles or inserts something.
func (r randomPath) broken(s string) string {
	i := r.IntN(len(s) + 1)
	switch r.IntN(3) {
	case 0:
		j := min(len(s), i+1+r.IntN(3))
		return s[:i] + s[j:]
	case 1:
		return s[:i] + r.of("(", ")", ".", "[", "]", "?", "$", "@", "1", "a", " ", "==", "=", "&", "&&", "!", "-", "1a", "12abc", ".5", "e1", `"`, `\`, "/*", "/* c */", " to ", " is ", "{", "}", "#", `\u12`, `\xz`, "1e", "2.e+", "00", "**", " exists", "\n", ",", "'", "é") + s[i:]
	}
	return s[:i] + s[i/2:]
}

// TestJSONPathInput reads random jsonpaths, many of them wrong, here and on
// PostgreSQL.
func TestJSONPathInput(t *testing.T) {
	c := oracle(t)
	seed := uint64(1)
	if os.Getenv("PGVALUE_SEED") != "" {
		seed = rand.Uint64()
	}
	t.Logf("seed %d", seed)
	r := randomPath{rand.New(rand.NewPCG(seed, 4))}
	texts := []string{"", " ", "strict", "lax $", "STRICT $.a", "$.a/*x*/", "$.1abc", "True", "$.**{99999999999}", "1e400000", `"\ud83d\ude00"`, `"\ud83d"`, `"\ude00"`, `"\ud83d\ud83d"`, `"\ud83dx"`, `"\u0000"`, `"\x00"`, `"\u{110000}"`, `"\u0041\u00"`,
		`$ ? (@ like_regex "(")`, `$ ? (@ like_regex "a" flag "z")`, `$ ? (@ like_regex "a" flag "x")`, `$ ? (@ like_regex "a" flag "xq")`, "/* c", "$ /* c */ .a", `"a`, `$"a`, `'`, "$.a.datetime(1)", "last", "@", "$[@]", "$[last] ? (@ > last)", "$ ? (@[last] > 1)", "- - 1", "-0", "+(-1)"}
	for range 3000 {
		s := r.of("", "", "", "strict ", "lax ")
		if r.IntN(2) == 0 {
			s += r.expr(1 + r.IntN(3))
		} else {
			s += r.predicate(1 + r.IntN(3))
		}
		if r.IntN(2) == 0 {
			s = r.broken(s)
		}
		texts = append(texts, strings.ToValidUTF8(s, "?"))
	}
	rows, err := c.Query(context.Background(), "SELECT v, pg_temp.ask($1::int8::oid, -1, v) FROM unnest($2::text[]) v", int64(pgtype.JSONPathOID), texts)
	if err != nil {
		t.Fatal(err)
	}
	accepted := 0
	for rows.Next() {
		var text, want string
		if err := rows.Scan(&text, &want); err != nil {
			t.Fatal(err)
		}
		got := ""
		p, err := ParseJSONPath(text)
		if err == nil {
			got = p.String()
			accepted++
		}
		if got = outcome(got, err); got != want && !strings.HasPrefix(want, "ERROR 2201B") { // regular expressions are package pgfunc's
			t.Errorf("%q\n got %s\nwant %s", text, got, want)
		}
	}
	if err := rows.Err(); err != nil {
		t.Fatal(err)
	}
	t.Logf("%d paths, %d of them right", len(texts), accepted)
}
