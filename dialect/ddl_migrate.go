package dialect

import (
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// A columnFill gives the rows that stand a value in a new column.
type columnFill struct {
	table  uint32 // OID
	column int16
}

// fill notes a column that was added with a default. A default that is not the
// same on the primary when this statement is replayed there cannot be given to
// rows here.
func (b *tableBuild) fill(c *catalog.Column) {
	if c.Default == "" && c.Identity == "" && c.Generated == "" {
		return
	}
	if c.Generated == "" && (c.Identity != "" || c.Sequence != "" || b.cook(parseExpr(c.Default), nil, "").mutable) {
		b.raiseIf(pgvalue.Errorf(codeNotSupported, "adding column \"%s\" to a table with rows, with a default that may differ from row to row or in time, is not supported on the SQLite fallback", c.Name),
			sqliteTable(b.t))
		return
	}
	b.fills = append(b.fills, columnFill{b.t.OID, c.Num})
}

// migration writes the SQLite statements that lead from one catalog to another.
type migration struct {
	*ddl
	sql []string
	// bare are tables whose triggers are gone.
	bare    map[uint32]bool
	checked bool
}

// migrate is the difference between the catalog before and after as SQLite
// statements. The session registers the functions they call when it meets them.
//
// What changes no stored row is done by editing the text of the schema
// (writable_schema), as SQLite's documentation describes for constraints: it
// costs nothing however large the table, and is undone by ROLLBACK. Unlike a
// rebuilt table, the table keeps its rows in place, so that foreign keys that
// reference it are not disturbed.
func (d *ddl) migrate() []string {
	m := &migration{ddl: d, bare: map[uint32]bool{}}
	old := d.analyser.cat
	for _, t := range d.next.Tables {
		if before := old.TableByOID(t.OID); before != nil && before != t && rendered(old, before) != rendered(d.next, t) {
			m.alter(old, before, t)
		}
	}
	m.dropTables(old)
	for _, t := range d.next.Tables {
		if old.TableByOID(t.OID) == nil {
			m.create(t)
		}
	}
	m.addChecks()
	m.restoreTriggers()
	return m.sql
}

// addChecks runs the checks of rows, once.
func (m *migration) addChecks() {
	if !m.checked {
		m.add(m.checks...)
		m.checked = true
	}
}

func (m *migration) add(sql ...string) { m.sql = append(m.sql, sql...) }

// rendered is everything of a table that SQLite sees.
func rendered(cat *catalog.Catalog, t *catalog.Table) string {
	table, err := TableSQL(cat, t)
	if err != nil {
		return err.Error()
	}
	indexes, _, _ := IndexSQL(cat, t)
	triggers := refusals(cat, t)
	for i := range t.Constraints {
		if k := &t.Constraints[i]; k.Kind == 'f' {
			triggers = append(triggers, keyTriggers(cat, t, k)...)
		}
	}
	numbers := make([]string, len(t.Columns))
	for i := range t.Columns {
		numbers[i] = string(rune('0' + t.Columns[i].Num))
	}
	return strings.Join(slices.Concat(numbers, table, indexes, triggers), "\n")
}

// dropTables removes the tables that are gone, those that reference others
// among them first: with foreign keys on, dropping a table deletes its rows.
func (m *migration) dropTables(old *catalog.Catalog) {
	var gone []*catalog.Table
	for _, t := range old.Tables {
		if m.next.TableByOID(t.OID) == nil {
			gone = append(gone, t)
		}
	}
	for len(gone) > 0 {
		i := slices.IndexFunc(gone, func(t *catalog.Table) bool {
			return !slices.ContainsFunc(gone, func(o *catalog.Table) bool { return o != t && references(o, t) })
		})
		if i < 0 {
			// A circle: take the foreign keys out.
			for _, t := range gone {
				m.rewrite(t, plainTable(m.next, t))
			}
			for _, t := range gone {
				m.add(DropSQL(old, t)...)
			}
			return
		}
		m.add(DropSQL(old, gone[i])...)
		gone = slices.Delete(gone, i, i+1)
	}
}

// create makes a new table.
func (m *migration) create(t *catalog.Table) {
	m.add(m.definition(t))
	m.add(m.indexes(t)...)
	m.bare[t.OID] = true
}

// definition is the text of a table in the SQLite schema.
func (m *migration) definition(t *catalog.Table) string {
	sql, err := TableSQL(m.next, t)
	if err != nil {
		panic(err)
	}
	return sql[0]
}

func (m *migration) hasFills(t *catalog.Table) bool {
	return slices.ContainsFunc(m.fills, func(f columnFill) bool { return f.table == t.OID })
}

func (m *migration) indexes(t *catalog.Table) []string {
	sql, _, err := IndexSQL(m.next, t)
	if err != nil {
		panic(err)
	}
	return sql
}

// alter changes a table in place.
func (m *migration) alter(old *catalog.Catalog, before, t *catalog.Table) {
	if t.Persistence == 't' {
		m.alterTemporary(old, before, t)
		return
	}
	m.dropTriggers(before)
	was, _, _ := IndexSQL(old, before)
	will := m.indexes(t)
	for i := range before.Indexes {
		x := &before.Indexes[i]
		sql, why := indexSQL(old, before, x)
		if why == "" && !slices.Contains(will, sql) {
			m.add("DROP INDEX " + quote(catalog.SQLiteName(before.Schema, x.Name)))
		}
	}
	if sqliteTable(before) != sqliteTable(t) {
		m.renameTable(before, t)
	}
	m.dropColumns(before, t)
	if m.hasFills(t) {
		// Checks come later, with the error of a check that is being added.
		free := *t
		free.Constraints = slices.DeleteFunc(slices.Clone(t.Constraints), func(k catalog.Constraint) bool { return k.Kind == 'c' })
		m.rewrite(t, m.definition(&free))
		m.fillColumns(t)
	}
	m.rewrite(t, m.definition(t))
	m.addChecks()
	for _, sql := range will {
		if !slices.Contains(was, sql) {
			m.add(sql)
		}
	}
}

// dropTriggers removes every trigger on a table, the journal's too (which the
// session makes anew), and those of its foreign keys on other tables.
func (m *migration) dropTriggers(t *catalog.Table) {
	for i := range t.Constraints {
		for _, name := range actionTriggers(t, &t.Constraints[i]) {
			m.add("DROP TRIGGER IF EXISTS " + quote(name))
		}
	}
	m.editSchema("DELETE FROM sqlite_schema WHERE type = 'trigger' AND tbl_name = " + literal(catalog.SQLiteName(t.Schema, t.Name)))
	m.bare[t.OID] = true
}

// editSchema changes the text of the SQLite schema. Making and dropping a table
// moves the schema's version on, so that other connections read it again.
func (m *migration) editSchema(sql ...string) {
	m.add("PRAGMA writable_schema = ON")
	m.add(sql...)
	m.add("PRAGMA writable_schema = RESET", "CREATE TABLE failoversql_edit (x)", "DROP TABLE failoversql_edit")
}

// rewrite gives a table another definition with the same columns, or more at
// the end.
func (m *migration) rewrite(t *catalog.Table, sql string) {
	m.editSchema("UPDATE sqlite_schema SET sql = " + literal(sql) + " WHERE type = 'table' AND name = " + literal(catalog.SQLiteName(t.Schema, t.Name)))
}

// renameTable gives a table another name; its indexes follow.
func (m *migration) renameTable(before, t *catalog.Table) {
	from, to := literal(catalog.SQLiteName(before.Schema, before.Name)), literal(catalog.SQLiteName(t.Schema, t.Name))
	statements := []string{
		"UPDATE sqlite_schema SET name = " + to + ", tbl_name = " + to + ", sql = " + literal(m.definition(t)) + " WHERE type = 'table' AND name = " + from,
	}
	for i := range t.Indexes {
		if sql, why := indexSQL(m.next, t, &t.Indexes[i]); why == "" {
			statements = append(statements, "UPDATE sqlite_schema SET tbl_name = "+to+", sql = "+literal(sql)+
				" WHERE type = 'index' AND name = "+literal(catalog.SQLiteName(t.Schema, t.Indexes[i].Name)))
		}
	}
	m.editSchema(statements...)
}

// dropColumns removes the columns that t has no longer. The definition is first
// made one that SQLite's DROP COLUMN finds nothing to object to.
func (m *migration) dropColumns(before, t *catalog.Table) {
	var gone []string
	for i := range before.Columns {
		c := &before.Columns[i]
		if !slices.ContainsFunc(t.Columns, func(x catalog.Column) bool { return x.Num == c.Num }) {
			gone = append(gone, c.Name)
		}
	}
	if gone == nil {
		return
	}
	plain := *before
	plain.Schema, plain.Name = t.Schema, t.Name
	m.rewrite(t, plainTable(m.next, &plain))
	for _, c := range gone {
		m.add("ALTER TABLE " + sqliteTable(t) + " DROP COLUMN " + quote(c))
	}
}

// plainTable is a table's definition without anything but its stored columns.
func plainTable(cat *catalog.Catalog, t *catalog.Table) string {
	var columns []string
	for i := range t.Columns {
		c := &t.Columns[i]
		if c.Generated != "" && c.Virtual {
			continue
		}
		s, _, err := columnStorage(cat, c)
		if err != nil {
			panic(err)
		}
		columns = append(columns, quote(c.Name)+" "+s.affinity)
	}
	return "CREATE TABLE " + sqliteTable(t) + " (" + strings.Join(columns, ", ") + ") STRICT"
}

// fillColumns gives rows the defaults of new columns, unseen by the journal:
// the primary does the same when the statement is replayed.
func (m *migration) fillColumns(t *catalog.Table) {
	var sets []string
	for _, f := range m.fills {
		i := slices.IndexFunc(t.Columns, func(c catalog.Column) bool { return c.Num == f.column })
		if f.table != t.OID || i < 0 {
			continue
		}
		c := &t.Columns[i]
		if c.Generated != "" {
			// Any update computes it.
			j := slices.IndexFunc(t.Columns, func(c catalog.Column) bool { return c.Generated == "" })
			sets = append(sets, quote(t.Columns[j].Name)+" = "+quote(t.Columns[j].Name))
			continue
		}
		sets = append(sets, quote(c.Name)+" = "+m.defaultValue(t, c))
	}
	if sets != nil {
		m.add("UPDATE failoversql_state SET capture = 0", "UPDATE "+sqliteTable(t)+" SET "+strings.Join(sets, ", "), "UPDATE failoversql_state SET capture = 1")
	}
}

func (m *migration) defaultValue(t *catalog.Table, c *catalog.Column) string {
	if k := parseExpr(c.Default).GetTypeCast(); k.GetArg().GetAConst().GetSval() != nil {
		// A literal as PostgreSQL prints it depends on nothing.
		typ := m.value(c.Type, c.Typmod)
		if oid, _ := m.typeRef(k.TypeName); oid == m.base(c.Type) {
			if v, err := pgvalue.ParseText(typ, k.Arg.GetAConst().GetSval().GetSval(), pgvalue.UTC); err == nil {
				return quoteValue(pgvalue.ToColumn(typ, v))
			}
		}
	}
	e, err := tableExpr(m.next, t, c.Default, c)
	if err != nil {
		panic(err)
	}
	return e.SQL
}

// restoreTriggers makes the triggers of new and altered tables, and all that
// foreign keys have on a table where one of such a table refers to it: their
// order counts.
func (m *migration) restoreTriggers() {
	for _, t := range m.next.Tables {
		if m.bare[t.OID] {
			sql, err := TriggerSQL(m.next, t)
			if err != nil {
				panic(err)
			}
			m.add(sql...)
		} else if m.referredTo(t) {
			for _, child := range m.next.Tables {
				for i := range child.Constraints {
					if k := &child.Constraints[i]; k.Kind == 'f' && k.RefSchema == t.Schema && k.RefTable == t.Name {
						for _, name := range actionTriggers(child, k) {
							m.add("DROP TRIGGER IF EXISTS " + quote(name))
						}
					}
				}
			}
			m.add(referencedTriggers(m.next, t)...)
		}
	}
}

// referredTo reports whether a foreign key of a new or altered table refers to t.
func (m *migration) referredTo(t *catalog.Table) bool {
	return slices.ContainsFunc(m.next.Tables, func(child *catalog.Table) bool {
		return m.bare[child.OID] && slices.ContainsFunc(child.Constraints, func(k catalog.Constraint) bool {
			return k.Kind == 'f' && k.RefSchema == t.Schema && k.RefTable == t.Name
		})
	})
}
