package dialect

import (
	"fmt"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// IndexSQL are the SQLite statements that create the indexes of t, those
// behind its primary key and UNIQUE constraints included, each under the name
// it has in PostgreSQL (catalog.SQLiteName of the table's schema and it).
//
// skipped names indexes that SQLite cannot have. Answers do not depend on
// them: where a unique one is among them, TriggerSQL refuses the writes that it
// would have to judge.
func IndexSQL(cat *catalog.Catalog, t *catalog.Table) (sql []string, skipped []string, err error) {
	for i := range t.Indexes {
		x := &t.Indexes[i]
		s, why := indexSQL(cat, t, x)
		if why != "" {
			skipped = append(skipped, x.Name)
			continue
		}
		sql = append(sql, s)
	}
	return sql, skipped, nil
}

// indexSQL is the statement for one index, or why there can be none.
func indexSQL(cat *catalog.Catalog, t *catalog.Table, x *catalog.Index) (sql, why string) {
	if x.Method != "btree" && x.Method != "hash" {
		return "", "is of method " + x.Method
	}
	var keys []string
	for _, k := range x.Keys {
		key, why := indexKey(cat, t, x, k)
		if why != "" {
			return "", why
		}
		keys = append(keys, key)
	}
	create := "CREATE INDEX "
	if x.Unique {
		create = "CREATE UNIQUE INDEX "
	}
	sql = create + quote(catalog.SQLiteName(t.Schema, x.Name)) + " ON " + sqliteTable(t) + " (" + strings.Join(keys, ", ") + ")"
	if x.Where != "" {
		e, err := tablePredicate(cat, t, x.Where)
		if err != nil {
			return "", "has a predicate that cannot be evaluated on the fallback"
		}
		sql += " WHERE " + e.SQL
	}
	return sql, ""
}

func indexKey(cat *catalog.Catalog, t *catalog.Table, x *catalog.Index, k catalog.IndexKey) (sql, why string) {
	if k.Column == "" {
		// The value as PostgreSQL computes it; its type is the expression's own.
		e, err := tableExpr(cat, t, k.Expr, nil)
		if err != nil {
			return "", "has an expression that cannot be evaluated on the fallback"
		}
		s := storageOf(cat, e.Type, k.Collation)
		if x.Unique && !s.exact {
			return "", fmt.Sprintf("is unique over %s, which the fallback cannot compare exactly", e.Type.Name)
		}
		sql = "(" + e.SQL + ")"
		if s.collation != "" {
			sql += " COLLATE " + s.collation
		}
		return sql + direction(k), ""
	}
	c := t.Column(k.Column)
	if c == nil {
		return "", "is over a column that is not there"
	}
	s, typ, err := columnStorage(cat, c)
	if err != nil {
		return "", "is over an unsupported type"
	}
	if k.Collation != "" {
		s = storageOf(cat, typ, k.Collation)
	}
	if x.Unique && !s.exact {
		return "", fmt.Sprintf("is unique over %s, which the fallback cannot compare exactly", typ.Name)
	}
	sql = quote(c.Name)
	if x.Unique && x.NullsEqual && !c.NotNull {
		// SQLite holds all NULLs different; the pair tells NULL from the value
		// that stands in for it.
		collate := ""
		if s.collation != "" {
			collate = " COLLATE " + s.collation
		}
		sql = "(" + sql + " IS NULL), ifnull(" + sql + ", 0)" + collate
	}
	return sql + direction(k), ""
}

// IndexKey is one key of an index as SQL over the columns of its table, which
// stand in it as plain quoted names, and the type of what that gives: a native
// value. The error is 0A000 where SQLite cannot evaluate it by itself.
func IndexKey(cat *catalog.Catalog, t *catalog.Table, k catalog.IndexKey) (sql string, typ *pgvalue.Type, err error) {
	text := k.Expr
	if k.Column != "" {
		text = ident(k.Column)
	}
	e, err := tableExpr(cat, t, text, nil)
	return e.SQL, e.Type, err
}

// Condition is a condition on the columns of a table, as of a partition, as SQL:
// they stand in it as plain quoted names. It may be true, false or NULL. The error
// is 0A000 where SQLite cannot evaluate it by itself.
func Condition(cat *catalog.Catalog, t *catalog.Table, text string) (sql string, err error) {
	e, err := tablePredicate(cat, t, text)
	return e.SQL, err
}

func direction(k catalog.IndexKey) string {
	if k.Desc {
		return " DESC"
	}
	return ""
}
