package dialect

import (
	"slices"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
)

// privilegeCall answers what the role may do, of objects and privileges that
// literals name; nil where the catalog does not tell.
func (a *analyser) privilegeCall(name string, args []*expr, pos int32) *expr {
	switch name {
	case "has_table_privilege", "has_schema_privilege", "pg_get_serial_sequence":
	default:
		return nil
	}
	if len(args) != 2 {
		return nil
	}
	var text [2]string
	for i, e := range args {
		s, ok := literalText(e)
		if !ok {
			return nil
		}
		text[i] = s
	}
	switch name {
	case "has_table_privilege":
		return a.tablePrivilege(text[0], text[1], pos)
	case "has_schema_privilege":
		return a.schemaPrivilege(text[0], text[1], pos)
	}
	if a.cat.Temporary {
		a.refuse(pos, "%s beside temporary tables", name)
	}
	return a.serialSequence(text[0], text[1], pos)
}

func literalText(e *expr) (string, bool) {
	if e.kind == exUnknown && !e.null {
		return e.text, true
	}
	s, ok := e.val.(string)
	return s, ok && e.kind == exConst && (e.typ == oidText || e.typ == oidName)
}

// tableLetters are the privileges of a table that the catalog keeps.
var tableLetters = map[string]string{"SELECT": "r", "INSERT": "a", "UPDATE": "w", "DELETE": "d", "TRUNCATE": "D"}

func (a *analyser) tablePrivilege(relation, privileges string, pos int32) *expr {
	schema, table := a.qualifiedName(splitIdentifier(relation), pos)
	if slices.Contains(a.cat.Hidden, schema) {
		return nil
	}
	a.absentRelation(&pg_query.RangeVar{Schemaname: schema, Relname: table, Location: pos})
	var held string
	t, v := a.cat.Table(schema, table), a.cat.View(schema, table)
	switch {
	case t != nil && !t.Local:
		held = t.Privileges
	case t == nil && v != nil && v.OID < catalog.FirstLocalOID:
		held = v.Privileges
	default:
		return nil
	}
	may := false
	for word := range strings.SplitSeq(privileges, ",") {
		word = strings.ToUpper(strings.Trim(word, " \t\n\v\f\r"))
		letter := tableLetters[word]
		if letter == "" {
			return nil
		}
		may = may || strings.Contains(held, letter)
	}
	return constant(oidBool, pos, boolInt(may))
}

func (a *analyser) schemaPrivilege(schema, privilege string, pos int32) *expr {
	if !strings.EqualFold(strings.Trim(privilege, " \t\n\v\f\r"), "USAGE") || !slices.Contains(a.cat.Schemas, schema) {
		return nil
	}
	return constant(oidBool, pos, boolInt(!slices.Contains(a.cat.Hidden, schema)))
}

// serialSequence is the sequence that a column owns. The column's name is taken
// as it is, the table's is an identifier.
func (a *analyser) serialSequence(relation, column string, pos int32) *expr {
	schema, table := a.qualifiedName(splitIdentifier(relation), pos)
	a.absentRelation(&pg_query.RangeVar{Schemaname: schema, Relname: table, Location: pos})
	t := a.cat.Table(schema, table)
	if t == nil || slices.Contains(a.cat.Hidden, t.Schema) {
		return nil
	}
	if t.Column(column) == nil {
		message := "column \"" + column + "\" of relation \"" + t.Name + "\" does not exist"
		return call(oidText, pos, a.raise(codeUndefinedColumn, message))
	}
	for _, q := range a.cat.Sequences {
		if q.OwnedBy == t.Schema+"."+t.Name+"."+column {
			return constant(oidText, pos, ident(q.Schema)+"."+ident(q.Name))
		}
	}
	return constant(oidText, pos, nil)
}
