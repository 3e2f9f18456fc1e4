package catalog

// types reads user-defined types. The row types of tables are left out, and so
// are their arrays.
func (l *loader) types() error {
	return l.rows(`SELECT t.oid::int8, n.nspname::text, t.typname::text, t.typtype::text,
			CASE WHEN t.typcategory = 'A' THEN t.typelem::int8 ELSE 0 END, t.typarray::int8,
			array(SELECT e.enumlabel::text FROM pg_enum e WHERE e.enumtypid = t.oid ORDER BY e.enumsortorder),
			t.typbasetype::int8, CASE WHEN t.typtype = 'd' THEN t.typtypmod ELSE 0 END, t.typnotnull,
			coalesce(pg_get_expr(t.typdefaultbin, 0), t.typdefault, '')
		FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace
		LEFT JOIN pg_type e ON e.oid = t.typelem AND t.typcategory = 'A'
		LEFT JOIN pg_class c ON c.oid = coalesce(nullif(t.typrelid, 0), e.typrelid)
		WHERE t.typisdefined AND (c.oid IS NULL OR c.relkind = 'c') AND `+userSchema+`
		ORDER BY t.oid`, nil, func(scan scanFunc) error {
		t := &Type{}
		var oid, elem, array, base int64
		var kind string
		if err := scan(&oid, &t.Schema, &t.Name, &kind, &elem, &array, &t.Labels, &base, &t.Typmod, &t.NotNull, &t.Default); err != nil {
			return err
		}
		t.OID, t.Kind, t.Elem, t.Array, t.Base = uint32(oid), kind[0], uint32(elem), uint32(array), uint32(base)
		t.Labels = orNil(t.Labels)
		l.cat.Types = append(l.cat.Types, t)
		return nil
	})
}

// fields reads the fields of composite types.
func (l *loader) fields() error {
	return l.rows(`SELECT t.oid::int8, a.attnum, a.attname::text, a.atttypid::int8, a.atttypmod, a.attndims::int2,
			`+collationName("a.attcollation", "f.typcollation")+`
		FROM pg_type t JOIN pg_namespace n ON n.oid = t.typnamespace JOIN pg_class c ON c.oid = t.typrelid AND c.relkind = 'c'
		JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
		JOIN pg_type f ON f.oid = a.atttypid
		WHERE `+userSchema+`
		ORDER BY t.oid, a.attnum`, nil, func(scan scanFunc) error {
		var c Column
		var oid, typ int64
		if err := scan(&oid, &c.Num, &c.Name, &typ, &c.Typmod, &c.Dims, &c.Collation); err != nil {
			return err
		}
		c.Type = uint32(typ)
		if t := l.cat.TypeByOID(uint32(oid)); t != nil {
			t.Fields = append(t.Fields, c)
		}
		return nil
	})
}
