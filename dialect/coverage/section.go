package main

import (
	"slices"
	"strings"

	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

// sectionOrder are the parts of the table, as the manual's chapter 9 has them.
var sectionOrder = []string{
	"9.3 Mathematical", "9.4 String", "9.5 Binary string", "9.6 Bit string", "9.7 Pattern matching", "9.8 Formatting", "9.9 Date and time",
	"9.10 Enum", "9.11 Geometric", "9.12 Network address", "9.13 Text search", "9.14 UUID", "9.15 XML", "9.16 JSON", "9.17 Sequence",
	"9.19 Array", "9.20 Range and multirange", "9.21 Aggregate", "9.22 Window", "9.25 Set returning", "9.26 System information",
	"9.27 System administration", "Large objects", "Money", "OIDs, rows and identifiers of the server", "Other", "Casts of pg_cast",
}

// typeSection is where the manual has what works on a type.
var typeSection = map[string]string{
	"point": "9.11 Geometric", "line": "9.11 Geometric", "lseg": "9.11 Geometric", "box": "9.11 Geometric", "path": "9.11 Geometric", "polygon": "9.11 Geometric", "circle": "9.11 Geometric",
	"inet": "9.12 Network address", "cidr": "9.12 Network address", "macaddr": "9.12 Network address", "macaddr8": "9.12 Network address",
	"tsvector": "9.13 Text search", "tsquery": "9.13 Text search", "regconfig": "9.13 Text search", "regdictionary": "9.13 Text search",
	"xml": "9.15 XML", "json": "9.16 JSON", "jsonb": "9.16 JSON", "jsonpath": "9.16 JSON", "anyenum": "9.10 Enum", "uuid": "9.14 UUID", "money": "Money",
	"anyarray": "9.19 Array", "anycompatiblearray": "9.19 Array", "anyrange": "9.20 Range and multirange", "anymultirange": "9.20 Range and multirange",
	"bit": "9.6 Bit string", "varbit": "9.6 Bit string", "bytea": "9.5 Binary string",
	"aclitem": "9.26 System information", "pg_snapshot": "9.26 System information", "txid_snapshot": "9.26 System information", "pg_lsn": "9.27 System administration",
	"oid": "OIDs, rows and identifiers of the server", "record": "OIDs, rows and identifiers of the server", "xid": "OIDs, rows and identifiers of the server",
	"xid8": "OIDs, rows and identifiers of the server", "cid": "OIDs, rows and identifiers of the server", "tid": "OIDs, rows and identifiers of the server", "oidvector": "OIDs, rows and identifiers of the server",
}

// nameSection is where the manual has a function by its name, or by how its
// name begins.
var nameSection = []struct{ prefix, section string }{
	{"to_char", "9.8 Formatting"}, {"to_date", "9.8 Formatting"}, {"to_number", "9.8 Formatting"}, {"to_timestamp", "9.8 Formatting"},
	{"generate_s", "9.25 Set returning"}, {"nextval", "9.17 Sequence"}, {"currval", "9.17 Sequence"}, {"lastval", "9.17 Sequence"}, {"setval", "9.17 Sequence"},
	{"regexp_", "9.7 Pattern matching"}, {"like", "9.7 Pattern matching"}, {"notlike", "9.7 Pattern matching"}, {"similar", "9.7 Pattern matching"},
	{"gen_random_uuid", "9.14 UUID"}, {"lo_", "Large objects"}, {"lowrite", "Large objects"}, {"loread", "Large objects"}, {"xml", "9.15 XML"},
	{"table_to_xml", "9.15 XML"}, {"schema_to_xml", "9.15 XML"}, {"database_to_xml", "9.15 XML"}, {"query_to_xml", "9.15 XML"}, {"cursor_to_xml", "9.15 XML"},
	{"has_", "9.26 System information"}, {"inet_client", "9.26 System information"}, {"inet_server", "9.26 System information"}, {"current_", "9.26 System information"}, {"row_security_active", "9.26 System information"},
	{"to_reg", "9.26 System information"}, {"obj_description", "9.26 System information"}, {"col_description", "9.26 System information"}, {"shobj_description", "9.26 System information"},
	{"txid_", "9.26 System information"}, {"format_type", "9.26 System information"}, {"version", "9.26 System information"}, {"session_user", "9.26 System information"}, {"getdatabaseencoding", "9.26 System information"},
	{"set_config", "9.27 System administration"}, {"pg_sleep", "9.9 Date and time"},
	{"clock_timestamp", "9.9 Date and time"}, {"statement_timestamp", "9.9 Date and time"}, {"transaction_timestamp", "9.9 Date and time"}, {"now", "9.9 Date and time"}, {"timeofday", "9.9 Date and time"},
	{"make_", "9.9 Date and time"}, {"random", "9.3 Mathematical"}, {"setseed", "9.3 Mathematical"}, {"pi", "9.3 Mathematical"}, {"num_", "Other"},
	{"json", "9.16 JSON"}, {"to_json", "9.16 JSON"}, {"row_to_json", "9.16 JSON"}, {"array_", "9.19 Array"}, {"concat", "9.4 String"}, {"format", "9.4 String"},
}

// administration begins the names of what looks into, or steers, the server.
var administration = []string{"pg_stat", "pg_backup", "pg_start", "pg_stop", "pg_wal", "pg_ls_", "pg_read", "pg_log", "pg_replication", "pg_control", "pg_advisory", "pg_try_advisory", "pg_switch", "pg_create",
	"pg_drop", "pg_copy", "pg_promote", "pg_reload", "pg_rotate", "pg_terminate", "pg_cancel", "pg_current_wal", "pg_last_wal", "pg_is_", "pg_get_wal", "pg_size", "pg_database_size", "pg_relation",
	"pg_table_size", "pg_tablespace", "pg_total", "pg_indexes_size", "pg_column", "pg_import", "pg_export", "pg_partition", "brin_", "gin_clean", "binary_upgrade", "pg_hba", "pg_ident_f", "pg_show", "pg_mcv",
	"pg_config", "pg_cursor", "pg_prepared", "pg_lock", "pg_isolation", "pg_event", "pg_nextoid", "pg_sync", "pg_logical", "pg_get_backend_mem", "pg_get_shmem", "pg_get_multixact", "pg_get_replication"}

func procSection(p *pgcatalog.Proc) string {
	switch p.Kind {
	case 'a':
		return "9.21 Aggregate"
	case 'w':
		return "9.22 Window"
	}
	for _, s := range nameSection {
		if strings.HasPrefix(p.Name, s.prefix) {
			return s.section
		}
	}
	for _, prefix := range administration {
		if strings.HasPrefix(p.Name, prefix) {
			return "9.27 System administration"
		}
	}
	if strings.HasPrefix(p.Name, "pg_") && !strings.HasPrefix(p.Name, "pg_lsn") {
		return "9.26 System information"
	}
	if s := sectionOf(p.Args...); s != "" {
		return s
	}
	if s := sectionOf(p.Ret); s != "" {
		return s
	}
	return "Other"
}

func operatorSection(o *pgcatalog.Operator) string {
	if strings.Contains(o.Name, "~") && slices.Contains([]string{"text", "name", "bpchar"}, typeName(o.Left)) {
		return "9.7 Pattern matching"
	}
	if s := sectionOf(o.Left, o.Right); s != "" {
		return s
	}
	return "Other"
}

// sectionOf is the section of the most particular of the types.
func sectionOf(oids ...uint32) string {
	for _, oid := range oids {
		if s := typeSection[typeName(oid)]; s != "" {
			return s
		}
	}
	best := ""
	for _, oid := range oids {
		t := pgcatalog.TypeByOID(oid)
		if t == nil {
			continue
		}
		switch {
		case t.Kind == 'r' || t.Kind == 'm':
			return "9.20 Range and multirange"
		case t.Category == 'D' || t.Category == 'T':
			return "9.9 Date and time"
		case t.IsArray:
			best = "9.19 Array"
		case t.Category == 'S' && best == "" || t.Name == "char" && best == "":
			best = "9.4 String"
		case t.Category == 'N' && best == "":
			best = "9.3 Mathematical"
		}
	}
	return best
}
