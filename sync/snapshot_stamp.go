package dbsync

import (
	"context"
	"encoding/json"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

// stamp tells whether a table's rows were rewritten in place by ALTER TABLE,
// which logical replication does not report and which may leave names and types
// of the columns as they were (ALTER COLUMN a TYPE int USING -a).
type stamp struct {
	Files   string `json:"files"`   // the files of the table and its partitions
	Columns string `json:"columns"` // the versions of the rows that define its columns
	Parts   string `json:"parts"`   // its partitions
}

// rewritten compares with an earlier stamp. New files alone come of TRUNCATE,
// VACUUM FULL and CLUSTER, new definitions alone of SET DEFAULT and the like;
// both together of a rewrite. A partition attached or detached moves rows
// without a word in the stream.
func (s stamp) rewritten(before stamp) bool {
	return s.Files != before.Files && s.Columns != before.Columns || s.Parts != before.Parts
}

// stampTables reads the stamps of a catalog's tables in the connection's
// transaction.
func stampTables(ctx context.Context, conn *pgx.Conn, cat *catalog.Catalog) (map[uint32]stamp, error) {
	oids := make([]uint32, len(cat.Tables))
	for i, t := range cat.Tables {
		oids[i] = t.OID
	}
	rows, err := conn.Query(ctx, `
		WITH part AS (
			SELECT c.oid AS root, p.relid AS oid FROM pg_class c, pg_partition_tree(c.oid) p WHERE c.oid = ANY($1) AND c.relkind = 'p'
			UNION ALL SELECT c.oid, c.oid FROM pg_class c WHERE c.oid = ANY($1) AND c.relkind <> 'p')
		SELECT p.root,
			md5(string_agg(c.relfilenode::text, ',' ORDER BY c.oid)),
			md5(string_agg(c.oid::text, ',' ORDER BY c.oid)),
			coalesce((SELECT md5(string_agg(a.attnum || ':' || a.xmin, ',' ORDER BY a.attnum)) FROM pg_attribute a
				WHERE a.attrelid = p.root AND a.attnum > 0), '')
		FROM part p JOIN pg_class c ON c.oid = p.oid
		GROUP BY p.root`, oids)
	if err != nil {
		return nil, fmt.Errorf("dbsync: look at the primary's tables: %w", err)
	}
	out := map[uint32]stamp{}
	var oid uint32
	var st stamp
	_, err = pgx.ForEachRow(rows, []any{&oid, &st.Files, &st.Parts, &st.Columns}, func() error {
		out[oid] = st
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("dbsync: look at the primary's tables: %w", err)
	}
	return out, nil
}

func storeStamps(ctx context.Context, conn *sqlitedb.Conn, stamps map[uint32]stamp) error {
	text, err := json.Marshal(stamps)
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	return conn.SetMeta(ctx, metaStamps, string(text))
}
