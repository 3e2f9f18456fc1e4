package sqlitedb

import (
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/jackc/pgx/v5/pgconn"
)

// violation is a failed constraint of one table.
type violation struct {
	code       string
	table      *catalog.Table
	constraint string
	index      *catalog.Index // behind a key
	column     string         // of NOT NULL
	text       string         // SQLite's, where the catalog has no such thing
}

func (v violation) error() *pgconn.PgError {
	if v.table == nil {
		return errorf(v.code, "a constraint is violated: %s", v.text)
	}
	var err *pgconn.PgError
	switch v.code {
	case "23505":
		if v.deferred() {
			// PostgreSQL would take the row, and look again when the transaction commits.
			return errorf("0A000", "a duplicate under the deferred constraint %q is not supported on the SQLite fallback", v.constraint)
		}
		err = errorf(v.code, "duplicate key value violates unique constraint %q", v.constraint)
	case "23502":
		err = errorf(v.code, "null value in column %q of relation %q violates not-null constraint", v.column, v.table.Name)
	case "23514":
		err = errorf(v.code, "new row for relation %q violates check constraint %q", v.table.Name, v.constraint)
	}
	err.SchemaName, err.TableName = v.table.Schema, v.table.Name
	err.ColumnName, err.ConstraintName = v.column, v.constraint
	return err
}

// deferred says that a unique constraint waits for COMMIT.
func (v violation) deferred() bool {
	return slices.ContainsFunc(v.table.Constraints, func(k catalog.Constraint) bool {
		return k.Name == v.constraint && (k.Kind == 'u' || k.Kind == 'p') && k.Deferrable && k.Deferred
	})
}

// uniqueViolation reads "t.a, t.b" or "index 'name'".
func (s *Session) uniqueViolation(what string) violation {
	cat := s.objects()
	v := violation{code: "23505", text: what}
	if name, ok := strings.CutPrefix(what, "index '"); ok {
		name = strings.TrimSuffix(name, "'")
		for _, t := range cat.Tables {
			for i := range t.Indexes {
				x := &t.Indexes[i]
				if x.Unique && (x.Name == name || catalog.SQLiteName(t.Schema, x.Name) == name) {
					v.table, v.constraint, v.index = t, x.Name, x
					return v
				}
			}
		}
		return v
	}
	t, columns := findColumns(cat, what)
	if t == nil {
		return v
	}
	v.table = t
	for i := range t.Indexes {
		if x := &t.Indexes[i]; x.Unique && slices.Equal(indexColumns(x), columns) && (v.index == nil || x.Constraint && !v.index.Constraint) {
			v.constraint, v.index = x.Name, x
		}
	}
	return v
}

// indexColumns are the columns of an index, nil where one is an expression.
func indexColumns(x *catalog.Index) []string {
	var out []string
	for _, k := range x.Keys {
		if k.Column == "" {
			return nil
		}
		out = append(out, k.Column)
	}
	return out
}

// findColumns reads columns as SQLite names them: table.a, table.b.
func findColumns(cat *catalog.Catalog, what string) (*catalog.Table, []string) {
	parts := strings.Split(what, ", ")
tables:
	for _, t := range cat.Tables {
		prefix := catalog.SQLiteName(t.Schema, t.Name) + "."
		var columns []string
		for _, p := range parts {
			c, ok := strings.CutPrefix(p, prefix)
			if !ok || t.Column(c) == nil {
				continue tables
			}
			columns = append(columns, c)
		}
		return t, columns
	}
	return nil, nil
}

func (s *Session) notNullViolation(what string) violation {
	v := violation{code: "23502", text: what}
	if t, columns := findColumns(s.objects(), what); t != nil {
		v.table, v.column = t, columns[0]
	}
	return v
}

// checkViolation reads the name of a check constraint, which SQLite gives
// without its table.
func (s *Session) checkViolation(what string) violation {
	v := violation{code: "23514", text: what}
	for _, t := range s.objects().Tables {
		for i := range t.Constraints {
			if c := &t.Constraints[i]; c.Kind == 'c' && c.Name == what {
				v.table, v.constraint = t, c.Name
				return v
			}
		}
	}
	return v
}
