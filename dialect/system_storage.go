package dialect

import (
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
)

// The catalogs of what schema tools look at beside tables: operator classes,
// members of extensions, partitioned tables, storage parameters.

func addStorageCatalogs(m map[string]*systemTable) {
	m["pg_catalog.pg_opclass"] = &systemTable{
		columns: `oid oid, opcmethod oid, opcname name, opcnamespace oid, -opcowner oid, -opcfamily oid, opcintype oid, opcdefault bool, opckeytype oid`,
		rows: func(s *systemRows) {
			for _, o := range s.cat.OpClasses {
				s.add(row{"oid": o.OID, "opcmethod": o.Method, "opcname": o.Name, "opcnamespace": o.Schema, "opcintype": o.Type, "opcdefault": o.Default, "opckeytype": o.Key})
			}
		},
	}
	// Only what belongs to extensions is known, and may be asked for (narrowed.members).
	m["pg_catalog.pg_depend"] = &systemTable{
		columns: `classid oid, objid oid, objsubid int4, refclassid oid, refobjid oid, refobjsubid int4, deptype char`,
		absent:  true,
		rows: func(s *systemRows) {
			for _, x := range s.cat.Members {
				s.add(row{"classid": x.Class, "objid": x.Object, "objsubid": 0, "refclassid": 3079, "refobjid": x.Extension, "refobjsubid": 0, "deptype": "e"})
			}
		},
	}
	m["pg_catalog.pg_partitioned_table"] = &systemTable{
		whole:   true,
		columns: `partrelid oid, partstrat char, partnatts int2, partdefid oid, partattrs int2vector, partclass oidvector, partcollation oidvector, partexprs pg_node_tree`,
		rows: func(s *systemRows) {
			for r := range relations(s.cat) {
				if r.Kind == 'p' {
					s.a.refuse(-1, "reading \"pg_catalog.pg_partitioned_table\" beside partitioned tables")
				}
			}
		},
	}
}

// storage are the storage parameters of a relation or a column; nil if it has
// none.
func (s *systemRows) storage(relation uint32, column int16) any {
	for _, p := range s.cat.Storage {
		if p.Relation == relation && p.Column == column {
			return p.Options
		}
	}
	return nil
}

// lastValue is the value of a sequence that was given last, which is known when
// a statement runs.
func (s *systemRows) lastValue(q *catalog.Sequence) any {
	if !s.mentioned("last_value") || q.Privileges == "" && !q.Owner {
		return nil
	}
	return computedCell(s.a.fn(FuncSequenceAt) + "(" + quoteText(q.Schema+"."+q.Name) + ")")
}

// indexProperty is pg_index_column_has_property.
func (s *systemRows) indexProperty(oid uint32, column int64, property string) any {
	for _, t := range s.cat.Tables {
		for i := range t.Indexes {
			x := &t.Indexes[i]
			if x.OID != oid {
				continue
			}
			property = strings.ToLower(property)
			if !slices.Contains([]string{"asc", "desc", "nulls_first", "nulls_last", "orderable"}, property) {
				s.a.refuse(-1, "property \"%s\" of a column of an index", property)
			}
			ordered := x.Method == "btree"
			if !ordered && accessMethods[x.Method] == 0 {
				s.a.refuse(-1, "properties of indexes of the method %s", x.Method)
			}
			switch n := int(column); {
			case n < 1 || n > len(x.Keys)+len(including(x)):
				return nil
			case n > len(x.Keys):
				if property == "orderable" {
					return false
				}
				return nil
			}
			k := &x.Keys[column-1]
			switch property {
			case "asc":
				return ordered && !k.Desc
			case "desc":
				return ordered && k.Desc
			case "nulls_first":
				return ordered && k.NullsFirst
			case "nulls_last":
				return ordered && !k.NullsFirst
			}
			return ordered
		}
	}
	s.a.refuse(-1, "properties of index %d", oid)
	return nil
}
