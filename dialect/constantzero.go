package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// PostgreSQL computes what is constant while it plans a statement: 1/0 is an
// error there also where no row would come to it. Of a number that is divided by
// a literal zero it fails here too. What conditions that are constant themselves
// leave out is not computed there, nor here.

// dividedByZero looks for such divisions in a statement.
func (a *analyser) dividedByZero(n *pg_query.Node) {
	a.findZeroDivision(n.ProtoReflect(), false)
}

// findZeroDivision fails for a division; unsure says that whether it is computed
// depends on more than is known here.
func (a *analyser) findZeroDivision(m protoreflect.Message, unsure bool) {
	look := func(n *pg_query.Node) {
		if n != nil {
			a.findZeroDivision(n.ProtoReflect(), unsure)
		}
	}
	// guarded looks at what stands behind conditions; false: it is settled
	// there whether that is computed.
	guarded := func(guards []*pg_query.Node) bool {
		constants := 0
		for _, g := range guards {
			if constantNode(g) {
				constants++
			} else if settles(g.ProtoReflect()) {
				unsure = true
			}
		}
		unsure = unsure || constants > 0
		return constants == 0 || constants < len(guards)
	}
	switch x := m.Interface().(type) {
	case *pg_query.A_Expr:
		switch {
		case !zeroDivision(x):
		case unsure:
			a.refuse(x.GetLocation(), "a division of a number by zero that may not be computed")
		default:
			a.fail("22012", -1, "division by zero")
		}
	case *pg_query.CaseExpr:
		look(x.GetArg())
		var guards []*pg_query.Node
		for _, w := range x.GetArgs() {
			look(w.GetCaseWhen().GetExpr())
			guards = append(guards, w.GetCaseWhen().GetExpr())
		}
		if x.GetArg() != nil && !constantNode(x.GetArg()) {
			guards = []*pg_query.Node{x.GetArg()}
		}
		if !guarded(guards) {
			return
		}
		for _, w := range x.GetArgs() {
			look(w.GetCaseWhen().GetResult())
		}
		look(x.GetDefresult())
		return
	case *pg_query.CoalesceExpr:
		a.afterEach(x.GetArgs(), look, guarded)
		return
	case *pg_query.BoolExpr:
		a.afterEach(x.GetArgs(), look, guarded)
		return
	case *pg_query.RangeSubselect:
		a.zeroInFrom(x, unsure)
		return
	case *pg_query.CommonTableExpr:
		unsure = true // it is not computed if nothing reads it
	case *pg_query.SubLink:
		if s := x.GetSubselect().GetSelectStmt(); x.GetSubLinkType() == pg_query.SubLinkType_EXISTS_SUBLINK && s.GetOp() == pg_query.SetOperation_SETOP_NONE {
			for _, part := range append([]*pg_query.Node{s.GetWhereClause(), s.GetHavingClause()}, s.GetFromClause()...) {
				look(part)
			}
			return
		}
	}
	eachChild(m, func(child protoreflect.Message) bool {
		a.findZeroDivision(child, unsure)
		return true
	})
}

// zeroInFrom looks at a subquery of FROM: a column of it is not computed if nothing
// reads it.
func (a *analyser) zeroInFrom(x *pg_query.RangeSubselect, unsure bool) {
	s := x.GetSubquery().GetSelectStmt()
	eachChild(s.ProtoReflect(), func(child protoreflect.Message) bool {
		n, _ := child.Interface().(*pg_query.Node)
		column := n != nil && slices.Contains(s.GetTargetList(), n) || len(s.GetValuesLists()) == 1 && slices.Contains(s.GetValuesLists(), n)
		a.findZeroDivision(child, unsure || column)
		return true
	})
}

// afterEach looks at arguments each of which may make those after it needless.
func (a *analyser) afterEach(args []*pg_query.Node, look func(*pg_query.Node), guarded func([]*pg_query.Node) bool) {
	for i, x := range args {
		if i > 0 && !guarded(args[:i]) {
			return
		}
		look(x)
	}
}

// constantNode says that an expression may be constant to PostgreSQL.
func constantNode(n *pg_query.Node) bool { return len(columnRefs(n)) == 0 }

// settles says that an expression that is not constant may become so to PostgreSQL
// by a part of it that is: id = 1 OR true, id = NULL.
func settles(m protoreflect.Message) bool {
	constant := func(args []*pg_query.Node) bool { return slices.ContainsFunc(args, constantNode) }
	switch x := m.Interface().(type) {
	case *pg_query.A_Const:
		return x.GetIsnull()
	case *pg_query.BoolExpr:
		if constant(x.GetArgs()) {
			return true
		}
	case *pg_query.CoalesceExpr:
		if constant(x.GetArgs()) {
			return true
		}
	case *pg_query.CaseExpr:
		return true
	}
	return !eachChild(m, func(child protoreflect.Message) bool { return !settles(child) })
}

// zeroDivision says that an expression is a number divided by a literal zero.
func zeroDivision(e *pg_query.A_Expr) bool {
	if op := opName(e); e.GetKind() != pg_query.A_Expr_Kind_AEXPR_OP || op != "/" && op != "%" {
		return false
	}
	left, right := e.GetLexpr().GetAConst(), e.GetRexpr().GetAConst()
	number := left.GetIval() != nil || left.GetFval() != nil
	return number && right.GetIval() != nil && right.GetIval().GetIval() == 0
}
