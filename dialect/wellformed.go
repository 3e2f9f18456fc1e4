package dialect

import (
	pg_query "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// selfReference looks for references of a recursive query to itself and fails for
// one where PostgreSQL takes none (checkWellFormedRecursion).
type selfReference struct {
	a     *analyser
	name  string
	where string // what the search is within that takes none; "" where one may stand
	count int
}

func (s *selfReference) node(n *pg_query.Node) {
	if n != nil {
		s.walk(n.ProtoReflect())
	}
}

// within walks a part in which no reference may stand.
func (s *selfReference) within(where string, n *pg_query.Node) {
	saved := s.where
	if s.where == "" {
		s.where = where
	}
	s.node(n)
	s.where = saved
}

func (s *selfReference) walk(m protoreflect.Message) {
	switch n := m.Interface().(type) {
	case *pg_query.RangeVar:
		s.reference(n)
		return
	case *pg_query.SubLink:
		saved := s.where
		s.where = "a subquery"
		s.node(n.GetSubselect())
		s.where = saved
		s.node(n.GetTestexpr())
		return
	case *pg_query.JoinExpr:
		s.join(n)
		return
	case *pg_query.SelectStmt:
		if s.query(n) {
			return
		}
	}
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		f := fields.Get(i)
		if f.Kind() != protoreflect.MessageKind || !m.Has(f) {
			continue
		}
		if !f.IsList() {
			s.walk(m.Get(f).Message())
			continue
		}
		list := m.Get(f).List()
		for j := range list.Len() {
			s.walk(list.Get(j).Message())
		}
	}
}

func (s *selfReference) reference(n *pg_query.RangeVar) {
	if n.GetRelname() != s.name || n.GetSchemaname() != "" {
		return
	}
	if s.where != "" {
		s.a.fail(codeRecursion, n.GetLocation(), "recursive reference to query \"%s\" must not appear within %s", s.name, s.where)
	}
	if s.count++; s.count > 1 {
		s.a.fail(codeRecursion, n.GetLocation(), "recursive reference to query \"%s\" must not appear more than once", s.name)
	}
}

func (s *selfReference) join(n *pg_query.JoinExpr) {
	left, right := "", ""
	switch n.GetJointype() {
	case pg_query.JoinType_JOIN_LEFT:
		right = "an outer join"
	case pg_query.JoinType_JOIN_RIGHT:
		left = "an outer join"
	case pg_query.JoinType_JOIN_FULL:
		left, right = "an outer join", "an outer join"
	}
	s.within(left, n.GetLarg())
	s.within(right, n.GetRarg())
	s.node(n.GetQuals())
}

// query walks a query whose form matters, and reports whether that was all.
func (s *selfReference) query(n *pg_query.SelectStmt) bool {
	for _, c := range n.GetWithClause().GetCtes() {
		if c.GetCommonTableExpr().GetCtename() == s.name {
			return true // the name is another query's here
		}
	}
	left, right := "", ""
	switch n.GetOp() {
	case pg_query.SetOperation_SETOP_INTERSECT:
		if n.GetAll() {
			left, right = "INTERSECT", "INTERSECT"
		}
	case pg_query.SetOperation_SETOP_EXCEPT:
		if n.GetAll() {
			left = "EXCEPT"
		}
		right = "EXCEPT"
	default:
		return false
	}
	if n.GetWithClause() != nil {
		s.walk(n.GetWithClause().ProtoReflect())
	}
	s.within(left, &pg_query.Node{Node: &pg_query.Node_SelectStmt{SelectStmt: n.GetLarg()}})
	s.within(right, &pg_query.Node{Node: &pg_query.Node_SelectStmt{SelectStmt: n.GetRarg()}})
	return true
}

// wellFormed fails where a recursive query names itself in a place that
// PostgreSQL does not take.
func (a *analyser) wellFormed(c *cte, s *pg_query.SelectStmt) {
	base := &selfReference{a: a, name: c.name, where: "its non-recursive term"}
	base.walk(s.GetLarg().ProtoReflect())
	step := &selfReference{a: a, name: c.name}
	step.walk(s.GetRarg().ProtoReflect())
}
