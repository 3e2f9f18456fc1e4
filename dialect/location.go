package dialect

import pg_query "github.com/pganalyze/pg_query_go/v6"

// nodeLocation is where an expression begins (exprLocation), or -1.
func nodeLocation(n *pg_query.Node) int32 {
	switch x := n.GetNode().(type) {
	case *pg_query.Node_AConst:
		return x.AConst.GetLocation()
	case *pg_query.Node_ColumnRef:
		return x.ColumnRef.GetLocation()
	case *pg_query.Node_ParamRef:
		return x.ParamRef.GetLocation()
	case *pg_query.Node_TypeCast:
		return least(nodeLocation(x.TypeCast.GetArg()), x.TypeCast.GetTypeName().GetLocation(), x.TypeCast.GetLocation())
	case *pg_query.Node_AExpr:
		return least(x.AExpr.GetLocation(), nodeLocation(x.AExpr.GetLexpr()))
	case *pg_query.Node_BoolExpr:
		at := x.BoolExpr.GetLocation()
		for _, y := range x.BoolExpr.GetArgs() {
			at = least(at, nodeLocation(y))
		}
		return at
	case *pg_query.Node_NullTest:
		return nodeLocation(x.NullTest.GetArg())
	case *pg_query.Node_BooleanTest:
		return nodeLocation(x.BooleanTest.GetArg())
	case *pg_query.Node_FuncCall:
		return x.FuncCall.GetLocation()
	case *pg_query.Node_SubLink:
		return least(x.SubLink.GetLocation(), nodeLocation(x.SubLink.GetTestexpr()))
	case *pg_query.Node_CaseExpr:
		return x.CaseExpr.GetLocation()
	case *pg_query.Node_CoalesceExpr:
		return x.CoalesceExpr.GetLocation()
	case *pg_query.Node_MinMaxExpr:
		return x.MinMaxExpr.GetLocation()
	case *pg_query.Node_SqlvalueFunction:
		return x.SqlvalueFunction.GetLocation()
	case *pg_query.Node_RowExpr:
		return x.RowExpr.GetLocation()
	case *pg_query.Node_AArrayExpr:
		return x.AArrayExpr.GetLocation()
	case *pg_query.Node_AIndirection:
		return nodeLocation(x.AIndirection.GetArg())
	case *pg_query.Node_CollateClause:
		return nodeLocation(x.CollateClause.GetArg())
	case *pg_query.Node_SetToDefault:
		return x.SetToDefault.GetLocation()
	case *pg_query.Node_ResTarget:
		return x.ResTarget.GetLocation()
	case *pg_query.Node_SelectStmt:
		return selectLocation(x.SelectStmt)
	}
	return -1
}

// selectLocation is where the first output expression of a SELECT begins.
func selectLocation(s *pg_query.SelectStmt) int32 {
	for s.GetLarg() != nil {
		s = s.GetLarg()
	}
	for _, t := range s.GetTargetList() {
		return nodeLocation(t.GetResTarget().GetVal())
	}
	for _, l := range s.GetValuesLists() {
		return rowLocation(l)
	}
	return -1
}

func least(at ...int32) int32 {
	out := int32(-1)
	for _, x := range at {
		if x >= 0 && (out < 0 || x < out) {
			out = x
		}
	}
	return out
}
