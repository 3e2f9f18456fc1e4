package dialect

import (
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	pg_query "github.com/pganalyze/pg_query_go/v6"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// schemaExpr is an expression of the schema (of a check, a generated column, an
// index, a default) in SQLite.
type schemaExpr struct {
	SQL        string
	Type       *pgvalue.Type // what it gives
	Functions  []string      // Go functions it calls
	Collations []string
}

// tableExpr translates an expression over the columns of a table, which stand
// in it as plain quoted names. With a target column it is converted by
// assignment and gives what that column stores; without, a native value. The
// error is 0A000 where SQLite cannot evaluate it, by itself, in the schema.
func tableExpr(cat *catalog.Catalog, t *catalog.Table, text string, target *catalog.Column) (out schemaExpr, err error) {
	return exprOver(cat, t, noQualifier, text, target)
}

// tablePredicate is tableExpr for the condition of a partial index.
func tablePredicate(cat *catalog.Catalog, t *catalog.Table, text string) (schemaExpr, error) {
	return schemaText(cat, t, noQualifier, text, nil, (*emitter).where)
}

// exprOver is tableExpr with the columns qualified, as NEW in a trigger. Only
// unqualified, as part of the schema, must it do without subqueries.
func exprOver(cat *catalog.Catalog, t *catalog.Table, qualifier, text string, target *catalog.Column) (out schemaExpr, err error) {
	return schemaText(cat, t, qualifier, text, target, (*emitter).expr)
}

func schemaText(cat *catalog.Catalog, t *catalog.Table, qualifier, text string, target *catalog.Column, write func(*emitter, *expr)) (out schemaExpr, err error) {
	defer func() {
		if r := recover(); r != nil {
			pe, ok := r.(*pgconn.PgError)
			if !ok {
				panic(r)
			}
			err = pe
		}
	}()
	a, sc := newAnalyser(cat, "").within(cat, t, inCheck)
	for _, it := range sc.items {
		it.src.bare = qualifier
	}
	e := a.stored(text, "expression "+text, sc)
	e.walk(func(x *expr) bool {
		if qualifier == noQualifier && (x.kind == exSub || strings.Contains(x.tmpl, "SELECT ")) {
			a.refuse(-1, "expression %s, which takes a subquery in SQLite,", text)
		}
		return true
	})
	m := &emitter{a: a, schema: qualifier == noQualifier}
	if target != nil {
		e = a.assign(e, target)
		m.stored(e, target)
	} else {
		write(m, e)
	}
	if len(m.binds) > 0 || len(a.sequences) > 0 {
		a.refuse(-1, "expression %s, which depends on the session,", text)
	}
	return schemaExpr{
		SQL: m.String(), Type: a.value(e.typ, e.typmod),
		Functions: slices.Sorted(maps.Keys(a.functions)), Collations: slices.Sorted(maps.Keys(a.collations)),
	}, nil
}

// within is a new analyser for an expression of the same statement over the
// columns of a table (nil: none), and its scope.
func (a *analyser) within(cat *catalog.Catalog, t *catalog.Table, c clause) (*analyser, *scope) {
	b := newAnalyser(cat, a.sql)
	b.quiet = a.quiet
	sc := &scope{clause: c}
	if t != nil {
		src := b.tableSource(t, -1)
		src.bare = noQualifier
		sc.items = []*nsItem{b.item(t.Name, src)}
	}
	return b, sc
}

// eachNode calls f for every message of a parse tree.
func eachNode(m protoreflect.Message, f func(any)) {
	f(m.Interface())
	eachChild(m, func(child protoreflect.Message) bool {
		eachNode(child, f)
		return true
	})
}

// columnRefs are the columns that an expression names.
func columnRefs(n *pg_query.Node) []*pg_query.ColumnRef {
	if n == nil {
		return nil
	}
	var refs []*pg_query.ColumnRef
	eachNode(n.ProtoReflect(), func(m any) {
		if r, ok := m.(*pg_query.ColumnRef); ok {
			refs = append(refs, r)
		}
	})
	return refs
}

// subLink is the first subquery in an expression, or nil.
func subLink(n *pg_query.Node) *pg_query.SubLink {
	var found *pg_query.SubLink
	if n != nil {
		eachNode(n.ProtoReflect(), func(m any) {
			if s, ok := m.(*pg_query.SubLink); ok && found == nil {
				found = s
			}
		})
	}
	return found
}

// columnRefAt is where an expression names a column.
func columnRefAt(n *pg_query.Node, column string) int32 {
	for _, r := range columnRefs(n) {
		if names := stringList(r.Fields); names[len(names)-1] == column {
			return r.Location
		}
	}
	return -1
}

// columnsOf are the columns that an expression of the catalog names.
func columnsOf(text string) []string {
	var names []string
	for _, r := range columnRefs(parseExpr(text)) {
		fields := stringList(r.Fields)
		names = append(names, fields[len(fields)-1])
	}
	return names
}

// exprPrefix makes an expression a statement that can be parsed.
const exprPrefix = "SELECT "

// parseExpr parses an expression of the catalog; nil for none.
func parseExpr(text string) *pg_query.Node {
	if text == "" {
		return nil
	}
	tree, err := pg_query.Parse(exprPrefix + text)
	if err != nil {
		return nil
	}
	list := tree.Stmts[0].Stmt.GetSelectStmt().GetTargetList()
	if len(list) != 1 {
		return nil
	}
	return list[0].GetResTarget().GetVal()
}

// renameIn gives a column another name in an expression of the catalog.
func renameIn(text, column, name string) string {
	refs := columnRefs(parseExpr(text))
	slices.SortFunc(refs, func(x, y *pg_query.ColumnRef) int { return int(y.Location) - int(x.Location) })
	for _, r := range refs {
		fields := stringList(r.Fields)
		if len(fields) != 1 || fields[0] != column {
			continue
		}
		at := int(r.Location) - len(exprPrefix)
		text = text[:at] + ident(name) + text[at+len(ident(column)):]
	}
	return text
}
