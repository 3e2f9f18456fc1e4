package catalog

// indexes reads the valid indexes of the tables kept, one row a key column.
func (l *loader) indexes() error {
	var last int64 = -1
	var into *Table
	return l.rows(`SELECT i.indrelid::int8, i.indexrelid::int8, x.relname::text, i.indisunique, i.indisprimary,
			i.indexrelid IN (SELECT k.conindid FROM pg_constraint k WHERE k.contype IN ('p', 'u', 'x')),
			am.amname::text, coalesce(pg_get_expr(i.indpred, i.indrelid), ''),
			coalesce((to_jsonb(i)->>'indnullsnotdistinct')::bool, false),
			pg_get_indexdef(i.indexrelid), array(SELECT b.attname::text FROM pg_attribute b WHERE b.attrelid = i.indexrelid ORDER BY b.attnum), i.indclass::text, i.indcollation::text, i.indisclustered, i.indcheckxmin, i.indisreplident,
			coalesce(a.attname::text, ''),
			CASE WHEN i.indkey[k.n - 1] = 0 THEN pg_get_indexdef(i.indexrelid, k.n, false) ELSE '' END,
			i.indoption[k.n - 1] & 1 <> 0, i.indoption[k.n - 1] & 2 <> 0,
			`+collationName("i.indcollation[k.n - 1]", "coalesce(a.attcollation, 0)")+`,
			CASE WHEN oc.opcdefault THEN '' ELSE oc.opcname::text END
		FROM pg_index i
		JOIN pg_class x ON x.oid = i.indexrelid JOIN pg_am am ON am.oid = x.relam
		JOIN pg_class c ON c.oid = i.indrelid JOIN pg_namespace n ON n.oid = c.relnamespace
		CROSS JOIN LATERAL generate_series(1, i.indnkeyatts::int) AS k(n)
		LEFT JOIN pg_attribute a ON a.attrelid = i.indrelid AND a.attnum = i.indkey[k.n - 1] AND a.attnum > 0
		JOIN pg_opclass oc ON oc.oid = i.indclass[k.n - 1]
		WHERE c.relkind IN ('r', 'p') AND c.relpersistence = 'p' AND (i.indisvalid OR x.relkind = 'I') AND `+userSchema+`
		ORDER BY i.indrelid, x.relname, k.n`, nil, func(scan scanFunc) error {
		var x Index
		var k IndexKey
		var rel, oid int64
		if err := scan(&rel, &oid, &x.Name, &x.Unique, &x.Primary, &x.Constraint, &x.Method, &x.Where, &x.NullsEqual, &x.Def, &x.Names,
			&x.Classes, &x.Collations, &x.Clustered, &x.CheckXmin, &x.Identity,
			&k.Column, &k.Expr, &k.Desc, &k.NullsFirst, &k.Collation, &k.OpClass); err != nil {
			return err
		}
		x.OID = uint32(oid)
		if oid != last {
			last, into = oid, l.tables[uint32(rel)]
			if into != nil {
				into.Indexes = append(into.Indexes, x)
			}
		}
		if into != nil {
			ix := &into.Indexes[len(into.Indexes)-1]
			ix.Keys = append(ix.Keys, k)
		}
		return nil
	})
}

// constraints reads the constraints of the tables and domains kept. NOT NULL
// constraints, rows of pg_constraint since PostgreSQL 18, are facts of columns
// here.
func (l *loader) constraints() error {
	return l.rows(`SELECT k.oid::int8, k.conrelid::int8, k.contypid::int8, k.conname::text, k.contype::text,
			array(SELECT a.attname::text FROM unnest(k.conkey) WITH ORDINALITY u(num, n)
				JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num ORDER BY u.n),
			CASE WHEN k.contype = 'c' THEN coalesce(pg_get_expr(k.conbin, k.conrelid), '') ELSE '' END,
			coalesce(fn.nspname::text, ''), coalesce(f.relname::text, ''),
			array(SELECT a.attname::text FROM unnest(k.confkey) WITH ORDINALITY u(num, n)
				JOIN pg_attribute a ON a.attrelid = k.confrelid AND a.attnum = u.num ORDER BY u.n),
			k.confdeltype::text, k.confupdtype::text,
			array(SELECT a.attname::text FROM jsonb_array_elements_text(CASE jsonb_typeof(to_jsonb(k)->'confdelsetcols')
					WHEN 'array' THEN to_jsonb(k)->'confdelsetcols' ELSE '[]' END) WITH ORDINALITY u(num, n)
				JOIN pg_attribute a ON a.attrelid = k.conrelid AND a.attnum = u.num::int ORDER BY u.n),
			k.confmatchtype = 'f', k.condeferrable, k.condeferred, NOT k.convalidated,
			CASE WHEN (k.conindid = 0 OR pg_get_indexdef(k.conindid) IS NOT NULL) AND (k.conrelid = 0 OR `+stillThere("k.conrelid")+`)
				AND (k.confrelid = 0 OR `+stillThere("k.confrelid")+`) THEN pg_get_constraintdef(k.oid) END
		FROM pg_constraint k
		JOIN pg_namespace n ON n.oid = k.connamespace
		LEFT JOIN pg_class f ON f.oid = k.confrelid LEFT JOIN pg_namespace fn ON fn.oid = f.relnamespace
		WHERE k.contype IN ('p', 'u', 'f', 'c', 'x') AND `+userSchema+`
		ORDER BY k.conrelid, k.contypid, k.conname`, nil, func(scan scanFunc) error {
		var k Constraint
		var oid, rel, typ int64
		var kind, onDelete, onUpdate string
		if err := scan(&oid, &rel, &typ, &k.Name, &kind, &k.Columns, &k.Expr, &k.RefSchema, &k.RefTable, &k.RefColumns,
			&onDelete, &onUpdate, &k.SetColumns, &k.MatchFull, &k.Deferrable, &k.Deferred, &k.NotValid, &k.Def); err != nil {
			return err
		}
		k.OID, k.Kind = uint32(oid), kind[0]
		k.Columns, k.RefColumns, k.SetColumns = orNil(k.Columns), orNil(k.RefColumns), orNil(k.SetColumns)
		if k.Kind == 'f' {
			k.OnDelete, k.OnUpdate = onDelete[0], onUpdate[0]
		}
		if t := l.tables[uint32(rel)]; t != nil {
			t.Constraints = append(t.Constraints, k)
		} else if d := l.cat.TypeByOID(uint32(typ)); d != nil && rel == 0 {
			d.Checks = append(d.Checks, k)
		}
		return nil
	})
}

// orNil makes the empty slice nil, as it is after a round trip through JSON.
func orNil(s []string) []string {
	if len(s) == 0 {
		return nil
	}
	return s
}
