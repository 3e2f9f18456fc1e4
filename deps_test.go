package failoversql_test

import (
	"fmt"
	"go/build"
	"io/fs"
	"os"
	"path/filepath"
	"sort"
	"strings"
	"testing"
)

const modulePath = "github.com/failoversql/failoversql"

// depsRules says who may import whom, in the manner of the file of the same name
// in Go's own go/build. "a, b < c" lets c import a and b, and whatever packages
// of ours those may import; what is not said is not allowed. Names with a dot in
// their first element are packages of others, named by the module they come
// from, and are said for each package that uses them: what is not listed here is
// a new dependency, to be argued for first in docs/decisions/dependencies.md.
const depsRules = `
	# The meaning of errors, and the schema as data, rest on no package of ours.
	github.com/jackc/pgx, github.com/mattn/go-sqlite3 < internal/pgerr;
	github.com/jackc/pgx < catalog;

	# The state machine knows no SQL: no database package may reach it.
	NONE < health;

	# For tests, for what is generated from a live server, and for the demo, which brings its own PostgreSQL.
	github.com/jackc/pgx, golang.org/x/sys, github.com/fergusstrange/embedded-postgres < internal/pgtest;
	NONE < internal/faultproxy;
	NONE < internal/pgtest/samples;

	# Values, functions and statements of PostgreSQL: SQLite is not known here.
	internal/pgerr, catalog, github.com/jackc/pgx,
	github.com/cockroachdb/apd, golang.org/x/text < dialect/pgvalue;
	dialect/pgvalue, github.com/jackc/pgx,
	github.com/cockroachdb/apd, golang.org/x/text, github.com/blevesearch/snowballstem < dialect/pgfunc;
	internal/pgerr, catalog < dialect/pgcatalog;
	github.com/jackc/pgx, internal/pgtest < dialect/pgcatalog/gen;
	dialect/pgfunc, dialect/pgcatalog, github.com/jackc/pgx,
	github.com/pganalyze/pg_query_go, google.golang.org/protobuf < dialect;
	dialect, github.com/jackc/pgx < dialect/coverage;

	# The file, then what moves rows in and out of it, then the driver.
	dialect, github.com/jackc/pgx, github.com/mattn/go-sqlite3, golang.org/x/sys,
	golang.org/x/text, github.com/hashicorp/golang-lru < sqlitedb;
	sqlitedb, github.com/jackc/pgx, github.com/mattn/go-sqlite3,
	golang.org/x/sync < sync;
	sync, health, github.com/jackc/pgx, github.com/mattn/go-sqlite3, github.com/hashicorp/golang-lru < .;

	# The operator's side of a Connector, over HTTP, and Prometheus'.
	. < admin;
	., github.com/prometheus/client_golang < metrics;

	# The command line, with the demo and its application.
	. < cmd/failoversql/internal/shop;
	cmd/failoversql/internal/shop, internal/pgtest,
	github.com/jackc/pgx < cmd/failoversql/internal/demo;
	cmd/failoversql/internal/demo, admin, github.com/spf13/cobra,
	golang.org/x/sys, golang.org/x/text < cmd/failoversql;

	., github.com/jackc/pgx, github.com/mattn/go-sqlite3 < benchmarks;
`

// TestDeps holds every package of the module to depsRules. Test files are not
// looked at: a test may bring PostgreSQL to a package that must not know it.
func TestDeps(t *testing.T) {
	allowed, err := parseDepsRules(depsRules)
	if err != nil {
		t.Fatal(err)
	}
	imports, err := moduleImports(".")
	if err != nil {
		t.Fatal(err)
	}
	for pkg, list := range imports {
		may, ok := allowed[pkg]
		if !ok {
			t.Errorf("package %s stands nowhere in depsRules", pkg)
			continue
		}
		for _, imp := range list {
			if !may[imp] {
				t.Errorf("package %s must not import %s", pkg, imp)
			}
		}
	}
}

// parseDepsRules returns, for each name on the right of a rule, everything it
// may import.
func parseDepsRules(text string) (map[string]map[string]bool, error) {
	var clean strings.Builder
	for line := range strings.Lines(text) {
		if !strings.HasPrefix(strings.TrimSpace(line), "#") {
			clean.WriteString(line)
		}
	}
	allowed := map[string]map[string]bool{}
	for rule := range strings.SplitSeq(clean.String(), ";") {
		if strings.TrimSpace(rule) == "" {
			continue
		}
		lower, upper, ok := strings.Cut(rule, "<")
		if !ok {
			return nil, fmt.Errorf("rule without '<': %q", rule)
		}
		below := map[string]bool{}
		for _, name := range names(lower) {
			if name == "NONE" {
				continue
			}
			below[name] = true
			for n := range allowed[name] {
				if ours(n) {
					below[n] = true
				}
			}
			if _, defined := allowed[name]; !defined && ours(name) {
				return nil, fmt.Errorf("%s is used before the rule that defines it", name)
			}
		}
		for _, name := range names(upper) {
			if allowed[name] == nil {
				allowed[name] = map[string]bool{}
			}
			for n := range below {
				allowed[name][n] = true
			}
		}
	}
	return allowed, nil
}

// ours tells packages of this module from those of others.
func ours(name string) bool {
	first, _, _ := strings.Cut(name, "/")
	return name == "." || !strings.Contains(first, ".")
}

func names(list string) []string {
	var out []string
	for name := range strings.SplitSeq(list, ",") {
		out = append(out, strings.TrimSpace(name))
	}
	return out
}

// moduleImports lists what each package of the module under root imports
// outside the standard library: our own packages relative to the module ("."
// being its root), others by the rule name of their module.
func moduleImports(root string) (map[string][]string, error) {
	out := map[string][]string{}
	err := filepath.WalkDir(root, func(path string, d fs.DirEntry, err error) error {
		if err != nil || !d.IsDir() {
			return err
		}
		if path != root {
			name := d.Name()
			if strings.HasPrefix(name, ".") || strings.HasPrefix(name, "_") || name == "testdata" {
				return filepath.SkipDir
			}
			if _, err := os.Stat(filepath.Join(path, "go.mod")); err == nil {
				return filepath.SkipDir // a module of its own
			}
		}
		pkg, err := build.ImportDir(path, 0)
		if _, none := err.(*build.NoGoError); none {
			if pkg != nil && len(pkg.IgnoredGoFiles) > 0 {
				return fmt.Errorf("%s: every file is excluded on this platform", path)
			}
			return nil
		}
		if err != nil {
			return err
		}
		seen := map[string]bool{}
		for _, imp := range pkg.Imports {
			if name := ruleName(imp); name != "" {
				seen[name] = true
			}
		}
		list := make([]string, 0, len(seen))
		for name := range seen {
			list = append(list, name)
		}
		sort.Strings(list)
		if pkg.Name == "main" || len(pkg.GoFiles)+len(pkg.CgoFiles) > 0 {
			out[filepath.ToSlash(path)] = list
		}
		return nil
	})
	return out, err
}

// ruleName is the name that depsRules gives an import path, or "" for the
// standard library.
func ruleName(imp string) string {
	if imp == modulePath {
		return "."
	}
	if rest, ours := strings.CutPrefix(imp, modulePath+"/"); ours {
		return rest
	}
	first, _, _ := strings.Cut(imp, "/")
	if !strings.Contains(first, ".") {
		return ""
	}
	n := 2
	if first == "github.com" || first == "golang.org" {
		n = 3
	}
	elems := strings.Split(imp, "/")
	return strings.Join(elems[:min(n, len(elems))], "/")
}

// The rules themselves are tested: a rule that allows too much is no rule.
func TestDepsRules(t *testing.T) {
	allowed, err := parseDepsRules(depsRules)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		pkg, imp string
		want     bool
	}{
		{"sqlitedb", "catalog", true},
		{".", "sync", true},
		{"health", "catalog", false},
		{"health", "github.com/jackc/pgx", false},
		{"dialect", "github.com/mattn/go-sqlite3", false},
		{"dialect", "sqlitedb", false},
		{"sqlitedb", "sync", false},
		{"sync", ".", false},
		{".", "internal/pgtest", false},
	} {
		if got := allowed[c.pkg][c.imp]; got != c.want {
			t.Errorf("may %s import %s: %v, want %v", c.pkg, c.imp, got, c.want)
		}
	}
}
