package dialect

import (
	"strings"

	"github.com/failoversql/failoversql/catalog"
)

// A query is an analysed SELECT, VALUES or set operation.
type query struct {
	ctes      []*withQuery
	recursive bool

	distinct bool
	targets  []*target
	from     []fromNode
	where    *expr
	group    []*expr
	having   *expr
	sets     [][]int // the grouping sets, as indexes of group; nil where there is one, group itself
	order    []sortKey
	limit    *expr
	offset   *expr

	values [][]*expr // VALUES

	op          string // set operation: UNION, UNION ALL, INTERSECT, EXCEPT
	left, right *query

	cols   []outCol
	hasAgg bool
	// lifted says that an aggregate of this query stands in a subquery.
	lifted bool
	// collated says that a set operation removes duplicates among values that
	// compare by a collation.
	collated bool
	// unlockable is why FOR UPDATE cannot apply; "" where it can.
	unlockable string
	single     bool // at most one row, by its form
	names      map[string]*window
	// distinctOn holds the expressions of DISTINCT ON.
	distinctOn []*expr
}

// outCol is a result column.
type outCol struct {
	name   string
	typ    uint32
	typmod int32
	shape  *rowShape // of a record
}

// target is an output expression.
type target struct {
	name string
	e    *expr
	junk bool // only for ORDER BY
}

// withQuery is one WITH query of a query.
type withQuery struct {
	c            *cte
	q            *query
	materialized string
	work         string // the work table that holds its rows
}

// window is a window definition.
type window struct {
	name      string
	partition []*expr
	order     []sortKey
	frame     string
	offsets   []*expr
	hasFrame  bool
	ranged    *rangeFrame
}

// fromNode is something in FROM that can be written out.
type fromNode interface{ write(m *emitter) }

type fromSource struct {
	src *source
	sql string // of a table: its quoted name
	q   *query
	fn  *expr // of a function: the SQL of a table-valued expression
	// view is the view that q stands for, or nil.
	view *catalog.View
	// apart says that q keeps its own order and limit.
	apart bool
	// after says that all that stands before it comes first, also in time.
	after bool
}

type fromJoin struct {
	kind        string
	left, right fromNode
	on          *expr
}

func (f *fromSource) write(m *emitter) {
	if f.src.marked {
		m.WriteString("(SELECT *, 1 AS present FROM ")
	}
	switch {
	case f.q != nil:
		m.WriteByte('(')
		m.merged(f.q, f.apart)
		m.WriteByte(')')
	case f.fn != nil:
		m.expr(f.fn)
	default:
		m.WriteString(f.sql)
	}
	if f.src.marked {
		m.WriteByte(')')
	}
	m.WriteString(" AS " + f.src.alias)
}

func (f *fromJoin) write(m *emitter) {
	f.left.write(m)
	if f.kind == "CROSS JOIN" {
		m.WriteString(" JOIN ")
	} else {
		m.WriteString(" " + f.kind + " ")
	}
	if j, ok := f.right.(*fromJoin); ok {
		m.WriteByte('(')
		j.write(m)
		m.WriteByte(')')
	} else {
		f.right.write(m)
	}
	if f.on != nil {
		m.WriteString(" ON ")
		m.where(f.on)
	}
}

// query writes a query whose columns are named c1, c2, …
func (m *emitter) query(q *query) { m.queryAs(q, false) }

// queryAs writes a query. At the top, plain columns may come as they are
// stored, and columns need no names.
func (m *emitter) queryAs(q *query, top bool) {
	saved := m.firsts
	m.firsts = nil
	defer func() { m.firsts = saved }()
	m.with(q)
	switch {
	case q.op != "":
		m.setOperation(q)
	case q.values != nil:
		m.valuesRows(q.values)
	case q.distinctOn != nil:
		m.distinctOnBody(q, top)
		m.limits(q)
		return
	default:
		m.selectBody(q, top)
	}
	m.within(m.a.firsts(q), func() { m.orderBy(q, top) })
	m.limits(q)
}

// firsts are the grouping expressions, where equal values of one may look
// different: PostgreSQL shows the first of a group, SQLite any.
func (a *analyser) firsts(q *query) []*expr {
	for _, g := range q.group {
		if a.looksDifferent(g) {
			return q.group
		}
	}
	return nil
}

// looksDifferent reports whether equal values of an expression may look
// different.
func (a *analyser) looksDifferent(e *expr) bool {
	_, stored := a.storedScale(e)
	return !stored && a.equality(e) != "" && !isFixed(e)
}

func (m *emitter) with(q *query) {
	for i, w := range q.ctes {
		switch {
		case i > 0:
			m.WriteString(", ")
		case q.recursive:
			m.WriteString("WITH RECURSIVE ")
		default:
			m.WriteString("WITH ")
		}
		m.WriteString(w.c.alias)
		m.WriteByte('(')
		for j := range w.c.cols {
			if j > 0 {
				m.WriteByte(',')
			}
			m.WriteString(w.c.cols[j].sql)
		}
		volatile := m.a.volatile && w.q != nil && volatileOutput(w.q, false)
		m.WriteString(") AS ")
		if !volatile {
			m.WriteString(w.materialized)
		}
		m.WriteByte('(')
		if w.work != "" {
			m.WriteString("SELECT " + workColumns(len(w.c.cols)) + " FROM " + w.work)
		} else if volatile {
			m.apart(w.q)
		} else {
			m.query(w.q)
		}
		m.WriteByte(')')
	}
	if len(q.ctes) > 0 {
		m.WriteByte(' ')
	}
}

func (m *emitter) setOperation(q *query) {
	if op, all := strings.CutSuffix(q.op, " ALL"); all && op != "UNION" {
		m.multiset(q, op)
		return
	}
	if q.collated {
		m.collatedSet(q)
		return
	}
	m.arm(q.left, true)
	m.WriteString(" " + q.op + " ")
	m.arm(q.right, false)
}

// collatedSet writes a set operation some of whose columns hold values that are
// equal without being the same, such as 1.0 and 1.00: PostgreSQL gives the first
// of them, as GROUP BY does, where SQLite's own set operations give the last.
func (m *emitter) collatedSet(q *query) {
	columns := func() {
		for j := range q.cols {
			if j > 0 {
				m.WriteString(", ")
			}
			m.WriteString("c" + itoa(j+1))
		}
	}
	group := func() {
		m.WriteString(") GROUP BY ")
		for j, t := range q.targets {
			if j > 0 {
				m.WriteString(", ")
			}
			m.WriteString("c" + itoa(j+1))
			if c := m.a.equality(t.e); c != "" {
				m.WriteString(" COLLATE " + m.a.collation(c))
			}
		}
	}
	m.WriteString("SELECT ")
	columns()
	m.WriteString(" FROM (")
	if q.op == "UNION" {
		m.arm(q.left, true)
		m.WriteString(" UNION ALL ")
		m.arm(q.right, false)
		group()
		return
	}
	m.query(q.left)
	group()
	m.WriteString(" " + q.op + " ")
	m.arm(q.right, false)
}

// multiset writes EXCEPT ALL or INTERSECT ALL: equal rows are numbered, so that
// each has its own counterpart on the other side. Of values that are equal
// without being the same PostgreSQL repeats the first.
func (m *emitter) multiset(q *query, op string) {
	columns := func() {
		for j := range q.cols {
			m.WriteString("c" + itoa(j+1) + ", ")
		}
	}
	partition := func() {
		for j, t := range q.targets {
			if j > 0 {
				m.WriteString(", ")
			} else {
				m.WriteString("PARTITION BY ")
			}
			m.WriteString("c" + itoa(j+1))
			if c := m.a.equality(t.e); c != "" {
				m.WriteString(" COLLATE " + m.a.collation(c))
			}
		}
	}
	numbered := func(arm *query) {
		m.WriteString("SELECT ")
		for j, t := range q.targets {
			c := "c" + itoa(j+1)
			if coll := m.a.equality(t.e); coll != "" {
				m.WriteString("first_value(" + c + ") OVER (")
				partition()
				m.WriteString(") COLLATE " + m.a.collation(coll) + " AS " + c + ", ")
			} else {
				m.WriteString(c + ", ")
			}
		}
		m.WriteString("row_number() OVER (")
		partition()
		m.WriteString(") AS rn FROM (")
		m.query(arm)
		m.WriteByte(')')
	}
	m.WriteString("SELECT ")
	for j := range q.cols {
		if j > 0 {
			m.WriteString(", ")
		}
		m.WriteString("c" + itoa(j+1))
	}
	m.WriteString(" FROM (SELECT ")
	columns()
	m.WriteString("rn FROM (")
	numbered(q.left)
	m.WriteString(" " + op + " ")
	numbered(q.right)
	m.WriteString("))")
}

// arm writes one side of a set operation. SQLite takes no parentheses there and
// gives all operators one precedence, from the left.
func (m *emitter) arm(q *query, left bool) {
	plain := len(q.ctes) == 0 && q.order == nil && q.limit == nil && q.offset == nil && q.distinctOn == nil && (q.op == "" || left)
	if plain {
		m.query(q)
		return
	}
	m.WriteString("SELECT * FROM (")
	m.query(q)
	m.WriteByte(')')
}

// valuesRows writes VALUES as a query with columns c1, c2, …
func (m *emitter) valuesRows(rows [][]*expr) {
	if len(rows) < 100 && readsColumns(rows) {
		// SQLite loses the columns of a VALUES that refers to outer ones.
		for i, row := range rows {
			if i > 0 {
				m.WriteString(" UNION ALL ")
			}
			m.WriteString("SELECT ")
			for j, e := range row {
				if j > 0 {
					m.WriteString(", ")
				}
				m.expr(e)
				m.WriteString(" AS c" + itoa(j+1))
			}
		}
		return
	}
	m.WriteString("SELECT ")
	for j := range rows[0] {
		if j > 0 {
			m.WriteString(", ")
		}
		m.WriteString("column" + itoa(j+1) + " AS c" + itoa(j+1))
	}
	m.WriteString(" FROM (")
	m.valuesList(rows)
	m.WriteByte(')')
}

func readsColumns(rows [][]*expr) bool {
	found := false
	for _, row := range rows {
		for _, e := range row {
			e.deepWalk(func(x *expr) bool { found = found || x.kind == exColumn; return !found })
		}
	}
	return found
}

func (m *emitter) valuesList(rows [][]*expr) {
	m.WriteString("VALUES ")
	for i, row := range rows {
		if i > 0 {
			m.WriteString(", ")
		}
		m.WriteByte('(')
		for j, e := range row {
			if j > 0 {
				m.WriteString(", ")
			}
			m.expr(e)
		}
		m.WriteByte(')')
	}
}

func (m *emitter) selectBody(q *query, top bool) {
	m.WriteString("SELECT ")
	if q.distinct {
		m.WriteString("DISTINCT ")
	}
	n := 0
	for _, t := range q.targets {
		if t.junk {
			continue
		}
		if n > 0 {
			m.WriteString(", ")
		}
		n++
		m.within(m.a.firsts(q), func() { m.output(q, t.e, top) })
		if !top {
			m.WriteString(" AS c" + itoa(n))
		}
	}
	if n == 0 {
		m.WriteString("NULL")
	}
	m.selectTail(q)
}

// selectTail writes what follows the output columns, up to HAVING.
func (m *emitter) selectTail(q *query) {
	m.fromClause(q.from)
	if q.where != nil {
		m.WriteString(" WHERE ")
		m.where(q.where)
	}
	for i, g := range q.group {
		if i == 0 {
			m.WriteString(" GROUP BY ")
		} else {
			m.WriteString(", ")
		}
		m.groupExpr(g)
	}
	if q.having != nil {
		m.WriteString(" HAVING ")
		m.within(m.a.firsts(q), func() { m.where(q.having) })
	}
}

func (m *emitter) fromClause(from []fromNode) {
	for i, f := range from {
		if i == 0 {
			m.WriteString(" FROM ")
			f.write(m)
			continue
		}
		m.joined(f)
	}
}

// joined writes one more item of FROM. SQLite keeps the order of a CROSS JOIN
// and may change that of a plain JOIN. Its joins bind from the left, so that one
// that keeps rows of its right side must stand in parentheses.
func (m *emitter) joined(f fromNode) {
	if s, ok := f.(*fromSource); ok && s.after {
		m.WriteString(" CROSS")
	}
	m.WriteString(" JOIN ")
	if j, ok := f.(*fromJoin); ok && j.keepsRight() {
		m.WriteByte('(')
		j.write(m)
		m.WriteByte(')')
		return
	}
	f.write(m)
}

func (f *fromJoin) keepsRight() bool {
	if f.kind == "RIGHT JOIN" || f.kind == "FULL JOIN" {
		return true
	}
	for _, x := range []fromNode{f.left, f.right} {
		if j, ok := x.(*fromJoin); ok && j.keepsRight() {
			return true
		}
	}
	return false
}

// output writes a result column.
func (m *emitter) output(q *query, e *expr, top bool) {
	if top && e.kind == exColumn && e.src.cols[e.col].stored {
		m.rawColumn(e)
		return
	}
	m.expr(e)
	if q.distinct {
		if c := m.a.equality(e); c != "" {
			m.WriteString(" COLLATE " + m.a.collation(c))
		}
	}
}

func (m *emitter) orderBy(q *query, top bool) {
	n := 0
	for _, k := range q.order {
		if k.ordinal == 0 && (k.e.kind == exConst || k.e.kind == exUnknown) {
			continue
		}
		if n == 0 {
			m.WriteString(" ORDER BY ")
		} else {
			m.WriteString(", ")
		}
		n++
		if k.ordinal == 0 {
			m.sortKey(k)
			continue
		}
		o := m.a.ordering(k.e)
		if o.wrap != "" {
			m.sortKey(k)
			continue
		}
		if _, stored := m.a.storedScale(k.e); stored && (top || !q.distinct) {
			m.sortKey(k)
			continue
		}
		m.WriteString(itoa(k.ordinal))
		if o.coll != "" {
			m.WriteString(" COLLATE " + m.a.collation(o.coll))
		}
		m.sortOrder(k)
	}
}

func (m *emitter) limits(q *query) {
	if q.limit == nil && q.offset == nil {
		return
	}
	m.WriteString(" LIMIT ")
	if q.limit == nil {
		m.WriteString("-1")
	} else {
		m.expr(q.limit)
	}
	if q.offset != nil {
		m.WriteString(" OFFSET ")
		m.expr(q.offset)
	}
}

func (m *emitter) window(w *window) {
	for i, p := range w.partition {
		if i == 0 {
			m.WriteString("PARTITION BY ")
		} else {
			m.WriteString(", ")
		}
		m.groupExpr(p)
	}
	for i, k := range w.order {
		if i == 0 {
			m.WriteString(" ORDER BY ")
		} else {
			m.WriteString(", ")
		}
		m.sortKey(k)
	}
	if w.frame != "" {
		m.WriteByte(' ')
		m.template(call(0, -1, w.frame, w.offsets...))
	}
}
