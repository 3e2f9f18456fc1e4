package dialect

import "strings"

// AND and OR. PostgreSQL evaluates them from left to right and stops where the
// result is known, so that x <> 0 AND 1/x > 1 never divides by zero. SQLite does
// so in a condition (of WHERE, ON, HAVING, CASE), but where the value of an AND is
// asked for it evaluates both sides, and anywhere it begins with the right one if
// only the left one has a subquery: see exprEvalRhsFirst and exprCodeTargetAndOr
// in its expr.c. What has a subquery on its right it evaluates from left to right,
// so an operand that must wait for those before it is given one.

// lateOperand follows such an operand; it changes no value, not even NULL.
const lateOperand = " OR (SELECT 0)"

// maxChain is how many operands are written without parentheses between them.
const maxChain = 50

// junction is a chain of AND or OR. SQLite bounds the depth of a tree and reads a
// chain as one, so a long chain is written as a balanced tree.
func junction(pos int32, word string, args ...*expr) *expr {
	if len(args) > maxChain {
		half := len(args) / 2
		args = []*expr{junction(pos, word, args[:half]...), junction(pos, word, args[half:]...)}
	}
	var b strings.Builder
	b.WriteByte('(')
	for i := range args {
		if i > 0 {
			b.WriteString(" " + word + " ")
		}
		b.WriteString("$" + itoa(i+1))
	}
	b.WriteByte(')')
	e := boolean(pos, b.String(), args...)
	e.junction = word
	return e
}

// junction writes an AND or an OR, as a condition or as a value.
func (m *emitter) junction(e *expr, condition bool) {
	late, _ := m.late(e, condition)
	if m.schema {
		m.WriteString(m.cases(e, late))
		return
	}
	m.WriteByte('(')
	for i, x := range e.args {
		if i > 0 {
			m.WriteString(" " + e.junction + " ")
		}
		switch {
		case late[i]:
			m.WriteByte('(')
			m.expr(x)
			m.WriteString(lateOperand + ")")
		case condition:
			m.condition(x)
		default:
			m.expr(x)
		}
	}
	m.WriteByte(')')
}

// cases is a junction in the schema, where no subquery may stand: its late
// operands are in the branches of a CASE.
func (m *emitter) cases(e *expr, late []bool) string {
	text := func(x *expr) string {
		w := &emitter{a: m.a, schema: true}
		w.expr(x)
		m.binds = append(m.binds, w.binds...)
		return w.String()
	}
	stop, goOn := "0", "1"
	if e.junction == "OR" {
		stop, goOn = "1", "0"
	}
	all := text(e.args[0])
	for i, x := range e.args[1:] {
		next := text(x)
		if late[i+1] {
			all = "CASE " + all + " WHEN " + stop + " THEN " + stop + " WHEN " + goOn + " THEN " + next + " ELSE (NULL " + e.junction + " " + next + ") END"
		} else {
			all += " " + e.junction + " " + next
		}
		all = "(" + all + ")"
		if len(all) > maxCases {
			m.a.refuse(e.pos, "so deep a nest of AND and OR in the schema")
		}
	}
	return all
}

// maxCases bounds what cases writes: each level of a nest doubles it.
const maxCases = 1 << 16

// where writes the condition of a WHERE, ON or HAVING, or of a partial index: the
// parts that have all to be true, one by one, as PostgreSQL's planner sees them. In
// which order they are looked at is the planner's business, in both.
func (m *emitter) where(e *expr) {
	if len(m.firsts) > 0 {
		m.expr(e)
		return
	}
	m.all(allOf(nil, e))
}

// all joins conditions by AND, as junction does.
func (m *emitter) all(parts []*expr) {
	if len(parts) == 1 {
		m.condition(parts[0])
		return
	}
	m.WriteByte('(')
	if half := len(parts) / 2; len(parts) > maxChain {
		m.all(parts[:half])
		m.WriteString(" AND ")
		m.all(parts[half:])
	} else {
		for i, x := range parts {
			if i > 0 {
				m.WriteString(" AND ")
			}
			m.condition(x)
		}
	}
	m.WriteByte(')')
}

// allOf appends the parts of a condition: the operands of AND, and those of an
// OR that is negated.
func allOf(parts []*expr, e *expr) []*expr {
	not := func(x *expr) *expr { return boolean(x.pos, notTemplate, x) }
	switch {
	case e.junction == "AND":
		for _, x := range e.args {
			parts = allOf(parts, x)
		}
		return parts
	case e.tmpl == notTemplate && e.args[0].tmpl == notTemplate:
		return allOf(parts, e.args[0].args[0])
	case e.tmpl == notTemplate && e.args[0].junction == "OR":
		for _, x := range e.args[0].args {
			parts = allOf(parts, not(x))
		}
		return parts
	}
	return append(parts, e)
}

// condition writes an expression of which only matters whether it is true.
func (m *emitter) condition(e *expr) {
	switch e := asked(e); {
	case len(m.firsts) > 0:
		m.expr(e)
	case e.junction != "":
		m.junction(e, true)
	case e.tmpl == notTemplate:
		m.WriteString("(NOT ")
		m.condition(e.args[0])
		m.WriteByte(')')
	default:
		m.expr(e)
	}
}

// asked is a condition as SQLite must evaluate it. It may stop at an operand of an
// AND that is NULL; PostgreSQL goes on, and where what follows could fail the value
// is asked for instead.
func asked(e *expr) *expr {
	inner := e
	for inner.tmpl == notTemplate {
		inner = inner.args[0]
	}
	if inner.junction != "" && fails(inner) {
		return boolean(e.pos, "($1 IS 1)", e)
	}
	return e
}

const notTemplate = "(NOT $1)"

// late says which operands SQLite must be made to wait with: those that could
// fail, or leave something behind, and those that would be looked at before one
// that could. subquery is whether the whole has one as it is written.
func (m *emitter) late(e *expr, condition bool) (late []bool, subquery bool) {
	late = make([]bool, len(e.args))
	fails := false // one of those before
	for i, x := range e.args {
		sub, fail := m.subquery(x, condition), fallible(x)
		if i > 0 && !sub {
			if condition {
				late[i] = subquery && (fails || fail)
			} else {
				late[i] = fail || subquery && fails
			}
		}
		subquery = subquery || sub || late[i] && !m.schema
		fails = fails || fail
	}
	return late, subquery
}

// subquery reports whether an expression has one as it is written.
func (m *emitter) subquery(e *expr, condition bool) bool {
	switch {
	case e == nil:
		return false
	case e.kind == exSub:
		return true
	case (e.kind == exCall || e.kind == exWindow || e.kind == exAgg) && m.a.leaks(e):
		return false // it stands before a COLLATE, behind which SQLite sees no subquery
	case strings.Contains(e.tmpl, "SELECT "):
		return true
	case e.kind == exColumn:
		c := &e.src.cols[e.col]
		return c.computed && strings.Contains(c.sql, "SELECT ")
	case e.junction != "":
		_, yes := m.late(e, condition)
		return yes
	}
	for i, x := range e.args {
		if !strings.Contains(e.tmpl, "$"+itoa(i+1)+" COLLATE ") && m.subquery(x, condition && e.tmpl == notTemplate) {
			return true
		}
	}
	return m.subquery(e.filter, false)
}

// fails reports whether some row could make the evaluation fail: what calls a
// function of ours with constants and parameters only, as the index of a column may
// be searched for, is computed once for all rows.
func fails(e *expr) (yes bool) {
	e.walk(func(x *expr) bool {
		yes = yes || x.kind == exSub || calls(x.tmpl) && varies(x)
		return !yes && x.kind != exAgg && x.kind != exWindow
	})
	return yes
}

// fallible reports whether the evaluation of an expression can fail or have an
// effect, as far as its parts tell: a call of a function of ours may.
func fallible(e *expr) (yes bool) {
	e.walk(func(x *expr) bool {
		switch {
		case yes || x.kind == exAgg || x.kind == exWindow: // computed beforehand
			return false
		case x.kind == exSub || x.effect || x.volatile || calls(x.tmpl):
			yes = true
		case x.kind == exColumn:
			c := &x.src.cols[x.col]
			yes = c.computed && calls(c.sql)
		}
		return !yes
	})
	return yes
}

// calls reports whether SQL calls a function that is not one of SQLite's own, or
// one that reads JSON.
func calls(sql string) bool {
	for {
		i := strings.Index(sql, "(")
		if i < 0 {
			return false
		}
		name := sql[strings.LastIndexFunc(sql[:i], func(c rune) bool { return c != '_' && (c < 'a' || c > 'z') && (c < '0' || c > '9') })+1 : i]
		if strings.HasPrefix(name, "pg_") || strings.HasPrefix(name, "json") {
			return true
		}
		sql = sql[i+1:]
	}
}
