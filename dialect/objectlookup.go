package dialect

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"github.com/jackc/pgx/v5/pgconn"
	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
	"github.com/failoversql/failoversql/dialect/pgvalue"
)

// From names to OIDs: the input functions of the object identifier types.

// objectOID finds the object that a text names, as the input function of the type
// does.
func (a *analyser) objectOID(typ uint32, text string, pos int32) uint32 {
	if text == pgvalue.NoObject(a.base(typ)) {
		return 0
	}
	if text != "" && strings.Trim(text, "0123456789") == "" {
		n, err := strconv.ParseUint(text, 10, 32)
		if err != nil {
			a.fail("22003", pos, "value \"%s\" is out of range for type oid", text)
		}
		return uint32(n)
	}
	return a.namedObject(a.base(typ), text, pos)
}

func (a *analyser) namedObject(typ uint32, text string, pos int32) uint32 {
	switch typ {
	case oidRegclass:
		return a.relationOID(a.nameList(text, pos), pos)
	case oidRegtype:
		return a.typeNamed(text, pos)
	case oidRegproc:
		return a.procNamed(text, a.nameList(text, pos), pos)
	case oidRegprocedure:
		name, args := a.nameAndTypes(text, false, pos)
		return a.procedureNamed(text, a.nameList(name, pos), args, pos)
	case oidRegoper:
		return a.operatorNamed(text, a.nameList(text, pos), nil, pos)
	case oidRegoperator:
		name, args := a.nameAndTypes(text, true, pos)
		switch {
		case len(args) == 1:
			a.failHint("42P02", pos, "Use NONE to denote the missing argument of a unary operator.", "missing argument")
		case len(args) != 2:
			a.failHint("54023", pos, "Provide two argument types for operator.", "too many arguments")
		}
		return a.operatorNamed(text, a.nameList(name, pos), args, pos)
	case oidRegnamespace:
		return a.schemaNamed(a.nameList(text, pos), pos)
	}
	a.refuse(pos, "a %s given by name", a.typeName(typ))
	return 0
}

// findObject is namedObject for to_regclass and its kin: false where there is no
// such object.
func (a *analyser) findObject(typ uint32, text string, pos int32) (oid uint32, ok bool) {
	if a.cat.ServerVersion >= 160000 && (text == "-" || strings.Trim(text, "0123456789") == "") {
		a.refuse(pos, "to_%s of a number", a.typ(typ).name) // which versions take in different ways
	}
	defer func() {
		r := recover()
		if r == nil {
			return
		}
		var e *pgconn.PgError
		if err, is := r.(error); !is || !errors.As(err, &e) || !slices.Contains([]string{codeUndefinedTable, codeInvalidSchema, codeUndefinedObject, codeUndefinedFunction, codeAmbiguousFunction}, e.Code) {
			panic(r)
		}
		oid, ok = 0, false
	}()
	return a.namedObject(typ, text, pos), true
}

// nameList splits a possibly qualified, possibly quoted name
// (stringToQualifiedNameList).
func (a *analyser) nameList(text string, pos int32) []string {
	var parts []string
	blank := func(c byte) bool { return strings.IndexByte(" \t\n\r\f\v", c) >= 0 }
	for i := 0; ; i++ {
		for i < len(text) && blank(text[i]) {
			i++
		}
		var part strings.Builder
		if i < len(text) && text[i] == '"' {
			for i++; ; i++ {
				if i >= len(text) {
					a.fail(codeInvalidName, pos, "invalid name syntax")
				}
				if text[i] == '"' {
					if i++; i >= len(text) || text[i] != '"' {
						break
					}
				}
				part.WriteByte(text[i])
			}
		} else {
			for ; i < len(text) && text[i] != '.' && !blank(text[i]); i++ {
				c := text[i]
				if c >= 'A' && c <= 'Z' {
					c += 'a' - 'A'
				}
				part.WriteByte(c)
			}
			if part.Len() == 0 {
				a.fail(codeInvalidName, pos, "invalid name syntax")
			}
		}
		parts = append(parts, truncated(part.String()))
		for i < len(text) && blank(text[i]) {
			i++
		}
		switch {
		case i >= len(text):
			return parts
		case text[i] != '.':
			a.fail(codeInvalidName, pos, "invalid name syntax")
		}
	}
}

// truncated cuts an identifier to the length that PostgreSQL keeps.
func truncated(name string) string {
	if len(name) <= maxIdentifier {
		return name
	}
	n := maxIdentifier
	for n > 0 && name[n]&0xc0 == 0x80 {
		n--
	}
	return name[:n]
}

// systemSchemas are those that every database has.
var systemSchemas = []string{"pg_catalog", "information_schema", "pg_toast", "failoversql"}

// inSchema checks the schema of a qualified name.
func (a *analyser) inSchema(schema string, pos int32) {
	switch {
	case slices.Contains(a.cat.Hidden, schema):
		a.fail(codePrivilege, -1, "permission denied for schema %s", schema)
	case schema == catalog.TempSchema, slices.Contains(a.cat.Schemas, schema), schema == "pg_catalog":
	case slices.Contains(systemSchemas, schema), strings.HasPrefix(schema, "pg_temp_"), strings.HasPrefix(schema, "pg_toast_temp_"):
		a.refuse(pos, "the name of an object in schema \"%s\"", schema)
	default:
		a.fail(codeInvalidSchema, pos, "schema \"%s\" does not exist", schema)
	}
}

// relationOID finds a relation of any kind.
func (a *analyser) relationOID(names []string, pos int32) uint32 {
	text := strings.Join(names, ".")
	if len(names) > 3 {
		a.fail(codeSyntax, pos, "improper relation name (too many dotted names): %s", text)
	}
	if len(names) == 3 {
		if names[0] != a.cat.Database {
			a.fail(codeNotSupported, pos, "cross-database references are not implemented: \"%s\"", text)
		}
		names = names[1:]
	}
	schema, name := "", names[len(names)-1]
	if len(names) == 2 {
		schema = names[0]
		a.inSchema(schema, pos)
	}
	if r := a.findRelation(schema, name, pos); r != nil {
		return r.OID
	}
	a.fail(codeUndefinedTable, pos, "relation \"%s\" does not exist", strings.Join(names, "."))
	return 0
}

// findRelation finds a relation of any kind by name; an empty schema means the search
// path.
func (a *analyser) findRelation(schema, name string, pos int32) *catalog.NamedRelation {
	path := []string{schema}
	if schema == "" {
		if path = a.cat.Path(); len(path) > 0 && path[0] == catalog.TempSchema {
			path = slices.Insert(slices.Clone(path), 1, "pg_catalog")
		} else {
			path = slices.Insert(slices.Clone(path), 0, "pg_catalog")
		}
	}
	for _, s := range path {
		if s != "pg_catalog" {
			if r := relationIn(a.cat, s, name); r != nil {
				if r.OID == 0 {
					a.refuse(pos, "the OID of \"%s\"", name)
				}
				return r
			}
			continue
		}
		if r := pgcatalog.RelationByName(name); r != nil {
			if r.OID == 0 {
				a.refuse(pos, "the OID of \"%s\"", name)
			}
			return &catalog.NamedRelation{OID: r.OID, Schema: s, Name: name, Kind: r.Kind}
		}
		if strings.HasPrefix(name, "pg_") && a.otherServer() {
			a.refuse(pos, "the OID of \"%s\"", name)
		}
	}
	return nil
}

// otherServer says that the primary is not of the version whose own objects are
// known here.
func (a *analyser) otherServer() bool {
	return a.cat.ServerVersion != 0 && a.cat.ServerVersion/10000 != 15
}

// relationIn finds a relation of any kind in a schema of the user's, or nil. One
// whose OID is not known has OID 0.
func relationIn(cat *catalog.Catalog, schema, name string) *catalog.NamedRelation {
	for r := range relations(cat) {
		if r.Schema == schema && r.Name == name {
			return &r
		}
	}
	for _, t := range cat.Types { // made on the fallback, if it is not among the others
		if t.Schema == schema && t.Name == name && t.Kind == 'c' {
			return &catalog.NamedRelation{Schema: schema, Name: name, Kind: 'c'}
		}
	}
	for _, r := range cat.Absent {
		if r.Schema == schema && r.Name == name {
			return &catalog.NamedRelation{Schema: schema, Name: name}
		}
	}
	return nil
}

// relations are the relations of the user's schemas, indexes and all.
func relations(cat *catalog.Catalog) func(func(catalog.NamedRelation) bool) {
	return func(yield func(catalog.NamedRelation) bool) {
		for _, t := range cat.Tables {
			if !yield(catalog.NamedRelation{OID: t.OID, Schema: t.Schema, Name: t.Name, Kind: t.Kind}) {
				return
			}
			kind := byte('i')
			if t.Kind == 'p' {
				kind = 'I'
			}
			for i := range t.Indexes {
				if !yield(catalog.NamedRelation{OID: t.Indexes[i].OID, Schema: t.Schema, Name: t.Indexes[i].Name, Kind: kind}) {
					return
				}
			}
		}
		for _, q := range cat.Sequences {
			if !yield(catalog.NamedRelation{OID: q.OID, Schema: q.Schema, Name: q.Name, Kind: 'S'}) {
				return
			}
		}
		for _, v := range cat.Views {
			if !yield(catalog.NamedRelation{OID: v.OID, Schema: v.Schema, Name: v.Name, Kind: v.Kind}) {
				return
			}
		}
		for _, r := range cat.Others {
			if r.Kind == 'c' && cat.Type(r.Schema, r.Name) == nil || !slices.Contains(cat.Schemas, r.Schema) {
				continue // dropped on the fallback
			}
			if !yield(r) {
				return
			}
		}
	}
}

// schemaNamed finds a schema.
func (a *analyser) schemaNamed(names []string, pos int32) uint32 {
	if len(names) != 1 {
		a.fail(codeInvalidName, pos, "invalid name syntax")
	}
	name := names[0]
	switch name {
	case "pg_catalog":
		return 11
	case "pg_toast":
		return 99
	}
	if oid := (&systemRows{cat: a.cat, a: a}).schemaOID(name); oid != 0 && slices.Contains(a.cat.Schemas, name) {
		return oid
	}
	if slices.Contains(systemSchemas, name) || slices.Contains(a.cat.Schemas, name) || strings.HasPrefix(name, "pg_temp") || strings.HasPrefix(name, "pg_toast_temp") {
		a.refuse(pos, "the OID of schema \"%s\"", name)
	}
	a.fail(codeInvalidSchema, pos, "schema \"%s\" does not exist", name)
	return 0
}

// typeNamed finds the type that a text names, modifiers and all
// (parseTypeString).
func (a *analyser) typeNamed(text string, pos int32) uint32 {
	if strings.Trim(text, " \t\n\r\f\v") == "" {
		a.fail(codeSyntax, pos, "invalid type name \"%s\"", text)
	}
	tree, err := pg_query.Parse("SELECT CAST(NULL AS\n" + text + "\n)")
	if err != nil {
		if pos < 0 { // PostgreSQL tells the place in the text, which is lost here
			a.refuse(pos, "the type name \"%s\"", text)
		}
		e := a.positioned(syntaxError("", err), pos)
		if strings.HasSuffix(e.Message, "at or near \")\"") && !strings.Contains(text, ")") {
			e.Message = "syntax error at end of input"
		}
		panic(e)
	}
	var name *pg_query.TypeName
	if len(tree.Stmts) == 1 {
		if s := tree.Stmts[0].GetStmt().GetSelectStmt(); len(s.GetTargetList()) == 1 && s.GetFromClause() == nil && s.GetWhereClause() == nil && s.GetLarg() == nil {
			if c := s.GetTargetList()[0].GetResTarget().GetVal().GetTypeCast(); c.GetArg().GetAConst().GetIsnull() && s.GetTargetList()[0].GetResTarget().GetName() == "" {
				name = c.GetTypeName()
			}
		}
	}
	if name == nil || name.GetPctType() {
		a.refuse(pos, "the type name \"%s\"", text)
	}
	if name.GetSetof() {
		a.fail(codeSyntax, pos, "invalid type name \"%s\"", text)
	}
	parts := stringList(name.GetNames())
	if len(parts) > 1 && parts[0] != "pg_catalog" {
		a.inSchema(parts[len(parts)-2], pos)
	}
	last := parts[len(parts)-1]
	if len(parts) == 1 || parts[0] == "pg_catalog" {
		if r := pgcatalog.RelationByName(strings.TrimPrefix(last, "_")); pgcatalog.TypeByName(last) == nil && (r != nil || strings.HasPrefix(last, "pg_") && a.otherServer()) {
			a.refuse(pos, "the OID of type \"%s\"", last)
		}
	}
	if inner, ok := strings.CutPrefix(last, "_"); ok && a.cat.Type("", last) == nil && a.rowTypeOf("", inner) != 0 {
		a.refuse(pos, "the OID of type \"%s\"", last)
	}
	var oid uint32
	a.elsewhere(pos, func() { oid, _ = a.typeRef(name) })
	return oid
}

// elsewhere analyses what does not stand in the statement itself: its errors are
// at pos.
func (a *analyser) elsewhere(pos int32, f func()) {
	a.quiet++
	done := false
	defer func() {
		a.quiet--
		if done {
			return
		}
		r := recover()
		if e, ok := r.(*pgconn.PgError); ok {
			r = a.positioned(e, pos)
		}
		panic(r)
	}()
	f()
	done = true
}

// positioned is an error at a byte offset of the statement; nil if it is none of
// PostgreSQL's.
func (a *analyser) positioned(err error, pos int32) *pgconn.PgError {
	var e *pgconn.PgError
	if !errors.As(err, &e) {
		return nil
	}
	bad := *e
	bad.Position = a.error("", pos, "").Position
	return &bad
}

// nameAndTypes splits name(type, type) (parseNameAndArgTypes).
func (a *analyser) nameAndTypes(text string, none bool, pos int32) (name string, types []uint32) {
	quoted := false
	open := strings.IndexFunc(text, func(c rune) bool {
		if c == '"' {
			quoted = !quoted
		}
		return c == '(' && !quoted
	})
	if open < 0 {
		a.fail("22P02", pos, "expected a left parenthesis")
	}
	rest := strings.TrimRight(text[open+1:], " \t\n\r\f\v")
	if !strings.HasSuffix(rest, ")") {
		a.fail("22P02", pos, "expected a right parenthesis")
	}
	rest = rest[:len(rest)-1]
	quoted = false
	depth, from := 0, 0
	add := func(s string) {
		s = strings.Trim(s, " \t\n\r\f\v")
		if none && strings.EqualFold(s, "none") {
			types = append(types, 0)
			return
		}
		if s == "" {
			a.fail("22P02", pos, "expected a type name")
		}
		types = append(types, a.typeNamed(s, pos))
	}
	for i := range len(rest) {
		switch c := rest[i]; {
		case c == '"':
			quoted = !quoted
		case quoted:
		case c == '(' || c == '[':
			depth++
		case c == ')' || c == ']':
			depth--
		case c == ',' && depth == 0:
			add(rest[from:i])
			from = i + 1
		}
	}
	if from > 0 || strings.Trim(rest, " \t\n\r\f\v") != "" {
		add(rest[from:])
	}
	return text[:open], types
}

// systemNames checks that a function or operator is looked for among
// PostgreSQL's own, and gives its bare name.
func (a *analyser) systemNames(names []string, prefix string, pos int32) (name string, own bool) {
	if len(names) > 2 {
		a.refuse(pos, "the name \"%s\"", strings.Join(names, "."))
	}
	name = names[len(names)-1]
	if len(names) == 2 {
		a.inSchema(names[0], pos)
	}
	if a.userDefined(prefix + name) {
		a.refuse(pos, "the OID of \"%s\", of which the primary has one of its own,", name)
	}
	return name, len(names) == 1 || names[0] == "pg_catalog"
}

// fixed is the OID of one of PostgreSQL's own objects, if every server has it.
func (a *analyser) fixed(oid uint32, name string, pos int32) uint32 {
	if oid >= 10000 {
		a.refuse(pos, "the OID of \"%s\"", name)
	}
	return oid
}

// unknownHere refuses what another version of the server may well have.
func (a *analyser) unknownHere(name string, pos int32) {
	if a.otherServer() {
		a.refuse(pos, "the OID of \"%s\"", name)
	}
}

func (a *analyser) procNamed(text string, names []string, pos int32) uint32 {
	name, own := a.systemNames(names, "", pos)
	var procs []*pgcatalog.Proc
	if own {
		procs = pgcatalog.Procs(name)
	}
	switch len(procs) {
	case 0:
		a.unknownHere(name, pos)
		a.fail(codeUndefinedFunction, pos, "function \"%s\" does not exist", text)
	case 1:
		return a.fixed(procs[0].OID, name, pos)
	}
	a.fail(codeAmbiguousFunction, pos, "more than one function named \"%s\"", text)
	return 0
}

func (a *analyser) procedureNamed(text string, names []string, args []uint32, pos int32) uint32 {
	name, own := a.systemNames(names, "", pos)
	if own {
		for _, p := range pgcatalog.Procs(name) {
			if slices.Equal(p.Args, args) {
				return a.fixed(p.OID, name, pos)
			}
		}
	}
	a.unknownHere(name, pos)
	a.fail(codeUndefinedFunction, pos, "function \"%s\" does not exist", text)
	return 0
}

// operatorNamed finds an operator, by its operands' types where they are given.
func (a *analyser) operatorNamed(text string, names []string, args []uint32, pos int32) uint32 {
	name, own := a.systemNames(names, "operator ", pos)
	var found []*pgcatalog.Operator
	if own {
		for _, o := range pgcatalog.Operators(name) {
			if args == nil || o.Left == args[0] && o.Right == args[1] {
				found = append(found, o)
			}
		}
	}
	switch len(found) {
	case 0:
		a.unknownHere(name, pos)
		a.fail(codeUndefinedFunction, pos, "operator does not exist: %s", text)
	case 1:
		return a.fixed(found[0].OID, name, pos)
	}
	a.fail(codeAmbiguousFunction, pos, "more than one operator named %s", text)
	return 0
}
