package dialect

import (
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// operator prints an A_Expr.
func (p *printer) operator(n *pg_query.Node, x *pg_query.A_Expr) printed {
	names := stringList(x.Name)
	name := names[len(names)-1]
	switch x.Kind {
	case pg_query.A_Expr_Kind_AEXPR_OP:
		if x.Lexpr == nil {
			return p.prefixOp(n, name, x)
		}
		return p.infix(name, p.print(x.Lexpr), p.print(x.Rexpr), n)
	case pg_query.A_Expr_Kind_AEXPR_LIKE, pg_query.A_Expr_Kind_AEXPR_ILIKE:
		if x.Rexpr.GetFuncCall() == nil {
			return p.infix(name, p.print(x.Lexpr), p.print(x.Rexpr), n)
		}
	case pg_query.A_Expr_Kind_AEXPR_BETWEEN:
		return p.between(n, x, ">=", "<=", " AND ")
	case pg_query.A_Expr_Kind_AEXPR_NOT_BETWEEN:
		return p.between(n, x, "<", ">", " OR ")
	case pg_query.A_Expr_Kind_AEXPR_IN:
		return p.in(n, name, x)
	case pg_query.A_Expr_Kind_AEXPR_DISTINCT, pg_query.A_Expr_Kind_AEXPR_NOT_DISTINCT:
		l, r := p.operands("=", p.print(x.Lexpr), p.print(x.Rexpr))
		if x.Rexpr.GetAConst().GetIsnull() || x.Lexpr.GetAConst().GetIsnull() {
			return p.asWritten(n)
		}
		text := "(" + l.text + " IS DISTINCT FROM " + r.text + ")"
		if x.Kind == pg_query.A_Expr_Kind_AEXPR_NOT_DISTINCT {
			text = "(NOT " + text + ")"
		}
		return boolText(text)
	case pg_query.A_Expr_Kind_AEXPR_NULLIF:
		e := p.expr(p.sc, n)
		l, r := p.operands("=", p.print(x.Lexpr), p.print(x.Rexpr))
		return printed{text: "NULLIF(" + l.text + ", " + r.text + ")", typ: e.typ, mod: -1, function: true}
	case pg_query.A_Expr_Kind_AEXPR_OP_ANY:
		return p.anyAll(name, "ANY", x)
	case pg_query.A_Expr_Kind_AEXPR_OP_ALL:
		return p.anyAll(name, "ALL", x)
	}
	return p.asWritten(n)
}

func (p *printer) prefixOp(n *pg_query.Node, name string, x *pg_query.A_Expr) printed {
	e := p.expr(p.sc, n)
	arg := p.print(x.Rexpr)
	c := p.prefixOperator(name, arg.typ, -1)
	if c == nil {
		return p.asWritten(n)
	}
	// The grammar makes a negated number one constant.
	if k := x.Rexpr.GetAConst(); name == "-" && k != nil && arg.constant {
		return p.constText(arg.typ, "-"+arg.value)
	}
	return printed{text: "(" + name + " " + p.to(arg, c.args[0]).text + ")", typ: e.typ, mod: -1}
}

// operands converts both sides to what an operator takes.
func (p *printer) operands(name string, l, r printed) (printed, printed) {
	c := p.binaryOperator(name, l.typ, r.typ, -1)
	if c == nil {
		return l, r
	}
	p.calls(c.proc)
	lt, rt := c.args[0], c.args[1]
	// Of a polymorphic operator, an unknown side takes the other's type.
	if isPolymorphic(rt) && r.unknown {
		rt = p.base(l.typ)
	}
	if isPolymorphic(lt) && l.unknown {
		lt = p.base(r.typ)
	}
	return p.operand(l, lt), p.operand(r, rt)
}

func (p *printer) operand(x printed, typ uint32) printed {
	if isPolymorphic(typ) {
		return x
	}
	return p.convert(x, typ, -1, implicit)
}

func (p *printer) infix(name string, l, r printed, n *pg_query.Node) printed {
	typ := uint32(oidBool)
	if n != nil {
		typ = p.expr(p.sc, n).typ
	}
	l, r = p.operands(name, l, r)
	return printed{text: "(" + l.text + " " + name + " " + r.text + ")", typ: typ, mod: -1}
}

func (p *printer) between(n *pg_query.Node, x *pg_query.A_Expr, low, high, join string) printed {
	bounds := x.Rexpr.GetList().GetItems()
	if len(bounds) != 2 {
		return p.asWritten(n)
	}
	l := p.print(x.Lexpr)
	a := p.infix(low, l, p.print(bounds[0]), nil)
	b := p.infix(high, l, p.print(bounds[1]), nil)
	return boolText("(" + a.text + join + b.text + ")")
}

// in prints x IN (…): = ANY over an array of the constants, as
// transformAExprIn makes it.
func (p *printer) in(n *pg_query.Node, name string, x *pg_query.A_Expr) printed {
	items := x.Rexpr.GetList().GetItems()
	left := p.print(x.Lexpr)
	leftExpr := p.expr(p.sc, x.Lexpr)
	word, join := "ANY", " OR "
	if name == "<>" {
		word, join = "ALL", " AND "
	}
	var consts, vars []*pg_query.Node
	for _, item := range items {
		if len(columnRefs(item)) > 0 {
			vars = append(vars, item)
		} else {
			consts = append(consts, item)
		}
	}
	var terms []string
	if len(consts) > 1 {
		all := []*expr{leftExpr}
		for _, c := range consts {
			all = append(all, p.expr(p.sc, c))
		}
		types := make([]uint32, len(all))
		for i := range all {
			types[i] = all[i].typ
		}
		common, ok := p.commonType(types)
		array := p.arrayOf(common)
		if !ok || array == 0 {
			return p.asWritten(n)
		}
		arr := p.array(consts, common, array)
		c := p.binaryOperator(name, left.typ, common, -1)
		if c == nil {
			return p.asWritten(n)
		}
		l := p.operand(left, c.args[0])
		if !isPolymorphic(c.args[1]) && c.args[1] != common {
			arr = p.convert(arr, p.arrayOf(c.args[1]), -1, implicit)
		}
		terms = append(terms, "("+l.text+" "+name+" "+word+" ("+arr.text+"))")
	} else {
		vars = items
	}
	for _, v := range vars {
		terms = append(terms, p.infix(name, left, p.print(v), nil).text)
	}
	if len(terms) == 1 {
		return boolText(terms[0])
	}
	return boolText("(" + strings.Join(terms, join) + ")")
}

func (p *printer) anyAll(name, word string, x *pg_query.A_Expr) printed {
	l, r := p.print(x.Lexpr), p.print(x.Rexpr)
	if r.unknown {
		if a := p.arrayOf(p.base(l.typ)); a != 0 {
			r = p.convert(r, a, -1, implicit)
		}
	}
	if c := p.binaryOperator(name, l.typ, p.elemOf(r.typ), -1); c != nil {
		l = p.operand(l, c.args[0])
		if !isPolymorphic(c.args[1]) && c.args[1] != p.elemOf(r.typ) {
			r = p.convert(r, p.arrayOf(c.args[1]), -1, implicit)
		}
	}
	return boolText("(" + l.text + " " + name + " " + word + " (" + r.text + "))")
}

// call prints a function call.
func (p *printer) call(n *pg_query.Node, f *pg_query.FuncCall) printed {
	e := p.expr(p.sc, n)
	names := stringList(f.Funcname)
	name := names[len(names)-1]
	if len(f.AggOrder) > 0 || f.AggDistinct || f.AggFilter != nil || f.Over != nil || f.FuncVariadic || f.AggStar {
		return p.asWritten(n)
	}
	args := make([]printed, len(f.Args))
	types := make([]uint32, len(f.Args))
	for i, a := range f.Args {
		if a.GetNamedArgExpr() != nil {
			return p.asWritten(n)
		}
		args[i] = p.print(a)
		types[i] = args[i].typ
	}
	if (name == "nextval" || name == "currval") && len(args) == 1 && args[0].value != "" {
		p.mutable = true
		text := name + "(" + literal(p.sequenceLiteral(args[0].value)) + "::regclass)"
		return printed{text: text, typ: oidInt8, mod: -1, function: true}
	}
	c := p.resolveCall(name, types)
	if c == nil {
		return p.asWritten(n)
	}
	p.calls(c.proc)
	texts := make([]string, len(args))
	for i := range args {
		texts[i] = p.to(args[i], c.args[i]).text
	}
	if f.Funcformat == pg_query.CoercionForm_COERCE_SQL_SYNTAX {
		if text, ok := sqlSyntax(name, texts, args); ok {
			return printed{text: text, typ: e.typ, mod: -1, function: true}
		}
		return p.asWritten(n)
	}
	return printed{text: ident(c.proc.Name) + "(" + strings.Join(texts, ", ") + ")", typ: e.typ, mod: -1, function: true}
}

// sqlSyntax prints calls that have a syntax of their own (get_func_sql_syntax).
func sqlSyntax(name string, texts []string, args []printed) (string, bool) {
	switch {
	case name == "timezone" && len(texts) == 2:
		return "(" + texts[1] + " AT TIME ZONE " + texts[0] + ")", true
	case name == "extract" && len(texts) == 2:
		return "EXTRACT(" + args[0].value + " FROM " + texts[1] + ")", true
	case name == "btrim" && len(texts) == 1:
		return "TRIM(BOTH FROM " + texts[0] + ")", true
	case name == "ltrim" && len(texts) == 1:
		return "TRIM(LEADING FROM " + texts[0] + ")", true
	case name == "rtrim" && len(texts) == 1:
		return "TRIM(TRAILING FROM " + texts[0] + ")", true
	case name == "position" && len(texts) == 2:
		return "POSITION((" + texts[1] + ") IN (" + texts[0] + "))", true
	case name == "substring" && len(texts) == 2:
		return "SUBSTRING(" + texts[0] + " FROM " + texts[1] + ")", true
	case name == "substring" && len(texts) == 3:
		return "SUBSTRING(" + texts[0] + " FROM " + texts[1] + " FOR " + texts[2] + ")", true
	}
	return "", false
}

// resolveCall finds the overload that a call takes; nil where that is not plain.
func (p *printer) resolveCall(name string, types []uint32) *candidate {
	cands, exact := p.function(name, types, nil, false)
	if exact == nil {
		cands = p.matchArgs(types, cands)
		switch len(cands) {
		case 0:
			return nil
		case 1:
			exact = &cands[0]
		default:
			if exact = p.selectCandidate(types, cands); exact == nil {
				return nil
			}
		}
	}
	if exact.proc == nil || exact.variadic >= 0 || len(exact.args) < len(types) {
		return nil
	}
	return exact
}

// sequenceLiteral qualifies a sequence's name in nextval('…').
func (p *printer) sequenceLiteral(s string) string {
	parts := strings.Split(s, ".")
	for i, part := range parts {
		if strings.HasPrefix(part, `"`) {
			parts[i] = strings.ReplaceAll(strings.Trim(part, `"`), `""`, `"`)
		} else {
			parts[i] = strings.ToLower(part)
		}
	}
	schema, name := "", parts[len(parts)-1]
	if len(parts) > 1 {
		schema = parts[len(parts)-2]
	}
	q := p.cat.Sequence(schema, name)
	if q == nil {
		p.fail(codeUndefinedTable, -1, "relation \"%s\" does not exist", s)
	}
	return qualified(q.Schema, q.Name)
}

// cook analyses an expression as PostgreSQL does when the schema takes it in,
// over the columns of t where it is not nil, and prints it.
func (d *ddl) cook(n *pg_query.Node, t *catalog.Table, what string) cooked {
	if sub := subLink(n); sub != nil {
		d.fail(codeNotSupported, d.at(sub.Location), "cannot use subquery in %s", what)
	}
	c := inCheck
	if t == nil {
		c = inDefault
	}
	a, sc := d.scopeOf(d.next, t, c)
	a.expr(sc, n)
	p := &printer{analyser: a, sc: sc}
	x := p.print(n)
	out := cooked{printed: x, text: trimmed(x.plain()), node: n, table: t}
	for _, ref := range columnRefs(n) {
		names := stringList(ref.Fields)
		name := names[len(names)-1]
		if !contains(out.columns, name) {
			out.columns = append(out.columns, name)
		}
	}
	out.mutable = p.mutable
	if n.GetColumnRef() != nil {
		out.bare = out.columns[0]
	}
	return out
}

// scopeOf is within for an expression of this statement.
func (d *ddl) scopeOf(cat *catalog.Catalog, t *catalog.Table, c clause) (*analyser, *scope) {
	a, sc := d.analyser.within(cat, t, c)
	if d.silent {
		a.quiet++
	}
	return a, sc
}

// condition is cook for an expression that must be boolean.
func (d *ddl) condition(n *pg_query.Node, t *catalog.Table, what, where string) cooked {
	out := d.cook(n, t, what)
	if out.typ == oidUnknown || out.typ != oidBool && d.base(out.typ) == oidBool {
		a, sc := d.scopeOf(d.next, t, inCheck)
		p := &printer{analyser: a, sc: sc}
		out.printed = p.convert(out.printed, oidBool, -1, implicit)
		out.text = trimmed(out.plain())
	}
	if d.base(out.typ) != oidBool {
		d.fail(codeDatatypeMismatch, d.at(nodeLocation(n)), "argument of %s must be type boolean, not type %s", where, d.typeName(out.typ))
	}
	return out
}

// assign converts a cooked default to a column's type and prints it; false
// where there is no conversion.
func (d *ddl) assign(e cooked, typ uint32, mod int32) (string, bool) {
	c := inCheck
	if e.table == nil {
		c = inDefault
	}
	a, sc := d.scopeOf(d.next, e.table, c)
	if a.coerce(a.expr(sc, e.node), typ, mod, assignment, -1) == nil {
		return "", false
	}
	p := &printer{analyser: a, sc: sc}
	x := p.convert(p.print(e.node), typ, mod, assignment)
	base, baseMod := a.baseAndMod(typ, mod)
	if e.unknown && e.null {
		// A bare NULL is no default, unless a length makes it an expression.
		if cast := pgcatalog.CastBetween(base, base); typ != base || baseMod >= 0 && cast != nil && cast.Method == 'f' {
			return "NULL::" + p.typeText(base, -1), true
		}
		return "NULL", true
	}
	return trimmed(x.plain()), true
}

func contains(list []string, s string) bool {
	for _, x := range list {
		if x == s {
			return true
		}
	}
	return false
}
