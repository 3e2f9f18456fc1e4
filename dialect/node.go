package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
)

// expr analyses an expression.
func (a *analyser) expr(sc *scope, n *pg_query.Node) *expr {
	if a.depth++; a.depth > maxDepth {
		a.refuse(nodeLocation(n), "an expression nested this deeply")
	}
	defer func() { a.depth-- }()
	switch x := n.GetNode().(type) {
	case *pg_query.Node_AConst:
		return a.constNode(x.AConst)
	case *pg_query.Node_ColumnRef:
		return a.columnRef(sc, x.ColumnRef)
	case *pg_query.Node_ParamRef:
		return a.paramRef(x.ParamRef)
	case *pg_query.Node_TypeCast:
		return a.typeCast(sc, x.TypeCast)
	case *pg_query.Node_AExpr:
		return a.operatorNode(sc, x.AExpr)
	case *pg_query.Node_BoolExpr:
		return a.boolExpr(sc, x.BoolExpr)
	case *pg_query.Node_NullTest:
		return a.nullTest(sc, x.NullTest)
	case *pg_query.Node_BooleanTest:
		return a.booleanTest(sc, x.BooleanTest)
	case *pg_query.Node_FuncCall:
		return a.funcCall(sc, x.FuncCall)
	case *pg_query.Node_SubLink:
		return a.subLink(sc, x.SubLink)
	case *pg_query.Node_CaseExpr:
		return a.caseExpr(sc, x.CaseExpr)
	case *pg_query.Node_CoalesceExpr:
		return a.coalesce(sc, x.CoalesceExpr)
	case *pg_query.Node_MinMaxExpr:
		return a.minMax(sc, x.MinMaxExpr)
	case *pg_query.Node_SqlvalueFunction:
		return a.valueFunction(x.SqlvalueFunction)
	case *pg_query.Node_RowExpr:
		return a.row(sc, x.RowExpr)
	case *pg_query.Node_AArrayExpr:
		return a.arrayExpr(sc, x.AArrayExpr, 0)
	case *pg_query.Node_AIndirection:
		return a.indirection(sc, x.AIndirection)
	case *pg_query.Node_CollateClause:
		return a.collate(sc, x.CollateClause)
	case *pg_query.Node_SetToDefault:
		a.fail(codeSyntax, x.SetToDefault.GetLocation(), "DEFAULT is not allowed in this context")
	case *pg_query.Node_GroupingFunc:
		return a.groupingFunc(sc, x.GroupingFunc)
	case *pg_query.Node_MultiAssignRef:
		a.refuse(-1, "this form of a multiple assignment")
	case *pg_query.Node_CurrentOfExpr:
		a.refuse(-1, "WHERE CURRENT OF")
	}
	a.refuse(nodeLocation(n), "this expression (%s)", nodeName(n))
	return nil
}

// maxDepth bounds the nesting of expressions: SQLite's own limit is 1000, and
// each level here may take several there.
const maxDepth = 300

func nodeName(n *pg_query.Node) string {
	if n == nil || n.GetNode() == nil {
		return "empty"
	}
	name := string(n.ProtoReflect().WhichOneof(n.ProtoReflect().Descriptor().Oneofs().Get(0)).Name())
	return strings.ReplaceAll(name, "_", " ")
}

func (a *analyser) constNode(c *pg_query.A_Const) *expr {
	pos := c.GetLocation()
	if c.GetIsnull() {
		return &expr{kind: exUnknown, typ: oidUnknown, typmod: -1, pos: pos, null: true}
	}
	a.oldNumber(c)
	switch v := c.GetVal().(type) {
	case *pg_query.A_Const_Ival:
		return constant(oidInt4, pos, int64(v.Ival.GetIval()))
	case *pg_query.A_Const_Fval:
		return a.numberConst(v.Fval.GetFval(), pos)
	case *pg_query.A_Const_Boolval:
		return constant(oidBool, pos, boolInt(v.Boolval.GetBoolval()))
	case *pg_query.A_Const_Sval:
		return &expr{kind: exUnknown, typ: oidUnknown, typmod: -1, pos: pos, text: v.Sval.GetSval()}
	}
	bits := c.GetBsval().GetBsval() // b or x, and the digits
	return a.literal(&expr{kind: exUnknown, typ: oidUnknown, typmod: -1, pos: pos, text: bits}, oidBit, -1)
}

// oldNumber refuses the ways to write numbers that came with PostgreSQL 16:
// 1_000, 0x1F, 0o17, 0b101.
func (a *analyser) oldNumber(c *pg_query.A_Const) {
	pos := int(c.GetLocation())
	if a.cat.ServerVersion >= 160000 || a.quiet > 0 || pos < 0 || pos >= len(a.sql) || a.sql[pos] < '0' || a.sql[pos] > '9' {
		return
	}
	end := pos
	for end < len(a.sql) && (a.sql[end] >= '0' && a.sql[end] <= '9' || a.sql[end] == '_' || a.sql[end]|0x20 >= 'a' && a.sql[end]|0x20 <= 'z') {
		end++
	}
	word := a.sql[pos:end]
	if strings.Contains(word, "_") || len(word) > 1 && word[0] == '0' && strings.ContainsRune("xob", rune(word[1]|0x20)) {
		a.fail(codeSyntax, int32(pos), "trailing junk after numeric literal at or near \"%s\"", word)
	}
}

// columnRef resolves a, t.a or s.t.a.
func (a *analyser) columnRef(sc *scope, ref *pg_query.ColumnRef) *expr {
	fields := ref.GetFields()
	pos := ref.GetLocation()
	if fields[len(fields)-1].GetAStar() != nil {
		schema, rel := a.qualifiedName(stringList(fields[:len(fields)-1]), pos, "*")
		it := a.relation(sc, schema, rel, pos)
		if it == nil {
			a.missingRelation(sc, rel, pos)
		}
		return a.wholeRow(it, pos)
	}
	parts := stringList(fields)
	name := parts[len(parts)-1]
	if len(parts) == 1 {
		if e := a.column(sc, name, pos); e != nil {
			return e
		}
		a.systemColumn(name, pos)
		if it := a.relation(sc, "", name, pos); it != nil {
			return a.wholeRow(it, pos)
		}
		a.fail(codeUndefinedColumn, pos, "column \"%s\" does not exist", name)
	}
	schema, rel := a.qualifiedName(parts[:len(parts)-1], pos, name)
	it := a.relation(sc, schema, rel, pos)
	if it == nil {
		a.missingRelation(sc, rel, pos)
	}
	var found *expr
	for _, c := range it.cols {
		if c.name == name {
			if found != nil {
				a.fail(codeAmbiguousColumn, pos, "column reference \"%s\" is ambiguous", name)
			}
			found = c.e
		}
	}
	if found == nil {
		a.systemColumn(name, pos)
		a.fail(codeUndefinedColumn, pos, "column %s.%s does not exist", rel, name)
	}
	a.readsColumns(found)
	return at(found, pos)
}

// wholeRow is a relation's row as a value: only functions that take it apart
// can use it.
func (a *analyser) wholeRow(it *nsItem, pos int32) *expr {
	if it.scalar {
		return at(it.cols[0].e, pos)
	}
	if it.view {
		a.refuse(pos, "the row of a view that is written through")
	}
	e := &expr{kind: exRow, typ: oidRecord, typmod: -1, pos: pos, whole: true, src: it.src, text: it.name}
	for _, c := range it.cols {
		a.readsColumns(c.e)
		e.args = append(e.args, c.e)
		e.names = append(e.names, c.name)
	}
	return e
}

func (a *analyser) typeCast(sc *scope, n *pg_query.TypeCast) *expr {
	typ, mod := a.typeRef(n.GetTypeName())
	pos := n.GetLocation()
	var e *expr
	if arr := n.GetArg().GetAArrayExpr(); arr != nil && a.elemOf(typ) != 0 {
		e = a.arrayExpr(sc, arr, typ)
	} else {
		e = a.expr(sc, n.GetArg())
	}
	if pos < 0 {
		pos = e.pos
	}
	out := a.coerceTo(e, typ, mod, explicit, pos)
	if out == e && e.kind == exColumn || out.coll != "" {
		// A cast result is an expression of its own.
		o := *out
		out = &o
	}
	return out
}

func (a *analyser) boolExpr(sc *scope, n *pg_query.BoolExpr) *expr {
	word := map[pg_query.BoolExprType]string{pg_query.BoolExprType_AND_EXPR: "AND", pg_query.BoolExprType_OR_EXPR: "OR", pg_query.BoolExprType_NOT_EXPR: "NOT"}[n.GetBoolop()]
	args := make([]*expr, len(n.GetArgs()))
	for i, x := range n.GetArgs() {
		args[i] = a.needBool(a.expr(sc, x), word)
	}
	pos := n.GetLocation()
	if len(args) > 0 {
		pos = leftmost(pos, args...)
	}
	if word == "NOT" {
		return boolean(n.GetLocation(), notTemplate, args[0])
	}
	return junction(pos, word, args...)
}

func leftmost(pos int32, args ...*expr) int32 {
	for _, x := range args {
		if x.pos >= 0 && (pos < 0 || x.pos < pos) {
			pos = x.pos
		}
	}
	return pos
}

func (a *analyser) nullTest(sc *scope, n *pg_query.NullTest) *expr {
	e := a.expr(sc, n.GetArg())
	isNull := n.GetNulltesttype() == pg_query.NullTestType_IS_NULL
	if row := a.fields(e); row != nil {
		return a.rowNullTest(row, isNull, e.pos)
	}
	if e.kind == exColumn {
		e = rawOf(e)
	}
	if isNull {
		return boolean(e.pos, "($1 IS NULL)", e)
	}
	return boolean(e.pos, "($1 IS NOT NULL)", e)
}

// rowNullTest: a row is null if every field is, not null if none is.
func (a *analyser) rowNullTest(e *expr, isNull bool, pos int32) *expr {
	if len(e.args) == 0 {
		return constant(oidBool, pos, int64(1))
	}
	op := " IS NOT NULL"
	if isNull {
		op = " IS NULL"
	}
	parts := make([]string, len(e.args))
	args := append([]*expr(nil), e.args...)
	for i := range e.args {
		parts[i] = "$" + itoa(i+1) + op
		if e.args[i].kind == exRow {
			// A row within a row is there, whatever it holds.
			args[i] = a.countRows(e.args[i])
		}
	}
	return boolean(pos, "("+strings.Join(parts, " AND ")+")", args...)
}

func (a *analyser) booleanTest(sc *scope, n *pg_query.BooleanTest) *expr {
	tests := map[pg_query.BoolTestType][2]string{
		pg_query.BoolTestType_IS_TRUE:        {"IS TRUE", "($1 IS 1)"},
		pg_query.BoolTestType_IS_NOT_TRUE:    {"IS NOT TRUE", "($1 IS NOT 1)"},
		pg_query.BoolTestType_IS_FALSE:       {"IS FALSE", "($1 IS 0)"},
		pg_query.BoolTestType_IS_NOT_FALSE:   {"IS NOT FALSE", "($1 IS NOT 0)"},
		pg_query.BoolTestType_IS_UNKNOWN:     {"IS UNKNOWN", "($1 IS NULL)"},
		pg_query.BoolTestType_IS_NOT_UNKNOWN: {"IS NOT UNKNOWN", "($1 IS NOT NULL)"},
	}
	t := tests[n.GetBooltesttype()]
	e := a.needBool(a.expr(sc, n.GetArg()), t[0])
	return boolean(e.pos, t[1], e)
}

func (a *analyser) caseExpr(sc *scope, n *pg_query.CaseExpr) *expr {
	before := a.lastSet
	var arg *expr
	if n.GetArg() != nil {
		arg = a.scalar(a.expr(sc, n.GetArg()))
		if arg.typ == oidUnknown {
			arg = a.settleUnknown(arg)
		}
	}
	var conds, results []*expr
	for _, w := range n.GetArgs() {
		when := w.GetCaseWhen()
		c := a.expr(sc, when.GetExpr())
		if arg != nil {
			c = a.operator("=", arg, c, when.GetLocation())
		}
		conds = append(conds, asked(a.needBool(c, "CASE/WHEN")))
		results = append(results, a.expr(sc, when.GetResult()))
	}
	def := &expr{kind: exUnknown, typ: oidUnknown, typmod: -1, pos: -1, null: true}
	if n.GetDefresult() != nil {
		def = a.expr(sc, n.GetDefresult())
	}
	a.noSetSince(before, "set-returning functions are not allowed in %s", "CASE")
	// PostgreSQL considers ELSE first.
	def = a.scalar(def)
	for i, r := range results {
		results[i] = a.scalar(r)
	}
	all := append([]*expr{def}, results...)
	typ := a.commonTypeOf(all, "CASE")
	mod := a.commonMod(all, typ)
	if n.GetDefresult() == nil {
		mod = -1 // that of the NULL which stands there
	}
	var b strings.Builder
	b.WriteString("CASE")
	var args []*expr
	for i := range conds {
		if conds[i].kind == exConst && conds[i].val != int64(1) {
			// Never true: PostgreSQL's planner drops it too.
			a.toCommon(results[i], typ, "CASE/WHEN")
			continue
		}
		args = append(args, conds[i], a.toCommon(results[i], typ, "CASE/WHEN"))
		b.WriteString(" WHEN $" + itoa(len(args)-1) + " THEN $" + itoa(len(args)))
	}
	if n.GetDefresult() != nil {
		args = append(args, a.toCommon(def, typ, "CASE/ELSE"))
		b.WriteString(" ELSE $" + itoa(len(args)))
	}
	b.WriteString(" END")
	out := call(typ, n.GetLocation(), b.String(), args...)
	out.shape = sharedShape(all)
	switch {
	case len(args) == 0:
		out = constant(typ, n.GetLocation(), nil)
	case len(args) == 1 && n.GetDefresult() != nil:
		out = call(typ, n.GetLocation(), "$1", args[0])
		if args[0].kind == exConst {
			out = constant(typ, n.GetLocation(), args[0].val)
		}
	}
	out.typmod = mod
	return out
}

func (a *analyser) coalesce(sc *scope, n *pg_query.CoalesceExpr) *expr {
	before := a.lastSet
	args := a.exprs(sc, n.GetArgs())
	a.noSetSince(before, "set-returning functions are not allowed in %s", "COALESCE")
	typ := a.commonTypeOf(args, "COALESCE")
	mod := a.commonMod(args, typ)
	for i := range args {
		args[i] = a.toCommon(args[i], typ, "COALESCE")
	}
	tmpl := "coalesce(" + holes(1, len(args)) + ")"
	if len(args) == 1 {
		tmpl = "$1"
	}
	out := call(typ, n.GetLocation(), tmpl, args...)
	out.typmod, out.shape = mod, sharedShape(args)
	return out
}

func (a *analyser) exprs(sc *scope, nodes []*pg_query.Node) []*expr {
	out := make([]*expr, len(nodes))
	for i, n := range nodes {
		out[i] = a.scalar(a.expr(sc, n))
	}
	return out
}

// minMax is GREATEST or LEAST, which ignore NULLs.
func (a *analyser) minMax(sc *scope, n *pg_query.MinMaxExpr) *expr {
	name, op := "GREATEST", ">"
	if n.GetOp() == pg_query.MinMaxOp_IS_LEAST {
		name, op = "LEAST", "<"
	}
	args := a.exprs(sc, n.GetArgs())
	typ := a.commonTypeOf(args, name)
	mod := a.commonMod(args, typ)
	for i := range args {
		args[i] = a.toCommon(args[i], typ, name)
	}
	pos := n.GetLocation()
	if len(args) == 1 {
		out := call(typ, pos, "$1", args[0])
		out.typmod = mod
		return out
	}
	// The first of the greatest wins, as PostgreSQL keeps it: an aggregate over
	// the values, each evaluated once.
	o := a.ordering(call(typ, pos, "$1", args[0]))
	if o.wrap != "" {
		a.refuse(pos, "%s of type %s", name, a.typeName(typ))
	}
	var b strings.Builder
	b.WriteString("(SELECT v FROM (")
	for i := range args {
		if i > 0 {
			b.WriteString(" UNION ALL ")
		}
		b.WriteString("SELECT " + itoa(i) + " AS k, $" + itoa(i+1) + " AS v")
	}
	coll := ""
	if o.coll != "" {
		coll = " COLLATE " + a.collation(o.coll)
	}
	dir := ""
	if op == ">" {
		dir = " DESC"
	}
	if slices.ContainsFunc(args, isVolatile) {
		b.WriteString(" LIMIT -1 OFFSET 0") // so that each is computed once
	}
	b.WriteString(") WHERE v IS NOT NULL ORDER BY v" + coll + dir + ", k LIMIT 1)")
	if o.coll == "" && a.allNotNull(args) {
		fn := "max"
		if op == "<" {
			fn = "min"
		}
		out := call(typ, pos, fn+"("+holes(1, len(args))+")", args...)
		out.typmod = mod
		return out
	}
	out := call(typ, pos, b.String(), args...)
	out.typmod = mod
	return out
}

func (a *analyser) allNotNull(args []*expr) bool {
	for _, x := range args {
		if !a.neverNull(x) {
			return false
		}
	}
	return true
}

func (a *analyser) collate(sc *scope, n *pg_query.CollateClause) *expr {
	e := a.expr(sc, n.GetArg())
	names := stringList(n.GetCollname())
	name := names[len(names)-1]
	if e.typ == oidUnknown {
		e = a.settleUnknown(e)
	}
	if a.category(e.typ) != 'S' {
		if a.collatable(e.typ) {
			a.refuse(n.GetLocation(), "COLLATE of %s", a.typeName(e.typ))
		}
		a.fail(codeDatatypeMismatch, n.GetLocation(), "collations are not supported by type %s", a.typeName(e.typ))
	}
	switch name {
	case "C", "POSIX", "ucs_basic", "default":
	default:
		if name != a.cat.Collation.Locale {
			a.refuse(n.GetLocation(), "collation \"%s\"", name)
		}
		name = "default"
	}
	out := *e
	if e.kind == exColumn || e.kind == exParam {
		out = *call(e.typ, e.pos, "$1", e)
		out.typmod = e.typmod
	}
	out.coll, out.collPos = name, n.GetLocation()
	a.explicitCollation = true
	return &out
}

// row is ROW(…) or (…, …), which comparisons take apart.
func (a *analyser) row(sc *scope, n *pg_query.RowExpr) *expr {
	e := &expr{kind: exRow, typ: oidRecord, typmod: -1, pos: n.GetLocation()}
	for _, x := range n.GetArgs() {
		if ref := x.GetColumnRef(); ref != nil && ref.GetFields()[len(ref.GetFields())-1].GetAStar() != nil {
			targets, _ := a.star(sc, x)
			for _, t := range targets {
				e.args = append(e.args, t.e)
			}
			continue
		}
		e.args = append(e.args, a.expr(sc, x))
	}
	return e
}
