package catalog

// readTables reads tables, and notes the relations that the file cannot hold.
func (l *loader) readTables() error {
	l.tables = map[uint32]*Table{}
	return l.rows(`SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text, c.relreplident::text, c.relpersistence::text,
			c.relispartition,
			c.relkind = 'r' AND EXISTS (SELECT FROM pg_inherits i WHERE i.inhparent = c.oid),
			c.relrowsecurity AND NOT (
				(SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = $1)
				OR (NOT c.relforcerowsecurity AND pg_has_role($1, c.relowner, 'USAGE'))),
			EXISTS (SELECT FROM pg_trigger t WHERE t.tgrelid = c.oid AND NOT t.tgisinternal AND t.tgenabled <> 'D')
				OR EXISTS (SELECT FROM pg_rewrite r WHERE r.ev_class = c.oid AND r.ev_enabled <> 'D'),
			CASE WHEN has_schema_privilege($1, n.oid, 'USAGE') THEN concat(
				CASE WHEN has_table_privilege($1, c.oid, 'INSERT') THEN 'a' END,
				CASE WHEN has_table_privilege($1, c.oid, 'SELECT') THEN 'r' END,
				CASE WHEN has_table_privilege($1, c.oid, 'UPDATE') THEN 'w' END,
				CASE WHEN has_table_privilege($1, c.oid, 'DELETE') THEN 'd' END,
				CASE WHEN has_table_privilege($1, c.oid, 'TRUNCATE') THEN 'D' END) ELSE '' END,
			pg_has_role($1, c.relowner, 'USAGE'), c.relnatts, c.reltype::int8,
			coalesce(obj_description(c.oid, 'pg_class'), ''),
			c.relkind = 'p' AND EXISTS (SELECT FROM pg_partition_tree(c.oid) p JOIN pg_class l ON l.oid = p.relid
				WHERE p.isleaf AND (l.relkind <> 'r' OR l.relpersistence <> 'p')),
			CASE c.relkind WHEN 'r' THEN NOT `+identified("c")+`
				WHEN 'p' THEN EXISTS (SELECT FROM pg_partition_tree(c.oid) p JOIN pg_class l ON l.oid = p.relid WHERE p.isleaf AND (NOT `+identified("l")+`
					OR l.relreplident <> 'f' AND (l.relreplident = 'i' OR c.relreplident = 'i'
						OR NOT EXISTS (SELECT FROM pg_index i WHERE i.indrelid = c.oid AND i.indisprimary AND i.indimmediate))))
				ELSE false END
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relkind IN ('r', 'p', 'f') AND c.relpersistence <> 't' AND `+userSchema+`
		ORDER BY n.nspname, c.relname`, []any{l.role}, func(scan scanFunc) error {
		t := &Table{}
		var oid, rowType int64
		var kind, ident, persistence string
		var partition, parent, unlogged bool
		if err := scan(&oid, &t.Schema, &t.Name, &kind, &ident, &persistence, &partition, &parent,
			&t.RowSecurity, &t.UserTriggers, &t.Privileges, &t.Owner, &t.Natts, &rowType, &t.Comment, &unlogged, &t.Unidentified); err != nil {
			return err
		}
		t.UserTriggers = t.UserTriggers && !l.ignoreTriggers
		t.RowType = uint32(rowType)
		t.OID, t.Kind, t.ReplicaIdentity, t.Persistence = uint32(oid), kind[0], ident[0], persistence[0]
		if why := l.unfit(t, partition, parent, unlogged); why != "" {
			l.cat.Absent = append(l.cat.Absent, Relation{t.Schema, t.Name, why})
			return nil
		}
		l.cat.Tables = append(l.cat.Tables, t)
		l.tables[t.OID] = t
		return nil
	})
}

// identified is the condition that the rows of a table (an alias of pg_class) are
// named by its replica identity, as PostgreSQL asks of one that is published
// before it takes an UPDATE or DELETE. A primary key or index that was chosen may
// have been dropped since. The stream gives a partition's rows under the name of
// the whole, which must then name them in the same way.
func identified(alias string) string {
	return `(` + alias + `.relreplident = 'f' OR EXISTS (SELECT FROM pg_index i WHERE i.indrelid = ` + alias + `.oid AND i.indisvalid AND i.indimmediate
		AND (` + alias + `.relreplident = 'd' AND i.indisprimary OR ` + alias + `.relreplident = 'i' AND i.indisreplident)))`
}

// unfit says why a relation is not copied, or "".
func (l *loader) unfit(t *Table, partition, parent, unlogged bool) string {
	switch {
	case partition:
		return reasonPartition
	case !l.sel.takes(t.Schema, t.Name):
		return reasonExcluded
	case t.Kind == 'f':
		return "is a foreign table"
	case t.Persistence == 'u':
		return "is an unlogged table"
	case unlogged:
		return "has a partition that is unlogged or a foreign table"
	case parent:
		return "is a table that others inherit from"
	}
	return ""
}

// columns reads the columns of the tables kept.
func (l *loader) columns() error {
	return l.rows(`SELECT a.attrelid::int8, a.attnum, a.attname::text, a.atttypid::int8, a.atttypmod, a.attndims::int2, a.attnotnull,
			CASE WHEN a.attgenerated = '' THEN coalesce(pg_get_expr(d.adbin, d.adrelid), '') ELSE '' END,
			a.attidentity::text,
			CASE WHEN a.attgenerated <> '' THEN coalesce(pg_get_expr(d.adbin, d.adrelid), '') ELSE '' END,
			a.attgenerated = 'v',
			`+collationName("a.attcollation", "t.typcollation")+`,
			coalesce((SELECT sn.nspname || '.' || s.relname FROM pg_depend p
				JOIN pg_class s ON s.oid = p.objid AND s.relkind = 'S' JOIN pg_namespace sn ON sn.oid = s.relnamespace
				WHERE p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass
				AND p.refobjid = a.attrelid AND p.refobjsubid = a.attnum AND p.deptype IN ('a', 'i')
				ORDER BY p.deptype DESC, s.oid LIMIT 1), ''),
			coalesce(col_description(a.attrelid, a.attnum), ''),
			CASE WHEN a.attacl IS NULL OR NOT has_schema_privilege($1, n.oid, 'USAGE') THEN '' ELSE concat(
				CASE WHEN NOT has_table_privilege($1, c.oid, 'INSERT') AND has_column_privilege($1, c.oid, a.attnum, 'INSERT') THEN 'a' END,
				CASE WHEN NOT has_table_privilege($1, c.oid, 'SELECT') AND has_column_privilege($1, c.oid, a.attnum, 'SELECT') THEN 'r' END,
				CASE WHEN NOT has_table_privilege($1, c.oid, 'UPDATE') AND has_column_privilege($1, c.oid, a.attnum, 'UPDATE') THEN 'w' END) END
		FROM pg_attribute a
		JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_type t ON t.oid = a.atttypid
		LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
		WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND a.attnum > 0 AND NOT a.attisdropped AND `+userSchema+`
		ORDER BY a.attrelid, a.attnum`, []any{l.role}, func(scan scanFunc) error {
		var c Column
		var rel, typ int64
		var virtual bool
		if err := scan(&rel, &c.Num, &c.Name, &typ, &c.Typmod, &c.Dims, &c.NotNull, &c.Default, &c.Identity, &c.Generated, &virtual,
			&c.Collation, &c.Sequence, &c.Comment, &c.Privileges); err != nil {
			return err
		}
		c.Type, c.Virtual = uint32(typ), virtual
		if t := l.tables[uint32(rel)]; t != nil {
			t.Columns = append(t.Columns, c)
		}
		return nil
	})
}

// dropped reads what is left of dropped columns.
func (l *loader) dropped() error {
	return l.rows(`SELECT attrelid::int8, attnum, attlen, atttypmod, attndims::int2 FROM pg_attribute WHERE attisdropped AND attrelid >= 16384 ORDER BY 1, 2`, nil, func(scan scanFunc) error {
		var c DroppedColumn
		var rel int64
		if err := scan(&rel, &c.Num, &c.Len, &c.Typmod, &c.Dims); err != nil {
			return err
		}
		if t := l.tables[uint32(rel)]; t != nil {
			t.Dropped = append(t.Dropped, c)
		}
		return nil
	})
}

// collationName prints a collation (an expression giving its OID) where it is
// neither the database's default nor the given one.
func collationName(oid, usual string) string {
	return `coalesce((SELECT CASE WHEN con.nspname = 'pg_catalog' THEN co.collname::text ELSE con.nspname || '.' || co.collname END
		FROM pg_collation co JOIN pg_namespace con ON con.oid = co.collnamespace
		WHERE co.oid = ` + oid + ` AND co.collname <> 'default' AND co.oid <> ` + usual + `), '')`
}
