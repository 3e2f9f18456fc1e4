package dialect

import (
	"regexp"
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

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

// column resolves a column of this level; casts and subscripts do not matter.
func (l *narrowLevel) column(n *pg_query.Node) (*narrowSource, string) {
	for {
		if n.GetTypeCast() != nil {
			n = n.GetTypeCast().GetArg()
			continue
		}
		in := n.GetAIndirection()
		if in == nil || slices.ContainsFunc(in.GetIndirection(), func(x *pg_query.Node) bool { return x.GetAIndices() == nil }) {
			break
		}
		n = in.GetArg()
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
		if f.kind == memberColumn {
			f.s.members = true
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
	if name == "deptype" {
		for _, v := range values {
			if text, ok := literalOf(v); !ok || text != "e" {
				return nil
			}
		}
		return []fact{{s: s, kind: memberColumn}}
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
