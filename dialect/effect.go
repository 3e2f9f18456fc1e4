package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// Effect says what running a text on PostgreSQL may have done.
type Effect uint8

const (
	EffectUnknown  Effect = iota // anything
	EffectNone                   // proven to do nothing: it may be run again
	EffectCommit                 // commits a transaction
	EffectTwoPhase               // prepares a transaction, or commits a prepared one
	EffectWrite                  // one statement that may write, and may as well do so inside a transaction block
)

// EffectOf judges a text whose answer was lost. EffectNone is a proof: one
// SELECT without a locking clause, over plain tables without row security, whose
// functions are all PostgreSQL's own and not volatile, and shadowed by nothing
// that a user defined. What is not known is EffectUnknown, as is every SELECT
// without a catalog. It costs a parse and is meant for the failing path.
func EffectOf(cat *catalog.Catalog, sql string) Effect {
	tree, err := parse(sql)
	if err != nil || len(tree.GetStmts()) != 1 {
		return EffectUnknown
	}
	node := tree.GetStmts()[0].GetStmt()
	if tx := node.GetTransactionStmt(); tx != nil {
		switch tx.GetKind() {
		case pg_query.TransactionStmtKind_TRANS_STMT_COMMIT:
			return EffectCommit
		case pg_query.TransactionStmtKind_TRANS_STMT_PREPARE, pg_query.TransactionStmtKind_TRANS_STMT_COMMIT_PREPARED:
			return EffectTwoPhase
		}
		return EffectUnknown
	}
	switch node.GetNode().(type) {
	case *pg_query.Node_InsertStmt, *pg_query.Node_UpdateStmt, *pg_query.Node_DeleteStmt, *pg_query.Node_MergeStmt,
		*pg_query.Node_TruncateStmt, *pg_query.Node_CreateTableAsStmt:
		return EffectWrite
	case *pg_query.Node_SelectStmt:
		if cat == nil {
			return EffectUnknown
		}
	default:
		return EffectUnknown
	}
	w := effectWalk{cat: cat, local: map[string]bool{}}
	w.names(node.ProtoReflect())
	if !w.harmless(node.ProtoReflect()) {
		return EffectWrite
	}
	return EffectNone
}

type effectWalk struct {
	cat   *catalog.Catalog
	local map[string]bool // names of common table expressions
	depth int             // of views within views
}

// names collects the common table expressions, which shadow tables.
func (w *effectWalk) names(m protoreflect.Message) {
	if cte, ok := m.Interface().(*pg_query.CommonTableExpr); ok {
		w.local[cte.GetCtename()] = true
	}
	eachChild(m, func(c protoreflect.Message) bool { w.names(c); return true })
}

// harmless walks everything; a kind of node that is not known is not harmless.
func (w *effectWalk) harmless(m protoreflect.Message) bool {
	switch n := m.Interface().(type) {
	case *pg_query.SelectStmt:
		if len(n.GetLockingClause()) > 0 || n.GetIntoClause() != nil {
			return false
		}
	case *pg_query.RangeVar:
		if !w.plainTable(n) {
			return false
		}
	case *pg_query.FuncCall:
		if !w.builtin(n.GetFuncname(), "") {
			return false
		}
	case *pg_query.A_Expr:
		if len(n.GetName()) > 0 && !w.builtin(n.GetName(), "operator ") {
			return false
		}
	case *pg_query.SubLink:
		if len(n.GetOperName()) > 0 && !w.builtin(n.GetOperName(), "operator ") {
			return false
		}
	case *pg_query.String: // v.f may be f(v)
		if slices.Contains(w.cat.Routines, n.GetSval()) {
			return false
		}
	case *pg_query.SortBy:
		if len(n.GetUseOp()) > 0 {
			return false
		}
	case *pg_query.TypeName:
		if !w.plainType(n) {
			return false
		}
	case *pg_query.Node, *pg_query.A_Const, *pg_query.Integer, *pg_query.Float, *pg_query.Boolean, *pg_query.BitString,
		*pg_query.ParamRef, *pg_query.ColumnRef, *pg_query.A_Star, *pg_query.ResTarget, *pg_query.JoinExpr, *pg_query.Alias,
		*pg_query.RangeSubselect, *pg_query.RangeFunction, *pg_query.List, *pg_query.WithClause, *pg_query.CommonTableExpr,
		*pg_query.BoolExpr, *pg_query.NullTest, *pg_query.BooleanTest, *pg_query.CaseExpr, *pg_query.CaseWhen, *pg_query.CoalesceExpr,
		*pg_query.MinMaxExpr, *pg_query.TypeCast, *pg_query.A_ArrayExpr, *pg_query.A_Indirection, *pg_query.A_Indices,
		*pg_query.RowExpr, *pg_query.SQLValueFunction, *pg_query.WindowDef, *pg_query.CollateClause, *pg_query.GroupingSet, *pg_query.GroupingFunc:
	default:
		return false
	}
	return eachChild(m, w.harmless)
}

// builtin: a function or operator name that only PostgreSQL's own have, none of
// them volatile.
func (w *effectWalk) builtin(name []*pg_query.Node, kind string) bool {
	last := name[len(name)-1].GetString_().GetSval()
	if len(name) > 1 && (len(name) > 2 || name[0].GetString_().GetSval() != "pg_catalog") {
		return false
	}
	if slices.Contains(w.cat.Routines, kind+last) {
		return false
	}
	if kind != "" {
		return true // PostgreSQL's own operators are not volatile
	}
	procs := pgcatalog.Procs(last)
	if len(procs) == 0 {
		// Not a function of PostgreSQL's nor of a user's: an error, or a column
		// called like a function.
		return false
	}
	for _, p := range procs {
		if p.Volatile != 'i' && p.Volatile != 's' {
			return false
		}
		// Stable, and yet these run SQL given as text, or touch something.
		if strings.HasPrefix(last, "query_to_") || strings.HasPrefix(last, "cursor_to_") || last == "ts_stat" || last == "ts_rewrite" {
			return false
		}
	}
	return true
}

func (w *effectWalk) plainTable(r *pg_query.RangeVar) bool {
	if r.GetSchemaname() == "" && w.local[r.GetRelname()] {
		return true
	}
	if r.GetSchemaname() == "pg_catalog" || r.GetSchemaname() == "information_schema" {
		return false // views over anything
	}
	known := false
	for _, v := range w.cat.Views { // the session may have another search path than the catalog's
		if v.Name != r.GetRelname() || r.GetSchemaname() != "" && r.GetSchemaname() != v.Schema {
			continue
		}
		if known = true; !w.harmlessView(v) {
			return false
		}
	}
	t := w.cat.Table(r.GetSchemaname(), r.GetRelname())
	if t == nil {
		return known
	}
	return (t.Kind == 'r' || t.Kind == 'p') && !t.RowSecurity && !t.UserTriggers
}

// harmlessView: its definition is, or it holds rows of its own.
func (w *effectWalk) harmlessView(v *catalog.View) bool {
	if v.Kind == 'm' {
		return true
	}
	const deepest = 8
	tree, err := pg_query.Parse(v.Def)
	if err != nil || len(tree.GetStmts()) != 1 || w.depth == deepest {
		return false
	}
	def := tree.GetStmts()[0].GetStmt().ProtoReflect()
	inner := effectWalk{cat: w.cat, local: map[string]bool{}, depth: w.depth + 1}
	inner.names(def)
	return inner.harmless(def)
}

// plainType: PostgreSQL's own, or an enum, and no cast that a user defined.
func (w *effectWalk) plainType(n *pg_query.TypeName) bool {
	names := n.GetNames()
	if len(names) == 0 {
		return true
	}
	last := names[len(names)-1].GetString_().GetSval()
	if slices.Contains(w.cat.Routines, "cast "+last) {
		return false
	}
	schema := ""
	if len(names) > 1 {
		schema = names[0].GetString_().GetSval()
	}
	if schema != "pg_catalog" {
		if t := w.cat.Type(schema, last); t != nil {
			return t.Kind == 'e'
		}
	}
	return pgcatalog.TypeByName(last) != nil
}

// eachChild calls f for every message below m, until it says false: in the order of
// the fields, which protobuf's own walk goes through otherwise in every build.
func eachChild(m protoreflect.Message, f func(protoreflect.Message) bool) bool {
	each := func(fd protoreflect.FieldDescriptor) bool {
		switch {
		case fd == nil || fd.Message() == nil || !m.Has(fd):
			return true
		case !fd.IsList():
			return f(m.Get(fd).Message())
		}
		list := m.Get(fd).List()
		for i := range list.Len() {
			if !f(list.Get(i).Message()) {
				return false
			}
		}
		return true
	}
	fields, one := m.Descriptor().Fields(), m.Descriptor().Oneofs()
	if one.Len() == 1 && one.Get(0).Fields().Len() == fields.Len() { // a Node, which may be any of some hundred
		return each(m.WhichOneof(one.Get(0)))
	}
	for i := range fields.Len() {
		if !each(fields.Get(i)) {
			return false
		}
	}
	return true
}
