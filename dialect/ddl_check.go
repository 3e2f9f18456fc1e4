package dialect

import (
	"strings"

	"github.com/failoversql/failoversql/catalog"
)

// Checks of rows that stand when a constraint is added. Each is a SQLite query
// that fails with PostgreSQL's error at the first row against it.

// raiseIf adds a check that fails where the query after SELECT … has a row.
func (d *ddl) raiseIf(code, message, from string) {
	d.checks = append(d.checks, "SELECT "+FuncRaise+"("+literal(code)+", "+literal(message)+") FROM "+from+" LIMIT 1")
}

func (d *ddl) notNullCheck(t *catalog.Table, column string) {
	d.raiseIf(notNullViolation, "column \""+column+"\" of relation \""+t.Name+"\" contains null values",
		// SQLite takes IS NULL on a NOT NULL column for false without looking.
		sqliteTable(t)+" WHERE typeof("+quote(column)+") = 'null'")
}

func (d *ddl) rowCheck(t *catalog.Table, k *catalog.Constraint) {
	e, err := tableExpr(d.next, t, k.Expr, nil)
	if err != nil {
		panic(err)
	}
	d.raiseIf(checkConstraintBroken, "check constraint \""+k.Name+"\" of relation \""+t.Name+"\" is violated by some row",
		sqliteTable(t)+" WHERE NOT ("+e.SQL+")")
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
		e, err := tableExpr(d.next, t, x.Where, nil)
		if err != nil {
			panic(err)
		}
		set = append(set, "("+e.SQL+")")
	}
	from := sqliteTable(t)
	if len(set) > 0 {
		from += " WHERE " + strings.Join(set, " AND ")
	}
	d.checks = append(d.checks, "SELECT "+FuncRaise+"("+literal(uniqueViolation)+", "+literal("could not create unique index \""+x.Name+"\"")+
		") FROM (SELECT 1 FROM "+from+" GROUP BY "+strings.Join(keys, ", ")+" HAVING count(*) > 1 LIMIT 1)")
}

func (d *ddl) foreignCheck(t *catalog.Table, k *catalog.Constraint) {
	parent := d.next.Table(k.RefSchema, k.RefTable)
	var set, match []string
	for i, c := range k.Columns {
		set = append(set, "c."+quote(c)+" IS NOT NULL")
		match = append(match, "p."+quote(k.RefColumns[i])+" = c."+quote(c))
	}
	d.raiseIf(foreignKeyViolation, "insert or update on table \""+t.Name+"\" violates foreign key constraint \""+k.Name+"\"",
		sqliteTable(t)+" AS c WHERE "+strings.Join(set, " AND ")+" AND NOT EXISTS (SELECT 1 FROM "+sqliteTable(parent)+" AS p WHERE "+strings.Join(match, " AND ")+")")
}
