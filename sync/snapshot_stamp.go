package dbsync

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"

	"github.com/jackc/pgx/v5"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/sqlitedb"
)

// stamp tells whether the rows of a table have changed in a way that logical
// replication does not report: rewritten in place by ALTER TABLE, which may leave
// names and types of the columns as they were (ALTER COLUMN a TYPE int USING -a);
// with a partition that was attached, detached, dropped or truncated by itself; or
// while the publication did not have the table, or not all of its changes.
type stamp struct {
	Files   string `json:"files"`   // the files of the table and its partitions
	Columns string `json:"columns"` // the versions of the rows that define its columns
	Parts   string `json:"parts"`   // its partitions

	// Leaves are the files of a partitioned table's partitions, by OID; 0 for one
	// that has none.
	Leaves map[uint32]uint32 `json:"leaves,omitempty"`
	// Joined are the versions of the rows by which they are partitions: one that was
	// detached and attached again may have changed in between.
	Joined map[uint32]string `json:"joined,omitempty"`
	// Bounds are the conditions that the rows of a partition meet, as PostgreSQL
	// writes them; of those that the file judges as PostgreSQL does.
	Bounds map[uint32]string `json:"bounds,omitempty"`
	// Published names the publication's row and the one that it has the table by;
	// "" where the table is not published.
	Published string `json:"published,omitempty"`

	empty map[uint32]bool // of the leaves: never held a row in their present files
}

// rewritten compares with an earlier stamp, and says why the copy may lack
// something, "" where it does not. New files alone come of TRUNCATE, VACUUM FULL
// and CLUSTER, new definitions alone of SET DEFAULT and the like; both together of
// a rewrite. Of a partition new files alone are enough: its TRUNCATE is not in the
// stream of the partitioned table. A new one that is empty brings nothing.
func (s stamp) rewritten(before stamp) string {
	const parts = "has got or lost rows with a partition"
	if before.Published != "" && s.Published != before.Published {
		return "has not been published all the time"
	}
	if s.Leaves == nil || before.Leaves == nil {
		switch {
		case s.Files != before.Files && s.Columns != before.Columns:
			return "has been rewritten"
		case s.Parts != before.Parts:
			return parts
		}
		return ""
	}
	if len(s.moved(before)) > 0 {
		return parts
	}
	return ""
}

// moved lists the partitions, of then or now, with which rows came or went.
func (s stamp) moved(before stamp) (oids []uint32) {
	for oid, file := range before.Leaves {
		now, there := s.Leaves[oid]
		joined, known := before.Joined[oid]
		if !there || now != file || known && s.Joined[oid] != joined {
			oids = append(oids, oid)
		}
	}
	for oid := range s.Leaves {
		if _, ok := before.Leaves[oid]; !ok && !s.empty[oid] {
			oids = append(oids, oid)
		}
	}
	return oids
}

// region is a condition on the rows of a partitioned table that were in those
// partitions or are now: whatever the stream has not told is about them. It is ""
// where there is no such condition, or more may have changed. unseen are more such
// partitions, which came after then and may have gone.
func (s stamp) region(before stamp, unseen []uint32) string {
	if s.Published == "" || s.Published != before.Published || s.Columns != before.Columns {
		return ""
	}
	either := map[string]bool{}
	for _, oid := range append(s.moved(before), unseen...) {
		_, then := before.Leaves[oid]
		_, now := s.Leaves[oid]
		if !then && !now || then && before.Bounds[oid] == "" || now && s.Bounds[oid] == "" {
			return ""
		}
		for _, bounds := range []string{before.Bounds[oid], s.Bounds[oid]} {
			if bounds != "" {
				either["("+bounds+")"] = true
			}
		}
	}
	return strings.Join(slices.Sorted(maps.Keys(either)), " OR ")
}

func (s stamp) equal(t stamp) bool {
	return s.Files == t.Files && s.Columns == t.Columns && s.Parts == t.Parts && s.Published == t.Published &&
		maps.Equal(s.Leaves, t.Leaves) && maps.Equal(s.Joined, t.Joined) && maps.Equal(s.Bounds, t.Bounds)
}

// stampTables reads the stamps of a catalog's tables in the connection's
// transaction. A publication is that of the copy, "" for one that has none.
func stampTables(ctx context.Context, conn *pgx.Conn, cat *catalog.Catalog, publication string) (map[uint32]stamp, error) {
	oids := make([]uint32, len(cat.Tables))
	for i, t := range cat.Tables {
		oids[i] = t.OID
	}
	// A size is of now and not of the snapshot, but then a file that got or lost
	// its rows in between is another one, or its rows are in the stream.
	rows, err := conn.Query(ctx, `
		WITH part AS (
			SELECT c.oid AS root, p.relid AS oid FROM pg_class c, pg_partition_tree(c.oid) p WHERE c.oid = ANY($1) AND c.relkind = 'p'
			UNION ALL SELECT c.oid, c.oid FROM pg_class c WHERE c.oid = ANY($1) AND c.relkind <> 'p')
		SELECT p.root,
			md5(string_agg(c.relfilenode::text, ',' ORDER BY c.oid)),
			md5(string_agg(c.oid::text, ',' ORDER BY c.oid)),
			coalesce((SELECT md5(string_agg(a.attnum || ':' || a.xmin, ',' ORDER BY a.attnum)) FROM pg_attribute a
				WHERE a.attrelid = p.root AND a.attnum > 0), ''),
			coalesce((SELECT r.oid || ':' || b.oid || ':' || b.xmin FROM pg_publication b JOIN pg_publication_rel r ON r.prpubid = b.oid
				WHERE b.pubname = $2 AND r.prrelid = p.root), ''),
			(SELECT relkind = 'p' FROM pg_class WHERE oid = p.root),
			array_agg(c.oid ORDER BY c.oid), array_agg(c.relfilenode ORDER BY c.oid),
			array_agg(coalesce((SELECT xmin::text FROM pg_inherits WHERE inhrelid = c.oid AND p.root <> c.oid LIMIT 1), '') ORDER BY c.oid),
			array_agg(c.relkind IN ('r', 'p') AND coalesce(pg_relation_size(c.oid), 0) = 0 ORDER BY c.oid)
		FROM part p JOIN pg_class c ON c.oid = p.oid
		GROUP BY p.root`, oids, publication)
	if err != nil {
		return nil, fmt.Errorf("dbsync: look at the primary's tables: %w", err)
	}
	out := map[uint32]stamp{}
	var oid uint32
	var st stamp
	var partitioned bool
	var leaves, files []uint32
	var joined []string
	var empty []bool
	_, err = pgx.ForEachRow(rows, []any{&oid, &st.Files, &st.Parts, &st.Columns, &st.Published, &partitioned, &leaves, &files, &joined, &empty}, func() error {
		st := st
		if partitioned {
			st.Leaves, st.Joined, st.empty = map[uint32]uint32{}, map[uint32]string{}, map[uint32]bool{}
			for i, leaf := range leaves {
				st.Leaves[leaf], st.Joined[leaf], st.empty[leaf] = files[i], joined[i], empty[i]
			}
		}
		out[oid] = st
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("dbsync: look at the primary's tables: %w", err)
	}
	if err := readBounds(ctx, conn, oids, out); err != nil {
		return nil, fmt.Errorf("dbsync: look at the primary's partitions: %w", err)
	}
	return out, nil
}

// readBounds adds the bounds of partitions. SQLite judges no hashes, and text by its
// order not always as the primary does; an expression it need not be asked, nor the
// long condition of a default partition.
func readBounds(ctx context.Context, conn *pgx.Conn, oids []uint32, stamps map[uint32]stamp) error {
	set := "SELECT set_config('search_path', '', true)" // names are written in full
	for name, value := range outputSettings {
		set += ", set_config(" + quoteLiteral(name) + ", " + quoteLiteral(value) + ", true)"
	}
	if _, err := conn.Exec(ctx, set); err != nil {
		return err
	}
	rows, err := conn.Query(ctx, `
		SELECT c.oid, p.relid::oid, b.condition
		FROM pg_class c, pg_partition_tree(c.oid) p, LATERAL (SELECT pg_get_partition_constraintdef(p.relid) AS condition) b
		WHERE c.oid = ANY($1) AND c.relkind = 'p' AND p.relid <> c.oid AND octet_length(b.condition) < 4096
			AND NOT EXISTS (SELECT FROM pg_partition_tree(c.oid) q JOIN pg_partitioned_table t ON t.partrelid = q.relid
				WHERE t.partstrat = 'h' OR 0 = ANY(t.partattrs::int2[])
					OR EXISTS (SELECT FROM unnest(t.partcollation::oid[]) k LEFT JOIN pg_collation l ON l.oid = k
						WHERE k <> 0 AND (t.partstrat = 'r' OR l.collisdeterministic IS NOT TRUE)))`, oids)
	if err != nil {
		return err
	}
	var oid, partition uint32
	var condition string
	_, err = pgx.ForEachRow(rows, []any{&oid, &partition, &condition}, func() error {
		st := stamps[oid]
		if st.Bounds == nil {
			st.Bounds = map[uint32]string{}
			stamps[oid] = st
		}
		st.Bounds[partition] = condition
		return nil
	})
	return err
}

func storeStamps(ctx context.Context, conn *sqlitedb.Conn, stamps map[uint32]stamp) error {
	text, err := json.Marshal(stamps)
	if err != nil {
		return fmt.Errorf("dbsync: %w", err)
	}
	return conn.SetMeta(ctx, metaStamps, string(text))
}
