package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// typeRef resolves a type name as written in a statement to a type and its
// modifier (-1: none).
func (a *analyser) typeRef(tn *pg_query.TypeName) (uint32, int32) {
	names := stringList(tn.GetNames())
	at := tn.GetLocation()
	if tn.GetSetof() || tn.GetPctType() {
		a.refuse(at, "type reference")
	}
	var schema string
	name := names[len(names)-1]
	if len(names) > 1 {
		schema = names[len(names)-2]
	}
	var oid uint32
	if schema == "" || schema == "pg_catalog" {
		if t := pgcatalog.TypeByName(name); t != nil {
			oid = t.OID
		}
	}
	if oid == 0 && schema != "pg_catalog" {
		if oid = a.rowTypeOf(schema, name); oid == 0 {
			if t := a.cat.Type(schema, name); t != nil {
				oid = t.OID
			}
		}
	}
	if oid == 0 {
		if schema != "" && schema != "pg_catalog" && schema != "information_schema" && !slices.Contains(a.cat.Schemas, schema) {
			a.fail(codeInvalidSchema, at, "schema \"%s\" does not exist", schema)
		}
		a.fail(codeUndefinedObject, at, "type \"%s\" does not exist", strings.Join(names, "."))
	}
	mod := a.typmodOf(oid, tn)
	if len(tn.GetArrayBounds()) > 0 {
		arr := a.arrayOf(oid)
		if arr == 0 && a.composite(oid) {
			a.refuse(at, "an array of rows of \"%s\"", a.typ(oid).name)
		}
		if arr == 0 {
			a.fail(codeUndefinedObject, at, "could not find array type for data type %s", a.typeName(oid))
		}
		oid = arr
	}
	return oid, mod
}

// typmodOf encodes the modifiers of a type name as the type's typmodin would.
func (a *analyser) typmodOf(oid uint32, tn *pg_query.TypeName) int32 {
	mods := tn.GetTypmods()
	if len(mods) == 0 {
		return -1
	}
	at := tn.GetLocation()
	n := make([]int32, len(mods))
	for i, m := range mods {
		c := m.GetAConst()
		if c == nil {
			if u := m.GetAExpr(); u != nil || m.GetTypeCast() != nil {
				a.refuse(at, "type modifier")
			}
			a.fail(codeSyntax, at, "type modifiers must be simple constants or identifiers")
		}
		if _, ok := c.GetVal().(*pg_query.A_Const_Ival); !ok {
			a.fail("22023", at, "invalid type modifier")
		}
		n[i] = c.GetIval().GetIval()
	}
	switch oid {
	case oidVarchar, oidBpchar:
		label := map[uint32]string{oidVarchar: "varchar", oidBpchar: "char"}[oid]
		if len(n) != 1 {
			a.fail("22023", at, "invalid type modifier")
		}
		if n[0] < 1 {
			a.fail("22023", at, "length for type %s must be at least 1", label)
		}
		if n[0] > 10485760 {
			a.fail("22023", at, "length for type %s cannot exceed 10485760", label)
		}
		return n[0] + 4
	case oidNumeric:
		if n[0] < 1 || n[0] > 1000 {
			a.fail("22023", at, "NUMERIC precision %d must be between 1 and 1000", n[0])
		}
		scale := int32(0)
		if len(n) == 2 {
			scale = n[1]
			if scale < -1000 || scale > 1000 {
				a.fail("22023", at, "NUMERIC scale %d must be between -1000 and 1000", scale)
			}
		} else if len(n) > 2 {
			a.fail("22023", at, "invalid NUMERIC type modifier")
		}
		return (n[0]<<16 | scale&0x7ff) + 4
	case oidTimestamp, oidTimestamptz, oidTime, oidTimetz:
		if len(n) != 1 {
			a.fail("22023", at, "invalid type modifier")
		}
		if n[0] < 0 {
			a.fail("22023", at, "%s(%d) precision must not be negative", strings.ToUpper(a.typ(oid).name), n[0])
		}
		return min(n[0], 6)
	case oidInterval:
		if len(n) == 1 && n[0] == 0x7fff {
			return -1
		}
		if len(n) == 1 {
			return n[0]<<16 | 0xffff
		}
		if len(n) == 2 {
			return n[0]<<16 | n[1]
		}
	case oidBit, oidVarbit:
		if len(n) == 1 && n[0] > 0 {
			return n[0]
		}
		a.fail("22023", at, "length for type %s must be at least 1", a.typ(oid).name)
	}
	a.fail(codeSyntax, at, "type modifier is not allowed for type \"%s\"", a.typeName(oid))
	return -1
}

// stringList takes the strings out of a list of String nodes.
func stringList(nodes []*pg_query.Node) []string {
	out := make([]string, 0, len(nodes))
	for _, n := range nodes {
		out = append(out, n.GetString_().GetSval())
	}
	return out
}
