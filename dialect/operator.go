package dialect

import (
	"strconv"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// operatorNode analyses an operator expression.
func (a *analyser) operatorNode(sc *scope, n *pg_query.A_Expr) *expr {
	pos := n.GetLocation()
	names := stringList(n.GetName())
	if len(names) > 1 && names[0] != "pg_catalog" {
		a.refuse(pos, "operator %s", strings.Join(names, "."))
	}
	name := ""
	if len(names) > 0 {
		name = names[len(names)-1]
	}
	switch n.GetKind() {
	case pg_query.A_Expr_Kind_AEXPR_OP:
		if n.GetLexpr() == nil {
			return a.prefix(sc, name, n.GetRexpr(), pos)
		}
		return a.binary(sc, name, n.GetLexpr(), n.GetRexpr(), pos)
	case pg_query.A_Expr_Kind_AEXPR_OP_ANY, pg_query.A_Expr_Kind_AEXPR_OP_ALL:
		return a.arrayCompare(sc, n, name)
	case pg_query.A_Expr_Kind_AEXPR_DISTINCT, pg_query.A_Expr_Kind_AEXPR_NOT_DISTINCT:
		return a.distinctFrom(sc, n)
	case pg_query.A_Expr_Kind_AEXPR_NULLIF:
		return a.nullIf(sc, n)
	case pg_query.A_Expr_Kind_AEXPR_IN:
		return a.inList(sc, n, name)
	case pg_query.A_Expr_Kind_AEXPR_LIKE, pg_query.A_Expr_Kind_AEXPR_ILIKE, pg_query.A_Expr_Kind_AEXPR_SIMILAR:
		return a.binary(sc, name, n.GetLexpr(), n.GetRexpr(), pos)
	case pg_query.A_Expr_Kind_AEXPR_BETWEEN, pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN,
		pg_query.A_Expr_Kind_AEXPR_BETWEEN_SYM, pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN_SYM:
		return a.between(sc, n)
	}
	a.refuse(pos, "this operator expression")
	return nil
}

func (a *analyser) binary(sc *scope, name string, ln, rn *pg_query.Node, pos int32) *expr {
	if sub := rn.GetSubLink(); ln.GetRowExpr() != nil && sub.GetSubLinkType() == pg_query.SubLinkType_EXPR_SUBLINK {
		return a.rowSub(sc, name, a.expr(sc, ln), sub.GetSubselect().GetSelectStmt(), pos, sub.GetLocation())
	}
	l, r := a.expr(sc, ln), a.expr(sc, rn)
	return a.operator(name, l, r, pos)
}

// operator applies a binary operator to analysed operands.
func (a *analyser) operator(name string, l, r *expr, pos int32) *expr {
	l, r = a.rowLike(l), a.rowLike(r)
	if l.typ == oidRecord || r.typ == oidRecord {
		if comparisons[name] != "" || l.typ == r.typ {
			return a.rowCompare(name, l, r, pos)
		}
		l, r = a.scalar(l), a.scalar(r)
	}
	c := a.binaryOperator(name, l.typ, r.typ, pos)
	if c == nil {
		a.noOperator(name, []uint32{l.typ, r.typ}, pos)
	}
	lt, rt, result := a.callTypes(c, []*expr{l, r}, pos)
	le := a.coerceTo(l, lt, -1, implicit, l.pos)
	re := a.coerceTo(r, rt, -1, implicit, r.pos)
	start := leftmost(pos, l, r)
	if c.proc.Strict && (le.isNull() || re.isNull()) {
		return a.evaluated(constant(result, start, nil), foldable([]*expr{le, re})...)
	}
	if result == oidBool {
		if e := a.compare(name, le, re, start); e != nil {
			return e
		}
	}
	out := a.callProc(c.proc, pos, le, re)
	out.typ, out.pos = result, start
	return out
}

// callTypes settles polymorphic operand types of an operator.
func (a *analyser) callTypes(c *candidate, args []*expr, pos int32) (l, r, result uint32) {
	inputs := make([]uint32, len(args))
	for i, x := range args {
		inputs[i] = x.typ
	}
	actual, ret := a.enforce(c.args, inputs, c.op.Result, pos)
	if len(actual) == 1 {
		return 0, actual[0], ret
	}
	return actual[0], actual[1], ret
}

// enforce settles the polymorphic types of a call: what each argument becomes
// and what comes back (enforce_generic_type_consistency).
func (a *analyser) enforce(declared, inputs []uint32, ret uint32, pos int32) ([]uint32, uint32) {
	generic := isPolymorphic(ret)
	for _, d := range declared {
		generic = generic || isPolymorphic(d)
	}
	out := append([]uint32(nil), declared...)
	if !generic {
		return out, ret
	}
	g, ok := a.settle(inputs, declared)
	if !ok {
		a.fail(codeDatatypeMismatch, pos, "arguments declared \"anyelement\" are not all alike")
	}
	if g.elem == 0 && g.unknown {
		a.fail(codeDatatypeMismatch, -1, "could not determine polymorphic type because input has type unknown")
	}
	if g.compat == 0 {
		for _, d := range declared {
			if d == oidAnyCompatible || d == oidAnyCompatibleNonArray || d == oidAnyCompatibleArray {
				g.compat, g.compatArr = oidText, oidTextArray
			}
		}
	}
	for i, d := range declared {
		if t := g.actual(d); t != 0 {
			out[i] = t
		} else if inputs[i] != oidUnknown {
			out[i] = inputs[i]
		}
	}
	r := g.actual(ret)
	if r == 0 {
		a.refuse(pos, "a polymorphic function of these types")
	}
	return out, r
}

func (a *analyser) prefix(sc *scope, name string, rn *pg_query.Node, pos int32) *expr {
	if name == "-" || name == "+" {
		if c := rn.GetAConst(); c != nil && c.GetFval() != nil && name == "-" {
			if _, ok := c.GetVal().(*pg_query.A_Const_Fval); ok {
				return a.numberConst("-"+c.GetFval().GetFval(), pos)
			}
		}
	}
	r := a.scalar(a.expr(sc, rn))
	c := a.prefixOperator(name, r.typ, pos)
	if c == nil {
		a.noOperator(name, []uint32{r.typ}, pos)
	}
	_, rt, result := a.callTypes(c, []*expr{r}, pos)
	re := a.coerceTo(r, rt, -1, implicit, r.pos)
	out := a.callProc(c.proc, pos, re)
	out.typ, out.pos = result, leftmost(pos, r)
	return out
}

// numberConst is a number written out: int4, int8 or numeric by its size.
func (a *analyser) numberConst(s string, pos int32) *expr {
	if v, err := strconv.ParseInt(s, 10, 64); err == nil {
		if v >= -1<<31 && v < 1<<31 {
			return constant(oidInt4, pos, v)
		}
		return constant(oidInt8, pos, v)
	}
	return a.literal(&expr{kind: exUnknown, typ: oidUnknown, pos: pos, text: s}, oidNumeric, -1)
}

// distinctFrom is IS [NOT] DISTINCT FROM.
func (a *analyser) distinctFrom(sc *scope, n *pg_query.A_Expr) *expr {
	l, r := a.expr(sc, n.GetLexpr()), a.expr(sc, n.GetRexpr())
	return a.distinct(l, r, n.GetKind() == pg_query.A_Expr_Kind_AEXPR_NOT_DISTINCT, n.GetLocation())
}

// distinct is IS DISTINCT FROM or, with same, its opposite.
func (a *analyser) distinct(l, r *expr, same bool, pos int32) *expr {
	op := "IS NOT"
	if same {
		op = "IS"
	}
	l, r = a.rowLike(l), a.rowLike(r)
	if l.typ == oidRecord || r.typ == oidRecord {
		return a.distinctRows(l, r, same, pos)
	}
	if l.isNull() != r.isNull() && (l.kind == exUnknown || r.kind == exUnknown) {
		x := l
		if l.isNull() {
			x = r
		}
		if x.typ == oidUnknown {
			x = a.settleUnknown(x)
		}
		return boolean(leftmost(pos, l, r), "($1 "+op+" NULL)", x)
	}
	// The operator must exist, and decides the conversions.
	eq := a.operator("=", l, r, pos)
	if len(eq.args) == 2 && a.base(eq.args[0].typ) == a.base(eq.args[1].typ) {
		le, re := eq.args[0], eq.args[1]
		if k, coll := a.compareKind(le.typ); k != cmpNone && (k != cmpColl || coll != "" && !(le.raw || re.raw || strings.Contains(eq.tmpl, funcToScale))) {
			if c := a.equality(le); c != "" {
				return boolean(eq.pos, "($1 COLLATE "+a.collation(c)+" "+op+" $2)", le, re)
			}
			return boolean(eq.pos, "($1 "+op+" $2)", le, re)
		}
	}
	// NULL only where an operand is: both NULL are not distinct, one is.
	want := "= 0"
	if op == "IS" {
		want = "= 1"
	}
	return boolean(eq.pos, "(coalesce($1, ($2 IS NULL AND $3 IS NULL)) "+want+")", eq, a.rawIfColumn(l), a.rawIfColumn(r))
}

func (a *analyser) rawIfColumn(e *expr) *expr {
	if e.kind == exColumn {
		return rawOf(e)
	}
	return e
}

func (a *analyser) nullIf(sc *scope, n *pg_query.A_Expr) *expr {
	l, r := a.expr(sc, n.GetLexpr()), a.expr(sc, n.GetRexpr())
	pos := n.GetLocation()
	eq := a.operator("=", l, r, pos)
	// The result is the left operand as the operator takes it.
	c := a.binaryOperator("=", l.typ, r.typ, pos)
	lt, _, _ := a.callTypes(c, []*expr{l, r}, pos)
	left := a.coerceTo(l, lt, -1, implicit, l.pos)
	out := call(left.typ, pos, "CASE WHEN $1 THEN NULL ELSE $2 END", eq, left)
	out.typmod = -1
	if left.typ == l.typ {
		out.typmod = l.typmod
	}
	return out
}

// between is BETWEEN and its forms, as PostgreSQL spells them out.
func (a *analyser) between(sc *scope, n *pg_query.A_Expr) *expr {
	items := n.GetRexpr().GetList().GetItems()
	pos := n.GetLocation()
	x := func() *expr { return a.expr(sc, n.GetLexpr()) }
	lo := func() *expr { return a.expr(sc, items[0]) }
	hi := func() *expr { return a.expr(sc, items[1]) }
	in := func(l, h func() *expr) *expr {
		return junction(pos, "AND", a.operator(">=", x(), l(), pos), a.operator("<=", x(), h(), pos))
	}
	out := func(l, h func() *expr) *expr {
		return junction(pos, "OR", a.operator("<", x(), l(), pos), a.operator(">", x(), h(), pos))
	}
	switch n.GetKind() {
	case pg_query.A_Expr_Kind_AEXPR_BETWEEN:
		return in(lo, hi)
	case pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN:
		return out(lo, hi)
	case pg_query.A_Expr_Kind_AEXPR_BETWEEN_SYM:
		return junction(pos, "OR", in(lo, hi), in(hi, lo))
	}
	return junction(pos, "AND", out(lo, hi), out(hi, lo))
}

// inList is IN (…) and NOT IN (…) with a list of values.
func (a *analyser) inList(sc *scope, n *pg_query.A_Expr, name string) *expr {
	pos := n.GetLocation()
	l := a.expr(sc, n.GetLexpr())
	var items []*expr
	for _, x := range n.GetRexpr().GetList().GetItems() {
		items = append(items, a.expr(sc, x))
	}
	join := "OR"
	if name == "<>" {
		join = "AND"
	}
	// PostgreSQL makes an array of the items without columns of this query, where
	// they have a common type, so that unknown literals take the type of the others.
	var ahead []*expr // what it computes for the array and SQLite might not come to
	if l.kind != exRow {
		var plain []*expr
		for _, x := range items {
			hasColumn := false
			x.walk(func(y *expr) bool {
				hasColumn = hasColumn || y.kind == exColumn && sc.has(y.src) || y.kind == exSub
				return true
			})
			if !hasColumn && x.kind != exRow {
				plain = append(plain, x)
			}
		}
		if len(plain) > 1 {
			if typ := a.commonTypeOf(append([]*expr{l}, plain...), ""); typ != 0 && typ != oidUnknown && a.arrayOf(typ) != 0 {
				for i, x := range items {
					for _, p := range plain {
						if p == x {
							items[i] = a.toCommon(x, typ, "IN")
							if varies(items[i]) && fallible(items[i]) {
								ahead = append(ahead, items[i])
							}
						}
					}
				}
			}
		}
	}
	tests := make([]*expr, len(items))
	for i, x := range items {
		tests[i] = a.operator(name, l, x, pos)
	}
	start := leftmost(pos, l)
	if l.kind != exRow {
		if e := a.inTests(name, tests, start); e != nil {
			return after(ahead, e)
		}
	}
	return after(ahead, junction(start, join, tests...))
}

// after evaluates a condition after other expressions, which may fail.
func after(ahead []*expr, e *expr) *expr {
	if len(ahead) == 0 {
		return e
	}
	var b strings.Builder
	for i := range ahead {
		b.WriteString(map[bool]string{true: "CASE WHEN ", false: " AND "}[i == 0] + "($" + itoa(i+1) + " IS NULL) IN (0,1)")
	}
	return boolean(e.pos, b.String()+" THEN $"+itoa(len(ahead)+1)+" END", append(ahead, e)...)
}

// varies reports whether an expression has columns, and is the same when it is
// evaluated once more for the same row.
func varies(e *expr) (yes bool) {
	again := true
	e.walk(func(x *expr) bool {
		yes = yes || x.kind == exColumn
		again = again && !x.effect && !x.volatile
		return true
	})
	return yes && again
}

// inTests writes comparisons of one value with several as IN (op is =) or NOT IN
// (<>); nil if that is not the same.
func (a *analyser) inTests(op string, tests []*expr, start int32) *expr {
	if len(tests) < 2 {
		return nil
	}
	for _, t := range tests {
		if len(t.args) != 2 || t.tmpl != tests[0].tmpl || !same(t.args[0], tests[0].args[0]) {
			return nil
		}
	}
	lhs, ok := a.inTemplate(tests[0].tmpl, op)
	if !ok {
		return nil
	}
	word := "IN"
	if op == "<>" {
		word = "NOT IN"
	}
	args := []*expr{tests[0].args[0]}
	for _, t := range tests {
		args = append(args, t.args[1])
	}
	return boolean(start, "("+lhs+" "+word+" ("+holes(2, len(tests))+"))", args...)
}

// inTemplate is the left side of an IN that means the same as the comparison
// template for each item.
func (a *analyser) inTemplate(tmpl, op string) (string, bool) {
	if tmpl == "($1 "+op+" $2)" {
		return "$1", true
	}
	if rest, ok := strings.CutPrefix(tmpl, "($1 COLLATE "); ok {
		if coll, ok := strings.CutSuffix(rest, " "+op+" $2)"); ok {
			return "$1 COLLATE " + coll, true
		}
	}
	return "", false
}

// rowCompare compares two rows field by field.
func (a *analyser) rowCompare(name string, l, r *expr, pos int32) *expr {
	if l.kind != exRow || r.kind != exRow || l.whole || r.whole {
		if l.isNull() || r.isNull() {
			return constant(oidBool, leftmost(pos, l, r), nil)
		}
		if l.typ == oidRecord && r.typ == oidRecord {
			return a.recordCompare(name, l, r, pos)
		}
		if l.kind == exUnknown || r.kind == exUnknown {
			if r.kind == exUnknown {
				l = r
			}
			a.fail(codeNotSupported, l.pos, "input of anonymous composite types is not implemented")
		}
		a.noOperator(name, []uint32{l.typ, r.typ}, pos)
	}
	if len(l.args) != len(r.args) {
		a.fail(codeSyntax, pos, "unequal number of entries in row expressions")
	}
	if len(l.args) == 0 {
		a.fail(codeNotSupported, pos, "cannot compare rows of zero length")
	}
	field := func(op string, i int) *expr { return a.operator(op, l.args[i], r.args[i], pos) }
	switch name {
	case "=", "<>":
		parts := make([]*expr, len(l.args))
		for i := range l.args {
			parts[i] = field(name, i)
		}
		join := "AND"
		if name == "<>" {
			join = "OR"
		}
		return junction(leftmost(pos, l, r), join, parts...)
	case "<", "<=", ">", ">=":
		// (a, b) < (c, d): a < c OR (a = c AND b < d).
		strict := name[:1]
		last := len(l.args) - 1
		e := field(name, last)
		for i := last - 1; i >= 0; i-- {
			e = boolean(pos, "CASE WHEN $1 THEN $2 ELSE $3 END", field("=", i), e, field(strict, i))
		}
		e.pos = leftmost(pos, l, r)
		return e
	}
	a.refuse(pos, "operator %s on rows", name)
	return nil
}
