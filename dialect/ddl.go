package dialect

import (
	"cmp"
	"fmt"
	"slices"
	"strings"
	"sync"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// ddl carries the translation of one statement that changes the schema. It
// works on next, a copy of the catalog: every command changes next as
// PostgreSQL would change its own catalogs, and the SQLite statements follow
// from the difference (migrate).
type ddl struct {
	*analyser
	next *catalog.Catalog
	// copied are the tables of next that are this statement's own, to be
	// changed in place.
	copied  map[*catalog.Table]bool
	notices []string
	silent  bool // errors in expressions come without a position
	// checks are SQLite queries that fail where rows stand against the change.
	// They run once the columns are as they will be, before the indexes are made.
	checks []string
	fills  []columnFill
	// temporary says that what is made belongs to the session alone.
	temporary bool
}

func newDDL(a *analyser) *ddl {
	return &ddl{analyser: a, next: a.cat.Clone(), copied: map[*catalog.Table]bool{}}
}

// translateDDL makes the plan of a statement that changes the schema; nil where
// node is no such statement. Errors travel as panics, as in all analysis.
func (a *analyser) translateDDL(node *pg_query.Node) *Plan {
	d := newDDL(a)
	text := a.sql
	var verb, alone string
	switch n := node.GetNode().(type) {
	case *pg_query.Node_CreateStmt:
		verb = "CREATE TABLE"
		d.createTable(n.CreateStmt)
	case *pg_query.Node_IndexStmt:
		verb = "CREATE INDEX"
		d.createIndex(n.IndexStmt)
		if n.IndexStmt.Concurrent {
			text, alone = withoutConcurrently(node), verb+" CONCURRENTLY"
		}
	case *pg_query.Node_AlterTableStmt:
		verb = d.alterTable(n.AlterTableStmt)
	case *pg_query.Node_RenameStmt:
		verb = d.rename(n.RenameStmt)
	case *pg_query.Node_DropStmt:
		verb = d.drop(n.DropStmt)
		if n.DropStmt.Concurrent {
			text, alone = withoutConcurrently(node), verb+" CONCURRENTLY"
		}
	case *pg_query.Node_CreateSeqStmt:
		verb = "CREATE SEQUENCE"
		d.createSequence(n.CreateSeqStmt)
	case *pg_query.Node_CreateSchemaStmt:
		verb = "CREATE SCHEMA"
		d.createSchema(n.CreateSchemaStmt)
	case *pg_query.Node_CreateExtensionStmt:
		verb = "CREATE EXTENSION"
		d.createExtension(n.CreateExtensionStmt)
	case *pg_query.Node_CreateEnumStmt:
		verb = "CREATE TYPE"
		d.createEnum(n.CreateEnumStmt)
	case *pg_query.Node_CompositeTypeStmt:
		verb = "CREATE TYPE"
		d.createComposite(n.CompositeTypeStmt)
	case *pg_query.Node_CommentStmt:
		verb = "COMMENT"
		d.comment(n.CommentStmt)
	case *pg_query.Node_TruncateStmt:
		return d.truncate(n.TruncateStmt)
	default:
		return nil
	}
	p := &Plan{Kind: DDL, Verb: verb, Writes: true, Alone: alone, Volatile: true, Notice: strings.Join(d.notices, "\n")}
	if len(d.notices) > 0 && d.unchanged() {
		return p // IF EXISTS, IF NOT EXISTS
	}
	p.DDL = d.change(text)
	if len(d.checks) > 0 {
		p.Functions = []string{FuncRaise}
	}
	return p
}

// change is what has become of the catalog; text is for the journal.
func (d *ddl) change(text string) *Change {
	d.sort()
	c := &Change{Catalog: d.next, Text: text, Temporary: d.onlyTemporary()}
	c.SQL = d.migrate()
	return c
}

// unchanged reports whether the statement found nothing to do.
func (d *ddl) unchanged() bool {
	old := d.analyser.cat
	return slices.Equal(old.Tables, d.next.Tables) && slices.Equal(old.Sequences, d.next.Sequences) && slices.Equal(old.Views, d.next.Views) &&
		slices.Equal(old.Types, d.next.Types) && slices.Equal(old.Schemas, d.next.Schemas) && slices.Equal(old.Extensions, d.next.Extensions)
}

// withoutConcurrently is the text of a statement without CONCURRENTLY, which
// the journal's replay could not run inside a transaction.
func withoutConcurrently(node *pg_query.Node) string {
	switch n := node.GetNode().(type) {
	case *pg_query.Node_IndexStmt:
		n.IndexStmt.Concurrent = false
	case *pg_query.Node_DropStmt:
		n.DropStmt.Concurrent = false
	}
	return deparse(node)
}

// deparse prints a statement in PostgreSQL's grammar.
func deparse(node *pg_query.Node) string {
	text, err := pg_query.Deparse(&pg_query.ParseResult{Version: treeVersion(), Stmts: []*pg_query.RawStmt{{Stmt: node}}})
	if err != nil {
		// What was parsed can be printed.
		panic(fmt.Sprintf("dialect: %v", err))
	}
	return text
}

// treeVersion is the version of the parser's trees.
var treeVersion = sync.OnceValue(func() int32 {
	tree, err := pg_query.Parse("")
	if err != nil {
		panic(fmt.Sprintf("dialect: %v", err))
	}
	return tree.Version
})

// at is a position in an expression or key, where PostgreSQL gives one.
func (d *ddl) at(pos int32) int32 {
	if d.silent {
		return -1
	}
	return pos
}

func (d *ddl) notice(format string, args ...any) {
	d.notices = append(d.notices, fmt.Sprintf(format, args...))
}

// newOID numbers a new object.
func (d *ddl) newOID() uint32 {
	if d.temporary {
		d.next.NextTempOID = max(d.next.NextTempOID, catalog.FirstTempOID) + 1
		return d.next.NextTempOID - 1
	}
	if d.next.NextOID < catalog.FirstLocalOID {
		d.next.NextOID = catalog.FirstLocalOID
	}
	d.next.NextOID++
	return d.next.NextOID - 1
}

// edit gives a table of next that may be changed: a copy, put in its place the
// first time.
func (d *ddl) edit(t *catalog.Table) *catalog.Table {
	if d.copied[t] {
		return t
	}
	c := *t
	c.Columns = slices.Clone(t.Columns)
	c.Constraints = slices.Clone(t.Constraints)
	c.Indexes = slices.Clone(t.Indexes)
	i := slices.Index(d.next.Tables, t)
	d.next.Tables[i] = &c
	d.copied[&c] = true
	return &c
}

// addTable puts a new table into next.
func (d *ddl) addTable(t *catalog.Table) {
	d.next.Tables = append(d.next.Tables, t)
	d.copied[t] = true
}

// sort puts everything into the order in which catalog.Load gives it.
func (d *ddl) sort() {
	n := d.next
	slices.Sort(n.Schemas)
	slices.Sort(n.Creatable)
	slices.Sort(n.Extensions)
	slices.SortFunc(n.Types, func(a, b *catalog.Type) int { return cmp.Compare(a.OID, b.OID) })
	slices.SortFunc(n.Tables, func(a, b *catalog.Table) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
	})
	slices.SortFunc(n.Sequences, func(a, b *catalog.Sequence) int {
		return cmp.Or(cmp.Compare(a.Schema, b.Schema), cmp.Compare(a.Name, b.Name))
	})
	n.Schemas, n.Creatable = orNil(n.Schemas), orNil(n.Creatable)
	n.Types, n.Tables, n.Sequences, n.Views = orNil(n.Types), orNil(n.Tables), orNil(n.Sequences), orNil(n.Views)
	for t := range d.copied {
		t.Constraints, t.Indexes = orNil(t.Constraints), orNil(t.Indexes)
		slices.SortFunc(t.Constraints, func(a, b catalog.Constraint) int { return cmp.Compare(a.Name, b.Name) })
		slices.SortFunc(t.Indexes, func(a, b catalog.Index) int { return cmp.Compare(a.Name, b.Name) })
	}
}

// orNil makes an empty slice nil, as catalog.Load leaves it.
func orNil[T any](s []T) []T {
	if len(s) == 0 {
		return nil
	}
	return s
}

// virgin reports whether the file never saw a primary, so that there are no
// privileges to keep.
func (d *ddl) virgin() bool { return d.next.ServerVersion == 0 }

// owns fails unless User may alter an object.
func (d *ddl) owns(owner bool, kind, name string) {
	if !owner && !d.virgin() {
		d.fail(codePrivilege, -1, "must be owner of %s %s", kind, name)
	}
}
