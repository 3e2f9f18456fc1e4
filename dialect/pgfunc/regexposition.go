package pgfunc

import (
	"unicode/utf8"
)

// search is a call of the regexp functions that take a start, an occurrence
// and a group.
type search struct {
	name             string
	s, re, flags     string
	start, n, group  int64
	endOption        int64
	hasEnd, hasGroup bool
}

func badParameter(name string, v int64) error {
	return errf("22023", "invalid value for parameter \"%s\": %d", name, v)
}

// matches checks the arguments and finds all matches from the start on.
func (q *search) matches(uni bool) (*pattern, [][]int, error) {
	switch {
	case q.start < 1:
		return nil, nil, badParameter("start", q.start)
	case q.n < 1:
		return nil, nil, badParameter("n", q.n)
	case q.hasEnd && q.endOption != 0 && q.endOption != 1:
		return nil, nil, badParameter("endoption", q.endOption)
	case q.hasGroup && q.group < 0:
		return nil, nil, badParameter("subexpr", q.group)
	}
	f, err := parseRegexFlags(q.flags, true)
	if err != nil {
		return nil, nil, err
	}
	if f.global {
		return nil, nil, errf("22023", "%s() does not support the \"global\" option", q.name)
	}
	p, err := compileRegex(q.re, f, uni)
	if err != nil {
		return nil, nil, err
	}
	if err := p.needExact(q.group > 0 && p.caps > 0); err != nil {
		return nil, nil, err
	}
	if q.start > int64(utf8.RuneCountInString(q.s))+1 {
		return p, nil, nil
	}
	return p, allMatches(p, q.s, at(q.s, q.start-1)), nil
}

// bounds is the place of the match, or group, that was asked for.
func (q *search) bounds(uni bool) (from, to int, ok bool, err error) {
	p, all, err := q.matches(uni)
	if err != nil || q.n > int64(len(all)) {
		return 0, 0, false, err
	}
	m := all[q.n-1]
	switch {
	case q.group == 0, p.caps == 0 && q.group == 1:
		return m[0], m[1], true, nil
	case q.group > int64(p.caps):
		return 0, 0, false, nil
	}
	from, to = m[2*q.group], m[2*q.group+1]
	return from, to, from >= 0, nil
}

func (q *search) position(uni bool) (int64, error) {
	from, to, ok, err := q.bounds(uni)
	if err != nil || !ok {
		return 0, err
	}
	if q.endOption == 1 {
		from = to
	}
	return int64(utf8.RuneCountInString(q.s[:from])) + 1, nil
}

func (q *search) part(uni bool) (any, error) {
	from, to, ok, err := q.bounds(uni)
	if err != nil || !ok {
		return nil, err
	}
	return q.s[from:to], nil
}

// searchOf reads the arguments of regexp_count, regexp_instr and regexp_substr.
func searchOf(name string, args []any) (*search, error) {
	q := &search{name: name, start: 1, n: 1}
	places := map[string][]any{
		"regexp_count":  {&q.s, &q.re, &q.start, &q.flags},
		"regexp_instr":  {&q.s, &q.re, &q.start, &q.n, &q.endOption, &q.flags, &q.group},
		"regexp_substr": {&q.s, &q.re, &q.start, &q.n, &q.flags, &q.group},
	}[name]
	for i, v := range args {
		var err error
		switch p := places[i].(type) {
		case *string:
			*p, err = to[string](v)
		case *int64:
			*p, err = to[int64](v)
			q.hasEnd = q.hasEnd || p == &q.endOption
			q.hasGroup = q.hasGroup || p == &q.group
		}
		if err != nil {
			return nil, err
		}
	}
	return q, nil
}

// regexPositionFuncs adds the functions that PostgreSQL 15 brought.
func regexPositionFuncs(r *registry, add func(name string, make func(uni bool) any, sigs ...string)) {
	call := func(name string, f func(q *search, uni bool) (any, error), sigs ...string) {
		add("pg_"+name, func(uni bool) any {
			return variadic(func(args []any) (any, error) {
				q, err := searchOf(name, args)
				if err != nil {
					return nil, err
				}
				return f(q, uni)
			})
		}, sigs...)
	}
	call("regexp_count", func(q *search, uni bool) (any, error) {
		_, all, err := q.matches(uni)
		return int64(len(all)), err
	}, "regexp_count(text,text)", "regexp_count(text,text,int4)", "regexp_count(text,text,int4,text)")
	call("regexp_instr", func(q *search, uni bool) (any, error) { return q.position(uni) },
		"regexp_instr(text,text)", "regexp_instr(text,text,int4)", "regexp_instr(text,text,int4,int4)", "regexp_instr(text,text,int4,int4,int4)",
		"regexp_instr(text,text,int4,int4,int4,text)", "regexp_instr(text,text,int4,int4,int4,text,int4)")
	call("regexp_substr", func(q *search, uni bool) (any, error) { return q.part(uni) },
		"regexp_substr(text,text)", "regexp_substr(text,text,int4)", "regexp_substr(text,text,int4,int4)", "regexp_substr(text,text,int4,int4,text)",
		"regexp_substr(text,text,int4,int4,text,int4)")
	add("pg_regexp_replace_from", func(uni bool) any {
		return variadic(func(args []any) (any, error) {
			var s [3]string
			n := [2]int64{1, 1}
			var flags string
			var err error
			for i, v := range args {
				switch {
				case i < 3:
					s[i], err = to[string](v)
				case i < 5:
					n[i-3], err = to[int64](v)
				default:
					flags, err = to[string](v)
				}
				if err != nil {
					return nil, err
				}
			}
			switch {
			case n[0] < 1:
				return nil, badParameter("start", n[0])
			case n[1] < 0:
				return nil, badParameter("n", n[1])
			}
			f, err := parseRegexFlags(flags, true)
			if err != nil {
				return nil, err
			}
			return replaceRegex(s[0], s[1], s[2], f, n[0], n[1], uni)
		})
	}, "regexp_replace(text,text,text,int4)", "regexp_replace(text,text,text,int4,int4)", "regexp_replace(text,text,text,int4,int4,text)")
}
