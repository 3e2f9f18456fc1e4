package main

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// object is one function, operator or cast of PostgreSQL.
type object struct {
	section string
	name    string // what it is listed under
	form    string // its arguments, or the whole of it
	runs    bool
}

// objects lists everything that a statement can name.
func objects() []object {
	var out []object
	pgcatalog.Each(func(p *pgcatalog.Proc) {
		if callable(p) {
			out = append(out, object{procSection(p), p.Name, arguments(p), translates(procCalls(p)...)})
		}
	})
	pgcatalog.EachOperator(func(o *pgcatalog.Operator) {
		if o.Proc == nil || slices.ContainsFunc([]uint32{o.Left, o.Right}, internal) {
			return
		}
		form := typeName(o.Right)
		if o.Left != 0 {
			form = typeName(o.Left) + ", " + form
		}
		out = append(out, object{operatorSection(o), o.Name, form, translates("SELECT " + operatorCall(o))})
	})
	pgcatalog.EachCast(func(c *pgcatalog.Cast) {
		if c.Source == c.Target || internal(c.Source) || internal(c.Target) {
			return
		}
		call := "SELECT CAST(" + sample(c.Source, 1) + " AS " + quoted(c.Target) + ")"
		out = append(out, object{"Casts of pg_cast", typeName(c.Source), typeName(c.Target), translates(call)})
	})
	return out
}

// report is the whole document.
func report() string {
	all := objects()
	var b strings.Builder
	b.WriteString("# What runs on the fallback, by name\n\n" +
		"Made by `go generate ./dialect/coverage` from PostgreSQL's own `pg_proc`, `pg_operator`, `pg_cast` and `pg_aggregate`: each is put\n" +
		"to the translator in a statement of its own. What is refused gives SQLSTATE `0A000`, naming it. Functions that the server\n" +
		"alone calls (input and output of types, support of indexes and aggregates) are left out, as are those behind an operator or a\n" +
		"cast, which are counted there. A function may have forms that are refused though it runs; [dialect.md](dialect.md) names them.\n\n")
	counts := map[string][2]int{}
	total := [2]int{}
	for _, o := range all {
		c := counts[o.section]
		if o.runs {
			c[0], total[0] = c[0]+1, total[0]+1
		} else {
			c[1], total[1] = c[1]+1, total[1]+1
		}
		counts[o.section] = c
	}
	b.WriteString("| section of the manual | supported | refused |\n| --- | ---: | ---: |\n")
	for _, s := range sectionOrder {
		if c := counts[s]; c != [2]int{} {
			fmt.Fprintf(&b, "| %s | %d | %d |\n", s, c[0], c[1])
		}
	}
	fmt.Fprintf(&b, "| **all** | **%d** | **%d** |\n", total[0], total[1])
	for _, s := range sectionOrder {
		if counts[s] != [2]int{} {
			writeSection(&b, s, all)
		}
	}
	return b.String()
}

func writeSection(b *strings.Builder, section string, all []object) {
	fmt.Fprintf(b, "\n## %s\n\n| name | supported | refused |\n| --- | --- | --- |\n", section)
	forms := map[string]*[2][]string{}
	var names []string
	for _, o := range all {
		if o.section != section {
			continue
		}
		if forms[o.name] == nil {
			forms[o.name] = &[2][]string{}
			names = append(names, o.name)
		}
		n := 1
		if o.runs {
			n = 0
		}
		forms[o.name][n] = append(forms[o.name][n], "("+o.form+")")
	}
	slices.Sort(names)
	for _, n := range names {
		slices.Sort(forms[n][0])
		slices.Sort(forms[n][1])
		fmt.Fprintf(b, "| `%s` | %s | %s |\n", strings.ReplaceAll(n, "|", "\\|"), strings.Join(forms[n][0], " "), strings.Join(forms[n][1], " "))
	}
}
