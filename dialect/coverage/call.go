package main

import (
	"errors"
	"fmt"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// schema is the little database that the calls are translated against.
var schema = &catalog.Catalog{
	Version: 1, Database: "app", ServerVersion: 150000, User: "app", SearchPath: []string{"public"}, Schemas: []string{"public"}, TimeZone: "UTC",
	Collation: catalog.Collation{Provider: 'c', Locale: "C", CType: "C"},
	Types:     []*catalog.Type{{OID: 16384, Array: 16385, Schema: "public", Name: "mood", Kind: 'e', Labels: []string{"low", "high"}}},
	Tables: []*catalog.Table{{OID: 16386, RowType: 16388, Schema: "public", Name: "t", Columns: []catalog.Column{
		{Name: "id", Type: 20, Typmod: -1, NotNull: true}, {Name: "body", Type: 25, Typmod: -1},
	}}},
	Sequences: []*catalog.Sequence{{OID: 16387, Schema: "public", Name: "s", Type: 20, Increment: 1, Min: 1, Max: 1 << 62, Start: 1}},
}

// callable reports whether a statement may call a function by name.
func callable(p *pgcatalog.Proc) bool {
	if p.Support || p.Kind == 'p' || internal(p.Ret) && typeName(p.Ret) != "void" || strings.HasPrefix(p.Name, "RI_") || behind[p.Name] {
		return false
	}
	for _, t := range p.Args {
		if internal(t) {
			return false
		}
	}
	return true
}

// behind are functions that only indexes, aggregates and languages call, though
// no catalog says so.
var behind = map[string]bool{
	"int4inc": true, "numeric_inc": true, "int8_sum": true, "enum_send": true, "amvalidate": true, "fmgr_c_validator": true, "fmgr_internal_validator": true,
	"fmgr_sql_validator": true, "plpgsql_validator": true, "postgresql_fdw_validator": true, "satisfies_hash_partition": true, "currtid2": true,
	"int4range_subdiff": true, "int8range_subdiff": true, "numrange_subdiff": true, "daterange_subdiff": true, "tsrange_subdiff": true, "tstzrange_subdiff": true,
}

// internal reports whether no expression has the type.
func internal(oid uint32) bool {
	if oid == 0 {
		return false
	}
	switch name := typeName(oid); name {
	case "internal", "cstring", "_cstring", "trigger", "event_trigger", "language_handler", "index_am_handler", "table_am_handler", "tsm_handler", "fdw_handler", "void", "pg_ddl_command", "gtsvector",
		"pg_node_tree", "pg_ndistinct", "pg_dependencies", "pg_mcv_list", "pg_brin_bloom_summary", "pg_brin_minmax_multi_summary", "int2vector":
		return true
	}
	return false
}

func typeName(oid uint32) string {
	if t := pgcatalog.TypeByOID(oid); t != nil {
		return t.Name
	}
	return fmt.Sprint(oid)
}

// concrete stands for a polymorphic type in a call.
var concrete = map[string]string{
	"any": "text", "anyelement": "int4", "anyarray": "_int4", "anynonarray": "int4", "anyenum": "mood", "anyrange": "int4range", "anymultirange": "int4multirange",
	"anycompatible": "int4", "anycompatiblearray": "_int4", "anycompatiblenonarray": "int4", "anycompatiblerange": "int4range", "anycompatiblemultirange": "int4multirange",
}

func quoted(oid uint32) string {
	name := typeName(oid)
	if c := concrete[name]; c != "" {
		name = c
	}
	if name == "mood" {
		return name
	}
	return `pg_catalog."` + name + `"`
}

// sample is an argument of a type.
func sample(oid uint32, n int) string {
	if typeName(oid) == "record" {
		return "ROW(1, 2)"
	}
	return fmt.Sprintf("CAST($%d AS %s)", n, quoted(oid))
}

func arguments(p *pgcatalog.Proc) string {
	names := make([]string, len(p.Args))
	for i, t := range p.Args {
		names[i] = typeName(t)
		if p.Variadic != 0 && i == len(p.Args)-1 {
			names[i] = "variadic " + names[i]
		}
	}
	return strings.Join(names, ", ")
}

// literals are arguments that must be written out: names of the little schema.
var literals = map[string][]string{
	"nextval": {"'s'"}, "currval": {"'s'"}, "setval": {"'s'", "1", "true"}, "row_to_json": {"ROW(1, 2)", "true"}, "to_regclass": {"'t'"}, "to_regtype": {"'int4'"},
	"pg_get_serial_sequence": {"'t'", "'id'"}, "has_table_privilege": {"'t'", "'SELECT'"}, "has_schema_privilege": {"'public'", "'USAGE'"},
	"has_column_privilege": {"'t'", "'id'", "'SELECT'"}, "has_database_privilege": {"'app'", "'CONNECT'"}, "has_sequence_privilege": {"'s'", "'USAGE'"},
	"json_populate_record": {"NULL::t", "'{}'", "false"}, "json_populate_recordset": {"NULL::t", "'[]'", "false"},
	"jsonb_populate_record": {"NULL::t", "'{}'", "false"}, "jsonb_populate_recordset": {"NULL::t", "'[]'", "false"},
	"current_setting": {"'TimeZone'", "true"}, "set_config": {"'TimeZone'", "'UTC'", "false"},
}

// procCalls are statements that call a function, one of which should do.
func procCalls(p *pgcatalog.Proc) []string {
	args := make([]string, len(p.Args))
	for i, t := range p.Args {
		args[i] = sample(t, i+1)
		if p.Variadic != 0 && i == len(p.Args)-1 && typeName(t) != "any" {
			args[i] = "VARIADIC " + args[i]
		}
		if i < len(literals[p.Name]) {
			args[i] = literals[p.Name][i]
		}
	}
	name := `pg_catalog."` + p.Name + `"`
	call := name + "(" + strings.Join(args, ", ") + ")"
	switch {
	case p.Kind == 'w':
		return []string{"SELECT " + call + " OVER (ORDER BY id) FROM (VALUES (1), (2)) t(id)"}
	case p.Kind == 'a' && p.AggKind != 'n':
		direct, rest := args[:p.DirectArgs], args[p.DirectArgs:]
		if len(rest) == 0 {
			rest = direct // a hypothetical row
		}
		return []string{"SELECT " + name + "(" + strings.Join(direct, ", ") + ") WITHIN GROUP (ORDER BY " + strings.Join(rest, ", ") + ") FROM (VALUES (1), (2)) t(id)"}
	case p.Kind == 'a' && len(args) == 0:
		return []string{"SELECT " + name + "(*) FROM (VALUES (1), (2)) t(id)"}
	case p.RetSet || typeName(p.Ret) == "record":
		return []string{"SELECT * FROM " + call + " AS f", "SELECT * FROM " + call + " AS f(a int)"}
	}
	return []string{"SELECT " + call}
}

func operatorCall(o *pgcatalog.Operator) string {
	if o.Left == 0 {
		return o.Name + " " + sample(o.Right, 1)
	}
	return sample(o.Left, 1) + " " + o.Name + " " + sample(o.Right, 2)
}

// translates reports whether one of the statements is not refused. Parameters
// of types that cannot be read at all are refused when they are given.
func translates(statements ...string) bool {
	for _, q := range statements {
		_, err := dialect.Translate(schema, q)
		var pe *pgconn.PgError
		if err == nil {
			return true
		}
		if errors.As(err, &pe) && pe.Code == "XX000" {
			panic(q + ": " + pe.Message)
		}
	}
	return false
}
