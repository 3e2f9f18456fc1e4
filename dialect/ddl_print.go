package dialect

import (
	"strconv"
	"strings"
	"time"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// A printer prints expressions of the schema as PostgreSQL's pg_get_expr does:
// types resolved, conversions written out, everything in parentheses. A table
// made here then has the same catalog as on the primary once the statement has
// been replayed there.
//
// The rules are those of ruleutils.c. An expression it has no rule for is
// printed as it was written, which means the same.
type printer struct {
	*analyser
	sc *scope
	// mutable says that something printed is not immutable.
	mutable bool
	level   int // of indentation, which only CASE knows
}

// printed is an expression in print.
type printed struct {
	text string
	typ  uint32
	mod  int32

	constant bool
	unknown  bool   // a literal whose type is not settled
	null     bool   // NULL
	value    string // of a constant or unknown literal: its text form, unquoted
	function bool   // a plain function call, which an index needs no parentheses for
	// inner is what an implicit conversion converts: shown in its place where
	// PostgreSQL does not show implicit conversions.
	inner *printed
}

// plain is the text without implicit conversions around it.
func (x *printed) plain() string {
	for x.inner != nil {
		x = x.inner
	}
	return x.text
}

func (p *printer) print(n *pg_query.Node) printed {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_AConst:
		return p.constNode(x.AConst)
	case *pg_query.Node_ColumnRef:
		e := p.expr(p.sc, n)
		names := stringList(x.ColumnRef.Fields)
		return printed{text: ident(names[len(names)-1]), typ: e.typ, mod: e.typmod}
	case *pg_query.Node_TypeCast:
		typ, mod := p.typeRef(x.TypeCast.TypeName)
		if arr := x.TypeCast.Arg.GetAArrayExpr(); arr != nil && p.elemOf(typ) != 0 {
			return p.array(arr.Elements, p.elemOf(typ), typ)
		}
		return p.convert(p.print(x.TypeCast.Arg), typ, mod, explicit)
	case *pg_query.Node_BoolExpr:
		return p.boolExpr(x.BoolExpr)
	case *pg_query.Node_NullTest:
		a := p.print(x.NullTest.Arg)
		if x.NullTest.Nulltesttype == pg_query.NullTestType_IS_NULL {
			return boolText("(" + a.text + " IS NULL)")
		}
		return boolText("(" + a.text + " IS NOT NULL)")
	case *pg_query.Node_BooleanTest:
		word := strings.ReplaceAll(strings.TrimPrefix(x.BooleanTest.Booltesttype.String(), "IS_"), "_", " ")
		a := p.convert(p.print(x.BooleanTest.Arg), oidBool, -1, implicit)
		return boolText("(" + a.plain() + " IS " + word + ")")
	case *pg_query.Node_AExpr:
		return p.operator(n, x.AExpr)
	case *pg_query.Node_FuncCall:
		return p.call(n, x.FuncCall)
	case *pg_query.Node_SqlvalueFunction:
		return p.valueFunction(n, x.SqlvalueFunction)
	case *pg_query.Node_CoalesceExpr:
		return p.common(n, "COALESCE", x.CoalesceExpr.Args)
	case *pg_query.Node_MinMaxExpr:
		if x.MinMaxExpr.Op == pg_query.MinMaxOp_IS_LEAST {
			return p.common(n, "LEAST", x.MinMaxExpr.Args)
		}
		return p.common(n, "GREATEST", x.MinMaxExpr.Args)
	case *pg_query.Node_CaseExpr:
		return p.caseExpr(n, x.CaseExpr)
	case *pg_query.Node_AArrayExpr:
		e := p.expr(p.sc, n)
		return p.array(x.AArrayExpr.Elements, p.elemOf(e.typ), e.typ)
	case *pg_query.Node_CollateClause:
		a := p.print(x.CollateClause.Arg)
		names := stringList(x.CollateClause.Collname)
		return printed{text: "(" + a.text + " COLLATE " + ident(names[len(names)-1]) + ")", typ: a.typ, mod: a.mod}
	}
	return p.asWritten(n)
}

func boolText(s string) printed { return printed{text: s, typ: oidBool, mod: -1} }

// asWritten prints what there is no rule for.
func (p *printer) asWritten(n *pg_query.Node) printed {
	e := p.expr(p.sc, n)
	e.walk(func(x *expr) bool {
		p.mutable = p.mutable || x.kind == exBind
		return true
	})
	p.mutable = p.mutable || p.volatile
	text := deparse(&pg_query.Node{Node: &pg_query.Node_SelectStmt{SelectStmt: &pg_query.SelectStmt{
		TargetList: []*pg_query.Node{{Node: &pg_query.Node_ResTarget{ResTarget: &pg_query.ResTarget{Val: n}}}},
	}}})
	return printed{text: "(" + strings.TrimPrefix(text, "SELECT ") + ")", typ: e.typ, mod: e.typmod}
}

func (p *printer) constNode(c *pg_query.A_Const) printed {
	if c.GetIsnull() {
		return printed{text: "NULL", typ: oidUnknown, mod: -1, unknown: true, null: true}
	}
	switch v := c.GetVal().(type) {
	case *pg_query.A_Const_Ival:
		return p.constText(oidInt4, strconv.Itoa(int(v.Ival.GetIval())))
	case *pg_query.A_Const_Fval:
		s := v.Fval.GetFval()
		if n, err := strconv.ParseInt(s, 0, 64); err == nil {
			return p.constText(oidInt8, strconv.FormatInt(n, 10))
		}
		return p.literal(s, oidNumeric, -1)
	case *pg_query.A_Const_Boolval:
		return p.constText(oidBool, strconv.FormatBool(v.Boolval.GetBoolval()))
	case *pg_query.A_Const_Sval:
		s := v.Sval.GetSval()
		return printed{text: quoteText(s), typ: oidUnknown, mod: -1, unknown: true, value: s}
	}
	p.refuse(c.GetLocation(), "a bit string")
	return printed{}
}

// constText is a constant of a type in its text form (get_const_expr).
func (p *printer) constText(typ uint32, s string) printed {
	x := printed{typ: typ, mod: -1, constant: true, value: s}
	label := true
	switch typ {
	case oidBool:
		x.text, label = s, false
		if s == "t" || s == "f" {
			x.text = strconv.FormatBool(s == "t")
		}
	case oidInt4:
		label = strings.HasPrefix(s, "-")
		x.text = s
	case oidNumeric:
		label = strings.HasPrefix(s, "-") || !strings.ContainsAny(s, ".eE")
		x.text = s
	}
	if label {
		x.text = quoteText(s) + "::" + p.typeText(typ, -1)
	}
	return x
}

// unlabelled is a constant without its type.
func (x *printed) unlabelled() string {
	switch x.typ {
	case oidBool:
		return x.text
	case oidInt4, oidNumeric, oidInt2, oidInt8, oidFloat4, oidFloat8:
		if !strings.HasPrefix(x.value, "-") && strings.Trim(x.value, "0123456789.eE+-") == "" {
			return x.value
		}
	}
	return quoteText(x.value)
}

// literal reads an unknown literal as a type and prints the value.
func (p *printer) literal(s string, typ uint32, mod int32) printed {
	t := p.value(typ, mod)
	zone, err := time.LoadLocation(p.cat.TimeZone)
	if err != nil {
		zone = time.UTC
	}
	env := *pgvalue.UTC
	env.TimeZone = zone
	v, err := pgvalue.ParseText(t, s, &env)
	if err != nil {
		panic(err)
	}
	out, err := pgvalue.FormatText(t, v, &env)
	if err != nil {
		panic(err)
	}
	return p.constText(typ, out)
}

// convert is coerce_to_target_type in print.
func (p *printer) convert(x printed, target uint32, mod int32, ctx coercion) printed {
	base, baseMod := p.baseAndMod(target, mod)
	x = p.convertType(x, base, baseMod, ctx)
	x = p.convertMod(x, base, baseMod, ctx)
	if base != target {
		inner := x
		x = p.cast(x, target, -1, ctx)
		if ctx != explicit {
			x.inner = &inner
		}
	}
	return x
}

func (p *printer) convertType(x printed, target uint32, mod int32, ctx coercion) printed {
	switch {
	case x.typ == target:
		return x
	case x.unknown && x.null:
		return printed{text: "NULL::" + p.typeText(target, -1), typ: target, mod: -1, constant: true, null: true}
	case x.unknown:
		if target != oidInterval {
			mod = -1
		}
		return p.literal(x.value, target, mod)
	}
	if _, c := p.pathwayTo(target, x.typ, ctx); c != nil && c.Func != nil {
		p.calls(c.Func)
	}
	inner := x
	out := p.cast(x, target, -1, ctx)
	if ctx != explicit {
		out.inner = &inner
	}
	return out
}

// calls notes a call of a function.
func (p *printer) calls(f *pgcatalog.Proc) { p.mutable = p.mutable || f.Volatile != 'i' }

// convertMod applies a type modifier, as a cast of its own.
func (p *printer) convertMod(x printed, typ uint32, mod int32, ctx coercion) printed {
	if mod < 0 || x.mod == mod {
		return x
	}
	element := typ
	if e := p.elemOf(typ); e != 0 {
		element = e
	}
	if c := pgcatalog.CastBetween(element, element); c == nil || c.Method != 'f' {
		return x
	}
	inner := x
	out := p.cast(x, typ, mod, ctx)
	if ctx != explicit {
		out.inner = &inner
	}
	return out
}

// cast prints a conversion (get_coercion_expr).
func (p *printer) cast(x printed, typ uint32, mod int32, ctx coercion) printed {
	out := printed{typ: typ, mod: mod}
	switch {
	case x.null && x.constant && x.typ == typ:
		out.text = "NULL"
	case x.constant && x.typ == typ && x.inner == nil:
		out.text = x.unlabelled()
	case ctx == explicit && x.inner == nil && x.typ == typ && strings.HasSuffix(x.text, "::"+p.typeText(typ, -1)):
		// The length was given with the type: one cast, not two.
		out.text = strings.TrimSuffix(x.text, "::"+p.typeText(typ, -1))
	default:
		out.text = "(" + x.plain() + ")"
	}
	out.text += "::" + p.typeText(typ, mod)
	return out
}

// typeText is format_type with an empty search path.
func (p *printer) typeText(oid uint32, mod int32) string {
	t := p.typ(oid)
	switch {
	case t.elem != 0:
		return p.typeText(t.elem, mod) + "[]"
	case t.schema != "":
		return qualified(t.schema, t.name)
	case oid == oidBpchar && mod < 0:
		return "bpchar"
	}
	return p.formatType(oid, mod)
}

func (p *printer) boolExpr(n *pg_query.BoolExpr) printed {
	args := make([]string, len(n.Args))
	for i, a := range n.Args {
		x := p.convert(p.print(a), oidBool, -1, implicit)
		args[i] = x.plain()
	}
	switch n.Boolop {
	case pg_query.BoolExprType_NOT_EXPR:
		return boolText("(NOT " + args[0] + ")")
	case pg_query.BoolExprType_OR_EXPR:
		return boolText("(" + strings.Join(args, " OR ") + ")")
	}
	return boolText("(" + strings.Join(args, " AND ") + ")")
}

// common prints functions whose arguments become one type.
func (p *printer) common(n *pg_query.Node, name string, nodes []*pg_query.Node) printed {
	e := p.expr(p.sc, n)
	args := make([]string, len(nodes))
	for i, a := range nodes {
		args[i] = p.to(p.print(a), e.typ).text
	}
	return printed{text: name + "(" + strings.Join(args, ", ") + ")", typ: e.typ, mod: e.typmod, function: true}
}

// to converts implicitly, for a place where such conversions are shown.
func (p *printer) to(x printed, typ uint32) printed {
	if isPolymorphic(typ) || typ == oidAny {
		if x.unknown {
			return p.convert(x, oidText, -1, implicit)
		}
		return x
	}
	return p.convert(x, typ, -1, implicit)
}

func (p *printer) caseExpr(n *pg_query.Node, c *pg_query.CaseExpr) printed {
	if c.Arg != nil {
		return p.asWritten(n)
	}
	e := p.expr(p.sc, n)
	var b strings.Builder
	b.WriteString(p.line() + "CASE")
	p.level += 4
	for _, w := range c.Args {
		when := w.GetCaseWhen()
		cond := p.convert(p.print(when.Expr), oidBool, -1, implicit)
		b.WriteString(p.line() + "WHEN " + cond.plain() + " THEN " + p.to(p.print(when.Result), e.typ).text)
	}
	if c.Defresult != nil {
		b.WriteString(p.line() + "ELSE " + p.to(p.print(c.Defresult), e.typ).text)
	} else {
		b.WriteString(p.line() + "ELSE NULL::" + p.typeText(e.typ, -1))
	}
	p.level -= 4
	return printed{text: b.String() + p.line() + "END", typ: e.typ, mod: e.typmod}
}

// line begins a new line. The blanks before it go once all is printed: see
// trimmed.
func (p *printer) line() string { return newLine + strings.Repeat(" ", p.level) }

const newLine = "\x00\n"

// trimmed takes out the marks that line left, and the blanks before them.
func trimmed(text string) string {
	parts := strings.Split(text, newLine)
	for i := range parts[:len(parts)-1] {
		parts[i] = strings.TrimRight(parts[i], " ")
	}
	return strings.Join(parts, "\n")
}

func (p *printer) array(elements []*pg_query.Node, elem, typ uint32) printed {
	args := make([]string, len(elements))
	for i, n := range elements {
		args[i] = p.to(p.print(n), elem).text
	}
	text := "ARRAY[" + strings.Join(args, ", ") + "]"
	if len(elements) == 0 {
		text += "::" + p.typeText(typ, -1)
	}
	return printed{text: text, typ: typ, mod: -1}
}

var valueFunctions = map[pg_query.SQLValueFunctionOp]string{
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_DATE:        "CURRENT_DATE",
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIME:        "CURRENT_TIME",
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIME_N:      "CURRENT_TIME",
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP:   "CURRENT_TIMESTAMP",
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_TIMESTAMP_N: "CURRENT_TIMESTAMP",
	pg_query.SQLValueFunctionOp_SVFOP_LOCALTIME:           "LOCALTIME",
	pg_query.SQLValueFunctionOp_SVFOP_LOCALTIME_N:         "LOCALTIME",
	pg_query.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP:      "LOCALTIMESTAMP",
	pg_query.SQLValueFunctionOp_SVFOP_LOCALTIMESTAMP_N:    "LOCALTIMESTAMP",
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_ROLE:        "CURRENT_ROLE",
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_USER:        "CURRENT_USER",
	pg_query.SQLValueFunctionOp_SVFOP_USER:                "USER",
	pg_query.SQLValueFunctionOp_SVFOP_SESSION_USER:        "SESSION_USER",
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_CATALOG:     "CURRENT_CATALOG",
	pg_query.SQLValueFunctionOp_SVFOP_CURRENT_SCHEMA:      "CURRENT_SCHEMA",
}

func (p *printer) valueFunction(n *pg_query.Node, f *pg_query.SQLValueFunction) printed {
	e := p.expr(p.sc, n)
	p.mutable = true
	text := valueFunctions[f.Op]
	if strings.HasSuffix(f.Op.String(), "_N") {
		text += "(" + strconv.Itoa(int(f.Typmod)) + ")"
	}
	return printed{text: text, typ: e.typ, mod: e.typmod, function: true}
}

// cooked is an expression that was analysed and printed.
type cooked struct {
	printed
	text    string
	columns []string // that it names, in order of first mention
	mutable bool     // not immutable
	bare    string   // the column that the expression is, if it is nothing more
	node    *pg_query.Node
	table   *catalog.Table
}
