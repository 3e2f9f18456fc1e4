package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"
)

// The copy's catalog has the user's objects. A query over PostgreSQL's catalogs
// has the same answer without PostgreSQL's own objects only where its conditions
// leave those out: it must ask for schemas or objects of the user's. Here the
// text of a statement is searched for such conditions, before it is analysed.

// narrowed says how a reference to a system catalog is narrowed down.
type narrowed struct {
	schema, name bool    // to schemas of the user's; to objects by name or OID
	members      bool    // to members of extensions
	guards       []guard // values that are known only when it runs
}

// guard is a value that must not name what the copy does not hold.
type guard struct {
	kind  string // "schema", "name" or "oid"
	param int32  // of $n, or 0
	text  string // of a literal
}

// Kinds of columns that single out objects.
const (
	schemaColumn = "schema"
	nameColumn   = "name"
	oidColumn    = "oid"
	memberColumn = "member" // of pg_depend: to members of extensions
)

var narrowing = map[string]string{
	"table_schema": schemaColumn, "constraint_schema": schemaColumn, "sequence_schema": schemaColumn, "schema_name": schemaColumn, "schemaname": schemaColumn,
	"nspname": schemaColumn, "relnamespace": schemaColumn, "typnamespace": schemaColumn, "connamespace": schemaColumn,
	"table_name": nameColumn, "constraint_name": nameColumn, "sequence_name": nameColumn, "tablename": nameColumn, "indexname": nameColumn,
	"viewname": nameColumn, "sequencename": nameColumn, "relname": nameColumn, "typname": nameColumn, "conname": nameColumn,
	"oid": oidColumn, "objid": oidColumn, "attrelid": oidColumn, "indrelid": oidColumn, "indexrelid": oidColumn, "conrelid": oidColumn, "confrelid": oidColumn,
	"adrelid": oidColumn, "objoid": oidColumn, "enumtypid": oidColumn, "seqrelid": oidColumn, "typrelid": oidColumn, "rngtypid": oidColumn, "rngmultitypid": oidColumn,
	"reltype": oidColumn, "conindid": oidColumn, "typelem": oidColumn,
}

// narrowings finds how the references of a statement, by their places in the
// text, are narrowed down.
func (a *analyser) narrowings() map[int32]*narrowed {
	if a.narrow == nil {
		n := &narrower{found: map[int32]*narrowed{}}
		if tree, err := parse(a.sql); err == nil {
			for _, s := range tree.Stmts {
				n.statement(s.GetStmt())
			}
		}
		a.narrow = n.found
	}
	return a.narrow
}

type narrower struct{ found map[int32]*narrowed }

// statement looks at the selects of a statement that no other is around.
func (n *narrower) statement(node *pg_query.Node) {
	if node == nil {
		return
	}
	eachSelect(node.ProtoReflect(), func(s *pg_query.SelectStmt) { n.settle(n.query(s)) })
}

// settle gives up on the references that nothing around a query narrows down.
func (n *narrower) settle(pending []*narrowSource) {
	for _, s := range pending {
		n.mark(s)
	}
}

// mark notes what is known of a source, and of those inside of it.
func (n *narrower) mark(s *narrowSource) {
	if s.rv != nil {
		n.found[s.rv.GetLocation()] = &narrowed{schema: s.schema.any, name: s.name.any, members: s.members, guards: s.guards}
	}
	for _, in := range s.inside {
		in.schema.any = in.schema.any || s.schema.any
		in.name.any = in.name.any || s.name.any
		in.guards = append(in.guards, s.guards...)
		n.mark(in)
	}
}

// narrowSource is one element of a FROM clause.
type narrowSource struct {
	alias   string
	rv      *pg_query.RangeVar // of a system catalog
	columns map[string]bool    // nil: not known
	inside  []*narrowSource    // of a subquery: what is not narrowed down in there
	schema  reach
	name    reach
	guards  []guard
	members bool
	// spared are the system schemas that conditions leave out.
	spared map[string]bool
}

// reach says whether a condition holds for a source's rows: for those that are
// joined, or also in place of rows that an outer join does not find.
type reach struct{ any, all bool }

// narrowLevel is the FROM and WHERE of one SELECT.
type narrowLevel struct {
	n       *narrower
	sources []*narrowSource
	edges   []narrowEdge
	kinds   bool // a condition on relkind leaves TOAST tables out
}

// narrowEdge joins two sources. all says that it holds for all rows; otherwise to
// is on the side of an outer join that may be missing.
type narrowEdge struct {
	from, to *narrowSource
	all      bool
}

// query looks at one query; what comes back is not narrowed down by it.
func (n *narrower) query(s *pg_query.SelectStmt) []*narrowSource {
	for _, c := range s.GetWithClause().GetCtes() {
		n.statement(c.GetCommonTableExpr().GetCtequery())
	}
	if s.GetLarg() != nil {
		return append(n.query(s.GetLarg()), n.query(s.GetRarg())...)
	}
	l := &narrowLevel{n: n}
	for _, f := range s.GetFromClause() {
		l.from(f, true)
	}
	l.condition(s.GetWhereClause(), true)
	l.spread()
	var pending []*narrowSource
	for _, x := range l.sources {
		switch {
		case x.rv == nil && x.inside == nil:
		case x.schema.any || x.name.any:
			n.mark(x)
		default:
			pending = append(pending, x)
		}
	}
	// Subqueries in expressions stand for themselves.
	for _, part := range [][]*pg_query.Node{s.GetTargetList(), {s.GetWhereClause(), s.GetHavingClause(), s.GetLimitCount(), s.GetLimitOffset()}, s.GetGroupClause(), s.GetSortClause(), s.GetDistinctClause()} {
		for _, x := range part {
			n.statement(x)
		}
	}
	if len(pending) > 0 && !rowwise(s) {
		n.settle(pending)
		return nil
	}
	return pending
}

// rowwise says that what is around a query narrows its rows down as if they were
// those that it reads.
func rowwise(s *pg_query.SelectStmt) bool {
	if s.GetLimitCount() != nil || s.GetLimitOffset() != nil || s.GetHavingClause() != nil || len(s.GetDistinctClause()) > 0 && s.GetDistinctClause()[0].GetNode() != nil {
		return false
	}
	for _, t := range s.GetTargetList() {
		plain := true
		eachNode(t.ProtoReflect(), func(m any) {
			if f, ok := m.(*pg_query.FuncCall); ok {
				names := stringList(f.GetFuncname())
				plain = plain && f.GetOver() == nil && (len(s.GetGroupClause()) > 0 || !isAggregate(names[len(names)-1]))
			}
		})
		if !plain {
			return false
		}
	}
	return true
}

// from collects the sources of an element of FROM. outer says that no outer join
// may leave it out.
func (l *narrowLevel) from(f *pg_query.Node, always bool) []*narrowSource {
	switch x := f.GetNode().(type) {
	case *pg_query.Node_RangeVar:
		rv := x.RangeVar
		s := &narrowSource{alias: rv.GetRelname(), spared: map[string]bool{}}
		if rv.GetAlias() != nil {
			s.alias = rv.GetAlias().GetAliasname()
		}
		schema := rv.GetSchemaname()
		if schema == "" {
			schema = "pg_catalog"
		}
		if t := systemTables[schema+"."+rv.GetRelname()]; t != nil {
			s.rv, s.columns = rv, map[string]bool{}
			for _, c := range t.parse() {
				s.columns[c.name] = true
			}
			if t.whole {
				s.schema, s.name = reach{true, true}, reach{true, true}
			}
			if len(rv.GetAlias().GetColnames()) > 0 {
				s.columns = map[string]bool{}
			}
		} else {
			s.schema, s.name = reach{true, true}, reach{true, true} // a WITH query, or a table
		}
		l.sources = append(l.sources, s)
		return []*narrowSource{s}
	case *pg_query.Node_RangeSubselect:
		sub := x.RangeSubselect.GetSubquery().GetSelectStmt()
		s := &narrowSource{alias: x.RangeSubselect.GetAlias().GetAliasname(), spared: map[string]bool{}, inside: l.n.query(sub), columns: targetNames(sub)}
		if s.inside == nil {
			s.schema, s.name = reach{true, true}, reach{true, true}
		}
		l.sources = append(l.sources, s)
		return []*narrowSource{s}
	case *pg_query.Node_JoinExpr:
		return l.join(x.JoinExpr, always)
	case *pg_query.Node_RangeFunction:
		alias := x.RangeFunction.GetAlias()
		s := &narrowSource{alias: alias.GetAliasname(), columns: map[string]bool{alias.GetAliasname(): true}, spared: map[string]bool{}}
		for _, name := range stringList(alias.GetColnames()) {
			s.columns[name] = true
		}
		l.sources = append(l.sources, s)
		l.n.statement(f)
		return []*narrowSource{s}
	}
	l.n.statement(f)
	return nil
}

// eachSelect calls f for every outermost SELECT below a node.
func eachSelect(m protoreflect.Message, f func(*pg_query.SelectStmt)) {
	if s, ok := m.Interface().(*pg_query.SelectStmt); ok {
		f(s)
		return
	}
	eachChild(m, func(child protoreflect.Message) bool {
		eachSelect(child, f)
		return true
	})
}

func (l *narrowLevel) join(j *pg_query.JoinExpr, always bool) []*narrowSource {
	leftAlways, rightAlways := always, always
	switch j.GetJointype() {
	case pg_query.JoinType_JOIN_LEFT:
		rightAlways = false
	case pg_query.JoinType_JOIN_RIGHT:
		leftAlways = false
	case pg_query.JoinType_JOIN_FULL:
		leftAlways, rightAlways = false, false
	}
	left, right := l.from(j.GetLarg(), leftAlways), l.from(j.GetRarg(), rightAlways)
	all := append(slices.Clone(left), right...)
	if j.GetJointype() == pg_query.JoinType_JOIN_FULL {
		return all
	}
	if j.GetJointype() == pg_query.JoinType_JOIN_RIGHT {
		left, right = right, left
	}
	inner := j.GetJointype() == pg_query.JoinType_JOIN_INNER
	add := func(x, y *narrowSource) {
		if slices.Contains(left, y) && slices.Contains(right, x) {
			x, y = y, x
		}
		l.edges = append(l.edges, narrowEdge{x, y, inner || slices.Contains(right, x) && slices.Contains(right, y)})
	}
	for _, name := range stringList(j.GetUsingClause()) {
		for _, x := range left {
			for _, y := range right {
				if x.has(name) && y.has(name) && narrowing[name] != "" {
					add(x, y)
				}
			}
		}
	}
	for _, c := range conjuncts(j.GetQuals()) {
		if x, y := l.linked(c); x != nil {
			add(x, y)
			continue
		}
		// Of an outer join, it says something about the side that may be missing.
		l.single(c, func(s *narrowSource) (bool, bool) {
			if inner {
				return true, always
			}
			return slices.Contains(right, s), false
		})
	}
	l.n.statement(j.GetQuals())
	return all
}

func conjuncts(n *pg_query.Node) []*pg_query.Node {
	if n == nil {
		return nil
	}
	if b := n.GetBoolExpr(); b.GetBoolop() == pg_query.BoolExprType_AND_EXPR {
		var out []*pg_query.Node
		for _, x := range b.GetArgs() {
			out = append(out, conjuncts(x)...)
		}
		return out
	}
	e := n.GetAExpr()
	if l, r := e.GetLexpr().GetRowExpr(), e.GetRexpr().GetRowExpr(); l != nil && r != nil && opName(e) == "=" && len(l.Args) == len(r.Args) {
		var out []*pg_query.Node
		for i := range l.Args {
			out = append(out, &pg_query.Node{Node: &pg_query.Node_AExpr{AExpr: &pg_query.A_Expr{Kind: e.Kind, Name: e.Name, Lexpr: l.Args[i], Rexpr: r.Args[i]}}})
		}
		return out
	}
	return []*pg_query.Node{n}
}

// spread carries what is known along the joins.
func (l *narrowLevel) spread() {
	for changed := true; changed; {
		changed = false
		give := func(from, to *reach, all bool, x, y *narrowSource) {
			any := from.any
			if !all { // to is what may be missing
				if any && !to.any {
					to.any, changed = true, true
					y.guards = append(y.guards, x.guards...)
				}
				return
			}
			if any && !to.any || from.all && !to.all {
				to.any, to.all, changed = true, to.all || from.all, true
				y.guards = append(y.guards, x.guards...)
			}
		}
		for _, e := range l.edges {
			for _, of := range []func(*narrowSource) *reach{func(s *narrowSource) *reach { return &s.schema }, func(s *narrowSource) *reach { return &s.name }} {
				give(of(e.from), of(e.to), e.all, e.from, e.to)
				if e.all {
					give(of(e.to), of(e.from), true, e.to, e.from)
				} else if r := of(e.to); r.all {
					give(r, of(e.from), true, e.to, e.from)
				}
			}
		}
	}
}

// targetNames are the columns of a query; nil where they are not all told.
func targetNames(s *pg_query.SelectStmt) map[string]bool {
	for s.GetLarg() != nil {
		s = s.GetLarg()
	}
	out := map[string]bool{}
	for _, t := range s.GetTargetList() {
		r := t.GetResTarget()
		name := r.GetName()
		if ref := r.GetVal().GetColumnRef(); name == "" && ref != nil {
			last := ref.Fields[len(ref.Fields)-1].GetString_()
			if last == nil {
				return nil
			}
			name = last.GetSval()
		}
		out[name] = true
	}
	return out
}
