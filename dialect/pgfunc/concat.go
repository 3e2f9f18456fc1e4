package pgfunc

import (
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/failoversql/failoversql/dialect/pgvalue"
	"github.com/jackc/pgx/v5/pgtype"
)

// formatText is format(): %s, %I and %L with positions, widths and the flag -.
func formatText(env *pgvalue.Env, args []value) (any, error) {
	if args[0].v == nil {
		return nil, nil
	}
	f := args[0].v.(string)
	args = args[1:]
	var b strings.Builder
	next := 0
	for i := 0; i < len(f); i++ {
		if f[i] != '%' {
			b.WriteByte(f[i])
			continue
		}
		i++
		if i >= len(f) {
			return nil, unterminated()
		}
		if f[i] == '%' {
			b.WriteByte('%')
			continue
		}
		spec, rest, err := parseSpec(f, i)
		if err != nil {
			return nil, err
		}
		i = rest
		take := func(pos int) (value, error) {
			if pos > 0 {
				next = pos - 1
			}
			if next >= len(args) {
				return value{}, errf("22023", "too few arguments for format()")
			}
			next++
			return args[next-1], nil
		}
		if spec.star {
			w, err := take(spec.widthPos)
			if err != nil {
				return nil, err
			}
			n := int64(0)
			if w.v != nil {
				s, err := w.text(env)
				if err != nil {
					return nil, err
				}
				v, err := pgvalue.ParseText(&int4Type, s, env)
				if err != nil {
					return nil, err
				}
				n = v.(int64)
			}
			if spec.width = int(n); n < 0 {
				spec.left, spec.width = true, int(-n)
			}
		}
		v, err := take(spec.pos)
		if err != nil {
			return nil, err
		}
		text, err := formatArg(f[i], v, env)
		if err != nil {
			return nil, err
		}
		fill := strings.Repeat(" ", max(spec.width-utf8.RuneCountInString(text), 0))
		if spec.left {
			b.WriteString(text + fill)
		} else {
			b.WriteString(fill + text)
		}
	}
	return b.String(), nil
}

func unterminated() error {
	return detailed("22023", "unterminated format() type specifier", "", "For a single \"%\" use \"%%\".")
}

type formatSpec struct {
	pos, width, widthPos int
	left, star           bool
}

// parseSpec reads [position][flags][width]; the cursor is left on the type.
func parseSpec(f string, i int) (s formatSpec, at int, err error) {
	num := func() (int, bool, error) {
		start := i
		for i < len(f) && f[i] >= '0' && f[i] <= '9' {
			i++
		}
		if i == start {
			return 0, false, nil
		}
		n, err := strconv.ParseInt(f[start:i], 10, 32)
		if err != nil {
			return 0, false, errf("22003", "number is out of range")
		}
		if i >= len(f) {
			return 0, false, unterminated()
		}
		return int(n), true, nil
	}
	n, ok, err := num()
	if err != nil {
		return s, i, err
	}
	if ok {
		if f[i] != '$' {
			// A width without a position.
			s.width = n
			return s, i, checkType(f, i)
		}
		if n == 0 {
			return s, i, errf("22023", "format specifies argument 0, but arguments are numbered from 1")
		}
		s.pos = n
		i++
	}
	for i < len(f) && f[i] == '-' {
		s.left = true
		i++
	}
	if i >= len(f) {
		return s, i, unterminated()
	}
	if f[i] == '*' {
		i++
		s.star = true
		n, ok, err := num()
		if err != nil {
			return s, i, err
		}
		if ok {
			if i >= len(f) || f[i] != '$' {
				return s, i, errf("22023", "width argument position must be ended by \"$\"")
			}
			if n == 0 {
				return s, i, errf("22023", "format specifies argument 0, but arguments are numbered from 1")
			}
			s.widthPos = n
			i++
		}
	} else if n, ok, err := num(); err != nil {
		return s, i, err
	} else if ok {
		s.width = n
	}
	return s, i, checkType(f, i)
}

func checkType(f string, i int) error {
	if i >= len(f) {
		return unterminated()
	}
	switch f[i] {
	case 's', 'I', 'L':
		return nil
	}
	r, _ := utf8.DecodeRuneInString(f[i:])
	return detailed("22023", "unrecognized format() type specifier \""+string(r)+"\"", "", "For a single \"%\" use \"%%\".")
}

func formatArg(conv byte, v value, env *pgvalue.Env) (string, error) {
	if v.v == nil {
		switch conv {
		case 'I':
			return "", errf("22004", "null values cannot be formatted as an SQL identifier")
		case 'L':
			return "NULL", nil
		}
		return "", nil
	}
	s, err := v.text(env)
	if err != nil {
		return "", err
	}
	switch conv {
	case 'I':
		return QuoteIdent(s), nil
	case 'L':
		return quoteLiteral(s), nil
	}
	return s, nil
}

// concatFuncs adds the functions over values of any type that give text.
func concatFuncs(r *registry) {
	r.def("pg_concat", typedZoned(func(env *pgvalue.Env, args []value) (any, error) {
		var b strings.Builder
		for _, v := range args {
			if v.v == nil {
				continue
			}
			s, err := v.text(env)
			if err != nil {
				return nil, err
			}
			b.WriteString(s)
		}
		return b.String(), nil
	}))
	r.def("pg_concat_ws", typedZoned(func(env *pgvalue.Env, args []value) (any, error) {
		if args[0].v == nil {
			return nil, nil
		}
		var parts []string
		for _, v := range args[1:] {
			if v.v == nil {
				continue
			}
			s, err := v.text(env)
			if err != nil {
				return nil, err
			}
			parts = append(parts, s)
		}
		return strings.Join(parts, args[0].v.(string)), nil
	}))
	r.def("pg_format", typedZoned(formatText))
	r.poly("concat(any)", typed("pg_concat", true))
	r.poly("concat_ws(text,any)", typed("pg_concat_ws", true))
	r.poly("format(text,any)", typed("pg_format", true))
	r.poly("format(text)", typed("pg_format", true))
	count := func(nulls bool) any {
		return func(args ...any) int64 {
			n := int64(0)
			for _, a := range args {
				if null(a) == nulls {
					n++
				}
			}
			return n
		}
	}
	r.def("pg_num_nulls", count(true))
	r.def("pg_num_nonnulls", count(false))
	r.add("num_nulls(any)", Impl{SQL: "pg_num_nulls($*)", Uses: []string{"pg_num_nulls"}})
	r.add("num_nonnulls(any)", Impl{SQL: "pg_num_nonnulls($*)", Uses: []string{"pg_num_nonnulls"}})

	// text || x and x || text, with x cast to text.
	r.poly("textanycat(text,anynonarray)", anyCat(1))
	r.poly("anytextcat(anynonarray,text)", anyCat(0))
	r.poly("quote_literal(anyelement)", func(args []*pgvalue.Type) (Impl, bool) {
		m, ok := TextOf(args[0], "$1")
		m.SQL = "pg_quote_literal(" + m.SQL + ")"
		m.Uses = append(m.Uses, "pg_quote_literal")
		return m, ok
	})
	r.poly("quote_nullable(anyelement)", func(args []*pgvalue.Type) (Impl, bool) {
		m, ok := TextOf(args[0], "$1")
		m.SQL = "pg_quote_nullable(" + m.SQL + ")"
		m.Uses = append(m.Uses, "pg_quote_nullable")
		return m, ok
	})
	for _, k := range []jsonKind{plainJSON, binaryJSON} {
		for _, f := range []string{"", "_text"} {
			sig := k.name + "_extract_path" + f + "(" + k.name + ",_text)"
			fixed := r.impls[sig]
			delete(r.impls, sig)
			r.poly(sig, func(args []*pgvalue.Type) (Impl, bool) {
				if len(args) == 2 && args[1].IsArray() {
					return fixed, true
				}
				return Impl{Name: "pg_" + k.name + "_vpath" + f}, true
			})
		}
	}
}

// TextOf is the cast of an argument to text (the assignment cast, which writes
// true for a bool and drops a bpchar's blanks). The argument is named by its
// hole, "$1"; hidden arguments come before it.
func TextOf(t *pgvalue.Type, hole string) (Impl, bool) {
	u := t.Underlying()
	switch u.OID {
	case pgtype.TextOID, pgtype.VarcharOID, pgtype.NameOID, pgtype.QCharOID, pgtype.UnknownOID,
		pgtype.InetOID, pgtype.CIDROID: // an address is cast with its prefix
		if u.Elem == nil && u.Labels == nil {
			return Impl{SQL: hole}, true
		}
	case pgtype.BPCharOID:
		return Impl{SQL: "rtrim(" + hole + ",' ')"}, true
	case pgtype.BoolOID:
		return Impl{SQL: "CASE " + hole + " WHEN 0 THEN 'false' WHEN 1 THEN 'true' END"}, true
	}
	env := envZone
	if !zoned[elemOf(u).OID] {
		return Impl{SQL: "pg_text_of(" + Descriptor(t) + "," + hole + ")", Uses: []string{"pg_text_of"}}, true
	}
	n, _ := strconv.Atoi(strings.TrimPrefix(hole, "$"))
	return Impl{SQL: "pg_text_of_tz($1," + Descriptor(t) + ",$" + itoa(n+1) + ")", Uses: []string{"pg_text_of_tz"}, Env: env}, true
}

func anyCat(at int) generic {
	return func(args []*pgvalue.Type) (Impl, bool) {
		if len(args) != 2 {
			return Impl{}, false
		}
		m, ok := TextOf(args[at], "$"+itoa(at+1))
		other := "$" + itoa(2-at+len(m.Env))
		if at == 1 {
			m.SQL = "(" + other + " || " + m.SQL + ")"
		} else {
			m.SQL = "(" + m.SQL + " || " + other + ")"
		}
		return m, ok
	}
}

// textOfFuncs adds what TextOf calls.
func textOfFuncs(r *registry) {
	r.def("pg_text_of", typedFunc(func(args []value) (any, error) {
		if args[0].v == nil {
			return nil, nil
		}
		return args[0].text(pgvalue.UTC)
	}))
	r.def("pg_text_of_tz", typedZoned(func(env *pgvalue.Env, args []value) (any, error) {
		if args[0].v == nil {
			return nil, nil
		}
		return args[0].text(env)
	}))
}
