package dialect

import (
	"slices"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// From OIDs to names: the output functions of the object identifier types.

// objectName is the name that an object prints as: with its schema where the
// search path does not lead to it. An OID that is not known may still be of
// something on the primary.
func (a *analyser) objectName(typ, oid uint32, pos int32) string {
	if oid == 0 {
		return pgvalue.NoObject(typ)
	}
	name := ""
	switch typ {
	case oidRegclass:
		name = a.relationName(oid, pos)
	case oidRegtype:
		if a.knownType(oid) {
			name = a.typeName(oid)
		}
	case oidRegproc, oidRegprocedure:
		p := pgcatalog.ProcByOID(oid)
		if p == nil || oid >= 10000 || a.userDefined(p.Name) {
			break
		}
		if typ == oidRegprocedure {
			name = ident(p.Name) + "(" + a.typeNames(p.Args) + ")"
		} else if name = ident(p.Name); len(pgcatalog.Procs(p.Name)) > 1 {
			name = "pg_catalog." + name
		}
	case oidRegoper, oidRegoperator:
		o := pgcatalog.OperatorByOID(oid)
		if o == nil || oid >= 10000 || a.userDefined("operator "+o.Name) {
			break
		}
		if typ == oidRegoperator {
			name = o.Name + "(" + a.operandName(o.Left) + "," + a.operandName(o.Right) + ")"
		} else if name = o.Name; len(pgcatalog.Operators(o.Name)) > 1 {
			name = "pg_catalog." + name
		}
	case oidRegnamespace:
		if s, ok := a.schemaName(oid); ok {
			name = ident(s)
		}
	}
	if name == "" {
		a.refuse(pos, "the name of %s %d", a.typ(typ).name, oid)
	}
	return name
}

func (a *analyser) operandName(oid uint32) string {
	if oid == 0 {
		return "NONE"
	}
	return a.typeName(oid)
}

func (a *analyser) typeNames(oids []uint32) string {
	text := ""
	for i, t := range oids {
		if i > 0 {
			text += ","
		}
		text += a.typeName(t)
	}
	return text
}

// knownType says whether an OID is of a type that is known here.
func (a *analyser) knownType(oid uint32) bool {
	if pgcatalog.TypeByOID(oid) != nil {
		return true
	}
	t := a.typ(oid)
	return t.schema != "" || t.fields != nil
}

// schemaName is the name of a schema.
func (a *analyser) schemaName(oid uint32) (string, bool) {
	switch oid {
	case 11:
		return "pg_catalog", true
	case 99:
		return "pg_toast", true
	}
	s := &systemRows{cat: a.cat, a: a}
	i := slices.IndexFunc(a.cat.Schemas, func(name string) bool { return s.schemaOID(name) == oid })
	if i < 0 {
		return "", false
	}
	return a.cat.Schemas[i], true
}

// relationName is the name of a relation, "" where there is none known.
func (a *analyser) relationName(oid uint32, pos int32) string {
	if r := pgcatalog.RelationByOID(oid); r != nil {
		if found := a.findRelation("", r.Name, pos); found != nil && found.OID == oid {
			return ident(r.Name)
		}
		return "pg_catalog." + ident(r.Name)
	}
	for r := range relations(a.cat) {
		if r.OID != oid {
			continue
		}
		// A relation of a system catalog's name is never found without a schema.
		if pgcatalog.RelationByName(r.Name) == nil {
			if found := a.findRelation("", r.Name, pos); found != nil && found.OID == oid {
				return ident(r.Name)
			}
		}
		if r.Schema == "pg_temp" {
			a.refuse(pos, "the name of a temporary table's schema")
		}
		return qualified(r.Schema, r.Name)
	}
	return ""
}
