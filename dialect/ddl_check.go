package dialect

import (
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgfunc"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// Checks of rows that stand when a constraint is added. Each is a SQLite query
// that fails with PostgreSQL's error at the first row against it.

// raiseIf adds a check that fails where the query after SELECT … has a row.
func (d *ddl) raiseIf(e *pgconn.PgError, from string) {
	d.checks = append(d.checks, "SELECT "+FuncRaise+"("+literal(e.Code)+", "+literal(pgfunc.ErrorText(e))+") FROM "+from+" LIMIT 1")
}

// about is an error about a table, and one of its columns or constraints.
func about(t *catalog.Table, column, constraint, code, format string, args ...any) *pgconn.PgError {
	e := pgvalue.Errorf(code, format, args...)
	e.SchemaName, e.TableName, e.ColumnName, e.ConstraintName = t.Schema, t.Name, column, constraint
	return e
}

func (d *ddl) notNullCheck(t *catalog.Table, column string) {
	// SQLite takes IS NULL on a NOT NULL column for false without looking.
	d.raiseIf(about(t, column, "", notNullViolation, "column \"%s\" of relation \"%s\" contains null values", column, t.Name),
		sqliteTable(t)+" WHERE typeof("+quote(column)+") = 'null'")
}

func (d *ddl) rowCheck(t *catalog.Table, k *catalog.Constraint) {
	e, err := exprOver(d.next, t, quote("new row"), k.Expr, nil)
	if err != nil {
		panic(err)
	}
	d.raiseIf(about(t, "", k.Name, checkConstraintBroken, "check constraint \"%s\" of relation \"%s\" is violated by some row", k.Name, t.Name),
		sqliteTable(t)+" AS "+quote("new row")+" WHERE NOT ("+e.SQL+")")
}

// uniqueCheck finds duplicates before the index is made, which would fail with
// the message of an INSERT.
func (d *ddl) uniqueCheck(t *catalog.Table, x *catalog.Index) {
	var keys, set []string
	for _, k := range x.Keys {
		key, why := indexKey(d.next, t, x, k)
		if why != "" {
			d.refuse(-1, "a unique index that %s", why)
		}
		key = strings.TrimSuffix(key, " DESC")
		keys = append(keys, key)
		if !x.NullsEqual {
			set = append(set, key+" IS NOT NULL")
		}
	}
	if x.Where != "" {
		e, err := tablePredicate(d.next, t, x.Where)
		if err != nil {
			panic(err)
		}
		set = append(set, "("+e.SQL+")")
	}
	from := sqliteTable(t)
	if len(set) > 0 {
		from += " WHERE " + strings.Join(set, " AND ")
	}
	d.raiseIf(about(t, "", x.Name, uniqueViolation, "could not create unique index \"%s\"", x.Name),
		"(SELECT 1 FROM "+from+" GROUP BY "+strings.Join(keys, ", ")+" HAVING count(*) > 1 LIMIT 1)")
}

func (d *ddl) foreignCheck(t *catalog.Table, k *catalog.Constraint) {
	parent := d.next.Table(k.RefSchema, k.RefTable)
	var set, match []string
	for i, c := range k.Columns {
		set = append(set, "c."+quote(c)+" IS NOT NULL")
		match = append(match, "p."+quote(k.RefColumns[i])+" = c."+quote(c))
	}
	d.raiseIf(about(t, "", k.Name, foreignKeyViolation, "insert or update on table \"%s\" violates foreign key constraint \"%s\"", t.Name, k.Name),
		sqliteTable(t)+" AS c WHERE "+strings.Join(set, " AND ")+" AND NOT EXISTS (SELECT 1 FROM "+sqliteTable(parent)+" AS p WHERE "+strings.Join(match, " AND ")+")")
}
