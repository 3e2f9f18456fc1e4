package pgfunc

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// pathFuncs adds the functions and operators of jsonpath.
func pathFuncs(r *registry) {
	pgvalue.CheckRegex = func(pattern string, f pgvalue.RegexFlags) error {
		_, err := compileRegex(pattern, pathRegexFlags(f), false)
		return err
	}
	for _, tz := range []bool{false, true} {
		suffix := ""
		if tz {
			suffix = "_tz"
		}
		add := func(name string, op bool, f func(e *pathEnv, p *pgvalue.JSONPath, vars, doc *jsonValue, silent bool) (any, error)) {
			r.pathFunc(name+suffix, name+suffix+"(jsonb,jsonpath,jsonb,bool)", tz, f)
			if op && !tz {
				r.pathFunc(name+"_opr", name+"_opr(jsonb,jsonpath)", false, f)
			}
		}
		add("jsonb_path_exists", true, pathExists)
		add("jsonb_path_match", true, pathMatch)
		add("jsonb_path_query_array", false, func(e *pathEnv, p *pgvalue.JSONPath, vars, doc *jsonValue, silent bool) (any, error) {
			vals, err := e.query(p, vars, doc, silent)
			if err != nil {
				return nil, err
			}
			return (&jsonValue{Kind: pgvalue.JSONArray, Elems: vals}).String(), nil
		})
		add("jsonb_path_query_first", false, func(e *pathEnv, p *pgvalue.JSONPath, vars, doc *jsonValue, silent bool) (any, error) {
			vals, err := e.query(p, vars, doc, silent)
			if err != nil || len(vals) == 0 {
				return nil, err
			}
			return vals[0].String(), nil
		})
		add("jsonb_path_query", false, func(e *pathEnv, p *pgvalue.JSONPath, vars, doc *jsonValue, silent bool) (any, error) {
			vals, err := e.query(p, vars, doc, silent)
			if err != nil {
				return nil, err
			}
			return rows(len(vals), func(i int) any { return vals[i].String() })
		})
		sig := "jsonb_path_query" + suffix + "(jsonb,jsonpath,jsonb,bool)"
		m := r.impls[sig]
		m.Table = &Table{Columns: []TableColumn{{SQL: "$v"}}}
		m.Locale.Table, m.ICU.Table = m.Table, m.Table
		r.impls[sig] = m
	}
}

// pathFunc adds a function over a document, a path and, for those of four
// arguments, variables and silence. It comes twice, for the locales in which
// letters beyond ASCII are letters and for those in which they are not.
func (r *registry) pathFunc(name, sig string, tz bool, f func(e *pathEnv, p *pgvalue.JSONPath, vars, doc *jsonValue, silent bool) (any, error)) {
	make := func(name string, unicode bool) Impl {
		r.def(name, func(args ...any) (any, error) {
			for _, a := range args {
				if null(a) {
					return nil, nil
				}
			}
			env := &pathEnv{session: pgvalue.UTC, useTz: tz, unicode: unicode}
			if tz {
				env.session = envOf(args[0], args[1])
				args = args[2:]
			}
			return result(pathCall(env, args, f))
		})
		m := Impl{Name: name, Go: r.defs[name].Impl}
		if tz {
			m.Env = envZoneNow
		}
		return m
	}
	m, loc := make("pg_"+name, false), make("pg_"+name+"_u", true)
	m.Locale, m.ICU = &loc, &loc
	r.add(sig, m)
}

func pathCall(env *pathEnv, args []any, f func(e *pathEnv, p *pgvalue.JSONPath, vars, doc *jsonValue, silent bool) (any, error)) (any, error) {
	doc, err := to[*jsonValue](args[0])
	if err != nil {
		return nil, err
	}
	p, err := pathOf(args[1].(string))
	if err != nil {
		return nil, err
	}
	var vars *jsonValue
	silent := true
	if len(args) > 2 {
		if vars, err = to[*jsonValue](args[2]); err != nil {
			return nil, err
		}
		silent = args[3].(int64) != 0
	}
	return f(env, p, vars, doc, silent)
}

// query gives the items found; in silence, those before an error.
func (e *pathEnv) query(p *pgvalue.JSONPath, vars, doc *jsonValue, silent bool) ([]*jsonValue, error) {
	l := &pathList{}
	if _, err := e.run(p, vars, doc, !silent, l); err != nil && err != errPath {
		return nil, err
	}
	out := make([]*jsonValue, len(l.items))
	for i, v := range l.items {
		out[i] = v.json()
	}
	return out, nil
}

func pathExists(e *pathEnv, p *pgvalue.JSONPath, vars, doc *jsonValue, silent bool) (any, error) {
	ok, err := e.run(p, vars, doc, !silent, nil)
	if err == errPath {
		return nil, nil
	}
	return ok, err
}

func pathMatch(e *pathEnv, p *pgvalue.JSONPath, vars, doc *jsonValue, silent bool) (any, error) {
	vals, err := e.query(p, vars, doc, silent)
	if err != nil {
		return nil, err
	}
	if len(vals) == 1 {
		switch vals[0].Kind {
		case pgvalue.JSONBool:
			return vals[0].Bool, nil
		case pgvalue.JSONNull:
			return nil, nil
		}
	}
	if !silent {
		return nil, errf("22038", "single boolean result is expected")
	}
	return nil, nil
}

// pathRegexFlags are the options of like_regex as PostgreSQL's own.
func pathRegexFlags(f pgvalue.RegexFlags) regexFlags {
	if f.Quote {
		return regexFlags{icase: f.ICase, literal: true}
	}
	switch {
	case !f.DotAll && f.Lines:
		return regexFlags{icase: f.ICase, newline: true}
	case !f.DotAll:
		return regexFlags{icase: f.ICase, partial: true}
	case f.Lines:
		return regexFlags{icase: f.ICase, weird: true}
	}
	return regexFlags{icase: f.ICase}
}

func startsWith(whole, initial pathValue) truth {
	if !whole.is(pgvalue.JSONString) || !initial.is(pgvalue.JSONString) {
		return isUnknown
	}
	return truthOf(strings.HasPrefix(whole.j.Text, initial.j.Text))
}
