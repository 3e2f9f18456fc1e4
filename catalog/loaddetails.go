package catalog

// members reads which schemas, relations and types belong to extensions.
func (l *loader) members() error {
	return l.rows(`SELECT d.classid::int8, d.objid::int8, d.refobjid::int8 FROM pg_depend d
		WHERE d.deptype = 'e' AND d.objid >= 16384 AND d.objsubid = 0
		AND d.classid IN ('pg_namespace'::regclass, 'pg_class'::regclass, 'pg_type'::regclass)
		ORDER BY 1, 2`, nil, func(scan scanFunc) error {
		var class, object, extension int64
		if err := scan(&class, &object, &extension); err != nil {
			return err
		}
		l.cat.Members = append(l.cat.Members, Member{uint32(class), uint32(object), uint32(extension)})
		return nil
	})
}

// opClasses reads the operator classes in use.
func (l *loader) opClasses() error {
	return l.rows(`SELECT o.oid::int8, o.opcmethod::int8, o.opcname::text, o.opcnamespace::int8, o.opcintype::int8, o.opcdefault, o.opckeytype::int8
		FROM pg_opclass o WHERE o.oid IN (SELECT unnest(i.indclass::oid[]) FROM pg_index i JOIN pg_class c ON c.oid = i.indrelid
			JOIN pg_namespace n ON n.oid = c.relnamespace WHERE `+userSchema+`)
		ORDER BY 1`, nil, func(scan scanFunc) error {
		var o OpClass
		var oid, method, schema, typ, key int64
		if err := scan(&oid, &method, &o.Name, &schema, &typ, &o.Default, &key); err != nil {
			return err
		}
		o.OID, o.Method, o.Schema, o.Type, o.Key = uint32(oid), uint32(method), uint32(schema), uint32(typ), uint32(key)
		l.cat.OpClasses = append(l.cat.OpClasses, o)
		return nil
	})
}

// storage reads storage parameters.
func (l *loader) storage() error {
	return l.rows(`SELECT c.oid::int8, 0::int2, c.reloptions::text FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE c.reloptions IS NOT NULL AND c.relpersistence <> 't' AND `+userSchema+`
		UNION ALL SELECT c.oid::int8, a.attnum, a.attoptions::text FROM pg_attribute a JOIN pg_class c ON c.oid = a.attrelid JOIN pg_namespace n ON n.oid = c.relnamespace
			WHERE a.attoptions IS NOT NULL AND c.relpersistence <> 't' AND `+userSchema+`
		ORDER BY 1, 2`, nil, func(scan scanFunc) error {
		var s Storage
		var oid int64
		if err := scan(&oid, &s.Column, &s.Options); err != nil {
			return err
		}
		s.Relation = uint32(oid)
		l.cat.Storage = append(l.cat.Storage, s)
		return nil
	})
}
