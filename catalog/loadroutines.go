package catalog

// routines reads the names of user-defined functions, operators and casts.
func (l *loader) routines() error {
	const q = `SELECT DISTINCT x FROM (
			SELECT p.proname::text AS x FROM pg_proc p JOIN pg_namespace n ON n.oid = p.pronamespace WHERE ` + userSchema + `
			UNION ALL
			SELECT 'operator ' || o.oprname FROM pg_operator o JOIN pg_namespace n ON n.oid = o.oprnamespace WHERE ` + userSchema + `
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
