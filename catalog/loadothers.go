package catalog

// others reads the names of the relations that nothing else has read.
func (l *loader) others() error {
	known := map[uint32]bool{}
	for _, t := range l.cat.Tables {
		known[t.OID] = true
		for i := range t.Indexes {
			known[t.Indexes[i].OID] = true
		}
	}
	for _, q := range l.cat.Sequences {
		known[q.OID] = true
	}
	for _, v := range l.cat.Views {
		known[v.OID] = true
	}
	read := map[uint32]NamedRelation{}
	err := l.rows(`SELECT c.oid::int8, n.nspname::text, c.relname::text, c.relkind::text, c.reltype::int8, coalesce(t.typarray, 0)::int8, c.relnatts, c.relhasindex,
			c.relispartition, c.relpersistence::text, c.relreplident::text, c.relchecks, c.relam::int8
		FROM pg_class c JOIN pg_namespace n ON n.oid = c.relnamespace LEFT JOIN pg_type t ON t.oid = c.reltype
		WHERE c.relpersistence <> 't' AND `+userSchema+`
		ORDER BY 2, 3`, nil, func(scan scanFunc) error {
		var r NamedRelation
		var oid, rowType, rowArray, method int64
		var kind, persistence, identity string
		if err := scan(&oid, &r.Schema, &r.Name, &kind, &rowType, &rowArray, &r.Natts, &r.HasIndex, &r.Partition, &persistence, &identity, &r.Checks, &method); err != nil {
			return err
		}
		r.OID, r.Kind, r.RowType, r.RowArray, r.Method = uint32(oid), kind[0], uint32(rowType), uint32(rowArray), uint32(method)
		r.Persistence, r.ReplicaIdentity = persistence[0], identity[0]
		read[r.OID] = r
		if !known[r.OID] {
			l.cat.Others = append(l.cat.Others, r)
		}
		return nil
	})
	for _, t := range l.cat.Tables {
		t.RowArray, t.Method = read[t.OID].RowArray, read[t.OID].Method
	}
	for _, v := range l.cat.Views {
		v.RowArray, v.Method, v.HasIndex = read[v.OID].RowArray, read[v.OID].Method, read[v.OID].HasIndex
	}
	return err
}

// comments reads the comments on what has none of its own in the catalog.
func (l *loader) comments() error {
	const pgClass = 1259
	own := map[uint32]bool{}
	for _, t := range l.cat.Tables {
		own[t.OID] = true
	}
	for _, v := range l.cat.Views {
		own[v.OID] = true
	}
	return l.rows(`SELECT objoid::int8, classoid::int8, objsubid, description FROM pg_description
		WHERE objoid >= 16384 OR objoid = 2200 AND classoid = 'pg_namespace'::regclass
		ORDER BY 2, 1, 3`, nil, func(scan scanFunc) error {
		var c Comment
		var object, class int64
		if err := scan(&object, &class, &c.Sub, &c.Text); err != nil {
			return err
		}
		c.Object, c.Class = uint32(object), uint32(class)
		if c.Class != pgClass || !own[c.Object] {
			l.cat.Comments = append(l.cat.Comments, c)
		}
		return nil
	})
}
