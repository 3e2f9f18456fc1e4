package sqlitedb

import (
	"cmp"
	"context"
	"database/sql/driver"
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/mattn/go-sqlite3"
)

// touched is a row that a statement wrote.
type touched struct {
	table string // SQLite's name
	rowid int64
	op    int // SQLITE_INSERT, …
}

// touchedLimit bounds how many rows are looked at one by one to find the one
// that broke a foreign key; past it, tables are searched whole.
const touchedLimit = 10000

// foreignKeyError finds the foreign key that a statement broke, which SQLite
// does not say: the statement is run again with its keys left unchecked, and
// the rows it wrote are looked at.
func (s *Session) foreignKeyError(ctx context.Context, again func(context.Context) error) error {
	plain := errorf("23503", "a foreign key constraint is violated")
	if !s.tx.writing || s.db.AutoCommit() {
		return plain
	}
	var found *pgconn.PgError
	err := s.aside(func() error {
		if _, err := s.db.ExecContext(context.Background(), "PRAGMA defer_foreign_keys = ON", nil); err != nil {
			return err
		}
		var rows []touched
		s.db.RegisterUpdateHook(func(op int, _, table string, rowid int64) {
			if len(rows) <= touchedLimit && !strings.HasPrefix(table, Prefix) {
				rows = append(rows, touched{table, rowid, op})
			}
		})
		err := again(ctx)
		s.db.RegisterUpdateHook(nil)
		if err != nil {
			return err
		}
		found = s.brokenKey(ctx, rows)
		return nil
	})
	// The pragma ends with the transaction by itself; this one goes on.
	_, _ = s.db.ExecContext(context.Background(), "PRAGMA defer_foreign_keys = OFF", nil)
	if err != nil || found == nil {
		return plain
	}
	return found
}

// brokenKey finds a foreign key that is broken now: by the rows written, or
// anywhere where rows is nil.
func (s *Session) brokenKey(ctx context.Context, rows []touched) *pgconn.PgError {
	cat := s.baseSchema().cat
	wrote := make(map[string][]touched)
	lost := make(map[string]bool)    // keys, perhaps
	deleted := make(map[string]bool) // rows
	for _, r := range rows {
		if r.op != sqlite3.SQLITE_DELETE {
			wrote[r.table] = append(wrote[r.table], r)
		}
		lost[r.table] = lost[r.table] || r.op != sqlite3.SQLITE_INSERT
		deleted[r.table] = deleted[r.table] || r.op == sqlite3.SQLITE_DELETE
	}
	all := rows == nil || len(rows) > touchedLimit
	for _, f := range foreignKeys(cat) {
		child, parent := catalog.SQLiteName(f.table.Schema, f.table.Name), catalog.SQLiteName(f.parent.Schema, f.parent.Name)
		// What is deferred is looked at when the transaction commits.
		waits := rows != nil && f.key.Deferrable && f.key.Deferred
		if waits && (all || f.key.OnDelete != 'r' && f.key.OnUpdate != 'r') {
			continue
		}
		if all {
			if values, ok := s.orphan(ctx, f.table, f.parent, f.key, 0, false); ok {
				return s.missingParent(f.table, f.parent, f.key, values)
			}
			continue
		}
		for _, r := range wrote[child] {
			if waits || r.op == sqlite3.SQLITE_UPDATE && deleted[parent] {
				continue // by a cascade that left this key alone
			}
			if values, ok := s.orphan(ctx, f.table, f.parent, f.key, r.rowid, true); ok {
				return s.missingParent(f.table, f.parent, f.key, values)
			}
		}
		if lost[parent] {
			if values, ok := s.orphan(ctx, f.table, f.parent, f.key, 0, false); ok {
				return s.stillReferenced(f.table, f.parent, f.key, values)
			}
		}
	}
	return nil
}

type foreignKey struct {
	table, parent *catalog.Table
	key           *catalog.Constraint
}

// foreignKeys are those of all tables in the order in which PostgreSQL checks
// them, which is that of their making.
func foreignKeys(cat *catalog.Catalog) []foreignKey {
	var out []foreignKey
	for _, t := range cat.Tables {
		for i := range t.Constraints {
			k := &t.Constraints[i]
			if k.Kind != 'f' {
				continue
			}
			if parent := cat.Table(k.RefSchema, k.RefTable); parent != nil {
				out = append(out, foreignKey{t, parent, k})
			}
		}
	}
	slices.SortStableFunc(out, func(a, b foreignKey) int { return cmp.Compare(a.key.OID, b.key.OID) })
	return out
}

// orphan finds a row of a table that refers to nothing, and gives its key.
func (s *Session) orphan(ctx context.Context, t, parent *catalog.Table, k *catalog.Constraint, rowid int64, byRow bool) ([]any, bool) {
	var keys, conds, match []string
	for i, c := range k.Columns {
		col := "c." + catalog.QuoteIdent(c)
		keys = append(keys, col)
		conds = append(conds, col+" IS NOT NULL")
		match = append(match, "p."+catalog.QuoteIdent(k.RefColumns[i])+" = "+col)
	}
	var args []driver.NamedValue
	if byRow {
		conds = append(conds, "c.rowid = ?1")
		args = namedArgs([]any{rowid})
	}
	q := "SELECT " + strings.Join(keys, ", ") + " FROM " + catalog.QuoteIdent(catalog.SQLiteName(t.Schema, t.Name)) + " c WHERE " +
		strings.Join(conds, " AND ") + " AND NOT EXISTS (SELECT 1 FROM " + catalog.QuoteIdent(catalog.SQLiteName(parent.Schema, parent.Name)) +
		" p WHERE " + strings.Join(match, " AND ") + ") LIMIT 1"
	rows, err := s.db.QueryContext(ctx, q, args)
	if err != nil {
		return nil, false
	}
	defer rows.Close()
	row := make([]driver.Value, len(keys))
	if err := rows.Next(row); err != nil {
		return nil, false
	}
	values := make([]any, len(row))
	for i := range row {
		values[i] = row[i]
	}
	return values, true
}

func (s *Session) missingParent(t, parent *catalog.Table, k *catalog.Constraint, key []any) *pgconn.PgError {
	err := errorf("23503", "insert or update on table %q violates foreign key constraint %q", t.Name, k.Name)
	err.SchemaName, err.TableName, err.ConstraintName = t.Schema, t.Name, k.Name
	if !readable(t, k.Columns) {
		err.Detail = `Key is not present in table "` + parent.Name + `".`
	} else if values, ok := s.keyValues(t, k.Columns, key); ok {
		err.Detail = keyText(k.Columns, values) + ` is not present in table "` + parent.Name + `".`
	}
	return err
}

func (s *Session) stillReferenced(t, parent *catalog.Table, k *catalog.Constraint, key []any) *pgconn.PgError {
	err := errorf("23503", "update or delete on table %q violates foreign key constraint %q on table %q", parent.Name, k.Name, t.Name)
	err.SchemaName, err.TableName, err.ConstraintName = t.Schema, t.Name, k.Name
	if !readable(parent, k.RefColumns) {
		err.Detail = `Key is still referenced from table "` + t.Name + `".`
	} else if values, ok := s.keyValues(t, k.Columns, key); ok {
		err.Detail = keyText(k.RefColumns, values) + ` is still referenced from table "` + t.Name + `".`
	}
	return err
}

func (s *Session) keyValues(t *catalog.Table, columns []string, key []any) ([]string, bool) {
	out := make([]string, len(columns))
	for i, name := range columns {
		text, ok := s.columnText(&t.Columns[columnIndex(t, name)], key[i])
		if !ok {
			return nil, false
		}
		out[i] = text
	}
	return out, true
}
