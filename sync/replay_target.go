package dbsync

import (
	"context"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
)

// target is a table of the primary as it is now, which may differ from what the
// journal was written with: columns are matched by name.
type target struct {
	oid          uint32
	schema, name string
	columns      []targetColumn
	key          []string   // columns that identify a row; nil: the whole row does
	uniques      [][]string // columns of unique indexes on plain columns without predicate, the key included
	deferrable   bool       // has a deferrable constraint, or is referenced by one
	rewrites     bool       // has triggers that may change a row before it is stored
	triggers     bool       // has triggers of the user, or a partition of it has
}

type targetColumn struct {
	name      string
	typname   string
	typmod    int32
	typ       string // qualified and quoted, without modifier: an explicit cast to varchar(3) would cut silently
	byText    bool   // the type's "=" is missing or not equality: compare the text
	list      string // type of a list of values, for unnest; "": there is none
	cast      bool   // what unnest gives of that is text, and cast to typ
	generated bool
	notNull   bool
}

func (t *target) quoted() string { return catalog.QuoteQualified(t.schema, t.name) }

func (t *target) column(name string) *targetColumn {
	for i := range t.columns {
		if t.columns[i].name == name {
			return &t.columns[i]
		}
	}
	return nil
}

// targetColumnsQuery reads the columns of one table. A type's equality is
// trusted where a btree or hash operator class stands behind it, for the type
// or for what it is binary-coercible to; geometric types compare areas.
const targetColumnsQuery = `
SELECT a.attname, t.typname, a.atttypmod,
	quote_ident(tn.nspname) || '.' || quote_ident(t.typname),
	NOT coalesce((
		WITH RECURSIVE base(oid, typtype, typelem, typcategory) AS (
			SELECT t.oid, t.typtype, t.typelem, t.typcategory
			UNION
			SELECT b.oid, b.typtype, b.typelem, b.typcategory FROM base JOIN pg_type d ON d.oid = base.oid
				JOIN pg_type b ON b.oid = CASE WHEN d.typtype = 'd' THEN d.typbasetype WHEN d.typcategory = 'A' THEN d.typelem END)
		SELECT bool_and(base.typtype = 'd' OR base.typcategory = 'A' OR base.typtype IN ('e', 'r', 'm') OR EXISTS (
			SELECT 1 FROM pg_opclass oc WHERE oc.opcdefault AND oc.opcmethod IN (403, 405) AND (oc.opcintype = base.oid
				OR EXISTS (SELECT 1 FROM pg_cast pc WHERE pc.castsource = base.oid AND pc.casttarget = oc.opcintype AND pc.castmethod = 'b'))))
		FROM base), false),
	a.attgenerated <> '', a.attnotnull,
	CASE WHEN t.typcategory = 'A' AND t.typtype = 'b' THEN 'text[]'
		WHEN t.typarray <> 0 AND t.typdelim = ',' AND (t.typtype IN ('b', 'e', 'r', 'm') OR t.typtype = 'd' AND (
			WITH RECURSIVE base(typtype, typbasetype) AS (
				SELECT t.typtype, t.typbasetype
				UNION ALL
				SELECT b.typtype, b.typbasetype FROM base JOIN pg_type b ON b.oid = base.typbasetype)
			SELECT bool_and(base.typtype IN ('d', 'b', 'e', 'r', 'm')) FROM base))
		THEN quote_ident(tn.nspname) || '.' || quote_ident(t.typname) || '[]'
		ELSE '' END,
	t.typcategory = 'A' AND t.typtype = 'b'
FROM pg_attribute a
JOIN pg_type t ON t.oid = a.atttypid
JOIN pg_namespace tn ON tn.oid = t.typnamespace
WHERE a.attrelid = $1 AND a.attnum > 0 AND NOT a.attisdropped
ORDER BY a.attnum`

// targetKeysQuery reads the unique indexes of one table, the best key first.
const targetKeysQuery = `
SELECT array_agg(a.attname::text ORDER BY k.n), i.indisprimary, bool_and(a.attnotnull) AND i.indimmediate
FROM pg_index i
CROSS JOIN LATERAL unnest(i.indkey[0:i.indnkeyatts-1]) WITH ORDINALITY k(attnum, n)
JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = k.attnum
WHERE i.indrelid = $1 AND i.indisunique AND i.indisvalid AND i.indpred IS NULL AND i.indexprs IS NULL
GROUP BY i.indexrelid, i.indisprimary, i.indimmediate, i.indisreplident
ORDER BY i.indisprimary DESC, i.indisreplident DESC, i.indexrelid`

// loadTarget reads a table of the primary; nil where there is none.
func loadTarget(ctx context.Context, conn *pgx.Conn, schema, name string) (*target, error) {
	t := &target{schema: schema, name: name}
	err := conn.QueryRow(ctx, `SELECT c.oid, EXISTS (SELECT 1 FROM pg_constraint k WHERE (k.conrelid = c.oid OR k.confrelid = c.oid) AND k.condeferrable),
		EXISTS (SELECT 1 FROM pg_trigger g WHERE g.tgrelid = c.oid AND NOT g.tgisinternal AND g.tgenabled IN ('O', 'A') AND g.tgtype & 3 = 3 AND g.tgtype & 20 <> 0),
		EXISTS (SELECT 1 FROM pg_trigger g WHERE NOT g.tgisinternal AND g.tgenabled IN ('O', 'A')
			AND g.tgrelid IN (SELECT c.oid UNION ALL SELECT relid FROM pg_partition_tree(c.oid)))
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE n.nspname = $1 AND c.relname = $2 AND c.relkind IN ('r', 'p')`, schema, name).Scan(&t.oid, &t.deferrable, &t.rewrites, &t.triggers)
	if err == pgx.ErrNoRows {
		return nil, nil
	}
	if err != nil {
		return nil, err
	}
	rows, err := conn.Query(ctx, targetColumnsQuery, t.oid)
	if err != nil {
		return nil, err
	}
	t.columns, err = pgx.CollectRows(rows, func(r pgx.CollectableRow) (c targetColumn, err error) {
		return c, r.Scan(&c.name, &c.typname, &c.typmod, &c.typ, &c.byText, &c.generated, &c.notNull, &c.list, &c.cast)
	})
	if err != nil {
		return nil, err
	}
	rows, err = conn.Query(ctx, targetKeysQuery, t.oid)
	if err != nil {
		return nil, err
	}
	defer rows.Close()
	for rows.Next() {
		var cols []string
		var primary, usable bool
		if err := rows.Scan(&cols, &primary, &usable); err != nil {
			return nil, err
		}
		if t.key == nil && (primary || usable) {
			t.key = cols
		}
		t.uniques = append(t.uniques, cols)
	}
	return t, rows.Err()
}
