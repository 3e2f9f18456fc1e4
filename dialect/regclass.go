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
