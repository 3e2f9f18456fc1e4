package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// A Reading is a SELECT that gives the same wherever and whenever the same rows
// are there.
type Reading struct {
	// Tables are the OIDs of the tables that it reads; nil where it may read
	// others besides.
	Tables []uint32
	// Sorted: it has an ORDER BY. Order are the columns of that, where all of
	// them are columns of the result.
	Sorted bool
	Order  []OrderColumn
	// Loose: which rows it gives, or what is in them, depends on an order that
	// it does not say in full. Sums: so may the last digits of its floats, and
	// how its numerics are written.
	Loose, Sums bool
}

// OrderColumn is a column of the result, by its place (from 1) or its name.
type OrderColumn struct {
	Place int
	Name  string
}

// ReadingOf says how a text reads. ok is false where it is not one SELECT that
// is proven to have no effect (see EffectOf) and to depend on nothing but rows,
// settings and arguments: not on the clock, the server or the session.
func ReadingOf(cat *catalog.Catalog, sql string) (r Reading, ok bool) {
	if EffectOf(cat, sql) != EffectNone {
		return r, false
	}
	tree, err := parse(sql)
	if err != nil {
		return r, false
	}
	s := tree.GetStmts()[0].GetStmt().GetSelectStmt()
	w := readingWalk{cat: cat, ctes: map[string]bool{}, r: &r}
	w.names(s.ProtoReflect())
	if !w.repeatable(s.ProtoReflect()) {
		return r, false
	}
	r.Loose = r.Loose || w.limits > 0 && !(w.limits == 1 && limited(s) && w.wholeKey(s))
	r.Sorted = len(s.GetSortClause()) > 0
	r.Order = orderColumns(s)
	if w.others {
		r.Tables = nil
	} else if r.Tables == nil {
		r.Tables = []uint32{}
	}
	return r, true
}

type readingWalk struct {
	cat    *catalog.Catalog
	ctes   map[string]bool
	others bool // it reads what the file has no rows of its own for
	limits int
	r      *Reading
}

func (w *readingWalk) names(m protoreflect.Message) {
	if cte, ok := m.Interface().(*pg_query.CommonTableExpr); ok {
		w.ctes[cte.GetCtename()] = true
	}
	eachChild(m, func(c protoreflect.Message) bool { w.names(c); return true })
}

func limited(s *pg_query.SelectStmt) bool {
	return s.GetLimitCount() != nil || s.GetLimitOffset() != nil
}

func (w *readingWalk) repeatable(m protoreflect.Message) bool {
	switch n := m.Interface().(type) {
	case *pg_query.SelectStmt:
		if limited(n) {
			w.limits++
		}
		if d := n.GetDistinctClause(); len(d) > 0 && d[0].GetNode() != nil { // DISTINCT ON
			w.r.Loose = true
		}
		// Of values that are equal and yet not the same any may stand for all.
		if n.GetDistinctClause() != nil || n.GetGroupClause() != nil || n.GetOp() != pg_query.SetOperation_SETOP_NONE && !n.GetAll() {
			w.r.Sums = true
		}
	case *pg_query.RangeVar:
		if !w.table(n) {
			return false
		}
	case *pg_query.FuncCall:
		return w.call(n) && eachChild(m, w.repeatable)
	case *pg_query.SQLValueFunction:
		return false // the clock, the user or the database
	case *pg_query.ColumnRef:
		if f := n.GetFields(); len(f) > 0 && slices.Contains(systemColumns, f[len(f)-1].GetString_().GetSval()) {
			return false
		}
	case *pg_query.A_Const:
		if MovingValue(n.GetSval().GetSval()) {
			return false
		}
	}
	return eachChild(m, w.repeatable)
}

// MovingValue says whether a text, taken for a time, may mean another one
// tomorrow.
func MovingValue(text string) bool {
	text = strings.ToLower(text)
	for _, word := range []string{"now", "today", "tomorrow", "yesterday"} {
		if strings.Contains(text, word) {
			return true
		}
	}
	return false
}

// table notes what a name stands for, and says whether it is rows that are
// followed, or a query of such.
func (w *readingWalk) table(n *pg_query.RangeVar) bool {
	if n.GetSchemaname() == "" && w.ctes[n.GetRelname()] {
		return true
	}
	for _, v := range w.cat.Views {
		if v.Name != n.GetRelname() || n.GetSchemaname() != "" && n.GetSchemaname() != v.Schema {
			continue
		}
		tree, err := pg_query.Parse(v.Def)
		if v.Kind == 'm' || err != nil || len(tree.GetStmts()) != 1 {
			return false
		}
		w.others = true
		inner := readingWalk{cat: w.cat, ctes: map[string]bool{}, r: w.r}
		def := tree.GetStmts()[0].GetStmt().ProtoReflect()
		inner.names(def)
		if !inner.repeatable(def) {
			return false
		}
		w.limits += 2 * inner.limits // it is not the query's own
	}
	t := w.cat.Table(n.GetSchemaname(), n.GetRelname())
	switch {
	case t == nil || t.Kind != 'r': // partitions are changed under names of their own
		w.others = true
	case !slices.Contains(w.r.Tables, t.OID):
		w.r.Tables = append(w.r.Tables, t.OID)
	}
	return true
}

// call judges a function: it must be immutable, or one of those stable ones that
// depend on settings only.
func (w *readingWalk) call(n *pg_query.FuncCall) bool {
	name := n.GetFuncname()[len(n.GetFuncname())-1].GetString_().GetSval()
	if n.GetOver() != nil {
		w.r.Loose = true
	}
	for _, p := range pgcatalog.Procs(name) {
		if p.Volatile != 'i' && !slices.Contains(settled, name) {
			return false
		}
		if p.Kind != 'a' {
			continue
		}
		if p.AggKind != 'n' || slices.Contains(orderedAggregates, name) {
			w.r.Loose = true
		}
		w.r.Sums = true
	}
	return true
}

// settled are stable functions whose result settings and arguments decide.
var settled = []string{
	"array_agg", "array_to_json", "array_to_string", "concat", "concat_ws", "date_bin", "date_part", "date_trunc", "extract", "format",
	"generate_series", "isfinite", "json_agg", "json_build_array", "json_build_object", "json_object_agg", "jsonb_agg", "jsonb_build_array",
	"jsonb_build_object", "jsonb_object_agg", "quote_literal", "quote_nullable", "row_to_json", "timezone", "to_char", "to_date", "to_json",
	"to_jsonb", "to_number", "to_timestamp", "to_tsquery", "to_tsvector", "plainto_tsquery", "phraseto_tsquery", "websearch_to_tsquery",
}

// orderedAggregates are those whose result depends on the order of rows.
var orderedAggregates = []string{
	"array_agg", "string_agg", "json_agg", "jsonb_agg", "json_object_agg", "jsonb_object_agg", "json_agg_strict", "jsonb_agg_strict", "xmlagg",
	"range_agg", "array_cat_agg",
}

// orderColumns are the columns of ORDER BY where all are columns of the result.
func orderColumns(s *pg_query.SelectStmt) []OrderColumn {
	targets := s.GetTargetList()
	star := len(targets) == 1 && targets[0].GetResTarget().GetVal().GetColumnRef() != nil && isStar(targets[0].GetResTarget().GetVal().GetColumnRef())
	var out []OrderColumn
	for _, n := range s.GetSortClause() {
		by := n.GetSortBy().GetNode()
		switch {
		case by.GetAConst().GetIval() != nil:
			out = append(out, OrderColumn{Place: int(by.GetAConst().GetIval().GetIval())})
		case by.GetColumnRef() != nil:
			fields := by.GetColumnRef().GetFields()
			name := fields[len(fields)-1].GetString_().GetSval()
			if name == "" || len(fields) > 1 && !star {
				return nil
			}
			out = append(out, OrderColumn{Name: name})
		default:
			return nil
		}
	}
	return out
}

func isStar(c *pg_query.ColumnRef) bool {
	f := c.GetFields()
	return len(f) > 0 && f[len(f)-1].GetAStar() != nil
}

// wholeKey says whether a query reads one table and sorts by columns of it that
// tell its rows apart, so that LIMIT takes certain ones.
func (w *readingWalk) wholeKey(s *pg_query.SelectStmt) bool {
	from := s.GetFromClause()
	if len(from) != 1 || from[0].GetRangeVar() == nil || s.GetGroupClause() != nil || s.GetDistinctClause() != nil || len(s.GetWithClause().GetCtes()) > 0 ||
		s.GetLimitOption() == pg_query.LimitOption_LIMIT_OPTION_WITH_TIES {
		return false
	}
	t := w.cat.Table(from[0].GetRangeVar().GetSchemaname(), from[0].GetRangeVar().GetRelname())
	if t == nil || t.Kind != 'r' {
		return false
	}
	var by []string
	for _, n := range s.GetSortClause() {
		c := n.GetSortBy().GetNode().GetColumnRef()
		if c == nil {
			continue
		}
		name := c.GetFields()[len(c.GetFields())-1].GetString_().GetSval()
		for _, target := range s.GetTargetList() { // an output column of that name comes first
			if r := target.GetResTarget(); len(c.GetFields()) == 1 && r.GetName() == name {
				name = ""
			}
		}
		by = append(by, name)
	}
	for _, k := range t.Constraints {
		if k.Kind == 'p' {
			return len(k.Columns) > 0 && !slices.ContainsFunc(k.Columns, func(c string) bool { return !slices.Contains(by, c) })
		}
	}
	return false
}
