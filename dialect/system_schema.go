package dialect

import (
	"fmt"
	"slices"
	"strconv"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// systemTables are the catalogs answered here, by qualified name.
var systemTables map[string]*systemTable

func init() {
	// Not a plain initialiser: rows calls analysis, which looks in here.
	systemTables = map[string]*systemTable{
		"information_schema.schemata": {
			absent: true,
			columns: `catalog_name name, schema_name name, -schema_owner name, default_character_set_catalog name, default_character_set_schema name,
				default_character_set_name name, sql_path varchar`,
			rows: func(s *systemRows) {
				for _, name := range s.cat.Schemas {
					s.add(row{"catalog_name": s.cat.Database, "schema_name": name})
				}
			},
		},
		"information_schema.tables": {
			absent: true,
			columns: `table_catalog name, table_schema name, table_name name, table_type varchar, self_referencing_column_name name, reference_generation varchar,
				user_defined_type_catalog name, user_defined_type_schema name, user_defined_type_name name, -is_insertable_into yesno, is_typed yesno, commit_action varchar`,
			rows: informationTables,
		},
		"information_schema.columns": {
			columns: `table_catalog name, table_schema name, table_name name, column_name name, ordinal_position int4, column_default varchar, is_nullable yesno,
				data_type varchar, character_maximum_length int4, character_octet_length int4, numeric_precision int4, numeric_precision_radix int4, numeric_scale int4,
				datetime_precision int4, interval_type varchar, interval_precision int4, character_set_catalog name, character_set_schema name, character_set_name name,
				collation_catalog name, collation_schema name, collation_name name, domain_catalog name, domain_schema name, domain_name name,
				udt_catalog name, udt_schema name, udt_name name, scope_catalog name, scope_schema name, scope_name name, maximum_cardinality int4, dtd_identifier name,
				is_self_referencing yesno, is_identity yesno, identity_generation varchar, identity_start varchar, identity_increment varchar,
				identity_maximum varchar, identity_minimum varchar, identity_cycle yesno, is_generated varchar, generation_expression varchar, -is_updatable yesno`,
			rows: informationColumns,
		},
		"information_schema.table_constraints": {
			columns: `constraint_catalog name, constraint_schema name, constraint_name name, table_catalog name, table_schema name, table_name name,
				constraint_type varchar, is_deferrable yesno, initially_deferred yesno, enforced yesno, -nulls_distinct yesno`,
			rows: informationConstraints,
		},
		"information_schema.key_column_usage": {
			columns: `constraint_catalog name, constraint_schema name, constraint_name name, table_catalog name, table_schema name, table_name name,
				column_name name, ordinal_position int4, position_in_unique_constraint int4`,
			rows: informationKeys,
		},
		"information_schema.constraint_column_usage": {
			columns: `table_catalog name, table_schema name, table_name name, column_name name, constraint_catalog name, constraint_schema name, constraint_name name`,
			rows:    informationUsage,
		},
		"information_schema.referential_constraints": {
			columns: `constraint_catalog name, constraint_schema name, constraint_name name, unique_constraint_catalog name, unique_constraint_schema name,
				unique_constraint_name name, match_option varchar, update_rule varchar, delete_rule varchar`,
			rows: informationReferences,
		},
		"information_schema.sequences": {
			columns: `sequence_catalog name, sequence_schema name, sequence_name name, data_type varchar, numeric_precision int4, numeric_precision_radix int4,
				numeric_scale int4, start_value varchar, minimum_value varchar, maximum_value varchar, increment varchar, cycle_option yesno`,
			rows: informationSequences,
		},
	}
	addPgCatalog(systemTables)
}

func yesNo(b bool) string {
	if b {
		return "YES"
	}
	return "NO"
}

func informationTables(s *systemRows) {
	add := func(schema, name, kind string) {
		s.add(row{"table_catalog": s.cat.Database, "table_schema": schema, "table_name": name, "table_type": kind, "is_typed": "NO"})
	}
	for _, t := range s.cat.Tables {
		if t.Privileges != "" {
			add(t.Schema, t.Name, "BASE TABLE")
		}
	}
	for _, v := range s.cat.Views {
		if v.Privileges != "" && v.Kind == 'v' {
			add(v.Schema, v.Name, "VIEW")
		}
	}
	for _, r := range s.cat.Absent {
		kind := "BASE TABLE"
		if strings.Contains(r.Reason, "foreign") {
			kind = "FOREIGN"
		}
		add(r.Schema, r.Name, kind)
	}
}

func informationColumns(s *systemRows) {
	for _, t := range s.cat.Tables {
		for i := range t.Columns {
			if c := &t.Columns[i]; t.Privileges != "" || c.Privileges != "" {
				s.column(t.Schema, t.Name, c)
			}
		}
	}
	for _, v := range s.cat.Views {
		for i := range v.Columns {
			if v.Privileges != "" && v.Kind == 'v' {
				s.column(v.Schema, v.Name, &v.Columns[i])
			}
		}
	}
}

// column adds a row of information_schema.columns.
func (s *systemRows) column(schema, table string, c *catalog.Column) {
	db := s.cat.Database
	base, mod := s.a.baseAndMod(c.Type, c.Typmod)
	info := s.a.typ(base)
	r := row{
		"table_catalog": db, "table_schema": schema, "table_name": table, "column_name": c.Name, "ordinal_position": c.Num,
		"is_nullable": yesNo(!c.NotNull && !s.domainNotNull(c.Type)), "udt_catalog": db, "udt_schema": "pg_catalog", "udt_name": info.name,
		"dtd_identifier": strconv.Itoa(int(c.Num)), "is_self_referencing": "NO", "is_identity": yesNo(c.Identity != ""), "identity_cycle": "NO",
		"is_generated": "NEVER",
	}
	switch {
	case info.elem != 0:
		r["data_type"] = "ARRAY"
	case info.schema != "":
		r["data_type"] = "USER-DEFINED"
	default:
		r["data_type"] = s.a.formatType(base, -1)
	}
	if info.schema != "" {
		r["udt_schema"] = info.schema
	}
	if d := s.a.typ(c.Type); d.kind == 'd' {
		r["domain_catalog"], r["domain_schema"], r["domain_name"] = db, d.schema, d.name
	}
	if c.Default != "" {
		r["column_default"] = s.shorten(c.Default)
	}
	if c.Generated != "" {
		r["is_generated"], r["generation_expression"] = "ALWAYS", s.shorten(c.Generated)
	}
	if c.Collation != "" {
		cs, cn, ok := strings.Cut(c.Collation, ".")
		if !ok {
			cs, cn = "pg_catalog", c.Collation
		}
		r["collation_catalog"], r["collation_schema"], r["collation_name"] = db, cs, cn
	} else if base == oidName {
		r["collation_catalog"], r["collation_schema"], r["collation_name"] = db, "pg_catalog", "C"
	}
	if q := s.cat.SequenceOf(c); q != nil && c.Identity != "" {
		r["identity_generation"] = map[string]string{"a": "ALWAYS", "d": "BY DEFAULT"}[c.Identity]
		r["identity_start"], r["identity_increment"] = strconv.FormatInt(q.Start, 10), strconv.FormatInt(q.Increment, 10)
		r["identity_maximum"], r["identity_minimum"] = strconv.FormatInt(q.Max, 10), strconv.FormatInt(q.Min, 10)
		r["identity_cycle"] = yesNo(q.Cycle)
	}
	typeMeasures(r, base, mod)
	if base == oidInterval && mod >= 0 && mod>>16 != 0x7fff {
		r["interval_type"] = unknownCell("the fields of an interval column")
	}
	s.add(r)
}

// typeMeasures fills in lengths, precisions and scales.
func typeMeasures(r row, typ uint32, mod int32) {
	number := func(precision, radix int, scale any) {
		r["numeric_precision"], r["numeric_precision_radix"], r["numeric_scale"] = precision, radix, scale
	}
	switch typ {
	case oidText, oidVarchar, oidBpchar:
		r["character_octet_length"] = 1 << 30
		if typ != oidText && mod >= 4 {
			r["character_maximum_length"] = mod - 4
			r["character_octet_length"] = (mod - 4) * 4 // of UTF-8
		}
	case oidBit, oidVarbit:
		if mod >= 0 {
			r["character_maximum_length"] = mod
		}
	case oidInt2:
		number(16, 2, 0)
	case oidInt4:
		number(32, 2, 0)
	case oidInt8:
		number(64, 2, 0)
	case oidFloat4:
		number(24, 2, nil)
	case oidFloat8:
		number(53, 2, nil)
	case oidNumeric:
		r["numeric_precision_radix"] = 10
		if mod >= 4 {
			p, scale := numericMod(mod)
			number(p, 10, scale)
		}
	case oidDate:
		r["datetime_precision"] = 0
	case oidTime, oidTimetz, oidTimestamp, oidTimestamptz:
		r["datetime_precision"] = 6
		if mod >= 0 {
			r["datetime_precision"] = mod
		}
	case oidInterval:
		r["datetime_precision"] = 6
		if mod >= 0 && mod&0xffff != 0xffff {
			r["datetime_precision"] = mod & 0xffff
		}
	}
}

func (s *systemRows) domainNotNull(oid uint32) bool {
	for t := s.a.typ(oid); t.kind == 'd'; t = s.a.typ(t.base) {
		if t.user != nil && t.user.NotNull {
			return true
		}
	}
	return false
}

// shorten prints an expression of the catalog as it reads under the search
// path: names in it are not qualified by schemas that are searched.
func (s *systemRows) shorten(text string) string {
	for _, schema := range s.cat.SearchPath {
		q := ident(schema) + "."
		text = strings.ReplaceAll(text, "::"+q, "::")
		for _, seq := range s.cat.Sequences {
			full := "'" + strings.ReplaceAll(qualified(seq.Schema, seq.Name), "'", "''") + "'::regclass"
			if seq.Schema == schema && s.cat.Sequence("", seq.Name) == seq && strings.Contains(text, full) {
				text = strings.ReplaceAll(text, full, "'"+strings.ReplaceAll(ident(seq.Name), "'", "''")+"'::regclass")
			}
		}
	}
	return text
}

var constraintTypes = map[byte]string{'p': "PRIMARY KEY", 'u': "UNIQUE", 'f': "FOREIGN KEY", 'c': "CHECK"}

func informationConstraints(s *systemRows) {
	add := func(t *catalog.Table, name, kind string, deferrable, deferred bool) {
		s.add(row{
			"constraint_catalog": s.cat.Database, "constraint_schema": t.Schema, "constraint_name": name, "table_catalog": s.cat.Database,
			"table_schema": t.Schema, "table_name": t.Name, "constraint_type": kind, "is_deferrable": yesNo(deferrable),
			"initially_deferred": yesNo(deferred), "enforced": "YES",
		})
	}
	for _, t := range s.cat.Tables {
		if !t.Owner && strings.Trim(t.Privileges, "r") == "" {
			continue
		}
		for i := range t.Constraints {
			if k := &t.Constraints[i]; constraintTypes[k.Kind] != "" {
				add(t, k.Name, constraintTypes[k.Kind], k.Deferrable, k.Deferred)
			}
		}
		if s.cat.ServerVersion >= 180000 {
			continue // where NOT NULL has names that are not known here
		}
		for i := range t.Columns {
			if c := &t.Columns[i]; c.NotNull {
				add(t, fmt.Sprintf("%d_%d_%d_not_null", s.schemaOID(t.Schema), t.OID, c.Num), "CHECK", false, false)
			}
		}
	}
}

func (s *systemRows) schemaOID(name string) uint32 {
	if oid := s.cat.SchemaOIDs[name]; oid != 0 {
		return oid
	}
	if name == "public" {
		return 2200
	}
	return 0
}

func informationKeys(s *systemRows) {
	for _, t := range s.cat.Tables {
		for i := range t.Constraints {
			k := &t.Constraints[i]
			if k.Kind != 'p' && k.Kind != 'u' && k.Kind != 'f' {
				continue
			}
			for j, name := range k.Columns {
				if c := t.Column(name); !t.Owner && t.Privileges == "" && c.Privileges == "" {
					continue
				}
				r := row{
					"constraint_catalog": s.cat.Database, "constraint_schema": t.Schema, "constraint_name": k.Name, "table_catalog": s.cat.Database,
					"table_schema": t.Schema, "table_name": t.Name, "column_name": name, "ordinal_position": j + 1,
				}
				if _, key := s.referencedKey(k); k.Kind == 'f' && key != nil {
					r["position_in_unique_constraint"] = slices.Index(key, k.RefColumns[j]) + 1
				}
				s.add(r)
			}
		}
	}
}

// referencedKey finds the unique index that a foreign key stands on, and its
// columns.
func (s *systemRows) referencedKey(k *catalog.Constraint) (*catalog.Index, []string) {
	if k.Kind != 'f' {
		return nil, nil
	}
	parent := s.cat.Table(k.RefSchema, k.RefTable)
	if parent == nil {
		return nil, nil
	}
	var best *catalog.Index
	var columns []string
	for i := range parent.Indexes {
		x := &parent.Indexes[i]
		var keys []string
		for _, key := range x.Keys {
			keys = append(keys, key.Column)
		}
		if x.Unique && x.Where == "" && sameSet(keys, k.RefColumns) && (best == nil || x.Primary || x.OID < best.OID && !best.Primary) {
			best, columns = x, keys
		}
	}
	return best, columns
}

func informationUsage(s *systemRows) {
	for _, t := range s.cat.Tables {
		for i := range t.Constraints {
			k := &t.Constraints[i]
			table, columns := t, k.Columns
			if k.Kind == 'f' {
				table, columns = s.cat.Table(k.RefSchema, k.RefTable), k.RefColumns
			}
			if k.Kind == 'x' || table == nil || !table.Owner {
				continue
			}
			for _, name := range columns {
				s.add(row{
					"table_catalog": s.cat.Database, "table_schema": table.Schema, "table_name": table.Name, "column_name": name,
					"constraint_catalog": s.cat.Database, "constraint_schema": t.Schema, "constraint_name": k.Name,
				})
			}
		}
	}
}

var rules = map[byte]string{'a': "NO ACTION", 'r': "RESTRICT", 'c': "CASCADE", 'n': "SET NULL", 'd': "SET DEFAULT"}

func informationReferences(s *systemRows) {
	for _, t := range s.cat.Tables {
		for i := range t.Constraints {
			k := &t.Constraints[i]
			if k.Kind != 'f' || !t.Owner && strings.Trim(t.Privileges, "r") == "" {
				continue
			}
			r := row{
				"constraint_catalog": s.cat.Database, "constraint_schema": t.Schema, "constraint_name": k.Name,
				"match_option": "NONE", "update_rule": rules[k.OnUpdate], "delete_rule": rules[k.OnDelete],
			}
			if k.MatchFull {
				r["match_option"] = "FULL"
			}
			if x, _ := s.referencedKey(k); x != nil && x.Constraint {
				r["unique_constraint_catalog"], r["unique_constraint_schema"], r["unique_constraint_name"] = s.cat.Database, k.RefSchema, x.Name
			}
			s.add(r)
		}
	}
}

func informationSequences(s *systemRows) {
	identity := map[string]bool{}
	for _, t := range s.cat.Tables {
		for i := range t.Columns {
			if c := &t.Columns[i]; c.Identity != "" {
				identity[c.Sequence] = true
			}
		}
	}
	for _, q := range s.cat.Sequences {
		if q.Privileges == "" && !q.Owner || identity[q.Schema+"."+q.Name] {
			continue
		}
		s.add(row{
			"sequence_catalog": s.cat.Database, "sequence_schema": q.Schema, "sequence_name": q.Name, "data_type": s.a.formatType(q.Type, -1),
			"numeric_precision": intWidth(q.Type) * 8, "numeric_precision_radix": 2, "numeric_scale": 0,
			"start_value": strconv.FormatInt(q.Start, 10), "minimum_value": strconv.FormatInt(q.Min, 10), "maximum_value": strconv.FormatInt(q.Max, 10),
			"increment": strconv.FormatInt(q.Increment, 10), "cycle_option": yesNo(q.Cycle),
		})
	}
}

// typeLength is pg_type.typlen.
func typeLength(a *analyser, oid uint32) int {
	t := a.typ(oid)
	switch {
	case t.kind == 'e':
		return 4
	case t.kind == 'd':
		return typeLength(a, t.base)
	case t.schema != "":
		return -1
	}
	if b := pgcatalog.TypeByOID(oid); b != nil {
		return b.Len
	}
	return -1
}
