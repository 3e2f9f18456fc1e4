package dialect

import (
	"strconv"

	"github.com/failoversql/failoversql/catalog"
)

// regclass reads a literal of type regclass: a number, or the name of a
// relation, which stands for its OID.
func (a *analyser) regclass(e *expr) *expr {
	if n, err := strconv.ParseUint(e.text, 10, 32); err == nil {
		return constant(oidRegclass, e.pos, int64(n))
	}
	schema, name := a.qualifiedName(splitIdentifier(e.text), e.pos)
	oid := relationOID(a.cat, schema, name)
	if oid == 0 {
		a.fail(codeUndefinedTable, e.pos, "relation \"%s\" does not exist", e.text)
	}
	return constant(oidRegclass, e.pos, int64(oid))
}

// regclassName is the text of a regclass constant: the relation's name, with its
// schema where the search path does not lead to it.
func (a *analyser) regclassName(e *expr) *expr {
	oid, ok := e.val.(int64)
	if e.kind != exConst || !ok && e.val != nil {
		a.refuse(e.pos, "the name of a regclass that is not a constant")
	}
	if e.val == nil {
		return e
	}
	for _, r := range relations(a.cat) {
		if int64(r.oid) != oid {
			continue
		}
		name := ident(r.name)
		if relationOID(a.cat, "", r.name) != r.oid {
			name = ident(r.schema) + "." + name
		}
		return constant(oidRegclass, e.pos, name)
	}
	a.refuse(e.pos, "the name of relation %d", oid)
	return nil
}

type relation struct {
	oid          uint32
	schema, name string
}

func relations(cat *catalog.Catalog) []relation {
	var out []relation
	for _, t := range cat.Tables {
		out = append(out, relation{t.OID, t.Schema, t.Name})
	}
	for _, q := range cat.Sequences {
		out = append(out, relation{q.OID, q.Schema, q.Name})
	}
	for _, v := range cat.Views {
		out = append(out, relation{v.OID, v.Schema, v.Name})
	}
	return out
}

// relationOID finds a table, sequence or view by name; 0 where there is none.
func relationOID(cat *catalog.Catalog, schema, name string) uint32 {
	if t := cat.Table(schema, name); t != nil {
		return t.OID
	}
	if q := cat.Sequence(schema, name); q != nil {
		return q.OID
	}
	if v := cat.View(schema, name); v != nil {
		return v.OID
	}
	return 0
}

// sequenceByOID finds a sequence that a regclass constant stands for, or nil.
func sequenceByOID(cat *catalog.Catalog, oid int64) *catalog.Sequence {
	for _, q := range cat.Sequences {
		if int64(q.OID) == oid {
			return q
		}
	}
	return nil
}
