package pgfunc

import (
	"strings"

	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// CharKey is what a value of type "char" sorts by: \ooo after every letter.
func CharKey(x string) string {
	return `replace(replace(` + x + `,'\2','ÿ2'),'\3','ÿ3')`
}

// compareFuncs adds the comparison operators. SQLite's own are exact for
// integers, floats ("NaN" is text, which sorts after every number and equals
// itself), bytea and types whose text is unique; the others name a collation.
func compareFuncs(r *registry) {
	ops := []struct{ suffix, op string }{
		{"eq", "="}, {"ne", "<>"}, {"lt", "<"}, {"le", "<="}, {"gt", ">"}, {"ge", ">="},
	}
	add := func(prefix, args, collation string, text bool) {
		for _, o := range ops {
			m := Impl{SQL: "($1 " + o.op + " $2)", Collation: collation, Text: text}
			if collation != "" {
				m.SQL = "($1 " + o.op + " $2 COLLATE " + collation + ")"
			}
			r.add(prefix+o.suffix+args, m)
		}
	}
	for _, t := range []string{"bool", "oid", "int2", "int4", "int8", "float4", "float8", "bytea", "name"} {
		add(t, "("+t+","+t+")", "", false)
	}
	for _, p := range []struct{ prefix, a, b string }{
		{"int24", "int2", "int4"}, {"int42", "int4", "int2"}, {"int28", "int2", "int8"}, {"int82", "int8", "int2"},
		{"int48", "int4", "int8"}, {"int84", "int8", "int4"}, {"float48", "float4", "float8"}, {"float84", "float8", "float4"},
	} {
		add(p.prefix, "("+p.a+","+p.b+")", "", false)
	}
	for _, t := range []string{"uuid", "date", "time", "timestamp", "timestamptz"} {
		add(t+"_", "("+t+","+t+")", "", false)
	}
	for _, t := range []string{"bit", "varbit"} {
		add(t, "("+t+","+t+")", "", false)
	}
	for _, t := range []string{"macaddr", "macaddr8"} {
		add(t+"_", "("+t+","+t+")", "", false)
	}
	add("network_", "(inet,inet)", "pg_inet", false)
	add("tsvector_", "(tsvector,tsvector)", "pg_tsvector", false)
	add("numeric_", "(numeric,numeric)", "pg_numeric", false)
	add("interval_", "(interval,interval)", "pg_interval", false)
	add("timetz_", "(timetz,timetz)", "pg_timetz", false)
	add("jsonb_", "(jsonb,jsonb)", "pg_jsonb", false)
	// A byte that is no ASCII is written \ooo, and comes after all that are.
	for _, o := range ops {
		r.sql("("+CharKey("$1")+" "+o.op+" "+CharKey("$2")+")", "char"+o.suffix+"(char,char)")
	}
	add("enum_", "(anyenum,anyenum)", "", false)
	add("bpchar", "(bpchar,bpchar)", "RTRIM", true)

	// Equality of text is that of bytes, whatever the (deterministic) collation.
	r.sql("($1 = $2)", "texteq(text,text)", "nameeqtext(name,text)", "texteqname(text,name)")
	r.sql("($1 <> $2)", "textne(text,text)", "namenetext(name,text)", "textnename(text,name)")
	for _, o := range []struct{ suffix, op string }{{"lt", "<"}, {"le", "<="}, {"gt", ">"}, {"ge", ">="}} {
		m := Impl{SQL: "($1 " + o.op + " $2)", Text: true}
		r.add("text_"+o.suffix+"(text,text)", m)
		r.add("name"+o.suffix+"text(name,text)", m)
		r.add("text"+o.suffix+"name(text,name)", m)
	}
	for _, o := range []struct{ suffix, op string }{{"lt", "<"}, {"le", "<="}, {"gt", ">"}, {"ge", ">="}} {
		r.sql("($1 "+o.op+" $2)", "text_pattern_"+o.suffix+"(text,text)")
		r.sql("(rtrim($1,' ') "+o.op+" rtrim($2,' '))", "bpchar_pattern_"+o.suffix+"(bpchar,bpchar)")
	}
}

// Collations are the SQLite collations of types that do not order by bytes.
// Those of text depend on the database and are made elsewhere.
func Collations() map[string]func(a, b string) int { return collations }

var collations = func() map[string]func(a, b string) int {
	m := map[string]func(a, b string) int{"pg_numeric": pgvalue.CompareNumericText}
	for _, oid := range append([]uint32{1186, 1266, 3802, 869, 3614}, pgvalue.RangeTypes()...) { // interval, timetz, jsonb, inet, tsvector
		t, _ := pgvalue.TypeOf(nil, oid, -1)
		m["pg_"+t.Name] = func(a, b string) int { return pgvalue.CompareText(&t, a, b) }
	}
	// By the database's order of text; package sqlitedb has that order. Here it
	// is for equality, which is the same.
	m["pg_jsonb_text"] = m["pg_jsonb"]
	for _, oid := range arrayTypes {
		t, _ := pgvalue.TypeOf(nil, oid, -1)
		if name, ok := pgvalue.Collation(&t); ok {
			m[name] = func(a, b string) int { return pgvalue.CompareText(&t, a, b) }
		}
	}
	return m
}()

// arrayTypes are the OIDs of the array types that can be computed with.
var arrayTypes = []uint32{
	1000, 1001, 1002, 1003, 1005, 1007, 1016, 1028, 1021, 1022, 1231, 1009, 1015, 1014,
	2951, 1182, 1183, 1270, 1115, 1185, 1187, 199, 3807, 1561, 1563, 1041, 651, 1040, 775, 3643, 3645, 4073,
	3905, 3907, 3909, 3911, 3913, 3927, 6150, 6151, 6152, 6153, 6155, 6157, // of ranges and multiranges
}

// LikeToGlob converts a LIKE pattern to one for SQLite's GLOB, which is
// case-sensitive and can use an index; ok is false for a pattern that ends in
// its escape character, which is an error in PostgreSQL.
func LikeToGlob(pattern string) (glob string, ok bool) {
	var b strings.Builder
	for i := 0; i < len(pattern); i++ {
		c := pattern[i]
		switch c {
		case '%':
			b.WriteByte('*')
			continue
		case '_':
			b.WriteByte('?')
			continue
		case '\\':
			i++
			if i == len(pattern) {
				return "", false
			}
			c = pattern[i]
		}
		if c == '*' || c == '?' || c == '[' {
			b.WriteString("[" + string(c) + "]")
			continue
		}
		b.WriteByte(c)
	}
	return b.String(), true
}
