package dialect

import (
	"regexp"
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// Object answers FuncObject, which looks in the catalog while a statement runs:
// what it is to do, and its arguments. The catalog is the one that the statement
// was translated with. Errors are *pgconn.PgError.
func Object(cat *catalog.Catalog, what string, args []any) (out any, err error) {
	var plan *Plan
	defer recovered(&plan, &err)
	f := objectFuncs[what]
	if f.run == nil {
		return nil, pgvalue.Errorf("XX000", "no catalog function %s", what)
	}
	for i, v := range args {
		if b, ok := v.([]byte); ok && b == nil {
			args[i] = nil // as go-sqlite3 hands NULL on
		}
		if args[i] == nil && !f.nulls {
			return nil, nil
		}
	}
	a := newAnalyser(cat, "")
	a.quiet++ // there is no text that errors could point into
	return native(f.run(&systemRows{cat: cat, a: a}, args)), nil
}

// ObjectName is what an OID of an object identifier type prints as.
func ObjectName(cat *catalog.Catalog, typ, oid uint32) (string, error) {
	v, err := Object(cat, "name", []any{int64(typ), int64(oid)})
	if err != nil {
		return "", err
	}
	return v.(string), nil
}

// objectFunc is a function over the catalog.
type objectFunc struct {
	run   func(s *systemRows, args []any) any
	nulls bool // it takes NULL arguments
}

// objectFuncs are those of the object identifier types, by names of their own,
// and PostgreSQL's, by signature.
var objectFuncs map[string]objectFunc

func init() {
	// Not a plain initialiser: analysis looks in here.
	objectFuncs = map[string]objectFunc{
		"oid": {run: func(s *systemRows, args []any) any {
			if n, ok := args[1].(int64); ok {
				return n
			}
			return s.a.objectOID(argOID(args[0]), args[1].(string), -1)
		}},
		"relation": {run: func(s *systemRows, args []any) any {
			return s.a.namedObject(oidRegclass, args[0].(string), -1)
		}},
		"name": {run: func(s *systemRows, args []any) any { return s.a.objectName(argOID(args[0]), argOID(args[1]), -1) }},
		"oids": {run: func(s *systemRows, args []any) any {
			return s.names(args[1], func(name string) string { return itoa(int(s.a.objectOID(argOID(args[0]), name, -1))) })
		}},
		"names": {run: func(s *systemRows, args []any) any {
			return s.names(args[1], func(oid string) string {
				return s.a.objectName(argOID(args[0]), s.a.objectOID(oidRegclass, oid, -1), -1)
			})
		}},
	}
	objectFuncs["held"] = objectFunc{nulls: true, run: func(s *systemRows, args []any) any { return s.heldValue(args) }}
	for name, typ := range map[string]uint32{
		"to_regclass": oidRegclass, "to_regtype": oidRegtype, "to_regproc": oidRegproc, "to_regprocedure": oidRegprocedure,
		"to_regoper": oidRegoper, "to_regoperator": oidRegoperator, "to_regnamespace": oidRegnamespace, "to_regrole": 4096, "to_regcollation": 4191,
	} {
		objectFuncs[name+"(text)"] = objectFunc{run: func(s *systemRows, args []any) any {
			if oid, ok := s.a.findObject(typ, args[0].(string), -1); ok {
				return oid
			}
			return nil
		}}
	}
	describeFuncs(objectFuncs)
	privilegeFuncs(objectFuncs)
}

func argOID(v any) uint32 { return uint32(v.(int64)) }

// names maps the elements of an array.
func (s *systemRows) names(array any, f func(string) string) string {
	out, err := pgvalue.ObjectNames(array.(string), func(e string) (string, error) { return f(e), nil })
	if err != nil {
		panic(err)
	}
	return out
}

// describeFuncs are the functions that print what the catalog holds.
func describeFuncs(m map[string]objectFunc) {
	m["format_type(oid,int4)"] = objectFunc{nulls: true, run: func(s *systemRows, args []any) any {
		if args[0] == nil {
			return nil
		}
		return s.formatType(argOID(args[0]), args[1])
	}}
	m["pg_get_constraintdef(oid)"] = objectFunc{run: func(s *systemRows, args []any) any { return s.constraintDef(argOID(args[0]), false) }}
	m["pg_get_constraintdef(oid,bool)"] = objectFunc{run: func(s *systemRows, args []any) any {
		return s.constraintDef(argOID(args[0]), args[1] != int64(0))
	}}
	m["pg_get_indexdef(oid)"] = objectFunc{run: func(s *systemRows, args []any) any { return s.indexDef(argOID(args[0]), 0, false) }}
	m["pg_get_indexdef(oid,int4,bool)"] = objectFunc{run: func(s *systemRows, args []any) any {
		return s.indexDef(argOID(args[0]), args[1].(int64), args[2] != int64(0))
	}}
	m["pg_get_expr(pg_node_tree,oid)"] = objectFunc{run: func(s *systemRows, args []any) any { return args[0] }}
	m["pg_get_expr(pg_node_tree,oid,bool)"] = objectFunc{run: func(s *systemRows, args []any) any {
		if args[2] == int64(0) {
			return args[0]
		}
		return s.a.prettyExpr(args[0].(string))
	}}
	m["col_description(oid,int4)"] = objectFunc{run: func(s *systemRows, args []any) any {
		return s.comment(argOID(args[0]), pgClass, int32(args[1].(int64)))
	}}
	m["obj_description(oid,name)"] = objectFunc{run: func(s *systemRows, args []any) any {
		class, ok := commented[args[1].(string)]
		if !ok {
			s.a.refuse(-1, "obj_description of objects of catalog \"%s\"", args[1])
		}
		return s.comment(argOID(args[0]), class, 0)
	}}
	m["obj_description(oid)"] = objectFunc{run: func(s *systemRows, args []any) any { return s.anyComment(argOID(args[0])) }}
	m["pg_table_is_visible(oid)"] = objectFunc{run: func(s *systemRows, args []any) any {
		oid := argOID(args[0])
		name := s.a.relationName(oid, -1)
		if name == "" {
			s.a.refuse(-1, "whether relation %d is visible", oid)
		}
		return !strings.Contains(name, ".") || len(splitIdentifier(name)) == 1
	}}
	m["pg_type_is_visible(oid)"] = objectFunc{run: func(s *systemRows, args []any) any {
		oid := argOID(args[0])
		if !s.a.knownType(oid) {
			s.a.refuse(-1, "whether type %d is visible", oid)
		}
		t := s.a.typ(oid)
		return t.schema == "" || s.a.typeVisible(t)
	}}
	m["pg_index_column_has_property(regclass,int4,text)"] = objectFunc{run: func(s *systemRows, args []any) any {
		return s.indexProperty(argOID(args[0]), args[1].(int64), args[2].(string))
	}}
	m["current_schemas(bool)"] = objectFunc{run: func(s *systemRows, args []any) any { return s.currentSchemas(args[0] != int64(0)) }}
}

// commented are the catalogs whose objects have comments that are known.
var commented = map[string]uint32{"pg_class": pgClass, "pg_type": 1247, "pg_constraint": 2606, "pg_namespace": 2615, "pg_proc": 1255}

// formatType is format_type: a modifier of -1 is another thing than none.
func (s *systemRows) formatType(oid uint32, mod any) string {
	if oid == 0 {
		return "-"
	}
	if !s.a.knownType(oid) {
		s.a.refuse(-1, "the name of type %d", oid)
	}
	n, ok := mod.(int64)
	if !ok {
		return s.a.formatType(oid, -1)
	}
	base, array := oid, ""
	if elem := s.a.typ(oid).elem; elem != 0 && !isVector(oid) {
		base, array = elem, "[]"
	}
	if n < 0 {
		switch base {
		case oidBpchar:
			return "bpchar" + array
		case oidBit:
			return `"bit"` + array
		}
	} else if base == oidInterval && n != 0x7fffffff {
		s.a.refuse(-1, "the name of an interval with fields")
	}
	return s.a.formatType(oid, int32(n))
}

func (s *systemRows) constraintDef(oid uint32, pretty bool) any {
	for _, t := range s.cat.Tables {
		for i := range t.Constraints {
			k := &t.Constraints[i]
			if k.OID != oid {
				continue
			}
			def := s.shortDef(k)
			if pretty && k.Kind == 'c' {
				open, end := strings.Index(def, "("), strings.LastIndex(def, ")")
				return def[:open+1] + s.a.prettyExpr(def[open+1:end]) + def[end:]
			} else if pretty && k.Kind == 'x' {
				s.a.refuse(-1, "an exclusion constraint's definition in short")
			}
			return def
		}
	}
	for _, t := range s.cat.Types {
		for i := range t.Checks {
			if t.Checks[i].OID == oid {
				s.a.refuse(-1, "the definition of a domain's constraint")
			}
		}
	}
	return nil
}

func (s *systemRows) indexDef(oid uint32, column int64, pretty bool) any {
	for _, t := range s.cat.Tables {
		for i := range t.Indexes {
			x := &t.Indexes[i]
			if x.OID != oid {
				continue
			}
			if column != 0 {
				return s.indexColumn(x, column, pretty)
			}
			def := s.shortIndex(x)
			if !pretty {
				return def
			}
			expr := x.Where
			for _, k := range x.Keys {
				expr += k.Expr
			}
			if strings.Contains(expr, "(") {
				s.a.refuse(-1, "the short definition of an index with expressions")
			}
			if s.cat.Table("", t.Name) == t {
				full := " ON " + qualified(t.Schema, t.Name) + " USING "
				def = strings.Replace(def, full, " ON "+ident(t.Name)+" USING ", 1)
			}
			return def
		}
	}
	if slices.ContainsFunc(s.cat.Others, func(r catalog.NamedRelation) bool { return r.OID == oid && (r.Kind == 'i' || r.Kind == 'I') }) {
		s.a.refuse(-1, "the definition of an index that is not copied")
	}
	return nil
}

// indexColumn is one column of an index.
func (s *systemRows) indexColumn(x *catalog.Index, n int64, pretty bool) any {
	names := make([]string, 0, len(x.Keys))
	for _, k := range x.Keys {
		if k.Column == "" {
			names = append(names, "")
			continue
		}
		names = append(names, ident(k.Column))
	}
	for _, name := range including(x) {
		names = append(names, ident(name))
	}
	switch {
	case n < 1 || int(n) > len(names):
		return ""
	case names[n-1] == "" && pretty:
		s.a.refuse(-1, "the expression of an index in short")
	case names[n-1] == "":
		return s.shorten(x.Keys[n-1].Expr)
	}
	return names[n-1]
}

// shortIndex prints an index as it reads under the search path, which names of
// types and operator classes are short of.
func (s *systemRows) shortIndex(x *catalog.Index) string {
	def := s.shorten(x.Def)
	for _, k := range x.Keys {
		for _, schema := range s.cat.SearchPath {
			if k.OpClass != "" {
				def = strings.ReplaceAll(def, " "+qualified(schema, k.OpClass), " "+ident(k.OpClass))
			}
		}
	}
	return def
}

// prettyExpr prints an expression without the parentheses that it does not need.
// Only those are known that have none: of operators they go by precedence.
func (a *analyser) prettyExpr(expr string) string {
	expr = castParentheses.ReplaceAllString(expr, "$1::")
	inner := expr
	if strings.HasPrefix(expr, "(") && strings.HasSuffix(expr, ")") {
		inner = expr[1 : len(expr)-1]
	}
	quote := byte(0)
	for i := range len(inner) {
		switch c := inner[i]; {
		case quote != 0:
			if c == quote {
				quote = 0
			}
		case c == '\'' || c == '"':
			quote = c
		case c == '(' && (i == 0 || !isNameByte(inner[i-1])), strings.HasPrefix(strings.ToUpper(inner[i:]), "CASE "), strings.HasPrefix(inner[i:], " ARRAY["):
			a.refuse(-1, "an expression in short")
		}
	}
	return inner
}

// castParentheses are those around a column or a number that is cast.
var castParentheses = regexp.MustCompile(`\(("(?:[^"]|"")+"|[a-z_][a-z0-9_]*|[0-9.]+)\)::`)

func isNameByte(c byte) bool {
	return c == '_' || c == '"' || c >= '0' && c <= '9' || c >= 'a' && c <= 'z' || c >= 'A' && c <= 'Z' || c >= 0x80
}

// comment is the comment on an object.
func (s *systemRows) comment(oid, class uint32, column int32) any {
	if oid < 16384 && class != pgClass && oid != 2200 {
		s.a.refuse(-1, "comments on PostgreSQL's own objects")
	}
	c := &systemRows{cat: s.cat, a: s.a}
	descriptionRows(c)
	for _, r := range c.rows {
		if r["objoid"] == oid && r["classoid"] == class && r["objsubid"] == column {
			return r["description"]
		}
	}
	return nil
}

// anyComment is the comment on the object of whatever catalog that has an OID.
func (s *systemRows) anyComment(oid uint32) any {
	if oid < 16384 && oid != 2200 {
		s.a.refuse(-1, "comments on PostgreSQL's own objects")
	}
	c := &systemRows{cat: s.cat, a: s.a}
	descriptionRows(c)
	var found any
	for _, r := range c.rows {
		if r["objoid"] != oid || r["objsubid"] != int32(0) {
			continue
		}
		if found != nil {
			s.a.refuse(-1, "the comment on one of several objects with the OID %d", oid)
		}
		found = r["description"]
	}
	return found
}

// currentSchemas is the array of the schemas that are searched.
func (s *systemRows) currentSchemas(implicit bool) string {
	var names []*string
	if implicit && s.cat.Temporary {
		s.a.refuse(-1, "the name of a temporary table's schema")
	}
	if implicit {
		system := "pg_catalog"
		names = append(names, &system)
	}
	for _, name := range s.cat.SearchPath {
		if slices.Contains(s.cat.Schemas, name) && !slices.Contains(s.cat.Hidden, name) {
			names = append(names, &name)
		}
	}
	return pgvalue.NewArray(names).String()
}
