package catalog

// routines reads the names of user-defined functions, operators and casts, and
// which functions and operators take PostgreSQL's own types in a way that
// PostgreSQL's own of that name do not: those may be chosen over them.
func (l *loader) routines() error {
	const q = `SELECT DISTINCT x FROM (
			SELECT p.proname::text AS x FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ` + userSchema + `
			UNION ALL
			SELECT 'overload ' || p.proname FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ` + userSchema + `
			AND NOT EXISTS (SELECT FROM unnest(p.proargtypes::oid[]) a(t) WHERE t >= 16384)
			AND NOT EXISTS (SELECT FROM pg_proc b WHERE b.pronamespace = 'pg_catalog'::regnamespace AND b.proname = p.proname AND b.proargtypes = p.proargtypes)
			UNION ALL
			SELECT 'operator ' || o.oprname FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE ` + userSchema + `
			UNION ALL
			SELECT 'overload operator ' || o.oprname FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE ` + userSchema + `
			AND o.oprleft < 16384 AND o.oprright < 16384
			AND NOT EXISTS (SELECT FROM pg_operator b WHERE b.oprnamespace = 'pg_catalog'::regnamespace AND b.oprname = o.oprname AND b.oprleft = o.oprleft AND b.oprright = o.oprright)
			UNION ALL
			SELECT 'cast ' || t.typname FROM pg_cast c JOIN pg_type t ON t.oid IN (c.castsource, c.casttarget)
			WHERE c.oid >= 16384) r ORDER BY 1`
	return l.rows(q, nil, func(scan scanFunc) error {
		var name string
		if err := scan(&name); err != nil {
			return err
		}
		l.cat.Routines = append(l.cat.Routines, name)
		return nil
	})
}
