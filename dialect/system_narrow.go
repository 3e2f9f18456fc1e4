package dialect

import (
	"regexp"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// The copy's catalog has the user's objects. A query over PostgreSQL's catalogs
// has the same answer without PostgreSQL's own objects only where its conditions
// leave those out: it must ask for schemas or objects of the user's. Here the
// text of a statement is searched for such conditions, before it is analysed.

// narrowed says how a reference to a system catalog is narrowed down.
type narrowed struct {
	schema, name bool    // to schemas of the user's; to objects by name or OID
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
		if tree, err := pg_query.Parse(a.sql); err == nil {
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
		n.found[s.rv.GetLocation()] = &narrowed{schema: s.schema.any, name: s.name.any, guards: s.guards}
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

// condition takes in a WHERE.
func (l *narrowLevel) condition(n *pg_query.Node, always bool) {
	for _, c := range conjuncts(n) {
		if x, y := l.linked(c); x != nil {
			l.edges = append(l.edges, narrowEdge{x, y, true})
			continue
		}
		l.single(c, func(*narrowSource) (bool, bool) { return true, always })
	}
}

// linked are the sources that an equality of two identifying columns joins.
func (l *narrowLevel) linked(n *pg_query.Node) (x, y *narrowSource) {
	e := n.GetAExpr()
	if e.GetKind() != pg_query.A_Expr_Kind_AEXPR_OP || opName(e) != "=" {
		return nil, nil
	}
	left, lname := l.column(e.GetLexpr())
	right, rname := l.column(e.GetRexpr())
	if left == nil || right == nil || left == right || !identifying(left, lname) || !identifying(right, rname) {
		return nil, nil
	}
	return left, right
}

// identifying says that a column holds names or OIDs.
func identifying(s *narrowSource, column string) bool {
	if s.rv == nil || narrowing[column] != "" {
		return true
	}
	schema := s.rv.GetSchemaname()
	if schema == "" {
		schema = "pg_catalog"
	}
	for _, c := range systemTables[schema+"."+s.rv.GetRelname()].parse() {
		if c.name == column {
			return c.typ == oidOID || c.typ == oidName
		}
	}
	return false
}

func opName(e *pg_query.A_Expr) string {
	names := stringList(e.GetName())
	if len(names) == 0 {
		return ""
	}
	return names[len(names)-1]
}

// column resolves a column of this level; casts do not matter.
func (l *narrowLevel) column(n *pg_query.Node) (*narrowSource, string) {
	for n.GetTypeCast() != nil {
		n = n.GetTypeCast().GetArg()
	}
	ref := n.GetColumnRef()
	if ref == nil || ref.Fields[len(ref.Fields)-1].GetString_() == nil {
		return nil, ""
	}
	names := stringList(ref.Fields)
	name := names[len(names)-1]
	var found *narrowSource
	for _, s := range l.sources {
		if len(names) > 1 && s.alias == names[len(names)-2] {
			return s, name
		}
		if len(names) == 1 && s.has(name) {
			if found != nil {
				return found, name // of a USING: they are linked
			}
			found = s
		}
	}
	return found, name
}

func (s *narrowSource) has(name string) bool {
	return s.columns == nil && s.rv == nil || s.columns[name]
}

// single takes in a condition on one source. reaches says whether it speaks of
// the source's rows, and of all.
func (l *narrowLevel) single(n *pg_query.Node, reaches func(*narrowSource) (any, all bool)) {
	for _, f := range l.facts(n) {
		any, all := reaches(f.s)
		if !any {
			continue
		}
		f.s.guards = append(f.s.guards, f.guards...)
		r := &f.s.name
		if f.kind == schemaColumn {
			r = &f.s.schema
			if f.spares != nil {
				for _, name := range f.spares {
					f.s.spared[name] = true
				}
				if !f.s.spared["pg_catalog"] || !f.s.spared["information_schema"] || !f.s.spared["pg_toast"] && !l.kinds && !l.tablesOnly(f.s) {
					continue
				}
			}
		}
		r.any, r.all = true, r.all || all
	}
}

// tablesOnly says that a catalog does not show TOAST tables.
func (l *narrowLevel) tablesOnly(s *narrowSource) bool {
	if s.rv == nil {
		return false
	}
	switch s.rv.GetRelname() {
	case "pg_class", "pg_attribute", "pg_index", "pg_namespace", "pg_constraint":
		return false
	}
	return true
}

// fact is what a condition says of a source.
type fact struct {
	s      *narrowSource
	kind   string
	guards []guard
	spares []string // it leaves these schemas out, no more
}

var toastKinds = "ti"

// facts are what a condition says.
func (l *narrowLevel) facts(n *pg_query.Node) []fact {
	if b := n.GetBoolExpr(); b.GetBoolop() == pg_query.BoolExprType_OR_EXPR {
		return l.either(b.GetArgs())
	}
	if s := n.GetSubLink(); s.GetSubLinkType() == pg_query.SubLinkType_ANY_SUBLINK && len(s.GetOperName()) == 0 {
		if x, name := l.column(s.GetTestexpr()); x != nil && narrowing[name] != "" {
			return []fact{{s: x, kind: narrowing[name]}}
		}
		return nil
	}
	e := n.GetAExpr()
	if e == nil {
		return nil
	}
	op := opName(e)
	switch e.GetKind() {
	case pg_query.A_Expr_Kind_AEXPR_OP:
		if op == "=" {
			if out := l.equal(e.GetLexpr(), []*pg_query.Node{e.GetRexpr()}); out != nil {
				return out
			}
			return l.equal(e.GetRexpr(), []*pg_query.Node{e.GetLexpr()})
		}
		return l.pattern(e.GetLexpr(), op, e.GetRexpr())
	case pg_query.A_Expr_Kind_AEXPR_OP_ANY:
		if op == "=" {
			if arr := e.GetRexpr().GetAArrayExpr(); arr != nil {
				return l.equal(e.GetLexpr(), arr.GetElements())
			}
			return l.equal(e.GetLexpr(), []*pg_query.Node{e.GetRexpr()})
		}
	case pg_query.A_Expr_Kind_AEXPR_OP_ALL:
		if arr := e.GetRexpr().GetAArrayExpr(); arr != nil && op == "<>" {
			return l.unequal(e.GetLexpr(), arr.GetElements())
		}
	case pg_query.A_Expr_Kind_AEXPR_IN:
		items := e.GetRexpr().GetList().GetItems()
		if op == "=" {
			return l.equal(e.GetLexpr(), items)
		}
		return l.unequal(e.GetLexpr(), items)
	case pg_query.A_Expr_Kind_AEXPR_LIKE, pg_query.A_Expr_Kind_AEXPR_ILIKE:
		return l.pattern(e.GetLexpr(), op, e.GetRexpr())
	}
	return nil
}

// either is what all of several conditions say.
func (l *narrowLevel) either(args []*pg_query.Node) []fact {
	var out []fact
	for i, x := range args {
		var arm []fact
		for _, c := range conjuncts(x) {
			arm = append(arm, l.facts(c)...)
		}
		if i == 0 {
			out = arm
			continue
		}
		out = slices.DeleteFunc(out, func(f fact) bool {
			i := slices.IndexFunc(arm, func(g fact) bool { return g.s == f.s && g.kind == f.kind && f.spares == nil && g.spares == nil })
			return i < 0
		})
		for j := range out {
			for _, g := range arm {
				if g.s == out[j].s && g.kind == out[j].kind {
					out[j].guards = append(out[j].guards, g.guards...)
				}
			}
		}
	}
	return out
}

// equal is column = one of some values.
func (l *narrowLevel) equal(column *pg_query.Node, values []*pg_query.Node) []fact {
	s, name := l.column(column)
	if s == nil {
		return nil
	}
	if name == "relkind" {
		toast := false
		for _, v := range values {
			text, ok := literalOf(v)
			toast = toast || !ok || text == "" || strings.Contains(toastKinds, text)
		}
		l.kinds = l.kinds || !toast
	}
	kind := narrowing[name]
	if kind == "" {
		return nil
	}
	f := fact{s: s, kind: kind}
	for _, v := range values {
		if l.mentionsLevel(v) {
			return nil
		}
		text, ok := literalOf(v)
		param := paramOf(v)
		switch {
		case ok && s.rv != nil && !ordinary(s.rv.GetRelname(), kind, text):
			return nil
		case ok || param > 0:
			f.guards = append(f.guards, guard{kind, param, text})
		}
	}
	return []fact{f}
}

// unequal is schema <> all of some values.
func (l *narrowLevel) unequal(column *pg_query.Node, values []*pg_query.Node) []fact {
	s, name := l.column(column)
	if s == nil || narrowing[name] != schemaColumn {
		return nil
	}
	var spares []string
	for _, v := range values {
		if text, ok := literalOf(v); ok {
			spares = append(spares, text)
		}
	}
	return []fact{{s: s, kind: schemaColumn, spares: spares}}
}

// pattern is a condition on schemas by another operator.
func (l *narrowLevel) pattern(column *pg_query.Node, op string, value *pg_query.Node) []fact {
	s, name := l.column(column)
	text, ok := literalOf(value)
	if s == nil || !ok || narrowing[name] != schemaColumn {
		return nil
	}
	var expr string
	switch op {
	case "<>":
		expr = "^" + regexp.QuoteMeta(text) + "$"
	case "!~~", "!~~*":
		if strings.Contains(text, `\`) {
			return nil
		}
		expr = "^" + strings.NewReplacer("%", ".*", "_", ".").Replace(regexp.QuoteMeta(text)) + "$"
	case "!~":
		expr = text
	default:
		return nil
	}
	re, err := regexp.Compile(expr)
	if err != nil {
		return nil
	}
	spares := []string{}
	for _, schema := range systemSchemas {
		if re.MatchString(schema) {
			spares = append(spares, schema)
		}
	}
	return []fact{{s: s, kind: schemaColumn, spares: spares}}
}

// mentionsLevel says whether an expression names columns of this level.
func (l *narrowLevel) mentionsLevel(n *pg_query.Node) bool {
	return slices.ContainsFunc(columnRefs(n), func(r *pg_query.ColumnRef) bool {
		s, _ := l.column(&pg_query.Node{Node: &pg_query.Node_ColumnRef{ColumnRef: r}})
		return s != nil && n.GetSubLink() == nil
	})
}

func literalOf(n *pg_query.Node) (string, bool) {
	for n.GetTypeCast() != nil {
		n = n.GetTypeCast().GetArg()
	}
	switch v := n.GetAConst().GetVal().(type) {
	case *pg_query.A_Const_Sval:
		return v.Sval.GetSval(), true
	case *pg_query.A_Const_Ival:
		return itoa(int(v.Ival.GetIval())), true
	}
	return "", false
}

func paramOf(n *pg_query.Node) int32 {
	for n.GetTypeCast() != nil {
		n = n.GetTypeCast().GetArg()
	}
	return n.GetParamRef().GetNumber()
}

// ordinary says whether a literal can only be of an object of the user's. What is
// known of PostgreSQL's own types and schemas can be asked for too.
func ordinary(table, kind, text string) bool {
	switch {
	case kind == schemaColumn && table == "pg_namespace":
		return text == "pg_catalog" || !slices.Contains(systemSchemas, text)
	case kind == schemaColumn:
		return !systemSchema(text)
	case kind == nameColumn:
		return !systemName(text)
	case table == "pg_type" || table == "pg_range" || table == "pg_am":
		return pgcatalog.RelationByName(text) == nil
	}
	return !systemObject(text)
}

// systemSchema is a schema of PostgreSQL's own, by name or OID.
func systemSchema(text string) bool {
	return slices.Contains(systemSchemas, text) || strings.HasPrefix(text, "pg_") || text == "11" || text == "99"
}

// systemName is the name of a relation, index, constraint or row type of
// PostgreSQL's own.
func systemName(text string) bool {
	return pgcatalog.RelationByName(text) != nil || pgcatalog.InformationSchema(text) || strings.HasPrefix(text, "pg_") || strings.HasPrefix(text, "_pg_")
}

// systemObject is a relation of PostgreSQL's own, by name or OID.
func systemObject(text string) bool {
	if text != "" && strings.Trim(text, "0123456789") == "" {
		return len(text) < 5 || len(text) == 5 && text < "16384" && text != "0"
	}
	parts := splitIdentifier(text)
	if len(parts) > 1 {
		return systemSchema(parts[len(parts)-2])
	}
	return pgcatalog.RelationByName(parts[0]) != nil || strings.HasPrefix(parts[0], "pg_")
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
