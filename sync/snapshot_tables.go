package dbsync

import (
	"fmt"
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
)

// choose decides which of the primary's tables the copy can hold and keep up
// with. The others move to Absent with the reason, and where it helps with the
// SQL that would put it right. A plain copy is not kept up by a stream. The
// result is a new catalog.
func choose(cat *catalog.Catalog, plain bool) *catalog.Catalog {
	out := cat.Clone()
	out.Version = cat.Version
	out.Tables = nil
	for _, t := range cat.Tables {
		if why := unfollowable(cat, t, plain); why != "" {
			out.Absent = append(out.Absent, catalog.Relation{Schema: t.Schema, Name: t.Name, Reason: why})
			continue
		}
		out.Tables = append(out.Tables, t)
	}
	return out
}

// unfollowable says why a table cannot be followed, or "".
func unfollowable(cat *catalog.Catalog, t *catalog.Table, plain bool) string {
	name := catalog.QuoteQualified(t.Schema, t.Name)
	switch {
	case !t.Owner && !plain:
		return fmt.Sprintf("is not owned by %s, who therefore cannot publish it (ALTER TABLE %s OWNER TO %s)", cat.User, name, catalog.QuoteIdent(cat.User))
	case !strings.Contains(t.Privileges, "r"):
		return fmt.Sprintf("may not be read by %s (GRANT SELECT ON %s TO %s)", cat.User, name, catalog.QuoteIdent(cat.User))
	case t.RowSecurity:
		return fmt.Sprintf("hides rows from %s by row security (ALTER ROLE %s BYPASSRLS, or follow it with a role that sees every row)", cat.User, catalog.QuoteIdent(cat.User))
	case !slices.ContainsFunc(t.Columns, func(c catalog.Column) bool { return c.Generated == "" }):
		return "has no columns that hold values"
	case t.Kind == 'p' && !plain && cat.ServerVersion < 130000:
		return "is partitioned, which PostgreSQL can publish from version 13 on"
	case t.Kind == 'p' && t.Unidentified && identified(t):
		return fmt.Sprintf("has partitions without a replica identity of the same kind, so following it would make UPDATE and DELETE fail on the primary (ALTER TABLE %s ADD PRIMARY KEY …, or REPLICA IDENTITY FULL for it and each of its partitions)", name)
	case t.Unidentified || !identified(t):
		return fmt.Sprintf("has no replica identity, so following it would make UPDATE and DELETE fail on the primary (ALTER TABLE %s ADD PRIMARY KEY …, or REPLICA IDENTITY FULL)", name)
	}
	if _, err := dialect.TableSQL(cat, t); err != nil {
		return "cannot be held in the copy: " + err.Error()
	}
	return ""
}

// identified says whether the stream can name the rows of a table.
func identified(t *catalog.Table) bool {
	switch t.ReplicaIdentity {
	case 'f', 'i':
		return true
	case 'd':
		pk := t.PrimaryKey()
		return pk != nil && !pk.Deferrable // PostgreSQL does not take a deferrable one
	}
	return false
}
