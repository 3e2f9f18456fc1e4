package pgfunc

import (
	"strings"
	"unicode/utf8"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

func regexMatch(s, re string, f regexFlags, uni bool) (bool, error) {
	p, err := compileRegex(re, f, uni)
	if err != nil {
		return false, err
	}
	return p.re.MatchString(s), nil
}

// expand writes a replacement: \1…\9, \& and \\.
func expand(b *strings.Builder, repl, s string, m []int) {
	for i := 0; i < len(repl); i++ {
		c := repl[i]
		if c != '\\' || i+1 == len(repl) {
			b.WriteByte(c)
			continue
		}
		i++
		switch c := repl[i]; {
		case c == '&':
			b.WriteString(s[m[0]:m[1]])
		case c >= '1' && c <= '9':
			if n := 2 * int(c-'0'); n < len(m) && m[n] >= 0 {
				b.WriteString(s[m[n]:m[n+1]])
			}
		case c == '\\':
			b.WriteByte('\\')
		default:
			b.WriteByte('\\')
			b.WriteByte(c)
		}
	}
}

// usesGroups reports whether a replacement refers to groups.
func usesGroups(repl string) bool {
	for i := 0; i+1 < len(repl); i++ {
		if repl[i] == '\\' {
			if c := repl[i+1]; c >= '1' && c <= '9' {
				return true
			}
			i++
		}
	}
	return false
}

// replaceRegex replaces the n-th match from a character on, or all for n = 0.
func replaceRegex(s, re, repl string, f regexFlags, from, n int64, uni bool) (string, error) {
	p, err := compileRegex(re, f, uni)
	if err != nil {
		return "", err
	}
	if err := p.needExact(usesGroups(repl)); err != nil {
		return "", err
	}
	var b strings.Builder
	last := 0
	count := int64(0)
	for _, m := range allMatches(p, s, at(s, from-1)) {
		count++
		if n > 0 && count < n {
			continue
		}
		b.WriteString(s[last:m[0]])
		expand(&b, repl, s, m)
		last = m[1]
		if n > 0 {
			break
		}
	}
	b.WriteString(s[last:])
	return b.String(), nil
}

// allMatches finds the matches from a byte offset on. After a match PostgreSQL
// goes on at its end, after an empty one a character later; unlike Go, it takes
// an empty match right after another.
func allMatches(p *pattern, s string, from int) [][]int {
	var all [][]int
	for from <= len(s) {
		m := matchFrom(p, s, from)
		if m == nil {
			break
		}
		all = append(all, m)
		if m[1] > m[0] {
			from = m[1]
			continue
		}
		if m[1] >= len(s) {
			break
		}
		_, w := utf8.DecodeRuneInString(s[m[1]:])
		from = m[1] + w
	}
	return all
}

// matchFrom finds the first match that begins at or after an offset; what is
// before it stays in sight of ^ and word boundaries.
func matchFrom(p *pattern, s string, from int) []int {
	if from == 0 {
		return p.re.FindStringSubmatchIndex(s)
	}
	// Go has no search from an offset: look at all matches of the prefix-free
	// rest, with one character of context where there is a boundary to see.
	anchored := strings.Contains(p.re.String(), `\A`) || strings.Contains(p.re.String(), `\b`) || strings.Contains(p.re.String(), `\B`) || strings.Contains(p.re.String(), `(?m:^)`)
	if !anchored {
		m := p.re.FindStringSubmatchIndex(s[from:])
		for i := range m {
			if m[i] >= 0 {
				m[i] += from
			}
		}
		return m
	}
	for _, m := range p.re.FindAllStringSubmatchIndex(s, -1) {
		if m[0] >= from {
			return m
		}
	}
	return nil
}

// groupArray is the result of regexp_match for one match.
func groupArray(s string, m []int) string {
	var elems []*string
	for i := 2; i < len(m); i += 2 {
		elems = append(elems, group(s, m, i))
	}
	if len(m) == 2 {
		elems = append(elems, group(s, m, 0))
	}
	return pgvalue.NewArray(elems).String()
}

func group(s string, m []int, i int) *string {
	if m[i] < 0 {
		return nil
	}
	t := s[m[i]:m[i+1]]
	return &t
}

// splitRegex cuts at the matches. An empty match at either end, or right after
// another match, does not cut.
func splitRegex(name, s, re, flags string, uni bool) ([]*string, error) {
	f, err := parseRegexFlags(flags, true)
	if err != nil {
		return nil, err
	}
	if f.global {
		return nil, errf("22023", "%s() does not support the \"global\" option", name)
	}
	p, err := compileRegex(re, f, uni)
	if err != nil {
		return nil, err
	}
	if err := p.needExact(false); err != nil {
		return nil, err
	}
	var parts []*string
	last, before := 0, 0
	for _, m := range allMatches(p, s, 0) {
		if m[0] < len(s) && m[1] > before {
			t := s[last:m[0]]
			parts = append(parts, &t)
			last = m[1]
		}
		before = m[1]
	}
	t := s[last:]
	return append(parts, &t), nil
}

// regexFuncs adds the operators and functions of POSIX regular expressions.
func regexFuncs(r *registry) {
	add := func(name string, make func(uni bool) any, sigs ...string) {
		c, u := r.def(name, make(false)), r.def(name+"_u", make(true))
		loc := &Impl{Name: u, Go: r.defs[u].Impl}
		for _, s := range sigs {
			r.add(s, Impl{Name: c, Go: r.defs[c].Impl, Locale: loc, ICU: loc})
		}
	}
	for _, o := range []struct {
		name       string
		icase, not bool
	}{{"regexeq", false, false}, {"regexne", false, true}, {"icregexeq", true, false}, {"icregexne", true, true}} {
		f := regexFlags{icase: o.icase}
		sigs := []string{"text" + o.name + "(text,text)", "name" + o.name + "(name,text)", "bpchar" + o.name + "(bpchar,text)"}
		add("pg_"+o.name, func(uni bool) any {
			return f2(func(s, re string) (bool, error) {
				m, err := regexMatch(s, re, f, uni)
				return m != o.not, err
			})
		}, sigs...)
	}
	add("pg_regexp_like", func(uni bool) any {
		return f2(func(s, re string) (bool, error) { return regexMatch(s, re, regexFlags{}, uni) })
	}, "regexp_like(text,text)")
	add("pg_regexp_like3", func(uni bool) any {
		return f3(func(s, re, flags string) (bool, error) {
			f, err := parseRegexFlags(flags, true)
			if err != nil {
				return false, err
			}
			if f.global {
				return false, errf("22023", "regexp_like() does not support the \"global\" option")
			}
			return regexMatch(s, re, f, uni)
		})
	}, "regexp_like(text,text,text)")
	add("pg_regexp_replace", func(uni bool) any {
		return f3(func(s, re, repl string) (string, error) { return replaceRegex(s, re, repl, regexFlags{}, 1, 1, uni) })
	}, "regexp_replace(text,text,text)")
	add("pg_regexp_replace4", func(uni bool) any {
		return f4(func(s, re, repl, flags string) (string, error) {
			if flags != "" && flags[0] >= '0' && flags[0] <= '9' {
				return "", detailed("22023", "invalid regular expression option: \""+flags[:1]+"\"", "",
					"If you meant to use regexp_replace() with a start parameter, cast the fourth argument to integer explicitly.")
			}
			f, err := parseRegexFlags(flags, true)
			if err != nil {
				return "", err
			}
			n := int64(1)
			if f.global {
				n = 0
			}
			return replaceRegex(s, re, repl, f, 1, n, uni)
		})
	}, "regexp_replace(text,text,text,text)")
	match := func(s, re, flags string, uni bool) (any, error) {
		f, err := parseRegexFlags(flags, true)
		if err != nil {
			return nil, err
		}
		if f.global {
			return nil, detailed("22023", "regexp_match() does not support the \"global\" option", "", "Use the regexp_matches function instead.")
		}
		p, err := compileRegex(re, f, uni)
		if err != nil {
			return nil, err
		}
		if err := p.needExact(true); err != nil {
			return nil, err
		}
		m := p.re.FindStringSubmatchIndex(s)
		if m == nil {
			return nil, nil
		}
		return groupArray(s, m), nil
	}
	add("pg_regexp_match", func(uni bool) any {
		return f2(func(s, re string) (any, error) { return match(s, re, "", uni) })
	}, "regexp_match(text,text)")
	add("pg_regexp_match3", func(uni bool) any {
		return f3(func(s, re, flags string) (any, error) { return match(s, re, flags, uni) })
	}, "regexp_match(text,text,text)")
	add("pg_substring_regex", func(uni bool) any {
		return f2(func(s, re string) (any, error) {
			p, err := compileRegex(re, regexFlags{}, uni)
			if err != nil {
				return nil, err
			}
			if err := p.needExact(p.caps > 0); err != nil {
				return nil, err
			}
			m := p.re.FindStringSubmatchIndex(s)
			switch {
			case m == nil:
				return nil, nil
			case len(m) > 2:
				return group(s, m, 2), nil
			}
			return group(s, m, 0), nil
		})
	}, "substring(text,text)")
	regexPositionFuncs(r, add)
	add("pg_regexp_split", func(uni bool) any {
		return f2(func(s, re string) (string, error) {
			parts, err := splitRegex("regexp_split_to_array", s, re, "", uni)
			return pgvalue.NewArray(parts).String(), err
		})
	}, "regexp_split_to_array(text,text)")
	add("pg_regexp_split3", func(uni bool) any {
		return f3(func(s, re, flags string) (string, error) {
			parts, err := splitRegex("regexp_split_to_array", s, re, flags, uni)
			return pgvalue.NewArray(parts).String(), err
		})
	}, "regexp_split_to_array(text,text,text)")
	matches := func(s, re, flags string, uni bool) (string, error) {
		f, err := parseRegexFlags(flags, true)
		if err != nil {
			return "", err
		}
		p, err := compileRegex(re, f, uni)
		if err != nil {
			return "", err
		}
		if err := p.needExact(true); err != nil {
			return "", err
		}
		all := allMatches(p, s, 0)
		if !f.global && len(all) > 1 {
			all = all[:1]
		}
		return rows(len(all), func(i int) any { return groupArray(s, all[i]) })
	}
	split := func(s, re, flags string, uni bool) (string, error) {
		parts, err := splitRegex("regexp_split_to_table", s, re, flags, uni)
		if err != nil {
			return "", err
		}
		return rows(len(parts), func(i int) any { return *parts[i] })
	}
	table := func(name string, make func(uni bool) any, sigs ...string) {
		u := r.def(name+"_u", make(true))
		loc := &Impl{Name: u, Go: r.defs[u].Impl}
		r.tableFn(name, make(false), sigs...)
		for _, s := range sigs {
			m := r.impls[s]
			loc.Table = m.Table
			m.Locale, m.ICU = loc, loc
			r.impls[s] = m
		}
	}
	table("pg_regexp_matches", func(uni bool) any {
		return f2(func(s, re string) (string, error) { return matches(s, re, "", uni) })
	}, "regexp_matches(text,text)")
	table("pg_regexp_matches3", func(uni bool) any {
		return f3(func(s, re, flags string) (string, error) { return matches(s, re, flags, uni) })
	}, "regexp_matches(text,text,text)")
	table("pg_regexp_split_table", func(uni bool) any {
		return f2(func(s, re string) (string, error) { return split(s, re, "", uni) })
	}, "regexp_split_to_table(text,text)")
	table("pg_regexp_split_table3", func(uni bool) any {
		return f3(func(s, re, flags string) (string, error) { return split(s, re, flags, uni) })
	}, "regexp_split_to_table(text,text,text)")
}
