package dialect

import (
	"slices"
	"strings"

	"github.com/failoversql/failoversql/catalog"
)

// privilegeFuncs are the functions that tell what the role may do. Of other roles
// nothing is known.
func privilegeFuncs(m map[string]objectFunc) {
	add := func(name string, types []string, run func(s *systemRows, args []any) bool) {
		one := objectFunc{run: func(s *systemRows, args []any) any { return run(s, args) }}
		as := objectFunc{run: func(s *systemRows, args []any) any {
			if args[0] != s.cat.User {
				s.a.refuse(-1, "the privileges of a role other than the session's")
			}
			return run(s, args[1:])
		}}
		for _, t := range types {
			m[name+"("+t+")"] = one
			m[name+"(name,"+t+")"] = as
		}
	}
	add("has_table_privilege", []string{"text,text", "oid,text"}, func(s *systemRows, args []any) bool {
		return s.holds(args[1].(string), tableLetters, s.relationLetters(s.relationArg(args[0])))
	})
	add("has_sequence_privilege", []string{"text,text", "oid,text"}, func(s *systemRows, args []any) bool {
		s.holds(args[1].(string), sequenceLetters, "") // it is looked at first
		r := s.relationArg(args[0])
		if r.Kind != 'S' {
			s.a.fail(codeWrongObject, -1, "\"%s\" is not a sequence", r.Name)
		}
		return s.holds(args[1].(string), sequenceLetters, s.relationLetters(r))
	})
	add("has_column_privilege", []string{"text,text,text", "oid,text,text", "text,int2,text", "oid,int2,text"}, func(s *systemRows, args []any) bool {
		return s.columnPrivilege(args[0], args[1], args[2].(string))
	})
	add("has_schema_privilege", []string{"text,text", "oid,text"}, func(s *systemRows, args []any) bool {
		return s.schemaPrivilege(args[0], args[1].(string))
	})
	add("has_database_privilege", []string{"text,text"}, func(s *systemRows, args []any) bool {
		if args[0] != s.cat.Database {
			s.a.refuse(-1, "the privileges on another database")
		}
		held := ""
		if s.cat.CreateSchemas {
			held += "C"
		}
		if !s.cat.NoTemporary {
			held += "T"
		}
		return s.holds(args[1].(string), map[string]string{"CREATE": "C", "TEMPORARY": "T", "TEMP": "T", "CONNECT": ""}, held)
	})
	m["pg_get_serial_sequence(text,text)"] = objectFunc{run: func(s *systemRows, args []any) any {
		return s.serialSequence(args[0].(string), args[1].(string))
	}}
}

// Letters of privileges that the catalog keeps; "" of those that it does not.
var (
	tableLetters    = map[string]string{"SELECT": "r", "INSERT": "a", "UPDATE": "w", "DELETE": "d", "TRUNCATE": "D", "REFERENCES": "", "TRIGGER": ""}
	sequenceLetters = map[string]string{"SELECT": "r", "UPDATE": "w", "USAGE": "U"}
	columnLetters   = map[string]string{"SELECT": "r", "INSERT": "a", "UPDATE": "w", "REFERENCES": ""}
	schemaLetters   = map[string]string{"USAGE": "U", "CREATE": "C"}
)

// holds reports whether one of a list of privileges is held.
func (s *systemRows) holds(list string, letters map[string]string, held string) bool {
	may := false
	for word := range strings.SplitSeq(list, ",") {
		word = strings.Trim(word, " \t\n\v\f\r")
		name, option := strings.CutSuffix(strings.ToUpper(word), " WITH GRANT OPTION")
		letter, known := letters[name]
		switch {
		case !known:
			s.a.fail("22023", -1, "unrecognized privilege type: \"%s\"", word)
		case option || letter == "":
			s.a.refuse(-1, "the privilege %s", strings.ToUpper(word))
		}
		may = may || strings.Contains(held, letter)
	}
	return may
}

// relationArg is a relation given by name or by OID.
func (s *systemRows) relationArg(v any) catalog.NamedRelation {
	oid, ok := v.(int64)
	if !ok {
		oid = int64(s.a.relationOID(s.a.nameList(v.(string), -1), -1))
	}
	for r := range relations(s.cat) {
		if int64(r.OID) == oid {
			return r
		}
	}
	s.a.refuse(-1, "the privileges on relation %d", oid)
	return catalog.NamedRelation{}
}

// relationLetters are the privileges that the role holds on a whole relation.
func (s *systemRows) relationLetters(r catalog.NamedRelation) string {
	if slices.Contains(s.cat.Hidden, r.Schema) {
		s.a.refuse(-1, "the privileges on a relation in schema \"%s\"", r.Schema)
	}
	if t := s.cat.TableByOID(r.OID); t != nil {
		if t.Local || t.Schema == catalog.TempSchema {
			return "rawdD" // its own
		}
		return t.Privileges
	}
	if q := sequenceByOID(s.cat, int64(r.OID)); q != nil {
		if q.Local && q.OID >= catalog.FirstTempOID {
			return "rwU"
		}
		return q.Privileges
	}
	if v := s.cat.View(r.Schema, r.Name); v != nil && v.OID < catalog.FirstTempOID {
		return v.Privileges
	}
	s.a.refuse(-1, "the privileges on \"%s\"", r.Name)
	return ""
}

// columnPrivilege is what the role may do to a column, given by name or number.
func (s *systemRows) columnPrivilege(relation, column any, privileges string) bool {
	r := s.relationArg(relation)
	t := s.cat.TableByOID(r.OID)
	if t == nil {
		s.a.refuse(-1, "the privileges on a column of \"%s\"", r.Name)
	}
	held := s.relationLetters(r)
	i := slices.IndexFunc(t.Columns, func(c catalog.Column) bool {
		return c.Name == column || int64(c.Num) == column
	})
	if i < 0 {
		if name, ok := column.(string); ok && !slices.Contains([]string{"ctid", "xmin", "xmax", "cmin", "cmax", "tableoid"}, name) {
			s.a.fail(codeUndefinedColumn, -1, "column \"%s\" of relation \"%s\" does not exist", name, t.Name)
		}
		s.a.refuse(-1, "the privileges on column %v of \"%s\"", column, t.Name)
	}
	return s.holds(privileges, columnLetters, held+t.Columns[i].Privileges)
}

// schemaPrivilege is what the role may do to a schema, given by name or OID.
func (s *systemRows) schemaPrivilege(schema any, privileges string) bool {
	name, ok := schema.(string)
	if !ok {
		if name, ok = s.a.schemaName(argOID(schema)); !ok {
			s.a.refuse(-1, "the privileges on schema %d", schema)
		}
	}
	if !slices.Contains(s.cat.Schemas, name) {
		if slices.Contains(systemSchemas, name) || strings.HasPrefix(name, "pg_") {
			s.a.refuse(-1, "the privileges on schema \"%s\"", name)
		}
		s.a.fail(codeInvalidSchema, -1, "schema \"%s\" does not exist", name)
	}
	held := ""
	if !slices.Contains(s.cat.Hidden, name) {
		held += "U"
	}
	if slices.Contains(s.cat.Creatable, name) {
		held += "C"
	}
	return s.holds(privileges, schemaLetters, held)
}

// serialSequence is the sequence that a column owns. The column's name is taken
// as it is, the table's is an identifier.
func (s *systemRows) serialSequence(relation, column string) any {
	oid := s.a.relationOID(s.a.nameList(relation, -1), -1)
	t := s.cat.TableByOID(oid)
	if t == nil || t.Schema == catalog.TempSchema {
		s.a.refuse(-1, "the sequences of \"%s\"", relation)
	}
	if t.Column(column) == nil {
		s.a.fail(codeUndefinedColumn, -1, "column \"%s\" of relation \"%s\" does not exist", column, t.Name)
	}
	for _, q := range s.cat.Sequences {
		if q.OwnedBy == t.Schema+"."+t.Name+"."+column {
			return qualified(q.Schema, q.Name)
		}
	}
	return nil
}

// literalSequence is pg_get_serial_sequence of literals, so that nextval knows
// which sequence it is; nil where it is not to be had.
func (a *analyser) literalSequence(args []*expr, pos int32) (out *expr) {
	relation, ok1 := literalText(args[0])
	column, ok2 := literalText(args[1])
	if !ok1 || !ok2 {
		return nil
	}
	name, err := Object(a.cat, "pg_get_serial_sequence(text,text)", []any{relation, column})
	if err != nil {
		return nil // it fails when it runs
	}
	return constant(oidText, pos, name)
}

func literalText(e *expr) (string, bool) {
	if e.kind == exUnknown && !e.null {
		return e.text, true
	}
	s, ok := e.val.(string)
	return s, ok && e.kind == exConst && (e.typ == oidText || e.typ == oidName)
}
