package dialect

import (
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// TableSQL is the SQLite statement that creates the table behind t: columns,
// NOT NULL, CHECK constraints and foreign keys. Keys are indexes (IndexSQL), so
// that rows can be loaded first; they must exist before foreign keys are
// enforced. There are no defaults: Translate writes them into every INSERT.
//
// The error is 0A000 where the table cannot be held in SQLite at all: a column
// type that is not known, or a generated column that SQLite cannot compute.
func TableSQL(cat *catalog.Catalog, t *catalog.Table) ([]string, error) {
	var parts []string
	for i := range t.Columns {
		c, err := columnSQL(cat, t, &t.Columns[i])
		if err != nil {
			return nil, err
		}
		parts = append(parts, c)
	}
	for i := range t.Constraints {
		k := &t.Constraints[i]
		switch k.Kind {
		case 'c':
			if sql, trigger, err := checkSQL(cat, t, k); err == nil && !trigger {
				parts = append(parts, "CONSTRAINT "+quote(k.Name)+" CHECK ("+sql+")")
			}
		case 'f':
			if foreignKeyProblem(cat, t, k) == "" {
				parts = append(parts, foreignKeySQL(k))
			}
		}
	}
	if len(t.Columns) == 0 {
		return nil, pgvalue.Errorf(codeNotSupported, "table \"%s\" without columns is not supported on the SQLite fallback", t.Name)
	}
	create := "CREATE TABLE "
	if t.Persistence == 't' {
		create = "CREATE TEMP TABLE "
	}
	return []string{create + sqliteTable(t) + " (" + strings.Join(parts, ", ") + ") STRICT"}, nil
}

// checkSQL is the condition of a CHECK constraint in SQLite. It is a trigger's,
// over the row NEW, where SQLite needs a subquery, which a CHECK cannot have.
// Where there is an error, triggers refuse all writes: see refusals.
func checkSQL(cat *catalog.Catalog, t *catalog.Table, k *catalog.Constraint) (sql string, trigger bool, err error) {
	e, err := tableExpr(cat, t, k.Expr, nil)
	if err != nil {
		trigger = true
		e, err = exprOver(cat, t, "NEW", k.Expr, nil)
	}
	return e.SQL, trigger, err
}

func columnSQL(cat *catalog.Catalog, t *catalog.Table, c *catalog.Column) (string, error) {
	s, _, err := columnStorage(cat, c)
	if err != nil {
		return "", err
	}
	sql := quote(c.Name) + " " + s.affinity
	if s.collation != "" {
		sql += " COLLATE " + s.collation
	}
	if c.Generated != "" {
		e, err := tableExpr(cat, t, c.Generated, c)
		if err != nil {
			return "", err
		}
		sql += " GENERATED ALWAYS AS (" + e.SQL + ")"
		if c.Virtual {
			sql += " VIRTUAL"
		} else {
			sql += " STORED"
		}
	}
	if c.NotNull {
		sql += " NOT NULL"
	}
	return sql, nil
}

// foreignKeySQL declares a foreign key. Its actions are triggers (TriggerSQL),
// whose work is done before SQLite looks, at the end of the statement, whether
// the key holds.
//
// RESTRICT is NO ACTION here: both are looked at when the statement ends, in
// PostgreSQL and with SQLite's NO ACTION, whereas SQLite's RESTRICT fails at the
// first row. It is RESTRICT only where NO ACTION would wait for COMMIT.
func foreignKeySQL(k *catalog.Constraint) string {
	sql := "CONSTRAINT " + quote(k.Name) + " FOREIGN KEY (" + quoteList(k.Columns, ", ") + ") REFERENCES " +
		quote(catalog.SQLiteName(k.RefSchema, k.RefTable)) + " (" + quoteList(k.RefColumns, ", ") + ")"
	if !k.Deferrable || !k.Deferred {
		return sql
	}
	if k.OnDelete == 'r' {
		sql += " ON DELETE RESTRICT"
	}
	if k.OnUpdate == 'r' {
		sql += " ON UPDATE RESTRICT"
	}
	return sql + " DEFERRABLE INITIALLY DEFERRED"
}

// ForeignKeys are the foreign keys of a table in the order of the ids that
// SQLite gives them (PRAGMA foreign_key_list and foreign_key_check).
func ForeignKeys(cat *catalog.Catalog, t *catalog.Table) []*catalog.Constraint {
	var keys []*catalog.Constraint
	for i := len(t.Constraints) - 1; i >= 0; i-- {
		if k := &t.Constraints[i]; k.Kind == 'f' && foreignKeyProblem(cat, t, k) == "" {
			keys = append(keys, k)
		}
	}
	return keys
}

// foreignKeyProblem says why SQLite cannot keep a foreign key, or "".
func foreignKeyProblem(cat *catalog.Catalog, t *catalog.Table, k *catalog.Constraint) string {
	if k.NotValid {
		// SQLite counts violations up and down from none: with some there
		// already, new ones can cancel out with old.
		return "has not been validated"
	}
	parent := cat.Table(k.RefSchema, k.RefTable)
	if parent == nil {
		return "references a table that is not in the copy"
	}
	for i := range t.Constraints {
		// Which of the two PostgreSQL runs first decides whether the other fails.
		if o := &t.Constraints[i]; o.Kind == 'f' && o.OID != k.OID && sameColumns(o, k) && !sameActions(o, k) {
			return "does something else than foreign key \"" + o.Name + "\" of the same columns"
		}
	}
	for i, name := range k.Columns {
		child, ref := t.Column(name), parent.Column(k.RefColumns[i])
		if child == nil || ref == nil {
			return "names a column that is not there"
		}
		a, _, err := columnStorage(cat, child)
		if err != nil {
			return "has a column of an unsupported type"
		}
		b, _, err := columnStorage(cat, ref)
		if err != nil || !a.exact || !b.exact || a.form != b.form {
			return "compares types that cannot be compared on the fallback"
		}
	}
	return ""
}

func sameColumns(x, y *catalog.Constraint) bool {
	return x.RefSchema == y.RefSchema && x.RefTable == y.RefTable && slices.Equal(x.Columns, y.Columns) && slices.Equal(x.RefColumns, y.RefColumns)
}

func sameActions(x, y *catalog.Constraint) bool {
	kind := func(action byte) byte {
		if action == 'r' {
			return 'a'
		}
		return action
	}
	return kind(x.OnDelete) == kind(y.OnDelete) && kind(x.OnUpdate) == kind(y.OnUpdate)
}

// DropSQL removes what TableSQL, IndexSQL and TriggerSQL made for a table.
// Foreign keys of other tables that refer to it must be gone by then.
func DropSQL(cat *catalog.Catalog, t *catalog.Table) []string {
	var sql []string
	for i := range t.Constraints {
		for _, name := range actionTriggers(t, &t.Constraints[i]) {
			sql = append(sql, "DROP TRIGGER IF EXISTS "+quote(name))
		}
	}
	return append(sql, "DROP TABLE "+sqliteTable(t))
}

// sqliteTable is the quoted name of the SQLite table behind t.
func sqliteTable(t *catalog.Table) string { return quote(catalog.SQLiteName(t.Schema, t.Name)) }

func quote(name string) string { return catalog.QuoteIdent(name) }

func quoteList(names []string, separator string) string {
	quoted := make([]string, len(names))
	for i, n := range names {
		quoted[i] = quote(n)
	}
	return strings.Join(quoted, separator)
}
