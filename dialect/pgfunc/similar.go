package pgfunc

import (
	"strings"
	"unicode/utf8"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// similarEscape turns a SIMILAR TO pattern into a regular expression
// (similar_escape_internal).
func similarEscape(p, esc string) (string, error) {
	if utf8.RuneCountInString(esc) > 1 {
		return "", detailed("22025", "invalid escape string", "", "Escape string must be empty or one character.")
	}
	var b strings.Builder
	b.WriteString("^(?:")
	after, brackets, quotes := false, false, 0
	for _, r := range p {
		c := string(r)
		switch {
		case after:
			if c == `"` && !brackets {
				switch quotes {
				case 0:
					b.WriteString("){1,1}?(")
				case 1:
					b.WriteString("){1,1}(?:")
				default:
					return "", errf("2201B", "SQL regular expression may not contain more than two escape-double-quote separators")
				}
				quotes++
			} else {
				b.WriteString(`\` + c)
			}
			after = false
		case esc != "" && c == esc:
			after = true
		case brackets:
			if c == `\` {
				b.WriteByte('\\')
			}
			b.WriteString(c)
			if c == "]" {
				brackets = false
			}
		case c == "[":
			b.WriteString(c)
			brackets = true
		case c == "%":
			b.WriteString(".*")
		case c == "_":
			b.WriteByte('.')
		case c == "(":
			b.WriteString("(?:")
		case c == `\`, c == ".", c == "^", c == "$":
			b.WriteString(`\` + c)
		default:
			b.WriteString(c)
		}
	}
	b.WriteString(")$")
	return b.String(), nil
}

// similarFuncs adds what SIMILAR TO and substring(… similar …) call.
func similarFuncs(r *registry) {
	r.fn("pg_similar_to_escape", f1(func(p string) (string, error) { return similarEscape(p, `\`) }), "similar_to_escape(text)")
	r.fn("pg_similar_to_escape2", f2(similarEscape), "similar_to_escape(text,text)")
	r.fn("pg_similar_escape", called(func(args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		p, err := to[string](args[0])
		if err != nil {
			return nil, err
		}
		esc := `\`
		if args[1] != nil {
			if esc, err = to[string](args[1]); err != nil {
				return nil, err
			}
		}
		return similarEscape(p, esc)
	}), "similar_escape(text,text)")
	// substring(s SIMILAR p ESCAPE e) is one function inside another.
	sub := r.impls["substring(text,text)"]
	similar := func(m Impl) Impl {
		return Impl{SQL: m.Name + "($1,pg_similar_to_escape2($2,$3))", Uses: []string{m.Name, "pg_similar_to_escape2"}}
	}
	m := similar(sub)
	loc := similar(*sub.Locale)
	m.Locale, m.ICU = &loc, &loc
	r.add("substring(text,text,text)", m)

	table := func(args []any) (any, error) {
		if args[0] == nil {
			return nil, nil
		}
		v, err := stringToArray(args)
		if err != nil {
			return nil, err
		}
		a, err := pgvalue.ParseArray(v.(string))
		if err != nil {
			return nil, err
		}
		return rows(len(a.Elems), func(i int) any {
			if a.Elems[i] == nil {
				return nil
			}
			return *a.Elems[i]
		})
	}
	r.tableFn("pg_string_to_table", called(table), "string_to_table(text,text)", "string_to_table(text,text,text)")
}
