package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// An INSERT … ON CONFLICT DO UPDATE that meets one row twice is an error in
// PostgreSQL (21000); SQLite updates it twice. So the rows of an INSERT of
// several are numbered within their key first, and a second one of a key
// raises the error.

// conflictColumns are the columns of the key that ON CONFLICT is about.
func (a *analyser) conflictColumns(oc *pg_query.OnConflictClause, t *catalog.Table) []string {
	inf := oc.GetInfer()
	if name := inf.GetConname(); name != "" {
		for i := range t.Constraints {
			if t.Constraints[i].Name == name {
				return t.Constraints[i].Columns
			}
		}
		return nil
	}
	var cols []string
	for _, n := range inf.GetIndexElems() {
		cols = append(cols, n.GetIndexElem().GetName())
	}
	return cols
}

// guarded reports whether rows must be looked at for keys that come twice.
func (c *change) guarded() bool {
	oc := c.insert.GetOnConflictClause()
	return c.multi() && oc.GetAction() == pg_query.OnConflictAction_ONCONFLICT_UPDATE && oc.GetInfer() != nil
}

// onceOnly wraps the rows that inner writes (columns c1, c2, … for the filled
// columns) so that the second row of a key fails.
func (a *analyser) onceOnly(m *emitter, c *change, inner func()) {
	oc, t, fills := c.insert.GetOnConflictClause(), c.src.table, c.fills
	keys := a.conflictColumns(oc, t)
	var partition, present string
	for i, f := range fills {
		if !slices.Contains(keys, f.col.Name) {
			continue
		}
		c := "c" + itoa(i+1)
		if partition != "" {
			partition += ", "
		}
		partition += c
		if _, scaled := a.scaled(f.col.Type, f.col.Typmod); !scaled {
			if coll := a.equality(&expr{kind: exConst, typ: f.col.Type, typmod: -1}); coll != "" {
				partition += " COLLATE " + a.collation(coll)
			}
		}
		present += " AND " + c + " IS NOT NULL"
	}
	raise := a.raise("21000", "ON CONFLICT DO UPDATE command cannot affect row a second time")
	if oc.GetWhereClause() != nil {
		// Whether the first row was changed decides; nobody knows that here.
		raise = a.raise(codeNotSupported, "ON CONFLICT DO UPDATE … WHERE that meets a key twice is not supported on the SQLite fallback")
	}
	m.WriteString(" SELECT ")
	for i := range fills {
		c := "c" + itoa(i+1)
		if i == 0 && partition != "" {
			m.WriteString("CASE WHEN d > 1" + present + " THEN " + unescapeTemplate(raise) + " ELSE c1 END")
			continue
		}
		if i > 0 {
			m.WriteString(", ")
		}
		m.WriteString(c)
	}
	if partition == "" {
		partition = "NULL"
	}
	m.WriteString(" FROM (SELECT *, row_number() OVER (PARTITION BY " + partition + " ORDER BY o) AS d FROM (SELECT *, row_number() OVER () AS o FROM (")
	inner()
	m.WriteString("))) WHERE true ORDER BY o")
}

// keepsKey refuses to set a column of the key to anything but what it is: then
// keys seen before the INSERT say nothing.
func (a *analyser) keepsKey(oc *pg_query.OnConflictClause, t *catalog.Table, x setItem) {
	if !slices.Contains(a.conflictColumns(oc, t), x.col.Name) {
		return
	}
	if e := x.e; e.kind == exColumn && e.src.cols[e.col].name == x.col.Name {
		return
	}
	a.refuse(oc.GetLocation(), "ON CONFLICT DO UPDATE that changes the key, over several rows,")
}
