package dialect

import (
	"encoding/hex"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// An emitter writes one SQLite statement and collects what to bind to it.
type emitter struct {
	strings.Builder
	a     *analyser
	binds []Bind
	// firsts are grouping expressions; in place of those whose equal values may
	// look different the first of the group is written.
	firsts []*expr
	// called are the calls with effects that are written already: twice is once
	// too often.
	called []*expr
	// schema says that this becomes part of the schema, where no subquery may stand.
	schema bool
}

// bind writes the placeholder of a bound value; the same value is bound once.
func (m *emitter) bind(b Bind) {
	for i := range m.binds {
		if m.binds[i] == b {
			m.placeholder(i)
			return
		}
	}
	m.binds = append(m.binds, b)
	m.placeholder(len(m.binds) - 1)
}

func (m *emitter) placeholder(i int) {
	m.WriteByte('?')
	m.WriteString(itoa(i + 1))
}

// expr writes an expression; its value is native.
func (m *emitter) expr(e *expr) {
	for _, g := range m.firsts {
		if same(g, e) {
			m.within(nil, func() {
				if !m.a.looksDifferent(g) {
					m.expr(e)
					return
				}
				m.WriteString(m.a.fn(pgfunc.First) + "(")
				m.expr(e)
				m.WriteByte(')')
			})
			return
		}
	}
	if e.effect {
		if slices.Contains(m.called, e) {
			m.a.refuse(e.pos, "a function with effects here")
		}
		m.called = append(m.called, e)
	}
	switch e.kind {
	case exConst:
		m.WriteString(quoteValue(e.val))
	case exUnknown:
		if e.null {
			m.WriteString("NULL")
		} else {
			m.WriteString(quoteText(e.text))
		}
	case exParam:
		if e.typ == oidUnknown && m.a.params[e.param].typ != oidUnknown {
			// It has got a type elsewhere, later in the text.
			m.a.fail(codeAmbiguousParam, e.pos, "could not determine data type of parameter $%d", e.param+1)
		}
		if m.a.isObject(m.a.params[e.param].typ) {
			m.objectParam(e)
			return
		}
		m.bind(Bind{Source: FromParam, Param: e.param, Type: m.a.paramType(e.param)})
	case exBind:
		m.bind(Bind{Source: e.source, Setting: e.setting})
	case exColumn:
		m.column(e)
	case exAgg:
		// Its arguments are of each row.
		m.within(nil, func() { m.call(e) })
	case exCall, exWindow:
		m.call(e)
	case exSub:
		m.template(e)
	default:
		m.a.refuse(e.pos, "a row value here")
	}
}

// within writes something with other grouping expressions in force.
func (m *emitter) within(firsts []*expr, write func()) {
	saved := m.firsts
	m.firsts = firsts
	write()
	m.firsts = saved
}

// call writes a call, cut off from the collations below it where they would
// show.
func (m *emitter) call(e *expr) {
	if m.a.leaks(e) {
		m.WriteByte('(')
		m.template(e)
		m.WriteString(" COLLATE BINARY)")
		return
	}
	m.template(e)
}

// column writes a column reference, converted from column storage where that
// differs.
func (m *emitter) column(e *expr) {
	c := &e.src.cols[e.col]
	if !c.stored || e.raw {
		m.rawColumn(e)
		return
	}
	scale, _ := m.a.scaled(c.typ, c.typmod)
	m.WriteString(m.a.fn(funcFromScaled))
	m.WriteByte('(')
	m.rawColumn(e)
	m.WriteString("," + itoa(scale) + ")")
}

// rawColumn writes a column reference as it is stored.
func (m *emitter) rawColumn(e *expr) {
	if c := &e.src.cols[e.col]; c.unknown {
		m.a.refuse(e.pos, "column \"%s\" of a system catalog", c.name)
	}
	if c := &e.src.cols[e.col]; c.computed {
		m.WriteString(c.sql)
		return
	}
	q := e.src.bare
	if q == "" {
		q = e.src.alias
	}
	if q != noQualifier {
		m.WriteString(q)
		m.WriteByte('.')
	}
	m.WriteString(e.src.cols[e.col].sql)
}

// noQualifier is the bare name of a source whose columns take no qualifier.
const noQualifier = "-"

// template writes e.tmpl with its holes filled: $n by argument n, $0 by the
// subquery, $f by what stands between an aggregate's arguments and its end.
func (m *emitter) template(e *expr) {
	if e.junction != "" {
		m.junction(e, false)
		return
	}
	t := e.tmpl
	for i := 0; i < len(t); i++ {
		c := t[i]
		if c != '$' || i+1 == len(t) {
			m.WriteByte(c)
			continue
		}
		switch next := t[i+1]; {
		case next == '$': // an escaped dollar
			m.WriteByte('$')
			i++
		case next == '0':
			m.query(e.sub)
			i++
		case next >= '1' && next <= '9':
			n := 0
			for i+1 < len(t) && t[i+1] >= '0' && t[i+1] <= '9' {
				i++
				n = n*10 + int(t[i]-'0')
			}
			if n > len(e.args) {
				panic(fmt.Sprintf("dialect: template %q has no argument %d", t, n))
			}
			m.operand(e, e.args[n-1])
		case next == 'f' && (e.kind == exAgg || e.kind == exWindow):
			m.aggregateTail(e)
			i++
		case next == 'd' && (e.kind == exAgg || e.kind == exWindow):
			if e.unique {
				m.WriteString("DISTINCT ")
			}
			i++
		case next == 'o' && (e.kind == exAgg || e.kind == exWindow):
			m.aggregateOrder(e)
			i++
		default:
			m.WriteByte('$')
		}
	}
}

func (m *emitter) operand(_ *expr, x *expr) { m.expr(x) }

func (m *emitter) aggregateOrder(e *expr) {
	for i, k := range e.order {
		if i == 0 {
			m.WriteString(" ORDER BY ")
		} else {
			m.WriteString(", ")
		}
		m.sortKey(k)
	}
}

// aggregateTail writes FILTER and OVER.
func (m *emitter) aggregateTail(e *expr) {
	if e.filter != nil {
		m.WriteString(" FILTER (WHERE ")
		m.condition(e.filter)
		m.WriteByte(')')
	}
	if e.over != nil {
		m.WriteString(" OVER (")
		m.window(e.over)
		m.WriteByte(')')
	}
}

// sortKey is one key of an ORDER BY.
type sortKey struct {
	e          *expr
	desc       bool
	nullsFirst bool
	ordinal    int // output column, from 1, where the key is one; 0 otherwise
}

// sortKey writes a key with the collation and the NULL order that make SQLite
// sort as PostgreSQL does.
func (m *emitter) sortKey(k sortKey) {
	m.sortExpr(k.e)
	m.sortOrder(k)
}

func (m *emitter) sortOrder(k sortKey) {
	if k.desc {
		m.WriteString(" DESC")
	}
	if m.a.neverNull(k.e) {
		return
	}
	if k.nullsFirst && !k.desc || !k.nullsFirst && k.desc {
		// SQLite's own order for this direction.
		return
	}
	if k.nullsFirst {
		m.WriteString(" NULLS FIRST")
	} else {
		m.WriteString(" NULLS LAST")
	}
}

// sortExpr writes an expression as something to sort by.
func (m *emitter) sortExpr(e *expr) {
	if e.kind == exColumn && e.src.cols[e.col].stored {
		m.rawColumn(e)
		return
	}
	o := m.a.ordering(e)
	if o.wrap != "" {
		m.template(call(e.typ, -1, o.wrap, e))
	} else if isFixed(e) {
		// A bare number would be an ordinal.
		m.WriteString("NULL")
		return
	} else {
		m.keyExpr(e)
	}
	if o.coll != "" {
		m.WriteString(" COLLATE " + m.a.collation(o.coll))
	}
}

// keyExpr writes an expression to sort or group by. SQLite's parser may make a
// number of one without columns, and of a condition (AND 0), which would be an
// ordinal.
func (m *emitter) keyExpr(e *expr) {
	columns := e.kind != exCall
	e.walk(func(x *expr) bool {
		columns = columns || x.kind == exColumn || x.kind == exSub || x.kind == exAgg || x.kind == exWindow
		return !columns
	})
	if columns && (e.kind != exCall || m.a.base(e.typ) != oidBool) {
		m.expr(e)
		return
	}
	m.WriteString("coalesce(")
	m.expr(e)
	m.WriteString(",NULL)")
}

// isFixed reports whether an expression is the same for every row.
func isFixed(e *expr) bool {
	switch e = unlabelled(e); e.kind {
	case exConst, exUnknown, exParam, exBind:
		return true
	}
	return false
}

// groupExpr writes an expression as something to group, partition or make
// distinct by.
func (m *emitter) groupExpr(e *expr) {
	if e.kind == exColumn && e.src.cols[e.col].stored {
		m.rawColumn(e)
		return
	}
	if isFixed(e) {
		m.WriteString("NULL")
		return
	}
	m.keyExpr(e)
	if c := m.a.equality(e); c != "" {
		m.WriteString(" COLLATE " + m.a.collation(c))
	}
}

// quoteValue writes a native value as a SQLite literal.
func quoteValue(v any) string {
	switch v := v.(type) {
	case nil:
		return "NULL"
	case int64:
		if v == math.MinInt64 {
			return "(-9223372036854775807-1)"
		}
		if v < 0 {
			return "(" + strconv.FormatInt(v, 10) + ")"
		}
		return strconv.FormatInt(v, 10)
	case float64:
		return quoteFloat(v)
	case string:
		return quoteText(v)
	case []byte:
		return "X'" + hex.EncodeToString(v) + "'"
	}
	panic(fmt.Sprintf("dialect: %T is not a native value", v))
}

func quoteFloat(v float64) string {
	switch {
	case math.IsInf(v, 1):
		return "9e999"
	case math.IsInf(v, -1):
		return "(-9e999)"
	case v == 0 && math.Signbit(v):
		return "(-0.0)"
	}
	s := strconv.FormatFloat(v, 'g', -1, 64)
	if !strings.ContainsAny(s, ".e") {
		s += ".0"
	}
	if v < 0 {
		return "(" + s + ")"
	}
	return s
}

func quoteText(s string) string {
	return "'" + strings.ReplaceAll(s, "'", "''") + "'"
}

// escapeTemplate makes SQL text safe to stand in a template.
func escapeTemplate(s string) string {
	return strings.ReplaceAll(s, "$", "$$")
}

// unescapeTemplate undoes escapeTemplate, for text that is written as it is.
func unescapeTemplate(s string) string {
	return strings.ReplaceAll(s, "$$", "$")
}

// paramType is the type an argument is encoded as.
func (a *analyser) paramType(i int) *pgvalue.Type {
	return a.value(a.params[i].typ, -1)
}
