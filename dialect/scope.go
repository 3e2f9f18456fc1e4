package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"strings"

	"github.com/failoversql/failoversql/catalog"
)

// A source is something in FROM that has columns: a table, a subquery, a CTE.
type source struct {
	alias string // its name in the SQLite statement
	table *catalog.Table
	// excluded is the table whose row about to be inserted it is.
	excluded *catalog.Table
	through  *viewTarget // the view that the table is written through
	rowType  uint32      // of its row, where it is a table or a view
	cols     []srcCol
	// trusted says that its columns are not read with the role's privileges.
	trusted bool
	// nullable says that an outer join may fill it with NULLs.
	nullable bool
	// marked asks for a column that is not NULL in a row that is there.
	marked bool
	// bare is how columns are qualified where no alias may be said (ON CONFLICT's
	// excluded), or the alias.
	bare string
}

// srcCol is a column of a source.
type srcCol struct {
	name     string // as PostgreSQL sees it
	sql      string // quoted, as SQLite sees it
	typ      uint32
	typmod   int32
	stored   bool // comes in column storage that differs from the native form
	notNull  bool
	num      int16
	computed bool      // sql is an expression, not a name
	coll     string    // the column's own collation, where it is not the database's
	shape    *rowShape // of a record: its fields
	// unknown marks a column of a system catalog whose values the fallback does
	// not know.
	unknown bool
}

// nsItem is a name in scope with its columns (PostgreSQL's ParseNamespaceItem).
type nsItem struct {
	name       string
	schema     string
	relation   string // the name of the table or view
	view       bool   // a view that is written through
	relVisible bool   // by qualified names
	colVisible bool   // by bare names
	behind     bool   // the alias of a join, which hides it
	cols       []nsCol
	src        *source
	lateral    bool // may not be referred to here
	joined     bool // lateral because of the kind of join
	scalar     bool // a function of one value, which its name stands for
}

type nsCol struct {
	name string
	e    *expr
}

// A scope is one query level's names.
type scope struct {
	parent *scope
	items  []*nsItem
	ctes   []*cte
	later  []*pg_query.Node // WITH queries that cannot be named yet
	q      *query
	clause clause
	// inAgg and inWindow say that the arguments of an aggregate or window
	// function are being analysed.
	inAgg, inWindow bool
	// hidden are relations of FROM that exist but cannot be named here.
	hidden []*nsItem
	// barrier stops the search for columns (not CTEs) of outer levels.
	barrier bool
	// top says that data-modifying WITH queries are allowed here.
	top bool
}

// has reports whether a source of columns is of this level.
func (s *scope) has(src *source) bool {
	return slices.ContainsFunc(s.items, func(it *nsItem) bool { return it.src == src })
}

// clause says what part of a statement is being analysed, for errors and for
// what is allowed there.
type clause uint8

const (
	inSelectList clause = iota
	inFrom
	inJoinOn
	inWhere
	inGroupBy
	inHaving
	inOrderBy
	inLimit
	inOffset
	inValues
	inUpdateSet
	inReturning
	inFilter
	inWindowPartition
	inWindowOrder
	inDefault
	inCheck
	inDistinctOn
	inExecute
	inIndexExpr
	inMergeWhen
	inWindowFrame
)

var clauseNames = map[clause]string{
	inJoinOn: "JOIN conditions", inWhere: "WHERE", inGroupBy: "GROUP BY", inHaving: "HAVING", inLimit: "LIMIT", inOffset: "OFFSET", inValues: "VALUES",
	inUpdateSet: "UPDATE", inReturning: "RETURNING", inFilter: "FILTER", inDefault: "DEFAULT expressions", inCheck: "check constraints",
	inExecute: "EXECUTE parameters", inIndexExpr: "index expressions", inMergeWhen: "MERGE WHEN conditions", inWindowPartition: "window PARTITION BY", inWindowOrder: "window ORDER BY",
}

func (s *scope) with(c clause) *scope {
	n := *s
	n.clause = c
	return &n
}

// cte is a WITH query in scope.
type cte struct {
	name  string
	alias string // in the SQLite statement
	cols  []srcCol
	used  bool
	open  bool // a recursive CTE whose columns are not known yet
	pos   int32
	uses  int     // references to it
	part  *part   // a data-modifying one
	reads []*cte  // what it reads itself
	wants []*want // the privileges it needs where it is read
}

func (s *scope) cte(name string) *cte {
	for sc := s; sc != nil; sc = sc.parent {
		for i := len(sc.ctes) - 1; i >= 0; i-- {
			if sc.ctes[i].name == name {
				return sc.ctes[i]
			}
		}
	}
	return nil
}

// newAlias makes a name for a source that nothing else in the statement has.
func (a *analyser) newAlias() string {
	a.aliases++
	return "t" + itoa(a.aliases)
}

// item makes the namespace entry of a source.
func (a *analyser) item(name string, src *source) *nsItem {
	it := &nsItem{name: name, relVisible: true, colVisible: true, src: src}
	if src.table != nil {
		it.schema, it.relation = src.table.Schema, src.table.Name
	}
	it.cols = make([]nsCol, len(src.cols))
	for i := range src.cols {
		it.cols[i] = nsCol{name: src.cols[i].name, e: a.columnOf(src, i)}
	}
	return it
}

// columnOf is a reference to a source's column.
func (a *analyser) columnOf(src *source, i int) *expr {
	c := &src.cols[i]
	return &expr{kind: exColumn, typ: c.typ, typmod: c.typmod, pos: -1, src: src, col: i}
}

// column resolves a bare column name.
func (a *analyser) column(sc *scope, name string, pos int32) *expr {
	for s := sc; s != nil; s = s.parent {
		var found *expr
		for _, it := range s.items {
			if !it.colVisible {
				continue
			}
			for i := range it.cols {
				if it.cols[i].name != name {
					continue
				}
				if found != nil {
					a.fail(codeAmbiguousColumn, pos, "column reference \"%s\" is ambiguous", name)
				}
				if it.lateral {
					a.hiddenLateral(it, pos)
				}
				found = it.cols[i].e
			}
		}
		if found != nil {
			a.readsColumns(found)
			return at(found, pos)
		}
		if s.barrier {
			break
		}
	}
	return nil
}

func (a *analyser) hiddenLateral(it *nsItem, pos int32) {
	e := a.error(codeColumnReference, pos, "invalid reference to FROM-clause entry for table \"%s\"", it.name)
	if it.joined {
		e.Detail = "The combining JOIN type must be INNER or LEFT for a LATERAL reference."
	} else {
		e.Hint = "There is an entry for table \"" + it.name + "\", but it cannot be referenced from this part of the query."
	}
	panic(e)
}

// at is e seen at a place of the statement.
func at(e *expr, pos int32) *expr {
	n := *e
	n.pos = pos
	return &n
}

// relation resolves a table name or alias used as a qualifier.
func (a *analyser) relation(sc *scope, schema, name string, pos int32) *nsItem {
	for s := sc; s != nil; s = s.parent {
		var found *nsItem
		for _, it := range s.items {
			if !it.relVisible || it.name != name || schema != "" && (it.schema != schema || it.relation != name) {
				continue
			}
			if found != nil {
				a.fail("42P09", pos, "table reference \"%s\" is ambiguous", name)
			}
			found = it
		}
		if found != nil {
			if found.lateral {
				a.hiddenLateral(found, pos)
			}
			return found
		}
		if s.barrier {
			break
		}
	}
	return nil
}

// missingRelation fails for a qualifier that names nothing in scope.
func (a *analyser) missingRelation(sc *scope, name string, pos int32) {
	for s := sc; s != nil; s = s.parent {
		for _, it := range s.hidden {
			if it.relVisible && it.name == name {
				a.failHint(codeUndefinedTable, pos, "", "invalid reference to FROM-clause entry for table \"%s\"", name)
			}
		}
		for _, it := range s.items {
			if (it.relVisible || it.behind) && it.name == name {
				a.failHint(codeUndefinedTable, pos, "There is an entry for table \""+name+"\", but it cannot be referenced from this part of the query.", "invalid reference to FROM-clause entry for table \"%s\"", name)
			}
			if it.src != nil && it.src.table != nil && it.src.table.Name == name && it.name != name {
				a.failHint(codeUndefinedTable, pos, "Perhaps you meant to reference the table alias \""+it.name+"\".", "invalid reference to FROM-clause entry for table \"%s\"", name)
			}
		}
	}
	a.fail(codeUndefinedTable, pos, "missing FROM-clause entry for table \"%s\"", name)
}

// systemColumn refuses PostgreSQL's system columns, which a SQLite row lacks.
func (a *analyser) systemColumn(name string, pos int32) {
	switch name {
	case "ctid", "xmin", "xmax", "cmin", "cmax", "tableoid":
		a.refuse(pos, "system column \"%s\"", name)
	}
}

// qualifiedName splits schema.table; db.schema.table is checked against the
// database.
func (a *analyser) qualifiedName(parts []string, pos int32, column ...string) (schema, name string) {
	switch len(parts) {
	case 1:
		return "", parts[0]
	case 2:
		return parts[0], parts[1]
	case 3:
		if parts[0] != a.cat.Database {
			a.fail(codeNotSupported, pos, "cross-database references are not implemented: %s", strings.Join(append(slices.Clone(parts), column...), "."))
		}
		return parts[1], parts[2]
	}
	a.fail(codeSyntax, pos, "improper qualified name (too many dotted names): %s", strings.Join(parts, "."))
	return "", ""
}
