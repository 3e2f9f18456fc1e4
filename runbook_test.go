package failoversql_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/failoversql/failoversql/health"
)

// TestRunbook holds docs/runbook.md to the code: every error that has a name,
// every mode, every alarm and every message of the log from warnings up is in it,
// and it names none that there is not.
func TestRunbook(t *testing.T) {
	text, err := os.ReadFile("docs/runbook.md")
	require.NoError(t, err)
	book := string(text)
	says := func(what string) {
		t.Helper()
		if !strings.Contains(book, what) {
			t.Errorf("docs/runbook.md does not have %s", what)
		}
	}
	var names []string
	for dir, pkg := range map[string]string{".": "failoversql", "sync": "dbsync", "sqlitedb": "sqlitedb", "health": "health", "admin": "admin"} {
		for _, file := range sources(t, dir) {
			for _, name := range errorsOf(file) {
				names = append(names, pkg+"."+name)
			}
			for _, message := range messagesOf(file) {
				says(`"` + message + `"`)
			}
			for _, value := range alarmsOf(file) {
				says(`| "` + value + `" |`)
			}
		}
	}
	require.Greater(t, len(names), 30)
	for _, name := range names {
		says("`" + name + "`")
	}
	for _, m := range regexp.MustCompile("`((?:failoversql|dbsync|sqlitedb|health|admin)\\.(?:Err\\w+|\\w+Error))`").FindAllStringSubmatch(book, -1) {
		require.True(t, slices.Contains(names, m[1]), "%s does not exist", m[1])
	}
	for _, mode := range []health.Mode{health.Primary, health.Fallback, health.Recovering, health.Cutover, health.Unavailable} {
		says("| `" + mode.String() + "` ")
	}
}

func sources(t *testing.T, dir string) (files []*ast.File) {
	t.Helper()
	paths, err := filepath.Glob(filepath.Join(dir, "*.go"))
	require.NoError(t, err)
	for _, p := range paths {
		if strings.HasSuffix(p, "_test.go") {
			continue
		}
		f, err := parser.ParseFile(token.NewFileSet(), p, nil, parser.SkipObjectResolution)
		require.NoError(t, err)
		files = append(files, f)
	}
	return files
}

// errorsOf lists the exported errors: variables called Err…, and types called …Error.
func errorsOf(file *ast.File) (names []string) {
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok {
			continue
		}
		for _, s := range g.Specs {
			switch s := s.(type) {
			case *ast.ValueSpec:
				for _, n := range s.Names {
					if g.Tok == token.VAR && strings.HasPrefix(n.Name, "Err") {
						names = append(names, n.Name)
					}
				}
			case *ast.TypeSpec:
				if _, made := s.Type.(*ast.StructType); made && s.Name.IsExported() && strings.HasSuffix(s.Name.Name, "Error") {
					names = append(names, s.Name.Name)
				}
			}
		}
	}
	return names
}

// messagesOf lists what is logged as a warning or an error, as far as it is one text.
func messagesOf(file *ast.File) (texts []string) {
	ast.Inspect(file, func(n ast.Node) bool {
		call, ok := n.(*ast.CallExpr)
		if !ok || len(call.Args) == 0 {
			return true
		}
		f, ok := call.Fun.(*ast.SelectorExpr)
		if !ok || f.Sel.Name != "Warn" && f.Sel.Name != "Error" {
			return true
		}
		if on, ok := f.X.(*ast.SelectorExpr); !ok || on.Sel.Name != "log" {
			return true
		}
		if lit, ok := call.Args[0].(*ast.BasicLit); ok && file.Name.Name != "admin" { // which is the audit log
			text, _ := strconv.Unquote(lit.Value)
			texts = append(texts, text)
		}
		return true
	})
	return texts
}

// alarmsOf lists the constants that begin the reasons of alarms.
func alarmsOf(file *ast.File) map[string]string {
	all := map[string]string{}
	for _, d := range file.Decls {
		g, ok := d.(*ast.GenDecl)
		if !ok || g.Tok != token.CONST {
			continue
		}
		for _, s := range g.Specs {
			v := s.(*ast.ValueSpec)
			for i, n := range v.Names {
				if strings.HasPrefix(n.Name, "alarm") && i < len(v.Values) {
					if lit, ok := v.Values[i].(*ast.BasicLit); ok && lit.Kind == token.STRING {
						all[n.Name], _ = strconv.Unquote(lit.Value)
					}
				}
			}
		}
	}
	return all
}
