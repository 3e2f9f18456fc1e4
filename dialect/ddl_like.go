package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// What LIKE copies besides columns (TableLikeOption of PostgreSQL).
const (
	likeComments    = 1 << 0
	likeConstraints = 1 << 2
	likeDefaults    = 1 << 3
	likeGenerated   = 1 << 4
	likeIdentity    = 1 << 5
	likeIndexes     = 1 << 6
)

// like adds the columns of another table or view: their types, collations and
// NOT NULL, and what INCLUDING names.
func (b *tableBuild) like(n *pg_query.TableLikeClause) {
	rv := n.GetRelation()
	at := rv.GetLocation()
	b.absentRelation(rv)
	schema, kind := b.locate(rv.GetSchemaname(), rv.GetRelname())
	var columns []catalog.Column
	options := n.GetOptions()
	switch kind {
	case "table":
		t := b.next.Table(schema, rv.GetRelname())
		if !b.virgin() && !t.Local && !t.Owner && !strings.Contains(t.Privileges, "r") {
			b.fail(codePrivilege, at, "permission denied for table %s", t.Name)
		}
		columns = t.Columns
		b.likeOthers(t, options, at)
	case "view":
		v := b.next.View(schema, rv.GetRelname())
		if !strings.Contains(v.Privileges, "r") {
			b.fail(codePrivilege, at, "permission denied for view %s", v.Name)
		}
		columns = v.Columns
	case "":
		if s := rv.GetSchemaname(); s != "" {
			if s != catalog.TempSchema && !slices.Contains(b.next.Schemas, s) {
				b.fail(codeInvalidSchema, at, "schema \"%s\" does not exist", s)
			}
			b.fail(codeUndefinedTable, at, "relation \"%s.%s\" does not exist", s, rv.GetRelname())
		}
		b.fail(codeUndefinedTable, at, "relation \"%s\" does not exist", rv.GetRelname())
	default:
		b.refuse(at, "LIKE of a %s", kind)
	}
	for i := range columns {
		from := &columns[i]
		if b.t.Column(from.Name) != nil {
			b.fail(codeDuplicateColumn, -1, "column \"%s\" specified more than once", from.Name)
		}
		b.t.Natts++
		c := catalog.Column{Num: b.t.Natts, Name: from.Name, Type: from.Type, Typmod: from.Typmod, NotNull: from.NotNull, Collation: from.Collation}
		if options&likeDefaults != 0 && from.Generated == "" {
			c.Default = from.Default
		}
		if options&likeGenerated != 0 {
			c.Generated, c.Virtual = from.Generated, from.Virtual
		}
		if options&likeComments != 0 {
			c.Comment = from.Comment
		}
		b.t.Columns = append(b.t.Columns, c)
	}
}

// likeOthers refuses to copy what is not columns.
func (b *tableBuild) likeOthers(t *catalog.Table, options uint32, at int32) {
	if options&likeIndexes != 0 && len(t.Indexes) > 0 {
		b.refuse(at, "LIKE … INCLUDING INDEXES of a table that has some")
	}
	for i := range t.Constraints {
		if options&likeConstraints != 0 && t.Constraints[i].Kind == 'c' {
			b.refuse(at, "LIKE … INCLUDING CONSTRAINTS of a table that has some")
		}
	}
	for i := range t.Columns {
		if options&likeIdentity != 0 && t.Columns[i].Identity != "" {
			b.refuse(at, "LIKE … INCLUDING IDENTITY of a table that has one")
		}
	}
}
