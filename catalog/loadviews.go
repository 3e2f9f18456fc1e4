package catalog

// sequences reads sequences; their positions are not part of the schema.
func (l *loader) sequences() error {
	return l.rows(`SELECT c.oid::int8, n.nspname::text, c.relname::text, s.seqtypid::int8, s.seqstart, s.seqincrement, s.seqmin, s.seqmax, s.seqcycle,
			coalesce((SELECT tn.nspname || '.' || t.relname || '.' || a.attname FROM pg_depend p
				JOIN pg_class t ON t.oid = p.refobjid JOIN pg_namespace tn ON tn.oid = t.relnamespace
				JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = p.refobjsubid
				WHERE p.classid = 'pg_class'::regclass AND p.refclassid = 'pg_class'::regclass
				AND p.objid = c.oid AND p.deptype IN ('a', 'i') LIMIT 1), ''),
			pg_has_role($1, c.relowner, 'USAGE'),
			CASE WHEN has_schema_privilege($1, n.oid, 'USAGE') THEN concat(
				CASE WHEN has_sequence_privilege($1, c.oid, 'SELECT') THEN 'r' END,
				CASE WHEN has_sequence_privilege($1, c.oid, 'UPDATE') THEN 'w' END,
				CASE WHEN has_sequence_privilege($1, c.oid, 'USAGE') THEN 'U' END) ELSE '' END
		FROM pg_sequence s JOIN pg_class c ON c.oid = s.seqrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		WHERE c.relpersistence <> 't' AND `+userSchema+`
		ORDER BY n.nspname, c.relname`, []any{l.role}, func(scan scanFunc) error {
		q := &Sequence{}
		var oid, typ int64
		if err := scan(&oid, &q.Schema, &q.Name, &typ, &q.Start, &q.Increment, &q.Min, &q.Max, &q.Cycle, &q.OwnedBy, &q.Owner, &q.Privileges); err != nil {
			return err
		}
		q.OID, q.Type = uint32(oid), uint32(typ)
		l.cat.Sequences = append(l.cat.Sequences, q)
		return nil
	})
}

// views reads views and their columns, one row a column.
func (l *loader) views() error {
	var v *View
	return l.rows(`SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text, CASE WHEN `+stillThere("c.oid")+` THEN pg_get_viewdef(c.oid) END,
			CASE WHEN has_schema_privilege($1, n.oid, 'USAGE') THEN concat(
				CASE WHEN has_table_privilege($1, c.oid, 'INSERT') THEN 'a' END,
				CASE WHEN has_table_privilege($1, c.oid, 'SELECT') THEN 'r' END,
				CASE WHEN has_table_privilege($1, c.oid, 'UPDATE') THEN 'w' END,
				CASE WHEN has_table_privilege($1, c.oid, 'DELETE') THEN 'd' END) ELSE '' END,
			pg_has_role($1, c.relowner, 'USAGE'), coalesce(obj_description(c.oid, 'pg_class'), ''),
			c.reloptions::text ~* 'security_invoker=(true|on|yes|1)' IS TRUE,
			NOT EXISTS (SELECT 1 FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> c.oid
				JOIN pg_class r ON r.oid = d.refobjid AND r.relkind IN ('r', 'p', 'v', 'm', 'f')
				WHERE w.ev_class = c.oid AND (NOT has_table_privilege(c.relowner, r.oid, 'SELECT')
					OR r.relrowsecurity AND NOT (SELECT o.rolsuper OR o.rolbypassrls OR NOT r.relforcerowsecurity AND pg_has_role(c.relowner, r.relowner, 'USAGE') FROM pg_roles o WHERE o.oid = c.relowner))),
			c.relkind = 'v' AND NOT EXISTS (SELECT FROM pg_trigger g WHERE g.tgrelid = c.oid)
				AND NOT EXISTS (SELECT FROM pg_rewrite w WHERE w.ev_class = c.oid AND w.ev_type <> '1')
				AND NOT EXISTS (SELECT FROM pg_attrdef d WHERE d.adrelid = c.oid)
				AND NOT EXISTS (SELECT FROM pg_attribute g WHERE g.attrelid = c.oid AND g.attacl IS NOT NULL)
				AND c.reloptions::text ~* 'security_barrier=(true|on|yes|1)' IS NOT TRUE,
			coalesce(substring(c.reloptions::text FROM 'check_option=([a-z]+)'), ''),
			`+ownerMay("INSERT", "a")+` || `+ownerMay("UPDATE", "w")+` || `+ownerMay("DELETE", "d")+`,
			c.reltype::int8, a.attnum, a.attname::text, a.atttypid::int8, a.atttypmod,
			`+collationName("a.attcollation", "t.typcollation")+`,
			coalesce(col_description(a.attrelid, a.attnum), '')
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		JOIN pg_type t ON t.oid = a.atttypid
		WHERE c.relkind IN ('v', 'm') AND c.relpersistence <> 't' AND `+userSchema+`
		ORDER BY n.nspname, c.relname, a.attnum`, []any{l.role}, func(scan scanFunc) error {
		x := &View{}
		var col Column
		var oid, typ, rowType int64
		var kind string
		if err := scan(&oid, &x.Schema, &x.Name, &kind, &x.Def, &x.Privileges, &x.Owner, &x.Comment, &x.Invoker, &x.OwnerReads, &x.Automatic, &x.Check, &x.OwnerWrites, &rowType,
			&col.Num, &col.Name, &typ, &col.Typmod, &col.Collation, &col.Comment); err != nil {
			return err
		}
		if v == nil || v.OID != uint32(oid) {
			x.OID, x.Kind, x.RowType = uint32(oid), kind[0], uint32(rowType)
			v = x
			l.cat.Views = append(l.cat.Views, v)
		}
		col.Type = uint32(typ)
		v.Columns = append(v.Columns, col)
		return nil
	})
}

// ownerMay is letter where the owner of view c holds a privilege on all
// relations that the view reads, and nothing where not.
func ownerMay(privilege, letter string) string {
	return `CASE WHEN EXISTS (SELECT FROM pg_rewrite w JOIN pg_depend d ON d.classid = 'pg_rewrite'::regclass AND d.objid = w.oid AND d.refclassid = 'pg_class'::regclass AND d.refobjid <> c.oid
				JOIN pg_class r ON r.oid = d.refobjid AND r.relkind IN ('r', 'p', 'v', 'm', 'f')
				WHERE w.ev_class = c.oid AND NOT has_table_privilege(c.relowner, r.oid, '` + privilege + `')) THEN '' ELSE '` + letter + `' END`
}
