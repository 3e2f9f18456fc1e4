package dialect

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgfunc"
)

// SQLite has no LATERAL, but the argument of a table-valued function may refer
// to what stands before it in FROM. So the rows of a lateral subquery are
// gathered into a JSON array by a scalar subquery, and json_each reads them.

// wire says how a native value of a type goes into JSON and comes back from it
// as it was: floats by their bits, since JSON has neither infinities nor the
// last digit, bytes as hexadecimal digits.
func (a *analyser) wire(typ uint32) (put, get string) {
	switch a.base(typ) {
	case oidFloat4, oidFloat8:
		return a.fn(pgfunc.FloatBits) + "($1)", a.fn(pgfunc.FloatOf) + "($v)"
	case oidBytea:
		return "CASE WHEN $1 IS NOT NULL THEN hex($1) END", "unhex($v)"
	case oidJSON, oidJSONB:
		// json_array would take text that is marked as JSON apart.
		return "($1||'')", "$v"
	}
	return "$1", "$v"
}

// wired is the template of a JSON array of the values in its holes, and the
// template of each value over $v, an element of an array of such arrays.
func (a *analyser) wired(cols []outCol) (tmpl string, gets []string) {
	var b strings.Builder
	if len(cols) != 1 {
		b.WriteString("json_array(")
	}
	for i, c := range cols {
		put, get := a.wire(c.typ)
		if i > 0 {
			b.WriteByte(',')
		}
		b.WriteString(strings.ReplaceAll(put, "$1", "$"+itoa(i+1)))
		if len(cols) != 1 {
			get = replaceValue(get, i)
		}
		gets = append(gets, get)
	}
	if len(cols) != 1 {
		b.WriteByte(')')
	}
	return b.String(), gets
}

// gathered is the rows of a query as a JSON array.
func (a *analyser) gathered(q *query) (rows *expr, gets []string) {
	tmpl, gets := a.wired(q.cols)
	for i := len(q.cols); i > 0; i-- {
		tmpl = strings.ReplaceAll(tmpl, "$"+itoa(i), "c"+itoa(i))
	}
	return &expr{kind: exSub, typ: oidJSON, typmod: -1, pos: -1, sub: q, tmpl: "(SELECT json_group_array(" + tmpl + ") FROM ($0))"}, gets
}

// lateralSource puts a query that refers to what stands before it into FROM.
func (a *analyser) lateralSource(q *query) *fromSource {
	rows, gets := a.gathered(q)
	src := &source{alias: a.newAlias()}
	for i, c := range q.cols {
		src.cols = append(src.cols, srcCol{name: c.name, sql: strings.ReplaceAll(gets[i], "$v", src.alias+".value"), typ: c.typ, typmod: c.typmod, coll: a.outputCollation(q, i), shape: c.shape, computed: true})
	}
	return &fromSource{src: src, fn: call(oidRecord, -1, "json_each($1)", rows)}
}

// refersToAny reports whether a query reads a column of one of the items.
func refersToAny(q *query, items []*nsItem) bool {
	srcs := sourcesOf(items)
	found := false
	q.deepWalk(func(x *expr) bool {
		found = found || x.kind == exColumn && srcs[x.src]
		return !found
	})
	return found
}

func sourcesOf(items []*nsItem) map[*source]bool {
	srcs := map[*source]bool{}
	for _, it := range items {
		if it.src != nil {
			srcs[it.src] = true
		}
		for _, c := range it.cols {
			c.e.walk(func(x *expr) bool {
				if x.kind == exColumn {
					srcs[x.src] = true
				}
				return true
			})
		}
	}
	return srcs
}

// checkReach refuses a join in parentheses that refers to what stands outside
// of them: SQLite makes a subquery of it, which sees nothing.
func (a *analyser) checkReach(f fromNode, outside []*nsItem) {
	srcs := sourcesOf(outside)
	walkFrom(f, func(x *expr) bool {
		x.deepWalk(func(y *expr) bool {
			if y.kind == exColumn && srcs[y.src] {
				a.refuse(y.pos, "a lateral reference out of a join in parentheses")
			}
			return true
		})
		return false
	})
}
