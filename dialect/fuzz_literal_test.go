package dialect_test

import (
	"fmt"
	"strings"
	"testing"
	"unicode/utf8"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
)

// FuzzLiteral: a text written in any of PostgreSQL's ways comes back byte for
// byte, as a literal and as a name, and what stands in a comment has no effect.
func FuzzLiteral(f *testing.F) {
	for _, s := range []string{"", "x", "'", "''", `"`, `\`, `\'`, "$1", "$$", "$0", "?1", "--", "/*", "*/", ";", "'; DROP TABLE kinds; --", "\x00", "é日", "\u2028", "%", "$a$", "E'", "U&'", "\n", "\t", "\\u0041", "$f", "COLLATE", "{int}"} {
		f.Add(s)
	}
	cat := fuzzCatalog()
	db := newFuzzDB(f, cat)
	f.Fuzz(func(t *testing.T, s string) {
		if !utf8.ValidString(s) || strings.ContainsRune(s, 0) || len(s) > 1000 {
			return
		}
		db.t = t
		for _, form := range literalForms(s) {
			for _, q := range []string{"SELECT " + form, "SELECT v FROM (VALUES (" + form + ")) t(v) WHERE v = " + form, "SELECT " + form + " || ''", "SELECT (ARRAY[" + form + "])[1]", "SELECT CASE WHEN " + form + " = " + form + "::text THEN coalesce(NULL, " + form + ") END"} {
				if got := db.one(cat, q); got != s {
					t.Fatalf("%q gives %q", q, got)
				}
			}
		}
		comment := strings.NewReplacer("*/", "", "/*", "").Replace(s)
		for strings.Contains(comment, "*/") || strings.Contains(comment, "/*") {
			comment = strings.NewReplacer("*/", "", "/*", "").Replace(comment)
		}
		for _, q := range []string{"SELECT 'a' /* " + comment + " */ || 'b'", "SELECT 'a' -- " + strings.NewReplacer("\n", " ", "\r", " ").Replace(s) + "\n || 'b'"} {
			if got := db.one(cat, q); got != "ab" {
				t.Fatalf("%q gives %q", q, got)
			}
		}
		if s == "" || len(s) > 63 {
			return
		}
		name := `"` + strings.ReplaceAll(s, `"`, `""`) + `"`
		q := "SELECT t." + name + " AS " + name + " FROM (SELECT 'ab' AS " + name + ") t ORDER BY " + name
		plan, err := dialect.Translate(cat, q)
		if err != nil {
			t.Fatalf("%q: %v", q, err)
		}
		db.prepares(plan, q)
		if got := plan.Columns[0].Name; got != s {
			t.Fatalf("%q names its column %q", q, got)
		}
	})
}

// literalForms writes a text as PostgreSQL's literals.
func literalForms(s string) []string {
	quoted := strings.ReplaceAll(s, "'", "''")
	var escaped, unicode strings.Builder
	for i, r := range s {
		switch {
		case r == '\'' || r == '\\':
			escaped.WriteString("\\" + string(r))
		case i%3 == 0 && r <= 0xffff:
			fmt.Fprintf(&escaped, "\\u%04x", r)
		case i%3 == 1 && r < 0x80:
			fmt.Fprintf(&escaped, "\\%03o", r)
		default:
			escaped.WriteRune(r)
		}
		switch {
		case r == '\'' || r == '\\':
			unicode.WriteString(strings.Repeat(string(r), 2))
		case i%2 == 0:
			fmt.Fprintf(&unicode, "\\+%06x", r)
		default:
			unicode.WriteRune(r)
		}
	}
	tag := "$q"
	for strings.Contains(s, tag) {
		tag += "q"
	}
	return []string{"'" + quoted + "'", "E'" + escaped.String() + "'", "U&'" + unicode.String() + "'", tag + "$" + s + tag + "$", "'" + quoted + "'\n''"}
}

// one is the value that a query of one row and column gives.
func (db *sqliteDB) one(cat *catalog.Catalog, q string) string {
	db.t.Helper()
	plan, err := dialect.Translate(cat, q)
	if err != nil {
		db.t.Fatalf("%q: %v", q, err)
	}
	if len(plan.Steps) != 1 {
		db.t.Fatalf("%q has %d steps", q, len(plan.Steps))
	}
	db.prepares(plan, q)
	rows := db.rows(plan.Steps[0].SQL)
	if len(rows) != 1 || len(rows[0]) != 1 {
		db.t.Fatalf("%q gives %v", q, rows)
	}
	text, _ := rows[0][0].(string)
	return text
}
