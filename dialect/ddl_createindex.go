package dialect

import (
	"slices"
	"strconv"
	"strings"

	pg_query "github.com/pganalyze/pg_query_go/v6"

	"github.com/failoversql/failoversql/catalog"
	"github.com/failoversql/failoversql/dialect/pgcatalog"
)

func (d *ddl) createIndex(n *pg_query.IndexStmt) {
	at := n.Relation.GetLocation()
	if len(n.Options) > 0 {
		d.refuse(n.Options[0].GetDefElem().GetLocation(), "WITH of an index")
	}
	if n.TableSpace != "" {
		d.refuse(at, "TABLESPACE")
	}
	table := d.table(n.Relation, false)
	taken := n.Idxname != "" && d.relationKind(table.Schema, n.Idxname) != ""
	if !d.virgin() && table.Persistence != 't' && !slices.Contains(d.next.Creatable, table.Schema) {
		d.fail(codePrivilege, -1, "permission denied for schema %s", table.Schema)
	}
	t := d.edit(table)
	x := catalog.Index{OID: d.newOID(), Name: n.Idxname, Unique: n.Unique, Method: n.AccessMethod, NullsEqual: n.NullsNotDistinct}
	switch x.Method {
	case "":
		x.Method = "btree"
	case "btree", "hash", "gin", "gist", "spgist", "brin":
	default:
		d.fail(codeUndefinedObject, -1, "access method \"%s\" does not exist", x.Method)
	}
	if x.Unique && x.Method != "btree" {
		d.fail(codeNotSupported, -1, "access method \"%s\" does not support unique indexes", x.Method)
	}
	if len(n.IndexParams) > 1 && (x.Method == "hash" || x.Method == "spgist") {
		d.fail(codeNotSupported, -1, "access method \"%s\" does not support multicolumn indexes", x.Method)
	}
	if n.WhereClause != nil {
		e := d.condition(n.WhereClause, t, "index predicate", "WHERE")
		d.immutable(e, "functions in index predicate must be marked IMMUTABLE")
		x.Where = e.text
	}
	var names []string
	for _, p := range n.IndexParams {
		k, name := d.indexParam(t, x.Method, p.GetIndexElem())
		x.Keys = append(x.Keys, k)
		names = append(names, name)
	}
	var including []string
	for _, p := range n.IndexIncludingParams {
		e := p.GetIndexElem()
		if e.Expr != nil {
			d.fail(codeNotSupported, -1, "expressions are not supported in included columns")
		}
		if t.Column(e.Name) == nil {
			d.fail(codeUndefinedColumn, -1, "column \"%s\" does not exist", e.Name)
		}
		including = append(including, e.Name)
		names = append(names, e.Name)
	}
	x.Names = distinctNames(names)
	switch {
	case taken && n.IfNotExists:
		d.notice("relation \"%s\" already exists, skipping", x.Name)
		return
	case taken:
		d.fail(stateDuplicateTable, -1, "relation \"%s\" already exists", x.Name)
	case x.Name == "":
		x.Name = d.chooseRelation(t.Schema, t.Name, joinedColumns(x.Names), "idx", false)
	}
	x.Def = indexDef(t, &x, including)
	t.Indexes = append(t.Indexes, x)
	if x.Unique {
		d.uniqueCheck(t, &x)
	}
}

func (d *ddl) immutable(e cooked, message string) {
	if e.mutable {
		d.fail(stateObjectDefinition, -1, "%s", message)
	}
}

// distinctNames numbers names that come again: expr, expr1, …
// (ChooseIndexColumnNames).
func distinctNames(names []string) []string {
	var out []string
	for _, n := range names {
		name := n
		for i := 1; slices.Contains(out, name); i++ {
			suffix := strconv.Itoa(i)
			name = clip(n, maxIdentifier-len(suffix)) + suffix
		}
		out = append(out, name)
	}
	return out
}

// indexParam reads one key of an index; name is its part of a generated name.
func (d *ddl) indexParam(t *catalog.Table, method string, e *pg_query.IndexElem) (k catalog.IndexKey, name string) {
	var typ uint32
	if e.Name != "" {
		c := t.Column(e.Name)
		if c == nil {
			d.fail(codeUndefinedColumn, -1, "column \"%s\" does not exist", e.Name)
		}
		k.Column, name, typ = c.Name, c.Name, c.Type
	} else {
		x := d.cook(e.Expr, t, "index expression")
		d.immutable(x, "functions in index expression must be marked IMMUTABLE")
		if x.bare != "" {
			k.Column = x.bare // a column in parentheses is a column
		} else {
			k.Expr = d.keyExpr(x)
		}
		typ = x.typ
		name = expressionName(e.Expr)
	}
	if len(e.Collation) > 0 {
		k.Collation = d.keyCollation(t, k, e, typ)
	}
	if len(e.Opclass) > 0 {
		k.OpClass = d.operatorClass(e, typ, method)
	} else {
		d.indexable(typ, method)
	}
	switch method {
	case "btree":
		k.Desc = e.Ordering == pg_query.SortByDir_SORTBY_DESC
		k.NullsFirst = k.Desc
		switch e.NullsOrdering {
		case pg_query.SortByNulls_SORTBY_NULLS_FIRST:
			k.NullsFirst = true
		case pg_query.SortByNulls_SORTBY_NULLS_LAST:
			k.NullsFirst = false
		}
	default:
		if e.Ordering != pg_query.SortByDir_SORTBY_DEFAULT {
			d.fail(codeNotSupported, -1, "access method \"%s\" does not support ASC/DESC options", method)
		}
		if e.NullsOrdering != pg_query.SortByNulls_SORTBY_NULLS_DEFAULT {
			d.fail(codeNotSupported, -1, "access method \"%s\" does not support NULLS FIRST/LAST options", method)
		}
	}
	return k, name
}

// keyExpr prints the expression of an index key: in parentheses, unless it is
// a function call.
func (d *ddl) keyExpr(x cooked) string {
	if x.function {
		return x.text
	}
	return "(" + x.text + ")"
}

func (d *ddl) keyCollation(t *catalog.Table, k catalog.IndexKey, e *pg_query.IndexElem, typ uint32) string {
	names := stringList(e.Collation)
	name := names[len(names)-1]
	if name != "default" && name != "C" && name != "POSIX" {
		d.refuse(-1, "collation %q", name)
	}
	own := ""
	if c := t.Column(k.Column); c != nil {
		own = c.Collation
	}
	if name == "default" {
		name = ""
	}
	if name == own {
		return ""
	}
	return name
}

// operatorClass accepts the operator classes that change nothing here: a type's
// default one, and those for patterns, under which strings are equal as ever.
func (d *ddl) operatorClass(e *pg_query.IndexElem, typ uint32, method string) string {
	names := stringList(e.Opclass)
	name := names[len(names)-1]
	base := d.base(typ)
	switch {
	case name == d.typ(base).name+"_ops" && d.defaultClass(base, method), name == "text_ops" && base == oidVarchar && method != "gin",
		name == "array_ops" && d.elemOf(base) != 0, name == "enum_ops" && d.typ(base).kind == 'e':
		return ""
	case (method == "btree" || method == "hash") && (name == "text_pattern_ops" || name == "varchar_pattern_ops") && (base == oidText || base == oidVarchar),
		(method == "btree" || method == "hash") && name == "bpchar_pattern_ops" && base == oidBpchar,
		method == "gin" && name == "jsonb_path_ops" && base == oidJSONB:
		return name
	}
	d.refuse(-1, "operator class %q", strings.Join(names, "."))
	return ""
}

// indexable fails where a type has no default operator class for the method.
func (d *ddl) indexable(typ uint32, method string) {
	if method == "btree" || method == "hash" {
		d.orderable(typ, method)
		return
	}
	if !d.defaultClass(d.base(typ), method) {
		d.failHint(codeUndefinedObject, -1, "You must specify an operator class for the index or define a default operator class for the data type.",
			"data type %s has no default operator class for access method \"%s\"", d.typeName(typ), method)
	}
}

// defaultClass reports whether a base type has a default operator class for the
// method. Of gin, gist, spgist and brin, the classes that PostgreSQL comes with.
func (d *ddl) defaultClass(base uint32, method string) bool {
	switch method {
	case "btree", "hash":
		return true // by name of its type: int4_ops, text_ops, …
	case "gin":
		return d.elemOf(base) != 0 || base == oidJSONB || base == oidTSVector
	case "gist":
		switch base {
		case oidTSVector, 600, 603, 604, 718: // point, box, polygon, circle
			return true
		}
		return d.typ(base).kind == 'r'
	case "spgist":
		switch base {
		case oidText, oidVarchar, oidInet, oidCidr, 600, 603, 604:
			return true
		}
		return d.typ(base).kind == 'r'
	}
	return pgcatalog.Ordered(base) && base != oidBool && base != oidJSONB || base == oidVarchar || d.typ(base).kind == 'r'
}

// expressionName is the part of a generated index name that an expression gives
// (FigureIndexColname).
func expressionName(n *pg_query.Node) string {
	switch n := n.GetNode().(type) {
	case *pg_query.Node_FuncCall:
		names := stringList(n.FuncCall.Funcname)
		return names[len(names)-1]
	case *pg_query.Node_ColumnRef:
		return n.ColumnRef.Fields[len(n.ColumnRef.Fields)-1].GetString_().GetSval()
	case *pg_query.Node_TypeCast:
		if name := expressionName(n.TypeCast.Arg); name != "expr" {
			return name
		}
		names := stringList(n.TypeCast.TypeName.GetNames())
		return names[len(names)-1]
	case *pg_query.Node_CollateClause:
		return expressionName(n.CollateClause.Arg)
	case *pg_query.Node_CoalesceExpr:
		return "coalesce"
	case *pg_query.Node_CaseExpr:
		if name := expressionName(n.CaseExpr.Defresult); n.CaseExpr.Defresult != nil && name != "expr" {
			return name
		}
		return "case"
	case *pg_query.Node_MinMaxExpr:
		if n.MinMaxExpr.Op == pg_query.MinMaxOp_IS_GREATEST {
			return "greatest"
		}
		return "least"
	case *pg_query.Node_AExpr:
		if n.AExpr.Kind == pg_query.A_Expr_Kind_AEXPR_NULLIF {
			return "nullif"
		}
	}
	return "expr"
}
