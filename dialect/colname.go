package dialect

import pg_query "github.com/pganalyze/pg_query_go/v6"

// columnName is the name PostgreSQL gives an output column without AS
// (FigureColname).
func (a *analyser) columnName(n *pg_query.Node) string {
	if name, _ := figureName(n); name != "" {
		return name
	}
	return "?column?"
}

// figureName gives a name and how good it is: 2 certain, 1 a last resort.
func figureName(n *pg_query.Node) (string, int) {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_ColumnRef:
		return lastString(x.ColumnRef.GetFields()), 2
	case *pg_query.Node_AIndirection:
		for i := len(x.AIndirection.GetIndirection()) - 1; i >= 0; i-- {
			if s := x.AIndirection.GetIndirection()[i].GetString_(); s != nil {
				return s.GetSval(), 2
			}
		}
		return figureName(x.AIndirection.GetArg())
	case *pg_query.Node_FuncCall:
		return lastString(x.FuncCall.GetFuncname()), 2
	case *pg_query.Node_AExpr:
		if x.AExpr.GetKind() == pg_query.A_Expr_Kind_AEXPR_NULLIF {
			return "nullif", 2
		}
	case *pg_query.Node_TypeCast:
		if name, s := figureName(x.TypeCast.GetArg()); s > 1 {
			return name, s
		}
		return lastString(x.TypeCast.GetTypeName().GetNames()), 1
	case *pg_query.Node_CollateClause:
		return figureName(x.CollateClause.GetArg())
	case *pg_query.Node_GroupingFunc:
		return "grouping", 2
	case *pg_query.Node_SubLink:
		return subLinkName(x.SubLink)
	case *pg_query.Node_CaseExpr:
		if name, s := figureName(x.CaseExpr.GetDefresult()); s > 1 {
			return name, s
		}
		return "case", 1
	case *pg_query.Node_AArrayExpr:
		return "array", 2
	case *pg_query.Node_RowExpr:
		return "row", 2
	case *pg_query.Node_CoalesceExpr:
		return "coalesce", 2
	case *pg_query.Node_MinMaxExpr:
		if x.MinMaxExpr.GetOp() == pg_query.MinMaxOp_IS_LEAST {
			return "least", 2
		}
		return "greatest", 2
	case *pg_query.Node_SqlvalueFunction:
		return valueFunctionName(x.SqlvalueFunction.GetOp()), 2
	}
	return "", 0
}

func subLinkName(s *pg_query.SubLink) (string, int) {
	switch s.GetSubLinkType() {
	case pg_query.SubLinkType_EXISTS_SUBLINK:
		return "exists", 2
	case pg_query.SubLinkType_ARRAY_SUBLINK:
		return "array", 2
	case pg_query.SubLinkType_EXPR_SUBLINK:
		sel := s.GetSubselect().GetSelectStmt()
		for sel.GetLarg() != nil {
			sel = sel.GetLarg()
		}
		if len(sel.GetValuesLists()) > 0 {
			return "column1", 2
		}
		if len(sel.GetTargetList()) > 0 {
			rt := sel.GetTargetList()[0].GetResTarget()
			if rt.GetName() != "" {
				return rt.GetName(), 2
			}
			if name, _ := figureName(rt.GetVal()); name != "" {
				return name, 2
			}
			return "?column?", 2
		}
	}
	return "", 0
}

func lastString(nodes []*pg_query.Node) string {
	for i := len(nodes) - 1; i >= 0; i-- {
		if s := nodes[i].GetString_(); s != nil {
			return s.GetSval()
		}
	}
	return ""
}
