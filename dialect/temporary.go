package dialect

import (
	"slices"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// Temporary tables and sequences are those of SQLite, which go with the
// connection. They stand in the catalog of their session alone.

// temporarySchema is where a temporary object is created.
func (d *ddl) temporarySchema(r *pg_query.RangeVar) string {
	if s := r.GetSchemaname(); s != "" && s != catalog.TempSchema {
		if !slices.Contains(d.next.Schemas, s) {
			d.fail(codeInvalidSchema, r.GetLocation(), "schema \"%s\" does not exist", s)
		}
		d.fail(stateTableDefinition, r.GetLocation(), "cannot create temporary relation in non-temporary schema")
	}
	if d.next.NoTemporary {
		d.fail(codePrivilege, -1, "permission denied to create temporary tables in database \"%s\"", d.next.Database)
	}
	d.temporary, d.next.Temporary = true, true
	return catalog.TempSchema
}

// persistence notes in a new table that it is temporary.
func (d *ddl) persistence(t *catalog.Table) {
	if d.temporary {
		t.Persistence = 't'
	}
}

// onCommit notes what happens to a temporary table at COMMIT.
func (d *ddl) onCommit(t *catalog.Table, action pg_query.OnCommitAction) {
	if action > pg_query.OnCommitAction_ONCOMMIT_NOOP && !d.temporary {
		d.fail(stateTableDefinition, -1, "ON COMMIT can only be used on temporary tables")
	}
	switch action {
	case pg_query.OnCommitAction_ONCOMMIT_DELETE_ROWS:
		t.OnCommit = 'r'
	case pg_query.OnCommitAction_ONCOMMIT_DROP:
		t.OnCommit = 'd'
	}
}

// onlyTemporary reports whether a statement changes nothing but the session's
// own objects, and refuses one that changes others besides.
func (d *ddl) onlyTemporary() bool {
	old := d.analyser.cat
	t, p := changedObjects(old.Tables, d.next.Tables, func(t *catalog.Table) string { return t.Schema })
	ts, ps := changedObjects(old.Sequences, d.next.Sequences, func(q *catalog.Sequence) string { return q.Schema })
	temporary := t || ts
	if temporary && (p || ps || !slices.Equal(old.Types, d.next.Types) || !slices.Equal(old.Schemas, d.next.Schemas)) {
		d.refuse(-1, "changing temporary and other tables in one statement")
	}
	return temporary
}

// changedObjects reports whether the temporary objects of a catalog differ from
// those of another, and whether the permanent ones do.
func changedObjects[T comparable](old, next []T, schema func(T) string) (temporary, permanent bool) {
	of := func(list []T, temp bool) []T {
		return slices.DeleteFunc(slices.Clone(list), func(x T) bool { return (schema(x) == catalog.TempSchema) != temp })
	}
	return !slices.Equal(of(old, true), of(next, true)), !slices.Equal(of(old, false), of(next, false))
}

// alterTemporary changes a temporary table in place: only its indexes can.
func (m *migration) alterTemporary(old *catalog.Catalog, before, t *catalog.Table) {
	if was, err := TableSQL(old, before); err != nil || was[0] != m.definition(t) {
		m.refuse(-1, "ALTER TABLE of a temporary table")
	}
	was, _, _ := IndexSQL(old, before)
	will := m.indexes(t)
	for i := range before.Indexes {
		if sql, why := indexSQL(old, before, &before.Indexes[i]); why == "" && !slices.Contains(will, sql) {
			m.add("DROP INDEX " + quote(catalog.SQLiteName(before.Schema, before.Indexes[i].Name)))
		}
	}
	m.addChecks()
	for _, sql := range will {
		if !slices.Contains(was, sql) {
			m.add(sql)
		}
	}
}
